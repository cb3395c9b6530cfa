"""Rates that cannot be, bases that do not fit into each other, targets without a counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from multidim_poverty.language import Language
from multidim_poverty.programmes.plan_faults import indicator_fault
from multidim_poverty.programmes.plan_model import (
    BASES,
    Plan,
    PlanIndicator,
    PlanPeriod,
    PrintedPlace,
    Role,
    Unit,
)
from multidim_poverty.programmes.printed_numbers import Cell, as_printed
from multidim_poverty.schema.faults import Fault

__all__ = ["base_faults", "rate_faults", "target_faults"]

Printed = tuple[PlanIndicator, PlanPeriod, Cell, PlanPeriod | PrintedPlace]


def printed_values(plan: Plan) -> Iterator[Printed]:
    """Every cell of the table with its column, then every target of the text with its place."""
    for row in plan.indicators:
        for period in plan.periods:
            if period.id in row.cells:
                yield row, period, row.cells[period.id], period
    for target in plan.text_targets:
        indicator = plan.indicator(target.indicator)
        assert indicator is not None
        yield indicator, plan.period(target.period), target.printed, target.place


def rate_faults(plan: Plan, language: Language) -> Iterator[Fault]:
    """Rates below 0 or above 100, also after their change; shares of nothing."""
    for row, period, cell, at in printed_values(plan):
        if row.unit != Unit.PERCENT:
            continue
        rate = _rate_after(plan, row, period, cell)
        if rate is not None and not 0 <= rate <= 100:
            value = as_printed(rate)
            yield indicator_fault(
                plan, language, "impossible_share", row, at, cell, "0 - 100", rate=value
            )
        whole = plan.indicator(row.denominator or "")
        base = None if whole is None else whole.cells.get(period.id)
        if base is not None and not base.value and cell.value and not cell.is_change:
            yield indicator_fault(
                plan, language, "share_of_nothing", row, at, cell, whole=str(base), other=""
            )


def _rate_after(plan: Plan, row: PlanIndicator, period: PlanPeriod, cell: Cell) -> Decimal | None:
    """The rate of a cell: as printed, or what its change makes of the printed rate before."""
    if not cell.is_change:
        return cell.value
    levels: list[Decimal] = [
        before.value
        for other in plan.periods
        if other.at == period.base and other.role == Role.RESULT
        if (before := row.cells.get(other.id)) is not None and not before.is_change
    ]
    return levels[0] + cell.value if levels else None


def base_faults(
    plan: Plan, implied: list[tuple[str, str, PlanIndicator, Cell, range]], language: Language
) -> Iterator[Fault]:
    """Minorities that are more than all households, by the totals that their rates imply.

    `implied` has the period, the base, the rate, its cell, and the range of the base.
    """
    for part_at, whole_at in zip(BASES[1:], BASES, strict=False):
        for period, base, rate, cell, part in implied:
            wholes = [held for p, b, _, _, held in implied if (p, b) == (period, whole_at)]
            if base == part_at and wholes and part[0] > max(held[-1] for held in wholes):
                most = as_printed(max(held[-1] for held in wholes))
                yield indicator_fault(
                    plan,
                    language,
                    "part_exceeds_whole",
                    rate,
                    plan.period(period),
                    cell,
                    f"≤ {most}",
                    name=f"{base}: {as_printed(part[0])} - {as_printed(part[-1])}",
                    other=whole_at,
                )


def target_faults(plan: Plan, language: Language) -> Iterator[Fault]:
    """Targets of the table that the text does not set, and those across two standards."""
    in_text = {(target.indicator, target.period) for target in plan.text_targets}
    periods_of_text = {period for _, period in in_text}
    seen = set()
    for row, period, cell, at in printed_values(plan):
        if period.role != Role.TARGET:
            continue
        key = row.id, period.id
        if isinstance(at, PlanPeriod) and period.id in periods_of_text and key not in in_text:
            name = row.label.text(language)
            yield indicator_fault(plan, language, "not_in_text", row, at, cell, name=name)
        before = {
            other.standard
            for other in plan.periods
            if other.at == period.base and other.standard is not None
        }
        across = period.standard is not None and before and period.standard not in before
        if row.by_standard and cell.is_change and across and key not in seen:
            yield indicator_fault(
                plan,
                language,
                "two_standards",
                row,
                at,
                cell,
                standard=period.standard,
                before=", ".join(sorted(before)),
            )
        seen.add(key)
