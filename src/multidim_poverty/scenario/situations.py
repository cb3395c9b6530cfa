"""What is known of each household under any line, and which class that is at each cut-off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income_steps import AREAS
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.identity import chunks
from multidim_poverty.law import Standard
from multidim_poverty.vocabulary import Area

__all__ = ["Counts", "Situations", "memberships_of"]

CHUNK = 1 << 16  # rows whose columns fit the cache together
MOST_CELLS = 1 << 20  # of groups, incomes and deprivations that are counted at once
Counts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Situations:
    """What is known of each household, as far as it matters under any of the lines.

    Attributes
    ----------
    bands : list of numpy.ndarray of int64
        By line: income band by area, rural first, and by step of the incomes between all lines.
    pairs : list of tuple of int
        The numbers of deprivations known and unknown that occur.
    area, step, pair : numpy.ndarray
        Of each household: its area (the last is unknown), its step (the last is unknown), and
        the position of its pair.
    """

    bands: list[Codes]
    pairs: list[tuple[int, int]]
    area: npt.NDArray[np.int8]
    step: npt.NDArray[np.int16]
    pair: npt.NDArray[np.int16]

    @classmethod
    def of(
        cls, inputs: ClassificationInputs, standard: Standard, of_lines: Sequence[Standard]
    ) -> Situations:
        """The situations of some households under some lines."""
        amounts = {line.amount(a) for law in of_lines for line in law.lines for a in Area}
        tops = np.array([*sorted(amounts), np.inf])
        bands = [
            np.array(
                [
                    np.sum([tops > line.amount(area) for line in law.lines], axis=0)
                    if law.lines
                    else np.zeros(len(tops))
                    for area in Area
                ],
                dtype=np.int64,
            )
            for law in of_lines
        ]
        result = classify_inputs(inputs, standard)
        size = len(standard.indicators) + 1
        n = len(result)
        step, pair = np.empty(n, dtype=np.int16), np.empty(n, dtype=np.int16)
        occurring = np.zeros(size * size, dtype=bool)
        known = result["deprivation_count"].to_numpy()
        unknown = result["deprivations_unknown"].to_numpy()
        for rows in chunks(n, CHUNK):
            income = inputs.income[rows]
            step[rows] = np.searchsorted(tops, income)  # at a line is not above it
            step[rows][np.isnan(income)] = len(tops)
            pair[rows] = known[rows] * np.int16(size) + unknown[rows]
            occurring[pair[rows]] = True
        codes = np.flatnonzero(occurring)
        place = np.zeros(size * size, dtype=np.int16)
        place[codes] = np.arange(len(codes))
        pairs = [(int(code // size), int(code % size)) for code in codes]
        return cls(bands, pairs, inputs.area(slice(None)), step, place[pair])

    def histograms(
        self, codes: npt.NDArray[np.intp], number: int, weight: Counts | None
    ) -> Iterator[Counts]:
        """Households by group, area and step, and pair; some of the groups at a time.

        `codes` are the groups of the households, of which there are a `number`.
        """
        steps, pairs = self.bands[0].shape[1] + 1, len(self.pairs)
        of_group = AREAS * steps * pairs
        at_once = max(MOST_CELLS // max(of_group, 1), 1)
        order, ends = None, np.array([len(codes)])
        if at_once < number:  # each time the households of these groups alone
            order = np.argsort(codes, kind="stable")
            ends = np.searchsorted(codes[order], np.arange(0, number, at_once) + at_once)
        for time, (first, end) in enumerate(zip(range(0, number, at_once), ends, strict=False)):
            groups = min(at_once, number - first)
            size = groups * of_group
            total = np.zeros(size)
            begin = ends[time - 1] if time else 0
            for part in chunks(int(end - begin), max(CHUNK, size)):
                rows = part if order is None else order[begin:end][part]
                area = np.where(self.area[rows] < 0, AREAS - 1, self.area[rows])
                code = (codes[rows] - first) * AREAS + area
                code = (code * steps + self.step[rows]) * pairs + self.pair[rows]
                total += np.bincount(code, None if weight is None else weight[rows], minlength=size)
            yield total.reshape(groups, AREAS * steps, pairs)

    def counted(
        self, memberships: Counts, codes: npt.NDArray[np.intp], number: int, weight: Counts | None
    ) -> Counts:
        """Households in each column of `memberships_of`, by group and line."""
        cells = [
            np.stack([places @ memberships for places in self.by_line(histogram)], axis=1)
            for histogram in self.histograms(codes, number, weight)
        ]
        no_group = np.zeros((0, len(self.bands), memberships.shape[1]))
        return np.concatenate(cells or [no_group])

    def by_line(self, histogram: Counts) -> Iterator[Counts]:
        """By line: households by group, and by the bands that are possible and pair, flat.

        Where the area is unknown, the bands of both are possible; where the income is, all are.
        """
        for bands in self.bands:
            number = int(bands.max()) + 1
            rural, urban = bands
            place = np.full((AREAS, len(rural) + 1), number * number)
            place[:, :-1] = [rural * number + rural, urban * number + urban, rural * number + urban]
            flat = place.ravel()
            starts = np.flatnonzero(np.diff(flat, prepend=-1))
            sums = np.add.reduceat(histogram, starts, axis=1)
            by_place = np.zeros((len(histogram), number * number + 1, histogram.shape[2]))
            for at, start in enumerate(starts):
                by_place[:, flat[start]] += sums[:, at]
            yield by_place.reshape(len(histogram), -1)


def memberships_of(of_cut_offs: Sequence[Standard], pairs: Sequence[tuple[int, int]]) -> Counts:
    """Which cells of `Situations.by_line` are in which class, by cut-off.

    A column for each class that is certain, one for each that is possible, and one for those that
    have none.
    """
    columns = []
    for law in of_cut_offs:
        bands, counts = len(law.band_ids), len(law.indicators) + 1
        order = {each: code for code, each in enumerate(law.classes)}
        exact = np.array(
            [[order[law.rule_for(b, c).poverty_class] for c in range(counts)] for b in range(bands)]
        )
        ranges = [slice(known, min(known + unknown + 1, counts)) for known, unknown in pairs]
        low = np.array([exact[:, each].min(axis=1) for each in ranges]).reshape(-1, bands).T
        high = np.array([exact[:, each].max(axis=1) for each in ranges]).reshape(-1, bands).T
        first, second = (each.ravel() for each in np.indices((bands, bands)))
        worst = np.vstack([np.minimum(low[first], low[second]), low.min(axis=0)]).ravel()
        best = np.vstack([np.maximum(high[first], high[second]), high.max(axis=0)]).ravel()
        codes = range(len(order))
        columns += [(worst == code) & (best == code) for code in codes]
        columns += [(worst <= code) & (best >= code) for code in codes]
        columns.append(worst < best)
    return np.array(columns, dtype=np.float64).T
