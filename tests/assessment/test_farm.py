"""Farm income, the average living standard, and low-income workers: each rule at its bounds."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import average_living_standard, farm_income, low_income_workers
from multidim_poverty.law.low_income_worker import (
    LowIncomeCriterion,
    low_income_criterion,
)
from multidim_poverty.vocabulary import EmploymentStatus, IncomeSource

DECREE_07 = mdp.standard("decree_07_2021")
CEILING = {"rural": 2_250_000, "urban": 3_000_000}
LINE = {"rural": 1_500_000, "urban": 2_000_000}
COUNTED = [
    "crops",
    "livestock",
    "farm_services",
    "forestry",
    "fishery",
    "salt",
    "business",
    "wages",
    "other",
]
ALLOWANCE = "social_allowance"


def homes(*sizes, ids="abcdefgh"):
    index = pd.Index(list(ids[: len(sizes)]), name="household_id")
    return pd.DataFrame({"household_size": pd.array(sizes, dtype="Int64")}, index=index)


def book(*rows):
    accounts = pd.DataFrame(rows, columns=["household_id", "source", "receipts", "costs"])
    return accounts.astype({"receipts": "float64", "costs": "float64"})


# -- income of farm households ---------------------------------------------------------------


def test_receipts_less_costs_by_members_and_months():
    accounts = book(
        ("a", "crops", 70_000_000, 20_000_000),
        ("b", "wages", 60_000_000, 0),
        ("a", "fishery", 30_000_000, 8_000_000),
        ("a", "crops", 10_000_000, 10_000_000),
    )
    income = farm_income(homes(3, 1), accounts)
    assert income.columns.tolist() == ["income_12m", "income_per_capita", *COUNTED, "left_out"]
    assert (income.dtypes == np.float64).all()
    assert income["income_12m"].tolist() == [72_000_000, 60_000_000]
    assert income["income_per_capita"].tolist() == [2_000_000, 5_000_000]
    assert income.loc["a", "crops"] == 50_000_000 / 36
    assert income.loc["a", "fishery"] == 22_000_000 / 36
    assert income.loc["a", "wages"] == 0
    assert income["left_out"].tolist() == [0, 0]


def test_the_sources_and_their_labels():
    assert list(IncomeSource.codes()) == [*COUNTED, ALLOWANCE]
    assert IncomeSource.SALT.vi == "Diêm nghiệp"
    assert all(source.vi and source.en for source in IncomeSource)


def test_state_allowances_are_no_income():
    """Decision 24/2021, article 2."""
    rows = [("a", "crops", 24_000_000, 0)]
    without = farm_income(homes(1), book(*rows))
    with_it = farm_income(homes(1), book(*rows, ("a", ALLOWANCE, 6_000_000, np.nan)))
    assert with_it.loc["a", "income_per_capita"] == 2_000_000
    assert with_it.loc["a", "left_out"] == 6_000_000
    pd.testing.assert_frame_equal(
        with_it.drop(columns="left_out"), without.drop(columns="left_out")
    )


def test_what_is_left_out_is_the_callers_to_choose():
    accounts = book(("a", "crops", 24_000_000, 0), ("a", ALLOWANCE, 12_000_000, 0))
    all_of_it = farm_income(homes(1), accounts, allowances=())
    assert all_of_it.loc["a", ["income_per_capita", ALLOWANCE]].tolist() == [3_000_000, 1_000_000]
    neither = farm_income(homes(1), accounts, allowances=[ALLOWANCE, "other"])
    assert "other" not in neither.columns
    assert farm_income(homes(1), accounts, allowances=ALLOWANCE)["left_out"].item() == 12_000_000
    with pytest.raises(ValueError, match=r"'rent'.*there are crops, livestock"):
        farm_income(homes(1), accounts, allowances=["rent"])


def test_a_loss_is_classified_below_every_line_with_a_warning():
    accounts = book(("a", "crops", 10_000_000, 25_000_000), ("b", "crops", 90_000_000, 6_000_000))
    households = homes(2, 2).assign(area="rural")
    income = farm_income(households, accounts)
    households["income_per_capita"] = income["income_per_capita"]
    doubts = mdp.violations(households)
    assert doubts[["severity", "rule", "household_id", "column"]].values.tolist() == [
        ["warning", "income_loss", "a", "income_per_capita"]
    ]
    assert doubts["value"].tolist() == [-625_000.0]
    with pytest.warns(mdp.DataWarning, match="income_loss 1"):
        result = mdp.assess(households, standard=DECREE_07)
    assert result["income_band"].tolist() == ["up_to_poverty_line", "above_average_ceiling"]
    matrix = result[list(DECREE_07.indicator_ids)].fillna(False).astype(bool)
    with pytest.warns(mdp.DataWarning, match="1 household.* income below zero, such as .'a'."):
        classes = mdp.classify(households, matrix, standard=DECREE_07)
    assert classes["poverty_class"].tolist() == ["near_poor", "above_average"]
    why = mdp.reasons(households, matrix, standard=DECREE_07)
    assert why["income_margin"].tolist() == [-2_125_000.0, 1_250_000.0]
    changes = mdp.nearest_changes(households, matrix, standard=DECREE_07)
    up = changes.loc["a"].query("way == 'income'").set_index("to_class")["income_change"]
    assert up.to_dict() == {"average": 2_125_001.0, "above_average": 2_875_001.0}
    assert "-625,000 VND" in mdp.explain(households, matrix, "a", standard=DECREE_07).text("en")


def test_a_loss_of_the_year_is_a_loss_per_head():
    households = pd.DataFrame({"area": "rural", "income_12m": -24e6, "household_size": [2]})
    assert mdp.per_capita_income(households).tolist() == [-1e6]
    with pytest.warns(mdp.DataWarning, match="income_loss 1"):
        result = mdp.assess(households, standard=DECREE_07)
    assert result["income_per_capita"].tolist() == [-1e6]
    record = mdp.Household(household_id="a", area="rural", income_12m=-24e6, household_size=2)
    with pytest.warns(mdp.DataWarning, match="income_loss 1"):
        assert mdp.assess_one(record, standard=DECREE_07).income_band == "up_to_poverty_line"


def test_without_any_source_the_income_is_missing():
    everything = tuple(IncomeSource)
    accounts = book(("a", "crops", 9, 1), ("b", "social_allowance", 5, 0))
    for allowances in (everything, everything[:-1]):
        found = farm_income(homes(1, 1, 1), accounts, allowances=allowances)
        open_rows = [True] * 3 if allowances == everything else [True, False, True]
        assert found["income_12m"].isna().tolist() == open_rows
        assert found["income_per_capita"].isna().tolist() == open_rows
    assert farm_income(homes(1, 1), accounts.iloc[:0])["income_12m"].isna().all()


def test_a_loss_stays_a_loss():
    income = farm_income(homes(2), book(("a", "fishery", 1_000_000, 25_000_000)))
    assert income.loc["a", ["income_12m", "income_per_capita"]].tolist() == [
        -24_000_000,
        -1_000_000,
    ]
    below = average_living_standard(income.assign(area="rural"), standard=DECREE_07)
    assert below.tolist() == [False]


def test_unknown_is_not_zero():
    accounts = book(
        ("a", "crops", np.nan, 0),
        ("a", "wages", 12_000_000, 0),
        ("b", "crops", 12_000_000, np.nan),
        ("d", ALLOWANCE, 6_000_000, 0),
        ("e", "wages", 12_000_000, 0),
        ("f", "wages", 12_000_000, 0),
        ("f", ALLOWANCE, np.nan, 0),
    )
    income = farm_income(homes(1, 1, 1, 1, None, 1), accounts)
    assert income["income_12m"].isna().tolist() == [True, True, True, True, False, False]
    assert income["income_per_capita"].isna().tolist() == [True, True, True, True, True, False]
    assert income["crops"].isna().tolist() == [True, True, True, True, True, False]
    assert income["wages"].isna().tolist() == [False, False, True, True, True, False]
    assert income.loc["a", "wages"] == 1_000_000
    assert income["left_out"].isna().tolist() == [False, False, True, False, False, True]
    assert income.loc["d", "left_out"] == 6_000_000


def test_no_account_and_no_household():
    empty = book()
    assert farm_income(homes(1, 2), empty).isna().all(axis=None)
    assert farm_income(homes(), empty).shape == (0, 12)


@given(line=st.sampled_from([*LINE.values(), *CEILING.values()]), size=st.integers(1, 40))
def test_exact_at_a_line_and_one_vnd_a_year_above_it(line, size):
    year = line * size * 12
    accounts = book(
        ("a", "crops", year, 7),
        ("a", "salt", 7, 0),
        ("b", "crops", year, 7),
        ("b", "salt", 8, 0),
    )
    income = farm_income(homes(size, size), accounts)["income_per_capita"]
    assert income["a"] == line
    assert income["b"] > line


AMOUNTS = st.one_of(st.integers(0, 10**10).map(float), st.just(np.nan))
ROWS = st.tuples(st.sampled_from("abc"), st.sampled_from([*COUNTED, ALLOWANCE]), AMOUNTS, AMOUNTS)
BOOKS = st.lists(ROWS, max_size=12)
SIZES = st.tuples(*[st.one_of(st.integers(1, 12), st.none())] * 3)


@given(rows=BOOKS, sizes=SIZES)
def test_against_plain_python(rows, sizes):
    income = farm_income(homes(*sizes), book(*rows))
    for id, size in zip("abc", sizes, strict=True):
        counted = [row for row in rows if row[0] == id and row[1] != ALLOWANCE]
        year = sum(row[2] - row[3] for row in counted) if counted else np.nan
        head = np.nan if size is None else year / (12 * size)
        np.testing.assert_equal(income.loc[id, "income_12m"], year)
        np.testing.assert_equal(income.loc[id, "income_per_capita"], head)
        apart = [row[2] for row in rows if row[0] == id and row[1] == ALLOWANCE]
        seen = any(row[0] == id for row in rows)
        np.testing.assert_equal(income.loc[id, "left_out"], sum(apart) if seen else np.nan)


@given(rows=BOOKS, sizes=SIZES)
def test_the_sources_add_up_to_the_total(rows, sizes):
    income = farm_income(homes(*sizes), book(*rows))
    np.testing.assert_allclose(
        income[COUNTED].sum(axis=1, skipna=False),
        income["income_per_capita"],
        rtol=1e-12,
        atol=1e-3,
    )


@given(rows=BOOKS, sizes=SIZES, data=st.data())
def test_the_order_of_the_rows_does_not_matter(rows, sizes, data):
    shuffled = data.draw(st.permutations(rows))
    pd.testing.assert_frame_equal(
        farm_income(homes(*sizes), book(*shuffled)),
        farm_income(homes(*sizes), book(*rows)),
        check_exact=True,
    )


@given(rows=BOOKS, sizes=SIZES, id=st.sampled_from("abc"), receipts=AMOUNTS, costs=AMOUNTS)
def test_an_allowance_never_changes_the_income(rows, sizes, id, receipts, costs):
    before = farm_income(homes(*sizes), book(*rows))
    after = farm_income(homes(*sizes), book(*rows, (id, ALLOWANCE, receipts, costs)))
    pd.testing.assert_frame_equal(
        after.drop(columns="left_out"), before.drop(columns="left_out"), check_exact=True
    )


@given(rows=BOOKS, sizes=SIZES, by=st.sampled_from([2, 4, 1024]))
def test_income_grows_with_the_amounts_and_falls_with_the_members(rows, sizes, by):
    before = farm_income(homes(*sizes), book(*rows))
    more = book(*[(id, source, receipts * by, costs * by) for id, source, receipts, costs in rows])
    pd.testing.assert_frame_equal(farm_income(homes(*sizes), more), before * by, check_exact=True)
    crowded = homes(*[None if size is None else size * by for size in sizes])
    per_head = ["income_per_capita", *COUNTED]
    pd.testing.assert_frame_equal(
        farm_income(crowded, book(*rows))[per_head], before[per_head] / by, check_exact=True
    )


@pytest.mark.parametrize("ids", [["a", "b"], [7, 3], [1.5, 2.5]])
@pytest.mark.parametrize("dtype", ["float64", "int64", "Int64", "object", "double[pyarrow]"])
def test_dtypes_and_index_are_kept_and_the_input_is_not_changed(ids, dtype):
    households = homes(2, 1).set_axis(pd.Index(ids, name="household_id"))
    accounts = book(
        (ids[1], "crops", 24e6, 12e6), (ids[0], "wages", 24e6, 0), (ids[0], ALLOWANCE, 6e6, 0)
    ).astype({"receipts": dtype, "costs": dtype})
    accounts["source"] = accounts["source"].astype("category")
    before = households.copy(deep=True), accounts.copy(deep=True)
    income = farm_income(households, accounts)
    assert income["income_per_capita"].tolist() == [1_000_000, 1_000_000]
    pd.testing.assert_index_equal(income.index, households.index)
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(accounts, before[1])


def faults(households, accounts):
    with pytest.raises(mdp.InvalidDataError) as error:
        farm_income(households, accounts)
    return error.value.violations


def test_every_bad_row_is_named_at_once():
    households = homes(0, 2, 2).set_axis(["a", "b", "b"])
    accounts = pd.DataFrame(
        {
            "household_id": pd.Series(["a", "z", "b", None, "b"], dtype=object),
            "source": pd.Series(["crops", "crops", "rice", "salt", None], dtype=object),
            "receipts": [1.0, 2.0, -3.0, 4.0, np.inf],
            "costs": ["1.000.000", 0, "much", 0, 0],
        }
    )
    found = faults(households, accounts)
    assert found.columns.tolist() == [
        *("severity", "rule", "table", "household_id", "member_id", "column", "value"),
        *("expected", "message", "citation"),
    ]
    named = found[["table", "household_id", "column", "value", "rule"]].values.tolist()
    assert sorted(map(str, named)) == sorted(
        map(
            str,
            [
                ["households", "a", "household_size", 0, "out_of_range"],
                ["households", "b", "household_id", "b", "duplicate_id"],
                ["households", "b", "household_id", "b", "duplicate_id"],
                ["accounts", "a", "costs", "1.000.000", "text_number"],
                ["accounts", "z", "household_id", "z", "unknown_household"],
                ["accounts", "b", "source", "rice", "unknown_category"],
                ["accounts", "b", "receipts", -3.0, "negative"],
                ["accounts", "b", "costs", "much", "not_a_number"],
                ["accounts", None, "household_id", None, "missing_value"],
                ["accounts", "b", "source", None, "missing_value"],
                ["accounts", "b", "receipts", np.inf, "infinite"],
            ],
        )
    )
    messages = found.set_index("rule")["message"]
    assert "answers: crops, livestock, farm_services" in messages["unknown_category"]
    assert "the row belongs to household 'z'" in messages["unknown_household"]
    assert "household_id (Household) is missing" in messages["missing_value"].iloc[0]


def test_columns_that_are_absent_double_or_too_coarse():
    accounts = book(("a", "crops", 1, 0))
    bare = faults(homes(1)[[]], accounts[[]])
    assert set(bare["column"]) == {"household_size", "household_id", "source", "receipts", "costs"}
    assert set(bare["rule"]) == {"missing_column"}
    assert bare["household_id"].isna().all()
    coarse = faults(homes(1), accounts.astype({"receipts": "float32"}))
    assert coarse[["column", "rule"]].values.tolist() == [["receipts", "too_coarse"]]
    double = pd.concat([accounts, accounts[["costs"]]], axis=1)
    assert faults(homes(1), double)["rule"].tolist() == ["duplicate_column"]
    twice = pd.concat([accounts, accounts[["household_id"]]], axis=1)
    assert faults(homes(1), twice)["rule"].tolist() == ["duplicate_column"]
    negative_costs = faults(homes(1), book(("a", "crops", 1, -1)))
    assert negative_costs[["column", "rule"]].values.tolist() == [["costs", "negative"]]


def test_the_index_of_households_must_be_their_ids():
    accounts = book(("a", "crops", 1, 0))
    in_column = faults(homes(1).reset_index(), accounts)
    assert in_column["rule"].tolist() == ["id_not_in_index", "id_types_differ"]
    levels = homes(1).set_axis(pd.MultiIndex.from_tuples([("a", 1)]))
    assert faults(levels, accounts)["rule"].tolist() == ["index_of_levels"]
    nameless = homes(1, 1, 1).set_axis(pd.Index(["a", None, None]))
    assert faults(nameless, accounts)["rule"].tolist() == ["missing_value"] * 2


# -- the average living standard -------------------------------------------------------------


@pytest.mark.parametrize("area", ["rural", "urban"])
def test_average_is_above_the_line_and_up_to_the_ceiling(area):
    """Decree 07/2021, article 3, clause 2, point c."""
    income = [0, LINE[area], LINE[area] + 1, CEILING[area], CEILING[area] + 1]
    households = pd.DataFrame({"area": area, "income_per_capita": income}, index=list("vwxyz"))
    average = average_living_standard(households, standard=DECREE_07)
    assert average.dtype == "boolean"
    assert average.name == "average_living_standard"
    assert average.tolist() == [False, False, True, True, False]
    pd.testing.assert_index_equal(average.index, households.index)


@pytest.mark.parametrize("standard", mdp.standards()[:2], ids=lambda s: s.name)
@given(
    area=st.sampled_from(["rural", "urban"]),
    step=st.integers(-1, 1),
    line=st.integers(0, 2),
    count=st.integers(0, 10),
)
def test_average_agrees_with_the_class(standard, area, step, line, count):
    amount = getattr(standard.lines[min(line, len(standard.lines) - 1)], area) + step
    households = pd.DataFrame({"area": [area], "income_per_capita": [float(amount)]})
    names = standard.indicator_ids
    matrix = pd.DataFrame([[n < count for n in range(len(names))]], columns=names)
    by_class = mdp.classify(households, matrix, standard=standard)["poverty_class"] == "average"
    assert average_living_standard(households, standard=standard).tolist() == by_class.tolist()


def test_unknown_income_or_area_is_not_average_and_not_otherwise():
    households = pd.DataFrame(
        {"area": ["rural", None, "urban"], "income_per_capita": [np.nan, 2e6, 2_500_000.0]}
    )
    before = households.copy(deep=True)
    average = average_living_standard(households, standard=DECREE_07)
    assert average.isna().tolist() == [True, True, False]
    assert average[2]
    pd.testing.assert_frame_equal(households, before)


def test_the_bounds_are_those_of_the_standard_given():
    higher = DECREE_07.replace(
        name="higher", why="test", lines={"average_ceiling": {"rural": 2_400_000}}
    )
    households = pd.DataFrame({"area": ["rural"], "income_per_capita": [2_400_000.0]})
    assert average_living_standard(households, standard=higher).item()
    assert not average_living_standard(households, standard=DECREE_07).item()


def test_where_deprivations_decide_too_income_alone_does_not():
    raw = DECREE_07.model_dump()
    for rule in raw["class_rules"]:
        if rule["id"] == "average":
            rule["deprivations_at_most"] = 5
    near_poor = next(rule for rule in raw["class_rules"] if rule["id"] == "near_poor")
    raw["class_rules"] += (
        {
            **near_poor,
            "id": "deprived",
            "income_above": "poverty_line",
            "income_at_most": "average_ceiling",
            "deprivations_at_least": 6,
            "deprivations_at_most": None,
        },
    )
    households = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 2e6, 3e6]})
    average = average_living_standard(households, standard=mdp.Standard.model_validate(raw))
    assert average.isna().tolist() == [False, True, False]
    assert not average[[0, 2]].any()


def test_a_standard_without_the_class_is_refused():
    households = pd.DataFrame({"area": ["rural"], "income_per_capita": [2e6]})
    with pytest.raises(mdp.NotCoveredError, match="decree_351_2025 has no average living standard"):
        average_living_standard(households, standard=mdp.standard("decree_351_2025"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"area": ["city"]}, "unknown_category"),
        ({"income_per_capita": ["2.000.000"]}, "text_number"),
        ({"income_per_capita": [-np.inf]}, "infinite"),
        ({"income_per_capita": np.array([2e6], dtype="float32")}, "too_coarse"),
    ],
)
def test_bad_values_of_the_comparison_are_named(change, rule):
    households = pd.DataFrame({"area": ["rural"], "income_per_capita": [2e6]}).assign(**change)
    with pytest.raises(mdp.InvalidDataError) as error:
        average_living_standard(households, standard=DECREE_07)
    assert error.value.violations["rule"].tolist() == [rule]
    with pytest.raises(mdp.InvalidDataError) as error:
        average_living_standard(households[[]], standard=DECREE_07)
    assert error.value.violations["column"].tolist() == ["area", "income_per_capita"]


# -- low-income workers ----------------------------------------------------------------------


def workers(area, income, status, worst="average", best=None, **more):
    households = pd.DataFrame({"area": [area], "income_per_capita": [income]}, index=["a"])
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1], "employment_status": [status]})
    result = pd.DataFrame(
        {"class_at_worst": [worst], "class_at_best": [best or worst]}, index=["a"]
    )
    more.setdefault("standard", DECREE_07)
    found = low_income_workers(households, members, result, **more).item()
    return found if found is pd.NA else bool(found)


@pytest.mark.parametrize("area", ["rural", "urban"])
def test_up_to_the_ceiling_and_not_above_it(area):
    """Decree 30/2025, on article 3, clause 2, point d of Decree 07/2021."""
    assert workers(area, float(CEILING[area]), "own_account") is True
    assert workers(area, CEILING[area] + 1.0, "own_account", "above_average") is False
    # The ceiling is a clause of its own, whatever the class says.
    assert workers(area, CEILING[area] + 1.0, "own_account") is False


@pytest.mark.parametrize("area", ["rural", "urban"])
def test_at_the_line_a_household_is_poor_or_near_poor(area):
    households = pd.DataFrame(
        {"area": area, "income_per_capita": [LINE[area], LINE[area], LINE[area] + 1]},
        index=list("abc"),
    )
    matrix = pd.DataFrame(False, index=households.index, columns=DECREE_07.indicator_ids)
    matrix.loc["a", ["water", "toilet", "telecom"]] = True
    result = mdp.classify(households, matrix, standard=DECREE_07)
    members = pd.DataFrame(
        {
            "household_id": list("cab"),
            "member_id": 1,
            "employment_status": "wage_without_contract",
        },
        index=[10, 20, 30],
    )
    found = low_income_workers(households, members, result.iloc[::-1], standard=DECREE_07)
    assert found.dtype == "boolean"
    assert found.name == "low_income_worker"
    assert found.index.tolist() == [10, 20, 30]
    assert found.tolist() == [True, False, False]


@pytest.mark.parametrize("status", list(EmploymentStatus))
def test_who_is_a_worker(status):
    at_work = status in ("wage_with_contract", "wage_without_contract", "own_account")
    assert workers("rural", 2e6, str(status)) is at_work


def test_low_income_workers_live_in_average_households():
    """By arithmetic: above the line, for else poor or near-poor, and up to the same ceiling."""
    for area, step in itertools.product(LINE, (-1, 0, 1)):
        for amount in (LINE[area], CEILING[area]):
            households = pd.DataFrame({"area": [area], "income_per_capita": [amount + step]})
            matrix = pd.DataFrame(False, index=[0], columns=DECREE_07.indicator_ids)
            members = pd.DataFrame(
                {"household_id": [0], "member_id": [0], "employment_status": "own_account"}
            )
            result = mdp.classify(households, matrix, standard=DECREE_07)
            found = low_income_workers(households, members, result, standard=DECREE_07)
            average = average_living_standard(households, standard=DECREE_07)
            assert found.tolist() == average.tolist()


CLASSES = ["poor", "near_poor", "average", "above_average"]


@pytest.mark.parametrize("status", ["own_account", "inactive", None])
@pytest.mark.parametrize("income", [2e6, 4e6, np.nan])
@pytest.mark.parametrize(
    ("worst", "best"), list(itertools.combinations_with_replacement(CLASSES, 2))
)
def test_unknown_unless_something_decides(status, income, worst, best):
    """The answer is what all completions of the unknown answers agree on."""
    completions = {
        work and home not in ("poor", "near_poor") and money <= CEILING["rural"]
        for work in ([True, False] if status is None else [status == "own_account"])
        for home in CLASSES[CLASSES.index(worst) : CLASSES.index(best) + 1]
        for money in ([2e6, 4e6] if np.isnan(income) else [income])
    }
    found = workers("rural", income, status, worst, best)
    if len(completions) == 1:
        assert found is completions.pop()
    else:
        assert found is pd.NA


def test_a_class_that_is_missing_is_open_at_that_end():
    assert workers("rural", 2e6, "own_account", None) is pd.NA
    assert workers("rural", 2e6, "own_account", None, "near_poor") is False
    assert workers("rural", 2e6, "own_account", "average", np.nan) is True
    assert workers("rural", 2e6, "inactive", None) is False


def test_without_answers_on_employment_or_income_nothing_is_known():
    households = pd.DataFrame({"area": ["rural", "rural"], "income_12m": [24e6, 72e6]})
    members = pd.DataFrame({"household_id": [1, 0], "member_id": [1, 1]})
    result = pd.DataFrame({"class_at_worst": ["average"] * 2, "class_at_best": ["average"] * 2})
    found = low_income_workers(households, members, result, standard=DECREE_07)
    assert found.isna().tolist() == [True, True]
    sized = households.assign(household_size=1)
    found = low_income_workers(sized, members, result, standard=DECREE_07)
    assert found.isna().tolist() == [False, True]
    assert not found[0]


def test_nothing_is_changed_and_no_members_are_fine():
    sample = mdp.load_sample()
    result = mdp.assess(sample.households, sample.members, standard=DECREE_07)
    before = [t.copy(deep=True) for t in (sample.members, result, sample.households)]
    found = low_income_workers(sample.households, sample.members, result, standard=DECREE_07)
    for table, copy in zip((sample.members, result, sample.households), before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    assert found.any()
    assert not found.all()
    homes_of = sample.members.loc[found.fillna(False), "household_id"]
    assert set(result.loc[homes_of, "poverty_class"]) == {"average"}
    nobody = low_income_workers(
        sample.households, sample.members.iloc[:0], result, standard=DECREE_07
    )
    assert len(nobody) == 0


def test_every_bad_row_of_the_workers_is_named_at_once():
    households = pd.DataFrame(
        {"area": ["rural", "city"], "income_per_capita": [np.inf, 2e6]}, index=["a", "b"]
    )
    members = pd.DataFrame(
        {"household_id": ["a", "z"], "member_id": [1, 2], "employment_status": ["boss", None]}
    )
    result = pd.DataFrame(
        {"class_at_worst": ["average"] * 2, "class_at_best": ["average"] * 2}, index=["a", "b"]
    )
    with pytest.raises(mdp.InvalidDataError) as error:
        low_income_workers(households, members, result, standard=DECREE_07)
    found = error.value.violations
    assert found[["table", "household_id", "column", "rule"]].values.tolist() == [
        ["households", "a", "income_per_capita", "infinite"],
        ["households", "b", "area", "unknown_category"],
        ["members", "a", "employment_status", "unknown_category"],
        ["members", "z", "household_id", "unknown_household"],
    ]


def test_a_household_that_stands_twice_is_refused():
    households = pd.DataFrame({"area": "rural", "income_per_capita": 2e6}, index=["a", "a"])
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1]})
    result = pd.DataFrame({"class_at_worst": "average", "class_at_best": "average"}, index=["a"])
    with pytest.raises(mdp.InvalidDataError) as error:
        low_income_workers(households, members, result, standard=DECREE_07)
    assert error.value.violations["rule"].tolist() == ["duplicate_id"] * 2


def test_a_result_of_something_else_is_refused():
    households = pd.DataFrame({"area": ["rural"], "income_per_capita": [2e6]}, index=["a"])
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1]})
    result = pd.DataFrame(
        {"class_at_worst": ["average"], "class_at_best": ["average"]}, index=["a"]
    )
    for bad, message in [
        (result[["class_at_best"]], "no column class_at_worst"),
        (result.set_axis(["b"]), "same household ids"),
        (pd.concat([result, result]), "same household ids"),
        (result.assign(class_at_best="not_poor"), "'not_poor', which is no class of decree_07"),
        (result.assign(class_at_best="poor"), "class_at_worst is better"),
    ]:
        with pytest.raises(ValueError, match=message):
            low_income_workers(households, members, bad, standard=DECREE_07)


def test_the_ceiling_is_a_line_of_the_standard_of_its_time():
    criterion = low_income_criterion()
    ceiling = criterion.ceiling(DECREE_07)
    assert (ceiling.rural, ceiling.urban) == (2_250_000, 3_000_000)
    # Decision 59/2015 has a line of the same name, but ended before the decree.
    with pytest.raises(mdp.NotCoveredError, match="ended on 2021-12-31"):
        criterion.ceiling(mdp.standard("decision_59_2015"))
    with pytest.raises(mdp.NotCoveredError, match="'average_ceiling', which decree_351_2025"):
        workers("rural", 2e6, "own_account", standard=mdp.standard("decree_351_2025"))


def test_what_the_criterion_rests_on():
    criterion = low_income_criterion()
    found = criterion.provisions().set_index("value_name")
    assert found["value"].to_dict() == {
        "employment_status": "wage_with_contract, wage_without_contract, own_account",
        "not_of_class": "poor, near_poor",
        "at_most_line": "average_ceiling",
    }
    assert found["confidence"].tolist() == ["unconfirmed", "text", "text"]
    assert criterion.provisions("vi")["citation"].str.startswith("Nghị định 30/2025/NĐ-CP").all()
    document = criterion.worker.citation.document
    assert str(document.signed) == "2025-02-24"
    assert document.in_force is None
    assert any("2026" in note for note in criterion.notes)
    with pytest.raises(ValueError, match="frozen"):
        criterion.name = "mine"


def test_another_reading_takes_the_place_of_the_shipped_one():
    ours = low_income_criterion().replace(
        name="ours",
        why="a test",
        employment_status=["unemployed"],
        not_of_class=["poor"],
        at_most_line="poverty_line",
    )
    assert workers("rural", 1.5e6, "unemployed", "near_poor", criterion=ours) is True
    assert workers("rural", 1.5e6, "own_account", "near_poor", criterion=ours) is False
    assert workers("rural", 1.5e6, "unemployed", "poor", criterion=ours) is False
    assert workers("rural", 1_500_001.0, "unemployed", criterion=ours) is False
    assert ours.provisions()["citation"].str.startswith("Variant (a test) of Decree 30/2025").all()
    assert low_income_criterion().name == "decree_30_2025"
    with pytest.raises(mdp.LawFileError, match="own_account"):
        ours.replace(name="more", why="a test", employment_status=["farmer"])


def test_a_malformed_file_names_every_problem(tmp_path):
    path = tmp_path / "criterion.toml"
    path.write_text('name = "x"\nceiling = 5\n[worker]\nemployment_status = []\n')
    with pytest.raises(mdp.LawFileError) as error:
        LowIncomeCriterion.read(path)
    text = "\n".join(error.value.problems)
    for part in ("ceiling: Extra", "title", "household", "income", "worker.citation"):
        assert part in text
    with pytest.raises(mdp.LawFileError, match="not valid TOML"):
        LowIncomeCriterion.parse("name =")
