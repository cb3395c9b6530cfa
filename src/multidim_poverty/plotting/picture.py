"""What every picture takes: Axes or a size, a title, a source and a day, a legend, a language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import ScalarFormatter

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language
from multidim_poverty.plotting.alternative import Clause, keep_clauses
from multidim_poverty.plotting.room import (
    BETWEEN_ROWS,
    FRAME_WIDTH,
    ROW,
    LegendPlace,
    check_legend,
    figure_of,
    make_room,
    put_legend,
    text_size,
    wrapped,
    wrapped_to,
)
from multidim_poverty.plotting.style import PLATE
from multidim_poverty.plotting.words import drawn_text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Picture"]

# Points: between the frame or what stands above it, the subtitle and the title.
ABOVE_FRAME, ABOVE_SUBTITLE = 5.0, 7.0
TITLE: dict[str, Any] = {"fontsize": "large", "fontweight": "bold"}
SUBTITLE: dict[str, Any] = {"fontsize": "small", "color": "#404040", "linespacing": 1.25}


class Picture:
    """One drawing on Axes: checks what all pictures take, and applies it.

    Used as ``with picture.sized(7, 4) as ax:``, where the Axes of the caller are drawn on, or new
    ones of a size in inches. A new figure is closed where the drawing fails.
    """

    def __init__(
        self,
        ax: Axes | None = None,
        *,
        title: str | None = None,
        subtitle: str | None = None,
        size: tuple[float, float] | None = None,
        legend: LegendPlace | None = "none",
        language: Language = "en",
    ) -> None:
        check_language(language)
        if legend is not None:
            check_legend(legend)
        for name, text in (("title", title), ("subtitle", subtitle)):
            if text is not None and not isinstance(text, str):
                raise ArgumentError(f"{name} is a {type(text).__name__}: pass a text")
        self.size = None if size is None else _checked_size(size, ax)
        self.own = ax is None
        self.title, self.subtitle = title or "", subtitle or ""
        self.legend_place: LegendPlace | None = legend
        self.language: Language = language
        self._ax = ax
        self._subtitle: Any = None

    @property
    def ax(self) -> Axes:
        """The Axes that are drawn on, once the drawing has begun."""
        assert self._ax is not None
        return self._ax

    def sized(self, width: float, height: float) -> Picture:
        """The picture, with the size [inches] of a new figure where the caller asks for none."""
        self.size = self.size or (width, height)
        return self

    def __enter__(self) -> Axes:
        if self.own:
            import matplotlib.pyplot as plt

            self._ax = plt.subplots(figsize=self.size, layout="constrained")[1]
        return self.ax

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self.own:
            import matplotlib.pyplot as plt

            plt.close(figure_of(self.ax))
        elif kind is None:
            _write_ticks(self.ax, self.language)
            if self.ax.get_aspect() != "auto":
                figure_of(self.ax).draw_without_rendering()  # a fixed aspect takes two layouts

    # -- room ----------------------------------------------------------------------------------

    def room(self, width: float, height: float) -> float:
        """Title and subtitle above all that is drawn so far, and room for the frame [inches].

        To be called last, and whenever numbers reckon with the width, which is returned: see
        `room.make_room`.
        """
        height = max(height, text_size(self.ax.yaxis.label)[1])
        usable = make_room(self.ax, width, height)
        if self.title or self.subtitle:
            self._put_titles(usable)
            make_room(self.ax, width, height)
        return usable

    def rows(self, names: Sequence[str], row: float = ROW) -> float:
        """Rows from the top down with their wrapped names, and room for each; as `room`."""
        ax = self.ax
        ax.set_yticks(np.arange(len(names)), [wrapped(name) for name in names])
        ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
        highest = max((text_size(label)[1] for label in ax.get_yticklabels()), default=0.0)
        return self.room(FRAME_WIDTH[self.own], len(names) * max(row, highest + BETWEEN_ROWS))

    def legend(
        self,
        columns: int = 1,
        width: float = 4.0,
        handles: Sequence[Any] | None = None,
        labels: Sequence[str] | None = None,
        **more: Any,
    ) -> None:
        """The legend, where the caller wants it; see `room.put_legend`.

        `room` or `rows` is called after it.
        """
        put_legend(self.ax, self.legend_place or "none", columns, width, handles, labels, **more)

    def _put_titles(self, width: float) -> None:
        """Title and subtitle above the legend and whatever else stands above the frame."""
        ax = self.ax
        ax.set_title("", loc="left")
        if self._subtitle is not None:
            self._subtitle.remove()
            self._subtitle = None
        points = 72 / figure_of(ax).dpi
        outer = ax.get_tightbbox()
        above = 0.0 if outer is None else points * (outer.y1 - ax.get_window_extent().y1)
        above = max(above, 0.0) + ABOVE_FRAME
        if self.subtitle:
            self._subtitle = ax.annotate(
                drawn_text(self.subtitle), (0, 1), (0, above), xycoords="axes fraction",
                textcoords="offset points", va="bottom", annotation_clip=False, gid="subtitle",
                **SUBTITLE,
            )  # fmt: skip
            wrapped_to(self._subtitle, width)
            above += 72 * text_size(self._subtitle)[1] + ABOVE_SUBTITLE
        if self.title:
            wrapped_to(ax.set_title(drawn_text(self.title), loc="left", pad=above, **TITLE), width)

    # -- words ---------------------------------------------------------------------------------

    def describe(self, *clauses: Clause) -> None:
        """Keep what `alt_text` says of the picture: what it shows, of how many, its extremes."""
        keep_clauses(self.ax, list(clauses), self.language)

    def say_no_data(self, x: float = 0.5, y: float = 0.5) -> None:
        """Say at a place of the frame, by default its middle, that there is nothing to draw."""
        self.ax.text(
            x, y, word("no_data", self.language), transform=self.ax.transAxes,
            ha="center", va="center", gid="no data", bbox=PLATE, zorder=5,
        )  # fmt: skip


class _Numbers(ScalarFormatter):
    """Numbers of ticks with the decimal sign of a language."""

    def __init__(self, language: Language) -> None:
        super().__init__(useOffset=False)
        self.language = language

    def __call__(self, x: float, pos: int | None = None) -> str:
        text: str = super().__call__(x, pos)
        return text.replace(".", ",") if self.language == "vi" else text


def _write_ticks(ax: Axes, language: Language) -> None:
    """Write the numbers of both axes with the decimal sign of the language."""
    for axis in (ax.xaxis, ax.yaxis):
        if type(axis.get_major_formatter()) is ScalarFormatter:
            axis.set_major_formatter(_Numbers(language))


def _checked_size(size: Any, ax: Axes | None) -> tuple[float, float]:
    if ax is not None:
        raise ArgumentError("size is that of a new figure: pass it without ax, or set that of ax")
    try:
        width, height = (float(length) for length in size)
    except (TypeError, ValueError):
        width = height = np.nan
    if not (0 < width < np.inf and 0 < height < np.inf):
        raise ArgumentError(f"size {size!r} is not a width and a height in inches, such as (7, 4)")
    return width, height
