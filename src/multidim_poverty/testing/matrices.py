"""Deprivation matrices, and households with their matrix, to try a classification on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.testing.decoding import (
    DEPRIVED_FROM,
    MISSING_FROM,
    Backend,
    Bytes,
    Ids,
    check_options,
    household_table,
    ids_of,
    rows,
    truth,
)

__all__ = ["ClassInputs", "class_inputs", "deprivation_matrices"]

IncomeAs = Literal["stated", "year", "either", "decimal"]
INCOME_COLUMNS: dict[str, list[str]] = {
    "stated": ["income_per_capita"],
    "year": ["income_12m", "household_size"],
    "either": ["income_per_capita", "income_12m", "household_size"],
    "decimal": ["income_per_capita"],
}


def check_income(income: str) -> None:
    """Raise `ArgumentError` for a way to state income that does not exist."""
    if income not in INCOME_COLUMNS:
        raise ArgumentError(f"income {income!r} is not 'stated', 'year', 'either' or 'decimal'")


def as_decimals(amounts: Any) -> Any:
    """Amounts as ``decimal.Decimal``, as databases give them; None where one is missing."""
    plain = pd.Series(amounts).astype(object)
    return plain.map(lambda value: None if pd.isna(value) else Decimal(repr(float(value)))).array


@dataclass(frozen=True)
class ClassInputs:
    """What a classification takes: households, and the matrix of their deprivations.

    Parameters
    ----------
    households, deprivations : pandas.DataFrame
        On the same index.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.class_inputs(standard="decree_07_2021"), lambda inputs: True)
    >>> inputs.deprivations.shape
    (1, 12)
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
        The law that is applied: its lines, cut-offs and rules.
    missing : bool
        Whether answers may be missing.
    min_size, max_size : int
        As for `households`.
    backend : {"numpy", "nullable", "pyarrow"}
        As for `households`.
    ids : {"text", "int"}
        As for `households`.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame
        One DataFrame for each drawn example.

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
    income: IncomeAs = "stated",
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
        The law that is applied: its lines, cut-offs and rules.
    income : {"stated", "year", "either", "decimal"}
        Income per head; that of 12 months with the size of the household; all three columns,
        which agree; or income per head as ``decimal.Decimal``.
    missing : bool
        Whether areas, incomes and answers may be missing.
    min_size, max_size : int
        As for `households`.
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
    >>> inputs = find(testing.class_inputs(standard=mdp.standard("decree_07_2021")),
    ...               lambda inputs: len(inputs.households) == 2)
    >>> inputs.households.index.equals(inputs.deprivations.index)
    True
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    check_income(income)
    return _class_inputs(standard, missing, min_size, max_size, income, backend, ids)


@st.composite
def _class_inputs(
    draw: st.DrawFn,
    standard: Standard,
    missing: bool,
    min_size: int,
    max_size: int,
    income: IncomeAs,
    backend: Backend,
    ids: Ids,
) -> ClassInputs:
    names = ["area", *INCOME_COLUMNS[income]]
    width = 3 + len(names)
    raw = rows(draw, width + len(standard.indicators), min_size, max_size)
    index = ids_of(len(raw), ids)
    homes = household_table(raw, names, index, backend, missing, standard)
    if income == "decimal":
        homes = homes.assign(income_per_capita=as_decimals(homes["income_per_capita"]))
    return ClassInputs(
        homes,
        pd.DataFrame(_matrix(raw[:, width:], standard, missing, backend), index=index, copy=False),
    )
