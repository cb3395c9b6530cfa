"""Results against the targets of a plan.

Percent and percentage points are two units here and never mixed: a rate is in percent, its change
and the target of a change in percentage points. Numbers are compared exactly, as counts over
counts or as the decimals that are printed, and become floats only in the table that is returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.programmes.measurement import MEASURES
from multidim_poverty.programmes.plan_model import (
    UNITS,
    Plan,
    PlanIndicator,
    Role,
    Unit,
    printed_cells,
    unit_of,
)
from multidim_poverty.programmes.printed_numbers import Cell
from multidim_poverty.schema.arguments import as_frame

__all__ = ["progress"]

MEASURED = ("indicator", "period", "standard", "value")
FROM = pd.CategoricalDtype(["measured", "plan", "plan_estimate"])
ORDER = (
    "indicator",
    "period",
    "standard",
    "unit",
    "base",
    "result",
    "change",
    "change_unit",
    "base_from",
    "result_from",
    "target",
    "target_is",
    "target_unit",
    "comparable",
    "distance",
    "met",
    "where",
)


@dataclass(frozen=True)
class _Value:
    indicator: str
    at: str
    standard: str | None
    value: Fraction | None
    source: str | None
    standard_hash: str | None = None  # of a result that was measured

    def same_standard(self, other: _Value) -> bool:
        """Whether one standard counts both, of one content where both say it."""
        hashes = {self.standard_hash, other.standard_hash} - {None}
        return self.standard == other.standard and len(hashes) < 2


def progress(plan: Plan, *, measured: pd.DataFrame | None = None) -> pd.DataFrame:
    """How far a plan got: each target against the result of its year and the base before.

    Parameters
    ----------
    plan : Plan
        The plan, from `plan` or `Plan.read`.
    measured : pandas.DataFrame, optional
        Results, one row per ``indicator``, ``period`` (``"2022"``; as ``at`` in `cells`) and
        ``standard`` (name; NA for an indicator that no standard counts), with ``value`` in the
        unit of the indicator. Rows of `measure` and `measure_tables` fit as they are, several put
        together with `pandas.concat`; a table typed by hand needs these four columns alone. Where
        ``standard_hash`` is given, two standards of one name and other content are two. Where
        ``numerator`` and ``denominator`` are given, the rate is taken from them, exactly. A row
        without a value counts for nothing. Measured results go before printed ones.

    Returns
    -------
    pandas.DataFrame
        One row per target and standard that a result was measured under:

        - ``indicator``, ``period`` (the year aimed at), ``standard`` (string; of the result);
        - ``unit`` (category): of ``base`` and ``result``;
        - ``base``, ``result``, ``change`` (float64; NaN where unknown);
        - ``base_from``, ``result_from`` (category ``measured``, ``plan``, ``plan_estimate``);
        - ``change_unit`` (category): of ``change`` and ``distance``; percentage points for a rate;
        - ``target`` (float64) and ``target_is`` (string ``change`` or ``level``);
        - ``target_unit`` (category): percentage points for the change of a rate, percent for its
          level;
        - ``comparable`` (boolean): base and result are counted under one standard; NA where a
          standard is not known;
        - ``distance`` (float64): what is missing to the target; 0 or less where it is met;
        - ``met`` (boolean): NA where the result, or the base that a change needs, is unknown, an
          estimate of the plan, or not comparable;
        - ``where`` (string): the place in the plan.

    Raises
    ------
    ArgumentError
        If `measured` lacks a column, names an unknown indicator or standard period, holds a value
        that is no number, or holds two rows for the same indicator, period and standard. Names
        every such row.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    A base under the same standard as the result is looked for first. A change across two
    standards mixes what households did with what the law did, so it is shown and not judged. An
    estimate is shown and not judged: plans tend to repeat the target in it. A rate that is printed
    is taken as printed.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty.programmes import targets
    >>> plan = targets.plan("plan_740_dak_nong")
    >>> measured = pd.DataFrame({
    ...     "indicator": "poor_rate", "period": ["2021"], "standard": "decision_59_2015",
    ...     "value": [4.98]})
    >>> row = targets.progress(plan, measured=measured).query(
    ...     "indicator == 'poor_rate' and period == '2021'").iloc[0]
    >>> float(row["change"]), row["target_unit"], bool(row["met"])
    (-2.0, 'percentage_points', True)
    """
    measured = None if measured is None else as_frame(measured, "measured")
    known = _known(plan, measured)
    rows = []
    for indicator, cell, period, where in _targets(plan):
        results = [v for v in known if (v.indicator, v.at) == (indicator.id, period.at)]
        if not results:
            standard = period.standard if indicator.by_standard else None
            results = [_Value(indicator.id, period.at, standard, None, None)]
        rows += [
            _judged(indicator, cell, period.base, result, known, where)
            for result in results
            if result.source == results[0].source  # the best source that there is
        ]
    kinds: dict[str, Any] = {
        "standard": "string",
        "unit": UNITS,
        "change_unit": UNITS,
        "target_unit": UNITS,
        "base_from": FROM,
        "result_from": FROM,
        "comparable": "boolean",
        "met": "boolean",
    }
    return pd.DataFrame(rows, columns=list(ORDER)).astype(kinds)


# -- the steps ---------------------------------------------------------------------------------


def _targets(plan: Plan) -> Iterator[tuple[PlanIndicator, Cell, Any, str]]:
    """Every target once: where table and text both have it, the table."""
    seen = set()
    for row, period, cell, where in printed_cells(plan):
        if period.role == Role.TARGET and (row.id, period.id) not in seen:
            seen.add((row.id, period.id))
            yield row, cell, period, where


def _known(plan: Plan, measured: pd.DataFrame | None) -> list[_Value]:
    """Measured results first, then results printed in the plan, then its estimates."""
    known_values = [] if measured is None else list(_measured(plan, measured))
    levels: dict[tuple[str, str | None], Fraction] = {}
    for role, source in ((Role.RESULT, "plan"), (Role.ESTIMATE, "plan_estimate")):
        for row, period, cell, _ in printed_cells(plan):
            if period.role != role:
                continue
            value: Fraction | None = Fraction(cell.value)
            if cell.is_change:
                start = levels.get((row.id, period.base))
                value = None if start is None else start + Fraction(cell.value)
            if value is not None:
                levels.setdefault((row.id, period.at), value)
                standard = period.standard if row.by_standard else None
                known_values.append(_Value(row.id, period.at, standard, value, source))
    return known_values


def _measured(plan: Plan, measured: pd.DataFrame) -> Iterator[_Value]:
    lacking = [name for name in MEASURED if name not in measured.columns]
    if lacking:
        raise ArgumentError(f"measured has no column {', '.join(lacking)}")
    moments = {period.at for period in plan.periods}
    problems, values, seen = [], [], set()
    for n, row in enumerate(measured.to_dict("records")):
        standard = None if pd.isna(row["standard"]) else str(row["standard"])
        content = row.get("standard_hash")
        content = None if content is None or pd.isna(content) else str(content)
        key = (row["indicator"], row["period"], standard, content)
        indicator = plan.indicator(str(row["indicator"]))
        if indicator is None and row["indicator"] not in MEASURES:
            problems.append(f"row {n}: indicator {row['indicator']!r} is not in the plan")
        if row["period"] not in moments:
            problems.append(
                f"row {n}: period {row['period']!r} is not one of {', '.join(sorted(moments))}"
            )
        if key in seen:
            problems.append(f"row {n}: {key[:3]} stands more than once")
        seen.add(key)
        try:
            value = _exact(row)
        except (TypeError, ValueError, ZeroDivisionError):
            problems.append(f"row {n}: value {row['value']!r} is not a number")
            continue
        if value is not None and indicator is not None:
            values.append(_Value(indicator.id, row["period"], standard, value, "measured", content))
    if problems:
        raise ArgumentError("measured is not sound: " + "; ".join(problems))
    yield from values


def _exact(row: dict[Any, Any]) -> Fraction | None:
    """The value as a fraction: of the counts, else of the decimals that the number shows."""
    if isinstance(row["value"], bool):
        raise ArgumentError("a truth value is not a number")
    if pd.isna(row["value"]):
        return None
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if not pd.isna(numerator) and not pd.isna(denominator):
        return Fraction(100 * int(numerator), int(denominator))
    return Fraction(repr(float(row["value"])))


def _judged(
    indicator: PlanIndicator,
    cell: Cell,
    base_at: str | None,
    result: _Value,
    known: list[_Value],
    where: str,
) -> dict[str, Any]:
    bases = [v for v in known if (v.indicator, v.at) == (indicator.id, base_at)]
    # A measured or printed base under the same standard goes before any other.
    bases.sort(key=lambda v: not v.same_standard(result))
    base = bases[0] if bases else _Value(indicator.id, "", None, None, None)
    target = Fraction(cell.value)
    change = None
    if base.value is not None and result.value is not None:
        change = result.value - base.value
    comparable: bool | None = True
    if cell.is_change and indicator.by_standard:
        both = base.standard is not None and result.standard is not None
        comparable = base.same_standard(result) if both else None
    reached = change if cell.is_change else result.value
    distance = None
    if reached is not None and indicator.aim is not None:
        distance = reached - target if indicator.aim == "at_most" else target - reached
    estimated = result.source == "plan_estimate" or (
        cell.is_change and base.source == "plan_estimate"
    )
    judged = comparable and not estimated
    return {
        "indicator": indicator.id,
        "period": result.at,
        "standard": result.standard,
        "unit": str(indicator.unit),
        "base": _float(base.value),
        "result": _float(result.value),
        "change": _float(change),
        "change_unit": str(
            Unit.PERCENTAGE_POINTS if indicator.unit == Unit.PERCENT else indicator.unit
        ),
        "base_from": base.source,
        "result_from": result.source,
        "target": float(target),
        "target_is": "change" if cell.is_change else "level",
        "target_unit": str(unit_of(indicator, cell)),
        "comparable": comparable,
        "distance": _float(distance),
        "met": distance <= 0 if judged and distance is not None else None,
        "where": where,
    }


def _float(value: Fraction | None) -> float:
    return np.nan if value is None else float(value)
