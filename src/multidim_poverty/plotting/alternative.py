"""Pictures in words, for those who do not see them: made from the data that was drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import (
    Label,
    Language,
    check_language,
    day_text,
    number_text,
    rounded,
    rounded_text,
)
from multidim_poverty.plotting.words import WORDS, capitalised
from multidim_poverty.vocabulary import Term

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Clause", "Share", "alt_text", "clauses_of", "extremes", "keep_clauses"]

ATTRIBUTE = "_multidim_poverty_clauses"  # of the Axes that a picture was drawn on


class Share(NamedTuple):
    """A number with the decimals that it is printed with."""

    value: float
    decimals: int = 2


class Clause(NamedTuple):
    """What is said of a picture: the id of words, and the values that stand in them.

    A value is a text of the data, a label or term, a whole number, a day, a `Share`, or clauses
    that are written one after the other.
    """

    word: str
    values: Mapping[str, Any]

    def text(self, language: Language) -> str:
        """The clause in a language."""
        values = {name: _written(value, language) for name, value in self.values.items()}
        return WORDS[self.word].text(language).format(**values)


def _written(value: Any, language: Language) -> str:
    if isinstance(value, Clause):
        return value.text(language)
    if isinstance(value, Label):
        return value.text(language)
    if isinstance(value, Term):
        return value.vi if language == "vi" else value.en
    if isinstance(value, Share):
        return rounded_text(value.value, language, value.decimals)
    if isinstance(value, int | np.integer):
        return number_text(int(value), ",", language)
    if isinstance(value, dt.date):
        return day_text(value, language)
    if isinstance(value, list | tuple):
        return ", ".join(_written(part, language) for part in value)
    return " ".join(str(value).replace(r"\$", "$").split())  # as it was drawn, in one line


def extremes(names: Iterable[Any], values: Iterable[Any], decimals: int = 2) -> list[Clause]:
    """The largest and the smallest of values with their names, and how many are not known.

    Values that are printed alike are equal: of those the first is named, and the number of the
    others.
    """
    pairs = list(zip(names, values, strict=True))
    known = [
        (name, Share(float(rounded(float(value), decimals)), decimals))
        for name, value in pairs
        if not pd.isna(value)
    ]
    clauses = []
    if known:
        least, most = (end(value for _, value in known) for end in (min, max))
        ends = [("largest", most), ("smallest", least)] if most != least else [("alike", most)]
        for end, value in ends:
            places = [name for name, one in known if one == value]
            others = Clause("alt_others", {"name": places[0], "n": len(places) - 1})
            at = others if len(places) > 1 else places[0]
            id = "only" if len(known) == 1 else end
            clauses.append(Clause(f"alt_{id}", {"value": value, "at": at}))
    if 0 < len(known) < len(pairs):
        clauses.append(Clause("alt_not_known", {"n": len(pairs) - len(known)}))
    return clauses or [Clause("alt_nothing", {})]


def keep_clauses(ax: Axes, clauses: list[Clause], language: Language) -> None:
    """Keep with the Axes what `alt_text` says of them, and the language of the drawing."""
    setattr(ax, ATTRIBUTE, (clauses, language))


def clauses_of(ax: Axes) -> list[Clause]:
    """What is said of the Axes; empty where no picture of this package is drawn on them."""
    clauses: list[Clause] = getattr(ax, ATTRIBUTE, ([], "en"))[0]
    return clauses


def alt_text(axes: Axes | Figure, *, language: Language | None = None) -> str:
    """Alternative text of a picture, from the data of the drawing.

    Parameters
    ----------
    axes : matplotlib Axes or Figure
        Axes that a function of this package has drawn on, or a figure with such Axes.
    language : {"en", "vi"}, optional
        That of the drawing by default. Names of units, titles and sources stay as they were drawn.

    Returns
    -------
    str
        One line: what is shown, of how many units, the largest and the smallest value and where
        they are, how many are not known; before it the title, after it the subtitle. Values are
        rounded as they are printed. The pictures of a figure follow each other.

    Raises
    ------
    ArgumentError
        If no function of this package has drawn on them.

    Examples
    --------
    >>> import textwrap
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> rates = pd.Series({"67": 5.18, "66": 12.3, "68": None}, name="Poor, % of households")
    >>> ax = mdp.plotting.tile_map(rates, on="2023-12-31")
    >>> print(textwrap.fill(mdp.plotting.alt_text(ax), 90))
    Map of 63 units: Poor, % of households. Largest 12.3 (Dak Lak), smallest 5.18 (Dak Nong),
    not known 61.
    """
    if language is not None:
        check_language(language)
    several: Any = axes.axes  # a list of a figure, itself of Axes
    drawn = several if isinstance(several, list) else [several]
    texts = [_text_of(ax, language or getattr(ax, ATTRIBUTE)[1]) for ax in drawn if clauses_of(ax)]
    if not texts:
        raise ArgumentError("no function of multidim_poverty.plotting has drawn on these axes")
    return " ".join(texts)


def _text_of(ax: Axes, language: Language) -> str:
    titles = [ax.get_title("left"), ax.get_title()]
    said = [capitalised(clause.text(language)) for clause in clauses_of(ax)]
    notes = [text.get_text() for text in ax.texts if text.get_gid() == "subtitle"]
    sentences = [_written(sentence, language).rstrip(".") for sentence in (*titles, *said, *notes)]
    return " ".join(f"{sentence}." for sentence in sentences if sentence)
