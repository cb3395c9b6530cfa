"""The decision table: exhaustive against the oracle, and every pattern of missing answers."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.assessment import classification
from tests.helpers import oracle

STANDARDS = [s.name for s in mdp.standards()]


def incomes(standard):
    """Every line of both areas less one VND, exact, and plus one VND; and the ends."""
    lines = {line.amount(area) for line in standard.lines for area in mdp.vocabulary.Area}
    near = {float(line + step) for line in lines for step in (-1, 0, 1)}
    fine = {line + step for line in lines for step in (-0.001, 0.001)}
    return sorted(near | fine | {0.0, 1e12})


def matrix_of(rows, standard):
    return pd.DataFrame(rows, columns=list(standard.indicator_ids))


@pytest.mark.parametrize("name", STANDARDS)
def test_every_area_income_and_count(name):
    standard = mdp.standard(name)
    n = len(standard.indicators)
    cells = list(itertools.product(["rural", "urban"], incomes(standard), range(n + 1)))
    households = pd.DataFrame([c[:2] for c in cells], columns=["area", "income_per_capita"])
    matrix = matrix_of([[i < count for i in range(n)] for *_, count in cells], standard)
    result = mdp.classify(households, matrix, standard=standard)
    expected = [oracle.class_of(name, *cell) for cell in cells]
    assert result["poverty_class"].tolist() == expected
    assert result["class_at_worst"].tolist() == result["class_at_best"].tolist() == expected
    assert result["deprivation_count"].tolist() == [count for *_, count in cells]
    assert not result["deprivations_unknown"].any()


@pytest.mark.parametrize("name", STANDARDS)
def test_every_pattern_of_missing_answers_against_all_completions(name):
    """All 3**n patterns of yes, no and missing, in every income band and with no income."""
    standard = mdp.standard(name)
    n = len(standard.indicators)
    digits = (np.arange(3**n)[:, None] // 3 ** np.arange(n)) % 3
    yes, missing = digits == 1, digits == 2
    matrix = pd.DataFrame(
        {
            id: pd.arrays.BooleanArray(yes[:, i].copy(), missing[:, i].copy())
            for i, id in enumerate(standard.indicator_ids)
        }
    )
    count, unknown = yes.sum(axis=1), missing.sum(axis=1)
    order = [str(c) for c in standard.classes]
    one_of_each_band = [line.rural for line in standard.lines] + [standard.lines[-1].rural + 1]
    for income in [*one_of_each_band, None]:
        bands = one_of_each_band if income is None else [income]
        worst, best = np.full((n + 1, n + 1), -1), np.full((n + 1, n + 1), -1)
        for c, u in itertools.product(range(n + 1), repeat=2):
            if c + u <= n:
                completions = [
                    order.index(oracle.class_of(name, "rural", i, c + more))
                    for i in bands
                    for more in range(u + 1)
                ]
                worst[c, u], best[c, u] = min(completions), max(completions)
        households = pd.DataFrame(
            {"area": "rural", "income_per_capita": income}, index=matrix.index
        )
        households["income_per_capita"] = households["income_per_capita"].astype(float)
        result = mdp.classify(households, matrix, standard=standard)
        at_worst, at_best = worst[count, unknown], best[count, unknown]
        assert (result["class_at_worst"].cat.codes.to_numpy() == at_worst).all()
        assert (result["class_at_best"].cat.codes.to_numpy() == at_best).all()
        determined = np.where(at_worst == at_best, at_worst, -1)
        assert (result["poverty_class"].cat.codes.to_numpy() == determined).all()
        assert (result["deprivation_count"].to_numpy() == count).all()
        assert (result["deprivations_unknown"].to_numpy() == unknown).all()


def test_the_same_household_under_the_old_and_the_new_standard():
    """At or under the line with no deprivation: poor under 59/2015, near-poor under 07/2021."""
    household = pd.DataFrame({"area": ["rural"], "income_per_capita": [700_000.0]})
    found = {}
    for name in STANDARDS:
        standard = mdp.standard(name)
        none = matrix_of([[False] * len(standard.indicators)], standard)
        found[name] = mdp.classify(household, none, standard=standard)["poverty_class"].iloc[0]
    assert found == {
        "decision_59_2015": "poor",
        "decree_07_2021": "near_poor",
        "decree_351_2025": "near_poor",
    }


def test_bands_follow_the_lines_of_the_area():
    standard = mdp.standard("decree_07_2021")
    households = pd.DataFrame(
        {
            "area": ["rural", "urban", "urban"],
            "income_per_capita": [1_500_001.0, 1_500_001.0, np.nan],
        }
    )
    none = matrix_of([[False] * 12] * 3, standard)
    result = mdp.classify(households, none, standard=standard)
    assert result["income_band"].astype(object).where(
        result["income_band"].notna(), None
    ).tolist() == [
        "up_to_average_ceiling",
        "up_to_poverty_line",
        None,
    ]


def example(standard, n=7, seed=1):
    rng = np.random.default_rng(seed)
    households = pd.DataFrame(
        {
            "area": rng.choice(["rural", "urban"], n),
            "income_per_capita": rng.choice(
                [1_400_000.0, 1_600_000.0, 2_100_000.0, 4e6, np.nan], n
            ),
        },
        index=[f"h{i}" for i in range(n)],
    )
    matrix = pd.DataFrame(
        rng.random((n, len(standard.indicators))) < 0.3,
        index=households.index,
        columns=list(standard.indicator_ids),
    )
    return households, matrix


@pytest.fixture(params=STANDARDS)
def standard(request):
    return mdp.standard(request.param)


def test_dtypes_are_fixed(standard):
    result = mdp.classify(*example(standard), standard=standard)
    classes = pd.CategoricalDtype([str(c) for c in standard.classes], ordered=True)
    assert result.dtypes.tolist() == [
        pd.CategoricalDtype(list(standard.band_ids), ordered=True),
        np.dtype("int8"),
        np.dtype("int8"),
        classes,
        classes,
        classes,
        pd.CategoricalDtype([standard.name]),
        pd.CategoricalDtype([standard.content_hash]),
    ]
    assert result.columns.tolist() == [
        "income_band",
        "deprivation_count",
        "deprivations_unknown",
        "poverty_class",
        "class_at_worst",
        "class_at_best",
        "standard",
        "standard_hash",
    ]
    empty = mdp.classify(*(f.iloc[:0] for f in example(standard)), standard=standard)
    assert empty.dtypes.equals(result.dtypes)


def as_floats_with_missing(matrix):
    return matrix.astype(float)


@pytest.mark.parametrize(
    "turn",
    [
        lambda m: m.astype("boolean"),
        lambda m: m.astype(int),
        lambda m: m.astype("Int64"),
        as_floats_with_missing,
        lambda m: m.astype(object),
        lambda m: m.astype("bool[pyarrow]"),
        lambda m: m[m.columns[::-1]],
        lambda m: m.iloc[::-1],
    ],
    ids=[
        "boolean",
        "int",
        "Int64",
        "float",
        "object",
        "pyarrow",
        "columns reversed",
        "rows reversed",
    ],
)
def test_the_form_of_the_matrix_does_not_matter(standard, turn):
    households, matrix = example(standard)
    expected = mdp.classify(households, matrix, standard=standard)
    pd.testing.assert_frame_equal(
        mdp.classify(households, turn(matrix), standard=standard), expected
    )


@pytest.mark.parametrize("turn", ["boolean", "object", float, "Int64", "bool[pyarrow]"])
def test_missing_answers_in_every_form(standard, turn):
    households, matrix = example(standard, n=40)
    gaps = np.random.default_rng(2).random(matrix.shape) < 0.3
    expected = mdp.classify(
        households, matrix.astype("boolean").mask(pd.DataFrame(gaps, matrix.index, matrix.columns)),
        standard=standard,
    )  # fmt: skip
    if turn is float:
        holed = matrix.astype(float).mask(gaps)
    else:
        holed = matrix.astype("boolean").mask(gaps).astype(turn)
    result = mdp.classify(households, holed, standard=standard)
    pd.testing.assert_frame_equal(result, expected)
    assert (result["deprivations_unknown"].to_numpy() == gaps.sum(axis=1)).all()


@pytest.mark.parametrize(
    "turn",
    [
        lambda h: h.astype({"area": "category"}),
        lambda h: h.astype({"area": pd.CategoricalDtype(["urban", "rural"])}),
        lambda h: h.astype({"area": "string"}),
        lambda h: h.astype({"income_per_capita": "Float64"}),
        lambda h: h.astype({"income_per_capita": "double[pyarrow]"}),
        lambda h: h.astype(object),
        lambda h: h.assign(anything=1),
    ],
)
def test_the_form_of_the_households_does_not_matter(standard, turn):
    households, matrix = example(standard)
    expected = mdp.classify(households, matrix, standard=standard)
    pd.testing.assert_frame_equal(
        mdp.classify(turn(households), matrix, standard=standard), expected
    )


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(7),
        pd.Index([5, 3, 9, 1, 7, 2, 8]),
        pd.Index([1, 1, 2, 2, 3, 3, 4]),
        pd.MultiIndex.from_product([["a"], range(7)]),
        pd.date_range("2022-01-01", periods=7),
    ],
)
def test_any_index_is_kept(standard, index):
    households, matrix = example(standard)
    households.index = matrix.index = index
    result = mdp.classify(households, matrix, standard=standard)
    pd.testing.assert_index_equal(result.index, index)


def test_income_is_computed_where_it_is_not_stated(standard):
    households, matrix = example(standard)
    year = households.assign(income_12m=households["income_per_capita"] * 12 * 4, household_size=4)
    expected = mdp.classify(households, matrix, standard=standard)
    both_ways = [year.drop(columns="income_per_capita"), year]
    holed = year.assign(
        income_per_capita=year["income_per_capita"].where([True, False] * 3 + [True])
    )
    for households in [*both_ways, holed]:
        pd.testing.assert_frame_equal(mdp.classify(households, matrix, standard=standard), expected)
    nothing = mdp.classify(year[["area"]], matrix, standard=standard)
    assert nothing["income_band"].isna().all()


def test_columns_that_are_not_the_indicators_are_refused_by_name(standard):
    households, matrix = example(standard)
    with pytest.raises(ValueError, match="extra: surprise, other"):
        mdp.classify(households, matrix.assign(surprise=True, other=False), standard=standard)
    with pytest.raises(ValueError, match="missing: water, toilet"):
        mdp.classify(households, matrix.drop(columns=["water", "toilet"]), standard=standard)
    twice = pd.concat([matrix, matrix[["water"]]], axis=1)
    with pytest.raises(ValueError, match=r"duplicate_column"):
        mdp.classify(households, twice, standard=standard)
    with pytest.raises(ValueError, match=r"\(missing: toilet\); drop"):
        mdp.classify(households, matrix.drop(columns="toilet"), standard=standard)
    with pytest.raises(ValueError, match=r"\(extra: flood; missing: toilet\); drop"):
        mdp.classify(households, matrix.rename(columns={"toilet": "flood"}), standard=standard)


def test_indexes_that_differ_are_refused_by_name(standard):
    households, matrix = example(standard)
    with pytest.raises(ValueError, match=r"1 household ids.*h6"):
        mdp.classify(households, matrix.iloc[:-1], standard=standard)
    twice = matrix.set_axis(["h0", "h0", *matrix.index[2:]])
    with pytest.raises(ValueError, match=r"repeat in deprivations.*h0"):
        mdp.classify(households, twice, standard=standard)
    with pytest.raises(ValueError, match=r"repeat in households.*h0"):
        mdp.classify(households.set_axis(twice.index), matrix, standard=standard)


def test_at_most_five_ids_are_named_in_the_order_of_the_tables(standard):
    households, matrix = example(standard, n=12)
    found = r"6 household ids .*such as \['h9', 'h1', 'h7', 'h3', 'h5'\]$"
    few = ["h9", "h1", "h7", "h3", "h5", "h0"]
    with pytest.raises(ValueError, match=found):
        mdp.classify(households.loc[[*few, "h2"]], matrix.loc[["h2"]], standard=standard)
    twice = few + few
    with pytest.raises(ValueError, match=r"such as \['h9', 'h1', 'h7', 'h3', 'h5'\]$"):
        mdp.classify(households.set_axis(twice), matrix, standard=standard)


def test_ids_may_repeat_where_both_tables_have_the_same(standard):
    households, matrix = example(standard)
    expected = mdp.classify(households, matrix, standard=standard)
    ids = ["a", "a", "b", "b", "c", "c", "d"]
    found = mdp.classify(households.set_axis(ids), matrix.set_axis(list(ids)), standard=standard)
    pd.testing.assert_frame_equal(found, expected.set_axis(ids))


def test_values_that_are_no_truth_are_named(standard):
    households, matrix = example(standard)
    bad = matrix.astype(object)
    bad.loc["h1", "water"], bad.loc["h3", "toilet"] = 2, "yes"
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.classify(households, bad, standard=standard)
    found = error.value.violations
    assert found[["household_id", "column", "value"]].values.tolist() == [
        ["h1", "water", 2],
        ["h3", "toilet", "yes"],
    ]


@pytest.mark.parametrize("dtype", ["float64", "int64", "Int64", "Float64", object])
@pytest.mark.parametrize("value", [2, -1, 0.5])
def test_numbers_that_are_no_truth_are_named_in_every_dtype(standard, dtype, value):
    households, matrix = example(standard)
    if value == 0.5 and dtype in ("int64", "Int64"):
        return
    bad = matrix.astype(float if value == 0.5 else int)
    bad.loc["h1", "water"] = value
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.classify(households, bad.astype(dtype), standard=standard)
    found = error.value.violations
    assert found[["table", "household_id", "column", "value", "rule"]].values.tolist() == [
        ["deprivations", "h1", "water", value, "not_a_deprivation"]
    ]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"area": "city"}, "unknown_category"),
        ({"area": "town"}, "unknown_category"),
        ({"income_per_capita": -np.inf}, "infinite"),
        ({"income_per_capita": np.inf}, "infinite"),
        ({"income_per_capita": "1.500.000"}, "text_number"),
        ({"income_per_capita": True}, "not_a_number"),
    ],
)
def test_bad_households_are_named(standard, change, rule):
    households, matrix = example(standard)
    households = households.astype(object)
    for column, value in change.items():
        households.loc["h2", column] = value
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.classify(households, matrix, standard=standard)
    found = error.value.violations
    assert found[["household_id", "rule"]].values.tolist() == [["h2", rule]]


def test_float32_money_is_refused(standard):
    households, matrix = example(standard)
    for dtype in ("float32", "Float32", "float[pyarrow]", "float16"):
        with pytest.raises(mdp.InvalidDataError, match="too_coarse"):
            mdp.classify(
                households.assign(income_per_capita=pd.Series(1.0, households.index, dtype=dtype)),
                matrix,
                standard=standard,
            )


def test_area_is_required(standard):
    households, matrix = example(standard)
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        mdp.classify(households.drop(columns="area"), matrix, standard=standard)


def test_input_is_not_changed(standard):
    households, matrix = example(standard)
    before = households.copy(deep=True), matrix.copy(deep=True)
    result = mdp.classify(households, matrix, standard=standard)
    # Nor does a change of the result reach the input, or another of its columns.
    first = result["class_at_worst"].copy()
    result.loc["h0", "poverty_class"] = standard.classes[0]
    result["deprivation_count"] = 0
    pd.testing.assert_series_equal(result["class_at_worst"], first)
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(matrix, before[1])


def test_more_rows_than_a_chunk_and_concatenation(standard):
    parts = [example(standard, n=70_000, seed=seed) for seed in (1, 2)]
    matrix = pd.concat([m for _, m in parts], ignore_index=True)
    households = pd.concat([h for h, _ in parts], ignore_index=True)
    # Missing answers in the second chunk alone, so that both kinds of chunk are met.
    matrix = matrix.astype("boolean")
    matrix.loc[80_000:90_000, "water"] = pd.NA
    whole = mdp.classify(households, matrix, standard=standard)
    halves = [
        mdp.classify(households.iloc[rows], matrix.iloc[rows], standard=standard)
        for rows in (slice(0, 65_000), slice(65_000, None))
    ]
    assert pd.concat(halves).equals(whole)  # whole arrays at once: index, dtypes and every cell
    assert whole["deprivations_unknown"].sum() == 10_001


def test_a_standard_of_many_indicators():
    """More cells than a byte can number."""
    text = (Path(__file__).parents[1] / "law/small_standard.toml").read_text(encoding="utf-8")
    head, indicator = text.rsplit("[[indicators]]", 1)
    many = [indicator.replace('id = "water"', f'id = "water_{n}"') for n in range(89)]
    wide = mdp.Standard.parse(head + "".join(f"[[indicators]]{one}" for one in many))
    n = len(wide.indicators)
    assert n == 90
    cells = list(itertools.product([1_000.0, 1_001.0, 3_000.0, 3_001.0], range(n + 1)))
    households = pd.DataFrame({"area": "rural", "income_per_capita": [i for i, _ in cells]})
    matrix = matrix_of([[place < count for place in range(n)] for _, count in cells], wide)
    result = mdp.classify(households, matrix, standard=wide)

    def expected(income, least, most):
        if income <= 1_000:
            return "poor"
        if income > 3_000:
            return "not_poor"
        return "poor" if least else "near_poor" if not most else None

    assert result["poverty_class"].tolist() == [expected(i, c, c) for i, c in cells]
    open_ = matrix.assign(water_88=pd.array([None] * len(matrix), dtype="boolean"))
    result = mdp.classify(households, open_, standard=wide)
    classes = result["poverty_class"].astype(object)
    assert classes.where(classes.notna(), None).tolist() == [
        expected(i, min(c, n - 1), min(c, n - 1) + 1) for i, c in cells
    ]


@pytest.mark.parametrize("chunk", [1, 3, 4, 7])
def test_rows_in_chunks_are_the_rows_in_one(standard, chunk, monkeypatch):
    """Chunks with all known, an answer missing, an income missing, both; the last is shorter."""
    households, matrix = example(standard, n=23)
    households["income_per_capita"] = households["income_per_capita"].fillna(1_600_000.0)
    households.iloc[[5, 6, 15, 22], 1] = np.nan
    matrix = matrix.astype("boolean")
    matrix.iloc[[5, 12, 13, 20], [0, 3, 7, 7]] = pd.NA
    matrix.iloc[22, :2] = pd.NA
    whole = mdp.classify(households, matrix, standard=standard)
    monkeypatch.setattr(classification, "CHUNK", chunk)
    pd.testing.assert_frame_equal(mdp.classify(households, matrix, standard=standard), whole)


def test_one_cpu_and_several_give_the_same(standard, monkeypatch):
    households, matrix = example(standard, n=97)
    whole = mdp.classify(households, matrix, standard=standard)
    monkeypatch.setattr(classification, "CHUNK", 5)
    threads = []

    class Pool(classification.ThreadPoolExecutor):
        def __init__(self, workers):
            threads.append(workers)
            super().__init__(workers)

    monkeypatch.setattr(classification, "ThreadPoolExecutor", Pool)
    for cores in (1, 2, 64):
        monkeypatch.setattr(classification, "_cores", lambda cores=cores: cores)
        result = mdp.classify(households, matrix, standard=standard)
        pd.testing.assert_frame_equal(result, whole)
    assert threads == [2, classification.MOST_THREADS]
    mdp.classify(households[:30], matrix[:30], standard=standard)
    assert len(threads) == 2, "few rows need no thread"
    assert classification._cores() >= 1


@given(st.data())
def test_class_is_monotone_and_settled_answers_stay(data):
    """Less income or more deprivations never make a class better; an answer only narrows."""
    standard = mdp.standard(data.draw(st.sampled_from(STANDARDS)))
    n = len(standard.indicators)
    income = data.draw(st.one_of(st.sampled_from(incomes(standard)), st.floats(0, 1e7)))
    area = data.draw(st.sampled_from(["rural", "urban"]))
    answers = data.draw(st.lists(st.sampled_from([True, False, None]), min_size=n, max_size=n))
    place = data.draw(st.integers(0, n - 1))
    variants = [[*answers[:place], value, *answers[place + 1 :]] for value in (True, None, False)]
    matrix = matrix_of(variants, standard).astype("boolean")
    households = pd.DataFrame({"area": area, "income_per_capita": [income] * 3})
    worse = households.assign(income_per_capita=income * data.draw(st.floats(0, 1)))
    base = mdp.classify(households, matrix, standard=standard)
    poorer = mdp.classify(worse, matrix, standard=standard)
    for column in ("class_at_worst", "class_at_best"):
        deprived, _, not_deprived = base[column].cat.codes
        assert deprived <= not_deprived
        assert (poorer[column].cat.codes <= base[column].cat.codes).all()
    low, high = base["class_at_worst"].cat.codes, base["class_at_best"].cat.codes
    assert low[1] == min(low[0], low[2])
    assert high[1] == max(high[0], high[2])
    if not pd.isna(base["poverty_class"].iloc[1]):
        assert len(set(base["poverty_class"])) == 1
