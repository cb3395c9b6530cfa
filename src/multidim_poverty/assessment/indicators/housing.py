"""Basic service 4: housing."""

from __future__ import annotations

import numpy as np

from multidim_poverty.assessment.indicators.survey import Answers, Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import HousingAreaRule, HousingQualityRule, PersonsPerRoomRule

__all__ = ["housing_area", "housing_quality", "persons_per_room"]

STRUCTURES = ("wall_durable", "frame_durable", "roof_durable")


def housing_quality(survey: Survey, rule: HousingQualityRule) -> Truth:
    """Too many of wall, frame and roof are not durable."""

    def condition(home: Answers) -> Truth:
        weak = [~home.truth(name) for name in STRUCTURES]
        least = np.add.reduce([structure.certain for structure in weak], dtype=np.int8)
        if all(structure.complete for structure in weak):
            return Truth.known(least >= rule.not_durable_at_least)
        most = np.add.reduce([structure.possible for structure in weak], dtype=np.int8)
        return Truth(least >= rule.not_durable_at_least, most >= rule.not_durable_at_least)

    return survey.homes_where(condition)


def housing_area(survey: Survey, rule: HousingAreaRule) -> Truth:
    """Floor area per head is under a bound.

    Compared as area against bound x members, which is exact where a quotient would round.
    """

    def condition(home: Answers) -> Truth:
        area, bound = home.number("floor_area"), rule.below_m2_per_head * survey.sizes(home)
        certain = area < bound
        unknown = np.isnan(area) | np.isnan(bound)
        return Truth(certain, certain | unknown) if unknown.any() else Truth.known(certain)

    return survey.homes_where(condition)


def persons_per_room(survey: Survey, rule: PersonsPerRoomRule) -> Truth:
    """More members to a room than a bound.

    Compared as members against bound x rooms, which is exact where a quotient would round.
    """

    def condition(home: Answers) -> Truth:
        size, most = survey.sizes(home), rule.more_than_persons_per_room * home.number("rooms")
        certain = size > most
        unknown = np.isnan(size) | np.isnan(most)
        return Truth(certain, certain | unknown) if unknown.any() else Truth.known(certain)

    return survey.homes_where(condition)
