"""Measures of poverty: how many are poor, and which share of whom."""

from multidim_poverty.measures.incidence import headcount

__all__ = ["headcount"]


def __dir__() -> list[str]:
    return __all__
