"""From points to a class: the rules of the circulars, read from TOML."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from multidim_poverty.base import Count, Identifier
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, LawFileError, NotCoveredError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart, repeated
from multidim_poverty.law.poverty_standard import Standard
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.law.tables import CitedValue
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = [
    "PointBound",
    "PointClass",
    "PointLine",
    "PointRule",
    "point_rule",
    "point_rules",
    "rule_of",
]

RULES = "circular_07_2021"


class PointBound(LawPart):
    """A number of points with its source."""

    points: Count
    citation: Citation


class PointLine(LawPart):
    """A bound of B1 in points, and the income line of the standard that it stands for."""

    id: Identifier
    label: Label
    stands_for: Identifier
    rural: PointBound
    urban: PointBound

    def bound(self, area: Area) -> PointBound:
        """The bound for an area."""
        return self.rural if area is Area.RURAL else self.urban


class PointClass(LawPart):
    """One clause: a band of B1 and a range of B2 that give a class.

    ``b1_above`` (excluded) and ``b1_at_most`` (included) name lines; ``b2_below`` is excluded.
    """

    id: Identifier
    poverty_class: PovertyClass
    b1_above: str | None = None
    b1_at_most: str | None = None
    b2_at_least: Count = 0
    b2_below: Count | None = None
    citation: Citation

    def covers_b2(self, b2: int) -> bool:
        """Whether a number of points for deprivations is in the range."""
        return self.b2_at_least <= b2 and (self.b2_below is None or b2 < self.b2_below)


class PointRule(LawObject):
    """How points become a class under one standard.

    Attributes
    ----------
    name : str
    title : Label
    standard : str
        Name of the standard that it belongs to.
    notes : tuple of str
        What a user of this rule must know.
    points_per_deprivation : PointBound
        Points of B2 for each deprived indicator.
    classes : tuple of PovertyClass
        From the worst to the best.
    lines : tuple of PointLine
        Bounds of B1, ascending.
    class_rules : tuple of PointClass

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty.law.point_rule import point_rule
    >>> rule = point_rule(mdp.standard("decree_07_2021"))
    >>> rule.lines[0].rural.points, rule.lines[0].urban.points
    (140, 175)
    """

    standard: Identifier
    points_per_deprivation: PointBound
    classes: tuple[PovertyClass, ...] = Field(min_length=1)
    lines: tuple[PointLine, ...] = Field(min_length=1)
    class_rules: tuple[PointClass, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *repeated("line", [line.id for line in self.lines]),
            *repeated("class rule", [rule.id for rule in self.class_rules]),
            *repeated("class", [str(cls) for cls in self.classes]),
        ]
        order = list(PovertyClass)
        if sorted(self.classes, key=order.index) != list(self.classes):
            problems.append("classes must run from the worst to the best")
        if {rule.poverty_class for rule in self.class_rules} != set(self.classes):
            problems.append("each class needs a class rule, and each class rule a listed class")
        if not self.points_per_deprivation.points:
            problems.append("a deprivation must give points")
        problems += [
            f"line {upper.id!r} is not above {lower.id!r} for area {area}"
            for lower, upper in pairwise(self.lines)
            for area in Area
            if upper.bound(area).points <= lower.bound(area).points
        ]
        known = {line.id for line in self.lines}
        unknown = [
            f"class rule {rule.id!r} names unknown line {line!r}"
            for rule in self.class_rules
            for line in (rule.b1_above, rule.b1_at_most)
            if line is not None and line not in known
        ]
        problems += unknown or self._table_problems()
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def _table_problems(self) -> Iterator[str]:
        # Between two bounds of B2 nothing changes, so that the bounds stand for all of it.
        steps = {0} | {r.b2_at_least for r in self.class_rules}
        steps |= {r.b2_below for r in self.class_rules if r.b2_below is not None}
        for b2 in sorted(steps):
            if self.points_per_deprivation.points and b2 % self.points_per_deprivation.points:
                yield f"the bound {b2} of b2 is no multiple of the points for one deprivation"
            for band in range(len(self.lines) + 1):
                covering = [rule.id for rule in self.class_rules if self._covers(rule, band, b2)]
                if len(covering) != 1:
                    fault = f"overlap of {', '.join(covering)}" if covering else "gap"
                    yield f"{fault} in the class rules at band {band + 1} of b1 with {b2} of b2"

    def _covers(self, rule: PointClass, band: int, b2: int) -> bool:
        ids = [line.id for line in self.lines]
        first = 0 if rule.b1_above is None else ids.index(rule.b1_above) + 1
        last = len(ids) if rule.b1_at_most is None else ids.index(rule.b1_at_most)
        return first <= band <= last and rule.covers_b2(b2)

    def rule_for(self, band: int, b2: int) -> PointClass:
        """The clause that decides for a band of B1 (by position) and points of B2."""
        for rule in self.class_rules:
            if self._covers(rule, band, b2):
                return rule
        raise LawFileError(self.name, [f"no class rule for band {band + 1} of b1 with {b2} of b2"])

    def check_covers(self, standard: Standard) -> None:
        """Raise `NotCoveredError` unless the rule belongs to the standard as the law has it."""
        if self.standard != standard.name:
            raise NotCoveredError(
                f"the points of {self.name} belong to {self.standard}, not to {standard.name}; "
                f"classify by income, or give the rule of {standard.name}"
            )
        lines = {line.id: line for line in standard.lines}
        for line in self.lines:
            if line.stands_for not in lines:
                raise NotCoveredError(
                    f"line {line.id!r} of {self.name} stands for {line.stands_for!r}, which "
                    f"{standard.name} does not have"
                )
            if lines[line.stands_for].citation.variant is not None:
                raise NotCoveredError(
                    f"no points are known for the replaced line {line.stands_for!r} of "
                    f"{standard.name}; classify by income, or give a rule with its points"
                )

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        per = self.points_per_deprivation
        yield "b2", "points_per_deprivation", str(per.points), per.citation
        for line in self.lines:
            for area in Area:
                bound = line.bound(area)
                yield f"line {line.id}", str(area), str(bound.points), bound.citation
        for rule in self.class_rules:
            parts = [f"b1 above {rule.b1_above}"] if rule.b1_above else []
            parts += [f"b1 at most {rule.b1_at_most}"] if rule.b1_at_most else []
            parts += [f"b2 at least {rule.b2_at_least}"] if rule.b2_at_least else []
            parts += [] if rule.b2_below is None else [f"b2 below {rule.b2_below}"]
            yield f"class rule {rule.id}", "condition", "; ".join(parts), rule.citation

    @classmethod
    def read(cls, path: str | Path) -> tuple[PointRule, ...]:
        """Read the rules of a TOML file of the layout of ``law/circular_07_2021.toml``.

        Raises
        ------
        LawFileError
            Names every problem: unknown keys, missing citations, gaps or overlaps.
        """
        path = Path(path)
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "point rules") -> tuple[PointRule, ...]:
        """Read rules from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        described = raw.pop("documents", {})
        return checked(_RuleFile, raw, described, name).rules

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[PointRule, ...]:
        return tuple(rule for rule in point_rules() if rule.name == name)


class _RuleFile(LawPart):
    rules: tuple[PointRule, ...] = Field(min_length=1)


@cache
def point_rules() -> tuple[PointRule, ...]:
    """The shipped rules from points to a class, one for each standard that has one."""
    return PointRule.parse(law_text(RULES), name=f"{RULES}.toml")


def rule_of(standard: str) -> PointRule:
    """The shipped rule of a standard by name."""
    for rule in point_rules():
        if rule.standard == standard:
            return rule
    raise NotCoveredError(
        f"no class rule in points is known for {standard}; there are rules for "
        f"{', '.join(rule.standard for rule in point_rules())}. Classify by income, or give a "
        f"rule read with PointRule.read(path)."
    )


def point_rule(standard: Standard) -> PointRule:
    """The rule from points to a class that belongs to a standard.

    Raises
    ------
    NotCoveredError
        If none is known: for Decree 351/2025, and for variants, whose lines have no points.
    """
    rule = rule_of(standard.name)
    rule.check_covers(standard)
    return rule
