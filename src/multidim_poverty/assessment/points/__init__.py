"""Points B1 and B2 of Forms A and B, and the class from points."""

from multidim_poverty.assessment.points.scoring import (
    b2,
    classify_points,
    points,
    quick_identification,
)

__all__ = [
    "b2",
    "classify_points",
    "points",
    "quick_identification",
]


def __dir__() -> list[str]:
    return __all__
