"""Basic service 1: employment."""

from __future__ import annotations

from multidim_poverty.assessment.indicators.survey import Answers, People, Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import DependentsRule, EmploymentRule

__all__ = ["dependents", "employment"]

ANY_AGE = (0, 10_000)


def employment(survey: Survey, rule: EmploymentRule) -> Truth:
    """A member of working age finds no work, or a member works for a wage without contract."""
    male, female = _retirement(rule, survey.people.years) if survey.people else (ANY_AGE, ANY_AGE)

    def condition(member: People) -> Truth:
        working_age = member.aged(rule.working_age_from) & member.younger_than(male, female)
        without_work = member.one_of("employment_status", rule.without_work)
        return (without_work & working_age) | member.one_of(
            "employment_status", rule.without_contract
        )

    return survey.any_member(condition)


def _retirement(
    rule: EmploymentRule, years: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The lowest and highest end of working age [months] in some years, for men and women."""
    table = rule.working_age_until
    if years[0] < table[0].year:  # what held before the table begins is not known
        return ANY_AGE, ANY_AGE
    rows = [row for row in table if years[0] <= row.year <= years[1]] or [table[-1]]
    male, female = [row.male_months for row in rows], [row.female_months for row in rows]
    return (min(male), max(male)), (min(female), max(female))


def dependents(survey: Survey, rule: DependentsRule) -> Truth:
    """Dependents are more than a share of all members.

    Dependents are children, and elderly or disabled members who receive the social allowance.
    """

    def condition(member: People) -> Truth:
        supported = member.aged(rule.elderly_from) | member.truth("has_disability")
        return member.aged(below=rule.child_below) | (
            supported & member.truth("receives_social_allowance")
        )

    least, most = survey.count_members(condition)

    def too_many(home: Answers) -> Truth:
        rows = home.rows
        members = survey.counted[rows] + survey.unlisted[rows]
        certain = least[rows] * 100 > members * rule.more_than_percent
        nobody_known = members == 0
        if most is least and not nobody_known.any():
            return Truth.known(certain)
        return Truth(certain, (most[rows] * 100 > members * rule.more_than_percent) | nobody_known)

    return survey.homes_where(too_many)
