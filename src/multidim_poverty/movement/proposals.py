"""Candidates for links: households of two files that may be one, for a person to accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, optional_imports
from multidim_poverty.identity import check_ids_meet, check_lasting_ids, match, name_key
from multidim_poverty.movement.blocks import compared, near_names
from multidim_poverty.movement.persons import (
    COLUMNS_OF_KEYS,
    KEYS,
    Persons,
    codes_of_both,
    persons_of,
)
from multidim_poverty.movement.places import units_of
from multidim_poverty.schema.arguments import By, TablesLike, as_frame
from multidim_poverty.schema.faults import id_faults, raise_errors
from multidim_poverty.schema.tables import Tables

__all__ = ["propose_links"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# What each key weighs in the score.
WEIGHTS = {"citizen_id": 5.0, "name": 3.0, "birth": 2.0, "sex": 1.0, "head": 1.0}
NOT_KNOWN = 0.5  # what a key counts where one of the two is not known
LOOKS_ALIKE = 0.9  # names that differ in tones alone
YEAR_ALONE = 0.75  # the same year of birth, where the day is not known of both
BIRTHS = ("date", "year", "differs")


def propose_links(
    start: TablesLike,
    end: TablesLike,
    *,
    keys: Sequence[str] | None = None,
    by: By = (),
    fuzzy: bool = False,
    near: float = 0.85,
    at_least: float = 0.5,
    most: int = 3,
) -> pd.DataFrame:
    """Candidates for links between households of two years; nothing is linked by itself.

    Households whose id is in both years need no link. Of the others, persons are compared who
    have the same citizen id, or the same name (spellings of one name are read
    as one, names that differ in tones alone as near) and the same year of birth; of heads whose
    birth is not known, the name alone. A person looks at the candidates and accepts some.

    Parameters
    ----------
    start, end : pandas.DataFrame or Tables
        Households, index ``household_id``, with the head in ``head_name``, ``head_sex``,
        ``head_citizen_id``, ``head_birth_date``, ``head_birth_year``; and, as `Tables`, members
        with ``name``, ``sex``, ``citizen_id``, ``birth_date`` or ``birth_year``, ``relation``.
        All are optional, but names or citizen ids.
    keys : sequence of {"citizen_id", "head", "birth", "sex", "name"}, optional
        What is compared; by default all that both years hold.
    by : str, sequence of str or pandas.Series
        Units within which candidates are looked for, such as the commune; by default everywhere.
    fuzzy : bool
        Whether names with slips are near too: of persons born on one day, and of heads of one
        sex and one year of birth (where it is known) whose names share the last word, or all
        before it. Needs the extra ``links``.
    near : float
        From where names are near, 0 to 1 (share of letters that need no change), where `fuzzy`.
    at_least : float
        The least score of a candidate, 0 to 1.
    most : int
        The most candidates of a household of the start, the best ones.

    Returns
    -------
    pandas.DataFrame
        One row per candidate, by household of the start, the best first. ``kind`` (``same``),
        ``start_id``, ``end_id``: a link as `flows` takes it. ``score`` (float64, 0 to 1). Of the
        two persons who are most alike: ``citizen_id`` (boolean, the same or not), ``head``
        (boolean: heads of both), ``birth`` (category ``date``, ``year``, ``differs``), ``sex``
        (boolean), ``name`` (Float64: 1 for one name, 0.9 for names that differ in tones alone,
        else the share of letters); NA where a key is not known, or not compared. ``people``
        (Int64): how many persons of the household have their like in the other. ``start_name``,
        ``end_name`` (object). ``rivals`` (Int64): other candidates, of either household, that are
        no worse. ``accepted`` (bool): False; for the person who decides.

    Raises
    ------
    InvalidDataError
        If an id is missing or repeats, or a day of birth is not one; names every row.
    ArgumentError
        If a key is none of those, or its columns are absent; if neither names nor citizen ids are
        there; if ids of the two years look alike and are not the same, or were made from the
        order of rows (``id_from_row``).
    MissingExtraError
        If `fuzzy` is asked for and ``rapidfuzz`` is not installed.

    Notes
    -----
    The score is the mean of what the keys agree, weighted: citizen id 5, name 3, birth 2, sex 1,
    head 1. A key that is not known of one of the two counts one half; the same year of birth,
    where the day is not known, three quarters. A citizen id that more than five persons of a file
    have identifies nobody and is not known. The weights are a choice of this library.

    A household that is nobody's candidate may still be there, under another name.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"head_name": ["Y Bun Niê", "H' Mai"], "head_birth_year": [1980, 1975],
    ...      "poverty_class": "poor", "household_size": 4}, index=["2022/1", "2022/2"])
    >>> end = pd.DataFrame(
    ...     {"head_name": ["H’Mai", "Y  BUN NIÊ"], "head_birth_year": [1957, 1980],
    ...      "poverty_class": "poor", "household_size": 4}, index=["2023/1", "2023/2"])
    >>> proposed = movement.propose_links(start, end)
    >>> proposed[["start_id", "end_id", "score", "birth", "name", "rivals", "accepted"]]
      start_id  end_id  score birth  name  rivals  accepted
    0   2022/1  2023/2  0.917  year   1.0       0     False

    A person looks at each, says which are right, and these alone are links:

    >>> proposed.loc[proposed["start_id"] == "2022/1", "accepted"] = True
    >>> links = proposed[proposed["accepted"]]
    >>> movement.flows(start, end, links=links)[["start_id", "end_id", "poor_flow"]]
      start_id  end_id          poor_flow
    0   2022/1  2023/2             stayed
    1   2022/2    None  unlinked_decrease
    2     None  2023/1  unlinked_increase
    """
    tables = {
        which: table.households if isinstance(table, Tables) else as_frame(table, which)
        for which, table in (("start", start), ("end", end))
    }
    _check(tables)
    units = units_of(by, tables["start"], tables["end"])
    persons = persons_of(start, "start"), persons_of(end, "end")
    used = _keys(keys, persons)
    if fuzzy:
        with optional_imports():
            import rapidfuzz  # noqa: F401
    one, other = (
        persons[side].frame[_without_like(tables[which].index, tables[like].index, persons[side])]
        for side, (which, like) in enumerate((("start", "end"), ("end", "start")))
    )
    one, other = one.reset_index(drop=True), other.reset_index(drop=True)
    codes = _codes(one, other, units, used)
    pairs = _scored(one, other, codes, used, fuzzy, near, at_least)
    return _candidates(pairs, one, other, tables, used, most)


# -- reading -----------------------------------------------------------------------------------


def _check(tables: dict[str, pd.DataFrame]) -> None:
    faults = [replace(fault, table=which) for which in tables for fault in id_faults(tables[which])]
    raise_errors(faults, tables)
    check_lasting_ids(tables)
    ids = [frame.index for frame in tables.values()]
    check_ids_meet(ids[0], ids[1], ("start", "end"), must_meet=False)


def _keys(keys: Sequence[str] | None, persons: tuple[Persons, Persons]) -> list[str]:
    """The keys that are compared, all of which both files have."""
    there = persons[0].keys & persons[1].keys
    if keys is None:
        used = [key for key in KEYS if key in there]
    elif isinstance(keys, str) or (strange := [key for key in keys if key not in KEYS]):
        shown = repr(keys) if isinstance(keys, str) else ", ".join(map(repr, strange))
        raise ArgumentError(f"keys: {shown}; pass a sequence of {', '.join(map(repr, KEYS))}")
    else:
        used = [key for key in KEYS if key in keys]
        for which, of_file in zip(("start", "end"), persons, strict=True):
            if absent := [key for key in used if key not in of_file.keys]:
                wanted = [name for key in absent for name in COLUMNS_OF_KEYS[key]]
                raise ArgumentError(
                    f"{which} has no columns of {', '.join(absent)}: give members (as Tables) "
                    f"{' or '.join(wanted)}, or households the same with head_ before it"
                )
    if not {"citizen_id", "name"} & {*used}:
        raise ArgumentError(
            "nobody is known by name or citizen id: both years need head_name or head_citizen_id "
            "among the households, or name or citizen_id among the members (as Tables)"
        )
    return used


def _without_like(own: pd.Index[Any], other: pd.Index[Any], persons: Persons) -> Mask:
    """Persons of households whose id the other year does not have."""
    alone = match(own.to_series(), other).home < 0
    homes = persons.frame["home"].to_numpy(dtype=np.int64)
    return np.asarray(alone[homes], dtype=bool)


def _codes(
    one: pd.DataFrame, other: pd.DataFrame, units: dict[str, pd.DataFrame], used: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What persons are compared by; what is not used is not known."""
    codes = codes_of_both(one, other)
    of_key = {
        "citizen_id": ["id"],
        "birth": ["day", "year"],
        "sex": ["sex"],
        "name": ["name", "look", "last", "rest"],
    }
    unused = [name for key, names in of_key.items() if key not in used for name in names]
    unit_codes = _unit_codes(units)
    for frame, persons, of_homes in zip(codes, (one, other), unit_codes, strict=True):
        frame[unused] = -1
        frame["unit"] = of_homes[persons["home"].to_numpy(dtype=np.int64)]
        head = persons["head"].map({True: 1, False: 0}).astype("float64")
        frame["head"] = head if "head" in used else np.nan
        frame["may_head"] = frame["head"].ne(0.0)
        if "sex" not in used:
            frame["sex"] = 0  # no block is told apart by it
    return codes


def _unit_codes(units: dict[str, pd.DataFrame]) -> list[Ints]:
    """A number for the unit of each household; -1 where it is not known."""
    both = pd.concat([frame.astype(object) for frame in units.values()], ignore_index=True)
    if not both.columns.size:
        return [np.zeros(len(frame), dtype=np.int64) for frame in units.values()]
    keys = both.map(name_key)
    numbers = keys.groupby(list(keys.columns), sort=False).ngroup()
    codes = numbers.fillna(-1).to_numpy(dtype=np.int64)
    n = len(units["start"])
    return [np.asarray(codes[:n], dtype=np.int64), np.asarray(codes[n:], dtype=np.int64)]


# -- scores ------------------------------------------------------------------------------------


def _scored(
    one: pd.DataFrame,
    other: pd.DataFrame,
    codes: tuple[pd.DataFrame, pd.DataFrame],
    used: list[str],
    fuzzy: bool,
    near: float,
    at_least: float,
) -> pd.DataFrame:
    """Pairs of persons with their score and what each key says, those at least so good."""
    names = _names(one, other, codes) if fuzzy else []
    first, last = ({name: frame[name].to_numpy() for name in frame} for frame in codes)
    total = sum(WEIGHTS[key] for key in used)
    parts = []
    for at_one, at_other, near_alone in compared(*codes, fuzzy=fuzzy):
        a = {name: values[at_one] for name, values in first.items()}
        b = {name: values[at_other] for name, values in last.items()}
        name = _agreement(a["name"], b["name"])
        name[(name == 0.0) & (a["look"] == b["look"])] = LOOKS_ALIKE
        if near_alone:
            slips = name == 0.0
            name[slips] = near_names(names, (a["name"][slips], b["name"][slips]), near)
        birth = _agreement(a["year"], b["year"])
        both_days = (a["day"] >= 0) & (b["day"] >= 0)
        birth[both_days] = a["day"][both_days] == b["day"][both_days]
        birth[(birth == 1.0) & ~both_days] = YEAR_ALONE
        head = (a["head"] == 1.0) & (b["head"] == 1.0)
        head_known = ~np.isnan(a["head"]) & ~np.isnan(b["head"])
        agreed = {
            "citizen_id": _agreement(a["id"], b["id"]),
            "name": name,
            "birth": birth,
            "sex": _agreement(a["sex"], b["sex"]),
            "head": np.where(head_known, head.astype(np.float64), np.nan),
        }
        score = sum(
            WEIGHTS[key] * np.where(np.isnan(agreed[key]), NOT_KNOWN, agreed[key]) for key in used
        )
        part = pd.DataFrame(agreed).assign(score=score / total, one=at_one, other=at_other)
        kept = part["score"].to_numpy() >= at_least
        if near_alone:
            kept &= name > 0.0
        parts.append(part[kept])
    if not parts:
        empty = ["one", "other", "score", *WEIGHTS]
        return pd.DataFrame({name: np.array([], dtype=np.float64) for name in empty})
    return pd.concat(parts, ignore_index=True).drop_duplicates(["one", "other"])


def _agreement(first: Ints, last: Ints) -> Floats:
    """1 where two codes are the same, 0 where they differ, NaN where one is not known."""
    agreement: Floats = (first == last).astype(np.float64)
    agreement[(first < 0) | (last < 0)] = np.nan
    return agreement


def _names(
    one: pd.DataFrame, other: pd.DataFrame, codes: tuple[pd.DataFrame, pd.DataFrame]
) -> list[str]:
    """The key of each name, by its code."""
    both = pd.concat([one["name"], other["name"]], ignore_index=True)
    code = pd.concat([frame["name"] for frame in codes], ignore_index=True)
    first = both.groupby(code.to_numpy()).first()
    return [name_key(first[at]) for at in range(len(first) - int(-1 in first.index))]


# -- candidates --------------------------------------------------------------------------------


def _candidates(
    pairs: pd.DataFrame,
    one: pd.DataFrame,
    other: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    used: list[str],
    most: int,
) -> pd.DataFrame:
    """One row per pair of households, by the two persons who are most alike."""
    at_one, at_other = (pairs[name].to_numpy(dtype=np.int64) for name in ("one", "other"))
    pairs = pairs.assign(
        start=one["home"].to_numpy(dtype=np.int64)[at_one],
        end=other["home"].to_numpy(dtype=np.int64)[at_other],
    )
    best = pairs.sort_values(
        ["start", "score", "end", "one", "other"], ascending=[True, False, True, True, True]
    )
    homes = ["start", "end"]
    each = best.drop_duplicates([*homes, "one"]).groupby(homes, as_index=False)
    best = best.drop_duplicates(homes).merge(each.agg(people=("one", "size")), on=homes)
    no_worse = [best.groupby(home)["score"].rank(method="max", ascending=False) for home in homes]
    best["rivals"] = no_worse[0] + no_worse[1] - 2
    best = best.sort_values(
        ["start", "score", "people", "end"], ascending=[True, False, False, True], kind="stable"
    )
    best = best[best.groupby("start").cumcount() < most]
    nothing = np.full(len(best), np.nan)
    agreed = {key: best[key].to_numpy() if key in used else nothing for key in WEIGHTS}
    birth = agreed["birth"]
    start_at, end_at, first, last, count, rivals = (
        best[name].to_numpy(dtype=np.int64)
        for name in ("start", "end", "one", "other", "people", "rivals")
    )
    which_birth = np.select([birth == 1.0, birth == YEAR_ALONE, birth == 0.0], [0, 1, 2], -1)
    return pd.DataFrame(
        {
            "kind": pd.Series(["same"] * len(best), dtype=object),
            "start_id": pd.Series(tables["start"].index.take(start_at)),
            "end_id": pd.Series(tables["end"].index.take(end_at)),
            "score": best["score"].round(3).to_numpy(dtype=np.float64),
            "citizen_id": pd.array(agreed["citizen_id"], dtype="boolean"),
            "head": pd.array(agreed["head"], dtype="boolean"),
            "birth": pd.Categorical.from_codes(
                which_birth.astype(np.int8), dtype=pd.CategoricalDtype(list(BIRTHS))
            ),
            "sex": pd.array(agreed["sex"], dtype="boolean"),
            "name": pd.array(agreed["name"].round(3), dtype="Float64"),
            "people": pd.array(count, dtype="Int64"),
            "start_name": _objects(one["name"], first),
            "end_name": _objects(other["name"], last),
            "rivals": pd.array(rivals, dtype="Int64"),
            "accepted": np.zeros(len(best), dtype=bool),
        }
    )


def _objects(values: pd.Series[Any], places: Ints) -> pd.Series[Any]:
    return pd.Series(values.to_numpy(dtype=object)[places], dtype=object)
