"""The change of a rate between two surveys that are samples: estimates of what made it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.design import Design, DesignLike, FloatArray, Sample
from multidim_poverty.measures.inference import (
    Domains,
    DomainTotals,
    Estimate,
    Interval,
    intervals,
    sample_of,
)

__all__ = ["estimated_contributions", "wave_designs"]

State = tuple[int, ...]


def wave_designs(
    start: DesignLike | None,
    end: DesignLike | None,
    interval: Interval | None,
    confidence: float,
) -> tuple[Design, Design] | None:
    """The designs of both surveys; None where they are no samples.

    Raises
    ------
    ArgumentError
        If one survey has a design and the other has none, or as `sample_of`; or if the interval is
        one for shares.
    """
    if interval == "logit":
        raise ArgumentError("interval 'logit' is for shares, and a change is none; take 't'")
    if isinstance(start, Design) and isinstance(end, Design):
        sample_of(Design(), pd.DataFrame(), "start", interval, confidence)
        return start, end
    if start != end:
        raise ArgumentError("one survey has a design and the other has none; give both or none")
    sample_of(start, pd.DataFrame(), "start", interval, confidence)
    return None


def estimated_contributions(
    contributions: Mapping[str, Mapping[State, Fraction]],
    states: Mapping[State, tuple[FloatArray, FloatArray]],
    sample: Sample,
    *,
    interval: Interval,
    confidence: float,
) -> pd.DataFrame:
    """The table of `decompose_change`, of what each row of the sample counts in each state."""
    everywhere = np.zeros(len(sample.weight), dtype=np.intp)
    domains = Domains(everywhere, 1, sample.weight, None, sample)
    totals = {
        state: (domains.totals(listed), domains.totals(everybody))
        for state, (listed, everybody) in states.items()
    }
    rates = {state: listed.over(everybody) for state, (listed, everybody) in totals.items()}
    rows = {}
    for cause, parts in contributions.items():
        weights = {state: float(part) for state, part in parts.items()}
        listed, value = np.zeros(1), np.zeros(1)
        for state, part in weights.items():
            listed = listed + part * totals[state][0].by_domain
            value = value + part * rates[state].value
        variance = _variance(domains, totals, weights, value)
        change = Estimate(100 * value, 100 * np.sqrt(variance))
        df = domains.degrees_of_freedom
        bounds = intervals(change, df, interval, confidence, share=False)
        columns = (listed, change.value, change.se, *bounds, df)
        rows[cause] = [float(column[0]) for column in columns]
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["listed", "points", "se", "lower", "upper", "df"]
    )
    return table.rename_axis("cause")


def _variance(
    domains: Domains,
    totals: Mapping[State, tuple[DomainTotals, DomainTotals]],
    weights: Mapping[State, float],
    value: FloatArray,
) -> FloatArray:
    """The variance of a weighted sum of the rates of the states."""
    sample = domains.sample
    assert sample is not None
    if sample.replicates is None:
        influence = sum(
            part * totals[state][0].influence(totals[state][1]) for state, part in weights.items()
        )
        return domains.variance(np.asarray(influence))
    again = np.zeros((len(sample.replicate_scales), 1))
    for state, part in weights.items():
        listed, everybody = (each.replicated for each in totals[state])
        assert listed is not None
        assert everybody is not None
        again = again + part * listed / everybody
    squares = (again - value) ** 2
    return np.asarray((sample.replicate_scales[:, None] * squares).sum(axis=0))
