"""A sheet as it comes out of a printer, worked out from what openpyxl reads in the file.

Widths of letters are those of STIX, a face of the width of Times New Roman that matplotlib ships;
nothing here comes from the module that lays the sheets out.
"""

from __future__ import annotations

import functools
import pathlib
import unicodedata

import matplotlib as mpl
from openpyxl.utils import column_index_from_string, range_boundaries
from PIL import ImageFont

A4_LANDSCAPE = 297 / 25.4 * 72  # points
DIGITS = (7 * 0.75, 5.577)  # width of a digit: Excel rounds it to pixels, LibreOffice does not
CELL_PADDING = 3.0
LINE_HEIGHT = 1.15  # of the size, in Times New Roman and in Liberation Serif


@functools.cache
def font(bold):
    name = "STIXGeneralBol.ttf" if bold else "STIXGeneral.ttf"
    path = pathlib.Path(mpl.get_data_path(), "fonts", "ttf", name)
    return ImageFont.truetype(str(path), 1000)


@functools.cache
def text_width(text, size, bold):
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return size * font(bold).getlength(plain) / 1000


def lines_of(text, width, size, bold):
    """Lines of a text that is wrapped word by word, longer words letter by letter."""
    lines = 0
    for part in text.split("\n"):
        lines, line = lines + 1, ""
        for word in part.split():
            longer = f"{line} {word}".strip()
            if text_width(longer, size, bold) <= width:
                line = longer
                continue
            lines, line = lines + bool(line), ""
            for letter in word:
                if text_width(line + letter, size, bold) > width and line:
                    lines, line = lines + 1, ""
                line += letter
    return lines


class PrintedSheet:
    """Pages, letters and cells of a sheet; `digit` is the width of a digit in the program."""

    def __init__(self, sheet, digit=DIGITS[0]):
        self.sheet, self.digit = sheet, digit
        area = sheet.print_area.split("!")[1].replace("$", "")
        self.left, self.top, self.right, self.bottom = range_boundaries(area)
        self.areas = {
            (merged.min_row, merged.min_col): merged for merged in sheet.merged_cells.ranges
        }

    def column_width(self, column):
        for letters, dimension in self.sheet.column_dimensions.items():
            first = dimension.min or column_index_from_string(letters)
            if first <= column <= (dimension.max or first):
                return dimension.width * self.digit
        raise AssertionError(f"column {column} has no width")

    def widths(self, columns):
        return sum(map(self.column_width, columns))

    @property
    def repeated(self):
        titles = self.sheet.print_title_cols
        if not titles:
            return []
        first, last = titles.replace("$", "").split(":")
        return list(range(column_index_from_string(first), column_index_from_string(last) + 1))

    @property
    def pages(self):
        """The columns of each page beside each other."""
        columns = list(range(self.left, self.right + 1))
        if getattr(self.sheet.sheet_properties.pageSetUpPr, "fitToPage", None):
            return [columns]
        starts = [self.left, *(brk.id + 1 for brk in self.sheet.col_breaks.brk)]
        ends = [*(start - 1 for start in starts[1:]), self.right]
        pages = [list(range(a, b + 1)) for a, b in zip(starts, ends, strict=True)]
        return [pages[0], *([*self.repeated, *page] for page in pages[1:])]

    @property
    def room(self):
        margins = self.sheet.page_margins
        return A4_LANDSCAPE - 72 * (margins.left + margins.right)

    @property
    def scale(self):
        """How much smaller than in the cells everything is on paper."""
        widest = max(map(self.widths, self.pages))
        if len(self.pages) == 1:
            return min(1.0, int(100 * self.room / widest) / 100)
        scale = (self.sheet.page_setup.scale or 100) / 100
        assert widest * scale <= self.room
        return scale

    def cells(self):
        """Every cell with a value that is printed."""
        for row in self.sheet.iter_rows(
            min_row=self.top, max_row=self.bottom, min_col=self.left, max_col=self.right
        ):
            yield from (cell for cell in row if cell.value is not None)

    @property
    def smallest_letter(self):
        return self.scale * min(
            cell.font.size * (0.1 if cell.alignment.shrink_to_fit else 1) for cell in self.cells()
        )

    def rows_too_low(self):
        """The cells that are not as high as their text, each with the lines that it needs."""
        faults = []
        for cell in self.cells():
            if not isinstance(cell.value, str) or cell.value.startswith("="):
                continue
            merged = self.areas.get((cell.row, cell.column))
            rows, columns = [cell.row], [cell.column]
            if merged is not None:
                rows = range(merged.min_row, merged.max_row + 1)
                columns = range(merged.min_col, merged.max_col + 1)
            heights = [self.sheet.row_dimensions[row].height for row in rows]
            assert None not in heights, (self.sheet.title, cell.coordinate)
            width = self.widths(columns) - CELL_PADDING
            size, bold = cell.font.size, bool(cell.font.bold)
            lines = lines_of(cell.value, width, size, bold)
            if lines > 1 and not cell.alignment.wrap_text:
                faults.append((cell.coordinate, "is not wrapped"))
            elif lines * LINE_HEIGHT * size > sum(heights):
                faults.append((cell.coordinate, lines))
        return faults
