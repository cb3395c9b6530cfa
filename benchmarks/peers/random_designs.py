"""Measures of random small samples beside R's survey package, figure by figure.

Needs Debian's r-cran-survey, and the extra ``measures``. Strata, units, weights, groups and answers
are random; of eight kinds: plain, with corrections for finite populations, the three policies for
a stratum of one unit, and the replicate weights that R makes (jackknife, BRR, Fay, bootstrap)::

    python benchmarks/peers/random_designs.py --samples 20

Three things differ by intent, and are left out. R takes the deviation of a total from 0 where the
policy is "adjust", and here it is that from the mean of all units. R counts the strata of a group
alone where the policy is "average", and here those of the whole sample count. R leaves out
replicates in which nobody of the group, or nobody poor of it, has a weight, and here there is then
no standard error.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import multidim_poverty as mdp

INDICATORS = ["x1", "x2", "x3", "x4"]
POLICIES = ("certainty", "adjust", "average")
METHODS = {"JKn": "jackknife", "BRR": "brr", "Fay": "fay", "subbootstrap": "bootstrap"}
KINDS = ("plain", "fpc", *POLICIES, *METHODS)
SPECIFICATION = mdp.measures.specification({name: [name] for name in INDICATORS})


def sample(rng: np.random.Generator, kind: str) -> pd.DataFrame:
    """Some strata of some units of some households; the numbers of units repeat in the strata."""
    pairs = kind in ("BRR", "Fay")
    rows = []
    for stratum in range(rng.integers(3, 6)):
        units = 2 if pairs else int(rng.integers(2, 6))
        if kind in POLICIES and stratum == 0:
            units = 1
        drawn_entirely = kind == "average" and stratum == 1
        if drawn_entirely:
            units = 1
        of_stratum = units if drawn_entirely else units + stratum + 2
        for unit in range(units):
            rows += [(stratum, unit, of_stratum)] * int(rng.integers(2, 8))
    table = pd.DataFrame(rows, columns=["strata", "psu", "fpc"])
    n = len(table)
    table["weight"] = rng.uniform(1, 40, n).round(3)
    table["g"] = rng.choice(["a", "b", "c"], n, p=[0.5, 0.4, 0.1])
    table[INDICATORS] = rng.random((n, 4)) < rng.uniform(0.2, 0.6, 4)
    return table


def for_r(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """With the columns that R takes means and ratios of."""
    count = table[INDICATORS].sum(axis="columns")
    poor = count >= 2
    censored = table[INDICATORS].mul(poor, axis="rows").astype(int)
    return (
        table.assign(kind=kind, poor=poor.astype(int), m0=count.where(poor, 0) / 4)
        .astype(dict.fromkeys(INDICATORS, int))
        .join(censored.add_suffix("k"))
        .join((censored / 4).add_suffix("kc"))
    )


def ours(table: pd.DataFrame, kind: str, stem: Path) -> pd.DataFrame:
    """The same figures by `measures.estimate`."""
    parts: dict[str, object] = {"strata": "strata", "psu": "psu"}
    if kind in METHODS:
        table = table.join(pd.read_csv(f"{stem}-replicates.csv"))
        parts |= {"replicates": "replicate_", "replicate_method": METHODS[kind]}
        if kind == "Fay":
            parts["fay"] = 0.3
        if kind == "JKn":
            parts["replicate_scales"] = pd.read_csv(f"{stem}-scales.csv")["scale"].tolist()
    elif kind in POLICIES:
        parts["lonely"] = kind
    if kind in ("fpc", "average"):
        parts["fpc"] = "fpc"
    found = mdp.measures.estimate(
        table,
        SPECIFICATION,
        k="2 of 4",
        by="g",
        design=mdp.measures.Design(weight="weight", **parts),
        interval="t",
    )
    group = found["subgroup"].where(found["level"] != "all", "all")
    found = found.assign(group=group, indicator=found["indicator"].fillna(""))
    found = found.astype({"measure": str})
    columns = ["group", "measure", "indicator", "estimate", "se"]
    m0 = found[found["measure"] == "M0"]
    extra = [
        m0.assign(measure=name, estimate=m0[column], se=np.nan)
        for name, column in (("df", "df"), ("M0 t lower", "lower"), ("M0 t upper", "upper"))
    ]
    of_indicator = ~found["measure"].isin(["pctb"]) | (found["indicator"] != "")
    return pd.concat([found[of_indicator], *extra])[columns]


def by_intent(figures: pd.DataFrame, table: pd.DataFrame, kind: str, stem: Path) -> pd.Series:
    """Whether a figure is one of those that differ by intent."""
    in_group = figures["group"] != "all"
    if kind == "adjust":
        return figures["measure"] == "poor"
    if kind == "average":
        return in_group
    if kind not in METHODS:
        return in_group & False
    weights = pd.read_csv(f"{stem}-replicates.csv").to_numpy()
    poor = table[INDICATORS].sum(axis="columns") >= 2
    empty = set()
    for group in figures["group"].unique():
        rows = (table["g"] == group) | (group == "all")
        if (weights[rows].sum(axis=0) == 0).any():
            empty |= {(group, of_poor) for of_poor in (False, True)}
        elif (weights[rows & poor].sum(axis=0) == 0).any():
            empty.add((group, True))
    of_poor = figures["measure"].isin(["A", "pctb"])
    return pd.Series(
        [key in empty for key in zip(figures["group"], of_poor, strict=True)], figures.index
    ) & figures["measure"].ne("poor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=20, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = {
            folder / f"{kind}-{n:03d}": (kind, sample(rng, kind))
            for kind in KINDS
            for n in range(options.samples)
        }
        for stem, (kind, table) in drawn.items():
            for_r(table, kind).to_csv(f"{stem}-sample.csv", index=False)
        script = Path(__file__).with_suffix(".R")
        subprocess.run(["Rscript", str(script), str(folder)], check=True)
        compared = []
        for stem, (kind, table) in drawn.items():
            theirs = pd.read_csv(f"{stem}-figures.csv", keep_default_na=False, na_values=["NA"])
            both = theirs.merge(
                ours(table, kind, stem),
                on=["group", "measure", "indicator"],
                how="left",
                suffixes=("_r", ""),
                indicator=True,
            )
            left_out = by_intent(both, table, kind, stem)
            compared.append(both[~left_out].assign(kind=kind, sample=stem.name))
    figures = pd.concat(compared, ignore_index=True)
    for what in ("estimate", "se"):
        size = figures[f"{what}_r"].abs().clip(lower=1)
        difference = (figures[what] - figures[f"{what}_r"]).abs() / size
        one_alone = figures[what].isna() != figures[f"{what}_r"].isna()
        figures[f"{what} differs by"] = difference.mask(one_alone, np.inf)
    differences = ["estimate differs by", "se differs by"]
    print(figures.groupby(["kind", "measure"])[differences].max().to_string())
    wrong = figures[
        (figures[differences] > 1e-9).any(axis="columns") | (figures["_merge"] != "both")
    ]
    if len(wrong):
        print(wrong.to_string())
        raise SystemExit(f"{len(wrong)} of {len(figures)} figures differ")
    print(f"{len(figures):,} figures of {len(drawn)} samples are the same to 1e-9")


if __name__ == "__main__":
    main()
