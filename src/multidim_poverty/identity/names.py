"""Names of units and groups: one key for all ways to spell one, and one spelling for all."""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "UnitName",
    "citizen_key",
    "citizen_keys",
    "citizen_numbers",
    "look_alike_key",
    "name_key",
    "one_spelling",
    "quoted_name",
    "respelt",
    "spellings",
    "unit_key",
    "unit_name",
]

Ints = npt.NDArray[np.int64]
TONES = dict.fromkeys(map(ord, "\u0300\u0309\u0303\u0301\u0323"))  # huyền, hỏi, ngã, sắc, nặng
# Signs that do not show, those that stand for an apostrophe, and the letters that look like Đ.
UNSEEN = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
    ]
)
UNREAD = UNSEEN | dict.fromkeys(map(ord, "'`´‘’‛ʹʻʼʽˈ′＇"))
BARRED_D = dict.fromkeys(map(ord, "ÐðƉɖ"), "đ")
# Words for the kinds of units that names begin with, and how they are shortened, by level.
KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "province": {"Tỉnh": ("t.",), "Thành phố": ("tp.", "tp ")},
    "district": {
        "Huyện": ("h.",),
        "Quận": ("q.",),
        "Thị xã": ("tx.", "tx "),
        "Thành phố": ("tp.", "tp "),
    },
    "commune": {
        "Xã": ("x.",),
        "Phường": ("p.",),
        "Thị trấn": ("tt.", "tt "),
        "Đặc khu": (),
    },
}
FEW = 5  # names in a message
PACKAGE = str(Path(__file__).parents[1])


def name_key(name: Any) -> Any:
    """What all spellings of one name share; None where the name is missing.

    Left out are the Unicode form, capitals, blanks around and between words, signs that do not
    show, apostrophes, the place of a tone mark in its syllable (Hoà, Hòa), i for y after qu (Quí,
    Quý) and the Icelandic letter for Đ. A code that is a whole number has the key of its text.

    >>> name_key("Quảng Hoà") == name_key(" quảng  HÒA"), name_key("Đăk Wer") == name_key("Đắk Wer")
    (True, False)
    """
    if not isinstance(name, str):
        if pd.isna(name):
            return None
        return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name)
    text = " ".join(name.translate(UNREAD).translate(BARRED_D).casefold().split())
    if text.isascii():
        return re.sub(r"\bqui\b", "quy", text)
    words = []
    for word in unicodedata.normalize("NFD", text).split(" "):
        bare = word.translate(TONES)
        tones = "".join(sign for sign in word if ord(sign) in TONES)
        words.append((bare[:-1] + "y" if bare == "qui" else bare) + tones)
    return unicodedata.normalize("NFC", " ".join(words))


def unit_key(name: Any) -> Any:
    """The `name_key` of a unit, whose code has lost its leading zeros where it was a number.

    >>> unit_key("00664") == unit_key(664), unit_key("Thôn 01") == unit_key("Thôn 1")
    (True, False)
    """
    key = name_key(name)
    return key.lstrip("0") or "0" if key is not None and key.isdecimal() else key


class UnitName(NamedTuple):
    """The name of a unit as it is compared: the word for its kind, such as Huyện, apart.

    Attributes
    ----------
    bare : str
        The `unit_key` without that word.
    kind : str
        The key of the word; empty where the name has none.
    letters : str
        Letters and digits of `bare`, without any mark and without leading zeros.
    level : str
    """

    bare: str
    kind: str
    letters: str
    level: str

    @property
    def is_code(self) -> bool:
        """Whether the unit is given by its code."""
        return not self.kind and self.bare.isdecimal()

    def same_as(self, other: UnitName) -> bool | None:
        """Whether two names of one level are of one unit; None where they may be.

        A district and the town that it surrounds may share a name: where one of two such names
        lacks the word for the kind, they may be one unit. No two provinces share a name. Names
        that differ in marks alone, and a code beside a name, may be one unit too.

        >>> town = unit_name("Thành phố Gia Nghĩa", "district")
        >>> unit_name("TP. Gia Nghĩa", "district").same_as(town)
        True
        >>> print(unit_name("Gia Nghĩa", "district").same_as(town))
        None
        """
        if self.is_code != other.is_code:
            return None
        if self.letters != other.letters:
            return False
        if self.level != "province" and self.kind != other.kind:
            return False if self.kind and other.kind else None
        return True if self.bare == other.bare else None


def unit_name(name: Any, level: str) -> UnitName | None:
    """The name or code of a unit, the word for its kind apart; None where it is missing.

    >>> unit_name("H. Tuy Đức", "district") == unit_name("HUYỆN TUY ĐỨC", "district")
    True
    """
    key = unit_key(name)
    if key is None:
        return None
    bare, kind = key, ""
    for start, word in _kinds(level):
        if key.startswith(start) and (rest := key.removeprefix(start).strip()):
            bare, kind = rest, word
            break
    plain = unicodedata.normalize("NFD", bare).replace("đ", "d")
    letters = re.sub(r"(?<!\d)0+(?=\d)", "", "".join(sign for sign in plain if sign.isalnum()))
    return UnitName(bare, kind, letters, level)


@cache
def _kinds(level: str) -> list[tuple[str, str]]:
    """The beginnings of the names of units of a level, each with the key of its word."""
    return [
        (start, name_key(word))
        for word, short in KINDS.get(level, {}).items()
        for start in (f"{name_key(word)} ", *short)
    ]


def citizen_key(citizen_id: Any) -> str:
    """A citizen id as it is compared: without signs, blanks and the zeros that a number loses.

    >>> citizen_key("012 345 678 901") == citizen_key(12345678901.0)
    True
    """
    text = str(int(citizen_id)) if isinstance(citizen_id, float) else str(citizen_id)
    if not text.isalnum():
        text = "".join(sign for sign in text if sign.isalnum())
    return text.lstrip("0")


def citizen_numbers(citizen_ids: pd.Series[Any]) -> Ints:
    """A number for each person of a column, by the `citizen_key`; -1 where the id is nobody's.

    Nobody's is an id that is missing or without letters and digits other than zeros.

    >>> citizen_numbers(pd.Series(["012 345", "12345", None, "7"])).tolist()
    [0, 0, -1, 1]
    """
    of_row, ids = pd.factorize(citizen_ids)
    keys, plain = _keys_of(ids)
    apart = False
    if plain:
        # Of one length, two ids are of two persons however many zeros they begin with.
        lengths = pd.Series(ids).str.len()
        apart = bool(lengths.min() == lengths.max())
    person = np.arange(len(ids)) if apart else pd.factorize(keys)[0]
    return np.append(np.where(keys == "", -1, person), -1)[of_row]


def citizen_keys(citizen_ids: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """The `citizen_key` of each id of a column; empty where the id is nobody's.

    >>> citizen_keys(pd.Series(["012 345", "12345", None])).tolist()
    ['12345', '12345', '']
    """
    of_row, ids = pd.factorize(citizen_ids)
    keys, _ = _keys_of(ids)
    return np.append(keys.to_numpy(dtype=object), "")[of_row]


def _keys_of(ids: Any) -> tuple[pd.Series[Any], bool]:
    """The `citizen_key` of distinct ids, and whether all are texts of letters and digits."""
    texts = pd.Series(ids)
    if isinstance(texts.dtype, pd.StringDtype) and texts.str.fullmatch("[0-9A-Za-z]*").all():
        return texts.str.lstrip("0"), True
    return pd.Series([citizen_key(citizen_id) for citizen_id in ids], dtype=object), False


def look_alike_key(name: str) -> str:
    """What names share that look alike: letters, and numbers without leading zeros.

    Tones, signs and capitals are left out.

    >>> look_alike_key("Đăk R'Lấp") == look_alike_key("Đắk RLấp")
    True
    """
    bare = unicodedata.normalize("NFD", name.casefold()).translate(TONES)
    bare = re.sub(r"(?<!\d)0+(?=\d)", "", unicodedata.normalize("NFC", bare))
    return "".join(sign for sign in bare if sign.isalnum())


def spellings(values: Iterable[Any], *, alike: bool = False) -> list[list[Any]]:
    """Names that are spelt in several ways, each with its ways, in the order of the values.

    With `alike`, names of several keys that look alike, by one spelling of each.
    """
    by_key: dict[Hashable, list[Any]] = {}
    for value in values:
        if (key := unit_key(value)) is not None:
            by_key.setdefault(key, []).append(value)
    if not alike:
        return [ways for ways in by_key.values() if len(ways) > 1]
    looks: dict[str, list[Any]] = {}
    for ways in by_key.values():
        if isinstance(ways[0], str):
            looks.setdefault(look_alike_key(ways[0]), []).append(ways[0])
    return [names for names in looks.values() if len(names) > 1]


def one_spelling(tables: Sequence[pd.DataFrame], levels: Sequence[str]) -> list[pd.DataFrame]:
    """The units of the rows of several tables, each in the spelling that comes first.

    Parameters
    ----------
    tables : sequence of pandas.DataFrame
    levels : sequence of str
        Columns of names or codes, the largest units first; each table has them all. Names are
        compared within one larger unit. Names of one key whose codes differ, in a column of the
        name of the level and ``_code``, are two units.

    Returns
    -------
    list of pandas.DataFrame
        The columns of `levels` of each table, on its index. A column in which there is nothing to
        mend is handed back as it is.

    Warns
    -----
    UserWarning
        Names the spellings that are read as one, and names that look alike and stay apart.
    """
    above: list[Ints] = [np.zeros(len(table), dtype=np.int64) for table in tables]
    mended: list[dict[str, pd.Series[Any]]] = [{} for _ in tables]
    for level in levels:
        columns = [_Names.of(table, level, rows) for table, rows in zip(tables, above, strict=True)]
        first = _first_spellings(columns, level)
        units: dict[Hashable, int] = {}
        for n, names in enumerate(columns):
            mended[n][level] = names.respelt(first)
            above[n] = names.numbers(first, units)
    return [
        pd.DataFrame(columns, index=table.index, columns=list(levels))
        for columns, table in zip(mended, tables, strict=True)
    ]


def respelt(table: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """The table with the columns of `levels` as `one_spelling` gives them."""
    units = one_spelling([table], levels)[0]
    return table.assign(**{str(name): column for name, column in units.items()})


class _Names:
    """A column of names, by the larger unit and the code of each: what there is, once."""

    def __init__(self, column: pd.Series[Any], at: Ints, distinct: list[tuple[Any, ...]]) -> None:
        self.column, self.at, self.distinct = column, at, distinct

    @classmethod
    def of(cls, table: pd.DataFrame, level: str, above: Ints) -> _Names:
        """`above` is the number of the larger unit of each row."""
        column = table[level]
        at, values = pd.factorize(column)
        number = above * (len(values) + 1) + at + 1
        codes: list[Any] = [None]
        if (table.columns == f"{level}_code").sum() == 1:
            of_code, found = pd.factorize(table[f"{level}_code"])
            codes = [*map(unit_key, found), None]
            number = number * len(codes) + of_code % len(codes)
        at, combined = pd.factorize(number)
        rest, code = np.divmod(np.asarray(combined), len(codes))
        unit, value = np.divmod(rest, len(values) + 1)
        names = [None, *values.tolist()]
        distinct = [
            (u, names[v], codes[c])
            for u, v, c in zip(unit.tolist(), value.tolist(), code.tolist(), strict=True)
        ]
        return cls(column, at, distinct)

    def respelt(self, first: dict[tuple[Any, Any], Any]) -> pd.Series[Any]:
        """The column in the first spellings."""
        if not any((unit, name) in first for unit, name, _ in self.distinct):
            return self.column
        new = [first.get((unit, name), name) for unit, name, _ in self.distinct]
        column, words = self.column, np.empty(len(new), dtype=object)
        words[:] = new
        mended = pd.Series(words[self.at], index=column.index, name=column.name)
        if isinstance(column.dtype, pd.CategoricalDtype):
            seen = {name for _, name, _ in self.distinct} - set(new)
            kept = [name for name in column.cat.categories if name not in seen]
            kept += [name for name in dict.fromkeys(new) if name is not None and name not in kept]
            return mended.astype(pd.CategoricalDtype(kept, ordered=column.cat.ordered))
        texts = all(name is None or isinstance(name, str) for name in new)
        if not texts or pd.api.types.is_numeric_dtype(column.dtype):
            return mended
        return mended.astype(column.dtype)

    def numbers(self, first: dict[tuple[Any, Any], Any], units: dict[Hashable, int]) -> Ints:
        """The number of the unit of each row, of all levels so far."""
        paths = [(unit, first.get((unit, name), name)) for unit, name, _ in self.distinct]
        numbers = [units.setdefault(path, len(units)) for path in paths]
        return np.array(numbers, dtype=np.int64)[self.at]


def _first_spellings(columns: Sequence[_Names], level: str) -> dict[tuple[Any, Any], Any]:
    """For each name within a larger unit that is spelt in a later way, the first one."""
    codes: dict[tuple[Any, Any], set[Any]] = {}
    by_unit: dict[Any, dict[Any, list[Any]]] = {}
    for unit, name, code in (row for names in columns for row in names.distinct):
        if (key := unit_key(name)) is None:
            continue
        ways = by_unit.setdefault(unit, {}).setdefault(key, [])
        if (unit, name) not in codes:
            ways.append(name)
        codes.setdefault((unit, name), set()).update(() if code is None else (code,))
    first: dict[tuple[Any, Any], Any] = {}
    spelt_twice: list[list[Any]] = []
    look_alikes: list[list[Any]] = []
    for unit, names_by_key in by_unit.items():
        for ways in names_by_key.values():
            kept: dict[Any, list[Any]] = {}
            for way in ways:
                own = codes[unit, way]
                same = [k for k in kept if not own or not codes[unit, k] or own & codes[unit, k]]
                kept.setdefault(same[0] if same else way, []).append(way)
            first.update({(unit, way): k for k, merged in kept.items() for way in merged[1:]})
            spelt_twice += [merged for merged in kept.values() if len({*map(str, merged)}) > 1]
        alike: dict[str, list[Any]] = {}
        for key, ways in names_by_key.items():
            if len(names_by_key) > 1 and any(map(str.isalpha, key)):
                alike.setdefault(look_alike_key(key), []).append(ways[0])
        look_alikes += [names for names in alike.values() if len(names) > 1]
    if spelt_twice:
        _warn(f"{level}: names in several spellings are read as one", spelt_twice)
    if look_alikes:
        _warn(f"{level}: names look alike and are read as several", look_alikes)
    return first


def _warn(cause: str, names: list[list[Any]]) -> None:
    shown = "; ".join(" and ".join(map(quoted_name, ways)) for ways in names[:FEW])
    rest = f"; and {len(names) - FEW} more" if len(names) > FEW else ""
    warnings.warn(f"{cause}: {shown}{rest}", UserWarning, stacklevel=_outside())


def _outside() -> int:
    """How many calls up the caller of the package stands, for a warning."""
    frame, up = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, up = frame.f_back, up + 1
    return up - 1


def quoted_name(name: Any) -> str:
    """A name as it stands; one in another Unicode form, or with a sign that does not show, so."""
    if isinstance(name, str) and not unicodedata.is_normalized("NFC", name):
        return f"{name!r} (decomposed)"
    return repr(name)
