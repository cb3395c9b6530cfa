"""What each row of a sheet is: a title, a heading, a household, a total, a signature, ..."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multidim_poverty.base.files.cells import BrokenCell, SheetCells, normalise
from multidim_poverty.excel.headings import (
    Headings,
    keys_of,
    known_labels,
    named_columns,
    texts_of,
)
from multidim_poverty.excel.headings import plain_text as plain
from multidim_poverty.excel.layout import Sheet
from multidim_poverty.excel.problems import shown
from multidim_poverty.identity import look_alike_key, name_key

__all__ = ["KINDS", "NamedUnit", "RowKinds", "row_kinds"]

KINDS = (
    "title", "heading", "numbers", "symbols", "group", "household", "member", "total",
    "signature", "unknown", "not_read",
)  # fmt: skip
# Columns that say who or what a record is; three of them make one.
IDENTIFYING = (
    "code", "head_name", "name", "relation", "birth_date", "citizen_id", "stated_class",
)  # fmt: skip
ENOUGH = 3
MOST_OF_SIGNATURES = 6  # cells of a row that may sign the sheet
CITIZEN_DIGITS = 9
NUMBER_SIGNS = re.compile(r"\(?\d{1,2}(?:\.\d{1,2})*\)?(?:\s*=.*)?")
LETTER_SIGNS = re.compile(r"\(?[A-Z]{1,2}\)?", re.IGNORECASE)
ORDER = re.compile(r"^\s*(?:[ivxlc]+|\d+(?:\.\d+)*|[a-zđ])\s*[.)/:-]\s*", re.IGNORECASE)
TOTAL = re.compile(r"(?:tổng|cộng|toàn (?:xã|phường|thôn|huyện|tỉnh)|total)\b", re.IGNORECASE)
FULL_TOTAL = re.compile(r"(?:tổng (?:cộng|số)|cộng|toàn \w+|total)\W*\d*\W*$", re.IGNORECASE)
SIGNATURE = re.compile(
    r"(?:người|cán bộ|đại diện|trưởng|phó|chủ tịch|q\.? ?chủ tịch|phó chủ tịch|t/?m\.?|k/?t\.?|"
    r"thủ trưởng|lãnh đạo|ban chỉ đạo|ủy ban|uỷ ban|ubnd|xác nhận|kế toán|điều tra viên|"
    r"\(?ký|.*ngày.{0,12}tháng.{0,12}năm)",
    re.IGNORECASE,
)
# The words that a row of a unit begins with, by the column that it fills.
UNITS: Mapping[str, re.Pattern[str]] = {
    "province": re.compile(r"tỉnh\b"),
    "district": re.compile(r"(?:huyện|quận|thị xã|thành phố|tp)\b"),
    "commune": re.compile(r"(?:xã|phường|thị trấn|đặc khu)\b"),
    "village": re.compile(
        r"(?:thôn|bản|ấp|buôn|bon|buôr|làng|plei|xóm|tổ|tdp|khu|khối|khóm|phum|sóc|cụm|đội)\b"
    ),
}
# Words of units with which titles begin too (BẢN TỔNG HỢP, TỔ RÀ SOÁT).
ALSO_TITLES = re.compile(r"(?:bản|tổ(?! dân phố)|khu(?! phố)|khối|cụm|đội)\b")
BELOW = {
    "province": ("district", "commune", "village"),
    "district": ("commune", "village"),
    "commune": ("village",),
    "village": (),
}


@dataclass(frozen=True)
class NamedUnit:
    """A unit that a row of its own names: its level and its name."""

    level: str
    name: str


@dataclass
class RowKinds:
    """The kind of each row of a sheet.

    Attributes
    ----------
    kinds : dict
        Row, from 0 -> its kind; a record is ``"member"`` until the households are known.
    records : list of int
        Rows of households and members.
    units : list of dict
        For each record, the units above it by their level.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    records: list[int] = field(default_factory=list)
    units: list[dict[str, str]] = field(default_factory=list)


def row_kinds(sheet: Sheet, content: SheetCells, headings: Headings) -> RowKinds:
    """What each row is that has something in it."""
    return _Sorter(sheet, content, headings).sort()


class _Sorter:
    def __init__(self, sheet: Sheet, content: SheetCells, headings: Headings) -> None:
        self.sheet, self.content, self.headings = sheet, content, headings
        self.labels = known_labels(sheet)
        self.names = {at: name for name, at in headings.places.items()}
        self.identifying = [
            headings.places[name] for name in IDENTIFYING if name in headings.places
        ]
        self.heads = [keys_of(content.rows.get(row, {})) for row in headings.rows]
        starts = {key for head in self.heads for key in [*head.values()][:1]}
        self.starts = {*self.labels, *starts}
        self.answers = {
            column.name: column.answers for column in sheet.columns if column.kind == "category"
        }
        self.signed = False

    def sort(self) -> RowKinds:
        """Go through the rows from the top."""
        sorted_rows = RowKinds()
        above: dict[str, str] = {}
        for row, cells in self.content.rows.items():
            if row in self.headings.rows:
                kind = "heading"
            elif row < self.headings.rows.start:
                kind = self._above(cells)
            else:
                kind = self._kind(cells)
            if kind == "group":
                unit = self._unit(cells)
                assert unit is not None
                above = {level: name for level, name in above.items()
                         if level not in BELOW[unit.level]}  # fmt: skip
                above[unit.level] = unit.name
            sorted_rows.kinds[row] = kind
            if kind == "member":
                sorted_rows.records.append(row)
                sorted_rows.units.append(above)
        return sorted_rows

    def _above(self, cells: dict[int, Any]) -> str:
        """Above the headings stand titles and units; what looks like a record is not read."""
        unit = self._unit(cells) if len(cells) == 1 else None
        if unit is not None and not ALSO_TITLES.match(plain(unit.name)):
            return "group"
        texts = sum(isinstance(value, str | BrokenCell) for value in cells.values())
        return "title" if len(cells) <= ENOUGH or texts == len(cells) else "unknown"

    def _kind(self, cells: dict[int, Any]) -> str:
        own = cells
        if any(isinstance(value, BrokenCell) and value.first for value in cells.values()):
            own = {at: value for at, value in cells.items()
                   if not (isinstance(value, BrokenCell) and value.first)}  # fmt: skip
        if not own:
            return "unknown"
        first = own[min(own)]
        if kind := self._form(first, own):
            return kind
        identified = sum(at in own for at in self.identifying)
        if identified >= ENOUGH and len(own) > MOST_OF_SIGNATURES:
            self.signed = False
            return "member"
        texts = [plain(text) for _, text in sorted(texts_of(own).items())]
        known = sum(at in self.names for at in own)
        if not self._is_person(own):
            is_named = self._is_filled(own, "code") and self._is_filled(own, "stated_class")
            if not is_named and any(map(TOTAL.match, texts[:2])):
                return "total"
            if len(texts) == len(own) and self._is_signature(texts, known):
                self.signed = True
                return "signature"
            if self._unit(own) is not None:
                return "group"
        somebody = not self.identifying or identified
        if (somebody and known >= min(ENOUGH, len(self.names))) or self._is_named_record(
            own, known
        ):
            self.signed = False
            return "member"
        return "unknown"

    def _is_person(self, cells: dict[int, Any]) -> bool:
        """Whether a row says who somebody is to the head, or has an identity number or a class."""
        for name in ("relation", "stated_class"):
            value = cells.get(self.headings.places.get(name, -1))
            if isinstance(value, str) and name_key(normalise(value)) in self.answers[name]:
                return self._has_name(cells)
        number = cells.get(self.headings.places.get("citizen_id", -1))
        return number is not None and len(re.sub(r"\D", "", shown(number))) >= CITIZEN_DIGITS

    def _has_name(self, cells: dict[int, Any]) -> bool:
        """Whether somebody is named who is no total."""
        names = [cells.get(self.headings.places.get(name, -1)) for name in ("head_name", "name")]
        return any(isinstance(name, str) and not FULL_TOTAL.match(plain(name)) for name in names)

    def _is_signature(self, texts: list[str], known: int) -> bool:
        """Whether a row of texts signs the sheet, or names those who signed it."""
        signing = sum(bool(SIGNATURE.match(text)) for text in texts)
        if signing > 1 or (signing and known < len(self.names) / 2):
            return True
        return self.signed and len(texts) <= ENOUGH and known < len(self.names) / 2

    def _form(self, first: Any, cells: dict[int, Any]) -> str | None:
        """Whether a row repeats the headings, or counts the columns."""
        if isinstance(first, float):
            if first != 1:
                return None
        elif isinstance(first, str):
            if (sign := look_alike_key(first)) not in ("1", "a") and sign not in self.starts:
                return None
        else:
            return None
        keys = keys_of(cells)
        if len(keys) < 2:
            return None
        named = named_columns(cells, self.labels)
        most = len(named) > 1 and len(named) * 2 > min(len(keys), len(self.labels))
        if keys in self.heads or (most and not self._has_numbers(cells)):
            return "heading"
        return self._counted(cells)

    def _has_numbers(self, cells: dict[int, Any]) -> bool:
        return any(not isinstance(value, str | BrokenCell) for value in cells.values())

    def _counted(self, cells: dict[int, Any]) -> str | None:
        """``"numbers"`` for 1, 2, 3, ...; ``"symbols"`` for A, B, 1, 2, 3 = 2 / 1 and the like."""
        signs = []
        for _, value in sorted(cells.items()):
            if isinstance(value, float) and value.is_integer():
                signs.append(str(int(value)))
            elif isinstance(value, str):
                signs.append(normalise(value))
            else:
                return None
        numbers = [int(sign.strip("()").partition("=")[0].partition(".")[0])
                   for sign in signs if NUMBER_SIGNS.fullmatch(sign)]  # fmt: skip
        letters = [sign.strip("()").upper() for sign in signs if LETTER_SIGNS.fullmatch(sign)]
        if len(numbers) + len(letters) < len(signs) or len(signs) < min(4, len(self.names)):
            return None
        if numbers != sorted(numbers) or (numbers and numbers[0] != 1):
            return None
        if not letters:
            return "numbers" if numbers == [*range(1, len(numbers) + 1)] else None
        in_order = letters == sorted(letters, key=lambda sign: (len(sign), sign))
        return "symbols" if in_order and letters[0] == "A" else None

    def _unit(self, cells: dict[int, Any]) -> NamedUnit | None:
        """The unit that a row names with nothing but counts beside it."""
        texts = [value for _, value in sorted(cells.items()) if isinstance(value, str)]
        named = []
        for text in texts:
            bare = ORDER.sub("", normalise(text))
            words = plain(bare)
            level = next((level for level, word in UNITS.items() if word.match(words)), None)
            if level is not None:
                named.append((level, re.split(r"[:;(,]", bare)[0].strip()))
            elif len(look_alike_key(text)) > 4 or self._is_column_text(cells, text):
                return None
        if len(named) != 1 or len(named[0][1].split()) > 8:
            return None
        level, name = named[0]
        code = cells.get(self.headings.places.get("code", -1))
        if ALSO_TITLES.match(plain(name)) and code is not None and code not in texts[:1]:
            return None  # more likely somebody of that name
        return NamedUnit(level, name)

    def _is_column_text(self, cells: dict[int, Any], text: str) -> bool:
        """Whether a short text is a mark or an answer of a record rather than a number in order."""
        at = next(at for at, value in cells.items() if value is text)
        return self.names.get(at) in ("relation", "sex", "stated_class")

    def _is_filled(self, cells: dict[int, Any], name: str) -> bool:
        return self.headings.places.get(name, -1) in cells

    def _is_named_record(self, cells: dict[int, Any], known: int) -> bool:
        """Whether a row has little, but an answer that only records have, and something beside."""
        return known >= min(2, len(self.names)) and any(
            self._is_filled(cells, name)
            for name in ("code", "relation", "citizen_id", "stated_class")
        )
