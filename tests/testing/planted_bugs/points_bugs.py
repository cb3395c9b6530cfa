"""Bugs of the classes in points."""

import multidim_poverty as mdp
from tests.testing.planted_bugs.catalogue import D07, bug


def classes(points):
    return mdp.classify_points(points, standard=D07)


def within(points):
    """Points without the bounds that they may no longer be within."""
    return points[["area", "b1", "b2"]]


@bug("points", "lines")
def line_in_points_excluded(points):
    """140 and 175 points are above the line."""
    return classes(within(points).assign(b1=points["b1"] + 1))


@bug("points", "swaps")
def areas_of_the_lines_swapped(points):
    """The rural line is 175 points and the urban one 140."""
    other = {"rural": "urban", "urban": "rural"}
    return classes(points.assign(area=points["area"].astype(object).map(other)))


@bug("points", "cut-offs")
def poor_from_twenty(points):
    """20 points for deprivations make a household poor."""
    b2 = points["b2"].where(points["b2"] != 20, 30)
    return classes(within(points).assign(b2=b2))


@bug("points", "NA as an answer")
def unknown_points_are_none(points):
    """Unknown points for deprivations are 0."""
    return classes(within(points).assign(b2=points["b2"].fillna(0)))


@bug("points", "NA as an answer")
def bounds_not_read(points):
    """The bounds of unknown points are not read."""
    return classes(within(points))
