"""The law of a classification that says what is right: the class is that of the standard."""

from __future__ import annotations

import pandas as pd

from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.oracle import classify_one, records
from multidim_poverty.testing.trial import Classifier, broken, try_on

__all__ = ["classes_are_those_of_the_standard"]


def classes_are_those_of_the_standard(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """Every class is the one that the oracle reads from the clauses of the standard.

    No class where the answers leave two open; see `classify_one`.

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
        Shows a household with its class, and the class that the standard gives it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": 1.5e6}, index=["a"])
    >>> matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    >>> def everybody_is_poor(households, deprivations):
    ...     return ["poor"] * len(households)
    >>> testing.classes_are_those_of_the_standard(
    ...     everybody_is_poor, households, matrix, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: classes_are_those_of_the_standard: household 'a' is poor, and by ...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    asked = try_on(f, households, deprivations)
    pairs = zip(records(households), records(deprivations), strict=True)
    for at, (household, answers) in enumerate(pairs):
        right = classify_one(household, answers, standard=standard)["poverty_class"]
        if asked.answers[at] != right:
            id = households.index[at]
            raise broken(
                "classes_are_those_of_the_standard",
                f"household {id!r} is {asked.answers[at] or 'undetermined'}, and by the standard "
                f"{right or 'undetermined'}",
                [asked.show(at, id, "as answered")],
            )
