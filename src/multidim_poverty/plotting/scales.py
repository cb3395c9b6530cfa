"""Scales of maps: the bounds of the bands that rates fall into, for one picture or for several.

Numbers are rounded as they are printed before bounds are chosen, so that what is shown decides.
Quantiles and natural breaks are those of `mapclassify` (extra ``breaks``).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, optional_imports
from multidim_poverty.language import Language, number_text, rounded
from multidim_poverty.plotting.words import word

__all__ = ["MOST_BANDS", "Method", "Scale", "scale", "scale_of"]

Method = Literal["equal", "quantiles", "natural_breaks"]
Hundredths = npt.NDArray[np.int64]
MOST_BANDS = 7  # more look alike in grey
FAR = 3.0  # distances between the quartiles, beyond which a value is far from the rest
MOST_VALUES = 1000  # of which natural breaks are found in about a second
LARGEST = 1e12
# In hundredths: steps of one width, and to what bounds between two values are rounded.
ROUND = [1, 2, 5, *(n * 10**power for power in range(15) for n in (10, 20, 25, 50))]
STEPS = [n * 10**power for power in range(6, -1, -1) for n in (5, 1)]


@dataclass(frozen=True)
class Scale:
    """The bounds of the bands of a map.

    Parameters
    ----------
    bounds : sequence of float
        Rising. A band holds its lower bound, the last one both. ``-inf`` and ``inf`` leave the
        first and the last band open.
    centre : float, optional
        One of the bounds, around which the others lie in pairs: numbers below and above it have
        colours of two kinds. The number itself is a band of its own, and that above it does not
        hold it. Around zero, numbers are printed with their sign.

    Raises
    ------
    ArgumentError
        If the bounds do not rise, are more than the bands that can be told apart in grey (7, or 3
        on each side of the centre), or do not lie in pairs around the centre.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.plotting.Scale([0, 5, 10, float("inf")]).labels("en")
    ['0 to under 5', '5 to under 10', '10 or more']
    >>> mdp.plotting.Scale([-2, 0, 2], centre=0).labels("vi")
    ['từ -2 đến dưới 0', '0', 'trên 0 đến +2']
    """

    bounds: tuple[float, ...]
    centre: float | None = None

    def __post_init__(self) -> None:
        bounds = tuple(float(bound) for bound in self.bounds)
        object.__setattr__(self, "bounds", bounds)
        finite = [bound for bound in bounds if np.isfinite(bound)]
        if len(bounds) < 2 or not finite or not all(np.diff(bounds) > 0):
            raise ArgumentError(f"bounds {list(bounds)} do not rise; pass two or more that do")
        many, most = len(bounds) - 1, MOST_BANDS
        if self.centre is not None:
            object.__setattr__(self, "centre", float(self.centre))
            pairs = [_plain(low + high) for low, high in zip(finite, finite[::-1], strict=True)]
            open_ends = int(np.isinf(bounds[0])) + int(np.isinf(bounds[-1]))
            twice = _plain(2 * self.centre)
            if self.centre not in bounds or open_ends == 1 or any(pair != twice for pair in pairs):
                raise ArgumentError(
                    f"bounds {list(bounds)} do not lie in pairs around the centre {self.centre:g}; "
                    f"pass it, and for each bound below it the one that is as far above it"
                )
            most -= 1
        if many > most:
            raise ArgumentError(f"{many} bands; more than {most} look alike in grey")

    @property
    def decimals(self) -> int:
        """Decimals of printed numbers: two, or as many as the bounds need."""
        return max(2, *(_decimals(bound) for bound in self.bounds))

    @property
    def bands(self) -> int:
        """Number of bands, with that of the centre."""
        return len(self.bounds) - 1 + (self.centre is not None)

    def band(self, number: float) -> int | None:
        """Place of the band that holds a number as it is printed; None outside the bounds."""
        if not self.bounds[0] <= number <= self.bounds[-1]:
            return None
        last = len(self.bounds) - 2
        at = min(int(np.searchsorted(self.bounds, number, side="right")) - 1, last)
        if self.centre is None or number < self.centre:
            return at
        middle = (last + 1) // 2
        return middle if number == self.centre else at + 1

    def text(self, number: float, language: Language) -> str:
        """A number as the map prints it; with its sign where the scale is one around zero."""
        shown = rounded(number, self.decimals).normalize()
        signed = self.centre == 0 and shown != 0
        return number_text(shown, "+,f" if signed else ",f", language)

    def labels(self, language: Language) -> list[str]:
        """What the bands hold, in words, from the lowest to the highest."""
        labels, last = [], len(self.bounds) - 2
        for n, (low, high) in enumerate(zip(self.bounds, self.bounds[1:], strict=False)):
            above = self.centre is not None and low == self.centre
            if above:
                labels.append(self.text(low, language))
            start = "" if np.isinf(low) else "_over" if above else "_from"
            end = "" if np.isinf(high) else "_to" if n == last else "_under"
            ends = {
                "low": self.text(low, language) if start else "",
                "high": self.text(high, language) if end else "",
            }
            labels.append(word(f"band{start}{end}", language, **ends))
        return labels


def scale(
    rates: pd.Series[Any] | Sequence[pd.Series[Any]],
    *,
    bands: int | None = None,
    method: Method = "equal",
    centre: float | None = None,
) -> Scale:
    """Bounds for a map, or one scale for several maps that are to be compared.

    Parameters
    ----------
    rates : pandas.Series, or sequence of them
        Rates [%] or changes [percentage points] by code of the unit, such as ``rate`` of `rates`:
        one Series for each map, year or column. Missing ones are left out.
    bands : int, optional
        How many at most, 3 to 7: 5 by default. With a centre an even number to 6, which is the
        default; that of the centre itself is not counted.
    method : {"equal", "quantiles", "natural_breaks"}
        ``equal``: steps of one round number. A value that lies farther from the quartiles (of the
        distinct values) than three times their distance does not stretch the steps: it falls into
        an open first or last band. ``quantiles``: about as many units in each band.
        ``natural_breaks``: bands whose values lie as close together as possible (Fisher and
        Jenks); of more than 1000 values, 1000 that are evenly spread over their order. A bound
        of the two is the roundest number between two neighbouring values.
    centre : float, optional
        The number that decides between the two colours of a diverging scale: 0 for changes. The
        bounds are those of the distances from it, below and above.

    Returns
    -------
    Scale
        Bands that no unit falls into are kept. Where all units have one value, the only band
        reaches from 0 to it, or to 1 at least; without any value, from 0 to 100. Around a centre
        from which nothing differs, the bands reach as far as 1.

    Raises
    ------
    ArgumentError
        If `rates` are not Series of finite numbers, or ``bands`` or `method` is something else.
    MissingExtraError
        If `method` is not ``equal`` and the extra ``breaks`` is not installed.

    See Also
    --------
    Scale : the same from bounds of your own.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> old = pd.Series({"a": 2.1, "b": 7.4, "c": 3.3, "d": 6.0, "e": 61.0})
    >>> new = pd.Series({"a": 1.0, "b": 5.0, "c": 3.9, "d": None, "e": 60.0})
    >>> mdp.plotting.scale([old, new]).bounds
    (0.0, 2.0, 4.0, 6.0, 8.0, inf)
    >>> mdp.plotting.scale(new - old, centre=0, bands=4).labels("en")
    ['-4 to under -2', '-2 to under 0', '0', 'over 0 to under +2', '+2 to +4']
    >>> mdp.plotting.scale(old, method="natural_breaks", bands=3).bounds
    (0.0, 5.0, 50.0, 65.0)
    """
    if method not in get_args(Method):
        raise ArgumentError(f"method {method!r} is not one of {', '.join(get_args(Method))}")
    most = MOST_BANDS - (centre is not None)
    if bands is None:
        bands = 5 if centre is None else 6
    if not 3 <= bands <= most or (centre is not None and bands % 2):
        kind = f"from 3 to {most}" if centre is None else "4 or 6, as there is a centre"
        raise ArgumentError(f"bands {bands!r} is not a number {kind}")
    numbers = _numbers(rates)
    if centre is None:
        return Scale(_bounds(_hundredths(numbers), bands, method))
    distances = np.abs(_hundredths(numbers) - _hundredths(np.array([centre], dtype=np.float64)))
    distances = distances[distances > 0]
    reach = _bounds(distances, bands // 2, method, floor=0) if len(distances) else (0.0, 1.0)
    below = [_plain(centre - distance) for distance in reach[:0:-1]]
    return Scale((*below, centre, *(_plain(centre + distance) for distance in reach[1:])), centre)


def scale_of(rates: pd.Series[Any], shared: Scale | None, bins: Sequence[float] | None) -> Scale:
    """The scale of a map: the one that it shares with others, that of its bounds, or its own."""
    if shared is None:
        return scale(rates) if bins is None else Scale(tuple(bins))
    if bins is not None:
        raise ArgumentError("bounds are given twice; pass scale or bins, not both")
    if not isinstance(shared, Scale):
        raise ArgumentError(
            f"scale is a {type(shared).__name__}; pass a Scale, from plotting.scale or its bounds"
        )
    return shared


def _numbers(rates: Any) -> npt.NDArray[np.float64]:
    """The numbers of all Series that are known."""
    several = [rates] if isinstance(rates, pd.Series) else rates
    if (
        not isinstance(several, Sequence)
        or not several
        or not all(isinstance(one, pd.Series) for one in several)
    ):
        raise ArgumentError(
            f"rates is a {type(rates).__name__}; pass a pandas.Series of numbers, or a list of "
            f"them, such as the column 'rate' of a table from rates"
        )
    try:
        numbers: npt.NDArray[np.float64] = np.concatenate(
            [one.to_numpy("float64", na_value=np.nan) for one in several]
        )
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"rates hold what is not a number: {error}") from error
    if (np.abs(numbers) > LARGEST).any():
        raise ArgumentError("rates hold infinite or very large numbers; leave them missing")
    return numbers[~np.isnan(numbers)]


def _hundredths(numbers: npt.NDArray[np.float64]) -> Hundredths:
    """Numbers in units of the second decimal, rounded as they are printed."""
    distinct, at = np.unique(numbers, return_inverse=True)
    units = [int(rounded(number).scaleb(2)) for number in distinct.tolist()]
    return np.array(units, dtype=np.int64)[at]


def _bounds(
    values: Hundredths, bands: int, method: Method, floor: int | None = None
) -> tuple[float, ...]:
    """The bounds of so many bands at most that hold the values; from `floor` where it is given."""
    distinct = np.unique(values)
    if len(distinct) < 2:
        only = int(distinct[0]) / 100 if len(distinct) else 100.0
        return (only, 0.0) if only < 0 else (0.0, max(only, 1.0))
    if method == "equal":
        return _equal(distinct, bands, floor)
    return _uneven(np.sort(values), bands, method, floor)


def _equal(distinct: Hundredths, bands: int, floor: int | None) -> tuple[float, ...]:
    """Steps of one round number; what lies far from the rest is in an open band."""
    first, last = np.percentile(distinct, [25, 75])
    reach = FAR * (last - first)
    near = distinct[(distinct >= first - reach) & (distinct <= last + reach)]
    low, high = (distinct[0], distinct[-1]) if floor is None else (floor, distinct[-1])
    start, end = near[0] if floor is None else floor, near[-1]
    end += int(end < high)  # which the open band does not hold
    ticks = _round_steps(int(start), int(end), bands - int(start > low) - int(end < high))
    below, above = [-np.inf] * int(low < ticks[0]), [np.inf] * int(high > ticks[-1])
    return (*below, *(tick / 100 for tick in ticks), *above)


def _round_steps(low: int, high: int, most: int) -> list[int]:
    """Multiples of the smallest round number that reach over the values in so many steps."""
    step = next(step for step in ROUND if -(-high // step) - low // step <= max(most, 2))
    first, last = low // step, -(-high // step)
    return [n * step for n in ((first, last) if most < 2 else range(first, last + 1))]


def _uneven(values: Hundredths, bands: int, method: Method, floor: int | None) -> tuple[float, ...]:
    """Bounds that follow the sorted values."""
    with optional_imports():
        import mapclassify

    if method == "natural_breaks" and len(values) > MOST_VALUES:
        spread = values[np.linspace(0, len(values) - 1, MOST_VALUES).round().astype(int)]
    else:
        spread = values
    distinct = np.unique(values)
    classify = {"quantiles": mapclassify.Quantiles, "natural_breaks": mapclassify.FisherJenks}
    with warnings.catch_warnings():  # of values that tie, and that it is slow without numba
        warnings.simplefilter("ignore", UserWarning)
        highest = classify[method](spread, k=min(bands, len(np.unique(spread)))).bins
    places = np.unique(np.searchsorted(distinct, highest[:-1], side="right"))
    gaps = [(int(distinct[n - 1]), int(distinct[n])) for n in places if 0 < n < len(distinct)]
    if not gaps:
        return _equal(distinct, bands, floor)
    steps, inner = zip(*(_roundest(*gap) for gap in gaps), strict=True)
    step, low, high = min(steps), int(distinct[0]), int(distinct[-1])
    start = low // step * step if floor is None else floor
    end = max(-(-high // step), inner[-1] // step + 1) * step
    return tuple(bound / 100 for bound in (start, *inner, end))


def _roundest(low: int, high: int) -> tuple[int, int]:
    """The largest step with a multiple above `low` and up to `high`, and its most central one."""
    step = next(step for step in STEPS if high // step > low // step)
    central = round((low + high) / 2 / step)
    return step, step * min(max(central, low // step + 1), high // step)


def _decimals(bound: float) -> int:
    """Decimals of a bound, as it is written; none of an open one."""
    exponent = Decimal(repr(bound)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _plain(number: float) -> float:
    """A number without the last bits that arithmetic leaves."""
    return float(rounded(float(number), 9)) if np.isfinite(number) else float(number)
