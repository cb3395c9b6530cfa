"""Numbers as people write them: 1.500.000, 7,5, 136.872.000 đ, 1,5 triệu."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

from multidim_poverty.identity import name_key
from multidim_poverty.language import number_of_text
from multidim_poverty.schema.reading import is_number
from multidim_poverty.schema.words import bare_key, words

__all__ = ["Decimal", "decimal_sign", "multiplier_of", "number_of"]

Decimal = Literal[",", "."]
NUMBER = re.compile(r"(?P<number>[+-]?[0-9][0-9., \u00a0]*)(?P<words>.*)")


GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]*)?")


@cache
def _multipliers() -> dict[str, int]:
    return {str(name_key(text)): factor for text, factor in words().multipliers.items()}


@cache
def _units() -> frozenset[str]:
    units = words().units
    return frozenset(str(name_key(text)) for text in (*units["words"], *units["currency"]))


@cache
def _currency() -> frozenset[str]:
    return frozenset(str(name_key(text)) for text in words().units["currency"])


@cache
def _in_headings() -> list[tuple[re.Pattern[str], int]]:
    """The words that multiply, as they may stand in a heading: with or without marks and blanks."""
    texts = {}
    for text, factor in words().multipliers.items():
        texts[text] = factor
        if len(bare_key(text)) >= len("nghin"):  # a short one may be another word without its marks
            texts[bare_key(text)] = factor
    patterns = []
    for text, factor in texts.items():
        signs = [*re.sub(r"[\s.]", "", text)]
        loose = r"[\s.,]*".join(map(re.escape, signs))
        patterns.append((re.compile(rf"(?<![^\W_]){loose}(?![^\W_])"), factor))
    return patterns


def multiplier_of(heading: str) -> int:
    """What the numbers under a heading are multiplied by: 1000 under "Thu nhập (nghìn đồng)"."""
    text = unicodedata.normalize("NFC", heading).casefold()
    return max((factor for word, factor in _in_headings() if word.search(text)), default=1)


def _parts(text: str) -> tuple[str, int | None] | None:
    """The digits of a text and what its words multiply them by; None if it is no number.

    The factor is 1 where the text says the currency alone, and None where it says neither.
    """
    match = NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    unit = str(name_key(match["words"])).strip(" .")
    factor = 1 if {unit, *unit.split()} & _currency() else None
    for word in (unit, *unit.split()):
        if word in _multipliers():
            factor = _multipliers()[word]
    left = [word for word in unit.split() if word not in _units() | {*_multipliers()}]
    if left and unit not in _units() and unit not in _multipliers():
        return None
    digits = match["number"].replace("\u00a0", " ").strip(" .")
    if " " in digits and not GROUPS.fullmatch(digits):
        return None  # two numbers
    return digits, factor


def decimal_sign(cells: Iterable[Any]) -> tuple[Decimal | None, bool]:
    """The sign before the decimals in a column, and whether some number has two readings.

    It is told by the numbers that have one reading alone; None where none of them shows it, or
    where they disagree.
    """
    signs: set[Decimal] = set()
    is_open = False
    for cell in cells:
        parts = _parts(cell) if isinstance(cell, str) else None
        if parts is None:
            continue
        comma, point = number_of_text(parts[0], ","), number_of_text(parts[0], ".")
        if comma is None and point is not None:
            signs.add(".")
        elif point is None and comma is not None:
            signs.add(",")
        else:
            is_open |= comma != point
    return (signs.pop() if len(signs) == 1 else None), is_open


def number_of(cell: Any, decimal: Decimal | None, multiply: float) -> float | int | None:
    """The number that a cell holds; None where it is none, or may be two."""
    if is_number(cell):
        value: Any = cell
        return _whole(value * multiply)
    parts = _parts(cell) if isinstance(cell, str) else None
    if parts is None:
        return None
    digits, factor = parts
    number = number_of_text(digits, decimal)
    if number is None or (factor == 1 and multiply != 1 and number):
        return None  # the heading says thousands, and the cell says VND
    return _whole(number * (multiply if factor is None else factor))


def _whole(number: float) -> float | int:
    """A number without decimals as a whole number."""
    return int(number) if float(number).is_integer() else number
