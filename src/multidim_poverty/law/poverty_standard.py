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

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, LawFileError, UnknownNameError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.consistency import (
    band_ids_of,
    line_problems,
    part_problems,
    table_problems,
)
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.law.rules import Rule
from multidim_poverty.law.standard_parts import (
    VND,
    ClassRule,
    Dimension,
    Indicator,
    Line,
    Period,
    Variant,
)
from multidim_poverty.law.tables import (
    CitedValue,
    chosen_line,
    decision_table,
    lines_by_area,
    standard_cited,
)
from multidim_poverty.law.variants import Changes, VariantParts
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["SHIPPED", "Standard", "shipped_standard"]

SHIPPED = ("decision_59_2015", "decree_07_2021", "decree_351_2025")


class Standard(LawObject):
    """A multidimensional poverty standard.

    Read one with `standard`, `standard_on` or `Standard.read`; change one with
    `Standard.replace`. It is frozen, and every value in it carries its citation.

    Parameters
    ----------
    name : str
        Name of the standard, such as ``"decree_07_2021"``.
    title : Label
        Its name in words.
    notes : tuple of str
        What a user of this standard must know.
    variant : Variant or None
        For what is no law: the standard that it is a variant of, and why.
    periods : tuple of Period
        Days on which it is in force.
    first_review : Citation or None
        Where it says that the review of September to December before the first period uses
        this standard.
    currency : Label
        The unit of money of the lines, in words.
    classes : tuple of PovertyClass
        From the worst to the best.
    lines : tuple of Line
        Income bounds, ascending [VND/person/month]; none where deprivations alone decide.
    class_rules : tuple of ClassRule
        The clauses; each income band and count of deprivations is in exactly one.
    dimensions : tuple of Dimension
        The basic social services, in legal order.
    indicators : tuple of Indicator
        In legal order.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> [indicator.id for indicator in standard.indicators][:3]
    ['employment', 'dependents', 'nutrition']
    """

    variant: Variant | None = None
    periods: tuple[Period, ...] = Field(min_length=1)
    first_review: Citation | None = None
    currency: Label = VND
    classes: tuple[PovertyClass, ...] = Field(min_length=1)
    lines: tuple[Line, ...]
    class_rules: tuple[ClassRule, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1, max_length=100)

    # -- what must hold for a file to be a standard -------------------------------------

    @field_validator("periods")
    @classmethod
    def _periods_join(cls, periods: tuple[Period, ...]) -> tuple[Period, ...]:
        for earlier, later in pairwise(periods):
            if later.first != earlier.last + dt.timedelta(days=1):
                raise ArgumentError(
                    f"periods must follow each other without gap or overlap: one ends on "
                    f"{earlier.last}, the next begins on {later.first}"
                )
        return periods

    @field_validator("lines")
    @classmethod
    def _lines_ascend(cls, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        for problem in line_problems(lines):
            raise ArgumentError(problem)
        return lines

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *part_problems(
                self.lines, self.class_rules, self.classes, self.dimensions, self.indicators
            ),
            *table_problems(self.lines, self.class_rules, len(self.indicators)),
        ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def most_deprivations(self, rule: ClassRule) -> int:
        """The highest deprivation count that a clause covers."""
        return rule.most_deprivations(len(self.indicators))

    # -- what the mechanics ask ---------------------------------------------------------

    @property
    def band_ids(self) -> tuple[str, ...]:
        """Names of the income bands, ascending: up to each line, then above the last.

        A standard without lines has one band, ``any_income``.
        """
        return band_ids_of(self.lines)

    @property
    def indicator_ids(self) -> tuple[str, ...]:
        """Indicator names in legal order: the columns of the deprivation matrix."""
        return tuple(indicator.id for indicator in self.indicators)

    def indicator(self, id: str) -> Indicator:
        """The indicator of that name; `KeyError` lists the names there are."""
        for indicator in self.indicators:
            if indicator.id == id:
                return indicator
        raise UnknownNameError(
            f"{self.name} has no indicator {id!r}; it has {', '.join(self.indicator_ids)}"
        )

    def rule_for(self, band: int, count: int) -> ClassRule:
        """The clause that decides for an income band (by position) and a deprivation count."""
        line_ids = [line.id for line in self.lines]
        for rule in self.class_rules:
            if rule.covers(band, count, line_ids, len(self.indicators)):
                return rule
        raise LawFileError(
            self.name, [f"no class rule for income band {band} with {count} deprivations"]
        )

    @property
    def deprivation_cut_offs(self) -> tuple[int, ...]:
        """The counts of deprivations from which on another clause decides, ascending."""
        most = (self.most_deprivations(rule) + 1 for rule in self.class_rules)
        counts = {*most, *(rule.deprivations_at_least for rule in self.class_rules)}
        return tuple(sorted(counts - {0, len(self.indicators) + 1}))

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

    def lines_for(self, households: pd.DataFrame, *, line: str | None = None) -> pd.Series[Any]:
        """The income line of each household, by its area.

        Parameters
        ----------
        households : pandas.DataFrame
            One row per household: ``area``, missing where unknown.
        line : str, optional
            Id of the line; by default the lowest, such as ``poverty_line``.

        Returns
        -------
        pandas.Series
            Int64 [VND per person per month, or in `currency`], named after the line, on the index
            of `households`; NA where the area is unknown, even if both areas have one amount.

        Raises
        ------
        UnknownNameError
            If the standard has no such line; names those it has.
        ArgumentError
            If there is no column ``area``, or it holds words that are no areas; names them.

        Notes
        -----
        The article is the ``citation`` of the line among ``standard.lines``: for the income line
        of Decree 07/2021/ND-CP article 3, clause 1. An income at the line is not above it.

        Examples
        --------
        >>> import pandas as pd
        >>> import multidim_poverty as mdp
        >>> households = pd.DataFrame({"area": ["rural", "urban", None]}, index=["a", "b", "c"])
        >>> mdp.standard("decree_07_2021").lines_for(households).tolist()
        [1500000, 2000000, <NA>]
        """
        self.check_sound()
        return lines_by_area(chosen_line(self.lines, line, self.name), households)

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        yield from standard_cited(self.periods, self.lines, self.class_rules, self.indicators)
        if self.first_review is not None:
            autumn = f"September to December {self.periods[0].first.year - 1}"
            yield "period", "first review", autumn, self.first_review

    def _summary(self) -> Iterator[tuple[str, object]]:
        yield "lines", [(line.id, line.rural, line.urban) for line in self.lines]
        yield "indicators", len(self.indicators)
        if self.variant is not None:
            yield "variant_of", self.variant.of
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
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "standard") -> Standard:
        """Read a standard from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[Standard, ...]:
        return (shipped_standard(name),) if name in SHIPPED else ()

    def replace(
        self,
        *,
        name: str,
        why: str,
        lines: Changes | None = None,
        rules: Mapping[str, Rule | Mapping[str, Any]] | None = None,
        class_rules: Changes | None = None,
        indicators: Changes | None = None,
        dimensions: Changes | None = None,
        currency: Label | Mapping[str, str] | str | None = None,
    ) -> Standard:
        """A variant of the standard: a province's higher line, a research line, another country.

        Of `lines`, `class_rules`, `indicators` and `dimensions`, a mapping names the values that
        change, None takes the part out, and an id that is not there adds a part, which then needs
        all its values. Numbers may be of numpy; floats must be whole.

        Parameters
        ----------
        name : str
            Name of the variant.
        why : str
            What it is and where its values come from; every replaced value is cited as a
            variant with these words, and is no longer law.
        lines : mapping, optional
            Line id -> ``{"rural": ..., "urban": ...}`` [VND/person/month], or one amount for both
            areas; an area left out keeps its amount. A new line needs a ``label`` too.
        rules : mapping, optional
            Indicator id -> a rule, a mapping of the single values to change, or, where it has a
            ``kind``, of all values of another kind of rule.
        class_rules : mapping, optional
            Id -> values of a `ClassRule`, such as ``{"deprivations_at_least": 2}``. Every income
            band and count of deprivations must stay in exactly one.
        indicators : mapping, optional
            Id -> values of an `Indicator`: ``dimension``, ``label``, ``deprived_when``, ``rule``.
            Words are a text for both languages, or ``{"vi": ..., "en": ...}``. A new one stands
            behind the others of its dimension.
        dimensions : mapping, optional
            Id -> its label.
        currency : mapping or str, optional
            The unit of money in words, such as ``{"vi": "colón", "en": "CRC"}``; then every line
            that stays must be given anew.

        Returns
        -------
        Standard
            Its ``variant`` says of which standard it is one, and why.

        Raises
        ------
        LawFileError
            If the result would not be a standard; names all problems: unknown ids, amounts that
            are no whole numbers, gaps and overlaps of the class rules.

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> higher = mdp.standard("decree_07_2021").replace(
        ...     name="our_province", why="higher line of our province",
        ...     lines={"poverty_line": {"urban": 2_300_000}})
        >>> print(higher.lines[0].urban, "|", higher.lines[0].citation)
        2300000 | Variant (higher line of our province) of Decree 07/2021/ND-CP, article 3, clause 1
        >>> strict = mdp.standard("decree_07_2021").replace(
        ...     name="cut_off_2", why="research",
        ...     class_rules={"poor": {"deprivations_at_least": 2},
        ...                  "near_poor": {"deprivations_at_most": 1}})
        >>> int(strict.decision_table().loc["rural.poor", "deprivations_at_least"])
        2
        """
        parts = VariantParts(
            why,
            lines=self.lines,
            class_rules=self.class_rules,
            dimensions=self.dimensions,
            indicators=self.indicators,
            currency=self.currency,
        )
        parts.change_lines(lines or {}, currency)
        parts.change_indicators(indicators or {}, rules or {}, dimensions or {})
        parts.change_class_rules(class_rules or {})
        if problems := parts.check():
            raise LawFileError(str(name), problems)
        changed = {
            "variant": {"of": self.name, "why": why},
            "currency": parts.currency,
            "classes": parts.classes,
            "lines": parts.lines,
            "class_rules": parts.class_rules,
            "dimensions": parts.dimensions,
            "indicators": parts.indicators,
        }
        return self._validated(self._variant(name, why) | changed)


@cache
def shipped_standard(name: str) -> Standard:
    """The standard of a shipped file."""
    return Standard.parse(law_text(name), name=f"{name}.toml")
