"""Members without a household in their partition: where it is, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.identity import id_mismatch, match
from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language
from multidim_poverty.scale.colocation import Hashes, among
from multidim_poverty.scale.look_alikes import look_hashes
from multidim_poverty.scale.partitions import index_of, placed, run_on, values_of
from multidim_poverty.schema.faults import Fault, fault_at, report
from multidim_poverty.schema.survey_faults import ID_RULES, nfc_id

__all__ = ["LostMembers", "lost_members"]

EXAMPLES = 100
# What a partition says of the ids of both tables as a whole, and of households and members then.
OF_TABLES = tuple(rule for rule in ID_RULES if rule != "inexact_id")
OF_ROWS = ("unknown_household", "no_members")


@dataclass(frozen=True, eq=False)
class LostMembers:
    """The members without a household in their partition.

    Attributes
    ----------
    moved : set
        Ids of households that have such members.
    faults : list of pandas.DataFrame
        What there is to say of them, one table per partition.
    left_out : dict of int to tuple of str
        Partition -> rules about its household ids that these take the place of.
    """

    moved: set[Any]
    faults: list[pd.DataFrame]
    left_out: dict[int, tuple[str, ...]]


def lost_members(
    homes: dd.DataFrame,
    lost: Mapping[int, pd.DataFrame],
    tables: Mapping[int, pd.DataFrame],
    met: bool,
    language: Language,
    progress: bool,
) -> LostMembers:
    """Where the households of lost members are, and what there is to say of both.

    `lost` has the ids of these members by partition, `tables` the faults of each partition; `met`
    says whether a member has a household in its own one.
    """
    if not lost:
        return LostMembers(set(), [], {})
    asked = pd.concat([frame["household_id"] for frame in lost.values()], ignore_index=True)
    asked = pd.Series(asked.unique(), dtype=object).infer_objects()
    # Ids that differ in their Unicode form alone are reported as such, and not as unknown.
    normalised = any(_about_ids(table, ["not_nfc"]).any() for table in tables.values())
    look_up = partial(_homes_of, asked, normalised)
    parts = values_of(run_on(look_up, index_of(homes), progress=progress))
    ids = pd.Index(asked, dtype=object)
    places = pd.DataFrame(index=ids, columns=["same", "alike"], dtype="Int64")
    for number, (same, alike, _) in reversed(list(enumerate(parts))):
        places.loc[same, "same"] = number
        places.loc[alike, "alike"] = number
    at = {number: places.reindex(frame["household_id"]) for number, frame in lost.items()}
    if not (met or normalised or places["same"].notna().any()):
        mismatch = _none_meets(homes, asked, language)
        everything = dict.fromkeys(range(homes.npartitions), (*OF_TABLES, *OF_ROWS))
        return LostMembers(set(), mismatch, everything if mismatch else {})
    moved, faults = set(), []
    forms = set()
    for number, found in at.items():
        moved |= set(found.index[found["same"].notna()])
        far = found["same"].isna() & (found["alike"] != number).fillna(False)
        forms |= set(found.index[far].map(nfc_id))
        faults.append(_faults(lost[number], found, number, language))
    moved |= {id for _, _, respelt in parts for id in respelt if nfc_id(id) in forms}
    of_tables = [n for n, table in tables.items() if _about_ids(table, OF_TABLES).any()]
    if of_tables:
        silent = index_of(homes).partitions[of_tables]
        without = values_of(run_on(partial(_without_members, language), silent))
        faults += [
            placed(table[~table["household_id"].isin(moved)], number)
            for number, table in zip(of_tables, without, strict=True)
        ]
    return LostMembers(moved, faults, dict.fromkeys(lost, (*OF_TABLES, "unknown_household")))


def _about_ids(faults: pd.DataFrame, rules: Sequence[str]) -> pd.Series[bool]:
    return (faults["column"] == "household_id") & faults["rule"].isin(rules)


def _faults(
    members: pd.DataFrame, found: pd.DataFrame, partition: int, language: Language
) -> pd.DataFrame:
    """The faults of the lost members of a partition, of which it is known where to find them."""
    there = found["same"].notna().to_numpy(dtype=bool)
    nowhere = ~there & found["alike"].isna().to_numpy(dtype=bool)
    fields = {"home": found["same"][there].to_numpy(np.int64)}
    rule = "household_in_another_partition"
    faults = [
        Fault("members", "household_id", rule, np.flatnonzero(there), fields=fields),
        fault_at("members", "household_id", "unknown_household", nowhere),
    ]
    return placed(report(faults, {"members": members}, language), partition)


def _none_meets(
    homes: dd.DataFrame, asked: pd.Series[Any], language: Language
) -> list[pd.DataFrame]:
    """The fault of two tables without a common id, with ids that look alike where there are."""
    looks = np.unique(look_hashes(pd.Index(asked)))
    parts = values_of(run_on(partial(_like, looks), index_of(homes)))
    ids = pd.Index(pd.Series(np.concatenate(parts), dtype=object).infer_objects())
    mismatch = id_mismatch(asked, ids, ("members", "households"))
    if mismatch is None:
        return []
    fault = Fault("members", "household_id", mismatch.rule, fields=mismatch.fields)
    return [placed(report([fault], {}, language), None)]


# -- on one partition ------------------------------------------------------------------------


def _homes_of(
    asked: pd.Series[Any], normalised: bool, households: pd.DataFrame
) -> tuple[BoolArray, BoolArray, list[Any]]:
    """Of each id, whether it is there, and whether in another Unicode form; and ids in such."""
    index = households.index
    same = np.asarray(match(asked, index).home >= 0)
    if not normalised:
        return same, np.zeros(len(asked), dtype=bool), []
    asked_forms, forms = asked.map(nfc_id), index.map(nfc_id)
    alike = np.asarray(match(asked_forms, forms).home >= 0)
    of_index = match(forms.to_series(), pd.Index(asked_forms)).home >= 0
    return same, alike, index[of_index].tolist()


def _like(looks: Hashes, households: pd.DataFrame) -> Any:
    """Some household ids that have one of the looks, and the first ones."""
    index = households.index[households.index.notna()]
    like = index[among(look_hashes(index), looks)]
    return like[:EXAMPLES].append(index[:EXAMPLES]).astype(object).to_numpy()


def _without_members(language: Language, households: pd.DataFrame) -> pd.DataFrame:
    """The faults of households of a partition none of whose members has a household."""
    index = households.index
    alone = ~(index.isna() | index.duplicated(keep=False))
    fault = fault_at("households", "household_id", "no_members", alone)
    return report([fault], {"households": households}, language)
