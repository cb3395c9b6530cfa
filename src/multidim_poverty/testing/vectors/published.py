"""The folder of vectors: cases as JSON lines, the law as JSON, an index, a schema, a README."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from multidim_poverty.base.files.writing import replace_file
from multidim_poverty.errors import ArgumentError, MissingFileError
from multidim_poverty.law.citation import Citation
from multidim_poverty.programmes.benefit_rules.conditions import Not
from multidim_poverty.testing.vectors.case import VectorCase
from multidim_poverty.testing.vectors.collection import cases, laws
from multidim_poverty.testing.vectors.layout import README, schema

__all__ = ["contents", "read", "write"]

FORMAT = 1
FLAT = ("points", "deadlines", "rates", "eligibility")  # kinds that are also written as CSV


def write(folder: str | Path) -> list[Path]:
    """Write all cases, the law they follow, index, schema and README into a folder.

    Parameters
    ----------
    folder : path-like
        It must be there; files of the same names are replaced.

    Returns
    -------
    list of pathlib.Path
        The files, which have the same bytes in every run.

    Raises
    ------
    MissingFileError
        If there is no such folder.

    Notes
    -----
    ``index.json`` names each file with its kind, its law, the hash of that law
    (`Standard.content_hash`), the number of its cases by confidence, and its sources, to which
    the cases refer by position.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from multidim_poverty.testing import vectors
    >>> with TemporaryDirectory() as folder:
    ...     sorted({path.parent.name for path in vectors.write(folder) if path.suffix == ".csv"})
    ['deadlines', 'eligibility', 'points', 'rates']
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise MissingFileError(f"there is no folder {folder}: make it first")
    written = []
    for name, text in contents().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with replace_file(path) as aside:
            aside.write_bytes(text.encode())
        written.append(path)
    return written


def read(folder: str | Path) -> list[VectorCase]:
    """The cases of a folder, as `write` wrote them.

    Parameters
    ----------
    folder : path-like
        With ``index.json`` in it.

    Returns
    -------
    list of VectorCase

    Raises
    ------
    MissingFileError
        If the index, or a file that it names, is not there.
    ArgumentError
        If the index is of another format.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from multidim_poverty.testing import vectors
    >>> with TemporaryDirectory() as folder:
    ...     _ = vectors.write(folder)
    ...     vectors.read(folder) == vectors.cases()
    True
    """
    folder = Path(folder)
    index = json.loads((folder / "index.json").read_text("utf-8"))
    if index.get("format") != FORMAT:
        raise ArgumentError(
            f"{folder}/index.json is of format {index.get('format')!r}; format {FORMAT} is read"
        )
    return [case for entry in index["files"] for case in _read_file(folder, entry)]


def _read_file(folder: Path, entry: Mapping[str, Any]) -> Iterator[VectorCase]:
    for text in (folder / entry["file"]).read_text("utf-8").splitlines():
        line = json.loads(text)
        yield VectorCase(
            line["id"],
            entry["kind"],
            entry["law"],
            line["confidence"],
            line["input"],
            line["expected"],
            tuple(entry["sources"][place] for place in line["sources"]),
        )


def contents() -> dict[str, str]:
    """Name of each file of the folder, and its text."""
    files: dict[str, str] = {}
    entries = []
    for (kind, law), group in groupby(cases(), key=lambda case: (case.kind, case.law)):
        of_file = list(group)
        name = f"{kind}/{law}.jsonl"
        sources = list(dict.fromkeys(source for case in of_file for source in case.sources))
        files[name] = "".join(f"{_compact(_line(case, sources))}\n" for case in of_file)
        if kind in FLAT:
            files[f"{kind}/{law}.csv"] = _csv(of_file)
        followed = laws().get(law)
        entries.append(
            {
                "file": name,
                "kind": kind,
                "law": law,
                "hash": None if followed is None else followed.content_hash,
                "cases": len(of_file),
                "confidence": dict(sorted(Counter(case.confidence for case in of_file).items())),
                "sources": sources,
            }
        )
    for law, followed in laws().items():
        files[f"law/{law}.json"] = _pretty(_law_data(followed))
    files["index.json"] = _pretty({"format": FORMAT, "files": entries})
    files["schema.json"] = _pretty(schema())
    files["README.md"] = README
    return files


def _line(case: VectorCase, sources: list[str]) -> dict[str, Any]:
    return case.line() | {"sources": [sources.index(source) for source in case.sources]}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _csv(of_file: Iterable[VectorCase]) -> str:
    """Cases of a flat kind: ``input.`` and ``expected.`` columns; empty where missing."""
    rows = [
        {"id": case.id, "confidence": case.confidence}
        | dict(_flat("input", case.input))
        | dict(_flat("expected", case.expected))
        for case in of_file
    ]
    names = sorted({name for row in rows for name in row}, key=_column_place)
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Values with the way to them: input.household.farm_household, input.history.0.on."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(f"{name}.{key}", each)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _flat(f"{name}.{at}", each)
    else:
        yield name, value


def _column_place(name: str) -> tuple[int, str]:
    parts = ("id", "confidence", "input", "expected")
    return parts.index(name.partition(".")[0]), name


def _law_data(law: Any) -> Any:
    """A law as plain data: a citation is its article in words, with its confidence."""
    data = _plain(law)
    return {"name": law.name, "hash": law.content_hash, **data}


def _plain(value: Any) -> Any:
    if isinstance(value, Citation):
        note = {} if value.note is None else {"note": value.note}
        return {"article": value.text(), "confidence": str(value.confidence), **note}
    if isinstance(value, Not):  # the one key of the condition in a file of rules
        return {value.name: _plain(value.negated)}
    if isinstance(value, BaseModel):
        fields = ((name, getattr(value, name)) for name in type(value).model_fields)
        return {name: _plain(each) for name, each in fields if each is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(each) for each in value]
    if isinstance(value, Enum | Fraction):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value
