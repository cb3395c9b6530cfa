"""Movement between two years against a plain reference, and the laws of a balance."""

import datetime as dt
import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import movement, reports
from multidim_poverty.movement import balances
from multidim_poverty.schema.tables import Tables
from tests.helpers.profile import at_most

CLASSES = ["poor", "near_poor", "average", "above_average", "not_poor", None]
POOR_FLOWS = [
    "stayed", "to_near_poor", "escaped", "other_decrease", "from_near_poor", "relapsed", "new",
    "other_increase", "unlinked_decrease", "unlinked_increase",
]  # fmt: skip
NEAR_POOR_FLOWS = [
    "stayed", "escaped", "to_poor", "other_decrease", "from_poor", "relapsed", "new",
    "other_increase", "unlinked_decrease", "unlinked_increase",
]  # fmt: skip


def year(rows, **more):
    """A classified year from ``{id: (class, persons)}``."""
    return pd.DataFrame(
        {
            "poverty_class": pd.Series([c for c, _ in rows.values()], dtype=object),
            "household_size": pd.array([n for _, n in rows.values()], dtype="Int64"),
            **more,
        },
        index=pd.RangeIndex(len(rows)),
    ).set_axis(pd.Index(list(rows), name="household_id", dtype=object))


def links_of(*rows):
    return pd.DataFrame(list(rows), columns=["kind", "start_id", "end_id"], dtype=object)


def reference(start, end, history=(), links=(), relapse="same_list"):
    """``{(start_id, end_id): (poor_flow, near_poor_flow, cause)}``, one household at a time."""
    went = {
        s: (kind, e) for kind, s, e in links if kind in ("same", "moved_away", "died", "merged")
    }
    found = {}
    for id, (first, _) in start.items():
        kind, to = went.get(id, (None, None))
        end_id = to if kind == "same" else id if kind is None and id in end else None
        if end_id is None:
            split = any(k == "split" and s == id for k, s, _ in links)
            cause = kind if kind else "split" if split else None
            flows = [
                ("other_decrease" if cause else "unlinked_decrease") if first == listed else None
                for listed in ("poor", "near_poor")
            ]
            found[id, None] = (*flows, cause)
            continue
        last = end[end_id][0]
        cause = "members_changed" if start[id][1] != end[end_id][1] else None
        flows = []
        for listed, other in (("poor", "near_poor"), ("near_poor", "poor")):
            earlier = {
                h for h, c in history if c == listed or (relapse == "any_list" and c == other)
            }
            if (first != listed and last != listed) or first is None or last is None:
                flow = None
            elif first == last:
                flow = "stayed"
            elif first == listed:
                flow = f"to_{other}" if last == other else "escaped"
            elif first == other:
                flow = f"from_{other}"
            else:
                flow = "relapsed" if {id, end_id} & earlier else "new"
            flows.append(flow)
        found[id, end_id] = (*flows, cause)
    for end_id, (last, _) in end.items():
        if any(e == end_id for _, e in found):
            continue
        came = [k for k, _, e in links if e == end_id and k in ("moved_in", "split", "merged")]
        cause = came[-1] if came else None
        flows = [
            ("other_increase" if cause else "unlinked_increase") if last == listed else None
            for listed in ("poor", "near_poor")
        ]
        found[None, end_id] = (*flows, cause)
    return found


def told(moved):
    return {
        (row.start_id, row.end_id): tuple(
            None if pd.isna(v) else v for v in (row.poor_flow, row.near_poor_flow, row.cause)
        )
        for row in moved.itertuples()
    }


@st.composite
def two_years(draw, determined=False, linked=False):
    """Two years, earlier lists and links that contradict nothing; as plain Python."""
    classes = st.sampled_from(CLASSES[:-1] if determined else CLASSES)
    home = st.tuples(classes, st.integers(1, 6))
    start, end, links = {}, {}, []
    for n in range(draw(st.integers(0, 6))):
        a, b = f"a{n}", f"b{n}"
        what = draw(
            st.sampled_from(["stays", "same", "gone", "comes", "splits", "merges"])
            if not linked
            else st.sampled_from(["stays", "same", "left", "came", "splits", "merges"])
        )
        if what in ("stays", "splits", "merges"):
            start[a], end[a] = draw(home), draw(home)
        if what == "same":
            start[a], end[b] = draw(home), draw(home)
            links.append(("same", a, b))
        if what in ("gone", "left"):
            start[a] = draw(home)
            if what == "left" or draw(st.booleans()):
                links.append((draw(st.sampled_from(["moved_away", "died", "merged"])), a, None))
        if what in ("comes", "came"):
            end[b] = draw(home)
            if what == "came" or draw(st.booleans()):
                links.append(("moved_in", None, b))
        if what == "splits":
            end[b] = draw(home)
            links.append(("split", draw(st.sampled_from([a, None])), b))
        if what == "merges":
            start[b] = draw(home)
            links.append(("merged", b, a))
    ids = sorted({*start, *end})
    history = [(h, draw(classes)) for h in ids if draw(st.booleans())]
    return start, end, history, links


def frames(drawn):
    start, end, history, links = drawn
    return (
        year(start),
        year(end),
        pd.DataFrame(history, columns=["household_id", "poverty_class"], dtype=object),
        links_of(*links),
    )


@given(two_years(), st.sampled_from(["same_list", "any_list"]))
def test_flows_equal_the_reference(drawn, relapse):
    start, end, history, links = frames(drawn)
    moved = movement.flows(start, end, history=history, links=links, relapse=relapse)
    assert told(moved) == reference(*drawn, relapse=relapse)
    assert moved["poor_flow"].cat.categories.tolist() == POOR_FLOWS
    assert moved["near_poor_flow"].cat.categories.tolist() == NEAR_POOR_FLOWS
    assert moved["start_id"].dropna().tolist() == start.index.tolist()
    assert sorted(moved["end_id"].dropna()) == sorted(end.index)
    for side, frame in (("start", start), ("end", end)):
        rows = moved[moved[f"{side}_id"].notna()].set_index(f"{side}_id").loc[frame.index]
        assert rows[f"{side}_persons"].tolist() == frame["household_size"].tolist()
        classes = rows[f"{side}_class"].astype(object)
        assert classes.where(classes.notna(), None).tolist() == frame["poverty_class"].tolist()


@given(two_years(determined=True, linked=True))
def test_complete_data_leave_no_residual(drawn):
    start, end, history, links = frames(drawn)
    moved = movement.flows(start, end, history=history, links=links)
    counted = movement.balance(moved)
    assert (counted["residual"] == 0).all()
    assert movement.residual_households(moved).empty
    for listed in ("poor", "near_poor"):
        for of, value in (("households", lambda f: len(f)), ("persons", persons)):
            row = counted.loc[listed, of]
            assert row["opening"] == value(start[start["poverty_class"] == listed])
            assert row["closing_counted"] == value(end[end["poverty_class"] == listed])
    # What leaves one list for the other comes onto the other, in households and in persons.
    for one, other in (("poor", "near_poor"), ("near_poor", "poor")):
        left, came = counted.loc[one], counted.loc[other]
        assert left["to_other_list"].tolist() == came["from_other_list"].tolist()


def persons(frame):
    return int(frame["household_size"].sum())


@given(two_years(), st.lists(st.sampled_from("xy"), min_size=30, max_size=30))
def test_residuals_are_those_of_the_households_listed(drawn, units):
    start, end, history, links = frames(drawn)
    cut = len(start)
    start = start.assign(unit=pd.Categorical(units[:cut], categories=["x", "y", "z"]))
    end = end.assign(unit=pd.Categorical(units[cut : cut + len(end)], categories=["x", "y", "z"]))
    # Two years without any unit in common are refused as two lists of units.
    assume(start.empty or end.empty or set(start["unit"]) & set(end["unit"]))
    moved = movement.flows(start, end, history=history, links=links, by=["unit"])
    behind = movement.residual_households(moved)
    counted = movement.balance(moved, by=["unit"])
    assert counted.index.names == ["unit", "list", "count_of"]
    assert len(counted) == 3 * 2 * 2  # z has no household, and is there
    for (unit, listed, of), row in counted.iterrows():
        mine = behind[(behind["unit"] == unit) & (behind["list"] == listed)]
        assert row["residual"] == mine[of].sum()
        assert row["closing_counted"] - row["closing_by_formula"] == row["residual"]
    # A whole is the sum of its parts, but for those that moved from one to the other.
    whole = movement.balance(moved)
    assert (
        counted.groupby(level=["list", "count_of"], observed=True)
        .sum()
        .loc[whole.index]
        .equals(whole)
    )


def test_every_flow_of_the_official_tables():
    """One household for each column of tables 2 and 3, in households and in persons."""
    start = {
        "stays": ("poor", 3), "grows": ("poor", 3), "shrinks": ("poor", 3), "better": ("poor", 4),
        "out": ("poor", 5), "dead": ("poor", 1), "gone": ("poor", 2), "absorbed": ("poor", 2),
        "near": ("near_poor", 4), "near_out": ("near_poor", 6), "back": ("average", 3),
        "fresh": ("average", 2),
    }  # fmt: skip
    end = {
        "stays": ("poor", 3), "grows": ("poor", 5), "shrinks": ("poor", 2),
        "better": ("near_poor", 3), "out": ("average", 5), "near": ("poor", 4),
        "near_out": ("average", 6), "back": ("poor", 4), "fresh": ("poor", 2),
        "split_off": ("poor", 1), "settler": ("poor", 7),
    }  # fmt: skip
    links = links_of(
        ("died", "dead", None), ("moved_away", "gone", None), ("merged", "absorbed", "stays"),
        ("split", "shrinks", "split_off"), ("moved_in", None, "settler"),
    )  # fmt: skip
    history = pd.DataFrame({"household_id": ["back"], "poverty_class": ["poor"]})
    moved = movement.flows(year(start), year(end), history=history, links=links)
    counted = movement.balance(moved).loc["poor"]
    assert counted.loc["households"].to_dict() == {
        "opening": 8, "to_other_list": 1, "escaped": 1, "other_decrease": 3, "from_other_list": 1,
        "relapsed": 1, "new": 1, "other_increase": 2, "closing_counted": 8,
        "closing_by_formula": 8, "residual": 0,
    }  # fmt: skip
    assert counted.loc["persons"].to_dict() == {
        "opening": 23, "to_other_list": 3, "escaped": 5, "other_decrease": 1 + 2 + 2 + 1 + 1,
        "from_other_list": 4, "relapsed": 4, "new": 2, "other_increase": 2 + 1 + 7,
        "closing_counted": 28, "closing_by_formula": 28, "residual": 0,
    }  # fmt: skip
    near = movement.balance(moved).loc["near_poor", "households"]
    assert near[["opening", "escaped", "to_other_list", "from_other_list"]].tolist() == [2, 1, 1, 1]


def test_a_household_that_moved_within_the_province_leaves_one_unit_for_the_other():
    start = year({"a": ("poor", 3), "b": ("poor", 2)}, commune=["x", "x"])
    end = year({"a": ("near_poor", 4), "b": ("poor", 2)}, commune=["y", "x"])
    moved = movement.flows(start, end, by=["commune"])
    assert moved[["start_id", "end_id", "cause", "commune"]].astype(object).where(
        moved.notna(), None
    ).to_numpy().tolist() == [
        ["a", None, "moved_away", "x"],
        ["b", "b", None, "x"],
        [None, "a", "moved_in", "y"],
    ]
    counted = movement.balance(moved, by=["commune"])
    assert counted.loc[("x", "poor", "persons"), "other_decrease"] == 3
    assert counted.loc[("y", "near_poor", "persons"), "other_increase"] == 4
    assert (counted["residual"] == 0).all()


def test_persons_that_are_not_known_make_no_sum():
    start, end = year({"a": ("poor", None)}), year({"a": ("poor", 3), "b": ("poor", 1)})
    moved = movement.flows(start, end, links=links_of(("moved_in", None, "b")))
    counted = movement.balance(moved).loc["poor"]
    assert counted.loc["households", "opening"] == 1
    assert counted.loc["persons", "opening"] is pd.NA
    assert counted.loc["persons", "residual"] is pd.NA
    assert movement.balance(moved).loc[("near_poor", "persons"), "opening"] == 0


def test_ids_may_be_numbers_and_inputs_stay_as_they_were():
    start = pd.DataFrame({"poverty_class": ["poor", "poor"], "household_size": [2, 3]}, [7, 9])
    end = pd.DataFrame({"poverty_class": ["poor"], "household_size": [2]}, [9])
    before = start.copy(), end.copy()
    links = links_of(("same", 7, 9), ("died", 9, None))
    moved = movement.flows(start, end, links=links)
    assert told(moved) == {
        (7, 9): ("stayed", None, None),
        (9, None): ("other_decrease", None, "died"),
    }
    pd.testing.assert_frame_equal(start, before[0])
    pd.testing.assert_frame_equal(end, before[1])


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        ([("gone", "a", None)], {("kind", "not_a_link", "gone")}),
        ([("died", None, None)], {("start_id", "missing_value", None)}),
        ([("died", "a", "z")], {("end_id", "id_not_wanted", "z")}),
        ([("moved_in", "a", "z")], {("start_id", "id_not_wanted", "a")}),
        ([("same", "a", None)], {("end_id", "missing_value", None)}),
        ([("died", "q", None)], {("start_id", "not_in_the_table", "q")}),
        ([("split", None, "q")], {("end_id", "not_in_the_table", "q")}),
        ([("died", "a", None), ("moved_away", "a", None)], {("start_id", "two_links", "a")}),
        ([("split", None, "z"), ("moved_in", None, "z")], {("end_id", "two_links", "z")}),
        ([("same", "a", "b")], {("end_id", "also_there_before", "b")}),
        ([("moved_in", None, "b")], {("end_id", "also_there_before", "b")}),
        ([("died", "b", None)], {("start_id", "still_there", "b")}),
    ],
)
def test_links_that_contradict(rows, rules):
    start = year({"a": ("poor", 1), "b": ("poor", 1)})
    end = year({"b": ("poor", 1), "z": ("poor", 1)})
    with pytest.raises(mdp.InvalidDataError) as error:
        movement.flows(start, end, links=links_of(*rows))
    faults = error.value.violations
    assert set(zip(faults["column"], faults["rule"], faults["value"], strict=True)) == rules
    assert faults["table"].eq("links").all()


def test_every_fault_of_both_tables_is_named():
    start = year({"a": ("rich", 0)}, commune=[None])
    end = year({"b": ("poor", 1)}).drop(columns="household_size")
    history = pd.DataFrame({"household_id": ["a"], "poverty_class": ["Hộ nghèo"]})
    with pytest.raises(mdp.InvalidDataError) as error:
        movement.flows(start, end, history=history)
    faults = error.value.violations
    assert set(zip(faults["table"], faults["column"], faults["rule"], strict=True)) == {
        ("start", "poverty_class", "not_a_class"),
        ("start", "household_size", "out_of_range"),
        ("end", "household_size", "missing_column"),
        ("history", "poverty_class", "not_a_class"),
    }
    with pytest.raises(ValueError, match="relapse"):
        movement.flows(end, end, relapse="never")
    with pytest.raises(ValueError, match="repeats a column"):
        movement.flows(end, end, by=["commune", "commune"])
    with pytest.raises(ValueError, match="end has no column 'commune'"):
        movement.flows(start, end, by=["commune"])
    with pytest.raises(ValueError, match="poor_flow"):
        movement.balance(pd.DataFrame({"start_id": []}))


# -- newly escaped ----------------------------------------------------------------------------


def escaped_by_hand(rows, on, months):
    found = {}
    for id in dict.fromkeys(id for id, *_ in rows):
        mine = sorted((day, cls) for h, day, cls in rows if h == id and day <= on)
        if not mine or mine[-1][1] is None:
            continue
        since, listed = None, None
        for day, cls in mine:
            if cls in ("poor", "near_poor"):
                since, listed = None, cls
            elif cls is not None and listed is not None and since is None:
                since = day
        if since is None:
            continue
        passed = (on.year - since.year) * 12 + on.month - since.month - (since.day > on.day)
        until = (pd.Timestamp(since) + pd.DateOffset(months=months)).date()
        found[id] = (listed, since, passed, until, on <= until)
    return found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", 1, "c"]),
            st.dates(dt.date(2019, 1, 1), dt.date(2024, 12, 31)),
            st.sampled_from(CLASSES),
        ),
        max_size=14,
        unique_by=lambda row: row[:2],
    ),
    st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)),
    st.sampled_from([36, 12]),
)
def test_newly_escaped_equals_the_reference(rows, on, months):
    history = pd.DataFrame(rows, columns=["household_id", "on", "poverty_class"])
    history["on"] = pd.to_datetime(history["on"])
    found = movement.newly_escaped(history, on=on, months=months)
    told = {
        row.Index: (
            row.escaped_from, row.escaped_on.date(), row.months_since, row.until.date(), row.within,
        )
        for row in found.itertuples()
    }  # fmt: skip
    assert told == escaped_by_hand(rows, on, months)
    assert found["within"].dtype == bool
    assert found["months_since"].dtype == "int64"


@pytest.mark.parametrize(
    ("on", "months", "within"),
    [("2024-12-14", 35, True), ("2024-12-15", 36, True), ("2024-12-16", 36, False)],
)
def test_the_last_day_of_the_36_months(on, months, within):
    history = pd.DataFrame(
        {
            "household_id": ["a", "a"],
            "on": pd.to_datetime(["2020-12-10", "2021-12-15"]),
            "poverty_class": ["near_poor", "average"],
        }
    )
    (row,) = movement.newly_escaped(history, on=on).to_dict("records")
    assert (row["months_since"], row["within"]) == (months, within)


def test_a_history_with_faults():
    history = pd.DataFrame(
        {
            "household_id": ["a", "a", None],
            "on": ["2020-12-10", "2020-12-10", "last year"],
            "poverty_class": ["poor", "rich", "poor"],
        }
    )
    with pytest.raises(mdp.InvalidDataError) as error:
        movement.newly_escaped(history, on="2024-01-01")
    faults = error.value.violations
    assert set(zip(faults["column"], faults["rule"], strict=True)) == {
        ("household_id", "missing_value"),
        ("on", "not_a_date"),
        ("on", "two_on_one_day"),
        ("poverty_class", "not_a_class"),
    }
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        movement.newly_escaped(history.drop(columns="on"), on="2024-01-01")


# -- what made the change ---------------------------------------------------------------------

D59, D07 = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")
CAUSES = ["rules", "data", "churn", "area"]
FULL = {
    "floor_area": 100.0, "water_source": "piped", "toilet": "septic", "has_television": True,
    "has_radio": True, "hears_loudspeaker": True, "wall_durable": True, "frame_durable": True,
    "roof_durable": True,
}  # fmt: skip
PERSON = {
    "age": 40, "sex": "male", "employment_status": "own_account", "has_disability": False,
    "receives_social_allowance": False, "stunted": False, "underweight": False,
    "has_health_insurance": True, "untreated_illness": False, "attending": "none",
    "qualification": "higher", "enterprise_trained": False, "uses_internet": True,
    "uses_telephone": True,
}  # fmt: skip


def survey(homes):
    """A survey from ``{id: (area, income, size)}``, deprived in nothing."""
    households = pd.DataFrame(
        [
            {"area": area, "income_per_capita": float(income), "household_size": size, **FULL}
            for area, income, size in homes.values()
        ],
        index=pd.Index(list(homes), name="household_id"),
    )
    members = pd.DataFrame(
        [
            {"household_id": id, "member_id": n, **PERSON}
            for id, (_, _, size) in homes.items()
            for n in range(size)
        ]
    )
    return Tables(households, members)


def listed_by_hand(homes, classes, rules, persons):
    """Listed and all, from the income bands of the two standards; deprived in nothing."""
    bounds = {
        0: {"rural": (700_000, 1_000_000), "urban": (900_000, 1_300_000)},
        1: {"rural": (0, 1_500_000), "urban": (0, 2_000_000)},
    }[rules]
    listed = total = 0
    for area, income, size in homes:
        poor, near = bounds[area]
        cls = "poor" if income <= poor and rules == 0 else "near_poor" if income <= near else ""
        weight = size if persons else 1
        total += weight
        listed += weight * (cls in classes)
    return listed, total


def shapley_by_hand(start, end, classes, persons):
    """Every order of the four switches, one after the other."""
    stay = [id for id in start if id in end]

    def state(rules, data, churn, area):
        homes = [((start, end)[area][id][0], *(start, end)[data][id][1:]) for id in stay]
        homes += [home for id, home in (start, end)[churn].items() if id not in stay]
        return listed_by_hand(homes, classes, rules, persons)

    parts = {cause: [Fraction(0), Fraction(0)] for cause in CAUSES}
    for order in itertools.permutations(CAUSES):
        now = dict.fromkeys(CAUSES, 0)
        was = state(**now)
        for cause in order:
            now[cause] = 1
            there = state(**now)
            parts[cause][0] += Fraction(there[0] - was[0], 24)
            parts[cause][1] += (
                Fraction(100 * there[0], there[1]) - Fraction(100 * was[0], was[1])
            ) / 24
            was = there
    return parts


HOMES = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(
        st.sampled_from(["rural", "urban"]),
        st.sampled_from([600_000, 900_000, 1_200_000, 1_500_001, 2_500_000]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


@at_most(40)
@given(HOMES, HOMES, st.booleans())
def test_the_parts_of_a_change_equal_every_order_by_hand(first, last, by_persons):
    if not set(first) & set(last):
        last = {**last, **dict(list(first.items())[:1])}
    # Churn alone may empty neither state: some household is there at both times.
    classes = ["poor", "near_poor"]
    parts = movement.decompose_change(
        survey(first),
        survey(last),
        standards=(D59, D07),
        on=("2021-06-30", "2023-06-30"),
        classes=classes,
        count_of="persons" if by_persons else "households",
        exact=True,
    )
    by_hand = shapley_by_hand(first, last, classes, by_persons)
    assert parts.loc[CAUSES].to_numpy().tolist() == [by_hand[cause] for cause in CAUSES]
    assert parts.loc[CAUSES].sum().tolist() == parts.loc["total"].tolist()


def test_one_cause_alone_is_the_whole_change():
    start = survey({"a": ("rural", 1_200_000, 2), "b": ("rural", 5_000_000, 1)})
    options = {"classes": ["near_poor"], "exact": True}

    def causes(end, standards):
        table = movement.decompose_change(start, end, standards=standards, **options)
        return {cause: part for cause, part in table["points"].items() if part}

    assert causes(start, (D59, D07)) == {"rules": 50, "total": 50}
    richer = survey({"a": ("rural", 1_600_000, 2), "b": ("rural", 5_000_000, 1)})
    assert causes(richer, (D07, D07)) == {"data": -50, "total": -50}
    left = survey({"b": ("rural", 5_000_000, 1)})
    assert causes(left, (D07, D07)) == {"churn": -50, "total": -50}
    edge = survey({"a": ("rural", 1_800_000, 2), "b": ("rural", 5_000_000, 1)})
    town = survey({"a": ("urban", 1_800_000, 2), "b": ("rural", 5_000_000, 1)})
    table = movement.decompose_change(edge, town, standards=(D07, D07), **options)
    assert table["points"].to_dict() == {"rules": 0, "data": 0, "churn": 0, "area": 50, "total": 50}
    floats = movement.decompose_change(edge, town, standards=(D07, D07), classes=["near_poor"])
    assert floats.dtypes.tolist() == ["float64", "float64"]
    assert floats.loc["total"].tolist() == [1.0, 50.0]


def test_undetermined_classes_are_refused_by_name_or_taken_at_worst_or_best():
    known = survey({"a": ("rural", 1_200_000, 2), "b": ("rural", 5_000_000, 1)})
    holes = Tables(known.households.assign(income_per_capita=[np.nan, 5_000_000.0]), known.members)
    with pytest.raises(mdp.InvalidDataError) as error:
        movement.decompose_change(known, holes, standards=(D07, D07))
    faults = error.value.violations
    assert faults[["table", "household_id", "rule"]].to_numpy().tolist() == [
        ["end", "a", "undetermined"]
    ]
    worst = movement.decompose_change(
        known, holes, standards=(D07, D07), classes=["near_poor"], undetermined="worst"
    )
    best = movement.decompose_change(
        known, holes, standards=(D07, D07), classes=["near_poor"], undetermined="best"
    )
    assert worst.loc["total", "listed"] == 0
    assert best.loc["total", "listed"] == -1


def test_options_of_a_decomposition():
    one = survey({"a": ("rural", 1_200_000, 2)})
    none = Tables(one.households.iloc[:0], one.members.iloc[:0])
    for options, words in (
        ({"count_of": "people"}, "count_of"),
        ({"undetermined": "skip"}, "undetermined"),
        ({"classes": ["rich"]}, "rich"),
    ):
        with pytest.raises(ValueError, match=words):
            movement.decompose_change(one, one, standards=(D07, D07), **options)
    with pytest.raises(ValueError, match="no household at the end"):
        movement.decompose_change(one, none, standards=(D07, D07))
    twice = Tables(pd.concat([one.households] * 2), one.members)
    with pytest.raises(ValueError, match="repeat at the start"):
        movement.decompose_change(twice, one, standards=(D07, D07))
    unsized = Tables(one.households.drop(columns="household_size"), one.members)
    with pytest.raises(ValueError, match="household_size"):
        movement.decompose_change(unsized, unsized, standards=(D07, D07), count_of="persons")


# -- the official tables ----------------------------------------------------------------------


@given(two_years())
def test_the_balance_is_that_of_the_official_tables(drawn):
    start, end, history, links = frames(drawn)
    moved = movement.flows(start, end, history=history, links=links)
    counted = movement.balance(moved)
    for listed, official in (
        ("poor", reports.table_2(moved)),
        ("near_poor", reports.table_3(moved)),
    ):
        other = "near_poor" if listed == "poor" else "poor"
        form = official.set_index("count_of").rename(
            columns={
                f"to_{other}": "to_other_list",
                f"from_{other}": "from_other_list",
                "closing": "closing_counted",
            }
        )
        mine = counted.loc[listed].drop(columns="closing_by_formula")
        for of in ("households", "persons"):
            assert form.loc[of, mine.columns].tolist() == mine.loc[of].tolist()


ONE_OF_EACH = {
    "start": {
        "stays": ("poor", 3), "better": ("poor", 4), "out": ("poor", 5), "dead": ("poor", 1),
        "near": ("near_poor", 4), "near_out": ("near_poor", 6), "back": ("average", 3),
        "fresh": ("average", 2), "lost": ("poor", 2), "open": (None, 1), "grows": ("near_poor", 2),
        "near_dead": ("near_poor", 2), "near_back": ("average", 2), "near_fresh": ("average", 2),
        "near_lost": ("near_poor", 1),
    },
    "end": {
        "stays": ("poor", 3), "better": ("near_poor", 3), "out": ("average", 5),
        "near": ("poor", 4), "near_out": ("average", 6), "back": ("poor", 4), "fresh": ("poor", 2),
        "settler": ("poor", 7), "found": ("poor", 2), "open": (None, 1), "grows": ("near_poor", 4),
        "near_back": ("near_poor", 2), "near_fresh": ("near_poor", 2),
        "near_settler": ("near_poor", 2), "near_found": ("near_poor", 3),
    },
}  # fmt: skip


@pytest.mark.parametrize("of", ["households", "persons"])
@pytest.mark.parametrize(
    "column",
    [
        "opening", "to_other_list", "escaped", "other_decrease", "from_other_list", "relapsed",
        "new", "other_increase", "closing_counted", "unlinked_decrease", "unlinked_increase",
        "undetermined_start", "undetermined_end",
    ],
)  # fmt: skip
def test_tables_2_and_3_are_made_from_the_balance(monkeypatch, column, of):
    """A change of the accounting of one column changes the balance and the tables alike."""
    start, end = (year(ONE_OF_EACH[which]) for which in ("start", "end"))
    history = pd.DataFrame(
        {"household_id": ["back", "near_back"], "poverty_class": ["poor", "near_poor"]}
    )
    links = links_of(
        ("died", "dead", None), ("died", "near_dead", None), ("moved_in", None, "settler"),
        ("moved_in", None, "near_settler"),
    )  # fmt: skip
    moved = movement.flows(start, end, history=history, links=links)
    tables = {"poor": reports.table_2, "near_poor": reports.table_3}

    def cells():
        counted = movement.balance(moved)
        found = {}
        for listed, table in tables.items():
            form = table(moved).set_index("count_of").loc[of]
            other = "near_poor" if listed == "poor" else "poor"
            name = {
                "to_other_list": f"to_{other}",
                "from_other_list": f"from_{other}",
                "closing_counted": "closing",
            }.get(column, column)
            found[listed] = form[name], form["residual"]
            if column in counted:
                row = counted.loc[(listed, of)]
                assert (row[column], row["residual"]) == found[listed]
        return found

    before = cells()
    assert all(cell > 0 for cell, _ in before.values())
    honest = balances._sums

    def wrong(flows, listed, group, n, weight):
        mutated = honest(flows, listed, group, n, weight)
        sums, gaps = mutated[of][column]
        mutated[of][column] = 2 * sums, gaps
        return mutated

    monkeypatch.setattr(balances, "_sums", wrong)
    after = cells()
    for listed, (cell, residual) in before.items():
        assert after[listed][0] == 2 * cell
        moves_residual = not column.startswith(("unlinked", "undetermined"))
        assert (after[listed][1] != residual) == moves_residual
