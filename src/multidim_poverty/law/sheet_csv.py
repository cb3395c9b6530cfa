"""A filled CSV template of a score sheet, read to the same content as a TOML file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

from multidim_poverty.dates import as_date
from multidim_poverty.language import number_of_text
from multidim_poverty.law.parts import repeated

__all__ = ["SheetCsv"]

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
YES_NO = ("yes", "no")
HEAD = ("name", "title_vi", "title_en", "standard", "historical", "partial")
DOCUMENT = ("document_vi", "document_en", "signed", "in_force")
CELLS = (
    *("item", "answer", "kind", "vi", "en", "lowest", "whole", "at_least", "below", "not_scored"),
    *("article", "clause", "point", "confidence", "checked_on", "note"),
)
OPTIONAL = ("article", "clause", "point", "checked_on", "note")


class SheetCsv:
    """A filled CSV template as the same raw content that a TOML file has."""

    def __init__(self, text: str) -> None:
        self.problems: list[str] = []
        self.raw: dict[str, Any] = {"notes": [], "regions": [], "items": []}
        self.documents: dict[str, Any] = {}
        stream, dialect = _dialect(text)
        self.comma_is_decimal = dialect.delimiter != ","
        lines = csv.reader(stream, dialect, strict=True)
        rows: list[list[str]] = []
        try:
            rows += ([cell.strip() for cell in row] for row in lines)
        except csv.Error as error:
            self.problems.append(f"not valid CSV, line {lines.line_num}: {error}")
            return
        rows = [row for row in rows if any(row)]
        start = next((n for n, row in enumerate(rows) if row[0] == "item"), len(rows))
        self._head(rows[:start])
        if start == len(rows):
            self.problems.append("there is no row that begins with 'item'; keep the template's")
            return
        self._items(rows[start], rows[start + 1 :])

    def _head(self, rows: Sequence[Sequence[str]]) -> None:
        values: dict[str, str] = {}
        for row in rows:
            key, first, *rest = (*row, "", "", "", "")
            if key == "note":
                self.raw["notes"] += [first] if first else []
            elif key == "region":
                label = {"vi": rest[1], "en": rest[2]}
                self.raw["regions"].append({"id": first, "area": rest[0], "label": label})
            elif key not in HEAD + DOCUMENT:
                self.problems.append(f"unknown row {key!r} above the items")
            elif key in values:
                self.problems.append(f"row {key!r} is given twice")
            else:
                values[key] = first
        lacking = [key for key in HEAD + DOCUMENT[:2] if key not in values]
        self.problems += [f"row {key!r} is missing above the items" for key in lacking]
        get = values.get
        self.raw |= {"name": get("name", ""), "standard": get("standard", "")}
        self.raw["title"] = {"vi": get("title_vi", ""), "en": get("title_en", "")}
        for key in ("historical", "partial"):
            self.raw[key] = self._yes_no(get(key, ""), key)
        title = {"vi": get("document_vi", ""), "en": get("document_en", "")}
        days = {key: self._day(get(key, ""), key) for key in DOCUMENT[2:] if get(key)}
        self.documents = {"form": {"title": title, **days}}

    def _items(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        regions = [region["id"] for region in self.raw["regions"]]
        header = [cell for cell in header if cell]
        self.problems += repeated("column", header)
        self.problems += [
            f"column {cell!r} is neither one of the template nor a region"
            for cell in header
            if cell not in (*CELLS, *regions)
        ]
        self.problems += [
            f"column {cell!r} is missing among the items"
            for cell in (*CELLS, *regions)
            if cell not in header
        ]
        if self.problems:
            return
        items: dict[str, dict[str, Any]] = {}
        for row in rows:
            if any(row[len(header) :]):
                self.problems.append(f"item {row[0]!r}: a row has more cells than the header")
            cells = dict(zip(header, [*row, *[""] * len(header)], strict=False))
            item, where = cells["item"], f"item {cells['item']!r}"
            if cells["kind"]:
                stray = [r for r in (*regions, "answer", "at_least", "below") if cells[r]]
                self.problems += [f"{where}: {r!r} belongs in the rows of answers" for r in stray]
                if item in items:
                    self.problems.append(f"{where} is given twice")
                items[item] = self._item(cells, where)
                self.raw["items"].append(items[item])
            elif item not in items:
                self.problems.append(f"{where}: an answer stands before the row with its kind")
            else:
                number = items[item]["kind"] == "number"
                items[item]["answers"].append(self._answer(cells, regions, where, number))

    def _item(self, cells: dict[str, str], where: str) -> dict[str, Any]:
        item: dict[str, Any] = {
            "id": cells["item"],
            "kind": cells["kind"],
            "label": {"vi": cells["vi"], "en": cells["en"]},
            "citation": self._citation(cells, where),
            "answers": [],
        }
        if cells["kind"] == "number" or cells["lowest"]:
            item["lowest"] = self._number(cells["lowest"])
        if cells["whole"]:
            item["whole"] = self._yes_no(cells["whole"], f"{where}: whole")
        if cells["not_scored"]:
            item["not_scored"] = {"column": cells["not_scored"]}
        return item

    def _answer(
        self, cells: dict[str, str], regions: Sequence[str], where: str, number: bool
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "label": {"vi": cells["vi"], "en": cells["en"]},
            "points": {region: self._number(cells[region]) for region in regions},
        }
        if cells["answer"] or not number:
            answer["id"] = cells["answer"]
        if number or cells["at_least"]:
            answer["at_least"] = self._number(cells["at_least"])
        if cells["below"] != "last" and (number or cells["below"]):
            answer["below"] = self._number(cells["below"])
        if any(cells[key] for key in ("confidence", *OPTIONAL)):
            answer["citation"] = self._citation(cells, where)
        return answer

    def _citation(self, cells: dict[str, str], where: str) -> dict[str, Any]:
        citation: dict[str, Any] = {key: cells[key] for key in OPTIONAL if cells[key]}
        if "checked_on" in citation:
            citation["checked_on"] = self._day(citation["checked_on"], f"{where}: checked_on")
        return {"document": "form", "confidence": cells["confidence"], **citation}

    def _number(self, text: str) -> int | float | str:
        """A number from a cell; anything else stays a text, for the model to refuse.

        Where commas do not part the cells, one may be the decimal sign: 1.000 has two readings
        then, and is no number.
        """
        if self.comma_is_decimal:
            number = number_of_text(text)
            return text if number is None else number
        if not NUMBER.fullmatch(text):
            return text
        return float(text) if "." in text else int(text)

    def _yes_no(self, text: str, where: str) -> bool:
        if text not in YES_NO:
            self.problems.append(f"{where}: write 'yes' or 'no', not {text!r}")
        return text == "yes"

    def _day(self, text: str, where: str) -> dt.date | None:
        try:
            return as_date(text, "date")
        except ValueError:
            self.problems.append(f"{where}: {text!r} is not a date; write it as YYYY-MM-DD")
            return None


def _dialect(text: str) -> tuple[io.StringIO, type[csv.Dialect]]:
    """The text, and how its cells are parted: by what follows the first word."""

    class Dialect(csv.excel):
        delimiter = next((c for c in text.partition("\n")[0] if c in ",;\t"), ",")

    return io.StringIO(text, newline=""), Dialect
