"""Classes and faults of a whole country: what the same functions give in memory."""

from itertools import pairwise

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty import scale

STANDARD = "decree_07_2021"
SAMPLE = mdp.load_sample()
HOUSEHOLDS, MEMBERS = SAMPLE.households, SAMPLE.members


def cut(table, bounds):
    """A Dask table with a partition from each bound to the next; unknown divisions."""
    parts = [table.iloc[start:end] for start, end in pairwise(bounds)]
    return dd.from_map(lambda part: part, parts, meta=table.iloc[:0])


def cut_survey(homes, persons, bounds):
    """Both tables with each member in the partition of the household."""
    at = homes.index.get_indexer(persons["household_id"])
    of_part = [persons[(at >= a) & (at < b)] for a, b in pairwise(bounds)]
    members = dd.from_map(lambda part: part, of_part, meta=persons.iloc[:0])
    return scale.CoLocated(cut(homes, bounds), members)


@st.composite
def surveys(draw):
    """Some households of the sample with open answers, and bounds of partitions, some empty."""
    n = draw(st.integers(2, 40))
    homes = HOUSEHOLDS.iloc[:n].copy()
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)].copy()
    for column in draw(st.lists(st.sampled_from(["floor_area", "income_12m"]), unique=True)):
        homes.loc[homes.index[draw(st.integers(0, n - 1))], column] = np.nan
    if draw(st.booleans()):
        row = persons.index[draw(st.integers(0, len(persons) - 1))]
        persons.loc[row, "has_health_insurance"] = pd.NA
    if draw(st.booleans()):
        numbers = pd.Series(range(100, 100 + n), index=homes.index)
        persons["household_id"] = persons["household_id"].map(numbers).astype("int64")
        homes.index = pd.Index(numbers.to_numpy(), name="household_id")
    inner = draw(st.lists(st.integers(0, n), min_size=1, max_size=3))
    return homes, persons, [0, *sorted(inner), n]


@pytest.mark.slow
@settings(max_examples=3)
@given(surveys())
def test_classes_are_those_of_all_households_at_once(cluster, survey):
    homes, persons, bounds = survey
    parted = cut_survey(homes, persons, bounds)
    expected = mdp.assess(homes, persons, standard=STANDARD)
    result = scale.assess(parted, standard=STANDARD)
    assert result.dtypes.to_dict() == expected.dtypes.to_dict()
    assert_frame_equal(result.compute(), expected)
    matrix = scale.deprivations(parted, standard=STANDARD)
    assert_frame_equal(matrix.compute(), mdp.deprivations(homes, persons, standard=STANDARD))
    classes = scale.classify(parted.households, matrix, standard=STANDARD)
    assert_frame_equal(classes.compute(), mdp.classify(homes, matrix.compute(), standard=STANDARD))


@pytest.mark.slow
@settings(max_examples=3)
@given(surveys(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_rows_in_any_order_are_brought_together_and_none_is_lost(survey, random, n):
    homes, persons, _ = survey
    shuffled = homes.iloc[random.sample(range(len(homes)), len(homes))]
    spread = cut(
        persons.iloc[random.sample(range(len(persons)), len(persons))], [0, 3, 5, len(persons)]
    )
    survey = scale.co_locate(cut(shuffled, [0, 1, len(homes)]), spread, npartitions=n)
    assert survey.households.npartitions == survey.members.npartitions
    assert_frame_equal(survey.members.compute().sort_index(), persons)
    assert_frame_equal(survey.households.compute().loc[homes.index], homes)
    result = scale.assess(survey, standard=STANDARD).compute()
    expected = mdp.assess(homes, persons, standard=STANDARD)
    assert_frame_equal(result.loc[homes.index], expected)


# Dask itself calls what pandas 3.1 has deprecated.
@pytest.mark.filterwarnings("ignore:.*inplace keyword:DeprecationWarning")
@pytest.mark.slow
def test_parquet_in_and_out_on_a_cluster(cluster, tmp_path):
    homes = dd.from_pandas(HOUSEHOLDS, npartitions=3)
    homes.to_parquet(tmp_path / "households")
    dd.from_pandas(MEMBERS, npartitions=4).to_parquet(tmp_path / "members")
    read = [dd.read_parquet(tmp_path / name) for name in ("households", "members")]
    survey = scale.co_locate(*read)
    scale.assess(survey, standard=STANDARD).to_parquet(tmp_path / "result")
    expected = mdp.assess(HOUSEHOLDS, MEMBERS, standard=STANDARD)
    written = pd.read_parquet(tmp_path / "result").loc[expected.index]
    assert_frame_equal(written, expected)


def test_known_divisions_are_kept_and_tables_in_place_are_not_moved():
    homes = dd.from_pandas(HOUSEHOLDS, npartitions=3)
    survey = scale.co_locate(homes, MEMBERS)
    assert survey.households is homes
    result = scale.assess(survey, standard=STANDARD)
    assert result.divisions == homes.divisions
    again = scale.co_locate(survey.households, survey.members)
    assert again.members is survey.members


# -- faults ----------------------------------------------------------------------------------


def in_memory(faults):
    """The table of faults without what partitions add."""
    return faults.drop(columns="partition")


@pytest.mark.slow
def test_faults_of_all_partitions_are_those_in_memory_with_their_partition(cluster):
    homes, persons = HOUSEHOLDS.head(30).copy(), MEMBERS.copy()
    persons = persons[persons["household_id"].isin(homes.index)].copy()
    homes["area"] = homes["area"].astype(object)
    homes.iloc[2, 0], homes.iloc[25, 0] = "city", "town"
    persons.iloc[0, persons.columns.get_loc("age")] = -1
    persons.loc[persons.index[-1], "household_id"] = "nowhere"
    parted = cut_survey(homes, persons, [0, 10, 20, 30])
    lost = persons.tail(1)
    parts = [part.compute() for part in parted.members.partitions]
    parts[2] = pd.concat([parts[2], lost])
    members = dd.from_map(lambda part: part, parts, meta=persons.iloc[:0])
    survey = scale.CoLocated(parted.households, members)
    expected = mdp.violations(homes, persons)
    faults = scale.violations(survey)
    assert_frame_equal(in_memory(faults), expected)
    places = faults.set_index("column")["partition"]
    assert places["area"].tolist() == [0, 2]
    assert places["age"] == 0
    with pytest.raises(mdp.InvalidDataError) as caught:
        scale.assess(survey, standard=STANDARD)
    assert_frame_equal(caught.value.violations, faults)
    assert "households, partition 0, household SYN-0003, column area" in str(caught.value)


def test_a_household_in_two_partitions_is_named_in_both():
    homes = pd.concat([HOUSEHOLDS.head(6), HOUSEHOLDS.iloc[[2]]])
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)]
    owners = [persons[persons["household_id"].isin(homes.index[:4])], persons]
    members = dd.from_map(
        lambda part: part,
        [owners[0], persons.drop(owners[0].index)],
        meta=persons.iloc[:0],
    )
    faults = scale.violations(cut(homes, [0, 4, 7]), members)
    assert faults[["rule", "partition", "household_id"]].values.tolist() == [
        ["duplicate_id", 0, "SYN-0003"],
        ["duplicate_id", 1, "SYN-0003"],
    ]
    assert_frame_equal(in_memory(faults), mdp.violations(homes, persons))


def test_a_province_that_is_there_twice_is_named_household_by_household():
    survey = cut_survey(HOUSEHOLDS.head(4), MEMBERS[MEMBERS["household_id"] <= "SYN-0004"], [0, 4])
    twice = [dd.concat([table, table]) for table in (survey.households, survey.members)]
    faults = scale.violations(*twice)
    of_homes = faults[faults["table"] == "households"]
    assert of_homes["rule"].unique().tolist() == ["duplicate_id"]
    assert of_homes.groupby("partition").size().tolist() == [4, 4]


def test_members_in_another_partition_than_their_household_are_named():
    homes = HOUSEHOLDS.head(4)
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)].copy()
    persons.loc[persons.index[0], "household_id"] = "nowhere"
    swapped = cut(persons.iloc[::-1], [0, 6, len(persons)])
    faults = scale.violations(cut(homes, [0, 2, 4]), swapped)
    moved = faults[faults["rule"] == "household_in_another_partition"]
    assert moved["message"].str.contains("scale.co_locate").all()
    lost = faults[faults["rule"] == "unknown_household"]
    assert lost[["partition", "household_id"]].values.tolist() == [[1, "nowhere"]]
    at = dict(zip(homes.index, [0, 0, 1, 1], strict=True))
    placed = swapped.map_partitions(len).compute().tolist()
    partition = np.repeat([0, 1], placed)
    owners = swapped["household_id"].compute()
    far = [at.get(id, p) != p for id, p in zip(owners, partition, strict=True)]
    assert len(moved) == sum(far)
    assert set(faults["rule"]) <= {"household_in_another_partition", "unknown_household"}
    mended = scale.co_locate(cut(homes, [0, 2, 4]), swapped)
    assert (
        scale.violations(mended)["rule"]
        .isin(["unknown_household", "size_disagrees", "empty_partition"])
        .all()
    )


def test_ids_of_another_type_in_one_partition_are_named():
    texts, numbers = HOUSEHOLDS.head(3), HOUSEHOLDS.iloc[3:5].copy()
    numbers.index = pd.Index([1, 2], name="household_id")
    homes = dd.from_map(lambda part: part, [texts, numbers], meta=texts.iloc[:0])
    (fault,) = scale.violations(homes).to_dict("records")
    assert (fault["rule"], fault["partition"]) == ("id_types_differ", 1)
    assert "households of partition 1" in fault["message"]


def test_an_empty_partition_is_doubted_and_a_category_that_one_lacks_is_in_order():
    homes = HOUSEHOLDS.head(8).copy()
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)]
    survey = cut_survey(homes, persons, [0, 4, 4, 8])
    faults = scale.violations(survey)
    assert faults[["severity", "rule", "partition"]].values.tolist() == [
        ["warning", "empty_partition", 1]
    ]
    with pytest.warns(mdp.DataWarning, match="empty_partition 1"):
        scale.assess(survey, standard=STANDARD)
    parts = [part.compute().copy() for part in survey.households.partitions]
    parts[0]["area"] = parts[0]["area"].cat.remove_unused_categories()
    narrow = dd.from_map(lambda part: part, parts, meta=homes.iloc[:0])
    with pytest.warns(mdp.DataWarning, match="empty_partition 1"):
        result = scale.assess(narrow, survey.members, standard=STANDARD)
    assert_frame_equal(result.compute(), mdp.assess(homes, persons, standard=STANDARD))


def test_doubts_are_counted_over_all_partitions():
    homes = HOUSEHOLDS.head(8).copy()
    homes.loc[homes.index[[1, 6]], "income_12m"] = -1.0
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)]
    with pytest.warns(mdp.DataWarning, match=r"^2 warning.*\(income_loss 2\)"):
        scale.assess(cut_survey(homes, persons, [0, 4, 8]), standard=STANDARD)


def test_arguments_that_do_not_fit_say_what_to_pass():
    homes, persons = cut(HOUSEHOLDS, [0, 250, 500]), cut(MEMBERS, [0, len(MEMBERS)])
    with pytest.raises(mdp.ArgumentError, match=r"households 2 and members 1.*scale.co_locate"):
        scale.assess(homes, persons, standard=STANDARD)
    with pytest.raises(mdp.ArgumentError, match="households is a list; pass a dask"):
        scale.assess([], standard=STANDARD)
    with pytest.raises(mdp.ArgumentError, match="members are given twice"):
        scale.assess(scale.CoLocated(homes, persons), persons, standard=STANDARD)
    matrix = scale.deprivations(homes, standard=STANDARD)
    other = mdp.standard("decision_59_2015")
    with pytest.raises(mdp.ArgumentError, match=r"\(partitions 0, 1\)"):
        scale.classify(homes, matrix, standard=other)
    with pytest.raises(mdp.ArgumentError, match="no column household_id"):
        scale.co_locate(homes, persons.drop(columns="household_id"))


def test_a_person_in_two_partitions_is_named_in_both_as_in_memory():
    homes = HOUSEHOLDS.head(9)
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)].copy()
    persons["citizen_id"] = [f"{n:012}" for n in range(1, len(persons) + 1)]
    own, other = persons.columns.get_loc("citizen_id"), len(persons) - 1
    persons.iloc[[0, 1], own] = "079 000 000 111"  # within one household
    persons.iloc[other, own] = "79000000111"  # another spelling, another partition
    persons.iloc[[3, other - 1], own] = "079000000222"
    persons.iloc[[5, 6], own] = "079000000333"  # in one partition alone
    persons.iloc[[8, other - 2], own] = None  # nobody's
    survey = cut_survey(homes, persons, [0, 4, 6, 9])
    faults = scale.violations(survey)
    expected = mdp.violations(homes, persons)
    assert set(expected["rule"]) == {"citizen_id_twice", "member_of_two_households"}
    keys = ["household_id", "member_id", "rule"]
    assert_frame_equal(
        in_memory(faults).sort_values(keys, ignore_index=True),
        expected.sort_values(keys, ignore_index=True),
    )
    assert set(faults.loc[faults["message"].str.contains("3 members"), "partition"]) == {0, 2}
    with pytest.warns(mdp.DataWarning) as in_parts:
        scale.assess(survey, standard=STANDARD)
    with pytest.warns(mdp.DataWarning) as at_once:
        mdp.assess(homes, persons, standard=STANDARD)
    assert str(in_parts[0].message) == str(at_once[0].message)


def test_persons_of_ids_that_cannot_be_compared_are_no_crash():
    homes = HOUSEHOLDS.head(9)
    persons = MEMBERS[MEMBERS["household_id"].isin(homes.index)].assign(citizen_id="079000000111")
    survey = cut_survey(homes, persons, [0, 4, 9])
    twice = homes.assign(household_id=range(9)).rename_axis("number")
    faults = scale.violations(cut(twice, [0, 4, 9]), survey.members)
    assert set(faults["rule"]) == set(mdp.violations(twice, persons)["rule"])
