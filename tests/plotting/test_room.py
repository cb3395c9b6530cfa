"""Pictures grow with their groups: no label covers another, nothing is cut."""

import functools
import itertools
import warnings

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from shapely import box

import multidim_poverty as mdp
from multidim_poverty import measures, plotting
from tests.plotting.test_change import CU_JUT, balance
from tests.plotting.test_review import DISTRICT, a_round

SAMPLE, STANDARD = mdp.load_sample(), mdp.standard("decree_07_2021")
RESULT = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
NUMBERS, LANGUAGES = [1, 15, 30, 100], ["en", "vi"]
COMMUNE = "Xã Vĩnh Thạnh Trung Quảng Thành Đông {}"


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def communes(number):
    names = [COMMUNE.format(n % number) for n in range(len(RESULT))]
    return pd.Series(names, RESULT.index)


def composition(number, **more):
    return plotting.class_composition(RESULT, by=communes(number), **more)


def progress(number, **more):
    table = pd.DataFrame(
        {"indicator": [COMMUNE.format(n) for n in range(number)], "period": 2024,
         "value": 5.0, "target": 4.0, "met": False}
    )  # fmt: skip
    return plotting.progress(table, **more)


def states(number, **more):
    homes = pd.DataFrame({"commune": communes(number), "village": "Thôn 1"})
    events = mdp.review.open_round(homes, requests=homes.index, on="2023-09-05")
    return plotting.review_states(mdp.review.fold(events, procedure=DISTRICT), **more)


def yearly(number, years=range(2018, 2025)):
    """Rates of communes by the standards of their years; some years are missing."""
    random = np.random.default_rng(number)
    rows = [
        {"commune": COMMUNE.format(n), "year": year, "rate": random.uniform(2, 40),
         "standard": "decision_59_2015" if year < 2022 else "decree_07_2021"}
        for n in range(number) for year in years
    ]  # fmt: skip
    table = pd.DataFrame(rows).assign(lower=lambda rows: 0.9 * rows["rate"])
    return table.assign(upper=1.1 * table["rate"], base=50.0, headcount=table["rate"] / 2)


def years(number, **more):
    table = yearly(number)
    return plotting.rates_over_years(table[table["year"] != 2020], by="commune", **more)


def dumbbells(number, **more):
    table = yearly(number, (2022, 2024))
    kept = table if number == 1 else table.iloc[1:-1]  # two units in one year only
    return plotting.dumbbell(kept, by="commune", **more)


def ranks(number, **more):
    return plotting.ranked_rates(yearly(number, (2024,)), by="commune", **more)


def profile(number, **more):
    return plotting.deprivation_profile(RESULT, standard=STANDARD, by=communes(number), **more)


SPECIFICATION = measures.specification(STANDARD)
CUT_OFFS = [f"{n} of 12" for n in (1, 3, 6)]


@functools.cache
def estimated(number):
    """Estimates of so many communes, as if the households were a sample."""
    return measures.estimate(
        RESULT, SPECIFICATION, k=CUT_OFFS, by=communes(number), design=measures.Design()
    )


def curve(number, **more):
    return plotting.cut_off_curve(estimated(number), **more)


def forest(number, **more):
    shares = measures.class_shares(RESULT, by=communes(number), design=measures.Design())
    return plotting.class_share_forest(shares, **more)


def grid_of(lines, cutoffs=(1, 3, 12)):
    """Counts as scenario.grid gives them: the higher the line, the more are poor."""
    rows = [
        {"line_rural": 1_000_000 + 10_000 * line, "line_urban": 1_500_000 + 10_000 * line,
         "line_factor": np.nan, "cutoff": cutoff, "level": "all", "subgroup": None,
         "unit": "households", "poverty_class": one, "headcount": least + line - cutoff,
         "headcount_at_most": least + line - cutoff + line % 2, "undetermined": 9, "base": 500}
        for line in range(lines) for cutoff in cutoffs
        for one, least in (("poor", 60), ("near_poor", 20))
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"cutoff": "Int64"})


def surface(number, **more):
    return plotting.cut_off_surface(grid_of(number), **more)


def placed(number):
    """Communes of a province as squares in ten columns, and their rates."""
    codes = [f"{n:05}" for n in range(number)]
    shapes = geopandas.GeoDataFrame(
        {"code": codes, "name": [COMMUNE.format(n) for n in range(number)]},
        geometry=[box(n % 10, -(n // 10), n % 10 + 1, 1 - n // 10) for n in range(number)],
    )
    return pd.Series(np.linspace(-9.0, 9.0, number), codes, name="Thay đổi, điểm %"), shapes


def units(number, **more):
    rates, shapes = placed(number)
    return plotting.map(rates, shapes, names="name", scale=plotting.scale(rates, centre=0), **more)


GROUPED = {
    "composition": composition, "progress": progress, "states": states, "years": years,
    "dumbbells": dumbbells, "ranks": ranks, "profile": profile, "units": units,
    "curve": curve, "forest": forest, "surface": surface,
}  # fmt: skip


def words(ax):
    """The texts of the picture with their boxes."""
    texts = [child for child in ax.get_children() if isinstance(child, Text)]  # titles too
    if ax.axison:
        low, high = ax.get_xlim()
        ticks = [t for t in ax.get_xticklabels() if low <= t.get_position()[0] <= high]
        low, high = sorted(ax.get_ylim())
        rows = [t for t in ax.get_yticklabels() if low <= t.get_position()[1] <= high]
        texts += [*rows, *ticks, ax.xaxis.label]
    legend = ax.get_legend()
    texts += [] if legend is None else [*legend.get_texts(), legend.get_title()]
    return [
        (text.get_text(), text.get_window_extent())
        for text in texts
        if text.get_text() and text.get_visible()
    ]


def faults(*axes):
    """Texts that cover each other, and texts that are cut, of all Axes of a figure."""
    figure = axes[0].figure
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a layout that was given up
        figure.canvas.draw()
    page = figure.bbox
    placed = [one for ax in axes for one in words(ax)]
    cut = [
        name for name, b in placed
        if b.x0 < page.x0 - 1 or b.y0 < page.y0 - 1 or b.x1 > page.x1 + 1 or b.y1 > page.y1 + 1
    ]  # fmt: skip
    edges = np.array([[b.x0 + 1, b.y0 + 1, b.x1 - 1, b.y1 - 1] for _, b in placed])
    low, high = edges[:, None, :2], edges[:, None, 2:]
    covers = ((low < high.transpose(1, 0, 2)) & (low.transpose(1, 0, 2) < high)).all(axis=2)
    pairs = np.argwhere(np.triu(covers, 1))
    return cut, [(placed[a][0], placed[b][0]) for a, b in pairs]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("picture", GROUPED)
def test_names_of_many_groups_neither_overlap_nor_are_cut(picture, number, language):
    assert faults(GROUPED[picture](number, language=language)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("picture", GROUPED)
def test_names_of_many_groups_fit_in_subplots(picture, number):
    figure, axes = plt.subplots(1, 2)
    for ax, language in zip(axes, LANGUAGES, strict=True):
        assert GROUPED[picture](number, language=language, ax=ax) is ax
    assert faults(*axes) == ([], [])
    plt.close(figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_pictures_neither_overlap_nor_are_cut(language):
    tiny = balance(opening=1000, escaped=1, other_decrease=1, relapsed=1, new=1, residual=-2)
    for ax in (
        plotting.deprivation_profile(RESULT, standard=STANDARD, language=language),
        plotting.deprivation_profile(RESULT, standard=STANDARD, by=communes(6), language=language),
        plotting.flow(balance(**CU_JUT), language=language),
        plotting.flow(tiny, language=language),
        plotting.review_by_day(a_round(), procedure=DISTRICT, language=language),
    ):
        assert faults(ax) == ([], [])


@pytest.mark.parametrize("place", ["above", "below", "right", "none"])
def test_the_legend_stands_where_it_is_wanted_and_covers_nothing(place):
    ax = plotting.class_composition(RESULT, legend=place)
    ax.figure.canvas.draw()
    legend = ax.get_legend()
    assert (legend is None) == (place == "none")
    if legend is not None:
        box_, frame = legend.get_window_extent(), ax.get_window_extent()
        assert not box_.padded(-2).overlaps(frame)
        beyond = {"above": box_.y0 - frame.y1, "below": frame.y0 - box_.y1,
                  "right": box_.x0 - frame.x1}  # fmt: skip
        assert beyond[place] > -2
        assert faults(ax) == ([], [])
    with pytest.raises(ValueError, match="legend 'left' is not one of above, below, right, none"):
        plotting.class_composition(RESULT, legend="left")


LEGENDS = ["right", "below", "above"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2023-12-31", "2025-07-01"])
def test_letters_of_tiles_are_at_least_nine_pixels(day, language):
    provinces = mdp.units.units_on(day).query("level == 'province'").index
    rates = pd.Series(np.linspace(-30.25, 30.25, len(provinces)), provinces, name="x")
    shared = plotting.scale(rates, centre=0)
    _, narrow = plt.subplots(figsize=(3.9, 9))
    _, three = plt.subplots(1, 3)
    for axes in ([narrow], three):
        for ax in axes:
            plotting.tile_map(rates, on=day, scale=shared, language=language, ax=ax)
        figure = axes[0].figure
        assert faults(*axes) == ([], [])
        assert min(t.get_fontsize() for ax in axes for t in ax.texts) * figure.dpi / 72 >= 9
    assert narrow.figure.get_size_inches()[0] == pytest.approx(3.9)


@pytest.mark.parametrize("place", LEGENDS)
def test_letters_of_maps_are_at_least_nine_pixels(place):
    _, ax = plt.subplots(figsize=(3.9, 5))
    units(30, legend=place, language="vi", source="Phòng Lao động - Thương binh và Xã hội", ax=ax)
    assert faults(ax) == ([], [])
    letters = [*ax.texts, *ax.get_legend().get_texts()]
    assert min(text.get_fontsize() for text in letters) * ax.figure.dpi / 72 >= 9
    assert ax.figure.get_size_inches()[0] <= 4.4


def test_names_on_polygons_do_not_cover_each_other():
    small = [box(n / 10, 0, (n + 1) / 10, 1) for n in range(30)]
    shapes = geopandas.GeoDataFrame(
        {"code": [str(n) for n in range(30)], "name": "Xã Quảng Thành Đông"}, geometry=small
    )
    ax = plotting.map(pd.Series({"1": 3.0}, name="x"), shapes, names="name")
    _, covered = faults(ax)
    assert covered == []
    assert 0 < len(ax.texts) < 30


@pytest.mark.parametrize(("language", "said"), [("en", "no data"), ("vi", "không có số liệu")])
def test_a_picture_of_nothing_says_so(language, said):
    nothing = pd.DataFrame(
        {"indicator": ["a"], "period": [2024], "value": [np.nan], "target": [np.nan]}
    )
    empty = mdp.review.empty_events()
    for ax in (
        plotting.class_composition(RESULT.iloc[:0], language=language),
        plotting.deprivation_profile(RESULT.iloc[:0], standard=STANDARD, language=language),
        plotting.progress(nothing, language=language),
        plotting.flow(balance(), language=language),
        plotting.review_states(mdp.review.fold(empty, procedure=DISTRICT), language=language),
        plotting.review_by_day(empty, procedure=DISTRICT, language=language),
        plotting.tile_map(pd.Series({"01": np.nan}, name="x"), on="2023-12-31", language=language),
        plotting.rates_over_years({}, language=language),
        plotting.rates_over_years(
            yearly(3).assign(rate=np.nan, lower=np.nan), language=language, by="commune"
        ),
        plotting.rates_over_years(yearly(3).iloc[:0], by="commune", language=language),
        plotting.dumbbell({}, by="commune", language=language),
        plotting.dumbbell(yearly(2, (1, 2)).assign(rate=np.nan), by="commune", language=language),
        plotting.ranked_rates(yearly(2, (1,)).assign(rate=np.nan), by="commune", language=language),
        plotting.ranked_rates(yearly(2).iloc[:0], by="commune", language=language),
    ):
        assert said in {text.get_text() for text in ax.texts}


# -- what is shown decides ---------------------------------------------------------------------


def test_rates_that_print_alike_have_one_colour():
    shapes = geopandas.GeoDataFrame(
        {"code": ["a", "b", "c"]}, geometry=[box(n, 0, n + 1, 1) for n in range(3)]
    )
    rates = pd.Series({"a": 19.996, "b": 20.0, "c": 19.994}, name="x")
    ax = plotting.map(rates, shapes, bins=[0, 20, 40])
    colours = [tuple(patches.get_facecolor()[0]) for patches in ax.collections]
    assert colours[0] == colours[1] != colours[2]
    ax = plotting.map(rates, shapes, bins=[0, 19.995, 40])  # three decimals decide, and print
    colours = [tuple(patches.get_facecolor()[0]) for patches in ax.collections]
    assert colours[0] == colours[1] != colours[2]
    assert ax.get_legend().get_texts()[0].get_text() == "0 to under 19.995"


def test_a_target_that_is_not_met_prints_other_than_its_value():
    table = pd.DataFrame(
        {"indicator": "a", "period": [1, 2, 3], "value": [4.974, 4.97, 5.0],
         "target": [4.97, 4.97, 4.0], "met": [False, True, False]}
    )  # fmt: skip
    shown = [text.get_text() for text in plotting.progress(table).texts]
    assert shown == ["4.974 / 4.97", "4.97 / 4.97", "5 / 4"]


def test_a_closing_by_formula_says_so_where_it_was_counted_otherwise():
    texts = [text.get_text() for text in plotting.flow(balance(opening=9, residual=-2)).texts]
    assert "poor at the end, by formula: 9" in texts


def test_numbers_cover_no_part_and_the_legend_says_which_parts_have_none():
    ax = plotting.class_composition(RESULT, by=communes(30))
    ax.figure.canvas.draw()
    parts = [bar for group in ax.containers for bar in group if bar.get_width()]
    plates = [text.get_bbox_patch().get_window_extent() for text in ax.texts]
    for plate, part in itertools.product(plates, parts):
        frame = part.get_window_extent()
        inside = frame.x0 < plate.x0 and plate.x1 < frame.x1
        assert inside or not plate.overlaps(frame)
    least = int(ax.get_legend().get_texts()[-1].get_text().rsplit(" ", 1)[1])
    assert {bar.get_width() >= least for bar in parts} == {True, False}
    assert len(plates) == sum(bar.get_width() >= least for bar in parts)


def test_numbers_behind_a_bar_cover_no_part():
    ax = plotting.deprivation_profile(RESULT, standard=STANDARD)
    ax.figure.canvas.draw()
    for text, bar in itertools.product(ax.texts, ax.patches):
        assert not text.get_window_extent().overlaps(bar.get_window_extent())
    assert "48 + 1" in {text.get_text() for text in ax.texts}


def test_a_group_called_all_has_a_bar_of_its_own():
    some = RESULT.iloc[:3]
    by = pd.Series(["rural", "All", "x"], index=some.index)
    ax = plotting.class_composition(some, by=by)
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "All (1)", "Rural (1)", "x (1)", "All (3)",
    ]  # fmt: skip
    rows = {bar.get_y() for group in ax.containers for bar in group}
    assert len(rows) == 4


def test_labels_that_are_alike_have_bars_of_their_own():
    some = RESULT.iloc[:4]
    by = pd.Series(["rural", "Rural", "All", "x"], index=some.index)
    ax = plotting.class_composition(some, by=by)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert sorted(labels) == ["All (1)", "All (4)", "Rural (1)", "Rural (1)", "x (1)"]
    assert labels[-1] == "All (4)"
    assert len({bar.get_y() for group in ax.containers for bar in group}) == 5
    with pytest.warns(UserWarning, match="'rural' and 'Rural'"):  # names of one unit
        ax = plotting.class_composition(some, by=by.rename("commune"))
    assert len(ax.get_yticklabels()) == 4


def test_a_day_has_one_tick():
    ax = plotting.review_by_day(a_round(), procedure=DISTRICT)
    ax.figure.canvas.draw()
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert len(labels) == len(set(labels)) > 3


def test_bands_of_days_bear_the_number_of_the_legend():
    ax = plotting.review_by_day(a_round(), procedure=DISTRICT)
    entries = dict(t.get_text().split(" ", 1) for t in ax.get_legend().get_texts())
    assert list(entries) == [str(n + 1) for n in range(len(entries))]
    assert list(entries.values()) == [area.get_label() for area in ax.collections]
    numbered = [t.get_text() for t in ax.texts if str(t.get_gid()).startswith("band")]
    assert numbered
    assert set(numbered) <= set(entries)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [0, 1])
def test_a_picture_of_few_rows_holds_the_label_of_its_axis(rows, language):
    axes = plotting.deprivation_counts(RESULT[:rows], standard=STANDARD, language=language)
    axes.figure.canvas.draw()
    label = axes.yaxis.label.get_window_extent()
    assert axes.figure.bbox.containsy(label.y0)
    assert axes.figure.bbox.containsy(label.y1)
