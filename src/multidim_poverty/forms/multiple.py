"""Questions with several answers: each choice is a column of yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multidim_poverty.forms.answers import is_yes
from multidim_poverty.forms.headings import choices_of
from multidim_poverty.forms.questionnaire import NONE, UNKNOWN
from multidim_poverty.forms.wording import wording
from multidim_poverty.identity import name_key

__all__ = ["choices_in_columns", "choices_in_text"]

Truths = dict[str, bool | None]


def choices_in_text(multiple: str, cell: Any) -> Truths | None:
    """Yes or no for each column, from one cell with all choices; None if it is not understood."""
    columns = wording().multiple[multiple].columns
    if cell is None or not str(cell).strip():
        return dict.fromkeys(columns)
    chosen = _codes(multiple, str(cell))
    if chosen is None or (NONE in chosen and len(chosen) > 1):
        return None
    return _truths(columns, chosen)


def _codes(multiple: str, text: str) -> set[str] | None:
    """The choices that a text lists: codes or labels, one after the other."""
    choices = choices_of(multiple)
    left = name_key(text)
    parts = left.split()
    if all(part in choices for part in parts):
        return {choices[part] for part in parts}
    chosen = set()
    for label in sorted(choices, key=len, reverse=True):  # "has a laptop" before "a laptop"
        if label in left:
            left = left.replace(label, " ")
            chosen.add(choices[label])
    return chosen if not left.strip(" ,;") else None


def _truths(columns: Sequence[str], chosen: set[str]) -> Truths:
    others = None if UNKNOWN in chosen else False
    return {column: True if column in chosen else others for column in columns}


def choices_in_columns(multiple: str, cells: Mapping[str, Any]) -> tuple[Truths, Sequence[str]]:
    """Yes or no for each column, from one cell for each choice; and the cells not understood."""
    truths: Truths = {}
    wrong = []
    marked = {}
    for choice, cell in cells.items():
        empty = cell is None or not str(cell).strip()
        marked[choice] = None if empty else is_yes(cell)
        if not empty and marked[choice] is None:
            wrong.append(choice)
    for column in wording().multiple[multiple].columns:
        if column in marked:
            truths[column] = marked[column]
        elif marked.get(NONE):
            truths[column] = False
    if marked.get(UNKNOWN):
        truths = {column: value or None for column, value in truths.items()}
    if marked.get(NONE) and any(truths.values()):
        truths, wrong = {**dict.fromkeys(truths)}, [*wrong, NONE]
    return truths, wrong
