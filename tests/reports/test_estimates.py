"""Official tables of a sample: weighted counts, rates with standard errors and intervals."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement, reports
from multidim_poverty.measures import Design, headcount
from tests.measures.test_alkire_foster import DRAWN
from tests.measures.test_sampled_rates import by_hand, drawn

BESIDE = ("se", "lower", "upper")
OFFICIAL = (1, 4, 5, 6, 7, 8, 9, 10, 12, 13)
RATE = "poor_households_rate"


def households():
    """R's 24 households, in two districts of two communes, with what the tables read."""
    frame = drawn()
    i = np.arange(24)
    indicators = [item.id for item in reports.items_of("indicators")]
    reasons = reports.items_of("reasons")
    flags = ["ethnic_minority", "member_of_merit", "no_labour_capacity", "female_head"]
    answers = {name: (i * (k % 4 + 1) + k) % 5 < 2 for k, name in enumerate([*indicators, *flags])}
    frame = frame.assign(
        **answers,
        local_minority=answers["ethnic_minority"] & (i % 3 == 0),
        ethnic_group=np.where(answers["ethnic_minority"], "Ê-đê", "Kinh"),
        **{f"reason_{item.id}": (i + k) % 4 == 0 for k, item in enumerate(reasons)},
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
    for number, why in ((2, "table 2 counts flows"), (14, "table 14 lists persons")):
        with pytest.raises(mdp.ArgumentError, match=rf"tables \[{number}\] take no .*{why}"):
            reports.tables(frame, numbers=[1, number], design=DRAWN)


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


def weighted(frame, *conditions, sizes=False):
    """The weights of the rows that meet all conditions, added up."""
    rows = np.logical_and.reduce([np.asarray(each, dtype=bool) for each in conditions])
    weight = frame["weight"] * (frame["household_size"].astype(float) if sizes else 1.0)
    return weight[rows].sum()


@pytest.mark.parametrize("listed", ["poor", "near_poor"])
def test_groups_and_reasons_are_counted_with_their_weights(listed):
    frame = households()
    on_list = frame["poverty_class"].eq(listed)
    of = [on_list & frame["district"].eq(district) for district in ("A", "B")]
    minority, merit = frame["ethnic_minority"], frame["member_of_merit"]
    table = reports.table_8(frame, by="district", design=DRAWN)
    for sizes, count_of in ((False, "households"), (True, "persons")):
        rows = table[table["count_of"] == count_of].iloc[1:]
        for column, among in ((f"{listed}_ethnic_minority", minority), (listed, True)):
            expected = [weighted(frame, each, among & each, sizes=sizes) for each in of]
            np.testing.assert_allclose(rows[column].astype(float), expected, rtol=1e-12)
    first = table.iloc[0]
    parts = [minority, frame["no_labour_capacity"], merit]
    other = weighted(frame, on_list) - sum(weighted(frame, on_list, part) for part in parts)
    assert first[f"{listed}_other"] == pytest.approx(other, abs=1e-9)
    ninth = reports.table_9(frame, by="district", design=DRAWN).iloc[1:]
    expected = [weighted(frame, each, minority) for each in of]
    np.testing.assert_allclose(ninth[f"{listed}_ede"].astype(float), expected, rtol=1e-12)
    tenth = reports.table_10(frame, by="district", design=DRAWN).iloc[1:]
    expected = [weighted(frame, each, frame["reason_illness"]) for each in of]
    np.testing.assert_allclose(tenth[f"{listed}_illness"].astype(float), expected, rtol=1e-12)


def test_children_count_with_the_weight_of_their_household():
    sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    homes = sample.households.assign(weight=1.0 + np.arange(500) % 9, psu=np.arange(500) // 5)
    result = reports.wide(homes, mdp.assess(homes, sample.members, standard=standard))
    given = {"members": sample.members, "standard": standard, "by": "area"}
    design = Design(weight="weight", psu="psu")
    table = reports.table_11(result, design=design, **given)
    plain = reports.table_11(result, **given)
    home = sample.members["household_id"]
    child = (sample.members["age"] < 16).to_numpy()
    poor = result["poverty_class"].eq("poor").reindex(home[child]).fillna(False).to_numpy(bool)
    expected = result["weight"].reindex(home[child]).to_numpy()[poor].sum()
    assert table["poor_children"].iloc[0] == pytest.approx(expected, rel=1e-12)
    assert plain["poor_children"].iloc[0] == poor.sum()
    pd.testing.assert_series_equal(table["unknown"], plain["unknown"])
    once = reports.table_11(result, design=Design(), **given)
    for name in reports.layout(11).columns:
        pd.testing.assert_series_equal(once[name.id].astype("Int64"), plain[name.id])
    several = reports.tables(
        result, members=sample.members, standard=standard, by="area", design=design
    )
    assert {*several} == {1, *range(4, 14)} - {10}
    pd.testing.assert_frame_equal(several[11], table, check_names=False)


def test_flows_of_a_sample_are_counted_with_the_weight_of_each_row():
    frame = households()
    end = frame.assign(
        poverty_class=frame["poverty_class"].iloc[::-1].to_numpy(), household_size=3
    ).iloc[:-3]
    flows = movement.flows(frame, end, by="district")
    flows = flows.assign(weight=1.0 + np.arange(len(flows)) % 7 / 3)
    design = Design(weight="weight")
    once = reports.table_2(flows, by="district", design=Design())
    plain = reports.table_2(flows, by="district")
    for number, listed in ((2, "poor"), (3, "near_poor")):
        table = getattr(reports, f"table_{number}")(flows, by="district", design=design)
        balance = movement.balance(flows, by="district", design=design)
        for place, count_of in enumerate(("households", "persons")):
            rows = table[table["count_of"] == count_of]
            taken = flows[flows[f"{listed}_flow"] == "escaped"]
            persons = taken["end_persons"].astype(float) if place else 1.0
            escaped = (taken["weight"] * persons).groupby(taken["district"]).sum()
            expected = [escaped.sum(), *(escaped.get(name, 0.0) for name in ("A", "B"))]
            np.testing.assert_allclose(rows["escaped"].astype(float), expected, rtol=1e-12)
            assert rows["residual"].iloc[0] == pytest.approx(
                balance["residual"].xs((listed, count_of), level=[1, 2]).sum(), abs=1e-6
            )
            assert balance["escaped"].xs((listed, count_of), level=[1, 2]).tolist() == (
                pytest.approx(expected[1:])
            )
    for column in reports.layout(2).columns:
        pd.testing.assert_series_equal(once[column.id].astype("Int64"), plain[column.id])
    assert str(plain["escaped"].dtype) == "Int64"
    pd.testing.assert_frame_equal(reports.table_2(flows, by="district", design="census"), plain)
    with pytest.raises(mdp.InvalidDataError):
        reports.table_3(flows.assign(weight=-1.0), by="district", design=design)


def test_a_list_of_persons_is_of_no_sample():
    sample = mdp.load_sample()
    result = reports.wide(
        sample.households,
        mdp.assess(sample.households, sample.members, standard=mdp.standard_on("2023-10-01")),
    )
    for make in (reports.table_14, reports.table_15):
        with pytest.raises(mdp.ArgumentError, match="is a list of persons"):
            make(result, members=sample.members, design=Design())
        with pytest.raises(mdp.ArgumentError, match="neither a measures"):
            make(result, members=sample.members, design="sample")
        census = make(result, members=sample.members, design="census")
        pd.testing.assert_frame_equal(census, make(result, members=sample.members))


def test_weighted_counts_are_printed_without_remarks_on_their_last_digits():
    frame = households().assign(weight=lambda table: table["weight"] / 3)
    for number in (8, 9, 10):
        table = getattr(reports, f"table_{number}")(frame, by="district", design=DRAWN)
        notes = reports.notes(table, language="en")
        assert "Estimates from a sample: weighted counts" in notes
        differ = table["poor_other"].sub(table.get("poor_none_of_three", table["poor_other"]))
        overlap = [note for note in notes if "of the table" in note and "(a)" in note]
        assert len(overlap) == bool(number == 8 and differ.abs().max() > 1e-6)
        printed = reports.printed(table)
        column = "poor" if number == 8 else "poor_households"
        assert printed[column].tolist() == [str(round(each)) for each in table[column]]
        with pytest.raises(mdp.ArgumentError, match="holds estimates from a sample"):
            reports.check([table])
