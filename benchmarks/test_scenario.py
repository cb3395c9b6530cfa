"""`scenario.grid` of 50 lines and 12 cut-offs on 1 million households beside 600 `classify`."""

import numpy as np
import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, STANDARD, AddedMemory, cpu_seconds, warm

pytestmark = pytest.mark.benchmark(group="scenario")
FACTORS = [n / 100 for n in range(51, 151, 2)]


@pytest.fixture(scope="module")
def million(classified):
    n = int(1_000_000 * SCALE)
    return tuple(table.head(n).copy() for table in classified)


def size(*tables):
    """Megabytes of some tables."""
    return sum(table.memory_usage(deep=True).sum() for table in tables) / 1e6


@pytest.mark.parametrize("answers", ["all answers", "with missing answers"])
def test_grid(benchmark, million, answers):
    households, plain, nullable = million
    matrix = plain if answers == "all answers" else nullable

    def grid():
        return mdp.scenario.grid(households, matrix, standard=STANDARD, line_factors=FACTORS)

    table = warm(benchmark, grid, rounds=3)
    assert len(table) == 50 * 12 * 4
    assert table["base"].eq(len(households)).all()
    law = mdp.scenario.variant(STANDARD, line_factor=FACTORS[7], cutoff=4)
    result = mdp.classify(households, matrix, standard=law)
    cell = table[table["line_factor"].eq(FACTORS[7]) & table["cutoff"].eq(4)]
    expected = result["poverty_class"].value_counts(sort=False)
    assert cell["headcount"].tolist() == expected.tolist()
    benchmark.extra_info["CPU s"] = cpu_seconds(grid, rounds=3)
    with AddedMemory() as added:
        grid()
    benchmark.extra_info["added / input"] = round(added.megabytes / size(households, matrix), 2)


def test_one_cell_by_classify(benchmark, million):
    households, matrix, _ = million

    def cell():
        law = mdp.scenario.variant(STANDARD, line_factor=1.1, cutoff=4)
        result = mdp.classify(households, matrix, standard=law)
        return np.bincount(result["poverty_class"].cat.codes)

    warm(benchmark, cell)
    benchmark.extra_info["CPU s"] = cpu_seconds(cell)


def test_impact(benchmark, million):
    households, matrix, _ = million
    law = mdp.scenario.variant(STANDARD, line_factor=1.1)
    warm(benchmark, lambda: mdp.scenario.impact(households, matrix, STANDARD, law), rounds=2)
