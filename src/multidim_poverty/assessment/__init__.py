"""From the tables of a survey to the class of each household."""

from multidim_poverty.assessment.classification import classify
from multidim_poverty.assessment.farm import average_living_standard, farm_income
from multidim_poverty.assessment.income import per_capita_income
from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.assessment.low_income import low_income_workers
from multidim_poverty.assessment.pipeline import assess, assess_many
from multidim_poverty.assessment.resolution import resolve

__all__ = [
    "assess",
    "assess_many",
    "average_living_standard",
    "classify",
    "deprivations",
    "farm_income",
    "low_income_workers",
    "per_capita_income",
    "resolve",
]


def __dir__() -> list[str]:
    return __all__
