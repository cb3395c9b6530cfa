"""Basic service 2: health."""

from __future__ import annotations

from multidim_poverty.assessment.indicators.survey import Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import HealthInsuranceRule, MedicalAccessRule, NutritionRule

__all__ = ["health_insurance", "medical_access", "nutrition"]


def nutrition(survey: Survey, rule: NutritionRule) -> Truth:
    """A child is stunted or underweight."""
    return survey.any_member(
        lambda member: (
            member.aged(below=rule.child_below)
            & (member.truth("stunted") | member.truth("underweight"))
        )
    )


def health_insurance(survey: Survey, rule: HealthInsuranceRule) -> Truth:
    """A member from an age on has no health insurance."""
    return survey.any_member(
        lambda member: member.aged(rule.from_age) & ~member.truth("has_health_insurance")
    )


def medical_access(survey: Survey, _: MedicalAccessRule) -> Truth:
    """A member was so ill as to need care and did not get it."""
    return survey.any_member(lambda member: member.truth("untreated_illness"))
