"""Households and their result as lines of text in the canonical form of values.

The order of rows and columns, the kind of dtype and the spelling of text (Unicode NFC) make no
difference.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income import income_known
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet
from multidim_poverty.law import Standard
from multidim_poverty.receipts.values import MISSING, number_word, value_word
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import id_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of, truth_of

__all__ = [
    "Lines",
    "canonical_id",
    "canonical_index",
    "canonical_lines",
    "digest",
    "named",
    "row_of",
]

HANDED_ON = ("income_per_capita", "household_size")  # by `assess`, in its result
READ = ("area", "income_per_capita", "income_12m", "household_size")  # what `classify` reads
COUNTS = ("deprivation_count", "deprivations_unknown")
DECIDED = (*COUNTS, "income_band", "poverty_class", "class_at_worst", "class_at_best")
SHOWN = 5


@dataclass(frozen=True)
class Lines:
    """Households as lines of text, sorted by id; the first of `inputs` and `result` are names."""

    ids: list[str | int]
    inputs: list[str]
    result: list[str]
    computed: Callable[[], list[str]]  # the lines of the result that `classify` gives

    def hashes(self) -> list[str]:
        """One hash for each household."""
        names = self.inputs[0], self.result[0]
        lines = zip(self.inputs[1:], self.result[1:], strict=True)
        return [digest((*names, *pair)) for pair in lines]


def digest(lines: Iterable[str]) -> str:
    """Hash of lines of text."""
    return sha256("\n".join(lines).encode()).hexdigest()


def canonical_lines(
    result: pd.DataFrame | None,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    standard: Standard,
) -> Lines:
    """Serialise households and result, one line each; classify first if no result is passed.

    Where `households` gives no income, that of the result of `assess` is written: it was
    computed from the members counted.
    """
    check_ids(households)
    ids = canonical_index(households.index)

    def by_id(frame: pd.DataFrame) -> pd.DataFrame:
        same = frame.index is households.index or frame.index.equals(households.index)
        return frame.set_axis(ids if same else canonical_index(frame.index), axis=0)

    homes = by_id(households.loc[:, households.columns.isin(READ)])
    check_ids(homes)  # once more: two spellings of one text are one id
    check_columns(homes, None, [("households", name) for name in READ])
    matrix = by_id(deprivations)
    if result is not None:
        decided = by_id(_decided(result))
        same_ids = decided.index is ids or (
            len(decided) == len(ids) and ids.isin(decided.index).all()
        )
        if not same_ids:
            check_ids_meet(ids, decided.index, ("households", "result"))
            unmatched = ids.symmetric_difference(decided.index, sort=False).tolist()
            what = f"{named(unmatched)} in only one" if unmatched else "ids repeat in the result"
            raise ArgumentError(f"households and result are not of the same ids: {what}")
        assessed = by_id(result.loc[:, result.columns.isin(HANDED_ON)])
        homes = _with_assessed_income(homes, assessed.reindex(homes.index))
    computed = classify_inputs(ClassificationInputs.of(homes, matrix, standard), standard)
    decided = computed if result is None else decided

    texts = [value_word(id) for id in ids]
    order = np.array(sorted(range(len(ids)), key=texts.__getitem__), dtype=np.intp)

    def in_order(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[order] if frame.index is ids else frame.reindex(ids[order])

    homes, matrix, decided, computed = map(in_order, (homes, matrix, decided, computed))
    texts, indicators = [texts[at] for at in order.tolist()], sorted(standard.indicator_ids)
    answers = [_texts(homes["area"]), *(_numbers(homes, name) for name in READ[1:])]
    answers += [_truths(matrix[name]) for name in indicators]
    return Lines(
        ids=ids[order].tolist(),
        inputs=_table((*READ, *indicators), [texts, *answers]),
        result=_result(texts, decided),
        computed=lambda: _result(texts, computed),
    )


def _with_assessed_income(homes: pd.DataFrame, assessed: pd.DataFrame) -> pd.DataFrame:
    """Households with the income and size that `assess` handed on, where they give none."""
    if set(assessed.columns) != set(HANDED_ON):
        return homes
    filled = np.isnan(income_known(homes)) & assessed["income_per_capita"].notna().to_numpy()
    if not filled.any():
        return homes
    for name in HANDED_ON:
        own = numbers_of(homes[name]) if name in homes.columns else np.full(len(homes), np.nan)
        values = np.where(filled & np.isnan(own), numbers_of(assessed[name]), own)
        homes = homes.assign(**{name: values})
    return homes


def _decided(result: pd.DataFrame) -> pd.DataFrame:
    lacking = [name for name in DECIDED if (result.columns == name).sum() != 1]
    if lacking:
        raise ArgumentError(f"the result does not have one column each of {', '.join(lacking)}")
    return result[list(DECIDED)]


def _result(ids: list[str], result: pd.DataFrame) -> list[str]:
    counts = [_numbers(result, name) for name in COUNTS]
    classes = [_texts(result[name]) for name in DECIDED[len(COUNTS) :]]
    return _table(DECIDED, [ids, *counts, *classes])


def _table(names: tuple[str, ...], columns: list[list[str]]) -> list[str]:
    return [",".join(("household_id", *names)), *map(",".join, zip(*columns, strict=True))]


def _numbers(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [MISSING] * len(frame)
    return _words(numbers_of(frame[name]), number_word)


def _truths(series: pd.Series[Any]) -> list[str]:
    truth = truth_of(series)(slice(None))
    words = np.array(["0", MISSING, "1"], dtype=object)
    texts: list[str] = words[truth.certain.astype(int) + truth.possible].tolist()
    return texts


def _texts(series: pd.Series[Any]) -> list[str]:
    return _words(series.astype(object), value_word)


def _words(values: Any, word: Callable[[Any], str]) -> list[str]:
    """Each value as text; a value that occurs often is written once."""
    codes, distinct = pd.factorize(values)  # -1, the last word, where missing
    words = np.array([*map(word, distinct.tolist()), MISSING], dtype=object)
    texts: list[str] = words[codes].tolist()
    return texts


def canonical_id(value: Any) -> str | int:
    """A household id as plain text or integer."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise ArgumentError(f"household id {value!r} is neither a text nor an integer; make it one")


def canonical_index(index: pd.Index[Any]) -> pd.Index[Any]:
    """Household ids as plain text or integers."""
    return pd.Index(
        [canonical_id(value) for value in index.tolist()], dtype=object, name="household_id"
    )


def row_of(frame: pd.DataFrame, id: str | int) -> pd.DataFrame:
    """The row of one household."""
    return frame.loc[np.asarray(canonical_index(frame.index) == id, dtype=bool)]


def check_ids(households: pd.DataFrame) -> None:
    raise_errors(id_faults(households), {"households": households})


def named(ids: Collection[str | int]) -> str:
    """How many households, and the first of them."""
    shown = ", ".join(repr(id) for id in list(ids)[:SHOWN])
    return f"{many(len(ids))} ({shown}{', ...' if len(ids) > SHOWN else ''})"


def many(n: int) -> str:
    """So many households, in words."""
    return f"{n} household{'' if n == 1 else 's'}"
