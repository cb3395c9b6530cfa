"""What functions take as rules, overlays in files, and the rules as a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from multidim_poverty import programmes
from multidim_poverty.errors import LawFileError
from multidim_poverty.programmes.benefit_rules.shipped import as_rules

SMALL = programmes.RuleSet.read(Path(__file__).parent / "small_rules.toml")
NAMES = ["national_2021_2026", "plan_740_dak_nong_rules"]


def test_several_sets_are_joined_with_their_lists_of_places():
    both = as_rules(NAMES)
    sets = [programmes.rules(name) for name in NAMES]
    assert len(both.rules) == sum(len(one.rules) for one in sets)
    ids = {entry.id for one in sets for entry in one.place_lists}
    assert {entry.id for entry in both.place_lists} == ids
    joined = next(entry for entry in both.place_lists if entry.id == "poor_districts")
    assert all(
        set(entry.places) <= set(joined.places)
        for one in sets
        for entry in one.place_lists
        if entry.id == "poor_districts"
    )
    assert as_rules([NAMES[0]]) == programmes.rules()
    assert as_rules([SMALL, SMALL]).rules == SMALL.rules


def test_sets_that_contradict_each_other_are_not_joined():
    dear = SMALL.model_dump(by_alias=True)
    dear["rules"][0]["amount"]["value"] = "9/10"
    other = programmes.RuleSet.model_validate(dear)
    with pytest.raises(LawFileError, match="versions of rule 'premium_poor' overlap"):
        as_rules([SMALL, other])


def test_an_overlay_is_read_from_its_file(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(
        'format = 1\nname = "ours"\ntitle = { vi = "Ta", en = "Ours" }\n'
        'replaces = ["premium_children"]\n',
        encoding="utf-8",
    )
    ours = programmes.overlay(SMALL, path)
    assert {rule.id for rule in SMALL.rules} - {rule.id for rule in ours.rules} == {
        "premium_children"
    }
    path.write_text('format = 1\nname = "ours"\n', encoding="utf-8")
    with pytest.raises(LawFileError, match=r"ours\.toml.*title: Field required"):
        programmes.overlay(SMALL, path)


@pytest.mark.parametrize("on", [None, "2022-06-01", "2019-01-01"])
def test_the_table_of_rules_has_the_versions_of_the_day(on):
    table = programmes.rules_table(rules=SMALL, on=on)
    expected = {None: 8, "2022-06-01": 7, "2019-01-01": 1}[on]
    assert len(table) == expected
    assert table["valid_from"].dtype == "datetime64[s]"
    off = table.drop(columns="checked_on").dtypes.astype(str)
    assert set(off) == {"string", "datetime64[s]"}
    if on != "2019-01-01":
        row = table.set_index("rule").loc["tuition_half"]
        assert (row["status"], row["why_off"]) == ("off", "no text was read")
        assert pd.isna(row["amount"])


def test_amounts_and_conditions_in_both_languages():
    said = {
        language: programmes.rules_table(rules=SMALL, on="2023-06-01", language=language).set_index(
            "rule"
        )
        for language in ("en", "vi")
    }
    assert said["en"].loc["premium_near_poor", "amount"] == (
        "at least 70 % of: Premium of a year, each year"
    )
    assert said["vi"].loc["loan_newly_escaped", "amount"] == (
        "vay lãi suất 8,25 %/năm, không quá 100.000.000 đồng"
    )
    assert said["en"].loc["premium_children", "conditions"] == "age: below 6"
    assert said["vi"].loc["production_listed", "exclusions"] == "Nhà ở từ 200 m2"
    assert said["vi"].loc["electricity_poor", "amount"] == "46.000 đồng, mỗi tháng"
