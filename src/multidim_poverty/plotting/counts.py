"""How many deprivations households have, with the cut-off of the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, number_text
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures.incidence import class_column
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.count_rows import count_places, cut_offs
from multidim_poverty.plotting.notes import put_notes, space_ticks
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import (
    CLASS_STYLES,
    UNKNOWN_STYLE,
    Palette,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import label_of, word
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import PovertyClass

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["deprivation_counts"]

CUT_OFF: dict[str, Any] = {"color": "black", "lw": 1.6, "ls": "--"}


def deprivation_counts(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Histogram of the number of deprivations, by class, with the cut-offs of the standard.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `classify`.
    standard : Standard or str
        Gives the cut-offs: the numbers of deprivations from which another clause holds.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the classes of the result, in their order or by id. Households without a class
        are white and hatched.
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
        One bar per number of deprivations. Households with unknown answers have bars of their own
        below: by the deprivations that are known to hold, of which they may have more.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or if a column that is needed is absent.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.deprivation_counts(result, standard=standard)
    >>> [label.get_text() for label in ax.get_yticklabels()][:4]
    ['0 (95)', '1 (128)', '2 (92)', '3 (75)']
    """
    result, law = as_frame(result, "result"), as_standard(standard)
    check_standard(result, law)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    classes = class_column(result, "poverty_class").astype(
        pd.CategoricalDtype([str(one) for one in law.classes], ordered=True)
    )
    places = count_places(result, law)
    many = len(law.classes) + 1
    codes = classes.cat.codes.to_numpy().astype(np.intp) % many  # the last: undetermined
    cells = np.bincount(places.place * many + codes, minlength=places.number * many)
    cells = cells.reshape(-1, many)
    numbers = [str(n) for n in places.exact]
    numbers += [word("at_least", language, n=n) for n in places.at_least]
    labels = [
        word("group_size", language, group=number, n=number_text(size, ",", language))
        for number, size in zip(numbers, cells.sum(axis=1).tolist(), strict=True)
    ]
    if places.at_least:  # a row without a bar: the heading of those below it
        first = len(places.exact)
        cells = np.insert(cells, first, 0, axis=0)
        labels.insert(first, word("some_not_known", language))
    nothing_known = not len(result) or bool(
        (result["deprivations_unknown"] == len(law.indicators)).all()
    )
    if nothing_known:
        cells, labels = np.zeros((1, many), dtype=int), [""]
    styles = {str(one): CLASS_STYLES[str(one)] for one in law.classes}
    parts = [
        (label_of(one, language), style, lengths)
        for one, style, lengths in zip(
            map(PovertyClass.of, styles), coloured(styles, palette).values(), cells.T, strict=False
        )
    ]
    parts.append((word("undetermined", language), UNKNOWN_STYLE, cells[:, -1]))
    with picture.sized(7, 1.8 + 0.3 * len(labels)) as ax:
        open_frame(ax)
        space_ticks(picture, number_text(int(cells.sum()), ",", language), whole=True)
        ax.xaxis.set_major_formatter(lambda value, _: number_text(value, ",.0f", language))
        ax.set_ylabel(word("number_of_deprivations", language), fontsize="small")
        number = number_text(len(result), ",", language)
        put_notes(picture, word("households_n", language, n=number), [], 4.0)
        if nothing_known:
            picture.say_no_data()
        lines: list[Any] = []
        if not nothing_known:
            lines = _cut_off_lines(ax, law, len(places.exact), len(labels), language)
        stacked_bars(
            picture,
            parts,
            labels,
            longest=1.02 * max(int(cells.sum(axis=1).max()), 1),
            text=lambda count: number_text(int(count), ",", language),
            columns=2,
            more=lines,
        )
        sizes = np.bincount(places.place, minlength=places.number)[: len(places.exact)]
        counted = [
            Clause("alt_only", {"value": int(size), "at": str(count)})
            for count, size in zip(places.exact, sizes, strict=True)
            if size
        ]
        picture.describe(
            Clause("alt_counts", {"n": len(result)}),
            Clause("alt_by_count", {"values": counted or extremes([], [])}),
        )
    return ax


def _cut_off_lines(
    ax: Axes, standard: Standard, exact: int, rows: int, language: Language
) -> list[Any]:
    """A line before each cut-off, in both parts of the rows; one entry of the legend for all."""
    numbers = cut_offs(standard)
    label = word("cut_off", language, n=", ".join(map(str, numbers)))
    lines = [ax.axhline(n - 0.5, label=label, zorder=4, **CUT_OFF) for n in numbers]
    for n in numbers:
        if (below := exact + 1 + n) < rows:
            ax.axhline(below - 0.5, zorder=4, **CUT_OFF)
    return lines[:1]
