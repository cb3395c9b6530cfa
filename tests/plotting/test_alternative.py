"""The alternative text says what is drawn, as it is printed, and is made from the data."""

import pickle

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import plotting
from multidim_poverty.plotting.alternative import extremes
from tests.plotting.test_change import CU_JUT, balance
from tests.plotting.test_parameters import PLAN
from tests.plotting.test_review import DISTRICT, a_round
from tests.plotting.test_room import RESULT, STANDARD


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def said(clauses, language="en"):
    return ", ".join(clause.text(language) for clause in clauses)


def test_extremes_are_those_of_the_printed_values():
    assert said(extremes("abc", [1.0, 3.26, 2.0])) == "largest 3.26 (b), smallest 1 (a)"
    assert said(extremes("abc", [1.0, 3.26, None], 1)) == (
        "largest 3.3 (b), smallest 1 (a), not known 1"
    )
    assert said(extremes("abcd", [0.001, 2.0, 0.0, 2.004])) == (
        "largest 2 (b and 1 more), smallest 0 (a and 1 more)"
    )
    assert said(extremes("aab", [5.0, 5.0, 5.0]), "vi") == "đều bằng 5 (a và 2 đơn vị khác)"
    assert said(extremes("a", [19.165]), "vi") == "19,17 (a)"
    assert said(extremes("ab", [np.nan, None])) == said(extremes("", [])) == "no data"


def test_a_map_says_its_units():
    rates = pd.Series({"67": 5.18, "66": 12.3, "68": None}, name="Poor,\n% of households")
    ax = plotting.tile_map(rates, on="2023-12-31", language="vi")
    assert plotting.alt_text(ax, language="vi") == (
        "Bản đồ 63 đơn vị: Poor, % of households. "
        "Cao nhất 12,3 (Đắk Lắk), thấp nhất 5,18 (Đắk Nông), chưa rõ 61."
    )


def test_a_composition_says_all_households_and_the_poorest_group():
    by = pd.Series("A", RESULT.index).where(RESULT["poverty_class"] != "poor", "B")
    ax = plotting.class_composition(RESULT, by=by)
    assert plotting.alt_text(ax) == (
        "Bars of the share of households in each class [%], groups: 2. All: Poor household 19, "
        "Near-poor household 15, Household with average living standard 32, Household above the "
        "average standard 32, Undetermined 2. Poor household: largest 100 (B), smallest 0 (A)."
    )
    empty = plotting.class_composition(RESULT.iloc[:0], language="vi")
    assert plotting.alt_text(empty, language="vi").endswith("Tất cả: không có số liệu.")


def test_a_flow_says_its_ends_and_the_largest_moves_first():
    assert plotting.alt_text(plotting.flow(balance(**CU_JUT))) == (
        "Households. Flow of the list of poor households [Households] between two years. 294 at "
        "the start, 204 at the end. Became near-poor: 64. Escaped: 45. New: 14. "
        "Were near-poor: 5."
    )


def test_progress_says_how_many_targets_are_met():
    assert "Target met 1, target not met 1, not known 1." in plotting.alt_text(
        plotting.progress(PLAN)
    )


def test_a_review_says_where_its_cases_stand():
    events = a_round()
    ax = plotting.review_by_day(events, procedure=DISTRICT, language="vi")
    text = plotting.alt_text(ax, language="vi")
    assert "05/09/2023 đến 28/09/2023, số hồ sơ cuối kỳ: 5." in text
    assert "Chờ phúc tra 1" in text
    ax = plotting.review_states(mdp.review.fold(events, procedure=DISTRICT))
    assert plotting.alt_text(ax).endswith("Largest 3 (X), smallest 2 (Y).")
    nothing = plotting.review_by_day(mdp.review.empty_events(), procedure=DISTRICT)
    assert plotting.alt_text(nothing) == "No data."


def test_pictures_of_a_figure_follow_each_other_and_others_are_left_out():
    figure, axes = plt.subplots(1, 3)
    plotting.flow(balance(**CU_JUT), ax=axes[0])
    plotting.deprivation_profile(RESULT, standard=STANDARD, ax=axes[2])
    both = plotting.alt_text(axes[0]) + " " + plotting.alt_text(axes[2])
    assert plotting.alt_text(figure) == both
    for nothing in (axes[1], plt.figure()):
        with pytest.raises(ValueError, match="no function of multidim_poverty"):
            plotting.alt_text(nothing)
    with pytest.raises(ValueError, match="language"):
        plotting.alt_text(axes[0], language="fr")


def test_the_language_is_that_of_the_drawing_by_default():
    for language in ("en", "vi"):
        ax = plotting.flow(balance(**CU_JUT), language=language)
        assert plotting.alt_text(ax) == plotting.alt_text(ax, language=language)
        assert plotting.alt_text(ax.figure) == plotting.alt_text(ax)


def test_names_are_said_as_the_data_have_them():
    by = pd.Series("Thôn $1$", RESULT.index).where(RESULT["poverty_class"] == "poor", "B")
    ax = plotting.class_composition(RESULT, by=by)
    assert "largest 100 (Thôn $1$)" in plotting.alt_text(ax)


def test_a_picture_keeps_its_text_in_a_pickle():
    ax = plotting.flow(balance(**CU_JUT))
    copy = pickle.loads(pickle.dumps(ax.figure))
    assert plotting.alt_text(copy) == plotting.alt_text(ax)
