"""Measures of poverty: how many are poor, which share of whom, and deprived of what."""

from multidim_poverty.measures.deprivations import deprivation_combinations, deprivation_rates
from multidim_poverty.measures.incidence import headcount

__all__ = ["deprivation_combinations", "deprivation_rates", "headcount"]


def __dir__() -> list[str]:
    return __all__
