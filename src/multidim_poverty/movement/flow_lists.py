"""One row per household: where it stood at the start and at the end, and by which flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp, read_days
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, check_lasting_ids, match
from multidim_poverty.movement.history import (
    class_faults,
    dated_faults,
    decisions_of,
    earlier_than,
    is_dated,
    undated_faults,
)
from multidim_poverty.movement.links import CAUSES, pair, renamed
from multidim_poverty.movement.places import check_units, in_another_unit, units_by_row, units_of
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.faults import (
    Fault,
    column_faults,
    id_faults,
    raise_errors,
)
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["FLOWS", "flows"]

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

CODES = PovertyClass.codes()
POOR, NEAR_POOR = CODES.index("poor"), CODES.index("near_poor")
# List -> its flows, in the order of the columns of the official table.
FLOWS: dict[str, tuple[str, ...]] = {
    "poor": (
        "stayed",
        "to_near_poor",
        "escaped",
        "other_decrease",
        "from_near_poor",
        "relapsed",
        "new",
        "other_increase",
        "unlinked_decrease",
        "unlinked_increase",
    ),
    "near_poor": (
        "stayed",
        "escaped",
        "to_poor",
        "other_decrease",
        "from_poor",
        "relapsed",
        "new",
        "other_increase",
        "unlinked_decrease",
        "unlinked_increase",
    ),
}


def flows(
    start: pd.DataFrame,
    end: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
    start_on: DayLike | None = None,
    end_on: DayLike | None = None,
    by: By = (),
    relapse: Literal["same_list", "any_list"] = "same_list",
) -> pd.DataFrame:
    """How every household moved between two classified years.

    Parameters
    ----------
    start, end : pandas.DataFrame
        Index ``household_id``, unique; ``poverty_class`` (missing where undetermined),
        ``household_size`` [persons] and the columns of `by`. Give all households that were
        classified, not the lists alone: what is in neither table cannot be told apart.
    history : pandas.DataFrame, optional
        Earlier lists, one row per household and list: ``household_id`` and ``poverty_class``.
        None says that there is no earlier list, so that nobody can relapse. Also recognitions
        with their day, as `newly_escaped` takes them: a column ``on``, or lists of
        `multidim_poverty.review.current_list`. They may go on to the end and need `start_on`.
    links : pandas.DataFrame, optional
        What the ids do not say, one row per link: ``kind``, ``start_id``, ``end_id``. The kinds
        are ``same`` (another id at the end), ``moved_away``, ``died`` (only `start_id`),
        ``moved_in`` (only `end_id`), ``split`` (the household at the end is new; `start_id` is
        the one that it left, if known) and ``merged`` (the one at the start is no more; `end_id`
        is the one that took it in, if known). A household of the same id in both tables
        continues unless a link says otherwise. An id that changed several times is followed
        through a chain of ``same``, both between the years and from ``history`` to the start. Links
        of several years may have their day in a column ``on``, from which the id at the end
        holds; those up to `start_on` are of earlier years, those after `end_on` of later ones. Of
        what `propose_links` gives, pass the accepted rows.
    start_on : str or datetime.date, optional
        Day of the lists at the start. Entries of ``history`` from that day on are left out, and
        links up to that day say of earlier years what became of the households.
    end_on : str or datetime.date, optional
        Day of the lists at the end. Links after it are left out; without it every link after
        `start_on` is one between the two years.
    by : str, sequence of str or pandas.Series
        Columns of the administrative units that flows are to be counted in, or the unit of every
        household of both tables, by id. Where the unit is not known it stays missing.
    relapse : {"same_list", "any_list"}
        Who of those that come onto a list has relapsed: households that were on the same list
        before, or on either. The others are new.

    Returns
    -------
    pandas.DataFrame
        Households of the start in their order, then those that came, in theirs:

        - ``start_id``, ``end_id`` (object; None where the household was not there);
        - ``start_class``, ``end_class`` (ordered category; NA where absent or undetermined);
        - ``start_persons``, ``end_persons`` (Int64);
        - ``poor_flow``, ``near_poor_flow`` (category; see Notes). NA where the household was on
          that list neither at the start nor at the end, or came onto it from, or left it for,
          an undetermined class;
        - ``cause`` (category ``moved_in``, ``moved_away``, ``died``, ``split``, ``merged``,
          ``members_changed``; NA where there is none);
        - the columns of `by`.

        A household in another unit at the end than at the start has two rows: it moved away
        from the one, and in to the other. One whose unit is missing on one side has not moved, and
        stands in the unit that is known.

    Raises
    ------
    InvalidDataError
        If an id is missing or repeats; a class, size, unit or link is not one; or a link
        contradicts the tables or another link: it is there twice, an id leaves or comes twice or
        is nobody's, a household merges into itself or splits off from itself, links run in a
        circle. Names every row of the tables, and once these are sound every link.
    ArgumentError
        If `by` repeats a column, or names one that a table lacks; if ``history`` has days and there
        is no `start_on`; or if ids were made from the order of rows (``id_from_row``); or if
        `relapse` is none of the two.

    Notes
    -----
    Flows of ``poor_flow`` are ``stayed``, ``to_near_poor``, ``escaped`` (above near-poor),
    ``other_decrease``, ``from_near_poor``, ``relapsed``, ``new``, ``other_increase``; those of
    ``near_poor_flow`` have ``to_poor`` and ``from_poor`` for the other list. Households that no
    link explains are ``unlinked_decrease`` and ``unlinked_increase``: nothing is guessed, and the
    official tables have no column for them. `balance` counts the flows in households and persons.

    A relapse has no time limit here: no text that sets one was found. That a household which was
    on the other list alone does not relapse is a reading; `relapse` changes it.

    Source: tables on the movement of poor and near-poor households, Circular
    07/2021/TT-BLDTBXH, appendix VII, as exports of the review software show them.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "poor", "average"], "household_size": [4, 2, 5]},
    ...     index=["a", "b", "c"])
    >>> end = pd.DataFrame(
    ...     {"poverty_class": ["near_poor", "poor", "poor"], "household_size": [4, 5, 1]},
    ...     index=["a", "c", "d"])
    >>> links = pd.DataFrame({"kind": ["died"], "start_id": ["b"], "end_id": [None]})
    >>> moved = movement.flows(start, end, links=links)
    >>> moved[["start_id", "end_id", "poor_flow", "near_poor_flow", "cause"]]
      start_id end_id          poor_flow near_poor_flow cause
    0        a      a       to_near_poor      from_poor   NaN
    1        b   None     other_decrease            NaN  died
    2        c      c                new            NaN   NaN
    3     None      d  unlinked_increase            NaN   NaN
    """
    start = as_frame(start, "start")
    end = as_frame(end, "end")
    history = None if history is None else as_frame(history, "history")
    links = None if links is None else as_frame(links, "links")
    day = None if start_on is None else as_timestamp(start_on, "start_on")
    last_day = None if end_on is None else as_timestamp(end_on, "end_on")
    if day is not None and last_day is not None and last_day < day:
        raise ArgumentError(
            f"end_on {end_on} is before start_on {start_on}; pass the days in order"
        )
    if relapse not in ("same_list", "any_list"):
        raise ArgumentError(f"relapse {relapse!r} is not 'same_list' or 'any_list'")
    units = units_of(by, start, end)
    names = list(units["start"].columns)
    for name in names:
        check_units(units["start"][name], units["end"][name])
    history = None if history is None else decisions_of(history)
    tables: dict[str, pd.DataFrame | None] = {"start": start, "end": end, "history": history}
    faults = [*_faults("start", start), *_faults("end", end)]
    if history is not None:
        faults += dated_faults(history) if is_dated(history) else undated_faults(history)
    raise_errors(faults, tables)
    check_lasting_ids(tables)
    history = None if history is None else earlier_than(history, day)
    _check_ids(start.index, end.index, history, links)
    history_ids = None if history is None else history["household_id"]
    pairs = pair(
        start.index, end.index, links, history_ids=history_ids, start_on=day, end_on=last_day
    )

    n_start, n_end = len(start), len(end)
    end_of = pairs.end_of.copy()
    exit_cause, entry_cause = pairs.exit_cause.copy(), pairs.entry_cause.copy()
    moved = in_another_unit(units["start"], units["end"], end_of)
    exit_cause[moved], entry_cause[end_of[moved]] = "moved_away", "moved_in"
    end_of[moved] = -1
    arrived = np.ones(n_end, dtype=bool)
    arrived[end_of[end_of >= 0]] = False
    arrivals = np.flatnonzero(arrived)
    at_start = np.concatenate([np.arange(n_start), np.full(len(arrivals), -1)])
    at_end = np.concatenate([end_of, arrivals])

    classes = {"start": _take(_codes(start), at_start), "end": _take(_codes(end), at_end)}
    persons = {"start": _sizes(start, at_start), "end": _sizes(end, at_end)}
    cause = np.concatenate([exit_cause, entry_cause[arrivals]])
    both = (at_start >= 0) & (at_end >= 0)
    changed = both & np.asarray((persons["start"] != persons["end"]).fillna(False), dtype=bool)
    cause[changed] = "members_changed"
    ids = {"start": _ids(start.index, at_start), "end": _ids(end.index, at_end)}
    if history is not None:
        days = read_days(history["on"]).days if is_dated(history) else None
        history_ids = renamed(history["household_id"], pairs.former, days)
        history = history.assign(household_id=history_ids)
    before = _listed_before(history, ids, relapse)
    columns: dict[str, Any] = {
        "start_id": pd.Series(ids["start"], dtype=object),
        "end_id": pd.Series(ids["end"], dtype=object),
        "start_class": _classes(classes["start"]),
        "end_class": _classes(classes["end"]),
        "start_persons": persons["start"].array,
        "end_persons": persons["end"].array,
    }
    explained = np.array([value is not None for value in cause], dtype=bool)
    for listed, code, other in (("poor", POOR, NEAR_POOR), ("near_poor", NEAR_POOR, POOR)):
        flow = _flow(listed, code, other, at_start, at_end, classes, explained, before[listed])
        columns[f"{listed}_flow"] = pd.Categorical(flow, categories=list(FLOWS[listed]))
    columns["cause"] = pd.Categorical(cause, categories=list(CAUSES))
    table = pd.DataFrame(columns)
    for name in names:
        table[name] = units_by_row(units["start"][name], units["end"][name], at_start, at_end)
    return table


def _flow(
    listed: str,
    code: int,
    other: int,
    at_start: Ints,
    at_end: Ints,
    classes: dict[str, npt.NDArray[np.int8]],
    explained: Mask,
    before: Mask,
) -> npt.NDArray[np.object_]:
    """The flow of every household with regard to one list."""
    listed_at_start, listed_at_end = at_start >= 0, at_end >= 0
    first, last = classes["start"], classes["end"]
    on, off = first == code, last == code
    apart = {"poor": ("to_near_poor", "from_near_poor"), "near_poor": ("to_poor", "from_poor")}
    to_other, from_other = apart[listed]
    above_first = (first >= 0) & (first != POOR) & (first != NEAR_POOR)
    above_last = (last >= 0) & (last != POOR) & (last != NEAR_POOR)
    both = listed_at_start & listed_at_end
    flow = np.full(len(on), None, dtype=object)
    for name, rows in (
        ("stayed", both & on & off),
        (to_other, both & on & (last == other)),
        ("escaped", both & on & above_last),
        (from_other, both & off & (first == other)),
        ("relapsed", both & off & above_first & before),
        ("new", both & off & above_first & ~before),
        ("other_decrease", ~listed_at_end & on & explained),
        ("unlinked_decrease", ~listed_at_end & on & ~explained),
        ("other_increase", ~listed_at_start & off & explained),
        ("unlinked_increase", ~listed_at_start & off & ~explained),
    ):
        flow[rows] = name
    return flow


# -- reading ---------------------------------------------------------------------------------


def _check_ids(
    start: pd.Index[Any],
    end: pd.Index[Any],
    history: pd.DataFrame | None,
    links: pd.DataFrame | None,
) -> None:
    """Refuse years, and lists, whose ids do not meet; links say that ids changed."""
    if links is None:
        check_ids_meet(start, end, ("start", "end"))
    if history is not None:
        for years, name in ((start, "start"), (end, "end")):
            check_ids_meet(history["household_id"], years, ("history", name), must_meet=False)


def _faults(which: str, frame: pd.DataFrame) -> Iterator[Fault]:
    size = column_of("households", "household_size")
    assert size is not None
    for fault in (*id_faults(frame), *column_faults(frame, size, needed=True)):
        yield replace(fault, table=which)
    yield from class_faults(which, frame)


def _codes(frame: pd.DataFrame) -> npt.NDArray[np.int8]:
    return category_codes(frame["poverty_class"], CODES)


def _take(codes: npt.NDArray[np.int8], places: Ints) -> npt.NDArray[np.int8]:
    """Values at some places; -1 where there is none."""
    values = np.full(len(places), -1, dtype=np.int8)
    values[places >= 0] = codes[places[places >= 0]]
    return values


def _classes(codes: npt.NDArray[np.int8]) -> Any:
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(CODES), ordered=True))


def _sizes(frame: pd.DataFrame, places: Ints) -> pd.Series[Any]:
    sizes = numbers_of(frame["household_size"])
    values = np.full(len(places), np.nan)
    values[places >= 0] = sizes[places[places >= 0]]
    return pd.Series(values).astype("Int64")


def _ids(index: pd.Index[Any], places: Ints) -> npt.NDArray[np.object_]:
    ids = np.full(len(places), None, dtype=object)
    ids[places >= 0] = index.to_numpy(dtype=object)[places[places >= 0]]
    return ids


def _listed_before(
    history: pd.DataFrame | None, ids: dict[str, Any], relapse: str
) -> dict[str, Mask]:
    """Whether each household was on a list before, by list; under its old or its new id."""
    n = len(ids["start"])
    if history is None:
        return dict.fromkeys(FLOWS, np.zeros(n, dtype=bool))
    codes = _codes(history)
    before = {}
    for listed, code in (("poor", POOR), ("near_poor", NEAR_POOR)):
        on_list = (
            codes == code if relapse == "same_list" else (codes == POOR) | (codes == NEAR_POOR)
        )
        known = pd.Index(history["household_id"][on_list]).dropna()
        before[listed] = np.logical_or.reduce(
            [match(pd.Series(ids[which], dtype=object), known).home >= 0 for which in ids]
        )
    return before
