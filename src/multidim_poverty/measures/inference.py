"""Standard errors of totals, ratios and shares under a design: one core for every measure.

Each statistic is a smooth function of weighted totals. What a row adds to its linear form, the
influence, is summed within the primary sampling units, and the variance between the units of a
stratum is the variance of the statistic. Rows outside a domain count as zero, so that a domain
keeps all units of the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, optional_imports
from multidim_poverty.measures.design import CodeArray, Design, DesignLike, FloatArray, Sample
from multidim_poverty.measures.design import read_sample as _read_sample
from multidim_poverty.measures.value_rows import ValueRows

__all__ = [
    "DomainTotals",
    "Domains",
    "Estimate",
    "Interval",
    "covariance",
    "divided",
    "intervals",
    "sample_of",
]

Interval = Literal["logit", "t", "normal"]
Rows = npt.NDArray[np.float64] | npt.NDArray[np.bool_]


def sample_of(
    design: DesignLike | None,
    data: pd.DataFrame,
    argument: str,
    interval: Interval | None,
    confidence: float = 0.95,
) -> Sample | None:
    """The design as arrays; None where there is none, or a census.

    Raises
    ------
    ArgumentError
        If `design` is something else, `interval` is asked for where there is no sampling error, or
        `confidence` is not between 0 and 1.
    InvalidDataError
        As `measures.Design` says of its columns.
    """
    if interval is not None and interval not in get_args(Interval):
        options = ", ".join(map(repr, get_args(Interval)))
        raise ArgumentError(f"interval {interval!r} is not one of {options}")
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise ArgumentError(f"confidence {confidence!r} is not between 0 and 1, such as 0.95")
    if isinstance(design, Design):
        return _read_sample(design, data, argument)
    if design is not None and not (isinstance(design, str) and design == "census"):
        raise ArgumentError(f"design {design!r} is neither a measures.Design nor 'census'")
    if interval is not None:
        raise ArgumentError(
            "no interval without a sample: a census has no sampling error, since no other "
            "households could have been drawn; leave interval out"
            if design == "census"
            else "no interval without a design; pass a measures.Design, or leave interval out"
        )
    return None


@dataclass(frozen=True)
class Estimate:
    """One statistic in each domain, with its standard error (NaN without a design)."""

    value: FloatArray
    se: FloatArray

    def times(self, factor: float) -> Estimate:
        """The estimate of a multiple of the statistic."""
        return Estimate(self.value * factor, self.se * abs(factor))

    def where(self, known: npt.NDArray[np.bool_]) -> Estimate:
        """The estimate where it is known, NaN elsewhere."""
        return Estimate(np.where(known, self.value, np.nan), np.where(known, self.se, np.nan))


@dataclass(frozen=True)
class Domains:
    """Weighted totals of the rows of each domain, and the variance of what is made of them.

    Attributes
    ----------
    codes : numpy.ndarray of intp
        Domain of each row; -1 for rows in none.
    number : int
        How many domains there are.
    weight : numpy.ndarray of float64
        Of each row, with the number of persons in it where persons are counted.
    size : numpy.ndarray of float64 or None
        Persons of each row, by which the replicate weights are multiplied.
    sample : Sample or None
        None for values without standard errors.
    """

    codes: CodeArray
    number: int
    weight: FloatArray
    size: FloatArray | None
    sample: Sample | None

    @cached_property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Rows in a domain."""
        return self.codes >= 0

    @cached_property
    def _all_inside(self) -> bool:
        return bool(self.inside.all())

    @cached_property
    def pair(self) -> tuple[CodeArray, CodeArray, CodeArray]:
        """Pairs of unit and domain: of each row inside, and the unit and domain of each pair."""
        assert self.sample is not None
        unit, codes = self.sample.unit, self.codes
        if not self._all_inside:
            unit, codes = unit[self.inside], codes[self.inside]
        if len(self.sample.stratum) == len(self.sample.unit):  # each row is a unit
            return np.arange(len(unit)), unit, codes
        joint = unit.astype(np.int64) * self.number + codes
        size = len(self.sample.stratum) * self.number
        if size <= max(4 * len(joint), 1 << 20):
            there = np.zeros(size, dtype=bool)
            there[joint] = True
            distinct = np.flatnonzero(there)
            place = np.zeros(size, dtype=np.intp)
            place[distinct] = np.arange(len(distinct))
            return place[joint], distinct // self.number, distinct % self.number
        at, distinct = pd.factorize(joint)
        return at, distinct // self.number, distinct % self.number

    @cached_property
    def weight_of_pair(self) -> FloatArray:
        """The weight of the rows of each pair of unit and domain."""
        row_pair, _, domain = self.pair
        return _summed(row_pair, self._kept(None, self.weight), len(domain))

    def _kept(self, values: Rows | None, weight: FloatArray) -> FloatArray:
        weighted = weight if values is None else weight * values
        return weighted if self._all_inside else weighted[self.inside]

    @cached_property
    def _codes_inside(self) -> CodeArray:
        return self.codes if self._all_inside else self.codes[self.inside]

    def totals(self, values: Rows | None = None) -> DomainTotals:
        """Weighted totals of values, or of ones, in each domain."""
        weighted = self._kept(values, self.weight)
        if self.sample is None or self.sample.replicates is not None:
            by_domain = self._sum(weighted)
            replicated = None
            if self.sample is not None and self.sample.replicates is not None:
                weights = self.sample.replicates
                replicated = np.array(
                    [
                        self._sum(self._kept(values, self.sized(weights[:, column])))
                        for column in range(weights.shape[1])
                    ]
                )
            return DomainTotals(self, by_domain, None, replicated)
        row_pair, _, domain = self.pair
        if len(domain) == len(weighted) and len(self.sample.stratum) == len(self.sample.unit):
            by_pair = weighted
        else:
            by_pair = _summed(row_pair, weighted, len(domain))
        by_domain = _summed(domain, by_pair, self.number)
        return DomainTotals(self, by_domain, by_pair, None)

    def value_rows(self, *columns: Rows) -> ValueRows:
        """The rows in a domain, with the variables that a statistic ranks."""
        weights, pair = [self.weight], None
        if self.sample is not None and self.sample.replicates is not None:
            weights += [self.sized(column) for column in self.sample.replicates.T]
        elif self.sample is not None:
            pair = self.pair[0]
        weight = np.column_stack(weights)[self.inside]
        values = np.column_stack(columns).astype(np.float64)[self.inside]
        return ValueRows(values, self._codes_inside, pair, weight, weight**2)

    def sized(self, weight: FloatArray) -> FloatArray:
        """Weights of households, times the persons in each where persons are counted."""
        return weight if self.size is None else weight * self.size

    def _sum(self, weighted: FloatArray) -> FloatArray:
        if self.number == 1:
            return np.array([weighted.sum()])
        return _summed(self._codes_inside, weighted, self.number)

    @cached_property
    def degrees_of_freedom(self) -> FloatArray:
        """Units less strata, of those that have weight in the domain; replicates less one."""
        if self.sample is None:
            return np.full(self.number, np.nan)
        if self.sample.replicates is not None and not self.sample.with_units:
            return np.full(self.number, float(self.sample.replicates.shape[1] - 1))
        _, unit, domain = self.pair
        weighted = self.weight_of_pair > 0
        unit, domain = unit[weighted], domain[weighted]
        number = len(self.sample.correction)
        units = np.bincount(domain, minlength=self.number)
        occupied = np.zeros(self.number * number, dtype=bool)
        occupied[domain * number + self.sample.stratum[unit]] = True
        strata = occupied.reshape(self.number, number).sum(axis=1)
        return np.asarray(units - strata, dtype=np.float64)

    # -- variance ----------------------------------------------------------------------------

    def variance(self, influence: FloatArray) -> FloatArray:
        """Variance in each domain of the total of an influence, given by pair."""
        sample = self.sample
        assert sample is not None
        _, unit, domain = self.pair
        strata = len(sample.correction)
        drawn = _drawn(sample)
        cell = domain * strata + sample.stratum[unit]
        size = self.number * strata
        sums = _summed(cell, influence, size)
        mean = sums / np.tile(np.maximum(drawn, 1), self.number)
        deviation = influence - mean[cell]
        squares = _summed(cell, deviation * deviation, size)
        filled = np.bincount(cell, minlength=size)
        squares += (np.tile(drawn, self.number) - filled) * mean * mean  # units without rows
        by_stratum = squares.reshape(self.number, strata)
        lonely = _lonely(sample)
        if lonely.any() and sample.lonely == "adjust":
            grand = sums.reshape(self.number, strata).sum(axis=1, keepdims=True) / drawn.sum()
            alone = (sums.reshape(self.number, strata) - grand) ** 2
            by_stratum = np.where(lonely, alone, by_stratum)
        total = (by_stratum * _factors(sample)).sum(axis=1)
        return np.asarray(total * _average_of_others(sample))

    def by_unit(self, influence: FloatArray) -> FloatArray:
        """An influence by unit and domain: one row per unit of the sample."""
        assert self.sample is not None
        _, unit, domain = self.pair
        table = np.zeros((len(self.sample.stratum), self.number))
        table[unit, domain] = influence
        return table


@dataclass(frozen=True)
class DomainTotals:
    """The weighted totals of one variable: by domain, by pair, and under each replicate."""

    domains: Domains
    by_domain: FloatArray
    by_pair: FloatArray | None
    replicated: FloatArray | None

    def times(self, factor: float) -> DomainTotals:
        """The totals of a multiple of the variable."""
        return DomainTotals(
            self.domains,
            self.by_domain * factor,
            None if self.by_pair is None else self.by_pair * factor,
            None if self.replicated is None else self.replicated * factor,
        )

    def plus(self, other: DomainTotals) -> DomainTotals:
        """The totals of the sum of two variables."""
        both = (self.by_pair, other.by_pair), (self.replicated, other.replicated)
        pairs, replicated = (
            None if left is None or right is None else left + right for left, right in both
        )
        return DomainTotals(self.domains, self.by_domain + other.by_domain, pairs, replicated)

    def total(self) -> Estimate:
        """The totals themselves."""
        return self._estimate(self.by_domain, self.by_pair, self.replicated)

    def over(self, other: DomainTotals) -> Estimate:
        """The ratio to another total; NaN where that is 0."""
        value = divided(self.by_domain, other.by_domain)
        influence = replicated = None
        if self.by_pair is not None:
            influence = self.influence(other)
        if self.replicated is not None and other.replicated is not None:
            replicated = divided(self.replicated, other.replicated)
        return self._estimate(value, influence, replicated)

    def influence(self, other: DomainTotals) -> FloatArray:
        """The influence, by pair, of the ratio to another total."""
        assert self.by_pair is not None
        assert other.by_pair is not None
        _, _, domain = self.domains.pair
        value = divided(self.by_domain, other.by_domain)
        return divided(self.by_pair - value[domain] * other.by_pair, other.by_domain[domain])

    def share_of(self, whole: DomainTotals) -> Estimate:
        """The share of each domain in the total of another variable over all domains."""
        sums = whole.by_domain.sum()
        value = divided(self.by_domain, np.full(len(self.by_domain), sums))
        sample = self.domains.sample
        if self.replicated is not None and whole.replicated is not None:
            replicated = divided(self.replicated, whole.replicated.sum(axis=1, keepdims=True))
            return self._estimate(value, None, replicated)
        if self.by_pair is None or whole.by_pair is None or sample is None:
            return self._estimate(value, None, None)
        _, unit, domain = self.domains.pair
        all_of_unit = _summed(unit, whole.by_pair, len(sample.stratum))
        if sample.lonely in ("adjust", "average") and _lonely(sample).any():
            influence = self.domains.by_unit(self.by_pair) - np.outer(all_of_unit, value)
            variance = np.diag(covariance(influence / sums, sample)).copy()
        else:  # the same, from the pairs alone
            own = self.domains.variance(self.by_pair)
            deviation = all_of_unit - _unit_means(all_of_unit, sample)[sample.stratum]
            deviation *= _factors(sample)[sample.stratum]
            joint = _summed(domain, self.by_pair * deviation[unit], len(value))
            alone = float(covariance(all_of_unit[:, None], sample)[0, 0])
            variance = np.maximum(own - 2 * value * joint + value**2 * alone, 0) / sums**2
        return Estimate(value, np.sqrt(np.where(np.isnan(value), np.nan, variance)))

    def _estimate(
        self, value: FloatArray, influence: FloatArray | None, replicated: FloatArray | None
    ) -> Estimate:
        if influence is not None:
            variance = self.domains.variance(np.where(np.isnan(influence), 0.0, influence))
            return Estimate(value, np.where(np.isnan(value), np.nan, np.sqrt(variance)))
        if replicated is not None and self.domains.sample is not None:
            scales = self.domains.sample.replicate_scales
            squares = (replicated - value) ** 2
            return Estimate(value, np.sqrt((scales[:, None] * squares).sum(axis=0)))
        return Estimate(value, np.full(len(value), np.nan))


def _summed(codes: CodeArray, values: FloatArray, number: int) -> FloatArray:
    """The sum of the values of each code."""
    return np.bincount(codes, weights=values, minlength=number).astype(np.float64, copy=False)


def divided(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """The quotient; NaN where the denominator is 0."""
    out = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    np.divide(numerator, denominator, out=out, where=np.broadcast_to(denominator, out.shape) != 0)
    return out


def _drawn(sample: Sample) -> FloatArray:
    """How many units each stratum has."""
    return np.bincount(sample.stratum, minlength=len(sample.correction)).astype(np.float64)


def _factors(sample: Sample) -> FloatArray:
    """By which the squared deviations of the units of each stratum are multiplied."""
    drawn = _drawn(sample)
    factor = np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 1.0)
    return np.asarray(factor * sample.correction)


def _lonely(sample: Sample) -> npt.NDArray[np.bool_]:
    """Which strata have one unit, of more than they drew: all of a stratum vary in nothing."""
    return np.asarray((_drawn(sample) == 1) & (sample.correction > 0))


def _average_of_others(sample: Sample) -> float:
    """By which a variance is multiplied, so that lonely strata add the average of the others."""
    lonely = _lonely(sample)
    if sample.lonely != "average" or not lonely.any():
        return 1.0
    others = int((~lonely).sum())
    return len(lonely) / others if others else np.nan


def _unit_means(values: FloatArray, sample: Sample) -> FloatArray:
    """The mean of the units of each stratum."""
    drawn = _drawn(sample)
    return _summed(sample.stratum, values, len(drawn)) / np.maximum(drawn, 1)


def covariance(influence: FloatArray, sample: Sample) -> FloatArray:
    """Covariance matrix of totals whose influence is given by unit, one column per total."""
    drawn = _drawn(sample)
    centre = np.empty((len(drawn), influence.shape[1]))
    for place, column in enumerate(influence.T):
        centre[:, place] = _unit_means(column, sample)
    if sample.lonely == "adjust":
        centre[_lonely(sample)] = influence.sum(axis=0) / max(drawn.sum(), 1)
    deviation = influence - centre[sample.stratum]
    matrix = (deviation * _factors(sample)[sample.stratum][:, None]).T @ deviation
    return np.asarray(matrix * _average_of_others(sample))


def intervals(
    estimate: Estimate, df: FloatArray, interval: Interval, confidence: float, *, share: bool
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bound of each estimate; NaN where its standard error is not known.

    A logit interval is for what lies between 0 and 1: it has no bounds at 0 or 1, and where the
    statistic is no share, it is a t interval.
    """
    value, se = estimate.value, estimate.se
    bounds = np.full(len(value), np.nan), np.full(len(value), np.nan)
    known = np.isfinite(value) & np.isfinite(se) & (df > 0)
    if not known.any():
        return bounds
    with optional_imports():
        from scipy.special import ndtri, stdtrit
    upper_tail = 0.5 + confidence / 2
    quantile = np.full(len(value), float(ndtri(upper_tail)))
    if interval != "normal":
        quantile[known] = stdtrit(df[known], upper_tail)
    if interval == "logit" and share:
        known &= (value > 0) & (value < 1)
        p = np.where(known, value, 0.5)
        logit, width = np.log(p / (1 - p)), quantile * se / (p * (1 - p))
        low, high = 1 / (1 + np.exp(width - logit)), 1 / (1 + np.exp(-width - logit))
    else:
        low, high = value - quantile * se, value + quantile * se
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
