"""What a standard says of each cell of its decision table: reasons, and the nearest other class.

Made once for each standard by plain enumeration, and looked up for a million households.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import product
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from multidim_poverty.language import Language
from multidim_poverty.law import Standard
from multidim_poverty.vocabulary import Area

__all__ = ["DecisionCells", "NearestCells", "decision_cells", "nearest_cells"]

Codes = npt.NDArray[np.int16]
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
    """What decides in each cell: area, income band (the last is unknown), unknown and known count.

    All arrays are flat, in that order of axes.
    """

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

    def positions(self, area: Any, band: Any, count: Any, unknown: Any) -> npt.NDArray[np.intp]:
        """Cell of each household; one without an area, which the checks refuse, has the first."""
        _, bands, counts, _ = self.shape
        row = np.maximum(area, 0).astype(np.intp) * bands
        row += np.where(band < 0, bands - 1, band)
        return np.asarray((row * counts + unknown) * counts + count)

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
        amounts = {line.id: line for line in standard.lines}
        shape = (len(Area), bands + 1, n + 1, n + 1)
        rules: dict[str, tuple[tuple[str, ...], str]] = {}  # name -> ids, citations
        rule = np.full(shape, -1, dtype=np.int16)
        lower, upper = np.full(shape, np.nan), np.full(shape, np.nan)
        at_least, at_most = np.zeros(shape, dtype=np.int16), np.full(shape, n, dtype=np.int16)
        asks_count, asks_income = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        exact = [[standard.rule_for(b, c) for c in range(n + 1)] for b in range(bands)]
        for band, unknown, count in np.ndindex(shape[1:]):
            in_bands = range(bands) if band == bands else [band]
            counts = range(count, min(count + unknown, n) + 1)
            possible = list(
                {exact[b][c].id: exact[b][c] for b in in_bands for c in counts}.values()
            )
            classes = {r.poverty_class for r in possible}
            if len(classes) > 1:
                cells = [[exact[b][c].poverty_class for c in counts] for b in in_bands]
                asks_count[:, band, unknown, count] = any(len(set(row)) > 1 for row in cells)
                asks_income[:, band, unknown, count] = any(
                    len(set(column)) > 1 for column in zip(*cells, strict=True)
                )
                continue
            for a, area in enumerate(Area):
                place = a, band, unknown, count
                names = " or ".join(f"{area}.{r.id}" for r in possible)
                cited = "; ".join(dict.fromkeys(r.citation.text(language) for r in possible))
                rules.setdefault(names, (tuple(r.id for r in possible), cited))
                rule[place] = list(rules).index(names)
                if len(possible) > 1:
                    continue
                one = possible[0]
                at_least[place] = one.deprivations_at_least
                at_most[place] = standard.most_deprivations(one)
                if band < bands:
                    if one.income_above:
                        lower[place] = amounts[one.income_above].amount(area)
                    if one.income_at_most:
                        upper[place] = amounts[one.income_at_most].amount(area)
        citations = list(dict.fromkeys(cited for _, cited in rules.values()))
        decided = cls(
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
            asks_deprivations=asks_count.ravel(),
            asks_income=asks_income.ravel(),
        )
        return read_only(decided)


@dataclass(frozen=True)
class NearestCells:
    """The nearest cell that gives each class, by class, unknown count, band and known count."""

    by_income: Codes  # band to move to, -1 where none does it
    by_count: Codes  # deprivations fewer or more, 0 where none does it
    both_band: Codes
    both_count: Codes

    @classmethod
    def of(cls, standard: Standard) -> NearestCells:
        """All cells of a standard."""
        n, bands = len(standard.indicators), len(standard.band_ids)
        order = {c: code for code, c in enumerate(standard.classes)}
        exact = np.array(
            [
                [order[standard.rule_for(b, c).poverty_class] for c in range(n + 1)]
                for b in range(bands)
            ]
        )
        shape = (len(order), n + 1, bands, n + 1)
        by_income, both_band = (np.full(shape, -1, dtype=np.int16) for _ in range(2))
        by_count, both_count = (np.zeros(shape, dtype=np.int16) for _ in range(2))
        for target, unknown, band, count in np.ndindex(shape):
            if count + unknown > n:
                continue

            def holds(b: int, c: int, target: int = target, unknown: int = unknown) -> bool:
                return bool((exact[b, c : c + unknown + 1] == target).all())

            cell = target, unknown, band, count
            band_steps = sorted(range(-band, bands - band), key=abs)
            count_steps = sorted(range(-count, n - count - unknown + 1), key=abs)
            for step in band_steps:
                if step and by_income[cell] < 0 and holds(band + step, count):
                    by_income[cell] = band + step
            for more in count_steps:
                if more and not by_count[cell] and holds(band, count + more):
                    by_count[cell] = more
            for more, step in product(count_steps, band_steps):
                if more and step and both_band[cell] < 0 and holds(band + step, count + more):
                    both_band[cell], both_count[cell] = band + step, more
        return read_only(cls(by_income, by_count, both_band, both_count))


@lru_cache(maxsize=64)
def decision_cells(standard: Standard, language: Language) -> DecisionCells:
    """The cells of a standard, made at the first call."""
    return DecisionCells.of(standard, language)


@lru_cache(maxsize=64)
def nearest_cells(standard: Standard) -> NearestCells:
    """The cells of a standard, made at the first call."""
    return NearestCells.of(standard)
