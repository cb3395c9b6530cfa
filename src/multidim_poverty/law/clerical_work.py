"""Papers of an office: their layout, their bodies, and days and numbers as they are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from pydantic import Field

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import UnknownNameError
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.reading import checked
from multidim_poverty.law.tables import CitedValue
from multidim_poverty.vocabulary import Actor

__all__ = ["Body", "ClericalWork", "clerical_work", "number_with_symbol", "written_out_day"]

SHIPPED = "clerical_work"
Length = Annotated[int, Field(strict=True, ge=1, le=1000)]  # [mm]
Size = Annotated[int, Field(strict=True, ge=6, le=20)]  # of letters [points]
Words = Annotated[tuple[str, ...], Field(min_length=1)]


class Page(LawPart):
    """The page of a paper and its margins [mm]."""

    width: Length
    height: Length
    top: Length
    bottom: Length
    left: Length
    right: Length
    number_from_edge: Length
    foot_from_edge: Length
    citation: Citation

    @property
    def text_width(self) -> int:
        """Between the margins [mm]."""
        return self.width - self.left - self.right


class Letters(LawPart):
    """The font of a paper, its sizes [points], and the indent of the first line [mm]."""

    font: str
    text: Size
    state: Size
    motto: Size
    body: Size
    title: Size
    page_number: Size
    recipients_heading: Size
    recipients: Size
    table: Size
    foot: Size
    space_after: Annotated[int, Field(strict=True, ge=0, le=20)]
    first_line: Length
    citation: Citation


class Underlines(LawPart):
    """The lines below the motto, the name of the body and the subject [mm]."""

    motto: Length
    body: Length
    subject: Length
    citation: Citation


class Written(LawPart):
    """Days, months and numbers below these have a zero before them."""

    days_with_zero_below: Annotated[int, Field(strict=True, ge=1, le=32)]
    months_with_zero_below: Annotated[int, Field(strict=True, ge=1, le=13)]
    numbers_with_zero_below: Annotated[int, Field(strict=True, ge=1)]
    citation: Citation


class Kinds(LawPart):
    """The abbreviation of each kind of paper that has a number."""

    decision: str
    notice: str
    citation: Citation


class Body(LawPart):
    """A body that issues papers, in Vietnamese.

    Attributes
    ----------
    actor : Actor
        Who it is in a procedure.
    above, name : tuple of str
        The lines of the heading: the body that it belongs to, and its own name; ``{commune}``
        stands for the name of the commune.
    symbol : str
        What stands after the number of its papers.
    signed, deputy : tuple of str
        The lines above the name of its head, and of somebody who signs in place of the head.
    """

    actor: Actor
    above: tuple[str, ...] = ()
    name: Words
    symbol: str
    signed: Words
    deputy: Words
    citation: Citation


class ClericalWork(LawObject):
    """The layout of papers, how days and numbers are written, and the bodies that sign.

    Attributes
    ----------
    page : Page
    letters : Letters
    underlines : Underlines
    written : Written
    kinds : Kinds
    bodies : tuple of Body
    """

    page: Page
    letters: Letters
    underlines: Underlines
    written: Written
    kinds: Kinds
    bodies: tuple[Body, ...] = Field(min_length=1)

    def body(self, actor: Actor) -> Body:
        """The body of an actor; `KeyError` lists those there are."""
        for body in self.bodies:
            if body.actor is actor:
                return body
        known = ", ".join(str(body.actor) for body in self.bodies)
        raise UnknownNameError(f"no body of {actor!s} issues papers; those that do: {known}")

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        for part in ("page", "letters", "underlines", "written", "kinds"):
            group: Any = getattr(self, part)
            for name in type(group).model_fields:
                if name != "citation":
                    yield part, name, str(getattr(group, name)), group.citation
        for body in self.bodies:
            for name in ("above", "name", "signed", "deputy"):
                words = " / ".join(getattr(body, name))
                if words:
                    yield f"body {body.actor}", name, words, body.citation
            yield f"body {body.actor}", "symbol", body.symbol, body.citation

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[ClericalWork, ...]:
        return (clerical_work(),) if name == SHIPPED else ()


@cache
def clerical_work() -> ClericalWork:
    """The shipped rules of clerical work (Decree 30/2020/ND-CP, from recollection)."""
    raw = parse_toml(law_text(SHIPPED), SHIPPED)
    return checked(ClericalWork, raw, raw.pop("documents", {}), f"{SHIPPED}.toml")


def written_out_day(day: dt.date) -> str:
    """A day as a Vietnamese paper writes it out.

    >>> written_out_day(dt.date(2023, 9, 5)), written_out_day(dt.date(2023, 2, 28))
    ('ngày 05 tháng 9 năm 2023', 'ngày 28 tháng 02 năm 2023')
    """
    rule = clerical_work().written
    of_month = _with_zero(day.day, rule.days_with_zero_below)
    return (
        f"ngày {of_month} tháng {_with_zero(day.month, rule.months_with_zero_below)} năm {day.year}"
    )


def number_with_symbol(number: str, symbol: str) -> str:
    """The number of a paper with what stands after it; one that has its symbol stays as it is.

    >>> number_with_symbol("7", "QĐ-UBND"), number_with_symbol("112/QĐ-UBND", "QĐ-UBND")
    ('07/QĐ-UBND', '112/QĐ-UBND')
    """
    if not (number.isascii() and number.isdigit()):
        return number
    bound = clerical_work().written.numbers_with_zero_below
    return f"{_with_zero(int(number), bound)}/{symbol}"


def _with_zero(number: int, bound: int) -> str:
    """The number in two digits where it is below the bound."""
    return f"{number:02d}" if number < bound else str(number)
