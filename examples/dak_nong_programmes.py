"""What the projects of Plan 740 would open, reach and cost in a synthetic Dak Nong.

The same households as in `dak_nong.py`, classified under Decision 59/2015 and under Decree
07/2021: who is meant by each project in 2022, who gains and loses by the new standard, and what it
costs beside Annex III of the plan. Nobody in it exists.

No text at hand says what a project gives a household. Without that the costs are missing; then the
same tables stand once more with round amounts, and deliveries, that are INVENTED here to show the
method. They are no figures of the plan or the province.

Run with ``python examples/dak_nong_programmes.py``. It needs the extra ``examples``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import multidim_poverty as mdp
from multidim_poverty import programmes
from multidim_poverty.schema import Tables

sys.path.insert(0, str(Path(__file__).parent))

import dak_nong

RULES = "plan_740_dak_nong_rules"
DAY = "2022-06-01"
STANDARDS = {"Decision 59/2015": dak_nong.OLD, "Decree 07/2021": dak_nong.NEW}
# The lists of the old standard, which is INVENTED for 2018: nobody left a list in between; and the
# list that each standard gives at the end of 2021.
LISTS = ("2018-12-15", "2020-12-15", "2021-12-15")
# INVENTED for this example [VND]: no text says what a household or a person gets.
INVENTED_COSTS = {
    "livelihood_support": 10_000_000,
    "production_support": 10_000_000,
    "production_support_disability": 5_000_000,
    "training_support": 5_000_000,
    "work_abroad_support": 10_000_000,
    "job_support": 1_000_000,
    "housing_support": 40_000_000,
    "information_support": 500_000,
    "communication_cost": 100_000,
}
# INVENTED: no place of the province is in these two lists, of which none is at hand.
INVENTED_PLACES = pd.DataFrame(
    {
        "list": ["minority_mountain_areas", "new_rural_communes"],
        "province": "Tỉnh Đắk Nông",
        "commune": "no commune",
    }
)
INVENTED_SHARE = 0.25  # of the old list that got livelihood support


def classified(tables: Tables) -> dict[str, pd.DataFrame]:
    """The class of each household under each standard."""
    return {
        name: mdp.assess(tables.households, tables.members, standard=standard, on=dak_nong.ON)
        for name, standard in STANDARDS.items()
    }


def entitled(
    tables: Tables,
    results: dict[str, pd.DataFrame],
    unit_costs: dict[str, int] | None = None,
    places: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Who is entitled to what under each standard, with the earlier lists of `LISTS`."""
    old = results["Decision 59/2015"]
    return {
        name: programmes.eligible(
            result[["poverty_class"]],
            tables.members,
            history=pd.concat(
                [
                    classes[["poverty_class"]].assign(on=day).rename_axis("household_id")
                    for day, classes in zip(LISTS, (old, old, result), strict=True)
                ]
            ).reset_index(),
            rules=RULES,
            places=places,
            unit_costs=unit_costs,
            households=tables.households,
            on=DAY,
        )
        for name, result in results.items()
    }


def invented_deliveries(old: pd.DataFrame) -> pd.DataFrame:
    """INVENTED: a quarter of the poor of the old list got livelihood support."""
    poor = old.index[old["poverty_class"] == "poor"]
    drawn = np.random.default_rng(dak_nong.SEED).random(len(poor)) < INVENTED_SHARE
    return pd.DataFrame(
        {
            "household_id": poor[drawn],
            "benefit": "plan_740_2",
            "day": "2022-05-04",
            "amount": float(INVENTED_COSTS["livelihood_support"]),
        }
    )


def tables_of(tables: Tables) -> Iterator[tuple[str, pd.DataFrame]]:
    """Title and table of each part."""
    plan = programmes.plan("plan_740_dak_nong")
    results = classified(tables)
    for name, rows in entitled(tables, results).items():
        yield (
            f"Entitled under {name}",
            programmes.coverage(rows, tables).dropna(axis="columns", how="all"),
        )
        costs = programmes.costs(rows, rules=RULES, plan=plan)
        yield (
            f"Costs under {name} beside Annex III [million VND]: no text gives an amount",
            costs.drop(columns="budget_elsewhere"),
        )
    elsewhere = costs.dropna(subset="budget_elsewhere").set_index("benefit")["budget_elsewhere"]
    yield "What other places of the plan print of these lines", elsewhere.to_frame()
    priced = entitled(tables, results, INVENTED_COSTS, INVENTED_PLACES)
    for name, rows in priced.items():
        costs = programmes.costs(rows, rules=RULES, plan=plan).drop(columns="budget_elsewhere")
        yield (
            f"INVENTED amounts and places: costs under {name} beside Annex III [million VND]",
            costs,
        )
    before, after = priced.values()
    deliveries = invented_deliveries(results["Decision 59/2015"])
    for name, rows in priced.items():
        homes = tables.households.join(results[name]["poverty_class"])
        table = programmes.coverage(rows, homes, deliveries=deliveries, by="poverty_class")
        own = (table["benefit"] == "plan_740_2") & (table["count_of"] == "households")
        yield f"INVENTED deliveries: coverage of project 2 under {name}", table[own]
        measured = programmes.measure_support(
            results[name], deliveries, rules=RULES, standard=STANDARDS[name], period="2022"
        )
        judged = programmes.progress(plan, measured=measured)
        own = judged["indicator"].isin(measured["indicator"])
        columns = ["indicator", "standard", "result", "target", "distance", "met"]
        yield f"INVENTED deliveries: the 100 % targets under {name}", judged.loc[own, columns]
    yield (
        "INVENTED amounts: what the new standard costs [million VND a year]",
        programmes.cost_changes(before, after, rules=RULES),
    )
    moved = programmes.changes(before, after, rules=RULES)
    yield (
        "Who gains and loses by the new standard",
        pd.crosstab(moved["benefit"], moved["change"]),
    )
    yield (
        "INVENTED amounts: what the 15,600 million VND of sub-project 3.1 buy, by priority",
        programmes.spend(after, "plan_740_3_1", 15_600, rules=RULES),
    )
    yield "Benefits that the same households hold", programmes.overlaps(after)


def main() -> None:
    plan = programmes.plan("plan_740_dak_nong")
    tables = dak_nong.draw(dak_nong.totals(plan))
    print(f"SYNTHETIC: {len(tables.households):,} households, {len(tables.members):,} members.")
    print("Amounts and deliveries are INVENTED where it says so; the plan gives none.")
    with pd.option_context("display.width", 400, "display.max_colwidth", None):
        for title, table in tables_of(tables):
            dak_nong.say(title, table)


if __name__ == "__main__":
    main()
