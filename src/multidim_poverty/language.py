"""The two languages of the library: labels, and the one catalogue of messages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from multidim_poverty.base import Model

__all__ = [
    "Label",
    "Language",
    "RuleText",
    "Severity",
    "catalogue",
    "check_language",
    "phrase",
    "rule_text",
]

Language = Literal["en", "vi"]
Severity = Literal["error", "warning"]


class Label(Model):
    """A text in Vietnamese (the language of the law) and in English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en

    def text(self, language: Language) -> str:
        """The text in one of the languages."""
        return self.vi if language == "vi" else self.en


class RuleText(Model):
    """What the catalogue says of one rule; ``{fields}`` in braces are filled in for each fault.

    Attributes
    ----------
    severity : {"error", "warning"}
    meaning : Label
        The rule, as a sentence.
    message : Label
        What is wrong with one value.
    expected : Label or None
        What would be in order.
    action : Label
        The next step.
    """

    severity: Severity
    meaning: Label
    message: Label
    expected: Label | None = None
    action: Label


def check_language(language: str) -> None:
    """Raise `ValueError` for a language that there are no words in."""
    if language not in ("en", "vi"):
        raise ValueError(f"language {language!r} is not 'en' or 'vi'")


@cache
def _messages() -> dict[str, dict[str, Any]]:
    file = resources.files("multidim_poverty").joinpath("data/messages.toml")
    return tomllib.loads(file.read_text("utf-8"))


@cache
def catalogue() -> Mapping[str, Mapping[str, RuleText]]:
    """The texts of all rules, by area and rule id, as ``data/messages.toml`` has them."""
    areas = {area: rules for area, rules in _messages().items() if area != "phrases"}
    return MappingProxyType(
        {
            area: MappingProxyType(
                {rule: RuleText.model_validate(text) for rule, text in rules.items()}
            )
            for area, rules in areas.items()
        }
    )


def rule_text(area: str, rule: str) -> RuleText:
    """The text of a rule; that of the tables where the area has none of its own."""
    rules = catalogue()
    own = rules.get(area, {})
    return own[rule] if rule in own else rules["tables"][rule]


@cache
def phrase(name: str) -> Label:
    """A part of a message that several rules share, such as a range of numbers."""
    return Label.model_validate(_messages()["phrases"][name])
