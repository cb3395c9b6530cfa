"""The other annexes of a plan: totals that are empty, shares of nothing, headings that are lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from multidim_poverty.language import Language
from multidim_poverty.programmes.plan_faults import placed_fault
from multidim_poverty.programmes.plan_model import COLUMNS, AnnexTotal, Plan
from multidim_poverty.programmes.printed_numbers import COLUMN_LABELS, as_printed
from multidim_poverty.schema.faults import Fault

__all__ = ["annex_faults"]


def annex_faults(plan: Plan, language: Language) -> Iterator[Fault]:
    """Gaps and contradictions of the annexes beside those of indicators and budget."""
    for total in plan.annex_totals:
        yield from _total(plan, total, language)
    yield from _progress(plan, language)
    yield from _headings(plan, language)


def _total(plan: Plan, total: AnnexTotal, language: Language) -> Iterator[Fault]:
    """The total of an annex against the rows of it."""
    rows = [s for s in plan.statements if s.place.source == total.place.source]
    for column in COLUMNS:
        amounts = [(s.place.row, s.cells[column]) for s in rows if column in s.cells]
        cell = total.cells.get(column)
        if not amounts or (cell is None and column not in total.columns):
            continue
        added = sum((amount.value for _, amount in amounts), Decimal(0))
        if cell is not None and cell.value == added:
            continue
        yield placed_fault(
            plan,
            language,
            "annexes",
            "sum_missing" if cell is None else "total_of_lines",
            total.place.source,
            total.place,
            COLUMN_LABELS[column].text(language),
            column,
            "" if cell is None else cell,
            as_printed(added),
            other=" + ".join(f"{row}: {amount}" for row, amount in amounts),
        )


def _progress(plan: Plan, language: Language) -> Iterator[Fault]:
    """Percentages of progress: below 0, and of a plan of 0."""
    for row in plan.progress_rows:
        for column in plan.progress_columns:
            cell = row.cells.get(column.id)
            if cell is None or column.unit != "percent":
                continue
            place = row.line, row.place, column.column, column.id, cell
            if cell.value < 0:
                yield placed_fault(
                    plan,
                    language,
                    "annexes",
                    "impossible_share",
                    *place,
                    "≥ 0",
                    rate=as_printed(cell.value),
                )
            planned = row.cells.get(column.of or "")
            if planned is not None and not planned.value and cell.value:
                done = plan.progress_column(column.done)
                printed = None if done is None else row.cells.get(done.id)
                other = "" if done is None or printed is None else f"{done.column}: {printed}"
                yield placed_fault(
                    plan,
                    language,
                    "annexes",
                    "share_of_nothing",
                    *place,
                    whole=str(planned),
                    other=f" ({other})" if other else "",
                )


def _headings(plan: Plan, language: Language) -> Iterator[Fault]:
    """Amounts that belong to their line by our reading alone."""
    for statement in plan.statements:
        if statement.heading_lost:
            assert statement.note is not None
            yield placed_fault(
                plan,
                language,
                "annexes",
                "heading_lost",
                statement.line,
                statement.place,
                None,
                "",
                "; ".join(str(cell) for cell in statement.cells.values()),
                note=statement.note.text(language),
            )
