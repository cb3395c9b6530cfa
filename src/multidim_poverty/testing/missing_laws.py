"""Laws of a classification: unknown is not false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.trial import INCOMES, Classifier, Rows, broken, income_of, try_on
from multidim_poverty.vocabulary import Area

__all__ = ["determined_classes_survive_completion", "undetermined_classes_are_open"]

MOST_COMPLETIONS = 64  # of one household's answers; beyond, all counts and some more


def determined_classes_survive_completion(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """A class that is given in spite of missing answers holds whatever the answers are.

    Missing areas are filled in with each area, missing incomes at every line, just above it, and
    at nothing. Missing deprivations are filled in in all ways where there are 6 or fewer; else in
    ways that give every count.

    Parameters
    ----------
    f : callable
        As for `more_income_never_hurts`.
    households, deprivations : pandas.DataFrame
        As for `more_income_never_hurts`.
    standard : Standard or str
        As for `more_income_never_hurts`.

    Raises
    ------
    AssertionError
        Shows a household before and after completion, and both answers.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": 1e6}, index=["a"])
    >>> matrix = pd.DataFrame(pd.NA, ["a"], standard.indicator_ids, dtype="boolean")
    >>> def unknown_is_no(households, deprivations):
    ...     return mdp.classify(households, deprivations.fillna(False), standard=standard)
    >>> testing.determined_classes_survive_completion(
    ...     unknown_is_no, households, matrix, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: determined_classes_survive_completion: household 'a' ...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    before, after, owner = _completed(f, households, deprivations, standard)
    for at, place in enumerate(owner):
        incomplete_class, full_class = before.answers[place], after.answers[at]
        if incomplete_class is not None and incomplete_class != full_class:
            id = households.index[place]
            raise broken(
                "determined_classes_survive_completion",
                f"household {id!r} has a class before all is known, and another one after",
                [before.show(place, id, "as given"), after.show(at, id, "filled in")],
            )


def undetermined_classes_are_open(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """Where no class is given, two ways to fill in the answers give different classes.

    Together with `determined_classes_survive_completion`: a class is given exactly where the
    answers settle it.

    Parameters
    ----------
    f : callable
        As for `determined_classes_survive_completion`.
    households, deprivations : pandas.DataFrame
        As for `determined_classes_survive_completion`.
    standard : Standard or str
        As for `determined_classes_survive_completion`.

    Raises
    ------
    AssertionError
        Shows a household before and after completion, and both answers.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": 9e6}, index=["a"])
    >>> matrix = pd.DataFrame(pd.NA, ["a"], standard.indicator_ids, dtype="boolean")
    >>> def gives_up(households, deprivations):
    ...     classes = mdp.classify(households, deprivations, standard=standard)["poverty_class"]
    ...     return classes.mask(deprivations.isna().any(axis=1))
    >>> testing.undetermined_classes_are_open(
    ...     gives_up, households, matrix, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: undetermined_classes_are_open: household 'a' ...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    before, after, owner = _completed(f, households, deprivations, standard)
    classes_of: dict[int, dict[str | None, int]] = {}
    for at, place in enumerate(owner):
        if after.answers[at] is None:
            id = households.index[place]
            raise broken(
                "undetermined_classes_are_open",
                f"household {id!r} has no class although all is known",
                [before.show(place, id, "as given"), after.show(at, id, "filled in")],
            )
        if before.answers[place] is None:
            classes_of.setdefault(place, {}).setdefault(after.answers[at], at)
    for place, classes in classes_of.items():
        if len(classes) > 1:
            continue
        id, (at,) = households.index[place], classes.values()
        raise broken(
            "undetermined_classes_are_open",
            f"household {id!r} has no class, yet every way to fill in its answers gives the same",
            [before.show(place, id, "as given"), after.show(at, id, "filled in")],
        )


def _completed(
    f: Classifier, households: pd.DataFrame, deprivations: pd.DataFrame, standard: Standard
) -> tuple[Rows, Rows, list[int]]:
    """All completions of all households in one table, and the household that each is of."""
    before = try_on(f, households, deprivations)
    incomes, matrix = income_of(households), deprivations.astype("boolean")
    unknown = matrix.isna().to_numpy(dtype=bool)
    known = matrix.to_numpy(dtype=bool, na_value=False)
    areas = [None if pd.isna(area) else str(area) for area in households["area"].tolist()]
    owner: list[int] = []
    money: list[float] = []
    places: list[str] = []
    answers = []
    for place in range(len(households)):
        gaps = np.flatnonzero(unknown[place])
        known_area = areas[place]
        possible_areas = Area.codes() if known_area is None else (known_area,)
        possible_incomes = _possible_incomes(incomes[place], standard)
        for area, income in product(possible_areas, possible_incomes):
            for filled in _possible_answers(len(gaps)):
                places.append(area)
                row = known[place].copy()
                row[gaps] = filled
                owner.append(place)
                money.append(income)
                answers.append(row)
    index = pd.RangeIndex(len(owner), name=households.index.name)
    plain = households.drop(columns=[name for name in INCOMES if name in households.columns])
    homes = plain.iloc[owner].set_axis(index, axis=0)
    homes = homes.assign(area=places, income_per_capita=money)
    cells = np.array(answers, dtype=bool).reshape(len(owner), matrix.shape[1])
    full = pd.DataFrame(cells, index=index, columns=matrix.columns)
    return before, try_on(f, homes, full), owner


def _possible_incomes(income: float | None, standard: Standard) -> list[float]:
    if income is not None:
        return [income]
    lines = sorted({line.amount(area) for line in standard.lines for area in Area})
    return [0.0, *(float(line + step) for line in lines for step in (0, 1))]


def _possible_answers(gaps: int) -> Iterator[Sequence[bool]]:
    """Ways to fill in some answers: all where they are few, else with every count."""
    if 2**gaps <= MOST_COMPLETIONS:
        yield from product([False, True], repeat=gaps)
        return
    for count in range(gaps + 1):
        yield [at < count for at in range(gaps)]
        yield [at >= gaps - count for at in range(gaps)]
    rng = np.random.default_rng(gaps)
    yield from rng.integers(0, 2, (MOST_COMPLETIONS // 2, gaps)).astype(bool).tolist()
