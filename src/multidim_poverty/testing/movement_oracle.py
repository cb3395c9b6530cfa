"""Movement between two years once more, slowly: one household at a time, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.testing.oracle import records

__all__ = ["oracle_flows"]

Row = Mapping[str, Any]
LISTS = {"poor": "near_poor", "near_poor": "poor"}  # list -> the other one
LEAVES = ("moved_away", "died", "merged")
COMES = ("moved_in", "split")


def oracle_flows(
    start: pd.DataFrame,
    end: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
    relapse: Literal["same_list", "any_list"] = "same_list",
) -> pd.DataFrame:
    """How every household moved between two years, one household after the other.

    Parameters
    ----------
    start, end : pandas.DataFrame
        As for `multidim_poverty.movement.flows`, of one step: no days, no chains of ids between
        the years, and at most one link before the start for each id.
    history, links : pandas.DataFrame, optional
        As for `multidim_poverty.movement.flows`, of one step: no days, no chains of ids between
        the years, and at most one link before the start for each id.
    relapse : {"same_list", "any_list"}
        As for `multidim_poverty.movement.flows`, of one step: no days, no chains of ids between
        the years, and at most one link before the start for each id.

    Returns
    -------
    pandas.DataFrame
        Households of the start in their order, then those that came: ``start_id``, ``end_id``,
        ``start_class``, ``end_class``, ``poor_flow``, ``near_poor_flow``, ``cause`` (all object,
        None where there is none), ``start_persons`` and ``end_persons`` (Int64).

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import testing
    >>> start = pd.DataFrame({"poverty_class": ["poor"], "household_size": [4]}, index=["a"])
    >>> end = pd.DataFrame({"poverty_class": ["average"], "household_size": [4]}, index=["a"])
    >>> testing.oracle_flows(start, end)[["poor_flow", "near_poor_flow"]].values.tolist()
    [['escaped', None]]
    """
    start, end = as_frame(start, "start"), as_frame(end, "end")
    first, last = _homes(start), _homes(end)
    said = [] if links is None else [_row(link) for link in records(as_frame(links, "links"))]
    before = _former_lists(history, [link for link in said if _is_earlier(link, first)])
    said = [link for link in said if not _is_earlier(link, first)]
    leaving = {link["start_id"]: link for link in said if link["kind"] in ("same", *LEAVES)}
    coming = {link["end_id"]: link["kind"] for link in said if link["kind"] in COMES}
    renamed_to = {link["end_id"] for link in said if link["kind"] == "same"}
    parents = {link["start_id"] for link in said if link["kind"] == "split"}
    taken: set[Any] = set()
    rows = []
    for id, home in first.items():
        link = leaving.get(id)
        cause, end_id = None, None
        if link is not None and link["kind"] == "same":
            end_id = link["end_id"]
        elif link is not None:
            cause = link["kind"]
        elif id in last and id not in coming and id not in renamed_to:
            end_id = id
        elif id in parents:
            cause = "split"
        taken.add(end_id)
        other = last[end_id] if end_id is not None else None
        rows.append(_moved(id, end_id, home, other, cause, before, relapse))
    for id, home in last.items():
        if id not in taken:
            rows.append(_moved(None, id, None, home, coming.get(id), before, relapse))
    columns = ["start_id", "end_id", "start_class", "end_class", "start_persons", "end_persons"]
    columns += [*(f"{listed}_flow" for listed in LISTS), "cause"]
    dtypes = {name: "Int64" if name.endswith("_persons") else object for name in columns}
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=dtypes[name]) for name in columns}
    )


def _homes(table: pd.DataFrame) -> dict[Any, Row]:
    pairs = zip(table.index.tolist(), records(table), strict=True)
    return {id: _row(row) for id, row in pairs}


def _row(row: Row) -> Row:
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _is_earlier(link: Row, first: Mapping[Any, Row]) -> bool:
    """Whether a link says how an id of an earlier list became one of the start."""
    return bool(
        link["kind"] == "same" and link["start_id"] not in first and link["end_id"] in first
    )


def _former_lists(history: pd.DataFrame | None, earlier: Sequence[Row]) -> dict[Any, set[str]]:
    """The lists that each household was on before, by its id at the start."""
    names = {link["start_id"]: link["end_id"] for link in earlier}
    lists: dict[Any, set[str]] = {}
    for row in [] if history is None else map(_row, records(as_frame(history, "history"))):
        id = names.get(row["household_id"], row["household_id"])
        lists.setdefault(id, set()).add(str(row["poverty_class"]))
    return lists


def _moved(
    start_id: Any,
    end_id: Any,
    first: Row | None,
    last: Row | None,
    cause: str | None,
    before: Mapping[Any, set[str]],
    relapse: str,
) -> dict[str, Any]:
    """The row of one household; `first` or `last` is None in a year in which it was not there."""
    classes = [None if home is None else home["poverty_class"] for home in (first, last)]
    sizes = [None if home is None else home["household_size"] for home in (first, last)]
    if first is not None and last is not None and None not in sizes and sizes[0] != sizes[1]:
        cause = "members_changed"
    lists = before.get(start_id, set()) | before.get(end_id, set())
    row = {
        "start_id": start_id,
        "end_id": end_id,
        "start_class": classes[0],
        "end_class": classes[1],
        "start_persons": None if sizes[0] is None else int(sizes[0]),
        "end_persons": None if sizes[1] is None else int(sizes[1]),
        "cause": cause,
    }
    for listed, other in LISTS.items():
        counts = {listed} if relapse == "same_list" else set(LISTS)
        row[f"{listed}_flow"] = _flow(
            listed, other, classes, (first, last), cause is not None, bool(lists & counts)
        )
    return row


def _flow(
    listed: str,
    other: str,
    classes: Sequence[str | None],
    homes: tuple[Row | None, Row | None],
    explained: bool,
    before: bool,
) -> str | None:
    """The flow of a household with regard to one list; None where it has none."""
    first, last = classes
    if homes[1] is None:
        if first != listed:
            return None
        return "other_decrease" if explained else "unlinked_decrease"
    if homes[0] is None:
        if last != listed:
            return None
        return "other_increase" if explained else "unlinked_increase"
    if first == listed:
        if last == listed:
            return "stayed"
        if last is None:
            return None
        return f"to_{other}" if last == other else "escaped"
    if last != listed or first is None:
        return None
    if first == other:
        return f"from_{other}"
    return "relapsed" if before else "new"
