"""Households over years: the list in force, certificates, corrections, history, files."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.testing.events import as_table

review = mdp.review
HOMES = pd.DataFrame(
    {
        "commune": "X",
        "village": ["A", "A", "B", "B"],
        "household_size": [4, 3, 2, 5],
    },
    index=pd.Index(["h1", "h2", "h3", "h4"], name="household_id"),
)


def held(events, process):
    waits = review.fold(events, on_violation="keep")
    waits = waits[(waits["state"] == "surveyed") & (waits["process"] == process)]
    return pd.DataFrame(
        {
            "village": sorted(waits["village"].unique()),
            "attending": 40,
            "agreeing": 30,
            "minutes_copies": 2,
        }
    )


def yearly(year, found, events=None, listed=None, villages=None):
    """A yearly review; villages that are left out never agree."""
    k = {"process": "periodic"}
    events = review.open_round(HOMES, previous=listed, on=f"{year}-09-05", events=events)
    asked = pd.DataFrame({"poverty_class": pd.Series(found)})
    events = review.record_survey(events, asked, on=f"{year}-09-20", **k)
    meetings = held(events, "periodic")
    if villages is not None:
        meetings.loc[~meetings["village"].isin(villages), "agreeing"] = 3
    events = review.hold_meetings(events, meetings, on=f"{year}-09-25", **k)
    events = review.sum_up(review.post(events, on=f"{year}-09-27", **k), on=f"{year}-10-12", **k)
    events = review.report(events, on=f"{year}-10-12", **k)
    events = review.answer(events, on=f"{year}-10-16", opinion="Nhất trí", **k)
    return review.recognise(events, on=f"{year}-10-20", decision_number=f"{year}/QĐ", **k)


def in_the_year(events, household, found, day, form="01"):
    k = {"process": "regular"}
    month = day[:7]
    requests = pd.DataFrame({"form": form}, index=[household])
    events = review.open_round(HOMES, requests=requests, on=f"{month}-06", events=events, **k)
    events = review.record_survey(events, pd.Series({household: found}), on=f"{month}-18", **k)
    events = review.hold_meetings(events, held(events, "regular"), on=f"{month}-19", **k)
    events = review.sum_up(review.post(events, on=f"{month}-20", **k), on=f"{month}-27", **k)
    return review.recognise(events, on=day, decision_number=day, **k)


LIST = pd.Series({"h1": "poor", "h2": "Hộ cận nghèo", "h3": "poor"})


def test_a_class_holds_from_january_or_from_the_decision_in_the_year():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    autumn = review.current_list(events, on="2023-12-31")
    assert autumn["poverty_class"].tolist() == ["poor", "near_poor", "poor"]
    assert autumn["source"].tolist() == ["given_list"] * 3
    january = review.current_list(events, on="2024-01-01")
    assert january["poverty_class"].tolist() == ["near_poor", "average", "poor"]
    assert january["listed"].tolist() == [True, False, True]
    assert january["decision_number"].tolist() == ["2023/QĐ"] * 3
    events = in_the_year(events, "h4", "poor", "2024-03-28")
    assert "h4" not in review.current_list(events, on="2024-03-27").index
    assert review.current_list(events, on="2024-03-28").loc["h4", "listed"]
    escaped = in_the_year(events, "h1", "above_average", "2024-05-28", form="04")
    assert escaped["event"].iloc[-1] == "recognised"
    assert not review.current_list(escaped, on="2024-05-28").loc["h1", "listed"]
    lists = review.recognition_lists(escaped)
    assert lists.loc[lists["household_id"] == "h1", "list"].tolist() == [
        "near_poor",
        "escaped_poor",
        "escaped_near_poor",
    ]


def test_certificates_of_a_household_do_not_overlap():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    events = in_the_year(events, "h1", "poor", "2024-03-28")
    spans = review.certificates(events).loc[["h1"]]
    days = spans[["valid_from", "valid_until"]].astype(str).values.tolist()
    assert days == [["2024-01-01", "2024-03-27"], ["2024-03-28", "2024-12-31"]]
    assert spans["poverty_class"].tolist() == ["near_poor", "poor"]
    assert spans["source"].tolist() == ["yearly_review", "review_in_the_year"]
    assert review.certificates(events, year=2023).loc["h3", "valid_for"] == 2024


def test_a_village_that_never_agreed_keeps_its_households():
    found = {"h1": "near_poor", "h2": "average", "h3": "average"}
    events = yearly(2023, found, listed=LIST, villages=["A"])
    current = review.current_list(events, on="2024-09-05")
    assert current.loc["h3", ["poverty_class", "open_cases"]].tolist() == [
        "poor",
        "periodic: disagreed",
    ]
    longer = review.open_round(HOMES, on="2024-09-05", events=events)
    new = longer.iloc[len(events) :]
    assert new["household_id"].tolist() == ["h1", "h3"]
    assert new["previous_class"].tolist() == ["near_poor", "poor"]


def test_a_list_that_contradicts_the_log_is_refused():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    with pytest.raises(mdp.ReviewError, match="list_contradicts_decision"):
        review.open_round(HOMES, previous=pd.Series({"h1": "poor"}), on="2024-09-05", events=events)


def test_households_that_are_no_more_leave_the_list():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    events = review.close(events, ["h3"], on="2024-02-10", cause="died", reason="trích lục 12")
    assert review.current_list(events, on="2024-02-09").loc["h3", "listed"]
    gone = review.current_list(events, on="2024-02-10").loc["h3"]
    assert (gone["listed"], gone["cause"]) == (False, "died")
    assert review.fold(events)["state"].tolist() == ["recognised"] * 3
    last = review.certificates(events).loc["h3", "valid_until"]
    assert last == pd.Timestamp("2024-02-10")
    opened = review.open_round(HOMES, on="2024-09-05", events=events)
    assert "h3" not in opened.iloc[len(events) :]["household_id"].tolist()
    with pytest.raises(ValueError, match="cause 'flood' is none of"):
        review.close(events, ["h1"], on="2024-02-10", cause="flood", reason="?")


def test_the_list_goes_into_the_flows_as_it_is():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    start = review.current_list(events, on="2023-12-31", households=HOMES)
    end = review.current_list(events, on="2024-01-01", households=HOMES)
    flows = mdp.movement.flows(start, end, by=["commune"])
    assert flows["poor_flow"].astype(object).where(flows["poor_flow"].notna(), "").tolist() == [
        "to_near_poor",
        "",
        "stayed",
    ]


def test_the_list_goes_into_the_official_tables_as_it_is():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    start = review.current_list(events, on="2023-12-31", households=HOMES)
    end = review.current_list(events, on="2024-01-01", households=HOMES)
    table = mdp.reports.table_1(end, by=["commune", "village"])
    columns = ["poor_households", "near_poor_households", "poor_persons", "near_poor_persons"]
    assert table[columns].astype(int).values.tolist() == [
        [1, 1, 2, 4],
        [1, 1, 2, 4],
        [0, 1, 0, 4],
        [1, 0, 2, 0],
    ]
    tables = mdp.reports.tables(
        end, by=["commune"], flows=mdp.movement.flows(start, end, by=["commune"])
    )
    assert {1, 2, 3} <= set(tables)


def test_an_objection_leads_back_and_blocks():
    events = review.open_round(HOMES, previous=LIST, on="2023-09-05")
    found = pd.Series({"h1": "near_poor", "h2": "average", "h3": "poor"})
    events = review.record_survey(events, found, on="2023-09-20")
    events = review.hold_meetings(events, held(events, "periodic"), on="2023-09-25")
    events = review.sum_up(review.post(events, on="2023-09-27"), on="2023-10-12")
    events = review.report(events, on="2023-10-12")
    with pytest.raises(mdp.InvalidDataError, match="opinion"):
        review.answer(events, on="2023-10-16", opinion="perhaps")
    said = review.answer(events, on="2023-10-16", opinion={"h1": "objects", "h2": "agrees"})
    assert review.fold(said)["state"].tolist() == ["objected", "answered", "reported"]
    decided = review.recognise(said, on="2023-10-18", decision_number="1")
    assert review.fold(decided)["state"].tolist() == ["objected", "recognised", "reported"]
    days = {"law_on": "2023-10-18", "facts_on": "2023-10-18"}
    again = review.reverify(said, pd.Series({"h1": "poor"}), on="2023-10-18", **days)
    assert review.fold(again)["state"].tolist()[0] == "reverified"
    late = review.no_answer(said, on="2023-10-20")
    assert review.fold(late)["state"].tolist() == ["objected", "answered", "unanswered"]


def test_the_committee_verifies_again_of_its_own_accord():
    events = yearly(2023, {"h1": "near_poor"}, listed=pd.Series({"h1": "poor"}))
    posted = events.iloc[: int((events["event"] == "posted").to_numpy().nonzero()[0][0]) + 1]
    days = {"law_on": "2023-09-28", "facts_on": "2023-09-28"}
    with pytest.warns(mdp.errors.ReviewWarning, match="reverify added nothing"):
        review.reverify(posted, pd.Series({"h1": "poor"}), on="2023-09-28", **days)
    again = review.reverify(
        posted, pd.Series({"h1": "poor"}), on="2023-09-28", reason="wrong sheet", **days
    )
    assert review.fold(again)[["state", "assessed_class"]].values.tolist() == [
        ["reverified", "poor"]
    ]


def test_a_correction_is_dated_and_both_entries_stay():
    events = yearly(2023, {"h1": "near_poor"}, listed=pd.Series({"h1": "poor"}))
    mended = review.correct(
        events, {"h1": {"agreeing": 29}}, event="met", reason="typed wrongly", on="2023-11-02"
    )
    assert len(mended) == len(events) + 1
    assert review.minutes(mended)["agreeing"].tolist() == [29]
    assert review.fold(mended)["corrections"].tolist() == [1]
    failed = review.correct(
        events, {"h1": {"agreeing": 3}}, event="met", reason="typed wrongly", on="2023-11-02"
    )
    assert review.violations(failed)["rule"].tolist() == ["out_of_order"]
    story = review.history(mended, "h1")
    assert story["note"].tolist()[2] == "corrected on 2023-11-02: typed wrongly"
    assert "agreeing 29" in story["details"].iloc[2]
    assert story["state"].iloc[-2] == "Recognised"
    with pytest.raises(ValueError, match="h2 has none"):
        review.correct(events, {"h2": {"agreeing": 1}}, event="met", reason="x", on="2023-11-02")
    with pytest.raises(ValueError, match="void an entry of a wrong day"):
        review.correct(events, {"h1": {"on": "x"}}, event="met", reason="x", on="2023-11-02")
    with pytest.raises(ValueError, match="no entry of household 'h9'"):
        review.history(events, "h9")


def test_a_voided_entry_can_be_made_anew_and_a_void_can_be_voided():
    events = review.open_round(HOMES, previous=LIST, on="2023-09-05")
    events = review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")
    how = {"reason": "of another household", "on": "2023-09-21"}
    gone = review.void(events, ["h1"], event="surveyed", **how)
    assert review.fold(gone).loc["h1", "state"] == "listed"
    anew = review.record_survey(gone, pd.Series({"h1": "average"}), on="2023-09-20")
    assert review.fold(anew).loc["h1", "assessed_class"] == "average"
    twice = review.void(anew, ["h1"], event="surveyed", **how)
    assert review.fold(twice).loc["h1", "state"] == "listed"


def test_late_entries_in_any_order_fold_as_if_entered_in_time():
    events = yearly(2023, {"h1": "near_poor"}, listed=pd.Series({"h1": "poor"}))
    late = events.assign(recorded_on=pd.Timestamp("2023-12-01"))
    for turned in (late, late.iloc[::-1], late.sample(frac=1, random_state=3)):
        pd.testing.assert_frame_equal(review.fold(turned), review.fold(late))
    assert review.fold(late)["state"].tolist() == ["recognised"]
    assert review.in_order(events.iloc[::-1])["event"].tolist() == events["event"].tolist()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
@pytest.mark.parametrize("ids", [["001", "002"], [7, 8]], ids=["texts", "numbers"])
def test_events_come_back_from_a_file(tmp_path, suffix, ids):
    homes = pd.DataFrame({"village": ["A", "Thôn Đông"]}, index=ids)
    events = review.open_round(
        homes, previous=pd.Series({ids[0]: "poor"}), requests=[ids[1]], on="2023-09-05"
    )
    events = review.record_survey(events, pd.Series({ids[0]: "poor"}), on="2023-09-20")
    path = review.write_events(events, tmp_path / f"events{suffix}")
    pd.testing.assert_frame_equal(review.read_events(path), events, check_dtype=ids[0] != "001")


def test_files_that_are_no_event_tables_are_named(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("household_id,day\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="none of an event table: day"):
        review.read_events(path)
    path.write_text("household_id,process,event,on\n1,periodic,listed,05/09/2023\n", "utf-8")
    with pytest.raises(mdp.InvalidDataError, match="05/09/2023"):
        review.read_events(path)
    with pytest.raises(ValueError, match=r"must end in \.csv"):
        review.write_events(review.empty_events(), tmp_path / "events.doc")


def test_what_no_case_has_is_refused():
    events = review.open_round(HOMES, previous=LIST, on="2023-09-05")
    with pytest.raises(mdp.ReviewError, match="unknown_household"):
        review.record_survey(events, pd.Series({"h1": "poor", "zz": "poor"}), on="2023-09-20")
    with pytest.raises(mdp.ReviewError, match="after_the_review"):
        review.record_survey(events, pd.Series({"h1": "poor"}), on="2024-03-20")
    with pytest.raises(ValueError, match="no case is in commune Y"):
        review.post(events, on="2023-09-28", communes="Y")
    surveyed = review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")
    with pytest.raises(ValueError, match=r"votes.*'h9'"):
        review.hold_meetings(
            surveyed, held(surveyed, "periodic"), on="2023-09-25", votes=pd.Series({"h9": 1})
        )
    both = pd.concat(
        [
            events,
            review.open_round(HOMES, requests=["h1"], on="2023-09-16", process="regular"),
        ],
        ignore_index=True,
    )
    with pytest.raises(ValueError, match="several processes"):
        review.record_survey(both, pd.Series({"h1": "poor"}), on="2023-10-16")


def test_a_commune_changes_with_the_reform_alone():
    rows = [
        {
            "household_id": "a",
            "process": "regular",
            "event": event,
            "on": pd.Timestamp(day),
            "commune": commune,
        }
        for event, day, commune in [
            ("requested", "2025-06-10", "24652"),
            ("withdrawn", "2025-07-02", "24652"),
        ]
    ]
    new = mdp.units.crosswalk("2025-06-30", "2025-07-01").set_index("old").loc[["24652"], "new"]
    events = as_table(rows)
    events.loc[1, "commune"] = new.iloc[0]
    assert len(review.violations(events)) == 0
    events.loc[1, "commune"] = "00004"
    assert review.violations(events)["rule"].tolist() == ["another_place"]


def test_reports_are_due_until_they_are_sent():
    events = yearly(2023, {"h1": "near_poor", "h2": "average", "h3": "poor"}, listed=LIST)
    assert len(review.next_steps(events, on="2023-10-31")) == 0
    november = review.next_steps(events, on="2023-11-02")
    assert november[["process", "step", "actor", "households"]].values.tolist() == [
        ["report", "report_sent preliminary", "province_department", 0]
    ]
    assert november["due_on"].tolist() == [pd.Timestamp("2023-11-14")]
    late = review.overdue(events, on="2023-12-21")
    assert late[["step", "days_late"]].values.tolist() == [
        ["report_sent preliminary", 37],
        ["report_sent official", 2],
    ]
    sent = review.send_report(events, "preliminary", on="2023-11-13")
    sent = review.send_report(sent, "official", on="2023-12-19")
    assert len(review.overdue(sent, on="2023-12-21")) == 0
    assert len(review.violations(sent)) == 0
    pd.testing.assert_frame_equal(review.fold(sent), review.fold(events))
    asked = in_the_year(sent, "h4", "poor", "2024-03-28")
    due = review.next_steps(asked, on="2024-04-02")
    assert due[["step", "due_on"]].astype(str).values.tolist() == [
        ["report_sent monthly", "2024-04-05"]
    ]
    with pytest.raises(ValueError, match="report 'weekly' is none of"):
        review.send_report(events, "weekly", on="2024-04-02")


def test_integer_ids_stay_integers_beside_a_report():
    homes = HOMES.set_axis([1, 2, 3, 4])
    events = review.open_round(homes, previous=pd.Series({1: "poor"}), on="2023-09-05")
    sent = review.send_report(events, "preliminary", on="2023-11-13")
    assert review.fold(sent).index.dtype == "int64"
    again = review.record_survey(sent, pd.Series({1: "poor"}), on="2023-09-20")
    assert review.fold(again)["state"].tolist() == ["surveyed"]


def test_low_income_workers_are_cases_of_members():
    requests = pd.DataFrame({"member_id": ["m1", "m2"]}, index=["h1", "h1"])
    events = review.open_round(HOMES, requests=requests, on="2025-09-10", process="low_income")
    workers = pd.MultiIndex.from_tuples([("h1", "m1"), ("h1", "m2")])
    events = review.record_survey(events, pd.Series(["average", "poor"], workers), on="2025-09-16")
    events = review.sum_up(review.post(events, on="2025-09-17"), on="2025-09-25")
    events = review.recognise(events, on="2025-09-26", decision_number="9")
    cases = review.fold(events)
    assert cases[["member_id", "state"]].values.tolist() == [
        ["m1", "recognised"],
        ["m2", "refused"],
    ]
    assert cases["certificate_valid_for"].isna().all()
    assert len(review.current_list(events, on="2025-10-01")) == 0
    assert len(review.certificates(events)) == 0
    lists = review.recognition_lists(events)  # m2 was refused
    said = ["list", "household_id", "member_id", "final_class", "decision_number"]
    assert lists[said].values.tolist() == [["low_income", "h1", "m1", "average", "9"]]
    assert lists["certificate_valid_for"].isna().all()
