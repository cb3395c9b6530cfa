"""How many households each cell of income line and cut-off puts into each class, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.tables import chosen_line
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import Estimate, Interval, divided, intervals
from multidim_poverty.measures.tidy import UNITS, Scope, read_scope
from multidim_poverty.scenario.cell_errors import share_errors
from multidim_poverty.scenario.situations import Counts, Situations, memberships_of
from multidim_poverty.scenario.variants import (
    Amount,
    standards_of_cut_offs,
    standards_of_lines,
)
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households

__all__ = ["grid"]

ESTIMATED = ("estimate", "se", "lower", "upper", "df")


def grid(
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
    lines: Iterable[Amount] | None = None,
    line_factors: Iterable[float] | None = None,
    line_id: str | None = None,
    cutoffs: Iterable[int] | None = None,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many households are in each class under each income line and each cut-off.

    Each cell counts as `classify` does by the `variant` of that line and that cut-off.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `classify`, and the columns that `by`, `persons` and `design` name.
    deprivations : pandas.DataFrame
        As for `classify`.
    standard : Standard or str
        The law whose line and cut-off are varied.
    lines : iterable of float or mapping, optional
        Amounts of the line [VND per person per month], each one for both areas, or by area,
        ``{"rural": 1_600_000, "urban": 2_100_000}``; the other lines stay, and an amount must lie
        between them.
    line_factors : iterable of float, optional
        In place of `lines`: by how much all lines of the standard are multiplied, in both areas;
        1 is the standard's own. Without either, the lines are those of the standard.
    line_id : str, optional
        The line that `lines` are amounts of; by default the lowest.
    cutoffs : iterable of int, optional
        Deprivations from which on another clause decides; by default 1 to the number of
        indicators, or the clauses as they are where the standard has several cut-offs or none.
    by : str or pandas.Series, optional
        As for `measures.estimate`: a column of `households`, or the group of each.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`.
    design : Design or "census", optional
        How the households were drawn: the counts are then weighted, and the shares have standard
        errors and intervals.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.class_shares`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, on a RangeIndex: one row per group, line, cut-off and class, in that order. Columns:

        - ``line_rural``, ``line_urban`` (Int64) [VND per person per month]: the line that varies;
          NA where the standard has none;
        - ``line_factor`` (float64): NaN where amounts are given;
        - ``cutoff`` (Int64): NA where the clauses stay as they are;
        - ``level`` (string), ``subgroup`` (object), ``unit`` (category): as in `measures.estimate`;
        - ``poverty_class`` (ordered category, worst first);
        - ``headcount``: households, or persons, known to be in the class; ``headcount_at_most``:
          those that may be, of whom the unknown answers leave it open; ``undetermined``: those
          without a class in this cell; ``base``: all of the group (int64; float64 with the
          weights of a design).

        With any `design`, these follow (float64): ``estimate`` [fraction], the headcount over the
        base, NaN where nobody of the group has a class; its ``se``, ``lower``, ``upper`` and
        ``df``, NaN for a census. They are those of `measures.class_shares` of the result of
        `classify` by the `variant` of the cell.

    Raises
    ------
    ArgumentError
        If a line is not a whole amount above 0 or leaves its place among the others, a factor is
        a percentage, a cut-off no count of indicators, or `by` no column; or as `classify`.
    InvalidDataError
        As `classify`; if sizes are missing, or as `measures.Design` says.
    UnknownNameError
        If the standard has no such line.
    MissingExtraError
        If there is a sample and scipy is not installed (extra ``measures``).

    Notes
    -----
    An income at the line is not above it. The incomes are counted between all lines once, by the
    deprivations known and unknown, and each cell sums up what lies on each side of its lines: 600
    cells take some eight times as long as one classification, and no more memory than the input.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(
    ...     sample.households, sample.members, standard=standard, on="2023-06-30")
    >>> table = mdp.scenario.grid(
    ...     sample.households, matrix, standard=standard, line_factors=[1, 1.1], cutoffs=[3, 4])
    >>> poor = table[table["poverty_class"] == "poor"]
    >>> poor[["line_rural", "cutoff", "headcount", "headcount_at_most"]].values.tolist()
    [[1500000, 3, 96, 104], [1500000, 4, 57, 61], [1650000, 3, 105, 113], [1650000, 4, 60, 64]]
    """
    homes, law = as_households(households), as_standard(standard)
    of_lines = standards_of_lines(law, lines, line_factors, line_id)
    of_cut_offs = standards_of_cut_offs(law, cutoffs)
    inputs = ClassificationInputs.of(homes, as_frame(deprivations, "deprivations"), law)
    scope = read_scope(
        homes,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    whole = scope.sample is None  # counts are whole numbers
    situations = Situations.of(inputs, law, [each for _, each in of_lines])
    memberships = memberships_of([each for _, each in of_cut_offs], situations.pairs)
    weight = None if whole and scope.sizes is None else scope.weight
    counted = _counted(situations, memberships, scope, weight)
    shape = (len(counted), len(of_lines), len(of_cut_offs), -1)
    table = _table(
        counted.reshape(shape),
        _amounts(of_lines, law, line_id),
        [each for each, _ in of_cut_offs],
        law,
        scope,
        whole,
    )
    if design is None:
        return table
    return pd.concat([table, _estimated(situations, memberships, scope, counted, law)], axis=1)


def _counted(
    situations: Situations, memberships: Counts, scope: Scope, weight: Counts | None
) -> Counts:
    """What is in each column of the memberships: by group, all of them first, and by line."""
    level = scope.levels[-1]
    counted = situations.counted(memberships, level.codes, len(level.labels), weight)
    if len(scope.levels) == 1:
        return counted
    return np.concatenate([counted.sum(axis=0, keepdims=True), counted])


def _estimated(
    situations: Situations, memberships: Counts, scope: Scope, counted: Counts, standard: Standard
) -> pd.DataFrame:
    """The share of each class in each cell, with its standard error and interval."""
    number, sample = len(standard.classes), scope.sample
    columns = np.arange(memberships.shape[1]).reshape(-1, 2 * number + 1)[:, :number]

    def shares_of(counts: Counts) -> Counts:
        """The classes by group, line, cut-off and class, as shares of the group."""
        by_cut_off = counts.reshape(*counts.shape[:2], -1, 2 * number + 1)
        certain, open_cells = by_cut_off[..., :number], by_cut_off[..., -1:]
        decided = certain.sum(axis=-1, keepdims=True)
        shares = divided(certain, np.broadcast_to(decided + open_cells, certain.shape))
        return np.where(decided > 0, shares, np.nan).reshape(*counts.shape[:2], -1)

    shares = shares_of(counted)
    se, df = np.full_like(shares, np.nan), np.full(len(shares), np.nan)
    if sample is not None:
        domains = [scope.domains(level, None) for level in scope.levels]
        df = np.concatenate([each.degrees_of_freedom for each in domains])
    if sample is not None and sample.replicates is not None:
        variance = np.zeros_like(shares)
        for scale, weight in zip(sample.replicate_scales, sample.replicates.T, strict=True):
            sized = weight if scope.sizes is None else weight * scope.sizes
            again = shares_of(_counted(situations, memberships, scope, sized))
            variance += scale * (again - shares) ** 2
        se = np.sqrt(variance)
    elif sample is not None:
        certain = memberships[:, columns.ravel()]
        begin, parts = 0, []
        for level, of_level in zip(scope.levels, domains, strict=True):
            groups = slice(begin, begin + len(level.labels))
            begin = groups.stop
            parts.append(share_errors(situations, certain, of_level, shares[groups]))
        se = np.where(np.isnan(shares), np.nan, np.concatenate(parts))
    of_group = np.repeat(df, shares[0].size)
    estimate = Estimate(shares.ravel(), se.ravel())
    bounds = intervals(estimate, of_group, scope.interval, scope.confidence, share=True)
    values = (estimate.value, estimate.se, *bounds, of_group)
    return pd.DataFrame(dict(zip(ESTIMATED, values, strict=True)))


# -- the table -------------------------------------------------------------------------------


def _amounts(
    of_lines: Sequence[tuple[float, Standard]], standard: Standard, line_id: str | None
) -> pd.DataFrame:
    """The line that varies and its factor, one row per line."""
    rows = []
    for factor, law in of_lines:
        line = chosen_line(law.lines, line_id, standard.name) if law.lines else None
        rural, urban = (None, None) if line is None else (line.rural, line.urban)
        rows.append({"line_rural": rural, "line_urban": urban, "line_factor": factor})
    table = pd.DataFrame(rows)
    return table.astype({"line_rural": "Int64", "line_urban": "Int64", "line_factor": "float64"})


def _table(
    counted: Counts,
    amounts: pd.DataFrame,
    cutoffs: Sequence[int | None],
    standard: Standard,
    scope: Scope,
    whole: bool,
) -> pd.DataFrame:
    """The counts of `_memberships` by group, line and cut-off as rows."""
    classes = [str(each) for each in standard.classes]
    number = len(classes)
    if whole:
        counted = np.rint(counted)
    certain, possible = counted[..., :number], counted[..., number : 2 * number]
    undetermined = counted[..., -1:]
    base = certain.sum(axis=-1, keepdims=True) + undetermined
    measured = {
        "headcount": certain,
        "headcount_at_most": possible,
        "undetermined": np.broadcast_to(undetermined, certain.shape),
        "base": np.broadcast_to(base, certain.shape),
    }
    group, line, cutoff, place = (each.ravel() for each in np.indices(certain.shape))
    names = [level.name for level in scope.levels for _ in level.labels]
    labels = [label for level in scope.levels for label in level.labels]
    unit = "households" if scope.sizes is None else "persons"
    columns: dict[str, Any] = {
        **{str(name): amounts[name].array.take(line) for name in amounts},
        "cutoff": pd.array(list(cutoffs), dtype="Int64").take(cutoff),
        "level": pd.array(names, dtype="string").take(group),
        "subgroup": pd.Series(labels, dtype=object).array.take(group),
        "unit": pd.Categorical([unit], dtype=UNITS).take(np.zeros(len(group), dtype=np.intp)),
        "poverty_class": pd.Categorical(classes, categories=classes, ordered=True).take(place),
    }
    for name, values in measured.items():
        columns[name] = values.ravel().astype(np.int64 if whole else np.float64)
    return pd.DataFrame(columns)
