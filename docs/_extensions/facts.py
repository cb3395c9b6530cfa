"""The directive ``facts``: a table that is made from the data of the package, in either language.

````
```{facts} lines decree_07_2021
```
````

A page under ``vi/`` gets Vietnamese headings and labels. Such a table is content, not an example:
what a reader can run stands in code cells.
"""

from __future__ import annotations

import datetime as dt
import html
import inspect
import re
from collections.abc import Callable, Iterable

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import multidim_poverty as mdp
from multidim_poverty import programmes, schema, vocabulary
from multidim_poverty.language import Label, Language
from multidim_poverty.law import Citation, Procedure, Standard
from multidim_poverty.law.clerical_work import clerical_work
from multidim_poverty.law.low_income_worker import low_income_criterion
from multidim_poverty.law.point_rule import point_rule

LONG = 160  # characters; a longer list of values folds away
PROCEDURE_DAY = "2023-09-05"
UNCONFIRMED = " [unconfirmed]", " [chưa đối chiếu]"
HEADINGS_VI = {
    "actor": "ai làm",
    "answers": "câu trả lời",
    "amount": "mức",
    "area": "khu vực",
    "article": "điều khoản",
    "benefit": "chính sách",
    "checked on": "ngày đối chiếu",
    "citation": "nguồn",
    "classes": "các loại hộ",
    "code": "mã",
    "column": "cột",
    "confidence": "mức tin cậy",
    "deprivations at least": "số thiếu hụt từ",
    "deprivations at most": "số thiếu hụt đến",
    "deprived when": "thiếu hụt khi",
    "English": "tiếng Anh",
    "first day": "ngày đầu",
    "in words": "tên gọi",
    "income above": "thu nhập trên",
    "income at most": "thu nhập đến",
    "indicator": "chỉ số",
    "indicators": "số chỉ số",
    "last day": "ngày cuối",
    "left out": "không bao gồm",
    "line": "chuẩn",
    "list": "danh mục",
    "meaning": "ý nghĩa",
    "message": "thông báo",
    "name": "tên",
    "no.": "số",
    "note": "ghi chú",
    "part": "phần",
    "payer": "nguồn chi",
    "places": "địa bàn",
    "poverty class": "loại hộ",
    "read by": "chỉ số sử dụng",
    "required": "bắt buộc",
    "rule": "quy tắc",
    "rural": "nông thôn",
    "severity": "mức độ",
    "source": "nguồn",
    "standard": "chuẩn",
    "step": "bước",
    "title": "tên văn bản",
    "type": "kiểu",
    "unit": "đơn vị",
    "urban": "thành thị",
    "value": "giá trị",
    "Vietnamese": "tiếng Việt",
    "what to do": "cần làm",
    "who acts": "ai làm",
    "whom": "đối tượng",
    "why off": "vì sao tắt",
}
CONFIDENCE_VI = {
    "text": "nguyên văn",
    "secondary": "nguồn thứ cấp",
    "unconfirmed": "chưa đối chiếu",
}


class Markup(str):
    """Text that is HTML already."""


Row = dict[str, object]


def cell(value: object) -> str:
    """One value as HTML: nothing where it is missing, thousands apart in amounts."""
    if isinstance(value, Markup):
        return value
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, dt.date):
        return f'<span class="date">{value}</span>'
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:,}"
    return html.escape(str(value))


def codes(values: Iterable[object]) -> Markup:
    return Markup(", ".join(f"<code>{html.escape(str(value))}</code>" for value in values))


def lines(values: Iterable[object]) -> Markup:
    return Markup("<br>".join(html.escape(str(value)) for value in values))


def rule_value(value: str) -> Markup:
    """The value of a rule, one entry per line; a long list is folded."""
    parts = value.split("; ")
    if len(parts) > 1 and len(value) > LONG:
        return Markup(f"<details><summary>{len(parts)} ×</summary>{lines(parts)}</details>")
    return lines(parts)


def plain(citation: str) -> str:
    """A citation without its mark, where the confidence has a column of its own."""
    for mark in UNCONFIRMED:
        citation = citation.removesuffix(mark)
    return citation


def level(confidence: object, language: Language) -> Markup:
    word = CONFIDENCE_VI[str(confidence)] if language == "vi" else str(confidence)
    return Markup(f'<span class="confidence {confidence}">{word}</span>')


def source(citation: Citation, language: Language) -> Row:
    return {
        "source": plain(citation.text(language)),
        "confidence": level(citation.confidence, language),
        "checked on": citation.checked_on,
        "note": citation.note,
    }


# -- standards ---------------------------------------------------------------------------------


def standards(language: Language) -> list[Row]:
    return [
        {
            "name": codes([s.name]),
            "title": lines([s.title.vi, s.title.en]),
            "first day": s.periods[0].first,
            "last day": s.periods[-1].last,
            "indicators": len(s.indicators),
            "classes": codes(s.classes),
        }
        for s in mdp.standards()
    ]


def periods(language: Language, name: str) -> list[Row]:
    return [
        {"first day": p.first, "last day": p.last, **source(p.citation, language)}
        for p in mdp.standard(name).periods
    ]


def income_lines(language: Language, name: str) -> list[Row]:
    return [
        {
            "line": codes([line.id]),
            "Vietnamese": line.label.vi,
            "English": line.label.en,
            "rural": line.rural,
            "urban": line.urban,
            **source(line.citation, language),
        }
        for line in mdp.standard(name).lines
    ]


def decision_table(language: Language, name: str) -> list[Row]:
    frame = mdp.standard(name).decision_table().reset_index(drop=True).astype(object)
    frame["poverty_class"] = [codes([one]) for one in frame["poverty_class"]]
    frame.columns = frame.columns.str.replace("_", " ")
    return frame.to_dict("records")


def indicators(language: Language, name: str) -> list[Row]:
    return [
        {
            "no.": number,
            "indicator": codes([i.id]),
            "name": lines([i.label.vi, i.label.en]),
            "deprived when": lines([i.deprived_when.vi, i.deprived_when.en]),
            "source": plain(i.citation.text(language)),
            "confidence": level(i.citation.confidence, language),
        }
        for number, i in enumerate(mdp.standard(name).indicators, start=1)
    ]


def confidence(language: Language) -> list[Row]:
    rows = []
    for standard in mdp.standards():
        counts = standard.provisions()["confidence"].value_counts()
        levels = {word: int(counts.get(word, 0)) for word in CONFIDENCE_VI}
        if language == "vi":
            levels = {CONFIDENCE_VI[word]: count for word, count in levels.items()}
        rows.append({"standard": codes([standard.name]), **levels})
    return rows


LAW: dict[str, Callable[[], object]] = {
    "procedure": lambda: mdp.procedure_on(PROCEDURE_DAY),
    "points": lambda: point_rule(mdp.standard("decision_59_2015")),
    "clerical_work": clerical_work,
    "low_income_workers": low_income_criterion,
    "national_2021_2026": lambda: programmes.rules("national_2021_2026"),
    "plan_740_dak_nong_rules": lambda: programmes.rules("plan_740_dak_nong_rules"),
}


def provisions(language: Language, name: str, *parts: str) -> list[Row]:
    """Every value of a standard or of the procedure; of the named parts alone, if any is named."""
    law = LAW[name]() if name in LAW else mdp.standard(name)
    frame = law.provisions(language).astype(object)
    if parts:
        frame = frame[frame["part"].str.startswith(parts)]
    return [
        {
            "part": row.part,
            "name": row.value_name,
            "value": rule_value(row.value),
            "source": plain(row.citation),
            "confidence": level(row.confidence, language),
            "checked on": row.checked_on,
            "note": row.note,
        }
        for row in frame.itertuples()
    ]


def unconfirmed(language: Language, name: str, *parts: str) -> list[Row]:
    rows = [row for row in provisions(language, name, *parts) if "unconfirmed" in row["confidence"]]
    return [{key: row[key] for key in ("part", "name", "value", "source", "note")} for row in rows]


def steps(language: Language, process: str, *events: str) -> list[Row]:
    """The steps of a process, with their articles; of the named events alone, if any is named."""
    frame = mdp.procedure_on(PROCEDURE_DAY).steps(language).astype(object)
    frame = frame[(frame["process"] == process) & (frame["event"].isin(events) | (not events))]
    return [
        {
            "step": codes([row.event]),
            "in words": row.label,
            "who acts": row.actor,
            "source": plain(row.citation),
            "confidence": level(row.confidence, language),
            "note": row.note,
        }
        for row in frame.itertuples()
    ]


# -- benefits ----------------------------------------------------------------------------------

PARAMETER_UNITS = {
    "vnd": Label(vi="đồng", en="VND"),
    "vnd_per_kwh": Label(vi="đồng/kWh", en="VND/kWh"),
    "day": Label(vi="ngày", en="day"),
}
YES_NO_DEPENDS = {
    True: Label(vi="có", en="yes"),
    False: Label(vi="không", en="no"),
    None: Label(vi="tùy", en="depends"),
}


def rule_rows(language: Language, status: str, *names: str) -> list[Row]:
    """The rules of some sets with one status, in words."""
    frame = programmes.rules_table(rules=list(names), language=language).astype(object)
    frame = frame[frame["status"] == status].astype(object).where(frame.notna(), None)
    return frame.to_dict("records")


def rule_name(row: Row) -> Markup:
    return Markup(f"{html.escape(str(row['entitled']))}<br>{codes([row['rule']])}")


def day(value: object) -> dt.date | None:
    return None if value is None else pd.Timestamp(value).date()


def entitlements(language: Language, name: str) -> list[Row]:
    """The rules of a set that are on: whom each entitles, to how much, and on which days."""
    return [
        {
            "benefit": row["benefit_label"],
            "whom": rule_name(row),
            "left out": lines(str(row["exclusions"]).split("; ") if row["exclusions"] else []),
            "amount": row["amount"],
            "first day": day(row["valid_from"]),
            "last day": day(row["valid_to"]),
            "source": lines(str(row["citation"]).split("; ")),
            "confidence": level(row["confidence"], language),
            "checked on": row["checked_on"],
            "note": row["note"],
        }
        for row in rule_rows(language, "on", name)
    ]


def rules_off(language: Language, *names: str) -> list[Row]:
    """The rules of some sets that are off, and why."""
    return [
        {
            "benefit": row["benefit_label"],
            "whom": rule_name(row),
            "why off": row["why_off"],
            "amount": row["amount"],
            "first day": day(row["valid_from"]),
            "last day": day(row["valid_to"]),
            "source": plain(str(row["citation"])),
        }
        for row in rule_rows(language, "off", *names)
    ]


def class_word(code: str, language: Language) -> str:
    """A class without the word household, for a narrow heading."""
    if language == "en":
        return code.replace("_", " ")
    return vocabulary.PovertyClass.of(code).vi.removeprefix("Hộ ").removeprefix("có ")


def by_class(language: Language, name: str, on: str) -> list[Row]:
    """Whether each class has each benefit on a day, as far as the class alone decides."""
    classes = [str(one) for one in mdp.standard_on(on, purpose="policy").classes]
    words = {code: class_word(code, language) for code in classes}
    current = pd.DataFrame({"poverty_class": classes}, index=pd.Index(classes, name="household_id"))
    rules_of_day = programmes.rules(name, on=on)
    asked = programmes.eligible(current, rules=rules_of_day, on=on, all=True)
    in_words = programmes.rules_table(rules=rules_of_day, language=language)
    rows: list[Row] = []
    for benefit, answers in asked.groupby("benefit", observed=True, sort=False):
        row: Row = {"benefit": rules_of_day.benefit(str(benefit)).label.text(language)}
        for code in classes:
            of_class = answers.loc[answers["household_id"] == code, "eligible"]
            answer = True if of_class.eq(True).any() else None if of_class.isna().any() else False
            row[words[code]] = YES_NO_DEPENDS[answer].text(language)
        cited = in_words[in_words["benefit"].eq(benefit) & in_words["status"].eq("on")]
        levels = dict.fromkeys(level(one, language) for one in cited["confidence"])
        row["source"] = lines(dict.fromkeys("; ".join(cited["citation"]).split("; ")))
        row["confidence"] = Markup("<br>".join(levels))
        rows.append(row)
    return rows


def parameters(language: Language, *names: str) -> list[Row]:
    """What no text at hand gives, and a user must."""
    return [
        {
            "name": codes([parameter.id]),
            "meaning": parameter.label.text(language),
            "unit": PARAMETER_UNITS[parameter.unit].text(language),
        }
        for name in names
        for parameter in programmes.rules(name).parameters
    ]


def place_lists(language: Language, *names: str) -> list[Row]:
    """The lists of places that the rules of some sets name."""
    entries = {entry.id: entry for name in names for entry in programmes.rules(name).place_lists}
    return [
        {
            "list": codes([entry.id]),
            "in words": entry.label.text(language),
            "places": lines(
                dict.fromkeys(
                    f"{place.district or place.commune}, {place.province}" for place in entry.places
                )
            ),
            **source(entry.citation, language),
        }
        for entry in entries.values()
    ]


# -- columns, answers, rules -------------------------------------------------------------------


def columns(language: Language, table: str) -> list[Row]:
    frame = schema.columns()
    yes = "có" if language == "vi" else "yes"
    return [
        {
            "column": codes([row.column]),
            "Vietnamese": row.label_vi,
            "English": row.label_en,
            "type": row.dtype,
            "unit": row.unit,
            "required": yes if row.required else "",
            "answers": codes(row.answers.split(", ")) if row.answers else "",
            "read by": lines(
                re.sub(r"(decision|decree)_(\d+)_(\d+)", r"\2/\3", row.read_by).split("; ")
            ),
        }
        for row in frame[frame["table"] == table].itertuples()
    ]


ANSWERS = {
    "Area": "area",
    "WaterSource": "water_source",
    "Toilet": "toilet",
    "Sex": "sex",
    "Relation": "relation",
    "EmploymentStatus": "employment_status",
    "EducationLevel": "attending, qualification",
    "IncomeSource": "source",
    "ReviewProcess": "process",
    "ReviewEvent": "event",
    "ListingBasis": "basis",
    "PovertyClass": "previous_class, assessed_class",
    "Actor": "present",
}


def answers(language: Language) -> list[Row]:
    return [
        {
            "column": codes(where.split(", ")) if number == 0 else "",
            "code": codes([term]),
            "Vietnamese": term.vi,
            "English": term.en,
        }
        for name, where in ANSWERS.items()
        for number, term in enumerate(getattr(vocabulary, name))
    ]


def rules(language: Language, area: str) -> list[Row]:
    def dots(text: object) -> str:
        return re.sub(r"\{\w+\}", "…", text) if isinstance(text, str) else ""

    first, second = ("vi", "en") if language == "vi" else ("en", "vi")
    frame = schema.rules()
    return [
        {
            "rule": codes([row["rule"]]),
            "severity": row["severity"],
            "meaning": lines([row[f"meaning_{first}"], row[f"meaning_{second}"]]),
            "message": lines([dots(row[f"message_{first}"]), dots(row[f"message_{second}"])]),
            "what to do": lines([dots(row[f"action_{first}"]), dots(row[f"action_{second}"])]),
        }
        for row in frame[frame["area"] == area].to_dict("records")
    ]


# -- glossary ----------------------------------------------------------------------------------


def glossary(language: Language, of: str) -> list[Row]:
    """One row per code and words, with the articles of all standards that use them."""
    shipped = mdp.standards()
    parts: dict[str, Callable[[], Iterable[tuple[object, Label, Citation]]]] = {
        "classes": lambda: (
            (rule.poverty_class, rule.poverty_class, rule.citation)
            for standard in shipped
            for rule in standard.class_rules
        ),
        "lines": lambda: ((x.id, x.label, x.citation) for s in shipped for x in s.lines),
        "indicators": lambda: ((x.id, x.label, x.citation) for s in shipped for x in s.indicators),
        "events": lambda: (
            (step.event, step.event, step.citation)
            for process in mdp.procedure_on(PROCEDURE_DAY).processes
            for step in process.steps
        ),
    }
    articles: dict[tuple[str, str, str], dict[str, None]] = {}
    for code, label, citation in parts[of]():
        key = (str(code), label.vi, label.en)
        articles.setdefault(key, {})[citation.text(language)] = None
    return [
        {"Vietnamese": vi, "English": en, "code": codes([code]), "article": lines(texts)}
        for (code, vi, en), texts in articles.items()
    ]


def vocabulary_codes(language: Language) -> list[Row]:
    shown = (vocabulary.PovertyClass, vocabulary.ReviewEvent, vocabulary.Term)
    return [
        {"Vietnamese": term.vi, "English": term.en, "code": codes([term]), "list": name}
        for name in vocabulary.__all__
        if inspect.isclass(kind := getattr(vocabulary, name)) and kind not in shown
        for term in kind
    ]


# -- the directive -----------------------------------------------------------------------------

TABLES: dict[str, Callable[..., list[Row]]] = {
    "standards": standards,
    "periods": periods,
    "lines": income_lines,
    "decision_table": decision_table,
    "indicators": indicators,
    "confidence": confidence,
    "provisions": provisions,
    "unconfirmed": unconfirmed,
    "steps": steps,
    "columns": columns,
    "answers": answers,
    "rules": rules,
    "glossary": glossary,
    "codes": vocabulary_codes,
    "entitlements": entitlements,
    "rules_off": rules_off,
    "by_class": by_class,
    "parameters": parameters,
    "place_lists": place_lists,
}


def table_html(rows: list[Row], language: Language) -> str:
    headings = list(rows[0])
    words = [HEADINGS_VI.get(name, name) if language == "vi" else name for name in headings]
    head = "".join(f"<th>{html.escape(word)}</th>" for word in words)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell(row[name])}</td>" for name in headings) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="facts" tabindex="0"><table class="table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def notes(name: str) -> str:
    law: Standard | Procedure = LAW[name]() if name in LAW else mdp.standard(name)
    return "<ul>" + "".join(f"<li>{html.escape(note)}</li>" for note in law.notes) + "</ul>"


class Facts(SphinxDirective):
    """``facts NAME ARGUMENTS``, where NAME is one of `TABLES` or ``notes``."""

    required_arguments = 1
    optional_arguments = 20

    def run(self) -> list[nodes.Node]:
        language: Language = "vi" if self.env.docname.startswith("vi/") else "en"
        name, *rest = self.arguments
        shown = (
            notes(*rest) if name == "notes" else table_html(TABLES[name](language, *rest), language)
        )
        return [nodes.raw("", shown, format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("facts", Facts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
