"""The targets of support of a plan, measured from deliveries: who of the listed got any."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.kleene import Truth
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures.incidence import class_column
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.programmes.delivered import deliveries_of
from multidim_poverty.programmes.plan_model import UNITS, Unit
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import id_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of

__all__ = ["measure_support"]

LISTED = ("poor", "near_poor")
TRAINED = "vocational_training"  # persons, who count for the households of the first one too
# indicator -> column that counts the deprivations of those who are meant; None: all of the list
BASES = {"income_support_coverage": None, "service_support_coverage": "deprivation_count"}
COUNTS_FOR = {"income_support_coverage": ("income_support_coverage", TRAINED)}
PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]))?")


def measure_support(
    result: pd.DataFrame,
    deliveries: pd.DataFrame,
    *,
    standard: StandardLike,
    period: str,
    rules: RulesLike = None,
) -> pd.DataFrame:
    """How many of the poor and near-poor got support, as `progress` compares it with a plan.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household, index ``household_id``: ``poverty_class``, and
        ``deprivation_count`` and ``deprivations_unknown`` for the target on services, whose row
        is left out without them. The result of `multidim_poverty.assess` has them all.
    deliveries : pandas.DataFrame
        As for `reach`.
    standard : Standard or str
        The standard that gave the classes.
    period : str
        The year (``"2022"``), or year and month (``"2022-09"``): deliveries of that year, to the
        end of that month.
    rules : RuleSet, str or a sequence of these, optional
        Their benefits name the target that they count for; the national rules by default.

    Returns
    -------
    pandas.DataFrame
        One row per target of the benefits, with the columns of `measure`: ``indicator``,
        ``period``, ``standard``, ``standard_hash``, ``unit``, ``value`` (float64) [% of the
        households meant; persons trained], ``numerator``, ``denominator`` (Int64; NA for a
        count), ``undetermined`` (int64): households of which it is not known whether they are
        meant.

    Raises
    ------
    InvalidDataError
        If a delivery is not in order, as for `reach`.
    ArgumentError
        If the period is none, or a column is absent.

    Notes
    -----
    Plan 740, section II.2: 100 % of poor and near-poor households deprived in income get
    production support, training or work; 100 % of those deprived in a basic service get part
    support toward it. Annex II, row 5: persons of these households who are trained, each once; a
    delivery without a member is one person. That all who are listed are deprived in income, and
    that any one delivery counts, are readings.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> result = pd.DataFrame({"poverty_class": ["poor", "near_poor", "average"]}, list("abc"))
    >>> deliveries = pd.DataFrame({
    ...     "household_id": ["a"], "benefit": "plan_740_2", "day": "2022-05-04", "amount": 1e7})
    >>> measured = programmes.measure_support(
    ...     result, deliveries, standard="decree_07_2021", period="2022",
    ...     rules="plan_740_dak_nong_rules")
    >>> compared = programmes.progress(programmes.plan("plan_740_dak_nong"), measured=measured)
    >>> rows = compared[compared["indicator"] == "income_support_coverage"]
    >>> rows[["result", "target", "distance", "met"]].values.tolist()
    [[50.0, 100.0, 50.0, False]]
    """
    result = as_frame(result, "result")
    deliveries = as_frame(deliveries, "deliveries")
    law = as_standard(standard)
    rule_set = as_rules(rules)
    year, last = _period(period)
    check_standard(result, law)
    raise_errors(id_faults(result), {"households": result})
    benefits = [benefit.id for benefit in rule_set.benefits]
    nobody = pd.DataFrame({"member_id": pd.array([], "Int64"), "benefit": pd.Series([], dtype=str)})
    delivered = deliveries_of(deliveries, result, None, benefits, nobody)
    timely = (delivered.day >= np.datetime64(dt.date(year, 1, 1))) & (delivered.day < last)
    rows = []
    for indicator, counts in BASES.items():
        targets = COUNTS_FOR.get(indicator, (indicator,))
        own = [n for n, benefit in enumerate(rule_set.benefits) if benefit.target in targets]
        if not own or (counts is not None and counts not in result.columns):
            continue
        supported = np.zeros(len(result), dtype=bool)
        supported[delivered.home[timely & np.isin(delivered.benefit, own)]] = True
        meant = _meant(result, counts)
        part, whole = int((meant.certain & supported).sum()), int(meant.certain.sum())
        open_ones = int((meant.possible & ~meant.certain).sum())
        rows.append(_row(indicator, part, whole, open_ones, law, period))
    own = [n for n, benefit in enumerate(rule_set.benefits) if benefit.target == TRAINED]
    if own:
        persons = pd.DataFrame({"home": delivered.home, "member": delivered.member})
        trained = persons[timely & np.isin(delivered.benefit, own)].drop_duplicates()
        rows.append(_row(TRAINED, len(trained), None, 0, law, period))
    kinds: dict[str, Any] = {
        **dict.fromkeys(("indicator", "period", "standard", "standard_hash"), str),
        "unit": UNITS,
        "value": "float64",
        "numerator": "Int64",
        "denominator": "Int64",
        "undetermined": "int64",
    }
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _meant(result: pd.DataFrame, counts: str | None) -> Truth:
    """Whether each household is of those that a target means."""
    classes = class_column(result, "poverty_class", "result").astype(object)
    listed = np.asarray(classes.isin(LISTED), dtype=bool)
    meant = Truth(listed, listed | np.asarray(classes.isna(), dtype=bool))
    if counts is None:
        return meant
    known = numbers_of(result[counts])
    unknown = np.isnan(known)
    if "deprivations_unknown" in result.columns:
        unknown |= (known == 0) & (numbers_of(result["deprivations_unknown"]) > 0)
    deprived = known > 0
    return meant & Truth(deprived, deprived | unknown)


def _row(
    indicator: str, part: int, whole: int | None, undetermined: int, law: Standard, period: str
) -> dict[str, Any]:
    """A rate of a whole, or a count of persons where there is none."""
    return {
        "indicator": indicator,
        "period": period,
        "standard": law.name,
        "standard_hash": law.content_hash,
        "unit": str(Unit.PERSONS if whole is None else Unit.PERCENT),
        "value": float(part) if whole is None else 100 * part / whole if whole else np.nan,
        "numerator": part,
        "denominator": whole,
        "undetermined": undetermined,
    }


def _period(period: Any) -> tuple[int, np.datetime64]:
    """The year, and the day after the last one that counts."""
    match = PERIOD.fullmatch(period) if isinstance(period, str) else None
    if match is None:
        raise ArgumentError(f"period {period!r} is no year or month; write '2022' or '2022-09'")
    month = np.datetime64(f"{match['year']}-{match['month'] or '12'}", "M")
    return int(match["year"]), (month + np.timedelta64(1, "M")).astype("datetime64[D]")
