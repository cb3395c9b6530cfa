"""`programmes.eligible`: its columns, which rules apply, what is granted, why, and bad input."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import programmes
from multidim_poverty.schema.tables import Tables

FILE = Path(__file__).parent / "benefit_rules" / "small_rules.toml"
SMALL = programmes.RuleSet.read(FILE)
DTYPES = {
    "benefit": "category",
    "rule": "category",
    "eligible": "boolean",
    "granted": "boolean",
    "reason": "category",
    "priority": "Int64",
    "amount": "float64",
    "period": "category",
    "citation": "category",
}
CURRENT = pd.DataFrame(
    {"poverty_class": ["poor", "near_poor", "average", None], "listed": [True, True, False, False]},
    index=pd.Index(list("abcd"), name="household_id"),
)
MEMBERS = pd.DataFrame(
    {
        "household_id": list("aabcd"),
        "member_id": [1, 2, 1, 1, 1],
        "age": [40, 3, 60, 2, None],
    }
)


def rule_set(rules, benefit='whom = "household"', head=""):
    """A set of one benefit and some rules, each a name, a condition and what else it says."""
    text = f"""
format = 1
name = "tried"
title = {{ vi = "Thử", en = "Tried" }}
documents.d = {{ title = {{ vi = "Quyết định", en = "Decision" }}, signed = 2020-01-01 }}
benefits = [{{ id = "aid", label = {{ vi = "Hỗ trợ", en = "Aid" }}, {benefit} }}]
{head}
"""
    for name, when, more in rules:
        text += f"""
[[rules]]
id = "{name}"
benefit = "aid"
label = {{ vi = "x", en = "x" }}
citation = {{ document = "d", article = "1", confidence = "text", checked_on = 2026-01-01 }}
valid_from = 2020-01-01
when = {when}
{more}
"""
    return programmes.RuleSet.parse(text)


def told(table, name):
    return {
        (row["household_id"], row["rule"]): None if pd.isna(row[name]) else row[name]
        for row in table.to_dict("records")
    }


# -- the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("members", [None, MEMBERS], ids=["households", "members"])
@pytest.mark.parametrize("on", ["2019-12-31", "2023-06-01"])
def test_columns_and_dtypes_are_fixed(members, on):
    table = programmes.eligible(CURRENT, members, rules=SMALL, on=on)
    assert list(table.columns) == ["household_id", "member_id", *DTYPES]
    assert table[list(DTYPES)].dtypes.astype(str).to_dict() == DTYPES
    assert table["member_id"].dtype == "Int64"
    empty = programmes.eligible(CURRENT.iloc[:0], rules=SMALL, on=on)
    assert empty[list(DTYPES)].dtypes.astype(str).to_dict() == DTYPES


def test_all_gives_a_row_for_every_rule_and_household_or_member():
    table = programmes.eligible(CURRENT, MEMBERS, rules=SMALL, on="2023-06-01", all=True)
    personal = ["premium_poor", "premium_near_poor", "premium_children"]
    counts = table["rule"].value_counts().to_dict()
    assert counts == dict.fromkeys(personal, 5) | {
        "electricity_poor": 4,
        "loan_newly_escaped": 4,
        "production_listed": 4,
    }
    short = programmes.eligible(CURRENT, MEMBERS, rules=SMALL, on="2023-06-01")
    kept = table[table["eligible"].fillna(value=True)].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        short.astype(object).where(short.notna(), None),
        kept.astype(object).where(kept.notna(), None),
    )
    assert set(short["eligible"].dropna()) == {True}
    assert table.loc[~table["eligible"].fillna(value=True), "reason"].notna().all()
    assert table.loc[table["eligible"].isna(), "reason"].notna().all()
    assert table.loc[table["eligible"].fillna(value=False), "reason"].isna().all()


def test_a_household_without_members_is_answered_as_if_no_members_were_given():
    alone = programmes.eligible(CURRENT, rules=SMALL, on="2023-06-01", all=True)
    some = programmes.eligible(
        CURRENT, MEMBERS[MEMBERS["household_id"] == "a"], rules=SMALL, on="2023-06-01", all=True
    )
    rows, expected = (
        table[table["household_id"] != "a"].sort_values(["rule", "household_id"], ignore_index=True)
        for table in (some, alone)
    )
    names = ["household_id", "member_id", "eligible", "granted", "priority", "amount"]
    pd.testing.assert_frame_equal(rows[names], expected[names])
    assert list(rows["reason"].astype(str)) == list(expected["reason"].astype(str))
    assert set(some[some["household_id"] == "a"]["member_id"].dropna()) == {1, 2}
    nobody = programmes.eligible(CURRENT, MEMBERS.iloc[:0], rules=SMALL, on="2023-06-01", all=True)
    assert len(nobody) == len(alone)


def test_the_input_is_not_changed():
    current, members = CURRENT.copy(), MEMBERS.copy()
    programmes.eligible(current, members, rules=SMALL, on="2023-06-01")
    pd.testing.assert_frame_equal(current, CURRENT)
    pd.testing.assert_frame_equal(members, MEMBERS)


def test_rows_do_not_depend_on_the_order_of_the_tables():
    def rows(current, members):
        table = programmes.eligible(current, members, rules=SMALL, on="2023-06-01")
        return set(table.astype(object).where(table.notna(), None).itertuples(index=False))

    assert rows(CURRENT, MEMBERS) == rows(
        CURRENT.iloc[::-1], MEMBERS.sample(frac=1, random_state=1)
    )


@pytest.mark.parametrize(
    ("on", "amount"),
    [("2019-12-31", None), ("2020-01-01", 60), ("2022-12-31", 60), ("2023-01-01", 46_000)],
)
def test_rules_apply_on_their_days_and_on_no_other(on, amount):
    table = programmes.eligible(
        CURRENT, rules=SMALL, unit_costs={"electricity_price_step_1": 2}, on=on
    )
    rows = table[table["rule"] == "electricity_poor"]
    assert rows["amount"].tolist() == ([] if amount is None else [amount])
    assert rows["household_id"].tolist() == ([] if amount is None else ["a"])


def test_a_rule_that_is_off_gives_rows_by_choice_alone():
    shared = {"current": CURRENT, "rules": SMALL, "on": "2023-06-01"}
    assert "tuition_half" not in set(programmes.eligible(**shared)["rule"])
    table = programmes.eligible(**shared, include=["tuition_half"])
    assert table.loc[table["rule"] == "tuition_half", "household_id"].tolist() == [
        "b",
    ]
    assert len(programmes.eligible(**shared, include="tuition_half")) == len(table)


def test_a_household_that_is_no_more_gets_nothing():
    left = CURRENT.assign(left_on=pd.to_datetime(["2023-06-01", "2023-06-02", None, None]))
    table = programmes.eligible(left, rules=SMALL, on="2023-06-01", all=True)
    gone = table[table["household_id"] == "a"]
    assert not gone["eligible"].any()
    assert set(gone["reason"]) == {"the household is no more on the day"}
    assert table.loc[table["household_id"] == "b", "eligible"].any()


def test_households_that_the_list_does_not_name_are_on_no_list():
    homes = pd.DataFrame({"area": "rural"}, index=pd.Index(["z", "a"], name="household_id"))
    table = programmes.eligible(CURRENT, households=homes, rules=SMALL, on="2023-06-01", all=True)
    eligible = told(table, "eligible")
    assert eligible["z", "electricity_poor"] is False
    assert eligible["a", "electricity_poor"] is True
    assert eligible["b", "electricity_poor"] is False
    ids = table.loc[table["rule"] == "electricity_poor", "household_id"]
    assert ids.tolist() == ["z", "a", "b", "c", "d"]


def test_answers_come_from_either_table():
    homes = pd.DataFrame({"floor_area": [250.0, 30.0]}, index=list("ab"))
    joined = programmes.eligible(CURRENT.iloc[:2].join(homes), rules=SMALL, on="2023-06-01")
    apart = programmes.eligible(CURRENT.iloc[:2], households=homes, rules=SMALL, on="2023-06-01")
    pd.testing.assert_frame_equal(joined, apart)
    assert told(joined, "reason").get(("a", "production_listed")) is None  # left out: no row


# -- reasons, order, amounts ---------------------------------------------------------------------


def test_the_reason_is_the_first_condition_that_fails_or_is_not_known():
    rules = rule_set(
        [
            (
                "r",
                '{ all = [{ class_in = ["poor"] }, { yes = "ethnic_minority" }, '
                '{ number_in = { column = "floor_area", below = 30 } }] }',
                'exclude = [{ label = { vi = "đã nhận", en = "has a member of merit" }, '
                'when = { yes = "member_of_merit" } }]',
            )
        ]
    )
    home = {
        "poverty_class": "poor",
        "ethnic_minority": True,
        "floor_area": 20.0,
        "member_of_merit": False,
    }
    cases = {
        "all hold": ({}, True, None),
        "first fails": (
            {"poverty_class": "near_poor"}, False, "does not hold: class: Poor household",
        ),
        "second fails, first unknown": (
            {"poverty_class": None, "ethnic_minority": False}, False,
            "does not hold: Ethnic minority",
        ),
        "second unknown": ({"ethnic_minority": None}, None, "not known: Ethnic minority"),
        "last fails": ({"floor_area": 30.0}, False, "does not hold: Floor area (m2): below 30"),
        "left out": ({"member_of_merit": True}, False, "left out: has a member of merit"),
        "left out or not": (
            {"member_of_merit": None}, None,
            "not known whether left out: has a member of merit",
        ),
        "unknown and left out": (
            {"ethnic_minority": None, "member_of_merit": True}, False,
            "left out: has a member of merit",
        ),
    }  # fmt: skip
    homes = pd.DataFrame([home | change for change, _, _ in cases.values()], index=list(cases))
    homes = homes.astype({"ethnic_minority": "boolean", "member_of_merit": "boolean"})
    table = programmes.eligible(homes, rules=rules, on="2023-01-01", all=True)
    assert told(table, "reason") == {(name, "r"): case[2] for name, case in cases.items()}
    assert told(table, "eligible") == {(name, "r"): case[1] for name, case in cases.items()}
    vi = programmes.eligible(homes, rules=rules, on="2023-01-01", all=True, language="vi")
    assert told(vi, "reason")["left out", "r"] == "bị loại trừ: đã nhận"
    assert told(vi, "reason")["last fails", "r"] == "không đáp ứng: Diện tích nhà ở (m2): dưới 30"


@pytest.mark.parametrize(
    ("minority", "merit", "expected"),
    [
        (True, True, 1), (True, None, 1), (False, True, 2), (False, False, 3),
        (None, True, None), (False, None, None), (None, False, None),
    ],
)  # fmt: skip
def test_the_place_in_the_order_is_that_of_the_first_condition_that_holds(
    minority, merit, expected
):
    home = CURRENT.iloc[:1].assign(
        ethnic_minority=pd.array([minority], dtype="boolean"),
        member_of_merit=pd.array([merit], dtype="boolean"),
        province="Đắk Nông",
        district="Cư Jút",
        floor_area=50.0,
    )
    table = programmes.eligible(home, rules=SMALL, on="2023-06-01")
    assert told(table, "priority")["a", "production_listed"] == expected
    assert told(table, "eligible")["a", "production_listed"] is True


@pytest.mark.parametrize(
    "cost", [1_263_600, 1_263_600.0, "1263600", Fraction(1_263_600), np.int64(1_263_600)]
)
def test_an_amount_is_computed_from_what_is_given(cost):
    shared = {"current": CURRENT, "rules": SMALL, "on": "2023-06-01"}
    assert pd.isna(told(programmes.eligible(**shared), "amount")["b", "premium_near_poor"])
    table = programmes.eligible(**shared, unit_costs={"health_insurance_premium": cost})
    assert told(table, "amount")["b", "premium_near_poor"] == 884_520
    assert told(table, "period")["b", "premium_near_poor"] == "year"


def test_interest_is_no_amount_and_the_lowest_is_the_best():
    rules = rule_set(
        [
            ("dear", '{ class_in = ["poor", "near_poor"] }',
             'amount = { value = "0.0792", unit = "interest", period = "year" }'),
            ("cheap", '{ class_in = ["poor"] }',
             'amount = { value = "0.066", unit = "interest", period = "year" }'),
        ],
        benefit='whom = "household", combine = "highest"',
    )  # fmt: skip
    table = programmes.eligible(CURRENT, rules=rules, on="2023-01-01")
    assert table["amount"].isna().all()
    granted = told(table, "granted")
    assert granted == {("a", "dear"): False, ("b", "dear"): True, ("a", "cheap"): True}


FLAGS = ("ethnic_minority", "member_of_merit", "female_head")


@given(
    st.lists(st.tuples(st.sampled_from(FLAGS), st.integers(0, 3)), min_size=1, max_size=4),
    st.tuples(*[st.sampled_from([True, False, None])] * 3),
)
def test_the_highest_of_several_against_all_completions(amounts, answers):
    """Granted is what the highest of those that hold is in each completion; of equals the first."""
    rules = rule_set(
        [
            (f"r{n}", f'{{ yes = "{flag}" }}',
             f'amount = {{ value = {value}, unit = "vnd", period = "year" }}')
            for n, (flag, value) in enumerate(amounts)
        ],
        benefit='whom = "household", combine = "highest"',
    )  # fmt: skip
    home = pd.DataFrame({"poverty_class": ["poor"]}, index=["a"]).assign(
        **{
            name: pd.array([answer], dtype="boolean")
            for name, answer in zip(FLAGS, answers, strict=True)
        }
    )
    table = programmes.eligible(home, rules=rules, on="2023-01-01", all=True)
    choices = [[answer] if answer is not None else [True, False] for answer in answers]
    every = []
    for full in np.array(np.meshgrid(*choices)).reshape(3, -1).T.tolist():
        truth = dict(zip(FLAGS, full, strict=True))
        holding = [n for n, (flag, _) in enumerate(amounts) if truth[flag]]
        best = max(holding, key=lambda n: (amounts[n][1], -n), default=None)
        every.append([n == best for n in range(len(amounts))])
    for n, got in enumerate(table["granted"]):
        possible = {row[n] for row in every}
        if not pd.isna(got):
            assert possible == {bool(got)}
        elif len(amounts) == len({flag for flag, _ in amounts}):
            assert possible == {True, False}  # rules of other answers: nothing is left open


def test_rules_of_one_benefit_add_up_unless_the_highest_counts():
    rules = rule_set([("one", '{ class_in = ["poor"] }', ""), ("two", "{ listed = true }", "")])
    table = programmes.eligible(CURRENT, rules=rules, on="2023-01-01")
    assert told(table, "granted")["a", "one"] is True
    assert told(table, "granted")["a", "two"] is True


def test_a_poorer_class_never_has_less_of_what_the_law_gives_so():
    costs = {"health_insurance_premium": 1_000_000}
    for day in ("2023-06-01", "2024-06-01"):
        for name, home in (("small", SMALL), ("national", None)):
            table = programmes.eligible(
                CURRENT.iloc[:3].assign(
                    farm_household=True, province="Đắk Nông", district="Cư Jút"
                ),
                rules=home, on=day,
                unit_costs=costs if name == "small" else {}, all=True,
            )  # fmt: skip
            used = home or programmes.rules()
            for benefit in used.benefits:
                if not benefit.never_less_for_poorer:
                    continue
                rows = table[
                    (table["benefit"] == benefit.id) & table["granted"].fillna(value=False)
                ]
                worth = {rule.id: rule.amount.value for rule in used.rules if rule.amount}
                best = rows.groupby("household_id")["rule"].agg(
                    lambda rules, worth=worth: max(worth.get(str(r), 0) for r in rules)
                )
                values = [best.get(id, 0) for id in "abc"]
                assert values == sorted(values, reverse=True), (benefit.id, values)


# -- places --------------------------------------------------------------------------------------

PLACES = rule_set(
    [("r", '{ lives_in = ["poor"] }', "")],
    head='place_lists = [{ id = "poor", label = { vi = "x", en = "x" }, citation = { document = '
    '"d", confidence = "unconfirmed" }, places = [{ province = "Đắk Nông", district = "Tuy Đức", '
    "valid_from = 2021-01-01, valid_to = 2025-06-30 }] }]",
)


@pytest.mark.parametrize(
    ("home", "on", "expected"),
    [
        ({"province": "Đắk Nông", "district": "Tuy Đức"}, "2023-01-01", True),
        ({"province": "ĐẮK NÔNG ", "district": "tuy đức"}, "2023-01-01", True),
        ({"province": "Đắk Nông", "district": "Cư Jút"}, "2023-01-01", False),
        ({"province": "Đắk Lắk", "district": "Tuy Đức"}, "2023-01-01", None),
        ({"province": None, "district": "Tuy Đức"}, "2023-01-01", None),
        ({"province": "Đắk Nông", "district": None}, "2023-01-01", None),
        ({"province": "Đắk Nông", "district": "Tuy Đức"}, "2020-12-31", None),
        ({"province": "Đắk Nông", "district": "Tuy Đức"}, "2021-01-01", True),
        ({"province": "Đắk Nông", "district": "Tuy Đức"}, "2025-06-30", True),
        ({"province": "Đắk Nông", "district": "Tuy Đức"}, "2025-07-01", None),
        ({"province": "Đắk Nông"}, "2023-01-01", None),
        ({}, "2023-01-01", None),
        # The word for the kind of a unit, codes beside names, names without marks.
        ({"province": "Tỉnh Đắk Nông", "district": "Tuy Đức"}, "2023-01-01", True),
        ({"province": "Đắk Nông", "district": "Huyện Tuy Đức"}, "2023-01-01", None),
        ({"province": "Đắk Nông", "district": "H. Tuy Đức"}, "2023-01-01", None),
        ({"province": "Tỉnh Đắk Nông", "district": "Huyện Cư Jút"}, "2023-01-01", False),
        ({"province": "Đắk Nông", "district": "661"}, "2023-01-01", None),
        ({"province": "67", "district": "661"}, "2023-01-01", None),
        ({"province": "Đắk Nông", "district": "Tuy Duc"}, "2023-01-01", None),
    ],
)
def test_a_list_of_places_tells_of_its_provinces_and_days_alone(home, on, expected):
    table = pd.DataFrame([{"poverty_class": "poor", **home}], index=["a"])
    assert told(programmes.eligible(table, rules=PLACES, on=on, all=True), "eligible") == {
        ("a", "r"): expected
    }


@pytest.mark.parametrize(
    ("district", "expected"),
    [
        ("Huyện Cao Lãnh", True),
        ("H. cao lãnh", True),
        ("Thành phố Cao Lãnh", False),
        ("TP Cao Lãnh", False),
        ("Cao Lãnh", None),
        ("Thị xã Hồng Ngự", False),
    ],
)
def test_a_district_is_told_from_the_town_of_its_name(district, expected):
    home = pd.DataFrame({"poverty_class": ["poor"], "district": [district]}, index=["a"])
    places = pd.DataFrame({"list": ["poor"], "district": ["Huyện Cao Lãnh"]})
    table = programmes.eligible(home, rules=PLACES, places=places, on="2023-01-01", all=True)
    assert told(table, "eligible") == {("a", "r"): expected}


@pytest.mark.parametrize(
    "district", ["Tuy Đức", "Huyện Tuy Đức", "h. tuy đức", "Đắk Glong", "Huyện Đăk G'Long"]
)
@pytest.mark.parametrize("province", ["Đắk Nông", "Tỉnh Đắk Nông", "ĐĂK NÔNG"])
def test_the_shipped_poor_districts_are_known_with_and_without_the_words_for_their_kinds(
    province, district
):
    home = {"poverty_class": ["poor"], "province": [province], "district": [district]}
    table = programmes.eligible(
        pd.DataFrame(home, index=["a"]), rules="plan_740_dak_nong_rules", on="2022-06-01"
    )
    rows = table.set_index("rule")
    assert rows.loc["plan_740_1_1_infrastructure", "eligible"]


def test_places_that_are_given_take_the_place_of_the_shipped_ones():
    home = pd.DataFrame(
        [
            {"poverty_class": "poor", "district": district, "commune": commune}
            for district, commune in [
                ("Tuy Đức", "A"),
                ("Cư Jút", "B"),
                ("Cư Jút", "C"),
                ("Cư Jút", None),
            ]
        ],
        index=list("abcd"),
    )
    places = pd.DataFrame({"list": ["poor"], "district": ["Cư Jút"], "commune": ["B"]})
    table = programmes.eligible(home, rules=PLACES, places=places, on="2026-01-01", all=True)
    assert list(told(table, "eligible").values()) == [False, True, False, None]


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ({"list": ["rich"], "district": ["A"]}, "no rule knows a list rich; there are poor"),
        ({"district": ["A"]}, "list is absent"),
        ({"list": ["poor"], "huyen": ["A"]}, "no column for huyen"),
        ({"list": ["poor", "poor"], "district": ["A", None]}, "row 1: no unit is named"),
        (
            {"list": ["poor"], "district": ["A"], "valid_from": ["2023-02-01"],
             "valid_to": ["2023-01-31"]},
            "row 0: valid to 2023-01-31, before it is valid from 2023-02-01",
        ),
        ({"list": ["poor"], "district": ["A"], "valid_to": ["31/12/2025"]},
         "row 0: valid_to is not a date"),
        ({"list": ["poor"] * 2, "district": ["A", "B"], "valid_to": ["2022-12-31"] * 2},
         "no place of list 'poor' is in force on 2023-01-01: rows 0, 1"),
    ],
)  # fmt: skip
def test_places_that_are_not_sound_are_named(places, message):
    home = pd.DataFrame({"poverty_class": ["poor"], "district": ["A"]}, index=["a"])
    with pytest.raises(mdp.errors.ArgumentError, match="places") as error:
        programmes.eligible(home, rules=PLACES, places=pd.DataFrame(places), on="2023-01-01")
    assert message in str(error.value)


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit_costs": {"wage": 1}}, "unit_costs names no parameter of small_rules: wage"),
        ({"unit_costs": {"health_insurance_premium": "much"}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": -1}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": True}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": np.nan}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": "1.263"}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": "1_263"}}, "give its amount as a number"),
        ({"unit_costs": {"health_insurance_premium": 10**400}}, "give its amount as a number"),
        (
            {
                "history": pd.DataFrame(
                    {"household_id": [1], "on": ["2022-01-01"], "poverty_class": ["poor"]}
                )
            },
            "the ids of history are whole numbers, such as 1, and those of current are text",
        ),
        (
            {"households": pd.DataFrame({"area": ["rural"]}, index=[7])},
            "the ids of households are whole numbers, such as 7, and those of current are text",
        ),
        (
            {"households": Tables(CURRENT[[]], MEMBERS), "members": MEMBERS},
            "members are given twice",
        ),
        ({"unit_costs": 7}, "unit_costs cannot be int"),
        ({"unit_costs": [("health_insurance_premium", 7)]}, "unit_costs cannot be list"),
        ({"include": None}, "include is None; pass ids of rules"),
        ({"include": [7]}, "include is [7]; pass ids of rules"),
        ({"include": ["free_rice"]}, "include names no rule of small_rules: free_rice"),
        ({"rules": "rules_of_hue"}, "no set of rules 'rules_of_hue'"),
        ({"rules": 7}, "rules cannot be int"),
        ({"rules": []}, "rules cannot be list"),
    ],
)
def test_arguments_that_are_not_sound_are_named(arguments, message):
    with pytest.raises(mdp.errors.ArgumentError) as error:
        programmes.eligible(CURRENT, **{"rules": SMALL, "on": "2023-06-01", **arguments})
    assert message in str(error.value)


def faults(*, current=CURRENT, members=None, history=None, households=None):
    with pytest.raises(mdp.InvalidDataError) as error:
        programmes.eligible(
            current, members, history=history, rules=SMALL, on="2023-06-01", households=households
        )
    rows = error.value.violations
    return {(row["table"], row["column"], row["rule"]) for row in rows.to_dict("records")}


def test_tables_that_are_not_sound_are_named():
    twice = pd.concat([CURRENT, CURRENT.iloc[:1]])
    assert faults(current=twice) == {("current", "household_id", "duplicate_id")}
    assert faults(current=CURRENT.assign(poverty_class="rich")) == {
        ("current", "poverty_class", "not_a_class")
    }
    odd = CURRENT.assign(
        listed="có", class_at_best="rich", class_at_worst=None, since="1/2/2022", left_on="soon"
    )
    assert faults(current=odd) == {
        ("current", "listed", "not_boolean"),
        ("current", "class_at_best", "not_a_class"),
        ("current", "since", "not_a_date"),
        ("current", "left_on", "not_a_date"),
    }
    assert faults(current=CURRENT.reset_index()) == {("current", "household_id", "id_not_in_index")}
    assert faults(current=CURRENT.set_index("listed", append=True)) == {
        ("current", "household_id", "index_of_levels")
    }
    assert faults(current=CURRENT.drop(columns="poverty_class")) == {
        ("current", "poverty_class", "missing_column")
    }
    assert faults(members=pd.DataFrame({"household_id": ["a", "q"], "member_id": 1})) == {
        ("members", "household_id", "unknown_household")
    }
    assert faults(members=MEMBERS.drop(columns="member_id")) == {
        ("members", "member_id", "missing_column")
    }
    assert faults(members=MEMBERS.assign(age=[40, 3, 60, 2, 130])) == {
        ("members", "age", "out_of_range")
    }
    assert faults(members=pd.concat([MEMBERS, MEMBERS.iloc[:1]])) == {
        ("members", "member_id", "duplicate_id")
    }
    assert faults(members=MEMBERS.assign(household_id=["a", "a", "b", "c", None])) == {
        ("members", "household_id", "missing_value")
    }
    assert faults(members=MEMBERS.assign(member_id=[1, 2, 1, None, 1])) == {
        ("members", "member_id", "missing_value")
    }
    homes = pd.DataFrame({"floor_area": [-1.0, 1, 1, 1]}, index=CURRENT.index)
    assert faults(households=homes) == {("households", "floor_area", "negative")}
    history = pd.DataFrame({"household_id": ["a"], "on": ["yesterday"], "poverty_class": ["poor"]})
    assert faults(history=history) == {("history", "on", "not_a_date")}
