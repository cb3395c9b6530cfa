import io
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import forms, testing
from multidim_poverty.errors import ArgumentError
from multidim_poverty.forms.headings import heading_of
from multidim_poverty.forms.relevance import asked_of
from multidim_poverty.law.quick_form import quick_form
from multidim_poverty.law.score_sheet import score_sheet
from multidim_poverty.schema.definitions import COLUMNS

DAY = {
    "decision_59_2015": "2018-10-01",
    "decree_07_2021": "2023-10-01",
    "decree_351_2025": "2027-10-01",
}
STANDARDS = sorted(DAY)


def form_of(name, **arguments):
    return forms.xlsform(name, on=DAY[name], **arguments)


@pytest.mark.parametrize("name", STANDARDS)
def test_pyxform_takes_the_workbook_without_a_warning(name, tmp_path):
    convert = pytest.importorskip("pyxform.xls2xform", reason="the extra `dev` has it").convert
    sheets = SimpleNamespace(
        sheet=score_sheet("score_sheet_2016_partial"), quick_form=quick_form("quick_form_2015")
    )
    for more in ({}, {"language": "en"}, vars(sheets)):
        form_of(name, **more).write(tmp_path / "form.xlsx")
        result = convert(tmp_path / "form.xlsx")
        assert result.warnings == []
        assert form_of(name, **more).version in result.xform


@pytest.mark.parametrize("name", STANDARDS)
def test_every_column_that_the_standard_reads_is_asked(name):
    survey = form_of(name).survey
    choices = form_of(name).choices
    asked = {*survey["name"], *choices.loc[choices["list_name"] == "devices", "name"]}
    standard = mdp.standard(name)
    read = {pair for i in standard.indicators for pair in i.rule.reads()} | {
        ("households", "area"),
        ("households", "income_12m"),
    }
    assert {column for _, column in read} <= asked


@pytest.mark.parametrize("name", STANDARDS)
def test_every_word_is_there_in_both_languages(name):
    form = form_of(name)
    for frame in (form.survey, form.choices):
        for part in ("label", "hint", "constraint_message"):
            columns = [c for c in frame if c.startswith(f"{part}::")]
            if columns:
                assert len(columns) == 2
                empty = frame[columns] == ""
                assert (empty.iloc[:, 0] == empty.iloc[:, 1]).all()
    shown = form.survey[~form.survey["type"].str.match("calculate|end_")]
    assert (shown["label::Tiếng Việt (vi)"] != "").all()


def test_choices_are_the_codes_of_the_vocabulary_and_not_known():
    choices = form_of("decree_07_2021").choices
    for column in COLUMNS:
        listed = choices.loc[choices["list_name"] == column.name, "name"].tolist()
        if listed and column.table in ("households", "members"):
            assert listed == [*column.codes, "unknown"]


def test_a_standard_with_unknown_indicators_asks_what_is_known_and_says_the_rest():
    form = form_of("decree_351_2025")
    unknown = [i.id for i in mdp.standard("decree_351_2025").indicators if i.rule.kind == "unknown"]
    assert list(form.not_asked) == unknown
    note = form.survey.set_index("name").loc["not_asked"]
    assert note["type"] == "note"
    for id in unknown:
        label = mdp.standard("decree_351_2025").indicator(id).label
        assert label.vi in note["label::Tiếng Việt (vi)"]
        assert label.en in note["label::English (en)"]


def test_items_of_the_sheets_are_asked_once():
    form = form_of(
        "decision_59_2015",
        sheet=score_sheet("score_sheet_2016_partial"),
        quick_form=quick_form("quick_form_2015"),
    )
    names = form.survey.loc[form.survey["name"] != "", "name"]
    assert names.is_unique
    for item in score_sheet("score_sheet_2016_partial").items:
        assert (f"form_b1_{item.id}" in set(names)) == (item.id != "household_size")
    for question in quick_form("quick_form_2015").items:
        assert f"form_a_{question.id}" in set(names)


def test_version_follows_the_questions_and_the_day():
    one = form_of("decree_07_2021").version
    assert one == form_of("decree_07_2021").version
    assert one.startswith("decree_07_2021-2023-10-01-")
    variant = mdp.standard("decree_07_2021").replace(
        name="decree_07_2021", why="test", lines={"poverty_line": {"urban": 2_100_000}}
    )
    assert forms.xlsform(variant, on="2023-10-01").version != one
    assert forms.xlsform("decree_07_2021", on="2023-10-02").version != one


def test_the_workbook_holds_texts_alone():
    buffer = io.BytesIO()
    form_of("decree_07_2021").write(buffer)
    book = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))
    assert book.sheetnames == ["survey", "choices", "settings"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"on": "2023"},
        {"on": None},
        {"language": "fr"},
        {"language": ()},
        {"language": ("vi", "vi")},
        {"standard": "decree_08_2021"},
    ],
)
def test_arguments_are_refused(arguments):
    given_ones = {"standard": "decree_07_2021", "on": "2023-10-01", **arguments}
    with pytest.raises(ArgumentError):
        forms.xlsform(given_ones.pop("standard"), **given_ones)


def skipped(members, name):
    """The members with every answer missing that the form does not ask for."""
    asked = asked_of(mdp.standard(name), pd.Timestamp(DAY[name]).date())
    members = members.copy()
    age = pd.to_numeric(members["age"]).to_numpy(dtype=float, na_value=np.nan)
    for column, parts in asked.items():
        if not parts or column not in members:
            continue
        needed = np.isnan(age)
        for part in parts:
            aged = (age >= part.from_age) & (age < (part.below or np.inf))
            if part.said_yes is not None:
                answer = members[part.said_yes]
                aged &= (answer.isna() | (answer == True)).to_numpy(dtype=bool)  # noqa: E712
            needed |= aged
        members[column] = members[column].where(needed)
    return members


@pytest.mark.parametrize("name", STANDARDS)
@given(data=st.data())
def test_a_skipped_question_changes_no_indicator(name, data):
    standard = mdp.standard(name)
    tables = data.draw(testing.rosters(missing=True, max_size=3, standard=standard))
    members = tables.members
    want = mdp.deprivations(tables.households, members, standard=standard, on=DAY[name])
    got = mdp.deprivations(
        tables.households, skipped(members, name), standard=standard, on=DAY[name]
    )
    pd.testing.assert_frame_equal(got.astype("boolean"), want.astype("boolean"))


def test_a_standard_without_lines_asks_for_no_income():
    standard = mdp.standard("decree_07_2021").replace(
        name="counts",
        why="test",
        lines={"poverty_line": None, "average_ceiling": None},
        class_rules={
            "poor": {"income_at_most": None, "deprivations_at_least": 2},
            "near_poor": None,
            "average": None,
            "above_average": None,
            "not_poor": {"poverty_class": "not_poor", "deprivations_at_most": 1},
        },
    )
    names = set(forms.xlsform(standard, on="2023-10-01").survey["name"])
    assert not names & {"income_12m", "income_per_capita", "in_thousands", "section_income"}


def test_money_is_asked_in_the_currency_of_the_standard():
    standard = mdp.standard("decree_07_2021").replace(
        name="colones",
        why="test",
        currency={"vi": "colón", "en": "colones"},
        lines={"poverty_line": 60_000, "average_ceiling": 90_000},
    )
    rows = forms.xlsform(standard, on="2023-10-01").survey.set_index("name").loc["income_12m"]
    assert "(colones)" in rows["label::English (en)"]
    assert "(colón)" in rows["label::Tiếng Việt (vi)"]
    assert "in_thousands" not in set(forms.xlsform(standard, on="2023-10-01").survey["name"])


@pytest.mark.parametrize("name", STANDARDS)
def test_every_name_of_the_form_is_known_where_its_answers_are_read(name):
    """What the form computes and says for itself is no column that an office should look at."""
    survey = form_of(
        name,
        sheet=score_sheet("score_sheet_2016_partial"),
        quick_form=quick_form("quick_form_2015"),
    ).survey
    table, ignored = "households", set()
    for kind, heading in survey[["type", "name"]].to_numpy().tolist():
        table = {"begin_repeat": "members", "end_repeat": "households"}.get(kind, table)
        is_question = heading and not kind.startswith(("begin_", "end_"))
        if is_question and heading_of(heading, table).role == "ignored":
            ignored.add(heading)
    assert ignored == {"member_name"}  # stays in the export
