"""Where things stand in a sheet: title, headings, columns and rows of data."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from multidim_poverty.excel.cells import normalise
from multidim_poverty.excel.layout import Sheet
from multidim_poverty.excel.problems import Ints, Problems, shown
from multidim_poverty.excel.workbook import Broken, Rows
from multidim_poverty.identity import look_alike_key

__all__ = ["Positions", "is_merged", "row_of", "title_at"]

NUMBERED = 5  # so many cells 1, 2, 3, ... are a line of column numbers, and no data


def row_of(rows: Rows, at: int) -> list[Any]:
    """A row, empty where the sheet has ended."""
    return rows[at] if at < len(rows) else []


def title_at(sheet: Sheet, rows: Rows) -> tuple[int, int] | None:
    """Row and column of the title, from 0: a cell above the data that has its words.

    Offices add words ("... NĂM 2023") and move it by a row; of several cells it is the one next
    to where it should be.
    """
    title = look_alike_key(sheet.title or "")
    places = [
        (row, column)
        for row, cells in enumerate(rows[: sheet.first_row - 1])
        for column, value in enumerate(cells)
        if isinstance(value, str) and title in look_alike_key(value)
    ]
    return min(places, key=lambda place: abs(place[0] - sheet.title_place[0]), default=None)


class Positions:
    """Where things stand in one sheet.

    Attributes
    ----------
    heading_rows : range
        Rows of the headings, from 0: below the title, or those of the paths and labels.
    places : dict
        Name of a column -> where it stands, from 0.
    data_rows : numpy.ndarray
        The rows of the data, from 0.
    """

    def __init__(self, name: str, rows: Rows, sheet: Sheet, problems: Problems) -> None:
        self.name, self.rows, self.sheet, self.problems = name, rows, sheet, problems
        self.labels = {look_alike_key(column.label): column.name for column in sheet.columns}
        self.heading_rows = self._heading_rows()
        self.places = self._places()
        self.data_rows = self._data_rows()

    @cached_property
    def headings(self) -> dict[int, str]:
        """What stands above each column, the lowest first."""
        texts: dict[int, str] = {}
        for row in self.heading_rows:
            if _numbered(_keys(row_of(self.rows, row))):
                continue
            for at, value in enumerate(row_of(self.rows, row)):
                if isinstance(value, str) and value.strip():
                    texts[at] = normalise(value)
        return texts

    def _places(self) -> dict[str, int]:
        width = max((len(row) for row in self.rows), default=0)
        above = {look_alike_key(text): at for at, text in reversed(self.headings.items())}
        row = row_of(self.rows, self.sheet.path_row - 1) if self.sheet.path_row else []
        paths = {str(value).strip(): at for at, value in enumerate(row)}
        places = {}
        for column in self.sheet.columns:
            if column.path is not None:
                at = paths.get(column.path)
            elif column.position is not None and not self.sheet.by_heading:
                at = column.position if column.position < width else None
            else:
                at = above.get(look_alike_key(column.label))
            if at is None:
                self.problems.add(self.name, None, column.name, None, "missing_column")
                continue
            places[column.name] = at
            heading = self.headings.get(at, "")
            if self.labels.get(look_alike_key(heading), column.name) != column.name:
                self.problems.add(self.name, (-1, at), column.name, heading, "heading_differs")
        return places

    def _heading_rows(self) -> range:
        sheet = self.sheet
        if sheet.path_row and sheet.label_row:
            # Some exports have no labels: then the data begin there.
            has_labels = self._labelled(_keys(row_of(self.rows, sheet.label_row - 1)))
            return range((sheet.first_row if has_labels else sheet.label_row) - 1)
        title_place = title_at(sheet, self.rows)
        assert title_place is not None
        moved = title_place[0] - sheet.title_place[0]
        if moved:
            title = self.rows[title_place[0]][title_place[1]]
            self.problems.add(
                self.name,
                title_place,
                "",
                title,
                "title_elsewhere",
                title_cell=sheet.title_cell,
            )
        # The data may have moved with the title or not. Skip too few rows rather than too many:
        # an extra heading is noticed, a lost household is not.
        start, last = sorted([sheet.first_row - 1, sheet.first_row - 1 + moved])
        while start < last:
            keys = _keys(row_of(self.rows, start))
            if keys and not self._labelled(keys) and not _numbered(keys):
                break
            start += 1
        return range(title_place[0] + 1, start)

    def _labelled(self, keys: dict[int, str]) -> bool:
        """Whether a row has most of the labels of the layout, or little else."""
        known = sum(key in self.labels for key in keys.values())
        return known > 1 and known * 2 > min(len(keys), len(self.labels))

    def _data_rows(self) -> Ints:
        """The rows of the data, from 0: those with a value that do not repeat the headings."""
        heads = [_keys(row_of(self.rows, row)) for row in self.heading_rows]
        # Few rows begin as a heading does; the others need not be compared as a whole.
        begin = {"1", *self.labels, *(key for head in heads for key in [*head.values()][:1])}
        data_rows = []
        for n in range(self.heading_rows.stop, len(self.rows)):
            row = self.rows[n]
            at = next((at for at, value in enumerate(row) if not _blank(value)), None)
            if at is None:
                continue
            keys = _keys(row) if _key(row[at]) in begin else {}
            if len(keys) > 1 and (keys in heads or self._labelled(keys) or _numbered(keys)):
                self.problems.add(self.name, (n, at), "", row[at], "repeated_header")
            else:
                data_rows.append(n)
        return np.array(data_rows, dtype=np.int64)


def _key(value: Any) -> str:
    return "" if isinstance(value, Broken) else look_alike_key(shown(value))


def _keys(row: list[Any]) -> dict[int, str]:
    """The comparison key of each cell that is not empty."""
    keys = {at: _key(value) for at, value in enumerate(row)}
    return {at: key for at, key in keys.items() if key}


def _numbered(keys: dict[int, str]) -> bool:
    """Whether a row is the line of column numbers."""
    numbers = [str(n + 1) for n in range(len(keys))]
    return len(keys) >= NUMBERED and list(keys.values()) == numbers


def is_merged(value: Any) -> bool:
    """Whether a cell is merged with one that has the value."""
    return isinstance(value, Broken) and value.rule == "merged_cell"


def _blank(value: Any) -> bool:
    return is_merged(value) or (isinstance(value, str) and not value.strip())
