"""The questionnaire, filled in as an interviewer does it on a telephone."""

import io
import xml.etree.ElementTree as ET

import pytest

import multidim_poverty as mdp
from multidim_poverty import forms
from tests.browser.web_form import WebForm

pytestmark = pytest.mark.slow
convert = pytest.importorskip("pyxform.xls2xform", reason="the extra `dev` has it").convert


@pytest.fixture(scope="module")
def xform(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    forms.xlsform("decree_07_2021", on="2023-10-01").write(path)
    return convert(path).xform


@pytest.fixture
def form(chromium, xform):
    form = WebForm(chromium, xform)
    assert form.load_errors == []
    return form


def answer(form, name, member=0):
    values = [node.text or "" for node in ET.fromstring(form.submission()).iter(name)]
    return values[member] if values else None


def test_questions_about_children_are_skipped_for_adults_and_asked_of_children(form):
    form.choose("relation", "head")
    form.write("birth_date", "1983-05-01")
    assert answer(form, "age_at_least") == answer(form, "age_at_most") == "40"
    assert not form.question("stunted").is_visible()
    assert form.question("has_disability").is_visible()
    form.add_member()
    form.choose("relation", "child", member=2)
    form.write("birth_year", "2015", member=2)
    assert answer(form, "age_at_least", 1) == "7"
    assert answer(form, "age_at_most", 1) == "8"
    assert form.question("stunted", 2).is_visible()
    assert not form.question("has_disability", 2).is_visible()
    assert not form.question("age", 2).is_visible()


@pytest.mark.parametrize(
    ("birth", "age"),
    [("2007-10-01", "16"), ("2007-10-02", "15"), ("2004-02-29", "19"), ("2023-10-01", "0")],
)
def test_age_is_counted_in_completed_years_on_the_day_of_the_form(form, birth, age):
    form.write("birth_date", birth)
    assert answer(form, "age_at_least") == answer(form, "age_at_most") == age


def test_a_question_without_age_is_asked(form):
    assert form.question("stunted").is_visible()
    assert form.question("has_disability").is_visible()


def test_the_allowance_is_asked_of_the_elderly_and_of_the_disabled(form):
    allowance = form.question("receives_social_allowance")
    form.write("age", "40")
    assert not allowance.is_visible()
    form.choose("has_disability", "yes")
    assert allowance.is_visible()
    form.choose("has_disability", "no")
    assert not allowance.is_visible()
    form.write("age", "60")
    assert allowance.is_visible()


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("floor_area", "-1", "30"),
        ("birth_date", "2023-10-02", "2023-10-01"),
        ("birth_year", "2024", "2023"),
        ("age", "121", "120"),
    ],
)
def test_an_answer_out_of_range_is_refused_with_a_reason(form, name, bad, good):
    form.write(name, bad)
    wrong = form.page.locator(".question.invalid-constraint")
    assert wrong.count() == 1
    assert wrong.locator(".or-constraint-msg.active").is_visible()
    form.write(name, good)
    assert form.page.locator(".question.invalid-constraint").count() == 0


def test_no_device_does_not_go_with_a_device(form):
    form.choose("devices", "has_radio", "none")
    assert form.page.locator(".question.invalid-constraint").count() == 1
    form.choose("devices", "none")
    assert form.page.locator(".question.invalid-constraint").count() == 0


def test_doubts_are_said_and_stop_nothing(form):
    assert form.page.get_by_text("Chưa có thành viên nào là chủ hộ").is_visible()
    form.choose("relation", "head")
    form.write("age", "30")
    assert not form.page.get_by_text("Chưa có thành viên nào là chủ hộ").is_visible()
    form.add_member()
    form.choose("relation", "child", member=2)
    form.write("age", "31", member=2)
    older = form.page.get_by_text("Con không ít tuổi hơn chủ hộ")
    assert [note.is_visible() for note in older.all()] == [False, True]
    form.write("income_12m", "60000")
    assert form.page.get_by_text("có phải ghi theo nghìn").is_visible()
    assert form.page.locator(".question.invalid-constraint").count() == 0


def test_a_choice_that_is_left_out_stops_the_form(form):
    assert form.refused()
    assert form.page.locator(".question.invalid-required").count() > 0


def test_the_form_computes_what_follows_from_the_members(form):
    form.choose("relation", "head")
    form.choose("sex", "female")
    form.add_member()
    form.choose("relation", "spouse", member=2)
    form.choose("sex", "male", member=2)
    assert answer(form, "household_size") == "2"
    assert answer(form, "female_head") == "yes"
    assert [answer(form, "member_id", n) for n in (0, 1)] == ["1", "2"]


def test_words_change_with_the_language(form):
    assert form.page.get_by_text("Hộ thường trú ở khu vực nào?").is_visible()
    form.page.locator("#form-languages").select_option(label="English")
    assert form.page.get_by_text("In which area does the household reside?").is_visible()


def test_a_submission_comes_back_as_the_two_tables(form):
    form.write("household_id", "0071")
    form.write("village", "Thôn 1")
    form.choose("area", "rural")
    answers = {
        "sex": "female",
        "relation": "head",
        "employment_status": "own_account",
        "has_disability": "no",
        "has_health_insurance": "yes",
        "attending": "none",
        "qualification": "unknown",
        "enterprise_trained": "no",
        "uses_internet": "no",
    }
    form.write("birth_date", "1995-03-08")
    for name, code in answers.items():
        form.choose(name, code)
    form.add_member()
    form.write("birth_year", "2015", member=2)
    child = {"sex": "male", "relation": "child", "employment_status": "inactive", "stunted": "no",
             "underweight": "yes", "has_health_insurance": "yes", "attending": "primary",
             "uses_internet": "no"}  # fmt: skip
    for name, code in child.items():
        form.choose(name, code, member=2)
    home = {"ethnic_minority": "yes", "local_minority": "no", "no_labour_capacity": "no",
            "member_of_merit": "unknown", "wall_durable": "no", "frame_durable": "no",
            "roof_durable": "yes", "water_source": "protected_spring",
            "toilet": "none"}  # fmt: skip
    for name, code in home.items():
        form.choose(name, code)
    form.choose("devices", "has_radio", "has_telephone")
    form.write("floor_area", "18.5")
    form.write("income_12m", "21600000")
    assert not form.refused()

    content = forms.read_submissions(io.BytesIO(form.submission().encode()))
    assert content.problems.empty
    household = content.households.loc["0071"]
    assert household[["area", "toilet", "village"]].tolist() == ["rural", "none", "Thôn 1"]
    assert household[["household_size", "floor_area", "income_12m"]].tolist() == [2, 18.5, 21.6e6]
    assert household[["has_radio", "has_telephone", "has_laptop"]].tolist() == [True, True, False]
    assert household["female_head"]
    assert household[["member_of_merit"]].isna().all()
    members = content.members.set_index("member_id")
    assert members["birth_year"].isna().tolist() == [True, False]
    assert members.loc[2, ["birth_year", "attending"]].tolist() == [2015, "primary"]
    assert members["qualification"].isna().all()
    result = mdp.assess(
        content.households, content.members, standard="decree_07_2021", on="2023-10-01"
    )
    assert result.loc["0071", "poverty_class"] == "poor"
    assert result.loc["0071", "income_per_capita"] == 900_000
