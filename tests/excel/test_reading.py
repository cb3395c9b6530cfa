"""Workbooks of the field software: real files, and every cell that could not be read."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

import multidim_poverty as mdp
from multidim_poverty import excel, movement
from multidim_poverty.base.files import legacy_text
from multidim_poverty.base.files.cells import BrokenCell
from multidim_poverty.excel import layout
from multidim_poverty.excel.workbook import read_sheets
from multidim_poverty.identity import look_alike_key
from multidim_poverty.language import catalogue
from tests.helpers.labels import marked, relabel_terms
from tests.helpers.profile import at_most

EXPORT, LISTS = excel.layouts()
PATHS = [column.path for column in EXPORT.sheets[0].columns]
LABELS = [column.label for column in EXPORT.sheets[0].columns]
HOME = {
    "date": dt.date(2023, 10, 15),
    "family.hostName": "H' Bia Niê",
    "family.code": "12",
    "family.coDanTocTaiCho": "Có",
    "family.hostGender": "Nữ",
    "family.numberOfMembers": 4,
    "quickReview.result": "--",
    "b1Point": 135,
    "b2Point": 30,
    "classify": "Hộ nghèo",
    "reviewer": "Y Thu",
}
HEADINGS = {column.name: column.label for column in LISTS.sheets[0].columns}
LETTERS = {column.name: column.position + 1 for column in LISTS.sheets[0].columns}
HEAD = {
    "order": 1, "code": "7", "head_name": "H' Bia Niê", "name": "H' Bia Niê",
    "relation": "Chủ hộ", "birth_date": "05/03/1980", "sex": "Nữ", "citizen_id": "066180001234",
    "province": "Tỉnh Đắk Nông", "district": "Huyện Cư Jút", "district_code": "662",
    "commune": "Xã Trúc Sơn", "commune_code": "24664", "village": "Thôn 1",
    "ethnic_group": "Ê đê", "stated_class": "Hộ nghèo", "decision_number": "12/QĐ-UBND",
    "decision_date": dt.date(2023, 12, 14), "b1": 135, "b2": 30, "ethnic_minority": "x",
    "no_labour_capacity": None, "member_of_merit": None, "reason": "Không có đất sản xuất",
}  # fmt: skip
CHILD = {
    "order": 2, "name": "Y Khoa Niê", "relation": "Con", "birth_date": "01/12/2010", "sex": "Nam",
    "citizen_id": "066210004321",
}  # fmt: skip


def an_export(path, *homes, paths=PATHS, labels=LABELS, name="Sheet1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(paths)
    sheet.append(labels)
    for home in homes:
        sheet.append([home.get(column) for column in paths])
    book.save(path)
    return path


def the_lists(path, rows, escaped=None, *, shift=0):
    """The three lists; the columns of the last two begin `shift` columns further right."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for part in LISTS.sheets:
        sheet = book.create_sheet(part.name)
        sheet[part.title_cell] = part.title
        of_part = {"current": rows, "escaped_poor": escaped or []}
        here, lines = 0 if part.name == "current" else shift, of_part.get(part.name, [])
        for name, label in HEADINGS.items():
            n = LETTERS[name] + here
            sheet.cell(part.first_row - 1, n, label)
            for at, row in enumerate(lines):
                sheet.cell(part.first_row + at, n, row.get(name))
    book.save(path)
    return path


def of_others(*rows):
    """The rows with an identity number of its own for each person."""
    return [
        row | {"citizen_id": f"0661800{n:05d}"} if row.get("citizen_id") else row
        for n, row in enumerate(rows)
    ]


def found(reading):
    """Where and which: cell and rule of each problem."""
    return list(zip(reading.problems["cell"], reading.problems["rule"], strict=True))


# -- a clean file ------------------------------------------------------------------------------


def test_a_clean_export_gives_its_values_and_no_problem(tmp_path):
    other = HOME | {
        "family.code": "13", "family.coDanTocTaiCho": None, "classify": "Hộ không nghèo",
        "date": "01/02/2023", "b1Point": 0, "b2Point": 0,
    }  # fmt: skip
    reading = excel.read_households(an_export(tmp_path / "e.xlsx", HOME, other), year=2023)
    assert reading.layout == "export"
    assert reading.problems.empty
    assert reading.households.index.tolist() == ["12", "13"]
    units = ["province", "district", "commune", "village"]
    assert reading.households[units].isna().all(axis=None)
    assert reading.households.iloc[0].drop(["quick_review", *units]).to_dict() == {
        "sheet": "Sheet1", "row": 3, "list": "review",
        "review_date": pd.Timestamp("2023-10-15"), "head_name": "H' Bia Niê", "code": "12",
        "local_minority": True, "head_sex": "female", "household_size": 4, "b1": 135, "b2": 30,
        "stated_class": "poor", "reviewer": "Y Thu", "id_from_row": False, "exact_duplicate": False,
        "code_reused": False,
    }  # fmt: skip
    second = reading.households.loc["13"]
    assert (second["stated_class"], second["local_minority"]) == ("not_poor", False)
    assert second["review_date"] == pd.Timestamp("2023-02-01")  # the day comes first
    assert reading.households["quick_review"].isna().all()
    assert reading.members.empty
    assert list(reading.members.columns) == ["household_id", "member_id", "sheet", "row"]


def test_clean_lists_fill_the_values_of_the_head_forward(tmp_path):
    second = HEAD | {"code": "8", "stated_class": "Hộ cận nghèo", "ethnic_minority": None}
    second |= {"ethnic_group": "Kinh"}
    second |= {"citizen_id": "066180009999"}
    path = the_lists(tmp_path / "l.xlsx", [HEAD, CHILD, second], [HEAD | {"code": "9"}], shift=3)
    reading = excel.read_households(path)
    assert reading.layout == "lists"
    assert reading.problems.empty
    homes, people = reading.households, reading.members
    assert homes.index.tolist() == ["24664/7", "24664/8", "24664/9"]
    assert homes["list"].tolist() == ["current", "current", "escaped_poor"]
    assert homes["stated_class"].tolist() == ["poor", "near_poor", "poor"]
    assert homes["ethnic_minority"].tolist() == [True, False, True]
    assert homes["decision_date"].tolist() == [pd.Timestamp("2023-12-14")] * 3
    assert people["household_id"].tolist() == ["24664/7", "24664/7", "24664/8", "24664/9"]
    assert people["member_id"].tolist() == ["1", "2", "1", "1"]
    assert people["relation"].tolist() == ["head", "child", "head", "head"]
    assert people["ethnic_group"].tolist() == ["Ê đê", "Ê đê", "Kinh", "Ê đê"]
    assert people["birth_date"].tolist()[:2] == [
        pd.Timestamp("1980-03-05"), pd.Timestamp("2010-12-01"),
    ]  # fmt: skip
    assert people["citizen_id"].tolist()[:2] == ["066180001234", "066210004321"]
    assert people["row"].tolist() == [8, 9, 10, 10]


def test_reading_does_not_depend_on_the_labels_of_the_vocabulary(tmp_path, monkeypatch):
    path = the_lists(tmp_path / "l.xlsx", [HEAD, CHILD | {"relation": "Chồng"}], [HEAD])
    before = excel.read_households(path)
    relabel_terms(monkeypatch, marked)
    after = excel.read_households(path)
    assert after.members["relation"].tolist() == ["head", "spouse", "head"]
    for name in ("households", "members", "problems"):
        pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name))


@pytest.mark.parametrize("terms", layout.TERMS)
def test_every_code_of_a_category_has_its_answer(terms):
    columns = [c for form in excel.layouts() for sheet in form.sheets for c in sheet.columns]
    of_terms = [column for column in columns if column.terms == terms]
    assert of_terms
    for column in of_terms:
        assert set(column.answers.values()) == {str(term) for term in layout.TERMS[terms]}


def test_the_dtypes_are_fixed_whatever_is_in_the_file(tmp_path):
    full = excel.read_households(an_export(tmp_path / "a.xlsx", HOME)).households
    empty = excel.read_households(an_export(tmp_path / "b.xlsx")).households
    without = [path for path in PATHS if path != "family.coDanTocTaiCho"]
    labels = [label for label in LABELS if label != "Dân tộc tại chỗ"]
    less = excel.read_households(
        an_export(tmp_path / "c.xlsx", HOME, paths=without, labels=labels)
    ).households
    assert full.dtypes.astype(str).to_dict() == empty.dtypes.astype(str).to_dict()
    assert full.dtypes.astype(str).to_dict() == less.dtypes.astype(str).to_dict()
    assert less["local_minority"].isna().all()  # not asked is not "no"


# -- one rule at a time ------------------------------------------------------------------------

CASES = [
    ("date", "31/11/2023", "not_a_date"),
    ("date", "2023-10-15", "not_a_date"),
    ("date", "5/3/23", "not_a_date"),
    ("date", "2023", "not_a_date"),
    ("date", 2023, "not_a_date"),
    ("date", dt.date(2022, 12, 31), "outside_the_year"),
    ("date", None, "missing_value"),
    ("family.hostName", None, "missing_value"),
    ("family.hostName", 5, "not_text"),
    ("family.hostName", "Hộ test 1", "test_record"),
    ("family.code", None, "missing_value"),
    ("family.coDanTocTaiCho", "có lẽ", "not_boolean"),
    ("family.hostGender", "nam/nữ", "unknown_category"),
    ("family.numberOfMembers", "4", "text_number"),
    ("family.numberOfMembers", "4,0", "not_a_number"),
    ("family.numberOfMembers", "1.237", "not_a_number"),
    ("family.numberOfMembers", 2.5, "not_whole"),
    ("family.numberOfMembers", 0, "out_of_range"),
    ("b1Point", 132, "not_a_multiple"),
    ("b1Point", -5, "out_of_range"),
    ("b2Point", 35, "not_a_multiple"),
    ("b2Point", 130, "out_of_range"),
    ("classify", "nghèo lắm", "unknown_category"),
    ("classify", "Hộ nghèo 2023", "unknown_category"),
    ("reviewer", None, "missing_value"),
    ("reviewer", "--", "missing_value"),
    ("family.code", 12345678901234567890, "digits_lost"),
]


@pytest.mark.parametrize(("column", "value", "rule"), CASES)
def test_a_cell_that_breaks_a_rule_is_named_with_its_value(tmp_path, column, value, rule):
    path = an_export(tmp_path / "e.xlsx", HOME, HOME | {"family.code": "13", column: value})
    reading = excel.read_households(path, year=2023)
    problem = reading.problems.iloc[0]
    assert len(reading.problems) == 1
    assert problem["cell"] == f"{get_column_letter(PATHS.index(column) + 1)}4"
    assert problem["rule"] == rule
    assert problem["household_id"] == reading.households.index[1]
    if rule == "missing_value":
        assert pd.isna(problem["value"]) or problem["value"] == str(value)
    elif column != "family.code":  # of which the last digits are those of the nearest float64
        shown = f"{value} 00:00:00" if isinstance(value, dt.date) else str(value)
        assert str(problem["value"]) in (shown, str(value))
    name = next(c.name for c in EXPORT.sheets[0].columns if c.path == column)
    read = reading.households[name].iloc[1]
    kept = ("outside_the_year", "text_number", "test_record", "not_text", "out_of_range")
    assert pd.isna(read) != (rule in (*kept, "not_a_multiple"))
    assert len(reading.households) == 2


LIST_CASES = [
    ([HEAD, CHILD | {"citizen_id": 66210004321}], ("H9", "digits_lost")),
    ([HEAD, CHILD | {"citizen_id": "0662"}], ("H9", "not_a_citizen_id")),
    ([HEAD, CHILD | {"relation": "Chủ hộ"}], ("E8", "two_heads")),
    ([HEAD | {"relation": "Vợ"}], ("E8", "no_head")),
    ([HEAD, CHILD | {"village": "Thôn 2"}], ("N9", "not_the_heads")),
    ([HEAD | {"reason": None}], ("X8", "no_reason")),
    ([HEAD | {"ethnic_group": "Kinh"}], ("O8", "group_disagrees")),
    ([HEAD | {"ethnic_group": "Kinh (Việt)"}], ("O8", "group_disagrees")),
    ([HEAD, HEADINGS, CHILD], ("A9", "repeated_header")),
    ([CHILD, HEAD], ("A8", "no_household")),
    ([HEAD | {"commune_code": 24}], ("M8", "digits_lost")),
    ([HEAD | {"district_code": 1}], ("K8", "digits_lost")),
    (
        [HEAD, dict(zip(HEADINGS, range(1, len(HEADINGS) + 1), strict=True)), CHILD],
        ("A9", "repeated_header"),
    ),
]


@pytest.mark.parametrize(("rows", "problem"), LIST_CASES)
def test_a_list_that_breaks_a_rule_says_where(tmp_path, rows, problem):
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", rows))
    assert found(reading) == [problem]
    kept = [row for row in rows if row is not HEADINGS and row.get("code") != 2]
    assert len(reading.members) == len(kept)


def test_an_old_identity_card_has_nine_digits(tmp_path):
    rows = [HEAD, CHILD | {"citizen_id": "245012345"}]
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", rows))
    assert reading.problems.empty
    assert reading.members["citizen_id"].tolist()[1] == "245012345"


def test_a_member_before_any_household_is_kept_without_one(tmp_path):
    lost = CHILD | {"village": "Thôn 2"}
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", [lost, HEAD]))
    assert reading.members["household_id"].isna().tolist() == [True, False]
    assert found(reading) == [("A8", "no_household"), ("N8", "no_household")]
    assert reading.problems["value"].tolist()[1] == "Thôn 2"
    assert reading.problems["household_id"].isna().all()


def test_errors_and_formulas_without_a_value_are_told_apart_from_empty_cells(tmp_path):
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Rà soát")
        sheet.write_row(0, 0, PATHS)
        sheet.write_row(1, 0, LABELS)
        sheet.write_row(2, 0, ["15/10/2023", "Y A", "1", "", "Nam", 3, "--", 100, 30, "Hộ nghèo"])
        sheet.write_formula(2, 10, "=NA()", None, "#N/A")
    reading = excel.read_households(path)
    assert found(reading) == [("K3", "error_cell"), ("K3", "missing_value")]
    assert reading.problems["value"].tolist()[0] == "#N/A"
    made = openpyxl.load_workbook(path)
    made.active["K3"], made.active["H3"] = "Y Thu", "=100+30"
    made.save(path)  # openpyxl does not calculate
    reading = excel.read_households(path)
    assert found(reading) == [("H3", "missing_value"), ("H3", "not_calculated")]
    assert reading.problems["value"].tolist()[1] == "=100+30"


def rewritten(source, path, edit):
    """A copy of a workbook with the XML of its first sheet edited."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = edit(content.decode()).encode()
            new.writestr(name, content)
    return path


def cell(name, xml):
    """An edit that puts XML in the place of a cell."""
    return lambda sheet: re.sub(rf'<c r="{name}"[^>]*?(/>|>.*?</c>)', lambda _: xml, sheet)


ERRORS = [
    '<c r="D4" t="e"><v>#N/A</v></c>',
    "<c t='e' s='0' r='D4'><v>#N/A</v></c>",
    '<c r="D4" t="e"><f>NA()</f><v>#N/A</v></c>',
    '<c r="D4" t="e"><f t="shared" si="0"/><v>#N/A</v></c>',
]


@pytest.mark.parametrize("xml", ERRORS)
def test_an_error_in_a_mark_is_not_no(tmp_path, xml):
    homes = [HOME | {"family.code": str(n), "family.coDanTocTaiCho": None} for n in range(3)]
    source = an_export(tmp_path / "e.xlsx", *homes)
    filled = rewritten(source, tmp_path / "f.xlsx", lambda text: cell("C4", "#")(text))
    path = rewritten(source, filled, lambda text: text.replace('<c r="E4"', f'{xml}<c r="E4"'))
    reading = excel.read_households(path)
    assert found(reading) == [("D4", "error_cell")]
    assert reading.problems["value"].tolist() == ["#N/A"]
    marks = reading.households["local_minority"]
    assert marks.fillna(True).tolist() == [False, True, False]


def test_errors_are_seen_under_a_prefix_and_without_places_of_cells(tmp_path):
    def prefixed(text):
        text = re.sub(r"<(/?)(\w)", r"<\1x:\2", text.partition("?>")[2] or text)
        return text.replace("xmlns=", "xmlns:x=", 1)

    source = an_export(tmp_path / "e.xlsx", HOME)
    reference = cell("D3", '<c r="D3" t="e"><v>#REF!</v></c>')
    for n, edit in enumerate((prefixed, lambda text: re.sub(r' r="[A-Z]*[0-9]+"', "", text))):
        path = rewritten(source, tmp_path / f"{n}.xlsx", lambda text, e=edit: e(reference(text)))
        broken = [
            (row, column, str(value))
            for row, cells in read_sheets(path)[0].rows.items()
            for column, value in cells.items()
            if isinstance(value, BrokenCell)
        ]
        assert broken == [(2, 3, "#REF!")]


def test_a_formula_that_gives_an_empty_text_is_calculated(tmp_path):
    def edit(text):
        for name, xml in {
            "D3": '<c r="D3" t="str"><f>IF(A1=1,"x","")</f><v></v></c>',
            "G3": '<c r="G3"><f>A1&amp;B1</f><v/></c>',
            "B3": '<c r="B3" t="str"><f>A1&amp;B1</f><v>Y A</v></c>',
            "E3": '<c r="E3"><f t="shared" si="0"/></c>',
        }.items():
            text = cell(name, xml)(text)
        return text

    path = rewritten(an_export(tmp_path / "e.xlsx", HOME), tmp_path / "f.xlsx", edit)
    reading = excel.read_households(path)
    assert found(reading) == [("E3", "not_calculated"), ("G3", "not_calculated")]
    assert reading.problems["value"].tolist() == ["=...", "=A1&B1"]
    assert reading.households["local_minority"].tolist() == [False]  # the formula says nothing
    assert reading.households["head_name"].tolist() == ["Y A"]


def test_an_error_is_not_filled_with_the_value_of_the_head(tmp_path):
    child = CHILD | {"ethnic_group": "#N/A"}
    path = the_lists(tmp_path / "l.xlsx", of_others(HEAD, child, CHILD))
    reading = excel.read_households(path)
    assert found(reading) == [("O9", "error_cell")]
    assert reading.members["ethnic_group"].isna().tolist() == [False, True, False]


def test_a_file_that_does_not_show_errors_says_so(tmp_path):
    tables = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{v}</text:p></table:table-cell>'
            for v in row
        )
        + "</table:table-row>"
        for row in (PATHS, LABELS)
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(tmp_path / "e.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{tables}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    reading = excel.read_households(tmp_path / "e.ods")
    assert reading.problems["rule"].tolist() == ["unseen_cells"]


def merged(path, *ranges):
    book = openpyxl.load_workbook(path)
    for area in ranges:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def test_a_merged_cell_has_the_value_of_its_first_row_alone(tmp_path):
    homes = [HOME | {"family.code": str(n)} for n in range(4)]
    path = merged(an_export(tmp_path / "e.xlsx", *homes), "A1:A2", "D3:D5", "E6:F6", "A8:C12")
    reading = excel.read_households(path)
    rules = [("D4", "merged_cell"), ("D5", "merged_cell"), ("F6", "merged_cell")]
    assert found(reading)[:3] == rules
    assert reading.problems["value"].tolist()[:3] == ["D3:D5", "D3:D5", "E6:F6"]
    assert reading.households["local_minority"].fillna(False).tolist() == [
        True, False, False, True,
    ]  # fmt: skip
    assert reading.households["local_minority"].isna().tolist() == [False, True, True, False]
    assert len(reading.households) == 4  # an empty merged cell is no row


def test_lists_may_merge_the_cells_of_one_household(tmp_path):
    second = HEAD | {"code": "8", "ethnic_group": None, "village": None}
    rows = of_others(HEAD, CHILD, CHILD, second, CHILD)
    path = merged(the_lists(tmp_path / "l.xlsx", rows), "B8:B10", "C8:C10", "O8:O10", "W8:W12")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["W8"] = "x"
    book.save(path)
    reading = excel.read_households(path)
    assert found(reading) == [("W11", "merged_cell")]
    assert reading.households["member_of_merit"].isna().tolist() == [False, True]
    groups = reading.members["ethnic_group"]
    assert groups.iloc[:3].tolist() == ["Ê đê"] * 3
    assert groups.iloc[3:].isna().all()
    rows = of_others(HEAD, CHILD, HEAD | {"code": "8"})
    path = merged(the_lists(tmp_path / "o.xlsx", rows), "O8:O10")
    reading = excel.read_households(path)
    assert found(reading) == [("O10", "merged_cell")]
    assert reading.members["ethnic_group"].isna().tolist() == [False, False, True]


def test_an_export_without_the_row_of_labels_loses_no_household(tmp_path):
    homes = [[home.get(column) for column in PATHS] for home in (HOME, HOME | {"b1Point": 100})]
    book = openpyxl.Workbook()
    for row in (PATHS, *homes):
        book.active.append(row)
    book.save(tmp_path / "e.xlsx")
    reading = excel.read_households(tmp_path / "e.xlsx")
    assert reading.households["row"].tolist() == [2, 3]
    assert reading.households["b1"].tolist() == [135, 100]
    assert set(reading.problems["rule"]) == {"code_reused"}


def test_a_heading_of_another_column_is_said(tmp_path):
    path = the_lists(tmp_path / "l.xlsx", [HEAD])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["V7"], sheet["W7"], sheet["X7"] = sheet["W7"].value, "V7", "Lý do"
    book.save(path)
    reading = excel.read_households(path)
    # The heading says what the column holds, and not its place.
    assert found(reading)[1:] == [("V", "heading_elsewhere")]
    assert reading.problems["rule"].tolist()[0] == "missing_column"
    assert reading.problems["column"].tolist() == ["no_labour_capacity", "member_of_merit"]
    assert reading.problems["value"].tolist()[1] == HEADINGS["member_of_merit"]


def test_a_head_without_a_code_is_no_member_of_the_household_before(tmp_path):
    for code in (None, "#REF!"):
        second = HEAD | {"code": code, "head_name": "Y Bun", "name": "Y Bun"}
        path = the_lists(tmp_path / "l.xlsx", of_others(HEAD, CHILD, second, CHILD))
        reading = excel.read_households(path)
        error = [("B10", "error_cell")] if code else []
        assert found(reading) == [*error, ("B10", "head_without_code")]
        assert reading.households.index.tolist() == ["24664/7", "current!10"]
        owners = reading.members["household_id"].tolist()
        assert owners == ["24664/7"] * 2 + ["current!10"] * 2


@pytest.mark.parametrize(("moved", "last"), [(0, 7), (-1, 7), (-1, 6), (1, 7), (1, 8)])
def test_a_title_with_more_words_or_in_another_row_is_found(tmp_path, moved, last):
    """The last row of the headings may have moved with the title or not."""
    book = openpyxl.Workbook()
    book.active.cell(4 + moved, 2, f"Biểu 1. {LISTS.sheets[0].title} năm 2023")
    for order, (name, label) in enumerate(HEADINGS.items(), start=1):
        n = LETTERS[name]
        book.active.cell(last - 1, n, label)
        book.active.cell(last, n, order)
        for row, values in enumerate((HEAD, CHILD), start=1):
            book.active.cell(last + row, n, values.get(name))
    book.save(tmp_path / "l.xlsx")
    reading = excel.read_households(tmp_path / "l.xlsx")
    problems = reading.problems[reading.problems["rule"] != "missing_sheet"]
    assert problems.empty
    assert reading.members["row"].tolist() == [last + 1, last + 2]
    assert reading.households.index.tolist() == ["24664/7"]


def test_the_title_next_to_its_place_and_with_most_words_counts(tmp_path):
    path = the_lists(tmp_path / "l.xlsx", [HEAD])
    book = openpyxl.load_workbook(path)
    book["current"]["A1"] = f"Kèm theo: {LISTS.sheets[0].title.lower()}"
    book.save(path)
    assert excel.read_households(path).problems.empty
    columns = "columns = [{ name = 'code', label = 'Mã', kind = 'code' }]"
    sheet = f"title_cell = 'A1'\nfirst_row = 3\n{columns}"
    own = excel.WorkbookLayout.parse(
        "[[layouts]]\nname = 'own'\nsource = 'us'\nconfidence = 'A'\n"
        f"[[layouts.sheets]]\nname = 'new'\ntitle = 'Hộ nghèo'\n{sheet}\n"
        f"[[layouts.sheets]]\nname = 'old'\ntitle = 'Hộ nghèo năm trước'\n{sheet}\n"
    )[0]
    book = openpyxl.Workbook()
    book.create_sheet("Trước")
    for part, title in zip(book, ("Hộ nghèo", "HỘ NGHÈO NĂM TRƯỚC"), strict=True):
        for row in ([title], ["Mã"], [part.title]):
            part.append(row)
    book.save(path)
    homes = excel.read_households(path, layout=own).households
    assert homes["list"].to_dict() == {"Sheet": "new", "Trước": "old"}


def test_a_file_without_any_household_is_refused_with_what_is_wrong(tmp_path):
    path = the_lists(tmp_path / "l.xlsx", [HEAD])
    book = openpyxl.load_workbook(path)
    book["current"]["A4"] = "DANH SÁCH"
    book.save(path)
    with pytest.raises(
        ValueError, match=r"no household was read in .*'lists': current: A sheet has"
    ):
        excel.read_households(path)


def test_each_sheet_of_the_layout_is_read(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME, name="Ea Pô")
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.active).title = "Trúc Sơn"
    book["Trúc Sơn"]["B3"] = "Y Bun"
    book.create_sheet("Mục lục")["A1"] = f"{LISTS.sheets[0].title}; {LISTS.sheets[1].title}"
    book.save(path)
    reading = excel.read_households(path)
    assert reading.households.index.tolist() == ["Ea Pô/12", "Trúc Sơn/12"]
    assert reading.problems[["sheet", "rule"]].values.tolist() == [["Mục lục", "unknown_sheet"]]


def test_columns_in_another_order_more_columns_and_fewer(tmp_path):
    paths = [*reversed(PATHS), "note", "note"]
    labels = [*reversed(LABELS), "Ghi chú", "Ghi chú"]
    path = tmp_path / "e.xlsx"
    an_export(path, HOME, paths=paths, labels=labels)
    book = openpyxl.load_workbook(path)
    book.active["L3"], book.active["M3"] = "xem lại", 7
    book.save(path)
    reading = excel.read_households(path)
    assert found(reading) == [("L", "unknown_column"), ("M", "unknown_column")]
    home = reading.households.loc["12"]
    assert (home["b1"], home["other: Ghi chú"], home["other: Ghi chú (M)"]) == (135, "xem lại", "7")
    fewer = [path for path in PATHS if path != "b1Point"]
    labels = [label for label in LABELS if label != "Phiếu B1"]
    reading = excel.read_households(
        an_export(tmp_path / "f.xlsx", HOME, paths=fewer, labels=labels)
    )
    assert reading.problems[["column", "rule"]].values.tolist() == [["b1", "missing_column"]]
    assert reading.households["b1"].isna().all()


def test_sheets_that_are_missing_or_unknown_are_said(tmp_path):
    path = the_lists(tmp_path / "l.xlsx", [HEAD])
    book = openpyxl.load_workbook(path)
    book.remove(book["escaped_near_poor"])
    book.create_sheet("Ghi chú")["A1"] = "riêng"
    book.create_sheet("trống")
    book.save(path)
    problems = excel.read_households(path).problems
    assert problems[["sheet", "rule"]].values.tolist() == [
        ["Ghi chú", "unknown_sheet"],
        ["", "missing_sheet"],
    ]


# -- what repeats ------------------------------------------------------------------------------


def test_duplicates_and_codes_used_again_are_marked_and_kept(tmp_path):
    other = HOME | {"family.hostName": "Y Bun"}
    path = an_export(tmp_path / "e.xlsx", HOME, HOME, other, HOME | {"family.code": "12#2"})
    reading = excel.read_households(path)
    homes = reading.households
    assert homes.index.tolist() == ["12", "12#2", "12#3", "12#2#2"]
    assert homes["exact_duplicate"].tolist() == [False, True, False, False]
    assert homes["code_reused"].tolist() == [True, True, True, False]
    assert found(reading) == [
        ("C3", "code_reused"), ("C4", "code_reused"), ("C4", "exact_duplicate"),
        ("C5", "code_reused"),
    ]  # fmt: skip


def test_households_of_the_lists_are_the_same_only_with_the_same_members(tmp_path):
    again = [HEAD, CHILD, HEAD, CHILD, HEAD, CHILD | {"name": "Y Khôi"}]
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", again))
    assert reading.households["exact_duplicate"].tolist() == [False, True, False]
    assert reading.households["code_reused"].all()
    brother = CHILD | {"name": "Y Khôi"}
    other_way = [HEAD, CHILD, brother, HEAD, brother, CHILD]
    reading = excel.read_households(the_lists(tmp_path / "o.xlsx", other_way))
    assert not reading.households["exact_duplicate"].any()  # the rows differ
    apart = [HEAD, HEAD | {"commune_code": "24665", "commune": "Xã Nam Dong"}]
    reading = excel.read_households(the_lists(tmp_path / "m.xlsx", apart))
    assert reading.households.index.tolist() == ["24664/7", "24665/7"]
    assert not reading.households["code_reused"].any()


def test_a_column_that_the_layout_does_not_know_and_a_missing_code_hide_no_duplicate(tmp_path):
    paths, labels = ["stt", *PATHS], ["STT", *LABELS]
    homes = [HOME | {"stt": n, "family.code": "12" if n < 3 else None} for n in range(1, 5)]
    path = an_export(
        tmp_path / "e.xlsx", *homes, {"stt": 5}, {"stt": 6}, paths=paths, labels=labels
    )
    reading = excel.read_households(path)
    homes = reading.households
    assert homes["exact_duplicate"].tolist() == [False, True, False, True]
    assert not homes["code_reused"].any()
    # A row with nothing but its number is no household.
    assert reading.rows["kind"].tolist()[-2:] == ["unknown", "unknown"]
    assert homes["id_from_row"].tolist() == [True] * 4  # used twice, or none


def test_ids_that_the_order_of_rows_made_are_marked(tmp_path):
    codes = ["1", "2", "1", "3", None]
    path = an_export(tmp_path / "e.xlsx", *[HOME | {"family.code": code} for code in codes])
    homes = excel.read_households(path).households
    assert homes["id_from_row"].dtype == "boolean"
    marked = homes.index[homes["id_from_row"]].tolist()
    assert marked == ["1", "1#2", "Sheet1!7"]
    # In the lists a code is the number of the household in the order of the list.
    lists = excel.read_households(the_lists(tmp_path / "l.xlsx", [HEAD, CHILD])).households
    assert lists["id_from_row"].tolist() == [True]
    with pytest.raises(mdp.ArgumentError, match=r"3 in start, such as '1', '1#2', 'Sheet1!7'"):
        movement.flows(homes.assign(poverty_class="poor"), homes.assign(poverty_class="poor"))


def test_cells_that_cannot_be_read_are_the_same_only_with_the_same_in_them(tmp_path):
    days = ["31/11/2023", "32/11/2023", "31/11/2023", None]
    path = an_export(tmp_path / "e.xlsx", *[HOME | {"date": day} for day in days])
    homes = excel.read_households(path).households
    assert homes["exact_duplicate"].tolist() == [False, False, True, False]
    rows = [HEAD, CHILD | {"birth_date": "1/13/2010"}, HEAD, CHILD | {"birth_date": "0/1/2010"}]
    homes = excel.read_households(the_lists(tmp_path / "l.xlsx", rows)).households
    assert not homes["exact_duplicate"].any()


def test_a_code_in_two_lists_is_said(tmp_path):
    path = the_lists(tmp_path / "l.xlsx", of_others(HEAD, HEAD | {"code": "8"}), of_others(HEAD))
    reading = excel.read_households(path)
    assert found(reading) == [("B8", "code_in_two_lists"), ("B10", "code_in_two_lists")]
    assert reading.households.index.tolist() == ["24664/7", "24664/8", "24664/7#2"]
    assert not reading.households[["exact_duplicate", "code_reused"]].any(axis=None)


def test_spellings_of_a_commune_without_a_code_do_not_hide_a_code_used_again(tmp_path):
    home = HEAD | {"commune_code": None, "commune": "Xã Quảng Hoà"}
    rows = [home, home | {"commune": "Xã Quảng Hòa", "name": "Y Bun"}]
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", rows))
    assert reading.households.index.tolist() == ["Xã Quảng Hoà/7", "Xã Quảng Hòa/7"]
    assert reading.households["code_reused"].all()


def test_a_household_without_a_code_is_named_by_its_place(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME | {"family.code": None}, name="Đợt 1")
    reading = excel.read_households(path)
    assert reading.households.index.tolist() == ["Đợt 1!3"]
    assert not reading.households["code_reused"].any()


# -- text and words ----------------------------------------------------------------------------


def test_text_comes_in_one_form_and_spellings_stay(tmp_path):
    name = unicodedata.normalize("NFD", "  Đăk\u00a0R'Lấp   Quảng Hoà ")
    reading = excel.read_households(
        an_export(tmp_path / "e.xlsx", HOME | {"family.hostName": name})
    )
    assert reading.households["head_name"].tolist() == ["Đăk R'Lấp Quảng Hoà"]
    assert reading.problems.empty


def test_spellings_of_one_heading_agree():
    for one, other in (
        ("Quảng Hoà", "Quảng Hòa"), ("Đăk R'Lấp", "Đắk RLấp"), ("a\u00a0 b", "A B"),
    ):  # fmt: skip
        assert look_alike_key(one) == look_alike_key(other)
    assert look_alike_key("Hộ nghèo") != look_alike_key("Hộ không nghèo")
    assert look_alike_key("Đak") != look_alike_key("Đok")


def test_every_rule_speaks_both_languages(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME | {"classify": "nghèo lắm", "b1Point": 132})
    for language, word in (("en", "is not an answer"), ("vi", "không phải giá trị")):
        problems = excel.read_households(path, language=language).problems
        assert problems["message"].str.contains(word).tolist() == [False, True]
        assert not problems["message"].str.contains("[{}]").any()


WARNINGS = {
    "missing_sheet", "unseen_cells", "heading_differs", "heading_elsewhere", "unknown_column",
    "hidden_sheet", "hidden_sheet_read", "hidden_rows", "filtered_rows", "hidden_column",
    "struck_out", "only_year", "birth_out_of_range", "citizen_id_twice", "mark_of_member",
    "code_on_each_row", "legacy_encoding", "guessed_encoding",
    "repeated_header", "head_without_code", "outside_the_year", "text_number", "out_of_range",
    "not_a_multiple", "not_text", "not_a_citizen_id", "test_record", "no_head", "two_heads",
    "group_disagrees", "no_reason", "exact_duplicate", "code_reused", "code_in_two_lists",
}  # fmt: skip


def test_what_was_not_read_is_an_error_and_what_was_read_anyway_a_warning():
    rules = catalogue()["workbook"]
    assert {rule for rule, text in rules.items() if text.severity == "warning"} == WARNINGS


def test_problems_are_a_table_of_faults(tmp_path):
    second = HOME | {
        "family.code": "13",
        "b1Point": 132,
        "classify": "nghèo lắm",
        "date": "hôm qua",
    }
    path = an_export(tmp_path / "e.xlsx", HOME, second, paths=[*PATHS, "m"], labels=[*LABELS, "M"])
    book = openpyxl.load_workbook(path)
    book.active["L4"] = "x"
    book.save(path)
    problems = excel.read_households(path, year=2023).problems
    assert list(problems.columns) == [
        "severity", "rule", "table", "sheet", "cell", "household_id", "column", "value",
        "expected", "message", "citation",
    ]  # fmt: skip
    plain = problems.drop(columns=["message", "citation"]).astype(object)
    assert plain.where(plain.notna(), None).values.tolist() == [
        ["warning", "unknown_column", "households", "Sheet1", "L", None, "other: M", None, None],
        ["error", "not_a_date", "households", "Sheet1", "A4", "13", "review_date", "hôm qua",
         "dd/mm/yyyy"],
        ["warning", "not_a_multiple", "households", "Sheet1", "H4", "13", "b1", 132,
         "a multiple of 5"],
        ["error", "unknown_category", "households", "Sheet1", "J4", "13", "stated_class",
         "nghèo lắm", "Hộ nghèo, Hộ cận nghèo, Hộ có mức sống trung bình, Hộ không nghèo"],
    ]  # fmt: skip
    assert problems["message"].tolist()[-1] == (
        "'nghèo lắm' is not an answer of stated_class (Kết quả rà soát); write one of Hộ nghèo, "
        "Hộ cận nghèo, Hộ có mức sống trung bình, Hộ không nghèo"
    )
    assert problems["citation"].isna().all()
    empty = excel.read_households(an_export(tmp_path / "c.xlsx", HOME)).problems
    assert list(empty.columns) == list(problems.columns)
    assert empty.dtypes.astype(str).tolist() == problems.dtypes.astype(str).tolist()


def test_a_value_that_differs_from_the_heads_is_named_with_it(tmp_path):
    rows = [HEAD, CHILD | {"village": "Thôn 2"}]
    problem = excel.read_households(the_lists(tmp_path / "l.xlsx", rows)).problems.iloc[0]
    assert (problem["value"], problem["expected"]) == ("Thôn 2", "Thôn 1")
    assert (problem["table"], problem["severity"]) == ("households", "error")


# -- files that are none -----------------------------------------------------------------------


def test_what_is_no_workbook_or_no_known_layout_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        excel.read_households(tmp_path / "none.xlsx")
    text = tmp_path / "text.xlsx"
    text.write_bytes(b"date,family.code\0")
    with pytest.raises(ValueError, match=r"text\.xlsx is not a workbook"):
        excel.read_households(text)
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as file:
        file.writestr("a.txt", "a")
    with pytest.raises(ValueError, match=r"zip\.xlsx is not a workbook"):
        excel.read_households(tmp_path / "zip.xlsx")
    path = an_export(tmp_path / "e.xlsx", HOME)
    with pytest.raises(ValueError, match=r"none of the known layouts\. Looked for: the title"):
        excel.read_households(path, layout="lists")
    some = PATHS[:5]
    few = an_export(tmp_path / "few.xlsx", HOME, paths=some, labels=LABELS[:5])
    with pytest.raises(ValueError, match="none of the known layouts"):
        excel.read_households(few)  # less than half of the paths
    with pytest.raises(ValueError, match="layout 'liste' is not one of export, lists"):
        excel.read_households(path, layout="liste")
    for year in ("2023", 2023.0, True):
        with pytest.raises(TypeError, match="year is a whole number"):
            excel.read_households(path, year=year)
    with pytest.raises(ValueError, match="language 'fr'"):
        excel.read_households(path, language="fr")


def test_a_layout_of_your_own(tmp_path):
    toml = tmp_path / "own.toml"
    toml.write_text(
        """
        [[layouts]]
        name = "own"
        source = "our office"
        confidence = "A"
        [[layouts.sheets]]
        name = "homes"
        title = "Danh sách"
        title_cell = "A1"
        first_row = 3
        columns = [
          { name = "code", label = "Mã", kind = "code", required = true },
          { name = "commune", label = "Xã", kind = "place" },
        ]
        """
    )
    (own,) = excel.WorkbookLayout.read(toml)
    assert excel.WorkbookLayout.read(io.BytesIO(toml.read_bytes())) == (own,)
    book = openpyxl.Workbook()
    for row in (["DANH  SÁCH"], ["Xã", "Mã"], ["Nam Dong", 5]):
        book.active.append(row)
    book.save(tmp_path / "o.xlsx")
    reading = excel.read_households(tmp_path / "o.xlsx", layout=own)
    assert reading.households.index.tolist() == ["Nam Dong/5"]
    toml.write_text("[[layouts]]\nname = 'x'\nconfidence = 'Z'\n")
    with pytest.raises(mdp.LawFileError, match="confidence") as caught:
        excel.WorkbookLayout.read(toml)
    assert len(caught.value.problems) == 3  # source and sheets too


# -- laws --------------------------------------------------------------------------------------

# AÂ is the letter Â in VNI, and named.
NAMES = st.text("AĂÂBCDĐEÊ abcưừ'", min_size=1).filter(
    lambda name: name.strip() and legacy_text(name) is None
)
DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2023, 12, 31))
HOMES = st.fixed_dictionaries(
    {
        "date": DAYS | DAYS.map(lambda day: f"{day:%d/%m/%Y}"),
        "family.hostName": NAMES,
        "family.code": st.integers(1, 30).map(str),
        "family.coDanTocTaiCho": st.sampled_from(["Có", None]),
        "family.hostGender": st.sampled_from(["Nam", "Nữ"]),
        "family.numberOfMembers": st.integers(1, 22),
        "quickReview.result": st.just("--"),
        "b1Point": st.integers(0, 60).map(lambda n: 5 * n),
        "b2Point": st.integers(0, 12).map(lambda n: 10 * n),
        "classify": st.sampled_from(["Hộ nghèo", "Hộ cận nghèo", "Hộ không nghèo"]),
        "reviewer": NAMES,
    }
)


@at_most(40)
@given(homes=st.lists(HOMES, max_size=6))
def test_what_was_written_is_read(tmp_path_factory, homes):
    path = an_export(tmp_path_factory.mktemp("any") / "e.xlsx", *homes)
    reading = excel.read_households(path, year=2023)
    read = reading.households
    assert len(read) == len(homes)
    assert read.index.is_unique
    assert set(reading.problems["rule"]) <= {"exact_duplicate", "code_reused"}
    for row, home in zip(read.to_dict("records"), homes, strict=True):
        day = home["date"]
        day = dt.datetime.strptime(day, "%d/%m/%Y").date() if isinstance(day, str) else day
        assert row["review_date"].date() == day
        assert row["head_name"] == " ".join(home["family.hostName"].split())
        assert (row["code"], row["b1"], row["b2"]) == (
            home["family.code"], home["b1Point"], home["b2Point"],
        )  # fmt: skip
        asked = any(other["family.coDanTocTaiCho"] for other in homes)
        assert pd.isna(row["local_minority"]) == (not asked)
        assert not asked or row["local_minority"] == (home["family.coDanTocTaiCho"] == "Có")
        label = {term.value: term.vi for term in mdp.vocabulary.PovertyClass}
        assert label[row["stated_class"]] == home["classify"]
    again = [homes[k] in homes[:k] for k in range(len(homes))]
    same_day = [isinstance(home["date"], str) for home in homes]
    if len(set(same_day)) < 2:
        clean = [
            {**home, "family.hostName": " ".join(home["family.hostName"].split()),
             "reviewer": " ".join(home["reviewer"].split())}
            for home in homes
        ]  # fmt: skip
        again = [clean[k] in clean[:k] for k in range(len(clean))]
        assert read["exact_duplicate"].tolist() == again


LETTERS_OF_CELLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ANY_CELL = st.none() | st.integers(-9, 300) | st.sampled_from(
    ["x", "Có", "--", "Hộ nghèo", "31/02/2023", "1.5", "  ", "Nam", "test", "=1+1"]
) | st.floats(0, 9).map(lambda x: round(x, 2)) | st.booleans()  # fmt: skip


@at_most(60)
@given(rows=st.lists(st.lists(ANY_CELL, min_size=13, max_size=13), max_size=5))
def test_nothing_is_lost(tmp_path_factory, rows):
    """Every cell that holds something is a value of the frame, or a problem with its value.

    Or it stands in a row that is named as no record.
    """
    path = tmp_path_factory.mktemp("any") / "e.xlsx"
    rows = [[*(HOME[path] if path != "date" else "15/10/2023" for path in PATHS), "a", "b"], *rows]
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, [*PATHS, "m", "n"])
        sheet.write_row(1, 0, [*LABELS, "Khác 1", "Khác 2"])
        for n, row in enumerate(rows):
            sheet.write_row(n + 2, 0, row)
    reading = excel.read_households(path)
    problems = set(reading.problems["cell"])
    names = [column.name for column in EXPORT.sheets[0].columns]
    by_row = {row["row"]: row for row in reading.households.to_dict("records")}
    kinds = dict(zip(reading.rows["row"], reading.rows["kind"], strict=True))
    unknown = reading.problems[reading.problems["rule"] == "unknown_row"]
    assert [int(cell.lstrip(LETTERS_OF_CELLS)) for cell in unknown["cell"]] == [
        row for row, kind in kinds.items() if kind == "unknown"
    ]
    for n, row in enumerate(rows):
        if n + 3 not in by_row:
            filled = any(v is not None and str(v).strip() for v in row)
            assert (kinds.get(n + 3, "empty") == "empty") == (not filled)
            continue
        for at, value in enumerate(row):
            if value is None or str(value).strip() in ("", "--"):
                continue
            name = names[at] if at < len(names) else f"other: Khác {at - len(names) + 1}"
            kept = by_row[n + 3].get(name)
            cell = f"{get_column_letter(at + 1)}{n + 3}"
            assert not pd.isna(kept) or cell in problems, (cell, value)
    assert [row for row, kind in kinds.items() if kind == "household"] == sorted(by_row)


def test_reading_changes_no_file(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME)
    before = path.read_bytes()
    excel.read_households(path)
    assert path.read_bytes() == before
