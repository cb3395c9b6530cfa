"""Errors of partitions: those in memory, with the partitions that they are of."""

from dataclasses import is_dataclass

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scale
from multidim_poverty.scale import colocation, partitions
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


def parts_of(value):
    """A value, and what it holds."""
    yield value
    if isinstance(value, pd.DataFrame):
        parts = [value.index, *(value.iloc[:, n] for n in range(value.shape[1]))]
    elif isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        parts = value
    else:
        parts = getattr(value, "__dict__", {}).values() if is_dataclass(value) else ()
    for part in parts:
        yield from parts_of(part)


def bytes_and_bytes_kept(array):
    """Bytes of an array, and of all that it keeps in memory."""
    if hasattr(array, "_pa_array"):
        return array._pa_array.nbytes, array._pa_array.get_total_buffer_size()
    values = np.asarray(array)
    root = values
    while isinstance(root.base, np.ndarray):
        root = root.base
    return values.nbytes, root.nbytes


def test_what_partitions_give_keeps_none_of_their_rows_in_memory(monkeypatch):
    sample = mdp.load_sample()
    homes, members = sample.households.assign(province="67"), sample.members
    looked_at, beyond = [], []

    def computed(*args):
        outcomes = compute(*args)
        for value in parts_of(outcomes):
            if isinstance(value, pd.Series | pd.Index):
                size, kept = bytes_and_bytes_kept(value.array)
                looked_at.append(value)
                if kept > 2 * size + 500:
                    beyond.append((size, kept, value))
        return outcomes

    compute = partitions.computed
    for module in (partitions, colocation):
        monkeypatch.setattr(module, "computed", computed)
    survey = scale.co_locate(homes, members, npartitions=2)
    persons = survey.members
    result = scale.assess(survey, standard="decree_07_2021")
    full = scale.wide(survey.households, result)
    flows = scale.flows(full, full, by="province")
    options = {"standard": "decree_07_2021", "on": "2023-10-01", "population": "counted"}
    numbers = [1, 2, 3, 4, 5, 6, 7, 8, 12, 13]
    scale.tables(full, members=persons, flows=flows, by="province", numbers=numbers, **options)
    scale.eligible(full, persons, on="2023-10-01")
    assert len(looked_at) > 10
    assert not beyond
