"""One typed model for each kind of deprivation rule: the thresholds, not the mechanics.

Each rule names the columns that it reads, so that the page of columns can say which
indicator reads what. Ages are completed years; a bound called ``below`` is exclusive.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.parts import LawPart
from multidim_poverty.vocabulary import EducationLevel, EmploymentStatus, Toilet, WaterSource

__all__ = [
    "AdultBracket",
    "AdultEducationRule",
    "ChildBracket",
    "ChildSchoolingRule",
    "DependentsRule",
    "DevicesRule",
    "EmploymentRule",
    "HealthInsuranceRule",
    "HousingAreaRule",
    "HousingQualityRule",
    "IndicatorRule",
    "MedicalAccessRule",
    "NutritionRule",
    "PersonsPerRoomRule",
    "RetirementAge",
    "Rule",
    "TelecomRule",
    "ToiletRule",
    "UnknownRule",
    "ValueCitation",
    "WasteRule",
    "WaterRule",
]

Years = Annotated[int, Field(strict=True, ge=0, le=120)]
Months = Annotated[int, Field(strict=True, ge=0, le=120 * 12)]


class ValueCitation(LawPart):
    """The source of one value of a rule, where it is not that of the indicator."""

    value: str
    citation: Citation


class Rule(LawPart):
    """What all kinds of rule share: the sources of single values."""

    household_columns: ClassVar[tuple[str, ...]] = ()
    member_columns: ClassVar[tuple[str, ...]] = ()

    citations: tuple[ValueCitation, ...] = ()

    @model_validator(mode="after")
    def _citations_name_values(self) -> Self:
        values = set(type(self).model_fields) - {"kind", "citations"}
        for entry in self.citations:
            if entry.value not in values:
                raise ArgumentError(
                    f"a citation for {entry.value!r}, which is no value of this rule; "
                    f"values: {', '.join(sorted(values))}"
                )
        return self

    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` pairs that the rule reads."""
        return tuple(("households", column) for column in self.household_columns) + tuple(
            ("members", column) for column in self.member_columns
        )


# The columns that an age comes from.
AGE = ("age", "birth_date", "birth_year")


class RetirementAge(LawPart):
    """The age at which working age ends in a year, in completed months by sex."""

    year: Annotated[int, Field(strict=True)]
    male_months: Months
    female_months: Months


class EmploymentRule(Rule):
    """Deprived: a member of working age without work, or a wage worker without contract."""

    member_columns = (*AGE, "sex", "employment_status")
    kind: Literal["employment"]
    without_work: tuple[EmploymentStatus, ...]
    without_contract: tuple[EmploymentStatus, ...]
    working_age_from: Years
    working_age_until: tuple[RetirementAge, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _years_follow_each_other(self) -> Self:
        years = [row.year for row in self.working_age_until]
        if years != list(range(years[0], years[0] + len(years))):
            raise ArgumentError(f"working_age_until needs one row a year, in order; got {years}")
        return self


class DependentsRule(Rule):
    """Deprived: dependents are more than a share of all members."""

    household_columns = ("household_size",)
    member_columns = (*AGE, "has_disability", "receives_social_allowance")
    kind: Literal["dependents"]
    more_than_percent: Annotated[int, Field(strict=True, ge=0, le=100)]
    child_below: Years
    elderly_from: Years


class NutritionRule(Rule):
    """Deprived: a child stunted or underweight."""

    member_columns = (*AGE, "stunted", "underweight")
    kind: Literal["nutrition"]
    child_below: Years


class HealthInsuranceRule(Rule):
    """Deprived: a member from an age on without health insurance."""

    member_columns = (*AGE, "has_health_insurance")
    kind: Literal["health_insurance"]
    from_age: Years


class MedicalAccessRule(Rule):
    """Deprived: a member was so ill as to need care and did not get it."""

    member_columns = ("untreated_illness",)
    kind: Literal["medical_access"]


class AdultBracket(LawPart):
    """Members of an age, and the schooling or diploma that lifts their deprivation."""

    from_age: Years
    below_age: Years | None = None
    born_from: Annotated[int, Field(strict=True)] | None = None
    attending: tuple[EducationLevel, ...]
    qualification: tuple[EducationLevel, ...]


class AdultEducationRule(Rule):
    """Deprived: an adult who neither attends nor has finished what the age asks."""

    member_columns = (*AGE, "attending", "qualification", "enterprise_trained")
    kind: Literal["adult_education"]
    brackets: tuple[AdultBracket, ...] = Field(min_length=1)
    enterprise_training_counts: bool


class ChildBracket(LawPart):
    """Children of an age, and the levels of which they must attend one."""

    from_age: Years
    below_age: Years
    attending: tuple[EducationLevel, ...]


class ChildSchoolingRule(Rule):
    """Deprived: a child who does not attend a level that is proper for the age."""

    member_columns = (*AGE, "attending")
    kind: Literal["child_schooling"]
    brackets: tuple[ChildBracket, ...] = Field(min_length=1)


class HousingQualityRule(Rule):
    """Deprived: too many of the three main structures are not durable."""

    household_columns = ("wall_durable", "frame_durable", "roof_durable")
    kind: Literal["housing_quality"]
    not_durable_at_least: Annotated[int, Field(strict=True, ge=1, le=3)]


class HousingAreaRule(Rule):
    """Deprived: floor area per head under a bound [m2]."""

    household_columns = ("floor_area", "household_size")
    kind: Literal["housing_area"]
    below_m2_per_head: Annotated[int, Field(strict=True, gt=0)]


class PersonsPerRoomRule(Rule):
    """Deprived: more persons to a room than a bound; no law of Viet Nam has this rule."""

    household_columns = ("rooms", "household_size")
    kind: Literal["persons_per_room_more_than"]
    more_than_persons_per_room: Annotated[int, Field(strict=True, gt=0)]


class WaterRule(Rule):
    """Deprived: the main water source is not a clean one."""

    household_columns = ("water_source",)
    kind: Literal["water"]
    clean: tuple[WaterSource, ...] = Field(min_length=1)


class ToiletRule(Rule):
    """Deprived: the latrine is not a hygienic one."""

    household_columns = ("toilet",)
    kind: Literal["toilet"]
    hygienic: tuple[Toilet, ...] = Field(min_length=1)


class TelecomRule(Rule):
    """Deprived: no member uses any of the services."""

    kind: Literal["telecom"]
    services: tuple[Literal["uses_internet", "uses_telephone"], ...] = Field(min_length=1)

    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` pairs that the rule reads."""
        return tuple(("members", column) for column in self.services)


class DevicesRule(Rule):
    """Deprived: the household has none of the means to get information."""

    kind: Literal["information_devices"]
    means: tuple[
        Literal[
            "has_television",
            "has_radio",
            "has_desktop",
            "has_telephone",
            "has_laptop",
            "has_tablet",
            "has_smartphone",
            "hears_loudspeaker",
        ],
        ...,
    ] = Field(min_length=1)

    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` pairs that the rule reads."""
        return tuple(("households", column) for column in self.means)


class WasteRule(Rule):
    """Deprived: domestic waste is not collected."""

    household_columns = ("waste_collected",)
    kind: Literal["waste"]


class UnknownRule(Rule):
    """The law has this indicator, but no source of ours gives its threshold: always NA."""

    kind: Literal["unknown"]


IndicatorRule = Annotated[
    EmploymentRule
    | DependentsRule
    | NutritionRule
    | HealthInsuranceRule
    | MedicalAccessRule
    | AdultEducationRule
    | ChildSchoolingRule
    | HousingQualityRule
    | HousingAreaRule
    | PersonsPerRoomRule
    | WaterRule
    | ToiletRule
    | TelecomRule
    | DevicesRule
    | WasteRule
    | UnknownRule,
    Field(discriminator="kind"),
]
