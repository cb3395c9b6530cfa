"""Synthetic households and members that match known totals exactly.

Only the totals come from outside. Everything else that is drawn here, from incomes to latrines, is
invented: it makes tables, maps and programmes run on data of the right size and shape, and says
nothing about how the people of a place live.
"""

from multidim_poverty.population.allocation import allocate
from multidim_poverty.population.drawing import GROUPS, check, draw
from multidim_poverty.population.sample import load_sample
from multidim_poverty.population.totals import Totals

__all__ = ["GROUPS", "Totals", "allocate", "check", "draw", "load_sample"]


def __dir__() -> list[str]:
    return __all__
