"""What does not agree between two versions of a list of persons, tables 14 and 15."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.identity import name_key
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.read_tables import ReadTable
from multidim_poverty.reports.table_faults import TableCells, not_checked
from multidim_poverty.schema.faults import Fault

__all__ = ["list_faults"]

IDS = ("household_id", "member_id")
SERIAL = ("household_serial", "member_serial")  # numbers of lines, not of persons


def list_faults(table: ReadTable, other: ReadTable, language: Language) -> Iterator[Fault]:
    """Persons that one of two versions of a list has alone, and what they say otherwise of one.

    Persons are the same by household and member id; where one stands twice, the lists are not
    compared, and that is said.
    """
    version = phrase("other_version").text(language)
    keys, other_keys = _persons(table.frame), _persons(other.frame)
    if keys.has_duplicates or other_keys.has_duplicates:
        why = phrase("persons_not_told").text(language)
        yield from not_checked(table, [table.name], why)
        return
    cells, at = TableCells(table), other_keys.get_indexer(keys)
    alone = at < 0
    here = np.array([_person(key) for key in keys], dtype=object)
    yield from cells.faults(
        "version", IDS[0], alone, None, here, here=here, there="-", other=version
    )
    for key in other_keys[keys.get_indexer(other_keys) < 0]:
        fields = {"unit": "", "count_of": None, "here": "-", "there": _person(key)}
        yield Fault(
            table.name, IDS[0], "version", values=None, expected=_person(key),
            fields={**fields, "other": version},
        )  # fmt: skip
    for column in table.form.columns:
        if column.id in SERIAL:
            continue
        values = _texts(table.frame[column.id])
        expected = np.append(_texts(other.frame[column.id]), [None])[at]
        differ = np.array(
            [
                one != two and name_key(one) != name_key(two)
                for one, two in zip(values, expected, strict=True)
            ],
            dtype=bool,
        )
        shown, others = (
            np.where(pd.isna(texts), "-", texts).astype(object) for texts in (values, expected)
        )
        yield from cells.faults(
            "version", column.id, differ & ~alone, expected, values,
            here=shown, there=others, other=version,
        )  # fmt: skip


def _persons(frame: pd.DataFrame) -> pd.MultiIndex:
    """Household and member of each row, as texts; empty where there is none."""
    ids = [np.where(pd.isna(texts), "", texts) for texts in (_texts(frame[name]) for name in IDS)]
    return pd.MultiIndex.from_arrays(ids, names=IDS)


def _person(key: tuple[Any, Any]) -> str:
    return " / ".join(str(part) for part in key if part)


def _texts(values: pd.Series[Any]) -> Any:
    """The values as texts, whole numbers without decimals; None where one is missing."""
    return np.array(
        [None if pd.isna(v) else str(int(v) if isinstance(v, float) and v.is_integer() else v)
         for v in values],
        dtype=object,
    )  # fmt: skip
