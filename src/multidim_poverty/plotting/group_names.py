"""The names of groups and units as they are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from multidim_poverty.language import Language
from multidim_poverty.plotting.words import drawn_text, label_of, word
from multidim_poverty.vocabulary import Area, PovertyClass, Term

__all__ = ["TERMS", "group_names"]

TERMS: dict[str, Term] = {str(term): term for term in (*Area, *PovertyClass)}


def group_names(keys: Iterable[tuple[Any, ...]], language: Language) -> list[str]:
    """The drawn name of each group: its path from the largest unit down, codes as their terms."""
    return [" / ".join(_name(value, language) for value in key) for key in keys]


def _name(value: Any, language: Language) -> str:
    if value is None:
        return word("not_known", language)
    term = TERMS.get(str(value))
    return drawn_text(str(value)) if term is None else label_of(term, language)
