"""The indicators of a plan, from classified households or from the official tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.kleene import Truth
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures import headcount
from multidim_poverty.programmes.plan_model import UNITS, Unit
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.reading import truth_of

__all__ = ["MEASURES", "measure", "measure_tables"]

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

# indicator -> official table, column counted, and column it is a share of
IN_TABLES: dict[str, tuple[int, str, str | None]] = {
    "poor_households": (1, "poor_households", None),
    "poor_rate": (1, "poor_households", "households"),
    "near_poor_households": (1, "near_poor_households", None),
    "near_poor_rate": (1, "near_poor_households", "households"),
    "minority_poor_households": (12, "poor_minority_households", None),
    "minority_poor_rate": (12, "poor_minority_households", "minority_households"),
    "minority_share_of_poor": (12, "poor_minority_households", "poor_households"),
    "local_minority_poor_households": (12, "poor_local_minority_households", None),
    "local_minority_poor_rate": (
        12,
        "poor_local_minority_households",
        "local_minority_households",
    ),
}


def measure(result: pd.DataFrame, *, standard: StandardLike, period: str) -> pd.DataFrame:
    """The indicators of a plan as a result of `assess` gives them, exact counts kept.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household: ``poverty_class``, and for the rows on minorities
        ``ethnic_minority`` and ``local_minority`` (boolean); the rows that need an absent column
        are left out.
    standard : Standard or str
        The standard that gave the classes; rates of two standards cannot be compared.
    period : str
        When: the year (``"2022"``), or year and month (``"2021-09"``).

    Returns
    -------
    pandas.DataFrame
        One row per indicator: ``indicator``, ``period``, ``standard``, ``standard_hash`` (string:
        of its content), ``unit``
        (category ``households`` or ``percent``), ``value`` (float64), ``numerator``,
        ``denominator`` (Int64 households known to belong; the denominator NA for a count),
        ``undetermined`` (int64): households of which it is not known whether they belong in
        either. A rate of nobody is NaN.

    Raises
    ------
    InvalidDataError
        If a flag is not yes, no or missing.
    ArgumentError
        If ``poverty_class`` is absent or holds anything but classes, or `result` names another
        standard.

    Notes
    -----
    The poor rate of minorities divides by minority households; the share of minorities among the
    poor divides the same count by all poor households. Counts and bases are those of
    `measures.headcount`: a household without a class is in the base of a rate.

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
    result = as_frame(result, "result")
    standard = as_standard(standard)
    check_standard(result, standard)
    check_columns(result, None, [("households", name) for name in FLAGS])
    headcount(result)  # names what is no class
    classes = result["poverty_class"].astype(object)
    unknown = classes.isna().to_numpy()
    flags = {"": Truth.known(np.ones(len(result), dtype=bool))}
    for name in ("poor", "near_poor"):
        certain = classes.eq(name).to_numpy(dtype=bool)
        flags[name] = Truth(certain, certain | unknown)
    for name in FLAGS:
        if name in result.columns:
            flags[name] = truth_of(result[name])(slice(None))
    rows = []
    for indicator, (part_flags, whole_flags) in MEASURES.items():
        if not {*part_flags, *(whole_flags or ())} <= set(flags):
            continue
        counted, among = _all(flags, part_flags), _all(flags, whole_flags or ())
        unknown = counted.possible & ~counted.certain
        if whole_flags is not None:
            unknown = unknown | (among.possible & ~among.certain)
        rows.append(
            _Measured(
                indicator,
                _households(result, flags, part_flags),
                None if whole_flags is None else _households(result, flags, whole_flags),
                int(unknown.sum()),
            )
        )
    return _table(rows, standard, period)


def measure_tables(
    tables: Mapping[int, pd.DataFrame], *, standard: StandardLike, period: str
) -> pd.DataFrame:
    """The indicators of a plan as the official tables print them, exact counts kept.

    Parameters
    ----------
    tables : mapping of int to pandas.DataFrame
        Official tables by number, each with its total row (``level`` is ``total``). Read are
        table 1 (``households``, ``poor_households``, ``near_poor_households``) and table 12
        (``minority_households``, ``local_minority_households``, ``poor_households``,
        ``poor_minority_households``, ``poor_local_minority_households``); the rows that need an
        absent table or column are left out.
    standard : Standard or str
        As for `measure`.
    period : str
        As for `measure`.

    Returns
    -------
    pandas.DataFrame
        As of `measure`; ``undetermined`` is what the tables say beside the form in
        ``undetermined`` and, for table 12, ``unknown`` (0 where they have no such column). A base
        that is missing leaves the rate NaN.

    Raises
    ------
    ArgumentError
        If a table that is read has no total row, or more than one.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    Table 1 divides by the resident population, which may be entered apart from the reviewed
    households.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "level": ["total", "district"], "households": [400, 400], "poor_households": [31, 31]})
    >>> mdp.programmes.targets.measure_tables(
    ...     {1: table}, standard=mdp.standard("decree_07_2021"), period="2022"
    ... )[["indicator", "value"]].values.tolist()
    [['poor_households', 31.0], ['poor_rate', 7.75]]
    """
    standard = as_standard(standard)
    frames = {number: as_frame(table, "tables") for number, table in tables.items()}
    totals = {n: _total_row(n, frame) for n, frame in frames.items() if n in (1, 12)}
    rows = []
    for indicator, (number, part_column, whole_column) in IN_TABLES.items():
        row = totals.get(number)
        if (
            row is None
            or part_column not in row
            or (whole_column is not None and whole_column not in row)
        ):
            continue
        open_ = ["undetermined", "unknown"] if number == 12 else ["undetermined"]
        undetermined = sum(_count(row.get(name, 0)) or 0 for name in open_)
        denominator = None if whole_column is None else _count(row[whole_column])
        rows.append(_Measured(indicator, _count(row[part_column]), denominator, undetermined))
    return _table(rows, standard, period)


@dataclass(frozen=True)
class _Measured:
    indicator: str
    numerator: int | None
    denominator: int | None
    undetermined: int

    @property
    def value(self) -> float:
        if self.numerator is None:
            return np.nan
        if not self.is_rate:
            return float(self.numerator)
        return 100 * self.numerator / self.denominator if self.denominator else np.nan

    @property
    def is_rate(self) -> bool:
        return MEASURES[self.indicator][1] is not None


def _table(rows: list[_Measured], standard: Standard, period: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "indicator": [row.indicator for row in rows],
            "period": period,
            "standard": standard.name,
            "standard_hash": standard.content_hash,
            "unit": [str(Unit.PERCENT if row.is_rate else Unit.HOUSEHOLDS) for row in rows],
            "value": [row.value for row in rows],
            "numerator": [row.numerator for row in rows],
            "denominator": [row.denominator for row in rows],
            "undetermined": [row.undetermined for row in rows],
        }
    )
    kinds: dict[str, Any] = {"unit": UNITS, "numerator": "Int64", "denominator": "Int64"}
    return table.astype(kinds)


def _total_row(number: int, table: pd.DataFrame) -> dict[str, Any]:
    rows = table[table["level"].eq("total")] if "level" in table.columns else table.iloc[:0]
    if "count_of" in rows.columns:
        rows = rows[rows["count_of"].eq("households")]
    if len(rows) != 1:
        raise ArgumentError(
            f"table {number} needs one row whose level is 'total'; it has {len(rows)}"
        )
    cells: dict[str, Any] = {str(name): value for name, value in rows.iloc[0].items()}
    return cells


def _count(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _households(result: pd.DataFrame, flags: dict[str, Truth], conditions: tuple[str, ...]) -> int:
    """Households known to meet all conditions: a class, or the base where there is none."""
    in_group = _all(flags, tuple(name for name in conditions if name in FLAGS)).certain
    classes = [name for name in conditions if name not in FLAGS]
    counts = headcount(result.loc[in_group], of=classes or "poor").iloc[0]
    return int(counts["headcount" if classes else "base"])


def _all(flags: dict[str, Truth], names: tuple[str, ...]) -> Truth:
    all_flags = flags[""]
    for name in names:
        all_flags = all_flags & flags[name]
    return all_flags
