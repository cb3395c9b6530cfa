"""Ids of two tables: the one way to match them.

Any whole number and any text is an id. Ids are compared as they are and never cast: 1 and "1" are
two, and so are 2**60 and 2**60 + 1; a whole number that stands as a float is that number.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity.names import UNSEEN
from multidim_poverty.language import rule_text

__all__ = [
    "Match",
    "Mismatch",
    "append_ids",
    "ascending",
    "check_ids_meet",
    "check_one_type",
    "chunks",
    "comparable",
    "id_look",
    "id_mismatch",
    "inexact_ids",
    "match",
    "match_same",
    "nearest_ids",
    "positions",
    "rows_at",
]

Ints = npt.NDArray[np.int32]
Ids = pd.Series | pd.Index
CHUNK = 1 << 17  # rows whose columns fit the cache together
EXACT_FLOAT = 2.0**53  # above it a float stands for several whole numbers
LARGEST = np.iinfo(np.int64).max
SHOWN = 3  # ids of each table in a message
FEW = 5  # ids that one table has alone in a message
MANY_IDS = 10_000  # more are thinned out before they are compared one by one


def chunks(n: int, size: int | None = None) -> Iterator[slice]:
    """Slices of at most `size` rows that cover `n` rows."""
    size = CHUNK if size is None else size
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


@dataclass(frozen=True, eq=False)
class Match:
    """Which household each row of another table belongs to.

    Attributes
    ----------
    home : numpy.ndarray of int32
        For each row, the position of the first household of its id; -1 where there is none.
    first : numpy.ndarray of int32 or None
        For each household, the position of the first one of its id, -1 where the id is missing;
        None where ids neither repeat nor miss.
    """

    home: Ints
    first: Ints | None

    @property
    def complete(self) -> bool:
        """Whether every row has one household, and no id repeats."""
        return self.first is None and not (self.home < 0).any()


def positions(owner: pd.Series[Any], index: pd.Index[Any]) -> Ints | None:
    """For each member, the position of the household; None if one has no place or two."""
    matched = match(owner, index)
    return matched.home if matched.complete else None


def match(owner: pd.Series[Any], index: pd.Index[Any]) -> Match:
    """Match the ids of a column to those of an index; whole numbers that lie close unhashed."""
    n = len(index)
    if isinstance(owner.dtype, np.dtype) and owner.dtype.kind in "iu" and n and _signed(owner):
        values = owner.to_numpy()
        if isinstance(index, pd.RangeIndex):
            return Match(_in_range(values, index), None)
        keys = index.to_numpy() if isinstance(index.dtype, np.dtype) else None
        if keys is not None and keys.dtype.kind in "iu" and _signed(index):
            low, high = int(keys.min()), int(keys.max())
            if high - low < 4 * n + CHUNK:
                return _by_table(values, keys, low, high)
    return _by_factorisation(owner, index)


def _signed(ids: Ids) -> bool:
    """Whether int64 holds each of these whole numbers."""
    return ids.dtype != np.uint64 or not len(ids) or int(ids.max()) <= LARGEST


def comparable(ids: Ids) -> pd.Series[Any]:
    """Ids in a dtype in which equal ones are equal: whole floats as integers, none as a float."""
    series = pd.Series(ids.array)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object).infer_objects()
    if pd.api.types.is_float_dtype(series.dtype):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        is_whole = np.isnan(values) | (
            (np.floor(values) == values) & (np.abs(values) < EXACT_FLOAT)
        )
        return (
            pd.Series(pd.array(values, dtype="Int64")) if is_whole.all() else series.astype(object)
        )
    if not pd.api.types.is_integer_dtype(series.dtype):
        return series
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "i":
        return series
    top = series.max()
    return series.astype("Int64" if pd.isna(top) or int(top) <= LARGEST else object)


def _in_range(values: npt.NDArray[Any], index: pd.RangeIndex) -> Ints:
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        at = values[rows].astype(np.int64) - index.start
        known: Any = True
        if index.step != 1:
            at, rest = np.divmod(at, index.step)
            known = rest == 0
        known &= (at >= 0) & (at < len(index))
        home[rows] = at if known.all() else np.where(known, at, -1)
    return home


def _by_table(values: npt.NDArray[Any], keys: npt.NDArray[Any], low: int, high: int) -> Match:
    """Ids that lie close together: a table by id gives the position."""
    n = len(keys)
    at = keys.astype(np.int64) - low
    if high - low == n - 1 and (at == np.arange(n)).all():
        return Match(_in_range(values, pd.RangeIndex(low, high + 1)), None)
    table = np.full(high - low + 1, -1, dtype=np.int32)
    order = np.arange(n, dtype=np.int32)
    table[at[::-1]] = order[::-1]  # the first of those that repeat is written last
    first = table[at]
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        chunk = values[rows]
        known = (chunk >= low) & (chunk <= high)
        if known.all():
            home[rows] = table[chunk.astype(np.int64, copy=False) - low]
        else:
            home[rows] = -1
            home[rows][known] = table[chunk[known].astype(np.int64) - low]
    return Match(home, None if (first == order).all() else first)


def _by_factorisation(owner: pd.Series[Any], index: pd.Index[Any]) -> Match:
    """Any ids: households and rows are numbered together, each run of equal rows once."""
    n = len(index)
    ids, owner = comparable(index), comparable(owner)
    starts = _run_starts(owner)
    listed = owner if starts is None else owner[starts]
    if len(listed) == n and ids.array.equals(listed.array):  # in the order of the households
        if ascending(ids):
            order = np.arange(n, dtype=np.int32)
            return Match(order if starts is None else order[np.cumsum(starts) - 1], None)
        of_index = of_listed = pd.factorize(ids)[0]
    else:
        # One factorisation of both is half the cost of an index that looks each row up.
        if not len(listed):
            listed = listed.astype(ids.dtype)
        elif not n:
            ids = ids.astype(listed.dtype)
        if ids.dtype != listed.dtype and "object" in (str(ids.dtype), str(listed.dtype)):
            ids, listed = ids.astype(object), listed.astype(object)
        codes = pd.factorize(pd.concat([ids, listed], ignore_index=True))[0]
        of_index, of_listed = codes[:n], codes[n:]
    order = np.arange(n, dtype=np.int32)
    # The first household of each code; the last entry serves the missing ids, whose code is -1.
    household = np.full(max(of_index.max(initial=-1), of_listed.max(initial=-1)) + 2, -1, np.int32)
    household[of_index[::-1]] = order[::-1]
    household[-1] = -1
    first, home = household[of_index], household[of_listed]
    if starts is not None:
        home = home[np.cumsum(starts) - 1]
    return Match(home, None if (first == order).all() else first)


def ascending(ids: Ids) -> bool:
    """Whether a look that costs little shows that each id is greater than the one before."""
    plain = isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iu"
    if not plain and getattr(ids.dtype, "storage", "") != "pyarrow":
        return False
    values: Any = ids.array
    return not ids.isna().any() and bool((values[1:] > values[:-1]).all())


def _run_starts(owner: pd.Series[Any]) -> npt.NDArray[np.bool_] | None:
    """Rows whose id is not that of the row before; None where that saves little."""
    if len(owner) < 2:
        return None
    same = owner.iloc[1:].array == owner.iloc[:-1].array
    starts = np.ones(len(owner), dtype=bool)
    starts[1:] = ~np.asarray(pd.Series(same).fillna(False), dtype=bool)
    return starts if starts.mean() < 0.5 else None


def rows_at(frame: pd.DataFrame, rows: npt.NDArray[Any], index: pd.Index[Any]) -> pd.DataFrame:
    """The rows at some positions, on another index; missing where the position is -1."""
    if (rows >= 0).all():
        return frame.take(rows).set_axis(index)
    return frame.set_axis(pd.RangeIndex(len(frame))).reindex(rows).set_axis(index)


def append_ids(one: pd.Index[Any], other: pd.Index[Any]) -> pd.Index[Any]:
    """The ids of one index and then those of another, none of them cast to a float."""
    if one.dtype != other.dtype and not (len(one) and len(other)):
        return one if len(one) else other.rename(one.name)
    if one.dtype != other.dtype:
        later = pd.Index(comparable(other), name=other.name)
        exact = all(pd.api.types.is_integer_dtype(ids.dtype) for ids in (one, later))
        dtype = "Int64" if exact and one.dtype != np.uint64 else object
        one, other = one.astype(dtype), later.astype(dtype)
    return one.append(other)


# -- ids that do not meet --------------------------------------------------------------------


@dataclass(frozen=True)
class Mismatch:
    """Why the ids of two tables do not meet.

    Attributes
    ----------
    rule : str
        ``inexact_id``, ``id_types_differ``, ``id_spellings_differ`` or ``no_common_id``.
    fields : dict
        What fills in the message of the rule.
    common : bool
        Whether some ids do meet.
    """

    rule: str
    fields: dict[str, str]
    common: bool

    def sentence(self) -> str:
        """What is wrong, with examples of both sides, and what to do."""
        text = rule_text("tables", self.rule)
        return f"{text.message.en.format(**self.fields)}; {text.action.en}"


def check_ids_meet(one: Ids, other: Ids, names: tuple[str, str], *, must_meet: bool = True) -> None:
    """Raise `ArgumentError` if the ids of two tables do not meet, as `id_mismatch` finds it."""
    mismatch = id_mismatch(one, other, names, must_meet=must_meet)
    if mismatch is not None:
        raise ArgumentError(mismatch.sentence())


def match_same(
    one: pd.Index[Any], other: pd.Index[Any], names: tuple[str, str]
) -> npt.NDArray[np.intp]:
    """Where each id of one index stands in another of the same ids; neither repeats any.

    Raises
    ------
    ArgumentError
        If an id is in one of the two alone; gives examples of both sides.
    """
    check_ids_meet(one, other, names)
    at = match(one.to_series(), other).home
    alone = one[at < 0], other[match(other.to_series(), one).home < 0]
    if len(alone[0]) or len(alone[1]):
        parts = [
            f"{len(ids)} in {name} alone, such as {ids[:FEW].tolist()}"
            for ids, name in zip(alone, names, strict=True)
            if len(ids)
        ]
        raise ArgumentError(
            f"{len(alone[0]) + len(alone[1])} household ids stand in only one of {names[0]} and "
            f"{names[1]}: {' and '.join(parts)}"
        )
    return at.astype(np.intp)


def check_one_type(ids: Ids, name: str) -> None:
    """Raise `ArgumentError` if a table has an id both as a whole number and as text."""
    if pd.api.types.infer_dtype(ids, skipna=True) in ("mixed", "mixed-integer"):
        known = pd.Series(ids.array).dropna()
        text = known.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        check_ids_meet(known[~text], known[text], (name, name), must_meet=False)


def id_mismatch(
    one: Ids, other: Ids, names: tuple[str, str], *, must_meet: bool = True
) -> Mismatch | None:
    """What keeps the ids of two tables from meeting; None where nothing does.

    Ids that one table has alone are in order, unless they look like ids that the other has alone
    (1 and "1", "1" and "0001", two Unicode forms of a text), or, where the tables `must_meet`,
    no id is in both. A table without ids meets every other.
    """
    for ids, name in zip((one, other), names, strict=True):
        if (inexact := inexact_ids(ids, name)) is not None:
            return inexact
    kinds = [comparable(ids) for ids in (one, other)]
    known = [ids.notna().to_numpy(dtype=bool) for ids in kinds]
    if not (known[0].any() and known[1].any()):
        return None
    alone = known[0] & (match(kinds[0], pd.Index(kinds[1])).home < 0)
    if not alone.any():
        return None
    alone_in_other = known[1] & (match(kinds[1], pd.Index(kinds[0])).home < 0)
    apart, others = (
        pd.Index(ids[rows].unique())
        for ids, rows in zip(kinds, (alone, alone_in_other), strict=True)
    )
    common = bool((known[0] & ~alone).any())
    pairs = _alike(apart, others)
    if not pairs and (common or not must_meet):
        return None
    shown = pairs or list(zip(apart[:SHOWN], others[:SHOWN], strict=False))
    sides = [[pair[n] for pair in shown[:SHOWN]] for n in (0, 1)]
    texts = [isinstance(side[0], str) for side in sides]
    if texts[0] != texts[1]:
        number, text = (1, 0) if texts[0] else (0, 1)
        fields = {
            "numbers": names[number],
            "number_ids": _examples(sides[number]),
            "texts": names[text],
            "text_ids": _examples(sides[text]),
        }
        return Mismatch("id_types_differ", fields, common)
    fields = {
        "one": names[0],
        "ones": _examples(sides[0]),
        "other": names[1],
        "others": _examples(sides[1]),
    }
    return Mismatch("id_spellings_differ" if pairs else "no_common_id", fields, common)


def inexact_ids(ids: Ids, name: str) -> Mismatch | None:
    """The fault of ids that are floats too large to be one whole number; None where none is."""
    if not pd.api.types.is_float_dtype(ids.dtype):
        return None
    values = pd.Series(ids.array).dropna()
    large = values[values.abs() >= EXACT_FLOAT].head(SHOWN).tolist()
    return Mismatch("inexact_id", {"one": name, "ones": _examples(large)}, True) if large else None


def _alike(one: pd.Index[Any], other: pd.Index[Any]) -> list[tuple[Any, Any]]:
    """Ids of two tables that are not the same and look the same."""
    if not len(other) or all(pd.api.types.is_integer_dtype(ids.dtype) for ids in (one, other)):
        return []
    looks = {look: id for id in one for look in [id_look(id)]}
    return [(looks[look], id) for id in other for look in [id_look(id)] if look in looks]


def id_look(id: Any) -> str:
    """An id as it is read.

    Left out are blanks around and between its parts but for one, signs that do not show, leading
    zeros and the ".0" of a float.
    """
    text = str(id)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(UNSEEN))
    text = " ".join(text.split()).casefold()
    digits = text.removesuffix(".0")
    return digits.lstrip("0") or "0" if digits.isdecimal() else text


def _examples(ids: Iterable[Any]) -> str:
    return ", ".join(repr(id.item() if isinstance(id, np.generic) else id) for id in ids)


def nearest_ids(index: pd.Index[Any], id: Any, most: int = 3) -> list[Any]:
    """The ids that look most like one that the index does not have."""
    id_text = _bare(id)
    by_text: dict[str, list[Any]] = {}
    for known in index:
        by_text.setdefault(_bare(known), []).append(known)
    close = list(by_text)
    if len(close) > MANY_IDS:  # difflib compares one by one
        half = (len(id_text) + 1) // 2
        like = [t for t in close if t.startswith(id_text[:half]) or t.endswith(id_text[-half:])]
        close = sorted(like or close, key=lambda text: abs(len(text) - len(id_text)))[:MANY_IDS]
    if id_text in by_text:
        close.append(id_text)
    matches = difflib.get_close_matches(id_text, close, most, cutoff=0.0)
    return [known for text in dict.fromkeys(matches) for known in by_text[text]][:most]


def _bare(id: Any) -> str:
    """An id without capitals, signs and leading zeros, in which typed ids differ."""
    return re.sub(r"(?<!\d)0+(?=\d)|[\W_]", "", str(id).casefold())
