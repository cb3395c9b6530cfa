"""Time and memory of every step of a yearly review, each in a process of its own.

Input is all tables that a step takes, with their indexes: the log, and for some steps the
households, the classes, the meetings. Added memory is the peak of the process above what it holds
with the input, the result included: a step that writes an event for each household gives back a
log that is larger than its input, and adds its events at least. Time is that of all cores; its
baseline is the fold of the log that the step returns, in the same process.

    python -m benchmarks.review_steps 200000 1000000
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.conftest import cpu_seconds
from multidim_poverty import review

CLASSES = ["poor", "near_poor", "average", "above_average"]
DECISION = {"on": "2023-10-19", "decision_number": "12"}


def steps_of_a_round(homes, ids):
    """Each step as its name, its tables but for the log, and its options; in their order."""
    rng = np.random.default_rng(2)
    number = np.arange(homes) + 10**6
    index = pd.Index(number if ids == "whole numbers" else [f"H{id}" for id in number])
    index = index.astype(ids) if ids != "whole numbers" else index
    index.name = "household_id"

    def classes(up_to, rows=slice(None)):
        codes = rng.integers(0, up_to, homes, dtype=np.int8)[rows]
        classed = pd.Categorical.from_codes(codes, CLASSES, ordered=True)
        return pd.DataFrame({"poverty_class": classed}, index=index[rows])

    names = {"commune": [f"X{n:04}" for n in range(homes // 300 + 1)]}
    names["village"] = [f"V{n:05}" for n in range(homes // 75 + 1)]
    places = pd.DataFrame(
        {name: pd.array(of, dtype="str").take(np.arange(homes) // size)
         for (name, of), size in zip(names.items(), (300, 75), strict=True)},
        index=index,
    )  # fmt: skip
    meetings = places.drop_duplicates().reset_index(drop=True)
    meetings = meetings.assign(attending=40, agreeing=30, minutes_copies=2)
    chosen = np.sort(rng.permutation(homes)[: homes // 50])
    mended, gone = index[np.setdiff1d(np.arange(homes), chosen)[: homes // 100]], index[chosen]
    days = {"law_on": "2023-09-20", "facts_on": "2023-09-20"}
    slip = {"event": "surveyed", "on": "2023-10-06", "reason": "slip"}
    moved = {"on": "2023-09-21", "reason": "moved"}
    died = {"on": "2023-11-19", "cause": "died", "reason": "paper"}
    right = {id: {"assessed_class": "near_poor"} for id in mended}
    complaints = pd.Series("owns a lorry", index=gone)
    yield "open_round", (places, classes(2)), {"on": "2023-09-05"}
    yield "record_survey", (classes(4),), {"on": "2023-09-20"}
    yield "withdraw", (gone.tolist(),), moved
    yield "void", (mended.tolist(),), slip | {"on": "2023-09-21"}
    yield "hold_meetings", (meetings,), {"on": "2023-09-25"}
    yield "post", (), {"on": "2023-09-28"}
    yield "complain", (complaints,), {"on": "2023-10-02"}
    yield "reverify", (classes(4, chosen),), {"on": "2023-10-04", **days}
    yield "post", (), {"on": "2023-10-05"}
    yield "correct", (right,), slip
    yield "sum_up", (), {"on": "2023-10-12"}
    yield "report", (), {"on": "2023-10-13"}
    yield "answer", (), {"on": "2023-10-18", "opinion": "agrees"}
    yield "recognise", (), DECISION
    yield "close", (gone.tolist(),), died
    yield "fold", (), {}


ASIDE = {"withdraw", "void", "correct", "close", "fold"}  # the round goes on without them


def size_of(value):
    """Bytes of a table with its index, or of a list or mapping of plain values."""
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    if isinstance(value, pd.Series):
        return int(value.memory_usage(deep=True))
    return sys.getsizeof(value) + sum(map(sys.getsizeof, value))


def resident(name):
    """A figure of the memory of this process [bytes]: VmRSS now, VmHWM at its peak."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


def warm_up():
    """Load what a first call loads."""
    homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    events = review.open_round(homes, previous=pd.Series({"h1": "poor"}), on="2023-09-05")
    review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")


def measure(file):
    """Take the step that a file holds, and write its figures and what it returns there."""
    name, tables, options = pickle.loads(Path(file).read_bytes())
    step = getattr(review, name)
    warm_up()
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before = resident("VmRSS")
    result = step(*tables, **options)
    figures = {
        "input": sum(map(size_of, tables)),
        "added": resident("VmHWM") - before,
        "result": size_of(result),
        "CPU s": cpu_seconds(lambda: step(*tables, **options), rounds=3),
    }
    log = tables[0] if name == "fold" else result
    figures["fold CPU s"] = cpu_seconds(lambda: review.fold(log), rounds=3)
    Path(file).write_bytes(pickle.dumps((figures, result)))


def figures_of_a_round(homes, ids="str"):
    """Yield the name and the figures of each step."""
    fresh, log = multiprocessing.get_context("spawn"), None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "step"
        for name, tables, options in steps_of_a_round(homes, ids):
            tables = tables if log is None else (log, *tables)
            file.write_bytes(pickle.dumps((name, tables, options)))
            process = fresh.Process(target=measure, args=(file,))
            process.start()
            process.join()
            if process.exitcode:
                raise RuntimeError(f"{name} ended with {process.exitcode}")
            figures, result = pickle.loads(file.read_bytes())
            again = name == "post" and (log["event"] == "posted").any()
            yield "post again" if again else name, figures
            log = log if name in ASIDE else result


def main(sizes):
    for homes in map(int, sizes):
        print(f"\n{homes:,} households: seconds, / fold, MB of input, result and added / input")
        for name, of in figures_of_a_round(homes):
            print(
                f"{name:14} {of['CPU s']:6.2f} {of['CPU s'] / of['fold CPU s']:6.2f} "
                f"{of['input'] / 1e6:8.1f} {of['result'] / of['input']:6.2f} "
                f"{of['added'] / of['input']:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
