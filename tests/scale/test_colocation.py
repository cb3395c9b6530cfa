"""Ids that stand in several partitions: what their ranges rule out, and what is looked up."""

from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty.scale.colocation import among, id_hashes, shared_ids
from tests.scale.test_survey import cut

IDS = st.one_of(st.integers(-3, 12), st.integers(0, 12).map("N{:02d}".format))


@given(st.lists(st.lists(IDS, max_size=4), min_size=1, max_size=5), st.booleans())
def test_shared_ids_are_those_in_two_partitions(of_partitions, sort):
    if sort:  # so that ranges of partitions often do not overlap
        order = sorted((id for part in of_partitions for id in part), key=str)
        bounds = np.cumsum([0, *map(len, of_partitions)])
        of_partitions = [order[a:b] for a, b in pairwise(bounds)]
    bounds = [0, *np.cumsum([len(part) for part in of_partitions]).tolist()]
    ids = [id for part in of_partitions for id in part]
    index = pd.Index(pd.Series(ids, dtype=object).infer_objects(), name="household_id")
    table = pd.DataFrame({"household_size": 1}, index=index)
    places = pd.Series(np.repeat(range(len(of_partitions)), np.diff(bounds)), dtype="int64")
    partitions = places.groupby(pd.Series(ids, dtype=object)).nunique()
    expected = partitions.index[partitions.gt(1)].tolist()
    shared = shared_ids([(cut(table, bounds), None)])
    assert sorted(shared) == sorted(id_hashes(pd.Index(expected, dtype=object)))


def test_partitions_of_other_ranges_are_not_looked_up(monkeypatch):
    read = []
    monkeypatch.setattr(
        "multidim_poverty.scale.colocation._hashes_by_bucket",
        lambda buckets, columns, *frames: read.append(frames) or [np.zeros(0, np.uint64)] * buckets,
    )
    table = pd.DataFrame({"household_size": 1}, index=pd.RangeIndex(30, name="household_id"))
    twice = pd.concat([table, table.iloc[25:26]])
    assert not len(shared_ids([(cut(table, [0, 10, 20, 30]), None)]))
    assert read == []
    shared_ids([(cut(twice, [0, 10, 20, 30, 31]), None)])
    assert sorted(len(frame) for frames in read for frame in frames) == [1, 10]


def test_a_few_hashes_beyond_64_bits_with_sign_are_looked_up():
    """The oldest numpy fails to look a few large numbers up as it chooses to by itself."""
    large = np.array([2**64 - 1, 2**64 - 2, 5], dtype=np.uint64)
    assert among(large, large[:1]).tolist() == [True, False, False]
