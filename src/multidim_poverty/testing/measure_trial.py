"""An implementation of the measures of Alkire and Foster, and how its answers are compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from multidim_poverty.testing.measure_tables import MeasureInputs

__all__ = [
    "CLOSE",
    "OF_INDICATORS",
    "MeasureTrial",
    "Measures",
    "alike",
    "broken",
    "check_grown",
    "check_same",
    "name_of",
    "read_measures",
]

Measures = Mapping[tuple[str, str | None], float | None]  # measure and indicator -> value
OVERALL = ("H", "A", "M0", "M1", "M2")
OF_INDICATORS = ("hd", "hdk", "actb", "pctb")
CLOSE = 1e-9


@dataclass(frozen=True)
class MeasureTrial:
    """An implementation of the measures, and what it is asked about.

    Attributes
    ----------
    f : callable
        Takes achievements, lines, weights, the cut-off and household weights.
    inputs : MeasureInputs
    """

    f: Callable[..., Any]
    inputs: MeasureInputs

    @cached_property
    def measures(self) -> Measures:
        """The measures of the inputs as they are, asked once for all laws."""
        return self.ask(self.inputs)

    def ask(self, inputs: MeasureInputs) -> Measures:
        """The measures that the implementation gives, about copies of the tables."""
        return read_measures(
            self.f(
                inputs.achievements.copy(),
                dict(inputs.lines),
                dict(inputs.weights),
                inputs.k,
                inputs.household_weights.copy(),
            ),
            inputs,
        )


def read_measures(answer: Any, inputs: MeasureInputs) -> Measures:
    """The measures as plain numbers, by measure and indicator."""
    values: dict[tuple[str, str | None], Any] = {}
    if isinstance(answer, pd.DataFrame):
        table = answer[answer["level"] == "all"] if "level" in answer else answer
        for measure, indicator, value in zip(
            table["measure"], table["indicator"], table["estimate"], strict=True
        ):
            values.setdefault((str(measure), None if pd.isna(indicator) else indicator), value)
    else:
        for measure, value in dict(answer).items():
            parts = value if isinstance(value, Mapping | pd.Series) else {None: value}
            values.update({(measure, indicator): one for indicator, one in parts.items()})
    wanted: list[tuple[str, str | None]] = [(measure, None) for measure in OVERALL]
    wanted += [(measure, name) for measure in OF_INDICATORS for name in inputs.weights]
    measures = {
        key: None if values[key] is None or pd.isna(values[key]) else float(values[key])
        for key in wanted
        if key in values
    }
    assert ("M0", None) in measures, "no M0 among the measures that came back"
    return measures


# -- how a disagreement is shown ---------------------------------------------------------------


def broken(law: str, what: str, inputs: MeasureInputs) -> AssertionError:
    """The error that shows the inputs of a broken law."""
    shown = inputs.achievements.assign(**{"(households)": inputs.household_weights})
    of_indicators = ", ".join(
        f"{name}: line {inputs.lines[name]}, weight {weight}"
        for name, weight in inputs.weights.items()
    )
    return AssertionError(f"{law}: {what}\n{shown.to_string()}\n{of_indicators}; k {inputs.k}")


def alike(one: float | None, other: float | None) -> bool:
    """Whether two figures are the same, up to the rounding of sums."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def name_of(key: tuple[str, str | None]) -> str:
    """A measure in words."""
    return key[0] if key[1] is None else f"{key[0]} of {key[1]}"


def check_same(
    law: str,
    what: str,
    trial: MeasureTrial,
    inputs: MeasureInputs,
    but: Sequence[str] = (),
    expected: Measures | None = None,
) -> None:
    """The measures of other inputs must be those of the trial, or those expected."""
    expected = trial.measures if expected is None else expected
    for key, value in trial.ask(inputs).items():
        if key[0] not in but and key in expected and not alike(value, expected[key]):
            told = f"{what}: {name_of(key)} is {value} and should be {expected[key]}"
            raise broken(law, told, inputs)


def check_grown(
    law: str, what: str, before: Measures, after: Measures, keys: Mapping[str, bool], inputs: Any
) -> None:
    """No measure may be less than before; those that must grow are more."""
    for name, must_grow in keys.items():
        old, new = before.get((name, None)), after.get((name, None))
        if old is None or new is None:
            continue
        same = math.isclose(new, old, rel_tol=1e-12)
        if new < old - CLOSE or (must_grow and (same or new < old)):
            least = "more than" if must_grow else "at least"
            raise broken(law, f"{what}: {name} is {new} and should be {least} {old}", inputs)
