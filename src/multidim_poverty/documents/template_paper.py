"""A template that is written with the layout of a paper, placeholders in place of its values.

Needs the extra ``docx``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from multidim_poverty.documents.layouts import Fields
from multidim_poverty.documents.paper import Paper
from multidim_poverty.documents.words import PaperColumn

__all__ = ["ListField", "TemplatePaper", "placeholders"]

FIELD = re.compile(r"(\{\{ .*?) \}\}")


class ListField(NamedTuple):
    """A field that is a list, under the name by which a template asks for it."""

    name: str
    parts: Fields


def placeholders(fields: Fields, item: str) -> dict[str, Any]:
    """The placeholder of each field of a sheet or row, by id."""
    return {
        id: f"{{{{ {item}.{id} }}}}" if parts is None else ListField(f"{item}.{id}", parts)
        for id, parts in fields.items()
    }


class TemplatePaper(Paper):
    """A paper whose sheets, paragraphs and rows are written once, in loops of docxtpl."""

    def sheets(self, values: Any) -> Iterator[Any]:
        """One sheet for all; a section begins before each but the first."""
        self.doc.add_paragraph("{%p for sheet in sheets %}")
        self.doc.add_paragraph("{%p if not loop.first %}")
        last = self.doc.sections[0]._sectPr
        kinds = "w:headerReference | w:footerReference"
        references = [copy.deepcopy(part) for part in last.xpath(kinds)]
        self.new_section()
        for reference in reversed(references):  # where there is one sheet, they are the last
            self.doc.sections[-1]._sectPr.insert(0, reference)
        self.doc.add_paragraph("{%p endif %}")
        yield placeholders(values.parts, "sheet")
        self.doc.add_paragraph("{%p endfor %}")

    def each(self, values: Any, item: str) -> Iterator[Any]:
        """One part for all of a list."""
        self.doc.add_paragraph(f"{{%p for {item} in {values.name} %}}")
        yield placeholders(values.parts, item) if values.parts else f"{{{{ {item} }}}}"
        self.doc.add_paragraph("{%p endfor %}")

    def capitals(self, words: str) -> str:
        """The words in capitals; a value is put in capitals when it is known."""
        pieces = FIELD.split(words)  # words and placeholders by turns
        return "".join(
            f"{piece}|upper }}}}" if n % 2 else piece.upper() for n, piece in enumerate(pieces)
        )

    def lines(
        self, columns: Mapping[str, PaperColumn], rows: Any, number: str | None
    ) -> Sequence[Sequence[str]]:
        """One line for all rows, between those that begin and end the loop."""
        values = placeholders(rows.parts, "row")
        blanks = [""] * len(columns)
        return [
            [f"{{%tr for row in {rows.name} %}}", *blanks],
            [values[number] if number else "{{ loop.index }}", *(values[id] for id in columns)],
            ["{%tr endfor %}", *blanks],
        ]
