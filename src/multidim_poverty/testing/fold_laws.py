"""Laws of a fold: what must hold for every event table, whatever the events are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from multidim_poverty.schema.arguments import as_frame

__all__ = ["FOLD_LAWS", "check_fold_laws"]

# Takes an event table and, optionally, the cases to go on from; gives the cases.
Fold = Callable[..., pd.DataFrame]


def replay_is_identical(fold: Fold, events: pd.DataFrame) -> None:
    """The same events give the same cases, and are not changed."""
    copy = events.copy(deep=True)
    _same(fold(events), fold(copy))
    pd.testing.assert_frame_equal(events, copy)


def chunks_equal_the_whole(fold: Fold, events: pd.DataFrame) -> None:
    """Folding the first part and going on with the rest equals folding at once."""
    whole = fold(events)
    for cut in {0, len(events) // 3, len(events) // 2, len(events)}:
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
)


def check_fold_laws(fold: Fold, events: pd.DataFrame) -> None:
    """Check every law of a fold on one event table.

    Parameters
    ----------
    fold : callable
        ``fold(events)`` and ``fold(events, after=cases)`` give the cases, as
        `multidim_poverty.review.fold` does with ``on_violation="keep"``.
    events : pandas.DataFrame

    Raises
    ------
    AssertionError
        If a law is broken.

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


def _in_order(cases: pd.DataFrame) -> pd.DataFrame:
    process, start = cases["process"].astype(str), cases["review_from"]
    keys = pd.DataFrame(
        {"home": cases.index.astype(str), "process": process.array, "from": start.array}
    )
    return cases.iloc[keys.sort_values(["home", "process", "from"], kind="stable").index]


def _same(one: Any, other: Any) -> None:
    pd.testing.assert_frame_equal(one, other, check_index_type=False)
