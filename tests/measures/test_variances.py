"""Linearised standard errors against replicate weights, on random designs."""

import numpy as np
import pandas as pd
import pytest

from multidim_poverty.measures import Design, estimate, specification

pytestmark = pytest.mark.any_version

NAMES = [f"x{number}" for number in range(1, 7)]
SIX = specification({"a": NAMES[:2], "b": NAMES[2:5], "c": NAMES[5:]})
BY_UNIT = dict(weight="weight", strata="strata", psu="psu")


def drawn(seed, *, least=2, most=6, alike=False):
    """A survey of two to five strata with units of one to nine households."""
    rng = np.random.default_rng(seed)
    strata = int(rng.integers(2, 6))
    units = [int(rng.integers(least, most + 1)) for _ in range(strata)]
    rows = [
        (stratum, f"unit {unit}")
        for stratum, number in enumerate(units)
        for unit in range(number)
        for _ in range(4 if alike else int(rng.integers(1, 10)))
    ]
    table = pd.DataFrame(rows, columns=["strata", "psu"])
    table["weight"] = 1.0 if alike else rng.uniform(1, 50, len(table))
    table["g"] = rng.choice(["north", "south"], len(table))
    return table.assign(**{name: rng.random(len(table)) < 0.45 for name in NAMES})


def jackknife(table):
    """The weights without each unit in turn, and the scales: n - 1 over n of its stratum."""
    columns, scales = [], []
    for stratum, rows in table.groupby("strata"):
        units = rows["psu"].unique()
        for unit in units:
            inside = table["strata"] == stratum
            out = inside & (table["psu"] == unit)
            grown = table["weight"] * len(units) / (len(units) - 1)
            columns.append(table["weight"].mask(inside, grown).mask(out, 0.0))
            scales.append((len(units) - 1) / len(units))
    return pd.concat(columns, axis=1, keys=range(len(columns))), scales


def by_jackknife(table):
    replicates, scales = jackknife(table)
    return Design(
        **BY_UNIT, replicates=replicates, replicate_method="jackknife", replicate_scales=scales
    )


def measured(table, design):
    return estimate(table, SIX, k="2/3", by="g", design=design)


def rows_of(table, *measures):
    return table["measure"].isin(measures).to_numpy()


@pytest.mark.parametrize("seed", range(6))
def test_the_number_of_the_poor_has_the_same_error_by_jackknife(seed):
    table = drawn(seed)
    lines, left_out = measured(table, Design(**BY_UNIT)), measured(table, by_jackknife(table))
    assert left_out["estimate"].tolist() == pytest.approx(
        lines["estimate"].tolist(), rel=1e-12, nan_ok=True
    )
    poor = rows_of(lines, "poor")
    assert poor.sum() == 3
    assert left_out.loc[poor, "se"].tolist() == pytest.approx(
        lines.loc[poor, "se"].tolist(), rel=1e-9
    )
    assert left_out["df"].tolist() == lines["df"].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_shares_of_a_sample_of_equal_parts_have_the_same_error_by_jackknife(seed):
    """With one stratum, and as much weight in each unit, the ratio is a mean of the units."""
    table = drawn(seed, least=8, most=8, alike=True).assign(strata=1)
    table["psu"] = np.arange(len(table)) // 4
    lines, left_out = measured(table, Design(**BY_UNIT)), measured(table, by_jackknife(table))
    whole = rows_of(lines, "H", "M0", "hd", "hdk", "actb") & (lines["level"] == "all").to_numpy()
    assert left_out.loc[whole, "se"].tolist() == pytest.approx(
        lines.loc[whole, "se"].tolist(), rel=1e-9
    )


@pytest.mark.parametrize("seed", range(4))
def test_ratios_have_about_the_same_error_by_jackknife(seed):
    table = drawn(seed, least=40, most=60)
    lines, left_out = measured(table, Design(**BY_UNIT)), measured(table, by_jackknife(table))
    ratios = ~rows_of(lines, "poor") & (lines["se"] > 1e-9).to_numpy()
    assert ratios.sum() > 80
    found = (left_out.loc[ratios, "se"] / lines.loc[ratios, "se"]).to_numpy()
    assert found.min() > 0.93
    assert found.max() < 1.12


HADAMARD = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])


def by_halves(table, fay):
    """Half samples of strata of two units, balanced, of which `fay` is kept of the other half."""
    first = (table["psu"] == "unit 0").to_numpy()
    signs = HADAMARD[:, 1:][:, table["strata"].to_numpy()] * np.where(first, 1, -1)
    factors = 1 + signs * (1 - fay)
    replicates = pd.DataFrame((factors * table["weight"].to_numpy()).T, index=table.index)
    chosen = {"replicate_method": "brr"} if fay == 0 else {"replicate_method": "fay", "fay": fay}
    return Design(**BY_UNIT, replicates=replicates, **chosen)


def pairs(seed):
    """Three strata of two units each."""
    table = drawn(seed, least=2, most=2)
    return table[table["strata"] < 3].assign(strata=lambda kept: kept["strata"] % 3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fay", [0, 0.3, 0.5])
def test_balanced_half_samples_give_the_same_error_of_totals(seed, fay):
    table = pairs(seed)
    if table["strata"].nunique() < 3:
        table = pairs(seed + 100)
    lines, halves = measured(table, Design(**BY_UNIT)), measured(table, by_halves(table, fay))
    poor = rows_of(lines, "poor")
    assert halves.loc[poor, "se"].tolist() == pytest.approx(
        lines.loc[poor, "se"].tolist(), rel=1e-9
    )
    if fay == 0:
        left_out = measured(table, by_jackknife(table))
        assert halves.loc[poor, "se"].tolist() == pytest.approx(
            left_out.loc[poor, "se"].tolist(), rel=1e-9
        )


@pytest.mark.slow
def test_a_bootstrap_of_units_comes_near():
    """Of n units of a stratum, n - 1 are drawn anew, and weigh n / (n - 1) (Rao and Wu)."""
    rng = np.random.default_rng(1)
    table = drawn(1, least=12, most=20)
    columns = []
    for _ in range(300):
        factor = np.zeros(len(table))
        for stratum, rows in table.groupby("strata"):
            units = rows["psu"].unique()
            times = pd.Series(rng.choice(units, len(units) - 1)).value_counts()
            inside = (table["strata"] == stratum).to_numpy()
            counted = table.loc[inside, "psu"].map(times).fillna(0)
            factor[inside] = counted.to_numpy() * len(units) / (len(units) - 1)
        columns.append(table["weight"].to_numpy() * factor)
    design = Design(
        **BY_UNIT,
        replicates=pd.DataFrame(np.array(columns).T, index=table.index),
        replicate_method="bootstrap",
    )
    lines, again = measured(table, Design(**BY_UNIT)), measured(table, design)
    chosen = rows_of(lines, "poor", "H", "A", "M0", "pctb")
    found = (again.loc[chosen, "se"] / lines.loc[chosen, "se"]).to_numpy()
    assert np.all(np.abs(found - 1) < 0.2)
