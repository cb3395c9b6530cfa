"""What each rule gives each household or member: entitled or not, granted, why, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.kleene import Truth
from multidim_poverty.language import Language, phrase
from multidim_poverty.programmes.benefit_rules.conditions import AllOf, Level
from multidim_poverty.programmes.benefit_rules.models import Benefit, BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.condition_words import words_of
from multidim_poverty.programmes.predicates import Evaluation

__all__ = ["Check", "Outcome", "outcome_of", "outcomes", "rules_in_use"]


@dataclass(frozen=True, eq=False)
class Check:
    """A condition that must hold, and what is said where it does not, or is not known."""

    truth: Truth
    failed: str
    unknown: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one rule gives: one entry per household, or per member.

    Attributes
    ----------
    rule : BenefitRule
    level : {"household", "member"}
    checks : tuple of Check
        In the order in which they are read.
    entitled, granted : Truth
        Whether the rule holds, and whether what it gives counts beside the other rules of the
        benefit.
    ranks : tuple of Truth
        The conditions of the order in which the entitled are served.
    """

    rule: BenefitRule
    level: Level
    checks: tuple[Check, ...]
    entitled: Truth
    granted: Truth
    ranks: tuple[Truth, ...]

    def reasons(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int16]:
        """The reason of some rows, by its place among `texts`; -1 for those that are entitled."""
        certain, possible = self.entitled.certain[rows], self.entitled.possible[rows]
        reason = np.full(len(rows), -1, dtype=np.int16)
        for n, check in reversed(list(enumerate(self.checks))):
            failed = ~possible & ~check.truth.possible[rows]
            unknown = possible & ~certain & ~check.truth.certain[rows]
            reason[failed], reason[unknown] = 2 * n, 2 * n + 1
        return reason

    def texts(self) -> list[str]:
        """The words of the reasons."""
        return [text for check in self.checks for text in (check.failed, check.unknown)]

    def priorities(self, rows: npt.NDArray[np.intp]) -> tuple[Any, Any]:
        """The place of some rows in the order, from 1, and where it is not known."""
        earliest = np.full(len(rows), len(self.ranks) + 1, dtype=np.int64)
        latest = earliest.copy()
        for n, rank in reversed(list(enumerate(self.ranks, start=1))):
            earliest[rank.possible[rows]] = n
            latest[rank.certain[rows]] = n
        return earliest, earliest != latest


def rules_in_use(rules: RuleSet, day: dt.date, include: Iterable[str]) -> tuple[BenefitRule, ...]:
    """The versions that are valid on a day: those that are on, and those asked for.

    Raises
    ------
    ArgumentError
        If `include` is no id and no sequence of ids.
    UnknownNameError
        If it names no rule.
    """
    named = [include] if isinstance(include, str) else include
    if not isinstance(named, Iterable) or not all(isinstance(one, str) for one in named):
        raise ArgumentError(f"include is {include!r}; pass ids of rules, such as a list of them")
    wanted = set(named)
    if unknown := sorted(wanted - {rule.id for rule in rules.rules}):
        off = sorted({rule.id for rule in rules.rules if rule.status == "off"})
        raise UnknownNameError(
            f"include names no rule of {rules.name}: {', '.join(unknown)}; those that are off are "
            f"{', '.join(off) or 'none'}"
        )
    return tuple(
        rule for rule in rules.on(day, off=True) if rule.status == "on" or rule.id in wanted
    )


def outcomes(
    rules: RuleSet,
    in_use: Sequence[BenefitRule],
    evaluation: Evaluation,
    language: Language,
) -> Iterator[Outcome]:
    """The outcome of every rule in use, benefit by benefit."""
    for benefit in rules.benefits:
        own = [rule for rule in in_use if rule.benefit == benefit.id]
        level = level_of(benefit, evaluation)
        entitled = [outcome_of(rule, level, rules, evaluation, language) for rule in own]
        yield from entitled if benefit.combine == "add" else _one_of(entitled, benefit)


def level_of(benefit: Benefit, evaluation: Evaluation) -> Level:
    """Whether the benefit is asked for each member: where it is theirs, and they are given."""
    personal = benefit.whom in ("member", "worker")
    return "member" if personal and evaluation.facts.members is not None else "household"


def outcome_of(
    rule: BenefitRule, level: Level, rules: RuleSet, evaluation: Evaluation, language: Language
) -> Outcome:
    """The outcome of one rule, without the other rules of its benefit."""
    exists = evaluation.exists()
    if level == "member":
        exists = evaluation.to_members(exists)
    gone = phrase("reason_gone").text(language)
    checks = [Check(exists, gone, gone)]
    for part in rule.when.parts if isinstance(rule.when, AllOf) else (rule.when,):
        words = {"condition": words_of(part, rules, language)}
        checks.append(_check(evaluation.of(part, level), ("failed", "unknown"), words, language))
    for exclusion in rule.exclude:
        words = {"exclusion": exclusion.label.text(language)}
        truth = ~evaluation.of(exclusion.when, level)
        checks.append(_check(truth, ("excluded", "exclusion_unknown"), words, language))
    entitled = checks[0].truth
    for check in checks[1:]:
        entitled &= check.truth
    ranks = tuple(evaluation.of(entry.when, level) for entry in rule.priority)
    return Outcome(rule, level, tuple(checks), entitled, entitled, ranks)


def _check(
    truth: Truth, names: tuple[str, str], words: Mapping[str, str], language: Language
) -> Check:
    failed, unknown = (phrase(f"reason_{n}").text(language).format(**words) for n in names)
    return Check(truth, failed, unknown)


def _one_of(entitled: Sequence[Outcome], benefit: Benefit) -> Iterator[Outcome]:
    """Of several rules that hold the first counts, or the highest, and of equals the first."""
    order = list(range(len(entitled)))
    if benefit.combine == "highest":
        order.sort(key=lambda n: _worth(entitled[n].rule), reverse=True)
    granted: dict[int, Truth] = {}
    better: Truth | None = None
    for n in order:
        truth = entitled[n].entitled
        granted[n] = truth if better is None else truth & ~better
        better = truth if better is None else better | truth
    for n, one in enumerate(entitled):
        yield Outcome(one.rule, one.level, one.checks, one.entitled, granted[n], one.ranks)


def _worth(rule: BenefitRule) -> Fraction:
    """What the household gains the more from, the higher it is: a loan the lower its interest."""
    assert rule.amount is not None
    return -rule.amount.value if rule.amount.unit == "interest" else rule.amount.value
