"""Households with their matrix on both sides of everything that a class turns on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.testing.decoding import (
    SEEDS,
    Backend,
    Floats,
    Ids,
    Mask,
    check_options,
    ids_of,
    incomes_at_lines,
    number,
    text,
    truth,
)
from multidim_poverty.testing.matrices import (
    INCOME_COLUMNS,
    ClassInputs,
    IncomeAs,
    as_decimals,
    check_income,
)
from multidim_poverty.vocabulary import Area

__all__ = ["boundary_households", "cells_at_bounds", "classes_at_bounds"]

Cell = tuple[str, float, int]  # area, income per head, number of deprivations


@cache
def cells_at_bounds(standard: Standard) -> tuple[Cell, ...]:
    """Area, income and count at, and next to, everything that the decision turns on."""
    n = len(standard.indicators)
    cuts = {rule.deprivations_at_least for rule in standard.class_rules}
    cuts |= {standard.most_deprivations(rule) + 1 for rule in standard.class_rules}
    counts = {0, n} | {cut + step for cut in cuts for step in (-1, 0, 1)}
    within = sorted(count for count in counts if 0 <= count <= n)
    return tuple(product(Area.codes(), incomes_at_lines(standard).tolist(), within))


def boundary_households(
    *,
    standard: StandardLike,
    whole: bool = True,
    income: IncomeAs = "stated",
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[ClassInputs]:
    """Households on both sides of everything that the class turns on.

    Incomes are each line of each area, one VND and a fraction of one beside it (1,500,000.3);
    counts are each cut-off k of the class rules, k - 1 and k + 1, and none and all of the
    indicators. Which indicators make up a count is drawn.

    Parameters
    ----------
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    whole : bool
        Whether each example holds every combination, and so every cell of the decision table;
        else up to 12 of them.
    income : {"stated", "year", "either", "decimal"}
        Income per head; or that of 12 months with the size of the household, where one VND in the
        year is a fraction of one per head, and amounts are above those that float32 holds; or
        each household by one of the two, with the other missing; or income per head as
        ``decimal.Decimal``.
    missing : bool
        Whether areas, incomes and answers may be missing; those to the indicators of one basic
        service together.
    backend : {"numpy", "nullable", "pyarrow"}
        As for `households`.
    ids : {"text", "int"}
        As for `households`.

    Returns
    -------
    hypothesis strategy of ClassInputs
        One ClassInputs for each drawn example.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or there is no such standard.
    MissingExtraError
        If pyarrow is asked for and not installed.

    Examples
    --------
    >>> from hypothesis import find
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_351_2025")
    >>> inputs = find(testing.boundary_households(standard=standard), lambda inputs: True)
    >>> sorted(set(inputs.households["income_per_capita"].tolist()))[:4]
    [2199999.0, 2199999.7, 2200000.0, 2200000.03]
    >>> sorted(set(inputs.deprivations.sum(axis=1).tolist()))
    [0, 1, 2, 3, 4, 12]
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    check_income(income)
    return _boundary_households(standard, whole, income, missing, backend, ids)


@st.composite
def _boundary_households(
    draw: st.DrawFn,
    standard: Standard,
    whole: bool,
    income_as: IncomeAs,
    missing: bool,
    backend: Backend,
    ids: Ids,
) -> ClassInputs:
    cells: Sequence[Cell] = cells_at_bounds(standard)
    if not whole:
        cells = draw(st.lists(st.sampled_from(cells), min_size=1, max_size=12))
    return classes_at_bounds(standard, cells, draw(SEEDS), income_as, missing, backend, ids)


def classes_at_bounds(
    standard: Standard,
    cells: Sequence[Cell],
    seed: int,
    income_as: IncomeAs = "stated",
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> ClassInputs:
    """Households of some cells; which indicators and what is missing come from a seed."""
    n, m = len(cells), len(standard.indicators)
    rng = np.random.default_rng(seed)
    order = np.tile(np.arange(m), (n, 1))
    if seed:
        order = rng.permuted(order, axis=1)
    rank = np.argsort(order, axis=1, kind="stable")
    deprived = rank < np.array([count for *_, count in cells])[:, None]
    area = np.array([Area.codes().index(area) for area, *_ in cells], dtype=np.intp)
    income = np.array([income for _, income, _ in cells])
    no_answer = np.zeros((n, m), dtype=bool)
    no_income = np.zeros(n, dtype=bool)
    if missing and seed:
        area[rng.integers(0, 6, n) == 0] = -1
        no_income = rng.integers(0, 6, n) == 0
        for dimension in standard.dimensions:
            of_it = [indicator.dimension == dimension.id for indicator in standard.indicators]
            no_answer |= (rng.integers(0, 8, n) == 0)[:, None] & np.array(of_it)
    index = ids_of(n, ids)
    columns = {"area": text(area, Area.codes(), "category", backend)}
    columns |= _money_columns(standard, income, no_income, income_as, rng, backend)
    matrix = {
        id: truth(deprived[:, at] & ~no_answer[:, at], no_answer[:, at], backend)
        for at, id in enumerate(standard.indicator_ids)
    }
    return ClassInputs(
        pd.DataFrame(columns, index=index, copy=False),
        pd.DataFrame(matrix, index=index, copy=False),
    )


def _money_columns(
    standard: Standard,
    income: Floats,
    unknown: Mask,
    income_as: IncomeAs,
    rng: np.random.Generator,
    backend: Backend,
) -> dict[str, Any]:
    """Columns of incomes per head, by one column or by the year and the size."""
    n = len(income)
    size = rng.integers(1, 10, n).astype(np.float64)
    lines = [line.amount(area) for line in standard.lines for area in Area] or [0]
    at = np.abs(income[:, None] - np.array(lines)).argmin(axis=1)
    nearest = np.array(lines, dtype=np.float64)[at]
    # What is beside a line by so much per head is beside it by as much in the year.
    year = nearest * 12 * size + (income - nearest)
    if income_as in ("stated", "decimal"):
        by_year = np.zeros(n, dtype=bool)
    else:
        by_year = np.ones(n, dtype=bool) if income_as == "year" else rng.integers(0, 2, n) == 1
    columns = {
        "income_per_capita": number(income, by_year | unknown, "number", backend),
        "income_12m": number(year, ~by_year | unknown, "number", backend),
        "household_size": number(size, None, "integer", backend),
    }
    if income_as == "decimal":
        columns["income_per_capita"] = as_decimals(columns["income_per_capita"])
    return {name: columns[name] for name in INCOME_COLUMNS[income_as]}
