"""Where an income lies among all lines of a standard, and what area and income leave open.

The lines of both areas cut the incomes into steps. Area and step give the income band; where
one of them is unknown, a household may be in several places at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.law import Standard
from multidim_poverty.vocabulary import Area

__all__ = ["AREAS", "IncomeSteps", "Place", "income_steps"]

AREAS = len(Area) + 1  # the last is that of an unknown area
Place = tuple[int, int]  # area and step, by position; the last of each is unknown


@dataclass(frozen=True)
class IncomeSteps:
    """The steps of income of one standard.

    Attributes
    ----------
    amounts : tuple of float
        Upper end of each step but the last known one, ascending [VND/person/month].
    bands : tuple of tuple of int
        Income band by area and step.
    """

    amounts: tuple[float, ...]
    bands: tuple[tuple[int, ...], ...]

    @property
    def count(self) -> int:
        """Steps, with the one of an unknown income, which is the last."""
        return len(self.amounts) + 2

    def positions(self, income: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        """Step of each income; an income at a line is not above it.

        Without lines there is one step, of incomes that nobody knows too.
        """
        step = np.zeros(len(income), dtype=np.uint8)
        for amount in self.amounts:
            step += (income > amount).view(np.uint8)
        unknown = income != income
        if self.amounts and unknown.any():
            step[unknown] = self.count - 1
        return step

    def places(
        self, area: npt.NDArray[np.int8], income: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.uint8]:
        """Area and step of each household as one number; the area is -1 where unknown."""
        row = area
        if len(area) and area.min() < 0:
            row = np.where(area < 0, np.int8(AREAS - 1), area)
        return row.view(np.uint8) * np.uint8(self.count) + self.positions(income)

    def possible(self, area: int, step: int) -> list[Place]:
        """The places of known area and step that a place leaves open."""
        areas = range(AREAS - 1) if area == AREAS - 1 else [area]
        steps = range(self.count - 1) if step == self.count - 1 else [step]
        return list(product(areas, steps))

    def band(self, area: int, step: int) -> int:
        """The income band of a place; -1 where it leaves several open."""
        bands = {self.bands[a][s] for a, s in self.possible(area, step)}
        return bands.pop() if len(bands) == 1 else -1


@lru_cache(maxsize=64)
def income_steps(standard: Standard) -> IncomeSteps:
    """The steps of a standard, made at the first call."""
    amounts = sorted({float(line.amount(area)) for line in standard.lines for area in Area})
    tops: list[Any] = [*amounts, np.inf]
    return IncomeSteps(
        amounts=tuple(amounts),
        bands=tuple(
            tuple(sum(top > line.amount(area) for line in standard.lines) for top in tops)
            for area in Area
        ),
    )
