"""Reading law files: every problem named with its place, items by their names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from multidim_poverty.base import Model
from multidim_poverty.base.files import InputFile, Limits, decode
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.errors import LawFileError, UnreadableFileError
from multidim_poverty.law.citation import Document
from multidim_poverty.law.documents import read_documents, shipped_documents

__all__ = ["M", "checked", "data_text", "problems_of", "text_of", "validated"]

M = TypeVar("M", bound=Model)
Loc = tuple[int | str, ...]
# Lists whose entries have names.
ENTRIES = ("items", "answers", "regions", "rules", "benefits", "parameters", "place_lists")


def text_of(path: PathOrFile) -> str:
    """The text of a law file: UTF-8, with or without a mark of byte order, or UTF-16."""
    name = Path(path).name if isinstance(path, str | os.PathLike) else "the file"
    try:
        decoded = decode(InputFile.of(path, Limits()))
    except UnreadableFileError as error:
        raise LawFileError(name, [str(error)]) from error
    if not decoded.encoding.startswith("utf"):  # a guess, which may spell names wrongly
        problem = "not UTF-8: save it as UTF-8 ('CSV UTF-8' in a spreadsheet program)"
        raise LawFileError(name, [problem])
    return decoded.text


def checked(model: type[M], raw: dict[str, Any], described: Any, name: str) -> M:
    """The model of a raw content, citing the documents that the file describes."""
    blanks = [f"{place_of(raw, loc)} is not filled" for loc in empty_cells(raw)]
    blanks += [f"documents.{place_of({}, loc)} is not filled" for loc in empty_cells(described)]
    if blanks:
        raise LawFileError(name, blanks)
    try:
        own_documents = read_documents(described)
    except ValidationError as error:
        raise LawFileError(name, problems_of(error, {})) from error
    return validated(model, raw, name, documents={**shipped_documents(), **own_documents})


def validated(
    model: type[M],
    raw: dict[str, Any],
    name: str,
    documents: Mapping[str, Document] | None = None,
) -> M:
    """The model of a raw content; a `LawFileError` of that name lists every problem."""
    try:
        return model.model_validate(raw, context={"documents": documents or {}})
    except ValidationError as error:
        raise LawFileError(name, problems_of(error, raw)) from error


def problems_of(error: ValidationError, raw: Any) -> list[str]:
    """What pydantic rejected in a raw content, each problem with its place."""
    return [
        f"{place_of(raw, fault['loc']) or 'the file as a whole'}: "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    ]


def empty_cells(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Places of the cells of a template that were not filled."""
    if isinstance(value, str) and not value.strip():
        yield loc
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from empty_cells(inner, (*loc, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from empty_cells(inner, (*loc, n))


def place_of(raw: Any, loc: Loc) -> str:
    """A place in a file in words: items, answers and regions by their names."""
    words: list[str] = []
    path: list[str] = []
    for key in loc:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):  # a key that is missing, or of no table
            if path and key == path[-1]:  # pydantic names the kind of a condition, then its key
                continue
            raw = None
        if isinstance(key, int) and path and path[-1] in ENTRIES:
            words.append(f"{path.pop().removesuffix('s').replace('_', ' ')} {called(raw, key)}")
        else:
            path.append(str(key))
    return ", ".join([*words, ".".join(path)] if path else words)


def called(raw: Any, position: int) -> str:
    """The name of an entry as far as it has one, else its number."""
    entry = raw if isinstance(raw, dict) else {}
    for key in ("id", "name"):
        if isinstance(entry.get(key), str) and entry[key].strip():
            return repr(entry[key])
    start = entry.get("at_least")
    return f"{position + 1}" if start in (None, "") else f"{position + 1} (from {start})"


def data_text(name: str) -> str:
    """The text of a file in the folder of data."""
    return resources.files("multidim_poverty").joinpath("data", name).read_text(encoding="utf-8")
