"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Integral

from multidim_poverty.errors import ArgumentError, UnreadableFileError

__all__ = ["Limits"]

UNITS = {
    "file_size": "bytes",
    "unpacked_size": "bytes unpacked",
    "ratio": "times its packed size in one part",
    "parts": "parts",
    "cells": "cells",
    "columns": "columns with something in them",
}
SMALL_PART = 4 << 20  # a part of so many bytes may be packed as tightly as it likes


@dataclass(frozen=True)
class Limits:
    """What a file may hold; a file that holds more is refused, and the error names the limit.

    Sizes and ratios are those that the file states of its parts. They are looked at before
    anything is unpacked, and no part gives more than it states.

    Parameters
    ----------
    file_size : int
        Bytes of the file.
    unpacked_size : int
        Bytes of all parts of a workbook, unpacked.
    ratio : int
        Unpacked bytes of a part for one packed byte; parts up to 4 MiB are not judged.
    parts : int
        Parts of a workbook.
    cells : int
        Cells of a workbook, empty ones with a format included, and as many rows, merged ranges and
        shared texts; in ``.xls``, ``.xlsb`` and ``.ods``
        all from the first to the last one of each sheet.
    columns : int
        Columns of a sheet in which something stands.

    Examples
    --------
    >>> from multidim_poverty import excel
    >>> excel.Limits(cells=1_000_000).cells
    1000000
    """

    file_size: int = 256 << 20
    unpacked_size: int = 512 << 20
    ratio: int = 200
    parts: int = 10_000
    cells: int = 5_000_000
    columns: int = 1_000

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise ArgumentError(
                    f"the limit {field.name} is a whole number from 1, not {value!r}"
                )

    def check(self, limit: str, amount: int, file: str, *, where: str = "") -> None:
        """Raise `UnreadableFileError` if there is more than the limit allows."""
        most = getattr(self, limit)
        if amount > most:
            place = f", {where}" if where else ""
            raise UnreadableFileError(
                f"{file} was not read{place}: it holds more than {most:,} {UNITS[limit]} (limit "
                f"{limit!r}); if you trust the file, pass limits=Limits({limit}=...) with more",
                limit=limit,
            )

    def check_part(self, unpacked: int, packed: int, file: str, part: str) -> None:
        """Raise `UnreadableFileError` if a part is packed more tightly than workbooks are."""
        if unpacked > SMALL_PART:
            self.check("ratio", -(-unpacked // max(packed, 1)), file, where=f"part {part}")
