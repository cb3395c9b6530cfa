"""How broken rules of a review become the table of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days
from multidim_poverty.language import Language, catalogue, check_language
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.law.procedure_parts import Process
from multidim_poverty.review.reading import BrokenRule, event_days
from multidim_poverty.review.rulebook import EVENTS, NEW_STATE, PROCESSES, STATES, Rulebook
from multidim_poverty.review.table import EVENT_COLUMNS, numbered
from multidim_poverty.schema.cells import Coded, objects
from multidim_poverty.schema.faults import Fault, report
from multidim_poverty.schema.listing import rules as all_rules
from multidim_poverty.vocabulary import ReviewEvent, ReviewState

__all__ = ["as_table", "rules", "to_dates"]

PLACES: dict[str, Any] = {
    "row": "Int64",
    "household_id": object,
    "member_id": object,
    "process": str,
    "event": str,
    "on": "datetime64[s]",
    "confidence": str,
    "counts": bool,
}
LAST = ["confidence", "counts"]
DAY_COLUMNS = {column.name for column in EVENT_COLUMNS if column.kind == "date"}
VOTES = ("agreeing", "attending")
CASE_RULES = {  # where the case stands is what is wrong
    "unknown_household",
    "already_closed",
    "already_open",
    "complaint_pending",
    "out_of_order",
}
CLASS_RULES = {"class_not_assessed", "class_not_recognised"}
MEETING_RULES = {"impossible_vote", "too_few_minutes", "absent_from_meeting", "meeting_differs"}


def to_dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Days since 1970-01-01 as dates; NaT for NEVER."""
    dates = np.where(days == NEVER, 0, days).astype("datetime64[D]")
    dates[days == NEVER] = np.datetime64("NaT", "D")
    return dates.astype("datetime64[s]")


def rules() -> pd.DataFrame:
    """All rules that `violations` checks beside those of single columns.

    Returns
    -------
    pandas.DataFrame
        The rules of the area ``review`` of `multidim_poverty.schema.rules`, in its columns.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.rules().set_index("rule").loc["complaint_pending", "message_en"]
    '{step}: a complaint is pending'
    """
    every = all_rules()
    own: pd.DataFrame = every.loc[every["area"] == "review"].reset_index(drop=True)
    return own


def as_table(
    broken: Iterable[BrokenRule], events: pd.DataFrame, lookup: Rulebook, language: Language
) -> pd.DataFrame:
    """The table of faults, in the order of the events."""
    check_language(language)
    writer = _Writer(events, lookup, language)
    faults = [fault for rule in broken for fault in writer.faults(rule)]
    table = report(faults, {"events": events}, language, area="review", places=PLACES)
    return table[[*(name for name in table if name not in LAST), *LAST]]


class _Writer:
    """Fills in what the messages about one event table need."""

    def __init__(self, events: pd.DataFrame, lookup: Rulebook, language: Language) -> None:
        self.events, self.lookup, self.language = events, lookup, language

    def faults(self, broken: BrokenRule) -> Iterator[Fault]:
        """The faults of one rule, those of one law, process, step and state together."""
        rows, rule = broken.rows, broken.rule
        if not len(rows) or rule not in catalogue()["review"]:
            on = _of_distinct(self._days(rows), _dates) if len(rows) else None
            fields = {"on": on, "confidence": "", "counts": broken.counts}
            whole = None if not len(rows) else rows
            yield Fault("events", broken.column, rule, whole, fields=fields, citation="")
            return
        days = self._days(rows)
        law = np.maximum(self.lookup.law_of(np.where(days == NEVER, 0, days)), 0)
        state = np.full(len(rows), -1) if broken.state is None else broken.state
        names = [self._codes(name, rows) for name in ("process", "event")]
        keys = law, names[0][0], names[1][0], np.asarray(state)
        first, number = numbered(keys)
        ends = np.cumsum(np.bincount(number, minlength=len(first)))
        parts = np.split(np.argsort(number, kind="stable"), ends[:-1])
        for part in (parts[place] for place in np.argsort(first)):
            n, p, e, s = (int(key[part[0]]) for key in keys)
            process, event = (
                "" if code < 0 else str(distinct[code])
                for code, (_, distinct) in zip((p, e), names, strict=True)
            )
            yield self._fault(broken, part, days[part], n, process, event, s)

    def _fault(
        self,
        broken: BrokenRule,
        part: npt.NDArray[np.intp],
        days: Days,
        law: int,
        process: str,
        event: str,
        state: int,
    ) -> Fault:
        rows, rule = broken.rows[part], broken.rule
        procedure = self.lookup.procedures[law]
        known = None if state in (-1, NEW_STATE) else state
        steps = next((p for p in procedure.processes if p.id == process), None)
        citation = _citation(rule, procedure, steps, event, known)
        column = broken.column or ("assessed_class" if rule in CLASS_RULES else "on")
        values: Any
        if rule in CASE_RULES:
            column, values = "state", _one_value(None if known is None else STATES[known], rows)
        else:
            values = self._cells(column, rows)
        limit = None if broken.limit is None else broken.limit[part]
        fields = {
            "on": _of_distinct(days, _dates),
            "confidence": "" if citation is None else str(citation.confidence),
            "counts": broken.counts,
            "step": self._label(ReviewEvent.of(event)) if event in EVENTS else event,
            "state": "" if known is None else self._label(list(ReviewState)[known]),
            "day": _of_distinct(days, _day_texts),
            "limit": "" if limit is None else _of_distinct(limit, _day_texts),
            "entry_day": self._entry_days(rows),
            "column": column,
            "stated": _plain_days(values) if column in DAY_COLUMNS else values,
            "copies": procedure.meeting.minutes_copies,
            "first": _day_texts(self.lookup.first_days[:1])[0],
            "last": _day_texts(self.lookup.last_days[-1:])[0],
            "expected_present": ", ".join(procedure.meeting.present),
            "recognises": ", ".join(steps.recognises) if steps else "",
            "allowed": self._allowed(rule, law, process, state),
            "clock": self._clock(procedure, steps, known, event),
            **{name: self._cells(name, rows) for name in VOTES if rule in MEETING_RULES},
        }
        return Fault(
            "events",
            column,
            rule,
            rows,
            values,
            None if broken.expected is None else broken.expected[part],
            fields,
            "" if citation is None else citation.text(self.language),
        )

    def _cells(self, column: str, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.object_] | Coded:
        """The values of a column; None where missing."""
        if (self.events.columns == column).sum() != 1:
            return _one_value(None, rows)
        values = self.events[column].iloc[rows]
        if isinstance(values.dtype, pd.CategoricalDtype) or values.dtype.kind == "M":
            codes, distinct = pd.factorize(values)
            place = np.where(codes < 0, len(distinct), codes)
            return Coded(place, objects([*distinct.astype(object), None]))
        values = values.astype(object)
        return np.asarray(values.where(values.notna(), None), dtype=object)

    def _codes(self, column: str, rows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[Any], Any]:
        """The values of a column as codes, -1 where missing, and the distinct ones."""
        if (self.events.columns == column).sum() != 1:
            return np.full(len(rows), -1), []
        return pd.factorize(self.events[column].iloc[rows])

    def _days(self, rows: npt.NDArray[np.intp], column: str = "on") -> Days:
        if (self.events.columns == column).sum() != 1:
            return np.full(len(rows), NEVER)
        return event_days(self.events[[column]].iloc[rows], column)

    def _entry_days(self, rows: npt.NDArray[np.intp]) -> Any:
        if "entry_on" not in self.events.columns:
            return ""
        return _of_distinct(self._days(rows, "entry_on"), _day_texts)

    def _label(self, term: Any) -> str:
        return str(term.vi if self.language == "vi" else term.en)

    def _allowed(self, rule: str, law: int, process: str, state: int) -> str:
        if process not in PROCESSES:
            return ""
        p = PROCESSES.index(process)
        if rule == "not_in_process":
            return ", ".join(EVENTS[e] for e in np.flatnonzero(self.lookup.has[law, p]))
        return ", ".join(self.lookup.allowed(law, p, NEW_STATE if state == -1 else state))

    def _clock(
        self, procedure: Procedure, law: Process | None, state: int | None, event: str
    ) -> str:
        id = _clock_id(law, state, event)
        return "" if id is None else self._label(procedure.clock(id).label)


def _citation(
    rule: str, procedure: Procedure, law: Process | None, event: str, state: int | None
) -> Citation | None:
    """The article that a rule stands on."""
    if rule == "not_in_force":
        return procedure.periods[0].citation
    if rule in MEETING_RULES:
        return procedure.meeting.citation
    if law is None:
        return None
    if rule in ("before_the_review", "after_the_review", "not_in_process"):
        return law.citation
    if "clock" in rule or rule == "late":
        id = _clock_id(law, state, event)
        if id is not None:
            return procedure.clock(id).citation
    step = law.step(event)
    return law.citation if step is None else step.citation


def _clock_id(law: Process | None, state: int | None, event: str) -> str | None:
    """The clock that an event met: that of the state, for a complaint always the posting."""
    if law is None or state is None:
        return None
    if event == ReviewEvent.COMPLAINED and STATES[state] == ReviewState.COMPLAINED:
        return law.clocks.get(ReviewState.POSTED)
    return law.clocks.get(list(ReviewState)[state])


def _of_distinct(days: Days, write: Callable[[Days], npt.NDArray[np.object_]]) -> Coded:
    """What each day is written as, each distinct one once."""
    codes, distinct = pd.factorize(days)
    return Coded(codes, write(distinct))


def _one_value(value: Any, rows: npt.NDArray[np.intp]) -> Coded:
    """One value for all rows, None too, which a fault would take for no value."""
    return Coded(np.zeros(len(rows), dtype=np.int8), objects([value]))


def _dates(days: Days) -> npt.NDArray[np.object_]:
    return np.asarray(to_dates(days).astype(object))


def _day_texts(days: Days) -> npt.NDArray[np.object_]:
    """Days as YYYY-MM-DD; empty where there is none."""
    texts = to_dates(days).astype("datetime64[D]").astype(str).astype(object)
    texts[days == NEVER] = ""
    return np.asarray(texts)


def _plain_days(values: npt.NDArray[np.object_] | Coded) -> npt.NDArray[np.object_] | Coded:
    """Values as a message shows them: a day without its time, anything else as it is."""
    if isinstance(values, Coded):
        return values.of_values(_plain_day)
    return objects([_plain_day(value) for value in values.tolist()])


def _plain_day(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
