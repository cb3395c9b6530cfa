"""Variants of a standard: the arguments of `Standard.replace`, checked all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation, Confidence
from multidim_poverty.law.consistency import line_problems, part_problems, table_problems
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.reading import problems_of
from multidim_poverty.law.rules import IndicatorRule, Rule
from multidim_poverty.law.standard_parts import ClassRule, Dimension, Indicator, Line
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["Changes", "VariantParts", "plain"]

Part = TypeVar("Part", Line, ClassRule, Dimension, Indicator)
Changes = Mapping[str, Any]  # id -> values to change; None takes the part out
RULE = TypeAdapter(IndicatorRule)


def plain(value: Any) -> Any:
    """A value as a law file has it: numbers of numpy, and whole floats, as plain whole numbers."""
    if isinstance(value, LawPart | Label):
        return value.model_dump()
    if isinstance(value, np.ndarray | list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class VariantParts:
    """The parts of a variant, and every problem of the arguments that it is made from."""

    def __init__(
        self,
        why: str,
        *,
        lines: tuple[Line, ...],
        class_rules: tuple[ClassRule, ...],
        dimensions: tuple[Dimension, ...],
        indicators: tuple[Indicator, ...],
        currency: Label,
    ) -> None:
        self.why = why
        self.problems: list[str] = []
        self.amounts_read = True  # of all lines
        self.table_read = True  # all that the decision table consists of
        self.lines, self.class_rules = lines, class_rules
        self.dimensions, self.indicators = dimensions, indicators
        self.currency = currency
        self.indicators_before = tuple(indicator.id for indicator in indicators)
        self.document = class_rules[0].citation.document

    # -- one kind of part after the other -----------------------------------------------

    def change_lines(self, changes: Changes, currency: Any) -> None:
        """Amounts of lines, lines taken out and lines added; another unit of money."""
        if currency is not None:
            self._change_currency(currency, changes)
        read: dict[str, Any] = {}
        for id, change in changes.items():
            if _is_number(change):  # one amount for both areas
                change = dict.fromkeys(Area.codes(), change)
            if isinstance(change, Mapping):
                strange = [key for key in change if key not in (*Area.codes(), "label")]
                self.problems += [f"line {id!r}: no area {key!r}" for key in strange]
                change = {key: change[key] for key in change if key not in strange}
            read[id] = change
        before = {line.id for line in self.lines}
        self.lines = self._changed("line", Line, self.lines, read)
        if {line.id for line in self.lines} - before:
            self.lines = tuple(sorted(self.lines, key=lambda line: line.rural))

    def _change_currency(self, currency: Any, changes: Changes) -> None:
        before = self.currency
        try:
            self.currency = Label.model_validate(_label(currency))
        except ValidationError as error:
            self.problems += [f"currency: {problem}" for problem in problems_of(error, {})]
            return
        for line in self.lines:
            change = changes.get(line.id, {})
            complete = not isinstance(change, Mapping) or set(Area.codes()) <= set(change)
            if self.currency != before and not complete:
                self.problems.append(
                    f"line {line.id!r} keeps an amount in {before.en}, and the "
                    f"currency is {self.currency.en}: give rural and urban, or None to take it out"
                )

    def change_indicators(
        self, changes: Changes, rules: Mapping[str, Any], dimensions: Changes
    ) -> None:
        """Dimensions and indicators taken out, added and worded anew; rules of indicators."""
        labelled = {
            id: change if change is None or _has_label(change) else {"label": change}
            for id, change in dimensions.items()
        }
        self.dimensions = self._changed("dimension", Dimension, self.dimensions, labelled)
        ids = self.indicators_before
        for id in rules:
            if id not in ids:
                self.problems.append(f"no indicator {id!r}; there are {', '.join(ids)}")
            elif id in changes and changes[id] is None:
                self.problems.append(f"indicator {id!r} has a new rule, and is taken out")
        self.indicators = tuple(
            self._with_rule(indicator, rules[indicator.id]) if indicator.id in rules else indicator
            for indicator in self.indicators
        )
        self.indicators = self._changed("indicator", Indicator, self.indicators, changes)
        added = [indicator for indicator in self.indicators if indicator.id not in ids]
        for indicator in added:  # behind the others of its dimension
            others = [one for one in self.indicators if one is not indicator]
            same = [n for n, one in enumerate(others) if one.dimension == indicator.dimension]
            others.insert(same[-1] + 1 if same else len(others), indicator)
            self.indicators = tuple(others)

    def _with_rule(self, indicator: Indicator, change: Any) -> Indicator:
        """The indicator with another rule, or other values of its rule, which say so."""
        if not isinstance(change, Rule | Mapping):
            self.problems.append(f"indicator {indicator.id!r}: {change!r} is no rule")
            return indicator
        whole = isinstance(change, Rule) or "kind" in change
        values = plain(change)
        if whole:
            # The whole rule is the variant: sources of its single values elsewhere do not hold.
            raw = {**values, "citations": ()}
        else:
            variant = {value: indicator.citation_of(value).as_variant(self.why) for value in values}
            kept = [c for c in indicator.rule.citations if c.value not in values]
            new = [{"value": value, "citation": cited} for value, cited in variant.items()]
            raw = {**indicator.rule.model_dump(), **values, "citations": [*kept, *new]}
        try:
            rule = RULE.validate_python(raw)
        except ValidationError as error:
            self.problems += _placed(f"indicator {indicator.id!r}: rule", error, raw)
            return indicator
        words = Label(
            vi=f"{indicator.deprived_when.vi} (biến thể: {self.why})",
            en=f"{indicator.deprived_when.en} (variant: {self.why})",
        )
        update: dict[str, Any] = {"rule": rule, "deprived_when": words}
        if whole:
            update["citation"] = indicator.citation.as_variant(self.why)
        return indicator.model_copy(update=update)

    def change_class_rules(self, changes: Changes) -> None:
        """Class rules changed, taken out and added; those that count other indicators."""
        self.class_rules = self._changed("class rule", ClassRule, self.class_rules, changes)
        if {one.id for one in self.indicators} != set(self.indicators_before):
            self.class_rules = tuple(
                rule.model_copy(update={"citation": rule.citation.as_variant(self.why)})
                if rule.counts_deprivations
                else rule
                for rule in self.class_rules
            )

    @property
    def classes(self) -> tuple[PovertyClass, ...]:
        """The classes that the class rules give, from the worst."""
        used = {rule.poverty_class for rule in self.class_rules}
        return tuple(cls for cls in PovertyClass if cls in used)

    def check(self) -> list[str]:
        """All problems, those between the parts among them where the parts could be read."""
        found = list(self.problems)
        if not isinstance(self.why, str) or not self.why.strip():
            found.append(f"why is {self.why!r}: say what the variant is, as a text")
        found += [
            f"no {what} is left"
            for what, parts in (
                ("class rule", self.class_rules),
                ("dimension", self.dimensions),
                ("indicator", self.indicators),
            )
            if not parts
        ]
        if self.amounts_read:
            found += line_problems(self.lines)
        found += part_problems(
            self.lines, self.class_rules, self.classes, self.dimensions, self.indicators
        )
        if self.table_read:
            found += table_problems(self.lines, self.class_rules, len(self.indicators))
        return found

    # -- what all kinds share -----------------------------------------------------------

    def _changed(
        self, what: str, model: type[Part], parts: Sequence[Part], changes: Changes
    ) -> tuple[Part, ...]:
        old: dict[str, Part] = {part.id: part for part in parts}
        changed: dict[str, Part] = dict(old)
        for id, change in changes.items():
            if change is not None:
                part = self._read(what, model, old, id, change)
                changed |= {} if part is None else {id: part}
            elif id in old:
                del changed[id]
            else:
                self.problems.append(f"no {what} {id!r}; there are {', '.join(old)}")
        return tuple(changed.values())

    def _read(
        self, what: str, model: type[Part], old: Mapping[str, Part], id: Any, change: Any
    ) -> Part | None:
        """The part with the changes; as it was, or None, where they cannot be read."""
        before = old.get(id)
        if not isinstance(change, Mapping | model):
            wanted = "a mapping of values, or None to take it out"
            if what == "line":
                wanted = "an amount, a mapping of amounts by area, or None to take it out"
            self._unread(what, before, f"{what} {id!r}: {change!r} is not {wanted}")
            return before
        values = plain(change)
        needed = [
            name
            for name, field in model.model_fields.items()
            if field.is_required() and name not in ("id", "citation")
        ]
        lacking = [name for name in needed if name not in values]
        if before is None and lacking:
            self._unread(
                what,
                before,
                f"no {what} {id!r} (there are {', '.join(old)}); to add it, give "
                f"{', '.join(lacking)} too",
            )
            return None
        raw: dict[str, Any] = {} if before is None else before.model_dump()
        for name in ("label", "deprived_when"):
            if name in values:
                values[name] = _label(values[name])
        raw |= {**values, "id": id}
        if "citation" in model.model_fields:
            raw["citation"] = self._citation(before)
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self._unread(what, before, *_placed(f"{what} {id!r}", error, raw))
            return before

    def _citation(self, before: Any) -> Citation:
        """The place of the part in the law, marked as a variant; the law alone for a new part."""
        if before is not None:
            citation: Citation = before.citation
            return citation.as_variant(self.why)
        return Citation(document=self.document, confidence=Confidence.UNCONFIRMED, variant=self.why)

    def _unread(self, what: str, before: Any, *problems: str) -> None:
        """Note a part that could not be read, and what then cannot be checked."""
        self.problems += problems
        self.amounts_read &= what != "line"
        self.table_read &= what != "class rule" and before is not None


def _placed(place: str, error: ValidationError, raw: Any) -> Iterator[str]:
    """What pydantic rejected in a part, with the place and the value."""
    for fault, problem in zip(error.errors(), problems_of(error, raw), strict=True):
        given = "" if fault["type"] in ("missing", "value_error") else f", got {fault['input']!r}"
        yield f"{place}: {problem.removeprefix('the file as a whole: ')}{given}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_ | str)


def _has_label(change: Any) -> bool:
    return (isinstance(change, Mapping) and "label" in change) or isinstance(change, Dimension)


def _label(words: Any) -> Any:
    """Words in both languages; one text stands for both."""
    return {"vi": words, "en": words} if isinstance(words, str) else plain(words)
