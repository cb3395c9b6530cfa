"""The run of the country, on a part of it: all steps, their totals, and what they take."""

import dask
import pandas as pd
import pytest
from benchmarks import country

import multidim_poverty as mdp
from multidim_poverty import movement, programmes, reports, scale

HOUSEHOLDS = 200_000


@pytest.mark.slow
@pytest.mark.any_version
def test_a_part_of_the_country_goes_from_parquet_to_the_tables(tmp_path, cluster):
    folder = tmp_path / "data"
    sizes = dict(per_province=100_000, per_file=50_000, progress=False)
    steps, tables = country.measured(cluster, HOUSEHOLDS, folder, **sizes)
    assert steps["households"].eq(HOUSEHOLDS).all()
    assert steps["peak of a worker, GiB"].max() < 2
    assert steps["seconds"].gt(0).all()
    assert sorted(set(tables) - {"entitled", "flows"}) == [*range(1, 14)]
    total = tables[1].query("level == 'total'").iloc[0]
    assert total["households"] == HOUSEHOLDS
    assert 5_000 < total["poor_households"] < 20_000
    assert scale.verify_dataset(folder).empty

    # One province in memory: its rows are those of all tables, its flows and entitlements a part.
    years = [scale.read_dataset(folder, year=year, province="02") for year in country.YEARS]
    homes, results = (
        [getattr(year, name).compute() for year in years] for name in ("households", "result")
    )
    before, now = map(reports.wide, homes, results)
    members = years[1].members.compute()
    flows = movement.flows(before, now, by=country.BY)
    expected = reports.tables(
        now,
        members=members,
        flows=flows,
        standard=country.STANDARD,
        on="2024-10-01",
        by=country.BY,
        population="counted",
        numbers=range(1, 14),
    )
    for number, table in expected.items():
        of_all = tables[number]
        own = of_all[of_all["province"].eq("02").fillna(False)].reset_index(drop=True)
        part = table[table["province"].eq("02").fillna(False)].reset_index(drop=True)
        pd.testing.assert_frame_equal(own.drop(columns="number"), part.drop(columns="number"))
    entitled = country.granted(programmes.eligible(now, members, on="2024-10-01"))
    assert (entitled <= tables["entitled"].loc[entitled.index]).all(axis=None)
    assert flows["poor_flow"].eq("stayed").sum() <= tables["flows"]["stayed"]


def test_the_country_is_drawn_from_seeds_and_is_sound():
    parts = country.drafts(country.COUNTRY)
    assert sum(part.households for part in parts) == country.COUNTRY
    assert {part.province for part in parts} == {*range(1, 64)}
    assert max(part.households for part in parts) <= country.PER_FILE
    assert len(country.drafts(country.MILLION)) == 12
    part = country.Draft(3, 1, 400)
    first, again = country.drawn(part), country.drawn(part)
    pd.testing.assert_frame_equal(first.households, again.households)
    pd.testing.assert_frame_equal(first.members, again.members)
    later = country.a_year_later(first.households, first.members)
    for tables, day in ((first, "2023-10-01"), (later, "2024-10-01")):
        faults = mdp.violations(tables.households, tables.members, on=day)
        assert not (faults["severity"] == "error").any()
    gone = first.households.index.difference(later.households.index)
    assert 0 < len(gone) == len(later.households.index.difference(first.households.index)) < 20
    with dask.config.set(scheduler="sync"):
        homes, _ = country.dask_tables([dask.delayed(country.drawn)(part)])
        pd.testing.assert_frame_equal(homes.compute(), first.households)
