"""Tables cut into the parts of a data set: whole communes of one province."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.base import FrozenDict
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import match, match_same, name_key
from multidim_poverty.scale.dataset_faults import dataset_fault, raise_faults
from multidim_poverty.scale.dataset_ids import check_kind_of_ids
from multidim_poverty.scale.manifest import Partition
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.fault_table import Fault
from multidim_poverty.schema.faults import column_faults, id_faults, raise_errors

__all__ = [
    "Piece",
    "groups_of_units",
    "household_rows",
    "pieces_of",
    "rows_of",
    "unit_key",
    "without_units",
]

Ints = npt.NDArray[np.intp]
ID = "household_id"
UNITS = ("district", "commune")


@dataclass(frozen=True)
class Piece:
    """Households of some communes of a province, their members and their result."""

    part: Partition
    tables: dict[str, pd.DataFrame]  # with a column household_id, sorted


def pieces_of(
    tables: dict[str, pd.DataFrame],
    *,
    standard: str,
    year: int,
    province: str | None,
    households_per_file: int,
    place: str,
) -> Iterator[Piece]:
    """The tables by province and communes, in the order of their names and of the ids.

    `place` is what faults call the tables: a partition, or the folder to be written.
    """
    tables = {name: as_frame(frame, name) for name, frame in tables.items()}
    households = tables["households"]
    raise_errors(id_faults(households), {"households": households})
    raise_errors(_province_faults(households), {"households": households})
    check_kind_of_ids(households.index, place)
    homes = household_rows(tables, place)
    keys = _keys(households, province)
    order, firsts = _in_order(households.index, keys)
    in_order = {name: _sorted(name, frame, homes[name], order) for name, frame in tables.items()}
    names = keys.iloc[order[firsts]]
    ends = np.append(firsts[1:], len(order))
    sizes = (ends - firsts).tolist()
    for units in groups_of_units(names["province"].tolist(), sizes, households_per_file):
        first, end = int(firsts[units[0]]), int(ends[units[-1]])
        ids = households.index[order[first:end]]
        part = Partition(
            standard=standard,
            year=year,
            province=names["province"].iloc[units[0]],
            units=tuple(tuple(names.iloc[n, 1:]) for n in units),
            first_id=_plain(min(ids)),
            last_id=_plain(max(ids)),
            files=FrozenDict({}),
        )
        cuts = {
            name: frame.iloc[slice(*np.searchsorted(at, (first, end)))]
            for name, (frame, at) in in_order.items()
        }
        yield Piece(part, {name: cut.reset_index(drop=True) for name, cut in cuts.items()})


def without_units(
    tables: dict[str, pd.DataFrame], units: Collection[tuple[str, ...]]
) -> dict[str, pd.DataFrame]:
    """The tables of one province without the households of these communes, given by their keys."""
    households = tables["households"]
    names = [_texts(households, name) for name in UNITS if name in households.columns]
    of_rows = list(zip(*names, strict=True)) if names else [()] * len(households)
    gone = {unit for unit in {*of_rows} if unit_key(unit) in units}
    kept = np.array([unit not in gone for unit in of_rows], dtype=bool)
    return rows_of(tables, kept)


def unit_key(unit: tuple[str, ...]) -> tuple[Any, ...]:
    """What all spellings of a commune share: the keys of its name and of the units above it."""
    return tuple(map(name_key, unit))


def rows_of(
    tables: dict[str, pd.DataFrame], kept: npt.NDArray[np.bool_]
) -> dict[str, pd.DataFrame]:
    """The rows of the households that are marked, in each table."""
    homes = household_rows(tables, "the data set")
    return {name: frame[kept[homes[name]]] for name, frame in tables.items()}


def household_rows(tables: dict[str, pd.DataFrame], place: str) -> dict[str, Ints]:
    """The position of the household of each row of each table."""
    households = tables["households"]
    homes = {"households": np.arange(len(households))}
    if "members" in tables:
        members = tables["members"]
        if ID not in members.columns:
            raise_faults([dataset_fault("column_lacking", place, table="members", column=ID)])
        home = match(members[ID], households.index).home
        if (elsewhere := home < 0).any():
            fault = Fault(
                "members",
                ID,
                "member_elsewhere",
                np.flatnonzero(elsewhere),
                values=members[ID].to_numpy(dtype=object)[elsewhere],
                fields={"path": place},
            )
            raise_faults([fault])
        homes["members"] = home.astype(np.intp)
    if "result" in tables:
        result = tables["result"].index
        homes["result"] = match_same(result, households.index, ("result", "households"))
    return homes


def _province_faults(households: pd.DataFrame) -> Iterator[Fault]:
    """Provinces that are no texts: a folder has no other names."""
    column = column_of("households", "province")
    assert column is not None
    yield from column_faults(households, column)


def _keys(households: pd.DataFrame, province: str | None) -> pd.DataFrame:
    """Province and units below it of each household, as texts; a missing one is empty."""
    if province is not None and "province" not in households.columns:
        provinces = pd.Series(province, index=households.index, dtype=object)
    elif "province" in households.columns:
        provinces = _texts(households, "province")
        if province is not None and (provinces != province).any():
            raise ArgumentError(
                f"province is {province!r} and the households have a column of that name with "
                f"{provinces[provinces != province].iloc[0]!r}: leave the argument out"
            )
    else:
        raise ArgumentError("households have no column province: pass province=")
    units = {name: _texts(households, name) for name in UNITS if name in households.columns}
    return pd.DataFrame({"province": provinces, **units}).reset_index(drop=True)


def _texts(households: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The names of a column; empty where it is missing."""
    codes, distinct = pd.factorize(households[name])
    words = np.array([*map(str, distinct.tolist()), ""], dtype=object)
    return pd.Series(words[codes], index=households.index, dtype=object)


def _in_order(ids: pd.Index[Any], keys: pd.DataFrame) -> tuple[Ints, Ints]:
    """Positions of the households by units and ids, and where in them each unit begins."""
    names, spelt = list(keys.columns), keys.groupby(list(keys.columns), sort=True)
    unit = spelt.ngroup().to_numpy()
    first_of: dict[tuple[Any, ...], int] = {}  # all spellings of a commune are one
    merged = [
        first_of.setdefault((province, unit_key(tuple(below))), n)
        for n, (province, *below) in enumerate(spelt.size().index.to_frame()[names].to_numpy())
    ]
    unit = np.array(merged, dtype=np.intp)[unit]
    rank = np.empty(len(ids), dtype=np.intp)
    rank[ids.argsort()] = np.arange(len(ids))
    order = np.lexsort((rank, unit))
    return order, np.flatnonzero(np.diff(unit[order], prepend=-1))


def _sorted(table: str, frame: pd.DataFrame, home: Ints, order: Ints) -> tuple[pd.DataFrame, Ints]:
    """The rows by the place of their household in the order, and that place; ids as a column."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    of_row = place[home]
    rows = np.argsort(of_row, kind="stable")
    in_order = frame.iloc[rows]
    if table != "members":
        in_order = in_order.drop(columns=ID, errors="ignore").rename_axis(ID).reset_index()
    return in_order, of_row[rows]


def groups_of_units(provinces: list[str], sizes: list[int], limit: int) -> Iterator[list[int]]:
    """Positions of units that follow each other in one province, up to a number of households."""
    group: list[int] = []
    total = 0
    for n, (province, size) in enumerate(zip(provinces, sizes, strict=True)):
        if group and (province != provinces[group[0]] or total + size > limit):
            yield group
            group, total = [], 0
        group.append(n)
        total += size
    if group:
        yield group


def _plain(value: Any) -> str | int:
    return str(value) if isinstance(value, str) else int(value)
