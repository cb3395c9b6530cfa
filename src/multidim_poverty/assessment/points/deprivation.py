"""Points for deprivations (B2): the same number for each deprived indicator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multidim_poverty.assessment.inputs import check_indicators
from multidim_poverty.assessment.points.bounds import with_bounds
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.point_rule import PointRule, point_rule
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import truth_of

__all__ = ["b2", "rule_for"]


def b2(
    deprivations: pd.DataFrame, *, standard: StandardLike, rule: PointRule | None = None
) -> pd.DataFrame:
    """Points for deprivations (B2): the same number for each deprived indicator.

    Parameters
    ----------
    deprivations : pandas.DataFrame
        The deprivation matrix: exactly the indicators of the standard, in any order, as bool,
        nullable boolean or 0/1 (missing allowed).
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Returns
    -------
    pandas.DataFrame
        Index as `deprivations`; ``b2`` (Int64) [points], NA where an indicator is unknown, and
        its bounds ``b2_at_least`` and ``b2_at_most``.

    Raises
    ------
    InvalidDataError
        If a deprivation is not 0, 1 or missing.
    NotCoveredError
        If no points are known for the standard.
    ArgumentError
        If the columns are not the indicators of the standard.

    Notes
    -----
    Under Circular 07/2021/TT-BLDTBXH, 10 points for each of the 12 indicators.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import points
    >>> standard = mdp.standard("decree_07_2021")
    >>> matrix = pd.DataFrame(False, index=[0, 1], columns=standard.indicator_ids, dtype="boolean")
    >>> matrix["water"] = [True, None]
    >>> points.b2(matrix, standard=standard)
         b2  b2_at_least  b2_at_most
    0    10           10          10
    1  <NA>            0          10
    """
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    rule = rule_for(standard, rule)
    check_indicators(deprivations, standard)
    least, most = (np.zeros(len(deprivations), dtype=np.int64) for _ in range(2))
    for id in standard.indicator_ids:
        truth = truth_of(deprivations[id])(slice(None))
        least += truth.certain
        most += truth.possible
    step = rule.points_per_deprivation.points
    return pd.DataFrame(with_bounds("b2", least * step, most * step), index=deprivations.index)


def rule_for(standard: Standard, rule: PointRule | None) -> PointRule:
    """The shipped rule in points of a standard, or the one that is passed if it covers it."""
    if rule is None:
        return point_rule(standard)
    rule.check_covers(standard)
    return rule
