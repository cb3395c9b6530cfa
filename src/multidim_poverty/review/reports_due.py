"""The reports of article 7: which are due, and which were sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import Report
from multidim_poverty.review.reading import event_days
from multidim_poverty.review.rulebook import Rulebook, rulebook
from multidim_poverty.review.table import as_events
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewEvent, ReviewProcess, ReviewState

__all__ = ["reports_due", "send_report"]

DECIDED = (ReviewState.RECOGNISED, ReviewState.REFUSED)
YEARLY = 1  # a report on the yearly review is due in one month of the year


def send_report(
    events: pd.DataFrame, report: str, *, on: DayLike, procedure: ProcedureLike | None = None
) -> pd.DataFrame:
    """Record that a report of the commune or the province was sent.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    report : {"monthly", "preliminary", "official"}
        Id of the report in the procedure.
    on : str or datetime.date
        Day on which it was sent: in the month in which it is due.
    procedure : Procedure, optional
        A variant, for the days that it covers.

    Returns
    -------
    pandas.DataFrame
        The events with a ``report_sent`` event, which is about no household.

    Raises
    ------
    ArgumentError
        If the procedure has no such report.
    InvalidDataError
        As for `fold`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 7.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> events = mdp.review.send_report(
    ...     mdp.review.empty_events(), "preliminary", on="2023-11-10")
    >>> events[["event", "report"]].values.tolist()
    [['report_sent', 'preliminary']]
    """
    events, day = as_frame(events, "events"), as_timestamp(on)
    lookup = rulebook(None if procedure is None else as_procedure(procedure))
    ids = sorted({each.id for law in lookup.procedures for each in law.reports})
    if report not in ids:
        raise ArgumentError(f"report {report!r} is none of {', '.join(ids)}")
    process = ReviewProcess.REGULAR if report == "monthly" else ReviewProcess.PERIODIC
    row = as_events(
        pd.DataFrame(
            {
                "household_id": np.array([None], dtype=object),
                "process": [str(process)],
                "event": [str(ReviewEvent.REPORT_SENT)],
                "on": [day],
                "report": [report],
            }
        )
    )
    absent = [name for name in row if name not in events.columns and row[name].isna().all()]
    return pd.concat([events, row.drop(columns=absent)], ignore_index=True)


def reports_due(
    events: pd.DataFrame,
    cases: pd.DataFrame,
    day: pd.Timestamp,
    lookup: Rulebook,
    language: Language,
) -> pd.DataFrame:
    """The reports that are due in the month of a day or before, and were not sent.

    ``step`` (``report_sent monthly`` and its like), ``actor``, ``not_before``, ``due_on``,
    ``citation`` and ``confidence``.
    """
    sent = _sent(events)
    rows = [
        {
            "process": "report",
            "step": f"{ReviewEvent.REPORT_SENT} {report.id}",
            "actor": str(law.actor(report.sender)),
            "not_before": pd.Timestamp(due.replace(day=1)),
            "due_on": pd.Timestamp(due),
            "citation": report.citation.text(language),
            "confidence": str(report.citation.confidence),
        }
        for n, law in enumerate(lookup.procedures)
        for report in law.reports
        for due in _due_days(report, cases, day)
        if lookup.law_of(np.array([np.datetime64(due, "D").astype(np.int64)]))[0] == n
        and (report.id, due.year, due.month) not in sent
    ]
    columns = ["process", "step", "actor", "not_before", "due_on", "citation", "confidence"]
    table = pd.DataFrame(rows, columns=columns)
    days = dict.fromkeys(("not_before", "due_on"), "datetime64[s]")
    return table.astype(days).sort_values("due_on", kind="stable", ignore_index=True)


def _sent(events: pd.DataFrame) -> set[tuple[str, int, int]]:
    if "report" not in events.columns:
        return set()
    sent = events.loc[(events["event"] == ReviewEvent.REPORT_SENT).to_numpy(dtype=bool)]
    days = event_days(sent).astype("datetime64[D]")
    return {
        (str(id), day.year, day.month)
        for id, day in zip(sent["report"], days.tolist(), strict=True)
        if day is not None
    }


def _due_days(report: Report, cases: pd.DataFrame, day: pd.Timestamp) -> Iterator[dt.date]:
    """The days on which a report about these cases is due, up to the month of a day."""
    yearly = len(report.months) == YEARLY
    process = ReviewProcess.PERIODIC if yearly else ReviewProcess.REGULAR
    about = cases.loc[(cases["process"] == process).to_numpy(dtype=bool)]
    if not yearly:
        about = about.loc[about["state"].isin(DECIDED).to_numpy(dtype=bool)]
    years = about["review_from"].dt.year.unique() if yearly else about["since"].dt.year.unique()
    decided = {(d.year, d.month) for d in about["since"].drop_duplicates()}
    for year in sorted(int(y) for y in years):
        for month in report.months:
            due = dt.date(year, month, report.day)
            if not report.includes_day:
                due -= dt.timedelta(days=1)
            if dt.date(year, month, 1) <= day.date() and (yearly or (year, month - 1) in decided):
                yield due
