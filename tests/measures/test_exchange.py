"""Estimates in the layout of mpitb and back; data and design handed to svy."""

import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty.measures import (
    Design,
    estimate,
    from_mpitb_frame,
    specification,
    to_mpitb_frame,
    to_svy,
)
from tests.measures.test_alkire_foster import DRAWN, X, survey

CORE = ["b", "se", "ll", "ul", "loa", "measure", "indicator", "spec", "wgts", "k", "ctype", "subg"]


def estimates(**options):
    heavy = specification(X.dimensions, weights=dict.fromkeys(X.indicators, "1/4"), name="given")
    frame = survey()
    frame["x1"] = frame["x1"].astype("boolean").mask(frame.index == 3)
    cuts = ["1/3", Fraction(2, 7), 0.33, 1]
    return estimate(frame, [X, heavy], k=cuts, by="g", design=DRAWN, missing="bounds", **options)


# -- the layout of mpitb -----------------------------------------------------------------------


def test_the_frame_has_the_columns_and_words_of_mpitb():
    table = estimates()
    frame = to_mpitb_frame(table, spec="vn", t=2)
    assert list(frame.columns[:13]) == [*CORE, "t"]
    assert len(frame) == len(table)
    assert set(frame["loa"]) == {"nat", "g"}
    assert set(frame["wgts"]) == {"equal", "given"}
    assert set(frame["ctype"]) == {"lev"}
    assert (frame["spec"] == "vn").all()
    assert (frame["t"] == 2).all()
    assert "popsh" in set(frame["measure"])
    assert frame.loc[frame["loa"] == "nat", "subg"].isna().all()
    m0 = frame[(frame["measure"] == "M0") & (frame["subg"] == "a") & (frame["wgts"] == "equal")]
    assert m0["k"].tolist() == [100 / 3, 200 / 7, 33.0, 100.0]
    ours = table[(table["measure"] == "M0") & (table["subgroup"] == "a")]
    ours = ours[ours["weighting"] == "equal_nested"]
    for theirs, column in (("b", "estimate"), ("se", "se"), ("ll", "lower"), ("ul", "upper")):
        np.testing.assert_array_equal(m0[theirs], ours[column])


@pytest.mark.parametrize("persons", [None, pd.Series([1, 2, 3] * 8)])
def test_there_and_back_is_the_same(persons):
    table = estimates(persons=persons)
    before = table.copy()
    frame = to_mpitb_frame(table)
    assert_frame_equal(from_mpitb_frame(frame), table)
    assert_frame_equal(table, before)
    waves = pd.concat([to_mpitb_frame(table, t=1), to_mpitb_frame(table[:5], t=2)])
    assert_frame_equal(from_mpitb_frame(waves, t=1), table)
    assert_frame_equal(from_mpitb_frame(waves, t=2), table[:5])


def test_every_cut_off_comes_back_exactly():
    table = estimates()
    row = table[table["measure"] == "M0"].iloc[[0]]
    fractions = [Fraction(n, d) for d in range(1, 61) for n in range(1, d + 1)]
    cuts = np.array([*map(float, fractions), 0.333, 0.123456789, 1e-4])
    many = row.loc[row.index.repeat(len(cuts))].reset_index(drop=True).assign(k=cuts)
    assert from_mpitb_frame(to_mpitb_frame(many))["k"].tolist() == cuts.tolist()


def test_a_frame_of_stata_is_read(tmp_path):
    path = tmp_path / "levels.dta"
    frame = pd.DataFrame(
        {
            "b": [0.3, 0.5, 0.4], "se": [0.01, 0.02, np.nan], "ll": [0.2, 0.4, np.nan],
            "ul": [0.4, 0.6, np.nan], "pval": [0.0, 0.0, np.nan], "tval": [30.0, 25.0, np.nan],
            "loa": ["nat", "area", "area"], "measure": ["M0", "hd", "popsh"],
            "indicator": ["", "d_cm", ""], "spec": ["gmpi"] * 3, "wgts": ["equal", "", ""],
            "k": [33.0, np.nan, np.nan], "ctype": pd.Categorical(["lev"] * 3),
            "subg": [np.nan, 1.0, 0.0],
        }
    )  # fmt: skip
    frame.to_stata(path, write_index=False)
    table = from_mpitb_frame(pd.read_stata(path))
    assert table["measure"].tolist() == ["M0", "hd", "population_share"]
    assert table["indicator"].fillna("-").tolist() == ["-", "d_cm", "-"]
    assert table["weighting"].fillna("-").tolist() == ["equal_nested", "-", "-"]
    assert table["k"].fillna(0).tolist() == [0.33, 0, 0]
    assert table["subgroup"].tolist() == [None, 1.0, 0.0]
    assert table["n"].isna().all()
    assert table["estimate"].tolist() == [0.3, 0.5, 0.4]
    numbered = from_mpitb_frame(frame.assign(ctype=0))
    assert_frame_equal(numbered, table)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"measure": "mv_w"}, "row 0, measure 'mv_w' is none of poor, H"),
        ({"ctype": "abs"}, "row 0, ctype 'abs' is a change"),
        ({"k": 0.0}, "row 0, k .*0.0.* is no percentage"),
        ({"k": 101.0}, "row 1, k .*101.0.* is no percentage"),
        ({"k": "many"}, "row 0, k 'many' is no percentage"),
        ({"b": "much"}, "row 0, b 'much' is no number"),
        ({"n": -1}, "row 0, n .*-1.* is no number"),
        ({"loa": ""}, "row 0, loa '' is missing"),
        ({"unit": "villages"}, "row 0, unit 'villages' is no unit"),
    ],
)
def test_bad_frames_name_row_column_and_value(changes, message):
    frame = to_mpitb_frame(estimates())[2:4].assign(**changes)
    with pytest.raises(mdp.ArgumentError, match=message):
        from_mpitb_frame(frame)


def test_bad_frames_name_all_that_is_wrong():
    frame = to_mpitb_frame(estimates())[2:4]
    with pytest.raises(mdp.ArgumentError) as caught:
        from_mpitb_frame(frame.assign(measure=["x", "M0"], k=[200.0, 300.0]))
    assert str(caught.value).count("\n  - ") == 3
    with pytest.raises(mdp.ArgumentError, match="frame lacks b, k"):
        from_mpitb_frame(frame.drop(columns=["b", "k"]))
    two = pd.concat([frame, frame.assign(spec="other")])
    with pytest.raises(mdp.ArgumentError, match=r"holds spec \['mpi', 'other'\]; choose one"):
        from_mpitb_frame(two)
    with pytest.raises(mdp.ArgumentError, match="spec 'third' is not in the frame"):
        from_mpitb_frame(two, spec="third")
    with pytest.raises(mdp.ArgumentError, match="no column 't'"):
        from_mpitb_frame(frame, t=1)
    assert len(from_mpitb_frame(two, spec="other")) == 2


def test_what_could_not_come_back_is_refused():
    table = estimates()
    with pytest.raises(mdp.ArgumentError, match="estimates lack bound_lower, n"):
        to_mpitb_frame(table.drop(columns=["bound_lower", "n"]))
    with pytest.raises(mdp.ArgumentError, match="level 'nat' is what 'all' is called"):
        to_mpitb_frame(table.assign(level="nat"))
    with pytest.raises(mdp.ArgumentError, match="weighting 'equal' is what 'equal_nested'"):
        to_mpitb_frame(table.assign(weighting="equal"))


# -- svy ---------------------------------------------------------------------------------------


def with_scores():
    frame = survey()
    score = frame[list(X.indicators)].sum(axis=1) / 4
    return frame.assign(
        poor=(score >= 0.5).astype(float), m0=score.where(score >= 0.5, 0.0),
        fpc=np.where(frame["strata"] == 1, 10, 20), share=np.where(frame["strata"] == 1, 0.3, 0.15),
        moved=np.where(frame["psu"] == 6, 3, frame["strata"]),
    )  # fmt: skip


MOVED = dict(weight="weight", strata="moved", psu="psu")
DESIGNS = [
    DRAWN,
    Design(),
    Design(weight="weight", psu="psu"),
    Design(weight="weight", strata="strata", psu="psu", fpc="fpc"),
    Design(weight="weight", strata="strata", psu="psu", fpc="share"),
    Design(**MOVED, lonely="certainty"),
    Design(**MOVED, lonely="adjust"),
    Design(**MOVED, lonely="average"),
]


@pytest.mark.any_version
@pytest.mark.parametrize("design", DESIGNS)
def test_standard_errors_are_those_of_svy(design):
    pytest.importorskip("svy")
    frame = with_scores()
    sample = to_svy(frame, design)
    ours = estimate(frame, X, k=0.5, design=design, by="g")
    ours = ours.assign(subgroup=ours["subgroup"].fillna("all"))
    ours = ours.set_index(["measure", "subgroup"]).sort_index()
    for groups in (None, "g"):
        for measure, found in (
            ("M0", sample.estimation.mean("m0", by=groups)),
            ("H", sample.estimation.mean("poor", by=groups)),
            ("A", sample.estimation.ratio("m0", "poor", by=groups)),
        ):
            rows = found.to_polars()
            names = rows["g"].to_list() if groups else ["all"]
            expected = ours.loc[[(measure, name) for name in names]]
            assert rows["est"].to_list() == pytest.approx(expected["estimate"].tolist(), rel=1e-12)
            assert rows["se"].to_list() == pytest.approx(expected["se"].tolist(), rel=1e-9)
    logit = sample.estimation.prop("poor").to_polars().rows(named=True)[-1]
    bounds = ours.loc[("H", "all"), ["lower", "upper"]].to_numpy(dtype=float).ravel().tolist()
    assert [logit["lci"], logit["uci"]] == pytest.approx(bounds, rel=1e-9)


@pytest.mark.any_version
@pytest.mark.parametrize("method", ["brr", "fay", "jackknife", "bootstrap"])
def test_replicate_weights_are_those_of_svy(method):
    pytest.importorskip("svy")
    frame = with_scores()
    rng = np.random.default_rng(4)
    replicates = pd.DataFrame(rng.uniform(0.5, 40, (24, 6)), index=frame.index)
    design = Design(
        weight="weight", replicates=replicates, replicate_method=method,
        fay=0.3 if method == "fay" else None,
        replicate_scales=[0.5, 0.5, 0.6, 0.7, 0.8, 0.9] if method == "jackknife" else None,
    )  # fmt: skip
    found = to_svy(frame, design).estimation.mean(
        "m0", method="replication", variance_center="estimate"
    )
    ours = estimate(frame, X, k=0.5, design=design).set_index("measure").loc["M0"]
    assert found.to_polars()["est"].item() == pytest.approx(ours["estimate"], rel=1e-12)
    assert found.to_polars()["se"].item() == pytest.approx(ours["se"], rel=1e-9)


@pytest.mark.any_version
def test_a_model_of_svy_runs_on_what_is_handed_over():
    pytest.importorskip("svy")
    frame = with_scores().set_index(pd.Index([f"h{n}" for n in range(24)], name="household_id"))
    before = frame.copy()
    sample = to_svy(frame, DRAWN)
    assert sample.data["household_id"].to_list() == frame.index.tolist()
    fit = sample.glm.fit("m0", x=["x3"])
    slope = next(term.est for term in fit.coefs if "x3" in term.term)
    weight, inside = frame["weight"], frame["x3"]
    means = [np.average(frame["m0"][part], weights=weight[part]) for part in (inside, ~inside)]
    assert slope == pytest.approx(means[0] - means[1], rel=1e-9)
    assert_frame_equal(frame, before)


def test_svy_is_asked_for_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "svy", None)
    with pytest.raises(mdp.errors.MissingExtraError, match=r"multidim-poverty\[svy\]"):
        to_svy(with_scores(), DRAWN)


def test_columns_that_cannot_be_handed_on_are_named():
    pytest.importorskip("svy")
    frame = with_scores().assign(design_psu=1)
    with pytest.raises(mdp.ArgumentError, match=r"no texts \[5\].*design \['design_psu'\]"):
        to_svy(frame.assign(a=1).rename(columns={"a": 5}), DRAWN)
    with pytest.raises(mdp.ArgumentError, match=r"is no measures\.Design"):
        to_svy(with_scores(), "census")
