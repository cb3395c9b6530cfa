"""Whether households of a class have the deprivations that the standard takes for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from multidim_poverty.law import Standard
from multidim_poverty.reports.read_tables import ReadTable
from multidim_poverty.reports.table_faults import TableCells
from multidim_poverty.schema.faults import Fault

__all__ = ["deprivation_faults"]

# Table -> class, column of its households, and what counts deprivations.
TABLES = {
    4: ("poor", "poor_households"),
    6: ("near_poor", "near_poor_households"),
}


def deprivation_faults(
    table: ReadTable, faulty: npt.NDArray[np.bool_], standard: Standard
) -> Iterator[Fault]:
    """Units whose households have fewer or more deprivations than the class rules allow.

    A standard that does not decide by deprivations says nothing.
    """
    if table.form.number not in TABLES:
        return
    poverty_class, column = TABLES[table.form.number]
    rules = [
        rule
        for rule in getattr(standard, "class_rules", ())
        if rule.poverty_class == poverty_class and hasattr(rule, "deprivations_at_least")
    ]
    if not rules:
        return
    households, none = table.counts.of_column(column)
    incidents, no_incidents = table.counts.of_column("incidents")
    at = [table.counts.position[id] for id in (column, "incidents")]
    judged = ~none & ~no_incidents & ~faulty[:, at].any(axis=1)
    fewest = min(rule.deprivations_at_least for rule in rules)
    most = max(rule.most_deprivations(len(standard.indicators)) for rule in rules)
    cells = TableCells(table)
    for rule, each, bad in (
        ("few_deprivations", fewest, incidents < fewest * households),
        ("many_deprivations", most, incidents > most * households),
    ):
        yield from cells.faults(
            rule,
            "incidents",
            np.asarray(judged & bad),
            each * households,
            incidents,
            households=households,
            each=str(each),
            citation=str(rules[0].citation),
        )
