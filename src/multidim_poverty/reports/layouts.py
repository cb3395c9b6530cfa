"""Layouts of the official tables: columns, numbers, formulas and headers, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from multidim_poverty.base import Model
from multidim_poverty.errors import LawFileError
from multidim_poverty.language import Label
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import as_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NUMBERS",
    "Agreement",
    "Column",
    "Item",
    "Layout",
    "agreements",
    "agreements_of",
    "items_of",
    "layout",
    "layout_of",
    "own_items",
    "words",
]

FILE = "layouts.toml"
NUMBERS = tuple(range(1, 16))
Kind = Literal["count", "rate", "text", "mark", "plain"]
Unit = Literal["households", "persons", "incidents", "children", "answers"]


class Item(Model):
    """An entry of a list that makes one column each: an indicator, a reason, an ethnic group.

    Attributes
    ----------
    id : str
        Part of the id of its columns.
    vi, en : str
        Header.
    spellings : tuple of str
        For an ethnic group: other spellings of `vi` that are read as the same group.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    vi: str
    en: str
    spellings: tuple[str, ...] = ()


class Column(Model):
    """One column of a table.

    Attributes
    ----------
    id : str
        Name of the column in the table.
    number : int or None
        As printed in the line of column numbers; None where none is known.
    header : Label
    group : tuple of Label
        Merged headers above it, the outermost first.
    kind : {"count", "rate", "text", "mark", "plain"}
        A mark is printed as ``x``; plain is a number that counts nothing, such as a year.
    of : str or None
        What a count counts; None where the row says it (``count_of``).
    formula : str or None
        As printed, such as ``4=3/1*100``.
    numerator, denominator : str or None
        Ids of the columns of a rate, ``100 * numerator / denominator``.
    terms : tuple of str
        Ids, each with its sign (``"+new"``), whose sum the column must be.
    part_of, same_as : str or None
        Id of a column that it cannot be above, and of one that it should equal.
    parts : tuple of str
        Ids of columns without a household in common: together they cannot be above it.
    printed : bool
        False for a column beside the form.
    """

    id: str
    number: int | None = Field(default=None, ge=1)
    header: Label
    group: tuple[Label, ...] = ()
    kind: Kind = "count"
    of: Unit | None = None
    formula: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    terms: tuple[str, ...] = ()
    part_of: str | None = None
    same_as: str | None = None
    parts: tuple[str, ...] = ()
    printed: bool = True

    @model_validator(mode="before")
    @classmethod
    def _a_rate_has_a_base(cls, data: Any) -> Any:
        if isinstance(data, dict) and "numerator" in data:
            data = {"kind": "rate", **data}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind == "rate") != (self.numerator is not None and self.denominator is not None):
            raise ValueError(f"{self.id}: a rate, and only a rate, has numerator and denominator")
        if self.formula is not None and not self.formula.startswith(f"{self.number}="):
            raise ValueError(f"{self.id}: formula {self.formula} is not that of {self.number}")
        if wrong := [term for term in self.terms if term[:1] not in "+-"]:
            raise ValueError(f"{self.id}: terms without a sign: {', '.join(wrong)}")
        return self

    @property
    def signed_terms(self) -> tuple[tuple[int, str], ...]:  # noqa: D102
        return tuple((-1 if term[0] == "-" else 1, term[1:]) for term in self.terms)

    @property
    def number_text(self) -> str:
        """What the line of column numbers prints: the formula, else the number, else nothing."""
        return self.formula or ("" if self.number is None else str(self.number))


class Layout(Model):
    """One official table.

    Attributes
    ----------
    number : int
        1 to 15, as the software numbers them; no number of a form in the circular.
    title : Label
    confidence : {"A", "C"}
        A: read from a real export. C: read from code of others, or inferred.
    rows : {"units", "members"}
    rows_per_unit : int
        2: one row for households and one for persons.
    zero_base : {"zero", "blank"}
        What a rate is where its base is 0.
    note : str or None
    leading : tuple of Column
        The columns before the first: ``number``, ``unit`` and, with two rows, ``count_of``.
    columns : tuple of Column
        The printed ones, then those beside the form.
    source : str
    """

    number: int
    title: Label
    confidence: Literal["A", "C"]
    rows: Literal["units", "members"] = "units"
    rows_per_unit: Literal[1, 2] = 1
    zero_base: Literal["zero", "blank"] = "blank"
    note: str | None = None
    leading: tuple[Column, ...]
    columns: tuple[Column, ...]
    source: str

    @field_validator("columns")
    @classmethod
    def _sound(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        ids = [column.id for column in columns]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"columns stand twice: {', '.join(twice)}")
        for column in columns:
            named = [column.numerator, column.denominator, column.part_of, column.same_as]
            named += [*column.parts, *(id for _, id in column.signed_terms)]
            if lost := [id for id in named if id is not None and id not in ids]:
                raise ValueError(f"{column.id} names no columns: {', '.join(lost)}")
        if [c.printed for c in columns] != sorted((c.printed for c in columns), reverse=True):
            raise ValueError("a printed column stands after one beside the form")
        return columns

    @property
    def printed(self) -> tuple[Column, ...]:
        """The columns of the form, without `leading`."""
        return tuple(column for column in self.columns if column.printed)

    def column(self, id: str) -> Column:
        """The column of that id.

        Raises
        ------
        KeyError
            If there is none.
        """
        for column in (*self.leading, *self.columns):
            if column.id == id:
                return column
        raise KeyError(f"table {self.number} has no column {id!r}")


class Agreement(Model):
    """Cells of several tables that hold the same number.

    Attributes
    ----------
    what : Label
    cells : tuple of (int, str)
        Table number and column id.
    of : {"households", "persons"}
        The row to read in tables with two rows per unit.
    listed_in : int or None
        Number of the list whose households are as many.
    """

    what: Label
    cells: tuple[tuple[int, str], ...]
    of: Literal["households", "persons"] = "households"
    listed_in: int | None = None

    @field_validator("cells", mode="before")
    @classmethod
    def _split(cls, cells: Any) -> Any:
        parts = (cell.partition(".") for cell in cells)
        return [(int(table), column) for table, _, column in parts]


Sets = Mapping[str, tuple[Item, ...]]


def layout(
    number: int,
    *,
    standard: StandardLike | None = None,
    groups: Sequence[Item] | None = None,
) -> Layout:
    """The layout of an official table.

    Parameters
    ----------
    number : int
        1 to 15.
    standard : Standard, optional
        Take the indicators of tables 4 to 7 from it, in place of the twelve of the form.
    groups : sequence of Item, optional
        Ethnic groups of table 9, in place of those of Dak Nong.

    Returns
    -------
    Layout

    Raises
    ------
    KeyError
        If there is no table of that number.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> form = reports.layout(1)
    >>> form.column("poor_households_rate").formula, form.confidence
    ('4=3/1*100', 'A')
    """
    standard = None if standard is None else as_standard(standard)
    if standard is None and groups is None:
        return _shipped(number)
    return _layout(number, {**_sets(), **own_items(standard, groups)})


def layout_of(table: pd.DataFrame) -> Layout:
    """The layout that a table was made with, its own indicators and groups included.

    Parameters
    ----------
    table : pandas.DataFrame
        From one of the functions that make a table.

    Returns
    -------
    Layout

    Raises
    ------
    ValueError
        If the table does not say which one it is: its ``attrs`` were lost on the way.
    """
    table = as_frame(table, "table")
    if table.attrs.get("table") not in NUMBERS:
        raise ValueError(
            "the table does not say which one it is (attrs['table']): give check and printed the "
            "tables as reports made them, or set attrs again"
        )
    own = _items_in(table)
    number = table.attrs["table"]
    return _layout(number, {**_sets(), **own}) if own else _shipped(number)


def _items_in(table: pd.DataFrame) -> dict[str, tuple[Item, ...]]:
    own = table.attrs.get("items") or {}
    return {name: tuple(map(Item.model_validate, found)) for name, found in own.items()}


def agreements(
    *, standard: StandardLike | None = None, groups: Sequence[Item] | None = None
) -> tuple[Agreement, ...]:
    """What must agree between tables.

    Parameters
    ----------
    standard, groups
        As for `layout`.

    Returns
    -------
    tuple of Agreement

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> reports.agreements()[0].cells
    ((2, 'to_near_poor'), (3, 'from_poor'))
    """
    standard = None if standard is None else as_standard(standard)
    return _agreements({**_sets(), **own_items(standard, groups)})


def agreements_of(tables: Iterable[pd.DataFrame]) -> tuple[Agreement, ...]:
    """What must agree between these tables, their own indicators and groups included."""
    sets = dict(_sets())
    for table in tables:
        sets.update(_items_in(table))
    return _agreements(sets)


def _agreements(sets: Sets) -> tuple[Agreement, ...]:
    found = []
    for raw in _raw()["agreements"]:
        name = _set_in(raw["cells"][0])
        for item in sets[name] if name else (None,):
            cells = [_filled(cell, name, item) for cell in raw["cells"]]
            what = raw["what"]
            if item is not None:
                what = {key: f"{what[key]}: {getattr(item, key)}" for key in ("vi", "en")}
            found.append(Agreement.model_validate({**raw, "what": what, "cells": cells}))
    return tuple(found)


def kinh_spellings() -> tuple[str, ...]:
    """Names of the majority group, by which a household is of no minority."""
    return tuple(_raw()["kinh_spellings"])


def items_of(name: Literal["indicators", "reasons", "ethnic_groups"]) -> tuple[Item, ...]:
    """The entries of a list that the forms come with."""
    return _sets()[name]


def words(name: str) -> Label:
    """A text that stands in several tables."""
    return Label.model_validate(_raw()["words"][name])


# -- reading ---------------------------------------------------------------------------------


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


@cache
def _sets() -> dict[str, tuple[Item, ...]]:
    return {
        name: tuple(Item.model_validate(item) for item in items)
        for name, items in _raw()["sets"].items()
    }


def own_items(
    standard: Standard | None, groups: Sequence[Item] | None
) -> dict[str, tuple[Item, ...]]:
    """The lists that take the place of those of the forms."""
    own = {} if groups is None else {"ethnic_groups": tuple(groups)}
    if standard is not None:
        own["indicators"] = tuple(
            Item(id=indicator.id, vi=indicator.label.vi, en=indicator.label.en)
            for indicator in standard.indicators
        )
    return own


@cache
def _shipped(number: int) -> Layout:
    return _layout(number, _sets())


def _layout(number: int, sets: Sets) -> Layout:
    raw = next((table for table in _raw()["tables"] if table["number"] == number), None)
    if raw is None:
        raise KeyError(f"there is no table {number!r}; there are 1 to {NUMBERS[-1]}")
    raw = dict(raw)
    groups = {**_raw()["words"], **raw.pop("groups")}
    columns = [
        column
        for id, entry in raw.pop("columns").items()
        for column in _columns(id, entry, groups, sets)
    ]
    leading = ["number", "unit", *(["count_of"] if raw.get("rows_per_unit") == 2 else [])]
    try:
        return Layout.model_validate(
            {
                **raw,
                "leading": [_text_column(name) for name in leading],
                "columns": columns,
                "source": _raw()["source"],
            }
        )
    except ValidationError as error:
        problems = [f"table {number}: {fault['msg']}" for fault in error.errors()]
        raise LawFileError(FILE, problems) from error


def _text_column(name: str) -> Column:
    return Column(id=name, header=words(name), kind="text")


def _columns(
    id: str, entry: dict[str, Any], groups: dict[str, Any], sets: Sets
) -> Iterator[dict[str, Any]]:
    """The columns of an entry: one, or one per item of the set that its id names."""
    name = _set_in(id)
    for place, item in enumerate(sets[name] if name else (None,)):
        column: dict[str, Any] = {"header": item and {"vi": item.vi, "en": item.en}, **entry}
        if isinstance(column["header"], str):
            column["header"] = groups[column["header"]]
        column["group"] = [groups[group] for group in entry.get("group", [])]
        column["terms"] = [t for term in entry.get("terms", []) for t in _each(term, sets)]
        column["id"] = _filled(id, name, item)
        for key in ("numerator", "denominator"):
            if key in entry:
                column[key] = _filled(entry[key], name, item)
        if item is not None and "number" in entry:
            column["number"] = entry["number"] + place
        yield column


def _set_in(text: str) -> str | None:
    return text.partition("{")[2].partition("}")[0] or None


def _filled(text: str, name: str | None, item: Item | None) -> str:
    return text if item is None else text.replace(f"{{{name}}}", item.id)


def _each(text: str, sets: Sets) -> list[str]:
    name = _set_in(text)
    return [_filled(text, name, item) for item in sets[name]] if name else [text]
