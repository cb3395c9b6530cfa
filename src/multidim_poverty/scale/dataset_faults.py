"""Faults of a data set on disk, each with the file that it is about."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from multidim_poverty.errors import (
    ConcurrentWriteError,
    DatasetError,
    DiskFullError,
    PovertyError,
    UnwritableFileError,
)
from multidim_poverty.language import Language
from multidim_poverty.schema.fault_table import Fault, report

__all__ = ["dataset_fault", "fault_table", "naming_a_full_disk", "raise_conflict", "raise_faults"]

PLACES: Mapping[str, Any] = MappingProxyType({"path": object})
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UNWRITABLE = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
}


def dataset_fault(
    rule: str,
    path: str,
    *,
    table: str = "",
    column: str = "",
    value: Any = None,
    expected: Any = None,
    **fields: Any,
) -> Fault:
    """A fault of a file, or of a part of the data set that `path` names."""
    places = {"path": path, **fields}
    return Fault(table, column, rule, values=value, expected=expected, fields=places)


def fault_table(faults: Iterable[Fault], language: Language = "en") -> pd.DataFrame:
    """One row per fault: as the table of faults of the survey, with the column ``path``."""
    return report(faults, {}, language, area="dataset", places=PLACES)


def raise_faults(faults: Iterable[Fault]) -> None:
    """Raise `DatasetError` with the table of faults, if there is one."""
    if listed := list(faults):
        raise DatasetError(fault_table(listed))


def raise_conflict(path: Path, version: int) -> None:
    """Raise the error of the second of two writers."""
    fault = dataset_fault("concurrent_write", str(path), value=version)
    raise ConcurrentWriteError(fault_table([fault]))


@contextmanager
def naming_a_full_disk(path: Path) -> Iterator[None]:
    """Context in which a disk, quota or limit that has no room left is a `DiskFullError`.

    A folder that must not or cannot be written is an `UnwritableFileError`.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, PovertyError):
            raise
        if error.errno in UNWRITABLE:
            raise UnwritableFileError(
                f"{error.filename or path} cannot be written ({error.strerror}): give the path of "
                f"a folder that may be written, and shorter names where one is too long"
            ) from error
        if error.errno not in FULL:
            raise
        fault = dataset_fault("disk_full", str(path), reason=error.strerror)
        raise DiskFullError(fault_table([fault])) from error
