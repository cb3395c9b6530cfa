"""What a standard says of each cell of its decision table: reasons, and the nearest other class.

Made once for each standard by plain enumeration, and looked up for a million households.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import product
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income_steps import AREAS, IncomeSteps, income_steps
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.language import Language
from multidim_poverty.law import Standard
from multidim_poverty.law.standard_parts import Line
from multidim_poverty.law.tables import clause_citation
from multidim_poverty.vocabulary import Area

__all__ = ["DecisionCells", "NearestCells", "decision_cells", "nearest_cells"]

Codes = npt.NDArray[np.int16]
COUNTS = ("deprivations_unknown", "deprivation_count")
Cells = TypeVar("Cells", "DecisionCells", "NearestCells")


def read_only(cells: Cells) -> Cells:
    """The same cells, whose arrays nobody can change."""
    for field in fields(cells):
        value = getattr(cells, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return cells


@dataclass(frozen=True)
class DecisionCells:
    """What decides in each cell: area, income step (the last is unknown), unknown and known count.

    All arrays are flat, in that order of axes.
    """

    steps: IncomeSteps
    shape: tuple[int, int, int, int]
    rules: tuple[str, ...]  # rows of the decision table, several joined by " or "
    rule_ids: tuple[tuple[str, ...], ...]  # the class rules that these are, without the area
    citations: tuple[str, ...]
    rule: Codes
    citation_of: Codes  # by rule; the last serves -1
    lower: npt.NDArray[np.float64]  # bounds of income [VND/person/month]
    upper: npt.NDArray[np.float64]
    at_least: Codes  # cut-offs; 0 and one above the indicators where there is none
    at_most: Codes
    no_cut: npt.NDArray[np.bool_]
    asks_deprivations: npt.NDArray[np.bool_]
    asks_income: npt.NDArray[np.bool_]
    asks_area: npt.NDArray[np.bool_]

    def positions(self, inputs: ClassificationInputs, result: pd.DataFrame) -> npt.NDArray[np.intp]:
        """Cell of each household, from its inputs and what `classify_inputs` gave for them."""
        counts = self.shape[-1]
        place = self.steps.places(inputs.area(slice(None)), inputs.income).astype(np.intp)
        unknown, count = (result[name].to_numpy() for name in COUNTS)
        return np.asarray((place * counts + unknown) * counts + count)

    def margin(self, cell: Any, count: Any, unknown: Any) -> Codes:
        """Deprivations less the nearer cut-off, as unknown answers could make it."""
        far = np.int16(self.shape[-1])
        at_least, at_most = self.at_least[cell], self.at_most[cell]
        reached = np.where(at_least > 0, count - at_least, far)
        short = np.where(at_most < far - 1, count + unknown - (at_most + 1), -far)
        return np.where(-short < reached, short, reached).astype(np.int16)

    @classmethod
    def of(cls, standard: Standard, language: Language) -> DecisionCells:
        """All cells of a standard."""
        n, bands = len(standard.indicators), len(standard.band_ids)
        steps = income_steps(standard)
        amounts = {line.id: line for line in standard.lines}
        shape = (AREAS, steps.count, n + 1, n + 1)
        rules: dict[str, tuple[tuple[str, ...], str]] = {}  # name -> ids, citations
        rule = np.full(shape, -1, dtype=np.int16)
        lower, upper = np.full(shape, np.nan), np.full(shape, np.nan)
        at_least, at_most = np.zeros(shape, dtype=np.int16), np.full(shape, n, dtype=np.int16)
        asks = {name: np.zeros(shape, dtype=bool) for name in ("count", "income", "area")}
        exact = [[standard.rule_for(b, c) for c in range(n + 1)] for b in range(bands)]
        for cell in np.ndindex(shape):
            area, step, unknown, count = cell
            counts = range(count, min(count + unknown, n) + 1)
            places = steps.possible(area, step)
            possible = {(a, s, c): exact[steps.bands[a][s]][c] for a, s in places for c in counts}
            classes = {key: r.poverty_class for key, r in possible.items()}
            if len(set(classes.values())) > 1:
                asks["area"][cell] = _differs(classes, 0)
                asks["income"][cell] = _differs(classes, 1)
                asks["count"][cell] = _differs(classes, 2)
                continue
            deciding = {(a, r.id): r for (a, _, _), r in possible.items()}
            names = " or ".join(f"{tuple(Area)[a]}.{id}" for a, id in deciding)
            sources = [clause_citation(r, amounts, language) for r in deciding.values()]
            cited = "; ".join(dict.fromkeys(sources))
            rules.setdefault(names, (tuple(dict.fromkeys(id for _, id in deciding)), cited))
            rule[cell] = list(rules).index(names)
            by_id = {r.id: r for r in deciding.values()}
            if len(by_id) > 1:
                continue
            (one,) = by_id.values()
            at_least[cell] = one.deprivations_at_least
            at_most[cell] = standard.most_deprivations(one)
            if step < steps.count - 1:
                areas = [tuple(Area)[a] for a in dict.fromkeys(a for a, _ in places)]
                lower[cell] = _amount(amounts.get(one.income_above or ""), areas)
                upper[cell] = _amount(amounts.get(one.income_at_most or ""), areas)
        citations = list(dict.fromkeys(cited for _, cited in rules.values()))
        decided = cls(
            steps=steps,
            shape=shape,
            rules=tuple(rules),
            rule_ids=tuple(ids for ids, _ in rules.values()),
            citations=tuple(citations),
            rule=rule.ravel(),
            citation_of=np.array(
                [*(citations.index(cited) for _, cited in rules.values()), -1], dtype=np.int16
            ),
            lower=lower.ravel(),
            upper=upper.ravel(),
            at_least=at_least.ravel(),
            at_most=at_most.ravel(),
            no_cut=((at_least == 0) & (at_most == n)).ravel(),
            asks_deprivations=asks["count"].ravel(),
            asks_income=asks["income"].ravel(),
            asks_area=asks["area"].ravel(),
        )
        return read_only(decided)


def _differs(classes: Mapping[tuple[int, int, int], Any], axis: int) -> bool:
    """Whether two keys that differ on one axis alone have different classes."""
    others: dict[tuple[int, ...], Any] = {}
    return any(
        others.setdefault(key[:axis] + key[axis + 1 :], found) != found
        for key, found in classes.items()
    )


def _amount(line: Line | None, areas: Sequence[Area]) -> float:
    """The amount of a line; NaN where there is no line, or each area has another amount."""
    found = set() if line is None else {line.amount(area) for area in areas}
    return float(found.pop()) if len(found) == 1 else np.nan


@dataclass(frozen=True)
class NearestCells:
    """The nearest cell that gives each class, by class, area, unknown count, step, known count."""

    steps: IncomeSteps
    by_income: Codes  # step to move to, -1 where none does it
    by_count: Codes  # deprivations fewer or more, 0 where none does it
    both_step: Codes
    both_count: Codes

    @classmethod
    def of(cls, standard: Standard) -> NearestCells:
        """All cells of a standard."""
        n, steps = len(standard.indicators), income_steps(standard)
        order = {c: code for code, c in enumerate(standard.classes)}
        exact = [
            [order[standard.rule_for(b, c).poverty_class] for c in range(n + 1)]
            for b in range(len(standard.band_ids))
        ]
        known_steps = range(steps.count - 1)
        shape = (len(order), AREAS, n + 1, len(known_steps), n + 1)
        by_income, both_step = (np.full(shape, -1, dtype=np.int16) for _ in range(2))
        by_count, both_count = (np.zeros(shape, dtype=np.int16) for _ in range(2))
        for target, area, unknown, step, count in np.ndindex(shape):
            if count + unknown > n:
                continue
            areas = [a for a, _ in steps.possible(area, step)]

            def holds(
                s: int,
                c: int,
                target: int = target,
                unknown: int = unknown,
                areas: Sequence[int] = areas,
            ) -> bool:
                classes = [exact[steps.bands[a][s]][c : c + unknown + 1] for a in areas]
                return all(found == target for of_area in classes for found in of_area)

            def distance(s: int, step: int = step, areas: Sequence[int] = areas) -> Any:
                lines = sum(abs(steps.bands[a][s] - steps.bands[a][step]) for a in areas)
                return lines, s > step, abs(s - step)

            cell = target, area, unknown, step, count
            other_steps = [s for s in sorted(known_steps, key=distance) if s != step]
            changes = sorted(range(-count, n - count - unknown + 1), key=abs)[1:]
            by_income[cell] = next((s for s in other_steps if holds(s, count)), -1)
            by_count[cell] = next((more for more in changes if holds(step, count + more)), 0)
            if by_income[cell] >= 0 or by_count[cell]:
                continue
            for more, s in product(changes, other_steps):
                if holds(s, count + more):
                    both_step[cell], both_count[cell] = s, more
                    break
        return read_only(cls(steps, by_income, by_count, both_step, both_count))


@lru_cache(maxsize=64)
def decision_cells(standard: Standard, language: Language) -> DecisionCells:
    """The cells of a standard, made at the first call."""
    return DecisionCells.of(standard, language)


@lru_cache(maxsize=64)
def nearest_cells(standard: Standard) -> NearestCells:
    """The cells of a standard, made at the first call."""
    return NearestCells.of(standard)
