"""Households and their result in the canonical form of values, and their hashes.

The order of rows and columns, the kind of dtype and the spelling of text (Unicode NFC) make no
difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income import income_known
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import Match, check_ids_meet, match
from multidim_poverty.law import Standard
from multidim_poverty.receipts.ids import are_canonical, canonical_index, named
from multidim_poverty.receipts.row_hashes import Digests, row_digests
from multidim_poverty.receipts.values import CanonicalColumn, hash_of_columns, order_of
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import id_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of

__all__ = ["CanonicalTables", "canonical_tables"]

HANDED_ON = ("income_per_capita", "household_size")  # by `assess`, in its result
AMOUNTS = ("income_per_capita", "income_12m", "household_size")
READ = ("area", *AMOUNTS)  # what `classify` reads
COUNTS = ("deprivation_count", "deprivations_unknown")
CLASSES = ("income_band", "poverty_class", "class_at_worst", "class_at_best")
DECIDED = (*COUNTS, *CLASSES)


@dataclass(frozen=True)
class CanonicalTables:
    """Households and their result by column, in one order of rows.

    Attributes
    ----------
    ids : pandas.Index
        Texts and whole numbers, in order.
    ids_hash, inputs_hash, result_hash : str
        Of the ids; of the ids with what went in, and with what came out.
    digests : numpy.ndarray
        The hash of each row.
    came_out : mapping of str to CanonicalColumn
        The result.
    computed : DataFrame
        The one that `classify` gives.
    order : numpy.ndarray or None
        Where the rows in order stand in these two; None where they stand so.
    """

    ids: pd.Index[Any]
    ids_hash: str
    inputs_hash: str
    result_hash: str
    digests: Digests
    came_out: Mapping[str, CanonicalColumn]
    computed: pd.DataFrame
    order: npt.NDArray[np.intp] | None

    def wrong_ids(self) -> list[str | int]:
        """Households whose result is not the one that `classify` gives."""
        wrong = np.zeros(len(self.ids), dtype=bool)
        for name, column in self.came_out.items():
            wrong |= column.differs_from(CanonicalColumn.of(self.computed[name]))
        ids: list[str | int] = self.ids[wrong if self.order is None else wrong[self.order]].tolist()
        return ids


def canonical_tables(
    result: pd.DataFrame | None,
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    standard: Standard,
) -> CanonicalTables:
    """The canonical form of households and result; classify first if no result is passed.

    Where `households` gives no income, that of the result of `assess` is read: it was computed
    from the members counted.
    """
    as_they_are = are_canonical(households.index)
    if not as_they_are:
        check_ids(households)
    ids = canonical_index(households.index)
    id_column = CanonicalColumn.of(ids.to_series())
    order, apart = order_of([id_column])

    def by_id(frame: pd.DataFrame) -> pd.DataFrame:
        same = frame.index is households.index or frame.index.equals(households.index)
        return frame.set_axis(ids if same else canonical_index(frame.index), axis=0)

    homes = by_id(households.loc[:, households.columns.isin(READ)])
    # Ids that were brought into form are looked at again: two spellings of one text are one id.
    check_ids(households if as_they_are else homes, apart=apart)
    check_columns(homes, None, [("households", name) for name in READ])
    decided = None
    if result is not None:
        decided = _of_same_ids(by_id(_decided(result)), ids)
        assessed = by_id(result.loc[:, result.columns.isin(HANDED_ON)])
        homes = _with_assessed_income(homes, assessed.reindex(homes.index))
    inputs = ClassificationInputs.of(homes, by_id(deprivations), standard)
    computed = classify_inputs(inputs, standard)

    went_in = {name: _column(homes, name) for name in READ}
    went_in |= {
        name: CanonicalColumn.of(inputs.matrix[name]) for name in sorted(standard.indicator_ids)
    }
    came_out = {
        name: CanonicalColumn.of((computed if decided is None else decided)[name])
        for name in DECIDED
    }
    ids_hash = id_column.hash(order)
    in_order = ids if order is None else ids[order]
    columns = {name: column.in_order(order) for name, column in (went_in | came_out).items()}

    def hash_of(names: Iterable[str]) -> str:
        hashes = [(name, columns[name].hash()) for name in sorted(names)]
        return hash_of_columns(len(ids), [("", ids_hash), *hashes])

    return CanonicalTables(
        ids=in_order,
        ids_hash=ids_hash,
        inputs_hash=hash_of(went_in),
        result_hash=hash_of(came_out),
        digests=row_digests(
            in_order,
            columns,
            numbers=(*AMOUNTS, *COUNTS),
            answers=sorted(standard.indicator_ids),
            texts=("area", *CLASSES),
        ),
        came_out=came_out,
        computed=computed,
        order=order,
    )


def _of_same_ids(decided: pd.DataFrame, ids: pd.Index[Any]) -> pd.DataFrame:
    """The result in the order of the ids, which must be its own."""
    if decided.index is ids:
        return decided
    at = match(ids.to_series(), decided.index)
    if at.complete and len(decided) == len(ids):
        return decided.take(at.home)
    check_ids_meet(ids, decided.index, ("households", "result"))
    unmatched = ids.symmetric_difference(decided.index, sort=False).tolist()
    what = f"{named(unmatched)} in only one" if unmatched else "ids repeat in the result"
    raise ArgumentError(f"households and result are not of the same ids: {what}")


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


def _column(homes: pd.DataFrame, name: str) -> CanonicalColumn:
    """A column of the households; one that is absent is missing throughout."""
    if name in homes.columns:
        return CanonicalColumn.of(homes[name])
    return CanonicalColumn(np.zeros(len(homes), dtype=np.int8), [], "texts")


def check_ids(households: pd.DataFrame, *, apart: bool = False) -> None:
    """Raise `InvalidDataError` if ids are missing or repeat; `apart` says that none repeats."""
    matched = Match(np.empty(0, dtype=np.int32), None) if apart else None
    raise_errors(id_faults(households, matched), {"households": households})
