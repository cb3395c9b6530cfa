"""Measures, tables, flows, reviews and benefits of a whole country: those in memory."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty import measures, movement, programmes, reports, scale

STANDARD = "decree_07_2021"
SAMPLE = mdp.load_sample()
RANDOM = np.random.default_rng(18)
PROCEDURE = mdp.procedure_on("2023-09-01")


def parts_of(table, n):
    return dd.from_pandas(table, npartitions=n, sort=False)


@pytest.fixture(scope="module")
def full():
    """Households with result and reasons of poverty; some answers and names are open."""
    homes = SAMPLE.households.copy()
    homes.loc[homes.index[::40], "floor_area"] = np.nan
    for item in reports.items_of("reasons"):
        homes[f"reason_{item.id}"] = RANDOM.random(len(homes)) < 0.3
    return reports.wide(homes, mdp.assess(homes, SAMPLE.members, standard=STANDARD))


@pytest.fixture(scope="module")
def later(full):
    """The year after: other classes, some new ids, some households elsewhere or gone."""
    end = full.iloc[:450].copy()
    end["poverty_class"] = RANDOM.permutation(end["poverty_class"])
    end["commune"] = np.where(RANDOM.random(len(end)) < 0.05, "elsewhere", end["commune"])
    end.index = [f"N{id}" if n % 20 == 0 else id for n, id in enumerate(end.index)]
    return end.iloc[RANDOM.permutation(len(end))]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by": "area", "persons": True},
        {"by": ["province", "commune"], "of": ["poor", "near_poor"], "undetermined": "worst"},
    ],
)
def test_headcounts_are_those_of_all_households_at_once(full, options):
    found = scale.headcount(parts_of(full, 3), **options)
    assert_frame_equal(found, measures.headcount(full, **options))


@pytest.mark.parametrize("of", ["all", "poor"])
def test_rates_and_combinations_are_those_of_all_households_at_once(full, of):
    parted = parts_of(full, 3)
    for by in (None, "area", ["province", "commune"]):
        found = scale.deprivation_rates(parted, standard=STANDARD, by=by, of=of)
        expected = measures.deprivation_rates(full, standard=STANDARD, by=by, of=of)
        assert_frame_equal(found, expected)
    found = scale.deprivation_combinations(parted, standard=STANDARD, of=of)
    expected = measures.deprivation_combinations(full, standard=STANDARD, of=of)
    assert_frame_equal(found, expected)


def test_an_indicator_without_answers_in_one_partition_alone_is_not_left_out(full):
    column = full["water"].astype("boolean")
    column.iloc[:250] = pd.NA
    open_there = full.assign(water=column)
    found = scale.deprivation_combinations(parts_of(open_there, 2), standard=STANDARD)
    expected = measures.deprivation_combinations(open_there, standard=STANDARD)
    assert_frame_equal(found, expected)


def test_two_spellings_in_two_partitions_are_one_group_with_a_warning(full):
    other = full["commune"].fillna("Elsewhere").to_numpy(dtype=object)
    other[250:] = [name.upper() for name in other[250:]]
    twice = full.assign(commune=other)
    with pytest.warns(UserWarning, match="several spellings"):
        expected = measures.headcount(twice, by="commune")
    with pytest.warns(UserWarning, match="several spellings"):
        found = scale.headcount(parts_of(twice, 2), by="commune")
    assert_frame_equal(found, expected)


def test_a_category_that_one_partition_lacks_has_its_row(full):
    parts = [full.iloc[:250].copy(), full.iloc[250:].copy()]
    parts[0]["area"] = parts[0]["area"].cat.remove_unused_categories()
    parts[0] = parts[0][parts[0]["area"] == "rural"]
    parts[0]["area"] = parts[0]["area"].cat.remove_unused_categories()
    parted = dd.from_map(lambda part: part, parts, meta=full.iloc[:0])
    joined = pd.concat(
        [parts[0].assign(area=parts[0]["area"].astype(full["area"].dtype)), parts[1]]
    )
    assert_frame_equal(scale.headcount(parted, by="area"), measures.headcount(joined, by="area"))


@pytest.mark.parametrize("base", ["counted", "entered", None])
def test_official_tables_are_those_of_all_households_at_once(full, base):
    by = ["province", "commune"]
    entered = full.groupby(by).agg(households=("area", "size"), persons=("household_size", "sum"))
    population = entered.reset_index() if base == "entered" else base
    options = dict(by=by, population=population, standard=STANDARD, labels=None if base else "vi")
    survey = scale.co_locate(parts_of(full, 3), SAMPLE.members)
    found = scale.tables(survey.households, members=survey.members, **options)
    assert [*found] == [1, *range(4, 14)]
    numbers = [*found]
    expected = reports.tables(full, members=SAMPLE.members, numbers=numbers, **options)
    for number, table in expected.items():
        assert_frame_equal(found[number], table)
        assert found[number].attrs["table"] == number
        assert found[number].attrs["items"] == table.attrs["items"]


def test_tables_that_are_lists_are_refused(full):
    with pytest.raises(mdp.ArgumentError, match=r"tables \[14\] are not added up"):
        scale.tables(parts_of(full, 2), members=SAMPLE.members, numbers=[14])
    with pytest.raises(mdp.ArgumentError, match="table 2 lacks flows"):
        scale.tables(parts_of(full, 2), numbers=[2])
    with pytest.raises(mdp.ArgumentError, match=r"no tables \[99\]; there are 1 to 13"):
        scale.tables(parts_of(full, 2), numbers=[14, 99])


@pytest.mark.parametrize("name", ["commune", "household_size", None])
def test_a_series_of_units_stands_for_a_column(full, name):
    """Its name may be that of a column which the tables count."""
    units = full["commune"].rename(name)
    options = dict(numbers=[1, 12], population="counted")
    expected = reports.tables(full, by=units, **options)
    pieces = [full.iloc[:200], full.iloc[:0], full.iloc[200:]]
    parted = dd.from_map(lambda part: part, pieces, meta=full.iloc[:0])
    for by in (units.iloc[::-1], parted["commune"].rename(name)):
        found = scale.tables(parted.drop(columns="commune"), by=by, **options)
        for number, table in expected.items():
            assert_frame_equal(found[number], table)


def test_a_series_of_other_households_is_refused(full):
    parted = parts_of(full, 2)
    with pytest.raises(mdp.ArgumentError, match="result 2 and by 3"):
        scale.tables(parted, by=parts_of(full, 3)["commune"], numbers=[1])
    with pytest.raises(mdp.ArgumentError, match=r"rows not in it: 1, such as .*partition 1\)"):
        scale.tables(parted, by=full["commune"].iloc[:-1], numbers=[1])


@pytest.mark.parametrize("identity", ["e3b0", ["result"], {"result": 3}, {3: "e3b0"}])
def test_an_identity_that_names_no_sources_is_refused(full, identity):
    broken = dd.from_map(lambda _: 1 / 0, [0, 1], meta=full.iloc[:0])
    with pytest.raises(mdp.ArgumentError, match=r"identity .*; pass a mapping of each source"):
        scale.tables(broken, numbers=[1], identity=identity)
    with pytest.raises(mdp.ArgumentError, match=r"identity .*; pass a mapping of each source"):
        reports.table_1(full, identity=identity)


def by_ids(table):
    keys = [table[name].fillna("") for name in ("start_id", "end_id")]
    return table.iloc[np.lexsort(keys[::-1])].reset_index(drop=True)


def links_of(start, end):
    renamed = [id for id in end.index if id.startswith("N")]
    same = pd.DataFrame({"kind": "same", "start_id": [id[1:] for id in renamed], "end_id": renamed})
    gone = pd.DataFrame({"kind": ["died"], "start_id": [start.index[480]], "end_id": [None]})
    return pd.concat([same.iloc[2:], gone], ignore_index=True)


@pytest.mark.slow
@pytest.mark.parametrize("linked", [False, True])
def test_flows_are_those_of_all_households_at_once(full, later, linked):
    history = pd.DataFrame(
        {"household_id": full.index[::3], "poverty_class": "poor"}, index=range(167)
    )
    links = links_of(full, later) if linked else None
    options = dict(history=history, links=links, by=["province", "commune"])
    expected = movement.flows(full, later, **options)
    flows = scale.flows(parts_of(full, 3), parts_of(later, 4), **options)
    assert flows.dtypes.to_dict() == expected.dtypes.to_dict()
    assert_frame_equal(by_ids(flows.compute()), by_ids(expected))
    by = {"by": ["province"], "numbers": [2, 3]}
    found = scale.tables(parts_of(full, 2), flows=flows, **by)
    for number, table in reports.tables(full, flows=expected, **by).items():
        assert_frame_equal(found[number], table)


def test_years_without_a_common_id_are_refused(full, later):
    strangers = later.set_axis([f"X{n}" for n in range(len(later))])
    with pytest.raises(mdp.ArgumentError, match="start"):
        scale.flows(parts_of(full, 2), parts_of(strangers, 2))


@pytest.fixture(scope="module")
def events(full):
    known = full["poverty_class"].dropna()
    homes = full.loc[known.index].dropna(subset=["commune", "village"])
    known, places = known.loc[homes.index], homes[["commune", "village"]]
    villages = places.drop_duplicates().assign(attending=40, agreeing=30, minutes_copies=2)
    return (
        mdp.review.open_round(places, previous=known[known == "poor"], on="2023-09-05")
        .pipe(mdp.review.record_survey, known.to_frame("poverty_class"), on="2023-09-20")
        .pipe(mdp.review.hold_meetings, villages, on="2023-09-25")
        .pipe(mdp.review.post, on="2023-09-28")
    )


def test_cases_are_those_of_all_events_at_once(events):
    expected = mdp.review.fold(events, procedure=PROCEDURE)
    cases = scale.fold(parts_of(events, 4), procedure=PROCEDURE)
    assert cases.dtypes.to_dict() == expected.dtypes.to_dict()
    assert_frame_equal(cases.compute().loc[expected.index], expected)
    half = len(events) // 2
    first = scale.fold(parts_of(events.iloc[:half], 3), procedure=PROCEDURE)
    both = scale.fold(parts_of(events.iloc[half:], 2), after=first, procedure=PROCEDURE)
    assert_frame_equal(both.compute().loc[expected.index], expected)


def test_faults_of_events_name_their_partition(events):
    broken = events[events["event"] != "surveyed"]
    expected = mdp.review.violations(broken, procedure=PROCEDURE)
    with pytest.raises(mdp.ReviewError, match="partition 0, row") as caught:
        scale.fold(parts_of(broken, 4), procedure=PROCEDURE)
    columns = ["household_id", "rule", "message"]
    found = caught.value.violations
    assert found["partition"].nunique() == 4
    assert_frame_equal(
        found[columns].sort_values(columns, ignore_index=True),
        expected[columns].sort_values(columns, ignore_index=True),
    )


def test_benefits_are_those_of_all_households_at_once(full):
    keys = ["household_id", "member_id", "rule"]

    def in_order(table):
        texts = table[keys].astype(object).fillna("").astype(str)
        return table.iloc[np.lexsort([texts[name] for name in keys[::-1]])].reset_index(drop=True)

    options = dict(on="2024-06-01", all=True)
    expected = programmes.eligible(full, SAMPLE.members, **options)
    members = SAMPLE.members.iloc[RANDOM.permutation(len(SAMPLE.members))]
    entitled = scale.eligible(parts_of(full, 3), parts_of(members, 3), **options)
    assert entitled.dtypes.to_dict() == expected.dtypes.to_dict()
    assert_frame_equal(in_order(entitled.compute()), in_order(expected))
