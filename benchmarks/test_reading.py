"""Workbooks of offices: 50,000 rows in 6 seconds, whatever stray cell lies far away."""

import io

import pytest
import xlsxwriter

from benchmarks.conftest import SCALE
from multidim_poverty import excel

ROWS = int(50_000 * SCALE)
LIMIT = 6.0  # seconds for 50,000 rows
EXPORT, LISTS = excel.layouts()


def export(stray=None):
    """An export of so many households."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Xã A")
        columns = EXPORT.sheets[0].columns
        sheet.write_row(0, 0, [column.path for column in columns])
        sheet.write_row(1, 0, [column.label for column in columns])
        for n in range(ROWS):
            home = ["15/10/2023", f"Hộ {n}", str(n), "Có" if n % 3 else "", "Nam", 4, "--"]
            sheet.write_row(2 + n, 0, [*home, 135, 30, "Hộ nghèo", "RS"])
        if stray:
            sheet.write(stray, " ")
    return file


def lists():
    """A list of so many members, four in each household."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, form = book.add_worksheet("Hộ nghèo"), LISTS.sheets[0]
        sheet.write(form.title_cell, form.title)
        places = {column.name: column.position for column in form.columns}
        for column in form.columns:
            sheet.write(6, column.position, column.label)
        for n in range(ROWS):
            cells = {"order": n + 1, "name": f"Người {n}", "relation": "Con", "sex": "Nữ",
                     "birth_date": "05/03/1980", "citizen_id": f"{n:012d}"}  # fmt: skip
            if n % 4 == 0:
                cells |= {"code": str(n // 4), "head_name": f"Người {n}", "relation": "Chủ hộ",
                          "commune": "Xã A", "commune_code": "24664", "village": "Thôn 1",
                          "ethnic_group": "Ê đê", "stated_class": "Hộ nghèo", "b1": 135, "b2": 30,
                          "reason": "thiếu vốn"}  # fmt: skip
            for name, value in cells.items():
                sheet.write(7 + n, places[name], value)
    return file


FILES = {
    "export": export,
    "export, a blank in XFD20000": lambda: export("XFD20000"),
    "lists": lists,
}


@pytest.mark.parametrize("kind", FILES)
def test_reading_of_a_workbook(benchmark, kind):
    file = FILES[kind]()
    reading = benchmark.pedantic(excel.read_households, args=(file,), rounds=3)
    records = len(reading.members) if kind == "lists" else len(reading.households)
    assert records == ROWS
    assert benchmark.stats.stats.min < LIMIT * max(SCALE, 0.1)
