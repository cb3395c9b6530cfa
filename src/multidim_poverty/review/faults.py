"""What each rule of a review says to a clerk, and how broken rules become a table."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days
from multidim_poverty.language import Language
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.law.procedure_parts import Process
from multidim_poverty.review.reading import BrokenRule, event_days
from multidim_poverty.review.rulebook import EVENTS, NEW_STATE, PROCESSES, STATES, Rulebook
from multidim_poverty.schema.faults import Fault, report
from multidim_poverty.vocabulary import ReviewEvent, ReviewState, Term

__all__ = ["RULES", "as_table", "rules", "to_dates"]

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
    "unknown_form": (
        ("{value} is no form of a request", "{value} không phải mẫu giấy đề nghị"),
        ("01 (review) or 04 (escape)", "01 (rà soát) hoặc 04 (thoát nghèo)"),
    ),
    "another_place": (
        (
            "{column} {value} is not that of the case, {expected_value}",
            "{column} {value} khác với hồ sơ: {expected_value}",
        ),
        ("{expected_value}", "{expected_value}"),
    ),
    "meeting_differs": (
        (
            "{column} {value}, but {expected_value} in the other rows of this meeting",
            "{column} {value}, nhưng các dòng khác của cuộc họp này ghi {expected_value}",
        ),
        ("{expected_value}", "{expected_value}"),
    ),
    "number_of_another_day": (
        (
            "decision number {value} is that of a decision of {expected_value}",
            "số quyết định {value} là của quyết định ngày {expected_value}",
        ),
        (
            "the number of the decision of this day",
            "số của quyết định ban hành trong ngày này",
        ),
    ),
    "two_numbers_on_a_day": (
        (
            "decision number {value}, but {expected_value} for the other households of this day",
            "số quyết định {value}, nhưng các hộ khác trong ngày ghi {expected_value}",
        ),
        ("one number for one decision", "mỗi quyết định một số"),
    ),
    "list_contradicts_decision": (
        (
            "listed as {value}, but the last decision in force found {expected_value}",
            "danh sách ghi {value}, nhưng quyết định đang có hiệu lực là {expected_value}",
        ),
        ("{expected_value}", "{expected_value}"),
    ),
    "no_such_entry": (
        (
            "no entry {value} of {entry_day} that could be meant",
            "không có nội dung {value} ngày {entry_day} để sửa",
        ),
        (
            "event and day of an entry made before, not voided",
            "sự việc và ngày của nội dung đã ghi, chưa hủy",
        ),
    ),
    "nothing_corrected": (
        ("no new value is given", "không có giá trị mới"),
        ("a value in the column to correct", "giá trị mới ở cột cần sửa"),
    ),
    "recorded_before": (
        (
            "recorded on {value}, before it happened on {limit}",
            "ghi sổ ngày {value}, trước khi xảy ra ngày {limit}",
        ),
        ("{limit} or later", "từ ngày {limit}"),
    ),
    "member_not_expected": (
        (
            "member {value}: only the process for low-income workers is about a member",
            "thành viên {value}: chỉ quy trình về người lao động có thu nhập thấp xét thành viên",
        ),
        ("no member_id", "không ghi member_id"),
    ),
}
COLUMNS: dict[str, Any] = {
    "severity": str,
    "rule": str,
    "table": str,
    "row": "Int64",
    "household_id": object,
    "member_id": object,
    "process": str,
    "event": str,
    "on": "datetime64[s]",
    "column": str,
    "value": object,
    "expected": str,
    "message": str,
    "citation": str,
    "confidence": str,
    "counts": bool,
}
CASE_RULES = {  # where the case stands is what is wrong
    "unknown_household",
    "already_closed",
    "already_open",
    "complaint_pending",
    "out_of_order",
}
NOTHING = np.array(None, dtype=object)
CLASS_RULES = {"class_not_assessed", "class_not_recognised"}


def to_dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Days since 1970-01-01 as dates; NaT for NEVER."""
    dates = np.where(days == NEVER, 0, days).astype("datetime64[D]")
    dates[days == NEVER] = np.datetime64("NaT")
    return dates.astype("datetime64[s]")


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
    broken: Iterable[BrokenRule], events: pd.DataFrame, book: Rulebook, language: Language
) -> pd.DataFrame:
    """One row per broken rule and event, in the order of the events."""
    writer = _Writer(events, book, language)
    parts = [writer.rows(fault) for fault in broken]
    none: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    table = {
        name: pd.Series(
            np.concatenate([np.asarray(part[name], dtype=object) for part in parts or [none]]),
            dtype=object,
        ).astype(dtype)
        for name, dtype in COLUMNS.items()
    }
    frame = pd.DataFrame(table)
    order = frame["row"].fillna(-1).to_numpy().argsort(kind="stable")  # whole columns come first
    return frame.iloc[order].reset_index(drop=True)


class _Writer:
    """Fills in the messages of one event table."""

    def __init__(self, events: pd.DataFrame, book: Rulebook, language: Language) -> None:
        self.events, self.book, self.language = events, book, language
        self.duplicated = set(events.columns[events.columns.duplicated()])

    def _cells(self, column: str, rows: Any) -> npt.NDArray[np.object_]:
        """The values of a column; None where missing."""
        if column not in self.events.columns or column in self.duplicated:
            return np.full(len(rows), None, dtype=object)
        cells = self.events[column].iloc[rows].astype(object)
        return np.asarray(cells.where(cells.notna(), None), dtype=object)

    def rows(self, fault: BrokenRule) -> dict[str, Any]:
        """The columns of the report for one rule."""
        if not len(fault.rows):  # a fault of the whole column
            return self._of_column(fault)
        n, rows = len(fault.rows), fault.rows
        column = fault.column or ("assessed_class" if fault.rule in CLASS_RULES else "on")
        value = self._cells(column, rows)
        if fault.rule in CASE_RULES and fault.state is not None:
            names = np.array([*STATES, None], dtype=object)
            column, value = "state", names[fault.state]
        process, event = (self._cells(name, rows) for name in ("process", "event"))
        days = self._days(rows)
        texts = (
            self._of_review(fault, process, event, days, value)
            if fault.rule in RULES
            else self._of_schema(fault, value)
        )
        return {
            "severity": ["warning" if fault.warning else "error"] * n,
            "rule": [fault.rule] * n,
            "table": ["events"] * n,
            "row": rows,
            "household_id": self._cells("household_id", rows),
            "member_id": self._cells("member_id", rows),
            "process": np.where(np.equal(process, NOTHING), "", process),
            "event": np.where(np.equal(event, NOTHING), "", event),
            "on": to_dates(days).astype(object) if len(days) else days,
            "column": [column] * n,
            "value": value,
            **texts,
            "counts": [fault.counts] * n,
        }

    def _days(self, rows: Any) -> Days:
        if "on" not in self.events.columns or "on" in self.duplicated:
            return np.full(len(rows), NEVER)
        return event_days(self.events.iloc[rows])

    def _of_column(self, fault: BrokenRule) -> dict[str, Any]:
        row: dict[str, list[Any]] = {name: [""] for name in COLUMNS}
        row |= {"severity": ["error"], "rule": [fault.rule], "table": ["events"]}
        row |= {name: [None] for name in ("row", "household_id", "member_id", "on", "value")}
        row |= {"column": [fault.column], "expected": [fault.column], "counts": [False]}
        return row | {"message": self._of_columns(fault, None)}

    def _of_schema(self, fault: BrokenRule, value: npt.NDArray[Any]) -> dict[str, Any]:
        none = [""] * len(value)
        return {
            "expected": [fault.column] * len(value),
            "message": self._of_columns(fault, fault.rows),
            "citation": none,
            "confidence": none,
        }

    def _of_columns(self, fault: BrokenRule, rows: Any) -> list[str]:
        """The messages of a rule about a single column, in the order of the rows."""
        of_column = Fault("events", fault.column, fault.rule, rows)
        return report([of_column], {"events": self.events}, self.language)["message"].tolist()

    def _of_review(
        self,
        fault: BrokenRule,
        process: npt.NDArray[Any],
        event: npt.NDArray[Any],
        days: Days,
        value: npt.NDArray[Any],
    ) -> dict[str, Any]:
        """Message, expectation and citation, written once for all rows that share them."""
        language = 1 if self.language == "vi" else 0
        message, expected = (pair[language] for pair in RULES[fault.rule])
        used = {name for text in (message, expected) for _, name, _, _ in Formatter().parse(text)}
        rows = fault.rows
        law = np.maximum(self.book.law_of(np.where(days == NEVER, 0, days)), 0)
        parts: dict[str, Any] = {"law": law, "process": process, "event": event}
        parts["state"] = np.full(len(rows), -1) if fault.state is None else fault.state
        if fault.limit is not None:
            parts["limit"] = fault.limit
        if "day" in used:
            parts["day"] = days
        if "value" in used:
            parts["value"] = value
        if "expected_value" in used and fault.expected is not None:
            parts["expected_value"] = fault.expected
        if "entry_day" in used:
            parts["entry_day"] = event_days(self.events.iloc[rows], "entry_on")
        for name in ("agreeing", "attending"):
            if name in used:
                parts[name] = self._cells(name, rows)
        code = np.zeros(len(rows), dtype=np.int64)
        for part in parts.values():
            codes, distinct = pd.factorize(np.asarray(part), use_na_sentinel=False)
            code = code * (len(distinct) + 1) + codes
            code = np.unique(code, return_inverse=True)[1]
        first = np.unique(code, return_index=True)[1]
        written = []
        for n in first:
            words = {name: part[n] for name, part in parts.items()}
            written.append(self._written(fault, message, expected, words))
        names = ("expected", "message", "citation", "confidence")
        table = np.array(written, dtype=object).reshape(-1, 4)[code]
        return {name: table[:, k] for k, name in enumerate(names)}

    def _written(
        self, fault: BrokenRule, message: str, expected: str, words: dict[str, Any]
    ) -> tuple[str, str, str, str]:
        procedure = self.book.procedures[int(words["law"])]
        event, state = str(words["event"]), int(words["state"])
        known = state not in (-1, NEW_STATE)
        law = next((p for p in procedure.processes if p.id == words["process"]), None)
        event_label = _label(ReviewEvent.of(event), self.language) if event in EVENTS else event
        filled = {
            "event": event_label,
            "state": _label(list(ReviewState)[state], self.language) if known else "",
            "day": _day(words.get("day")),
            "limit": _day(words.get("limit")),
            "entry_day": _day(words.get("entry_day")),
            "column": fault.column,
            "value": _plain(words.get("value")),
            "expected_value": words.get("expected_value"),
            "agreeing": words.get("agreeing"),
            "attending": words.get("attending"),
            "copies": procedure.meeting.minutes_copies,
            "first": str(to_dates(self.book.first_days[:1])[0].astype("datetime64[D]")),
            "last": str(to_dates(self.book.last_days[-1:])[0].astype("datetime64[D]")),
            "expected_present": ", ".join(procedure.meeting.present),
            "recognises": ", ".join(law.recognises) if law else "",
            "allowed": self._allowed(fault, int(words["law"]), str(words["process"]), state),
            "clock": self._clock(procedure, law, state if known else None, event),
        }
        citation = self._citation(fault, procedure, law, event, state if known else None)
        return (
            expected.format(**filled),
            f"{event_label}: {message.format(**filled)}",
            "" if citation is None else citation.text(self.language),
            "" if citation is None else str(citation.confidence),
        )

    def _allowed(self, fault: BrokenRule, law: int, process: str, state: int) -> str:
        if process not in PROCESSES:
            return ""
        p = PROCESSES.index(process)
        if fault.rule == "not_in_process":
            return ", ".join(EVENTS[e] for e in np.flatnonzero(self.book.has[law, p]))
        return ", ".join(self.book.allowed(law, p, NEW_STATE if state == -1 else state))

    def _clock(self, procedure: Any, law: Process | None, state: int | None, event: str) -> str:
        id = _clock_id(law, state, event)
        return "" if id is None else _label(procedure.clock(id).label, self.language)

    def _citation(
        self,
        fault: BrokenRule,
        procedure: Procedure,
        law: Process | None,
        event: str,
        state: int | None,
    ) -> Citation | None:
        if fault.rule == "not_in_force":
            return procedure.periods[0].citation
        if fault.rule in ("impossible_vote", "too_few_minutes", "absent_from_meeting"):
            return procedure.meeting.citation
        if fault.rule == "meeting_differs":
            return procedure.meeting.citation
        if law is None:
            return None
        if fault.rule in ("before_the_review", "after_the_review", "not_in_process"):
            return law.citation
        if "clock" in fault.rule or fault.rule == "late":
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


def _label(term: Term | Any, language: Language) -> str:
    return str(term.vi if language == "vi" else term.en)


def _plain(value: Any) -> Any:
    """A day without its time; anything else as it is."""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _day(value: Any) -> str:
    return "" if value is None or value == NEVER else str(np.datetime64(int(value), "D"))
