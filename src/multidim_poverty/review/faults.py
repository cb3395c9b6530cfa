"""What each rule of a review says to a clerk, and how broken rules become a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.law import Citation
from multidim_poverty.law.procedure_parts import Process
from multidim_poverty.review.machine import Found, to_dates
from multidim_poverty.review.rulebook import EVENTS, NEW_STATE, PROCESSES, STATES, Rulebook
from multidim_poverty.schema.faults import Fault, report
from multidim_poverty.vocabulary import ReviewEvent, ReviewState, Term

__all__ = ["RULES", "as_table", "rules"]

# rule -> message and what was expected, in English and Vietnamese. {event}, {state}, {day},
# {limit}, {column}, {value} and {allowed} are filled in.
RULES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "unknown_household": (
        ("the household is in no open review", "hộ không thuộc cuộc rà soát nào đang mở"),
        ("first: {allowed}", "trước hết: {allowed}"),
    ),
    "not_in_households": (
        ("the household is not in the households table", "hộ không có trong bảng hộ"),
        ("a household of the table", "một hộ trong bảng"),
    ),
    "already_closed": (
        ("the case has ended: {state}", "hồ sơ đã kết thúc: {state}"),
        ("no further event in this review", "không thêm sự việc trong cuộc rà soát này"),
    ),
    "already_open": (
        ("the household has an open case: {state}", "hộ đang có hồ sơ mở: {state}"),
        ("one of: {allowed}", "một trong: {allowed}"),
    ),
    "complaint_pending": (
        ("a complaint is pending", "đang có khiếu nại chưa phúc tra"),
        ("one of: {allowed}", "một trong: {allowed}"),
    ),
    "out_of_order": (
        ("not possible while the case is: {state}", "không thực hiện được khi hồ sơ: {state}"),
        ("one of: {allowed}", "một trong: {allowed}"),
    ),
    "not_in_process": (
        ("this process has no such step", "quy trình này không có bước như vậy"),
        ("one of: {allowed}", "một trong: {allowed}"),
    ),
    "not_in_force": (
        ("the procedure is not in force on {day}", "quy trình không có hiệu lực ngày {day}"),
        ("a day from {first} to {last}", "một ngày từ {first} đến {last}"),
    ),
    "before_predecessor": (
        ("dated {day}, before the event that it follows", "ngày {day}, trước sự việc liền trước"),
        ("{limit} or later", "từ ngày {limit}"),
    ),
    "before_the_review": (
        ("dated {day}, before the review begins", "ngày {day}, trước khi bắt đầu rà soát"),
        ("{limit} or later", "từ ngày {limit}"),
    ),
    "after_the_review": (
        ("dated {day}, after the last day of the review", "ngày {day}, sau hạn của cuộc rà soát"),
        ("{limit} or earlier", "chậm nhất ngày {limit}"),
    ),
    "clock_still_runs": (
        ("too early: {clock} runs until {limit}", "quá sớm: {clock} kéo dài đến ngày {limit}"),
        ("later than {limit}", "sau ngày {limit}"),
    ),
    "clock_run_out": (
        ("too late: {clock} ended on {limit}", "quá muộn: {clock} đã hết ngày {limit}"),
        ("{limit} or earlier", "chậm nhất ngày {limit}"),
    ),
    "late": (
        ("late: {clock} ended on {limit}", "chậm: {clock} đã hết ngày {limit}"),
        ("{limit} or earlier", "chậm nhất ngày {limit}"),
    ),
    "incomplete": (
        ("{column} is not given", "thiếu {column}"),
        ("{column}", "{column}"),
    ),
    "impossible_vote": (
        (
            "{agreeing:g} agree out of {attending:g} attending",
            "{agreeing:g} đồng ý trên {attending:g} dự",
        ),
        (
            "at least one attending, and no more agreeing than attending",
            "có ít nhất một người dự, số đồng ý không quá số dự",
        ),
    ),
    "too_few_minutes": (
        ("copies of the minutes: {value}", "số bản biên bản: {value}"),
        ("{copies} copies", "{copies} bản"),
    ),
    "absent_from_meeting": (
        ("not all who must attend were present", "vắng thành phần phải dự họp"),
        ("present: {expected_present}", "có mặt: {expected_present}"),
    ),
    "class_not_assessed": (
        ("no assessment of this case gave {value}", "không có kết quả rà soát nào là {value}"),
        ("the last assessed class", "kết quả rà soát cuối cùng"),
    ),
    "class_not_recognised": (
        (
            "the assessed class is not one that this process recognises",
            "kết quả không thuộc diện được công nhận theo quy trình này",
        ),
        ("refused, or one of: {recognises}", "không công nhận, hoặc một trong: {recognises}"),
    ),
}
COLUMNS = (
    "row",
    "household_id",
    "process",
    "event",
    "on",
    "rule",
    "value",
    "expected",
    "citation",
    "confidence",
    "counts",
    "message",
)


def rules() -> pd.DataFrame:
    """All rules that `violations` checks beside those of single columns.

    Returns
    -------
    pandas.DataFrame
        Columns ``rule``, ``message_en``, ``message_vi``, ``expected_en``, ``expected_vi``
        (string), with fields in braces that are filled in for each fault.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.rules().set_index("rule").loc["complaint_pending", "message_en"]
    'a complaint is pending'
    """
    rows = [(rule, *message, *expected) for rule, (message, expected) in RULES.items()]
    names = ["rule", "message_en", "message_vi", "expected_en", "expected_vi"]
    return pd.DataFrame(rows, columns=names)


def as_table(
    found: Iterable[Found], events: pd.DataFrame, book: Rulebook, language: Language
) -> pd.DataFrame:
    """One row per broken rule, in the order of the events."""
    writer = _Writer(events, book, language)
    rows = sorted((row for fault in found for row in writer.rows(fault)), key=_place)
    table = pd.DataFrame(
        {
            name: pd.Series([row[n] for row in rows], dtype=DTYPES.get(name, str))
            for n, name in enumerate(COLUMNS)
        }
    )
    return table.astype({"on": "datetime64[s]"})


DTYPES: dict[str, Any] = {
    "row": "Int64",
    "household_id": object,
    "value": object,
    "counts": bool,
    "on": object,
}


def _place(row: tuple[Any, ...]) -> int:
    return -1 if row[0] is None else int(row[0])  # faults of a whole column come first


class _Writer:
    """Fills in the messages of one event table."""

    def __init__(self, events: pd.DataFrame, book: Rulebook, language: Language) -> None:
        self.events = events
        self.book = book
        self.language = language
        self.procedure = book.procedure
        self.processes: dict[str, Process] = {str(p.id): p for p in self.procedure.processes}

    def _label(self, term: Term) -> str:
        return term.vi if self.language == "vi" else term.en

    def _cells(self, column: str, rows: Any) -> list[Any]:
        if column not in self.events.columns or (self.events.columns == column).sum() > 1:
            return [None] * len(rows)
        cells: list[Any] = self.events[column].iloc[rows].astype(object).tolist()
        return cells

    def rows(self, fault: Found) -> Iterable[tuple[Any, ...]]:
        """The rows of the report for one rule."""
        if not len(fault.rows) and fault.rule not in RULES:  # a fault of the whole column
            message = self._of_columns(fault, None)[0]
            yield (None, None, "", "", None, fault.rule, None, fault.column, "", "", False, message)
            return
        of_columns = [] if fault.rule in RULES else self._of_columns(fault, fault.rows)
        stands = fault.limit is None and fault.state is not None and "class" not in fault.rule
        column = fault.column or ("assessed_class" if "class" in fault.rule else "on")
        cells = zip(
            fault.rows.tolist(),
            self._cells("household_id", fault.rows),
            self._cells("process", fault.rows),
            self._cells("event", fault.rows),
            self._cells("on", fault.rows),
            self._cells(column, fault.rows),
            strict=True,
        )
        for n, (row, household, process, event, on, value) in enumerate(cells):
            if stands and fault.state is not None:  # what is wrong is where the case stands
                value = STATES[fault.state[n]] if fault.state[n] != NEW_STATE else None
            expected, citation, message = (
                self._review(fault, n, row, str(process), str(event), on, value)
                if fault.rule in RULES
                else (fault.column, None, of_columns[n])
            )
            yield (
                row,
                household,
                "" if pd.isna(process) else str(process),
                "" if pd.isna(event) else str(event),
                on if isinstance(on, pd.Timestamp) else None,
                fault.rule,
                None if value is pd.NA else value,
                expected,
                "" if citation is None else citation.text(self.language),
                "" if citation is None else str(citation.confidence),
                fault.counts,
                message,
            )

    def _of_columns(self, fault: Found, rows: Any) -> list[str]:
        """The messages of a rule about a single column, in the order of the rows."""
        of_column = Fault("events", fault.column, fault.rule, rows)
        return report([of_column], {"events": self.events}, self.language)["message"].tolist()

    def _review(
        self, fault: Found, n: int, row: int, process: str, event: str, on: Any, value: Any
    ) -> tuple[str, Citation | None, str]:
        state = None if fault.state is None else int(fault.state[n])
        limit = None if fault.limit is None else to_dates(fault.limit[n : n + 1])[0]
        meeting = self.procedure.meeting
        law = self.processes.get(process)
        agreeing, attending = (
            self._cells(name, np.array([row]))[0] for name in ("agreeing", "attending")
        )
        words = {
            "event": self._label(ReviewEvent.of(event)),
            "state": "" if state in (None, NEW_STATE) else self._label(list(ReviewState)[state]),
            "day": _day(on),
            "limit": _day(limit),
            "column": fault.column,
            "value": value,
            "agreeing": agreeing,
            "attending": attending,
            "copies": meeting.minutes_copies,
            "first": self.procedure.periods[0].first.isoformat(),
            "last": self.procedure.periods[-1].last.isoformat(),
            "expected_present": ", ".join(meeting.present),
            "recognises": ", ".join(law.recognises) if law else "",
            "allowed": self._allowed(fault, process, state),
            "clock": self._clock(law, state),
        }
        k = 1 if self.language == "vi" else 0
        message, expected = (pair[k].format(**words) for pair in RULES[fault.rule])
        event_label = words["event"]
        return expected, self._citation(fault, law, event, state), f"{event_label}: {message}"

    def _allowed(self, fault: Found, process: str, state: int | None) -> str:
        if process not in PROCESSES:
            return ""
        p = PROCESSES.index(process)
        if fault.rule == "not_in_process":
            return ", ".join(EVENTS[e] for e in np.flatnonzero(self.book.has[p]))
        return ", ".join(self.book.allowed(p, NEW_STATE if state is None else state))

    def _clock(self, law: Process | None, state: int | None) -> str:
        if law is None or state in (None, NEW_STATE):
            return ""
        id = law.clocks.get(list(ReviewState)[state])
        if id is None:
            return ""
        label = self.procedure.clock(id).label
        return label.vi if self.language == "vi" else label.en

    def _citation(
        self, fault: Found, law: Process | None, event: str, state: int | None
    ) -> Citation | None:
        if fault.rule == "not_in_force":
            return self.procedure.periods[0].citation
        if fault.rule in ("impossible_vote", "too_few_minutes", "absent_from_meeting"):
            return self.procedure.meeting.citation
        if law is None:
            return None
        if fault.rule in ("before_the_review", "after_the_review", "not_in_process"):
            return law.citation
        if fault.limit is not None and state not in (None, NEW_STATE):
            id = law.clocks.get(list(ReviewState)[state])
            if id is not None and ("clock" in fault.rule or fault.rule == "late"):
                return self.procedure.clock(id).citation
        step = law.step(event)
        return law.citation if step is None else step.citation


def _day(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return pd.Timestamp(value).date().isoformat()
