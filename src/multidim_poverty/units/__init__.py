"""Administrative units by day: lists, areas, crosswalks."""

from multidim_poverty.units.lookup import area_on, crosswalk, recode, units_on

__all__ = [
    "area_on",
    "crosswalk",
    "recode",
    "units_on",
]


def __dir__() -> list[str]:
    return __all__
