"""Three-valued logic, exhaustively: all pairs of yes, no and unknown."""

import itertools

import numpy as np

from multidim_poverty.kleene import Truth
from tests.helpers import oracle

VALUES = [True, False, None]
PAIRS = list(itertools.product(VALUES, repeat=2))


def truth(values):
    return Truth(np.array([v is True for v in values]), np.array([v is not False for v in values]))


def values(truth):
    return [
        True if sure else None if maybe else False
        for sure, maybe in zip(truth.certain, truth.possible, strict=True)
    ]


def test_and_or_not():
    left, right = truth([a for a, _ in PAIRS]), truth([b for _, b in PAIRS])
    assert values(left & right) == [oracle.all_of(pair) for pair in PAIRS]
    assert values(left | right) == [oracle.any_of(pair) for pair in PAIRS]
    assert values(~left) == [oracle.negate(a) for a, _ in PAIRS]


def test_what_is_complete_stays_complete():
    one, other = (Truth.known(np.array(v)) for v in ([True, True, False], [True, False, False]))
    for result in (one & other, one | other, ~one):
        assert result.complete
    assert values(one & other) == [True, False, False]
    assert values(one | other) == [True, True, False]
    assert values(~one) == [False, False, True]
    mixed = one & truth([None, None, None])
    assert not mixed.complete
    assert values(mixed) == [None, None, False]
    assert values(one | Truth.unknown(3)) == [True, True, None]
