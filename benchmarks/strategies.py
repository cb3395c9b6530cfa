"""What an example costs: strategies of the test kit beside `hypothesis.extra.pandas`.

Run with ``python benchmarks/strategies.py``. Both draw tables of the same columns and rows.
`data_frames` is timed as it is by default, where cells may share one drawn value, and with
``fill=st.nothing()``, where every cell is drawn: each ratio is of that time to ours.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames, range_indexes

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.schema.definitions import COLUMNS, Column

ROWS = (5, 20, 50)
STANDARD = mdp.standard("decree_07_2021")
TEXTS = st.sampled_from(["Hà Giang", "Đắk Lắk", "Cà Mau", "Kinh"])


def cost(strategy: st.SearchStrategy[Any], examples: int) -> float:
    """Milliseconds per example, best of three runs."""
    best = float("inf")
    for _ in range(3):
        drawn = 0

        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def draw(_: Any) -> None:
            nonlocal drawn
            drawn += 1

        start = time.perf_counter()
        draw()
        best = min(best, (time.perf_counter() - start) / drawn * 1000)
    return best


def cells(of: Column, rows: int) -> tuple[st.SearchStrategy[Any], Any]:
    """Values and dtype of a column."""
    if of.kind == "category":
        return st.sampled_from(of.codes), object
    if of.kind == "boolean":
        return st.booleans(), bool
    if of.kind == "text":
        return TEXTS, object
    if of.kind == "id":
        return st.integers(1, rows), "int64"
    if of.kind == "integer":
        return st.integers(1, 100), "int64"
    return st.floats(0, 5e6), "float64"


def cell_by_cell(table: str, rows: int, names: list[str] | None, fill: bool) -> Any:
    """The table as `data_frames` draws it."""
    wanted = [
        c
        for c in COLUMNS
        if c.table == table and c.kind != "date" and (names is None or c.name in names)
    ]
    columns = []
    for of in wanted:
        elements, dtype = cells(of, rows)
        more = {} if fill else {"fill": st.nothing()}
        columns.append(column(of.name, elements=elements, dtype=dtype, **more))
    if table == "deprivations":
        more = {} if fill else {"fill": st.nothing()}
        columns = [column(id, dtype=bool, **more) for id in STANDARD.indicator_ids]
    return data_frames(columns, index=range_indexes(min_size=rows, max_size=rows))


def pairs(rows: int) -> list[tuple[str, Any, Any]]:
    """Name, our strategy and a function that gives the same from `data_frames`."""
    fixed: dict[str, Any] = {"min_size": rows, "max_size": rows}
    homes, money = rows // 3 or 1, ["area", "income_per_capita"]
    people: dict[str, Any] = {"min_size": homes, "max_size": homes}
    return [
        (
            "households",
            testing.households(**fixed),
            lambda fill: cell_by_cell("households", rows, None, fill),
        ),
        (
            "members (a third as many households)",
            testing.members(**people),
            lambda fill: cell_by_cell("members", rows, None, fill),
        ),
        (
            "rosters (as many members)",
            testing.rosters(**people),
            lambda fill: st.tuples(
                cell_by_cell("households", homes, None, fill),
                cell_by_cell("members", rows, None, fill),
            ),
        ),
        (
            "deprivation_matrices",
            testing.deprivation_matrices(standard=STANDARD, **fixed),
            lambda fill: cell_by_cell("deprivations", rows, None, fill),
        ),
        (
            "class_inputs",
            testing.class_inputs(standard=STANDARD, **fixed),
            lambda fill: st.tuples(
                cell_by_cell("households", rows, money, fill),
                cell_by_cell("deprivations", rows, None, fill),
            ),
        ),
    ]


def main() -> int:
    found = []
    for rows in ROWS:
        for name, ours, theirs in pairs(rows):
            mine = cost(ours, 100)
            shared, each = cost(theirs(True), 20), cost(theirs(False), 20)
            found.append(
                {
                    "strategy": name,
                    "rows": rows,
                    "ms": round(mine, 2),
                    "data_frames, ms": round(shared, 1),
                    "ratio": round(shared / mine, 1),
                    "every cell drawn, ms": round(each, 1),
                    "ratio to that": round(each / mine, 1),
                }
            )
    print(pd.DataFrame(found).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
