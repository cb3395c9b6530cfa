"""Forms A and B in points: the law at each cut-off, unknown answers, and files that are wrong."""

import itertools
import pickle
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.assessment.points import b2, classify_points, points, quick_identification
from multidim_poverty.assessment.points.checks import above_its_bound
from multidim_poverty.law.low_income_worker import LowIncomeCriterion
from multidim_poverty.law.point_rule import PointRule, point_rule, point_rules
from multidim_poverty.law.quick_form import QuickForm, quick_form
from multidim_poverty.law.score_sheet import ScoreSheet, score_sheet

HERE = Path(__file__).parent
DECREE_07 = mdp.standard("decree_07_2021")
DECISION_59 = mdp.standard("decision_59_2015")
DECREE_351 = mdp.standard("decree_351_2025")
LINE = {"rural": 140, "urban": 175}
CLASSES = ["poor", "near_poor", "not_poor"]
SOUND = (HERE / "malformed_sheets" / "sound.toml").read_text(encoding="utf-8")
SMALL = ScoreSheet.parse(SOUND)
OLD = score_sheet("score_sheet_2016_partial")


def table(*rows, columns=("area", "b1", "b2"), ids="abcdefgh"):
    return pd.DataFrame(rows, columns=list(columns), index=list(ids[: len(rows)]))


def classes_of(frame, standard=DECREE_07):
    return classify_points(frame, standard=standard)["poverty_class"].tolist()


# -- the class: by the law -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "b1", "b2_points", "expected"),
    [
        ("rural", 139, 30, "poor"),
        ("rural", 140, 30, "poor"),
        ("rural", 141, 30, "not_poor"),
        ("rural", 140, 20, "near_poor"),
        ("rural", 0, 0, "near_poor"),
        ("rural", 141, 120, "not_poor"),
        ("urban", 174, 30, "poor"),
        ("urban", 175, 30, "poor"),
        ("urban", 176, 30, "not_poor"),
        ("urban", 175, 20, "near_poor"),
        ("urban", 141, 20, "near_poor"),
        ("urban", 176, 0, "not_poor"),
    ],
)
def test_classes_of_circular_07_2021(area, b1, b2_points, expected):
    found = classify_points(table((area, b1, b2_points)), standard=DECREE_07)
    classes = ["poverty_class", "class_at_worst", "class_at_best"]
    assert found.columns.tolist() == [*classes, "standard", "standard_hash"]
    assert found.iloc[0].tolist() == [expected] * 3 + [DECREE_07.name, DECREE_07.content_hash]
    for name in classes:
        assert found[name].cat.categories.tolist() == CLASSES
        assert found[name].cat.ordered


@pytest.mark.parametrize("area", ["rural", "urban"])
def test_every_household_of_circular_07_2021(area):
    space = list(itertools.product(range(260), range(0, 130, 10)))
    frame = pd.DataFrame(space, columns=["b1", "b2"]).assign(area=area)
    expected = [
        "not_poor" if b1 > LINE[area] else "poor" if d >= 30 else "near_poor" for b1, d in space
    ]
    assert classes_of(frame) == expected


@pytest.mark.parametrize(("area", "poor", "near"), [("rural", 120, 150), ("urban", 140, 175)])
def test_every_household_of_the_older_rule(area, poor, near):
    space = list(itertools.product(range(260), range(0, 110, 10)))
    frame = pd.DataFrame(space, columns=["b1", "b2"]).assign(area=area)
    expected = [
        "poor"
        if b1 <= poor or (b1 <= near and d >= 30)
        else "near_poor"
        if b1 <= near
        else "not_poor"
        for b1, d in space
    ]
    assert classes_of(frame, DECISION_59) == expected


@pytest.mark.parametrize("standard", [DECREE_07, DECISION_59], ids=lambda s: s.name)
def test_points_at_a_line_agree_with_income_at_the_line(standard):
    """At a line, one unit below and one above it; the classes over the last line are one class."""
    rule = point_rule(standard)
    lines = {line.id: line for line in standard.lines}
    rows, incomes = [], []
    for line, area, step, d in itertools.product(
        rule.lines, ["rural", "urban"], [-1, 0, 1], range(len(standard.indicators) + 1)
    ):
        bound = line.bound(mdp.vocabulary.Area(area)).points
        rows.append({"area": area, "b1": bound + step, "b2": 10 * d})
        incomes.append(float(getattr(lines[line.stands_for], area) + step))
    frame = pd.DataFrame(rows)
    first = range(len(standard.indicators))
    matrix = pd.DataFrame([[n < d // 10 for n in first] for d in frame["b2"]])
    matrix.columns = list(standard.indicator_ids)
    households = frame[["area"]].assign(income_per_capita=incomes)
    by_income = mdp.classify(households, matrix, standard=standard)["poverty_class"]
    better = {"average": "not_poor", "above_average": "not_poor"}
    expected = [better.get(cls, cls) for cls in by_income]
    assert classes_of(frame, standard) == expected
    pd.testing.assert_series_equal(
        b2(matrix, standard=standard)["b2"], frame["b2"].astype("Int64"), check_names=False
    )


def test_the_average_living_standard_has_no_points():
    assert "average" not in [str(c) for rule in point_rules() for c in rule.classes]
    assert classes_of(table(("rural", 175, 0), ("rural", 205, 0))) == ["not_poor"] * 2
    assert any("average living standard" in note for note in point_rules()[0].notes)


def test_a_standard_without_points_is_not_covered():
    frame = table(("rural", 1, 0))
    with pytest.raises(mdp.NotCoveredError, match=r"decree_351_2025.*decree_07_2021"):
        classify_points(frame, standard=DECREE_351)
    with pytest.raises(mdp.NotCoveredError, match="decree_351_2025"):
        b2(pd.DataFrame(columns=DECREE_351.indicator_ids), standard=DECREE_351)
    with pytest.raises(mdp.NotCoveredError, match="belong to decree_07_2021, not to decision_59"):
        classify_points(frame, standard=DECISION_59, rule=point_rule(DECREE_07))
    higher = {"poverty_line": {"urban": 2_300_000}}
    ours = DECREE_07.replace(name="ours", why="ours", lines=higher)
    same_name = DECREE_07.replace(name="decree_07_2021", why="ours", lines=higher)
    with pytest.raises(mdp.NotCoveredError, match="ours"):
        classify_points(frame, standard=ours)
    with pytest.raises(mdp.NotCoveredError, match="replaced line 'poverty_line'"):
        classify_points(frame, standard=same_name)


def test_a_rule_of_ones_own():
    text = (HERE.parents[1] / "src/multidim_poverty/law/circular_07_2021.toml").read_text("utf-8")
    ours = PointRule.parse(text.replace("points = 175", "points = 190"))[0]
    frame = table(("urban", 190, 30), ("urban", 191, 30))
    found = classify_points(frame, standard=DECREE_07, rule=ours)
    assert found["poverty_class"].tolist() == ["poor", "not_poor"]


def rule_like_2021(*changes):
    """The rule of Circular 07/2021 with some texts of its file changed."""
    text = (HERE.parents[1] / "src/multidim_poverty/law/circular_07_2021.toml").read_text("utf-8")
    text = "\n[[rules]]\n".join(text.split("\n[[rules]]\n")[:2])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return PointRule.parse(text)[0]


def test_unknown_points_begin_at_none():
    """Where a line stands at 0 points, 0 and 1 are on its two sides."""
    ours = rule_like_2021(("points = 140", "points = 0"))
    found = classify_points(table(("rural", None, 30)), standard=DECREE_07, rule=ours)
    assert found["class_at_worst"].tolist() == ["poor"]
    assert found["class_at_best"].tolist() == ["not_poor"]


@pytest.mark.parametrize(
    ("turned", "row", "worst", "best"),
    [
        # Poor with few deprivations, near-poor with many.
        (("b2_at_least = 30", "b2_below = 30"), ("rural", 140, None), "poor", "near_poor"),
        # Not poor up to the line, poor above it.
        (('b1_at_most = "pov', 'b1_above = "pov'), ("rural", None, 30), "poor", "not_poor"),
    ],
)
def test_bounds_take_no_order_of_the_rules_for_granted(turned, row, worst, best):
    one, two = turned
    ours = rule_like_2021((one, "@"), (two, one), ("@", two))
    found = classify_points(table(row), standard=DECREE_07, rule=ours)
    assert found[["class_at_worst", "class_at_best"]].iloc[0].tolist() == [worst, best]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("b2_below = 30", "b2_below = 20", "gap in the class rules at band 1 of b1 with 20 of b2"),
        ("b2_below = 30", "b2_below = 40", "overlap of poor, near_poor"),
        ("b2_at_least = 30", "b2_at_least = 25", "the bound 25 of b2 is no multiple"),
        ('b1_above = "poverty_line"', "", "overlap of poor, not_poor"),
        ('b1_at_most = "poverty_line"', 'b1_at_most = "line"', "names unknown line 'line'"),
        ("points = 150", "points = 110", "line 'near_poverty_line' is not above 'poverty_line'"),
        ("points = 10\n", "points = 0\n", "a deprivation must give points"),
        ("points = 140", "points = -1", "rule 'circular_07_2021'"),
        ('id = "near_poor"', 'id = "poor"', "class rule 'poor' is given twice"),
        ('"near_poor", "not_poor"]', '"not_poor"]', "each class needs a class rule"),
        ('["poor", "near_poor"', '["near_poor", "poor"', "classes must run from the worst"),
        ('document = "circular_07_2021"', 'document = "other"', "unknown document 'other'"),
        ("[[rules.lines]]", "[[rules.bounds]]", "bounds: Extra inputs are not permitted"),
    ],
)
def test_a_malformed_rule_fails_with_a_clear_error(old, new, expected, tmp_path):
    text = (HERE.parents[1] / "src/multidim_poverty/law/circular_07_2021.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "rule.toml"
    path.write_text(text.replace(old, new, 1 if "id" not in old else 2), encoding="utf-8")
    with pytest.raises(mdp.LawFileError) as error:
        PointRule.read(path)
    assert expected in str(error.value)


def test_every_value_in_points_is_cited():
    shipped = [*point_rules(), OLD, quick_form("quick_form_2015")]
    for model in shipped:
        for language in ("en", "vi"):
            provisions = model.provisions(language)
            assert provisions["citation"].str.len().gt(0).all()
        confirmed = provisions["confidence"] != "unconfirmed"
        assert provisions.loc[confirmed, "checked_on"].notna().all()
        assert pickle.loads(pickle.dumps(model)) == model
    confidence = [set(rule.provisions()["confidence"]) for rule in point_rules()]
    assert confidence == [{"text"}, {"secondary", "unconfirmed"}]
    old = point_rules()[1].provisions().set_index(["part", "value_name"])["confidence"]
    assert old["line near_poverty_line", "rural"] == "unconfirmed"
    assert old["line near_poverty_line", "urban"] == "secondary"


# -- the class: unknown points ---------------------------------------------------------------

BOUNDED = ("area", "b1", "b1_at_least", "b1_at_most", "b2", "b2_at_least", "b2_at_most")


def test_unknown_points_leave_what_they_can_open():
    frame = table(
        ("rural", None, 30), ("rural", 141, None), ("rural", 140, None), ("rural", None, None)
    )
    found = classify_points(frame, standard=DECREE_07).astype(object)
    assert found["poverty_class"].isna().tolist() == [True, False, True, True]
    assert found["class_at_worst"].tolist() == ["poor", "not_poor", "poor", "poor"]
    assert found["class_at_best"].tolist() == ["not_poor", "not_poor", "near_poor", "not_poor"]


def test_bounds_decide_what_they_can():
    frame = table(
        ("rural", None, 100, 140, None, 30, 60),
        ("rural", None, 100, 141, None, 30, 60),
        ("urban", None, 100, 175, None, 0, 20),
        ("urban", None, 176, None, None, None, None),
        ("urban", 175, None, None, None, None, 20),
        columns=BOUNDED,
    )
    found = classes_of(frame)
    assert [found[n] for n in (0, 2, 3, 4)] == ["poor", "near_poor", "not_poor", "near_poor"]
    assert pd.isna(found[1])


@pytest.mark.parametrize("standard", [DECREE_07, DECISION_59], ids=lambda s: s.name)
@pytest.mark.parametrize("area", ["rural", "urban", None])
def test_bounds_are_sound_and_tight(standard, area):
    """Against all points between the bounds, one by one; an unknown area is either."""
    most = 10 * len(standard.indicators)
    ends = [0, 119, 120, 121, 139, 140, 141, 149, 150, 151, 174, 175, 176]
    pairs_b1 = list(itertools.combinations_with_replacement(ends, 2))
    pairs_b2 = list(itertools.combinations_with_replacement(range(0, most + 10, 10), 2))
    rows = [
        (area, None, *b1, None, *deprived) for b1, deprived in itertools.product(pairs_b1, pairs_b2)
    ]
    found = classify_points(pd.DataFrame(rows, columns=list(BOUNDED)), standard=standard)
    space = list(itertools.product(range(178), range(0, most + 10, 10)))
    known = pd.DataFrame(space, columns=["b1", "b2"])
    grids = [
        classify_points(known.assign(area=possible), standard=standard)["poverty_class"]
        .cat.codes.to_numpy()
        .reshape(178, -1)
        for possible in ([area] if area else ["rural", "urban"])
    ]
    grid = np.stack(grids)
    worst, best = (found[f"class_at_{end}"].cat.codes.to_numpy() for end in ("worst", "best"))
    for row, ((_, _, low, high, _, fewest, most_b2), w, b) in enumerate(
        zip(rows, worst, best, strict=True)
    ):
        here = grid[:, low : high + 1, fewest // 10 : most_b2 // 10 + 1]
        assert (w, b) == (here.min(), here.max()), rows[row]
    decided = found["poverty_class"].cat.codes.to_numpy()
    assert (decided == np.where(worst == best, worst, -1)).all()


POINTS = st.tuples(
    st.sampled_from(["rural", "urban"]),
    st.one_of(st.none(), st.integers(100, 200)),
    st.one_of(st.none(), st.integers(0, 12).map(lambda d: 10 * d)),
)
TABLES = st.lists(POINTS, min_size=1, max_size=8)


@given(rows=TABLES, more=st.integers(0, 60), which=st.sampled_from(["b1", "b2"]))
def test_the_class_is_monotone(rows, more, which):
    """More income points never worsen, more deprivations never better the class."""
    frame = table(*rows).astype({"b1": "Int64", "b2": "Int64"})
    step = more if which == "b1" else more // 10 * 10
    moved = frame.assign(**{which: (frame[which] + step).clip(upper=300 if which == "b1" else 120)})
    one, two = (classify_points(f, standard=DECREE_07) for f in (frame, moved))
    for end in ("class_at_worst", "class_at_best"):
        change = two[end].cat.codes.to_numpy() - one[end].cat.codes.to_numpy()
        assert (change >= 0).all() if which == "b1" else (change <= 0).all()


@given(rows=TABLES, data=st.data())
def test_each_household_is_judged_alone(rows, data):
    frame = table(*rows)
    order = data.draw(st.permutations(range(len(rows))))
    whole = classify_points(frame, standard=DECREE_07)
    pd.testing.assert_frame_equal(
        whole.iloc[list(order)], classify_points(frame.iloc[list(order)], standard=DECREE_07)
    )
    pd.testing.assert_frame_equal(
        whole.iloc[:1], classify_points(frame.iloc[:1], standard=DECREE_07)
    )


@pytest.mark.parametrize("dtype", ["int64", "int16", "uint8", "float64", "Int64", "Int32", object])
def test_dtypes_and_no_mutation(dtype):
    frame = table(("rural", 140, 30), ("urban", 176, 20), ("urban", 175, 20))
    frame = frame.astype({"b1": dtype, "b2": dtype}).assign(village="x")
    frame["area"] = frame["area"].astype("category")
    before = frame.copy(deep=True)
    assert classes_of(frame) == ["poor", "not_poor", "near_poor"]
    pd.testing.assert_frame_equal(frame, before)


def test_no_rows():
    found = classify_points(table(), standard=DECREE_07)
    assert found.shape == (0, 5)
    assert b2(pd.DataFrame(columns=DECREE_07.indicator_ids), standard=DECREE_07).shape == (0, 3)


# -- the class: bad points -------------------------------------------------------------------


def faults_of(call, *args, **more):
    with pytest.raises(mdp.InvalidDataError) as error:
        call(*args, **more)
    found = error.value.violations
    assert found.columns.tolist() == [
        *("severity", "rule", "table", "household_id", "member_id", "column", "value"),
        *("expected", "message", "citation"),
    ]
    assert not found["message"].str.contains(r"\{", regex=True).any()
    return found


def test_every_bad_row_is_named_at_once():
    frame = table(
        ("rural", -1, 0),
        ("rural", 140.5, 130),
        ("coast", 140, 25),
        (np.nan, 140, -10),
        ("urban", np.inf, 30),
        ("urban", "140", 12.5),
        ("urban", True, 0),
    )
    found = faults_of(classify_points, frame, standard=DECREE_07)
    assert found[["household_id", "column", "rule"]].values.tolist() == [
        ["a", "b1", "negative"],
        ["b", "b1", "not_whole"],
        ["b", "b2", "no_sum_of_deprivations"],
        ["c", "area", "unknown_category"],
        ["c", "b2", "no_sum_of_deprivations"],
        ["d", "b2", "negative"],
        ["e", "b1", "infinite"],
        ["f", "b1", "text_number"],
        ["f", "b2", "not_whole"],
        ["g", "b1", "not_a_number"],
    ]
    assert set(found["table"]) == {"points"}
    assert "'coast' is not an answer of area" in found["message"][3]
    assert "answers: rural, urban" in found["message"][3]
    assert found["message"][2].endswith("give one of 0, 10, ..., 120")


@pytest.mark.parametrize(("standard", "most"), [(DECREE_07, 120), (DECISION_59, 100)])
@pytest.mark.slow
def test_b2_is_a_sum_over_the_indicators(standard, most):
    good = set(range(0, most + 1, 10))
    for value in range(-20, 150):
        frame = table(("rural", 1, value))
        if value in good:
            classify_points(frame, standard=standard)
        else:
            assert len(faults_of(classify_points, frame, standard=standard)) == 1


def test_columns_that_are_absent_or_stand_twice():
    frame = table(("rural", 1, 0))
    found = faults_of(classify_points, frame[["b2"]], standard=DECREE_07)
    assert found[["column", "rule"]].values.tolist() == [
        ["area", "missing_column"],
        ["b1", "missing_column"],
    ]
    twice = pd.concat([frame, frame[["b2"]]], axis=1)
    found = faults_of(classify_points, twice, standard=DECREE_07)
    assert found[["column", "rule"]].values.tolist() == [["b2", "duplicate_column"]]


def test_bounds_that_disagree():
    frame = table(
        ("rural", None, 150, 140, 30, 30, 30),
        ("rural", 120, 130, 140, 30, 30, 30),
        ("rural", 150, 130, 140, 30, 0, 20),
        ("rural", 140, 140, 140, None, 20, 25),
        ("rural", 130, None, 130, 0, 0, None),
        columns=BOUNDED,
    )
    found = faults_of(classify_points, frame, standard=DECREE_07)
    assert found[["household_id", "column", "rule"]].values.tolist() == [
        ["a", "b1_at_least", "bounds_disagree"],
        ["b", "b1", "bounds_disagree"],
        ["c", "b1", "bounds_disagree"],
        ["c", "b2", "bounds_disagree"],
        ["d", "b2_at_most", "no_sum_of_deprivations"],
    ]


def test_faults_of_a_cell_stand_in_the_order_of_its_rules():
    frame = table(
        ("rural", 1, 130, None, 30), ("rural", 1, 25, None, None),
        columns=("area", "b1", "b2", "b2_at_least", "b2_at_most"),
    )  # fmt: skip
    found = faults_of(classify_points, frame, standard=DECREE_07)
    assert found[["household_id", "value", "rule", "message"]].values.tolist() == [
        [
            *("a", 130, "no_sum_of_deprivations"),
            "130 is no sum of 10 points per deprived indicator; give one of 0, 10, ..., 120",
        ],
        [
            *("a", 130, "bounds_disagree"),
            "130 does not agree with the other columns of b2: the least may not be above the "
            "points, nor the points above the most; correct the points or their bounds",
        ],
        [
            *("b", 25, "no_sum_of_deprivations"),
            "25 is no sum of 10 points per deprived indicator; give one of 0, 10, ..., 120",
        ],
    ]


def test_faults_keep_ids_and_values_as_they_are():
    frame = table(("rural", 1.5, 30), ("rural", 1, -10)).set_axis([7, 8])
    found = faults_of(classify_points, frame, standard=DECREE_07)
    assert found["household_id"].tolist() == [7, 8]
    assert found["member_id"].tolist() == [None, None]
    assert found["value"].tolist() == [1.5, -10]
    assert found["message"].tolist() == [
        "1.5 is not a whole number; write a whole number",
        "-10 is negative; write 0 or more",
    ]
    text = pd.Series(["x"], dtype=str).dtype
    for name in found:
        as_is = name in ("household_id", "member_id", "value", "expected")
        assert found[name].dtype == (object if as_is else text), name


def test_messages_of_tables_of_points_name_the_columns():
    frame = table(("rural", 1, 0))
    asked = faults_of(classify_points, frame[["area"]], standard=DECREE_07)
    assert asked["message"].tolist() == [
        "the table has no column b1 (Points for income); add it",
        "the table has no column b2 (Points for deprivations); add it",
    ]
    two = pd.concat([frame.assign(standard="decree_07_2021")] * 2, axis=1)
    twice = faults_of(classify_points, two, standard=DECREE_07)
    assert twice["column"].tolist() == ["area", "b1", "b2", "standard"]
    assert set(twice["rule"]) == {"duplicate_column"}
    assert set(twice["message"]) == {"the column stands more than once in the table; keep one"}


def test_a_least_without_a_most():
    frame = table(("rural", None, 30, 141), columns=("area", "b1", "b2", "b1_at_least"))
    assert classes_of(frame) == ["not_poor"]
    marks = above_its_bound(frame, "b1")(frame["b1_at_least"])
    assert marks.dtype == bool
    assert marks.tolist() == [False]


def test_points_of_another_standard_are_refused():
    frame = table(("rural", 1, 0), ("rural", 1, 0)).assign(
        standard=["decision_59_2015", "decree_07_2021"]
    )
    found = faults_of(classify_points, frame, standard=DECREE_07)
    assert found[["household_id", "value", "rule"]].values.tolist() == [
        ["a", "decision_59_2015", "other_standard"]
    ]
    assert "not of decree_07_2021" in found["message"][0]


# -- B2 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", [DECREE_07, DECISION_59], ids=lambda s: s.name)
def test_b2_is_ten_for_each_deprivation(standard):
    ids = standard.indicator_ids
    matrix = pd.DataFrame([[n < d for n in range(len(ids))] for d in range(len(ids) + 1)])
    matrix.columns = list(ids)
    found = b2(matrix[list(reversed(ids))], standard=standard)
    assert found.columns.tolist() == ["b2", "b2_at_least", "b2_at_most"]
    for name in found:
        assert found[name].dtype == pd.Int64Dtype()
        assert found[name].tolist() == [10 * d for d in range(len(ids) + 1)]


@given(
    rows=st.lists(
        st.lists(st.sampled_from([True, False, None]), min_size=12, max_size=12), max_size=5
    ),
    dtype=st.sampled_from(["boolean", object, "Int64"]),
)
def test_b2_with_unknown_indicators(rows, dtype):
    matrix = pd.DataFrame(rows, columns=list(DECREE_07.indicator_ids), dtype=object).astype(dtype)
    before = matrix.copy(deep=True)
    found = b2(matrix, standard=DECREE_07)
    for row, (value, low, high) in zip(rows, found.itertuples(index=False), strict=True):
        yes, unknown = row.count(True), row.count(None)
        assert (low, high) == (10 * yes, 10 * (yes + unknown))
        assert pd.isna(value) if unknown else value == low
    pd.testing.assert_frame_equal(matrix, before)
    by_points = classify_points(found.assign(area="rural", b1=140), standard=DECREE_07)
    homes = pd.DataFrame({"area": "rural", "income_per_capita": 1.5e6}, index=matrix.index)
    by_income = mdp.classify(homes, matrix, standard=DECREE_07)
    for name in by_points:
        assert by_points[name].astype(object).equals(by_income[name].astype(object))


def test_b2_keeps_the_index_and_takes_the_points_of_the_rule():
    matrix = pd.DataFrame(False, index=["x", "y"], columns=list(DECREE_07.indicator_ids))
    matrix.loc["y", "water"] = True
    found = b2(matrix, standard=DECREE_07)
    pd.testing.assert_index_equal(found.index, matrix.index)
    ours = rule_like_2021(("points = 10\n", "points = 15\n"))
    assert b2(matrix, standard=DECREE_07, rule=ours)["b2"].tolist() == [0, 15]


def test_bad_deprivations():
    matrix = pd.DataFrame(0, index=["a", "b"], columns=list(DECREE_07.indicator_ids))
    found = faults_of(b2, matrix.assign(water=[2, 1], toilet=[0, -1]), standard=DECREE_07)
    assert found[["household_id", "column", "rule"]].values.tolist() == [
        ["a", "water", "not_a_deprivation"],
        ["b", "toilet", "not_a_deprivation"],
    ]
    assert set(found["table"]) == {"deprivations"}
    with pytest.raises(ValueError, match=r"indicators of decree_07_2021 \(missing: water\)"):
        b2(matrix.drop(columns="water"), standard=DECREE_07)
    with pytest.raises(ValueError, match=r"\(missing: water, toilet\); drop"):
        b2(matrix.drop(columns=["water", "toilet"]), standard=DECREE_07)
    with pytest.raises(mdp.InvalidDataError, match=r"water \[duplicate_column\]"):
        b2(pd.concat([matrix, matrix[["water"]]], axis=1), standard=DECREE_07)


# -- B1 --------------------------------------------------------------------------------------

SIZES, FLOORS = [1, 2, 3, 40], [0, 7.4, 7.5, 19.9, 20, 300]
DIPLOMAS, ANSWERS = ["college", "school", "none"], [True, False]
ITEMS = ["size", "floor", "diploma", "wall"]


def by_hand(size, only_dependents, floor, diploma, wall, region):
    """The small sheet again, in plain Python."""
    north = region == "north"
    parts = [
        0 if only_dependents else (60 if north else 70) if size < 3 else (0 if north else 5),
        0 if floor < 7.5 else (10 if north else 20) if floor < 20 else (5 if north else 30),
        {"college": 40, "school": 20, "none": 0}[diploma]
        if north
        else {"college": 50, "school": 10, "none": 0}[diploma],
        (50 if north else 60) if wall else 0,
    ]
    return sum(parts), parts


NAMES = ["size", "only_dependents", "floor", "diploma", "wall", "region"]
DOMAINS = [SIZES, ANSWERS, FLOORS, DIPLOMAS, ANSWERS, ["north", "city"]]


def answers_of(rows):
    return pd.DataFrame(rows, columns=NAMES).astype(
        {"size": "Int64", "only_dependents": "boolean", "floor": "Float64", "wall": "boolean"}
    )


def test_every_known_answer_by_hand():
    space = list(itertools.product(*DOMAINS))
    found = points(answers_of(space), sheet=SMALL, items=True)
    assert found.columns.tolist() == [
        *("area", "standard", "b1", "b1_at_least", "b1_at_most"),
        *ITEMS,
    ]
    expected = [by_hand(*row) for row in space]
    for name in ("b1", "b1_at_least", "b1_at_most"):
        assert found[name].dtype == pd.Int64Dtype()
        assert found[name].tolist() == [total for total, _ in expected]
    assert found[ITEMS].to_numpy().tolist() == [parts for _, parts in expected]
    assert found["area"].tolist() == ["rural" if row[-1] == "north" else "urban" for row in space]
    assert set(found["standard"]) == {"decree_07_2021"}


@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.none(), st.sampled_from(domain)) for domain in DOMAINS]),
        min_size=1,
        max_size=5,
    )
)
def test_bounds_of_b1_are_those_of_the_completions(rows):
    frame = answers_of(rows)
    before = frame.copy(deep=True)
    found = points(frame, sheet=SMALL, items=True)
    pd.testing.assert_frame_equal(frame, before)
    for row, got in zip(rows, found.to_dict("records"), strict=True):
        filled = itertools.product(
            *[[v] if v is not None else d for v, d in zip(row, DOMAINS, strict=True)]
        )
        totals, parts = zip(*[by_hand(*full) for full in filled], strict=True)
        assert (got["b1_at_least"], got["b1_at_most"]) == (min(totals), max(totals))
        assert pd.isna(got["b1"]) == (min(totals) != max(totals))
        for n, item in enumerate(ITEMS):
            possible = {part[n] for part in parts}
            assert pd.isna(got[item]) if len(possible) > 1 else got[item] == possible.pop()
        assert pd.isna(got["area"]) == (row[-1] is None)


def test_from_answers_to_the_class():
    frame = answers_of(
        [(1, False, 19, "school", True, "north"), (1, None, 0, "none", None, "city")]
    )
    b1 = points(frame, sheet=SMALL)
    assert b1["b1"].tolist()[0] == 140
    matrix = pd.DataFrame(True, index=b1.index, columns=list(DECREE_07.indicator_ids))
    joined = pd.concat([b1, b2(matrix, standard=DECREE_07)], axis=1)
    assert classes_of(joined) == ["poor", "poor"]
    found = faults_of(classify_points, joined.iloc[:, :6].assign(b2=0), standard=DECISION_59)
    assert found["rule"].tolist() == ["other_standard"] * 2


def test_one_region_for_all():
    frame = answers_of([(1, False, 0, "none", False, None)])
    assert points(frame.drop(columns="region"), sheet=SMALL, region="city")["b1"].tolist() == [70]
    assert points(frame, sheet=SMALL, region="north")["area"].tolist() == ["rural"]
    with pytest.raises(ValueError, match="'coast' is no region of small; there are north, city"):
        points(frame, sheet=SMALL, region="coast")


def test_points_of_items_are_given_where_asked_for():
    frame = answers_of([(1, False, 0, "none", False, "north")])
    sums = ["area", "standard", "b1", "b1_at_least", "b1_at_most"]
    assert points(frame, sheet=SMALL).columns.tolist() == sums
    assert points(frame, sheet=SMALL, items=True).columns.tolist() == sums + ITEMS


ONE_REGION = """
name = "one_region"
title = { vi = "Một", en = "One" }
standard = "decree_07_2021"
[documents.form]
title = { vi = "Mẫu", en = "Form" }
[[regions]]
id = "everywhere"
label = { vi = "Cả nước", en = "Everywhere" }
area = "urban"
[[items]]
id = "size"
kind = "number"
label = { vi = "Số người", en = "Members" }
lowest = 1
citation = { document = "form", confidence = "unconfirmed" }
[[items.answers]]
at_least = 1
label = { vi = "Mọi số", en = "Any" }
points = { everywhere = 25 }
"""


def test_one_region_and_one_answer_leave_nothing_unknown():
    sheet = ScoreSheet.parse(ONE_REGION)
    found = points(pd.DataFrame({"size": [None, 1.0], "region": [None, "everywhere"]}), sheet=sheet)
    assert found["b1"].tolist() == [25, 25]
    assert found["area"].tolist() == ["urban", "urban"]


def test_an_unknown_region_among_regions_of_one_area():
    rural = ScoreSheet.parse(SOUND.replace('area = "urban"', 'area = "rural"'))
    found = points(answers_of([(40, False, 0, "none", False, None)]), sheet=rural)
    assert found["area"].tolist() == ["rural"]
    assert found[["b1_at_least", "b1_at_most"]].iloc[0].tolist() == [0, 5]


@pytest.mark.parametrize(
    "dtypes",
    [
        {"size": "int64", "floor": "float64", "wall": "bool", "diploma": "category"},
        {"size": "float64", "floor": "int64", "wall": "int64", "diploma": object},
        {"size": "Int64", "floor": "Float64", "wall": "boolean", "diploma": "string"},
        {"size": object, "floor": object, "wall": object, "diploma": "category"},
    ],
    ids=lambda d: d["size"] if isinstance(d["size"], str) else "object",
)
def test_dtypes_of_answers(dtypes):
    frame = pd.DataFrame(
        {
            "size": [2, 3],
            "floor": [8, 20],
            "wall": [True, False],
            "diploma": ["school", "college"],
            "only_dependents": False,
        },
        index=pd.Index(["x", "y"], name="household_id"),
    ).astype(dtypes)
    before = frame.copy(deep=True)
    found = points(frame, sheet=SMALL, region="city")
    assert found["b1"].tolist() == [70 + 20 + 60 + 10, 5 + 30 + 50]
    assert found.index.equals(frame.index)
    pd.testing.assert_frame_equal(frame, before)


def test_bad_answers_are_named_at_once():
    rows = [
        (0, False, -1, "college", True, "north"),
        (1.5, True, np.inf, "degree", True, "coast"),
        ("2", "yes", "?", None, "no", None),
    ]
    frame = pd.DataFrame(rows, columns=NAMES, index=["a", "b", "c"])
    found = faults_of(points, frame, sheet=SMALL)
    assert found[["household_id", "column", "rule"]].values.tolist() == [
        ["a", "size", "out_of_range"],
        ["a", "floor", "negative"],
        ["b", "region", "unknown_category"],
        ["b", "size", "not_whole"],
        ["b", "floor", "infinite"],
        ["b", "diploma", "unknown_category"],
        ["c", "size", "text_number"],
        ["c", "floor", "not_a_number"],
        ["c", "wall", "not_boolean"],
        ["c", "only_dependents", "not_boolean"],
    ]
    assert set(found["table"]) == {"answers"}
    assert found["message"][5] == (
        "'degree' is not an answer of diploma (Diploma); answers: college, school, none; "
        "write one of these codes"
    )
    found = faults_of(points, frame[["floor"]].iloc[:0], sheet=SMALL)
    assert found["column"].tolist() == ["region", "size", "diploma", "wall", "only_dependents"]
    assert set(found["rule"]) == {"missing_column"}
    assert found["message"].tolist() == [
        "the table has no column region (Region); add it",
        "the table has no column size (Members); add it",
        "the table has no column diploma (Diploma); add it",
        "the table has no column wall (Durable wall); add it",
        "the table has no column only_dependents (only_dependents); add it",
    ]


# -- the sheet of 2016 -----------------------------------------------------------------------

OLD_ANSWERS = pd.DataFrame(
    {
        "household_size": [4, 1],
        "only_dependents": [False, True],
        "dependents": [1, 1],
        "best_diploma": ["upper_secondary", "none"],
        "non_farm_job": ["other", "none"],
        "pensioners": [0, 2],
        "durable_wall": [True, False],
        "durable_column": [True, True],
        "region": ["central_highlands", "mekong_delta"],
    }
)


def test_the_sheet_of_2016_is_historical_and_partial():
    assert OLD.historical
    assert OLD.partial
    assert OLD.standard == "decision_59_2015"
    assert [region.area for region in OLD.regions] == ["rural"] * 6 + ["urban"]
    assert [line.rural.points for line in OLD.cut_offs] == [120, 150]
    assert set(OLD.provisions()["confidence"]) == {"secondary", "unconfirmed"}
    with pytest.raises(mdp.NotCoveredError, match="allow_partial=True"):
        points(OLD_ANSWERS, sheet=OLD)
    bad = OLD_ANSWERS.drop(columns="only_dependents")
    found = faults_of(points, bad, sheet=OLD, allow_partial=True)
    assert "only_dependents (Household made only of dependents)" in found["message"][0]


def test_the_sum_of_a_partial_sheet_is_no_b1():
    found = points(OLD_ANSWERS, sheet=OLD, allow_partial=True, items=True)
    assert found["b1_partial"].tolist() == [35 + 15 + 5 + 15 + 10 + 5, 15 + 40 + 10]
    assert "b1" not in found
    assert found["household_size"].tolist() == [35, 0]
    faults = faults_of(classify_points, found.assign(b2=0), standard=DECREE_07)
    assert set(faults["rule"]) == {"missing_column", "other_standard"}
    faults = faults_of(classify_points, found.assign(b2=0), standard=DECISION_59)
    assert faults[["column", "rule"]].values.tolist() == [["b1", "missing_column"]]


def test_a_household_of_any_size_in_the_sheet_of_2016():
    sizes = [answer.points for answer in OLD.item("household_size").answers]
    for region in OLD.region_ids:
        row = [size[region] for size in sizes]
        assert row == sorted(row, reverse=True)
        assert row[-1] == 0
    assert [s["urban"] for s in sizes] == [80, 55, 40, 25, 20, 10, 0]
    with pytest.raises(KeyError, match="no item 'land'"):
        OLD.item("land")


def test_shipped_names():
    with pytest.raises(KeyError, match="no score sheet '2021'"):
        score_sheet("2021")
    with pytest.raises(KeyError, match="no quick form '2021'; there are quick_form_2015"):
        quick_form("2021")
    with pytest.raises(mdp.NotCoveredError):
        _ = ScoreSheet.parse(SOUND.replace("decree_07_2021", "decree_351_2025")).cut_offs


# -- files -----------------------------------------------------------------------------------

BROKEN = sorted(
    set((HERE / "malformed_sheets").glob("*.toml")) - {HERE / "malformed_sheets/sound.toml"}
)


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_a_malformed_sheet_fails_with_a_clear_error(path):
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(mdp.LawFileError) as error:
        ScoreSheet.read(path)
    assert expected in str(error.value)
    assert path.name in str(error.value)


# What an office writes into the templates, cell by cell.
LABEL = 'label = { vi = "", en = "" }'
FILLED_LABEL = 'label = { vi = "Nhãn", en = "Label" }'


def filled_toml():
    text = ScoreSheet.template()
    text = text.replace('name = "" #', 'name = "ours" #').replace(
        'standard = "" #', 'standard = "decree_07_2021" #'
    )
    text = text.replace('{ vi = "", en = "" }', '{ vi = "Nhãn", en = "Label" }')
    text = text.replace('confidence = "", checked_on = ""', 'confidence = "unconfirmed"')
    text = text.replace('below = ""', "below = 3").replace('at_least = ""\n', "at_least = 3\n")
    text = text.replace('yes_at_least = ""', "yes_at_least = 1").replace('"" # answers', "1 #")
    given = iter(range(0, 100, 5))
    while 'rural = ""' in text:
        rural = next(given)
        text = text.replace('rural = "", urban = ""', f"rural = {rural}, urban = {rural + 1}", 1)
    form, quick = text.split("[quick_form]")
    quick = quick.replace('name = ""', 'name = "a"').replace('id = ""', 'id = "car"')
    return form + "[quick_form]" + quick.replace('yes_at_least = ""', "yes_at_least = 1")


def filled_csv(delimiter=","):
    head = {"name": "ours", "title_vi": "Nhãn", "title_en": "Label", "standard": "decree_07_2021"}
    head |= {"document_vi": "Nhãn", "document_en": "Label"}
    given = iter(range(0, 100, 5))
    lines = []
    for line in ScoreSheet.template("csv").splitlines():
        cells = line.split(",")
        if cells[0] in head:
            cells[1] = head[cells[0]]
        elif cells[0] == "region":
            cells[3:5] = ["Nhãn", "Label"]
        elif len(cells) > 6 and cells[0] != "item":
            cells[3:5] = ["Nhãn", "Label"]
            if cells[2]:
                cells[15] = "unconfirmed"
            else:
                rural = next(given)
                cells[10:12] = [str(rural), str(rural + 1)]
                if cells[8] == "last":
                    cells[7] = "3"
                elif cells[7] == "1":
                    cells[8] = "3"
        lines.append(delimiter.join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", ["toml", "csv"])
def test_an_empty_template_names_every_cell(kind, tmp_path):
    path = tmp_path / f"sheet.{kind}"
    path.write_text(ScoreSheet.template(kind), encoding="utf-8")
    with pytest.raises(mdp.LawFileError) as error:
        (ScoreSheet.read if kind == "toml" else ScoreSheet.read_csv)(path)
    assert all(problem.endswith(" is not filled") for problem in error.value.problems)
    for where in (
        "name",
        "documents.form.title.vi",
        "item 'household_size', answer 1 (from 1), below",
        "item 'best_diploma', answer 'college', points.urban",
        "item 'durable_wall', citation.confidence",
    ):
        assert f"{where} is not filled" in error.value.problems


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_filled_templates_give_the_same_sheet(delimiter, encoding, tmp_path):
    toml, table = tmp_path / "sheet.toml", tmp_path / "sheet.csv"
    toml.write_text(filled_toml(), encoding="utf-8")
    table.write_text(filled_csv(delimiter), encoding=encoding)
    sheet = ScoreSheet.read(toml)
    assert sheet == ScoreSheet.read_csv(table)
    assert sheet.item("household_size").answers[1].points == {"rural": 5, "urban": 6}
    answers = pd.DataFrame(
        {
            "household_size": [2, 3],
            "only_dependents": False,
            "best_diploma": "none",
            "durable_wall": [True, None],
        }
    )
    found = points(answers, sheet=sheet, region="urban")
    assert found["b1"].tolist()[0] == 1 + 16 + 21
    assert found.loc[1, ["b1_at_least", "b1_at_most"]].tolist() == [6 + 16 + 21, 6 + 16 + 26]
    assert QuickForm.read(toml).items[0].id == "car"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name,ours", "nmae,ours", "unknown row 'nmae' above the items"),
        ("name,ours\n", "", "row 'name' is missing above the items"),
        ("name,ours\n", "name,ours\nname,ours\n", "row 'name' is given twice"),
        ("historical,no", "historical,maybe", "historical: write 'yes' or 'no', not 'maybe'"),
        ("signed,", "signed,18/07/2021", "signed: '18/07/2021' is not a date"),
        ("item,answer,kind", "answer,item,kind", "there is no row that begins with 'item'"),
        ("lowest,whole", "least,whole", "column 'least' is neither one of the template nor"),
        ("lowest,whole", "least,whole", "column 'lowest' is missing among the items"),
        ("region,urban,urban", "region,city,urban", "column 'city' is missing among the items"),
        ("clause,point", "clause,clause", "column 'clause' is given twice"),
        (
            "best_diploma,none",
            "best_diploma,college",
            "item 'best_diploma': answer 'college' is given twice",
        ),
        ("best_diploma,none,", "diploma,none,", "item 'diploma': an answer stands before the row"),
        ("durable_wall,,yes_no", "best_diploma,,yes_no", "item 'best_diploma' is given twice"),
        (",1,3,,0,1,", ',1,"2,5",,0,1,', "item 'household_size', answer 1 (from 1), below"),
        (",1,3,,0,1,", ",1,2,,0,1,", "item 'household_size': gap in the bands between 2 and 3"),
        (",1,3,,0,1,", ",1,3,,0,1.5,", "points.urban: Input should be a valid integer"),
        (",1,3,,0,1,", ",1,3,,0,x,", "points.urban: Input should be a valid integer"),
        (",1,3,,0,1,", ",1,3,,,1,", "item 'household_size', answer 1 (from 1), points.rural is"),
        (",1,3,,0,1,,,,,,", ",1,3,,0,1,,,,,,,x", "a row has more cells than the header"),
        ("unconfirmed,,", "secondary,23/11/2026,", "item 'household_size': checked_on: '23/11"),
        ("unconfirmed,,", "sure,,", "item 'household_size', citation.confidence: Input should be"),
        (",1,yes,,,only_dependents,,", ",1,yes,,,only_dependents,7,", "'rural' belongs in the row"),
    ],
)
def test_a_wrong_csv_fails_with_a_clear_error(old, new, expected, tmp_path):
    text = filled_csv()
    assert old in text
    path = tmp_path / "sheet.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(mdp.LawFileError) as error:
        ScoreSheet.read_csv(path)
    assert expected in str(error.value)


def test_a_csv_of_another_encoding(tmp_path):
    path, marked = tmp_path / "sheet.csv", tmp_path / "marked.csv"
    marked.write_bytes(filled_csv().encode("utf-8"))
    path.write_bytes(filled_csv().encode("utf-16"))
    assert ScoreSheet.read_csv(path) == ScoreSheet.read_csv(marked)
    # Vietnamese, as Excel writes it without "UTF-8".
    path.write_bytes(unicodedata.normalize("NFD", filled_csv()).encode("cp1258", "replace"))
    with pytest.raises(mdp.LawFileError, match="not UTF-8: save it as UTF-8 \\('CSV UTF-8'"):
        ScoreSheet.read_csv(path)


def test_an_unknown_region_leaves_the_area_and_the_class_open(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(filled_csv(), encoding="utf-8")
    sheet = ScoreSheet.read_csv(path)
    answers = pd.DataFrame(
        {
            "household_size": 3,
            "only_dependents": False,
            "best_diploma": "none",
            "durable_wall": True,
            "region": [None, "rural"],
        },
    )
    found = points(answers, sheet=sheet).assign(b2=30)
    assert found["area"].isna().tolist() == [True, False]
    classes = classify_points(found, standard=DECREE_07)
    assert classes["poverty_class"].tolist() == ["poor", "poor"]  # of few points, in any area
    between = found.assign(b1=pd.array([160, 160], dtype="Int64"))
    between = between.drop(columns=["b1_at_least", "b1_at_most"])
    classes = classify_points(between, standard=DECREE_07)
    assert pd.isna(classes["poverty_class"][0])
    assert classes.loc[0, ["class_at_worst", "class_at_best"]].tolist() == ["poor", "not_poor"]
    assert classes["poverty_class"][1] == "not_poor"


def test_decimal_commas_where_semicolons_part_the_cells(tmp_path):
    path, plain = tmp_path / "sheet.csv", tmp_path / "plain.csv"
    plain.write_text(filled_csv(","), encoding="utf-8")
    text = filled_csv(";")
    assert ";1;3;;0;1;" in text
    path.write_text(text.replace(";1;3;;0;1;", ";1,0;3,0;;0;1;"), encoding="utf-8")
    assert ScoreSheet.read_csv(path) == ScoreSheet.read_csv(plain)
    path.write_text(text.replace(";1;3;;0;1;", ";1;3;;0;1.000;"), encoding="utf-8")
    with pytest.raises(mdp.LawFileError, match=r"points\.urban: Input should be a valid integer"):
        ScoreSheet.read_csv(path)


def test_toml_files_with_a_mark_of_byte_order(tmp_path):
    law = HERE.parents[1] / "src/multidim_poverty/law"
    readers = {
        "decree_07_2021": mdp.Standard.read,
        "decision_24_2021": mdp.Procedure.read,
        "circular_07_2021": PointRule.read,
        "decree_30_2025": LowIncomeCriterion.read,
    }
    for name, read in readers.items():
        marked = tmp_path / f"{name}.toml"
        marked.write_text((law / f"{name}.toml").read_text("utf-8"), encoding="utf-8-sig")
        assert read(marked) == read(law / f"{name}.toml")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(filled_toml(), encoding="utf-8-sig")
    assert ScoreSheet.read(sheet).name == "ours"
    assert QuickForm.read(sheet).items[0].id == "car"


def test_an_answer_may_have_a_source_of_its_own(tmp_path):
    text = filled_csv().replace(
        "durable_wall,no,,Nhãn,Label,,,,,,25,26,,,,,,",
        "durable_wall,no,,Nhãn,Label,,,,,,25,26,2,,,secondary,2026-11-23,seen",
    )
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    item = ScoreSheet.read_csv(path).item("durable_wall")
    assert [str(item.citation_of(answer).confidence) for answer in item.answers] == [
        "unconfirmed",
        "secondary",
    ]


def test_there_are_two_kinds_of_template():
    with pytest.raises(ValueError, match="'xlsx' is not 'toml' or 'csv'"):
        ScoreSheet.template("xlsx")


# -- Form A ----------------------------------------------------------------------------------

FORM = quick_form("quick_form_2015")
EIGHT = [item.id for item in FORM.items if item.content_known]


def test_every_answer_to_the_form_of_2015():
    """Three answers of yes of nine; the ninth item is not known."""
    space = list(itertools.product([True, False], repeat=8))
    frame = pd.DataFrame(space, columns=EIGHT)
    found = quick_identification(frame, form=FORM, allow_partial=True)
    for row, (yes, unknown, result) in zip(space, found.itertuples(index=False), strict=True):
        assert (yes, unknown) == (sum(row), 1)
        assert pd.isna(result) if sum(row) == 2 else result == (sum(row) >= 3)
    assert found.columns.tolist() == ["yes", "unknown", "surely_not_poor"]
    assert found.dtypes.tolist() == [np.dtype("int64"), np.dtype("int64"), pd.BooleanDtype()]
    whole = quick_identification(frame.assign(ninth_item=True), form=FORM, allow_partial=True)
    assert whole["surely_not_poor"].tolist() == [sum(row) >= 2 for row in space]


@given(st.lists(st.sampled_from([True, False, None]), min_size=9, max_size=9))
def test_unknown_answers_to_form_a(row):
    frame = pd.DataFrame([row], columns=[item.id for item in FORM.items], dtype="boolean")
    before = frame.copy(deep=True)
    found = quick_identification(frame, form=FORM, allow_partial=True)["surely_not_poor"]
    results = {row.count(True) + n >= 3 for n in range(row.count(None) + 1)}
    assert found.dtype == pd.BooleanDtype()
    assert pd.isna(found[0]) if len(results) > 1 else found[0] == results.pop()
    pd.testing.assert_frame_equal(frame, before)


def test_a_partial_form_and_bad_answers():
    frame = pd.DataFrame(False, index=["a"], columns=EIGHT)
    with pytest.raises(mdp.NotCoveredError, match="quick_form_2015 is partial"):
        quick_identification(frame, form=FORM)
    found = quick_identification(frame, form=FORM, allow_partial=True)
    pd.testing.assert_index_equal(found.index, frame.index)
    bad = frame.drop(columns="vehicle").assign(electricity="100", floor_area=2)
    found = faults_of(quick_identification, bad, form=FORM, allow_partial=True)
    assert found[["column", "rule"]].values.tolist() == [
        ["vehicle", "missing_column"],
        ["electricity", "not_boolean"],
        ["floor_area", "not_boolean"],
    ]
    assert set(found["table"]) == {"answers"}
    vehicle = next(item for item in FORM.items if item.id == "vehicle")
    assert found["message"][0] == f"the table has no column vehicle ({vehicle.label.en}); add it"


FORM_TEXT = filled_toml()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("yes_at_least = 1", "yes_at_least = 2", "2 answers of yes decide, but there are only 1"),
        ("yes_at_least = 1", "yes_at_least = 0", "decision.yes_at_least: Input should be greater"),
        ('id = "car"', 'id = "car"\ncontent_known = false', "item 'car' is of unknown content"),
        ('id = "car"', 'id = "car"\npoints = 1', "item 'car', points: Extra inputs"),
        ('id = "car"', 'id = ""', "item 1, id is not filled"),
        ("[quick_form]\n", "[other]\n", "title: Field required"),
    ],
)
def test_a_malformed_quick_form(old, new, expected):
    assert old in FORM_TEXT
    with pytest.raises(mdp.LawFileError, match="quick form") as error:
        QuickForm.parse(FORM_TEXT.replace(old, new))
    assert expected in str(error.value)


def test_a_file_without_a_quick_form():
    with pytest.raises(mdp.LawFileError, match=r"no table \[quick_form\]"):
        QuickForm.parse(SOUND)
    with pytest.raises(mdp.LawFileError, match="not valid TOML"):
        QuickForm.parse("name = ")
