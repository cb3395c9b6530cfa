"""The parts of a poverty standard: periods, income lines, class rules and indicators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from multidim_poverty.base import Count, Identifier
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.rules import IndicatorRule
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["VND", "ClassRule", "Dimension", "Indicator", "Line", "Period", "Variant"]

Amount = Annotated[int, Field(strict=True, gt=0)]
VND = Label(vi="đồng", en="VND")


class Period(LawPart):
    """Days, both included, on which a standard or a procedure applies.

    Parameters
    ----------
    first, last : datetime.date
        First and last day.
    citation : Citation
        Where the law says so.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> period = mdp.standard("decree_07_2021").periods[0]
    >>> print(period.first, period.last, period.citation.article)
    2022-01-01 2025-12-31 3
    """

    first: dt.date
    last: dt.date
    citation: Citation

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ArgumentError(f"the period ends on {self.last}, before it begins on {self.first}")
        return self


class Variant(LawPart):
    """The standard that another is a variant of, and what the variant is."""

    of: Identifier
    why: Annotated[str, Field(min_length=1)]

    @property
    def words(self) -> Label:
        """What it is, for where its name stands."""
        return Label(
            vi=f"biến thể của {self.of} ({self.why})", en=f"variant of {self.of} ({self.why})"
        )


class Line(LawPart):
    """An income bound [VND/person/month]; an income equal to it is not above it.

    Parameters
    ----------
    id : str
        Name by which class rules refer to the line.
    label : Label
        Its name in words.
    rural, urban : int
        The amount for each area, above zero.
    citation : Citation
        Where the law says so.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> line = mdp.standard("decree_07_2021").lines[0]
    >>> line.id, line.rural, line.amount(mdp.vocabulary.Area.URBAN)
    ('poverty_line', 1500000, 2000000)
    """

    id: Identifier
    label: Label
    rural: Amount
    urban: Amount
    citation: Citation

    def amount(self, area: Area) -> int:
        """The bound for an area [VND/person/month]."""
        return self.rural if area == Area.RURAL else self.urban


class ClassRule(LawPart):
    """One clause: an income band and a range of deprivation counts that give a class.

    Parameters
    ----------
    id : str
        Name of the rule.
    poverty_class : PovertyClass
        The class that it gives.
    income_above, income_at_most : str or None
        Ids of lines; None leaves that side open.
    deprivations_at_least : int
        Lowest count of deprivations.
    deprivations_at_most : int or None
        Highest count of deprivations; None is all of them.
    citation : Citation
        Where the law says so.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> rule = mdp.standard("decree_07_2021").class_rules[0]
    >>> rule.id, rule.income_at_most, rule.deprivations_at_least, str(rule.citation)
    ('poor', 'poverty_line', 3, 'Decree 07/2021/ND-CP, article 3, clause 2')
    """

    id: Identifier
    poverty_class: PovertyClass
    income_above: str | None = None
    income_at_most: str | None = None
    deprivations_at_least: Count = 0
    deprivations_at_most: Count | None = None
    citation: Citation

    def most_deprivations(self, indicators: int) -> int:
        """The highest deprivation count that the clause covers, of so many indicators."""
        most = self.deprivations_at_most
        return indicators if most is None else most

    @property
    def counts_deprivations(self) -> bool:
        """Whether the clause asks how many deprivations there are."""
        return self.deprivations_at_least > 0 or self.deprivations_at_most is not None

    def covers(self, band: int, count: int, line_ids: Sequence[str], indicators: int) -> bool:
        """Whether the clause covers an income band (by position) and a deprivation count."""
        first = 0 if self.income_above is None else line_ids.index(self.income_above) + 1
        last = len(line_ids) if self.income_at_most is None else line_ids.index(self.income_at_most)
        most = self.most_deprivations(indicators)
        return first <= band <= last and self.deprivations_at_least <= count <= most


class Dimension(LawPart):
    """A basic social service.

    Parameters
    ----------
    id : str
        Name by which indicators refer to the dimension.
    label : Label
        Its name in words.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> [dimension.id for dimension in mdp.standard("decree_07_2021").dimensions][:3]
    ['employment', 'health', 'education']
    """

    id: Identifier
    label: Label


class Indicator(LawPart):
    """One indicator of deprivation.

    Parameters
    ----------
    id : str
        Name of the indicator: a column of the matrix of deprivations.
    dimension : str
        Id of its dimension.
    label : Label
        Its name in words.
    deprived_when : Label
        The rule in words.
    rule : Rule
        The same rule as values.
    citation : Citation
        Source of the rule; single values of another source stand in ``rule.citations``.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> water = mdp.standard("decree_07_2021").indicator("water")
    >>> water.dimension, water.label.en, water.rule.kind
    ('water_sanitation', 'Domestic water source', 'water')
    """

    id: Identifier
    dimension: str
    label: Label
    deprived_when: Label
    rule: IndicatorRule
    citation: Citation

    def citation_of(self, value: str) -> Citation:
        """Source of one value of the rule."""
        return next((c.citation for c in self.rule.citations if c.value == value), self.citation)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """What tells one indicator from another."""
        yield from (("id", self.id), ("dimension", self.dimension), ("rule", self.rule.kind))

    def _repr_html_(self) -> str:
        """The rule in both languages, and its source."""
        rows = {
            "id": self.id,
            "label": f"{self.label.vi} ({self.label.en})",
            "deprived when": f"{self.deprived_when.vi} ({self.deprived_when.en})",
            "source": self.citation.text(),
        }
        html: str = pd.Series(rows).to_frame().to_html(header=False, border=0)
        return html
