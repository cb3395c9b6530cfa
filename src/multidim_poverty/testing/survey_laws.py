"""Laws of the indicators, and of the whole: from the two tables of a survey to the class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.testing.oracle import oracle_assess, oracle_deprivations, records
from multidim_poverty.testing.table_laws import TABLE_LAWS, Answers, Tables, Trial

__all__ = ["check_assess_laws", "check_indicator_laws", "survey_trial"]

# Takes households, members and the day of the survey; gives a table with a row per household.
Assessor = Callable[[pd.DataFrame, pd.DataFrame, dt.date | None], Any]


def check_indicator_laws(
    f: Assessor,
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> None:
    """Check every law of an implementation of the indicators on a survey.

    Parameters
    ----------
    f : callable
        ``f(households, members, on)`` gives a row per household, in their order, as a DataFrame or
        a list of mappings, with one column per indicator of the standard: true, false, or missing
        where the answers leave it open. It stands in the place of `multidim_poverty.deprivations`.
    households, members : pandas.DataFrame or Tables
        As for `multidim_poverty.deprivations`; draw them with `boundary_rosters` or `rosters`.
    standard : Standard or str
        The standard that `f` implements.
    on : str or datetime.date, optional
        Day of the survey, which `f` takes as a `datetime.date`.

    Raises
    ------
    AssertionError
        Names the law and shows the household, its members, and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> def seven_square_metres(households, members, on):
    ...     variant = standard.replace(name="seven", why="an error",
    ...         rules={"housing_area": {"below_m2_per_head": 7}})
    ...     return mdp.deprivations(households, members, standard=variant, on=on)
    >>> testing.check_indicator_laws(
    ...     seven_square_metres, sample, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: answers_are_those_of_the_law: ...
    housing_area: answered False, by the law True
    ...
    """
    standard = as_standard(standard)
    homes, people = as_tables(households, members)
    trial = survey_trial(f, homes, people, standard, optional_date(on), standard.indicator_ids)
    for law in TABLE_LAWS:
        law(trial)


def check_assess_laws(
    f: Assessor,
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> None:
    """Check every law of an implementation of the whole: from a survey to the class.

    Parameters
    ----------
    f : callable
        ``f(households, members, on)`` gives a row per household, in their order, as a DataFrame or
        a list of mappings, with ``poverty_class``, and any other columns of
        `multidim_poverty.assess`, which are checked where they are there: the indicators,
        ``income_band``, ``deprivation_count``, ``deprivations_unknown``, ``class_at_worst``,
        ``class_at_best``, ``income_per_capita``, ``household_size``.
    households : pandas.DataFrame or Tables
        As for `check_indicator_laws`.
    members : pandas.DataFrame or Tables, optional
        As for `check_indicator_laws`.
    standard : Standard or str
        As for `check_indicator_laws`.
    on : str or datetime.date, optional
        As for `check_indicator_laws`.

    Raises
    ------
    AssertionError
        Names the law and shows the household, its members, and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> testing.check_assess_laws(
    ...     lambda h, m, on: mdp.assess(h, m, standard=standard, on=on), sample, standard=standard)
    """
    standard = as_standard(standard)
    homes, people = as_tables(households, members)
    trial = survey_trial(f, homes, people, standard, optional_date(on), ["poverty_class"])
    for law in TABLE_LAWS:
        law(trial)


def survey_trial(
    f: Assessor,
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    standard: Standard,
    on: dt.date | None,
    needed: Sequence[str],
) -> Trial:
    """The trial of an implementation on a survey; its answers must have the columns `needed`."""
    tables = {"households": households} | ({} if members is None else {"members": members})
    oracle = oracle_assess if "poverty_class" in needed else oracle_deprivations

    def right(tables: Tables) -> Answers:
        homes, people = tables["households"], tables.get("members")
        return answers_by_id(oracle(homes, people, standard=standard, on=on), tables, needed)

    return Trial(
        call=lambda tables: f(tables["households"], tables.get("members"), on),  # type: ignore[arg-type]
        read=lambda answer, tables: answers_by_id(answer, tables, needed),
        right=right,
        tables=tables,
        ids={"households": ("",)} | ({} if members is None else {"members": ("household_id",)}),
        about=_about,
        part=_part,
    )


def answers_by_id(answer: Any, tables: Tables, needed: Iterable[str]) -> Answers:
    """What is said of each household, from a table or a list of mappings in their order."""
    ids = tables["households"].index.tolist()
    rows = records(answer) if isinstance(answer, pd.DataFrame) else [dict(row) for row in answer]
    assert len(rows) == len(ids), f"{len(ids)} households were given, and {len(rows)} came back"
    if rows and (absent := [name for name in needed if name not in rows[0]]):
        raise AssertionError(f"the answer has no column {', '.join(absent)}")
    return {id: plain_values(row) for id, row in zip(ids, rows, strict=True)}


def plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values of Python, None where one is missing."""
    return {
        str(name): None if pd.isna(value) else getattr(value, "item", lambda value=value: value)()
        for name, value in row.items()
    }


def _part(tables: Tables, ids: Sequence[Any]) -> Tables:
    part = {"households": tables["households"].loc[list(ids)]}
    if "members" in tables:
        members = tables["members"]
        part["members"] = members[members["household_id"].isin(list(ids))]
    return part


def _about(tables: Tables, id: Any) -> str:
    """The answers of a household and of its members that are known."""
    home = tables["households"].loc[id]
    lines = ["household: " + words_of(home.to_dict())]
    if "members" in tables:
        members = tables["members"]
        of_home = members[members["household_id"] == id].drop(columns="household_id")
        lines += ["member: " + words_of(member) for member in records(of_home)]
    return "\n".join(lines)


def words_of(row: Mapping[str, Any]) -> str:
    """The known values of a row, with their columns."""
    return ", ".join(
        f"{name} {value.date() if isinstance(value, pd.Timestamp) else value}"
        for name, value in row.items()
        if not pd.isna(value)
    )
