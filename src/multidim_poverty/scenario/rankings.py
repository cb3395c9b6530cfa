"""Whether areas keep their order under other weights and cut-offs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, optional_imports
from multidim_poverty.measures.design import DesignLike, FloatArray
from multidim_poverty.measures.estimation import answers_of
from multidim_poverty.measures.inference import DomainTotals, covariance
from multidim_poverty.measures.specifications import (
    CutOff,
    Specification,
    cut_offs,
    scores,
    weightings_of,
)
from multidim_poverty.measures.subgroups import Level
from multidim_poverty.measures.tidy import Scope, read_scope
from multidim_poverty.schema.arguments import as_frame

__all__ = ["RankedMeasure", "robustness"]

RankedMeasure = Literal["H", "A", "M0"]
STATISTICS = ("spearman", "kendall", "significant", "robust", "robust_significant")
DIGITS = 12  # areas that differ by less are level


def robustness(
    deprivations: pd.DataFrame,
    specification: Specification | Sequence[Specification],
    *,
    k: CutOff | Iterable[CutOff],
    by: str | pd.Series[Any],
    measure: RankedMeasure = "M0",
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Rank correlations of areas, and the share of robust comparisons, across specifications.

    Parameters
    ----------
    deprivations : pandas.DataFrame
        As for `measures.estimate`.
    specification : Specification or sequence of Specification
        The weightings, from `measures.specification`.
    k : float, fractions.Fraction, str, or iterable of them
        The cut-offs, as for `measures.estimate`; each weighting is taken with each of them.
    by : str or pandas.Series
        The areas: a column of `deprivations`, or the area of each household. Households without
        one are in no comparison.
    measure : {"M0", "H", "A"}
        What the areas are ranked by.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`.
    design : Design or "census", optional
        As for `measures.estimate`; the covariance of areas that share strata or units counts.
    confidence : float
        Of a single comparison of two areas, by a t test.

    Returns
    -------
    pandas.DataFrame
        Tidy, on a RangeIndex. Columns:

        - ``statistic`` (category): spearman and kendall (tau-b), the rank correlations of the areas
          under two specifications; significant, the share of pairs of areas that differ
          significantly under one; robust, the share of pairs of which one area is above the other
          under every specification; robust_significant, of which it is so significantly under
          every one;
        - ``weighting`` (string), ``k`` (float64), ``other_weighting``, ``other_k``: of which
          specifications; NA and NaN where it is of all, or of one;
        - ``estimate`` (float64): NaN where the areas do not differ, or there are none to compare;
        - ``n_areas``, ``n_pairs`` (int64): areas and pairs of areas that are compared. An area
          without a figure under one specification is left out under all.

        The two significant statistics need a `design` of a sample.

    Raises
    ------
    ArgumentError
        If `measure` is unknown, `by` is None, or as `measures.estimate`.
    InvalidDataError
        As `measures.estimate`.
    MissingExtraError
        If there is a `design` and scipy is not installed (extra ``measures``).

    Notes
    -----
    Robust pairwise comparisons by Alkire, Foster, Seth, Santos, Roche and Ballon (2015),
    Multidimensional Poverty Measurement and Analysis, chapter 8. Figures that differ by less than
    1e-12 are level, so that none is above the other.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(
    ...     sample.households, sample.members, standard=standard, on="2023-06-30")
    >>> table = mdp.scenario.robustness(
    ...     matrix, mdp.measures.specification(standard), k=["1 of 12", "6 of 12"],
    ...     by=sample.households["ethnic_group"])
    >>> table[["statistic", "estimate", "n_areas"]].round(2).values.tolist()
    [['spearman', -0.1, 5], ['kendall', 0.0, 5], ['robust', 0.5, 5]]
    """
    data = as_frame(deprivations, "deprivations")
    if measure not in get_args(RankedMeasure):
        options = ", ".join(map(repr, get_args(RankedMeasure)))
        raise ArgumentError(f"measure {measure!r} is not one of {options}")
    if by is None:
        raise ArgumentError("by is None; name the column of areas, or give the area of each row")
    weightings = weightings_of(specification)
    scope = read_scope(
        data,
        "deprivations",
        by=by,
        persons=persons,
        design=design,
        interval=None,
        confidence=confidence,
    )
    every = [
        ranked for weighting in weightings for ranked in _ranked(data, weighting, k, measure, scope)
    ]
    return _table(every, _compared(every, confidence))


@dataclass(frozen=True)
class _Ranked:
    """The figure of each area under one specification, and the covariance of the figures."""

    weighting: str
    k: float
    values: FloatArray
    covariance: FloatArray | None
    df: float


def _ranked(
    data: pd.DataFrame,
    weighting: Specification,
    k: CutOff | Iterable[CutOff],
    measure: RankedMeasure,
    scope: Scope,
) -> Iterator[_Ranked]:
    """One weighting with each of the cut-offs."""
    truth = answers_of(data, weighting.indicators)
    complete = np.ones(len(data), dtype=bool)
    for certain, possible in truth.values():
        complete &= certain == possible
    score = scores([certain for certain, _ in truth.values()], weighting.whole_weights, len(data))
    level = scope.levels[-1]
    domains = scope.domains(_areas(level), complete)
    base = domains.totals()
    df = float(scope.domains(scope.levels[0], domains.inside).degrees_of_freedom[0])
    for number, share in cut_offs(k, len(weighting.indicators)):
        poor = score >= weighting.least_score(share)
        heads = domains.totals(poor)
        lacking = domains.totals(np.where(poor, score, 0) / weighting.denominator)
        top, bottom = {"H": (heads, base), "A": (lacking, heads), "M0": (lacking, base)}[measure]
        values = top.over(bottom).value
        yield _Ranked(weighting.name, number, values, _covariance(top, bottom), df)


def _areas(level: Level) -> Level:
    """The groups that have a name; rows of none are in no group."""
    if None not in level.labels:
        return level
    number = level.labels.index(None)  # the last
    codes = np.where(level.codes == number, -1, level.codes)
    return Level(level.name, codes, level.labels[:number])


def _covariance(top: DomainTotals, bottom: DomainTotals) -> FloatArray | None:
    """Of the ratios of two totals in all domains; None without a sample."""
    sample = top.domains.sample
    if sample is None:
        return None
    if top.replicated is not None and bottom.replicated is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            again = top.replicated / bottom.replicated
            deviation = again - top.by_domain / bottom.by_domain
        return np.asarray((sample.replicate_scales[:, None] * deviation).T @ deviation)
    influence = top.influence(bottom)
    return covariance(top.domains.by_unit(np.nan_to_num(influence)), sample)


@dataclass(frozen=True)
class _Comparisons:
    """What all pairs of areas say."""

    areas: int
    spearman: FloatArray
    kendall: FloatArray
    robust: int
    significant: npt.NDArray[np.int64] | None  # by specification
    robust_significant: int

    @property
    def pairs(self) -> int:
        """Pairs of areas."""
        return self.areas * (self.areas - 1) // 2


def _compared(every: Sequence[_Ranked], confidence: float) -> _Comparisons:
    """Compare each area with each one behind it."""
    values = np.round(np.stack([each.values for each in every]), DIGITS)
    known = ~np.isnan(values).any(axis=0)
    values, areas = values[:, known], int(known.sum())
    variances, quantiles = None, np.zeros(len(every))
    if every[0].covariance is not None:
        with optional_imports():
            from scipy.special import stdtrit
        given = [each.covariance for each in every if each.covariance is not None]
        variances = [each[np.ix_(known, known)] for each in given]
        df = np.array([each.df if each.df > 0 else np.nan for each in every])
        quantiles = stdtrit(df, 0.5 + confidence / 2)
    products = np.zeros((len(every), len(every)))
    robust = robust_significant = 0
    significant = np.zeros(len(every), dtype=np.int64)
    for area in range(areas - 1):
        difference = values[:, area + 1 :] - values[:, [area]]
        order = np.sign(difference)
        products += order @ order.T
        same = (order > 0).all(axis=0) | (order < 0).all(axis=0)
        robust += int(same.sum())
        if variances is not None:
            variance = np.stack(
                [
                    each[area, area] + np.diag(each)[area + 1 :] - 2 * each[area, area + 1 :]
                    for each in variances
                ]
            )
            least = quantiles[:, None] * np.sqrt(np.maximum(variance, 0))
            apart = (np.abs(difference) > least) & (order != 0)
            significant += apart.sum(axis=1)
            robust_significant += int((same & apart.all(axis=0)).sum())
    untied = np.sqrt(np.outer(np.diag(products), np.diag(products)))
    kendall = np.full(products.shape, np.nan)
    np.divide(products, untied, out=kendall, where=untied > 0)
    spearman = pd.DataFrame(values.T).corr(method="spearman").to_numpy()
    return _Comparisons(
        areas,
        spearman,
        kendall,
        robust,
        None if variances is None else significant,
        robust_significant,
    )


def _table(every: Sequence[_Ranked], compared: _Comparisons) -> pd.DataFrame:
    rows: list[tuple[str, _Ranked | None, _Ranked | None, float]] = []
    for name, matrix in (("spearman", compared.spearman), ("kendall", compared.kendall)):
        rows += [
            (name, every[one], every[other], float(matrix[one, other]))
            for one, other in combinations(range(len(every)), 2)
        ]
    pairs = compared.pairs or np.nan
    if compared.significant is not None:
        rows += [
            ("significant", each, None, number / pairs)
            for each, number in zip(every, compared.significant.tolist(), strict=True)
        ]
    rows.append(("robust", None, None, compared.robust / pairs))
    if compared.significant is not None:
        rows.append(("robust_significant", None, None, compared.robust_significant / pairs))
    table: dict[str, Any] = {
        "statistic": pd.Categorical([name for name, *_ in rows], categories=STATISTICS)
    }
    for prefix, of in (("", [row[1] for row in rows]), ("other_", [row[2] for row in rows])):
        names = [each.weighting if each else None for each in of]
        table[f"{prefix}weighting"] = pd.Series(names, dtype="string")
        table[f"{prefix}k"] = np.array([each.k if each else np.nan for each in of])
    table["estimate"] = np.array([value for *_, value in rows])
    return pd.DataFrame(table).assign(n_areas=compared.areas, n_pairs=compared.pairs)
