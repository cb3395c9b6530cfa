"""The indicators of a plan, computed from classified households."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.columns import truth_of
from multidim_poverty.kleene import Truth
from multidim_poverty.law import Standard
from multidim_poverty.programmes.plan import UNITS, Unit
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["MEASURES", "measure"]

# indicator -> what is counted, and among whom (None: a count; (): among all households)
MEASURES: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "poor_households": (("poor",), None),
    "poor_rate": (("poor",), ()),
    "near_poor_households": (("near_poor",), None),
    "near_poor_rate": (("near_poor",), ()),
    "minority_poor_households": (("poor", "ethnic_minority"), None),
    "minority_poor_rate": (("poor", "ethnic_minority"), ("ethnic_minority",)),
    "minority_share_of_poor": (("poor", "ethnic_minority"), ("poor",)),
    "local_minority_poor_households": (("poor", "local_minority"), None),
    "local_minority_poor_rate": (("poor", "local_minority"), ("local_minority",)),
}
FLAGS = ("ethnic_minority", "local_minority")


def measure(result: pd.DataFrame, *, standard: Standard, period: str) -> pd.DataFrame:
    """The indicators of a plan as a result of `assess` gives them, exact counts kept.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household: ``poverty_class``, and for the rows on minorities
        ``ethnic_minority`` and ``local_minority`` (boolean); the rows that need an absent column
        are left out.
    standard : Standard
        The standard that gave the classes; rates of two standards cannot be compared.
    period : str
        When: the year (``"2022"``), or year and month (``"2021-09"``).

    Returns
    -------
    pandas.DataFrame
        One row per indicator: ``indicator``, ``period``, ``standard`` (string), ``unit``
        (category ``households`` or ``percent``), ``value`` (float64), ``numerator``,
        ``denominator`` (Int64 households; the denominator NA for a count), ``undetermined``
        (int64): households of which it is not known whether they belong in either. Where there is
        one, ``value`` is NaN, and ``numerator`` the households known to belong. A rate of nobody
        is NaN too.

    Raises
    ------
    ValueError
        If ``poverty_class`` is absent or holds anything but classes.

    Notes
    -----
    The poor rate of minorities divides by minority households; the share of minorities among the
    poor divides the same count by all poor households.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> result = pd.DataFrame({
    ...     "poverty_class": ["poor", "poor", "near_poor", "average"],
    ...     "ethnic_minority": [True, False, True, False]})
    >>> measured = mdp.programmes.targets.measure(
    ...     result, standard=mdp.standard("decree_07_2021"), period="2022")
    >>> measured.set_index("indicator")["value"].to_dict()["minority_poor_rate"]
    50.0
    """
    if "poverty_class" not in result.columns:
        raise ValueError("the result has no column poverty_class; take a result of assess")
    classes = result["poverty_class"].astype(object)
    strange = sorted({str(c) for c in classes.dropna().unique()} - set(PovertyClass.codes()))
    if strange:
        raise ValueError(
            f"poverty_class holds {', '.join(map(repr, strange))}; classes are "
            f"{', '.join(PovertyClass.codes())}"
        )
    unknown = classes.isna().to_numpy()
    flags = {"": Truth.known(np.ones(len(result), dtype=bool))}
    for name in ("poor", "near_poor"):
        certain = classes.eq(name).to_numpy(dtype=bool)
        flags[name] = Truth(certain, certain | unknown)
    for name in FLAGS:
        if name in result.columns:
            flags[name] = truth_of(result[name])(slice(None))
    rows = []
    for indicator, (part, whole) in MEASURES.items():
        if not {*part, *(whole or ())} <= set(flags):
            continue
        counted, among = _all(flags, part), _all(flags, whole or ())
        open_ = counted.possible & ~counted.certain
        if whole is not None:
            open_ = open_ | (among.possible & ~among.certain)
        numerator, denominator = int(counted.certain.sum()), int(among.certain.sum())
        undetermined = int(open_.sum())
        if undetermined or (whole is not None and not denominator):
            value = np.nan
        else:
            value = numerator if whole is None else 100 * numerator / denominator
        rows.append(
            {
                "indicator": indicator,
                "period": period,
                "standard": standard.name,
                "unit": str(Unit.HOUSEHOLDS if whole is None else Unit.PERCENT),
                "value": float(value),
                "numerator": numerator,
                "denominator": None if whole is None else denominator,
                "undetermined": undetermined,
            }
        )
    kinds: dict[str, Any] = {"unit": UNITS, "numerator": "Int64", "denominator": "Int64"}
    return pd.DataFrame(rows).astype(kinds)


def _all(flags: dict[str, Truth], names: tuple[str, ...]) -> Truth:
    found = flags[""]
    for name in names:
        found = found & flags[name]
    return found
