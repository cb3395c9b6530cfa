"""Laws of a classification: a class follows what a household has, in one direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.trial import INCOMES, Classifier, Rows, broken, income_of, try_on
from multidim_poverty.vocabulary import Area

__all__ = ["more_deprivations_never_help", "more_income_never_hurts"]


def with_income(households: pd.DataFrame, income: float) -> pd.DataFrame:
    kept = households.drop(columns=[name for name in INCOMES if name in households.columns])
    return kept.assign(income_per_capita=float(income))


def more_income_never_hurts(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """More income never gives a worse class, all else being equal.

    Every household is tried with its own income, and at every line of the standard less one
    VND, exact, and plus one VND. Holds of a standard whose classes rise with income.

    Parameters
    ----------
    f : callable
        ``f(households, deprivations)`` gives the classes: a Series, an array, or a DataFrame
        with a column ``poverty_class``; missing where undetermined.
    households, deprivations : pandas.DataFrame
        As for `multidim_poverty.classify`, and in the same order.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.

    Raises
    ------
    AssertionError
        Shows a household and both answers.
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
    >>> matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    >>> def upside_down(households, deprivations):
    ...     rich = households["income_per_capita"].gt(1_500_000)
    ...     return rich.map({True: "poor", False: "average"})
    >>> testing.more_income_never_hurts(
    ...     upside_down, households, matrix, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: more_income_never_hurts: household 'a' has more income and a worse class
    ...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    edges = {
        float(line.amount(area) + step)
        for line in standard.lines
        for area in Area
        for step in (-1, 0, 1)
    }
    tried = [(income, try_on(f, with_income(households, income), deprivations))
             for income in sorted(edges | {0.0, max(edges, default=1.0) * 10})]  # fmt: skip
    own = try_on(f, households, deprivations)
    for at, income in enumerate(income_of(households)):
        steps = [(amount, rows) for amount, rows in tried if income is None or amount != income]
        steps += [] if income is None else [(income, own)]
        steps.sort(key=lambda step: step[0])
        _never_worse(
            "more_income_never_hurts",
            "has more income and a worse class",
            at,
            [rows for _, rows in steps],
            households.index[at],
            standard,
        )


def _never_worse(
    law: str, what: str, at: int, steps: Sequence[Rows], id: Any, standard: Standard
) -> None:
    """From step to step, the class of a household may only get better; unknown says nothing."""
    from_worst = [str(cls) for cls in standard.classes]
    best: tuple[int, Rows] | None = None
    for rows in steps:
        answer = rows.answers[at]
        if answer is None:
            continue
        rank = from_worst.index(answer)
        if best is not None and rank < best[0]:
            shown = [best[1].show(at, id, "before"), rows.show(at, id, "after")]
            raise broken(law, f"household {id!r} {what}", shown)
        best = rank, rows


def more_deprivations_never_help(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """One more deprivation never gives a better class, all else being equal.

    Every indicator is tried both ways for every household. Holds of a standard whose classes
    fall with deprivations.

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
        Shows a household and both answers.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> testing.more_deprivations_never_help(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households.head(), matrix.head(), standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    for id in standard.indicator_ids:
        with_it = try_on(f, households, deprivations.assign(**{id: True}))
        without = try_on(f, households, deprivations.assign(**{id: False}))
        for at, household in enumerate(households.index):
            _never_worse(
                "more_deprivations_never_help",
                f"has a worse class without the deprivation {id!r} than with it",
                at,
                [with_it, without],
                household,
                standard,
            )
