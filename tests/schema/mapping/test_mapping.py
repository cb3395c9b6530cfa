import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.errors import ArgumentError, InvalidDataError, LawFileError
from multidim_poverty.schema import mapping
from multidim_poverty.schema.definitions import COLUMNS, column_of
from multidim_poverty.schema.mapping.numbers import decimal_sign, number_of
from multidim_poverty.schema.words import answers_of, headings_of, words


def survey(n=500):
    """A survey as an office has it: 27 headings, numbers and answers as people write them."""
    rng = np.random.default_rng(7)

    def yes_no():
        return rng.choice(["Có", "Không"], n)

    income = rng.integers(10, 200, n) * 1_000_000 + 872_000
    area = rng.uniform(10, 150, n).round(1)
    frame = pd.DataFrame(
        {
            "Mã hộ": [f"{i:05d}" for i in range(n)],
            "Tỉnh/Thành phố": "Đắk Nông",
            "Huyện": "Cư Jút",
            "Xã/Phường": rng.choice(["Ea Pô", "Nam Dong"], n),
            "Thôn/Bản": [f"Thôn {i % 9 + 1}" for i in range(n)],
            "Khu vực": rng.choice(["Nông thôn", "Phường"], n),
            "Dân tộc": rng.choice(["Kinh", "Nùng", "Tày"], n),
            "Hộ DTTS": yes_no(),
            "Số nhân khẩu": rng.integers(1, 8, n),
            "Tổng thu nhập của hộ trong 12 tháng qua": [
                f"{amount:,} đ".replace(",", ".") for amount in income
            ],
            "Tường kiên cố": yes_no(),
            "Cột kiên cố": yes_no(),
            "Mái kiên cố": yes_no(),
            "Diện tích nhà ở (m2)": [str(each).replace(".", ",") for each in area],
            "Nguồn nước sinh hoạt": rng.choice(["Nước máy", "Giếng khoan", "Sông, suối"], n),
            "Loại nhà tiêu": rng.choice(["Tự hoại", "Hai ngăn", "Không có"], n),
            "Ti vi": rng.choice(["x", "-"], n),
            "Radio": rng.choice([1, 0], n),
            "Máy vi tính": yes_no(),
            "Điện thoại": yes_no(),
            "Laptop": yes_no(),
            "Máy tính bảng": yes_no(),
            "Điện thoại thông minh": yes_no(),
            "Không có khả năng lao động": yes_no(),
            "Người có công": yes_no(),
            "Chủ hộ là nữ": yes_no(),
            "Ghi chú": "",
        }
    )
    return frame, income, area


def test_a_survey_of_27_headings_is_classified(tmp_path):
    frame, income, area = survey()
    frame.to_excel(tmp_path / "survey.xlsx", index=False, engine="xlsxwriter")
    file = pd.read_excel(tmp_path / "survey.xlsx", dtype=object, engine="calamine")
    before = file.copy()
    read = mapping.propose(file).apply(file)
    pd.testing.assert_frame_equal(file, before)
    homes = read.households
    assert len(homes.columns) == 25  # the id is the index, and the note is ignored
    assert (homes["income_12m"] == income).all()
    assert (homes["floor_area"] == area).all()
    assert homes.index.tolist()[:2] == ["00000", "00001"]
    errors = read.problems[read.problems["severity"] == "error"]
    assert errors.empty
    assert mdp.violations(homes).query("severity == 'error'").empty
    result = mdp.assess(homes, None, standard="decree_07_2021")
    assert result["poverty_class"].notna().any()
    actions = read.columns.set_index("heading")["action"]
    assert (actions == "ignored").sum() == 1
    assert actions["Ghi chú"] == "ignored"


@pytest.mark.parametrize("table", ["households", "members"])
def test_every_label_of_the_schema_is_a_heading_in_both_languages(table):
    for column in COLUMNS:
        if column.table == table:
            for heading in (column.name, column.label.vi, column.label.en, column.label.vi.upper()):
                frame = pd.DataFrame({heading: pd.Series([], dtype=object)})
                found = mapping.propose(frame, table=table).columns
                assert [c.column for c in found] == [column.name], heading


@pytest.mark.parametrize("table", ["households", "members"])
def test_every_word_of_the_dictionary_is_a_heading(table):
    for name, texts in words().headings[table].items():
        for text in texts:
            targets = headings_of(table)[mdp.identity.name_key(text)]
            assert name in targets, text


def test_every_answer_of_the_vocabulary_is_read_in_both_languages():
    for column in COLUMNS:
        if column.table in ("households", "members") and column.terms:
            for text in (word for t in column.terms for word in (str(t), t.vi, t.en)):
                frame = pd.DataFrame({column.name: [text.upper()]})
                if len(answers_of(column)[mdp.identity.name_key(text)]) > 1:
                    continue
                read = mapping.propose(frame, table=column.table).columns[0]
                code = next(str(t) for t in column.terms if text in (str(t), t.vi, t.en))
                assert read.answers[text.upper()] == code


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.500.000", "136.872.000 đ"], [1_500_000, 136_872_000]),
        (["7,5", "1.500"], [7.5, 1500]),
        (["7.5", "1,500"], [7.5, 1500]),
        (["1.500"], [None]),
        (["0.125", "7,5"], [0.125, 7.5]),  # no group of thousands begins with 0
        (["0.125"], [0.125]),
        (["12", "3"], [12, 3]),
        (["1,5 triệu", "800 nghìn"], [1_500_000, 800_000]),
        (["1.057.374 VNĐ", "2.000"], [1_057_374, 2000]),
        (["25 m2", "30,5 m²"], [25, 30.5]),
        (["1.2.3", "abc", "12 con gà"], [None, None, None]),
        (["1,5", "1.5"], [1.5, 1.5]),
        ([4, 2.5, True], [4, 2.5, None]),
    ],
)
def test_numbers_as_people_write_them(cells, numbers):
    decimal, _ = decimal_sign(cells)
    assert [number_of(cell, decimal, 1) for cell in cells] == numbers


@given(
    amounts=st.lists(st.integers(0, 10**12), min_size=1, max_size=6),
    vietnamese=st.booleans(),
)
def test_amounts_with_their_thousands_come_back_or_are_named(amounts, vietnamese):
    texts = [f"{amount:,}" for amount in amounts]
    if vietnamese:
        texts = [text.replace(",", ".") for text in texts]
    frame = pd.DataFrame({"Mã hộ": range(len(texts)), "Thu nhập năm": texts})
    proposed = mapping.propose(frame)
    read = proposed.apply(frame)
    if any(amount >= 10**6 for amount in amounts) or all(amount < 1000 for amount in amounts):
        assert read.households["income_12m"].tolist() == amounts
    else:
        assert "number_of_two_readings" in proposed.columns[1].doubts
        open_ones = [text for text in texts if len(text) > 3]
        errors = read.problems[read.problems["rule"] == "not_a_number"]
        assert errors["value"].tolist() == open_ones
        sign = "," if vietnamese else "."
        told = proposed.with_column("Thu nhập năm", decimal=sign).apply(frame)
        assert told.households["income_12m"].tolist() == amounts


def test_thousands_in_the_heading_multiply_and_are_doubted():
    frame = pd.DataFrame({"Tổng thu nhập (nghìn đồng)": [60_000, 45_000.5]})
    proposed = mapping.propose(frame)
    assert proposed.columns[0].multiply == 1000
    assert proposed.columns[0].doubts == ("other_unit",)
    assert proposed.apply(frame).households["income_12m"].tolist() == [6e7, 45_000_500]


def test_headings_without_marks_and_near_ones_are_told_with_their_evidence():
    frame = pd.DataFrame({"DIEN TICH NHA O": [3], "Nguồn nước sinh hoạtt": ["Nước máy"]})
    found = mapping.propose(frame).columns
    assert [(c.column, c.evidence) for c in found] == [
        ("floor_area", "without_marks"),
        ("water_source", "near"),
    ]
    assert found[1].doubts == ("near_heading",)


def test_a_column_is_told_by_its_answers_alone_with_a_doubt():
    frame = pd.DataFrame({"C12": ["Tự hoại", "Hai ngăn", None], "C13": ["Có", "Không", "Có"]})
    proposed = mapping.propose(frame)
    assert [(c.column, c.doubts) for c in proposed.columns] == [("toilet", ("told_by_answers",))]
    assert proposed.ignored == ("C13",)


def test_two_headings_of_one_column_give_the_better_one_and_a_doubt():
    frame = pd.DataFrame({"Diện tích": [1.0, None], "Diện tích nhà ở": [2.0, 3.0]})
    proposed = mapping.propose(frame)
    assert [(c.heading, c.doubts) for c in proposed.columns] == [
        ("Diện tích nhà ở", ("several_headings",))
    ]
    assert proposed.ignored == ("Diện tích",)


def test_marks_for_yes_alone_leave_the_empty_cells_unknown():
    frame = pd.DataFrame({"Mã hộ": [1, 2], "Ti vi": ["x", None]})
    proposed = mapping.propose(frame)
    assert proposed.columns[1].doubts == ("only_yes",)
    assert proposed.apply(frame).households["has_television"].tolist() == [True, pd.NA]


def test_answers_that_nobody_knows_are_named_and_kept():
    frame = pd.DataFrame({"Mã hộ": ["a", "b"], "Nhà tiêu": ["Tự hoại", "Cầu cá"]})
    proposed = mapping.propose(frame)
    assert proposed.columns[1].doubts == ("answers_not_read",)
    read = proposed.apply(frame)
    errors = read.problems[read.problems["severity"] == "error"]
    assert errors[["rule", "row", "heading", "value"]].to_numpy().tolist() == [
        ["answer_not_read", 1, "Nhà tiêu", "Cầu cá"]
    ]
    assert read.households["toilet"].tolist() == ["septic", "Cầu cá"]
    told = proposed.with_column("Nhà tiêu", answers={"Tự hoại": "septic", "Cầu cá": "other"})
    assert told.apply(frame).problems.empty
    assert told.apply(frame).households["toilet"].tolist() == ["septic", "other"]


def test_words_for_not_known_are_missing_answers():
    frame = pd.DataFrame({"Mã hộ": [1, 2], "Khu vực": ["Không rõ", "Xã"], "Thu nhập năm": ["-", 4]})
    read = mapping.propose(frame).apply(frame)
    assert read.households["area"].isna().tolist() == [True, False]
    assert read.households["income_12m"].isna().tolist() == [True, False]
    assert read.problems.empty


def test_rows_of_members_give_both_tables():
    frame = pd.DataFrame(
        {
            "Mã hộ": ["a", "a", "b"],
            "Khu vực": ["Nông thôn", None, "Thành thị"],
            "Diện tích nhà": ["30", "31", "40"],
            "Quan hệ": ["Chủ hộ", "Vợ", "Chủ hộ"],
            "Ngày sinh": ["02/10/1984", "31/12/1990", "1/1/1970"],
            "Giới": ["Nam", "Nữ", "Nữ"],
        }
    )
    proposed = mapping.propose(frame, table="both")
    read = proposed.apply(frame)
    assert read.households["area"].tolist() == ["rural", "urban"]
    assert read.households["floor_area"].tolist() == [30, 40]
    assert read.problems[["rule", "row", "value", "expected"]].to_numpy().tolist() == [
        ["household_disagrees", 1, 31.0, 30.0]
    ]
    assert read.members[["household_id", "member_id", "relation"]].to_numpy().tolist() == [
        ["a", 1, "head"],
        ["a", 2, "spouse"],
        ["b", 1, "head"],
    ]
    assert read.members["birth_date"].dt.strftime("%Y-%m-%d").tolist() == [
        "1984-10-02",
        "1990-12-31",
        "1970-01-01",
    ]


def test_days_that_may_be_read_in_two_orders_are_doubted():
    frame = pd.DataFrame({"Mã hộ": [1], "Ngày sinh": ["02/10/1984"]})
    proposed = mapping.propose(frame, table="members")
    assert proposed.columns[1].doubts == ("order_of_days",)
    read = proposed.with_column("Ngày sinh", day_first=False).apply(frame)
    assert read.members["birth_date"].dt.month.tolist() == [2]


def test_rows_without_ids_are_numbered_and_marked():
    read = mapping.propose(pd.DataFrame({"Khu vực": ["Xã", "Phường"]})).apply(
        pd.DataFrame({"Khu vực": ["Xã", "Phường"]})
    )
    assert read.households.index.tolist() == [1, 2]
    assert read.households["id_from_row"].all()


def test_a_mapping_comes_back_from_its_file(tmp_path):
    frame, _, _ = survey(40)
    proposed = mapping.propose(frame)
    path = proposed.write(tmp_path / "mapping.toml")
    assert mapping.Mapping.read(path) == proposed
    shown = proposed.to_frame()
    assert shown["heading"].tolist() == [c.heading for c in proposed.columns] + ["Ghi chú"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "table = 'households'\n[[columns]]\nheading='a'\ntable='households'\ncolumn='colour'",
            "colour",
        ),
        ("table = 'rows'\ncolumns = []", "table"),
        ("table = ", "not valid TOML"),
        (
            "table = 'households'\ncolumns = [{heading='a', table='households', column='area'},"
            " {heading='b', table='households', column='area'}]",
            "two headings are households.area",
        ),
        (
            "table = 'households'\ncolumns = [{heading='a', table='members', column='age'}]",
            "rows are households",
        ),
        (
            "table = 'households'\n"
            "columns = [{heading='a', table='households', column='area', doubts=['odd']}]",
            "odd",
        ),
    ],
)
def test_a_wrong_file_is_named(text, problem, tmp_path):
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LawFileError, match=problem):
        mapping.Mapping.read(tmp_path / "m.toml")


def test_headings_that_the_file_lacks_or_has_twice_are_named():
    proposed = mapping.propose(pd.DataFrame({"Khu vực": ["Xã"]}))
    with pytest.raises(ArgumentError, match="no heading 'Khu vực'"):
        proposed.apply(pd.DataFrame({"Vùng": ["Xã"]}))
    with pytest.raises(InvalidDataError, match="duplicate_column"):
        proposed.apply(pd.DataFrame([["Xã", "Xã"]], columns=["Khu vực", "Khu vực"]))
    with pytest.raises(LawFileError, match="no heading"):
        proposed.with_column("Thôn", column="village")
    with pytest.raises(ArgumentError):
        mapping.propose(pd.DataFrame(), table="rows")


def test_a_heading_can_be_left_unread():
    frame = pd.DataFrame({"Mã hộ": ["a"], "Khu vực": ["Xã"]})
    proposed = mapping.propose(frame).with_column("Khu vực", column=None)
    assert proposed.ignored == ("Khu vực",)
    assert "area" not in proposed.apply(frame).households


@given(tables=testing.rosters(missing=True, max_size=4), language=st.sampled_from(["vi", "en"]))
def test_tables_under_labels_come_back(tables, language):
    """Both tables, written with the labels of columns and answers, are read as they were."""
    for name in ("households", "members"):
        frame = getattr(tables, name)
        labelled = pd.DataFrame(index=range(len(frame)))
        for column in frame.columns:
            known = column_of(name, column)
            values = frame[column].reset_index(drop=True).astype(object)
            if known.kind == "category":
                terms = {str(term): getattr(term, language) for term in known.terms}
                values = values.map(terms, na_action="ignore")
            elif known.kind == "boolean":
                yes = {"vi": ("Có", "Không"), "en": ("Yes", "No")}[language]
                values = values.map({True: yes[0], False: yes[1]}, na_action="ignore")
            labelled[known.label.text(language) if known.kind != "id" else column] = values
        if name == "households":
            labelled.insert(0, "Mã hộ", list(frame.index))
        read = mapping.propose(labelled, table=name).apply(labelled)
        got = read.households if name == "households" else read.members
        assert read.problems[read.problems["severity"] == "error"].empty
        for column in frame.columns:
            want = [None if pd.isna(v) else v for v in frame[column]]
            have = [None if pd.isna(v) else v for v in got[column]]
            assert have == want, column
