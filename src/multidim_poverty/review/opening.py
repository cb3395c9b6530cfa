"""How a review begins: the list of a year, or requests in the year."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp, read_days
from multidim_poverty.errors import ArgumentError, ReviewWarning
from multidim_poverty.identity import check_ids_meet, check_lasting_ids, match
from multidim_poverty.law import Procedure, procedure_on
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import FormA
from multidim_poverty.review.current import current_list
from multidim_poverty.review.reading import BrokenRule
from multidim_poverty.review.rulebook import PROCESSES
from multidim_poverty.review.selection import append_rows, by_household, demand_lawful
from multidim_poverty.review.table import as_events, repeated_code, with_codes
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.schema.faults import fault_at, raise_errors
from multidim_poverty.schema.reading import numbers_of
from multidim_poverty.vocabulary import ListingBasis, PovertyClass, ReviewEvent, ReviewProcess

__all__ = ["open_round"]

LISTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
REQUEST_COLUMNS = ("on", "form", "reason", "member_id", "form_a_items")


def open_round(
    households: TablesLike,
    previous: pd.DataFrame | pd.Series[Any] | None = None,
    requests: pd.DataFrame | Iterable[Any] | None = None,
    *,
    on: DayLike,
    events: pd.DataFrame | None = None,
    spotted: Iterable[Any] = (),
    process: str = "periodic",
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Begin a review: the list of a yearly review, or requests in the year.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``; ``commune`` and ``village`` are copied to the events.
    previous : pandas.DataFrame or pandas.Series, optional
        Class of households on the current list, by ``household_id``: the classes, or a table
        with ``poverty_class`` such as that of `multidim_poverty.assess`. In a yearly review the
        poor and the near-poor among them are listed. By default `current_list` of `events`.
    requests : pandas.DataFrame or iterable of household ids, optional
        Households that filed Form 01 or 04. As a table: index ``household_id``, columns
        ``on`` (day of filing, by default the day of the list), ``form`` (``"01"`` by default),
        ``reason``, ``member_id`` (the low-income worker) and ``form_a_items`` (how many items of
        Form A the household has), all optional. A request by Form 01 is listed with fewer than 4
        of 9 items; one without ``form_a_items`` is listed with a warning.
    on : str or datetime.date
        Day of the list.
    events : pandas.DataFrame, optional
        The log so far. The events of this review are added to it, and the list is that of its
        decisions: a household leaves it by a decision alone.
    spotted : iterable of household ids, optional
        Households in hardship that the commune found itself (yearly review).
    process : {"periodic", "regular", "farm"} or that of low-income workers
        The process of the review.
    procedure : Procedure or str, optional
        A variant for the days that it covers.

    Returns
    -------
    pandas.DataFrame
        An event table: ``requested`` events, and in the two poverty reviews ``listed`` events
        with their ``basis``; after those of `events`.

    Raises
    ------
    ReviewError
        If a household is not in `households`, the day is outside the review, or a class is not
        that of the decisions in `events`.
    InvalidDataError
        If a class, a form or a day is none. Labels of classes are read in both languages.
    ArgumentError
        If there are earlier lists or events, and ids were made from the order of rows in a file
        (``id_from_row``), or if a household stands twice in ``previous``, ``requests`` or
        ``spotted``.
    NotCoveredError
        If no procedure holds on the day.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 1 (yearly) and articles 5 and 6 (on request), as
    announced by Decisions 2306/QD-BNNMT and 967/QD-BNNMT. What becomes of a household with 4
    items or more is not said beyond that it is not listed: its request stays open.

    A log holds ids and not the column ``id_from_row``: once it is opened, nothing tells ids that
    only the order of rows in a file made. Open it by ids that hold in other files too.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A", "B"]}, index=["h1", "h2", "h3"])
    >>> events = mdp.review.open_round(
    ...     homes, previous=pd.Series({"h1": "poor"}), requests=["h3"], on="2023-09-05")
    >>> events[["household_id", "event", "basis"]].astype(object).fillna("").values.tolist()
    [['h3', 'requested', ''], ['h1', 'listed', 'current_list'], ['h3', 'listed', 'request']]
    """
    households = as_households(households)
    events = None if events is None else as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    day = as_timestamp(on)
    if previous is not None or events is not None:
        table = previous if isinstance(previous, pd.DataFrame) else None
        check_lasting_ids({"households": households, "previous": table})
    if process not in PROCESSES:
        raise ArgumentError(f"process {process!r} is none of {', '.join(PROCESSES)}")
    known = _previous_classes(previous, events, day, procedure)
    spotted = by_household(dict.fromkeys(spotted), "spotted").index.tolist()
    if spotted and process != ReviewProcess.PERIODIC:
        raise ArgumentError(
            f"spotted households help to make a yearly list, not one of {process!r}"
        )
    filed = _requests(requests, day)
    named = {
        "previous": known.index,
        "requests": filed["household_id"],
        "spotted": pd.Index(spotted, dtype=object),
        "events": pd.Index([], dtype=object) if events is None else events["household_id"],
    }
    for what, ids_named in named.items():
        check_ids_meet(ids_named, households.index, (what, "households"), must_meet=False)
    law = procedure or procedure_on(day)
    by_form_a = filed.loc[_listed_by_form_a(filed, process, law.form_a), "household_id"]
    parts = [filed.assign(event=repeated_code("event", ReviewEvent.REQUESTED, len(filed)))]
    if process == ReviewProcess.REGULAR:
        listed_requests = filed["household_id"].isin(by_form_a)
        parts.append(
            filed.loc[listed_requests, ["household_id", "on"]].assign(
                on=filed["on"].where(filed["on"] >= day, day),
                event=repeated_code("event", ReviewEvent.LISTED, int(listed_requests.sum())),
                basis=str(ListingBasis.REQUEST),
            )
        )
    if process == ReviewProcess.PERIODIC:
        is_listed = known.isin([str(c) for c in LISTED])
        current = known.index if is_listed.all() else known.index[is_listed]
        sources = (
            (ListingBasis.CURRENT_LIST, current),
            (ListingBasis.REQUEST, by_form_a),
            (ListingBasis.SPOTTED, spotted),
        )
        several = sum(len(listed) > 0 for _, listed in sources) > 1
        ids = [
            pd.Series(listed, dtype=object if several or not len(listed) else None)
            for _, listed in sources
        ]
        basis = np.repeat(
            np.array([str(why) for why, _ in sources], dtype=object), [*map(len, ids)]
        )
        listing = pd.DataFrame(
            {
                "household_id": pd.concat(
                    [listed for listed in ids if len(listed)] or ids[:1], ignore_index=True
                ),
                "basis": pd.Series(basis, dtype=object),
                "on": day,
                "event": repeated_code("event", ReviewEvent.LISTED, len(basis)),
            }
        )
        if several or not len(current):  # a list of classes names each household once
            listing = listing.drop_duplicates("household_id", ignore_index=True)
        parts.append(listing)
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    rows["process"] = repeated_code("process", process, len(rows))
    of_known = match(rows["household_id"], known.index).home
    classes = np.append(known.to_numpy(dtype=object), [np.nan])[of_known]
    rows["previous_class"] = pd.Series(classes, rows.index, dtype=object)
    at = _positions(rows["household_id"], households.index)
    for name in ("commune", "village"):
        if name in households.columns:
            rows[name] = _places(households[name], at)
    if (at >= 0).all():
        rows["household_id"] = rows["household_id"].astype(households.index.dtype)
    new = as_events(rows)
    strangers = BrokenRule("not_in_households", np.flatnonzero(at < 0))
    if events is None or len(strangers.rows):
        demand_lawful(new, 0, procedure, [strangers])
    return new if events is None else append_rows(events, new, procedure)


def _positions(ids: pd.Series[Any], index: pd.Index[Any]) -> npt.NDArray[np.intp]:
    """Where each household stands in the table; -1 where it does not."""
    matched = match(ids, index)
    if matched.first is None:
        return matched.home.astype(np.intp)
    return np.asarray(index.astype(object).get_indexer(pd.Index(ids, dtype=object)))


def _places(names: pd.Series[Any], at: npt.NDArray[np.intp]) -> Any:
    """The name of the unit of the household at each position."""
    if not len(names):
        return np.full(len(at), np.nan, dtype=object)
    if not isinstance(names.dtype, pd.StringDtype):
        names = names.astype(object)
    return names.array.take(np.maximum(at, 0))


def _previous_classes(
    previous: Any, events: pd.DataFrame | None, day: pd.Timestamp, procedure: Procedure | None
) -> pd.Series[Any]:
    """The class of each household on the list; labels are read, other words are named."""
    if previous is None and events is not None:
        current = current_list(events, on=day, procedure=procedure)
        return current.loc[current["left_on"].isna(), "poverty_class"].dropna().astype(object)
    if isinstance(previous, pd.DataFrame):
        if "poverty_class" not in as_frame(previous, "previous").columns:
            raise ArgumentError("previous has no column poverty_class: pass the result of assess")
        previous = previous["poverty_class"]
    known = by_household([] if previous is None else previous, "previous")
    known = known.dropna() if known.hasnans else known
    coded = with_codes(known.to_frame("previous_class").reset_index(drop=True))
    strange = ~coded["previous_class"].isin(PovertyClass.codes()).to_numpy(dtype=bool)
    if strange.any():
        fault = fault_at("events", "previous_class", "unknown_category", strange)
        named = coded.assign(household_id=pd.Series(known.index, dtype=object))
        raise_errors([fault], {"events": named})
    return pd.Series(coded["previous_class"].array, index=known.index, dtype=object)


def _listed_by_form_a(
    filed: pd.DataFrame, process: str, form_a: FormA | None
) -> npt.NDArray[np.bool_]:
    """Which requests are listed; warns where Form A decides and its items are not given."""
    if form_a is None or process not in [str(p) for p in form_a.processes]:
        return np.ones(len(filed), dtype=bool)
    asked = filed["form"].isin(form_a.forms).to_numpy(dtype=bool)
    if "form_a_items" in filed:
        items = numbers_of(filed["form_a_items"])
    else:
        items = np.full(len(filed), np.nan)
    not_given = filed.loc[asked & np.isnan(items), "household_id"].tolist()
    if not_given:
        warnings.warn(
            f"{len(not_given)} request(s) by form {' or '.join(form_a.forms)} have no "
            f"form_a_items ({', '.join(map(repr, not_given[:3]))}"
            f"{', ...' if len(not_given) > 3 else ''}): they are listed without Form A; give how "
            f"many of its items each household has: {form_a.text()} put it on the list "
            f"({form_a.citation.text()})",
            ReviewWarning,
            stacklevel=3,
        )
    return ~(asked & (items >= form_a.listed_below))


def _requests(requests: Any, day: pd.Timestamp) -> pd.DataFrame:
    """One row per request; days are read strictly."""
    if isinstance(requests, str):
        raise ArgumentError(f"requests is a text, {requests!r}: pass a list of household ids")
    if not isinstance(requests, pd.DataFrame):
        ids = pd.Index([] if requests is None else list(requests), dtype=object)
        requests = pd.DataFrame(index=ids)
    requests = as_frame(requests, "requests")
    ids = requests.index.astype(object)
    keys = [ids, requests["member_id"]] if "member_id" in requests else [ids]
    twice = ids[pd.MultiIndex.from_arrays(keys).duplicated()].unique()
    if len(twice):
        raise ArgumentError(f"requests: households given more than once: {list(twice)}")
    rows = pd.DataFrame({"household_id": np.asarray(ids)}, index=range(len(ids)))
    for name in REQUEST_COLUMNS:
        if name in requests:
            rows[name] = requests[name].array
    if "on" in rows:
        days = read_days(rows["on"])
        faults = [
            fault_at("events", "on", rule, bad)
            for rule, bad in (
                ("not_a_date", days.not_a_date | days.missing),
                ("time_zone", days.time_zone),
            )
            if bad.any()
        ]
        raise_errors(faults, {"events": rows})
        rows["on"] = days.days.astype("datetime64[s]")
    else:
        rows["on"] = pd.Series(day, index=rows.index, dtype="datetime64[s]")
    if "form" not in rows:
        rows["form"] = "01"
    return rows
