"""What the headings of an export are about, with or without the names of groups, or as labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from multidim_poverty.forms.questionnaire import NONE, QUICK_FORM, SCORE_SHEET, UNKNOWN
from multidim_poverty.forms.wording import in_currency, wording
from multidim_poverty.identity import name_key
from multidim_poverty.language import Label
from multidim_poverty.law.standard_parts import VND
from multidim_poverty.schema.definitions import COLUMNS, column_of

__all__ = ["Heading", "choices_of", "heading_of"]

PATH = re.compile(r"\w+(?:[/.:-]\w+)*")
SEPARATOR = re.compile(r"[/.:-]")
# What the software adds to each submission, beside names that begin with an underscore.
OF_THE_SOFTWARE = frozenset(
    ["KEY", "PARENT_KEY", "SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent",
     "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion", "start",
     "end", "today", "deviceid", "username", "instanceID", "instanceName", "rootUuid"]
)  # fmt: skip
# What the form computes for itself, beside its notes.
OF_THE_FORM = frozenset(
    ["form_version", "not_asked", "age_at_least", "age_at_most", "is_head", "is_female_head",
     "is_male_head", "age_in_couple", "age_in_couple_or_more", "heads", "eldest_of_couple",
     "youngest_of_couple", "attending_against_age", "qualification_against_age"]
)  # fmt: skip

Role = Literal["answer", "multiple", "choice", "form_a", "form_b1", "of_the_form", "ignored"]


class Heading(NamedTuple):
    """What a heading is about: its role, the column or item, and the choice of a question."""

    role: Role
    name: str
    choice: str = ""


def heading_of(text: str, table: Literal["households", "members"]) -> Heading:
    """What a heading is about."""
    words = wording()
    if not PATH.fullmatch(text):
        return _of_label(text, table)
    *groups, name = SEPARATOR.split(text)
    of_households = table == "households"
    if of_households and groups and name in choices_of(groups[-1]):
        return Heading("choice", groups[-1], name)
    if of_households and name in words.multiple:
        return Heading("multiple", name)
    if name == "household_id" or column_of(table, name) is not None:
        return Heading("answer", name)
    if of_households and name.startswith((QUICK_FORM, SCORE_SHEET)):
        is_quick = name.startswith(QUICK_FORM)
        role: Role = "form_a" if is_quick else "form_b1"
        return Heading(role, name.removeprefix(QUICK_FORM if is_quick else SCORE_SHEET))
    of_software = text.startswith(("_", "SET-OF-")) or name in OF_THE_SOFTWARE
    if of_software or name in OF_THE_FORM or name in words.doubts or groups[:1] == ["meta"]:
        return Heading("of_the_form", name)
    return _of_label(text, table)


def _of_label(text: str, table: str) -> Heading:
    """A heading that is the label of a question, in one of the languages.

    Labels of groups may stand before it, and the label of a choice behind it, each with a slash;
    a label may have slashes of its own.
    """
    labels = _labels(table)
    parts = text.split("/")
    for start in range(len(parts)):
        question = labels.get(name_key("/".join(parts[start:])))
        if question is not None:
            return question
        for end in range(start + 1, len(parts)):
            multiple = labels.get(name_key("/".join(parts[start:end])))
            if multiple is not None and multiple.role == "multiple":
                choice = choices_of(multiple.name).get(name_key("/".join(parts[end:])))
                if choice is not None:
                    return Heading("choice", multiple.name, choice)
    return Heading("ignored", text)


@cache
def _labels(table: str) -> Mapping[str, Heading]:
    """The question of each label, in both languages; a label of two questions is none."""
    words = wording()
    headings: dict[str, Heading] = {}
    twice: set[str] = set()

    def add(label: Label | None, heading: Heading) -> None:
        label = in_currency(label, VND) if label else None
        for text in {name_key(label.vi), name_key(label.en)} if label else ():
            if headings.setdefault(text, heading) != heading:
                twice.add(text)

    for column in COLUMNS:
        if column.table == table:
            heading = Heading("answer", column.name)
            add(column.label, heading)
            if column.name in words.questions:
                add(words.questions[column.name].label, heading)
    if table == "households":
        add(words.questions["household_id"].label, Heading("answer", "household_id"))
        for name, multiple in words.multiple.items():
            add(multiple.label, Heading("multiple", name))
    return {text: heading for text, heading in headings.items() if text not in twice}


@cache
def choices_of(multiple: str) -> Mapping[str, str]:
    """The choice of each code and label of a question with several answers; empty for another."""
    words = wording()
    question = words.multiple.get(multiple)
    if question is None:
        return {}
    labels: dict[str, Label] = {NONE: question.none, UNKNOWN: words.answers[UNKNOWN]}
    for column in COLUMNS:
        if column.table == "households" and column.name in question.columns:
            labels[column.name] = column.label
    texts = {code: (code, label.vi, label.en) for code, label in labels.items()}
    return {name_key(text): code for code, each in texts.items() for text in each}
