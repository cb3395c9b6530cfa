"""Checks that no partition can make alone: ids in two of them, members far from their household."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import dask.dataframe as dd
import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.identity import comparable, id_mismatch
from multidim_poverty.language import Language
from multidim_poverty.scale.colocation import among, id_hashes, shared_ids
from multidim_poverty.scale.lost_members import LostMembers, lost_members
from multidim_poverty.scale.partitions import (
    PartOutcome,
    first_rows,
    index_of,
    joined_faults,
    placed,
    raise_errors,
    run_on,
    values_of,
)
from multidim_poverty.scale.persons import shared_persons
from multidim_poverty.schema.faults import Fault, report
from multidim_poverty.schema.survey_faults import match_members

__all__ = ["SurveyPass", "checked_pass", "has_errors", "survey_pass"]

# What follows from an id in two partitions, or from members in another one.
FOLLOWING = ("no_members", "size_disagrees", "two_heads")
# Faults of a column, which are one for all partitions where all have them.
OF_COLUMNS = (
    "missing_column",
    "duplicate_column",
    "id_not_in_index",
    "index_of_levels",
    "too_coarse",
    "no_income",
    "unread_column",
)


@dataclass(frozen=True, eq=False)
class IdSummary:
    """The ids of the households of a partition.

    Attributes
    ----------
    count : int
    kind : str
        ``integer``, ``text`` or ``other``; ``none`` where there is no id.
    low, high : object
        The first and last one in order; None for ids of another kind.
    examples : pandas.Index
    """

    count: int
    kind: str
    low: Any
    high: Any
    examples: pd.Index[Any]


@dataclass(frozen=True, eq=False)
class PartSummary:
    """What one partition hands on: its value, its ids, and members without a household in it."""

    value: Any
    ids: IdSummary
    lost: pd.DataFrame
    met: bool


@dataclass(frozen=True, eq=False)
class SurveyPass:
    """One look at all partitions: the value of each, and the faults of all together.

    ``replaced`` says of each rule how many warnings of single partitions these faults take the
    place of.
    """

    values: list[Any]
    faults: pd.DataFrame | None
    outcomes: list[PartOutcome]
    replaced: dict[str, int]


def checked_pass(
    function: Callable[..., Any],
    homes: dd.DataFrame,
    persons: dd.DataFrame | None,
    progress: bool,
    language: Language = "en",
) -> SurveyPass:
    """As `survey_pass`.

    Raises
    ------
    InvalidDataError
        If a partition, or all together, have an error; with the faults of all partitions.
    """
    looked_at = survey_pass(function, homes, persons, progress, language)
    if has_errors(looked_at.faults):
        assert looked_at.faults is not None
        raise InvalidDataError(looked_at.faults)
    return looked_at


def has_errors(faults: pd.DataFrame | None) -> bool:
    """Whether one of the faults is an error."""
    return faults is not None and bool((faults["severity"] == "error").any())


def survey_pass(
    function: Callable[..., Any],
    homes: dd.DataFrame,
    persons: dd.DataFrame | None,
    progress: bool,
    language: Language = "en",
    *,
    gives_faults: bool = False,
    with_doubts: bool = False,
) -> SurveyPass:
    """Run a function on each partition, and look at the ids of all.

    The faults are those of the `InvalidDataError` in which the function ends, or what it gives;
    and those of all partitions together, with doubts about persons where they are asked for.
    """
    summary = partial(_summary, function, gives_faults)
    outcomes = run_on(summary, homes, persons, progress=progress)
    raise_errors(outcomes)
    parts: list[PartSummary] = [outcome.value[0] for outcome in outcomes]
    tables = {
        number: outcome.value[1]
        for number, outcome in enumerate(outcomes)
        if outcome.value[1] is not None
    }
    repeated = _repeated_ids(homes, [part.ids for part in parts], progress)
    lost = {number: part.lost for number, part in enumerate(parts) if len(part.lost)}
    met = any(part.met for part in parts)
    elsewhere = lost_members(homes, lost, tables, met, language, progress)
    tables = _without_what_follows(tables, repeated, elsewhere)
    twice = shared_persons(homes, persons if with_doubts else None, language, progress)
    tables = {number: twice.left_out(table) for number, table in tables.items()}
    extra = [
        *_type_faults([part.ids for part in parts], language),
        *_repeated_faults(repeated, language),
        *elsewhere.faults,
        *_empty_faults(parts, language),
        *twice.faults,
    ]
    values = [part.value for part in parts]
    return SurveyPass(values, _together(tables, extra), outcomes, twice.counted)


def _summary(
    function: Callable[..., Any],
    gives_faults: bool,
    households: pd.DataFrame,
    members: pd.DataFrame | None,
) -> tuple[PartSummary, pd.DataFrame | None]:
    value, faults = None, None
    try:
        value = function(households, members)
        faults = value if gives_faults else None
    except InvalidDataError as error:
        faults = error.violations
    matched = match_members(households, members)
    lost, met = pd.DataFrame({"household_id": [], "member_id": []}, dtype=object), False
    if members is not None and matched is not None:
        far = (matched.home < 0) & np.asarray(members["household_id"].notna(), dtype=bool)
        met = bool((matched.home >= 0).any())
        if far.any():
            columns = [name for name in lost.columns if (members.columns == name).sum() == 1]
            lost = members.loc[far, columns].reindex(columns=lost.columns).astype(object)
    return PartSummary(value, _ids_of(households), lost, met), faults


def _ids_of(households: pd.DataFrame) -> IdSummary:
    index = households.index
    if index.nlevels > 1:
        return IdSummary(len(index), "other", None, None, pd.Index([]))
    ids = comparable(index[~np.asarray(index.isna(), dtype=bool)])
    kinds = {"integer": "integer", "string": "text"}
    kind = kinds.get(pd.api.types.infer_dtype(ids), "other") if len(ids) else "none"
    ordered = kind in ("integer", "text")
    low, high = (ids.min(), ids.max()) if ordered else (None, None)
    return IdSummary(len(index), kind, low, high, pd.Index(first_rows(ids, 3)))


# -- ids in two partitions -------------------------------------------------------------------


def _repeated_ids(
    homes: dd.DataFrame, ids: Sequence[IdSummary], progress: bool
) -> dict[int, pd.Index[Any]]:
    """Ids that stand in several partitions: partition -> its rows of these ids."""
    if _apart(ids):
        return {}
    suspects = shared_ids([(homes, None)], progress)
    if not len(suspects):
        return {}
    rows = values_of(run_on(partial(_rows_of_hashes, suspects), index_of(homes)))
    together = pd.concat(
        [pd.DataFrame({"id": part, "partition": n}) for n, part in enumerate(rows) if len(part)]
    )
    partitions = together.groupby("id")["partition"].transform("nunique")
    rows_of_repeated = together[partitions > 1]
    return {
        int(str(number)): pd.Index(part["id"], dtype=object)
        for number, part in rows_of_repeated.groupby("partition")
    }


def _apart(ids: Sequence[IdSummary]) -> bool:
    """Whether the ids of no partition lie among those of another one."""
    kinds = {part.kind for part in ids} - {"none"}
    if not kinds <= {"integer", "text"} or len(kinds) > 1:
        return False
    ranges = sorted((part.low, part.high) for part in ids if part.kind != "none")
    return all(before[1] < after[0] for before, after in pairwise(ranges))


def _rows_of_hashes(hashes: npt.NDArray[np.uint64], households: pd.DataFrame) -> pd.Index[Any]:
    index = households.index
    rows: pd.Index[Any] = index[among(id_hashes(index), hashes)].astype(object)
    return rows


def _repeated_faults(repeated: dict[int, pd.Index[Any]], language: Language) -> list[pd.DataFrame]:
    rows = pd.Series(np.concatenate([*repeated.values()]) if repeated else [], dtype=object)
    times = rows.value_counts()
    tables = []
    for number, ids in repeated.items():
        frame = pd.DataFrame(index=pd.Index(ids, name="household_id"))
        counts = times.reindex(ids).to_numpy(np.int64)
        every = np.arange(len(ids))
        fault = Fault("households", "household_id", "duplicate_id", every, fields={"rows": counts})
        tables.append(placed(report([fault], {"households": frame}, language), number))
    return tables


def _type_faults(ids: Sequence[IdSummary], language: Language) -> list[pd.DataFrame]:
    """Partitions whose ids are of another type than those of most rows."""
    rows: dict[str, int] = {}
    for part in ids:
        if part.kind in ("integer", "text"):
            rows[part.kind] = rows.get(part.kind, 0) + part.count
    if len(rows) < 2:
        return []
    usual = max(rows, key=lambda kind: rows[kind])
    of_usual = next(n for n, part in enumerate(ids) if part.kind == usual)
    tables = []
    for number, part in enumerate(ids):
        if part.kind in rows and part.kind != usual:
            names = f"households of partition {number}", f"households of partition {of_usual}"
            mismatch = id_mismatch(part.examples, ids[of_usual].examples, names)
            if mismatch is not None:
                fault = Fault(
                    "households", "household_id", "id_types_differ", fields=mismatch.fields
                )
                tables.append(placed(report([fault], {}, language), number))
    return tables


# -- all together ----------------------------------------------------------------------------


def _empty_faults(parts: Sequence[PartSummary], language: Language) -> list[pd.DataFrame]:
    if not any(part.ids.count for part in parts):
        return []
    return [
        placed(report([_empty(number)], {}, language), number)
        for number, part in enumerate(parts)
        if not part.ids.count
    ]


def _empty(number: int) -> Fault:
    return Fault("households", "household_id", "empty_partition", fields={"number": number})


def _without_what_follows(
    tables: dict[int, pd.DataFrame], repeated: dict[int, pd.Index[Any]], lost: LostMembers
) -> dict[int, pd.DataFrame]:
    """The faults of the partitions but for those that the faults of all take the place of."""
    twice = {id for ids in repeated.values() for id in ids}
    kept = {}
    for number, table in tables.items():
        ids = table["household_id"].astype(object)
        drop = ids.isin(twice | lost.moved) & table["rule"].isin(FOLLOWING)
        drop |= ids.isin(twice) & (table["rule"] == "duplicate_id") & table["member_id"].isna()
        replaced = lost.left_out.get(number, ())
        drop |= (table["column"] == "household_id") & table["rule"].isin(replaced)
        kept[number] = table[~drop.to_numpy(dtype=bool)]
    return kept


def _together(tables: dict[int, pd.DataFrame], extra: list[pd.DataFrame]) -> pd.DataFrame | None:
    """One table: households before members, the partitions in their order."""
    parts = [joined_faults({number: table}) for number, table in tables.items()]
    parts = [part for part in [*parts, *extra] if len(part)]
    if not parts:
        return joined_faults(tables) if tables else None
    table = _once_for_all(pd.concat(parts, ignore_index=True), len(tables))
    rank = (table["table"] == "members").to_numpy()
    partition = table["partition"].fillna(-1).to_numpy(np.int64)
    return table.take(np.lexsort((partition, rank))).reset_index(drop=True)


def _once_for_all(faults: pd.DataFrame, partitions: int) -> pd.DataFrame:
    """A fault of a column that all partitions have stands once, without a partition."""
    of_columns = faults["rule"].isin(OF_COLUMNS)
    if partitions < 2 or not of_columns.any():
        return faults
    keys = ["rule", "table", "column", "message"]
    times = faults[keys].groupby(keys)["rule"].transform("size")
    everywhere = of_columns & (times == partitions)
    drop = everywhere & faults[keys].duplicated()
    faults = faults.assign(partition=faults["partition"].mask(everywhere))
    return faults[~drop]
