"""Classes and deprivations as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Language, rounded_text
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures import headcount
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.group_names import TERMS, group_names
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import (
    CLASS_STYLES,
    FRAME,
    GROUP_STYLES,
    UNKNOWN_STYLE,
    WORDS,
    Palette,
    coloured,
    label_of,
    open_frame,
    styles_of_groups,
    word,
)
from multidim_poverty.schema.arguments import By, as_frame, group_keys, groups_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

__all__ = ["class_composition", "deprivation_profile", "groups_drawn", "share_text"]

Numbers = npt.NDArray[np.intp]


def class_composition(
    result: pd.DataFrame,
    *,
    by: By | None = None,
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
        ``households["area"]``. Households of which the group is not known have a bar of their own.
    language : {"en", "vi"}
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
    shares = _class_shares(result, None)
    names = [word("all", language)]
    if by is not None:
        group_of_row, group_names = groups_drawn(by, result, language)
        in_groups = pd.Series(group_of_row, result.index, name="group")
        shares = pd.concat([_class_shares(result, in_groups), shares])
        names = [*group_names, *names]
    styles = {id: CLASS_STYLES[id] for id in result["poverty_class"].cat.categories}
    parts = [
        (label_of(TERMS[id], language), style, shares[id].to_numpy())
        for id, style in coloured(styles, palette).items()
    ]
    unknown = shares["undetermined"].to_numpy()
    parts.append((word("undetermined", language), UNKNOWN_STYLE, unknown))
    labels = [
        word("group_size", language, group=name, n=base)
        for name, base in zip(names, shares["base"].tolist(), strict=True)
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


def _class_shares(result: pd.DataFrame, groups: pd.Series[Any] | None) -> pd.DataFrame:
    """Households of each class, and those without one [% of the base], by group; the base."""
    classes = result["poverty_class"].cat.categories
    tables = {id: headcount(result, by=groups, of=id) for id in classes}
    table = tables[classes[0]]
    counts = pd.DataFrame({id: tables[id]["headcount"] for id in classes})
    counts["undetermined"] = table["undetermined"]
    return (100 * counts.div(table["base"], axis=0)).assign(base=table["base"])


def deprivation_profile(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    by: By | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of households deprived in each indicator, and the share of which it is not known.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `deprivations`.
    standard : Standard or str
        Gives the indicators, their order and their labels.
    by : str, sequence of str or pandas.Series, optional
        Columns of `result`, or the group of each household on the same index, such as
        ``households["area"]``: one bar per group, at most six. Households of which the group is
        not known are one.
    language : {"en", "vi"}
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the groups, in their order; by default six that differ in grey.
        What is not known is white and hatched.
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
        Each bar is the share of the households of its group. Behind it stand the shares that
        are deprived and, after a plus, not known.

    Raises
    ------
    ValueError
        If there are more than six groups, or `result` names another standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> standard, sample = mdp.standard("decree_07_2021"), mdp.load_sample()
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.deprivation_profile(matrix, standard=standard)
    >>> len(ax.get_yticklabels())
    12
    >>> ax = mdp.plotting.deprivation_profile(
    ...     matrix, standard=standard, by=sample.households["area"])
    >>> [container.get_label() for container in ax.containers]
    ['Rural (356)', 'not known', 'Urban (144)', '_nolegend_']
    """
    result = as_frame(result, "result")
    standard = as_standard(standard)
    check_standard(result, standard)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    matrix = result[[*standard.indicator_ids]]
    groups = [(word("deprived", language), np.ones(len(matrix), dtype=bool))]
    if by is not None:
        group_of_row, group_names = groups_drawn(by, result, language)
        masks = [group_of_row == n for n in range(len(group_names))]
        groups = [
            (word("group_size", language, group=name, n=int(rows.sum())), rows)
            for name, rows in zip(group_names, masks, strict=True)
        ]
    if len(groups) > len(GROUP_STYLES):
        names = ", ".join(name for name, _ in groups)
        raise ValueError(f"{len(groups)} groups are too many to tell apart: {names}")
    many = max(len(groups), 1)
    row = max(0.3, 0.16 * many + 0.06)  # inches
    styles = styles_of_groups(len(groups), palette)
    height = 0.62 if by is None else 0.84 / many
    longest = 0.0
    labels = [indicator.label for indicator in standard.indicators]
    drawn_rates: list[tuple[str, Numbers | npt.NDArray[Any]]] = []
    bars: list[BarContainer] = []
    unknown_bars: list[BarContainer] = []
    with picture.sized(7, 1.4 + row * len(matrix.columns)) as ax:
        for n, (name, rows) in enumerate(groups):
            part = matrix[rows]
            positions = np.arange(len(matrix.columns)) + (n - (len(groups) - 1) / 2) * height
            deprived = np.array([_percent(part[id].to_numpy(bool, na_value=False)) for id in part])
            unknown = np.array([_percent(part[id].isna()) for id in part])
            frame = {"height": height, **FRAME}
            drawn_rates.append((name, deprived))
            colour, hatch = styles[n]
            bars.append(
                ax.barh(positions, deprived, color=colour, hatch=hatch, label=name, **frame)
            )
            if unknown.any():
                colour, hatch = UNKNOWN_STYLE
                label = "_nolegend_" if unknown_bars else word("not_known", language)
                frame |= {"color": colour, "hatch": hatch, "label": label}
                unknown_bars.append(ax.barh(positions, unknown, left=deprived, **frame))
            letters = "small" if by is None else "x-small"
            for position, share, missing in zip(positions, deprived, unknown, strict=True):
                text = share_text(share, missing, language)
                end = share + missing + 0.6  # behind the bar: it covers no part
                ax.text(end, position, text, va="center", fontsize=letters)
            longest = max(longest, float((deprived + unknown).max()))
        ax.set_xlim(0, max(10, longest * 1.15))
        legend_says_deprived = by is None and bool(unknown_bars)
        axis = "percent_of_households" if legend_says_deprived else "percent_deprived"
        ax.set_xlabel(word(axis, language))
        open_frame(ax)
        if not len(result):
            picture.say_no_data()
        indicators = [label_of(indicator.label, language) for indicator in standard.indicators]
        room = picture.rows(indicators, row)
        if len(result) and (by is not None or unknown_bars):
            picture.legend(3, room, [*bars, *unknown_bars[:1]])
            picture.rows(indicators, row)  # with the legend
        picture.describe(
            Clause("alt_deprivations", {"n": len(indicators)}),
            *(
                Clause("alt_values", {"name": name, "values": extremes(labels, rates, 0)})
                for name, rates in drawn_rates
            ),
        )
    return ax


def share_text(deprived: float, unknown: float, language: Language) -> str:
    """Both parts of a bar [%]; without the first where all that is not known may be deprived."""
    if np.isnan(deprived):
        return ""
    shown = [deprived] if deprived or not unknown else []  # "0" would mislead
    first = "".join(_percent_text(share, language) for share in shown)
    return f"{first} + {_percent_text(unknown, language)}".strip() if unknown else first


def _percent_text(share: float, language: Language) -> str:
    """A share without decimals, and a small one as less than 1."""
    return "<1" if 0 < share < 0.5 else rounded_text(share, language, 0)


def groups_drawn(by: By, result: pd.DataFrame, language: Language) -> tuple[Numbers, list[str]]:
    """The number of the group of each household, and the names of the groups."""
    group_of_row, keys = group_keys(groups_of(by, result))
    return group_of_row, group_names(keys, language)


def _percent(marked: Any) -> float:
    """The share of rows that are marked; not a number where there is none."""
    return 100 * float(np.mean(marked)) if len(marked) else float("nan")
