"""The hashes of single households: how each is made, and a compact mapping of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Annotated, Any, NoReturn, TypeVar, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from multidim_poverty.identity import chunks, match
from multidim_poverty.receipts.values import WIDEST, CanonicalColumn
from multidim_poverty.schema.reading import inferred_kind

__all__ = ["Digest", "Digests", "RowHashes", "row_digests"]

Key = TypeVar("Key")
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Digests = npt.NDArray[np.uint8]
SIZE = 32  # bytes of a SHA-256
ROWS = 1 << 13  # hashed together


class RowHashes(Mapping[Key, str]):
    """Household id -> hash of its own row, which cannot be changed; written as a ``dict`` is.

    It holds a million households in a tenth of the memory of a ``dict``, and compares equal to
    one of the same content.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> homes = pd.DataFrame({"area": "rural", "income_per_capita": [1.0e6, 2.0e6]}, ["a", "b"])
    >>> matrix = pd.DataFrame(False, index=homes.index, columns=standard.indicator_ids)
    >>> result = mdp.classify(homes, matrix, standard=standard)
    >>> hashes = mdp.receipt(homes, matrix, result, standard=standard).hashes_by_text_id
    >>> list(hashes), len(hashes["a"]), hashes == dict(hashes)
    (['a', 'b'], 64, True)
    """

    __slots__ = ("__dict__",)
    ids: pd.Index[Any]
    digests: Digests
    _ids_hash: str | None

    def __init__(
        self, ids: pd.Index[Any], digests: Digests, *, ids_hash: str | None = None
    ) -> None:
        """Of ids and the 32 bytes of the hash of each, and of the hash of the ids, if known."""
        digests = np.ascontiguousarray(digests)
        digests.setflags(write=False)
        if not len(ids):
            ids, ids_hash = pd.Index([], dtype=object, name="household_id"), None
        self.__dict__.update(ids=ids, digests=digests, _ids_hash=ids_hash)

    @classmethod
    def of(cls, hashes: Mapping[Any, str]) -> RowHashes[Any]:
        """The same hashes."""
        if isinstance(hashes, RowHashes):
            return hashes
        content = np.frombuffer(bytes.fromhex("".join(hashes.values())), dtype=np.uint8)
        return cls(pd.Index(list(hashes), name="household_id"), content.reshape(-1, SIZE))

    def __getitem__(self, key: Key) -> str:
        return self.digests[self.ids.get_loc(key)].tobytes().hex()

    def __iter__(self) -> Iterator[Key]:
        return iter(self.ids.tolist())

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RowHashes) and self.ids.equals(other.ids):
            return bool(np.array_equal(self.digests, other.digests))
        return isinstance(other, Mapping) and self.as_dict() == dict(other.items())

    def __hash__(self) -> int:
        return hash(frozenset(self.as_dict().items()))

    def __repr__(self) -> str:
        return f"RowHashes({self.as_dict()!r})"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"the hashes of a receipt cannot be changed: {name}")

    def __reduce__(self) -> tuple[type[RowHashes[Any]], tuple[pd.Index[Any], Digests]]:
        return RowHashes, (self.ids, self.digests)

    def as_dict(self) -> dict[Key, str]:
        """Household id -> hash in hexadecimal digits."""
        digits = self.digests.tobytes().hex()
        width = 2 * SIZE
        hashes = (digits[at : at + width] for at in range(0, len(digits), width))
        return dict(zip(self.ids.tolist(), hashes, strict=True))

    @property
    def content_hash(self) -> str:
        """SHA-256 of the hash of the ids as a column, and of the hashes one after the other."""
        ids_hash = self._ids_hash or CanonicalColumn.of(self.ids.to_series()).hash()
        self.__dict__["_ids_hash"] = ids_hash
        content = sha256(bytes.fromhex(ids_hash))
        content.update(self.digests.data)
        return content.hexdigest()

    def only(self, id: Any) -> RowHashes[Key]:
        """The hash of one household, or none."""
        own = np.asarray(self.ids == id, dtype=bool)
        return RowHashes(self.ids[own], self.digests[own])

    def changes(self, later: RowHashes[Any]) -> tuple[pd.Index[Any], pd.Index[Any], pd.Index[Any]]:
        """The ids with another hash later, those that are there no more, and those added."""
        at: npt.NDArray[np.integer[Any]]
        if self.ids.equals(later.ids):
            at = np.arange(len(self.ids))
        else:
            at = match(later.ids.to_series(), self.ids).home
        same = at >= 0
        lost = np.ones(len(self.ids), dtype=bool)
        lost[at[same]] = False
        differs = np.zeros(len(later), dtype=bool)
        for old, new in zip(self.digests.view("u8").T, later.digests.view("u8").T, strict=True):
            differs |= (old[at] if len(old) else new) != new
        differs &= same
        return later.ids[differs], self.ids[lost], later.ids[~same]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a ``dict`` of ids and hashes, and dump as one."""
        (key,) = get_args(source)
        content = handler.generate_schema(dict[key, Digest])  # type: ignore[valid-type]
        read = core_schema.no_info_after_validator_function(cls.of, content)
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), read]),
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda hashes, dump: dump(hashes.as_dict()), schema=content
            ),
        )


def row_digests(
    ids: pd.Index[Any],
    columns: Mapping[str, CanonicalColumn],
    *,
    numbers: Sequence[str],
    answers: Sequence[str],
    texts: Sequence[str],
) -> Digests:
    """The hash of each row: SHA-256 of its numbers, its answers, its texts and its id.

    The bytes of many rows are laid out at once, those of ids of one length.
    """
    digests = np.empty((len(ids), SIZE), dtype=np.uint8)
    kind = inferred_kind(ids.to_series())
    of_texts, text_digests = _text_digests([columns[name].json_words() for name in texts])
    for rows in chunks(len(ids), ROWS):
        amounts = np.column_stack([columns[name].numbers(rows) for name in numbers])
        cells = [amounts.view(np.uint8)]
        cells += [columns[name].answers(rows)[:, np.newaxis] for name in answers]
        cells.append(text_digests[of_texts[rows]])
        fields = np.hstack(cells)
        for at, words in _of_one_length(_id_words(ids[rows].tolist(), kind)):
            own = np.hstack([fields[at], words])
            own_rows = own.view(f"V{own.shape[1]}").ravel().tolist()
            hashes = b"".join([sha256(row).digest() for row in own_rows])
            digests[rows][at] = np.frombuffer(hashes, dtype=np.uint8).reshape(-1, SIZE)
    return digests


def _id_words(ids: list[Any], kind: str) -> list[str]:
    """Each id in JSON; `kind` says whether all are texts, or whole numbers."""
    if kind == "string":
        return [*map(encode_basestring, ids)]
    if kind == "integer":
        return [*map(str, ids)]
    return [encode_basestring(id) if isinstance(id, str) else str(id) for id in ids]


def _of_one_length(
    words: list[str],
) -> Iterator[tuple[slice | npt.NDArray[np.intp], npt.NDArray[np.uint8]]]:
    """Where the words of each length in bytes stand, and their bytes."""
    joined = "".join(words)
    encoded = words if joined.isascii() else map(str.encode, words)
    lengths = np.fromiter(map(len, encoded), dtype=np.intp, count=len(words))
    content = np.frombuffer(joined.encode(), dtype=np.uint8)
    first = lengths[0]
    if (lengths == first).all():
        yield slice(None), content.reshape(-1, first)
        return
    starts = np.cumsum(lengths) - lengths
    for length in np.unique(lengths):
        at = np.flatnonzero(lengths == length)
        yield at, content[starts[at][:, np.newaxis] + np.arange(length)]


def _text_digests(
    texts: Sequence[tuple[npt.NDArray[Any], list[str]]],
) -> tuple[npt.NDArray[np.intp], Digests]:
    """The hash of the JSON array of the texts of each row: its place among the distinct ones."""
    combined = np.zeros(len(texts[0][0]), dtype=np.int64)
    span = 1
    for codes, words in texts:
        if span * len(words) > WIDEST:
            combined, distinct = pd.factorize(combined)
            span = len(distinct)
        codes = codes.astype(np.int64) % len(words)  # -1 is the last: missing
        combined = combined * len(words) + codes
        span *= len(words)
    places, distinct = pd.factorize(combined)
    first = np.zeros(len(distinct), dtype=np.intp)
    first[places[::-1]] = np.arange(len(places))[::-1]
    parts = [[words[code] for code in codes[first].tolist()] for codes, words in texts]
    arrays = (f"[{','.join(part)}]".encode() for part in zip(*parts, strict=True))
    content = b"".join([sha256(array).digest() for array in arrays])
    return places, np.frombuffer(content, dtype=np.uint8).reshape(-1, SIZE)
