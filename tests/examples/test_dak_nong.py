"""The example of the synthetic province: exact before, another law after, nothing hidden."""

import runpy
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.programmes import targets

pytestmark = pytest.mark.slow  # the examples run whole

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "dak_nong.py"))
PLAN = targets.plan("plan_740_dak_nong")
TOTALS = EXAMPLE["totals"](PLAN)


@pytest.fixture(scope="module")
def results():
    """A tenth of the province, which shows the same."""
    tenth = {name: n // 10 for name, n in TOTALS.model_dump().items() if n is not None}
    tables = EXAMPLE["draw"](mdp.population.Totals(**tenth))
    return [EXAMPLE["assessed"](tables, EXAMPLE[name]) for name in ("OLD", "NEW")]


def test_the_communes_are_those_of_the_province():
    units = EXAMPLE["communes"]()
    assert len(units) == 71
    assert units["district"].nunique() == 8
    assert units["area"].value_counts().to_dict() == {"rural": 60, "urban": 11}
    assert units.index.str.fullmatch(r"24\d{3}").all()
    assert sum(EXAMPLE["POOR_2015"].values()) == 27_761
    by_district = units.groupby("district")["poor"].sum().round(6)
    assert by_district["Huyện Đăk Glong"] == 8_256
    assert by_district["Thành phố Gia Nghĩa"] == 417


def test_the_totals_print_as_the_rates_of_the_plan():
    assert TOTALS.households == 168_832
    assert TOTALS.minority == 47_311
    rates = {
        "poor_rate": (TOTALS.poor, TOTALS.households),
        "near_poor_rate": (TOTALS.near_poor, TOTALS.households),
        "minority_poor_rate": (TOTALS.minority_poor, TOTALS.minority),
    }
    for name, (part, whole) in rates.items():
        printed = PLAN.indicator(name).cells["result_2020"].value
        assert round(100 * part / whole, 2) == float(printed)


def test_the_units_package_has_the_same_communes():
    package = pytest.importorskip("vietnamadminunits")
    import sqlite3

    path = Path(package.__file__).parent / "data" / "dataset.db"
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute(
            "select wardCode, ward, district from admin_units_legacy where provinceCode = '67'"
        ).fetchall()
    units = EXAMPLE["communes"]()
    ours = set(units[["commune", "district"]].itertuples(name=None))
    assert ours == set(rows)


def test_the_tables_say_who_moved_where_and_by_which_rule(results):
    old, new = results
    both = EXAMPLE["before_and_after"](old, new)
    assert both.to_numpy().sum() == len(old) == TOTALS.households // 10
    assert both.loc["poor"].sum() == TOTALS.poor // 10
    assert both.loc["near_poor"].sum() == TOTALS.near_poor // 10
    # No household at or under the old lines is above the new one, which is higher.
    assert both.loc[["poor", "near_poor"], ["average", "above_average"]].to_numpy().sum() == 0

    districts = EXAMPLE["by_district"](old, new)
    assert len(districts) == 8
    assert districts["poor_before"].sum() == TOTALS.poor // 10
    listed = new["poverty_class"].isin(["poor", "near_poor"]).sum()
    assert districts["listed_more"].sum() == listed - (TOTALS.poor // 10 + TOTALS.near_poor // 10)
    assert districts["listed_more"].gt(0).all()

    moves = EXAMPLE["by_rule"](old, new)
    on_a_list = both.copy()
    on_a_list.loc[["average", "above_average"], ["average", "above_average"]] = 0
    for name in ("poor", "near_poor", "average", "above_average"):
        on_a_list.loc[name, name] = 0
    assert moves["households"].sum() == on_a_list.to_numpy().sum()
    assert set(moves["rule_b"].str.split(".").str[0]) == {"rural", "urban"}

    came = EXAMPLE["newly_listed"](old, new)
    assert came["only_in_the_decree"].sum() == 3
    assert came.loc["employment", "only_in_the_decree"]

    lists = EXAMPLE["lists"](old, new)
    assert lists.loc["poor_households", "before"] == TOTALS.poor // 10
    assert lists.loc["poor_rate", "change_in"] == "percentage points"
    assert lists["change"].equals(lists["after"] - lists["before"])


def test_the_whole_example_prints_and_writes_its_tables(tmp_path, capsys):
    EXAMPLE["main"](tmp_path)
    printed = capsys.readouterr().out
    assert printed.startswith("SYNTHETIC: 168,832 households")
    for words in ("is no estimate", "11785", "9385", "8128", "Huyện Tuy Đức", "rural.near_poor"):
        assert words in printed
    both = pd.read_csv(tmp_path / "before_and_after.csv", index_col=0)
    assert both.loc["poor"].sum() == 11_785
    assert both.loc["near_poor"].sum() == 9_385
    faults = pd.read_csv(tmp_path / "faults.csv")
    assert len(faults) == len(targets.check_plan(PLAN))
    assert len(list(tmp_path.glob("*.csv"))) == 6


def test_the_official_tables_agree_and_say_what_the_standard_did(results, tmp_path):
    old, new = results
    made = EXAMPLE["official"](old, new)
    assert list(made) == [1, 2, 3, 4, 5]
    assert mdp.reports.check(made).empty
    total = made[1].iloc[0]
    assert total["poor_households"] == new["poverty_class"].eq("poor").sum()
    assert total["near_poor_households"] == new["poverty_class"].eq("near_poor").sum()
    movement = made[2].iloc[0]
    assert (movement["opening"], movement["residual"]) == (TOTALS.poor // 10, 0)
    both = EXAMPLE["before_and_after"](old, new)
    assert movement["to_near_poor"] == both.loc["poor", "near_poor"]
    assert movement["from_near_poor"] == both.loc["near_poor", "poor"]
    path = tmp_path / "tables.xlsx"
    mdp.excel.write_tables(made, path, **EXAMPLE["FRAME"])
    sheet = pd.read_excel(path, sheet_name="Biểu 1", header=None, engine="calamine")
    assert sheet.iloc[7, 4] == total["poor_households"]
    assert "giả lập" in sheet.iloc[0, 0]
