"""The words of a picture are only printed: changing any of them changes nothing else."""

import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text

import multidim_poverty as mdp
from multidim_poverty import plotting
from multidim_poverty.language import Label
from multidim_poverty.plotting import style
from multidim_poverty.plotting.words import CLASSES_OF_MANY, WORDS
from multidim_poverty.vocabulary import PovertyClass, ReviewState
from tests.helpers.labels import marked, relabel_terms, relabelled, unmarked
from tests.plotting.test_change import CU_JUT, balance
from tests.plotting.test_maps import homes, legend
from tests.plotting.test_review import DISTRICT, a_round
from tests.plotting.test_room import curve, dumbbells, estimated, forest, ranks, surface, years

SAMPLE, STANDARD = mdp.load_sample(), mdp.standard("decree_07_2021")


def result_of(standard):
    """The sample by a standard, which a result names by its hash: its labels are part of it."""
    return mdp.assess(SAMPLE.households, SAMPLE.members, standard=standard)


RESULT = result_of(STANDARD)
UNDETERMINED = RESULT.assign(poverty_class=RESULT["poverty_class"].where(RESULT.index > "SYN-0100"))
AREA = SAMPLE.households["area"].where(SAMPLE.households.index > "SYN-0050")
PLACES = homes(
    ("01", "poor", 3), ("67", "average", 4), ("68", None, 5), (None, "near_poor", 2)
).astype({"province": object})  # fmt: skip
PROGRESS = pd.DataFrame(
    {"indicator": "a", "period": [2022, 2023, 2024], "value": [7.97, 5.18, None],
     "target": [None, 4.97, 3.0], "met": pd.array([None, False, True], dtype="boolean")}
)  # fmt: skip
EVENTS = a_round()
CASES = mdp.review.fold(EVENTS, procedure=DISTRICT)
RESIDUAL = balance(**CU_JUT, residual=-3)
PICTURES = {
    "classes": lambda law, **more: plotting.class_composition(UNDETERMINED, by=AREA, **more),
    "deprivations": lambda law, **more: plotting.deprivation_profile(
        result_of(law(STANDARD)), standard=law(STANDARD), **more
    ),
    "deprivations_by_area": lambda law, **more: plotting.deprivation_profile(
        result_of(law(STANDARD)), standard=law(STANDARD), by=AREA, **more
    ),
    "flow": lambda law, **more: plotting.flow(RESIDUAL, **more),
    "progress": lambda law, **more: plotting.progress(PROGRESS, **more),
    "states": lambda law, **more: plotting.review_states(CASES, by="village", **more),
    "states_by_process": lambda law, **more: plotting.review_states(CASES, by="process", **more),
    "days": lambda law, **more: plotting.review_by_day(EVENTS, procedure=DISTRICT, **more),
    "diagram": lambda law, **more: plotting.procedure_diagram(law(DISTRICT), **more),
    "years": lambda law, **more: years(1, **more),
    "ranks": lambda law, **more: ranks(3, **more),
    "dumbbells": lambda law, **more: dumbbells(4, **more),
    "forest": lambda law, **more: forest(3, **more),
    "surface": lambda law, **more: surface(3, **more),
    "curve": lambda law, **more: curve(3, **more),
    "estimated_headcounts": lambda law, **more: plotting.censored_headcounts(
        estimated(1), k="3 of 12", **more
    ),
    "estimated_contributions": lambda law, **more: plotting.indicator_contributions(
        estimated(1), k="3 of 12", **more
    ),
    "tiles": lambda law, **more: plotting.tile_map(
        PLACES, on="2023-12-31", of=["poor", "near_poor"], source="x", **more
    ),
    "persons": lambda law, **more: plotting.tile_map(
        PLACES, on="2023-12-31", count_of="persons", **more
    ),
}
each = pytest.mark.parametrize("name", PICTURES)
in_both = pytest.mark.parametrize("language", ["en", "vi"])


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def drawn(name, language, law=lambda one: one):
    """What is drawn, without words: the shapes; and all words in their order."""
    ax = PICTURES[name](law, language=language)
    shapes = [
        (type(shape).__name__, shape.get_gid(), shape.get_path().vertices.tolist(),
         shape.get_facecolor(), shape.get_hatch())
        for shape in ax.patches
    ]  # fmt: skip
    shapes += [(line.get_gid(), line.get_xydata().tolist()) for line in ax.lines]
    shapes += [
        (area.get_hatch(), [path.vertices.tolist() for path in area.get_paths()])
        for area in ax.collections
    ]
    keys = [] if ax.get_legend() is None else ax.get_legend().legend_handles
    text = "".join(text.get_text() for text in ax.findobj(Text))
    return [*shapes, len(keys)], re.sub(r"\s", "", text)


def change_all(monkeypatch, change):
    """Change every label; what makes a law with changed labels."""
    relabel_terms(monkeypatch, change)
    for id, words in WORDS.items():
        new = {code: change(getattr(words, code), getattr(words, code)) for code in ("vi", "en")}
        monkeypatch.setitem(WORDS, id, Label(**new))
    return lambda law: relabelled(law, change)


@each
@in_both
def test_other_labels_change_the_printed_words_alone(name, language, monkeypatch):
    shapes, text = drawn(name, language)
    law = change_all(monkeypatch, marked)
    other_shapes, other_text = drawn(name, language, law)
    assert other_shapes == shapes
    assert "⟦" in other_text
    assert unmarked(other_text) == unmarked(text)


@each
def test_labels_that_are_all_alike_lose_no_bar_and_no_entry(name, monkeypatch):
    shapes, _ = drawn(name, "en")
    law = change_all(monkeypatch, lambda _, text: "§" + "".join(re.findall(r"{[^}]*}", text)))
    assert drawn(name, "en", law)[0] == shapes


def test_every_class_and_state_has_its_style_and_words():
    assert set(style.CLASS_STYLES) == set(CLASSES_OF_MANY) == set(PovertyClass.codes())
    assert set(style.STATE_STYLES) == set(ReviewState.codes())


@pytest.mark.parametrize(
    ("of", "count_of", "language", "title"),
    [
        (["not_poor"], "households", "en", "Households that are not poor\n% of households"),
        (["above_average"], "persons", "en",
         "Persons in households above the average standard\n% of persons"),
        (["poor", "near_poor"], "households", "en",
         "Poor households, near-poor households\n% of households"),
        (["poor", "near_poor"], "persons", "vi",
         "Nhân khẩu thuộc hộ nghèo, hộ cận nghèo\n% số nhân khẩu"),
    ],
)  # fmt: skip
def test_the_legend_of_a_map_is_a_sentence(of, count_of, language, title):
    ax = plotting.tile_map(PLACES, on="2023-12-31", of=of, count_of=count_of, language=language)
    assert legend(ax)[0] == title
