"""Which list of administrative units holds on a day, and the area of a kind: read from TOML."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from multidim_poverty.base import Identifier
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, NotCoveredError
from multidim_poverty.law.citation import Confidence
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.reading import checked
from multidim_poverty.vocabulary import Area, UnitKind

__all__ = ["KindOfUnit", "UnitList", "UnitRules", "unit_rules"]

Level = Literal["province", "district", "commune"]


class UnitList(LawPart):
    """A list of units, and the days on which it holds; without a last one, until the next."""

    first: dt.date
    last: dt.date | None = None
    read_as: Literal["json_by_code", "districts", "no_districts"]
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
            raise ArgumentError("an area and its confidence are given together")
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
            raise ArgumentError("the lists are not in the order of their first days")
        for entry, later in zip(self.lists, [*days[1:], None], strict=True):
            if entry.last and not entry.first <= entry.last < (later or dt.date.max):
                raise ArgumentError(f"the list of {entry.first} has its last day in another one")
        return self

    def on(self, day: dt.date) -> UnitList:
        """The list that holds on a day.

        Raises
        ------
        NotCoveredError
            If no list holds on the day.
        """
        for entry in reversed(self.lists):
            if entry.first <= day <= (entry.last or dt.date.max):
                return entry
        ends = [
            entry.last or later.first - dt.timedelta(1) for entry, later in pairwise(self.lists)
        ]
        lists = "".join(
            f"{entry.first} to {last}, " for entry, last in zip(self.lists, ends, strict=False)
        )
        raise NotCoveredError(
            f"no list of units covers {day}: the library has lists of {lists}and "
            f"{self.lists[-1].first} and later. Units and their "
            f"kinds change from list to list (20560 is a commune, rural, in that of 2022 and a "
            f"ward, urban, in that of March 2025), so another list may give another area: take "
            f"codes and areas of {day} from their source.",
            day=day,
            first=self.lists[0].first,
        )


@cache
def unit_rules() -> UnitRules:
    """The shipped lists and kinds."""
    return checked(UnitRules, parse_toml(law_text("units"), "units.toml"), {}, "units.toml")
