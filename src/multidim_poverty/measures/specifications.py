"""What a measure counts: indicators in dimensions, their weights as exact fractions, cut-offs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_scalar

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import as_standard
from multidim_poverty.law.poverty_standard import Standard

__all__ = [
    "CutOff",
    "Specification",
    "cut_off",
    "cut_offs",
    "exact_fraction",
    "scores",
    "specification",
    "weightings_of",
]

CutOff = float | Fraction | str
LARGEST_SCORE = 2**53
ROUNDINGS = 8  # how often a float may have been rounded, such as 0.1 + 0.2


@dataclass(frozen=True)
class Specification:
    """Indicators in their dimensions, with a weight for each.

    `specification` makes it.

    Parameters
    ----------
    name : str
        Of the weighting, for the column ``weighting``.
    dimensions : Mapping of str to tuple of str
        Dimension -> its indicators.
    weights : Mapping of str to fractions.Fraction
        Indicator -> its weight; together 1.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> chosen = mdp.measures.specification({"health": ["ill", "hungry"], "school": ["absent"]})
    >>> {name: str(weight) for name, weight in chosen.weights.items()}
    {'ill': '1/4', 'hungry': '1/4', 'absent': '1/2'}
    """

    name: str
    dimensions: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, Fraction]

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators, in order."""
        return tuple(self.weights)

    @property
    def dimension_of(self) -> dict[str, str]:
        """Indicator -> its dimension."""
        return {each: name for name, inside in self.dimensions.items() for each in inside}

    @property
    def denominator(self) -> int:
        """The least number by which every weight is whole: the score of who lacks everything."""
        return math.lcm(*(weight.denominator for weight in self.weights.values()))

    @property
    def whole_weights(self) -> tuple[int, ...]:
        """The weights as whole numbers, which sum to the denominator."""
        return tuple(int(weight * self.denominator) for weight in self.weights.values())

    def least_score(self, k: Fraction) -> int:
        """The least score, in whole weights, that reaches a cut-off: compared exactly."""
        return math.ceil(k * self.denominator)


def specification(
    standard_or_dimensions: Standard | str | Mapping[str, Sequence[str]],
    *,
    weights: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Specification:
    """Put indicators into dimensions and weigh them, for `measures.estimate`.

    The law counts deprivations and weighs none; weights are a choice of research, so they stand
    apart from the standard.

    Parameters
    ----------
    standard_or_dimensions : Standard, str, or mapping of str to sequence of str
        A standard or its name, for its own dimensions; or dimension -> indicators.
    weights : mapping of str to number, optional
        Weight of each indicator, or of each dimension (which its indicators share equally):
        positive, together 1, as `fractions.Fraction`, as text ("1/12") or as float. By default
        the dimensions weigh the same, and the indicators of a dimension too.
    name : str, optional
        Of the weighting; "equal_nested" by default, "given" where weights are given.

    Returns
    -------
    Specification
        With the weights as exact fractions.

    Raises
    ------
    ArgumentError
        If an indicator stands twice, a dimension is empty, or weights name something else, are
        not positive or do not sum to 1.
    UnknownNameError
        If no standard has that name.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> chosen = mdp.measures.specification("decree_07_2021")
    >>> set(map(str, chosen.weights.values())), len(chosen.dimensions)
    ({'1/12'}, 6)
    """
    dimensions = _dimensions(standard_or_dimensions)
    indicators = [each for inside in dimensions.values() for each in inside]
    if weights is None:
        equal = Fraction(1, len(dimensions))
        exact = {each: equal / len(inside) for inside in dimensions.values() for each in inside}
    else:
        exact = _weights(weights, dimensions, indicators)
    chosen = Specification(
        name=name or ("equal_nested" if weights is None else "given"),
        dimensions=MappingProxyType(dimensions),
        weights=MappingProxyType(exact),
    )
    if chosen.denominator > LARGEST_SCORE:
        raise ArgumentError(
            f"the weights have no common denominator up to 2**53 ({chosen.denominator}); write "
            f"them as fractions, such as '1/12'"
        )
    return chosen


def _dimensions(of: Standard | str | Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    if isinstance(of, Mapping):
        lists = [
            tuple(inside) if isinstance(inside, Iterable) and not isinstance(inside, str) else ()
            for inside in of.values()
        ]
        names = [*of, *(each for inside in lists for each in inside)]
        if not lists or not all(lists) or not all(isinstance(name, str) for name in names):
            raise ArgumentError(
                "dimensions are a mapping of the name of each to the list of its indicators, which "
                "are names of columns, as text"
            )
        dimensions = dict(zip(of, lists, strict=True))
    else:
        standard = as_standard(of)
        dimensions = {
            dimension.id: tuple(
                one.id for one in standard.indicators if one.dimension == dimension.id
            )
            for dimension in standard.dimensions
        }
        dimensions = {name: inside for name, inside in dimensions.items() if inside}
    counts = Counter(each for inside in dimensions.values() for each in inside)
    if twice := [each for each, number in counts.items() if number > 1]:
        raise ArgumentError(f"indicators stand twice: {', '.join(map(repr, twice))}")
    return dimensions


def _weights(
    weights: Mapping[str, Any], dimensions: dict[str, tuple[str, ...]], indicators: list[str]
) -> dict[str, Fraction]:
    if not isinstance(weights, Mapping | pd.Series):
        raise ArgumentError(
            f"weights {weights!r} are no mapping; give the weight of each indicator, or of each "
            f"dimension"
        )
    given = {
        str(name): exact_fraction(value, f"weight of {name}") for name, value in weights.items()
    }
    if set(given) == set(indicators):
        exact = {name: given[name] for name in indicators}
    elif set(given) == set(dimensions):
        exact = {
            each: given[name] / len(inside)
            for name, inside in dimensions.items()
            for each in inside
        }
    else:
        unknown = sorted(set(given) - set(indicators) - set(dimensions))
        absent = sorted(set(indicators) - set(given))
        raise ArgumentError(
            f"weights are for each indicator, or for each dimension: unknown "
            f"{', '.join(map(repr, unknown)) or 'none'}; without a weight "
            f"{', '.join(map(repr, absent)) or 'none'}"
        )
    bad = {name: weight for name, weight in given.items() if weight <= 0}
    total = sum(given.values(), Fraction(0))
    if bad or total != 1:
        raise ArgumentError(
            f"weights sum to {total} ({float(total)}), not positive: "
            f"{', '.join(map(repr, bad)) or 'none'}; give positive weights that sum to 1"
        )
    return exact


def exact_fraction(value: Any, argument: str) -> Fraction:
    """A number as the fraction that was meant: 1/3 as a float is one third.

    A float stands for the fraction with a denominator of up to a million (of a coarser type: up to
    a hundred) that it differs from by no more than a sum of such fractions may be rounded.
    """
    if not isinstance(value, bool | np.bool_):
        try:
            if isinstance(value, str | Decimal | Rational):
                return Fraction(value)
            if isinstance(value, Real):
                number = float(value)
                kind = np.finfo(type(value) if isinstance(value, np.floating) else float)
                near = Fraction(number).limit_denominator(10 ** (2 * kind.precision // 5))
                rounded = abs(float(near) - number) <= ROUNDINGS * float(kind.eps) * abs(number)
                return near if rounded else Fraction(str(value))
        except (ValueError, ZeroDivisionError, OverflowError):
            pass
    raise ArgumentError(
        f"{argument} {value!r} is no number and no fraction such as '1/12'; give one"
    )


def cut_off(k: CutOff, indicators: int, argument: str = "k") -> Fraction:
    """A poverty cut-off as a share of the total weight.

    Parameters
    ----------
    k : float, fractions.Fraction or str
        Above 0 and at most 1; or in words, "3 of 12".
    indicators : int
        How many indicators there are, which words must name.
    argument : str
        Name of the argument that `k` is, for the message.
    """
    if isinstance(k, str) and (words := re.fullmatch(r"\s*(\d+)\s+of\s+(\d+)\s*", k, re.I)):
        number, of = map(int, words.groups())
        if of != indicators:
            raise ArgumentError(
                f"{argument} {k!r} speaks of {of} indicators; there are {indicators}: write "
                f"'{number} of {indicators}'"
            )
        share = Fraction(number, of)
    else:
        share = exact_fraction(k, argument)
    if not 0 < share <= 1:
        raise ArgumentError(
            f"{argument} {k!r} is not above 0 and at most 1: it is the share of the total weight "
            f"from which on a household is poor; write 33 % as 1/3 or 0.33, counts as "
            f"'3 of {indicators}'"
        )
    return share


def cut_offs(k: CutOff | Iterable[CutOff], indicators: int) -> list[tuple[float, Fraction]]:
    """Cut-offs as float, for the table, and as exact share; each once."""
    chosen: list[Any] = list(k) if isinstance(k, Iterable) and not is_scalar(k) else [k]
    if not chosen:
        raise ArgumentError("k names no cut-off; give one or several, such as 1/3")
    shares = list(dict.fromkeys(cut_off(each, indicators) for each in chosen))
    return [(float(share), share) for share in shares]


def weightings_of(specification: Specification | Iterable[Specification]) -> list[Specification]:
    """One or several specifications as a list.

    Raises
    ------
    ArgumentError
        If one is something else, or two have one name.
    """
    several: Any = specification if isinstance(specification, Iterable) else [specification]
    weightings = list(several)
    if not weightings or not all(isinstance(each, Specification) for each in weightings):
        raise ArgumentError("specification is what measures.specification makes, or several")
    if len({each.name for each in weightings}) < len(weightings):
        raise ArgumentError("specifications have one name; name each with name=")
    return weightings


def scores(
    deprived: Iterable[npt.NDArray[np.bool_]], whole_weights: Sequence[int], rows: int
) -> npt.NDArray[Any]:
    """The weighted number of deprivations of each row, in whole weights."""
    kind = np.int16 if sum(whole_weights) <= np.iinfo(np.int16).max else np.int64
    total: npt.NDArray[Any] = np.zeros(rows, dtype=kind)
    for column, weight in zip(deprived, whole_weights, strict=True):
        ones = column.view(np.int8)
        total += ones if weight == 1 else ones * kind(weight)
    return total
