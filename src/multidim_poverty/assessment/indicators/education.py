"""Basic service 3: education."""

from __future__ import annotations

from functools import reduce
from operator import or_

from multidim_poverty.assessment.indicators.survey import People, Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import (
    AdultBracket,
    AdultEducationRule,
    ChildBracket,
    ChildSchoolingRule,
)

__all__ = ["adult_education", "child_schooling"]


def adult_education(survey: Survey, rule: AdultEducationRule) -> Truth:
    """An adult neither attends nor has finished the education proper for the age."""

    def lacks(member: People, bracket: AdultBracket) -> Truth:
        concerned = member.aged(bracket.from_age, bracket.below_age)
        if bracket.born_from is not None:
            concerned = concerned & member.born_from(bracket.born_from)
        educated = member.one_of("attending", bracket.attending) | member.one_of(
            "qualification", bracket.qualification
        )
        if rule.enterprise_training_counts:
            educated = educated | member.truth("enterprise_trained")
        return concerned & ~educated

    return survey.any_member(
        lambda member: reduce(or_, (lacks(member, bracket) for bracket in rule.brackets))
    )


def child_schooling(survey: Survey, rule: ChildSchoolingRule) -> Truth:
    """A child does not attend a level proper for the age."""

    def misses(member: People, bracket: ChildBracket) -> Truth:
        concerned = member.aged(bracket.from_age, bracket.below_age)
        return concerned & ~member.one_of("attending", bracket.attending)

    return survey.any_member(
        lambda member: reduce(or_, (misses(member, bracket) for bracket in rule.brackets))
    )
