"""Reasons of a million households beside `classify`, and one household by itself."""

import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, STANDARD


@pytest.fixture(scope="module")
def million(classified):
    households, matrix, _ = classified
    n = int(1_000_000 * SCALE)
    return households.iloc[:n].copy(), matrix.iloc[:n].copy()


def test_classify_a_million(benchmark, million):
    benchmark.pedantic(lambda: mdp.classify(*million, standard=STANDARD), rounds=5, warmup_rounds=1)


def test_reasons(benchmark, million):
    why = benchmark.pedantic(
        lambda: mdp.reasons(*million, standard=STANDARD), rounds=5, warmup_rounds=1
    )
    assert why["rule"].notna().all()


def test_nearest_changes(benchmark, million):
    changes = benchmark.pedantic(
        lambda: mdp.nearest_changes(*million, standard=STANDARD), rounds=5, warmup_rounds=1
    )
    assert changes["to_class"].notna().all()


def test_headcount(benchmark, million):
    classes = mdp.classify(*million, standard=STANDARD)
    rates = benchmark.pedantic(
        lambda: mdp.measures.headcount(classes, by=million[0]["area"]), rounds=5, warmup_rounds=1
    )
    assert rates["base"].sum() == len(classes)


def test_explain_one_of_a_million(benchmark, million):
    """After the first call: the cells of the standard and the index are there."""
    said = benchmark.pedantic(
        lambda: mdp.explain(*million, 7, standard=STANDARD), rounds=20, warmup_rounds=1
    )
    assert said.household_id == 7


def record(household_id):
    """A household with two members, all answers that most forms ask for."""
    adult = {
        "member_id": 1,
        "age": 40,
        "sex": "female",
        "relation": "head",
        "qualification": "none",
    }
    adult |= {"employment_status": "own_account", "qualification": "none"}
    adult |= {"has_health_insurance": True}
    child = {"member_id": 2, "age": 12, "sex": "male", "relation": "child", "stunted": False}
    child |= {"attending": "lower_secondary", "has_health_insurance": True}
    devices = {"has_radio": False, "has_television": True, "has_smartphone": True}
    return mdp.Household.model_validate(
        {
            "household_id": household_id,
            "area": "rural",
            "province": "Đắk Nông",
            "commune": "Quảng Sơn",
            "income_12m": 36_000_000,
            "floor_area": 12,
            "toilet": "none",
            "water_source": "piped",
            **devices,
            "members": [adult, child],
        }
    )


@pytest.mark.parametrize("n", [1, 10_000])
def test_assess_many(benchmark, n):
    households = [record(f"H{number}") for number in range(n)]
    result = benchmark.pedantic(
        lambda: mdp.assess_many(households, standard=STANDARD),
        rounds=20 if n == 1 else 3,
        warmup_rounds=1,
    )
    assert result["housing_area"].all()


def test_assess_one(benchmark):
    household = record("a")
    one = benchmark.pedantic(
        lambda: mdp.assess_one(household, standard=STANDARD), rounds=20, warmup_rounds=1
    )
    assert one.deprivations["housing_area"]
