"""Maps show each unit once, in the colour of its rate, and hatch what has none."""

import contextlib
import itertools
import json
import sqlite3
from fractions import Fraction
from pathlib import Path

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from shapely import LineString, box

import multidim_poverty as mdp
from multidim_poverty.plotting import rates, tile_map
from multidim_poverty.plotting.archipelagos import archipelagos
from multidim_poverty.plotting.bands import MOST_BANDS, band_colours
from multidim_poverty.plotting.maps import _layouts
from multidim_poverty.plotting.style import luminance
from multidim_poverty.units.source import folder
from multidim_poverty.vocabulary import PovertyClass

CLASSES = pd.CategoricalDtype(list(PovertyClass.codes()), ordered=True)
DAYS = {"2008-08-01": "2025-06-30", "2025-07-01": "2025-07-01"}
SHAPES = Path("examples/data/vietnam_provinces.geojson")
ISLANDS = "VN-PGA"  # region of Trường Sa


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def homes(*rows):
    """Households of (unit, class, size)."""
    frame = pd.DataFrame(rows, columns=["province", "poverty_class", "household_size"])
    return frame.astype({"poverty_class": CLASSES, "household_size": "Int64"})


def tiles(ax):
    return {patch.get_gid(): patch for patch in ax.patches if patch.get_gid()}


def legend(ax):
    found = ax.get_legend()
    return found.get_title().get_text(), [text.get_text() for text in found.get_texts()]


# -- rates -------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["01", "67", None]),
            st.sampled_from([*PovertyClass.codes(), None]),
            st.integers(1, 9),
        ),
        max_size=12,
    ),
    st.sampled_from([("poor",), ("poor", "near_poor")]),
    st.sampled_from(["households", "persons"]),
)
def test_rates_are_those_of_a_count_by_hand(rows, of, count_of):
    table = rates(homes(*rows), by="province", of=of, count_of=count_of)
    units = sorted({u for u, *_ in rows if u}) + [None] * any(u is None for u, *_ in rows)
    assert [None if pd.isna(unit) else unit for unit in table.index] == units
    for unit, found in zip(units, table.itertuples(index=False), strict=True):
        mine = [(c, n if count_of == "persons" else 1) for u, c, n in rows if u == unit]
        base = sum(n for _, n in mine)
        counted = sum(n for c, n in mine if c in of)
        assert (found.counted, found.base) == (counted, base)
        assert found.undetermined == sum(n for c, n in mine if c is None)
        if any(c is not None for c, _ in mine):
            assert found.rate == pytest.approx(float(Fraction(100 * counted, base)))
        else:
            assert np.isnan(found.rate)
    kinds = [str(dtype) for dtype in table.dtypes]
    assert kinds == ["int64", "int64", "int64", "float64"]


def test_persons_need_every_size_and_all_missing_ones_are_named():
    frame = homes(("01", "poor", 3), ("01", "poor", None), ("02", "poor", None))
    with pytest.raises(mdp.InvalidDataError) as caught:
        rates(frame, by="province", count_of="persons")
    assert caught.value.violations["household_id"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": "poor"}, "not a list of classes"),
        ({"of": ["rich"]}, "not a list of classes"),
        ({"count_of": "people"}, "'people' is not"),
    ],
)
def test_unknown_options_of_rates(options, message):
    with pytest.raises(ValueError, match=message):
        rates(homes(("01", "poor", 1)), by="province", **options)


def test_rates_by_a_series_use_its_index():
    frame = homes(("x", "poor", 1), ("x", "average", 1))
    assert rates(frame, by=pd.Series({1: "b", 0: "a"}))["rate"].to_dict() == {"a": 100, "b": 0}


# -- the layout --------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "day"), DAYS.items())
def test_every_province_of_the_real_list_has_one_tile(first, day):
    units = mdp.units.units_on(day)
    provinces = units[units["level"] == "province"]
    layout = _layouts()[_layouts()["first"].astype(str) == first]
    placed = layout[layout["code"].notna()]
    assert sorted(placed["code"]) == sorted(provinces.index)
    for code, name in placed.set_index("code")["vi"].items():
        assert provinces.loc[code, "name"].endswith(f" {name.removeprefix('TP. ')}")
    assert layout[["vi", "en"]].notna().all(axis=None)
    assert set(layout.loc[layout["code"].isna(), "part_of"]) == {"48", "56"}


@pytest.mark.parametrize("first", DAYS)
def test_no_two_tiles_share_a_cell(first):
    layout = _layouts()[_layouts()["first"].astype(str) == first]
    assert not layout.duplicated(["row", "column"]).any()


@pytest.mark.parametrize("first", DAYS)
def test_the_country_hangs_together_and_runs_from_north_to_south(first):
    layout = _layouts()[_layouts()["first"].astype(str) == first]
    placed = layout[layout["code"].notna()].set_index("code")
    cells = set(zip(placed["row"], placed["column"], strict=True))
    reached, edge = set(), [min(cells)]
    while edge:
        row, column = edge.pop()
        reached.add((row, column))
        around = itertools.product((row - 1, row, row + 1), (column - 1, column, column + 1))
        edge += [cell for cell in around if cell in cells - reached]
    assert reached == cells
    shapes = geopandas.read_file(SHAPES)
    shapes = shapes[shapes["region"] != ISLANDS]
    code = "code" if first == "2008-08-01" else "code_2025"
    middle = shapes.dissolve(code).geometry.representative_point()
    joined = placed.assign(lat=middle.y, lon=middle.x)
    assert joined[["row", "lat"]].corr(method="spearman").iloc[0, 1] < -0.95
    assert joined[["column", "lon"]].corr(method="spearman").iloc[0, 1] > 0.9


def test_days_before_the_first_layout_are_not_covered():
    with pytest.raises(mdp.NotCoveredError, match="2008-07-31: the library covers 2008-08-01"):
        tile_map(pd.Series({"01": 1.0}, name="x"), on="2008-07-31")


# -- tiles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "number"), [("2025-06-30", 63), ("2025-07-01", 34)])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_province_is_drawn_once_with_its_name(day, number, language):
    ax = tile_map(pd.Series({"01": 1.0}, name="x"), on=day, language=language)
    assert len(tiles(ax)) == number
    assert len(ax.patches) == number + 2
    texts = {text.get_text().replace("\n", " ") for text in ax.texts}
    assert {"Hà Nội", "Hoàng Sa", "Trường Sa"} <= texts or {"Hanoi", "Hoang Sa"} <= texts
    assert ("Hà Nội" in texts) == (language == "vi")


def test_colours_darken_with_the_rate_and_bands_hold_their_lower_bound():
    values = {"01": 0.0, "02": 4.99, "04": 5.0, "06": 9.99, "08": 10.0, "10": 15.0}
    ax = tile_map(pd.Series(values, name="x"), on="2023-12-31", bins=[0, 5, 10, 15])
    colours = [to_hex(tiles(ax)[code].get_facecolor()) for code in values]
    low, middle, high = band_colours(3)
    assert colours == [low, low, middle, middle, high, high]
    assert legend(ax) == (
        "x",
        ["0 to under 5", "5 to under 10", "10 to 15", "no data"],
    )


@pytest.mark.parametrize("number", range(1, MOST_BANDS + 1))
def test_bands_can_be_told_apart_in_grey(number):
    shades = [luminance(colour) for colour in band_colours(number)]
    assert shades == sorted(shades, reverse=True)
    grey = [255 * s ** (1 / 2.2) for s in shades]
    assert all(a - b > 12 for a, b in itertools.pairwise(grey))


def test_luminance_is_that_of_the_standard():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#ff0000") == pytest.approx(0.2126)
    assert luminance("#808080") == pytest.approx(0.2159, abs=1e-4)


@given(st.integers(1, MOST_BANDS))
@pytest.mark.slow
def test_words_on_a_band_can_be_read(number):
    for band, colour in enumerate(band_colours(number)):
        bins = list(range(number + 1))
        ax = tile_map(pd.Series({"01": band + 0.5}, name="x"), on="2023-12-31", bins=bins)
        ink = next(text.get_color() for text in ax.texts if text.get_text() == "Hanoi")
        plt.close("all")
        light, dark = sorted([luminance(colour), luminance(ink)], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_what_has_no_rate_is_hatched_and_said():
    frame = homes(("01", "poor", 2), ("01", "average", 2), ("67", None, 3), (None, "poor", 1))
    ax = tile_map(frame, on="2023-12-31", source="a test")
    hatches = {code: patch.get_hatch() for code, patch in tiles(ax).items()}
    assert hatches["67"] == "////"
    assert not hatches["01"]
    assert {hatch for code, hatch in hatches.items() if code not in ("01", "67")} == {"...."}
    title, labels = legend(ax)
    assert title == "Poor households\n% of households"
    assert labels[-2:] == ["no households", "not known"]
    assert ax.texts[-1].get_text() == (
        "Households without a class, in the base: 1\n"
        "Households in no unit, not drawn: 1\n"
        "Source: a test"
    )
    assert "50" in {text.get_text() for text in ax.texts}


def test_units_of_count_are_said_in_both_languages():
    frame = homes(("01", "poor", 2), ("01", "average", 6), ("01", None, 5))
    ax = tile_map(frame, on="2023-12-31", count_of="persons", language="vi", source="điều tra")
    assert legend(ax)[0] == "Nhân khẩu thuộc hộ nghèo\n% số nhân khẩu"
    assert "15,38" in {text.get_text() for text in ax.texts}
    assert (
        ax.texts[-1].get_text()
        == "Số nhân khẩu chưa xác định, tính trong tổng số: 5\nNguồn: điều tra"
    )
    ax = tile_map(frame, on="2023-12-31", of=["poor", "near_poor"], count_of="persons")
    assert legend(ax)[0] == "Persons in poor households, near-poor households\n% of persons"


def test_islands_have_the_colour_of_their_province():
    ax = tile_map(pd.Series({"48": 1.0, "56": 9.0}, name="x"), on="2025-12-31", bins=[0, 5, 10])
    free = [to_hex(patch.get_facecolor()) for patch in ax.patches if not patch.get_gid()]
    assert free == band_colours(2)


def test_bad_input_of_maps_is_loud():
    good = pd.Series({"01": 1.0}, name="x")
    with pytest.raises(ValueError, match="2 code\\(s\\) are not on the map: 1, Hà Nội"):
        tile_map(pd.Series({"01": 1, "1": 2, "Hà Nội": 3}, name="x"), on="2023-12-31")
    with pytest.raises(ValueError, match="not on the map: 67"):  # merged into Lâm Đồng by then
        tile_map(pd.Series({"67": 1.0}, name="x"), on="2025-12-31")
    with pytest.raises(ValueError, match=r"outside the bands: \{'01': 1.0\}"):
        tile_map(good, on="2023-12-31", bins=[2, 3])
    with pytest.raises(ValueError, match="do not rise"):
        tile_map(good, on="2023-12-31", bins=[2, 1])
    with pytest.raises(ValueError, match="8 bands; more than 7"):
        tile_map(good, on="2023-12-31", bins=range(9))
    with pytest.raises(ValueError, match="say what they are"):
        tile_map(good.rename(None), on="2023-12-31")
    with pytest.raises(ValueError, match="more than one rate"):
        tile_map(pd.concat([good, good]), on="2023-12-31")


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9))
def test_bands_of_our_own_hold_every_rate(values):
    codes = [str(code) for code in _layouts()["code"].dropna().unique()[: len(values)]]
    ax = tile_map(pd.Series(dict(zip(codes, values, strict=True)), name="x"), on="2023-12-31")
    drawn = tiles(ax)
    colours = [luminance(to_hex(drawn[code].get_facecolor())) for code in codes]
    plt.close("all")
    order = np.argsort(values, kind="stable")
    assert (np.diff(np.array(colours)[order]) <= 1e-12).all()


def test_nothing_is_known_and_still_a_map_is_drawn():
    ax = tile_map(pd.Series({"01": np.nan}, name="x"), on="2023-12-31")
    assert tiles(ax)["01"].get_hatch() == "////"


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2023-12-31", "2025-12-31"])
@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("kind", ["nothing", "steps", "change"])
def test_legend_and_words_cover_no_tile_and_no_name(day, language, kind):
    codes = mdp.units.units_on(day).query("level == 'province'").index
    rates = pd.Series(np.linspace(-1, 1, len(codes)), codes, name="Thay đổi,\nđiểm phần trăm")
    rates.iloc[0] = np.nan
    scale = mdp.plotting.scale(rates, centre=0) if kind == "change" else None
    shown = {"nothing": rates * np.nan, "steps": rates + 1, "change": rates}[kind]
    ax = tile_map(shown, on=day, scale=scale, language=language)
    ax.figure.canvas.draw()
    words = [text for text in ax.texts if text.get_gid() == "no data"]
    assert len(words) == (kind == "nothing")
    for drawn in (ax.get_legend(), *words):
        box = drawn.get_window_extent()
        assert not box.count_overlaps([tile.get_window_extent() for tile in ax.patches])
        assert ax.figure.bbox.containsx(box.x1)
        assert ax.figure.bbox.containsy(box.y0)


def test_names_stay_within_their_tiles():
    for day, language in itertools.product(("2025-06-30", "2025-07-01"), ("en", "vi")):
        ax = tile_map(pd.Series({"01": 1.0}, name="x"), on=day, language=language)
        ax.figure.canvas.draw()
        spans = [(p.get_window_extent(), p) for p in ax.patches]
        for text in ax.texts:
            if not text.get_text():
                continue
            place = text.get_window_extent()
            assert any(
                span.x0 <= place.x0
                and place.x1 <= span.x1
                and span.y0 <= place.y0
                and place.y1 <= span.y1
                for span, _ in spans
            ), text.get_text()


# -- polygons ----------------------------------------------------------------------------------


def squares(*codes, crs=None):
    shapes = [box(n, 0, n + 1, 1) for n in range(len(codes))]
    return geopandas.GeoDataFrame({"code": list(codes)}, geometry=shapes, crs=crs)


def filled(ax):
    return {p.get_gid(): (to_hex(p.get_facecolor()[0]), p.get_hatch()) for p in ax.collections}


def test_each_unit_has_the_colour_of_its_rate():
    given = pd.Series({"a": 1.0, "b": 7.0, "c": np.nan}, name="x")
    shapes = squares("a", "b", "c", "d")
    ax = mdp.plotting.map(given, shapes, bins=[0, 5, 10])
    low, high = band_colours(2)
    assert {code: hatch or "" for code, (_, hatch) in filled(ax).items()} == {
        "a": "",
        "b": "",
        "c": "////",
        "d": "....",
    }
    assert [filled(ax)[code][0] for code in "ab"] == [low, high]
    assert legend(ax)[1] == ["0 to under 5", "5 to 10", "no data", "not known"]
    assert list(shapes.columns) == ["code", "geometry"]


def test_several_polygons_of_one_code_are_one_unit():
    ax = mdp.plotting.map(pd.Series({"a": 1.0, "b": 2.0}, name="x"), squares("a", "b", "a"))
    assert [len(p.get_paths()) for p in ax.collections] == [2, 1]


def test_households_are_counted_per_commune():
    frame = homes(("a", "poor", 1), ("a", "average", 1), ("b", "average", 1))
    frame = frame.rename(columns={"province": "commune"})
    ax = mdp.plotting.map(frame, squares("a", "b").assign(name=["Xã A", "Xã B"]), names="name")
    assert [text.get_text() for text in ax.texts] == ["Xã A\n50", "Xã B\n0"]


def test_a_file_is_read_and_degrees_are_drawn_in_shape(tmp_path):
    path = tmp_path / "units.geojson"
    squares("a", "b", crs="EPSG:4326").translate(0, 60).to_frame("geometry").assign(
        code=["a", "b"]
    ).to_file(path)
    for geometry in (path, str(path)):
        ax = mdp.plotting.map(pd.Series({"a": 1.0}, name="x"), geometry)
        assert ax.get_aspect() == pytest.approx(1 / np.cos(np.radians(60.5)))
    ax = mdp.plotting.map(pd.Series({"a": 1.0}, name="x"), squares("a"))
    assert ax.get_aspect() == 1


def test_bad_polygons_are_loud():
    rate = pd.Series({"a": 1.0, "z": 1.0}, name="x")
    with pytest.raises(ValueError, match="not on the map: z"):
        mdp.plotting.map(rate, squares("a"))
    with pytest.raises(ValueError, match="no column 'ma'"):
        mdp.plotting.map(rate, squares("a"), key="ma")
    with pytest.raises(ValueError, match=r"not a text: rows \[1, 2\]"):
        mdp.plotting.map(rate, squares("a", 7, None))
    lines = squares("a", "b", "c")
    lines.loc[[0, 2], "geometry"] = [LineString([(0, 0), (1, 1)]), None]
    with pytest.raises(ValueError, match=r"no polygon: rows \[0, 2\]"):
        mdp.plotting.map(rate, lines)


def test_a_unit_within_another_is_not_painted_over():
    inner = box(1, 1, 2, 2)
    shapes = geopandas.GeoDataFrame({"code": ["b", "a"]}, geometry=[inner, box(0, 0, 3, 3) - inner])
    ax = mdp.plotting.map(pd.Series({"a": 1.0, "b": 7.0}, name="x"), shapes, bins=[0, 5, 10])
    ax.figure.canvas.draw()
    column, row = ax.transData.transform((1.5, 1.5)).astype(int)
    picture = np.asarray(ax.figure.canvas.buffer_rgba())
    assert to_hex(picture[picture.shape[0] - row, column, :3] / 255) == band_colours(2)[1]


def test_maps_are_drawn_on_the_axes_that_are_given():
    _, (one, two) = plt.subplots(1, 2)
    given = pd.Series({"01": 1.0}, name="x")
    assert tile_map(given, on="2025-12-31", ax=one) is one
    assert mdp.plotting.map(given, squares("01"), ax=two) is two


# -- the shapes of the examples ----------------------------------------------------------------


def test_the_example_has_a_shape_for_every_province_of_both_lists():
    shapes = geopandas.read_file(SHAPES)
    assert shapes.is_valid.all()
    assert len(shapes) == 64
    assert shapes["code"].value_counts().drop("56").eq(1).all()
    for day, key in (("2025-06-30", "code"), ("2025-07-01", "code_2025")):
        units = mdp.units.units_on(day)
        assert set(shapes[key]) == set(units.index[units["level"] == "province"])
    assert SHAPES.stat().st_size < 250_000
    assert all(f["properties"]["code"] for f in json.loads(SHAPES.read_text())["features"])


def commune_places(table):
    """Code of the province and place of each commune in a list of `vietnamadminunits`."""
    address = f"{(folder() / 'dataset.db').as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        rows = pd.read_sql_query(
            f"SELECT provinceCode, wardCode, wardLat, wardLon FROM {table}", connection
        )
    rows = rows.dropna().set_axis(["province", "commune", "lat", "lon"], axis=1)
    places = geopandas.points_from_xy(rows["lon"], rows["lat"])
    return geopandas.GeoDataFrame(rows, geometry=places, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("table", "key"), [("admin_units_legacy", "code"), ("admin_units", "code_2025")]
)
def test_each_shape_of_the_example_lies_where_the_communes_of_its_province_lie(table, key):
    shapes = geopandas.read_file(SHAPES).set_index("region")
    joined = geopandas.sjoin(commune_places(table), shapes[["geometry"]], predicate="within")
    most = joined.groupby("region")["province"].agg(lambda codes: codes.mode()[0])
    mainland = shapes.drop(index=ISLANDS)
    assert set(most.index) == set(mainland.index)
    wrong = {name for name in mainland.index if most[name] != mainland.loc[name, key]}
    # The border between Cần Thơ and its neighbours is off in the source, as the README says.
    assert wrong <= {"VN-CN"}


def test_the_islands_of_the_example_lie_where_their_special_zone_lies():
    zones = commune_places("admin_units").set_index("commune")
    shapes = geopandas.read_file(SHAPES).set_index("region")
    islands = shapes.loc[ISLANDS]
    zone = zones.loc["22736"]  # Đặc khu Trường Sa
    assert islands["code"] == islands["code_2025"] == zone["province"] == "56"
    assert islands.geometry.envelope.contains(zone.geometry)
    at_zone = shapes.cx[114:116, 9:12]
    assert list(at_zone["code"]) == ["56"]


def test_archipelagos_are_those_of_the_list_of_units():
    zones = commune_places("admin_units").set_index("commune")
    units = mdp.units.units_on("2025-06-30")
    for row in archipelagos().to_dict("records"):
        zone = zones.loc[row["commune"]]
        assert (row["province"], row["latitude"], row["longitude"]) == (
            zone["province"], zone["lat"], zone["lon"],
        )  # fmt: skip
        assert units.loc[row["district"], "name"] == f"Huyện {row['vi']}"
        assert units.loc[row["province"], "name"].endswith(row["province_vi"])


def symbols(ax):
    return {p.get_gid(): p for p in ax.collections if str(p.get_gid()).startswith("archipelago")}


@pytest.mark.parametrize("projection", ["EPSG:4326", "EPSG:3405"])
@pytest.mark.parametrize("key", ["code", "code_2025"])
def test_a_map_of_the_country_shows_both_archipelagos_in_the_colour_of_their_province(
    projection, key
):
    shapes = geopandas.read_file(SHAPES).dissolve(key, as_index=False).to_crs(projection)
    some = pd.Series({"48": 1.0, "56": 9.0}, name="x")
    ax = mdp.plotting.map(some, shapes, key=key, bins=[0, 5, 10], language="vi")
    drawn = symbols(ax)
    colours = [to_hex(drawn[f"archipelago {code}"].get_facecolor()[0]) for code in some.index]
    assert colours == band_colours(2)
    assert {t.get_text() for t in ax.texts} >= {"Hoàng Sa\n(Đà Nẵng)", "Trường Sa\n(Khánh Hòa)"}
    places = geopandas.GeoSeries.from_xy(
        *np.array([drawn[gid].get_offsets()[0] for gid in drawn]).T, crs=projection
    ).to_crs("EPSG:4326")
    assert places.x.round(3).tolist() == [112.135, 114.45]
    assert places.y.round(3).tolist() == [16.568, 9.71]


def test_the_symbols_take_the_unit_that_the_map_has():
    country = box(103, 9, 109, 23)
    shapes = geopandas.GeoDataFrame(
        {"code": ["20333", "00001"]}, geometry=[box(112, 16, 112.1, 16.1), country]
    )
    ax = mdp.plotting.map(pd.Series({"20333": 3.0}, name="x"), shapes, bins=[0, 5])
    drawn = symbols(ax)
    assert to_hex(drawn["archipelago 48"].get_facecolor()[0]) == band_colours(1)[0]
    assert to_hex(drawn["archipelago 56"].get_facecolor()[0]) == "#ffffff"


def test_a_map_of_a_part_of_the_country_has_no_symbols():
    shapes = geopandas.read_file(SHAPES)
    some = pd.Series({"67": 5.18}, name="x")
    assert not symbols(mdp.plotting.map(some, shapes[shapes["code"].isin(["66", "67"])]))
    assert not symbols(mdp.plotting.map(some, squares("67")))


@pytest.mark.slow
def test_the_example_draws_the_whole_country():
    shapes = geopandas.read_file(SHAPES)
    ax = mdp.plotting.map(pd.Series({"67": 5.18}, name="Poor, %"), shapes, by="province")
    assert sum(len(patches.get_paths()) for patches in ax.collections) >= 64
    assert {code for code, (_, hatch) in filled(ax).items() if not hatch} == {"67"}
