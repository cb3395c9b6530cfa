"""Basic service 5: domestic water, sanitation and (from 2027) the environment."""

from __future__ import annotations

from multidim_poverty.assessment.indicators.survey import Survey
from multidim_poverty.kleene import Truth
from multidim_poverty.law.rules import ToiletRule, WasteRule, WaterRule

__all__ = ["toilet", "waste", "water"]


def water(survey: Survey, rule: WaterRule) -> Truth:
    """The main water source is not a clean one."""
    return survey.homes_where(lambda home: ~home.one_of("water_source", rule.clean))


def toilet(survey: Survey, rule: ToiletRule) -> Truth:
    """The latrine is not a hygienic one."""
    return survey.homes_where(lambda home: ~home.one_of("toilet", rule.hygienic))


def waste(survey: Survey, _: WasteRule) -> Truth:
    """Domestic waste is not collected."""
    return survey.homes_where(lambda home: ~home.truth("waste_collected"))
