"""Conditions in words, for the reasons that people read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from multidim_poverty.language import Language, day_text, phrase, rounded_text
from multidim_poverty.law.catalog import standards
from multidim_poverty.programmes.benefit_rules.conditions import (
    Age,
    AllOf,
    AnyOf,
    Bounds,
    ClassIn,
    ColumnCondition,
    Condition,
    DeprivedIn,
    IndependentFor,
    Listed,
    ListedOn,
    LivesIn,
    NamedIn,
    NewlyEscaped,
    Not,
    NumberIn,
    OneOf,
    SomeMember,
    Yes,
)
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet

__all__ = ["words_of"]


def words_of(condition: Condition, rules: RuleSet, language: Language) -> str:
    """A condition as a statement."""

    def joined(parts: Iterable[Condition], word: str, inner: type[Condition]) -> str:
        texts = [
            f"({words_of(part, rules, language)})"
            if isinstance(part, inner)
            else words_of(part, rules, language)
            for part in parts
        ]
        return f"; {phrase(word).text(language)} ".join(texts)

    def said(name: str, **fields: object) -> str:
        return phrase(f"condition_{name}").text(language).format(**fields)

    match condition:
        case AllOf():
            return joined(condition.parts, "word_and", AnyOf)
        case AnyOf():
            return joined(condition.parts, "word_or", AllOf)
        case Not(negated=ClassIn() as negated):
            return said("not_class_in", classes=_listing(negated.class_in, language))
        case Not(negated=Yes() as negated):
            return said("not_yes", answer=_of_column(negated, language))
        case Not():
            return said("not", condition=words_of(condition.negated, rules, language))
        case SomeMember():
            return said("some_member", condition=words_of(condition.some_member, rules, language))
        case ClassIn():
            return said("class_in", classes=_listing(condition.class_in, language))
        case Listed():
            return said("listed")
        case ListedOn():
            return said("listed_on", day=_day(condition.listed_on, rules, language))
        case NewlyEscaped():
            return said("newly_escaped", months=condition.newly_escaped.months)
        case DeprivedIn():
            labels = {i.id: i.label for one in standards() for i in one.indicators}
            names = [labels[name].text(language) for name in condition.deprived_in]
            return said("deprived_in", indicators=", ".join(names))
        case LivesIn():
            labels = {entry.id: entry.label for entry in rules.place_lists}
            names = [labels[name].text(language) for name in condition.lives_in]
            return said("lives_in", places=", ".join(names))
        case IndependentFor():
            years, by = condition.independent_for.years, condition.independent_for.by
            text = said("independent_for", years=years)
            return text if by is None else f"{text} ({_day(by, rules, language)})"
        case Age():
            bounds = Bounds(at_least=condition.age.at_least, below=condition.age.below)
            return said("age", range=_range(bounds, language))
        case ColumnCondition():
            return _of_column(condition, language)
    raise NotImplementedError(condition.name)


def _day(day: dt.date | str, rules: RuleSet, language: Language) -> str:
    if isinstance(day, str):
        labels = {parameter.id: parameter.label for parameter in rules.parameters}
        return labels[day].text(language)
    return day_text(day, language)


def _of_column(condition: ColumnCondition, language: Language) -> str:
    label = condition.column.label.text(language)
    match condition:
        case OneOf():
            known = {str(term): term for term in condition.column.terms}
            terms = [getattr(known[code], language) for code in condition.one_of.codes]
            return f"{label}: {', '.join(terms)}"
        case NamedIn():
            return f"{label}: {', '.join(condition.named_in.names)}"
        case NumberIn():
            unit = condition.column.unit.partition("/")[0]
            return f"{label} ({unit}): {_range(condition.number_in, language)}"
        case Yes():
            return label
    raise NotImplementedError(condition.name)


def _listing(terms: Iterable[object], language: Language) -> str:
    return ", ".join(getattr(term, language) for term in terms)


def _range(bounds: Bounds, language: Language) -> str:
    parts = [
        phrase(f"range_{name}").text(language).format(bound=rounded_text(bound, language, 6))
        for name in ("at_least", "above", "at_most", "below")
        if (bound := getattr(bounds, name)) is not None
    ]
    return f" {phrase('word_and').text(language)} ".join(parts)
