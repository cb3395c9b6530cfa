"""The two tables: their columns, and the faults that a table can have."""

from multidim_poverty.schema.checks import (
    Split,
    Tables,
    check_columns,
    columns,
    pandera_schema,
    rules,
    split_valid,
    validate,
    violations,
)

__all__ = [
    "Split",
    "Tables",
    "check_columns",
    "columns",
    "pandera_schema",
    "rules",
    "split_valid",
    "validate",
    "violations",
]
