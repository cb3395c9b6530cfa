"""A real cluster of two processes, for all tests of the folder."""

import logging

import dask
import distributed
import pytest


@pytest.fixture(scope="package")
def cluster():
    """Client of a `LocalCluster` with two workers of one thread each."""
    options = dict(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with (
        distributed.LocalCluster(**options, silence_logs=logging.CRITICAL) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def _settings_of_dask(request):
    """Texts as they are; on the cluster where a test names it, else one task after the other."""
    with dask.config.set({"dataframe.convert-string": False, "scheduler": "sync"}):
        if "cluster" in request.fixturenames:
            with request.getfixturevalue("cluster").as_current(), dask.config.set(scheduler=None):
                yield
        else:
            yield
