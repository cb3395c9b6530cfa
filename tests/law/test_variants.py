"""Variants of a standard: another cut-off, other lines, indicators and money, another country."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.assessment.low_income import low_income_workers
from multidim_poverty.law.rules import PersonsPerRoomRule
from tests.helpers import oracle
from tests.helpers.profile import at_most

LAW = mdp.standard("decree_07_2021")
SMALL = Path(__file__).parent / "small_standard.toml"
ROOMS = {"kind": "persons_per_room_more_than", "more_than_persons_per_room": 2}
CROWDING = {
    "dimension": "housing",
    "label": {"vi": "Số người trên một phòng", "en": "Persons per room"},
    "deprived_when": {"vi": "Trên 2 người một phòng", "en": "More than 2 persons to a room"},
    "rule": ROOMS,
}


def cut_off(k, **more):
    rules = {"poor": {"deprivations_at_least": k}, "near_poor": {"deprivations_at_most": k - 1}}
    return LAW.replace(name=f"cut_off_{k}", why="research", class_rules=rules, **more)


def deprivations_alone(k=2):
    return LAW.replace(
        name="deprivations_alone",
        why="an example",
        lines={"poverty_line": None, "average_ceiling": None},
        indicators={"housing_area": None, "crowding": CROWDING},
        class_rules={
            "poor": {"income_at_most": None, "deprivations_at_least": k},
            "near_poor": None,
            "average": None,
            "above_average": None,
            "not_poor": {"poverty_class": "not_poor", "deprivations_at_most": k - 1},
        },
    )


# -- the decision tables of variants, cell by cell -------------------------------------------------


def class_with_cut_off(k, line, ceiling):
    def class_of(area, income, count):
        if income <= line[area]:
            return "poor" if count >= k else "near_poor"
        return "average" if income <= ceiling[area] else "above_average"

    return class_of


LINE, CEILING = {"rural": 1_500_000, "urban": 2_000_000}, {"rural": 2_250_000, "urban": 3_000_000}
HIGHER = {"rural": 1_800_000, "urban": 1_800_000}


def class_of_three_lines(area, income, count):
    if income <= 1_000_000:
        return "poor"
    return class_with_cut_off(3, LINE, CEILING)(area, income, count)


VARIANTS = {
    **{f"cut_off_{k}": (cut_off(k), class_with_cut_off(k, LINE, CEILING)) for k in (1, 2, 4, 12)},
    "one_line_for_both_areas": (
        LAW.replace(name="same", why="research", lines={"poverty_line": 1_800_000}),
        class_with_cut_off(3, HIGHER, CEILING),
    ),
    "three_lines": (
        LAW.replace(
            name="lowest",
            why="research",
            lines={"lowest": {"label": "Lowest", "rural": 1_000_000, "urban": 1_000_000}},
            class_rules={
                "lowest": {"poverty_class": "poor", "income_at_most": "lowest"},
                "poor": {"income_above": "lowest"},
                "near_poor": {"income_above": "lowest"},
            },
        ),
        class_of_three_lines,
    ),
    "an_indicator_less": (
        LAW.replace(name="eleven", why="research", indicators={"water": None}),
        class_with_cut_off(3, LINE, CEILING),
    ),
    "deprivations_alone": (
        deprivations_alone(),
        lambda area, income, count: "poor" if count >= 2 else "not_poor",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "class_of"), VARIANTS.values(), ids=VARIANTS)
def test_every_cell_of_a_variant_is_that_of_a_slow_rule(variant, class_of):
    n = len(variant.indicators)
    bounds = {line.amount(area) for line in variant.lines for area in mdp.vocabulary.Area}
    incomes = sorted({b + step for b in bounds for step in (-1, 0, 1)} | {0, 10_000_000})
    cells = list(itertools.product(("rural", "urban"), incomes, range(n + 1)))
    homes = pd.DataFrame(
        {"area": [c[0] for c in cells], "income_per_capita": [float(c[1]) for c in cells]}
    )
    deprived = np.arange(n) < np.array([c[2] for c in cells])[:, None]
    matrix = pd.DataFrame(deprived, columns=list(variant.indicator_ids))
    found = mdp.classify(homes, matrix, standard=variant)
    assert found["poverty_class"].tolist() == [class_of(*cell) for cell in cells]
    pd.testing.assert_frame_equal(
        found, testing.oracle_classify(homes, matrix, standard=variant), check_categorical=True
    )
    table = variant.decision_table()
    for area, income, count in cells:
        rows = table[
            (table["area"] == area)
            & (table["income_above"].fillna(-1) < income)
            & (table["income_at_most"].fillna(10**12) >= income)
            & table["deprivations_at_least"].le(count)
            & table["deprivations_at_most"].ge(count)
        ]
        assert rows["poverty_class"].tolist() == [class_of(area, income, count)]


def test_a_lower_cut_off_makes_more_poor_in_the_sample():
    sample = mdp.load_sample()
    poor = [
        mdp.assess(sample.households, sample.members, standard=standard)["poverty_class"]
        .eq("poor")
        .sum()
        for standard in (cut_off(2), LAW, cut_off(4))
    ]
    assert poor[0] > poor[1] == 96 > poor[2]


# -- there and back --------------------------------------------------------------------------------


def rules_of(standard):
    """What decides, without words and sources."""
    table = standard.decision_table().drop(columns="citation")
    rules = {i.id: i.rule.model_dump(exclude={"citations"}) for i in standard.indicators}
    return table.to_dict("index"), rules, standard.classes, standard.currency


@pytest.mark.slow
@at_most(40)
@given(
    k=st.integers(1, 12),
    rural=st.integers(1, 2_249_999),
    square_metres=st.integers(1, 30),
    dropped=st.sampled_from(["water", "telecom", "nutrition"]),
)
def test_a_variant_replaced_back_has_the_rules_of_the_law(k, rural, square_metres, dropped):
    there = cut_off(
        k,
        lines={"poverty_line": {"rural": rural}},
        rules={"housing_area": {"below_m2_per_head": square_metres}},
        indicators={dropped: None},
    )
    assert (rules_of(there) == rules_of(LAW)) is False
    was = LAW.indicator(dropped)
    back = there.replace(
        name="back",
        why="back again",
        lines={"poverty_line": {"rural": 1_500_000}},
        rules={"housing_area": LAW.indicator("housing_area").rule},
        indicators={
            dropped: {
                "dimension": was.dimension,
                "label": was.label,
                "deprived_when": was.deprived_when,
                "rule": was.rule,
            }
        },
        class_rules={
            "poor": {"deprivations_at_least": 3},
            "near_poor": {"deprivations_at_most": 2},
        },
    )
    assert rules_of(back) == rules_of(LAW)
    assert back != LAW
    assert back.variant.of == there.name


@pytest.mark.parametrize("number", [np.int64(2), np.uint8(2), 2.0, np.float64(2.0)])
def test_numbers_of_numpy_and_whole_floats_are_whole_numbers(number):
    amount = number * 1_000_000 if not isinstance(number, np.uint8) else np.uint32(2_000_000)
    kinds = {"lines": {"poverty_line": {"rural": amount}}}
    variant = LAW.replace(
        name="x",
        why="y",
        **kinds,
        class_rules={
            "poor": {"deprivations_at_least": number},
            "near_poor": {"deprivations_at_most": number - number // 2},
        },
        rules={"housing_quality": {"not_durable_at_least": number}},
    )
    assert type(variant.lines[0].rural) is int
    assert variant.lines[0].rural == 2_000_000
    assert variant.class_rules[0].deprivations_at_least == 2
    same = LAW.replace(
        name="x",
        why="y",
        lines={"poverty_line": {"rural": 2_000_000}},
        class_rules={
            "poor": {"deprivations_at_least": 2},
            "near_poor": {"deprivations_at_most": 1},
        },
        rules={"housing_quality": {"not_durable_at_least": 2}},
    )
    assert variant == same


# -- refused, with all problems at once ------------------------------------------------------------


@pytest.mark.parametrize("amount", [np.nan, True, np.bool_(True), "1500000", 1.5, np.inf, -1, 0])
def test_an_amount_that_is_no_whole_number_is_refused(amount):
    for lines in ({"poverty_line": amount}, {"poverty_line": {"urban": amount}}):
        with pytest.raises(mdp.LawFileError, match=r"line 'poverty_line': urban: .*(got|greater)"):
            LAW.replace(name="x", why="y", lines=lines)


def test_every_problem_of_the_arguments_is_named_at_once():
    with pytest.raises(mdp.LawFileError) as error:
        LAW.replace(
            name="x",
            why=" ",
            lines={"poverty_line": np.nan, "average_ceiling": {"city": 1}, "other": {"rural": 1}},
            rules={"wealth": {}, "water": {"clean": []}, "toilet": 5},
            class_rules={"poor": {"deprivations_at_least": True}, "rich": None},
            indicators={"mines": None, "rooms": {"label": "Rooms"}, "telecom": "no"},
            dimensions={"wealth": None},
        )
    for problem in (
        "why is ' '",
        "line 'poverty_line': rural: Input should be a valid integer, got nan",
        "line 'poverty_line': urban: Input should be a valid integer, got nan",
        "line 'average_ceiling': no area 'city'",
        "no line 'other' (there are poverty_line, average_ceiling); to add it, give label, urban",
        "no indicator 'wealth'; there are employment",
        "indicator 'water': rule: water.clean: Tuple should have at least 1 item",
        "indicator 'toilet': 5 is no rule",
        "class rule 'poor': deprivations_at_least: Input should be a valid integer, got True",
        "no class rule 'rich'; there are poor",
        "no indicator 'mines'",
        "no indicator 'rooms'",
        "to add it, give dimension, deprived_when, rule too",
        "indicator 'telecom': 'no' is not a mapping of values, or None to take it out",
        "no dimension 'wealth'",
    ):
        assert problem in str(error.value)
    assert len(error.value.problems) == 14


def test_a_gap_is_named_beside_an_amount_and_an_id_that_are_wrong():
    with pytest.raises(mdp.LawFileError) as error:
        LAW.replace(
            name="x",
            why="y",
            class_rules={"poor": {"deprivations_at_least": 4}},
            lines={"average_ceiling": np.nan},
            indicators={"mines": None},
            rules={"water": {"clean": []}},
        )
    gap = "gap in the class rules at income band 'up_to_poverty_line' with 3 deprivations"
    assert error.value.problems[-1] == gap
    assert len(error.value.problems) == 5


def test_lines_that_overlap_are_named_beside_an_id_that_nothing_has():
    with pytest.raises(mdp.LawFileError) as error:
        LAW.replace(
            name="x", why="y", lines={"poverty_line": 2_250_000}, indicators={"mines": None}
        )
    overlap = "income bands overlap: line 'average_ceiling' (2250000) is not above 'poverty_line'"
    assert [problem.startswith(overlap) for problem in error.value.problems] == [False, True]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (
            {"class_rules": {"poor": {"deprivations_at_least": 4}}},
            ["gap in the class rules at income band 'up_to_poverty_line' with 3 deprivations"],
        ),
        (
            {"class_rules": {"poor": {"deprivations_at_least": 1}}},
            [
                "overlap of poor, near_poor in the class rules at income band "
                f"'up_to_poverty_line' with {count} deprivations"
                for count in (1, 2)
            ],
        ),
        (
            {"class_rules": {"above_average": None}},
            [
                "gap in the class rules at income band 'above_average_ceiling' with "
                f"{count} deprivations"
                for count in range(13)
            ],
        ),
        (
            {"lines": {"average_ceiling": None}},
            [
                "class rule 'average' names unknown line 'average_ceiling'",
                "class rule 'above_average' names unknown line 'average_ceiling'",
            ],
        ),
        (
            {"dimensions": {"housing": None}},
            [
                f"indicator '{id}' is of unknown dimension 'housing'"
                for id in ("housing_quality", "housing_area")
            ],
        ),
        (
            {"indicators": {"water": None}, "rules": {"water": {"clean": ["piped"]}}},
            ["indicator 'water' has a new rule, and is taken out"],
        ),
        (
            {"indicators": dict.fromkeys(LAW.indicator_ids)},
            ["no indicator is left"],
        ),
        (
            {"currency": "USD", "lines": {"poverty_line": 100, "average_ceiling": {"rural": 150}}},
            [
                "line 'average_ceiling' keeps an amount in VND, and the currency is USD: give "
                "rural and urban, or None to take it out"
            ],
        ),
    ],
)
def test_a_table_with_gaps_or_overlaps_is_refused_with_each_cell(change, problems):
    with pytest.raises(mdp.LawFileError) as error:
        LAW.replace(name="x", why="y", **change)
    assert set(problems) <= set(error.value.problems)


# -- a variant says so, wherever its name or its source stands -------------------------------------


def test_a_variant_says_so_wherever_its_name_or_source_is_printed():
    variant = cut_off(2, lines={"poverty_line": {"urban": 2_100_000}})
    assert "variant_of='decree_07_2021'" in repr(variant)
    assert "Variant (research)" in variant._repr_html_()
    assert variant.content_hash != LAW.content_hash
    homes = pd.DataFrame({"area": ["urban"], "income_per_capita": [2_050_000.0]}, index=["a"])
    matrix = pd.DataFrame(False, index=["a"], columns=list(variant.indicator_ids))
    said = mdp.explain(homes, matrix, "a", standard=variant)
    assert said.text("en").startswith(
        "Not the law: cut_off_2 is a variant of decree_07_2021 (research)\n"
    )
    assert said.text("vi").startswith("Không phải văn bản gốc: cut_off_2 là biến thể của decree_07")
    assert "(Variant (research) of Decree 07/2021/ND-CP, article 3, clause 1)" in said.text("en")
    assert "Therefore: Near-poor household (Variant (research) of Decree" in said.text("en")
    for language, words in (("en", "Variant (research) of"), ("vi", "Biến thể (research) của")):
        cited = mdp.reasons(homes, matrix, standard=variant, language=language)["citation"]
        assert words in cited.iloc[0]
    result = mdp.classify(homes, matrix, standard=variant)
    receipt = mdp.receipt(homes, matrix, result, standard=variant)
    assert receipt.standard_variant_of == "decree_07_2021"
    assert receipt.standard_hash == variant.content_hash
    assert "standard_variant_of='decree_07_2021'" in repr(receipt)
    assert "Not the law" not in mdp.explain(homes, matrix, "a", standard=LAW).text()
    lawful = mdp.classify(homes, matrix, standard=LAW)
    assert mdp.receipt(homes, matrix, lawful, standard=LAW).standard_variant_of is None


def test_the_decision_table_cites_a_line_that_is_no_law_beside_the_clause():
    table = LAW.replace(
        name="x", why="a line", lines={"average_ceiling": {"rural": 2_300_000}}
    ).decision_table()
    assert table.loc["rural.average", "citation"] == (
        "Decree 07/2021/ND-CP, article 3, clause 2, point c [unconfirmed]; Variant (a line) of "
        "Decree 07/2021/ND-CP, article 3, clause 2, point c"
    )
    assert table.loc["rural.poor", "citation"] == "Decree 07/2021/ND-CP, article 3, clause 2"


def test_rules_that_count_other_indicators_are_cited_as_a_variant():
    fewer = LAW.replace(name="x", why="no water", indicators={"water": None})
    cited = {rule.id: rule.citation.variant for rule in fewer.class_rules}
    assert cited == {"poor": "no water", "near_poor": "no water", "average": None,
                     "above_average": None}  # fmt: skip
    thresholds = LAW.replace(name="x", why="y", rules={"water": {"clean": ["piped"]}})
    assert [rule.citation.variant for rule in thresholds.class_rules] == [None] * 4


def test_a_file_of_a_user_equals_the_same_variant_made_by_replace(tmp_path):
    file = tmp_path / "dearer.toml"
    text = SMALL.read_text(encoding="utf-8")
    cited = (
        'document = "decree_07_2021", article = "3", confidence = "text", checked_on = 2026-11-23'
    )
    variant = (
        'document = "decree_07_2021", article = "3", confidence = "unconfirmed", variant = "dear"'
    )
    head, lines = text.split("[[lines]]", 1)
    first, rest = lines.split("[[lines]]", 1)
    first = first.replace("1_000", "1_200").replace(cited, variant)
    poor, after = rest.split("deprivations_at_least = 1", 1)
    after = after.replace(cited, variant, 1).replace(
        "deprivations_at_most = 0", "deprivations_at_most = 1", 1
    )
    near, last = after.split("deprivations_at_most = 1", 1)
    last = last.replace(cited, variant, 1)
    head = head.replace(
        'name = "small"',
        'name = "dearer"\nnotes = ["Variant of small: dear"]\n'
        'variant = { of = "small", why = "dear" }',
    )
    head = head.replace(
        'vi = "Nhỏ", en = "Small"', 'vi = "Biến thể (dear): Nhỏ", en = "Variant (dear): Small"'
    )
    file.write_text(
        f"{head}[[lines]]{first}[[lines]]{poor}deprivations_at_least = 2{near}"
        f"deprivations_at_most = 1{last}", encoding="utf-8",
    )  # fmt: skip
    made = mdp.Standard.read(SMALL).replace(
        name="dearer",
        why="dear",
        lines={"poverty_line": {"rural": 1_200}},
        class_rules={
            "poor_by_deprivation": {"deprivations_at_least": 2},
            "near_poor": {"deprivations_at_most": 1},
        },
    )
    assert mdp.Standard.read(file) == made


# -- rooms in place of floor area ------------------------------------------------------------------


SIZES, NUMBERS = [None, 1, 2, 3, 4, 5, 6], [None, 1, 2, 3]


def test_persons_per_room_agree_with_both_oracles_on_all_answers():
    standard = deprivations_alone()
    answers = [*itertools.product(SIZES, NUMBERS, (0, 1, 3, 5))]
    homes = pd.DataFrame(
        {
            "area": "rural",
            "household_size": pd.array([a[0] for a in answers], dtype="Int64"),
            "rooms": pd.array([a[1] for a in answers], dtype="Int64"),
        }
    )
    owner = np.repeat(np.arange(len(answers)), [a[2] for a in answers])
    members = pd.DataFrame({"household_id": owner, "member_id": np.arange(len(owner)), "age": 30})
    found = mdp.deprivations(homes, members, standard=standard)["crowding"].astype("boolean")
    slow = testing.oracle_deprivations(homes, members, standard=standard)["crowding"]
    pd.testing.assert_series_equal(found, slow)
    assert [None if pd.isna(x) else bool(x) for x in found] == [
        oracle.crowding(None, {"household_size": a[0], "rooms": a[1]}, [{}] * a[2], None)
        for a in answers
    ]


def test_two_persons_to_a_room_are_not_more_than_two():
    homes = pd.DataFrame({"area": "rural", "household_size": [4, 5], "rooms": [2, 2]})
    matrix = mdp.deprivations(homes, standard=deprivations_alone())
    assert matrix["crowding"].tolist() == [False, True]
    assert mdp.schema.columns().set_index("column").loc["rooms", "unit"] == "rooms/household"
    for rooms, rule in ((0, "out_of_range"), (1.5, "not_whole"), ("2", "text_number")):
        faults = mdp.violations(homes.astype({"rooms": object}).assign(rooms=rooms))
        assert faults.loc[faults["severity"] == "error", "rule"].unique().tolist() == [rule]


def test_a_rule_of_another_kind_may_take_the_place_of_one():
    for rule in (ROOMS, PersonsPerRoomRule.model_validate(ROOMS)):
        variant = LAW.replace(name="x", why="rooms", rules={"housing_area": rule})
        indicator = variant.indicator("housing_area")
        assert indicator.rule == PersonsPerRoomRule.model_validate(ROOMS)
        assert indicator.citation.variant == "rooms"
    assert variant.indicator_ids == LAW.indicator_ids


def test_a_new_indicator_stands_behind_those_of_its_dimension():
    ids = deprivations_alone().indicator_ids
    assert ids.index("crowding") == ids.index("housing_quality") + 1
    more = LAW.replace(
        name="x",
        why="y",
        dimensions={"space": "Space"},
        indicators={"crowding": {**CROWDING, "dimension": "space"}, "water": {"label": "Tap"}},
    )
    assert more.indicator_ids == (*LAW.indicator_ids, "crowding")
    assert [d.label.vi for d in more.dimensions][-1] == "Space"
    assert more.indicator("water").label.en == more.indicator("water").label.vi == "Tap"
    assert more.indicator("water").rule == LAW.indicator("water").rule


# -- a standard without income ---------------------------------------------------------------------


def test_a_standard_without_income_needs_none():
    standard = deprivations_alone()
    sample = mdp.load_sample()
    rooms = (sample.households["household_size"] + 1) // 2
    homes = sample.households.drop(columns="income_12m").assign(rooms=rooms)
    with pytest.warns(mdp.DataWarning, match="no_income"):
        mdp.assess(homes, sample.members, standard=LAW)
    result = mdp.assess(homes, sample.members, standard=standard)  # a warning would be an error
    assert standard.band_ids == ("any_income",)
    assert (result["income_band"] == "any_income").all()
    assert result["income_per_capita"].isna().all()
    counted = result[list(standard.indicator_ids)].astype("boolean").sum(axis=1)
    known = result["poverty_class"].notna()
    assert known.sum() > 400
    assert (result["poverty_class"].eq("poor") == counted.ge(2))[known].all()
    with_income = mdp.assess(homes.assign(income_per_capita=5e6), sample.members, standard=standard)
    pd.testing.assert_series_equal(with_income["poverty_class"], result["poverty_class"])
    rate = mdp.measures.headcount(result)
    assert rate["headcount"].item() == result["poverty_class"].eq("poor").sum()

    why = mdp.reasons(homes, result, standard=standard)
    assert why["income_margin"].isna().all()
    asked = mdp.explanation.unpack_indicators(why["open_questions"], standard=standard, to="lists")
    assert "income" not in {name for names in asked for name in names}
    changes = mdp.nearest_changes(homes, result, standard=standard)
    assert set(changes["way"]) == {"deprivations"}
    assert changes["income_change"].isna().all()
    poor = result.index[result["poverty_class"] == "poor"][0]
    text = mdp.explain(homes, result, poor, standard=standard).text()
    assert "Income" not in text
    assert "With 1 deprivation fewer" in text or "deprivations fewer" in text


def test_violations_ask_for_no_income_where_the_standard_has_no_lines():
    homes = pd.DataFrame({"area": ["rural"], "rooms": [1], "household_size": [3]}, index=["a"])
    assert mdp.violations(homes)["rule"].tolist() == ["no_income"]
    assert mdp.violations(homes, standard=LAW)["rule"].tolist() == ["no_income"]
    assert mdp.violations(homes, standard=deprivations_alone()).empty


def test_low_income_and_average_living_need_lines_and_say_so():
    standard = deprivations_alone()
    homes = pd.DataFrame({"area": ["rural"], "income_per_capita": [1e6]}, index=["a"])
    members = pd.DataFrame(
        {"household_id": ["a"], "member_id": 1, "employment_status": "own_account"}
    )
    result = mdp.assess(homes, members, standard=standard)
    with pytest.raises(mdp.NotCoveredError, match="no lines"):
        low_income_workers(homes, members, result, standard=standard)
    with pytest.raises(mdp.NotCoveredError, match="average"):
        mdp.average_living_standard(homes, standard=standard)


@pytest.mark.slow
@at_most(10)
@given(data=st.data())
def test_the_kit_tries_a_standard_without_income(data):
    standard = deprivations_alone()
    inputs = data.draw(testing.class_inputs(standard=standard, missing=True))
    found = mdp.classify(inputs.households, inputs.deprivations, standard=standard)
    slow = testing.oracle_classify(inputs.households, inputs.deprivations, standard=standard)
    pd.testing.assert_frame_equal(found, slow)
    edges = data.draw(testing.boundary_households(standard=standard, whole=True))
    testing.check_class_laws(
        lambda households, matrix: mdp.classify(households, matrix, standard=standard),
        edges.households,
        edges.deprivations,
        standard=standard,
    )


@at_most(1)
@given(data=st.data())
def test_the_kit_notices_a_cut_off_that_is_one_too_high(data):
    standard, wrong = deprivations_alone(2), deprivations_alone(3)
    edges = data.draw(testing.boundary_households(standard=standard))
    right = mdp.classify(edges.households, edges.deprivations, standard=standard)
    other = mdp.classify(edges.households, edges.deprivations, standard=wrong)
    assert (right["poverty_class"] != other["poverty_class"]).any()


# -- money of another country ----------------------------------------------------------------------


def test_another_currency_is_named_in_explanations_and_messages():
    variant = LAW.replace(
        name="colones",
        why="an example",
        currency={"vi": "colón", "en": "CRC"},
        lines={"poverty_line": 100_000, "average_ceiling": 150_000},
    )
    homes = pd.DataFrame(
        {"area": "rural", "income_per_capita": 90_000.0, "household_size": 2, "income_12m": 5e6},
        index=[f"h{n}" for n in range(12)],
    )
    matrix = pd.DataFrame(False, index=homes.index, columns=list(variant.indicator_ids))
    said = mdp.explain(homes, matrix, "h0", standard=variant)
    assert "Income is 90,000 CRC per person per month" in said.text("en")
    assert "10,001 CRC more income" in said.text("en")
    assert "90.000 colón/người/tháng" in said.text("vi")
    assert "VND" not in said.text("en")
    assert "đồng" not in said.text("vi")
    for language, word in (("en", " CRC per head"), ("vi", "colón/người/tháng")):
        faults = mdp.violations(homes, standard=variant, language=language)
        assert faults["rule"].unique().tolist() == ["income_disagrees"]
        assert word in faults["message"].iloc[0]
    assert " VND per head" in mdp.violations(homes)["message"].iloc[-1]
    small = homes.drop(columns="income_12m").assign(income_per_capita=9_000.0)
    assert mdp.violations(small)["rule"].tolist() == ["in_thousands"]
    assert mdp.violations(small, standard=variant).empty
