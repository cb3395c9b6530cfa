"""Laws of a classification: a class follows from what a row says, not from the table around it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.law import Standard
from multidim_poverty.testing.trial import INCOMES, Classifier, Rows, income_of, same, try_on
from multidim_poverty.vocabulary import Area

__all__ = [
    "column_order_does_not_matter",
    "concatenation_changes_nothing",
    "dtypes_do_not_matter",
    "households_stand_alone",
    "index_does_not_matter",
    "inputs_are_not_changed",
    "order_of_rows_does_not_matter",
    "replication_changes_nothing",
]

ALONE = 20  # households that are tried one by one


def order_of_rows_does_not_matter(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
) -> None:
    """Households in another order keep their classes; both tables are turned together.

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
    whole = try_on(f, households, deprivations)
    n = len(households)
    shuffled = np.random.default_rng(n).permutation(n).tolist()
    for places in (list(range(n))[::-1], [*range(1, n), *range(min(n, 1))], shuffled):
        turned = try_on(f, households.iloc[places], deprivations.iloc[places])
        same("order_of_rows_does_not_matter", "another order of rows", whole, turned, places)


def replication_changes_nothing(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
) -> None:
    """With every household there three times over, each copy has the class of the one.

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
    >>> testing.replication_changes_nothing(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    whole = try_on(f, households, deprivations)
    places = [*range(len(households))] * 3
    copies = pd.RangeIndex(len(places), name=households.index.name)
    thrice = try_on(
        f,
        households.iloc[places].set_axis(copies, axis=0),
        deprivations.iloc[places].set_axis(copies, axis=0),
    )
    same("replication_changes_nothing", "every household three times", whole, thrice, places)


def concatenation_changes_nothing(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
) -> None:
    """Two parts of a table, one after the other, give the classes of the whole.

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
    >>> testing.concatenation_changes_nothing(
    ...     lambda h, d: mdp.classify(h, d, standard=standard),
    ...     sample.households, matrix, standard=standard)
    """
    whole = try_on(f, households, deprivations)
    n = len(households)
    for cut in sorted({1, n // 3, n // 2, n - 1} & set(range(1, n))):
        for places in (range(cut), range(cut, n)):
            rows = slice(places.start, places.stop)
            part = try_on(f, households.iloc[rows], deprivations.iloc[rows])
            same("concatenation_changes_nothing", "a part by itself", whole, part, places)


def households_stand_alone(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,
) -> None:
    """A household's class follows from its own row, whatever the others are.

    Up to 20 households are tried by themselves, and all of them beside others that are made
    rich, and poor in everything.

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
    law = "households_stand_alone"
    whole = try_on(f, households, deprivations)
    n = len(households)
    for at in sorted({int(place) for place in np.linspace(0, n - 1, min(n, ALONE))}):
        alone = try_on(f, households.iloc[[at]], deprivations.iloc[[at]])
        same(law, f"household {households.index[at]!r} by itself", whole, alone, [at])
    if n < 2:
        return
    top = max(line.amount(area) for line in standard.lines for area in Area)
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
            kept = np.flatnonzero(mine).tolist()
            same(
                law,
                "the other households were changed",
                Rows(households.iloc[kept], deprivations.iloc[kept],
                      [whole.answers[at] for at in kept]),
                Rows(changed.households.iloc[kept], others.iloc[kept],
                      [changed.answers[at] for at in kept]),
                range(len(kept)),
            )  # fmt: skip


def index_does_not_matter(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
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
    whole = try_on(f, households, deprivations)
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
            whole,
            named,
            range(n),
        )


def column_order_does_not_matter(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
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
    whole = try_on(f, households, deprivations)
    turned = try_on(
        f, households[households.columns[::-1]], deprivations[deprivations.columns[::-1]]
    )
    places = range(len(households))
    same("column_order_does_not_matter", "the columns turned round", whole, turned, places)
    once = [*deprivations.columns[1:], *deprivations.columns[:1]]
    moved = try_on(f, households, deprivations[once])
    same("column_order_does_not_matter", "the first column put last", whole, moved, places)


def inputs_are_not_changed(
    f: Classifier,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
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
    law = "inputs_are_not_changed"
    # What `f` is given is a copy too, so that a fault does no harm to the tables of the caller.
    given = {"households": households.copy(deep=True), "deprivations": deprivations.copy(deep=True)}
    f(given["households"], given["deprivations"])
    for name, before in (("households", households), ("deprivations", deprivations)):
        after = given[name]
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
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,  # noqa: ARG001 - all laws are called alike
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
    whole = try_on(f, households, deprivations)
    for what, homes, matrix in _in_other_dtypes(households, deprivations):
        other = try_on(f, homes, matrix)
        same("dtypes_do_not_matter", what, whole, other, range(len(households)))


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
