"""The door for texts: encodings, CSV files, pages with tables."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty.base.files import InputFile, Limits, csv_rows, decode, html_rows
from multidim_poverty.errors import ArgumentError, UnreadableFileError
from tests.helpers.profile import at_most

LIMITS = Limits()
ROWS = [
    ["Mã hộ", "Chủ hộ", "Ghi chú"],
    ["1", "Y Bun; Êban, cũ", 'nói "có"\nhai dòng'],
    ["2", "H' Bia", ""],
]


def source(content):
    return InputFile.of(io.BytesIO(content), LIMITS)


def csv_text(rows, delimiter):
    def cell(text):
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if any(sign in text for sign in f'{delimiter}"\n') else text

    return "\n".join(delimiter.join(map(cell, row)) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_csv_file_is_read_in_any_writing_of_an_office(encoding, delimiter, line_end):
    text = csv_text(ROWS, delimiter).replace("\n", line_end)
    assert csv_rows(source(text.encode(encoding)), LIMITS) == ROWS


def test_the_vietnamese_code_page_is_read_where_the_text_is_no_utf_8():
    text = "Mã;Hộ nghèo"
    # cp1258 writes tones as marks of their own.
    parts = "".join(
        sign if sign in "êôơưâăđĐ" else unicodedata.normalize("NFD", sign) for sign in text
    ).replace("o\u0323\u0302", "ô\u0323")
    content = parts.encode("cp1258")
    read = decode(source(content))
    assert read.encoding == "cp1258"
    assert unicodedata.normalize("NFC", read.text) == text


def test_a_line_that_names_the_delimiter_is_no_row():
    assert csv_rows(source(b"sep=;\na;b\n1,5;2"), LIMITS) == [["a", "b"], ["1,5", "2"]]


def test_what_is_no_text_is_refused_with_what_to_do():
    for content in (b"a\0b\0\x81\x8d", bytes(range(256))):
        with pytest.raises(UnreadableFileError, match=r"neither a workbook .* nor a text.*save it"):
            csv_rows(source(content), LIMITS)


def test_an_endless_cell_of_a_csv_file_is_refused_and_the_limit_of_others_stays():
    before = csv.field_size_limit()
    with pytest.raises(UnreadableFileError, match=r"line 1 is no line of a CSV file"):
        csv_rows(source(b'a,"' + b"x" * (2 << 20)), LIMITS)
    assert csv.field_size_limit() == before
    with pytest.raises(UnreadableFileError, match=r"more than 3 cells.*'cells'") as caught:
        csv_rows(source(b"a,b\nc,d"), Limits(cells=3))
    assert caught.value.limit == "cells"


PAGE = """<html><head><title>x</title><style>td {}</style></head><body><h2>DANH SÁCH</h2>
<table><tr><th rowspan=2>Mã hộ</th><th colspan="2">Điểm</th></tr><tr><th>B1</th><th>B2</th></tr>
<tr><td>1<td>135</td><td>30</td></tr><tr><td>2<br>a</td><td>&nbsp;</td><td>4&lt;5</td></tr></table>
<p>Người lập biểu</p></body></html>"""


def test_a_page_that_calls_itself_a_workbook_is_read_row_by_row():
    page = source(PAGE.encode())
    assert page.kind == "html"
    assert html_rows(page, LIMITS) == [
        ["DANH SÁCH"], ["Mã hộ", "Điểm", ""], ["", "B1", "B2"], ["1", "135", "30"],
        ["2 a", "", "4<5"], ["Người lập biểu"],
    ]  # fmt: skip


def test_cells_of_a_page_that_span_much_end():
    rows = html_rows(source(b"<table><tr><td colspan=99999 rowspan=99999>a</table>"), LIMITS)
    assert [len(row) for row in rows] == [1000]
    many = b"<table>" + b"<tr><td colspan=999>a" * 30 + b"</table>"
    with pytest.raises(UnreadableFileError, match="limit 'cells'"):
        html_rows(source(many), Limits(cells=10_000))


def test_a_file_is_a_path_or_an_open_binary_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b")
    with path.open("rb") as open_file:
        for file in (path, str(path), io.BytesIO(b"a,b"), open_file):
            assert csv_rows(InputFile.of(file, LIMITS), LIMITS) == [["a", "b"]]
    read_twice = io.BytesIO(b"a,b")
    read_twice.read()
    assert InputFile.of(read_twice, LIMITS).content == b"a,b"
    for wrong in (None, 5, b"a,b", ["a"]):
        with pytest.raises(ArgumentError, match="path is a path or an open binary file"):
            InputFile.of(wrong, LIMITS)
    with pytest.raises(ArgumentError, match="open it as binary"):
        InputFile.of(io.StringIO("a,b"), LIMITS)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        InputFile.of(tmp_path / "none.csv", LIMITS)
    for size in (path, io.BytesIO(b"a,b")):
        with pytest.raises(UnreadableFileError, match="more than 2 bytes"):
            InputFile.of(size, Limits(file_size=2))
    assert "a,b" not in repr(InputFile.of(path, LIMITS))


@pytest.mark.parametrize("value", [0, -1, 2.5, "5", True, None])
def test_a_limit_is_a_whole_number_from_one(value):
    with pytest.raises(ArgumentError, match="the limit cells is a whole number from 1"):
        Limits(cells=value)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6)


@at_most(60)
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=2, max_size=5),
       delimiter=st.sampled_from(",;\t"))  # fmt: skip
def test_any_rows_written_as_csv_come_back(rows, delimiter):
    width = max(map(len, rows))
    rows = [["mã", "tên", *["k"] * (width - 2)], *[row + [""] * (width - len(row)) for row in rows]]
    unquoted = "".join("".join(row) for row in rows)
    if any(sign in unquoted for sign in ",;\t|\u2028\u2029\x85"):
        rows = [
            [cell.translate(dict.fromkeys(map(ord, ",;\t|\u2028\u2029\x85"))) for cell in row]
            for row in rows
        ]
    assert csv_rows(source(csv_text(rows, delimiter).encode()), LIMITS) == rows
