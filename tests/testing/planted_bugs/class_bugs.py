"""Bugs of a classification: lines, cut-offs, rounding, size, missing answers, swaps."""

import numpy as np
import pandas as pd

import multidim_poverty as mdp
from tests.testing.planted_bugs.catalogue import D07, bug, classify, variant

MONEY = ["income_per_capita", "income_12m"]


def changed(households, change, names=MONEY):
    """Households with other amounts."""
    there = [name for name in names if name in households.columns]
    return households.assign(**{name: change(households[name].astype("Float64")) for name in there})


def income(households):
    """Income per head, NaN where unknown."""
    unknown = pd.Series(np.nan, households.index, dtype="Float64")
    stated, year, size = (
        households[name].astype("Float64") if name in households.columns else unknown
        for name in (*MONEY, "household_size")
    )
    return stated.fillna(year / (12 * size))


def lines(**amounts):
    return variant(lines={"poverty_line": amounts})


# -- lines -------------------------------------------------------------------------------------


@bug("classes", "lines")
def rural_line_one_dong_lower(households, deprivations):
    """The rural poverty line is 1,499,999 VND."""
    return classify(households, deprivations, lines(rural=1_499_999))


@bug("classes", "lines")
def urban_line_one_dong_higher(households, deprivations):
    """The urban poverty line is 2,000,001 VND."""
    return classify(households, deprivations, lines(urban=2_000_001))


@bug("classes", "lines")
def rural_line_everywhere(households, deprivations):
    """The rural line holds in towns too."""
    return classify(households, deprivations, lines(urban=1_500_000))


@bug("classes", "lines")
def line_of_the_decree_before(households, deprivations):
    """The poverty lines are those of 2016."""
    return classify(households, deprivations, lines(rural=700_000, urban=900_000))


@bug("classes", "lines")
def ceiling_one_dong_lower(households, deprivations):
    """The rural ceiling of the average living standard is 2,249,999 VND."""
    ceiling = {"average_ceiling": {"rural": 2_249_999}}
    return classify(households, deprivations, variant(lines=ceiling))


@bug("classes", "lines")
def below_the_line_only(households, deprivations):
    """An income at a line counts as above it."""
    # One more than the smallest step that an amount of this size can make.
    return classify(changed(households, lambda money: money * (1 + 1e-15)), deprivations)


@bug("classes", "lines")
def a_tolerance_at_the_line(households, deprivations):
    """Amounts within a millionth of a line count as at it."""
    near = income(households)
    for line in (1_500_000, 2_000_000, 2_250_000, 3_000_000):
        near = near.mask((near - line).abs() < line * 1e-6, line)
    plain = households.drop(columns=MONEY, errors="ignore")
    return classify(plain.assign(income_per_capita=near), deprivations)


# -- cut-offs ----------------------------------------------------------------------------------


def cut_off(poor, near_poor):
    rules = {
        "poor": {"deprivations_at_least": poor},
        "near_poor": {"deprivations_at_most": near_poor},
    }
    return variant(class_rules=rules)


@bug("classes", "cut-offs")
def poor_from_two(households, deprivations):
    """Two deprivations make a household poor."""
    return classify(households, deprivations, cut_off(2, 1))


@bug("classes", "cut-offs")
def poor_from_more_than_three(households, deprivations):
    """More than three deprivations make a household poor."""
    return classify(households, deprivations, cut_off(4, 3))


@bug("classes", "cut-offs")
def poor_by_income_alone(households, deprivations):
    """Every household up to the line is poor."""
    found = classify(households, deprivations)
    return found.mask((found == "near_poor").to_numpy(), "poor")


@bug("classes", "cut-offs")
def poor_with_exactly_three(households, deprivations):
    """A household with four deprivations or more is not poor."""
    found = classify(households, deprivations)
    many = deprivations.astype("boolean").fillna(False).sum(axis=1).to_numpy() > 3
    return found.mask((found == "poor").to_numpy() & many, "near_poor")


@bug("classes", "cut-offs")
def services_are_counted(households, deprivations):
    """Basic services are counted, not indicators."""
    # So that the count of indicators is that of services, each service keeps one of its own.
    matrix = deprivations.astype("boolean")
    for dimension in D07.dimensions:
        ids = [i.id for i in D07.indicators if i.dimension == dimension.id]
        matrix[ids[0]] = matrix[ids].any(axis=1, skipna=False)
        matrix[ids[1:]] = False
    return classify(households, matrix)


@bug("classes", "cut-offs")
def the_last_indicator_is_left_out(households, deprivations):
    """Information devices do not count."""
    return classify(households, deprivations.assign(information_devices=False))


@bug("classes", "cut-offs")
def everybody_is_poor(households, deprivations):
    """The answer is always poor."""
    return ["poor"] * len(households)


# -- rounding, float32, size -------------------------------------------------------------------


@bug("classes", "rounding")
def rounded_to_the_dong(households, deprivations):
    """Income per head is rounded to the dong."""
    plain = households.drop(columns=MONEY, errors="ignore")
    return classify(plain.assign(income_per_capita=income(households).round()), deprivations)


@bug("classes", "rounding")
def cut_to_the_thousand(households, deprivations):
    """Income is cut to thousands of VND."""
    return classify(changed(households, lambda money: money // 1_000 * 1_000), deprivations)


@bug("classes", "rounding")
def whole_division_of_the_year(households, deprivations):
    """Income of the year is divided by 12 and the size with the rest dropped."""
    plain = households.drop(columns=MONEY, errors="ignore")
    return classify(plain.assign(income_per_capita=income(households) // 1), deprivations)


@bug("classes", "float32")
def income_in_float32(households, deprivations):
    """Income per head is held in float32."""
    single = changed(households, lambda money: money.astype("Float32").astype("Float64"), MONEY[:1])
    return classify(single, deprivations)


@bug("classes", "float32")
def year_in_float32(households, deprivations):
    """Income of 12 months is held in float32."""
    single = changed(households, lambda money: money.astype("Float32").astype("Float64"), MONEY[1:])
    return classify(single, deprivations)


@bug("classes", "size")
def size_forgotten(households, deprivations):
    """Income of the year is divided by 12 alone."""
    alone = {"household_size": 1} if "household_size" in households.columns else {}
    return classify(households.assign(**alone), deprivations)


@bug("classes", "size")
def months_forgotten(households, deprivations):
    """Income of the year is divided by the size alone."""
    return classify(changed(households, lambda money: money * 12, MONEY[1:]), deprivations)


@bug("classes", "size")
def year_not_read(households, deprivations):
    """Only a stated income per head is read."""
    return classify(households.drop(columns="income_12m", errors="ignore"), deprivations)


# -- missing answers ---------------------------------------------------------------------------


@bug("classes", "NA as an answer")
def unknown_deprivation_is_no(households, deprivations):
    """A missing deprivation counts as none."""
    return classify(households, deprivations.astype("boolean").fillna(False))


@bug("classes", "NA as an answer")
def unknown_deprivation_is_yes(households, deprivations):
    """A missing deprivation counts as one."""
    return classify(households, deprivations.astype("boolean").fillna(True))


@bug("classes", "NA as an answer")
def unknown_income_is_zero(households, deprivations):
    """A missing income is nothing."""
    plain = households.drop(columns=MONEY, errors="ignore")
    return classify(plain.assign(income_per_capita=income(households).fillna(0)), deprivations)


@bug("classes", "NA as an answer")
def unknown_area_is_rural(households, deprivations):
    """A household of unknown area is rural."""
    return classify(households.assign(area=households["area"].fillna("rural")), deprivations)


@bug("classes", "NA as an answer")
def undetermined_where_anything_is_missing(households, deprivations):
    """No class where any answer is missing."""
    return classify(households, deprivations).mask(deprivations.isna().any(axis=1).to_numpy(), None)


@bug("classes", "NA as an answer")
def class_at_worst(households, deprivations):
    """The worst of the classes that are open is given."""
    return mdp.classify(households, deprivations, standard=D07)["class_at_worst"]


# -- swaps -------------------------------------------------------------------------------------


@bug("classes", "swaps")
def areas_swapped(households, deprivations):
    """Rural is taken for urban."""
    other = {"rural": "urban", "urban": "rural"}
    area = households["area"].astype(object).map(other)
    return classify(households.assign(area=area), deprivations)


@bug("classes", "swaps")
def classes_swapped(households, deprivations):
    """Near-poor is called poor, and poor near-poor."""
    return classify(households, deprivations).replace({"poor": "near_poor", "near_poor": "poor"})


@bug("classes", "swaps")
def best_classes_swapped(households, deprivations):
    """Average is called above average, and the other way round."""
    other = {"average": "above_average", "above_average": "average"}
    return classify(households, deprivations).replace(other)


@bug("classes", "swaps")
def deprived_and_not_swapped(households, deprivations):
    """A matrix of what households have is read as what they lack."""
    return classify(households, ~deprivations.astype("boolean"))
