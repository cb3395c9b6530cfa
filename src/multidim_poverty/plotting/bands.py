"""The bands of a map: bounds, colours, hatches and legend."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import rounded_text
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace, put_legend, wrapped
from multidim_poverty.plotting.style import PLATE, Palette, colours_of, luminance, word
from multidim_poverty.plotting.unit_rates import UnitRates

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_BANDS", "Bands", "band_colours"]

NO_HOUSEHOLDS, NOT_KNOWN = "....", "////"
EDGE = "#404040"
MOST_BANDS = 7
DARKEST = "#080200"  # so that seven bands can be told apart


class Bands:
    """The bands that rates fall into, their colours, and what has no rate."""

    def __init__(
        self,
        unit_rates: UnitRates,
        codes: list[str],
        bins: Sequence[float] | None,
        picture: Picture,
        palette: Palette | None = None,
    ) -> None:
        unknown = [str(code) for code in unit_rates.rate.index if code not in codes]
        if unknown:
            raise ValueError(
                f"{len(unknown)} code(s) are not on the map: {', '.join(unknown)}. Check the "
                f"date of the map, or recode them with multidim_poverty.units.recode"
            )
        if unit_rates.rate.index.has_duplicates:
            raise ValueError("a unit has more than one rate")
        self.bounds = _bounds(unit_rates.rate.dropna(), bins)
        unit_rates.decimals = max(2, *(_decimals(bound) for bound in self.bounds.tolist()))
        shown = [unit_rates.shown(str(code)) for code in unit_rates.rate.index]
        values = pd.Series(shown, unit_rates.rate.index, dtype="float64").dropna()
        self.values = values
        outside = values[(values < self.bounds[0]) | (values > self.bounds[-1])]
        if len(outside):
            raise ValueError(f"rates outside the bands: {outside.to_dict()}")
        self.unit_rates, self.codes, self.language = unit_rates, codes, picture.language
        self.picture = picture
        number = len(self.bounds) - 1
        self.colours = band_colours(number) if palette is None else colours_of(palette, number)

    def band(self, code: str) -> int | None:
        """Number of the band that the printed rate of a unit falls into, if it has a rate."""
        rate = self.unit_rates.shown(code)
        if rate is None:
            return None
        at = int(np.searchsorted(self.bounds, rate, side="right")) - 1
        return min(at, len(self.colours) - 1)

    def style(self, code: str) -> dict[str, Any]:
        """How the shape of a unit is filled."""
        band = self.band(code)
        if band is not None:
            return {"facecolor": self.colours[band], "edgecolor": EDGE, "lw": 0.5, "hatch": ""}
        hatch = NOT_KNOWN if code in self.unit_rates.rate.index else NO_HOUSEHOLDS
        return {"facecolor": "white", "edgecolor": EDGE, "lw": 0.5, "hatch": hatch}

    def plate(self, code: str) -> dict[str, Any] | None:
        """What stands behind words, so that no hatching runs through them."""
        return {**PLATE, "boxstyle": "round,pad=0.1"} if self.style(code)["hatch"] else None

    def ink(self, code: str) -> str:
        """Black, or white on a dark band."""
        band = self.band(code)
        return "white" if band is not None and luminance(self.colours[band]) < 0.179 else "black"

    def finish(self, source: str | None, legend: LegendPlace | None) -> None:
        """Legend, notes and source; no axes. Without a place the legend stands lower right."""
        ax = self.picture.ax
        ax.set_axis_off()
        self._write_notes(ax, source)
        handles = self._handles()
        options: dict[str, Any] = {
            "title": "\n".join(wrapped(line, 50) for line in self.unit_rates.title.split("\n")),
            "title_fontsize": "small",
            "alignment": "left",
        }
        if legend is None:
            options |= {"loc": "lower right", "bbox_to_anchor": (1.0, 0.0)}
        put_legend(ax, legend or "right", handles=handles, **options)
        if not len(self.values):
            self.picture.say_no_data()

    def _handles(self) -> list[Any]:
        """Bands, unless nothing has a rate, and the hatches that are drawn."""
        from matplotlib.patches import Patch

        low = self.bounds[:-1] if len(self.values) else self.bounds[:0]
        handles = []
        for n, (start, end) in enumerate(zip(low, self.bounds[1:], strict=False)):
            last = n == len(low) - 1
            ends = {"low": self._plain(start), "high": self._plain(end)}
            text = word("last_band" if last else "band", self.language, **ends)
            handles.append(Patch(facecolor=self.colours[n], edgecolor=EDGE, lw=0.5, label=text))
        hatches = {self.style(code)["hatch"] for code in self.codes}
        for hatch, meaning in ((NO_HOUSEHOLDS, self.unit_rates.absent), (NOT_KNOWN, "not_known")):
            if hatch in hatches:
                label = word(meaning, self.language)
                handles.append(
                    Patch(facecolor="white", edgecolor=EDGE, hatch=hatch, lw=0.5, label=label)
                )
        return handles

    def _write_notes(self, ax: Axes, source: str | None) -> None:
        """Notes and source under the map."""
        lines = list(self.unit_rates.notes)
        if source:
            lines.append(word("source", self.language, source=source))
        text = "\n".join(wrapped(line, 60) for line in lines)
        if text:
            ax.text(0, -0.01, text, transform=ax.transAxes, fontsize="x-small", va="top", ha="left")

    def _plain(self, bound: float) -> str:
        return rounded_text(bound, self.language, self.unit_rates.decimals)


def _decimals(bound: float) -> int:
    """Decimals of a bound, as it is written."""
    exponent = Decimal(repr(bound)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _bounds(values: pd.Series[Any], bins: Sequence[float] | None) -> npt.NDArray[np.float64]:
    if bins is not None:
        bounds = np.asarray(bins, dtype=np.float64)
        if len(bounds) < 2 or not (np.diff(bounds) > 0).all():
            raise ValueError(f"bins {list(bins)} do not rise")
        if len(bounds) - 1 > MOST_BANDS:
            raise ValueError(f"{len(bounds) - 1} bands; more than {MOST_BANDS} look alike in grey")
        return bounds
    from matplotlib.ticker import MaxNLocator

    if not len(values):
        return np.array([0.0, 100.0])
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = 0.0, max(high, 1.0)
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = np.asarray(locator.tick_values(low, high), dtype=np.float64)
    return ticks[(ticks >= 0) | (low < 0)]


def band_colours(number: int) -> list[str]:
    """Colours of so many bands, each darker than the one before by the same contrast."""
    from matplotlib import colormaps
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = [*colormaps["YlOrBr"](np.linspace(0, 1, 9)), DARKEST]
    fine = LinearSegmentedColormap.from_list("bands", ramp, N=1024)
    places = np.linspace(0, 1, 1024)
    every = [to_hex(colour) for colour in fine(places)]
    depth = -np.log(np.array([luminance(colour) for colour in every]) + 0.05)
    low, high = np.interp([0.0, 1.0] if number > 5 else [0.06, 0.88], places, depth)
    wanted = np.linspace(low, high, number) if number > 1 else [(low + high) / 2]
    return [every[int(np.abs(depth - one).argmin())] for one in wanted]
