"""A Word template of an office, filled with the fields of a paper.

Needs the extra ``docx``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.sandbox
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from lxml.etree import LxmlError

from multidim_poverty.documents.layouts import Fields
from multidim_poverty.documents.paper import save_document
from multidim_poverty.errors import ArgumentError, UnknownNameError

__all__ = ["fill_template"]


def fill_template(
    template: str | Path,
    context: Mapping[str, Any],
    fields: Fields,
    path: str | Path,
    *,
    comment: str,
) -> Path:
    """Write the template with the context in place of its placeholders; values are escaped.

    A `comment` that is not empty is written into the properties of the file.

    Raises
    ------
    UnknownNameError
        If the template uses a field that the paper does not have.
    ArgumentError
        If the template is no Word file, breaks the syntax of docxtpl, or is the file to write.
    """
    if not isinstance(template, str | Path):
        raise ArgumentError(f"template is {template!r}: give the path of a Word file (.docx)")
    everywhere = {"sheets": fields, **{id: None for id in context if id != "sheets"}}
    listing = f"its fields are {', '.join(_names_of(everywhere))}"
    if Path(template).resolve() == Path(path).resolve():
        raise ArgumentError(f"template {template} is the file to write: give another path")
    document = DocxTemplate(str(template))
    try:
        document.init_docx()
    except (PackageNotFoundError, OSError, zipfile.BadZipFile, KeyError, ValueError, LxmlError):
        raise ArgumentError(
            f"template {template} is no Word file that can be read: give a .docx file, such as "
            f"documents.write_template writes; {listing}"
        ) from None
    unknown_fields: dict[str, None] = {}  # an ordered set

    class UnknownField(jinja2.ChainableUndefined):
        """Notes the name that it stands for."""

        def __init__(self, hint: Any = None, obj: Any = None, name: Any = None, *rest: Any) -> None:
            super().__init__(hint, obj, name, *rest)
            if name is not None:
                unknown_fields[str(name)] = None

    environment = jinja2.sandbox.SandboxedEnvironment(
        undefined=UnknownField, autoescape=True, finalize=_checked_text
    )
    try:
        document.render(dict(context), environment, autoescape=True)
    except (
        jinja2.TemplateError,
        LxmlError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        if not unknown_fields:
            raise ArgumentError(
                f"template {template} cannot be filled: {error}; check its placeholders: {listing}"
            ) from error
    if unknown_fields:
        raise UnknownNameError(
            f"template {template} uses {', '.join(unknown_fields)}, which this paper does not "
            f"have: {listing}"
        )
    if comment:
        document.docx.core_properties.comments = comment
    return save_document(document.docx, path)


def _checked_text(value: Any) -> Any:
    """The value, if it can be printed: a list or row of fields is no text."""
    if isinstance(value, str | int | float | jinja2.Undefined):
        return value
    raise ArgumentError("a placeholder stands for a list or a row: repeat its items with for")


def _names_of(fields: Fields, prefix: str = "") -> Iterator[str]:
    """The fields, ``[]`` after those that are lists."""
    for id, parts in fields.items():
        name = f"{prefix}{id}" if parts is None else f"{prefix}{id}[]"
        yield name
        yield from _names_of(parts or {}, f"{name}.")
