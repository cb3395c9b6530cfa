"""Standards and procedures as tables: what they say, and every value with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.language import Language
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.procedure_parts import Process, Superior, Superiors, actor_of
from multidim_poverty.law.standard_parts import ClassRule, Indicator, Line, Period
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = [
    "CitedValue",
    "chosen_line",
    "clause_citation",
    "decision_table",
    "lines_by_area",
    "procedure_steps",
    "spans_cited",
    "standard_cited",
    "with_sources",
]

CitedValue = tuple[str, str, str, Citation]  # part, name, value in words, source


def with_sources(values: Iterable[CitedValue], language: Language) -> pd.DataFrame:
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


# -- standards -------------------------------------------------------------------------------


def decision_table(
    lines: Iterable[Line],
    class_rules: Iterable[ClassRule],
    classes: Iterable[PovertyClass],
    indicators: int,
) -> pd.DataFrame:
    """The class rule by area and clause; see `Standard.decision_table`."""
    amounts = {line.id: line for line in lines}
    rows = [
        {
            "rule": f"{area}.{rule.id}",
            "area": str(area),
            "income_above": amounts[rule.income_above].amount(area) if rule.income_above else None,
            "income_at_most": (
                amounts[rule.income_at_most].amount(area) if rule.income_at_most else None
            ),
            "deprivations_at_least": rule.deprivations_at_least,
            "deprivations_at_most": rule.most_deprivations(indicators),
            "poverty_class": str(rule.poverty_class),
            "citation": clause_citation(rule, amounts),
        }
        for area in Area
        for rule in class_rules
    ]
    numbers = dict.fromkeys(list(rows[0])[2:6], "Int64")
    dtypes: dict[str, Any] = {
        **numbers,
        "area": pd.CategoricalDtype(list(Area.codes())),
        "poverty_class": pd.CategoricalDtype([str(c) for c in classes], ordered=True),
    }
    return pd.DataFrame(rows).set_index("rule").astype(dtypes)


def chosen_line(lines: Sequence[Line], id: str | None, standard_name: str) -> Line:
    """The line of that id, None for the lowest.

    Raises
    ------
    UnknownNameError
        Names the lines there are.
    """
    for line in lines:
        if id is None or line.id == id:
            return line
    wanted = "income line" if id is None else f"line {id!r}"
    there = ", ".join(line.id for line in lines) or "none"
    raise UnknownNameError(f"{standard_name} has no {wanted}; its lines: {there}")


def lines_by_area(line: Line, households: pd.DataFrame) -> pd.Series[Any]:
    """The amount of a line for each household; see `Standard.lines_for`."""
    if not isinstance(households, pd.DataFrame) or (households.columns == "area").sum() != 1:
        raise ArgumentError(
            "households is no pandas.DataFrame with one column area, which says what line holds"
        )
    areas = households["area"]
    amounts = {str(area): line.amount(area) for area in Area}
    places, words = pd.factorize(areas)  # -1 where missing: the last of the amounts
    strange = [word for word in words.tolist() if word not in amounts]
    if strange:
        ids = households.index[areas.isin(strange)]
        raise ArgumentError(
            f"area holds {', '.join(map(repr, strange))} in {len(ids)} household(s), such as "
            f"{ids[:5].tolist()}; areas are {', '.join(amounts)}, missing where unknown"
        )
    each = pd.array([*(amounts[word] for word in words.tolist()), None], dtype="Int64")
    return pd.Series(each.take(places), index=households.index, name=line.id)


def clause_citation(rule: ClassRule, lines: Mapping[str, Line], language: Language = "en") -> str:
    """Source of a class rule, and of the lines that it names where their amounts are a variant's.

    `lines` are those of the standard by their ids.
    """
    named = [lines[id] for id in (rule.income_above, rule.income_at_most) if id is not None]
    citations = [rule.citation, *(line.citation for line in named if line.citation.variant)]
    return "; ".join(dict.fromkeys(citation.text(language) for citation in citations))


def standard_cited(
    periods: Iterable[Period],
    lines: Iterable[Line],
    class_rules: Iterable[ClassRule],
    indicators: Sequence[Indicator],
) -> Iterator[CitedValue]:
    """The values of a standard, each with its source."""
    for period in periods:
        yield "period", "days", f"{period.first} to {period.last}", period.citation
    for line in lines:
        for area in Area:
            yield f"line {line.id}", str(area), f"{line.amount(area):,}", line.citation
    for rule in class_rules:
        income = [f"above {rule.income_above}"] if rule.income_above else []
        income += [f"at most {rule.income_at_most}"] if rule.income_at_most else []
        most = rule.most_deprivations(len(indicators))
        counts = f"{rule.deprivations_at_least} to {most} deprivations"
        condition = f"income {' and '.join(income)}; {counts}"
        yield f"class rule {rule.id}", "condition", condition, rule.citation
    for indicator in indicators:
        values = indicator.rule.model_dump(mode="json", exclude={"kind", "citations"})
        for name, value in values.items() or [("rule", indicator.rule.kind)]:
            source = indicator.citation_of(name)
            yield f"indicator {indicator.id}", name, _in_words(value), source


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


# -- procedures ------------------------------------------------------------------------------


def spans_cited(periods: Iterable[Period], superiors: Iterable[Superiors]) -> Iterator[CitedValue]:
    """When a procedure is in force, and whose opinion is asked on which days."""
    for period in periods:
        yield "period", "days", f"{period.first} to {period.last}", period.citation
    for span in superiors:
        yield "superior", f"{span.first} to {span.last}", " or ".join(span.choices), span.citation


def procedure_steps(
    processes: Iterable[Process], superior: Superior, language: Language
) -> pd.DataFrame:
    """Every step of every process; see `Procedure.steps`."""
    rows = [
        {
            "process": str(process.id),
            "event": str(step.event),
            "label": getattr(step.event, language),
            "actor": getattr(actor_of(step.actor, superior), language),
            "after": ", ".join(str(after.state) for after in afters),
            "state": " or ".join(str(s) for s in (step.state, step.otherwise) if s),
            "requires": ", ".join(step.requires),
            "clock": process.clocks.get(step.state, ""),
            "citation": step.citation.text(language),
            "confidence": str(step.citation.confidence),
            "note": step.citation.note or "",
        }
        for process in processes
        for step in process.steps
        if (afters := step.afters(superior))
    ]
    return pd.DataFrame(rows)
