"""Official tables of a sample: weighted counts, rates with standard errors and intervals."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.measures import Design, headcount
from tests.measures.test_alkire_foster import DRAWN
from tests.measures.test_sampled_rates import by_hand, drawn

BESIDE = ("se", "lower", "upper")
OFFICIAL = (1, 4, 5, 6, 7, 12, 13)
RATE = "poor_households_rate"


def households():
    """R's 24 households, in two districts of two communes, with what the tables read."""
    frame = drawn()
    i = np.arange(24)
    indicators = [item.id for item in reports.items_of("indicators")]
    flags = ["ethnic_minority", "member_of_merit", "no_labour_capacity", "female_head"]
    answers = {name: (i * (k % 4 + 1) + k) % 5 < 2 for k, name in enumerate([*indicators, *flags])}
    frame = frame.assign(
        **answers,
        local_minority=answers["ethnic_minority"] & (i % 3 == 0),
        average_living_standard=i % 4 == 1,
        district=np.where(i % 8 < 4, "A", "B"),
        commune=np.array(["p", "q"])[i % 2],
    )
    frame.loc[[1, 5], "poverty_class"] = "near_poor"
    return frame.rename_axis("household_id")


def beside(table, rate=RATE):
    return table[[rate, *(f"{rate}_{name}" for name in BESIDE)]].to_numpy(dtype=float)


def test_the_rates_of_units_are_those_of_headcount_at_each_level():
    frame = households()
    table = reports.table_1(
        frame, by=["district", "commune"], population="counted", design=DRAWN, interval="t"
    )
    assert table["level"].tolist() == [
        *("total", "district", "commune", "commune", "district", "commune", "commune")
    ]
    for level, by in (("total", None), ("district", "district"), ("commune", table.columns[3:5])):
        by = by if by is None or isinstance(by, str) else list(by)
        rates = headcount(frame, by=by, persons=True, design=DRAWN, interval="t")
        rows = table[table["level"] == level]
        for unit in ("households", "persons"):
            expected = rates[rates["count_of"] == unit]
            np.testing.assert_allclose(
                beside(rows, f"poor_{unit}_rate"), expected[["headcount_ratio", *BESIDE]]
            )
            np.testing.assert_allclose(rows[f"poor_{unit}"], expected["headcount"])
            np.testing.assert_allclose(rows[unit], expected["base"])


def test_equal_weights_give_the_official_counts_and_rates():
    frame = households()
    options = {"by": ["district", "commune"], "population": "counted", "numbers": OFFICIAL}
    official = reports.tables(frame, **options)
    census = reports.tables(frame, design="census", **options)
    estimated = reports.tables(frame, design=Design(), **options)
    assert list(estimated) == [*OFFICIAL]
    for number, table in official.items():
        form = reports.layout(number)
        pd.testing.assert_frame_equal(census[number], table)
        of_sample = estimated[number]
        for column in form.columns:
            if column.kind == "rate":
                rates = of_sample[column.id].fillna(0)  # the form prints 0 where there is no base
                np.testing.assert_allclose(rates, table[column.id].fillna(0), atol=0.0051)
                assert {f"{column.id}_{name}" for name in BESIDE} <= {*of_sample}
            else:
                pd.testing.assert_series_equal(
                    of_sample[column.id].astype("Int64"), table[column.id]
                )
                assert str(table[column.id].dtype) == "Int64"
        pd.testing.assert_frame_equal(
            reports.printed(of_sample)[["unit"]], reports.printed(table)[["unit"]]
        )


def test_shares_of_the_poor_are_those_of_plain_numpy():
    frame = households()
    poor = frame["poverty_class"].eq("poor").to_numpy()
    table = reports.table_5(frame, by="district", design=DRAWN)
    for row, district in enumerate(["A", "B"], 1):
        inside = poor & frame["district"].eq(district).to_numpy()
        ratio, se = by_hand(frame, inside & frame["water"].to_numpy(), inside)
        found = beside(table, "water_rate")[row]
        assert found[:2] == pytest.approx([100 * ratio, 100 * se], rel=1e-12)
        assert found[2] < found[0] < found[3]
        total = (frame["weight"] * (inside & frame["water"].to_numpy())).sum()
        assert table["water"].iloc[row] == pytest.approx(total)


def test_rates_of_minorities_are_those_of_plain_numpy():
    frame = households()
    poor = frame["poverty_class"].eq("poor").to_numpy()
    minority = frame["ethnic_minority"].to_numpy()
    table = reports.table_12(frame, population="counted", design=DRAWN)
    ratio, se = by_hand(frame, poor & minority, minority)
    found = beside(table, "poor_minority_households_rate")[0]
    assert found[:2] == pytest.approx([100 * ratio, 100 * se], rel=1e-12)


def test_a_base_that_was_entered_has_no_sampling_error():
    frame = drawn()
    population = pd.DataFrame({"households": [1000], "persons": [4000]})
    table = reports.table_1(frame, population=population, design=DRAWN)
    rate, se, lower, upper = beside(table)[0]
    assert (rate, se) == pytest.approx((27.9, 7.8892331693264), abs=1e-9)  # R: SE of the total
    assert upper - rate == pytest.approx(rate - lower)
    assert (upper - rate) / se == pytest.approx(2.7764451052, abs=1e-9)  # t with 4 degrees
    assert table["households"].tolist() == [1000]
    without = reports.table_1(frame, design=DRAWN)
    assert without[[RATE, f"{RATE}_se"]].isna().all(axis=None)
    assert without["poor_households"].tolist() == [279]


def test_a_size_that_is_missing_leaves_the_persons_missing():
    frame = households().assign(
        household_size=lambda table: table["household_size"].astype("Int64")
    )
    frame.loc[3, "household_size"] = pd.NA  # poor, in district A
    table = reports.table_1(frame, by="district", population="counted", design=DRAWN)
    missing = table["poor_persons"].isna()
    assert missing.tolist() == [True, True, False]
    names = ["poor_persons_rate", *(f"poor_persons_rate_{name}" for name in BESIDE)]
    for name in names:
        assert table[name].isna().tolist() == missing.tolist(), name
    assert table[f"{RATE}_se"].notna().all()


def test_a_unit_without_a_sample_has_no_rate_unless_it_is_asked_for():
    frame = households().assign(
        district=lambda table: pd.Categorical(table["district"], ["A", "B", "C"])
    )
    options = {"by": "district", "population": "counted", "design": DRAWN}
    table = reports.table_1(frame, **options)
    assert table["households"].tolist()[-1] == 0
    assert table[RATE].isna().tolist() == [False, False, False, True]
    zero = reports.table_1(frame, zero_base="zero", **options)
    assert zero[RATE].tolist()[-1] == 0
    assert zero[f"{RATE}_se"].isna().tolist()[-1]


def test_the_design_may_name_columns_that_wide_keeps():
    sample = mdp.load_sample()
    homes = sample.households.assign(weight=2.0, psu=np.arange(500) // 5)
    result = mdp.assess(homes, sample.members, standard=mdp.standard_on("2023-10-01"))
    both = reports.wide(homes, result)
    design = Design(weight="weight", psu="psu")
    table = reports.table_1(both, population="counted", design=design)
    assert table[["households", "poor_households"]].values.tolist() == [[1000, 192]]
    expected = headcount(result, design=Design(weight=homes["weight"], psu=homes["psu"]))
    np.testing.assert_allclose(
        beside(table)[0], expected[["headcount_ratio", *BESIDE]].to_numpy()[0]
    )


def test_a_census_has_no_intervals_and_a_sample_none_without_a_design():
    frame = households()
    with pytest.raises(mdp.ArgumentError, match="no other households could have been drawn"):
        reports.table_1(frame, design="census", interval="t")
    with pytest.raises(mdp.ArgumentError, match="no interval without a design"):
        reports.table_7(frame, interval="t")
    with pytest.raises(mdp.ArgumentError, match="confidence"):
        reports.tables(frame, design=DRAWN, confidence=95)
    with pytest.raises(mdp.ArgumentError, match=r"tables \[8\] take no design"):
        reports.tables(frame, numbers=[1, 8], design=DRAWN)


@pytest.mark.parametrize("number", OFFICIAL)
def test_a_broken_design_is_named_by_every_table(number):
    make = getattr(reports, f"table_{number}")
    for column, value, rule in (
        ("weight", -1.0, "negative"),
        ("weight", np.nan, "missing_value"),
        ("strata", 7, "lonely_unit"),
    ):
        frame = households().assign(weight=lambda table: table["weight"].astype(float))
        frame.loc[[20, 21, 22, 23], column] = value
        with pytest.raises(mdp.InvalidDataError) as caught:
            make(frame, design=DRAWN)
        found = caught.value.violations
        assert set(found["rule"]) == {rule}
        assert found["household_id"].tolist() == [20, 21, 22, 23]


def test_estimates_are_printed_and_labelled_and_say_so():
    table = reports.table_1(households(), population="counted", design=DRAWN, confidence=0.9)
    assert reports.printed(table)[["poor_households", RATE]].values.tolist() == [
        [str(round(table["poor_households"].item())), f"{table[RATE].item():.2f}"]
    ]
    assert "90 % confidence" in reports.notes(table, language="en")[-1]
    heads = reports.labelled(table, language="en").columns
    assert ("Poor households", "Rate (%)", "Lower bound (%)") in [head[1:4] for head in heads]


def test_what_is_made_for_whole_numbers_refuses_estimates(tmp_path):
    frame = households()
    table = reports.table_1(frame, population="counted", design=DRAWN)
    for refuses in (
        lambda: reports.check([table]),
        lambda: reports.suppress(table),
        lambda: mdp.excel.write_tables([table], tmp_path / "x.xlsx"),
    ):
        with pytest.raises(mdp.ArgumentError, match="holds estimates from a sample"):
            refuses()
