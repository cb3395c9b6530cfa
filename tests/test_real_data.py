"""The main job on survey microdata that nobody here wrote: Viet Nam, 1997/98."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from tests import oracle

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def example():
    return runpy.run_path(str(ROOT / "examples" / "vietnam_1998.py"))


@pytest.fixture(scope="module")
def raw(example):
    return example["load"]()


@pytest.fixture(scope="module")
def tables(example, raw):
    return example["map_tables"](*raw)


@pytest.fixture(scope="module")
def result(example, tables):
    return mdp.assess(tables.households, tables.members, standard=example["research_standard"]())


def test_the_survey_is_whole(raw, tables):
    homes, persons = raw
    assert (len(homes), len(persons)) == (5_999, 27_765)
    assert (len(tables.households), len(tables.members)) == (5_741, 27_765)
    mdp.validate(tables.households, tables.members)
    assert len(homes[["commune", "urban"]].drop_duplicates()) == homes["commune"].nunique()
    assert tables.households["area"].value_counts().to_dict() == {"rural": 4_069, "urban": 1_672}


def test_sex_is_coded_the_wrong_way_round(example, raw):
    homes, persons = raw
    shipped, turned = (example["link"](homes, persons, sex) for sex in ("sex", "true_sex"))
    assert shipped["head"].mean() < 0.25
    assert turned["head"].mean() > 0.99
    assert (turned["head"] & turned["size"]).mean() > 0.99
    assert turned["household"].is_unique
    assert turned["group"].is_unique


def test_schooling_codes_rise_with_the_school_years_of_heads(example, raw):
    homes, persons = raw
    pairs = example["link"](homes, persons, "true_sex")
    years = example["school_years"](homes, persons, pairs[pairs["head"] & pairs["size"]])["median"]
    assert years[[0, 2, 3, 4, 5, 9, 10, 11]].is_monotonic_increasing
    assert set(persons["educ"]) - {8} == set(example["QUALIFICATION"])


def test_classes_of_1998(result):
    assert result["poverty_class"].value_counts(dropna=False).to_dict() == {
        "above_average": 2_698,
        "average": 1_669,
        np.nan: 1_374,
        "poor": 0,
        "near_poor": 0,
    }
    undetermined = result["poverty_class"].isna()
    assert (result.loc[undetermined, "income_band"] == "up_to_poverty_line").all()
    assert (result.loc[undetermined, "class_at_worst"] == "poor").all()
    assert (result.loc[undetermined, "class_at_best"] == "near_poor").all()
    assert (result.loc[~undetermined, "income_band"] != "up_to_poverty_line").all()


def test_under_the_rule_of_2015_the_same_households_are_poor(example, tables, result):
    older = mdp.assess(
        tables.households,
        tables.members,
        standard=example["research_standard_2015"](),
        on="1998-06-30",
    )
    poor = older["poverty_class"] == "poor"
    assert (poor == result["poverty_class"].isna()).all()
    assert poor.sum() == 1_374


def test_deprivations_agree_with_the_oracle_household_by_household(tables, result):
    chosen = tables.households.sample(300, random_state=0).index
    of_home = dict(iter(tables.members.groupby("household_id")))
    for id in chosen:
        people = [
            {k: None if pd.isna(v) else v for k, v in member.items()}
            for member in of_home[id].to_dict("records")
        ]
        home = {"household_size": int(tables.households.at[id, "household_size"])}
        for indicator in oracle.INDICATORS["decree_07_2021"]:
            expected = oracle.deprived("decree_07_2021", indicator, home, people)
            found = result.at[id, indicator]
            assert (None if pd.isna(found) else bool(found)) is expected


def test_insurance_and_dependents_of_1998(result):
    assert result["health_insurance"].mean() == pytest.approx(0.955, abs=0.002)
    assert result["dependents"].fillna(False).mean() == pytest.approx(0.167, abs=0.002)


def test_the_example_runs_and_draws(example, tmp_path, capsys):
    example["main"](tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "5741 households, 27765 members, no fault in either table" in printed
    assert "not law" in printed
