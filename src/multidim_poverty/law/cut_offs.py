"""The number of deprivations from which on a household counts as deprived."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.poverty_standard import Standard

__all__ = ["checked_cut_off", "own_cut_off"]


def own_cut_off(standard: Standard) -> int:
    """The one cut-off of a standard.

    Raises
    ------
    ArgumentError
        If its clauses ask for none, or for several; says so.
    """
    counts = standard.deprivation_cut_offs
    if len(counts) == 1:
        return counts[0]
    shown = ", ".join(map(str, counts)) or "none"
    raise ArgumentError(
        f"{standard.name} has not one cut-off of deprivations, but {shown}; change its clauses "
        f"with Standard.replace(class_rules=)"
    )


def checked_cut_off(cutoff: Any, standard: Standard) -> int:
    """A cut-off as a whole number.

    Raises
    ------
    ArgumentError
        If it is no whole number from 1 to the number of indicators.
    """
    most = len(standard.indicators)
    is_whole = isinstance(cutoff, Integral) and not isinstance(cutoff, bool)
    if not is_whole or not 1 <= int(cutoff) <= most:
        raise ArgumentError(
            f"cut-off {cutoff!r} is no whole number from 1 to {most}, the indicators of "
            f"{standard.name}: it counts deprivations and is no share; a third of {most} is "
            f"{-(-most // 3)}"
        )
    return int(cutoff)
