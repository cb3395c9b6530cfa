"""One sheet of an ``.xlsx`` workbook: a single pass over its XML, in memory only what it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from multidim_poverty.base.files.cells import Area, BrokenCell, SheetCells, is_blank
from multidim_poverty.base.files.parts import Parts
from multidim_poverty.errors import UnreadableFileError

__all__ = ["Styles", "area_of", "read_sheet"]

DIGITS = "0123456789"
LARGEST_SHARE = 1e9  # a larger number, and what is none, is no percentage
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
# What each element is for the reader; all others are passed over.
CELL, TEXT, ROW, FORMULA, MERGED, COLUMNS, FILTER, READING, STRIKE = range(1, 10)
ELEMENTS = {
    "c": CELL, "v": TEXT, "t": TEXT, "row": ROW, "f": FORMULA, "mergeCell": MERGED,
    "col": COLUMNS, "filterColumn": FILTER, "rPh": READING, "strike": STRIKE,
}  # fmt: skip
TRUE = ("1", "true", "on")


@dataclass
class Styles:
    """Which styles of cells (by their number, as text) show a day or a percentage, or strike out.

    ``percents`` are those of percentages, with their decimals.
    """

    numbers: list[str] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    percents: dict[str, int] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    from_1904: bool = False


def read_sheet(
    parts: Parts,
    part: str,
    name: str,
    strings: list[str | None],
    struck_strings: set[int],
    styles: Styles,
    cells_left: int,
) -> tuple[SheetCells, int]:
    """A sheet, and how many cells it has, empty ones with a format included."""
    reader = _Reader(parts, part, name, strings, struck_strings, styles, cells_left)
    sheet = reader.read()
    return sheet, reader.count


class _Reader:
    def __init__(
        self,
        parts: Parts,
        part: str,
        name: str,
        strings: list[str | None],
        struck_strings: set[int],
        styles: Styles,
        cells_left: int,
    ) -> None:
        self.parts, self.part, self.name = parts, part, name
        self.strings, self.struck_strings, self.styles = strings, struck_strings, styles
        self.cells_left = cells_left
        self.count = self.beside = 0
        self.sheet = SheetCells(name, {})
        self.hidden_columns: list[tuple[int, int]] = []

    def read(self) -> SheetCells:
        """Parse the part.

        The handlers are closures over local variables: they are called five times for each cell.
        """
        sheet, rows, kinds = self.sheet, self.sheet.rows, dict[str, int]()
        positions: dict[str, int] = {}
        struck_styles = self.styles.struck
        read_by_style = self.styles.days | self.styles.percents.keys()
        row, column, cells = -1, -1, dict[int, Any]()
        style: str | None = None
        type_: str | None = None
        texts: list[str] = []
        formula: list[str] | None = None
        collecting: list[str] | None = None
        aloud, has_strike = False, False
        count, most = 0, self.cells_left

        def start(tag: str, has: dict[str, str]) -> None:
            nonlocal row, column, cells, style, type_, formula, collecting, aloud, count
            nonlocal has_strike
            kind = kinds.get(tag)
            if kind is None:
                kind = kinds[tag] = ELEMENTS.get(tag.rpartition(":")[2], 0)
            if kind == CELL:
                place = has.get("r")
                if place is None:
                    column += 1
                else:
                    letters = place.rstrip(DIGITS)
                    at = positions.get(letters)
                    column = self._position(letters, positions) if at is None else at
                type_, style = has.get("t"), has.get("s")
                count += 1
                if count > most:
                    self._refuse()
                if texts:
                    texts.clear()
                formula, has_strike = None, False
            elif kind == TEXT:
                collecting = None if aloud else texts
            elif kind == ROW:
                row = self._row(has.get("r"), row)
                count += 1
                if count > most:
                    self._refuse()
                cells, column = rows.setdefault(row, {}), -1
                if has.get("hidden") in TRUE:
                    sheet.hidden_rows.add(row)
            elif kind == FORMULA:
                collecting = formula = []
            elif kind:
                aloud = aloud or kind == READING
                has_strike = has_strike or (kind == STRIKE and has.get("val", "1") in TRUE)
                self._beside(kind, has)

        def text(part: str) -> None:
            if collecting is not None:
                collecting.append(part)

        def end(tag: str) -> None:
            nonlocal collecting, aloud
            kind = kinds[tag]
            if kind == CELL:
                if not texts and formula is None:
                    return
                raw = texts[0] if len(texts) == 1 else "".join(texts)
                value: Any
                if type_ == "s" and raw:
                    value = self._shared(raw, row, column)
                elif type_ is None and formula is None and style not in read_by_style:
                    value = self._number(raw)
                else:
                    value = self._value(raw, type_, style, formula, column)
                if value is not None:
                    cells[column] = value
                    if has_strike or (struck_styles and style in struck_styles):
                        sheet.struck.add((row, column))
            elif kind in (TEXT, FORMULA):
                collecting = None
            elif kind == READING:
                aloud = False

        self.parts.parse(self.part, start=start, end=end, text=text)
        self.count = count
        sheet.rows = {at: rows[at] for at in sorted(rows) if rows[at]}
        self._hide()
        return sheet

    # -- places ---------------------------------------------------------------------------------

    def _position(self, letters: str, positions: dict[str, int]) -> int:
        at = 0
        for sign in letters.replace("$", "").upper():
            at = at * 26 + ord(sign) - 64
            if not "A" <= sign <= "Z" or at > LAST_COLUMN:
                raise self._broken(f"a cell is said to stand in column {letters[:9]!r}")
        if not at:
            raise self._broken("a cell has no column")
        positions[letters] = at - 1
        return at - 1

    def _row(self, text: str | None, before: int) -> int:
        if text is None and before + 1 < LAST_ROW:
            return before + 1
        if text is None:
            raise self._broken("there are more rows than a sheet has")
        if not text.isdecimal() or not 1 <= int(text[:9]) <= LAST_ROW:
            raise self._broken(f"a row has the number {text[:9]!r}")
        return int(text) - 1

    def _beside(self, kind: int, has: dict[str, str]) -> None:
        """What stands in a sheet besides its cells."""
        self.beside += 1
        if self.beside > self.cells_left:
            self._refuse()
        if kind == MERGED:
            area = area_of(has.get("ref", ""))
            if area is None:
                raise self._broken("a merged cell has no range")
            self.sheet.merged.append(area)
        elif kind == FILTER:
            self.sheet.is_filtered = True
        elif kind == COLUMNS and has.get("hidden") in TRUE:
            ends = has.get("min", ""), has.get("max", "")
            if not all(end.isdecimal() for end in ends):
                raise self._broken("a hidden column has no number")
            self.hidden_columns.append((int(ends[0]) - 1, int(ends[1])))

    def _hide(self) -> None:
        """Hidden columns, as far as something stands in them."""
        if self.hidden_columns:
            used = {column for cells in self.sheet.rows.values() for column in cells}
            self.sheet.hidden_columns = {
                column
                for column in used
                if any(first <= column < stop for first, stop in self.hidden_columns)
            }
        self.sheet.hidden_rows &= self.sheet.rows.keys()

    def _refuse(self) -> None:
        """Raise the error that the workbook has too many cells."""
        limits = self.parts.limits
        limits.check("cells", limits.cells + 1, self.parts.file.name, where=self._where())

    def _where(self) -> str:
        return f"sheet {self.name!r}"

    def _broken(self, why: str) -> UnreadableFileError:
        return self.parts.file.unreadable(
            f"{why} in the {self._where()}; open it in Excel, save it and try again"
        )

    # -- values ---------------------------------------------------------------------------------

    def _shared(self, raw: str, row: int, column: int) -> str | None:
        number = int(raw) if raw.isdecimal() else len(self.strings)
        if number >= len(self.strings):
            raise self._broken("a cell names a text that the workbook does not have")
        text = self.strings[number]
        if text is not None and number in self.struck_strings:
            self.sheet.struck.add((row, column))
        return text

    def _number(self, raw: str) -> float | str | None:
        try:
            return float(raw)
        except ValueError:
            return None if is_blank(raw) else raw

    def _value(
        self, raw: str, type_: str | None, style: str | None, formula: list[str] | None, column: int
    ) -> Any:
        """The value of a cell with a formula, of another type, of a day or of a percentage."""
        if type_ == "e":
            return BrokenCell(raw or "#N/A", "error_cell")
        if formula is not None and not raw:
            if type_ == "str":  # the formula gave the empty text
                self.sheet.computed_empty.add(column)
                return None
            # A shared formula stands in the first of its cells alone.
            return BrokenCell(f"={''.join(formula) or '...'}", "not_calculated")
        if type_ == "b":
            return raw.strip() in TRUE
        if type_ == "d":
            return _iso_day(raw)
        if type_ in ("str", "inlineStr"):
            return None if is_blank(raw) else raw
        number = self._number(raw)
        if isinstance(number, float) and style in self.styles.days:
            return _day(number, from_1904=self.styles.from_1904)
        if isinstance(number, float) and style is not None and style in self.styles.percents:
            return _percentage(number, self.styles.percents[style])
        return number


def area_of(reference: str) -> Area | None:
    """The cells of a range such as ``A1:C5``, from 0; None where it is none."""
    ends = []
    for place in reference.replace("$", "").upper().split(":"):
        letters = place.rstrip(DIGITS)
        digits = place[len(letters) :]
        if not digits or not letters or not letters.isascii() or not letters.isalpha():
            return None
        column = 0
        for sign in letters[:4]:
            column = column * 26 + ord(sign) - 64
        ends.append((int(digits[:9]) - 1, column - 1))
    if len(ends) not in (1, 2):
        return None
    (top, left), (bottom, right) = ends[0], ends[-1]
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _percentage(share: float, decimals: int) -> float:
    """A share as its cell prints it, such as 45.59 for 0.455938 with two decimals."""
    if not abs(share) < LARGEST_SHARE:
        return share
    printed = Decimal(repr(share)).scaleb(2)
    return float(printed.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _day(number: float, *, from_1904: bool) -> Any:
    """The day of a number: days since the end of 1899, with a 29 February 1900 that never was."""
    if not 0 <= number < 2_958_466:
        return number
    if number < 1:
        return (dt.datetime(1900, 1, 1) + dt.timedelta(days=number)).time()
    start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)
    if not from_1904 and number < 61:
        start += dt.timedelta(days=1)
    moment = start + dt.timedelta(seconds=round(number * 86400))
    return moment.date() if moment.time() == dt.time() else moment


def _iso_day(text: str) -> Any:
    try:
        moment = dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text or None
    return moment.date() if moment.time() == dt.time() else moment
