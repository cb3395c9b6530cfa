"""Who is entitled to what, slowly: the tables of a day read one household at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.testing.entitlement_clauses import CLASSES, LISTED, EntitlementCase
from multidim_poverty.testing.oracle import records

__all__ = ["amount_of", "inside_places", "oracle_eligible", "rules_asked"]

Row = Mapping[str, Any]
LEVELS = ("province", "district", "commune", "village")


def oracle_eligible(
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
) -> pd.DataFrame:
    """Who is entitled to which benefit on a day, one household after the other.

    A missing answer is filled in, in every way there is: what all completions agree on is known.

    Parameters
    ----------
    current, members : pandas.DataFrame
        As for `multidim_poverty.programmes.eligible`.
    on : str or datetime.date
        As for `multidim_poverty.programmes.eligible`.
    households : pandas.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`.
    history : pandas.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`, with ``household_id``, ``on`` and
        ``poverty_class``.
    rules : RuleSet, str or a sequence of these, optional
        As for `multidim_poverty.programmes.eligible`.
    places : pandas.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`; units have the spelling of the households.
    unit_costs : mapping of str to number, optional
        As for `multidim_poverty.programmes.eligible`.
    include : iterable of str
        As for `multidim_poverty.programmes.eligible`.

    Returns
    -------
    pandas.DataFrame
        A row per rule in use and household or member, benefit by benefit: ``household_id``,
        ``member_id`` (None for a benefit of the household, and where nobody is listed), ``rule``,
        ``eligible`` and ``granted`` (True, False, None where open), ``priority`` (None where
        open), ``amount`` [VND per period] (None where it is not known); all object.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if `rules` is no set
        of rules, or `on` no day.
    UnknownNameError
        If `rules` names no set of rules.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import testing
    >>> current = pd.DataFrame({"poverty_class": ["near_poor", None]}, index=["a", "b"])
    >>> rows = testing.oracle_eligible(current, on="2024-06-01").set_index("rule")
    >>> rows.loc["premium_near_poor", "eligible"].tolist()
    [True, None]
    """
    rule_set, day = as_rules(rules), as_date(on)
    in_use = rules_asked(rule_set, day, include)
    given = {} if unit_costs is None else dict(unit_costs)
    named = [one.id for one in rule_set.parameters if one.unit == "day" and one.id in given]
    days = {name: as_date(given[name]) for name in named}
    of_current = _by_id(as_frame(current, "current"))
    of_households: Mapping[Any, Row] = (
        {} if households is None else _by_id(as_frame(households, "households"))
    )
    homes = list(dict.fromkeys([*of_households, *of_current]))
    people: dict[Any, list[Row]] = {id: [] for id in homes}
    for person in [] if members is None else _rows(as_frame(members, "members")):
        people[person["household_id"]].append(person)
    decisions: dict[Any, list[tuple[dt.date, str | None]]] = {}
    for row in [] if history is None else _rows(as_frame(history, "history")):
        decisions.setdefault(row["household_id"], []).append((row["on"], row["poverty_class"]))
    first = min((day for of_home in decisions.values() for day, _ in of_home), default=None)
    listed_places = _places(rule_set, places)

    def case(id: Any, member: Row) -> EntitlementCase:
        home = {**of_current.get(id, {}), **of_households.get(id, {})}
        left = of_current.get(id, {}).get("left_on")
        return EntitlementCase(
            classes=_classes(of_current, id),
            current=of_current.get(id, {}),
            home=home,
            member=member,
            members=people[id],
            decisions=None if history is None else decisions.get(id, []),
            lists_from=first,
            inside=inside_places(home, listed_places, day),
            day=day,
            days=days,
            exists=left is None or left > day,
            rules=rule_set,
        )

    rows = []
    for rule in in_use:
        personal = rule_set.benefit(rule.benefit).whom in ("member", "worker")
        amount = amount_of(rule, given)
        for id in homes:
            for member in (people[id] or [{}]) if personal else [{}]:
                asked = case(id, member)
                rows.append(
                    {
                        "household_id": id,
                        "member_id": member.get("member_id"),
                        "rule": rule.id,
                        "eligible": asked.eligible(rule),
                        "granted": asked.granted(rule, in_use),
                        "priority": asked.priority(rule),
                        "amount": None if amount is None else float(amount),
                    }
                )
    columns = ["household_id", "member_id", "rule", "eligible", "granted", "priority", "amount"]
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=object) for name in columns}
    )


def rules_asked(rules: RuleSet, day: dt.date, include: Iterable[str]) -> list[BenefitRule]:
    """The versions valid on a day, benefit by benefit: those that are on, and those asked for."""
    wanted = set(include)
    valid = [
        rule
        for rule in rules.rules
        if (rule.valid_from or day) <= day <= (rule.valid_to or day)
        and (rule.status == "on" or rule.id in wanted)
    ]
    return [rule for benefit in rules.benefits for rule in valid if rule.benefit == benefit.id]


def amount_of(rule: BenefitRule, unit_costs: Mapping[str, Any]) -> Fraction | None:
    """What a rule gives [VND per period]; None where that is not known, or no amount."""
    amount = rule.amount
    if amount is None or amount.unit == "interest":
        return None
    if amount.of is None:
        return amount.value
    return amount.value * Fraction(str(unit_costs[amount.of])) if amount.of in unit_costs else None


# -- the tables ----------------------------------------------------------------------------------


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in records(table)]


def _by_id(table: pd.DataFrame) -> dict[Any, Row]:
    return dict(zip(table.index.tolist(), _rows(table), strict=True))


def _plain(value: Any) -> Any:
    """A value of Python: None where it is missing, a date for a day."""
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def _classes(of_current: Mapping[Any, Row], id: Any) -> Sequence[str]:
    """The classes that a household may have."""
    row = of_current.get(id, {})
    if row.get("poverty_class") is not None:
        return (str(row["poverty_class"]),)
    worst, best = row.get("class_at_worst"), row.get("class_at_best")
    first = 0 if worst is None else CLASSES.index(worst)
    last = len(CLASSES) - 1 if best is None else CLASSES.index(best)
    possible = CLASSES[first : last + 1]
    tells = any("listed" in known for known in of_current.values())
    listed = row.get("listed", False) if tells else None
    if listed is not None:  # whom such a list does not name is on no list
        possible = tuple(cls for cls in possible if (cls in LISTED) == bool(listed))
    return possible or CLASSES


def _places(rules: RuleSet, places: pd.DataFrame | None) -> dict[str, list[Row]]:
    """The places of each list: those of the table in the place of the shipped ones."""
    listed: dict[str, list[Row]] = {
        entry.id: [place.model_dump() for place in entry.places] for entry in rules.place_lists
    }
    rows = [] if places is None else _rows(as_frame(places, "places"))
    for name in {row["list"] for row in rows}:
        listed[name] = [row for row in rows if row["list"] == name]
    return listed


def inside_places(
    home: Row, listed: Mapping[str, Sequence[Row]], day: dt.date
) -> Callable[[str], Sequence[bool]]:
    """Whether a household may live in a place of a list: a function of the id of the list."""

    def inside(name: str) -> Sequence[bool]:
        active = [
            place
            for place in listed[name]
            if (place.get("valid_from") or day) <= day <= (place.get("valid_to") or day)
        ]
        truths = {truth for place in active for truth in _in_place(home, place)}
        provinces = {place["province"] for place in active if place.get("province")}
        if any(_in_place(home, place) == (True,) for place in active):
            return (True,)
        if not active or (provinces and home.get("province") not in provinces):
            return (False, True)
        return (False, True) if True in truths else (False,)

    return inside


def _in_place(home: Row, place: Row) -> Sequence[bool]:
    named = [level for level in LEVELS if place.get(level)]
    if any(home.get(level) not in (None, place[level]) for level in named):
        return (False,)
    return (False, True) if any(home.get(level) is None for level in named) else (True,)
