"""The tidy table of estimates: one row per statistic and group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.measures.design import CodeArray, DesignLike, FloatArray, Sample
from multidim_poverty.measures.inference import (
    Domains,
    Estimate,
    Interval,
    intervals,
    sample_of,
)
from multidim_poverty.measures.subgroups import Level, levels_of, person_counts

__all__ = ["ESTIMATED", "UNITS", "Block", "Scope", "read_scope", "tidy_table"]

BoolArray = npt.NDArray[np.bool_]
UNITS = pd.CategoricalDtype(["households", "persons"])
ESTIMATED = (
    "level",
    "subgroup",
    "unit",
    "estimate",
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
class Scope:
    """Whom a measure is about: groups, households or persons, the sample, the intervals."""

    levels: tuple[Level, ...]
    sizes: FloatArray | None
    sample: Sample | None
    weight: FloatArray
    interval: Interval
    confidence: float

    def domains(self, level: Level, keep: BoolArray | None, *, sampled: bool = True) -> Domains:
        """The groups of a level as domains, of the rows to keep (None for all)."""
        codes = level.codes if keep is None else np.where(keep, level.codes, -1)
        sample = self.sample if sampled else None
        return Domains(codes, len(level.labels), self.weight, self.sizes, sample)

    def bounds(
        self, level: Level, least: npt.NDArray[Any], most: npt.NDArray[Any]
    ) -> tuple[FloatArray, FloatArray]:
        """The mean of all rows of each group where all that is not known is least, and most."""
        domains = self.domains(level, None, sampled=False)
        base = domains.totals()
        return domains.totals(least).over(base).value, domains.totals(most).over(base).value

    def row_counts(self, level: Level, keep: BoolArray | None = None) -> CodeArray:
        """How many rows each group has, of those to keep (None for all)."""
        codes = level.codes if keep is None else level.codes[keep]
        return np.bincount(codes, minlength=len(level.labels))


def read_scope(
    data: pd.DataFrame,
    argument: str,
    *,
    by: str | pd.Series[Any] | None,
    persons: bool | str | pd.Series[Any] | None,
    design: DesignLike | None,
    interval: Interval | None,
    confidence: float,
) -> Scope:
    """The arguments that all measures share, read once.

    Raises
    ------
    ArgumentError
        If an argument is something else, or names no column of `data`.
    InvalidDataError
        If sizes or the design hold what they must not.
    """
    sizes = person_counts(persons, data, argument)
    sample = sample_of(design, data, argument, interval, confidence)
    weight = np.ones(len(data)) if sample is None else sample.weight
    return Scope(
        levels=tuple(levels_of(by, data, argument)),
        sizes=sizes,
        sample=sample,
        weight=weight if sizes is None else weight * sizes,
        interval=interval or "logit",
        confidence=confidence,
    )


@dataclass(frozen=True)
class Block:
    """One statistic in all groups of a level."""

    labels: dict[str, Any]
    estimate: Estimate
    share: bool = True  # between 0 and 1, so that a logit interval fits
    bounds: tuple[FloatArray, FloatArray] | None = None
    order: int = field(default=0)


def tidy_table(
    parts: Iterable[tuple[Level, Domains, BoolArray | None, Sequence[Block]]],
    scope: Scope,
    labels: Sequence[str],
) -> pd.DataFrame:
    """All blocks as rows: the labels, then `ESTIMATED`, group by group."""
    frames = []
    for number_of_part, (level, domains, keep, blocks) in enumerate(parts):
        number = len(level.labels)
        every, n = scope.row_counts(level), scope.row_counts(level, keep)
        df, unknown = domains.degrees_of_freedom, np.full(number, np.nan)
        for block in blocks:
            lower, upper = unknown, unknown
            if scope.sample is not None:
                lower, upper = intervals(
                    block.estimate, df, scope.interval, scope.confidence, share=block.share
                )
            bound_lower, bound_upper = block.bounds or (unknown, unknown)
            frames.append(
                {
                    **{name: [block.labels.get(name)] * number for name in labels},
                    "level": [level.name] * number,
                    "subgroup": list(level.labels),
                    "estimate": block.estimate.value,
                    "se": block.estimate.se,
                    "lower": lower,
                    "upper": upper,
                    "bound_lower": bound_lower,
                    "bound_upper": bound_upper,
                    "n": n,
                    "df": df,
                    "n_missing": every - n,
                    "order": np.full(number, block.order),
                    "part": np.full(number, number_of_part),
                    "place": np.arange(number),
                }
            )
    columns: dict[str, Any] = {
        name: np.concatenate([frame[name] for frame in frames])
        if isinstance(frames[0][name], np.ndarray)
        else [value for frame in frames for value in frame[name]]
        for name in frames[0]
    }
    columns["subgroup"] = pd.Series(columns["subgroup"], dtype=object)
    unit = "households" if scope.sizes is None else "persons"
    table = pd.DataFrame(columns).sort_values(["order", "part", "place"], kind="stable")
    table = table.assign(
        unit=pd.Categorical([unit] * len(table), dtype=UNITS),
        level=table["level"].astype("string"),
    )
    return table[[*labels, *ESTIMATED]].reset_index(drop=True)
