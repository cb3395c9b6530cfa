"""Layouts of workbooks, read from data: where each column stands and what it must hold."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from multidim_poverty.base import Model
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import LawFileError
from multidim_poverty.identity import name_key
from multidim_poverty.law.reading import text_of
from multidim_poverty.schema.words import texts_of
from multidim_poverty.vocabulary import PovertyClass, Relation, Sex, Term

__all__ = ["Sheet", "SheetColumn", "WorkbookLayout", "layouts"]

Kind = Literal[
    "text", "place", "code", "citizen_id", "date", "birth", "flag", "category", "integer"
]
Row = Annotated[int, Field(ge=1)]

FILE = "reading_layouts.toml"
# The classes of the files; "not poor" is none of the four classes of the decree.
CLASSES = (
    PovertyClass.POOR,
    PovertyClass.NEAR_POOR,
    PovertyClass.AVERAGE,
    PovertyClass.NOT_POOR,
)
# The list of answers of the dictionary for each kind of category.
WORDS = {"class": "stated_class", "sex": "sex", "relation": "relation"}
TERMS: dict[str, tuple[Term, ...]] = {
    "class": CLASSES,
    "sex": tuple(Sex),
    "relation": tuple(Relation),
}


class SheetColumn(Model):
    """A column of a sheet.

    It is found by its machine ``path``, by its heading (``label`` or one of the ``synonyms``), or
    else, where the other columns stand by theirs, by its ``letter``. ``fill``: a member without a
    value has that of the head. ``person``: the name of a person. ``digits``: how many a code has.
    ``may_be_absent``: nothing is said where the sheet does not have it. ``of_head``: the column of
    members that holds it on the row of the head, where it has no column of its own.
    ``serial``: a number in the order of the rows, which another file gives to another household.
    """

    name: str
    label: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    may_be_absent: bool = False
    of_head: str | None = None
    table: Literal["households", "members"] = "households"
    path: str | None = None
    letter: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")] | None = None
    terms: Literal["class", "sex", "relation"] | None = None
    required: bool = False
    in_year: bool = False
    person: bool = False
    fill: bool = False
    serial: bool = False
    digits: Annotated[int, Field(ge=0)] = 0
    low: int = 0
    high: int | None = None
    multiple_of: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _terms_of_a_category(self) -> Self:
        if (self.kind == "category") != (self.terms is not None):
            raise ValueError(f"column {self.name}: a category, and nothing else, needs terms")
        if self.path and self.letter:
            raise ValueError(f"column {self.name}: a path or a letter, not both")
        return self

    @property
    def is_personal(self) -> bool:
        """Whether what the cells hold points at a person, so that no message shows it."""
        return self.person or self.kind in ("citizen_id", "birth")

    @property
    def position(self) -> int | None:
        """Position of the letter, from 0."""
        if self.letter is None:
            return None
        at = 0
        for sign in self.letter:
            at = at * 26 + ord(sign) - ord("A") + 1
        return at - 1

    @property
    def answers(self) -> dict[str, str]:
        """The code of what a cell of a category may hold, by its `identity.name_key`."""
        return _answers()[self.terms] if self.terms else {}

    @property
    def answer_texts(self) -> tuple[str, ...]:
        """The answers of a category as they are written in the cells."""
        return _answer_texts()[self.terms] if self.terms else ()

    @property
    def codes(self) -> list[str]:
        """The codes of a category, in order."""
        return [str(term) for term in TERMS[self.terms]] if self.terms else []


class Sheet(Model):
    """A sheet: how it is known, where its data begin, and its columns.

    ``starts`` names the column that is filled in the first row of each household; without it
    each row is a household. ``first_row`` and ``title_cell`` are where data and title usually
    stand; they are looked for elsewhere too.
    """

    name: str
    first_row: Row
    columns: tuple[SheetColumn, ...]
    title: str | None = None
    title_cell: Annotated[str, Field(pattern=r"^[A-Z][1-9][0-9]*$")] | None = None
    path_row: Row | None = None
    label_row: Row | None = None
    starts: str | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"sheet {self.name}: columns given twice: {', '.join(twice)}")
        by_path, by_title = self.path_row and self.label_row, self.title and self.title_cell
        if bool(by_path) == bool(by_title):
            raise ValueError(
                f"sheet {self.name}: either path_row and label_row, or title and title_cell"
            )
        if self.starts is not None and self.starts not in names:
            raise ValueError(
                f"sheet {self.name}: no column {self.starts}, which starts a household"
            )
        return self

    @property
    def title_place(self) -> tuple[int, int]:
        """Row and column of the title, from 0."""
        assert self.title_cell is not None
        return int(self.title_cell[1:]) - 1, ord(self.title_cell[0]) - ord("A")


class WorkbookLayout(Model):
    """A layout of a workbook.

    Parameters
    ----------
    name : str
        Name of the layout.
    source : str
        Where the layout was read.
    confidence : {"A", "C"}
        ``A``: from a real file. ``C``: from code of others, or inferred.
    sheets : tuple of Sheet
        By what each sheet is known, and its columns.

    Examples
    --------
    >>> from multidim_poverty import excel
    >>> [(layout.name, layout.confidence) for layout in excel.layouts()]
    [('export', 'A'), ('lists', 'C')]
    """

    name: str
    source: str
    confidence: Literal["A", "C"]
    sheets: Annotated[tuple[Sheet, ...], Field(min_length=1)]

    @property
    def has_members(self) -> bool:
        """Whether the rows are members."""
        return any(sheet.starts is not None for sheet in self.sheets)

    @classmethod
    def read(cls, path: PathOrFile) -> tuple[Self, ...]:
        """Layouts of a TOML file, in the form of the shipped ``reading_layouts.toml``.

        Raises
        ------
        LawFileError
            Names every fault of the file.
        """
        name = str(path) if isinstance(path, str | os.PathLike) else "layouts"
        return cls.parse(text_of(path), name=name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "layouts") -> tuple[Self, ...]:
        """Layouts of a TOML text; as `read`."""
        parsed = []
        for raw in parse_toml(toml, name).get("layouts", ()):
            sheets = {sheet.get("name"): sheet for sheet in raw.get("sheets", ())}
            for sheet in sheets.values():
                if sheet.get("like") in sheets:
                    sheet["columns"] = _columns_like(sheet, sheets[sheet.pop("like")])
            try:
                parsed.append(cls.model_validate(raw))
            except ValidationError as error:
                raise LawFileError(
                    name,
                    [
                        f"{'.'.join(map(str, fault['loc']))}: "
                        + re.sub("^Value error, ", "", fault["msg"])
                        for fault in error.errors()
                    ],
                ) from error
        if not parsed:
            raise LawFileError(name, ["no layouts"])
        return tuple(parsed)


def _columns_like(sheet: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of another sheet, then those of its own.

    Where the sheet has ``letters``, they are the only ones, and a column without one may be absent.
    """
    letters = sheet.pop("letters", None)
    own = {column.get("name"): column for column in sheet.get("columns", ())}
    shared = [dict(column) for column in other.get("columns", ()) if column.get("name") not in own]
    for column in shared if letters is not None else ():
        column.pop("letter", None)
        letter = letters.get(column.get("name"))
        column |= {"may_be_absent": True} if letter is None else {"letter": letter}
    return [*shared, *own.values()]


@cache
def layouts() -> tuple[WorkbookLayout, ...]:
    """The shipped layouts: ``export`` and ``lists``.

    Returns
    -------
    tuple of WorkbookLayout
        One for each workbook that the library knows.

    Examples
    --------
    >>> from multidim_poverty import excel
    >>> [sheet.name for sheet in excel.layouts()[1].sheets]
    ['current', 'escaped_poor', 'escaped_near_poor']
    """
    return WorkbookLayout.parse(_text(), name=FILE)


@cache
def _text() -> str:
    return resources.files(__package__).joinpath(FILE).read_text("utf-8")


@cache
def _answers() -> dict[str, dict[str, str]]:
    """Code of each answer, by terms and by what the cell holds."""
    return {
        terms: {name_key(text): code for code, texts in texts_of(name).items() for text in texts}
        for terms, name in WORDS.items()
    }


@cache
def _answer_texts() -> dict[str, tuple[str, ...]]:
    """The first text of each answer, by terms."""
    return {
        terms: tuple(texts[0] for texts in texts_of(name).values()) for terms, name in WORDS.items()
    }
