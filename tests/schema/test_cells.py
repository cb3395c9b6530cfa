"""Cells of which each distinct value is kept once are those of an array."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty.schema.cells import Coded, column_of, joined, objects
from multidim_poverty.schema.fault_table import Fault, report
from tests.helpers.profile import at_most

VALUES = st.sampled_from(["a", "b", None, "c d"])


@st.composite
def parts_of(draw):
    """Parts of each kind: one value, an array of cells, cells as coded values."""
    parts, sizes, plain = [], [], []
    for _ in range(draw(st.integers(0, 4))):
        size = draw(st.integers(1, 9))
        kind = draw(st.sampled_from(["one value", "array", "coded"]))
        values = draw(st.lists(VALUES, min_size=1, max_size=3))
        place = np.array(draw(st.lists(st.integers(0, len(values) - 1), min_size=size,
                                       max_size=size)), dtype=np.int8)  # fmt: skip
        cells = objects(values)[place]
        part = {"one value": values[0], "array": cells, "coded": Coded(place, objects(values))}
        parts.append(part[kind])
        sizes.append(size)
        plain += [values[0]] * size if kind == "one value" else cells.tolist()
    return parts, sizes, plain


@pytest.mark.any_version
@at_most(30)
@given(parts_of(), st.sampled_from([str, object]))
def test_parts_of_any_kind_make_the_column_of_their_cells(drawn, dtype):
    parts, sizes, plain = drawn
    cells = joined(parts, sizes)
    cells = cells.plain() if isinstance(cells, Coded) else cells
    assert cells.tolist() == plain
    order = np.arange(len(plain))[::-1]
    expected = pd.Series(objects(plain)[order], dtype=dtype)
    pd.testing.assert_series_equal(column_of(parts, sizes, order, dtype), expected)


def test_cells_that_say_the_same_are_kept_once():
    cells = joined(["a", Coded(np.array([1, 0, 1]), objects(["b", "c"])), "d"], [4, 3, 3])
    assert isinstance(cells, Coded)
    assert (cells.values.tolist(), len(cells)) == (["a", "b", "c", "d"], 10)
    assert cells.of_values(str.upper).plain().tolist() == [*"AAAA", "C", "B", "C", *"DDD"]


def test_positions_and_days_keep_their_dtypes():
    order = np.array([2, 0, 1])
    rows = column_of([np.array([5, 3]), np.array([9])], [2, 1], order, "Int64")
    assert (rows.tolist(), str(rows.dtype)) == ([9, 5, 3], "Int64")
    none = column_of([np.array([5, 3]), None], [2, 1], order, "Int64")
    assert none.isna().tolist() == [True, False, False]
    day = Coded(np.array([0, 0, 1]), objects([pd.Timestamp("2023-09-05").date(), None]))
    days = column_of([day], [3], order, "datetime64[s]")
    assert str(days.dtype) == "datetime64[s]"
    assert days.isna().tolist() == [True, False, False]


def test_a_fault_may_bring_coded_cells():
    words, rows = ["x", "{y}", "x", None], np.arange(4)
    table = pd.DataFrame({"toilet": pd.Categorical(["pit", None, "pit", "bush"])})
    coded = Coded(np.array([0, 1, 0, 2]), objects(["x", "{y}", None]))
    plain = [
        report(
            [Fault("households", "toilet", "unknown_category", rows, values, expected=values)],
            {"households": table},
        )
        for values in (coded, objects(words))
    ]
    pd.testing.assert_frame_equal(*plain)
    of_column = report([Fault("households", "toilet", "unknown_category", rows)],
                       {"households": table})  # fmt: skip
    assert of_column["value"].fillna("").tolist() == ["pit", "", "pit", "bush"]


def test_faults_stand_by_table_row_and_column_however_they_come():
    tables = {"households": pd.DataFrame(index=range(9)), "members": pd.DataFrame(index=range(9))}
    faults = [
        Fault("members", "age", "negative", np.array([4, 1])),
        Fault("households", "toilet", "unknown_category", np.array([7, 2])),
        Fault("households", "area", "unknown_category", np.array([2])),
        Fault("members", "age", "missing_column"),
    ]
    table = report([*faults], tables)
    assert table[["table", "column"]].agg(" ".join, axis=1).tolist() == [
        "households area", "households toilet", "households toilet",
        "members age", "members age", "members age",
    ]  # fmt: skip
    assert table["rule"].tolist()[3:] == ["missing_column", "negative", "negative"]
    assert report([], tables).empty
