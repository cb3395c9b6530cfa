"""Laws of a fold: what must hold for every event table, whatever the events are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from multidim_poverty.schema.arguments import as_frame

__all__ = ["FOLD_LAWS", "LIST_LAWS", "check_fold_laws", "check_list_laws"]

# Takes an event table and, optionally, the cases to go on from; gives the cases.
Fold = Callable[..., pd.DataFrame]


def replay_is_identical(fold: Fold, events: pd.DataFrame) -> None:
    """The same events give the same cases, and are not changed."""
    copy = events.copy(deep=True)
    _same(fold(events), fold(copy))
    pd.testing.assert_frame_equal(events, copy)


def chunks_equal_the_whole(fold: Fold, events: pd.DataFrame) -> None:
    """Folding the first part and going on with the rest equals folding at once.

    What corrects an entry belongs to the part of its entry, so no cut stands before it.
    """
    whole = fold(events)
    mending = events["event"].astype(object).isin(["corrected", "voided"]).to_numpy()
    first = int(mending.nonzero()[0].max()) + 1 if mending.any() else 0
    for cut in {0, len(events) // 3, len(events) // 2, len(events)}:
        if 0 < cut < first:
            continue
        _same(fold(events.iloc[cut:], after=fold(events.iloc[:cut])), whole)


def every_prefix_folds(fold: Fold, events: pd.DataFrame) -> None:
    """Any beginning of the table has a state."""
    for end in range(len(events) + 1):
        cases = fold(events.iloc[:end])
        assert cases["state"].notna().all()


def unrelated_order_does_not_matter(fold: Fold, events: pd.DataFrame) -> None:
    """Events of different households may be interleaved in any way."""
    ids = events["household_id"].astype(object)
    grouped = events.iloc[ids.argsort(kind="stable")]
    backwards = events.iloc[
        ids.map({id: -n for n, id in enumerate(ids.unique())}).argsort(kind="stable")
    ]
    whole = _in_order(fold(events))
    _same(_in_order(fold(grouped)), whole)
    _same(_in_order(fold(backwards)), whole)


def households_are_independent(fold: Fold, events: pd.DataFrame) -> None:
    """The cases of a household follow from its own events alone."""
    whole = fold(events)
    for id in events["household_id"].unique():
        alone = fold(events.loc[events["household_id"] == id])
        _same(alone, whole.loc[whole.index == id])


def the_last_assessment_is_recognised(fold: Fold, events: pd.DataFrame) -> None:
    """A case has a final class if it is recognised, and it is the last one assessed."""
    cases = fold(events)
    recognised = cases["state"].astype(object) == "recognised"
    assert (cases["final_class"].notna() == recognised).all()
    final, assessed = (
        cases.loc[recognised, name].astype(object) for name in ("final_class", "assessed_class")
    )
    assert (final == assessed).all()


def corrections_are_the_entry_as_it_should_have_been(fold: Fold, events: pd.DataFrame) -> None:
    """Correcting an entry gives the cases of a log in which it was right from the beginning."""
    plain = _cases(fold(events))
    for row in _surveyed(events):
        mended = _mending(events, row, "corrected", assessed_class="near_poor")
        right = events.copy()
        right.iloc[row, list(events.columns).index("assessed_class")] = "near_poor"
        _same(_cases(fold(mended)), _cases(fold(right)))
        twice = _mending(
            mended, row, "corrected", assessed_class=events["assessed_class"].iloc[row]
        )
        _same(_cases(fold(twice)), plain)


def voided_entries_are_as_if_never_made(fold: Fold, events: pd.DataFrame) -> None:
    """Voiding an entry gives the cases of a log without it; a voided correction is none."""
    for row in _surveyed(events):
        without = events.drop(index=events.index[row])
        _same(_cases(fold(_mending(events, row, "voided"))), _cases(fold(without)))
        mended = _mending(events, row, "corrected", assessed_class="near_poor")
        restored = _mending(mended, len(events), "voided")
        _same(_cases(fold(restored)), _cases(fold(events)))


def order_of_entry_does_not_matter(fold: Fold, events: pd.DataFrame) -> None:
    """With the day of entry in the table, its rows may stand in any order."""
    kept = events.assign(recorded_on=events["on"])
    whole = fold(kept)
    halves = [kept.iloc[len(kept) // 2 :], kept.iloc[: len(kept) // 2]]
    for other in (kept.iloc[::-1], kept.sample(frac=1, random_state=1), pd.concat(halves)):
        _same(fold(other), whole)


def order_of_columns_does_not_matter(fold: Fold, events: pd.DataFrame) -> None:
    """Nor does the index of the table."""
    turned = events[list(events.columns)[::-1]].set_axis([f"r{n}" for n in range(len(events))])
    _same(fold(turned), fold(events))


FOLD_LAWS: tuple[Callable[[Fold, pd.DataFrame], None], ...] = (
    replay_is_identical,
    chunks_equal_the_whole,
    every_prefix_folds,
    unrelated_order_does_not_matter,
    households_are_independent,
    the_last_assessment_is_recognised,
    order_of_columns_does_not_matter,
    corrections_are_the_entry_as_it_should_have_been,
    voided_entries_are_as_if_never_made,
    order_of_entry_does_not_matter,
)


def check_fold_laws(fold: Fold, events: pd.DataFrame) -> None:
    """Check every law of a fold on one event table.

    Parameters
    ----------
    fold : callable
        ``fold(events)`` and ``fold(events, after=cases)`` give the cases, as
        `multidim_poverty.review.fold` does with ``on_violation="keep"``.
    events : pandas.DataFrame
        The events of the review, a row each.

    Raises
    ------
    AssertionError
        If a law is broken.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Examples
    --------
    >>> from functools import partial
    >>> import multidim_poverty as mdp
    >>> fold = partial(mdp.review.fold, procedure=mdp.procedure_on("2023-09-01"),
    ...                on_violation="keep")
    >>> mdp.testing.check_fold_laws(fold, mdp.review.empty_events())
    """
    events = as_frame(events, "events")
    for law in FOLD_LAWS:
        law(fold, events)


# -- laws of the list in force ---------------------------------------------------------------

# Takes an event table and ``on=``; gives the list in force on that day.
CurrentList = Callable[..., pd.DataFrame]


def one_class_on_a_day(current_list: CurrentList, events: pd.DataFrame) -> None:
    """A household has one class on a day, and is listed if it is poor or near-poor."""
    for day in _days(events):
        current = current_list(events, on=day)
        assert current.index.is_unique
        listed = current["poverty_class"].isin(["poor", "near_poor"]) & current["left_on"].isna()
        assert (current["listed"] == listed).all()


def the_past_does_not_change(current_list: CurrentList, events: pd.DataFrame) -> None:
    """The list of a day is that of the events up to that day."""
    for day in _days(events):
        past = events.loc[events["on"] <= day]
        _same(current_list(past, on=day), current_list(events, on=day))


def nobody_leaves_without_a_decision(current_list: CurrentList, events: pd.DataFrame) -> None:
    """Who is off the list on a day was found so by a decision since, or is no more.

    Of events in the order of their days: an entry that stands in the log behind a later one can be
    refused on that day, and was not before.
    """
    events = events.sort_values("on", kind="stable", ignore_index=True)
    before: pd.DataFrame | None = None
    for day in _days(events):
        current = current_list(events, on=day)
        if before is not None:
            listed = before.index[before["listed"]]
            assert listed.isin(current.index).all()
            off = current.loc[listed].loc[lambda now: ~now["listed"]]
            assert (off["decided_on"].notna() | off["left_on"].notna()).all()
        before = current


LIST_LAWS: tuple[Callable[[CurrentList, pd.DataFrame], None], ...] = (
    one_class_on_a_day,
    the_past_does_not_change,
    nobody_leaves_without_a_decision,
)


def check_list_laws(current_list: CurrentList, events: pd.DataFrame) -> None:
    """Check every law of the list in force on one event table.

    Parameters
    ----------
    current_list : callable
        ``current_list(events, on=day)``, as `multidim_poverty.review.current_list`.
    events : pandas.DataFrame
        The events of the review, a row each.

    Raises
    ------
    AssertionError
        If a law is broken.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.testing.check_list_laws(mdp.review.current_list, mdp.review.empty_events())
    """
    events = as_frame(events, "events")
    for law in LIST_LAWS:
        law(current_list, events)


def _days(events: pd.DataFrame) -> list[pd.Timestamp]:
    """Some days of the table, and the first one of each year after."""
    days = events["on"].dropna().drop_duplicates().sort_values()
    chosen = {pd.Timestamp(day) for day in days.iloc[:: max(1, len(days) // 6)]}
    chosen |= {pd.Timestamp(year + 1, 1, 1) for year in days.dt.year.unique()}
    return sorted(chosen)


def _surveyed(events: pd.DataFrame) -> list[int]:
    """Positions of surveys that are the only ones of their household, process and day."""
    if "assessed_class" not in events.columns:
        return []
    keys = events[["household_id", "process", "event", "on"]].astype(str)
    single = ~keys.duplicated(keep=False).to_numpy()
    surveyed = (events["event"] == "surveyed") & events["assessed_class"].notna()
    return [int(row) for row in (surveyed.to_numpy() & single).nonzero()[0][:3]]


def _mending(events: pd.DataFrame, row: int, event: str, **values: Any) -> pd.DataFrame:
    """The log with a correction of one entry at its end."""
    entry = events.iloc[row]
    added = {
        "household_id": entry["household_id"],
        "process": entry["process"],
        "event": event,
        "on": events["on"].max(),
        "entry_event": entry["event"],
        "entry_on": entry["on"],
        "reason": "a slip of the pen",
    }
    rows = pd.DataFrame([added | values]).astype(
        {name: dtype for name, dtype in events.dtypes.items() if name in {**added, **values}}
    )
    return pd.concat([events, rows], ignore_index=True)


def _cases(cases: pd.DataFrame) -> pd.DataFrame:
    """What a correction may not change beside what it corrects."""
    return cases.drop(columns=["violations", "corrections"])


def _in_order(cases: pd.DataFrame) -> pd.DataFrame:
    process, start = cases["process"].astype(str), cases["review_from"]
    keys = pd.DataFrame(
        {"home": cases.index.astype(str), "process": process.array, "from": start.array}
    )
    return cases.iloc[keys.sort_values(["home", "process", "from"], kind="stable").index]


def _same(one: Any, other: Any) -> None:
    pd.testing.assert_frame_equal(one, other, check_index_type=False)
