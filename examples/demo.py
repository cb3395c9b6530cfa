"""The main job on the shipped synthetic sample: a table on the screen and a picture.

Run with ``make demo``, or ``python examples/demo.py`` where the package is installed with the
extra ``plot``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import multidim_poverty as mdp


def main(picture: Path) -> None:
    sample = mdp.load_sample()
    standard = mdp.standard_on("2023-06-30")
    result = mdp.assess(sample.households, sample.members, standard=standard)

    pd.set_option("display.width", 120, "display.max_columns", 20)
    print(f"Synthetic sample: {len(sample.households)} households, {len(sample.members)} members")
    print(f"Standard: {standard.name} ({standard.title})\n")
    print("The class of each household (the first of them)")
    shown = result[["income_band", "deprivation_count", "deprivations_unknown", "poverty_class"]]
    print(shown.head(8).to_string(), "\n")

    print("Households by area and class")
    counts = pd.crosstab(
        sample.households["area"],
        result["poverty_class"].cat.add_categories("undetermined").fillna("undetermined"),
        margins=True,
        margins_name="all",
    )
    print(counts.to_string(), "\n")

    print("Undetermined: what the missing answers leave open")
    open_ = result[result["poverty_class"].isna()]
    print(
        open_[
            ["deprivation_count", "deprivations_unknown", "class_at_worst", "class_at_best"]
        ].to_string()
    )

    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5), layout="constrained")
    mdp.plotting.class_composition(result, by=sample.households["area"], ax=left)
    mdp.plotting.deprivation_profile(result, standard=standard, ax=right)
    figure.suptitle("Synthetic sample under Decree 07/2021/ND-CP (nobody in it exists)")
    figure.savefig(picture, dpi=120)
    print(f"\nPicture written to {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo.png"))
