"""Functions that bring two tables together by household: each says where the ids do not meet."""

import inspect
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import measures, movement, programmes, reports, review
from tests.test_arguments import public_functions

STANDARD, PROCEDURE = mdp.standard("decree_07_2021"), mdp.procedure_on("2023-09-05")
# Kinds of parameters that hold ids or a table of them, and those that hold several tables.
TABLES = ("DataFrame", "Series", "By", "Iterable[Any]", "Mapping[Any")
SEVERAL = ("Tables", "Sequence[PathOrFile]", "Mapping[int")
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


def entitled(ids):
    return programmes.eligible(year(ids), on="2024-06-01")


def received(ids):
    premium = {"benefit": "health_insurance_premium", "day": "2024-06-01", "amount": 1e6}
    return pd.DataFrame({"household_id": ids}).assign(**premium)


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


def posted(ids):
    meetings = pd.DataFrame(
        {"village": ["A"], "attending": 40, "agreeing": 32, "minutes_copies": 2}
    )
    met = review.hold_meetings(events(ids), meetings, on="2023-09-25")
    return review.post(met, on="2023-09-28")


def reported(ids):
    return review.report(review.sum_up(posted(ids), on="2023-10-06"), on="2023-10-06")


def receipt(one, other):
    return mdp.receipt(households(one), matrix(one), result(other), standard=STANDARD)


def decompose(one, other):
    tables = [mdp.schema.Tables(households(ids), members(ids)) for ids in (one, other)]
    return movement.decompose_change(*tables, standards=(STANDARD, STANDARD), undetermined="worst")


def later_round(one, other):
    return review.open_round(
        households(one), requests=list(one), events=events(other), on="2024-09-05"
    )


def mended(one, other):
    values = {id: {"assessed_class": "near_poor"} for id in other}
    return review.correct(events(one), values, event="surveyed", reason="mistyped", on="2023-09-22")


def of_flows(number):
    """A list of persons, with what became of their households."""

    def call(one, other):
        classes = reports.wide(households(one), result(one))
        flows = movement.flows(year(other), year(other))
        return getattr(reports, f"table_{number}")(classes, members=members(one), flows=flows)

    return call


CERTIFIED = {
    "valid_for": 2024,
    "poverty_class": "poor",
    "commune": "X",
    "village": "A",
    "process": "periodic",
    "decision_number": "1",
    "recognised_on": "2023-10-20",
}
PAPERS = {
    "certificates": CERTIFIED,
    "decision": {**CERTIFIED, "list": "poor", "previous_class": "poor", "final_class": "poor"},
    "minutes": {"process": "periodic", "commune": "X", "village": "A", "on": "2023-09-25",
                "attending": 40, "present": None, "copies": 2, "previous_class": "poor",
                "assessed_class": "poor", "agreeing": 30, "passed": True},
    "notice": {"commune": "X", "village": "A", "process": "periodic", "previous_class": "poor",
               "assessed_class": "poor", "posted_on": "2023-09-28", "posted_until": "2023-10-03",
               "again": False},
}  # fmt: skip


def paper(name, argument="names"):
    """A paper about some households that reads another table of them."""
    more = {"names": lambda ids: pd.Series("An", list(ids)), "households": households,
            "members": members, "deprivations": matrix}[argument]  # fmt: skip

    def call(one, other):
        table = pd.DataFrame({"household_id": one}).assign(**PAPERS[name])
        write = getattr(mdp.documents, f"write_{name}")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "paper.docx"
            write(table, path, procedure=PROCEDURE, **{argument: more(other)})

    return call


def group(ids):
    return pd.Series("north", index=ids)


CHOSEN = measures.specification(STANDARD)
# Function -> a call with the ids of one table and those of the other.
LINKED = {
    "assess": lambda a, b: mdp.assess(households(a), members(b), standard=STANDARD),
    "resolve": lambda a, b: mdp.resolve(households(a), members(b), standard=STANDARD),
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
    "measures.class_shares": lambda a, b: measures.class_shares(result(a), by=group(b)),
    "measures.estimate": lambda a, b: measures.estimate(
        matrix(a), CHOSEN, k=1 / 3, design=measures.Design(weight=pd.Series(1.0, index=b))
    ),
    "measures.estimate gaps": lambda a, b: measures.estimate(
        matrix(a), CHOSEN, k=1 / 3, gaps=matrix(b).astype(float)
    ),
    "measures.fgt": lambda a, b: measures.fgt(
        households(a), line=pd.Series(1_500_000.0, index=b), income=pd.Series(1e6, index=a)
    ),
    "scenario.grid": lambda a, b: mdp.scenario.grid(households(a), matrix(b), standard=STANDARD),
    "scenario.robustness": lambda a, b: mdp.scenario.robustness(
        matrix(a), CHOSEN, k=1 / 3, by=group(b)
    ),
    "scenario.impact": lambda a, b: mdp.scenario.impact(
        households(a), matrix(b), STANDARD, STANDARD
    ),
    "scenario.impact to_deprivations": lambda a, b: mdp.scenario.impact(
        households(a), matrix(a), STANDARD, STANDARD, to_deprivations=matrix(b)
    ),
    "scenario.impact_counts": lambda a, b: mdp.scenario.impact_counts(
        mdp.scenario.impact(households(a), matrix(a), STANDARD, STANDARD), by=group(b)
    ),
    "measures.deprivation_rates": lambda a, b: measures.deprivation_rates(
        result(a).join(matrix(a)), standard=STANDARD, by=group(b)
    ),
    "movement.flows": lambda a, b: movement.flows(year(a), year(b)),
    "movement.flows history": lambda a, b: movement.flows(year(a), year(a), history=listed(b)),
    "movement.flows by": lambda a, b: movement.flows(year(a), year(a), by=group(b)),
    "movement.flow_rates": lambda a, b: movement.flow_rates(
        movement.flows(year(a), year(a)), households=year(b)
    ),
    "movement.transitions": lambda a, b: movement.transitions(
        movement.flows(year(a), year(a)), households=year(b)
    ),
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
    "review.answer": lambda a, b: review.answer(
        reported(a), opinion=dict.fromkeys(b, "agrees"), on="2023-10-09"
    ),
    "review.close": lambda a, b: review.close(
        events(a), list(b), on="2024-03-01", cause="died", reason="a certificate"
    ),
    "review.complain": lambda a, b: review.complain(
        posted(a), dict.fromkeys(b, "owns a lorry"), on="2023-09-29"
    ),
    "review.correct": mended,
    "review.fold": lambda a, b: review.fold(events(b).iloc[-3:], after=review.fold(opened(a))),
    "review.history": lambda a, b: review.history(events(a), next(iter(b))),
    "review.open_round events": later_round,
    "review.open_round previous": lambda a, b: review.open_round(
        households(a), previous=pd.Series("poor", list(b)), on="2023-09-05"
    ),
    "review.open_round requests": lambda a, b: review.open_round(
        households(a), requests=list(b), on="2023-09-05"
    ),
    "review.open_round spotted": lambda a, b: review.open_round(
        households(a), spotted=list(b), on="2023-09-05"
    ),
    "review.reverify": lambda a, b: review.reverify(
        review.complain(posted(a), dict.fromkeys(a, "owns a lorry"), on="2023-09-29"),
        pd.Series("poor", list(b)),
        on="2023-10-02",
        law_on="2023-10-02",
        facts_on="2023-09-20",
    ),
    "review.violations": lambda a, b: review.violations(
        events(b).iloc[-3:], after=review.fold(opened(a))
    ),
    "review.void": lambda a, b: review.void(
        events(a), list(b), event="surveyed", reason="mistyped", on="2023-09-22"
    ),
    "review.withdraw": lambda a, b: review.withdraw(opened(a), list(b), on="2023-09-10"),
    "reports.table_11": lambda a, b: reports.table_11(
        reports.wide(households(a), result(a)).assign(ethnic_minority=True, local_minority=False),
        members=members(b),
        by="village",
        standard=STANDARD,
    ),
    "reports.table_14 flows": of_flows(14),
    "reports.table_15": lambda a, b: reports.table_15(
        reports.wide(households(a), result(a)), members=members(b)
    ),
    "reports.table_15 flows": of_flows(15),
    "reports.tables": lambda a, b: reports.tables(
        reports.wide(households(a), result(a)), members=members(b), by="village"
    ),
    "programmes.eligible": lambda a, b: programmes.eligible(year(a), members(b), on="2024-06-01"),
    "programmes.eligible households": lambda a, b: programmes.eligible(
        year(a)[["poverty_class"]], households=households(b), on="2024-06-01"
    ),
    "programmes.eligible history": lambda a, b: programmes.eligible(
        year(a), history=listed(b).assign(on="2023-12-10"), on="2024-06-01"
    ),
    "programmes.explain": lambda a, b: programmes.explain(
        year(a), next(iter(a)), members(b), on="2024-06-01"
    ),
    "programmes.reach": lambda a, b: programmes.reach(entitled(a), received(a), households(b)),
    "programmes.reach deliveries": lambda a, b: programmes.reach(
        entitled(a), received(b), households(a)
    ),
    "programmes.coverage": lambda a, b: programmes.coverage(entitled(a), households(b)),
    "programmes.coverage deliveries": lambda a, b: programmes.coverage(
        entitled(a), households(a), deliveries=received(b)
    ),
    "programmes.measure_support": lambda a, b: programmes.measure_support(
        result(a), received(b), standard=STANDARD, period="2024"
    ),
    "programmes.changes": lambda a, b: programmes.changes(entitled(a), entitled(b)),
    "programmes.cost_changes": lambda a, b: programmes.cost_changes(entitled(a), entitled(b)),
    "programmes.letter": lambda a, b: programmes.letter(year(a), members(b), on="2024-06-01"),
    **{f"documents.write_{name}": paper(name) for name in PAPERS},
    "documents.write_certificates households": paper("certificates", "households"),
    "documents.write_certificates members": paper("certificates", "members"),
    "documents.write_certificates deprivations": paper("certificates", "deprivations"),
}
# Tables whose ids need not meet: a stranger is in order, or is named by itself.
ONLY_ALIKE = {
    "programmes.eligible households",
    "programmes.eligible history",
    "programmes.changes",
    "programmes.cost_changes",
    "movement.propose_links",
    "movement.flows history",
    "movement.newly_escaped",
    "review.record_survey",
    "review.record_survey table",
    "review.current_list",
    "review.fold",
    "review.open_round events",
    "review.violations",
}
NAMED_ONE_BY_ONE = {
    "review.answer",
    "review.close",
    "review.complain",
    "review.correct",
    "review.history",
    "review.open_round previous",
    "review.open_round requests",
    "review.open_round spotted",
    "review.reverify",
    "review.void",
    "review.withdraw",
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
    if pair == "strangers" and name in ONLY_ALIKE | NAMED_ONE_BY_ONE:
        pytest.skip("lists of other households are in order")
    if name == "movement.newly_escaped" and pair == "zeros":
        pytest.skip("one table, in which both are ids")
    with pytest.raises((mdp.PovertyError, KeyError), match=examples) as caught:
        LINKED[name](one, other)
    faults = getattr(caught.value, "violations", None)
    assert faults is None or len(faults) == 1


@pytest.mark.slow
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


@pytest.mark.parametrize("name", sorted(NAMED_ONE_BY_ONE))
def test_households_that_the_log_does_not_have_are_named_each(name):
    one, other, _ = PAIRS["strangers"]
    with pytest.raises(ValueError, match="x") as caught:
        LINKED[name](one, other)
    assert name == "review.history" or all(id in str(caught.value) for id in other)


# Functions that read both tables as one of the above does, or whose tables no household id
# brings together (units and codes, names, tables counted by unit, events that follow events).
BY_THE_DOOR_OF_GROUPS = {
    "measures.changes",  # two samples, whose households are not brought together
    "measures.gini",  # as measures.fgt
    "measures.income_and_deprivations",  # as measures.class_shares
    "measures.sen",
    "measures.watts",
    "movement.balance",
    "plotting.class_composition",
    "plotting.deprivation_profile",
    "plotting.income_and_deprivations",
    "plotting.indicator_contributions",
    "plotting.map",
    "plotting.ranked_rates",
    "plotting.rates",
    "plotting.tile_map",
    *(f"reports.table_{n}" for n in (*range(1, 11), 12, 13)),
}
AS_ABOVE = {
    "scale.write_dataset",  # tests/scale
    "scale.tables",  # as in memory, see tests/scale
    "scale.class_shares",
    "scale.estimate",
    "scale.fgt",
    "scale.gini",
    "scale.sen",
    "scale.watts",
    "average_living_standard",  # two tables in one, of which the households alone are read
    "per_capita_income",
    "population.check",
    "units.area_on",
    "units.recode",
    "schema.split_valid",  # as validate, among the faults that they list
    "schema.validate",
    "schema.violations",
    "verify",  # as receipt
}
NO_IDS = {
    "excel.write_tables",  # tables counted by unit
    "programmes.measure_tables",
    "forms.read_submissions",  # keys of one file, all of them texts
    "movement.propose_links",
    "reports.check",  # tables counted by unit, whose names test_unit_names spells
    "reports.identity",
    "reports.lacking",
    "reports.rates",
    "reports.suppress",  # tables counted by unit
}
OTHERS = (BY_THE_DOOR_OF_GROUPS | AS_ABOVE | NO_IDS) - {key.split()[0] for key in LINKED}


def two_tables():
    for path, function in public_functions().items():
        kinds = [
            str(parameter.annotation)
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is not parameter.VAR_KEYWORD
        ]
        tables = [
            2 if any(each in kind for each in SEVERAL) else 1
            for kind in kinds
            if kind == "Any" or any(each in kind for each in (*TABLES, *SEVERAL))
        ]
        if sum(tables) > 1 and not path.startswith("testing."):  # the kit hands its tables on
            yield path


def test_every_public_function_of_two_tables_is_listed():
    unlisted = set(two_tables()) - {key.split()[0] for key in LINKED}
    assert unlisted == OTHERS


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
