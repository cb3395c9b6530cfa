"""Who is entitled to what: 1 million households, and 4.2 million members beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.conftest import SCALE
from multidim_poverty import programmes

RULES = ["national_2021_2026", "plan_740_dak_nong_rules"]
DAY = "2022-06-01"  # on which the rules of both sets apply


def made_tables(n: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The list of a day, the households with their answers, members and earlier lists."""
    rng = np.random.default_rng(740)
    ids = pd.Index(np.arange(n) + 1, name="household_id")
    classes = pd.CategoricalDtype(["poor", "near_poor", "average", "above_average"], ordered=True)
    code = rng.choice([0, 1, 2, 3, -1], n, p=[0.06, 0.05, 0.1, 0.77, 0.02])
    current = pd.DataFrame(
        {
            "poverty_class": pd.Categorical.from_codes(code, dtype=classes),
            "listed": (code >= 0) & (code < 2),
        },
        index=ids,
    )

    def yes(share: float, size: int = n) -> pd.arrays.BooleanArray:
        return pd.arrays.BooleanArray(rng.random(size) < share, rng.random(size) < 0.02)

    households = pd.DataFrame(
        {
            "province": pd.Categorical.from_codes(rng.integers(0, 2, n), ["Đắk Nông", "Đắk Lắk"]),
            "district": pd.Categorical.from_codes(
                rng.integers(0, 4, n), ["Tuy Đức", "Đắk Glong", "Cư Jút", "Krông Nô"]
            ),
            "ethnic_minority": yes(0.3),
            "member_of_merit": yes(0.05),
            "farm_household": yes(0.6),
            "minority_programme": yes(0.3),
            "social_policy_household": yes(0.05),
            "independent_since": pd.Timestamp("2010-01-01")
            + pd.to_timedelta(rng.integers(0, 5000, n), "D"),
            "electricity_use": rng.gamma(2, 40, n),
        },
        index=ids,
    )
    sizes = np.maximum(1, rng.poisson(4.2, n))
    m = int(sizes.sum())
    attending = ["none", "preschool", "primary", "lower_secondary", "upper_secondary"]
    members = pd.DataFrame(
        {
            "household_id": np.repeat(ids.to_numpy(), sizes),
            "member_id": np.arange(m) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1,
            "age": rng.integers(0, 95, m),
            "sex": pd.Categorical.from_codes(rng.integers(0, 2, m), ["male", "female"]),
            "employment_status": pd.Categorical.from_codes(
                rng.integers(-1, 3, m), ["wage_with_contract", "own_account", "unemployed"]
            ),
            "attending": pd.Categorical.from_codes(rng.integers(0, 5, m), attending),
            "has_disability": yes(0.06, m),
            "has_health_insurance": yes(0.9, m),
            "has_pension": yes(0.1, m),
            "has_supporter": yes(0.9, m),
            "stable_livelihood": yes(0.7, m),
            "low_income_worker": yes(0.05, m),
        }
    )
    listed = rng.random(n) < 0.15
    history = pd.DataFrame(
        {
            "household_id": np.tile(ids[listed].to_numpy(), 2),
            "on": np.repeat(pd.to_datetime(["2018-12-15", "2020-12-15"]), int(listed.sum())),
            "poverty_class": pd.Categorical.from_codes(
                rng.integers(0, 3, 2 * int(listed.sum())), dtype=classes
            ),
        }
    )
    return current, households, members, history


@pytest.fixture(scope="module")
def tables():
    return made_tables(int(1_000_000 * SCALE))


def eligible(benchmark, **arguments):
    def run():
        return programmes.eligible(rules=RULES, on=DAY, **arguments)

    rows = benchmark.pedantic(run, rounds=3, iterations=1)
    benchmark.extra_info["rows"] = len(rows)
    assert set(rows["eligible"].dropna()) == {True}


def test_rules_of_households(benchmark, tables):
    current, households, _, history = tables
    eligible(benchmark, current=current, households=households, history=history)


def test_rules_of_households_and_members(benchmark, tables):
    current, households, members, history = tables
    eligible(benchmark, current=current, households=households, history=history, members=members)


@pytest.fixture(scope="module")
def entitled(tables):
    """Who is entitled to what; a tenth of those who certainly are got it."""
    current, households, members, history = tables
    rows = programmes.eligible(
        current=current,
        households=households,
        history=history,
        members=members,
        rules=RULES,
        on=DAY,
        unit_costs={"livelihood_support": 10_000_000, "training_support": 5_000_000},
    )
    certain = rows[rows["eligible"].fillna(False)]
    got = certain.sample(len(certain) // 10, random_state=740).drop_duplicates(
        ["household_id", "member_id", "benefit"]
    )
    deliveries = got[["household_id", "member_id", "benefit"]].assign(day=DAY, amount=1e6)
    homes = households.join(current["poverty_class"])
    return rows, deliveries, homes, members


def once(benchmark, function, *arguments, **more):
    table = benchmark.pedantic(function, arguments, more, rounds=1, iterations=1)
    benchmark.extra_info["rows"] = len(table)
    return table


def test_coverage_by_district_and_class(benchmark, entitled):
    rows, deliveries, homes, members = entitled
    more = {"deliveries": deliveries, "members": members, "by": ["district", "poverty_class"]}
    table = once(benchmark, programmes.coverage, rows, homes, **more)
    assert (table["reached_at_least"] <= table["eligible_at_least"]).all()


def test_costs_of_all_benefits(benchmark, entitled):
    table = once(benchmark, programmes.costs, entitled[0], rules=RULES)
    assert table["recipients_at_most"].sum() > 0


def test_changes_of_the_law(benchmark, entitled):
    rows = entitled[0]
    table = once(benchmark, programmes.changes, rows, rows[::2], rules=RULES)
    assert len(table) > 0
