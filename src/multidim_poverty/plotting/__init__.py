"""Pictures of results and reviews: small functions that draw on matplotlib Axes and return them.

Needs the extra ``plot``. Bars are told apart by hatching as well as by colour, so that they
can be read in grey.
"""

from multidim_poverty.errors import optional_imports

with optional_imports():
    import matplotlib  # noqa: F401 - every function of this package draws with it

    from multidim_poverty.plotting.alternative import alt_text
    from multidim_poverty.plotting.change import flow, progress
    from multidim_poverty.plotting.combinations import deprivation_combinations
    from multidim_poverty.plotting.composition import class_composition
    from multidim_poverty.plotting.contributions import (
        censored_headcounts,
        indicator_contributions,
    )
    from multidim_poverty.plotting.counts import deprivation_counts
    from multidim_poverty.plotting.cut_offs import cut_off_curve
    from multidim_poverty.plotting.diagram import procedure_diagram
    from multidim_poverty.plotting.forest import class_share_forest
    from multidim_poverty.plotting.income import income_and_deprivations
    from multidim_poverty.plotting.lines import rates_over_years
    from multidim_poverty.plotting.maps import map, tile_map  # noqa: A004
    from multidim_poverty.plotting.profile import deprivation_profile
    from multidim_poverty.plotting.ranking import dumbbell, ranked_rates
    from multidim_poverty.plotting.review import review_by_day, review_states
    from multidim_poverty.plotting.saving import save
    from multidim_poverty.plotting.scales import Scale, scale
    from multidim_poverty.plotting.surface import cut_off_surface
    from multidim_poverty.plotting.unit_rates import rates

__all__ = [
    "Scale",
    "alt_text",
    "censored_headcounts",
    "class_composition",
    "class_share_forest",
    "cut_off_curve",
    "cut_off_surface",
    "deprivation_combinations",
    "deprivation_counts",
    "deprivation_profile",
    "dumbbell",
    "flow",
    "income_and_deprivations",
    "indicator_contributions",
    "map",
    "procedure_diagram",
    "progress",
    "ranked_rates",
    "rates",
    "rates_over_years",
    "review_by_day",
    "review_states",
    "save",
    "scale",
    "tile_map",
]


def __dir__() -> list[str]:
    return __all__
