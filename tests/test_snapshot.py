"""Names, signatures, columns, dtypes and rule ids are those that were written down."""

import difflib

import pytest

import multidim_poverty as mdp
from tests.helpers import snapshot


def difference(part):
    stored = (snapshot.FOLDER / f"{part}.txt").read_text("utf-8").splitlines()
    lines = difflib.unified_diff(
        stored, snapshot.text_of(part).splitlines(), "written down", "now", n=0, lineterm=""
    )
    return "\n".join(lines)


@pytest.mark.parametrize("part", snapshot.PARTS)
def test_what_users_rely_on_is_as_written_down(part):
    changed = difference(part)
    assert not changed, f"{changed}\n\nMeant so? `make snapshot`, and a line in CHANGELOG.md"


def test_a_name_that_comes_or_goes_is_noticed(monkeypatch):
    monkeypatch.setattr(mdp.movement, "__all__", [*mdp.movement.__all__[1:], "links"])
    assert "-mdp.movement.balance(flows, *, by=(), design=None)" in difference("names").splitlines()
    assert "+mdp.movement.links: module" in difference("names").splitlines()


def test_an_argument_that_changes_is_noticed(monkeypatch):
    monkeypatch.setattr(mdp.movement, "flows", lambda one, *, links=None: None)
    assert "+mdp.movement.flows(one, *, links=None)" in difference("names").splitlines()


def test_a_column_or_a_dtype_that_changes_is_noticed(monkeypatch):
    calendar = mdp.review.calendar

    def changed(*args, **options):
        table = calendar(*args, **options).rename(columns={"actor": "who"})
        return table.assign(year=table.index.to_numpy().astype("int8"))

    monkeypatch.setattr(mdp.review, "calendar", changed)
    lines = difference("columns").splitlines()
    assert "+mdp.review.calendar: year [int8]" in lines
    assert any(line.startswith("-mdp.review.calendar: actor [") for line in lines)


def test_a_rule_that_goes_is_noticed(monkeypatch):
    rules = mdp.schema.rules()
    monkeypatch.setattr(mdp.schema, "rules", lambda: rules.iloc[1:])
    first = f"-mdp.schema.rules: {rules['area'].iloc[0]} {rules['rule'].iloc[0]}"
    assert difference("rules").splitlines()[3:] == [first]
