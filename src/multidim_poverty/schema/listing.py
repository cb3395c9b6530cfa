"""What the schema is, as tables and as a pandera schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from multidim_poverty.errors import optional_imports
from multidim_poverty.language import Language, catalogue
from multidim_poverty.law import standards
from multidim_poverty.schema.definitions import COLUMNS, DESIGN, REPLICATES, Column, Table
from multidim_poverty.schema.value_rules import rules_for

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["columns", "pandera_schema", "rules"]


def columns() -> pd.DataFrame:
    """All columns of all tables, as the page of columns shows them.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``column``, ``label_vi``, ``label_en``, ``dtype``, ``unit``,
        ``answers``, ``required``, ``read_by`` (standard: indicators that read it).

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> c = schema.columns().set_index("column")
    >>> c.loc["floor_area", ["unit", "label_vi"]].tolist()
    ['m2/household', 'Diện tích nhà ở']
    """
    rows = [
        {
            "table": column.table,
            "column": column.name,
            "label_vi": column.label.vi,
            "label_en": column.label.en,
            "dtype": column.dtype,
            "unit": column.unit,
            "answers": ", ".join(column.codes),
            "required": column.required,
            "read_by": _read_by(column),
        }
        for column in _listed()
    ]
    return pd.DataFrame(rows)


def _listed() -> Iterator[Column]:
    """All columns; the replicate weights, of which there may be any number, behind the weights."""
    for column in COLUMNS:
        yield column
        if (column.table, column.name) == ("households", DESIGN[-1]):
            yield REPLICATES


def _read_by(column: Column) -> str:
    found = []
    for standard in standards():
        names = [i.id for i in standard.indicators if (column.table, column.name) in i.rule.reads()]
        if names:
            found.append(f"{standard.name}: {', '.join(names)}")
    return "; ".join(found)


def rules() -> pd.DataFrame:
    """All rules that data can break, with what each means and what to do.

    Returns
    -------
    pandas.DataFrame
        One row per rule of the catalogue, all columns string: ``area`` (what checks it:
        ``tables``, ``points``, ``review``, ``workbook``, ``plan``, ``official_tables``,
        ``deliveries``), ``rule`` (stable), ``severity`` (``error`` or ``warning``), then
        ``meaning``, ``message``, ``expected`` and ``action``, each in English (``_en``) and
        Vietnamese (``_vi``). Fields in braces, such as ``{value}``, are filled in for each fault;
        ``expected`` is missing where the check itself gives it.

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> rules = schema.rules().set_index(["area", "rule"])
    >>> rules.loc[("tables", "negative"), ["severity", "message_en", "action_en"]].tolist()
    ['error', '{value} is negative', 'write {expected}']
    """
    rows = [
        {"area": area, "rule": rule, "severity": text.severity}
        | {
            f"{part}_{language}": None if label is None else label.text(language)
            for part in ("meaning", "message", "expected", "action")
            for label in [getattr(text, part)]
            for language in get_args(Language)
        }
        for area, rules in catalogue().items()
        for rule, text in rules.items()
    ]
    return pd.DataFrame(rows, dtype=str)


def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """The rules for single values as a pandera schema, for use in other pipelines.

    Needs the extra ``pandera``. The checks of this library do not use it.

    Parameters
    ----------
    table : {"households", "members", "accounts", "events"}
        The table that is described.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Each check is named by its rule. Label, unit and answers stand in ``title`` and
        ``metadata`` of each column. Extra columns are allowed. Made anew at each call.

    Raises
    ------
    MissingExtraError
        If pandera is not installed.

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> schema.pandera_schema("households").columns["floor_area"].metadata["unit"]
    'm2/household'
    """
    with optional_imports():
        import pandera.pandas as pa

    fields = {}
    for column in COLUMNS:
        if column.table != table:
            continue
        checks = {rule: _passes(check) for rule, check in rules_for(column).items()}
        if column.complete:
            checks["missing_value"] = lambda series: series.notna()
        fields[column.name] = pa.Column(
            None,
            checks=[
                pa.Check(check, name=rule, error=rule, ignore_na=False)
                for rule, check in checks.items()
            ],
            nullable=True,
            required=column.required,
            title=column.label.vi,
            description=column.label.en,
            metadata={"unit": column.unit, "answers": column.codes, "dtype": column.dtype},
        )
    return pa.DataFrameSchema(fields, name=table)


def _passes(check: Any) -> Any:
    return lambda series: pd.Series(~check(series), index=series.index)
