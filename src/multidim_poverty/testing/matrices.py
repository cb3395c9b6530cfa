"""Deprivation matrices, and households with their matrix, to try a classification on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.testing.decoding import (
    DEPRIVED_FROM,
    MISSING_FROM,
    SEEDS,
    Backend,
    Bytes,
    Ids,
    check_options,
    household_table,
    ids_of,
    number,
    rows,
    text,
    truth,
)
from multidim_poverty.vocabulary import Area

__all__ = ["ClassInputs", "boundary_households", "class_inputs", "deprivation_matrices"]


@dataclass(frozen=True)
class ClassInputs:
    """What a classification takes: households, and the matrix of their deprivations.

    Attributes
    ----------
    households, deprivations : pandas.DataFrame
        On the same index.
    """

    households: pd.DataFrame
    deprivations: pd.DataFrame


def _matrix(raw: Bytes, standard: Standard, missing: bool, backend: Backend) -> dict[str, Any]:
    columns = {}
    for at, id in enumerate(standard.indicator_ids):
        byte = raw[:, at]
        if missing:
            gaps = byte >= MISSING_FROM
            columns[id] = truth((byte >= DEPRIVED_FROM) & ~gaps, gaps, backend)
        else:
            columns[id] = truth(byte >= MISSING_FROM - 32, None, backend)
    return columns


def deprivation_matrices(
    *,
    standard: StandardLike,
    missing: bool = False,
    min_size: int = 1,
    max_size: int = 10,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[pd.DataFrame]:
    """Deprivation matrices of a standard, with about a quarter of the deprivations.

    Parameters
    ----------
    standard : Standard or str
    missing : bool
        Whether answers may be missing.
    min_size, max_size, backend, ids
        As for `households`.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame

    Examples
    --------
    >>> from hypothesis import find
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> matrix = find(testing.deprivation_matrices(standard=standard),
    ...               lambda matrix: (matrix.sum(axis=1) >= 3).any())
    >>> matrix.shape, int(matrix.to_numpy().sum())
    ((1, 12), 3)
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    return _deprivation_matrices(standard, missing, min_size, max_size, backend, ids)


@st.composite
def _deprivation_matrices(
    draw: st.DrawFn,
    standard: Standard,
    missing: bool,
    min_size: int,
    max_size: int,
    backend: Backend,
    ids: Ids,
) -> pd.DataFrame:
    raw = rows(draw, len(standard.indicators), min_size, max_size)
    return pd.DataFrame(
        _matrix(raw, standard, missing, backend), index=ids_of(len(raw), ids), copy=False
    )


def class_inputs(
    *,
    standard: StandardLike,
    missing: bool = False,
    min_size: int = 1,
    max_size: int = 10,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[ClassInputs]:
    """Households with area and income, and their deprivation matrix.

    Parameters
    ----------
    standard : Standard or str
    missing : bool
        Whether areas, incomes and answers may be missing.
    min_size, max_size, backend, ids
        As for `households`.

    Returns
    -------
    hypothesis strategy of ClassInputs

    Examples
    --------
    >>> from hypothesis import find
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.class_inputs(standard=mdp.standard("decree_07_2021")),
    ...               lambda inputs: len(inputs.households) == 2)
    >>> inputs.households.index.equals(inputs.deprivations.index)
    True
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    return _class_inputs(standard, missing, min_size, max_size, backend, ids)


@st.composite
def _class_inputs(
    draw: st.DrawFn,
    standard: Standard,
    missing: bool,
    min_size: int,
    max_size: int,
    backend: Backend,
    ids: Ids,
) -> ClassInputs:
    names = ["area", "income_per_capita"]
    raw = rows(draw, 5 + len(standard.indicators), min_size, max_size)
    index = ids_of(len(raw), ids)
    return ClassInputs(
        household_table(raw, names, index, backend, missing, standard),
        pd.DataFrame(_matrix(raw[:, 5:], standard, missing, backend), index=index, copy=False),
    )


@cache
def _boundary_cells(standard: Standard) -> tuple[tuple[str, float, int], ...]:
    """Area, income and count at, and next to, everything that the decision turns on."""
    n = len(standard.indicators)
    cuts = {rule.deprivations_at_least for rule in standard.class_rules}
    cuts |= {standard.most_deprivations(rule) + 1 for rule in standard.class_rules}
    counts = {0, n} | {cut + step for cut in cuts for step in (-1, 0, 1)}
    incomes = {
        float(line.amount(area) + step)
        for line in standard.lines
        for area in Area
        for step in (-1, 0, 1)
    }
    incomes = incomes or {0.0}
    within = sorted(count for count in counts if 0 <= count <= n)
    return tuple(product(Area.codes(), sorted(incomes), within))


def boundary_households(
    *,
    standard: StandardLike,
    whole: bool = True,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[ClassInputs]:
    """Households on both sides of everything that the class turns on.

    Incomes are each line of each area less one VND, exact, and plus one VND; counts are each
    cut-off k of the class rules, k - 1 and k + 1, and none and all of the indicators. Which
    indicators make up a count is drawn.

    Parameters
    ----------
    standard : Standard or str
    whole : bool
        Whether each example holds every combination, and so every cell of the decision table;
        else up to 12 of them.
    backend, ids
        As for `households`.

    Returns
    -------
    hypothesis strategy of ClassInputs

    Examples
    --------
    >>> from hypothesis import find
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_351_2025")
    >>> inputs = find(testing.boundary_households(standard=standard), lambda inputs: True)
    >>> sorted(set(inputs.households["income_per_capita"].tolist()))[:3]
    [2199999.0, 2200000.0, 2200001.0]
    >>> sorted(set(inputs.deprivations.sum(axis=1).tolist()))
    [0, 1, 2, 3, 4, 12]
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    return _boundary_households(standard, whole, backend, ids)


@st.composite
def _boundary_households(
    draw: st.DrawFn, standard: Standard, whole: bool, backend: Backend, ids: Ids
) -> ClassInputs:
    cells: Sequence[tuple[str, float, int]] = _boundary_cells(standard)
    if not whole:
        cells = draw(st.lists(st.sampled_from(cells), min_size=1, max_size=12))
    seed = draw(SEEDS)
    n, m = len(cells), len(standard.indicators)
    order = np.tile(np.arange(m), (n, 1))
    if seed:
        rng = np.random.default_rng(seed)
        order = rng.permuted(order, axis=1)
    rank = np.argsort(order, axis=1, kind="stable")
    deprived = rank < np.array([count for *_, count in cells])[:, None]
    area = np.array([Area.codes().index(area) for area, *_ in cells], dtype=np.intp)
    income = np.array([income for _, income, _ in cells])
    index = ids_of(n, ids)
    columns = {
        "area": text(area, Area.codes(), "category", backend),
        "income_per_capita": number(income, None, "number", backend),
    }
    matrix = {
        id: truth(deprived[:, at], None, backend) for at, id in enumerate(standard.indicator_ids)
    }
    return ClassInputs(
        pd.DataFrame(columns, index=index, copy=False),
        pd.DataFrame(matrix, index=index, copy=False),
    )
