"""A whole law as an object: compared by content, checked before use, shown in one line."""

from __future__ import annotations

import json
import unicodedata
from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Self

import pandas as pd
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from multidim_poverty.base import Identifier
from multidim_poverty.errors import LawFileError
from multidim_poverty.language import Label, Language
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.reading import problems_of, validated
from multidim_poverty.law.tables import CitedValue, with_sources

__all__ = ["LawObject"]


class LawObject(LawPart):
    """What a standard, a procedure, a criterion, a class rule in points and a form share."""

    name: Identifier
    title: Label
    notes: tuple[str, ...] = ()

    # -- equality by content, and the law of that name ----------------------------------

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the whole content, which two objects share where they are equal."""
        try:
            content = self.model_dump(mode="json", warnings=False)
        except PydanticSerializationError:
            content = {"not a law": repr(self.__dict__)}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.content_hash))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(self) is type(other) and self.content_hash == other.content_hash

    def __copy__(self) -> Self:
        # `model_copy` changes the copy afterwards: it must not keep the hash of this content.
        copied = super().__copy__()
        copied.__dict__.pop("content_hash", None)
        return copied

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        copied = super().__deepcopy__(memo)
        copied.__dict__.pop("content_hash", None)
        return copied

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[LawObject, ...]:
        """The shipped objects that bear a name."""
        del name
        return ()

    @property
    def altered(self) -> bool:
        """Whether this bears the name of a shipped law without having its content."""
        shipped = self._shipped_as(self.name)
        return bool(shipped) and self.content_hash not in {law.content_hash for law in shipped}

    # -- soundness ----------------------------------------------------------------------

    def check_sound(self) -> None:
        """Raise `LawFileError` with every value that is missing or wrong.

        What reads a law object calls this; an object that was read, or made with ``replace``,
        is always sound.
        """
        problems = _problems(self)
        if problems:
            raise LawFileError(self.__dict__.get("name", type(self).__name__), problems)

    # -- what a reader asks -------------------------------------------------------------

    @abstractmethod
    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""

    def provisions(self, language: Language = "en") -> pd.DataFrame:
        """Every value with its source.

        Parameters
        ----------
        language : {"en", "vi"}
            Language of the citations.

        Returns
        -------
        pandas.DataFrame
            One row per value: ``part``, ``value_name``, ``value``, ``citation``,
            ``confidence``, ``note`` (all string) and ``checked_on`` (object,
            `datetime.date` or None).

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> p = mdp.standard("decree_07_2021").provisions()
        >>> p[p.confidence == "text"].part.head(2).tolist()
        ['period', 'line poverty_line']
        >>> p = mdp.procedure_on("2023-09-01").provisions()
        >>> p.loc[p.part == "clock answer", "value"].item()
        '5 working days'
        """
        self.check_sound()
        return with_sources(self.values(), language)

    def _summary(self) -> Iterator[tuple[str, object]]:
        """What tells one object from another, beside its name."""
        yield from ()

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Name and summary; the full content is pages long."""
        yield "name", self.__dict__.get("name")
        missing = [field for field in type(self).model_fields if field not in self.__dict__]
        if missing:
            yield "missing", missing
            return
        yield from self._summary()
        if self.altered:
            yield "altered", f"not the content of the shipped {self.name}"

    # -- variants -----------------------------------------------------------------------

    def _variant(self, name: str, why: str) -> dict[str, Any]:
        """The raw content of a variant, before its values are changed."""
        return self.model_dump(by_alias=True) | {
            "name": name,
            "title": {
                "vi": f"Biến thể ({why}): {self.title.vi}",
                "en": f"Variant ({why}): {self.title.en}",
            },
            "notes": (*self.notes, f"Variant of {self.name}: {why}"),
        }

    @classmethod
    def _validated(cls, raw: dict[str, Any]) -> Self:
        return validated(cls, raw, str(raw["name"]))


@lru_cache(maxsize=256)
def _problems(law: LawObject) -> tuple[str, ...]:
    raw: dict[str, Any] = {}
    try:
        raw = law.model_dump(by_alias=True, warnings=False)
        type(law).model_validate(raw)
    except ValidationError as error:
        return tuple(problems_of(error, raw))
    except PydanticSerializationError as error:
        return (str(error),)
    return ()
