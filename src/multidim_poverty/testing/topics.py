"""Columns whose answers are missing together, because they are asked together."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TOPICS"]

# Table -> groups of columns.
TOPICS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "households": (
        ("area",),
        ("income_per_capita", "income_12m"),
        ("income_12m", "household_size"),
        ("household_size",),
        ("wall_durable", "frame_durable", "roof_durable"),
        ("floor_area", "rooms"),
        ("water_source", "toilet"),
        (
            "has_television",
            "has_radio",
            "has_desktop",
            "has_telephone",
            "has_laptop",
            "has_tablet",
            "has_smartphone",
            "hears_loudspeaker",
        ),
        ("waste_collected",),
        ("province", "district", "commune", "village"),
        ("ethnic_group", "ethnic_minority", "local_minority"),
        ("no_labour_capacity", "member_of_merit", "female_head"),
    ),
    "members": (
        ("age", "birth_date", "birth_year"),
        ("age", "birth_date", "birth_year", "employment_status"),
        ("sex", "relation"),
        ("employment_status",),
        ("has_disability", "receives_social_allowance"),
        ("stunted", "underweight"),
        ("has_health_insurance", "untreated_illness"),
        ("attending", "qualification", "enterprise_trained"),
        ("uses_internet", "uses_telephone"),
    ),
}
