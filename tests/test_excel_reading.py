"""Workbooks of the field software: real files, and every cell that could not be read."""

from __future__ import annotations

import datetime as dt
import unicodedata
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

import multidim_poverty as mdp
from multidim_poverty import excel
from multidim_poverty.excel.cells import comparison_key
from multidim_poverty.excel.problems import RULES

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
        for n, (name, label) in enumerate(HEADINGS.items(), start=1 + here):
            sheet.cell(part.first_row - 1, n, label)
            for at, row in enumerate(lines):
                sheet.cell(part.first_row + at, n, row.get(name))
    book.save(path)
    return path


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
    assert reading.households.iloc[0].drop("quick_review").to_dict() == {
        "sheet": "Sheet1", "row": 3, "list": "review",
        "review_date": pd.Timestamp("2023-10-15"), "head_name": "H' Bia Niê", "code": "12",
        "local_minority": True, "head_sex": "female", "household_size": 4, "b1": 135, "b2": 30,
        "stated_class": "poor", "reviewer": "Y Thu", "exact_duplicate": False,
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
    ("classify", "nghèo", "unknown_category"),
    ("classify", "Hộ nghèo 2023", "unknown_category"),
    ("reviewer", None, "missing_value"),
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
    if rule != "missing_value":
        shown = f"{value} 00:00:00" if isinstance(value, dt.date) else str(value)
        assert problem["value"] in (shown, str(value))
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
    ([HEAD, HEADINGS, CHILD], ("A9", "repeated_header")),
    ([CHILD, HEAD], ("A8", "no_household")),
]


@pytest.mark.parametrize(("rows", "problem"), LIST_CASES)
def test_a_list_that_breaks_a_rule_says_where(tmp_path, rows, problem):
    reading = excel.read_households(the_lists(tmp_path / "l.xlsx", rows))
    assert found(reading) == [problem]
    kept = [row for row in rows if row is not HEADINGS]
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
        assert comparison_key(one) == comparison_key(other)
    assert comparison_key("Hộ nghèo") != comparison_key("Hộ không nghèo")
    assert comparison_key("Đak") != comparison_key("Đok")


def test_every_rule_speaks_both_languages(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME | {"classify": "nghèo", "b1Point": 132})
    for language, word in (("en", "is not an answer"), ("vi", "không phải giá trị")):
        problems = excel.read_households(path, language=language).problems
        assert problems["message"].str.contains(word).tolist() == [False, True]
    for texts in RULES.values():
        assert len(set(texts)) == 2
        for text in texts:
            assert "{" not in text.format(column="c", value="v")


# -- files that are none -----------------------------------------------------------------------


def test_what_is_no_workbook_or_no_known_layout_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        excel.read_households(tmp_path / "none.xlsx")
    text = tmp_path / "text.xlsx"
    text.write_text("date,family.code")
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
    (own,) = excel.Layout.read(toml)
    book = openpyxl.Workbook()
    for row in (["DANH  SÁCH"], ["Xã", "Mã"], ["Nam Dong", 5]):
        book.active.append(row)
    book.save(tmp_path / "o.xlsx")
    reading = excel.read_households(tmp_path / "o.xlsx", layout=own)
    assert reading.households.index.tolist() == ["Nam Dong/5"]
    toml.write_text("[[layouts]]\nname = 'x'\nconfidence = 'Z'\n")
    with pytest.raises(mdp.LawFileError, match="confidence") as caught:
        excel.Layout.read(toml)
    assert len(caught.value.problems) == 3  # source and sheets too


# -- laws --------------------------------------------------------------------------------------

NAMES = st.text("AĂÂBCDĐEÊ abcưừ'", min_size=1).filter(str.strip)
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


@settings(max_examples=40, deadline=None)
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
        assert row["local_minority"] == (home["family.coDanTocTaiCho"] == "Có")
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


ANY_CELL = st.none() | st.integers(-9, 300) | st.sampled_from(
    ["x", "Có", "--", "Hộ nghèo", "31/02/2023", "1.5", "  ", "Nam", "test", "=1+1"]
) | st.floats(0, 9).map(lambda x: round(x, 2)) | st.booleans()  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(ANY_CELL, min_size=13, max_size=13), max_size=5))
def test_nothing_is_lost(tmp_path_factory, rows):
    """Every cell that holds something is a value of the frame, or a problem with its value."""
    path = tmp_path_factory.mktemp("any") / "e.xlsx"
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
    for n, row in enumerate(rows):
        for at, value in enumerate(row):
            if value is None or str(value).strip() in ("", "--"):
                continue
            name = names[at] if at < len(names) else f"other: Khác {at - len(names) + 1}"
            kept = by_row[n + 3].get(name)
            cell = f"{get_column_letter(at + 1)}{n + 3}"
            assert not pd.isna(kept) or cell in problems, (cell, value)
    filled = [any(v is not None and str(v).strip() for v in row) for row in rows]
    assert len(reading.households) == sum(filled)


def test_reading_changes_no_file(tmp_path):
    path = an_export(tmp_path / "e.xlsx", HOME)
    before = path.read_bytes()
    excel.read_households(path)
    assert path.read_bytes() == before
