"""Persons who are members in several partitions, by their citizen id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.identity import citizen_key, citizen_keys
from multidim_poverty.language import Language
from multidim_poverty.scale.colocation import NO_ID, Hashes, among, id_hashes, shared_hashes
from multidim_poverty.scale.partitions import index_of, placed, run_on, values_of
from multidim_poverty.schema.faults import Fault, report
from multidim_poverty.schema.survey_faults import match_members

__all__ = ["SharedPersons", "shared_persons"]

RULES = ("citizen_id_twice", "member_of_two_households")
SHOWN = ("household_id", "member_id", "citizen_id")


@dataclass(frozen=True, eq=False)
class SharedPersons:
    """The persons who are members in several partitions.

    Attributes
    ----------
    keys : frozenset of str
        Their citizen ids, as `identity.citizen_key` has them.
    faults : list of pandas.DataFrame
        What there is to say of them, one table per partition.
    counted : dict of str to int
        Rule -> how many of these rows the partitions have found by themselves.
    """

    keys: frozenset[str]
    faults: list[pd.DataFrame]
    counted: dict[str, int]

    def left_out(self, faults: pd.DataFrame) -> pd.DataFrame:
        """The faults of a partition without those of these persons."""
        of_persons = faults["rule"].isin(RULES)
        if not self.keys or not of_persons.any():
            return faults
        keys = faults["value"].where(of_persons, "").map(citizen_key)
        return faults[~(of_persons & keys.isin(self.keys)).to_numpy(dtype=bool)]


def shared_persons(
    homes: dd.DataFrame, persons: dd.DataFrame | None, language: Language, progress: bool
) -> SharedPersons:
    """Persons whose citizen id is in several partitions; one machine reads their rows alone.

    The citizen ids are compared as hashes, see `shared_hashes`.
    """
    none = SharedPersons(frozenset(), [], {})
    if persons is None or list(persons.columns).count("citizen_id") != 1:
        return none
    listed = persons[["citizen_id"]]
    rows_of = dict(enumerate(values_of(run_on(len, listed, progress=progress))))
    suspects = shared_hashes(_person_hashes, [listed], rows_of, progress)
    if not len(suspects):
        return none
    columns = [name for name in SHOWN if list(persons.columns).count(name) == 1]
    ids = homes[["household_id"]] if "household_id" in homes.columns else index_of(homes)
    outcomes = run_on(partial(_rows_of, suspects), ids, persons[columns])
    parts: list[pd.DataFrame] = values_of(outcomes)
    with_rows = [part.assign(partition=n) for n, part in enumerate(parts) if len(part)]
    if not with_rows:
        return none
    rows = pd.concat(with_rows)
    shared = rows.groupby("key")["partition"].transform("nunique") > 1
    rows = rows[shared.to_numpy(dtype=bool)]
    by_partition = rows.groupby(["key", "partition"])
    listed_there, homes_there = (
        by_partition["key"].transform("size"),
        by_partition["home"].transform("nunique"),
    )
    counted = {
        RULES[0]: int((listed_there > 1).sum()),
        RULES[1]: int(((listed_there > 1) & (homes_there > 1)).sum()),
    }
    rows = rows.assign(
        rows=rows.groupby("key")["key"].transform("size"),
        households=rows.groupby("key")["home"].transform("nunique"),
    )
    faults = [_faults(part, int(str(n)), language) for n, part in rows.groupby("partition")]
    return SharedPersons(frozenset(rows["key"]), faults, counted)


def _person_hashes(members: pd.DataFrame) -> Hashes:
    keys = citizen_keys(members["citizen_id"])
    return np.where(keys == "", NO_ID, pd.util.hash_array(keys))


def _rows_of(suspects: Hashes, households: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """The rows of some persons, with the citizen id as key and the household as a hash."""
    matched = match_members(households, members)
    at = among(_person_hashes(members), suspects)
    rows = members[at].astype(object).reset_index(drop=True)
    rows = rows.assign(key=citizen_keys(rows["citizen_id"]))
    if matched is None:  # of ids that cannot be compared, nothing more is said
        return rows.iloc[:0].assign(home=np.empty(0, dtype=np.uint64))
    home = np.where(matched.home[at] < 0, NO_ID, id_hashes(members["household_id"])[at])
    return rows.assign(home=home)


def _faults(rows: pd.DataFrame, partition: int, language: Language) -> pd.DataFrame:
    several = np.flatnonzero(rows["households"].to_numpy() > 1)
    faults = [
        Fault(
            "members",
            "citizen_id",
            RULES[0],
            np.arange(len(rows)),
            fields={"rows": rows["rows"].to_numpy()},
        ),
        Fault(
            "members",
            "citizen_id",
            RULES[1],
            several,
            fields={"households": rows["households"].to_numpy()[several]},
        ),
    ]
    table = rows[[name for name in SHOWN if name in rows]].reset_index(drop=True)
    return placed(report(faults, {"members": table}, language), partition)
