"""Bugs of the indicators: ages, shares, lists, members, missing answers."""

import numpy as np
import pandas as pd

import multidim_poverty as mdp
from tests.testing.planted_bugs.catalogue import D07, bug, variant


def matrix(households, members, on, **rules):
    """The indicators under a standard with wrong values."""
    standard = variant(rules=rules) if rules else D07
    return mdp.deprivations(households, members, standard=standard, on=on)


def rule_of(id):
    return next(indicator.rule for indicator in D07.indicators if indicator.id == id)


def retirement(change):
    """The table of retirement ages with every row changed."""
    rows = [row.model_dump() for row in rule_of("employment").working_age_until]
    return {"working_age_until": [change(at, row, rows) for at, row in enumerate(rows)]}


def brackets(id, change):
    """The brackets of a rule, each changed."""
    return {"brackets": [change(bracket.model_dump()) for bracket in rule_of(id).brackets]}


# -- ages --------------------------------------------------------------------------------------


@bug("indicators", "ages")
def working_age_from_sixteen(households, members, on):
    """Working age begins at 16."""
    return matrix(households, members, on, employment={"working_age_from": 16})


@bug("indicators", "ages")
def retirement_of_the_year_before(households, members, on):
    """The retirement age is that of the year before."""

    def change(at, row, rows):
        before = rows[max(at - 1, 0)]
        return row | {name: before[name] for name in ("male_months", "female_months")}

    return matrix(households, members, on, employment=retirement(change))


@bug("indicators", "ages")
def retirement_in_whole_years(households, members, on):
    """The months of the retirement age are dropped."""

    def change(at, row, rows):
        names = ("male_months", "female_months")
        return row | {name: row[name] // 12 * 12 for name in names}

    return matrix(households, members, on, employment=retirement(change))


@bug("indicators", "ages")
def retirement_a_month_late(households, members, on):
    """Working age ends a month late."""

    def change(at, row, rows):
        return row | {"male_months": row["male_months"] + 1}

    return matrix(households, members, on, employment=retirement(change))


@bug("indicators", "swaps")
def sexes_swapped_at_retirement(households, members, on):
    """Women retire at the age of men, and men at that of women."""

    def change(at, row, rows):
        months = {"male_months": row["female_months"], "female_months": row["male_months"]}
        return row | months

    return matrix(households, members, on, employment=retirement(change))


@bug("indicators", "ages")
def child_below_fifteen(households, members, on):
    """Children count as dependents below 15."""
    return matrix(households, members, on, dependents={"child_below": 15})


@bug("indicators", "ages")
def elderly_above_sixty(households, members, on):
    """Elderly is who is above 60."""
    return matrix(households, members, on, dependents={"elderly_from": 61})


@bug("indicators", "ages")
def insured_above_six(households, members, on):
    """Health insurance is asked of members above 6."""
    return matrix(households, members, on, health_insurance={"from_age": 7})


@bug("indicators", "ages")
def nutrition_to_fifteen(households, members, on):
    """Nutrition is asked of children below 15."""
    return matrix(households, members, on, nutrition={"child_below": 15})


@bug("indicators", "ages")
def adults_below_thirty(households, members, on):
    """Schooling is asked of adults below 30."""

    def change(bracket):
        return bracket | {"below_age": 30 if bracket["below_age"] == 31 else bracket["below_age"]}

    changed = brackets("adult_education", change)
    return matrix(households, members, on, adult_education=changed)


@bug("indicators", "ages")
def school_from_four(households, members, on):
    """Children go to school from 4."""

    def change(bracket):
        return bracket | {"from_age": 4 if bracket["from_age"] == 3 else bracket["from_age"]}

    return matrix(households, members, on, child_schooling=brackets("child_schooling", change))


@bug("indicators", "ages")
def school_to_the_sixteenth_year(households, members, on):
    """Children go to school until they are 15."""

    def change(bracket):
        return bracket | {"below_age": 15 if bracket["below_age"] == 16 else bracket["below_age"]}

    return matrix(households, members, on, child_schooling=brackets("child_schooling", change))


def with_ages(members, age_of, column="birth_date"):
    """Members whose age, where it is not stated, is counted from the birth in a wrong way."""
    if column not in members.columns or "age" not in members.columns:
        return members
    ages = members["age"].astype("Float64").astype(object).where(members["age"].notna(), None)
    pairs = zip(ages, members[column], strict=True)
    counted = [age if age is not None or pd.isna(born) else age_of(born) for age, born in pairs]
    counted = pd.array([None if age is None else max(int(age), 0) for age in counted], "Int64")
    return members.assign(age=counted).drop(columns=column)


@bug("indicators", "ages")
def age_by_the_year(households, members, on):
    """Age is the year of the survey less that of the birth date."""
    counted = with_ages(members, lambda born: on.year - born.year)
    return matrix(households, counted, on)


@bug("indicators", "ages")
def age_in_days(households, members, on):
    """Age is the days of life over 365."""
    counted = with_ages(members, lambda born: (on - born.date()).days // 365)
    return matrix(households, counted, on)


@bug("indicators", "ages")
def birthday_not_yet(households, members, on):
    """On the birthday itself a year is not completed."""
    if "birth_date" not in members.columns:
        return matrix(households, members, on)
    later = members["birth_date"] + pd.Timedelta(days=1)
    born = later.where(later <= pd.Timestamp(on), members["birth_date"])
    return matrix(households, members.assign(birth_date=born), on)


@bug("indicators", "ages")
def leap_birthday_in_february(households, members, on):
    """Who was born on 29 February turns older on 28 February."""

    def age_of(born):
        day = (born.month, min(born.day, 28)) if born.month == 2 else (born.month, born.day)
        return on.year - born.year - ((on.month, on.day) < day)

    return matrix(households, with_ages(members, age_of), on)


@bug("indicators", "ages")
def birth_year_is_the_age(households, members, on):
    """A year of birth gives one age, as if the birthday was past."""
    counted = with_ages(members, lambda born: on.year - born, "birth_year")
    return matrix(households, counted, on)


# -- shares and counts -------------------------------------------------------------------------


@bug("indicators", "shares")
def dependents_from_half(households, members, on):
    """Half of the members are too many dependents."""
    return matrix(households, members, on, dependents={"more_than_percent": 49})


@bug("indicators", "shares")
def dependents_to_the_others(households, members, on):
    """Dependents are compared with the other members, and not with all."""
    return matrix(households, members, on, dependents={"more_than_percent": 66})


@bug("indicators", "shares")
def eight_square_metres_are_too_few(households, members, on):
    """8 m2 a head are too few."""
    floor = households["floor_area"] - 1e-9
    return matrix(households.assign(floor_area=floor.clip(lower=0)), members, on)


@bug("indicators", "rounding")
def area_per_head_rounded(households, members, on):
    """Floor area per head is rounded to whole m2."""
    size = households["household_size"].astype("Float64")
    floor = (households["floor_area"].astype("Float64") / size).round() * size
    floor = floor.fillna(households["floor_area"].astype("Float64"))
    return matrix(households.assign(floor_area=floor), members, on)


@bug("indicators", "shares")
def one_weak_structure(households, members, on):
    """One structure that is not durable is enough."""
    return matrix(households, members, on, housing_quality={"not_durable_at_least": 1})


@bug("indicators", "shares")
def three_weak_structures(households, members, on):
    """All three structures must be weak."""
    return matrix(households, members, on, housing_quality={"not_durable_at_least": 3})


# -- lists -------------------------------------------------------------------------------------


def less(id, name, code):
    return {name: [one for one in getattr(rule_of(id), name) if str(one) != code]}


@bug("indicators", "lists")
def rainwater_is_not_clean(households, members, on):
    """Rainwater is no clean water."""
    return matrix(households, members, on, water=less("water", "clean", "rainwater"))


@bug("indicators", "lists")
def double_vault_is_not_hygienic(households, members, on):
    """A double vault is no hygienic latrine."""
    return matrix(households, members, on, toilet=less("toilet", "hygienic", "double_vault"))


@bug("indicators", "lists")
def a_tablet_is_no_device(households, members, on):
    """A tablet does not count as a means of information."""
    changed = less("information_devices", "means", "has_tablet")
    return matrix(households, members, on, information_devices=changed)


@bug("indicators", "lists")
def vocational_schools_forgotten(households, members, on):
    """Vocational training does not count as schooling of adults."""

    def change(bracket):
        codes = [code for code in bracket["attending"] if str(code) != "vocational"]
        return bracket | {"attending": codes}

    changed = brackets("adult_education", change)
    return matrix(households, members, on, adult_education=changed)


@bug("indicators", "lists")
def the_proper_level_only(households, members, on):
    """A child at a level above the proper one does not count as schooled."""

    def change(bracket):
        return bracket | {"attending": list(bracket["attending"])[:1]}

    return matrix(households, members, on, child_schooling=brackets("child_schooling", change))


@bug("indicators", "lists")
def inactive_is_without_work(households, members, on):
    """Who does not look for work counts as without work."""
    changed = {"without_work": ["unemployed", "inactive"]}
    return matrix(households, members, on, employment=changed)


@bug("indicators", "lists")
def training_does_not_count(households, members, on):
    """Training by an enterprise lifts nothing."""
    changed = {"enterprise_training_counts": False}
    return matrix(households, members, on, adult_education=changed)


# -- members -----------------------------------------------------------------------------------


@bug("indicators", "members")
def everybody_must_use_the_internet(households, members, on):
    """One member who does not use the internet is enough."""
    found = matrix(households, members, on)
    if "uses_internet" not in members.columns:
        return found
    users = members.assign(no=~members["uses_internet"].astype("boolean"))
    lacking = users[users["no"].fillna(False)]["household_id"]
    return found.assign(telecom=found["telecom"] | households.index.isin(lacking))


@bug("indicators", "members")
def the_head_alone(households, members, on):
    """Only the first member of a household is looked at."""
    return matrix(households, members.drop_duplicates("household_id"), on)


@bug("indicators", "members")
def allowance_not_asked(households, members, on):
    """An elderly or disabled member depends without any allowance."""
    return matrix(households, members.assign(receives_social_allowance=True), on)


@bug("indicators", "members")
def linked_by_position(households, members, on):
    """Members are taken to come in the order of the households."""
    order = members["household_id"].drop_duplicates().tolist()
    names = dict(zip(order, households.index, strict=False))
    return matrix(households, members.assign(household_id=members["household_id"].map(names)), on)


@bug("assess", "size")
def members_not_counted(households, members, on):
    """A size that is not stated is not counted from the members."""
    found = mdp.assess(households, members, standard=D07, on=on)
    deprived = found[list(D07.indicator_ids)]
    classes = mdp.classify(households, deprived, standard=D07)
    return found.assign(poverty_class=classes["poverty_class"])


@bug("assess", "size")
def size_always_counted(households, members, on):
    """The income of the year is divided by the members who work."""
    found = mdp.assess(households, members, standard=D07, on=on)
    working = members[members["employment_status"].astype(object) != "inactive"]
    counted = households.index.map(working.groupby("household_id").size()).to_numpy(dtype=float)
    homes = households.assign(household_size=pd.array(np.nan_to_num(counted, nan=1), "Int64"))
    classes = mdp.classify(homes, found[list(D07.indicator_ids)], standard=D07)
    return found.assign(poverty_class=classes["poverty_class"])


# -- missing answers ---------------------------------------------------------------------------


@bug("indicators", "NA as an answer")
def unknown_is_not_deprived(households, members, on):
    """What is not known counts as no deprivation."""
    return matrix(households, members, on).astype("boolean").fillna(False)


@bug("indicators", "NA as an answer")
def missing_device_is_none(households, members, on):
    """A device that nobody asked about is not there."""
    names = [name for name in rule_of("information_devices").means if name in households.columns]
    there = {name: households[name].astype("boolean").fillna(False) for name in names}
    return matrix(households.assign(**there), members, on)


@bug("indicators", "NA as an answer")
def missing_age_is_zero(households, members, on):
    """A member of unknown age is a newborn."""
    born = members.reindex(columns=["age", "birth_date", "birth_year"])
    unknown = born.isna().all(axis=1)
    age = born["age"].astype("Float64").mask(unknown, 0).astype("Int64")
    return matrix(households, members.assign(age=age), on)


@bug("assess", "NA as an answer")
def incomplete_left_out(households, members, on):
    """Whoever has a missing answer has no class."""
    found = mdp.assess(households, members, standard=D07, on=on)
    some = found[list(D07.indicator_ids)].isna().any(axis=1)
    return found.assign(poverty_class=found["poverty_class"].mask(some))
