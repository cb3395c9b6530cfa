"""Every value of every law file as a table that a person reads: one CSV per file.

``make law-pins`` (or ``python -m tests.helpers.law_pins``) writes the tables to
``tests/law/pinned``; a test compares them with the law value by value, so that a label or a
citation that is changed fails it. A row is one value, or one part with its label and its source.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation, Document, Place
from multidim_poverty.law.clerical_work import ClericalWork
from multidim_poverty.law.days_off import DaysOff
from multidim_poverty.law.documents import read_documents, shipped_documents
from multidim_poverty.law.low_income_worker import LowIncomeCriterion
from multidim_poverty.law.point_rule import PointRule
from multidim_poverty.law.poverty_standard import Standard
from multidim_poverty.law.procedure import Procedure
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.reading import checked
from multidim_poverty.law.score_sheet import ScoreSheet
from multidim_poverty.law.unit_lists import UnitRules
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.plan_model import Plan

FOLDER = Path(__file__).parents[1] / "law" / "pinned"
COLUMNS = (
    "place", "value", "vi", "en", "citation_vi", "citation_en", "confidence", "checked_on", "note",
)  # fmt: skip
Row = tuple[str, ...]
# What an entry of a list is called in a place, the first that it has.
NAMES = ("id", "name", "event", "actor", "kind", "number", "key", "value", "year", "first", "day")


class LawFile(NamedTuple):
    """A shipped law file below the package, and what makes its content of a text."""

    path: str
    parse: Callable[[str], Any]

    @property
    def name(self) -> str:
        return Path(self.path).stem

    def text(self) -> str:
        return resources.files("multidim_poverty").joinpath(self.path).read_text(encoding="utf-8")


def _clerical_work(text: str) -> ClericalWork:
    raw = parse_toml(text, "clerical_work.toml")
    return checked(ClericalWork, raw, raw.pop("documents", {}), "clerical_work.toml")


def _units(text: str) -> UnitRules:
    return checked(UnitRules, parse_toml(text, "units.toml"), {}, "units.toml")


def _point_sheet(text: str) -> tuple[ScoreSheet, QuickForm]:
    return ScoreSheet.parse(text), QuickForm.parse(text)


FILES = (
    LawFile("law/decision_59_2015.toml", Standard.parse),
    LawFile("law/decree_07_2021.toml", Standard.parse),
    LawFile("law/decree_351_2025.toml", Standard.parse),
    LawFile("law/decision_24_2021.toml", Procedure.parse),
    LawFile("law/circular_07_2021.toml", PointRule.parse),
    LawFile("law/decree_30_2025.toml", LowIncomeCriterion.parse),
    LawFile("law/days_off.toml", DaysOff.parse),
    LawFile("law/clerical_work.toml", _clerical_work),
    LawFile("law/units.toml", _units),
    LawFile("law/documents.toml", lambda text: read_documents(tomllib.loads(text))),
    LawFile("data/score_sheet_2016_partial.toml", _point_sheet),
    LawFile("programmes/benefit_rules/national_2021_2026.toml", RuleSet.parse),
    LawFile("programmes/benefit_rules/plan_740_dak_nong_rules.toml", RuleSet.parse),
    LawFile("programmes/plan_740_dak_nong.toml", Plan.parse),
    LawFile("reports/layouts.toml", tomllib.loads),
)


# -- the rows of a content ---------------------------------------------------------------------


def rows_of(content: Any) -> list[Row]:
    """The rows of what a law file was read into."""
    documents: dict[str, Document] = {}
    rows = [*_rows(content, "", documents)]
    for title, document in documents.items():
        rows += _rows(document, f"document {title}", documents)
    return rows


def _rows(value: Any, place: str, documents: dict[str, Document]) -> Iterator[Row]:
    if isinstance(value, Citation | Place):
        if value.document not in shipped_documents().values():
            documents[value.document.title.en] = value.document
        yield _row(place, citation=value)
    elif type(value) is Label or _is_raw_label(value):
        yield _row(place, label=value)
    elif isinstance(value, BaseModel | Mapping):
        yield from _of_fields(value, place, documents)
    elif isinstance(value, list | tuple | set | frozenset):
        entries = sorted(value) if isinstance(value, set | frozenset) else value
        if entries and all(map(_is_short, entries)):
            yield _row(place, value=" | ".join(map(str, entries)))
        else:
            for name, entry in zip(_names(entries), entries, strict=True):
                yield from _rows(entry, f"{place}[{name}]", documents)
    elif value is not None:
        yield _row(place, value=str(value))


def _of_fields(
    value: BaseModel | Mapping[str, Any], place: str, documents: dict[str, Document]
) -> Iterator[Row]:
    """A row for the part itself, with its label and its source; then what else it has."""
    fields = dict(value) if isinstance(value, BaseModel) else {str(k): v for k, v in value.items()}
    label, citation = fields.get("label"), fields.get("citation")
    together = {}
    if type(label) is Label or _is_raw_label(label):
        together["label"] = fields.pop("label")
    if isinstance(citation, Citation):
        together["citation"] = fields.pop("citation")
        if citation.document not in shipped_documents().values():
            documents[citation.document.title.en] = citation.document
    if together:
        yield _row(place, **together)
    for name, inner in fields.items():
        yield from _rows(inner, f"{place}.{name}" if place else name, documents)


def _row(place: str, *, value: str = "", label: Any = None, citation: Any = None) -> Row:
    vi = en = ""
    if label is not None:
        vi, en = (label["vi"], label["en"]) if isinstance(label, Mapping) else (label.vi, label.en)
    cited = ("",) * 5
    if citation is not None:
        known = [getattr(citation, name, None) for name in ("confidence", "checked_on", "note")]
        cited = (
            citation.text("vi"), citation.text("en"), *("" if x is None else str(x) for x in known)
        )  # fmt: skip
    return (place, value, vi, en, *cited)


def _is_raw_label(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"vi", "en"}


def _is_short(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 60 and " | " not in value
    return isinstance(value, int | float | dt.date)


def _names(entries: Any) -> list[str]:
    """What each entry of a list is called: by its id or name, else by its number."""
    names = []
    for number, entry in enumerate(entries, 1):
        fields = dict(entry) if isinstance(entry, BaseModel | Mapping) else {}
        known = (
            fields[name] for name in NAMES if isinstance(fields.get(name), str | int | dt.date)
        )
        names.append(str(next(known, number)))
    return [
        name if names.count(name) == 1 else f"{name} {number}"
        for number, name in enumerate(names, 1)
    ]


# -- the files ---------------------------------------------------------------------------------


@cache
def pinned(name: str) -> list[Row]:
    """The rows that are written down for a law file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == COLUMNS
    return [tuple(row) for row in rows]


def as_csv(rows: list[Row]) -> str:
    """The text of a table of pins."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([COLUMNS, *rows])
    return out.getvalue()


def differences(name: str, content: Any) -> list[str]:
    """What a law file says beside what is written down of it, in lines."""
    old, new = pinned(name), rows_of(content)
    if old == new:
        return []
    before, after = as_csv(old).splitlines(), as_csv(new).splitlines()
    return list(difflib.unified_diff(before, after, "pinned", "law", n=0, lineterm=""))


def write() -> None:
    """Write the tables of all law files, and print what changed for a person to read."""
    FOLDER.mkdir(exist_ok=True)
    for file in FILES:
        path, rows = FOLDER / f"{file.name}.csv", rows_of(file.parse(file.text()))
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        text = as_csv(rows)
        for line in difflib.unified_diff(
            before, text.splitlines(), str(path), "the law", n=0, lineterm=""
        ):
            sys.stdout.write(f"{line}\n")
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
