"""An implementation behind JSON: a service over HTTP, a program in any language."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.testing.oracle import records

__all__ = ["over_json"]

Call = Callable[[str], str]
Kind = Literal["classes", "indicators", "assess", "points", "movement", "eligibility"]
KINDS = ("classes", "indicators", "assess", "points", "movement", "eligibility")
YES_NO = frozenset(column.name for column in COLUMNS if column.kind == "boolean")
YEARS = ("start", "end", "history", "links")


def over_json(call: Call, kind: Kind, *, batch: int = 500) -> Callable[..., Any]:
    """An implementation in any language, as the callable that a law takes.

    Parameters
    ----------
    call : callable
        ``call(text)`` sends a JSON text and gives the JSON text that comes back.
    kind : {"classes", "indicators", "assess", "points", "movement", "eligibility"}
        What it implements, and so which laws take it: `check_class_laws`, `check_indicator_laws`,
        `check_assess_laws`, `check_points_laws`, `check_movement_laws`, `check_eligibility_laws`.
    batch : int
        The most households that one call sends; a movement is sent as a whole.

    Returns
    -------
    callable
        An implementation as the laws take it.

    Raises
    ------
    ArgumentError
        If `kind` is none of those, or `batch` is below 1.
    AssertionError
        When it is called: if what comes back is no JSON, or an answer is lacking, is there twice,
        or is of nobody.

    Notes
    -----
    Sent is an object with ``households``, a list of objects with ``household_id``:

    - classes: ``area``, the income columns, and ``deprivations`` (indicator to true, false, null);
    - indicators, assess: the columns of a household and ``members``, a list of objects with theirs,
      as in `multidim_poverty.Household`; beside the list ``on``, the day of the survey;
    - points: ``area``, ``b1``, ``b2`` and their bounds;
    - eligibility: ``current``, the row of the current list, the columns of a household, and
      ``members``; beside the list ``on``, ``unit_costs``, and ``history`` and ``places``, lists of
      objects, or null.

    Of a movement: ``start``, ``end``, ``history`` and ``links``, lists of objects. Days are texts
    such as ``"2023-06-30"``; an unknown answer is null.

    What comes back is an object with ``households``, in any order: objects with ``household_id``
    and ``poverty_class``, the indicators, or both; null where undetermined. Of a movement it has
    ``flows``: objects with ``start_id``, ``end_id``, ``poor_flow`` and ``near_poor_flow``. Of
    eligibility each household has ``entitlements``: objects with ``rule``, ``eligible``, and
    ``member_id`` where the benefit is a member's.

    Examples
    --------
    A program that reads standard input is
    ``lambda text: subprocess.run(["node", "classes.js"], input=text, text=True,
    capture_output=True, check=True).stdout``. Here a function stands in its place:

    >>> import json
    >>> import pandas as pd
    >>> from multidim_poverty import testing
    >>> def call(text):
    ...     homes = json.loads(text)["households"]
    ...     return json.dumps({"households": [
    ...         {"household_id": home["household_id"], "poverty_class": "poor"} for home in homes]})
    >>> everybody_is_poor = testing.over_json(call, "classes", batch=2)
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 2e6, 3e6]})
    >>> matrix = pd.DataFrame({"water": [True, False, True]})
    >>> everybody_is_poor(households, matrix)["poverty_class"].tolist()
    ['poor', 'poor', 'poor']
    """
    if kind not in KINDS:
        raise ArgumentError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    if batch < 1:
        raise ArgumentError(f"batch {batch} is below 1: send at least one household at a time")

    def classes(households: pd.DataFrame, deprivations: pd.DataFrame) -> pd.DataFrame:
        homes = _objects(households)
        for home, answers in zip(homes, records(deprivations), strict=True):
            home["deprivations"] = {
                name: None if pd.isna(answer) else bool(answer) for name, answer in answers.items()
            }
        return _answers(call, homes, {}, batch)

    def survey(
        households: pd.DataFrame, members: pd.DataFrame | None, on: dt.date | None
    ) -> pd.DataFrame:
        homes = _objects(households)
        if members is not None:
            _add_members(homes, households.index.tolist(), members)
        return _answers(call, homes, {"on": _plain_value(on)}, batch)

    def points(table: pd.DataFrame) -> pd.DataFrame:
        return _answers(call, _objects(table), {}, batch)

    def movement(*years: pd.DataFrame | None) -> pd.DataFrame:
        tables = dict(zip(YEARS, years, strict=True))
        sent = {
            name: _objects(table) if name in ("start", "end") else _rows(table)
            for name, table in tables.items()
            if table is not None
        }
        flows = _objects_of(call, sent, "flows")
        return pd.DataFrame(flows, dtype=object)

    def eligibility(
        *,
        current: pd.DataFrame,
        members: pd.DataFrame | None,
        history: pd.DataFrame | None,
        places: pd.DataFrame | None,
        households: pd.DataFrame | None,
        unit_costs: Mapping[str, Any],
        on: dt.date,
    ) -> list[dict[str, Any]]:
        answers = (
            {}
            if households is None
            else dict(zip(households.index, _objects(households), strict=True))
        )
        listed = dict(zip(current.index, map(_plain, records(current)), strict=True))
        ids = list(dict.fromkeys([*answers, *listed]))
        homes = [
            {"household_id": _plain_value(id)} | answers.get(id, {}) | {"current": listed.get(id)}
            for id in ids
        ]
        if members is not None:
            _add_members(homes, ids, members)
        more = {
            "on": _plain_value(on),
            "unit_costs": {name: _plain_value(value) for name, value in unit_costs.items()},
            "history": None if history is None else _rows(history),
            "places": None if places is None else _rows(places),
        }
        answered = _answers(call, homes, more, batch)
        return [
            {"household_id": id, **entitlement}
            for id, entitlements in zip(ids, answered["entitlements"], strict=True)
            for entitlement in entitlements
        ]

    callables: dict[str, Callable[..., Any]] = {
        "classes": classes,
        "indicators": survey,
        "assess": survey,
        "points": points,
        "movement": movement,
        "eligibility": eligibility,
    }
    return callables[kind]


def _add_members(
    homes: Sequence[dict[str, Any]], ids: Sequence[Any], members: pd.DataFrame
) -> None:
    """Give each household the list of its members."""
    of: dict[Any, list[Any]] = {id: [] for id in ids}
    for member in records(members):
        of[member.pop("household_id")].append(_plain(member))
    for id, home in zip(ids, homes, strict=True):
        home["members"] = of[id]


def _answers(
    call: Call, homes: Sequence[dict[str, Any]], more: Mapping[str, Any], batch: int
) -> pd.DataFrame:
    """What comes back of each household, in their order."""
    rows: list[dict[str, Any]] = []
    for part in _batches(homes, batch):
        ids = [home["household_id"] for home in part]
        answers = _objects_of(call, {**more, "households": part}, "households")
        named = [answer.get("household_id") for answer in answers]
        assert sorted(map(str, named)) == sorted(map(str, ids)), (
            f"asked about {len(ids)} households, such as {ids[:3]}; "
            f"answered of {len(named)}, such as {named[:3]}"
        )
        by_id = dict(zip(named, answers, strict=True))
        rows += [by_id[id] for id in ids]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame(rows, columns=columns, dtype=object).drop(
        columns="household_id", errors="ignore"
    )


def _batches(homes: Sequence[Any], batch: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(homes), batch):
        yield homes[start : start + batch]


def _objects_of(call: Call, sent: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of objects in what comes back."""
    text = call(json.dumps(sent, ensure_ascii=False, allow_nan=False))
    try:
        came = json.loads(text)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"what came back is no JSON ({error}): {str(text)[:200]!r}") from None
    objects = came.get(name) if isinstance(came, dict) else None
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        raise AssertionError(f"what came back has no list of objects {name!r}: {str(text)[:200]}")
    return objects


def _objects(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table by household, with their ids."""
    ids = [_plain_value(id) for id in table.index.tolist()]
    return [{"household_id": id} | _plain(row) for id, row in zip(ids, records(table), strict=True)]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table with values that JSON has."""
    return [_plain(row) for row in records(table)]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: bool(value) if name in YES_NO and not pd.isna(value) else _plain_value(value)
        for name, value in row.items()
    }


def _plain_value(value: Any) -> Any:
    """A value that JSON has; whole numbers without a point, in whatever dtype they were."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, dt.date):  # a Timestamp too
        return value.isoformat()[:10]
    plain = value.item() if isinstance(value, np.generic) else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
