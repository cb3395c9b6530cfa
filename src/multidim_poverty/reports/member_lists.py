"""Tables 14 and 15: the lists of the members of near-poor and of poor households."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.identity import check_ids_meet, match
from multidim_poverty.language import Language
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import sample_of
from multidim_poverty.reports.assembly import stamped
from multidim_poverty.reports.homes_of_members import homes_of, without_members
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import layout
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.reports.unit_tally import Listed, counts_array
from multidim_poverty.schema.ages import (
    years_of_birth,
)
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.faults import fault_at, report
from multidim_poverty.vocabulary import Relation, Sex

__all__ = ["table_14", "table_15"]

STATUS = {"new": "new", "relapsed": "relapsed", "continuing": "stayed"}


def table_14(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    by: By = (),
    names: Mapping[Any, str] | None = None,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 14: the list of near-poor households with their members.

    Parameters
    ----------
    result, members : pandas.DataFrame
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    flows : pandas.DataFrame, optional
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    by : str, sequence of str or pandas.Series
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    names : mapping, optional
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    labels : {"vi", "en"}, optional
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    identity : mapping, optional
        As for `table_15`; read of `flows` is ``near_poor_flow``.
    design : "census", optional
        As for `table_15`.

    Returns
    -------
    pandas.DataFrame
        As `table_15`, for near-poor households.

    Raises
    ------
    InvalidDataError, ArgumentError
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
    return _list(14, "near_poor", result, members, flows, by, names, labels, identity, design)


def table_15(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    by: By = (),
    names: Mapping[Any, str] | None = None,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
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
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : "census", optional
        Says that all households are there. A sample is refused: it estimates how many they are
        (tables 1, 12 and 13), and has no list of them.

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
    InvalidDataError, ArgumentError
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
    return _list(15, "poor", result, members, flows, by, names, labels, identity, design)


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
    design: DesignLike | None,
) -> pd.DataFrame:
    form = layout(number)
    if sample_of(design, result, "result", None) is not None:
        raise ArgumentError(
            f"table {number} is a list of persons, each with a name: a sample estimates how many "
            f"they are (tables 1, 12 and 13) and lists nobody for those not drawn; leave design out"
        )
    marks = [column.id for column in form.columns if column.kind == "mark"]
    known_marks = [name for name in marks if name in result.columns and name not in STATUS]
    tally = Tallies(result, by, names=names).tally(booleans=known_marks)
    home = homes_of(result, members)
    on_list = tally.listed(listed)

    person = np.flatnonzero(on_list[home])
    alone = np.flatnonzero(
        on_list & without_members(home, result)
    )  # a household that nobody is known of
    owner = np.concatenate([home[person], alone])
    person = np.concatenate([person, np.full(len(alone), -1)])
    not_head = np.ones(len(owner), dtype=bool)
    if "relation" in members.columns:
        is_head = np.asarray(members["relation"].astype(object) == Relation.HEAD, dtype=bool)
        not_head = ~np.append(is_head, False)[person]
    order = np.lexsort((np.where(person < 0, 0, person), not_head, owner, tally.unit[owner]))
    owner, person = owner[order], person[order]

    def of_member(name: str, dtype: Any) -> Any:
        if name not in members.columns or not len(members):
            return pd.array([None] * len(person), dtype=dtype)
        values = members[name].iloc[person].astype(object).mask(person < 0, None)
        cells = values.tolist()
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
        raise ArgumentError(f"by names columns that table {number} has: {clash}; rename them")
    ordered = {column.id: pd.Series(cells[column.id]) for column in form.columns}
    table = pd.concat([table, pd.DataFrame(ordered, index=table.index)], axis=1)
    table = stamped(table, form, sources, {}, labels)
    table.attrs["undetermined"] = int(tally.undetermined.sum())
    return table


def _flow_of(flows: pd.DataFrame, name: str, ids: pd.Index[Any]) -> pd.Series[Any]:
    """The flow of each household that is there at the end; missing where the flows have none."""
    if absent := [column for column in ("end_id", name) if (flows.columns == column).sum() != 1]:
        raise ArgumentError(f"flows needs one column each of {', '.join(absent)}")
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
