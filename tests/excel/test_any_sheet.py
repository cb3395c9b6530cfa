"""Sheets of any cells in any order: read or refused, and the rows add up in both layouts."""

from __future__ import annotations

import datetime as dt
import io
import random

import openpyxl
import pytest

from multidim_poverty import excel

EXPORT, LISTS = excel.layouts()
CELLS = [
    None, None, None, "Thôn 2", "Xã A", "Tổng cộng", "NGƯỜI LẬP", "Chủ hộ", "Con", "Vợ", "x",
    "Không", 1, 2, 3.5, 0, -4, "1", "7", "7", 7, "Hộ nghèo", "Cận nghèo", "05/03/1980", 1980,
    dt.datetime(1980, 1, 1), dt.date(2023, 10, 1), dt.time(1, 2), True, "#N/A", "=A1", "I", "A",
    "066180001234", 66180001234, "--", "Kinh", "NguyÔn V¨n A", "a" * 300, "\u200b", " ", "test",
    "31/12/1500", 1e20, "Hộ nghèo\u200b",
]  # fmt: skip
PATHS = [column.path for column in EXPORT.sheets[0].columns]
LABELS = [column.label for column in EXPORT.sheets[0].columns]
HEADINGS = [
    *PATHS, *(column.label for form in (EXPORT, LISTS) for sheet in form.sheets
              for column in sheet.columns), "Phân loại hộ năm 2022", "Ghi chú", "Điểm",
]  # fmt: skip


def any_workbook(chance):
    book = openpyxl.Workbook()
    for n in range(chance.choice([1, 1, 2])):
        sheet = book.create_sheet() if n else book.active
        if chance.random() < 0.5:
            sheet.append(["UBND", chance.choice(LISTS.sheets).title + chance.choice(["", " 2023"])])
        drawn = chance.sample(HEADINGS, chance.randint(1, 14))
        sheet.append(chance.choice([PATHS, drawn, drawn]))
        if chance.random() < 0.3:
            sheet.append(LABELS)
        for _ in range(chance.randint(0, 12)):
            sheet.append([chance.choice(CELLS) for _ in range(chance.randint(0, 15))])
        if chance.random() < 0.4:
            (top, bottom), (left, right) = (
                sorted(chance.randint(1, 14) for _ in "12") for _ in "12"
            )
            sheet.merge_cells(
                start_row=top, end_row=bottom, start_column=left, end_column=right
            )  # fmt: skip
        if n and chance.random() < 0.5:
            sheet.sheet_state = chance.choice(["hidden", "veryHidden"])
    file = io.BytesIO()
    book.save(file)
    return file


@pytest.mark.parametrize("seed", range(0, 120, 10))
def test_any_sheet_is_read_or_refused_and_its_rows_add_up(seed):
    for n in range(seed, seed + 10):
        chance = random.Random(n)
        file = any_workbook(chance)
        try:
            reading = excel.read_households(
                file, year=chance.choice([None, 2023]), hidden_sheets=chance.random() < 0.3,
                decode_legacy=chance.random() < 0.3, language=chance.choice(["en", "vi"]),
                units=chance.choice([None, {"commune": "Xã Z"}]),
            )  # fmt: skip
        except excel.UnreadableFileError:
            continue
        except ValueError as error:
            if "no household was read" not in str(error):
                raise
            continue
        rows = reading.rows
        filled = {
            (sheet.title, row[0].row)
            for sheet in openpyxl.load_workbook(file)
            for row in sheet.iter_rows()
            if any(cell.value is not None and str(cell.value).strip(" \u200b") for cell in row)
        }
        assert set(zip(rows["sheet"], rows["row"], strict=True)) == filled, n
        assert not rows.duplicated(["sheet", "row"]).any(), n
        assert (rows["kind"] == "household").sum() == len(reading.households), n
        if reading.layout == "lists":
            records = rows["kind"].isin(["household", "member"])
            assert records.sum() == len(reading.members), n
        unknown = (reading.problems["rule"] == "unknown_row").sum()
        assert (rows["kind"] == "unknown").sum() == unknown, n
        assert reading.households.index.is_unique, n
        assert reading.summary["problems"].sum() == len(reading.problems), n
