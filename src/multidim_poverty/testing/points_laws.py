"""Points of Form B: an oracle of their class, tables at every bound, and the laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.point_rule import PointRule, point_rule
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.testing.decoding import SEEDS, Backend, Ids, check_options, ids_of, text
from multidim_poverty.testing.oracle import records
from multidim_poverty.testing.survey_laws import plain_values, words_of
from multidim_poverty.testing.table_laws import TABLE_LAWS, Answers, Tables, Trial
from multidim_poverty.testing.trial import answers_of
from multidim_poverty.vocabulary import Area

__all__ = [
    "boundary_points",
    "check_points_laws",
    "points_at_bounds",
    "points_class_one",
    "points_trial",
]

CLASS_COLUMNS = ("poverty_class", "class_at_worst", "class_at_best")


# -- the oracle --------------------------------------------------------------------------------


def points_class_one(
    points: Mapping[str, Any], *, standard: StandardLike, rule: PointRule | None = None
) -> dict[str, str | None]:
    """The class of one household by its points, by trying all that the unknown ones may be.

    Parameters
    ----------
    points : mapping or pandas.Series
        ``area``, ``b1`` and ``b2`` [points]; for an unknown one its bounds, such as
        ``b1_at_least``, are read where they are there.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Returns
    -------
    dict
        ``poverty_class``, ``class_at_worst``, ``class_at_best``; the first is None where the
        unknown points leave several open.

    Raises
    ------
    ArgumentError
        If there is no such standard.
    NotCoveredError
        If the standard has no rule in points.

    Examples
    --------
    >>> from multidim_poverty import testing
    >>> points = {"area": "rural", "b1": 140, "b2": None, "b2_at_least": 10}
    >>> testing.points_class_one(points, standard="decree_07_2021")
    {'poverty_class': None, 'class_at_worst': 'poor', 'class_at_best': 'near_poor'}
    """
    standard = as_standard(standard)
    rule = point_rule(standard) if rule is None else rule
    given = plain_values(dict(points))
    areas = [given["area"]] if given.get("area") else list(Area.codes())
    bounds = [getattr(line, area).points for line in rule.lines for area in areas]
    b1_values = _possible(given, "b1", {0, *bounds, *(bound + 1 for bound in bounds)})
    step = rule.points_per_deprivation.points
    b2_values = _possible(given, "b2", {step * n for n in range(len(standard.indicators) + 1)})
    classes = {_class_of(rule, *tried) for tried in product(areas, b1_values, b2_values)}
    from_worst = [str(cls) for cls in rule.classes if str(cls) in classes]
    return {
        "poverty_class": from_worst[0] if len(from_worst) == 1 else None,
        "class_at_worst": from_worst[0],
        "class_at_best": from_worst[-1],
    }


def _possible(points: Mapping[str, Any], name: str, tried: set[int]) -> list[int]:
    """What points may be: as stated, else what is tried within their bounds, and the bounds."""
    if points.get(name) is not None:
        return [int(points[name])]
    least, most = points.get(f"{name}_at_least"), points.get(f"{name}_at_most")
    ends = {int(end) for end in (least, most) if end is not None}
    return sorted(
        value
        for value in tried | ends
        if (least is None or value >= least) and (most is None or value <= most)
    )


def _class_of(rule: PointRule, area: str, b1: int, b2: int) -> str:
    """The class by the one clause that fits; nothing is missing here."""
    bounds = {line.id: getattr(line, area).points for line in rule.lines}
    fitting = [
        str(clause.poverty_class)
        for clause in rule.class_rules
        if (clause.b1_above is None or b1 > bounds[clause.b1_above])
        and (clause.b1_at_most is None or b1 <= bounds[clause.b1_at_most])
        and b2 >= clause.b2_at_least
        and (clause.b2_below is None or b2 < clause.b2_below)
    ]
    assert len(fitting) == 1, f"clauses that fit: {fitting}"
    return fitting[0]


# -- the strategy ------------------------------------------------------------------------------


def boundary_points(
    *,
    standard: StandardLike,
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[pd.DataFrame]:
    """Tables of points on both sides of each bound, of a standard that has a rule in points.

    B1 is each bound of each area and one point beside it; B2 one deprivation below, at and above
    each bound of the class rules, none and all.

    Parameters
    ----------
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    missing : bool
        Whether areas and points may be missing, with bounds beside them.
    backend : {"numpy", "nullable", "pyarrow"}
        As for `households`.
    ids : {"text", "int"}
        As for `households`.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame
        Columns ``area``, ``b1``, ``b2``; where points may be missing also ``b1_at_least``,
        ``b1_at_most``, ``b2_at_least``, ``b2_at_most``.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or there is no such standard.
    MissingExtraError
        If pyarrow is asked for and not installed.
    NotCoveredError
        If the standard has no rule in points.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> table = find(testing.boundary_points(standard="decree_07_2021"), lambda table: True)
    >>> sorted(set(table["b1"])), sorted(set(table["b2"]))
    ([139, 140, 141, 174, 175, 176], [0, 20, 30, 40, 120])
    """
    standard = as_standard(standard)
    check_options(backend, ids)
    return _boundary_points(standard, point_rule(standard), missing, backend, ids)


@st.composite
def _boundary_points(
    draw: st.DrawFn,
    standard: Standard,
    rule: PointRule,
    missing: bool,
    backend: Backend,
    ids: Ids,
) -> pd.DataFrame:
    return points_at_bounds(standard, rule, draw(SEEDS), missing, backend, ids)


def points_at_bounds(
    standard: Standard,
    rule: PointRule,
    seed: int,
    missing: bool = False,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> pd.DataFrame:
    """A household at each bound of a rule in points; what is missing comes from a seed."""
    step, n = rule.points_per_deprivation.points, len(standard.indicators)
    lines = [line.bound(area).points for line in rule.lines for area in Area]
    b1 = sorted({max(line + beside, 0) for line in lines for beside in (-1, 0, 1)})
    cuts = {clause.b2_at_least for clause in rule.class_rules}
    cuts |= {clause.b2_below for clause in rule.class_rules if clause.b2_below is not None}
    cuts -= {0}
    near = {cut + beside for cut in cuts for beside in (-step, 0, step)} | {0, n * step}
    b2 = sorted(points for points in near if 0 <= points <= n * step and points % step == 0)
    cells = [*product(range(2), b1, b2)]
    area, income, deprived = (
        np.array(values, dtype=np.int64) for values in zip(*cells, strict=True)
    )
    rng = np.random.default_rng(seed)
    rows = len(cells)
    index = ids_of(rows, ids)
    unknown = {
        name: rng.integers(0, 4, rows) == 0 if missing else np.zeros(rows, dtype=bool)
        for name in ("area", "b1", "b2")
    }
    columns: dict[str, Any] = {
        "area": text(np.where(unknown["area"], -1, area), Area.codes(), "category", backend),
        "b1": _points(income, unknown["b1"], backend),
        "b2": _points(deprived, unknown["b2"], backend),
    }
    if missing:
        below, above = rng.integers(0, 3, rows), rng.integers(0, 3, rows)
        columns["b1_at_least"] = _points(np.maximum(income - below, 0), below == 2, backend)
        columns["b1_at_most"] = _points(income + above, above == 2, backend)
        least = np.maximum(deprived - below * step, 0)
        columns["b2_at_least"] = _points(least, below == 2, backend)
        most = np.minimum(deprived + above * step, n * step)
        columns["b2_at_most"] = _points(most, above == 2, backend)
    return pd.DataFrame(columns, index=index, copy=False)


def _points(values: Any, missing: Any, backend: Backend) -> Any:
    if backend == "numpy" and not missing.any():
        return np.asarray(values, dtype=np.int64)
    return pd.arrays.IntegerArray(np.asarray(values, dtype=np.int64).copy(), missing.copy())


# -- the laws ----------------------------------------------------------------------------------


def check_points_laws(
    f: Callable[[pd.DataFrame], Any],
    points: pd.DataFrame,
    *,
    standard: StandardLike,
    rule: PointRule | None = None,
) -> None:
    """Check every law of an implementation of the classes in points.

    Parameters
    ----------
    f : callable
        ``f(points)`` gives the class of each household, in their order: a Series, an array, a
        list, or a DataFrame with ``poverty_class`` (and ``class_at_worst`` and ``class_at_best``,
        which are checked where they are there); missing where undetermined. It stands in the place
        of ``multidim_poverty.classify_points``.
    points : pandas.DataFrame
        As for ``multidim_poverty.classify_points``; draw it with `boundary_points`.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Raises
    ------
    AssertionError
        Names the law and shows the household and the answers that break it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.
    NotCoveredError
        If the standard has no rule in points.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> table = pd.DataFrame({"area": ["rural", "urban"], "b1": [140, 175], "b2": [30, 20]})
    >>> testing.check_points_laws(
    ...     lambda points: mdp.classify_points(points, standard="decree_07_2021"),
    ...     table, standard="decree_07_2021")
    """
    trial = points_trial(f, as_frame(points, "points"), as_standard(standard), rule)
    for law in TABLE_LAWS:
        law(trial)


def points_trial(
    f: Callable[[pd.DataFrame], Any],
    points: pd.DataFrame,
    standard: Standard,
    rule: PointRule | None = None,
) -> Trial:
    """The trial of an implementation on a table of points."""

    def right(tables: Tables) -> Answers:
        table = tables["points"]
        return {
            id: points_class_one(row, standard=standard, rule=rule)
            for id, row in zip(table.index.tolist(), records(table), strict=True)
        }

    return Trial(
        call=lambda tables: f(tables["points"]),
        read=_read,
        right=right,
        tables={"points": points},
        ids={"points": ("",)},
        about=_about,
        part=_part,
    )


def _read(answer: Any, tables: Tables) -> Answers:
    ids = tables["points"].index.tolist()
    columns = {"poverty_class": answers_of(answer, len(ids))}
    if isinstance(answer, pd.DataFrame):
        for name in CLASS_COLUMNS[1:]:
            if name in answer.columns:
                columns[name] = answers_of(answer[name], len(ids))
    return {id: {name: columns[name][at] for name in columns} for at, id in enumerate(ids)}


def _part(tables: Tables, ids: Sequence[Any]) -> Tables:
    return {"points": tables["points"].loc[list(ids)]}


def _about(tables: Tables, household_id: Any) -> str:
    return "household: " + words_of(tables["points"].loc[household_id].to_dict())
