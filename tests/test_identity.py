"""Ids of two tables matched: as a look-up in a dict would, whatever their dtype and order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty.identity import citizen_key, citizen_numbers, match, positions


def by_dict(owner, ids):
    """The first position of each id, for the rows and for the ids themselves."""
    first = {}
    for position, id in enumerate(ids):
        if not pd.isna(id):
            first.setdefault(id, position)
    return tuple([-1 if pd.isna(v) else first.get(v, -1) for v in part] for part in (owner, ids))


def agrees(owner, index):
    matched = match(owner, index)
    home, first = by_dict(owner.tolist(), index.tolist())
    assert matched.home.dtype == np.int32
    assert matched.home.tolist() == home
    unique = first == list(range(len(index)))
    assert (matched.first is None) == unique
    assert unique or matched.first.tolist() == first
    complete = unique and -1 not in home
    assert matched.complete == complete
    assert (positions(owner, index) is None) == (not complete)


SHAPES = st.tuples(
    st.lists(st.integers(-3, 9), max_size=12), st.lists(st.integers(-3, 9), max_size=9)
)


@given(ids=SHAPES, wide=st.sampled_from([1, 10**12]))
def test_whole_numbers(ids, wide):
    owner, index = (np.array(part, dtype=np.int64) * wide for part in ids)
    agrees(pd.Series(owner), pd.Index(index))


@given(
    ids=SHAPES,
    dtype=st.sampled_from(["str", object, "string[python]", "string[pyarrow]", "category"]),
    missing=st.booleans(),
)
def test_texts(ids, dtype, missing):
    owner, index = ([None if missing and id == 0 else f"hộ {id}" for id in part] for part in ids)
    agrees(
        pd.Series(owner, dtype=object).astype(dtype),
        pd.Index(pd.Series(index, dtype=object).astype(dtype)),
    )


@given(
    owner=st.lists(st.integers(-2, 14), max_size=12),
    start=st.integers(-2, 3), step=st.sampled_from([1, 2, 5]), n=st.integers(0, 5),
)  # fmt: skip
def test_an_index_that_is_a_range(owner, start, step, n):
    agrees(pd.Series(owner, dtype=np.int64), pd.RangeIndex(start, start + step * n, step))


@pytest.mark.parametrize("dtype", ["str", object])
@pytest.mark.parametrize("order", ["households", "shuffled"])
def test_runs_of_equal_ids(dtype, order):
    homes = np.repeat(np.arange(50), 4)
    if order == "shuffled":
        homes = np.random.default_rng(0).permutation(homes)
    ids = pd.Series([f"h{n}" for n in range(50)], dtype=object)
    agrees(ids[homes].reset_index(drop=True).astype(dtype), pd.Index(ids.astype(dtype)))


def test_numbers_and_texts_do_not_match():
    assert match(pd.Series(["1", "2"]), pd.Index([1, 2])).home.tolist() == [-1, -1]
    assert match(pd.Series([1.0, np.nan]), pd.Index([1, 2])).home.tolist() == [0, -1]


CITIZENS = st.one_of(
    st.lists(st.text("01", min_size=3, max_size=3), max_size=9),
    st.lists(st.none() | st.text("0129a-. \u0663\n", max_size=5), max_size=9),
)


@given(CITIZENS, st.sampled_from(["str", object]))
def test_citizens_are_numbered_by_their_keys(ids, dtype):
    numbers = citizen_numbers(pd.Series(ids, dtype=dtype)).tolist()
    keys = ["" if id is None else citizen_key(id) for id in ids]
    assert [number < 0 for number in numbers] == [not key for key in keys]
    pairs = {(key, number) for key, number in zip(keys, numbers, strict=True) if key}
    assert len(pairs) == len({key for key, _ in pairs}) == len({number for _, number in pairs})
