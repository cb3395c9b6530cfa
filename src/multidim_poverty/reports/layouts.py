"""Layouts of the official tables: columns, numbers, formulas and headers, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from multidim_poverty.errors import ArgumentError, LawFileError, UnknownNameError
from multidim_poverty.identity import look_alike_key, name_key
from multidim_poverty.language import Label
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.reports.layout_models import Agreement, Layout, ListItem, TableColumn
from multidim_poverty.schema.arguments import as_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NUMBERS",
    "Agreement",
    "Layout",
    "ListItem",
    "TableColumn",
    "agreements",
    "agreements_of",
    "group_named",
    "items_of",
    "layout",
    "layout_of",
    "layout_of_counts",
    "note_words",
    "own_items",
    "spellings",
    "words",
]

FILE = "layouts.toml"
NUMBERS = tuple(range(1, 16))
ItemSets = tuple[tuple[str, tuple[ListItem, ...]], ...]  # name of a set, and its entries


def layout(
    number: int,
    *,
    standard: StandardLike | None = None,
    groups: Sequence[ListItem] | None = None,
) -> Layout:
    """The layout of an official table.

    Parameters
    ----------
    number : int
        1 to 15.
    standard : Standard or str, optional
        Take the indicators of tables 4 to 7 from it, in place of the twelve of the form.
    groups : sequence of ListItem, optional
        Ethnic groups of table 9, in place of those of Dak Nong.

    Returns
    -------
    Layout
        Its columns in the order of the form.

    Raises
    ------
    UnknownNameError
        If there is no table of that number.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> form = reports.layout(1)
    >>> form.column("poor_households_rate").formula, form.confidence
    ('4=3/1*100', 'A')
    """
    standard = None if standard is None else as_standard(standard)
    return _layout(number, _with_own(own_items(standard, groups)))


def layout_of(table: pd.DataFrame) -> Layout:
    """The layout that a table was made with, its own indicators and groups included.

    Parameters
    ----------
    table : pandas.DataFrame
        From one of the functions that make a table.

    Returns
    -------
    Layout
        Its columns in the order of the form.

    Raises
    ------
    ArgumentError
        If the table does not say which one it is: its ``attrs`` were lost on the way.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> table = pd.DataFrame()
    >>> table.attrs["table"] = 1
    >>> reports.layout_of(table).number
    1
    """
    table = as_frame(table, "table")
    if table.attrs.get("table") not in NUMBERS:
        raise ArgumentError(
            "the table does not say which one it is (attrs['table']): give check and printed the "
            "tables as reports made them, set attrs again, or give check a mapping of number to "
            "table"
        )
    return _layout(table.attrs["table"], _with_own(_items_in(table)))


def layout_of_counts(table: pd.DataFrame, what: str) -> Layout:
    """`layout_of` for `what` is made for whole numbers; refuses the estimates of a sample."""
    form = layout_of(table)
    if "design" in table.attrs:
        raise ArgumentError(
            f"table {form.number} holds estimates from a sample: {what} takes the whole numbers of "
            f"a table made without design="
        )
    return form


def _items_in(table: pd.DataFrame) -> dict[str, tuple[ListItem, ...]]:
    own = table.attrs.get("items") or {}
    return {name: tuple(map(ListItem.model_validate, items)) for name, items in own.items()}


def agreements(
    *, standard: StandardLike | None = None, groups: Sequence[ListItem] | None = None
) -> tuple[Agreement, ...]:
    """What must agree between tables.

    Parameters
    ----------
    standard : Standard or str, optional
        As for `layout`.
    groups : sequence of ListItem, optional
        As for `layout`.

    Returns
    -------
    tuple of Agreement
        What must agree between tables, in the order of the tables.

    Raises
    ------
    ArgumentError
        If there is no such standard.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> reports.agreements()[0].cells
    ((2, 'to_near_poor'), (3, 'from_poor'))
    """
    standard = None if standard is None else as_standard(standard)
    return _agreements(_with_own(own_items(standard, groups)))


def agreements_of(tables: Iterable[pd.DataFrame]) -> tuple[Agreement, ...]:
    """What must agree between these tables, their own indicators and groups included."""
    own: dict[str, tuple[ListItem, ...]] = {}
    for table in tables:
        own.update(_items_in(table))
    return _agreements(_with_own(own))


@lru_cache(maxsize=64)
def _agreements(items: ItemSets) -> tuple[Agreement, ...]:
    sets = dict(items)
    listed = []
    for raw in _raw()["agreements"]:
        name = _set_in(raw["cells"][0])
        for item in sets[name] if name else (None,):
            cells = [_filled(cell, name, item) for cell in raw["cells"]]
            what = raw["what"]
            if item is not None:
                what = {key: f"{what[key]}: {getattr(item, key)}" for key in ("vi", "en")}
            listed.append(Agreement.model_validate({**raw, "what": what, "cells": cells}))
    return tuple(listed)


def kinh_spellings() -> tuple[str, ...]:
    """Names of the majority group, by which a household is of no minority."""
    return tuple(_raw()["kinh_spellings"])


def items_of(name: Literal["indicators", "reasons", "ethnic_groups"]) -> tuple[ListItem, ...]:
    """The entries of a list that the forms come with.

    Parameters
    ----------
    name : {"indicators", "reasons", "ethnic_groups"}
        Which list.

    Returns
    -------
    tuple of ListItem
        In the order of the form.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> len(reports.items_of("ethnic_groups"))
    9
    """
    return _sets()[name]


def words(name: str) -> Label:
    """A text that stands in several tables."""
    return Label.model_validate(_raw()["words"][name])


def note_words(name: str) -> Label:
    """A note under a printed table; ``{fields}`` in braces are filled in."""
    return Label.model_validate(_raw()["notes"][name])


@cache
def spellings(name: str) -> frozenset[str]:
    """Keys of the words by which a row or column of a printed table is known."""
    return frozenset(map(look_alike_key, _raw()["spellings"][name]))


def group_named(name: str, groups: Iterable[ListItem]) -> ListItem | None:
    """The ethnic group of a name in any of its spellings; None where it is of none of them."""
    key = name_key(name)
    for group in groups:
        if key in map(name_key, (group.vi, group.en, *group.spellings)):
            return group
    return None


# -- reading ---------------------------------------------------------------------------------


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


@cache
def _sets() -> Mapping[str, tuple[ListItem, ...]]:
    """The lists that the forms come with."""
    return MappingProxyType(
        {
            name: tuple(ListItem.model_validate(item) for item in items)
            for name, items in _raw()["sets"].items()
        }
    )


def _with_own(own: Mapping[str, tuple[ListItem, ...]]) -> ItemSets:
    """The lists of the forms, with other ones in their place."""
    return tuple({**_sets(), **own}.items())


def own_items(
    standard: Standard | None, groups: Sequence[ListItem] | None
) -> dict[str, tuple[ListItem, ...]]:
    """The lists that take the place of those of the forms."""
    own = {} if groups is None else {"ethnic_groups": tuple(groups)}
    if standard is not None:
        own["indicators"] = tuple(
            ListItem(id=indicator.id, vi=indicator.label.vi, en=indicator.label.en)
            for indicator in standard.indicators
        )
    return own


@lru_cache(maxsize=256)
def _layout(number: int, items: ItemSets) -> Layout:
    sets = dict(items)
    raw = next((table for table in _raw()["tables"] if table["number"] == number), None)
    if raw is None:
        raise UnknownNameError(f"there is no table {number!r}; there are 1 to {NUMBERS[-1]}")
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


def _text_column(name: str) -> TableColumn:
    number = _raw()["leading_numbers"].get(name)
    return TableColumn(id=name, header=words(name), kind="text", number=number)


def _columns(
    id: str, entry: dict[str, Any], groups: dict[str, Any], sets: Mapping[str, tuple[ListItem, ...]]
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
        if isinstance(entry.get("number"), str):
            column["number"] = _number(entry["number"], place, sets, in_set=item is not None)
        yield column


def _number(
    text: str, place: int, sets: Mapping[str, tuple[ListItem, ...]], *, in_set: bool
) -> int | str:
    """The number of a column: the place of its entry in the set that the number names."""
    name = _set_in(text)
    if name is not None:
        text = text.replace(f"{{{name}}}", str(place + 1 if in_set else len(sets[name]) + 1))
    return int(text) if text.isdecimal() else text


def _set_in(text: str) -> str | None:
    return text.partition("{")[2].partition("}")[0] or None


def _filled(text: str, name: str | None, item: ListItem | None) -> str:
    return text if item is None else text.replace(f"{{{name}}}", item.id)


def _each(text: str, sets: Mapping[str, tuple[ListItem, ...]]) -> list[str]:
    name = _set_in(text)
    return [_filled(text, name, item) for item in sets[name]] if name else [text]
