"""`deprivations` at the scale of the country, and beside pandas on members in no order."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, STANDARD, AddedMemory, roster, warm


@pytest.mark.benchmark(group="country")
def test_twelve_indicators_of_the_country(benchmark):
    """12 million households, 50 million members."""
    households, members = roster(int(12_000_000 * SCALE), int(50_000_000 * SCALE), shuffled=False)
    warm(benchmark, lambda: mdp.deprivations(households, members, standard=STANDARD), rounds=3)
    with AddedMemory() as added:
        mdp.deprivations(households, members, standard=STANDARD)
    benchmark.extra_info["added MB"] = round(added.megabytes, 1)
    arrays = [frame[name].array for frame in (households, members) for name in frame]
    benchmark.extra_info["input MB"] = round(sum(array.nbytes for array in arrays) / 1e6)


@pytest.fixture(scope="module")
def shuffled():
    return roster(int(1_000_000 * SCALE), int(4_200_000 * SCALE), shuffled=True)


def by_groupby(households, members):
    """The twelve indicators with vectorised pandas and one groupby for each of the rosters."""
    age, status = members["age"], members["employment_status"]
    male = members["sex"] == "male"
    # Sure only: an unemployed member close to retirement is left out here.
    employed_age = (age >= 15) & (age < np.where(male, 60, 55))
    levels = list(members["attending"].cat.categories)

    def at_least(column, level):
        return members[column].isin(levels[levels.index(level) :])

    def educated(level):
        return (
            at_least("attending", level)
            | at_least("qualification", level)
            | members["enterprise_trained"]
        )

    supported = (age >= 60) | members["has_disability"]
    conditions = {
        "employment": ((status == "unemployed") & employed_age)
        | (status == "wage_without_contract"),
        "dependents": (age < 16) | (supported & members["receives_social_allowance"]),
        "nutrition": (age < 16) & (members["stunted"] | members["underweight"]),
        "health_insurance": (age >= 6) & ~members["has_health_insurance"],
        "adult_education": (age.between(16, 17) & ~educated("lower_secondary"))
        | (age.between(18, 30) & ~educated("upper_secondary")),
        "child_schooling": (age.between(3, 5) & ~at_least("attending", "preschool"))
        | (age.between(6, 11) & ~at_least("attending", "primary"))
        | (age.between(12, 15) & ~at_least("attending", "lower_secondary")),
        "telecom": members["uses_internet"],
    }
    owner = members["household_id"]
    found = {}
    for name, condition in conditions.items():
        groups = condition.groupby(owner)
        found[name] = (groups.mean() > 0.5) if name == "dependents" else groups.any()
    matrix = pd.DataFrame(found).reindex(households.index)
    matrix["telecom"] = ~matrix["telecom"]
    weak = ~households[["wall_durable", "frame_durable", "roof_durable"]]
    matrix["housing_quality"] = weak.sum(axis=1) >= 2
    matrix["housing_area"] = households["floor_area"] < 8 * households["household_size"]
    matrix["water"] = households["water_source"] == "other"
    matrix["toilet"] = households["toilet"].isin(["other", "none"])
    matrix["information_devices"] = ~households.filter(like="has_").any(axis=1)
    return matrix[list(STANDARD.indicator_ids)]


@pytest.mark.benchmark(group="shuffled")
def test_members_in_no_order(benchmark, shuffled):
    households, members = shuffled
    result = warm(benchmark, lambda: mdp.deprivations(households, members, standard=STANDARD))
    expected = by_groupby(households, members)
    for name in STANDARD.indicator_ids:
        known = result[name].notna()
        assert (result.loc[known, name] == expected.loc[known, name]).all(), name
        assert known.mean() > 0.8


@pytest.mark.benchmark(group="shuffled")
def test_members_in_no_order_by_groupby(benchmark, shuffled):
    warm(benchmark, lambda: by_groupby(*shuffled), rounds=3)


@pytest.fixture(scope="module")
def with_text_ids(shuffled):
    households, members = shuffled
    return (
        households.set_axis("H" + households.index.astype(str)),
        members.assign(household_id="H" + members["household_id"].astype(str)),
    )


@pytest.mark.benchmark(group="text ids")
def test_text_ids(benchmark, with_text_ids):
    warm(benchmark, lambda: mdp.deprivations(*with_text_ids, standard=STANDARD), rounds=3)


@pytest.mark.benchmark(group="text ids")
def test_text_ids_by_groupby(benchmark, with_text_ids):
    warm(benchmark, lambda: by_groupby(*with_text_ids), rounds=3)
