"""Names of units and groups: one key for all ways to spell one, and nothing counted twice."""

import unicodedata
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import movement, reports
from multidim_poverty.identity import look_alike_key, name_key

NAMES = ["Xã Quảng Hoà", "Xã Đắk R'Lấp", "Phường Quí Sơn", "Thị trấn Thuỷ Nguyên"]
SPELLINGS = [
    lambda name: unicodedata.normalize("NFD", name),
    str.upper,
    lambda name: f"  {name.replace(' ', chr(160) + ' ')} ",
    lambda name: "\u200b".join(name),
    lambda name: name.replace("oà", "òa").replace("uỷ", "ủy"),
    lambda name: name.replace("Đ", "Ð"),
    lambda name: name.replace("'", "’"),
    lambda name: name.replace("'", ""),
    lambda name: name.replace("Quí", "Quý"),
]


@pytest.mark.parametrize("spell", range(len(SPELLINGS)))
@pytest.mark.parametrize("name", NAMES)
def test_spellings_of_one_name_have_one_key(name, spell):
    assert name_key(SPELLINGS[spell](name)) == name_key(name)


def test_other_names_have_other_keys():
    assert name_key("Đăk Wer") != name_key("Đắk Wer")
    assert look_alike_key("Đăk Wer") == look_alike_key("Đắk Wer")
    different = [
        "Hoa",
        "Hóa",
        "Hoạ",
        "Quy",
        "Quỳ",
        "Qui Nhơn",
        "Thôn 1",
        "Thôn 11",
        "Mí",
        "Mý",
        "01",
    ]
    assert len({name_key(name) for name in different}) == len(different)
    assert name_key("67") == name_key(67) == name_key(np.int64(67)) == name_key(67.0)
    assert name_key(None) is name_key(np.nan) is name_key(pd.NA) is None


def year(classes, units, ids="abc"):
    return pd.DataFrame(
        {"poverty_class": classes, "household_size": 2, "commune": units}, index=list(ids)
    )


CLASSES = st.sampled_from(["poor", "near_poor", "average", None])
PANELS = st.lists(
    st.tuples(CLASSES, CLASSES, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    min_size=1,
    max_size=8,
)


@given(
    panel=PANELS,
    spell=st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=3),
    shift=st.integers(0, 2**62),
    dtype=st.sampled_from(["int64", "uint64", "Int64", object, "text"]),
)
def test_figures_do_not_change_with_ids_and_spellings(panel, spell, shift, dtype):
    first, last, was, now = map(list, zip(*panel, strict=True))
    # A household of each unit that stays, so that both years have one list of units.
    first, last = [*first, *["average"] * 4], [*last, *["average"] * 4]
    was, now = [*was, *NAMES], [*now, *NAMES]
    ids = range(len(first))

    def balance(start, end):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return movement.balance(movement.flows(start, end, by="commune"), by="commune")

    expected = balance(year(first, was, ids), year(last, now, ids))
    numbers = [n + shift for n in ids]
    renamed = [f"hộ {n}" for n in numbers] if dtype == "text" else pd.Index(numbers, dtype=dtype)
    spelt = [spell[at % len(spell)](name) if at % 2 else name for at, name in enumerate(now)]
    found = balance(
        year(first, was, ids).set_axis(renamed), year(last, spelt, ids).set_axis(renamed)
    )
    keyed = found.rename(index=lambda name: name_key(name), level="commune").sort_index()
    expected = expected.rename(index=lambda name: name_key(name), level="commune").sort_index()
    pd.testing.assert_frame_equal(keyed, expected)


def test_two_spellings_of_two_years_are_one_unit_and_said():
    classes = ["poor", "near_poor", "average"]
    start = year(classes, "Quảng Hoà")
    with pytest.warns(UserWarning, match="'Quảng Hoà' and 'Quảng Hòa'"):
        moved = movement.flows(start, year(classes[::-1], "Quảng Hòa"), by="commune")
    assert moved["cause"].isna().all()
    assert set(moved["commune"]) == {"Quảng Hoà"}


def test_names_that_look_alike_are_two_units_and_said():
    start = year(["poor"] * 3, ["Đăk Wer", "Đắk Wer", "A"])
    with pytest.warns(UserWarning, match="look alike.*'Đăk Wer' and 'Đắk Wer'"):
        moved = movement.flows(start, start, by="commune")
    assert moved["commune"].nunique() == 3


def test_codes_as_text_and_as_numbers_are_one():
    start = year(["poor"] * 3, [67, 67, 68])
    moved = movement.flows(start, start.assign(commune=["67", "67", "68"]), by="commune")
    assert moved["cause"].isna().all()


def test_years_in_different_lists_of_units_are_refused():
    start = year(["poor"] * 3, ["A", "B", "C"])
    with pytest.raises(
        mdp.ArgumentError, match=r"commune in common: 'A', .*recode.*split='default'"
    ):
        movement.flows(start, start.assign(commune=["X", "Y", "Z"]), by="commune")


def test_violations_warn_of_names_within_one_parent():
    homes = pd.DataFrame(
        {
            "area": "rural",
            "income_per_capita": 1e6,
            "commune": ["Hoà", "Hòa", "B", "B"],
            "village": ["Thôn 1", "thôn 1", "Đăk", "Đắk"],
        },
        index=list("abcd"),
    )
    faults = mdp.violations(homes)
    assert faults[["rule", "column", "severity"]].to_numpy().tolist() == [
        ["name_spelt_twice", "commune", "warning"],
        ["name_spelt_twice", "village", "warning"],
        ["names_look_alike", "village", "warning"],
    ]
    assert "'Hoà' and 'Hòa'" in faults["message"].iloc[0]
    coded = mdp.violations(homes.assign(commune_code=["1", "2", "3", "4"]))
    assert coded["column"].tolist() == ["village", "village"]
    apart = homes.assign(commune=["A", "B", "C", "D"])
    assert mdp.violations(apart).empty
    assert mdp.validate(homes) is None


def test_an_ethnic_group_is_read_in_any_spelling():
    result = pd.DataFrame(
        {
            "poverty_class": "poor",
            "household_size": 1,
            "ethnic_group": ["Ê Đê", "ê  đê", "Ê Ðê"],
            "ethnic_minority": True,
        },
        index=list("abc"),
    )
    assert reports.table_9(result)["poor_ede"].tolist() == [3]


def test_the_sample_has_one_spelling_of_each_name():
    sample = mdp.load_sample()
    assert mdp.violations(sample.households, sample.members).empty
