"""The smallest change that would give a household another class."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.explanation.cells import nearest_cells
from multidim_poverty.explanation.masks import indicator_masks
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.vocabulary import Area

__all__ = ["changes_of", "nearest_changes"]

WAY: pd.CategoricalDtype = pd.CategoricalDtype(["income", "deprivations", "both"])
Positions = npt.NDArray[np.intp]


def nearest_changes(
    households: TablesLike, deprivations: pd.DataFrame, *, standard: StandardLike
) -> pd.DataFrame:
    """The smallest change that would give each household another class.

    Parameters
    ----------
    households, deprivations, standard
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
          now, or those known not to be; 0 where deprivations stay.

        A household whose class is undetermined, or whose income is unknown, has no row. After
        the change the new class holds whatever the unknown answers are.

    Raises
    ------
    InvalidDataError, ValueError
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
    rows, target, way, to_band, more = _moves(result, standard)

    band = result["income_band"].cat.codes.to_numpy()[rows]
    urban = inputs.area(slice(None))[rows] == Area.codes().index(Area.URBAN)
    lines = np.array([[line.rural, line.urban] for line in standard.lines], dtype=np.float64)
    down = to_band < band  # to the upper end of the band, else to one VND above its lower end
    line = np.clip(np.where(down, to_band, to_band - 1), 0, len(lines) - 1)
    income = lines[line, urban.astype(np.intp)] + np.where(down, 0, 1)
    not_deprived = ~(deprived | unknown_answers) & ((np.int64(1) << len(standard.indicators)) - 1)
    classes: Any = result["poverty_class"].array
    return pd.DataFrame(
        {
            "poverty_class": classes[rows],
            "to_class": pd.Categorical.from_codes(target, dtype=classes.dtype),
            "way": pd.Categorical.from_codes(way, dtype=WAY),
            "income_change": np.where(to_band < 0, np.nan, income - inputs.income[rows]),
            "deprivation_change": pd.arrays.IntegerArray(more, more == 0),
            "indicators": np.where(
                more == 0, 0, np.where(more < 0, deprived[rows], not_deprived[rows])
            ),
        },
        index=inputs.index[rows].rename("household_id"),
    )


def _moves(
    result: pd.DataFrame, standard: Standard
) -> tuple[Positions, npt.NDArray[np.int8], npt.NDArray[np.int8], Positions, npt.NDArray[np.int16]]:
    """Nearest moves by household, class and way: row, class, way, band and deprivations more.

    The band is -1 where income stays, the deprivations are 0 where they stay.
    """
    cells = nearest_cells(standard)
    band = result["income_band"].cat.codes.to_numpy().astype(np.intp)
    count = result["deprivation_count"].to_numpy().astype(np.intp)
    unknown = result["deprivations_unknown"].to_numpy().astype(np.intp)
    code = result["poverty_class"].cat.codes.to_numpy()
    settled = np.flatnonzero((code >= 0) & (band >= 0))
    parts = []
    for target in range(len(standard.classes)):
        rows = settled[code[settled] != target]
        cell = (target, unknown[rows], band[rows], count[rows])
        by_income, by_count = cells.by_income[cell], cells.by_count[cell]
        neither = (by_income < 0) & (by_count == 0)
        both = neither & (cells.both_band[cell] >= 0)
        for way, possible, to_band, more in (
            (0, by_income >= 0, by_income, np.zeros_like(by_count)),
            (1, by_count != 0, np.full_like(by_income, -1), by_count),
            (2, both, cells.both_band[cell], cells.both_count[cell]),
        ):
            n = int(possible.sum())
            parts.append(
                (
                    rows[possible],
                    np.full(n, target, dtype=np.int8),
                    np.full(n, way, dtype=np.int8),
                    to_band[possible].astype(np.intp),
                    more[possible],
                )
            )
    columns = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    # Stable: income comes before deprivations. The parts are sorted, so this merges runs.
    order = np.argsort(columns[0] * len(standard.classes) + columns[1], kind="stable")
    rows, targets, ways, bands, changes = (column[order] for column in columns)
    return rows, targets, ways, bands, changes
