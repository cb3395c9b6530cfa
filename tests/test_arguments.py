"""Every public function reads the arguments it shares with others through the same doors."""

import datetime as dt
import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement, reports, review
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.quick_form import quick_form
from multidim_poverty.population import Totals
from multidim_poverty.schema.definitions import COLUMNS
from tests.plotting.test_room import grid_of

STANDARD, PROCEDURE = mdp.standard("decree_07_2021"), mdp.procedure_on("2023-09-05")
SAMPLE = mdp.load_sample()
HOMES, PEOPLE = SAMPLE.households.head(6), SAMPLE.members
MEMBERS = PEOPLE[PEOPLE["household_id"].isin(HOMES.index)]
RESULT = mdp.assess(HOMES, MEMBERS, standard=STANDARD)
MATRIX = RESULT[list(STANDARD.indicator_ids)]
WIDE = reports.wide(HOMES, RESULT)
FRAME = pd.DataFrame({"a": [1]})
FLOWS = movement.flows(WIDE, WIDE, by="commune")
REASONED = WIDE.assign(**{f"reason_{item.id}": False for item in reports.items_of("reasons")})
ENTITLED = mdp.programmes.eligible(RESULT, on="2024-06-01")
EVENTS = review.open_round(HOMES, requests=list(HOMES.index), on="2023-09-05")

# A value for each parameter without a default, of the right kind; a function is called with these
# and one bad value, so that nothing else can stop it first.
VALUES = {
    "files": "answers.csv",
    "a": RESULT,
    "accounts": FRAME,
    "answers": FRAME,
    "assessment": RESULT,
    "after": ENTITLED,
    "b": RESULT,
    "before": ENTITLED,
    "benefit": "health_insurance_premium",
    "entitled": ENTITLED,
    "million_vnd": 1,
    "axes": None,  # a picture
    "balance": FRAME,
    "base": pd.Series([1], dtype="Int64"),
    "by": "commune",
    "cases": FRAME,
    "cause": "died",
    "certificates": FRAME,
    "complaints": {},
    "count": 1,
    "current": pd.DataFrame({"poverty_class": "poor"}, index=HOMES.index),
    "current_list": review.current_list,
    "counts": pd.Series([1], dtype="Int64"),
    "date": "2023-10-01",
    "dates": "2023-10-02",
    "deliveries": pd.DataFrame(
        {"household_id": HOMES.index[:1], "benefit": "health_insurance_premium",
         "day": "2024-06-01", "amount": 1e6}
    ),
    "deprivations": MATRIX,
    "drawn": SAMPLE,
    "end": WIDE,
    "event": "requested",
    "estimates": mdp.measures.estimate(MATRIX, mdp.measures.specification(STANDARD), k=1 / 3),
    "events": EVENTS,
    "f": mdp.classify,
    "facts_on": "2023-10-01",
    "flows": FLOWS,
    "fold": review.fold,
    "from_standard": STANDARD,
    "records": [mdp.Household(household_id="a", area="rural")],
    "form": quick_form("quick_form_2015"),
    "geometry": "nowhere.geojson",
    "grid": grid_of(2),
    "history": FRAME,
    "household": mdp.Household(household_id="a", area="rural"),
    "household_id": HOMES.index[0],
    "households": HOMES,
    "k": "3 of 12",
    "impact": mdp.scenario.impact,
    "language": "en",
    "line": 1_500_000.0,
    "law_on": "2023-10-01",
    "lists": FRAME,
    "masks": pd.Series([0]),
    "meetings": FRAME,
    "members": MEMBERS,
    "minutes": FRAME,
    "moves": mdp.scenario.impact(HOMES, MATRIX, STANDARD, STANDARD),
    "notice": FRAME,
    "number": 1,
    "on": "2023-10-01",
    "opinion": "agree",
    "paper": "minutes",
    "path": "nowhere",
    "period": "2021-2025",
    "plan": mdp.programmes.plan("plan_740_dak_nong"),
    "points": FRAME,
    "reporting_unit": None,
    "signers": None,
    "procedure": PROCEDURE,
    "reason": "moved away",
    "receipt": mdp.receipt(HOMES, MATRIX, mdp.classify(HOMES, MATRIX, standard=STANDARD),
                           standard=STANDARD),
    "report": "monthly",
    "result": REASONED,
    "seed": 1,
    "shared_psus": False,
    "shares": mdp.measures.class_shares(RESULT),
    "specification": mdp.measures.specification(STANDARD),
    "standard": STANDARD,
    "standards": (STANDARD, STANDARD),
    "start": WIDE,
    "source": "nowhere",
    "sums": {},
    "yearly": {2022: REASONED, 2023: REASONED},
    "table": reports.table_1(WIDE, population="counted"),
    "tables": {},
    "to": "2025-10-01",
    "to_standard": STANDARD,
    "totals": Totals.model_construct(),
    "units": FRAME,
    "values": {HOMES.index[0]: {"commune": "A"}},
    "year": 2023,
    "zero_base": "zero",
}  # fmt: skip

# Parameters of these names hold something else than the argument that others take by that name.
OTHER = {
    ("schema.to_frames", "households"),  # records
    ("review.close", "households"),  # ids
    ("review.void", "households"),
    ("review.withdraw", "households"),
    ("testing.classify_one", "deprivations"),  # answers of one household
    ("testing.deprivations_one", "members"),  # answers of its members, or none
    ("movement.decompose_change", "on"),  # two days
    ("plotting.map", "result"),  # or rates as a Series
    ("plotting.tile_map", "result"),
    ("testing.play", "events"),  # mappings
    ("unpack_indicators", "to"),
    ("plotting.review_states", "by"),  # one of three columns
}
STANDARDS = [None, 2021, "decree_7_2021", ("decree_07_2021",), {"name": "x"}, Path("law.toml")]
PROCEDURES = [None, 24, "decision_24", STANDARD]
LANGUAGES = ["fr", "VI", "", None, 1]
DAYS = [
    pd.NaT,
    float("nan"),
    "",
    2024,
    20210315,
    "02/10/2024",
    "20241002",
    "2024-W40-3",
    "2024-10-02T00:00:00",
    "2024-13-01",
    True,
    np.datetime64("2024"),
    np.datetime64("NaT", "D"),
    pd.Timestamp("2024-10-02", tz="Asia/Ho_Chi_Minh"),
    dt.datetime(2024, 10, 2, tzinfo=dt.UTC),
    pd.Period("2024-10-02", "D"),
    dt.time(1),
]
BYS = [1, {"a": 1}, [1], ("no such column",), "no such column", ["area", "area"],
       pd.Series(["x"], index=["nobody"]), FRAME]  # fmt: skip
FRAMES = [
    None,
    (HOMES, MEMBERS),
    {"area": ["rural"]},
    pl.DataFrame({"area": ["rural"]}),
    pa.table({"area": ["rural"]}),
    "households.csv",
    Path("households.csv"),
    pd.Series([1]),
    [HOMES],
]
TABLES = ("households", "members", "deprivations", "result", "events", "flows")


def public_functions():
    found = {}

    def walk(module, prefix):
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.ismodule(thing):
                walk(thing, f"{prefix}{name}.")
            elif inspect.isfunction(thing) and thing not in found:
                found[thing] = prefix + name

    walk(mdp, "")
    return {name: function for function, name in found.items()}


FUNCTIONS = public_functions()
DAY_NAMES = ("on", "date", "law_on", "facts_on", "to", "start_on", "end_on")


def with_parameter(*names):
    """All public functions with one of these parameters."""
    return [
        pytest.param(function, name, id=f"{path}-{name}")
        for path, function in FUNCTIONS.items()
        for name in inspect.signature(function).parameters
        if name in names and (path, name) not in OTHER
    ]


def is_optional(function, name):
    return inspect.signature(function).parameters[name].default is None


def fitting(function, name):
    """A value of the right kind for a parameter."""
    listed = function in (review.close, review.void, review.withdraw) and name == "households"
    if function is mdp.measures.changes and name in ("before", "after"):
        return RESULT
    return list(HOMES.index) if listed else VALUES[name]


def refusal(function, name, value):
    """What the function says of a bad value."""
    arguments = {
        p.name: fitting(function, p.name)
        for p in inspect.signature(function).parameters.values()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    }
    with pytest.raises(ArgumentError) as error:
        function(**{**arguments, name: value})
    assert isinstance(error.value, mdp.PovertyError)
    assert isinstance(error.value, ValueError | TypeError)
    text = str(error.value)
    assert "\n" not in text, text
    assert len(text) < 500, text
    return text


@pytest.mark.parametrize(("function", "name"), with_parameter("standard"))
def test_a_standard_is_one_or_its_name(function, name):
    for value in STANDARDS:
        if not (value is None and is_optional(function, name)):
            assert "standard" in refusal(function, name, value)


@pytest.mark.parametrize(("function", "name"), with_parameter("procedure"))
def test_a_procedure_is_one_or_its_name(function, name):
    for value in PROCEDURES:
        if not (value is None and is_optional(function, name)):
            assert "procedure" in refusal(function, name, value)


@pytest.mark.parametrize(("function", "name"), with_parameter("language", "labels"))
def test_a_language_is_one_of_two(function, name):
    for value in LANGUAGES:
        if not (value is None and is_optional(function, name)):
            assert f"language {value!r} is not 'en' or 'vi'" in refusal(function, name, value)


ENTRY_DAYS = [
    pytest.param(function, "of", id=f"review.{function.__name__}-of")
    for function in (review.correct, review.void)
]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "name"), [*with_parameter(*DAY_NAMES), *ENTRY_DAYS])
def test_a_day_is_a_day(function, name):
    for value in DAYS:
        text = refusal(function, name, value)
        zone = getattr(value, "tzinfo", None) is not None
        assert ("has a time zone" if zone else "is not a date") in text
        assert repr(value) in text


def test_every_day_of_a_public_function_is_tried():
    """A new argument of kind DayLike is in the test above, or one of two days or of many."""
    tried = {tuple(param.values) for param in [*with_parameter(*DAY_NAMES), *ENTRY_DAYS]}
    untried = {
        (path, parameter.name)
        for path, function in FUNCTIONS.items()
        for parameter in inspect.signature(function).parameters.values()
        if "DayLike" in str(parameter.annotation) and (function, parameter.name) not in tried
    }
    assert untried <= {
        ("review.add_working_days", "dates"),  # below
        ("units.crosswalk", "start"),
        ("units.crosswalk", "end"),
    }


@pytest.mark.parametrize("value", [None, *DAYS], ids=repr)
def test_both_days_of_a_crosswalk_are_days(value):
    days = {"start": "2025-03-01", "end": "2025-08-01"}
    for name in days:
        with pytest.raises(ArgumentError, match=f"{name} .* is not a date|has a time zone"):
            mdp.units.crosswalk(**{**days, name: value})


# Columns of days: of each a call with such a column, and the error that names a value of it.
MINUTES = {"process": "periodic", "commune": "X", "village": "A", "attending": 1, "present": "",
           "copies": 1, "assessed_class": "poor", "agreeing": 1, "outcome": "agreed",
           "previous_class": None, "complaint": None, "passed": True}  # fmt: skip


def listing(**days):
    return pd.DataFrame({"household_id": ["a"], **MINUTES, **days}).astype(object)


def history(days):
    return pd.DataFrame({"household_id": "a", "poverty_class": ["poor", "average"], "on": days})


def of_schema(column):
    """A call that reads a table with such days in a column of the schema."""
    if column.table == "members":
        return lambda days: mdp.validate(HOMES, MEMBERS.assign(**{column.name: days[0]}))
    if column.table == "households":
        return lambda days: mdp.validate(HOMES.assign(**{column.name: days[0]}))
    assert column.table == "events", f"give {column.table} a call"
    return lambda days: review.fold(EVENTS.assign(**{column.name: [days[0]] * len(EVENTS)}))


LINK = {"kind": ["same"], "start_id": [HOMES.index[0]], "end_id": [HOMES.index[0]]}
DAY_COLUMNS = {
    **{f"{c.table}.{c.name}": of_schema(c) for c in COLUMNS if c.kind == "date"},
    "movement.flows links": lambda days: movement.flows(
        WIDE, WIDE, links=pd.DataFrame({**LINK, "on": days[:1]}), start_on="2022-10-01"
    ),
    "movement.newly_escaped links": lambda days: movement.newly_escaped(
        history(["2022-01-01", "2023-01-01"]),
        links=pd.DataFrame({**LINK, "start_id": "a", "on": days[:1]}),
        on="2023-10-01",
    ),
    "assess": lambda days: mdp.assess(
        HOMES,
        MEMBERS.drop(columns="age").assign(birth_date=days[0]),
        standard=STANDARD,
        on="2023-10-01",
    ),
    "movement.newly_escaped": lambda days: movement.newly_escaped(history(days), on="2023-10-01"),
    "movement.flows": lambda days: movement.flows(
        WIDE, WIDE, history=history(days), start_on="2023-10-01"
    ),
    "review.open_round": lambda days: review.open_round(
        HOMES, requests=pd.DataFrame({"on": days[0]}, index=HOMES.index[:1]), on="2023-09-05"
    ),
    "review.add_working_days": lambda days: review.add_working_days(
        pd.Series(days, dtype=object), 1, procedure=PROCEDURE
    ),
    **{
        f"documents.write_notice {name}": lambda days, name=name: mdp.documents.write_notice(
            listing(**{"posted_on": "2023-10-01", "posted_until": "2023-10-04", name: days[0]},
                    again=False),
            "nowhere.docx", procedure=PROCEDURE,
        )
        for name in ("posted_on", "posted_until")
    },
    "documents.write_decision": lambda days: mdp.documents.write_decision(
        listing(recognised_on=days[0], decision_number="1", list="poor", final_class="poor"),
        "nowhere.docx", procedure=PROCEDURE,
    ),
    "documents.write_certificates": lambda days: mdp.documents.write_certificates(
        listing(recognised_on=days[0], decision_number="1", valid_for=2024, poverty_class="poor"),
        "nowhere.docx", procedure=PROCEDURE,
    ),
    "documents.write_minutes": lambda days: mdp.documents.write_minutes(
        listing(on=days[0]), "nowhere.docx", procedure=PROCEDURE
    ),
}  # fmt: skip


@pytest.mark.parametrize("value", [2024, 20210315, "02/10/2024", "20241002", "2024-13-01"])
@pytest.mark.parametrize("name", DAY_COLUMNS)
def test_a_column_of_days_holds_days(name, value):
    days = pd.Series([value, "2023-01-02"], dtype=object).to_list()
    with pytest.raises(mdp.PovertyError, match=r"not.a.date|are not dates") as error:
        DAY_COLUMNS[name](days)
    assert str(value) in str(error.value)


@pytest.mark.parametrize(("function", "name"), with_parameter(*TABLES))
def test_a_table_is_a_frame_of_pandas(function, name):
    for value in FRAMES:
        if not (value is None and is_optional(function, name)):
            text = refusal(function, name, value)
            assert text.startswith(f"{name} is "), text
            assert "pass" in text


def frame_parameters():
    """All parameters of public functions that are a table, or may be one."""
    for path, function in FUNCTIONS.items():
        for parameter in inspect.signature(function).parameters.values():
            kinds = str(parameter.annotation)
            if "DataFrame" in kinds or "Tables" in kinds or parameter.name == "population":
                yield path, function, parameter


TWICE = pd.DataFrame([[1, 2]], columns=["area", "area"], index=pd.Index(["a"]))
# Functions that list a column that stands twice among the faults of their tables.
LIST_FAULTS = {"violations", "schema.violations", "schema.split_valid", "schema.validate"}
# Laws hand their tables to the implementation that is tried; two functions read no column by name.
HAND_ON = {path for path in FUNCTIONS if path.startswith("testing.")} - {"testing.deprivations_one"}
READ_NO_NAME = {"reports.identity-population", "plotting.map-geometry"}


@pytest.mark.parametrize(
    ("function", "parameter"),
    [
        pytest.param(function, parameter, id=f"{path}-{parameter.name}")
        for path, function, parameter in frame_parameters()
        if path not in LIST_FAULTS | HAND_ON and f"{path}-{parameter.name}" not in READ_NO_NAME
    ],
)
def test_a_column_that_stands_twice_is_named(function, parameter):
    tables = str(parameter.annotation)
    value = mdp.schema.Tables(TWICE, None) if tables == "Tables" else TWICE
    if "Mapping" in tables and "| Mapping" not in tables:
        value = {1: TWICE}
    more = {"path": "nowhere.xlsx"} if function is mdp.excel.write_tables else {}
    arguments = {
        p.name: SAMPLE if p.annotation == "Tables" else more.get(p.name, VALUES.get(p.name))
        for p in inspect.signature(function).parameters.values()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    }
    with pytest.raises(mdp.InvalidDataError, match=r"column area .duplicate_column.") as caught:
        function(**{**arguments, parameter.name: value})
    table = "households" if tables == "Tables" else parameter.name
    assert set(caught.value.violations["table"]) == {table}


@pytest.mark.parametrize("table", ["households", "members"])
def test_the_checks_of_a_survey_list_a_column_that_stands_twice(table):
    tables = {"households": HOMES, "members": MEMBERS}
    name = {"households": "area", "members": "household_id"}[table]
    tables[table] = pd.concat([tables[table], tables[table][[name]]], axis=1)
    faults = mdp.violations(**tables)
    assert faults[["table", "column", "rule"]].to_numpy().tolist()[0] == [
        table,
        name,
        "duplicate_column",
    ]
    with pytest.raises(mdp.InvalidDataError, match="duplicate_column"):
        mdp.validate(**tables)


@pytest.mark.parametrize(("function", "name"), with_parameter("by"))
def test_groups_are_columns_or_a_series(function, name):
    for value in BYS:
        assert refusal(function, name, value).partition(";")[0].count("by")


@pytest.mark.parametrize(
    "method",
    [
        STANDARD.provisions,
        PROCEDURE.provisions,
        PROCEDURE.steps,
        STANDARD.lines[0].citation.text,
        STANDARD.indicators[0].label.text,
    ],
)
def test_the_texts_of_laws_are_in_one_of_two_languages(method):
    with pytest.raises(ArgumentError, match="language 'fr' is not 'en' or 'vi'; pass"):
        method("fr")


@pytest.mark.parametrize("law", [STANDARD, PROCEDURE])
def test_laws_read_days_through_the_same_door(law):
    assert law.covers("2023-10-01")
    with pytest.raises(ArgumentError, match="date NaT is not a date"):
        law.covers(pd.NaT)
