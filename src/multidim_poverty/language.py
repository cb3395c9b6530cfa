"""The two languages of the library: labels, and the one catalogue of messages."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.base import Model
from multidim_poverty.errors import ArgumentError

__all__ = [
    "Label",
    "Language",
    "RuleText",
    "Severity",
    "alphabetical_key",
    "alphabetical_ranks",
    "catalogue",
    "check_language",
    "day_text",
    "number_of_text",
    "number_text",
    "phrase",
    "rounded",
    "rounded_text",
    "rule_text",
]

Language = Literal["en", "vi"]
Severity = Literal["error", "warning"]


class Label(Model):
    """A text in Vietnamese (the language of the law) and in English.

    Parameters
    ----------
    vi, en : str
        The text in each language.

    Examples
    --------
    >>> from multidim_poverty.law import Label
    >>> Label(vi="Hộ nghèo", en="Poor household").en
    'Poor household'
    """

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en

    def text(self, language: Language) -> str:
        """The text in one of the languages."""
        check_language(language)
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
    """Raise `ArgumentError` for a language that there are no words in."""
    if not isinstance(language, str) or language not in ("en", "vi"):
        raise ArgumentError(f"language {language!r} is not 'en' or 'vi'; pass one of the two")


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


# -- numbers and names, as they are written and ordered ----------------------------------------

# f, j, w and z are no letters of Vietnamese, but stand in names of places and people.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:(?P<sign>[., ])[0-9]{3})(?:(?P=sign)[0-9]{3})*")
PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
AlphabeticalKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def number_text(number: float | Decimal, format_spec: str, language: Language) -> str:
    """A number by a format of Python, with the separators of the language.

    >>> number_text(1234.5, ",.1f", "en"), number_text(1234.5, ",.1f", "vi")
    ('1,234.5', '1.234,5')
    >>> number_text(-0.0, ",.15g", "en")
    '0'
    """
    text = format(number + 0, format_spec)  # which leaves a zero without a sign
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def number_of_text(text: str, decimal: Literal[",", "."] | None = None) -> float | int | None:
    """The number of a text that has one reading; None where it has none, or two.

    A point and a comma may each be the decimal sign or part thousands; a text in which both
    readings are possible is not read, unless `decimal` says which of them is before the decimals.

    >>> [number_of_text(text) for text in ("12,5", "1.057.374", "1,057.5", "0.125", "1.500")]
    [12.5, 1057374, 1057.5, 0.125, None]
    >>> number_of_text("1.500", ","), number_of_text("1.500", "."), number_of_text("0.125", ",")
    (1500, 1.5, None)
    """
    text = " ".join(text.split())
    readings = set()
    if PLAIN.fullmatch(text) and (decimal is None or not set(text) & {",", "."} - {decimal}):
        readings.add(text.replace(",", "."))
    for sign, before_decimals in ((".", ","), (",", "."), (" ", ","), (" ", ".")):
        if decimal not in (None, before_decimals):
            continue
        whole, mark, rest = text.partition(before_decimals)
        grouped = GROUPS.fullmatch(whole)
        if grouped is None or grouped["sign"] != sign or whole.lstrip("+-").startswith("0"):
            continue
        if (rest.isascii() and rest.isdigit()) == bool(mark):
            readings.add(whole.replace(sign, "") + ("." + rest if mark else ""))
    numbers = {float(reading) if "." in reading else int(reading) for reading in readings}
    return numbers.pop() if len(numbers) == 1 else None


def rounded(number: float | Decimal | Fraction, decimals: int = 2) -> Decimal:
    """A number rounded half up, away from zero: the one rule of every printed rate.

    It is what ROUND of a spreadsheet does. A float counts as the shortest decimal that stands for
    it, so that no binary fraction decides a tie; a `Fraction` is exact.

    >>> rounded(19.165), rounded(Fraction(1, 8)), rounded(-0.125), rounded(2.5, 0)
    (Decimal('19.17'), Decimal('0.13'), Decimal('-0.13'), Decimal('3'))
    """
    exact = Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)
    units = (2 * abs(exact) * 10**decimals + 1) // 2
    return Decimal(units if exact >= 0 else -units).scaleb(-decimals)


def rounded_text(number: float | Decimal | Fraction, language: Language, decimals: int = 2) -> str:
    """A number as it is printed: `rounded`, without needless zeros, in the language.

    >>> rounded_text(19.165, "en"), rounded_text(19.2, "vi"), rounded_text(1057374.0, "vi")
    ('19.17', '19,2', '1.057.374')
    """
    return number_text(rounded(number, decimals).normalize(), ",f", language)


def day_text(day: dt.date, language: Language) -> str:
    """A day in figures, as it is written in the language.

    >>> day_text(dt.date(2023, 9, 5), "vi"), day_text(dt.date(2023, 9, 5), "en")
    ('05/09/2023', '2023-09-05')
    """
    return f"{day:%d/%m/%Y}" if language == "vi" else day.isoformat()


def alphabetical_key(text: str) -> AlphabeticalKey:
    """The place of a text in the Vietnamese alphabet, numbers as numbers.

    Letters decide first (a ă â ... d đ e ê ...), then tones (none, huyền, hỏi, ngã, sắc, nặng),
    then the text itself, so that no two texts have the same place. Spaces and signs come before
    numbers, numbers before letters.

    >>> sorted(["Thôn 10", "Thôn Đông", "Thôn 2", "Thôn Dốc"], key=alphabetical_key)
    ['Thôn 2', 'Thôn 10', 'Thôn Dốc', 'Thôn Đông']
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for part in re.findall(r"\d+|\D", unicodedata.normalize("NFC", text).casefold()):
        if part.isdecimal():
            letters.append((1, int(part)))
            continue
        letter, tone = _letter(part)
        if letter is None:  # a tone that no composed letter has
            tones[-1:] = [tone]
            continue
        letters.append(letter)
        tones.append(tone)
    return tuple(letters), tuple(tones), text


@cache
def _letter(sign: str) -> tuple[tuple[int, int] | None, int]:
    """The kind and the place of a letter without its tone, None for a tone alone; and the tone."""
    decomposed = unicodedata.normalize("NFD", sign)
    bare = "".join(mark for mark in decomposed if mark not in TONES)
    tone = 1 + max((TONES.find(mark) for mark in decomposed), default=-1)
    if not bare:
        return None, tone
    letter = unicodedata.normalize("NFC", bare)
    if letter not in ALPHABET:  # of another language: beside its letter without marks
        letter = bare[0]
    place = ALPHABET.find(letter)
    kind = 2 if place >= 0 or letter.isalpha() else 0
    return (kind, place if place >= 0 else ord(letter)), tone


def alphabetical_ranks(texts: Iterable[Any]) -> npt.NDArray[np.int64]:
    """The rank of each text in the Vietnamese alphabet; equal texts share it, missing are last.

    >>> alphabetical_ranks(["Thôn 10", None, "Thôn 2", "Thôn 10"]).tolist()
    [1, 2, 0, 1]
    """
    codes, distinct = pd.factorize(np.fromiter(texts, dtype=object))
    in_order = sorted(range(len(distinct)), key=lambda n: alphabetical_key(str(distinct[n])))
    ranks = np.empty(len(distinct) + 1, dtype=np.int64)
    ranks[in_order] = np.arange(len(distinct))
    ranks[-1] = len(distinct)  # of code -1
    return ranks[codes]
