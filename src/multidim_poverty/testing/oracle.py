"""The law once more, slowly: one household at a time, in plain Python.

Written from the clauses of the law, and sharing nothing with the fast functions but the values
of the standard. A missing answer is not reasoned about but filled in, in every way there is:
what all completions agree on is known, and nothing else is.

A household and its members are mappings from column to answer; a column that is absent, and an
answer of ``None``, ``NaN`` or ``NA``, are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households, as_tables
from multidim_poverty.testing.clauses import CLAUSES, Answers, SurveyedHousehold

__all__ = [
    "classify_one",
    "deprivations_one",
    "oracle_assess",
    "oracle_classify",
    "oracle_deprivations",
    "records",
]


# -- the class -------------------------------------------------------------------------------


def _class_of(area: str, income: float, count: int, standard: Standard) -> str:
    """The class by the one clause that fits; nothing is missing here."""
    amounts = {line.id: getattr(line, area) for line in standard.lines}
    fitting = []
    for clause in standard.class_rules:
        if clause.income_above is not None and not income > amounts[clause.income_above]:
            continue
        if clause.income_at_most is not None and not income <= amounts[clause.income_at_most]:
            continue
        if count < clause.deprivations_at_least:
            continue
        if clause.deprivations_at_most is not None and count > clause.deprivations_at_most:
            continue
        fitting.append(str(clause.poverty_class))
    assert len(fitting) == 1, f"clauses that fit: {fitting}"
    return fitting[0]


def classify_one(
    household: Answers, deprivations: Answers, *, standard: StandardLike
) -> dict[str, Any]:
    """The class of one household, by trying all completions of what is missing.

    Parameters
    ----------
    household : mapping or pandas.Series
        ``area`` (both are tried where it is missing) and ``income_per_capita``
        [VND/person/month] or, where that is missing, ``income_12m`` and ``household_size``.
    deprivations : mapping or pandas.Series
        Every indicator of the standard: true, false or missing. With ``u`` missing,
        ``2 ** u`` completions are tried.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.

    Returns
    -------
    dict
        ``income_band``, ``deprivation_count``, ``deprivations_unknown``, ``poverty_class``,
        ``class_at_worst``, ``class_at_best``; None for a band or class that is not determined.

    Raises
    ------
    ArgumentError
        If there is no such standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> answers = dict.fromkeys(standard.indicator_ids, False) | {"water": True, "toilet": True}
    >>> household = {"area": "rural", "income_per_capita": 1_500_000}
    >>> testing.classify_one(household, answers, standard=standard)["poverty_class"]
    'near_poor'
    >>> found = testing.classify_one(household, answers | {"nutrition": None}, standard=standard)
    >>> found["poverty_class"], found["class_at_worst"], found["class_at_best"]
    (None, 'poor', 'near_poor')
    """
    standard = as_standard(standard)
    area = _answer(household, "area")
    areas = ["rural", "urban"] if area is None else [str(area)]
    names = _bands(standard)
    income = _income(household)
    # An income that nobody knows may lie at any line, which is within its band, or above all.
    incomes = _possible_incomes(standard) if income is None else [income]

    answers = [_answer(deprivations, indicator.id) for indicator in standard.indicators]
    filled = product(*([False, True] if a is None else [bool(a)] for a in answers))
    counts = {sum(completion) for completion in filled}
    classes = {_class_of(a, y, d, standard) for a in areas for y in incomes for d in counts}

    from_worst = [str(cls) for cls in standard.classes]
    ranks = sorted(from_worst.index(cls) for cls in classes)
    bands = {
        names[sum(1 for line in standard.lines if y > getattr(line, a))]
        for a in areas
        for y in incomes
    }
    band_known = income is not None or not standard.lines
    return {
        "income_band": bands.pop() if len(bands) == 1 and band_known else None,
        "deprivation_count": sum(1 for a in answers if a is not None and a),
        "deprivations_unknown": sum(1 for a in answers if a is None),
        "poverty_class": from_worst[ranks[0]] if len(classes) == 1 else None,
        "class_at_worst": from_worst[ranks[0]],
        "class_at_best": from_worst[ranks[-1]],
    }


def _possible_incomes(standard: Standard) -> list[float]:
    """Each line in each area, and more than all of them."""
    lines = [float(getattr(line, a)) for line in standard.lines for a in ("rural", "urban")]
    return [*lines, max(lines, default=0) + 1]


def _bands(standard: Standard) -> list[str]:
    """The income bands from the lowest; where no line parts incomes, the one of all."""
    if not standard.lines:
        return ["any_income"]
    return [*(f"up_to_{line.id}" for line in standard.lines), f"above_{standard.lines[-1].id}"]


def _answer(answers: Answers, name: str) -> Any:
    """An answer; None where it is missing in any way."""
    value = answers.get(name)
    return None if value is None or pd.isna(value) else value


def _income(household: Answers) -> float | None:
    stated = _answer(household, "income_per_capita")
    if stated is not None:
        return float(stated)
    year, size = _answer(household, "income_12m"), _answer(household, "household_size")
    if year is None or size is None:
        return None
    return float(year) / (12 * int(size))


def oracle_classify(
    households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> pd.DataFrame:
    """`classify_one` of every household, as the table that `multidim_poverty.classify` gives.

    Parameters
    ----------
    households, deprivations : pandas.DataFrame
        On the same index, which may stand in another order where it is unique.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.

    Returns
    -------
    pandas.DataFrame
        Equal to that of `multidim_poverty.classify`, dtypes too.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": ["rural", "urban"], "income_per_capita": 2_000_000.0})
    >>> matrix = pd.DataFrame(False, index=households.index, columns=standard.indicator_ids)
    >>> testing.oracle_classify(households, matrix, standard=standard).poverty_class.tolist()
    ['average', 'near_poor']
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    if not households.index.equals(deprivations.index):
        deprivations = deprivations.loc[households.index]
    found = [
        classify_one(household, answers, standard=standard)
        for household, answers in zip(records(households), records(deprivations), strict=True)
    ]
    bands = _bands(standard)
    classes = pd.CategoricalDtype([str(cls) for cls in standard.classes], ordered=True)
    dtypes: dict[str, Any] = {
        "income_band": pd.CategoricalDtype(bands, ordered=True),
        "deprivation_count": np.int8,
        "deprivations_unknown": np.int8,
        "poverty_class": classes,
        "class_at_worst": classes,
        "class_at_best": classes,
        "standard": pd.CategoricalDtype([standard.name]),
        "standard_hash": pd.CategoricalDtype([standard.content_hash]),
    }
    names = {"standard": standard.name, "standard_hash": standard.content_hash}
    rows = [row | names for row in found]
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], index=households.index, dtype=dtype)
            for name, dtype in dtypes.items()
        },
        index=households.index,
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings from column to value."""
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    return [{name: values[at] for name, values in columns.items()} for at in range(len(frame))]


# -- the deprivations ------------------------------------------------------------------------


def deprivations_one(
    household: Answers,
    members: Iterable[Answers] | pd.DataFrame | None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> dict[str, bool | None]:
    """Which indicators one household is deprived in, by trying all completions.

    Parameters
    ----------
    household : mapping or pandas.Series
        The answers of the household, by column.
    members : iterable of mappings, or pandas.DataFrame
        The members of this household; None where there is no table of members.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    on : str or datetime.date, optional
        Day of the survey. Without it, every year in which the standard is in force is tried.

    Returns
    -------
    dict
        Indicator to True, False or None (unknown), in legal order.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Notes
    -----
    Of a household that is said to have more members than are listed, or has none listed, the
    others may answer anything.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> members = [{"age": 40, "has_health_insurance": True}, {"age": None}]
    >>> found = testing.deprivations_one(
    ...     {"floor_area": 15.9}, members, standard="decree_07_2021")
    >>> found["housing_area"], found["health_insurance"], found["water"]
    (True, None, None)
    """
    standard, day = as_standard(standard), optional_date(on)
    if isinstance(members, pd.DataFrame):
        members = records(as_frame(members, "members"))
    home = _given(household)
    listed = [_given(member) for member in ([] if members is None else members)]
    if day is not None:
        years = [day.year]
    else:
        years = list(range(standard.periods[0].first.year, standard.periods[-1].last.year + 1))
    cases = [SurveyedHousehold(home, listed, year, day) for year in years]
    found: dict[str, bool | None] = {}
    for indicator in standard.indicators:
        answer = CLAUSES[indicator.rule.kind]
        truths = {t for case in cases for t in answer(indicator.rule, case)}
        found[indicator.id] = truths.pop() if len(truths) == 1 else None
    return found


def oracle_deprivations(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """`deprivations_one` of every household, as a table of nullable booleans.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `multidim_poverty.deprivations`.
    members : pandas.DataFrame, optional
        As for `multidim_poverty.deprivations`.
    standard : Standard or str
        As for `multidim_poverty.deprivations`.
    on : str or datetime.date, optional
        As for `multidim_poverty.deprivations`.

    Returns
    -------
    pandas.DataFrame
        Index as `households`; one nullable boolean column per indicator.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample = mdp.load_sample()
    >>> few = sample.households.head(3)
    >>> standard = mdp.standard("decree_07_2021")
    >>> slow = testing.oracle_deprivations(few, sample.members, standard=standard)
    >>> fast = mdp.deprivations(sample.households, sample.members, standard=standard).head(3)
    >>> slow.equals(fast.astype("boolean"))
    True
    """
    households, members = as_tables(households, members)
    standard = as_standard(standard)
    of: dict[Any, list[dict[str, Any]]] = {id: [] for id in households.index}
    for member in [] if members is None else records(members):
        if member["household_id"] in of:
            of[member["household_id"]].append(member)
    found = [
        deprivations_one(home, None if members is None else of[id], standard=standard, on=on)
        for id, home in zip(households.index, records(households), strict=True)
    ]
    return pd.DataFrame(
        {
            id: pd.array([row[id] for row in found], dtype="boolean")
            for id in standard.indicator_ids
        },
        index=households.index,
    )


def oracle_assess(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """`oracle_deprivations`, and `oracle_classify` of them, as one table.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `multidim_poverty.assess`. A size that is not stated is that of the members listed.
    members : pandas.DataFrame, optional
        As for `multidim_poverty.assess`. A size that is not stated is that of the members listed.
    standard : Standard or str
        As for `multidim_poverty.assess`. A size that is not stated is that of the members listed.
    on : str or datetime.date, optional
        As for `multidim_poverty.assess`. A size that is not stated is that of the members listed.

    Returns
    -------
    pandas.DataFrame
        Equal to that of `multidim_poverty.assess`; the indicators are nullable booleans.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> few = sample.households.head(3)
    >>> members = sample.members[sample.members["household_id"].isin(few.index)]
    >>> slow = testing.oracle_assess(few, members, standard=standard)
    >>> fast = mdp.assess(few, members, standard=standard)
    >>> slow["poverty_class"].equals(fast["poverty_class"])
    True
    """
    households, members = as_tables(households, members)
    standard = as_standard(standard)
    counted: dict[Any, int] = {}
    for id in [] if members is None else members["household_id"].tolist():
        counted[id] = counted.get(id, 0) + 1
    homes = [_given(home) for home in records(households)]
    for id, home in zip(households.index, homes, strict=True):
        if home.get("household_size") is None:
            home["household_size"] = counted.get(id)
    sizes = pd.array([home["household_size"] for home in homes], dtype="Int64")
    incomes = [_income(home) for home in homes]
    matrix = oracle_deprivations(households, members, standard=standard, on=on)
    classes = oracle_classify(households.assign(household_size=sizes), matrix, standard=standard)
    last = ["standard", "standard_hash"]
    return pd.concat(
        [
            matrix,
            classes.drop(columns=last),
            pd.DataFrame(
                {"income_per_capita": np.array(incomes, dtype=np.float64), "household_size": sizes},
                index=households.index,
            ),
            classes[last],
        ],
        axis=1,
    )


def _given(answers: Answers) -> dict[str, Any]:
    """The answers that were given, with None for those that are missing."""
    return {str(name): _answer(answers, name) for name in answers.keys()}  # noqa: SIM118
