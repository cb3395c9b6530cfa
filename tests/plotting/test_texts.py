"""Names are drawn as they are: no formula between dollar signs, no control characters."""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.plotting.words import drawn_text

SAMPLE = mdp.load_sample()
STANDARD = mdp.standard("decree_07_2021")
RESULT = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
# The second is no formula of matplotlib, which raises an error at the moment of drawing.
NAMES = ["Thôn $x^2$", r"Thôn $\frac{$", "Chợ $5", "_Thôn", "=1+1", r"a\$b$"]


def drawn(axes):
    """The words of a picture after it was drawn, as they are seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes.figure.canvas.draw()
    texts = [*axes.get_yticklabels(), *axes.texts]
    if axes.get_legend() is not None:
        texts += axes.get_legend().get_texts()
    seen = [text._preprocess_math(text.get_text()) for text in texts]
    assert not any(is_math for _, is_math in seen)
    return "\n".join(words for words, _ in seen)


@pytest.fixture(autouse=True)
def closed():
    yield
    mpl.pyplot.close("all")


def names_of_rows():
    return pd.Series(np.array(NAMES)[np.arange(len(RESULT)) % len(NAMES)], index=RESULT.index)


def test_groups_of_classes():
    words = drawn(mdp.plotting.class_composition(RESULT, by=names_of_rows()))
    assert all(name in words for name in NAMES)


def test_groups_of_deprivations():
    names = names_of_rows()
    for some in (NAMES[:3], NAMES[3:]):
        kept = names.isin(some)
        axes = mdp.plotting.deprivation_profile(RESULT[kept], standard=STANDARD, by=names[kept])
        assert all(f"{name} (" in drawn(axes) for name in some)


def test_villages_of_a_review():
    homes = pd.DataFrame({"village": NAMES, "commune": "Xã $a$ $b$"}, index=list("abcdef"))
    events = mdp.review.open_round(homes, requests=list("abcdef"), on="2023-09-05")
    cases = mdp.review.fold(events, procedure=mdp.procedure_on("2023-09-05"))
    words = drawn(mdp.plotting.review_states(cases, by="village"))
    assert all(name in words for name in NAMES)
    assert "Xã $a$ $b$" in drawn(mdp.plotting.review_states(cases, by="commune"))


def test_indicators_of_a_plan():
    table = pd.DataFrame(
        {"indicator": "$a$ và $b$", "period": ["2023"], "value": 1.0, "target": 2.0, "unit": "$%$"}
    )
    axes = mdp.plotting.progress(table)
    assert "$a$ và $b$, 2023" in drawn(axes)
    assert axes.xaxis.label._preprocess_math(axes.get_xlabel()) == ("$%$", False)


def test_names_on_a_map():
    geopandas = pytest.importorskip("geopandas")
    box = pytest.importorskip("shapely.geometry").box
    shapes = geopandas.GeoDataFrame(
        {"code": ["a", "b"], "name": NAMES[:2]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)]
    )
    axes = mdp.plotting.map(pd.Series({"a": 4.0, "b": 5.0}), shapes, names="name", legend_title="%")
    assert all(name in drawn(axes) for name in NAMES[:2])


def test_control_characters_are_not_drawn():
    assert drawn_text("Xã\x00 A\u202e") == "Xã  A "


RATES = pd.DataFrame(
    {"commune": ["A", "B"] * 2, "year": [2022, 2022, 2023, 2023], "rate": [0.15, 0.5, 0.2, 0.31]}
)
GOALS = pd.DataFrame(
    {"indicator": "a", "period": [1, 2], "value": [0.15, 0.34], "target": [1, 0.3]}
)


@pytest.mark.parametrize(
    "picture",
    [
        lambda **more: mdp.plotting.ranked_rates(RATES[:2], by="commune", **more),
        lambda **more: mdp.plotting.dumbbell(RATES, by="commune", **more),
        lambda **more: mdp.plotting.rates_over_years(RATES, by="commune", **more),
        lambda **more: mdp.plotting.progress(GOALS, **more),
    ],
)
@pytest.mark.parametrize(("language", "sign"), [("en", "."), ("vi", ",")])
def test_ticks_have_the_decimal_sign_of_the_language(picture, language, sign):
    axes = picture(language=language)
    axes.figure.canvas.draw()
    names = [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    ticks = "".join(name for name in names if not name[:1].isalpha())
    assert set(ticks) & {".", ","} == {sign}


TILES = pd.Series({"66": 1.0, "67": 2.5})
PARAMETERS = [
    lambda text: mdp.plotting.tile_map(TILES, on="2023-12-31", legend_title=text, source=text),
    lambda text: mdp.plotting.tile_map(TILES.rename(text), on="2023-12-31"),
    lambda text: mdp.plotting.ranked_rates(RATES[:2], by="commune", unit=text, title=text),
    lambda text: mdp.plotting.dumbbell(RATES, by="commune", unit=text, subtitle=text),
    lambda text: mdp.plotting.rates_over_years(RATES, by="commune", unit=text),
    lambda text: mdp.plotting.progress(GOALS, unit=text),
    lambda text: mdp.plotting.progress(GOALS.assign(unit=text)),
]


@pytest.mark.parametrize("picture", PARAMETERS)
@pytest.mark.parametrize("text", [r"Chợ $\frac{$", "a $x$ & <b>_^"])
def test_no_text_that_is_passed_is_a_formula(picture, text):
    axes = picture(text)
    axes.figure.canvas.draw()
    words = [one for one in axes.figure.findobj(mpl.text.Text) if one.get_text()]
    assert not any(one._preprocess_math(one.get_text())[1] for one in words)
    assert text in " ".join(one._preprocess_math(one.get_text())[0] for one in words)


def test_numbers_of_households_part_thousands_in_every_picture():
    many = RESULT.loc[np.repeat(RESULT.index, 3)].reset_index(drop=True)
    place = pd.Series(["A"] * 1300 + ["B"] * 200)
    for language, written in (("vi", "1.300"), ("en", "1,300")):
        for axes in (
            mdp.plotting.class_composition(many, by=place, language=language),
            mdp.plotting.deprivation_profile(many, standard=STANDARD, by=place, language=language),
        ):
            legend = axes.get_legend().get_texts()
            words = [one.get_text() for one in (*axes.get_yticklabels(), *legend)]
            assert f"A ({written})" in words
