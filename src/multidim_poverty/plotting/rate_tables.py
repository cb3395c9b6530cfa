"""Rates by unit and year, from households or from tables of rates, for the pictures of years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language
from multidim_poverty.law.catalog import as_standard
from multidim_poverty.law.poverty_standard import SHIPPED
from multidim_poverty.law.provenance import STANDARD_COLUMNS, standards_of
from multidim_poverty.measures import headcount
from multidim_poverty.plotting.group_names import group_names
from multidim_poverty.plotting.unit_rates import CountOf
from multidim_poverty.plotting.words import (
    CLASSES_OF_MANY,
    WORDS,
    capitalised,
    drawn_text,
    label_of,
    word,
)
from multidim_poverty.schema.arguments import By, as_frame, group_keys, groups_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["RateTable", "Yearly", "rate_table", "standard_labels", "yearly_tables"]

RATES = ("headcount_ratio", "rate")
SHOWN = 6  # digits of a hash that tells two standards of one name apart
Yearly = pd.DataFrame | Mapping[Any, pd.DataFrame]


@dataclass(frozen=True)
class RateTable:
    """Rates by unit and year.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per unit and year: ``year`` and ``unit`` (int64, the number of the unit); ``rate``,
        ``lower``, ``upper`` [%], ``counted``, ``base`` (float64, NaN where the table has none);
        ``standard`` (the hash of the standard, else its name, None where none is named) and
        ``standard_name``.
    names : list of str
        The drawn name of each unit.
    what : str
        What the rates are, with their unit, for the axis.
    """

    rows: pd.DataFrame
    names: list[str]
    what: str

    @property
    def years(self) -> list[int]:
        """All years, rising."""
        return sorted(self.rows["year"].unique().tolist())

    def wide(self, column: str) -> pd.DataFrame:
        """A column with one row per unit, by number, and one column per year."""
        wide = self.rows.pivot_table(
            index="unit", columns="year", values=column, aggfunc="first", sort=False
        )
        return wide.reindex(index=range(len(self.names)), columns=self.years)


def yearly_tables(yearly: Any) -> dict[int, pd.DataFrame]:
    """The table of each year, from a mapping or from a table with a column ``year``."""
    if isinstance(yearly, Mapping):
        tables = {year: as_frame(table, f"the table of {year}") for year, table in yearly.items()}
    else:
        table = as_frame(yearly, "yearly")
        if (table.columns == "year").sum() != 1:
            raise ArgumentError(
                "the table has no column 'year': add it, or pass a mapping of years to tables"
            )
        parts = table.drop(columns="year").groupby(table["year"], dropna=False, sort=True)
        tables = dict(iter(parts))
    years = {year: _year(year) for year in tables}
    wrong = [repr(year) for year, number in years.items() if number is None]
    if wrong:
        raise ArgumentError(f"not a year: {', '.join(wrong)}; pass whole numbers, such as 2023")
    if len(set(years.values())) < len(years):
        raise ArgumentError(f"a year stands twice: {', '.join(map(str, years))}")
    return {int(years[year] or 0): tables[year] for year in tables}


def _year(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    whole = isinstance(value, int | float | np.number) and float(value).is_integer()
    return int(value) if whole and not isinstance(value, bool) else None


def rate_table(
    tables: Mapping[int, pd.DataFrame],
    *,
    by: By | None,
    of: str | Sequence[str],
    count_of: CountOf,
    value: str | None,
    unit: str | None,
    language: Language,
) -> RateTable:
    """The rates of the tables of several years.

    A table with ``poverty_class`` holds households, which are counted by `measures.headcount`;
    any other holds rates, one row per unit, in the column `value`.

    Raises
    ------
    ArgumentError
        If a table lacks a column, has several rates of a unit, or a rate that is no number or
        outside its bounds.
    """
    if count_of not in ("households", "persons"):
        raise ArgumentError(f"count_of {count_of!r} is not 'households' or 'persons'")
    unit = drawn_text(unit) if unit else unit
    if not tables:
        empty = pd.DataFrame({"rate": pd.Series(dtype="float64")})
        return RateTable(_rates(empty, None, 0, "").assign(unit=0), [], unit or "%")
    classes = [of] if isinstance(of, str) else list(of)
    parts, groups, counted = [], [], True
    for year, table in tables.items():
        argument = f"the table of {year}"
        if "poverty_class" in table.columns:
            counts = headcount(table, by=by, of=classes, persons=count_of == "persons")
            levels = counts.iloc[:, : counts.columns.get_loc("count_of")]
            counts = counts.assign(**_standard_of(table))
        else:
            counts, levels = table, groups_of(by, table, argument)
            counted &= value is None
        rows = _chosen_rows(counts, classes, count_of, argument)
        parts.append(_rates(counts[rows], value, year, argument))
        groups.append(levels[rows])
    table = pd.concat(parts, ignore_index=True)
    units, keys = group_keys(_together(groups))
    names = group_names(keys, language) if groups[0].columns.size else [word("all", language)]
    table.insert(1, "unit", units.astype(np.int64))
    _check_once(table, names)
    return RateTable(table, names, unit or _what(classes, count_of, language, counted))


def _standard_of(results: pd.DataFrame) -> dict[str, Any]:
    """Name and hash of the standard of households; those of several are one of their own."""
    named = standards_of(results)
    return (
        {
            column: " + ".join(filter(None, parts)) or None
            for column, parts in zip(STANDARD_COLUMNS, zip(*named, strict=True), strict=True)
        }
        if named
        else {}
    )


def _chosen_rows(
    table: pd.DataFrame, classes: list[str], count_of: str, argument: str
) -> npt.NDArray[np.bool_]:
    """The rows of these classes, counted in this unit, where a table says either."""
    rows = np.ones(len(table), dtype=bool)
    for column, wanted in (("of", " + ".join(classes)), ("count_of", count_of)):
        if column in table.columns and len(table):
            here = table[column].astype(object)
            if wanted not in set(here):
                held = ", ".join(sorted({repr(one) for one in here}))
                raise ArgumentError(f"{argument} has no {column} {wanted!r}, it has {held}")
            rows &= (here == wanted).to_numpy(dtype=bool)
    return rows


def _rates(table: pd.DataFrame, value: str | None, year: int, argument: str) -> pd.DataFrame:
    columns = [value] if value else [name for name in RATES if name in table.columns]
    if not columns or columns[0] not in table.columns:
        raise ArgumentError(
            f"{argument} has no column {' or '.join(map(repr, [value] if value else RATES))} of "
            f"rates: name it in value; households have poverty_class"
        )
    sources = {"rate": columns[0], "lower": "lower", "upper": "upper", "counted": "headcount",
               "base": "base"}  # fmt: skip
    if "headcount" not in table.columns and "counted" in table.columns:
        sources["counted"] = "counted"
    rates = pd.DataFrame({"year": np.full(len(table), year, dtype=np.int64)})
    for name, source in sources.items():
        rates[name] = _numbers(table, source, argument)
    shares = rates["rate"].to_numpy()
    wrong = np.isinf(shares) if value else (shares < 0) | (shares > 100)
    if wrong.any():
        raise ArgumentError(
            f"{argument} has rates that are no share of 100: "
            f"{', '.join(map(str, shares[wrong].tolist()))}; leave missing what is not known, and "
            f"name another figure than a rate in value"
        )
    outside = (rates["lower"] > rates["rate"]) | (rates["rate"] > rates["upper"])
    if outside.any():
        wrong = rates.loc[outside, ["lower", "rate", "upper"]].to_numpy().tolist()
        raise ArgumentError(f"{argument} has rates outside lower and upper: {wrong}")
    of_standard = {
        column: table[column].astype(object) if column in table.columns else None
        for column in STANDARD_COLUMNS
    }
    texts = pd.DataFrame(of_standard, index=table.index, dtype=object).reset_index(drop=True)
    texts = texts.astype(object).where(texts.notna(), None)
    hashed = texts["standard_hash"].notna()
    rates["standard"] = texts["standard_hash"].where(hashed, texts["standard"])
    rates["standard_name"] = texts["standard"]
    return rates


def _numbers(table: pd.DataFrame, column: str, argument: str) -> npt.NDArray[np.float64]:
    if column not in table.columns:
        return np.full(len(table), np.nan)
    numbers = pd.to_numeric(table[column], errors="coerce")
    wrong = table.loc[numbers.isna() & table[column].notna(), column]
    if len(wrong):
        raise ArgumentError(
            f"{argument} has what is no number in {column}: {', '.join(map(repr, wrong))}"
        )
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _together(groups: list[pd.DataFrame]) -> pd.DataFrame:
    """The groups of all years, names of one key in one spelling."""
    if len({tuple(part.dtypes) for part in groups}) > 1:
        groups = [part.astype(object) for part in groups]
    together = pd.concat(groups, ignore_index=True)
    return groups_of(list(map(str, together.columns)), together)


def _check_once(table: pd.DataFrame, names: list[str]) -> None:
    twice = table[table.duplicated(["year", "unit"])]
    if len(twice):
        pairs = zip(twice["unit"], twice["year"], strict=True)
        named = ", ".join(dict.fromkeys(f"{names[unit]} ({year})" for unit, year in pairs))
        raise ArgumentError(
            f"units with several rates in a year: {named}; name in by the columns that tell "
            f"units apart, the largest first"
        )


def _what(classes: list[str], count_of: CountOf, language: Language, counted: bool) -> str:
    if not counted:
        return "%"
    titles = [label_of(CLASSES_OF_MANY[PovertyClass.of(one)], language) for one in classes]
    title = ", ".join(titles)
    if count_of == "persons":
        title = word("persons_in", language, classes=title)
    return f"{capitalised(title)}, {word(f'percent_of_{count_of}', language)}"


def standard_labels(rows: pd.DataFrame) -> dict[str | None, Label]:
    """What each standard of the rows is called: by its decree, else by its name."""
    names = dict(zip(rows["standard"], rows["standard_name"], strict=True))
    labels: dict[str | None, Label] = {}
    for standard, name in names.items():
        label = WORDS["no_standard"]
        if name in SHIPPED:
            label = as_standard(name).periods[0].citation.document.title
        elif name or standard:
            label = Label(vi=str(name or standard[:SHOWN]), en=str(name or standard[:SHOWN]))
        if list(names.values()).count(name) > 1 and standard not in (name, None):
            mark = f" ({standard[:SHOWN]})"
            label = Label(vi=label.vi + mark, en=label.en + mark)
        labels[standard] = label
    return labels
