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
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, NotCoveredError, optional_imports
from multidim_poverty.language import Language
from multidim_poverty.law.reading import data_text
from multidim_poverty.plotting.archipelagos import draw_archipelagos, shows_the_country
from multidim_poverty.plotting.bands import Bands
from multidim_poverty.plotting.names_on_maps import print_names
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace, figure_of
from multidim_poverty.plotting.scales import Scale, scale_of
from multidim_poverty.plotting.style import Palette
from multidim_poverty.plotting.unit_rates import CountOf, UnitRates
from multidim_poverty.schema.arguments import By

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from matplotlib.collections import Collection

__all__ = ["map", "tile_map"]

SHORT_LINE = 7  # letters
# Inches: a tile and the frame of a map at least. Points: letters, 9 pixels at 100 dots per inch.
SMALLEST_TILE, MAP_SIZE, SMALLEST_LETTERS = 0.405, (2.4, 2.4), 6.5
POLYGONS = ("Polygon", "MultiPolygon")


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
    scale: Scale | None = None,
    bins: Sequence[float] | None = None,
    legend_title: str | None = None,
    source: str | None = None,
    language: Language = "en",
    legend: LegendPlace | None = None,
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
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
    of : sequence of str
        As for `rates`.
    count_of : {"households", "persons"}
        As for `rates`.
    scale : Scale, optional
        Bounds of the bands; from `scale`, one for all maps that are to be compared. By default
        that of the rates of this map: up to five bands of one round width, the last one open where
        few rates lie far above the rest.
    bins : sequence of float, optional
        Bounds in place of a `scale`, as ``Scale(bins)``.
    legend_title : str, optional
        Title of the legend, with the unit; needed for rates of no name.
    source : str, optional
        Printed under the map.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}, optional
        Where the legend stands, outside the frame. By default below on an Axes of yours, and else
        in the sea to the lower right.
    palette : sequence, mapping or str, optional
        Colours of the bands, from low to high, or the name of a colour map. By default from light
        yellow to dark brown, each darker than the one before by the same contrast; around a centre
        from dark blue over white to dark orange.
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
        The islands Hoàng Sa and Trường Sa have the colour of their province.

    Raises
    ------
    ArgumentError
        If a code is no province of that day, or a rate is outside the bands; names all.
    NotCoveredError
        If the day is before the first layout.
    InvalidDataError
        If `result` names a column twice.

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
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    from matplotlib.patches import Rectangle

    layout = _layout(as_date(on))
    unit_rates = UnitRates.of(result, by, of, count_of, legend_title, language)
    provinces = layout[layout["code"].notna()]["code"].tolist()
    shared = scale_of(unit_rates.rate, scale, bins)
    bands = Bands(unit_rates, provinces, shared, picture, palette)
    columns, rows = float(layout["column"].max()) + 1.2, float(layout["row"].max()) + 1.2
    with picture.sized(0.7 * columns, 0.56 * rows) as ax:
        ax.set_axis_off()
        ax.set_xlim(-0.6, columns - 0.6)
        ax.set_ylim(rows - 0.6, -0.6)
        ax.set_aspect("equal")
        texts = []
        for tile in layout.astype(object).to_dict("records"):
            islands = pd.isna(tile["code"])
            code = tile["part_of"] if islands else tile["code"]
            x, y, half = tile["column"], tile["row"], 0.42 if islands else 0.47
            square = Rectangle((x - half, y - half), 2 * half, 2 * half, **bands.style(code))
            square.set_gid(None if islands else code)
            ax.add_patch(square)
            name = "\n".join(_lines(tile[language]))
            words: dict[str, Any] = {
                "ha": "center",
                "color": bands.ink(code),
                "bbox": bands.plate(code),
                "fontsize": SMALLEST_LETTERS,
            }
            value = "" if islands else bands.text(code)
            if value:
                texts.append(ax.text(x, y - 0.16, name, va="center", **words))
                texts.append(ax.text(x, y + 0.45, value, va="bottom", weight="bold", **words))
            else:
                texts.append(ax.text(x, y, name, va="center", **words))
        bands.finish(source, "below" if legend is None and not picture.own else legend)
        picture.room(SMALLEST_TILE * columns, SMALLEST_TILE * rows)
        if legend is None and picture.own and _covers_tiles(ax):
            bands.put_legend("right")
            picture.room(SMALLEST_TILE * columns, SMALLEST_TILE * rows)
        bands.describe(dict(zip(layout["code"], layout[language], strict=True)))
        letters = _letters(ax, columns, rows)
        for text in texts:
            text.set(fontsize=letters, linespacing=1.05)
    return ax


def _covers_tiles(ax: Axes) -> bool:
    """Whether the legend stands on tiles."""
    drawn = ax.get_legend()
    if drawn is None:
        return False
    figure_of(ax).draw_without_rendering()
    return drawn.get_window_extent().count_overlaps([p.get_window_extent() for p in ax.patches]) > 0


def _letters(ax: Axes, columns: float, rows: float) -> float:
    """The size of letters [points] for tiles of the size that the Axes has room for."""
    figure = ax.figure
    frame = ax.get_window_extent()
    tile = 72 / figure.dpi * min(frame.width / columns, frame.height / rows)
    return float(np.clip(0.165 * tile, SMALLEST_LETTERS, 8.0))


def _lines(name: str) -> list[str]:
    """A name in lines of few letters, as far as its words allow; better in two than in three."""
    lines = wrap(name, SHORT_LINE, break_long_words=False, break_on_hyphens=False)
    longer = wrap(name, SHORT_LINE + 2, break_long_words=False, break_on_hyphens=False)
    return longer if len(lines) > 2 else lines


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
    scale: Scale | None = None,
    bins: Sequence[float] | None = None,
    legend_title: str | None = None,
    source: str | None = None,
    language: Language = "en",
    legend: LegendPlace = "right",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
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
        A column of `geometry` that is printed on the polygons, with the rate; where two would
        cover each other, on the larger one.
    of : sequence of str
        As for `rates`.
    count_of : {"households", "persons"}
        As for `rates`.
    scale : Scale, optional
        As for `tile_map`.
    bins : sequence of float, optional
        As for `tile_map`.
    legend_title, source : str, optional
        As for `tile_map`.
    language : {"en", "vi"}
        As for `tile_map`.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        As for `tile_map`.
    title, subtitle : str, optional
        As for `tile_map`.
    size : (float, float), optional
        As for `tile_map`.
    ax : matplotlib Axes, optional
        As for `tile_map`.

    Returns
    -------
    matplotlib.axes.Axes
        A map of the whole country shows Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa) with a
        symbol in the colour of their province, whether or not they have polygons.

    Raises
    ------
    ArgumentError
        If a code has no polygon, a row has no code or no polygon, or a rate is outside the bands;
        names all.
    MissingExtraError
        If the extra ``map`` is not installed.
    InvalidDataError
        If `result` names a column twice.

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
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    unit_rates = UnitRates.of(result, by, of, count_of, legend_title, language)
    shapes = _polygons(geometry, key)
    codes = list(dict.fromkeys(shapes[key]))
    bands = Bands(unit_rates, codes, scale_of(unit_rates.rate, scale, bins), picture, palette)
    with picture.sized(7, 7) as ax:
        for code, rows in shapes.groupby(key, sort=False):
            ax.add_collection(_drawn(rows, gid=code, **bands.style(code)))
        if shows_the_country(shapes):
            draw_archipelagos(ax, shapes, bands, language)
        middle = (shapes.total_bounds[1] + shapes.total_bounds[3]) / 2
        around = shapes.crs is not None and shapes.crs.is_geographic
        ax.set_aspect(1 / np.cos(np.radians(middle)) if around else "equal")
        ax.margins(0.02)
        bands.finish(source, legend)
        picture.room(*MAP_SIZE)
        bands.describe({} if names is None else dict(zip(shapes[key], shapes[names], strict=True)))
        if names is not None:
            print_names(ax, shapes, key, names, bands)
    return ax


def _drawn(shapes: GeoDataFrame, **style: Any) -> Collection:
    """The polygons as one collection; `GeoDataFrame.plot` would draw the figure for each unit."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline
    from shapely import get_coordinates
    from shapely.geometry.polygon import orient

    patches = []
    for polygon in shapes.geometry.explode(index_parts=False):
        whole = orient(polygon)  # so that what is within an inner ring stays empty
        rings = [Outline(get_coordinates(ring)) for ring in (whole.exterior, *whole.interiors)]
        patches.append(PathPatch(Outline.make_compound_path(*rings)))
    return PatchCollection(patches, **style)


def _polygons(geometry: GeoDataFrame | str | Path, key: str) -> GeoDataFrame:
    with optional_imports():
        import geopandas
    shapes = geometry
    if isinstance(shapes, str | Path):
        shapes = geopandas.read_file(shapes)
    if key not in shapes.columns:
        raise ArgumentError(f"the polygons have no column {key!r}: {', '.join(shapes.columns)}")
    shapes = shapes.reset_index(drop=True)
    bad = [row for row, code in enumerate(shapes[key]) if not isinstance(code, str)]
    if bad:
        raise ArgumentError(f"polygons whose {key!r} is not a text: rows {bad}")
    bad = [row for row, kind in enumerate(shapes.geom_type) if kind not in POLYGONS]
    if bad:
        raise ArgumentError(f"geometry that is missing or no polygon: rows {bad}")
    return shapes
