"""Whole numbers that are told apart by rows, without sorting where they lie close."""

import numpy as np
import pytest

from multidim_poverty.review.table import numbered


@pytest.mark.parametrize("span", [3, 10**12])
def test_combinations_are_numbered_as_numpy_numbers_them(span):
    rng = np.random.default_rng(1)
    keys = [rng.integers(-span, span, 500), rng.integers(0, 2, 500).astype(np.int8)]
    distinct, inverse = np.unique(np.column_stack(keys), axis=0, return_inverse=True)
    first, number = numbered(keys)
    assert number.tolist() == inverse.ravel().tolist()
    assert np.column_stack(keys)[first].tolist() == distinct.tolist()
    assert first.tolist() == [number.tolist().index(n) for n in range(len(distinct))]


def test_no_rows_have_no_numbers():
    first, number = numbered([np.zeros(0, dtype=np.int64)])
    assert len(first) == len(number) == 0
