"""Records of single households: the same columns, the same rules and the same results."""

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import multidim_poverty as mdp
from multidim_poverty.assessment.pipeline import assess_many
from multidim_poverty.explanation.one_household import OneResult, assess_one
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.schema.records import Household, Member, to_frames
from multidim_poverty.schema.value_rules import LARGEST_WHOLE
from tests.helpers.strategies import frames, surveys

STANDARDS = {s.name: s for s in mdp.standards()}
DECREE = STANDARDS["decree_07_2021"]
MODELS = {"households": Household, "members": Member}
OF = [c for c in COLUMNS if c.table in MODELS and (c.table, c.name) != ("members", "household_id")]


def test_fields_are_the_columns():
    """In their order; the household of a member is the one in which it stands."""
    for table, model in MODELS.items():
        extra = {"household_id", "members"} if table == "households" else set()
        assert [f for f in model.model_fields if f not in extra] == [
            c.name for c in OF if c.table == table
        ]
    assert Household.model_fields["household_id"].is_required()


@pytest.mark.parametrize("column", OF, ids=lambda c: f"{c.table}.{c.name}")
def test_each_field_is_of_the_kind_of_its_column(column):
    model = MODELS[column.table]
    field = model.model_fields[column.name]
    assert field.is_required() == column.required
    assert column.label.vi in field.description
    assert column.label.en in field.description
    assert column.unit in field.description
    schema = model.model_json_schema()
    options = schema["properties"][column.name]
    options = options.get("anyOf", [options])
    options = [schema["$defs"][o["$ref"].split("/")[-1]] if "$ref" in o else o for o in options]
    if column.kind == "id":
        optional = [] if column.required else ["null"]
        assert [o["type"] for o in options] == ["string", "integer", *optional]
        return
    assert (options[1:] == [{"type": "null"}]) != column.complete
    kind = {"category": "string", "text": "string", "date": "string"}.get(column.kind, column.kind)
    assert options[0]["type"] == kind
    assert tuple(options[0].get("enum", ())) == column.codes
    assert options[0].get("format") == ("date" if column.kind == "date" else None)
    if kind in ("number", "integer"):
        assert options[0].get("minimum", -float("inf")) == column.low
        high = min(column.high, LARGEST_WHOLE) if column.kind == "integer" else column.high
        assert options[0].get("maximum", float("inf")) == high


def sensible(survey):
    """No answers about children from adults, which every household would else be rejected for."""
    for _, members in survey:
        for member in members:
            if member["age"] is not None and member["age"] >= 16:
                member["stunted"] = member["underweight"] = None
    return survey


def records(survey, ids):
    return [
        Household(
            household_id=id,
            **home,
            members=[Member(member_id=n, **member) for n, member in enumerate(members)],
        )
        for id, (home, members) in zip(ids, survey, strict=True)
    ]


def outcome(work):
    """What a call gives, or the faults that it names."""
    try:
        return work()
    except mdp.InvalidDataError as error:
        found = error.violations
        return found[found["severity"] == "error"].to_dict("records")


@given(
    st.one_of(surveys(), surveys(missing=False)).map(sensible),
    st.sampled_from(["numpy", "pyarrow", "object"]),
    st.sampled_from(list(STANDARDS)),
    st.sampled_from(["h{}", None]),
    st.booleans(),
)
def test_one_household_is_what_it_is_in_a_table(survey, backend, name, pattern, yearly):
    standard = STANDARDS[name]
    ids = [pattern.format(n) if pattern else n for n in range(len(survey))]
    if yearly:  # income of the year, and often no size: the members counted share it
        for home, _ in survey:
            home["income_12m"] = 36_000_000.0
    households, members = frames(survey, backend, ids)
    split = mdp.split_valid(households, members)
    whole = mdp.assess(split.households, split.members, standard=standard)
    for household in records(survey, ids):
        id = household.household_id
        one = outcome(lambda h=household: assess_one(h, standard=standard))
        if id not in whole.index:
            faults = split.violations.query("severity == 'error' and household_id == @id")
            assert [f["rule"] for f in one] == faults["rule"].tolist()
            continue
        row = whole.loc[id]
        expected = {
            column: None if pd.isna(row[column]) else row[column] for column in whole.columns
        }
        assert one.deprivations == {i: expected[i] for i in standard.indicator_ids}
        for column in ("poverty_class", "class_at_worst", "class_at_best", "income_band"):
            assert getattr(one, column) == expected[column]
        assert one.deprivation_count == expected["deprivation_count"]
        assert (one.household_id, one.standard) == (id, name)
        assert one.explanation.poverty_class == one.poverty_class
        assert OneResult.model_validate_json(one.model_dump_json()) == one


@given(surveys().map(sensible))
def test_frames_of_records_hold_the_same_answers(survey):
    ids = [f"h{n}" for n in range(len(survey))]
    tables = to_frames(records(survey, ids))
    for made, given_ in zip((tables.households, tables.members), frames(survey), strict=True):
        answered = [c for c in given_ if given_[c].notna().any() or c in ("area", "member_id")]
        answered = [c for c in given_ if c in answered or c == "household_id"]
        assert sorted(made) == sorted(answered)
        for name in answered:
            assert made[name].astype(object).where(made[name].notna(), None).tolist() == (
                given_[name].astype(object).where(given_[name].notna(), None).tolist()
            )
    assert tables.households.index.tolist() == ids


def test_documented_dtypes():
    full = Household(
        household_id="a", area="urban", village="Thôn Một", household_size=2, income_12m=5,
        wall_durable=True,
        members=[
            Member(member_id="x", age=1, birth_date="2022-05-01", stunted=True, attending="none"),
            Member(member_id="y", stunted=None),
        ],
    )  # fmt: skip
    tables = to_frames([full])
    assert tables.households.dtypes.astype(str).to_dict() == {
        "area": "category", "village": "string", "income_12m": "float64",
        "household_size": "int64", "wall_durable": "bool",
    }  # fmt: skip
    dtypes = tables.members.dtypes.astype(str).to_dict()
    assert dtypes["age"] == "Int64"
    assert dtypes["stunted"] == "boolean"
    assert dtypes["attending"] == "category"
    assert dtypes["birth_date"].startswith("datetime64")
    with_gap = to_frames([full, Household(household_id="b", area="rural")]).households
    assert with_gap["wall_durable"].dtype == "boolean"
    assert with_gap["household_size"].dtype == "Int64"


def test_no_household_and_no_members():
    assert to_frames([]).members is None
    assert len(to_frames([]).households) == 0
    assert to_frames([Household(household_id=1, area="rural")]).members is None
    one = assess_one(Household(household_id=1, area="rural"), standard=DECREE)
    assert one.poverty_class is None
    assert (one.class_at_worst, one.class_at_best) == ("poor", "above_average")
    assert set(one.deprivations.values()) == {None}
    with pytest.raises(mdp.InvalidDataError, match="no_members"):
        assess_one(Household(household_id=1, area="rural", members=[]), standard=DECREE)


def test_many_records_are_what_their_tables_are():
    people = [{"member_id": 1, "age": 40}, {"member_id": 2, "age": 12, "stunted": True}]
    homes = [
        home(household_size=1, members=people[:1]),
        home(household_id=2, area=None, members=people),
        home(household_id="c", area="urban", income_per_capita=1.9e6, members=people[1:]),
    ]
    result = assess_many((one for one in homes), standard="decree_07_2021")
    tables = to_frames(homes)
    pd.testing.assert_frame_equal(
        result, mdp.assess(tables.households, tables.members, standard=DECREE)
    )
    assert result.index.tolist() == ["a", 2, "c"]
    assert result["income_per_capita"].tolist() == [3e6, 1.5e6, 1.9e6]
    for one in homes:
        assert (
            result["class_at_worst"][one.household_id]
            == assess_one(one, standard=DECREE).class_at_worst
        )
    with pytest.raises(mdp.InvalidDataError, match="no_members"):
        assess_many([*homes, home(household_id="d")], standard=DECREE)
    assert len(assess_many([], standard=DECREE)) == 0
    for function, records in (
        (assess_many, [home(income_12m=-1.0)]),
        (assess_one, home(income_12m=-1.0)),
    ):
        with pytest.warns(mdp.DataWarning, match="income_loss 1") as caught:
            function(records, standard=DECREE)
        assert {warning.filename for warning in caught} == {__file__}
    with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
        assess_many([homes[0], homes[0]], standard=DECREE)
    with pytest.raises(mdp.ArgumentError, match="is no Household"):
        assess_many([homes[0], {"household_id": "b"}], standard=DECREE)


def home(**more):
    return Household(**{"household_id": "a", "area": "rural", "income_12m": 36e6, **more})


def test_dates_of_birth_and_the_day_of_the_survey():
    people = [{"member_id": 1, "birth_date": "2020-03-31", "stunted": True}]
    one = assess_one(home(members=people), standard=DECREE, on="2023-06-30")
    assert one.deprivations["nutrition"] is True
    with pytest.raises(ValueError, match="say on which day"):
        assess_one(home(members=people), standard=DECREE)
    with pytest.raises(mdp.InvalidDataError, match="age_disagrees"):
        assess_one(
            home(members=[{**people[0], "age": 9}]), standard=DECREE, on=dt.date(2023, 6, 30)
        )


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        (dict(household_size=3, members=[dict(member_id=1)]), "size_disagrees"),
        (dict(members=[dict(member_id=n, relation="head") for n in (1, 2)]), "two_heads"),
        (dict(members=[dict(member_id=1), dict(member_id=1)]), "duplicate_id"),
        (dict(members=[dict(member_id=1, age=20, stunted=True)]), "adult_undernourished"),
        (dict(income_per_capita=1, household_size=1), "income_disagrees"),
    ],
)
def test_answers_that_disagree_are_faults_as_in_a_table(answers, rule):
    with pytest.raises(mdp.InvalidDataError) as caught:
        assess_one(home(**answers), standard=DECREE)
    found = caught.value.violations
    assert found.loc[found["severity"] == "error", "rule"].unique().tolist() == [rule]


@pytest.mark.parametrize(
    "answers",
    [
        dict(area="city"), dict(toilets="none"), dict(income_12m="36000000"),
        dict(income_12m=float("-inf")), dict(income_12m=float("inf")),
        dict(income_12m=float("nan")), dict(household_size=0), dict(household_size=2.5),
        dict(wall_durable="yes"),
        dict(wall_durable=1), dict(floor_area=True), dict(household_id=True),
        dict(household_id=1.0), dict(household_id=None), dict(village=7),
        dict(members=[dict(member_id=1, age=121)]), dict(members=[dict(member_id=1, age=-1)]),
        dict(members=[dict(member_id=1, birth_date="31/03/2020")]),
        dict(members=[dict(member_id=1, birth_date=20_200_331)]),
        dict(members=[dict(member_id=1, qualification="preschool")]),
        dict(members=[dict(age=1)]), dict(members=[dict(member_id=1, household_id="a")]),
    ],
)  # fmt: skip
def test_a_fault_in_one_field_is_an_error_of_that_field(answers):
    with pytest.raises(ValidationError) as caught:
        home(**answers)
    assert caught.value.errors()[0]["loc"][0] == next(iter(answers))


def test_records_are_frozen_and_come_back_from_json():
    there = home(members=[dict(member_id=1, birth_date="2020-03-31", attending="preschool")])
    assert Household.model_validate_json(there.model_dump_json()) == there
    assert Household.model_validate(json.loads(there.model_dump_json())) == there
    with pytest.raises(ValidationError, match="frozen"):
        there.area = "urban"


def test_the_explanation_is_in_the_language_asked_for_and_shares_income_by_members():
    there = home(members=[dict(member_id=1), dict(member_id=2)])
    assert assess_one(there, standard=DECREE).explanation.language == "en"
    said = assess_one(there, standard=DECREE, language="en").explanation
    assert "1,500,000 VND" in said.text("en")
    with pytest.raises(ValueError, match="language 'fr'"):
        assess_one(there, standard=DECREE, language="fr")


def test_numbers_and_booleans_of_numpy_are_plain_ones():
    home = mdp.Household(
        household_id=np.int64(7), area="rural", household_size=np.uint8(3),
        income_per_capita=np.float32(2.5), wall_durable=np.True_,
        members=[{"member_id": np.int16(1), "age": np.int8(40), "has_disability": np.False_}],
    )  # fmt: skip
    plain = mdp.Household(
        household_id=7, area="rural", household_size=3, income_per_capita=2.5, wall_durable=True,
        members=[{"member_id": 1, "age": 40, "has_disability": False}],
    )  # fmt: skip
    assert home == plain
    assert type(home.household_id) is int
    for wrong in ({"household_size": np.True_}, {"wall_durable": np.int64(1)}):
        with pytest.raises(ValidationError):
            mdp.Household(household_id=7, area="rural", **wrong)


@pytest.mark.parametrize("other", [{"household_id": "a", "area": "rural"}, "a", None, 1])
def test_what_is_no_record_is_told_how_to_make_one(other):
    for call in (
        lambda: assess_one(other, standard="decree_07_2021"),
        lambda: to_frames([Household(household_id="a", area="rural"), other]),
    ):
        with pytest.raises(mdp.ArgumentError, match="is no Household: make one"):
            call()


def test_numbers_of_a_record_have_the_bounds_of_their_columns():
    for field, value in (
        ("household_size", 2**63),
        ("rooms", 2**63),
        ("income_12m", 10**400),
        ("income_per_capita", Decimal("1500000.00000000000001")),
        ("floor_area", 2**53 + 1),
    ):
        with pytest.raises(ValueError, match=field):
            Household(household_id="a", area="rural", **{field: value})
    home = Household(household_id="a", area="rural", income_per_capita=Decimal("1500000.3"))
    assert home.income_per_capita == 1_500_000.3
