"""Every picture of the built pages says what it shows; those of cells with the figures drawn."""

import re
import struct
import zlib
from html.parser import HTMLParser

import pytest

from tests.docs.pages import DOCS

pytest.importorskip("myst_nb", reason="`make docs` runs these tests")

BUILT = DOCS / "_build" / "html"
SHORTEST = 20  # letters
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Images(HTMLParser):
    """The sources and alternative texts of the images of a page."""

    def __init__(self):
        super().__init__()
        self.images = []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.images.append(dict(attrs))


def images():
    for page in sorted(BUILT.rglob("*.html")):
        reader = Images()
        reader.feed(page.read_text("utf-8"))
        for image in reader.images:
            yield page, image


def description(picture):
    """What a PNG says of itself, in its text chunks."""
    written, at, said = picture.read_bytes(), 8, ""
    while at < len(written):
        (length,) = struct.unpack(">I", written[at : at + 4])
        kind, chunk = written[at + 4 : at + 8], written[at + 8 : at + 8 + length]
        if kind == b"tEXt" and chunk.startswith(b"Description\0"):
            said = chunk.split(b"\0", 1)[1].decode("latin-1")
        if kind == b"iTXt" and chunk.startswith(b"Description\0"):
            packed, rest = chunk[12], chunk[14:].split(b"\0", 2)[2]
            said = (zlib.decompress(rest) if packed else rest).decode("utf-8")
        at += 12 + length
    return said


def test_every_picture_has_an_alternative_text():
    silent = [
        f"{page.name}: {image.get('src')} {image.get('alt')!r}"
        for page, image in images()
        if len(str(image.get("alt") or "")) < SHORTEST
    ]
    assert not silent


def test_pictures_of_cells_say_the_figures_that_are_drawn():
    drawn = [(page, image) for page, image in images() if image["src"].endswith(".svg")]
    assert drawn
    wrong = []
    for page, image in drawn:
        text = (page.parent / image["src"]).read_text("utf-8")
        said = re.search(r"<dc:description>(.*?)</dc:description>", text, re.DOTALL)
        words = " ".join(said[1].split()) if said else ""
        if not (NUMBER.search(words) and set(NUMBER.findall(words)) <= numbers(image["alt"])):
            wrong.append(f"{page.name}: {image['alt']}")
    assert not wrong


def numbers(text):
    return set(NUMBER.findall(text or ""))


def test_stored_pictures_that_say_their_figures_have_them_in_their_alternative_text():
    said = {path.name: description(path) for path in (DOCS / "_static").glob("*.png")}
    said = {name: words for name, words in said.items() if words}
    assert "country.png" in said
    shown = {}
    for _, image in images():
        shown.setdefault(image["src"].rsplit("/", 1)[-1], set()).update(numbers(image["alt"]))
    assert all(numbers(words) <= shown[name] for name, words in said.items())
