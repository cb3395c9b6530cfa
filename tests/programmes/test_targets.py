"""Plan 740 as data: what its checks find, and how results are set against its targets."""

import copy
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.language import catalogue
from multidim_poverty.programmes import targets
from multidim_poverty.programmes.plan_model import Plan, Unit
from multidim_poverty.programmes.printed_numbers import Cell, as_printed

PLAN = targets.plan("plan_740_dak_nong")
FOUND = targets.check_plan(PLAN)
OLD, NEW = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")


def found(rule: str, frame: pd.DataFrame = FOUND) -> list[list[str]]:
    rows = frame[frame["rule"] == rule]
    return rows[["subject", "value", "expected"]].to_numpy().tolist()


# -- the plan as data --------------------------------------------------------------------------


def test_the_printed_results_of_2020_are_those_of_the_plan():
    printed = targets.cells(PLAN)
    at_2020 = printed[printed["period"] == "result_2020"].set_index("indicator")
    assert at_2020["value"].to_dict() == {
        "poor_households": 11_785,
        "poor_rate": 6.98,
        "near_poor_households": 9_385,
        "near_poor_rate": 5.56,
        "minority_poor_households": 8_128,
        "minority_poor_rate": 17.18,
        "poor_districts": 2,
        "vocational_training": 200,
    }
    assert at_2020["unit"].tolist() == [
        *["households", "percent"] * 3,
        "districts",
        "persons",
    ]
    assert at_2020.loc["near_poor_households", "printed"] == "9.385"
    assert at_2020.loc["near_poor_households", "printed_unit"] == "%"
    assert pd.isna(at_2020.loc["poor_households", "printed_unit"])
    of_text = printed["where"].str.startswith("Text")
    assert of_text.sum() == 5
    assert printed.loc[of_text, "printed_unit"].isna().all()
    assert at_2020.loc["minority_poor_rate", "where"] == "Annex II, row 3.1, column (4)"


def test_changes_of_rates_are_read_in_percentage_points():
    printed = targets.cells(PLAN)
    changes = printed[printed["printed"].str.contains("iảm")]
    assert changes["unit"].eq("percentage_points").all()
    assert changes["value"].lt(0).all()
    assert changes["printed"].str.contains("%").all()
    assert len(changes) == 12
    assert not printed[~printed.index.isin(changes.index)]["unit"].eq("percentage_points").any()


def test_every_amount_of_the_budget_is_there():
    central = [line.cells.get("central_total") for line in PLAN.budget if line.part_of is None]
    assert central == [None, "3.000", "0", "62.300", "2.000", "2.500", "2.000"]
    ids = [line.id for line in PLAN.budget]
    assert len(ids) == 23
    assert len(PLAN.projects) == 10


def test_the_progress_of_annex_v_is_there_as_printed():
    assert [column.column for column in PLAN.progress_columns] == [f"({n})" for n in range(7, 12)]
    printed = [cell for row in PLAN.progress_rows for cell in row.cells.values()]
    assert printed == ["0", "0%", "0%", "0%", "100%"] * 5
    assert [row.line for row in PLAN.progress_rows] == [f"4.1.{n}" for n in range(1, 6)]


def test_the_totals_of_annex_iv_are_empty_and_found():
    total = PLAN.annex_totals[0]
    assert (total.place.row, total.columns, dict(total.cells)) == (
        "TỔNG SỐ",
        ("central_investment", "local_investment"),
        {},
    )
    rows = FOUND[FOUND["table"].eq("annexes") & FOUND["rule"].eq("sum_missing")]
    assert rows["expected"].tolist() == ["138.000", "21.000"]


def test_what_the_checks_find_in_targets_and_progress():
    assert [row[0] for row in found("two_standards")] == [
        "poor_rate",
        "near_poor_rate",
        "minority_poor_rate",
        "local_minority_poor_rate",
    ]
    assert [row[0] for row in found("not_in_text")] == [
        "near_poor_rate",
        "poor_districts",
        "vocational_training",
    ]
    assert [row[:2] for row in found("share_of_nothing")] == [
        [f"4.1.{n}", "100%"] for n in range(1, 6)
    ]
    assert found("impossible_share") == found("part_exceeds_whole") == []


def test_an_amount_whose_heading_is_lost_carries_its_caveat():
    assert [row[:2] for row in found("heading_lost")] == [
        ["3.2", "2.000"],
        ["6.1", "1.000"],
        ["7.2", "1.000"],
    ]
    disagrees = FOUND[FOUND["subject"].eq("6.1") & FOUND["rule"].eq("elsewhere_disagrees")]
    assert "whose heading is in a gap of the text; read so, it agrees with 6.2" in (
        disagrees["message"].item()
    )
    plan = raw()
    statement(plan, "5", "text")["heading_lost"] = True
    with pytest.raises(ValidationError, match="heading_lost needs a note"):
        Plan.model_validate(plan)


def test_a_plan_is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        PLAN.name = "other"


@pytest.mark.parametrize(
    ("printed", "value", "change", "mark", "decimals"),
    [
        ("11.785", "11785", False, False, 0),
        ("6,98", "6.98", False, False, 2),
        ("1.234.567,5", "1234567.5", False, False, 1),
        ("400", "400", False, False, 0),
        ("100%", "100", False, True, 0),
        ("Giảm 2%", "-2", True, True, 0),
        ("giảm từ 2% trở lên", "-2", True, True, 0),
        ("Tăng 1,5 điểm phần trăm", "1.5", True, False, 1),
        ("giảm 3 điểm % trở lên", "-3", True, False, 0),
    ],
)
def test_cells_are_read_as_plans_print_them(printed, value, change, mark, decimals):
    cell = Cell.read(printed)
    assert (cell.value, cell.is_change, cell.has_percent_mark) == (Decimal(value), change, mark)
    assert cell.decimals == decimals
    assert cell == printed


@pytest.mark.parametrize("printed", ["", " ", "11,785.0", "1.78", "hai", "2 - 3", 7, None, "-2"])
def test_what_is_no_printed_number_is_refused(printed):
    with pytest.raises(ValueError, match="is not a number as a plan prints it"):
        Cell.read(printed)


@given(st.decimals(0, 10**9, places=2) | st.integers(0, 10**12))
def test_a_number_printed_and_read_again_is_the_same(number):
    assert Cell.read(as_printed(number)).value == number


@given(st.fractions(0, 10**6), st.integers(0, 3))
def test_printing_rounds_half_up(number, decimals):
    printed = as_printed(number, decimals)
    value = Fraction(Cell.read(printed).value)
    step = Fraction(1, 10**decimals)
    assert abs(value - number) <= step / 2
    if abs(value - number) == step / 2:
        assert value > number
    assert Cell.read(printed).decimals == decimals


# -- reading files -----------------------------------------------------------------------------


def raw() -> dict:
    return copy.deepcopy(PLAN.model_dump(mode="json", exclude_none=True))


def indicator(plan: dict, id: str) -> dict:
    return next(row for row in plan["indicators"] if row["id"] == id)


def line(plan: dict, id: str) -> dict:
    return next(row for row in plan["budget"] if row["id"] == id)


def statement(plan: dict, id: str, source: str, n: int = 0) -> dict:
    rows = [s for s in plan["statements"] if (s["line"], s["place"]["source"]) == (id, source)]
    return rows[n]


def test_a_plan_goes_through_its_own_data_unchanged():
    assert Plan.model_validate(raw()) == PLAN


def test_a_plan_of_ones_own_is_read_from_a_file(tmp_path):
    text = (resources.files("multidim_poverty.programmes") / f"{PLAN.name}.toml").read_text("utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('result_2020 = "8.128"', 'result_2020 = "8.129"'), "utf-8")
    read = targets.read(path)
    assert read.indicator("minority_poor_households").cells["result_2020"].value == 8129
    assert found("computable_empty", targets.check_plan(read))[0][2] == "68,98"


def test_an_unknown_plan_is_named():
    with pytest.raises(KeyError, match="no plan 'plan_1'; there are plan_740_dak_nong"):
        targets.plan("plan_1")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('number = "740/KH-UBND"', 'numbre = "740/KH-UBND"', "numbre: Extra inputs"),
        ('printed_unit = "Người"', 'printed_unit = ""', "is not filled"),
        ('plan_2021 = "400"', 'plan_2021 = "vierhundert"', "'vierhundert' is not a number"),
        ('plan_2021 = "400"', 'plan_2020 = "400"', "unknown period 'plan_2020'"),
        ('line = "6.1"', 'line = "6.9"', "unknown budget line '6.9'"),
        ('part_of = "7"', 'part_of = "9"', "unknown budget line '9'"),
        (
            'source = "annex_ii", row = "5"',
            'source = "annex_9", row = "5"',
            "unknown source 'annex_9'",
        ),
        ('numerator = "poor_households"', 'numerator = "rich"', "unknown indicator 'rich'"),
        ('denominator = "households"', 'denominator = "homes"', "unknown base 'homes'"),
        ('id = "7.2"', 'id = "7.1"', "budget: '7.1' stands twice"),
        ('central_total = "62.300"', 'central_sum = "62.300"', "unknown budget column"),
        ('base = "2021"\n', "", "needs the base of its changes"),
        ("[[sources]]", "[[sources", "not valid TOML"),
    ],
)
def test_faults_of_a_file_are_named_with_their_place(old, new, message):
    text = (resources.files("multidim_poverty.programmes") / f"{PLAN.name}.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(mdp.LawFileError) as caught:
        Plan.parse(text.replace(old, new, 1), name="mine.toml")
    assert message in str(caught.value)


# -- what the checks find in the plan as it is -------------------------------------------------


def test_the_units_of_the_first_rows_have_moved():
    assert found("unit_missing") == [["poor_households", "", "Hộ"]]
    assert found("unit_shifted") == [
        ["poor_rate", "Hộ", "%"],
        ["near_poor_households", "%", "Hộ"],
    ]
    assert found("unit_disagrees") == []


def test_every_giam_2_percent_is_found():
    rows = found("points_as_percent")
    assert sorted({(printed, expected) for _, printed, expected in rows}) == [
        ("Giảm 2%", "2 điểm phần trăm"),
        ("Giảm 3%", "3 điểm phần trăm"),
        ("giảm 3% trở lên", "3 điểm phần trăm"),
        ("giảm từ 2% trở lên", "2 điểm phần trăm"),
        ("giảm từ 4% trở lên", "4 điểm phần trăm"),
    ]
    assert len(rows) == 12


def test_empty_cells_that_others_give_are_found():
    assert found("computable_empty") == [["minority_share_of_poor", "", "68,97"]]
    assert [row[0] for row in found("half_of_pair")] == [
        "poor_households",
        "minority_share_of_poor",
    ]


def test_estimates_that_repeat_their_target_and_results_taken_over_are_found():
    assert [row[:2] for row in found("estimate_is_target")] == [
        ["poor_rate", "Giảm 2%"],
        ["near_poor_rate", "Giảm 2%"],
        ["minority_poor_rate", "Giảm 3%"],
        ["vocational_training", "400"],
    ]
    assert [row[1] for row in found("interim_is_base")] == [
        "6,98",
        "9.385",
        "5,56",
        "8.128",
        "17,18",
    ]


def test_targets_of_the_text_without_a_cell_are_found():
    assert [row[0] for row in found("not_in_table")] == [
        "local_minority_poor_rate",
        "income_support_coverage",
        "service_support_coverage",
    ]


def test_the_contradictions_of_the_budget_are_found():
    assert found("total_of_funds") == [["2", "500", "300"], ["3.1", "1.800", "400"]]
    assert found("total_of_lines") == [["3", "0", "14.000"]]
    assert found("elsewhere_disagrees") == [
        ["2", "500", "150"],
        ["4.2", "500", "2.000"],
        ["6.1", "1.500", "1.000"],
        ["4.1.1", "40.000", "10.000"],
        ["4.1.5", "7.000", "700"],
        ["4.1.5", "7.000", "700"],
    ]
    assert found("elsewhere_only") == [["4.2", "", "8.000"], ["4.1.1", "", "3.000"]]
    assert found("not_split") == [["2", "500", None], ["3.1", "1.800", None]]
    assert len(found("sum_missing", FOUND[FOUND["table"].eq("budget")])) == 16


def test_values_that_would_add_up_in_other_cells_are_said_so():
    rows = FOUND[FOUND["rule"] == "total_of_funds"].set_index("subject")["message"]
    assert "500 = local budget, recurrent; 150 = other sources, total" in rows["2"]
    assert "1.800 = local budget, recurrent; 200 = other sources, total" in rows["3.1"]


def test_amounts_that_are_those_of_another_line_are_said_so():
    rows = FOUND[FOUND["subject"].eq("4.2") & FOUND["rule"].eq("elsewhere_disagrees")]
    assert "(the amounts of line 4.3)" in rows["message"].item()
    other = FOUND[FOUND["subject"].eq("6.1") & FOUND["rule"].eq("elsewhere_disagrees")]
    assert "the amounts of line" not in other["message"].item()


def test_what_is_a_reading_of_ours_is_said_in_the_message():
    rows = FOUND[FOUND["subject"].eq("4.1.1") & FOUND["table"].eq("budget")]["message"]
    assert rows.str.contains("(read as activity 1 of sub-project 4.1;", regex=False).all()
    assert len(rows) == 2


def test_counts_and_rates_agree_on_one_number_of_households():
    bases = targets.implied_bases(PLAN)
    of_all = bases[bases["base"].eq("households") & bases["period"].eq("result_2020")]
    assert of_all["least"].max() == 168_719
    assert of_all["most"].min() == 168_946
    assert found("totals_disagree") == []
    minority = bases[bases["base"].eq("minority_households") & bases["period"].eq("result_2020")]
    assert minority[["least", "most"]].to_numpy().tolist() == [[47_298, 47_324]]


def test_findings_have_words_in_both_languages():
    vietnamese = targets.check_plan(PLAN, language="vi")
    pd.testing.assert_frame_equal(
        vietnamese[["rule", "subject", "value", "expected"]],
        FOUND[["rule", "subject", "value", "expected"]],
    )
    assert vietnamese["where"].iloc[1] == "Phụ lục II, dòng 1"
    for frame in (FOUND, vietnamese):
        assert not frame["message"].str.contains(r"[{}]").any()
        assert frame["where"].str.len().gt(0).all()
    assert not (FOUND["message"] == vietnamese["message"]).any()
    with pytest.raises(ValueError, match="is not 'en' or 'vi'"):
        targets.check_plan(PLAN, language="fr")


# -- a plan in order, and each fault put into it -----------------------------------------------

VOCATIONAL = "vocational_training_rate"
RATES = ("poor_rate", "near_poor_rate", "minority_poor_rate")


def repaired() -> dict:
    """The plan with every finding mended: invented numbers where the plan has none."""
    plan = raw()
    units = {"households": "Hộ", "percent": "%", "districts": "Huyện", "persons": "Người"}
    in_points = {"giảm": "giảm {} điểm phần trăm trở lên", "Giảm": "Giảm {} điểm phần trăm"}
    for row in plan["indicators"]:
        if row.get("place"):
            row["printed_unit"] = units[row["unit"]]
        cells = row["cells"]
        if row["by_standard"]:
            cells.pop("nine_months_2021", None)
        for period, printed in cells.items():
            if printed.startswith("Giảm"):
                cells[period] = in_points["Giảm"].format(printed[5])
    for target in plan["text_targets"]:
        if target["printed"].startswith("giảm"):
            number = target["printed"].removeprefix("giảm ").removeprefix("từ ")[0]
            target["printed"] = in_points["giảm"].format(number)
    for id, estimate in zip(RATES, ("5,10", "4,20", "15,01"), strict=True):
        indicator(plan, id)["cells"]["estimate_2021"] = estimate
    indicator(plan, "vocational_training")["cells"]["estimate_2021"] = "380"
    indicator(plan, "minority_share_of_poor")["cells"]["result_2020"] = "68,97"
    for n, (id, printed) in enumerate(
        {
            "local_minority_poor_rate": "Giảm 4 điểm phần trăm",
            "income_support_coverage": "100%",
            "service_support_coverage": "100%",
        }.items()
    ):
        indicator(plan, id).update(
            place={"source": "annex_ii", "row": str(6 + n)},
            printed_unit="%",
            cells={"plan_2022": printed},
        )
    plan["indicators"].append(  # a rate without a count, for the rules of rates
        {
            "id": VOCATIONAL,
            "label": {"vi": "Tỷ lệ được đào tạo", "en": "Rate of trained workers"},
            "unit": "percent",
            "printed_unit": "%",
            "place": {"source": "annex_ii", "row": "9"},
            "cells": {"result_2020": "40,5"},
        }
    )
    for id, local, other in (("2", "500", "150"), ("3.1", "1.800", "200")):
        cells = line(plan, id)["cells"]
        cells.update(local_recurrent=local, other_total=other, other_recurrent=other)
        del cells["other_investment"]
    statement(plan, "4.2", "text")["cells"] = {"central_recurrent": "500"}
    statement(plan, "6.1", "text")["cells"] = {"central_recurrent": "1.500"}
    for entry in plan["statements"]:
        entry["heading_lost"] = False
    next(p for p in plan["periods"] if p["id"] == "plan_2022")["standard"] = OLD.name
    plan["text_targets"] += [
        {
            "indicator": id,
            "period": "plan_2022",
            "printed": indicator(plan, id)["cells"]["plan_2022"],
            "place": {"source": "text", "section": "II.2"},
        }
        for id in ("near_poor_rate", "poor_districts", "vocational_training")
    ]
    for row in plan["progress_rows"]:
        row["cells"].update(plan_2021="10", nine_months_2021="50%", estimate_2021="100%")
    plan["statements"] = [
        s for s in plan["statements"] if (s["line"], s["place"]["source"]) != ("4.1.1", "annex_iv")
    ]
    for n in range(2):
        statement(plan, "4.1.5", "annex_v", n)["cells"]["central_total"] = "7.000"
    plan["annex_totals"][0]["cells"] = {
        column: as_printed(
            sum(
                Cell.read(s["cells"].get(column, "0")).value
                for s in plan["statements"]
                if s["place"]["source"] == "annex_iv"
            )
        )
        for column in ("central_investment", "local_investment")
    }
    for id in ("4.1", "1", "3", "4", "6", "7"):  # parts before what they are part of
        parts = [row for row in plan["budget"] if row.get("part_of") == id]
        columns = dict.fromkeys(column for part in parts for column in part["cells"])
        for column in columns:
            added = sum(Cell.read(p["cells"].get(column, "0")).value for p in parts)
            line(plan, id)["cells"][column] = as_printed(added)
    return plan


def findings_of(plan: dict) -> list[tuple[str, str]]:
    frame = targets.check_plan(Plan.model_validate(plan))
    return list(frame[["rule", "subject"]].itertuples(index=False, name=None))


def test_a_repaired_plan_has_no_finding():
    frame = targets.check_plan(Plan.model_validate(repaired()))
    assert frame.empty
    assert list(frame.columns) == list(FOUND.columns)
    assert frame.dtypes.equals(FOUND.dtypes)


def put(id: str, period: str, printed: str | None):
    def change(plan: dict) -> None:
        if printed is None:
            del indicator(plan, id)["cells"][period]
        else:
            indicator(plan, id)["cells"][period] = printed

    return change


def unit(id: str, printed: str | None):
    def change(plan: dict) -> None:
        if printed is None:
            del indicator(plan, id)["printed_unit"]
        else:
            indicator(plan, id)["printed_unit"] = printed

    return change


def amount(id: str, column: str, printed: str | None):
    def change(plan: dict) -> None:
        if printed is None:
            del line(plan, id)["cells"][column]
        else:
            line(plan, id)["cells"][column] = printed

    return change


def elsewhere(id: str, source: str, column: str, printed: str):
    def change(plan: dict) -> None:
        statement(plan, id, source)["cells"][column] = printed

    return change


def text(n: int, printed: str):
    def change(plan: dict) -> None:
        plan["text_targets"][n]["printed"] = printed

    return change


def empty_total(column: str):
    def change(plan: dict) -> None:
        del plan["annex_totals"][0]["cells"][column]

    return change


def progress(column: str, printed: str):
    def change(plan: dict) -> None:
        plan["progress_rows"][0]["cells"][column] = printed

    return change


def lost_heading(plan: dict) -> None:
    note = {"vi": "tên mục bị thiếu", "en": "the heading is in a gap"}
    statement(plan, "5", "text").update(heading_lost=True, note=note)


def local_poor(printed: str):
    def change(plan: dict) -> None:
        indicator(plan, "minority_poor_households")["cells"].clear()
        indicator(plan, "minority_poor_rate")["cells"].pop("result_2020")
        indicator(plan, "minority_share_of_poor")["cells"].clear()
        place = {"source": "annex_ii", "row": "9"}
        cells = {"result_2020": printed}
        indicator(plan, "local_minority_poor_households").update(
            place=place, printed_unit="Hộ", cells=cells
        )

    return change


def minorities_of_a_small_rate(plan: dict) -> None:
    """8,128 are 1.72 % of more households than the province has."""
    put("minority_poor_rate", "result_2020", "1,72")(plan)
    for period in ("plan_2021", "plan_2022", "estimate_2021"):
        put("minority_poor_rate", period, None)(plan)
    plan["text_targets"] = [
        t for t in plan["text_targets"] if t["indicator"] != "minority_poor_rate"
    ]


def a_share_of_no_poor(plan: dict) -> None:
    put("poor_households", "result_2020", "0")(plan)
    put("poor_rate", "result_2020", "0")(plan)
    for period in ("plan_2021", "plan_2022", "estimate_2021"):
        put("poor_rate", period, None)(plan)
    plan["text_targets"] = [t for t in plan["text_targets"] if t["indicator"] != "poor_rate"]
    put("minority_poor_households", "result_2020", "0")(plan)
    put("minority_poor_rate", "result_2020", "0")(plan)
    for period in ("plan_2021", "plan_2022", "estimate_2021"):
        put("minority_poor_rate", period, None)(plan)
    plan["text_targets"] = [
        t for t in plan["text_targets"] if t["indicator"] != "minority_poor_rate"
    ]


def target_of_the_table_alone(plan: dict) -> None:
    plan["text_targets"] = [t for t in plan["text_targets"] if t["indicator"] != "near_poor_rate"]


def another_standard(plan: dict) -> None:
    next(p for p in plan["periods"] if p["id"] == "plan_2022")["standard"] = NEW.name


SEEDED = [
    (unit("poor_districts", None), {("unit_missing", "poor_districts")}),
    (unit("vocational_training", "Huyện"), {("unit_shifted", "vocational_training")}),
    (unit("vocational_training", "Hộ"), {("unit_disagrees", "vocational_training")}),
    (unit("vocational_training", "?"), {("unit_disagrees", "vocational_training")}),
    (put("poor_rate", "plan_2021", "Giảm 2%"), {("points_as_percent", "poor_rate")}),
    (text(0, "giảm từ 2% trở lên"), {("points_as_percent", "poor_rate")}),
    (
        put("minority_share_of_poor", "result_2020", None),
        {("computable_empty", "minority_share_of_poor")},
    ),
    (put("near_poor_households", "result_2020", None), {("half_of_pair", "near_poor_households")}),
    (put("minority_poor_rate", "result_2020", None), {("half_of_pair", "minority_poor_rate")}),
    (
        put("vocational_training", "estimate_2021", "400"),
        {("estimate_is_target", "vocational_training")},
    ),
    (
        put("minority_share_of_poor", "nine_months_2021", "68,97"),
        {
            ("half_of_pair", "minority_poor_households"),
            ("interim_is_base", "minority_share_of_poor"),
        },
    ),
    (
        put("minority_share_of_poor", "result_2020", "68,98"),
        {("rate_disagrees", "minority_share_of_poor")},
    ),
    (put("near_poor_rate", "result_2020", "5,65"), {("totals_disagree", "near_poor_rate")}),
    (put("poor_rate", "result_2020", "6,89"), {("totals_disagree", "near_poor_rate")}),
    (
        put("minority_poor_households", "result_2020", "11.786"),
        {
            ("part_exceeds_whole", "minority_poor_households"),
            ("rate_disagrees", "minority_share_of_poor"),
        },
    ),
    (
        put("minority_poor_rate", "plan_2022", "Giảm 2 điểm phần trăm"),
        {("text_disagrees", "minority_poor_rate")},
    ),
    (put("poor_rate", "plan_2022", "2"), {("text_disagrees", "poor_rate")}),
    (
        put("service_support_coverage", "plan_2022", None),
        {("not_in_table", "service_support_coverage")},
    ),
    (
        amount("5", "central_recurrent", "2.001"),
        {("total_of_funds", "5"), ("elsewhere_disagrees", "5")},
    ),
    (amount("5", "central_total", None), {("total_missing", "5")}),
    (amount("6.2", "central_recurrent", None), {("not_split", "6.2"), ("total_of_lines", "6")}),
    (amount("4", "central_total", "62.301"), {("total_of_funds", "4"), ("total_of_lines", "4")}),
    (amount("7", "central_recurrent", None), {("sum_missing", "7")}),
    (elsewhere("4.1.5", "annex_v", "central_total", "700"), {("elsewhere_disagrees", "4.1.5")}),
    (
        elsewhere("1.1", "annex_iv", "central_investment", "60.001"),
        {("elsewhere_disagrees", "1.1"), ("total_of_lines", "annex_iv")},
    ),
    (elsewhere("3.2", "text", "local_total", "5"), {("elsewhere_only", "3.2")}),
    (empty_total("local_investment"), {("sum_missing", "annex_iv")}),
    (progress("plan_2021", "0"), {("share_of_nothing", "4.1.1")}),
    (progress("nine_months_2021", "-5%"), {("impossible_share", "4.1.1")}),
    (lost_heading, {("heading_lost", "5")}),
    (
        put("service_support_coverage", "plan_2022", "101%"),
        {
            ("impossible_share", "service_support_coverage"),
            ("text_disagrees", "service_support_coverage"),
        },
    ),
    (put(VOCATIONAL, "result_2020", "100,01"), {("impossible_share", VOCATIONAL)}),
    (put(VOCATIONAL, "result_2020", "-0,01%"), {("impossible_share", VOCATIONAL)}),
    (
        put("poor_rate", "plan_2021", "Giảm 7 điểm phần trăm"),
        {("impossible_share", "poor_rate")},
    ),
    (minorities_of_a_small_rate, {("part_exceeds_whole", "minority_poor_rate")}),
    (
        local_poor("11.786"),
        {
            ("part_exceeds_whole", "local_minority_poor_households"),
            ("half_of_pair", "local_minority_poor_rate"),
        },
    ),
    (a_share_of_no_poor, {("share_of_nothing", "minority_share_of_poor")}),
    (target_of_the_table_alone, {("not_in_text", "near_poor_rate")}),
    (
        another_standard,
        {
            ("two_standards", id)
            for id in (
                "poor_rate",
                "near_poor_rate",
                "minority_poor_rate",
                "local_minority_poor_rate",
            )
        },
    ),
]


@pytest.mark.parametrize(("change", "expected"), SEEDED)
def test_each_seeded_fault_is_found_and_nothing_else(change, expected):
    plan = repaired()
    change(plan)
    assert set(findings_of(plan)) == expected


def interim_of_another_base(plan: dict) -> None:
    indicator(plan, "poor_districts").update(by_standard=True)
    period = next(p for p in plan["periods"] if p["id"] == "nine_months_2021")
    period["base"] = "2019"


def all_poor_are_of_a_minority(plan: dict) -> None:
    put("minority_poor_households", "result_2020", "11.785")(plan)
    put("minority_share_of_poor", "result_2020", "100,00")(plan)


@pytest.mark.parametrize(
    "change",
    [
        all_poor_are_of_a_minority,
        interim_of_another_base,
        amount("7.1", "local_total", "0"),
        elsewhere("3.2", "text", "local_total", "0"),
        put("poor_rate", "estimate_2021", "6,98"),
        put("near_poor_households", "result_2020", "9.386"),  # 5.56 % of as many households
    ],
)
def test_what_is_in_order_is_not_found(change):
    plan = repaired()
    change(plan)
    assert findings_of(plan) == []


def test_one_amount_alone_is_nobodys():
    """800 are those of line 4.1.3 alone, but one number proves nothing."""
    plan = repaired()
    elsewhere("5", "text", "central_recurrent", "800")(plan)
    messages = targets.check_plan(Plan.model_validate(plan))["message"]
    assert messages.tolist() == [
        "2.000 is printed here, 800 in Text, section III.5.c; decide on one"
    ]


def test_every_rule_is_seeded():
    assert {rule for _, expected in SEEDED for rule, _ in expected} == set(catalogue()["plan"])


# -- counts and rates --------------------------------------------------------------------------


@given(st.integers(1, 3000), st.data(), st.integers(0, 2), st.sampled_from(["even", "up"]))
def test_the_whole_lies_in_the_range_that_its_printed_rate_implies(whole, data, decimals, how):
    count = data.draw(st.integers(1, whole))
    exact = Fraction(100 * count, whole)
    scaled = exact * 10**decimals
    printed = Fraction(round(scaled) if how == "even" else int(scaled + Fraction(1, 2)))
    rate = Decimal(int(printed)).scaleb(-decimals)
    if rate == 0:
        with pytest.raises(ValueError, match="has no largest whole"):
            targets.implied_range(count, rate, decimals)
        return
    held = targets.implied_range(count, rate, decimals)
    assert whole in held
    half = Fraction(1, 2 * 10**decimals)
    inside = [abs(Fraction(100 * count, n) - Fraction(rate)) <= half for n in (held[0], held[-1])]
    outside = [held[-1] + 1] + ([held[0] - 1] if held[0] > 1 else [])
    assert all(inside)
    assert all(abs(Fraction(100 * count, n) - Fraction(rate)) > half for n in outside)


# -- measuring ---------------------------------------------------------------------------------

CLASSES = ["poor", "near_poor", "average", "above_average"]


def completions(values, answers):
    return product(*[[v] if v is not None else answers for v in values])


def counts(classes, minority, local):
    """Numerator and denominator of every indicator, one household at a time."""
    rows = list(zip(classes, minority, local, strict=True))
    poor = [r for r in rows if r[0] == "poor"]
    near = sum(r[0] == "near_poor" for r in rows)
    minority_poor, local_poor = sum(r[1] for r in poor), sum(r[2] for r in poor)
    return {
        "poor_households": (len(poor), None),
        "poor_rate": (len(poor), len(rows)),
        "near_poor_households": (near, None),
        "near_poor_rate": (near, len(rows)),
        "minority_poor_households": (minority_poor, None),
        "minority_poor_rate": (minority_poor, sum(r[1] for r in rows)),
        "minority_share_of_poor": (minority_poor, len(poor)),
        "local_minority_poor_households": (local_poor, None),
        "local_minority_poor_rate": (local_poor, sum(r[2] for r in rows)),
    }


@given(st.data())
def test_an_indicator_counts_what_every_completion_counts(data):
    n = data.draw(st.integers(0, 3))
    column = lambda answers: data.draw(st.lists(st.sampled_from(answers), min_size=n, max_size=n))  # noqa: E731
    classes, minority, local = (
        column([*CLASSES, None]),
        column([True, False, None]),
        column([True, False, None]),
    )
    result = pd.DataFrame(
        {
            "poverty_class": pd.Categorical(classes, categories=CLASSES, ordered=True),
            "ethnic_minority": pd.array(minority, dtype="boolean"),
            "local_minority": pd.array(local, dtype="boolean"),
        }
    )
    table = targets.measure(result, standard=NEW, period="2022").set_index("indicator")
    every = [
        counts(*c)
        for c in product(
            completions(classes, ["poor", "near_poor", "average"]),
            completions(minority, [True, False]),
            completions(local, [True, False]),
        )
    ]
    for name, row in table.iterrows():
        possible = {c[name] for c in every}
        assert (row["undetermined"] == 0) == (len(possible) == 1)
        # Of what is not settled, the numerator and the base hold those known to belong.
        part, whole = row["numerator"], row["denominator"]
        whole = None if pd.isna(whole) else whole
        if len(possible) == 1:
            assert (part, whole) == next(iter(possible))
        assert part == min(one for one, _ in possible)
        if whole is not None:
            assert whole == min(base for _, base in possible)
        if whole == 0:
            assert np.isnan(row["value"])
        else:
            assert row["value"] == (part if whole is None else 100 * part / whole)


def test_measured_indicators_carry_their_unit_standard_and_period():
    result = pd.DataFrame({"poverty_class": ["poor", "average"]})
    table = targets.measure(result, standard=OLD, period="2020")
    assert table["indicator"].tolist() == [
        "poor_households",
        "poor_rate",
        "near_poor_households",
        "near_poor_rate",
    ]
    assert table["unit"].astype(str).tolist() == ["households", "percent"] * 2
    assert set(table["standard"]) == {"decision_59_2015"}
    assert set(table["period"]) == {"2020"}
    assert table.dtypes[["numerator", "denominator"]].astype(str).tolist() == ["Int64"] * 2


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (pd.DataFrame({"class": ["poor"]}), "no column poverty_class"),
        (pd.DataFrame({"poverty_class": ["Hộ nghèo", "poor"]}), "holds 'Hộ nghèo'; classes are"),
        (pd.DataFrame({"poverty_class": ["poor"], "ethnic_minority": ["có"]}), "not yes or no"),
    ],
)
def test_a_result_that_is_none_is_refused(result, message):
    with pytest.raises(ValueError, match=message):
        targets.measure(result, standard=NEW, period="2022")


def official(**more) -> dict[int, pd.DataFrame]:
    one = {"level": "total", "households": 400, "poor_households": 30, "near_poor_households": 20}
    twelve = {
        "level": "total",
        "households": 400,
        "minority_households": 100,
        "local_minority_households": 40,
        "poor_households": 30,
        "poor_minority_households": 21,
        "poor_local_minority_households": 10,
    }
    other = {"level": "district"}
    return {
        1: pd.DataFrame([{**one, **more.get("one", {})}, {**one, **other}]),
        12: pd.DataFrame([{**twelve, **more.get("twelve", {})}, {**twelve, **other}]),
    }


def test_official_tables_give_the_same_indicators():
    table = targets.measure_tables(official(), standard=NEW, period="2022").set_index("indicator")
    assert table["value"].to_dict() == {
        "poor_households": 30,
        "poor_rate": 7.5,
        "near_poor_households": 20,
        "near_poor_rate": 5,
        "minority_poor_households": 21,
        "minority_poor_rate": 21,
        "minority_share_of_poor": 70,
        "local_minority_poor_households": 10,
        "local_minority_poor_rate": 25,
    }
    result = pd.DataFrame(
        {
            "poverty_class": ["poor"] * 30 + ["near_poor"] * 20 + ["average"] * 350,
            "ethnic_minority": [True] * 21 + [False] * 9 + [True] * 79 + [False] * 291,
            "local_minority": [True] * 10 + [False] * 20 + [True] * 30 + [False] * 340,
        }
    )
    again = targets.measure(result, standard=NEW, period="2022").set_index("indicator")
    pd.testing.assert_frame_equal(table, again)


def test_what_the_tables_do_not_know_stays_unknown():
    tables = official(
        one={"households": None, "undetermined": 0},
        twelve={"undetermined": 0, "unknown": 3},
    )
    table = targets.measure_tables(tables, standard=NEW, period="2022").set_index("indicator")
    assert table.loc["poor_households", "value"] == 30
    assert np.isnan(table.loc["poor_rate", "value"])
    assert pd.isna(table.loc["poor_rate", "denominator"])
    assert table.loc["minority_poor_households", "undetermined"] == 3
    assert table.loc["minority_poor_households", "value"] == 21
    one = {1: official()[1]}
    assert len(targets.measure_tables(one, standard=NEW, period="2022")) == 4
    with pytest.raises(ValueError, match="table 1 needs one row whose level is 'total'; it has 0"):
        targets.measure_tables({1: one[1].iloc[1:]}, standard=NEW, period="2022")
    assert targets.measure_tables({}, standard=NEW, period="2022").empty


# -- progress ----------------------------------------------------------------------------------


def measured(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["indicator", "period", "standard", "value"])


def target(id: str, period: str, *rows, standard=None) -> pd.Series:
    table = targets.progress(PLAN, measured=measured(*rows))
    here = table[table["indicator"].eq(id) & table["period"].eq(period)]
    if standard is not None:
        here = here[here["standard"].eq(standard)]
    assert len(here) == 1
    return here.iloc[0]


def test_every_target_has_a_row_and_estimates_are_not_judged():
    table = targets.progress(PLAN)
    assert len(table) == 12
    assert table["met"].isna().all()
    assert set(table["result_from"].dropna()) == {"plan_estimate"}
    by_standard = table["indicator"].str.endswith("_rate")
    assert table["standard"].notna().equals(by_standard)
    assert dict(table.dtypes.astype(str)) | {"indicator": ""} == {
        "indicator": "",
        "period": table["period"].dtype.name,
        "standard": "string",
        "unit": "category",
        "base": "float64",
        "result": "float64",
        "change": "float64",
        "change_unit": "category",
        "base_from": "category",
        "result_from": "category",
        "target": "float64",
        "target_is": table["target_is"].dtype.name,
        "target_unit": "category",
        "comparable": "boolean",
        "distance": "float64",
        "met": "boolean",
        "where": table["where"].dtype.name,
    }


def test_percent_and_points_are_kept_apart():
    table = targets.progress(PLAN)
    rates = table["unit"].eq("percent")
    assert table.loc[rates, "change_unit"].eq("percentage_points").all()
    changes = rates & table["target_is"].eq("change")
    assert table.loc[changes, "target_unit"].eq("percentage_points").all()
    assert table.loc[rates & ~changes, "target_unit"].eq("percent").all()
    assert table.loc[~rates, "unit"].eq(table.loc[~rates, "change_unit"]).all()
    assert set(table["unit"].cat.categories) == {str(u) for u in Unit}


@pytest.mark.parametrize(
    ("value", "distance", "met"),
    [(3.56, 0.0, True), (3.55, -0.01, True), (3.57, 0.01, False), (5.56, 2.0, False)],
)
def test_the_target_in_points_is_exact_at_its_bound(value, distance, met):
    """In floats 3.56 - 5.56 is -1.9999999999999996: the target would be missed by nothing."""
    assert 3.56 - 5.56 > -2
    rows = ("near_poor_rate", "2021", OLD.name, value)
    row = target("near_poor_rate", "2021", rows, standard=OLD.name)
    assert (row["distance"], row["met"]) == (distance, met)
    assert row["change"] == pytest.approx(value - 5.56)
    assert (row["base"], row["base_from"], row["result_from"]) == (5.56, "plan", "measured")


def test_counts_go_before_the_rounded_value():
    rows = pd.DataFrame(
        {
            "indicator": "poor_rate",
            "period": ["2021", "2022"],
            "standard": NEW.name,
            "value": [66.66, 64.67],
            "numerator": [2000, 1940],
            "denominator": [3000, 3000],
        }
    )
    row = targets.progress(PLAN, measured=rows).query(
        "indicator == 'poor_rate' and period == '2022'"
    )
    assert row[["distance", "met"]].to_numpy().tolist() == [[0.0, True]]
    rounded = rows.drop(columns=["numerator", "denominator"])
    row = targets.progress(PLAN, measured=rounded).query(
        "indicator == 'poor_rate' and period == '2022'"
    )
    assert row[["distance", "met"]].to_numpy().tolist() == [[0.01, False]]


def test_a_change_across_two_standards_is_shown_and_not_judged():
    row = target("poor_rate", "2021", ("poor_rate", "2021", NEW.name, 8.4), standard=NEW.name)
    assert row["change"] == pytest.approx(1.42)
    assert row["comparable"] is np.False_ or not row["comparable"]
    assert pd.isna(row["met"])


def test_the_base_under_the_standard_of_the_result_is_taken():
    rows = [
        ("poor_rate", "2021", OLD.name, 5.0),
        ("poor_rate", "2021", NEW.name, 8.4),
        ("poor_rate", "2022", NEW.name, 6.5),
    ]
    row = target("poor_rate", "2022", *rows)
    assert (row["base"], row["comparable"], row["met"]) == (8.4, True, False)
    assert row["distance"] == pytest.approx(0.1)
    both = targets.progress(PLAN, measured=measured(*rows)).query("indicator == 'poor_rate'")
    assert both["period"].tolist() == ["2021", "2021", "2022"]
    # Without a base of its own standard, the other is shown.
    row = target("poor_rate", "2022", rows[0], rows[2])
    assert (row["base"], bool(row["comparable"]), row["base_from"]) == (5.0, False, "measured")


def test_two_standards_of_one_name_and_other_content_are_two():
    rows = measured(("poor_rate", "2021", NEW.name, 10.2), ("poor_rate", "2022", NEW.name, 7.97))
    hashes = {
        "same": ["a" * 64, "a" * 64],
        "other": ["a" * 64, "b" * 64],
        "unknown": [None, "b" * 64],
    }
    judged = {}
    for name, values in hashes.items():
        table = targets.progress(PLAN, measured=rows.assign(standard_hash=values))
        row = table[table["indicator"].eq("poor_rate") & table["period"].eq("2022")]
        judged[name] = row["comparable"].tolist()
    assert judged == {"same": [True], "other": [False], "unknown": [True]}


def test_a_result_of_no_known_standard_is_not_judged():
    row = target("poor_rate", "2021", ("poor_rate", "2021", None, 4.0))
    assert pd.isna(row["comparable"])
    assert pd.isna(row["met"])
    assert row["distance"] == pytest.approx(-0.98)


def test_levels_are_judged_by_their_side():
    row = target("vocational_training", "2022", ("vocational_training", "2022", None, 399))
    assert (row["distance"], row["met"], row["target_is"]) == (1.0, False, "level")
    row = target("vocational_training", "2022", ("vocational_training", "2022", None, 400))
    assert (row["distance"], row["met"]) == (0.0, True)
    row = target("poor_districts", "2022", ("poor_districts", "2022", None, 3))
    assert (row["distance"], row["met"], row["change"]) == (1.0, False, 1.0)
    row = target("income_support_coverage", "2022", ("income_support_coverage", "2022", None, 99.5))
    assert (row["distance"], row["met"], row["change_unit"]) == (0.5, False, "percentage_points")


def test_a_base_that_is_an_estimate_settles_nothing():
    row = target("poor_rate", "2022", ("poor_rate", "2022", OLD.name, 2.0))
    assert (row["base"], row["base_from"]) == (4.98, "plan_estimate")
    assert row["comparable"]
    assert pd.isna(row["met"])


def test_a_row_without_a_value_counts_for_nothing():
    row = target("poor_rate", "2021", ("poor_rate", "2021", OLD.name, np.nan))
    assert row["result_from"] == "plan_estimate"


def test_results_measured_from_households_fit_as_they_are():
    sample = mdp.load_sample()
    parts = []
    for period, factor in (("2021", 1.0), ("2022", 1.2)):
        homes = sample.households.assign(income_12m=sample.households["income_12m"] * factor)
        result = mdp.assess(homes, sample.members, standard=NEW, on="2022-06-30")
        known = homes.assign(poverty_class=result["poverty_class"])[result["poverty_class"].notna()]
        parts.append(targets.measure(known, standard=NEW, period=period))
    table = targets.progress(PLAN, measured=pd.concat(parts, ignore_index=True))
    row = table[table["indicator"].eq("poor_rate") & table["period"].eq("2022")].iloc[0]
    before, after = (part.set_index("indicator").loc["poor_rate"] for part in parts)
    assert row["change"] == pytest.approx(after["value"] - before["value"])
    assert row["met"] == (after["value"] - before["value"] <= -2)
    assert row["change"] < 0


def test_measured_tables_that_are_not_sound_are_refused_with_every_fault():
    bad = measured(
        ("rich_rate", "2022", NEW.name, 1.0),
        ("poor_rate", "2023", NEW.name, 1.0),
        ("poor_rate", "2022", NEW.name, "viel"),
        ("poor_rate", "2022", NEW.name, 1.0),
        ("near_poor_rate", "2022", NEW.name, True),
    )
    with pytest.raises(ValueError, match="measured is not sound") as caught:
        targets.progress(PLAN, measured=bad)
    for part in (
        "row 0: indicator 'rich_rate' is not in the plan",
        "row 1: period '2023' is not one of 2020, 2021, 2021-09, 2022",
        "row 2: value 'viel' is not a number",
        "row 3: ('poor_rate', '2022', 'decree_07_2021') stands more than once",
        "row 4: value True is not a number",
    ):
        assert part in str(caught.value)
    with pytest.raises(ValueError, match="measured has no column standard, value"):
        targets.progress(PLAN, measured=bad[["indicator", "period"]])


def test_the_input_of_progress_is_not_changed():
    rows = measured(("poor_rate", "2021", OLD.name, 4.0))
    before = rows.copy(deep=True)
    targets.progress(PLAN, measured=rows)
    pd.testing.assert_frame_equal(rows, before)


def test_the_official_tables_give_the_same_as_the_households():
    sample = mdp.load_sample()
    assessed = mdp.assess(sample.households, sample.members, standard=NEW)
    result = reports.wide(sample.households, assessed)
    # Of one that is not flagged, the tables take the minority from its ethnic group.
    flags = ["ethnic_minority", "local_minority", "no_labour_capacity", "member_of_merit"]
    flags += ["female_head", "poverty_class"]
    known = result[result[flags].notna().all(axis=1)]
    book = reports.tables(known, by=["area"], population="counted", standard=NEW)
    pd.testing.assert_frame_equal(
        targets.measure_tables(book, standard=NEW, period="2022"),
        targets.measure(known, standard=NEW, period="2022"),
    )
