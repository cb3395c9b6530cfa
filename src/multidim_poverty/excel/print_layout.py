"""How wide the columns of a table are printed, and on how many pages beside each other.

No letter of a printed table is smaller than `SMALLEST`. A table whose narrowest columns would need
smaller ones to fit across a page goes over several pages, each with the columns that name the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from multidim_poverty.excel.table_form import TableForm
from multidim_poverty.excel.text_size import PADDING, lines_in, longest_word, text_width
from multidim_poverty.reports import TableColumn
from multidim_poverty.reports.assembly import code_words

__all__ = ["MARGINS", "PIXEL", "SIZE", "SMALLEST", "PrintLayout"]

SIZE = 11  # letters of the table [points], before the page is scaled
SMALLEST = 8.0  # letters on paper [points]
LEAST_SCALE = ceil(100 * SMALLEST / SIZE) + 1  # percent; a program may round it down by one
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches
INCH, PIXEL = 72.0, 0.75  # points
# Programs that do not round the width of a digit to pixels print columns up to 8 percent wider.
ROOM = (297 / 25.4 - MARGINS["left"] - MARGINS["right"]) * INCH / 1.08  # across A4 landscape
HEADER_LINES = (3, 8)  # of a header, where there is room and where there is none
NAME_LINES, FORMULA_LINES = (1, 3), (1, 2)
LONG_FORMULA = 12  # characters; a shorter one is not broken
COMFORTABLE = {"count": 50.0, "rate": 50.0, "plain": 42.0, "mark": 38.0, "text": 60.0}
WIDEST = {"unit": 200.0, "full_name": 170.0}
WIDEST_TEXT, WIDEST_HEADER, STEP = 130.0, 160.0, 3.0
LONG_NAMES = 20  # the longest ones decide
NAMES_OF_MEMBERS = 3  # columns that are repeated in a list: two numbers and the name


@dataclass(frozen=True)
class PrintLayout:
    """How a table is printed on A4 landscape.

    Attributes
    ----------
    pixels : dict
        Column id -> width.
    pages : tuple of (int, int)
        First and last column of each page, beside each other; the columns that are repeated belong
        to the first.
    repeated : int
        How many columns, from the left, stand on every page.
    scale : int
        Percent of the size, at most 100, at which each page fits across the paper.
    """

    pixels: dict[str, int]
    pages: tuple[tuple[int, int], ...]
    repeated: int
    scale: int

    @classmethod
    def of(cls, form: TableForm) -> PrintLayout:
        """The widest columns with which the letters are large enough."""
        columns = form.printed
        bounds = [_bounds(form, column) for column in columns]
        beside = {column.id: ceil(_bounds(form, column)[1] / PIXEL) for column in form.beside}
        in_list = form.layout.rows == "members"
        repeated = NAMES_OF_MEMBERS if in_list else len(form.layout.leading)
        least, most = (sum(bound[n] for bound in bounds) for n in (0, 1))
        capacity = 100 * ROOM / LEAST_SCALE
        if least <= capacity:
            share = 1.0 if most <= ROOM else max(0.0, (ROOM - least) / (most - least))
            pixels = _pixels(bounds, share)
            pages = [(0, len(columns) - 1)]
        else:
            few = len(_pages(columns, _pixels(bounds, 0), repeated, capacity))
            for share in (1.0, 0.75, 0.5, 0.25, 0.0):
                pixels = _pixels(bounds, share)
                pages = _pages(columns, pixels, repeated, capacity)
                if len(pages) <= few:
                    break
        widest = max(
            sum(pixels[first : last + 1]) + sum(pixels[:repeated]) * (first > 0)
            for first, last in pages
        )
        scale = min(100, floor(100 * ROOM / (PIXEL * widest)))
        by_id = dict(zip((column.id for column in columns), pixels, strict=True))
        return cls(by_id | beside, tuple(pages), repeated if len(pages) > 1 else 0, scale)

    def points(self, columns: Iterable[TableColumn]) -> float:
        """Width of columns together."""
        return PIXEL * sum(self.pixels[column.id] for column in columns)

    def page_of(self, position: int) -> int:
        """The page on which a column stands."""
        return next(n for n, (_, last) in enumerate(self.pages) if position <= last)


def _pixels(bounds: Sequence[tuple[float, float]], share: float) -> list[int]:
    """Widths between the narrowest and the most comfortable ones."""
    return [floor((least + share * (most - least)) / PIXEL) for least, most in bounds]


def _pages(
    columns: Sequence[TableColumn], pixels: Sequence[int], repeated: int, capacity: float
) -> list[tuple[int, int]]:
    """The columns by page: a page ends with a merged header where it is more than half full."""
    room = capacity / PIXEL - sum(pixels[:repeated])
    total = sum(pixels[repeated:])
    room = min(room, total / ceil(total / room) + max(pixels[repeated:]))
    pages, start, used, at_header = [], repeated, 0, None
    for position in range(repeated, len(columns)):
        outermost = [columns[n].group[:1] for n in (position - 1, position)]
        if outermost[0] != outermost[1] and 2 * used > room:
            at_header = position
        if used + pixels[position] > room and position > start:
            end = at_header or position
            pages.append((start, end - 1))
            start, used, at_header = end, sum(pixels[end:position]), None
        used += pixels[position]
    pages.append((start, len(columns) - 1))
    return [(0, pages[0][1]), *pages[1:]]


# -- what a column needs -----------------------------------------------------------------------


def _bounds(form: TableForm, column: TableColumn) -> tuple[float, float]:
    """The narrowest and the most comfortable width of a column [points], in whole pixels."""
    header = form.text(column.header)
    texts = _texts(form, column)
    wraps = column.kind == "text" and column.id not in ("number", "count_of")
    widest = WIDEST.get(column.id, WIDEST_TEXT)
    least: list[float] = []
    most = [COMFORTABLE[column.kind] if column.id != "number" else 0.0]
    formula = text_width(column.number_text, SIZE)
    parts = FORMULA_LINES if len(column.number_text) > LONG_FORMULA else (1, 1)
    for needed, header_lines, name_lines, formula_lines in zip(
        (least, most), HEADER_LINES[::-1], NAME_LINES[::-1], parts[::-1], strict=True
    ):
        needed += [_narrowest(text, name_lines, widest) for text in texts] if wraps else []
        needed += [] if wraps else [text_width(text, SIZE, bold=True) + PADDING for text in texts]
        needed.append(_narrowest(header, header_lines, WIDEST_HEADER))
        needed.append(formula / formula_lines + PADDING)
    narrow = max(least)
    whole = [PIXEL * ceil(width / PIXEL) for width in (narrow, max(narrow, *most))]
    return whole[0], whole[1]


def _narrowest(text: str, lines: int, widest: float) -> float:
    """The narrowest cell that breaks no word of a bold text and has at most so many lines."""
    width = longest_word(text, SIZE, bold=True)
    while width < widest and lines_in(text, width, SIZE, bold=True) > lines:
        width += STEP
    return min(width, widest)


def _texts(form: TableForm, column: TableColumn) -> list[str]:
    """The longest texts of the cells of a column."""
    values: set[Any] = {row[column.id] for row in form.rows} - {None}
    if column.kind == "mark":
        return ["x"]
    marks = {mark for (_, id), mark in form.marks.items() if id == column.id}
    behind = f" {max(marks)}" if marks else ""
    if column.kind == "count":
        numbers = [value for value in values if not isinstance(value, str)]
        ends = {min(numbers), max(numbers)} if numbers else set()
        return [f"{value:,}{behind}" for value in ends]
    if column.kind == "rate":
        return ["100.00"]
    texts = {code_words(column.id, value, form.language) for value in values}
    return sorted(texts, key=lambda text: (-len(text), text))[:LONG_NAMES]
