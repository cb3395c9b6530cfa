"""Ids that only look alike, in one partition or in two: named as in memory."""

import unicodedata
from functools import partial
from itertools import product

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty import movement, programmes, reports, scale
from tests.scale.test_survey import cut

SAMPLE = mdp.load_sample()
DECOMPOSED = unicodedata.normalize("NFD", "Đắk")
ALIKE = ["1", "0001", "1 ", "a", "A", "Đắk", DECOMPOSED, "b c", "b  c", "đắk"]
FAR = "household_in_another_partition"


def cut_at(table, places, n):
    """A Dask table with each row in the partition that its place says."""
    parts = [table[np.asarray(places) == number] for number in range(n)]
    return dd.from_map(lambda part: part, parts, meta=table.iloc[:0])


def sorted_faults(faults):
    """The faults in one order; of ids of whole tables, without the examples of the message."""
    table = faults[["rule", "table", "household_id", "member_id", "message"]].astype(object)
    of_tables = table["rule"].isin(["id_spellings_differ", "id_types_differ", "no_common_id"])
    table.loc[of_tables, "message"] = ""
    table = table[~table["rule"].isin(["empty_partition", FAR])]
    table = table.where(table.notna(), "").astype(str)
    return table.sort_values([*table.columns], ignore_index=True)


@st.composite
def surveys(draw):
    """Households and owners of members by ids that look alike, and partitions of both."""
    n = draw(st.integers(2, 3))
    form = partial(unicodedata.normalize, "NFC")  # two forms of one id are one household
    ids = draw(st.lists(st.sampled_from(ALIKE), min_size=1, max_size=4, unique_by=form))
    places = draw(st.lists(st.integers(0, n - 1), min_size=len(ids), max_size=len(ids)))
    owners = draw(st.lists(st.sampled_from(ALIKE), min_size=1, max_size=5))
    anywhere = draw(st.lists(st.integers(0, n - 1), min_size=len(owners), max_size=len(owners)))
    at_home = dict(zip(ids, places, strict=True))
    of_members = [at_home.get(id, place) for id, place in zip(owners, anywhere, strict=True)]
    return n, ids, places, owners, of_members


@pytest.mark.slow
@pytest.mark.any_version
@settings(max_examples=12)
@given(surveys())
def test_faults_of_ids_that_look_alike_are_those_in_memory(survey):
    n, ids, places, owners, of_members = survey
    homes = SAMPLE.households.drop(columns="household_size").head(len(ids))
    homes = homes.set_axis(pd.Index(ids, name="household_id"))
    persons = SAMPLE.members.head(len(owners)).assign(
        household_id=owners, member_id=range(len(owners)), relation=None
    )
    order = np.argsort(places, kind="stable"), np.argsort(of_members, kind="stable")
    expected = mdp.violations(homes.iloc[order[0]], persons.iloc[order[1]])
    found = scale.violations(cut_at(homes, places, n), cut_at(persons, of_members, n))
    assert_frame_equal(sorted_faults(found), sorted_faults(expected))


def test_ids_none_of_which_meet_are_one_fault_with_those_that_look_alike():
    homes = SAMPLE.households.head(4).set_axis(pd.Index(["01", "02", "03", "04"]))
    homes.index.name = "household_id"
    persons = SAMPLE.members.head(4).assign(household_id=["3", "4", "1", "2"])
    (fault,) = scale.violations(cut(homes, [0, 2, 4]), cut(persons, [0, 2, 4])).to_dict("records")
    (expected,) = mdp.violations(homes, persons).to_dict("records")
    assert fault["rule"] == expected["rule"] == "id_spellings_differ"
    assert pd.isna(fault["partition"])
    assert "'1', '2', '3' against '01', '02', '03'" in fault["message"]


def year(ids):
    values = {"poverty_class": "poor", "household_size": 3}
    return pd.DataFrame(values, index=pd.Index(ids, name="household_id"))


def error_of(function, *tables, **options):
    with pytest.raises(mdp.ArgumentError) as caught:
        function(*tables, **options)
    return str(caught.value)


@pytest.mark.parametrize("pair", [("01", "1"), ("a", "A"), ("b c", " b  c"), ("Đắk", DECOMPOSED)])
def test_ids_of_two_years_that_look_alike_are_refused_in_one_partition_and_in_two(pair):
    start, end = year(["x", "y", pair[0], "z"]), year(["x", pair[1], "y", "z"])
    expected = error_of(movement.flows, start, end)
    in_two = cut_at(start, [0, 0, 1, 1], 2), cut_at(end, [0, 0, 0, 1], 2)
    assert error_of(scale.flows, *in_two) == f"{expected} (partitions 0, 1)"
    in_one = cut_at(start, [0, 0, 1, 1], 2), cut_at(end, [0, 1, 0, 1], 2)
    assert error_of(scale.flows, *in_one) == f"{expected} (partition 1)"


@pytest.mark.slow
def test_ids_of_a_history_and_of_links_that_look_alike_are_refused():
    start, end = year(["x", "y", "01", "z"]), year(["x", "y", "z"])
    years = cut(start, [0, 2, 4]), cut(end, [0, 2, 3])
    history = pd.DataFrame({"household_id": ["x", "1"], "poverty_class": "poor"})
    options = dict(history=history, links=pd.DataFrame({"kind": [], "start_id": [], "end_id": []}))
    expected = error_of(movement.flows, start, end, **options)
    assert error_of(scale.flows, *years, **options).startswith(expected)
    links = pd.DataFrame({"kind": ["died"], "start_id": ["1"], "end_id": [None]})
    expected = error_of(movement.flows, start, end, links=links)
    assert error_of(scale.flows, *years, links=links).startswith(expected)
    later = history.assign(on=pd.to_datetime(["2022-10-01", "2024-10-01"]))
    assert len(scale.flows(*years, history=later, start_on="2023-10-01", links=links.iloc[:0]))


@pytest.mark.slow
def test_ids_of_events_current_lists_and_members_that_look_alike_are_refused():
    procedure = mdp.procedure_on("2023-09-01")
    events = pd.DataFrame(
        {"household_id": ["a", "b"], "process": "periodic", "event": "listed", "on": "2023-09-05"}
    ).assign(on=lambda table: pd.to_datetime(table["on"]))
    after = mdp.review.fold(events.assign(household_id=["B ", "a"]), procedure=procedure)
    expected = error_of(mdp.review.fold, events.iloc[[1]], procedure=procedure, after=after)
    parted = cut_at(events.iloc[[1, 1]].iloc[:1], [0], 2), cut_at(after, [1, 0], 2)
    found = error_of(scale.fold, parted[0], after=parted[1], procedure=procedure)
    assert found.startswith(expected)
    current, homes = year(["x", "1", "y"]), year(["x", "y", "01"]).assign(area="rural")
    expected = error_of(programmes.eligible, current, households=homes, on="2024-06-01")
    parted = cut_at(current, [0, 0, 1], 2), cut_at(homes, [0, 1, 1], 2)
    found = error_of(scale.eligible, parted[0], households=parted[1], on="2024-06-01")
    assert found == f"{expected} (partitions 0, 1)"
    persons = SAMPLE.members.head(3).assign(household_id=["x", "01", "y"], member_id=[1, 2, 3])
    result = reports.wide(SAMPLE.households, mdp.assess(*SAMPLE_TABLES, standard=STANDARD))
    result = result.head(3).set_axis(pd.Index(["x", "y", "1"], name="household_id"))
    options = dict(numbers=[11], standard=STANDARD)
    expected = error_of(reports.tables, result, members=persons, **options)
    members = cut_at(persons, [0, 0, 1], 2)
    found = error_of(scale.tables, cut_at(result, [0, 1, 1], 2), members=members, **options)
    assert found == f"{expected} (partitions 0, 1)"


STANDARD = "decree_07_2021"
SAMPLE_TABLES = SAMPLE.households, SAMPLE.members


def test_partitions_whose_ids_lie_apart_as_they_look_hand_on_nothing(monkeypatch):
    read = []
    monkeypatch.setattr(
        "multidim_poverty.scale.colocation._hashes_by_bucket",
        lambda buckets, hashes_of, *frames: read.append(frames) or [np.zeros(0, np.uint64)],
    )
    ids = [f"{province:02d}{n:04d}" for province, n in product([1, 8, 10, 79], range(3))]
    start, end = year(ids[:-1]), year([id for id in ids if not id.endswith("1")])
    bounds = [0, 3, 6, 9, 11], [0, 2, 4, 6, 8]
    scale.flows(*(cut(table, at) for table, at in zip((start, end), bounds, strict=True)))
    assert read == []
    strayed = [id if n != 3 else "10001" for n, id in enumerate(start.index)]
    scale.flows(cut(start.set_axis(strayed), bounds[0]), cut(end, bounds[1]))
    assert len(read) == 2 * 2  # the ids themselves, then what is alone
