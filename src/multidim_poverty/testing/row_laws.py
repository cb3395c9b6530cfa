"""Laws of a classification: a class follows from its own row, whatever the rows around it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.trial import INCOMES, Classifier, broken, income_of, same, try_on
from multidim_poverty.vocabulary import Area

__all__ = [
    "concatenation_changes_nothing",
    "households_stand_alone",
    "order_of_rows_does_not_matter",
    "replication_changes_nothing",
]

ALONE = 20  # households that are tried one by one


def order_of_rows_does_not_matter(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """Households in another order keep their classes; both tables are turned together.

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
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 2e6]})
    >>> matrix = pd.DataFrame(False, index=households.index, columns=standard.indicator_ids)
    >>> testing.order_of_rows_does_not_matter(
    ...     lambda h, d: ["average", "near_poor"], households, matrix, standard=standard
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: order_of_rows_does_not_matter: ...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    n = len(households)
    shuffled = np.random.default_rng(n).permutation(n).tolist()
    for places in (list(range(n))[::-1], [*range(1, n), *range(min(n, 1))], shuffled):
        reordered = try_on(f, households.iloc[places], deprivations.iloc[places])
        same("order_of_rows_does_not_matter", "another order of rows", reference, reordered, places)


def replication_changes_nothing(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """With every household there three times over, each copy has the class of the one.

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
    >>> testing.replication_changes_nothing(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    places = [*range(len(households))] * 3
    copies = pd.RangeIndex(len(places), name=households.index.name)
    thrice = try_on(
        f,
        households.iloc[places].set_axis(copies, axis=0),
        deprivations.iloc[places].set_axis(copies, axis=0),
    )
    same("replication_changes_nothing", "every household three times", reference, thrice, places)


def concatenation_changes_nothing(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """Two parts of a table, one after the other, give the classes of the whole.

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
    >>> testing.concatenation_changes_nothing(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    n = len(households)
    for cut in sorted({1, n // 3, n // 2, n - 1} & set(range(1, n))):
        for places in (range(cut), range(cut, n)):
            rows = slice(places.start, places.stop)
            part = try_on(f, households.iloc[rows], deprivations.iloc[rows])
            same("concatenation_changes_nothing", "a part by itself", reference, part, places)


def households_stand_alone(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """A household's class follows from its own row, whatever the others are.

    Up to 20 households are tried by themselves, and all of them beside others that are made
    rich, and poor in everything.

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
        Shows a household and both answers, and what one of the others became.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 2e6]})
    >>> matrix = pd.DataFrame(False, index=households.index, columns=standard.indicator_ids)
    >>> def relative(households, deprivations):
    ...     income = households["income_per_capita"]
    ...     return income.lt(income.mean()).map({True: "near_poor", False: "average"})
    >>> testing.households_stand_alone(
    ...     relative, households, matrix, standard=standard)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: households_stand_alone: household 0 by itself...
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    law = "households_stand_alone"
    reference = try_on(f, households, deprivations)
    n = len(households)
    for at in sorted({int(place) for place in np.linspace(0, n - 1, min(n, ALONE))}):
        alone = try_on(f, households.iloc[[at]], deprivations.iloc[[at]])
        same(law, f"household {households.index[at]!r} by itself", reference, alone, [at])
    if n < 2:
        return
    top = max((line.amount(area) for line in standard.lines for area in Area), default=1)
    plain = households.drop(columns=[name for name in INCOMES if name in households.columns])
    for own in (0, 1):
        mine = np.arange(n) % 2 == own
        for income, deprived in ((0.0, True), (top * 10.0, False)):
            money = [
                (np.nan if one is None else one) if is_kept else income
                for is_kept, one in zip(mine, income_of(households), strict=True)
            ]
            keep = np.repeat(mine[:, None], deprivations.shape[1], axis=1)
            others = deprivations.astype("boolean").where(keep, deprived)
            changed = try_on(f, plain.assign(income_per_capita=money), others)
            for at in np.flatnonzero(mine).tolist():
                if reference.answers[at] == changed.answers[at]:
                    continue
                id = households.index[at]
                beside = int(np.flatnonzero(~mine)[0])
                other_id = households.index[beside]
                others_now = "poor in everything" if deprived else "rich and deprived in nothing"
                raise broken(
                    law,
                    f"household {id!r} has another class where the others became {others_now}",
                    [
                        reference.show(at, id, "before"),
                        changed.show(at, id, "after"),
                        reference.show(beside, other_id, "another, before"),
                        changed.show(beside, other_id, "another, after"),
                    ],
                )
