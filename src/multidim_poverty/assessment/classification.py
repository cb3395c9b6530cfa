"""From income and deprivations to the legal class: the decision table as one array look-up.

Area and income become a place (see `income_steps`), answers become two counts (deprivations
known to hold, deprivations unknown), and place and counts address one cell of a small table. The
table is made from the standard by plain enumeration: a cell holds the worst and the best class
that the unknown answers leave open, so that missing data cost nothing more than a larger table.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income_steps import AREAS, income_steps
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.errors import DataWarning
from multidim_poverty.identity import chunks, lasting_mark
from multidim_poverty.kleene import BoolArray
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import standard_columns
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.schema.reading import masked_parts, truth_of

__all__ = ["classify", "classify_inputs", "possible_classes"]

CHUNK = 1 << 16  # rows whose columns fit the cache together
CHUNKS_FOR_THREADS = 8  # fewer are done before a thread has begun
MOST_THREADS = 4  # more wait for the memory
Codes = npt.NDArray[np.int8]


def classify(
    households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> pd.DataFrame:
    """The class that the standard gives each household.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        ``area`` (missing where unknown) and ``income_per_capita`` [VND/person/month; below zero
        in a year of loss] or, where that is absent or missing, ``income_12m`` and
        ``household_size``. Other columns are ignored.
    deprivations : pandas.DataFrame
        The deprivation matrix: exactly the indicators of the standard, in any order, as bool,
        nullable boolean or 0/1 (missing allowed). Same index as `households`, in any order.
        Or a whole result of `assess`, whose ``income_per_capita`` is then read.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.

    Returns
    -------
    pandas.DataFrame
        Index as `households`. Columns:

        - ``income_band`` (ordered category, `Standard.band_ids`; NA where income is unknown, or
          the area is and the income has another band in each);
        - ``deprivation_count`` (int8): deprivations known to hold;
        - ``deprivations_unknown`` (int8);
        - ``poverty_class`` (ordered category, worst first; NA where undetermined);
        - ``class_at_worst``, ``class_at_best`` (the same category): the classes that the
          unknown answers leave open; equal where the class is determined;
        - ``standard``, ``standard_hash`` (category): name of the standard, and SHA-256 of its
          content as `Standard.content_hash` gives it, the same in every row.

    Raises
    ------
    InvalidDataError
        If an area or income breaks the schema, or a deprivation is not 0, 1 or missing.
    ArgumentError
        If the columns are not the indicators of the standard, the two indexes differ, or a result
        of `assess` has another income than `households`; names the columns or the first household
        ids; or if `deprivations` is a result by another standard; names both.

    Warns
    -----
    DataWarning
        If an income is below zero: a loss, which counts as below every line.

    Notes
    -----
    An income equal to a line is not above it ("từ ... trở xuống"). Under Decree 07/2021,
    article 3, clause 2, a household at or under the line is poor with three deprivations or
    more and near-poor with fewer; under Decision 59/2015, article 2, it is poor with any
    number. The upper bound of the average living standard of Decree 07/2021 is unconfirmed.
    Cast the int8 counts before you multiply them by large numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame(
    ...     {"area": "rural", "income_per_capita": [1_500_000.0, 1_500_000.0, 1_500_001.0]})
    >>> matrix = pd.DataFrame(False, index=households.index, columns=standard.indicator_ids)
    >>> matrix.loc[0, ["employment", "nutrition", "water"]] = True
    >>> mdp.classify(households, matrix, standard=standard).poverty_class.tolist()
    ['poor', 'near_poor', 'average']
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    inputs = ClassificationInputs.of(households, deprivations, standard)
    _warn_of_losses(inputs)
    result = classify_inputs(inputs, standard)
    columns = standard_columns(standard, len(result)) | lasting_mark(households)
    for name, values in columns.items():
        result[name] = values
    return result


def _warn_of_losses(inputs: ClassificationInputs) -> None:
    """One `DataWarning` of incomes below zero; it points at the caller of `classify`."""
    losses = inputs.income < 0
    if losses.any():
        warnings.warn(
            f"{int(losses.sum())} household(s) have an income below zero, such as "
            f"{inputs.index[losses][:5].tolist()}: it counts as below every line; check that "
            "their costs were above their receipts",
            DataWarning,
            stacklevel=3,
        )


def classify_inputs(inputs: ClassificationInputs, standard: Standard) -> pd.DataFrame:
    """The table of `classify`, from inputs that are checked and on one index."""
    readers = [_counter(inputs.answers[name]) for name in standard.indicator_ids]
    steps = income_steps(standard)
    worst_of, best_of, band_of = _cells(standard)
    n, size = len(inputs.index), len(standard.indicators) + 1
    places = AREAS * steps.count
    narrow = np.uint8 if places * size <= 256 else np.int32

    band, count, poverty_class, at_worst, at_best = (np.empty(n, dtype=np.int8) for _ in range(5))
    unknown = np.zeros(n, dtype=np.int8)  # not touched, so not in memory, where all is known

    def classify_rows(rows: slice) -> None:
        known = count[rows].view(np.uint8)
        known[:] = 0
        missing: npt.NDArray[np.uint8] | None = None
        for reader in readers:
            missing = reader(rows, known, missing)

        place = steps.places(inputs.area(rows), inputs.income[rows])
        np.take(band_of, place, out=band[rows], mode="clip")
        if missing is None:
            cell = place * narrow(size) + known
        else:
            unknown[rows] = missing
            cell = missing * np.int32(places * size) + (place * narrow(size) + known)
        np.take(worst_of, cell, out=at_worst[rows], mode="clip")
        np.take(best_of, cell, out=at_best[rows], mode="clip")
        undetermined = at_worst[rows] != at_best[rows]
        poverty_class[rows] = np.where(undetermined, -1, at_worst[rows])

    _each_chunk(classify_rows, n)

    bands, classes = _dtypes(standard)
    return pd.DataFrame(
        {
            "income_band": _categorical(band, bands),
            "deprivation_count": count,
            "deprivations_unknown": unknown,
            "poverty_class": _categorical(poverty_class, classes),
            "class_at_worst": _categorical(at_worst, classes),
            "class_at_best": _categorical(at_best, classes),
        },
        index=inputs.index,
        copy=False,
    )


def _each_chunk(work: Callable[[slice], None], n: int) -> None:
    """Do the work on chunks of `n` rows, on all CPUs of this process where there are many rows."""
    parts = list(chunks(n, CHUNK))
    if (cores := min(_cores(), MOST_THREADS)) == 1 or len(parts) < CHUNKS_FOR_THREADS:
        for rows in parts:
            work(rows)
        return
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, parts))


def _cores() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return int(os.process_cpu_count() or 1)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _categorical(codes: Codes, dtype: pd.CategoricalDtype) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def possible_classes(
    area: npt.NDArray[np.int8],
    income: npt.NDArray[np.float64],
    deprived: npt.NDArray[np.intp],
    unknown: npt.NDArray[np.intp],
    standard: Standard,
) -> tuple[Codes, Codes]:
    """Worst and best class of each household, as positions in ``standard.classes``.

    From area (position among the codes of `Area`, -1 where unknown), income per head (NaN where
    unknown) and the numbers of deprivations that hold and of those that are unknown.
    """
    steps = income_steps(standard)
    worst, best, _ = _cells(standard)
    place = steps.places(area, income).astype(np.intp)
    cell = (unknown * (AREAS * steps.count) + place) * (len(standard.indicators) + 1) + deprived
    return worst[cell], best[cell]


@lru_cache(maxsize=64)
def _dtypes(standard: Standard) -> tuple[pd.CategoricalDtype, pd.CategoricalDtype]:
    """The ordered categories of income bands and of classes."""
    bands = pd.CategoricalDtype(list(standard.band_ids), ordered=True)
    return bands, pd.CategoricalDtype([str(c) for c in standard.classes], ordered=True)


@lru_cache(maxsize=64)
def _cells(standard: Standard) -> tuple[Codes, Codes, Codes]:
    """Worst and best class of each cell, and the income band of each place.

    A cell is a number of unknown deprivations, a place and a number of known deprivations: flat,
    in that order. One that no household can reach (more deprivations than indicators) repeats
    the last that one can.
    """
    indicators, steps = len(standard.indicators), income_steps(standard)
    order = {cls: code for code, cls in enumerate(standard.classes)}
    exact = np.array(
        [
            [order[standard.rule_for(band, count).poverty_class] for count in range(indicators + 1)]
            for band in range(len(standard.band_ids))
        ]
    )
    band_of = np.array([steps.band(*place) for place in np.ndindex(AREAS, steps.count)], np.int8)
    shape = (indicators + 1, AREAS, steps.count, indicators + 1)
    worst, best = np.empty(shape, dtype=np.int8), np.empty(shape, dtype=np.int8)
    for unknown, area, step, count in np.ndindex(shape):
        bands = [steps.bands[a][s] for a, s in steps.possible(area, step)]
        possible = exact[bands, count : min(count + unknown, indicators) + 1]
        cell = unknown, area, step, count
        worst[cell], best[cell] = possible.min(), possible.max()
    for cells in (worst, best, band_of):
        cells.setflags(write=False)  # every caller has the same arrays
    return worst.ravel(), best.ravel(), band_of


Counter = Callable[
    [slice, npt.NDArray[np.uint8], "npt.NDArray[np.uint8] | None"], "npt.NDArray[np.uint8] | None"
]


def _counter(series: pd.Series[Any]) -> Counter:
    """Adds one indicator to the running counts of known and of missing deprivations."""
    parts = masked_parts(series.array)
    if series.dtype == np.dtype(bool):
        values = series.to_numpy().view(np.uint8)

        def add_plain(
            rows: slice, known: npt.NDArray[np.uint8], missing: npt.NDArray[np.uint8] | None
        ) -> npt.NDArray[np.uint8] | None:
            known += values[rows]
            return missing

        return add_plain

    if parts is None:
        truth = truth_of(series)(slice(None))
        parts = truth.certain, truth.possible & ~truth.certain
    data, mask = parts

    def add_masked(
        rows: slice, known: npt.NDArray[np.uint8], missing: npt.NDArray[np.uint8] | None
    ) -> npt.NDArray[np.uint8] | None:
        unanswered: BoolArray = mask[rows]
        if not unanswered.any():
            known += data[rows].view(np.uint8)
            return missing
        known += (data[rows] > unanswered).view(np.uint8)
        if missing is None:
            return unanswered.astype(np.uint8)
        missing += unanswered.view(np.uint8)
        return missing

    return add_masked
