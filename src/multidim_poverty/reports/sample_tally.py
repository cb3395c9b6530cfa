"""Counts of a sample by row of a table: weighted, and rates of them with standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.measures.design import FloatArray, Sample
from multidim_poverty.measures.inference import Domains, Estimate, Interval, divided, intervals
from multidim_poverty.reports.unit_tally import Ints, UnitTally

__all__ = ["BESIDE_RATES", "SampleTally", "WeightedCells"]

Marks = npt.NDArray[np.int16] | BoolArray
BESIDE_RATES = ("_se", "_lower", "_upper")  # of a rate, behind its name


@dataclass(frozen=True, eq=False)
class SampleTally(UnitTally):
    """The households of a sample, with the rows of a table to count them in.

    Attributes
    ----------
    sample : Sample
    interval : {"logit", "t", "normal"}
    confidence : float
    """

    sample: Sample
    interval: Interval
    confidence: float

    @property
    def design(self) -> dict[str, Any]:
        """What a table says of the sample that it is of."""
        return {"interval": self.interval, "confidence": self.confidence}

    @cached_property
    def _levels(self) -> list[tuple[npt.NDArray[np.intp], Ints]]:
        """Of each level, its rows of the table, and in which of them each row of the data is."""
        level_of_row = self.units.rows["level"].cat.codes.to_numpy()
        levels = []
        for level in np.unique(level_of_row):
            rows = np.flatnonzero(level_of_row == level)
            of_lowest = np.full(self.units.n, -1, dtype=np.int64)
            for place, row in enumerate(rows):
                of_lowest[self.units.low[row] : self.units.high[row]] = place
            levels.append((rows, of_lowest[self.unit]))
        return levels

    def domains(
        self, marks: Marks | None, *, of_persons: bool
    ) -> Iterator[tuple[npt.NDArray[np.intp], Domains]]:
        """The rows of each level, as domains of the data that are marked (None for all)."""
        sizes = self.sizes[0].astype(np.float64) if of_persons else None
        weight = self.sample.weight if sizes is None else self.sample.weight * sizes
        for rows, codes in self._levels:
            inside = codes if marks is None else np.where(marks, codes, -1)
            yield rows, Domains(inside, len(rows), weight, sizes, self.sample)

    def households(self, mask: BoolArray | None = None, of_class: str | None = None) -> Any:
        """The weighted number of households that are marked, in all or of a class."""
        return WeightedCells(self, self._marks(mask, of_class), of_persons=False)

    def persons(self, mask: BoolArray | None = None, of_class: str | None = None) -> Any:
        """The weighted number of persons in them."""
        return WeightedCells(self, self._marks(mask, of_class), of_persons=True)

    def headcounts(self, poverty_class: str, among: BoolArray | None = None) -> dict[str, Any]:
        """Households and persons of a class, in all or among those marked."""
        return {
            "households": self.households(among, poverty_class),
            "persons": self.persons(among, poverty_class),
        }

    def _marks(self, mask: BoolArray | None, of_class: str | None) -> BoolArray:
        marks = np.ones(len(self.frame), dtype=bool) if mask is None else mask
        return marks if of_class is None else marks & self.listed(of_class)


@dataclass(frozen=True, eq=False)
class WeightedCells:
    """A column of weighted counts, from how many times each row of the data counts in it."""

    tally: SampleTally
    marks: Marks
    of_persons: bool

    def __rmul__(self, sign: int) -> WeightedCells:
        """The column with a sign."""
        return WeightedCells(self.tally, sign * self.marks.astype(np.int16), self.of_persons)

    def __add__(self, other: WeightedCells) -> WeightedCells:
        """The sums of two columns."""
        return WeightedCells(self.tally, self.marks.astype(np.int16) + other.marks, self.of_persons)

    @cached_property
    def _missing(self) -> BoolArray:
        """Rows of the table that count the persons of a household whose size is missing."""
        if not self.of_persons:
            return np.zeros(len(self.tally.units.rows), dtype=bool)
        lacking = np.flatnonzero(self.tally.sizes[1] & (self.marks != 0))
        counts = np.bincount(self.tally.unit[lacking], minlength=self.tally.units.n)
        return np.asarray(self.tally.units.sums(counts) > 0)

    @cached_property
    def counts(self) -> Any:
        """The weighted counts as a nullable array; NA where a size is missing."""
        values = np.zeros(len(self._missing))
        for rows, domains in self.tally.domains(None, of_persons=self.of_persons):
            values[rows] = domains.totals(self.marks.astype(np.float64)).by_domain
        return _nullable(values, self._missing)

    def rates(self, base: Any) -> dict[str, Any]:
        """The rate [%] of another column of the sample, or of numbers that are known.

        By what stands behind the name of the rate: nothing, or one of `BESIDE_RATES`.
        """
        of_sample = isinstance(base, WeightedCells)
        divisor = pd.array(base.counts if of_sample else base, dtype="Float64")
        numbers = divisor.to_numpy(dtype=np.float64, na_value=np.nan)
        parts = np.full((1 + len(BESIDE_RATES), len(numbers)), np.nan)
        marks = base.marks if of_sample else None
        for rows, domains in self.tally.domains(marks, of_persons=self.of_persons):
            counted = domains.totals(self.marks.astype(np.float64))
            if of_sample:
                rate = counted.over(domains.totals())
            else:
                total = counted.total()
                rate = Estimate(
                    divided(total.value, numbers[rows]), divided(total.se, numbers[rows])
                )
            df = domains.degrees_of_freedom
            options = self.tally.interval, self.tally.confidence
            parts[:, rows] = rate.value, rate.se, *intervals(rate, df, *options, share=of_sample)
        parts[:, self._missing | np.isnan(numbers)] = np.nan
        names = ("", *BESIDE_RATES)
        return {
            name: _nullable(100 * part, np.isnan(part))
            for name, part in zip(names, parts, strict=True)
        }


def _nullable(values: FloatArray, missing: BoolArray) -> Any:
    return pd.arrays.FloatingArray(np.where(missing, 0.0, values), missing.copy())
