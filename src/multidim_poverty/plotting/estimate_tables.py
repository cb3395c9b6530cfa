"""Tables of estimates as pictures read them: which rows, which groups, in per cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language
from multidim_poverty.measures.specifications import CutOff, cut_off
from multidim_poverty.plotting.group_names import group_names
from multidim_poverty.plotting.words import word
from multidim_poverty.schema.arguments import as_frame

__all__ = ["EstimateTable", "errors_of", "estimate_table", "is_estimates"]

NEAR = 1e-9  # cut-offs that are one
ALL = "all"  # the level of everybody together
SHARES = ("estimate", "lower", "upper", "bound_lower", "bound_upper")


def is_estimates(table: pd.DataFrame) -> bool:
    """Whether a table is one of `measures.estimate`, and not of households."""
    return {"measure", "estimate"} <= set(table.columns)


@dataclass(frozen=True)
class EstimateTable:
    """Rows of a table of estimates, and the groups that they are of.

    Parameters
    ----------
    rows : pandas.DataFrame
        The columns of the table, on a RangeIndex; ``group``, the number of the group; estimates,
        intervals and bounds [%].
    names : list of str
        The groups as they are drawn; everybody together last.
    everybody : int or None
        The number of everybody together, if the table has it.
    unit : str
        households or persons.
    """

    rows: pd.DataFrame
    names: list[str]
    everybody: int | None
    unit: str

    def values(self, column: str, at: Iterable[Any], by: str) -> npt.NDArray[np.float64]:
        """A column as groups times the values `at` of `by`; NaN where the table has no row."""
        places = list(at)
        cells = pd.MultiIndex.from_product([range(len(self.names)), places], names=["group", by])
        values = self.rows.set_index(["group", by])[column].reindex(cells)
        flat = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return cast("npt.NDArray[np.float64]", flat.reshape(len(self.names), len(places)))


def estimate_table(
    table: pd.DataFrame,
    argument: str,
    language: Language,
    *,
    column: str,
    wanted: Iterable[str],
    once: Sequence[str] = (),
    k: CutOff | None = None,
    weighting: str | None = None,
) -> EstimateTable:
    """The rows of some measures or classes, each once in a group.

    Parameters
    ----------
    table : pandas.DataFrame
        From `measures.estimate` or `measures.class_shares`.
    argument : str
        The name of the table in messages.
    language : {"en", "vi"}
        Of the names of groups.
    column : {"measure", "poverty_class"}
        What the rows are of.
    wanted : iterable of str
        The codes in that column.
    once : sequence of str
        Columns that tell the rows of a group apart, beside `column`.
    k : number or str, optional
        The cut-off, where the rows have one and `once` does not name it.
    weighting : str, optional
        Name of the specification.

    Raises
    ------
    ArgumentError
        If a column or a code is absent, or the rows are of several cut-offs, weightings or units
        of which none is named, or a group has several.
    """
    data = as_frame(table, argument)
    codes = list(wanted)
    needed = [column, "level", "subgroup", "unit", "estimate", *once]
    needed += ["weighting", "k"] if column == "measure" else []
    if absent := [name for name in dict.fromkeys(needed) if name not in data.columns]:
        maker = "measures.estimate" if column == "measure" else "measures.class_shares"
        raise ArgumentError(
            f"{argument} has no column {', '.join(map(repr, absent))}; pass the table that "
            f"{maker} gives"
        )
    rows = data.reset_index(drop=True)
    held = rows[column].astype(object)
    if len(rows) and (missing := [code for code in codes if not (held == code).any()]):
        raise ArgumentError(
            f"{argument} has no {column} {', '.join(map(repr, missing))}; it has "
            f"{', '.join(dict.fromkeys(map(repr, held)))}"
        )
    rows = rows[held.isin(codes)]
    if "indicator" in once:  # and not those of dimensions
        rows = rows[rows["indicator"].notna()]
    if column == "measure":
        rows = _of_one(rows, "weighting", weighting, argument)
        if "k" not in once:
            rows = _of_cut_off(rows, k, data, argument)
    rows = _of_one(rows, "unit", None, argument).reset_index(drop=True)
    units = rows["unit"].astype(str).unique().tolist()
    levels, subgroups = rows["level"].astype(object), rows["subgroup"].astype(object)
    keys = [
        (ALL,) if level == ALL else (level, None if pd.isna(subgroup) else subgroup)
        for level, subgroup in zip(levels, subgroups, strict=True)
    ]
    groups = sorted(dict.fromkeys(keys), key=lambda key: key == (ALL,))  # everybody last
    numbers = {key: number for number, key in enumerate(groups)}
    shares = {
        name: 100 * pd.to_numeric(rows[name]) if name in rows.columns else np.nan for name in SHARES
    }
    rows = rows.assign(group=[numbers[key] for key in keys], **shares)
    names = [
        word("all", language) if key == (ALL,) else group_names([key[1:]], language)[0]
        for key in groups
    ]
    if (twice := rows.duplicated(["group", column, *once])).any():
        said = ", ".join(dict.fromkeys(names[number] for number in rows.loc[twice, "group"]))
        raise ArgumentError(
            f"{argument} has several rows of one {column} in a group: {said}; keep one of each"
        )
    return EstimateTable(rows, names, numbers.get((ALL,)), units[0] if units else "households")


def _of_one(rows: pd.DataFrame, column: str, value: str | None, argument: str) -> pd.DataFrame:
    """The rows of one value of a column, which must be named where there are several."""
    held = rows[column].astype(object)
    several = held.unique().tolist()
    if value is None and len(several) < 2:
        return rows
    if value is None or (len(rows) and value not in several):
        raise ArgumentError(
            f"{argument} has the {column} {', '.join(map(repr, several))}"
            + (f", not {value!r}" if value is not None else "; keep the rows of one")
        )
    return rows[held == value]


def _of_cut_off(
    rows: pd.DataFrame, k: CutOff | None, data: pd.DataFrame, argument: str
) -> pd.DataFrame:
    """The rows of one cut-off, and those that have none."""
    cuts = rows["k"].to_numpy(dtype=np.float64)
    several = np.unique(cuts[~np.isnan(cuts)])
    if k is None and len(several) < 2:
        return rows
    indicators = data["indicator"].dropna().nunique() if "indicator" in data.columns else 0
    chosen = None if k is None else float(cut_off(k, indicators))
    near = np.zeros(len(cuts), dtype=bool) if chosen is None else np.abs(cuts - chosen) < NEAR
    if chosen is None or (len(rows) and not near.any()):
        held = ", ".join(f"{cut:.4g}" for cut in several)
        raise ArgumentError(f"{argument} has the cut-offs {held}; name one of them in k")
    chosen_rows: pd.DataFrame = rows[near | np.isnan(cuts)]
    return chosen_rows


def errors_of(
    estimate: npt.NDArray[np.float64],
    lower: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Which estimates have an interval, and how far its ends are from them."""
    held = np.flatnonzero(~(np.isnan(estimate) | np.isnan(lower) | np.isnan(upper)))
    ends = np.abs(np.vstack([lower[held], upper[held]]) - estimate[held])
    return held, ends
