"""Which deprivations come together, as an UpSet picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty import measures
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language, number_text, rounded_text
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.deprivations import BaseOf
from multidim_poverty.plotting.alternative import Clause
from multidim_poverty.plotting.notes import legend_under_notes, put_notes
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import BETWEEN_ROWS, ROW, LegendPlace, text_size, wrapped
from multidim_poverty.plotting.style import (
    FRAME,
    SET_STYLES,
    UNKNOWN_STYLE,
    Palette,
    Style,
    coloured,
)
from multidim_poverty.plotting.words import WORDS, label_of, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["deprivation_combinations"]

# Inches.
COLUMN, BARS_ABOVE, BARS_LEFT, NUMBER = 0.2, 1.4, {True: 0.9, False: 0.5}, 0.16
LETTER = 4.7 / 72  # of a small digit
NAME_LETTERS = {True: 40, False: 22}  # of our own figure, of a given Axes
STRIPE, ABSENT, SMALL = "#f2f2f2", "#d0d0d0", "x-small"
FIRST = -0.9  # where the bars at the left begin, in columns


def deprivation_combinations(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    of: BaseOf = "all",
    top: int = 15,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Which deprivations come together: an UpSet picture of the most frequent combinations.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`; the figures are those of `measures.deprivation_combinations` and
        `measures.deprivation_rates`.
    standard : Standard or str
        Gives the indicators, their order and their labels.
    of : {"all", "poor"}
        All households, or those that are known to be poor.
    top : int
        How many combinations are drawn, from 1; what is left out is counted under the picture.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of ``combination`` (columns and dots) and ``indicator`` (bars at the left). What is
        not known is white and hatched.
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
        A column of dots is one combination: households with exactly these deprivations, as many
        as its bar above says. The last, hatched, is of households with an unknown answer. The bars
        at the left are households deprived in each indicator, and after a plus those of which it
        is not known. An indicator without any answer has question marks.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or if `of` or `top` is none of the above, or a
        column that is needed is absent.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.deprivation_combinations(result, standard=standard, top=3)
    >>> print(ax.get_xlabel().splitlines()[1])
    147 further combinations: 282 households (56.4 %)
    """
    law = as_standard(standard)
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 1:
        raise ArgumentError(f"top {top!r} is not a number of combinations, from 1")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    table = measures.deprivation_combinations(result, standard=law, of=of)
    rates = measures.deprivation_rates(result, standard=law, of=of)
    known = table[table["indicators"].notna()]
    drawn = known.iloc[:top]
    not_known = int(table["headcount"][table["indicators"].isna()].sum())
    silent = (rates["uncensored_unknown"] == rates["base"]).to_numpy()
    styles = coloured(SET_STYLES, palette)
    names = [label_of(indicator.label, language) for indicator in law.indicators]
    with picture.sized(8, 2.4 + ROW * len(names)) as ax:
        _hide_frame(ax)
        base = int(rates["base"].iloc[0])
        if not base or silent.all():
            picture.say_no_data()
            picture.room(2.0, 1.0)
            put_notes(picture, word(f"base_{of}", language, n=base), [], 2.0)
            picture.describe(Clause("alt_nothing", {}))
            return ax
        ax.set_yticks(
            range(len(names)),
            [wrapped(name, NAME_LETTERS[picture.own]) for name in names],
            fontsize="small",
        )
        row = max(ROW, *(text_size(one)[1] + BETWEEN_ROWS for one in ax.get_yticklabels()))
        masks = drawn["indicators"].to_numpy(dtype=np.int64)
        headcounts = [*drawn["headcount"].tolist(), *[not_known] * bool(not_known)]
        above = _columns(ax, headcounts, len(masks), row, styles, language)
        for n in range(0, len(names), 2):
            ax.axhspan(n - 0.5, n + 0.5, color=STRIPE, zorder=0, lw=0)
        _dots(ax, masks, silent, bool(not_known), styles["combination"].colour)
        left = _sets(ax, rates, styles, language, BARS_LEFT[picture.own])
        ax.set_xlim(-left, len(headcounts) - 0.4)
        ax.set_ylim(len(names) - 0.5, -above)
        width = COLUMN * (len(headcounts) + left)
        height = row * (len(names) + above)
        room = picture.room(width, height)
        notes = _notes(known, drawn, not_known, base, language)
        put_notes(
            picture, word(f"base_{of}", language, n=number_text(base, ",", language)), notes, room
        )
        legend_under_notes(picture, 3, room, _handles(styles, not_known, rates, language))
        picture.room(width, height)  # with the legend
        picture.describe(*_clauses(law, known, base))
    return ax


def _clauses(law: Standard, known: pd.DataFrame, base: int) -> list[Clause]:
    """The three most frequent combinations, with their households."""
    frequent: list[Any] = []
    for mask, count in zip(known["indicators"].iloc[:3], known["headcount"].iloc[:3], strict=True):
        held = [one.label for n, one in enumerate(law.indicators) if int(mask) >> n & 1]
        name = [WORDS["alt_no_deprivation"]]
        if held:
            name = [
                Label(
                    vi=" + ".join(label.vi for label in held),
                    en=" + ".join(label.en for label in held),
                )
            ]
        frequent.append(Clause("alt_set", {"name": name, "value": int(count)}))
    return [
        Clause("alt_sets", {"base": base, "n": len(known)}),
        Clause("alt_frequent", {"values": frequent or [WORDS["no_data"]]}),
    ]


def _hide_frame(ax: Axes) -> None:
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks([])
    ax.set_yticks([])


def _columns(
    ax: Axes,
    headcounts: list[int],
    known: int,
    row: float,
    styles: dict[str, Style],
    language: Language,
) -> float:
    """Bars above the rows, the last one of what is not known; the rows that they take."""
    texts = [number_text(n, ",", language) for n in headcounts]
    longest = LETTER * max(map(len, texts))
    upright = longest > COLUMN
    high = BARS_ABOVE / row / max(headcounts)
    bottom = -0.7
    for n, (headcount, text) in enumerate(zip(headcounts, texts, strict=True)):
        colour, hatch = styles["combination"] if n < known else UNKNOWN_STYLE
        ax.bar(n, -high * headcount, 0.7, bottom, color=colour, hatch=hatch, **FRAME)
        ax.text(
            n, bottom - high * headcount - 0.04 / row, text, ha="center", va="bottom",
            fontsize=SMALL, rotation=90 if upright else 0,
        )  # fmt: skip
    return 0.7 + (BARS_ABOVE + (longest + 0.1 if upright else NUMBER)) / row


def _dots(ax: Axes, masks: Any, silent: Any, unknown_column: bool, colour: str) -> None:
    """The matrix: which deprivations a combination has, and where nothing is known."""
    rows = np.arange(len(silent))
    questions = [(len(masks), row) for row in rows] * unknown_column
    for column, mask in enumerate(masks):
        deprived = (mask >> rows & 1).astype(bool)
        held, absent = rows[deprived], rows[~deprived & ~silent]
        ax.scatter(np.full(len(absent), column), absent, s=26, color=ABSENT, zorder=2)
        ax.scatter(np.full(len(held), column), held, s=34, color=colour, zorder=4)
        first, last = (held[0], held[-1]) if mask else (0, 0)
        ax.plot([column, column], [first, last], color=colour, lw=1.6, zorder=3)
        questions += [(column, row) for row in rows[silent] if not first < row < last]
    for column, row in questions:
        ax.text(column, float(row), "?", ha="center", va="center", fontsize=SMALL, color="#606060")


def _sets(
    ax: Axes, rates: pd.DataFrame, styles: dict[str, Style], language: Language, wide: float
) -> float:
    """Bars at the left: households deprived in each indicator; the columns that they take."""
    known, unknown = rates["uncensored_headcount"], rates["uncensored_unknown"]
    scale = wide / COLUMN / max(int((known + unknown).max()), 1)
    texts = [
        " + ".join(number_text(n, ",", language) for n in (count, *[missing] * bool(missing)))
        for count, missing in zip(known.tolist(), unknown.tolist(), strict=True)
    ]
    at = np.arange(len(rates))
    frame: dict[str, Any] = {"height": 0.62, "zorder": 2, **FRAME}
    first = FIRST - scale * known
    for style, lengths, start in (
        (styles["indicator"], known, FIRST),
        (UNKNOWN_STYLE, unknown, first),
    ):
        ax.barh(at, -scale * lengths, left=start, color=style.colour, hatch=style.hatch, **frame)
    for row, (end, text) in enumerate(zip(first - scale * unknown, texts, strict=True)):
        ax.text(end - 0.25, row, text, ha="right", va="center", fontsize=SMALL)
    return -FIRST + (wide + LETTER * max(map(len, texts))) / COLUMN + 0.5


def _handles(
    styles: dict[str, Style], not_known: int, rates: pd.DataFrame, language: Language
) -> list[Any]:
    from matplotlib.patches import Patch

    parts = [("combination", styles["combination"]), ("indicator", styles["indicator"])]
    if not_known or rates["uncensored_unknown"].any():
        parts.append(("not_known", UNKNOWN_STYLE))
    return [
        Patch(facecolor=style.colour, hatch=style.hatch, label=word(id, language), **FRAME)
        for id, style in parts
    ]


def _notes(
    known: pd.DataFrame, drawn: pd.DataFrame, not_known: int, base: int, language: Language
) -> list[str]:
    """What is left out, and of how many households the combination is not known."""
    counts = {
        "further_combinations": int(known["headcount"].iloc[len(drawn) :].sum()),
        "combination_not_known": not_known,
    }
    return [
        word(
            id, language,
            more=number_text(len(known) - len(drawn), ",", language),
            n=number_text(count, ",", language),
            share=rounded_text(100 * count / base, language, 1),
        )
        for id, count in counts.items() if count
    ]  # fmt: skip
