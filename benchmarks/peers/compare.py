"""The measures of Alkire and Foster beside the PyPI packages mpitb and svy, in one run.

Needs both of them, which no environment of this project has together::

    pip install -e ".[measures,svy]" "mpitb==0.2" "svy==0.35.0"
    python benchmarks/peers/compare.py --households 1000000

Time is processor time of all cores, the least of the runs; each package gets its table in its own
form (pandas, polars) before the clock starts, and is warm. What they give is compared first.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import multidim_poverty as mdp

INDICATORS = [f"x{number}" for number in range(1, 13)]
DIMENSIONS = {f"d{at // 2 + 1}": INDICATORS[at : at + 2] for at in range(0, 12, 2)}
SPECIFICATION = mdp.measures.specification(DIMENSIONS)
K = 33  # percent, as mpitb has it; no score of 12 indicators is at it
DESIGN = mdp.measures.Design(weight="weight", strata="strata", psu="psu")


def survey(households: int) -> pd.DataFrame:
    """63 provinces as strata, each with units of some 20 households."""
    rng = np.random.default_rng(7)
    province = np.sort(rng.integers(0, 63, households))
    table = pd.DataFrame({"province": province, "strata": province})
    table["psu"] = np.arange(households) // 20
    table["weight"] = rng.uniform(1, 50, households)
    for name in INDICATORS:
        table[name] = rng.random(households) < 0.25
    return table


def seconds(call: Callable[[], Any], runs: int) -> float:
    """Processor time of the fastest run, after one that is not counted."""
    call()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return min(taken)


def ours(table: pd.DataFrame, by: str | None, design: Any) -> pd.DataFrame:
    """All measures at one cut-off."""
    return mdp.measures.estimate(table, SPECIFICATION, k=K / 100, by=by, design=design)


def with_mpitb(table: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """The same measures; its standard errors leave the design out."""
    from mpitb import mpi

    mpi.svyset(psu="psu", weight="weight", strata="strata")
    mpi.set(name="trial", dimensions=[(each,) for each in DIMENSIONS.values()], replace=True)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = mpi.est(table.copy(), "trial", [K], svy=True, over=[by] if by else None)
    return pd.DataFrame(rows)


def with_svy(sample: Any, by: str | None) -> dict[str, Any]:
    """H, M0, A and both headcount ratios of each indicator, with standard errors."""
    means = ["poor", "score", *INDICATORS, *(f"{name}k" for name in INDICATORS)]
    return {
        **dict(zip(means, sample.estimation.mean(means, by=by), strict=True)),
        "A": sample.estimation.ratio("score", "poor", by=by),
    }


def prepared(table: pd.DataFrame) -> Any:
    """What svy is asked about, with who is poor worked out beforehand."""
    counts = table[INDICATORS].sum(axis=1)
    poor = counts >= np.ceil(K / 100 * 12)
    censored = {f"{name}k": (table[name] & poor).astype(float) for name in INDICATORS}
    plain = table.assign(**{name: table[name].astype(float) for name in INDICATORS})
    plain = plain.assign(poor=poor.astype(float), score=counts.where(poor, 0) / 12, **censored)
    return mdp.measures.to_svy(plain, DESIGN)


def check(table: pd.DataFrame, sample: Any) -> None:
    """That all give the same figures where they mean the same."""
    found = ours(table, None, DESIGN).set_index("measure")
    theirs = with_mpitb(table, None).set_index("measure")
    svy = with_svy(sample, None)
    for measure, name in (("H", "poor"), ("M0", "score"), ("A", "A")):
        row = svy[name].to_polars()
        np.testing.assert_allclose(theirs.loc[measure, "b"], found.loc[measure, "estimate"])
        np.testing.assert_allclose(row["est"][0], found.loc[measure, "estimate"])
        np.testing.assert_allclose(row["se"][0], found.loc[measure, "se"], rtol=1e-6)
        ratio = theirs.loc[measure, "se"] / found.loc[measure, "se"]
        print(f"{measure}: the standard error of mpitb is {ratio:.2f} of that of svy and ours")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    table = survey(chosen.households)
    sample = prepared(table)
    check(table, sample)
    print(f"{chosen.households} households, 12 indicators; seconds of processor time")
    for what, by in (("all households", None), ("63 provinces and all", "province")):
        plain = seconds(lambda by=by: ours(table, by, None), chosen.runs)
        designed = seconds(lambda by=by: ours(table, by, DESIGN), chosen.runs)
        mpitb = seconds(lambda by=by: with_mpitb(table, by), 1)
        svy = seconds(lambda by=by: with_svy(sample, by), 1)
        if by:
            svy += seconds(lambda: with_svy(sample, None), 1)
        print(f"{what}: ours without errors {plain:.2f}, with the design {designed:.2f}")
        print(f"  mpitb {mpitb:.2f}: {mpitb / plain:.1f} times ours without errors")
        print(f"  svy {svy:.2f}: {svy / designed:.1f} times ours with the design")


if __name__ == "__main__":
    main()
