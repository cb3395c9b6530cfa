"""Table 11: the children of the households on the lists, and what they lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.language import Language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.law.rules import NutritionRule
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.reports.assembly import finished
from multidim_poverty.reports.homes_of_members import (
    homes_of,
    members_by_unit,
    rows_by_unit,
    without_members,
)
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import layout
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.reports.unit_tally import CLASSES
from multidim_poverty.schema.ages import (
    BIRTH_COLUMNS,
    ages_of,
    check_day_of_ages,
)
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.reading import truth_of

__all__ = ["OF_CHILDREN", "fill_11", "table_11"]

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
    design: DesignLike | None = None,
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
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(11)``, all Int64 (with a
        `measures.Design` weighted, Float64). The unit is the
        child. ``unknown`` counts members whose age is missing, or leaves it open whether they
        are children, answers on children that are missing, and poor and near-poor households
        without members in the table.

    Raises
    ------
    InvalidDataError, ArgumentError
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
    tallies = Tallies(result, by, units=units, total=total, names=names, design=design)
    return fill_11(tallies, members, standard, optional_date(on), labels, identity)


def fill_11(
    tallies: Tallies,
    members: pd.DataFrame,
    standard: Standard,
    day: dt.date | None,
    labels: Language | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    """`table_11` of a result that has been read."""
    result = tallies.frame
    check_standard(result, standard)
    if lacking := [name for name in OF_CHILDREN if name not in standard.indicator_ids]:
        raise NotCoveredError(
            f"{standard.name} has no indicator {', '.join(lacking)}; table 11 needs one of each"
        )
    tally = tallies.tally()
    home = homes_of(result, members)
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
        cells[f"{name}_children"] = members_by_unit(tally, home, on_list[home] & child)
        for indicator, truth in lacks.items():
            cells[f"{name}_{indicator}"] = members_by_unit(
                tally, home, on_list[home] & truth.certain
            )
    asked = reviewed[home]
    empty = reviewed & without_members(home, result)
    unclear = [asked & truth.possible & ~truth.certain for truth in lacks.values()]
    cells["unknown"] = sum(
        (rows_by_unit(tally, home[mask]) for mask in unclear),
        rows_by_unit(tally, home[asked & perhaps_child])
        + rows_by_unit(tally, np.flatnonzero(empty)),
    )
    cells["undetermined"] = tally.households(tally.undetermined)
    sources = identity_of(result, members=members) if identity is None else identity
    return finished(layout(11), tally.units.rows, cells, sources=sources, labels=labels)


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
