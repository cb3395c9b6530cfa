"""The story of one household: every entry of its log, and what became of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import NEVER
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.current import current_list
from multidim_poverty.review.faults import as_table, to_dates
from multidim_poverty.review.folding import folded
from multidim_poverty.review.reading import event_days
from multidim_poverty.review.rulebook import STATES
from multidim_poverty.review.selection import check_named_ids
from multidim_poverty.review.table import EVENT_COLUMNS
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewState

__all__ = ["history"]

WORDS = {
    "en": ("corrected on {day}: {reason}", "voided on {day}: {reason}", "no effect: {message}"),
    "vi": ("đính chính ngày {day}: {reason}", "hủy ngày {day}: {reason}", "không tính: {message}"),
}
# What an entry says in one line, beside its event.
DETAILS = tuple(
    c.name
    for c in EVENT_COLUMNS
    if c.name
    not in ("household_id", "member_id", "process", "event", "on", "commune", "village", "reason")
    and c.name not in ("recorded_on", "entry_event", "entry_on", "present", "complaint", "standard")
)


def history(
    events: pd.DataFrame,
    household_id: Any,
    *,
    procedure: ProcedureLike | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Every entry about one household, in the order in which it was taken.

    Parameters
    ----------
    events : pandas.DataFrame
        The events of the review, a row each.
    household_id : object
        The id of the household.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.
    language : {"en", "vi"}
        Language of the words.

    Returns
    -------
    pandas.DataFrame
        One row per entry, corrected and voided ones among them: ``row`` (int64, position in
        `events`), ``on`` (datetime64[s]), ``recorded_on`` (datetime64[s]; NaT where the log does
        not say it), ``process``, ``event`` (string), ``commune`` (string), ``details`` (string:
        what the entry says, corrected values in place of the first ones), ``state`` (string: of
        the case after it; empty where it had no effect), ``class_in_force`` (category: of the
        household at the end of that day) and ``note`` (string: when and why the entry was
        corrected or voided, or why it has no effect or is marked).

    Raises
    ------
    ArgumentError
        If the log has no entry of the household; says so where an id of the log looks the same.
    InvalidDataError, ReviewError
        As for `fold`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, previous=pd.Series({"h1": "poor"}), on="2023-09-05")
    >>> events = mdp.review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")
    >>> events = mdp.review.correct(events, {"h1": {"assessed_class": "near_poor"}},
    ...     event="surveyed", reason="typed wrongly", on="2023-09-21")
    >>> story = mdp.review.history(events, "h1")
    >>> story[["event", "note"]].values.tolist()[1:]
    [['Surveyed and classified', 'corrected on 2023-09-21: typed wrongly'], ['Entry corrected', '']]
    """
    check_language(language)
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    own = np.flatnonzero((events["household_id"] == household_id).to_numpy(dtype=bool))
    if not len(own):
        check_named_ids(pd.Index([household_id], dtype=object), events, "household_id")
        raise ArgumentError(f"the log has no entry of household {household_id!r}")
    log = events.iloc[own].reset_index(drop=True)
    result, lookup = folded(log, procedure)
    order = result.order
    faults = as_table(result.broken, log, lookup, language)
    notes = _notes(log, result.target, faults, language)
    days = event_days(log)
    recorded = event_days(log, "recorded_on") if "recorded_on" in log else np.full(len(log), NEVER)
    table = pd.DataFrame(
        {
            "row": own,
            "on": to_dates(days),
            "recorded_on": to_dates(recorded),
            "process": log["process"].astype("string"),
            "event": [_label(ReviewEvent, e, language) for e in log["event"].astype(object)],
            "commune": log["commune"].astype("string") if "commune" in log else pd.NA,
            "details": _details(result.events, language),
            "state": [
                "" if s < 0 else _label(ReviewState, STATES[s], language) for s in result.state
            ],
            "class_in_force": _classes_by_day(log, days, procedure),
            "note": pd.array(notes, dtype="string"),
        }
    )
    story: pd.DataFrame = table.iloc[order].reset_index(drop=True)
    return story.astype({"event": "string", "state": "string", "commune": "string"})


def _label(terms: Any, code: Any, language: Language) -> str:
    if code not in terms.codes():
        return "" if pd.isna(code) else str(code)
    term = terms.of(code)
    return str(term.vi if language == "vi" else term.en)


def _notes(log: pd.DataFrame, target: Any, faults: pd.DataFrame, language: Language) -> list[str]:
    """What became of each entry."""
    corrected, voided, without_effect = WORDS[language]
    notes: list[list[str]] = [[] for _ in range(len(log))]
    kinds = log["event"].astype(object)
    for row in np.flatnonzero(target >= 0):
        words = voided if kinds.iloc[row] == ReviewEvent.VOIDED else corrected
        day = pd.Timestamp(log["on"].iloc[row]).date()
        notes[target[row]].append(words.format(day=day, reason=log["reason"].iloc[row]))
    for row, message, counts in zip(
        faults["row"].tolist(), faults["message"], faults["counts"], strict=True
    ):
        notes[row].append(message if counts else without_effect.format(message=message))
    return ["; ".join(each) for each in notes]


def _details(events: pd.DataFrame, language: Language) -> Any:
    """What each entry says beside its event, in one line."""
    parts: list[list[str]] = [[] for _ in range(len(events))]
    for name in DETAILS:
        if name not in events.columns:
            continue
        for n, value in enumerate(events[name].astype(object)):
            if pd.isna(value):
                continue
            if name in ("previous_class", "assessed_class"):
                value = _label(PovertyClass, value, language)
            if isinstance(value, pd.Timestamp):
                value = value.date()
            if isinstance(value, float) and value.is_integer():  # a file with gaps gave floats
                value = int(value)
            parts[n].append(f"{name} {value}")
    return pd.array([", ".join(each) for each in parts], dtype="string")


def _classes_by_day(log: pd.DataFrame, days: Any, procedure: Procedure | None) -> Any:
    """The class of the household at the end of each day."""
    classes: dict[int, Any] = {}
    for day in np.unique(days[days != NEVER]):
        current = current_list(
            log, on=pd.Timestamp(to_dates(np.array([day]))[0]), procedure=procedure
        )
        listed = current["poverty_class"].astype(object)
        classes[int(day)] = listed.iloc[0] if len(listed) else None
    dtype = pd.CategoricalDtype(list(PovertyClass.codes()), ordered=True)
    return pd.Categorical([classes.get(int(day)) for day in days], dtype=dtype)
