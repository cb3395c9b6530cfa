"""Every picture takes Axes or a size, a title, a subtitle, a palette, a legend and a language."""

import inspect
import re

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import rcParams
from matplotlib.colors import to_hex
from shapely import box

import multidim_poverty as mdp
from multidim_poverty import plotting
from multidim_poverty.plotting import picture as of_picture
from tests.plotting.test_change import CU_JUT, balance
from tests.plotting.test_review import DISTRICT, a_round
from tests.plotting.test_room import (
    COMMUNE,
    RESULT,
    STANDARD,
    curve,
    dumbbells,
    faults,
    forest,
    ranks,
    surface,
    years,
)

NO_PICTURES = {"Scale", "alt_text", "rates", "save", "scale"}  # no pictures
EVENTS = a_round()
CASES = mdp.review.fold(EVENTS, procedure=DISTRICT)
PLAN = pd.DataFrame(
    {"indicator": "poor rate", "period": [2022, 2023, 2024], "value": [7.97, 3.5, 1.0],
     "target": [None, 4.0, 0.5], "met": pd.array([None, True, False], dtype="boolean")}
)  # fmt: skip
RATES = pd.Series({"01": 1.0, "67": 12.0, "68": 30.0}, name="Poor, %")
SQUARES = geopandas.GeoDataFrame(
    {"code": ["01", "67", "68"]}, geometry=[box(n, 0, n + 1, 1) for n in range(3)]
)
AREA = mdp.load_sample().households["area"]
PICTURES = {
    "censored_headcounts": lambda **more: plotting.censored_headcounts(
        RESULT, standard=STANDARD, **more
    ),
    "class_composition": lambda **more: plotting.class_composition(RESULT, by=AREA, **more),
    "class_share_forest": lambda **more: forest(4, **more),
    "cut_off_curve": lambda **more: curve(4, **more),
    "cut_off_surface": lambda **more: surface(4, **more),
    "deprivation_combinations": lambda **more: plotting.deprivation_combinations(
        RESULT, standard=STANDARD, **more
    ),
    "deprivation_counts": lambda **more: plotting.deprivation_counts(
        RESULT, standard=STANDARD, **more
    ),
    "deprivation_profile": lambda **more: plotting.deprivation_profile(
        RESULT, standard=STANDARD, by=AREA, **more
    ),
    "dumbbell": lambda **more: dumbbells(4, **more),
    "flow": lambda **more: plotting.flow(balance(**CU_JUT), **more),
    "income_and_deprivations": lambda **more: plotting.income_and_deprivations(
        RESULT, standard=STANDARD, area=AREA, **more
    ),
    "indicator_contributions": lambda **more: plotting.indicator_contributions(
        RESULT, standard=STANDARD, by=AREA, **more
    ),
    "map": lambda **more: plotting.map(RATES, SQUARES, **more),
    "procedure_diagram": lambda **more: plotting.procedure_diagram(DISTRICT, **more),
    "progress": lambda **more: plotting.progress(PLAN, **more),
    "ranked_rates": lambda **more: ranks(4, **more),
    "rates_over_years": lambda **more: years(4, **more),
    "review_by_day": lambda **more: plotting.review_by_day(EVENTS, procedure=DISTRICT, **more),
    "review_states": lambda **more: plotting.review_states(CASES, **more),
    "tile_map": lambda **more: plotting.tile_map(RATES, on="2023-12-31", **more),
}
TITLE = "Tỷ lệ hộ nghèo đa chiều và hộ cận nghèo của các xã, phường, thị trấn năm 2023"
SUBTITLE = f"Nguồn: báo cáo của {COMMUNE.format(7)}; số liệu ngày 31/12/2023"
each = pytest.mark.parametrize("name", PICTURES)
in_both = pytest.mark.parametrize("language", ["en", "vi"])


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def colours(ax):
    """The colours that areas, lines and the keys of the legend are drawn in."""
    legend = ax.get_legend()
    shapes = [*ax.patches, *ax.collections, *([] if legend is None else legend.get_patches())]
    found = {to_hex(line.get_color()) for line in ax.lines}
    for shape in shapes:
        filled = np.atleast_2d(shape.get_facecolor())
        edges = np.atleast_2d(shape.get_edgecolor())
        found |= {to_hex(colour) for colour in (*filled, *edges)}
    return found


def title_of(ax):
    return ax.get_title(loc="left").replace("\n", " ")


def subtitle_of(ax):
    (text,) = [text for text in ax.texts if text.get_gid() == "subtitle"]
    return text


def test_every_picture_is_tried_here():
    drawing = {
        name for name in plotting.__all__
        if inspect.signature(getattr(plotting, name)).return_annotation == "Axes"
    }  # fmt: skip
    assert drawing == set(PICTURES)
    assert set(plotting.__all__) - drawing == NO_PICTURES


@each
def test_every_picture_has_the_parameters_of_all(name):
    parameters = inspect.signature(getattr(plotting, name)).parameters
    documented = inspect.getdoc(getattr(plotting, name))
    for common in ("ax", "title", "subtitle", "size", "palette", "legend", "language"):
        assert parameters[common].kind is inspect.Parameter.KEYWORD_ONLY
        assert common in documented
    for optional in ("ax", "title", "subtitle", "size", "palette"):
        assert parameters[optional].default is None


@each
@in_both
def test_title_and_subtitle_stand_above_all_else(name, language):
    ax = PICTURES[name](title=TITLE, subtitle=SUBTITLE, language=language, legend="above")
    assert faults(ax) == ([], [])
    assert title_of(ax) == TITLE
    subtitle = subtitle_of(ax)
    assert subtitle.get_text().replace("\n", " ") == SUBTITLE
    title = next(
        t for t in ax.get_children() if getattr(t, "get_text", str)() == ax.get_title("left")
    )
    below = subtitle.get_window_extent()
    assert title.get_window_extent().y0 > below.y1
    legend = ax.get_legend()
    assert below.y0 > ax.get_window_extent().y1
    if legend is not None:
        assert below.y0 > legend.get_window_extent().y1 - 1


@each
def test_titles_fit_in_subplots(name):
    figure, axes = plt.subplots(1, 2)
    for ax in axes:
        assert PICTURES[name](title=TITLE, subtitle=SUBTITLE, ax=ax) is ax
    assert faults(*axes) == ([], [])
    assert plt.get_fignums() == [figure.number]


@each
def test_texts_of_titles_are_no_formulas(name):
    ax = PICTURES[name](title="Giá $a$ và $b$", subtitle="$x$")
    assert ax.get_title("left") == r"Giá \$a\$ và \$b\$"
    assert subtitle_of(ax).get_text() == r"\$x\$"
    with pytest.raises(TypeError, match="title is a int: pass a text"):
        PICTURES[name](title=2023)


@each
def test_size_is_that_of_the_new_figure(name):
    ax = PICTURES[name](size=(15, 14), title=TITLE)
    assert ax.figure.get_size_inches().tolist() == [15, 14]
    with pytest.raises(ValueError, match="size is that of a new figure: pass it without ax"):
        PICTURES[name](size=(15, 14), ax=ax)
    for wrong in ((7,), (7, 0), "large", (7, np.nan), (np.inf, 3)):
        with pytest.raises(ValueError, match="is not a width and a height in inches"):
            PICTURES[name](size=wrong)


@each
def test_a_picture_that_is_too_small_for_its_words_grows(name):
    ax = PICTURES[name](size=(1, 1), title=TITLE)
    assert faults(ax) == ([], [])


@each
def test_palette_gives_the_colours(name):
    twenty = [f"#{n:02x}40{255 - n:02x}" for n in range(20)]
    assert set(twenty) & colours(PICTURES[name](palette=twenty))
    assert not set(twenty) & colours(PICTURES[name]())
    PICTURES[name](palette="viridis")
    with pytest.raises(ValueError, match="palette has 0 colour"):
        PICTURES[name](palette=[])
    with pytest.raises(ValueError, match="no colour of matplotlib: 'nowhere', 'ochre'"):
        PICTURES[name](palette=["red", "nowhere", "ochre"] * 7)
    with pytest.raises(ValueError, match="palette 'earth' is no colour map of matplotlib"):
        PICTURES[name](palette="earth")
    with pytest.raises(ValueError, match="palette "):
        PICTURES[name](palette={"nobody": "red"})


@each
def test_legend_is_where_it_is_wanted(name):
    assert PICTURES[name](legend="none").get_legend() is None
    for place in ("above", "below", "right"):
        ax = PICTURES[name](legend=place)
        assert faults(ax) == ([], [])
        assert ax.get_legend() is not None
    with pytest.raises(ValueError, match="legend 'left' is not one of above, below, right, none"):
        PICTURES[name](legend="left")


@each
def test_language_is_one_of_two(name):
    with pytest.raises(ValueError, match="language"):
        PICTURES[name](language="fr")


@each
@in_both
def test_every_picture_has_an_alternative_text_from_its_data(name, language):
    ax = PICTURES[name](title=TITLE, subtitle=SUBTITLE, language="vi")
    said = plotting.alt_text(ax, language=language)
    assert said.startswith(f"{TITLE}. ")
    assert said.endswith(f" {SUBTITLE}.")
    between = said.removeprefix(f"{TITLE}. ").removesuffix(f" {SUBTITLE}.")
    assert re.search(r"\d", between)
    assert len(between) > 50
    assert not re.search(r"[{}\n$]|  |\.\.", said)
    assert said == plotting.alt_text(ax.figure, language=language)


@each
def test_no_figure_is_left_open_where_a_picture_fails(name, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(of_picture, "make_room", fail)
    with pytest.raises(MemoryError):
        PICTURES[name]()
    assert plt.get_fignums() == []
    figure, ax = plt.subplots()
    with pytest.raises(MemoryError):
        PICTURES[name](ax=ax)
    assert plt.get_fignums() == [figure.number]


@each
def test_settings_of_matplotlib_are_left_alone(name):
    before = dict(rcParams)
    PICTURES[name](title=TITLE, subtitle=SUBTITLE, palette="magma")
    assert dict(rcParams) == before
    assert len(plt.get_fignums()) == 1
