"""The groups of the rows of a result, and the sums of whole numbers by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.arguments import By, distinct_groups

__all__ = ["Groups", "summed"]


@dataclass(frozen=True)
class Groups:
    """The groups of the rows of a result, found once for all that is summed by them.

    Attributes
    ----------
    distinct : pandas.DataFrame
        The groups in the order in which they come, one column per level.
    at : numpy.ndarray of int64
        Position among them of the group of each row.
    """

    distinct: pd.DataFrame
    at: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        result: pd.DataFrame,
        by: By | None,
        taken: Sequence[str],
        argument: str = "result",
    ) -> Groups:
        """The groups that `by` names in a table that is an argument.

        Raises
        ------
        ArgumentError
            If a group has a name that a column of the table has `taken`.
        """
        distinct, at = distinct_groups(by, result, argument)
        distinct = distinct.set_axis(distinct.columns.map(str), axis=1)
        if hidden := [str(name) for name in distinct if name in taken]:
            raise ArgumentError(
                f"groups named {', '.join(hidden)} hide a column of the table; rename them"
            )
        return cls(distinct, at)

    @property
    def names(self) -> list[str]:
        """Columns of the groups."""
        return [*map(str, self.distinct)]

    def table_rows(self) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
        """The groups as rows of a table, in the order of `sums`, and the row of each row."""
        if not self.names:
            return pd.DataFrame(index=pd.RangeIndex(1)), np.zeros(len(self.at), dtype=np.int64)
        keys = [self.distinct[name] for name in self.names]
        codes = self.distinct.groupby(keys, dropna=False, observed=True).ngroup()
        by_row = codes.groupby(keys, dropna=False, observed=len(keys) > 1).first()
        with_rows = by_row.notna().to_numpy(dtype=bool)
        row_of = np.zeros(int(with_rows.sum()), dtype=np.int64)
        row_of[by_row[with_rows].to_numpy(dtype=np.int64)] = np.flatnonzero(with_rows)
        table = by_row.rename_axis(self.names).reset_index()[self.names]
        return table, row_of[codes.to_numpy(dtype=np.int64)][self.at]

    def sums(self, parts: Mapping[str, npt.NDArray[Any]]) -> pd.DataFrame:
        """The sums of whole numbers or marks by column, one row per group; one row without any.

        Categories without rows have a row if there is one level.
        """
        n = len(self.distinct) if self.names else 1
        summed = pd.DataFrame({name: self._sums(values, n) for name, values in parts.items()})
        if not self.names:
            return summed
        keys = [self.distinct[name] for name in self.names]
        summed = summed.groupby(keys, dropna=False, observed=len(keys) > 1).sum()
        return summed.rename_axis(self.names).reset_index()

    def _sums(self, values: npt.NDArray[Any], n: int) -> npt.NDArray[np.int64]:
        # bincount adds up in float64, which is exact for whole numbers up to 2 ** 53.
        if not self.names:
            return np.array([values.sum()], dtype=np.int64)
        if values.dtype == bool and not values.any():
            return np.zeros(n, dtype=np.int64)
        return np.bincount(self.at, values, minlength=n).astype(np.int64)

    def of_rows(self, rows: npt.NDArray[np.bool_]) -> Groups:
        """The groups of some of the rows, and no others."""
        present, at = np.unique(self.at[rows], return_inverse=True)
        return Groups(self.distinct.take(present).reset_index(drop=True), at.astype(np.int64))


def summed(counts: pd.DataFrame, by: Sequence[str], within: str) -> pd.DataFrame:
    """The counts of parts of a data set, one below the other, as those of all of it.

    Groups are the columns of `by`, whose names are unified as `groups_of` does; each group has a
    row per value of the column `within`, which comes in the order of its values.
    """
    groups = Groups.of(counts, list(by), ())
    numbers = counts.columns.drop([*by, within])
    parts = []
    for value in counts[within].drop_duplicates():
        rows = np.asarray(counts[within] == value, dtype=bool)
        of_rows = {str(name): counts[name].to_numpy()[rows] for name in numbers}
        parts.append(groups.of_rows(rows).sums(of_rows).assign(**{within: value}))
    return pd.concat(parts)
