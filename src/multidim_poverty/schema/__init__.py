"""The two tables: their columns, and the faults that a table can have."""

from multidim_poverty.schema import mapping
from multidim_poverty.schema.checks import (
    split_valid,
    summary,
    validate,
    violations,
)
from multidim_poverty.schema.labels import decode
from multidim_poverty.schema.listing import columns, pandera_schema, rules
from multidim_poverty.schema.records import Household, Member, to_frames
from multidim_poverty.schema.tables import Split, Tables

__all__ = [
    "Household",
    "Member",
    "Split",
    "Tables",
    "columns",
    "decode",
    "mapping",
    "pandera_schema",
    "rules",
    "split_valid",
    "summary",
    "to_frames",
    "validate",
    "violations",
]


def __dir__() -> list[str]:
    return __all__
