"""A set of rules, read from TOML, and the files that ship."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import LawFileError
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import repeated
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.law.tables import CitedValue
from multidim_poverty.programmes.benefit_rules.models import (
    Benefit,
    BenefitRule,
    Parameter,
    PlaceList,
    not_comparable,
    overlapping,
    unknown_names,
)

__all__ = ["SHIPPED", "RuleSet", "overlaid", "shipped_rules"]

SHIPPED = ("national_2021_2026", "plan_740_dak_nong_rules")
ENTRIES = ("benefits", "parameters", "place_lists", "rules")


class RuleSet(LawObject):
    """Benefits, and the rules that open them.

    Take a shipped one from `rules`, read one with `read`, add a province's own with `overlay`.
    It is frozen, and every rule in it carries its citation.

    Parameters
    ----------
    name : str
        Name of the set.
    title : Label
        Its name in words.
    notes : tuple of str
        What a user of these rules must know.
    format : {1}
        Number of the format of such a file.
    benefits : tuple of Benefit
        What the rules open.
    parameters : tuple of Parameter
        Amounts that no text at hand gives.
    place_lists : tuple of PlaceList
        Units that rules name, by days.
    rules : tuple of BenefitRule
        Every version of every rule.

    Examples
    --------
    >>> from multidim_poverty import programmes
    >>> rule_set = programmes.rules("national_2021_2026")
    >>> rule_set.benefits[0].id, len(rule_set.rules)
    ('health_insurance_premium', 30)
    """

    format: Literal[1]
    benefits: tuple[Benefit, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    place_lists: tuple[PlaceList, ...] = ()
    rules: tuple[BenefitRule, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *repeated("benefit", [benefit.id for benefit in self.benefits]),
            *repeated("parameter", [parameter.id for parameter in self.parameters]),
            *repeated("list of places", [entry.id for entry in self.place_lists]),
            *overlapping(self.rules),
            *unknown_names(self.rules, self.benefits, self.parameters, self.place_lists),
            *not_comparable(self.rules, self.benefits),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def on(self, day: dt.date, *, off: bool = False) -> tuple[BenefitRule, ...]:
        """The versions that are valid on a day; those that are off where asked for."""
        return tuple(
            rule for rule in self.rules if rule.holds_on(day) and (off or rule.status == "on")
        )

    def benefit(self, name: str) -> Benefit:
        """The benefit of an id."""
        return next(benefit for benefit in self.benefits if benefit.id == name)

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        for entry in self.place_lists:
            yield f"places {entry.id}", "places", str(len(entry.places)), entry.citation
        for rule in self.rules:
            yield f"rule {rule.id}", "valid", rule.days, rule.citation
            if rule.amount is not None:
                amount = rule.amount
                of = f" of {amount.of}" if amount.of else ""
                words = f"{amount.bound} {amount.value} {amount.unit}{of}, {amount.period}"
                yield f"rule {rule.id}", "amount", words, rule.citation

    def _summary(self) -> Iterator[tuple[str, object]]:
        yield "benefits", len(self.benefits)
        yield "rules", len(self.rules)

    @classmethod
    def read(cls, path: str | Path) -> RuleSet:
        """Read a set of rules from a TOML file.

        Raises
        ------
        LawFileError
            Names every problem with its place: unknown keys, predicates, columns, codes, units,
            missing citations, versions of one rule that overlap.
        """
        path = Path(path)
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "rules") -> RuleSet:
        """Read a set of rules from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[RuleSet, ...]:
        return (shipped_rules(name),) if name in SHIPPED else ()


def overlaid(base: RuleSet, toml: str, name: str) -> RuleSet:
    """A set of rules with those of a file added; what it ``replaces`` is left out first."""
    raw = parse_toml(toml, name)
    documents, replaces = raw.pop("documents", {}), raw.pop("replaces", [])
    content = base.model_dump(by_alias=True)
    known = {entry["id"] for part in ENTRIES for entry in content[part]}
    if not isinstance(replaces, list) or not all(isinstance(entry, str) for entry in replaces):
        raise LawFileError(name, ["replaces: write a list of ids"])
    if unknown := [entry for entry in replaces if entry not in known]:
        raise LawFileError(
            name, [f"replaces: {entry!r} is no id of {base.name}" for entry in unknown]
        )
    merged: dict[str, Any] = {"notes": base.notes, **raw}
    for part in ENTRIES:
        kept = [entry for entry in content[part] if entry["id"] not in replaces]
        own = raw.get(part, [])
        merged[part] = [*own, *kept] if isinstance(own, list) else own
    return checked(RuleSet, merged, documents, name)


@cache
def shipped_rules(name: str) -> RuleSet:
    """A shipped set of rules."""
    file = resources.files(__package__).joinpath(f"{name}.toml")
    return RuleSet.parse(file.read_text(encoding="utf-8"), name=f"{name}.toml")
