"""Standards to try an implementation on: those of the law, and others that could be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.law import standards as shipped_standards
from multidim_poverty.law.rules import PersonsPerRoomRule, Rule
from multidim_poverty.law.standard_parts import Indicator
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["standards"]


@cache
def _indicator_pool() -> tuple[Indicator, ...]:
    """One indicator of every name that a shipped standard has a rule for, and one of rooms."""
    pool: dict[str, Indicator] = {}
    for name in ("decree_07_2021", "decision_59_2015", "decree_351_2025"):
        shipped = next(s for s in shipped_standards() if s.name == name)
        for indicator in shipped.indicators:
            if indicator.rule.kind != "unknown":
                pool.setdefault(indicator.id, indicator)
    rooms = PersonsPerRoomRule(kind="persons_per_room_more_than", more_than_persons_per_room=2)
    area = pool["housing_area"]
    cited = area.citation.as_variant("drawn for a test")
    pool["crowding"] = area.model_copy(update={"id": "crowding", "rule": rooms, "citation": cited})
    return tuple(pool.values())


# Values that may be drawn in the place of the law's, by kind of rule.
THRESHOLDS: Mapping[str, tuple[str, int, int]] = {
    "dependents": ("more_than_percent", 0, 99),
    "nutrition": ("child_below", 1, 18),
    "health_insurance": ("from_age", 1, 18),
    "housing_quality": ("not_durable_at_least", 1, 3),
    "housing_area": ("below_m2_per_head", 1, 30),
    "persons_per_room_more_than": ("more_than_persons_per_room", 1, 4),
}


def standards(
    *, shipped: bool = True, random: bool = True, monotone: bool = True
) -> st.SearchStrategy[Standard]:
    """The shipped standards, and others that could be law.

    A random one has up to 4 lines, 1 to 14 indicators with some thresholds of their own, and
    class rules that cover every income band and count once.

    Parameters
    ----------
    shipped, random : bool
        Which of the two to draw.
    monotone : bool
        Whether more income, and fewer deprivations, never give a worse class.

    Returns
    -------
    hypothesis strategy of Standard
        One Standard for each drawn example.

    Raises
    ------
    ArgumentError
        If neither ``shipped`` nor ``random`` is True.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> find(testing.standards(), lambda standard: len(standard.lines) == 3).name
    'decision_59_2015'
    >>> len(find(testing.standards(shipped=False), lambda standard: True).indicators)
    1
    """
    kinds = [st.sampled_from(shipped_standards())] if shipped else []
    kinds += [_random_standards(monotone)] if random else []
    if not kinds:
        raise ArgumentError("nothing to draw: let shipped or random be True")
    return st.one_of(kinds)


@st.composite
def _random_standards(draw: st.DrawFn, monotone: bool) -> Standard:
    base = shipped_standards()[1]
    citation = base.lines[0].citation.as_variant("drawn for a test")
    steps = draw(st.lists(st.tuples(_STEP, _STEP), max_size=4))
    amounts = np.cumsum(np.array(steps, dtype=np.int64).reshape(-1, 2), axis=0).tolist()
    lines = [
        {"id": f"line_{at}", "label": {"vi": f"Mức {at}", "en": f"Line {at}"},
         "rural": rural, "urban": urban, "citation": citation}
        for at, (rural, urban) in enumerate(amounts, start=1)
    ]  # fmt: skip
    pool = _indicator_pool()
    chosen = draw(st.lists(st.sampled_from(range(len(pool))), min_size=1, max_size=14, unique=True))
    indicators = [_varied(draw, pool[at]) for at in chosen]
    services = {d.id: d for s in shipped_standards() for d in s.dimensions}
    used = {indicator.dimension for indicator in indicators}
    classes, rules = _drawn_rules(draw, len(lines), len(indicators), monotone)
    return Standard.model_validate(
        {
            "name": "drawn",
            "title": {"vi": "Chuẩn thử nghiệm", "en": "Standard drawn for a test"},
            "periods": base.periods,
            "classes": classes,
            "lines": lines,
            "class_rules": [{**rule, "citation": citation} for rule in rules],
            "dimensions": [service for id, service in services.items() if id in used],
            "indicators": indicators,
        }
    )


_STEP = st.integers(1, 1_000_000)


def _varied(draw: st.DrawFn, indicator: Indicator) -> Indicator:
    """The indicator, at times with another threshold."""
    if indicator.rule.kind not in THRESHOLDS or not draw(st.booleans()):
        return indicator
    value, low, high = THRESHOLDS[indicator.rule.kind]
    rule: Rule = indicator.rule.model_copy(update={value: draw(st.integers(low, high))})
    cited = indicator.citation.as_variant("drawn for a test")
    return indicator.model_copy(update={"rule": rule, "citation": cited})


def _drawn_rules(
    draw: st.DrawFn, lines: int, indicators: int, monotone: bool
) -> tuple[list[str], list[dict[str, Any]]]:
    """Classes and class rules: every income band and count in one rule."""
    order = [str(cls) for cls in PovertyClass]
    many = draw(st.integers(1, len(order)))
    shape = (lines + 1, many - 1)
    if monotone:
        # A class is reached with fewer than so many deprivations; the richer the band and the
        # lower the class, the more are allowed.
        cell = st.integers(0, indicators + 1)
        size = shape[0] * shape[1]
        drawn = draw(st.lists(cell, min_size=size, max_size=size))
        below = np.array(drawn, dtype=np.intp).reshape(shape)
        below = np.maximum.accumulate(below, axis=0)
        below = np.minimum.accumulate(below, axis=1)
        table = (np.arange(indicators + 1)[None, :, None] < below[:, None, :]).sum(axis=2)
    else:
        rank = st.integers(0, many - 1)
        size = shape[0] * (indicators + 1)
        drawn = draw(st.lists(rank, min_size=size, max_size=size))
        table = np.array(drawn, dtype=np.intp).reshape(shape[0], indicators + 1)
    rules: list[dict[str, Any]] = []
    first = 0
    for band in range(lines + 1):
        if band < lines and (table[band] == table[band + 1]).all():
            continue
        changes = np.flatnonzero(np.diff(table[band])) + 1
        ends = [*changes.tolist(), indicators + 1]
        for low, end in zip([0, *changes.tolist()], ends, strict=True):
            rule: dict[str, Any] = {
                "id": f"{order[table[band, low]]}_{first}_{low}",
                "poverty_class": order[table[band, low]],
                "deprivations_at_least": low,
                "deprivations_at_most": None if end == indicators + 1 else end - 1,
                "income_above": f"line_{first}" if first else None,
                "income_at_most": f"line_{band + 1}" if band < lines else None,
            }
            rules.append(rule)
        first = band + 1
    return [cls for at, cls in enumerate(order) if (table == at).any()], rules
