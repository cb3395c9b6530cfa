"""Each rule of a benefit once more, slowly: what it comes to for one household or one member.

Written from the conditions of the rules, and sharing nothing with the fast functions but their
values. What is missing is filled in, in every way there is, and every answer that occurs is given.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multidim_poverty.programmes.benefit_rules import conditions as c
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.testing.clauses import Answers, possible_ages

__all__ = [
    "CLASSES",
    "LISTED",
    "EntitlementCase",
    "Fact",
    "better_rules",
    "holds",
    "later",
    "outcomes",
    "values_around",
]

CLASSES = ("poor", "near_poor", "average", "above_average")
LISTED = ("poor", "near_poor")
EITHER = (False, True)

# What a condition asks: the class, an answer, whether a place is on a list, and so on.
Fact = tuple[Any, ...]
Read = Callable[[Fact], Any]


@dataclass(frozen=True)
class EntitlementCase:
    """What is known of one household, or of one of its members, on a day.

    Attributes
    ----------
    classes : sequence of str
        The classes that the household may have.
    current : mapping of str to Any
        The row of the household on the current list.
    home, member : mapping of str to Any
        Answers of the household, and of whom is asked about; ``member`` is empty for a benefit of
        the household, and where nobody is listed.
    members : sequence of mappings
        Answers of all members.
    decisions : sequence of (datetime.date, str or None), or None
        Days and classes of the household on earlier lists; None where there are no such lists.
    lists_from : datetime.date or None
        The first day of all of those lists.
    inside : callable
        Whether the household may live in a place of a list: the answers that are possible.
    day : datetime.date
    days : mapping of str to datetime.date
        Parameters of unit day that are given.
    exists : bool
        Whether the household still is one.
    rules : RuleSet
    """

    classes: Sequence[str]
    current: Answers
    home: Answers
    member: Answers
    members: Sequence[Answers]
    decisions: Sequence[tuple[dt.date, str | None]] | None
    lists_from: dt.date | None
    inside: Callable[[str], Sequence[bool]]
    day: dt.date
    days: Mapping[str, dt.date]
    exists: bool
    rules: RuleSet

    def eligible(self, rule: BenefitRule) -> bool | None:
        """Whether a rule gives its benefit; None where that is open."""
        return self.agreed(lambda read: _gives(rule, read))

    def granted(self, rule: BenefitRule, in_use: Sequence[BenefitRule]) -> bool | None:
        """Whether a rule counts beside those of its benefit that are in use.

        It does where it gives its benefit and no better one does; None where one of these is open.
        """
        gives = self.eligible(rule)
        others = [self.eligible(other) for other in better_rules(rule, in_use, self.rules)]
        if gives is False or True in others:
            return False
        return None if gives is None or None in others else True

    def priority(self, rule: BenefitRule) -> int | None:
        """The place in the order in which the entitled are served; None where that is open."""
        places = outcomes(lambda read: _place(rule, read), self.possible)
        return places.pop() if len(places) == 1 else None

    def agreed(self, holds: Callable[[Read], bool]) -> bool | None:
        """What every way to fill in the open facts agrees on; False of one that is no more."""
        if not self.exists:
            return False
        truths = outcomes(holds, self.possible)
        return truths.pop() if len(truths) == 1 else None

    def possible(self, fact: Fact) -> Sequence[Any]:
        """What a fact may be: one value where it is known."""
        match fact:
            case ("class",):
                return self.classes
            case ("answer", "age"):
                ages = possible_ages(self.member, self.day)
                return ages if len(ages) == 1 else _ends(ages, values_around(fact, self.rules))
            case ("answer", name):
                column = column_of("members", name)
                answer = (self.home if column is None else self.member).get(name)
                return values_around(fact, self.rules) if answer is None else (answer,)
            case ("lives_in", name):
                return self.inside(name)
            case ("escaped", months):
                return self._escaped(months)
            case ("listed_on", day):
                return self._listed_on(self.days.get(day) if isinstance(day, str) else day)
            case ("independent", years, by):
                return self._independent(years, self.days.get(by) if isinstance(by, str) else by)
            case ("some_member", condition):
                return self._some_member(condition)
            case ("on_the_list", name) | ("deprived", name):
                answer = self.current.get(name)
                return EITHER if answer is None else (bool(answer),)
        raise AssertionError(f"the oracle knows no fact {fact[0]}")

    # -- earlier lists ---------------------------------------------------------------------------

    def _past(self, day: dt.date) -> list[tuple[dt.date, str | None]]:
        known = self.decisions or ()
        return sorted((one for one in known if one[0] <= day), key=lambda one: one[0])

    def _escaped(self, months: int) -> Sequence[bool]:
        """Whether a decision took the household off the lists, at most so many months ago."""
        if self.decisions is None:
            return EITHER
        past = self._past(self.day)
        on_list = [day for day, cls in past if cls in LISTED]
        if not on_list:  # the lists may have begun after it left them
            first = self.lists_from
            since = first is not None and first <= self.day and later(first, months) < self.day
            return (False,) if since else EITHER
        if past[-1][1] is None:
            return EITHER
        off = [day for day, cls in past if cls is not None and day > on_list[-1]]
        return (bool(off) and self.day <= later(off[0], months),)

    def _listed_on(self, day: dt.date | None) -> Sequence[bool]:
        if self.decisions is None or day is None:
            return EITHER
        past = self._past(day)
        if not past:
            return (False,) if self.lists_from is not None and self.lists_from <= day else EITHER
        return EITHER if past[-1][1] is None else (past[-1][1] in LISTED,)

    # -- the rest --------------------------------------------------------------------------------

    def _independent(self, years: int, day: dt.date | None) -> Sequence[bool]:
        since = self.home.get("independent_since")
        if since is None or day is None:
            return EITHER
        return (later(since, 12 * years) <= day,)

    def _some_member(self, condition: c.Condition) -> Sequence[bool]:
        if not self.members:
            return EITHER
        truths = set()
        for member in self.members:
            of_member = EntitlementCase(**{**self.__dict__, "member": member})
            truths.add(of_member.agreed(lambda read: holds(condition, read)))
        return (True,) if True in truths else EITHER if None in truths else (False,)


# -- what a rule says of known facts -----------------------------------------------------------


def _gives(rule: BenefitRule, read: Read) -> bool:
    return holds(rule.when, read) and not any(holds(e.when, read) for e in rule.exclude)


def _place(rule: BenefitRule, read: Read) -> int:
    ranks = enumerate(rule.priority, start=1)
    return next((at for at, e in ranks if holds(e.when, read)), len(rule.priority) + 1)


def better_rules(
    rule: BenefitRule, in_use: Sequence[BenefitRule], rules: RuleSet
) -> list[BenefitRule]:
    """The rules of the same benefit beside which a rule does not count."""
    combine = rules.benefit(rule.benefit).combine
    own = [other for other in in_use if other.benefit == rule.benefit]
    before = own[: own.index(rule)]
    if combine == "add":
        return []
    if combine == "first":
        return before
    return [
        other
        for other in own
        if _worth(other) > _worth(rule) or (_worth(other) == _worth(rule) and other in before)
    ]


def _worth(rule: BenefitRule) -> Any:
    """What can be compared of two amounts: a loan is worth the more, the less it costs."""
    assert rule.amount is not None
    return -rule.amount.value if rule.amount.unit == "interest" else rule.amount.value


def holds(condition: c.Condition, read: Read) -> bool:
    """Whether a condition holds; nothing is missing here."""
    match condition:
        case c.AllOf():
            return all(holds(part, read) for part in condition.all)
        case c.AnyOf():
            return any(holds(part, read) for part in condition.any)
        case c.Not():
            return not holds(condition.negated, read)
        case c.ClassIn():
            return read(("class",)) in condition.class_in
        case c.NewlyEscaped():
            off = read(("class",)) not in LISTED
            return off and read(("escaped", condition.newly_escaped.months))
        case c.LivesIn():
            return any(read(("lives_in", name)) for name in condition.lives_in)
        case c.DeprivedIn():
            return any(read(("deprived", name)) for name in condition.deprived_in)
        case c.Listed():
            return bool(read(("on_the_list", "listed")))
        case c.ListedOn():
            return bool(read(("listed_on", condition.listed_on)))
        case c.IndependentFor():
            wanted = condition.independent_for
            return bool(read(("independent", wanted.years, wanted.by)))
        case c.SomeMember():
            return bool(read(("some_member", condition.some_member)))
        case c.Yes():
            return bool(read(("answer", condition.yes)))
        case c.OneOf():
            return read(("answer", condition.one_of.column)) in condition.one_of.codes
        case c.NamedIn():
            name = _plain_name(read(("answer", condition.named_in.column)))
            return name in map(_plain_name, condition.named_in.names)
        case c.NumberIn():
            return _within(condition.number_in, read(("answer", condition.number_in.column)))
        case c.Age():
            return _within(condition.age, read(("answer", "age")))
    raise AssertionError(f"the oracle knows no condition {condition.name}")


def _within(bounds: Any, number: Any) -> bool:
    def bound(name: str) -> Any:
        return getattr(bounds, name, None)

    return not (
        (bound("at_least") is not None and number < bound("at_least"))
        or (bound("above") is not None and number <= bound("above"))
        or (bound("at_most") is not None and number > bound("at_most"))
        or (bound("below") is not None and number >= bound("below"))
    )


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


# -- every way to fill in what is missing --------------------------------------------------------


class _OpenError(Exception):
    """A condition asked for a fact of which several values are possible."""


def outcomes(asked: Callable[[Read], Any], possible: Callable[[Fact], Sequence[Any]]) -> set[Any]:
    """What every way to fill in the open facts gives, up to the second answer that differs."""
    seen: set[Any] = set()
    for answer in _ways(asked, possible, {}):
        seen.add(answer)
        if len(seen) > 1:
            break
    return seen


def _ways(
    asked: Callable[[Read], Any],
    possible: Callable[[Fact], Sequence[Any]],
    filled: Mapping[Fact, Any],
) -> Iterator[Any]:
    def read(fact: Fact) -> Any:
        if fact in filled:
            return filled[fact]
        values = possible(fact)
        if len(values) > 1:
            raise _OpenError(fact)
        return values[0]

    try:
        yield asked(read)
    except _OpenError as error:
        (fact,) = error.args
        for value in possible(fact):
            yield from _ways(asked, possible, {**filled, fact: value})


def _ends(ages: Sequence[int], around: Sequence[int]) -> Sequence[int]:
    """Of the ages that are possible the first, the last, and those at both sides of a bound."""
    return sorted({ages[0], ages[-1]} | (set(ages) & set(around)))


def values_around(fact: Fact, rules: RuleSet) -> Sequence[Any]:
    """Answers to a question at both sides of every bound that the rules have for it."""
    name = fact[1]
    column = column_of("members", name) or column_of("households", name)
    assert column is not None
    if column.kind == "boolean":
        return EITHER
    if column.kind == "category":
        return column.codes
    asked = [
        condition
        for rule in rules.rules
        for _, node in rule.conditions()
        for condition in node.walk()
    ]
    if column.kind == "text":
        names = [n.named_in.names for n in asked if isinstance(n, c.NamedIn)]
        return [*sorted({one for some in names for one in some}), "-"]
    bounds: set[float | None] = set()
    for condition in asked:
        if name == "age" and isinstance(condition, c.Age):
            bounds |= {condition.age.at_least, condition.age.below}
        elif isinstance(condition, c.NumberIn) and condition.number_in.column == name:
            of = condition.number_in
            bounds |= {of.at_least, of.above, of.at_most, of.below}
    known = sorted(bound for bound in bounds if bound is not None)
    return sorted({value + step for value in known for step in (-1, 0, 1) if value + step >= 0})


def later(day: dt.date, months: int) -> dt.date:
    """The day of the same number so many months later or, where there is none, the next one."""
    month = day.year * 12 + day.month - 1 + months
    try:
        return dt.date(month // 12, month % 12 + 1, day.day)
    except ValueError:
        return dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
