"""Parts of one picture differ in grey by contrast or by hatching, for colour-blind eyes too."""

import itertools

import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_hex, to_rgb

import multidim_poverty as mdp
from multidim_poverty.plotting import Scale, style
from multidim_poverty.plotting.bands import EDGE, MOST_BANDS, band_colours, band_styles
from multidim_poverty.plotting.deprived_shares import indicator_styles
from multidim_poverty.plotting.style import luminance

EYES = ["normal", "deuteranomaly", "protanomaly"]
LEAST = 1.5
STYLES = {
    "classes": {**style.CLASS_STYLES, "undetermined": style.UNKNOWN_STYLE},
    "groups": {**dict(enumerate(style.GROUP_STYLES)), "not known": style.UNKNOWN_STYLE},
    "states": style.STATE_STYLES,
    "flows": style.FLOW_STYLES,
    "targets": style.TARGET_STYLES,
    "headcounts": {**style.HEADCOUNT_STYLES, "not known": style.UNKNOWN_STYLE},
    "sets": {**style.SET_STYLES, "not known": style.UNKNOWN_STYLE},
    **{one.name: indicator_styles(one) for one in mdp.standards()},
    "lines": dict(enumerate(style.LINE_STYLES)),
    "ranks": style.RANK_STYLES,
    "changes": style.CHANGE_STYLES,
    "forest": style.FOREST_STYLES,
}
ALIKE = {  # never in one picture, or one thing
    frozenset({"above_average", "not_poor"}),
    frozenset({"above", "no_average"}),
}


def seen(colour, eyes):
    """Luminance of a colour as these eyes see it, deficiency being complete."""
    if eyes != "normal":
        space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
        rgb = np.clip(cspace_convert(to_rgb(colour), space, "sRGB1"), 0, 1)
        colour = to_hex(rgb)
    return luminance(colour)


def contrast(one, other, eyes):
    dark, light = sorted([seen(one, eyes), seen(other, eyes)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("picture", STYLES)
def test_any_two_parts_differ_by_contrast_or_hatching(picture, eyes):
    alike = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(STYLES[picture].items(), 2)
        if set(a.hatch) == set(b.hatch)
        and contrast(a.colour, b.colour, eyes) < LEAST
        and frozenset({one, other}) not in ALIKE
    ]
    assert not alike


@pytest.mark.parametrize("eyes", ["normal", "deuteranomaly"])
@pytest.mark.parametrize("number", range(2, MOST_BANDS + 1))
def test_neighbouring_bands_differ_by_contrast(number, eyes):
    pairs = itertools.pairwise(band_colours(number))
    assert min(contrast(*pair, eyes) for pair in pairs) >= LEAST


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("side", [1, 2, 3])
def test_any_two_bands_around_a_centre_differ_by_contrast_or_hatching(side, eyes):
    bounds = range(-side, side + 1)
    pairs = list(itertools.combinations(band_styles(Scale(bounds, centre=0)), 2))
    assert all(
        contrast(one.colour, other.colour, eyes) >= LEAST or set(one.hatch) != set(other.hatch)
        for one, other in pairs
    )


@pytest.mark.parametrize("side", [1, 2, 3])
def test_hatches_and_words_can_be_seen_on_all_bands_around_a_centre(side):
    for band in band_styles(Scale(range(-side, side + 1), centre=0)):
        assert contrast(band.colour, EDGE, "normal") >= LEAST
        assert max(contrast(band.colour, ink, "normal") for ink in ("black", "white")) >= 4.5
        assert set(band.hatch) != {"/"}  # which says that a rate is not known


@pytest.mark.parametrize("eyes", EYES)
def test_lines_and_points_stand_out_from_the_paper(eyes):
    drawn = [*style.LINE_STYLES, *style.CHANGE_STYLES.values()]
    assert min(contrast(one.colour, "#ffffff", eyes) for one in drawn) >= 3
