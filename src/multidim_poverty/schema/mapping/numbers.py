"""Numbers as people write them: 1.500.000, 7,5, 136.872.000 đ, 1,5 triệu."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

from multidim_poverty.identity import name_key
from multidim_poverty.schema.reading import is_number
from multidim_poverty.schema.words import words

__all__ = ["Decimal", "decimal_sign", "multiplier_of", "number_of"]

Decimal = Literal[",", "."]
NUMBER = re.compile(r"(?P<number>[+-]?[0-9][0-9., \u00a0]*)(?P<words>.*)")


@cache
def _multipliers() -> dict[str, int]:
    return {str(name_key(text)): factor for text, factor in words().multipliers.items()}


@cache
def _units() -> frozenset[str]:
    return frozenset(str(name_key(text)) for text in words().units["words"])


def multiplier_of(heading: str) -> int:
    """What the numbers under a heading are multiplied by: 1000 under "Thu nhập (nghìn đồng)"."""
    key = f" {name_key(heading)} "
    found = [
        factor
        for text, factor in _multipliers().items()
        if re.search(rf"[\s(,:/]{re.escape(text)}[\s),:/.]", key)
    ]
    return max(found, default=1)


def _parts(text: str) -> tuple[str, int] | None:
    """The digits of a text and what its words multiply them by; None if it is no number."""
    match = NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    unit = str(name_key(match["words"])).strip(" .")
    factor = 1
    for word in (unit, *unit.split()):
        if word in _multipliers():
            factor = _multipliers()[word]
    left = [word for word in unit.split() if word not in _units() | {*_multipliers()}]
    if left and unit not in _units() and unit not in _multipliers():
        return None
    return match["number"].replace("\u00a0", " ").strip(" ."), factor


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
        comma, point = _read(parts[0], ","), _read(parts[0], ".")
        if comma is None and point is not None:
            signs.add(".")
        elif point is None and comma is not None:
            signs.add(",")
        else:
            is_open |= comma != point
    return (signs.pop() if len(signs) == 1 else None), is_open


def _read(digits: str, decimal: Decimal) -> float | int | None:
    """The number, with that sign before its decimals and the other between its thousands."""
    thousands = "." if decimal == "," else ","
    whole, mark, rest = digits.replace(" ", "").partition(decimal)
    first, *groups = whole.lstrip("+-").split(thousands)
    if groups and (not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups)):
        return None
    text = whole.replace(thousands, "")
    if not text.lstrip("+-").isdecimal() or (mark and not rest.isdecimal()):
        return None
    return float(f"{text}.{rest}") if mark else int(text)


def number_of(cell: Any, decimal: Decimal | None, multiply: float) -> float | int | None:
    """The number that a cell holds; None where it is none, or may be two."""
    if is_number(cell):
        value: Any = cell
        return _whole(value * multiply)
    parts = _parts(cell) if isinstance(cell, str) else None
    if parts is None:
        return None
    digits, factor = parts
    if decimal is None:
        readings = {_read(digits, ","), _read(digits, ".")} - {None}
        number = readings.pop() if len(readings) == 1 else None
    else:
        number = _read(digits, decimal)
    return None if number is None else _whole(number * (multiply if factor == 1 else factor))


def _whole(number: float) -> float | int:
    """A number without decimals as a whole number."""
    return int(number) if float(number).is_integer() else number
