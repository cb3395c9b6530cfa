"""One scale for several maps: bounds that compare, and bands that hold what is printed."""

import itertools
import sys

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from shapely import box

import multidim_poverty as mdp
from multidim_poverty.language import rounded
from multidim_poverty.plotting import Scale, scale
from multidim_poverty.plotting.bands import band_colours, band_styles

INF = float("inf")
METHODS = ["equal", "quantiles", "natural_breaks"]
RATES = st.lists(st.floats(0, 100), max_size=40)
CHANGES = st.lists(st.floats(-100, 100), max_size=40)
ON = "2023-12-31"


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def series(*numbers, name="Poor, % of households"):
    return pd.Series(numbers, [f"{n:02}" for n in range(len(numbers))], dtype="float64", name=name)


def lognormal(number):
    return pd.Series(np.round(np.random.default_rng(4).lognormal(1.5, 1, number), 2))


def squares(number):
    codes = [f"{n:02}" for n in range(number)]
    return geopandas.GeoDataFrame(
        {"code": codes}, geometry=[box(n, 0, n + 1, 1) for n in range(number)]
    )


def in_bands(one, numbers):
    """How many numbers fall into each band."""
    places = [one.band(float(rounded(number))) for number in numbers]
    return np.bincount(places, minlength=one.bands).tolist()


# -- bounds ------------------------------------------------------------------------------------


@given(numbers=RATES, bands=st.integers(3, 7), method=st.sampled_from(METHODS))
def test_every_rate_has_a_band_as_it_is_printed_and_there_are_no_more_than_wanted(
    numbers, bands, method
):
    made = scale(series(*numbers), bands=bands, method=method)
    assert 1 <= made.bands <= bands
    assert sum(in_bands(made, numbers)) == len(numbers)
    assert made.bounds[0] >= 0
    assert made.decimals == 2


@given(numbers=CHANGES, bands=st.sampled_from([4, 6]), method=st.sampled_from(METHODS))
def test_around_zero_bounds_lie_in_pairs_and_zero_is_a_band_of_its_own(numbers, bands, method):
    made = scale(series(*numbers), bands=bands, method=method, centre=0)
    assert np.array_equal(made.bounds, -np.array(made.bounds[::-1]))
    assert 0 in made.bounds
    assert made.bands <= bands + 1
    middle = made.bands // 2
    printed = [float(rounded(number)) for number in numbers]
    assert all(np.sign(made.band(number) - middle) == np.sign(number) for number in printed)
    assert all(made.band(-number) == 2 * middle - made.band(number) for number in printed
               if abs(number) not in made.bounds)  # fmt: skip


@pytest.mark.parametrize("centre", [None, 0])
@pytest.mark.parametrize("bands", [4, 6])
def test_one_outlier_does_not_flatten_the_rest(centre, bands):
    rest = series(*np.linspace(1, 9, 61).round(2))
    alone = scale(rest, bands=bands, centre=centre)
    with_outlier = scale([rest, pd.Series({"99": 88.0})], bands=bands, centre=centre)
    assert with_outlier.bounds[-1] == INF
    assert INF not in alone.bounds
    assert with_outlier.band(88.0) == with_outlier.bands - 1
    counts = in_bands(with_outlier, rest)
    assert counts[-1] == 0
    assert max(counts) <= 2 * max(in_bands(alone, rest))
    low = scale([100 - rest, pd.Series({"99": 12.0})])
    assert low.bounds[0] == -INF
    assert low.band(12.0) == 0


def test_zeros_of_many_units_make_no_outlier_of_the_others():
    made = scale(series(*[0.0] * 50, *range(1, 20)))
    assert made.bounds == (0, 5, 10, 15, 20)


def test_equal_steps_are_round_numbers():
    assert scale(series(0.3, 23.4)).bounds == (0, 5, 10, 15, 20, 25)
    assert scale(series(0.9, 5.1)).bounds == (0, 2, 4, 6)
    assert scale(series(0.11, 0.42)).bounds == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert scale(series(-3.2, 4.4), bands=3).bounds == (-5, 0, 5)


def test_one_scale_is_made_of_all_the_data():
    old, new = series(1.0, 4.0), series(7.0, 19.0)
    assert scale([old, new]) == scale([new, old]) == scale(pd.concat([old, new]))
    assert scale([old, new]) == Scale((0, 5, 10, 15, 20))
    assert scale([old, new]) != scale(old)
    assert len({scale(old), scale(old.astype("Float64")), scale((old,))}) == 1


@pytest.mark.parametrize("bands", [3, 5, 7])
def test_quantiles_hold_about_as_many_units_each(bands):
    rates = lognormal(700)
    counts = in_bands(scale(rates, bands=bands, method="quantiles"), rates)
    assert len(counts) == bands
    assert max(counts) - min(counts) <= 0.02 * len(rates)


def test_bounds_of_quantiles_are_round_where_the_values_leave_room():
    made = scale(series(1.2, 1.9, 4.83, 5.21, 12.0, 27.3), bands=3, method="quantiles")
    assert made.bounds == (1, 3, 10, 28)


def least_squares(numbers, bands):
    """The least sum of squares within so many bands, by trying all ways to cut."""
    ways = itertools.combinations(range(1, len(numbers)), bands - 1)
    parts = ([numbers[a:b] for a, b in itertools.pairwise([0, *way, len(numbers)])] for way in ways)
    return min(sum(((part - part.mean()) ** 2).sum() for part in way) for way in parts)


@given(st.lists(st.integers(0, 9999), min_size=4, max_size=9, unique=True), st.sampled_from([3, 4]))
def test_natural_breaks_hold_values_that_lie_close_together(hundredths, bands):
    numbers = np.sort(np.array(hundredths) / 100)
    made = scale(series(*numbers), bands=bands, method="natural_breaks")
    places = np.array([made.band(number) for number in numbers.tolist()])
    parts = [numbers[places == place] for place in range(made.bands)]
    squares = sum(((part - part.mean()) ** 2).sum() for part in parts)
    assert squares == pytest.approx(least_squares(numbers, bands), abs=1e-6)


@pytest.mark.slow
def test_natural_breaks_of_many_units_are_found_in_seconds_and_always_the_same():
    rates = lognormal(10_000)
    made = scale(rates, method="natural_breaks")
    assert made == scale(rates.sample(frac=1, random_state=1), method="natural_breaks")
    assert min(in_bands(made, rates)) > 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("numbers", "centre", "bounds"),
    [
        ([], None, (0, 100)),
        ([np.nan, np.nan], None, (0, 100)),
        ([0.0, 0.0], None, (0, 1)),
        ([0.4], None, (0, 1)),
        ([5.18, 5.18, np.nan], None, (0, 5.18)),
        ([5.181, 5.179], None, (0, 5.18)),
        ([-3.0], None, (-3, 0)),
        ([], 0, (-1, 0, 1)),
        ([0.0, 0.0], 0, (-1, 0, 1)),
        ([-2.5, 2.5], 0, (-2.5, 0, 2.5)),
        ([5.18], 5.18, (4.18, 5.18, 6.18)),
    ],
)
def test_data_of_one_value_or_none_have_the_documented_scale(numbers, centre, bounds, method):
    made = scale(series(*numbers), centre=centre, method=method)
    assert made.bounds == bounds
    assert made.centre == centre


def test_only_quantiles_and_natural_breaks_need_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "mapclassify", None)
    some = series(1.0, 2.0)
    assert scale(some).bands
    for method in METHODS[1:]:
        with pytest.raises(mdp.errors.MissingExtraError, match=r"multidim-poverty\[breaks\]"):
            scale(some, method=method)


@pytest.mark.parametrize(
    ("rates", "options", "message"),
    [
        (series(1.0), {"method": "jenks"}, "'jenks' is not one of equal, quantiles, natural"),
        (series(1.0), {"bands": 2}, "bands 2 is not a number from 3 to 7"),
        (series(1.0), {"bands": 8}, "bands 8 is not a number from 3 to 7"),
        (series(1.0), {"bands": 5, "centre": 0}, "bands 5 is not a number 4 or 6"),
        (series(1.0), {"bands": 8, "centre": 0}, "bands 8 is not"),
        (series(1.0).to_frame(), {}, "a DataFrame; pass a pandas.Series of numbers, or a list"),
        ([], {}, "pass a pandas.Series"),
        ([1.0, 2.0], {}, "pass a pandas.Series"),
        (pd.Series(["5,18"]), {}, "what is not a number.*5,18"),
        (series(1.0, INF), {}, "infinite"),
    ],
)
def test_other_arguments_of_a_scale_are_errors(rates, options, message):
    with pytest.raises(mdp.ArgumentError, match=message):
        scale(rates, **options)


@pytest.mark.parametrize(
    ("bounds", "centre", "message"),
    [
        ([1], None, "do not rise"),
        ([0, 5, 5], None, "do not rise"),
        ([0, float("nan")], None, "do not rise"),
        ([-INF, INF], None, "do not rise"),
        (range(9), None, "8 bands; more than 7"),
        ([-3, -2, -1, 0, 1, 2, 3], 0, None),
        ([-4, -3, -2, -1, 0, 1, 2, 3, 4], 0, "8 bands; more than 6"),
        ([-2, 0, 1], 0, "in pairs around the centre 0"),
        ([-2, 2], 0, "in pairs"),
        ([-2, 0, 2, INF], 0, "in pairs"),
        ([-INF, -2, 0, 2, INF], 0, None),
        ([4.98, 5.18, 5.38], 5.18, None),
    ],
)
def test_bounds_of_ones_own_are_checked(bounds, centre, message):
    if message is None:
        assert Scale(bounds, centre).bounds == tuple(bounds)
        return
    with pytest.raises(mdp.ArgumentError, match=message):
        Scale(bounds, centre)


# -- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "english", "vietnamese"),
    [
        (
            Scale((0, 5, 7.5, 10)),
            ["0 to under 5", "5 to under 7.5", "7.5 to 10"],
            ["từ 0 đến dưới 5", "từ 5 đến dưới 7,5", "từ 7,5 đến 10"],
        ),
        (
            Scale((-INF, 90, 1234.5, INF)),
            ["under 90", "90 to under 1,234.5", "1,234.5 or more"],
            ["dưới 90", "từ 90 đến dưới 1.234,5", "từ 1.234,5 trở lên"],
        ),
        (
            Scale((-INF, -2.5, 0, 2.5, INF), 0),
            ["under -2.5", "-2.5 to under 0", "0", "over 0 to under +2.5", "+2.5 or more"],
            ["dưới -2,5", "từ -2,5 đến dưới 0", "0", "trên 0 đến dưới +2,5", "từ +2,5 trở lên"],
        ),
        (
            Scale((-INF, 5.18, INF), 5.18),
            ["under 5.18", "5.18", "over 5.18"],
            ["dưới 5,18", "5,18", "trên 5,18"],
        ),
        (Scale((-INF, 5)), ["5 or less"], ["từ 5 trở xuống"]),
        (Scale((0, 19.995, 40)), ["0 to under 19.995", "19.995 to 40"], None),
    ],
)
def test_the_legend_states_bounds_that_can_be_read_in_one_way(made, english, vietnamese):
    assert made.labels("en") == english
    assert vietnamese is None or made.labels("vi") == vietnamese
    assert len(english) == made.bands == len(band_styles(made))


# -- on maps -----------------------------------------------------------------------------------


def colours(ax):
    """Colour and hatch of each unit."""
    tiles = {p.get_gid(): (to_hex(p.get_facecolor()), p.get_hatch()) for p in ax.patches}
    shapes = {p.get_gid(): (to_hex(p.get_facecolor()[0]), p.get_hatch()) for p in ax.collections}
    return tiles | shapes


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_two_years_on_one_scale_have_one_colour_for_one_rate(language):
    codes = ["01", "02", "04", "06"]
    years = [pd.Series(rates, codes, name="x") for rates in ([2, 7, 12, 18], [1, 2, 7, 12])]
    shared = scale(years)
    _, axes = plt.subplots(1, 2)
    one, two = (
        mdp.plotting.tile_map(year, on=ON, scale=shared, language=language, ax=ax)
        for year, ax in zip(years, axes, strict=True)
    )
    drawn = [colours(ax) for ax in (one, two)]
    assert [drawn[0][code] for code in codes[:3]] == [drawn[1][code] for code in codes[1:]]
    assert legend_of(one) == legend_of(two)  # the band from 15 to 20 is empty in one of them
    assert legend_of(one)[:-1] == shared.labels(language)
    shapes = geopandas.GeoDataFrame({"code": codes}, geometry=squares(4).geometry)
    drawn = [colours(mdp.plotting.map(year, shapes, scale=shared)) for year in years]
    assert [drawn[0][code] for code in codes[:3]] == [drawn[1][code] for code in codes[1:]]


def test_changes_have_a_side_and_what_is_unchanged_has_none():
    changes = series(-4.0, -0.004, 0.006, 4.0, 0.0, np.nan, name="Change, percentage points")
    ax = mdp.plotting.map(
        changes, squares(7).assign(name="x"), names="name", scale=scale(changes, centre=0)
    )
    drawn = colours(ax)
    fall, _, none, some_rise, rise = band_styles(scale(changes, centre=0))
    expected = [fall, none, some_rise, rise, none]
    assert [drawn[f"{n:02}"] for n in range(5)] == [(s.colour, s.hatch) for s in expected]
    assert drawn["05"][1] == "////"
    printed = [text.get_text().split("\n")[1] for text in ax.texts if "\n" in text.get_text()]
    assert sorted(printed) == sorted(["-4", "0", "+0.01", "+4", "0"])
    assert legend_of(ax)[2] == "0"


def test_open_bands_hold_what_is_beyond():
    ax = mdp.plotting.map(series(1.0, 61.2), squares(2), bins=[0, 5, 10, INF])
    assert legend_of(ax) == ["0 to under 5", "5 to under 10", "10 or more"]
    assert colours(ax)["01"][0] == band_colours(3)[-1]


def test_a_scale_that_does_not_hold_the_rates_says_what_to_do():
    with pytest.raises(mdp.ArgumentError, match=r"\{'01': 9.0\}. Make the scale from all rates"):
        mdp.plotting.map(series(1.0, 9.0), squares(2), scale=Scale((0, 5)))
    with pytest.raises(mdp.ArgumentError, match="scale or bins, not both"):
        mdp.plotting.map(series(1.0), squares(1), scale=Scale((0, 5)), bins=[0, 5])
    with pytest.raises(mdp.ArgumentError, match="scale is a list; pass a Scale"):
        mdp.plotting.map(series(1.0), squares(1), scale=[0, 5])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("numbers", [[np.nan], [3.0], [3.0, 3.0, np.nan]])
@pytest.mark.parametrize("centre", [None, 0])
def test_one_value_or_none_is_drawn(numbers, method, centre):
    rates = series(*numbers)
    ax = mdp.plotting.map(rates, squares(4), scale=scale(rates, method=method, centre=centre))
    ax.figure.canvas.draw()
    drawn = colours(ax)
    assert drawn["03"][1] == "...."
    known = [code for code, number in rates.items() if number == 3]
    assert len({drawn[code] for code in known}) <= 1
    assert ("no data" in {text.get_text() for text in ax.texts}) == (not known)
