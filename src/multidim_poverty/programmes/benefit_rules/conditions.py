"""The language of conditions: a tree of ``all``, ``any`` and ``not`` over named predicates.

Each condition is a table of one key, which is its name, so that a rule reads as it is written::

    when = { all = [
      { class_in = ["poor", "near_poor"] },
      { any = [{ yes = "ethnic_minority" }, { some_member = { yes = "has_disability" } }] },
      { not = { lives_in = ["new_rural_communes"] } },
    ] }

The predicates are a closed list: those below. Their columns are columns of the schema, checked
where a rule is read; their mechanics are in `multidim_poverty.programmes.predicates`. A predicate
that a table cannot answer is unknown, not false.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from multidim_poverty.base import Identifier
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.law.catalog import standards
from multidim_poverty.law.parts import LawPart
from multidim_poverty.programmes.benefit_rules.answer_conditions import (
    Age,
    Bounds,
    ColumnCondition,
    NamedIn,
    NumberIn,
    OneOf,
    Yes,
)
from multidim_poverty.programmes.benefit_rules.condition import Condition, Level
from multidim_poverty.vocabulary import PovertyClass

__all__ = [
    "CONDITIONS",
    "Age",
    "AllOf",
    "AnyOf",
    "Bounds",
    "ClassIn",
    "ColumnCondition",
    "Condition",
    "DeprivedIn",
    "IndependentFor",
    "Level",
    "Listed",
    "ListedOn",
    "LivesIn",
    "NamedIn",
    "NewlyEscaped",
    "Node",
    "Not",
    "NumberIn",
    "OneOf",
    "SomeMember",
    "Yes",
]

Months = Annotated[int, Field(strict=True, ge=1, le=1200)]
# A day, or the parameter that gives one: no text may say on which day a project took effect.
DayOrName = Annotated[dt.date, Field(strict=True)] | Identifier


# -- logic ---------------------------------------------------------------------------------------


class AllOf(Condition):
    """``all = [...]``: each of several conditions holds."""

    name = "all"
    all: tuple[Node, ...] = Field(min_length=1)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions, each of which must hold."""
        return self.all


class AnyOf(Condition):
    """``any = [...]``: at least one of several conditions holds."""

    name = "any"
    any: tuple[Node, ...] = Field(min_length=1)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions, one of which must hold."""
        return self.any


class Not(Condition):
    """``not = {...}``: a condition does not hold."""

    name = "not"
    negated: Node = Field(alias="not")

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The condition that must not hold."""
        return (self.negated,)


class SomeMember(Condition):
    """``some_member = {...}``: a condition holds for at least one member of the household."""

    name = "some_member"
    some_member: Node

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The condition of a member."""
        return (self.some_member,)

    @property
    def level(self) -> Level:
        """A condition of the household."""
        return "household"


# -- predicates of the lists ---------------------------------------------------------------------


class ClassIn(Condition):
    """``class_in = ["poor", ...]``: the class of the household is one of these."""

    name = "class_in"
    class_in: tuple[PovertyClass, ...] = Field(min_length=1)

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The class of the list or of the assessment."""
        return (("current", "poverty_class"),)


class Listed(Condition):
    """``listed = true``: on the list of poor and near-poor in force on the day."""

    name = "listed"
    listed: Literal[True]

    def reads(self) -> tuple[tuple[str, str], ...]:
        """Column ``listed`` of `review.current_list`."""
        return (("current", "listed"),)


class ListedOn(Condition):
    """``listed_on = 2022-03-15``: on the list of poor and near-poor in force on another day.

    In the place of the day, the parameter (of unit ``day``) that gives it; unknown without it.
    """

    name = "listed_on"
    listed_on: DayOrName

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The earlier lists."""
        return (("history", "poverty_class"),)

    @property
    def named_day(self) -> str | None:
        """The parameter that gives the day of the list."""
        return self.listed_on if isinstance(self.listed_on, str) else None


class EscapedWithin(LawPart):
    """How long a household is newly escaped [months from the decision]."""

    months: Months


class NewlyEscaped(Condition):
    """``newly_escaped = { months = 36 }``: off the list, above near-poor, for at most so long.

    The months are counted from the decision that took the household off the list; the last day
    counts. Only earlier lists can tell, no flag.
    """

    name = "newly_escaped"
    newly_escaped: EscapedWithin

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The earlier lists, and the present class."""
        return (("history", "poverty_class"), ("current", "poverty_class"))


class DeprivedIn(Condition):
    """``deprived_in = ["water", ...]``: deprived in at least one of these indicators."""

    name = "deprived_in"
    deprived_in: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {i for standard in standards() for i in standard.indicator_ids}
        if unknown := sorted(set(self.deprived_in) - known):
            raise ValueError(
                f"{', '.join(map(repr, unknown))} is an indicator of no shipped standard; there "
                f"are {', '.join(sorted(known))}"
            )
        return self

    def reads(self) -> tuple[tuple[str, str], ...]:
        """Columns of an assessment."""
        return tuple(("current", indicator) for indicator in self.deprived_in)


# -- predicates of places and days ---------------------------------------------------------------


class LivesIn(Condition):
    """``lives_in = ["poor_districts"]``: in a place of one of these lists on the day."""

    name = "lives_in"
    lives_in: tuple[Identifier, ...] = Field(min_length=1)

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The units of the household."""
        names = ("province", "district", "commune", "village")
        return tuple(("households", name) for name in names)


class Independence(LawPart):
    """How long a household must have been one of its own, and up to which day.

    Without ``by``, up to the day that is asked about. ``by`` may name a parameter of unit ``day``,
    without which the condition is unknown.
    """

    years: Annotated[int, Field(strict=True, ge=1, le=100)]
    by: DayOrName | None = None


class IndependentFor(Condition):
    """``independent_for = { years = 3 }``: a household of its own for at least so many years."""

    name = "independent_for"
    independent_for: Independence

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The day of the split."""
        return (("households", "independent_since"),)

    @property
    def named_day(self) -> str | None:
        """The parameter that gives the last day that counts."""
        by = self.independent_for.by
        return by if isinstance(by, str) else None


# -- the closed list -----------------------------------------------------------------------------

CONDITIONS: Mapping[str, type[Condition]] = {
    kind.name: kind
    for kind in (
        *(AllOf, AnyOf, Not, SomeMember),
        *(ClassIn, Listed, ListedOn, NewlyEscaped, DeprivedIn, LivesIn, IndependentFor),
        *(Yes, OneOf, NamedIn, NumberIn, Age),
    )
}


def _name_of(node: Any) -> str | None:
    if isinstance(node, Condition):
        return node.name
    return next(iter(node), None) if isinstance(node, Mapping) else None


def _of_one_name(node: Any) -> Any:
    if isinstance(node, Condition):
        return node
    known = f"there are {', '.join(CONDITIONS)}"
    if not isinstance(node, Mapping) or len(node) != 1:
        raise ArgumentError(f"a condition is a table of one key, its predicate; {known}")
    (name,) = node
    if name not in CONDITIONS:
        raise UnknownNameError(f"unknown predicate {name!r}; {known}")
    return node


Node = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[SomeMember, Tag("some_member")]
    | Annotated[ClassIn, Tag("class_in")]
    | Annotated[Listed, Tag("listed")]
    | Annotated[ListedOn, Tag("listed_on")]
    | Annotated[NewlyEscaped, Tag("newly_escaped")]
    | Annotated[DeprivedIn, Tag("deprived_in")]
    | Annotated[LivesIn, Tag("lives_in")]
    | Annotated[IndependentFor, Tag("independent_for")]
    | Annotated[Yes, Tag("yes")]
    | Annotated[OneOf, Tag("one_of")]
    | Annotated[NamedIn, Tag("named_in")]
    | Annotated[NumberIn, Tag("number_in")]
    | Annotated[Age, Tag("age")],
    Discriminator(_name_of),
    BeforeValidator(_of_one_name),
]
for _kind in (AllOf, AnyOf, Not, SomeMember):
    _kind.model_rebuild()
