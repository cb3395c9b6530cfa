"""The faults of a plan: where each is, what is printed there, and what would be in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.programmes.plan_model import (
    BudgetLine,
    Plan,
    PlanIndicator,
    PlanPeriod,
    PrintedPlace,
)
from multidim_poverty.programmes.printed_numbers import COLUMN_LABELS
from multidim_poverty.schema.faults import Fault, report

__all__ = ["budget_fault", "fault_table", "indicator_fault", "placed_fault"]

AREA = "plan"  # of the catalogue of messages
PLACES = {"subject": str, "document": str, "row": str, "where": str}


def indicator_fault(
    plan: Plan,
    language: Language,
    rule: str,
    indicator: PlanIndicator,
    at: PlanPeriod | PrintedPlace | None = None,
    value: str = "",
    expected: str | None = None,
    **fields: Any,
) -> Fault:
    """A fault of an indicator: in a column of the table, in the text, or of the whole row."""
    period, place = (at, indicator.place) if isinstance(at, PlanPeriod) else (None, at)
    place = indicator.place if place is None else place
    return _fault(
        "indicators",
        rule,
        indicator.id,
        place,
        plan.where(place, column=period.column if period else None, language=language),
        period.id if period else "",
        value,
        expected,
        fields,
    )


def budget_fault(
    plan: Plan,
    language: Language,
    rule: str,
    line: BudgetLine,
    column: str,
    value: str = "",
    expected: str | None = None,
    **fields: Any,
) -> Fault:
    """A fault of a cell of the budget."""
    place = PrintedPlace(source=plan.budget_source, row=line.row)
    where = plan.where(place, column=COLUMN_LABELS[column].text(language), language=language)
    return _fault("budget", rule, line.id, place, where, column, value, expected, fields)


def placed_fault(
    plan: Plan,
    language: Language,
    table: str,
    rule: str,
    subject: str,
    place: PrintedPlace,
    column_words: str | None,
    column: str,
    value: str = "",
    expected: str | None = None,
    **fields: Any,
) -> Fault:
    """A fault of a cell of any annex, or of the text; `column_words` name its column."""
    where = plan.where(place, column=column_words, language=language)
    return _fault(table, rule, subject, place, where, column, value, expected, fields)


def _fault(
    table: str,
    rule: str,
    subject: str,
    place: PrintedPlace | None,
    where: str,
    column: str,
    value: str,
    expected: str | None,
    fields: dict[str, Any],
) -> Fault:
    at = {
        "subject": subject,
        "document": place and place.source,
        "row": place and place.row,
        "where": where,
    }
    # Messages show a number as it is printed, without quotes.
    fields = {**at, "printed": str(value), **fields}
    expected_text = None if expected is None else str(expected)
    return Fault(table, column, rule, values=str(value), expected=expected_text, fields=fields)


def fault_table(faults: Iterable[Fault], language: Language) -> pd.DataFrame:
    """The faults of a plan, in the order in which they were found."""
    return report(faults, {}, language, area=AREA, places=PLACES)
