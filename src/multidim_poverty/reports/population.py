"""The resident population that rates divide by: entered separately, or counted."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.reports.unit_tally import UnitTally, counts_array
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.reading import numbers_of
from multidim_poverty.schema.value_rules import rules_for

__all__ = ["COUNTED", "Population", "base_cells", "population_table"]

COUNTED = "counted"
Population = pd.DataFrame | Literal["counted"] | None
GROUPS = {"": "", "minority_": "minority", "local_minority_": "local"}  # prefix -> of a Book
UNITS = ("households", "persons")


def population_table(population: Any) -> pd.DataFrame | None:
    """The table, if the population is one; checked."""
    if population is None or (isinstance(population, str) and population == COUNTED):
        return None
    if not isinstance(population, pd.DataFrame):
        raise ArgumentError(f"population {population!r} is not a table, 'counted' or None")
    listed = as_frame(population, "population")
    column = Column(table="households", name="", kind="integer", label=Label(vi="", en=""))
    problems = [
        f"column {name}, {rule}: {population[name][bad].tolist()[:5]}"
        for name in (prefix + unit for prefix in GROUPS for unit in UNITS)
        if name in population.columns
        for rule, check in rules_for(column).items()
        if (bad := check(population[name])).any()
    ]
    if lacking := [name for name in UNITS if name not in population.columns]:
        problems.append(f"no column {', '.join(lacking)}")
    if problems:
        raise ArgumentError(f"the population is not sound: {'; '.join(problems)}")
    return listed


def base_cells(tally: UnitTally, population: Population, *, groups: bool = False) -> dict[str, Any]:
    """Resident households and persons by row; those of Kinh and minorities too, with `groups`."""
    prefixes = GROUPS if groups else {"": ""}
    table = population_table(population)
    cells: dict[str, Any] = {}
    for prefix, of in prefixes.items():
        for unit in UNITS:
            if table is not None:
                cells[prefix + unit] = _entered(tally, table, prefix + unit)
            elif population is None:
                n = len(tally.units.rows)
                cells[prefix + unit] = counts_array(np.zeros(n, np.int64), np.ones(n, dtype=bool))
            else:
                mask = getattr(tally, of).certain if of else None
                cells[prefix + unit] = tally.count(mask, unit)
    if groups:
        for unit in UNITS:
            if population is None or table is not None:
                cells[f"kinh_{unit}"] = cells[unit] - cells[f"minority_{unit}"]
            else:
                cells[f"kinh_{unit}"] = tally.count(~tally.minority.possible, unit)
    return cells


def _entered(tally: UnitTally, table: pd.DataFrame, name: str) -> Any:
    """Sums of what was entered; NA where a unit below, or its number, is missing."""
    values = np.zeros(tally.units.n, dtype=np.int64)
    lacking = np.ones(tally.units.n, dtype=np.int64)
    if name in table.columns:
        at = tally.units.of_population
        if len(np.unique(at)) < len(at):
            twice = table.loc[pd.Series(at).duplicated(keep=False).to_numpy()]
            shown = twice.drop(columns=[*UNITS]).head(5).to_dict("records")
            raise ArgumentError(f"population has more than one row for a unit: {shown}")
        numbers = numbers_of(table[name])
        known = ~np.isnan(numbers)
        values[at[known]] = numbers[known].astype(np.int64)
        lacking[at[known]] = 0
    return counts_array(tally.units.sums(values), tally.units.sums(lacking) > 0)
