"""The dictionary: headings and answers in other words than the labels, by what they stand for."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.identity import name_key
from multidim_poverty.schema.definitions import COLUMNS, Column

__all__ = ["Words", "answers_of", "as_text", "bare_key", "headings_of", "texts_of", "words"]

Texts = tuple[str, ...]
HeadingEvidence = Literal["name", "label", "word"]
NOT_KNOWN = "unknown"  # what a text stands for that says that the answer is not known


class Periods(Model):
    """The words for a month and for a year, and for which of them the amounts of a column are."""

    columns: FrozenDict[str, Literal["month", "year"]]
    month: Texts
    year: Texts


class Words(Model):
    """The content of ``words.toml``."""

    yes: Texts
    no: Texts
    unknown: Texts
    answers: FrozenDict[str, FrozenDict[str, Texts]]
    headings: FrozenDict[str, FrozenDict[str, Texts]]
    periods: Periods
    totals: FrozenDict[str, Texts]
    multipliers: FrozenDict[str, int]
    units: FrozenDict[str, Texts]


@cache
def words() -> Words:
    """The dictionary that is shipped."""
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return Words.model_validate(tomllib.loads(text))


def bare_key(text: str) -> str:
    """What is left of a text without marks, signs and capitals: Diện tích is dien tich."""
    letters = unicodedata.normalize("NFD", str(name_key(text)).replace("đ", "d"))
    bare = [sign for sign in letters if not unicodedata.combining(sign)]
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


@cache
def answers_of(column: Column) -> Mapping[str, tuple[str | bool, ...]]:
    """What each text stands for as an answer in a column, by its key; several where it is open.

    A text that says that the answer is not known stands for ``unknown``.
    """
    texts: dict[str, dict[str | bool, None]] = {}

    def add(code: str | bool, spellings: Iterable[str]) -> None:
        for spelling in spellings:
            texts.setdefault(name_key(spelling), {})[code] = None

    if column.kind == "boolean":
        add(True, words().yes)
        add(False, words().no)
    for term in column.terms:
        add(str(term), (str(term), term.vi, term.en))
        others = words().answers.get(column.name)
        add(str(term), others.get(str(term), ()) if others else ())
    found = {key: tuple(codes) for key, codes in texts.items()}
    return {**{name_key(text): (NOT_KNOWN,) for text in words().unknown}, **found}


def texts_of(name: str) -> Mapping[str, Texts]:
    """The texts of each code of a list of answers of the dictionary, the usual one first."""
    return words().answers[name]


@cache
def headings_of(table: str) -> Mapping[str, Mapping[str, HeadingEvidence]]:
    """The columns that a heading may mean, by its key: column -> why ("name", "label", "word")."""
    found: dict[str, dict[str, HeadingEvidence]] = {}

    def add(text: str, column: str, evidence: HeadingEvidence) -> None:
        found.setdefault(str(name_key(text)), {}).setdefault(column, evidence)

    known = [column for column in COLUMNS if column.table == table]
    for column in known:
        add(column.name, column.name, "name")
        add(column.name.replace("_", " "), column.name, "name")
    for column in known:
        add(column.label.vi, column.name, "label")
        add(column.label.en, column.name, "label")
    for name, texts in words().headings.get(table, {}).items():
        for text in (name, *texts):
            add(text, name, "word")
    return found


def as_text(value: Any) -> str:
    """A cell as a text: whole numbers without decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())
