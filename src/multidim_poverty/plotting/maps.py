"""Maps of rates: provinces as tiles, or any units as polygons.

Needs the extra ``plot``; `map` needs ``map`` (geopandas) too. Rates fall into bands whose colours
darken step by step, so that the order survives in grey; what has no rate is hatched.

The tiles are laid by hand to resemble the country: ``data/province_tiles.csv`` in the package.
The layout is our own; codes and names are those of the official lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import NotCoveredError, optional_imports
from multidim_poverty.language import Language, check_language
from multidim_poverty.law.reading import data_text
from multidim_poverty.plotting.archipelagos import draw_archipelagos, shows_the_country
from multidim_poverty.plotting.bands import Bands
from multidim_poverty.plotting.style import axes_of, drawn_text
from multidim_poverty.plotting.unit_rates import CountOf, UnitRates
from multidim_poverty.schema.arguments import By

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

__all__ = ["map", "tile_map"]


# -- tiles -------------------------------------------------------------------------------------


@cache
def _layouts() -> pd.DataFrame:
    texts = dict.fromkeys(["code", "vi", "en", "part_of"], "string")
    table = pd.read_csv(StringIO(data_text("province_tiles.csv")), dtype=texts)
    return table.assign(first=[dt.date.fromisoformat(day) for day in table["first"]])


def _layout(day: dt.date) -> pd.DataFrame:
    table = _layouts()
    days = sorted(set(table["first"]))
    past = [first for first in days if first <= day]
    if not past:
        raise NotCoveredError(
            f"no layout of tiles covers {day}: the library covers {days[0]} and later"
        )
    held: pd.DataFrame = table[table["first"] == past[-1]]
    return held


def tile_map(
    result: pd.DataFrame | pd.Series[Any],
    *,
    on: DayLike,
    by: By = "province",
    of: Sequence[str] = ("poor",),
    count_of: CountOf = "households",
    bins: Sequence[float] | None = None,
    legend: str | None = None,
    source: str | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Map of the provinces as tiles of one size, so that small ones are seen too.

    Parameters
    ----------
    result : pandas.DataFrame or pandas.Series
        Households with their class, as for `rates`; or rates [%] by code of the province.
    on : str (YYYY-MM-DD) or datetime.date
        Decides the provinces: 63 from 1 August 2008, 34 from 1 July 2025.
    by : str or pandas.Series
        The column of province codes, or the codes on the index of `result`.
    of, count_of
        As for `rates`.
    bins : sequence of float, optional
        Bounds of the bands, rising; a band holds its lower bound, the last both. Round
        numbers by default.
    legend : str, optional
        Title of the legend, with the unit; needed for rates of no name.
    source : str, optional
        Printed under the map.
    language : {"en", "vi"}
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        The islands Hoàng Sa and Trường Sa have the colour of their province.

    Raises
    ------
    ValueError
        If a code is no province of that day, or a rate is outside the bands; names all.
    NotCoveredError
        If the day is before the first layout.

    Notes
    -----
    The first day of the 63 provinces, when Hà Tây joined Hà Nội, was not seen in a text.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> some = pd.Series({"67": 5.18, "66": None}, name="Poor, % of households")
    >>> ax = mdp.plotting.tile_map(some, on="2023-12-31")
    >>> len([patch for patch in ax.patches if patch.get_gid()])
    63
    """
    check_language(language)
    from matplotlib.patches import Rectangle

    layout = _layout(as_date(on))
    unit_rates = UnitRates.of(result, by, of, count_of, legend, language)
    provinces = layout[layout["code"].notna()]
    bands = Bands(unit_rates, provinces["code"].tolist(), bins, language)
    if ax is None:
        ax = axes_of(None, (6.4, 0.56 * (int(layout["row"].max()) + 1)))
    for tile in layout.astype(object).to_dict("records"):
        islands = pd.isna(tile["code"])
        code = tile["part_of"] if islands else tile["code"]
        x, y, half = tile["column"], tile["row"], 0.34 if islands else 0.47
        square = Rectangle((x - half, y - half), 2 * half, 2 * half, **bands.style(code))
        square.set_gid(None if islands else code)
        ax.add_patch(square)
        name = "\n".join(_lines(tile[language], 6 if islands else 8))
        words: dict[str, Any] = {
            "ha": "center",
            "color": bands.ink(code),
            "bbox": bands.plate(code),
        }
        value = "" if islands else unit_rates.text(code)
        ax.text(x, y - 0.12 * bool(value), name, fontsize=5.8, va="center", **words)
        if value:
            ax.text(x, y + 0.43, value, fontsize=6.2, va="bottom", weight="bold", **words)
    ax.set_xlim(-0.6, layout["column"].max() + 0.6)
    ax.set_ylim(layout["row"].max() + 0.6, -0.6)
    ax.set_aspect("equal")
    bands.finish(ax, source, "lower right", (1.0, 0.0))
    return ax


def _lines(name: str, most: int) -> list[str]:
    """A name in lines of so many letters at most, as far as its words allow."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(f"{lines[-1]} {word}") <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


# -- polygons ----------------------------------------------------------------------------------


def map(
    result: pd.DataFrame | pd.Series[Any],
    geometry: GeoDataFrame | str | Path,
    *,
    by: By = "commune",
    key: str = "code",
    names: str | None = None,
    of: Sequence[str] = ("poor",),
    count_of: CountOf = "households",
    bins: Sequence[float] | None = None,
    legend: str | None = None,
    source: str | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Map of units as polygons, coloured by the share of poor households in each.

    Parameters
    ----------
    result : pandas.DataFrame or pandas.Series
        Households with their class, as for `rates`; or rates [%] by code of the unit.
    geometry : geopandas.GeoDataFrame, or path of a file that geopandas reads
        Polygons with a column of unit codes. The library holds none. Several polygons may
        have one code.
    by : str or pandas.Series
        The column of unit codes, or the codes on the index of `result`.
    key : str
        The column of codes in `geometry`, texts of the same list as those of `by`; see
        `multidim_poverty.units.recode` where the lists differ.
    names : str, optional
        A column of `geometry` that is printed on the polygons.
    of, count_of
        As for `rates`.
    bins, legend, source, language, ax
        As for `tile_map`.

    Returns
    -------
    matplotlib.axes.Axes
        A map of the whole country shows Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa) with a
        symbol in the colour of their province, whether or not they have polygons.

    Raises
    ------
    ValueError
        If a code has no polygon, a polygon has no code, or a rate is outside the bands; names
        all.
    MissingExtraError
        If the extra ``map`` is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from geopandas import GeoDataFrame
    >>> from shapely import box
    >>> squares = GeoDataFrame({"code": ["a", "b"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)])
    >>> ax = mdp.plotting.map(pd.Series({"a": 4.0}, name="Poor, % of households"), squares)
    >>> [patches.get_gid() for patches in ax.collections], ax.collections[1].get_hatch()
    (['a', 'b'], '....')
    """
    check_language(language)
    unit_rates = UnitRates.of(result, by, of, count_of, legend, language)
    shapes = _polygons(geometry, key)
    bands = Bands(unit_rates, list(dict.fromkeys(shapes[key])), bins, language)
    ax = axes_of(ax, (7, 7))
    for code, rows in shapes.groupby(key, sort=False):
        rows.plot(ax=ax, aspect=None, gid=code, **bands.style(code))
        if names is not None:
            parts = rows.geometry.explode(index_parts=False)
            point = max(parts, key=lambda part: part.area).representative_point()
            ax.text(
                point.x,
                point.y,
                "\n".join(
                    filter(None, [drawn_text(str(rows[names].iloc[0])), unit_rates.text(code)])
                ),
                ha="center",
                va="center",
                fontsize="x-small",
                color=bands.ink(code),
                bbox=bands.plate(code),
            )
    if shows_the_country(shapes):
        draw_archipelagos(ax, shapes, bands, language)
    middle = (shapes.total_bounds[1] + shapes.total_bounds[3]) / 2
    around = shapes.crs is not None and shapes.crs.is_geographic
    ax.set_aspect(1 / np.cos(np.radians(middle)) if around else "equal")
    ax.margins(0.02)
    bands.finish(ax, source, "upper left", (1.0, 1.0))
    return ax


def _polygons(geometry: GeoDataFrame | str | Path, key: str) -> GeoDataFrame:
    with optional_imports():
        import geopandas
    shapes = geometry
    if isinstance(shapes, str | Path):
        shapes = geopandas.read_file(shapes)
    if key not in shapes.columns:
        raise ValueError(f"the polygons have no column {key!r}: {', '.join(shapes.columns)}")
    shapes = shapes.reset_index(drop=True)
    bad = [row for row, code in enumerate(shapes[key]) if not isinstance(code, str)]
    if bad:
        raise ValueError(f"polygons whose {key!r} is not a text: rows {bad}")
    return shapes
