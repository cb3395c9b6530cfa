"""Laws of a classification: ids, order of columns and dtypes say nothing, and inputs stay."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import pandas as pd

from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.inputs import check_inputs_stay
from multidim_poverty.testing.trial import INCOMES, Classifier, same, try_on

__all__ = [
    "column_order_does_not_matter",
    "dtypes_do_not_matter",
    "index_does_not_matter",
    "inputs_are_not_changed",
]


def index_does_not_matter(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """Whatever the households are called, their classes are the same.

    Tried with positions, with numbers that fall and are far apart, and with texts.

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
    >>> testing.index_does_not_matter(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    n = len(households)
    for index in (
        pd.RangeIndex(n),
        pd.Index(np.arange(n)[::-1] * 1_000_003 + 5),
        pd.Index([f"hộ {n - at}" for at in range(n)]),
    ):
        named = try_on(f, households.set_axis(index, axis=0), deprivations.set_axis(index, axis=0))
        same(
            "index_does_not_matter",
            f"ids such as {index[0]!r}" if n else "",
            reference,
            named,
            range(n),
        )


def column_order_does_not_matter(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """Columns are read by their names, not by their places.

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
    >>> testing.column_order_does_not_matter(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    reordered = try_on(
        f, households[households.columns[::-1]], deprivations[deprivations.columns[::-1]]
    )
    places = range(len(households))
    same("column_order_does_not_matter", "the columns turned round", reference, reordered, places)
    once = [*deprivations.columns[1:], *deprivations.columns[:1]]
    moved = try_on(f, households, deprivations[once])
    same("column_order_does_not_matter", "the first column put last", reference, moved, places)


def inputs_are_not_changed(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """The tables that were given are as they were: values, dtypes, columns, index and metadata.

    Metadata are the names of index and columns, ``attrs`` and ``flags``. They stay also when the
    answer is written over, which must not be a part of an input.

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
        Names the table, the columns and the first household that were changed.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> testing.inputs_are_not_changed(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    tables = {"households": households, "deprivations": deprivations}
    check_inputs_stay("inputs_are_not_changed", lambda copies: f(*copies.values()), tables)


def dtypes_do_not_matter(
    f: Classifier,
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
) -> None:
    """The same values in other dtypes give the same classes.

    Tried with numpy dtypes, with the nullable ones of pandas, and with texts held by pyarrow
    where it is installed.

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
    >>> testing.dtypes_do_not_matter(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    reference = try_on(f, households, deprivations)
    for what, homes, matrix in _in_other_dtypes(households, deprivations):
        other = try_on(f, homes, matrix)
        same("dtypes_do_not_matter", what, reference, other, range(len(households)))


def _in_other_dtypes(
    households: pd.DataFrame, deprivations: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    money = [name for name in (*INCOMES, "household_size") if name in households.columns]
    plain = {name: households[name].to_numpy(np.float64, na_value=np.nan) for name in money}
    area = households["area"].astype(object)
    nullable = deprivations.astype("boolean")
    if nullable.isna().to_numpy().any():
        yes_or_no = {
            name: nullable[name].to_numpy(dtype=np.float64, na_value=np.nan)
            for name in nullable.columns
        }
        numpy = pd.DataFrame(yes_or_no, index=nullable.index)
    else:
        numpy = nullable.astype(bool)
    homes = households.assign(**plain)
    yield "numpy dtypes", homes.assign(area=area), numpy
    categories = pd.Categorical(area, categories=["urban", "rural"])
    yield "area as a category", homes.assign(area=categories), numpy
    floats = {name: pd.Series(plain[name], households.index).astype("Float64") for name in money}
    homes = households.assign(**floats)
    yield "nullable dtypes", homes.assign(area=area.astype("string[python]")), nullable
    if find_spec("pyarrow") is not None:
        yield "texts held by pyarrow", homes.assign(area=area.astype("string[pyarrow]")), nullable
