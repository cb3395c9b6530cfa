"""From drawn bytes to tables: every column of a table is decoded from a byte of each row.

A row is drawn as a few bytes and decoded with the rest of its table, so an example costs little
more than the making of its frame. Zero bytes decode to the plainest answers, and rows can be
dropped one by one: examples shrink to few and plain households.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.errors import ArgumentError, MissingExtraError, UnknownNameError
from multidim_poverty.law import Standard
from multidim_poverty.law import standards as shipped_standards
from multidim_poverty.schema.definitions import COLUMNS, DESIGN
from multidim_poverty.vocabulary import Area, Relation

Backend = Literal["numpy", "nullable", "pyarrow"]
Ids = Literal["text", "int"]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DRAWN_ROWS = 64  # tables of more rows come from one seed: hypothesis bounds what it draws
MISSING_FROM = 208  # a byte from here on is a missing answer: 3 in 16
DEPRIVED_FROM = 144  # and from here on a deprivation: 1 in 4 where answers may be missing

TEXTS: dict[str, tuple[str, ...]] = {
    "province": ("Hà Giang", "Đắk Lắk", "Cà Mau"),
    "district": ("Đồng Văn", "Krông Bông", "Năm Căn"),
    "commune": ("Sà Phìn", "Cư Pui", "Đất Mới", "Lũng Cú"),
    "village": ("Thôn 1", "Thôn 2", "Ấp 3"),
    "ethnic_group": ("Kinh", "Tày", "Mông", "Ê Đê"),
}
HOUSEHOLD_COLUMNS = {c.name: c for c in COLUMNS if c.table == "households" and c.name not in DESIGN}
MEMBER_COLUMNS = {c.name: c for c in COLUMNS if c.table == "members"}
RELATIONS = list(Relation.codes())
BESIDE_A_LINE = (-1, -0.3, 0, 0.03, 0.3, 1)  # VND
M2_PER_HEAD = np.array([20, 8, 7.9, 8.1, 3, 12.5, 30])
EDGE_AGES = np.array([18, 30, 0, 2, 3, 5, 6, 11, 12, 14, 15, 16, 17, 29, 31, 55, 59, 60, 61, 80])


# -- drawing: bytes, one row each ------------------------------------------------------------


@cache  # to make and check a strategy costs more than to draw from it
def _bytes(width: int, min_size: int, max_size: int) -> st.SearchStrategy[list[bytes]]:
    row = st.binary(min_size=width, max_size=width)
    return st.lists(row, min_size=min_size, max_size=max_size)


@cache
def _homes(
    width: int, inner: int, min_size: int, max_size: int, max_members: int
) -> st.SearchStrategy[list[tuple[bytes, list[bytes]]]]:
    """Households with the members of each."""
    home = st.tuples(st.binary(min_size=width, max_size=width), _bytes(inner, 1, max_members))
    return st.lists(home, min_size=min_size, max_size=max_size)


SEEDS = st.integers(0, 2**32 - 1)


def as_array(rows: Sequence[bytes], width: int) -> Bytes:
    """Drawn rows as a matrix of bytes."""
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width)


def from_seed(seed: int, shape: tuple[int, ...]) -> Bytes:
    """Bytes of a shape; the seed 0 gives the plainest."""
    if seed == 0:
        return np.zeros(shape, dtype=np.uint8)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def rows(draw: st.DrawFn, width: int, min_size: int, max_size: int) -> Bytes:
    """As many rows of bytes as are wanted; bytes of zero are the plainest."""
    if max_size <= DRAWN_ROWS:
        return as_array(draw(_bytes(width, min_size, max_size)), width)
    n = draw(st.integers(min_size, max_size))
    return from_seed(draw(SEEDS), (n, width))


def homes_and_people(
    draw: st.DrawFn, width: int, inner: int, min_size: int, max_size: int, max_members: int
) -> tuple[Bytes, Bytes, npt.NDArray[np.intp]]:
    """Rows of households, rows of their members, and how many members each has."""
    if max_size * max_members <= DRAWN_ROWS:
        drawn = draw(_homes(width, inner, min_size, max_size, max_members))
        sizes = np.array([len(people) for _, people in drawn], dtype=np.intp)
        people = [row for _, rows in drawn for row in rows]
        return as_array([row for row, _ in drawn], width), as_array(people, inner), sizes
    n = draw(st.integers(min_size, max_size))
    seed = draw(SEEDS)
    sizes = from_seed(seed, (n,)).astype(np.intp) % max_members + 1
    return from_seed(seed, (n, width)), from_seed(seed, (int(sizes.sum()), inner)), sizes


def ids_of(n: int, ids: Ids) -> pd.Index[Any]:
    """An index of household ids."""
    if ids == "int":
        return pd.Index(np.arange(n) * 7 + 101, name="household_id")
    return pd.Index([f"h{row + 1}" for row in range(n)], name="household_id")


def check_options(backend: str, ids: str) -> None:
    """Raise `ArgumentError` for an option that does not exist."""
    if backend not in ("numpy", "nullable", "pyarrow"):
        raise ArgumentError(f"backend {backend!r} is not 'numpy', 'nullable' or 'pyarrow'")
    if backend == "pyarrow" and find_spec("pyarrow") is None:
        raise MissingExtraError("pyarrow")
    if ids not in ("text", "int"):
        raise ArgumentError(f"ids {ids!r} is not 'text' or 'int'")


# -- decoding: from bytes to columns of a dtype ----------------------------------------------


@cache
def _options(values: tuple[str, ...], kind: str, backend: Backend) -> Any:
    """The possible texts as an array of the dtype of a backend, to take from."""
    if backend == "pyarrow":
        return pd.array(list(values), dtype="string[pyarrow]")
    if backend == "nullable":
        return pd.array(list(values), dtype="string[python]")
    if kind == "category":
        return pd.Categorical(list(values), categories=list(values))
    return pd.Series(list(values)).array


def text(codes: npt.NDArray[Any], values: tuple[str, ...], kind: str, backend: Backend) -> Any:
    """Texts by their codes; -1 is a missing one."""
    return _options(values, kind, backend).take(codes, allow_fill=True)


def truth(values: Mask, missing: Mask | None, backend: Backend) -> Any:
    """Truths; nullable where one is missing, or the backend is."""
    if missing is not None and missing.any():
        return pd.arrays.BooleanArray(values & ~missing, missing)
    if backend == "numpy":
        return values
    return pd.arrays.BooleanArray(values, np.zeros(len(values), dtype=bool))


def number(values: Floats, missing: Mask | None, kind: str, backend: Backend) -> Any:
    """Numbers of a kind; missing ones in the way of the backend."""
    holed = missing is not None and bool(missing.any())
    gaps = missing if missing is not None else np.zeros(len(values), dtype=bool)
    if kind == "integer":
        whole = values.astype(np.int64)
        return whole if backend == "numpy" and not holed else pd.arrays.IntegerArray(whole, gaps)
    if backend == "numpy":
        return np.where(gaps, np.nan, values) if holed else values
    return pd.arrays.FloatingArray(values.astype(np.float64), gaps)


@cache
def _incomes(standard: Standard | None) -> Floats:
    """Incomes worth trying: those at each line, and the ends."""
    near = {
        float(amount)
        for one in ([standard] if standard else shipped_standards())
        for amount in incomes_at_lines(one)
    }
    top = max([*near, 1])
    return np.array([0, *sorted(near), top - 0.5, top * 10], dtype=np.float64)


@cache
def incomes_at_lines(standard: Standard) -> Floats:
    """Each line of each area, one VND and a fraction of one beside it, rising; 0 without lines.

    The smaller fraction is lost where an amount is read in float32.
    """
    incomes = {
        float(line.amount(area) + step)
        for line in standard.lines
        for area in Area
        for step in BESIDE_A_LINE
    }
    return np.array(sorted(incomes) or [0], dtype=np.float64)


def _money(low: Bytes, high: Bytes, standard: Standard | None) -> Floats:
    """Half of the incomes are at an edge, half anywhere up to twice the highest line."""
    edges = _incomes(standard)
    anywhere = (low.astype(np.float64) + 256.0 * (high % 128)) * np.ceil(edges[-2] * 2 / 32768)
    incomes: Floats = np.where(high % 2 == 0, edges[low % len(edges)], anywhere)
    return incomes


def household_columns(columns: Iterable[str] | None) -> list[str]:
    """The columns wanted; raise `ValueError` for those that do not exist."""
    wanted = list(HOUSEHOLD_COLUMNS if columns is None else columns)
    unknown = [name for name in wanted if name not in HOUSEHOLD_COLUMNS]
    if unknown:
        raise UnknownNameError(f"the table households has no column {', '.join(unknown)}")
    return wanted


def household_table(
    raw: Bytes,
    names: list[str],
    ids: pd.Index[Any],
    backend: Backend,
    missing: bool,
    standard: Standard | None,
    size: Floats | None = None,
) -> pd.DataFrame:
    """The first three bytes of a row are its income and size; then one for each column."""
    size_of: Floats = raw[:, 2] % 6 + np.float64(1) if size is None else size
    income = _money(raw[:, 0], raw[:, 1], standard)
    columns: dict[str, Any] = {}
    minority = None
    for at, name in enumerate(names, start=3):
        column = HOUSEHOLD_COLUMNS[name]
        byte = raw[:, at]
        gaps = byte >= MISSING_FROM if missing and not column.complete else None
        values: Floats
        if column.kind in ("category", "text"):
            texts = column.codes or TEXTS[name]
            codes = (byte % len(texts)).astype(np.intp)
            if gaps is not None:
                codes[gaps] = -1
            if name == "ethnic_group":
                minority = codes > 0, codes < 0
            columns[name] = text(codes, texts, column.kind, backend)
        elif column.kind == "boolean":
            yes = byte % 2 == 1
            if name in ("ethnic_minority", "local_minority") and minority is not None:
                same, unknown = minority
                yes = same if name == "ethnic_minority" else same & yes
                gaps = unknown if gaps is None else gaps | unknown
            columns[name] = truth(yes, gaps, backend)
        elif column.kind == "date":
            since = np.datetime64("2000-01-01") + 37 * byte.astype(np.int64)
            days = pd.Series(since.astype("datetime64[ns]"))
            columns[name] = (days if gaps is None else days.mask(gaps)).array
        else:
            if name == "income_per_capita":
                values = income
            elif name == "income_12m":
                values = income * 12 * size_of
            elif name == "floor_area":
                values = M2_PER_HEAD[byte % len(M2_PER_HEAD)] * size_of
            elif name == "rooms":
                values = np.maximum(1.0, size_of // (1 + byte % 4))
            else:
                values = size_of
            columns[name] = number(values, gaps, column.kind, backend)
    return pd.DataFrame(columns, index=ids, copy=False)


def _relations_and_ages(raw: Bytes, first: Mask, head_of: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Relation to the head and an age that fits it; the first member is the head."""
    code = {name: RELATIONS.index(name) for name in RELATIONS}
    head_age = (18 + raw[:, 1] % 60).astype(np.intp)[head_of]
    relation = np.where(first, code["head"], 1 + raw[:, 0] % (len(code) - 1)).astype(np.intp)
    order = np.arange(len(raw)) - head_of
    # One spouse at most, who stands second; somebody else there is a child, or of any age.
    relation[(relation == code["spouse"]) & (order != 1)] = code["child"]
    relation[(relation == code["grandchild"]) & (head_age < 36)] = code["other"]
    low = np.zeros(len(code), dtype=np.intp)
    low[code["spouse"]] = 18
    lowest = low[relation]
    highest = np.full(len(raw), 100)
    for name, years in (("parent", 16), ("grandparent", 36)):
        lowest = np.where(relation == code[name], head_age + years, lowest)
        highest = np.where(relation == code[name], np.minimum(head_age + years + 24, 120), highest)
    for name, years in (("child", 16), ("grandchild", 32)):
        highest = np.where(relation == code[name], head_age - years, highest)
    edge = EDGE_AGES[raw[:, 1] % len(EDGE_AGES)]
    fits = (edge >= lowest) & (edge <= highest) & (raw[:, 2] % 2 == 0)
    spread = lowest + raw[:, 1] % (highest - lowest + 1)
    age = np.where(first, head_age, np.where(fits, edge, spread))
    return relation, age


ATTENDING_CAP = np.array([1] * 5 + [2] * 5 + [3] * 4 + [4] * 2 + [6] * 105)
QUALIFICATION_CAP = np.array([0] * 10 + [1] * 4 + [2] * 3 + [5] * 104)


def member_table(
    raw: Bytes,
    sizes: npt.NDArray[Any],
    names: list[str],
    ids: pd.Index[Any],
    backend: Backend,
    missing: bool,
    on: dt.date | None,
) -> pd.DataFrame:
    """The first four bytes of a row are relation, age, and the day of birth."""
    n = len(raw)
    start = np.cumsum(sizes) - sizes
    head_of = np.repeat(start, sizes)
    first = np.arange(n) == head_of
    relation, age = _relations_and_ages(raw, first, head_of)
    owner = np.repeat(np.arange(len(ids)), sizes)
    columns: dict[str, Any] = {
        "household_id": ids.take(owner).array,
        "member_id": np.arange(n) - head_of + 1,
    }
    for at, name in enumerate(names, start=4):
        column = MEMBER_COLUMNS[name]
        byte = raw[:, at]
        gaps = byte >= MISSING_FROM if missing else None
        if name in ("household_id", "member_id"):
            continue
        if column.kind == "category":
            codes = (byte % len(column.codes)).astype(np.intp)
            if name == "relation":
                codes = relation.copy()
            elif name == "attending":
                codes = np.minimum(codes, ATTENDING_CAP[age])
            elif name == "qualification":
                codes = np.minimum(codes, QUALIFICATION_CAP[age])
            elif name == "employment_status":
                codes[age < 13] = column.codes.index("inactive")
            if gaps is not None:
                codes[gaps] = -1
            columns[name] = text(codes, column.codes, "category", backend)
        elif column.kind == "boolean":
            yes = byte % 2 == 1
            if name in ("stunted", "underweight"):
                yes &= age < 16
            columns[name] = truth(yes, gaps, backend)
        elif name in ("birth_date", "birth_year"):
            if on is None:
                continue
            # On the day of the survey the age is completed for up to 360 days.
            month = np.datetime64(on, "M") - age * 12
            back = raw[:, 2].astype(np.intp) + raw[:, 3].astype(np.intp) * 105 // 255
            birthday = month.astype("datetime64[D]") + np.timedelta64(min(on.day, 28) - 1, "D")
            born = birthday - back
            if name == "birth_year":
                years = born.astype("datetime64[Y]").astype(np.float64) + 1970
                columns[name] = number(years, gaps, "integer", backend)
                continue
            days = pd.Series(born.astype("datetime64[s]").astype("datetime64[ns]"))
            columns[name] = (days if gaps is None else days.mask(gaps)).array
        else:
            columns[name] = number(age.astype(np.float64), gaps, "integer", backend)
    return pd.DataFrame(columns, copy=False)
