"""What does not agree in the tables: sums, formulas, rates, and between one table and another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, check_language, phrase
from multidim_poverty.reports.agreements import agreement_faults, source_faults, unit_faults
from multidim_poverty.reports.assembly import COUNTED, rate_values
from multidim_poverty.reports.layouts import Column, agreements_of
from multidim_poverty.reports.read_tables import Numbers, ReadTable, name_of, read_tables
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import Fault, report

__all__ = ["check", "cross_foot"]

AREA = "official_tables"  # of the catalogue of messages
PLACES = {"unit": str, "count_of": str}
UNLINKED = ("unlinked_increase", "unlinked_decrease")
# Rule -> columns beside the forms that count what the data leave out.
NOTES = {
    "undetermined": ("undetermined", "undetermined_start", "undetermined_end"),
    "unknown": ("unknown",),
    "without_reason": ("poor_without_reason", "near_poor_without_reason"),
}


def check(tables: Any, *, language: Language = "en") -> pd.DataFrame:
    """Everything that does not agree in official tables.

    Parameters
    ----------
    tables : mapping or iterable of pandas.DataFrame
        Tables as the functions of `reports` make them, without labels; or one table. From
        `reports.tables`, or put together from several sources.
    language : {"en", "vi"}
        Language of the messages.

    Returns
    -------
    pandas.DataFrame
        The table of faults; no row where all agrees. Columns ``severity`` (``"error"`` or
        ``"warning"``), ``rule``, ``table`` (``"table_4"``), ``unit`` (names from the largest
        down), ``count_of`` (``households`` or ``persons`` in tables with two rows per unit),
        ``column``, ``value`` (what the table has), ``expected``, ``message``, ``citation``; in the
        order of the tables and their rows. Rules:

        - ``children``: a unit is not the sum of the units below it, or the total of all;
        - ``formula``: a column is not what its formula gives (``1=2+3``, the incidents);
        - ``balance``: the closing count of table 2 or 3 is not what column 9 gives; says
          whether the unlinked households explain it;
        - ``rate``: a rate is not that of its counts;
        - ``part``, ``parts``: a part, or parts together, are above the whole, such as the poor and
          near-poor above the resident population;
        - ``missing``: a number is missing that other units have, or that another table gives;
        - ``repeated``: a row stands more than once;
        - ``sum_as_unit``: the population of a unit without poor and near-poor is that of all
          others of its parent together: it looks like a total that was entered as a unit;
        - ``negative``: a count is below 0;
        - ``overlap``: "other" by subtraction in table 8 is not the number of none of the groups;
        - ``agreement``: two tables tell one number in two ways, or a list has not as many
          households as the tables count;
        - ``unit``: a unit stands in one table and not in another of the same levels;
        - ``identity``: two tables come from different data;
        - ``undetermined``, ``unknown``, ``without_reason``: nothing is wrong with the table, but
          its data leave something out. Listed for the lowest units alone.

        Warnings are ``sum_as_unit``, ``overlap`` and the last three; all others are errors.

    Raises
    ------
    ValueError
        If a table does not say which one it is, carries headers in place of ids, has something
        else than numbers where numbers stand, or is given twice.

    Notes
    -----
    In an agreement, the first table that holds the number is the one that is expected; which of
    the two is right the tables cannot tell. Of the lists, tables 14 and 15, the households are
    counted; a number that is missing in all of a column was not asked for, and is no fault.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> made = reports.tables(result, by=["area"], population="counted", numbers=[1, 4])
    >>> made[4].loc[1, "poor_households"] -= 1
    >>> faults = reports.check(made)
    >>> faults = faults[faults["severity"] == "error"]
    >>> faults[["rule", "table", "unit", "column", "value", "expected"]]
            rule    table   unit           column value expected
    2   children  table_4  total  poor_households    96       95
    5  agreement  table_4  rural  poor_households    72       73
    """
    check_language(language)
    if isinstance(tables, pd.DataFrame):
        tables = [tables]
    tables = list(tables.values() if isinstance(tables, Mapping) else tables)
    read = read_tables(tables)
    faults: list[Fault] = []
    for table in read.values():
        faults += _repeated_rows(table)
        if table.form.rows == "units":
            faults += _faults_within(table, language)
    faults += unit_faults(read)
    for agreement in agreements_of(tables):
        faults += agreement_faults(agreement, read, language)
    faults += source_faults(read)
    frames = {table.name: table.frame for table in read.values()}
    return report(faults, frames, language, area=AREA, places=PLACES)


def cross_foot(
    table: pd.DataFrame,
    sums: Mapping[str, Sequence[str]],
    *,
    name: str = "",
    language: Language = "en",
) -> pd.DataFrame:
    """Which columns of any table are not the sums that they should be.

    Parameters
    ----------
    table : pandas.DataFrame
        Such as figures in print; its index names the rows.
    sums : mapping
        Column -> signed columns that add up to it: ``{"both": ["+poor", "+near_poor"]}``.
    name : str
        What to call the table.
    language : {"en", "vi"}

    Returns
    -------
    pandas.DataFrame
        As `check`, with the rule ``formula``; ``unit`` is the label of the row. Rows where a number
        is missing are passed over.

    Raises
    ------
    KeyError
        If the table lacks a column.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> printed = pd.DataFrame({"a": [1, 2], "b": [1, 3], "all": [2, 6]}, index=["x", "y"])
    >>> reports.cross_foot(printed, {"all": ["+a", "+b"]})["message"].tolist()
    ['all=a+b gives 5, not 6; correct the column or its terms']
    """
    table = as_frame(table, "table")
    check_language(language)
    faults = []
    for column, terms in sums.items():
        signed = [(-1 if term[:1] == "-" else 1, term.lstrip("+-")) for term in terms]
        nothing = pd.Series(0, index=table.index, dtype="Int64")
        added = sum((sign * table[id] for sign, id in signed), nothing)
        differ = (added != table[column]) & added.notna() & table[column].notna()
        rows = np.flatnonzero(differ.fillna(False))
        faults.append(
            Fault(
                name,
                column,
                "formula",
                rows,
                table[column].iloc[rows].to_numpy(object),
                added.iloc[rows].to_numpy(object),
                {
                    "unit": table.index[rows].astype(str).to_numpy(object),
                    "count_of": None,
                    "formula": f"{column}={''.join(terms).removeprefix('+')}",
                },
            )
        )
    return report(faults, {name: table}, language, area=AREA, places=PLACES)


# -- one table -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cells:
    """The faults of one table, from arrays over its rows."""

    table: ReadTable

    def faults(
        self, rule: str, column: str, bad: BoolArray, expected: Any, values: Any, **fields: Any
    ) -> Iterator[Fault]:
        """The fault of the rows that are marked; arrays are of the length of the table."""
        rows = np.flatnonzero(bad)
        if not len(rows):
            return

        def of_rows(cells: Any) -> Any:
            return cells[rows] if isinstance(cells, np.ndarray) else cells

        yield Fault(
            self.table.name,
            column,
            rule,
            rows,
            of_rows(values),
            of_rows(expected),
            {**self.table.places(rows), **{name: of_rows(cell) for name, cell in fields.items()}},
        )

    def of_columns(
        self, rule: str, bad: npt.NDArray[np.bool_], expected: Any = 0, values: Any = None
    ) -> Iterator[Fault]:
        """The faults of all columns of counts at once: arrays of rows by columns."""
        counts = self.table.counts
        for at in np.flatnonzero(bad.any(axis=0)).tolist():
            wanted = expected[:, at] if isinstance(expected, np.ndarray) else expected
            cells = counts.values[:, at] if values is None else values
            yield from self.faults(rule, counts.columns[at], bad[:, at], wanted, cells)


def _faults_within(table: ReadTable, language: Language) -> Iterator[Fault]:
    """The faults of one table that has a row for each unit."""
    counts, cells = table.counts, _Cells(table)
    below = _Below.of(table)
    summed = below.has_any[:, None] & ~below.missing & ~counts.missing
    yield from cells.of_columns("children", summed & (below.sums != counts.values), below.sums)

    # A base that nobody entered for one unit is missing above it too.
    known = np.zeros((len(COUNTED), len(counts.columns)), dtype=bool)
    np.logical_or.at(known, table.count_of, ~counts.missing)
    gaps = counts.missing & known[table.count_of] & ~(below.has_any[:, None] & below.missing)
    wanted = _objects(below.sums, ~below.has_any[:, None] | below.missing)
    yield from cells.of_columns("missing", gaps, wanted, np.full(len(gaps), None))

    signed = np.array([name == "residual" for name in counts.columns], dtype=bool)
    yield from cells.of_columns("negative", (counts.values < 0) & ~counts.missing & ~signed)
    for rule, names in NOTES.items():
        noted = np.array([name in names for name in counts.columns], dtype=bool)
        lowest = ~below.has_any[:, None]
        yield from cells.of_columns(rule, (counts.values > 0) & ~counts.missing & noted & lowest)
    for column in table.form.columns:
        if column.id in counts.position:
            yield from _faults_of_count(cells, column, below, language)
        elif column.id in table.rates.position:
            yield from _faults_of_rate(cells, column, language)


def _faults_of_count(
    cells: _Cells, column: Column, below: _Below, language: Language
) -> Iterator[Fault]:
    """The faults of one count beside other columns of its row."""
    counts = cells.table.counts
    values, missing = counts.of(column.id)
    if column.terms and all(id in counts.position for _, id in column.signed_terms):
        added, open_ = _added(counts, column.signed_terms)
        bad = ~missing & ~open_ & (added != values)
        formula = column.formula or f"{column.id}={''.join(column.terms).removeprefix('+')}"
        rule, fields = "formula", {"formula": formula}
        if column.id == "closing" and bad.any():
            rule, fields["explained"] = "balance", _explained(cells.table, bad, language)
        yield from cells.faults(rule, column.id, bad, added, values, **fields)
    if column.part_of is not None and column.part_of in counts.position:
        whole, open_ = counts.of(column.part_of)
        bad = ~missing & ~open_ & (values > whole)
        yield from cells.faults("part", column.id, bad, whole, values, other=column.part_of)
    if column.parts:
        ids = [id for id in column.parts if id in counts.position]
        together, _ = _added(counts, [(1, id) for id in ids])  # a missing part counts as none
        bad = ~missing & (together > values)
        terms = "+".join(column.parts)
        yield from cells.faults("parts", column.id, bad, together, values, terms=terms)
        # The data have nobody there: a total stands in the population alone.
        sums = below.sum_of_the_others(values, missing) & (together == 0)
        yield from cells.faults("sum_as_unit", column.id, sums, None, values)
    if column.same_as is not None and column.same_as in counts.position:
        other, open_ = counts.of(column.same_as)
        bad = ~missing & ~open_ & (other != values)
        yield from cells.faults("overlap", column.id, bad, values, other)


def _faults_of_rate(cells: _Cells, column: Column, language: Language) -> Iterator[Fault]:
    counts = cells.table.counts
    numerator, denominator = str(column.numerator), str(column.denominator)
    if not {numerator, denominator} <= counts.position.keys():
        return
    part, no_part = counts.of(numerator)
    base, no_base = counts.of(denominator)
    printed, blank = cells.table.rates.of(column.id)
    expected = rate_values(part, base)
    none = no_part | no_base | (base == 0)
    wrong = np.where(none | blank, none != blank, expected != printed)
    # A base of 0 may print 0 or nothing, as the form has it; a missing base never prints a rate.
    wrong &= ~(~no_base & (base == 0) & (blank | (printed == 0)))
    if wrong.any():
        nothing = phrase("no_rate").text(language)
        wanted, cells_of_rate = _objects(expected, none), _objects(printed, blank)
        yield from cells.faults(
            "rate",
            column.id,
            wrong,
            wanted,
            cells_of_rate,
            due=np.where(none, nothing, wanted),
            printed=np.where(blank, nothing, cells_of_rate),
        )


@dataclass(frozen=True)
class _Below:
    """What the units below each unit add up to, in all columns of counts."""

    group: npt.NDArray[np.intp]  # rows with one parent have one number; -1 without a parent
    has_any: BoolArray  # rows with units below
    sums: npt.NDArray[np.int64]  # rows by columns
    missing: npt.NDArray[np.bool_]  # whether one of those below is missing

    @classmethod
    def of(cls, table: ReadTable) -> _Below:
        """Sums of the rows below each row, households and persons apart."""
        counts = table.counts
        parent = table.tree.parent[table.unit]
        group = np.where(parent < 0, -1, parent * len(COUNTED) + table.count_of)
        own = table.unit * len(COUNTED) + table.count_of
        order = np.argsort(group, kind="stable")
        order = order[group[order] >= 0]
        parents, starts = np.unique(group[order], return_index=True)
        place = np.full(len(table.tree.paths) * len(COUNTED) + 1, -1, dtype=np.intp)
        place[parents] = np.arange(len(parents))
        shape = (len(parents) + 1, len(counts.columns))
        sums, missing = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        if len(parents):
            sums[:-1] = np.add.reduceat(counts.values[order], starts, axis=0)
            missing[:-1] = np.logical_or.reduceat(counts.missing[order], starts, axis=0)
        at = place[own]  # -1, the last, where there are none
        return cls(group, at >= 0, sums[at], missing[at])

    def sum_of_the_others(self, values: Any, missing: BoolArray) -> BoolArray:
        """Rows, of three and more with one parent, with as much as all the others together."""
        within = self.group >= 0
        size = np.bincount(self.group[within])
        total = np.zeros(len(size), dtype=np.int64)
        np.add.at(total, self.group[within], values[within])
        gaps = np.bincount(self.group[within], missing[within])
        sums = np.zeros(len(values), dtype=bool)
        of = self.group[within]
        mine = values[within]
        sums[within] = (size[of] > 2) & (gaps[of] == 0) & (mine > 0) & (2 * mine == total[of])
        return sums


def _objects(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Values as Python objects, None where missing."""
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _added(counts: Numbers, terms: Iterable[tuple[int, str]]) -> tuple[Any, Any]:
    """What terms add up to, and where one of them is missing."""
    added = np.zeros(len(counts.values), dtype=np.int64)
    missing = np.zeros(len(counts.values), dtype=bool)
    for sign, id in terms:
        values, lost = counts.of(id)
        added += sign * values
        missing |= lost
    return added, missing


def _explained(table: ReadTable, bad: BoolArray, language: Language) -> Any:
    """Whether the unlinked households explain that the closing count is not that of the flows."""
    counts, texts = table.counts, np.full(len(bad), None)
    texts[bad] = phrase("no_unlinked").text(language)
    if not {*UNLINKED, "residual"} <= counts.position.keys():
        return texts
    unlinked = [counts.of(name) for name in ("unlinked_increase", "unlinked_decrease")]
    (increase, no_increase), (decrease, no_decrease) = unlinked
    residual, _ = counts.of("residual")
    for row in np.flatnonzero(bad & ~no_increase & ~no_decrease & (increase + decrease != 0)):
        explains = increase[row] - decrease[row] == residual[row]
        text = phrase("unlinked_explain" if explains else "unlinked_not_enough").text(language)
        texts[row] = text.format(n=increase[row] + decrease[row])
    return texts


def _repeated_rows(table: ReadTable) -> Iterator[Fault]:
    """Rows that stand once more: of a unit, or of a member in a list."""
    frame = table.frame
    if "member_id" in frame.columns:
        keys = frame[["household_id", "member_id"]]
        bad = np.asarray(keys.duplicated(), dtype=bool)
        column, names = (
            "member_id",
            [
                f"{home} / {'' if pd.isna(member) else member}"
                for home, member in keys[bad].itertuples(index=False)
            ],
        )
    else:
        bad = np.asarray(pd.Series(table.unit * len(COUNTED) + table.count_of).duplicated())
        column, names = "unit", [name_of(table.tree.paths[at]) for at in table.unit[bad]]
    values = np.full(len(frame), None)
    values[bad] = names
    yield from _Cells(table).faults("repeated", column, bad, None, values)
