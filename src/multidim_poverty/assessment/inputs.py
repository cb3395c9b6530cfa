"""What a classification reads of each household: area, income per head, deprivations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income import assessed_income
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import FROM_ROW, match_same
from multidim_poverty.law import Standard
from multidim_poverty.law.provenance import STANDARD_COLUMNS, check_standard
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import fault_at, raise_errors
from multidim_poverty.schema.reading import codes_of
from multidim_poverty.schema.value_rules import not_boolean
from multidim_poverty.vocabulary import Area

__all__ = ["ASSESSED_COLUMNS", "CLASS_COLUMNS", "ClassificationInputs", "check_indicators"]

CLASS_COLUMNS = (
    "income_band",
    "deprivation_count",
    "deprivations_unknown",
    "poverty_class",
    "class_at_worst",
    "class_at_best",
)
ASSESSED_COLUMNS = (
    *CLASS_COLUMNS,
    "income_per_capita",
    "household_size",
    *STANDARD_COLUMNS,
    FROM_ROW,
)


@dataclass(frozen=True)
class ClassificationInputs:
    """Checked columns of some households, on one index.

    Attributes
    ----------
    index : pandas.Index
    area : callable
        Rows in, positions among the codes of `Area` out.
    income : numpy.ndarray of float64
        Income per head [VND/person/month], NaN where unknown.
    matrix : pandas.DataFrame
        Exactly the indicators of the standard, in any order.
    """

    index: pd.Index[Any]
    area: Callable[[slice], npt.NDArray[np.int8]]
    income: npt.NDArray[np.float64]
    matrix: pd.DataFrame

    @cached_property
    def answers(self) -> dict[str, pd.Series[Any]]:
        """The columns of the matrix by indicator."""
        return {str(name): answers for name, answers in self.matrix.items()}

    @classmethod
    def of(
        cls, households: pd.DataFrame, deprivations: pd.DataFrame, standard: Standard
    ) -> ClassificationInputs:
        """Check and align the two tables; `deprivations` may be a whole result of `assess`.

        Raises
        ------
        InvalidDataError, ArgumentError
            As for `multidim_poverty.classify`.
        """
        standard.check_sound()
        assessed = "poverty_class" in deprivations.columns
        matrix = deprivations
        if assessed:
            check_standard(deprivations, standard, "deprivations")
            matrix = deprivations.loc[:, ~deprivations.columns.isin(ASSESSED_COLUMNS)]
        check_indicators(matrix, standard)
        positions = _row_positions(households, deprivations)
        if positions is not None:
            matrix = matrix.take(positions)
        check_columns(households, None, [("households", "area")])
        result = None
        if assessed:
            result = deprivations.loc[:, deprivations.columns.isin(["income_per_capita"])]
            result = result if positions is None else result.take(positions)
        return cls(
            index=households.index,
            area=codes_of(households["area"], Area.codes()),
            income=assessed_income(households, result),
            matrix=matrix,
        )


def check_indicators(deprivations: pd.DataFrame, standard: Standard) -> None:
    """Raise if the columns are not the indicators of the standard, or a value is no deprivation."""
    wanted = standard.indicator_ids
    extra = [str(name) for name in deprivations.columns if name not in wanted]
    lacking = [name for name in wanted if name not in deprivations.columns]
    if extra or lacking:
        parts = [f"extra: {', '.join(extra)}"] if extra else []
        parts += [f"missing: {', '.join(lacking)}"] if lacking else []
        raise ArgumentError(
            f"the columns of the deprivation matrix are not the indicators of {standard.name} "
            f"({'; '.join(parts)}); drop the extra ones, and give an unknown one as NA"
        )
    faults = [
        fault_at("deprivations", name, "not_a_deprivation", not_boolean(deprivations[name]))
        for name in wanted
        if deprivations[name].dtype not in (np.dtype(bool), pd.BooleanDtype())
    ]
    raise_errors(faults, {"deprivations": deprivations})


def _row_positions(
    households: pd.DataFrame, deprivations: pd.DataFrame
) -> npt.NDArray[np.intp] | None:
    """Where each household stands in the matrix; None where both are in one order."""
    if households.index is deprivations.index or households.index.equals(deprivations.index):
        return None
    for frame, name in ((households, "households"), (deprivations, "deprivations")):
        if not frame.index.is_unique:
            twice = frame.index[frame.index.duplicated()].unique()[:5].tolist()
            raise ArgumentError(f"the indexes differ and ids repeat in {name}, such as {twice}")
    return match_same(households.index, deprivations.index, ("households", "deprivations"))
