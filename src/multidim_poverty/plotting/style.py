"""How pictures look: colours and hatches by id, and what every picture shares.

Parts are told apart by hatching as well as by colour, so that they can be read in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from multidim_poverty.errors import ArgumentError, UnknownNameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CHANGE_STYLES",
    "CLASS_STYLES",
    "DIAGRAM_STYLES",
    "FLOW_STYLES",
    "FOREST_STYLES",
    "FRAME",
    "GROUP_STYLES",
    "LINE_STYLES",
    "OTHER_LINES",
    "PLATE",
    "RANK_STYLES",
    "STATE_STYLES",
    "TARGET_STYLES",
    "UNKNOWN_STYLE",
    "Palette",
    "Style",
    "coloured",
    "colours_of",
    "ink_on",
    "luminance",
    "open_frame",
    "styles_of_groups",
    "whole_numbers",
]


class Style(NamedTuple):
    """How an area is filled."""

    colour: str
    hatch: str


# Colours of the parts in their order, or by id, or the name of a colour map of matplotlib.
Palette = str | Sequence[Any] | Mapping[str, Any]

FRAME: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6}
# Behind a number, so that no hatching runs through it.
PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}

UNKNOWN_STYLE = Style("#ffffff", "xxxx")
CLASS_STYLES = {
    "poor": Style("#8c2d04", ""),
    "near_poor": Style("#d95f0e", "////"),
    "average": Style("#fec44f", "...."),
    "above_average": Style("#e7f0e4", ""),
    "not_poor": Style("#e7f0e4", ""),
}
# Groups side by side: neighbours differ in brightness and in hatching.
GROUP_STYLES = (
    Style("#d95f0e", ""),
    Style("#c6dbef", "////"),
    Style("#525252", ""),
    Style("#fec44f", "...."),
    Style("#238b45", "\\\\\\\\"),
    Style("#e5f5e0", "++++"),
)
# Lines: the second part is the marker; colours have a contrast of 3 to white at least.
LINE_STYLES = (
    Style("#8c2d04", "o"),
    Style("#2171b5", "s"),
    Style("#d95f0e", "^"),
    Style("#006d2c", "D"),
    Style("#6a51a3", "v"),
    Style("#000000", "P"),
    Style("#c51b8a", "X"),
    Style("#636363", "*"),
)
OTHER_LINES = "#b3b3b3"
RANK_STYLES = {
    "above": Style("#d95f0e", ""),
    "not_above": Style("#fdd0a2", "...."),
    "no_average": Style("#d95f0e", ""),
}
FOREST_STYLES = {  # the second part of the points is the marker
    "group": Style("#8c2d04", "o"),
    "everybody": Style("#000000", "D"),
    "bounds": Style("#d9d9d9", ""),
}
CHANGE_STYLES = {
    "rose": Style("#b30000", ">"),
    "fell": Style("#1a7a3a", "<"),
    "level": Style("#636363", "D"),
    "one_year": Style("#636363", "o"),
}
STATE_STYLES = {
    "requested": Style("#ffffff", ""),
    "listed": Style("#bdbdbd", ""),
    "surveyed": Style("#c6dbef", "...."),
    "agreed": Style("#6baed6", "----"),
    "disagreed": Style("#de2d26", "xxxx"),
    "posted": Style("#fec44f", "////"),
    "complained": Style("#d95f0e", "++++"),
    "reverified": Style("#fdd0a2", "oo"),
    "reposted": Style("#fee391", "\\\\\\\\"),
    "summed_up": Style("#e5f5e0", "**"),
    "reported": Style("#c7e9c0", "----"),
    "answered": Style("#a1d99b", "||||"),
    "recognised": Style("#238b45", ""),
    "refused": Style("#cbc9e2", "xx"),
    "withdrawn": Style("#525252", ""),
    "objected": Style("#fb6a4a", "\\\\\\\\"),
    "unanswered": Style("#edf8e9", "++"),
    "closed": Style("#969696", "//"),
}
FLOW_STYLES = {
    "stayed": Style("#d95f0e", ""),
    "to_other_list": Style("#fec44f", "////"),
    "escaped": Style("#e7f0e4", ""),
    "other_decrease": Style("#ffffff", "...."),
    "from_other_list": Style("#fec44f", "\\\\\\\\"),
    "relapsed": Style("#8c2d04", ""),
    "new": Style("#cc4c02", "xxxx"),
    "other_increase": Style("#ffffff", "oo"),
}
DIAGRAM_STYLES = {
    "ending": Style("#e7f0e4", ""),
    "timed": Style("#fee9bd", ""),
    "step": Style("#ffffff", ""),
}
TARGET_STYLES = {
    "met": Style("#a1d99b", ""),
    "not_met": Style("#d95f0e", "////"),
    "not_known": Style("#ffffff", ""),
}


HEADCOUNT_STYLES = {
    "uncensored": Style("#fec44f", ""),
    "censored": Style("#8c2d04", ""),
}
SET_STYLES = {
    "combination": Style("#8c2d04", ""),
    "indicator": Style("#fec44f", ""),
}


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white), after WCAG 2."""
    from matplotlib.colors import to_rgb

    parts = np.asarray(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def coloured(styles: Mapping[str, Style], palette: Palette | None) -> dict[str, Style]:
    """The styles of the parts of a picture, by id, in the colours of the palette; hatches stay.

    Parameters
    ----------
    styles : mapping of Style
        The default, by the id of the part, in the order of the parts.
    palette : sequence, mapping or str, optional
        Colours of matplotlib in the order of the parts; by id, where the others keep theirs; or
        the name of a colour map.

    Raises
    ------
    ArgumentError
        If there are fewer colours than parts, or an id or a colour is unknown; names all.

    Examples
    --------
    >>> coloured({"met": Style("#a1d99b", ""), "not_met": Style("#d95f0e", "////")},
    ...          {"met": "navy"})["met"]
    Style(colour='#000080', hatch='')
    """
    if palette is None:
        return dict(styles)
    if isinstance(palette, Mapping):
        unknown = [str(part) for part in palette if part not in styles]
        if unknown:
            raise UnknownNameError(
                f"palette names parts that the picture does not have: {', '.join(unknown)}; "
                f"it has {', '.join(styles)}"
            )
        chosen = dict(zip(palette, _hex(list(palette.values())), strict=True))
    else:
        chosen = dict(zip(styles, colours_of(palette, len(styles), styles), strict=True))
    return {
        part: style._replace(colour=chosen.get(part, style.colour))
        for part, style in styles.items()
    }


def styles_of_groups(
    number: int, palette: Palette | None, every: Sequence[Style] = GROUP_STYLES
) -> list[Style]:
    """The first so many of the styles of groups side by side, in the colours of the palette."""
    styles = every[:number]
    if palette is None:
        return list(styles)
    colours = colours_of(palette, number)
    return [Style(colour, style.hatch) for colour, style in zip(colours, styles, strict=True)]


def colours_of(palette: Palette, number: int, parts: Iterable[str] = ()) -> list[str]:
    """So many colours of a palette that is a sequence or the name of a colour map.

    >>> colours_of(["red", "#00ff00", "b"], 2)
    ['#ff0000', '#00ff00']
    """
    if isinstance(palette, Mapping):
        raise ArgumentError("palette has colours by name: these parts have none, pass a list")
    if isinstance(palette, str):
        palette = _of_colour_map(palette, number)
    colours = _hex(list(palette))
    if len(colours) < number:
        names = ", ".join(parts)
        raise ArgumentError(
            f"palette has {len(colours)} colour(s), the picture needs {number}"
            + (f": {names}" if names else "")
        )
    return colours[:number]


def _of_colour_map(name: str, number: int) -> list[Any]:
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    if name not in colormaps:
        raise UnknownNameError(
            f"palette {name!r} is no colour map of matplotlib: pass the name of one, such as "
            "'viridis', or a list of colours"
        )
    colour_map = colormaps[name]
    if isinstance(colour_map, ListedColormap) and colour_map.N < 32:  # a list, not a scale
        return [colour_map(n) for n in range(colour_map.N)]
    return [colour_map(place) for place in np.linspace(0.0, 1.0, number)]


def _hex(colours: Sequence[Any]) -> list[str]:
    from matplotlib.colors import is_color_like, to_hex

    unknown = [repr(colour) for colour in colours if not is_color_like(colour)]
    if unknown:
        raise ArgumentError(f"palette has what is no colour of matplotlib: {', '.join(unknown)}")
    return [to_hex(colour) for colour in colours]


def ink_on(colour: Any) -> str:
    """Black, or white on a dark colour."""
    return "white" if luminance(colour) < 0.179 else "black"


def open_frame(ax: Axes) -> None:
    """Leave out the frame above and to the right."""
    ax.spines[["top", "right"]].set_visible(False)


def whole_numbers(axis: Any) -> None:
    """Ticks at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))
