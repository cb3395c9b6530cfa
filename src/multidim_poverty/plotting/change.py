"""Pictures of change: what moved on and off a list, and how far a plan has come.

Needs the extra ``plot``. Parts are told apart by hatching as well as by colour, so that they
can be read in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, number_text, rounded, rounded_text
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import (
    FLOW_STYLES,
    FRAME,
    TARGET_STYLES,
    Palette,
    Style,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import WORDS, drawn_text, word
from multidim_poverty.schema.arguments import as_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["flow", "progress"]

# Inches.
FLOW_WIDTH, FLOW_HEIGHT, LINE = {True: 3.0, False: 1.4}, 3.2, 0.2

EXITS = ("to_other_list", "escaped", "other_decrease")
ENTRIES = ("from_other_list", "relapsed", "new", "other_increase")


def flow(
    balance: pd.DataFrame,
    *,
    list: Literal["poor", "near_poor"] = "poor",
    count_of: Literal["households", "persons"] = "households",
    language: Language = "en",
    legend: LegendPlace = "none",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Who left a list and who came onto it between two years, as bands.

    Parameters
    ----------
    balance : pandas.DataFrame
        From `multidim_poverty.movement.balance`, of one unit: index levels ``list`` and
        ``count_of``; columns ``opening``, the flows, ``closing_counted``,
        ``closing_by_formula`` and ``residual``. Take one of several units with ``.loc``.
    list : {"poor", "near_poor"}
        The list whose movement is drawn.
    count_of : {"households", "persons"}
        What is counted.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where a legend stands, outside the frame. None by default: the bands are named.
    palette : sequence, mapping or str, optional
        Colours by flow: stayed, to_other_list, escaped, other_decrease, from_other_list, relapsed,
        new, other_increase. By default from orange to brown, those who leave in light colours.
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
        Each band is as high as its count. The closing drawn is the one by formula; a residual
        is said below it.

    Raises
    ------
    ArgumentError
        If the table has no such row, or a count is missing or below 0.
    InvalidDataError
        If `balance` names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> row = {"opening": 119, "to_other_list": 10, "escaped": 45, "other_decrease": 0,
    ...        "from_other_list": 3, "relapsed": 0, "new": 7, "other_increase": 0,
    ...        "closing_counted": 74, "closing_by_formula": 74, "residual": 0}
    >>> index = pd.MultiIndex.from_tuples([("poor", "households")], names=["list", "count_of"])
    >>> ax = mdp.plotting.flow(pd.DataFrame([row], index=index))
    >>> [patch.get_gid() for patch in ax.patches]
    ['to_other_list', 'escaped', 'stayed', 'from_other_list', 'new']
    """
    balance = as_frame(balance, "balance")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    counts = _counts(balance, list, count_of)
    styles = coloured(FLOW_STYLES, palette)
    other = "near_poor" if list == "poor" else "poor"
    names = {"listed": word(f"list_{list}", language), "other": word(f"list_{other}", language)}
    # Sources from the top down, targets likewise: as none is taken out of turn, no band crosses.
    sources = [("opening", counts["opening"])] + [(name, counts[name]) for name in ENTRIES]
    targets = [(name, counts[name]) for name in EXITS] + [("closing", counts["closing_by_formula"])]
    total = sum(count for _, count in sources) or 1
    gap = 0.06 * total
    left, right = _stacked(sources, gap), _stacked(targets, gap)
    with picture.sized(7.5, 4.2) as ax:
        for source, target, high in _bands(sources, targets):
            name = source if target == "closing" else target
            name = "stayed" if name == "opening" else name
            label = word(name, language, **names)
            _band(ax, left[source], right[target], high, name, styles[name], label)
            left[source] += high
            right[target] += high
        lowest = max(*left.values(), *right.values(), 1)
        line = LINE / FLOW_HEIGHT * 1.15 * lowest
        for x, side, stack in ((-0.02, "right", sources), (1.02, "left", targets)):
            ends = left if side == "right" else right
            shown = [(name, count) for name, count in stack if count]
            middles = _apart([ends[name] - count / 2 for name, count in shown], line)
            for (name, count), middle in zip(shown, middles, strict=True):
                by_formula = name == "closing" and counts["residual"] != 0
                what = word("closing_by_formula" if by_formula else name, language, **names)
                number = number_text(count, ",", language)
                text = word("flow_end", language, what=what, count=number)
                ax.text(x, middle, text, ha=side, va="center")
                lowest = max(lowest, middle + line / 2)
        if counts["residual"]:
            text = word(
                "residual",
                language,
                counted=number_text(counts["closing_counted"], ",", language),
                residual=number_text(counts["residual"], "+,", language),
            )
            ax.text(1.02, lowest + line / 2, text, ha="left", va="top", fontsize="small")
        ax.set_xlim(0, 1)
        ax.set_ylim(lowest + 0.1 * total, -0.05 * total)
        ax.set_axis_off()
        if not any(counts[name] for name in ("opening", *ENTRIES)):
            picture.say_no_data()
        what = word(count_of, language)
        if legend != "above" and (title or subtitle):  # which stand above it
            ax.text(0.5, 1.0, what, transform=ax.transAxes, ha="center", va="bottom")
        elif legend != "above":
            ax.set_title(what, fontsize="medium")
        room = picture.room(FLOW_WIDTH[picture.own], FLOW_HEIGHT)
        picture.legend(4, room, ax.patches, title=what if legend == "above" else None)
        picture.room(FLOW_WIDTH[picture.own], FLOW_HEIGHT)
        picture.describe(*_flow_clauses(counts, list, count_of))
    return ax


def _flow_clauses(counts: dict[str, int], listed: str, count_of: str) -> Sequence[Clause]:
    """Both ends of a flow, and what moved, the largest first."""
    labels = {
        "listed": WORDS[f"list_{listed}"],
        "other": WORDS["list_near_poor" if listed == "poor" else "list_poor"],
    }
    ends = {"opening": counts["opening"], "closing": counts["closing_by_formula"]}
    moved = sorted(
        (name for name in (*EXITS, *ENTRIES) if counts[name]), key=lambda name: -counts[name]
    )
    return [
        Clause("alt_flow", {"listed": labels["listed"], "unit": WORDS[count_of]}),
        Clause("alt_flow_ends", ends),
        *(
            Clause("flow_end", {"what": Clause(name, labels), "count": counts[name]})
            for name in moved
        ),
    ]


def _apart(places: Sequence[float], least: float) -> Sequence[float]:
    """Rising places, moved down until each is so far from the one before."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    return moved


def _counts(balance: pd.DataFrame, listed: str, count_of: str) -> dict[str, int]:
    names = ["opening", *EXITS, *ENTRIES, "closing_counted", "closing_by_formula", "residual"]
    missing = [name for name in names if name not in balance.columns]
    if missing or [*balance.index.names] != ["list", "count_of"]:
        raise ArgumentError(
            "flow draws one unit of movement.balance: index levels list and count_of, and "
            f"columns {', '.join(names)}" + (f"; missing: {', '.join(missing)}" if missing else "")
        )
    rows = balance[
        (balance.index.get_level_values("list") == listed)
        & (balance.index.get_level_values("count_of") == count_of)
    ]
    if len(rows) != 1:
        raise ArgumentError(f"{len(rows)} rows for list {listed!r} in {count_of}, not 1")
    row = rows.iloc[0]
    bad = [name for name in names if pd.isna(row[name]) or (name != "residual" and row[name] < 0)]
    if bad:
        raise ArgumentError(f"counts that are missing or below 0: {', '.join(bad)}")
    return {name: int(row[name]) for name in names}


def _stacked(parts: Any, gap: float) -> dict[str, float]:
    """Where each part begins, from the top down."""
    at, starts = 0.0, {}
    for name, count in parts:
        starts[name] = at
        at += count + gap * bool(count)
    return starts


def _bands(sources: Any, targets: Any) -> list[tuple[str, str, int]]:
    """Source, target and count of each band: sources fill the targets in their order."""
    bands, left = [], dict(sources)
    for target, wanted in targets:
        for source in left:
            taken = min(left[source], wanted)
            if taken:
                bands.append((source, target, taken))
                left[source] -= taken
                wanted -= taken
    return bands


def _band(
    ax: Axes, start: float, end: float, high: int, name: str, style: Style, label: str
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = [
        (0.0, start), (0.5, start), (0.5, end), (1.0, end),
        (1.0, end + high), (0.5, end + high), (0.5, start + high), (0.0, start + high),
        (0.0, start),
    ]  # fmt: skip
    curve = Path.CURVE4
    kinds = [Path.MOVETO, curve, curve, curve, Path.LINETO, curve, curve, curve, Path.CLOSEPOLY]
    looks = {"facecolor": style.colour, "hatch": style.hatch, "label": label, **FRAME}
    patch = PathPatch(Path(corners, kinds), **looks)
    patch.set_gid(name)
    ax.add_patch(patch)


# -- progress ----------------------------------------------------------------------------------


def progress(
    table: pd.DataFrame,
    *,
    unit: str | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Result against target, one bar per indicator and period.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``indicator``, ``period``, ``value``, ``target`` and, if known, ``met``
        (boolean; whether more or less is wanted is not guessed). Rows are drawn in their
        order. All values of one unit.
    unit : str, optional
        Label of the axis.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours by met, not_met, not_known. By default green, orange and white.
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
        The target is a black stroke. Where value and target would print alike but are not, they
        are printed with more decimals. A bar is full where it is met, hatched where it is not,
        white where that is not known.

    Raises
    ------
    ArgumentError
        If a column is missing, a column ``unit`` holds more than one unit, or a value or target
        is infinite.
    InvalidDataError
        If `table` names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame(
    ...     {"indicator": "poor rate", "period": [2022, 2023], "value": [7.97, 5.18],
    ...      "target": [None, 4.97], "met": pd.array([None, False], dtype="boolean")})
    >>> ax = mdp.plotting.progress(table, unit="%")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['poor rate, 2022', 'poor rate, 2023']
    """
    table = as_frame(table, "table")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    styles = coloured(TARGET_STYLES, palette)
    missing = [
        name for name in ("indicator", "period", "value", "target") if name not in table.columns
    ]
    if missing:
        raise ArgumentError(f"the table of progress lacks {', '.join(missing)}")
    if "unit" in table.columns:
        units = [str(name) for name in table["unit"].dropna().unique()]
        if len(units) > 1:
            raise ArgumentError(
                f"one picture holds one unit, not {', '.join(units)}: draw each apart"
            )
        unit = unit or (units[0] if units else None)
    met = table["met"] if "met" in table.columns else pd.Series(pd.NA, index=table.index)
    values = table["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    targets = table["target"].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf([values, targets]).any():
        raise ArgumentError(
            "the table of progress holds an infinite value or target; leave missing what is not "
            "known"
        )
    states = ["not_known" if pd.isna(one) else "met" if one else "not_met" for one in met]
    with picture.sized(7, 0.8 + 0.42 * max(len(table), 1)) as ax:
        for state, style in styles.items():
            rows = [n for n, one in enumerate(states) if one == state and not np.isnan(values[n])]
            if rows:
                ax.barh(
                    rows, values[rows], height=0.6, color=style.colour, hatch=style.hatch,
                    label=word(state, language), **FRAME,
                )  # fmt: skip
        known = ~np.isnan(targets)
        if known.any():
            at = np.flatnonzero(known)
            label = word("target", language)
            ax.vlines(targets[known], at - 0.4, at + 0.4, colors="black", lw=3, label=label)
        everything = np.concatenate([values, targets, [0.0]])
        low, high = float(np.nanmin(everything)), float(np.nanmax(everything))
        room = (high - low) or 1.0
        for row, (value, target) in enumerate(zip(values, targets, strict=True)):
            decimals = _decimals(value, target)
            reached, goal = word("not_known", language), "–"
            if not np.isnan(value):
                reached = rounded_text(value, language, decimals)
            if not np.isnan(target):
                goal = rounded_text(target, language, decimals)
            end = np.nanmax([value, target, 0.0])
            ax.text(end + 0.02 * room, row, f"{reached} / {goal}", va="center", fontsize="small")
        labels = [
            ", ".join(
                word("not_known", language) if pd.isna(part) else drawn_text(str(part))
                for part in row
            )
            for row in zip(table["indicator"], table["period"], strict=True)
        ]
        ax.set_xlim(low - 0.05 * room * (low < 0), high + 0.25 * room)
        if unit:
            ax.set_xlabel(drawn_text(unit))
        open_frame(ax)
        if np.isnan(values).all() and np.isnan(targets).all():
            picture.say_no_data()
        width = picture.rows(labels)
        picture.legend(4, width)
        picture.rows(labels)  # with the legend
        told = [state for state in styles if state in states]
        picture.describe(
            Clause("alt_progress", {"n": len(table)}),
            Clause(
                "alt_list",
                {
                    "values": [
                        Clause("alt_value", {"name": WORDS[state], "value": states.count(state)})
                        for state in told
                    ]
                },
            ),
            Clause("alt_list", {"values": extremes(labels, values)}),
        )
    return ax


def _decimals(value: float, target: float) -> int:
    """Two, or as many as it takes to tell a value from a target that it is not."""
    if np.isnan(value) or np.isnan(target) or value == target:
        return 2
    return next(n for n in range(2, 340) if rounded(value, n) != rounded(target, n))
