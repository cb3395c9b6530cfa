"""All cases of all shipped laws, from the oracles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from multidim_poverty.errors import UnknownNameError
from multidim_poverty.law import shipped_procedures, standard, standards
from multidim_poverty.law.days_off import shipped_days_off
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.point_rule import point_rules
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED, shipped_rules
from multidim_poverty.testing.vectors.case import CaseDraft, VectorCase
from multidim_poverty.testing.vectors.class_cases import assessment_cases, class_cases
from multidim_poverty.testing.vectors.eligibility_cases import eligibility_cases
from multidim_poverty.testing.vectors.indicator_cases import indicator_cases
from multidim_poverty.testing.vectors.movement_cases import movement_cases, rate_cases
from multidim_poverty.testing.vectors.point_cases import point_cases
from multidim_poverty.testing.vectors.review_cases import deadline_cases, review_cases

__all__ = ["KINDS", "cases", "laws"]

KINDS = (
    "indicators", "class", "assessment", "points", "deadlines", "review", "movement", "rates",
    "eligibility",
)  # fmt: skip


def laws() -> dict[str, LawObject]:
    """The shipped laws that the cases follow, by name."""
    shipped: list[Any] = [
        *standards(), *point_rules(), *shipped_procedures(), shipped_days_off(),
        *map(shipped_rules, SHIPPED),
    ]  # fmt: skip
    return {law.name: law for law in shipped}


def cases(kinds: Iterable[str] | None = None) -> list[VectorCase]:
    """Every case, made now from the oracles of ``multidim_poverty.testing``.

    Parameters
    ----------
    kinds : iterable of str, optional
        Of ``indicators``, ``class``, ``assessment``, ``points``, ``deadlines``, ``review``,
        ``movement``, ``rates`` and ``eligibility``; all where none is given.

    Returns
    -------
    list of VectorCase
        In the order of the kinds and laws; the same ones in every run.

    Raises
    ------
    UnknownNameError
        If there is no such kind.

    Examples
    --------
    >>> from multidim_poverty.testing import vectors
    >>> case = vectors.cases(["rates"])[1]
    >>> case.id, case.input, case.expected["vi"]
    ('rates/printed_rates/0002', {'numerator': 1, 'denominator': 3}, '33,33')
    """
    wanted: Sequence[str] = KINDS if kinds is None else list(kinds)
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise UnknownNameError(f"no kind {', '.join(map(repr, unknown))}; {', '.join(KINDS)}")
    collected = []
    for kind in KINDS:
        if kind not in wanted:
            continue
        numbers: Counter[str] = Counter()
        asked = set()
        for draft in _drafts(kind):
            question = draft.law, json.dumps(draft.input, sort_keys=True)
            if question not in asked:  # two bounds may have a side in common
                asked.add(question)
                numbers[draft.law] += 1
                collected.append(VectorCase.of(draft, numbers[draft.law]))
    return collected


def _drafts(kind: str) -> Iterator[CaseDraft]:
    if kind == "indicators":
        for each in standards():
            yield from indicator_cases(each)
    elif kind == "class":
        for each in standards():
            yield from class_cases(each)
    elif kind == "assessment":
        for each in standards():
            yield from assessment_cases(each, 50)
    elif kind == "points":
        for rule in point_rules():
            yield from point_cases(rule, standard(rule.standard))
    elif kind == "deadlines":
        for procedure in shipped_procedures():
            yield from deadline_cases(procedure, shipped_days_off())
    elif kind == "review":
        for procedure in shipped_procedures():
            yield from review_cases(procedure, 100)
    elif kind == "movement":
        yield from movement_cases(40)
    elif kind == "eligibility":
        for name in SHIPPED:
            yield from eligibility_cases(shipped_rules(name))
    else:
        yield from rate_cases()
