"""Names of units and groups in the table of households: warnings of how they are spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pandas as pd

from multidim_poverty.identity import name_key, quoted_name, spellings
from multidim_poverty.schema.definitions import NAMES
from multidim_poverty.schema.faults import Fault, fault_at
from multidim_poverty.schema.reading import inferred_kind, once
from multidim_poverty.schema.value_rules import not_nfc

__all__ = ["name_warnings"]


def name_warnings(households: pd.DataFrame) -> Iterator[Fault]:
    """Names in another Unicode form, in two spellings, and names that look alike."""
    parents: list[str] = []
    for name in NAMES:
        if not once(households, name):
            continue
        if name == "ethnic_group":
            parents = []
        names = _texts(households[name])
        if not all(unicodedata.is_normalized("NFC", text) for text in names):
            yield fault_at("households", name, "name_not_nfc", not_nfc(households[name]))
        if len(names) > 1:
            yield from _spelling_warnings(households, name, parents, names)
        parents.append(name)


def _texts(column: pd.Series[Any]) -> list[str]:
    """The distinct texts of a column."""
    typed = isinstance(column.dtype, pd.CategoricalDtype) or inferred_kind(column) == "string"
    values = column.unique() if typed else dict.fromkeys(v for v in column if isinstance(v, str))
    return [value for value in values if isinstance(value, str)]


def _spelling_warnings(
    households: pd.DataFrame, name: str, parents: list[str], names: list[str]
) -> Iterator[Fault]:
    """Names in two spellings, and names that look alike, within one larger unit."""
    for rule, alike in (("name_spelt_twice", False), ("names_look_alike", True)):
        for ways in spellings(names, alike=alike):
            if _within_one_parent(households, name, parents, ways) and (
                alike or not _coded_apart(households, name, ways)
            ):
                text = " and ".join(map(quoted_name, ways))
                yield Fault("households", name, rule, fields={"names": text})


def _within_one_parent(
    households: pd.DataFrame, name: str, parents: list[str], ways: list[Any]
) -> bool:
    """Whether two of the names stand in one larger unit, by its name in any spelling."""
    if not parents:
        return True
    rows = households.loc[households[name].isin(ways), [*parents, name]].drop_duplicates()
    keys = [tuple(map(name_key, row)) for row in rows[parents].to_numpy(dtype=object)]
    return len(set(keys)) < len(keys)


def _coded_apart(households: pd.DataFrame, name: str, ways: list[Any]) -> bool:
    """Whether no two of the names share a code, in a column of the name and ``_code``."""
    if not once(households, f"{name}_code"):
        return False
    pairs = households.loc[households[name].isin(ways), [name, f"{name}_code"]]
    pairs = pairs.drop_duplicates()
    codes = pairs[f"{name}_code"].map(name_key)
    return bool(codes.notna().all() and codes.is_unique)
