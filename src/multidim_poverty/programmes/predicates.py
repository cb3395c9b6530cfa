"""The mechanics of the conditions: three-valued truth for each household, or each member.

Every condition is evaluated once for a table, whichever rules share it. What a table cannot answer
is unknown. A condition of a household is asked of a member through its household.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import completed_months, read_days
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import Truth
from multidim_poverty.programmes.benefit_rules.conditions import (
    Age,
    AllOf,
    AnyOf,
    Bounds,
    ClassIn,
    ColumnCondition,
    Condition,
    DeprivedIn,
    IndependentFor,
    Level,
    Listed,
    ListedOn,
    LivesIn,
    NamedIn,
    NewlyEscaped,
    Not,
    NumberIn,
    OneOf,
    SomeMember,
    Yes,
)
from multidim_poverty.programmes.escaped import listed_on, newly_escaped_truth
from multidim_poverty.programmes.facts import Facts
from multidim_poverty.programmes.place_lists import lives_in
from multidim_poverty.schema.ages import BIRTH_COLUMNS, ages_of
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["Evaluation"]

CLASSES = PovertyClass.codes()
LISTED_CLASSES = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
FARM_SOURCE = "farm"  # of `review.current_list`: recognised as a farm household


class Evaluation:
    """The truth of conditions on the facts of a day.

    ``assumed`` gives conditions an answer in the place of the one that the tables have.
    """

    def __init__(self, facts: Facts, assumed: Mapping[Condition, bool] | None = None) -> None:
        self.facts = facts
        self.assumed = dict(assumed or {})
        self._known: dict[tuple[Condition, Level], Truth] = {}
        self._escaped: dict[int, Truth] = {}

    def size(self, level: Level) -> int:
        """How many households, or members, there are."""
        return len(self.facts.home) if level == "member" else len(self.facts.index)

    def of(self, condition: Condition, level: Level) -> Truth:
        """The truth of a condition for each household, or each member."""
        key = condition, level
        if key not in self._known:
            self._known[key] = self._evaluated(condition, level)
        return self._known[key]

    def exists(self) -> Truth:
        """Whether each household still is one on the day."""
        left = self.facts.of_list("left_on")
        if left is None:
            return Truth.known(np.ones(len(self.facts.index), dtype=bool))
        days = read_days(left).days
        return Truth.known(np.isnat(days) | (days > np.datetime64(self.facts.day, "D")))

    def to_members(self, truth: Truth) -> Truth:
        """What holds of a household, for each of its members."""
        home = self.facts.home
        certain = truth.certain[home]
        return Truth.known(certain) if truth.complete else Truth(certain, truth.possible[home])

    # -- the tree ------------------------------------------------------------------------------

    def _evaluated(self, condition: Condition, level: Level) -> Truth:
        if condition in self.assumed:
            return Truth.known(np.full(self.size(level), self.assumed[condition]))
        if level == "member" and condition.level == "household":
            return self.to_members(self.of(condition, "household"))
        if level == "household" and condition.level == "member" and not condition.parts:
            return Truth.unknown(self.size(level))  # of whom nobody was asked
        match condition:
            case AllOf():
                return self._joined(condition.parts, level, and_)
            case AnyOf():
                return self._joined(condition.parts, level, or_) | self._either_way(
                    condition, level
                )
            case Not():
                return ~self.of(condition.negated, level)
            case SomeMember():
                return self._some_member(condition.some_member)
        return self._answered(condition)

    def _joined(
        self,
        parts: tuple[Condition, ...],
        level: Level,
        operator: Callable[[Truth, Truth], Truth],
    ) -> Truth:
        """The parts of a household are joined before they are asked of its members."""
        of_home = [part for part in parts if level == "member" and part.level == "household"]
        truths = [self.of(part, level) for part in parts if part not in of_home]
        if of_home:
            joined = reduce(operator, (self.of(part, "household") for part in of_home))
            truths.append(self.to_members(joined))
        return reduce(operator, truths)

    def _either_way(self, condition: AnyOf, level: Level) -> Truth:
        """Whom "on a list, or newly escaped" holds of whatever the class is, which may be open.

        Who left the lists lately is back on one of them, or newly escaped.
        """
        classes = {
            c for part in condition.parts if isinstance(part, ClassIn) for c in part.class_in
        }
        holds = Truth.known(np.zeros(self.size(level), dtype=bool))
        for part in condition.parts:
            if (
                isinstance(part, NewlyEscaped)
                and part not in self.assumed
                and classes.issuperset(LISTED_CLASSES)
            ):
                escaped = Truth.known(self._lately(part.newly_escaped.months).certain)
                holds |= self.to_members(escaped) if level == "member" else escaped
        return holds

    def _lately(self, months: int) -> Truth:
        """Whether a decision took each household off the lists lately, whatever its class is."""
        if months not in self._escaped:
            any_class = Truth.known(np.ones(len(self.facts.index), dtype=bool))
            self._escaped[months] = newly_escaped_truth(self.facts, months, any_class)
        return self._escaped[months]

    def _some_member(self, condition: Condition) -> Truth:
        n = len(self.facts.index)
        if self.facts.members is None:
            return Truth.unknown(n)
        truth = self.of(condition, "member")
        home = self.facts.home
        certain, possible = np.zeros((2, n), dtype=bool)
        certain[home[truth.certain]] = True
        possible[home[truth.possible]] = True
        return Truth(certain, possible)

    # -- the predicates ------------------------------------------------------------------------

    def _answered(self, condition: Condition) -> Truth:
        facts = self.facts
        match condition:
            case ClassIn():
                return self._class_in(condition.class_in)
            case Listed():
                listed = facts.of_list("listed")
                return self._of_absent("household") if listed is None else truth_of(listed)(ALL)
            case ListedOn():
                day = self._day(condition.listed_on)
                return self._of_absent("household") if day is None else listed_on(facts, day)
            case NewlyEscaped():
                off_the_list = ~self._class_in(LISTED_CLASSES)
                return self._lately(condition.newly_escaped.months) & off_the_list
            case DeprivedIn():
                return reduce(or_, (self._deprived(name) for name in condition.deprived_in))
            case LivesIn():
                return reduce(or_, (lives_in(facts, facts.lists[n]) for n in condition.lives_in))
            case IndependentFor():
                wanted = condition.independent_for
                return self._independent(wanted.years, self._day(wanted.by or facts.day))
            case Yes():
                return self._yes(condition)
            case OneOf():
                return self._one_of(condition)
            case NamedIn():
                return self._named_in(condition)
            case NumberIn():
                return self._number_in(condition)
            case Age():
                return self._age(condition)
        raise NotImplementedError(condition.name)

    def _of_absent(self, level: Level) -> Truth:
        return Truth.unknown(self.size(level))

    def _class_in(self, classes: tuple[PovertyClass, ...]) -> Truth:
        possible = self._possible_classes()
        wanted = np.uint8(sum(1 << CLASSES.index(str(name)) for name in classes))
        return Truth((possible & ~wanted) == 0, (possible & wanted) != 0)

    def _possible_classes(self) -> npt.NDArray[np.uint8]:
        """The classes that each household may have, a bit each."""
        facts, n = self.facts, len(self.facts.index)
        every = (1 << len(CLASSES)) - 1
        low, high = np.zeros(n, dtype=np.int8), np.full(n, len(CLASSES) - 1, dtype=np.int8)
        for name, bound in (("class_at_worst", low), ("class_at_best", high)):
            series = facts.of_list(name)
            if series is not None:
                code = category_codes(series, CLASSES)
                bound[code >= 0] = code[code >= 0]
        upto = np.array([(2 << at) - 1 for at in range(len(CLASSES))], dtype=np.uint8)
        below = np.array([(1 << at) - 1 for at in range(len(CLASSES))], dtype=np.uint8)
        bits = upto[high] & ~below[low]
        stated = facts.of_list("poverty_class")
        code = np.full(n, -1, dtype=np.int8) if stated is None else category_codes(stated, CLASSES)
        bits = np.where(code >= 0, (1 << np.maximum(code, 0)).astype(np.uint8), bits)
        on_list = np.uint8(sum(1 << CLASSES.index(str(name)) for name in LISTED_CLASSES))
        listed = facts.of_list("listed")
        if listed is not None:
            truth = truth_of(listed)(ALL)
            open_class = code < 0
            bits[open_class & ~truth.possible] &= np.uint8(every) ^ on_list
            bits[open_class & truth.certain] &= on_list
            # Whom the log of the review does not name has never been on a list.
            bits[open_class & (facts.at_current < 0)] &= np.uint8(every) ^ on_list
        return np.where(bits == 0, np.uint8(every), bits)

    def _deprived(self, indicator: str) -> Truth:
        series = self.facts.of_list(indicator)
        if series is None or not _is_truth(series):
            return self._of_absent("household")
        return truth_of(series)(ALL)

    def _day(self, day: dt.date | str) -> dt.date | None:
        """A day, or that of a parameter; None where it is not given."""
        return self.facts.days.get(day) if isinstance(day, str) else day

    def _independent(self, years: int, day: dt.date | None) -> Truth:
        since = self.facts.of_households("independent_since")
        if since is None or day is None:
            return self._of_absent("household")
        months = completed_months(since, day)
        holds = months >= 12 * years
        return Truth(holds, holds | np.isnan(months))

    # -- columns of answers --------------------------------------------------------------------

    def _series(self, condition: ColumnCondition) -> pd.Series[Any] | None:
        column = condition.column
        facts = self.facts
        if column.table == "members":
            return facts.of_members(column.name)
        return facts.of_households(column.name)

    def _yes(self, condition: Yes) -> Truth:
        series = self._series(condition)
        truth = self._of_absent(condition.level) if series is None else truth_of(series)(ALL)
        source = self.facts.of_list("source") if condition.yes == "farm_household" else None
        if source is not None:
            farm = np.asarray(source.astype(object) == FARM_SOURCE, dtype=bool)
            return truth | Truth.known(farm)
        return truth

    def _one_of(self, condition: OneOf) -> Truth:
        series = self._series(condition)
        if series is None:
            return self._of_absent(condition.level)
        known = condition.column.codes
        code = category_codes(series, known)
        wanted = [known.index(name) for name in condition.one_of.codes]
        holds = np.isin(code, wanted)
        return Truth(holds, holds | (code < 0))

    def _named_in(self, condition: NamedIn) -> Truth:
        series = self._series(condition)
        if series is None:
            return self._of_absent(condition.level)
        wanted = {name_key(name) for name in condition.named_in.names}
        at, names = series.factorize()
        in_names = np.array([*(name_key(name) in wanted for name in names), False], dtype=bool)
        holds = in_names[at]
        return Truth(holds, holds | (at < 0))

    def _number_in(self, condition: NumberIn) -> Truth:
        series = self._series(condition)
        if series is None:
            return self._of_absent(condition.level)
        values = numbers_of(series)
        return _within(values, values, condition.number_in)

    def _age(self, condition: Age) -> Truth:
        members = self.facts.members
        if members is None:
            return self._of_absent("member")
        births = {name: members[name] for name in BIRTH_COLUMNS if name in members.columns}
        ages = ages_of(births, len(members), self.facts.day)
        if "age" in members.columns:
            stated = numbers_of(members["age"])
            low = np.where(np.isnan(ages.youngest), stated, ages.youngest)
            high = np.where(np.isnan(ages.oldest), stated, ages.oldest)
        else:
            low, high = ages
        wanted = condition.age
        return _within(low, high, Bounds(at_least=wanted.at_least, below=wanted.below))


ALL = slice(None)


def _is_truth(series: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_bool_dtype(series.dtype))


def _within(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64], bounds: Bounds) -> Truth:
    """Whether numbers lie within bounds, each known to lie between two others, or not at all."""
    unknown = np.isnan(low) | np.isnan(high)
    certain, possible = np.ones((2, len(low)), dtype=bool)
    for bound, least in ((bounds.at_least, np.greater_equal), (bounds.above, np.greater)):
        if bound is not None:
            certain &= least(low, bound)
            possible &= least(high, bound)
    for bound, most in ((bounds.at_most, np.less_equal), (bounds.below, np.less)):
        if bound is not None:
            certain &= most(high, bound)
            possible &= most(low, bound)
    return Truth(certain & ~unknown, possible | unknown)
