"""Form A: the questions that show at once that a household is surely not poor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from multidim_poverty.base import Identifier
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, LawFileError, UnknownNameError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart, repeated
from multidim_poverty.law.reading import checked, data_text, text_of
from multidim_poverty.law.tables import CitedValue

__all__ = ["QuickDecision", "QuickForm", "QuickItem", "quick_form"]

SHIPPED = ("score_sheet_2016_partial",)
Whole = Annotated[int, Field(strict=True, ge=1)]


class QuickDecision(LawPart):
    """How many answers of yes show that a household is surely not poor."""

    yes_at_least: Whole
    citation: Citation


class QuickItem(LawPart):
    """One question of yes or no.

    Where ``content_known`` is False, no source says what is asked; its column may be absent.
    """

    id: Identifier
    label: Label
    content_known: bool = True
    citation: Citation


class QuickForm(LawObject):
    """The questions of a quick identification (Form A), and how many of them decide.

    The form of 2021 (Annex II of Circular 07/2021/TT-BLDTBXH) is not shipped: it has nine items,
    of which fewer than 4 put a household on the list (`Procedure.form_a`); what they ask was not
    found.

    Attributes
    ----------
    name : str
    title : Label
    historical, partial : bool
        Whether it is out of use; whether the content of an item is not known.
    notes : tuple of str
    decision : QuickDecision
    items : tuple of QuickItem

    Examples
    --------
    >>> from multidim_poverty.law.quick_form import quick_form
    >>> form = quick_form("quick_form_2015")
    >>> len(form.items), form.decision.yes_at_least
    (9, 3)
    """

    historical: bool = False
    partial: bool = False
    decision: QuickDecision
    items: tuple[QuickItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = repeated("item", [item.id for item in self.items])
        if self.decision.yes_at_least > len(self.items):
            problems.append(
                f"{self.decision.yes_at_least} answers of yes decide, but there are only "
                f"{len(self.items)} items"
            )
        if not self.partial:
            problems += [
                f"item {item.id!r} is of unknown content: the form must be marked as partial"
                for item in self.items
                if not item.content_known
            ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        decision = self.decision
        yield "decision", "yes_at_least", str(decision.yes_at_least), decision.citation
        for item in self.items:
            yield "item", item.id, item.label.en, item.citation

    @classmethod
    def read(cls, path: str | Path) -> QuickForm:
        """Read the table ``[quick_form]`` of a TOML file; see `ScoreSheet.template`.

        Raises
        ------
        LawFileError
            Names every problem with its item.
        """
        path = Path(path)
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "quick form") -> QuickForm:
        """Read a form from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        if not isinstance(raw.get("quick_form"), dict):
            raise LawFileError(name, ["the file has no table [quick_form]"])
        return checked(cls, raw["quick_form"], raw.get("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[QuickForm, ...]:
        return tuple(form for form in shipped_forms() if form.name == name)


@cache
def shipped_forms() -> tuple[QuickForm, ...]:
    """The quick forms of the shipped sheets."""
    return tuple(QuickForm.parse(data_text(f"{n}.toml"), name=f"{n}.toml") for n in SHIPPED)


def quick_form(name: str) -> QuickForm:
    """A shipped quick form by name: ``"quick_form_2015"``, historical and partial."""
    forms = {form.name: form for form in shipped_forms()}
    if name not in forms:
        raise UnknownNameError(f"no quick form {name!r}; there are {', '.join(forms)}")
    return forms[name]
