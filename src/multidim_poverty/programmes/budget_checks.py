"""The budget of a plan against itself: totals, sums of lines, and the same amounts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from multidim_poverty.language import Language, phrase
from multidim_poverty.programmes.plan_faults import budget_fault
from multidim_poverty.programmes.plan_model import COLUMNS, FUNDS, PARTS, BudgetLine, Plan
from multidim_poverty.programmes.printed_numbers import COLUMN_LABELS, as_printed
from multidim_poverty.schema.faults import Fault

__all__ = ["budget_faults"]


def budget_faults(plan: Plan, language: Language) -> Iterator[Fault]:
    """Gaps and contradictions of the budget."""
    for line in plan.budget:
        yield from _funds(plan, line, language)
    for line in plan.budget:
        yield from _parts(plan, line, language)
    yield from _elsewhere(plan, language)


def _funds(plan: Plan, line: BudgetLine, language: Language) -> Iterator[Fault]:
    """Totals against investment and recurrent, fund by fund."""
    summed = any(other.part_of == line.id for other in plan.budget)
    for fund in FUNDS:
        total = line.cells.get(f"{fund}_total")
        parts = [c for kind in PARTS if (c := line.cells.get(f"{fund}_{kind}"))]
        added = sum((part.value for part in parts), Decimal(0))
        column, expected = f"{fund}_total", as_printed(added)
        if total is None:
            if parts:
                yield budget_fault(plan, language, "total_missing", line, column, "", expected)
        elif not parts:
            if total.value and not summed:
                yield budget_fault(plan, language, "not_split", line, column, total)
        elif total.value != added:
            moved = _as_if_moved(line, language)
            yield budget_fault(
                plan, language, "total_of_funds", line, column, total, expected, other=moved
            )


def _as_if_moved(line: BudgetLine, language: Language) -> str:
    """The cells in which the same values, in the same order, would add up; fewest moves first."""
    values = [(n, line.cells[name]) for n, name in enumerate(COLUMNS) if name in line.cells]
    amounts = [cell.value for _, cell in values]
    fitting = []
    for places in combinations(range(len(COLUMNS)), len(values)):
        cells = dict(zip(places, amounts, strict=True))
        totals = [3 * n for n in range(len(FUNDS))]
        if all(
            (t in cells or not {t + 1, t + 2} & set(cells))
            and (t not in cells or cells[t] == cells.get(t + 1, 0) + cells.get(t + 2, 0))
            for t in totals
        ):
            moves = sum(abs(place - n) for place, (n, _) in zip(places, values, strict=True))
            fitting.append((moves, places))
    fewest = [places for moves, places in fitting if moves == min(fitting)[0]]
    if len(fewest) != 1:
        return ""
    moved = [
        f"{cell} = {COLUMN_LABELS[COLUMNS[place]].text(language)}"
        for place, (n, cell) in zip(fewest[0], values, strict=True)
        if place != n
    ]
    return phrase("budget_moved").text(language).format(cells="; ".join(moved))


def _parts(plan: Plan, line: BudgetLine, language: Language) -> Iterator[Fault]:
    """A line against the lines that it is the sum of."""
    parts = [other for other in plan.budget if other.part_of == line.id]
    for column in COLUMNS:
        amounts = [(part.id, part.cells[column]) for part in parts if column in part.cells]
        if not amounts:
            continue
        added = sum((cell.value for _, cell in amounts), Decimal(0))
        cell, expected = line.cells.get(column), as_printed(added)
        other = " + ".join(f"{id}: {amount}" for id, amount in amounts)
        if cell is None:
            if added:
                yield budget_fault(
                    plan, language, "sum_missing", line, column, "", expected, other=other
                )
        elif cell.value != added:
            yield budget_fault(
                plan, language, "total_of_lines", line, column, cell, expected, other=other
            )


def _elsewhere(plan: Plan, language: Language) -> Iterator[Fault]:
    """Amounts that the text and other annexes print for a line of the budget."""
    groups: dict[tuple[str, str, str | None], list[int]] = {}
    for n, statement in enumerate(plan.statements):
        key = (statement.line, statement.place.source, statement.place.column)
        groups.setdefault(key, []).append(n)
    for (id, *_), numbers in groups.items():
        line = next(line for line in plan.budget if line.id == id)
        statements = [plan.statements[n] for n in numbers]
        amounts: dict[str, Decimal] = {}
        for statement in statements:
            for column, cell in statement.cells.items():
                amounts[column] = amounts.get(column, Decimal(0)) + cell.value
        other = " + ".join(plan.where(s.place, language=language) for s in statements)
        other += _amounts_of(plan, line, amounts, language)
        notes = dict.fromkeys(s.note.text(language) for s in statements if s.note)
        other += "".join(f" ({note})" for note in notes)
        for column, amount in amounts.items():
            printed, expected = line.cells.get(column), as_printed(amount)
            if printed is None and amount:
                yield budget_fault(
                    plan, language, "elsewhere_only", line, column, "", expected, other=other
                )
            elif printed is not None and printed.value != amount:
                yield budget_fault(
                    plan,
                    language,
                    "elsewhere_disagrees",
                    line,
                    column,
                    printed,
                    expected,
                    other=other,
                )


def _amounts_of(
    plan: Plan, line: BudgetLine, amounts: dict[str, Decimal], language: Language
) -> str:
    """Whose amounts these are, where they are all those of one other line and not of this one."""

    def agrees(other: BudgetLine) -> bool:
        cells = {str(name): cell.value for name, cell in other.cells.items()}
        return all(cells.get(column) == amount for column, amount in amounts.items())

    if len(amounts) < 2 or agrees(line):
        return ""
    others = [other.id for other in plan.budget if agrees(other)]
    if len(others) != 1:
        return ""
    return phrase("amounts_of_line").text(language).format(line=others[0])
