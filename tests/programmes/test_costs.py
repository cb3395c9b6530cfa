"""Costs, budgets and changes of the law: by hand, and every completion in the interval."""

from fractions import Fraction
from itertools import permutations, product

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import multidim_poverty as mdp
from multidim_poverty import programmes

PLAN = programmes.plan("plan_740_dak_nong")
HEAD = """
format = 1
name = "ours"
title = { vi = "Quy định", en = "Rules" }
documents.d = { title = { vi = "Quyết định 1", en = "Decision 1" }, signed = 2024-01-01 }
parameters = [{ id = "premium", label = { vi = "Phí", en = "Premium" }, unit = "vnd" }]
"""
RULE = """
[[rules]]
id = "{id}"
benefit = "{benefit}"
label = {{ vi = "{id}", en = "{id}" }}
citation = {{ document = "d", article = "2", confidence = "text", checked_on = 2024-02-01 }}
valid_from = 2024-01-01
when = {{ class_in = ["poor"] }}
amount = {{ {amount} }}
"""
AMOUNTS = {
    "monthly": 'value = 300000, unit = "vnd", period = "month"',
    "yearly": 'value = 500000, unit = "vnd", period = "year"',
    "once": 'value = 40000000, unit = "vnd", period = "once", bound = "at_least"',
    "share": 'value = "0.7", unit = "share", of = "premium", period = "year", bound = "at_least"',
    "most": 'value = "0.9", unit = "share", of = "premium", period = "year", bound = "at_most"',
    "loan": 'value = "0.066", unit = "interest", period = "year"',
    "low": 'value = 1000000, unit = "vnd", period = "year"',
    "high": 'value = 3000000, unit = "vnd", period = "year"',
}
BENEFITS = {"low": "best", "high": "best"}  # of the others each has its own


def rule_set():
    names = {BENEFITS.get(name, name): name for name in AMOUNTS}
    benefits = ", ".join(
        f'{{ id = "{name}", label = {{ vi = "x", en = "x" }}, whom = "household", '
        f'combine = "{"highest" if name == "best" else "add"}" }}'
        for name in names
    )
    rules = "".join(
        RULE.format(id=name, benefit=BENEFITS.get(name, name), amount=amount)
        for name, amount in AMOUNTS.items()
    )
    return programmes.RuleSet.parse(f"{HEAD}benefits = [{benefits}]\n{rules}")


RULES = rule_set()
VALUE = {"monthly": 3e5, "yearly": 5e5, "once": 4e7, "share": 7e5, "most": 9e5, "loan": None,
         "low": 1e6, "high": 3e6}  # fmt: skip


def rows(*entries, amounts=VALUE):
    """Rows of household, rule, eligible, priority, as `eligible` gives them."""
    frame = pd.DataFrame(
        [
            {
                "household_id": home,
                "member_id": None,
                "benefit": BENEFITS.get(rule, rule),
                "rule": rule,
                "eligible": eligible,
                "priority": priority,
                "amount": amounts[rule],
            }
            for home, rule, eligible, priority in (
                entry if len(entry) == 4 else (*entry, 1) for entry in entries
            )
        ],
        columns=["household_id", "member_id", "benefit", "rule", "eligible", "priority", "amount"],
    )
    return frame.astype(
        {"member_id": "Int64", "eligible": "boolean", "priority": "Int64", "amount": "float64"}
    )


def cost(table, benefit):
    row = table[table["benefit"] == benefit].iloc[0]
    return row["cost_at_least"], row["cost_at_most"], row["inexact_because"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("monthly", (3.6, 7.2, "")),
        ("yearly", (0.5, 1.0, "")),
        ("once", (40.0, None, "at_least")),
        ("share", (0.7, 2.0, "at_least")),
        ("most", (0.0, 1.8, "at_most")),
        ("loan", (None, None, "not_money")),
    ],
)
def test_the_cost_of_a_year_and_what_widens_it(rule, expected):
    table = programmes.costs(rows(("a", rule, True), ("b", rule, None)), rules=RULES)
    low, high, because = cost(table, rule)
    assert [None if np.isnan(end) else end for end in (low, high)] == list(expected[:2])
    assert because == expected[2]


def test_a_parameter_that_is_not_given_is_named_and_leaves_no_end():
    frame = rows(("a", "share", True), amounts={"share": None})
    low, high, because = cost(programmes.costs(frame, rules=RULES), "share")
    assert np.isnan([low, high]).all()
    assert because == "missing premium, at_least"


def test_nobody_costs_nothing_also_where_the_amount_is_not_known():
    frame = rows(("a", "loan", False))
    assert cost(programmes.costs(frame, rules=RULES), "loan") == (0.0, 0.0, "")


def test_of_several_rules_the_highest_costs():
    frame = rows(("a", "low", True), ("a", "high", None), ("b", "low", None), ("b", "high", True))
    assert cost(programmes.costs(frame, rules=RULES), "best") == (4.0, 6.0, "")


ANSWERS = st.sampled_from([True, False, None])


@pytest.mark.slow
@settings(max_examples=40)
@given(answers=st.lists(ANSWERS, min_size=8, max_size=8))
def test_every_completion_costs_within_the_interval(answers):
    pairs = [*product(["a", "b"], ["low", "high"]), *product(["a", "b", "c", "d"], ["yearly"])]
    entries = [(*pair, answer) for pair, answer in zip(pairs, answers, strict=True)]
    table = programmes.costs(rows(*entries), rules=RULES)
    for benefit in ("best", "yearly"):
        own = [entry for entry in entries if BENEFITS.get(entry[1], entry[1]) == benefit]
        unknown = [n for n, entry in enumerate(own) if entry[2] is None]
        totals = []
        for choice in product([True, False], repeat=len(unknown)):
            truth = [entry[2] for entry in own]
            for n, value in zip(unknown, choice, strict=True):
                truth[n] = value
            held = [(e[0], VALUE[e[1]]) for e, yes in zip(own, truth, strict=True) if yes]
            homes = {home for home, _ in held}
            combined = max if benefit == "best" else sum
            totals.append(sum(combined(v for h, v in held if h == home) for home in homes) / 1e6)
        assert cost(table, benefit)[:2] == (min(totals), max(totals))


def test_persons_of_a_household_whose_members_are_not_given_have_no_upper_end():
    current = pd.DataFrame({"poverty_class": ["poor", "poor"]}, index=["a", "b"])
    members = pd.DataFrame({"household_id": ["a", "a"], "member_id": [1, 2]})
    for listed, recipients in ((members, 3), (None, 2)):
        entitled = programmes.eligible(
            current, listed, on="2024-06-01", unit_costs={"health_insurance_premium": 1_000_000}
        )
        row = programmes.costs(entitled).set_index("benefit").loc["health_insurance_premium"]
        assert row["recipients_at_least"] == row["cost_at_least"] == recipients
        assert np.isnan(row["cost_at_most"])
        assert row["inexact_because"] == "no_members"
    members.loc[2] = ["b", 1]
    entitled = programmes.eligible(
        current, members, on="2024-06-01", unit_costs={"health_insurance_premium": 1_000_000}
    )
    row = programmes.costs(entitled).set_index("benefit").loc["health_insurance_premium"]
    assert (row["cost_at_least"], row["cost_at_most"], row["inexact_because"]) == (3, 3, "")


def test_sums_are_exact():
    frame = rows(*((n, "yearly", True) for n in range(10)), amounts={"yearly": 0.1})
    assert cost(programmes.costs(frame, rules=RULES), "yearly")[0] == 1e-6


def test_rules_that_eligible_was_not_asked_with_are_named():
    with pytest.raises(mdp.ArgumentError, match="rules that national_2021_2026 has not: yearly"):
        programmes.costs(rows(("a", "yearly", True)))


@pytest.mark.parametrize("amount", [-1.0, np.inf])
def test_amounts_that_are_none_are_refused(amount):
    with pytest.raises(mdp.InvalidDataError, match="amount"):
        programmes.costs(rows(("a", "yearly", True), amounts={"yearly": amount}), rules=RULES)


# -- the budget of Plan 740 ------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_plan():
    current = pd.DataFrame({"poverty_class": ["poor", "near_poor", "poor"]}, index=list("abc"))
    entitled = programmes.eligible(
        current,
        rules="plan_740_dak_nong_rules",
        on="2022-06-01",
        unit_costs={"livelihood_support": 10_000_000, "communication_cost": 500_000_000},
    )
    table = programmes.costs(entitled, rules="plan_740_dak_nong_rules", plan=PLAN)
    return table.set_index(table["benefit"].astype(str))


def test_costs_stand_beside_the_lines_of_annex_iii(of_plan):
    row = of_plan.loc["plan_740_2"]
    assert row["budget_lines"] == "2"
    assert [row[f"budget_{fund}"] for fund in ("central", "local", "other")] == [3000, 500, 500]
    assert (row["cost_at_least"], row["difference_at_least"]) == (30.0, 3970.0)
    assert of_plan.loc["plan_740_6_2", "difference_at_most"] == 1000 - 1500
    assert np.isnan(of_plan.loc["plan_740_5", "difference_at_most"])
    assert of_plan.loc["plan_740_5", "inexact_because"] == "missing housing_support"


def test_what_other_annexes_print_of_a_line_is_said(of_plan):
    assert "Annex V, row 5" in of_plan.loc["plan_740_4_1_5", "budget_elsewhere"]
    assert "700 (central budget, total)" in of_plan.loc["plan_740_4_1_5", "budget_elsewhere"]
    assert of_plan.loc["plan_740_1_1", "budget_elsewhere"].count("60,000") == 2


def test_benefits_that_share_a_line_share_its_budget():
    current = pd.DataFrame({"poverty_class": ["poor"]}, index=["a"])
    members = pd.DataFrame(
        {"household_id": ["a"], "member_id": [1], "has_disability": True,
         "stable_livelihood": False, "sex": "male"}
    )  # fmt: skip
    places = pd.DataFrame(
        {"list": ["minority_mountain_areas", "new_rural_communes"], "commune": "B"}
    )
    entitled = programmes.eligible(
        current.assign(commune="A"), members, rules="plan_740_dak_nong_rules", places=places,
        on="2022-06-01",
        unit_costs={"production_support": 10e6, "production_support_disability": 5e6},
    )  # fmt: skip
    table = programmes.costs(entitled, rules="plan_740_dak_nong_rules", plan=PLAN)
    shared = table[table["budget_lines"] == "3.1"]
    assert shared["difference_at_most"].tolist() == [15_600 - 15] * 2
    assert shared["count_of"].tolist() == ["households", "persons"]


def test_without_a_plan_the_columns_are_the_same():
    frame = rows(("a", "yearly", True))
    one, other = (programmes.costs(frame, rules=RULES, plan=plan) for plan in (None, PLAN))
    pd.testing.assert_frame_equal(one, other)
    with pytest.raises(mdp.ArgumentError, match="plan is no Plan"):
        programmes.costs(frame, rules=RULES, plan="plan_740_dak_nong")


# -- what a budget buys ----------------------------------------------------------------------


def bought(table):
    return table[["priority", "served", "served_at_least", "served_at_most"]].astype(object)


def test_whole_ranks_are_served_and_nobody_is_named_first_where_the_money_ends():
    frame = rows(*((n, "yearly", True, 1 + n // 2) for n in range(6)))
    table = programmes.spend(frame, "yearly", 1.5, rules=RULES)
    assert bought(table).values.tolist() == [[1, True, 2, 2], [2, pd.NA, 1, 1], [3, False, 0, 0]]
    assert table["cost_at_most"].tolist() == [1.0] * 3


@pytest.mark.parametrize(
    ("budget", "served"), [(1, True), (0.999999, None), (0.5, None), (0, False)]
)
def test_a_budget_at_the_cost_of_a_rank_serves_it(budget, served):
    frame = rows(("a", "yearly", True), ("b", "yearly", True))
    value = programmes.spend(frame, "yearly", budget, rules=RULES)["served"].iloc[0]
    assert (None if pd.isna(value) else bool(value)) is served


def test_what_is_left_in_the_rank_where_the_money_ends_serves_no_later_one():
    frame = rows(("a", "high", True, 1), ("b", "low", True, 2))
    table = programmes.spend(frame, "best", 2, rules=RULES)
    assert bought(table).values.tolist() == [[1, False, 0, 0], [2, False, 0, 0]]


def test_tenths_are_exact():
    frame = rows(*((n, "yearly", True) for n in range(3)), amounts={"yearly": 100_000.0})
    assert programmes.spend(frame, "yearly", 0.3, rules=RULES)["served"].tolist() == [True]


@pytest.mark.parametrize("budget", [-1, "much", None, True, float("nan")])
def test_a_budget_is_a_number(budget):
    with pytest.raises(mdp.ArgumentError, match="million_vnd"):
        programmes.spend(rows(("a", "yearly", True)), "yearly", budget, rules=RULES)


def test_a_benefit_without_an_amount_buys_nothing():
    with pytest.raises(mdp.ArgumentError, match=r"not known \(not_money"):
        programmes.spend(rows(("a", "loan", True)), "loan", 1, rules=RULES)
    with pytest.raises(mdp.errors.UnknownNameError, match="no benefit 'bread'; there are loan"):
        programmes.spend(rows(("a", "loan", True)), "bread", 1, rules=RULES)


RANKS = st.sampled_from([1, 2, 3, None])


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    holders=st.lists(st.tuples(st.sampled_from([True, None]), RANKS), min_size=1, max_size=3),
    budget=st.integers(0, 5),
)
def test_every_completion_is_served_within_the_bounds(holders, budget):
    """In plain Python: all answers, all ranks that are not known, all orders within a rank."""
    frame = rows(*((n, "yearly", e, rank) for n, (e, rank) in enumerate(holders)))
    table = programmes.spend(frame, "yearly", budget / 2, rules=RULES)
    money = Fraction(budget, 2) * 1_000_000
    open_ranks = [n for n, (_, rank) in enumerate(holders) if rank is None]
    open_answers = [n for n, (eligible, _) in enumerate(holders) if eligible is None]
    for chosen, held in product(
        product([1, 2, 3], repeat=len(open_ranks)),
        product([True, False], repeat=len(open_answers)),
    ):
        rank = {n: r for n, (_, r) in enumerate(holders)} | dict(
            zip(open_ranks, chosen, strict=True)
        )
        out = {n for n, yes in zip(open_answers, held, strict=True) if not yes}
        for order in permutations([n for n in rank if n not in out]):
            queue = sorted(order, key=rank.__getitem__)
            paid = set(queue[: int(money // 500_000)])
            for row in table.itertuples():
                own = {
                    n
                    for n, (_, r) in enumerate(holders)
                    if (r is None if pd.isna(row.priority) else r == row.priority)
                }
                assert row.served_at_least <= len(own & paid) <= row.served_at_most
                if not pd.isna(row.served):
                    assert (own - out <= paid) if row.served else not own & paid


# -- before and after ------------------------------------------------------------------------


def moved(one, other):
    return programmes.changes(rows(*one), rows(*other), rules=RULES)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (False, True, "gains"),
        (True, False, "loses"),
        (False, None, "perhaps_gains"),
        (None, True, "perhaps_gains"),
        (True, None, "perhaps_loses"),
        (None, False, "perhaps_loses"),
        (None, None, "perhaps_either"),
        (True, True, None),
        (False, False, None),
    ],
)
def test_what_a_change_of_the_law_does_to_one_household(before, after, change):
    table = moved([("a", "yearly", before)], [("a", "yearly", after)])
    assert table["change"].tolist() == ([] if change is None else [change])
    if change is not None:
        row = table.iloc[0]
        assert row["before_at_most"] == (0 if before is False else 500_000)
        assert row["after_at_least"] == (500_000 if after else 0)


def test_a_benefit_that_is_kept_may_have_another_amount():
    more = moved([("a", "low", True)], [("a", "high", True)])
    less = moved([("a", "high", True)], [("a", "low", True)])
    perhaps = moved([("a", "low", True)], [("a", "low", True), ("a", "high", None)])
    assert [table["change"].tolist() for table in (more, less, perhaps)] == [
        ["gets_more"], ["gets_less"], ["perhaps_other_amount"],
    ]  # fmt: skip


def test_a_change_costs_what_it_costs_after_less_before():
    before, after = (
        rows(("a", "yearly", True), ("b", "yearly", None)),
        rows(("b", "yearly", True), ("c", "yearly", True), ("c", "low", True)),
    )
    table = programmes.cost_changes(before, after, rules=RULES)
    row = table.set_index("benefit").loc["yearly"]
    assert row[["gains", "loses", "perhaps"]].tolist() == [1, 1, 1]
    assert row["before_at_least":"difference_at_most"].tolist() == [0.5, 1.0, 1.0, 1.0, 0.0, 0.5]
    for name, frame in (("before", before), ("after", after)):
        own = programmes.costs(frame, rules=RULES).set_index("benefit")["cost_at_most"]
        assert table.set_index("benefit")[f"{name}_at_most"].reindex(own.index).tolist() == (
            own.tolist()
        )
    assert table["benefit"].tolist() == ["yearly", "best"]


@pytest.mark.slow
@settings(max_examples=20)
@given(answers=st.lists(ANSWERS, min_size=6, max_size=6))
def test_swapped_sides_swap_gains_and_losses(answers):
    one, other = (
        rows(*((home, "yearly", e) for home, e in zip("abc", part, strict=True)))
        for part in (answers[:3], answers[3:])
    )
    swap = {"gains": "loses", "perhaps_gains": "perhaps_loses"}
    swap |= {new: old for old, new in swap.items()}
    there, back = (
        programmes.changes(*pair, rules=RULES).set_index("household_id")
        for pair in ((one, other), (other, one))
    )
    expected = {home: swap.get(kind, kind) for home, kind in there["change"].items()}
    assert back["change"].to_dict() == expected
    table = programmes.cost_changes(one, other, rules=RULES)
    assert (table["difference_at_least"] <= table["difference_at_most"]).all()


def test_rules_of_after_may_be_others():
    own = RULES.model_copy(update={"name": "other"})
    table = programmes.changes(
        rows(("a", "yearly", True)), rows(("a", "low", True)), rules=RULES, rules_after=own
    )
    assert table[["benefit", "change"]].to_numpy().tolist() == [
        ["yearly", "loses"], ["best", "gains"],
    ]  # fmt: skip


# -- the targets of Plan 740 -----------------------------------------------------------------

RESULT = pd.DataFrame(
    {
        "poverty_class": ["poor", "near_poor", "average", None, "poor"],
        "deprivation_count": [3, 0, 5, 1, 1],
        "deprivations_unknown": [0, 0, 0, 0, 0],
    },
    index=list("abcde"),
)


def support(deliveries, **more):
    table = pd.DataFrame(deliveries, columns=["household_id", "benefit", "day"]).assign(amount=1e6)
    arguments = {"standard": "decree_07_2021", "period": "2022", **more}
    measured = programmes.measure_support(
        RESULT, table, rules="plan_740_dak_nong_rules", **arguments
    )
    return measured.set_index("indicator")


def test_the_targets_count_households_of_the_list_that_got_support_in_the_year():
    measured = support(
        [
            ("a", "plan_740_2", "2022-03-01"),
            ("a", "plan_740_3_1", "2022-04-01"),
            ("b", "plan_740_2", "2021-12-31"),
            ("c", "plan_740_2", "2022-03-01"),
            ("e", "plan_740_6_1", "2022-12-31"),
            ("b", "plan_740_6_1", "2022-12-31"),
        ]
    ).drop("vocational_training")
    assert measured["numerator"].to_dict() == {
        "income_support_coverage": 1,
        "service_support_coverage": 1,
    }
    assert measured["denominator"].tolist() == [3, 2]
    assert measured["undetermined"].tolist() == [1, 1]
    compared = programmes.progress(PLAN, measured=measured.reset_index()).set_index("indicator")
    assert compared.loc[measured.index, "target"].tolist() == [100.0, 100.0]
    assert compared.loc[measured.index, "met"].tolist() == [False, False]


def test_training_counts_persons_and_supports_their_household():
    measured = support([("a", "plan_740_4_1_5", "2022-03-01")])
    assert measured.loc["vocational_training", "value"] == 1
    assert measured.loc["vocational_training", "unit"] == "persons"
    assert measured.loc["income_support_coverage", "numerator"] == 1
    compared = programmes.progress(PLAN, measured=measured.reset_index())
    trained = compared[
        compared["indicator"].eq("vocational_training") & compared["period"].eq("2022")
    ]
    assert trained["distance"].tolist() == [399]


def test_deliveries_count_to_the_end_of_the_month():
    rows = [("a", "plan_740_2", "2022-09-30"), ("b", "plan_740_2", "2022-10-01")]
    assert support(rows, period="2022-09").loc["income_support_coverage", "numerator"] == 1


@pytest.mark.parametrize("period", ["2022-13", "22", 2022, None])
def test_a_period_is_a_year_or_a_month(period):
    with pytest.raises(mdp.ArgumentError, match="is no year or month"):
        support([], period=period)
