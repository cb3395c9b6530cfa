import pandas as pd
import pytest

import multidim_poverty as mdp

LARGE = 2**60


@pytest.mark.parametrize("of", ["members", "households"])
def test_ids_that_are_floats_too_large_to_be_exact_join_nothing(of):
    """As floats 2**60 and 2**60 + 1 are one number: a member would stand in either household."""
    ids = [LARGE, LARGE + 1]
    as_float = [float(id) for id in (LARGE, LARGE + 4096)]
    households = pd.DataFrame(
        {"area": "rural", "income_per_capita": 1e6},
        index=pd.Index(as_float if of == "households" else ids, name="household_id"),
    )
    members = pd.DataFrame(
        {"household_id": as_float if of == "members" else ids, "member_id": [1, 1], "age": 30}
    )
    found = mdp.violations(households, members)
    assert found[["severity", "table", "rule"]].to_numpy().tolist() == [["error", of, "inexact_id"]]
    with pytest.raises(mdp.InvalidDataError, match="too large to be exact"):
        mdp.assess(households, members, standard="decree_07_2021")


def test_large_whole_numbers_of_any_dtype_join_exactly():
    ids = pd.Index([LARGE, LARGE + 1], name="household_id")
    households = pd.DataFrame({"area": "rural", "income_per_capita": 1e6}, index=ids)
    for dtype in ("int64", "uint64", "Int64", object):
        members = pd.DataFrame({"household_id": pd.Series(ids, dtype=dtype), "member_id": 1})
        members["age"] = [30, 40]
        assert mdp.violations(households, members).query("severity == 'error'").empty
