"""Score sheets: the points for income (B1) of Form B, read from TOML or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from multidim_poverty.base import Count, FrozenDict, Identifier
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, LawFileError, UnknownNameError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart, repeated
from multidim_poverty.law.point_rule import PointLine, rule_of
from multidim_poverty.law.reading import checked, data_text, text_of
from multidim_poverty.law.sheet_csv import SheetCsv
from multidim_poverty.law.tables import CitedValue
from multidim_poverty.vocabulary import Area

__all__ = ["Answer", "Item", "Region", "ScoreSheet", "score_sheet"]

SHIPPED = ("score_sheet_2016_partial",)
YES_NO = ("yes", "no")
# Names that the tables of points use themselves.
RESERVED = frozenset(
    ["region", "area", "standard"]
    + [f"{b}{end}" for b in ("b1", "b1_partial", "b2") for end in ("", "_at_least", "_at_most")]
)

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True, ge=1)]


class Region(LawPart):
    """A column of points: the households of one region and area."""

    id: Identifier
    label: Label
    area: Area


class Answer(LawPart):
    """One row of an item: an answer and its points.

    Attributes
    ----------
    id : str or None
        The code of the answer; ``None`` for a band of numbers.
    at_least, below : float or None
        Bounds of a band; ``below`` is excluded, and ``None`` in the last band.
    label : Label
    points : FrozenDict
        Region -> points.
    citation : Citation or None
        Where it is not that of the item.
    """

    id: Identifier | None = None
    at_least: Number | None = None
    below: Number | None = None
    label: Label
    points: FrozenDict[str, Count]
    citation: Citation | None = None

    @property
    def name(self) -> str:
        """The code, or the band in words."""
        if self.id is not None:
            return self.id
        return (
            f"{self.at_least:g} and more"
            if self.below is None
            else (f"{self.at_least:g} to below {self.below:g}")
        )


class NotScored(LawPart):
    """A column of yes or no; on yes the item gives no points."""

    column: Identifier
    label: Label | None = None
    citation: Citation | None = None


class Item(LawPart):
    """One question of a sheet.

    Attributes
    ----------
    id : str
        Also the name of the column that holds the answers.
    kind : {"choice", "yes_no", "number"}
    label : Label
    answers : tuple of Answer
    lowest : float or None
        The lowest number that can be an answer, for numbers only.
    whole : bool
        Whether an answer must be a whole number.
    not_scored : NotScored or None
    citation : Citation
    """

    id: Identifier
    kind: Literal["choice", "yes_no", "number"]
    label: Label
    lowest: Number | None = None
    whole: bool = False
    not_scored: NotScored | None = None
    answers: tuple[Answer, ...] = Field(min_length=1, max_length=100)
    citation: Citation

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = list(self._band_problems() if self.kind == "number" else self._code_problems())
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def _code_problems(self) -> Iterator[str]:
        if self.lowest is not None or self.whole:
            yield f"lowest and whole are for numbers, and this is an item of kind {self.kind}"
        for n, answer in enumerate(self.answers, start=1):
            if answer.id is None:
                yield f"answer {n} has no id"
            if answer.at_least is not None or answer.below is not None:
                yield f"answer {n} has a bound, which only numbers have"
        ids = [answer.id for answer in self.answers if answer.id is not None]
        yield from repeated("answer", ids)
        if self.kind == "yes_no" and set(ids) != set(YES_NO):
            yield f"the answers must be 'yes' and 'no', not {', '.join(map(repr, ids))}"

    def _band_problems(self) -> Iterator[str]:
        if self.lowest is None:
            yield "give the lowest number that can be an answer, as lowest"
            return
        for n, band in enumerate(self.answers, start=1):
            if band.id is not None:
                yield f"answer {n} is a band of numbers and needs no id"
            if band.at_least is None:
                yield f"band {n} has no at_least"
                return
            if band.below is None and n < len(self.answers):
                yield f"band {n} has no below, but is not the last: overlap with band {n + 1}"
            elif band.below is not None and band.below <= band.at_least:
                yield f"band {n} ends at {band.below:g}, before it begins"
            if self.whole and any(x is not None and x % 1 for x in (band.at_least, band.below)):
                yield f"band {n} has a bound that is not whole"
        first, last = self.answers[0].at_least, self.answers[-1].below
        if first != self.lowest:
            yield f"gap or overlap between the lowest number, {self.lowest:g}, and {first:g}"
        for one, two in pairwise(self.answers):
            if one.below is not None and two.at_least is not None and one.below != two.at_least:
                fault = "gap" if one.below < two.at_least else "overlap"
                yield f"{fault} in the bands between {one.below:g} and {two.at_least:g}"
        if last is not None:
            yield f"gap from {last:g} on: the last band must have no below"

    def citation_of(self, answer: Answer) -> Citation:
        """Source of the points of an answer."""
        return answer.citation or self.citation


class ScoreSheet(LawObject):
    """The points for income (B1) that an official form gives for each answer.

    Read one with `read` (TOML) or `read_csv`; fill the file that `template` gives. It is frozen,
    and every value in it carries its citation. The sheet of 2021 is not shipped: its points were
    not found.

    Attributes
    ----------
    name : str
    title : Label
    standard : str
        Name of the poverty standard for which the points may be classified.
    historical : bool
        Whether the sheet is out of use.
    partial : bool
        Whether items are lacking, so that the sum is not B1.
    notes : tuple of str
        What a user of this sheet must know.
    regions : tuple of Region
        The columns of points.
    items : tuple of Item

    Examples
    --------
    >>> from multidim_poverty.law.score_sheet import score_sheet
    >>> sheet = score_sheet("score_sheet_2016_partial")
    >>> sheet.historical, sheet.partial, sheet.item("household_size").answers[1].points["urban"]
    (True, True, 55)
    """

    standard: Identifier
    historical: bool = False
    partial: bool = False
    regions: tuple[Region, ...] = Field(min_length=1, max_length=100)
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [item.id for item in self.items]
        problems = [
            *repeated("region", [region.id for region in self.regions]),
            *repeated("item", names),
        ]
        regions = {region.id for region in self.regions}
        for item in self.items:
            if item.id in RESERVED:
                problems.append(f"item {item.id!r} has the name of another column; choose another")
            if item.not_scored and item.not_scored.column in RESERVED.union(names):
                problems.append(
                    f"item {item.id!r}: {item.not_scored.column!r} is the name of another column"
                )
            for answer in item.answers:
                where = f"item {item.id!r}, answer {answer.name!r}"
                problems += [
                    f"{where}: no points for region {region!r}"
                    for region in sorted(regions - set(answer.points))
                ]
                problems += [
                    f"{where}: points for {region!r}, which is no region of the sheet"
                    for region in sorted(set(answer.points) - regions)
                ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    @property
    def region_ids(self) -> tuple[str, ...]:
        """Names of the regions, in the order of the sheet."""
        return tuple(region.id for region in self.regions)

    @property
    def cut_offs(self) -> tuple[PointLine, ...]:
        """The bounds of B1 under the standard of the sheet.

        Raises
        ------
        NotCoveredError
            If no class rule in points is shipped for that standard.
        """
        return rule_of(self.standard).lines

    def item(self, id: str) -> Item:
        """The item of that name; `KeyError` lists the names there are."""
        for item in self.items:
            if item.id == id:
                return item
        raise UnknownNameError(
            f"{self.name} has no item {id!r}; it has {', '.join(item.id for item in self.items)}"
        )

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        for item in self.items:
            if item.not_scored is not None:
                rule = item.not_scored
                yield f"item {item.id}", "not_scored", rule.column, rule.citation or item.citation
            for answer in item.answers:
                points = ", ".join(f"{r} {answer.points[r]}" for r in self.region_ids)
                yield f"item {item.id}", answer.name, points, item.citation_of(answer)

    # -- making one ---------------------------------------------------------------------

    @staticmethod
    def template(kind: Literal["toml", "csv"] = "toml") -> str:
        """The text of an empty sheet to be filled from the official form.

        Parameters
        ----------
        kind : {"toml", "csv"}
            Write it to a file, fill every empty cell, and read it with `read` or `read_csv`.
            In the CSV file the rows from ``name`` to ``note`` describe the sheet (a row ``region``
            holds its id, ``rural`` or ``urban``, and its Vietnamese and English label); the rows
            under ``item`` are the items, each followed by its answers. A column of points there
            bears the id of its region, and the last band of an item has ``last`` under ``below``.

        Returns
        -------
        str

        Examples
        --------
        >>> from multidim_poverty.law.score_sheet import ScoreSheet
        >>> ScoreSheet.template("csv").splitlines()[0]
        'name,'
        """
        if kind not in ("toml", "csv"):
            raise ArgumentError(f"kind {kind!r} is not 'toml' or 'csv'")
        return data_text(f"score_sheet_template.{kind}")

    @classmethod
    def read(cls, path: str | Path) -> ScoreSheet:
        """Read a sheet from a TOML file of the layout that `template` gives.

        A table ``[quick_form]`` in the file is left to `QuickForm.read`.

        Raises
        ------
        LawFileError
            Names every problem with its item: cells not filled, gaps or overlaps in the bands,
            an answer given twice, no points for a region, unknown keys, missing citations.
        """
        path = Path(path)
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "score sheet") -> ScoreSheet:
        """Read a sheet from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        raw.pop("quick_form", None)
        described = raw.pop("documents", {})
        return checked(cls, raw, described, name)

    @classmethod
    def read_csv(cls, path: str | Path) -> ScoreSheet:
        """Read a sheet from a filled CSV template; see `template`.

        Commas, semicolons and tabs may part the cells; the text is UTF-8 or UTF-16. The decimal
        sign is a point, or a comma where commas do not part the cells.

        Raises
        ------
        LawFileError
            As `read`.
        """
        path = Path(path)
        table = SheetCsv(text_of(path))
        if table.problems:
            raise LawFileError(path.name, table.problems)
        return checked(cls, table.raw, table.documents, path.name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[ScoreSheet, ...]:
        return (score_sheet(name),) if name in SHIPPED else ()


@cache
def score_sheet(name: str) -> ScoreSheet:
    """A shipped sheet by name: ``"score_sheet_2016_partial"``, historical and partial."""
    if name not in SHIPPED:
        raise UnknownNameError(f"no score sheet {name!r}; there are {', '.join(SHIPPED)}")
    return ScoreSheet.parse(data_text(f"{name}.toml"), name=f"{name}.toml")
