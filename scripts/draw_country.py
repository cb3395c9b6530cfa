"""The picture of the country on the page of pictures: ``python scripts/draw_country.py``."""

from pathlib import Path

import geopandas
import matplotlib.pyplot as plt

import multidim_poverty as mdp

ROOT = Path(__file__).parents[1]


def main() -> None:
    units = mdp.units.units_on("2025-07-01")
    communes = units[(units["level"] == "commune") & units["area"].notna()]  # no special zones
    urban = (communes["area"] == "urban").groupby(communes["province"]).mean() * 100
    shapes = geopandas.read_file(ROOT / "examples" / "data" / "vietnam_provinces.geojson")
    shapes = shapes.dissolve("code_2025", as_index=False)
    figure, ax = plt.subplots(figsize=(8, 8), layout="constrained")
    mdp.plotting.map(
        urban,
        shapes,
        key="code_2025",
        legend_title="Wards, % of communes and wards",
        source="vietnamadminunits, Natural Earth",
        ax=ax,
    )
    mdp.plotting.save(figure, ROOT / "docs" / "_static" / "country.png", dpi=96)
    print(mdp.plotting.alt_text(ax))  # for the page


if __name__ == "__main__":
    main()
