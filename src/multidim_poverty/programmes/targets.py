"""Targets of a plan: read it, check it, and set measured results against it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from multidim_poverty.programmes.achievement import progress
from multidim_poverty.programmes.measurement import measure, measure_tables
from multidim_poverty.programmes.plan_checks import check_plan, implied_bases, implied_range
from multidim_poverty.programmes.plan_model import UNITS, Plan, printed_cells, shipped_plan, unit_of

__all__ = [
    "Plan",
    "cells",
    "check_plan",
    "implied_bases",
    "implied_range",
    "measure",
    "measure_tables",
    "plan",
    "progress",
    "read",
]


def plan(name: str) -> Plan:
    """A shipped plan by name.

    Parameters
    ----------
    name : {"plan_740_dak_nong"}
        Plan 740/KH-UBND of Dak Nong province (28 October 2021) for 2022.

    Returns
    -------
    Plan
        Frozen. Its cells are as printed; `cells` shows them with our reading.

    Raises
    ------
    UnknownNameError
        Lists the names there are.

    Examples
    --------
    >>> from multidim_poverty.programmes import targets
    >>> targets.plan("plan_740_dak_nong").number
    '740/KH-UBND'
    """
    return shipped_plan(name)


def read(path: str | Path) -> Plan:
    """A plan of your own, from a TOML file shaped like the shipped one.

    Parameters
    ----------
    path : str or pathlib.Path
        The file that is read.

    Returns
    -------
    Plan
        Frozen; every value in it has its source.

    Raises
    ------
    LawFileError
        If the file is not TOML, a key is unknown or missing, a cell is not a number as plans
        print it, or a name points to nothing; names every problem and its place.
    MissingFileError
        If there is no such file.
    ArgumentError
        If `path` is no path.

    Examples
    --------
    >>> from importlib import resources
    >>> from multidim_poverty.programmes import targets
    >>> folder = resources.files("multidim_poverty.programmes")
    >>> targets.read(str(folder / "plan_740_dak_nong.toml")).signed.isoformat()
    '2021-10-28'
    """
    return Plan.read(path)


def cells(plan: Plan) -> pd.DataFrame:
    """The printed indicators and targets of a plan, with our reading beside each cell.

    Parameters
    ----------
    plan : Plan
        The plan, from `plan` or `Plan.read`.

    Returns
    -------
    pandas.DataFrame
        One row per cell that is not empty, then per target of the text: ``indicator``,
        ``period`` (column of the plan), ``at`` (year, or month), ``role``, ``where``,
        ``printed``, ``printed_unit`` (string; NA where none is printed), ``value`` (float64) and
        ``unit`` (category: how the value is read; a change of a rate is in percentage points).

    Examples
    --------
    >>> from multidim_poverty.programmes import targets
    >>> read = targets.cells(targets.plan("plan_740_dak_nong"))
    >>> read.loc[2, ["printed", "printed_unit", "unit"]].tolist()
    ['Giảm 2%', 'Hộ', 'percentage_points']
    """
    rows = [
        {
            "indicator": row.id,
            "period": period.id,
            "at": period.at,
            "role": str(period.role),
            "where": where,
            "printed": str(cell),
            "printed_unit": row.printed_unit if cell is row.cells.get(period.id) else None,
            "value": float(cell.value),
            "unit": str(unit_of(row, cell)),
        }
        for row, period, cell, where in printed_cells(plan)
    ]
    return pd.DataFrame(rows).astype({"printed_unit": "string", "unit": UNITS})


def __dir__() -> list[str]:
    return __all__
