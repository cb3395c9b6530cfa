"""The archipelagos of the country, which every map of it shows.

Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa) are so small that no polygon shows a colour, and many
sources lack them: a symbol with a name stands at their place. Codes and places are those of the
special zones in the list of units since 1 July 2025 (package `vietnamadminunits`):
``data/archipelagos.csv`` in the package.
"""

from __future__ import annotations

from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.law.reading import data_text
from multidim_poverty.plotting.bands import Bands

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

__all__ = ["archipelagos", "draw_archipelagos", "shows_the_country"]

CODES = ("province", "district", "commune")
# Degrees within the mainland that only a map of the whole country reaches on all sides.
WEST, SOUTH, EAST, NORTH = 104.5, 10.0, 108.5, 22.0
AROUND = (95.0, 3.0, 125.0, 30.0)  # a map that reaches farther is none of the country


@cache
def archipelagos() -> pd.DataFrame:
    """Names, codes by level, and places [degrees] of the archipelagos."""
    places = {"latitude": "float64", "longitude": "float64"}
    text = data_text("archipelagos.csv")
    names = pd.read_csv(StringIO(text), nrows=0).columns.difference([*places])
    return pd.read_csv(StringIO(text), dtype={**dict.fromkeys(names, "string"), **places})


def shows_the_country(shapes: GeoDataFrame) -> bool:
    """Whether polygons reach from the south to the north of the mainland, and not far beyond.

    Polygons without a coordinate system are taken for degrees.
    """
    import geopandas
    from shapely import box

    if shapes.empty:
        return False
    extent = geopandas.GeoSeries([box(*shapes.total_bounds)], crs=shapes.crs)
    if extent.crs is not None:
        extent = extent.to_crs("EPSG:4326")
    west, south, east, north = extent.total_bounds
    within = west > AROUND[0] and south > AROUND[1] and east < AROUND[2] and north < AROUND[3]
    return bool(within and west < WEST and south < SOUTH and east > EAST and north > NORTH)


def draw_archipelagos(ax: Axes, shapes: GeoDataFrame, bands: Bands, language: Language) -> None:
    """A symbol and a name for each archipelago, in the colour of its unit on the map.

    The unit is the province, the district or the commune that holds the archipelago, whichever
    the map has; where it has none of them, the symbol is empty.
    """
    import geopandas

    table = archipelagos()
    points = geopandas.GeoSeries(
        geopandas.points_from_xy(table["longitude"], table["latitude"]), crs="EPSG:4326"
    )
    if shapes.crs is not None:
        points = points.to_crs(shapes.crs)
    for row, point in zip(table.to_dict("records"), points, strict=True):
        units = [row[level] for level in CODES if row[level] in bands.codes]
        style = bands.style(units[0]) if units else {"facecolor": "white", "edgecolor": "black"}
        ax.scatter([point.x], [point.y], s=80, gid=f"archipelago {row['province']}", **style)
        ax.annotate(
            f"{row[language]}\n({row[f'province_{language}']})",
            (point.x, point.y),
            xytext=(0, -7),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize="small",
        )
