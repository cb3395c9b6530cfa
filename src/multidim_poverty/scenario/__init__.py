"""The same households under other standards, lines, cut-offs and indicators."""

from multidim_poverty.scenario.counting import grid
from multidim_poverty.scenario.moves import impact, impact_counts
from multidim_poverty.scenario.rankings import robustness
from multidim_poverty.scenario.variants import variant

__all__ = ["grid", "impact", "impact_counts", "robustness", "variant"]


def __dir__() -> list[str]:
    return __all__
