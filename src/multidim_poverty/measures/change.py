"""Change of H, A and M0 between two waves of a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.design import Design, DesignLike, FloatArray, stack_designs
from multidim_poverty.measures.estimation import answers_of
from multidim_poverty.measures.inference import (
    Domains,
    DomainTotals,
    Estimate,
    Interval,
    divided,
    intervals,
    sample_of,
)
from multidim_poverty.measures.specifications import CutOff, Specification, cut_offs, scores
from multidim_poverty.measures.subgroups import levels_of, person_counts
from multidim_poverty.measures.tidy import UNITS
from multidim_poverty.schema.arguments import as_frame, groups_of

__all__ = ["changes"]

CHANGES = ("absolute", "relative", "annualised", "by_incidence", "by_intensity")
MEASURES = ("H", "A", "M0")
NAMES = ("before", "after")
COLUMNS = (
    "measure",
    "change",
    "k",
    "weighting",
    "level",
    "subgroup",
    "unit",
    "before",
    "after",
    "estimate",
    "se",
    "lower",
    "upper",
    "df",
    "n_before",
    "n_after",
    "n_missing_before",
    "n_missing_after",
)


def changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    specification: Specification,
    *,
    k: CutOff | Iterable[CutOff],
    shared_psus: bool,
    years: float | None = None,
    by: str | None = None,
    persons: bool | str | None = None,
    design_before: DesignLike | None = None,
    design_after: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Change of H, A and M0 between two waves, with standard errors.

    Parameters
    ----------
    before, after : pandas.DataFrame
        The waves, as `measures.estimate` takes them.
    specification : Specification
        What is counted, the same in both waves.
    k : float, fractions.Fraction, str, or iterable of them
        As for `measures.estimate`.
    shared_psus : bool
        Whether units of one name, in a stratum of one name, are one unit drawn for both waves (a
        panel, or a master sample). Their waves are then not independent, and the covariance
        counts.
    years : float, optional
        Years between the waves, for the annualised change.
    by : str, optional
        A column of both waves.
    persons : bool or str, optional
        As for `measures.estimate`: True, or a column of both waves.
    design_before, design_after : Design or "census", optional
        Of the waves: both or none; of the same parts.
    interval : {"t", "normal"}, optional
        "t" by default where there are designs.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, one row per statistic and group, on a RangeIndex. Columns:

        - ``measure`` (category: H, A, M0), ``change`` (category): absolute, after less before;
          relative, of the value before; annualised, the constant yearly rate (with `years`);
          by_incidence and by_intensity, the two parts of the absolute change of M0 that come
          from H and from A (Shapley: each valued at the mean of the other);
        - ``k``, ``weighting``, ``level``, ``subgroup``, ``unit``: as for `measures.estimate`;
        - ``before``, ``after`` (float64): the measure in each wave;
        - ``estimate``, ``se``, ``lower``, ``upper``, ``df`` (float64): of the change;
        - ``n_before``, ``n_after``, ``n_missing_before``, ``n_missing_after`` (int64): households
          with all answers, and those that are left out.

    Raises
    ------
    ArgumentError
        If one wave has a design and the other has none, `years` is not positive, or as
        `measures.estimate`.
    InvalidDataError
        As `measures.estimate`.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> chosen = mdp.measures.specification({"a": ["a"], "b": ["b"]})
    >>> first = pd.DataFrame({"a": [True, True, False, False], "b": [True, False, False, False]})
    >>> then = pd.DataFrame({"a": [True, False, False, False], "b": [True, False, False, False]})
    >>> table = mdp.measures.changes(first, then, chosen, k=1 / 2, shared_psus=False, years=2)
    >>> table.set_index(["measure", "change"]).loc[("H", "absolute"), "estimate"].item()
    -0.25
    """
    waves = as_frame(before, "before"), as_frame(after, "after")
    if years is not None and not (isinstance(years, Real) and 0 < years < np.inf):
        raise ArgumentError(f"years {years!r} is not above 0; give the years between the waves")
    if not isinstance(specification, Specification):
        raise ArgumentError("specification is what measures.specification makes")
    for name, value, kinds in (("by", by, str), ("persons", persons, str | bool)):
        if value is not None and not isinstance(value, kinds):
            raise ArgumentError(
                f"{name} is a {type(value).__name__}; name a column that both waves have"
            )
    if not isinstance(shared_psus, bool):
        raise ArgumentError(f"shared_psus {shared_psus!r} is neither True nor False")
    if (design_before is None) != (design_after is None) or (
        isinstance(design_before, Design) != isinstance(design_after, Design)
    ):
        raise ArgumentError("one wave has a design and the other has none; give both or none")
    if interval == "logit":
        raise ArgumentError("interval 'logit' is for shares, and a change is none; take 't'")
    number = len(waves[0])
    stacked = pd.concat(
        [
            _columns(wave, specification, by, persons, name)
            for wave, name in zip(waves, NAMES, strict=True)
        ],
        ignore_index=True,
    )
    later = np.arange(len(stacked)) >= number
    if isinstance(design_before, Design) and isinstance(design_after, Design):
        table, design = stack_designs(
            (design_before, design_after), waves, NAMES, shared=shared_psus
        )
        sample = sample_of(design, table, "both waves", interval, confidence)
    else:
        sample = sample_of(design_before, stacked, "before", interval, confidence)
    sizes = person_counts(persons, stacked, "both waves")
    weight = np.ones(len(stacked)) if sample is None else sample.weight
    weight = weight if sizes is None else weight * sizes
    truth = answers_of(stacked, specification.indicators)
    complete = np.ones(len(stacked), dtype=bool)
    for certain, possible in truth.values():
        complete &= certain == possible
    score = scores(
        [certain for certain, _ in truth.values()], specification.whole_weights, len(stacked)
    )
    frames = []
    for level in levels_of(by, stacked, "both waves"):
        groups = len(level.labels)
        codes = np.where(complete, level.codes, -1)
        of_group = Domains(codes, groups, weight, sizes, sample)
        of_wave = Domains(
            np.where(complete, level.codes + groups * later, -1), 2 * groups, weight, sizes, sample
        )
        counted = {
            "n": np.bincount(of_wave.codes[complete], minlength=2 * groups),
            "n_missing": np.bincount(
                (level.codes + groups * later)[~complete], minlength=2 * groups
            ),
        }
        for number_of_k, share in cut_offs(k, len(specification.indicators)):
            poor = score >= specification.least_score(share)
            censored = np.where(poor, score, 0) / specification.denominator
            pair = _WavePair(of_group, of_wave, poor, censored)
            for (measure, change), result in pair.results(years).items():
                values = pair.values[measure]
                df = of_group.degrees_of_freedom
                lower, upper = np.full(groups, np.nan), np.full(groups, np.nan)
                if sample is not None:
                    lower, upper = intervals(result, df, interval or "t", confidence, share=False)
                frames.append(
                    pd.DataFrame(
                        {
                            "measure": measure,
                            "change": change,
                            "k": number_of_k,
                            "weighting": specification.name,
                            "level": level.name,
                            "subgroup": pd.Series(list(level.labels), dtype=object),
                            "before": values[:groups],
                            "after": values[groups:],
                            "estimate": result.value,
                            "se": result.se,
                            "lower": lower,
                            "upper": upper,
                            "df": df,
                            **{
                                f"{name}_{wave}": each[place * groups :][:groups]
                                for name, each in counted.items()
                                for place, wave in enumerate(NAMES)
                            },
                        }
                    )
                )
    table = pd.concat(frames, ignore_index=True)
    unit = "households" if sizes is None else "persons"
    table = table.assign(
        measure=pd.Categorical(table["measure"], categories=MEASURES),
        change=pd.Categorical(table["change"], categories=CHANGES),
        unit=pd.Categorical([unit] * len(table), dtype=UNITS),
        weighting=table["weighting"].astype("string"),
        level=table["level"].astype("string"),
    )
    return table[[*COLUMNS]]


def _columns(
    wave: pd.DataFrame,
    specification: Specification,
    by: str | None,
    persons: bool | str | None,
    argument: str,
) -> pd.DataFrame:
    """The columns of a wave that are read."""
    groups_of(by, wave, argument)  # says what is wrong with `by`
    size = "household_size" if persons is True else persons
    names = [*specification.indicators, *([by] if by else []), *([size] if size else [])]
    if absent := [name for name in names if name not in wave.columns]:
        raise ArgumentError(f"{argument} has no column {', '.join(map(repr, absent))}")
    answers_of(wave, specification.indicators)  # names what is no answer, before it is converted
    columns = wave[names]
    return columns.astype(dict.fromkeys(specification.indicators, "boolean"))


@dataclass(frozen=True)
class _WavePair:
    """H, A and M0 in both waves, and what their change is.

    Each group is two domains of `of_wave`: the wave before, and behind all of these the wave after.
    """

    of_group: Domains
    of_wave: Domains
    poor: npt.NDArray[np.bool_]
    censored: FloatArray

    @cached_property
    def ratios(self) -> dict[str, tuple[DomainTotals, DomainTotals]]:
        """Measure -> the totals that it is the ratio of."""
        base = self.of_wave.totals()
        heads, lacking = self.of_wave.totals(self.poor), self.of_wave.totals(self.censored)
        return {"H": (heads, base), "A": (lacking, heads), "M0": (lacking, base)}

    @cached_property
    def values(self) -> dict[str, FloatArray]:
        """Measure -> its value in each domain."""
        return {
            name: divided(top.by_domain, bottom.by_domain)
            for name, (top, bottom) in self.ratios.items()
        }

    def results(self, years: float | None) -> dict[tuple[str, str], Estimate]:
        """Each change in each group."""
        found = _changes(self.values, years)
        return {
            name: Estimate(change.value, self._se(name, change, years))
            for name, change in found.items()
        }

    def _se(self, name: tuple[str, str], change: _Change, years: float | None) -> FloatArray:
        sample, groups = self.of_group.sample, self.of_group.number
        if sample is None:
            return np.full(groups, np.nan)
        if sample.replicates is not None:
            again = {}
            for measure, (top, bottom) in self.ratios.items():
                assert top.replicated is not None
                assert bottom.replicated is not None
                again[measure] = divided(top.replicated, bottom.replicated)
            squares = (_changes(again, years)[name].value - change.value) ** 2
            return np.asarray(np.sqrt((sample.replicate_scales[:, None] * squares).sum(axis=0)))
        influence = np.zeros(len(self.poor))
        domain = self.of_wave.codes
        for measure, slopes in change.slopes.items():
            columns: tuple[npt.NDArray[Any], npt.NDArray[Any] | None] = {
                "H": (self.poor, None),
                "A": (self.censored, self.poor),
                "M0": (self.censored, None),
            }[measure]
            size = self.ratios[measure][1].by_domain
            scale = divided(np.concatenate(slopes), size)[domain]
            below = np.ones(len(influence)) if columns[1] is None else columns[1]
            influence += scale * (columns[0] - self.values[measure][domain] * below)
        unknown = np.isnan(change.value)
        se = self.of_group.totals(np.nan_to_num(influence)).total().se
        return np.where(unknown, np.nan, se)


@dataclass(frozen=True)
class _Change:
    """A change in each group, and its slopes in the measures before and after."""

    value: FloatArray
    slopes: dict[str, tuple[FloatArray, FloatArray]]


def _changes(
    values: Mapping[str, FloatArray], years: float | None
) -> dict[tuple[str, str], _Change]:
    """All changes of the measures, whose last axis holds the groups before, then after."""
    halves = {name: np.split(value, 2, axis=-1) for name, value in values.items()}
    found = {}
    for name, (old, new) in halves.items():
        one = np.ones_like(old)
        found[name, "absolute"] = _Change(new - old, {name: (-one, one)})
        ratio = divided(new, old)
        found[name, "relative"] = _Change(
            ratio - 1, {name: (-divided(ratio, old), divided(one, old))}
        )
        if years is not None:
            rate = ratio ** (1 / years)
            slopes = -divided(rate, years * old), divided(rate, years * new)
            found[name, "annualised"] = _Change(rate - 1, {name: slopes})
    (h0, h1), (a0, a1) = halves["H"], halves["A"]
    mean_a, mean_h = (a0 + a1) / 2, (h0 + h1) / 2
    half_h, half_a = (h1 - h0) / 2, (a1 - a0) / 2
    found["M0", "by_incidence"] = _Change(
        mean_a * (h1 - h0), {"H": (-mean_a, mean_a), "A": (half_h, half_h)}
    )
    found["M0", "by_intensity"] = _Change(
        mean_h * (a1 - a0), {"A": (-mean_h, mean_h), "H": (half_a, half_a)}
    )
    return found
