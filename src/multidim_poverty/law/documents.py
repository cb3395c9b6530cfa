"""The files of the law folder: their text, and the legal documents that they cite."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pydantic import TypeAdapter

from multidim_poverty.base import FrozenDict
from multidim_poverty.law.citation import Document

__all__ = ["law_text", "read_documents", "shipped_documents"]


def law_text(name: str) -> str:
    """The text of a shipped law file."""
    return resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def read_documents(raw: Any) -> dict[str, Document]:
    """Documents by the name under which the law files cite them."""
    return TypeAdapter(dict[str, Document]).validate_python(raw)


@cache
def shipped_documents() -> FrozenDict[str, Document]:
    """The documents that every law file may cite."""
    return FrozenDict(read_documents(tomllib.loads(law_text("documents"))))
