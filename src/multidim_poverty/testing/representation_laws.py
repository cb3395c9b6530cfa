"""Laws of a classification: ids, order of columns and dtypes say nothing, and inputs stay."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
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
    f, households, deprivations, standard
        As for `more_income_never_hurts`.

    Raises
    ------
    AssertionError
        Shows a household and both answers.

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
    f, households, deprivations, standard
        As for `more_income_never_hurts`.

    Raises
    ------
    AssertionError
        Shows a household and both answers.

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
    """The tables that were given are as they were: values, dtypes, columns and index.

    Parameters
    ----------
    f, households, deprivations, standard
        As for `more_income_never_hurts`.

    Raises
    ------
    AssertionError
        Names the table, the columns and the first household that were changed.

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
    law = "inputs_are_not_changed"
    # `f` takes copies too, so that a fault does no harm to the tables of the caller.
    copies = {
        "households": households.copy(deep=True),
        "deprivations": deprivations.copy(deep=True),
    }
    f(copies["households"], copies["deprivations"])
    for name, before in (("households", households), ("deprivations", deprivations)):
        after = copies[name]
        if list(after.columns) != list(before.columns):
            raise AssertionError(
                f"{law}: the columns of {name} were {list(before.columns)} "
                f"and are now {list(after.columns)}"
            )
        if not after.index.equals(before.index):
            raise AssertionError(
                f"{law}: the index of {name} was {before.index.tolist()[:5]}... "
                f"and is now {after.index.tolist()[:5]}..."
            )
        for at, column in enumerate(before.columns):
            one, other = before.iloc[:, at], after.iloc[:, at]
            if one.equals(other):
                continue
            if one.dtype != other.dtype:
                was = f"dtype {one.dtype} and is now {other.dtype}"
            else:
                pairs = zip(one.index, one.tolist(), other.tolist(), strict=True)
                id, old, new = next(p for p in pairs if not _equal(p[1], p[2]))
                was = f"{old!r} for household {id!r} and is now {new!r}"
            raise AssertionError(f"{law}: the column {column!r} of {name} was {was}")


def _equal(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


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
    f, households, deprivations, standard
        As for `more_income_never_hurts`.

    Raises
    ------
    AssertionError
        Shows a household and both answers.

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
