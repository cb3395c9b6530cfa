"""The procedure as data: what the file holds, and what a file must not hold."""

import datetime as dt
import pickle
from pathlib import Path

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
        "reverification": (3, "working"),
        "reposting": (3, "working"),
        "answer": (5, "working"),
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
    assert set(unsure.loc[unsure["value_name"] == "days", "part"]) == {
        "clock posting",
        "clock reverification",
        "clock reposting",
        "clock answer",
        "period",
    }
    assert (unsure["citation"].str.contains("unconfirmed")).all()
    assert LAW.process("regular").citation.confidence is Confidence.TEXT
    assert LAW.process("farm").citation.confidence is Confidence.UNCONFIRMED
    assert (LAW.provisions("vi")["citation"].str.contains("Quyết định")).all()


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
        with pytest.raises(mdp.NotCoveredError, match="covers 2021-09-01 to 2026-12-31"):
            mdp.procedure_on(date)
    with pytest.raises(ValueError, match="superior 'none' is not possible on 2023-09-01"):
        mdp.procedure_on("2023-09-01", superior="none")
    assert mdp.procedure_on("2025-09-01", superior="none").superior == "none"
    with pytest.raises(ValueError, match="not a date"):
        mdp.procedure_on("autumn")


def test_the_superior_answers_by_name():
    steps = mdp.procedure_on("2025-09-01").steps()
    answered = steps.loc[steps["event"] == "answered", "actor"]
    assert answered.tolist() == ["Chair of the province"]
    alone = mdp.procedure_on("2025-09-01", superior="none").steps("vi")
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
