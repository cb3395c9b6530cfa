"""A finding of the checks: its words, the place it is about, and the table of them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.reports.units import NOT_KNOWN, TOTAL

__all__ = ["EXPLAINED", "SHOWN", "Finding", "Place", "called", "places", "reported"]

OUTPUT = ("rule", "table", "unit", "count_of", "column", "expected", "found", "message")
SHOWN = 12  # digits of an identity in a message

# rule -> message in English and Vietnamese; {expected} and {found} are filled in, and more by rule.
MESSAGES: dict[str, tuple[str, str]] = {
    "children": (
        "the units below add up to {expected}, not to {found}",
        "các đơn vị cấp dưới cộng lại là {expected}, không phải {found}",
    ),
    "formula": (
        "{formula} gives {expected}, not {found}",
        "{formula} cho kết quả {expected}, không phải {found}",
    ),
    "balance": (
        "{formula} gives {expected}, counted are {found}; {explained}",
        "{formula} cho kết quả {expected}, đếm được {found}; {explained}",
    ),
    "rate": (
        "the rate of the counts is {expected}, not {found}",
        "tỷ lệ tính từ số liệu là {expected}, không phải {found}",
    ),
    "part": (
        "a part cannot be more than the whole in {other}",
        "bộ phận không thể lớn hơn tổng số ở {other}",
    ),
    "parts": (
        "{terms} add up to {expected}, more than {found}",
        "{terms} cộng lại là {expected}, nhiều hơn {found}",
    ),
    "missing": (
        "no number here, while other units have one",
        "thiếu số liệu, trong khi các đơn vị khác có",
    ),
    "repeated": ("the row stands more than once", "dòng bị lặp lại"),
    "sum_as_unit": (
        "{found} is what all the other units have together: is it a total entered as a unit?",
        "{found} bằng tổng của tất cả các đơn vị khác: có phải dòng tổng bị nhập như một đơn vị?",
    ),
    "negative": ("a count cannot be negative", "số liệu không thể âm"),
    "overlap": (
        "the groups overlap: {expected} are of none of them, and the subtraction gives {found}",
        "các nhóm trùng nhau: {expected} không thuộc nhóm nào, còn phép trừ cho {found}",
    ),
    "agreement": (
        "{what}: table {other} has {expected}, this one {found}{why}",
        "{what}: bảng {other} ghi {expected}, bảng này ghi {found}{why}",
    ),
    "unit": (
        "the unit stands in table {other} and not in this one",
        "đơn vị có trong bảng {other} nhưng không có trong bảng này",
    ),
    "identity": (
        "the {other} of this table and of table {first} are not the same data ({expected}..., "
        "{found}...)",
        "dữ liệu {other} của bảng này khác với bảng {first} ({expected}..., {found}...)",
    ),
    "undetermined": (
        "{found} are without a class and counted in none",
        "{found} chưa có kết quả phân loại, không được tính vào loại nào",
    ),
    "unknown": (
        "{found} answers are missing: the counts that rest on them are lower bounds",
        "{found} thông tin còn thiếu: số liệu dựa vào đó là mức tối thiểu",
    ),
    "without_reason": (
        "{found} are listed without a reason of poverty",
        "{found} hộ không ghi nguyên nhân nghèo",
    ),
}
EXPLAINED = {
    "en": (
        "the {n} unlinked explain it",
        "{n} unlinked do not explain it",
        "nobody is unlinked: a flow is missing",
    ),
    "vi": (
        "{n} trường hợp chưa đối chiếu được là nguyên nhân",
        "{n} trường hợp chưa đối chiếu được không giải thích đủ",
        "không có trường hợp chưa đối chiếu: thiếu một dòng biến động",
    ),
}


class Finding(NamedTuple):
    """One row of the output; `more` fills in the message."""

    rule: str
    table: Any
    unit: str
    count_of: str | None
    column: str
    expected: Any
    found: Any
    more: Mapping[str, str]


Place = tuple[tuple[Any, ...], str | None]  # names of the unit from the largest down, count_of


def places(frame: pd.DataFrame) -> list[Place]:
    """What each row of a table is about."""
    levels = [name for name in frame["level"].cat.categories if name != TOTAL]
    depth = {TOTAL: 0, **{name: n + 1 for n, name in enumerate(levels)}}
    counted = frame["count_of"].tolist() if "count_of" in frame.columns else [None] * len(frame)
    # Not itertuples: without levels, older pandas gives no rows in place of empty ones.
    names_of = frame[levels].to_numpy(object).tolist()
    rows = zip(names_of, frame["level"], counted, strict=True)
    return [
        (tuple(None if pd.isna(name) else name for name in names[: depth[level]]), of)
        for names, level, of in rows
    ]


def called(path: tuple[Any, ...]) -> str:
    """A unit in words."""
    return " / ".join(NOT_KNOWN if name is None else str(name) for name in path) or TOTAL


def reported(found: Iterable[Finding], language: Language) -> pd.DataFrame:
    """All findings as a table."""
    if language not in ("en", "vi"):
        raise ValueError(f"language {language!r} is not 'en' or 'vi'")
    rows = []
    for entry in found:
        text = MESSAGES[entry.rule][0 if language == "en" else 1]
        message = text.format(expected=entry.expected, found=entry.found, **entry.more)
        numbers = entry._replace(expected=_plain(entry.expected), found=_plain(entry.found))
        rows.append((*numbers[:-1], message))
    as_is = {"table", "expected", "found"}
    return pd.DataFrame(
        {
            name: pd.Series([row[n] for row in rows], dtype=object if name in as_is else "string")
            for n, name in enumerate(OUTPUT)
        }
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
