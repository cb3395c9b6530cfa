"""One row per household: where it stood at the start and at the end, and by which flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, match, name_key, one_spelling
from multidim_poverty.movement.links import CAUSES, pair
from multidim_poverty.schema.arguments import By, as_frame, grouping
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.faults import (
    Fault,
    column_faults,
    fault_at,
    id_faults,
    presence_faults,
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
        None says that there is no earlier list, so that nobody can relapse.
    links : pandas.DataFrame, optional
        What the ids do not say, one row per link: ``kind``, ``start_id``, ``end_id``. The kinds
        are ``same`` (another id at the end), ``moved_away``, ``died`` (only `start_id`),
        ``moved_in`` (only `end_id`), ``split`` (the household at the end is new; `start_id` is
        the one that it left, if known) and ``merged`` (the one at the start is no more; `end_id`
        is the one that took it in, if known). A household of the same id in both tables
        continues unless a link says otherwise.
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
        contradicts the tables or another link. Names every row of the table that is read first.
    ArgumentError
        If `by` repeats a column, or names one that a table lacks.
    ValueError
        If `relapse` is none of the two.

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
    if relapse not in ("same_list", "any_list"):
        raise ValueError(f"relapse {relapse!r} is not 'same_list' or 'any_list'")
    units = _units_of(by, start, end)
    names = list(units["start"].columns)
    for name in names:
        _check_units(units["start"][name], units["end"][name])
    tables: dict[str, pd.DataFrame | None] = {"start": start, "end": end, "history": history}
    faults = [fault for which in ("start", "end") for fault in _faults(which, tables[which])]
    if history is not None:
        faults += _history_faults(history)
    raise_errors(faults, tables)
    _check_ids(start.index, end.index, history, links)
    pairs = pair(start.index, end.index, links)

    n_start, n_end = len(start), len(end)
    end_of = pairs.end_of.copy()
    exit_cause, entry_cause = pairs.exit_cause.copy(), pairs.entry_cause.copy()
    moved = _in_another_unit(units["start"], units["end"], end_of)
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
        table[name] = _units(units["start"][name], units["end"][name], at_start, at_end)
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


def _check_units(start: pd.Series[Any], end: pd.Series[Any]) -> None:
    """Refuse years in different lists of units: every unit of the start is gone at the end."""
    first, last = (column.dropna().unique() for column in (start, end))
    if len(first) < 2 or not len(last) or {*map(name_key, first)} & {*map(name_key, last)}:
        return
    shown = " against ".join(", ".join(map(repr, list(part[:3]))) for part in (first, last))
    raise ArgumentError(
        f"start and end have no {start.name} in common: {shown}; put both years into one list of "
        f"units first, with units.recode (with split='default' where communes were split)"
    )


def _check_ids(
    start: pd.Index[Any],
    end: pd.Index[Any],
    history: pd.DataFrame | None,
    links: pd.DataFrame | None,
) -> None:
    """Refuse years, and lists, whose ids do not meet; links say that ids changed."""
    if links is None:
        check_ids_meet(start, end, ("start", "end"))
    else:
        for years, column in ((start, "start_id"), (end, "end_id")):
            if column in links:
                names = ("links", column.removesuffix("_id"))
                check_ids_meet(links[column], years, names, must_meet=False)
    if history is not None:
        for years, name in ((start, "start"), (end, "end")):
            check_ids_meet(history["household_id"], years, ("history", name), must_meet=False)


def _faults(which: str, frame: pd.DataFrame | None) -> Iterator[Fault]:
    assert frame is not None
    size = column_of("households", "household_size")
    assert size is not None
    for fault in (*id_faults(frame), *column_faults(frame, size, needed=True)):
        yield replace(fault, table=which)
    yield from class_faults(which, frame)


def class_faults(which: str, frame: pd.DataFrame) -> Iterator[Fault]:
    name = "poverty_class"
    absent = list(presence_faults(which, frame, [name]))
    yield from absent
    if not absent:
        unknown = (_codes(frame) < 0) & np.asarray(frame[name].notna(), dtype=bool)
        yield fault_at(which, name, "not_a_class", unknown)


def _history_faults(history: pd.DataFrame) -> Iterator[Fault]:
    yield from class_faults("history", history)
    yield from presence_faults("history", history, ["household_id"])


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


def _in_another_unit(start: pd.DataFrame, end: pd.DataFrame, end_of: Ints) -> Mask:
    """Households of the start that stand in another unit at the end, as far as both are known."""
    moved = np.zeros(len(start), dtype=bool)
    rows = np.flatnonzero(end_of >= 0)
    for name in start.columns:
        was = start[name].astype(object).iloc[rows].reset_index(drop=True)
        now = end[name].astype(object).iloc[end_of[rows]].reset_index(drop=True)
        known = np.asarray(was.notna() & now.notna(), dtype=bool)
        moved[rows] |= known & np.asarray(was.where(known, 0) != now.where(known, 0), dtype=bool)
    return moved


def _units_of(by: By, start: pd.DataFrame, end: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The units of the households of each year; of a Series, those that are in this year."""
    tables: dict[str, pd.DataFrame] = {}
    levels: list[str] = []
    for which, frame in (("start", start), ("end", end)):
        of_year = by
        if isinstance(by, pd.Series):
            check_ids_meet(by.index, frame.index, ("by", which), must_meet=False)
            listed = match(by.index.to_series(), frame.index).home >= 0
            of_year = by[listed] if len(frame) else by[:0]
        tables[which], levels = grouping(of_year, frame, which)
    return dict(zip(tables, one_spelling([*tables.values()], levels), strict=True))


def _units(first: pd.Series[Any], last: pd.Series[Any], at_start: Ints, at_end: Ints) -> Any:
    """The unit of each row, at the start where it is known; a category keeps its groups."""
    from_start = (at_start >= 0) & np.append(np.asarray(first.notna(), dtype=bool), False)[at_start]
    from_start |= at_end < 0
    units = np.full(len(from_start), None, dtype=object)
    units[from_start] = first.to_numpy(dtype=object)[at_start[from_start]]
    units[~from_start] = last.to_numpy(dtype=object)[at_end[~from_start]]
    if isinstance(first.dtype, pd.CategoricalDtype) and isinstance(last.dtype, pd.CategoricalDtype):
        categories = first.cat.categories.union(last.cat.categories, sort=False)
        return pd.Categorical(units, categories=categories)
    return pd.Series(units).infer_objects().array


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
