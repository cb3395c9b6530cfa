"""Reasons against brute force: every area, band, count and number of unknown answers."""

import functools
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.identity import nearest_ids
from tests.helpers import oracle

STANDARDS = ["decision_59_2015", "decree_07_2021", "decree_351_2025"]


def incomes(standard):
    lines = sorted({a for line in standard.lines for a in (line.rural, line.urban)})
    return [a + step for a in lines for step in (-1, 0, 1)]


def cells(standard):
    """Every area, income (and none), known count and unknown count."""
    n = len(standard.indicators)
    counts = [(c, u) for c in range(n + 1) for u in range(n + 1 - c)]
    grid = itertools.product(["rural", "urban"], [None, *incomes(standard)], counts)
    rows = [(area, income, c, u) for area, income, (c, u) in grid]
    frame = pd.DataFrame(
        {"area": [r[0] for r in rows], "income_per_capita": np.array([r[1] for r in rows], float)},
        index=pd.Index([f"h{k}" for k in range(len(rows))], name="household_id"),
    )
    answers = [[True] * c + [None] * u + [False] * (n - c - u) for *_, c, u in rows]
    matrix = pd.DataFrame(answers, frame.index, list(standard.indicator_ids), dtype="boolean")
    return rows, frame, matrix


def completions(name, standard, area, income, count, unknown):
    """Class by (income, count) for all that the unknown answers can be."""
    some = incomes(standard) if income is None else [income]
    return {
        (y, c): oracle.class_of(name, area, y, c)
        for y in some
        for c in range(count, count + unknown + 1)
    }


@functools.cache
def classes_reached(name, area, unknown, income, count):
    """Classes of an income and a known count, for all that the unknown answers can be."""
    return {oracle.class_of(name, area, income, count + more) for more in range(unknown + 1)}


@pytest.mark.slow
@pytest.mark.parametrize("name", STANDARDS)
def test_rule_margins_and_open_questions_of_every_cell(name):
    standard = mdp.standard(name)
    n = len(standard.indicators)
    rows, households, matrix = cells(standard)
    why = mdp.reasons(households, matrix, standard=standard)
    table = standard.decision_table()
    for (area, income, count, unknown), reason in zip(rows, why.itertuples(), strict=True):
        classes = completions(name, standard, area, income, count, unknown)
        assert reason.deprived_indicators == (1 << count) - 1
        if len(set(classes.values())) > 1:
            assert pd.isna(reason.poverty_class)
            assert pd.isna(reason.rule)
            assert pd.isna(reason.citation)
            assert np.isnan(reason.income_margin)
            assert pd.isna(reason.deprivation_margin)
            counts_matter = any(classes.get((y, c + 1), k) != k for (y, c), k in classes.items())
            income_matters = any(
                classes[y, c] != classes[z, c]
                for (y, c), (z, d) in itertools.product(classes, classes)
                if c == d
            )
            asked = ((1 << unknown) - 1) << count if counts_matter else 0
            asked |= (1 << n) if income_matters else 0
            assert reason.open_questions == asked
            continue
        assert reason.open_questions == 0
        assert {reason.poverty_class} == set(classes.values())
        fits = table[(table["area"] == area) & table["poverty_class"].eq(reason.poverty_class)]
        fits = fits[
            [
                any(
                    (pd.isna(r.income_above) or y > r.income_above)
                    and (pd.isna(r.income_at_most) or y <= r.income_at_most)
                    and r.deprivations_at_least <= c <= r.deprivations_at_most
                    for y, c in classes
                )
                for r in fits.itertuples()
            ]
        ]
        assert set(reason.rule.split(" or ")) == set(fits.index)
        assert reason.citation == "; ".join(dict.fromkeys(fits["citation"]))
        if len(fits) > 1 or income is None:
            assert np.isnan(reason.income_margin)
        else:
            rule = fits.iloc[0]
            bounds = [b for b in (rule["income_above"], rule["income_at_most"]) if not pd.isna(b)]
            assert reason.income_margin == min((income - b for b in bounds), key=abs)
        if len(fits) == 1:
            rule = fits.iloc[0]
            margins = []
            if rule["deprivations_at_least"] > 0:
                margins.append(count - rule["deprivations_at_least"])
            if rule["deprivations_at_most"] < n:
                margins.append(count + unknown - rule["deprivations_at_most"] - 1)
            given = reason.deprivation_margin
            assert (None if pd.isna(given) else given) == (
                min(margins, key=abs) if margins else None
            )


@pytest.mark.parametrize("name", STANDARDS)
def test_every_nearest_change_is_real_and_none_is_nearer(name):
    standard = mdp.standard(name)
    n = len(standard.indicators)
    rows, households, matrix = cells(standard)
    changes = mdp.nearest_changes(households, matrix, standard=standard)
    by_home = {}
    for change in changes.itertuples():
        by_home.setdefault(change.Index, {}).setdefault(change.to_class, []).append(change)
    steps = incomes(standard)
    for (area, income, count, unknown), id in zip(rows, households.index, strict=True):
        now = set(completions(name, standard, area, income, count, unknown).values())
        if income is None or len(now) > 1:
            assert id not in by_home
            continue
        by_class = by_home.get(id, {})
        targets = set(standard.classes) - now

        reached = functools.partial(classes_reached, name, area, unknown)

        for target in targets:
            found = by_class.get(target, [])
            by_income = [y for y in steps if reached(y, count) == {target}]
            by_count = [
                c - count
                for c in range(n - unknown + 1)
                if c != count and reached(income, c) == {target}
            ]
            both = [
                (c - count, y)
                for c in range(n - unknown + 1)
                for y in steps
                if c != count and reached(y, c) == {target}
            ]
            ways = ["income"] * bool(by_income) + ["deprivations"] * bool(by_count)
            ways = ways or ["both"] * bool(both)
            assert sorted(row.way for row in found) == sorted(ways)
            for row in found:
                money = 0 if np.isnan(row.income_change) else row.income_change
                more = 0 if pd.isna(row.deprivation_change) else row.deprivation_change
                assert reached(income + money, count + more) == {target}
                if row.way == "income":
                    assert abs(money) == min(abs(y - income) for y in by_income)
                elif row.way == "deprivations":
                    assert abs(more) == min(map(abs, by_count))
                else:
                    assert abs(more) == min(abs(d) for d, _ in both)
                bits = (1 << count) - 1 if more < 0 else (1 << n) - (1 << (count + unknown))
                assert row.indicators == (bits if more else 0)
                assert bin(row.indicators).count("1") >= abs(more)
        assert set(by_class) <= targets


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), standard=testing.standards(monotone=False))
def test_reasons_of_any_standard_agree_with_its_classes(data, standard):
    inputs = data.draw(testing.class_inputs(standard=standard, missing=True))
    tables = inputs.households, inputs.deprivations
    found = mdp.classify(*tables, standard=standard)
    why = mdp.reasons(*tables, standard=standard)
    assert why["poverty_class"].equals(found["poverty_class"])
    assert why["rule"].isna().equals(found["poverty_class"].isna())
    assert why["open_questions"].eq(0).equals(found["poverty_class"].notna())
    deprived = mdp.unpack_indicators(why["deprived_indicators"], standard=standard)
    known = inputs.deprivations.astype("boolean").fillna(False).astype(bool)
    assert deprived.drop(columns=["income", "area"]).equals(known)
    clause = {rule.id: str(rule.poverty_class) for rule in standard.class_rules}
    decided = why[why["rule"].notna()]
    for rule, cls in zip(decided["rule"], decided["poverty_class"], strict=True):
        assert {clause[one.split(".")[1]] for one in rule.split(" or ")} == {cls}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), standard=testing.standards(monotone=False))
def test_nearest_changes_of_any_standard_lead_where_they_say(data, standard):
    inputs = data.draw(testing.class_inputs(standard=standard, max_size=4))
    households, matrix = inputs.households, inputs.deprivations
    changes = mdp.nearest_changes(households, matrix, standard=standard)
    reachable = mdp.unpack_indicators(changes["indicators"], standard=standard)
    for (id, change), (_, could) in zip(changes.iterrows(), reachable.iterrows(), strict=True):
        home, answers = households.loc[[id]].copy(), matrix.loc[[id]].copy()
        if not np.isnan(change["income_change"]):
            home["income_per_capita"] += change["income_change"]
        if not pd.isna(change["deprivation_change"]):
            step = int(change["deprivation_change"])
            flip = [name for name in standard.indicator_ids if could[name]][: abs(step)]
            assert len(flip) == abs(step)
            assert (answers[flip] != (step > 0)).all(axis=None)
            answers[flip] = step > 0
        after = mdp.classify(home, answers, standard=standard)["poverty_class"].iloc[0]
        assert after == change["to_class"] != change["poverty_class"]


def test_examples_of_the_law():
    standard = mdp.standard("decree_07_2021")
    households = pd.DataFrame(
        {"area": ["rural", "urban", "rural"], "income_per_capita": [1_500_000.0, 2_000_001.0, 9e6]},
        index=["poor", "average", "above"],
    )
    matrix = pd.DataFrame(False, index=households.index, columns=list(standard.indicator_ids))
    matrix.loc["poor", ["employment", "water", "toilet"]] = True
    before = households.copy(), matrix.copy()
    why = mdp.reasons(households, matrix, standard=standard, language="vi")
    assert why["rule"].tolist() == ["rural.poor", "urban.average", "rural.above_average"]
    assert why["citation"].iloc[0] == "Nghị định 07/2021/NĐ-CP, Điều 3, khoản 2"
    assert "chưa đối chiếu" in why["citation"].iloc[1]
    assert why["income_margin"].tolist() == [0.0, 1.0, 6_750_000.0]
    assert why["deprivation_margin"].astype(object).fillna("").tolist() == [0, "", ""]
    lists = mdp.unpack_indicators(why["deprived_indicators"], standard=standard, to="lists")
    assert lists["poor"] == ["employment", "water", "toilet"]
    flags = mdp.unpack_indicators(why["deprived_indicators"], standard=standard)
    pd.testing.assert_frame_equal(flags[list(standard.indicator_ids)], matrix)
    assert not flags["income"].any()
    changes = mdp.nearest_changes(households, matrix, standard=standard)
    borderline = changes[changes["deprivation_change"].abs() == 1]
    assert borderline.index.tolist() == ["poor"]
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(matrix, before[1])
    turned = matrix.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(
        mdp.reasons(households, turned, standard=standard, language="vi"), why
    )


def test_masks_that_cannot_be():
    standard = mdp.standard("decree_07_2021")
    for mask in (-1, 1 << 14):
        with pytest.raises(ValueError, match="a mask has a bit beyond the 14 questions"):
            mdp.unpack_indicators(pd.Series([mask]), standard=standard)
    with pytest.raises(ValueError, match="to 'rows'"):
        mdp.unpack_indicators(pd.Series([0]), standard=standard, to="rows")


@given(st.data())
def test_answering_an_open_question_can_change_the_class_and_others_cannot(data):
    standard = mdp.standard(data.draw(st.sampled_from(STANDARDS)))
    ids = list(standard.indicator_ids)
    answers = [data.draw(st.sampled_from([True, False, None])) for _ in ids]
    income = data.draw(st.sampled_from([None, *incomes(standard)]))
    area = data.draw(st.sampled_from(["rural", "urban"]))

    def of(income, answers):
        home = pd.DataFrame({"area": [area], "income_per_capita": np.array([income], float)})
        matrix = pd.DataFrame([answers], columns=ids, dtype="boolean")
        return home, matrix

    why = mdp.reasons(*of(income, answers), standard=standard)
    asked = mdp.unpack_indicators(why["open_questions"], standard=standard, to="lists")[0]
    assert bool(asked) == pd.isna(why["poverty_class"][0])
    for place, id in enumerate(ids):
        if answers[place] is None and id not in asked:
            seen = []
            for answer in (True, False):
                changed = [*answers[:place], answer, *answers[place + 1 :]]
                result = mdp.classify(*of(income, changed), standard=standard)
                seen.append(result[["class_at_worst", "class_at_best"]].values.tolist())
            assert seen[0] == seen[1]


# -- in words --------------------------------------------------------------------------------


def sample():
    standard = mdp.standard("decree_07_2021")
    survey = mdp.load_sample()
    matrix = mdp.deprivations(survey.households, survey.members, standard=standard)
    return survey.households, matrix, standard


def test_an_explanation_in_both_languages():
    households, matrix, standard = sample()
    said = mdp.explain(households, matrix, "SYN-0005", standard=standard, language="vi")
    assert said.poverty_class == "poor"
    assert [s.kind for s in said.sentences] == [
        "income",
        "deprived",
        "deprived",
        "deprived",
        "count",
        "class",
        "change",
        "change",
        "change",
    ]
    assert str(said) == said.text("vi")
    assert "Thu nhập bình quân 1.237.000 đồng/người/tháng, không quá chuẩn thu nhập" in str(said)
    assert "Phụ lục, chỉ số 2 [chưa đối chiếu]" in str(said)
    english = said.text("en")
    assert "Deprived in 3 of 12 indicators\nTherefore: Poor household (Decree 07/2021" in english
    assert "With 1 deprivation fewer: Near-poor household" in english
    assert "With 263,001 VND more income" in english
    assert said._repr_html_().count("<li") == 9
    assert type(said).model_validate_json(said.model_dump_json()) == said


def test_an_undetermined_household_is_told_what_to_ask():
    households, matrix, standard = sample()
    said = mdp.explain(households, matrix, "SYN-0355", standard=standard, language="en")
    assert said.poverty_class is None
    assert "Income is not known" in str(said)
    assert "Not known: housing area per head" in str(said)
    assert str(said).endswith("Still to be asked: income")
    assert "at worst poor household, at best household above the average standard" in str(said)


def test_every_household_of_the_sample_has_an_explanation_that_agrees():
    households, matrix, standard = sample()
    result = mdp.classify(households, matrix, standard=standard)
    for id in households.index[:40]:
        said = mdp.explain(households, matrix, id, standard=standard)
        expected = result.loc[id, "poverty_class"]
        assert said.poverty_class == (None if pd.isna(expected) else expected)
        deprived = sum(s.kind == "deprived" for s in said.sentences)
        assert deprived == result.loc[id, "deprivation_count"]
        assert all(s.citation for s in said.sentences if s.kind in ("deprived",))


def test_an_unknown_household_is_told_the_nearest():
    households, matrix, standard = sample()
    with pytest.raises(KeyError, match=r"no household 'SYN-005'; the nearest are 'SYN-0"):
        mdp.explain(households, matrix, "SYN-005", standard=standard)
    twice = pd.concat([households.head(1)] * 2), pd.concat([matrix.head(1)] * 2)
    with pytest.raises(ValueError, match="stands in 2 rows"):
        mdp.explain(*twice, "SYN-0001", standard=standard)


# -- two results -----------------------------------------------------------------------------


def test_compare_says_who_moved_and_what_made_it():
    standard = mdp.standard("decree_07_2021")
    ids = ["same", "richer", "answer", "gone", "open"]
    households = pd.DataFrame(
        {"area": "rural", "income_per_capita": [1e6, 1.4e6, 1e6, 1e6, 1e6]}, index=ids
    )
    matrix = pd.DataFrame(False, index=ids, columns=list(standard.indicator_ids)).astype("boolean")
    matrix[["employment", "water"]] = True

    def result(homes, answers):
        classes = mdp.classify(homes, answers, standard=standard)
        rules = mdp.reasons(homes, answers, standard=standard)[["rule"]]
        return pd.concat([answers, classes, rules], axis=1)

    old = result(households, matrix)
    after, answers = households.drop("gone"), matrix.drop("gone")
    after.loc["richer", "income_per_capita"] = 1.6e6
    answers.loc["answer", "toilet"] = True
    answers.loc["open", "nutrition"] = pd.NA
    after.loc["new"] = ["rural", 1e6]
    answers.loc["new"] = False
    found = mdp.compare(old, result(after, answers.astype("boolean")))
    assert found.index.tolist() == [*ids, "new"]
    assert found["present"].tolist() == ["both", "both", "both", "only_a", "both", "only_b"]
    assert found["moved"].astype(object).where(found["moved"].notna(), None).tolist() == [
        False,
        True,
        True,
        None,
        None,
        None,
    ]
    assert found["class_b"].fillna("").tolist() == [
        "near_poor",
        "average",
        "poor",
        "",
        "",
        "near_poor",
    ]
    assert found["cause"].tolist() == ["", "income_band", "deprivations", "", "", ""]
    assert found["answers"].tolist() == ["", "", "toilet", "", "nutrition", ""]
    assert found.loc["richer", ["rule_a", "rule_b"]].tolist() == [
        "rural.near_poor",
        "rural.average",
    ]


def test_compare_two_standards_and_bad_input():
    households, matrix, standard = sample()
    higher = standard.replace(name="x", why="t", lines={"poverty_line": {"rural": 2_000_000}})
    one, other = (mdp.classify(households, matrix, standard=s) for s in (standard, higher))
    moved = mdp.compare(one, other)
    assert set(moved.loc[moved["moved"].fillna(False), "cause"]) == {"income_band"}
    assert not mdp.compare(one, one)["moved"].any()
    with pytest.raises(ValueError, match="b has no column poverty_class"):
        mdp.compare(one, matrix)
    with pytest.raises(ValueError, match="stand twice in a"):
        mdp.compare(pd.concat([one, one]), other)


@pytest.mark.parametrize(
    ("typed", "known", "first"),
    [
        ("hgi-0000012", ["HGI-0000012", "HGI-0000013"], "HGI-0000012"),
        ("HGI0000012", ["HGI-0000012", "HGI-0000013"], "HGI-0000012"),
        ("SYN-12", ["SYN-0012", "SYN-0112"], "SYN-0012"),
        ("H9", ["H1", "H2"], "H1"),
        (12, [11, 12.5, 120], 120),
    ],
)
def test_ids_typed_in_another_way_are_found(typed, known, first):
    assert first in nearest_ids(pd.Index(known), typed)


def test_among_very_many_ids_some_are_always_offered():
    many = pd.Index([f"HGI-{n:07}" for n in range(30_000)])
    assert nearest_ids(many, "hgi-123")[0] == "HGI-0000123"
    assert len(nearest_ids(many, "nothing like it")) == 3


def test_an_explanation_of_an_income_beside_the_line_does_not_contradict_itself():
    standard = mdp.standard("decree_07_2021")
    homes = pd.DataFrame({"area": ["rural"], "income_12m": [360_000_001.0], "household_size": [20]})
    matrix = pd.DataFrame(False, index=homes.index, columns=standard.indicator_ids)
    text = mdp.explain(homes, matrix, 0, standard=standard).text("en")
    assert "Income is 1,500,000.00416667 VND" in text
    assert "With 0 VND" not in text


def test_what_explain_needs_and_has_not_is_said():
    standard = mdp.standard("decree_07_2021")
    homes = pd.DataFrame({"area": ["rural"] * 2, "income_per_capita": 1e6}, index=["a", "b"])
    matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    with pytest.raises(KeyError, match="'b' has no row in deprivations"):
        mdp.explain(homes, matrix, "b", standard=standard)
    for call in (
        lambda: mdp.explain(homes, matrix, "a", standard=standard, language="fr"),
        lambda: mdp.explain(homes, matrix, "a", standard=standard).text("fr"),
        lambda: mdp.reasons(homes.loc[["a"]], matrix, standard=standard, language="fr"),
    ):
        with pytest.raises(ValueError, match="language 'fr' is not"):
            call()


@pytest.mark.parametrize("masks", [[1.5], [1.0, None], ["1"]])
def test_a_mask_is_a_whole_number(masks):
    with pytest.raises(ValueError, match="not whole numbers"):
        mdp.unpack_indicators(pd.Series(masks), standard=mdp.standard("decree_07_2021"))


def test_one_standard_gives_the_same_answers_one_class():
    sample = mdp.load_sample()
    one = mdp.assess(sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    poor = one.index[one["poverty_class"] == "poor"][:2]
    bounds = ["poverty_class", "class_at_worst", "class_at_best"]
    changed = one.copy()
    changed.loc[poor, bounds] = "near_poor"
    with pytest.raises(mdp.ArgumentError, match="two classes") as error:
        mdp.compare(one, changed)
    assert "2 household(s)" in str(error.value)
    assert str(poor.tolist()) in str(error.value)
    changed["standard_hash"] = "0" * 64  # of another standard: its class rules made it
    assert mdp.compare(one, changed).loc[poor, "cause"].tolist() == ["rule", "rule"]
    unnamed = changed.drop(columns=["standard", "standard_hash"])
    assert mdp.compare(one, unnamed).loc[poor, "cause"].tolist() == ["rule", "rule"]


def test_answers_of_results_read_back_from_a_file_are_compared(tmp_path):
    sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    a = mdp.assess(sample.households, sample.members, standard=standard, on="2023-06-30")
    b = a.copy()
    b.loc["SYN-0003", "telecom"] = ~b.loc["SYN-0003", "telecom"]
    b["water"] = ~b["water"]
    back = []
    for n, result in enumerate((a, b)):
        result.to_csv(tmp_path / f"{n}.csv")
        back.append(pd.read_csv(tmp_path / f"{n}.csv", index_col="household_id"))
    assert mdp.compare(*back)["answers"].tolist() == mdp.compare(a, b)["answers"].tolist()
    assert mdp.compare(*back).loc["SYN-0003", "answers"] == "water, telecom"


# -- two systems of classes --------------------------------------------------------------------


def classed(*classes, **answers):
    return pd.DataFrame({"poverty_class": list(classes), **answers})


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("above_average", "not_poor", False),
        ("average", "not_poor", False),
        ("not_poor", "average", False),
        ("not_poor", "not_poor", False),
        ("near_poor", "not_poor", True),
        ("not_poor", "poor", True),
        ("average", "above_average", True),
        ("poor", "near_poor", True),
        ("poor", "poor", False),
        (None, "not_poor", None),
        ("not_poor", None, None),
    ],
)
def test_two_systems_of_classes_are_compared_by_what_they_mean(old, new, moved):
    found = mdp.compare(classed(old), classed(new))
    assert found["moved"].astype(object).where(found["moved"].notna(), None).tolist() == [moved]
    assert found["class_a"].astype(object).where(found["class_a"].notna(), None).tolist() == [old]


@pytest.mark.parametrize("dtype", [int, float, "Int64", object, "boolean"])
def test_indicators_of_0_and_1_count_like_yes_and_no(dtype):
    a = classed("poor", "poor", "poor", water=[True, False, True])
    b = classed("poor", "poor", "poor", water=pd.Series([1, 1, 0]).astype(dtype))
    expected = ["", "water", "water"]
    assert mdp.compare(a, b)["answers"].tolist() == expected
    assert mdp.compare(b, a)["answers"].tolist() == expected
    assert mdp.compare(a.astype({"water": int}), b)["answers"].tolist() == expected


def test_an_answer_that_becomes_unknown_is_another_answer():
    a = classed("poor", "poor", water=[1, 0])
    b = classed("poor", "poor", water=[1.0, None])
    assert mdp.compare(a, b)["answers"].tolist() == ["", "water"]


def test_words_that_are_no_classes_are_refused():
    with pytest.raises(ValueError, match="'rich', 'very poor'; classes are poor, near_poor"):
        mdp.compare(classed("poor", "poor"), classed("very poor", "rich"))


def test_numbers_that_are_no_answers_are_refused():
    a = classed("poor", "poor", water=[True, False])
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.compare(a, classed("poor", "poor", water=[2, 1]))
    faults = error.value.violations
    assert faults[["rule", "table", "column", "value"]].values.tolist() == [
        ["not_a_deprivation", "b", "water", 2]
    ]


@pytest.mark.parametrize(
    ("at", "worst", "best", "sound"),
    [
        ("poor", "poor", "poor", True),
        (None, "poor", "near_poor", True),
        (None, None, None, True),
        ("poor", None, None, True),
        ("not_poor", "not_poor", "not_poor", True),
        (None, "near_poor", "not_poor", True),
        ("poor", "near_poor", "near_poor", False),
        ("poor", "poor", "average", False),
        ("average", "poor", "average", False),
        ("average", None, "poor", False),
        (None, "poor", "poor", False),
        (None, "average", "poor", False),
    ],
)
def test_a_class_that_contradicts_its_bounds_is_refused(at, worst, best, sound):
    bounds = {"class_at_worst": ["poor", worst], "class_at_best": ["poor", best]}
    result, other = classed("poor", at, **bounds), classed("poor", "poor")
    for tables in ((result, other), (other, result)):
        if sound:
            assert len(mdp.compare(*tables)) == 2
        else:
            with pytest.raises(mdp.ArgumentError, match=r"1 households in [ab] contradicts.*\[1\]"):
                mdp.compare(*tables)


def test_columns_that_are_no_answers_are_not_compared():
    a = classed("poor", "poor", toilet=[True, False], children=[0, 1], household_size=[1, 1])
    b = classed("poor", "poor", toilet=["none", "septic"], children=[2, 1], household_size=[1, 0])
    assert mdp.compare(a, b)["answers"].tolist() == ["", ""]
