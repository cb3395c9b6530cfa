"""Pictures as files for papers and pages: text stays text, fonts are embedded, size is bounded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multidim_poverty.base.files.writing import replace_file
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language
from multidim_poverty.plotting.alternative import alt_text, clauses_of
from multidim_poverty.plotting.room import figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["save"]

SETTINGS: Any = {"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "multidim_poverty"}
# What each kind of file says of itself; None leaves out what differs from run to run.
DESCRIBED = {"svg": "Description", "pdf": "Subject", "png": "Description"}
SILENT: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None, "ModDate": None},
    "png": {},
}
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5}


def save(
    axes: Axes | Figure,
    path: str | os.PathLike[str],
    *,
    language: Language | None = None,
    dpi: float = 200,
    most_points: int = 20_000,
) -> None:
    """Write a picture as SVG, PDF or PNG.

    Parameters
    ----------
    axes : matplotlib Axes or Figure
        The figure of these Axes is written.
    path : path-like
        Ends in ``.svg``, ``.pdf`` or ``.png``. An older file is replaced when all is written.
    language : {"en", "vi"}, optional
        Of the alternative text that the file holds, as `alt_text` gives it; that of the drawing
        by default.
    dpi : float
        Dots per inch of a PNG, and of what is drawn as dots in the others.
    most_points : int
        Corners of shapes in an SVG or a PDF at most; the shapes with the most corners beyond it
        are drawn as dots, so that a map of fine borders stays small. Words are never dots.

    Raises
    ------
    ArgumentError
        If the path ends otherwise.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.

    Notes
    -----
    Text is text in SVG, so that it can be searched, read aloud and changed, and a TrueType font
    that is embedded in PDF. Settings of matplotlib are as before afterwards. The same picture
    drawn anew gives the same file: it has no date, and ids do not change from run to run.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> rates = pd.DataFrame({"year": [2022, 2023], "rate": [7.97, 5.18]})
    >>> ax = mdp.plotting.rates_over_years(rates)
    >>> with TemporaryDirectory() as folder:
    ...     mdp.plotting.save(ax, Path(folder, "rates.svg"), language="vi")
    ...     ">All 5.18</text>" in Path(folder, "rates.svg").read_text("utf-8")
    True
    """
    if language is not None:
        check_language(language)
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in DESCRIBED:
        raise ArgumentError(f"{path} ends in none of .svg, .pdf, .png: name the file so")
    from matplotlib import rc_context

    figure = axes if isinstance(axes.axes, list) else figure_of(axes)
    metadata: dict[str, str | None] = dict(SILENT[kind])
    if any(clauses_of(ax) for ax in figure.axes):
        metadata[DESCRIBED[kind]] = alt_text(figure, language=language)
    figure.draw_without_rendering()  # the layout may take two rounds
    with replace_file(path) as aside, rc_context(SETTINGS), _lightened(figure, kind, most_points):
        figure.savefig(aside, format=kind, dpi=dpi, metadata=metadata)


@contextmanager
def _lightened(figure: Figure, kind: str, most_points: int) -> Iterator[None]:
    """The figure with its largest shapes as dots, and words without outlines, for a while."""
    if kind == "png":
        yield
        return
    from matplotlib.text import Text

    shapes = [(_corners(artist), artist) for ax in figure.axes for artist in ax.get_children()]
    shapes.sort(key=lambda shape: -shape[0])
    left = sum(corners for corners, _ in shapes)
    before: list[tuple[Any, Any]] = []
    for corners, artist in shapes:
        if left <= most_points or not corners:
            break
        before.append((artist.set_rasterized, artist.get_rasterized()))
        artist.set_rasterized(True)
        left -= corners
    for text in figure.findobj(Text):
        if text.get_path_effects() and not text.get_bbox_patch():  # else they become paths
            before += [(text.set_path_effects, text.get_path_effects()), (text.set_bbox, None)]
            text.set_path_effects([])
            text.set_bbox(HALO)
    try:
        yield
    finally:
        for restore, value in before:
            restore(value)


def _corners(artist: Any) -> int:
    """Corners of a shape or of a collection of shapes; none of anything else."""
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if isinstance(artist, Collection):
        corners = sum(np.asarray(path.vertices).shape[0] for path in artist.get_paths())
        return int(corners * max(1, np.asarray(artist.get_offsets()).shape[0]))
    if isinstance(artist, Line2D | Patch):
        return int(np.asarray(artist.get_path().vertices).shape[0])
    return 0
