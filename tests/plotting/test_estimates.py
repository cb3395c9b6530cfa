"""Pictures of estimates draw the figures of the tables, and refuse tables that are of several."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import measures, plotting
from tests.plotting.test_room import RESULT, SPECIFICATION, STANDARD, estimated, faults, grid_of

AREA = mdp.load_sample().households["area"]
DESIGN = measures.Design()
ESTIMATES = measures.estimate(
    RESULT, SPECIFICATION, k=["2 of 12", "3 of 12", "12 of 12"], by=AREA, design=DESIGN
)
SHARES = measures.class_shares(RESULT, by=AREA, design=DESIGN)
K = "3 of 12"
ROWS = ESTIMATES["level"].eq("all"), ESTIMATES["k"].eq(0.25) | ESTIMATES["k"].isna()


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def ends_of(container):
    """The lower and upper ends of the intervals of an errorbar."""
    (lines,) = container.lines[2]
    return np.array([segment[:, 0] for segment in lines.get_segments()])


# -- headcounts --------------------------------------------------------------------------------


def test_headcounts_and_intervals_are_those_of_the_estimates():
    ax = plotting.censored_headcounts(ESTIMATES, standard=STANDARD, k=K)
    of_all = ESTIMATES[ROWS[0] & ROWS[1]]
    bars = [each for each in ax.containers if hasattr(each, "patches")]
    intervals = [each for each in ax.containers if not hasattr(each, "patches")]
    for n, measure in enumerate(("hd", "hdk")):
        rows = of_all[of_all["measure"] == measure].set_index("indicator")
        rows = rows.loc[list(STANDARD.indicator_ids)]
        assert [bar.get_width() for bar in bars[n]] == pytest.approx(100 * rows["estimate"])
        for drawn in intervals[2 * n : 2 * n + 2]:  # with what stands behind it
            assert ends_of(drawn) == pytest.approx((100 * rows[["lower", "upper"]]).to_numpy())
    notes = ax.get_xlabel().replace("\n", " ")
    assert "Households in the estimate: 461" in notes
    assert "left out, as an answer is missing: 39" in notes


def test_headcounts_without_intervals_have_none():
    plain = measures.estimate(RESULT, SPECIFICATION, k=K)
    ax = plotting.censored_headcounts(plain.drop(columns=["lower", "upper"]), standard=STANDARD)
    assert len(ax.containers) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "deprived", "poor and deprived",
    ]  # fmt: skip


def test_indicators_that_no_standard_has_stand_under_their_names():
    answers = pd.DataFrame({"no $roof": [True, False, True], "ill": [True, True, False]})
    chosen = measures.specification({"home": ["no $roof"], "health": ["ill"]})
    table = measures.estimate(answers, chosen, k=1.0)
    ax = plotting.censored_headcounts(table, standard=STANDARD)
    assert [label.get_text() for label in ax.get_yticklabels()] == [r"no \$roof", "ill"]
    assert [[bar.get_width() for bar in bars] for bars in ax.containers] == [
        pytest.approx([200 / 3, 200 / 3]), pytest.approx([100 / 3, 100 / 3]),
    ]  # fmt: skip


def test_headcounts_of_one_group_are_drawn_and_of_several_refused():
    rural = ESTIMATES[ESTIMATES["subgroup"] == "rural"]
    ax = plotting.censored_headcounts(rural, standard=STANDARD, k=K)
    rows = (
        rural[(rural["measure"] == "hd")].set_index("indicator").loc[list(STANDARD.indicator_ids)]
    )
    assert [bar.get_width() for bar in ax.containers[0]] == pytest.approx(100 * rows["estimate"])
    with pytest.raises(ValueError, match="estimates of Rural, Urban and not of all together"):
        plotting.censored_headcounts(ESTIMATES[~ROWS[0]], standard=STANDARD, k=K)


# -- contributions -----------------------------------------------------------------------------


def test_contributions_are_those_of_the_estimates_by_group():
    ax = plotting.indicator_contributions(ESTIMATES, standard=STANDARD, k=K)
    parts = np.array([[bar.get_width() for bar in bars] for bars in ax.containers])
    rows = ESTIMATES[
        ROWS[1] & ESTIMATES["measure"].eq("pctb") & ESTIMATES["indicator"].notna()
    ]  # fmt: skip
    for n, group in enumerate(("rural", "urban", None)):
        here = rows["subgroup"].isna() if group is None else rows["subgroup"] == group
        expected = rows[here].set_index("indicator").loc[list(STANDARD.indicator_ids), "estimate"]
        assert parts[:, n] == pytest.approx(100 * expected)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Rural (107)", "Urban (39)", "All (146)",
    ]  # fmt: skip


def test_groups_without_poor_have_no_bar_and_say_so():
    by = pd.Series("A", RESULT.index).where(RESULT["deprivation_count"] >= 3, "B")
    table = measures.estimate(RESULT, SPECIFICATION, k=K, by=by)
    ax = plotting.indicator_contributions(table, standard=STANDARD)
    assert [text.get_text() for text in ax.texts].count("no poor households") == 1
    nobody = plotting.indicator_contributions(ESTIMATES, standard=STANDARD, k="12 of 12")
    assert "no data" in {text.get_text() for text in nobody.texts}


# -- over the cut-off --------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["H", "A", "M0"])
def test_lines_and_bands_are_those_of_the_estimates(measure):
    ax = plotting.cut_off_curve(ESTIMATES, measure=measure)
    rows = ESTIMATES[ESTIMATES["measure"] == measure]
    bands = iter(ax.collections)
    for n, group in enumerate(("rural", "urban", None)):
        here = rows["subgroup"].isna() if group is None else rows["subgroup"] == group
        expected = 100 * rows.loc[here, ["estimate", "lower", "upper"]].to_numpy()
        (line,) = (line for line in ax.lines if line.get_gid() == f"group {n}")
        assert line.get_xdata() == pytest.approx([100 / 6, 25, 100])
        assert line.get_ydata() == pytest.approx(expected[:, 0], nan_ok=True)
        band = np.vstack([path.vertices for path in next(bands).get_paths()])
        bounds = expected[:, 1:][~np.isnan(expected[:, 1:])]
        assert set(bounds.round(9)) <= set(band[:, 1].round(9))


def test_of_many_groups_the_ends_and_everybody_are_in_colour():
    by = pd.Series([f"C{n % 12:02}" for n in range(len(RESULT))], RESULT.index)
    table = measures.estimate(RESULT, SPECIFICATION, k=["1 of 12", K], by=by)
    ax = plotting.cut_off_curve(table)
    means = table[table["measure"] == "H"].groupby("subgroup", dropna=False)["estimate"].mean()
    ranked = means[means.index.notna()].sort_values(kind="stable").index
    named = {text.get_text() for text in ax.texts}
    assert named == {"All", *ranked[:2], *ranked[-2:]}
    assert "other groups: 8" in {text.get_text() for text in ax.get_legend().get_texts()}
    named = {text.get_text() for text in plotting.cut_off_curve(table, highlight=["C03"]).texts}
    assert named == {"C03"}
    with pytest.raises(ValueError, match="highlight names no unit: C99"):
        plotting.cut_off_curve(table, highlight=["C99"])


# -- forest ------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["poor", "above_average"])
def test_points_and_intervals_are_the_shares_of_the_class(of):
    ax = plotting.class_share_forest(SHARES, of=of)
    rows = SHARES[SHARES["poverty_class"] == of]
    groups = rows[rows["subgroup"].notna()].sort_values("estimate", ascending=False)
    rows = pd.concat([groups, rows[rows["subgroup"].isna()]])
    points = {
        (round(float(x), 9), int(y))
        for points in ax.collections if points.get_gid()
        for x, y in points.get_offsets()
    }  # fmt: skip
    assert points == {(round(100 * x, 9), n) for n, x in enumerate(rows["estimate"])}
    (interval,) = (each for each in ax.containers if not hasattr(each, "patches"))
    assert ends_of(interval) == pytest.approx((100 * rows[["lower", "upper"]]).to_numpy())
    (bounds,) = (each for each in ax.containers if hasattr(each, "patches"))
    drawn = np.array([[bar.get_x(), bar.get_x() + bar.get_width()] for bar in bounds])
    assert drawn == pytest.approx((100 * rows[["bound_lower", "bound_upper"]]).to_numpy())
    assert "Households without a class, in the base: 10" in ax.get_xlabel().replace("\n", " ")


def test_a_forest_of_households_that_all_have_a_class_has_no_bounds():
    known = RESULT[RESULT["poverty_class"].notna()]
    ax = plotting.class_share_forest(measures.class_shares(known, by=AREA[known.index]))
    assert not ax.containers
    rates = measures.headcount(known, by=AREA[known.index])["headcount_ratio"]
    everybody = measures.headcount(known)["headcount_ratio"]
    assert [float(text.get_text()) for text in ax.texts] == pytest.approx(
        [*rates.sort_values(ascending=False).round(1), *everybody.round(1)]
    )


# -- lines and cut-offs -----------------------------------------------------------------------


def colours(ax):
    """The colours of the cells by column and row."""
    return {
        tuple(np.round(path.get_extents().min + 0.5).astype(int).tolist()): tuple(
            cells.get_facecolor()[0]
        )
        for cells in ax.collections
        for path in cells.get_paths()
    }


def test_cells_hold_the_shares_of_the_class_and_what_is_not_known():
    grid = grid_of(3)
    for of in ("poor", "near_poor"):
        ax = plotting.cut_off_surface(grid, of=of)
        rows = grid[grid["poverty_class"] == of]
        expected = [
            f"{headcount / 5:.0f}" + " + <1" * int(at_most > headcount)
            for headcount, at_most in rows[["headcount", "headcount_at_most"]].to_numpy()
        ]
        assert [text.get_text() for text in ax.texts] == expected
        places = [tuple(round(each) for each in text.get_position()) for text in ax.texts]
        assert places == [(column, row) for row in range(3) for column in range(3)]
        shown = colours(ax)
        for (one, a), (other, b) in itertools.combinations(zip(places, expected, strict=True), 2):
            if a.split()[0] == b.split()[0]:  # printed alike, coloured alike
                assert shown[one] == shown[other]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "1,000,000 / 1,500,000", "1,010,000 / 1,510,000", "1,020,000 / 1,520,000",
    ]  # fmt: skip
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "3", "12"]


def test_lines_are_named_by_their_factor_or_their_amount():
    grid = grid_of(2)
    by_factor = grid.assign(line_factor=np.where(grid["line_rural"] == 1_000_000, 1.0, 1.25))
    ax = plotting.cut_off_surface(by_factor, language="vi")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "1,25"]
    assert ax.get_ylabel().replace("\n", " ") == "Các chuẩn, nhân với"
    one = grid.assign(line_urban=grid["line_rural"], cutoff=pd.NA).drop_duplicates(
        ["line_rural", "poverty_class"]
    )
    ax = plotting.cut_off_surface(one)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1,000,000", "1,010,000"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["as in the standard"]


def test_a_cell_of_which_nothing_is_known_is_white_and_hatched():
    grid = grid_of(2).assign(headcount=0, headcount_at_most=500)
    grid.loc[0, ["headcount", "headcount_at_most"]] = 100
    ax = plotting.cut_off_surface(grid)
    assert [text.get_text() for text in ax.texts] == ["20"]
    hatched = [cells for cells in ax.collections if cells.get_hatch() and cells.get_paths()]
    assert [len(cells.get_paths()) for cells in hatched] == [5]
    assert "not known" in {text.get_text() for text in ax.get_legend().get_texts()}


def test_a_grid_of_several_groups_is_drawn_of_all_together():
    groups = [grid_of(2).assign(level="area", subgroup=name) for name in ("rural", "urban")]
    both = pd.concat([grid_of(2), *groups])
    texts = [text.get_text() for text in plotting.cut_off_surface(both).texts]
    assert texts == [text.get_text() for text in plotting.cut_off_surface(grid_of(2)).texts]
    assert plotting.cut_off_surface(groups[0])
    with pytest.raises(ValueError, match="several groups and not all together: 'rural', 'urban'"):
        plotting.cut_off_surface(pd.concat(groups))
    with pytest.raises(ValueError, match="several units"):
        plotting.cut_off_surface(pd.concat([grid_of(2), grid_of(1).assign(unit="persons")]))
    with pytest.raises(ValueError, match="a line and a cut-off twice"):
        plotting.cut_off_surface(pd.concat([grid_of(2), grid_of(1)]))
    with pytest.raises(ValueError, match="no column 'cutoff', 'base'"):
        plotting.cut_off_surface(grid_of(2).drop(columns=["cutoff", "base"]))
    with pytest.raises(ValueError, match="no poverty_class 'average'; it has 'poor', 'near_poor'"):
        plotting.cut_off_surface(grid_of(2), of="average")
    with pytest.raises(ValueError, match="of 'rich' is no class"):
        plotting.cut_off_surface(grid_of(2), of="rich")
    empty = plotting.cut_off_surface(grid_of(2).iloc[:0])
    assert "no data" in {text.get_text() for text in empty.texts}


# -- tables ------------------------------------------------------------------------------------

READERS = {
    "headcounts": lambda table, **more: plotting.censored_headcounts(
        table, standard=STANDARD, **more
    ),
    "contributions": lambda table, **more: plotting.indicator_contributions(
        table, standard=STANDARD, **more
    ),
    "curve": lambda table, **more: plotting.cut_off_curve(table, **more),
}
each = pytest.mark.parametrize("reader", READERS)


@pytest.mark.parametrize("reader", ["headcounts", "contributions"])
def test_one_cut_off_is_drawn(reader):
    with pytest.raises(ValueError, match=r"cut-offs 0\.1667, 0\.25, 1; name one of them in k"):
        READERS[reader](ESTIMATES)
    with pytest.raises(ValueError, match=r"cut-offs 0\.1667, 0\.25, 1; name one of them in k"):
        READERS[reader](ESTIMATES, k=0.5)
    one = READERS[reader](ESTIMATES, k=0.25)
    other = READERS[reader](ESTIMATES[ROWS[1]])
    assert [bar.get_width() for bar in one.patches] == [bar.get_width() for bar in other.patches]


@each
def test_one_weighting_is_drawn(reader):
    other = measures.specification(STANDARD, name="other")
    table = measures.estimate(RESULT, [SPECIFICATION, other], k=K)
    with pytest.raises(ValueError, match="weighting 'equal_nested', 'other'; keep the rows of one"):
        READERS[reader](table)
    with pytest.raises(ValueError, match="weighting 'equal_nested', 'other', not 'third'"):
        READERS[reader](table, weighting="third")
    assert READERS[reader](table, weighting="other")


@each
def test_a_table_that_lacks_rows_or_columns_is_refused(reader):
    table = ESTIMATES[ROWS[1]]
    with pytest.raises(ValueError, match="no column 'k'; pass the table that"):
        READERS[reader](table.drop(columns="k"))
    with pytest.raises(ValueError, match=r"has no measure .*; it has 'A'"):
        READERS[reader](
            table[table["measure"] == "A"], **{"curve": {"measure": "H"}}.get(reader, {})
        )
    with pytest.raises(ValueError, match="several rows of one measure in a group: Rural, Urban"):
        READERS[reader](pd.concat([table, table[table["level"] != "all"]]))
    persons = table.assign(unit="persons")
    with pytest.raises(ValueError, match="unit 'households', 'persons'; keep the rows of one"):
        READERS[reader](pd.concat([table, persons]))
    ax = READERS[reader](table.iloc[:0])
    assert "no data" in {text.get_text() for text in ax.texts}


def test_choices_that_are_none_of_the_table_are_refused():
    for draw in (plotting.censored_headcounts, plotting.indicator_contributions):
        with pytest.raises(ValueError, match="k and weighting choose among estimates"):
            draw(RESULT, standard=STANDARD, k=K)
        with pytest.raises(ValueError, match="pass standard, or a table of"):
            draw(RESULT)
    with pytest.raises(ValueError, match="shares of all; pass of='all'"):
        plotting.censored_headcounts(ESTIMATES, of="poor", k=K)
    with pytest.raises(ValueError, match="has its groups; leave by out"):
        plotting.indicator_contributions(ESTIMATES, by=AREA, k=K)
    with pytest.raises(ValueError, match="measure 'M2' is not one of H, A, M0"):
        plotting.cut_off_curve(ESTIMATES, measure="M2")
    with pytest.raises(ValueError, match="of 'rich' is no class"):
        plotting.class_share_forest(SHARES, of="rich")
    poor = SHARES[SHARES["poverty_class"] == "poor"]
    with pytest.raises(ValueError, match="no poverty_class 'average'; it has 'poor'"):
        plotting.class_share_forest(poor, of="average")
    with pytest.raises(ValueError, match="no column 'poverty_class'; pass the table that"):
        plotting.class_share_forest(ESTIMATES)
    with pytest.raises(ValueError, match="several rows of one poverty_class in a group: All"):
        plotting.class_share_forest(pd.concat([SHARES, SHARES[SHARES["level"] == "all"]]))


# -- room --------------------------------------------------------------------------------------

DRAWN = {
    "headcounts": lambda **more: READERS["headcounts"](ESTIMATES, k=K, **more),
    "contributions": lambda **more: READERS["contributions"](ESTIMATES, k=K, **more),
    "curve": lambda **more: plotting.cut_off_curve(ESTIMATES, **more),
    "forest": lambda **more: plotting.class_share_forest(SHARES, **more),
    "surface": lambda **more: plotting.cut_off_surface(grid_of(5), **more),
}


@pytest.mark.parametrize("picture", DRAWN)
def test_letters_of_narrow_pictures_are_at_least_nine_pixels(picture):
    ax = DRAWN[picture](language="vi", size=(3.9, 4))
    assert faults(ax) == ([], [])
    shown = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
    shown += ax.get_legend().get_texts()
    sizes = [text.get_fontsize() * ax.figure.dpi / 72 for text in shown if text.get_text()]
    assert min(sizes) >= 9


@pytest.mark.any_version
@pytest.mark.parametrize("number", [1, 30, pytest.param(100, marks=pytest.mark.slow)])
def test_contributions_of_many_groups_neither_overlap_nor_are_cut(number):
    ax = plotting.indicator_contributions(estimated(number), standard=STANDARD, k=K, language="vi")
    assert faults(ax) == ([], [])


@pytest.mark.parametrize("picture", ["headcounts", "forest"])
@pytest.mark.parametrize("place", ["above", "below", "right"])
def test_the_legend_covers_neither_frame_nor_notes(picture, place):
    ax = DRAWN[picture](legend=place)
    assert faults(ax) == ([], [])
    legend = ax.get_legend().get_window_extent()
    assert not legend.padded(-2).overlaps(ax.get_window_extent())
    assert not legend.padded(-2).overlaps(ax.xaxis.label.get_window_extent())
