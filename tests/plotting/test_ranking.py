"""Ranked bars with the average, and the two-year dumbbell: what is printed decides."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import plotting
from multidim_poverty.errors import ArgumentError
from tests.plotting.test_room import RESULT

OLD, NEW = "decision_59_2015", "decree_07_2021"


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def units(ax):
    return [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# -- ranks -------------------------------------------------------------------------------------


def table(**columns):
    return pd.DataFrame({"unit": list("abcd"), "rate": [5.0, 20.004, None, 11.0]} | columns)


def test_units_are_ranked_and_those_without_a_rate_stand_last():
    ax = plotting.ranked_rates(table(), by="unit", language="vi")
    assert units(ax) == ["b", "d", "a", "c"]
    assert [text.get_text() for text in ax.texts] == ["20", "11", "5", "chưa rõ"]
    assert [bar.get_width() for bar in ax.patches] == [20.004, 11.0, 5.0]


def average(ax):
    lines = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "average"]
    return lines[0] if lines else None


def test_the_average_is_that_of_all_households_not_of_the_rates():
    counts = table(headcount=[5, 200, 0, 11], base=[100, 1000, 0, 100])
    ax = plotting.ranked_rates(counts, by="unit")
    assert average(ax) == pytest.approx(100 * 216 / 1200)
    assert legend(ax) == ["average 18", "above the average", "not above the average"]
    of_households = plotting.ranked_rates(RESULT, by=mdp.load_sample().households["area"])
    assert average(of_households) == pytest.approx(19.2)
    assert average(plotting.ranked_rates(table(), by="unit")) is None
    assert average(plotting.ranked_rates(counts, by="unit", average=False)) is None
    assert average(plotting.ranked_rates(table(), by="unit", average=7.5)) == 7.5
    with pytest.raises(ValueError, match="average nan is not a rate"):
        plotting.ranked_rates(table(), by="unit", average=np.nan)


def test_a_rate_that_prints_as_the_average_is_not_above_it():
    ax = plotting.ranked_rates(table(), by="unit", average=20.0)
    assert [bar.get_label() for bar in ax.containers] == ["not above the average"]
    higher = plotting.ranked_rates(table(), by="unit", average=19.99)
    assert {group.get_label(): len(group) for group in higher.containers} == {
        "above the average": 1, "not above the average": 2,
    }  # fmt: skip


def test_bounds_are_drawn_and_numbers_stand_beyond_them():
    ax = plotting.ranked_rates(
        table(lower=[4.0, 18.0, None, None], upper=[6.0, 25.0, None, None]), by="unit"
    )
    (bars,) = ax.collections
    assert sorted(segment[:, 0].tolist() for segment in bars.get_segments()) == [
        [4.0, 6.0], [18.0, 25.0],
    ]  # fmt: skip
    assert ax.texts[0].get_position()[0] > 25
    assert "interval" in legend(ax)


def test_the_alternative_text_counts_units_above_the_average():
    counts = table(headcount=[5, 200, 0, 11], base=[100, 1000, 0, 100])
    assert plotting.alt_text(plotting.ranked_rates(counts, by="unit")) == (
        "Ranked bars of Poor households, % of households, units: 4. Largest 20 (b), smallest 5 "
        "(a), not known 1. Average 18, units above it: 1."
    )


# -- dumbbell ----------------------------------------------------------------------------------


def years(**columns):
    return pd.DataFrame(
        {"year": [2022] * 4 + [2023] * 4, "unit": list("abcd") + list("abce"),
         "rate": [10.004, 7.0, 5.0, 3.0, 9.996, 9.0, 2.5, 4.0]} | columns
    )  # fmt: skip


def rows(ax):
    return {
        name: text.get_text()
        for name, text in zip(units(ax), (t for t in ax.texts if t.get_gid() is None), strict=True)
    }


def test_the_printed_change_is_that_of_the_printed_rates():
    ax = plotting.dumbbell(years(), by="unit")
    assert rows(ax) == {
        "c": "5 → 2.5 (-2.5)", "a": "10 → 10 (0)", "b": "7 → 9 (+2)", "d": "3 → –", "e": "– → 4",
    }  # fmt: skip
    tie = pd.DataFrame({"year": [1, 2], "unit": "a", "rate": [1.004, 1.006]})
    assert rows(plotting.dumbbell(tie, by="unit", language="vi")) == {"a": "1 → 1,01 (+0,01)"}


@pytest.mark.parametrize(("sort", "order"), [("change", "cab"), ("start", "abc"), ("end", "abc")])
def test_units_are_sorted_and_those_of_one_year_stand_last(sort, order):
    assert "".join(units(plotting.dumbbell(years(), by="unit", sort=sort))) == order + "de"


def test_units_in_one_year_have_no_line_and_are_counted():
    ax = plotting.dumbbell(years(), by="unit")
    lines = {line.get_gid(): line.get_xdata().tolist() for line in ax.lines}
    assert lines == {
        "change fell": [5.0, 2.5], "change level": [10.0, 10.0], "change rose": [7.0, 9.0],
    }  # fmt: skip
    assert legend(ax) == [
        "2022", "2023, rose", "2023, fell", "2023, same", "in one year only: 2",
    ]  # fmt: skip


def test_two_standards_are_refused_or_marked():
    table = years(standard=[OLD] * 4 + [OLD, NEW, NEW, NEW])
    with pytest.raises(ArgumentError, match="Decision 59/2015/QD-TTg and Decree 07/2021/ND-CP"):
        plotting.dumbbell(table, by="unit")
    assert plt.get_fignums() == []
    ax = plotting.dumbbell(table, by="unit", two_standards="mark")
    assert rows(ax) == {
        "c": "5 → 2.5 (-2.5 †)", "a": "10 → 10 (0)", "b": "7 → 9 (+2 †)", "d": "3 → –",
        "e": "– → 4",
    }  # fmt: skip
    assert {line.get_linestyle() for line in ax.lines} == {"-", ":"}
    note = ax.get_xlabel().replace("\n", " ")
    assert "† the years have two standards" in note
    assert "Decision 59/2015/QD-TTg → Decree 07/2021/ND-CP" in note
    same = plotting.dumbbell(years(standard=NEW), by="unit")
    assert "†" not in "".join(rows(same).values()) + same.get_xlabel()


def test_there_are_two_years():
    for number in (1, 3):
        table = pd.DataFrame({"year": range(number), "unit": "a", "rate": 1.0})
        with pytest.raises(ArgumentError, match=r"dumbbell shows two years, the tables have 0"):
            plotting.dumbbell(table, by="unit")
    with pytest.raises(ValueError, match="sort 'size' is not"):
        plotting.dumbbell(years(), by="unit", sort="size")
    with pytest.raises(ValueError, match="two_standards 'join' is not"):
        plotting.dumbbell(years(), by="unit", two_standards="join")


def test_two_spellings_are_one_unit():
    table = pd.DataFrame({"year": [1, 2], "unit": ["Xã A", "xã a"], "rate": [2.0, 1.0]})
    with pytest.warns(UserWarning, match="Xã A"):
        ax = plotting.dumbbell(table, by="unit")
    assert rows(ax) == {"Xã A": "2 → 1 (-1)"}


def test_the_alternative_text_says_the_largest_changes():
    assert plotting.alt_text(plotting.dumbbell(years(), by="unit"), language="vi") == (
        "Poor households, % of households, 2022 và 2023, số đơn vị: 5. Giảm 1, tăng 1, không đổi "
        "1, chỉ có một năm: 2. Thay đổi (điểm phần trăm): cao nhất 2 (b), thấp nhất -2,5 (c)."
    )


def shown(*rates):
    return pd.DataFrame({"commune": list("abcdef")[: len(rates)], "rate": rates, "gap": rates})


RATE_PICTURES = [
    lambda table, **more: plotting.ranked_rates(table, by="commune", **more),
    lambda table, **more: plotting.dumbbell({2022: table, 2023: table}, by="commune", **more),
    lambda table, **more: plotting.rates_over_years({2022: table}, by="commune", **more),
]


@pytest.mark.parametrize("picture", RATE_PICTURES)
@pytest.mark.parametrize("wrong", [-0.5, 100.5, np.inf, -np.inf])
def test_a_rate_is_a_share_of_100(picture, wrong):
    picture(shown(0.0, 100.0, np.nan))
    with pytest.raises(ArgumentError, match=rf"no share of 100: {wrong};"):
        picture(shown(5.0, wrong))
    if np.isinf(wrong):
        with pytest.raises(ArgumentError, match=rf"no share of 100: {wrong};"):
            picture(shown(5.0, wrong), value="gap")


@pytest.mark.parametrize("picture", RATE_PICTURES)
def test_other_figures_below_zero_are_within_the_frame(picture):
    axes = picture(shown(5.0, -20.0), value="gap", unit="gap")
    across = axes.get_xlim() if axes.get_xlim()[0] < 1000 else axes.get_ylim()
    assert across[0] <= -20
    assert across[1] >= 5


@pytest.mark.parametrize("language", ["en", "vi"])
def test_years_are_written_without_a_separator(language):
    axes = plotting.dumbbell({2022: shown(5.0), 2023: shown(4.0)}, by="commune", language=language)
    assert "2022 → 2023" in " ".join(text.get_text() for text in axes.texts)
