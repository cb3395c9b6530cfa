"""Warnings of names: another Unicode form, two spellings, names that look alike."""

import unicodedata

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.schema.definitions import NAMES


def decomposed(text):
    return unicodedata.normalize("NFD", text)


def homes(**columns):
    table = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 1.9e6, 9e6]}, list("abc"))
    return table.assign(**columns)


@pytest.mark.parametrize("column", NAMES)
def test_a_name_in_another_unicode_form_is_a_warning(column):
    table = homes(**{column: ["Hoà", "B", decomposed("Tày")]})
    faults = mdp.violations(table)
    assert faults[["severity", "rule", "household_id", "column"]].to_numpy().tolist() == [
        ["warning", "name_not_nfc", "c", column]
    ]
    assert faults["value"].tolist() == [decomposed("Tày")]
    assert "the same name in form NFC" in faults["message"].iloc[0]
    assert mdp.validate(table) is None
    assert mdp.split_valid(table).households.index.tolist() == ["a", "b", "c"]


def test_both_forms_of_one_name_are_named_too():
    table = homes(commune=["Hoà", decomposed("Hoà"), "B"])
    faults = mdp.violations(table).set_index("rule")
    assert sorted(faults.index) == ["name_not_nfc", "name_spelt_twice"]
    expected = f"'Hoà' and '{decomposed('Hoà')}' (decomposed)"
    assert expected in faults.loc["name_spelt_twice", "message"]


def test_the_result_counts_doubts_about_names_and_goes_on():
    standard = mdp.standard("decree_07_2021")
    table = homes(commune=["Hoà", "Hòa", decomposed("Đắk")])
    with pytest.warns(mdp.DataWarning, match=r"name_not_nfc 1.*name_spelt_twice 1"):
        result = mdp.assess(table, standard=standard)
    expected = mdp.assess(homes(), standard=standard)
    pd.testing.assert_frame_equal(result, expected)


def test_an_id_in_another_unicode_form_stays_an_error():
    table = homes().set_axis([decomposed("hộ 1"), "b", "c"])
    assert mdp.violations(table)[["severity", "rule"]].to_numpy().tolist() == [["error", "not_nfc"]]
