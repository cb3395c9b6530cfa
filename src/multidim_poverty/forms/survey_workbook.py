"""The questionnaire as an XLSForm: the workbook that ODK and KoboToolbox take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pandas as pd

from multidim_poverty.base.files.xlsx_writing import new_workbook, write_text
from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError
from multidim_poverty.forms.questionnaire import (
    NO,
    NONE,
    UNKNOWN,
    YES,
    Question,
    Questionnaire,
    questionnaire,
)
from multidim_poverty.forms.relevance import AskedOf
from multidim_poverty.forms.wording import wording
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import as_standard
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.score_sheet import ScoreSheet
from multidim_poverty.law.standard_parts import VND
from multidim_poverty.schema.definitions import OLDEST
from multidim_poverty.schema.soft_checks import (
    FLOOR_AREA_BELOW,
    FLOOR_AREA_FROM,
    OLDEST_IN_PRESCHOOL,
    THOUSANDS_BELOW,
    YEAR_FROM,
    YOUNGEST,
    YOUNGEST_SPOUSE,
)
from multidim_poverty.vocabulary import EducationLevel

__all__ = ["XlsForm", "xlsform"]

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
NO_AGE = 999  # above every age
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class XlsForm:
    """A questionnaire in the layout of XLSForm.

    Parameters
    ----------
    survey, choices, settings : pandas.DataFrame
        The three sheets of the workbook, all cells texts.
    version : str
        Name of the standard, the day, and a hash of the form: it comes back with each answer.
    not_asked : tuple of str
        Indicators of the standard for which no source says what to ask.

    Examples
    --------
    >>> from multidim_poverty import forms
    >>> form = forms.xlsform("decree_07_2021", on="2023-09-01")
    >>> form.version.startswith("decree_07_2021-2023-09-01-"), form.not_asked
    (True, ())
    """

    survey: pd.DataFrame
    choices: pd.DataFrame
    settings: pd.DataFrame
    version: str
    not_asked: tuple[str, ...]

    def write(self, path: str | Path | IO[bytes]) -> None:
        """Write the workbook.

        Parameters
        ----------
        path : path-like or binary file
            Where the ``.xlsx`` goes; upload it to KoboToolbox or ODK Central as it is.
        """
        with new_workbook(path) as workbook:
            for name in ("survey", "choices", "settings"):
                sheet = workbook.add_worksheet(name)
                frame: pd.DataFrame = getattr(self, name)
                for row, cells in enumerate([frame.columns, *frame.to_numpy()]):
                    for column, text in enumerate(cells):
                        if text:
                            write_text(sheet, row, column, text)


def xlsform(
    standard: Standard | str,
    *,
    on: DayLike,
    language: Language | Sequence[Language] = ("vi", "en"),
    sheet: ScoreSheet | None = None,
    quick_form: QuickForm | None = None,
) -> XlsForm:
    """The questionnaire of a standard, as the workbook that ODK and KoboToolbox take.

    It asks for every column that the standard reads, once per household or in a repeat for each
    member, and for the groups of the official tables. Questions are skipped where no rule reads
    the answer at that age; each choice can be "not known", which is a missing answer.

    Parameters
    ----------
    standard : Standard or str
        The standard, or the name of a shipped one.
    on : str or datetime.date
        Day to which ages refer; pass the same one to `assess`.
    language : {"vi", "en"} or sequence of these
        Languages of the form; the first is the one that it opens in.
    sheet : ScoreSheet, optional
        Adds the items of Form B1 to the household.
    quick_form : QuickForm, optional
        Adds the items of Form A to the household.

    Returns
    -------
    XlsForm
        ``.write(path)`` writes the workbook; ``.not_asked`` names the indicators that no source
        describes, and that the form does not ask for.

    Raises
    ------
    ArgumentError
        If `standard` is no standard, `on` no day, or `language` no language.

    Notes
    -----
    The questions are those of the schema, not the layout of Circular 07/2021/TT-BLDTBXH, whose
    forms A and B come from a sheet that is given. Warnings of doubtful answers are notes: they
    stop nothing.

    Examples
    --------
    >>> from multidim_poverty import forms
    >>> form = forms.xlsform("decree_07_2021", on="2023-10-01")
    >>> form.settings["default_language"].tolist(), form.version[:25]
    (['Tiếng Việt (vi)'], 'decree_07_2021-2023-10-01')
    >>> form.survey.loc[form.survey["name"] == "stunted", "relevant"].tolist()
    ["${age_at_least} < 16 or ${age_at_least} = ''"]
    """
    standard, day = as_standard(standard), as_date(on)
    languages = _languages(language)
    asked = questionnaire(standard, day, sheet=sheet, quick_form=quick_form)
    survey = _frame(_survey_rows(asked), languages)
    choices = _frame(_choice_rows(asked), languages)
    content = survey.to_csv() + choices.to_csv() + standard.content_hash
    version = f"{standard.name}-{day}-{sha256(content.encode()).hexdigest()[:8]}"
    survey.loc[survey["name"] == "form_version", "calculation"] = f"'{version}'"
    settings = {
        "form_title": standard.title.text(languages[0]),
        "form_id": f"multidim_poverty_{standard.name}",
        "version": version,
        "default_language": LANGUAGES[languages[0]],
        "instance_name": "concat(${village}, ' ', ${household_id})",
    }
    return XlsForm(survey, choices, pd.DataFrame([settings]), version, asked.not_asked)


def _languages(language: Any) -> list[Language]:
    """The languages of the form, the first one first."""
    languages: list[Any] = [*language] if isinstance(language, list | tuple) else [language]
    for each in languages:
        check_language(each)
    if not languages or len(set(languages)) < len(languages):
        raise ArgumentError(f"language {language!r}: pass 'vi', 'en', or both once")
    return languages


def _frame(rows: Iterator[Row], languages: Sequence[Language]) -> pd.DataFrame:
    """The rows of a sheet; a `Label` becomes one column for each language."""
    plain = []
    for row in rows:
        cells: dict[str, str] = {}
        for name, value in row.items():
            if isinstance(value, Label):
                cells |= {f"{name}::{LANGUAGES[each]}": value.text(each) for each in languages}
            elif value is not None:
                cells[name] = str(value)
        plain.append(cells)
    frame = pd.DataFrame(plain).fillna("")
    first = [name for name in ("type", "list_name", "name") if name in frame]
    return frame[[*first, *(name for name in frame if name not in first)]]


# -- rows of the sheet "survey" ----------------------------------------------------------------


def _survey_rows(form: Questionnaire) -> Iterator[Row]:
    words = wording()
    yield {"type": "calculate", "name": "form_version", "calculation": "''"}
    if form.not_asked:
        labels = _joined([form.standard.indicator(id).label for id in form.not_asked], "; ")
        note = Label(
            vi=words.not_asked.vi.format(indicators=labels.vi),
            en=words.not_asked.en.format(indicators=labels.en),
        )
        yield {"type": "note", "name": "not_asked", "label": note}
    for section in form.sections:
        begin = "begin_repeat" if section.table == "members" else "begin_group"
        name = "members" if section.table == "members" else f"section_{section.id}"
        yield {"type": begin, "name": name, "label": section.label}
        if section.table == "members":
            yield {
                "type": "calculate",
                "name": "member_id",
                "calculation": "string(position(..))",
            }
        for question in section.questions:
            yield _row(question, form.on)
            if question.name == "age":
                yield from _age_rows(form.on)
                yield from _mark_rows()
            yield from _doubts(question, in_vnd=form.standard.currency == VND)
        yield {"type": begin.replace("begin", "end")}
        if section.table == "members":
            yield from _roster_rows()


def _row(question: Question, on: dt.date) -> Row:
    """The row of a question."""
    row: Row = {
        "type": question.kind,
        "name": question.name,
        "label": question.label,
        "hint": question.hint,
        "required": "yes" if question.required else None,
        "relevant": _relevant(question),
    }
    if question.choices:
        row["type"] = f"{question.kind} {question.choice_list}"
    constraint, message = _constraint(question, on)
    return {**row, "constraint": constraint, "constraint_message": message}


def _relevant(question: Question) -> str | None:
    """When the question is asked."""
    fixed = {
        "birth_year": "${birth_date} = ''",
        "age": "${birth_date} = '' and ${birth_year} = ''",
        "income_per_capita": "${income_12m} = ''",
    }
    if question.name in fixed:
        return fixed[question.name]
    if not question.members:
        return None
    parts = [*map(_ages, question.members), "${age_at_least} = ''"]
    return " or ".join(parts)


def _ages(members: AskedOf) -> str:
    """Whether the member may be of these ages, and may have said yes to the other question."""
    parts = []
    if members.from_age > 0:
        parts.append(f"${{age_at_most}} >= {members.from_age}")
    if members.below is not None:
        parts.append(f"${{age_at_least}} < {members.below}")
    if members.said_yes is not None:
        answer = f"${{{members.said_yes}}}"
        parts.append(f"({answer} = '{YES}' or {answer} = '{UNKNOWN}')")
    text = " and ".join(parts)
    return f"({text})" if len(parts) > 1 else text


def _constraint(question: Question, on: dt.date) -> tuple[str | None, Label | None]:
    """The bounds of an answer, and what the form says outside of them."""
    words = wording().constraints
    low, high = question.low, question.high
    if question.name == "birth_date":
        return f". <= date('{on}')", _filled(words["not_after"], day=on)
    if question.name == "birth_year":
        low, high = on.year - OLDEST - 1, on.year
    if question.kind == "select_multiple":
        several = "count-selected(.) > 1"
        parts = [f"not(selected(., '{code}') and {several})" for code in (NONE, UNKNOWN)]
        alone = _joined([c.label for c in question.choices if c.code in (NONE, UNKNOWN)], " / ")
        message = Label(
            vi=words["alone"].vi.format(answer=alone.vi),
            en=words["alone"].en.format(answer=alone.en),
        )
        return " and ".join(parts), message
    if low is None:
        return None, None
    if high is None:
        return f". >= {low:g}", _filled(words["at_least"], low=f"{low:g}")
    return (
        f". >= {low:g} and . <= {high:g}",
        _filled(words["range"], low=f"{low:g}", high=f"{high:g}"),
    )


def _joined(labels: Sequence[Label], between: str) -> Label:
    return Label(vi=between.join(x.vi for x in labels), en=between.join(x.en for x in labels))


def _filled(label: Label, **fields: Any) -> Label:
    return Label(vi=label.vi.format(**fields), en=label.en.format(**fields))


def _age_rows(on: dt.date) -> Iterator[Row]:
    """The lowest and the highest age [completed years] that the answers leave."""
    years = f"{on.year} - number(format-date(${{birth_date}}, '%Y'))"
    later = f"number(format-date(${{birth_date}}, '%m%d')) > {on.month * 100 + on.day}"
    exact = f"{years} - if({later}, 1, 0)"
    by_year = f"{on.year} - ${{birth_year}}"
    for name, of_year in (
        ("age_at_least", f"if({by_year} > 0, {by_year} - 1, 0)"),
        ("age_at_most", by_year),
    ):
        yield {
            "type": "calculate",
            "name": name,
            "calculation": f"if(${{birth_date}} != '', {exact}, "
            f"if(${{birth_year}} != '', {of_year}, ${{age}}))",
        }


def _mark_rows() -> Iterator[Row]:
    """What the form notes of each member, to add up over the household."""
    head, couple = "${relation} = 'head'", "(${relation} = 'head' or ${relation} = 'spouse')"
    aged = f"{couple} and ${{age_at_least}} != ''"
    marks = {
        "is_head": f"if({head}, 1, 0)",
        "is_female_head": f"if({head} and ${{sex}} = 'female', 1, 0)",
        "is_male_head": f"if({head} and ${{sex}} = 'male', 1, 0)",
        "age_in_couple": f"if({aged}, ${{age_at_most}}, 0)",
        "age_in_couple_or_more": f"if({aged}, ${{age_at_least}}, {NO_AGE})",
    }
    for name, calculation in marks.items():
        yield {"type": "calculate", "name": name, "calculation": calculation}


def _roster_rows() -> Iterator[Row]:
    """What the form computes from all members, and doubts about them."""
    women, men = "sum(${is_female_head})", "sum(${is_male_head})"
    computed = {
        "household_size": "count(${members})",
        "female_head": f"if({women} > 0, '{YES}', if({men} > 0, '{NO}', '{UNKNOWN}'))",
        "heads": "sum(${is_head})",
        "eldest_of_couple": "max(${age_in_couple})",
        "youngest_of_couple": "min(${age_in_couple_or_more})",
    }
    for name, calculation in computed.items():
        yield {"type": "calculate", "name": name, "calculation": calculation}
    yield _doubt("no_head", "${heads} = 0")
    yield _doubt("several_heads", "${heads} > 1")


def _doubts(question: Question, *, in_vnd: bool) -> Iterator[Row]:
    """Notes under an answer that is hardly true; the bounds are those of `violations`."""
    child, parent = "${relation} = 'child'", "${relation} = 'parent'"
    monthly = "${income_12m} div 12 div ${household_size}"
    if question.name == "age":
        young = f"${{relation}} = 'spouse' and ${{age_at_most}} < {YOUNGEST_SPOUSE}"
        yield _doubt("spouse_too_young", young, years=YOUNGEST_SPOUSE)
        older = "${eldest_of_couple} > 0 and ${age_at_least} >= ${eldest_of_couple}"
        yield _doubt("child_older_than_parents", f"{child} and {older}")
        younger = (
            f"${{youngest_of_couple}} < {NO_AGE} and ${{age_at_most}} <= ${{youngest_of_couple}}"
        )
        yield _doubt("parent_too_young", f"{parent} and ${{age_at_most}} != '' and {younger}")
    elif question.name in YOUNGEST:
        parts = [
            f"(${{{question.name}}} = '{level}' and ${{age_at_most}} < {age})"
            for level, age in YOUNGEST[question.name].items()
        ]
        if question.name == "attending":
            old = f"${{age_at_least}} > {OLDEST_IN_PRESCHOOL}"
            parts.append(f"(${{attending}} = '{EducationLevel.PRESCHOOL}' and {old})")
        known = "${age_at_most} != ''"
        yield _doubt(
            "schooling_against_age",
            f"{known} and ({' or '.join(parts)})",
            name=f"{question.name}_against_age",
        )
    elif question.name == "income_12m" and in_vnd:
        low = f"${{income_12m}} > 0 and {monthly} < {THOUSANDS_BELOW}"
        yield _doubt("in_thousands", low)
        yield _doubt("year_as_month", f"{monthly} >= {YEAR_FROM}")
    elif question.name == "floor_area":
        small = f"${{floor_area}} > 0 and ${{floor_area}} < {FLOOR_AREA_FROM}"
        yield _doubt("other_unit_of_area", f"({small}) or ${{floor_area}} >= {FLOOR_AREA_BELOW}")


def _doubt(id: str, relevant: str, *, name: str = "", **fields: Any) -> Row:
    label = _filled(wording().doubts[id], **fields)
    return {"type": "note", "name": name or id, "label": label, "relevant": relevant}


# -- rows of the sheet "choices" ---------------------------------------------------------------


def _choice_rows(form: Questionnaire) -> Iterator[Row]:
    lists = {q.choice_list: q.choices for q in form.questions if q.choices}
    for name, choices in lists.items():
        for choice in choices:
            yield {"list_name": name, "name": choice.code, "label": choice.label}
