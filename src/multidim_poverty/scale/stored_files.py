"""One Parquet file of a data set: written with its receipt, read only if it is what was written."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from multidim_poverty import __version__ as LIBRARY_VERSION  # noqa: N812
from multidim_poverty.receipts.values import table_hash
from multidim_poverty.scale.dataset_faults import dataset_fault, raise_faults
from multidim_poverty.scale.manifest import (
    SCHEMA_VERSION,
    TABLES,
    Partition,
    StoredFile,
    place_of,
    write_bytes,
)
from multidim_poverty.scale.stored_columns import StoredColumn, to_arrow, to_pandas
from multidim_poverty.schema.fault_table import Fault

__all__ = [
    "INDEXED",
    "LIBRARY_VERSION",
    "METADATA",
    "Columns",
    "Keys",
    "file_faults",
    "frame_of",
    "indexed",
    "keys_of",
    "stage_file",
    "tables_of",
]

METADATA = b"multidim_poverty"
ID = "household_id"
ROW_GROUP = 20_000  # rows: what a reader can skip by the smallest and largest commune and id
INDEXED = ("households", "result")
Keys = Mapping[str, str | int | None]
Columns = Mapping[str, Sequence[StoredColumn]]  # by standard and table


def keys_of(part: Partition) -> Keys:
    """The values of the folder that the files of a partition are in; None where not known."""
    return {"standard": part.standard, "year": part.year, "province": part.province or None}


def stage_file(
    frame: pd.DataFrame,
    columns: Sequence[StoredColumn],
    table: str,
    part: Partition,
    *,
    path: str,
    aside: Path,
    receipt: Mapping[str, Any] | None = None,
    inputs: str = "",
) -> StoredFile:
    """Write a table aside, and give what the manifest is to say of its file at `path`."""
    identity = (
        table_hash(frame.set_index(ID), index=True)
        if table in INDEXED
        else (table_hash(frame, index=False))
    )
    stated = {
        "schema_version": SCHEMA_VERSION,
        "library_version": LIBRARY_VERSION,
        "table": table,
        **keys_of(part),
        "rows": len(frame),
        "identity": identity,
        **({"inputs": inputs} if inputs else {}),
        **(receipt or {}),
    }
    content = to_arrow(frame, columns)
    content = content.replace_schema_metadata({METADATA: json.dumps(stated).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink, compression="zstd", row_group_size=ROW_GROUP)
    packed = sink.getvalue()
    write_bytes(aside, packed)
    return StoredFile(
        path=path,
        rows=len(frame),
        bytes=packed.size,
        sha256=sha256(packed).hexdigest(),
        schema_version=SCHEMA_VERSION,
        identity=identity,
        inputs=inputs,
    )


def frame_of(
    root: Path,
    file: StoredFile,
    table: str,
    columns: Sequence[StoredColumn],
    keys: Keys,
) -> pd.DataFrame:
    """The columns of a file, once its hash is that of the manifest; raises `DatasetError` else."""
    faults, content = _opened(root, file, table)
    raise_faults(faults)
    names = [column.name for column in columns if not column.key]
    return indexed(to_pandas(content.read(columns=names), columns, keys), table)


def indexed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The table as it is in memory: households and results have their ids in the index."""
    return frame.set_index(ID) if table in INDEXED and ID in frame.columns else frame


def tables_of(
    root: Path, columns: Columns, part: Partition, tables: Collection[str] = TABLES
) -> dict[str, pd.DataFrame]:
    """The tables of a partition, by name."""
    return {
        table: frame_of(root, file, table, columns[f"{part.standard}/{table}"], keys_of(part))
        for table, file in part.files.items()
        if table in tables
    }


def file_faults(root: Path, file: StoredFile, table: str) -> list[Fault]:
    """What is wrong with a file that the manifest names."""
    return _opened(root, file, table)[0]


def _opened(root: Path, file: StoredFile, table: str) -> tuple[list[Fault], Any]:
    def fault(rule: str, value: Any, expected: Any) -> list[Fault]:
        return [dataset_fault(rule, file.path, table=table, value=value, expected=expected)]

    try:
        packed = place_of(root, file.path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return [dataset_fault("file_missing", file.path, table=table)], None
    if len(packed) != file.bytes:
        return fault("file_torn", len(packed), file.bytes), None
    if (digest := sha256(packed).hexdigest()) != file.sha256:
        return fault("file_hash", digest, file.sha256), None
    if file.schema_version != SCHEMA_VERSION:
        return fault("schema_version", file.schema_version, SCHEMA_VERSION), None
    content = pq.ParquetFile(pa.BufferReader(packed))
    if not file.rows and table == "households":
        return fault("empty_partition", 0, "at least 1"), content
    return [], content
