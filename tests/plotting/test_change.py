"""Pictures of change are as long and as high as the counts."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

import multidim_poverty as mdp
from multidim_poverty.plotting import deprivation_profile, flow, progress
from multidim_poverty.plotting.change import ENTRIES, EXITS
from multidim_poverty.plotting.style import GROUP_STYLES, luminance


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


# -- flow --------------------------------------------------------------------------------------


def balance(listed="poor", count_of="households", **counts):
    row = {"opening": 0, **dict.fromkeys((*EXITS, *ENTRIES), 0), "residual": 0} | counts
    formula = row["opening"] + sum(row[n] for n in ENTRIES) - sum(row[n] for n in EXITS)
    row |= {"closing_by_formula": formula, "closing_counted": formula + row["residual"]}
    index = pd.MultiIndex.from_tuples([(listed, count_of)], names=["list", "count_of"])
    return pd.DataFrame([row], index=index).astype("Int64")


CU_JUT = {"opening": 294, "to_other_list": 64, "escaped": 45, "from_other_list": 5, "new": 14}


def bands(ax):
    """Name, height at the start and at the end of each band."""
    found = []
    for patch in ax.patches:
        points = patch.get_path().vertices
        left = points[points[:, 0] == 0][:, 1]
        right = points[points[:, 0] == 1][:, 1]
        found.append((patch.get_gid(), np.ptp(left), np.ptp(right)))
    return found


def test_bands_are_as_high_as_the_counts_of_cu_jut():
    ax = flow(balance(**CU_JUT))
    assert [(name, round(high, 6)) for name, high, _ in bands(ax)] == [
        ("to_other_list", 64),
        ("escaped", 45),
        ("stayed", 185),
        ("from_other_list", 5),
        ("new", 14),
    ]
    assert [text.get_text() for text in ax.texts] == [
        "poor at the start: 294",
        "were near-poor: 5",
        "new: 14",
        "became near-poor: 64",
        "escaped: 45",
        "poor at the end: 204",
    ]


COUNT = st.integers(0, 60)


@given(st.fixed_dictionaries(dict.fromkeys(("opening", *EXITS, *ENTRIES), COUNT)))
def test_bands_fill_both_sides_without_crossing(counts):
    if counts["opening"] + sum(counts[n] for n in ENTRIES) < sum(counts[n] for n in EXITS):
        return
    ax = flow(balance(**counts))
    drawn = bands(ax)
    total = counts["opening"] + sum(counts[n] for n in ENTRIES)
    for side in (1, 2):
        assert sum(band[side] for band in drawn) == pytest.approx(total)
    tops = [[patch.get_path().vertices[at, 1] for patch in ax.patches] for at in (0, 3)]
    for side in tops:
        assert side == sorted(side)
    assert not any(np.isnan(high) for _, high, _ in drawn)
    plt.close("all")


def test_flow_of_the_other_list_in_vietnamese_and_persons():
    table = pd.concat(
        [balance(**CU_JUT), balance("near_poor", "persons", opening=1253, escaped=26)]
    )
    ax = flow(table, list="near_poor", count_of="persons", language="vi")
    assert [text.get_text() for text in ax.texts] == [
        "cận nghèo đầu kỳ: 1.253",
        "thoát cận nghèo: 26",
        "cận nghèo cuối kỳ: 1.227",
    ]
    assert ax.get_title() == "Số nhân khẩu"


def test_a_residual_is_said():
    ax = flow(balance(opening=1000, residual=-2))
    assert ax.texts[-1].get_text() == "counted at the end: 998; residual -2"


def test_bands_side_by_side_differ_in_grey_or_hatching():
    ax = flow(balance(opening=70, **dict.fromkeys((*EXITS, *ENTRIES), 10)))
    looks = [
        (luminance(plt.matplotlib.colors.to_hex(p.get_facecolor())), p.get_hatch() or "")
        for p in ax.patches
    ]
    for (one, a), (other, b) in itertools.pairwise(looks):
        assert a != b or abs(one - other) > 0.1


def test_a_table_that_is_not_one_balance_is_loud():
    good = balance(opening=5)
    with pytest.raises(ValueError, match="missing: escaped"):
        flow(good.drop(columns="escaped"))
    with pytest.raises(ValueError, match="index levels list and count_of"):
        flow(good.reset_index())
    with pytest.raises(ValueError, match="0 rows for list 'near_poor'"):
        flow(good, list="near_poor")
    with pytest.raises(ValueError, match="2 rows"):
        flow(pd.concat([good, good]))
    with pytest.raises(ValueError, match="missing or below 0: opening, new"):
        flow(good.assign(opening=pd.NA, new=-1))


# -- progress ----------------------------------------------------------------------------------


def plan(**columns):
    table = {
        "indicator": "poor rate",
        "period": [2022, 2023, 2024, 2025],
        "value": [7.97, 5.18, 3.5, None],
        "target": [None, 4.97, 4.0, 2.0],
        "met": pd.array([None, False, True, None], dtype="boolean"),
    }
    return pd.DataFrame(table | columns)


def test_bars_are_results_and_strokes_are_targets():
    ax = progress(plan(), unit="%")
    bars = {
        group.get_label(): [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in group]
        for group in ax.containers
    }
    assert {name: np.round(rows, 6).tolist() for name, rows in bars.items()} == {
        "target met": [[2, 3.5]],
        "target not met": [[1, 5.18]],
        "not known": [[0, 7.97]],
    }
    hatches = {group.get_label(): group[0].get_hatch() or "" for group in ax.containers}
    assert hatches == {"target met": "", "target not met": "////", "not known": ""}
    (strokes,) = ax.collections
    assert [(s[0][0], s[0][1]) for s in strokes.get_segments()] == [(4.97, 0.6), (4, 1.6), (2, 2.6)]
    assert [t.get_text() for t in ax.texts] == [
        "7.97 / –",
        "5.18 / 4.97",
        "3.5 / 4",
        "not known / 2",
    ]
    assert ax.get_xlabel() == "%"


def test_without_met_nothing_is_judged():
    ax = progress(plan().drop(columns="met"), language="vi")
    assert [group.get_label() for group in ax.containers] == ["chưa rõ"]
    assert ax.texts[0].get_text() == "7,97 / –"


def test_large_whole_numbers_are_grouped():
    table = plan().iloc[:1].assign(value=11_785.0, target=10_000.0)
    assert progress(table).texts[0].get_text() == "11,785 / 10,000"
    assert progress(table, language="vi").texts[0].get_text() == "11.785 / 10.000"
    zero = progress(plan().iloc[:1].assign(value=0.0, target=10.0))
    assert zero.texts[0].get_text() == "0 / 10"


def test_falls_are_drawn_to_the_left():
    ax = progress(plan(value=[-2.0, -1.0, -3.0, None], target=[-2.0] * 4))
    assert ax.get_xlim()[0] < -3


def test_units_are_not_mixed():
    with pytest.raises(ValueError, match="one unit, not %, households"):
        progress(plan(unit=["%", "households", "%", "%"]))
    assert progress(plan(unit="%")).get_xlabel() == "%"
    with pytest.raises(ValueError, match="lacks value, target"):
        progress(plan().drop(columns=["value", "target"]))


# -- deprivation profile by group --------------------------------------------------------------

STANDARD = mdp.standard("decree_07_2021")


def matrix():
    frame = pd.DataFrame(
        False, index=["h1", "h2", "h3", "h4"], columns=list(STANDARD.indicator_ids)
    ).astype("boolean")
    frame.loc["h1", "water"] = True
    frame.loc["h2", "water"] = pd.NA
    frame.loc["h4", "toilet"] = True
    return frame.assign(area=["rural", "rural", "urban", None])


def test_each_group_has_its_own_base():
    ax = deprivation_profile(matrix(), standard=STANDARD, by="area")
    found = {group.get_label(): [bar.get_width() for bar in group] for group in ax.containers}
    water = STANDARD.indicator_ids.index("water")
    toilet = STANDARD.indicator_ids.index("toilet")
    assert found["Rural (2)"][water] == 50
    assert found["Urban (1)"][water] == 0
    assert found["not known"][water] == 50
    assert found["not known (1)"][toilet] == 100
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["Rural (2)", "Urban (1)", "not known (1)", "not known"]


def test_a_column_and_a_series_give_the_same_picture():
    drawn = [
        [bar.get_width() for bar in deprivation_profile(matrix(), standard=STANDARD, by=by).patches]
        for by in ("area", matrix()["area"].iloc[::-1])
    ]
    assert drawn[0] == drawn[1]


def test_bars_of_groups_stand_side_by_side():
    ax = deprivation_profile(matrix(), standard=STANDARD, by="area")
    spans = sorted(
        {(round(p.get_y(), 6), round(p.get_y() + p.get_height(), 6)) for p in ax.patches}
    )
    assert len(spans) == 36
    assert all(end <= start + 1e-5 for (_, end), (start, _) in itertools.pairwise(spans))


def test_more_than_six_groups_are_rows_of_cells():
    frame = pd.concat([matrix()] * 2, ignore_index=True)
    by = pd.Series(list("abcdefgh"))
    ax = deprivation_profile(frame, standard=STANDARD, by=by)
    assert [label.get_text() for label in ax.get_yticklabels()] == [f"{x} (1)" for x in by]
    texts = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in ax.texts}
    cells = {}
    for drawn in ax.collections:
        for path in drawn.get_paths():
            corner = path.vertices.min(axis=0) + 0.5
            cells[corner[1], corner[0]] = (to_hex(drawn.get_facecolor()[0]), drawn.get_hatch())
    assert len(cells) == 8 * 12
    for (row, column), (colour, hatch) in cells.items():
        answer = frame[STANDARD.indicator_ids[int(column)]].astype(object)[int(row)]
        known = not pd.isna(answer)
        assert texts.get((row, column)) == (str(100 * int(answer)) if known else None)
        assert (hatch == "////") == (not known)
        if known:
            assert (colour == cells[0, 0][0]) == (not answer)
            assert luminance(colour) <= luminance(cells[0, 0][0])


def test_group_styles_side_by_side_differ_in_grey():
    for (one, a), (other, b) in itertools.pairwise(GROUP_STYLES):
        assert a != b
        assert abs(luminance(one) - luminance(other)) > 0.1
