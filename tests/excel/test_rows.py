"""What each row of a workbook is, and that nothing but records becomes a household."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from multidim_poverty import excel
from tests.helpers.profile import at_most

EXPORT, LISTS = excel.layouts()
PATHS = [
    "date",
    "family.hostName",
    "family.code",
    "family.numberOfMembers",
    "b1Point",
    "b2Point",
    "classify",
    "reviewer",
]
LABELS = [
    "Thời gian rà soát",
    "Chủ hộ",
    "Mã hộ",
    "Số nhân khẩu",
    "Phiếu B1",
    "Phiếu B2",
    "Kết quả rà soát",
    "Người rà soát",
]
TITLE = LISTS.sheets[0].title
LIST_HEADINGS = [
    "STT",
    "Số thứ tự hộ",
    "Họ và tên chủ hộ",
    "Họ và tên thành viên",
    "Quan hệ với chủ hộ",
    "Ngày sinh",
    "Số định danh cá nhân",
    "Thôn",
    "Phân loại hộ",
    "Điểm B1",
    "Điểm B2",
    "Không có khả năng lao động",
]


def home(number, group="Hộ nghèo", size=4):
    return ["15/10/2023", f"Hộ {number}", str(number), size, 135, 30, group, "RS"]


def person(
    order, code, name, relation, *, birth="05/03/1980", id=None, mark=None, village="Thôn 1"
):
    head = relation == "Chủ hộ"
    household = [village, "Hộ nghèo", 135, 30] if head else [None] * 4
    return [order, code, name if head else None, name, relation, birth, id, *household, mark]


def book_of(*rows, edit=None, name="Sheet"):
    """A workbook of one sheet, as an open file."""
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    if edit is not None:
        edit(book.active)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read(*rows, edit=None, **options):
    return excel.read_households(book_of(*rows, edit=edit), year=2023, **options)


def kinds(reading):
    return reading.rows["kind"].tolist()


def rules(reading):
    left_out = {"missing_column", "missing_sheet"}
    return [rule for rule in reading.problems["rule"] if rule not in left_out]


# -- the export ----------------------------------------------------------------------------------


def test_every_row_of_an_export_is_told():
    reading = read(
        ["UBND XÃ A"],
        ["KẾT QUẢ RÀ SOÁT NĂM 2023"],
        [],
        PATHS,
        LABELS,
        ["A", "B", "C", 1, 2, 3, 4, 5],
        ["I", "Xã Ea Pô"],
        ["Thôn 2"],
        home(1),
        home(2),
        ["Cộng thôn 2", None, None, 8],
        [None, "Buôn Nui: 1 hộ"],
        home(3),
        PATHS,
        LABELS,
        home(4),
        [7],
        [None, "Tổng cộng", None, 16],
        [],
        ["Ghi chú: bản nháp"],
        [None, "NGƯỜI LẬP BIỂU", None, None, None, "CHỦ TỊCH"],
        [None, "Nguyễn Văn A", None, None, None, "Trần B"],
    )
    assert kinds(reading) == [
        "title",
        "title",
        "heading",
        "heading",
        "symbols",
        "group",
        "group",
        "household",
        "household",
        "total",
        "group",
        "household",
        "heading",
        "heading",
        "household",
        "unknown",
        "total",
        "unknown",
        "signature",
        "signature",
    ]
    homes = reading.households
    assert homes["commune"].tolist() == ["Xã Ea Pô"] * 4
    assert homes["village"].tolist() == ["Thôn 2", "Thôn 2", "Buôn Nui", "Buôn Nui"]
    assert homes.index.tolist() == [f"Xã Ea Pô/{n}" for n in range(1, 5)]
    assert rules(reading) == ["repeated_header"] * 2 + ["unknown_row"] * 2
    assert reading.rows["row"].tolist()[2:5] == [4, 5, 6]


def test_units_above_the_headings_fill_the_households_too():
    rows = [["HUYỆN CƯ JÚT"], ["Xã A"], ["BẢN TỔNG HỢP"], ["Tổ rà soát số 1"], ["Thôn 1"], PATHS]
    reading = read(*rows, home(1), ["Thôn 2"], PATHS, home(2))
    assert kinds(reading) == [
        *["group", "group", "title", "title", "group", "heading", "household"],
        *["group", "heading", "household"],
    ]
    units = reading.households[["district", "commune", "village"]].to_numpy().tolist()
    assert units == [["HUYỆN CƯ JÚT", "Xã A", "Thôn 1"], ["HUYỆN CƯ JÚT", "Xã A", "Thôn 2"]]


def test_one_code_in_two_villages_is_no_household_twice():
    reading = read(PATHS, LABELS, ["Thôn 1"], home(1), home(1), ["Thôn 2"], home(1))
    assert reading.households["exact_duplicate"].tolist() == [False, True, False]
    assert reading.households["code_reused"].all()


def test_what_a_row_or_another_column_says_is_not_missing():
    heads = [head for head in LIST_HEADINGS if head not in ("Họ và tên chủ hộ", "Thôn")]
    row = person(1, "7", "Y Bun", "Chủ hộ")
    del row[7], row[2]
    reading = read([TITLE], heads, ["Xã A"], ["Thôn 1"], row, units={"province": "Đắk Nông"})
    missing = reading.problems.loc[reading.problems["rule"] == "missing_column", "column"]
    assert not {"head_name", "village", "commune", "province"} & set(missing)
    assert "district" in set(missing)
    assert reading.households["head_name"].tolist() == ["Y Bun"]


def test_a_row_of_sums_without_a_word_is_no_household():
    reading = read(PATHS, LABELS, home(1), [None, None, None, 8, 270, 60])
    assert kinds(reading)[-1] == "unknown"
    assert rules(reading) == ["unknown_row"]


def test_a_commune_begins_its_villages_anew():
    reading = read(
        PATHS, LABELS, ["Xã A"], ["Thôn 1"], home(1), ["Xã B"], home(2), ["Thôn 9"], home(3)
    )
    assert reading.households["village"].fillna("-").tolist() == ["Thôn 1", "-", "Thôn 9"]
    assert reading.households.index.tolist() == ["Xã A/1", "Xã B/2", "Xã B/3"]


@pytest.mark.parametrize(
    "name",
    [
        "Thôn 2",
        "thôn Tân Lập",
        "Bản Mới",
        "Buôn Dur Kmăl",
        "Tổ dân phố 3",
        "TDP số 5",
        "Khu phố 1",
        "2. Ấp Bình",
        "Thôn 2 (12 hộ)",
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_village_may_stand_in_any_column_with_its_count(name, column):
    row = [None] * 8
    row[column] = name
    row[4] = 12
    reading = read(PATHS, LABELS, row, home(1))
    assert kinds(reading)[2:] == ["group", "household"]
    assert reading.households["village"].tolist() == [
        name.removeprefix("2. ").removesuffix(" (12 hộ)")
    ]


@pytest.mark.parametrize(
    "word", ["Tổng cộng", "TỔNG SỐ", "Cộng", "Tổng số hộ: 5", "Toàn xã", "cộng:"]
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_total_is_no_household_wherever_its_word_stands(word, column):
    row = [None, None, None, 17, 500, 90, None, None]
    row[column] = word
    reading = read(PATHS, LABELS, home(1), row)
    assert kinds(reading)[-1] == "total"
    assert len(reading.households) == 1


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 3, 4, 5, 6, 7, 8],
        [f"({n})" for n in range(1, 9)],
        list("ABCDEFGH"),
        ["A", "B", "1", "2", "3=2/1", "4", "5", "6"],
    ],
)
def test_a_line_that_counts_the_columns_is_no_household(numbers):
    reading = read(PATHS, LABELS, numbers, home(1), home(2))
    assert kinds(reading)[2] in ("numbers", "symbols")
    assert len(reading.households) == 2


def test_a_household_whose_name_begins_like_a_total_or_a_village_is_one():
    names = ["Tổng Văn A", "Bản Thị B", "Cộng Hòa", "Trưởng C", "Tổ D"]
    rows = [home(n) for n in range(5)]
    for row, name in zip(rows, names, strict=True):
        row[1] = name
    reading = read(PATHS, LABELS, *rows)
    assert reading.households["head_name"].tolist() == names


@pytest.mark.parametrize(
    "name", ["Phó Thị B", "Trưởng D", "Cộng Văn A", "Tổng E", "Đại diện", "Thôn Văn F"]
)
def test_a_member_with_little_beside_a_name_is_one(name):
    head = person(1, "7", "Y Bun", "Chủ hộ")
    rows = [[2, None, None, name, "Con"], [None, None, None, name, "Vợ"]]
    rows.append([3, None, None, name, None, None, "066180001299"])
    reading = list_of(head, *rows)
    assert kinds(reading)[2:] == ["household", "member", "member", "member"]
    assert reading.members["name"].tolist()[1:] == [name] * 3


def test_a_household_with_little_beside_its_code_is_one():
    rows = [
        [None, "Bản Thị Mai", "12", 4],
        [None, "Y Bun", "13"],
        [None, "Tổ Văn C", "14", 4, 135, 30],
    ]
    reading = read(PATHS, LABELS, *rows)
    assert reading.households["head_name"].tolist() == ["Bản Thị Mai", "Y Bun", "Tổ Văn C"]


@pytest.mark.parametrize("columns", [[1, 3, 8], [1, 2, 4, 8], [0, 4, 9], [3], [1, 3, 5, 8, 11]])
def test_signatures_may_stand_below_any_columns(columns):
    words = ["NGƯỜI LẬP BIỂU", "KẾ TOÁN", "TM. BAN CHỈ ĐẠO", "TRƯỞNG THÔN", "CHỦ TỊCH"]
    signs, names = [None] * 12, [None] * 12
    for word, column in zip(words, columns, strict=False):
        signs[column] = word
        names[column] = "Nguyễn Văn A"
    reading = list_of(
        person(1, "7", "Y Bun", "Chủ hộ"), signs, [], names[:9] if columns == [1, 3, 8] else []
    )
    assert kinds(reading)[3] == "signature"
    assert len(reading.members) == 1


def test_an_export_with_labels_alone_is_known_by_them():
    labels = [column.label for column in EXPORT.sheets[0].columns]
    row = ["15/10/2023", "Hộ 1", "1", "Có", "Nam", 4, "--", 135, 30, "Hộ nghèo", "RS"]
    reading = read(["KẾT QUẢ"], labels, row)
    assert (reading.layout, kinds(reading)) == ("export", ["title", "heading", "household"])
    assert reading.households["local_minority"].tolist() == [True]


# -- lists ---------------------------------------------------------------------------------------


def list_of(*rows, **options):
    return read([TITLE], LIST_HEADINGS, *rows, **options)


def test_members_stand_on_their_lines_below_the_head():
    reading = list_of(
        [*"ABCD", *range(1, 9)],
        ["I", "Xã A"],
        ["1", "Thôn 1"],
        person(1, "7", "Y Bun", "Chủ hộ"),
        person(2, None, "H' Mai", "Vợ"),
        person(3, "8", "Y Thu", "Chủ hộ"),
        ["Tổng cộng: 2 hộ"],
        ["", "", "", "NGƯỜI LẬP"],
    )
    assert kinds(reading) == [
        "title",
        "heading",
        "symbols",
        "group",
        "group",
        "household",
        "member",
        "household",
        "total",
        "signature",
    ]
    assert reading.members["household_id"].tolist() == ["Xã A/7", "Xã A/7", "Xã A/8"]


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("as_number", [True, False])
def test_a_code_on_the_line_of_each_member_is_one_household(in_order, as_number):
    seven, eight = (7, 8) if as_number else ("7", "8")
    rows = [
        person(1, seven, "A", "Chủ hộ"),
        person(2, seven, "B", "Vợ"),
        person(3, seven, "C", "Con"),
        person(4, eight, "D", "Chủ hộ"),
        person(5, eight, "E", "Con"),
    ]
    if not in_order:
        rows[2], rows[3] = rows[3], rows[2]
    reading = list_of(*rows)
    assert reading.households.index.tolist() == ["7", "8"]
    owners = dict(zip(reading.members["name"], reading.members["household_id"], strict=True))
    assert owners == {"A": "7", "B": "7", "C": "7", "D": "8", "E": "8"}
    assert rules(reading).count("code_on_each_row") == 1
    problem = reading.problems.set_index("rule").loc["code_on_each_row"]
    assert (problem["cell"], problem["column"]) == ("B", "code")
    assert "3 rows" in problem["message"]


def test_a_mark_on_the_line_of_a_member_is_one_of_the_household():
    reading = list_of(
        person(1, "7", "A", "Chủ hộ"),
        person(2, None, "B", "Mẹ", mark="x"),
        person(3, "8", "C", "Chủ hộ"),
        person(4, "9", "D", "Chủ hộ", mark="Không"),
        person(5, None, "E", "Con", mark="x"),
    )
    assert reading.households["no_labour_capacity"].tolist() == [True, False, False]
    problems = reading.problems.set_index("rule")
    assert problems.loc["mark_of_member", "cell"] == "L4"
    assert problems.loc["not_the_heads", "cell"] == "L7"  # the head says no


def test_marks_that_no_row_of_the_file_has_were_not_asked():
    def two(first, second):
        book = openpyxl.Workbook()
        for name, mark in (("A", first), ("B", second)):
            sheet = book.create_sheet(name)
            for row in ([TITLE], LIST_HEADINGS, person(1, "7", "A", "Chủ hộ", mark=mark)):
                sheet.append(row)
        return excel.read_households(saved(book)).households["no_labour_capacity"]

    assert two(None, None).isna().all()
    assert two("x", None).tolist() == [True, False]
    assert two(None, "Không").tolist() == [False, False]


@pytest.mark.parametrize(
    ("mark", "meaning"),
    [("x", True), ("X", True), ("Có", True), ("1", True), (1, True), ("✓", True), ("Không", False),
     (0, False), ("có lẽ", None), (2, None), ("--", False)],
)  # fmt: skip
def test_a_mark_is_written_in_several_ways(mark, meaning):
    rows = [person(1, "7", "A", "Chủ hộ", mark=mark), person(2, "8", "B", "Chủ hộ", mark="x")]
    reading = list_of(*rows)
    value = reading.households["no_labour_capacity"].iloc[0]
    assert pd.isna(value) if meaning is None else bool(value) == meaning
    assert rules(reading).count("not_boolean") == (meaning is None)


BIRTHS = [
    ("05/03/1980", 1980, None),
    (1980, 1980, "only_year"),
    ("1980", 1980, "only_year"),
    ("3/1980", 1980, "only_year"),
    ("05/03/2030", 2030, "birth_out_of_range"),
    ("05/03/1850", 1850, "birth_out_of_range"),
    ("31/02/1980", None, "not_a_date"),
    ("khoảng 1980", None, "not_a_date"),
    (None, None, None),
]


@pytest.mark.parametrize(("birth", "year", "rule"), BIRTHS)
def test_of_a_birth_the_year_is_read_and_what_is_odd_is_named(birth, year, rule):
    reading = list_of(person(1, "7", "A", "Chủ hộ", birth=birth))
    assert reading.members["birth_year"].fillna(0).tolist() == [year or 0]
    assert reading.members["birth_year"].dtype == "Int64"
    found = [one for one in rules(reading) if one in {case[2] for case in BIRTHS}]
    assert found == ([rule] if rule else [])
    assert reading.members["birth_date"].notna().all() == (
        rule in (None, "birth_out_of_range") and birth is not None
    )
    if rule:
        problem = reading.problems.set_index("rule").loc[rule]
        assert str(birth) not in problem["message"]
        assert problem["value"] == birth


def test_one_identity_number_of_two_people_is_named_in_both_places():
    one, other = "066180001234", "066180001235"
    reading = list_of(
        person(1, "7", "A", "Chủ hộ", id=one),
        person(2, None, "B", "Con", id=other),
        person(3, "8", "C", "Chủ hộ", id=one),
    )
    twice = reading.problems[reading.problems["rule"] == "citizen_id_twice"]
    assert twice["cell"].tolist() == ["G3", "G5"]
    assert "Sheet!G5" in twice["message"].iloc[0]
    assert not twice["message"].str.contains(one).any()


# -- headings ------------------------------------------------------------------------------------


def test_headings_in_two_rows_are_read_under_their_group():
    top = [
        "STT",
        "Số thứ tự hộ",
        "Họ và tên",
        None,
        "Quan hệ với chủ hộ",
        "Phân loại hộ",
        "Điểm",
        None,
    ]
    low = [None, None, "Chủ hộ", "Thành viên", None, None, "B1", "B2"]

    def merge(sheet):
        for area in ("A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "G2:H2"):
            sheet.merge_cells(area)

    reading = read(
        [TITLE],
        top,
        low,
        [1, "7", "Y Bun", "Y Bun", "Chủ hộ", "Hộ nghèo", 135, 30],
        [2, None, None, "H' Mai", "Vợ"],
        edit=merge,
    )
    assert kinds(reading) == ["title", "heading", "heading", "household", "member"]
    assert reading.households[["b1", "b2"]].to_numpy().tolist() == [[135, 30]]


@pytest.mark.parametrize("above", [0, 1, 5, 30])
def test_headings_stand_in_any_row_with_data_right_below(above):
    rows = [[TITLE], *[["ghi chú", "x"]] * above, LIST_HEADINGS, person(1, "7", "A", "Chủ hộ")]
    reading = read(*rows)
    assert kinds(reading) == ["title"] * (above + 1) + ["heading", "household"]


def test_headings_in_other_words_are_known():
    words = {
        "Số thứ tự hộ": "Mã hộ",
        "Họ và tên thành viên": "Họ và tên",
        "Ngày sinh": "Năm sinh",
        "Quan hệ với chủ hộ": "Quan hệ",
        "Phân loại hộ": "PHÂN LOẠI HỘ (năm 2023)",
        "Điểm B1": "Phiếu B1 (*)",
        "Số định danh cá nhân": "Số CCCD",
        "Thôn": "Thôn/bản",
    }
    reading = read(
        [TITLE],
        [words.get(head, head) for head in LIST_HEADINGS],
        person(1, "7", "A", "Chủ hộ", birth=1980),
    )
    assert reading.households[["b1", "stated_class", "village"]].to_numpy().tolist() == [
        [135, "poor", "Thôn 1"]
    ]
    assert reading.members["birth_year"].tolist() == [1980]


def test_a_column_that_stands_twice_is_read_from_neither():
    reading = read([*PATHS, "classify"], [*LABELS, "Kết quả rà soát"], [*home(1), "Hộ cận nghèo"])
    assert reading.households["stated_class"].isna().all()
    problem = reading.problems.set_index("rule").loc["column_twice"]
    assert "classify' stands in two columns, G, I" in problem["message"]
    assert reading.households["other: Kết quả rà soát"].tolist() == ["Hộ nghèo"]
    assert reading.households["other: Kết quả rà soát (I)"].tolist() == ["Hộ cận nghèo"]


@pytest.mark.parametrize(
    "heading",
    [
        "Phân loại hộ năm 2022",
        "Phân loại hộ (kỳ trước)",
        "Phân loại hộ đầu kỳ",
        "Phân loại hộ trước khi rà soát",
        "Phân loại hộ năm trước",
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_a_column_about_another_period_is_named_and_not_read(heading, beside):
    heads, row = list(LIST_HEADINGS), person(1, "7", "A", "Chủ hộ")
    heads[8] = heading
    if beside:
        heads.append("Phân loại hộ")
        row.append("Hộ cận nghèo")
    reading = read([TITLE], heads, row)
    assert reading.households["stated_class"].astype(object).fillna("-").tolist() == [
        "near_poor" if beside else "-"
    ]
    assert rules(reading).count("other_period") == 1
    assert reading.members[f"other: {heading}"].tolist() == ["Hộ nghèo"]


def test_the_columns_of_the_lists_go_by_their_letters_where_headings_are_unknown():
    escaped = LISTS.sheets[1]
    letters = {column.letter: column.name for column in escaped.columns if column.letter}
    assert letters == {
        "B": "code",
        "C": "name",
        "D": "relation",
        "E": "sex",
        "F": "birth_date",
        "G": "citizen_id",
        "H": "ethnic_group",
        "I": "address",
        "J": "b1",
        "K": "b2",
        "M": "note",
        "O": "age",
        "P": "household_size",
    }
    assert LISTS.sheets[2].columns == escaped.columns
    first = {column.letter: column.name for column in LISTS.sheets[0].columns}
    assert (first["Z"], first["AA"]) == ("age", "household_size")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B5"] = escaped.title
    for row, cells in (
        (
            10,
            {
                "B": "7",
                "C": "Y Bun",
                "D": "Chủ hộ",
                "E": "Nam",
                "F": "05/03/1980",
                "G": "066180001234",
                "H": "Ê đê",
                "I": "Thôn 1",
                "J": 150,
                "K": 20,
                "M": "thoát nghèo",
                "O": 43,
                "P": 2,
            },
        ),
        (11, {"C": "H' Mai", "D": "Vợ", "E": "Nữ", "O": 40}),
    ):
        for letter, value in cells.items():
            sheet[f"{letter}{row}"] = value
    reading = excel.read_households(saved(book))
    one = reading.households.iloc[0]
    assert (one["head_name"], one["b1"], one["b2"], one["household_size"]) == ("Y Bun", 150, 20, 2)
    assert (one["address"], one["note"], one["list"]) == ("Thôn 1", "thoát nghèo", "escaped_poor")
    assert reading.members["name"].tolist() == ["Y Bun", "H' Mai"]
    assert reading.members["age"].tolist() == [43, 40]
    assert "missing_column" not in set(reading.problems["rule"])


# -- what a person sees ----------------------------------------------------------------------------


def test_hidden_sheets_are_named_and_read_on_request():
    book = openpyxl.Workbook()
    for title, state in (("Xã A", "visible"), ("Xã A (cũ)", "veryHidden"), ("Xã B", "hidden")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in (PATHS, LABELS, home(1)):
            sheet.append(row)
    del book["Sheet"]
    reading = excel.read_households(saved(book))
    assert len(reading.households) == 1
    hidden = reading.problems[reading.problems["rule"] == "hidden_sheet"]
    assert dict(zip(hidden["sheet"], hidden["value"], strict=True)) == {
        "Xã A (cũ)": "very_hidden",
        "Xã B": "hidden",
    }
    assert reading.rows.groupby("sheet")["kind"].agg(set).to_dict() == {
        "Xã A": {"heading", "household"},
        "Xã A (cũ)": {"not_read"},
        "Xã B": {"not_read"},
    }
    every = excel.read_households(saved(book), hidden_sheets=True)
    assert len(every.households) == 3
    assert (every.problems["rule"] == "hidden_sheet_read").sum() == 2


def test_a_workbook_of_hidden_sheets_alone_says_how_to_read_it():
    book = openpyxl.load_workbook(book_of(PATHS, LABELS, home(1)))
    book.create_sheet("Bìa")
    book["Sheet"].sheet_state = "hidden"
    with pytest.raises(
        excel.UnreadableFileError, match=r"'Sheet' is hidden \(pass hidden_sheets=True"
    ):
        excel.read_households(saved(book))


def test_hidden_and_filtered_rows_hidden_columns_and_struck_text_are_named():
    def hide(sheet):
        for row in (3, 4, 6):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["E"].hidden = True
        for cell in sheet[5]:
            cell.font = Font(strike=True)
        sheet["B6"].font = Font(strike=True, bold=True)

    rows = [PATHS, LABELS, *[home(n) for n in range(4)]]
    reading = read(*rows, edit=hide)
    named = reading.problems[["rule", "cell"]].to_numpy().tolist()
    assert [one for one in named if one[0] != "missing_column"] == [
        ["hidden_column", "E"],
        ["hidden_rows", "A3"],
        ["struck_out", "A5"],
        ["hidden_rows", "A6"],
        ["struck_out", "B6"],
    ]
    assert "rows 3 to 4" in reading.problems.set_index("rule").loc["hidden_rows", "message"].iloc[0]
    assert len(reading.households) == 4

    def filter_rows(sheet):
        hide(sheet)
        sheet.auto_filter.ref = "A2:H6"
        sheet.auto_filter.add_filter_column(3, ["4"])

    assert "filtered_rows" in rules(read(*rows, edit=filter_rows))


def test_text_that_is_struck_out_in_part_is_named():
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    def strike(sheet):
        sheet["B3"] = CellRichText("Y ", TextBlock(InlineFont(strike=True), "Bun"))

    reading = read(PATHS, LABELS, home(1), edit=strike)
    assert reading.households["head_name"].tolist() == ["Y Bun"]
    assert rules(reading) == ["struck_out"]


# -- texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "group", "encoding"),
    [("NguyÔn V¨n H¶i", "Hé nghÌo", "TCVN3"), ("Nguyeãn Vaên Haûi", "Hoä ngheøo", "VNI")],
)
def test_old_encodings_are_named_with_what_they_say_and_read_on_request(name, group, encoding):
    row = home(1, group)
    row[1] = name
    reading = read(PATHS, LABELS, row)
    assert reading.households["head_name"].tolist() == [name]
    assert reading.households["stated_class"].isna().all()
    legacy = reading.problems[reading.problems["rule"] == "legacy_encoding"]
    assert legacy["expected"].tolist() == ["Nguyễn Văn Hải", "Hộ nghèo"]
    assert legacy["message"].str.contains(encoding).all()
    decoded = read(PATHS, LABELS, row, decode_legacy=True)
    assert decoded.households["head_name"].tolist() == ["Nguyễn Văn Hải"]
    assert decoded.households["stated_class"].tolist() == ["poor"]


def test_headings_and_titles_in_old_encodings_are_found():
    from multidim_poverty.base.files.legacy import TCVN3

    codes = {letter: sign for sign, letter in TCVN3.items()}

    def old(text):
        return "".join(codes.get(letter, letter) for letter in text)

    reading = read(
        [old(TITLE.lower())], [old(head) for head in LIST_HEADINGS], person(1, "7", "A", "Chủ hộ")
    )
    assert kinds(reading) == ["title", "heading", "household"]
    assert reading.households["b1"].tolist() == [135]


def as_csv(rows, delimiter):
    return "\n".join(delimiter.join("" if v is None else str(v) for v in row) for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_file_is_read_as_the_workbook_would_be(delimiter, encoding):
    rows = [PATHS, LABELS, home(1), ["Thôn 2", *[None] * 7], home(2)]
    reading = excel.read_households(io.BytesIO(as_csv(rows, delimiter).encode(encoding)), year=2023)
    assert rules(reading) == []  # all is text there, which is nothing to name
    of_book = read(*rows)
    pd.testing.assert_frame_equal(
        reading.households.drop(columns="sheet"), of_book.households.drop(columns="sheet")
    )


def test_a_csv_file_in_the_vietnamese_code_page_says_so():
    rows = [PATHS, home(1, "Hộ nghèo"[:0])]
    rows[1][1] = "Nguyên Văn"
    reading = excel.read_households(io.BytesIO(as_csv(rows, ";").encode("cp1258")))
    assert reading.households["head_name"].tolist() == ["Nguyên Văn"]
    assert (
        reading.problems.set_index("rule")
        .loc["guessed_encoding", "message"]
        .startswith("the file is in no UTF encoding; it was read as cp1258")
    )


def test_a_page_that_is_named_xls_is_read(tmp_path):
    rows = [PATHS, LABELS, home(1), home(2)]
    cells = "".join(f"<tr><td>{'</td><td>'.join(map(str, row))}</td></tr>" for row in rows)
    path = tmp_path / "export.xls"
    path.write_text(f"<html><body><h3>KẾT QUẢ</h3><table>{cells}</table></body></html>", "utf-8")
    reading = excel.read_households(path, year=2023)
    assert kinds(reading) == ["title", "heading", "heading", "household", "household"]
    assert reading.households["b1"].tolist() == [135, 135]


# -- units, problems, limits -----------------------------------------------------------------------


def test_the_commune_of_a_file_without_one_makes_the_ids():
    rows = (PATHS, LABELS, home(1), ["Xã B"], home(1))
    reading = read(*rows, units={"commune": "Xã A", "province": "Đắk Nông"})
    assert reading.households.index.tolist() == ["Xã A/1", "Xã B/1"]
    assert reading.households["province"].tolist() == ["Đắk Nông"] * 2
    assert not reading.households["code_reused"].any()
    coded = read(*rows[:3], units={"commune": "Xã A", "commune_code": "24664"})
    assert coded.households.index.tolist() == ["24664/1"]


@pytest.mark.parametrize(
    "units", ["Xã A", {"xã": "A"}, {"commune": 5}, {"commune": " "}, ["commune"]]
)
def test_units_are_a_mapping_of_texts(units):
    with pytest.raises(TypeError, match="units"):
        read(PATHS, LABELS, home(1), units=units)


def test_a_column_that_is_empty_in_all_rows_is_one_problem_and_the_summary_counts():
    rows = [home(n, "nghèo lắm") for n in range(200)]
    for row in rows:
        row[7] = None
    reading = read(PATHS, LABELS, *rows)
    assert rules(reading).count("empty_column") == 1
    assert "missing_value" not in rules(reading)
    summary = reading.summary.set_index("rule")
    assert list(reading.summary.columns) == [
        "severity",
        "rule",
        "sheet",
        "column",
        "problems",
        "first_cell",
        "meaning",
    ]
    assert summary.loc["unknown_category", ["problems", "first_cell", "column"]].tolist() == [
        200,
        "G3",
        "stated_class",
    ]
    assert summary.loc["empty_column", ["problems", "first_cell"]].tolist() == [1, "H"]
    assert reading.summary["problems"].sum() == len(reading.problems)
    rows[5][7] = "RS"
    assert rules(read(PATHS, LABELS, *rows)).count("missing_value") == 199


def test_a_reading_shows_no_one_in_its_repr():
    reading = list_of(person(1, "7", "Nguyễn Bí Mật", "Chủ hộ", id="0123"))
    assert repr(reading) == (
        "WorkbookContent(layout='lists', 1 households, 1 members, "
        f"{len(reading.problems)} problems, 3 rows)"
    )
    messages = " ".join(reading.problems["message"])
    assert "not_a_citizen_id" in set(reading.problems["rule"])
    assert "Bí Mật" not in messages
    assert "0123" not in messages
    vietnamese = list_of(person(1, "7", "Y test", "Chủ hộ"), language="vi").problems
    assert (
        vietnamese.set_index("rule")
        .loc["test_record", "message"]
        .iloc[0]
        .startswith("nội dung ô có vẻ")
    )


# -- laws ------------------------------------------------------------------------------------------

NOISE = st.sampled_from(
    [
        [],
        ["Thôn 2"],
        [None, "Tổng cộng", None, 8],
        ["A", "B", "C", 1, 2, 3, 4, 5],
        PATHS,
        LABELS,
        [None, "NGƯỜI LẬP BIỂU"],
        ["Xã B"],
        ["?"],
        [None, None, None, 5],
        ["Ghi chú: nháp", "x"],
    ]
)


@at_most(60)
@given(
    plan=st.lists(st.integers(0, 40) | NOISE, max_size=12),
    titles=st.lists(st.sampled_from([["UBND XÃ A"], [], ["KẾT QUẢ", None, "Mẫu 1"]]), max_size=4),
    labels=st.booleans(),
)
def test_the_rows_add_up_to_the_sheet_and_every_household_is_one_of_them(plan, titles, labels):
    rows = [*titles, PATHS, *([LABELS] if labels else []), home(99)]
    start = len(rows)
    rows += [home(one) if isinstance(one, int) else one for one in plan]
    reading = read(*rows)
    filled = [n for n, row in enumerate(rows, 1) if any(v is not None for v in row)]
    assert reading.rows["row"].tolist() == filled
    assert reading.rows["kind"].notna().all()
    households = [start, *(start + n for n, one in enumerate(plan, 1) if isinstance(one, int))]
    assert reading.households["row"].tolist() == households
    counts = reading.rows["kind"].value_counts()
    assert counts.sum() == len(filled)
    assert counts["household"] == len(households)
    assert counts["unknown"] == rules(reading).count("unknown_row")


@at_most(40)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    on_each=st.booleans(),
    marks=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_households_of_the_lists_have_their_members_whatever_stands_on_their_lines(
    sizes, on_each, marks
):
    rows, expected, order = [], [], 0
    for code, size in enumerate(sizes, 1):
        marked = marks[order : order + size]
        for n in range(size):
            order += 1
            shown = str(code) if n == 0 or on_each else None
            rows.append(
                person(
                    order,
                    shown,
                    f"N {order}",
                    "Con" if n else "Chủ hộ",
                    mark="x" if marked[n] else None,
                )
            )
        expected.append(any(marked))
    reading = list_of(*rows)
    assert reading.members.groupby("household_id", sort=False).size().tolist() == sizes
    flags = reading.households["no_labour_capacity"]
    assert flags.isna().all() if not any(expected) else flags.tolist() == expected
