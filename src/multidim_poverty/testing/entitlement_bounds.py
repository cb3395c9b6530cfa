"""Situations at both sides of every bound that a rule of a benefit has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from multidim_poverty.programmes.benefit_rules import conditions as c
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.testing.entitlement_clauses import (
    CLASSES,
    EntitlementCase,
    Fact,
    holds,
    later,
    values_around,
)

__all__ = [
    "Situation",
    "bounds_of_days",
    "first_day",
    "last_day",
    "parameter_days",
    "situations",
]

NEVER = "never"  # on no list: of the day on which a household left the lists
LONG_AGO = dt.date(1999, 1, 1)  # of the earliest of all lists
ONE_DAY = dt.timedelta(days=1)
TRIES = 6
Facts = Mapping[Fact, Any]


@dataclass(frozen=True)
class Situation:
    """What is known of a household and its one member on a day.

    Attributes
    ----------
    facts : mapping of tuple to Any
        What the conditions ask: the class, answers, lists of places, the day on which it left the
        lists. Facts of no condition are absent, unknown ones None.
    day : datetime.date
    days : mapping of str to datetime.date
        Parameters of unit day.
    rules : RuleSet
    """

    facts: Facts
    day: dt.date
    days: Mapping[str, dt.date]
    rules: RuleSet

    def answers(self, table: str) -> dict[str, Any]:
        """Answers of the household, or of its member, that are asked; None where missing."""
        answers: dict[str, Any] = {}
        for fact, value in self.facts.items():
            name = "independent_since" if fact[0] == "independent" else fact[-1]
            is_answer = fact[0] in ("answer", "independent")
            if is_answer and column_of(table, name) is not None:
                answers[name] = value
        return answers

    @property
    def current(self) -> dict[str, Any]:
        """The row of the current list."""
        row = {
            fact[1]: v for fact, v in self.facts.items() if fact[0] in ("deprived", "on_the_list")
        }
        return {"poverty_class": self.facts.get(("class",)), **row}

    @property
    def places(self) -> dict[str, bool | None]:
        """Whether the household lives in a place of each list."""
        return {fact[1]: value for fact, value in self.facts.items() if fact[0] == "lives_in"}

    @property
    def decisions(self) -> list[tuple[dt.date, str | None]]:
        """Days and classes of earlier lists, which begin long ago."""
        for fact, value in self.facts.items():
            if fact[0] == "listed_on":
                return [(LONG_AGO, None if value is None else "poor" if value else "average")]
            if fact[0] == "escaped":
                if value == NEVER:
                    return [(LONG_AGO, "average")]
                if value is None:
                    return [(LONG_AGO, "poor"), (LONG_AGO + ONE_DAY, None)]
                return [(LONG_AGO, "near_poor"), (value, "average")]
        return [(LONG_AGO, "average")]

    def case(self) -> EntitlementCase:
        """The situation as the oracle takes it."""
        return self.case_of(self.answers("members"))

    def case_of(self, member: Mapping[str, Any]) -> EntitlementCase:
        """The same with the answers of another member in the place of its own."""
        known = self.facts.get(("class",))
        places = self.places
        return EntitlementCase(
            classes=CLASSES if known is None else (known,),
            current=self.current,
            home=self.answers("households"),
            member=member,
            members=[member],
            decisions=self.decisions,
            lists_from=LONG_AGO,
            inside=lambda n: (False, True) if places.get(n) is None else (bool(places[n]),),
            day=self.day,
            days=self.days,
            exists=True,
            rules=self.rules,
        )


# -- days ----------------------------------------------------------------------------------------


def bounds_of_days(rules: Iterable[BenefitRule]) -> list[dt.date]:
    """The first and the last day of each version, and the days beside them."""
    days = set()
    for rule in rules:
        if rule.valid_from is not None:
            days |= {rule.valid_from - ONE_DAY, rule.valid_from}
        if rule.valid_to is not None:
            days |= {rule.valid_to, rule.valid_to + ONE_DAY}
    return sorted(days)


def last_day(until: dt.date, months: int) -> dt.date:
    """The last day from which so many months have passed on a day."""
    day = dt.date(until.year - months // 12 - 1, until.month, 1)
    while later(day + 28 * ONE_DAY, months) <= until:
        day += 28 * ONE_DAY
    while later(day + ONE_DAY, months) <= until:
        day += ONE_DAY
    return day


def first_day(until: dt.date, months: int) -> dt.date:
    """The first day from which no more than so many months have passed on a day."""
    day = last_day(until, months)
    while later(day - ONE_DAY, months) >= until:
        day -= ONE_DAY
    return day if later(day, months) >= until else day + ONE_DAY


def parameter_days(rules: RuleSet) -> dict[str, dt.date]:
    """A day for each parameter of unit day: 60 days after the rules that name it begin."""
    days = {}
    for rule in rules.rules:
        for _, node in rule.conditions():
            for condition in node.walk():
                if condition.named_day is not None and rule.valid_from is not None:
                    days[condition.named_day] = rule.valid_from + 60 * ONE_DAY
    return days


# -- facts and their values ----------------------------------------------------------------------


def _facts_of(condition: c.Condition) -> Iterator[Fact]:
    """What a condition asks, of the household and of a member."""
    for node in condition.walk():
        match node:
            case c.ClassIn():
                yield ("class",)
            case c.NewlyEscaped():
                yield ("class",)
                yield ("escaped", node.newly_escaped.months)
            case c.LivesIn():
                yield from (("lives_in", name) for name in node.lives_in)
            case c.DeprivedIn():
                yield from (("deprived", name) for name in node.deprived_in)
            case c.Listed():
                yield ("on_the_list", "listed")
            case c.ListedOn():
                yield ("listed_on", node.listed_on)
            case c.IndependentFor():
                yield ("independent", node.independent_for.years, node.independent_for.by)
            case c.ColumnCondition():
                yield ("answer", node.column_name)
            case c.Age():
                yield ("answer", "age")


def _values(
    fact: Fact, rules: RuleSet, day: dt.date, days: Mapping[str, dt.date]
) -> tuple[Any, ...]:
    """Values of a fact, at both sides of each bound; unknown is the last."""
    match fact:
        case ("class",):
            return (*CLASSES, None)
        case ("answer", _):
            return (*values_around(fact, rules), None)
        case ("escaped", months):
            since = first_day(day, months)
            return (since - ONE_DAY, since, since + ONE_DAY, day, NEVER, None)
        case ("independent", years, by):
            until = days.get(by, day) if isinstance(by, str) else by or day
            since = last_day(until, 12 * years)
            return (since, since + ONE_DAY, None)
    return (True, False, None)


def _nodes(rule: BenefitRule) -> Iterator[c.Condition]:
    for _, node in rule.conditions():
        yield node


def _ways(condition: c.Condition, wanted: bool, of: Callable[[Fact], Sequence[Any]],
          true: Callable[[c.Condition, Facts], bool | None]) -> list[dict[Fact, Any]]:  # fmt: skip
    """Facts with which a condition holds, or does not, in every way that it can."""
    match condition:
        case c.Not():
            return _ways(condition.negated, not wanted, of, true)
        case c.SomeMember():
            return _ways(condition.some_member, wanted, of, true)
        case c.AllOf() | c.AnyOf():
            parts = [_ways(part, wanted, of, true) for part in condition.parts]
            if isinstance(condition, c.AnyOf) == wanted:
                return [way for part in parts for way in part]
            joined: list[dict[Fact, Any]] = [{}]
            for part in parts:
                joined = [{**one, **two} for one, two in product(joined, part) if _agree(one, two)]
            return joined
    facts = list(dict.fromkeys(_facts_of(condition)))
    ways = [dict(zip(facts, values, strict=True)) for values in product(*map(of, facts))]
    return [way for way in ways if true(condition, way) is wanted]


def _agree(one: Facts, other: Facts) -> bool:
    return all(other.get(fact, value) == value for fact, value in one.items())


# -- situations ----------------------------------------------------------------------------------


def situations(
    rule: BenefitRule,
    rules: RuleSet,
    day: dt.date,
    random: Random,
    *,
    at_most: int = 12,
    missing: bool = True,
) -> Iterator[Situation]:
    """Situations in which a rule gives its benefit, and those in which one fact is another.

    Parameters
    ----------
    rule : BenefitRule
        One of `rules`.
    rules : RuleSet
    day : datetime.date
    random : random.Random
        Chooses the situations from which one fact is changed.
    at_most : int
        The most situations in which the rule gives its benefit.
    missing : bool
        Whether facts may be unknown.
    """
    days = parameter_days(rules)
    combine = rules.benefit(rule.benefit).combine
    own = [one for one in rules.rules if one.benefit == rule.benefit and combine != "add"]
    nodes = [*_nodes(rule), *(node for one in own if one.id != rule.id for node in _nodes(one))]
    facts = list(dict.fromkeys(fact for node in nodes for fact in _facts_of(node)))
    values = {fact: _values(fact, rules, day, days) for fact in facts}

    def known(fact: Fact) -> Sequence[Any]:
        return [value for value in values[fact] if value is not None]

    def true(condition: c.Condition, way: Facts) -> bool | None:
        case = Situation(way, day, days, rules).case()
        return case.agreed(lambda read: holds(condition, read))

    wanted = [(rule.when, True), *((exclusion.when, False) for exclusion in rule.exclude)]
    ways: list[dict[Fact, Any]] = [{}]
    for condition, truth in wanted:
        more = _ways(condition, truth, known, true)
        ways = [{**one, **two} for one, two in product(ways, more) if _agree(one, two)]
    if not ways:
        return

    def filled(way: Facts) -> dict[Fact, Any]:
        return {fact: way[fact] if fact in way else _one_of(known(fact), random) for fact in facts}

    if len(ways) > at_most:
        ways = [_one_of(ways, random) for _ in range(at_most)]
    yield from (Situation(filled(way), day, days, rules) for way in ways)
    for fact in facts:
        decisive = [way for way in ways if fact in way] or ways
        for value in values[fact] if missing else known(fact):
            # One in which the rule no longer gives its benefit, where a few tries find it.
            for _ in range(TRIES):
                changed = {**filled(_one_of(decisive, random)), fact: value}
                situation = Situation(changed, day, days, rules)
                if not situation.case().eligible(rule):
                    break
            yield situation


def _one_of(options: Sequence[Any], random: Random) -> Any:
    """One of some options; the same one under every version of Python."""
    return options[int(random.random() * len(options))]
