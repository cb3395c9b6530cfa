"""Laws of whatever answers tables by rows: one definition for surveys, points and movements.

A `Trial` is an implementation, the tables that it is asked about, and what is right of them. Each
law raises `AssertionError` with what was asked and the answers that disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.testing.inputs import check_inputs_stay

__all__ = ["TABLE_LAWS", "Answers", "Tables", "Trial", "compare"]

Tables = Mapping[str, pd.DataFrame]
Answer = Mapping[str, Any]  # what is said of one household: column to plain value
Answers = Mapping[Any, Answer]
OF_THE_LAW = ("answers_are_those_of_the_law", "days_are_those_of_the_rules")
ALONE = 6  # households that are tried one by one


@dataclass(frozen=True)
class Trial:
    """An implementation and the tables that it is tried on.

    Attributes
    ----------
    call : callable
        Takes the tables and gives what the implementation gives.
    read : callable
        Reads the answers of each household off that, for the tables that were asked about.
    right : callable
        The right answers for some tables.
    tables : mapping of str to pandas.DataFrame
    ids : mapping of str to tuple of str
        Table -> its columns of household ids; ``""`` stands for the index.
    about : callable
        What the tables say of one household, in words.
    part : callable or None
        The tables of some households alone; None where answers rest on several of them.
    home_of : callable
        The household that an answer is about.
    """

    call: Callable[[Tables], Any]
    read: Callable[[Any, Tables], Answers]
    right: Callable[[Tables], Answers]
    tables: Tables
    ids: Mapping[str, tuple[str, ...]]
    about: Callable[[Tables, Any], str]
    part: Callable[[Tables, Sequence[Any]], Tables] | None = None
    home_of: Callable[[Any], Any] = lambda key: key

    @cached_property
    def answers(self) -> Answers:
        """The answers about the tables as they are, asked once for all laws."""
        return self.ask(self.tables)

    def ask(self, tables: Tables) -> Answers:
        """The answers of the implementation, about copies: what it does to them harms nobody."""
        copies = {name: table.copy() for name, table in tables.items()}
        return self.read(self.call(copies), tables)


def compare(
    law: str, what: str, trial: Trial, tables: Tables, right: Answers, answers: Answers
) -> None:
    """Raise at the first household of which another answer is expected."""
    now, before = ("answered", "by the law") if law in OF_THE_LAW else ("after", "before")
    for id, expected in right.items():
        if id not in answers:
            raise AssertionError(f"{law}: {what}no answer for {id!r}\n{trial.about(tables, id)}")
        answer = answers[id]
        differs = [
            name for name in answer if name in expected and not _alike(answer[name], expected[name])
        ]
        if differs:
            lines = [f"{name}: {now} {answer[name]}, {before} {expected[name]}" for name in differs]
            raise AssertionError(
                "\n".join([f"{law}: {what}{id!r}", *lines, trial.about(tables, id)])
            )
    if surplus := [id for id in answers if id not in right]:
        raise AssertionError(f"{law}: {what}an answer for {surplus[0]!r}, who was not asked about")


def _alike(one: Any, other: Any) -> bool:
    """Whether two plain values are the same; amounts up to the rounding of a division."""
    if one is None or other is None:
        return one is other
    if isinstance(one, float) or isinstance(other, float):
        return bool(np.isclose(float(one), float(other), rtol=1e-12, atol=0))
    return bool(one == other)


def answers_are_those_of_the_law(trial: Trial) -> None:
    """Every answer is the one that the oracle reads from the law; none where it leaves two open."""
    right = trial.right(trial.tables)
    compare("answers_are_those_of_the_law", "", trial, trial.tables, right, trial.answers)


def inputs_are_not_changed(trial: Trial) -> None:
    """The tables stay as they were, with their metadata, also when the answer is written over."""
    check_inputs_stay("inputs_are_not_changed", trial.call, trial.tables)


def order_of_rows_does_not_matter(trial: Trial) -> None:
    """Each table may stand in any order, whatever the order of the others."""
    answers = trial.answers
    for way in ("backwards", "shuffled", "the first row last"):
        tables = {
            name: table.iloc[_order(len(table), way, seed)]
            for seed, (name, table) in enumerate(trial.tables.items())
        }
        law, what = "order_of_rows_does_not_matter", f"rows {way}: "
        compare(law, what, trial, trial.tables, answers, trial.ask(tables))


def _order(n: int, way: str, seed: int) -> list[int]:
    if way == "shuffled":
        shuffled: list[int] = np.random.default_rng([n, seed]).permutation(n).tolist()
        return shuffled
    return list(range(n))[::-1] if way == "backwards" else [*range(1, n), *range(min(n, 1))]


def ids_do_not_matter(trial: Trial) -> None:
    """Whatever the households are called, the answers are the same."""
    answers = trial.answers
    old = list(
        dict.fromkeys(
            id
            for name, columns in trial.ids.items()
            for column in columns
            for id in _ids(trial.tables[name], column)
            if not pd.isna(id)
        )
    )
    n = len(old)
    for kind, new in (
        ("texts", [f"hộ {n - at}" for at in range(n)]),
        ("numbers", [(n - at) * 1_000_003 + 5 for at in range(n)]),
    ):
        renamed = dict(zip(old, new, strict=True))
        back = dict(zip(new, old, strict=True))
        tables = {
            name: _renamed(table, trial.ids.get(name, ()), renamed)
            for name, table in trial.tables.items()
        }
        found = {_named(id, back): answer for id, answer in trial.ask(tables).items()}
        found = {id: _named_values(answer, back) for id, answer in found.items()}
        what = f"ids that are {kind}: "
        compare("ids_do_not_matter", what, trial, trial.tables, answers, found)


def _ids(table: pd.DataFrame, column: str) -> list[Any]:
    return (table.index if column == "" else table[column]).tolist()


def _renamed(table: pd.DataFrame, columns: Sequence[str], names: Mapping[Any, Any]) -> pd.DataFrame:
    for column in columns:
        ids = [None if pd.isna(id) else names[id] for id in _ids(table, column)]
        if column == "":
            table = table.set_axis(pd.Index(ids, name=table.index.name), axis=0)
        else:
            dtype = object if None in ids or not ids else None
            table = table.assign(**{column: pd.Series(ids, index=table.index, dtype=dtype)})
    return table


def _named(id: Any, names: Mapping[Any, Any]) -> Any:
    if isinstance(id, tuple):
        return tuple(_named(one, names) for one in id)
    return names.get(id, id)


def _named_values(answer: Answer, names: Mapping[Any, Any]) -> Answer:
    return {
        name: names.get(value, value) if name.endswith("_id") else value
        for name, value in answer.items()
    }


def order_of_columns_does_not_matter(trial: Trial) -> None:
    """Columns are read by their names, not by their places."""
    answers = trial.answers
    turned = {name: table[table.columns[::-1]] for name, table in trial.tables.items()}
    moved = {
        name: table[[*table.columns[1:], *table.columns[:1]]]
        for name, table in trial.tables.items()
    }
    for what, tables in (
        ("the columns turned round: ", turned),
        ("the first column put last: ", moved),
    ):
        law = "order_of_columns_does_not_matter"
        compare(law, what, trial, trial.tables, answers, trial.ask(tables))


def dtypes_do_not_matter(trial: Trial) -> None:
    """The same values in other dtypes give the same answers."""
    answers = trial.answers
    for what in ("nullable dtypes", "numpy dtypes", "objects"):
        tables = {
            name: table.assign(
                **{
                    column: _as(table[column], what)
                    for column in table.columns
                    if column not in trial.ids.get(name, ())
                }
            )
            for name, table in trial.tables.items()
        }
        asked = trial.ask(tables)
        compare("dtypes_do_not_matter", f"{what}: ", trial, trial.tables, answers, asked)


def _as(series: pd.Series[Any], what: str) -> pd.Series[Any]:
    """The same values in another dtype."""
    dtype = series.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.DatetimeTZDtype):
        return series
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_numeric_dtype(dtype):
        kind = "bool" if pd.api.types.is_bool_dtype(dtype) else "number"
        if what == "nullable dtypes":
            if kind == "bool":
                return series.astype("boolean")
            whole = pd.api.types.is_integer_dtype(dtype)
            return series.astype("Int64") if whole else series.astype("Float64")
        if kind == "bool" and what == "objects":
            return series.astype(object).where(series.notna(), None)
        if kind == "bool" and not series.isna().any():
            return series.astype(bool)
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return pd.Series(numbers, index=series.index)
    if what == "nullable dtypes":
        return series.astype("string[python]")
    return series.astype(object).where(series.notna(), None)


def households_stand_alone(trial: Trial) -> None:
    """What is answered of a household follows from its own rows, whatever the others are."""
    if trial.part is None:
        return
    homes = list(dict.fromkeys(map(trial.home_of, trial.answers)))
    for what, some in _parts(homes):
        tables = trial.part(trial.tables, some)
        among = frozenset(some)
        expected = {id: a for id, a in trial.answers.items() if trial.home_of(id) in among}
        law = "households_stand_alone"
        compare(law, f"{what}: ", trial, trial.tables, expected, trial.ask(tables))


def _parts(ids: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    n = len(ids)
    for at in sorted({int(place) for place in np.linspace(0, n - 1, min(n, ALONE))}):
        yield "by itself", [ids[at]]
    if n > 1:
        yield "without the second half of the table", ids[: n // 2]
        yield "without the first half of the table", ids[n // 2 :]


TABLE_LAWS: tuple[Callable[[Trial], None], ...] = (
    inputs_are_not_changed,
    answers_are_those_of_the_law,
    order_of_rows_does_not_matter,
    ids_do_not_matter,
    order_of_columns_does_not_matter,
    dtypes_do_not_matter,
    households_stand_alone,
)
