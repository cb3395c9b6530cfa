"""Official tables read from workbooks: our own, and as offices print them."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from tests.helpers import printed_book

BY = printed_book.BY
FRAME = {
    "reporting_unit": "UBND xã 12 tháng 9",
    "period": "năm 2023",
    "signers": mdp.excel.Signers(
        place="Ea Pô", on="2023-10-05", prepared_by="Nguyễn Văn A", head="Trần Thị B"
    ),
}


@pytest.fixture(scope="module", params=["vi", "en"])
def written(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "tables.xlsx"
    mdp.excel.write_tables(printed_book.made(), path, **FRAME, language=request.param)
    return path


def office(tmp_path, rows, merged=(), name="Biểu"):
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    path = tmp_path / "office.xlsx"
    book.save(path)
    return path


def title(number):
    return f"{reports.layout(number).title.vi} NĂM 2023"


def test_a_workbook_of_the_library_comes_back_as_it_was_printed(written):
    back = mdp.excel.read_tables(written, levels=BY)
    assert list(back) == list(range(1, 14))
    for number, table in printed_book.made().items():
        expected = printed_book.form_alone(table)
        got = back[number]
        assert set(got.columns) == set(expected.columns)
        for column in reports.layout(number).printed:
            assert got[column.id].tolist() == expected[column.id].tolist(), (number, column.id)
            assert str(got[column.id].dtype) == ("Int64" if column.kind == "count" else "Float64")
        for column in ("number", "level", *BY, *(["count_of"] if "count_of" in expected else [])):
            assert (
                got[column].astype(object).fillna("").tolist()
                == expected[column].astype(object).fillna("").tolist()
            )
    assert reports.check(back, standard=printed_book.STANDARD).empty


@pytest.mark.parametrize("language", ["vi", "en"])
def test_rates_without_a_base_come_back_empty(tmp_path, language):
    """Nobody says who is of average standard or of a local minority: the rates have no value."""
    homes = pd.DataFrame(
        {
            "commune": ["A", "A", "B"],
            "poverty_class": ["poor", "near_poor", "average"],
            "household_size": [1, 2, 3],
            "ethnic_minority": [True, False, False],
            **dict.fromkeys(["local_minority", "member_of_merit", "no_labour_capacity"], False),
            "female_head": False,
        },
        index=pd.Index(list("abc"), name="household_id"),
    )
    tables = {
        1: reports.table_1(homes, by="commune", population="counted"),
        12: reports.table_12(homes, by="commune", population="counted"),
        13: reports.table_13(homes, by="commune", population="counted"),
    }
    path = tmp_path / "tables.xlsx"
    mdp.excel.write_tables(tables, path, **FRAME, language=language)
    back = mdp.excel.read_tables(path, levels=["commune"])
    for number, table in tables.items():
        for column in reports.layout(number).printed:
            expected = table[column.id].astype("Float64")
            pd.testing.assert_series_equal(back[number][column.id].astype("Float64"), expected)
    assert "not_a_number" not in reports.check(back)["rule"].tolist()
    assert tables[1]["farm_average_households_rate"].isna().all()


def test_a_cell_that_is_changed_in_the_workbook_is_found(written, tmp_path):
    book = openpyxl.load_workbook(written)
    sheet = book.worksheets[4]
    row = next(cell.row for cell in sheet["B"] if cell.value == "Xã Ba")
    sheet.cell(row, 7).value = "99,99"
    path = tmp_path / "changed.xlsx"
    book.save(path)
    back = mdp.excel.read_tables(path, levels=BY, sheets=[s.title for s in book.worksheets[3:5]])
    assert sorted(back) == [4, 5]
    found = reports.check(back)
    # Formulas that openpyxl has not calculated are named too: they hold no value.
    found = found[found["value"] == "99,99"]
    assert found[["rule", "table", "unit"]].values.tolist() == [
        ["rate", "table_5", "Huyện B / Xã Ba"]
    ]


@pytest.mark.parametrize("decimals", [0, 2])
def test_shares_in_cells_of_percentages_are_read_as_printed(written, tmp_path, decimals):
    book = openpyxl.load_workbook(written, data_only=True)
    shown = "0%" if not decimals else "0.00%"
    counts, shares = book.worksheets[3:5]
    for row in range(1, shares.max_row + 1):
        whole = counts.cell(row, 3).value
        for column in range(4, 16):
            cell = shares.cell(row, column)
            if isinstance(cell.value, int | float) and isinstance(whole, int):
                cell.value = counts.cell(row, column + 1).value / whole
                cell.number_format = shown
    path = tmp_path / "percent.xlsx"
    book.save(path)
    sheets = [counts.title, shares.title]
    back = mdp.excel.read_tables(path, levels=BY, sheets=sheets)
    expected = mdp.excel.read_tables(written, levels=BY, sheets=sheets)
    for column in reports.layout(5).printed[1:]:
        rates = back[5][column.id]
        if decimals:
            assert rates.equals(expected[5][column.id])
        assert rates.equals(rates.round(decimals))
        assert (rates - expected[5][column.id]).abs().max() <= 0.505
    assert reports.check(back, standard=printed_book.STANDARD).empty


INDICATORS = [item.vi for item in reports.items_of("indicators")]


def table_4(first=("STT", "Tên đơn vị"), numbers=True):
    """Table 4 of Cu Jut as an office prints it."""
    return [
        ["ỦY BAN NHÂN DÂN HUYỆN"],
        [title(4)],
        ["Đơn vị tính: hộ"],
        [*first, "Tổng số hộ nghèo", "Tổng số thiếu hụt", "Trong đó", *[None] * 11],
        [None, None, None, None, *INDICATORS],
        *([["A", "B", None, None, *range(1, 13)]] if numbers else []),
        ["I", "Huyện Cư Jút", "141", "494", "47", 61, 36, 10, 56, 11, "45", 74, 2, 98, 36, 18],
        [1, "Xã Đắk DRông", 74, 261, 18, 36, 9, 3, 37, 3, 38, 40, 2, 57, 11, 7],
        [2, "Xã Ea Pô", 67, 233, 29, 25, 27, 7, 19, 8, 7, 34, None, 41, 25, 11],
        [],
        [None, "NGƯỜI LẬP BIỂU", None, None, None, None, None, "CHỦ TỊCH"],
    ]


MERGED_4 = ["A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:P4"]


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize("merged", [MERGED_4, []])
def test_a_form_as_an_office_prints_it(tmp_path, numbers, merged):
    path = office(tmp_path, table_4(numbers=numbers), merged)
    table = mdp.excel.read_tables(path)[4]
    assert table["unit"].tolist() == ["Huyện Cư Jút", "Xã Đắk DRông", "Xã Ea Pô"]
    assert table["level"].tolist() == ["district", "commune", "commune"]
    assert table["district"].tolist() == ["Huyện Cư Jút"] * 3
    assert table["employment"].tolist() == ["47", 18, 29]
    assert table["information_devices"].tolist() == [18, 7, 11]
    found = reports.check(table)
    assert found[["rule", "unit", "column"]].values.tolist() == [
        ["missing", "Huyện Cư Jút / Xã Ea Pô", "water"],
    ]


def test_columns_in_another_order_are_read_by_their_headings(tmp_path):
    rows = table_4(numbers=False)
    for row in rows[4:8]:
        if len(row) > 5:
            row[4], row[5] = row[5], row[4]
    rows[3] = ["STT", "Tên đơn vị", "Tổng số hộ nghèo", "Tổng số thiếu hụt", *[None] * 12]
    rows[3][4] = "Số hộ thiếu hụt theo chỉ số"
    table = mdp.excel.read_tables(office(tmp_path, rows, MERGED_4))[4]
    assert table["employment"].tolist() == ["47", 18, 29]
    assert table["dependents"].tolist() == [61, 36, 25]


def test_headings_of_something_else_are_said(tmp_path):
    rows = table_4()
    rows[4][6] = "Chiều cao"
    with pytest.warns(mdp.errors.DataWarning, match="'Chiều cao' as 'Dinh dưỡng'"):
        table = mdp.excel.read_tables(office(tmp_path, rows, MERGED_4))[4]
    assert table["nutrition"].tolist() == [36, 9, 27]


def test_a_table_with_a_column_too_few_is_refused(tmp_path):
    rows = [row[:15] for row in table_4()]
    with pytest.raises(ValueError, match="'Biểu' has 13 columns of numbers, and table 4 has 14"):
        mdp.excel.read_tables(office(tmp_path, rows))


def test_two_rows_of_a_unit_with_one_name(tmp_path):
    heads = [column.header.vi for column in reports.layout(2).printed]
    rows = [
        [title(2)],
        ["TT", "Địa phương", "ĐVT", *heads],
        ["A", "B", "C", *[f"({n})" for n in range(1, 9)], "(9)=1-2-3-4+5+6+7+8"],
        [1, "Đắk DRông", "Hộ", 119, 10, 45, None, 3, 0, 7, None, 74],
        [None, None, "Khẩu", 570, 46, 243, None, 13, 0, 30, None, 324],
        ["TT", "Địa phương", "ĐVT", *heads],
        [2, "Ea Pô", "Hộ", "85", "23", 0, None, 0, 0, 5, None, 67],
        [None, None, "Khẩu", 323, 97, 0, None, 0, 0, 18, None, 244],
    ]
    table = mdp.excel.read_tables(office(tmp_path, rows, ["B4:B5"]), levels=["commune"])[2]
    assert table["unit"].tolist() == ["Đắk DRông"] * 2 + ["Ea Pô"] * 2
    assert table["count_of"].tolist() == ["households", "persons"] * 2
    assert table["closing"].tolist() == [74, 324, 67, 244]
    assert {*reports.check(table)["rule"]} == {"nothing_entered"}
    rows[3][-1] = 75
    found = reports.check(mdp.excel.read_tables(office(tmp_path, rows), levels=["commune"]))
    assert found.loc[found["severity"] == "error", ["rule", "unit"]].values.tolist() == [
        ["balance", "Đắk DRông"]
    ]


def table_9(groups, again=None):
    names = ["Tổng số", "Kinh", "Dân tộc thiểu số", *groups, "Dân tộc khác"]
    others = [*names[:3], *(again or groups), "Dân tộc khác"]
    zeros = [0] * len(others)
    counts = [30, 10, 20, *[1] * (len(groups)), 20 - len(groups)]
    return [
        [title(9)],
        ["STT", "Đơn vị", "Hộ nghèo", *[None] * (len(names) - 1), "Hộ cận nghèo"],
        [None, None, *names, *others],
        ["1", "Xã Một", *counts, *zeros],
    ]


def test_ethnic_groups_are_those_of_the_headings_in_any_spelling(tmp_path):
    path = office(tmp_path, table_9(["M’NÔNG", "H'Mông", "Ê-đê", "Mạ", "Chăm"]))
    table = mdp.excel.read_tables(path, levels=["commune"])[9]
    form = reports.layout_of(table)
    ids = [column.id for column in form.printed if column.id.startswith("poor_")][3:-1]
    assert ids == ["poor_mnong", "poor_mong", "poor_ede", "poor_ma", "poor_group_5"]
    assert form.column("poor_group_5").header.vi == "Chăm"
    assert reports.check(table).empty
    table.loc[0, "poor_group_5"] += 1
    assert {*reports.check(table)["rule"]} == {"formula"}


def test_groups_that_differ_between_the_halves_are_refused(tmp_path):
    path = office(tmp_path, table_9(["Tày", "Nùng"], ["Nùng", "Tày"]))
    with pytest.raises(ValueError, match="'Tày' of the poor where it has 'Nùng'"):
        mdp.excel.read_tables(path)


def test_the_indicators_of_another_standard(tmp_path):
    standard = mdp.standard("decree_351_2025")
    households, _ = printed_book.households()
    frame = households.drop(columns=["standard", "standard_hash"], errors="ignore")
    frame = frame.assign(**dict.fromkeys(standard.indicator_ids, True))
    made = reports.tables(frame, by=BY, standard=standard, numbers=[4, 5])
    path = tmp_path / "tables.xlsx"
    mdp.excel.write_tables(made, path, **FRAME)
    back = mdp.excel.read_tables(path, levels=BY, standard=standard)
    assert reports.layout_of(back[4]).printed == reports.layout_of(made[4]).printed
    assert back[5]["poor_households"].tolist() == made[5]["poor_households"].tolist()
    assert reports.check(back).empty


def test_what_is_no_official_table_or_stands_twice_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no sheet with the title"):
        mdp.excel.read_tables(office(tmp_path, [["Danh sách"], ["Xã Một", 1]]))
    book = openpyxl.Workbook()
    for name in ("Mẫu", "Bản sao"):
        sheet = book.create_sheet(name)
        for row in table_4():
            sheet.append(row)
    path = tmp_path / "twice.xlsx"
    book.save(path)
    with pytest.raises(ValueError, match="table 4 stands on sheets 'Mẫu' and 'Bản sao'"):
        mdp.excel.read_tables(path)
    assert list(mdp.excel.read_tables(path, sheets=["Bản sao"])) == [4]
    with pytest.raises(ValueError, match="no sheet 'Biểu 9'"):
        mdp.excel.read_tables(path, sheets=["Biểu 9"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[7].__setitem__(0, None), "row 8, 'Xã Đắk DRông', has no number"),
        (lambda rows: rows[7].__setitem__(1, None), "row 8 has numbers and no name"),
        (lambda rows: rows[7].__setitem__(0, "1.1.1"), "4 levels of units, and levels= names 2"),
    ],
)
def test_a_row_that_is_about_no_unit_is_refused(tmp_path, change, message):
    rows = table_4()
    change(rows)
    with pytest.raises(ValueError, match=message):
        mdp.excel.read_tables(office(tmp_path, rows))


def test_errors_of_cells_are_read_as_what_they_are(tmp_path):
    rows = table_4()
    rows[7][2] = "#REF!"
    table = mdp.excel.read_tables(office(tmp_path, rows))[4]
    found = reports.check(table)
    assert found.loc[found["rule"] == "not_a_number", "value"].tolist() == ["#REF!"]
    assert isinstance(table, pd.DataFrame)
