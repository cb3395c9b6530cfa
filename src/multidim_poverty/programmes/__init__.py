"""Programmes for poor households: what a plan sets out to do, and how far it got."""

from multidim_poverty.programmes import targets as targets
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

__all__ = [
    "Plan",
    "cells",
    "check_plan",
    "implied_bases",
    "implied_range",
    "measure",
    "measure_tables",
    "plan",
    "progress",
    "read",
    "targets",
]


def __dir__() -> list[str]:
    return __all__
