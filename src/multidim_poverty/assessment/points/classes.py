"""The class that the points of Form B give a household."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.points.checks import (
    ColumnCheck,
    above_its_bound,
    column_named,
    is_other,
    no_sum_of,
    outside_bounds,
    refuse,
)
from multidim_poverty.assessment.points.deprivation import rule_for
from multidim_poverty.identity import lasting_mark
from multidim_poverty.language import Label
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.point_rule import PointRule
from multidim_poverty.law.provenance import standard_columns
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import column_of
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.schema.value_rules import rules_for
from multidim_poverty.vocabulary import Area

__all__ = ["classify_points"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]


def classify_points(
    points: pd.DataFrame, *, standard: StandardLike, rule: PointRule | None = None
) -> pd.DataFrame:
    """The class that the points of Form B give each household.

    Parameters
    ----------
    points : pandas.DataFrame
        ``area``, ``b1`` and ``b2`` [points, whole numbers], missing where unknown. For an
        unknown one its bounds are read, if they are there: ``b1_at_least``, ``b1_at_most``,
        ``b2_at_least``, ``b2_at_most``, as `points` and `b2` give them. Where there is a column
        ``standard``, it must name `standard`. Other columns are ignored.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Returns
    -------
    pandas.DataFrame
        Index as `points`; ``poverty_class`` (ordered category with the classes in points, worst
        first; NA where undetermined), ``class_at_worst`` and ``class_at_best`` (the same
        category): the classes that the unknown points leave open.

    Raises
    ------
    InvalidDataError
        If a column is absent, an area none of the codes, B1 or B2 negative or not whole, B2 no
        sum of points of the indicators (0, 10, ..., 120 under Decree 07/2021), bounds disagree,
        or points come from the sheet of another standard. Names every bad row.
    NotCoveredError
        If no class rule in points is known for the standard: for Decree 351/2025, and for
        variants.
    ArgumentError
        If `points` is no DataFrame, or there is no such standard.

    Notes
    -----
    Circular 07/2021/TT-BLDTBXH, under Decree 07/2021: B1 up to 140 points (rural) or 175 (urban)
    is poor with B2 of 30 or more, near-poor with less; B1 above that is not poor. Under Decision
    59/2015: poor up to 120 (rural) or 140 (urban), and up to 150 or 175 with B2 of 30 or more;
    near-poor up to 150 or 175 with less. The rural 150 and the near-poor of those years are
    unconfirmed; see ``PointRule.provisions``.

    The average living standard has no band of points: it rests on the income of 12 months. A
    household that is ``not_poor`` here may be ``average`` or ``above_average`` in `classify`, and
    bounds such as 175 and 205 points that are quoted for it stand in no text that was read.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty.assessment.points.classes import classify_points
    >>> table = pd.DataFrame({
    ...     "area": ["rural", "rural", "urban", "urban"],
    ...     "b1": [140, 140, 175, 176], "b2": [30, 20, None, None]})
    >>> classify_points(table, standard=mdp.standard("decree_07_2021")).poverty_class.tolist()
    ['poor', 'near_poor', nan, 'not_poor']
    """
    points = as_frame(points, "points")
    standard = as_standard(standard)
    rule = rule_for(standard, rule)
    step, n = rule.points_per_deprivation.points, len(standard.indicators)
    refuse("points", points, _point_checks(points, standard, step))
    counts = [
        (bound // step).astype(np.intp) for bound in _point_bounds(points, "b2", float(n * step))
    ]
    worst_of, best_of = _cells(rule, n)
    where = category_codes(points["area"], Area.codes())
    at_worst = np.full(len(points), np.iinfo(np.int8).max, dtype=np.int8)
    at_best = np.full(len(points), -1, dtype=np.int8)
    for code, area in enumerate(Area):
        possible = (where == code) | (where < 0)
        bands = [
            sum(bound[possible] > line.bound(area).points for line in rule.lines)
            for bound in _point_bounds(points, "b1", np.inf)
        ]
        cell = (*bands, *(count[possible] for count in counts))
        at_worst[possible] = np.minimum(at_worst[possible], worst_of[cell])
        at_best[possible] = np.maximum(at_best[possible], best_of[cell])
    classes = pd.CategoricalDtype([str(c) for c in rule.classes], ordered=True)
    return pd.DataFrame(
        {
            name: pd.Categorical.from_codes(codes, dtype=classes)
            for name, codes in (
                ("poverty_class", np.where(at_worst == at_best, at_worst, np.int8(-1))),
                ("class_at_worst", at_worst),
                ("class_at_best", at_best),
            )
        }
        | standard_columns(standard, len(points))
        | lasting_mark(points),
        index=points.index,
    )


@lru_cache(maxsize=64)
def _cells(rule: PointRule, indicators: int) -> tuple[Codes, Codes]:
    """Worst and best class by lowest and highest band of B1, fewest and most deprivations."""
    rule.check_sound()
    order = {cls: code for code, cls in enumerate(rule.classes)}
    step, bands = rule.points_per_deprivation.points, len(rule.lines) + 1
    exact = np.array(
        [
            [order[rule.rule_for(band, step * d).poverty_class] for d in range(indicators + 1)]
            for band in range(bands)
        ],
        dtype=np.int8,
    )
    shape = (bands, bands, indicators + 1, indicators + 1)
    worst, best = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int8)
    for cell in np.ndindex(shape):
        lowest, highest, fewest, most = cell
        if lowest <= highest and fewest <= most:
            possible = exact[lowest : highest + 1, fewest : most + 1]
            worst[cell], best[cell] = possible.min(), possible.max()
    for cells in (worst, best):
        cells.setflags(write=False)  # every caller has the same arrays
    return worst, best


def _point_bounds(table: pd.DataFrame, name: str, most: float) -> tuple[Floats, Floats]:
    """Least and most that points can be: the value itself, else its bounds, else the limits."""
    value = numbers_of(table[name])
    bounds = []
    for end, limit in (("at_least", 0.0), ("at_most", most)):
        column = f"{name}_{end}"
        bound = numbers_of(table[column]) if column in table.columns else np.full_like(value, limit)
        bound = np.where(np.isnan(bound), limit, bound)
        bounds.append(np.where(np.isnan(value), bound, value))
    return bounds[0], bounds[1]


def _point_checks(table: pd.DataFrame, standard: Standard, step: int) -> Iterator[ColumnCheck]:
    area = column_of("households", "area")
    assert area is not None
    yield ColumnCheck(area, rules_for(area))
    most = step * len(standard.indicators)
    labels = {
        "b1": Label(vi="Điểm B1", en="Points for income"),
        "b2": Label(vi="Điểm B2", en="Points for deprivations"),
    }
    for name, label in labels.items():
        for end in ("", "_at_least", "_at_most"):
            column = column_named(name + end, label, kind="integer")
            rules = dict(rules_for(column))
            if name == "b2":
                rules["no_sum_of_deprivations"] = no_sum_of(step, most)
            if not end:
                rules["bounds_disagree"] = outside_bounds(table, name)
            elif end == "_at_least":
                rules["bounds_disagree"] = above_its_bound(table, name)
            fields = {"name": name, "step": str(step), "most": str(most)}
            yield ColumnCheck(column, rules, needed=not end, fields=fields)
    if "standard" in table.columns:
        column = column_named("standard", Label(vi="Chuẩn nghèo", en="Standard of the score sheet"))
        rules = {"other_standard": lambda values: is_other(values, standard.name)}
        yield ColumnCheck(column, rules, fields={"standard": standard.name})
