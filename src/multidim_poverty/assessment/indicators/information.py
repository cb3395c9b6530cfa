"""Basic service 6: information."""

from __future__ import annotations

from functools import reduce
from operator import or_

from multidim_poverty.assessment.indicators.survey import Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import DevicesRule, TelecomRule

__all__ = ["information_devices", "telecom"]


def telecom(survey: Survey, rule: TelecomRule) -> Truth:
    """No member uses any of the services."""
    return ~survey.any_member(
        lambda member: reduce(or_, (member.truth(service) for service in rule.services))
    )


def information_devices(survey: Survey, rule: DevicesRule) -> Truth:
    """The household has none of the means to get information."""
    return survey.homes_where(
        lambda home: ~reduce(or_, (home.truth(means) for means in rule.means))
    )
