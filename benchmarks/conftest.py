"""Data for the benchmarks: random, seeded, made once in each run."""

from __future__ import annotations

import gc
import os
import threading
import time

import numpy as np
import pandas as pd
import psutil
import pytest

import multidim_poverty as mdp
from multidim_poverty.schema.definitions import COLUMNS

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
STANDARD = mdp.standard("decree_07_2021")


@pytest.fixture(scope="session")
def classified():
    """10 million households with a plain deprivation matrix, and the same with NA."""
    n = int(10_000_000 * SCALE)
    rng = np.random.default_rng(0)
    urban = rng.random(n, dtype=np.float32) < 0.4
    households = pd.DataFrame(
        {
            "area": pd.Categorical.from_codes(urban.astype(np.int8), ["rural", "urban"]),
            "income_per_capita": rng.lognormal(14.5, 0.6, n),
        }
    )
    matrix = pd.DataFrame(
        {i: rng.random(n, dtype=np.float32) < 0.2 for i in STANDARD.indicator_ids}
    )
    nullable = matrix.astype("boolean")
    for place, name in enumerate(nullable):
        nullable.loc[place::17, name] = pd.NA
    return households, matrix, nullable


def roster(homes, people, shuffled):
    """Households and members with every column that the indicators of Decree 07/2021 read."""
    rng = np.random.default_rng(1)
    read = {pair for indicator in STANDARD.indicators for pair in indicator.rule.reads()}

    def answers(table, n):
        for column in COLUMNS:
            if column.table == table and (table, column.name) in read:
                if column.kind == "category":
                    codes = rng.integers(0, len(column.codes), n, dtype=np.int8)
                    yield column.name, pd.Categorical.from_codes(codes, list(column.codes))
                elif column.kind == "boolean":
                    yield column.name, rng.random(n, dtype=np.float32) < 0.4

    owner = np.concatenate([np.arange(homes), rng.integers(0, homes, people - homes)])
    owner.sort()
    if shuffled:
        rng.shuffle(owner)
    households = pd.DataFrame(
        {
            **dict(answers("households", homes)),
            "floor_area": rng.random(homes) * 100,
            "household_size": np.bincount(owner, minlength=homes),
        },
        index=pd.Index(np.arange(homes) + 10**6, name="household_id"),
    )
    members = pd.DataFrame(
        {
            "household_id": owner + 10**6,
            "member_id": np.arange(people),
            "age": rng.integers(0, 90, people),
            **dict(answers("members", people)),
        }
    )
    return households, members


class AddedMemory:
    """Peak of the memory of this process [MB] above what it was at the start."""

    def __enter__(self):
        gc.collect()
        self._process = psutil.Process()
        self._start = self._peak = self._process.memory_info().rss
        self._running = True
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self):
        while self._running:
            self._peak = max(self._peak, self._process.memory_info().rss)
            time.sleep(0.001)

    def __exit__(self, *error):
        self._running = False
        self._thread.join()

    @property
    def megabytes(self):
        return (self._peak - self._start) / 1e6


def warm(benchmark, function, rounds=5):
    """Best of several runs after one that is not counted."""
    return benchmark.pedantic(function, rounds=rounds, warmup_rounds=1, iterations=1)


def cpu_seconds(function, rounds=5):
    """Best of several runs in seconds of all cores together."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best
