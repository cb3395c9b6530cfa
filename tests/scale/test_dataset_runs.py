"""A data set is assessed partition by partition; a run that was broken off goes on."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import multidim_poverty as mdp
from multidim_poverty import scale
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.scale import dataset_runs

LAW = mdp.standard("decree_07_2021")
SAMPLE = mdp.load_sample()
HOMES = SAMPLE.households.sort_index().assign(province="67")
HOMES["commune"] = np.repeat(["A", "B", "C", "D", "E"], 100)
MEMBERS = SAMPLE.members
pytestmark = [
    pytest.mark.filterwarnings("ignore::multidim_poverty.errors.DataWarning"),
    pytest.mark.any_version,
]
with warnings.catch_warnings():
    warnings.simplefilter("ignore", mdp.DataWarning)
    RESULT = mdp.assess(HOMES, MEMBERS, standard=LAW)


@pytest.fixture
def source(tmp_path):
    write(tmp_path / "source")
    return tmp_path / "source"


def write(path, homes=HOMES, **more):
    members = MEMBERS[MEMBERS["household_id"].isin(homes.index)]
    options = dict(standard=LAW, year=2023, households_per_file=100)
    return scale.write_dataset(path, homes, members, **(options | more))


@pytest.fixture
def calls(monkeypatch):
    """The communes that are assessed."""
    communes = []

    def counted(homes, members, **more):
        communes.extend(homes["commune"].unique())
        return mdp.assess(homes, members, **more)

    monkeypatch.setattr(dataset_runs, "assess", counted)
    return communes


def equal_in_memory(stored):
    result = stored.result.compute()
    pd.testing.assert_frame_equal(result.sort_index(), RESULT)


def test_the_results_are_those_in_memory_beside_their_households(source):
    files = scale.assess_dataset(source, standard=LAW)
    stored = scale.read_dataset(source)
    equal_in_memory(stored)
    assert stored.households.divisions == stored.result.divisions
    file = pq.ParquetFile(source / files.query("table == 'result'")["path"].iloc[0])
    stated = json.loads(file.metadata.metadata[b"multidim_poverty"])
    assert (stated["standard_hash"], stated["on"]) == (LAW.content_hash, None)
    assert stated["inputs"]
    assert scale.verify_dataset(source).empty
    assert not list(source.glob("_aside*"))


def test_another_standard_and_another_folder_take_the_results(source, tmp_path):
    target = tmp_path / "results"
    scale.assess_dataset(source, target=target, standard="decision_59_2015")
    stored = scale.read_dataset(target)
    expected = mdp.assess(HOMES, MEMBERS, standard="decision_59_2015")
    pd.testing.assert_frame_equal(stored.result.compute().sort_index(), expected)
    assert stored.households is None
    assert scale.dataset_versions(source)["version"].tolist() == [1]
    scale.assess_dataset(source, standard="decision_59_2015", surveyed_under=LAW)
    with pytest.raises(ArgumentError, match="several of standard"):
        scale.read_dataset(source)
    read = scale.read_dataset(source, standard="decision_59_2015").result.compute()
    pd.testing.assert_frame_equal(read.sort_index(), expected)


def test_a_run_that_was_broken_off_goes_on_from_finished_partitions(source, monkeypatch, calls):
    stage, staged = dataset_runs.stage, []

    def full(*args, **more):
        if len(staged) >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        staged.append(args)
        return stage(*args, **more)

    monkeypatch.setattr(dataset_runs, "stage", full)
    with pytest.raises(OSError, match="No space left"):
        scale.assess_dataset(source, standard=LAW)
    monkeypatch.setattr(dataset_runs, "stage", stage)
    assert scale.read_dataset(source).result is None
    assert scale.verify_dataset(source)["rule"].tolist() == ["unfinished"]
    first = set(calls)
    calls.clear()
    scale.assess_dataset(source, standard=LAW)
    assert len(calls) == 2
    assert set(calls) | first == set("ABCDE")
    equal_in_memory(scale.read_dataset(source))
    assert not list(source.glob("_aside*"))


def test_what_has_its_result_is_not_assessed_again_what_changed_is(source, calls):
    scale.assess_dataset(source, standard=LAW)
    calls.clear()
    version = scale.assess_dataset(source, standard=LAW).attrs
    assert (calls, version) == ([], {"version": 2})
    mended = HOMES[HOMES["commune"] == "B"].assign(income_12m=12e6)
    write(source, mended, replace=True)
    scale.assess_dataset(source, standard=LAW)
    assert calls == ["B"]
    result = scale.read_dataset(source).result.compute()
    of_mended = result.loc[mended.index]
    assert (of_mended["income_per_capita"] * of_mended["household_size"] == 1e6).sum() > 80
    others = RESULT.drop(mended.index)
    pd.testing.assert_frame_equal(result.loc[others.index], others)
    calls.clear()
    scale.assess_dataset(source, standard=LAW, on="2023-10-01")
    assert sorted(calls) == list("ABCDE")  # the day is part of what a result is computed from
    calls.clear()
    scale.assess_dataset(source, standard=LAW, on="2023-10-01", resume=False)
    assert sorted(calls) == list("ABCDE")


def test_a_finished_file_that_was_torn_since_is_computed_again(source, monkeypatch, calls):
    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(dataset_runs, "commit_staged", fail)
    with pytest.raises(KeyboardInterrupt):
        scale.assess_dataset(source, standard=LAW)
    monkeypatch.undo()
    finished = sorted(source.glob("_aside*/**/*.parquet"))
    notes = sorted(source.glob("_aside*/**/*.json"))
    assert len(finished) == len(notes) == 5
    finished[0].write_bytes(finished[0].read_bytes()[:-1])
    notes[0].write_text(notes[0].read_text("utf-8")[:-9], "utf-8")
    calls.clear()
    scale.assess_dataset(source, standard=LAW)
    equal_in_memory(scale.read_dataset(source))


def test_faults_of_all_partitions_are_named_with_them_and_the_rest_is_kept(source, calls):
    broken = HOMES[HOMES["commune"].isin(["B", "D"])].assign(floor_area=-1.0)
    write(source, broken, replace=True)
    with pytest.raises(InvalidDataError) as caught:
        scale.assess_dataset(source, standard=LAW)
    faults = caught.value.violations
    assert len(faults.query("rule == 'negative'")) == 200
    files = scale.dataset_files(source).query("table == 'households'").reset_index()
    numbers = faults.query("rule == 'negative'")["partition"].unique()
    assert len(numbers) == 2
    ids = set()
    for number in numbers:
        ids |= set(pq.read_table(source / files["path"][number])["household_id"].to_pylist())
    assert ids == set(broken.index)
    calls.clear()
    write(source, HOMES.loc[broken.index], replace=True)
    scale.assess_dataset(source, standard=LAW)
    assert sorted(calls) == ["B", "D"]
    equal_in_memory(scale.read_dataset(source))


def test_a_torn_source_file_is_named(source):
    path = source / scale.dataset_files(source)["path"][0]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(scale.DatasetError, match="it is torn"):
        scale.assess_dataset(source, standard=LAW)
    with pytest.raises(ArgumentError, match="nothing of standard"):
        scale.assess_dataset(source, standard=LAW, year=1999)


RUN = """
import sys, time, warnings
warnings.simplefilter("ignore")
from multidim_poverty import scale
from multidim_poverty.scale import dataset_runs
stage = dataset_runs.stage
def slow(*args, **more):
    staged = stage(*args, **more)
    time.sleep(0.5)
    return staged
dataset_runs.stage = slow
scale.assess_dataset(sys.argv[1], standard="decree_07_2021")
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_is_killed_leaves_finished_partitions_for_the_next_one(source, calls):
    run = subprocess.Popen([sys.executable, "-c", RUN, source])
    deadline = time.monotonic() + 60
    while not list(source.glob("_aside*/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait(timeout=30)
    finished = len(list(source.glob("_aside*/*.json")))
    assert finished >= 1
    assert scale.read_dataset(source).result is None
    scale.assess_dataset(source, standard=LAW)
    assert len(calls) == 5 - finished
    equal_in_memory(scale.read_dataset(source))
