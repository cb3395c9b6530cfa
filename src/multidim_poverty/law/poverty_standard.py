"""A poverty standard: income lines, indicators and the decision table, read from TOML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pandas as pd
from pydantic import Field, field_validator, model_validator

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import LawFileError
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import repeated
from multidim_poverty.law.reading import checked, content_of
from multidim_poverty.law.rules import Rule
from multidim_poverty.law.standard_parts import ClassRule, Dimension, Indicator, Line, Period
from multidim_poverty.law.tables import CitedValue, decision_table, standard_cited
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["SHIPPED", "Standard", "shipped_standard"]

SHIPPED = ("decision_59_2015", "decree_07_2021", "decree_351_2025")


class Standard(LawObject):
    """A multidimensional poverty standard.

    Read one with `standard`, `standard_on` or `Standard.read`; change one with
    `Standard.replace`. It is frozen, and every value in it carries its citation.

    Attributes
    ----------
    name : str
    title : Label
    periods : tuple of Period
        Days on which it is in force.
    first_review : Citation or None
        Where it says that the review of September to December before the first period uses
        this standard.
    classes : tuple of PovertyClass
        From the worst to the best.
    lines : tuple of Line
        Income bounds, ascending [VND/person/month].
    class_rules : tuple of ClassRule
    dimensions : tuple of Dimension
    indicators : tuple of Indicator
        In legal order.
    notes : tuple of str
        What a user of this standard must know.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> [indicator.id for indicator in standard.indicators][:3]
    ['employment', 'dependents', 'nutrition']
    """

    periods: tuple[Period, ...] = Field(min_length=1)
    first_review: Citation | None = None
    classes: tuple[PovertyClass, ...] = Field(min_length=1)
    lines: tuple[Line, ...] = Field(min_length=1)
    class_rules: tuple[ClassRule, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=100)

    # -- what must hold for a file to be a standard -------------------------------------

    @field_validator("periods")
    @classmethod
    def _periods_join(cls, periods: tuple[Period, ...]) -> tuple[Period, ...]:
        for earlier, later in pairwise(periods):
            if later.first != earlier.last + dt.timedelta(days=1):
                raise ValueError(
                    f"periods must follow each other without gap or overlap: one ends on "
                    f"{earlier.last}, the next begins on {later.first}"
                )
        return periods

    @field_validator("lines")
    @classmethod
    def _lines_ascend(cls, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        for lower, upper in pairwise(lines):
            for area in Area:
                if upper.amount(area) <= lower.amount(area):
                    raise ValueError(
                        f"income bands overlap: line {upper.id!r} ({upper.amount(area)}) is not "
                        f"above {lower.id!r} ({lower.amount(area)}) for area {area}"
                    )
        return lines

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *repeated("line", [line.id for line in self.lines]),
            *repeated("class rule", [rule.id for rule in self.class_rules]),
            *repeated("dimension", [dimension.id for dimension in self.dimensions]),
            *repeated("indicator", [indicator.id for indicator in self.indicators]),
            *repeated("class", [str(cls) for cls in self.classes]),
        ]
        dimensions = {dimension.id for dimension in self.dimensions}
        problems += [
            f"indicator {indicator.id!r} is of unknown dimension {indicator.dimension!r}"
            for indicator in self.indicators
            if indicator.dimension not in dimensions
        ]
        order = list(PovertyClass)
        if sorted(self.classes, key=order.index) != list(self.classes):
            problems.append("classes must run from the worst to the best")
        used = {rule.poverty_class for rule in self.class_rules}
        if used != set(self.classes):
            problems.append(
                f"classes {sorted(map(str, set(self.classes) ^ used))} are listed without a rule, "
                f"or have a rule without being listed"
            )
        problems += self._table_problems()
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _table_problems(self) -> Iterator[str]:
        known = {line.id for line in self.lines}
        unknown = [
            f"class rule {rule.id!r} names unknown line {line!r}"
            for rule in self.class_rules
            for line in (rule.income_above, rule.income_at_most)
            if line is not None and line not in known
        ]
        if unknown:
            yield from unknown
            return
        for band in range(len(self.lines) + 1):
            for count in range(len(self.indicators) + 1):
                covering = [r.id for r in self.class_rules if self._covers(r, band, count)]
                if len(covering) != 1:
                    fault = f"overlap of {', '.join(covering)}" if covering else "gap"
                    yield (
                        f"{fault} in the class rules at income band "
                        f"{self.band_ids[band]!r} with {count} deprivations"
                    )

    def _covers(self, rule: ClassRule, band: int, count: int) -> bool:
        first, last = self._bands(rule)
        most = self.most_deprivations(rule)
        return first <= band <= last and rule.deprivations_at_least <= count <= most

    def most_deprivations(self, rule: ClassRule) -> int:
        """The highest deprivation count that a clause covers."""
        return rule.most_deprivations(len(self.indicators))

    def _bands(self, rule: ClassRule) -> tuple[int, int]:
        ids = [line.id for line in self.lines]
        first = 0 if rule.income_above is None else ids.index(rule.income_above) + 1
        last = len(ids) if rule.income_at_most is None else ids.index(rule.income_at_most)
        return first, last

    # -- what the mechanics ask ---------------------------------------------------------

    @property
    def band_ids(self) -> tuple[str, ...]:
        """Names of the income bands, ascending: up to each line, then above the last."""
        return (*(f"up_to_{line.id}" for line in self.lines), f"above_{self.lines[-1].id}")

    @property
    def indicator_ids(self) -> tuple[str, ...]:
        """Indicator names in legal order: the columns of the deprivation matrix."""
        return tuple(indicator.id for indicator in self.indicators)

    def indicator(self, id: str) -> Indicator:
        """The indicator of that name; `KeyError` lists the names there are."""
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        raise KeyError(
            f"{self.name} has no indicator {id!r}; it has {', '.join(self.indicator_ids)}"
        )

    def rule_for(self, band: int, count: int) -> ClassRule:
        """The clause that decides for an income band (by position) and a deprivation count."""
        for rule in self.class_rules:
            if self._covers(rule, band, count):
                return rule
        raise LawFileError(
            self.name, [f"no class rule for income band {band} with {count} deprivations"]
        )

    def covers(self, date: DayLike) -> bool:
        """Whether the standard is in force on a day."""
        return self.periods[0].first <= as_date(date, "date") <= self.periods[-1].last

    # -- what a reader asks -------------------------------------------------------------

    def decision_table(self) -> pd.DataFrame:
        """The whole class rule as a table.

        Returns
        -------
        pandas.DataFrame
            One row per area and clause, in the order of the law. Index ``rule`` (string,
            ``area.clause``). Columns ``area`` (category), ``income_above`` and
            ``income_at_most`` (Int64, VND/person/month; NA where open; above is exclusive, at
            most is inclusive), ``deprivations_at_least`` and ``deprivations_at_most`` (Int64,
            both inclusive), ``poverty_class`` (ordered category) and ``citation`` (string).

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> table = mdp.standard("decree_07_2021").decision_table()
        >>> table.loc["rural.average", ["income_above", "income_at_most"]].tolist()
        [1500000, 2250000]
        """
        self.check_sound()
        return decision_table(self.lines, self.class_rules, self.classes, len(self.indicators))

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        yield from standard_cited(self.periods, self.lines, self.class_rules, self.indicators)
        if self.first_review is not None:
            autumn = f"September to December {self.periods[0].first.year - 1}"
            yield "period", "first review", autumn, self.first_review

    def _summary(self) -> Iterator[tuple[str, object]]:
        yield "lines", [(line.id, line.rural, line.urban) for line in self.lines]
        yield "indicators", len(self.indicators)
        yield "days", f"{self.periods[0].first} to {self.periods[-1].last}"

    def _repr_html_(self) -> str:
        """The decision table, for notebooks."""
        table = self.decision_table()
        amounts = ["income_above", "income_at_most"]
        table[amounts] = table[amounts].map(lambda x: "" if pd.isna(x) else f"{x:,}")
        title = f"{self.title.vi} ({self.title.en})"
        html: str = table.reset_index(drop=True).to_html(index=False, border=0)
        return f"<p><code>{escape(repr(self))}</code><br>{escape(title)}</p>{html}"

    # -- making one ---------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> Standard:
        """Read a standard from a TOML file.

        Parameters
        ----------
        path : path-like
            A file of the layout of those in ``multidim_poverty/law``. A document that is not
            among the shipped ones is described under ``[documents.<id>]`` in the file itself.

        Returns
        -------
        Standard

        Raises
        ------
        LawFileError
            Names every problem: unknown or repeated keys, wrong dates, missing citations,
            income bands or class rules with gaps or overlaps.
        """
        path = Path(path)
        return cls.parse(path.read_text(encoding="utf-8"), name=path.name)

    @classmethod
    def parse(cls, toml: str, name: str = "standard") -> Standard:
        """Read a standard from the text of a TOML file; see `read`."""
        raw = content_of(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[Standard, ...]:
        return (shipped_standard(name),) if name in SHIPPED else ()

    def replace(
        self,
        *,
        name: str,
        why: str,
        lines: Mapping[str, Mapping[str, int]] | None = None,
        rules: Mapping[str, Rule | Mapping[str, Any]] | None = None,
    ) -> Standard:
        """A variant of the standard, such as a province's higher line or a research line.

        Parameters
        ----------
        name : str
            Name of the variant.
        why : str
            What it is and where its values come from; every replaced value is cited as a
            variant with these words, and is no longer law.
        lines : mapping, optional
            Line id -> ``{"rural": ..., "urban": ...}`` [VND/person/month]; an area left out
            keeps its amount.
        rules : mapping, optional
            Indicator id -> a rule, or a mapping of the single values to change.

        Returns
        -------
        Standard

        Raises
        ------
        LawFileError
            If the result would not be a standard, or an id is unknown.

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> higher = mdp.standard("decree_07_2021").replace(
        ...     name="our_province", why="higher line of our province",
        ...     lines={"poverty_line": {"urban": 2_300_000}})
        >>> print(higher.lines[0].urban, "|", higher.lines[0].citation)
        2300000 | Variant (higher line of our province) of Decree 07/2021/ND-CP, article 3, clause 1
        """
        lines, rules = lines or {}, rules or {}
        unknown = [
            *(f"no line {id!r}" for id in lines if id not in {line.id for line in self.lines}),
            *(f"no indicator {id!r}" for id in rules if id not in self.indicator_ids),
            *(
                f"line {id!r}: no area {area!r}"
                for id, amounts in lines.items()
                for area in amounts
                if area not in Area.codes()
            ),
        ]
        if unknown:
            raise LawFileError(name, unknown)
        raw = self._variant(name, why)
        for line, old in zip(raw["lines"], self.lines, strict=True):
            if line["id"] in lines:
                line.update(lines[line["id"]])
                line["citation"] = old.citation.as_variant(why).model_dump()
        for indicator, old_indicator in zip(raw["indicators"], self.indicators, strict=True):
            if indicator["id"] in rules:
                indicator["rule"] = _changed(old_indicator, rules[indicator["id"]], why)
                indicator["deprived_when"] = {
                    "vi": f"{old_indicator.deprived_when.vi} (biến thể: {why})",
                    "en": f"{old_indicator.deprived_when.en} (variant: {why})",
                }
                if isinstance(rules[indicator["id"]], Rule):
                    indicator["citation"] = old_indicator.citation.as_variant(why).model_dump()
        return self._validated(raw)


def _changed(indicator: Indicator, change: Rule | Mapping[str, Any], why: str) -> dict[str, Any]:
    if isinstance(change, Rule):
        # The whole rule is the variant: sources of its single values elsewhere do not hold here.
        return {**change.model_dump(), "citations": ()}
    kept = [c.model_dump() for c in indicator.rule.citations if c.value not in change]
    new = [
        {"value": value, "citation": indicator.citation_of(value).as_variant(why).model_dump()}
        for value in change
    ]
    return {**indicator.rule.model_dump(), **change, "citations": kept + new}


@cache
def shipped_standard(name: str) -> Standard:
    """The standard of a shipped file."""
    return Standard.parse(law_text(name), name=f"{name}.toml")
