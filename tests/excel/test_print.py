"""Workbooks of official tables as they are printed: letters, pages, heights, signatures."""

from __future__ import annotations

import re
import warnings

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import excel, reports
from tests.excel.test_writing import SAMPLE, columns_of, written
from tests.helpers import printed_book
from tests.helpers.printed_sheet import DIGITS, PrintedSheet
from tests.helpers.profile import at_most
from tests.reports.test_tables import REASONS, STANDARD, example, people

pytestmark = pytest.mark.any_version

SMALLEST = 8.0
LONG = "Xã Nâm N'Đir Thượng thuộc khu vực biên giới Quảng Trực mở rộng"
WORD = "Krôngpakthượngnguyễnđắklắk"
NAMES = st.text("aăâđêôơưKXN ", min_size=1, max_size=70).map(lambda text: f"Xã {text}".strip())


def all_tables(n, name, groups=10, numbers=range(1, 16)):
    """All tables of n communes with long names, and of so many ethnic groups."""
    frame = pd.concat([example()] * -(-n // 5), ignore_index=True).iloc[:n]
    frame.index = pd.Index([f"h{i}" for i in range(n)], name="household_id")
    frame[REASONS] = frame[REASONS].fillna(value=False)
    frame = frame.assign(
        poverty_class=["poor", "near_poor"][n % 2], district=f"Huyện {name}", household_size=12_345
    )
    frame["commune"] = [f"{name} {i}" for i in range(n)]
    members = pd.concat([people().iloc[[0]]] * n, ignore_index=True)
    members = members.assign(household_id=frame.index, full_name=name, relation="head")
    items = [
        reports.ListItem(id=f"g{i}", vi=f"{name} {i}", en=f"{name} {i}") for i in range(groups)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reports.tables(
            frame,
            by=["district", "commune"],
            members=members,
            flows=mdp.movement.flows(frame, frame, by=["district", "commune"]),
            population="counted",
            standard=STANDARD,
            on="2023-09-01",
            groups=items,
            numbers=numbers,
        )


def sheets(path, digit=DIGITS[0]):
    return [PrintedSheet(sheet, digit) for sheet in openpyxl.load_workbook(path, rich_text=False)]


def check_print(path):
    for digit in DIGITS:
        for sheet in sheets(path, digit):
            assert sheet.smallest_letter >= SMALLEST, sheet.sheet.title
            assert sheet.rows_too_low() == []
            for page in sheet.pages[1:]:
                assert page[: len(sheet.repeated)] == sheet.repeated
                assert page[0] == sheet.left


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("n", [1, 30, 200])
@pytest.mark.parametrize("name", [LONG, WORD])
def test_all_tables_are_printed_in_letters_of_eight_points(tmp_path, n, name, language):
    tables = all_tables(n, name)
    assert list(tables) == list(range(1, 16))
    check_print(written(tables, tmp_path, language=language))


@at_most(10)
@given(st.integers(1, 12), NAMES, st.integers(1, 200))
def test_any_number_of_groups_is_printed_in_letters_of_eight_points(
    tmp_path_factory, n, name, many
):
    tables = all_tables(n, name, many, numbers=[2, 8, 9, 15])
    check_print(written(tables, tmp_path_factory.mktemp("print")))


def test_what_does_not_fit_across_goes_over_pages_with_names_and_headings(tmp_path):
    tables = all_tables(3, LONG, 40, numbers=[9])
    path = written(tables, tmp_path)
    (sheet,) = sheets(path)
    assert len(sheet.pages) > 2
    assert sheet.repeated == [1, 2]
    assert sheet.sheet.print_title_rows == "$4:$6"
    every = [column for page in sheet.pages for column in page if column > 2]
    assert every == list(range(3, sheet.right + 1))
    # No merged cell is parted by a page, and the header above stands on each of them.
    ends = {page[-1] for page in sheet.pages[:-1]}
    for area in sheet.sheet.merged_cells.ranges:
        assert not {*range(area.min_col, area.max_col)} & ends, area.coord
    firsts = [page[2 if n == 0 else len(sheet.repeated)] for n, page in enumerate(sheet.pages)]
    above = {sheet.sheet.cell(4, first).value for first in firsts}
    assert above == {"Hộ nghèo", "Hộ cận nghèo"}
    groups = [item["vi"] for item in tables[9].attrs["items"]["ethnic_groups"]]
    back = excel.read_tables(path)[9]
    assert [item["vi"] for item in back.attrs["items"]["ethnic_groups"]] == groups
    numbers = [column.id for column in reports.layout_of(tables[9]).printed]
    read = [column.id for column in reports.layout_of(back).printed]
    assert back[read].to_numpy().tolist() == tables[9][numbers].to_numpy().tolist()


def test_a_list_over_pages_has_its_units_in_the_columns_of_every_page(tmp_path):
    (sheet,) = sheets(written(all_tables(3, "Xã " + "Đ" * 60, numbers=[14]), tmp_path))
    assert sheet.rows_too_low() == []
    assert sheet.smallest_letter >= SMALLEST


def number_formats(sheet, form, rows):
    """Number formats of each printed column, without the letters of notes."""
    first = next(row for row in range(1, 40) if sheet.cell(row, 1).value == "A") + 1
    for n, column in enumerate(columns_of(form), start=1):
        cells = (sheet.cell(row, n) for row in range(first, first + rows))
        yield column.kind, {re.sub(r'" \([a-z]\)"$', "", cell.number_format) for cell in cells}


def test_a_column_has_one_number_format(tmp_path):
    tables = printed_book.made()
    book = openpyxl.load_workbook(written(tables, tmp_path))
    kinds = {"count": {"#,##0"}, "rate": {"0.00"}, "text": {"General"}}
    for number, table in tables.items():
        sheet = book[f"Biểu {number}"]
        for kind, formats in number_formats(sheet, reports.layout(number), len(table)):
            assert formats == kinds[kind], number


# -- what stands around the tables -------------------------------------------------------------


def texts_in(sheet):
    return [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]


def texts_of(path):
    return [text for sheet in openpyxl.load_workbook(path) for text in texts_in(sheet)]


def test_unit_period_and_signers_stand_on_every_sheet(tmp_path):
    tables = printed_book.made()
    book = openpyxl.load_workbook(written(tables, tmp_path))
    for number in tables:
        sheet = book[f"Biểu {number}"]
        texts = texts_in(sheet)
        assert texts[:2] == ["Đơn vị báo cáo: Ủy ban nhân dân xã Ea Pô", f"Biểu số {number}"]
        assert "Kỳ báo cáo: năm 2023" in texts
        left, right = (text.split("\n") for text in texts if "(Ký, ghi rõ" in text)
        assert [line for line in left if line] == [
            "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)", "Nguyễn Văn A"
        ]  # fmt: skip
        assert [line for line in right if line] == [
            "Ea Pô, ngày 05 tháng 10 năm 2023",
            "THỦ TRƯỞNG ĐƠN VỊ",
            "(Ký, ghi rõ họ tên, đóng dấu)",
            "Trần Thị B",
        ]
        printed = PrintedSheet(sheet)
        assert "THỦ TRƯỞNG" in str(
            [sheet.cell(printed.bottom, n).value for n in range(1, printed.right + 1)]
        )


def test_what_is_not_said_is_left_to_be_filled_in_by_hand(tmp_path):
    nothing = {"reporting_unit": None, "period": None, "signers": None}
    texts = texts_of(written({1: printed_book.made()[1]}, tmp_path, **nothing))
    assert "Đơn vị báo cáo: ……………………" in texts
    assert "Kỳ báo cáo: ……………………" in texts
    assert any("……………………, ngày …… tháng …… năm ………" in text for text in texts)
    excel.write_tables({1: printed_book.made()[1]}, tmp_path / "plain.xlsx")
    assert texts_of(tmp_path / "plain.xlsx") == texts


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reporting_unit": " "}, "reporting_unit is ' ', which is no text"),
        ({"period": 2023}, "period is 2023, which is no text"),
        ({"signers": ("A", "B")}, "signers is tuple; pass excel.Signers"),
        (
            {"signers": excel.Signers(place="A", on="28/9/2023", prepared_by=None, head=None)},
            "signers.on '28/9/2023' is not a date",
        ),
    ],
)
def test_what_is_no_unit_no_period_and_no_signer_is_refused(tmp_path, change, message):
    with pytest.raises(mdp.errors.ArgumentError, match=re.escape(message)):
        written(printed_book.made(), tmp_path, **change)
    assert not list(tmp_path.iterdir())


def test_the_same_tables_give_the_same_bytes(tmp_path):
    (tmp_path / "again").mkdir()
    first = written(printed_book.made(), tmp_path)
    again = written(printed_book.made(), tmp_path / "again")
    assert first.read_bytes() == again.read_bytes()


ENGLISH = {
    *("rural", "urban", "district", "commune", "village", "province", "level", "total", "unit"),
    *("household", "households", "persons", "person", "poor", "near", "average", "page", "table"),
    *("period", "reporting", "head", "spouse", "child", "male", "female", "true", "false", "yes"),
    *("count", "rate", "not", "known", "the", "of", "and", "with", "without", "other"),
}
BY_CODES = ["area", "ethnic_minority", "poverty_class", "water_source"]


@pytest.fixture(scope="module")
def by_codes():
    result = reports.wide(
        SAMPLE.households, mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
    )
    return {
        by: reports.tables(
            result, by=[by], members=SAMPLE.members, population="counted", standard=STANDARD,
            on="2023-10-01",
        )
        for by in BY_CODES
    }  # fmt: skip


@pytest.mark.parametrize("by", BY_CODES)
def test_nothing_in_a_vietnamese_workbook_is_english(by_codes, tmp_path, by):
    path = written(by_codes[by], tmp_path)
    texts = [text for text in texts_of(path) if not text.startswith("=")]
    words = {word for text in texts for word in re.findall(r"[^\W\d]+", text.lower())}
    assert not {word for word in words if word in ENGLISH or "_" in word}
    book = openpyxl.load_workbook(path)
    for sheet in book:
        assert "Trang" in sheet.oddFooter.right.text
        assert sheet.title.startswith("Biểu ")
    if by == "area":
        assert {"Nông thôn", "Thành thị"} <= {*texts}


def test_nothing_in_an_english_workbook_is_vietnamese(by_codes, tmp_path):
    frame = {"reporting_unit": "Province", "period": "2023", "signers": None}
    path = written(by_codes["area"], tmp_path, **frame, language="en")
    groups = {item.vi for item in reports.items_of("ethnic_groups")}
    texts = {*texts_of(path)} - groups - {*SAMPLE.households["ethnic_group"].dropna()}
    assert not [text for text in texts if re.search("[ăâđêôơưạảấầậắệểễộốồ]", text.lower())]
    assert "PREPARED BY" in str(texts)
    assert "Reporting unit: Province" in texts


# -- numbers that say something else than they seem to -------------------------------------------


def overlapping():
    """Household a of all three groups, b of one, c of which one is not known."""
    return pd.DataFrame(
        {
            "commune": ["A", "A", "B"],
            "poverty_class": "poor",
            "household_size": [4, 3, 2],
            "ethnic_minority": [True, True, None],
            "no_labour_capacity": [True, False, False],
            "member_of_merit": [True, False, False],
        },
        index=pd.Index(list("abc"), name="household_id"),
    )


def test_a_negative_other_of_table_8_is_marked_and_explained(tmp_path):
    table = reports.table_8(overlapping(), by="commune")
    assert table["poor_other"].tolist() == [-1, -6, -2, -8, 1, 2]
    vi, en = (reports.notes(table, language=language)[:2] for language in ("vi", "en"))
    assert vi[0].startswith("(a) Có hộ thuộc nhiều nhóm và bị trừ nhiều lần")
    assert "Tổng số (hộ), cột 5: -1, đếm được 0; " in vi[0]
    assert vi[0].endswith("1 A (nhân khẩu), cột 5: -8, đếm được 0")
    assert en[0].startswith("(a) Households of several groups are taken away several times")
    assert "1 A (households), column 5: -2, counted 0" in en[0]
    assert vi[1].startswith("(b) Hộ chưa rõ có thuộc các nhóm")
    assert vi[1].endswith("2 B (hộ), cột 5: 1, chắc chắn 0; 2 B (nhân khẩu), cột 5: 2, chắc chắn 0")
    printed = reports.printed(table)["poor_other"].tolist()
    assert printed == ["-1 (a)", "-6 (a)", "-2 (a)", "-8 (a)", "1 (b)", "2 (b)"]
    path = written([table], tmp_path)
    sheet = openpyxl.load_workbook(path)["Biểu 8"]
    at = 3 + [column.id for column in reports.layout(8).printed].index("poor_other") + 1
    first = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "A") + 1
    formats = [sheet.cell(first + n, at).number_format for n in range(6)]
    assert formats == ['#,##0" (a)"'] * 4 + ['#,##0" (b)"'] * 2
    area = PrintedSheet(sheet)
    inside = [cell.value for cell in area.cells()]
    assert {vi[0], vi[1]} <= {*inside}
    back = excel.read_tables(path, levels=["commune"])[8]
    assert back["poor_other"].tolist() == table["poor_other"].tolist()
    assert reports.notes(back)[0].startswith("(a) Có hộ thuộc nhiều nhóm")
    assert "1 A (hộ), cột 5: -2" in reports.notes(back)[0]


def test_an_other_that_is_counted_alike_has_no_mark(tmp_path):
    table = reports.table_8(overlapping().drop("c").assign(no_labour_capacity=False,
                                                           member_of_merit=False))  # fmt: skip
    assert table["poor_other"].tolist() == table["poor_none_of_three"].tolist() == [0, 0]
    assert not [note for note in reports.notes(table) if note.startswith("(")]
    sheet = openpyxl.load_workbook(written([table], tmp_path))["Biểu 8"]
    assert not [c.coordinate for row in sheet for c in row if "(" in c.number_format]


def test_a_count_that_its_formula_does_not_give_is_marked_in_the_printed_area(tmp_path):
    table = printed_book.made()[2].copy()
    table.attrs = printed_book.made()[2].attrs
    table.loc[2, "closing"] += 3
    (note,) = [note for note in reports.notes(table) if note.startswith("(a)")]
    closing = table.loc[2, "closing"]
    assert note == (
        f"(a) Số đếm được, khác với số theo công thức của cột: 1 Huyện A (hộ), cột 9: {closing}, "
        f"theo công thức {closing - 3}"
    )
    path = written([table], tmp_path)
    assert note in texts_of(path)
    back = excel.read_tables(path)[2]
    assert back["closing"].tolist() == table["closing"].tolist()


def test_marks_say_nothing_of_what_is_hidden():
    frame = pd.concat([overlapping()] * 4, ignore_index=True)
    frame.index = pd.Index([f"h{n}" for n in range(len(frame))], name="household_id")
    table = reports.suppress(reports.table_8(frame, by="commune"), below=5)
    shown = reports.printed(table)
    assert "*" in shown["poor_other"].tolist()
    for (row, id), mark in reports.remarks.marks_of(table).items():
        assert shown[id].iloc[row].endswith(mark)
        assert "*" not in shown[id].iloc[row]


def test_numbers_of_marked_cells_are_read_by_the_checks():
    table = reports.table_8(overlapping(), by="commune")
    texts = table.copy()
    texts["poor_other"] = reports.printed(table)["poor_other"].astype(object)
    texts.attrs = table.attrs
    rules = [reports.check(each)[["rule", "unit"]].values.tolist() for each in (texts, table)]
    assert rules[0] == rules[1]
