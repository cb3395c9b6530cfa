"""Headings that look like known ones and say something else, and rows that are no records."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

from multidim_poverty.schema import mapping
from multidim_poverty.schema.mapping.numbers import multiplier_of, number_of


def column_of_heading(heading, table="households", cells=("1", "2")):
    proposed = mapping.propose(pd.DataFrame({heading: cells}), table=table)
    assert len(proposed.columns) < 2
    return proposed.columns[0].column if proposed.columns else None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Thu nhập năm", "income_12m"),
        ("THU NHAP NAM", "income_12m"),
        ("Tổng thu nhập 12 tháng", "income_12m"),
        ("Tổng thu nhập", "income_12m"),
        ("Tổng thu nhập năm 2024", "income_12m"),
        ("Thu nhập tháng", None),
        ("Thu nhap thang", None),
        ("Thu nhập 1 tháng", None),
        ("Tổng thu nhập (tháng)", None),
        ("Tổng thu nhập của hộ (tháng)", None),
        ("Tổng thu nhập 6 tháng", None),
        ("Tổng thu nhập (6 tháng)", None),
        ("Thu nhập bình quân", "income_per_capita"),
        ("Thu nhập bình quân đầu người/tháng", "income_per_capita"),
        ("Thu nhập bình quân (người/tháng)", "income_per_capita"),
        ("Thu nhập bình quân đầu người/năm", None),
        ("Thu nhập bình quân (năm)", None),
        ("Thu nhập bình quân (12 tháng)", None),
        ("Thu nhập bình quân hộ", None),
    ],
)
def test_amounts_are_read_for_the_period_that_the_heading_says(heading, column, form):
    assert column_of_heading(unicodedata.normalize(form, heading)) == column


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("Tường không bền chắc", "households"),
        ("Rác không được thu gom", "households"),
        ("Chủ hộ là nam", "households"),
        ("Hộ không có người có công", "households"),
        ("Số nhân khẩu nữ", "households"),
        ("Không có thẻ bảo hiểm y tế", "members"),
        ("Số điện thoại", "households"),
        ("Dài", "households"),
        ("Mai", "members"),
    ],
)
def test_a_heading_with_another_word_is_another_question(heading, table):
    assert column_of_heading(heading, table, ("Có", "Không")) is None


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Dien tich nha o", "floor_area"),
        ("Nguồn nước sinh hoạtt", "water_source"),
        ("Nguồn nước sinh họat", "water_source"),
        ("Diệntích nhà ở", "floor_area"),
    ],
)
def test_wrong_letters_of_longer_words_are_near(heading, column):
    assert column_of_heading(heading) == column


@pytest.mark.parametrize("heading", ["Diện tích nhà ở (trước đây)", "Thu nhập bình quân (2022)"])
def test_brackets_that_say_more_than_a_unit_are_doubted(heading):
    [column] = mapping.propose(pd.DataFrame({heading: [1.5]})).columns
    assert column.doubts == ("near_heading",)


@pytest.mark.parametrize("heading", ["Diện tích nhà ở (m2)", "Thu nhập bình quân (đồng/tháng)"])
def test_brackets_with_a_unit_are_not_doubted(heading):
    [column] = mapping.propose(pd.DataFrame({heading: [1.5]})).columns
    assert column.doubts == ()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("Thu nhập (triệu)", 10**6),
        ("Thu nhập (tr.đồng)", 10**6),
        ("Income (million VND)", 10**6),
        ("Thu nhập (ngàn)", 1000),
        ("Thu nhập (1000 đồng)", 1000),
        ("Thu nhập (1.000 đ)", 1000),
        ("Thu nhập (1 000 đồng)", 1000),
        ("Thu nhap (nghin dong)", 1000),
        ("Thu nhập_nghìn", 1000),
        ("Thu nhập (đồng)", 1),
        ("Thu nhập năm 2024 (đ)", 1),
        ("Thu nhập từ công ty", 1),
    ],
)
def test_every_writing_of_thousands_in_a_heading_multiplies(heading, factor, form):
    assert multiplier_of(unicodedata.normalize(form, heading)) == factor


def test_an_amount_in_vnd_under_a_heading_in_thousands_has_two_readings():
    assert number_of("1.500.000 đ", ",", 1000) is None
    assert number_of("0 đ", ",", 1000) == 0
    assert number_of("1.500.000 đ", ",", 1) == 1_500_000
    assert number_of("2 triệu", ",", 1000) == 2_000_000
    assert number_of("1.500", ",", 1000) == 1_500_000


@pytest.mark.parametrize(
    ("cell", "number"), [("1 500 000", 1_500_000), ("3 4", None), ("1 50", None)]
)
def test_blanks_stand_between_thousands_alone(cell, number):
    assert number_of(cell, None, 1) == number


def test_rows_that_are_no_records_are_named():
    frame = pd.DataFrame(
        {
            "Mã hộ": ["a", None, None, "b ", None],
            "Chủ hộ": ["An", None, "Tổng cộng:", "Ba", "Chi"],
            "Số nhân khẩu": [4, None, 7, 3, 2],
        }
    )
    read = mapping.propose(frame).apply(frame)
    errors = read.problems[read.problems["severity"] == "error"]
    assert errors[["rule", "row"]].to_numpy().tolist() == [
        ["empty_row", 1],
        ["row_of_sums", 2],
        ["row_without_id", 4],
    ]
    assert len(read.households) == len(frame)
    assert read.households.index[3] == "b"


def test_members_under_a_merged_id_are_named_by_their_rows():
    frame = pd.DataFrame({"Mã hộ": ["a", None, "b", None], "Tuổi": [40, 38, 60, 58]})
    read = mapping.propose(frame, table="both").apply(frame)
    assert read.problems[["rule", "row"]].to_numpy().tolist() == [
        ["row_without_id", 1],
        ["row_without_id", 3],
    ]


def test_ids_with_blanks_beside_them_are_one_household():
    frame = pd.DataFrame({"Mã hộ": ["a", "a ", " a"], "Tuổi": [40, 38, 5]})
    read = mapping.propose(frame, table="both").apply(frame)
    assert read.members["household_id"].tolist() == ["a"] * 3
    assert read.members["member_id"].tolist() == [1, 2, 3]
    assert len(read.households) == 1


def test_a_heading_that_pandas_numbered_is_the_same_heading_again():
    frame = pd.DataFrame({"Diện tích nhà ở": [40], "Diện tích nhà ở.1": [10]})
    proposed = mapping.propose(frame)
    assert [(c.heading, c.doubts) for c in proposed.columns] == [
        ("Diện tích nhà ở", ("several_headings",))
    ]
    assert proposed.ignored == ("Diện tích nhà ở.1",)


def test_a_number_of_households_is_no_id():
    assert column_of_heading("Số hộ") is None


@pytest.mark.parametrize("table", ["households", "members", "both"])
def test_a_file_whose_headings_stand_in_another_row_is_named(table):
    frame = pd.DataFrame({"Mã hộ": ["a"], "Unnamed: 1": ["Khu vực"], "Unnamed: 2": ["40"]})
    read = mapping.propose(frame, table=table).apply(frame)
    assert read.problems[["severity", "rule"]].to_numpy().tolist() == [["error", "nothing_read"]]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("1. Khu vực", "area"),
        ("C12. Nhà tiêu", "toilet"),
        ("2.1) Diện tích nhà ở (m2)", "floor_area"),
        ("Số nhân khẩu:", "household_size"),
        ("Ti vi?", "has_television"),
        ("Khu vực *", "area"),
    ],
)
def test_numbers_of_questions_and_signs_beside_a_heading_say_nothing(heading, column):
    assert column_of_heading(heading) == column


def test_ids_that_are_partly_numbers_and_partly_texts_are_texts():
    ids = pd.Series(["007", 7, 7.0, "7", None], dtype=object)
    frame = pd.DataFrame({"Mã hộ": ids, "Tuổi": [40, 38, 5, 60, 1]})
    read = mapping.propose(frame, table="both").apply(frame)
    assert read.members["household_id"].fillna("").tolist() == ["007", "7", "7", "7", ""]
    assert read.members["member_id"].tolist() == [1, 1, 2, 3, 1]
