"""What no text at hand gives and a user does: amounts that rules are computed from, and days."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from multidim_poverty.dates import as_date
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.programmes.benefit_rules.models import Amount
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet

__all__ = ["Parameters", "amount_in_vnd", "exact_number", "parameters_of"]

DIGITS = re.compile(r"[0-9]{1,18}")
LARGEST = sys.float_info.max


class Parameters(NamedTuple):
    """Parameters by id: costs, exact [VND, or VND per kWh], and days."""

    costs: Mapping[str, Fraction]
    days: Mapping[str, dt.date]


def parameters_of(rules: RuleSet, unit_costs: Mapping[str, Any] | None) -> Parameters:
    """The parameters that an argument gives.

    Raises
    ------
    UnknownNameError
        If one is no parameter of the rules.
    ArgumentError
        If a cost is no number, or negative, or a day no day.
    """
    if not isinstance(unit_costs, Mapping | pd.Series | None):
        raise ArgumentError(
            f"unit_costs cannot be {type(unit_costs).__name__}; pass a dict of amounts by the id "
            f"of their parameter"
        )
    given = {} if unit_costs is None else dict(unit_costs)
    units = {parameter.id: parameter.unit for parameter in rules.parameters}
    if unknown := [str(name) for name in given if name not in units]:
        raise UnknownNameError(
            f"unit_costs names no parameter of {rules.name}: {', '.join(unknown)}; there are "
            f"{', '.join(units) or 'none'}"
        )
    days = {
        name: as_date(value, f"unit_costs: {name}")
        for name, value in given.items()
        if units[name] == "day"
    }
    costs = {name: exact_cost(name, value) for name, value in given.items() if name not in days}
    return Parameters(costs, days)


def exact_number(value: Any) -> Fraction | None:
    """A number from 0 on; a float counts as the shortest decimal that stands for it.

    A text counts where it has digits alone: 1.263 is a little more than one to some readers, and
    more than a thousand to others.
    """
    if isinstance(value, bool) or (isinstance(value, str) and not DIGITS.fullmatch(value)):
        return None
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None
    return exact if 0 <= exact <= LARGEST else None


def exact_cost(name: str, cost: Any) -> Fraction:
    """A cost without rounding, as `exact_number` reads it."""
    exact = exact_number(cost)
    if exact is None:
        raise ArgumentError(f"unit_costs: {name} is {cost!r}; give its amount as a number")
    return exact


def amount_in_vnd(amount: Amount | None, costs: Mapping[str, Fraction]) -> Fraction | None:
    """An amount in VND per period; None where a cost is not given, or it is no amount."""
    if amount is None or amount.unit == "interest":
        return None
    if amount.of is None:
        return amount.value
    return amount.value * costs[amount.of] if amount.of in costs else None
