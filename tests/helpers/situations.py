"""Situations: one household each, in a file that a lawyer can read, with the class it must get."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import multidim_poverty as mdp
from multidim_poverty.schema.definitions import COLUMNS

FOLDER = Path(__file__).parents[1] / "situations"
PARTS = {
    "story": "the household in words",
    "standard": "the standard, as mdp.standards() names it",
    "household": "the answers of the household",
    "expected": "the class, the deprivations and the articles that must come out",
}
EXPECTED = {
    "poverty_class": 'the class, or "open" where unknown answers leave it open',
    "deprived": "the indicators in which the household is deprived for certain",
    "unknown": "the indicators that no answer settles",
    "articles": "the articles of the rule that decides; [] where the class is open",
    "why": "the reason in words",
}
OPEN = {
    "class_at_worst": "the class where every unknown answer goes against the household",
    "class_at_best": "the class where every unknown answer goes for the household",
}
OPTIONAL = {"on", "members", "household", "income_band", *OPEN}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def lacks(situation: dict[str, Any]) -> list[str]:
    """What a file lacks or has too much, one sentence each; empty where it is complete."""
    sentences = _keys("the file", situation, PARTS, {"on", "members"})
    if sentences:
        return sentences
    sentences = _answers("[household]", situation["household"], "households")
    for number, member in enumerate(situation.get("members", []), start=1):
        sentences += _answers(f"[[members]] number {number}", member, "members")
    expected = situation["expected"]
    is_open = expected.get("poverty_class") == "open"
    needed = EXPECTED | (OPEN if is_open else {})
    sentences += _keys("[expected]", expected, needed, {"income_band"})
    if sentences:
        return sentences

    names = [standard.name for standard in mdp.standards()]
    if situation["standard"] not in names:
        return [f"standard {situation['standard']!r} is none of {', '.join(names)}"]
    standard = mdp.standard(situation["standard"])
    classes = [str(term) for term in standard.classes]
    stated = [expected[key] for key in OPEN] if is_open else [expected["poverty_class"]]
    sentences += [
        f"[expected] {value!r} is no class of {standard.name}: {', '.join(classes)}, or open"
        for value in stated
        if value not in classes
    ]
    for key in ("deprived", "unknown"):
        sentences += [
            f"[expected] {key}: {name!r} is no indicator of {standard.name}"
            f"{_nearest(name, standard.indicator_ids)}"
            for name in expected[key]
            if name not in standard.indicator_ids
        ]
    if not is_open and not expected["articles"]:
        sentences.append("[expected] articles is empty: name the article that gives the class")
    return sentences


def _keys(
    place: str, table: dict[str, Any], needed: dict[str, str], optional: set[str]
) -> list[str]:
    missing = [f"{place} lacks {key}: {text}" for key, text in needed.items() if key not in table]
    known = {*needed, *optional}
    return missing + [
        f"{place} has {key!r}, which is not known{_nearest(key, known)}"
        for key in table
        if key not in known
    ]


def _answers(place: str, answers: dict[str, Any], table: str) -> list[str]:
    known = {column.name for column in COLUMNS if column.table == table} - {"household_id"}
    return [
        f"{place}: {name!r} is no question of the {table} table{_nearest(name, known)}"
        for name in answers
        if name not in known
    ]


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(str(name), sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
