"""The review of Decision 24/2021/QD-TTg as a fold over events.

An event table goes in, the state of every case comes out (`fold`). `violations` names each
event that the law does not allow. The step functions add events for whole villages at once;
`next_steps`, `overdue` and `calendar` say who must do what by when; `recognition_lists`,
`certificates`, `minutes` and `notice` give what a review ends in; `current_list` says which class
each household has on a day. `correct` and `void` mend the log, `history` tells one household.
"""

from multidim_poverty.review.complaints import complain, reverify
from multidim_poverty.review.current import current_list
from multidim_poverty.review.decision import answer, no_answer, recognise, report, sum_up
from multidim_poverty.review.faults import rules
from multidim_poverty.review.files import read_events, write_events
from multidim_poverty.review.folding import fold, violations
from multidim_poverty.review.leaving import close, withdraw
from multidim_poverty.review.mending import correct, void
from multidim_poverty.review.opening import open_round
from multidim_poverty.review.ordering import in_order
from multidim_poverty.review.outlook import add_working_days, calendar, next_steps, overdue
from multidim_poverty.review.reports_due import send_report
from multidim_poverty.review.results import certificates, minutes, notice, recognition_lists
from multidim_poverty.review.steps import (
    hold_meetings,
    post,
    record_survey,
)
from multidim_poverty.review.story import history
from multidim_poverty.review.table import empty_events

__all__ = [
    "add_working_days",
    "answer",
    "calendar",
    "certificates",
    "close",
    "complain",
    "correct",
    "current_list",
    "empty_events",
    "fold",
    "history",
    "hold_meetings",
    "in_order",
    "minutes",
    "next_steps",
    "no_answer",
    "notice",
    "open_round",
    "overdue",
    "post",
    "read_events",
    "recognise",
    "recognition_lists",
    "record_survey",
    "report",
    "reverify",
    "rules",
    "send_report",
    "sum_up",
    "violations",
    "void",
    "withdraw",
    "write_events",
]


def __dir__() -> list[str]:
    return __all__
