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
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from multidim_poverty.base import Identifier
from multidim_poverty.law.catalog import standards
from multidim_poverty.law.parts import LawPart
from multidim_poverty.schema.definitions import COLUMNS, Column, column_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = [
    "AGE_COLUMNS",
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

AGE_COLUMNS = ("age", "birth_date", "birth_year")
Years = Annotated[int, Field(strict=True, ge=0, le=120)]
Months = Annotated[int, Field(strict=True, ge=1, le=1200)]
Number = (
    Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True, allow_inf_nan=False)]
)
Level = Literal["household", "member"]
# A day, or the parameter that gives one: no text may say on which day a project took effect.
DayOrName = Annotated[dt.date, Field(strict=True)] | Identifier


class Condition(LawPart):
    """What all conditions share."""

    name: ClassVar[str]

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that this one is made of."""
        return ()

    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` pairs whose answers decide; the lists are table ``current``."""
        return tuple(dict.fromkeys(pair for part in self.parts for pair in part.reads()))

    @property
    def named_day(self) -> str | None:
        """The parameter that gives the day of this condition, if one does."""
        return None

    @property
    def level(self) -> Level:
        """Whose condition it is; one of members must be asked of each member."""
        member = any(part.level == "member" for part in self.parts)
        return "member" if member else "household"

    def walk(self) -> Iterator[Condition]:
        """The condition itself, and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.walk()


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


# -- predicates of any column --------------------------------------------------------------------


class ColumnCondition(Condition):
    """A condition on one column of ``households`` or ``members``."""

    kinds: ClassVar[tuple[str, ...]]

    @property
    def column(self) -> Column:
        """The column of the schema."""
        return answer_column(self.column_name, self.kinds)

    @property
    def column_name(self) -> str:
        """Its name."""
        raise NotImplementedError

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The one column."""
        return ((self.column.table, self.column.name),)

    @property
    def level(self) -> Level:
        """Whose answer it is."""
        return "member" if self.column.table == "members" else "household"

    @model_validator(mode="after")
    def _known(self) -> Self:
        answer_column(self.column_name, self.kinds)
        return self


def answer_column(name: str, kinds: tuple[str, ...]) -> Column:
    """The column of households or members of that name, which must be of one of some kinds."""
    column = column_of("households", name) or column_of("members", name)
    if column is None:
        raise ValueError(f"unknown column {name!r}; pass a column of households or members")
    if column.kind not in kinds:
        fitting = [
            c.name for c in COLUMNS if c.table in ("households", "members") and c.kind in kinds
        ]
        raise ValueError(
            f"column {name!r} holds answers of kind {column.kind}, and this condition reads "
            f"{' or '.join(kinds)}: {', '.join(fitting)}"
        )
    return column


class Yes(ColumnCondition):
    """``yes = "ethnic_minority"``: the answer of a yes-no column is yes."""

    name = "yes"
    kinds = ("boolean",)
    yes: str

    @property
    def column_name(self) -> str:
        """Its name."""
        return self.yes


class CodesOfColumn(LawPart):
    """A column of codes, and some of its codes."""

    column: str
    codes: tuple[str, ...] = Field(min_length=1)


class OneOf(ColumnCondition):
    """``one_of = { column = "sex", codes = ["female"] }``: the answer is one of some codes."""

    name = "one_of"
    kinds = ("category",)
    one_of: CodesOfColumn

    @property
    def column_name(self) -> str:
        """Its name."""
        return self.one_of.column

    @model_validator(mode="after")
    def _codes_known(self) -> Self:
        known = self.column.codes
        if unknown := [code for code in self.one_of.codes if code not in known]:
            raise ValueError(
                f"{', '.join(map(repr, unknown))} is no code of column {self.column_name!r}; "
                f"there are {', '.join(known)}"
            )
        return self


class NamesOfColumn(LawPart):
    """A column of names, and some names, in any spelling that `identity.name_key` takes as one."""

    column: str
    names: tuple[str, ...] = Field(min_length=1)


class NamedIn(ColumnCondition):
    """``named_in = { column = "ethnic_group", names = ["Mạ"] }``: the name is one of some."""

    name = "named_in"
    kinds = ("text",)
    named_in: NamesOfColumn

    @property
    def column_name(self) -> str:
        """Its name."""
        return self.named_in.column


class Bounds(LawPart):
    """At least one bound of a number; ``at_least`` and ``at_most`` are included."""

    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        low = [bound for bound in (self.at_least, self.above) if bound is not None]
        high = [bound for bound in (self.at_most, self.below) if bound is not None]
        if not low and not high:
            raise ValueError("no bound is given: give at_least, above, at_most or below")
        if len(low) > 1 or len(high) > 1:
            raise ValueError("two bounds on one side: give at_least or above, at_most or below")
        if low and high and (low[0] > high[0] or (low[0] == high[0] and not self._closed)):
            raise ValueError("no number lies between the bounds")
        return self

    @property
    def _closed(self) -> bool:
        return self.at_least is not None and self.at_most is not None


class BoundsOfColumn(Bounds):
    """A column of numbers, in its unit of the schema, and bounds."""

    column: str


class NumberIn(ColumnCondition):
    """``number_in = { column = "floor_area", below = 30 }``: the number lies within bounds."""

    name = "number_in"
    kinds = ("number", "integer")
    number_in: BoundsOfColumn

    @property
    def column_name(self) -> str:
        """Its name."""
        return self.number_in.column

    @model_validator(mode="after")
    def _no_age(self) -> Self:
        if self.column_name in AGE_COLUMNS:
            raise ValueError("the condition on ages is `age`, which also reads dates of birth")
        return self


class AgeBounds(LawPart):
    """Completed years on the day; ``below`` is not included."""

    at_least: Years | None = None
    below: Years | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("no bound is given: give at_least or below")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError("no age lies between the bounds")
        return self


class Age(Condition):
    """``age = { at_least = 6, below = 16 }``: age of the member on the day [completed years]."""

    name = "age"
    age: AgeBounds

    def reads(self) -> tuple[tuple[str, str], ...]:
        """The columns that an age comes from."""
        return tuple(("members", name) for name in AGE_COLUMNS)

    @property
    def level(self) -> Level:
        """Whose age it is."""
        return "member"


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
        raise ValueError(f"a condition is a table of one key, its predicate; {known}")
    (name,) = node
    if name not in CONDITIONS:
        raise ValueError(f"unknown predicate {name!r}; {known}")
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
