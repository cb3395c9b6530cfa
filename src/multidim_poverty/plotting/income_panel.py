"""One area of the picture of income against deprivations: its cells, and where they stand."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from multidim_poverty.language import Language, rounded_text
from multidim_poverty.law import Standard
from multidim_poverty.law.standard_parts import ClassRule
from multidim_poverty.plotting.count_rows import CountPlaces
from multidim_poverty.plotting.income_bins import IncomeBins, income_bins
from multidim_poverty.plotting.room import text_size
from multidim_poverty.plotting.style import PLATE
from multidim_poverty.plotting.words import word
from multidim_poverty.vocabulary import Area

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

__all__ = ["EXTRA_ROW", "GAP", "Panel"]

BEFORE_OPEN = 0.5  # columns, before those of households with unknown answers
EXTRA_ROW, GAP = 0.05, 0.015  # of the height: the rows beyond the steps, and before them
SMALL, EDGE, MARGIN = "x-small", "#808080", 0.03
LINE: dict[str, Any] = {"color": "black", "lw": 1.4}
APART = 0.14  # inches, between two amounts


class Inches(NamedTuple):
    """How long a column, and a unit of money, is at least [inches]."""

    column: float
    money: float


class Panel:
    """Households of one area by step of income and place of their count."""

    def __init__(
        self,
        area: Area,
        standard: Standard,
        income: npt.NDArray[np.float64],
        places: CountPlaces,
        rows: npt.NDArray[np.bool_],
        top: float,
    ) -> None:
        self.area, self.top = area, top
        self.amounts = {line.id: float(line.amount(area)) for line in standard.lines}
        self.clauses, self.indicators = standard.class_rules, len(standard.indicators)
        others = [line.amount(one) for line in standard.lines for one in Area]
        self.bins: IncomeBins = income_bins([*self.amounts.values()], top, others)
        self.exact, self.open = len(places.exact), len(places.at_least)
        steps = self.bins.number + 2
        at = self.bins.place(income[rows]) * places.number + places.place[rows]
        self.cells = np.bincount(at, minlength=steps * places.number).reshape(steps, -1)
        self.start = 0.0  # column of the picture where it begins

    @property
    def columns(self) -> float:
        """How many columns it is wide."""
        return self.exact + BEFORE_OPEN + self.open

    @property
    def highest(self) -> float:
        """The upper end of the open step."""
        return self.top * (1 + GAP + EXTRA_ROW)

    # -- what is drawn -------------------------------------------------------------------------

    def draw_cells(self, ax: Axes, number: Any, colours: Colormap) -> None:
        """Every cell in the colour of its number of households, and the frames of their blocks."""
        gap, row = GAP * self.top, EXTRA_ROW * self.top
        ends = self.bins.ends
        vertical: list[tuple[Any, slice]] = [
            (ends, slice(0, self.bins.number)),
            (np.array([self.top + gap, self.highest]), slice(self.bins.number, -1)),
        ]
        if self.cells[-1].any():
            vertical.append((np.array([-gap - row, -gap]), slice(-1, None)))
        across: list[tuple[Any, slice]] = [(np.arange(self.exact + 1), slice(0, self.exact))]
        if self.open:
            edges = self.exact + BEFORE_OPEN + np.arange(self.open + 1)
            across.append((edges, slice(self.exact, None)))
        for y, steps in vertical:
            for x, counts in across:
                cells = self.cells[steps, counts]
                ax.pcolormesh(
                    self.start + x, y, np.ma.masked_where(cells == 0, number(cells)), cmap=colours,
                    vmin=-0.5, vmax=colours.N - 0.5, edgecolors="white", linewidth=0.3,
                )  # fmt: skip
                corners = (self.start + x[0], y[0]), x[-1] - x[0], y[-1] - y[0]
                self._frame(ax, *corners, edgecolor=EDGE, linewidth=0.6)

    def _frame(self, ax: Axes, corner: Any, width: float, height: float, **look: Any) -> None:
        from matplotlib.patches import Rectangle

        ax.add_patch(Rectangle(corner, width, height, fill=False, **look))

    def ticks(self, every: int) -> list[tuple[float, str]]:
        """Where the numbers of deprivations stand, and their texts."""
        texts = [str(n) for n in range(self.exact)]
        at = [self.start + n + 0.5 for n in range(self.exact)]
        texts += [f"≥{n}" for n in range(self.open)]
        at += [self.start + self.exact + BEFORE_OPEN + n + 0.5 for n in range(self.open)]
        shown = [(n < self.exact and n % every == 0) or n >= self.exact for n in range(len(at))]
        return [pair for pair, one in zip(zip(at, texts, strict=True), shown, strict=True) if one]

    def draw_lines(self, ax: Axes, scale: int, inches: Inches, language: Language) -> None:
        """The lines of income across the area, with their amounts behind them."""
        end = self.start + self.columns
        place = -np.inf
        for amount in self.amounts.values():
            ax.plot([self.start, end], [amount, amount], **LINE)
            place = max(amount, place + APART / inches.money)
            text = rounded_text(amount / scale, language, 6)
            ax.text(end + 0.2, place, text, va="center", fontsize=SMALL)

    # -- regions -------------------------------------------------------------------------------

    def draw_regions(
        self, ax: Axes, inches: Inches, language: Language, keys: dict[str, str]
    ) -> None:
        """The clauses of the law with the names of their classes, where the fewest cells are.

        Names that have no room get a letter, beside the region where it has none either; `keys`
        collects what it stands for.
        """
        for clause in self.clauses:
            low, high, first, last = self._bounds(clause)
            if last <= first:
                continue
            corner = (self.start + first, low)
            self._frame(ax, corner, last - first, high - low, edgecolor="black", linewidth=1.4)
            name = word(f"region_{clause.poverty_class}", language)
            label = ax.text(0, 0, name, ha="center", va="center", fontsize=SMALL, bbox=PLATE)
            label.set_gid("region")
            region = (first, last), (low, high)
            if self._place(label, name, *region, inches):
                continue
            letter = keys.setdefault(name, chr(ord("A") + len(keys)))
            if not self._place(label, letter, *region, inches):
                label.update({"bbox": None, "gid": "beside its region", "text": letter})
                beside = self.start + self.exact + 0.6 * BEFORE_OPEN
                label.set_position((beside, (low + high) / 2))

    def _bounds(self, clause: ClassRule) -> tuple[float, float, int, int]:
        """Where the region of a clause begins and ends: incomes, then columns."""
        low = self.amounts[clause.income_above] if clause.income_above else 0.0
        high = self.amounts[clause.income_at_most] if clause.income_at_most else self.highest
        last = min(clause.most_deprivations(self.indicators) + 1, self.exact)
        return low, high, clause.deprivations_at_least, last

    def _place(self, label: Any, name: str, across: Any, up: Any, inches: Inches) -> bool:
        """Put a name where it covers the fewest households of its region, in lines as needed.

        Returns whether it has room.
        """
        room = (across[1] - across[0]) * inches.column, (up[1] - up[0]) * inches.money
        spots: list[tuple[int, str, float, float]] = []
        for text in _broken(name):
            label.set_text(text)
            width, height = (length + 2 * MARGIN for length in text_size(label))
            if width > room[0] or height > room[1]:
                continue
            x, y = width / 2 / inches.column, height / 2 / inches.money
            columns = np.linspace(across[0] + x, across[1] - x, 5).tolist()
            heights = np.linspace(up[0] + y, up[1] - y, 7).tolist()
            spots += [
                (self._households(a - x, a + x, b - y, b + y), text, a, b)
                for b in heights for a in columns
            ]  # fmt: skip
        if not spots:
            return False
        _, text, a, b = min(spots, key=lambda spot: spot[0])  # the first: in the fewest lines
        label.set_text(text)
        label.set_position((self.start + a, b))
        return True

    def _households(self, left: float, right: float, low: float, high: float) -> int:
        """Households in the cells that a rectangle touches."""
        columns = slice(max(int(left), 0), int(np.ceil(right)))
        ends = self.bins.ends
        first = max(int(np.searchsorted(ends, low, side="right")) - 1, 0)
        last = int(np.searchsorted(ends, high, side="left"))
        steps = self.cells[: self.bins.number + 1, : self.exact]
        return int(steps[first : last + (high > self.top), columns].sum())


def _broken(name: str) -> list[str]:
    """A name in one line, and in more and more lines."""
    texts = [
        "\n".join(wrap(name, letters, break_long_words=False))
        for letters in range(len(name), 3, -1)
    ]
    return [*dict.fromkeys(texts or [name])]
