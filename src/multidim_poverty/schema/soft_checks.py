"""What is possible in the tables of a survey and hardly true: warnings, which stop nothing.

Each check looks at whole columns. A value that is missing or unread is never doubted, and an age
that is known to within a year only where both ages are doubtful.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import Match, chunks, citizen_numbers, name_key, rows_by_home
from multidim_poverty.kleene import BoolArray
from multidim_poverty.law import Standard
from multidim_poverty.law.standard_parts import VND
from multidim_poverty.schema.ages import BIRTH_COLUMNS, AgeRange, age_values, ages_of
from multidim_poverty.schema.definitions import COLUMNS, OLDEST, Column, replicate_columns
from multidim_poverty.schema.faults import Fault, fault_at
from multidim_poverty.schema.name_checks import name_warnings
from multidim_poverty.schema.reading import category_codes, numbers_of, once, truth_of
from multidim_poverty.schema.value_rules import not_boolean
from multidim_poverty.vocabulary import EducationLevel, Relation, Sex

__all__ = ["warnings_of_survey"]

Floats = npt.NDArray[np.float64]
Series = Mapping[str, "pd.Series[Any]"]

LIKENESS = 0.8  # of two names of columns, as difflib measures it
FEW_ROWS = 10  # fewer say nothing about a whole column
YOUNGEST_SPOUSE = 13

# Bounds between orders of magnitude [VND/person/month], far from any income line in force since
# 2016 (700,000 to 2,250,000): most households of a survey lie between MONTH_BELOW and YEAR_FROM.
THOUSANDS_BELOW = 20_000
MONTH_BELOW = 200_000
YEAR_FROM = 20_000_000
MEMBERS_ASSUMED = 4  # where the size is unknown, for the order of magnitude alone
FLOOR_AREA_FROM, FLOOR_AREA_BELOW = 3, 1_000  # [m2/household]
ELDEST_FROM = 13  # [years] a survey whose eldest member is younger has other units

# Youngest age [completed years] at which a member attends, or holds, a level: two years before
# the usual age. Preschool ends at six.
YOUNGEST_ATTENDING = {
    EducationLevel.PRIMARY: 4,
    EducationLevel.LOWER_SECONDARY: 9,
    EducationLevel.UPPER_SECONDARY: 13,
    EducationLevel.VOCATIONAL: 13,
    EducationLevel.HIGHER: 16,
}
YOUNGEST_QUALIFIED = {
    EducationLevel.PRIMARY: 9,
    EducationLevel.LOWER_SECONDARY: 13,
    EducationLevel.UPPER_SECONDARY: 16,
    EducationLevel.VOCATIONAL: 14,
    EducationLevel.HIGHER: 18,
}
YOUNGEST = {"attending": YOUNGEST_ATTENDING, "qualification": YOUNGEST_QUALIFIED}
OLDEST_IN_PRESCHOOL = 8


def warnings_of_survey(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    day: dt.date | None,
    standard: Standard | None = None,
) -> list[Fault]:
    """All warnings of the two tables; ``matched`` is what `match_members` gives.

    Under a standard without lines no income is missed or doubted; in another currency than VND
    no amount is doubted.
    """
    homes = _readable("households", households)
    faults = [*_column_warnings("households", households, homes)]
    if members is not None:
        faults += _misplaced_warnings(households, members)
    faults += _place_warnings(homes)
    faults += name_warnings(households)
    if standard is None or standard.lines:
        in_vnd = standard is None or standard.currency == VND
        faults += _income_warnings(homes, members is not None, in_vnd)
    faults += _area_warnings(homes)
    if members is None:
        return faults
    persons = _readable("members", members)
    faults += _column_warnings("members", members, persons)
    ages = ages_of(persons, len(members), day)
    faults += _age_warnings(persons, ages)
    if matched is not None:
        if len(matched.home) and matched.home.min() >= 0:
            faults += _roster_warnings(homes, persons, matched, len(households), ages)
        faults += _citizen_warnings(members, matched)
    return faults


def _readable(table: str, frame: pd.DataFrame) -> Series:
    """The columns of the schema that the table has once, by name."""
    return {c.name: frame[c.name] for c in COLUMNS if c.table == table and once(frame, c.name)}


# -- columns ---------------------------------------------------------------------------------


def _column_warnings(table: str, frame: pd.DataFrame, readable: Series) -> Iterator[Fault]:
    """Columns that are not read and resemble one that is absent; columns without a value."""
    known = [column for column in COLUMNS if column.table == table]
    names = {column.name for column in known}
    names |= {column.name for column in replicate_columns(frame.columns)}
    if unread := [name for name in frame.columns.drop_duplicates() if name not in names]:
        yield from _unread_warnings(table, frame, known, unread)
    for name, series in readable.items():
        if len(series) >= FEW_ROWS and pd.isna(series.iloc[0]) and series.isna().all():
            yield Fault(table, name, "all_missing", fields={"rows": len(series)})


def _unread_warnings(
    table: str, frame: pd.DataFrame, known: list[Column], unread: list[Any]
) -> Iterator[Fault]:
    """Headings that resemble an absent column by its name, or are its label in a language."""
    absent = {c.name: c for c in known if c.name not in (*frame.columns, frame.index.name)}
    by_label = {
        name_key(words): c.name for c in absent.values() for words in (c.label.vi, c.label.en)
    }
    for name in unread:
        if isinstance(name, str):
            words = " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
            labelled = by_label.get(name_key(words))
            spelling = words.replace(" ", "_")
            close = get_close_matches(spelling, absent, n=1, cutoff=LIKENESS)
            for meant in [labelled] if labelled else close:
                yield Fault(table, name, "unread_column", values=name, fields={"meant": meant})


def _misplaced_warnings(households: pd.DataFrame, members: pd.DataFrame) -> Iterator[Fault]:
    """Columns of households that only the members have, where nothing reads them."""
    of_members = {column.name for column in COLUMNS if column.table == "members"}
    for column in COLUMNS:
        name = column.name
        if column.table != "households" or name in of_members or name in households.columns:
            continue
        if name in members.columns:
            fields = {"meant": f"{name} (households)"}
            yield Fault("members", name, "unread_column", values=name, fields=fields)


def _place_warnings(homes: Series) -> Iterator[Fault]:
    """Names of units that stand on the first row of their group alone, as merged cells read."""
    for name in ("province", "district", "commune", "village"):
        if name not in homes or len(homes[name]) < 3:  # one name and two rows without
            continue
        known = np.asarray(homes[name].notna() & homes[name].ne("").fillna(False), dtype=bool)
        rows = np.flatnonzero(known)
        n_missing = len(known) - len(rows)
        if not len(rows) or not known[0] or n_missing <= len(rows):
            continue
        # Some groups may have one row only, but no name comes back.
        alone = not (known[:-1] & known[1:]).any()
        if alone or not homes[name].iloc[rows].duplicated().any():
            fields = {"rows": len(rows), "empty": n_missing}
            yield Fault("households", name, "first_row_only", fields=fields)


# -- magnitudes ------------------------------------------------------------------------------


def _most(marks: BoolArray, of: BoolArray) -> bool:
    """Whether most of enough rows are marked."""
    total = int(np.count_nonzero(of))
    return total >= FEW_ROWS and 2 * int(np.count_nonzero(marks & of)) > total


def _income_warnings(homes: Series, with_members: bool, in_vnd: bool) -> Iterator[Fault]:
    """Incomes that are absent or, in VND, of another order of magnitude."""
    sized = "household_size" in homes or with_members
    if "income_per_capita" not in homes and not ("income_12m" in homes and sized):
        yield Fault("households", "income_per_capita", "no_income")
    for name in ("income_per_capita", "income_12m"):
        if name in homes:
            yield fault_at("households", name, "income_loss", numbers_of(homes[name]) < 0)
    if not in_vnd:
        return
    if "income_12m" in homes:
        size: Any = MEMBERS_ASSUMED
        if "household_size" in homes:
            size = numbers_of(homes["household_size"])
        with np.errstate(all="ignore"):
            yield from _magnitude_warnings("income_12m", numbers_of(homes["income_12m"]), 12 * size)
    if "income_per_capita" in homes:
        stated = numbers_of(homes["income_per_capita"])
        yield from _magnitude_warnings("income_per_capita", stated, 1)


def _area_warnings(homes: Series) -> Iterator[Fault]:
    """Floor areas of another order of magnitude."""
    if "floor_area" in homes:
        area = numbers_of(homes["floor_area"])
        small, large = area < FLOOR_AREA_FROM, area >= FLOOR_AREA_BELOW
        known = area > 0
        if _most(small | large, known):
            odd = int(np.count_nonzero((small | large) & known))
            fields = {"odd": odd, "rows": int(np.count_nonzero(known)), "typical": _typical(area)}
            fields |= {"low": _amount(FLOOR_AREA_FROM), "high": _amount(FLOOR_AREA_BELOW)}
            yield Fault("households", "floor_area", "other_unit_of_area", fields=fields)


def _magnitude_warnings(column: str, amounts: Floats, months: Any) -> Iterator[Fault]:
    """Whether most amounts are thousands of VND, of one month for a year, or the reverse."""
    per_month = amounts / months
    positive = amounts > 0
    if _most(per_month < THOUSANDS_BELOW, positive):
        rule, bound = "in_thousands", THOUSANDS_BELOW
    elif column == "income_12m" and _most(per_month < MONTH_BELOW, positive):
        rule, bound = "month_as_year", MONTH_BELOW
    elif _most(per_month >= YEAR_FROM, positive):
        rule, bound = "year_as_month", YEAR_FROM
    else:
        return
    fields = {"typical": _typical(amounts), "per_month": _typical(per_month)}
    yield Fault("households", column, rule, fields={**fields, "bound": _amount(bound)})


def _typical(values: Floats) -> str:
    """The median of the positive values, as a text."""
    return _amount(float(np.median(values[values > 0])))


def _amount(value: float) -> str:
    """A number as a text: whole from 100 on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"


# -- members ---------------------------------------------------------------------------------


def _age_warnings(persons: Series, ages: AgeRange) -> Iterator[Fault]:
    """Ages that are no years, and schooling that no one of that age has."""
    known = ages.oldest[~np.isnan(ages.oldest)]
    if len(known) >= 2 * FEW_ROWS and known.max() < ELDEST_FROM:
        column = next(name for name in ("age", *BIRTH_COLUMNS) if name in persons)
        fields: dict[str, Any] = {"eldest": known.max(), "rows": len(known), "bound": ELDEST_FROM}
        yield Fault("members", column, "other_unit_of_age", fields=fields)
    levels = EducationLevel.codes()
    for name, youngest in (
        ("attending", YOUNGEST_ATTENDING),
        ("qualification", YOUNGEST_QUALIFIED),
    ):
        if name not in persons:
            continue
        level = category_codes(persons[name], levels)
        # The last entry serves unknown levels, whose code is -1.
        youngest_of = [youngest.get(EducationLevel.of(code), 0) for code in levels]
        least = np.array([*youngest_of, 0], dtype=np.float64)  # as the ages are
        most = np.full(len(least), OLDEST, dtype=np.float64)
        if name == "attending":
            most[levels.index("preschool")] = OLDEST_IN_PRESCHOOL
        odd = np.zeros(len(level), dtype=bool)
        for rows in chunks(len(level)):
            at = level[rows]
            odd[rows] = ages.oldest[rows] < least[at]
            if most.min() < OLDEST:
                odd[rows] |= ages.youngest[rows] > most[at]
        doubtful = np.flatnonzero(odd)
        at = level[doubtful]
        fields = {"age": age_values(ages.at(doubtful)), "low": least[at], "high": most[at]}
        yield Fault("members", name, "schooling_against_age", doubtful, fields=fields)


def _roster_warnings(
    homes: Series, persons: Series, matched: Match, n: int, ages: AgeRange
) -> Iterator[Fault]:
    """Heads, spouses, parents and children that contradict each other."""
    if "relation" not in persons:
        return
    home = matched.home
    relation = category_codes(persons["relation"], Relation.codes())

    def members_who_are(term: Relation) -> npt.NDArray[np.intp]:
        return np.flatnonzero(relation == Relation.codes().index(term))

    heads, spouses = members_who_are(Relation.HEAD), members_who_are(Relation.SPOUSE)
    sizes = rows_by_home(home, n)
    headless = sizes > 0
    headless[home[heads]] = False
    headless[home[relation < 0]] = False
    yield fault_at("households", "household_id", "no_head", headless, members=sizes)
    yield from _head_sex_warnings(homes, persons, home, heads)

    youngest, oldest = ages
    young = spouses[oldest[spouses] < YOUNGEST_SPOUSE]
    yield _of_ages(young, "spouse_too_young", ages, np.full(len(young), YOUNGEST_SPOUSE))
    children, parents = members_who_are(Relation.CHILD), members_who_are(Relation.PARENT)

    def of_couple(pick: np.ufunc, rows: npt.NDArray[np.intp]) -> AgeRange:
        """The age of the elder or the younger of head and spouse, in the homes of some members."""

        def bound_of(bound: Floats) -> Floats:
            of_head, of_spouse = np.full(n, np.nan), np.full(n, np.nan)
            of_head[home[heads]], of_spouse[home[spouses]] = bound[heads], bound[spouses]
            picked: Floats = pick(of_head, of_spouse)[home[rows]]
            return picked

        lower = bound_of(youngest)
        return AgeRange(lower, lower if oldest is youngest else bound_of(oldest))

    elder = of_couple(np.fmax, children)
    older = youngest[children] >= elder.oldest
    other = age_values(elder.at(older))
    yield _of_ages(children[older], "child_older_than_parents", ages, other)
    younger_one = of_couple(np.fmin, parents)
    younger = oldest[parents] <= younger_one.youngest
    other = age_values(younger_one.at(younger))
    yield _of_ages(parents[younger], "parent_too_young", ages, other)


def _of_ages(
    rows: npt.NDArray[np.intp], rule: str, ages: AgeRange, other: npt.NDArray[Any]
) -> Fault:
    fields = {"age": age_values(ages.at(rows)), "other": other}
    return Fault("members", "relation", rule, rows, fields=fields)


def _head_sex_warnings(
    homes: Series, persons: Series, home: npt.NDArray[np.int32], heads: npt.NDArray[np.intp]
) -> Iterator[Fault]:
    if "female_head" not in homes or "sex" not in persons or not len(heads):
        return
    if not_boolean(homes["female_head"]).any():
        return
    sex = category_codes(persons["sex"].iloc[heads], Sex.codes())
    female = truth_of(homes["female_head"])(slice(None))
    is_female, is_male = (sex == Sex.codes().index(term) for term in (Sex.FEMALE, Sex.MALE))
    said_female, said_male = female.certain[home[heads]], ~female.possible[home[heads]]
    wrong = np.unique(home[heads[(is_male & said_female) | (is_female & said_male)]])
    if not len(wrong):
        return
    listed = np.full(len(homes["female_head"]), "", dtype=object)
    listed[home[heads]] = np.where(is_female, str(Sex.FEMALE), str(Sex.MALE))
    fields = {"sex": listed[wrong]}
    yield Fault("households", "female_head", "head_sex_disagrees", wrong, fields=fields)


def _citizen_warnings(members: pd.DataFrame, matched: Match) -> Iterator[Fault]:
    """Persons who are listed twice: in one household, or in two."""
    if not once(members, "citizen_id"):
        return
    person = citizen_numbers(members["citizen_id"])
    known = person >= 0
    rows = np.bincount(person[known], minlength=int(person.max(initial=-1)) + 2)[person]
    repeated = np.flatnonzero((rows > 1) & known)
    if not len(repeated):
        return
    pairs = pd.DataFrame({"person": person[repeated], "home": matched.home[repeated]})
    in_homes = pairs.groupby("person")["home"].transform("nunique").to_numpy()
    yield Fault(
        "members", "citizen_id", "citizen_id_twice", repeated, fields={"rows": rows[repeated]}
    )
    several = in_homes > 1
    yield Fault(
        "members",
        "citizen_id",
        "member_of_two_households",
        repeated[several],
        fields={"households": in_homes[several]},
    )
