"""Members beside the result of their households: which household each belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.identity import check_ids_meet, match
from multidim_poverty.kleene import BoolArray
from multidim_poverty.reports.sample_tally import SampleTally, WeightedCells
from multidim_poverty.reports.unit_tally import UnitTally, counts_array
from multidim_poverty.schema.faults import fault_at, report
from multidim_poverty.schema.survey_faults import repeated_members

__all__ = ["homes_of", "members_by_unit", "rows_by_unit", "without_members"]


def homes_of(result: pd.DataFrame, members: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Position of the household of each member."""
    if (members.columns == "household_id").sum() != 1:
        raise ArgumentError("members needs one column household_id")
    matched = match(members["household_id"], result.index)
    home = matched.home.astype(np.intp)
    if (home < 0).any():
        check_ids_meet(members["household_id"], result.index, ("members", "result"))
        fault = fault_at("members", "household_id", "unknown_household", home < 0)
        raise InvalidDataError(report([fault], {"members": members}))
    if faults := [*repeated_members(members, matched)]:
        raise InvalidDataError(report(faults, {"members": members}))
    return home


def members_by_unit(tally: UnitTally, home: npt.NDArray[np.intp], mask: BoolArray) -> Any:
    """How many members of the mask each unit has, as a column of a report.

    In a sample each counts with the weight of its household.
    """
    if isinstance(tally, SampleTally):
        members = np.bincount(home[mask], minlength=len(tally.frame)).astype(np.int16)
        return WeightedCells(tally, members, of_persons=False)
    return rows_by_unit(tally, home[mask])


def rows_by_unit(tally: UnitTally, rows: npt.NDArray[np.intp]) -> Any:
    """How many of some rows of the result, which may come more than once, each unit has."""
    counts = tally.units.sums(np.bincount(tally.unit[rows], minlength=tally.units.n))
    return counts_array(counts, np.zeros(len(counts), dtype=bool))


def without_members(home: npt.NDArray[np.intp], result: pd.DataFrame) -> BoolArray:
    """Which households no member of the table belongs to."""
    return np.asarray(np.bincount(home, minlength=len(result)) == 0, dtype=bool)
