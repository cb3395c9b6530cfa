"""Surveys whose households stand on both sides of every bound of a standard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.definitions import Column
from multidim_poverty.testing.bounds import Answers, Home, days_at_bounds, homes_at_bounds
from multidim_poverty.testing.decoding import (
    HOUSEHOLD_COLUMNS,
    MEMBER_COLUMNS,
    SEEDS,
    Backend,
    Ids,
    check_options,
    ids_of,
    incomes_at_lines,
    number,
    text,
    truth,
)
from multidim_poverty.testing.plain_answers import deprived_beside
from multidim_poverty.testing.topics import TOPICS
from multidim_poverty.vocabulary import Area

__all__ = ["SurveyInputs", "boundary_rosters", "survey_at_bounds"]

MEMBER_IDS = ("household_id", "member_id")


@dataclass(frozen=True)
class SurveyInputs:
    """What an assessment takes: the two tables of a survey, and its day.

    Parameters
    ----------
    households, members : pandas.DataFrame
        The two tables.
    on : datetime.date or None
        Day of the survey, for members with dates of birth.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> survey = find(testing.boundary_rosters(standard="decree_07_2021"), lambda survey: True)
    >>> set(survey.members["household_id"]) <= set(survey.households.index)
    True
    """

    households: pd.DataFrame
    members: pd.DataFrame
    on: dt.date | None = None


def boundary_rosters(
    *,
    standard: StandardLike,
    on: DayLike | None = None,
    whole: bool = True,
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[SurveyInputs]:
    """Surveys with a household on each side of everything that an indicator turns on.

    Ages are one below, at and one above each bound of each rule, as completed years, as a day of
    birth (the day before the birthday, on it, the day after, 29 February) and as a year of birth;
    the end of working age by sex to the month and the day. Shares of dependents are at the bound
    and one member beside it, floor areas at the bound of the household and a hundredth beside it;
    every code of every list is there, and every level of schooling on both sides of each age. All
    bounds come from the rules of the standard, so that a variant moves them.

    What is tried in a household stands by itself: no other answer makes it deprived in that
    indicator. Half of the households are deprived in just so many others that their class turns on
    it. Incomes are at the lines, as income per head or as income of 12 months.

    Parameters
    ----------
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    on : str or datetime.date, optional
        Day of the survey; by default it is drawn from the first and last days of the periods and
        years of the standard, and the days around 29 February.
    whole : bool
        Whether each example holds every household, some 300 under Decree 07/2021; else up to 12
        of them.
    missing : bool
        Whether answers may be missing: those of one topic together (all structures of the house,
        all about the schooling of one member, income with size, ...).
    backend : {"numpy", "nullable", "pyarrow"}
        As for `households`.
    ids : {"text", "int"}
        As for `households`.

    Returns
    -------
    hypothesis strategy of SurveyInputs
        One SurveyInputs for each drawn example.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or there is no such standard.
    MissingExtraError
        If pyarrow is asked for and not installed.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> survey = find(testing.boundary_rosters(standard="decree_07_2021"), lambda survey: True)
    >>> of_three = survey.households[survey.households["household_size"] == 3]
    >>> sorted(set(of_three["floor_area"][of_three["floor_area"] < 24.1]))
    [23.5, 23.6, 23.99, 24.0, 24.01]
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    return _boundary_rosters(standard, optional_date(on), whole, missing, backend, ids)


@st.composite
def _boundary_rosters(
    draw: st.DrawFn,
    standard: Standard,
    on: dt.date | None,
    whole: bool,
    missing: bool,
    backend: Backend,
    ids: Ids,
) -> SurveyInputs:
    day = draw(st.sampled_from(days_at_bounds(standard))) if on is None else on
    homes: Sequence[Home] = homes_at_bounds(standard, day)
    if not whole and homes:
        places = st.sampled_from(range(len(homes)))
        homes = [homes[at] for at in draw(st.lists(places, min_size=1, max_size=12))]
    return survey_at_bounds(standard, homes, day, draw(SEEDS), missing, backend, ids)


def survey_at_bounds(
    standard: Standard,
    homes: Sequence[Home],
    day: dt.date,
    seed: int,
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> SurveyInputs:
    """The two tables of some households; areas, incomes and what is missing come from a seed."""
    rng = np.random.default_rng(seed)
    read = {pair for indicator in standard.indicators for pair in indicator.rule.reads()}
    money = ("area", "income_per_capita", "income_12m", "household_size")
    of_homes = [name for name in HOUSEHOLD_COLUMNS if ("households", name) in read or name in money]
    of_members = [name for name in MEMBER_COLUMNS if ("members", name) in read]
    incomes = incomes_at_lines(standard)
    cuts = {rule.deprivations_at_least for rule in standard.class_rules} - {0} or {1}
    n = len(homes)
    area, income, way = rng.integers(0, 2, n), rng.choice(incomes, n), rng.integers(0, 3, n)
    at_cut, cut = rng.integers(0, 2, n), rng.choice(sorted(cuts), n)
    answers: list[Answers] = []
    people: list[Answers] = []
    owner: list[int] = []
    for at, home in enumerate(homes):
        size = home.answers["household_size"]
        values = dict(home.answers)
        if at_cut[at]:
            values |= deprived_beside(standard, home.indicator, size, int(cut[at]) - 1)
        values["area"] = Area.codes()[area[at]]
        values["income_per_capita"] = None if way[at] == 1 else float(income[at])
        values["income_12m"] = None if way[at] == 0 else float(income[at] * 12 * size)
        members = [*home.members]
        if missing and seed:
            members = _hide(rng, values, members)
        answers.append(values)
        people += [member | {"member_id": number} for number, member in enumerate(members, start=1)]
        owner += [at] * len(members)
    index = ids_of(n, ids)
    households = pd.DataFrame(
        {name: _column(HOUSEHOLD_COLUMNS[name], answers, backend) for name in of_homes},
        index=index,
        copy=False,
    )
    members_table: dict[str, Any] = {
        "household_id": index.take(owner).array,
        "member_id": np.array([member["member_id"] for member in people], dtype=np.int64),
    }
    for name in of_members:
        members_table[name] = _column(MEMBER_COLUMNS[name], people, backend)
    return SurveyInputs(households, pd.DataFrame(members_table, copy=False), day)


def _hide(rng: np.random.Generator, home: Answers, members: Sequence[Answers]) -> list[Answers]:
    """Take the answers to one topic out of a household, or one of its members; or nothing."""
    people = list(members)
    topics = [*TOPICS["households"], *TOPICS["members"], *[()] * 12]
    topic = topics[int(rng.integers(0, len(topics)))]
    at = int(rng.integers(0, len(people)))
    for name in topic:
        if name in home:
            home[name] = None
        if name in people[at]:
            people[at] = people[at] | {name: None}
    return people


def _column(column: Column, rows: Sequence[Answers], backend: Backend) -> Any:
    """The answers of all rows to one question, in the dtype of a backend."""
    values = [row.get(column.name) for row in rows]
    gaps = np.array([value is None for value in values], dtype=bool)
    if column.kind == "category":
        codes = [-1 if value is None else column.codes.index(value) for value in values]
        return text(np.array(codes, dtype=np.intp), column.codes, "category", backend)
    if column.kind == "boolean":
        return truth(np.array([bool(value) for value in values], dtype=bool), gaps, backend)
    if column.kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).array
    numbers = np.array([0 if value is None else value for value in values], dtype=np.float64)
    return number(numbers, gaps, column.kind, backend)
