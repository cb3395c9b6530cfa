"""Counts and rates of groups of rows under a design: values, standard errors, intervals, bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from multidim_poverty.measures.design import CodeArray, FloatArray, Sample
from multidim_poverty.measures.inference import Domains, Interval, intervals

__all__ = ["SAMPLED", "RateRows", "sampled_rates"]

BoolArray = npt.NDArray[np.bool_]
# What stands behind a rate where there is a design, in the order of the columns.
SAMPLED = (
    "se",
    "lower",
    "upper",
    "bound_lower",
    "bound_upper",
    "n",
    "df",
    "n_missing",
)


@dataclass(frozen=True)
class RateRows:
    """The rows of a rate.

    Attributes
    ----------
    counted : numpy.ndarray of bool
        Rows that are counted, all of them in the base.
    base : numpy.ndarray of bool
        Rows that the rate divides by.
    decided : numpy.ndarray of bool
        Rows of which it is known, or was chosen, whether they count.
    undetermined : numpy.ndarray of bool
        Rows without a class.
    least, most : numpy.ndarray of bool
        Rows that count for certain, and those that may, whether in the base or not.
    """

    counted: BoolArray
    base: BoolArray
    decided: BoolArray
    undetermined: BoolArray
    least: BoolArray
    most: BoolArray


def sampled_rates(
    rows: RateRows,
    codes: CodeArray,
    number: int,
    *,
    sizes: FloatArray | None,
    sample: Sample | None,
    interval: Interval,
    confidence: float,
) -> dict[str, npt.NDArray[np.generic]]:
    """Weighted counts and the rate of each group, and `SAMPLED` beside it.

    `codes` are the groups of the rows, `sizes` their persons where these are counted. Counts are
    whole numbers where there is no sample. The rate and what is beside it are percent; NaN where
    nobody in the base is decided.
    """
    weight = np.ones(len(codes)) if sample is None else sample.weight
    weight = weight if sizes is None else weight * sizes
    in_base = codes if rows.base.all() else np.where(rows.base, codes, -1)
    domains = Domains(in_base, number, weight, sizes, sample)
    all_rows = Domains(codes, number, weight, sizes, None)
    base, counted, everybody = domains.totals(), domains.totals(rows.counted), all_rows.totals()
    rate = counted.over(base).where(all_rows.totals(rows.decided).by_domain > 0)
    df = domains.degrees_of_freedom
    lower, upper = intervals(rate, df, interval, confidence, share=True)
    counts = {
        "headcount": counted.by_domain,
        "base": base.by_domain,
        "undetermined": all_rows.totals(rows.undetermined).by_domain,
    }
    if sample is None:
        counts = {name: count.astype(np.int64) for name, count in counts.items()}
    return {
        **counts,
        "headcount_ratio": 100 * rate.value,
        "se": 100 * rate.se,
        "lower": 100 * lower,
        "upper": 100 * upper,
        "bound_lower": 100 * all_rows.totals(rows.least).over(everybody).value,
        "bound_upper": 100 * all_rows.totals(rows.most).over(everybody).value,
        "n": np.bincount(codes[rows.base], minlength=number),
        "df": df,
        "n_missing": np.bincount(codes[rows.undetermined], minlength=number),
    }
