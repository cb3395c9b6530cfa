"""The sets of rules that ship, overlays on them, and what a function takes as rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.law.reading import text_of, validated
from multidim_poverty.programmes.benefit_rules.rule_set import (
    ENTRIES,
    SHIPPED,
    RuleSet,
    overlaid,
    shipped_rules,
)

__all__ = ["RulesLike", "as_rules", "overlay", "rules", "valid_on"]

RulesLike = RuleSet | str | Sequence[RuleSet | str] | None
NATIONAL = SHIPPED[0]


def rules(name: str | None = None, *, on: DayLike | None = None) -> RuleSet:
    """A shipped set of rules.

    Parameters
    ----------
    name : {"national_2021_2026", "plan_740_dak_nong_rules"}, optional
        The national one by default.
    on : str or datetime.date, optional
        Keeps the versions that are valid on this day alone.

    Returns
    -------
    RuleSet
        Frozen; every rule in it has its citation.

    Raises
    ------
    UnknownNameError
        Lists the names there are.
    ArgumentError
        If `on` is no day.

    Notes
    -----
    Rules that are superseded, or that rest on no text that was read, are ``off``: they give
    nothing unless asked for by name (``include=``).

    Examples
    --------
    >>> from multidim_poverty import programmes
    >>> programmes.rules().name
    'national_2021_2026'
    """
    if name is not None and name not in SHIPPED:
        raise UnknownNameError(f"no set of rules {name!r}; there are {', '.join(SHIPPED)}")
    return valid_on(shipped_rules(name or NATIONAL), optional_date(on))


def valid_on(rule_set: RuleSet, day: dt.date | None) -> RuleSet:
    """A set of rules with the versions of one day alone."""
    if day is None:
        return rule_set
    return rule_set.model_copy(update={"rules": rule_set.on(day, off=True)})


def overlay(rules: RulesLike, path: str | Path) -> RuleSet:
    r"""A set of rules with those of a file of your own, such as a province's top-ups.

    Parameters
    ----------
    rules : RuleSet, str or a sequence of these, or None
        What the file adds to; the national rules where it is None.
    path : str or pathlib.Path
        A TOML file of the layout of the shipped ones. ``replaces`` lists the ids of rules,
        benefits, parameters and lists of places that the file has in the place of the shipped
        ones; all others are added.

    Returns
    -------
    RuleSet
        Under the name of the file's set.

    Raises
    ------
    LawFileError
        Names every problem with its place, as `RuleSet.read` does; also where a version overlaps
        with one that the file does not replace.
    ArgumentError
        If there are no such rules.
    MissingFileError
        If there is no such file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from multidim_poverty import programmes
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "ours.toml")
    ...     _ = path.write_text('format = 1\nname = "ours"\n'
    ...                         'title = {vi = "Tỉnh ta", en = "Ours"}', encoding="utf-8")
    ...     programmes.overlay(programmes.rules(), path).name
    'ours'
    """
    path = Path(path)
    return overlaid(as_rules(rules), text_of(path), path.name)


def as_rules(rules: Any) -> RuleSet:
    """The set of rules that an argument is or names; several are joined.

    Raises
    ------
    UnknownNameError, ArgumentError
        If it is something else.
    LawFileError
        If an object is not sound, or the sets do not go together.
    """
    if rules is None:
        return shipped_rules(NATIONAL)
    if isinstance(rules, RuleSet):
        rules.check_sound()
        return rules
    if isinstance(rules, str):
        if rules in SHIPPED:
            return shipped_rules(rules)
        raise UnknownNameError(f"no set of rules {rules!r}; there are {', '.join(SHIPPED)}")
    if isinstance(rules, Sequence) and rules:
        sets = [as_rules(entry) for entry in rules]
        return sets[0] if len(sets) == 1 else _joined(sets)
    raise ArgumentError(
        f"rules cannot be {type(rules).__name__}; pass a RuleSet, a name ({', '.join(SHIPPED)}) "
        f"or several of these"
    )


def _joined_lists(lists: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lists of one id as one: the places of all, the words and the source of the first."""
    joined: dict[str, dict[str, Any]] = {}
    for entry in lists:
        one = joined.setdefault(entry["id"], {**entry, "places": []})
        one["places"] += [place for place in entry["places"] if place not in one["places"]]
    return list(joined.values())


def _joined(sets: Sequence[RuleSet]) -> RuleSet:
    """One set of several: lists of places are joined, what else they share must be the same."""
    name = "_and_".join(one.name for one in sets)
    titles = [one.title for one in sets]
    raw: dict[str, Any] = {
        "format": 1,
        "name": name,
        "title": {
            "vi": "; ".join(title.vi for title in titles),
            "en": "; ".join(title.en for title in titles),
        },
        "notes": [note for one in sets for note in one.notes],
    }
    for part in ENTRIES:
        entries = [entry for one in sets for entry in getattr(one, part)]
        raw[part] = [entry.model_dump(by_alias=True) for entry in dict.fromkeys(entries)]
    raw["place_lists"] = _joined_lists(raw["place_lists"])
    return validated(RuleSet, raw, name)
