"""What a map shows: rates from counts, the bands they fall in, colours, hatches and legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.measures.incidence import Undetermined, headcount
from multidim_poverty.plotting.review import PLATE
from multidim_poverty.schema.arguments import By, as_frame, groups_of
from multidim_poverty.vocabulary import PovertyClass

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CountOf", "Paint", "Shown", "band_colours", "luminance", "number", "rates"]

CountOf = Literal["households", "persons"]
NO_HOUSEHOLDS, NOT_KNOWN = "....", "////"
EDGE = "#404040"
MOST_BANDS = 7
WORDS = {
    "households": {"en": "% of households", "vi": "% số hộ"},
    "persons": {"en": "% of persons", "vi": "% số nhân khẩu"},
    "persons_in": {"en": "Persons in {title}", "vi": "Nhân khẩu thuộc {title}"},
    "band": {"en": "{low} to under {high}", "vi": "{low} đến dưới {high}"},
    "last_band": {"en": "{low} to {high}", "vi": "{low} đến {high}"},
    "no_households": {"en": "no households", "vi": "không có hộ"},
    "no_data": {"en": "no data", "vi": "không có số liệu"},
    "not_known": {"en": "not known", "vi": "chưa rõ"},
    "undetermined": {
        "en": "{unit} without a class, in the base: {n}",
        "vi": "{unit} chưa xác định, tính trong tổng số: {n}",
    },
    "nowhere": {
        "en": "{unit} in no unit, not drawn: {n}",
        "vi": "{unit} không rõ đơn vị, không vẽ: {n}",
    },
    "unit_households": {"en": "Households", "vi": "Số hộ"},
    "unit_persons": {"en": "Persons", "vi": "Số nhân khẩu"},
    "source": {"en": "Source: {source}", "vi": "Nguồn: {source}"},
}


def rates(
    result: pd.DataFrame,
    *,
    by: By,
    of: Sequence[str] = ("poor",),
    count_of: CountOf = "households",
    undetermined: Undetermined = "in_base",
) -> pd.DataFrame:
    """Share of households, or of persons, in some classes: `measures.headcount` by unit.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household, with ``poverty_class``; with ``household_size`` for persons.
    by : str, sequence of str or pandas.Series
        The column of units, several, or their codes on the index of `result`.
    of : sequence of str
        Codes of the classes that are counted.
    count_of : {"households", "persons"}
        A person is counted in the class of the household.
    undetermined : {"in_base", "left_out", "worst", "best"}
        How a household without a class counts, as for `measures.headcount`.

    Returns
    -------
    pandas.DataFrame
        One row per unit, in the order of the codes (several columns of `by` are the levels of the
        index); a row for households of which the unit is not known comes last. Columns:
        ``counted`` and ``base`` (int64), ``undetermined`` (int64: those without a class), ``rate``
        (float64, % of the base; NaN where nobody has a class).

    Raises
    ------
    InvalidDataError
        If persons are counted and a household has no size.
    ValueError
        If a class is unknown, or `by` is not on the household ids of `result`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> classes = pd.Categorical(["poor", "average", None], ["poor", "near_poor", "average"])
    >>> result = pd.DataFrame(
    ...     {"commune": "24640", "poverty_class": classes, "household_size": [5, 3, 4]})
    >>> mdp.plotting.rates(result, by="commune").loc["24640"].tolist()
    [1.0, 3.0, 1.0, 33.333333333333336]
    >>> mdp.plotting.rates(result, by="commune", count_of="persons").loc["24640"].tolist()
    [5.0, 12.0, 4.0, 41.666666666666664]
    """
    result = as_frame(result, "result")
    if isinstance(of, str):
        raise ValueError(f"of {of!r} is not a list of classes: {', '.join(PovertyClass.codes())}")
    if count_of not in ("households", "persons"):
        raise ValueError(f"count_of {count_of!r} is not 'households' or 'persons'")
    groups = groups_of(by, result).astype("string")
    names = list(groups.columns)
    table = headcount(
        result.assign(**groups),
        by=names,
        of=of,
        persons=count_of == "persons",
        undetermined=undetermined,
    )
    table = table[table["count_of"] == count_of]
    columns = {"headcount": "counted", "headcount_ratio": "rate"}
    counts: pd.DataFrame = table[[*names, "headcount", "base", "undetermined", "headcount_ratio"]]
    return counts.rename(columns=columns).set_index(names)


class Shown:
    """Rates by code, with the words that belong to them."""

    def __init__(
        self, rate: pd.Series[Any], title: str, absent: str, notes: list[str], language: Language
    ) -> None:
        self.rate, self.title, self.absent, self.notes = rate, title, absent, notes
        self.language = language

    @classmethod
    def of(
        cls,
        result: pd.DataFrame | pd.Series[Any],
        by: By,
        of: Sequence[str],
        count_of: CountOf,
        legend: str | None,
        language: Language,
    ) -> Shown:
        """The rates that are given, or those of the households."""
        if isinstance(result, pd.Series):
            title = legend or result.name
            if not title:
                raise ValueError("rates of no name: say what they are, and their unit, in legend")
            return cls(result.astype("float64"), str(title), "no_data", [], language)
        table = rates(result, by=by, of=of, count_of=count_of)
        unit = WORDS[f"unit_{count_of}"][language]
        nowhere = table[table.index.isna()]
        table = table[table.index.notna()]
        notes = []
        for word, number in (
            ("undetermined", int(table["undetermined"].sum())),
            ("nowhere", int(nowhere["base"].sum())),
        ):
            if number:
                notes.append(WORDS[word][language].format(n=number, unit=unit))
        labels = [getattr(PovertyClass.of(name), language) for name in of]
        labels = [label.replace("ousehold", "ouseholds") for label in labels]  # many of them
        title = ", ".join([labels[0], *(label[0].lower() + label[1:] for label in labels[1:])])
        if count_of == "persons":
            title = WORDS["persons_in"][language].format(title=title[0].lower() + title[1:])
        title = legend or f"{title}\n{WORDS[count_of][language]}"
        return cls(table["rate"], title, "no_households", notes, language)

    def text(self, code: str) -> str:
        """The rate of a unit with one decimal, or nothing."""
        rate = self.rate.get(code, np.nan)
        return "" if pd.isna(rate) else number(float(rate), 1, self.language)


def number(value: float, decimals: int, language: Language) -> str:
    """A number as the language writes it."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "vi" else text


class Paint:
    """Colours of bands, and of what has no rate."""

    def __init__(
        self, shown: Shown, codes: list[str], bins: Sequence[float] | None, language: Language
    ) -> None:
        unknown = [str(code) for code in shown.rate.index if code not in codes]
        if unknown:
            raise ValueError(
                f"{len(unknown)} code(s) are not on the map: {', '.join(unknown)}. Check the "
                f"date of the map, or recode them with multidim_poverty.units.recode"
            )
        if shown.rate.index.has_duplicates:
            raise ValueError("a unit has more than one rate")
        values = shown.rate.dropna()
        self.bounds = _bounds(values, bins)
        outside = values[(values < self.bounds[0]) | (values > self.bounds[-1])]
        if len(outside):
            raise ValueError(f"rates outside the bands: {outside.to_dict()}")
        self.shown, self.codes, self.language = shown, codes, language
        self.colours = band_colours(len(self.bounds) - 1)

    def band(self, code: str) -> int | None:
        """Number of the band of a unit, if it has a rate."""
        rate = self.shown.rate.get(code, np.nan)
        if pd.isna(rate):
            return None
        at = int(np.searchsorted(self.bounds, float(rate), side="right")) - 1
        return min(at, len(self.colours) - 1)

    def style(self, code: str) -> dict[str, Any]:
        """How the shape of a unit is filled."""
        band = self.band(code)
        if band is not None:
            return {"facecolor": self.colours[band], "edgecolor": EDGE, "lw": 0.5, "hatch": ""}
        hatch = NOT_KNOWN if code in self.shown.rate.index else NO_HOUSEHOLDS
        return {"facecolor": "white", "edgecolor": EDGE, "lw": 0.5, "hatch": hatch}

    def plate(self, code: str) -> dict[str, Any] | None:
        """What stands behind words, so that no hatching runs through them."""
        return {**PLATE, "boxstyle": "round,pad=0.1"} if self.style(code)["hatch"] else None

    def ink(self, code: str) -> str:
        """Black, or white on a dark band."""
        band = self.band(code)
        return "white" if band is not None and luminance(self.colours[band]) < 0.179 else "black"

    def finish(self, ax: Axes, source: str | None, place: Any, anchor: tuple[float, float]) -> None:
        """Legend, notes and source; no axes."""
        from matplotlib.patches import Patch

        low = self.bounds[:-1]
        handles = []
        for n, (start, end) in enumerate(zip(low, self.bounds[1:], strict=True)):
            word = "last_band" if n == len(low) - 1 else "band"
            text = WORDS[word][self.language].format(low=self._plain(start), high=self._plain(end))
            handles.append(Patch(facecolor=self.colours[n], edgecolor=EDGE, lw=0.5, label=text))
        hatches = {self.style(code)["hatch"] for code in self.codes}
        for hatch, word in ((NO_HOUSEHOLDS, self.shown.absent), (NOT_KNOWN, "not_known")):
            if hatch in hatches:
                label = WORDS[word][self.language]
                handles.append(
                    Patch(facecolor="white", edgecolor=EDGE, hatch=hatch, lw=0.5, label=label)
                )
        ax.legend(
            handles=handles,
            title=self.shown.title,
            loc=place,
            bbox_to_anchor=anchor,
            frameon=False,
            fontsize="small",
            title_fontsize="small",
            alignment="left",
        )
        ax.set_axis_off()
        lines = list(self.shown.notes)
        if source:
            lines.append(WORDS["source"][self.language].format(source=source))
        if lines:
            ax.text(
                0,
                -0.01,
                "\n".join(lines),
                transform=ax.transAxes,
                fontsize="x-small",
                va="top",
                ha="left",
            )

    def _plain(self, bound: float) -> str:
        return f"{bound:g}".replace(".", "," if self.language == "vi" else ".")


def _bounds(values: pd.Series[Any], bins: Sequence[float] | None) -> npt.NDArray[np.float64]:
    if bins is not None:
        given = np.asarray(bins, dtype=np.float64)
        if len(given) < 2 or not (np.diff(given) > 0).all():
            raise ValueError(f"bins {list(bins)} do not rise")
        if len(given) - 1 > MOST_BANDS:
            raise ValueError(f"{len(given) - 1} bands; more than {MOST_BANDS} look alike in grey")
        return given
    from matplotlib.ticker import MaxNLocator

    if not len(values):
        return np.array([0.0, 100.0])
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = 0.0, max(high, 1.0)
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = np.asarray(locator.tick_values(low, high), dtype=np.float64)
    return ticks[(ticks >= 0) | (low < 0)]


def band_colours(number: int) -> list[str]:
    """Colours of so many bands, each darker than the one before."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    places = np.linspace(0.06, 0.94, number) if number > 1 else [0.5]
    return [to_hex(colour) for colour in colormaps["YlOrBr"](places)]


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white), after WCAG 2."""
    from matplotlib.colors import to_rgb

    parts = np.asarray(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
