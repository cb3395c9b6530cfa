"""From counts to the finished table: sums, rates, order of columns, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.reports.identities import joint
from multidim_poverty.reports.layouts import Layout, ListItem, TableColumn, layout_of, words
from multidim_poverty.reports.sample_tally import BESIDE_RATES, WeightedCells
from multidim_poverty.reports.units import NOT_KNOWN, TOTAL, plain_values
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.vocabulary import PovertyClass, Term

__all__ = [
    "COUNTED",
    "ZeroBase",
    "code_words",
    "column_label",
    "finished",
    "labelled",
    "rate_values",
    "rates",
    "stacked",
    "stamped",
    "terms_of",
    "total_of",
    "unit_names",
]

COUNTED = ("households", "persons")
YES_OR_NO = {"1": "yes", "True": "yes", "0": "no", "False": "no"}
Ints = npt.NDArray[np.int64]
ZeroBase = Literal["zero", "blank"]


def rates(counts: pd.Series[Any], base: pd.Series[Any], *, zero_base: ZeroBase) -> pd.Series[Any]:
    """Rates in percent with two decimals, rounded once and exactly.

    Parameters
    ----------
    counts, base : pandas.Series
        Whole numbers, 0 or more; Int64.
    zero_base : {"zero", "blank"}
        What the rate is where the base is 0: 0, or missing.

    Returns
    -------
    pandas.Series
        Float64, NA where the count or the base is missing.

    Raises
    ------
    ArgumentError
        If `zero_base` is not one of the two.

    Notes
    -----
    The rate is ``100 * count / base``, rounded half up to two decimals: a remainder of exactly
    half a hundredth goes up. It is worked out in whole hundredths of a percent, so that no
    binary fraction decides a tie, and the float is the nearest one to that decimal.

    Half up is the choice of this library, and what ROUND of a spreadsheet does. No rate that
    was seen in print is a tie, so none tells half up from half even.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> reports.rates(pd.Series([93, 1, 1, 0], dtype="Int64"),
    ...               pd.Series([204, 800, 0, None], dtype="Int64"), zero_base="zero").tolist()
    [45.59, 0.13, 0.0, <NA>]
    """
    missing = np.array(counts.isna() | base.isna(), dtype=bool)
    numerators, denominators = (values.fillna(0).to_numpy(np.int64) for values in (counts, base))
    values = rate_values(numerators, denominators)
    if zero_base not in ("zero", "blank"):
        raise ArgumentError(f"zero_base {zero_base!r} is not 'zero' or 'blank'")
    if zero_base == "blank":
        missing |= denominators == 0
    return pd.Series(
        pd.arrays.FloatingArray(np.where(missing, 0.0, values), missing), index=counts.index
    )


def rate_values(counts: Ints, base: Ints) -> npt.NDArray[np.float64]:
    """Rates of known counts, 0 where the base is 0; rounded as `rates` says."""
    none = base == 0
    hundredths = (2 * 10_000 * counts + base) // np.where(none, 1, 2 * base)
    return np.asarray(np.where(none, 0, hundredths) / 100)


def finished(
    form: Layout,
    rows: pd.DataFrame,
    cells: Mapping[str, Any],
    *,
    sources: Mapping[str, str],
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    own: Mapping[str, Sequence[ListItem]] = MappingProxyType({}),
    design: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """The table: the columns of the units, then those of the layout in its order.

    Of cells that are weighted, the rates are estimates, with what belongs to them at the end.
    Counts that were weighted before come with the `design` that the table says of them.
    """
    if any(isinstance(cell, WeightedCells) for cell in cells.values()):
        return _estimated(form, rows, cells, sources, labels, zero_base, own)
    values: dict[str, pd.Series[Any]] = {
        id: pd.Series(cell, index=rows.index) for id, cell in cells.items()
    }
    nothing = pd.Series(pd.array([None] * len(rows), dtype="Int64"), index=rows.index)
    for column in form.columns:
        if column.terms and column.id not in values:
            values[column.id] = total_of(column, values)
    for column in form.columns:
        if column.kind == "rate":
            assert column.numerator is not None
            assert column.denominator is not None
            values[column.id] = rates(
                values.get(column.numerator, nothing),
                values.get(column.denominator, nothing),
                zero_base=zero_base or form.zero_base,
            )
    _check_names(form, rows, values)
    ordered = {column.id: values.get(column.id, nothing) for column in form.columns}
    table = pd.concat([rows, pd.DataFrame(ordered, index=rows.index)], axis=1)
    return stamped(table, form, sources, own, labels, design)


def _estimated(
    form: Layout,
    rows: pd.DataFrame,
    cells: Mapping[str, Any],
    sources: Mapping[str, str],
    labels: Language | None,
    zero_base: ZeroBase | None,
    own: Mapping[str, Sequence[ListItem]],
) -> pd.DataFrame:
    """The table of a sample: weighted counts, rates of them, and the intervals of the rates."""
    columns = dict(cells)
    for column in form.columns:
        if column.terms and column.id not in columns:
            columns[column.id] = total_of(column, columns)
    nothing = pd.array([None] * len(rows), dtype="Float64")
    values: dict[str, Any] = {
        id: cell.counts if isinstance(cell, WeightedCells) else cell for id, cell in columns.items()
    }
    beside: dict[str, Any] = {}
    for column in form.columns:
        if column.kind != "rate":
            continue
        counted, base = (columns.get(str(id)) for id in (column.numerator, column.denominator))
        parts: dict[str, Any] = dict.fromkeys(("", *BESIDE_RATES), nothing)
        if isinstance(counted, WeightedCells) and base is not None:
            parts = counted.rates(base)
            if zero_base == "zero":
                none = pd.array(values[str(column.denominator)] == 0)
                parts[""] = pd.Series(parts[""]).mask(none.fillna(False), 0.0).array
        values[column.id] = parts[""]
        beside |= {column.id + name: parts[name] for name in BESIDE_RATES}
    _check_names(form, rows, {**values, **beside})
    ordered = {column.id: values.get(column.id, nothing) for column in form.columns}
    table = pd.concat([rows, pd.DataFrame({**ordered, **beside}, index=rows.index)], axis=1)
    sample = next(cell.tally for cell in cells.values() if isinstance(cell, WeightedCells))
    return stamped(table, form, sources, own, labels, sample.design)


def _check_names(form: Layout, rows: pd.DataFrame, values: Mapping[str, Any]) -> None:
    if clash := [name for name in rows.columns if name in values]:
        raise ArgumentError(f"by names columns that table {form.number} has: {clash}; rename them")


def stamped(
    table: pd.DataFrame,
    form: Layout,
    sources: Mapping[str, str],
    own: Mapping[str, Sequence[ListItem]],
    labels: Language | None,
    design: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """The table with what it is and what it came from."""
    # Plain values, so that a file format that keeps attributes as JSON can write them.
    table.attrs = {
        "table": form.number,
        "identity": joint(sources),
        "sources": dict(sources),
        "items": {name: [item.model_dump(mode="json") for item in own[name]] for name in own},
    }
    if design is not None:
        table.attrs["design"] = dict(design)
    return table if labels is None else labelled(table, language=labels)


def total_of(column: TableColumn, values: Mapping[str, Any]) -> Any:
    """What the terms of a column add up to; NA where one is missing."""
    (sign, first), *rest = column.signed_terms
    total = sign * values[first]
    for sign, id in rest:
        total = total + sign * values[id]
    return total


def stacked(rows: pd.DataFrame, cells: Mapping[str, Mapping[str, Any]]) -> tuple[Any, Any]:
    """Rows and cells of a table with one row for households and one for persons of each unit."""
    units = len(rows)
    at = np.repeat(np.arange(units), len(COUNTED))
    twice = rows.iloc[at].reset_index(drop=True)
    twice["count_of"] = pd.Categorical(list(COUNTED) * units, categories=COUNTED)
    order = np.arange(units * len(COUNTED)).reshape(len(COUNTED), units).T.reshape(-1)
    first = cells[COUNTED[0]]
    return twice, {id: _joined([cells[of][id] for of in COUNTED])[order] for id in first}


def code_words(column: str, value: Any, language: Language) -> str:
    """A value in words where the column holds codes; any other as it is."""
    if column == "count_of" and value in COUNTED:
        return words(value).text(language)
    known = _schema_column(column)
    if known is not None and known.kind == "boolean" and str(value) in YES_OR_NO:
        return words(YES_OR_NO[str(value)]).text(language)
    terms = terms_of(column)
    return next((getattr(term, language) for term in terms if term == value), str(value))


def terms_of(column: str) -> tuple[Term, ...]:
    """The coded answers of a column of the schema or of a result."""
    known = _schema_column(column)
    if known is None:
        return tuple(PovertyClass) if column == "poverty_class" else ()
    return known.terms


def column_label(column: str) -> Label:
    """The header of a column that is on no form: of the schema, else its name."""
    known = _schema_column(column)
    if known is not None:
        return known.label
    own = column in ("level", "hidden", "poverty_class")
    return words(column) if own else Label(vi=column, en=column)


def _schema_column(name: str) -> Column | None:
    return column_of("households", name) or column_of("members", name)


def unit_names(table: pd.DataFrame, language: Language) -> list[str | None]:
    """The name of each row's unit, in words for a code, the total and what is not known."""
    names: list[str | None] = plain_values(table["unit"])
    total, not_known = words(TOTAL).text(language), words(NOT_KNOWN).text(language)
    levels = table["level"].tolist()
    codes = {level: plain_values(table[level]) for level in {*levels} & {*table.columns}}
    for row, (level, name) in enumerate(zip(levels, names, strict=True)):
        if level == TOTAL:
            names[row] = total
        elif name is not None and level in codes:
            code = codes[level][row]
            if code is None:
                names[row] = not_known
            elif name in (str(code), str(bool(code))):  # none of the names that the caller chose
                names[row] = code_words(level, code, language)
    return names


def _joined(parts: Sequence[Any]) -> Any:
    counts = [part.counts if isinstance(part, WeightedCells) else part for part in parts]
    return pd.concat([pd.Series(part) for part in counts], ignore_index=True).array


def _beside(rate: TableColumn) -> list[TableColumn]:
    """What stands beside a rate that is an estimate; nothing beside a count."""
    if rate.kind != "rate":
        return []
    group = (*rate.group, rate.header)
    return [
        TableColumn(id=rate.id + name, header=words(name[1:]), group=group, kind="plain")
        for name in BESIDE_RATES
    ]


def labelled(table: pd.DataFrame, *, language: Language = "vi") -> pd.DataFrame:
    """The table with the headers of the form in place of the ids of the columns.

    Parameters
    ----------
    table : pandas.DataFrame
        From one of the functions that make a table, or from `printed`.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    pandas.DataFrame
        The columns are a MultiIndex: merged headers from the outermost in, the header, and the
        column number or formula as printed; empty texts where a column has fewer. Columns that
        are on no form have the label of the schema, else keep their name.

    Raises
    ------
    ArgumentError
        If the language is another, or the table does not say which one it is.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_1(result, population="counted", labels="vi")
    >>> table.columns[-5]
    ('Về khẩu', 'Hộ cận nghèo', 'Tỷ lệ (%)', '12=11/2*100')
    """
    table = as_frame(table, "table")
    check_language(language)
    form = layout_of(table)
    known = {column.id: column for column in (*form.leading, *form.columns)}
    if "design" in table.attrs:
        known |= {column.id: column for rate in form.columns for column in _beside(rate)}
    depth = max(len(column.group) for column in known.values())
    heads = []
    for name in table.columns:
        column = known.get(name)
        texts = [""] * depth + [column_label(str(name)).text(language), ""]
        if column is not None:
            above = [getattr(label, language) for label in column.group]
            header = getattr(column.header, language)
            texts = [*above, *[""] * (depth - len(above)), header, column.number_text]
        heads.append(tuple(texts))
    return table.set_axis(pd.MultiIndex.from_tuples(heads), axis=1)
