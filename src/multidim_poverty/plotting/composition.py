"""Classes as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Language, rounded_text
from multidim_poverty.measures import headcount
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.group_names import TERMS, group_names
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import (
    CLASS_STYLES,
    UNKNOWN_STYLE,
    Palette,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import WORDS, label_of, word
from multidim_poverty.schema.arguments import By, as_frame, group_keys, groups_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["class_composition", "groups_drawn"]

Numbers = npt.NDArray[np.intp]


def class_composition(
    result: pd.DataFrame,
    *,
    by: By | None = None,
    design: DesignLike | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of households in each class, as one stacked bar per group.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `classify`.
    by : str, sequence of str or pandas.Series, optional
        Columns of `result`, or the group of each household on the same index, such as
        ``households["area"]``. Two spellings of one name are one group, with a warning; each label
        of a Series without a name is one. Households of which the group is not known have a bar of
        their own.
    design : Design or "census", optional
        How the households were drawn: the shares are then weighted, and the numbers behind the
        groups are those of the sample. `class_share_forest` draws the intervals.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the classes of the result, in their order or by id. By default from brown to
        light green. Households without a class are white and hatched.
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
        With one bar for each group, whose parts add up to 100 %.

    Raises
    ------
    ArgumentError, InvalidDataError
        If `result` is no DataFrame, names a column twice or has no class; ArgumentError too if `by`
        or a setting of the picture is none; or as `measures.headcount` of its `design`.
    MissingExtraError
        If there is a sample and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> ax = mdp.plotting.class_composition(result, by=sample.households["area"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Rural (356)', 'Urban (144)', 'All (500)']
    """
    result = as_frame(result, "result")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    shares = _class_shares(result, None, design)
    names = [word("all", language)]
    if by is not None:
        group_of_row, group_names = groups_drawn(by, result, language)
        in_groups = pd.Series(group_of_row, result.index, name="group")
        shares = pd.concat([_class_shares(result, in_groups, design), shares])
        names = [*group_names, *names]
    styles = {id: CLASS_STYLES[id] for id in result["poverty_class"].cat.categories}
    parts = [
        (label_of(TERMS[id], language), style, shares[id].to_numpy())
        for id, style in coloured(styles, palette).items()
    ]
    unknown = shares["undetermined"].to_numpy()
    parts.append((word("undetermined", language), UNKNOWN_STYLE, unknown))
    labels = [
        word("group_size", language, group=name, n=n)
        for name, n in zip(names, shares["n"].tolist(), strict=True)
    ]
    with picture.sized(7, 1.8 + 0.42 * len(names)) as ax:
        ax.set_xlabel(word("percent_of_households", language))
        open_frame(ax)
        if not len(result):
            picture.say_no_data()
        stacked_bars(
            picture,
            [(label, style, np.nan_to_num(lengths)) for label, style, lengths in parts],
            labels,
            longest=100,
            text=lambda share: rounded_text(share, language, 0),
            columns=2,
        )
        picture.describe(*_class_clauses(shares, names))
    return ax


def _class_clauses(shares: pd.DataFrame, names: list[str]) -> list[Clause]:
    """Shares of all households, and the groups with the most and the fewest poor ones."""
    classes = [id for id in shares.columns if id in CLASS_STYLES]
    parts: list[tuple[Any, Any]] = [(TERMS[id], shares[id].iloc[-1]) for id in classes]
    parts.append((WORDS["undetermined"], shares["undetermined"].iloc[-1]))
    written = [
        Clause("alt_value", {"name": name, "value": Share(share, 0)})
        for name, share in parts
        if share > 0
    ]
    clauses = [
        Clause("alt_classes", {"n": len(names) - 1}),
        Clause("alt_values", {"name": WORDS["all"], "values": written or extremes([], [])}),
    ]
    if len(names) > 1:
        rates = extremes(names[:-1], shares[classes[0]].iloc[:-1], 0)
        clauses.append(Clause("alt_values", {"name": TERMS[classes[0]], "values": rates}))
    return clauses


def _class_shares(
    result: pd.DataFrame, groups: pd.Series[Any] | None, design: DesignLike | None
) -> pd.DataFrame:
    """Households of each class, and those without one [% of the base], by group; how many rows."""
    classes = result["poverty_class"].cat.categories
    tables = {id: headcount(result, by=groups, of=id, design=design) for id in classes}
    table = tables[classes[0]]
    counts = pd.DataFrame({id: tables[id]["headcount"] for id in classes})
    counts["undetermined"] = table["undetermined"]
    rows = table["base"] if design is None else table["n"]
    return (100 * counts.div(table["base"], axis=0)).assign(n=rows)


def groups_drawn(by: By, result: pd.DataFrame, language: Language) -> tuple[Numbers, list[str]]:
    """The number of the group of each household, and the names of the groups."""
    group_of_row, keys = group_keys(groups_of(by, result))
    return group_of_row, group_names(keys, language)
