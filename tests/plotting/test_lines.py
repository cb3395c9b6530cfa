"""Lines of rates are joined within one standard and from year to year, and nowhere else."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import plotting
from multidim_poverty.errors import ArgumentError
from multidim_poverty.plotting.style import LINE_STYLES, OTHER_LINES
from tests.plotting.test_room import yearly

OLD, NEW = "decision_59_2015", "decree_07_2021"
SAMPLE = mdp.load_sample()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def rates(values, standards=None, years=None, **columns):
    years = range(2019, 2019 + len(values)) if years is None else years
    table = pd.DataFrame({"year": years, "rate": values} | columns)
    return table if standards is None else table.assign(standard=standards)


def pieces(ax, unit=0):
    """The years that each line of a unit joins."""
    return [
        np.asarray(line.get_xdata()).tolist()
        for line in ax.lines if line.get_gid() == f"unit {unit}"
    ]  # fmt: skip


def marks(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "other standard"]


def headings(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == "standard"]


def names(ax):
    return [text.get_text() for text in ax.texts if str(text.get_gid()).startswith("name")]


def test_a_line_breaks_where_the_standard_changes():
    ax = plotting.rates_over_years(rates([9.0, 8.0, 12.0, 11.0], [OLD, OLD, NEW, NEW]))
    assert pieces(ax) == [[2019, 2020], [2021, 2022]]
    assert marks(ax) == [2020.5]
    assert headings(ax) == ["Decision 59/2015/QD-TTg", "Decree 07/2021/ND-CP"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["the standard changes"]


def test_without_a_change_there_is_no_mark():
    for standards in (None, [NEW] * 3):
        ax = plotting.rates_over_years(rates([9.0, 8.0, 7.0], standards))
        assert pieces(ax) == [[2019, 2020, 2021]]
        assert marks(ax) == headings(ax) == []
        assert ax.get_legend() is None


def test_two_contents_of_one_name_are_two_standards():
    table = rates([9.0, 8.0, 7.0], [NEW] * 3, standard_hash=["a" * 9, "a" * 9, "b" * 9])
    ax = plotting.rates_over_years(table)
    assert pieces(ax) == [[2019, 2020], [2021]]
    assert [text.split("\n") for text in headings(ax)] == [
        ["Decree 07/2021/ND-CP (aaaaaa)"], ["Decree", "07/2021/ND-CP", "(bbbbbb)"],
    ]  # fmt: skip


def test_years_without_a_named_standard_are_not_joined_to_those_with_one():
    ax = plotting.rates_over_years(rates([9.0, 8.0, 7.0], [None, None, NEW]), language="vi")
    assert pieces(ax) == [[2019, 2020], [2021]]
    assert headings(ax)[0] == "chưa rõ chuẩn nghèo"


def test_a_missing_year_or_rate_is_a_gap():
    ax = plotting.rates_over_years(rates([9.0, np.nan, 7.0, 6.0]))
    assert pieces(ax) == [[2019], [2021, 2022]]
    table = rates([9.0, 8.0, 7.0, 6.0], years=[2014, 2016, 2018, 2021])
    assert pieces(plotting.rates_over_years(table)) == [[2014], [2016], [2018], [2021]]
    assert pieces(plotting.rates_over_years(table, every=2)) == [[2014, 2016, 2018], [2021]]
    with pytest.raises(ValueError, match="every 0"):
        plotting.rates_over_years(table, every=0)


def test_each_unit_breaks_at_its_own_change():
    table = pd.concat(
        [rates([9.0, 8.0, 7.0], [OLD, OLD, NEW]).assign(commune="A"),
         rates([5.0, 4.0, 3.0], [OLD, NEW, NEW]).assign(commune="B")]
    )  # fmt: skip
    ax = plotting.rates_over_years(table, by="commune")
    assert pieces(ax, 0) == [[2019, 2020], [2021]]
    assert pieces(ax, 1) == [[2019], [2020, 2021]]
    assert marks(ax) == [2019.5, 2020.5]


def test_results_of_households_are_counted_by_headcount():
    results = {
        year: mdp.assess(SAMPLE.households, SAMPLE.members, standard=standard).assign(
            area=SAMPLE.households["area"]
        )
        for year, standard in ((2021, OLD), (2022, NEW), ("2023", NEW))
    }
    ax = plotting.rates_over_years(results, by="area", of=["poor", "near_poor"])
    assert pieces(ax) == [[2021], [2022, 2023]]
    wanted = mdp.measures.headcount(results[2022], by="area", of=["poor", "near_poor"])
    lines = [line for line in ax.lines if line.get_gid() in ("unit 0", "unit 1")]
    assert [line.get_ydata()[0] for line in lines if 2022 in line.get_xdata()] == (
        wanted["headcount_ratio"].tolist()
    )
    assert ax.get_ylabel() == "Poor households, near-poor households, % of households"
    tidy = pd.concat(
        mdp.measures.headcount(result, by="area", of=["poor", "near_poor"], persons=True).assign(
            year=int(year), standard=result["standard"].iloc[0]
        )
        for year, result in results.items()
    )
    other = plotting.rates_over_years(tidy, by="area", of=["poor", "near_poor"])
    drawn = [[line.get_xydata().tolist() for line in one.lines] for one in (ax, other)]
    assert drawn[0] == drawn[1]
    persons = plotting.rates_over_years(tidy, by="area", of=["poor", "near_poor"],
                                        count_of="persons")  # fmt: skip
    assert persons.get_ylabel().endswith("% of persons")
    with pytest.raises(ArgumentError, match="has no of 'poor', it has 'poor \\+ near_poor'"):
        plotting.rates_over_years(tidy, by="area")


def test_yearly_tables_of_reports_are_drawn():
    result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=NEW)
    wide = mdp.reports.wide(SAMPLE.households, result)
    tables = {year: mdp.reports.table_1(wide, population="counted") for year in (2022, 2023)}
    ax = plotting.rates_over_years(tables, by="unit", value="poor_households_rate", unit="% số hộ")
    assert ax.get_ylabel() == "% số hộ"
    assert pieces(ax) == [[2022, 2023]]


def test_names_stand_beside_the_lines_with_the_last_rate():
    table = pd.concat([rates([9.0, 8.0]).assign(c="A"), rates([5.0, np.nan]).assign(c="B")])
    ax = plotting.rates_over_years(table, by="c", language="vi")
    assert names(ax) == ["A 8", "B 5"]
    assert [text.get_color() for text in ax.texts] == [style.colour for style in LINE_STYLES[:2]]


def test_many_units_are_grey_but_those_at_the_ends():
    table = yearly(30, range(2022, 2025))
    ax = plotting.rates_over_years(table, by="commune")
    last = table[table["year"] == 2024].sort_values("rate")["commune"].tolist()
    shown = {text.replace("\n", " ").rsplit(" ", 1)[0] for text in names(ax)}
    assert shown == {*last[:2], *last[-2:]}
    grey = [line for line in ax.lines if line.get_color() == OTHER_LINES]
    assert len(grey) == 26
    assert ax.get_legend().get_texts()[-1].get_text() == "other units: 26"
    chosen = plotting.rates_over_years(table, by="commune", highlight=[last[7].upper(), last[3]])
    assert {text.replace("\n", " ").rsplit(" ", 1)[0] for text in names(chosen)} == {
        last[7], last[3],
    }  # fmt: skip
    with pytest.raises(ValueError, match="highlight names no unit: Nowhere"):
        plotting.rates_over_years(table, by="commune", highlight=["Nowhere"])
    with pytest.raises(ValueError, match="highlight names 9 units; 8 at most"):
        plotting.rates_over_years(table, by="commune", highlight=last[:9])


def test_bounds_are_drawn_where_the_table_has_them():
    table = rates([9.0, 8.0], lower=[7.0, np.nan], upper=[12.0, np.nan])
    ax = plotting.rates_over_years(table)
    (bars,) = ax.collections
    assert [segment[:, 1].tolist() for segment in bars.get_segments()] == [[7.0, 12.0]]
    assert "interval" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert not plotting.rates_over_years(rates([9.0, 8.0])).collections
    with pytest.raises(ArgumentError, match="outside lower and upper"):
        plotting.rates_over_years(rates([9.0], lower=[9.5], upper=[10.0]))


def test_two_spellings_of_a_unit_are_one_line():
    table = rates([9.0, 8.0, 7.0]).assign(commune=["Xã Ea Pô", "xã  ea pô", "XÃ EA PÔ"])
    with pytest.warns(UserWarning, match="Xã Ea Pô"):
        ax = plotting.rates_over_years(table, by="commune")
    assert pieces(ax) == [[2019, 2020, 2021]]


def test_villages_of_one_name_in_two_communes_are_two_lines():
    table = pd.concat([rates([9.0, 8.0]).assign(commune=name) for name in "AB"]).assign(village="1")
    ax = plotting.rates_over_years(table, by=["commune", "village"])
    assert names(ax) == ["A / 1 8", "B / 1 8"]
    with pytest.raises(ArgumentError, match="several rates in a year: 1 \\(2019\\), 1 \\(2020\\)"):
        plotting.rates_over_years(table, by="village")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"rate": [1.0]}), "no column 'year'"),
        (rates([1.0, 2.0], years=[2020, None]), "not a year: nan"),
        ({"next": rates([1.0])}, "not a year: 'next'"),
        ({"2020": rates([1.0]), 2020: rates([2.0])}, "a year stands twice"),
        (rates([1.0]).rename(columns={"rate": "share"}), "no column 'headcount_ratio' or 'rate'"),
        (rates(["many"]), "no number in rate: 'many'"),
    ],
)
def test_a_table_without_years_or_rates_is_refused(table, message):
    with pytest.raises(ArgumentError, match=message):
        plotting.rates_over_years(table)


def test_the_input_is_not_changed():
    table = yearly(3)
    before = table.copy(deep=True)
    plotting.rates_over_years(table, by="commune")
    pd.testing.assert_frame_equal(table, before)


def test_the_alternative_text_says_where_the_lines_break():
    table = rates([9.0, 8.0, 12.0], [OLD, OLD, NEW])
    assert plotting.alt_text(plotting.rates_over_years(table)) == (
        "Lines of Poor households, % of households, 2019 to 2021, units: 1. The lines break where "
        "the standard changes: Decision 59/2015/QD-TTg from 2019, Decree 07/2021/ND-CP from 2021. "
        "All: 9 (2019), 8 (2020), 12 (2021)."
    )
