"""Official tables of a country by district and commune, their identity and their check.

The queries in polars are what one writes for the counts of the same table: they read from pandas
and write back, and check nothing, know no missing answers and give no rates.
"""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from benchmarks.conftest import SCALE, STANDARD, AddedMemory, roster, warm
from multidim_poverty import reports
from multidim_poverty.vocabulary import PovertyClass

BY = ["district", "commune"]
COMMUNES = 10_000  # 16 in each district
CLASSES = ["poor", "near_poor", "average"]


def households(n, communes, text):
    """Classified households with all columns that the tables of households read."""
    rng = np.random.default_rng(2)
    commune = np.concatenate([np.arange(communes), rng.integers(0, communes, n - communes)])
    names = {"district": commune // 16, "commune": commune}
    ids = np.arange(n) + 10**6
    frame = pd.DataFrame(
        {
            **{name: [f"{name} {code}" for code in codes] for name, codes in names.items()},
            "household_size": rng.integers(1, 9, n),
            "poverty_class": pd.Categorical.from_codes(
                rng.integers(0, 3, n), PovertyClass.codes(), ordered=True
            ),
            "ethnic_group": np.where(rng.random(n) < 0.7, "Kinh", "Tày"),
        },
        index=pd.Index([f"HH{id}" for id in ids] if text else ids, name="household_id"),
    )
    frame["ethnic_minority"] = frame["ethnic_group"] != "Kinh"
    frame["local_minority"] = frame["ethnic_minority"] & (rng.random(n) < 0.5)
    flags = ["no_labour_capacity", "member_of_merit", "female_head", *STANDARD.indicator_ids]
    flags += [f"reason_{item.id}" for item in reports.items_of("reasons")]
    marks = {name: rng.random(n, dtype=np.float32) < 0.2 for name in flags}
    return pd.concat([frame, pd.DataFrame(marks, index=frame.index)], axis=1)


def flows_of(frame):
    """Every household is on a list at the start and at the end, in the same class."""
    ids = frame.index.to_series().reset_index(drop=True)
    classes = frame["poverty_class"].astype(object).reset_index(drop=True)
    sizes = frame["household_size"].reset_index(drop=True)
    flows = pd.DataFrame({"start_id": ids, "end_id": ids, "start_class": classes})
    flows = flows.assign(end_class=classes, start_persons=sizes, end_persons=sizes)
    for name in ("poor", "near_poor"):
        flows[f"{name}_flow"] = np.where(classes == name, "stayed", None)
    return flows.assign(**{name: frame[name].to_numpy() for name in BY})


@pytest.fixture(scope="module")
def million():
    return households(int(1_000_000 * SCALE), int(COMMUNES * SCALE), text=True)


def test_identity_of_a_million(benchmark, million):
    warm(benchmark, lambda: reports.identity(million), rounds=3)


@pytest.mark.parametrize("number", [1, 4, 8, 12])
def test_table_by_commune(benchmark, million, number):
    make = getattr(reports, f"table_{number}")
    table = warm(benchmark, lambda: make(million, by=BY, identity={}), rounds=3)
    assert len(table) > COMMUNES * SCALE


@pytest.fixture(scope="module")
def country(million):
    """Tables 1 to 13 but for that of the children, which needs members."""
    return reports.tables(million, by=BY, population="counted", flows=flows_of(million))


def test_check_of_all_communes(benchmark, country):
    faults = warm(benchmark, lambda: reports.check(country), rounds=3)
    assert set(faults["rule"]) <= {"overlap", "negative", "without_reason", "sum_as_unit"}
    assert len(country) == 12


def test_check_of_seven_households(benchmark):
    frame = households(7, 4, text=True)
    made = reports.tables(frame, by=BY, population="counted", flows=flows_of(frame))
    warm(benchmark, lambda: reports.check(made))


# -- one province of 63 districts and 700 communes, with members, beside polars ----------------

IDS = ("whole numbers", "str", "string[pyarrow]")


@pytest.fixture(scope="module", params=IDS)
def province(request):
    """A million households in 63 districts with 700 communes, their members and their flows."""
    n, ids = int(1_000_000 * SCALE), request.param
    frame = households(n, 700, text=False)
    names = {"district": np.arange(n) % 700 // 12, "commune": np.arange(n) % 700}
    frame = frame.assign(
        **{
            name: pd.Series([f"{name} {code}" for code in codes], frame.index, dtype="str")
            for name, codes in names.items()
        }
    )
    people = roster(n, n * 42 // 10, False)[1]
    if ids != "whole numbers":
        frame.index = pd.Index(("H" + frame.index.astype("str")).astype(ids), name="household_id")
        owner = ("H" + people["household_id"].astype("str")).astype(ids)
        people = people.assign(household_id=owner)
    return frame, people, flows_of(frame)


def fresh(frame):
    """The same table with an index that remembers nothing of earlier runs."""
    return frame.set_axis(pd.Index(frame.index.array, name="household_id"))


def note_memory(benchmark, measured, *tables):
    """Write beside the time what the call adds to the memory, and what the tables take."""
    with AddedMemory() as added:
        measured()
    benchmark.extra_info["added MB"] = round(added.megabytes)
    megabytes = sum(table.memory_usage(deep=True).sum() for table in tables) / 1e6
    benchmark.extra_info["input MB"] = round(megabytes)


def table_alone(frame, number):
    options = {"population": "counted"} if number == 1 else {}
    return getattr(reports, f"table_{number}")(fresh(frame), by=BY, identity={}, **options)


def by_levels(data, counts):
    """The counts of communes, of districts and of all, in one table."""
    communes = data.group_by(BY).agg(**counts)
    districts = communes.group_by("district").agg(pl.col(*counts).sum())
    total = districts.select(pl.col(*counts).sum())
    return pl.concat([total, districts, communes], how="diagonal").sort(BY).to_pandas()


def table_in_polars(frame, number):
    households, size = pl.len(), pl.col("household_size")
    of_class = {name: pl.col("poverty_class") == name for name in ("poor", "near_poor")}
    if number == 4:
        flags = {name: pl.col(name).sum() for name in STANDARD.indicator_ids}
        data = pl.from_pandas(frame[[*BY, "poverty_class", *flags]])
        return by_levels(data.filter(of_class["poor"]), {"poor_households": households, **flags})
    marks = of_class
    groups = ["ethnic_minority", "no_labour_capacity", "member_of_merit"]
    if number == 8:
        marks = {
            f"{name}_{group}": listed & among
            for name, listed in of_class.items()
            for group, among in (
                ("all", pl.lit(True)),
                *((group, pl.col(group)) for group in groups),
                ("none_of_three", ~pl.any_horizontal(groups)),
            )
        }
    read = [*BY, "household_size", "poverty_class", *(groups if number == 8 else [])]
    counts = {f"{name}_households": mark.sum() for name, mark in marks.items()}
    counts |= {f"{name}_persons": size.filter(mark).sum() for name, mark in marks.items()}
    if number == 1:
        counts |= {"households": households, "persons": size.sum()}
    return by_levels(pl.from_pandas(frame[read]), counts)


@pytest.mark.benchmark(group="one table")
@pytest.mark.parametrize("number", [1, 4, 8])
def test_one_table(benchmark, province, number):
    made = warm(benchmark, lambda: table_alone(province[0], number))
    note_memory(benchmark, lambda: table_alone(province[0], number), province[0])
    theirs = table_in_polars(province[0], number)
    if number == 1:
        assert made["poor_persons"].tolist()[0] == theirs["poor_persons"].iloc[0]
    if number == 4:
        ours = made.sort_values(BY, na_position="first")["incidents"].to_numpy(int)
        assert (ours == theirs[list(STANDARD.indicator_ids)].sum(axis=1).to_numpy()).all()


@pytest.mark.benchmark(group="one table")
@pytest.mark.parametrize("number", [1, 4, 8])
def test_one_table_in_polars(benchmark, province, number):
    warm(benchmark, lambda: table_in_polars(province[0], number))


@pytest.mark.benchmark(group="all tables")
@pytest.mark.parametrize("identity", [{}, None], ids=["counts alone", "with their identity"])
def test_thirteen_tables(benchmark, province, identity):
    frame, people, flows = province

    def all_tables():
        return reports.tables(
            fresh(frame), members=people, flows=flows, standard=STANDARD, by=BY,
            population="counted", identity=identity, numbers=range(1, 14),
        )  # fmt: skip

    made = warm(benchmark, all_tables, rounds=3)
    assert sorted(made) == list(range(1, 14))
    note_memory(benchmark, all_tables, frame, people, flows)


@pytest.mark.benchmark(group="all tables")
def test_identity_of_all_sources(benchmark, province):
    frame, people, flows = province

    def identity():
        return reports.identity(fresh(frame), members=people, flows=flows)

    assert len(warm(benchmark, identity, rounds=3)) == 3
    note_memory(benchmark, identity, frame, people, flows)
