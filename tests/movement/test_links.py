"""Links of one and of several years: followed through chains, refused where they contradict."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import movement


def year(ids, classes="poor"):
    index = pd.Index(list(ids), name="household_id")
    return pd.DataFrame({"poverty_class": classes, "household_size": 2}, index=index)


def links_of(*rows):
    columns = ["kind", "start_id", "end_id", "on"][: max(map(len, rows))]
    return pd.DataFrame(list(rows), columns=columns, dtype=object)


def pairs(moved):
    ids = moved[["start_id", "end_id"]].astype(object)
    return {
        (*pair, None if pd.isna(cause) else cause)
        for *pair, cause in zip(ids["start_id"], ids["end_id"], moved["cause"], strict=True)
    }


def faults_of(start, end, *rows, **options):
    with pytest.raises(mdp.InvalidDataError) as error:
        movement.flows(year(start), year(end), links=links_of(*rows), **options)
    faults = error.value.violations
    assert faults["table"].eq("links").all()
    return set(faults[["row", "column", "rule"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([("merged", "a", "a")], {(0, "end_id", "link_to_itself")}),
        ([("split", "b", "b")], {(0, "end_id", "link_to_itself")}),
        (
            [("merged", "a", "b"), ("merged", "b", "a")],
            {(n, "end_id", "links_in_a_circle") for n in (0, 1)},
        ),
        (
            [("same", "a", "b"), ("same", "b", "c"), ("same", "c", "a")],
            {(n, "end_id", "links_in_a_circle") for n in (0, 1, 2)},
        ),
        (
            [("same", "a", "b"), ("merged", "b", "a")],
            {(n, "end_id", "links_in_a_circle") for n in (0, 1)},
        ),
        ([("same", "a", "z"), ("same", "a", "z")], {
            (n, name, "two_links") for n in (0, 1) for name in ("start_id", "end_id")
        }),
        ([("moved_in", None, "z")] * 2, {(n, "end_id", "two_links") for n in (0, 1)}),
        ([("split", "a", "z")] * 2, {(n, "end_id", "two_links") for n in (0, 1)}),
        (
            [("split", "a", "z"), ("merged", "a", "z")],
            {(n, "end_id", "two_links") for n in (0, 1)},
        ),
        ([("same", "a", "z"), ("split", "a", "z")], {(n, "end_id", "two_links") for n in (0, 1)}),
        ([("merged", "a", "nobody")], {(0, "end_id", "not_in_the_table")}),
        ([("same", "nobody", "b")], {(0, "start_id", "not_in_the_table")}),
        ([("same", "a", "nobody")], {(0, "end_id", "not_in_the_table")}),
        ([("moved_in", None, "b")], {(0, "end_id", "also_there_before")}),
        ([("split", "a", "b")], {(0, "end_id", "also_there_before")}),
    ],
)  # fmt: skip
def test_links_that_contradict_are_refused(rows, faults):
    assert faults_of("abc", "abcz", *rows) == faults


def test_all_links_that_contradict_are_named_at_once():
    rows = [
        ("merged", "a", "a"),
        ("merged", "b", "c"), ("merged", "c", "b"),
        ("died", "d", None), ("moved_away", "d", None),
        ("gone", "e", None),
        ("same", "f", None),
        ("died", "nobody", None),
        ("moved_in", None, "g"),
        ("died", "h", None),
    ]  # fmt: skip
    assert faults_of("abcdefgh", "abcdefgh", *rows) == {
        (0, "end_id", "link_to_itself"),
        (1, "end_id", "links_in_a_circle"),
        (2, "end_id", "links_in_a_circle"),
        (3, "start_id", "two_links"),
        (4, "start_id", "two_links"),
        (5, "kind", "not_a_link"),
        (6, "end_id", "missing_value"),
        (7, "start_id", "not_in_the_table"),
        (8, "end_id", "also_there_before"),
        (9, "start_id", "still_there"),
    }


def test_proposed_links_are_refused_until_a_person_accepts_them():
    links = links_of(("same", "a", "x"), ("same", "b", "y")).assign(accepted=[True, False])
    with pytest.raises(mdp.InvalidDataError, match=r"row 1.*link_not_accepted.*accepted links"):
        movement.flows(year("ab"), year("xy"), links=links)
    moved = movement.flows(year("ab"), year("xy"), links=links[links["accepted"]])
    assert pairs(moved) == {("a", "x", None), ("b", None, None), (None, "y", None)}


# -- chains ------------------------------------------------------------------------------------


def test_ids_that_changed_more_than_one_step_ago_are_followed_to_the_history():
    start, end = year("c", "average"), year("d")
    history = pd.DataFrame({"household_id": ["a"], "poverty_class": ["poor"]})
    rows = [("same", "a", "b"), ("same", "b", "c"), ("same", "c", "d")]
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        links = links_of(*rows).iloc[order]
        moved = movement.flows(start, end, history=history, links=links)
        assert moved["poor_flow"].tolist() == ["relapsed"]
    moved = movement.flows(start, end, history=history, links=links_of(rows[2]))
    assert moved["poor_flow"].tolist() == ["new"]


def test_a_chain_that_begins_with_nobodys_id_is_refused():
    history = pd.DataFrame({"household_id": ["a"], "poverty_class": ["poor"]})
    rows = [("same", "x", "b"), ("same", "b", "c")]
    assert faults_of("c", "c", *rows, history=history) == {(0, "start_id", "not_in_the_table")}


def test_ids_that_changed_several_times_between_the_years_are_one_household():
    rows = [
        ("same", "a", "a1"), ("same", "a1", "a2"),
        ("moved_in", None, "n1"), ("same", "n1", "n2"),
        ("same", "s", "s1"), ("split", "s1", "t"), ("same", "s1", "s2"),
        ("same", "d", "d1"), ("died", "d1", None),
        ("moved_in", None, "v"), ("moved_away", "v", None),
        ("merged", "m", "a1"),
    ]  # fmt: skip
    end = ["a2", "n2", "s2", "t"]
    expected = {
        ("a", "a2", None), (None, "n2", "moved_in"), ("s", "s2", None), (None, "t", "split"),
        ("d", None, "died"), ("m", None, "merged"),
    }  # fmt: skip
    for seed in range(5):
        links = links_of(*rows).sample(frac=1, random_state=seed)
        assert pairs(movement.flows(year("asdm"), year(end), links=links)) == expected
    days = ["2023-02-01", "2023-03-01"] * 2 + ["2023-02-01", "2023-03-01", "2023-03-01"]
    days += ["2023-02-01", "2023-03-01"] * 2 + ["2023-02-15"]
    links = links_of(*rows).assign(on=days)
    moved = movement.flows(year("asdm"), year(end), links=links, start_on="2022-12-10")
    assert pairs(moved) == expected


def test_days_tell_earlier_links_from_those_between_the_years_and_ids_that_were_used_again():
    start, end = year(["2", "1"], "average"), year(["3", "1"])
    history = pd.DataFrame(
        {
            "household_id": ["1", "2"],
            "on": ["2020-12-10", "2019-12-10"],
            "poverty_class": ["poor", "near_poor"],
        }
    )
    links = links_of(
        ("died", "2", None, "2020-06-01"),
        ("same", "1", "2", "2021-12-10"),  # household 1 of 2020 is household 2 since
        ("moved_in", None, "1", "2022-01-15"),  # and another one is 1
        ("same", "2", "3", "2023-05-01"),
    )
    options = {"history": history, "links": links, "start_on": "2022-12-10"}
    moved = movement.flows(start, end, **options)
    assert pairs(moved) == {("2", "3", None), ("1", "1", None)}
    assert moved.set_index("start_id")["poor_flow"].to_dict() == {"2": "relapsed", "1": "new"}
    # The household that was 2 in 2019 died: the one that is 2 at the start was never near-poor.
    dead = options | {"history": history[1:], "relapse": "any_list"}
    moved = movement.flows(start, end, **dead)
    assert moved.set_index("start_id")["poor_flow"].to_dict() == {"2": "new", "1": "new"}
    with pytest.raises(mdp.ArgumentError, match=r"links have days .*pass start_on"):
        movement.flows(start, end, links=links)
    lost = pd.concat([links, links_of(("same", "7", "8", "2021-12-10"))], ignore_index=True)
    with pytest.raises(mdp.InvalidDataError, match=r"not_in_the_table.*household '8'"):
        movement.flows(start, end, **options | {"links": lost})


def test_links_later_than_the_end_are_left_out():
    links = links_of(
        ("same", "a", "b", "2023-05-01"),
        ("died", "c", None, "2023-12-10"),  # on the last day: between the years
        ("same", "b", "e", "2024-03-01"),
        ("moved_away", "d", None, "2023-12-11"),
    )
    start, end = year(["a", "c", "d"]), year(["b", "d"])
    options = {"links": links, "start_on": "2022-12-10"}
    moved = movement.flows(start, end, **options, end_on="2023-12-10")
    assert pairs(moved) == {("a", "b", None), ("c", None, "died"), ("d", "d", None)}
    pd.testing.assert_frame_equal(
        moved, movement.flows(start, end, **options | {"links": links[:2]})
    )
    with pytest.raises(mdp.InvalidDataError, match=r"household 'e'|still_there"):
        movement.flows(start, end, **options)
    with pytest.raises(mdp.ArgumentError, match="end_on 2021-12-10 is before start_on 2022-12-10"):
        movement.flows(start, end, **options, end_on="2021-12-10")


def test_days_of_links_go_through_the_door_of_days():
    rows = [("died", "a", None, "1/2/2023"), ("died", "b", None, None)]
    assert faults_of("ab", "c", *rows, start_on="2022-12-10") == {
        (0, "on", "not_a_date"),
        (1, "on", "missing_value"),
    }


def test_newly_escaped_follows_ids_through_the_years():
    history = pd.DataFrame(
        {
            "household_id": ["a", "b", "c", "z"],
            "on": ["2020-12-10", "2021-12-10", "2022-12-10", "2022-12-10"],
            "poverty_class": ["poor", "average", "average", "poor"],
        }
    )
    undated = links_of(("same", "a", "b"), ("same", "b", "c"), ("died", "z", None))
    dated = undated.assign(on=["2021-12-10", "2022-12-10", "2023-01-01"])
    assert movement.newly_escaped(history, on="2023-06-30").empty
    for links in (undated, dated):
        escaped = movement.newly_escaped(history, on="2023-06-30", links=links)
        assert escaped.index.tolist() == ["c"]
        assert escaped["escaped_on"].tolist() == [pd.Timestamp("2021-12-10")]
    with pytest.raises(mdp.InvalidDataError, match="two_on_one_day"):
        movement.newly_escaped(history.assign(on="2022-12-10"), on="2023-06-30", links=undated)
    circle = links_of(("same", "a", "b"), ("same", "b", "a"))
    with pytest.raises(mdp.InvalidDataError, match="links_in_a_circle"):
        movement.newly_escaped(history, on="2023-06-30", links=circle)


@given(
    steps=st.lists(st.integers(0, 4), min_size=1, max_size=6),
    seed=st.integers(0, 9),
    dtype=st.sampled_from(["int64", "float", object, "text"]),
)
def test_chains_of_any_length_are_the_single_link_from_end_to_end(steps, seed, dtype):
    """Household n has ids 100 n, 100 n + 1, ... in turn; the years are its first and its last."""
    rows, first, last = [], [], []
    for n, changes in enumerate(steps):
        ids = [100 * n + k + 1 for k in range(changes + 1)]
        rows += [("same", one, other) for one, other in itertools.pairwise(ids)]
        first.append(ids[0])
        last.append(ids[-1])

    def typed(ids):
        return [f"hộ {id}" for id in ids] if dtype == "text" else np.array(ids, dtype=dtype)

    links = links_of(*rows or [("same", 1, 1)]).sample(frac=1, random_state=seed)
    links = links.assign(start_id=typed(links["start_id"]), end_id=typed(links["end_id"]))
    moved = movement.flows(year(typed(first)), year(typed(last)), links=links)
    assert moved["start_id"].tolist() == list(typed(first))
    assert moved["end_id"].tolist() == list(typed(last))
    assert moved["poor_flow"].eq("stayed").all()
