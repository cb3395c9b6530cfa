"""The persons by whom households of two files are known: heads, and members where listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.identity import citizen_key, look_alike_key, match, name_key
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.schema.faults import Fault, fault_at, raise_errors
from multidim_poverty.schema.reading import numbers_of
from multidim_poverty.vocabulary import Relation

__all__ = ["COLUMNS_OF_KEYS", "KEYS", "Persons", "codes_of_both", "persons_of"]

Ints = npt.NDArray[np.int64]
# Key -> the columns of members that hold it; of households, those of the head have head_ before.
COLUMNS_OF_KEYS = {
    "citizen_id": ("citizen_id",),
    "head": ("relation",),
    "birth": ("birth_date", "birth_year"),
    "sex": ("sex",),
    "name": ("name",),
}
USUAL = 5  # a citizen id that more persons of a file have is nobody's
KEYS = tuple(COLUMNS_OF_KEYS)
READ = ("citizen_id", "relation", "birth_date", "birth_year", "sex", "name")


@dataclass(frozen=True)
class Persons:
    """Persons of one file.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per person: ``home`` (position of the household), ``head`` (object: True, False or
        None), ``citizen_id``, ``sex``, ``name`` (object; None where missing), ``day``
        (datetime64[D]) and ``year`` (float64) of birth.
    keys : frozenset of str
        The keys whose columns are there.
    """

    frame: pd.DataFrame
    keys: frozenset[str]


def persons_of(tables: TablesLike, which: str) -> Persons:
    """The persons of a file.

    Raises
    ------
    InvalidDataError
        If a day of birth is not one, or a member is of no household; names every row.
    """
    households, members = as_tables(tables)
    heads = _columns(households, "head_")
    keys = {key for key, names in COLUMNS_OF_KEYS.items() if {*names} & {*heads}}
    parts = [_of_heads(households, heads, which)] if heads else []
    if heads:
        keys.add("head")
    if members is not None and (of_members := _columns(members, "")):
        listed = _of_members(households, members, of_members, which)
        keys |= {key for key, names in COLUMNS_OF_KEYS.items() if {*names} & {*of_members}}
        if parts:
            parts[0] = _not_listed(parts[0], listed)
        parts.append(listed)
    columns = ["home", "head", "citizen_id", "sex", "name", "day", "year"]
    if not parts:
        return Persons(pd.DataFrame(columns=columns), frozenset())
    lengths = [len(part["home"]) for part in parts]
    frame = pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in columns},
        index=range(sum(lengths)),
    )
    return Persons(frame, frozenset(keys))


def _columns(frame: pd.DataFrame, prefix: str) -> dict[str, pd.Series[Any]]:
    """The columns of persons that a table has, by their name among the members."""
    return {name: frame[prefix + name] for name in READ if (frame.columns == prefix + name).any()}


def _of_heads(households: pd.DataFrame, heads: Any, which: str) -> dict[str, Any]:
    homes = np.arange(len(households), dtype=np.int64)
    part = _read(heads, len(households), which, households, "head_")
    part["head"] = np.full(len(households), True, dtype=object)
    return {"home": homes, **part}


def _of_members(
    households: pd.DataFrame, members: pd.DataFrame, columns: Any, which: str
) -> dict[str, Any]:
    homes = match(members["household_id"], households.index).home.astype(np.int64)
    if (homes < 0).any():
        orphans = fault_at(which, "household_id", "unknown_household", homes < 0)
        raise_errors([orphans], {which: members})
    return {"home": homes, **_read(columns, len(members), which, members, "")}


def _read(columns: Any, n: int, which: str, frame: pd.DataFrame, prefix: str) -> dict[str, Any]:
    nothing = np.full(n, None, dtype=object)
    part: dict[str, Any] = {"head": nothing.copy()}
    for name in ("citizen_id", "sex", "name"):
        part[name] = nothing if name not in columns else _objects(columns[name])
    if "relation" in columns:
        relation = columns["relation"].astype(object)
        known = relation.notna().to_numpy(dtype=bool)
        is_head = relation.eq(str(Relation.HEAD)).to_numpy(dtype=bool)
        part["head"] = np.where(known, is_head.astype(object), None)
    part["day"] = np.full(n, np.datetime64("NaT", "D"), dtype="datetime64[D]")
    part["year"] = np.full(n, np.nan)
    if "birth_year" in columns:
        part["year"] = numbers_of(columns["birth_year"])
    if "birth_date" in columns:
        read = read_days(columns["birth_date"])
        column = f"{prefix}birth_date"
        faults: list[Fault] = [
            fault_at(which, column, "not_a_date", read.not_a_date),
            fault_at(which, column, "time_zone", read.time_zone),
        ]
        raise_errors(faults, {which: frame})
        part["day"] = read.days.astype("datetime64[D]")
        years = part["day"].astype("datetime64[Y]").astype(np.int64) + 1970.0
        part["year"] = np.where(np.isnat(part["day"]), part["year"], years)
    return part


def _objects(values: pd.Series[Any]) -> npt.NDArray[np.object_]:
    objects = values.astype(object)
    return objects.where(objects.notna(), None).to_numpy(dtype=object)


def _not_listed(heads: dict[str, Any], listed: dict[str, Any]) -> dict[str, Any]:
    """Heads of households whose head is not among the members."""
    has_head = np.isin(heads["home"], listed["home"][listed["head"] == True])  # noqa: E712
    return {name: values[~has_head] for name, values in heads.items()}


# -- codes of both files -----------------------------------------------------------------------


def codes_of_both(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What persons of both files are compared by, as numbers; -1 where it is not known.

    ``id`` (citizen id; not known where many have it), ``name`` (its key), ``look`` (without
    tones), ``last``, ``rest`` (the last word of the name, and the words before), ``day``,
    ``year``, ``sex``.
    """
    both = pd.concat([one, other], ignore_index=True)
    codes = {
        "id": _coded(both["citizen_id"], citizen_key),
        "name": _coded(both["name"], name_key),
        "look": _coded(both["name"], look_alike_key),
        "last": _coded(both["name"], lambda name: look_alike_key("".join(name.split()[-1:]))),
        "rest": _coded(both["name"], lambda name: look_alike_key("".join(name.split()[:-1]))),
        "day": _coded(both["day"], lambda day: day),
        "year": _coded(both["year"], lambda year: year),
        "sex": _coded(both["sex"], name_key),
    }
    table = pd.DataFrame(codes)
    files = table[: len(one)].reset_index(drop=True), table[len(one) :].reset_index(drop=True)
    counts = [np.bincount(frame["id"] + 1, minlength=len(both) + 1) for frame in files]
    often = (counts[0] > USUAL) | (counts[1] > USUAL)
    for frame in files:
        frame["id"] = frame["id"].mask(often[frame["id"] + 1], -1)
    return files


def _coded(values: pd.Series[Any], key: Any) -> Ints:
    """A number for each key of a value; -1 where it is missing or empty."""
    codes, distinct = pd.factorize(values)
    keys = [key(value) for value in distinct]
    keys = [each if each not in ("", None) else None for each in keys]
    of_keys = pd.factorize(pd.Series(keys, dtype=object))[0]
    return np.append(of_keys, -1)[codes].astype(np.int64)
