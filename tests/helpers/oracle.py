"""The law once more, slowly: plain Python on one household at a time.

Shares no code and no data file with the package. Every number is typed here again, so that a
change in a rule or in a data file makes the two disagree. A household and its members are
dicts; a missing answer is ``None``; truth is ``True``, ``False`` or ``None`` (unknown).
"""

from __future__ import annotations

LEVELS = [
    "none",
    "preschool",
    "primary",
    "lower_secondary",
    "upper_secondary",
    "vocational",
    "higher",
]
CLEAN = {"piped", "drilled_well", "protected_dug_well", "protected_spring", "rainwater", "bottled"}
HYGIENIC = {"septic", "pour_flush", "ventilated_pit", "pit_with_slab", "double_vault"}
COVERED = {
    "decision_59_2015": (2016, 2021),
    "decree_07_2021": (2022, 2026),
    "decree_351_2025": (2027, 2030),
}

INDICATORS = {
    "decision_59_2015": [
        "medical_access", "health_insurance", "adult_education", "child_schooling",
        "housing_quality",
        "housing_area", "water", "toilet", "telecom", "information_devices",
    ],
    "decree_07_2021": [
        "employment", "dependents", "nutrition", "health_insurance", "adult_education",
        "child_schooling", "housing_quality", "housing_area", "water", "toilet", "telecom",
        "information_devices",
    ],
    "decree_351_2025": [
        "employment", "dependents", "nutrition", "health_insurance", "adult_education",
        "child_schooling", "housing_area", "housing_quality", "telecom", "water", "toilet", "waste",
    ],
}  # fmt: skip


def class_of(standard, area, income, count):
    """The class for a known income and a known number of deprivations."""
    if standard == "decision_59_2015":
        poverty, near, ceiling = (
            (700_000, 1_000_000, 1_500_000) if area == "rural" else (900_000, 1_300_000, 1_950_000)
        )
        if income <= poverty:
            return "poor"
        if income <= near:
            return "poor" if count >= 3 else "near_poor"
        return "average" if income <= ceiling else "above_average"
    if standard == "decree_07_2021":
        line, ceiling = (1_500_000, 2_250_000) if area == "rural" else (2_000_000, 3_000_000)
        if income <= line:
            return "poor" if count >= 3 else "near_poor"
        return "average" if income <= ceiling else "above_average"
    line = 2_200_000 if area == "rural" else 2_800_000
    if income <= line:
        return "poor" if count >= 3 else "near_poor"
    return "not_poor"


def any_of(values):
    values = list(values)
    if True in values:
        return True
    return None if None in values else False


def all_of(values):
    return negate(any_of(negate(value) for value in values))


def negate(value):
    return None if value is None else not value


def known(value, test):
    return None if value is None else test(value)


def level_in(value, accepted):
    return known(value, lambda v: v in accepted)


def deprived(standard, indicator, home, members, year=None):
    """Whether a household is deprived: ``True``, ``False`` or ``None``."""
    function = globals()[indicator]
    return function(standard, home, members, year)


def over_members(home, members, truths):
    """Any member, where members that are not in the table may have any answer."""
    truths = list(truths)
    size = home.get("household_size")
    if not members or (size is not None and size > len(members)):
        truths.append(None)
    return any_of(truths)


def retirement(year):
    return min(723 + 3 * (year - 2021), 744), min(664 + 4 * (year - 2021), 720)


def of_working_age(standard, member, year):
    age = member.get("age")
    if age is None:
        return None
    if age < 15:
        return False
    first, last = (year, year) if year else COVERED[standard]
    if first < 2021:
        return None
    answers = set()
    for sex in [member["sex"]] if member.get("sex") else ["male", "female"]:
        for y in range(first, last + 1):
            end = retirement(y)[0 if sex == "male" else 1]
            for months in range(12 * age, 12 * age + 12):
                answers.add(months < end)
    return answers.pop() if len(answers) == 1 else None


def employment(standard, home, members, year):
    return over_members(
        home,
        members,
        (
            any_of(
                [
                    all_of(
                        [
                            known(m.get("employment_status"), lambda s: s == "unemployed"),
                            of_working_age(standard, m, year),
                        ]
                    ),
                    known(m.get("employment_status"), lambda s: s == "wage_without_contract"),
                ]
            )
            for m in members
        ),
    )


def dependents(standard, home, members, year):
    total = max(len(members), home.get("household_size") or 0)
    if total == 0:
        return None
    unseen = total - len(members)
    truths = [
        any_of(
            [
                known(m.get("age"), lambda a: a < 16),
                all_of(
                    [
                        any_of([known(m.get("age"), lambda a: a >= 60), m.get("has_disability")]),
                        m.get("receives_social_allowance"),
                    ]
                ),
            ]
        )
        for m in members
    ]
    least = truths.count(True)
    most = least + truths.count(None) + unseen
    if least / total > 0.5:
        return True
    return None if most / total > 0.5 else False


def nutrition(standard, home, members, year):
    return over_members(
        home,
        members,
        (
            all_of(
                [
                    known(m.get("age"), lambda a: a < 16),
                    any_of([m.get("stunted"), m.get("underweight")]),
                ]
            )
            for m in members
        ),
    )


def health_insurance(standard, home, members, year):
    return over_members(
        home,
        members,
        (
            all_of([known(m.get("age"), lambda a: a >= 6), negate(m.get("has_health_insurance"))])
            for m in members
        ),
    )


def medical_access(standard, home, members, year):
    return over_members(home, members, (m.get("untreated_illness") for m in members))


def adult_education(standard, home, members, year):
    if standard == "decision_59_2015":
        return over_members(home, members, (uneducated_2015(m, year) for m in members))
    return over_members(home, members, (uneducated_2021(m) for m in members))


def uneducated_2021(m):
    def lacks(low, high, accepted):
        return all_of(
            [
                known(m.get("age"), lambda a: low <= a <= high),
                negate(level_in(m.get("attending"), accepted)),
                negate(level_in(m.get("qualification"), accepted)),
                negate(m.get("enterprise_trained")),
            ]
        )

    return any_of([lacks(16, 17, LEVELS[3:]), lacks(18, 30, LEVELS[4:])])


def uneducated_2015(m, year):
    first, last = (year, year) if year else (2016, 2021)

    def born_1986_or_later(age):
        years = {y - age - birthday >= 1986 for y in range(first, last + 1) for birthday in (0, 1)}
        return years.pop() if len(years) == 1 else None

    age = m.get("age")
    return all_of(
        [
            known(age, lambda a: a >= 15),
            None if age is None else born_1986_or_later(age),
            negate(level_in(m.get("attending"), LEVELS[2:])),
            negate(level_in(m.get("qualification"), LEVELS[3:])),
        ]
    )


def child_schooling(standard, home, members, year):
    if standard == "decision_59_2015":
        brackets = [(5, 14, LEVELS[1:])]
    else:
        brackets = [(3, 5, LEVELS[1:]), (6, 11, LEVELS[2:]), (12, 15, LEVELS[3:])]
    return over_members(
        home,
        members,
        (
            any_of(
                all_of(
                    [
                        known(m.get("age"), lambda a, low=low, high=high: low <= a <= high),
                        negate(level_in(m.get("attending"), accepted)),
                    ]
                )
                for low, high, accepted in brackets
            )
            for m in members
        ),
    )


def housing_quality(standard, home, members, year):
    weak = [negate(home.get(name)) for name in ("wall_durable", "frame_durable", "roof_durable")]
    if weak.count(True) >= 2:
        return True
    return None if weak.count(True) + weak.count(None) >= 2 else False


def housing_area(standard, home, members, year):
    size = home.get("household_size") or len(members)
    if not size or home.get("floor_area") is None:
        return None
    return home["floor_area"] < 8 * size


def crowding(standard, home, members, year):
    """More than two persons to a room."""
    size = home.get("household_size") or len(members)
    if not size or home.get("rooms") is None:
        return None
    return size / home["rooms"] > 2


def water(standard, home, members, year):
    return known(home.get("water_source"), lambda source: source not in CLEAN)


def toilet(standard, home, members, year):
    return known(home.get("toilet"), lambda kind: kind not in HYGIENIC)


def telecom(standard, home, members, year):
    used = ["uses_internet"] + (["uses_telephone"] if standard == "decision_59_2015" else [])
    return negate(over_members(home, members, (any_of(m.get(u) for u in used) for m in members)))


def information_devices(standard, home, members, year):
    means = ["has_television", "has_radio", "has_desktop", "has_laptop"]
    if standard == "decision_59_2015":
        means += ["hears_loudspeaker"]
    else:
        means += ["has_telephone", "has_tablet", "has_smartphone"]
    return negate(any_of(home.get(name) for name in means))


def waste(standard, home, members, year):
    return negate(home.get("waste_collected"))
