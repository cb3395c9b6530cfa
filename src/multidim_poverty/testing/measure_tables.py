"""Achievements to try measures of Alkire and Foster on, with lines, weights and a cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.testing.decoding import SEEDS

__all__ = ["STRUCTURES", "MeasureInputs", "measure_inputs", "measure_table"]

# How many indicators each dimension has; the weights are equal and nested. Six dimensions of two
# are the shape of the law: twelve weights of 1/12, whose sums in floating point miss their mark.
STRUCTURES: tuple[tuple[int, ...], ...] = (
    (1, 1),
    (2, 1, 3),
    (1, 1, 1, 1, 1),
    (3, 4, 5),
    (2, 2, 2, 2, 2, 2),
)


@dataclass(frozen=True)
class MeasureInputs:
    """What a measure of Alkire and Foster takes.

    Parameters
    ----------
    achievements : pandas.DataFrame
        One row per household, one column per indicator (int64): what it has, 0 or more. It is
        deprived below the line.
    lines : Mapping of str to int
        Indicator -> its line, above 0.
    weights : Mapping of str to fractions.Fraction
        Indicator -> its weight; together 1.
    k : fractions.Fraction
        Share of the total weight from which on a household is poor.
    household_weights : pandas.Series
        Households that each row stands for (int64), 1 or more.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.measure_inputs(), lambda inputs: True)
    >>> inputs.achievements.shape, 0 < inputs.k <= 1
    ((1, 2), True)
    """

    achievements: pd.DataFrame
    lines: Mapping[str, int]
    weights: Mapping[str, Fraction]
    k: Fraction
    household_weights: pd.Series[int]


def measure_inputs(*, max_size: int = 6) -> st.SearchStrategy[MeasureInputs]:
    """Small tables of achievements, most of them beside their lines; cut-offs that scores meet.

    Parameters
    ----------
    max_size : int
        Most households of a table; at least 1 is drawn.

    Returns
    -------
    hypothesis strategy of MeasureInputs
        2 to 12 indicators; equal nested weights, or others that are fractions with a small
        denominator; a cut-off that is the score of some household that could be, or beside one.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> inputs = find(testing.measure_inputs(), lambda inputs: len(inputs.lines) == 12)
    >>> str(sum(inputs.weights.values()))
    '1'
    """
    return _measure_inputs(max_size)


@st.composite
def _measure_inputs(draw: st.DrawFn, max_size: int) -> MeasureInputs:
    structure = draw(st.sampled_from(STRUCTURES))
    rows, beside = draw(st.integers(1, max_size)), draw(st.sampled_from([0, 0, 0, -1, 1]))
    equal = draw(st.booleans())
    rng = np.random.default_rng(draw(SEEDS))
    number = sum(structure)
    place = int(rng.integers(0, number))
    steps = rng.integers(-2, 2, rows * number)
    if beside == 0:  # the first household is at the cut-off, whatever the others are
        steps[:number] = np.where(np.arange(number) > place, steps[:number] % 2, -1)
    return measure_table(
        structure,
        [1] * number if equal else rng.integers(1, 6, number).tolist(),
        rng.integers(1, 10, number).tolist(),
        steps.tolist(),
        rng.integers(1, 6, rows).tolist(),
        place,
        beside,
    )


def measure_table(
    structure: tuple[int, ...],
    shares: list[int],
    line: list[int],
    steps: list[int],
    house: list[int],
    place: int,
    beside: int = 0,
) -> MeasureInputs:
    """A table of what was drawn: achievements so many steps from their lines.

    The weights are equal and nested where the `shares` are all the same, else as the shares say.
    The cut-off is the score of who lacks the first indicators up to a `place`, or a little less
    or more where `beside` is -1 or 1.
    """
    names = [f"x{number}" for number in range(1, sum(structure) + 1)]
    if len(set(shares)) == 1:
        nested = [Fraction(1, len(structure) * size) for size in structure for _ in range(size)]
    else:
        nested = [Fraction(share, sum(shares)) for share in shares]
    weights = dict(zip(names, nested, strict=True))
    k = sum(nested[: place + 1], Fraction(0))
    moved = k + Fraction(beside, 1000)
    lines = dict(zip(names, line, strict=True))
    index = pd.Index([f"h{number}" for number in range(1, len(house) + 1)], name="household_id")
    cells = np.array(steps, dtype=np.int64).reshape(len(house), len(names)) + np.array(line)
    return MeasureInputs(
        achievements=pd.DataFrame(np.maximum(cells, 0), index=index, columns=names),
        lines=lines,
        weights=weights,
        k=moved if 0 < moved <= 1 else k,
        household_weights=pd.Series(house, index=index, dtype=np.int64, name="weight"),
    )
