"""Workbooks of official tables: written, then read again by other libraries."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import reports
from tests.helpers import cu_jut
from tests.helpers.profile import at_most
from tests.reports.test_tables import BY, POPULATION, example, results

SAMPLE = mdp.load_sample()
STANDARD = mdp.standard("decree_07_2021")
ON = "2023-10-01"


@pytest.fixture(scope="module")
def tables():
    assessed = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
    return reports.tables(
        reports.wide(SAMPLE.households, assessed),
        by=["area"],
        members=SAMPLE.members,
        population="counted",
        standard=STANDARD,
        on=ON,
    )


@pytest.fixture(scope="module")
def moved():
    flows = cu_jut.flows()
    return reports.tables(cu_jut.result(flows), by=["commune"], flows=flows, numbers=[2, 3])


UNIT, PERIOD = "Ủy ban nhân dân xã Ea Pô", "năm 2023"
SIGNERS = mdp.excel.Signers(
    place="Ea Pô", on="2023-10-05", prepared_by="Nguyễn Văn A", head="Trần Thị B"
)
FRAME = {"reporting_unit": UNIT, "period": PERIOD, "signers": SIGNERS}


def written(tables, folder, **options):
    path = folder / "tables.xlsx"
    mdp.excel.write_tables(tables, path, **{**FRAME, **options})
    return path


def columns_of(form):
    """What a sheet shows: the printed columns, and with which letter each begins."""
    leading = () if form.rows == "members" else form.leading
    return [*leading, *form.printed]


def data_of(sheet, form):
    """The first row of the data: the one below the line of column numbers."""
    depth = max(len(column.group) for column in (*form.leading, *form.columns)) + 1
    return 3 + depth + 2


def test_a_sheet_for_each_table_with_its_title_and_headers(tables, tmp_path):
    book = openpyxl.load_workbook(written(tables, tmp_path))
    assert book.sheetnames == [f"Biểu {number}" for number in tables]
    for number in tables:
        sheet, form = book[f"Biểu {number}"], reports.layout_of(tables[number])
        assert sheet["A1"].value == "Đơn vị báo cáo: Ủy ban nhân dân xã Ea Pô"
        last = [cell.value for cell in sheet[1][: len(columns_of(form))] if cell.value][-1]
        assert last == f"Biểu số {number}"
        assert sheet["A2"].value == form.title.vi
        assert sheet["A3"].value == "Kỳ báo cáo: năm 2023"
        columns = columns_of(form)
        first = data_of(sheet, form)
        numbers = [sheet.cell(first - 1, n + 1).value or "" for n in range(len(columns))]
        assert numbers == [column.number_text for column in columns]
        for n, column in enumerate(columns, start=1):
            path = [label.vi for label in (*column.group, column.header)]
            shown = [text_at(sheet, row, n) for row in range(4, first - 1)]
            assert list(dict.fromkeys(shown)) == path


def text_at(sheet, row, column):
    """The text of a cell, or of the merged cell that it is in."""
    for merged in sheet.merged_cells.ranges:
        if (row, column) in merged.cells:
            return sheet.cell(merged.min_row, merged.min_col).value
    return sheet.cell(row, column).value


@pytest.mark.parametrize("number", [1, 4, 5, 6, 7, 8, 9, 11, 12, 13])
def test_the_values_that_readers_see_are_those_of_the_table(tables, tmp_path, number):
    table, form = tables[number], reports.layout(number)
    frame = pd.read_excel(
        written(tables, tmp_path), sheet_name=f"Biểu {number}", header=None, engine="calamine"
    )
    first = data_of(None, form) - 1
    for n, column in enumerate(columns_of(form)):
        if column.kind == "text":
            continue
        found = pd.to_numeric(frame.iloc[first : first + len(table), n]).astype("Float64")
        expected = table[column.id].astype("Float64")
        assert found.tolist() == expected.tolist() or same(found, expected)
    beside = [c for c in table.columns if c not in {*map_ids(columns_of(form)), "level"}]
    start = len(columns_of(form)) + 1
    for n, id in enumerate([c for c in beside if c not in ("number", "unit")]):
        if id in BY or id == "area":
            continue
        found = pd.to_numeric(frame.iloc[first : first + len(table), start + n])
        assert same(found.astype("Float64"), table[id].astype("Float64")), id


def map_ids(columns):
    return [column.id for column in columns]


def same(found, expected):
    a, b = (s.to_numpy("float64", na_value=np.nan) for s in (found, expected))
    return np.array_equal(a, b, equal_nan=True)


def test_formulas_are_live_and_give_the_value_of_the_table(tables, tmp_path):
    book = openpyxl.load_workbook(written(tables, tmp_path))
    sheet = book["Biểu 1"]
    assert sheet["F8"].value == '=IF(COUNT(E8,C8)<2,"",IF(C8=0,0,ROUND(100*E8/C8,2)))'
    other = book["Biểu 12"]
    assert other["C7"].value == '=IF(COUNT(D7,E7)<2,"",D7+E7)'
    assert book["Biểu 8"]["H7"].value == '=IF(COUNT(D7,E7,F7,G7)<4,"",D7-E7-F7-G7)'
    # In table 5 the counts behind the shares stand beside the form, on the same row.
    assert book["Biểu 5"]["D7"].value == '=IF(COUNT(R7,C7)<2,"",IF(C7=0,"",ROUND(100*R7/C7,2)))'
    for number in tables:
        form = reports.layout(number)
        for n, column in enumerate(columns_of(form), start=1):
            live = column.kind == "rate" or column.terms
            value = book[f"Biểu {number}"].cell(data_of(None, form), n).value
            assert str(value).startswith("=") == bool(live), (number, column.id)


def test_a_count_that_its_formula_does_not_give_stays_a_count(moved, tmp_path):
    """The closing stock is a count: a live formula would put another number in its place."""
    for number in (2, 3):
        form = reports.layout(number)
        sheet = openpyxl.load_workbook(written(moved, tmp_path))[f"Biểu {number}"]
        at = [column.id for column in columns_of(form)].index("closing") + 1
        formula = reports.layout(number).column("closing").signed_terms
        differ = 0
        for n, row in enumerate(moved[number].to_dict("records")):
            cell = sheet.cell(data_of(None, form) + n, at)
            by_formula = sum(sign * row[id] for sign, id in formula)
            if by_formula == row["closing"]:
                assert str(cell.value).startswith("=")
                assert cell.comment is None
            else:
                differ += 1
                assert cell.value == row["closing"]
                assert cell.comment.text == f"Theo công thức: {by_formula}"
        assert differ == (moved[number]["residual"] != 0).sum()


def test_what_prints_is_a4_landscape_one_page_wide_with_headers_on_each(tables, tmp_path):
    book = openpyxl.load_workbook(written(tables, tmp_path))
    for number in tables:
        sheet, form = book[f"Biểu {number}"], reports.layout(number)
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what a file that says nothing means.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
        first = data_of(sheet, form)
        assert sheet.print_title_rows == f"$4:${first - 1}"
        last = openpyxl.utils.get_column_letter(len(columns_of(form)))
        assert sheet.print_area.split("!")[1].startswith("$A$1:$" + last)
        assert sheet.freeze_panes.endswith(str(first))


def test_parents_are_bold_and_children_are_not(tmp_path):
    made = reports.table_1(example(), by=BY, population=POPULATION)
    sheet = openpyxl.load_workbook(written([made], tmp_path))["Biểu 1"]
    bold = [sheet.cell(8 + n, 3).font.bold for n in range(len(made))]
    assert bold == [True, True, False, False, True, False]
    units = [sheet.cell(8 + n, 2).value for n in range(len(made))]
    assert units == ["Tổng số", "A", "x", "y", "B", "x"]
    assert sheet.cell(8, 3).number_format == "#,##0"
    assert sheet.cell(8, 6).number_format == "0.00"


@pytest.mark.parametrize("number", [14, 15])
def test_a_list_has_its_members_below_their_unit(tables, tmp_path, number):
    table = tables[number]
    sheet = openpyxl.load_workbook(written(tables, tmp_path))[f"Biểu {number}"]
    form = reports.layout(number)
    rows = list(sheet.iter_rows(min_row=data_of(sheet, form), values_only=True))
    units = [row[0] for row in rows if isinstance(row[0], str)][:2]
    assert units == ["1 Nông thôn", "2 Thành thị"]
    members = [row for row in rows if isinstance(row[0], int)]
    assert [row[:2] for row in members] == list(
        zip(table["household_serial"], table["member_serial"], strict=True)
    )
    relation = map_ids(columns_of(form)).index("relation")
    assert {row[relation] for row in members} <= {term.vi for term in mdp.vocabulary.Relation}
    merit = map_ids(columns_of(form)).index("member_of_merit")
    marks = [row[merit] == "x" for row in members]
    assert marks == table["member_of_merit"].fillna(value=False).tolist()
    ids = [row[len(columns_of(form)) + 2] for row in members]
    assert ids == table["household_id"].tolist()  # beside the form, and not printed


def test_identity_and_what_was_not_compared_stand_below(tables, tmp_path):
    book = openpyxl.load_workbook(written(tables, tmp_path))
    for number, table in tables.items():
        sheet = book[f"Biểu {number}"]
        below = [cell.value for (cell,) in sheet["A1:A999"] if isinstance(cell.value, str)]
        assert f"Mã nhận dạng số liệu: {table.attrs['identity']}" in below
        inferred = "Bố cục của biểu này chưa đối chiếu với bản gốc." in below
        assert inferred == (reports.layout(number).confidence == "C")


def test_a_unit_that_looks_like_a_formula_is_a_text(tmp_path):
    frame = example()
    frame["district"] = "=1+1"
    made = reports.table_4(frame, by=["district"])
    sheet = openpyxl.load_workbook(written([made], tmp_path))["Biểu 4"]
    assert (sheet["B8"].value, sheet["B8"].data_type) == ("=1+1", "s")


def test_english_sheets(tables, tmp_path):
    book = openpyxl.load_workbook(written({1: tables[1]}, tmp_path, language="en"))
    assert book.sheetnames == ["Table 1"]
    assert book["Table 1"]["A2"].value == reports.layout(1).title.en


@pytest.mark.parametrize(
    ("made", "options", "message"),
    [
        ([], {}, "there is no table"),
        ([1, 1], {}, "tables given twice: 1"),
        ([1], {"language": "fr"}, "language 'fr' is not"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is(
    tables, tmp_path, made, options, message
):
    with pytest.raises(ValueError, match=message):
        written([tables[n] for n in made], tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_tables_that_are_no_tables_are_refused(tables, tmp_path):
    path = tmp_path / "t.xlsx"
    with pytest.raises(ValueError, match="does not say which one it is"):
        mdp.excel.write_tables([tables[1], pd.DataFrame({"a": [1]})], path, **FRAME)
    with pytest.raises(ValueError, match="table 1 has no columns number, unit"):
        mdp.excel.write_tables([reports.labelled(tables[1], language="vi")], path, **FRAME)
    with pytest.raises(ValueError, match=r"does not end in \.xlsx"):
        mdp.excel.write_tables([tables[1]], tmp_path / "t.xls", **FRAME)
    assert not list(tmp_path.iterdir())


@at_most(25)
@given(results(), st.sampled_from(["zero", "blank"]))
def test_any_table_is_read_back_as_it_was(tmp_path_factory, frame, zero_base):
    made = reports.table_1(frame, by=BY, population="counted", zero_base=zero_base)
    path = written([made], tmp_path_factory.mktemp("any"))
    found = pd.read_excel(path, header=None, engine="calamine").iloc[7 : 7 + len(made), 2:16]
    ids = [column.id for column in reports.layout(1).printed]
    for n, id in enumerate(ids):
        values = pd.to_numeric(found.iloc[:, n]).astype("Float64")
        assert same(values, made[id].astype("Float64")), id


def test_input_is_not_changed(tables, tmp_path):
    before = {number: table.copy() for number, table in tables.items()}
    written(tables, tmp_path)
    for number, table in tables.items():
        pd.testing.assert_frame_equal(table, before[number])
        assert table.attrs == before[number].attrs


@pytest.mark.parametrize("change", ["filtered", "sorted", "mixed"])
def test_each_row_keeps_its_unit_whatever_was_done_to_the_rows(moved, tmp_path, change):
    table = moved[2]
    table = {
        "filtered": lambda: table[table["count_of"] == "households"],
        "sorted": lambda: table.sort_values(["opening", "count_of"]),
        "mixed": lambda: table.iloc[[0, 3, 2, 1, 5, 4]],
    }[change]()
    sheet = openpyxl.load_workbook(written(table, tmp_path))["Biểu 2"]
    first = data_of(sheet, reports.layout(2))
    tops = {}
    for merged in sheet.merged_cells.ranges:
        if merged.min_col == merged.max_col == 2:
            tops |= dict.fromkeys(range(merged.min_row, merged.max_row + 1), merged.min_row)
    for n, row in enumerate(table.to_dict("records"), start=first):
        assert sheet.cell(tops.get(n, n), 2).value == row["unit"]
        assert sheet.cell(n, 4).value == row["opening"]
        assert (
            sheet.cell(n, 3).value == {"households": "Hộ", "persons": "Nhân khẩu"}[row["count_of"]]
        )


@pytest.mark.parametrize("number", [14, 15])
def test_years_and_serial_numbers_have_no_thousands(tables, tmp_path, number):
    form = reports.layout(number)
    sheet = openpyxl.load_workbook(written(tables[number], tmp_path))[f"Biểu {number}"]
    plain = [n for n, column in enumerate(columns_of(form), start=1) if column.kind == "plain"]
    assert len(plain) == 4
    formats = {
        sheet.cell(row, column).number_format
        for row in range(data_of(sheet, form) + 1, sheet.max_row)
        for column in plain
        if isinstance(sheet.cell(row, column).value, int)
    }
    assert formats == {"0"}
