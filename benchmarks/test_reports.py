"""Official tables of a country by district and commune, their identity and their check."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.conftest import SCALE, STANDARD, warm
from multidim_poverty import reports
from multidim_poverty.vocabulary import PovertyClass

BY = ["district", "commune"]
COMMUNES = 10_000  # 16 in each district
CLASSES = ["poor", "near_poor", "average"]


def households(n, communes, text):
    """Classified households with all columns that the tables of households read."""
    rng = np.random.default_rng(2)
    commune = np.concatenate([np.arange(communes), rng.integers(0, communes, n - communes)])
    names = {"district": commune // 16, "commune": commune}
    ids = np.arange(n) + 10**6
    frame = pd.DataFrame(
        {
            **{name: [f"{name} {code}" for code in codes] for name, codes in names.items()},
            "household_size": rng.integers(1, 9, n),
            "poverty_class": pd.Categorical.from_codes(
                rng.integers(0, 3, n), PovertyClass.codes(), ordered=True
            ),
            "ethnic_group": np.where(rng.random(n) < 0.7, "Kinh", "Tày"),
        },
        index=pd.Index([f"HH{id}" for id in ids] if text else ids, name="household_id"),
    )
    frame["ethnic_minority"] = frame["ethnic_group"] != "Kinh"
    frame["local_minority"] = frame["ethnic_minority"] & (rng.random(n) < 0.5)
    flags = ["no_labour_capacity", "member_of_merit", "female_head", *STANDARD.indicator_ids]
    flags += [f"reason_{item.id}" for item in reports.items_of("reasons")]
    marks = {name: rng.random(n, dtype=np.float32) < 0.2 for name in flags}
    return pd.concat([frame, pd.DataFrame(marks, index=frame.index)], axis=1)


def flows_of(frame):
    """Every household is on a list at the start and at the end, in the same class."""
    ids = frame.index.to_series().reset_index(drop=True)
    classes = frame["poverty_class"].astype(object).reset_index(drop=True)
    sizes = frame["household_size"].reset_index(drop=True)
    flows = pd.DataFrame({"start_id": ids, "end_id": ids, "start_class": classes})
    flows = flows.assign(end_class=classes, start_persons=sizes, end_persons=sizes)
    for name in ("poor", "near_poor"):
        flows[f"{name}_flow"] = np.where(classes == name, "stayed", None)
    return flows.assign(**{name: frame[name].to_numpy() for name in BY})


@pytest.fixture(scope="module")
def million():
    return households(int(1_000_000 * SCALE), int(COMMUNES * SCALE), text=True)


def test_identity_of_a_million(benchmark, million):
    warm(benchmark, lambda: reports.identity(million), rounds=3)


@pytest.mark.parametrize("number", [1, 4, 8, 12])
def test_table_by_commune(benchmark, million, number):
    make = getattr(reports, f"table_{number}")
    table = warm(benchmark, lambda: make(million, by=BY, identity={}), rounds=3)
    assert len(table) > COMMUNES * SCALE


@pytest.fixture(scope="module")
def country(million):
    """Tables 1 to 13 but for that of the children, which needs members."""
    return reports.tables(million, by=BY, population="counted", flows=flows_of(million))


def test_check_of_all_communes(benchmark, country):
    faults = warm(benchmark, lambda: reports.check(country), rounds=3)
    assert set(faults["rule"]) <= {"overlap", "negative", "without_reason", "sum_as_unit"}
    assert len(country) == 12


def test_check_of_seven_households(benchmark):
    frame = households(7, 4, text=True)
    made = reports.tables(frame, by=BY, population="counted", flows=flows_of(frame))
    warm(benchmark, lambda: reports.check(made))
