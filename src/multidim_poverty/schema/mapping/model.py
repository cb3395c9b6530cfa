"""A mapping as data: which heading is which column, and what its answers stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import pandas as pd
import tomli_w
from pydantic import ValidationError, model_validator

from multidim_poverty.base import Model
from multidim_poverty.base.files import replace_file
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, LawFileError
from multidim_poverty.language import Language
from multidim_poverty.law.reading import text_of
from multidim_poverty.schema.mapping.application import Mapped, read_file
from multidim_poverty.schema.mapping.mapped_column import MappedColumn, MappingTable

__all__ = ["Mapping"]


class Mapping(Model):
    """What a file of an office or a survey means; made by `propose`, edited, applied.

    Attributes
    ----------
    table : {"households", "members", "both"}
        What a row of the file is; ``both``: a member, with the answers of its household beside.
    columns : tuple of MappedColumn
    ignored : tuple of str
        Headings that are not read.
    """

    table: MappingTable
    columns: tuple[MappedColumn, ...]
    ignored: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = []
        headings = [column.heading for column in self.columns]
        repeated = sorted({h for h in headings if headings.count(h) > 1 and self.table != "both"})
        problems += [f"the heading {heading!r} stands twice" for heading in repeated]
        targets = [(column.table, column.column) for column in self.columns]
        twice = sorted({t for t in targets if targets.count(t) > 1})
        problems += [f"two headings are {table}.{name}" for table, name in twice]
        if self.table != "both":
            problems += [
                f"{c.heading!r} is a column of {c.table}, and the rows are {self.table}"
                for c in self.columns
                if c.table != self.table
            ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def to_frame(self) -> pd.DataFrame:
        """The mapping as a table, to be read by a person.

        Returns
        -------
        pandas.DataFrame
            One row per heading, those that are not read last: ``heading``, ``table``, ``column``,
            ``evidence``, ``doubts`` (string), ``answers`` (string: text = code), ``multiply``
            (float64).
        """
        rows = [
            {
                "heading": c.heading,
                "table": c.table,
                "column": c.column,
                "evidence": c.evidence,
                "doubts": ", ".join(c.doubts),
                "answers": "; ".join(f"{text} = {code}" for text, code in c.answers.items()),
                "multiply": float(c.multiply),
            }
            for c in self.columns
        ]
        rows += [{"heading": heading, "doubts": "", "answers": ""} for heading in self.ignored]
        names = ["heading", "table", "column", "evidence", "doubts", "answers", "multiply"]
        return pd.DataFrame(rows, columns=names)

    def with_column(self, heading: str, **changes: Any) -> Mapping:
        """The mapping with another reading of one heading.

        Parameters
        ----------
        heading : str
        **changes
            Fields of `MappedColumn`; ``column=None`` leaves the heading unread.

        Returns
        -------
        Mapping
            In it the heading has no doubts, and the evidence ``given``.

        Raises
        ------
        LawFileError
            If there is no such heading, or the result is no mapping.
        """
        known = {column.heading: column for column in self.columns}
        if heading not in known and heading not in self.ignored:
            raise LawFileError("mapping", [f"no heading {heading!r}"])
        others = [column.model_dump() for column in self.columns if column.heading != heading]
        ignored = [text for text in self.ignored if text != heading]
        if changes.get("column", "") is None:
            ignored.append(heading)
            return _checked({"table": self.table, "columns": others, "ignored": ignored})
        old: dict[str, Any] = {"heading": heading, "table": self.table}
        if heading in known:
            old = known[heading].model_dump()
        new = {**old, "doubts": (), "evidence": "given", **changes}
        return _checked({"table": self.table, "columns": [*others, new], "ignored": ignored})

    def apply(self, frame: pd.DataFrame, *, language: Language = "en") -> Mapped:
        """Read a file through the mapping.

        Parameters
        ----------
        frame : pandas.DataFrame
            The file as it was read. It is not changed.
        language : {"en", "vi"}
            Language of the messages.

        Returns
        -------
        Mapped
            ``.households`` and ``.members`` for `violations` and `assess`, ``.columns`` with what
            was read, changed and ignored, ``.problems`` with every cell that was not understood.

        Raises
        ------
        ArgumentError
            If `frame` is no DataFrame, or lacks a heading of the mapping.
        InvalidDataError
            If a heading stands twice.

        Examples
        --------
        >>> import pandas as pd
        >>> from multidim_poverty.schema import mapping
        >>> file = pd.DataFrame(
        ...     {"Mã hộ": ["a", "b"], "Ti vi": ["x", None], "TNBQ": ["1,5 triệu", "?"]})
        >>> read = mapping.propose(file).apply(file)
        >>> read.households["has_television"].tolist(), read.problems["rule"].tolist()
        ([True, <NA>], ['numbers_not_read', 'only_yes', 'not_a_number'])
        """
        return read_file(frame, self.table, self.columns, self.ignored, language)

    def write(self, path: str | Path) -> Path:
        """Write the mapping as TOML, to be edited and kept.

        Parameters
        ----------
        path : path-like

        Returns
        -------
        pathlib.Path
        """
        defaults = {"doubts": (), "answers": {}, "decimal": "", "multiply": 1, "day_first": True}
        columns = [
            {
                name: value
                for name, value in column.model_dump().items()
                if name not in defaults or value != defaults[name]
            }
            for column in self.columns
        ]
        content = {"table": self.table, "ignored": list(self.ignored), "columns": columns}
        text, path = tomli_w.dumps(content, multiline_strings=False), Path(path)
        with replace_file(path) as aside:
            aside.write_text(text, encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: str | Path) -> Mapping:
        """Read a mapping from a TOML file.

        Raises
        ------
        LawFileError
            Names every problem: unknown columns, two headings of one column, unknown keys.
        """
        path = Path(path)
        return _checked(parse_toml(text_of(path), path.name), path.name)


def _checked(raw: dict[str, Any], name: str = "mapping") -> Mapping:
    try:
        return Mapping.model_validate(raw)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise LawFileError(name, problems) from error
