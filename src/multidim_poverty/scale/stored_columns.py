"""The columns of a table on disk: one physical type per kind, one pandas dtype per data set.

Every file of a table has the same physical types, so that any reader of Parquet takes the files
together; every partition that is read has the same dtypes, so that Dask does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import TypeAdapter

from multidim_poverty.base import Model
from multidim_poverty.errors import ArgumentError
from multidim_poverty.scale.dataset_faults import dataset_fault, raise_faults
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.fault_table import Fault

__all__ = [
    "StoredColumn",
    "columns_of",
    "columns_of_text",
    "empty_table",
    "merged_columns",
    "text_of_columns",
    "to_arrow",
    "to_pandas",
]

Kind = Literal["text", "integer", "number", "boolean", "category", "date", "time"]
PHYSICAL: dict[Kind, Any] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
}
TEXT = pd.Series(["a"]).dtype  # object, or str from pandas 3 on
KINDS_OF_OBJECTS: dict[str, Kind] = {
    "string": "text",
    "empty": "text",
    "boolean": "boolean",
    "integer": "integer",
    "floating": "number",
    "date": "date",
}
KINDS_OF_DTYPES: dict[str, Kind] = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
DTYPES = {"boolean": "bool", "integer": "int64", "number": "float64", "date": "datetime64[s]"}


class StoredColumn(Model):
    """A column as it is on disk and as it is read.

    Attributes
    ----------
    name : str
    kind : str
        The physical type: ``text``, ``integer`` (64 bits), ``number`` (double), ``boolean``,
        ``category`` (a text, encoded by its dictionary), ``date`` (a day) or ``time``
        (microseconds).
    dtype : str
        Of numpy: to which width a number is read, and to which unit a day.
    nullable : bool
        Whether it is read into the dtype of pandas that has missing values of its own.
    categories : tuple of str
        Of all files together.
    ordered : bool
    key : bool
        Whether the folder says its value, one for the whole file, in which it does not stand.
    """

    name: str
    kind: Kind
    dtype: str = ""
    nullable: bool = False
    categories: tuple[str, ...] = ()
    ordered: bool = False
    key: bool = False


ALL_COLUMNS = TypeAdapter(list[StoredColumn])


def text_of_columns(columns: Sequence[StoredColumn]) -> str:
    """Columns as one text, which takes less memory in each of many tasks."""
    return ALL_COLUMNS.dump_json(list(columns)).decode()


def columns_of_text(text: str) -> list[StoredColumn]:
    """The columns of `text_of_columns`."""
    return ALL_COLUMNS.validate_json(text)


# -- from pandas -------------------------------------------------------------------------------


def columns_of(
    frame: pd.DataFrame, table: str, path: str, keys: Collection[str] = ()
) -> list[StoredColumn]:
    """The columns of a table, each with its kind; raises where one has values of two kinds."""
    columns: list[StoredColumn] = []
    faults = []
    if others := [name for name in frame.columns if not isinstance(name, str)]:
        raise ArgumentError(
            f"{table} have columns whose names are no texts: {', '.join(map(repr, others))}; "
            f"rename them"
        )
    for name in frame.columns:
        column = _stored(frame[name], name, table)
        if column is None:
            dtype = str(frame[name].dtype)
            faults.append(
                dataset_fault("mixed_column", path, table=table, column=name, value=dtype)
            )
        else:
            columns.append(column.model_copy(update={"key": name in keys}))
    raise_faults(faults)
    return columns


def _stored(values: pd.Series[Any], name: str, table: str) -> StoredColumn | None:
    kind, nullable = _kind(values)
    if kind is None:
        return None
    known = column_of(table, name)
    wanted = None if known is None else known.kind
    dtype = getattr(values.dtype, "numpy_dtype", values.dtype)
    width = (
        str(dtype)
        if (kind in DTYPES or kind == "time") and dtype.kind in "biufM"
        else DTYPES.get(kind, "")
    )
    if wanted in ("boolean", "integer", "number", "category", "date") and not len(values.dropna()):
        kind, nullable = wanted, wanted in ("boolean", "integer")  # an answer that nobody gave
        width = DTYPES.get(kind, "")
    elif wanted == "number" and kind == "integer":
        kind, width = "number", "float64"
    elif wanted == "integer" and kind == "number" and _are_whole(values):
        kind, width, nullable = "integer", "int64", True
    elif wanted == "category" and kind == "text":
        kind = "category"
    categories: tuple[str, ...] = ()
    if kind == "category":
        held = values.cat.categories if hasattr(values, "cat") else values.dropna().unique()
        own = () if hasattr(values, "cat") or known is None else known.codes
        categories = tuple(dict.fromkeys((*own, *map(str, held))))
    return StoredColumn(
        name=name,
        kind=kind,
        dtype=width,
        nullable=nullable,
        categories=categories,
        ordered=bool(getattr(values.dtype, "ordered", False)) and kind == "category",
    )


def _kind(values: pd.Series[Any]) -> tuple[Kind | None, bool]:
    """The kind of a column, and whether its missing values are those of pandas."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        of_texts = pd.api.types.infer_dtype(dtype.categories) in ("string", "empty")
        if of_texts:
            return "category", False
        return _kind(pd.Series(dtype.categories))[0], True
    if isinstance(dtype, pd.StringDtype):
        return "text", False
    if isinstance(dtype, np.dtype) and dtype.kind == "M":
        held = values.dropna()
        return ("date" if bool((held == held.dt.normalize()).all()) else "time"), False
    if dtype.kind in KINDS_OF_DTYPES:
        return KINDS_OF_DTYPES[dtype.kind], not isinstance(dtype, np.dtype)
    kind = KINDS_OF_OBJECTS.get(pd.api.types.infer_dtype(values, skipna=True))
    return kind, kind in ("boolean", "integer")


def _are_whole(values: pd.Series[Any]) -> bool:
    numbers = values.dropna().to_numpy(dtype=np.float64)
    return bool((numbers == np.floor(numbers)).all() and (np.abs(numbers) < 2**53).all())


def to_arrow(frame: pd.DataFrame, columns: Sequence[StoredColumn]) -> Any:
    """The table in the physical types of its columns, without those of the folder."""
    own = [column for column in columns if not column.key]
    arrays = [_array(frame[column.name], column) for column in own]
    return pa.Table.from_arrays(arrays, names=[column.name for column in own])


def _array(values: pd.Series[Any], column: StoredColumn) -> Any:
    if column.kind == "category":
        categories = list(column.categories)
        codes = values.astype(pd.CategoricalDtype(categories)).cat.codes.to_numpy(np.int32)
        indices = pa.array(codes, mask=codes < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(categories, pa.string()))
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    if column.kind in ("date", "time"):
        values = values.astype("datetime64[us]")
    return pa.array(values, from_pandas=True).cast(PHYSICAL[column.kind])


def empty_table(columns: Sequence[StoredColumn]) -> Any:
    """A table without rows, in the physical types of its columns."""
    fields = [(column.name, PHYSICAL[column.kind]) for column in columns if not column.key]
    return pa.schema(fields).empty_table()


# -- several files -----------------------------------------------------------------------------


def merged_columns(
    known: Sequence[StoredColumn], more: Sequence[StoredColumn], table: str, path: str
) -> list[StoredColumn]:
    """The columns of a table with one more file; raises where the file has other ones."""
    if not known:
        return list(more)
    faults: list[Fault] = []
    by_name = {column.name: column for column in more}
    names = {column.name for column in known}
    others = {"column_lacking": names - set(by_name), "column_added": set(by_name) - names}
    for rule, of_rule in others.items():
        faults += [dataset_fault(rule, path, table=table, column=name) for name in sorted(of_rule)]
    together = []
    for column in known:
        other = by_name.get(column.name, column)
        if column.kind != other.kind:
            fields = {"kind": column.kind, "other_kind": other.kind}
            faults.append(
                dataset_fault("column_kind", path, table=table, column=column.name, **fields)
            )
        together.append(_joined(column, other))
    raise_faults(faults)
    return together


def _joined(a: StoredColumn, b: StoredColumn) -> StoredColumn:
    if a == b or a.kind != b.kind:
        return a
    same = set(a.categories) == set(b.categories)
    return a.model_copy(
        update={
            "dtype": np.promote_types(a.dtype, b.dtype).name if a.dtype else "",
            "nullable": a.nullable or b.nullable,
            "categories": tuple(dict.fromkeys((*a.categories, *b.categories))),
            "ordered": a.ordered and b.ordered and same,
        }
    )


# -- to pandas ---------------------------------------------------------------------------------


def to_pandas(
    table: Any, columns: Sequence[StoredColumn], keys: Mapping[str, str | int | None]
) -> pd.DataFrame:
    """Columns of a file in the dtypes of the data set; those of the folder have one value."""

    def cells(column: StoredColumn) -> Any:
        if not column.key:
            return table.column(column.name)
        value = pa.scalar(
            keys[column.name], pa.int64() if column.kind == "integer" else pa.string()
        )
        return pa.chunked_array([pa.repeat(value, table.num_rows)])

    values = {column.name: _series(cells(column), column) for column in columns}
    return pd.DataFrame(values, index=pd.RangeIndex(table.num_rows))


def _series(array: Any, column: StoredColumn) -> Any:
    if column.kind == "category":
        values = array.cast(PHYSICAL["category"]).unify_dictionaries().to_pandas()
        categories = list(column.categories)
        ordered = values.cat.set_categories(categories, ordered=column.ordered)
        return ordered.astype(pd.CategoricalDtype(pd.Index(categories, dtype=TEXT), column.ordered))
    if column.kind == "text":
        return array.to_pandas().astype(TEXT)
    if column.kind in ("date", "time"):
        return array.cast(pa.timestamp("us")).to_pandas().astype(column.dtype)
    if not column.nullable:
        return array.to_pandas().astype(column.dtype)
    wide = {"boolean": pd.BooleanDtype(), "integer": pd.Int64Dtype(), "number": pd.Float64Dtype()}
    values = array.to_pandas(types_mapper={array.type: wide[column.kind]}.get)
    return values.astype(_extension(column.dtype))


def _extension(dtype: str) -> str:
    """Name of the nullable dtype of pandas: ``Int8`` of ``int8``, ``UInt8`` of ``uint8``."""
    if dtype == "bool":
        return "boolean"
    return dtype.replace("uint", "UInt") if dtype.startswith("u") else dtype.capitalize()
