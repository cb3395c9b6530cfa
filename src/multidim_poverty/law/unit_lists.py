"""Which list of administrative units holds on a day, and the area of a kind: read from TOML."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from multidim_poverty.base import Identifier
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.law.citation import Confidence
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.reading import checked, content_of
from multidim_poverty.vocabulary import Area, UnitKind

__all__ = ["KindOfUnit", "UnitList", "UnitRules", "unit_rules"]

Level = Literal["province", "district", "commune"]


class UnitList(LawPart):
    """A list of units, and the first day on which it holds; the next list ends it."""

    first: dt.date
    read_as: Literal["districts", "no_districts"]
    confidence: Confidence
    note: str


class KindOfUnit(LawPart):
    """A kind of unit: how its names begin, and the area that it gives to a household.

    Attributes
    ----------
    area : {"rural", "urban"} or None
        ``None`` where the kind does not decide: provinces, districts, special zones.
    """

    kind: UnitKind
    level: Level
    begins_with: str
    area: Area | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _an_area_says_how_sure_it_is(self) -> Self:
        if (self.area is None) != (self.confidence is None):
            raise ValueError("an area and its confidence are given together")
        return self


class UnitRules(LawPart):
    """The lists and kinds of units."""

    name: Identifier
    lists: tuple[UnitList, ...] = Field(min_length=1)
    kinds: tuple[KindOfUnit, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [entry.first for entry in self.lists]
        if days != sorted(set(days)):
            raise ValueError("the lists are not in the order of their first days")
        return self

    def on(self, day: dt.date) -> UnitList:
        """The list that holds on a day.

        Raises
        ------
        NotCoveredError
            If the day is before the first list.
        """
        for entry in reversed(self.lists):
            if entry.first <= day:
                return entry
        raise NotCoveredError(
            f"no list of units covers {day}: the library covers {self.lists[0].first} and later. "
            f"If your codes are those of the first list, ask for {self.lists[0].first}: a code "
            f"that is not in it is an error."
        )


@cache
def unit_rules() -> UnitRules:
    """The shipped lists and kinds."""
    return checked(UnitRules, content_of(law_text("units"), "units.toml"), {}, "units.toml")
