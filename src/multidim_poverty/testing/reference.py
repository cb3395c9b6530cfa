"""A review in plain Python, one event after the other, to compare other implementations with.

It is written from the rules of Decision 24/2021/QD-TTg and shares neither code nor data with the
library: the steps, clocks and windows stand here once more, in the slowest and plainest form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

__all__ = ["Case", "Review", "play"]

CLASSES = ("poor", "near_poor", "average", "above_average", "not_poor")
ENDS = ("recognised", "refused", "withdrawn", "closed")
LISTED = ("poor", "near_poor")
PRESENT = {
    "steering_committee",
    "poverty_officer",
    "village_head",
    "party_secretary",
    "mass_organisations",
    "reviewers",
    "reviewed_households",
    "other_households",
}
# Working days, in the two poverty reviews and where the result is posted at the commune's office.
CLOCKS = {"posted": 3, "complained": 7, "reposted": 3, "reported": 5}
OFFICE_CLOCKS = {"posted": 5, "complained": 3}
OFFICE = ("farm", "low_income")
SWAPS = {dt.date(2026, 1, 2): False, dt.date(2026, 1, 10): True}  # not in `holidays` 0.109
# Where the committee may verify again without a complaint, if it says why.
OWN_ACCORD = {"posted", "reposted", "summed_up", "reported", "answered", "unanswered"}
FIRST_DAY, LAST_DAY = dt.date(2021, 9, 1), dt.date(2026, 12, 31)


# What makes an act valid: event -> what must be written down.
NEEDS: dict[str, tuple[str, ...]] = {
    "surveyed": ("assessed_class",),
    "met": ("attending", "agreeing", "minutes_copies"),
    "complained": ("complaint",),
    "reverified": ("assessed_class", "law_on", "facts_on"),
    "answered": ("opinion",),
    "recognised": ("decision_number",),
    "refused": ("reason",),
    "closed": ("cause", "reason"),
}
FOLLOWING = ("clock_still_runs", "clock_run_out", "incomplete")  # of a fault before them
KEEPING = (None, "no_decision")  # causes that leave a decided case as it is


@cache
def _holidays() -> Any:
    import holidays

    return holidays.country_holidays("VN", years=range(2020, 2030))


@cache
def working_day(day: dt.date, count: int) -> dt.date:
    """The working day that comes so many working days after a day."""
    while count:
        day += dt.timedelta(days=1)
        count -= SWAPS.get(day, _holidays().is_working_day(day))
    return day


def clock_days(process: str, state: str) -> int | None:
    """Working days of the clock that begins with a state; None where none begins."""
    return (OFFICE_CLOCKS if process in OFFICE else CLOCKS).get(state)


@cache
def flow(process: str, superior: bool) -> dict[tuple[str, str], tuple[str, str]]:
    """(state, event) -> (next state, what the clock of the state must say)."""
    edges: dict[tuple[str, str], tuple[str, str]] = {
        ("new", "requested"): ("requested", ""),
        ("requested", "listed"): ("listed", ""),
        ("listed", "surveyed"): ("surveyed", ""),
        ("posted", "complained"): ("complained", "during"),
        ("complained", "complained"): ("complained", ""),
        ("complained", "reverified"): ("reverified", "within"),
        ("posted", "summed_up"): ("summed_up", "over"),
    }
    if process in OFFICE:
        edges["surveyed", "posted"] = "posted", ""
        edges["reverified", "summed_up"] = "summed_up", ""
    else:
        edges["reverified", "reposted"] = "reposted", ""
        edges["reposted", "complained"] = "complained", "during"
        edges["reposted", "summed_up"] = "summed_up", "over"
        edges["surveyed", "met"] = "agreed", ""  # or disagreed, by the vote
        edges["disagreed", "surveyed"] = "surveyed", ""
        edges["agreed", "posted"] = "posted", ""
    if process == "periodic":
        edges["new", "listed"] = "listed", ""
        if superior:
            edges["summed_up", "reported"] = "reported", ""
            edges["reported", "answered"] = "answered", "within"
            edges["reported", "recognised"] = "recognised", "over"
            edges["reported", "unanswered"] = "unanswered", "over"
            edges["unanswered", "answered"] = "answered", ""
        else:
            edges["summed_up", "recognised"] = "recognised", ""
        edges["answered", "recognised"] = "recognised", ""
        edges["unanswered", "recognised"] = "recognised", ""
        edges["objected", "surveyed"] = "surveyed", ""
        edges["objected", "reverified"] = "reverified", ""
    else:
        edges["requested", "surveyed"] = "surveyed", ""
        edges["summed_up", "recognised"] = "recognised", ""
        edges["summed_up", "refused"] = "refused", ""
    states = {to for to, _ in edges.values()} - set(ENDS)
    states |= set() if process in OFFICE else {"disagreed"}
    states |= {"objected", "unanswered", "answered"} if process == "periodic" else set()
    for state in states:
        edges[state, "closed"] = "closed", ""
        if state != "complained":
            edges[state, "withdrawn"] = "withdrawn", ""
    for state in OWN_ACCORD & states:
        edges[state, "reverified"] = "reverified", ""
    return edges


def window(process: str, event: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the review that an opening event belongs to."""
    waits = event == "requested"
    if process == "periodic":
        year = day.year + (waits and day > dt.date(day.year, 12, 14))
        return dt.date(year, 9, 1), dt.date(year, 12, 14)
    start = day.replace(day=15)
    if waits and day.day > 15:
        start = (start + dt.timedelta(days=20)).replace(day=15)
    if not waits and day.day < 15:
        start = (start - dt.timedelta(days=20)).replace(day=15)
    return start, start + dt.timedelta(days=15)


@dataclass
class Case:
    """One household in one review."""

    household: Any
    process: str
    first_day: dt.date
    last_day: dt.date
    state: str = "new"
    since: dt.date | None = None
    clock_end: dt.date | None = None
    posted_until: dt.date | None = None
    decided_by: int = -1
    round: int = 0
    previous_class: str | None = None
    assessed_class: str | None = None
    final_class: str | None = None
    complaints: int = 0
    violations: int = 0
    history: list[tuple[str, dt.date]] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self.state in ENDS


def holds_from(case: Case) -> dt.date:
    """The first day of the class that was recognised."""
    assert case.since is not None
    if case.process == "periodic":
        return max(dt.date(case.first_day.year + 1, 1, 1), case.since)
    return case.since


@dataclass
class Review:
    """All cases, and the faults met on the way.

    Parameters
    ----------
    superior : bool
        Whether a superior is asked before a yearly list is recognised.
    cases : list of Case
        One per household and process, in the order in which they were opened.
    faults : list of (int, str, bool)
        Row of the event, rule, and whether the event counts all the same.
    rows : int
        How many events were played.
    newest : dict
        (household, process) -> its newest case.
    astray : dict
        (household, process) -> whether what follows a fault there is no other fault.

    Examples
    --------
    >>> import datetime as dt
    >>> from multidim_poverty import testing
    >>> review = testing.Review()
    >>> review.add({"household_id": "a", "process": "periodic", "event": "listed",
    ...             "on": dt.date(2023, 9, 5)})
    >>> review.rows, review.newest["a", "periodic"].state, review.faults
    (1, 'listed', [])
    """

    superior: bool = True
    cases: list[Case] = field(default_factory=list)
    faults: list[tuple[int, str, bool]] = field(default_factory=list)
    rows: int = 0
    newest: dict[tuple[Any, str], Case] = field(default_factory=dict)
    astray: dict[tuple[Any, str], bool] = field(default_factory=dict)

    def in_force(self, household: Any, day: dt.date) -> str | None:
        """The class of a household on a day, by the last decision that holds."""
        decided = [
            (case.since, case.decided_by, case.final_class)
            for case in self.cases
            if case.household == household
            and case.final_class is not None
            and case.process in ("periodic", "regular")
            and holds_from(case) <= day
        ]
        return max(decided)[2] if decided else None

    def current(self, household: Any, process: str) -> Case | None:
        """The newest case of a household in a process."""
        return self.newest.get((household, process))

    def possible(self, household: Any, process: str) -> list[str]:
        """Events that the state of a household allows, whatever the day."""
        case = self.current(household, process)
        edges = flow(process, self.superior)
        state = "new" if case is None else case.state
        if case is not None and case.closed:
            state = "new"
        return [event for source, event in edges if source == state]

    def add(self, event: Mapping[str, Any]) -> None:
        """Take one more event."""
        row, self.rows = self.rows, self.rows + 1
        process, name, day = event["process"], event["event"], event["on"]
        edges = flow(process, self.superior)
        case = self.current(event["household_id"], process)
        own = list(_own_faults(event, edges))
        blocked = any(not counts for _, counts in own)
        self.faults += [(row, rule, counts) for rule, counts in own]

        track = event["household_id"], process
        silent = self.astray.get(track, False)  # what follows a fault is no other fault
        self.astray[track] = True
        opens = ("new", name) in edges
        first, last = window(process, name, day)
        begins = opens and (
            case is None or (first > case.first_day and (case.closed or day > case.last_day))
        )
        if begins:
            target = Case(event["household_id"], process, first, last)
        elif case is None:
            self._refuse(row, "unknown_household", blocked or silent, None)
            return
        else:
            target = case
        gone = name == "closed" and target.closed and event.get("cause") not in KEEPING
        rule = None
        if (target.state, name) not in edges and not gone:
            if target.closed:
                rule = "already_closed"
            elif opens:
                rule = "already_open"
            elif target.state == "complained":
                rule = "complaint_pending"
            else:
                rule = "out_of_order"
        if rule is not None or blocked:
            self._refuse(row, rule, blocked or silent, None if begins else target)
            return
        to, when = (target.state, "") if gone else edges[target.state, name]
        any_day = name in ("requested", "withdrawn", "closed")
        any_day |= name == "listed" and process != "periodic"
        rules = list(_of_days(target, name, day, when, any_day, event))
        if rules:
            named = [rule for rule in rules if not (silent and rule in FOLLOWING)]
            self.faults += [(row, rule, False) for rule in named]
            if not begins:
                target.violations += 1
            return
        self.astray[track] = False
        late = when == "within" and target.clock_end is not None and day > target.clock_end
        past = not late and not any_day and day > target.last_day
        if late or past:
            self.faults.append((row, "late" if late else "after_the_review", True))
        target.violations += late or past or bool(own)
        if name in ("requested", "listed"):
            self._list(row, target, event)
        if begins:
            self.cases.append(target)
            self.newest[target.household, process] = target
        self._take(target, event, to, row)

    def _refuse(self, row: int, rule: str | None, silent: bool, case: Case | None) -> None:
        if rule is not None and not silent:
            self.faults.append((row, rule, False))
        if case is not None:
            case.violations += 1

    def _list(self, row: int, case: Case, event: Mapping[str, Any]) -> None:
        """The class that a case begins with: by the decisions, else as the list says."""
        known = self.in_force(case.household, event["on"])
        said = event.get("previous_class")
        if known and said and known != said and (known in LISTED or said in LISTED):
            self.faults.append((row, "list_contradicts_decision", True))
            case.violations += 1
        case.previous_class = known or said or case.previous_class

    def _take(self, case: Case, event: Mapping[str, Any], to: str, row: int) -> None:
        name, day = event["event"], event["on"]
        if name == "met" and event["agreeing"] * 2 < event["attending"]:
            to = "disagreed"
        if name == "answered" and event["opinion"] == "objects":
            to = "objected"
        if to != case.state:
            case.state, case.since = to, day
            count = clock_days(case.process, to)
            case.clock_end = None if count is None else working_day(day, count)
            if to in ("posted", "reposted"):
                case.posted_until = case.clock_end
        case.history.append((name, day))
        case.round += name == "surveyed"
        case.complaints += name == "complained"
        if name in ("surveyed", "reverified"):
            case.assessed_class = event["assessed_class"]
        if name == "recognised":
            case.final_class, case.decided_by = case.assessed_class, row


def _own_faults(
    event: Mapping[str, Any], edges: Mapping[tuple[str, str], Any]
) -> Iterator[tuple[str, bool]]:
    """Faults that an event has by itself: (rule, whether it counts all the same)."""
    name = event["event"]
    if not FIRST_DAY <= event["on"] <= LAST_DAY:
        yield "not_in_force", False
    if name not in {event for _, event in edges}:
        yield "not_in_process", False
        return
    for column in NEEDS.get(name, ()):
        if not event.get(column) and event.get(column) != 0:
            yield "incomplete", False
    if name == "met":
        attending, agreeing = event.get("attending"), event.get("agreeing")
        if attending is not None and (
            attending < 1 or (agreeing is not None and agreeing > attending)
        ):
            yield "impossible_vote", False
        copies = event.get("minutes_copies")
        if copies is not None and copies < 2:
            yield "too_few_minutes", False
        present = event.get("present")
        if present is not None and not {who.strip() for who in present.split(",")} >= PRESENT:
            yield "absent_from_meeting", True


def _of_days(
    case: Case, name: str, day: dt.date, when: str, any_day: bool, event: Mapping[str, Any]
) -> Iterator[str]:
    """Rules on days and classes that an event breaks in the state where its case stands."""
    if case.since is not None and day < case.since:
        yield "before_predecessor"
    if not any_day and day < case.first_day:
        yield "before_the_review"
    if when == "over" and case.clock_end is not None and day <= case.clock_end:
        yield "clock_still_runs"
    if when == "during" and case.clock_end is not None and day > case.clock_end:
        yield "clock_run_out"
    if name == "complained" and case.state == "complained":
        assert case.posted_until is not None
        if day > case.posted_until:
            yield "clock_run_out"
    if name == "reverified" and case.state in OWN_ACCORD and not event.get("reason"):
        yield "incomplete"
    if name == "recognised":
        given = event.get("assessed_class")
        if given is not None and given != case.assessed_class:
            yield "class_not_assessed"
        if case.process in OFFICE and case.assessed_class != "average":
            yield "class_not_recognised"


def play(events: Iterable[Mapping[str, Any]], *, superior: bool = True) -> Review:
    """Take events one after the other.

    Parameters
    ----------
    events : iterable of mappings
        Rows of an event table, with ``on`` as `datetime.date` and None for what is missing.
    superior : bool
        Whether the opinion of a superior is asked.

    Returns
    -------
    Review
        Its ``cases`` and ``faults``.

    Examples
    --------
    >>> import datetime as dt
    >>> review = play([{"household_id": "a", "process": "periodic", "event": "posted",
    ...                 "on": dt.date(2023, 10, 2)}])
    >>> review.faults
    [(0, 'unknown_household', False)]
    """
    review = Review(superior=superior)
    for event in events:
        review.add(event)
    return review
