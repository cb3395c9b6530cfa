"""Labels of the coded answers, in Vietnamese and English, read as the codes that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key
from multidim_poverty.language import Label, number_of_text
from multidim_poverty.law.catalog import StandardLike, as_standard, standards
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import COLUMNS, Column, Table
from multidim_poverty.schema.faults import Fault, fault_at, raise_errors
from multidim_poverty.schema.reading import is_number
from multidim_poverty.schema.records import typed
from multidim_poverty.schema.value_rules import looks_like_number
from multidim_poverty.vocabulary import PovertyClass, ReviewState, Term

__all__ = ["answer_columns", "answer_reader", "decode"]

YES = ("có", "yes", "true", "đúng", "1")
NO = ("không", "no", "false", "sai", "0")
CLASSES = (
    *("poverty_class", "class_at_worst", "class_at_best", "previous_class", "assessed_class"),
    *("final_class", "to_class", "class_a", "class_b", "class_before", "class_after"),
)
Reading = tuple[Any, str | None]  # the answer, or the rule that the cell breaks


def decode(
    table: pd.DataFrame, *, standard: StandardLike | None = None, of: Table | None = None
) -> pd.DataFrame:
    """A table whose labels (Nông thôn, Rural, Hộ nghèo, Có, ...) have become codes.

    Every column of the schema is read, and those of results: classes, states, deprivations.
    Labels count in both languages, in any capitals, blanks and Unicode form; codes are read too,
    and so are yes and no in words, as 0 and 1, and numbers as texts, where they have one
    reading (``12,5`` and ``1.057.374``; ``1.500`` may be 1500 or 1.5 and is named).

    Parameters
    ----------
    table : pandas.DataFrame
        As read from a file. It is not changed.
    standard : Standard or str, optional
        Whose classes and indicators these are. Without it, those of all shipped standards:
        "Hộ không nghèo" is then a label of two classes, and named.
    of : {"households", "members", "accounts", "events"}, optional
        Whose columns these are; told from ``source``, ``event`` and ``member_id`` where it is
        not given.

    Returns
    -------
    pandas.DataFrame
        Index and columns as in `table`. Categories of codes, bool (nullable where an answer is
        missing), int64 or Int64, and float64; ids, texts, days and columns of other names as
        they were. An empty cell is missing.

    Raises
    ------
    InvalidDataError
        If a cell is not understood; names all such cells.
    ArgumentError
        If `table` is no DataFrame, or `of` no table.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import schema
    >>> answers = pd.DataFrame({
    ...     "area": ["Nông thôn", "Urban"], "toilet": ["Hai ngăn", "none"],
    ...     "has_radio": ["Có", "không"], "floor_area": ["12,5", "40"]}, index=["a", "b"])
    >>> schema.decode(answers).values.tolist()
    [['rural', 'double_vault', True, 12.5], ['urban', 'none', False, 40.0]]
    """
    table = as_frame(table, "table")
    law = None if standard is None else as_standard(standard)
    if of is not None and of not in get_args(Table):
        raise ArgumentError(f"of {of!r} is none of {', '.join(get_args(Table))}; pass one of them")
    name_of_table = of or _table_of(table)
    indicators = (
        {i for one in standards() for i in one.indicator_ids}
        if law is None
        else set(law.indicator_ids)
    )
    classes = tuple(PovertyClass) if law is None else tuple(law.classes)
    in_result = not {"poverty_class", "class_at_worst"}.isdisjoint(table.columns)
    decoded: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in table.columns.drop_duplicates():
        column = answer_columns(name_of_table, classes).get(str(name))
        values = table[name]
        if isinstance(values, pd.DataFrame):
            continue
        if name in indicators and (column is None or _is_truth(values, in_result=in_result)):
            column = _column(str(name), "boolean")
        if column is None:
            continue
        decoded[name], found = _decoded(values, column, name_of_table)
        faults += found
    raise_errors(faults, {name_of_table: table})
    return table.assign(**decoded)


def _table_of(table: pd.DataFrame) -> Table:
    names = {*map(str, table.columns), *map(str, table.index.names)}
    if {"event", "process"} <= names:
        return "events"
    if {"source", "receipts"} <= names:
        return "accounts"
    return "members" if "member_id" in names else "households"


@cache
def answer_columns(table: Table, classes: tuple[Term, ...]) -> Mapping[str, Column]:
    """The columns whose cells `decode` reads, by name."""
    results = {name: _column(name, "category", classes) for name in CLASSES}
    results["state"] = _column("state", "category", tuple(ReviewState))
    kinds = ("category", "boolean", "number", "integer")
    own = {c.name: c for c in COLUMNS if c.table == table}
    return {name: c for name, c in own.items() if c.kind in kinds} | results


def _column(name: str, kind: Any, terms: tuple[Term, ...] = ()) -> Column:
    label = Label(vi=name, en=name)
    return Column(table="households", name=name, kind=kind, label=label, terms=terms)


def _is_truth(values: pd.Series[Any], *, in_result: bool) -> bool:
    """Whether a column is a deprivation, and not the answer of that name (`toilet` is both)."""
    rules = [_truth(value)[1] for value in _distinct(values)[1]]
    return all(rule is None for rule in rules) if rules else in_result


def _decoded(values: pd.Series[Any], column: Column, table: str) -> tuple[Any, list[Fault]]:
    """The column in its dtype, and the faults of the cells that are not understood."""
    reader = answer_reader(column)
    places, distinct = _distinct(values)
    readings = [reader(value) for value in distinct]
    answers = np.array([*(answer for answer, _ in readings), None], dtype=object)[places]
    faults = []
    for rule in dict.fromkeys(rule for _, rule in readings if rule):
        broken = np.array([*(found == rule for _, found in readings), False], dtype=bool)[places]
        fields = {}
        if rule == "ambiguous_label":
            codes = [", ".join(_codes_of(column).get(name_key(value), ())) for value in values]
            fields = {"codes": np.array(codes, dtype=object)}
        faults.append(fault_at(table, column.name, rule, broken, definition=column, **fields))
    if faults:
        return values, faults
    decoded = pd.Series(typed(list(answers), column), index=values.index)
    if column.name in CLASSES:  # worst first
        decoded = decoded.cat.set_categories(list(column.codes), ordered=True)
    return decoded, faults


def _distinct(values: pd.Series[Any]) -> tuple[Any, list[Any]]:
    """Where each cell stands among the distinct ones, by type too: 1 is not True."""
    cells = [None if _is_nothing(value) else value for value in values.tolist()]
    keys = [None if cell is None else (type(cell).__name__, cell) for cell in cells]
    at: dict[Any, int] = {}
    places = [-1 if key is None else at.setdefault(key, len(at)) for key in keys]
    return np.array(places, dtype=np.intp), [cell for _, cell in at]


def _is_nothing(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else bool(pd.isna(value))


def answer_reader(column: Column) -> Callable[[Any], Reading]:
    """How one cell of a column is read: its answer, or the rule that it breaks."""
    match column.kind:
        case "category":
            return lambda value: _code(value, column)
        case "boolean":
            return _truth
        case _:
            return lambda value: _number(value, column.kind == "integer")


@cache
def _codes_of(column: Column) -> Mapping[str, tuple[str, ...]]:
    """Codes by the key of each label; several where they share one. A code is itself."""
    codes: dict[str, tuple[str, ...]] = {}
    for term in column.terms:
        for label in {name_key(term.vi), name_key(term.en)}:
            codes[label] = (*codes.get(label, ()), str(term))
    return codes | {name_key(str(term)): (str(term),) for term in column.terms}


def _code(value: Any, column: Column) -> Reading:
    codes = _codes_of(column).get(name_key(value), ()) if isinstance(value, str) else ()
    if len(codes) == 1:
        return codes[0], None
    return None, "ambiguous_label" if codes else "unknown_category"


def _truth(value: Any) -> Reading:
    if isinstance(value, bool | np.bool_):
        return bool(value), None
    if is_number(value) and value in (0, 1):
        return bool(value), None
    if isinstance(value, str) and name_key(value) in YES + NO:
        return name_key(value) in YES, None
    return None, "not_boolean"


def _number(value: Any, whole: bool) -> Reading:
    number: Any = value
    if isinstance(value, str):
        number = number_of_text(value)
        if number is None:
            return None, "text_number" if looks_like_number(value) else "not_a_number"
    elif not is_number(value):
        return None, "not_a_number"
    if not np.isfinite(number):
        return None, "infinite"
    if whole and number != int(number):
        return None, "not_whole"
    return (int(number) if whole else float(number)), None
