"""Where the headings of a sheet stand, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from multidim_poverty.base.files import legacy_text
from multidim_poverty.base.files.cells import BrokenCell, SheetCells, normalise
from multidim_poverty.excel.layout import Sheet, SheetColumn
from multidim_poverty.excel.problems import Problems, shown
from multidim_poverty.identity import look_alike_key

__all__ = ["Headings", "find_headings", "heading_keys", "title_place"]

SEARCHED = 100  # rows with something in them, from the top, in which headings are looked for
REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*+")
YEAR = re.compile(r"\bnăm\s+(\d{4})\b")
# Words by which a heading says that its column is about an earlier review.
EARLIER = re.compile(
    r"\b(?:(?:kỳ|năm|đợt|lần|giai đoạn|đầu) (?:trước|kỳ|năm)|trước (?:khi )?rà soát)\b"
)


@dataclass
class Headings:
    """Rows of the headings, and the columns that they name.

    Attributes
    ----------
    rows : range
        From 0; those of the paths and the labels, or of one or more rows of labels.
    places : dict
        Name of a column of the layout -> where it stands, from 0.
    texts : dict
        What stands above each column, the lowest text first.
    absent : list of str
        Columns of the layout that stand nowhere.
    """

    rows: range
    places: dict[str, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)


# -- words of headings -------------------------------------------------------------------------


@lru_cache(1 << 12)
def plain_text(text: str) -> str:
    """A heading in Unicode, whatever font it was typed for, in small letters."""
    legacy = legacy_text(text)
    return normalise(legacy[1] if legacy else text).casefold()


@lru_cache(1 << 12)
def heading_keys(text: str) -> frozenset[str]:
    """What a heading may be compared by: all of it, or it without remarks and its year."""
    plain = plain_text(text)
    bare = YEAR.sub(" ", EARLIER.sub(" ", REMARK.sub(" ", plain)))
    return frozenset(filter(None, (look_alike_key(plain), look_alike_key(bare))))


def is_earlier(text: str, year: int | None) -> bool:
    """Whether a heading says that its column is about another period."""
    plain = plain_text(text)
    years = {int(found) for found in YEAR.findall(plain)}
    return bool(EARLIER.search(plain)) or (year is not None and bool(years - {year}))


def label_keys(column: SheetColumn) -> set[str]:
    """What the headings of a column may be."""
    return {look_alike_key(label) for label in (column.label, *column.synonyms)}


def known_labels(sheet: Sheet) -> dict[str, str]:
    """The column that each label or synonym stands for; labels come before synonyms."""
    labels = {
        look_alike_key(text): column.name
        for column in reversed(sheet.columns)
        for text in reversed(column.synonyms)
    }
    return labels | {look_alike_key(column.label): column.name for column in sheet.columns}


def texts_of(cells: dict[int, Any]) -> dict[int, str]:
    """The texts of a row, by column."""
    return {at: value for at, value in cells.items() if isinstance(value, str)}


def named_columns(cells: dict[int, Any], labels: dict[str, str]) -> dict[int, str]:
    """Which cells of a row are labels, and of which column."""
    named = {}
    for at, text in texts_of(cells).items():
        for key in heading_keys(text):
            if key in labels:
                named[at] = labels[key]
    return named


# -- where they stand --------------------------------------------------------------------------


def title_place(sheet: Sheet, content: SheetCells) -> tuple[int, int] | None:
    """Row and column of the title, from 0: a cell near the top that has its words.

    Offices add words ("... NĂM 2023") and move it; of several cells it is the one next to where
    it should be.
    """
    title = look_alike_key(sheet.title or "")
    places = [
        (row, at)
        for row, cells in first_rows(content)
        for at, text in texts_of(cells).items()
        if title in look_alike_key(plain_text(text))
    ]
    return min(places, key=lambda place: abs(place[0] - sheet.title_place[0]), default=None)


def first_rows(content: SheetCells, after: int = -1) -> Iterator[tuple[int, dict[int, Any]]]:
    """The rows in which headings are looked for."""
    for n, (row, cells) in enumerate(content.rows.items()):
        if n >= SEARCHED:
            return
        if row > after:
            yield row, cells


def path_row(sheet: Sheet, content: SheetCells) -> int | None:
    """The row that has more than half of the machine paths of a sheet."""
    paths = {column.path for column in sheet.columns if column.path}
    best, most = None, len(paths) / 2
    for row, cells in first_rows(content):
        number = len(paths & {normalise(text) for text in texts_of(cells).values()})
        if number > most:
            best, most = row, number
    return best


def label_row(sheet: Sheet, content: SheetCells, after: int = -1) -> tuple[int, int] | None:
    """The row with most labels of a sheet, and how many; None where no row has two."""
    labels = known_labels(sheet)
    best, most = None, min(2, len(sheet.columns)) - 1
    for row, cells in first_rows(content, after):
        number = len(set(named_columns(cells, labels).values()))
        if number > most:
            best, most = row, number
    return None if best is None else (best, most)


def find_headings(
    sheet: Sheet, content: SheetCells, year: int | None, problems: Problems
) -> Headings:
    """The headings of a sheet, with the columns that they name."""
    return _Finder(sheet, content, year, problems).headings()


class _Finder:
    def __init__(
        self, sheet: Sheet, content: SheetCells, year: int | None, problems: Problems
    ) -> None:
        self.sheet, self.content, self.year, self.problems = sheet, content, year, problems
        self.labels = known_labels(sheet)
        self.rows = range(0)

    def headings(self) -> Headings:
        paths = path_row(self.sheet, self.content)
        self.rows = self._rows(paths)
        texts = self._texts(paths)
        candidates = self._by_path(paths) if paths is not None else self._by_label()
        places = self._chosen(candidates, texts)
        if paths is None:
            self._by_letter(places, candidates)
        self._tell_odd_places(places, texts)
        absent = [
            column.name
            for column in self.sheet.columns
            if column.name not in candidates and column.name not in places
        ]
        return Headings(self.rows, places, texts, absent)

    def _rows(self, paths: int | None) -> range:
        if paths is not None:
            below = paths + 1  # some exports have no labels: then the data begin there
            return range(paths, below + self._is_labelled(below))
        title = title_place(self.sheet, self.content) if self.sheet.title else None
        after = -1 if title is None else title[0]
        best = label_row(self.sheet, self.content, after)
        if best is None:
            first = self.sheet.first_row - 1
            return range(first, first)
        top = bottom = best[0]
        while top - 1 > after and self._is_part(top - 1):
            top -= 1
        while self._is_part(bottom + 1, range(top, bottom + 1)):
            bottom += 1
        return range(top, bottom + 1)

    def _is_labelled(self, row: int) -> bool:
        """Whether a row has most of the labels of the sheet, or little else."""
        cells = self.content.rows.get(row, {})
        known = len(named_columns(cells, self.labels))
        return known > 1 and known * 2 > min(len(cells), len(self.labels))

    def _is_part(self, row: int, below: range | None = None) -> bool:
        """Whether a row beside the headings is one of them.

        It has texts alone. Above, there are several of them, a label or a merged group among them;
        below, most are labels of columns that have none yet.
        """
        cells = {
            at: value
            for at, value in self.content.rows.get(row, {}).items()
            if not isinstance(value, BrokenCell)
        }
        if not cells or len(texts_of(cells)) < len(cells):
            return False
        if below is None:
            return len(cells) > 1 and bool(
                named_columns(cells, self.labels) or self._groups(range(row, row + 1))
            )
        both = self._named(range(below.start, row + 1))
        others = {name for at, name in both.items() if at not in cells}
        new = {at for at in cells if at in both and both[at] not in others}
        groups = {at for _, span, _ in self._groups(below) for at in span}
        labelled = {
            at for n in below for at in named_columns(self.content.rows.get(n, {}), self.labels)
        }
        return len(new) * 2 > len(cells) and not new & (labelled - groups)

    def _texts(self, paths: int | None) -> dict[int, str]:
        """The lowest text above each column; paths are none where there are labels."""
        texts: dict[int, str] = {}
        for row in self.rows:
            if row != paths or len(self.rows) == 1:
                texts |= {
                    at: normalise(text) for at, text in texts_of(self.content.rows[row]).items()
                }
        return texts

    # -- which column is which ------------------------------------------------------------------

    def _by_path(self, paths: int) -> dict[str, list[int]]:
        texts = texts_of(self.content.rows[paths])
        at_path: dict[str, list[int]] = {}
        for at, text in sorted(texts.items()):
            at_path.setdefault(normalise(text), []).append(at)
        return {
            column.name: at_path[column.path]
            for column in self.sheet.columns
            if column.path in at_path
        }

    def _by_label(self) -> dict[str, list[int]]:
        at_name: dict[str, list[int]] = {}
        for at, name in sorted(self._named(self.rows).items()):
            at_name.setdefault(name, []).append(at)
        return at_name

    def _named(self, rows: range) -> dict[int, str]:
        """Columns by their own text, else by it below the text of the group it belongs to.

        A group that has texts below it is no heading of its first column.
        """
        groups = self._groups(rows)
        named: dict[int, str] = {}
        for row in rows:
            cells = self.content.rows.get(row, {})
            texts = {
                at: text
                for at, text in texts_of(cells).items()
                if not any(
                    at in span and top == row and self._has_text_below(span, row, rows)
                    for top, span, _ in groups
                )
            }
            named |= named_columns(texts, self.labels)
            for top, span, group in groups:
                joined = {at: f"{group} {text}" for at, text in texts.items() if at in span}
                if top < row:
                    named = {**named_columns(joined, self.labels), **named}
        return named

    def _groups(self, rows: range) -> list[tuple[int, range, str]]:
        """Row, columns and text of each merged heading that lies over several columns."""
        groups = []
        for top, left, _, right in self.content.merged:
            text = self.content.rows.get(top, {}).get(left) if top in rows else None
            if isinstance(text, str) and right > left:
                groups.append((top, range(left, right + 1), text))
        return groups

    def _has_text_below(self, span: range, row: int, rows: range) -> bool:
        return any(
            at in span
            for below in rows
            if below > row
            for at in texts_of(self.content.rows.get(below, {}))
        )

    def _chosen(self, candidates: dict[str, list[int]], texts: dict[int, str]) -> dict[str, int]:
        """One place for each column; none where two places say different things."""
        places = {}
        for column in self.sheet.columns:
            at_all = candidates.get(column.name, [])
            earlier = [at for at in at_all if is_earlier(texts.get(at, ""), self.year)]
            now = [at for at in at_all if at not in earlier]
            for at in earlier:
                self._add(at, column.name, texts[at], "other_period")
            if len(at_all) > 1 and (len(now) > 1 or column.path):
                letters = ", ".join(map(xl_col_to_name, at_all))
                chosen = xl_col_to_name(now[0]) if len(now) == 1 else None
                heading = column.path or column.label
                self._add(at_all[-1], column.name, heading, "column_twice", letters=letters,
                          chosen=chosen or "-")  # fmt: skip
            if len(now) == 1:
                places[column.name] = now[0]
        return places

    def _by_letter(self, places: dict[str, int], candidates: dict[str, list[int]]) -> None:
        """Columns without a known heading by their letter, where the others stand by theirs."""
        letters = {c.name: c.position for c in self.sheet.columns if c.position is not None}
        by_both = [name for name in places if name in letters]
        agreeing = sum(places[name] == letters[name] for name in by_both)
        if agreeing * 2 < len(by_both):
            return
        taken = {at for at_all in candidates.values() for at in at_all}
        used = {at for cells in self.content.rows.values() for at in cells}
        places |= {
            name: at
            for name, at in letters.items()
            if name not in candidates and at not in taken and at in used
        }

    def _tell_odd_places(self, places: dict[str, int], texts: dict[int, str]) -> None:
        """Headings of another column, and columns that do not stand where most others do."""
        in_order = self._in_order(places)
        for column in self.sheet.columns:
            at = places.get(column.name)
            if at is None or at not in texts:
                continue
            keys = heading_keys(texts[at])
            other = {self.labels[key] for key in keys if key in self.labels}
            if column.path and other and column.name not in other:
                self._add(at, column.name, texts[at], "heading_differs")
            elif column.position not in (None, at) and in_order:
                self._add(at, column.name, texts[at], "heading_elsewhere", letter=column.letter)

    def _in_order(self, places: dict[str, int]) -> bool:
        """Whether most columns stand at their letters, so that one elsewhere is odd."""
        letters = {c.name: c.position for c in self.sheet.columns if c.position is not None}
        known = [name for name in places if name in letters]
        return sum(places[name] == letters[name] for name in known) * 2 > len(known)

    def _add(self, at: int, column: str, value: Any, rule: str, **fields: Any) -> None:
        self.problems.add(self.content.name, (-1, at), column, value, rule, **fields)


def keys_of(cells: dict[int, Any]) -> dict[int, str]:
    """The comparison key of each cell of a row that holds a value."""
    keys = {
        at: look_alike_key(plain_text(shown(value)))
        for at, value in cells.items()
        if not isinstance(value, BrokenCell)
    }
    return {at: key for at, key in keys.items() if key}
