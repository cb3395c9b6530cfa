"""How far the sheets of ``.xlsb`` and ``.ods`` workbooks reach, before anything lays them out.

Their reader makes a table from the first to the last cell: one stray cell far away would fill the
memory.
"""

from __future__ import annotations

from multidim_poverty.base.files import Parts

__all__ = ["check_ods", "check_xlsb"]

ROW, FIRST_CELL, LAST_CELL = 0, 2, 11  # kinds of records; kind 1 is an empty cell


def check_xlsb(parts: Parts) -> None:
    """Raise `UnreadableFileError` if a sheet spans more cells than the limit."""
    for name in parts.names:
        if "worksheets/" in name.lower() and name.lower().endswith(".bin"):
            _check(parts, _xlsb_area(parts.read(name)), name)


def _xlsb_area(content: bytes) -> int:
    rows: list[int] = []
    columns: list[int] = []
    row, at, end = 0, 0, len(content)
    while at < end:
        kind = content[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | content[at] << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            if at >= end:
                break
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if kind == ROW:
            row = int.from_bytes(content[at : at + 4], "little")
        elif FIRST_CELL <= kind <= LAST_CELL:
            column = int.from_bytes(content[at : at + 4], "little")
            rows[:] = [min([row, *rows[:1]]), max([row, *rows[1:]])]
            columns[:] = [min([column, *columns[:1]]), max([column, *columns[1:]])]
        at += length
    return (rows[1] + 1) * (columns[1] + 1) if rows else 0


def check_ods(parts: Parts) -> None:
    """Raise `UnreadableFileError` if a sheet spans more cells than the limit."""
    rows = columns = wide = total = last = 0
    filled = False
    repeat_row = 1

    def start(tag: str, has: dict[str, str]) -> None:
        nonlocal rows, columns, wide, filled, repeat_row
        name = tag.rpartition(":")[2]
        if name == "table":
            rows = wide = 0
        elif name == "table-row":
            repeat_row = _times(has, "number-rows-repeated")
            columns, filled = 0, False
        elif name in ("table-cell", "covered-table-cell"):
            columns += _times(has, "number-columns-repeated")
            if any(key.rpartition(":")[2] in ("value-type", "formula") for key in has):
                filled = True
                wide = max(wide, columns)

    def end(tag: str) -> None:
        nonlocal rows, total, last
        name = tag.rpartition(":")[2]
        if name == "table-row":
            rows += repeat_row
            if filled:
                last = rows
        elif name == "table":
            total += last * wide
            last = 0
            parts.limits.check("cells", total, parts.file.name)

    parts.parse("content.xml", start=start, end=end)


def _times(has: dict[str, str], name: str) -> int:
    text = next((has[key] for key in has if key.rpartition(":")[2] == name), "1")
    return int(text[:10]) if text.isdecimal() else 1


def _check(parts: Parts, area: int, name: str) -> None:
    parts.limits.check("cells", area, parts.file.name, where=f"part {name}")
