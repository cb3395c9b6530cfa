"""The tables of one district, digit for digit, out of household rows; and what the checks find."""

from __future__ import annotations

import pandas as pd
import pytest

from multidim_poverty import reports
from tests.helpers import cu_jut

BY = ["district", "commune"]
COLUMNS_2 = ["opening", "to_near_poor", "escaped", "from_near_poor", "relapsed", "new", "closing"]
COLUMNS_3 = ["opening", "escaped", "to_poor", "from_poor", "relapsed", "new", "closing"]


@pytest.fixture(scope="module")
def moved():
    return cu_jut.flows()


@pytest.fixture(scope="module")
def result(moved):
    return cu_jut.result(moved)


@pytest.fixture(scope="module")
def tables(result, moved):
    return reports.tables(result, by=BY, flows=moved, units=cu_jut.UNITS, total=False)


@pytest.fixture(scope="module")
def later():
    """Table 3 of a later export, in which one record was edited."""
    moved = cu_jut.flows(edited=True)
    identity = reports.identity(cu_jut.result(moved), flows=moved)
    return reports.table_3(moved, by=BY, units=cu_jut.UNITS, total=False, identity=identity)


def row(table, unit, of=None):
    rows = table[table["unit"] == unit]
    return rows[rows["count_of"] == of].iloc[0] if of else rows.iloc[0]


def test_the_decree_gives_the_households_the_classes_of_the_flows(result, moved):
    end = moved.dropna(subset="end_id").set_index("end_id")["end_class"]
    assert result["poverty_class"].astype(str).tolist() == end.loc[result.index].tolist()


def test_table_4_digit_for_digit(tables):
    form = reports.layout(4)
    columns = [column.id for column in form.printed]
    printed = reports.printed(tables[4])
    assert printed["unit"].tolist() == list(cu_jut.TABLE_4)
    assert printed["number"].tolist() == ["1", *(f"1.{n}" for n in range(1, 9))]
    for unit, counts in cu_jut.TABLE_4.items():
        assert row(tables[4], unit)[columns].tolist() == counts
        assert row(printed, unit)[columns].tolist() == [str(count) for count in counts]


def test_table_5_digit_for_digit(tables):
    columns = [column.id for column in reports.layout(5).printed]
    printed = reports.printed(tables[5])
    for unit, shares in cu_jut.TABLE_5.items():
        assert row(printed, unit)[columns].tolist() == [str(cu_jut.TABLE_4[unit][0]), *shares]
    for unit in cu_jut.COMMUNES[4:]:  # a zero base prints nothing in this table
        assert row(printed, unit)[columns].tolist() == ["0"] + [""] * 12


@pytest.mark.parametrize("unit", cu_jut.TABLE_2)
def test_table_2_digit_for_digit(tables, unit):
    for of, figures in zip(("households", "persons"), cu_jut.TABLE_2[unit], strict=True):
        if figures is not None:
            cells = row(tables[2], unit, of)
            assert cells[COLUMNS_2].tolist() == figures
            assert cells[["other_decrease", "other_increase", "residual"]].tolist() == [0, 0, 0]


@pytest.mark.parametrize("unit", cu_jut.TABLE_3)
def test_table_3_digit_for_digit(later, unit):
    for of, figures in zip(("households", "persons"), cu_jut.TABLE_3[unit], strict=True):
        if figures is not None:
            assert row(later, unit, of)[COLUMNS_3].tolist() == figures


def test_the_residual_is_that_of_two_unlinked_households(later):
    for unit in (cu_jut.DISTRICT, "Tâm Thắng"):
        assert row(later, unit, "households")[["residual", "unlinked_decrease"]].tolist() == [-2, 2]
        assert row(later, unit, "persons")[["residual", "unlinked_decrease"]].tolist() == [-7, 7]
    assert row(later, "Ea Pô", "persons")["residual"] == 0


def test_check_finds_the_residual_and_explains_it(tables, later):
    found = reports.check([tables[2], later])
    balance = found[found["rule"] == "balance"]
    columns = ["table", "unit", "count_of", "expected", "value"]
    assert balance[columns].values.tolist() == [
        ["table_3", "Cư Jút", "households", 307, 305],
        ["table_3", "Cư Jút", "persons", 1396, 1389],
        ["table_3", "Cư Jút / Tâm Thắng", "households", 143, 141],
        ["table_3", "Cư Jút / Tâm Thắng", "persons", *residual_persons(later)],
    ]
    assert (
        balance["message"]
        .iloc[2]
        .startswith(
            "9=1-2-3-4+5+6+7+8 gives 143, the count is 141; unlinked: 2, which explains it; "
        )
    )
    vi = reports.check([tables[2], later], language="vi")["message"]
    assert "9=1-2-3-4+5+6+7+8 cho kết quả 143, đếm được 141; 2 trường hợp chưa đối chiếu" in str(
        vi.tolist()
    )


def residual_persons(later):
    counted = row(later, "Tâm Thắng", "persons")["closing"]
    return [counted + 7, counted]


def test_check_finds_the_flow_that_two_forms_tell_in_two_ways(tables, later):
    found = reports.check([tables[2], later])
    flow = found[(found["rule"] == "agreement") & (found["column"] == "from_poor")]
    assert flow[["unit", "count_of", "expected", "value"]].values.tolist() == [
        ["Cư Jút", "households", 64, 63],
        ["Cư Jút", "persons", 303, 301],
        ["Cư Jút / Tâm Thắng", "households", 26, 25],
        ["Cư Jút / Tâm Thắng", "persons", 134, 132],
    ]
    stated = (
        "poor became near-poor: table 2 has 64, this one 63; the tables come from different data"
    )
    assert flow["message"].iloc[0].startswith(f"{stated}; ")
    behind = found.loc[found["rule"] == "identity", "message"].tolist()
    assert [message.partition(" are ")[0] for message in behind] == [
        "source result of this table and of table 2",
        "source flows of this table and of table 2",
    ]
    assert set(found["rule"]) == {"balance", "agreement", "identity"}


def test_one_export_agrees_with_itself(tables):
    found = reports.check(tables)
    # The two households that nobody could link are in one export as in two.
    assert set(found["rule"]) == {"balance"}
    assert found["value"].tolist()[:1] == [306]


def test_the_edited_record_shows_in_the_other_tables_too(tables, later):
    found = reports.check({**tables, 3: later})
    stock = found[(found["rule"] == "agreement") & (found["column"] == "closing")]
    stock = stock[(stock["unit"] == "Cư Jút / Tâm Thắng") & (stock["count_of"] == "households")]
    assert stock[["table", "expected", "value"]].values.tolist() == [["table_3", 142, 141]]


def test_seven_cells_edited_between_two_exports_are_found(tables, result):
    """Between two real exports, tables 4 and 5 disagreed in seven cells."""
    edited = result.copy()
    poor = edited.index[edited["poverty_class"] == "poor"]
    deprived = [(name, edited.loc[poor, name].idxmax()) for name in cu_jut.STANDARD.indicator_ids]
    for name, id in deprived[:7]:
        edited.loc[id, name] = False
    other = reports.table_5(edited, by=BY, units=cu_jut.UNITS, total=False)
    found = reports.check([tables[4], other])
    district = found[(found["rule"] == "agreement") & (found["unit"] == "Cư Jút")]
    assert district["column"].tolist() == list(cu_jut.STANDARD.indicator_ids[:7])
    assert (district["expected"] - district["value"]).tolist() == [1] * 7
    assert found["rule"].tolist().count("identity") == 1


def test_a_text_in_the_units_that_is_not_in_the_list_stops_the_table(result):
    typed = result.assign(commune=result["commune"].str.replace("Tâm Thắng", "Tâm Tháng"))
    with pytest.raises(ValueError, match=r"Tâm Tháng.* not in the list") as caught:
        reports.table_4(typed, by=BY, units=cu_jut.UNITS)
    assert len(caught.value.violations) == (result["commune"] == "Tâm Thắng").sum()


def test_printed_with_headers_of_the_form(tables):
    printed = reports.printed(tables[3], labels="vi")
    assert list(printed.columns[:4]) == [
        ("", "", "TT", "A"),
        ("", "", "Phường/Xã", "B"),
        ("", "", "Phân tổ", ""),
        ("", "", "Hộ cận nghèo đầu kỳ", "1"),
    ]
    assert printed.columns[-1][-1] == "9=1-2-3-4+5+6+7+8"
    assert printed.iloc[:2, 2].tolist() == ["Hộ", "Nhân khẩu"]
    assert isinstance(printed, pd.DataFrame)
