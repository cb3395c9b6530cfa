"""No page of the built documentation is cut, at any width from a telephone to a large screen."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

pytest.importorskip("myst_nb", reason="`make docs` runs these tests")

BUILT = DOCS / "_build" / "html"
WIDTHS = (390, 768, 1240, 1366, 1440, 1920)
PARTS = 16  # of the pages, for as many processes as there are
SMALLEST_LETTER = 9  # pixels, of the font
# Font size of the smallest text of a picture that is no drawing, in its own pixels; seen by eye.
LETTERS = {
    "form_constraint.png": 12,
    "form_paper.png": 10,
    "form_skip.png": 12,
    "country.png": 10,
    "workbook.png": 9,
    **{f"dak_nong_table_{number}.png": 8 for number in range(1, 6)},
}
FONT_SCALE = re.compile(r"scale\((0\.\d+) -0\.\d+\)")  # matplotlib: points of the font over 100
FAULTS = """() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`page is ${root.scrollWidth} wide`);
  for (const part of document.querySelectorAll(".bd-header *, .bd-content, .bd-article-container"))
    if (part.clientWidth && part.scrollWidth > part.clientWidth + 1)
      faults.push(`${part.className} is ${part.scrollWidth} wide and has ${part.clientWidth}`);
  const article = document.querySelector("article.bd-article");
  const edge = article ? article.getBoundingClientRect().left : 0;
  const named = e => `${e.tagName}.${e.className} "${(e.textContent || "").trim().slice(0, 40)}"`;
  for (const element of document.querySelectorAll("article.bd-article *, header.bd-header *")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || getComputedStyle(element).visibility === "hidden") continue;
    let frame = element.parentElement;
    while (frame && getComputedStyle(frame).overflowX === "visible") frame = frame.parentElement;
    const outer = frame && frame !== document.body && frame !== root ? frame : null;
    const bounds = outer ? outer.getBoundingClientRect() : { left: 0, right: root.clientWidth };
    const style = outer ? getComputedStyle(outer).overflowX : "auto";
    if (box.left < bounds.left - 1) faults.push(`left edge is cut: ${named(element)}`);
    if (outer && style !== "auto" && style !== "scroll" && box.right > bounds.right + 1)
      faults.push(`right edge is cut: ${named(element)}`);
    if (!outer && box.right > bounds.right + 1) faults.push(`beyond the page: ${named(element)}`);
    if (article && article.contains(element) && !outer && box.left < edge - 1)
      faults.push(`left of the text: ${named(element)}`);
  }
  return faults.slice(0, 5);
}"""
PICTURES = """() => [...document.querySelectorAll("article.bd-article img")].map(image => ({
  source: decodeURIComponent(image.src), shown: image.getBoundingClientRect().width,
  natural: image.naturalWidth, text: image.alt }))"""


def built_pages():
    return sorted(path for path in BUILT.rglob("*.html") if path.name not in ("search.html",))


@pytest.fixture(scope="module")
def tab(chromium):
    page = chromium.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    yield page
    page.close()


def smallest_letter(picture):
    """Font size in pixels, as shown, of the smallest text in a picture."""
    path = Path(picture["source"].removeprefix("file://"))
    scale = picture["shown"] / picture["natural"]
    if path.suffix == ".svg":
        sizes = [
            float(size) * 100 * 96 / 72 for size in FONT_SCALE.findall(path.read_text("utf-8"))
        ]
        return min(sizes) * scale
    return LETTERS[path.name] * scale


def test_the_pages_are_built():
    assert len(built_pages()) > 100, "`make docs` builds the pages first"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_is_cut_at_any_width(tab, part):
    faults = []
    for path in built_pages()[part::PARTS]:
        tab.goto(path.as_uri())
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 900})
            name = path.relative_to(BUILT).as_posix()
            faults += [f"{name} at {width}: {fault}" for fault in tab.evaluate(FAULTS)]
            for picture in tab.evaluate(PICTURES):
                letter = smallest_letter(picture)
                if letter < SMALLEST_LETTER:
                    faults.append(f"{name} at {width}: letters of {letter:.1f} px, {picture}")
                if not picture["text"].strip():
                    faults.append(f"{name}: no alternative text, {picture['source']}")
    assert not faults, "\n".join(faults[:60])
