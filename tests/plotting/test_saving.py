"""Files of pictures: text is text, fonts are embedded, the size is bounded, all or nothing."""

import re
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import rcParams
from PIL import Image

from multidim_poverty import plotting
from multidim_poverty.plotting import saving
from tests.plotting.test_room import composition, years

PROVINCES = Path(__file__).parents[2] / "examples/data/vietnam_provinces.geojson"
KILOBYTE = 1024


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def country(**more):
    shapes = geopandas.read_file(PROVINCES)
    codes = sorted(set(shapes["code"]))
    rates = pd.Series(np.linspace(0, 30, len(codes)), codes, name="Poor, %")
    return plotting.map(rates, shapes, names=more.pop("names", None), **more)


def texts(path):
    root = ElementTree.parse(path).getroot()
    return {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}


def test_words_of_an_svg_are_words(tmp_path):
    ax = composition(2, language="vi", title="Tỷ lệ hộ nghèo của các xã")
    plotting.save(ax, tmp_path / "a.svg", language="vi")
    held = texts(tmp_path / "a.svg")
    assert {"Tỷ lệ hộ nghèo của các xã", "% số hộ", "Hộ cận nghèo"} <= held
    assert any("Xã Vĩnh Thạnh Trung Quảng Thành Đông 0" in text for text in held)
    words = (tmp_path / "a.svg").read_text("utf-8")
    assert plotting.alt_text(ax, language="vi") in words
    assert not re.search(r'id="DejaVuSans-[0-9a-f]+"', words)  # letters drawn as shapes


def test_names_on_polygons_are_words_too_and_keep_their_outline_on_the_screen(tmp_path):
    ax = country(names="code")
    effects = [text.get_path_effects() for text in ax.texts]
    assert any(effects)
    plotting.save(ax, tmp_path / "a.svg")
    assert {"01", "22"} & texts(tmp_path / "a.svg")
    assert [text.get_path_effects() for text in ax.texts] == effects
    assert all(text.get_bbox_patch() is None for text in ax.texts)


def test_fonts_of_a_pdf_are_embedded_as_truetype(tmp_path):
    ax = composition(2, language="vi")
    plotting.save(ax, tmp_path / "a.pdf", language="vi")
    written = (tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in written
    assert b"/CIDFontType2" in written
    assert b"/Type3" not in written
    assert b"CreationDate" not in written


@pytest.mark.parametrize(
    ("draw", "most"),
    [(lambda: composition(100), {"svg": 900, "pdf": 200, "png": 3000}),
     (country, {"svg": 400, "pdf": 200, "png": 500}),
     (lambda: years(100), {"svg": 200, "pdf": 100, "png": 800})],
    ids=["communes", "country", "years"],
)  # fmt: skip
def test_files_are_small(draw, most, tmp_path):
    ax = draw()
    sizes = {}
    for kind in most:
        plotting.save(ax, tmp_path / f"a.{kind}")
        sizes[kind] = (tmp_path / f"a.{kind}").stat().st_size / KILOBYTE
    assert all(10 < sizes[kind] < most[kind] for kind in most), sizes


def test_shapes_with_very_many_corners_are_dots_and_words_stay_words(tmp_path):
    circle = np.linspace(0, 2 * np.pi, 40_000)
    figure, ax = plt.subplots()
    plotting.rates_over_years(pd.DataFrame({"year": [1, 2], "rate": [1.0, 2.0]}), ax=ax)
    (fine,) = ax.fill(1.5 + np.cos(circle) / 4, 1 + np.sin(circle) / 4)
    for kind, most in (("svg", 200), ("pdf", 100)):
        plotting.save(figure, tmp_path / f"a.{kind}")
        assert (tmp_path / f"a.{kind}").stat().st_size < most * KILOBYTE
    assert "All 2" in texts(tmp_path / "a.svg")
    assert "<image" in (tmp_path / "a.svg").read_text("utf-8")
    assert not fine.get_rasterized()
    plotting.save(figure, tmp_path / "b.svg", most_points=10**6)
    assert "<image" not in (tmp_path / "b.svg").read_text("utf-8")
    assert (tmp_path / "b.svg").stat().st_size > 300 * KILOBYTE


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_picture_gives_the_same_file(kind, tmp_path):
    for name in "ab":
        plotting.save(years(3), tmp_path / f"{name}.{kind}")
    written = [(tmp_path / f"{name}.{kind}").read_bytes() for name in "ab"]
    assert written[0] == written[1]


def test_a_png_holds_the_alternative_text(tmp_path):
    ax = years(3)
    plotting.save(ax, tmp_path / "a.png", dpi=50)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.text["Description"] == plotting.alt_text(ax)


def test_settings_are_as_before_and_a_failure_leaves_the_older_file(tmp_path, monkeypatch):
    ax, path = years(3), tmp_path / "a.svg"
    path.write_text("older")
    before = dict(rcParams)

    def fail(*_, **__):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(ax.figure, "savefig", fail)
        with pytest.raises(MemoryError):
            plotting.save(ax, path)
    assert path.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.svg"]
    plotting.save(ax, path)
    assert path.read_text("utf-8") != "older"
    assert dict(rcParams) == before
    assert saving.SETTINGS["svg.fonttype"] == "none"


def test_other_kinds_of_files_and_folders_are_refused(tmp_path):
    ax = years(1)
    with pytest.raises(ValueError, match=r"ends in none of \.svg, \.pdf, \.png"):
        plotting.save(ax, tmp_path / "a.jpg")
    with pytest.raises(FileNotFoundError):
        plotting.save(ax, tmp_path / "no" / "a.svg")
    with pytest.raises(ValueError, match="language"):
        plotting.save(ax, tmp_path / "a.svg", language="fr")


def test_a_figure_that_others_drew_is_saved_without_an_alternative_text(tmp_path):
    figure, _ = plt.subplots()
    plotting.save(figure, tmp_path / "a.svg")
    assert "Bars of" not in (tmp_path / "a.svg").read_text("utf-8")
