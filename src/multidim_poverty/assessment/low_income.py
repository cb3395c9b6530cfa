"""Low-income workers: members at work whose household is not poor and has little income."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import possible_classes
from multidim_poverty.assessment.income import assessed_income
from multidim_poverty.assessment.inputs import check_indicators
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import match, match_same
from multidim_poverty.kleene import Truth
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.low_income_worker import LowIncomeCriterion, low_income_criterion
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_tables
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.faults import (
    Fault,
    column_faults,
    id_faults,
    orphan_faults,
    raise_errors,
)
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.vocabulary import Area, EmploymentStatus

__all__ = ["low_income_workers"]

Positions = npt.NDArray[np.intp]

COUNTS = ("deprivation_count", "deprivations_unknown")
SHOWN = 5  # households in a message
READ = (
    ("households", "area"),
    ("households", "income_per_capita"),
    ("households", "income_12m"),
    ("households", "household_size"),
    ("members", "household_id"),
    ("members", "employment_status"),
)


def low_income_workers(
    households: TablesLike,
    members: pd.DataFrame | None,
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    criterion: LowIncomeCriterion | None = None,
) -> pd.Series[bool]:
    """Which members are low-income workers.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``, unique; ``area`` (missing where unknown: the clause on income is
        then known where both areas agree) and ``income_per_capita`` [VND/person/month] or,
        where that is absent or missing, ``income_12m`` and ``household_size``.
    members : pandas.DataFrame
        ``household_id`` and ``employment_status``; without the latter nobody is known to work.
        None where `households` are `Tables`.
    result : pandas.DataFrame
        What `classify` or `assess` gave for the households under `standard`: the columns
        ``class_at_worst``, ``class_at_best`` and, where it has one, ``income_per_capita`` are
        read. The classes are computed again from the income and, where the result has them, the
        indicators or their counts.
    standard : Standard or str
        Gives the ceiling of income; a variant with another line moves it.
    criterion : LowIncomeCriterion, optional
        The shipped one, of Decree 30/2025, where none is given.

    Returns
    -------
    pandas.Series
        Nullable boolean, named ``low_income_worker``, on the index of `members`. False where one
        clause of the criterion is known not to hold; else NA where one is unknown.

    Raises
    ------
    InvalidDataError
        If a value that is read breaks the schema, a household id repeats, or a member has no
        household. Names every bad row.
    NotCoveredError
        If the standard ended before the criterion was signed, or has no such ceiling.
    ArgumentError
        If `result` is not the classification of these households under `standard`: it names
        another standard, or the classes that are computed again are others. Names both standards,
        or the first households.

    Notes
    -----
    Decree 30/2025/ND-CP: a worker who is a member of a household neither poor nor near-poor, with
    income per head up to 2,250,000 VND a month in rural and 3,000,000 in urban areas. Who is a
    worker is not in the text that was read: here all who work, for wages or on own account
    (unconfirmed; change it with `LowIncomeCriterion.replace`). When the decree came into force,
    and whether the criterion goes on in 2026, was not found: the day is for the caller to judge.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty.assessment.low_income import low_income_workers
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame(
    ...     {"area": "rural", "income_per_capita": [2_250_000.0, 2_250_001.0]}, index=["a", "b"])
    >>> members = pd.DataFrame({
    ...     "household_id": ["a", "a", "a", "b"], "member_id": [1, 2, 3, 1],
    ...     "employment_status": ["own_account", "inactive", None, "own_account"]})
    >>> result = mdp.assess(households, members, standard=standard)
    >>> low_income_workers(households, members, result, standard=standard).tolist()
    [True, False, <NA>, False]
    """
    households, members = as_tables(households, members)
    members = as_frame(members, "members")
    result = as_frame(result, "result")
    standard = as_standard(standard)
    if criterion is None:
        criterion = low_income_criterion()
    ceiling = criterion.ceiling(standard)
    raise_errors(_faults(households, members), {"households": households, "members": members})

    if not result.index.is_unique:
        raise ArgumentError("result and households do not have the same household ids, once each")
    at = match_same(households.index, result.index, ("households", "result"))
    result = result.take(at).set_axis(households.index)
    check_standard(result, standard)
    worst, best = _class_bounds(result, standard)
    income = assessed_income(households, result)
    where = category_codes(households["area"], Area.codes())
    counts = _deprivation_counts(result, standard)
    if counts is not None:
        _check_classes(result.index, (worst, best), (where, income, *counts), standard)
    home_fits = Truth(np.ones(len(result), dtype=bool), np.zeros(len(result), dtype=bool))
    for code, area in enumerate(Area):
        # Both clauses in one area: the class and the ceiling of income go together.
        low, high = worst, best
        if counts is not None:
            in_area = np.full(len(result), code, dtype=np.int8)
            lawful = possible_classes(in_area, income, *counts, standard)
            low, high = np.maximum(worst, lawful[0]), np.minimum(best, lawful[1])
        lives_there = ((where == code) | (where < 0)) & (low <= high)
        amount = ceiling.amount(area)
        fits = _not_of_class(np.minimum(low, high), high, standard, criterion) & Truth(
            income <= amount, (income <= amount) | np.isnan(income)
        )
        home_fits = Truth(
            home_fits.certain & (fits.certain | ~lives_there),
            home_fits.possible | (fits.possible & lives_there),
        )
    home = match(members["household_id"], households.index).home
    truth = _worker(members, criterion) & Truth(home_fits.certain[home], home_fits.possible[home])
    return pd.Series(
        pd.arrays.BooleanArray(truth.certain, truth.possible & ~truth.certain),
        index=members.index,
        name="low_income_worker",
    )


def _faults(households: pd.DataFrame, members: pd.DataFrame) -> Iterator[Fault]:
    yield from id_faults(households)
    for table, name in READ:
        column = column_of(table, name)
        assert column is not None
        frame = households if table == "households" else members
        yield from column_faults(frame, column, needed=column.required)
    yield from orphan_faults(households, members, "members")


def _worker(members: pd.DataFrame, criterion: LowIncomeCriterion) -> Truth:
    if "employment_status" not in members.columns:
        return Truth.unknown(len(members))
    codes = category_codes(members["employment_status"], EmploymentStatus.codes())
    at_work = [EmploymentStatus.codes().index(s) for s in criterion.worker.employment_status]
    certain = np.isin(codes, at_work)
    return Truth(certain, certain | (codes < 0))


def _class_bounds(result: pd.DataFrame, standard: Standard) -> tuple[Positions, Positions]:
    """Positions among the classes of the worst and the best one that the result leaves open."""
    names = ("class_at_worst", "class_at_best")
    if lacking := [name for name in names if name not in result.columns]:
        raise ArgumentError(f"result has no column {' and '.join(lacking)}: give that of classify")
    codes = tuple(str(c) for c in standard.classes)
    rows = result.loc[:, list(names)]
    bounds: list[Positions] = []
    for name, open_end in zip(names, (0, len(codes) - 1), strict=True):
        position = category_codes(rows[name], codes).astype(np.intp)
        if (strange := rows[name][(position < 0) & rows[name].notna()]).size:
            raise ArgumentError(
                f"{name} holds {strange.iloc[0]!r}, which is no class of {standard.name}"
            )
        bounds.append(np.where(position < 0, open_end, position))
    worst, best = bounds
    if (worst > best).any():
        raise ArgumentError("class_at_worst is better than class_at_best in result")
    return worst, best


def _deprivation_counts(
    result: pd.DataFrame, standard: Standard
) -> tuple[Positions, Positions] | None:
    """How many deprivations of each household hold and are unknown; None for a table without any.

    A table of one's own, with neither answers nor their counts, is taken as it is.
    """
    most = len(standard.indicators)
    if set(standard.indicator_ids) <= set(result.columns):
        matrix = result[list(standard.indicator_ids)]
        check_indicators(matrix, standard)
        answers = [truth_of(matrix[name])(slice(None)) for name in matrix.columns]
        known = np.column_stack([answer.certain for answer in answers]).sum(axis=1)
        possible = np.column_stack([answer.possible for answer in answers]).sum(axis=1)
        counts = np.column_stack([known, possible - known])
    elif set(COUNTS) <= set(result.columns):
        counts = np.column_stack([numbers_of(result[name]) for name in COUNTS])
    else:
        return None
    impossible = ~((counts >= 0).all(axis=1) & (counts.sum(axis=1) <= most))
    if impossible.any():
        raise ArgumentError(
            f"{' and '.join(COUNTS)} of result are no numbers of the {most} indicators of "
            f"{standard.name} for {_shown(result.index[impossible])}; give those of classify"
        )
    deprived, unknown = counts.astype(np.intp).T
    return deprived, unknown


def _check_classes(
    index: pd.Index[Any],
    bounds: tuple[Positions, Positions],
    inputs: tuple[npt.NDArray[np.int8], npt.NDArray[np.float64], Positions, Positions],
    standard: Standard,
) -> None:
    """Raise if area, income and deprivations give other classes than the bounds of the result."""
    worst, best = bounds
    lawful_worst, lawful_best = possible_classes(*inputs, standard)
    apart = (worst > lawful_best) | (best < lawful_worst)
    if apart.any():
        raise ArgumentError(
            f"result is not the classification of these households under {standard.name}: area, "
            f"income and deprivations of {int(apart.sum())} give other classes, such as "
            f"{_shown(index[apart])}; assess the households by {standard.name}"
        )


def _shown(ids: pd.Index[Any]) -> str:
    return ", ".join(map(repr, ids[:SHOWN].tolist()))


def _not_of_class(
    worst: Positions, best: Positions, standard: Standard, criterion: LowIncomeCriterion
) -> Truth:
    """Whether the class is none that the criterion bars, from the classes still open."""
    barred = np.array([c in criterion.household.not_of_class for c in standard.classes])
    up_to = np.append(0, barred.cumsum())  # barred classes among the first 0, 1, 2, ...
    among = up_to[best + 1] - up_to[worst]
    return Truth(among == 0, among < best + 1 - worst)
