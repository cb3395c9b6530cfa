"""What does not agree in the tables: sums, formulas, rates, and between one table and another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.reports.agreements import agree, same_data, same_units
from multidim_poverty.reports.assembly import rates
from multidim_poverty.reports.findings import EXPLAINED, Finding, Place, called, places, reported
from multidim_poverty.reports.layouts import Column, Layout, agreements_of
from multidim_poverty.reports.read_tables import given
from multidim_poverty.schema.arguments import as_frame

__all__ = ["check", "cross_foot"]

NOTES = {
    "undetermined": "undetermined",
    "undetermined_start": "undetermined",
    "undetermined_end": "undetermined",
    "unknown": "unknown",
    "poor_without_reason": "without_reason",
    "near_poor_without_reason": "without_reason",
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
        One row per mismatch; none where all agrees. Columns ``rule``, ``table`` (its number),
        ``unit`` (names from the largest down), ``count_of`` (``households`` or ``persons`` in
        tables with two rows per unit), ``column``, ``expected``, ``found``, ``message``. Rules:

        - ``children``: a unit is not the sum of the units below it, or the total of all;
        - ``formula``: a column is not what its formula gives (``1=2+3``, the incidents);
        - ``balance``: the closing count of table 2 or 3 is not what column 9 gives; says
          whether the unlinked households explain it;
        - ``rate``: a rate is not that of its counts;
        - ``part``: a part, or parts together, are above the whole, such as the poor and near-poor
          above the resident population;
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
          its data leave something out. Told for the lowest units alone.

    Raises
    ------
    ValueError
        If a table does not say which one it is, carries headers in place of ids, has something
        else than numbers where numbers stand, or is given twice.

    Notes
    -----
    In an agreement, the first table that holds the number is the one that is expected; which of
    the two is right the tables cannot tell. Of the lists, tables 14 and 15, the households are
    counted; a number that is missing in all of a column was not asked for, and is no finding.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> book = reports.tables(result, by=["area"], population="counted", numbers=[1, 4])
    >>> book[4].loc[1, "poor_households"] -= 1
    >>> found = reports.check(book)
    >>> found = found[~found["rule"].isin(["undetermined", "unknown"])]
    >>> found[["rule", "table", "unit", "column", "expected", "found"]]
            rule table   unit           column expected found
    2   children     4  total  poor_households       95    96
    7  agreement     4  rural  poor_households       73    72
    """
    check_language(language)
    if isinstance(tables, pd.DataFrame):
        tables = [tables]
    tables = list(tables.values() if isinstance(tables, Mapping) else tables)
    book = given(tables)
    found: list[Finding] = []
    for number, (form, frame, _) in book.items():
        found += _repeated(number, frame)
        if form.rows == "units":
            found += _within(frame, form, language)
    found += same_units(book)
    for agreement in agreements_of(tables):
        found += agree(agreement, book, language)
    found += same_data(book)
    return reported(found, language)


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
        As `check`, with the rule ``formula``. Rows where a number is missing are passed over.

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
    ['all=a+b gives 5, not 6']
    """
    table = as_frame(table, "table")
    check_language(language)
    found = []
    for column, terms in sums.items():
        expected = _added(table, [(-1 if t[:1] == "-" else 1, t.lstrip("+-")) for t in terms])
        formula = f"{column}={''.join(terms).removeprefix('+')}"
        found += [
            Finding(
                "formula",
                name,
                str(table.index[row]),
                None,
                column,
                expected.iloc[row],
                table[column].iloc[row],
                {"formula": formula},
            )
            for row in _differing(expected, table[column])
        ]
    return reported(found, language)


# -- one table -------------------------------------------------------------------------------


def _within(frame: pd.DataFrame, form: Layout, language: Language) -> Iterator[Finding]:
    here = places(frame)
    counts = [column for column in form.columns if column.kind == "count"]

    def findings(
        rule: str, column: str, expected: pd.Series[Any], rows: Iterable[int], **more: str
    ) -> Iterator[Finding]:
        for row in rows:
            path, of = here[row]
            yield Finding(
                rule,
                form.number,
                called(path),
                of,
                column,
                expected.iloc[row],
                frame[column].iloc[row],
                more,
            )

    parents, leaves = _families(here)
    for column in counts:
        if column.id not in frame.columns:
            continue
        values = frame[column.id]
        below = pd.Series(pd.array([None] * len(frame), dtype="Int64"), index=frame.index)
        for row, children in parents.items():
            below.iloc[row] = values.iloc[children].sum(skipna=False)
        # A base that nobody entered for one unit is missing above it too.
        yield from findings("children", column.id, below, _differing(below, values))
        known = {of for (_, of), there in zip(here, values.notna(), strict=True) if there}
        gaps = [
            row
            for row in _where(values.isna())
            if here[row][1] in known and not values.iloc[parents.get(row, [])].isna().any()
        ]
        yield from findings("missing", column.id, below, gaps)
        if column.terms:
            by_terms = _added(frame, column.signed_terms)
            rows = _differing(by_terms, values)
            formula = column.formula or f"{column.id}={''.join(column.terms).removeprefix('+')}"
            if column.id == "closing":
                for row in rows:
                    why = _explained(frame, row, language)
                    yield from findings(
                        "balance", "closing", by_terms, [row], formula=formula, explained=why
                    )
            else:
                yield from findings("formula", column.id, by_terms, rows, formula=formula)
        if column.part_of is not None:
            whole = frame[column.part_of]
            yield from findings(
                "part", column.id, whole, _where(values > whole), other=column.part_of
            )
        if column.parts:
            known_parts = frame[[id for id in column.parts if id in frame.columns]]
            together = known_parts.sum(axis=1)
            terms = "+".join(column.parts)
            rows = _where(together > values)
            yield from findings("parts", column.id, together, rows, terms=terms)
            sums = [row for rows in parents.values() for row in _sum_of_the_others(values, rows)]
            # The data have nobody there: a total stands in the population alone.
            sums = [row for row in sums if together.iloc[row] == 0]
            yield from findings("sum_as_unit", column.id, values, sums)
        if column.id != "residual":
            zero = pd.Series(0, index=frame.index)
            yield from findings("negative", column.id, zero, _where(values < 0))
        if column.same_as is not None:
            rows = _differing(values, frame[column.same_as])
            yield from findings("overlap", column.same_as, values, rows)
        if column.id in NOTES:
            rows = [row for row in _where(values > 0) if row in leaves]
            zero = pd.Series(0, index=frame.index)
            yield from findings(NOTES[column.id], column.id, zero, rows)
    for column in form.columns:
        if column.kind == "rate":
            yield from _rates(frame, column, findings)


def _sum_of_the_others(values: pd.Series[Any], rows: list[int]) -> list[int]:
    """Rows, of three and more, with as much as all the others together."""
    if len(rows) < 3 or values.iloc[rows].isna().any():
        return []
    total = values.iloc[rows].sum()
    return [row for row in rows if 0 < 2 * values.iloc[row] == total]


def _repeated(number: int, frame: pd.DataFrame) -> Iterator[Finding]:
    here = places(frame)
    column, names = "unit", list(map(str, here))
    if "member_id" in frame.columns:
        column = "member_id"
        ids = zip(frame["household_id"], frame[column], strict=True)
        names = [f"{home} / {'' if pd.isna(member) else member}" for home, member in ids]
    seen: set[str] = set()
    for (path, of), name in zip(here, names, strict=True):
        if name in seen:
            yield Finding("repeated", number, called(path), of, column, None, name, {})
        seen.add(name)


def _rates(frame: pd.DataFrame, column: Column, findings: Any) -> Iterator[Finding]:
    if column.numerator not in frame.columns:
        return
    counts, base = frame[column.numerator], frame[column.denominator]
    expected = rates(counts, base, zero_base="blank")
    given = frame[column.id]
    # A base of 0 may print 0 or nothing, as the form has it; a missing base never prints a rate.
    wrong = (expected != given).fillna(False) | (expected.isna() & given.notna())
    wrong |= expected.notna() & given.isna()
    wrong &= ~((base == 0).fillna(False) & (given.isna() | (given == 0).fillna(True)))
    yield from findings("rate", column.id, expected, _where(wrong))


def _explained(frame: pd.DataFrame, row: int, language: Language) -> str:
    cells = frame.iloc[row]
    n = [cells[name] for name in ("unlinked_increase", "unlinked_decrease") if name in frame]
    explains, not_enough, none = EXPLAINED[language]
    if len(n) < 2 or pd.isna(n[0]) or pd.isna(n[1]) or n[0] + n[1] == 0:
        return none
    text = explains if n[0] - n[1] == cells["residual"] else not_enough
    return text.format(n=n[0] + n[1])


def _families(rows: list[Place]) -> tuple[dict[int, list[int]], set[int]]:
    """Rows of the children of each row that has some; and rows without."""
    children: dict[Place, list[int]] = {}
    for row, (path, of) in enumerate(rows):
        if path:
            children.setdefault((path[:-1], of), []).append(row)
    parents = {row: children[place] for row, place in enumerate(rows) if place in children}
    return parents, set(range(len(rows))) - set(parents)


def _added(frame: pd.DataFrame, terms: Iterable[tuple[int, str]]) -> pd.Series[Any]:
    found = pd.Series(0, index=frame.index, dtype="Int64")
    for sign, column in terms:
        found = found + sign * frame[column]
    return found


def _where(mask: Any) -> list[int]:
    return [row for row, bad in enumerate(mask.fillna(False).tolist()) if bad]


def _differing(expected: pd.Series[Any], found: pd.Series[Any]) -> list[int]:
    """Rows where both are known and not the same."""
    return _where((expected != found).astype("boolean") & expected.notna() & found.notna())
