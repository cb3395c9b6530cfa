"""Ids of two tables, names of units and groups: the one way to match them."""

from multidim_poverty.identity.ids import (
    Match,
    Mismatch,
    append_ids,
    check_ids_meet,
    check_one_type,
    chunks,
    comparable,
    id_mismatch,
    inexact_ids,
    match,
    match_same,
    nearest_ids,
    positions,
    rows_at,
)
from multidim_poverty.identity.lasting import FROM_ROW, check_lasting_ids, lasting_mark
from multidim_poverty.identity.names import (
    look_alike_key,
    name_key,
    one_spelling,
    quoted_name,
    respelt,
    spellings,
)

__all__ = [
    "FROM_ROW",
    "Match",
    "Mismatch",
    "append_ids",
    "check_ids_meet",
    "check_lasting_ids",
    "check_one_type",
    "chunks",
    "comparable",
    "id_mismatch",
    "inexact_ids",
    "lasting_mark",
    "look_alike_key",
    "match",
    "match_same",
    "name_key",
    "nearest_ids",
    "one_spelling",
    "positions",
    "quoted_name",
    "respelt",
    "rows_at",
    "spellings",
]
