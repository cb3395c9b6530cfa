"""How far the sheets of an ``.xls`` workbook reach, before anything lays them out."""

from __future__ import annotations

import struct

from multidim_poverty.base.files import InputFile, Limits
from multidim_poverty.errors import UnreadableFileError

__all__ = ["check_xls"]

BEGIN, MANY_NUMBERS = 0x0809, 0x00BD
# Kinds of records that hold a cell with a value; its row and column come first.
CELLS = (0x0006, MANY_NUMBERS, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E)
ENTRY = 128  # bytes of an entry of the directory
ROOT = 5
LAST_SECTOR = 0xFFFFFFFA  # larger numbers are marks


def check_xls(file: InputFile, limits: Limits) -> None:
    """Raise `UnreadableFileError` if the sheets span more cells than the limit, or are damaged."""
    try:
        content = _workbook_stream(file.content)
    except (struct.error, IndexError, UnreadableFileError) as error:
        raise file.unreadable("it is an .xls file and damaged; save it as .xlsx") from error
    limits.check("cells", _spanned(content), file.name)


def _spanned(content: bytes) -> int:
    """Cells from the first to the last one of each sheet, together."""
    total = rows = columns = at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == BEGIN:
            total += rows * columns
            rows = columns = 0
        elif kind in CELLS and length >= 4 and at + 4 + length <= len(content):
            row, column = struct.unpack_from("<HH", content, at + 4)
            if kind == MANY_NUMBERS:
                (column,) = struct.unpack_from("<H", content, at + 2 + length)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        at += 4 + length
    return total + rows * columns


def _workbook_stream(content: bytes) -> bytes:
    """The stream of the workbook in a compound file, or nothing where there is none."""
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if not (7 <= shift <= 16 and 2 <= small_shift <= shift):
        raise UnreadableFileError("sizes of sectors that no program writes")
    (first_directory,) = struct.unpack_from("<I", content, 48)
    (cutoff, first_small) = struct.unpack_from("<II", content, 56)
    sectors = _table(content, shift)
    directory = _chain(content, first_directory, sectors, shift, offset=1)
    entries = {}
    small = b""
    for at in range(0, len(directory) - ENTRY + 1, ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        name = directory[at : at + min(length, 64)].decode("utf-16-le", "ignore").rstrip("\0")
        start, size = struct.unpack_from("<IQ", directory, at + 116)
        entries[name.casefold()] = start, size & 0xFFFFFFFF
        if kind == ROOT:
            small = _chain(content, start, sectors, shift, offset=1)
    start, size = entries.get("workbook", entries.get("book", (0, 0)))
    if size >= cutoff:
        return _chain(content, start, sectors, shift, offset=1)[:size]
    small_table = _chain(content, first_small, sectors, shift, offset=1)
    return _chain(small, start, _numbers(small_table), small_shift, offset=0)[:size]


def _table(content: bytes, shift: int) -> tuple[int, ...]:
    """Which sector follows each."""
    (following, count) = struct.unpack_from("<II", content, 68)
    listed = list(struct.unpack_from("<109I", content, 76))
    for _ in range(min(count, len(content) >> shift)):
        more = _numbers(_sector(content, following, shift, offset=1))
        listed += more[:-1]
        following = more[-1]
    parts = (_sector(content, n, shift, offset=1) for n in listed if n < LAST_SECTOR)
    return _numbers(b"".join(parts))


def _chain(
    content: bytes, start: int, following: tuple[int, ...], shift: int, *, offset: int
) -> bytes:
    """The sectors from one on; a circle of them is damage."""
    parts: list[bytes] = []
    while start < LAST_SECTOR:
        if len(parts) > len(following):
            raise UnreadableFileError("sectors that follow each other in a circle")
        parts.append(_sector(content, start, shift, offset=offset))
        start = following[start]
    return b"".join(parts)


def _sector(content: bytes, number: int, shift: int, *, offset: int) -> bytes:
    return content[(number + offset) << shift : (number + offset + 1) << shift]


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
