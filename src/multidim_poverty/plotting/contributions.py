"""What deprives the poor: censored beside uncensored headcounts, contributions of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, number_text, rounded_text
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.deprivations import BaseOf, deprivation_rates
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.composition import groups_drawn
from multidim_poverty.plotting.notes import legend_under_notes, put_notes, space_ticks
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.profile import share_text
from multidim_poverty.plotting.room import FRAME_WIDTH, LegendPlace
from multidim_poverty.plotting.style import (
    FRAME,
    HEADCOUNT_STYLES,
    UNKNOWN_STYLE,
    Palette,
    Style,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import WORDS, label_of, word
from multidim_poverty.schema.arguments import By, as_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["censored_headcounts", "indicator_contributions", "indicator_styles"]

# Light, middle and dark, of two kinds that take turns and have hatches of their own, so that
# those of one hatching differ in grey.
COLOURS = ("#d95f0e", "#c6dbef", "#fec44f", "#6baed6", "#8c2d04", "#08519c")
HATCHES = (
    ("", "////", "++++", "oo", "\\\\\\\\", "OO"),
    ("....", "xxxx", "----", "||||", "**", "//..") ,
)  # fmt: skip


def censored_headcounts(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    of: BaseOf = "all",
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Uncensored and censored headcount ratio of each indicator: who is deprived, who is also poor.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`; the figures are those of `measures.deprivation_rates`.
    standard : Standard or str
        Gives the indicators, their order and their labels.
    of : {"all", "poor"}
        Shares of all households: deprived, and poor and deprived. Or shares of the poor households
        that are deprived, as in the official table 5: one bar each.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of ``uncensored`` and ``censored``. What is not known is white and hatched.
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
        Behind each bar stand the share that is known and, after a plus, the share of which it is
        not known. Households without a class are counted under the picture.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or if `of` is unknown, or a column that is needed
        is absent.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.censored_headcounts(result, standard=standard)
    >>> [container.get_label() for container in ax.containers]
    ['deprived', 'not known', 'poor and deprived', '_nolegend_']
    """
    law = as_standard(standard)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    rates = deprivation_rates(result, standard=law, of=of)
    base = int(rates["base"].iloc[0])
    shares = {
        which: tuple(
            100 * rates[f"{which}_{column}"].to_numpy(dtype=float) / max(base, 1)
            for column in ("headcount", "unknown")
        )
        for which in (("uncensored", "censored") if of == "all" else ("censored",))
    }
    nothing_known = all((unknown >= 100).all() for _, unknown in shares.values())
    row = 0.16 * len(shares) + 0.14  # inches
    indicators = [label_of(indicator.label, language) for indicator in law.indicators]
    with picture.sized(7, 1.6 + row * len(indicators)) as ax:
        height = 0.8 / len(shares)
        handles: list[Any] = []
        unknown_bars: list[Any] = []
        longest = 0.0
        styles = coloured(HEADCOUNT_STYLES, palette)
        for n, (which, (known, unknown)) in enumerate(shares.items()):
            if not base or nothing_known:
                break
            at = np.arange(len(indicators)) + (n - (len(shares) - 1) / 2) * height
            frame: dict[str, Any] = {"height": height, **FRAME}
            colour, hatch = styles[which]
            label = word(which if of == "all" else "deprived", language)
            handles.append(ax.barh(at, known, color=colour, hatch=hatch, label=label, **frame))
            if unknown.any():
                colour, hatch = UNKNOWN_STYLE
                label = "_nolegend_" if unknown_bars else word("not_known", language)
                frame |= {"color": colour, "hatch": hatch, "label": label}
                unknown_bars.append(ax.barh(at, unknown, left=known, **frame))
            longest = max(longest, float((known + unknown).max()))
        room_behind = max(10, longest) / 60
        for which, bars in zip(shares, handles, strict=False):
            for bar, share, missing in zip(bars, *shares[which], strict=True):
                end, middle = share + missing + room_behind, bar.get_y() + height / 2
                text = share_text(share, missing, language)  # behind the bar: it covers no part
                ax.text(end, middle, text, va="center", fontsize="x-small")
        ax.set_xlim(0, max(10, longest * 1.2))
        space_ticks(picture, "100")
        open_frame(ax)
        if not base or nothing_known:
            picture.say_no_data()
        room = picture.rows(indicators, row)
        unit = word(f"percent_of_{of}_n", language, n=number_text(base, ",", language))
        put_notes(picture, unit, _without_class(rates, of, language), room)
        legend_under_notes(picture, 3, room, [*handles, *unknown_bars[:1]])
        picture.rows(indicators, row)  # with the legend
        labels = [indicator.label for indicator in law.indicators]
        picture.describe(
            Clause("alt_headcounts", {"n": len(labels), "base": base}),
            *(
                Clause(
                    "alt_values",
                    {
                        "name": WORDS[which if of == "all" else "deprived"],
                        "values": extremes(labels if base else [], known if base else [], 0),
                    },
                )
                for which, (known, _) in shares.items()
            ),
        )
    return ax


def _without_class(rates: pd.DataFrame, of: BaseOf, language: Language) -> list[str]:
    """How many households have no class, if any."""
    undetermined = int(rates["undetermined"].iloc[0]) if len(rates) else 0
    where = "class_not_known_in_base" if of == "all" else "class_not_known"
    return [word(where, language, n=undetermined)] if undetermined else []


def indicator_contributions(
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
    """Share of each indicator in all deprivations of the poor, as one stacked bar per group.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`; the figures are ``contribution`` of `measures.deprivation_rates`.
    standard : Standard or str
        Gives the indicators, their order and their labels.
    by : str, sequence of str or pandas.Series, optional
        As for `class_composition`.
    language : {"en", "vi"}
        As for `censored_headcounts`.
    legend : {"above", "below", "right", "none"}
        As for `censored_headcounts`.
    palette : sequence, mapping or str, optional
        Colours of the indicators, in their order or by id; by default those of a dimension share
        one.
    title, subtitle : str, optional
        As for `censored_headcounts`.
    size : (float, float), optional
        As for `censored_headcounts`.
    ax : matplotlib Axes, optional
        As for `censored_headcounts`.

    Returns
    -------
    matplotlib.axes.Axes
        Behind the name of each group stands the number of its poor households. Answers of them
        that are not known, and households without a class, are counted under the picture.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or `by` names no column of it; or if a column that
        is needed is absent.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.indicator_contributions(
    ...     result, standard=standard, by=sample.households["area"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Rural (73)', 'Urban (23)', 'All (96)']
    """
    result, law = as_frame(result, "result"), as_standard(standard)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    everybody = deprivation_rates(result, standard=law, of="poor")
    tables, names = [everybody], [word("all", language)]
    if by is not None:
        group_of_row, group_names = groups_drawn(by, result, language)
        in_groups = pd.Series(group_of_row, result.index, name="group")
        if len(result):
            tables = [deprivation_rates(result, standard=law, by=in_groups, of="poor"), everybody]
        names = [*group_names, *names]
    rates = pd.concat(tables, ignore_index=True)
    number = len(law.indicators)
    shares = rates["contribution"].to_numpy().reshape(-1, number).T
    bases = rates["base"].to_numpy()[::number].tolist()
    labels = [
        word("group_size", language, group=name, n=base)
        for name, base in zip(names, bases, strict=True)
    ]
    parts = [
        (label_of(indicator.label, language), style, np.nan_to_num(lengths))
        for indicator, style, lengths in zip(
            law.indicators, coloured(indicator_styles(law), palette).values(), shares, strict=True
        )
    ]
    with picture.sized(8.5, 2.8 + 0.42 * len(labels)) as ax:
        open_frame(ax)
        space_ticks(picture, "100")
        if np.isnan(shares).all():
            picture.say_no_data()
        notes = _not_counted(everybody, law, language)
        unit = word("percent_of_deprivations", language)
        put_notes(picture, unit, notes, FRAME_WIDTH[picture.own])
        room = stacked_bars(
            picture,
            parts,
            labels,
            longest=100,
            text=lambda share: rounded_text(share, language, 0),
            columns=3,
        )
        put_notes(picture, unit, notes, room)  # in fewer lines, where there is more room
        for row, base in enumerate(bases):
            if not base and any(bases):
                ax.text(1, row, word("no_poor", language), va="center", fontsize="small")
        picture.describe(
            Clause("alt_contributions", {"n": number, "groups": len(names) - 1}),
            Clause(
                "alt_values",
                {
                    "name": WORDS["all"],
                    "values": extremes((one.label for one in law.indicators), shares[:, -1], 0),
                },
            ),
        )
    return ax


def _not_counted(rates: pd.DataFrame, standard: Standard, language: Language) -> list[str]:
    """Indicators that nobody answered, unknown answers of the poor, and households of no class."""
    silent = (rates["censored_unknown"] == rates["base"]).to_numpy() & (rates["base"] > 0)
    labels = {one.id: label_of(one.label, language) for one in standard.indicators}
    notes = []
    if silent.any():
        names = ", ".join(labels[id] for id in rates["indicator"][silent])
        notes.append(word("no_data_on", language, names=names))
    if unknown := int(rates["censored_unknown"][~silent].sum()):
        notes.append(word("answers_not_counted", language, n=unknown))
    return notes + _without_class(rates, "poor", language)


def indicator_styles(standard: Standard) -> dict[str, Style]:
    """A style for each indicator: the colour of its dimension, hatches within it."""
    styles = {}
    for n, dimension in enumerate(standard.dimensions):
        hatches = HATCHES[n % 2]
        first = len(COLOURS) // 2 * (n // len(COLOURS))  # another hatching where colours repeat
        members = [one.id for one in standard.indicators if one.dimension == dimension.id]
        for place, id in enumerate(members):
            hatch = hatches[(first + place) % len(hatches)]
            styles[id] = Style(COLOURS[n % len(COLOURS)], hatch)
    return {id: styles[id] for id in standard.indicator_ids}
