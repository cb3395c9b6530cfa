"""Numbers, units and columns of a budget as plans print them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from multidim_poverty.language import Label, number_text

__all__ = ["COLUMN_LABELS", "UNIT_WORDS", "as_printed", "rounded"]

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


def as_printed(number: Decimal | Fraction | int, decimals: int | None = None) -> str:
    """A number as plans print it: dot for thousands, comma for decimals."""
    value = rounded(Fraction(number), decimals) if decimals is not None else Decimal(str(number))
    if decimals is None:
        return number_text(value.normalize(), ",f", "vi")
    return number_text(value, f",.{decimals}f", "vi")


def rounded(number: Fraction, decimals: int) -> Decimal:
    """Rounded half to even, exactly."""
    return Decimal(round(number * 10**decimals)).scaleb(-decimals)
