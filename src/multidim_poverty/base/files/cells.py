"""The cells of a sheet as a reader needs them: only those that hold something, by row."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

__all__ = ["Area", "BrokenCell", "SheetCells", "is_blank", "normalise"]

Area = tuple[int, int, int, int]  # first row, first column, last row, last column
# Signs that do not show: zero width spaces and joiners, a mark of byte order, a soft hyphen.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@lru_cache(1 << 16)
def normalise(text: str) -> str:
    """Text in Unicode NFC, each run of blanks as one space, without signs that do not show.

    The one change that reading makes to text.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN)).split())


def is_blank(text: str) -> bool:
    """Whether a text shows nothing."""
    return not text or text.isspace() or (not text.isascii() and not normalise(text))


@dataclass(frozen=True)
class BrokenCell:
    """What stands for a cell that looks empty though it is not, or may not be.

    Attributes
    ----------
    value : str
        The error, the formula, or the range of a merged cell.
    rule : str
        ``error_cell``; ``not_calculated``; ``merged_cell``, one below or beside the first cell
        of the range, which alone has the value.
    first : tuple of int, optional
        The first cell of the range, from 0.
    """

    value: str
    rule: str
    first: tuple[int, int] | None = None

    def __str__(self) -> str:
        return self.value


@dataclass
class SheetCells:
    """A sheet: the cells that hold something, and what a person sees of them.

    Attributes
    ----------
    name : str
    state : {"visible", "hidden", "very_hidden"}
    rows : dict
        Row, from 0 -> column, from 0 -> value: str, float, bool, date, time or `BrokenCell`. Rows
        and cells in which nothing shows are left out.
    merged : list of Area
    hidden_rows, hidden_columns : set of int
        Columns only as far as something stands in them.
    is_filtered : bool
        Whether a filter hides the rows.
    struck : set of (int, int)
        Cells whose text is struck out, in whole or in part.
    computed_empty : set of int
        Columns in which a formula gave the empty text.
    shows_all : bool
        Whether the kind of file shows errors, formulas without a value, merged cells and what is
        hidden.
    is_typed : bool
        False where all cells are texts, as in a CSV file.
    encoding : str or None
        Of such a file.
    """

    name: str
    rows: dict[int, dict[int, Any]]
    state: Literal["visible", "hidden", "very_hidden"] = "visible"
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    struck: set[tuple[int, int]] = field(default_factory=set)
    computed_empty: set[int] = field(default_factory=set)
    shows_all: bool = True
    is_typed: bool = True
    encoding: str | None = None

    def __repr__(self) -> str:
        return f"SheetCells({self.name!r}, {self.state}, {len(self.rows)} rows)"
