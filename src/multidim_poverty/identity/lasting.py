"""Ids that hold in one file alone, since the file made them from the order of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError

__all__ = ["FROM_ROW", "check_lasting_ids", "lasting_mark"]

FROM_ROW = "id_from_row"  # column that marks such ids
SHOWN = 3  # ids of each table in a message


def lasting_mark(table: pd.DataFrame) -> dict[str, Any]:
    """The column ``id_from_row`` of a table, if it has one, for a result on the same rows."""
    return {FROM_ROW: table[FROM_ROW].array} if FROM_ROW in table.columns else {}


def check_lasting_ids(tables: Mapping[str, pd.DataFrame | None]) -> None:
    """Refuse to compare tables of two files by ids that a file made from the order of its rows.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame or None
        The tables by the name of their argument; ids are in a column ``household_id``, else in
        the index. Those that a column ``id_from_row`` marks hold in one file alone.

    Raises
    ------
    ArgumentError
        Names every table with such ids, how many, and examples.
    """
    parts = []
    for name, table in tables.items():
        if table is None or FROM_ROW not in table.columns:
            continue
        marked = np.asarray(table[FROM_ROW].isin([True, "True", "TRUE", "true"]), dtype=bool)
        if marked.any():
            ids = table["household_id"] if "household_id" in table.columns else table.index
            examples = ", ".join(map(repr, pd.Index(ids)[marked][:SHOWN].tolist()))
            parts.append(f"{int(marked.sum())} in {name}, such as {examples}")
    if parts:
        raise ArgumentError(
            f"household ids that were made from the order of rows in a file (column {FROM_ROW}) do "
            f"not say which household of another file is which: {'; '.join(parts)}; give "
            f"households an id that holds in both files, or put the year before the ids of each "
            f"file and link households (movement.propose_links finds candidates); then drop the "
            f"column {FROM_ROW}"
        )
