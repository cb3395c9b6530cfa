"""Tables 2 and 3: how the lists of poor and near-poor households moved in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.language import Language
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import sample_of
from multidim_poverty.movement.balances import OTHER_LIST, counted
from multidim_poverty.reports.assembly import COUNTED, finished, stacked
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import layout
from multidim_poverty.reports.unit_tally import Listed, counts_array, read_classes
from multidim_poverty.reports.units import Units, units_of
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.faults import column_faults, fault_at, report
from multidim_poverty.schema.reading import category_codes

__all__ = ["NUMBER_OF", "fill_movement", "flow_rows", "table_2", "table_3"]

NUMBER_OF: dict[Listed, int] = {"poor": 2, "near_poor": 3}
UNLINKED = ("unlinked_decrease", "unlinked_increase")


def table_2(
    flows: pd.DataFrame,
    *,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 2: movement of poor households and persons over a year.

    Parameters
    ----------
    flows : pandas.DataFrame
        One row per household at the start or at the end: ``start_id``, ``end_id`` (missing
        where the household was not there), ``start_class``, ``end_class`` (NA where it was not
        there or undetermined), ``start_persons``, ``end_persons``, ``poor_flow`` and the
        columns of `by`.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        How the households were drawn, where the flows are of a sample: its parts are columns of
        `flows`, with one weight for each row. `movement.flow_rates` gives rates with standard
        errors.

    Returns
    -------
    pandas.DataFrame
        Two rows per unit, households and persons (``count_of``, category); else as `table_1`,
        with the columns of ``reports.layout(2)``, all Int64 (with a
        `measures.Design` weighted, Float64). ``closing`` is counted, not worked
        out. Beside the form stand ``residual``, the closing count less the formula of column 9;
        the unlinked households, which are in none of columns 2 to 8 and make the residual; and
        those whose class was undetermined at the start or the end.

    Raises
    ------
    InvalidDataError
        If a column is absent, or a value is no class, no flow or no number of persons; a unit
        is missing; names every row. Or as `measures.Design` says.
    ArgumentError
        If `by` or an option does not fit.

    Notes
    -----
    Persons of a household that stayed on the list, left it or changed its class are counted in
    two steps: what it gained or lost in members while on the list at the start is in column 8 or
    4, and the household then moves with its persons at the end. A household that moved away,
    died or merged leaves with its persons at the start.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> flows = pd.DataFrame({
    ...     "start_id": ["a", "b", None], "end_id": ["a", "b", "c"],
    ...     "start_class": ["poor", "poor", None], "end_class": ["near_poor", "poor", "poor"],
    ...     "start_persons": [4, 3, None], "end_persons": [5, 3, 2],
    ...     "poor_flow": ["to_near_poor", "stayed", "new"]})
    >>> columns = ["opening", "to_near_poor", "new", "other_increase", "closing", "residual"]
    >>> reports.table_2(flows)[["count_of", *columns]]
         count_of  opening  to_near_poor  new  other_increase  closing  residual
    0  households        2             1    1               0        2         0
    1     persons        7             5    2               1        5         0
    """
    flows = as_frame(flows, "flows")
    units = None if units is None else as_frame(units, "units")
    rows = flow_rows(flows, by, ["poor"], units=units, names=names, total=total)
    return fill_movement(2, "poor", flows, rows, labels, identity, design)


def table_3(
    flows: pd.DataFrame,
    *,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 3: movement of near-poor households and persons over a year.

    Parameters
    ----------
    flows : pandas.DataFrame
        As for `table_2`, with ``near_poor_flow`` in place of ``poor_flow``.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        How the households were drawn, where the flows are of a sample: its parts are columns of
        `flows`, with one weight for each row. `movement.flow_rates` gives rates with standard
        errors.

    Returns
    -------
    pandas.DataFrame
        As `table_2`, with the columns of ``reports.layout(3)``.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `table_2`.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> flows = pd.DataFrame({
    ...     "start_id": ["a"], "end_id": ["a"], "start_class": ["poor"],
    ...     "end_class": ["near_poor"], "start_persons": [4], "end_persons": [5],
    ...     "near_poor_flow": ["from_poor"]})
    >>> reports.table_3(flows)[["count_of", "from_poor", "closing"]].values.tolist()
    [['households', 1, 1], ['persons', 5, 5]]
    """
    flows = as_frame(flows, "flows")
    units = None if units is None else as_frame(units, "units")
    rows = flow_rows(flows, by, ["near_poor"], units=units, names=names, total=total)
    return fill_movement(3, "near_poor", flows, rows, labels, identity, design)


def flow_rows(
    flows: pd.DataFrame,
    by: By,
    lists: Sequence[Listed],
    *,
    units: pd.DataFrame | None,
    names: Mapping[Any, str] | None,
    total: bool,
) -> Units:
    """The rows of the tables of some lists, once the columns that these read are checked."""
    _check(flows, ["start_id", "end_id", *(f"{listed}_flow" for listed in lists)])
    for listed in lists:
        _check_moves(flows, listed)
    _check_flows(flows)
    return units_of(flows, by, table="flows", units=units, total=total, names=names)


def fill_movement(
    number: int,
    listed: Listed,
    flows: pd.DataFrame,
    rows: Units,
    labels: Language | None,
    identity: Mapping[str, str] | None,
    design: DesignLike | None,
) -> pd.DataFrame:
    """`table_2`, or `table_3`, in rows of `flow_rows`."""
    form = layout(number)
    to_other, from_other = OTHER_LIST[listed]
    form_names = {
        "to_other_list": to_other,
        "from_other_list": from_other,
        "closing_counted": "closing",
    }
    units_counted = pd.DataFrame({"unit": np.arange(rows.n)})
    sample = sample_of(design, flows, "flows", None)
    weight = None if sample is None else sample.weight
    balance = counted(flows, units_counted, rows.of_data, [listed], weight)
    balance = balance.drop(columns=["list", "closing_by_formula"])
    cells = {}
    for of in COUNTED:
        of_units = balance[balance["count_of"] == of].drop(columns="count_of")
        of_units = of_units.reindex(range(rows.n), fill_value=0).rename(columns=form_names)
        cells[of] = {str(name): _sums(of_units[name], rows) for name in of_units}
    frame, both = stacked(rows.rows, cells)
    return finished(
        form,
        frame,
        both,
        sources=identity_of(flows=flows) if identity is None else identity,
        labels=labels,
        design=None if sample is None else {},
    )


def _sums(of_units: pd.Series[Any], rows: Units) -> Any:
    """Counts by row of the table, from those by lowest unit; NA where one is not known."""
    missing = of_units.isna().to_numpy(dtype=bool)
    known = of_units.fillna(0)
    lacking = rows.sums(missing.astype(np.int64)) > 0
    if of_units.dtype == "Float64":  # of a sample
        sums = rows.sums(known.to_numpy(dtype=np.float64))
        return pd.arrays.FloatingArray(np.where(lacking, 0.0, sums), lacking)
    return counts_array(rows.sums(known.to_numpy(dtype=np.int64)), lacking)


def _check_moves(flows: pd.DataFrame, listed: Listed) -> None:
    """Refuse values that are no flow of the list."""
    form, name = layout(NUMBER_OF[listed]), f"{listed}_flow"
    moves = [c.id for c in form.printed if c.id not in ("opening", "closing")]
    codes = ("stayed", *moves, *UNLINKED)
    strange = category_codes(flows[name], codes) < 0
    strange &= flows[name].notna().to_numpy(dtype=bool)
    if strange.any():
        fault = fault_at("flows", name, "not_a_flow", strange)
        raise InvalidDataError(report([fault], {"flows": flows}))


def _check_flows(flows: pd.DataFrame) -> None:
    """Refuse values that are no number of persons or no class."""
    size = column_of("households", "household_size")
    assert size is not None
    for end in ("start", "end"):
        _check(flows, [f"{end}_persons"])
        same = flows[[f"{end}_persons"]].set_axis(["household_size"], axis=1)
        if faults := list(column_faults(same, size, needed=True)):
            raise InvalidDataError(report(faults, {"households": same}))
    for end in ("start", "end"):
        read_classes(flows, f"{end}_class", "flows")


def _check(flows: pd.DataFrame, names: Sequence[str]) -> None:
    if absent := [name for name in names if (flows.columns == name).sum() != 1]:
        raise ArgumentError(f"flows needs one column each of {', '.join(absent)}")
