"""Laws of a classification: what is right, and what must hold whatever the households are.

Each law takes an implementation ``f(households, deprivations)``, tries it on tables made from
the given ones, and raises `AssertionError` with the households and the answers that disagree.
"""

from __future__ import annotations

import pandas as pd

from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.correctness import classes_are_those_of_the_standard
from multidim_poverty.testing.missing_laws import (
    determined_classes_survive_completion,
    undetermined_classes_are_open,
)
from multidim_poverty.testing.monotone_laws import (
    more_deprivations_never_help,
    more_income_never_hurts,
)
from multidim_poverty.testing.representation_laws import (
    column_order_does_not_matter,
    dtypes_do_not_matter,
    index_does_not_matter,
    inputs_are_not_changed,
)
from multidim_poverty.testing.row_laws import (
    concatenation_changes_nothing,
    households_stand_alone,
    order_of_rows_does_not_matter,
    replication_changes_nothing,
)
from multidim_poverty.testing.trial import Classifier, Law

__all__ = ["CLASS_LAWS", "check_class_laws"]

CLASS_LAWS: tuple[Law, ...] = (
    inputs_are_not_changed,
    classes_are_those_of_the_standard,
    more_income_never_hurts,
    more_deprivations_never_help,
    order_of_rows_does_not_matter,
    replication_changes_nothing,
    concatenation_changes_nothing,
    index_does_not_matter,
    column_order_does_not_matter,
    dtypes_do_not_matter,
    households_stand_alone,
    determined_classes_survive_completion,
    undetermined_classes_are_open,
)


def check_class_laws(
    f: Classifier, households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> None:
    """Check every law of a classification on the given households.

    Parameters
    ----------
    f : callable
        ``f(households, deprivations)`` gives the class of each household, in their order, as
        a Series, an array, a list, or a DataFrame with a column ``poverty_class``; missing
        where undetermined. Another implementation stands in the place of
        `multidim_poverty.classify` here.
    households, deprivations : pandas.DataFrame
        As for `multidim_poverty.classify`, and in the same order; draw them with
        `class_inputs` or `boundary_households`.
    standard : Standard or str
        The standard that `f` implements.

    Raises
    ------
    AssertionError
        Names the law and shows the household and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> testing.check_class_laws(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    for law in CLASS_LAWS:
        law(f, households, deprivations, standard=standard)
