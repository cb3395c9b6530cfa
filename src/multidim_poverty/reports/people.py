"""Tables 11, 14 and 15: the children, and the lists of members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import InvalidDataError, NotCoveredError
from multidim_poverty.identity import check_ids_meet, match
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.language import Language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.law.rules import NutritionRule
from multidim_poverty.reports.assembly import finished, stamped
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import layout
from multidim_poverty.reports.unit_tally import CLASSES, Listed, UnitTally, counts_array
from multidim_poverty.schema.ages import (
    BIRTH_COLUMNS,
    ages_of,
    check_day_of_ages,
    years_of_birth,
)
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import fault_at, report
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.vocabulary import Relation, Sex

__all__ = ["table_11", "table_14", "table_15"]

OF_CHILDREN = ("nutrition", "health_insurance", "child_schooling")


def table_11(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame,
    standard: StandardLike,
    on: DayLike | None = None,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Table 11: children of poor and near-poor households, and what they lack.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class``.
    members : pandas.DataFrame
        One row per person: ``household_id``, ``age`` [completed years], ``birth_date`` or
        ``birth_year``, ``stunted``, ``underweight``, ``has_health_insurance``, ``attending``.
    standard : Standard or str
        Says up to which age a member is a child (the rule on nutrition), and when a child is
        deprived in nutrition, in health insurance and in schooling.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date`` or ``birth_year``.
    by, units, names, total, labels, identity
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(11)``, all Int64. The unit is the
        child. ``unknown`` counts members whose age is missing, or leaves it open whether they
        are children, answers on children that are missing, and poor and near-poor households
        without members in the table.

    Raises
    ------
    InvalidDataError, ValueError
        As for `table_1` and `deprivations`.
    NotCoveredError
        If the standard lacks one of the three indicators.

    Notes
    -----
    A child is deprived where a household of this child alone would be. So a child under the age
    from which the rule on insurance asks is not deprived in insurance.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> table = reports.table_11(result, members=sample.members, standard=standard)
    >>> table[["poor_children", "poor_nutrition", "poor_child_schooling"]].values.tolist()
    [[121, 22, 8]]
    """
    result = as_frame(result, "result")
    members = as_frame(members, "members")
    units = None if units is None else as_frame(units, "units")
    standard = as_standard(standard)
    check_standard(result, standard)
    day = optional_date(on)
    if lacking := [name for name in OF_CHILDREN if name not in standard.indicator_ids]:
        raise NotCoveredError(
            f"{standard.name} has no indicator {', '.join(lacking)}; table 11 needs one of each"
        )
    tally = UnitTally.of(result, by, units=units, total=total, names=names)
    home = _homes(result, members)
    rule = standard.indicators[standard.indicator_ids.index("nutrition")].rule
    assert isinstance(rule, NutritionRule)
    children = _under(rule.child_below, members, day)
    child, perhaps_child = children.certain, children.possible & ~children.certain
    lacks = _deprived(members, child, standard, day)

    cells: dict[str, Any] = {}
    reviewed = np.zeros(len(result), dtype=bool)
    for name in CLASSES:
        on_list = tally.listed(name)
        reviewed |= on_list
        cells[f"{name}_children"] = _members(tally, home, on_list[home] & child)
        for indicator, truth in lacks.items():
            cells[f"{name}_{indicator}"] = _members(tally, home, on_list[home] & truth.certain)
    asked = reviewed[home]
    empty = reviewed & _empty(home, result)
    unclear = [asked & truth.possible & ~truth.certain for truth in lacks.values()]
    cells["unknown"] = sum(
        (_members(tally, home, mask) for mask in unclear),
        _members(tally, home, asked & perhaps_child) + tally.households(empty),
    )
    cells["undetermined"] = tally.households(tally.undetermined)
    sources = identity_of(result, members=members) if identity is None else identity
    return finished(layout(11), tally.units.rows, cells, sources=sources, labels=labels)


def table_14(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    by: By = (),
    names: Mapping[Any, str] | None = None,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Table 14: the list of near-poor households with their members.

    Parameters
    ----------
    result, members, flows, by, names, labels, identity
        As for `table_15`; read of `flows` is ``near_poor_flow``.

    Returns
    -------
    pandas.DataFrame
        As `table_15`, for near-poor households.

    Raises
    ------
    InvalidDataError, ValueError
        As for `table_15`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> people = reports.table_14(result, members=sample.members, by=["area"])
    >>> people["household_id"].nunique()
    76
    """
    result = as_frame(result, "result")
    members = as_frame(members, "members")
    flows = None if flows is None else as_frame(flows, "flows")
    return _list(14, "near_poor", result, members, flows, by, names, labels, identity)


def table_15(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    by: By = (),
    names: Mapping[Any, str] | None = None,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Table 15: the list of poor households with their members.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class``, and where they are there
        ``ethnic_group`` (where members have none of their own), ``member_of_merit``,
        ``local_minority``, ``no_labour_capacity``, ``support_health``, ``support_education``,
        ``support_production``, ``support_credit``, ``support_housing``, ``support_other``.
    members : pandas.DataFrame
        ``household_id``, ``member_id``, and where they are there ``full_name`` (else ``name``),
        ``birth_date`` or ``birth_year``, ``sex``, ``relation``, ``ethnic_group``.
    flows : pandas.DataFrame, optional
        As for `table_2`: from ``end_id`` and ``poor_flow`` come the marks of new, relapsed and
        continuing households.
    by, names, labels, identity
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        One row per member of a poor household, by unit: households in the order of `result`,
        the head first. ``number``, ``level``, ``unit`` and the columns of `by` name the unit;
        then ``household_id``, ``member_id`` and the columns of ``reports.layout(15)``.
        ``household_serial`` counts within the unit, ``member_serial`` within the household
        (Int64). Years of birth are Int64, texts string, marks boolean: NA where not known. A
        poor household without members in the table has one row without a member.

    Raises
    ------
    InvalidDataError, ValueError
        As for `table_1`; also if a member is of a household that is not in `result`, or a
        member, or the end of a flow, is given twice.

    Notes
    -----
    Continuing households have the flow ``stayed``. The forms do not say which mark a household
    gets that comes from the other list or moved in: it gets none.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> people = reports.table_15(result, members=sample.members, by=["area"])
    >>> people[["household_serial", "member_serial"]].iloc[4:8].values.tolist()
    [[1, 5], [1, 6], [2, 1], [2, 2]]
    """
    result = as_frame(result, "result")
    members = as_frame(members, "members")
    flows = None if flows is None else as_frame(flows, "flows")
    return _list(15, "poor", result, members, flows, by, names, labels, identity)


# -- members ---------------------------------------------------------------------------------


def _homes(result: pd.DataFrame, members: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Position of the household of each member."""
    if (members.columns == "household_id").sum() != 1:
        raise ValueError("members needs one column household_id")
    home = match(members["household_id"], result.index).home.astype(np.intp)
    if (home < 0).any():
        check_ids_meet(members["household_id"], result.index, ("members", "result"))
        fault = fault_at("members", "household_id", "unknown_household", home < 0)
        raise InvalidDataError(report([fault], {"members": members}))
    if "member_id" in members.columns:
        again = members.duplicated(["household_id", "member_id"], keep=False)
        twice = np.asarray(again & members["member_id"].notna(), dtype=bool)
        if twice.any():
            keys = members.groupby(["household_id", "member_id"], dropna=False)["household_id"]
            times = keys.transform("size").to_numpy()
            fault = fault_at("members", "member_id", "duplicate_id", twice, rows=times)
            raise InvalidDataError(report([fault], {"members": members}))
    return home


def _members(tally: UnitTally, home: npt.NDArray[np.intp], mask: BoolArray) -> Any:
    counts = tally.units.sums(np.bincount(tally.unit[home[mask]], minlength=tally.units.n))
    return counts_array(counts, np.zeros(len(counts), dtype=bool))


def _empty(home: npt.NDArray[np.intp], result: pd.DataFrame) -> BoolArray:
    return np.asarray(np.bincount(home, minlength=len(result)) == 0, dtype=bool)


def _under(age: int, members: pd.DataFrame, day: dt.date | None) -> Truth:
    """Whether each member is under an age, as open as a year of birth or no birth leaves it."""
    read = [name for name in ("age", *BIRTH_COLUMNS) if name in members.columns]
    check_columns(pd.DataFrame(), members, [("members", name) for name in read])
    ages = ages_of({name: members[name] for name in read}, len(members), day)
    unknown = np.isnan(ages.oldest)
    if unknown.any():
        check_day_of_ages(members.drop(columns="age", errors="ignore"), day)
    return Truth(ages.oldest < age, (ages.youngest < age) | unknown)


def _deprived(
    members: pd.DataFrame, child: BoolArray, standard: Standard, day: dt.date | None
) -> dict[str, Any]:
    """What each child lacks, by the rules of the standard on a household of this child alone."""
    children = members.loc[child].reset_index(drop=True)
    alone = children.assign(household_id=np.arange(len(children)), member_id=0)
    matrix = deprivations(pd.DataFrame(index=alone.index), alone, standard=standard, on=day)
    lacks = {}
    for name in OF_CHILDREN:
        truth = truth_of(matrix[name])(slice(None))
        bounds = [np.zeros(len(members), dtype=bool) for _ in range(2)]
        bounds[0][child], bounds[1][child] = truth.certain, truth.possible
        lacks[name] = type(truth)(*bounds)
    return lacks


# -- lists -----------------------------------------------------------------------------------

STATUS = {"new": "new", "relapsed": "relapsed", "continuing": "stayed"}


def _list(
    number: int,
    listed: Listed,
    result: pd.DataFrame,
    members: pd.DataFrame,
    flows: pd.DataFrame | None,
    by: By,
    names: Mapping[Any, str] | None,
    labels: Language | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    form = layout(number)
    marks = [column.id for column in form.columns if column.kind == "mark"]
    known_marks = [name for name in marks if name in result.columns and name not in STATUS]
    tally = UnitTally.of(result, by, booleans=known_marks, names=names)
    home = _homes(result, members)
    on_list = tally.listed(listed)

    person = np.flatnonzero(on_list[home])
    alone = np.flatnonzero(on_list & _empty(home, result))  # a household that nobody is known of
    owner = np.concatenate([home[person], alone])
    person = np.concatenate([person, np.full(len(alone), -1)])
    not_head = np.ones(len(owner), dtype=bool)
    if "relation" in members.columns:
        is_head = np.asarray(members["relation"].astype(object) == Relation.HEAD, dtype=bool)
        not_head = ~np.append(is_head, False)[person]
    order = np.lexsort((np.where(person < 0, 0, person), not_head, owner, tally.unit[owner]))
    owner, person = owner[order], person[order]

    def of_member(name: str, dtype: Any) -> Any:
        values = members[name].astype(object) if name in members.columns else None
        cells = [None if values is None or n < 0 else values.iloc[n] for n in person]
        return pd.array([None if pd.isna(value) else value for value in cells], dtype=dtype)

    def of_home(name: str, dtype: Any) -> Any:
        values = result[name].astype(object).iloc[owner] if name in result.columns else None
        cells = [None] * len(owner) if values is None else values.tolist()
        return pd.array([None if pd.isna(value) else value for value in cells], dtype=dtype)

    row_of = {
        int(low): n for n, low in enumerate(tally.units.low) if tally.units.high[n] == low + 1
    }
    rows = tally.units.rows.iloc[[row_of[at] for at in tally.unit[owner].tolist()]]
    table = rows.reset_index(drop=True)
    table["household_id"] = result.index.take(owner)
    table["member_id"] = of_member("member_id", object)
    starts = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.zeros(0, dtype=bool)
    unit = pd.Series(tally.unit[owner])
    cells: dict[str, Any] = {
        "household_serial": pd.Series(starts).groupby(unit).cumsum().astype("Int64"),
        "member_serial": (pd.Series(owner).groupby(owner).cumcount() + 1).astype("Int64"),
    }
    cells["member_serial"] = cells["member_serial"].mask(pd.Series(person < 0))
    called = "full_name" if "full_name" in members.columns else "name"
    cells["full_name"] = of_member(called, "string")
    cells["relation"] = of_member("relation", "string")
    group, of_all = of_member("ethnic_group", "string"), of_home("ethnic_group", "string")
    cells["ethnic_group"] = pd.Series(group).fillna(pd.Series(of_all)).array
    for sex in Sex:
        cells[f"birth_year_{sex.value}"] = _birth_years(members, person, sex)
    for name in marks:
        cells[name] = of_home(name, "boolean")
    if flows is not None:
        flow = _flow_of(flows, f"{listed}_flow", result.index).iloc[owner]
        for name, code in STATUS.items():
            is_known = np.asarray(flow.isin(list(STATUS.values())), dtype=bool)
            hit = np.asarray(flow == code, dtype=bool)
            cells[name] = pd.arrays.BooleanArray(hit, ~is_known)
    sources = identity_of(result, members=members, flows=flows) if identity is None else identity
    if clash := [name for name in table.columns if name in cells]:
        raise ValueError(f"by names columns that table {number} has: {clash}; rename them")
    ordered = {column.id: pd.Series(cells[column.id]) for column in form.columns}
    table = pd.concat([table, pd.DataFrame(ordered, index=table.index)], axis=1)
    table = stamped(table, form, sources, {}, labels)
    table.attrs["undetermined"] = int(tally.undetermined.sum())
    return table


def _flow_of(flows: pd.DataFrame, name: str, ids: pd.Index[Any]) -> pd.Series[Any]:
    """The flow of each household that is there at the end; missing where the flows have none."""
    if absent := [column for column in ("end_id", name) if (flows.columns == column).sum() != 1]:
        raise ValueError(f"flows needs one column each of {', '.join(absent)}")
    at_end = flows[flows["end_id"].notna()]
    twice = np.asarray(at_end["end_id"].duplicated(keep=False), dtype=bool)
    if twice.any():
        times = at_end.groupby("end_id")["end_id"].transform("size").to_numpy()
        fault = fault_at("flows", "end_id", "duplicate_id", twice, rows=times)
        raise InvalidDataError(report([fault], {"flows": at_end}))
    check_ids_meet(at_end["end_id"], ids, ("flows", "result"))
    at = match(ids.to_series(), pd.Index(at_end["end_id"])).home
    cells = np.append(at_end[name].astype(object).to_numpy(), [None])
    return pd.Series(cells[at], index=ids, dtype=object)


def _birth_years(members: pd.DataFrame, person: npt.NDArray[np.intp], sex: Sex) -> Any:
    nothing = np.full(len(members) + 1, np.nan)
    if "sex" in members.columns:
        years = years_of_birth(members)
        fits = np.asarray(members["sex"].astype(object) == sex, dtype=bool)
        nothing[:-1] = np.where(fits, years, np.nan)
    values = nothing[person]  # the last serves the rows without a member
    return counts_array(np.nan_to_num(values).astype(np.int64), np.isnan(values))
