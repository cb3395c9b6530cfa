"""Headcounts of a sample: the numbers of R's survey package, of class_shares and of plain numpy."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.measures import Design, class_shares, headcount
from tests.measures.test_alkire_foster import DRAWN, survey
from tests.measures.test_incidence import CATEGORY, CLASSES, OPTIONS

POOR = np.array([4, 5, 7, 10, 11, 12, 15, 17, 18, 19, 22, 23]) - 1  # of the 24 households


def drawn():
    """The 24 households of R's fixture with a class each, by two areas and with sizes."""
    classes = np.full(24, "average", dtype=object)
    classes[POOR] = "poor"
    return survey().assign(
        poverty_class=pd.Series(classes, dtype=CATEGORY),
        household_size=pd.array(np.arange(24) % 5 + 1, dtype="Int64"),
    )


def with_unknown():
    """The same, with two households without a class, of which one cannot be poor."""
    frame = drawn()
    frame.loc[[3, 6], "poverty_class"] = np.nan
    worst = frame["poverty_class"].where(frame["poverty_class"].notna(), "poor")
    frame["class_at_worst"] = worst
    frame.loc[6, "class_at_worst"] = "near_poor"
    frame["class_at_best"] = frame["poverty_class"].where(
        frame["poverty_class"].notna(), "above_average"
    )
    return frame


def by_hand(frame, marked, inside=True):
    """Ratio and standard error [fractions] from totals of units, as a textbook has them."""
    weight = frame["weight"].to_numpy() * np.broadcast_to(inside, len(frame))
    ratio = (weight * marked).sum() / weight.sum()
    influence = pd.Series(weight * (marked - ratio) / weight.sum(), index=frame.index)
    variance = 0.0
    for _, stratum in influence.groupby(frame["strata"]):
        units = stratum.groupby(frame["psu"]).sum()
        variance += len(units) / (len(units) - 1) * ((units - units.mean()) ** 2).sum()
    return ratio, np.sqrt(variance)


@pytest.mark.parametrize(
    ("interval", "bounds"),
    [
        ("t", (0.264268560404, 0.817126788434)),
        ("normal", (0.345559255606, 0.735836093231)),
        (None, (0.278897035757, 0.781809496494)),
    ],
)
def test_the_headcount_ratio_is_that_of_r_survey(interval, bounds):
    row = headcount(drawn(), design=DRAWN, interval=interval).iloc[0]
    assert row[["headcount", "base", "undetermined"]].tolist() == [279, 516, 0]
    assert row["headcount_ratio"] == pytest.approx(100 * 279 / 516, abs=1e-9)
    assert row["se"] == pytest.approx(9.9562247241, abs=1e-9)
    assert row[["lower", "upper"]].tolist() == pytest.approx([100 * b for b in bounds], abs=1e-9)
    assert row[["n", "df", "n_missing"]].tolist() == [24, 4, 0]


def test_the_rates_of_groups_are_those_of_r_survey():
    table = headcount(drawn(), by="g", design=DRAWN)
    assert table["headcount_ratio"].tolist() == pytest.approx([63.4920634921, 45.0757575758])
    assert table["se"].tolist() == pytest.approx([13.7017647032, 14.2812080540], abs=1e-9)


@pytest.mark.parametrize(
    "design",
    [
        DRAWN,
        Design(),
        Design(weight="weight", strata="moved", psu="psu", lonely="certainty"),
        Design(weight="weight", strata="moved", psu="psu", lonely="adjust"),
        Design(weight="weight", strata="moved", psu="psu", lonely="average"),
        "census",
    ],
)
@pytest.mark.parametrize("persons", [False, True])
def test_the_ratio_is_that_of_class_shares(design, persons):
    frame = with_unknown()
    frame["moved"] = np.where(frame["psu"] == 6, 3, frame["strata"])
    table = headcount(frame, by="g", persons=persons, design=design)
    table = table[table["count_of"] == ("persons" if persons else "households")]
    shares = class_shares(frame, by="g", persons=persons, design=design)
    shares = shares[(shares["poverty_class"] == "poor") & (shares["level"] == "g")]
    names = {"headcount_ratio": "estimate"}
    for name in ("headcount_ratio", "se", "lower", "upper", "bound_lower", "bound_upper"):
        expected = 100 * shares[names.get(name, name)].to_numpy()
        np.testing.assert_allclose(table[name], expected, rtol=1e-12, err_msg=name)
    for name in ("n", "df", "n_missing"):
        np.testing.assert_array_equal(table[name], shares[name], err_msg=name)


@pytest.mark.parametrize("group", ["a", "b"])
def test_the_standard_error_is_that_of_plain_numpy(group):
    frame = with_unknown()
    inside = (frame["g"] == group).to_numpy()
    marked = frame["poverty_class"].eq("poor").to_numpy()
    sized = frame.assign(weight=frame["weight"] * frame["household_size"].astype(float))
    known = frame["poverty_class"].notna().to_numpy()
    table = headcount(frame, by="g", persons=True, design=DRAWN)
    left_out = headcount(frame, by="g", undetermined="left_out", design=DRAWN)
    for rows, data, domain in (
        (table[table["count_of"] == "households"], frame, inside),
        (table[table["count_of"] == "persons"], sized, inside),
        (left_out, frame, inside & known),
    ):
        row = rows[rows["g"] == group].iloc[0]
        ratio, se = by_hand(data, marked, domain)
        assert row["headcount_ratio"] == pytest.approx(100 * ratio, rel=1e-12)
        assert row["se"] == pytest.approx(100 * se, rel=1e-12)


@pytest.mark.parametrize("undetermined", OPTIONS)
@pytest.mark.parametrize("design", [Design(), "census"])
def test_equal_weights_leave_the_counts_and_ratios_as_they_are(undetermined, design):
    frame = with_unknown()
    frame["g"] = pd.Categorical(frame["g"].where(frame.index != 5), ["a", "b", "c"])
    options = {"by": "g", "persons": True, "undetermined": undetermined}
    plain, sampled = headcount(frame, **options), headcount(frame, design=design, **options)
    assert list(sampled)[: plain.shape[1]] == list(plain)
    counts = ["headcount", "base", "undetermined"]
    assert {str(dtype) for dtype in sampled[counts].dtypes} == {
        "int64" if design == "census" else "float64"
    }
    pd.testing.assert_frame_equal(
        sampled[list(plain)].astype(dict.fromkeys(counts, "int64")), plain, check_column_type=False
    )
    assert sampled["se"].notna().any() == (design != "census")


def test_two_levels_and_two_spellings_have_the_rows_of_the_plain_table():
    frame = with_unknown().assign(
        province=["Đắk Lắk", "đắk  lắk", "Lâm Đồng", None] * 6, h=["x", "y"] * 12
    )
    with pytest.warns(UserWarning, match="lắk"):
        plain = headcount(frame, by=["province", "h"])
    with pytest.warns(UserWarning, match="lắk"):
        sampled = headcount(frame, by=["province", "h"], design=Design())
    pd.testing.assert_frame_equal(
        sampled[list(plain)], plain, check_dtype=False, check_column_type=False
    )


def test_bounds_are_of_all_households_whatever_the_undetermined_count_as():
    frame = with_unknown()
    weight = frame["weight"].to_numpy()
    poor = frame["poverty_class"].eq("poor").to_numpy()
    expected = [
        100 * (weight * (poor | np.isin(np.arange(24), rows))).sum() / weight.sum()
        for rows in ([], [3])
    ]
    for undetermined in OPTIONS:
        row = headcount(frame, undetermined=undetermined, design=DRAWN).iloc[0]
        assert row[["bound_lower", "bound_upper"]].tolist() == pytest.approx(expected)
        assert row["n_missing"] == 2
    every = headcount(frame, of=CLASSES, design=DRAWN).iloc[0]
    assert every[["bound_lower", "bound_upper"]].tolist() == pytest.approx([100, 100])


def test_weights_of_zero_make_a_domain():
    frame = drawn()
    of_group = headcount(frame, by="g", design=DRAWN).iloc[0]
    frame["weight"] = frame["weight"].where(frame["g"] == "a", 0.0)
    frame.loc[frame["psu"] == 1, "g"] = "c"
    alone = headcount(frame, design=DRAWN).iloc[0]
    names = ["headcount", "base", "headcount_ratio", "se", "lower", "upper", "df"]
    assert alone[names].tolist() == pytest.approx(of_group[names].tolist(), rel=1e-12)
    frame["weight"] = drawn()["weight"].where(frame["g"] != "c", 0.0)
    table = headcount(frame, by="g", design=DRAWN).set_index("g")
    assert table.loc["c", ["headcount", "base", "n", "df"]].tolist() == [0, 0, 4, 0]
    assert table.loc["c", ["headcount_ratio", "se", "lower", "upper"]].isna().all()
    assert table.loc["a", "df"] == 3


def test_nobody_with_a_class_is_no_rate_of_zero():
    frame = with_unknown().iloc[[3, 6]]
    for table, name in (
        (headcount(frame, design=Design()), "headcount_ratio"),
        (class_shares(frame, design=Design()), "estimate"),
    ):
        assert table[[name, "se", "lower", "upper"]].isna().all(axis=None)
        assert table["bound_upper"].tolist()[0] == {"estimate": 0.5}.get(name, 50)
    worst = headcount(frame, undetermined="worst", design=Design())
    assert worst["headcount_ratio"].tolist() == [50]


def test_a_census_refuses_intervals_and_says_why():
    frame = drawn()
    for function in (headcount, class_shares):
        with pytest.raises(mdp.ArgumentError, match="no other households could have been drawn"):
            function(frame, design="census", interval="logit")
        with pytest.raises(mdp.ArgumentError, match="no interval without a design"):
            function(frame, interval="t")
        with pytest.raises(mdp.ArgumentError, match="neither a measures"):
            function(frame, design="srs")
        with pytest.raises(mdp.ArgumentError, match="confidence 95 is not between 0 and 1"):
            function(frame, design=Design(), confidence=95)


@pytest.mark.parametrize(
    ("column", "values", "rule"),
    [
        ("weight", [-1.0] + [1.0] * 23, "negative"),
        ("weight", [np.nan] + [1.0] * 23, "missing_value"),
        ("weight", [0.0] * 24, "all_zero"),
        ("strata", [1] * 20 + [2] * 4, "lonely_unit"),
    ],
)
def test_a_broken_design_is_named(column, values, rule):
    frame = drawn().assign(**{column: values})
    if rule == "lonely_unit":
        frame["psu"] = [*frame["psu"].tolist()[:20], 6, 6, 6, 6]
    for function in (headcount, class_shares):
        with pytest.raises(mdp.InvalidDataError) as caught:
            function(frame, design=DRAWN)
        assert set(caught.value.violations["rule"]) == {rule}


def test_a_group_does_not_hide_a_column_of_the_interval():
    frame = drawn().assign(se="x")
    assert headcount(frame, by="se")["se"].tolist() == ["x"]
    with pytest.raises(mdp.ArgumentError, match="hide a column"):
        headcount(frame, by="se", design=Design())


def test_replicates_are_read_by_names_or_by_the_beginning_of_their_names():
    frame = drawn()
    rng = np.random.default_rng(3)
    names = [f"replicate_{k}" for k in (1, 2, 3)]
    for name in names:
        frame[name] = frame["weight"] * rng.uniform(0.5, 1.5, 24)
    made = {"weight": "weight", "replicate_method": "brr"}
    poor = frame["poverty_class"].eq("poor")
    ratios = [(frame[name] * poor).sum() / frame[name].sum() for name in names]
    expected = 100 * np.sqrt(np.mean((np.array(ratios) - 279 / 516) ** 2))
    for chosen in ("replicate_", "replicate_*", names, frame[names]):
        row = headcount(frame, design=Design(replicates=chosen, **made)).iloc[0]
        assert row["se"] == pytest.approx(expected, rel=1e-12)
        assert row["df"] == 2
    for bad, value, rule in ((1, np.nan, "missing_value"), (2, -1.0, "negative")):
        broken = frame.copy()
        broken.loc[bad, "replicate_2"] = value
        with pytest.raises(mdp.InvalidDataError) as caught:
            headcount(broken, design=Design(replicates="replicate_", **made))
        found = caught.value.violations
        assert found[["household_id", "column", "rule"]].to_numpy().tolist() == [
            [bad, "replicate_2", rule]
        ]
    with pytest.raises(mdp.ArgumentError, match="no columns of replicates named 'brr_'"):
        headcount(frame, design=Design(replicates="brr_", **made))
