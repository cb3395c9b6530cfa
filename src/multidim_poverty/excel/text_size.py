"""How wide and how high a text is in print, in points [1/72 inch].

The widths are those of Times New Roman. A program that has no such font takes another one: `SPARE`
leaves room for letters that are a tenth wider.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["height_of", "lines_in", "longest_word", "text_width"]

SPARE = 1.1
PADDING = 5.0  # both sides of a cell
ROUNDING = 0.01  # a width that was made for a text holds it
LINE = 1.36  # height of a line, of the size of its letters, also with accents from another font
HIGHEST = 409.0  # row of Excel
FIRST, WIDEST = " ", 1000
# Letters from the blank on, in thousandths of their size.
REGULAR = (
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
)  # fmt: skip
BOLD = (
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667,
    611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722,
    722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556,
    278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
)  # fmt: skip
PLAIN_LETTERS = str.maketrans("đĐ–—…", "dD-M%")


@lru_cache(maxsize=65_536)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text on one line, with some room to spare.

    >>> round(text_width("Xã Đắk Wil", 11), 1) == round(text_width("Xa Dak Wil", 11), 1)
    True
    """
    widths = BOLD if bold else REGULAR
    total = 0
    for letter in unicodedata.normalize("NFD", text.translate(PLAIN_LETTERS)):
        if not unicodedata.combining(letter):
            place = ord(letter) - ord(FIRST)
            total += widths[place] if 0 <= place < len(widths) else WIDEST
    return SPARE * size * total / 1000


def longest_word(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a cell that breaks none of the words of a text."""
    words = (text_width(word, size, bold=bold) for word in text.split())
    return max(words, default=0.0) + PADDING


def lines_in(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Lines that a text needs in a cell of this width, word by word; longer words are broken.

    >>> lines_in("Tình trạng đi học của trẻ em", 60, 11), lines_in("9=1-2-3-4+5+6+7+8", 60, 11)
    (3, 3)
    """
    room = max(width - PADDING, size) + ROUNDING
    blank = text_width(" ", size, bold=bold)
    lines = 0
    for part in text.split("\n"):
        lines, left = lines + 1, room
        for word in part.split():
            needed = text_width(word, size, bold=bold)
            if needed > left and left < room:
                lines, left = lines + 1, room
            while needed > room:  # the part of a broken word that fills a line
                lines, needed = lines + 1, needed - (room - size)
            left -= needed + blank
    return lines


def height_of(lines: int, size: float) -> float:
    """Height of a row with so many lines, at most what Excel allows."""
    return min(round(LINE * size * lines + 2, 2), HIGHEST)
