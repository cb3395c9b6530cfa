"""Flows counted: opening, each flow, closing, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.kleene import BoolArray
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import sample_of
from multidim_poverty.movement.flow_lists import CODES, FLOWS
from multidim_poverty.schema.arguments import By, as_frame, distinct_groups
from multidim_poverty.schema.reading import category_codes, numbers_of

__all__ = [
    "BESIDE",
    "OTHER_LIST",
    "balance",
    "check_flow_columns",
    "counted",
    "residual_households",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OTHER_LIST = {"poor": ("to_near_poor", "from_near_poor"), "near_poor": ("to_poor", "from_poor")}
DECREASES = ("to_other_list", "escaped", "other_decrease")
INCREASES = ("from_other_list", "relapsed", "new", "other_increase")
COUNTED = ("households", "persons")
# Households that are in no flow of the form, and what is counted with the persons at the start.
BESIDE = ("unlinked_decrease", "unlinked_increase", "undetermined_start", "undetermined_end")
# Columns in the order of the form, and those beside it.
ORDER = ("opening", *DECREASES, *INCREASES, "closing_counted", *BESIDE)
DIGITS = 6  # of a residual of weights
OF_START = ("opening", "other_decrease", "unlinked_decrease", "undetermined_start")


def balance(flows: pd.DataFrame, *, by: By = (), design: DesignLike | None = None) -> pd.DataFrame:
    """Opening, flows and closing of both lists, in households and in persons.

    Parameters
    ----------
    flows : pandas.DataFrame
        As `flows` gives it.
    by : str, sequence of str or pandas.Series
        Columns of the units, or the unit of each row on the same index; a group of a category
        that has no rows is there with zeros, and households of which the unit is not known are
        a group with a missing key, the last.
    design : Design or "census", optional
        How the households were drawn, where the flows are of a sample: its parts are columns of
        `flows`, with one weight for each row. Its weights count; `flow_rates` gives standard
        errors.

    Returns
    -------
    pandas.DataFrame
        One row per unit, list (``poor``, ``near_poor``) and ``count_of`` (``households``,
        ``persons``), in index levels of these names. Columns, all Int64: ``opening``;
        ``to_other_list``, ``escaped``, ``other_decrease``; ``from_other_list``, ``relapsed``,
        ``new``, ``other_increase``; ``closing_counted``, from the classes at the end;
        ``closing_by_formula``, from the columns before it; ``residual``, the former less the
        latter. Persons are NA where the persons of a household in the count are not known. With a
        `measures.Design` all are weighted (Float64).

    Raises
    ------
    ArgumentError
        If `flows` lacks a column, or `design` is none.
    InvalidDataError
        If a table names a column twice; or as `measures.Design` says.

    Notes
    -----
    In persons, the members of a household change first, and then its class: what a household on
    the list gained or lost is an other increase or decrease, and it then moves with its persons at
    the end. A household that is there no more leaves with its persons at the start. So the persons
    that left one list for the other are those that came, and with complete data the residual is 0;
    `residual_households` lists the households behind any other.

    Source: tables on the movement of poor and near-poor households, Circular
    07/2021/TT-BLDTBXH, appendix VII, column 9.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "poor"], "household_size": [4, 2]}, index=["a", "b"])
    >>> end = pd.DataFrame(
    ...     {"poverty_class": ["near_poor", "poor"], "household_size": [5, 1]}, index=["a", "c"])
    >>> counted = movement.balance(movement.flows(start, end))
    >>> counted.loc["poor", ["opening", "to_other_list", "closing_counted", "residual"]].T
    count_of         households  persons
    opening                   2        6
    to_other_list             1        5
    closing_counted           1        1
    residual                  0       -1
    """
    flows = as_frame(flows, "flows")
    check_flow_columns(flows)
    groups, group = distinct_groups(by, flows, "flows")
    sample = sample_of(design, flows, "flows", None)
    weight = None if sample is None else sample.weight
    table = counted(flows, groups, group, weight=weight).drop(columns=list(BESIDE))
    for name, codes in (("list", list(FLOWS)), ("count_of", list(COUNTED))):
        table[name] = pd.Categorical(table[name], categories=codes)
    if len(groups.columns):
        return table.set_index(["list", "count_of"], append=True).sort_index()
    return table.set_index(["list", "count_of"])


def counted(
    flows: pd.DataFrame,
    groups: pd.DataFrame,
    group: Ints,
    lists: Sequence[str] = tuple(FLOWS),
    weight: Floats | None = None,
) -> pd.DataFrame:
    """The one accounting of movement: what each group counts, of some lists.

    `group` is the position in `groups`, which has a column per level, of the group of each row;
    `weight` that of each row of a sample, whose counts are Float64.
    Columns as those of `balance`, and beside them the households that are in no flow of the form:
    ``unlinked_decrease``, ``unlinked_increase``, ``undetermined_start``, ``undetermined_end``.
    """
    keys = [groups[name] for name in groups]
    n = len(groups) if keys else 1
    dtype: Literal["Int64", "Float64"] = "Int64" if weight is None else "Float64"
    weights = np.ones(len(flows)) if weight is None else weight
    parts = []
    for listed in lists:
        for of, columns in _sums(flows, listed, group, n, weights).items():
            sums = pd.DataFrame({name: column[0] for name, column in columns.items()})
            gaps = pd.DataFrame({name: column[1] for name, column in columns.items()})
            if keys:
                sums = sums.groupby(keys, observed=False, dropna=False).sum()
                gaps = gaps.groupby(keys, observed=False, dropna=False).any()
                gaps = gaps.reindex(sums.index).fillna(False).astype(bool)
            sums = sums.mask(gaps)
            parts.append(sums.astype(dtype).assign(list=listed, count_of=of))
    table = pd.concat(parts)
    more = table[list(INCREASES)].sum(axis=1, skipna=False)
    less = table[list(DECREASES)].sum(axis=1, skipna=False)
    table["closing_by_formula"] = (table["opening"] + more - less).astype(dtype)
    table["residual"] = table["closing_counted"] - table["closing_by_formula"]
    if weight is not None:  # sums of weights in two orders
        table["residual"] = table["residual"].round(DIGITS)
    return table


def _sums(
    flows: pd.DataFrame, listed: str, group: Ints, n: int, weight: Floats
) -> dict[str, dict[str, tuple[Floats, BoolArray]]]:
    """What each of `n` groups counts in each column, and whether persons of it are not known."""
    flow = category_codes(flows[f"{listed}_flow"], FLOWS[listed])
    first, last = numbers_of(flows["start_persons"]), numbers_of(flows["end_persons"])
    classes = [category_codes(flows[f"{end}_class"], CODES) for end in ("start", "end")]
    there = [flows[f"{end}_id"].notna().to_numpy(dtype=bool) for end in ("start", "end")]
    on, off = (codes == CODES.index(listed) for codes in classes)
    to_other, from_other = OTHER_LIST[listed]
    flow_names = {"to_other_list": to_other, "from_other_list": from_other}
    marks = {
        name: flow == FLOWS[listed].index(flow_names.get(name, name))
        for name in (*DECREASES, *INCREASES, "unlinked_decrease", "unlinked_increase")
    }
    marks |= {"opening": on, "closing_counted": off}
    for end, codes, present in zip(("start", "end"), classes, there, strict=True):
        marks[f"undetermined_{end}"] = present & (codes < 0)
    # Those on the list at the start who are still there: members change before the class does.
    remained = np.flatnonzero(
        on & there[1] & ~marks["other_decrease"] & ~marks["unlinked_decrease"]
    )
    change = last[remained] - first[remained]
    changed = {"other_increase": np.maximum(change, 0), "other_decrease": np.maximum(-change, 0)}
    households: dict[str, tuple[Floats, BoolArray]] = {}
    persons: dict[str, tuple[Floats, BoolArray]] = {}
    for name in ORDER:
        rows = np.flatnonzero(marks[name])
        counts = np.bincount(group[rows], weight[rows], minlength=n).astype(np.float64)
        households[name] = counts, np.zeros(n, dtype=bool)
        sizes = (first if name in OF_START else last)[rows]
        if name in changed:
            rows, sizes = np.append(rows, remained), np.append(sizes, changed[name])
        missing = np.isnan(sizes)
        sums = np.bincount(group[rows], weight[rows] * np.where(missing, 0.0, sizes), minlength=n)
        lacking = np.bincount(group[rows[missing]], minlength=n) > 0
        persons[name] = sums.astype(np.float64), lacking
    return {"households": households, "persons": persons}


def residual_households(flows: pd.DataFrame) -> pd.DataFrame:
    """The households behind a residual that is not 0.

    Parameters
    ----------
    flows : pandas.DataFrame
        As `flows` gives it.

    Returns
    -------
    pandas.DataFrame
        One row per household and list, in the order of `flows`: ``list`` (category),
        ``why`` (category ``unlinked``, ``undetermined``), ``households`` (Int64: 1 where the
        household is counted at the end and no flow brought it, -1 where it is gone from the
        list and no flow took it away), ``persons`` (Int64), and all columns of `flows`. The sums
        by list are the residuals of `balance`.

    Raises
    ------
    ArgumentError
        If `flows` lacks a column.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "average"], "household_size": [4, 2]}, index=["a", "c"])
    >>> end = start.assign(household_size=[3, 2]).set_axis(["b", "c"])
    >>> moved = movement.flows(start, end)
    >>> movement.residual_households(moved)[["list", "why", "start_id", "end_id", "persons"]]
       list       why start_id end_id  persons
    0  poor  unlinked        a   None       -4
    1  poor  unlinked     None      b        3
    """
    flows = as_frame(flows, "flows")
    check_flow_columns(flows)
    parts = []
    for at, listed in enumerate(FLOWS):
        flow = flows[f"{listed}_flow"]
        on, off = flows["start_class"].eq(listed), flows["end_class"].eq(listed)
        unlinked = flow.isin(["unlinked_decrease", "unlinked_increase"])
        rows = unlinked | ((on | off).fillna(False) & flow.isna())
        part = flows[rows.to_numpy(dtype=bool)]
        gone = part["start_class"].eq(listed).to_numpy(dtype=bool)
        present = part["end_id"].notna().to_numpy(dtype=bool)
        # Of one that is still there, members changed before its class was lost sight of.
        first, last = part["start_persons"].astype("Int64"), part["end_persons"].astype("Int64")
        persons = (-first).where(~present, -last).where(gone, last)
        part = part.assign(
            list=pd.Categorical([listed] * len(part), categories=list(FLOWS)),
            why=pd.Categorical(
                np.where(unlinked[part.index], "unlinked", "undetermined"),
                categories=["unlinked", "undetermined"],
            ),
            households=pd.array(np.where(gone, -1, 1), dtype="Int64"),
            persons=persons,
            _order=at,
        )
        parts.append(part)
    table = pd.concat(parts)
    table = table.sort_values("_order", kind="stable").sort_index(kind="stable")
    first_columns = ["list", "why", "households", "persons"]
    return table.drop(columns="_order")[
        [*first_columns, *(name for name in flows.columns if name not in first_columns)]
    ].reset_index(drop=True)


def check_flow_columns(flows: pd.DataFrame) -> None:
    """Raise `ArgumentError` if a table of flows lacks a column, or has one twice."""
    needed = ["start_id", "end_id", "start_class", "end_class", "start_persons", "end_persons"]
    needed += [f"{listed}_flow" for listed in FLOWS]
    if absent := [name for name in needed if (flows.columns == name).sum() != 1]:
        raise ArgumentError(f"flows needs one column each of {', '.join(absent)}")
