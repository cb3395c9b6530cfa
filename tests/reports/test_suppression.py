"""Small counts hidden in published tables: no sum or difference of what is shown gives them."""

import itertools
import warnings

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import excel, reports
from tests.helpers import cu_jut
from tests.helpers.profile import at_most
from tests.reports.test_tables import BY, people, results

pytestmark = pytest.mark.filterwarnings("ignore:ethnic groups without a column:UserWarning")
STANDARD = mdp.standard("decree_07_2021")
UNNAMED = {"reporting_unit": None, "period": None, "signers": None}


def made(frame, numbers=(1, 5, 8, 9, 12), **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reports.tables(
            frame, by=BY, population="counted", numbers=numbers, standard=STANDARD, **options
        )


def counts(table):
    return [c.id for c in reports.layout_of(table).columns if c.kind == "count"]


def hidden_cells(tables):
    """The cells that are hidden, as the column says."""
    return {
        (number, row, id)
        for number, table in tables.items()
        for row, text in enumerate(table["hidden"])
        for id in text.split()
        if id in counts(table)
    }


def known_sums(tables):
    """All that a reader knows of the cells: rows of factors that add up to 0, written anew."""
    cells = {
        (number, row, id): table[id].iloc[row]
        for number, table in tables.items()
        for row, id in itertools.product(range(len(table)), counts(table))
    }
    sums = []
    for number, table in tables.items():
        rows = table.to_dict("records")
        for row, unit in enumerate(rows):
            children = [
                n
                for n, other in enumerate(rows)
                if other.get("count_of") == unit.get("count_of")
                and other["number"].rpartition(".")[0] == unit["number"]
                and other["number"] != unit["number"]
            ]
            sums += [
                {(number, row, id): -1, **{(number, n, id): 1 for n in children}}
                for id in counts(table)
                if children
            ]
            for column in reports.layout_of(table).columns:
                if column.terms:
                    terms = {(number, row, id): sign for sign, id in column.signed_terms}
                    sums.append({**terms, (number, row, column.id): -1})
    for (a, one), (b, other) in itertools.combinations(tables.items(), 2):
        for agreement in reports.agreements():
            for id_a, id_b in itertools.product(
                [id for number, id in agreement.cells if number == a],
                [id for number, id in agreement.cells if number == b],
            ):
                for row_a, row_b in itertools.product(range(len(one)), range(len(other))):
                    unit_a, unit_b = one.iloc[row_a], other.iloc[row_b]
                    of = {u.get("count_of", agreement.of) for u in (unit_a, unit_b)}
                    if unit_a["number"] == unit_b["number"] and of == {agreement.of}:
                        sums.append({(a, row_a, id_a): 1, (b, row_b, id_b): -1})
    return [
        s
        for s in sums
        if all(pd.notna(cells[cell]) for cell in s)
        and sum(factor * cells[cell] for cell, factor in s.items()) == 0
    ]


def recovered(tables, hidden):
    """The hidden cells that the others give: their unit vectors are in the space of the sums."""
    order = {cell: n for n, cell in enumerate(sorted(hidden))}
    sums = np.zeros((0, len(order)))
    for relation in known_sums(tables):
        if row := {cell: factor for cell, factor in relation.items() if cell in order}:
            sums = np.vstack([sums, np.zeros(len(order))])
            for cell, factor in row.items():
                sums[-1, order[cell]] = factor
    if not len(sums):
        return set()
    # What the sums leave open: a cell that is 0 in all of these directions is given.
    values, directions = np.linalg.svd(sums, full_matrices=True)[1:]
    free = directions[(values > 1e-9).sum() :]
    return {cell for cell, n in order.items() if not np.abs(free[:, n]).max(initial=0) > 1e-9}


@pytest.mark.slow
@at_most(12)
@given(results(most=12), st.integers(2, 6))
def test_no_hidden_count_follows_from_what_is_shown(frame, below):
    tables = made(frame)
    shown = reports.suppress(tables, below=below)
    hidden = hidden_cells(shown)
    small = {
        (number, row, id)
        for number, table in tables.items()
        for id in counts(table)
        for row, value in enumerate(table[id])
        if pd.notna(value) and 0 < abs(value) < below
    }
    assert small <= hidden
    assert bool(small) == bool(hidden)
    assert not recovered(tables, hidden)
    for number, table in tables.items():
        for id in counts(table):
            for row, (before, after) in enumerate(zip(table[id], shown[number][id], strict=True)):
                if (number, row, id) in hidden:
                    assert before != 0
                    assert after is pd.NA
                else:
                    assert (before is after is pd.NA) or before == after


def villages(counts):
    names = [name for name, count in counts.items() for _ in range(count)]
    return pd.DataFrame({"poverty_class": "poor", "household_size": 9, "village": names})


def test_a_single_small_village_takes_the_smallest_other_with_it():
    table = reports.table_1(villages({"A": 3, "B": 7, "C": 8}), by=["village"])
    shown = reports.suppress(table)
    assert shown["poor_households"].tolist() == [18, pd.NA, pd.NA, 8]
    assert shown["poor_persons"].tolist() == [162, 27, 63, 72]
    assert shown["hidden"].tolist() == ["", "poor_households", "poor_households", ""]
    assert recovered({1: table}, {(1, 1, "poor_households")})  # alone, it would follow


def test_without_a_small_count_nothing_is_hidden():
    table = reports.table_1(villages({"A": 5, "B": 7}), by=["village"], population="counted")
    shown = reports.suppress(table, below=5)
    pd.testing.assert_frame_equal(shown.drop(columns="hidden"), table)
    assert shown["hidden"].tolist() == ["", "", ""]
    assert not [note for note in reports.notes(shown) if "*" in note]


def test_a_rate_of_a_hidden_count_is_hidden_and_no_other():
    table = reports.table_1(
        villages({"A": 3, "B": 7, "C": 8}), by=["village"], population="counted"
    )
    shown = reports.suppress(table)
    for id in ("poor_households_rate", "near_poor_households_rate", "poor_persons_rate"):
        column = reports.layout(1).column(id)
        parts = shown[[column.numerator, column.denominator]].isna().any(axis=1)
        assert shown[id].isna().tolist() == parts.tolist()
    assert "poor_households_rate" in shown["hidden"].iloc[1].split()


def test_what_one_table_hides_the_others_do_not_show():
    frame = villages({"A": 3, "B": 7, "C": 8}).assign(**dict.fromkeys(STANDARD.indicator_ids, True))
    tables = reports.tables(frame, by=["village"], numbers=[1, 4, 5], standard=STANDARD)
    shown = reports.suppress(tables)
    for table in shown.values():
        assert table["poor_households"].tolist() == [18, pd.NA, pd.NA, 8]
    assert not recovered(tables, hidden_cells(shown))


def test_flows_are_hidden_in_both_tables():
    flows = cu_jut.flows()
    tables = reports.tables(cu_jut.result(flows), by=["commune"], flows=flows, numbers=[2, 3])
    shown = reports.suppress(tables, below=6)
    assert not recovered(tables, hidden_cells(shown))
    assert shown[2]["to_near_poor"].isna().tolist() == shown[3]["from_poor"].isna().tolist()


def test_the_tables_are_not_changed_and_need_be_whole():
    table = reports.table_1(villages({"A": 3, "B": 7}), by=["village"])
    before = table.copy()
    shown = reports.suppress(table)
    pd.testing.assert_frame_equal(table, before)
    assert shown.attrs["table"] == 1
    with pytest.raises(ValueError, match="has hidden counts already"):
        reports.suppress(shown)
    with pytest.raises(ValueError, match="check the tables before suppress"):
        reports.check(shown)
    with pytest.raises(ValueError, match="make it without labels"):
        reports.suppress(reports.labelled(table))
    with pytest.raises(ValueError, match="counts that are no whole numbers in poor_households"):
        reports.suppress(table.assign(poor_households=["1.057", "3", "7"]))
    with pytest.raises(ValueError, match="given twice"):
        reports.suppress({1: table, 2: table})
    for below in (0, 2.5, True, "5", None):
        with pytest.raises(mdp.errors.ArgumentError, match="whole number from 1"):
            reports.suppress(table, below=below)


def test_lists_of_people_are_refused():
    homes = villages({"A": 1}).set_axis(["a"]).rename_axis("household_id")
    members = people()
    members = members.assign(household_id="a", member_id=range(len(members)))
    table = reports.table_15(homes, members=members, by=["village"])
    with pytest.raises(ValueError, match="table 15 is a list of people"):
        reports.suppress(table)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_published_workbook_shows_no_hidden_count_and_says_so(tmp_path, language):
    frame = villages({"A": 3, "B": 7, "C": 8}).assign(**dict.fromkeys(STANDARD.indicator_ids, True))
    tables = reports.tables(frame, by=["village"], numbers=[1, 4, 5], standard=STANDARD)
    path = tmp_path / "published.xlsx"
    excel.write_tables(tables, path, **UNNAMED, suppress=5, language=language)
    for sheet in openpyxl.load_workbook(path):
        rows = list(sheet.iter_rows())
        village = next(row for row in rows if row[1].value == "A")
        assert "*" in [cell.value for cell in village]
        assert 3 not in [cell.value for cell in village]
        below = [row[0].value for row in rows if isinstance(row[0].value, str)]
        stars = sum(cell.value == "*" for row in rows for cell in row)
        assert any(f"(*) {stars} " in text and " 5" in text for text in below)
    read = excel.read_tables(path, levels=["village"])
    for number, table in reports.suppress(tables).items():
        assert read[number]["poor_households"].tolist() == table["poor_households"].tolist()
        printed = {column.id for column in reports.layout_of(table).printed}
        kept = [{*text.split()} & printed for text in table["hidden"]]
        assert [{*text.split()} for text in read[number]["hidden"]] == kept
    texts = reports.printed(reports.suppress(tables)[1])
    assert texts["poor_households"].tolist() == ["18", "*", "*", "8"]


def test_a_workbook_hides_nothing_unless_it_is_asked_to(tmp_path):
    path = tmp_path / "office.xlsx"
    excel.write_tables([reports.table_1(villages({"A": 1}), by=["village"])], path, **UNNAMED)
    values = [cell.value for row in openpyxl.load_workbook(path).active for cell in row]
    assert "*" not in values
    assert 1 in values


@pytest.mark.slow
def test_a_large_set_of_tables_is_quick():
    draw = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "district": draw.integers(0, 8, 6000).astype(str),
            "village": draw.integers(0, 20, 6000).astype(str),
            "poverty_class": draw.choice(["poor", "near_poor", "average"], 6000, p=[0.1, 0.1, 0.8]),
            "household_size": draw.integers(1, 9, 6000),
            **{id: draw.random(6000) < 0.4 for id in STANDARD.indicator_ids},
        }
    )
    by = ["district", "village"]
    tables = reports.tables(frame, by=by, numbers=[1, 4, 5, 6, 7], standard=STANDARD)
    shown = reports.suppress(tables)
    assert not recovered({4: tables[4]}, {c for c in hidden_cells(shown) if c[0] == 4})
    assert shown[4]["poor_households"].iloc[0] == tables[4]["poor_households"].iloc[0]
