"""Tables 1 to 13 as they are printed: which wrong cell is noticed, and which cannot be."""

from __future__ import annotations

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from tests.helpers import printed_book

STANDARD = printed_book.STANDARD

# Columns of a single unit that no other column of these tables can contradict, and why.
SEVERAL = "a household may have several reasons: they add up to nothing, and stand in no other form"
CHILDREN = "the form alone counts children: others count households and persons"
HEADS = "the form alone says who heads the poor households"
LOCAL = "the form alone counts persons of local minorities among the poor, and no rate rests on it"
UNCONTRADICTED = {
    **{
        (10, f"{who}_{item.id}"): SEVERAL
        for who in ("poor", "near_poor")
        for item in reports.items_of("reasons")
    },
    **{
        (11, f"{who}_{what}"): CHILDREN
        for who in ("poor", "near_poor")
        for what in ("children", "nutrition", "health_insurance", "child_schooling")
    },
    (12, "poor_female_head"): HEADS,
    (13, "near_poor_female_head"): HEADS,
    (12, "poor_local_minority_persons"): LOCAL,
    (13, "near_poor_local_minority_persons"): LOCAL,
}


def errors(tables, **options):
    found = reports.check(tables, **options)
    return found[found["severity"] == "error"]


def book(levels, make=printed_book.form_alone):
    return {number: make(table) for number, table in printed_book.made(levels).items()}


@pytest.mark.parametrize("make", [printed_book.form_alone, printed_book.as_texts])
@pytest.mark.parametrize("levels", [0, 2])
def test_a_sound_book_as_printed_has_no_findings(make, levels):
    tables = book(levels, make)
    assert list(tables) == list(range(1, 14))
    found = reports.check(
        tables, standard=STANDARD, other_version=book(levels), year_before=next_year_closes(tables)
    )
    assert found.empty, found["message"].tolist()


def next_year_closes(tables):
    """Tables of the year before, with the closing counts that these ones open with."""
    before = {}
    for number in (2, 3):
        before[number] = tables[number].assign(closing=tables[number]["opening"])
        before[number].attrs = tables[number].attrs
    return before


def test_every_column_is_entered_in_the_book():
    for number, table in book(0).items():
        for column in reports.layout_of(table).printed:
            assert table[column.id].notna().all(), (number, column.id)


@pytest.mark.slow
@pytest.mark.parametrize("make", [printed_book.form_alone, printed_book.as_texts])
def test_one_wrong_cell_of_a_single_unit_is_noticed_but_for_those_that_nothing_contradicts(make):
    tables = book(0, make)
    cells = list(printed_book.cells_of(tables))
    unnoticed = {
        (number, column)
        for number, row, column in cells
        if errors(printed_book.mutated(tables, number, row, column), standard=STANDARD).empty
    }
    assert unnoticed == set(UNCONTRADICTED)
    assert (len(cells), len(unnoticed)) == (220, 28)


@pytest.mark.slow
def test_one_wrong_cell_of_a_book_with_units_is_noticed_wherever_it_stands():
    """Also those that no other form contradicts: the sums of the units do."""
    tables = book(2)
    cells = [
        (number, row, column)
        for number, row, column in printed_book.cells_of(tables)
        if tables[number]["unit"].iloc[row] in ("Tổng số", "Huyện B", "Xã Ba")
    ]
    assert len(cells) > 600
    for number, row, column in cells:
        found = errors(printed_book.mutated(tables, number, row, column))
        assert not found.empty, (number, row, column)
        assert f"table_{number}" in found["table"].tolist(), (number, row, column)


@pytest.mark.parametrize("number", [5, 7])
def test_each_share_is_held_against_the_counts_of_another_form(number):
    tables = book(0)
    shares = [column.id for column in reports.layout(number).printed if column.kind == "rate"]
    assert len(shares) == 12
    for share in shares:
        found = errors(printed_book.mutated(tables, number, 0, share))
        assert found[["rule", "table", "column"]].values.tolist() == [
            ["rate", f"table_{number}", share]
        ]
        assert found["expected"].tolist() == [tables[number][share].iloc[0]]


# -- rounding ----------------------------------------------------------------------------------


def typed(number, values, level="district", **columns):
    """A table of one unit, as somebody types it."""
    form = reports.layout(number)
    names = ["level", "unit", "district", *columns, *(column.id for column in form.printed)]
    frame = pd.DataFrame([[level, "D", "D", *columns.values(), *values]], columns=names)
    frame.attrs = {"table": number}
    return frame


COUNTS = [204, 716, 93, 94, 37, 52, 62, 13, 51, 107, 4, 128, 53, 22]
SHARES = {
    0: "46 46 18 25 30 6 25 52 2 63 26 11",
    1: "45,6 46,1 18,1 25,5 30,4 6,4 25 52,5 2 62,7 26 10,8",
    2: "45.59 46.08 18.14 25.49 30.39 6.37 25 52.45 1.96 62.75 25.98 10.78",
    3: "45,588 46,078 18,137 25,490 30,392 6,373 25,000 52,451 1,961 62,745 25,980 10,784",
}


@pytest.mark.parametrize("decimals", SHARES)
@pytest.mark.parametrize("percent", ["", "%", "\u00a0%"])
def test_shares_agree_as_far_as_their_rounding_allows_and_no_further(decimals, percent):
    texts = SHARES[decimals].split()
    shares = [204, *(text + percent for text in texts)]
    assert reports.check([typed(4, COUNTS), typed(5, shares)]).empty
    for n, text in enumerate(texts):
        number = round(float(text.replace(",", ".")) + 10**-decimals, decimals)
        wrong = [*shares[: n + 1], f"{number:.{decimals}f}{percent}", *shares[n + 2 :]]
        found = reports.check([typed(4, COUNTS), typed(5, wrong)])
        assert found["rule"].tolist() == ["rate"], (text, number)
        assert found["value"].tolist() == [wrong[n + 1]]


def test_a_tie_may_be_rounded_either_way():
    counts = [800, 12, 1, *[1] * 11]
    for share in ("0.12", "0.13"):
        assert reports.check([typed(4, counts), typed(5, [800, *[share] * 12])]).empty
    assert len(reports.check([typed(4, counts), typed(5, [800, *["0.14"] * 12])])) == 12


def test_numbers_of_a_workbook_that_does_not_round_are_the_rates_of_their_counts():
    shares = [204, *(100 * count / 204 for count in COUNTS[2:])]
    assert reports.check([typed(4, COUNTS), typed(5, shares)]).empty
    shares[1] += 1e-4
    assert reports.check([typed(4, COUNTS), typed(5, shares)])["rule"].tolist() == ["rate"]


def test_the_base_that_differs_is_named_and_the_shares_of_it_are_not():
    shares = [205, *SHARES[2].split()]
    found = reports.check([typed(4, COUNTS), typed(5, shares)])
    assert found[["rule", "column", "value", "expected"]].values.tolist() == [
        ["agreement", "poor_households", 205, 204]
    ]


# -- what cannot be checked is said --------------------------------------------------------------


def test_shares_without_the_table_of_their_counts_are_said_to_be_unchecked():
    found = reports.check(typed(5, [204, *SHARES[2].split()]))
    assert found[["severity", "rule", "table"]].values.tolist() == [
        ["warning", "not_checked", "table_5"]
    ]
    message = found["message"].item()
    assert "employment_rate" in message
    assert "no table that was given has what they count" in message
    vi = reports.check(typed(5, [204, *SHARES[2].split()]), language="vi")["message"].item()
    assert vi.startswith("chưa kiểm tra được employment_rate")


@pytest.mark.parametrize("share", ["120", "-3", "100,01"])
def test_no_share_is_above_100_or_below_0_even_where_nobody_gives_its_counts(share):
    found = reports.check(typed(5, [204, share, *SHARES[2].split()[1:]]))
    out_of_range = found[found["rule"] == "share_range"]
    assert out_of_range[["severity", "column", "value"]].values.tolist() == [
        ["error", "employment_rate", share]
    ]


def test_bases_that_are_known_for_the_district_alone():
    table = book(2)[1]
    of_communes = table["level"] == "commune"
    table.loc[of_communes, ["households", "persons"]] = pd.NA
    found = reports.check(table)
    assert found[["severity", "rule"]].values.tolist() == [["warning", "not_checked"]]
    assert "households, persons: nothing is entered in them for commune" in found["message"].item()
    table.loc[table["level"] == "district", "poor_households_rate"] += 1
    assert errors(table)["column"].tolist() == ["poor_households_rate"] * 2


def test_blank_columns_of_a_balance_count_as_none_and_are_said():
    flows = [500, 100, 50, None, 20, 0, 5, "-", 375]
    found = reports.check(typed(2, flows, count_of="households"))
    assert found[["severity", "rule", "column", "count_of"]].values.tolist() == [
        ["warning", "nothing_entered", "other_decrease", "households"],
        ["warning", "nothing_entered", "other_increase", "households"],
    ]
    found = errors(typed(2, [*flows[:-1], 370], count_of="households"))
    assert found[["rule", "value", "expected"]].values.tolist() == [["balance", 370, 375]]


def test_a_formula_with_a_blank_term_is_said_to_be_unchecked():
    table = book(0)[12].astype({"kinh_households": object})
    table["kinh_households"] = "…"
    table.attrs = {"table": 12}
    found = reports.check(table)
    assert found["rule"].tolist() == ["not_checked"]
    assert "1=2+3: nothing is entered in kinh_households" in found["message"].item()


@pytest.mark.parametrize("text", ["12o", "#DIV/0!", "1.05", "1.2.3", "12 households"])
def test_what_is_no_number_is_named_and_nothing_that_follows_from_it(text):
    found = reports.check([typed(4, [text, *COUNTS[1:]]), typed(5, [204, *SHARES[2].split()])])
    assert found[["rule", "column", "value"]].values.tolist() == [
        ["not_a_number", "poor_households", text]
    ]


@pytest.mark.parametrize(
    "text", ["1.057.374", "1,057,374", "1 057 374", "1\u00a0057\u00a0374", "1057374", 1057374.0]
)
def test_counts_are_read_as_they_are_printed(text):
    households = typed(9, [text, 57_374, 1_000_000, *[100_000] * 10, *[0] * 13])
    assert reports.check(households).empty
    other = typed(9, [text, 57_375, 1_000_000, *[100_000] * 10, *[0] * 13])
    assert errors(other)["expected"].tolist() == [1_057_375]


# -- the standard, other years, other versions ---------------------------------------------------


def test_poor_households_have_the_deprivations_that_the_standard_takes():
    few = [204, 611, 93, 94, 37, 52, 62, 13, 51, 107, 4, 23, 53, 22]
    assert reports.check(typed(4, few)).empty
    found = reports.check(typed(4, few), standard="decree_07_2021")
    assert found[["rule", "column", "value", "expected"]].values.tolist() == [
        ["few_deprivations", "incidents", 611, 612]
    ]
    assert "2021" in found["citation"].item()
    many = typed(6, [10, 21, 10, 10, 1, *[0] * 9])
    found = reports.check(many, standard=STANDARD)
    assert found[["rule", "value", "expected"]].values.tolist() == [["many_deprivations", 21, 20]]
    # The standard before it took 3 of 10 for some of the poor alone, and says nothing of all.
    assert reports.check(typed(4, few), standard="decision_59_2015").empty


def test_a_year_opens_with_what_the_year_before_closed_with():
    tables = book(2)
    before = next_year_closes(tables)
    assert reports.check(tables, year_before=before).empty
    row = before[2].index[(before[2]["unit"] == "Xã Ba") & (before[2]["count_of"] == "households")]
    before[2].loc[row, "closing"] += 2
    found = reports.check(tables, year_before=before)
    opening = tables[2].loc[row, "opening"].item()
    assert found[
        ["rule", "table", "unit", "count_of", "column", "value", "expected"]
    ].values.tolist() == [
        [
            "carried_over",
            "table_2",
            "Huyện B / Xã Ba",
            "households",
            "opening",
            opening,
            opening + 2,
        ]
    ]
    counted = book(2)[1].assign(poor_households=0)
    counted.attrs = tables[1].attrs
    found = reports.check(tables[2], year_before=counted)  # the closing count of another form
    assert {*found["rule"]} == {"carried_over"}
    assert reports.check(tables[2], year_before=tables[4].iloc[:0])["rule"].tolist() == [
        "not_checked"
    ]


def test_two_versions_of_one_table():
    tables, approved = book(2), book(2, printed_book.as_texts)
    assert reports.check(tables, other_version=approved).empty
    approved[5].loc[1, "toilet_rate"] = "1,11"
    approved[4].loc[2, "water"] = ""
    found = reports.check(tables, other_version=approved)
    assert found[["rule", "table", "column", "expected"]].values.tolist() == [
        ["version", "table_4", "water", None],
        ["version", "table_5", "toilet_rate", 1.11],
    ]
    del approved[9]
    approved[8] = approved[8][approved[8]["unit"] != "Xã Ba"]
    found = reports.check(tables, other_version=approved)
    assert {"not_checked", "unit"} <= {*found["rule"]}


def test_a_table_of_a_district_against_that_of_the_province():
    province = book(2)[4]
    district = province[province["district"] == "Huyện B"].copy()
    district = district[district["level"] == "commune"].drop(columns="district")
    district["level"] = "commune"
    district.attrs = {"table": 4}
    assert reports.check(district, other_version=province).empty
    district.loc[district.index[0], "water"] += 1
    found = reports.check(district, other_version=province)
    assert "version" in found["rule"].tolist()
    assert found.loc[found["rule"] == "version", ["unit", "column"]].values.tolist() == [
        [district["commune"].iloc[0], "water"]
    ]


def test_two_spellings_of_a_unit_are_one():
    tables = book(2)
    tables[4] = tables[4].replace({"Xã Bốn": "XÃ  BỐN", "Huyện B": "Huyện\u00a0B"})
    tables[4].attrs = book(2)[4].attrs
    found = reports.check(tables)
    assert found[["severity", "rule", "table", "value", "expected"]].values.tolist() == [
        ["warning", "name_spelt_twice", "table_4", "Huyện\u00a0B / XÃ  BỐN", "Huyện B / Xã Bốn"]
    ]


def test_a_name_of_two_units_is_compared_to_neither():
    province = book(2)[4].replace({"Xã Ba": "Xã Một"})
    province.attrs = {"table": 4}
    district = province[province["level"] == "commune"].drop(columns="district")
    district = district.drop_duplicates("commune")
    district["water"] += 1
    district.attrs = {"table": 4}
    found = reports.check(district, other_version=province)
    assert (
        found.loc[found["rule"] == "not_checked", "message"].str.contains("Xã Một: the name").all()
    )
    assert (found["rule"] == "not_checked").sum() == 1
    assert "Xã Một" not in found.loc[found["rule"] == "version", "unit"].tolist()


def test_a_share_of_a_count_that_is_missing_is_silent():
    tables = book(2)
    tables[4].loc[tables[4]["unit"] == "Xã Ba", "water"] = pd.NA
    found = reports.check(tables)
    assert found[["rule", "table", "column"]].values.tolist() == [["missing", "table_4", "water"]]


# -- a unit that lacks its row ------------------------------------------------------------------


def test_a_unit_without_its_row_is_the_one_fault():
    tables = book(2)
    attrs = tables[4].attrs
    left_out = tables[4][tables[4]["unit"] != "Xã Ba"]
    left_out.attrs = attrs
    found = errors({**tables, 4: left_out})
    assert found[["rule", "table", "unit"]].values.tolist() == [
        ["unit", "table_4", "Huyện B / Xã Ba"]
    ]
    # The same where the larger units were added up without it.
    counts = [column.id for column in reports.layout(4).printed]
    without = left_out.copy()
    lost = tables[4].loc[tables[4]["unit"] == "Xã Ba", counts].iloc[0]
    larger = without["unit"].isin(["Huyện B", "Tổng số"])
    without.loc[larger, counts] = without.loc[larger, counts] - lost
    without.attrs = attrs
    found = errors({n: table for n, table in {**tables, 4: without}.items() if n != 5})
    assert found[["rule", "table", "unit"]].values.tolist() == [
        ["unit", "table_4", "Huyện B / Xã Ba"]
    ]


# -- sums in print ------------------------------------------------------------------------------


def test_cross_footing_adds_decimals_as_they_are_printed():
    printed = pd.DataFrame(
        {
            "both": ["0,34", "7,52%", "1.057.374"],
            "poor": ["0,21", "4,03%", "57.374"],
            "near": ["0,13", "3,49%", "1.000.000"],
        }
    )
    sums = {"both": ["+poor", "+near"]}
    assert reports.cross_foot(printed, sums).empty
    printed["both"] = ["0,35", "7,54%", "1.057.375"]  # the first may be rounding, the others not
    found = reports.cross_foot(printed, sums)
    assert found[["unit", "value", "expected"]].values.tolist() == [
        ["1", "7,54%", 7.52],
        ["2", "1.057.375", 1_057_374],
    ]


# -- lists of persons --------------------------------------------------------------------------


def a_list():
    sample = mdp.load_sample()
    result = mdp.assess(sample.households, sample.members, standard=STANDARD)
    wide = reports.wide(sample.households, result)
    return reports.table_15(wide, members=sample.members, by=["commune"])


def changed(table, change):
    """The list with a change, under its own number."""
    other = change(table.copy())
    other.attrs = dict(table.attrs)
    return other


def test_two_versions_of_a_list_agree_person_by_person_in_any_order():
    table = a_list()
    assert reports.check({15: table}, other_version={15: table}).empty
    shuffled = changed(table, lambda t: t.sample(frac=1, random_state=1).reset_index(drop=True))
    assert reports.check({15: table}, other_version={15: shuffled}).empty
    spelt = changed(table, lambda t: t.assign(relation=t["relation"].str.upper()))
    assert reports.check({15: table}, other_version={15: spelt}).empty


def test_what_two_versions_of_a_list_say_otherwise_is_named():
    table = a_list()
    other = changed(table, lambda t: t.assign(relation=t["relation"].mask(t.index == 3, "parent")))
    found = reports.check({15: table}, other_version={15: other})
    assert found[["rule", "table", "column", "value", "expected"]].to_numpy().tolist() == [
        ["version", "table_15", "relation", table["relation"][3], "parent"]
    ]
    person = f"{table['household_id'][7]} / {table['member_id'][7]}"
    shorter = changed(table, lambda t: t.drop(index=7))
    for one, two, cells in ((table, shorter, [person, None]), (shorter, table, [None, person])):
        found = reports.check({15: one}, other_version={15: two})
        assert found[["rule", "column", "value", "expected"]].to_numpy(object).tolist() == [
            ["version", "household_id", *cells]
        ]
    twice = changed(table, lambda t: pd.concat([t, t.iloc[[0]]], ignore_index=True))
    found = reports.check({15: table}, other_version={15: twice})
    assert found["rule"].tolist() == ["not_checked"]
    assert "stands twice in one of the two lists" in found["message"][0]
