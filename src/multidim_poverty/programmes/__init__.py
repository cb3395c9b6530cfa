"""Programmes for poor households: what a plan sets out to do, and how far it got."""

from multidim_poverty.programmes import targets as targets
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import overlay, rules
from multidim_poverty.programmes.coverage_rates import coverage, overlaps
from multidim_poverty.programmes.eligibility import eligible
from multidim_poverty.programmes.law_changes import changes, cost_changes
from multidim_poverty.programmes.letters import letter
from multidim_poverty.programmes.one_household import explain
from multidim_poverty.programmes.rule_rows import rules_table
from multidim_poverty.programmes.spending import spend
from multidim_poverty.programmes.states import reach
from multidim_poverty.programmes.support import measure_support
from multidim_poverty.programmes.targets import (
    Plan,
    cells,
    check_plan,
    implied_bases,
    implied_range,
    measure,
    measure_tables,
    plan,
    progress,
    read,
)
from multidim_poverty.programmes.yearly_costs import costs

__all__ = [
    "Plan",
    "RuleSet",
    "cells",
    "changes",
    "check_plan",
    "cost_changes",
    "costs",
    "coverage",
    "eligible",
    "explain",
    "implied_bases",
    "implied_range",
    "letter",
    "measure",
    "measure_support",
    "measure_tables",
    "overlaps",
    "overlay",
    "plan",
    "progress",
    "reach",
    "read",
    "rules",
    "rules_table",
    "spend",
    "targets",
]


def __dir__() -> list[str]:
    return __all__
