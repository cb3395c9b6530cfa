"""The smallest change that would give a household another class."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.assessment.masks import indicator_masks
from multidim_poverty.explanation.cells import COUNTS, NearestCells, nearest_cells
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import standard_columns
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households

__all__ = ["changes_of", "nearest_changes"]

WAY: pd.CategoricalDtype = pd.CategoricalDtype(["income", "deprivations", "both"])
Positions = npt.NDArray[np.intp]


def nearest_changes(
    households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> pd.DataFrame:
    """The smallest change that would give each household another class.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `classify`.
    deprivations : pandas.DataFrame
        As for `classify`.
    standard : Standard or str
        As for `classify`.

    Returns
    -------
    pandas.DataFrame
        One row per household, other class and way, in the order of the households; index
        ``household_id`` (repeated). Columns:

        - ``poverty_class`` and ``to_class`` (ordered category);
        - ``way`` (category): ``income`` alone, ``deprivations`` alone, or ``both``, where
          neither does it alone;
        - ``income_change`` (float64, VND/person/month; NaN where income stays): down to the
          line, or up to one VND above it;
        - ``deprivation_change`` (Int16; NA where they stay): fewer (below 0) or more;
        - ``indicators`` (int64): bits of the indicators that could be the ones: those deprived
          now, or those known not to be; 0 where deprivations stay;
        - ``standard``, ``standard_hash`` (category): see `classify`.

        A household whose class is undetermined, or whose income is unknown, has no row. After
        the change the new class holds whatever the unknown answers are, and in both areas where the
        area is unknown.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `classify`.

    Notes
    -----
    The households one answer from another class are
    ``changes[changes["way"].eq("deprivations") & changes["deprivation_change"].abs().eq(1)]``.

    Under the rules of the law, the nearest line is the least money. Under a standard in which more
    income can make a class worse, a farther amount over fewer lines may be named.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": ["rural"], "income_per_capita": [1.4e6]}, index=["a"])
    >>> matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    >>> matrix[["employment", "water"]] = True
    >>> changes = mdp.nearest_changes(households, matrix, standard=standard)
    >>> changes[["to_class", "way", "income_change", "deprivation_change"]].values.tolist()[:2]
    [['poor', 'deprivations', nan, 1], ['average', 'income', 100001.0, <NA>]]
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    inputs = ClassificationInputs.of(households, deprivations, standard)
    return changes_of(inputs, classify_inputs(inputs, standard), standard)


def changes_of(
    inputs: ClassificationInputs, result: pd.DataFrame, standard: Standard
) -> pd.DataFrame:
    """The table of `nearest_changes`, from checked inputs and what `classify_inputs` gave."""
    deprived, unknown_answers = indicator_masks(inputs.matrix, standard)
    cells = nearest_cells(standard)
    place = cells.steps.places(inputs.area(slice(None)), inputs.income).astype(np.intp)
    area, step = np.divmod(place, cells.steps.count)
    rows, target, way, to_step, more = _moves(cells, area, step, result)

    # Without lines, income never changes the class, and the one amount is never read.
    amounts = np.array(cells.steps.amounts or [np.nan])
    down = to_step < step[rows]  # to the upper end of the step, else to one VND above its lower end
    amount = np.clip(np.where(down, to_step, to_step - 1), 0, len(amounts) - 1)
    income = amounts[amount] + np.where(down, 0, 1)
    not_deprived = ~(deprived | unknown_answers) & ((np.int64(1) << len(standard.indicators)) - 1)
    classes: Any = result["poverty_class"].array
    return pd.DataFrame(
        {
            "poverty_class": classes[rows],
            "to_class": pd.Categorical.from_codes(target, dtype=classes.dtype),
            "way": pd.Categorical.from_codes(way, dtype=WAY),
            "income_change": np.where(to_step < 0, np.nan, income - inputs.income[rows]),
            "deprivation_change": pd.arrays.IntegerArray(more, more == 0),
            "indicators": np.where(
                more == 0, 0, np.where(more < 0, deprived[rows], not_deprived[rows])
            ),
        }
        | standard_columns(standard, len(rows)),
        index=inputs.index[rows].rename("household_id"),
    )


def _moves(
    cells: NearestCells, area: Positions, step: Positions, result: pd.DataFrame
) -> tuple[Positions, npt.NDArray[np.int8], npt.NDArray[np.int8], Positions, npt.NDArray[np.int16]]:
    """Nearest moves by household, class and way: row, class, way, step and deprivations more.

    The step is -1 where income stays, the deprivations are 0 where they stay.
    """
    unknown, count = (result[name].to_numpy().astype(np.intp) for name in COUNTS)
    code = result["poverty_class"].cat.codes.to_numpy()
    settled = np.flatnonzero((code >= 0) & (step < cells.steps.count - 1))
    classes = len(result["poverty_class"].cat.categories)
    parts = []
    for target in range(classes):
        rows = settled[code[settled] != target]
        cell = (target, area[rows], unknown[rows], step[rows], count[rows])
        by_income, by_count = cells.by_income[cell], cells.by_count[cell]
        neither = (by_income < 0) & (by_count == 0)
        both = neither & (cells.both_step[cell] >= 0)
        for way, possible, to_step, more in (
            (0, by_income >= 0, by_income, np.zeros_like(by_count)),
            (1, by_count != 0, np.full_like(by_income, -1), by_count),
            (2, both, cells.both_step[cell], cells.both_count[cell]),
        ):
            n = int(possible.sum())
            parts.append(
                (
                    rows[possible],
                    np.full(n, target, dtype=np.int8),
                    np.full(n, way, dtype=np.int8),
                    to_step[possible].astype(np.intp),
                    more[possible],
                )
            )
    columns = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    # Stable: income comes before deprivations. The parts are sorted, so this merges runs.
    order = np.argsort(columns[0] * classes + columns[1], kind="stable")
    rows, targets, ways, to_steps, changes = (column[order] for column in columns)
    return rows, targets, ways, to_steps, changes
