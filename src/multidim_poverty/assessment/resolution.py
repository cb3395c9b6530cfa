"""Undetermined households again: indicators that hang on one unknown age, decided together."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify
from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.assessment.pipeline import assess
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.identity import match
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.ages import ages_of
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.schema.checks import violations
from multidim_poverty.schema.definitions import OLDEST
from multidim_poverty.schema.reading import numbers_of, truth_of

__all__ = ["resolve"]

CLASSES = ["poverty_class", "class_at_worst", "class_at_best"]
ROWS = 200_000  # of completed households that are classified at a time
Birth = int | dt.date  # an age, or a day of birth


def resolve(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
    completions_at_most: int = 4096,
) -> pd.DataFrame:
    """Decide undetermined households over the ages that their members may have.

    `assess` bounds each indicator by itself. Where several hang on one unknown age, not every
    combination of them can be: who is unemployed and receives a social allowance is deprived of
    work at some ages and a dependent at all others, so at every age one of the two holds.
    Here each age that the answers allow is tried for all indicators together.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `assess`.
    members : pandas.DataFrame, optional
        As for `assess`.
    standard : Standard or str
        As for `assess`.
    on : str or datetime.date, optional
        As for `assess`.
    completions_at_most : int
        Households with more combinations of ages are left as `assess` has them.

    Returns
    -------
    pandas.DataFrame
        Index: the households that `assess` leaves without a class, in the order of
        `households`. Columns ``poverty_class``, ``class_at_worst``, ``class_at_best`` (ordered
        category, as `classify` gives them; ``poverty_class`` is NA where the ages do not decide
        it either), and ``completions`` (Int64): how many combinations of ages were told apart,
        NA where there are more than `completions_at_most`.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `assess`.

    Notes
    -----
    What is known of a household is never contradicted: the bounds of `assess` hold these ones.
    Ages that the schema refuses beside the other answers (a stunted child of 40) are no
    completions. Of a year of birth every day is tried. Other answers that are missing stay
    missing in each completion.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame(
    ...     {"area": "rural", "income_per_capita": 1e6, "water_source": "other",
    ...      "toilet": "none"}, index=["a"])
    >>> members = pd.DataFrame(
    ...     {"household_id": ["a"], "member_id": [1], "age": [None], "sex": ["male"],
    ...      "employment_status": ["unemployed"], "has_disability": [False],
    ...      "receives_social_allowance": [True]})
    >>> tables = {"households": households, "members": members, "on": "2023-10-15"}
    >>> mdp.assess(**tables, standard=standard)["poverty_class"].tolist()
    [nan]
    >>> mdp.resolve(**tables, standard=standard)["poverty_class"].tolist()
    ['poor']
    """
    households, members = as_tables(households, members)
    standard, day = as_standard(standard), optional_date(on)
    result = assess(households, members, standard=standard, on=day)
    undetermined = result["poverty_class"].isna().to_numpy(dtype=bool)
    resolved = result.loc[undetermined, CLASSES].copy()
    completions = np.ones(len(resolved), dtype=np.int64)
    if members is not None and len(resolved):
        # Income and size as `assess` has them; from here on the ids are positions.
        known = households.loc[undetermined].drop(columns=["income_12m"], errors="ignore")
        known = known.assign(
            income_per_capita=result.loc[undetermined, "income_per_capita"],
            household_size=result.loc[undetermined, "household_size"],
        ).reset_index(drop=True)
        home = match(members["household_id"], resolved.index).home
        own = members.loc[home >= 0].assign(household_id=home[home >= 0]).reset_index(drop=True)
        births = _births(own, standard, day)
        codes, completions = _decided(known, own, births, standard, day, completions_at_most)
        for name, values in codes.items():
            was = resolved[name].array
            kept = np.where(completions > 0, values, was.codes)
            resolved[name] = pd.Categorical.from_codes(kept, dtype=was.dtype)
    resolved["completions"] = pd.arrays.IntegerArray(completions, completions == 0)
    return resolved


def _births(members: pd.DataFrame, standard: Standard, day: dt.date | None) -> list[list[Birth]]:
    """For each member the ages, or days of birth, that are told apart; none where it is known."""
    ages = ages_of({name: members[name] for name in members.columns}, len(members), day)
    unknown = np.isnan(ages.youngest)
    by_year = ~unknown & (ages.youngest != ages.oldest)
    births: list[list[Birth]] = [[] for _ in range(len(members))]
    asked = np.flatnonzero(unknown | by_year)
    if not len(asked):
        return births
    answers = members.loc[asked].drop(columns=["household_id", "member_id"], errors="ignore")
    profile = answers.astype(object).where(answers.notna(), None).apply(tuple, axis=1)
    which, _ = pd.factorize(profile)
    first = asked[np.unique(which, return_index=True)[1]]
    tried: list[list[Birth]] = [
        list(range(OLDEST + 1)) if unknown[at] else list(_days_of(members, int(at), day))
        for at in first
    ]
    told_apart = _told_apart(members.loc[first], tried, standard, day)
    for at, number in zip(asked.tolist(), which.tolist(), strict=True):
        births[at] = told_apart[number]
    return births


def _days_of(members: pd.DataFrame, at: int, day: dt.date | None) -> Iterator[dt.date]:
    """Days of a year of birth, one for each number of completed months that it may give."""
    assert day is not None
    year = int(numbers_of(members["birth_year"])[at])
    for month in range(1, 13):
        last = calendar.monthrange(year, month)[1]
        for number in sorted({1, min(day.day, last), min(day.day + 1, last), last}):
            born = dt.date(year, month, number)
            if born <= day:
                yield born


def _told_apart(
    members: pd.DataFrame, tried: Sequence[Sequence[Birth]], standard: Standard, day: dt.date | None
) -> list[list[Birth]]:
    """Of the births of each member one for each answer that a household of it alone gives."""
    counts = [len(births) for births in tried]
    owner = np.repeat(np.arange(len(members)), counts)
    alone = members.iloc[owner].reset_index(drop=True)
    alone = alone.assign(household_id=np.arange(len(alone)), member_id=0)
    alone = _born(alone, [birth for births in tried for birth in births])
    homes = pd.DataFrame({"area": "rural"}, index=pd.RangeIndex(len(alone)))
    faults = violations(homes, alone, on=day, standard=standard)
    refused = faults.loc[(faults["severity"] == "error") & (faults["table"] == "members")]
    kept = ~np.isin(np.arange(len(alone)), refused["household_id"].dropna().astype(int))
    homes, alone, owner = homes.loc[kept], alone.loc[kept], owner[kept]
    matrix = deprivations(homes, alone, standard=standard, on=day)
    words = np.zeros((len(matrix), matrix.shape[1] + 1), dtype=np.int64)
    words[:, 0] = owner
    for n, name in enumerate(matrix, start=1):
        truth = truth_of(matrix[name])(slice(None))
        words[:, n] = truth.certain.astype(np.int64) + truth.possible
    births = [birth for one in tried for birth in one]
    places = np.flatnonzero(kept)
    told_apart: list[list[Birth]] = [[] for _ in tried]
    for row in np.sort(np.unique(words, axis=0, return_index=True)[1]).tolist():
        told_apart[owner[row]].append(births[places[row]])
    return told_apart


def _born(members: pd.DataFrame, births: Sequence[Birth | None]) -> pd.DataFrame:
    """Members with an age or a day of birth in the place of what is unknown."""
    ages = [birth if isinstance(birth, int) else None for birth in births]
    days = [None if isinstance(birth, int) else birth for birth in births]
    for name, values in (("age", ages), ("birth_date", days)):
        if any(value is not None for value in values):
            given = pd.Series(values, index=members.index, dtype=object)
            own = members[name].astype(object) if name in members.columns else None
            column = given if own is None else own.where(given.isna(), given)
            members = members.assign(**{name: column})
    return members


def _decided(
    households: pd.DataFrame,
    members: pd.DataFrame,
    births: list[list[Birth]],
    standard: Standard,
    day: dt.date | None,
    most: int,
) -> tuple[dict[str, npt.NDArray[np.int8]], npt.NDArray[np.int64]]:
    """Codes of the classes of each household, and its completions; 0 where there are too many."""
    of_home: list[list[int]] = [[] for _ in range(len(households))]
    for at, number in enumerate(members["household_id"].tolist()):
        of_home[number].append(at)
    completions = np.ones(len(households), dtype=np.int64)
    for number, persons in enumerate(of_home):
        for at in persons:
            completions[number] *= max(len(births[at]), 1)
            if completions[number] > most:
                completions[number] = 0
                break
    codes = {name: np.full(len(households), -1, dtype=np.int8) for name in CLASSES}
    sizes = np.cumsum(completions)
    for chunk in range(int(sizes[-1]) // ROWS + 1):
        inside = (sizes > chunk * ROWS) & (sizes <= (chunk + 1) * ROWS) & (completions > 0)
        numbers = np.flatnonzero(inside)
        if not len(numbers):
            continue
        rows: list[int] = []
        filled: list[Birth | None] = []
        owner: list[int] = []
        total = 0
        for number in numbers.tolist():
            choices: list[Sequence[Birth | None]] = [births[at] or [None] for at in of_home[number]]
            for combination in itertools.product(*choices):
                rows += of_home[number]
                filled += combination
                owner += [total] * len(combination)
                total += 1
        homes = households.iloc[np.repeat(numbers, completions[numbers])].reset_index(drop=True)
        people = _born(members.iloc[rows].reset_index(drop=True), filled)
        people = people.assign(household_id=owner, member_id=np.arange(len(people)))
        matrix = deprivations(homes, people, standard=standard, on=day)
        classes = classify(homes, matrix, standard=standard)
        starts = np.r_[0, np.cumsum(completions[numbers])[:-1]]
        worst = np.minimum.reduceat(classes["class_at_worst"].cat.codes.to_numpy(), starts)
        best = classes["class_at_best"].cat.codes.to_numpy()
        open_above = np.minimum.reduceat(best, starts) < 0
        best = np.where(open_above, -1, np.maximum.reduceat(best, starts))
        codes["class_at_worst"][numbers], codes["class_at_best"][numbers] = worst, best
        codes["poverty_class"][numbers] = np.where(worst == best, worst, -1)
    return codes, completions
