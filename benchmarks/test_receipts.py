"""Receipts of a million households, beside the hashes of as many rows of plain bytes."""

from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, STANDARD, AddedMemory, warm

HOMES = int(1_000_000 * SCALE)
BYTES = 240  # of a row: 17 numbers, the texts and the id
IDS = {"whole numbers": "int64", "str": "str", "string[pyarrow]": "string[pyarrow]"}


@pytest.fixture(scope="module", params=IDS)
def tables(request):
    rng = np.random.default_rng(3)
    numbers = pd.Series(np.arange(HOMES) + 10**6)
    ids = numbers if request.param == "whole numbers" else "HH" + numbers.astype(str)
    index = pd.Index(ids.astype(IDS[request.param]), name="household_id")
    homes = pd.DataFrame(
        {
            "area": pd.Categorical.from_codes(rng.integers(0, 2, HOMES), ["rural", "urban"]),
            "income_per_capita": np.round(rng.lognormal(14.5, 0.6, HOMES)),
            "household_size": rng.integers(1, 9, HOMES),
        },
        index=index,
    )
    matrix = pd.DataFrame({name: rng.random(HOMES) < 0.2 for name in STANDARD.indicator_ids}, index)
    return homes, matrix, mdp.classify(homes, matrix, standard=STANDARD)


def test_hash_of_each_row_of_bytes(benchmark):
    content = np.random.default_rng(4).integers(0, 255, (HOMES, BYTES), dtype=np.uint8)
    rows = content.view(f"V{BYTES}").ravel().tolist()
    warm(benchmark, lambda: [sha256(row).digest() for row in rows], rounds=3)


def test_receipt(benchmark, tables):
    warm(benchmark, lambda: mdp.receipt(*tables, standard=STANDARD), rounds=3)
    with AddedMemory() as added:
        mdp.receipt(*tables, standard=STANDARD)
    columns = sum(table.memory_usage(index=False).sum() for table in tables)
    read = columns + tables[0].index.memory_usage(deep=True)
    benchmark.extra_info["added / input"] = round(float(1e6 * added.megabytes / read), 2)


def test_verify(benchmark, tables):
    slip = mdp.receipt(*tables, standard=STANDARD)
    found = warm(benchmark, lambda: mdp.verify(slip, *tables, standard=STANDARD), rounds=3)
    assert found.ok


def test_verify_one_household(benchmark, tables):
    slip, id = mdp.receipt(*tables, standard=STANDARD), tables[0].index[HOMES // 2]
    found = warm(
        benchmark, lambda: mdp.verify(slip, *tables, standard=STANDARD, household_id=id), rounds=3
    )
    assert found.ok
