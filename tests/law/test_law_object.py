"""Law objects: frozen to the bottom, equal by content, sound or refused, short to look at."""

import copy
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from enum import Enum

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

import multidim_poverty as mdp
from multidim_poverty import excel, reports
from multidim_poverty.base import FrozenDict
from multidim_poverty.law.days_off import shipped_days_off
from multidim_poverty.law.documents import shipped_documents
from multidim_poverty.law.low_income_worker import low_income_criterion
from multidim_poverty.law.point_rule import point_rules
from multidim_poverty.law.quick_form import quick_form
from multidim_poverty.law.score_sheet import score_sheet
from multidim_poverty.law.unit_lists import unit_rules
from multidim_poverty.programmes import plan_model

STANDARD = mdp.standard("decree_07_2021")
PROCEDURE = mdp.procedure_on("2023-09-01")
LAWS = [
    *mdp.standards(),
    *(mdp.procedure_on(day) for day in ("2023-09-01", "2025-09-01", "2026-10-01")),
    *point_rules(),
    low_income_criterion(),
    score_sheet("score_sheet_2016_partial"),
    quick_form("quick_form_2015"),
    shipped_days_off(),
]
SHIPPED = [
    *LAWS,
    unit_rules(),
    shipped_documents(),
    *(plan_model.shipped_plan(name) for name in plan_model.SHIPPED),
    *(reports.layout(number) for number in range(1, 16)),
    *reports.agreements(),
    *excel.layouts(),
]


def parts(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value in an object, down to the leaves, with its path."""
    yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from parts(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from parts(inner, f"{path}[{key!r}]")
    elif isinstance(value, (tuple, list, set, frozenset)):
        for n, inner in enumerate(value):
            yield from parts(inner, f"{path}[{n}]")


CHANGES = {
    "clear": lambda x: x.clear(),
    "append": lambda x: x.append(1),
    "add": lambda x: x.add(1),
    "update": lambda x: x.update({}),
    "pop": lambda x: x.pop(),
    "setdefault": lambda x: x.setdefault("new", 1),
    "sort": lambda x: x.sort(),
    "set item": lambda x: x.__setitem__(next(iter(x)) if isinstance(x, Mapping) else 0, None),
    "delete item": lambda x: x.__delitem__(next(iter(x)) if isinstance(x, Mapping) else 0),
    "union in place": lambda x: x.__ior__({}),
    "new attribute": lambda x: setattr(x, "new_attribute", 1),
}


@pytest.mark.parametrize("law", SHIPPED, ids=lambda law: repr(law)[:40])
def test_no_shipped_object_can_be_changed(law):
    before = pickle.dumps(law)
    changed = []
    for path, value in parts(law):
        if isinstance(value, (type(None), bool, int, float, str, Enum)):
            continue
        attempts = dict(CHANGES)
        if isinstance(value, BaseModel):
            for name in type(value).model_fields:
                attempts[f"set {name}"] = lambda x, name=name: setattr(x, name, getattr(x, name))
                attempts[f"delete {name}"] = lambda x, name=name: delattr(x, name)
        for what, change in attempts.items():
            try:
                change(value)
            except (AttributeError, TypeError, ValueError):
                continue
            changed.append(f"{path}: {what}")
    assert changed == []
    assert pickle.dumps(law) == before
    hash(law)


def test_what_moved_deadlines_points_and_cells_is_refused():
    process = PROCEDURE.processes[0]
    for mapping in (
        process.clocks,
        score_sheet("score_sheet_2016_partial").items[0].answers[0].points,
        plan_model.shipped_plan("plan_740_dak_nong").indicators[0].cells,
    ):
        assert len(mapping)
        with pytest.raises(AttributeError):
            mapping.clear()
        with pytest.raises(TypeError):
            mapping[next(iter(mapping))] = 999


def test_look_up_arrays_are_made_once_and_cannot_be_written():
    from multidim_poverty.assessment.classification import _cells
    from multidim_poverty.assessment.points.classes import _cells as point_cells
    from multidim_poverty.review.workdays import working_days

    again = pickle.loads(pickle.dumps(STANDARD))
    assert again is not STANDARD
    assert _cells(again) is _cells(STANDARD)
    rule = point_rules()[0]
    days = working_days(PROCEDURE)
    assert working_days(pickle.loads(pickle.dumps(PROCEDURE))) is days
    arrays = [*_cells(STANDARD), *point_cells(rule, 12), days.working, days.places, days.so_far]
    assert all(isinstance(array, np.ndarray) and not array.flags.writeable for array in arrays)


# -- equality ------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_equality_is_by_content(law):
    same = pickle.loads(pickle.dumps(law))
    read = type(law).model_validate(law.model_dump(by_alias=True))
    json = type(law).model_validate_json(law.model_dump_json(by_alias=True))
    for other in (same, read, json, copy.copy(law), copy.deepcopy(law), law.model_copy()):
        assert other == law
        assert hash(other) == hash(law)
        assert len({law, other}) == 1
    other = law.model_copy(update={"notes": (*law.notes, "changed")})
    assert other != law
    assert law != law.name
    assert other.content_hash != law.content_hash


@pytest.mark.slow
def test_the_hash_of_the_content_is_the_same_in_every_process():
    code = "import multidim_poverty as mdp; print(mdp.standard('decree_07_2021').content_hash)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == STANDARD.content_hash


# -- a changed law that keeps its name -----------------------------------------------------------


def cheaper(standard):
    line = standard.lines[0].model_copy(update={"rural": 1_000_000})
    return standard.model_copy(update={"lines": (line, *standard.lines[1:])})


def test_a_copy_that_keeps_the_name_of_the_law_says_that_it_is_altered():
    assert not any(law.altered for law in LAWS)
    changed = cheaper(STANDARD)
    assert changed.name == "decree_07_2021"
    assert changed.altered
    assert "altered='not the content of the shipped decree_07_2021'" in repr(changed)
    assert "altered" not in repr(STANDARD)
    clock = PROCEDURE.clocks[0].model_copy(update={"days": 30})
    slow = PROCEDURE.model_copy(update={"clocks": (clock, *PROCEDURE.clocks[1:])})
    assert slow.altered
    assert "altered" in repr(slow)


def test_a_receipt_says_that_the_standard_is_altered():
    for standard, altered in ((STANDARD, False), (cheaper(STANDARD), True)):
        result = mdp.classify(HOMES, MATRIX, standard=standard)
        slip = mdp.receipt(HOMES, MATRIX, result, standard=standard)
        assert slip.standard_altered is altered
        assert ("standard_altered=True" in repr(slip)) is altered
        assert slip.standard_hash == standard.content_hash
        found = mdp.verify(slip, HOMES, MATRIX, result=result, standard=standard)
        assert ("changed copy of decree_07_2021" in str(found)) is altered


def test_an_explanation_says_that_the_standard_is_altered():
    for standard, altered in ((STANDARD, False), (cheaper(STANDARD), True)):
        explained = mdp.explain(HOMES, MATRIX, "a", standard=standard, language="en")
        kinds = [sentence.kind for sentence in explained.sentences]
        assert ("altered" in kinds) is altered
        assert (
            "Not the law: the content of decree_07_2021 was changed" in str(explained)
        ) is altered


def test_a_variant_and_a_file_of_another_name_are_not_altered():
    lines = {"poverty_line": {"rural": 1_000_000}}
    assert not STANDARD.replace(name="ours", why="a test", lines=lines).altered
    assert STANDARD.replace(name=STANDARD.name, why="a test", lines=lines).altered
    assert not PROCEDURE.replace(name="ours", why="a test", clocks={"posting": 5}).altered


@pytest.mark.parametrize(
    ("law", "part"),
    [
        (point_rules()[0], "notes"),
        (low_income_criterion(), "notes"),
        (score_sheet("score_sheet_2016_partial"), "notes"),
        (quick_form("quick_form_2015"), "notes"),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_every_kind_of_law_notices_a_change_under_its_name(law, part):
    assert law.model_copy(update={part: ("changed",)}).altered


# -- holes ---------------------------------------------------------------------------------------

HOMES = pd.DataFrame({"area": ["rural"], "income_per_capita": [1e6]}, index=["a"])
MATRIX = pd.DataFrame(False, index=["a"], columns=STANDARD.indicator_ids)


def without(law, name):
    values = {k: v for k, v in law.__dict__.items() if k != name and k in type(law).model_fields}
    return type(law).model_construct(**values)


def test_a_standard_with_a_hole_says_what_is_missing():
    for name in ("lines", "class_rules", "indicators", "classes"):
        broken = without(STANDARD, name)
        with pytest.raises(
            mdp.LawFileError, match=f"{name}(: Field required| is missing)"
        ) as error:
            mdp.classify(HOMES, MATRIX, standard=broken)
        assert "\n" not in str(error.value)
        assert f"missing=['{name}']" in repr(broken)
        with pytest.raises(mdp.LawFileError, match=name):
            broken.decision_table()


def test_a_standard_without_a_clause_is_refused():
    gap = STANDARD.model_copy(update={"class_rules": STANDARD.class_rules[1:]})
    for use in (
        lambda: mdp.classify(HOMES, MATRIX, standard=gap),
        lambda: gap.decision_table(),
        lambda: gap.provisions(),
    ):
        with pytest.raises(mdp.LawFileError, match="gap in the class rules"):
            use()
    with pytest.raises(mdp.LawFileError, match="no class rule for income band 0 with 3"):
        gap.rule_for(0, 3)


def test_a_value_of_a_wrong_type_deep_in_a_copy_is_refused():
    line = STANDARD.lines[0].model_copy(update={"rural": "cheap"})
    broken = STANDARD.model_copy(update={"lines": (line, *STANDARD.lines[1:])})
    with pytest.raises(mdp.LawFileError, match="rural: Input should be a valid integer"):
        mdp.classify(HOMES, MATRIX, standard=broken)


def test_a_procedure_with_a_hole_says_what_is_missing():
    events = mdp.review.open_round(
        HOMES.assign(village="A"), previous=pd.Series({"a": "poor"}), on="2023-09-05"
    )
    no_clock = PROCEDURE.model_copy(update={"clocks": PROCEDURE.clocks[1:]})
    with pytest.raises(mdp.LawFileError, match="the clock 'posting' of posted is not described"):
        mdp.review.fold(events, procedure=no_clock)
    with pytest.raises(mdp.LawFileError, match="meeting"):
        mdp.review.fold(events, procedure=without(PROCEDURE, "meeting"))
    gap = PROCEDURE.model_copy(update={"superiors": PROCEDURE.superiors[1:]})
    with pytest.raises(mdp.LawFileError, match="no superior is given for 2023-09-01"):
        gap.on(PROCEDURE.periods[0].first.replace(year=2023))


def test_a_part_with_a_hole_says_what_is_missing():
    with pytest.raises(mdp.LawFileError, match="Line is not sound: rural is missing"):
        _ = type(STANDARD.lines[0]).model_construct(id="x").rural
    with pytest.raises(AttributeError, match="colour"):
        _ = STANDARD.colour


def test_the_error_travels_to_another_process():
    error = mdp.LawFileError("x.toml", ["lines: Field required"])
    assert str(error) == "x.toml is not sound: lines: Field required"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problems) == (str(error), error.problems)
    assert "2 problems\n  - a\n  - b" in str(mdp.LawFileError("x", ["a", "b"]))


# -- in a notebook -------------------------------------------------------------------------------


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_shows_itself_in_one_short_line(law):
    assert repr(law).startswith(f"{type(law).__name__}(name={law.name!r}")
    assert len(repr(law)) < 250
    assert "\n" not in repr(law)


def test_tables_for_notebooks():
    html = STANDARD._repr_html_()
    assert html.count("<tr") == 1 + len(STANDARD.decision_table())
    assert "1,500,000" in html
    html = PROCEDURE._repr_html_()
    assert html.count("<tr") == 1 + len(PROCEDURE.processes)
    assert "working days" in html
    indicator = STANDARD.indicator("water")
    assert indicator.label.vi in indicator._repr_html_()
    assert repr(indicator) == "Indicator(id='water', dimension='water_sanitation', rule='water')"


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_completes_to_its_own_names(law):
    names = dir(law)
    assert {"name", "notes", "provisions", "content_hash", "altered"} <= set(names)
    pydantic = set(dir(BaseModel)) - set(type(law).model_fields)
    assert not pydantic & set(names)
    assert not [name for name in names if name.startswith("_")]
    for name in names:
        getattr(law, name)


# -- the mapping ---------------------------------------------------------------------------------


def test_a_frozen_dict_is_a_mapping_and_nothing_more():
    mapping = FrozenDict({"b": 1, "a": 2})
    assert list(mapping) == ["b", "a"]
    assert mapping == {"a": 2, "b": 1}
    assert mapping != {"a": 2}
    assert hash(mapping) == hash(FrozenDict({"a": 2, "b": 1}))
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    source = {"a": 1}
    mapping = FrozenDict(source)
    source["a"] = 9
    assert mapping["a"] == 1
    assert repr(mapping) == "FrozenDict({'a': 1})"
    for change in (lambda: setattr(mapping, "_content", {}), lambda: delattr(mapping, "_content")):
        with pytest.raises(AttributeError, match="cannot be changed"):
            change()
    with pytest.raises(TypeError):
        mapping._content["a"] = 9
