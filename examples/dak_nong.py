"""A synthetic Dak Nong at the end of 2020, under the old standard and under the new one.

Plan 740/KH-UBND of the province gives the totals: 11,785 poor households (6.98 %), 9,385 near-poor
(5.56 %), 8,128 of the poor of an ethnic minority (17.18 % of minority households). Households are
drawn to match them exactly under Decision 59/2015; then Decree 07/2021 is applied to the same
households: how many more are poor or near-poor, where, and by which rule.

Nobody in it exists. The totals are published, and so are the poor households of the districts at
the end of 2015, which serve as weights. Incomes, answers, ages and the weights of communes are
invented: what the new standard does here shows how the question is answered, and is no estimate
for the real province.

Run with ``python examples/dak_nong.py FOLDER``: it prints the tables and writes them as CSV files,
official tables 1 to 5 as a workbook, and the classes by district and a map as pictures. It needs
the extra ``examples``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import multidim_poverty as mdp
from multidim_poverty import population, reports
from multidim_poverty.programmes import targets
from multidim_poverty.schema import Tables

HERE = Path(__file__).parent
SEED = 740
ON = "2021-01-01"  # the lists of the end of 2020 hold from this day; both standards know its ages
OLD, NEW = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")
LISTED = ["poor", "near_poor"]
FRAME = {
    "reporting_unit": "Tỉnh Đắk Nông (dân số giả lập)",
    "period": "cuối năm 2020, chuẩn của Nghị định 07/2021",
    "signers": None,
}
# Poor households at the end of 2015 under the standard of that time, by code of the district
# (published by the province; they add up to its 27,761).
POOR_2015 = {
    "660": 417,
    "661": 8_256,
    "662": 2_958,
    "663": 1_863,
    "664": 3_169,
    "665": 2_806,
    "666": 1_682,
    "667": 6_610,
}


# -- the synthetic province --------------------------------------------------------------------


def communes() -> pd.DataFrame:
    """The 71 communes with the weights of the draw; all but the districts' poor are invented."""
    text = {"code": str, "district_code": str}
    units = pd.read_csv(HERE / "dak_nong_communes.csv", comment="#", dtype=text).set_index("code")
    rng = np.random.default_rng(SEED)
    uneven = pd.Series(rng.uniform(0.5, 1.5, len(units)), index=units.index)
    urban = units["kind"].isin(["ward", "township"])
    share = uneven / uneven.groupby(units["district_code"]).transform("sum")
    households = rng.uniform(0.7, 1.3, len(units)) * np.where(urban, 1.6, 1.0)
    poor = units["district_code"].map(POOR_2015) * share
    return pd.DataFrame(
        {
            "area": np.where(urban, "urban", "rural"),
            "province": "Tỉnh Đắk Nông",
            "district": units["district"],
            "commune": units["name"],
            "households": households,
            "poor": poor,
            "near_poor": poor,
            # Minority households live where the poor do, more than the others.
            "minority": households / households.sum() + poor / poor.sum(),
        }
    )


def totals(plan: targets.Plan) -> population.Totals:
    """The totals of the plan; where the printed rates leave a range of wholes, its middle.

    6.98 % and 5.56 % together hold for 168,719 to 168,946 households, 17.18 % for 47,298 to
    47,324 minority households.
    """
    counts = {i.id: int(i.cells["result_2020"].value) for i in plan.indicators if i.cells}
    bases = targets.implied_bases(plan).query("period == 'result_2020'").groupby("base")
    middle = (bases["least"].max() + bases["most"].min()) // 2
    return population.Totals(
        households=int(middle["households"]),
        poor=counts["poor_households"],
        near_poor=counts["near_poor_households"],
        minority=int(middle["minority_households"]),
        minority_poor=counts["minority_poor_households"],
    )


def draw(wanted: population.Totals) -> Tables:
    return population.draw(communes(), wanted, standard=OLD, on=ON, seed=SEED)


# -- the same households under two standards ---------------------------------------------------


def assessed(tables: Tables, standard: mdp.Standard) -> pd.DataFrame:
    """The wide result: household columns, indicators, class, and the rule that decided."""
    result = mdp.assess(tables.households, tables.members, standard=standard, on=ON)
    why = mdp.reasons(tables.households, result[list(standard.indicator_ids)], standard=standard)
    return reports.wide(tables.households, result).assign(rule=why["rule"])


def before_and_after(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Households by class before (rows) and after (columns)."""
    table = pd.crosstab(old["poverty_class"], new["poverty_class"], dropna=False)
    return table.rename_axis(index="Decision 59/2015", columns="Decree 07/2021")


def lists(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The indicators of the plan under both standards, and the change."""
    measured = [
        targets.measure(result, standard=standard, period="2020").set_index("indicator")
        for result, standard in ((old, OLD), (new, NEW))
    ]
    before, after = (table["value"] for table in measured)
    points = measured[0]["unit"].eq("percent").map({True: "percentage points", False: "households"})
    return pd.DataFrame(
        {"before": before, "after": after, "change": after - before, "change_in": points}
    )


def by_district(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Poor and near-poor households of each district, before and after."""
    table = old.groupby("district").size().to_frame("households")
    for name in LISTED:
        for when, result in (("before", old), ("after", new)):
            here = result["poverty_class"].eq(name)
            table[f"{name}_{when}"] = here.groupby(result["district"]).sum()
    before = table[[f"{name}_before" for name in LISTED]].sum(axis=1)
    after = table[[f"{name}_after" for name in LISTED]].sum(axis=1)
    table["listed_more"] = after - before
    table["listed_more_points"] = (100 * (after - before) / table["households"]).round(2)
    return table.sort_values("listed_more", ascending=False)


def by_rule(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Moves on to a list, off it, or between lists: from which rule to which, and what made it."""
    moved = mdp.compare(old, new).query("moved == True")
    moved = moved[moved[["class_a", "class_b"]].isin(LISTED).any(axis=1)]
    keys = ["class_a", "class_b", "rule_a", "rule_b", "cause"]
    counted = moved.groupby(keys).size().rename("households").reset_index()
    return counted.sort_values("households", ascending=False, ignore_index=True)


def newly_listed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Households that come on a list: by rule of the decree, and with what deprivations."""
    came = new["poverty_class"].isin(LISTED) & ~old["poverty_class"].isin(LISTED)
    counted = new[came].groupby("rule", observed=True)[list(NEW.indicator_ids)].sum()
    table = counted.T.rename_axis(index="indicator", columns=None)
    table["only_in_the_decree"] = ~table.index.isin(OLD.indicator_ids)
    return table


# -- what a province hands in ------------------------------------------------------------------


def official(old: pd.DataFrame, new: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Tables 1 to 5 of the new lists; the movement is from the lists of the old standard."""
    by = ["district", "commune"]
    flows = mdp.movement.flows(old, new, by=by)
    return reports.tables(
        new, by=by, flows=flows, population="counted", standard=NEW, numbers=[1, 2, 3, 4, 5]
    )


def picture(old: pd.DataFrame, new: pd.DataFrame) -> Figure:
    """Classes by district, under the old standard above and under the new one below."""
    figure, axes = plt.subplots(2, figsize=(9, 9), layout="constrained")
    for ax, result, standard in zip(axes, (old, new), (OLD, NEW), strict=True):
        mdp.plotting.class_composition(result, by=result["district"], ax=ax)
        ax.set_xlabel(f"{ax.get_xlabel()} (synthetic) under {standard.name}")
    return figure


def on_the_map(old: pd.DataFrame, new: pd.DataFrame) -> Figure:
    """Poor and near-poor in the province, among its neighbours, of which nothing is drawn."""
    shapes = geopandas.read_file(HERE / "data" / "vietnam_provinces.geojson")
    around = shapes[shapes["code"].isin(["67", "66", "68", "70"])]
    figure, axes = plt.subplots(1, 2, figsize=(11, 5.5), layout="constrained")
    for ax, result, standard in zip(axes, (old, new), (OLD, NEW), strict=True):
        mdp.plotting.map(
            result.assign(code="67"),
            around,
            by="code",
            of=LISTED,
            bins=[0, 5, 10, 15, 20],
            legend_title=f"Poor and near-poor,\n% of households,\n{standard.name}",
            source="synthetic households, Natural Earth",
            ax=ax,
        )
    return figure


# -- what the example shows --------------------------------------------------------------------


def say(title: str, table: pd.DataFrame | None = None) -> None:
    print(f"\n{title}\n{'-' * len(title)}")
    if table is not None:
        print(table.to_string())


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    plan = targets.plan("plan_740_dak_nong")
    wanted = totals(plan)
    tables = draw(wanted)
    print(f"SYNTHETIC: {len(tables.households):,} households, {len(tables.members):,} members.")
    print("Only the totals are published. What the new standard does to them is no estimate.")
    say("Drawn against the totals", population.check(tables, wanted, standard=OLD, on=ON))
    old, new = assessed(tables, OLD), assessed(tables, NEW)
    written = {
        "before_and_after": before_and_after(old, new),
        "lists": lists(old, new),
        "by_district": by_district(old, new),
        "by_rule": by_rule(old, new),
        "newly_listed": newly_listed(old, new),
    }
    titles = {
        "before_and_after": "The same households under two standards",
        "lists": "Poor and near-poor under each standard",
        "by_district": "Where they are",
        "by_rule": "By which rule households came on a list, left it, or changed lists",
        "newly_listed": "Deprivations of the households that come on a list, by rule",
    }
    for name, table in written.items():
        say(titles[name], table)
    faults = targets.check_plan(plan)
    say("What the checks find in the plan", faults["rule"].value_counts().to_frame("faults"))
    written["faults"] = faults.set_index("rule")
    made = official(old, new)
    checked = reports.check(made)
    say(f"Checks of the official tables: {len(checked)} faults", checked if len(checked) else None)
    mdp.excel.write_tables(made, folder / "tables.xlsx", **FRAME)
    picture(old, new).savefig(folder / "classes.png", dpi=120)
    on_the_map(old, new).savefig(folder / "map.png", dpi=120)
    print(
        f"Written: {', '.join(str(folder / n) for n in ('tables.xlsx', 'classes.png', 'map.png'))}"
    )
    for name, table in written.items():
        table.to_csv(folder / f"{name}.csv", encoding="utf-8")
        print(f"Written: {folder / f'{name}.csv'}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "dak_nong"))
