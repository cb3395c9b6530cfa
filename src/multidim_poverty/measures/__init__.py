"""Measures of poverty: how many are poor, which share of whom, and deprived of what."""

from multidim_poverty.measures.change import changes
from multidim_poverty.measures.classes import class_shares
from multidim_poverty.measures.deprivations import deprivation_combinations, deprivation_rates
from multidim_poverty.measures.design import Design
from multidim_poverty.measures.estimation import estimate
from multidim_poverty.measures.incidence import headcount
from multidim_poverty.measures.income_gaps import fgt, watts
from multidim_poverty.measures.income_ranks import gini, sen
from multidim_poverty.measures.mpitb_layout import from_mpitb_frame, to_mpitb_frame
from multidim_poverty.measures.specifications import Specification, specification
from multidim_poverty.measures.svy_sample import to_svy
from multidim_poverty.measures.two_by_two import income_and_deprivations

__all__ = [
    "Design",
    "Specification",
    "changes",
    "class_shares",
    "deprivation_combinations",
    "deprivation_rates",
    "estimate",
    "fgt",
    "from_mpitb_frame",
    "gini",
    "headcount",
    "income_and_deprivations",
    "sen",
    "specification",
    "to_mpitb_frame",
    "to_svy",
    "watts",
]


def __dir__() -> list[str]:
    return __all__
