"""Workbooks of Excel 97 to 2003: read where they are sound, refused where they reach too far."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct

import pytest
import xlwt

from multidim_poverty import excel
from multidim_poverty.base.files import InputFile, Limits
from multidim_poverty.excel.xls_extents import check_xls

COLUMNS = excel.layouts()[0].sheets[0].columns
PATHS, LABELS = [c.path for c in COLUMNS], [c.label for c in COLUMNS]
HOME = [dt.date(2023, 10, 15), "H' Bia", 1, "x", "Nữ", 4, "--", 135, 30, "Hộ nghèo", "Y Thu"]
DAY = xlwt.easyxf(num_format_str="dd/mm/yyyy")
SOME_ROWS = [["KẾT QUẢ"], PATHS, LABELS, HOME, [None, "Tổng cộng", None, None, None, 4]]


def workbook(*rows, states=(0,)):
    book = xlwt.Workbook()
    for n, state in enumerate(states):
        sheet = book.add_sheet(f"S{n}")
        sheet.visibility = state
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if value is not None:
                    args = (DAY,) if isinstance(value, dt.date) else ()
                    sheet.write(row, column, value, *args)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def spanned(content):
    """The cells that the sheets of a file span."""
    file, low, high = InputFile("a.xls", content), 1, 1 << 40
    while low < high:
        middle = (low + high) // 2
        try:
            check_xls(file, Limits(cells=middle))
            high = middle
        except excel.UnreadableFileError:
            low = middle + 1
    return low


def test_an_old_workbook_is_read_with_its_hidden_sheets_named():
    reading = excel.read_households(io.BytesIO(workbook(*SOME_ROWS, states=(0, 1, 2))), year=2023)
    assert reading.households["household_size"].tolist() == [4]
    assert reading.households["review_date"].dt.day.tolist() == [15]
    assert reading.rows["kind"].tolist()[:5] == [
        "title", "heading", "heading", "household", "total",
    ]  # fmt: skip
    hidden = reading.problems[reading.problems["rule"] == "hidden_sheet"]
    assert hidden["value"].tolist() == ["hidden", "very_hidden"]
    assert (reading.problems["rule"] == "unseen_cells").sum() == 1


@pytest.mark.parametrize("rows", [3, 200, 3000])
def test_the_span_of_an_old_workbook_is_counted_small_or_large(rows):
    table = [["a", 1.5, 2, None, 7]] * rows
    assert spanned(workbook(*table)) == rows * 5
    assert spanned(workbook(*table, states=(0, 0))) == rows * 10


def test_an_old_workbook_that_reaches_far_is_refused_before_it_is_laid_out():
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "a")
    sheet.write(65_535, 255, "b")
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(excel.UnreadableFileError, match="limit 'cells'") as caught:
        excel.read_households(file)
    assert caught.value.limit == "cells"
    # No program writes a column beyond 255, but a file may name one.
    content = workbook(["a", 2.25])
    cell = struct.pack("<HHHH", 0x0203, 14, 0, 1)
    assert cell in content or struct.pack("<HHHH", 0x027E, 10, 0, 1) in content
    for old in (cell, struct.pack("<HHHH", 0x027E, 10, 0, 1)):
        content = content.replace(old, old[:4] + struct.pack("<HH", 65_535, 65_535))
    with pytest.raises(excel.UnreadableFileError, match="limit 'cells'"):
        excel.read_households(io.BytesIO(content))


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_to_an_old_workbook_is_read_or_refused(seed, capfd):
    chance = random.Random(seed)
    content = bytearray(workbook(*SOME_ROWS))
    for _ in range(chance.randint(1, 6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    message = ""
    try:
        excel.read_households(io.BytesIO(bytes(content)))
    except excel.UnreadableFileError:
        message = "unreadable"
    except ValueError as error:
        message = str(error)
    assert message in ("", "unreadable") or "no household was read" in message


def test_sectors_in_a_circle_end():
    content = bytearray(workbook(*[["a", 1.5]] * 3000))
    (table,) = struct.unpack_from("<I", content, 76)
    start = (table + 1) << 9
    links = struct.unpack_from("<128I", content, start)
    circle = [0 if link < 0xFFFFFFFA else link for link in links]
    struct.pack_into("<128I", content, start, *circle)
    with pytest.raises(excel.UnreadableFileError, match=r"is an \.xls file and damaged"):
        excel.read_households(io.BytesIO(bytes(content)))
