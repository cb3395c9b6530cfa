"""Errors of partitions: those in memory, with the partitions that they are of."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scale
from multidim_poverty.scale.dataset_faults import dataset_fault, fault_table
from multidim_poverty.scale.partitions import outcome_of, values_of

FAULTS = mdp.violations(pd.DataFrame({"area": ["moon"]}, index=["a"]))
OF_FILE = fault_table([dataset_fault("file_missing", "households/1.parquet")])


def raising(error):
    def function():
        raise error

    return outcome_of(function)


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        (mdp.InvalidDataError, FAULTS),
        (mdp.ReviewError, FAULTS),
        (scale.DatasetError, OF_FILE),
        (scale.DiskFullError, OF_FILE),
    ],
)
def test_errors_with_faults_keep_their_kind_and_name_all_partitions(kind, faults):
    outcomes = [raising(kind(faults)), outcome_of(list), raising(kind(faults))]
    with pytest.raises(kind, match="partition 2") as caught:
        values_of(outcomes)
    assert type(caught.value) is kind
    assert caught.value.violations["partition"].tolist() == [0] * len(faults) + [2] * len(faults)


def test_an_error_without_faults_comes_first():
    wrong = mdp.ArgumentError("by names no column")
    outcomes = [raising(mdp.InvalidDataError(FAULTS)), raising(wrong), raising(wrong)]
    with pytest.raises(mdp.ArgumentError, match=r"by names no column \(partitions 1, 2\)"):
        values_of(outcomes)
