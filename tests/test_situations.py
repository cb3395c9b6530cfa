"""Every file in tests/situations: the household gets the class, the reasons and the articles."""

import copy
import re

import pandas as pd
import pytest

import multidim_poverty as mdp
from tests.helpers import situations

PATHS = sorted(situations.FOLDER.glob("*.toml"))
FILES = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@FILES
def test_a_household_gets_the_class_that_its_file_states(path):
    situation = situations.read(path)
    faults = situations.lacks(situation)
    assert not faults, f"{path.name}:\n" + "\n".join(faults)
    expected, standard = situation["expected"], mdp.standard(situation["standard"])
    household = mdp.Household.model_validate(
        {"household_id": path.stem, **situation["household"], "members": situation.get("members")}
    )

    one = mdp.assess_one(household, standard=standard, on=situation.get("on"))

    is_open = expected["poverty_class"] == "open"
    outcome = {
        "poverty_class": one.poverty_class or "open",
        "deprived": [name for name, value in one.deprivations.items() if value],
        "unknown": [name for name, value in one.deprivations.items() if value is None],
        "income_band": one.income_band,
    }
    if is_open:
        outcome |= {"class_at_worst": one.class_at_worst, "class_at_best": one.class_at_best}
    else:
        assert one.class_at_worst == one.class_at_best == one.poverty_class
    order = list(standard.indicator_ids).index
    stated = {
        key: sorted(expected[key], key=order) if key in ("deprived", "unknown") else expected[key]
        for key in [*outcome]
        if key in expected
    }
    assert {key: outcome[key] for key in stated} == stated, expected["why"]
    assert ("income_band" in expected) == (one.income_band is not None)

    if not is_open:
        tables = mdp.to_frames([household])
        matrix = pd.DataFrame([one.deprivations], tables.households.index, dtype="boolean")
        homes = tables.households.assign(household_size=len(household.members))
        citation = mdp.reasons(homes, matrix, standard=standard)["citation"].iloc[0]
        assert re.sub(r" \[[a-z]+\]", "", citation).split(" or ") == expected["articles"]


def test_the_situations_stand_at_both_sides_of_each_line():
    stated = [situations.read(path) for path in PATHS]
    assert len(stated) >= 12
    seen = {
        (s["standard"], s["household"]["area"], s["household"].get("income_per_capita"))
        for s in stated
    }
    for area, lines in {"rural": (1_500_000, 2_250_000), "urban": (2_000_000, 3_000_000)}.items():
        for line in lines:
            assert {("decree_07_2021", area, line), ("decree_07_2021", area, line + 1)} <= seen
    assert {s["standard"] for s in stated} == {standard.name for standard in mdp.standards()}
    assert {s["expected"]["poverty_class"] for s in stated} == {
        "poor", "near_poor", "average", "above_average", "not_poor", "open",
    }  # fmt: skip


COMPLETE = situations.read(PATHS[0])


def without(*keys):
    situation = copy.deepcopy(COMPLETE)
    table = situation
    for key in keys[:-1]:
        table = table[key]
    del table[keys[-1]]
    return situation


def changed(value, *keys):
    situation = copy.deepcopy(COMPLETE)
    table = situation
    for key in keys[:-1]:
        table = table[key]
    table[keys[-1]] = value
    return situation


@pytest.mark.parametrize(
    ("situation", "sentence"),
    [
        (without("story"), "the file lacks story: the household in words"),
        (without("expected"), "the file lacks expected: the class"),
        (without("expected", "articles"), "[expected] lacks articles: the articles of the rule"),
        (without("expected", "why"), "[expected] lacks why: the reason in words"),
        (changed("open", "expected", "poverty_class"), "[expected] lacks class_at_worst: the"),
        (changed("rich", "expected", "poverty_class"), "[expected] 'rich' is no class of"),
        (changed([], "expected", "articles"), "articles is empty: name the article"),
        (changed(["watre"], "expected", "deprived"), "'watre' is no indicator of"),
        (changed("decree_07", "standard"), "standard 'decree_07' is none of decision_59_2015"),
        (changed(1, "household", "floor_aera"), "[household]: 'floor_aera' is no question of the "
         "households table; did you mean 'floor_area'?"),
        (changed(1, "members", 0, "agee"), "[[members]] number 1: 'agee' is no question of the "
         "members table; did you mean 'age'?"),
        (changed(1, "houshold"), "the file has 'houshold', which is not known; did you mean "
         "'household'?"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_what_it_lacks(situation, sentence):
    sentences = situations.lacks(situation)
    assert len([text for text in sentences if sentence in text]) == 1, sentences
    assert situations.lacks(COMPLETE) == []
