"""The budget of a plan against itself: totals, sums of lines, and the same amounts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from multidim_poverty.language import Language
from multidim_poverty.programmes.findings import COLUMN_WORDS, Finding, as_printed
from multidim_poverty.programmes.plan_model import COLUMNS, FUNDS, PARTS, BudgetLine, Place, Plan

__all__ = ["budget_findings"]


def budget_findings(plan: Plan, language: Language) -> Iterator[Finding]:
    """Gaps and contradictions of the budget."""
    for line in plan.budget:
        yield from _funds(plan, line, language)
    for line in plan.budget:
        yield from _parts(plan, line, language)
    yield from _elsewhere(plan, language)


def _cell_at(plan: Plan, line: BudgetLine, column: str, language: Language) -> str:
    place = Place(source=plan.budget_source, row=line.row)
    return plan.where(place, COLUMN_WORDS[column][language == "vi"], language)


def _funds(plan: Plan, line: BudgetLine, language: Language) -> Iterator[Finding]:
    """Totals against investment and recurrent, fund by fund."""
    summed = any(other.part_of == line.id for other in plan.budget)
    for fund in FUNDS:
        total = line.cells.get(f"{fund}_total")
        parts = [c for kind in PARTS if (c := line.cells.get(f"{fund}_{kind}"))]
        added = sum((part.value for part in parts), Decimal(0))
        where = _cell_at(plan, line, f"{fund}_total", language)
        expected = as_printed(added) if parts else ""
        if total is None:
            if parts:
                yield Finding("total_missing", line.id, where, "", expected)
        elif not parts:
            if total.value and not summed:
                yield Finding("not_split", line.id, where, total, "")
        elif total.value != added:
            words = {"other": _as_if_moved(line, language)}
            yield Finding("total_of_funds", line.id, where, total, expected, words)


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
        f"{cell} = {COLUMN_WORDS[COLUMNS[place]][language == 'vi']}"
        for place, (n, cell) in zip(fewest[0], values, strict=True)
        if place != n
    ]
    start = (
        "; in other cells, same order, all adds up: "
        if language == "en"
        else ("; đặt lại ô, giữ thứ tự, thì các tổng đều khớp: ")
    )
    return start + "; ".join(moved)


def _parts(plan: Plan, line: BudgetLine, language: Language) -> Iterator[Finding]:
    """A line against the lines that it is the sum of."""
    parts = [other for other in plan.budget if other.part_of == line.id]
    for column in COLUMNS:
        given = [(part.id, part.cells[column]) for part in parts if column in part.cells]
        if not given:
            continue
        added = sum((cell.value for _, cell in given), Decimal(0))
        cell = line.cells.get(column)
        where = _cell_at(plan, line, column, language)
        words = {"other": " + ".join(f"{id}: {amount}" for id, amount in given)}
        if cell is None:
            if added:
                yield Finding("sum_missing", line.id, where, "", as_printed(added), words)
        elif cell.value != added:
            yield Finding("total_of_lines", line.id, where, cell, as_printed(added), words)


def _elsewhere(plan: Plan, language: Language) -> Iterator[Finding]:
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
        notes = dict.fromkeys(getattr(s.note, language) for s in statements if s.note)
        other += "".join(f" ({note})" for note in notes)
        for column, amount in amounts.items():
            here = line.cells.get(column)
            where = _cell_at(plan, line, column, language)
            words, expected = {"other": other}, as_printed(amount)
            if here is None and amount:
                yield Finding("elsewhere_only", id, where, "", expected, words)
            elif here is not None and here.value != amount:
                yield Finding("elsewhere_disagrees", id, where, here, expected, words)


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
    words = "the amounts of line" if language == "en" else "số liệu của dòng"
    return f" ({words} {others[0]})"
