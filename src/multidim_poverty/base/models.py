"""What all models of law and of records stand on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, NoReturn, TypeVar, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

__all__ = ["Coerced", "Count", "FrozenDict", "Identifier", "Model", "Record"]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(strict=True, ge=0)]

SECTION = re.compile(r"\n\n(?=[A-Z]\w+\n-{3,}\n)")  # of a docstring of numpydoc
FIELD = re.compile(r"^(\w[\w, ]*) : .*\n((?:    .*(?:\n|$))+)", re.MULTILINE)

Key = TypeVar("Key")
Value = TypeVar("Value", covariant=True)
Accepted = TypeVar("Accepted")


class Model(BaseModel):
    """Base of all models: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    SCHEMA_VERSION: ClassVar[int] = 1

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The JSON Schema of pydantic, with a ``$id`` that stays: kind and version of the record.

        Each field is described in the words of the docstring.

        Parameters
        ----------
        *args, **kwargs
            Of `pydantic.BaseModel.model_json_schema`.

        Returns
        -------
        dict of str to Any
        """
        kind = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        schema = super().model_json_schema(*args, **kwargs)
        for part in (schema, *schema.get("$defs", {}).values()):
            _describe(part)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:multidim-poverty:{kind}:{cls.SCHEMA_VERSION}",
            **schema,
        }


def _describe(part: dict[str, Any]) -> None:
    """Give a record the words of its docstring before the sections, and each field its own."""
    words, *sections = SECTION.split(part.get("description", ""))
    if sections:
        part["description"] = words
    for section in sections:
        for names, text in FIELD.findall(section):
            for name in names.split(", "):
                if name in part.get("properties", {}):
                    part["properties"][name].setdefault("description", " ".join(text.split()))


class Record(Model):
    """Base of the models that users fill in: a number or boolean of numpy is a plain one."""

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        kinds = (np.number, np.bool_)
        return {k: v.item() if isinstance(v, kinds) else v for k, v in values.items()}


class Coerced(Generic[Key, Accepted]):
    """The type of a field: what it holds, and for type checkers what it is made of as well."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type | None = None) -> Key: ...
        def __set__(self, instance: object, value: Accepted) -> None: ...

    else:

        def __class_getitem__(cls, types: tuple[Any, Any]) -> Any:
            """The type that the field holds."""
            return types[0]


class FrozenDict(Mapping[Key, Value]):
    """A mapping that cannot be changed: hashable, picklable, written to JSON as an object.

    It compares equal to a ``dict`` of the same content, and keeps the order of its keys.

    Examples
    --------
    >>> from multidim_poverty.base import FrozenDict
    >>> points = FrozenDict({"rural": 5})
    >>> points["rural"], points == {"rural": 5}, {points: "usable as a key"}[points]
    (5, True, 'usable as a key')
    """

    __slots__ = ("_content",)
    _content: Mapping[Key, Value]

    def __init__(self, content: Mapping[Key, Value] | None = None) -> None:
        object.__setattr__(self, "_content", MappingProxyType(dict(content or {})))

    def __getitem__(self, key: Key) -> Value:
        return self._content[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def __hash__(self) -> int:
        return hash(frozenset(self._content.items()))

    def __repr__(self) -> str:
        return f"FrozenDict({dict(self._content)!r})"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a FrozenDict cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a FrozenDict cannot be changed: {name}")

    def __reduce__(self) -> tuple[type[FrozenDict[Any, Any]], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self._content),)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a ``dict`` of the same keys and values, and dump as one."""
        key, value = get_args(source) or (Any, Any)
        content = handler.generate_schema(dict[key, value])  # type: ignore[valid-type]
        return core_schema.no_info_after_validator_function(
            cls,
            content,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda mapping, dump: dump(dict(mapping)), schema=content
            ),
        )
