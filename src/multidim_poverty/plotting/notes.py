"""What stands under a picture: ticks, the unit of its axis, what is not drawn or not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import FRAME_WIDTH, wrapped_to
from multidim_poverty.plotting.words import capitalised

__all__ = ["legend_under_notes", "put_notes", "space_ticks"]

LETTER, BETWEEN = 0.1, 0.2  # inches, of a tick


def space_ticks(picture: Picture, longest_text: str, *, whole: bool = False) -> None:
    """As many ticks on the lower axis as their texts have room, at whole numbers if so."""
    from matplotlib.ticker import MaxNLocator

    room = FRAME_WIDTH[picture.own] / (LETTER * len(longest_text) + BETWEEN)
    locator = MaxNLocator(max(2, int(room)), integer=whole, steps=[1, 2, 2.5, 5, 10])
    picture.ax.xaxis.set_major_locator(locator)


def put_notes(picture: Picture, label: str, notes: Iterable[str], width: float) -> None:
    """The label of the lower axis, and one line for each note, broken at the width [inches]."""
    ax = picture.ax
    ax.set_xlabel("\n".join([label, *map(capitalised, notes)]), fontsize="small")
    wrapped_to(ax.xaxis.label, width)


def legend_under_notes(
    picture: Picture,
    columns: int,
    width: float,
    handles: Sequence[Any],
    title: str | None = None,
) -> None:
    """The legend of a picture with notes; below it, it stands under them."""
    more: dict[str, Any] = {}
    if picture.legend_place == "below":
        more["borderaxespad"] = 5.0 + 1.3 * picture.ax.get_xlabel().count("\n")
    if title is not None:
        more |= {"title": title, "title_fontsize": "small", "alignment": "left"}
    picture.legend(columns, width, handles, **more)
