"""Faults of the machine: a worker that is killed in mid-run, and a run on one machine."""

import logging
import os
import signal
import time

import dask
import dask.dataframe as dd
import distributed
import pytest
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty import scale

STANDARD = "decree_07_2021"
SAMPLE = mdp.load_sample()


def slowly(part):
    time.sleep(0.4)
    return part


@pytest.mark.slow
def test_a_worker_that_is_killed_in_mid_run_changes_nothing():
    options = dict(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    survey = scale.co_locate(SAMPLE.households, SAMPLE.members, npartitions=8)
    expected = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
    with (
        distributed.LocalCluster(**options, silence_logs=logging.CRITICAL) as cluster,
        distributed.Client(cluster) as client,
        dask.config.set(scheduler=None),
    ):
        homes = survey.households.map_partitions(slowly, meta=survey.households._meta)
        persons = dd.from_delayed(
            [part.persist() for part in survey.members.to_delayed()], meta=survey.members._meta
        )
        result = scale.assess(homes, persons, standard=STANDARD)
        pids = client.run(os.getpid)
        future = client.compute(result)
        time.sleep(1)
        assert not future.done()
        os.kill(next(iter(pids.values())), signal.SIGKILL)
        assert_frame_equal(future.result(timeout=60), expected)
        assert set(pids.values()) != set(client.run(os.getpid).values())


def test_progress_is_shown_where_it_is_asked_for(capfd):
    survey = scale.co_locate(SAMPLE.households.head(4), SAMPLE.members.head(14), npartitions=2)
    scale.violations(survey)
    assert capfd.readouterr().out == ""
    scale.violations(survey, progress=True)
    assert "100% Completed" in capfd.readouterr().out
