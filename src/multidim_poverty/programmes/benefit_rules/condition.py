"""What all conditions of the rules of benefits share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from multidim_poverty.law.parts import LawPart

__all__ = ["Condition", "Level"]

Level = Literal["household", "member"]


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
