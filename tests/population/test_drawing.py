"""Synthetic populations: the totals hold exactly, whatever they are; the rest is sound data."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import multidim_poverty as mdp
from multidim_poverty import population, reports
from multidim_poverty.population.fitting import counts_allowed, draw_incomes

OLD, NEW = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")
ON = "2021-01-01"
UNITS = pd.DataFrame(
    {
        "area": ["rural", "urban", "rural"],
        "province": "P",
        "district": ["D1", "D1", "D2"],
        "commune": ["A", "B", "C"],
    },
    index=pd.Index(["001", "002", "003"], name="code"),
)
TOTALS = population.Totals(
    households=600, poor=60, near_poor=45, average=50, minority=150, minority_poor=40
)


def draw(totals=TOTALS, units=UNITS, standard=OLD, on=ON, seed=7, **more):
    return population.draw(units, totals, standard=standard, on=on, seed=seed, **more)


@st.composite
def totals_of(draw_):
    """Totals of every shape that can be, the narrow ones among them."""
    cell = st.integers(0, 12)
    minority, majority = ([draw_(cell) for _ in range(3)] for _ in range(2))
    poor, near, rest = (a + b for a, b in zip(minority, majority, strict=True))
    if poor + near + rest == 0:
        rest = majority[2] = 1
    return population.Totals(
        households=poor + near + rest,
        poor=poor,
        near_poor=near,
        average=draw_(st.none() | st.integers(0, rest)),
        minority=sum(minority),
        minority_poor=minority[0],
        minority_near_poor=draw_(st.sampled_from([None, minority[1]])),
    )


# -- whole numbers shared out ------------------------------------------------------------------

HARD_WEIGHTS = st.floats(0, 1.7e308) | st.sampled_from([0.0, 5e-324, 1e-300, 1e308, 1.0])


@given(
    st.integers(0, 2**63 - 1) | st.integers(0, 30),
    st.lists(
        st.tuples(HARD_WEIGHTS, st.integers(0, 2**63 - 1) | st.integers(0, 9)),
        min_size=1,
        max_size=9,
    ),
)
def test_every_number_is_shared_out_whole_or_refused(total, units):
    weights, room = map(list, zip(*units, strict=True))
    shares = population.allocate(total, weights).tolist()
    assert sum(shares) == total
    whole = sum(map(Fraction, weights)) or Fraction(1)
    for share, weight in zip(shares, weights, strict=True):
        if any(weights):  # by largest remainders no share is a whole one away from its quota
            assert abs(share - total * Fraction(weight) / whole) < 1
    if sum(room) < total:
        with pytest.raises(mdp.ArgumentError, match=f"{total} does not fit"):
            population.allocate(total, weights, capacity=room)
        return
    shares = population.allocate(total, weights, capacity=room).tolist()
    assert sum(shares) == total
    assert all(0 <= share <= most for share, most in zip(shares, room, strict=True))
    left = [most - share for share, most in zip(shares, room, strict=True)]
    if any(share and not weight for share, weight in zip(shares, weights, strict=True)):
        assert not any(rest for rest, weight in zip(left, weights, strict=True) if weight)


@pytest.mark.parametrize("total", [-1, 2.5, 10.0, True, "10", None, float("nan"), 2**63])
def test_a_total_that_is_no_whole_number_is_named(total):
    with pytest.raises(mdp.ArgumentError, match="is no whole number from 0"):
        population.allocate(total, [1, 1])


@pytest.mark.parametrize("weights", [[1, -1], [np.nan], [np.inf, 1], ["a"], 3, [[1]], None])
def test_weights_that_are_none_are_named(weights):
    with pytest.raises(mdp.ArgumentError, match="weights must be a list of numbers"):
        population.allocate(1, weights)


def test_a_number_of_numpy_is_a_plain_one():
    assert population.allocate(np.uint8(3), np.array([1, 2])).tolist() == [1, 2]
    plain = population.Totals(households=9, poor=2, near_poor=1, minority=3, minority_poor=1)
    counts = plain.model_dump(exclude_none=True)
    assert population.Totals(**{k: np.int64(n) for k, n in counts.items()}) == plain
    for wrong in (True, np.True_, 2.5, np.float64(2.5), "2"):
        with pytest.raises(ValidationError, match="poor"):
            population.Totals(**{**counts, "poor": wrong})
    with pytest.raises(mdp.ArgumentError, match="there are 2 weights and 1 capacities"):
        population.allocate(1, [1, 1], capacity=[1])
    with pytest.raises(mdp.ArgumentError, match=r"capacity 2\.5 is no whole number"):
        population.allocate(1, [1], capacity=[2.5])


# -- exactness ---------------------------------------------------------------------------------


@pytest.mark.slow
@given(totals_of(), st.sampled_from([OLD, NEW]), st.integers(0, 9), st.integers(1, 3))
def test_every_total_is_matched_exactly_and_nobody_is_undetermined(totals, standard, seed, n):
    drawn = draw(totals, UNITS.iloc[:n], standard, seed=seed)
    table = population.check(drawn, totals, standard=standard, on=ON).set_index("total")
    assert table["difference"].eq(0).all()
    assert set(table.index) == {
        *(name for name, value in totals.model_dump().items() if value is not None),
        "undetermined",
    }
    mdp.validate(drawn.households, drawn.members, on=ON)


CELLS = st.lists(st.integers(0, 5), min_size=6, max_size=6)


@pytest.mark.slow
@given(st.lists(CELLS, min_size=1, max_size=4).filter(lambda units: any(map(any, units))))
def test_counts_of_units_that_fit_into_each_other_are_met_in_every_unit(cells):
    table = pd.DataFrame(cells, columns=["mp", "mn", "mr", "kp", "kn", "kr"])
    units = pd.DataFrame(
        {
            "area": "rural",
            "households": table.sum(axis=1),
            "poor": table["mp"] + table["kp"],
            "near_poor": table["mn"] + table["kn"],
            "average": 0,
            "minority": table[["mp", "mn", "mr"]].sum(axis=1),
        }
    )
    totals = population.Totals(
        **{name: int(units[name].sum()) for name in units.columns[1:]},
        minority_poor=int(table["mp"].sum()),
        minority_near_poor=int(table["mn"].sum()),
    )
    drawn = draw(totals, units)
    table = population.check(drawn, totals, standard=OLD, on=ON)
    assert table["difference"].eq(0).all()
    result = mdp.assess(drawn.households, drawn.members, standard=OLD, on=ON)["poverty_class"]
    counted = pd.DataFrame(
        {
            "households": 1,
            "poor": result.eq("poor").astype(int),
            "near_poor": result.eq("near_poor").astype(int),
            "minority": drawn.households["ethnic_minority"].astype(int),
        }
    )
    sums = counted.groupby(drawn.households["unit"]).sum().reindex(units.index, fill_value=0)
    assert sums.to_dict() == units[sums.columns].to_dict()


FEW = st.integers(0, 6)


@given(FEW, FEW, FEW, st.none() | FEW, FEW, FEW, st.none() | FEW)
def test_totals_are_taken_if_and_only_if_some_households_have_them(
    households, poor, near, average, minority, minority_poor, minority_near
):
    rest = households - poor - near
    possible = households > 0 and rest >= 0 and (average is None or average <= rest)
    ways = [
        near_ones
        for near_ones in range(near + 1)
        if minority_poor <= poor and 0 <= minority - minority_poor - near_ones <= rest
    ]
    possible &= bool(ways) if minority_near is None else minority_near in ways
    counts = dict(
        households=households, poor=poor, near_poor=near, average=average, minority=minority,
        minority_poor=minority_poor, minority_near_poor=minority_near,
    )  # fmt: skip
    if not possible:
        with pytest.raises(ValidationError):
            population.Totals(**counts)
        return
    totals = population.Totals(**counts)
    table = population.check(draw(totals), totals, standard=OLD, on=ON)
    assert table["difference"].eq(0).all()


def test_our_own_tables_take_what_is_drawn():
    drawn = draw()
    result = mdp.assess(drawn.households, drawn.members, standard=OLD, on=ON)
    full = reports.wide(drawn.households, result)
    assert reports.table_9(full)["poor_minority"].tolist() == [40]
    assert reports.table_12(full, population="counted")["minority_households"].tolist() == [150]


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ({}, "there is none for 150 minority households"),
        ({"Kinh": True}, "'Kinh' is the majority"),
        ({"Mông": False, " kinh ": False}, "' kinh ' is the majority"),
        ({"Ê Đê": True, "ê ÐÊ": True}, "'Ê Đê' and 'ê ÐÊ' are one group"),
        ({"": True}, "'' is no name"),
        ({None: True}, "None is no name"),
        ({"Mông": "yes"}, r"'yes' is not True \(a local group\) or False"),
    ],
)
def test_groups_that_give_no_minority_are_named(groups, problem):
    with pytest.raises(mdp.ArgumentError, match=f"groups are not sound: .*{problem}"):
        draw(groups=groups)
    nobody = population.Totals(households=5, poor=1, near_poor=1, minority=0, minority_poor=0)
    if not groups:
        assert len(draw(nobody, groups=groups).households) == 5


@pytest.mark.slow
def test_the_totals_of_the_province_hold_to_the_household():
    totals = population.Totals(
        households=168_832, poor=11_785, near_poor=9_385, minority=47_311, minority_poor=8_128
    )
    drawn = draw(totals)
    result = mdp.assess(drawn.households, drawn.members, standard=OLD, on=ON)["poverty_class"]
    minority = drawn.households["ethnic_minority"]
    assert result.notna().all()
    assert (len(result), result.eq("poor").sum(), result.eq("near_poor").sum()) == (
        168_832,
        11_785,
        9_385,
    )
    assert (minority.sum(), (minority & result.eq("poor")).sum()) == (47_311, 8_128)
    assert round(100 * 11_785 / len(result), 2) == 6.98
    assert round(100 * 9_385 / len(result), 2) == 5.56
    assert round(100 * 8_128 / minority.sum(), 2) == 17.18


def test_counts_of_units_that_add_up_come_out_exactly():
    units = UNITS.assign(
        households=[100, 200, 300],
        poor=[25, 5, 30],
        near_poor=[5, 20, 20],
        average=[0, 10, 40],
        minority=[60, 10, 80],
    )
    drawn = draw(units=units)
    result = mdp.assess(drawn.households, drawn.members, standard=OLD, on=ON)["poverty_class"]
    homes = drawn.households
    for name in ("poor", "near_poor", "average"):
        assert result.eq(name).groupby(homes["unit"]).sum().tolist() == units[name].tolist()
    assert homes.groupby("unit").size().tolist() == [100, 200, 300]
    assert homes.groupby("unit")["ethnic_minority"].sum().tolist() == [60, 10, 80]


def test_poor_weights_serve_near_poor_and_average_too():
    drawn = draw(units=UNITS.assign(poor=[1, 0, 3]))
    result = mdp.assess(drawn.households, drawn.members, standard=OLD, on=ON)["poverty_class"]
    of = drawn.households["unit"]
    for name, expected in (("poor", [15, 0, 45]), ("near_poor", [11, 0, 34])):
        assert result.eq(name).groupby(of).sum().tolist() == expected
    assert result.eq("average").groupby(of).sum()["002"] == 0


def test_a_check_names_the_total_that_is_missed():
    drawn = draw()
    wanted = TOTALS.model_copy(update={"poor": 61})
    table = population.check(drawn, wanted, standard=OLD, on=ON).set_index("total")
    assert table.loc["poor"].tolist() == [61, 60, -1]
    assert table["difference"].ne(0).sum() == 1
    unknown = drawn.households.assign(income_12m=np.nan)
    table = population.check(
        mdp.schema.Tables(unknown, drawn.members), TOTALS, standard=OLD, on=ON
    ).set_index("total")
    assert table.loc["undetermined", "counted"] == 600


# -- the data ----------------------------------------------------------------------------------


def test_the_tables_hold_every_column_that_the_standards_read_and_no_class():
    drawn = draw()
    for standard in (OLD, NEW):
        for indicator in standard.indicators:
            for table, name in indicator.rule.reads():
                frame = drawn.households if table == "households" else drawn.members
                # Who has a date of birth needs no year.
                name = "birth_date" if name == "birth_year" else name
                assert name in frame.columns, (standard.name, indicator.id, name)
    assert not drawn.households.isna().any(axis=None)
    assert not drawn.members.isna().any(axis=None)
    assert not {"poverty_class", "listed_as"} & set(drawn.households.columns)
    assert "income_per_capita" not in drawn.households.columns


@pytest.mark.parametrize("standard", [OLD, NEW])
def test_both_standards_decide_every_household(standard):
    drawn = draw()
    with_day = mdp.assess(drawn.households, drawn.members, standard=standard, on=ON)
    assert with_day["poverty_class"].notna().all()
    assert with_day["poverty_class"].value_counts().gt(0).all()
    ids = list(standard.indicator_ids)
    assert with_day[ids].any().all(), "each deprivation is somewhere"
    assert not with_day[ids].all().any(), "and somewhere not"


def test_no_retirement_age_leaves_an_answer_open():
    """Without the day of the survey working age ends somewhere between two years."""
    many = population.Totals(
        households=30_000, poor=5_000, near_poor=3_000, minority=9_000, minority_poor=3_000
    )
    drawn = draw(many)
    for standard in (OLD, NEW):
        matrix = mdp.deprivations(drawn.households, drawn.members, standard=standard)
        assert not matrix.isna().any(axis=None)


def test_the_tables_say_that_they_are_synthetic():
    drawn = draw()
    assert drawn.households.index.str.startswith("SYN-").all()
    assert drawn.households.index.is_unique
    for frame in (drawn.households, drawn.members):
        assert frame.attrs["synthetic"].startswith("synthetic")
        assert frame.attrs["seed"] == 7


def test_flags_agree_with_the_members():
    drawn = draw()
    homes, members = drawn.households, drawn.members.set_index("household_id")
    assert members.groupby(level=0).size().reindex(homes.index).eq(homes["household_size"]).all()
    heads = members[members["relation"] == "head"]
    assert heads.index.tolist() == homes.index.tolist()
    assert heads["sex"].eq("female").equals(homes["female_head"].rename("sex"))
    able = members["age"].between(15, 59) & ~members["has_disability"]
    assert (~able.groupby(level=0).any()).equals(homes["no_labour_capacity"].rename(None))
    assert (homes["ethnic_group"].eq("Kinh") == ~homes["ethnic_minority"]).all()
    assert homes["local_minority"].eq(homes["ethnic_group"].map(population.GROUPS).eq(True)).all()
    assert homes.loc[homes["local_minority"], "ethnic_minority"].all()
    assert homes["area"].astype(str).eq(homes["unit"].map(UNITS["area"])).all()
    assert homes["commune"].eq(homes["unit"].map(UNITS["commune"])).all()


def test_groups_are_those_of_the_caller():
    homes = draw(groups={"X": False, "Y": True}).households
    assert set(homes["ethnic_group"]) == {"Kinh", "X", "Y"}
    assert homes["local_minority"].equals(homes["ethnic_group"].eq("Y"))


@pytest.mark.parametrize("on", ["2020-12-31", "2024-02-29", "2023-02-28", "2021-03-01"])
def test_ages_and_dates_of_birth_agree_on_the_day(on):
    drawn = draw(on=on)
    mdp.validate(drawn.households, drawn.members, on=on)
    birth, day = drawn.members["birth_date"].dt, dt.date.fromisoformat(on)
    had = (birth.month < day.month) | ((birth.month == day.month) & (birth.day <= day.day))
    assert (day.year - birth.year - ~had).eq(drawn.members["age"]).all()
    assert birth.month.nunique() == 12


def test_one_seed_gives_one_population_and_another_another():
    first, again, other = draw(), draw(), draw(seed=8)
    pd.testing.assert_frame_equal(first.households, again.households)
    pd.testing.assert_frame_equal(first.members, again.members)
    assert not first.households["income_12m"].equals(other.households["income_12m"])


def test_the_input_is_not_changed():
    units = UNITS.assign(poor=1.5)
    before = units.copy(deep=True)
    draw(units=units)
    pd.testing.assert_frame_equal(units, before)


def test_incomes_leave_no_doubt_at_a_line():
    """Exact lines are where floats go wrong: income of 12 months must divide back exactly."""
    homes = draw().households
    monthly = homes["income_12m"] / 12 / homes["household_size"]
    assert monthly.eq(monthly.round()).all()
    assert mdp.per_capita_income(homes).eq(monthly.round()).all()


def test_poverty_goes_with_hardship():
    """Deprivations are more among the poor, as in any survey; otherwise no rule would differ."""
    drawn = draw()
    result = mdp.assess(drawn.households, drawn.members, standard=NEW, on=ON)
    mean = result["deprivation_count"].groupby(result["poverty_class"], observed=True).mean()
    assert mean["poor"] > 2 * mean["above_average"]


# -- totals and units that cannot be -----------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"poor": 560}, "more than households"),
        ({"average": 496}, "average (496) is more than the 495 others"),
        ({"minority": 601}, "minority (601) is more than households"),
        ({"minority_poor": 61}, "minority_poor (61) is more than poor (60)"),
        ({"minority": 39}, "minority_poor (40) is more than poor (60) or than minority (39)"),
        ({"minority_near_poor": 46}, "0 to 45 would"),
        ({"minority": 590, "minority_near_poor": 0}, "minority_near_poor (0) does not fit: 55"),
        ({"households": 0}, "greater than or equal to 1"),
        ({"poor": -1}, "greater than or equal to 0"),
        ({"poor": 60.0}, "valid integer"),
        ({"rich": 1}, "Extra inputs"),
    ],
)
def test_totals_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValidationError) as caught:
        population.Totals(**{**TOTALS.model_dump(), **change})
    assert message in str(caught.value)


@given(totals_of())
def test_totals_are_completed_within_their_bounds(totals):
    whole = totals.complete()
    again = population.Totals(**whole.model_dump())  # still sound
    assert again == whole == whole.complete()
    stated = {k: v for k, v in totals.model_dump().items() if v is not None}
    assert stated.items() <= whole.model_dump().items()
    table = totals.table()
    assert table["households"].ge(0).all()
    assert table["households"].sum() == totals.households
    by = table.groupby("listed_as")["households"].sum()
    assert (by["poor"], by["near_poor"]) == (totals.poor, totals.near_poor)
    assert table.loc[table["ethnic_minority"], "households"].sum() == totals.minority


@pytest.mark.parametrize(
    ("units", "message"),
    [
        (UNITS.iloc[:0], "there are no units"),
        (UNITS.iloc[[0, 0, 1]], "unit '001' stands more than once"),
        (UNITS.drop(columns="area"), "column area is missing"),
        (UNITS.assign(area=["rural", "city", None]), "unit '002': area 'city'"),
        (UNITS.assign(poor=[1, -1, 2]), "unit '002': poor -1 is not a number of 0 or more"),
        (UNITS.assign(minority=["a", 1, 2]), "unit '001': minority 'a' is not a number"),
    ],
)
def test_units_that_are_not_sound_are_refused(units, message):
    with pytest.raises(ValueError, match="units are not sound") as caught:
        draw(units=units)
    assert message in str(caught.value)


def test_every_fault_of_the_units_is_named_at_once():
    units = UNITS.assign(area=["x", "rural", "y"], poor=[1, np.nan, 1])
    with pytest.raises(ValueError, match="units are not sound") as caught:
        draw(units=units)
    for part in ("'001': area", "'003': area", "'002': poor"):
        assert part in str(caught.value)


def test_a_standard_with_unknown_rules_is_refused():
    with pytest.raises(ValueError, match="has no known rule for"):
        draw(standard=mdp.standard("decree_351_2025"))


def test_the_counts_that_can_give_a_class_come_from_the_decision_table():
    assert counts_allowed(OLD, "poor") == range(11)
    assert counts_allowed(OLD, "near_poor") == range(3)
    assert counts_allowed(NEW, "poor") == range(3, 13)
    assert counts_allowed(NEW, "near_poor") == range(3)
    assert counts_allowed(NEW, "average") == range(13)
    with pytest.raises(ValueError, match="has no class 'not_poor'"):
        counts_allowed(NEW, "not_poor")


class Edge:
    """A source of numbers at the ends of what it can give."""

    def __init__(self, end):
        self.end = end

    def random(self, shape):
        return np.full(shape, self.end)

    def beta(self, a, b, n):
        return np.full(n, self.end)

    def gamma(self, a, b, n):
        return np.full(n, self.end)


@pytest.mark.parametrize("standard", [OLD, NEW])
@pytest.mark.parametrize("end", [0.0, 1e-9, 0.5, 1.0])
def test_incomes_at_the_ends_of_their_band_give_the_class(standard, end):
    cells = [
        (str(name), count, urban)
        for name in standard.classes
        for count in counts_allowed(standard, name)
        for urban in (False, True)
    ]
    classes, counts, urban = (np.array(column) for column in zip(*cells, strict=True))
    income = draw_incomes(Edge(end), standard, classes.astype(object), counts, urban)
    matrix = pd.DataFrame(
        np.arange(len(standard.indicators)) < counts[:, None], columns=standard.indicator_ids
    )
    homes = pd.DataFrame(
        {"area": np.where(urban, "urban", "rural"), "income_per_capita": income.astype(float)}
    )
    given = mdp.classify(homes, matrix, standard=standard)["poverty_class"]
    assert given.astype(object).tolist() == classes.tolist()


# -- sharing out -------------------------------------------------------------------------------


@given(
    st.integers(0, 500),
    st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=9),
)
def test_shares_add_up_and_stay_near_the_exact_ones(total, weights):
    shares = population.allocate(total, weights)
    assert shares.sum() == total
    assert (shares >= 0).all()
    if sum(weights) > 0:
        exact = total * np.array(weights) / sum(weights)
        assert (np.abs(shares - exact) < 1 + 1e-6 * total).all()
        assert (shares[np.array(weights) == 0] == 0).all()


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=9))
def test_counts_that_add_up_come_out_as_they_are(counts):
    assert population.allocate(sum(counts), counts).tolist() == counts


@given(st.data())
def test_no_unit_takes_more_than_it_holds(data):
    room = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=8))
    weights = data.draw(
        st.lists(st.floats(0, 100, allow_subnormal=False), min_size=len(room), max_size=len(room))
    )
    total = data.draw(st.integers(0, sum(room)))
    shares = population.allocate(total, weights, capacity=room)
    assert shares.sum() == total
    assert (shares <= room).all()
    assert (shares >= 0).all()
    # Weight 0 takes only what the others cannot.
    weighted = sum(r for r, w in zip(room, weights, strict=True) if w > 0)
    assert shares[np.array(weights) == 0].sum() == max(0, total - weighted)


@pytest.mark.parametrize(
    ("total", "weights", "room", "message"),
    [
        (5, [1, -1], None, "0 or more"),
        (5, [1, np.inf], None, "0 or more"),
        (5, [1, 1], [2, 2], "5 does not fit: there is room for 4"),
        (-1, [1], None, "no whole number from 0"),
        (3, [], None, "does not fit"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(total, weights, room, message):
    with pytest.raises(ValueError, match=message):
        population.allocate(total, weights, capacity=room)
