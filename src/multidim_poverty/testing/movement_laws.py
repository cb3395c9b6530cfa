"""Movements between two years to try an implementation on, and their laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.testing.decoding import SEEDS
from multidim_poverty.testing.movement_oracle import oracle_flows
from multidim_poverty.testing.oracle import records
from multidim_poverty.testing.survey_laws import plain_values, words_of
from multidim_poverty.testing.table_laws import TABLE_LAWS, Answers, Tables, Trial

__all__ = [
    "MovementInputs",
    "check_movement_laws",
    "movement_inputs",
    "movement_trial",
    "stories",
    "told",
]

CLASSES = ("poor", "near_poor", "average", "above_average", None)
HISTORIES: tuple[tuple[str, ...], ...] = ((), ("poor",), ("near_poor",), ("poor", "near_poor"))
NEEDED = ("start_id", "end_id", "poor_flow", "near_poor_flow")


@dataclass(frozen=True)
class MovementInputs:
    """What movement takes: two classified years, earlier lists, and what the ids do not say.

    Parameters
    ----------
    start, end, history, links : pandas.DataFrame
        As for `multidim_poverty.movement.flows`.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> years = find(testing.movement_inputs(), lambda years: True)
    >>> "poverty_class" in years.start, list(years.links)
    (True, ['kind', 'start_id', 'end_id'])
    """

    start: pd.DataFrame
    end: pd.DataFrame
    history: pd.DataFrame
    links: pd.DataFrame


class Story(NamedTuple):
    """What became of one household; the classes are None where it is undetermined."""

    what: str
    first: str | None
    last: str | None
    history: tuple[str, ...]
    old_id: bool = False  # whether the earlier lists knew it by another id


@cache
def stories() -> tuple[Story, ...]:
    """Every story with every class, and every list that the household was on before."""
    found: list[Story] = []
    for first, last, history in product(CLASSES, CLASSES, HISTORIES):
        found.append(Story("stays", first, last, history))
        if first != last:
            found.append(Story("renamed", first, last, history))
            found.append(Story("stays", first, last, history, old_id=True))
    gone = ("gone", "moved_away", "died", "merged", "merged_into_nobody", "split_up")
    came = ("came", "moved_in", "split_off", "split_of_nobody")
    for what, first in product(gone, CLASSES):
        found.append(Story(what, first, None, ()))
    for what, last, history in product(came, CLASSES, HISTORIES):
        found.append(Story(what, None, last, history))
    return tuple(found)


def movement_inputs(*, whole: bool = True) -> st.SearchStrategy[MovementInputs]:
    """Two classified years with every move that there is.

    Households stay on their list, change it, change their id, leave or come with and without a
    link that explains it, split and merge; they were on either list before, under this id or an
    earlier one; classes may be undetermined, sizes change and may be unknown.

    Parameters
    ----------
    whole : bool
        Whether each example holds every move with every class; else up to 12 of them.

    Returns
    -------
    hypothesis strategy of MovementInputs
        One MovementInputs for each drawn example.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> years = find(testing.movement_inputs(), lambda years: True)
    >>> sorted(years.links["kind"].unique())
    ['died', 'merged', 'moved_away', 'moved_in', 'same', 'split']
    """
    return _movement_inputs(whole)


@st.composite
def _movement_inputs(draw: st.DrawFn, whole: bool) -> MovementInputs:
    chosen: Sequence[Story] = stories()
    if not whole:
        places = st.sampled_from(range(len(chosen)))
        chosen = [chosen[at] for at in draw(st.lists(places, min_size=1, max_size=12))]
    return told(chosen, draw(SEEDS))


def told(households: Sequence[Story], seed: int) -> MovementInputs:
    """The tables of some stories, and of one household that stays; sizes come from a seed."""
    rng = np.random.default_rng(seed)
    tables: dict[str, list[dict[str, Any]]] = {"start": [], "end": [], "history": [], "links": []}
    for at, story in enumerate([Story("stays", "average", "average", ()), *households]):
        first, last, links = _ids(story, f"h{at}", "h0")
        size = None if rng.integers(0, 12) == 0 else int(rng.integers(1, 8))
        later = size if size is None or rng.integers(0, 2) else int(rng.integers(1, 8))
        for year, id, cls, persons in (
            ("start", first, story.first, size),
            ("end", last, story.last, later),
        ):
            if id is not None:
                row = {"household_id": id, "poverty_class": cls, "household_size": persons}
                tables[year].append(row)
        if story.what == "split_up":
            row = {"household_id": links[0]["end_id"], "poverty_class": story.first}
            tables["end"].append(row | {"household_size": later})
        known_as = first or last
        if story.old_id and story.history:
            links.append({"kind": "same", "start_id": f"old {known_as}", "end_id": known_as})
            known_as = f"old {known_as}"
        tables["links"] += links
        for listed in story.history:
            tables["history"].append({"household_id": known_as, "poverty_class": listed})
    history = pd.DataFrame(tables["history"], columns=["household_id", "poverty_class"])
    links_table = pd.DataFrame(tables["links"], columns=["kind", "start_id", "end_id"])
    return MovementInputs(
        _year(tables["start"]),
        _year(tables["end"]),
        history.astype(object),
        links_table.astype(object),
    )


def _ids(story: Story, id: str, other: str) -> tuple[str | None, str | None, list[Any]]:
    """Ids of the household in the two years, and the links that explain them."""

    def link(kind: str, start: str | None, end: str | None) -> list[dict[str, Any]]:
        return [{"kind": kind, "start_id": start, "end_id": end}]

    match story.what:
        case "stays":
            return id, id, []
        case "renamed":
            return id, f"new {id}", link("same", id, f"new {id}")
        case "gone":
            return id, None, []
        case "moved_away" | "died":
            return id, None, link(story.what, id, None)
        case "merged":
            return id, None, link("merged", id, other)
        case "merged_into_nobody":
            return id, None, link("merged", id, None)
        case "split_up":  # wholly: the new household is another row of the end
            return id, None, link("split", id, f"part of {id}")
        case "came":
            return None, id, []
        case "moved_in":
            return None, id, link("moved_in", None, id)
        case "split_off":
            return None, id, link("split", other, id)
        case _:
            return None, id, link("split", None, id)


def _year(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    classes = pd.CategoricalDtype([cls for cls in CLASSES if cls is not None], ordered=True)
    return pd.DataFrame(
        {
            "poverty_class": pd.Categorical([row["poverty_class"] for row in rows], dtype=classes),
            "household_size": pd.array([row["household_size"] for row in rows], dtype="Int64"),
        },
        index=pd.Index([row["household_id"] for row in rows], name="household_id", dtype=object),
    )


# -- the laws ----------------------------------------------------------------------------------


def check_movement_laws(
    f: Callable[..., Any],
    start: pd.DataFrame,
    end: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
) -> None:
    """Check every law of an implementation of the movement between two years.

    Parameters
    ----------
    f : callable
        ``f(start, end, history, links)`` gives a row per household, in any order, as a DataFrame
        or a list of mappings: ``start_id``, ``end_id``, ``poor_flow`` and ``near_poor_flow``, and
        any other columns of `multidim_poverty.movement.flows`, which are checked where they are
        there. It stands in the place of that function.
    start, end, history, links : pandas.DataFrame
        As for `oracle_flows`; draw them with `movement_inputs`.

    Raises
    ------
    AssertionError
        Names the law and shows the household and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement, testing
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "average"], "household_size": [4, 2]}, index=["a", "b"])
    >>> end = start.assign(poverty_class=["average", "poor"])
    >>> def flows(start, end, history, links):
    ...     return movement.flows(start, end, history=history, links=links)
    >>> testing.check_movement_laws(flows, start, end)
    """
    trial = movement_trial(f, start, end, history, links)
    for law in TABLE_LAWS:
        law(trial)


def movement_trial(
    f: Callable[..., Any],
    start: pd.DataFrame,
    end: pd.DataFrame,
    history: pd.DataFrame | None,
    links: pd.DataFrame | None,
) -> Trial:
    """The trial of an implementation on two years; no household is tried by itself."""
    years: dict[str, pd.DataFrame | None] = {
        "start": start, "end": end, "history": history, "links": links
    }  # fmt: skip
    ids = {"start": ("",), "end": ("",), "history": ("household_id",)}
    of_links = {"links": ("start_id", "end_id")}
    tables = {name: as_frame(table, name) for name, table in years.items() if table is not None}

    def right(tables: Tables) -> Answers:
        history, links = tables.get("history"), tables.get("links")
        return _by_ids(oracle_flows(tables["start"], tables["end"], history=history, links=links))

    return Trial(
        call=lambda tables: f(*(tables.get(name) for name in years)),
        read=lambda answer, _: _by_ids(answer),
        right=right,
        tables=tables,
        ids={name: columns for name, columns in (ids | of_links).items() if name in tables},
        about=_about,
    )


def _by_ids(answer: Any) -> Answers:
    """What is said of each household, by its ids in the two years."""
    rows = records(answer) if isinstance(answer, pd.DataFrame) else [dict(row) for row in answer]
    if rows and (absent := [name for name in NEEDED if name not in rows[0]]):
        raise AssertionError(f"the answer has no column {', '.join(absent)}")
    answers = {}
    for row in map(plain_values, rows):
        ids = row["start_id"], row["end_id"]
        assert ids not in answers, f"two rows for {ids}"
        answers[ids] = row
    return answers


def _about(tables: Tables, ids: tuple[Any, Any]) -> str:
    """What the years, the earlier lists and the links say of a household."""
    return "\n".join(f"{what}: {words}" for what, words in _lines(tables, ids) if words)


def _lines(tables: Tables, ids: tuple[Any, Any]) -> Iterator[tuple[str, str]]:
    for name, id in zip(("start", "end"), ids, strict=True):
        if id is not None and id in tables[name].index:
            yield name, words_of(tables[name].loc[id].to_dict())
    for name, columns in (("history", ("household_id",)), ("links", ("start_id", "end_id"))):
        for row in records(tables[name]) if name in tables else []:
            if any(row[column] is not None and row[column] in ids for column in columns):
                yield name, words_of(row)
