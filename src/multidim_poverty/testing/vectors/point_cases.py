"""Points: B1 at both sides of each line in points, B2 at both sides of each cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from multidim_poverty.law import Standard
from multidim_poverty.law.point_rule import PointClass, PointRule
from multidim_poverty.testing.points_laws import points_class_one
from multidim_poverty.testing.vectors.case import CaseDraft, sources_of

__all__ = ["point_cases"]

AREAS = ("rural", "urban")


def point_cases(rule: PointRule, standard: Standard) -> Iterator[CaseDraft]:
    """Every area, B1 beside each line, B2 beside each cut-off, unknown points and bounds."""
    step, n = rule.points_per_deprivation.points, len(standard.indicators)
    lines = sorted({getattr(line, area).points for line in rule.lines for area in AREAS})
    cut_offs = {clause.b2_at_least for clause in rule.class_rules} - {0}
    b1: list[dict[str, Any]] = [
        {"b1": points + beside} for points in lines for beside in (-1, 0, 1)
    ]
    b1 += [{"b1": None}]
    b1 += [
        {"b1": None, "b1_at_least": points + low, "b1_at_most": points + high}
        for points in lines
        for low, high in ((-9, 0), (0, 1))
    ]
    b2: list[dict[str, Any]] = [{"b2": points} for points in sorted({0, n * step, *cut_offs})]
    b2 += [{"b2": points - step} for points in sorted(cut_offs)]
    b2 += [{"b2": None}]
    b2 += [
        {"b2": None, "b2_at_least": points + low * step, "b2_at_most": points + high * step}
        for points in sorted(cut_offs)
        for low, high in ((-2, -1), (-1, 0))
    ]
    for area, income, deprivations in product((*AREAS, None), b1, b2):
        yield _draft(rule, standard, {"area": area, **income, **deprivations})


def _draft(rule: PointRule, standard: Standard, points: dict[str, Any]) -> CaseDraft:
    """The classes by the oracle, and the clauses of all completions as sources."""
    step, n = rule.points_per_deprivation.points, len(standard.indicators)
    most = max(getattr(line, area).points for line in rule.lines for area in AREAS) + 1
    areas = AREAS if points["area"] is None else (points["area"],)
    clauses = [
        _clause(rule, area, b1, b2)
        for area in areas
        for b1 in _possible(points, "b1", most, 1)
        for b2 in _possible(points, "b2", n * step, step)
    ]
    citations = [rule.points_per_deprivation.citation]
    for clause in clauses:
        bounds = (clause.b1_above, clause.b1_at_most)
        citations.append(clause.citation)
        citations += [
            getattr(line, area).citation
            for line in rule.lines
            for area in areas
            if line.id in bounds
        ]
    expected = points_class_one(points, standard=standard, rule=rule)
    return CaseDraft("points", rule.name, points, expected, sources_of(citations))


def _possible(points: dict[str, Any], name: str, most: int, step: int) -> range:
    if points[name] is not None:
        return range(points[name], points[name] + 1)
    return range(points.get(f"{name}_at_least", 0), points.get(f"{name}_at_most", most) + 1, step)


def _clause(rule: PointRule, area: str, b1: int, b2: int) -> PointClass:
    """The one clause that fits."""
    amounts = {line.id: getattr(line, area).points for line in rule.lines}
    (clause,) = [
        clause
        for clause in rule.class_rules
        if (clause.b1_above is None or b1 > amounts[clause.b1_above])
        and (clause.b1_at_most is None or b1 <= amounts[clause.b1_at_most])
        and b2 >= clause.b2_at_least
        and (clause.b2_below is None or b2 < clause.b2_below)
    ]
    return clause
