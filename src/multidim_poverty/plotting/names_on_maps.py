"""Names and rates on the polygons of a map, as many as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist

from multidim_poverty.plotting.bands import Bands
from multidim_poverty.plotting.room import figure_of, wrapped
from multidim_poverty.plotting.words import drawn_text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["print_names"]

LONGEST_LINE = 16  # letters


def print_names(ax: Axes, shapes: GeoDataFrame, key: str, names: str, bands: Bands) -> None:
    """Names and rates on the polygons, the largest first; one that would cover another is left out.

    The legend, the notes and the symbols of archipelagos are not covered either.
    """
    from matplotlib.patheffects import withStroke

    places = {}
    for code, rows in shapes.groupby(key, sort=False):
        part = max(rows.geometry.explode(index_parts=False), key=lambda part: part.area)
        name = wrapped(drawn_text(str(rows[names].iloc[0])), LONGEST_LINE)
        places[code] = (part.area, part.representative_point(), name)
    before = list(ax.texts)
    texts = []
    for code in sorted(places, key=lambda code: -places[code][0]):
        _, point, name = places[code]
        text = ax.text(
            point.x,
            point.y,
            "\n".join(filter(None, [name, bands.text(code)])),
            ha="center",
            va="center",
            fontsize="x-small",
            color=bands.ink(code),
            path_effects=[withStroke(linewidth=2, foreground=bands.style(code)["facecolor"])],
        )
        texts.append(text)
    ax.add_artist(_Thinning(before, texts))
    figure_of(ax).draw_without_rendering()
    for text in texts:
        if not text.get_visible():
            text.remove()


class _Thinning(Artist):
    """Hides, whenever the map is drawn, the names for which it has become too small.

    Axes beside it may take of its room after it was drawn.
    """

    def __init__(self, others: list[Text], names: list[Text]) -> None:
        super().__init__()
        self.others, self.names = others, names
        self.set_zorder(min((name.get_zorder() for name in names), default=0) - 0.5)
        self.set_in_layout(False)

    def draw(self, renderer: Any) -> None:
        """Show the names that cover none before them; nothing is drawn."""
        taken = [text.get_window_extent(renderer) for text in self.others]
        for name in self.names:
            if name.axes is None:  # removed
                continue
            name.set_visible(True)
            extent = name.get_window_extent(renderer)
            name.set_visible(not any(extent.overlaps(other) for other in taken))
            if name.get_visible():
                taken.append(extent)
        self.stale = False
