"""Who is entitled to what: benefits and their dated, cited rules as typed, frozen models."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    InstanceOf,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from multidim_poverty.base import Identifier
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.parts import LawPart
from multidim_poverty.programmes.benefit_rules.conditions import LivesIn, Node
from multidim_poverty.vocabulary import Payer

__all__ = [
    "Amount",
    "Benefit",
    "BenefitRule",
    "Exclusion",
    "Parameter",
    "PlaceList",
    "PlaceOfList",
    "Preference",
]

EXACT = re.compile(r"[0-9]+(?:\.[0-9]+)?|[0-9]+/[1-9][0-9]*")
Whom = Literal["household", "member", "worker", "place"]
AmountUnit = Literal["vnd", "share", "kwh", "interest"]
ParameterUnit = Literal["vnd", "vnd_per_kwh", "day"]


def exact(value: Any) -> Fraction:
    """A number without rounding: a whole number, or a text such as "0.95" or "7/10"."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Fraction(value)
    if isinstance(value, str) and EXACT.fullmatch(value):
        return Fraction(value)
    raise ArgumentError(
        f'{value!r} is no exact number: write a whole number, or a text such as "0.95" or '
        f'"7/10"; a number with decimals and no quotes is rounded by every program that reads it'
    )


AS_JSON = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": f"^(?:{EXACT.pattern})$"},
    ]
}
Exact = Annotated[
    InstanceOf[Fraction],
    BeforeValidator(exact),
    PlainSerializer(str),
    WithJsonSchema(AS_JSON),
]


def not_in_order(first: dt.date | None, last: dt.date | None) -> str | None:
    """What is wrong with two days, both of which hold."""
    if first is not None and last is not None and last < first:
        return f"valid to {last}, before it is valid from {first}"
    return None


class Parameter(LawPart):
    """What a rule is computed from and no text at hand gives, such as the base wage.

    It has no default: without it the cost is missing, or the condition that names it unknown.
    ``unit`` is ``vnd`` (per period of the amount that names it), ``vnd_per_kwh`` or ``day``.
    """

    id: Identifier
    label: Label
    unit: ParameterUnit


class PlaceOfList(LawPart):
    """A place of a list: a unit with the units above it, and the days on which it is listed."""

    province: str | None = None
    district: str | None = None
    commune: str | None = None
    village: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problem = not_in_order(self.valid_from, self.valid_to)
        if problem:
            raise ValueError(problem)
        if not (self.province or self.district or self.commune or self.village):
            raise ValueError("no unit is named: give province, district, commune or village")
        return self


class PlaceList(LawPart):
    """A list of places, such as the poor districts.

    It is complete for every province that it names, and nowhere else; where it has places and
    none of them has a province, it is complete everywhere. Without places it tells nothing.
    """

    id: Identifier
    label: Label
    places: tuple[PlaceOfList, ...] = ()
    citation: Citation


class Benefit(LawPart):
    """What a rule opens.

    Attributes
    ----------
    id : str
    label : Label
    whom : {"household", "member", "worker", "place"}
        Whose benefit it is. A benefit of a place is held by the households that live there.
    combine : {"add", "highest", "first"}
        Whether several rules that hold add up, or the highest one counts, or the first one: where
        several conditions open one and the same benefit.
    never_less_for_poorer : bool
        Whether the law never gives a poorer class less of it, all else being equal.
    apply_at : Label or None
        Where to apply, as far as a text says so.
    plan, budget_lines, target : str, tuple of str, str
        Plan, lines of its budget that pay for the benefit, and the target that counts it.
    """

    id: Identifier
    label: Label
    whom: Whom
    combine: Literal["add", "highest", "first"] = "add"
    never_less_for_poorer: bool = False
    apply_at: Label | None = None
    plan: Identifier | None = None
    budget_lines: tuple[str, ...] = ()
    target: Identifier | None = None

    @model_validator(mode="after")
    def _lines_of_a_plan(self) -> Self:
        if (self.budget_lines or self.target) and self.plan is None:
            raise ValueError("budget_lines and target need the plan that they belong to")
        return self


class Amount(LawPart):
    """How much: a number of a unit, computed from a parameter where the law says so.

    Attributes
    ----------
    value : Fraction
        Exact; of a share and of interest at most 1.
    unit : {"vnd", "share", "kwh", "interest"}
        ``vnd``: VND. ``share``: a share of the parameter ``of`` (1 is all of it). ``kwh``: so
        many kWh at the price ``of``. ``interest``: the interest of a loan, a share a year, which
        is no amount in VND.
    of : str or None
        The parameter.
    period : {"month", "year", "once"}
    bound : {"exact", "at_least", "at_most"}
        Whether the law gives the amount, the least or the most.
    ceiling : Fraction or None
        The most that can be had [VND].
    """

    value: Exact
    unit: AmountUnit
    of: Identifier | None = None
    period: Literal["month", "year", "once"]
    bound: Literal["exact", "at_least", "at_most"] = "exact"
    ceiling: Exact | None = None

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Self:
        if (self.of is None) == (self.unit in ("share", "kwh")):
            needs = (
                "needs the parameter it is computed from (of)" if self.of is None else "has none"
            )
            raise ValueError(f"an amount in {self.unit} {needs}")
        if self.unit in ("share", "interest") and self.value > 1:
            raise ValueError(
                f'{self.value} is more than the whole; write a share of 1, such as "0.7" for 70 %'
            )
        if self.unit == "interest" and self.period != "year":
            raise ValueError("interest is a share a year: period must be 'year'")
        return self

    @property
    def measure(self) -> tuple[str, str | None, str]:
        """What two amounts must share to be compared."""
        return self.unit, self.of, self.period


class Exclusion(LawPart):
    """A condition that keeps out who would be entitled, with its reason in words."""

    label: Label
    when: Node


class Preference(LawPart):
    """One rank of the order in which the entitled are served."""

    label: Label
    when: Node


class BenefitRule(LawPart):
    """One version of a rule: what opens a benefit on some days.

    Attributes
    ----------
    id : str
        Versions of one rule share it; their days do not overlap.
    benefit : str
    label : Label
        Whom the rule entitles, in short.
    citation : Citation
    see_also : tuple of Citation
        Further places of the law that the rule rests on.
    valid_from, valid_to : datetime.date or None
        Days of validity, both included. Without a first day no source gives one: ``note`` of the
        citation says so. Without a last one the rule goes on.
    when : condition
    exclude : tuple of Exclusion
    priority : tuple of Preference
        From the first to be served. Who meets none comes last.
    amount : Amount or None
        ``None`` where no text gives one, or the benefit is not counted in money.
    payer : Payer or None
    occasion : Label or None
        What must happen besides, that is no answer of a household: a trial, a loan.
    status : {"on", "off"}
        ``off``: superseded, or read in no text; used by choice alone.
    why_off : Label or None
    """

    id: Identifier
    benefit: Identifier
    label: Label
    citation: Citation
    see_also: tuple[Citation, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    when: Node
    exclude: tuple[Exclusion, ...] = ()
    priority: tuple[Preference, ...] = ()
    amount: Amount | None = None
    payer: Payer | None = None
    occasion: Label | None = None
    status: Literal["on", "off"] = "on"
    why_off: Label | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = []
        problem = not_in_order(self.valid_from, self.valid_to)
        if problem:
            problems.append(problem)
        if self.valid_from is None and not self.citation.note:
            problems.append(
                "no valid_from: give the first day, or a note of the citation that says why no "
                "source gives one"
            )
        if (self.status == "off") != (self.why_off is not None):
            problems.append("why_off says why a rule is off: give both or neither")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def holds_on(self, day: dt.date) -> bool:
        """Whether the version is valid on a day, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def overlaps(self, other: BenefitRule) -> bool:
        """Whether some day lies in both validities."""
        first = max(self.valid_from or dt.date.min, other.valid_from or dt.date.min)
        return first <= min(self.valid_to or dt.date.max, other.valid_to or dt.date.max)

    @property
    def days(self) -> str:
        """The days of validity in words."""
        return f"{self.valid_from or '...'} to {self.valid_to or '...'}"

    def conditions(self) -> Iterator[tuple[str, Node]]:
        """Every condition of the rule with its place."""
        yield "when", self.when
        yield from ((f"exclude.{n}", entry.when) for n, entry in enumerate(self.exclude))
        yield from ((f"priority.{n}", entry.when) for n, entry in enumerate(self.priority))

    def reads(self) -> tuple[tuple[str, str], ...]:
        """``(table, column)`` pairs that the rule reads."""
        return tuple(dict.fromkeys(p for _, node in self.conditions() for p in node.reads()))


# -- soundness of a whole set --------------------------------------------------------------------


def overlapping(rules: Sequence[BenefitRule]) -> Iterator[str]:
    """Versions of one rule that are valid on one day."""
    for one, other in combinations(rules, 2):
        if one.id == other.id and one.overlaps(other):
            yield f"versions of rule {one.id!r} overlap: {one.days}, {other.days}"


def unknown_names(
    rules: Sequence[BenefitRule],
    benefits: Sequence[Benefit],
    parameters: Sequence[Parameter],
    lists: Sequence[PlaceList],
) -> Iterator[str]:
    """Benefits, parameters and lists that rules name and the set does not have."""
    whom = {benefit.id: benefit.whom for benefit in benefits}
    units = {parameter.id: parameter.unit for parameter in parameters}
    listed = {entry.id for entry in lists}
    for rule in rules:
        if rule.benefit not in whom:
            yield f"rule {rule.id!r} names unknown benefit {rule.benefit!r}; {_known(whom)}"
        amount = rule.amount
        if amount is not None and amount.of is not None:
            wanted = "vnd_per_kwh" if amount.unit == "kwh" else "vnd"
            if amount.of not in units:
                yield f"rule {rule.id!r} names unknown parameter {amount.of!r}; {_known(units)}"
            elif units[amount.of] != wanted:
                yield (
                    f"rule {rule.id!r}: an amount in {amount.unit} needs a parameter in {wanted}, "
                    f"and {amount.of!r} is in {units[amount.of]}"
                )
        for place, node in rule.conditions():
            for condition in node.walk():
                day = condition.named_day
                if day is not None and units.get(day) != "day":
                    days = [name for name, unit in units.items() if unit == "day"]
                    yield (
                        f"rule {rule.id!r}, {place}, {condition.name}: {day!r} is no parameter of "
                        f"unit day; {_known(days)}"
                    )
                if isinstance(condition, LivesIn):
                    for name in condition.lives_in:
                        if name not in listed:
                            yield (
                                f"rule {rule.id!r}, {place}, lives_in: unknown list of places "
                                f"{name!r}; {_known(listed)}"
                            )
            if whom.get(rule.benefit) in ("household", "place") and node.level == "member":
                yield (
                    f"rule {rule.id!r}, {place}: a condition of a member, and the benefit "
                    f"{rule.benefit!r} is for a {whom[rule.benefit]}; put it into some_member"
                )


def not_comparable(rules: Sequence[BenefitRule], benefits: Sequence[Benefit]) -> Iterator[str]:
    """Rules of a benefit whose highest amount counts, and whose amounts cannot be compared."""
    for benefit in benefits:
        if benefit.combine != "highest":
            continue
        own = [rule for rule in rules if rule.benefit == benefit.id]
        for rule in own:
            if rule.amount is None:
                yield f"rule {rule.id!r} needs an amount: the highest of {benefit.id!r} counts"
        amounts = [(rule, rule.amount.measure) for rule in own if rule.amount is not None]
        for (one, measure), (other, other_measure) in combinations(amounts, 2):
            if one.overlaps(other) and measure != other_measure:
                yield (
                    f"rules {one.id!r} and {other.id!r} of {benefit.id!r} have amounts of other "
                    f"units, parameters or periods, so that none of them is the highest"
                )


def _known(names: Any) -> str:
    return f"there are {', '.join(sorted(names)) or 'none'}"
