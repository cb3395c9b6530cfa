"""The catalogue of messages: whole in both languages, and the fields that the checks fill in."""

import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from string import Formatter
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from multidim_poverty import reports
from multidim_poverty.language import (
    RuleText,
    alphabetical_key,
    alphabetical_ranks,
    catalogue,
    number_text,
    phrase,
    rounded,
    rounded_text,
    rule_text,
)

RULES = [(area, rule) for area, rules in catalogue().items() for rule in rules]


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("area", "rule"), RULES)
def test_each_rule_says_the_same_in_both_languages(area, rule):
    text = catalogue()[area][rule]
    for label in (text.meaning, text.message, text.action, text.expected):
        if label is not None:
            assert label.en.strip() == label.en != ""
            assert label.vi.strip() == label.vi != ""
            assert fields(label.en) == fields(label.vi)
    assert not fields(text.meaning.en)


def test_an_area_has_the_rules_of_the_tables_too():
    assert rule_text("points", "not_whole") is catalogue()["tables"]["not_whole"]
    assert rule_text("points", "bounds_disagree") is catalogue()["points"]["bounds_disagree"]
    with pytest.raises(KeyError):
        rule_text("points", "no_such_rule")


def test_the_catalogue_cannot_be_changed():
    assert isinstance(catalogue(), MappingProxyType)
    assert isinstance(catalogue()["tables"], MappingProxyType)
    with pytest.raises(ValidationError):
        rule_text("tables", "negative").severity = "warning"
    with pytest.raises(ValidationError):
        RuleText.model_validate(
            {**rule_text("tables", "negative").model_dump(), "severity": "doubt"}
        )
    assert fields(phrase("between").vi) == {"low", "high"}


# -- the Vietnamese alphabet -------------------------------------------------------------------

IN_ORDER = [
    ["Thôn 1", "Thôn 2", "Thôn 10", "Thôn A", "Thôn Ă", "Thôn Â", "Thôn B"],
    ["da", "đa", "ea", "êa", "ga"],
    ["o", "ô", "ơ", "p", "u", "ư", "v"],
    ["ma", "mà", "mả", "mã", "má", "mạ", "me"],
    ["Bà Na", "Ba Ra"],  # letters before tones
    ["Xã 2", "Xã 2a", "Xã 10", "Xã Ea", "Xã Êa"],
    ["q", "q\u0301", "r"],
    ["a", "b", "f", "g", "i", "j", "k", "v", "w", "x", "y", "z"],
]


@pytest.mark.parametrize("texts", IN_ORDER)
def test_texts_stand_in_the_order_of_the_vietnamese_alphabet(texts):
    shuffled = [*texts[1::2], *texts[::2]]
    assert sorted(shuffled, key=alphabetical_key) == texts
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    shuffled = [*decomposed[1::2], *decomposed[::2]]
    assert sorted(shuffled, key=alphabetical_key) == decomposed


@given(st.lists(st.one_of(st.none(), st.text(), st.sampled_from(["Thôn 2", "Thôn 10"]))))
def test_ranks_are_the_places_of_the_distinct_texts(texts):
    ranks = alphabetical_ranks(texts)
    distinct = sorted({text for text in texts if text is not None}, key=alphabetical_key)
    assert ranks.tolist() == [
        len(distinct) if text is None else distinct.index(text) for text in texts
    ]
    assert ranks.dtype == np.int64


def test_missing_texts_of_any_kind_are_last():
    texts = pd.Series(["b", None, pd.NA, float("nan"), "a"], dtype=object)
    assert alphabetical_ranks(texts).tolist() == [1, 2, 2, 2, 0]
    assert alphabetical_ranks(pd.Series([10, 2])).tolist() == [1, 0]


def test_numbers_have_the_separators_of_the_language():
    assert number_text(-1234567, "+,", "vi") == "-1.234.567"
    assert number_text(0.5, "g", "vi") == "0,5"
    assert number_text(1234.56, ",.1f", "en") == "1,234.6"


# -- one rule for printed rates ------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_whole_number_rates_are_rounded_by_the_same_rule(count, base):
    counts, bases = (pd.Series([n], dtype="Int64") for n in (count, base))
    rate = reports.rates(counts, bases, zero_base="zero").item()
    assert Decimal(repr(float(rate))) == rounded(Fraction(100 * count, base))
    assert rounded_text(100 * count / base, "en") == rounded_text(Fraction(100 * count, base), "en")


@given(st.decimals(-(10**6), 10**6, places=3), st.integers(0, 2))
def test_rounding_goes_half_up_away_from_zero(number, decimals):
    expected = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert rounded(number, decimals) == rounded(float(number), decimals) == expected
