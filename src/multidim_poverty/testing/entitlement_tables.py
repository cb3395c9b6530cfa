"""Households and members at the bounds of the rules of benefits, to try an implementation on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.testing.decoding import SEEDS
from multidim_poverty.testing.entitlement_bounds import (
    LONG_AGO,
    ONE_DAY,
    Situation,
    bounds_of_days,
    last_day,
    parameter_days,
    situations,
)
from multidim_poverty.testing.entitlement_clauses import CLASSES

__all__ = ["EligibilityInputs", "boundary_entitlements", "entitlements_at_bounds"]

COST = 1_234_567  # of each parameter of unit vnd; any number would do
NUMBERS = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


@dataclass(frozen=True)
class EligibilityInputs:
    """What eligibility takes: the tables of a day, and what no text at hand gives.

    Parameters
    ----------
    current, members, history, households : pandas.DataFrame
        As for `multidim_poverty.programmes.eligible`.
    places : pandas.DataFrame or None
        As for `multidim_poverty.programmes.eligible`.
    unit_costs : mapping of str to number or datetime.date
        As for `multidim_poverty.programmes.eligible`.
    on : datetime.date
        The day on which the benefits are asked for.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.boundary_entitlements(), lambda inputs: True)
    >>> list(inputs.history), len(inputs.current) == len(inputs.households)
    (['household_id', 'on', 'poverty_class'], True)
    """

    current: pd.DataFrame
    members: pd.DataFrame
    history: pd.DataFrame
    households: pd.DataFrame
    places: pd.DataFrame | None
    unit_costs: Mapping[str, Any]
    on: dt.date


def boundary_entitlements(
    *, rules: RulesLike = None, whole: bool = False, missing: bool = False
) -> st.SearchStrategy[EligibilityInputs]:
    """Households at both sides of every bound of the rules of benefits.

    The day is the first or last one of a rule, or beside it. On it households have each class, age,
    answer and place at both sides of the bounds that the rules have, left the lists on the first
    day that still counts and the day before, and are still there or just gone.

    Parameters
    ----------
    rules : RuleSet, str or a sequence of these, optional
        Whose bounds; the national rules by default.
    whole : bool
        Whether each example has every situation; else some 30 of them.
    missing : bool
        Whether answers, classes and places may be unknown.

    Returns
    -------
    hypothesis strategy of EligibilityInputs
        One EligibilityInputs for each drawn example.

    Raises
    ------
    UnknownNameError, ArgumentError
        If `rules` names no set of rules, or is something else.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.boundary_entitlements(), lambda inputs: True)
    >>> {"poverty_class", "left_on"} <= set(inputs.current)
    True
    """
    rule_set = as_rules(rules)
    rules_on = {day: len(rule_set.on(day)) for day in bounds_of_days(rule_set.rules)}
    days = sorted(rules_on, key=lambda day: -rules_on[day])  # the simplest has the most to say
    return st.builds(
        lambda day, seed: entitlements_at_bounds(rule_set, day, seed, whole=whole, missing=missing),
        st.sampled_from(days),
        SEEDS,
    )


def entitlements_at_bounds(
    rules: RuleSet, day: dt.date, seed: int, *, whole: bool = False, missing: bool = False
) -> EligibilityInputs:
    """The tables of situations at the bounds of the rules of a day; the seed chooses some."""
    chosen: Sequence[Situation] = _at_bounds(rules, day, missing)
    random = Random(seed)
    if not whole:
        chosen = [chosen[int(random.random() * len(chosen))] for _ in range(30)] if chosen else []
    costs = {p.id: COST for p in rules.parameters if p.unit != "day" and random.random() < 0.8}
    return _tables(chosen, day, random, {**costs, **parameter_days(rules)}, missing)


@lru_cache(maxsize=64)
def _at_bounds(rules: RuleSet, day: dt.date, missing: bool) -> tuple[Situation, ...]:
    """All situations at the bounds of the rules that are valid on a day or beside it."""
    near = [
        rule
        for rule in rules.rules
        if rule.holds_on(day) or rule.holds_on(day - ONE_DAY) or rule.holds_on(day + ONE_DAY)
    ]
    return tuple(
        situation
        for rule in near
        for situation in situations(rule, rules, day, Random(str(day)), missing=missing)
    )


def _tables(
    chosen: Sequence[Situation],
    day: dt.date,
    random: Random,
    unit_costs: Mapping[str, Any],
    missing: bool,
) -> EligibilityInputs:
    """The tables of some situations; a household has its member, and at times one of another."""
    ids = [f"h{at}" for at in range(len(chosen))]
    index = pd.Index(ids, name="household_id", dtype=object)
    people: list[dict[str, Any]] = []
    for id, situation in zip(ids, chosen, strict=True):
        others = [chosen[int(random.random() * len(chosen))]] if random.random() < 0.4 else []
        listed = [] if random.random() < 0.05 else [situation, *others]
        for number, one in enumerate(listed, start=1):
            member = one.answers("members")
            if member.get("age") is not None and random.random() < 0.4:
                member["birth_date"] = _born(member.pop("age"), day, random)
            people.append({"household_id": id, "member_id": number, **member})
    members = pd.DataFrame(
        {
            "household_id": pd.Series([p["household_id"] for p in people], dtype=object),
            "member_id": np.array([p["member_id"] for p in people], dtype=np.int64),
            **_columns("members", people, ("age", "birth_date")),
        }
    )
    households, places = _homes(chosen, day, index)
    decisions = [
        {"household_id": id, "on": pd.Timestamp(decided), "poverty_class": cls}
        for id, situation in zip(ids, chosen, strict=True)
        for decided, cls in situation.decisions
    ] or [{"household_id": "h0", "on": pd.Timestamp(LONG_AGO), "poverty_class": "average"}]
    return EligibilityInputs(
        _current(chosen, day, random, index, missing),
        members,
        pd.DataFrame(decisions).astype({"poverty_class": object}),
        households,
        places,
        unit_costs,
        day,
    )


def _born(age: int, day: dt.date, random: Random) -> dt.date:
    """A birthday of that age: on the day itself, or the day after."""
    if random.random() < 0.5:
        return last_day(day, 12 * age)
    return last_day(day, 12 * age + 12) + ONE_DAY


def _current(
    chosen: Sequence[Situation],
    day: dt.date,
    random: Random,
    index: pd.Index[Any],
    missing: bool,
) -> pd.DataFrame:
    """The list of the day: an open class at times has its bounds, and some have left."""
    rows = [situation.current for situation in chosen]
    left, bounds = [], []
    for row in rows:
        left.append(pd.NaT if random.random() < 0.9 else pd.Timestamp(day + _zero_or_one(random)))
        low = int(random.random() * len(CLASSES))
        high = low + int(random.random() * (len(CLASSES) - low))
        known = row["poverty_class"] is not None or random.random() < 0.5
        bounds.append((None, None) if known else (CLASSES[low], CLASSES[high]))
    classes = pd.CategoricalDtype(list(CLASSES), ordered=True)
    columns: dict[str, Any] = {
        "poverty_class": pd.Categorical([row["poverty_class"] for row in rows], dtype=classes),
        "left_on": pd.Series(left, dtype="datetime64[ns]", index=index),
    }
    if missing:
        for at, name in enumerate(("class_at_worst", "class_at_best")):
            columns[name] = pd.Categorical([both[at] for both in bounds], dtype=classes)
    for name in dict.fromkeys(name for row in rows for name in row if name != "poverty_class"):
        columns[name] = pd.array([row.get(name) for row in rows], dtype="boolean")
    return pd.DataFrame(columns, index=index)


def _zero_or_one(random: Random) -> dt.timedelta:
    return ONE_DAY if random.random() < 0.5 else 0 * ONE_DAY


def _homes(
    chosen: Sequence[Situation], day: dt.date, index: pd.Index[Any]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The households table, and places for what each says of the lists.

    A list is complete for the provinces that it names: each combination has one of its own. A
    place that a household does not live in any more was listed until the day before.
    """
    names = list(dict.fromkeys(name for situation in chosen for name in situation.places))
    placed = [tuple(situation.places.get(name) for name in names) for situation in chosen]
    number = {place: f"P{at}" for at, place in enumerate(dict.fromkeys(placed))}
    rows: list[dict[str, Any]] = []
    for place, province in number.items():
        for name, inside in zip(names, place, strict=True):
            one = {"list": name, "province": province, "valid_from": pd.NaT, "valid_to": pd.NaT}
            if inside:
                rows.append({**one, "commune": "A", "valid_from": pd.Timestamp(day)})
            elif inside is not None:
                rows.append({**one, "commune": "B", "valid_to": pd.Timestamp(day)})
                rows.append({**one, "commune": "A", "valid_to": pd.Timestamp(day - ONE_DAY)})
    answers = [situation.answers("households") for situation in chosen]
    households = pd.DataFrame(
        {
            "province": pd.Series([number[place] for place in placed], dtype=object, index=index),
            "commune": pd.Series("A", dtype=object, index=index),
            **{
                name: series.set_axis(index)
                for name, series in _columns("households", answers).items()
            },
        },
        index=index,
    )
    return households, pd.DataFrame(rows) if rows else None


def _columns(
    table: str, rows: Sequence[Mapping[str, Any]], always: Sequence[str] = ()
) -> dict[str, pd.Series[Any]]:
    """The answers of some rows by column, in a dtype that holds missing ones."""
    names = dict.fromkeys([*always, *(name for row in rows for name in row)])
    columns = {}
    for name in names:
        column = column_of(table, name)
        if column is not None and name not in ("household_id", "member_id"):
            columns[name] = _series(column, [row.get(name) for row in rows])
    return columns


def _series(column: Column, values: Sequence[Any]) -> pd.Series[Any]:
    if column.kind == "date":
        return pd.Series([pd.Timestamp(v) if v else pd.NaT for v in values], dtype="datetime64[ns]")
    return pd.Series(values, dtype=NUMBERS.get(column.kind, object))
