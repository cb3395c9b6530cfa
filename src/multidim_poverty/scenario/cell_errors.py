"""Standard errors of the shares of all cells of a grid, from sums over the sampling units."""

from __future__ import annotations

import numpy as np

from multidim_poverty.measures.design import CodeArray, FloatArray
from multidim_poverty.measures.inference import Domains, divided
from multidim_poverty.scenario.situations import Situations

__all__ = ["share_errors"]


def share_errors(
    situations: Situations, memberships: FloatArray, domains: Domains, shares: FloatArray
) -> FloatArray:
    """The standard error of the share of each class in each domain, by line and cut-off.

    `memberships` are of the classes that are certain, one column per cut-off and class; `shares`
    those of the domains by line and column. Each is a ratio of two totals, linearised as
    `DomainTotals.over` does it. The square of its influence is a quadratic form of the share, so
    that the sums of squares and products within each stratum, once for all cells, are enough.
    """
    sample = domains.sample
    assert sample is not None
    stratum, square, product, linear = _moments(situations, memberships, domains)
    base, base_square, of_cell, domain = stratum
    size = np.bincount(domain, base, minlength=domains.number)
    share = shares[domain]  # by cell, line and column
    total = linear - share * base[:, None, None]
    squares = square - 2 * share * product + share**2 * base_square[:, None, None]
    drawn = np.bincount(sample.stratum, minlength=len(sample.correction)).astype(np.float64)
    units = drawn[of_cell][:, None, None]
    factor = np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 1.0) * sample.correction
    alone = drawn == 1
    by_cell = np.maximum(squares - total**2 / units, 0) * factor[of_cell][:, None, None]
    variance = np.zeros_like(shares)
    if alone.any() and sample.lonely == "adjust":
        grand = np.zeros_like(shares)
        np.add.at(grand, domain, total / drawn.sum())
        lonely = alone[of_cell][:, None, None]
        of_lonely = (total - grand[domain]) ** 2 * sample.correction[of_cell][:, None, None]
        by_cell = np.where(lonely, of_lonely, by_cell)
        # Strata of one unit in which a domain has nobody: they stand at 0.
        present = np.bincount(
            domain, np.where(alone, sample.correction, 0.0)[of_cell], minlength=domains.number
        )
        absent = sample.correction[alone].sum() - present
        variance += grand**2 * absent[:, None, None]
    np.add.at(variance, domain, by_cell)
    if alone.any() and sample.lonely == "average":
        rest = int((drawn > 1).sum())
        variance = variance * len(drawn) / rest if rest else np.full_like(variance, np.nan)
    variance = np.where((shares == 0) | (shares == 1), 0 * variance, variance)
    return divided(np.sqrt(variance), np.broadcast_to(size[:, None, None], variance.shape))


def _moments(
    situations: Situations, memberships: FloatArray, domains: Domains
) -> tuple[tuple[FloatArray, FloatArray, CodeArray, CodeArray], FloatArray, FloatArray, FloatArray]:
    """By stratum of a domain: what its units weigh, and its sums over units, by line and column.

    The sums of the weights of the units and of their squares, the stratum and the domain; and of
    what of each unit is in a class: the squares, the products with the weight, and the sums.
    """
    sample = domains.sample
    assert sample is not None
    row_pair, unit, domain = domains.pair
    strata = len(sample.correction)
    occupied, cell = np.unique(domain * strata + sample.stratum[unit], return_inverse=True)
    weight = domains.weight_of_pair
    number = len(occupied)
    base, base_square = (
        np.bincount(cell, each, minlength=number).astype(np.float64) for each in (weight, weight**2)
    )
    places = base, base_square, occupied % strata, occupied // strata
    shape = number, len(situations.bands), memberships.shape[1]
    if len(unit) == len(row_pair):  # each household is a unit, wholly in a class or not
        sums = [
            situations.counted(memberships, cell[row_pair], number, weights)
            for weights in (domains.weight, domains.weight**2)
        ]
        return places, sums[1], sums[1], sums[0]
    square, product, linear = (np.zeros(shape) for _ in range(3))
    begin = 0
    for histogram in situations.histograms(row_pair, len(unit), domains.weight):
        pairs = slice(begin, begin + len(histogram))
        begin = pairs.stop
        local, at = np.unique(cell[pairs], return_inverse=True)
        order = np.argsort(at, kind="stable")
        starts = np.flatnonzero(np.diff(at[order], prepend=-1))
        for line, places_of_line in enumerate(situations.by_line(histogram[order])):
            counted = places_of_line @ memberships
            weighted = counted * weight[pairs][order][:, None]
            for sums_of, values in ((square, counted**2), (product, weighted), (linear, counted)):
                sums_of[local, line] += np.add.reduceat(values, starts, axis=0)
    return places, square, product, linear
