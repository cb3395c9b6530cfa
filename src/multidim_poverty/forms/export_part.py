"""One table of an export: what its headings are about, and the values under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from multidim_poverty.forms.answers import item_column, read_answers
from multidim_poverty.forms.exports import REPEAT, ExportTable
from multidim_poverty.forms.headings import Heading, heading_of
from multidim_poverty.forms.multiple import choices_in_columns, choices_in_text
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.faults import Fault

__all__ = ["ExportPart", "as_id", "other_repeats"]

# The columns by which a row of the repeat names its household: in its own table, and in that one.
LINKS = (("PARENT_KEY", "KEY"), ("_submission__uuid", "_uuid"), ("_parent_index", "_index"))
PARENT_NAME = "_parent_table_name"
KEYS = ("KEY", "_uuid", "instanceID", "_id", "_index")  # of a submission, the best first


TABLES: tuple[Literal["households", "members"], ...] = ("households", "members")


@dataclass(eq=False)
class ExportPart:
    """A table of an export, and what was read of it."""

    source: ExportTable
    table: Literal["households", "members"]
    headings: list[Heading]
    values: dict[str, list[Any]] = field(default_factory=dict)
    form_a: dict[str, list[Any]] = field(default_factory=dict)
    form_b1: dict[str, list[Any]] = field(default_factory=dict)
    headings_read: list[dict[str, Any]] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, source: ExportTable) -> ExportPart | None:
        """The table, of households or of members; None where it asks about neither.

        Members are the rows of a repeat, and those with answers about members alone.
        """
        readings = {name: [heading_of(text, name) for text in source.headings] for name in TABLES}
        answers = {name: _answers(headings) for name, headings in readings.items()}
        linked = any(link in source.headings for link, _ in LINKS)
        of_members = linked or "member_id" in answers["members"] or not answers["households"]
        table: Literal["households", "members"] = "households"
        if answers["members"] and of_members:
            table = "members"
        elif linked or not (answers["households"] or _has_submissions(source)):
            return None
        headings = readings[table]
        return cls(source, table, headings)

    def __len__(self) -> int:
        return len(self.source.rows)

    def cells(self, heading: str) -> list[Any] | None:
        """The cells under a heading, if it is there."""
        if heading not in self.source.headings:
            return None
        at = self.source.headings.index(heading)
        return [row[at] for row in self.source.rows]

    def fault(self, rule: str, column: str, rows: Sequence[int], values: Any = None) -> Fault:
        """Rows of the table that break a rule."""
        fields = {
            "file": self.source.file,
            "sheet": self.source.name,
            "row": np.array([self.source.numbers[row] for row in rows], dtype=object),
        }
        bad = None if values is None else np.fromiter(values, dtype=object, count=len(rows))
        where = np.array(rows, dtype=np.intp)
        return Fault(self.table, column, rule, where, bad, fields=fields)

    def read(self) -> Iterator[Fault]:
        """Read all columns; gives what was not understood."""
        choices: dict[str, dict[str, int]] = {}
        for at, heading in enumerate(self.headings):
            cells = [row[at] for row in self.source.rows]
            changed = 0
            if heading.role == "choice":
                choices.setdefault(heading.name, {})[heading.choice] = at
            elif heading.role == "multiple":
                changed = sum(cell is not None for cell in cells)
                yield from self._read_multiple(heading.name, cells)
            elif heading.role in ("form_a", "form_b1"):
                yield from self._read_item(heading, cells)
            elif heading.role == "answer":
                if heading.name in self.values:
                    yield self._once_more(heading.name, at)
                    continue
                column = column_of(self.table, heading.name) or _id_column()
                answers = read_answers(cells, column)
                self.values[heading.name] = answers.values
                changed = answers.decoded
                if answers.rows:
                    values = [cells[row] for row in answers.rows]
                    yield self.fault(answers.broken, heading.name, answers.rows, values)
            self._note(at, heading, cells, changed)
        for name, places in choices.items():
            yield from self._read_choices(name, places)

    def _note(self, at: int, heading: Heading, cells: Sequence[Any], changed: int) -> None:
        action = "decoded" if changed else "read"
        if heading.role in ("of_the_form", "ignored"):
            action = heading.role
        if self.source.headings[at] or any(cell is not None for cell in cells):
            self.headings_read.append(
                {
                    "file": self.source.file,
                    "sheet": self.source.name,
                    "heading": self.source.headings[at],
                    "column": None if action == heading.role else heading.choice or heading.name,
                    "action": action,
                    "filled": sum(cell is not None for cell in cells),
                    "changed": changed,
                }
            )

    def _once_more(self, name: str, at: int) -> Fault:
        """A second heading for a column; the first one was read."""
        fields = {
            "file": self.source.file,
            "sheet": self.source.name,
            "row": None,
            "heading": self.source.headings[at],
        }
        return Fault(self.table, name, "column_twice", values=None, fields=fields)

    def _read_item(self, heading: Heading, cells: Sequence[Any]) -> Iterator[Fault]:
        """An item of Form A or Form B1; its codes are those of the sheet, and are not checked."""
        values: dict[str, list[Any]] = self.form_a if heading.role == "form_a" else self.form_b1
        answers = read_answers(cells, item_column(heading.name, cells))
        values[heading.name] = answers.values
        if answers.rows:
            bad = [cells[row] for row in answers.rows]
            yield self.fault(answers.broken, heading.name, answers.rows, bad)

    def _read_multiple(self, name: str, cells: Sequence[Any]) -> Iterator[Fault]:
        read = [choices_in_text(name, cell) for cell in cells]
        wrong = [row for row, truths in enumerate(read) if truths is None]
        for column in next((truths for truths in read if truths is not None), {}):
            values = [None if truths is None else truths[column] for truths in read]
            self.values.setdefault(column, values)
        if wrong:
            yield self.fault("unknown_choice", name, wrong, [cells[row] for row in wrong])

    def _read_choices(self, name: str, places: Mapping[str, int]) -> Iterator[Fault]:
        wrong: dict[str, list[int]] = {}
        read = []
        for number, row in enumerate(self.source.rows):
            cells = {choice: row[at] for choice, at in places.items()}
            truths, not_understood = choices_in_columns(name, cells)
            read.append(truths)
            for choice in not_understood:
                wrong.setdefault(choice, []).append(number)
        for column in dict.fromkeys(column for truths in read for column in truths):
            one_cell = self.values.get(column, [None] * len(self))
            self.values[column] = [
                joined if (split := truths.get(column)) is None else split
                for truths, joined in zip(read, one_cell, strict=True)
            ]
        for choice, rows in wrong.items():
            values = [self.source.rows[row][places[choice]] for row in rows]
            yield self.fault("not_boolean", choice, rows, values)

    def identify(self) -> Iterator[Fault]:
        """Give each household its id: its number, else the key of the submission.

        Gives the rows without a key where others have one: they are no submissions.
        """
        keys = next((cells for key in KEYS if (cells := self.cells(key))), None)
        keys = keys or next(
            (self.cells(h) for h in self.source.headings if h.endswith("instanceID")), None
        )
        if keys is None:
            keys = [*range(1, len(self) + 1)]
        without = [row for row, key in enumerate(keys) if key is None]
        if without and len(without) < len(self):
            yield self.fault("no_key", "household_id", without)
        ids = self.values.pop("household_id", None) or [None] * len(self)
        self.ids = [
            as_id(key) if given is None else given for given, key in zip(ids, keys, strict=True)
        ]

    def link(self, homes: Sequence[ExportPart]) -> Iterator[Fault]:
        """Give each member the id of the household; gives the members whose household is absent."""
        if "household_id" in self.values and not any(self.cells(link) for link, _ in LINKS):
            return
        for link, key in LINKS:
            parents = self.cells(link)
            linked = [home for home in homes if home.cells(key) is not None]
            if link == "_parent_index":  # counted anew in each file
                linked = [home for home in linked if home.source.file == self.source.file]
            if parents is None or not linked:
                continue
            ids = {
                as_id(value): id
                for home in linked
                for value, id in zip(home.cells(key) or [], home.ids, strict=True)
                if value is not None
            }
            found = [ids.get(as_id(parent)) for parent in parents]
            lost = [row for row, id in enumerate(found) if id is None]
            self.values["household_id"] = [
                as_id(parent) if id is None else id
                for id, parent in zip(found, parents, strict=True)
            ]
            if lost:
                bad = [parents[row] for row in lost]
                yield self.fault("no_parent", "household_id", lost, bad)
            return
        self.values.setdefault("household_id", [None] * len(self))
        yield self.fault("no_parent", "household_id", range(len(self)))


def other_repeats(tables: Sequence[ExportTable]) -> list[ExportTable]:
    """The repeats that are not of members: where one has that name, the other ones.

    A repeat within another one is of no household either.
    """
    repeats = [table for table in tables if any(link in table.headings for link, _ in LINKS)]
    named = {id(table) for table in repeats if _is_roster(table)}
    names = {(table.file, table.name) for table in repeats}
    others = []
    for table in repeats:
        has_roster = any(id(t) in named and t.file == table.file for t in repeats)
        parents = (
            {row[table.headings.index(PARENT_NAME)] for row in table.rows}
            if PARENT_NAME in table.headings
            else set()
        )
        within = any((table.file, parent) in names for parent in parents)
        if (has_roster and id(table) not in named) or within:
            others.append(table)
    return others


def _is_roster(table: ExportTable) -> bool:
    """Whether the sheet or the file has the name of the repeat of the form."""
    return re.split(r"[-/]", table.name.removesuffix(".csv"))[-1] == REPEAT


def _answers(headings: Sequence[Heading]) -> set[str]:
    """The questions that are answered, beside the id of the household."""
    return {
        heading.name for heading in headings if heading.role not in ("of_the_form", "ignored")
    } - {"household_id"}


def _has_submissions(source: ExportTable) -> bool:
    """Whether the rows are submissions, which have keys or ids of households."""
    names = {re.split(r"[/.:-]", heading)[-1] for heading in source.headings}
    return bool(names & {*KEYS, "household_id"})


def _id_column() -> Column:
    column = column_of("members", "household_id")
    assert column is not None
    return column


def as_id(value: Any) -> Any:
    """A key as an id: a whole number of a spreadsheet without decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
