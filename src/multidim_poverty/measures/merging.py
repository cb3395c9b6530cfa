"""Measures of a table in parts: the sums of each part, added up, then the estimates.

The function of a measure runs on each part, in a scope that writes down the totals it is asked
for; and then on a table without rows, in a scope that answers with those of all parts, in the same
order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.measures.design import (
    CodeArray,
    Design,
    DesignLike,
    FloatArray,
    Sample,
    design_columns,
    replicate_scales,
    sample_of_columns,
)
from multidim_poverty.measures.inference import Domains, DomainTotals, Interval, Rows
from multidim_poverty.measures.subgroups import Level, levels_of, person_counts
from multidim_poverty.measures.tidy import BoolArray, Scope
from multidim_poverty.measures.value_rows import ValueRows, distinct_values, one_below_other
from multidim_poverty.schema.arguments import distinct_rows, grouping
from multidim_poverty.schema.reading import numbers_of

__all__ = ["Measure", "PartSums", "merged_measure", "one_below", "sums_of_part", "unit_rows"]

Measure = Callable[[pd.DataFrame, Scope], pd.DataFrame]
NO_ROWS = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class RowCounts:
    """How many rows of a part each of its groups has."""

    counts: CodeArray


@dataclass(eq=False)
class DomainSums:
    """The totals of a part, of one variable after the other, as they were asked for.

    Attributes
    ----------
    pairs : tuple of numpy.ndarray or None
        Unit, group and weight of each pair of both that has rows, where there is a sample of units.
    totals : list of tuple of numpy.ndarray
        The totals by group; those by pair, and under each replicate by group, or None.
    rows : list of ValueRows
        The rows that are ranked, those of the same values made one.
    """

    pairs: tuple[CodeArray, CodeArray, FloatArray] | None = None
    totals: list[tuple[FloatArray, FloatArray | None, FloatArray | None]] = field(
        default_factory=list
    )
    rows: list[ValueRows] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class PartSums:
    """What a part hands on.

    Attributes
    ----------
    groups : pandas.DataFrame or None
        The groups of the part; None where all rows are one.
    units : pandas.DataFrame or None
        The primary sampling units of the part: ``strata``, ``psu`` and ``fpc`` where the design has
        them, and the sum of the ``weight`` of their rows; None without a sample.
    replicates : int or None
        How many replicate weights there are.
    entries : list of RowCounts and DomainSums
    """

    groups: pd.DataFrame | None
    units: pd.DataFrame | None
    replicates: int | None
    entries: list[RowCounts | DomainSums]


# -- a part ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _WritingDomains(Domains):
    """Domains that write down their totals; what is made of these has no standard error."""

    sums: DomainSums = field(kw_only=True)

    def totals(self, values: Rows | None = None) -> DomainTotals:
        totals = super().totals(values)
        self.sums.totals.append((totals.by_domain, totals.by_pair, totals.replicated))
        return DomainTotals(self, totals.by_domain, None, None)

    def value_rows(self, *columns: Rows) -> ValueRows:
        rows = distinct_values(super().value_rows(*columns))
        self.sums.rows.append(rows)
        return rows.take(NO_ROWS)

    @property
    def degrees_of_freedom(self) -> FloatArray:
        return np.full(self.number, np.nan)


@dataclass(frozen=True)
class _WritingScope(Scope):
    """The scope of a part, which writes down what it is asked for."""

    units: Sample | None
    entries: list[RowCounts | DomainSums]

    def domains(self, level: Level, keep: BoolArray | None, *, sampled: bool = True) -> Domains:
        rows = super().domains(level, keep)
        sample, sums = self.units if sampled else None, DomainSums()
        domains = _WritingDomains(
            rows.codes, rows.number, rows.weight, rows.size, sample, sums=sums
        )
        if sample is not None and (sample.replicates is None or sample.with_units):
            sums.pairs = (*domains.pair[1:], domains.weight_of_pair)
        self.entries.append(sums)
        return domains

    def row_counts(self, level: Level, keep: BoolArray | None = None) -> CodeArray:
        counts = super().row_counts(level, keep)
        self.entries.append(RowCounts(counts))
        return counts


def sums_of_part(
    measure: Measure,
    data: pd.DataFrame,
    argument: str,
    *,
    by: str | pd.Series[Any] | None,
    persons: bool | str | pd.Series[Any] | None,
    design: DesignLike | None,
) -> PartSums:
    """The sums of a part that a measure needs.

    Raises
    ------
    ArgumentError, InvalidDataError
        As the measure, of what the part shows by itself.
    """
    sizes = person_counts(persons, data, argument)
    levels = [Level("all", np.zeros(len(data), dtype=np.intp), (None,))]
    groups = None
    if by is not None:
        groups, at = distinct_rows(*grouping(by, data, argument))
        levels.append(Level("by", at.astype(np.intp), tuple(range(len(groups)))))
    sample, units, replicates = None, None, None
    weight = np.ones(len(data))
    if isinstance(design, Design):
        columns, replicate_weights = design_columns(design, data, argument)
        weight = numbers_of(columns["weight"]) if "weight" in columns else weight
        units, unit = unit_rows(columns, design)
        units = units.assign(weight=np.bincount(unit, weights=weight, minlength=len(units)))
        sample = Sample(
            weight=weight,
            unit=unit,
            stratum=np.zeros(len(units), dtype=np.intp),
            correction=np.ones(1),
            lonely=design.lonely,
            replicates=None
            if replicate_weights is None
            else replicate_weights.to_numpy(np.float64),
            replicate_scales=np.empty(0),
            with_units="psu" in columns or "strata" in columns,
        )
        replicates = None if sample.replicates is None else sample.replicates.shape[1]
    scope = _WritingScope(
        levels=tuple(levels),
        sizes=sizes,
        sample=None,
        weight=weight if sizes is None else weight * sizes,
        interval="t",
        confidence=0.95,
        units=sample,
        entries=[],
    )
    measure(data, scope)
    return PartSums(groups, units, replicates, scope.entries)


def unit_rows(columns: pd.DataFrame, design: Design) -> tuple[pd.DataFrame, CodeArray]:
    """The primary sampling units of the columns of a design, and which one each row is in.

    A unit of which its rows say different things is there once for each of these. Where the
    replicates alone tell the variance, all rows are one.
    """
    names = [name for name in ("strata", "psu", "fpc") if name in columns]
    plain = columns[names].reset_index(drop=True)
    if "psu" in names:
        units, at = distinct_rows(plain, names)
        return units, at.astype(np.intp)
    if design.replicates is not None and not names:
        return plain.head(1), np.zeros(len(plain), dtype=np.intp)
    return plain, np.arange(len(plain))


# -- all parts -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _MergedDomains(Domains):
    """Domains that answer with the totals of all parts."""

    pairs: tuple[CodeArray, CodeArray, FloatArray] = field(kw_only=True)
    merged: Iterator[tuple[FloatArray, FloatArray | None, FloatArray | None]] = field(kw_only=True)
    merged_rows: Iterator[ValueRows] = field(kw_only=True)

    @property
    def pair(self) -> tuple[CodeArray, CodeArray, CodeArray]:
        return NO_ROWS, self.pairs[0], self.pairs[1]

    @property
    def weight_of_pair(self) -> FloatArray:
        return self.pairs[2]

    def totals(self, values: Rows | None = None) -> DomainTotals:  # noqa: ARG002
        return DomainTotals(self, *next(self.merged))

    def value_rows(self, *columns: Rows) -> ValueRows:  # noqa: ARG002
        return next(self.merged_rows)


@dataclass(frozen=True)
class _MergedScope(Scope):
    """The scope of all parts, which answers in the order in which theirs were asked.

    Attributes
    ----------
    entries : iterator of tuple
        What each part has written down, at the same place.
    group_of : list of numpy.ndarray
        Part -> the group of each group of the part.
    unit_of : list of numpy.ndarray
        Part -> the unit of each unit of the part.
    """

    entries: Iterator[tuple[Any, ...]]
    group_of: Sequence[CodeArray]
    unit_of: Sequence[CodeArray]

    def row_counts(self, level: Level, keep: BoolArray | None = None) -> CodeArray:  # noqa: ARG002
        counts = np.zeros(len(level.labels), dtype=np.intp)
        for entry, group in zip(next(self.entries), self._groups(level), strict=True):
            np.add.at(counts, group, entry.counts)
        return counts

    def domains(
        self,
        level: Level,
        keep: BoolArray | None,  # noqa: ARG002
        *,
        sampled: bool = True,
    ) -> Domains:
        parts: tuple[DomainSums, ...] = next(self.entries)
        groups, number = self._groups(level), len(level.labels)
        joint = [
            units[part.pairs[0]].astype(np.int64) * number + group[part.pairs[1]]
            for part, group, units in zip(parts, groups, self.unit_of, strict=False)
            if part.pairs is not None
        ]
        codes, distinct = pd.factorize(np.concatenate(joint)) if joint else (NO_ROWS, NO_ROWS)
        places = np.split(codes, np.cumsum([len(each) for each in joint])[:-1])
        weight = np.zeros(len(distinct))
        for part, place in zip(parts, places, strict=False):
            if part.pairs is not None:
                np.add.at(weight, place, part.pairs[2])
        pairs = distinct // number, distinct % number, weight
        return _MergedDomains(
            NO_ROWS,
            number,
            np.empty(0),
            None,
            self.sample if sampled else None,
            pairs=pairs,
            merged=_merged_totals(parts, groups, places, pairs[1], number),
            merged_rows=_merged_rows(parts, groups, places),
        )

    def _groups(self, level: Level) -> Sequence[CodeArray]:
        if level is self.levels[0]:
            return [np.zeros(1, dtype=np.intp)] * len(self.group_of)
        return self.group_of


def _merged_totals(
    parts: Sequence[DomainSums],
    groups: Sequence[CodeArray],
    places: Sequence[CodeArray],
    group_of_pair: CodeArray,
    number: int,
) -> Iterator[tuple[FloatArray, FloatArray | None, FloatArray | None]]:
    """The totals of all parts, of one variable after the other."""
    for totals in zip(*(part.totals for part in parts), strict=True):
        by_domain, by_pair, replicated = np.zeros(number), None, None
        if totals[0][1] is not None:
            by_pair = np.zeros(len(group_of_pair))
            for (_, of_part, _), place in zip(totals, places, strict=True):
                np.add.at(by_pair, place, of_part)
            np.add.at(by_domain, group_of_pair, by_pair)
        else:
            for (of_part, _, _), group in zip(totals, groups, strict=True):
                np.add.at(by_domain, group, of_part)
        if totals[0][2] is not None:
            replicated = np.zeros((totals[0][2].shape[0], number))
            for (_, _, of_part), group in zip(totals, groups, strict=True):
                np.add.at(replicated.T, group, of_part.T)
        yield by_domain, by_pair, replicated


def _merged_rows(
    parts: Sequence[DomainSums], groups: Sequence[CodeArray], places: Sequence[CodeArray]
) -> Iterator[ValueRows]:
    """The ranked rows of all parts, of one statistic after the other."""
    for of_parts in zip(*(part.rows for part in parts), strict=True):
        rows = [
            replace(each, domain=group[each.domain])
            for each, group in zip(of_parts, groups, strict=True)
        ]
        if rows[0].pair is not None:
            rows = [
                replace(each, pair=place[each.pair])
                for each, place in zip(rows, places, strict=True)
            ]
        yield distinct_values(one_below_other(rows))


def merged_measure(
    measure: Measure,
    no_rows: pd.DataFrame,
    parts: Sequence[PartSums],
    argument: str,
    *,
    by: str | pd.Series[Any] | None,
    persons: bool | str | pd.Series[Any] | None,
    design: DesignLike | None,
    interval: Interval | None,
    confidence: float,
) -> pd.DataFrame:
    """The table of a measure from the sums of all parts.

    `no_rows` is the table without its rows.

    Raises
    ------
    InvalidDataError
        As `measures.Design` says of what the parts show together; the ``household_id`` of a fault
        is the place of a unit among those of all parts, one below the other.
    """
    levels = [Level("all", NO_ROWS, (None,))]
    group_of = [NO_ROWS] * len(parts)
    if by is not None:
        groups = [part.groups for part in parts if part.groups is not None]
        together = one_below(groups).reset_index(drop=True)
        name = groups[0].columns[0]
        if isinstance(by, pd.Series):  # labels without a name are as they are spelt
            by = together[name].rename(None if by.name is None else str(by.name))
        levels = levels_of(by, together, argument)
        bounds = np.cumsum([len(each) for each in groups])[:-1]
        group_of = np.split(levels[1].codes, bounds)
    sample, unit_of = None, []
    if isinstance(design, Design):
        units = [part.units for part in parts if part.units is not None]
        sample = sample_of_columns(one_below(units).reset_index(drop=True), None, design)
        unit_of = np.split(sample.unit, np.cumsum([len(each) for each in units])[:-1])
        if (number := parts[0].replicates) is not None:
            scales = replicate_scales(design, number)
            sample = replace(sample, replicates=np.empty((0, number)), replicate_scales=scales)
    scope = _MergedScope(
        levels=tuple(levels),
        sizes=person_counts(persons, no_rows, argument),
        sample=sample,
        weight=np.empty(0),
        interval=interval or "logit",
        confidence=confidence,
        entries=zip(*(part.entries for part in parts), strict=True),
        group_of=group_of,
        unit_of=unit_of,
    )
    return measure(no_rows, scope)


def one_below(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of parts, one below the other, with all categories that one of them has."""
    filled = [table for table in tables if len(table)] or list(tables[:1])
    first = filled[0]
    unified = {}
    for name in first.columns:
        every = [table[name].dtype for table in filled]
        dtypes = [dtype for dtype in every if isinstance(dtype, pd.CategoricalDtype)]
        if len(dtypes) == len(every):
            categories = list(dict.fromkeys(c for d in dtypes for c in d.categories.tolist()))
            unified[name] = pd.CategoricalDtype(categories, ordered=dtypes[0].ordered)
    return pd.concat([table.astype(unified) for table in filled])
