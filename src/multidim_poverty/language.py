"""The two languages of the library: labels, and numbers as they are written."""

from __future__ import annotations

from typing import Literal

from multidim_poverty.base import Model

__all__ = ["Label", "Language", "check_language"]

Language = Literal["en", "vi"]


class Label(Model):
    """A text in Vietnamese (the language of the law) and in English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en


def check_language(language: str) -> None:
    """Raise `ValueError` for a language that there are no words in."""
    if language not in ("en", "vi"):
        raise ValueError(f"language {language!r} is not 'en' or 'vi'")
