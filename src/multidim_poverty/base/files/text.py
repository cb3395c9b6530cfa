"""Texts of a file: their encoding, rows of a CSV file, rows of a page with tables."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import Any, NamedTuple

from multidim_poverty.base.files.cells import normalise
from multidim_poverty.base.files.input_file import InputFile
from multidim_poverty.base.files.limits import Limits

__all__ = ["Decoded", "csv_rows", "decode", "html_rows"]

Rows = list[list[str]]
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = ",;\t|"
LOOKED_AT = 50  # lines in which the delimiter is looked for
TEXT_LENGTH = 1 << 20  # of one cell of a CSV file


class Decoded(NamedTuple):
    """A text, and the encoding that it was read in."""

    text: str
    encoding: str


def decode(file: InputFile) -> Decoded:
    """The text of a file: UTF-8 or UTF-16, else the Vietnamese code page of Windows (cp1258).

    Raises
    ------
    UnreadableFileError
        If it is in none of them.
    """
    content = file.content
    encodings = [name for mark, name in MARKS.items() if content.startswith(mark)]
    for encoding in encodings or ["utf-8", "cp1258"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Decoded(normalise_lines(text), encoding.removesuffix("-sig"))
    raise file.unreadable(
        "it is neither a workbook (xlsx, xls, xlsb, ods) nor a text in UTF-8, UTF-16 or cp1258; "
        "save it as .xlsx, or as CSV in UTF-8"
    )


def normalise_lines(text: str) -> str:
    """A text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_rows(file: InputFile, limits: Limits) -> Rows:
    """Rows of a CSV file with commas, semicolons, tabs or bars between its cells."""
    text = decode(file).text
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # a line that Excel writes
        delimiter, text = first.strip()[4], rest
    else:
        delimiter = _delimiter(text)
    rows: Rows = []
    cells = 0
    before = csv.field_size_limit(TEXT_LENGTH)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            cells += len(row)
            limits.check("cells", cells, file.name)
            rows.append(row)
    except csv.Error as error:
        raise file.unreadable(
            f"line {len(rows) + 1} is no line of a CSV file ({error}); save it as .xlsx"
        ) from error
    finally:
        csv.field_size_limit(before)
    return rows


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines, outside quotes; of several the most."""
    lines = [line for line in text.split("\n", LOOKED_AT)[:LOOKED_AT] if line.strip()]
    unquoted = ["".join(line.split('"')[::2]) for line in lines]

    def evidence(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in unquoted]
        return sum(count > 0 for count in counts), sum(counts)

    return max(DELIMITERS, key=evidence)


# -- pages ------------------------------------------------------------------------------------


def html_rows(file: InputFile, limits: Limits) -> Rows:
    """Rows of all tables of a page, and of the lines between them, from the first to the last.

    A cell that spans columns or rows has its text in the first of them.
    """
    page = _Page(file, limits)
    page.feed(decode(file).text)
    page.close()
    page.end_row()
    return page.rows


class _Page(HTMLParser):
    LINES = ("p", "div", "h1", "h2", "h3", "h4", "br", "title")
    UNSEEN = ("script", "style", "title")

    def __init__(self, file: InputFile, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.limits = file, limits
        self.rows: Rows = []
        self.row: list[str] = []
        self.texts: list[str] = []
        self.covered: dict[int, int] = {}  # column -> rows in which it is still spanned
        self.span = (1, 1)
        self.tables = self.unseen = self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.end_row()
            self.tables += 1
            self.covered = {}
        elif tag == "tr":
            self.end_row()
        elif tag in ("td", "th"):
            self._end_cell()
            has = dict(attrs)
            self.span = _span(has.get("colspan")), _span(has.get("rowspan"))
            self._skip_covered()
        elif tag in self.UNSEEN:
            self.unseen += 1
        elif tag in self.LINES:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
            self.tables -= tag == "table"
        elif tag in self.UNSEEN:
            self.unseen = max(self.unseen - 1, 0)
        elif tag in self.LINES:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(data)

    def _break(self) -> None:
        if self.tables > 0:
            self.texts.append(" ")
        else:
            self.end_row()

    def _skip_covered(self) -> None:
        while self.covered.get(len(self.row), 0) > 0:
            self.covered[len(self.row)] -= 1
            self._add("")

    def _add(self, text: str) -> None:
        self.count += 1
        self.limits.check("cells", self.count, self.file.name)
        self.row.append(text)

    def _end_cell(self) -> None:
        text = normalise("".join(self.texts))
        self.texts = []
        if not text and self.span == (0, 0):
            return
        wide, high = self.span if self.span != (0, 0) else (1, 1)
        for n in range(wide):
            if high > 1:
                self.covered[len(self.row)] = high - 1
            self._add(text if n == 0 else "")
        self.span = (0, 0)

    def end_row(self) -> None:
        """Close the row of a table, or a line of text."""
        if "".join(self.texts).strip():
            self._end_cell()
        self.texts = []
        if self.row:
            self._skip_covered()
            self.rows.append(self.row)
        self.row, self.span = [], (0, 0)


def _span(text: Any) -> int:
    text = (text or "1").strip()
    return max(1, min(int(text[:5]), 1000)) if text.isdecimal() else 1
