"""What must agree in a workbook: heads, groups, reasons, identity numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from multidim_poverty.excel.problems import Problems
from multidim_poverty.excel.sheet import MANY, Part
from multidim_poverty.identity import name_key
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.vocabulary import Relation

__all__ = ["check_citizen_ids", "check_part"]

LISTED = ("poor", "near_poor")


def check_part(part: Part, problems: Problems) -> None:
    """Name what does not agree within a sheet."""

    def add(
        records: np.ndarray, column: str | None, rule: str, *, with_value: bool = False
    ) -> None:
        at = 0 if column is None else part.places[column]
        for record in records.tolist():
            value = part.cells_at(at)[record] if with_value else None
            place = int(part.lines[record]), at
            problems.add(part.name, place, column or "", value, rule)

    add(np.flatnonzero(part.home < 0), None, "no_household")
    if "relation" in part.places:
        head = np.asarray(part.members["relation"] == Relation.HEAD.value, dtype=bool)
        count = np.bincount(part.home[head & (part.home >= 0)], minlength=len(part.first))
        add(part.first[count == 0], "relation", "no_head")
        add(part.first[count > 1], "relation", "two_heads")
    if {"ethnic_group", "ethnic_minority"} <= set(part.places):
        groups = part.cells_at(part.places["ethnic_group"])[part.first]
        majority = {name_key(name) for name in kinh_spellings()}
        kinh = np.array([isinstance(v, str) and name_key(v) in majority for v in groups], bool)
        marked = part.households["ethnic_minority"].to_numpy(bool, na_value=False)
        add(part.first[kinh & marked], "ethnic_group", "group_disagrees", with_value=True)
    if {"reason", "stated_class"} <= set(part.places):
        listed = np.isin(np.asarray(part.households["stated_class"], dtype=object), LISTED)
        none = np.asarray(pd.isna(part.households["reason"]), dtype=bool)
        if len(none) >= MANY and none.all() and listed.any():
            place = -1, part.places["reason"]
            problems.add(part.name, place, "reason", None, "empty_column", rows=len(none))
        else:
            add(part.first[listed & none], "reason", "no_reason")


def check_citizen_ids(parts: Iterable[Part], problems: Problems) -> None:
    """Name identity numbers that stand on more than one row of a list."""
    cells: dict[tuple[str, str], list[tuple[Part, int]]] = {}
    for part in parts:
        if "citizen_id" in part.places:
            ids = part.members["citizen_id"]
            for record in np.flatnonzero(~np.asarray(pd.isna(ids), dtype=bool)).tolist():
                cells.setdefault((part.sheet.name, str(ids[record])), []).append((part, record))
    for (_, id), of_id in cells.items():
        if len(of_id) > 1:
            places = [
                (part, (int(part.lines[record]), part.places["citizen_id"]))
                for part, record in of_id
            ]
            for part, place in places:
                others = ", ".join(
                    f"{other.name}!{xl_rowcol_to_cell(*cell)}"
                    for other, cell in places
                    if (other, cell) != (part, place)
                )
                problems.add(part.name, place, "citizen_id", id, "citizen_id_twice", cells=others)
