"""Income against deprivations, as a histogram in two dimensions with the lines of the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, number_text, rounded_text
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.plotting.alternative import Clause
from multidim_poverty.plotting.bands import band_colours
from multidim_poverty.plotting.count_rows import CountPlaces, count_places
from multidim_poverty.plotting.income_bins import top_without_lines
from multidim_poverty.plotting.income_panel import EXTRA_ROW, GAP, Inches, Panel
from multidim_poverty.plotting.notes import legend_under_notes, put_notes
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import Palette, colours_of
from multidim_poverty.plotting.words import label_of, word
from multidim_poverty.schema.arguments import By, as_frame, groups_of
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import Area

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["income_and_deprivations"]

# Inches.
COLUMN, PANEL, HEIGHT, TICK = {True: 0.22, False: 0.19}, {True: 3.4, False: 2.6}, 4.4, 0.16
BETWEEN_AREAS = 2.2  # columns
TITLE_ROW = 0.08  # of the height
ABOVE_LINES = 2  # the top, in highest lines
SMALL, EDGE = "x-small", "#404040"
STEPS = ((1, 2, 5), (1, 3), (1,))  # bounds of colours within a power of ten
MOST_COLOURS = 6
FEWEST_COLUMNS = 6  # so that names of classes have room
SCALES = ((1_000_000, "million"), (1_000, "thousand"), (1, "plain_money"))


def income_and_deprivations(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    area: By = "area",
    language: Language = "en",
    legend: LegendPlace = "right",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How many households have which income and how many deprivations, with the lines of the law.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`: ``income_per_capita``, ``deprivation_count`` and ``deprivations_unknown``.
        Counts are drawn, so that a million households take no more than a thousand.
    standard : Standard or str
        Gives the lines, the classes between them, and the currency.
    area : str or pandas.Series
        Column of `result`, or the area of each household on the same ids. Areas that have
        households are drawn side by side, each with its own lines.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence or str, optional
        Colours of the numbers of households, from few to many.
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
        Each area has a column for each number of deprivations; behind them, after ≥, those of
        households with unknown answers, by what is known to hold. Steps of income end at the lines.
        Incomes above twice the highest line have one step at the top, unknown ones a row at the
        bottom. Households of no area are counted under the picture.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or `area` names no column of it; or if a column
        that is needed is absent.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.income_and_deprivations(
    ...     result, standard=standard, area=sample.households["area"])
    >>> print(ax.get_xlabel().splitlines()[1])
    Each step of income: 250,000 VND
    """
    result, law = as_frame(result, "result"), as_standard(standard)
    check_standard(result, law)
    if "income_per_capita" not in result.columns:
        raise ArgumentError("the result has no column income_per_capita; take a result of assess")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    areas = category_codes(groups_of(area, result).iloc[:, 0], Area.codes())
    income = numbers_of(result["income_per_capita"])
    places = count_places(result, law, FEWEST_COLUMNS)
    panels = _panels(areas, income, places, law)
    notes = _notes(panels, areas, income, law, language)
    with picture.sized(8.5, 5.8) as ax:
        if not panels:
            ax.set_axis_off()
            picture.say_no_data()
            picture.room(2.0, 1.0)
            picture.describe(Clause("alt_nothing", {}))
            return ax
        columns = panels[-1].start + panels[-1].columns + BETWEEN_AREAS
        column = min(COLUMN[picture.own], PANEL[picture.own] / panels[0].columns)
        low, high = _limits(panels)
        ax.set_xlim(-0.2, columns - 0.2)
        ax.set_ylim(low, high)
        scale, money = _scale(panels[0].top, law, language)
        _axis(ax, panels, scale, language)
        ax.set_ylabel(word("income_axis", language, money=money), fontsize="small")
        colours = _Colours(max(int(panel.cells.max()) for panel in panels), palette)
        inches = Inches(column, HEIGHT / (high - low))
        every = int(np.ceil(TICK / column))
        keys: dict[str, str] = {}
        for panel in panels:
            panel.draw_cells(ax, colours.numbers, colours.colour_map)
            panel.draw_lines(ax, scale, inches, language)
            panel.draw_regions(ax, inches, language, keys)
            number = number_text(int(panel.cells.sum()), ",", language)
            name = label_of(panel.area, language)
            ax.text(
                panel.start, panel.highest + TITLE_ROW / 2 * panel.top,
                word("group_size", language, group=name, n=number), va="center",
                fontsize="small", fontweight="bold",
            )  # fmt: skip
        ticks = [tick for panel in panels for tick in panel.ticks(every)]
        ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks], fontsize=SMALL)
        room = picture.room(column * columns, HEIGHT)
        notes += [f"{letter}: {name}" for name, letter in keys.items()]
        put_notes(picture, word("deprivations_of", language), notes, room)
        handles = colours.handles(language)
        legend_under_notes(picture, 3, room, handles, word("households_in_cell", language))
        picture.room(column * columns, HEIGHT)  # with the legend
        households = np.bincount(areas[areas >= 0], minlength=len(Area))
        picture.describe(
            Clause("alt_income", {"n": int(households.sum())}),
            Clause(
                "alt_list",
                {
                    "values": [
                        Clause("alt_value", {"name": one, "value": int(n)})
                        for one, n in zip(Area, households, strict=True)
                        if n
                    ]
                },
            ),
        )
    return ax


def _panels(
    areas: npt.NDArray[np.int8],
    income: npt.NDArray[np.float64],
    places: CountPlaces,
    standard: Standard,
) -> list[Panel]:
    """The areas that have households, side by side; none where no income is known."""
    if np.isnan(income).all() or (areas < 0).all():
        return []
    amounts = [line.amount(area) for line in standard.lines for area in Area]
    top = float(ABOVE_LINES * max(amounts)) if amounts else top_without_lines(income)
    panels = []
    start = 0.0
    for code, area in enumerate(Area):
        if (rows := areas == code).any():
            panels.append(panel := Panel(area, standard, income, places, rows, top))
            panel.start = start
            start += panel.columns + BETWEEN_AREAS
    return panels


def _limits(panels: list[Panel]) -> tuple[float, float]:
    """Where the axis of income begins and ends."""
    top = panels[0].top
    unknown = any(panel.cells[-1].any() for panel in panels)
    return -top * (GAP + EXTRA_ROW * unknown), panels[0].highest + TITLE_ROW * top


def _scale(top: float, standard: Standard, language: Language) -> tuple[int, str]:
    """What amounts are divided by where they are printed, and the words for it."""
    currency = label_of(standard.currency, language)
    scale, id = next((n, id) for n, id in SCALES if top >= n * ABOVE_LINES or n == 1)
    return scale, word(id, language, currency=currency)


def _axis(ax: Axes, panels: list[Panel], scale: int, language: Language) -> None:
    """Ticks of income, the open step and the row of what is not known."""
    from matplotlib.ticker import MaxNLocator

    top = panels[0].top
    locator = MaxNLocator(8, steps=[1, 2, 2.5, 5, 10])
    at = [n * scale for n in locator.tick_values(0, top / scale) if 0 <= n * scale < 0.97 * top]
    texts = [rounded_text(amount / scale, language, 3) for amount in at]
    at.append(panels[0].highest - EXTRA_ROW / 2 * top)
    texts.append(f"> {rounded_text(top / scale, language, 3)}")
    if any(panel.cells[-1].any() for panel in panels):
        at.append(-top * (GAP + EXTRA_ROW / 2))
        texts.append(word("not_known", language))
    ax.set_yticks(at, texts, fontsize=SMALL)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _notes(
    panels: list[Panel],
    areas: npt.NDArray[np.int8],
    income: npt.NDArray[np.float64],
    standard: Standard,
    language: Language,
) -> list[str]:
    """The width of a step, and how many households stand beyond the steps or nowhere."""
    if not panels:
        return []
    currency, panel = label_of(standard.currency, language), panels[0]
    drawn = areas >= 0
    width, top = (
        f"{number_text(amount, ',.0f', language)} {currency}"
        for amount in (panel.bins.width, panel.top)
    )
    exact = all(one.bins.exact for one in panels)
    counts = {
        "above_top": int((income[drawn] > panel.top).sum()),
        "losses": int((income[drawn] < 0).sum()),
        "income_not_known": int(np.isnan(income[drawn]).sum()),
        "area_not_known": int((~drawn).sum()),
    }
    return [word("income_step" if exact else "income_step_about", language, width=width)] + [
        word(id, language, n=number_text(n, ",", language), top=top)
        for id, n in counts.items()
        if n
    ]


class _Colours:
    """A colour for each number of households, by bounds that rise in steps of a power of ten."""

    def __init__(self, most: int, palette: Palette | None) -> None:
        from matplotlib.colors import ListedColormap

        for steps in STEPS:
            tens = [step * 10**power for power in range(len(str(most))) for step in steps]
            self.bounds = np.array([bound for bound in tens if bound <= max(most, 1)])
            if len(self.bounds) <= MOST_COLOURS:
                break
        number = len(self.bounds)
        self.most = most
        self.colours = band_colours(number) if palette is None else colours_of(palette, number)
        self.colour_map = ListedColormap(self.colours)

    def numbers(self, cells: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
        """The number of the colour of each cell; -1 for none."""
        return np.searchsorted(self.bounds, cells, side="right") - 1

    def handles(self, language: Language) -> list[Any]:
        """One patch of the legend for each colour."""
        from matplotlib.patches import Patch

        last = [*(self.bounds[1:] - 1).tolist(), self.most]
        handles = []
        for colour, low, high in zip(self.colours, self.bounds.tolist(), last, strict=True):
            ends = {
                "low": number_text(low, ",", language),
                "high": number_text(high, ",", language),
            }
            label = word("cell_band", language, **ends) if high > low else ends["low"]
            handles.append(Patch(facecolor=colour, edgecolor=EDGE, lw=0.5, label=label))
        return handles
