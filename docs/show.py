"""Tables for the pages: full text, no index, wide ones scroll inside their frame."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable

import pandas as pd
from IPython.display import HTML

from multidim_poverty.law import Citation, Procedure, Standard
from multidim_poverty.law.low_income_worker import LowIncomeCriterion
from multidim_poverty.law.point_rule import PointRule

LONG = 160  # characters; a longer list of values folds away


def cell(value: object) -> str:
    """One value as HTML: nothing where it is missing, thousands apart in amounts."""
    if isinstance(value, HTML):
        return str(value.data)
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, dt.date):
        return f'<span class="date">{value}</span>'
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:,}"
    return html.escape(str(value))


def table(frame: pd.DataFrame, widths: dict[str, str] | None = None) -> HTML:
    """A table with its column names in words; `widths` holds CSS widths by column."""
    widths = widths or {}
    words = {name: html.escape(str(name)).replace("_", " ") for name in frame.columns}
    head = "".join(
        f'<th style="min-width: {widths.get(name, "auto")}">{word}</th>'
        for name, word in words.items()
    )
    body = "".join(
        "<tr>" + "".join(f"<td>{cell(value)}</td>" for value in row) + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    return HTML(
        f'<div class="facts"><table class="table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def codes(values: Iterable[str]) -> HTML:
    return HTML(", ".join(f"<code>{html.escape(value)}</code>" for value in values))


def lines(values: Iterable[str]) -> HTML:
    return HTML("<br>".join(html.escape(value) for value in values))


def bullets(texts: Iterable[str]) -> HTML:
    return HTML("<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in texts) + "</ul>")


def rule_value(value: str) -> HTML:
    """The value of a rule; one entry per line, and a long list folded."""
    parts = value.split("; ")
    shown = "<br>".join(html.escape(part) for part in parts)
    if len(parts) > 1 and len(value) > LONG:
        return HTML(f"<details><summary>{len(parts)} entries</summary>{shown}</details>")
    return HTML(shown)


def level(confidence: str) -> HTML:
    return HTML(f'<span class="confidence {confidence}">{confidence}</span>')


# -- the parts of a standard -------------------------------------------------------------------


def _source(citation: Citation) -> dict[str, object]:
    return {
        "source": citation.text().removesuffix(" [unconfirmed]"),
        "confidence": level(str(citation.confidence)),
        "checked_on": citation.checked_on,
        "note": citation.note,
    }


def periods(standard: Standard) -> HTML:
    rows = [
        {"first_day": p.first, "last_day": p.last, **_source(p.citation)} for p in standard.periods
    ]
    return table(pd.DataFrame(rows, dtype=object))


def income_lines(standard: Standard) -> HTML:
    rows = [
        {
            "line": line.id,
            "Vietnamese": line.label.vi,
            "English": line.label.en,
            "rural": line.rural,
            "urban": line.urban,
            **_source(line.citation),
        }
        for line in standard.lines
    ]
    return table(pd.DataFrame(rows, dtype=object), {"note": "14em"})


def decision_table(standard: Standard) -> HTML:
    frame = standard.decision_table().reset_index(drop=True).astype(object)
    frame["poverty_class"] = [codes([name]) for name in frame["poverty_class"]]
    return table(frame, {"citation": "16em"})


def indicators(standard: Standard) -> HTML:
    rows = [
        {
            "no.": number,
            "indicator": codes([i.id]),
            "name": lines([i.label.vi, i.label.en]),
            "deprived_when": lines([i.deprived_when.vi, i.deprived_when.en]),
            "source": i.citation.text().removesuffix(" [unconfirmed]"),
            "confidence": level(str(i.citation.confidence)),
        }
        for number, i in enumerate(standard.indicators, start=1)
    ]
    return table(pd.DataFrame(rows, dtype=object), {"name": "12em", "deprived_when": "24em"})


def provisions(
    law: Standard | Procedure | LowIncomeCriterion | PointRule, only: str | None = None
) -> HTML:
    frame = law.provisions().astype(object)
    frame["citation"] = frame["citation"].str.removesuffix(" [unconfirmed]")
    if only is not None:
        frame = frame[frame["confidence"] == only].drop(columns=["confidence", "checked_on"])
    else:
        frame["confidence"] = [level(name) for name in frame["confidence"]]
    frame["value"] = [rule_value(value) for value in frame["value"]]
    frame = frame.rename(columns={"value_name": "name", "citation": "source"})
    return table(frame, {"value": "16em", "source": "13em", "note": "15em"})
