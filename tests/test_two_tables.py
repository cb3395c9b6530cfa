"""Functions that bring two tables together by household: each says where the ids do not meet."""

import importlib
import inspect

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import measures, movement, reports, review

STANDARD = mdp.standard("decree_07_2021")
TABLES = ("DataFrame", "Series", "Tables")
TEXT = ["1001", "1002", "1003"]


def households(ids):
    return pd.DataFrame(
        {
            "area": ["rural", "urban", "rural"],
            "income_per_capita": [1e6, 1.9e6, 9e6],
            "household_size": [1, 1, 1],
            "village": "A",
        },
        index=pd.Index(ids, name="household_id"),
    )


def members(ids):
    return pd.DataFrame({"household_id": ids, "member_id": 1, "age": [30, 40, 50]})


def matrix(ids):
    return pd.DataFrame(False, index=ids, columns=list(STANDARD.indicator_ids))


def result(ids):
    return mdp.classify(households(ids), matrix(ids), standard=STANDARD)


def year(ids):
    return households(ids).assign(poverty_class=["poor", "near_poor", "average"])


def listed(ids):
    return pd.DataFrame({"household_id": ids, "poverty_class": "poor"})


def accounts(ids):
    return pd.DataFrame({"household_id": ids, "source": "crops", "receipts": 5e7, "costs": 1e6})


def meeting(votes):
    return lambda one, other: review.hold_meetings(
        events(one),
        pd.DataFrame({"village": ["A"], "attending": 40, "agreeing": 32, "minutes_copies": 2}),
        votes=pd.Series(30, index=votes(other)),
        on="2023-09-25",
    )


def opened(ids):
    return review.open_round(households(ids), requests=list(ids), on="2023-09-05")


def events(ids):
    return review.record_survey(opened(ids), pd.Series("poor", list(ids)), on="2023-09-20")


def receipt(one, other):
    return mdp.receipt(households(one), matrix(one), result(other), standard=STANDARD)


def decompose(one, other):
    tables = [mdp.schema.Tables(households(ids), members(ids)) for ids in (one, other)]
    return movement.decompose_change(*tables, standards=(STANDARD, STANDARD), undetermined="worst")


def group(ids):
    return pd.Series("north", index=ids)


# Function -> a call with the ids of one table and those of the other.
LINKED = {
    "assess": lambda a, b: mdp.assess(households(a), members(b), standard=STANDARD),
    "classify": lambda a, b: mdp.classify(households(a), matrix(b), standard=STANDARD),
    "compare": lambda a, b: mdp.compare(result(a), result(b)),
    "deprivations": lambda a, b: mdp.deprivations(households(a), members(b), standard=STANDARD),
    "explain": lambda a, b: mdp.explain(households(a), matrix(b), next(iter(a)), standard=STANDARD),
    "farm_income": lambda a, b: mdp.farm_income(households(a), accounts(b)),
    "low_income_workers": lambda a, b: mdp.low_income_workers(
        households(a), members(a), result(b), standard=STANDARD
    ),
    "nearest_changes": lambda a, b: mdp.nearest_changes(
        households(a), matrix(b), standard=STANDARD
    ),
    "reasons": lambda a, b: mdp.reasons(households(a), matrix(b), standard=STANDARD),
    "receipt": receipt,
    "validate": lambda a, b: mdp.validate(households(a), members(b)),
    "measures.headcount": lambda a, b: measures.headcount(result(a), by=group(b)),
    "movement.flows": lambda a, b: movement.flows(year(a), year(b)),
    "movement.flows history": lambda a, b: movement.flows(year(a), year(a), history=listed(b)),
    "movement.flows by": lambda a, b: movement.flows(year(a), year(a), by=group(b)),
    "movement.decompose_change": decompose,
    "movement.propose_links": lambda a, b: movement.propose_links(
        *(year(ids).assign(head_name=["An", "Bình", "Chi"]) for ids in (a, b))
    ),
    "movement.newly_escaped": lambda a, b: movement.newly_escaped(
        pd.concat(
            [
                listed(a).assign(on=pd.Timestamp("2021-12-10")),
                listed(b).assign(on=pd.Timestamp("2022-12-10")),
            ]
        ),
        on="2023-01-01",
    ),
    "reports.wide": lambda a, b: reports.wide(households(a), result(b)),
    "reports.table_14": lambda a, b: reports.table_14(
        reports.wide(households(a), result(a)), members=members(b)
    ),
    "review.hold_meetings": meeting(list),
    "review.record_survey": lambda a, b: review.record_survey(
        opened(a), pd.Series("poor", list(b)), on="2023-09-20"
    ),
    "review.record_survey table": lambda a, b: review.record_survey(
        opened(a), result(b), on="2023-09-20"
    ),
    "review.current_list": lambda a, b: review.current_list(
        events(a), on="2023-10-01", households=households(b)
    ),
}
# Tables whose ids need not meet, or that are read by the functions above.
ONLY_ALIKE = {
    "movement.propose_links",
    "movement.flows history",
    "movement.newly_escaped",
    "review.record_survey",
    "review.record_survey table",
    "review.current_list",
}
PAIRS = {
    "numbers and text": ([1001, 1002, 1003], TEXT, r"1001.*'1001'"),
    "text and numbers": (TEXT, [1001, 1002, 1003], r"1001.*'1001'|'1001'.*1001"),
    "zeros": (["1", "2", "3"], ["0001", "0002", "0003"], r"'1'.*'0001'|'0001'.*'1'"),
    "strangers": (["a", "b", "c"], ["x", "y", "z"], "'a'|'x'"),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", LINKED)
def test_ids_that_do_not_meet_are_one_sentence(name, pair):
    one, other, examples = PAIRS[pair]
    if pair == "strangers" and name in ONLY_ALIKE:
        pytest.skip("lists of other households are in order")
    if name == "movement.newly_escaped" and pair == "zeros":
        pytest.skip("one table, in which both are ids")
    with pytest.raises((mdp.PovertyError, KeyError), match=examples) as caught:
        LINKED[name](one, other)
    faults = getattr(caught.value, "violations", None)
    assert faults is None or len(faults) == 1


@pytest.mark.parametrize("name", sorted({*LINKED} - {"movement.newly_escaped"}))
def test_whole_numbers_meet_in_any_dtype(name):
    ids = [1001, 1002, 1003]
    expected = LINKED[name](ids, ids)
    found = LINKED[name](ids, np.array(ids, dtype=np.uint64))
    floats = LINKED[name](ids, np.array(ids, dtype=float))
    if isinstance(expected, pd.DataFrame):
        for table in (found, floats):
            pd.testing.assert_frame_equal(
                table, expected, check_dtype=False, check_index_type=False
            )


def test_every_public_function_of_two_tables_is_listed():
    unlisted = set(two_tables()) - {key.split()[0] for key in LINKED}
    assert unlisted == OTHERS


# Functions that read both tables as one of the above does, or whose tables no household id
# brings together (units and codes, names, tables counted by unit, events that follow events).
BY_THE_DOOR_OF_GROUPS = {
    "movement.balance",
    "plotting.class_composition",
    "plotting.deprivation_profile",
    "plotting.map",
    "plotting.rates",
    "plotting.tile_map",
    *(f"reports.table_{n}" for n in (*range(1, 11), 12, 13)),
}
AS_ABOVE = {
    "reports.table_11",  # as table_14
    "reports.table_15",
    "reports.tables",
    "review.open_round",  # names every household that is not in the table
    "review.answer",
    "review.complain",
    "review.reverify",  # as record_survey
    "schema.split_valid",  # as validate
    "schema.validate",
    "schema.violations",
    "split_valid",
    "verify",  # as receipt
    "violations",
}
NO_IDS = {
    "documents.write_certificates",
    "documents.write_decision",
    "documents.write_minutes",
    "documents.write_notice",
    "reports.identity",
    "reports.lacking",
    "reports.rates",
    "review.fold",
    "review.violations",
}
OTHERS = BY_THE_DOOR_OF_GROUPS | AS_ABOVE | NO_IDS


def two_tables():
    for path in ["", *mdp._MODULES.values()]:
        module = importlib.import_module(f"multidim_poverty.{path}".rstrip("."))
        for name in module.__all__:
            function = getattr(module, name)
            if not inspect.isfunction(function):
                continue
            tables = [
                parameter
                for parameter in inspect.signature(function).parameters.values()
                if any(kind in str(parameter.annotation) for kind in (*TABLES, "By"))
            ]
            if len(tables) > 1 and path != "testing":  # the kit hands its tables on
                yield f"{path}.{name}".lstrip(".")


def test_large_ids_are_not_cast():
    ids = np.array([2**60, 2**60 + 1, 2**60 + 2])
    assessed = mdp.deprivations(
        households(ids[::-1]), members(ids.astype(np.uint64)), standard=STANDARD
    )
    assert assessed.index.tolist() == ids[::-1].tolist()
    first = members(ids.astype(np.uint64)).iloc[:1]
    faults = mdp.violations(households(ids), first)
    assert faults["household_id"].tolist() == ids[1:].tolist()
    apart = ids * np.array([1, 2, 3])
    with pytest.raises(mdp.ArgumentError, match="too large to be exact"):
        movement.flows(year(apart), year(apart.astype(float)))


@pytest.mark.parametrize("large", ["members", "households"])
def test_large_floats_are_one_fault_and_land_nowhere(large):
    ids = np.array([2**60, 2**60 + 1, 2**60 + 2])
    floats = ids.astype(float)
    homes = households(floats if large == "households" else ids).drop(columns="household_size")
    persons = members(floats if large == "members" else ids).assign(member_id=[1, 2, 3])
    faults = mdp.violations(homes.iloc[:1], persons)
    assert faults.loc[faults["severity"] == "error", "rule"].tolist() == ["inexact_id"]
    matrix_of_one = matrix(homes.index[:1])
    result = mdp.classify(homes.iloc[:1], matrix_of_one, standard=STANDARD)
    for call in (
        lambda: mdp.assess(homes.iloc[:1], persons, standard=STANDARD),
        lambda: mdp.low_income_workers(homes.iloc[:1], persons, result, standard=STANDARD),
        lambda: mdp.farm_income(homes.iloc[:1], accounts(persons["household_id"])),
    ):
        with pytest.raises(mdp.PovertyError, match="too large to be exact"):
            call()


@pytest.mark.parametrize("other", ["a\u200b1", "a\u200e1", "A1 ", "\ufeffa1"])
def test_ids_that_look_the_same_are_named(other):
    with pytest.raises(mdp.ArgumentError, match="look alike"):
        movement.flows(year(["a1", "b", "c"]), year([other, "b", "c"]))
    with pytest.raises(mdp.ArgumentError, match="look alike"):
        movement.flows(year(["a 1", "b", "c"]), year(["a\u00a0\u00a01", "b", "c"]))


def test_years_without_a_common_id_need_links():
    nobody_linked = pd.DataFrame({"kind": [], "start_id": [], "end_id": []})
    moved = movement.flows(year(["a", "b", "c"]), year(["x", "y", "z"]), links=nobody_linked)
    assert moved["poor_flow"].dropna().tolist() == ["unlinked_decrease", "unlinked_increase"]
