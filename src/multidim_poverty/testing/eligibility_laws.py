"""The laws of an implementation of the rules of benefits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.testing.eligibility_oracle import oracle_eligible, rules_asked
from multidim_poverty.testing.entitlement_bounds import bounds_of_days
from multidim_poverty.testing.entitlement_clauses import CLASSES, values_around
from multidim_poverty.testing.oracle import records
from multidim_poverty.testing.survey_laws import plain_values, words_of
from multidim_poverty.testing.table_laws import TABLE_LAWS, Answers, Tables, Trial, compare

__all__ = ["ELIGIBILITY_LAWS", "check_eligibility_laws", "eligibility_trial"]

TABLES = ("current", "members", "history", "places", "households")
NEEDED = ("household_id", "rule", "eligible")
COMPARED = ("eligible", "granted", "priority", "amount")
NOTHING = {"eligible": False, "granted": False}


def check_eligibility_laws(
    f: Callable[..., Any],
    current: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike,
    households: pd.DataFrame | None = None,
    history: pd.DataFrame | None = None,
    rules: RulesLike = None,
    places: pd.DataFrame | None = None,
    unit_costs: Mapping[str, Any] | None = None,
    include: Iterable[str] = (),
) -> None:
    """Check every law of an implementation of who is entitled to what.

    Parameters
    ----------
    f : callable
        ``f(current=, members=, history=, places=, households=, unit_costs=, on=)`` gives a row per
        rule and household or member, in any order, as a DataFrame or a list of mappings:
        ``household_id``, ``member_id`` (absent or missing for a benefit of the household),
        ``rule`` and ``eligible`` (missing where open), and ``granted``, ``priority``, ``amount``,
        which are checked where they are there. Whoever has no row is not entitled. It stands in
        the place of `multidim_poverty.programmes.eligible`, with its rules.
    current, members : pandas.DataFrame
        As for `oracle_eligible`; draw all tables with `boundary_entitlements`.
    on : str or datetime.date
        The day, which `f` takes as a `datetime.date`.
    households, history : pandas.DataFrame, optional
        As for `oracle_eligible`.
    rules : RuleSet, str or a sequence of these, optional
        The rules that `f` implements.
    places : pandas.DataFrame, optional
        As for `oracle_eligible`.
    unit_costs : mapping of str to number, optional
        As for `oracle_eligible`.
    include : iterable of str
        Ids of rules that are off, and that `f` uses nevertheless.

    Raises
    ------
    AssertionError
        Names the law and shows the household, the rule and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if `rules` is no set
        of rules, or `on` no day.
    UnknownNameError
        If `rules` names no set of rules.

    Examples
    --------
    >>> from functools import partial
    >>> import pandas as pd
    >>> from multidim_poverty import programmes, testing
    >>> current = pd.DataFrame({"poverty_class": ["poor", "near_poor"]}, index=["a", "b"])
    >>> national = partial(programmes.eligible, rules="national_2021_2026")
    >>> testing.check_eligibility_laws(national, current, on="2024-06-01")
    """
    tables = {
        "current": current, "members": members, "history": history, "places": places,
        "households": households,
    }  # fmt: skip
    given = {name: as_frame(table, name) for name, table in tables.items() if table is not None}
    trial = eligibility_trial(f, given, as_rules(rules), unit_costs or {}, as_date(on), include)
    for law in ELIGIBILITY_LAWS:
        law(trial)


@dataclass(frozen=True)
class EligibilityTrial(Trial):
    """The trial of an implementation of the rules of benefits.

    Attributes
    ----------
    rules : RuleSet
    day : datetime.date
    on_day : callable or None
        The trial of the same tables on another day.
    """

    rules: RuleSet | None = None
    day: dt.date | None = None
    on_day: Callable[[dt.date], EligibilityTrial] | None = None


def eligibility_trial(
    f: Callable[..., Any],
    tables: Tables,
    rules: RuleSet,
    unit_costs: Mapping[str, Any],
    day: dt.date,
    include: Iterable[str] = (),
) -> EligibilityTrial:
    """The trial of an implementation on the tables of a day; lists stay whole for each part."""
    in_use = rules_asked(rules, day, include)

    def read(answer: Any, tables: Tables) -> Answers:
        return _by_key(answer, _keys(tables, rules, in_use))

    def right(tables: Tables) -> Answers:
        asked: Any = {name: tables.get(name) for name in TABLES}
        rows = oracle_eligible(**asked, rules=rules, unit_costs=unit_costs, on=day, include=include)
        # Of whom a rule gives nothing, neither the place in the order nor the amount matters.
        return {
            key: row if row["eligible"] is not False else {**NOTHING}
            for key, row in _by_key(rows, ()).items()
        }

    return EligibilityTrial(
        call=lambda tables: f(
            **{name: tables.get(name) for name in TABLES}, unit_costs=dict(unit_costs), on=day
        ),
        read=read,
        right=right,
        tables=tables,
        ids={
            name: ("",) if name in ("current", "households") else ("household_id",)
            for name in tables
            if name != "places"
        },
        about=lambda tables, key: _about(tables, key, day),
        part=_part,
        home_of=lambda key: key[0],
        rules=rules,
        day=day,
        on_day=lambda other: eligibility_trial(
            f, _without_days(tables, day), rules, unit_costs, other, include
        ),
    )


def _keys(tables: Tables, rules: RuleSet, in_use: Sequence[BenefitRule]) -> list[Any]:
    """Household, member and rule of everybody who is asked about."""
    homes = [
        id for name in ("households", "current") if name in tables for id in tables[name].index
    ]
    people: dict[Any, list[Any]] = {id: [] for id in homes}
    if "members" in tables:
        pairs = (tables["members"][name].tolist() for name in ("household_id", "member_id"))
        for home, member in zip(*pairs, strict=True):
            people[home].append(member)
    keys = []
    for rule in in_use:
        personal = rules.benefit(rule.benefit).whom in ("member", "worker")
        for home, members in people.items():
            keys += [(home, id, rule.id) for id in (members if personal and members else [None])]
    return keys


def _by_key(answer: Any, asked: Iterable[Any]) -> Answers:
    """What is said of each household or member under each rule; nothing is no entitlement."""
    rows = records(answer) if isinstance(answer, pd.DataFrame) else [dict(row) for row in answer]
    if rows and (absent := [name for name in NEEDED if name not in rows[0]]):
        raise AssertionError(f"the answer has no column {', '.join(absent)}")
    answers: dict[Any, Any] = {key: {**NOTHING} for key in asked}
    said = set()
    for row in map(plain_values, rows):
        key = row["household_id"], row.get("member_id"), row["rule"]
        assert key not in said, f"two rows for {key}"
        said.add(key)
        if key in answers or row["eligible"] is not False or not asked:
            answers[key] = {name: row[name] for name in COMPARED if name in row}
    return answers


def _part(tables: Tables, ids: Sequence[Any]) -> Tables:
    """Some households; the earlier lists and the places stay whole."""
    part = dict(tables)
    for name in ("current", "households"):
        if name in tables:
            part[name] = tables[name].loc[[id for id in ids if id in tables[name].index]]
    if "members" in tables:
        part["members"] = tables["members"][tables["members"]["household_id"].isin(list(ids))]
    return part


def _without_days(tables: Tables, day: dt.date) -> Tables:
    """The tables with the places of a day, as if they were listed on every day."""
    if "places" not in tables or not {"valid_from", "valid_to"} & set(tables["places"]):
        return tables
    places, on = tables["places"], pd.Timestamp(day)
    listed = pd.Series(True, index=places.index)
    if "valid_from" in places:
        listed &= ~(pd.to_datetime(places["valid_from"]) > on)
    if "valid_to" in places:
        listed &= ~(pd.to_datetime(places["valid_to"]) < on)
    days = [name for name in ("valid_from", "valid_to") if name in places]
    return {**tables, "places": places[listed.to_numpy()].drop(columns=days)}


def _about(tables: Tables, key: tuple[Any, Any, str], day: dt.date) -> str:
    """What the tables say of a household and of the member."""
    home, member, _ = key
    lines = [f"on: {day}"]
    lines += [
        f"{name}: {words_of(tables[name].loc[home].to_dict())}"
        for name in ("current", "households")
        if name in tables and home in tables[name].index
    ]
    for name in ("members", "history"):
        lines += [
            f"{name}: {words_of(row)}"
            for row in (records(tables[name]) if name in tables else [])
            if row["household_id"] == home and member in (None, row.get("member_id", member))
        ]
    return "\n".join(lines)


# -- the laws of benefits ------------------------------------------------------------------------


def days_are_those_of_the_rules(trial: EligibilityTrial) -> None:
    """On the first and the last day of a rule it gives its benefit, and beside them it does not.

    Tried are the bounds of the days of the rules that are next to the day of the tables.
    """
    assert trial.rules is not None
    assert trial.day is not None
    assert trial.on_day is not None
    bounds = bounds_of_days(trial.rules.rules)
    before = [day for day in bounds if day < trial.day][-1:]
    after = [day for day in bounds if day > trial.day][:1]
    for day in (*before, *after):
        other = trial.on_day(day)
        right = other.right(other.tables)
        compare(
            "days_are_those_of_the_rules", f"on {day}: ", other, other.tables, right, other.answers
        )


def poorer_never_have_less(trial: EligibilityTrial) -> None:
    """Of a benefit that the law never gives the poorer less of, no poorer class has less."""
    assert trial.rules is not None
    benefit_of = {rule.id: trial.rules.benefit(rule.benefit) for rule in trial.rules.rules}
    worth_of = {rule.id: _worth(rule) for rule in trial.rules.rules}
    current = trial.tables["current"]
    dropped = [name for name in ("class_at_worst", "class_at_best", "listed") if name in current]
    before: dict[Any, Fraction | None] = {}
    for cls in reversed(CLASSES):
        assumed = current.drop(columns=dropped).assign(poverty_class=cls)
        tables = {**trial.tables, "current": assumed}
        worth: dict[Any, Fraction | None] = {}
        for (home, member, rule), answer in trial.ask(tables).items():
            if rule not in benefit_of or not benefit_of[rule].never_less_for_poorer:
                continue
            key = home, member, benefit_of[rule].id
            gives = answer.get("granted", answer["eligible"])
            sum_so_far = worth.get(key, Fraction(0))
            known = sum_so_far is not None and gives is not None
            worth[key] = sum_so_far + worth_of[rule] * bool(gives) if known else None  # type: ignore[operator]
        for key, has in worth.items():
            had = before.get(key)
            if has is not None and had is not None and has < had:
                home, member, benefit = key
                raise AssertionError(
                    f"poorer_never_have_less: {home!r} has less of {benefit} as {cls} than in the "
                    f"next better class\n{trial.about(tables, (home, member, ''))}"
                )
        before = worth


def _worth(rule: BenefitRule) -> Fraction:
    return Fraction(1) if rule.amount is None else rule.amount.value


def answers_survive_completion(trial: EligibilityTrial) -> None:
    """What is known of an entitlement stays so, whatever the missing answers turn out to be."""
    assert trial.rules is not None
    for way in (0, 1):
        tables = dict(trial.tables)
        for name in ("current", "households", "members"):
            if name in tables:
                tables[name] = _filled(tables[name], name, trial.rules, way)
        known = {
            key: {name: value for name, value in answer.items() if value is not None}
            for key, answer in trial.answers.items()
        }
        after = {
            key: {name: value for name, value in answer.items() if name in known.get(key, answer)}
            for key, answer in trial.ask(tables).items()
        }
        law, what = "answers_survive_completion", "with the missing answers filled in: "
        compare(law, what, trial, tables, known, after)


def _filled(table: pd.DataFrame, name: str, rules: RuleSet, way: int) -> pd.DataFrame:
    """A table whose missing classes and answers are filled in."""
    rng = np.random.default_rng([len(table), way])
    born = [column for column in ("age", "birth_date", "birth_year") if column in table]
    filled = {}
    for column in table.columns:
        values = table[column].astype(object)
        gaps = values.isna().to_numpy()
        if column in born:
            gaps = gaps & table[born].isna().all(axis=1).to_numpy()
        if not gaps.any():
            continue
        options = _options(table, name, column, rules)
        if options is not None:
            chosen = [of[int(rng.integers(len(of)))] for of in options]
            filled[column] = values.mask(gaps, pd.Series(chosen, index=table.index, dtype=object))
    return table.assign(**filled)


def _options(
    table: pd.DataFrame, name: str, column: str, rules: RuleSet
) -> list[Sequence[Any]] | None:
    """What each missing value of a column may be; None where it is not filled in."""
    if name == "current":
        if column != "poverty_class" or "listed" in table:
            return None
        ends = []
        for bound, default in (("class_at_worst", CLASSES[0]), ("class_at_best", CLASSES[-1])):
            known = table[bound].astype(object) if bound in table else pd.Series(None, table.index)
            ends.append([default if pd.isna(value) else str(value) for value in known])
        pairs = zip(*ends, strict=True)
        return [CLASSES[CLASSES.index(low) : CLASSES.index(high) + 1] for low, high in pairs]
    known_column = column_of(name, column)
    if known_column is None or known_column.kind not in ("boolean", "category", "integer"):
        return None
    if column in ("birth_year", "household_size") or "_id" in column:
        return None
    values = values_around(("answer", column), rules)
    return [values] * len(table) if values else None


ELIGIBILITY_LAWS: tuple[Callable[[Any], None], ...] = (
    *TABLE_LAWS,
    poorer_never_have_less,
    answers_survive_completion,
    days_are_those_of_the_rules,
)
