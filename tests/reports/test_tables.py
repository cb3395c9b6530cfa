"""The official tables: against a count by hand of every row, and their rules one by one."""

from __future__ import annotations

import functools
import itertools
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import reports

STANDARD = mdp.standard("decree_07_2021")
# Drawn households are of a group, Hoa, that has no column in the list of the province.
pytestmark = pytest.mark.filterwarnings("ignore:ethnic groups without a column:UserWarning")
BY = ["district", "commune"]
INDICATORS = list(STANDARD.indicator_ids)
REASONS = [f"reason_{item.id}" for item in reports.items_of("reasons")]
FLAGS = ["no_labour_capacity", "member_of_merit", "female_head"]
CLASSES = ["poor", "near_poor", "average", "above_average"]
GROUPS = {"Kinh": None, "Ê đê": "ede", "Êđê": "ede", "M'Nông": "mnong", "Hoa": "other"}
ANSWER = st.sampled_from([True, False, False, None])


@st.composite
def results(draw, known=False, most=7):
    """Households of a few communes, with everything that a table reads."""
    n = draw(st.integers(0, most))
    answer = st.booleans() if known else ANSWER
    rows = []
    for _ in range(n):
        group = draw(st.sampled_from(list(GROUPS)))
        minority = group != "Kinh"
        rows.append(
            {
                "district": draw(st.sampled_from(["A", "B"])),
                "commune": draw(st.sampled_from(["x", "y", "z"])),
                "poverty_class": draw(st.sampled_from([*CLASSES, *CLASSES[:2], None])),
                "household_size": draw(st.integers(1, 9)),
                "ethnic_group": group,
                "ethnic_minority": minority,
                "local_minority": minority and draw(st.booleans()),
                "average_living_standard": draw(answer),
                **{name: draw(answer) for name in (*INDICATORS, *REASONS, *FLAGS)},
            }
        )
    names = ["district", "commune", "poverty_class", "household_size", "ethnic_group"]
    flags = ["ethnic_minority", "local_minority", "average_living_standard"]
    flags += [*INDICATORS, *REASONS, *FLAGS]
    frame = pd.DataFrame(rows, columns=[*names, *flags])
    classes = pd.CategoricalDtype(CLASSES, ordered=True)
    types = {**dict.fromkeys(flags, "boolean"), "household_size": "Int64", "poverty_class": classes}
    frame.index = pd.Index([f"H{k}" for k in range(n)], name="household_id", dtype=object)
    return frame.astype({**types, **dict.fromkeys(names[:2], "object")})


def places(frame):
    """Every unit as the rows show it: the total, each district, its communes."""
    found = {(): "total"}
    for district in sorted(set(frame["district"])):
        found[(district,)] = district
        inside = frame.loc[frame["district"] == district, "commune"]
        for commune in sorted(set(inside)):
            found[(district, commune)] = commune
    return found


SEEN: dict[str, object] = {"frame": None}


def rows_of(frame):
    """The rows as dicts, made once for the many counts of one frame."""
    if SEEN["frame"] is not frame:
        SEEN.update(frame=frame, rows=frame.to_dict("records"))
    return SEEN["rows"]


def hand(frame, where, test, size=False):
    """Count by hand: households, or persons, of a place for whom `test` is True."""
    total = 0
    for row in rows_of(frame):
        here = (row["district"], row["commune"])[: len(where)] == where
        if here and test(row) is True:
            total += int(row["household_size"]) if size else 1
    return total


def of(name):
    return lambda row: row["poverty_class"] == name


def both(name, flag):
    return lambda row: row["poverty_class"] == name and row[flag] is True


def percent(a, b):
    exact = Fraction(100 * a, b)
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    return float(rounded)


def in_order(table, frame):
    """The rows of a table as (place, row)."""
    expected = places(frame)
    kinds = table["count_of"].unique() if "count_of" in table else [None]
    assert table["unit"].tolist() == [
        {"total": "Tổng số"}.get(name, name) for name in expected.values() for _ in kinds
    ]
    rows = iter(table.to_dict("records"))
    for place, kind in itertools.product(expected, kinds):
        row = next(rows)
        assert row.get("count_of") == kind
        yield place, row


@given(results())
def test_table_1_counts_what_a_hand_counts(frame):
    for place, row in in_order(reports.table_1(frame, by=BY, population="counted"), frame):
        everyone = hand(frame, place, lambda r: True)
        persons = hand(frame, place, lambda r: True, size=True)
        assert (row["households"], row["persons"]) == (everyone, persons)
        for name, test in (
            ("poor", of("poor")),
            ("near_poor", of("near_poor")),
            ("farm_average", lambda r: r["average_living_standard"]),
        ):
            homes, people = hand(frame, place, test), hand(frame, place, test, size=True)
            assert (row[f"{name}_households"], row[f"{name}_persons"]) == (homes, people)
            if everyone:
                assert row[f"{name}_households_rate"] == percent(homes, everyone)
                assert row[f"{name}_persons_rate"] == percent(people, persons)
        undetermined = hand(frame, place, lambda r: bool(pd.isna(r["poverty_class"])))
        unknown = hand(frame, place, lambda r: bool(pd.isna(r["average_living_standard"])))
        assert (row["undetermined"], row["unknown"]) == (undetermined, unknown)


@given(results())
def test_tables_4_to_7_count_what_a_hand_counts(frame):
    for name, (counts, shares) in {"poor": (4, 5), "near_poor": (6, 7)}.items():
        made = reports.tables(frame, by=BY, numbers=[counts, shares])
        pairs = zip(in_order(made[counts], frame), in_order(made[shares], frame), strict=True)
        for (place, row), (_, share) in pairs:
            homes = hand(frame, place, of(name))
            found = [hand(frame, place, both(name, indicator)) for indicator in INDICATORS]
            assert [row[indicator] for indicator in INDICATORS] == found
            assert (row[f"{name}_households"], row["incidents"]) == (homes, sum(found))
            assert [share[indicator] for indicator in INDICATORS] == found
            rates = [share[f"{indicator}_rate"] for indicator in INDICATORS]
            if homes:
                assert rates == [percent(count, homes) for count in found]
            else:
                assert all(pd.isna(rate) for rate in rates)
            unknown = sum(
                hand(frame, place, lambda r, i=i, name=name: of(name)(r) and bool(pd.isna(r[i])))
                for i in INDICATORS
            )
            assert row["unknown"] == unknown


@given(results())
def test_table_8_takes_groups_away_and_counts_those_of_none(frame):
    groups = ["ethnic_minority", "no_labour_capacity", "member_of_merit"]
    for place, row in in_order(reports.table_8(frame, by=BY), frame):
        size = row["count_of"] == "persons"
        for name in ("poor", "near_poor"):
            total = hand(frame, place, of(name), size)
            found = [hand(frame, place, both(name, group), size) for group in groups]
            assert row[name] == total
            assert [row[f"{name}_{group}"] for group in groups] == found
            assert row[f"{name}_other"] == total - sum(found)
            assert row[f"{name}_none_of_three"] == hand(
                frame,
                place,
                lambda r, n=name: of(n)(r) and all(r[g] is False for g in groups),
                size,
            )


@given(results())
def test_table_9_gives_each_household_one_group(frame):
    for place, row in in_order(reports.table_9(frame, by=BY), frame):
        for name in ("poor", "near_poor"):
            for group in ("ede", "mnong", "other", "tay"):
                expected = hand(
                    frame,
                    place,
                    lambda r, n=name, g=group: of(n)(r) and GROUPS[r["ethnic_group"]] == g,
                )
                assert row[f"{name}_{group}"] == expected
            minority = hand(frame, place, both(name, "ethnic_minority"))
            assert row[f"{name}_minority"] == minority
            assert row[f"{name}_kinh"] == hand(frame, place, of(name)) - minority


@given(results())
def test_table_10_counts_each_reason(frame):
    for place, row in in_order(reports.table_10(frame, by=BY), frame):
        for name in ("poor", "near_poor"):
            for reason in REASONS:
                column = f"{name}_{reason.removeprefix('reason_')}"
                assert row[column] == hand(frame, place, both(name, reason))
            assert row[f"{name}_without_reason"] == hand(
                frame, place, lambda r, n=name: of(n)(r) and all(r[x] is False for x in REASONS)
            )


@given(results())
def test_tables_12_and_13_divide_by_the_same_group(frame):
    for number, name in ((12, "poor"), (13, "near_poor")):
        table = reports.tables(frame, by=BY, numbers=[number], population="counted")[number]
        for place, row in in_order(table, frame):
            groups = {
                "": lambda r: True,
                "kinh_": lambda r: not r["ethnic_minority"],
                "minority_": lambda r: r["ethnic_minority"],
                "local_minority_": lambda r: r["local_minority"],
            }
            for prefix, test in groups.items():
                listed = lambda r, t=test, name=name: of(name)(r) and t(r)  # noqa: E731
                for unit, size in (("households", False), ("persons", True)):
                    assert row[prefix + unit] == hand(frame, place, test, size)
                    assert row[f"{name}_{prefix}{unit}"] == hand(frame, place, listed, size)
                base = hand(frame, place, test)
                rate = row.get(f"{name}_{prefix}households_rate")
                if prefix != "kinh_" and base:
                    assert rate == percent(hand(frame, place, listed), base)
                elif prefix != "kinh_":
                    assert pd.isna(rate)
            for flag in FLAGS:
                assert row[f"{name}_{flag}"] == hand(frame, place, both(name, flag))


# -- laws ------------------------------------------------------------------------------------


@given(results(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_makes_no_difference(frame, random):
    rows, columns = list(range(len(frame))), list(frame.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    mixed = frame.iloc[rows][columns]
    one = reports.tables(frame, by=BY, population="counted")
    other = reports.tables(mixed, by=BY, population="counted")
    assert list(one) == [1, 4, 5, 6, 7, 8, 9, 10, 12, 13]
    for number, table in one.items():
        pd.testing.assert_frame_equal(table, other[number])
        assert table.attrs == other[number].attrs


@given(results(known=True))
def test_tables_of_complete_data_agree_with_each_other(frame):
    made = reports.tables(frame, by=BY, population="counted")
    found = reports.check(made)
    # Where groups overlap, the rest by subtraction may fall below 0.
    assert set(found["rule"]) <= {
        "overlap",
        "negative",
        "undetermined",
        "without_reason",
        "sum_as_unit",
    }
    assert set(found.loc[found["rule"] == "negative", "table"]) <= {"table_8"}


@given(results())
def test_counts_are_integers_and_columns_those_of_the_layout(frame):
    for number, table in reports.tables(frame, by=BY).items():
        form = reports.layout(number)
        counted = [] if form.rows_per_unit == 1 else ["count_of"]
        leading = ["number", "level", "unit", *BY, *counted]
        assert list(table.columns) == [*leading, *(column.id for column in form.columns)]
        for column in form.columns:
            assert table[column.id].dtype == ("Int64" if column.kind == "count" else "Float64")


@given(results())
def test_input_is_not_changed(frame):
    before = frame.copy(deep=True)
    reports.tables(frame, by=BY, population="counted")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.any_version
@pytest.mark.parametrize("number", [1, 4, 8, 9])
def test_a_table_looks_up_no_household_by_its_id(number):
    """Such a look-up builds a table of all ids, which takes longer than the table of the report."""
    sample = mdp.load_sample()
    frame = sample.households.assign(
        **dict.fromkeys(mdp.standard("decree_07_2021").indicator_ids, True)
    )
    frame = frame.assign(poverty_class="poor")
    frame.index = pd.Index(frame.index.tolist(), name="household_id")
    getattr(reports, f"table_{number}")(frame, by="area", identity={})
    assert not frame.index._engine.is_mapping_populated


# -- rates -----------------------------------------------------------------------------------


def test_rates_round_half_up_and_never_by_a_binary_fraction():
    counts = pd.Series([1, 3, 1, 201, 41, 1, 200], dtype="Int64")
    base = pd.Series([800, 800, 8000, 20000, 80, 3, 200], dtype="Int64")
    # 0.125 and 0.375 are ties; half even would give 0.12 for the first.
    expected = [0.13, 0.38, 0.01, 1.01, 51.25, 33.33, 100.0]
    assert reports.rates(counts, base, zero_base="zero").tolist() == expected


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_is_the_decimal_next_to_the_exact_one(a, b):
    rate = reports.rates(
        pd.Series([a], dtype="Int64"), pd.Series([b], dtype="Int64"), zero_base="zero"
    )
    # `percent` divides in 28 digits: enough to tell a tie of such numbers.
    assert rate.tolist() == [percent(a, b)]


@pytest.mark.parametrize(
    ("number", "default"), [(1, [0.0]), (5, [None]), (7, [None]), (12, [None]), (13, [None])]
)
def test_a_zero_base_is_zero_or_blank_as_the_form_has_it(number, default):
    frame = example().iloc[:0]
    make = getattr(reports, f"table_{number}")
    more = {"population": "counted"} if number in (1, 12, 13) else {}
    column = next(c.id for c in reports.layout(number).columns if c.kind == "rate")
    as_form = make(frame, **more)[column]
    assert as_form.astype(object).where(as_form.notna(), None).tolist() == default
    assert make(frame, zero_base="zero", **more)[column].tolist() == [0.0]
    assert make(frame, zero_base="blank", **more)[column].isna().all()
    assert reports.printed(make(frame, zero_base="zero", **more))[column].tolist() == ["0"]
    with pytest.raises(ValueError, match="zero_base 'none'"):
        make(frame, zero_base="none", **more)


# -- population ------------------------------------------------------------------------------


def example():
    """Five households in three communes of two districts."""
    frame = pd.DataFrame(
        {
            "district": ["A", "A", "A", "B", "B"],
            "commune": ["x", "x", "y", "x", "x"],
            "poverty_class": ["poor", "near_poor", "poor", "average", None],
            "household_size": [4, 3, 2, 5, 1],
            "ethnic_group": ["Kinh", "Ê đê", "Tày", "Kinh", "Kinh"],
            "ethnic_minority": [False, True, True, False, False],
            "local_minority": [False, True, False, False, False],
        },
        index=pd.Index(list("abcde"), name="household_id"),
    )
    for name in (*INDICATORS, *REASONS, *FLAGS):
        frame[name] = False
    frame.loc[["a", "c"], INDICATORS[:3]] = True
    return frame


POPULATION = pd.DataFrame(
    {
        "district": ["A", "A", "B"],
        "commune": ["x", "y", "x"],
        "households": [10, 5, 20],
        "persons": [40, 20, 80],
        "minority_households": [4, 1, 0],
        "minority_persons": [16, 4, 0],
    }
)


def test_the_population_is_entered_and_not_counted_from_those_reviewed():
    table = reports.table_1(example(), by=BY, population=POPULATION)
    assert table["unit"].tolist() == ["Tổng số", "A", "x", "y", "B", "x"]
    assert table["number"].tolist() == ["", "1", "1.1", "1.2", "2", "2.1"]
    assert table["households"].tolist() == [35, 15, 10, 5, 20, 20]
    assert table["poor_households_rate"].tolist() == [5.71, 13.33, 10.0, 20.0, 0.0, 0.0]
    assert table["poor_persons_rate"].tolist() == [4.29, 10.0, 10.0, 10.0, 0.0, 0.0]
    other = reports.table_12(example(), by=BY, population=POPULATION)
    assert other["kinh_households"].tolist() == [30, 10, 6, 4, 20, 20]
    assert other["poor_minority_households_rate"].tolist()[:4] == [20.0, 20.0, 0.0, 100.0]
    assert other["local_minority_households"].isna().all()  # not entered
    assert other["poor_local_minority_households_rate"].isna().all()


def test_a_missing_base_is_missing_there_and_above_and_nowhere_else():
    table = reports.table_1(example(), by=BY, population=POPULATION.iloc[[0, 2]])
    assert table["households"].isna().tolist() == [True, True, False, True, False, False]
    assert table["poor_households_rate"].isna().tolist() == table["households"].isna().tolist()
    assert table["poor_households"].tolist() == [2, 2, 1, 1, 0, 0]  # the counts stay
    hole = POPULATION.assign(persons=pd.array([40, None, 80], dtype="Int64"))
    table = reports.table_1(example(), by=BY, population=hole)
    assert table["persons"].isna().tolist() == [True, True, False, True, False, False]
    assert table["households"].tolist() == [35, 15, 10, 5, 20, 20]


def test_without_a_population_there_is_no_rate():
    table = reports.table_1(example(), by=BY)
    assert table[["households", "persons", "poor_households_rate"]].isna().all(axis=None)
    assert reports.printed(table)["poor_households_rate"].tolist() == [""] * 6


def test_a_unit_of_the_population_without_a_household_has_a_row():
    more = pd.DataFrame({"district": ["B"], "commune": ["z"], "households": [7], "persons": [21]})
    population = pd.concat([POPULATION[more.columns], more])
    table = reports.table_1(example(), by=BY, population=population)
    assert table["unit"].tolist()[-2:] == ["x", "z"]
    assert table[["households", "poor_households"]].iloc[-1].tolist() == [7, 0]


@pytest.mark.parametrize(
    ("population", "message"),
    [
        (POPULATION.drop(columns="persons"), "no column persons"),
        (POPULATION.assign(households=[10, -5, 20]), r"households, negative: \[-5\]"),
        (POPULATION.assign(persons=[40.5, 20, 80]), r"persons, not_whole: \[40.5\]"),
        (POPULATION.assign(persons=["40", "20", "80"]), "persons, text_number"),
        (POPULATION.iloc[[0, 0]], "more than one row for a unit.*'commune': 'x'"),
        ("count", "population 'count' is not a table"),
        (POPULATION.drop(columns="commune"), "population has no column 'commune'"),
    ],
)
def test_a_population_that_is_not_sound_says_what_is_wrong(population, message):
    with pytest.raises(ValueError, match=message):
        reports.table_1(example(), by=BY, population=population)


def test_persons_are_unknown_where_a_size_that_they_need_is():
    frame = example().assign(household_size=pd.array([4, None, 2, 5, 1], dtype="Int64"))
    table = reports.table_1(frame, by=BY, population="counted")
    assert table["poor_persons"].tolist()[2:4] == [4, 2]
    assert table["near_poor_persons"].isna().tolist() == [True, True, True, False, False, False]
    assert table["persons"].isna().tolist() == [True, True, True, False, False, False]
    assert table["near_poor_households"].tolist() == [1, 1, 1, 0, 0, 0]


def with_row(**row):
    return pd.concat([POPULATION, pd.DataFrame([row])], ignore_index=True)


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ({"households": 35, "persons": 140}, "district", "missing_value"),
        ({"commune": "x", "households": 35, "persons": 140}, "district", "missing_value"),
        ({"district": "A", "households": 15, "persons": 60}, "commune", "sum_of_units"),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_population_row_that_is_no_lowest_unit_is_refused(row, column, rule, first):
    population = with_row(**row)
    if first:
        population = population.iloc[::-1]
    for make in (reports.table_1, reports.table_12, reports.table_13):
        with pytest.raises(mdp.InvalidDataError) as caught:
            make(example(), by=BY, population=population)
        found = caught.value.violations
        told = found[["table", "household_id", "column", "rule"]].values.tolist()
        assert told == [["population", 3, column, rule]]


def test_a_population_row_outside_the_list_of_units_is_refused():
    units = POPULATION[BY]
    population = with_row(district="Z", commune=None, households=1, persons=1)
    with pytest.raises(mdp.InvalidDataError, match="unknown_unit"):
        reports.table_1(example(), by=BY, population=population, units=units)


@pytest.mark.parametrize("entered", [True, False])
def test_a_unit_without_units_below_has_the_base_that_was_entered_or_none(entered):
    units = pd.concat([POPULATION[BY], pd.DataFrame({"district": ["C"], "commune": [None]})])
    population = POPULATION
    if entered:
        population = with_row(district="C", households=7, persons=9)
    table = reports.table_1(example(), by=BY, population=population, units=units)
    bases = table.set_index("number")[["households", "persons"]]
    if entered:
        assert bases.loc["3"].tolist() == [7, 9]
        assert bases.loc[""].tolist() == [42, 149]
    else:
        assert bases.loc[["3", ""]].isna().all(axis=None)
    assert bases.loc["2.1"].tolist() == [20, 80]
    other = reports.table_12(example(), by=BY, population=population, units=units)
    assert other["households"].equals(table["households"])


@pytest.mark.any_version
@pytest.mark.parametrize("dtype", [object, "string", "string[pyarrow]", "category"])
def test_groups_are_texts_of_any_dtype(dtype):
    frame = pd.DataFrame(
        {"poverty_class": "poor", "ethnic_minority": True, "ethnic_group": ["Tày", "Cống"]},
        index=["a", "b"],
    )
    with pytest.warns(UserWarning, match="'Cống'"):
        table = reports.table_9(frame.astype({"ethnic_group": dtype}))
    assert table[["poor_tay", "poor_other"]].values.tolist() == [[1, 1]]


def test_groups_without_a_column_are_named_and_counted_as_others():
    groups = ["Hoa", "Ê đê", "Hoa ", "Kinh", "Kinh"]
    frame = example().assign(ethnic_group=groups, ethnic_minority=[True] * 3 + [False] * 2)
    with pytest.warns(UserWarning, match=r"groups without a column.*: 'Hoa', 'Hoa '; correct"):
        table = reports.table_9(frame)
    assert table[["poor_other", "near_poor_ede"]].to_numpy().tolist() == [[2, 1]]


@pytest.mark.parametrize("typed", ["x ", "X", "x\u200b"])
def test_two_spellings_of_a_unit_are_one_unit_and_said(typed):
    expected = reports.table_1(example(), by=BY, population=POPULATION)
    population = POPULATION.assign(commune=[typed, "y", "x"])
    with pytest.warns(UserWarning, match=re.escape(f"read as one: 'x' and {typed!r}")):
        table = reports.table_1(example(), by=BY, population=population)
    pd.testing.assert_frame_equal(table, expected)


def test_names_of_one_key_are_apart_in_two_districts_and_by_their_codes():
    frame = example().assign(commune=["Hoà", "Hoà", "y", "Hòa", "Hòa"])
    by_name = reports.table_4(frame, by=BY, total=False)
    assert by_name["unit"].tolist() == ["A", "Hoà", "y", "B", "Hòa"]
    one_district = frame.assign(district="A")
    with pytest.warns(UserWarning, match="commune: .* read as one: 'Hoà' and 'Hòa'"):
        merged = reports.table_4(one_district, by=BY, total=False)
    assert merged["unit"].tolist() == ["A", "Hoà", "y"]
    coded = one_district.assign(commune_code=["00001", "00001", "00002", "00003", "00003"])
    assert len(reports.table_4(coded, by=BY, total=False)) == 4
    with pytest.warns(UserWarning, match="look alike and are read as several: 'Đăk' and 'Đắk'"):
        apart = reports.table_4(
            one_district.assign(commune=["Đăk", "Đắk", "y", "y", "y"]), by=BY, total=False
        )
    assert sorted(apart["unit"]) == sorted(["A", "y", "Đăk", "Đắk"])


def test_codes_as_texts_and_as_numbers_are_one_unit():
    codes = example().assign(commune=[1, 1, 2, 1, 1])
    table = reports.table_1(codes, by=BY, population=POPULATION.assign(commune=[1, 2, 1]))
    as_text = POPULATION.assign(commune=["1", "2", "1"])
    pd.testing.assert_frame_equal(reports.table_1(codes, by=BY, population=as_text), table)


def test_numbers_among_names_are_refused():
    population = POPULATION.assign(commune=[7, "y", "x"])
    with pytest.raises(ValueError, match="column commune has numbers and texts"):
        reports.table_1(example(), by=BY, population=population)


# -- units -----------------------------------------------------------------------------------


def test_any_hierarchy():
    frame = example().assign(province="P", one="all")
    assert len(reports.table_4(frame)) == 1
    assert reports.table_4(frame, total=False).empty
    assert reports.table_4(frame, by=["district"], total=False)["number"].tolist() == ["1", "2"]
    by = ["province", "district", "commune"]
    deep = reports.table_4(frame, by=by, total=False)
    assert deep["number"].tolist() == ["1", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1"]
    assert deep["level"].tolist() == ["province", "district", *["commune"] * 2, *by[1:]]
    # Two districts have a commune of one name, and these are two communes.
    assert deep.loc[deep["unit"] == "x", "poor_households"].tolist() == [1, 0]
    assert reports.table_4(frame, by="district", total=False)["unit"].tolist() == ["A", "B"]


def test_units_without_a_household_have_a_row_in_the_order_of_the_list():
    units = pd.DataFrame(
        {"district": ["B", "B", "A", "A", "C"], "commune": ["x", "q", "y", "x", None]}
    )
    table = reports.table_4(example(), by=BY, units=units, total=False)
    rows = table[["number", "unit", "poor_households"]].values.tolist()
    assert rows == [
        ["1", "B", 0],
        ["1.1", "x", 0],
        ["1.2", "q", 0],
        ["2", "A", 2],
        ["2.1", "y", 1],
        ["2.2", "x", 1],
        ["3", "C", 0],
    ]
    assert pd.isna(table["commune"].iloc[-1])


def test_categories_without_a_household_have_a_row():
    frame = example()
    frame["district"] = pd.Categorical(frame["district"], categories=["C", "B", "A"])
    table = reports.table_4(frame, by=["district"], total=False)
    assert table[["unit", "poor_households"]].values.tolist() == [["C", 0], ["B", 0], ["A", 2]]
    frame["commune"] = pd.Categorical(frame["commune"], categories=["x", "y", "w"])
    with pytest.raises(ValueError, match=r"whose district is not known: \['w'\]; say where"):
        reports.table_4(frame, by=BY)


def test_codes_serve_as_well_as_names():
    frame = example().assign(district=[67, 67, 67, 68, 68])
    names = {67: "Đắk Nông", 68: "Lâm Đồng"}
    table = reports.table_4(frame, by=["district"], names=names, total=False)
    assert table["unit"].tolist() == ["Đắk Nông", "Lâm Đồng"]
    assert table["district"].tolist() == [67, 68]
    assert table["district"].dtype == "Int64"


def test_a_household_without_a_unit_is_shown_and_not_dropped():
    frame = example().assign(commune=["x", None, "y", "x", None])
    table = reports.table_1(frame, by=["commune"], population="counted")
    assert table["unit"].tolist() == ["Tổng số", "x", "y", "Chưa rõ"]
    assert table["households"].tolist() == [5, 2, 1, 2]
    assert table["commune"].isna().tolist() == [True, False, False, True]
    known = frame.assign(commune=frame["commune"].fillna("z"))
    other = reports.table_1(known, by="commune", population="counted")
    counts = [column.id for column in reports.layout(1).columns]
    assert table[counts].equals(other[counts])
    assert reports.table_1(frame, by=frame["commune"], population="counted").equals(table)
    assert reports.printed(table, labels="en").iloc[3, 1] == "Not known"
    assert reports.check({1: table})["rule"].isin(["undetermined"]).all()
    listed = pd.DataFrame({"commune": ["y", "x"]})
    table = reports.table_1(frame, by="commune", units=listed, population="counted")
    assert table["unit"].tolist() == ["Tổng số", "y", "x", "Chưa rõ"]


def test_a_unit_in_another_unicode_form_is_one_and_said():
    plain = example().assign(commune=["Đắk", "Đắk", "Đắk", "Đắk", "Đắk"])
    decomposed = example().assign(commune=["Đắk", "Đa\u0306\u0301k", "Đắk", "Đắk", "Đắk"])
    with pytest.warns(UserWarning, match=r"commune: .* read as one: .*\(decomposed\)"):
        table = reports.table_1(decomposed, by=BY, population="counted")
    pd.testing.assert_frame_equal(table, reports.table_1(plain, by=BY, population="counted"))


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (["district", "district"], "by repeats a column"),
        (["province"], "households has no column 'province'"),
        (["unit"], "by names columns that every table has"),
        (["water"], "by names columns that table 4 has"),
    ],
)
def test_by_that_does_not_fit(by, message):
    with pytest.raises(ValueError, match=message):
        reports.table_4(example().assign(unit="u"), by=by)


# -- what is read ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4, 5, 6, 7, 8, 9, 10, 12, 13])
def test_what_is_not_there_is_said_column_by_column(number):
    frame = example()[["poverty_class"]]
    lacks = reports.lacking(frame)[number]
    with pytest.raises(mdp.InvalidDataError) as caught:
        getattr(reports, f"table_{number}")(frame)
    assert sorted(caught.value.violations["column"]) == sorted(lacks)
    assert set(caught.value.violations["rule"]) == {"missing_column"}
    with pytest.raises(ValueError, match=f"table {number} lacks {lacks[0]}"):
        reports.tables(frame, numbers=[number])


def test_a_class_is_a_code_and_no_text_that_holds_one():
    frame = example().assign(poverty_class=["poor", "Hộ không nghèo", "poor", "not_poor", None])
    with pytest.raises(mdp.InvalidDataError, match="'Hộ không nghèo' is not a class"):
        reports.table_1(frame)
    frame["poverty_class"] = frame["poverty_class"].replace("Hộ không nghèo", "not_poor")
    assert reports.table_1(frame)["poor_households"].tolist() == [2]
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        reports.table_1(frame.drop(columns="poverty_class"))


def test_ids_that_repeat_are_named():
    frame = pd.concat([example(), example().iloc[[0]]])
    with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
        reports.table_4(frame)


def test_a_missing_minority_flag_is_read_off_the_group():
    frame = example()
    frame["ethnic_minority"] = pd.array([None, None, True, False, None], dtype="boolean")
    table = reports.table_12(frame, population="counted")
    assert table[["kinh_households", "minority_households"]].iloc[0].tolist() == [3, 2]
    frame["ethnic_group"] = None
    table = reports.table_12(frame, population="counted")
    # Of three nobody knows: they are in neither, and the sum of the two is not the total.
    assert table[["kinh_households", "minority_households"]].iloc[0].tolist() == [1, 1]
    assert table["unknown"].tolist() == [1]  # of the poor: household a, a minority or not
    found = reports.check(table)
    assert found.loc[found["rule"] == "formula", "column"].tolist() == [
        "households",
        "persons",
        "poor_households",
        "poor_persons",
    ]


def test_contradictions_between_groups_are_refused():
    frame = example().assign(ethnic_minority=[True, False, True, False, False])
    with pytest.raises(mdp.InvalidDataError) as caught:
        reports.table_9(frame)
    assert caught.value.violations[["household_id", "value"]].values.tolist() == [
        ["a", "Kinh"],
        ["b", "Ê đê"],
    ]
    frame = example().assign(local_minority=[True, True, False, False, False])
    with pytest.raises(mdp.InvalidDataError, match=r"household a.*local_not_minority"):
        reports.table_12(frame)


def test_the_list_of_ethnic_groups_is_local():
    groups = [
        reports.ListItem(id="tay", vi="Tày", en="Tày"),
        reports.ListItem(id="hoa", vi="Hoa", en="Hoa", spellings=("Hán",)),
    ]
    frame = example().assign(ethnic_group=["Kinh", "HÁN", " tày ", "kinh", None])
    table = reports.table_9(frame, groups=groups)
    columns = ["poor_kinh", "poor_minority", "poor_tay", "near_poor_hoa", "near_poor_other"]
    assert table[columns].iloc[0].tolist() == [1, 1, 1, 1, 0]
    assert [c.id for c in reports.layout_of(table).printed[3:6]] == [
        "poor_tay",
        "poor_hoa",
        "poor_other",
    ]
    assert list(reports.printed(table).columns[5:8]) == ["poor_tay", "poor_hoa", "poor_other"]
    assert reports.check(table)["rule"].tolist() == ["undetermined"]
    again = [groups[0], reports.ListItem(id="tai", vi="Thái", en="Thái", spellings=("TÀY",))]
    with pytest.raises(ValueError, match="two ethnic groups: tày"):
        reports.table_9(frame, groups=again)


def test_a_minority_of_no_known_group_shows_in_the_check():
    frame = example().assign(ethnic_group=["Kinh", None, "Tày", "Kinh", "Kinh"])
    table = reports.table_9(frame)
    assert table[["near_poor_minority", "near_poor_other", "unknown"]].iloc[0].tolist() == [1, 0, 1]
    found = reports.check(table)
    assert found.loc[
        found["rule"] == "formula", ["column", "expected", "value"]
    ].values.tolist() == [["near_poor_minority", 0, 1]]


def test_the_indicators_of_another_standard():
    standard = mdp.standard("decision_59_2015")
    frame = example()
    frame["medical_access"] = [True, False, False, False, False]
    made = reports.tables(frame, by=BY, standard=standard, numbers=[4, 5])
    assert [c.id for c in reports.layout_of(made[4]).printed[2:]] == list(standard.indicator_ids)
    assert made[5]["medical_access_rate"].tolist()[:2] == [50.0, 50.0]
    made[5].loc[0, "medical_access"] += 1
    found = reports.check(made)
    assert "agreement" in found.loc[found["column"] == "medical_access", "rule"].tolist()
    assert 11 in reports.lacking(frame, members=frame, standard=standard)


# -- children and lists ----------------------------------------------------------------------


def people():
    return pd.DataFrame(
        {
            "household_id": ["a", "a", "a", "a", "b", "b", "c", "d"],
            "member_id": [2, 1, 3, 4, 1, 2, 1, 1],
            "full_name": ["Lan", "Nam", "Tí", "Tèo", "H'Mai", "Y Blơ", "Vân", "Hải"],
            "age": pd.array([30, 35, 7, 3, 40, 16, None, 9], dtype="Int64"),
            "birth_date": pd.to_datetime(
                ["1993-01-02", "1988-05-05", "2016-03-01", "2020-06-01", None, None, None, None]
            ),
            "sex": ["female", "male", "male", "male", "female", "male", "female", "male"],
            "relation": ["spouse", "head", "child", "child", "head", "child", "head", "head"],
            "stunted": [False, False, True, False, False, False, False, True],
            "underweight": False,
            "has_health_insurance": [True, True, False, False, True, True, True, False],
            "attending": ["none", "none", "none", "none", "none", "none", "none", "none"],
        }
    )


def test_table_11_counts_children_and_not_households():
    table = reports.table_11(
        example(), members=people().drop(columns="birth_date"), standard=STANDARD, by=BY
    )
    columns = ["poor_children", "poor_nutrition", "poor_health_insurance", "poor_child_schooling"]
    # Of the two children of a: one is stunted; the younger is under 6 and not asked for a card.
    assert table[columns].values.tolist()[:4] == [[2, 1, 1, 2], [2, 1, 1, 2], [2, 1, 1, 2], [0] * 4]
    assert table["near_poor_children"].tolist()[0] == 0  # 16 is no child
    assert table["unknown"].tolist() == [1, 1, 0, 1, 0, 0]  # the age in household c
    other = reports.table_11(
        example(), members=people().iloc[:-2], standard=STANDARD, on="2023-09-01"
    )
    assert other["unknown"].tolist() == [1]  # household c has no member at all


def test_table_11_reads_ages_from_dates_of_birth():
    born = people().assign(age=pd.array([None] * 8, dtype="Int64"))
    with pytest.raises(ValueError, match="on is needed"):
        reports.table_11(example(), members=born, standard=STANDARD)
    table = reports.table_11(example(), members=born, standard=STANDARD, on="2023-09-01")
    assert table[["poor_children", "poor_nutrition"]].iloc[0].tolist() == [2, 1]


def test_table_11_needs_the_indicators_of_children_and_its_households():
    with pytest.raises(mdp.NotCoveredError, match="no indicator nutrition; table 11"):
        reports.table_11(example(), members=people(), standard=mdp.standard("decision_59_2015"))
    stray = people().assign(household_id=["a"] * 7 + ["zz"])
    for make in (reports.table_14, reports.table_15):
        with pytest.raises(mdp.InvalidDataError, match="'zz', which is not in the households"):
            make(example(), members=stray)


def test_the_list_has_the_members_of_poor_households_head_first():
    frame = example().assign(support_health=[True, False, None, False, False])
    moved = pd.DataFrame({"end_id": ["a", "c", None], "poor_flow": ["relapsed", "stayed", "new"]})
    table = reports.table_15(frame, members=people(), by=BY, flows=moved)
    assert table["full_name"].tolist() == ["Nam", "Lan", "Tí", "Tèo", "Vân"]
    assert table["number"].tolist() == ["1.1"] * 4 + ["1.2"]
    assert table["household_id"].tolist() == ["a"] * 4 + ["c"]
    assert table["household_serial"].tolist() == [1, 1, 1, 1, 1]
    assert table["member_serial"].tolist() == [1, 2, 3, 4, 1]
    assert table["birth_year_male"].fillna(0).tolist() == [1988, 0, 2016, 2020, 0]
    assert table["birth_year_female"].fillna(0).tolist() == [0, 1993, 0, 0, 0]
    assert table["relapsed"].tolist() == [True] * 4 + [False]
    assert table["continuing"].tolist() == [False] * 4 + [True]
    printed = reports.printed(table)
    assert printed["relapsed"].tolist() == ["x"] * 4 + [""]
    assert printed["support_health"].tolist() == ["x"] * 4 + [""]
    assert table["support_health"].isna().tolist() == [False] * 4 + [True]


def test_the_list_of_near_poor_households_and_of_one_without_members():
    frame = example().assign(poverty_class=["near_poor", "near_poor", "near_poor", "poor", None])
    table = reports.table_14(frame, members=people().iloc[:6], by=["district"])
    assert table["household_serial"].tolist() == [1, 1, 1, 1, 2, 2, 3]
    assert table["household_id"].tolist() == ["a"] * 4 + ["b"] * 2 + ["c"]
    assert table["member_id"].isna().tolist() == [False] * 6 + [True]
    assert table["member_serial"].isna().tolist() == [False] * 6 + [True]
    assert table["new"].isna().all()
    empty = reports.table_15(frame.iloc[:3], members=people().iloc[:6], by=["district"])
    assert len(empty) == 0
    assert list(empty.columns) == list(table.columns)


# -- layouts and labels ----------------------------------------------------------------------


def test_layouts_are_sound():
    for number in range(1, 16):
        form = reports.layout(number)
        assert form.number == number
        assert form.confidence == ("A" if number <= 5 else "C")
        assert form.rows_per_unit == (2 if number in (2, 3, 8) else 1)
        assert form.zero_base == ("zero" if number == 1 else "blank")
        numbers = {c.number: c for c in form.printed if c.number}
        for column in form.printed:
            if column.formula:  # the printed formula is the one that is worked out
                assert formula_of(column, numbers) == column.formula
    with pytest.raises(KeyError, match="there is no table 16"):
        reports.layout(16)
    with pytest.raises(KeyError, match="table 1 has no column 'x'"):
        reports.layout(1).column("x")


def formula_of(column, numbers):
    at = {c.id: n for n, c in numbers.items()}
    if column.kind == "rate":
        return f"{column.number}={at[column.numerator]}/{at[column.denominator]}*100"
    signed = "".join(f"{'-' if sign < 0 else '+'}{at[id]}" for sign, id in column.signed_terms)
    return f"{column.number}={signed.removeprefix('+')}"


def test_columns_of_the_forms_stand_in_their_order():
    numbers = {n: [c.number for c in reports.layout(n).printed] for n in range(1, 16)}
    assert numbers[1] == list(range(1, 15))
    assert numbers[2] == numbers[3] == list(range(1, 10))
    assert numbers[4] == numbers[6] == [None, None, *range(1, 13)]
    assert numbers[5] == numbers[7] == [None, *range(1, 13)]
    assert numbers[8] == list(range(1, 11))
    assert numbers[11] == list(range(1, 9))
    assert numbers[12] == numbers[13] == list(range(1, 23))
    assert [c.id for c in reports.layout(4).printed[2:]] == INDICATORS


def test_agreements_name_columns_that_there_are():
    for agreement in reports.agreements():
        assert len(agreement.cells) > 1
        for number, column in agreement.cells:
            assert reports.layout(number).column(column).kind == "count"


def test_headers_of_the_form_on_demand():
    table = reports.table_1(example(), by=BY, population="counted", labels="vi")
    heads = dict(zip(reports.table_1(example(), by=BY).columns, table.columns, strict=True))
    assert heads["number"] == ("", "", "TT", "A")
    assert heads["district"] == ("", "", "Huyện", "")
    assert heads["poor_households_rate"] == (
        "Về hộ (chính thức)",
        "Hộ nghèo",
        "Tỷ lệ (%)",
        "4=3/1*100",
    )
    assert reports.table_2(moves(), labels="en").columns[-6][-1] == "9=1-2-3-4+5+6+7+8"
    with pytest.raises(ValueError, match="check reads tables with ids"):
        reports.check(table)
    with pytest.raises(ValueError, match="make it without labels"):
        reports.printed(table)
    with pytest.raises(ValueError, match="language 'fr'"):
        reports.table_1(example(), labels="fr")
    bare = table.copy()
    bare.attrs = {}
    with pytest.raises(ValueError, match="does not say which one it is"):
        reports.check([bare])


def test_printed_numbers():
    table = reports.table_1(example(), by=BY, population=POPULATION)
    assert reports.printed(table)["poor_households_rate"].tolist() == [
        "5.71",
        "13.33",
        "10",
        "20",
        "0",
        "0",
    ]
    assert reports.printed(table, decimal=",")["poor_households_rate"].tolist()[0] == "5,71"
    assert "undetermined" not in reports.printed(table).columns


def test_identity_tells_data_apart_and_not_how_they_are_held():
    frame = example()
    same = frame.astype({"household_size": "float64", "poverty_class": "category"})
    same["water"] = same["water"].astype("boolean")
    assert reports.identity(frame) == reports.identity(same[sorted(same.columns)].iloc[::-1])
    for edited in (
        frame.assign(household_size=[4, 3, 2, 5, 2]),
        frame.iloc[1:],
        frame.rename(columns={"water": "wat"}),
        frame.set_axis(list("abcdf"), axis=0),
        frame.set_axis(list("bacde"), axis=0),
        frame.assign(water=[True, None, False, False, False]),
    ):
        assert reports.identity(edited) != reports.identity(frame)
    members = people()
    shuffled = members.sample(frac=1, random_state=1)
    assert reports.identity(members=members) == reports.identity(members=shuffled)
    table = reports.table_15(frame, members=members)
    assert table.attrs["sources"] == reports.identity(frame, members=members)
    one = {"result": "0" * 64}
    assert reports.table_4(frame, identity=one).attrs["sources"] == one
    assert reports.table_4(frame, identity=one).attrs["identity"] != table.attrs["identity"]


IDS_OF_MOVES = {"H0": "a", "H1": "b", "H2": "c"}  # the households of `example`


def test_all_tables_at_once():
    members = people().drop(columns="birth_date")
    flows = moves().replace({"start_id": IDS_OF_MOVES, "end_id": IDS_OF_MOVES})
    made = reports.tables(
        example(), by=BY, members=members, flows=flows, population=POPULATION, standard=STANDARD
    )
    assert list(made) == list(range(1, 16))
    assert {n: t.attrs["table"] for n, t in made.items()} == {n: n for n in made}
    assert len({table.attrs["identity"] for table in made.values()}) == 1
    with pytest.raises(ValueError, match=r"there are no tables \[16\]"):
        reports.tables(example(), numbers=[16])


def test_wide_needs_the_same_households():
    homes = pd.DataFrame({"toilet": ["none", "septic"]}, index=["a", "b"])
    found = pd.DataFrame({"toilet": [True, False]}, index=["b", "a"])
    assert reports.wide(homes, found)["toilet"].tolist() == [False, True]
    with pytest.raises(ValueError, match=r"1 in result alone, such as \['b'\]"):
        reports.wide(homes.iloc[:1], found)
    with pytest.raises(ValueError, match="ids repeat"):
        reports.wide(pd.concat([homes, homes]), found)


# -- movement --------------------------------------------------------------------------------

START = {"stayed", "to_near_poor", "escaped", "other_decrease", "unlinked_decrease"}
POOR_ENDS = {
    "stayed": ("poor", "poor"),
    "to_near_poor": ("poor", "near_poor"),
    "escaped": ("poor", "average"),
    "other_decrease": ("poor", None),
    "unlinked_decrease": ("poor", None),
    "from_near_poor": ("near_poor", "poor"),
    "relapsed": ("average", "poor"),
    "new": (None, "poor"),
    "other_increase": (None, "poor"),
    "unlinked_increase": (None, "poor"),
}


def moves(codes=("stayed", "to_near_poor", "new"), sizes=((4, 5), (3, 3), (0, 2)), place="x"):
    rows = []
    for n, (code, (before, after)) in enumerate(zip(codes, sizes, strict=True)):
        start, end = POOR_ENDS[code]
        other = {("poor", "near_poor"): "from_poor", ("near_poor", "poor"): "to_poor"}
        rows.append(
            {
                "district": "A",
                "commune": place if isinstance(place, str) else place[n],
                "start_id": f"H{n}" if start else None,
                "end_id": f"H{n}" if end else None,
                "start_class": start,
                "end_class": end,
                "start_persons": before if start else None,
                "end_persons": after if end else None,
                "poor_flow": code,
                "near_poor_flow": other.get((start, end)),
            }
        )
    columns = ["district", "commune", "start_id", "end_id", "start_class", "end_class"]
    columns += ["start_persons", "end_persons", "poor_flow", "near_poor_flow"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"start_persons": "Int64", "end_persons": "Int64"})


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(POOR_ENDS)),
            st.tuples(st.integers(1, 6), st.integers(1, 6)),
            st.sampled_from(["x", "y"]),
        ),
        max_size=15,
    )
)
def test_tables_2_and_3_balance_but_for_the_unlinked(drawn):
    frame = moves(*(zip(*drawn, strict=True) if drawn else ((), (), ())))
    made = {2: reports.table_2(frame, by=BY), 3: reports.table_3(frame, by=BY)}
    rows = made[2].to_dict("records")
    for row in rows:
        unlinked = row["unlinked_increase"] - row["unlinked_decrease"]
        assert row["residual"] == unlinked
    for code in POOR_ENDS:
        if code != "stayed":
            assert rows[0][code] == frame["poor_flow"].tolist().count(code)
    here = frame[(frame["start_class"] == "poor")]
    assert rows[0]["opening"] == len(here)
    assert rows[1]["opening"] == here["start_persons"].sum()
    assert rows[1]["closing"] == frame.loc[frame["end_class"] == "poor", "end_persons"].sum()
    # What two forms tell of one flow is one number, in households and in persons.
    assert made[2]["to_near_poor"].tolist() == made[3]["from_poor"].tolist()
    assert made[2]["from_near_poor"].tolist() == made[3]["to_poor"].tolist()
    found = reports.check({2: made[2]})
    assert set(found["rule"]) <= {"balance"}
    assert (found.empty) == all(row["residual"] == 0 for row in rows)


def test_members_come_and_go_before_the_household_moves():
    codes = ["stayed", "to_near_poor", "escaped", "other_decrease", "unlinked_decrease", "new"]
    sizes = [(4, 6), (5, 3), (2, 3), (7, 0), (8, 0), (0, 2)]
    row = reports.table_2(moves(codes, sizes)).to_dict("records")[1]
    assert (row["opening"], row["closing"]) == (26, 8)
    assert (row["other_increase"], row["other_decrease"]) == (2 + 1, 2 + 7)
    assert (row["to_near_poor"], row["escaped"], row["new"]) == (3, 3, 2)
    assert (row["unlinked_decrease"], row["residual"]) == (8, -8)


def test_persons_that_are_not_known_make_the_sums_unknown():
    frame = moves()
    frame.loc[1, "end_persons"] = pd.NA
    table = reports.table_2(frame)
    assert table["to_near_poor"].isna().tolist() == [False, True]
    assert table["opening"].tolist() == [2, 7]
    assert table["residual"].isna().tolist() == [False, True]


def test_an_undetermined_class_is_shown_and_makes_a_residual():
    frame = moves()
    frame.loc[0, ["end_class", "poor_flow"]] = None
    table = reports.table_2(frame)
    assert table["undetermined_end"].tolist() == [1, 5]
    assert table["undetermined_start"].tolist() == [0, 0]
    assert table["residual"].tolist() == [-1, -5]
    found = reports.check(table)
    assert sorted(found["rule"]) == ["balance", "balance", "undetermined", "undetermined"]
    balance = found[found["rule"] == "balance"]
    assert "nobody is unlinked: a flow is missing" in balance["message"].iloc[0]
    assert found["severity"].tolist().count("error") == len(balance)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"poor_flow": "gone"}, "poor_flow.*not_a_flow"),
        ({"start_class": "hộ nghèo"}, "start_class.*not_a_class"),
        ({"end_persons": 0}, "out_of_range"),
    ],
)
def test_flows_that_are_not_sound(change, message):
    with pytest.raises(mdp.InvalidDataError, match=message):
        reports.table_2(moves().assign(**change), by=BY)


def test_flows_without_a_column():
    with pytest.raises(ValueError, match="flows needs one column each of end_id, poor_flow"):
        reports.table_2(moves().drop(columns=["end_id", "poor_flow"]))
    with pytest.raises(ValueError, match="flows needs one column each of start_persons"):
        reports.table_2(moves().drop(columns="start_persons"))


# -- checks ----------------------------------------------------------------------------------


@functools.cache
def sound():
    frame = example()
    frame[REASONS[0]] = True
    frame.loc["e", "poverty_class"] = "above_average"
    return reports.tables(frame, by=BY, population=POPULATION, flows=None)


def full():
    return {number: table.copy() for number, table in sound().items()}


def test_sound_tables_have_no_findings():
    assert reports.check(full()).empty
    columns = ["severity", "rule", "table", "unit", "count_of", "column", "value", "expected"]
    columns += ["message", "citation"]
    assert list(reports.check(full()).columns) == columns
    assert reports.check({}).empty


def counts_of(number):
    return [c.id for c in reports.layout(number).columns if c.kind == "count"]


CELLS = [(n, c) for n in (1, 4, 5, 6, 7, 8, 9, 10, 12, 13) for c in counts_of(n)]


@pytest.mark.parametrize(("number", "column"), CELLS)
def test_one_wrong_cell_is_found_wherever_it_stands(number, column):
    made = full()
    known = made[number][column].notna() & made[number]["unit"].isin(["Tổng số", "A", "y"])
    for row in np.flatnonzero(known.to_numpy()):
        broken = {**made, number: made[number].copy()}
        broken[number].loc[row, column] += 1
        found = reports.check(broken)
        assert f"table_{number}" in found["table"].tolist(), (row, made[number].loc[row, "unit"])
        assert column in found["column"].tolist()


RATES = [
    (n, c.id) for n in (1, 5, 7, 12, 13) for c in reports.layout(n).columns if c.kind == "rate"
]


@pytest.mark.parametrize(("number", "column"), RATES)
def test_one_wrong_rate_is_found(number, column):
    made = full()
    made[number][column] = made[number][column] + 0.01
    found = reports.check(made)
    form = reports.layout(number)
    base = made[number][form.column(column).denominator]
    of = made[number][form.column(column).numerator]
    known = of.notna() & base.notna() & ((base != 0) | (form.zero_base == "zero"))
    assert found["rule"].tolist() == ["rate"] * int(known.sum())
    made = full()
    lost = made[number][column].notna()
    if lost.any() and number != 1:
        made[number][column] = pd.array([None] * len(lost), dtype="Float64")
        assert reports.check(made)["rule"].tolist() == ["rate"] * int(lost.sum())


def test_a_rate_out_of_a_missing_base_is_found():
    table = reports.table_1(example(), by=["district"])
    table.loc[1, "poor_households_rate"] = 2040.0
    found = reports.check(table)
    assert found.loc[found["rule"] == "rate", ["unit", "value"]].values.tolist() == [["A", 2040.0]]


def test_more_poor_than_people():
    small = POPULATION.assign(households=[0, 5, 20])
    found = reports.check(reports.table_1(example(), by=BY, population=small))
    part = found[found["rule"] == "part"]
    assert part[["unit", "column", "expected", "value"]].values.tolist() == [
        ["A / x", "poor_households", 0, 1],
        ["A / x", "near_poor_households", 0, 1],
    ]


def test_overlapping_groups_are_named():
    frame = example()
    frame["poverty_class"] = "poor"
    frame.loc[["b", "c"], ["no_labour_capacity", "member_of_merit"]] = True
    table = reports.table_8(frame, by=BY)
    row = table[table["count_of"] == "households"].iloc[2]
    assert row[["poor", "poor_other", "poor_none_of_three"]].tolist() == [2, -1, 1]
    found = reports.check(table)
    assert set(found["rule"]) == {"overlap", "negative"}
    overlap = found[(found["rule"] == "overlap") & (found["count_of"] == "households")]
    assert overlap[["unit", "expected", "value"]].values.tolist() == [
        ["total", 3, -1],
        ["A", 1, -3],
        ["A / x", 1, -1],
        ["A / y", 0, -2],
    ]


def test_notes_are_told_of_the_lowest_units_alone():
    frame = example()
    frame["water"] = pd.array([None, None, True, True, True], dtype="boolean")
    found = reports.check(reports.tables(frame, by=BY, numbers=[4, 10]))
    notes = found[["rule", "table", "unit", "column", "value"]].values.tolist()
    assert notes == [
        ["unknown", "table_4", "A / x", "unknown", 1],
        ["undetermined", "table_4", "B / x", "undetermined", 1],
        ["without_reason", "table_10", "A / x", "poor_without_reason", 1],
        ["without_reason", "table_10", "A / x", "near_poor_without_reason", 1],
        ["without_reason", "table_10", "A / y", "poor_without_reason", 1],
        ["undetermined", "table_10", "B / x", "undetermined", 1],
    ]


def test_a_unit_that_one_table_lacks_is_named():
    made = full()
    made[4] = made[4][made[4]["unit"] != "y"]
    found = reports.check(made)
    missing = found[found["rule"] == "unit"]
    assert missing[["table", "unit"]].values.tolist() == [["table_4", "A / y"]]
    made = full()
    made[1] = made[1][made[1]["unit"] != "y"]
    named = reports.check(made).query("rule == 'unit'")
    assert named[["table", "unit"]].values.tolist()[0] == ["table_1", "A / y"]


def test_tables_of_other_levels_meet_in_the_total():
    one = reports.table_1(example(), by=["district"])
    other = reports.table_4(example().iloc[1:], by=BY)
    found = reports.check([one, other])
    agreement = found[found["rule"] == "agreement"]
    assert agreement[["unit", "expected", "value"]].values.tolist() == [
        ["total", 2, 1],
        ["A", 2, 1],
    ]


def test_a_table_twice_or_in_another_language():
    table = reports.table_4(example())
    with pytest.raises(ValueError, match="table 4 is given twice"):
        reports.check([table, table])
    with pytest.raises(ValueError, match="language 'fr'"):
        reports.check(table, language="fr")


# -- figures in print ------------------------------------------------------------------------

REGIONS = pd.DataFrame(
    {
        "midlands": [701_461, 587_952, 486_623],
        "red_river": [169_566, 129_779, 97_755],
        "coast": [571_251, 460_456, 360_614],
        "highlands": [236_766, 195_795, 152_970],
        "south_east": [15_787, 10_791, 7_585],
        "mekong": [277_936, 201_563, 153_450],
        "poor": [1_057_374, 815_101, 599_608],
        "near_poor": [915_274, 771_235, 659_389],
        "both": [1_972_767, 1_586_336, 1_258_997],
    },
    index=[2022, 2023, 2024],
)


def test_cross_footing_finds_the_digit_error_in_print():
    found = reports.cross_foot(
        REGIONS,
        {
            "near_poor": ["+both", "-poor"],
            "both": ["+midlands", "+red_river", "+coast", "+highlands", "+south_east", "+mekong"],
        },
        name="national figures",
    )
    # The regions add up to the sum of both, so it is the near-poor figure that is wrong.
    assert found[["table", "unit", "column", "expected", "value"]].values.tolist() == [
        ["national figures", "2022", "near_poor", 915_393, 915_274]
    ]
    mended = REGIONS.replace(915_274, 915_393)
    assert reports.cross_foot(mended, {"near_poor": ["+both", "-poor"]}).empty


def test_the_national_rates_are_those_of_no_sum_of_regions():
    """Published rates are never averaged: 4.06 % is not what the regions give."""
    rates = {"midlands": 14.98, "red_river": 1.40, "coast": 6.24}
    rates |= {"highlands": 9.45, "south_east": 0.15, "mekong": 3.14}
    base = sum(REGIONS.loc[2024, name] / rate * 100 for name, rate in rates.items())
    assert 4.5 < REGIONS.loc[2024, "both"] / base * 100 < 4.6


# -- what is missing, twice, or handed in otherwise ------------------------------------------


@pytest.mark.parametrize(("number", "column"), CELLS)
def test_one_missing_cell_is_found_wherever_it_stands(number, column):
    made = full()[number]
    known = made[column].notna() & made["unit"].isin(["Tổng số", "A", "y"])
    for row in np.flatnonzero(known.to_numpy()):
        broken = made.copy()
        broken.loc[row, column] = pd.NA
        found = reports.check(broken)
        found = found[(found["rule"] == "missing") & (found["column"] == column)]
        assert found["unit"].tolist() == [" / ".join(made.loc[row, BY].dropna()) or "total"]


def test_a_base_that_nobody_entered_for_one_unit_is_named_once():
    table = reports.table_1(example(), by=BY, population=POPULATION.iloc[:2])
    found = reports.check(table)
    found = found[found["rule"] == "missing"]
    assert found[["unit", "column"]].values.tolist() == [
        ["B / x", "households"],
        ["B / x", "persons"],
    ]


def test_poor_and_near_poor_together_are_not_more_than_all():
    small = POPULATION.assign(households=[1, 5, 20])
    found = reports.check(reports.table_1(example(), by=BY, population=small))
    found = found[found["rule"] != "undetermined"]
    assert found[["rule", "unit", "column", "expected", "value"]].values.tolist() == [
        ["parts", "A / x", "households", 2, 1]
    ]
    assert "poor_households+near_poor_households add up to 2" in found["message"].iloc[0]


def test_a_total_that_was_entered_as_a_unit_is_named():
    units = POPULATION.drop(columns="district").assign(commune=["p", "q", "r"])
    population = pd.concat([units, units.sum(numeric_only=True).to_frame().T], ignore_index=True)
    population["commune"] = ["p", "q", "r", "Toàn tỉnh"]
    frame = example().assign(commune=["p", "p", "q", "r", "r"]).iloc[:4]
    table = reports.table_1(frame, by=["commune"], population=population)
    found = reports.check(table)
    assert found[["rule", "unit", "value"]].values.tolist() == [
        ["sum_as_unit", "Toàn tỉnh", of] for of in (35, 140)
    ]
    assert reports.check(
        reports.table_1(frame, by=["commune"], population=population.iloc[:3])
    ).empty


@pytest.mark.parametrize(
    "column",
    [
        f"{who}_{of}"
        for who in ("kinh", "minority", "local_minority")
        for of in ("households", "persons")
    ],
)
def test_tables_12_and_13_divide_by_the_same_population(column):
    made = full()
    made[12][column] = made[12][column].fillna(1)
    made[13][column] = made[13][column].fillna(1) + 1
    found = reports.check(made)
    assert column in found.loc[found["rule"] == "agreement", "column"].tolist()


def test_an_edited_residual_is_found():
    made = reports.tables(example(), by=BY, flows=moves(), numbers=[2, 3])
    for number in (2, 3):
        broken = {n: table.copy() for n, table in made.items()}
        broken[number].loc[0, "residual"] += 1
        found = reports.check(broken).merge(reports.check(made), how="left", indicator=True)
        found = found[found["_merge"] == "left_only"]
        assert {"formula", "residual"} <= {*found["rule"], *found["column"]}


@pytest.mark.parametrize("number", [1, 8])
def test_a_row_that_stands_twice_is_found(number):
    made = full()
    made[number] = pd.concat([made[number], made[number].iloc[:1]])
    found = reports.check(made)
    assert found.loc[found["rule"] == "repeated", ["table", "unit"]].values.tolist() == [
        [f"table_{number}", "total"]
    ]


@pytest.fixture
def listed():
    frame = example()
    people = pd.DataFrame({"household_id": list("aabcde"), "member_id": [1, 2, 1, 1, 1, 1]})
    made = {
        n: make(frame, members=people, by=BY)
        for n, make in ((14, reports.table_14), (15, reports.table_15))
    }
    return {**reports.tables(frame, by=BY, numbers=[4, 6]), **made}


def test_lists_agree_with_the_tables(listed):
    assert set(reports.check(listed)["rule"]) <= {"undetermined"}


@pytest.mark.parametrize(
    ("number", "kept", "units"),
    [
        (15, lambda rows: rows["household_id"] != "c", ["total", "A", "A / y"]),
        (14, lambda rows: rows["household_id"] != "b", ["total", "A", "A / x"]),
    ],
)
def test_a_household_that_a_list_lacks_is_found(listed, number, kept, units):
    listed[number] = listed[number][kept(listed[number])]
    found = reports.check(listed)
    found = found[found["rule"] == "agreement"]
    assert found["table"].tolist() == [f"table_{number}"] * 3
    assert found["unit"].tolist() == units
    assert (found["expected"] - found["value"]).tolist() == [1, 1, 1]


def test_a_member_twice_and_other_data_are_found_in_lists(listed):
    twice = pd.concat([listed[15], listed[15].iloc[:1]])
    found = reports.check({**listed, 15: twice})
    assert found.loc[found["rule"] == "repeated", ["table", "column", "value"]].values.tolist() == [
        ["table_15", "member_id", "a / 1"]
    ]
    other = example()
    other.loc["a", "household_size"] = 9
    people = pd.DataFrame({"household_id": list("abcde"), "member_id": 1})
    found = reports.check({**listed, 15: reports.table_15(other, members=people, by=BY)})
    assert found.loc[found["rule"] == "identity", "table"].tolist().count("table_15") >= 1


def test_tables_read_back_from_a_file_are_checked_as_well(tmp_path):
    made = full()
    back = {}
    for number, table in made.items():
        path = tmp_path / f"{number}.csv"
        table.to_csv(path, index=False)
        back[number] = pd.read_csv(path)
        back[number].attrs = table.attrs
    assert reports.check(back).empty
    back[4].loc[0, "poor_households"] += 1
    assert {"children", "agreement"} <= set(reports.check(back)["rule"])
    back[4]["poor_households"] = "many"
    found = reports.check(back)
    unread = found[found["rule"] == "not_a_number"]
    assert unread[["table", "column", "value"]].drop_duplicates().values.tolist() == [
        ["table_4", "poor_households", "many"]
    ]
    assert len(unread) == len(back[4])


@pytest.mark.parametrize("name", ["Kinh", "kinh", "Kinh (Việt)", "Việt"])
def test_spellings_of_the_majority(name):
    frame = example().assign(ethnic_group=name, ethnic_minority=None, local_minority=None)
    frame = frame.astype({"ethnic_minority": "boolean", "local_minority": "boolean"})
    table = reports.table_12(frame, population="counted")
    assert table.loc[0, ["kinh_households", "minority_households"]].tolist() == [5, 0]
    assert table.loc[0, ["poor_kinh_households", "poor_minority_households"]].tolist() == [2, 0]


def test_lists_take_the_columns_of_a_workbook_that_was_read():
    people = pd.DataFrame(
        {
            "household_id": ["a", "a", "c"],
            "member_id": [1, 2, 1],
            "name": ["An", "Bình", "Chi"],
            "ethnic_group": ["Kinh", "Tày", None],
            "relation": ["head", "spouse", "head"],
        }
    )
    table = reports.table_15(example(), members=people, by=BY)
    assert table["full_name"].tolist() == ["An", "Bình", "Chi"]
    assert table["ethnic_group"].tolist() == ["Kinh", "Tày", "Tày"]  # the last is the household's
    terms = mdp.vocabulary.Relation
    for language in ("vi", "en"):
        printed = reports.printed(table, labels=language)
        at = list(reports.printed(table).columns).index("relation")
        told = [getattr(terms.of(code), language) for code in people["relation"]]
        assert printed.iloc[:, at].tolist() == told


def test_the_total_is_in_the_language_of_the_labels():
    table = reports.table_1(example(), by=BY)
    assert reports.printed(table, labels="en").iloc[0, 1] == "Total"
    assert reports.printed(table).iloc[0, 1] == "Tổng số"


def test_a_member_or_a_flow_given_twice_is_named():
    people = pd.DataFrame({"household_id": ["a", "a"], "member_id": [1, 1]})
    for make in (reports.table_14, reports.table_15):
        with pytest.raises(mdp.InvalidDataError, match="duplicate_id") as caught:
            make(example(), members=people)
        assert len(caught.value.violations) == 2
    people = people.iloc[:1]
    moved = pd.DataFrame({"end_id": ["a", "a", None], "poor_flow": ["stayed", "new", "escaped"]})
    with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
        reports.table_15(example(), members=people, flows=moved)
    with pytest.raises(ValueError, match="flows needs one column each of end_id"):
        reports.table_15(example(), members=people, flows=moved[["poor_flow"]])


# -- the first cause silences what follows from it -------------------------------------------


def findings(tables):
    found = reports.check(tables)
    return found[["rule", "table", "unit", "column"]].values.tolist()


def numbered(*numbers):
    return {number: table for number, table in full().items() if number in numbers}


@pytest.mark.parametrize("column", ["households", "poor_households"])
def test_an_empty_count_is_named_and_the_rates_of_it_are_not(column):
    made = numbered(1, 4)
    made[1].loc[made[1]["unit"] == "x", column] = pd.NA
    assert findings(made) == [
        ["missing", "table_1", "A / x", column],
        ["missing", "table_1", "B / x", column],
    ]


def test_a_rate_above_an_empty_count_is_silent_and_an_independent_one_is_not():
    made = numbered(1)
    empty = made[1]["unit"].isin(["x", "A", "Tổng số"])
    made[1].loc[empty, "poor_households"] = pd.NA
    made[1].loc[made[1]["unit"] == "y", "poor_households_rate"] = 99.0
    assert sorted(findings(made)) == [
        ["missing", "table_1", "A / x", "poor_households"],
        ["missing", "table_1", "B / x", "poor_households"],
        ["rate", "table_1", "A / y", "poor_households_rate"],
    ]


def test_a_negative_count_is_named_and_sums_rates_and_agreements_are_not():
    made = numbered(1, 4)
    row = np.flatnonzero(made[1]["unit"] == "y")[0]
    made[1].loc[row, "poor_households"] = -3
    assert findings(made) == [["negative", "table_1", "A / y", "poor_households"]]
    del made[4]
    made[1].loc[row, "near_poor_households"] = 100
    assert ["children", "table_1", "A", "near_poor_households"] in findings(made)


def test_a_negative_count_is_named_where_it_stands_first():
    made = numbered(1)
    table = made[1]
    lost = table.loc[table["unit"] == "y", "poor_households"].item() + 20
    table.loc[table["unit"].isin(["y", "A", "Tổng số"]), "poor_households"] -= lost
    assert findings(made) == [["negative", "table_1", "A / y", "poor_households"]]
    table.loc[table["unit"] == "A", "poor_households"] -= 1
    assert ["negative", "table_1", "A", "poor_households"] in findings(made)


def test_a_negative_term_or_whole_is_named_and_formula_and_part_are_not():
    made = numbered(8)
    row = np.flatnonzero((made[8]["unit"] == "y") & (made[8]["count_of"] == "households"))[0]
    made[8].loc[row, "poor"] = -1
    assert findings(made) == [["negative", "table_8", "A / y", "poor"]]
    made = numbered(4)
    row = np.flatnonzero(made[4]["unit"] == "y")[0]
    made[4].loc[row, "poor_households"] = -1
    assert findings(made) == [["negative", "table_4", "A / y", "poor_households"]]
    made = numbered(1)
    made[1].loc[made[1]["unit"] == "y", "households"] = -1
    assert findings(made) == [["negative", "table_1", "A / y", "households"]]


def test_tables_after_one_with_a_negative_count_are_compared_with_each_other():
    made = numbered(1, 4, 5)
    row = np.flatnonzero(made[1]["unit"] == "y")[0]
    made[1].loc[row, "poor_households"] = -1
    made[5].loc[np.flatnonzero(made[5]["unit"] == "y")[0], "poor_households"] += 1
    found = reports.check(made)
    agreement = found[found["rule"] == "agreement"]
    assert agreement[["table", "unit", "column"]].values.tolist() == [
        ["table_5", "A / y", "poor_households"]
    ]
    assert "table 4 has" in agreement["message"].item()


def test_a_unit_that_stands_twice_is_named_and_its_sums_are_not():
    made = numbered(4)
    made[4] = pd.concat([made[4], made[4][made[4]["unit"] == "y"]])
    assert findings(made) == [["repeated", "table_4", "A / y", "unit"]]


def test_messages_are_right_for_one_as_for_many():
    frame = example()
    frame["water"] = pd.array([None, False, True, True, True], dtype="boolean")
    messages = reports.check(reports.tables(frame, by=BY, numbers=[4, 10]))["message"].tolist()
    assert {message.split(";")[0] for message in messages} == {
        "missing answers: 1, so the counts that rest on them are lower bounds",
        "without a class, and so counted in none: 1",
        "households listed without a reason of poverty: 1",
    }
