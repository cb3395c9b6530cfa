"""The bands of a map: colours, hatches and legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.language import rounded
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace, put_legend, wrapped
from multidim_poverty.plotting.scales import MOST_BANDS, Scale
from multidim_poverty.plotting.style import PLATE, Palette, Style, colours_of, ink_on, luminance
from multidim_poverty.plotting.unit_rates import UnitRates
from multidim_poverty.plotting.words import drawn_text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_BANDS", "NOT_KNOWN", "Bands", "band_colours", "band_styles", "fill"]

NO_HOUSEHOLDS, NOT_KNOWN = "....", "////"
EDGE = "#404040"
DARKEST = "#080200"  # so that seven bands can be told apart
ABOVE = "\\\\\\"  # the hatch of what is above a centre
BELOW_RAMP, ABOVE_RAMP = "Blues", "Oranges"
PLACES = np.linspace(0, 1, 1024)  # on a map of colours
SEA = (0.75, 0.6)  # parts of the frame, where a map of the country has no land
CENTRE, CONTRAST = "#ffffff", 1.6  # of neighbouring bands around a centre


class Bands:
    """The bands that rates fall into, their colours, and what has no rate."""

    def __init__(
        self,
        unit_rates: UnitRates,
        codes: list[str],
        scale: Scale,
        picture: Picture,
        palette: Palette | None = None,
    ) -> None:
        unknown = [str(code) for code in unit_rates.rate.index if code not in codes]
        if unknown:
            raise UnknownNameError(
                f"{len(unknown)} code(s) are not on the map: {', '.join(unknown)}. Check the "
                f"date of the map, or recode them with multidim_poverty.units.recode"
            )
        if unit_rates.rate.index.has_duplicates:
            raise ArgumentError("a unit has more than one rate")
        self.unit_rates, self.codes, self.language = unit_rates, codes, picture.language
        self.picture = picture
        self.scale, self.styles = scale, band_styles(scale, palette)
        known = unit_rates.rate.dropna().astype(float)
        self.shown = {
            code: float(rounded(rate, scale.decimals)) for code, rate in known.to_dict().items()
        }
        outside = {code: rate for code, rate in self.shown.items() if scale.band(rate) is None}
        if outside:
            raise ArgumentError(
                f"rates outside the bands: {outside}. Make the scale from all rates that are to "
                f"be compared, or leave its ends open with -inf and inf"
            )

    def text(self, code: str) -> str:
        """The rate of a unit as it is printed, or nothing."""
        rate = self.shown.get(code)
        return "" if rate is None else self.scale.text(rate, self.language)

    def band(self, code: str) -> int | None:
        """Number of the band that the printed rate of a unit falls into, if it has a rate."""
        rate = self.shown.get(code)
        return None if rate is None else self.scale.band(rate)

    def style(self, code: str) -> dict[str, Any]:
        """How the shape of a unit is filled."""
        band = self.band(code)
        if band is not None:
            return fill(self.styles[band])
        hatch = NOT_KNOWN if code in self.unit_rates.rate.index else NO_HOUSEHOLDS
        return fill(Style("white", hatch))

    def plate(self, code: str) -> dict[str, Any] | None:
        """What stands behind words, so that no hatching runs through them."""
        style = self.style(code)
        plate = {**PLATE, "boxstyle": "round,pad=0.1", "facecolor": style["facecolor"]}
        return plate if style["hatch"] else None

    def ink(self, code: str) -> str:
        """Black, or white on a dark band."""
        return ink_on(self.style(code)["facecolor"])

    def describe(self, names: Mapping[str, str]) -> None:
        """Keep the map in words, with the names of its units by code."""
        values = [self.shown.get(code) for code in self.codes]
        units = [names.get(code, code) for code in self.codes]
        title = ", ".join(line.rstrip(",") for line in self.unit_rates.title.split("\n"))
        self.picture.describe(
            Clause("alt_map", {"n": len(units), "title": title}),
            Clause("alt_list", {"values": extremes(units, values, self.scale.decimals)}),
        )

    def finish(self, source: str | None, legend: LegendPlace | None) -> None:
        """Legend, notes and source; no axes."""
        ax = self.picture.ax
        ax.set_axis_off()
        self._write_notes(ax, source)
        self.put_legend(legend)
        if not self.shown:
            self.picture.say_no_data(*SEA)

    def put_legend(self, legend: LegendPlace | None) -> None:
        """The legend of the bands; without a place it stands lower right."""
        handles = self._handles()
        options: dict[str, Any] = {
            "title": "\n".join(wrapped(line, 50) for line in self.unit_rates.title.split("\n")),
            "title_fontsize": "small",
            "alignment": "left",
        }
        if legend is None:
            options |= {"loc": "lower right", "bbox_to_anchor": (1.0, 0.0)}
        put_legend(self.picture.ax, legend or "right", handles=handles, **options)

    def _handles(self) -> list[Any]:
        """Bands, unless nothing has a rate, and the hatches that are drawn."""
        from matplotlib.patches import Patch

        labels = self.scale.labels(self.language) if self.shown else []
        handles = [
            Patch(label=label, **fill(style))
            for label, style in zip(labels, self.styles, strict=False)
        ]
        hatches = {self.style(code)["hatch"] for code in self.codes}
        for hatch, meaning in ((NO_HOUSEHOLDS, self.unit_rates.absent), (NOT_KNOWN, "not_known")):
            if hatch in hatches:
                label = word(meaning, self.language)
                handles.append(Patch(label=label, **fill(Style("white", hatch))))
        return handles

    def _write_notes(self, ax: Axes, source: str | None) -> None:
        """Notes and source under the map."""
        lines = list(self.unit_rates.notes)
        if source:
            lines.append(word("source", self.language, source=drawn_text(source)))
        text = "\n".join(wrapped(line, 60) for line in lines)
        if text:
            ax.text(0, -0.01, text, transform=ax.transAxes, fontsize="x-small", va="top", ha="left")


def fill(style: Style) -> dict[str, Any]:
    """How a patch of a band, or of what has no rate, is drawn."""
    return {"facecolor": style.colour, "edgecolor": EDGE, "lw": 0.5, "hatch": style.hatch}


def band_styles(scale: Scale, palette: Palette | None = None) -> list[Style]:
    """How each band is filled, from the lowest to the highest.

    What is above a centre is hatched: in grey it is as dark as what is as far below.
    """
    side = 0 if scale.centre is None else scale.bands // 2
    if palette is not None:
        colours = colours_of(palette, scale.bands)
    elif scale.centre is None:
        colours = band_colours(scale.bands)
    else:
        colours = [*_ramp(BELOW_RAMP, side)[::-1], CENTRE, *_ramp(ABOVE_RAMP, side)]
    plain = scale.bands - side
    return [Style(colour, ABOVE if n >= plain else "") for n, colour in enumerate(colours)]


def band_colours(number: int) -> list[str]:
    """Colours of so many bands, each darker than the one before by the same contrast."""
    from matplotlib import colormaps
    from matplotlib.colors import LinearSegmentedColormap

    ramp = [*colormaps["YlOrBr"](np.linspace(0, 1, 9)), DARKEST]
    every, depth = _by_depth(LinearSegmentedColormap.from_list("bands", ramp, N=1024))
    low, high = np.interp([0.0, 1.0] if number > 5 else [0.06, 0.88], PLACES, depth)
    wanted = np.linspace(low, high, number) if number > 1 else [(low + high) / 2]
    return [every[int(np.abs(depth - one).argmin())] for one in wanted]


def _ramp(name: str, number: int) -> list[str]:
    """Colours of the bands on one side of a centre, from it outwards."""
    from matplotlib import colormaps

    every, depth = _by_depth(colormaps[name])
    wanted = -np.log(luminance(CENTRE) + 0.05) + np.log(CONTRAST) * np.arange(1, number + 1)
    return [every[int(np.abs(depth - one).argmin())] for one in wanted]


def _by_depth(colormap: Any) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Many colours of a map of matplotlib, and how dark each is, in steps of equal contrast."""
    from matplotlib.colors import to_hex

    every = [to_hex(colour) for colour in colormap(PLACES)]
    return every, -np.log(np.array([luminance(colour) for colour in every]) + 0.05)
