"""Earlier lists with and without days: the same entries count in flows and in newly_escaped."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement, reports, review


def year(classes, ids="ab"):
    return pd.DataFrame(
        {"poverty_class": classes, "household_size": 2},
        index=pd.Index(list(ids), name="household_id"),
    )


def register(*rows):
    return pd.DataFrame(rows, columns=["household_id", "on", "poverty_class"])


START, END = year(["average", "average"]), year(["poor", "poor"])
REGISTER = register(
    ("a", "2021-12-10", "poor"),
    ("a", "2022-12-10", "average"),
    ("b", "2022-12-10", "average"),
    ("a", "2023-12-10", "poor"),
    ("b", "2023-12-10", "poor"),
)


@pytest.mark.parametrize("dtype", ["object", "datetime64[s]", "datetime64[ns]"])
def test_entries_from_the_day_of_the_start_on_are_left_out(dtype):
    history = REGISTER.assign(on=REGISTER["on"].astype(dtype))
    moved = movement.flows(START, END, history=history, start_on="2022-12-10")
    assert moved["poor_flow"].tolist() == ["relapsed", "new"]
    # The day itself is left out, the day before is not.
    moved = movement.flows(START, END, history=history, start_on="2021-12-10")
    assert moved["poor_flow"].tolist() == ["new", "new"]
    moved = movement.flows(START, END, history=history, start_on="2021-12-11")
    assert moved["poor_flow"].tolist() == ["relapsed", "new"]


def test_days_of_a_history_and_the_day_of_the_start_come_together():
    with pytest.raises(mdp.ArgumentError, match="start_on, the day of the lists at the start"):
        movement.flows(START, END, history=REGISTER)
    with pytest.raises(mdp.ArgumentError, match="history has no column on"):
        movement.flows(START, END, history=REGISTER.drop(columns="on"), start_on="2022-12-10")
    with pytest.raises(mdp.ArgumentError, match="start_on '10/12/2022' is not a date"):
        movement.flows(START, END, history=REGISTER, start_on="10/12/2022")
    assert movement.flows(START, END, start_on="2022-12-10")["poor_flow"].tolist() == ["new"] * 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("a", "2021-12-10", "average"), ("on", "two_on_one_day")),
        (("b", "10/12/2021", "poor"), ("on", "not_a_date")),
        (("b", None, "poor"), ("on", "missing_value")),
        ((None, "2021-12-10", "poor"), ("household_id", "missing_value")),
        (("b", "2021-12-10", "rich"), ("poverty_class", "not_a_class")),
    ],
)
def test_a_dated_history_has_the_same_faults_in_both(row, fault):
    history = pd.concat([REGISTER, register(row)], ignore_index=True)
    faults = []
    for call in (
        lambda: movement.flows(START, END, history=history, start_on="2022-12-10"),
        lambda: movement.newly_escaped(history, on="2024-01-01"),
    ):
        with pytest.raises(mdp.InvalidDataError) as error:
            call()
        found = error.value.violations
        faults.append(set(zip(found["column"], found["rule"], strict=True)))
    assert faults[0] == faults[1] == {fault}


def test_lists_in_force_are_a_history_of_flows():
    homes = pd.DataFrame({"commune": "X", "village": "A"}, index=["a", "b"])
    events = review.open_round(homes, previous=pd.Series({"a": "poor"}), on="2021-09-05")
    events = review.record_survey(events, pd.Series({"a": "average"}), on="2021-09-20")
    lists = review.current_list(events, on="2021-09-30")
    assert lists["source"].tolist() == ["given_list"]
    moved = movement.flows(START, END, history=lists, start_on="2022-12-10")
    assert moved["poor_flow"].tolist() == ["relapsed", "new"]
    with pytest.raises(mdp.ArgumentError, match="start_on"):
        movement.flows(START, END, history=lists)


# -- ids made from the order of rows ------------------------------------------------------------


STANDARD = mdp.standard("decree_07_2021")


def homes(mark):
    frame = pd.DataFrame(
        {"area": "rural", "income_per_capita": 1e6, "household_size": 1, "poverty_class": "poor"},
        index=pd.Index(["1", "1#2", "2"], name="household_id"),
    )
    return frame if mark is None else frame.assign(id_from_row=[mark, mark, False])


def result(mark):
    return homes(mark)[["poverty_class", *(["id_from_row"] if mark is not None else [])]]


def assessed(mark):
    return mdp.assess(homes(mark), standard=STANDARD)


def classified(mark):
    matrix = pd.DataFrame(False, index=homes(mark).index, columns=list(STANDARD.indicator_ids))
    return mdp.classify(homes(mark), matrix, standard=STANDARD)


def reasoned(mark):
    return mdp.reasons(homes(mark), assessed(mark), standard=STANDARD)


def pointed(mark):
    return mdp.classify_points(homes(mark).assign(b1=100, b2=0), standard=STANDARD)


def listed(mark):
    return homes(mark).reset_index().assign(on="2021-12-10")


BETWEEN_FILES = {
    "flows": lambda one, other: movement.flows(homes(one), homes(other)),
    "flows history": lambda one, other: movement.flows(
        homes(one), homes(None), history=listed(other), start_on="2022-12-10"
    ),
    "newly_escaped": lambda one, other: movement.newly_escaped(
        listed(one if one is not None else other), on="2023-01-01"
    ),
    "decompose_change": lambda one, other: movement.decompose_change(
        *(mdp.schema.Tables(homes(mark), MEMBERS) for mark in (one, other)),
        standards=(STANDARD, STANDARD),
        undetermined="worst",
    ),
    "compare": lambda one, other: mdp.compare(result(one), result(other)),
    "compare assess": lambda one, other: mdp.compare(assessed(one), assessed(other)),
    "compare classify": lambda one, other: mdp.compare(classified(one), classified(other)),
    "compare reasons": lambda one, other: mdp.compare(reasoned(one), reasoned(other)),
    "compare points": lambda one, other: mdp.compare(pointed(one), pointed(other)),
    "flows of results": lambda one, other: movement.flows(assessed(one), assessed(other)),
    "flows of wide": lambda one, other: movement.flows(
        *(reports.wide(homes(mark), classified(mark)) for mark in (one, other))
    ),
    "open_round": lambda one, other: review.open_round(
        homes(one), previous=result(other), on="2023-09-05"
    ),
    "open_round series": lambda one, other: review.open_round(
        homes(one if one is not None else other),
        previous=result(None)["poverty_class"],
        on="2023-09-05",
    ),
}
MEMBERS = pd.DataFrame({"household_id": ["1", "1#2", "2"], "member_id": 1, "age": 30})


@pytest.mark.parametrize("marks", [(True, None), (None, True), (True, True), ("True", None)])
@pytest.mark.parametrize("name", BETWEEN_FILES)
def test_ids_of_rows_are_refused_between_files(name, marks):
    with pytest.raises(mdp.ArgumentError, match=r"2 in \w+, such as '1', '1#2'.*propose_links"):
        BETWEEN_FILES[name](*marks)


@pytest.mark.parametrize("name", BETWEEN_FILES)
def test_other_ids_are_compared(name):
    BETWEEN_FILES[name](False, None)


def test_a_marked_result_serves_as_any_other():
    homes_of_file, marked = homes(True), assessed(True)
    assert marked["id_from_row"].tolist() == [True, True, False]
    assert "id_from_row" not in assessed(None)
    again = mdp.classify(homes_of_file, marked, standard=STANDARD)
    pd.testing.assert_frame_equal(again, marked[again.columns])
    receipts = [
        mdp.receipt(homes(m), assessed(m), assessed(m), standard=STANDARD) for m in (True, None)
    ]
    assert receipts[0].result_hash == receipts[1].result_hash


def test_ids_of_rows_serve_within_their_file():
    assert mdp.validate(homes(True), MEMBERS) is None
    assert review.open_round(homes(True), requests=["1#2"], on="2023-09-05")["event"].size == 2
