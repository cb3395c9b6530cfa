"""Small counts hidden in published tables, with further ones from which they would follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, overload

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.reports.layouts import Layout, agreements_of, layout_of, layout_of_counts
from multidim_poverty.reports.units import TOTAL, plain_values
from multidim_poverty.schema.arguments import as_frame

__all__ = ["HIDDEN", "HIDDEN_SIGN", "hidden_columns", "suppress"]

HIDDEN = "hidden"  # the column that names the hidden cells of each row
HIDDEN_SIGN = "*"  # what is printed in their place
PRIME = 2**61 - 1  # sums of cells are solved in whole numbers modulo a prime, so without rounding
Cell = tuple[int, int, str]  # number of the table, row, column
Relation = dict[Cell, int]  # cells with factors; their sum is 0
Unit = tuple[tuple[Any, ...], str]  # names by level, and what the row counts


@overload
def suppress(tables: pd.DataFrame, *, below: int = 5) -> pd.DataFrame: ...
@overload
def suppress(tables: Mapping[int, pd.DataFrame], *, below: int = 5) -> dict[int, pd.DataFrame]: ...
def suppress(
    tables: pd.DataFrame | Mapping[int, pd.DataFrame], *, below: int = 5
) -> pd.DataFrame | dict[int, pd.DataFrame]:
    """Hide small counts of official tables before they are published.

    A table of a village can name a family. Counts from 1 to under `below` are hidden, and further
    ones, as few and as small as may be, so that no hidden count is a sum or difference of counts
    that are not: along the columns of a row, along parents and their units, and between tables.

    Parameters
    ----------
    tables : pandas.DataFrame, or mapping of int to pandas.DataFrame
        As `tables` and its single functions make them, without ``labels``. Give all tables that
        are published, together: what one hides, another may show.
    below : int
        The smallest count above 0 that may be shown.

    Returns
    -------
    pandas.DataFrame, or dict of int to pandas.DataFrame
        Copies. Hidden counts, and the rates of which one is a part, are missing; the column
        ``hidden`` (string) names them in each row, with spaces between; ``attrs`` hold
        ``hidden_below``. `printed` and `multidim_poverty.excel.write_tables` print ``*`` for them,
        and `notes` says so.

    Raises
    ------
    ArgumentError
        If `below` is no whole number from 1, or if a table is one of the lists 14 and 15, which
        name people, does not say which one it is, or has counts that are no whole numbers.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    A count of 0 is shown: it is nobody. What is guarded against are sums and differences; whoever
    knows that hidden counts are at least 1 can still give bounds for them. The choice of the
    further cells is greedy: it is safe, and may hide more than the fewest possible.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> homes = pd.DataFrame({"poverty_class": "poor", "village": list("AAABBBBBBBCCCCCCCC")})
    >>> homes = homes.assign(household_size=4)
    >>> table = reports.suppress(reports.table_1(homes, by=["village"], population="counted"))
    >>> table["poor_households"].tolist()
    [18, <NA>, <NA>, 8]
    """
    if isinstance(below, bool) or not isinstance(below, Integral) or below < 1:
        raise ArgumentError(f"below is {below!r}: give a whole number from 1, such as 5")
    given = [tables] if isinstance(tables, pd.DataFrame) else [*tables.values()]
    frames = {}
    for frame in (as_frame(table, "tables") for table in given):
        number = layout_of_counts(frame, "suppress").number
        if number in frames:
            raise ArgumentError(f"table {number} is given twice: give each table once")
        frames[number] = _CountTable.of(frame)
    values = {cell: value for counts in frames.values() for cell, value in counts.cells()}
    small = {cell for cell, value in values.items() if 0 < abs(value) < below}
    hidden = _protected(small, [*_relations(frames, values)], values)
    results = {
        number: counts.without({(row, id) for at, row, id in hidden if at == number}, int(below))
        for number, counts in frames.items()
    }
    if isinstance(tables, pd.DataFrame):
        return next(iter(results.values()))
    return {key: results[layout_of(table).number] for key, table in tables.items()}


def hidden_columns(table: pd.DataFrame) -> list[set[str]]:
    """The hidden columns of each row of a table."""
    if HIDDEN not in table.columns:
        return [set() for _ in range(len(table))]
    return [set() if text is None else set(text.split()) for text in plain_values(table[HIDDEN])]


@dataclass(frozen=True)
class _CountTable:
    """The counts of one table.

    Attributes
    ----------
    table : pandas.DataFrame
    form : Layout
    units : list of Unit
        What each row is about.
    """

    table: pd.DataFrame
    form: Layout
    units: list[Unit]

    @classmethod
    def of(cls, table: pd.DataFrame) -> _CountTable:
        form = layout_of(table)
        if form.rows == "members":
            raise ArgumentError(
                f"table {form.number} is a list of people, which no rule for small counts makes "
                f"fit to be published: leave it out"
            )
        if HIDDEN in table.columns:
            raise ArgumentError(
                f"table {form.number} has hidden counts already: give it as it was made"
            )
        counts = [column.id for column in form.columns if column.kind == "count"]
        if absent := [id for id in ("level", *counts) if id not in table.columns]:
            raise ArgumentError(
                f"table {form.number} has no columns {', '.join(absent)}: make it without labels"
            )
        if texts := [id for id in counts if not pd.api.types.is_integer_dtype(table[id].dtype)]:
            raise ArgumentError(
                f"table {form.number} has counts that are no whole numbers in {', '.join(texts)}: "
                f"correct them first; reports.check names them"
            )
        levels = [name for name in table["level"].cat.categories if name != TOTAL]
        names = [plain_values(table[name]) for name in levels]
        count_of = table["count_of"] if "count_of" in table.columns else [""] * len(table)
        units = []
        for row, (level, of) in enumerate(zip(table["level"], count_of, strict=True)):
            depth = 0 if level == TOTAL else levels.index(level) + 1
            units.append((tuple(values[row] for values in names[:depth]), str(of)))
        return cls(table, form, units)

    def cells(self) -> Iterator[tuple[Cell, int]]:
        """The counts that are known."""
        for column in self.form.columns:
            if column.kind == "count":
                for row, value in enumerate(plain_values(self.table[column.id])):
                    if value is not None:
                        yield (self.form.number, row, column.id), value

    def without(self, hidden: set[tuple[int, str]], below: int) -> pd.DataFrame:
        """A copy without the hidden counts, and without the rates that they are part of."""
        result = self.table.copy()
        masks = {
            column.id: np.array([(row, column.id) in hidden for row in range(len(result))], bool)
            for column in self.form.columns
            if column.kind == "count"
        }
        for column in self.form.columns:
            if column.kind == "rate":
                parts = masks[str(column.numerator)] | masks[str(column.denominator)]
                masks[column.id] = parts & result[column.id].notna().to_numpy(bool)
        for id, mask in masks.items():
            kind: Any = "Int64" if self.form.column(id).kind == "count" else "Float64"
            result[id] = result[id].astype(kind).mask(pd.Series(mask, index=result.index))
        names = [" ".join(id for id in masks if masks[id][row]) for row in range(len(result))]
        result[HIDDEN] = pd.array(names, dtype="string")
        result.attrs = {**self.table.attrs, "hidden_below": below}
        return result


# -- what can be computed from what -----------------------------------------------------------


def _relations(frames: Mapping[int, _CountTable], values: Mapping[Cell, int]) -> Iterator[Relation]:
    """The sums and equalities that hold between the cells."""
    for relation in _all_relations(frames):
        known = all(cell in values for cell in relation)
        if known and not sum(factor * values[cell] for cell, factor in relation.items()):
            yield relation


def _all_relations(frames: Mapping[int, _CountTable]) -> Iterator[Relation]:
    for number, counts in frames.items():
        below: dict[Unit, list[int]] = defaultdict(list)
        for row, (path, of) in enumerate(counts.units):
            if path:
                below[path[:-1], of].append(row)
        ids = [column.id for column in counts.form.columns if column.kind == "count"]
        for row, unit in enumerate(counts.units):
            for id in ids if below[unit] else ():
                yield {
                    (number, row, id): -1,
                    **{(number, child, id): 1 for child in below[unit]},
                }
            for column in counts.form.columns:
                if column.terms:
                    terms = {(number, row, id): sign for sign, id in column.signed_terms}
                    yield {**terms, (number, row, column.id): -1}
    yield from _equal_cells(frames)


def _equal_cells(frames: Mapping[int, _CountTable]) -> Iterator[Relation]:
    """Cells of several tables that hold the same number."""
    same = [
        (agreement.cells, agreement.of)
        for agreement in agreements_of(counts.table for counts in frames.values())
    ]
    same.append((tuple((number, "undetermined") for number in frames), "households"))
    for cells, of in same:
        first: dict[tuple[Any, ...], Cell] = {}
        for number, id in cells:
            if number not in frames or id not in frames[number].table.columns:
                continue
            levels = tuple(frames[number].table["level"].cat.categories)
            for row, (path, counted) in enumerate(frames[number].units):
                if counted in ("", of):
                    cell = (number, row, id)
                    other = first.setdefault((levels, path), cell)
                    if other != cell:
                        yield {other: -1, cell: 1}


def _protected(
    small: Iterable[Cell], relations: list[Relation], values: Mapping[Cell, int]
) -> set[Cell]:
    """The small cells, and further ones until none of them all can be computed from the rest.

    A hidden cell that follows from one sum, or else from several, has the smallest cell near it
    hidden too that is shown and not 0. There always is one, for a hidden cell is not 0; and once
    all cells but those of 0 are hidden, none follows.
    """
    hidden = set(small)
    of_cell: dict[Cell, list[Relation]] = defaultdict(list)
    for relation in relations:
        for cell in relation:
            of_cell[cell].append(relation)

    def smallest(cells: Iterable[Cell]) -> Cell | None:
        shown = [cell for cell in cells if cell not in hidden and values[cell]]
        return min(shown, key=lambda cell: (abs(values[cell]), cell), default=None)

    to_see = list(relations)
    while True:
        while to_see:  # a sum with one hidden cell alone
            relation = to_see.pop()
            if len(hidden & relation.keys()) == 1 and (more := smallest(relation)) is not None:
                hidden.add(more)
                to_see += of_cell[more]
        for cell in _following(hidden, relations):
            if (more := smallest(_near(cell, hidden, of_cell, smallest))) is not None:
                hidden.add(more)
                to_see += of_cell[more]
                break
        else:
            return hidden


def _near(
    cell: Cell,
    hidden: set[Cell],
    of_cell: Mapping[Cell, list[Relation]],
    smallest: Callable[[Iterable[Cell]], Cell | None],
) -> set[Cell]:
    """The cells of the nearest sums around a hidden cell of which one can be hidden."""
    seen, edge = {cell}, {cell}
    while edge:
        around = {other for hidden_cell in edge for sums in of_cell[hidden_cell] for other in sums}
        if smallest(around) is not None:
            return around
        edge = (around & hidden) - seen
        seen |= edge
    return set()


def _following(hidden: set[Cell], relations: Iterable[Relation]) -> list[Cell]:
    """The hidden cells that follow from the shown ones, by several sums together.

    They are those with a row of their own in the reduced row echelon form over the hidden cells.
    """
    pivots: dict[Cell, Relation] = {}
    users: dict[Cell, set[Cell]] = defaultdict(set)  # hidden cell -> pivots of the rows with it
    for relation in relations:
        row = {cell: factor for cell, factor in relation.items() if cell in hidden}
        for cell in [cell for cell in row if cell in pivots]:
            _subtract(row, pivots[cell], row[cell])
        if not row:
            continue
        pivot = min(row, key=lambda cell: (len(users[cell]), cell))  # the fewest rows change
        inverse = pow(row[pivot], -1, PRIME)
        row = {cell: factor * inverse % PRIME for cell, factor in row.items()}
        for other in users.pop(pivot, set()):
            before = set(pivots[other])
            _subtract(pivots[other], row, pivots[other][pivot])
            after = set(pivots[other])
            for cell in before - after:
                users[cell].discard(other)
            for cell in after - before:
                users[cell].add(other)
        pivots[pivot] = row
        for cell in row.keys() - {pivot}:
            users[cell].add(pivot)
    return sorted(pivot for pivot, row in pivots.items() if len(row) == 1)


def _subtract(row: Relation, other: Relation, times: int) -> None:
    """Take another row away so many times."""
    for cell, factor in other.items():
        left = (row.get(cell, 0) - times * factor) % PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
