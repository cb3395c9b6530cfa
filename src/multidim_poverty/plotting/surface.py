"""How many are in a class under other lines and other cut-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.language import Language, number_text
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.cells import CELL, draw_cells
from multidim_poverty.plotting.estimate_tables import ALL
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace, wrapped_to
from multidim_poverty.plotting.style import Palette
from multidim_poverty.plotting.words import CLASSES_OF_MANY, WORDS, share_of_class, word
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import PovertyClass

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cut_off_surface"]

LINES = ["line_rural", "line_urban", "line_factor"]
COUNTS = ["headcount", "headcount_at_most", "base"]
WIDE_CELL = (0.55, CELL[1])  # inches, of two numbers
LEAST = (2.0, 0.6)  # inches, of the frame, so that the words of the axes have room


def cut_off_surface(
    grid: pd.DataFrame,
    *,
    of: str = "poor",
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of a class under each income line and each cut-off, as cells.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `scenario.grid`: of all together, or of one group.
    of : str
        The class.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence or str, optional
        Colours of the bands, from low to high. What is not known is white and hatched.
    title, subtitle : str, optional
        Above the picture, the subtitle for its source and day.
    size : (float, float), optional
        Width and height of a new figure [inches]; a picture with too little room for its words
        is made larger.
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each line, a column for each cut-off. A cell holds the share [%] that is known to
        be in the class and, after a plus, the share that may be; it has the colour of the first.

    Raises
    ------
    ArgumentError
        If `grid` lacks a column or the class, has several groups or units and not all together, or
        has a line and a cut-off twice.
    InvalidDataError
        If `grid` names a column twice.
    UnknownNameError
        If `of` is no class.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> grid = pd.DataFrame({
    ...     "line_rural": [1_500_000] * 2, "line_urban": [2_000_000] * 2, "line_factor": 1.0,
    ...     "cutoff": [3, 4], "level": "all", "subgroup": None, "unit": "households",
    ...     "poverty_class": "poor", "headcount": [96, 57], "headcount_at_most": [104, 61],
    ...     "base": 500})
    >>> ax = mdp.plotting.cut_off_surface(grid)
    >>> [text.get_text() for text in ax.texts]
    ['19 + 2', '11 + 1']
    """
    if of not in PovertyClass.codes():
        raise UnknownNameError(f"of {of!r} is no class; the classes are {PovertyClass.codes()}")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    rows = _rows(as_frame(grid, "grid"), of)
    unit = str(rows["unit"].iloc[0]) if len(rows) else "households"
    row_of, lines = _positions(rows[LINES])
    column_of, cutoffs = _positions(rows[["cutoff"]])
    known, unknown = (np.full((len(lines), len(cutoffs)), np.nan) for _ in range(2))
    counts = rows[COUNTS].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):  # of a group without households
        known[row_of, column_of] = 100 * counts[:, 0] / counts[:, 2]
        unknown[row_of, column_of] = 100 * (counts[:, 1] - counts[:, 0]) / counts[:, 2]
    names = [_line_name(line, language) for line in lines]
    heads = [
        word("grid_no_cutoff", language) if cutoff is None else str(int(cutoff))
        for (cutoff,) in cutoffs
    ]
    cell = WIDE_CELL if (unknown > 0).any() else CELL
    with picture.sized(2.5 + cell[0] * len(heads), 2.2 + cell[1] * len(names)) as ax:
        by_factor = len(lines) > 0 and lines[0][2] is not None
        ax.set_ylabel(
            word("grid_factors" if by_factor else "grid_lines", language), fontsize="small"
        )
        ax.set_xlabel(word("grid_cutoffs", language), fontsize="small")
        if np.isnan(known).all():
            picture.say_no_data()
            ax.set_xticks([])
            ax.set_yticks([])
            picture.room(*LEAST)
            picture.describe(Clause("alt_nothing", {}))
            return ax
        least = tuple(
            max(each, whole / number)
            for each, whole, number in zip(cell, LEAST, (len(heads), len(names)), strict=True)
        )
        wrapped_to(ax.xaxis.label, least[0] * len(heads))
        wrapped_to(ax.yaxis.label, least[1] * len(names))
        draw_cells(
            picture, known, unknown, names, heads, axis=share_of_class(of, unit, language),
            upright=False, palette=palette, cell=(least[0], least[1]),
        )  # fmt: skip
        places = [
            Clause("alt_cell", {"line": name, "cutoff": head}) for name in names for head in heads
        ]
        what = {"what": CLASSES_OF_MANY[PovertyClass.of(of)], "unit": WORDS[f"percent_of_{unit}"]}
        picture.describe(
            Clause("alt_surface", {**what, "lines": len(names), "cutoffs": len(heads)}),
            Clause("alt_list", {"values": extremes(places, known.ravel(), 0)}),
        )
    return ax


def _rows(grid: pd.DataFrame, of: str) -> pd.DataFrame:
    """The rows of a class and of one group: all together, or the only one."""
    needed = [*LINES, "cutoff", "level", "subgroup", "unit", "poverty_class", *COUNTS]
    if absent := [name for name in needed if name not in grid.columns]:
        raise ArgumentError(
            f"grid has no column {', '.join(map(repr, absent))}; pass the table that "
            f"scenario.grid gives"
        )
    classes = grid["poverty_class"].astype(object)
    if len(grid) and not (classes == of).any():
        held = ", ".join(dict.fromkeys(map(repr, classes)))
        raise ArgumentError(f"grid has no poverty_class {of!r}; it has {held}")
    rows = grid[(classes == of).to_numpy(dtype=bool)].reset_index(drop=True)
    everybody = (rows["level"].astype(object) == ALL).to_numpy(dtype=bool)
    if everybody.any():
        rows = rows[everybody]
    for column, what in (("subgroup", "groups"), ("level", "levels"), ("unit", "units")):
        several = rows[column].astype(object).drop_duplicates().tolist()
        if len(several) > 1:
            raise ArgumentError(
                f"grid has several {what} and not all together: "
                f"{', '.join(map(repr, several))}; keep the rows of one"
            )
    if rows.duplicated([*LINES, "cutoff"]).any():
        raise ArgumentError("grid has a line and a cut-off twice; keep one of each")
    return rows.reset_index(drop=True)


def _positions(columns: pd.DataFrame) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Which of the different rows each row is, and these, in their order; None where missing."""
    values = columns.astype(object)
    keys = [*values.where(values.notna(), None).itertuples(index=False, name=None)]
    different = list(dict.fromkeys(keys))
    places = {key: place for place, key in enumerate(different)}
    return [places[key] for key in keys], different


def _line_name(line: tuple[Any, ...], language: Language) -> str:
    """The factor of a line, or its amounts."""
    rural, urban, factor = line
    if factor is not None:
        return number_text(round(float(factor), 6), ",g", language)
    amounts = [
        number_text(int(amount), ",", language) for amount in (rural, urban) if amount is not None
    ]
    if not amounts:
        return word("grid_no_line", language)
    if len(set(amounts)) == 1:
        return amounts[0]
    return word("two_amounts", language, rural=amounts[0], urban=amounts[-1])
