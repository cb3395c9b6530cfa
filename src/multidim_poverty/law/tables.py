"""Standards and procedures as tables: what they say, and every value with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.law.citation import Citation
from multidim_poverty.vocabulary import Area

if TYPE_CHECKING:
    from multidim_poverty.law.poverty_standard import Standard
    from multidim_poverty.law.procedure import Procedure

__all__ = ["decision_table", "procedure_provisions", "procedure_steps", "provisions"]


def decision_table(standard: Standard) -> pd.DataFrame:
    """The class rule by area and clause; see `Standard.decision_table`."""
    amounts = {line.id: line for line in standard.lines}
    rows = [
        {
            "rule": f"{area}.{rule.id}",
            "area": str(area),
            "income_above": amounts[rule.income_above].amount(area) if rule.income_above else None,
            "income_at_most": (
                amounts[rule.income_at_most].amount(area) if rule.income_at_most else None
            ),
            "deprivations_at_least": rule.deprivations_at_least,
            "deprivations_at_most": standard.most_deprivations(rule),
            "poverty_class": str(rule.poverty_class),
            "citation": rule.citation.text(),
        }
        for area in Area
        for rule in standard.class_rules
    ]
    numbers = dict.fromkeys(list(rows[0])[2:6], "Int64")
    classes = pd.CategoricalDtype([str(c) for c in standard.classes], ordered=True)
    return (
        pd.DataFrame(rows)
        .set_index("rule")
        .astype(
            {
                **numbers,
                "area": pd.CategoricalDtype(list(Area.codes())),
                "poverty_class": classes,
            }
        )
    )


def provisions(standard: Standard, language: str) -> pd.DataFrame:
    """Every value with its source; see `Standard.provisions`."""
    return with_sources(_values(standard), language)


def procedure_provisions(procedure: Procedure, language: str) -> pd.DataFrame:
    """Every value with its source; see `Procedure.provisions`."""
    return with_sources(procedure.values(), language)


def with_sources(values: Iterable[tuple[str, str, str, Citation]], language: str) -> pd.DataFrame:
    """Part, name, value and citation as one row each."""
    rows = [
        {
            "part": part,
            "value_name": name,
            "value": value,
            "citation": citation.text(language),
            "confidence": str(citation.confidence),
            "checked_on": citation.checked_on,
            "note": citation.note or "",
        }
        for part, name, value, citation in values
    ]
    return pd.DataFrame(rows)


def procedure_steps(procedure: Procedure, language: str) -> pd.DataFrame:
    """Every step of every process; see `Procedure.steps`."""
    rows = [
        {
            "process": str(process.id),
            "event": str(step.event),
            "label": getattr(step.event, language),
            "actor": getattr(procedure.actor(step.actor), language),
            "after": ", ".join(str(after.state) for after in afters),
            "state": " or ".join(str(s) for s in (step.state, step.otherwise) if s),
            "requires": ", ".join(step.requires),
            "clock": process.clocks.get(step.state, ""),
            "citation": step.citation.text(language),
            "confidence": str(step.citation.confidence),
            "note": step.citation.note or "",
        }
        for process in procedure.processes
        for step in process.steps
        if (afters := procedure.afters(step))
    ]
    return pd.DataFrame(rows)


def _values(standard: Standard) -> Iterator[tuple[str, str, str, Citation]]:
    for period in standard.periods:
        yield "period", "days", f"{period.first} to {period.last}", period.citation
    for line in standard.lines:
        for area in Area:
            yield f"line {line.id}", str(area), f"{line.amount(area):,}", line.citation
    for rule in standard.class_rules:
        income = [f"above {rule.income_above}"] if rule.income_above else []
        income += [f"at most {rule.income_at_most}"] if rule.income_at_most else []
        counts = f"{rule.deprivations_at_least} to {standard.most_deprivations(rule)} deprivations"
        condition = f"income {' and '.join(income)}; {counts}"
        yield f"class rule {rule.id}", "condition", condition, rule.citation
    for indicator in standard.indicators:
        values = indicator.rule.model_dump(mode="json", exclude={"kind", "citations"})
        for name, value in values.items() or [("rule", indicator.rule.kind)]:
            yield (
                f"indicator {indicator.id}",
                name,
                _in_words(value),
                indicator.citation_of(name),
            )


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return (
            "; ".join(map(_in_words, value))
            if value and isinstance(value[0], dict)
            else ", ".join(map(str, value))
        )
    if isinstance(value, dict):
        return " ".join(f"{k}={_in_words(v)}" for k, v in value.items() if v is not None)
    return str(value)
