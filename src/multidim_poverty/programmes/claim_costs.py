"""What each claim costs a year, as an interval: from the amounts of its rows and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.claims import Claims
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.faults import column_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of

__all__ = ["NEEDED", "ClaimCosts", "costs_of_claims", "exact", "in_million", "total"]

NEEDED = ("rule", "amount")
A_YEAR = {"month": 12, "year": 1, "once": 1}
MILLION = 1_000_000
AMOUNT = Column(
    table="deliveries",
    name="amount",
    kind="number",
    label=Label(vi="số tiền", en="amount"),
    money=True,
)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClaimCosts:
    """The cost of each claim [VND a year].

    Attributes
    ----------
    at_least, at_most : numpy.ndarray of float64
        ``at_least`` is 0 where the claim is not certain; NaN where an amount is not known, and
        ``at_most`` is infinite where the law gives the least alone, and where persons hold the
        benefit and those of the household are not given.
    if_held : numpy.ndarray of float64
        The least that a claim costs if it is held, certain or not.
    reasons : list of str
        For each benefit what keeps its amounts from being exact, as codes; empty if nothing does.
    """

    at_least: Floats
    at_most: Floats
    if_held: Floats
    reasons: list[str]


@dataclass(frozen=True)
class _OfRule:
    """How the amount of a row of a rule becomes a cost a year."""

    at_least: Fraction | None  # times the amount; None without an end
    at_most: Fraction | None
    ceiling: Fraction | None
    reason: str | None
    in_money: bool
    of: str | None

    def a_year(self, amount: float) -> tuple[float, float]:
        """What an amount is at least and at most, in VND a year."""
        if np.isnan(amount) or not self.in_money:
            return np.nan, np.nan
        value = exact(amount)
        if self.ceiling is not None:
            value = min(value, self.ceiling)
        low, high = (
            np.inf if times is None else float(value * times)
            for times in (self.at_least, self.at_most)
        )
        return low, high


def costs_of_claims(claims: Claims, rules: RuleSet, argument: str = "entitled") -> ClaimCosts:
    """What each claim costs a year.

    Raises
    ------
    InvalidDataError
        If an amount is no number, or negative.
    ArgumentError
        If a row is of a rule that the rules do not have, or of one of several versions whose
        amounts differ.
    """
    source = claims.source
    raise_errors(column_faults(source.rename_axis(None), AMOUNT), {"deliveries": source})
    column = source["rule"]
    column = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    codes = column.cat.codes.to_numpy().astype(np.int64)
    names = [str(name) for name in column.cat.categories]
    in_rows = np.bincount(codes, minlength=len(names)) > 0
    of_rules = _of_rules(
        [n for n, used in zip(names, in_rows, strict=True) if used], rules, argument
    )
    none = _OfRule(None, None, None, None, False, None)
    listed = [of_rules.get(name, none) for name in names] or [none]
    amount = numbers_of(source["amount"]).astype(np.float64)
    low, high = _a_year(codes, amount, listed)
    at_least = np.where(claims.row_certain | np.isnan(low), low, 0.0)
    one_counts = [rules.benefit(name).combine != "add" for name in claims.benefits]
    best = np.array(one_counts, dtype=bool)[claims.benefit]
    least, most = (_combined(part, claims, best) for part in (at_least, high))
    of_persons = [rules.benefit(name).whom in ("member", "worker") for name in claims.benefits]
    uncounted = np.array(of_persons, dtype=bool)[claims.benefit] & (claims.member < 0)
    most = np.where(uncounted & ~np.isnan(most), np.inf, most)
    any_row = np.full(len(least), np.inf)
    with np.errstate(invalid="ignore"):
        np.minimum.at(any_row, claims.of_row, low)
    return ClaimCosts(
        at_least=least,
        at_most=most,
        if_held=np.where(claims.certain, least, any_row),
        reasons=_reasons(claims, codes, listed, amount, claims.benefit[uncounted]),
    )


def _a_year(
    codes: npt.NDArray[Any], amount: Floats, listed: list[_OfRule]
) -> tuple[Floats, Floats]:
    """The cost of each row, exact: computed once for each rule and amount that it has."""
    at, distinct = pd.factorize(amount)  # -1 where missing: the last entry
    values = np.append(np.asarray(distinct, dtype=np.float64), np.nan)
    pair, pairs = pd.factorize(codes * len(values) + at % len(values))
    costs = [listed[each // len(values)].a_year(values[each % len(values)]) for each in pairs]
    both: Floats = np.array(costs, dtype=np.float64).reshape(-1, 2)
    return both[pair, 0], both[pair, 1]


def _combined(values: Floats, claims: Claims, best: npt.NDArray[np.bool_]) -> Floats:
    """The values of the rows of each claim, added up, or the highest of them."""
    n = len(claims.certain)
    combined = np.empty(n)
    combined[claims.of_row] = values
    if n == len(values):
        return combined
    repeated = np.bincount(claims.of_row, minlength=n) > 1
    rows = np.flatnonzero(repeated[claims.of_row])
    at, claim = np.unique(claims.of_row[rows], return_inverse=True)
    added = np.bincount(claim, weights=values[rows]).astype(np.float64)
    top = np.zeros(len(at))
    with np.errstate(invalid="ignore"):  # NaN wins
        np.maximum.at(top, claim, values[rows])
    combined[at] = np.where(best[at], top, added)
    return combined


def _of_rules(names: list[str], rules: RuleSet, argument: str) -> Mapping[str, _OfRule]:
    versions: dict[str, set[_OfRule]] = {name: set() for name in names}
    for rule in rules.rules:
        if rule.id in versions:
            versions[rule.id].add(_of_rule(rule))
    if unknown := [name for name, found in versions.items() if not found]:
        raise ArgumentError(
            f"{argument} has rules that {rules.name} has not: {', '.join(unknown)}; pass the rules "
            f"that eligible was asked with"
        )
    if several := [name for name, found in versions.items() if len(found) > 1]:
        raise ArgumentError(
            f"rules has several versions of {', '.join(several)} whose amounts are of other kinds; "
            f"pass those of the day of {argument}: programmes.rules(name, on=day)"
        )
    return {name: next(iter(found)) for name, found in versions.items()}


def _of_rule(rule: BenefitRule) -> _OfRule:
    amount = rule.amount
    if amount is None or amount.unit == "interest":
        reason = "no_amount" if amount is None else "not_money"
        return _OfRule(None, None, None, reason, False, None)
    times = Fraction(A_YEAR[amount.period])
    at_least: Fraction = times
    at_most: Fraction | None = times
    if amount.bound == "at_most":
        at_least = Fraction(0)
    elif amount.bound == "at_least":
        # Of a share no more than the whole can be paid.
        share = amount.unit == "share" and 0 < amount.value <= 1
        at_most = times / amount.value if share else None
    bound = None if amount.bound == "exact" else str(amount.bound)
    return _OfRule(at_least, at_most, amount.ceiling, bound, True, amount.of)


def _reasons(
    claims: Claims,
    codes: npt.NDArray[Any],
    listed: list[_OfRule],
    amount: Floats,
    uncounted: npt.NDArray[np.int64],
) -> list[str]:
    """For each benefit what keeps its amounts from being exact, in the order of the rules."""
    width = len(claims.benefits)
    pair = codes * width + claims.benefit[claims.of_row]
    present = np.bincount(pair, minlength=len(listed) * width)
    absent = np.bincount(pair[np.isnan(amount)], minlength=len(listed) * width)
    texts: list[list[str]] = [[] for _ in range(width)]
    for rule, benefit_code in zip(*np.nonzero(present.reshape(-1, width)), strict=True):
        texts[benefit_code] += _reasons_of(listed[rule], bool(absent[rule * width + benefit_code]))
    for benefit_code in np.unique(uncounted):
        texts[benefit_code].append("no_members")
    return [", ".join(dict.fromkeys(each)) for each in texts]


def _reasons_of(rule: _OfRule, lacking: bool) -> Iterator[str]:
    if lacking and rule.in_money:
        yield f"missing {rule.of}" if rule.of else "missing"
    if rule.reason:
        yield rule.reason


# -- exact sums ------------------------------------------------------------------------------


def exact(value: float) -> Fraction:
    """The number that the shortest decimal of a float stands for."""
    return Fraction(repr(float(value)))


def total(values: Floats) -> Fraction | float:
    """The sum, exact; NaN where one is not known, infinite where one is."""
    distinct, counts = np.unique(values, return_counts=True)
    if not np.isfinite(distinct).all():
        return float("nan") if np.isnan(distinct).any() else float("inf")
    return sum(
        (exact(value) * int(n) for value, n in zip(distinct, counts, strict=True)), Fraction(0)
    )


def in_million(vnd: Fraction | float) -> float:
    """VND in million VND; NaN where there is no end."""
    return float(vnd / MILLION) if isinstance(vnd, Fraction) else float("nan")
