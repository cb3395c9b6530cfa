"""The procedure as data: what the file holds, and what a file must not hold."""

import datetime as dt
import pickle
import re
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.law import Confidence

HERE = Path(__file__).parent
LAW = mdp.procedure_on("2023-09-01")


@pytest.mark.parametrize(
    "path", sorted((HERE / "malformed_procedures").glob("*.toml")), ids=lambda p: p.stem
)
def test_a_malformed_file_fails_with_a_clear_error(path):
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(mdp.LawFileError) as error:
        mdp.Procedure.read(path)
    assert expected in str(error.value)
    assert path.name in str(error.value)


def test_the_small_procedure_that_they_break_is_sound():
    small = mdp.Procedure.read(HERE / "small_procedure.toml")
    assert [str(step.event) for step in small.process("periodic").steps][-1] == "recognised"


def test_clocks_cycles_and_quorum_of_the_law():
    clocks = {clock.id: (clock.days, clock.unit) for clock in LAW.clocks}
    assert clocks == {
        "posting": (3, "working"),
        "reverification": (7, "working"),
        "reposting": (3, "working"),
        "answer": (5, "working"),
        "office_posting": (5, "working"),
        "office_reverification": (3, "working"),
    }
    periodic, regular, farm = LAW.processes
    assert (periodic.cycle.first_day, periodic.cycle.last_day) == ("09-01", "12-14")
    for process in (regular, farm):
        assert (process.cycle.first_day, process.cycle.days) == ("15", 15)
    assert LAW.meeting.agreeing_percent_at_least == 50
    assert LAW.meeting.minutes_copies == 2
    assert LAW.meeting.chair == "village_head"
    assert set(LAW.meeting.present) == {
        "steering_committee",
        "poverty_officer",
        "village_head",
        "party_secretary",
        "mass_organisations",
        "reviewers",
        "reviewed_households",
        "other_households",
    }
    assert LAW.meeting.invited == ("fatherland_front",)
    assert LAW.meeting.signed_by == (
        "village_head",
        "meeting_secretary",
        "household_representatives",
    )
    assert LAW.meeting.kept_by == ("village_head", "steering_committee")
    assert LAW.holidays_decided_until == 2026
    assert LAW.working_week == (1, 2, 3, 4, 5)
    assert LAW.certificate.years_after_review == 1
    assert [form.id for form in LAW.forms] == ["01", "02", "03", "04"]
    assert len(LAW.form("01").fields) == 10
    assert [str(c) for c in farm.recognises] == ["average"]
    assert farm.step("met") is None
    assert regular.step("reported") is None
    assert periodic.step("refused") is None


def test_reports_of_article_7():
    reports = {r.id: (r.months, r.day, r.includes_day) for r in LAW.reports}
    assert reports == {
        "monthly": ((2, 3, 4, 5, 6, 7, 8, 9), 5, True),
        "preliminary": ((11,), 15, False),
        "official": ((12,), 20, False),
    }


def test_what_rests_on_an_unconfirmed_text_says_so():
    provisions = LAW.provisions()
    unsure = provisions.loc[provisions["confidence"] == "unconfirmed"]
    assert unsure.loc[unsure["value_name"] == "days"].empty
    names = ("withdrawn", "closed", "unanswered", "listed", "refused")
    bases = provisions["part"] == "legal basis"  # the form of the decision was not seen
    assert set(unsure["value_name"].mask(bases).dropna()) == {f"step {name}" for name in names}
    assert set(provisions["confidence"].where(bases).dropna()) == {"unconfirmed"}
    assert (unsure["citation"].str.contains("unconfirmed")).all()
    assert LAW.process("regular").citation.confidence is Confidence.TEXT
    assert LAW.process("farm").citation.confidence is Confidence.TEXT
    assert (LAW.provisions("vi").loc[~bases, "citation"].str.contains("Quyết định")).all()


@pytest.mark.parametrize(
    ("process", "on", "named"),
    [
        ("periodic", "2021-11-30", "decree_07 decision_24 circular_07"),
        ("periodic", "2024-11-30", "decree_07 decision_24 circular_07 circular_02"),
        ("periodic", "2025-11-30", "decree_07 decree_131 decision_24 circular_07 circular_02"),
        ("farm", "2025-11-30", "decree_07 decision_24 circular_07 circular_02"),
        ("low_income", "2025-06-30", "decree_07 decree_30 decision_24 circular_07 circular_02"),
        ("regular", "2026-03-31", "decree_07 decree_351 decision_24 circular_07 circular_02"),
        ("periodic", None, "decree_07 decision_24 circular_07"),
    ],
)
def test_legal_bases_are_those_of_the_process_and_the_day(process, on, named):
    day = None if on is None else dt.date.fromisoformat(on)
    bases = [b.citation.document.title.en for b in LAW.bases if b.holds(process, day)]
    assert bases[0] == "Law on the Organisation of Local Government"
    short = [re.sub(r"(\w+) (\d+)/.*", r"\1_\2", title).lower() for title in bases[1:]]
    assert " ".join(short) == named


def test_results_are_posted_where_the_process_says():
    places = {
        (str(process.id), str(step.event)): " ".join(step.places)
        for process in mdp.procedure_on("2025-09-01").processes
        for step in process.steps
        if step.places
    }
    hall = "village_hall commune_office"
    assert places == {
        ("periodic", "posted"): f"{hall} commune_radio",
        ("periodic", "reposted"): hall,
        ("regular", "posted"): f"{hall} commune_radio",
        ("regular", "reposted"): hall,
        ("farm", "posted"): "commune_office",
        ("low_income", "posted"): "commune_office",
    }


@pytest.mark.parametrize(
    ("date", "superior"),
    [
        ("2021-09-01", "district"),
        ("2025-06-30", "district"),
        ("2025-07-01", "province"),
        (dt.date(2026, 12, 31), "province"),
    ],
)
def test_procedure_on_picks_the_superior_of_the_day(date, superior):
    assert mdp.procedure_on(date).superior == superior


def test_procedure_on_is_loud_outside():
    for date in ("2021-08-31", "2027-01-01"):
        with pytest.raises(mdp.NotCoveredError, match="covers 2021-09-01 to 2026-12-31") as error:
            mdp.procedure_on(date)
        assert ("1.116214" in str(error.value)) == (date > "2026")
        assert ("1.116215" in str(error.value)) == (date > "2026")
    for date in ("2023-09-01", "2025-09-01"):
        with pytest.raises(ValueError, match=f"superior 'none' is not possible on {date}"):
            mdp.procedure_on(date, superior="none")
    with pytest.raises(ValueError, match="superior 'district' is not possible on 2025-09-01"):
        mdp.procedure_on("2025-09-01", superior="district")
    with pytest.raises(ValueError, match="not a date"):
        mdp.procedure_on("autumn")


def test_the_superior_answers_by_name():
    steps = mdp.procedure_on("2025-09-01").steps()
    answered = steps.loc[steps["event"] == "answered", "actor"]
    assert answered.tolist() == ["Chair of the province"]
    alone = mdp.procedure_on("2025-09-01").replace(name="alone", why="a test", superior="none")
    assert (
        "superior"
        in alone.provisions().query("citation.str.startswith('Variant')")["part"].tolist()
    )
    alone = alone.steps("vi")
    assert not alone["event"].isin(["reported", "answered"]).any()
    of_list = (alone["process"] == "periodic") & (alone["event"] == "recognised")
    assert "summed_up" in alone.loc[of_list, "after"].item()
    assert alone["label"].iloc[0] == "Nộp giấy đề nghị"


def test_a_variant_says_that_it_is_one():
    ours = LAW.replace(
        name="ours",
        why="Resolution of our province",
        clocks={"posting": 5},
        agreeing_percent_at_least=60,
        days_off=["2023-10-02"],
        days_worked=[dt.date(2023, 10, 7)],
    )
    assert ours.clock("posting").days == 5
    assert str(ours.clock("posting").citation).startswith("Variant (Resolution of our province)")
    assert ours.clock("answer") == LAW.clock("answer")
    assert ours.meeting.agreeing_percent_at_least == 60
    assert "Variant" in str(ours.meeting.citation)
    assert ours.days_off == (dt.date(2023, 10, 2),)
    assert ours.title.vi.startswith("Biến thể (Resolution of our province)")
    assert LAW.clock("posting").days == 3
    with pytest.raises(mdp.LawFileError, match="no clock 'lunch'"):
        LAW.replace(name="ours", why="test", clocks={"lunch": 1})
    with pytest.raises(mdp.LawFileError, match="agreeing_percent_at_least"):
        LAW.replace(name="ours", why="test", agreeing_percent_at_least=0)


def test_names_that_are_not_there():
    for name, find in (("clock", LAW.clock), ("process", LAW.process), ("form", LAW.form)):
        with pytest.raises(KeyError, match=f"has no {name} 'x'; it has"):
            find("x")


def test_a_procedure_pickles_and_does_not_change():
    assert pickle.loads(pickle.dumps(LAW)) == LAW
    with pytest.raises(ValueError, match="frozen"):
        LAW.superior = "none"


def test_clocks_by_process():
    """Decision 2306 (1.011606) and Decision 967 (1.011607, 1.011609, 3.000412)."""
    law = mdp.procedure_on("2025-03-01")
    days = {
        str(process.id): {str(s): law.clock(id).days for s, id in process.clocks.items()}
        for process in law.processes
    }
    poverty = {"posted": 3, "complained": 7, "reposted": 3}
    office = {"posted": 5, "complained": 3}
    assert days == {
        "periodic": {**poverty, "reported": 5},
        "regular": poverty,
        "farm": office,
        "low_income": office,
    }
    for id in ("farm", "low_income"):
        process = law.process(id)
        assert [str(step.event) for step in process.steps] == [
            *("requested", "listed", "surveyed", "posted", "complained", "reverified"),
            *("summed_up", "recognised", "refused", "withdrawn", "closed"),
        ]
        summed_up = {str(after.state): after.when for after in process.step("summed_up").after}
        assert summed_up == {"posted": "over", "reverified": "any"}
    for clock in law.clocks:
        assert clock.citation.confidence is Confidence.TEXT
        assert "Decision 24/2021/QD-TTg" in clock.citation.note


def test_low_income_workers_have_a_process_since_decree_30():
    before, since = mdp.procedure_on("2025-02-23"), mdp.procedure_on("2025-02-24")
    assert [str(p.id) for p in before.processes] == ["periodic", "regular", "farm"]
    assert [str(p.id) for p in since.processes] == ["periodic", "regular", "farm", "low_income"]
    process = since.process("low_income")
    assert process.step("requested").actor == "worker"
    assert (process.cycle.first_day, process.cycle.days) == ("15", 15)
    assert "3.000412" in process.citation.note
    dates = mdp.review.calendar(2025, procedure=mdp.procedure_on("2025-09-01"))
    first_days = dates.loc[dates["process"] == "low_income", "first_day"]
    assert first_days.dt.month.tolist() == list(range(3, 13))


def test_spans_are_the_procedure_of_each_day():
    spans = LAW.spans()
    assert [str(first) for first, _, _ in spans] == ["2021-09-01", "2025-07-01"]
    (whole,) = mdp.law.shipped_procedures()
    spans = whole.spans()
    assert [(str(first), str(last)) for first, last, _ in spans] == [
        ("2021-09-01", "2025-02-23"),
        ("2025-02-24", "2025-06-30"),
        ("2025-07-01", "2026-12-31"),
    ]
    for first, last, law in spans:
        assert law == mdp.procedure_on(first) == mdp.procedure_on(last)
        assert not law.altered


def test_form_a_decides_which_requests_are_listed():
    form = LAW.form_a
    assert (form.items, form.listed_below, form.forms) == (9, 4, ("01",))
    assert [str(process) for process in form.processes] == ["periodic", "regular"]
    assert form.citation.confidence is Confidence.TEXT
    assert "Annex II of Circular 07/2021" in form.citation.note
    listed = LAW.provisions().query("part == 'form A'")
    assert listed["value"].tolist() == ["fewer than 4 of 9 items"]
    with pytest.raises(ValueError, match="listed_below is 10, of 9 items"):
        type(form).model_validate({**form.model_dump(), "listed_below": 10})


def test_the_review_on_request_has_its_list():
    listed = LAW.process("regular").step("listed")
    assert not listed.optional
    assert listed.citation.confidence is Confidence.TEXT
    assert str(LAW.next_step(LAW.process("regular"), "requested").event) == "listed"


def test_a_calendar_term_that_ends_on_a_day_off():
    monday = LAW.replace(name="monday", why="Civil Code", calendar_terms="next_working_day")
    assert (LAW.calendar_terms, monday.calendar_terms) == ("same_day", "next_working_day")
    opened = mdp.review.open_round(
        pd.DataFrame({"village": ["A"]}, index=["h1"]),
        requests=["h1"],
        on="2024-03-15",
        process="regular",
        procedure=LAW,
    )
    for law, last in ((LAW, "2024-03-30"), (monday, "2024-04-01")):  # 30 March is a Saturday
        case = mdp.review.fold(opened, procedure=law).loc["h1"]
        assert str(case["review_until"].date()) == last
        assert str(case["due_on"].date()) == last
        dates = mdp.review.calendar(2024, procedure=law).query("process == 'regular'")
        assert last in dates["last_day"].astype(str).tolist()
        for day, late in ((last, 0), ("2024-04-02", 1)):
            assert len(mdp.review.overdue(opened, on=day, procedure=law)) == late
    with pytest.raises(mdp.LawFileError, match="calendar_terms"):
        LAW.replace(name="x", why="a test", calendar_terms="never")
