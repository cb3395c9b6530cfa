"""Pictures of a review say what the data say."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.plotting import procedure_diagram, review_by_day, review_states
from multidim_poverty.plotting.review import states_by_day
from multidim_poverty.vocabulary import Actor, ReviewEvent, ReviewProcess, ReviewState
from tests.review.test_folding import COMPLAINT, PERIODIC
from tests.review.test_folding import table as table_of

review = mdp.review
DISTRICT = mdp.procedure_on("2023-09-05")
PROVINCE = mdp.procedure_on("2025-09-05", superior="province")
NOBODY = PROVINCE.replace(name="alone", why="a test", superior="none")
LANGUAGES = ["en", "vi"]
EVERY = list(
    itertools.product([DISTRICT, PROVINCE, NOBODY], ["periodic", "regular", "farm"], LANGUAGES)
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def a_round() -> pd.DataFrame:
    homes = pd.DataFrame(
        {"commune": ["X", "X", "X", "Y", "Y"], "village": ["A", "A", "B", "C", None]},
        index=["h1", "h2", "h3", "h4", "h5"],
    )
    events = review.open_round(homes, requests=homes.index, on="2023-09-05")
    events = review.record_survey(events, pd.Series("poor", homes.index[:4]), on="2023-09-20")
    held = pd.DataFrame(
        {"village": ["A", "B"], "attending": 40, "agreeing": [30, 10], "minutes_copies": 2}
    )
    events = review.hold_meetings(events, held, on="2023-09-25")
    return review.post(events, on="2023-09-27").pipe(
        review.complain, {"h1": "has a lorry"}, on="2023-09-28"
    )


def bars(ax) -> dict[tuple[str, str], int]:
    """State and group -> length of the bar, where there is one."""
    names = [label.get_text() for label in ax.get_yticklabels()]
    return {
        (group.get_label(), names[row]): bar.get_width()
        for group in ax.containers
        for row, bar in enumerate(group)
        if bar.get_width()
    }


def test_bars_are_the_counts_of_the_fold():
    ax = review_states(review.fold(a_round(), procedure=DISTRICT))
    assert bars(ax) == {
        ("Posted", "X (3)"): 1,
        ("Complaint pending", "X (3)"): 1,
        ("Not agreed by the meeting", "X (3)"): 1,
        ("Surveyed", "Y (2)"): 1,
        ("On the list", "Y (2)"): 1,
    }


def test_numbers_are_written_in_the_bars():
    ax = review_states(review.fold(a_round(), procedure=DISTRICT), by="process")
    assert [text.get_text() for text in ax.texts] == ["1", "1", "1", "1", "1"]


def test_cases_without_a_village_have_a_bar_of_their_own():
    ax = review_states(review.fold(a_round(), procedure=DISTRICT), by="village", language="vi")
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "A (2)",
        "B (1)",
        "C (1)",
        "Chưa rõ (1)",
    ]
    assert bars(ax)["Trong danh sách rà soát", "Chưa rõ (1)"] == 1


def test_villages_of_one_name_are_two_bars_and_stand_in_the_order_of_the_alphabet():
    homes = pd.DataFrame(
        {
            "commune": ["Xã B", "Xã A", "Xã A", "Xã A", "Xã A", None],
            "village": ["Thôn 2", "Thôn 2", "Thôn 10", "Thôn Đông", "Thôn Dốc", None],
        },
        index=list("abcdef"),
    )
    events = review.open_round(homes, requests=homes.index, on="2023-09-05")
    ax = review_states(review.fold(events, procedure=DISTRICT), by="village")
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Thôn 2, Xã A (1)", "Thôn 10 (1)", "Thôn Dốc (1)", "Thôn Đông (1)", "Thôn 2, Xã B (1)",
        "Not known (1)",
    ]  # fmt: skip
    assert sum(bars(ax).values()) == 6


@pytest.mark.filterwarnings("ignore:.*several spellings")  # those of the other level
@pytest.mark.parametrize("by", ["commune", "village"])
def test_two_spellings_of_one_place_are_one_bar(by):
    homes = pd.DataFrame(
        {"commune": ["Xã Hoà", "Xã Hòa", "Xã B"], "village": ["Thôn Quý", "thôn quí", "thôn quí"]},
        index=list("abc"),
    )
    cases = review.fold(review.open_round(homes, requests=list("abc"), on="2023-09-05"))
    with pytest.warns(UserWarning, match="'Xã Hoà' and 'Xã Hòa'"):
        ax = review_states(cases, by=by)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert (
        labels
        == {
            "commune": ["Xã B (1)", "Xã Hoà (2)"],
            # Two villages of one name: the commune tells them apart.
            "village": ["thôn quí, Xã B (1)", "Thôn Quý, Xã Hoà (2)"],
        }[by]
    )


def test_states_stand_in_the_order_of_the_procedure():
    ax = review_states(review.fold(a_round(), procedure=DISTRICT))
    order = [state.en for state in ReviewState]
    shown = [container.get_label() for container in ax.containers]
    assert shown == sorted(shown, key=order.index)


def test_bars_join_without_gap():
    ax = review_states(review.fold(a_round(), procedure=DISTRICT))
    ends = np.zeros(2)
    for container in ax.containers:
        assert [bar.get_x() for bar in container] == ends.tolist()
        ends += [bar.get_width() for bar in container]
    assert ends.tolist() == [3, 2]


def test_an_unknown_grouping_is_an_error():
    with pytest.raises(ValueError, match="'district' is not"):
        review_states(review.fold(a_round(), procedure=DISTRICT), by="district")


def test_no_cases_give_an_empty_picture():
    ax = review_states(review.fold(review.empty_events(), procedure=DISTRICT))
    assert not ax.containers


def test_pictures_are_drawn_on_the_axes_that_are_given():
    events, (_, axes) = a_round(), plt.subplots(1, 3)
    cases = review.fold(events, procedure=DISTRICT)
    assert review_states(cases, ax=axes[0]) is axes[0]
    assert review_by_day(events, procedure=DISTRICT, ax=axes[1]) is axes[1]
    assert procedure_diagram(DISTRICT, ax=axes[2]) is axes[2]


# -- by day ------------------------------------------------------------------------------------


def naive(events: pd.DataFrame) -> pd.DataFrame:
    """One fold of everything so far, for each calendar day."""
    days = pd.date_range(events["on"].min(), events["on"].max())
    counts = [
        review.fold(events[events["on"] <= day], procedure=DISTRICT, on_violation="keep")["state"]
        .value_counts(sort=False)
        .tolist()
        for day in days
    ]
    return pd.DataFrame(counts, index=days, columns=list(ReviewState.codes()))


def test_each_day_is_the_fold_of_all_events_up_to_it():
    events = a_round()
    found = states_by_day(events, procedure=DISTRICT)
    pd.testing.assert_frame_equal(
        found, naive(events), check_index_type=False, check_names=False, check_freq=False
    )


def test_days_do_not_depend_on_how_households_are_interleaved():
    events = a_round()
    by_home = events.sort_values("household_id", kind="stable")
    pd.testing.assert_frame_equal(
        states_by_day(by_home, procedure=DISTRICT), states_by_day(events, procedure=DISTRICT)
    )


def test_illegal_events_move_nothing():
    events = a_round()
    early = events.iloc[[0]].assign(event="recognised", on=pd.Timestamp("2023-09-10"))
    bad = pd.concat([events, early.astype(events.dtypes.to_dict())], ignore_index=True)
    pd.testing.assert_frame_equal(
        states_by_day(bad, procedure=DISTRICT), states_by_day(events, procedure=DISTRICT)
    )


def test_no_events_give_no_days():
    assert states_by_day(review.empty_events(), procedure=DISTRICT).shape == (0, 18)
    assert not review_by_day(review.empty_events(), procedure=DISTRICT).collections


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_are_as_high_as_the_counts(language):
    events = a_round()
    table = states_by_day(events, procedure=DISTRICT)
    ax = review_by_day(events, procedure=DISTRICT, language=language)
    shown = [state for state in ReviewState if table[state].any()]
    assert [area.get_label() for area in ax.collections] == [
        getattr(state, language) for state in shown
    ]
    low = np.zeros(len(table))
    for state, area in zip(shown, ax.collections, strict=True):
        high = low + table[state].to_numpy()
        assert area.get_paths()[0].get_extents().y1 == high.max()
        corners = {tuple(corner) for corner in area.get_paths()[0].vertices.tolist()}
        first = plt.matplotlib.dates.date2num(table.index[0])
        assert {(first + n, y) for n, y in enumerate(high.tolist())} <= corners
        low = high


STOPPED = {
    "requested": [("requested", "2023-09-05", {})],
    **{
        state: PERIODIC[:n]
        for n, state in enumerate(
            ["listed", "surveyed", "agreed", "posted", "summed_up", "reported", "answered",
             "recognised"], start=1)
    },
    "disagreed": [
        *PERIODIC[:2], ("met", "2023-09-25", {"attending": 40, "agreeing": 9, "minutes_copies": 2})
    ],
    **{
        state: COMPLAINT[:n]
        for n, state in enumerate(["complained", "reverified", "reposted"], start=5)
    },
    "objected": [*PERIODIC[:6], ("answered", "2023-10-10", {"opinion": "objects"})],
    "unanswered": [*PERIODIC[:6], ("unanswered", "2023-10-13", {})],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("posted", [3, 400])
def test_fifteen_states_at_once_are_each_labelled_at_their_band(posted, language):
    stopped = [
        table_of(steps, household=f"{state} {n}")
        for state, steps in STOPPED.items()
        for n in range(3 if state != "posted" else posted)
    ]
    events = pd.concat(stopped, ignore_index=True)
    table = states_by_day(events, procedure=DISTRICT)
    assert table.iloc[-1].gt(0).sum() == len(STOPPED) == 15
    ax = review_by_day(events, procedure=DISTRICT, language=language)
    ax.figure.canvas.draw()
    numbers = {t.get_gid(): t for t in ax.texts if str(t.get_gid()).startswith("band")}
    lines = {t.get_gid(): t.xy for t in ax.texts if str(t.get_gid()).startswith("line")}
    assert (len(lines) > 10) == (posted > 3)
    shown = [state for state in ReviewState if table[state].any()]
    assert [numbers[f"band {state}"].get_text() for state in shown] == [
        str(n + 1) for n in range(len(shown))
    ]
    outlines = {area.get_label(): area.get_paths()[0] for area in ax.collections}
    for state in shown:
        inside = numbers[f"band {state}"].get_position()
        day, place = lines.get(f"line {state}", inside)
        point = plt.matplotlib.dates.date2num(day), place
        assert outlines[getattr(state, language)].contains_point(point), state
    extents = [text.get_window_extent() for text in numbers.values()]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(extents, 2))


# -- the procedure -----------------------------------------------------------------------------


def transitions(procedure, process) -> set[str]:
    """Every arrow of the data that can be reached from the start.

    Closing old cases and re-verifying of one's own accord are open to an office at any time: they
    are no steps of the way.
    """
    law, found, reached = procedure.process(process), set(), {"new"}
    steps = [step for step in law.steps if step.event != "closed"]
    for _ in steps:
        for step in steps:
            for after in procedure.afters(step):
                if after.state in reached and not after.own_accord:
                    for target in {step.state, step.otherwise} - {None}:
                        reached.add(str(target))
                        found.add(f"{after.state} {step.event} {target}")
    return found


@pytest.mark.parametrize(("procedure", "process", "language"), EVERY)
def test_every_transition_of_the_data_is_drawn_once(procedure, process, language):
    ax = procedure_diagram(procedure, process=process, language=language)
    drawn = [line.get_gid() for line in ax.lines]
    assert sorted(drawn) == sorted(transitions(procedure, process))


@pytest.mark.parametrize(("procedure", "process", "language"), EVERY)
def test_every_state_has_a_box_with_its_name(procedure, process, language):
    ax = procedure_diagram(procedure, process=process, language=language)
    states = {arrow.split()[2] for arrow in transitions(procedure, process)}
    assert {patch.get_gid() for patch in ax.patches if patch.get_gid()} == states
    first_lines = {text.get_text().split("\n")[0] for text in ax.texts}
    assert {getattr(ReviewState.of(state), language) for state in states} <= first_lines


def beside(ax, state) -> str:
    """What stands beside the box of a state."""
    box = next(patch for patch in ax.patches if patch.get_gid() == state)
    middle = box.get_y() + box.get_height() / 2
    half = box.get_height()
    lines = [
        t
        for t in ax.texts
        if abs(t.get_position()[1] - middle) < half * 0.8
        and t.get_ha() != "center"
        and t.get_text()
    ]
    return " ".join(t.get_text() for t in sorted(lines, key=lambda t: -t.get_position()[1]))


@pytest.mark.parametrize(("procedure", "process", "language"), EVERY)
def test_each_box_is_labelled_with_event_and_actor(procedure, process, language):
    ax = procedure_diagram(procedure, process=process, language=language)
    for step in procedure.process(process).steps:
        if f"{step.event} {step.state}" in {
            a.split(" ", 1)[1] for a in transitions(procedure, process)
        }:
            said = beside(ax, step.state)
            event = getattr(ReviewEvent.of(step.event), language)
            mark = " †" if step.citation.confidence == "unconfirmed" else ""
            actor = getattr(Actor.of(procedure.actor(step.actor)), language)
            assert said.startswith(f"{event}{mark} {actor}")


@pytest.mark.parametrize(("procedure", "process", "language"), EVERY)
def test_nothing_overlaps_and_all_is_inside(procedure, process, language):
    ax = procedure_diagram(procedure, process=process, language=language)
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    texts = [(t.get_text(), t.get_window_extent()) for t in ax.texts if t.get_text()]
    boxes = [(p.get_gid(), p.get_window_extent()) for p in ax.patches if p.get_gid()]
    for name, place in texts:
        assert page.x0 <= place.x0, name
        assert place.x1 <= page.x1, name
        assert page.y0 <= place.y0, name
        assert place.y1 <= page.y1, name
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        assert not a.padded(-1.2).overlaps(b.padded(-1.2)), (one, other)
    for (one, a), (other, b) in itertools.product(texts, boxes):
        inside = b.x0 < a.x0 and a.x1 < b.x1 and b.y0 < a.y0 and a.y1 < b.y1
        assert inside or not a.overlaps(b), (one, other)


@pytest.mark.parametrize(("procedure", "process"), [(DISTRICT, "periodic"), (NOBODY, "farm")])
def test_no_line_runs_through_a_text(procedure, process):
    ax = procedure_diagram(procedure, process=process)
    ax.figure.canvas.draw()
    for line in ax.lines:
        points = ax.transData.transform(line.get_xydata())
        for text in ax.texts:
            if text.get_text() and text.get_ha() != "center":
                place = text.get_window_extent().padded(-1)
                for (x0, y0), (x1, y1) in itertools.pairwise(points):
                    apart = (
                        max(x0, x1) < place.x0
                        or min(x0, x1) > place.x1
                        or max(y0, y1) < place.y0
                        or min(y0, y1) > place.y1
                    )
                    assert apart, (line.get_gid(), text.get_text())


def test_clocks_stand_in_the_waiting_states():
    ax = procedure_diagram(DISTRICT)
    assert {t.get_text() for t in ax.texts if "days" in t.get_text()} == {
        "Posted\n3 working days",
        "Complaint pending\n7 working days",
        "Posted again\n3 working days",
        "With the superior\n5 working days",
    }


def test_other_values_change_the_diagram():
    ours = DISTRICT.replace(
        name="ours", why="a test", clocks={"answer": 9}, agreeing_percent_at_least=60
    )
    texts = {text.get_text() for text in procedure_diagram(ours).texts}
    assert {
        "With the superior\n9 working days †",
        "60 % or more agree",
        "less than 60 % agree",
    } <= texts


def test_conditions_of_time_are_said():
    ax = procedure_diagram(DISTRICT)
    assert beside(ax, "summed_up").endswith("once the time is over")
    assert beside(ax, "complained").endswith("while the time runs")
    assert beside(ax, "recognised").endswith("With the superior: once the time is over")


def test_the_superior_is_named_and_without_one_nobody_answers():
    assert "Chair of the province" in beside(procedure_diagram(PROVINCE), "answered")
    gids = {patch.get_gid() for patch in procedure_diagram(NOBODY).patches}
    assert not {"reported", "answered"} & gids


def test_the_diagram_is_the_same_every_time():
    def drawn():
        ax = procedure_diagram(DISTRICT, process="regular", language="vi")
        return [line.get_xydata().tolist() for line in ax.lines], [
            (text.get_position(), text.get_text()) for text in ax.texts
        ]

    assert drawn() == drawn()


@pytest.mark.parametrize("process", ["periodic", "regular", "farm"])
def test_the_title_is_the_name_of_the_process(process):
    texts = [
        text.get_text()
        for text in procedure_diagram(DISTRICT, process=process, language="vi").texts
    ]
    assert ReviewProcess.of(process).vi in texts


def test_the_mark_is_explained_only_where_it_is_used():
    small = mdp.Procedure.read("tests/law/small_procedure.toml")
    marked = "unconfirmed" in set(small.provisions()["confidence"])
    texts = [
        t.get_text() for t in procedure_diagram(small, process=str(small.processes[0].id)).texts
    ]
    assert any("†" in text for text in texts) == marked
