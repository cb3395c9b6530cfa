"""Numbers, units and columns of a budget as plans print them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, number_text, rounded

__all__ = ["COLUMN_LABELS", "UNIT_WORDS", "Cell", "Printed", "as_printed"]

UNIT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "households": "Hộ",
        "percent": "%",
        "percentage_points": "điểm phần trăm",
        "districts": "Huyện",
        "persons": "Người",
    }
)
_FUNDS = {
    "central": Label(en="central budget", vi="ngân sách Trung ương"),
    "local": Label(en="local budget", vi="ngân sách địa phương"),
    "other": Label(en="other sources", vi="huy động khác"),
}
_KINDS = {
    "total": Label(en="total", vi="tổng cộng"),
    "investment": Label(en="investment", vi="nguồn ĐTPT"),
    "recurrent": Label(en="recurrent", vi="nguồn sự nghiệp"),
}
COLUMN_LABELS: Mapping[str, Label] = MappingProxyType(
    {
        f"{fund}_{kind}": Label(en=f"{of.en}, {what.en}", vi=f"{of.vi}, {what.vi}")
        for fund, of in _FUNDS.items()
        for kind, what in _KINDS.items()
    }
)
PRINTED = re.compile(
    r"(?P<verb>giảm|tăng)?\s*(?:từ\s+)?(?P<sign>[-\u2212](?=[\d.,]+\s*%))?"
    r"(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\s*"
    r"(?:điểm (?:phần trăm|%)|(?P<percent>%))?\s*(?:trở lên)?",
    re.IGNORECASE,
)


class Cell(str):
    """What is printed in a cell, as text; its number, sign and percent mark are read from it.

    A verb ("giảm", "tăng": down, up by) makes it a change; a dot parts thousands and a comma
    decimals.

    Examples
    --------
    >>> from multidim_poverty.programmes.printed_numbers import Cell
    >>> Cell("11.785").value, Cell("6,98").value, Cell("Giảm 2%").value
    (Decimal('11785'), Decimal('6.98'), Decimal('-2'))
    """

    @classmethod
    def read(cls, printed: object) -> Cell:
        """A cell, or a ValueError where no number can be read from the text."""
        if not isinstance(printed, str) or PRINTED.fullmatch(printed.strip()) is None:
            raise ArgumentError(
                f"{printed!r} is not a number as a plan prints it, such as '11.785', '6,98' or "
                "'Giảm 2%' (leave an empty cell out)"
            )
        return cls(printed)

    def _found(self, group: str) -> str:
        match = PRINTED.fullmatch(self.strip())
        assert match is not None
        return match[group] or ""

    @property
    def value(self) -> Decimal:
        """The number, negative where the cell says "down by" or bears a minus."""
        number = Decimal(self._found("number").replace(".", "").replace(",", "."))
        negative = self._found("verb").lower() == "giảm" or self._found("sign")
        return -number if negative else number

    @property
    def decimals(self) -> int:
        """Decimals printed."""
        return len(self._found("number").partition(",")[2])

    @property
    def is_change(self) -> bool:
        """The cell states a change and not a level."""
        return bool(self._found("verb"))

    @property
    def has_percent_mark(self) -> bool:
        """The cell bears a percent mark."""
        return bool(self._found("percent"))


Printed = Annotated[Cell, PlainValidator(Cell.read), PlainSerializer(str)]


def as_printed(number: Decimal | Fraction | int, decimals: int | None = None) -> str:
    """A number as plans print it: dot for thousands, comma for decimals, `rounded` if wanted."""
    if decimals is None:
        return number_text(Decimal(str(number)).normalize(), ",f", "vi")
    return number_text(rounded(Fraction(number), decimals), f",.{decimals}f", "vi")
