"""The axioms of Alkire and Foster as laws of any implementation of their measures.

Each law raises `AssertionError` with the tables and the figures that break it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.testing.inputs import check_inputs_stay
from multidim_poverty.testing.measure_oracle import oracle_measures
from multidim_poverty.testing.measure_tables import MeasureInputs
from multidim_poverty.testing.measure_trial import (
    CLOSE,
    OF_INDICATORS,
    MeasureTrial,
    alike,
    broken,
    check_grown,
    check_same,
    name_of,
    read_measures,
)

__all__ = ["MEASURE_LAWS", "check_measure_laws"]

MEANS = ("H", "M0", "M1", "M2", "hd", "hdk", "actb")  # of households, so that groups add up
TRIED_ONE_BY_ONE = 3


def check_measure_laws(
    f: Callable[..., Any],
    achievements: pd.DataFrame,
    *,
    lines: Mapping[str, int],
    weights: Mapping[str, Fraction],
    k: Fraction,
    household_weights: pd.Series[int] | None = None,
) -> None:
    """Check every axiom of an implementation of the measures of Alkire and Foster.

    Parameters
    ----------
    f : callable
        ``f(achievements, lines, weights, k, household_weights)`` gives the measures: a mapping
        with ``M0`` and what else it has of ``H``, ``A``, ``M1``, ``M2`` (numbers), ``hd``,
        ``hdk``, ``actb``, ``pctb`` (indicator -> number); or a table as
        ``multidim_poverty.measures.estimate`` gives it. None or NaN where not defined. Only what
        it gives is checked.
    achievements : pandas.DataFrame
        One row per household, one column per indicator, whole numbers; draw them and all below
        with `measure_inputs`.
    lines : mapping of str to int
        Indicator -> its line, above 0: deprived is who has less.
    weights : mapping of str to fractions.Fraction
        Indicator -> its weight; together 1.
    k : fractions.Fraction
        Share of the total weight from which on a household is poor.
    household_weights : pandas.Series, optional
        Households that each row stands for, whole numbers; 1 by default.

    Raises
    ------
    AssertionError
        Names the law and shows the tables and the measures that break it.
    ArgumentError, InvalidDataError
        If `achievements` is no DataFrame or names a column twice; ArgumentError too if it has no
        rows, or lines and weights are not of its columns.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> def implementation(achievements, lines, weights, k, household_weights):
    ...     deprived = achievements.lt(pd.Series(lines))
    ...     chosen = mdp.measures.specification({x: [x] for x in weights}, weights=weights)
    ...     design = mdp.measures.Design(weight=household_weights, lonely="certainty")
    ...     return mdp.measures.estimate(deprived, chosen, k=k, design=design)
    >>> half = Fraction(1, 2)
    >>> testing.check_measure_laws(
    ...     implementation, pd.DataFrame({"income": [1, 9, 4], "school": [2, 3, 4]}),
    ...     lines={"income": 5, "school": 3}, weights={"income": half, "school": half}, k=half)
    """
    table = as_frame(achievements, "achievements")
    if set(lines) != set(table.columns) or set(weights) != set(table.columns) or table.empty:
        raise ArgumentError(
            "achievements need a row, and a column for each indicator that lines and weights "
            f"name; columns: {', '.join(map(repr, table.columns))}"
        )
    ones = pd.Series(1, index=table.index, dtype=np.int64)
    house = ones if household_weights is None else household_weights
    trial = MeasureTrial(f, MeasureInputs(table, lines, weights, k, house))
    for law in MEASURE_LAWS:
        law(trial)


# -- changed inputs ----------------------------------------------------------------------------


def _deprived(inputs: MeasureInputs) -> pd.DataFrame:
    return inputs.achievements.lt(pd.Series(inputs.lines))


def _poor(inputs: MeasureInputs) -> npt.NDArray[np.bool_]:
    rows = _deprived(inputs)[list(inputs.weights)].to_numpy()
    parts = list(inputs.weights.values())
    scores = [
        sum((part for part, lacks in zip(parts, row, strict=True) if lacks), Fraction(0))
        for row in rows
    ]
    return np.array([score >= inputs.k for score in scores], dtype=bool)


def _rows(inputs: MeasureInputs, places: Sequence[int]) -> MeasureInputs:
    """Some rows, in an order, perhaps twice; each under an id of its own."""
    index = pd.Index([f"h{number}" for number in range(1, len(places) + 1)], name="household_id")
    return replace(
        inputs,
        achievements=inputs.achievements.iloc[list(places)].set_axis(index, axis=0),
        household_weights=inputs.household_weights.iloc[list(places)].set_axis(index),
    )


def _with_cell(inputs: MeasureInputs, row: int, column: str, value: int) -> MeasureInputs:
    cells = inputs.achievements[column].tolist()
    cells[row] = value
    return replace(inputs, achievements=inputs.achievements.assign(**{column: cells}))


def _cells(inputs: MeasureInputs, *, deprived: bool, poor: bool) -> Iterator[tuple[int, str]]:
    """Some cells of the poor, or of the others, that are below their lines or not."""
    lacks, are_poor = _deprived(inputs), _poor(inputs)
    cells = [
        (row, str(column))
        for row in range(len(lacks))
        for column in inputs.weights
        if are_poor[row] == poor and bool(lacks[column].iloc[row]) == deprived
    ]
    step = max(len(cells) // TRIED_ONE_BY_ONE, 1)
    yield from cells[::step][:TRIED_ONE_BY_ONE]


# -- the laws ----------------------------------------------------------------------------------


def inputs_are_not_changed(trial: MeasureTrial) -> None:
    """The tables stay as they were, also when the answer is written over."""
    inputs, law = trial.inputs, "inputs_are_not_changed"

    def ask(tables: Mapping[str, pd.DataFrame]) -> Any:
        lines, weights = dict(inputs.lines), dict(inputs.weights)
        house = inputs.household_weights.copy()
        answer = trial.f(tables["achievements"], lines, weights, inputs.k, house)
        for what, before, after in (
            ("lines", dict(inputs.lines), lines),
            ("weights", dict(inputs.weights), weights),
            ("household_weights", inputs.household_weights.to_dict(), house.to_dict()),
        ):
            if before != after:
                raise broken(law, f"{what} were {before} and are now {after}", inputs)
        return answer

    check_inputs_stay(law, ask, {"achievements": inputs.achievements})


def measures_are_exact(trial: MeasureTrial) -> None:
    """Every measure is the one that exact fractions give, undefined where that is."""
    exact = read_measures(oracle_measures(**vars(trial.inputs)), trial.inputs)
    check_same("measures_are_exact", "counted exactly", trial, trial.inputs, expected=exact)


def groups_add_up(trial: MeasureTrial) -> None:
    """Decomposability: a measure of all is the mean of those of the groups, by their size."""
    inputs, n = trial.inputs, len(trial.inputs.achievements)
    for what, first in (("every other row", range(0, n, 2)), ("the first row", range(1))):
        rest = [place for place in range(n) if place not in first]
        if not rest:
            continue
        parts = [_rows(inputs, list(places)) for places in (first, rest)]
        sizes = [float(part.household_weights.sum()) for part in parts]
        asked = [trial.ask(part) for part in parts]
        for key, value in trial.measures.items():
            values = [part.get(key) for part in asked]
            if key[0] not in MEANS or value is None or None in values:
                continue
            mean = sum(s * v for s, v in zip(sizes, values, strict=True) if v is not None)
            mean /= sum(sizes)
            if not alike(value, mean):
                told = f"{what} is a group: {name_of(key)} is {value}, and of the groups {mean}"
                raise broken("groups_add_up", told, inputs)


def indicators_add_up(trial: MeasureTrial) -> None:
    """Breakdown: M0 is the sum of weight times censored headcount ratio, and the contributions."""
    measures, weights, law = trial.measures, trial.inputs.weights, "indicators_add_up"
    whole = measures["M0", None]
    parts = {
        measure: [measures.get((measure, name)) for name in weights]
        for measure in OF_INDICATORS
        if (measure, next(iter(weights))) in measures
    }
    sums: list[tuple[str, float | None, float | None]] = []
    for measure, values in parts.items():
        known = [value for value in values if value is not None]
        if len(known) < len(values) or measure == "hd":
            continue
        if measure == "hdk":
            total = sum(float(w) * v for w, v in zip(weights.values(), known, strict=True))
            sums.append(("M0, summed over weights times hdk,", total, whole))
        else:
            sums.append((f"the sum of {measure}", sum(known), whole if measure == "actb" else 1))
    for at, (name, weight) in enumerate(weights.items()):
        actb, hdk, hd, pctb = (
            parts[measure][at] if measure in parts else None
            for measure in ("actb", "hdk", "hd", "pctb")
        )
        if actb is not None and hdk is not None:
            sums.append((f"actb of {name}", actb, float(weight) * hdk))
        if pctb is not None and actb is not None and whole:
            sums.append((f"pctb of {name}", pctb, actb / whole))
        if hd is not None and hdk is not None and hdk > hd + CLOSE:
            raise broken(law, f"hdk of {name} is {hdk}, more than hd, {hd}", trial.inputs)
    for what, value, expected in sums:
        if not alike(value, expected):
            raise broken(law, f"{what} is {value} and should be {expected}", trial.inputs)


def deprivation_focus(trial: MeasureTrial) -> None:
    """Deprivation focus: how far above its line an achievement is changes nothing."""
    inputs = trial.inputs
    above = ~_deprived(inputs)
    for what, more in (("1", 1), ("1 to 9", 1 + np.arange(len(above))[:, None] % 9)):
        raised = inputs.achievements + more * above
        changed = replace(inputs, achievements=raised)
        check_same("deprivation_focus", f"what is not lacked is {what} more", trial, changed)


def poverty_focus(trial: MeasureTrial) -> None:
    """Poverty focus: what the others have and lack, short of being poor, changes nothing."""
    inputs = trial.inputs
    others = ~_poor(inputs)[:, None]
    table = inputs.achievements
    cells, lines = table.to_numpy(), np.array([inputs.lines[name] for name in table.columns])
    lifted = np.where(others, np.maximum(cells, lines), cells)
    deeper = np.where(others & (cells < lines), 0, cells)
    for what, other in (
        ("who is not poor lacks nothing", lifted),
        ("who is not poor has nothing of what they lack", deeper),
    ):
        changed = pd.DataFrame(other, index=table.index, columns=table.columns)
        check_same("poverty_focus", what, trial, replace(inputs, achievements=changed), but=("hd",))


def monotonicity(trial: MeasureTrial) -> None:
    """Monotonicity: who is poor and has less of what they lack makes no measure less."""
    inputs, law = trial.inputs, "monotonicity"
    for row, name in _cells(inputs, deprived=True, poor=True):
        value = int(inputs.achievements[name].iloc[row])
        if value > 0:
            less = _with_cell(inputs, row, name, value - 1)
            grows = {"H": False, "A": False, "M0": False, "M1": True, "M2": True}
            what = f"row {row + 1} has one less of {name}"
            check_grown(law, what, trial.measures, trial.ask(less), grows, less)
        lifted = _with_cell(inputs, row, name, inputs.lines[name])
        grows = {"H": False, "M0": True, "M1": True, "M2": True}
        what = f"row {row + 1} lacks {name} once more"
        check_grown(law, what, trial.ask(lifted), trial.measures, grows, inputs)


def dimensional_monotonicity(trial: MeasureTrial) -> None:
    """Dimensional monotonicity: who is poor and lacks one thing more makes A and M0 more."""
    inputs = trial.inputs
    for row, name in _cells(inputs, deprived=False, poor=True):
        more = _with_cell(inputs, row, name, 0)
        grows = {"H": False, "A": True, "M0": True, "M1": True, "M2": True}
        what = f"row {row + 1} lacks {name} too"
        law = "dimensional_monotonicity"
        check_grown(law, what, trial.measures, trial.ask(more), grows, more)


def replication_changes_nothing(trial: MeasureTrial) -> None:
    """Replication invariance: the same households several times over, as rows or as weights."""
    inputs, places = trial.inputs, range(len(trial.inputs.achievements))
    law = "replication_changes_nothing"
    check_same(law, "the table three times over", trial, _rows(inputs, [*places, *places, *places]))
    tripled = replace(inputs, household_weights=inputs.household_weights * 3)
    check_same(law, "the weights three times as large", trial, tripled)
    counts = inputs.household_weights.tolist()
    apart = _rows(inputs, [place for place in places for _ in range(int(counts[place]))])
    ones = replace(apart, household_weights=apart.household_weights * 0 + 1)
    check_same(law, "as many rows as each weight says", trial, ones)


def order_of_rows_does_not_matter(trial: MeasureTrial) -> None:
    """Symmetry: who has what does not matter, only how many do."""
    n = len(trial.inputs.achievements)
    for what, places in (
        ("rows backwards", list(range(n))[::-1]),
        ("the first row last", [*range(1, n), 0]),
    ):
        check_same("order_of_rows_does_not_matter", what, trial, _rows(trial.inputs, places))


def order_of_columns_does_not_matter(trial: MeasureTrial) -> None:
    """Indicators are read by their names, not by their places."""
    table = trial.inputs.achievements
    turned = replace(trial.inputs, achievements=table[table.columns[::-1]])
    check_same("order_of_columns_does_not_matter", "the columns turned round", trial, turned)


def scale_invariance(trial: MeasureTrial) -> None:
    """Scale invariance: an indicator in another unit, with its line, changes nothing."""
    inputs, names = trial.inputs, list(trial.inputs.weights)
    for what, chosen in (("all indicators", names), ("the first indicator", names[:1])):
        factors = dict(zip(chosen, cycle((10, 12, 1000)), strict=False))
        table = inputs.achievements.assign(
            **{name: inputs.achievements[name] * factor for name, factor in factors.items()}
        )
        lines = {name: line * factors.get(name, 1) for name, line in inputs.lines.items()}
        changed = replace(inputs, achievements=table, lines=lines)
        check_same("scale_invariance", f"{what} in smaller units", trial, changed)


def measures_lie_between_0_and_1(trial: MeasureTrial) -> None:
    """Normalisation: from 0, where nobody lacks anything, to 1, where all have nothing."""
    inputs, law = trial.inputs, "measures_lie_between_0_and_1"
    for key, value in trial.measures.items():
        if value is not None and not -CLOSE <= value <= 1 + CLOSE:
            raise broken(law, f"{name_of(key)} is {value}", inputs)
    h, a, m0 = (trial.measures.get((name, None)) for name in ("H", "A", "M0"))
    if h is not None and a is not None and m0 is not None and not alike(h * a, m0):
        raise broken(law, f"M0 is {m0} and should be H times A, {h * a}", inputs)
    table = inputs.achievements
    for what, cells, bound in (
        ("nobody lacks anything", table * 0 + pd.Series(inputs.lines), 0.0),
        ("all have nothing", table * 0, 1.0),
    ):
        changed = replace(inputs, achievements=cells[table.columns])
        for key, value in trial.ask(changed).items():
            if key[0] in ("actb", "pctb") or (key[0] == "A" and bound == 0):
                continue
            if not alike(value, bound):
                told = f"{what}: {name_of(key)} is {value} and should be {bound}"
                raise broken(law, told, changed)


def higher_cut_offs_are_nested(trial: MeasureTrial) -> None:
    """Nesting: who is poor at a cut-off is poor at each lower one; A is at least the cut-off."""
    inputs = trial.inputs
    cuts = sorted({min(inputs.weights.values()), inputs.k, inputs.k / 2, Fraction(1)})
    asked = [(k, trial.ask(replace(inputs, k=k))) for k in cuts]
    grows = dict.fromkeys(("H", "M0", "M1", "M2"), False)
    for (low, at_low), (high, at_high) in pairwise(asked):
        what, at = f"k {low} after k {high}", replace(inputs, k=low)
        check_grown("higher_cut_offs_are_nested", what, at_high, at_low, grows, at)
    for k, measures in asked:
        intensity = measures.get(("A", None))
        if intensity is not None and intensity < float(k) - CLOSE:
            what = f"A is {intensity}, less than the cut-off, {k}"
            raise broken("higher_cut_offs_are_nested", what, replace(inputs, k=k))


MEASURE_LAWS: tuple[Callable[[MeasureTrial], None], ...] = (
    inputs_are_not_changed,
    measures_are_exact,
    groups_add_up,
    indicators_add_up,
    deprivation_focus,
    poverty_focus,
    monotonicity,
    dimensional_monotonicity,
    replication_changes_nothing,
    order_of_rows_does_not_matter,
    order_of_columns_does_not_matter,
    scale_invariance,
    measures_lie_between_0_and_1,
    higher_cut_offs_are_nested,
)
