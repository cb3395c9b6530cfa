"""Conditions on one column of households or members: yes or no, codes, names, numbers, ages."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.law.parts import LawPart
from multidim_poverty.programmes.benefit_rules.condition import Condition, Level
from multidim_poverty.schema.definitions import COLUMNS, Column, column_of

__all__ = ["Age", "Bounds", "ColumnCondition", "NamedIn", "NumberIn", "OneOf", "Yes"]

AGE_COLUMNS = ("age", "birth_date", "birth_year")
Years = Annotated[int, Field(strict=True, ge=0, le=120)]
Number = (
    Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True, allow_inf_nan=False)]
)


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
        raise UnknownNameError(f"unknown column {name!r}; pass a column of households or members")
    if column.kind not in kinds:
        fitting = [
            c.name for c in COLUMNS if c.table in ("households", "members") and c.kind in kinds
        ]
        raise ArgumentError(
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
