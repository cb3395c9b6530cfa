"""Classes: incomes at both sides of each line, counts at both sides of each cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from multidim_poverty.law import ClassRule, Standard
from multidim_poverty.testing.oracle import classify_one, deprivations_one
from multidim_poverty.testing.vectors.case import CaseDraft, pick, sources_of
from multidim_poverty.testing.vectors.indicator_cases import any_household

__all__ = ["assessment_cases", "class_cases", "deciding"]

AREAS = ("rural", "urban")
FRACTION = 0.3  # of one VND, beside a line


def class_cases(standard: Standard) -> Iterator[CaseDraft]:
    """Every area, income beside a line and count beside a cut-off, with answers missing."""
    n = len(standard.indicators)
    cut_offs = {rule.deprivations_at_least for rule in standard.class_rules} - {0}
    counts = sorted({0, n} | {c + step for c in cut_offs for step in (-1, 0)})
    unknown = [(known, missing) for known in counts for missing in (0, 1) if known + missing <= n]
    unknown.append((0, max(cut_offs, default=1)))
    places = enumerate(product((*AREAS, None), _incomes(standard)))
    for at, (area, income) in places:
        if not _is_near(standard, area, income):
            continue
        for known, missing in unknown:
            answers = _answers(standard.indicator_ids, known, missing, at)
            yield _draft(standard, {"area": area, **income}, answers)


def _incomes(standard: Standard) -> list[dict[str, Any]]:
    """Incomes per head at and beside each line, those of a year with the size, and none."""
    amounts = sorted({getattr(line, area) for line in standard.lines for area in AREAS})
    beside = (-1, -FRACTION, 0, FRACTION, 1)
    incomes: list[dict[str, Any]] = [
        {"income_per_capita": amount + step} for amount in amounts for step in beside
    ]
    incomes += [
        {"income_12m": 12 * size * amount + step, "household_size": size}
        for size, amount in zip((3, 7) * len(amounts), amounts, strict=False)
        for step in (0, 1)
    ]
    incomes += [{"income_per_capita": amount} for amount in (0, 16_777_217)]
    incomes += [{"income_per_capita": None}, {"income_12m": 1, "household_size": None}]
    return incomes


def _is_near(standard: Standard, area: str | None, income: dict[str, Any]) -> bool:
    """Whether an income is at a line, or beside one of the area itself."""
    amounts = {getattr(line, each) for line in standard.lines for each in AREAS}
    own = set() if area is None else {getattr(line, area) for line in standard.lines}
    amount = income.get("income_per_capita")
    if amount is None or amount in amounts or not amounts:
        return True
    return area is not None and (
        any(abs(amount - line) <= 1 for line in own)
        or all(abs(amount - line) > 1 for line in amounts)
    )


def _answers(ids: tuple[str, ...], known: int, missing: int, turn: int) -> dict[str, Any]:
    """So many true and so many missing, beginning at another indicator each time."""
    order = ids[turn % len(ids) :] + ids[: turn % len(ids)]
    values = [True] * known + [None] * missing + [False] * len(ids)
    answers = dict(zip(order, values, strict=False))
    return {id: answers[id] for id in ids}


def deciding(standard: Standard, household: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """The clauses that a known class may stand on, as ``area.clause`` in the order of the law."""
    least = expected["deprivation_count"]
    most = least + expected["deprivations_unknown"]
    income = household.get("income_per_capita")
    if income is None and household.get("income_12m") is not None:
        size = household.get("household_size")
        income = None if size is None else household["income_12m"] / (12 * size)
    area = household.get("area")
    return [
        f"{each}.{rule.id}"
        for each in (AREAS if area is None else (area,))
        for rule in standard.class_rules
        if rule.deprivations_at_least <= most
        and (rule.deprivations_at_most is None or rule.deprivations_at_most >= least)
        and (income is None or _covers(standard, rule, each, income))
    ]


def _covers(standard: Standard, rule: ClassRule, area: str, income: float) -> bool:
    amounts = {line.id: getattr(line, area) for line in standard.lines}
    above = rule.income_above is None or income > amounts[rule.income_above]
    return above and (rule.income_at_most is None or income <= amounts[rule.income_at_most])


def _draft(standard: Standard, household: dict[str, Any], answers: dict[str, Any]) -> CaseDraft:
    expected = classify_one(household, answers, standard=standard)
    clauses = deciding(standard, household, expected)
    by_id = {rule.id: rule for rule in standard.class_rules}
    lines = {line.id: line.citation for line in standard.lines}
    possible = [by_id[clause.partition(".")[2]] for clause in clauses]
    known = expected["poverty_class"] is not None
    # A class that is not known for certain stands on every clause that is possible.
    citations = [rule.citation for rule in possible]
    bounds = [line for rule in possible for line in (rule.income_above, rule.income_at_most)]
    sources = sources_of([*citations, *(lines[line] for line in bounds if line is not None)])
    articles = list(dict.fromkeys(citation.text() for citation in citations))
    reason = {"rules": clauses, "citations": articles} if known else None
    return CaseDraft(
        "class",
        standard.name,
        {"household": household, "deprivations": answers},
        expected | {"reason": reason},
        sources,
    )


def assessment_cases(standard: Standard, count: int) -> Iterator[CaseDraft]:
    """From the answers to the class, of households that a seed draws."""
    random = Random(f"assessment {standard.name}")
    amounts = [getattr(line, area) for line in standard.lines for area in AREAS]
    for _ in range(count):
        household, members, on = any_household(standard, random)
        household["area"] = pick(random, (*AREAS, None) if random.random() < 0.1 else AREAS)
        household["income_per_capita"] = pick(random, amounts) + pick(random, (-50_000, 0, 1))
        answers = deprivations_one(household, members, standard=standard, on=on)
        drafted = _draft(standard, household, answers)
        citations = [
            citation
            for indicator in standard.indicators
            for citation in (
                indicator.citation,
                *(entry.citation for entry in indicator.rule.citations),
            )
        ]
        yield CaseDraft(
            "assessment",
            standard.name,
            {"household": household, "members": members, "on": on},
            {"indicators": answers, **drafted.expected},
            sources_of([*drafted.sources, *citations]),
        )
