"""The schema as tables, and as a pandera schema that finds what our engine finds."""

import sys

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given

from multidim_poverty import schema, testing
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.schema.value_rules import rules_for
from multidim_poverty.testing.planted_faults import FAULTS
from tests.helpers.faults import errors_of

VALUE_RULES = {rule for column in COLUMNS for rule in rules_for(column)} | {"missing_value"}


def found_by_pandera(table, frame):
    """Column, rule and position of each value that breaks the pandera schema of a table."""
    positional = frame.set_axis(pd.RangeIndex(len(frame)), axis=0)
    try:
        schema.pandera_schema(table).validate(positional, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.dropna(subset=["index"])
        return {
            (case.column, case.check, int(case.index)) for case in cases.itertuples(index=False)
        }
    return set()


def found_by_us(table, households, members=None):
    """The same of `violations`, for rules that look at one value."""
    found = errors_of(households, members)
    ids = households.index if table == "households" else members["member_id"]
    name = "household_id" if table == "households" else "member_id"
    return {
        (fault.column, fault.rule, ids.tolist().index(getattr(fault, name)))
        for fault in found[found["table"] == table].itertuples(index=False)
        if fault.rule in VALUE_RULES and getattr(fault, name) is not None
    }


def survey():
    return pd.DataFrame(
        {column.name: pd.Series([None] * 4, dtype=object) for column in COLUMNS
         if column.table == "households"}
    ).assign(
        area=["rural", "urban", "rural", "urban"],
        province="Hà Giang",
        income_per_capita=[1e6, 2e6, 0.0, 4e6],
        income_12m=[24e6, 24e6, 0.0, np.nan],
        household_size=[2, 1, 3, 1],
        floor_area=[40.0, 9.5, np.nan, 0.0],
        toilet=["septic", "none", None, "other"],
    ).set_axis(pd.Index(["a", "b", "c", "d"], name="household_id"), axis=0)  # fmt: skip


@pytest.mark.parametrize(("rule", "column", "single", "plant"), FAULTS)
@pytest.mark.parametrize("row", [0, 3])
def test_pandera_and_our_engine_agree_on_every_planted_fault(rule, column, single, plant, row):
    bad = plant(survey(), row)
    if not single or column == "household_id":  # of the shape of the table: not pandera's
        assert rule in errors_of(bad)["rule"].tolist()
        return
    ours = found_by_us("households", bad)
    assert found_by_pandera("households", bad) == ours
    assert (column, rule, row) in ours or rule == "income_disagrees"


@given(bad=testing.invalid_households())
def test_pandera_and_our_engine_agree_on_drawn_tables(bad):
    frame = bad.households
    if frame.index.nlevels == 1 and frame.index.is_unique and frame.columns.is_unique:
        theirs = {
            (column, rule, frame.index[row])
            for column, rule, row in found_by_pandera("households", frame)
        }
        found = errors_of(frame)
        found = found[found["household_id"].notna() & found["rule"].isin(VALUE_RULES)]
        found = found[found["column"] != "household_id"]  # the index, which is no column
        assert theirs >= set(
            zip(found["column"], found["rule"], found["household_id"], strict=True)
        )
        assert {case[:2] for case in theirs} <= set(
            zip(found["column"], found["rule"], strict=True)
        )


MEMBERS = [
    ("age", 121), ("age", 30.5), ("age", "33"), ("age", "old"), ("relation", "boss"),
    ("stunted", "no"), ("birth_date", "01/01/1990"), ("household_id", None), ("attending", 7),
    ("sex", "male"), ("uses_internet", 2),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), MEMBERS)
def test_pandera_and_our_engine_agree_on_members(column, value):
    members = pd.DataFrame(
        {"household_id": ["a", "b"], "member_id": ["m", "n"], "age": 40, "sex": "female"},
        dtype=object,
    )
    for name in ("relation", "stunted", "birth_date", "attending", "uses_internet"):
        members[name] = None
    members.loc[1, column] = value
    found = found_by_us("members", survey().iloc[:2], members)
    assert found_by_pandera("members", members) == {
        case for case in found if case[1] != "unknown_household"
    }
    assert bool(found) == ((column, value) != ("sex", "male"))


def test_the_pandera_schema_is_made_anew_at_each_call():
    households = survey()
    theirs = schema.pandera_schema("households")
    assert theirs.validate(households) is not None
    assert schema.pandera_schema("members").columns["age"].metadata["unit"] == "completed years"
    for column in theirs.columns.values():
        column.checks.clear()
    bad = households.assign(floor_area=-1.0)
    assert found_by_pandera("households", bad) == {("floor_area", "negative", n) for n in range(4)}
    assert len(errors_of(bad)) == 4


def test_without_pandera_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandera", None)
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)
    with pytest.raises(ImportError, match=r'pip install "multidim-poverty\[pandera\]"'):
        schema.pandera_schema("households")
