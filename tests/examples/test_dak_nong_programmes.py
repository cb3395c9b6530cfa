"""The example of coverage and costs: the projects of Plan 740 under two standards."""

import runpy
from pathlib import Path

import pytest

import multidim_poverty as mdp
from multidim_poverty import programmes

pytestmark = pytest.mark.slow  # the examples run whole

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "dak_nong_programmes.py"))
DAK_NONG = EXAMPLE["dak_nong"]
OLD, NEW = EXAMPLE["STANDARDS"]


@pytest.fixture(scope="module")
def shown():
    """The tables of a tenth of the province."""
    wanted = DAK_NONG.totals(programmes.plan("plan_740_dak_nong")).model_dump()
    tenth = {name: n // 10 for name, n in wanted.items() if n is not None}
    tables = DAK_NONG.draw(mdp.population.Totals(**tenth))
    return tenth, dict(EXAMPLE["tables_of"](tables))


def of_benefit(table, benefit, **wanted):
    rows = table[table["benefit"] == benefit]
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    return rows.iloc[0]


def test_under_the_old_standard_those_of_the_printed_lists_are_entitled(shown):
    totals, tables = shown
    row = of_benefit(tables[f"Entitled under {OLD}"], "plan_740_2", count_of="households")
    listed = totals["poor"] + totals["near_poor"]
    assert (row["base"], row["eligible_at_least"]) == (totals["households"], listed)
    assert row["eligible_at_most"] == listed


def test_no_cost_is_known_until_an_amount_is_invented(shown):
    tables = shown[1]
    for name in (OLD, NEW):
        title = f"Costs under {name} beside Annex III [million VND]: no text gives an amount"
        bare = tables[title]
        assert bare["cost_at_least"].isna().all()
        assert of_benefit(bare, "plan_740_2")["budget_central"] == 3000


def test_the_new_standard_costs_what_those_who_gain_cost(shown):
    tables = shown[1]
    title = "INVENTED amounts: what the new standard costs [million VND a year]"
    row = of_benefit(tables[title], "plan_740_2")
    amount = EXAMPLE["INVENTED_COSTS"]["livelihood_support"] / 1_000_000
    assert row["difference_at_least"] == row["difference_at_most"]
    assert row["difference_at_least"] == (row["gains"] - row["loses"]) * amount
    moved = tables["Who gains and loses by the new standard"]
    assert moved.loc["plan_740_2", "gains"] == row["gains"]


def test_all_that_is_invented_says_so(shown):
    for title, table in shown[1].items():
        if title.startswith(("Entitled", "Costs", "Who", "Benefits", "What")):
            continue
        assert title.startswith("INVENTED"), title
        assert len(table)
