"""Days off, and days worked instead, as decided each year: read from TOML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart, repeated
from multidim_poverty.law.reading import checked
from multidim_poverty.law.tables import CitedValue

__all__ = ["DayOff", "DayWorked", "DaysOff", "shipped_days_off"]

SHIPPED = "days_off"
Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]


class DayOff(LawPart):
    """A day off, or several in a row; ``last`` is ``None`` for one day.

    ``citation`` is ``None`` where it is that of the table.
    """

    first: dt.date
    last: dt.date | None = None
    label: Label
    citation: Citation | None = None

    def days(self) -> tuple[dt.date, ...]:
        """Each day."""
        count = ((self.last or self.first) - self.first).days + 1
        return tuple(self.first + dt.timedelta(days=n) for n in range(count))


class DayWorked(LawPart):
    """A day of the weekend that is worked, in the place of a day off."""

    day: dt.date
    citation: Citation | None = None


class DaysOff(LawObject):
    """The days off of some years, and the days worked instead.

    Attributes
    ----------
    first_year, last_year : int
        The years that the table covers; later ones are not decided yet.
    citation : Citation
        Source of every day that has no other one.
    off : tuple of DayOff
    worked : tuple of DayWorked

    Examples
    --------
    >>> from multidim_poverty.law.days_off import shipped_days_off
    >>> table = shipped_days_off()
    >>> table.first_year, table.last_year, str(table.worked[-2].day)
    (2021, 2026, '2026-01-10')
    """

    first_year: Year
    last_year: Year
    citation: Citation
    off: tuple[DayOff, ...]
    worked: tuple[DayWorked, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        worked = [entry.day for entry in self.worked]
        problems = [
            f"the days off from {entry.first} end on {entry.last}, before they begin"
            for entry in self.off
            if entry.last is not None and entry.last < entry.first
        ]
        problems += repeated("day worked", list(map(str, worked)))
        problems += [
            f"the days off from {later.first} begin before those from {earlier.first} are over"
            for earlier, later in pairwise(self.off)
            if later.first <= (earlier.last or earlier.first)
        ]
        problems += [f"{day} is both off and worked" for day in sorted({*self.days()} & {*worked})]
        problems += [
            f"{day} is not in the years {self.first_year} to {self.last_year}"
            for day in (*self.days(), *worked)
            if not self.first_year <= day.year <= self.last_year
        ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def days(self) -> tuple[dt.date, ...]:
        """Every day off."""
        return tuple(day for entry in self.off for day in entry.days())

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        for entry in self.off:
            span = str(entry.first) if entry.last is None else f"{entry.first} to {entry.last}"
            yield "day off", entry.label.en, span, entry.citation or self.citation
        for each in self.worked:
            yield (
                "day worked",
                "instead of a day off",
                str(each.day),
                each.citation or self.citation,
            )

    @classmethod
    def parse(cls, toml: str, *, name: str = "days off") -> DaysOff:
        """Read a table from the text of a TOML file of the layout of ``law/days_off.toml``.

        Raises
        ------
        LawFileError
            Names every problem: unknown keys, wrong dates, days that overlap.
        """
        raw = parse_toml(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[DaysOff, ...]:
        return (shipped_days_off(),) if name == SHIPPED else ()


@cache
def shipped_days_off() -> DaysOff:
    """The shipped table."""
    return DaysOff.parse(law_text(SHIPPED), name=f"{SHIPPED}.toml")
