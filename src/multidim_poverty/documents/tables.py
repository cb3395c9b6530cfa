"""What the tables of a review hold, as rows and columns of a paper."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import strict_dates_of
from multidim_poverty.documents.words import DOTS, PaperColumn, label_of, text_of, word
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, respelt
from multidim_poverty.language import alphabetical_ranks
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent

__all__ = [
    "grid_columns",
    "grid_rows",
    "printed_values",
    "recognition_sources",
    "rows_of",
    "sheets_of",
]

DAYS = ("on", "posted_on", "posted_until", "recognised_on")
CLASSES = ("previous_class", "assessed_class", "final_class", "poverty_class")


def rows_of(
    table: pd.DataFrame, name: str, columns: Sequence[str], names: pd.Series[Any] | None
) -> pd.DataFrame:
    """The columns that are printed, with ``head``, the name of the head or its blank."""
    if "household_id" not in table.columns and table.index.name == "household_id":
        table = table.reset_index()
    missing = [column for column in columns if column not in table.columns]
    if missing:
        source = "recognition_lists" if name == "lists" else name
        raise ArgumentError(
            f"{name} has no column {', '.join(missing)}: "
            f"give the table of multidim_poverty.review.{source}"
        )
    if not len(table):
        raise ArgumentError(f"{name} has no rows: there is nothing to write")
    known = pd.Series(dtype=object) if names is None else names.dropna()
    repeated_ids = known.index[known.index.duplicated()]
    if len(repeated_ids):
        raise ArgumentError(f"names has more than one name for household {repeated_ids[0]}")
    check_ids_meet(known.index, table["household_id"], ("names", name))
    heads = known.map(text_of).to_dict()
    days = {
        column: strict_dates_of(table[column], f"{name}, column {column}")
        for column in columns
        if column in DAYS
    }
    rows = table[[*columns]].assign(**days)
    return rows.assign(head=[heads.get(id, DOTS) for id in table["household_id"]])


def sheets_of(
    rows: pd.DataFrame, keys: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
    """The rows of each sheet; a missing place is a sheet too, two spellings of a place are one.

    By commune, village, day of the sheet and household, in the order of the Vietnamese alphabet,
    numbers as numbers.
    """
    rows = respelt(rows, ["commune", "village"])
    ranks = {id: alphabetical_ranks(rows[id]) for id in ("commune", "village", "household_id")}
    days = rows.select_dtypes("datetime").rank(method="dense", na_option="bottom")
    ranks |= {str(id): days[id].to_numpy(np.int64) for id in days}
    days_of_sheet = [id for id in ranks if id in days and id in keys]
    order = pd.DataFrame(ranks).sort_values(
        [*dict.fromkeys(["commune", "village", *days_of_sheet, "household_id", *ranks])],
        kind="stable",
    )
    plain = rows.iloc[order.index].astype(dict.fromkeys(keys, object))
    for key, group in plain.groupby([*keys], sort=False, dropna=False):
        yield tuple(key), group


def printed_values(rows: pd.DataFrame, column: str) -> list[str]:
    """The values of a column as they are printed."""
    if column in CLASSES:
        return [label_of(PovertyClass, code) for code in rows[column]]
    return [text_of(value) for value in rows[column]]


def grid_rows(
    columns: Collection[str], rows: pd.DataFrame, **values: Sequence[str]
) -> list[dict[str, str]]:
    """The rows of a ruled table, by id of the column; `values` for those not in `rows`."""
    cells = [values[id] if id in values else printed_values(rows, id) for id in columns]
    return [dict(zip(columns, line, strict=True)) for line in zip(*cells, strict=True)]


def grid_columns(widths: Mapping[str, int]) -> dict[str, PaperColumn]:
    """Columns by id, their headings by the same id."""
    return {id: PaperColumn(word(id), width) for id, width in widths.items()}


def recognition_sources(procedure: Procedure, processes: pd.Series[Any]) -> list[Citation]:
    """Where the law says that the result of these processes is recognised."""
    steps = [procedure.process(id).step(ReviewEvent.RECOGNISED) for id in processes.unique()]
    return [step.citation for step in steps if step is not None]
