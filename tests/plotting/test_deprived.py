"""Pictures of deprivations: their figures, what is not known, and their room."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import multidim_poverty as mdp
from multidim_poverty import measures, plotting
from multidim_poverty.plotting.count_rows import count_places, cut_offs
from multidim_poverty.plotting.deprived_shares import indicator_styles
from multidim_poverty.plotting.income_bins import income_bins
from multidim_poverty.plotting.words import word
from tests.plotting.test_room import LANGUAGES, communes, faults

SAMPLE = mdp.load_sample()
AREA = SAMPLE.households["area"]
STANDARDS = {standard.name: standard for standard in mdp.standards()}
STANDARD = STANDARDS["decree_07_2021"]
VARIANTS = {
    "other_currency": STANDARD.replace(
        name="other_currency", why="test", currency={"vi": "colón", "en": "colones"},
        lines={"poverty_line": 60_000, "average_ceiling": {"rural": 90_000, "urban": 110_000}},
    ),
    "uneven_lines": STANDARD.replace(
        name="uneven_lines", why="test",
        lines={"poverty_line": {"rural": 1_234_567, "urban": 1_900_001}},
    ),
    "close_lines": STANDARD.replace(
        name="close_lines", why="test", lines={"poverty_line": 2_200_000},
    ),
    "two_cut_offs": STANDARD.replace(
        name="two_cut_offs", why="test",
        class_rules={"near_poor": {"deprivations_at_least": 1}, "above_average": {
            "income_above": None, "income_at_most": "poverty_line", "deprivations_at_most": 0,
        }, "average": {"income_at_most": None}},
        lines={"average_ceiling": None},
    ),
    "no_lines": STANDARD.replace(
        name="no_lines", why="test", lines={"poverty_line": None, "average_ceiling": None},
        class_rules={"poor": {"income_at_most": None}, "near_poor": {"income_at_most": None},
                     "average": None, "above_average": None},
    ),
}  # fmt: skip
EVERY = STANDARDS | VARIANTS


def assessed(standard, households=SAMPLE.households):
    if standard.name == "other_currency":
        households = households.assign(income_12m=households["income_12m"] / 25)
    return mdp.assess(households, SAMPLE.members, standard=standard)


RESULTS = {name: assessed(standard) for name, standard in EVERY.items()}
RESULT = RESULTS["decree_07_2021"]
PICTURES = {
    "censored": lambda result, standard, **more: plotting.censored_headcounts(
        result, standard=standard, **more
    ),
    "of the poor": lambda result, standard, **more: plotting.censored_headcounts(
        result, standard=standard, of="poor", **more
    ),
    "contributions": lambda result, standard, **more: plotting.indicator_contributions(
        result, standard=standard, by=AREA, **more
    ),
    "combinations": lambda result, standard, **more: plotting.deprivation_combinations(
        result, standard=standard, **more
    ),
    "counts": lambda result, standard, **more: plotting.deprivation_counts(
        result, standard=standard, **more
    ),
    "income": lambda result, standard, **more: plotting.income_and_deprivations(
        result, standard=standard, area=AREA, **more
    ),
}
each = pytest.mark.parametrize("picture", PICTURES)
in_both = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def notes(ax):
    return ax.get_xlabel().replace("\n", " ")


# -- room ----------------------------------------------------------------------------------------


@each
@in_both
@pytest.mark.parametrize("name", EVERY)
def test_no_word_covers_another_or_is_cut(picture, name, language):
    ax = PICTURES[picture](RESULTS[name], EVERY[name], language=language)
    assert faults(ax) == ([], [])


@each
@pytest.mark.slow
@pytest.mark.parametrize("name", STANDARDS)
def test_pictures_fit_in_subplots(picture, name):
    figure, axes = plt.subplots(1, 2)
    for ax, language in zip(axes, LANGUAGES, strict=True):
        assert PICTURES[picture](RESULTS[name], EVERY[name], language=language, ax=ax) is ax
    assert faults(*axes) == ([], [])
    plt.close(figure)


@each
@pytest.mark.parametrize("place", ["above", "below", "right"])
def test_the_legend_covers_neither_frame_nor_notes(picture, place):
    ax = PICTURES[picture](RESULTS["decree_351_2025"], EVERY["decree_351_2025"], legend=place)
    assert faults(ax) == ([], [])
    legend = ax.get_legend().get_window_extent()
    assert not legend.padded(-2).overlaps(ax.get_window_extent())
    assert not legend.padded(-2).overlaps(ax.xaxis.label.get_window_extent())


@each
@in_both
def test_letters_are_at_least_nine_pixels(picture, language):
    ax = PICTURES[picture](RESULT, STANDARD, language=language, size=(3.9, 4))
    assert faults(ax) == ([], [])
    shown = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
    shown += ax.get_legend().get_texts()
    sizes = [text.get_fontsize() * ax.figure.dpi / 72 for text in shown if text.get_text()]
    assert min(sizes) >= 9


@pytest.mark.parametrize("number", [15, 30, 100])
def test_contributions_of_many_groups_have_room(number):
    ax = plotting.indicator_contributions(RESULT, standard=STANDARD, by=communes(number))
    assert faults(ax) == ([], [])
    without = [text for text in ax.texts if text.get_text() == "no poor households"]
    poor = RESULT["poverty_class"] == "poor"
    expected = number - communes(number)[poor].nunique()
    assert len(without) == expected


# -- nothing, and nothing known --------------------------------------------------------------------


def unanswered():
    answers = {id: pd.array([pd.NA] * len(RESULT), "boolean") for id in STANDARD.indicator_ids}
    matrix = pd.DataFrame(answers, RESULT.index)
    homes = pd.DataFrame({"area": AREA, "income_per_capita": np.nan}, RESULT.index)
    classes = mdp.classify(homes, matrix, standard=STANDARD)
    return matrix.join(classes).assign(income_per_capita=np.nan)


@each
@pytest.mark.parametrize("which", ["empty", "unanswered"])
@pytest.mark.parametrize(("language", "said"), [("en", "no data"), ("vi", "không có số liệu")])
def test_a_picture_of_nothing_says_so(picture, which, language, said):
    result = RESULT.iloc[:0] if which == "empty" else unanswered()
    ax = PICTURES[picture](result, STANDARD, language=language)
    assert said in texts(ax)
    assert faults(ax) == ([], [])


@each
@in_both
def test_one_household_is_drawn(picture, language):
    poor = RESULT[(RESULT["poverty_class"] == "poor") & (RESULT["deprivations_unknown"] == 0)]
    ax = PICTURES[picture](poor.iloc[:1], STANDARD, language=language)
    assert faults(ax) == ([], [])
    assert "không có số liệu" not in texts(ax)
    assert ax.patches or ax.collections


# -- censored beside uncensored ----------------------------------------------------------------


@pytest.mark.parametrize("of", ["all", "poor"])
def test_bars_are_the_rates_of_the_measure(of):
    ax = plotting.censored_headcounts(RESULT, standard=STANDARD, of=of)
    rates = measures.deprivation_rates(RESULT, standard=STANDARD, of=of)
    lengths = {
        (bars.get_label(), n): [bar.get_width() for bar in bars]
        for n, bars in enumerate(ax.containers)
    }
    drawn = [*lengths.values()]
    expected = []
    for which in ("uncensored", "censored") if of == "all" else ("censored",):
        counts = rates[[f"{which}_headcount", f"{which}_unknown"]]
        expected += (100 * counts.div(rates["base"], axis=0)).T.to_numpy().tolist()
    assert [pytest.approx(one) for one in expected] == drawn


def test_households_without_a_class_are_said():
    assert "Households without a class, in the base: 10" in notes(
        plotting.censored_headcounts(RESULT, standard=STANDARD)
    )
    assert "Hộ chưa xác định, không tính: 10" in notes(
        plotting.censored_headcounts(RESULT, standard=STANDARD, of="poor", language="vi")
    )


def test_parts_of_a_contribution_are_those_of_the_measure_and_full():
    ax = plotting.indicator_contributions(RESULT, standard=STANDARD, by=AREA)
    parts = np.array([[bar.get_width() for bar in bars] for bars in ax.containers])
    rates = measures.deprivation_rates(RESULT, standard=STANDARD, by=AREA)
    assert parts.sum(axis=0) == pytest.approx(100)
    assert parts[:, :2].T.ravel() == pytest.approx(rates["contribution"].to_numpy())
    assert "that are not known, not counted: 7" in notes(ax)


def test_indicators_without_answers_are_named():
    name = "decree_351_2025"
    ax = plotting.indicator_contributions(RESULTS[name], standard=name, language="vi")
    assert "Không có số liệu: Bảo hiểm y tế, Trình độ giáo dục" in notes(ax)


# -- combinations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("top", [1, 7, 15, 1000])
def test_every_household_is_drawn_or_said(top):
    ax = plotting.deprivation_combinations(RESULT, standard=STANDARD, top=top)
    table = measures.deprivation_combinations(RESULT, standard=STANDARD)
    known = table[table["indicators"].notna()]
    above = [bar for bars in ax.containers for bar in bars if bar.get_x() > -0.5]
    scale = above[0].get_height() / known["headcount"].iloc[0]
    counted = [round(bar.get_height() / scale) for bar in above]
    assert counted == [*known["headcount"].iloc[:top], 39]
    rest = known["headcount"].iloc[top:]
    said = f"{len(rest)} further combinations: {rest.sum()} households"
    assert (said in notes(ax)) == bool(len(rest))
    assert "an answer is missing: 39 households (7.8 %)" in notes(ax)


def test_dots_are_the_deprivations_of_the_combination():
    ax = plotting.deprivation_combinations(RESULT, standard=STANDARD, top=9)
    table = measures.deprivation_combinations(RESULT, standard=STANDARD)
    dark = to_hex(plotting.style.SET_STYLES["combination"].colour)
    dots = {
        tuple(map(round, offset))
        for points in ax.collections if len(points.get_offsets())
        and to_hex(points.get_facecolor()[0]) == dark
        for offset in points.get_offsets()
    }  # fmt: skip
    masks = table["indicators"].iloc[:9].tolist()
    assert dots == {
        (n, bit) for n, mask in enumerate(masks) for bit in range(12) if mask >> bit & 1
    }


def test_bars_at_the_left_are_the_households_deprived():
    ax = plotting.deprivation_combinations(RESULT, standard=STANDARD, of="poor")
    rates = measures.deprivation_rates(RESULT, standard=STANDARD, of="poor")
    shown = texts(ax)
    for row in rates.itertuples():
        unknown = f" + {row.uncensored_unknown}" * bool(row.uncensored_unknown)
        assert f"{row.uncensored_headcount}{unknown}" in shown


@pytest.mark.parametrize("top", [0, -1, 2.5, "3", True, None])
def test_top_is_a_number_from_one(top):
    with pytest.raises(ValueError, match="is not a number of combinations, from 1"):
        plotting.deprivation_combinations(RESULT, standard=STANDARD, top=top)


# -- numbers of deprivations -----------------------------------------------------------------------


def test_cut_offs_are_those_of_the_standard():
    assert {name: cut_offs(standard) for name, standard in EVERY.items()} == {
        "decision_59_2015": [3], "decree_07_2021": [3], "decree_351_2025": [3],
        "other_currency": [3], "uneven_lines": [3], "close_lines": [3], "two_cut_offs": [1, 3],
        "no_lines": [3],
    }  # fmt: skip


def test_bars_of_counts_are_households_by_class():
    ax = plotting.deprivation_counts(RESULT, standard=STANDARD)
    exact = RESULT["deprivations_unknown"] == 0
    by_class = pd.crosstab(
        RESULT["deprivation_count"][exact],
        RESULT["poverty_class"].astype(object).fillna("undetermined")[exact],
    ).reindex(range(10), fill_value=0)
    names = ["poor", "near_poor", "average", "above_average", "undetermined"]
    for name, bars in zip(names, ax.containers, strict=True):
        assert [bar.get_width() for bar in bars][:10] == by_class[name].tolist()
    assert sum(bar.get_width() for bars in ax.containers for bar in bars) == len(RESULT)


def test_unknown_counts_stand_below_by_what_is_known():
    ax = plotting.deprivation_counts(RESULT, standard=STANDARD, language="vi")
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[10:] == ["thiếu câu trả lời:", "≥ 0 (8)", "≥ 1 (10)", "≥ 2 (8)", "≥ 3 (13)"]
    some = RESULT[RESULT["deprivations_unknown"] > 0]
    assert (some["deprivation_count"].clip(upper=3).value_counts()[[0, 1, 2, 3]]).tolist() == [
        8, 10, 8, 13,
    ]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_the_line_stands_before_the_cut_off(name):
    ax = plotting.deprivation_counts(RESULTS[name], standard=EVERY[name])
    labels = [label.get_text().split(" (")[0] for label in ax.get_yticklabels()]
    below = [round(line.get_ydata()[0] + 0.5) for line in ax.lines]
    numbers = {int(labels[row].removeprefix("≥ ")) for row in below}
    assert numbers == set(cut_offs(EVERY[name]))


@pytest.mark.parametrize("name", EVERY)
def test_every_household_has_a_place(name):
    places = count_places(RESULTS[name], EVERY[name])
    assert ((places.place >= 0) & (places.place < places.number)).all()
    open_ones = RESULTS[name]["deprivations_unknown"] > 0
    assert ((places.place >= len(places.exact)) == open_ones).all()


# -- income against deprivations -------------------------------------------------------------------


def cells(ax):
    """Number of the colour of each cell that is drawn."""
    return np.concatenate([
        np.ma.masked_array(mesh.get_array()).compressed() for mesh in ax.collections
    ])  # fmt: skip


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("name", EVERY)
def test_no_step_of_income_mixes_two_classes(name):
    standard, result = EVERY[name], RESULTS[name]
    top = 2 * max((line.amount(a) for line in standard.lines for a in mdp.vocabulary.Area),
                  default=3_000_000)  # fmt: skip
    for area in mdp.vocabulary.Area:
        amounts = [line.amount(area) for line in standard.lines]
        bins = income_bins(amounts, top)
        assert set(amounts) <= set(bins.ends)
        rows = result[(str(area) == AREA) & result["income_per_capita"].notna()]
        steps = bins.place(rows["income_per_capita"].to_numpy())
        bands = rows.groupby(steps)["income_band"].nunique()
        assert (bands == 1).all()


def test_an_income_at_a_line_is_in_the_step_below_it():
    bins = income_bins([1_500_000], 3_000_000)
    at, above, loss, far, unknown = bins.place(np.array([1.5e6, 1_500_001, -5.0, 1e9, np.nan]))
    assert bins.ends[at + 1] == 1.5e6 == bins.ends[above]
    assert (loss, far, unknown) == (0, bins.number, bins.number + 1)


def test_cells_hold_every_household_of_a_known_area():
    odd = RESULT.assign(area=AREA.astype(object))
    odd.iloc[:7, odd.columns.get_loc("area")] = None
    odd.iloc[7:10, odd.columns.get_loc("income_per_capita")] = -3.0
    ax = plotting.income_and_deprivations(odd, standard=STANDARD, area="area")
    known = odd[odd["area"].notna()]
    headings = [f"{area} ({n})" for area, n in
                known["area"].str.capitalize().value_counts().sort_index().items()]  # fmt: skip
    assert headings == [text for text in texts(ax) if text.startswith(("Rural", "Urban"))]
    above = int((known["income_per_capita"] > 6_000_000).sum())
    missing = int(known["income_per_capita"].isna().sum())
    for said in (
        f"Income above 6,000,000 VND, in the highest step: {above} households",
        "Income below 0, in the lowest step: 3 households",
        f"Income not known: {missing} households",
        "Area not known, not drawn: 7 households",
    ):
        assert said in notes(ax)


def test_colours_are_bands_of_numbers_that_fit_the_fullest_cell():
    ax = plotting.income_and_deprivations(RESULT, standard=STANDARD, area=AREA)
    assert legend_of(ax) == ["1", "2 to 4", "5 to 9", "10 to 18"]
    places = count_places(RESULT, STANDARD)
    bins = income_bins([1_500_000, 2_250_000], 6_000_000)
    step = bins.place(RESULT["income_per_capita"].to_numpy())
    counts = pd.Series(1).reindex(RESULT.index, fill_value=1).groupby(
        [AREA.astype(str), step, places.place]).sum()  # fmt: skip
    expected = np.digitize(counts, [1, 2, 5, 10]) - 1
    assert np.bincount(cells(ax).astype(int)).tolist() == np.bincount(expected).tolist()


@pytest.mark.parametrize("name", EVERY)
def test_regions_bear_the_classes_of_the_decision_table(name):
    standard = EVERY[name]
    ax = plotting.income_and_deprivations(RESULTS[name], standard=standard, area=AREA)
    regions = [text.get_text() for text in ax.texts if "region" in str(text.get_gid())]
    lines = [line for line in ax.get_xlabel().split("\n") if line[1:3] == ": "]
    keys = dict(line.split(": ", 1) for line in lines)
    named = [keys.get(text, text.replace("-\n", "-").replace("\n", " ")) for text in regions]
    table = standard.decision_table()
    expected = [word(f"region_{code}", "en") for code in table["poverty_class"]]
    assert sorted(named) == sorted(expected)


@pytest.mark.parametrize("name", EVERY)
def test_names_of_regions_stand_within_them(name):
    standard = EVERY[name]
    ax = plotting.income_and_deprivations(RESULTS[name], standard=standard, area=AREA)
    ax.figure.canvas.draw()
    frames = [p for p in ax.patches if p.get_linewidth() > 1 and not p.get_fill()]
    labels = [text for text in ax.texts if "region" in str(text.get_gid())]
    assert len(frames) == len(labels) == len(standard.decision_table())
    for frame, label in zip(frames, labels, strict=True):
        outer, inner = frame.get_window_extent(), label.get_window_extent()
        if label.get_gid() == "region":
            assert outer.x0 <= inner.x0
            assert inner.x1 <= outer.x1
            assert outer.y0 <= inner.y0
            assert inner.y1 <= outer.y1
        else:  # which is lower than a letter
            assert outer.height < 12
            assert outer.x1 <= inner.x0 < outer.x1 + 12
            assert inner.y0 < outer.y0
            assert outer.y1 < inner.y1


def test_money_is_that_of_the_standard():
    name = "other_currency"
    ax = plotting.income_and_deprivations(
        RESULTS[name], standard=VARIANTS[name], area=AREA, language="vi"
    )
    assert ax.get_ylabel().endswith("nghìn colón")
    assert {"60", "90", "110"} <= set(texts(ax))
    ax = plotting.income_and_deprivations(RESULT, standard=STANDARD, area=AREA, language="vi")
    assert ax.get_ylabel().endswith("triệu đồng")
    assert {"1,5", "2,25", "2", "3"} <= set(texts(ax))


def test_one_area_is_drawn_alone():
    rows = RESULT[AREA == "urban"]
    ax = plotting.income_and_deprivations(rows, standard=STANDARD, area=AREA)
    assert [text for text in texts(ax) if "(" in text] == ["Urban (144)"]
    assert faults(ax) == ([], [])


def test_a_million_households_are_cells_not_points():
    many = pd.concat([RESULT.reset_index(drop=True)] * 20, ignore_index=True)
    areas = pd.concat([AREA.reset_index(drop=True)] * 20, ignore_index=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        few = plotting.income_and_deprivations(RESULT, standard=STANDARD, area=AREA)
        ax = plotting.income_and_deprivations(many, standard=STANDARD, area=areas)
    assert len(cells(ax)) == len(cells(few))
    assert legend_of(ax)[-1].endswith("360")


@pytest.mark.parametrize("lacking", ["income_per_capita", "deprivation_count"])
def test_a_column_that_is_needed_is_named(lacking):
    with pytest.raises(ValueError, match=f"no column {lacking}; take a result of assess"):
        plotting.income_and_deprivations(RESULT.drop(columns=lacking), standard=STANDARD, area=AREA)


@each
def test_a_result_of_another_standard_is_refused(picture):
    with pytest.raises(mdp.ArgumentError, match="was made by the standard decree_07_2021"):
        PICTURES[picture](RESULT, STANDARDS["decision_59_2015"])


def test_indicators_have_styles_of_their_own():
    for standard in EVERY.values():
        styles = indicator_styles(standard)
        assert list(styles) == [*standard.indicator_ids]
        assert len(set(styles.values())) == len(styles)
