"""Tables as they are handed in: put together, sorted, or read back from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from multidim_poverty.reports.layouts import Layout, layout_of
from multidim_poverty.reports.units import TOTAL

__all__ = ["Given", "given"]


class Given(NamedTuple):
    """A table and what it says of itself.

    `frame` has the dtypes of a table that was just made, and no attributes: pandas copies them
    at every step, which takes longer than the sums.
    """

    form: Layout
    frame: pd.DataFrame
    sources: Mapping[str, str]


def given(tables: Iterable[pd.DataFrame]) -> dict[int, Given]:
    """Tables by their numbers.

    Raises
    ------
    ValueError
        If a table does not say which one it is, carries headers in place of ids, has something
        else than numbers where numbers stand, or is given twice.
    """
    found: dict[int, Given] = {}
    for table in tables:
        form = layout_of(table)
        if form.number in found:
            raise ValueError(f"table {form.number} is given twice")
        needed = ["level", *(column.id for column in form.printed)]
        needed += ["household_id", "member_id"] if form.rows == "members" else []
        if lost := [id for id in needed if id not in table.columns]:
            raise ValueError(
                f"table {form.number} has no columns {', '.join(lost)}: check reads tables with "
                f"ids, made without labels"
            )
        found[form.number] = Given(form, _typed(table, form), table.attrs.get("sources") or {})
    return found


def _typed(table: pd.DataFrame, form: Layout) -> pd.DataFrame:
    frame = table.reset_index(drop=True)
    frame.attrs = {}
    if not isinstance(frame["level"].dtype, pd.CategoricalDtype):
        # Parents stand before their children, so that levels first occur from the largest down.
        levels = [TOTAL, *(name for name in frame["level"].unique() if name != TOTAL)]
        frame["level"] = pd.Categorical(frame["level"], categories=levels)
    below = [name for name in frame["level"].cat.categories if name != TOTAL]
    if lost := [name for name in below if name not in frame.columns]:
        raise ValueError(f"table {form.number} has no columns {', '.join(lost)} of its levels")
    wrong = []
    for column in form.columns:
        dtype = {"count": pd.Int64Dtype(), "rate": pd.Float64Dtype()}.get(column.kind)
        if dtype is None or column.id not in frame.columns:
            continue
        try:
            frame[column.id] = frame[column.id].astype(dtype)
        except (TypeError, ValueError):
            wrong.append(column.id)
    if wrong:
        raise ValueError(f"table {form.number} has no numbers in columns {', '.join(wrong)}")
    # A code in a file with gaps comes back as 30.0.
    frame[below] = frame[below].convert_dtypes()
    return frame
