"""Rates of flows of a panel: a Taylor linearisation by hand, replicates, bounds, refusals."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement
from multidim_poverty.measures import Design, headcount
from tests.measures.test_sampled_rates import by_hand

DRAWN = Design(weight="weight", strata="strata", psu="psu")
CLASSES = ["poor", "near_poor", "average", "above_average"]
TWO = {"poor": ["poor"], "not poor": CLASSES[1:]}


@cache
def panel():
    """180 households of 36 units in 3 strata: 170 of them are there at the end, and 8 came."""
    rng = np.random.default_rng(19)
    n = 180
    start = pd.DataFrame(
        {
            "poverty_class": rng.choice(CLASSES, n, p=[0.35, 0.2, 0.3, 0.15]),
            "household_size": rng.integers(1, 8, n),
            "area": np.where(np.arange(n) % 3 == 0, "urban", "rural"),
            "weight": rng.uniform(1, 30, n).round(1),
            "strata": np.arange(n) // 60,
            "psu": np.arange(n) // 5,
        },
        index=pd.Index([f"h{number}" for number in range(n)], name="household_id"),
    )
    moved = np.where(rng.uniform(size=n) < 0.5, start["poverty_class"], rng.choice(CLASSES, n))
    end = start.assign(
        poverty_class=moved,
        household_size=np.maximum(start["household_size"] + rng.integers(-1, 2, n), 1),
        weight=(start["weight"] * 1.1).round(1),
    )
    came = end.iloc[:8].set_axis([f"new{number}" for number in range(8)])
    history = pd.DataFrame({"household_id": start.index[::4], "poverty_class": "poor"})
    end = pd.concat([end.iloc[:170], came])
    return start, end, movement.flows(start, end, history=history, by="area")


def of_start(frame, flows):
    """What became of each household of the start, in the order of the start."""
    rows = flows[flows["start_id"].notna()].set_index("start_id").loc[frame.index]
    return {name: rows[name].astype(object) for name in ("start_class", "end_class", "poor_flow")}


def row_of(table, **labels):
    for name, label in labels.items():
        table = table[table[name] == label]
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(
    ("flow", "among"),
    [
        ("stayed", ["poor"]),
        ("escaped", ["poor"]),
        ("unlinked_decrease", ["poor"]),
        ("from_near_poor", ["near_poor"]),
        ("new", ["average", "above_average"]),
        ("relapsed", ["average", "above_average"]),
    ],
)
def test_the_rate_of_a_flow_is_a_ratio_linearised_by_hand(flow, among):
    start, _, flows = panel()
    became = of_start(start, flows)
    inside = became["start_class"].isin(among).to_numpy()
    taken = became["poor_flow"].eq(flow).to_numpy() & inside
    ratio, se = by_hand(start, taken.astype(float), inside)
    table = movement.flow_rates(flows, households=start, design=DRAWN)
    row = row_of(table, list="poor", flow=flow)
    weight = start["weight"].to_numpy()
    assert 0 < ratio < 1
    assert row["rate"] == pytest.approx(100 * ratio, rel=1e-12)
    assert row["se"] == pytest.approx(100 * se, rel=1e-12)
    assert row["headcount"] == pytest.approx(weight[taken].sum(), rel=1e-12)
    assert row["base"] == pytest.approx(weight[inside].sum(), rel=1e-12)
    units = start[inside]["psu"].nunique()
    assert row[["n", "df"]].tolist() == [inside.sum(), units - 3]


@pytest.mark.parametrize("area", ["rural", "urban"])
def test_who_fell_into_poverty_of_a_group_is_a_domain_of_the_sample(area):
    start, _, flows = panel()
    became = of_start(start, flows)
    of_area = start["area"].eq(area).to_numpy()
    inside = ~became["start_class"].eq("poor").to_numpy() & of_area
    fell = became["end_class"].eq("poor").to_numpy() & inside
    ratio, se = by_hand(start, fell.astype(float), inside)
    table = movement.transitions(flows, states=TWO, by="area", households=start, design=DRAWN)
    row = row_of(table, area=area, start_state="not poor", end_state="poor")
    assert row[["rate", "se"]].tolist() == pytest.approx([100 * ratio, 100 * se], rel=1e-12)
    assert row["lower"] < row["rate"] < row["upper"]


def test_persons_are_those_of_the_wave():
    start, end, flows = panel()
    both = start.index.intersection(end.index)
    for wave, frame in (("start", start.loc[both]), ("end", end.loc[both])):
        sized = frame.assign(weight=frame["weight"] * frame["household_size"])
        inside = start.loc[both, "poverty_class"].eq("poor").to_numpy()
        taken = inside & end.loc[both, "poverty_class"].eq("poor").to_numpy()
        # Without those who left or came, of whom the waves know different ones.
        stayed = flows[flows["start_id"].isin(both)]
        table = movement.transitions(
            stayed, households=frame, wave=wave, persons=True, design=DRAWN
        )
        row = row_of(table, count_of="persons", start_state="poor", end_state="poor")
        ratio, se = by_hand(sized, taken.astype(float), inside)
        assert row[["rate", "se"]].tolist() == pytest.approx([100 * ratio, 100 * se], rel=1e-12)
        assert row["headcount"] == pytest.approx(sized["weight"][taken].sum(), rel=1e-12)


def test_the_wave_of_the_end_knows_those_that_are_still_there():
    start, end, flows = panel()
    table = movement.transitions(flows, households=end, wave="end", design=DRAWN)
    assert "gone" not in table["end_state"].cat.categories
    classes = start["poverty_class"].reindex(end.index)
    inside = classes.eq("poor").to_numpy()
    for ended in CLASSES:
        taken = inside & end["poverty_class"].eq(ended).to_numpy()
        ratio, se = by_hand(end, taken.astype(float), inside)
        row = row_of(table, start_state="poor", end_state=ended)
        assert row[["rate", "se"]].tolist() == pytest.approx([100 * ratio, 100 * se], rel=1e-12)
    rates = movement.flow_rates(flows, households=end, wave="end", design=DRAWN)
    left = {"other_decrease", "unlinked_decrease", "other_increase", "unlinked_increase"}
    assert not left & {*rates["flow"]}


def jackknife(start):
    """Weights without each unit in turn, and the scale of each squared deviation."""
    replicates, scales = {}, []
    for psu, stratum in start.groupby("psu")["strata"].first().items():
        others = start["strata"].eq(stratum)
        n = start[others]["psu"].nunique()
        left_out = start["psu"].eq(psu)
        weight = start["weight"] * np.where(others, n / (n - 1), 1.0)
        replicates[f"r{psu}"] = weight.mask(left_out, 0.0)
        scales.append((n - 1) / n)
    return pd.DataFrame(replicates), scales


def test_the_jackknife_is_near_and_is_the_same_rate_with_other_weights():
    start, _, flows = panel()
    replicates, scales = jackknife(start)
    design = Design(
        weight="weight",
        replicates=replicates,
        replicate_method="jackknife",
        replicate_scales=scales,
    )
    table = movement.flow_rates(flows, households=start, design=design)
    linearised = movement.flow_rates(flows, households=start, design=DRAWN)
    pd.testing.assert_series_equal(table["rate"], linearised["rate"])
    inside = linearised["se"] > 0
    assert inside.sum() >= 12
    np.testing.assert_allclose(table["se"][inside], linearised["se"][inside], rtol=0.1)
    became = of_start(start, flows)
    poor = became["start_class"].eq("poor").to_numpy()
    escaped = poor & became["poor_flow"].eq("escaped").to_numpy()
    weights = replicates.to_numpy()
    again = 100 * weights[escaped].sum(axis=0) / weights[poor].sum(axis=0)
    row = row_of(table, list="poor", flow="escaped")
    variance = (np.array(scales) * (again - row["rate"]) ** 2).sum()
    assert row["se"] == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_without_a_design_the_rates_are_of_the_households_that_the_balance_counts():
    start, _, flows = panel()
    table = movement.flow_rates(flows, persons=True)
    balance = movement.balance(flows)
    for count_of in ("households", "persons"):
        for listed, other in (("poor", "near_poor"), ("near_poor", "poor")):
            counts = balance.loc[listed, count_of]
            labels = {"count_of": count_of, "list": listed}
            escaped = row_of(table, flow="escaped", **labels)
            left = row_of(table, flow=f"to_{other}", **labels)
            if count_of == "households":
                assert escaped["headcount"] == counts["escaped"]
                assert left["headcount"] == counts["to_other_list"]
            assert escaped["base"] == counts["opening"]
            rate = 100 * escaped["headcount"] / escaped["base"]
            assert escaped["rate"] == pytest.approx(rate, rel=1e-12)
    assert table["se"].isna().all()
    assert table["headcount"].dtype == table["base"].dtype == np.int64
    census = movement.flow_rates(flows, persons=True, households=start, design="census")
    pd.testing.assert_frame_equal(census, table)


def test_an_unknown_class_at_the_end_is_in_the_base_and_in_the_bounds():
    start, end, _ = panel()
    unknown = end.index[:60:2]
    end = end.assign(poverty_class=end["poverty_class"].mask(end.index.isin(unknown)))
    flows = movement.flows(start, end)
    table = movement.transitions(flows, households=start, design=DRAWN)
    of_poor = start["poverty_class"].eq("poor")
    weight = start["weight"]
    lost = weight[of_poor & start.index.isin(unknown)].sum()
    row = row_of(table, start_state="poor", end_state="poor")
    base = weight[of_poor].sum()
    known = weight[of_poor & end["poverty_class"].reindex(start.index).eq("poor")].sum()
    assert row["undetermined"] == pytest.approx(lost)
    assert row["n_missing"] == (of_poor & start.index.isin(unknown)).sum() > 0
    assert row[["rate", "bound_lower", "bound_upper"]].tolist() == pytest.approx(
        [100 * known / base, 100 * known / base, 100 * (known + lost) / base]
    )
    of_poor_rows = table[table["start_state"] == "poor"]
    assert of_poor_rows["rate"].sum() == pytest.approx(100 - 100 * lost / base)
    nobody = flows.assign(end_class=flows["end_class"].mask(flows["start_class"] == "near_poor"))
    nobody = nobody[~(nobody["start_class"].eq("near_poor") & nobody["end_id"].isna())]
    known_to_be = start.loc[nobody["start_id"].dropna()]
    none = movement.transitions(nobody, households=known_to_be, design=DRAWN)
    assert none[none["start_state"] == "near_poor"]["rate"].isna().all()


def test_a_design_of_columns_of_the_flows_is_the_same():
    start, _, flows = panel()
    columns = start[["weight", "strata", "psu"]]
    joined = flows.join(columns, on="start_id")
    expected = movement.flow_rates(flows, by="area", households=start, design=DRAWN)
    pd.testing.assert_frame_equal(movement.flow_rates(joined, by="area", design=DRAWN), expected)
    turned = start.iloc[::-1]
    of_series = Design(
        weight=start["weight"], strata=turned["strata"], psu=start["psu"].astype(str)
    )
    again = movement.flow_rates(flows, by="area", households=turned, design=of_series)
    pd.testing.assert_frame_equal(again, expected)


def test_all_rates_of_one_start_are_a_whole_as_headcount_has_it():
    start, end, flows = panel()
    stayed = flows[flows["start_id"].isin(start.index.intersection(end.index))]
    homes = start.loc[stayed["start_id"]]
    result = homes.assign(poverty_class=end["poverty_class"])
    table = movement.transitions(
        stayed, states={"all": CLASSES[:1], "rest": CLASSES[1:]}, households=homes, design=DRAWN
    )
    whole = headcount(result[homes["poverty_class"].eq("poor")], design=DRAWN).iloc[0]
    row = row_of(table, start_state="all", end_state="all")
    assert row["rate"] == pytest.approx(whole["headcount_ratio"], rel=1e-12)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wave": "both"}, "wave 'both'"),
        ({"wave": "end"}, "stand in only one of flows and households"),
        ({"interval": "logit", "design": None}, "no interval without a design"),
        ({"interval": "logit", "design": "census"}, "no sampling error"),
        ({"confidence": 95}, "confidence 95"),
        ({"design": Design(weight="mass")}, "households has no column 'mass'"),
        ({"by": "village"}, "flows has no column 'village'"),
    ],
)
def test_what_does_not_go_together_is_refused(options, words):
    start, _, flows = panel()
    given = {"households": start, "design": DRAWN, **options}
    for of in (movement.flow_rates, movement.transitions):
        with pytest.raises(mdp.ArgumentError, match=words):
            of(flows, **given)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"poor": "poor", "rest": ["near_poor"]}, "flows hold the class average, above_average"),
        ({"poor": "poor", "rest": CLASSES}, "classes of its own"),
        ({"poor": "pore", "rest": CLASSES[1:]}, "'pore'"),
        ({"poor": [], "rest": CLASSES}, "classes of its own"),
        ({}, "no class"),
        (["poor"], "no mapping"),
        ({"gone": "poor", "rest": CLASSES[1:]}, "rename"),
    ],
)
def test_states_that_are_no_partition_are_refused(states, words):
    with pytest.raises(mdp.ArgumentError, match=words):
        movement.transitions(panel()[2], states=states)


def test_flows_that_are_broken_are_refused():
    start, _, flows = panel()
    with pytest.raises(mdp.ArgumentError, match="more than one row of a household of the start"):
        movement.flow_rates(pd.concat([flows, flows.iloc[:1]]))
    with pytest.raises(mdp.ArgumentError, match="poor_flow holds 'fled'"):
        movement.flow_rates(flows.assign(poor_flow="fled"))
    with pytest.raises(mdp.ArgumentError, match="hide a column"):
        movement.flow_rates(flows.assign(rate=1), by="rate")
    broken = start.assign(weight=start["weight"].mask(start.index == "h3"))
    with pytest.raises(mdp.InvalidDataError) as caught:
        movement.flow_rates(flows, households=broken, design=DRAWN)
    assert caught.value.violations["household_id"].tolist() == ["h3"]
    sizes = flows["start_persons"].mask(flows["start_id"] == "h5")
    with pytest.raises(mdp.InvalidDataError) as caught:
        movement.flow_rates(flows.assign(start_persons=sizes), persons=True)
    assert caught.value.violations["household_id"].tolist() == ["h5"]
