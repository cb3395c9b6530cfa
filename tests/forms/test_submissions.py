import io
import re

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import forms, schema, testing
from multidim_poverty.errors import ArgumentError, UnreadableFileError
from multidim_poverty.schema.definitions import column_of
from tests.helpers.exports import DEVICES, central, kobo, saved

SAMPLE = mdp.load_sample()
SOME = SAMPLE.households.index[:30]
TABLES = schema.Tables(
    SAMPLE.households.loc[SOME], SAMPLE.members[SAMPLE.members["household_id"].isin(SOME)]
)


def number(value):
    """A number with the 15 digits that a workbook keeps."""
    return float(f"{float(value):.15g}")


READ = {"integer": number, "number": number, "boolean": bool, "date": pd.Timestamp, "id": str}


def plain(frame, table):
    """Values without their dtypes, columns in one order, nothing for columns without a value."""
    columns = {}
    for name in sorted(frame.dropna(axis="columns", how="all").columns):
        column = column_of(table, name)
        read = READ.get(column.kind, str) if column is not None else str
        columns[name] = [None if pd.isna(value) else read(value) for value in frame[name]]
    return list(frame.index), columns


def assert_equal_tables(content, tables):
    assert content.problems.empty, content.problems["message"].tolist()
    assert plain(content.households, "households") == plain(tables.households, "households")
    members = tables.members.sort_values("household_id", kind="stable")
    got = content.members.sort_values("household_id", kind="stable")
    want_rows, want = plain(members.reset_index(drop=True), "members")
    got_rows, have = plain(got.reset_index(drop=True), "members")
    assert (got_rows, have) == (want_rows, want)


def one_or_none(tables):
    """The tables with devices that are all answered or not at all, as one question asks them."""
    known = [name for name in DEVICES if name in tables.households]
    households = tables.households.copy()
    if len(known) < len(DEVICES):
        return schema.Tables(households.drop(columns=known), tables.members)
    answered = households[known].notna().all(axis=1)
    for name in known:
        households[name] = households[name].astype("boolean").where(answered)
    return schema.Tables(households, tables.members)


options = st.fixed_dictionaries(
    {
        "words": st.sampled_from(["codes", "vi", "en"]),
        "groups": st.booleans(),
        "multiple": st.sampled_from(["joined", "split"]),
    }
)


@pytest.mark.slow
@given(
    tables=testing.rosters(missing=True, max_size=4, on="2023-10-01"),
    write=st.sampled_from([kobo, central]),
    options=options,
)
def test_any_tables_come_back_from_an_export(tables, write, options):
    if options["multiple"] == "joined":
        tables = one_or_none(tables)
    assert_equal_tables(forms.read_submissions(write(tables, **options)), tables)


@pytest.mark.slow
@pytest.mark.parametrize("write", [kobo, central])
@pytest.mark.parametrize("words", ["codes", "vi"])
def test_the_sample_comes_back_and_is_classified_alike(write, words):
    content = forms.read_submissions(write(TABLES, words=words))
    assert_equal_tables(content, TABLES)
    standard = mdp.standard("decree_07_2021")
    want = mdp.assess(TABLES.households, TABLES.members, standard=standard)
    got = mdp.assess(content.households, content.members, standard=standard)
    assert got["poverty_class"].astype(object).equals(want["poverty_class"].astype(object))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_plain_tables_are_read_too(suffix, tmp_path):
    pytest.importorskip("pyarrow")
    for name, frame in (("h", TABLES.households), ("m", TABLES.members)):
        path = tmp_path / f"{name}.{suffix}"
        if suffix == "csv":
            frame.to_csv(path, index=name == "h")
        else:
            frame.to_parquet(path)
    content = forms.read_submissions([tmp_path / f"h.{suffix}", tmp_path / f"m.{suffix}"])
    assert_equal_tables(content, TABLES)


def households_csv(*lines):
    return io.BytesIO("\n".join(lines).encode())


def problems_of(*files, **arguments):
    content = forms.read_submissions(list(files), **arguments)
    return content, content.problems[["rule", "row", "column", "value"]].to_numpy().tolist()


def test_a_choice_that_the_form_never_had_is_named_and_kept():
    content, problems = problems_of(
        households_csv(
            "KEY,area,toilet,devices", "a,rural,hole,has_radio tv", "b,rural,septic,none"
        )
    )
    assert sorted(problems) == [
        ["unknown_choice", 2, "devices", "has_radio tv"],
        ["unknown_choice", 2, "toilet", "hole"],
    ]
    assert content.households["toilet"].tolist() == ["hole", "septic"]
    rules = mdp.violations(content.households)["rule"].tolist()
    assert "unknown_category" in rules


def test_values_that_are_not_understood_are_named_with_their_row():
    _, problems = problems_of(
        households_csv("KEY,area,floor_area,wall_durable", "a,rural,1.500.000,maybe"),
        households_csv("PARENT_KEY,birth_date", "a,02/10/2024", "a,2024-02-30"),
    )
    assert sorted(problems) == [
        ["not_a_date", 2, "birth_date", "02/10/2024"],
        ["not_a_date", 3, "birth_date", "2024-02-30"],
        ["not_a_number", 2, "floor_area", "1.500.000"],
        ["not_boolean", 2, "wall_durable", "maybe"],
    ]


def test_a_repeat_without_its_parent_is_named_and_kept():
    content, problems = problems_of(
        households_csv("KEY,area", "a,rural"), households_csv("PARENT_KEY,age", "a,4", "b,5")
    )
    assert problems == [["no_parent", 3, "household_id", "b"]]
    assert content.members["household_id"].tolist() == ["a", "b"]


def test_a_submission_twice_is_named_in_both_rows():
    _, problems = problems_of(households_csv("KEY,area", "a,rural", "b,rural", "a,rural"))
    assert [p for p in problems if p[0] == "submission_twice"] == [
        ["submission_twice", 2, "household_id", "a"],
        ["submission_twice", 4, "household_id", "a"],
    ]


def test_two_households_with_one_number_are_named():
    content, problems = problems_of(
        households_csv("KEY,household_id,area", "a,07,rural", "b,07,urban", "c,,urban")
    )
    assert problems == [["id_twice", n, "household_id", "07"] for n in (2, 3)]
    assert content.households.index.tolist() == ["07", "07", "c"]


def test_another_version_of_the_form_is_a_warning():
    form = forms.xlsform("decree_07_2021", on="2023-10-01")
    file = households_csv("KEY,form_version,area", "a,old,rural", f"b,{form.version},rural")
    content, problems = problems_of(file, form=form)
    assert problems == [["other_form_version", 2, "form_version", "old"]]
    assert content.problems["severity"].tolist() == ["warning"]
    assert form.version in content.problems["message"][0]
    assert problems_of(
        households_csv("KEY,form_version,area", "a,one,rural", "b,two,rural", "c,two,rural")
    )[1] == [["other_form_version", 2, "form_version", "one"]]


def test_one_question_under_two_headings_is_named():
    content, problems = problems_of(
        households_csv("KEY,section_place-area,area", "a,rural,urban", "b,urban,urban")
    )
    assert [p[0] for p in problems] == ["column_twice"]
    assert content.households["area"].tolist() == ["rural", "urban"]


def test_every_heading_is_accounted_for():
    content, _ = problems_of(
        households_csv(
            "KEY,area,colour,section_dwelling-toilet,meta-instanceID,age_at_least",
            "a,Nông thôn,red,unknown,x,4",
        )
    )
    by = content.columns.set_index("heading")
    assert by["action"].to_dict() == {
        "KEY": "of_the_form",
        "area": "decoded",
        "colour": "ignored",
        "section_dwelling-toilet": "decoded",
        "meta-instanceID": "of_the_form",
        "age_at_least": "of_the_form",
    }
    assert by.loc["area", ["column", "filled", "changed"]].tolist() == ["area", 1, 1]
    assert content.households["toilet"].isna().all()


def test_items_of_the_sheets_come_back_in_tables_of_their_own():
    content, problems = problems_of(
        households_csv(
            "KEY,area,form_a_vehicle,form_a_floor_area,form_b1_region,form_b1_rooms,household_size",
            "a,rural,yes,unknown,red_river_rural,3,4",
            "b,rural,Không,yes,unknown,1,2",
        )
    )
    assert problems == []
    assert content.form_a["vehicle"].tolist() == [True, False]
    assert content.form_a["floor_area"].tolist() == [pd.NA, True]
    assert content.form_b1["rooms"].tolist() == [3, 1]
    assert content.form_b1["region"].isna().tolist() == [False, True]
    assert content.form_b1["household_size"].tolist() == [4, 2]


def test_the_xml_of_a_submission_is_read():
    xml = b"""<?xml version="1.0"?><data id="f" xmlns:orx="http://openrosa.org/xforms">
    <section_place><household_id/><area>rural</area></section_place>
    <members><member_id>1</member_id><age>40</age></members>
    <members><member_id>2</member_id><age/></members>
    <section_dwelling><devices>has_radio has_laptop</devices></section_dwelling>
    <orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta></data>"""
    content, problems = problems_of(io.BytesIO(xml))
    assert problems == []
    assert content.households.index.tolist() == ["uuid:1"]
    assert content.households[["has_radio", "has_laptop", "has_tablet"]].iloc[0].tolist() == [
        True, True, False,
    ]  # fmt: skip
    assert content.members["household_id"].tolist() == ["uuid:1"] * 2
    assert content.members["age"].tolist() == [40, pd.NA]


def test_a_workbook_with_the_index_alone_links_within_its_file():
    def book(age):
        workbook = openpyxl.Workbook()
        workbook.active.append(["area", "_index", "household_id"])
        workbook.active.append(["rural", 1, f"h{age}"])
        sheet = workbook.create_sheet("members")
        for row in (["age", "_parent_index"], [age, 1]):
            sheet.append(row)
        return saved(workbook)

    content = forms.read_submissions([book(30)])
    assert content.members[["household_id", "age"]].to_numpy().tolist() == [["h30", 30]]


def test_a_doctype_is_refused():
    xml = b'<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "b">]><data>&a;</data>'
    with pytest.raises(UnreadableFileError, match="DOCTYPE"):
        forms.read_submissions(io.BytesIO(xml))


def test_members_alone_are_refused():
    with pytest.raises(UnreadableFileError, match="no table of households"):
        forms.read_submissions(households_csv("PARENT_KEY,age", "a,4"))


@pytest.mark.parametrize(
    ("files", "arguments"),
    [([], {}), (3, {}), (io.StringIO("a"), {}), (io.BytesIO(b"KEY\na"), {"form": "old"})],
)
def test_arguments_are_refused(files, arguments):
    with pytest.raises(ArgumentError):
        forms.read_submissions(files, **arguments)


def test_nothing_printed_shows_a_person():
    content = forms.read_submissions(households_csv("KEY,area,village", "a,rural,Thôn Bí Mật"))
    assert not re.search("Bí Mật", repr(content))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Nhà ở và điều kiện sinh hoạt/Loại nhà tiêu", "toilet"),
        ("Địa bàn và hộ/Tỉnh/thành phố", "province"),
        ("Tỉnh/thành phố", "province"),
        ("Dwelling and living conditions/Kind of latrine", "toilet"),
        ("section_dwelling/toilet", "toilet"),
        ("section_dwelling-toilet", "toilet"),
        ("Tổng thu nhập của cả hộ trong 12 tháng qua (đồng)", "income_12m"),
        (
            "Nhà ở và điều kiện sinh hoạt/Hộ có những phương tiện nào sau đây?/Có ti vi",
            "has_television",
        ),
        ("Which of these does the household have?/Has a laptop", "has_laptop"),
        ("section_dwelling/devices/has_laptop", "has_laptop"),
        ("section_dwelling-devices/has_laptop", "has_laptop"),
    ],
)
def test_headings_with_groups_are_read_by_name_or_label(heading, column):
    content, _ = problems_of(households_csv(f'KEY,"{heading}"', "a,1"))
    assert list(content.households.columns) == [column]


def test_both_writings_of_several_answers_at_once_agree():
    content, problems = problems_of(
        households_csv(
            "KEY,section_dwelling/devices,section_dwelling/devices/has_radio,"
            "section_dwelling/devices/has_laptop,section_dwelling/devices/none",
            "a,has_radio,1,0,0",
            "b,none,0,0,1",
            "c,,,,",
        )
    )
    assert problems == []
    devices = content.households[["has_radio", "has_tablet"]]
    assert devices.iloc[:2].to_numpy().tolist() == [[True, False], [False, False]]
    assert devices.iloc[2].isna().all()


def test_another_repeat_gives_no_members_and_another_sheet_no_households():
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {
        "survey": [["area", "_index"], ["rural", 1], ["urban", 2]],
        "members": [["age", "_index", "_parent_index"], [40, 1, 1], [60, 2, 2]],
        "assets": [["item", "_index", "_parent_index"], ["boat", 1, 1], ["cow", 2, 2]],
        "notes": [["Ghi chú"], ["tổng 2 hộ"]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = forms.read_submissions(saved(book))
    assert content.households["area"].tolist() == ["rural", "urban"]
    assert content.members["age"].tolist() == [40, 60]
    assert content.problems[["severity", "rule", "sheet"]].to_numpy().tolist() == [
        ["warning", "table_not_read", "assets"],
        ["warning", "table_not_read", "notes"],
    ]
    ignored = content.columns[content.columns["sheet"].isin(["assets", "notes"])]
    assert ignored["heading"].tolist() == ["item", "_index", "_parent_index", "Ghi chú"]
    assert (ignored["action"] == "ignored").all()


def test_members_are_told_by_their_questions_where_they_have_no_numbers():
    content, problems = problems_of(
        households_csv("household_id,area", "a,rural", "b,urban"),
        households_csv("household_id,age", "a,40", "b,30", "a,5"),
    )
    assert problems == []
    assert len(content.households) == 2
    assert content.members[["household_id", "member_id", "age"]].to_numpy().tolist() == [
        ["a", 1, 40],
        ["b", 1, 30],
        ["a", 2, 5],
    ]


@pytest.mark.parametrize(
    ("heading", "bad", "good"),
    [
        ("ReviewState", ["rejected", "hasIssues"], ["approved", "received", "edited", ""]),
        ("_validation_status", ["Not approved", "On hold"], ["Approved", ""]),
    ],
)
def test_submissions_that_were_not_approved_are_named_and_kept(heading, bad, good):
    states = [*bad, *good]
    rows = [f"k{n},rural,{state}" for n, state in enumerate(states)]
    content, problems = problems_of(households_csv(f"KEY,area,{heading}", *rows))
    assert problems == [
        ["not_approved", n, "household_id", state] for n, state in enumerate(bad, 2)
    ]
    assert len(content.households) == len(states)
    assert (content.problems["severity"] == "warning").all()


def workbook_of(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


SURVEY = [["area", "_index"], ["rural", 1], ["urban", 2]]
LINKED = ["_index", "_parent_table_name", "_parent_index"]


@pytest.mark.parametrize("parent", ["survey", "members"])
def test_a_second_repeat_with_questions_of_members_gives_no_members(parent):
    members = [["age", *LINKED], [40, 1, "survey", 2], [30, 2, "survey", 1]]
    second = [["age", "untreated_illness", *LINKED], [3, "yes", 1, parent, 1]]
    book = workbook_of(survey=SURVEY, members=members, second=second)
    content = forms.read_submissions(saved(book))
    assert content.members[["household_id", "age"]].to_numpy().tolist() == [[2, 40], [1, 30]]
    assert content.problems[["rule", "sheet"]].to_numpy().tolist() == [["table_not_read", "second"]]


def test_a_repeat_within_another_one_is_no_roster_under_any_name():
    persons = [["age", *LINKED], [40, 1, "survey", 2]]
    inner = [["untreated_illness", *LINKED], ["yes", 1, "persons", 1]]
    content = forms.read_submissions(
        saved(workbook_of(survey=SURVEY, persons=persons, inner=inner))
    )
    assert len(content.members) == 1
    assert content.problems["rule"].tolist() == ["table_not_read"]


def test_a_hidden_sheet_is_named():
    book = workbook_of(survey=SURVEY, members=[["age", "_parent_index"], [40, 1]])
    book["members"].sheet_state = "hidden"
    content = forms.read_submissions(saved(book))
    assert len(content.members) == 0
    assert content.problems[["rule", "sheet"]].to_numpy().tolist() == [["hidden_sheet", "members"]]


def test_rows_without_a_key_are_named_and_take_no_members():
    survey = [["household_id", "area", "_index"], ["a", "rural", 1], ["Tổng", None, None]]
    members = [["age", "_parent_index"], [40, 1], [41, None]]
    content = forms.read_submissions(saved(workbook_of(survey=survey, members=members)))
    assert content.problems[["rule", "row"]].to_numpy().tolist() == [
        ["no_key", 3],
        ["no_parent", 3],
    ]
    assert content.households.index.tolist() == ["a", "Tổng"]
    assert content.members["household_id"].fillna("").tolist() == ["a", ""]


@pytest.mark.parametrize("writing", ["joined", "split"])
def test_none_beside_an_answer_is_named_and_not_known_leaves_the_others_open(writing):
    codes = ["has_radio", "has_television", "none", "unknown"]
    chosen = [["none", "has_radio"], ["unknown", "has_radio"], ["has_radio"]]
    if writing == "joined":
        rows = [f"k{n},{' '.join(each)}" for n, each in enumerate(chosen)]
        file = households_csv("KEY,devices", *rows)
    else:
        rows = [
            f"k{n}," + ",".join(str(int(code in each)) for code in codes)
            for n, each in enumerate(chosen)
        ]
        file = households_csv("KEY," + ",".join(f"devices/{code}" for code in codes), *rows)
    content, problems = problems_of(file)
    assert [problem[1] for problem in problems] == [2]
    assert content.households["has_radio"].tolist() == [pd.NA, True, True]
    assert content.households["has_television"].tolist() == [pd.NA, pd.NA, False]
