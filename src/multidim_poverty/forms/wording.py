"""The words of the questionnaire, read from ``questions.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from multidim_poverty.base import FrozenDict, Identifier, Model
from multidim_poverty.language import Label

__all__ = ["MultipleQuestion", "QuestionText", "SectionText", "Wording", "in_currency", "wording"]


class QuestionText(Model):
    """How a column is asked for; without a label, by the label of the schema."""

    label: Label | None = None
    hint: Label | None = None


class SectionText(Model):
    """A page of the form: its heading, and the names of its questions in order."""

    id: Identifier
    table: Literal["households", "members"]
    label: Label
    questions: tuple[Identifier, ...]


class MultipleQuestion(Model):
    """One question with several answers, each of which is a column of yes or no."""

    label: Label
    hint: Label | None = None
    columns: tuple[Identifier, ...]
    none: Label


class Wording(Model):
    """All words that the questionnaire adds to those of the schema and the vocabulary."""

    sections: tuple[SectionText, ...]
    multiple: FrozenDict[str, MultipleQuestion]
    answers: FrozenDict[str, Label]
    not_asked: Label
    only_in_the_form: FrozenDict[str, QuestionText]
    questions: FrozenDict[str, QuestionText]
    doubts: FrozenDict[str, Label]
    constraints: FrozenDict[str, Label]
    paper: FrozenDict[str, Label]


@cache
def wording() -> Wording:
    """The words of ``questions.toml``."""
    text = resources.files(__package__).joinpath("questions.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))


def in_currency(label: Label, currency: Label) -> Label:
    """A label with the name of the currency filled in."""
    vi, en = (text.replace("{currency}", name) for text, name in
              ((label.vi, currency.vi), (label.en, currency.en)))  # fmt: skip
    return Label(vi=vi, en=en)
