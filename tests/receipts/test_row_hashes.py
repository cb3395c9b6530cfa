"""The compact mapping of the hashes of households: it is as a ``dict`` that cannot be changed."""

import pickle

import numpy as np
import pandas as pd
import pytest

from multidim_poverty.receipts.row_hashes import RowHashes, row_digests
from multidim_poverty.receipts.values import CanonicalColumn

DIGESTS = np.arange(96, dtype=np.uint8).reshape(3, 32)
EXPECTED = [bytes(row).hex() for row in DIGESTS]


def hashes(ids, digests=DIGESTS):
    return RowHashes(pd.Index(ids), digests.copy())


@pytest.mark.parametrize("ids", [["a", "b", "ế"], [-1, 7, 2**53], [1, 2, 2**70]], ids=str)
def test_it_is_a_mapping_of_ids_to_hashes(ids):
    mapping, plain = hashes(ids), dict(zip(ids, EXPECTED, strict=True))
    assert mapping == plain
    assert dict(mapping) == mapping.as_dict() == plain
    assert list(mapping) == ids
    assert mapping[ids[1]] == EXPECTED[1]
    assert "zz" not in mapping
    assert mapping.get(99) is None
    assert RowHashes.of(plain) == mapping == pickle.loads(pickle.dumps(mapping))
    assert hash(RowHashes.of(plain)) == hash(mapping)
    assert RowHashes.of(plain).content_hash == mapping.content_hash


def test_the_content_hash_tells_order_ids_and_hashes_apart():
    one = hashes(["a", "b", "c"])
    others = [hashes(["b", "a", "c"]), hashes(["a", "b", "d"]), hashes([1, 2, 3])]
    others.append(hashes(["a", "b", "c"], DIGESTS[::-1]))
    assert len({each.content_hash for each in [one, *others]}) == 5


def test_what_changed_went_and_came():
    digests = DIGESTS.copy()
    digests[2, 31] ^= 1  # the last bit of the last hash
    changed, lost, added = hashes(["a", "b", "c"]).changes(hashes(["d", "b", "c"], digests))
    assert [ids.tolist() for ids in (changed, lost, added)] == [["c"], ["a"], ["d"]]
    same = hashes(["a", "b", "c"]).changes(hashes(["a", "b", "c"]))
    assert not any(len(ids) for ids in same)


def test_its_bytes_cannot_be_changed():
    mapping = hashes(["a", "b", "c"])
    with pytest.raises(ValueError, match="read-only"):
        mapping.digests[0, 0] = 1
    with pytest.raises(AttributeError, match="cannot be changed"):
        mapping.digests = DIGESTS


@pytest.mark.parametrize("distinct", [254, 255, 256])
def test_texts_have_the_same_hash_however_many_there_are(distinct):
    def digests(texts):
        numbers = CanonicalColumn(np.zeros(len(texts), dtype=np.int64))
        columns = {"a": CanonicalColumn.of(pd.Series(texts)), "n": numbers}
        ids = pd.Index(np.arange(len(texts)))
        return row_digests(ids, columns, numbers=["n"], answers=["n"], texts=["a"])

    texts = [None, *(f"{n:03}" for n in range(distinct))]
    assert len(np.unique(digests(texts), axis=0)) == distinct + 1
    assert (digests(texts)[:3] == digests(texts[:3])).all()
