"""The questions of a survey: what a standard reads, in the order and the words of a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from multidim_poverty.errors import UnknownNameError
from multidim_poverty.forms.relevance import AskedOf, asked_of
from multidim_poverty.forms.wording import SectionText, in_currency, wording
from multidim_poverty.language import Label
from multidim_poverty.law import Standard
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.score_sheet import ScoreSheet
from multidim_poverty.schema.definitions import Column, column_of

__all__ = [
    "NO",
    "NONE",
    "QUICK_FORM",
    "SCORE_SHEET",
    "UNKNOWN",
    "YES",
    "Choice",
    "Question",
    "Questionnaire",
    "Section",
    "questionnaire",
]

Kind = Literal["select_one", "select_multiple", "integer", "decimal", "text", "date"]

# Asked whatever the standard: who lives where, and the groups of the official tables.
ALWAYS = {
    "households": (
        "area", "province", "district", "commune", "village",
        "ethnic_group", "ethnic_minority", "local_minority", "no_labour_capacity",
        "member_of_merit",
    ),
    "members": ("relation", "sex", "birth_date", "birth_year", "age"),
}  # fmt: skip
INCOMES = ("income_12m", "income_per_capita")
UNKNOWN, YES, NO, NONE = "unknown", "yes", "no", "none"
# Before the ids of the items, which may be names of columns too.
QUICK_FORM, SCORE_SHEET = "form_a_", "form_b1_"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An answer that can be chosen."""

    code: str
    label: Label


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: the column that it fills, its words, its answers, and of whom it is asked."""

    name: str
    kind: Kind
    label: Label
    hint: Label | None = None
    choices: tuple[Choice, ...] = ()
    choice_list: str = ""
    low: float | None = None
    high: float | None = None
    members: tuple[AskedOf, ...] = ()
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of the form; the one of table ``members`` is filled in for each member."""

    id: str
    table: Literal["households", "members"]
    label: Label
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """All questions for a standard, as data: `xlsform` and the paper form are made from it."""

    standard: Standard
    on: dt.date
    sections: tuple[Section, ...]
    not_asked: tuple[str, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """The questions of all sections."""
        return (question for section in self.sections for question in section.questions)


def questionnaire(
    standard: Standard,
    on: dt.date,
    *,
    sheet: ScoreSheet | None,
    quick_form: QuickForm | None,
) -> Questionnaire:
    """The questions that a standard needs, on the day to which ages refer."""
    read = {pair for indicator in standard.indicators for pair in indicator.rule.reads()}
    members = asked_of(standard, on)
    sections = []
    for section in wording().sections:
        questions: Sequence[Question]
        if section.id == "quick_form":
            questions = _quick_questions(quick_form)
        elif section.id == "score_sheet":
            questions = [*_sheet_questions(sheet)]
        else:
            questions = [
                replace(
                    question,
                    label=in_currency(question.label, standard.currency),
                    members=members.get(question.name, ()),
                )
                for question in _asked(section, read, has_lines=bool(standard.lines))
            ]
        if questions:
            sections.append(
                Section(
                    id=section.id,
                    table=section.table,
                    label=section.label,
                    questions=tuple(questions),
                )
            )
    unknown = tuple(i.id for i in standard.indicators if i.rule.kind == "unknown")
    return Questionnaire(standard=standard, on=on, sections=tuple(sections), not_asked=unknown)


def _asked(
    section: SectionText, read: set[tuple[str, str]], *, has_lines: bool
) -> Iterator[Question]:
    """The questions of a section about columns that are read; incomes where there are lines."""
    words = wording()
    incomes = INCOMES if has_lines else ()
    always = {**ALWAYS, "households": ALWAYS["households"] + incomes}
    for name in section.questions:
        if name == "household_id" or name in words.only_in_the_form:
            yield _free_text(name)
        elif name in words.multiple:
            multiple = words.multiple[name]
            # All or none of them are asked, so that each that is not chosen is a no.
            if read & {("households", c) for c in multiple.columns}:
                choices = [
                    *(
                        Choice(code=c, label=_known(section.table, c).label)
                        for c in multiple.columns
                    ),
                    Choice(code=NONE, label=multiple.none),
                    Choice(code=UNKNOWN, label=words.answers[UNKNOWN]),
                ]
                yield Question(
                    name=name,
                    kind="select_multiple",
                    label=multiple.label,
                    hint=multiple.hint,
                    choices=tuple(choices),
                    choice_list=name,
                    required=True,
                )
        elif (section.table, name) in read or name in always[section.table]:
            column = column_of(section.table, name)
            if column is not None:
                yield _question(column)


def _known(table: str, name: str) -> Column:
    column = column_of(table, name)
    if column is None:
        raise UnknownNameError(f"questions.toml names {name!r}, which is no column of {table}")
    return column


def _free_text(name: str) -> Question:
    words = wording()
    text = words.only_in_the_form.get(name) or words.questions[name]
    label = text.label or Label(vi=name, en=name)
    return Question(name=name, kind="text", label=label, hint=text.hint)


def _yes_no() -> tuple[Choice, ...]:
    """The answers of a question of yes or no."""
    answers = wording().answers
    return tuple(Choice(code=code, label=answers[code]) for code in (YES, NO, UNKNOWN))


def _question(column: Column) -> Question:
    """The question about a column."""
    text = wording().questions.get(column.name)
    kinds: dict[str, Kind] = {
        "boolean": "select_one",
        "category": "select_one",
        "integer": "integer",
        "number": "decimal",
        "date": "date",
    }
    kind = kinds.get(column.kind, "text")
    choices: tuple[Choice, ...] = ()
    if column.kind == "boolean":
        choices = _yes_no()
    elif column.kind == "category":
        choices = (
            *(Choice(code=str(t), label=Label(vi=t.vi, en=t.en)) for t in column.terms),
            Choice(code=UNKNOWN, label=wording().answers[UNKNOWN]),
        )
    numeric = kind in ("integer", "decimal")
    return Question(
        name=column.name,
        kind=kind,
        label=(text.label if text else None) or column.label,
        hint=text.hint if text else None,
        choices=choices,
        choice_list="yes_no" if column.kind == "boolean" else column.name if choices else "",
        low=column.low if numeric and np.isfinite(column.low) else None,
        high=column.high if numeric and np.isfinite(column.high) else None,
        required=bool(choices),
    )


def _quick_questions(form: QuickForm | None) -> Sequence[Question]:
    """The items of Form A."""
    if form is None:
        return []
    return [
        Question(
            name=QUICK_FORM + item.id,
            kind="select_one",
            label=item.label,
            choices=_yes_no(),
            choice_list="yes_no",
            required=item.content_known,
        )
        for item in form.items
    ]


def _sheet_questions(sheet: ScoreSheet | None) -> Iterator[Question]:
    """The region and the items of Form B1, but the size, which the form counts itself."""
    if sheet is None:
        return
    words = wording()
    unknown = Choice(code=UNKNOWN, label=words.answers[UNKNOWN])
    region = words.questions["region"].label or Label(vi="region", en="region")
    regions = tuple(Choice(code=region.id, label=region.label) for region in sheet.regions)
    yield _choice(SCORE_SHEET + "region", region, (*regions, unknown))
    for item in sheet.items:
        name = SCORE_SHEET + item.id
        if item.kind == "number":
            kind: Kind = "integer" if item.whole else "decimal"
            if item.id != "household_size":
                yield Question(name=name, kind=kind, label=item.label, low=item.lowest)
        elif item.kind == "yes_no":
            yield _choice(name, item.label, _yes_no(), "yes_no")
        else:
            answers = (Choice(code=str(a.id), label=a.label) for a in item.answers)
            yield _choice(name, item.label, (*answers, unknown))
        if item.not_scored is not None:
            column = item.not_scored.column
            label = item.not_scored.label or Label(vi=column, en=column)
            yield _choice(SCORE_SHEET + column, label, _yes_no(), "yes_no")


def _choice(
    name: str, label: Label, choices: tuple[Choice, ...], choice_list: str = ""
) -> Question:
    """A question with one answer of several."""
    return Question(
        name=name,
        kind="select_one",
        label=label,
        choices=choices,
        choice_list=choice_list or name,
        required=True,
    )
