"""`reasons` beside `classify` on the same million households."""

import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, STANDARD


@pytest.fixture(scope="module")
def million(classified):
    households, matrix, _ = classified
    n = int(1_000_000 * SCALE)
    return households.iloc[:n].copy(), matrix.iloc[:n].copy()


def test_classify_a_million(benchmark, million):
    benchmark.pedantic(lambda: mdp.classify(*million, standard=STANDARD), rounds=5, warmup_rounds=1)


def test_reasons(benchmark, million):
    why = benchmark.pedantic(
        lambda: mdp.reasons(*million, standard=STANDARD), rounds=5, warmup_rounds=1
    )
    assert why["rule"].notna().all()
