"""How many households each cell of income line and cut-off puts into each class, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income_steps import AREAS
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.identity import chunks
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.tables import chosen_line
from multidim_poverty.measures.design import Design, DesignLike
from multidim_poverty.measures.subgroups import Level
from multidim_poverty.measures.tidy import UNITS, Scope, read_scope
from multidim_poverty.scenario.variants import (
    Amount,
    standards_of_cut_offs,
    standards_of_lines,
)
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.vocabulary import Area

__all__ = ["grid"]

CHUNK = 1 << 16  # rows whose columns fit the cache together
MOST_CELLS = 1 << 20  # of groups, incomes and deprivations that are counted at once
Counts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


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
        Its weights are counted. For the standard error of a cell, hand the result of `classify` by
        its `variant` to `measures.class_shares`.

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

    Raises
    ------
    ArgumentError
        If a line is not a whole amount above 0 or leaves its place among the others, a factor is
        a percentage, a cut-off no count of indicators, or `by` no column; or as `classify`.
    InvalidDataError
        As `classify`; if sizes are missing, or as `measures.Design` says.
    UnknownNameError
        If the standard has no such line.

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
    if isinstance(design, Design):  # whose weights alone matter
        design = replace(design, lonely="certainty")
    scope = read_scope(
        homes,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=None,
        confidence=0.95,
    )
    whole = scope.sample is None  # counts are whole numbers
    situations = _Situations.of(inputs, law, [each for _, each in of_lines])
    memberships = _memberships([each for _, each in of_cut_offs], situations.pairs)
    level = scope.levels[-1]
    weight = None if whole and scope.sizes is None else scope.weight
    cells = [
        np.stack([places @ memberships for places in situations.by_line(histogram)], axis=1)
        for histogram in situations.histograms(level, weight)
    ]
    no_group = np.zeros((0, len(of_lines), memberships.shape[1]))
    counted = np.concatenate(cells or [no_group])
    if len(scope.levels) > 1:
        counted = np.concatenate([counted.sum(axis=0, keepdims=True), counted])
    shape = (len(counted), len(of_lines), len(of_cut_offs), -1)
    amounts = _amounts(of_lines, law, line_id)
    return _table(
        counted.reshape(shape), amounts, [each for each, _ in of_cut_offs], law, scope, whole
    )


@dataclass(frozen=True)
class _Situations:
    """What is known of each household, as far as it matters under any of the lines.

    Attributes
    ----------
    bands : list of numpy.ndarray of int64
        By line: income band by area, rural first, and by step of the incomes between all lines.
    pairs : list of tuple of int
        The numbers of deprivations known and unknown that occur.
    area, step, pair : numpy.ndarray
        Of each household: its area (the last is unknown), its step (the last is unknown), and
        the position of its pair.
    """

    bands: list[Codes]
    pairs: list[tuple[int, int]]
    area: npt.NDArray[np.int8]
    step: npt.NDArray[np.int16]
    pair: npt.NDArray[np.int16]

    @classmethod
    def of(
        cls, inputs: ClassificationInputs, standard: Standard, of_lines: Sequence[Standard]
    ) -> _Situations:
        """The situations of some households under some lines."""
        amounts = {line.amount(a) for law in of_lines for line in law.lines for a in Area}
        tops = np.array([*sorted(amounts), np.inf])
        bands = [
            np.array(
                [
                    np.sum([tops > line.amount(area) for line in law.lines], axis=0)
                    if law.lines
                    else np.zeros(len(tops))
                    for area in Area
                ],
                dtype=np.int64,
            )
            for law in of_lines
        ]
        result = classify_inputs(inputs, standard)
        size = len(standard.indicators) + 1
        n = len(result)
        step, pair = np.empty(n, dtype=np.int16), np.empty(n, dtype=np.int16)
        occurring = np.zeros(size * size, dtype=bool)
        known = result["deprivation_count"].to_numpy()
        unknown = result["deprivations_unknown"].to_numpy()
        for rows in chunks(n, CHUNK):
            income = inputs.income[rows]
            step[rows] = np.searchsorted(tops, income)  # at a line is not above it
            step[rows][np.isnan(income)] = len(tops)
            pair[rows] = known[rows] * np.int16(size) + unknown[rows]
            occurring[pair[rows]] = True
        codes = np.flatnonzero(occurring)
        place = np.zeros(size * size, dtype=np.int16)
        place[codes] = np.arange(len(codes))
        pairs = [(int(code // size), int(code % size)) for code in codes]
        return cls(bands, pairs, inputs.area(slice(None)), step, place[pair])

    def histograms(self, level: Level, weight: Counts | None) -> Iterator[Counts]:
        """Households by group, area and step, and pair; some of the groups at a time."""
        steps, pairs = self.bands[0].shape[1] + 1, len(self.pairs)
        of_group = AREAS * steps * pairs
        at_once = max(MOST_CELLS // max(of_group, 1), 1)
        for first in range(0, len(level.labels), at_once):
            groups = min(at_once, len(level.labels) - first)
            size = groups * of_group
            total = np.zeros(size)
            for rows in chunks(len(self.step), max(CHUNK, size)):
                area = np.where(self.area[rows] < 0, AREAS - 1, self.area[rows])
                code = (level.codes[rows] - first) * AREAS + area
                code = (code * steps + self.step[rows]) * pairs + self.pair[rows]
                weights = None if weight is None else weight[rows]
                if groups < len(level.labels):
                    inside = (code >= 0) & (code < size)
                    code = code[inside]
                    weights = None if weights is None else weights[inside]
                total += np.bincount(code, weights, minlength=size)
            yield total.reshape(groups, AREAS * steps, pairs)

    def by_line(self, histogram: Counts) -> Iterator[Counts]:
        """By line: households by group, and by the bands that are possible and pair, flat.

        Where the area is unknown, the bands of both are possible; where the income is, all are.
        """
        for bands in self.bands:
            number = int(bands.max()) + 1
            rural, urban = bands
            place = np.full((AREAS, len(rural) + 1), number * number)
            place[:, :-1] = [rural * number + rural, urban * number + urban, rural * number + urban]
            flat = place.ravel()
            starts = np.flatnonzero(np.diff(flat, prepend=-1))
            sums = np.add.reduceat(histogram, starts, axis=1)
            by_place = np.zeros((len(histogram), number * number + 1, histogram.shape[2]))
            for at, start in enumerate(starts):
                by_place[:, flat[start]] += sums[:, at]
            yield by_place.reshape(len(histogram), -1)


def _memberships(of_cut_offs: Sequence[Standard], pairs: Sequence[tuple[int, int]]) -> Counts:
    """Which cells of `_Situations.by_line` are in which class, by cut-off.

    A column for each class that is certain, one for each that is possible, and one for those that
    have none.
    """
    columns = []
    for law in of_cut_offs:
        bands, counts = len(law.band_ids), len(law.indicators) + 1
        order = {each: code for code, each in enumerate(law.classes)}
        exact = np.array(
            [[order[law.rule_for(b, c).poverty_class] for c in range(counts)] for b in range(bands)]
        )
        ranges = [slice(known, min(known + unknown + 1, counts)) for known, unknown in pairs]
        low = np.array([exact[:, each].min(axis=1) for each in ranges]).reshape(-1, bands).T
        high = np.array([exact[:, each].max(axis=1) for each in ranges]).reshape(-1, bands).T
        first, second = (each.ravel() for each in np.indices((bands, bands)))
        worst = np.vstack([np.minimum(low[first], low[second]), low.min(axis=0)]).ravel()
        best = np.vstack([np.maximum(high[first], high[second]), high.max(axis=0)]).ravel()
        codes = range(len(order))
        columns += [(worst == code) & (best == code) for code in codes]
        columns += [(worst <= code) & (best >= code) for code in codes]
        columns.append(worst < best)
    return np.array(columns, dtype=np.float64).T


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
