"""What every part of a law file stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multidim_poverty.base import Model
from multidim_poverty.errors import LawFileError

__all__ = ["LawPart", "repeated"]


class LawPart(Model):
    """Base of all models of the law: a part that lacks a value says which one.

    Only an object that was made without its validation (``model_construct``) can lack one.
    """

    if not TYPE_CHECKING:  # else a type checker takes any name for an attribute

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                named = self.__dict__.get("name", type(self).__name__)
                raise LawFileError(str(named), [f"{name} is missing"])
            return super().__getattr__(name)

    def __dir__(self) -> list[str]:
        """The fields and methods of the law, without those of pydantic."""
        own = {
            name
            for kind in type(self).__mro__
            if issubclass(kind, LawPart)
            for name in vars(kind)
            if not name.startswith(("_", "model_"))
        }
        return sorted(own | set(type(self).model_fields))


def repeated(what: str, ids: list[str]) -> list[str]:
    """One problem for each id that stands twice."""
    return [f"{what} {id!r} is given twice" for id in sorted({i for i in ids if ids.count(i) > 1})]
