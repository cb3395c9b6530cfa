"""A whole country: the same functions on Dask tables, out of core or on a cluster.

Needs the extra ``scale``.
"""

from multidim_poverty.errors import optional_imports

with optional_imports("scale"):
    from multidim_poverty.scale.benefits import eligible
    from multidim_poverty.scale.colocation import CoLocated, co_locate
    from multidim_poverty.scale.counts import (
        deprivation_combinations,
        deprivation_rates,
        headcount,
    )
    from multidim_poverty.scale.official import tables, wide
    from multidim_poverty.scale.reviews import fold
    from multidim_poverty.scale.survey import assess, classify, deprivations, violations
    from multidim_poverty.scale.years import flows

__all__ = [
    "CoLocated",
    "assess",
    "classify",
    "co_locate",
    "deprivation_combinations",
    "deprivation_rates",
    "deprivations",
    "eligible",
    "flows",
    "fold",
    "headcount",
    "tables",
    "violations",
    "wide",
]


def __dir__() -> list[str]:
    return __all__
