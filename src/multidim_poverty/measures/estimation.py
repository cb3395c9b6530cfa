"""The measures of Alkire and Foster: H, A, M0 and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.language import Label
from multidim_poverty.measures.design import DesignLike, FloatArray
from multidim_poverty.measures.inference import Domains, DomainTotals, Estimate, Interval
from multidim_poverty.measures.specifications import (
    CutOff,
    Specification,
    cut_off,
    cut_offs,
    scores,
    weightings_of,
)
from multidim_poverty.measures.subgroups import Level
from multidim_poverty.measures.tidy import Block, Scope, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame, values_of
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.fault_table import report
from multidim_poverty.schema.faults import column_faults
from multidim_poverty.schema.reading import numbers_of, truth_of

__all__ = ["MEASURES", "Missing", "answers_of", "estimate", "estimates_in"]

Missing = Literal["complete", "bounds"]
BoolArray = npt.NDArray[np.bool_]
MEASURES = (
    "poor",
    "H",
    "A",
    "M0",
    "M1",
    "M2",
    "hd",
    "hdk",
    "actb",
    "pctb",
    "population_share",
    "contribution_H",
    "contribution_M0",
    "vulnerable",
    "severe",
)
LABELS = ("measure", "dimension", "indicator", "k", "weighting")


def estimate(
    deprivations: pd.DataFrame,
    specification: Specification | Sequence[Specification],
    *,
    k: CutOff | Iterable[CutOff],
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    missing: Missing = "complete",
    gaps: pd.DataFrame | None = None,
    vulnerable_from: CutOff = "1/5",
    severe_from: CutOff = "1/2",
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Measures of Alkire and Foster, in all and by group, with standard errors.

    Parameters
    ----------
    deprivations : pandas.DataFrame
        One row per household: the boolean indicators of the specification, and the columns that
        `by`, `persons` and ``design`` name.
    specification : Specification or sequence of Specification
        What is counted, with which weights; several weightings at once.
    k : float, fractions.Fraction, str, or iterable of them
        Poverty cut-offs: shares of the total weight, above 0 and at most 1, or in words,
        "3 of 12". A household is poor from the cut-off on; the comparison is exact.
    by : str or pandas.Series, optional
        A column of `deprivations`, or the group of each household.
    persons : bool, str or pandas.Series, optional
        Counts persons, each with the deprivations of the household: True for the column
        ``household_size``, or the sizes. Households by default.
    design : Design or "census", optional
        Of the sample. Without a design there are no standard errors; a census has none.
    missing : {"complete", "bounds"}
        "complete" estimates from the households with all answers, and counts the others in
        ``n_missing``. "bounds" also gives the least and the most that H, M0 and the headcount
        ratios of the indicators can be over all households.
    gaps : pandas.DataFrame, optional
        Normalised gaps, 0 to 1, in the columns of the indicators and on the same index, for M1
        and M2. Gaps of indicators that are not deprived count as 0.
    vulnerable_from, severe_from : float, fractions.Fraction or str
        Least share of the total weight of the vulnerable (who are below `k`), and of the severely
        poor (who are poor too).
    interval : {"logit", "t", "normal"}, optional
        "logit" by default where there is a design.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, one row per statistic, on a RangeIndex. Columns:

        - ``measure`` (category): poor, the weighted number of the poor; H, A, M0, and M1, M2 with
          `gaps`; hd and hdk, the raw and the
          censored headcount ratio of an indicator; actb and pctb, the absolute and the relative
          contribution of an indicator or a dimension to M0; population_share, contribution_H and
          contribution_M0 of a group; vulnerable, severe;
        - ``dimension``, ``indicator`` (string): of what; NA where it is of none;
        - ``k`` (float64): the cut-off; NaN for hd and population_share, which have none;
        - ``weighting`` (string): name of the specification;
        - ``level`` (string): "all", or the name of the groups; ``subgroup`` (object): the group;
        - ``unit`` (category): households or persons;
        - ``estimate``, ``se``, ``lower``, ``upper`` (float64) [fractions, never %; poor in units]:
          NaN where not defined: A and pctb where nobody is poor, and all without rows;
        - ``bound_lower``, ``bound_upper`` (float64) [fractions]: NaN unless `missing` is "bounds";
        - ``n`` (int64): households in the estimate; ``n_missing`` (int64): those of the group
          that are left out, as an answer is missing; ``df`` (float64): degrees of freedom: units
          less strata, of those with weight in the group.

    Raises
    ------
    ArgumentError
        If a cut-off is outside (0, 1], an indicator or a column is absent, or a word is unknown.
    InvalidDataError
        If an indicator or a gap holds something else, or as `measures.Design` says.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Notes
    -----
    Counting by Alkire and Foster (2011), Journal of Public Economics 95: 476-487. Every measure
    is a ratio of weighted totals; its standard error is from Taylor linearisation, or from the
    replicate weights of the design. Households outside a group stay in the design with weight 0.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> answers = pd.DataFrame({
    ...     "income": [0, 0, 1, 0], "school": [0, 1, 1, 1], "health": [0, 0, 1, 0],
    ...     "toilet": [0, 1, 1, 0]}).astype(bool)
    >>> chosen = mdp.measures.specification({name: [name] for name in answers})
    >>> table = mdp.measures.estimate(answers, chosen, k="2 of 4")
    >>> table.set_index("measure").loc[["H", "A", "M0"], "estimate"].tolist()
    [0.5, 0.75, 0.375]
    """
    data = as_frame(deprivations, "deprivations")
    scope = read_scope(
        data,
        "deprivations",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return estimates_in(
        data,
        scope,
        specification=specification,
        k=k,
        missing=missing,
        gaps=gaps,
        vulnerable_from=vulnerable_from,
        severe_from=severe_from,
    )


def estimates_in(
    data: pd.DataFrame,
    scope: Scope,
    *,
    specification: Specification | Sequence[Specification],
    k: CutOff | Iterable[CutOff],
    missing: Missing,
    gaps: pd.DataFrame | None,
    vulnerable_from: CutOff,
    severe_from: CutOff,
) -> pd.DataFrame:
    """The table of `estimate` of the households that a scope is about."""
    if missing not in get_args(Missing):
        raise ArgumentError(f"missing {missing!r} is not one of 'complete', 'bounds'")
    chosen = weightings_of(specification)
    indicators = list(dict.fromkeys(name for each in chosen for name in each.indicators))
    answers = answers_of(data, indicators)
    parts = []
    for order, each in enumerate(chosen):
        count = len(each.indicators)
        measured = _Weighing(
            each,
            order,
            {name: answers[name] for name in each.indicators},
            _gaps(gaps, each, data),
            (
                cut_off(vulnerable_from, count, "vulnerable_from"),
                cut_off(severe_from, count, "severe_from"),
            ),
            scope,
            missing == "bounds",
        )
        cuts = cut_offs(k, count)
        parts += [measured.of_level(level, cuts) for level in scope.levels]
    table = tidy_table(parts, scope, LABELS)
    texts = {name: table[name].astype("string") for name in ("dimension", "indicator", "weighting")}
    return table.assign(
        measure=pd.Categorical(table["measure"], categories=MEASURES),
        k=table["k"].astype(np.float64),
        **texts,
    )


@dataclass(frozen=True)
class _Weighing:
    """The answers that a specification counts, and whom the measures are about."""

    specification: Specification
    order: int
    truth: dict[str, tuple[BoolArray, BoolArray]]  # certain, possible
    gaps: dict[str, FloatArray] | None
    marks: tuple[Fraction, Fraction]
    scope: Scope
    with_bounds: bool

    @cached_property
    def complete(self) -> BoolArray | None:
        """Which households have all answers; None where all have."""
        keep = None
        for certain, possible in self.truth.values():
            if certain is not possible:
                known = certain == possible
                keep = known if keep is None else keep & known
        return keep

    @cached_property
    def certain_scores(self) -> npt.NDArray[Any]:
        """The score of what is known to be lacked."""
        return self._scores(0)

    @cached_property
    def possible_scores(self) -> npt.NDArray[Any]:
        """The score, should all that is not known be lacked too."""
        return self._scores(1)

    def _scores(self, side: Literal[0, 1]) -> npt.NDArray[Any]:
        columns = [pair[side] for pair in self.truth.values()]
        return scores(columns, self.specification.whole_weights, len(columns[0]))

    def of_level(
        self, level: Level, cuts: list[tuple[float, Fraction]]
    ) -> tuple[Level, Domains, BoolArray | None, list[Block]]:
        """All measures in the groups of a level."""
        domains = self.scope.domains(level, self.complete)
        base = domains.totals()
        blocks = list(self._without_cut_off(level, domains, base))
        for k, share in cuts:
            blocks += self._at_cut_off(level, domains, base, k, share)
        return level, domains, self.complete, blocks

    def _block(
        self,
        measure: str,
        estimate: Estimate,
        k: float = np.nan,
        dimension: str | None = None,
        indicator: str | None = None,
        bounds: tuple[FloatArray, FloatArray] | None = None,
        *,
        share: bool = True,
    ) -> Block:
        labels = {
            "measure": measure,
            "dimension": dimension,
            "indicator": indicator,
            "k": k,
            "weighting": self.specification.name,
        }
        return Block(labels, estimate, share=share, bounds=bounds, order=self.order)

    def _bounds(self, level: Level, least: Any, most: Any) -> tuple[FloatArray, FloatArray] | None:
        return self.scope.bounds(level, least, most) if self.with_bounds else None

    def _without_cut_off(
        self, level: Level, domains: Domains, base: DomainTotals
    ) -> Iterator[Block]:
        """Raw headcount ratios, and the share of each group in the population."""
        for name, (certain, possible) in self.truth.items():
            yield self._block(
                "hd",
                domains.totals(certain).over(base),
                dimension=self.specification.dimension_of[name],
                indicator=name,
                bounds=self._bounds(level, certain, possible),
            )
        if level is not self.scope.levels[0]:
            yield self._block("population_share", base.share_of(base))

    def _at_cut_off(
        self, level: Level, domains: Domains, base: DomainTotals, k: float, share: Fraction
    ) -> Iterator[Block]:
        chosen, score = self.specification, self.certain_scores
        least, whole = chosen.least_score(share), chosen.denominator
        poor = score >= least
        possible_score = self.possible_scores if self.with_bounds else score
        possible = possible_score >= least
        censored = np.where(poor, score, 0) / whole
        heads, deprivation = domains.totals(poor), domains.totals(censored)
        yield self._block("poor", heads.total(), k, share=False)
        yield self._block("H", heads.over(base), k, bounds=self._bounds(level, poor, possible))
        yield self._block("A", deprivation.over(heads), k)
        most = np.where(possible, possible_score, 0) / whole
        yield self._block(
            "M0", deprivation.over(base), k, bounds=self._bounds(level, censored, most)
        )
        yield from self._of_gaps(domains, base, k, poor)
        of_dimension: dict[str, DomainTotals] = {}
        for name, (certain, maybe) in self.truth.items():
            dimension, factor = chosen.dimension_of[name], float(chosen.weights[name])
            both = domains.totals(certain & poor)
            bounds = self._bounds(level, certain & poor, maybe & possible)
            headcount = both.over(base)
            yield self._block("hdk", headcount, k, dimension, name, bounds)
            yield self._block("actb", headcount.times(factor), k, dimension, name)
            part = both.times(factor)
            yield self._block("pctb", part.over(deprivation), k, dimension, name)
            so_far = of_dimension.get(dimension)
            of_dimension[dimension] = part if so_far is None else so_far.plus(part)
        for dimension, part in of_dimension.items():
            yield self._block("actb", part.over(base), k, dimension)
            yield self._block("pctb", part.over(deprivation), k, dimension)
        vulnerable, severe = (score >= chosen.least_score(mark) for mark in self.marks)
        yield self._block("vulnerable", domains.totals(vulnerable & ~poor).over(base), k)
        yield self._block("severe", domains.totals(severe & poor).over(base), k)
        if level is not self.scope.levels[0]:
            yield self._block("contribution_H", heads.share_of(heads), k)
            yield self._block("contribution_M0", deprivation.share_of(deprivation), k)

    def _of_gaps(
        self, domains: Domains, base: DomainTotals, k: float, poor: BoolArray
    ) -> Iterator[Block]:
        if self.gaps is None:
            return
        for power, code in ((1, "M1"), (2, "M2")):
            depth = np.zeros(len(poor))
            for name, weight in self.specification.weights.items():
                depth += float(weight) * self.gaps[name] ** power * self.truth[name][0]
            yield self._block(code, domains.totals(depth * poor).over(base), k)


# -- what goes in and comes out --------------------------------------------------------------


def answers_of(
    data: pd.DataFrame, indicators: Sequence[str]
) -> dict[str, tuple[BoolArray, BoolArray]]:
    """Certain and possible deprivation of each household; one array where all answers are known."""
    columns = [_column(name, "boolean") for name in indicators]
    faults = [each for column in columns for each in column_faults(data, column, needed=True)]
    if faults:
        raise InvalidDataError(report(faults, {"households": data}))
    truths = {name: truth_of(data[name])(slice(None)) for name in indicators}
    return {name: (truth.certain, truth.possible) for name, truth in truths.items()}


def _gaps(
    gaps: pd.DataFrame | None, chosen: Specification, data: pd.DataFrame
) -> dict[str, FloatArray] | None:
    if gaps is None:
        return None
    given = as_frame(gaps, "gaps")
    columns = [_column(name, "number", high=1, required=True) for name in chosen.indicators]
    present = [name for name in chosen.indicators if name in given.columns]
    table = pd.DataFrame(
        {name: values_of(given[name], data, "deprivations", "gaps") for name in present},
        index=data.index,
    )
    faults = [each for column in columns for each in column_faults(table, column, needed=True)]
    if faults:
        raise InvalidDataError(report(faults, {"households": table}))
    return {name: numbers_of(table[name]) for name in chosen.indicators}


def _column(name: str, kind: Literal["boolean", "number"], **bounds: Any) -> Column:
    return Column(table="households", name=name, kind=kind, label=Label(vi=name, en=name), **bounds)
