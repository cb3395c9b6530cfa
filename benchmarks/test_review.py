"""The fold of a review: a commune-sized and a province-sized round, and the cost per event."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from benchmarks.conftest import SCALE, cpu_seconds
from benchmarks.review_steps import figures_of_a_round
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.testing import play

LAW = mdp.procedure_on("2023-09-01")
CLASSES = np.array(["poor", "near_poor", "average", "above_average"])


DAY = pd.Timestamp("2023-09-20")
PAYLOAD = {
    "complained": {"complaint": "owns a lorry"},
    "reverified": {"law_on": DAY, "facts_on": DAY},
    "answered": {"opinion": "agrees"},
    "recognised": {"decision_number": "12"},
}


def a_round(homes):
    """A yearly round of that many households: some meet twice, some have a complaint."""
    rng = np.random.default_rng(2)
    ids = np.array([f"H{n:07}" for n in range(homes)])
    twice, disputed = rng.random(homes) < 0.1, rng.random(homes) < 0.02
    everybody = np.ones(homes, dtype=bool)
    steps = [
        ("listed", "2023-09-05", everybody),
        ("surveyed", "2023-09-20", everybody),
        ("met", "2023-09-25", everybody),
        ("surveyed", "2023-09-26", twice),
        ("met", "2023-09-27", twice),
        ("posted", "2023-09-28", everybody),
        ("complained", "2023-10-02", disputed),
        ("reverified", "2023-10-04", disputed),
        ("reposted", "2023-10-05", disputed),
        ("summed_up", "2023-10-12", everybody),
        ("reported", "2023-10-13", everybody),
        ("answered", "2023-10-18", everybody),
        ("recognised", "2023-10-19", everybody),
    ]
    parts = []
    for place, (event, day, who) in enumerate(steps):
        n = int(who.sum())
        part = pd.DataFrame({"household_id": ids[who], "on": pd.Timestamp(day), "event": event})
        part["village"] = pd.array(np.char.add("V", (np.flatnonzero(who) % 300).astype(str)))
        if event in ("surveyed", "reverified"):
            part["assessed_class"] = CLASSES[rng.integers(0, 4, n)]
        part = part.assign(**PAYLOAD.get(event, {}))
        if event == "met":
            first = place == 2
            part["attending"], part["minutes_copies"] = 40, 2
            part["agreeing"] = np.where(first & twice[who], 10, 30)
        parts.append(part)
    events = pd.concat(parts, ignore_index=True).assign(process="periodic")
    codes = {c.name: list(c.codes) for c in COLUMNS if c.table == "events" and c.kind == "category"}
    return events.astype(
        {name: pd.CategoricalDtype(codes[name]) for name in ("process", "event", "assessed_class")}
    )


def fold(events):
    return mdp.review.fold(events)


@pytest.mark.parametrize("homes", [200_000, 1_000_000])
def test_steps_of_a_round(benchmark, homes):
    """Each step in a process of its own: what is measured, `review_steps` says."""
    steps = benchmark.pedantic(lambda: dict(figures_of_a_round(int(homes * SCALE))), rounds=1)
    for name, of in steps.items():
        benchmark.extra_info[name] = {
            "CPU s": round(of["CPU s"], 2),
            "/ fold": round(of["CPU s"] / of["fold CPU s"], 2),
            "added / input": round(of["added"] / of["input"], 2),
            "result / input": round(of["result"] / of["input"], 2),
        }


def test_a_million_faults_of_a_review(benchmark):
    """Two events of each household, the second out of order."""
    homes = int(1_000_000 * SCALE)
    ids = [f"H{n:07}" for n in range(homes)]
    days = pd.to_datetime(["2023-09-05", "2023-09-20"]).repeat(homes)
    events = pd.DataFrame({"household_id": ids * 2, "process": "periodic", "on": days})
    events["event"] = np.repeat(["listed", "posted"], homes)
    faults = benchmark.pedantic(mdp.review.violations, (events,), rounds=2)
    assert len(faults) == homes
    benchmark.extra_info["CPU s"] = cpu_seconds(lambda: mdp.review.violations(events), rounds=2)


def test_faults(benchmark):
    """60,000 faults of a review."""
    events = a_round(int(60_000 * SCALE))
    bad = events.loc[events["event"] != "met"].reset_index(drop=True)
    faults = benchmark.pedantic(mdp.review.violations, (bad,), rounds=3)
    assert len(faults) >= bad["household_id"].nunique()


def test_sort_of_the_events(benchmark):
    """The least that a fold can do: the events by household, as numbers."""
    events = a_round(int(170_000 * SCALE))
    households = np.random.default_rng(5).permutation(len(events))
    benchmark.pedantic(np.argsort, (households,), {"kind": "stable"}, rounds=5, warmup_rounds=1)


def test_ten_thousand_corrections(benchmark):
    events = a_round(int(170_000 * SCALE))
    surveyed = events.loc[events["event"] == "surveyed", "household_id"]
    ids = surveyed[~surveyed.duplicated(keep=False)].head(10_000)
    values = {id: {"assessed_class": "near_poor"} for id in ids}
    options = {"event": "surveyed", "on": "2023-10-20", "reason": "typed wrongly"}
    longer = benchmark.pedantic(mdp.review.correct, (events, values), options, rounds=1)
    assert len(longer) == len(events) + len(ids)


def test_current_list(benchmark):
    events = a_round(int(170_000 * SCALE))
    current = benchmark.pedantic(mdp.review.current_list, (events,), {"on": "2024-02-01"}, rounds=1)
    assert current["poverty_class"].notna().all()


@pytest.mark.parametrize("homes", [10_000, 100_000, 170_000, 1_000_000])
def test_fold(benchmark, homes):
    events = a_round(int(homes * SCALE))
    cases = benchmark.pedantic(fold, (events,), rounds=3, warmup_rounds=1)
    assert (cases["state"] == "recognised").all()
    benchmark.extra_info["events"] = len(events)


def test_fold_one_event_after_the_other(benchmark):
    events = a_round(int(10_000 * SCALE))
    plain = events.astype(object).where(events.notna(), None).to_dict("records")
    rows = [row | {"on": row["on"].date()} for row in plain]
    review = benchmark.pedantic(play, (rows,), rounds=1)
    cases = fold(events)
    assert not review.faults
    assert [case.final_class for case in review.cases] == cases["final_class"].tolist()
    assert [case.round for case in review.cases] == cases["round"].tolist()
