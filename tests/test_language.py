"""The catalogue of messages: whole in both languages, and the fields that the checks fill in."""

from string import Formatter
from types import MappingProxyType

import pytest
from pydantic import ValidationError

from multidim_poverty.language import RuleText, catalogue, phrase, rule_text

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
