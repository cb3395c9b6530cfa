"""Links: what became of households whose id alone does not say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import match
from multidim_poverty.schema.faults import Fault, fault_at, presence_faults, raise_errors

__all__ = ["CAUSES", "Pairs", "pair"]

# Kind -> whether it needs an id at the start and one at the end; None where it may be missing.
KINDS: dict[str, tuple[bool | None, bool | None]] = {
    "same": (True, True),
    "moved_away": (True, False),
    "died": (True, False),
    "merged": (True, None),
    "split": (None, True),
    "moved_in": (False, True),
}
CAUSES = ("moved_in", "moved_away", "died", "split", "merged", "members_changed")
LEAVING = ("moved_away", "died", "merged")
COMING = ("moved_in", "split", "merged")

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Which household of the start is which of the end.

    Attributes
    ----------
    end_of : numpy.ndarray
        Per household of the start its position at the end, -1 where it is there no more.
    exit_cause, entry_cause : numpy.ndarray
        Per household of the start, and of the end, the link that explains why it is there no
        more, or was not there before; None where none does.
    """

    end_of: Ints
    exit_cause: npt.NDArray[np.object_]
    entry_cause: npt.NDArray[np.object_]


def pair(start: pd.Index[Any], end: pd.Index[Any], links: pd.DataFrame | None) -> Pairs:
    """Pair households by their ids and the links; nothing is guessed.

    Raises
    ------
    InvalidDataError
        Names every link that is not one, or that contradicts the tables or another link.
    """
    if links is None:
        links = pd.DataFrame({"kind": [], "start_id": [], "end_id": []}, dtype=object)
    _refuse(links, _form_faults(links))
    kind = links["kind"].to_numpy(dtype=object)
    at_start, at_end = _places(links["start_id"], start), _places(links["end_id"], end)
    _refuse(links, _place_faults(kind, at_start, at_end))

    end_of = match(start.to_series(), end).home.astype(np.intp)
    exit_cause = np.full(len(start), None, dtype=object)
    entry_cause = np.full(len(end), None, dtype=object)
    split = kind == "split"
    leaves, comes = np.isin(kind, LEAVING), np.isin(kind, COMING) & (at_end >= 0)
    exit_cause[at_start[leaves]] = kind[leaves]
    entry_cause[at_end[comes]] = kind[comes]
    recoded = kind == "same"
    end_of[at_start[leaves]] = -1
    end_of[at_start[recoded]] = at_end[recoded]
    _refuse(links, _contradictions(kind, at_start, at_end, start, end, end_of))
    # A household that split up wholly is there no more, and the split explains it.
    parents = at_start[split & (at_start >= 0)]
    dissolved = parents[(end_of[parents] < 0) & (exit_cause[parents] == None)]  # noqa: E711
    exit_cause[dissolved] = "split"
    continues = np.zeros(len(end), dtype=bool)
    continues[end_of[end_of >= 0]] = True
    entry_cause[continues] = None  # another household merged into it
    return Pairs(end_of, exit_cause, entry_cause)


def _refuse(links: pd.DataFrame, faults: Iterable[Fault]) -> None:
    raise_errors(faults, {"links": links}, places={"row": "Int64"})


def _places(ids: pd.Series[Any], index: pd.Index[Any]) -> Ints:
    """Positions of ids: -1 where there is no such household, -2 where no id is given."""
    places = match(ids, index).home.astype(np.intp)
    places[np.asarray(ids.isna(), dtype=bool)] = -2
    return places


def _form_faults(links: pd.DataFrame) -> Iterator[Fault]:
    absent = list(presence_faults("links", links, ("kind", "start_id", "end_id")))
    yield from absent
    if absent:
        return
    strange = ~np.asarray(links["kind"].isin(list(KINDS)), dtype=bool)
    yield fault_at("links", "kind", "not_a_link", strange)
    for end, name in enumerate(("start_id", "end_id")):
        missing = np.asarray(links[name].isna(), dtype=bool)
        needs = np.array([KINDS.get(kind, (None, None))[end] for kind in links["kind"]], object)
        for rule, bad in (
            ("missing_value", missing & (needs == True)),  # noqa: E712
            ("id_not_wanted", ~missing & (needs == False)),  # noqa: E712
        ):
            yield fault_at("links", name, rule, bad, kind=links["kind"].to_numpy(object))


def _place_faults(kind: Any, at_start: Ints, at_end: Ints) -> Iterator[Fault]:
    for name, places in (("start_id", at_start), ("end_id", at_end)):
        yield fault_at("links", name, "not_in_the_table", places == -1)
    # A household leaves once, and comes once; but several may merge into one.
    leave_again = _again(at_start, np.isin(kind, ("same", *LEAVING)))
    yield fault_at("links", "start_id", "two_links", leave_again)
    come_again = _again(at_end, np.isin(kind, ("same", "moved_in", "split")))
    yield fault_at("links", "end_id", "two_links", come_again)


def _again(places: Ints, rows: Mask) -> Mask:
    """Those of some rows whose place another of them has too."""
    again = rows.copy()
    again[rows] = pd.Series(places[rows]).duplicated(keep=False).to_numpy()
    return again


def _contradictions(
    kind: Any,
    at_start: Ints,
    at_end: Ints,
    start: pd.Index[Any],
    end: pd.Index[Any],
    end_of: Ints,
) -> Iterator[Fault]:
    positions = pd.Series(end_of).where(end_of >= 0)
    owners = positions.groupby(positions).size()
    # Two households of the start cannot be one of the end: one of them is so by its id.
    bad = (kind == "same") & np.isin(at_end, owners[owners > 1].index.to_numpy(dtype=np.intp))
    yield fault_at("links", "end_id", "also_there_before", bad)
    continues = np.isin(at_end, end_of[end_of >= 0])
    bad = np.isin(kind, ("moved_in", "split")) & continues & (at_end >= 0)
    yield fault_at("links", "end_id", "also_there_before", bad)
    # Gone by a link, and there by its id: the id of another household, which no link explains.
    explained = at_end[np.isin(kind, ("same", *COMING)) & (at_end >= 0)]
    still = match(start.to_series(), end).home.astype(np.intp)
    of_link = np.where(at_start >= 0, still[np.maximum(at_start, 0)] if len(still) else -1, -1)
    gone = np.isin(kind, ("same", *LEAVING)) & (of_link >= 0)
    itself = (kind == "same") & (of_link == at_end)
    bad = gone & ~itself & ~np.isin(of_link, explained)
    yield fault_at("links", "start_id", "still_there", bad)
