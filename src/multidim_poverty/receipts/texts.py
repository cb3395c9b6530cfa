"""The distinct texts of a column in order, the place of each row among them, and their bytes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.schema.reading import inferred_kind, is_arrow_text
from multidim_poverty.schema.value_rules import not_nfc

__all__ = ["PLACE", "coded_texts", "place_dtype", "word_bytes"]

Places = npt.NDArray[np.integer[Any]]
PLACE = np.dtype("<i4")
LOOK = 256  # texts that show whether all are likely to differ


def place_dtype(distinct: int) -> np.dtype[Any]:
    """What holds the places of so many distinct values, and one more for a missing one."""
    return np.dtype(np.uint8) if distinct < 1 << 8 else PLACE


def coded_texts(values: pd.Series[Any]) -> tuple[Places, Any] | None:
    """For each row the place of its text, that after the last where it is missing; the texts.

    The texts are a list, or an array of pandas if pyarrow holds them. None where the values are
    not all texts in Unicode form NFC.
    """
    if isinstance(values.dtype, pd.CategoricalDtype) or inferred_kind(values) != "string":
        return None
    known = values.notna().to_numpy(dtype=bool)
    texts: Any = values.array if is_arrow_text(values.dtype) else values.to_numpy(dtype=object)
    texts = texts if known.all() else texts[known]
    is_new = np.ones(len(texts), dtype=bool)  # the text of the row before is read once
    is_new[1:] = np.asarray(texts[1:] != texts[:-1], dtype=bool)
    places, words = None, texts if is_new.all() else texts[is_new]
    if not _ascend(words):
        if not pd.Series(words[:LOOK]).is_unique:
            places, words = pd.factorize(words)
        order = _ascending_order(words)
        if places is None and not _ascend(words[order]):  # some repeat after all
            places, words = pd.factorize(words)
            order = _ascending_order(words)
        rank = np.empty(len(words), dtype=place_dtype(len(words)))
        rank[order] = np.arange(len(words), dtype=rank.dtype)
        places, words = rank if places is None else rank[places], words[order]
    if not_nfc(pd.Series(words)).any():
        return None
    of_known: Places = np.cumsum(is_new, dtype=PLACE) - np.int32(1)
    of_known = of_known if places is None else places[of_known]
    cells = np.full(len(known), len(words), dtype=place_dtype(len(words)))
    cells[known] = of_known
    return cells, words.tolist() if isinstance(words, np.ndarray) else words


def word_bytes(words: Any) -> Iterator[Any]:
    """How many texts there are, the length of each in bytes, and their bytes in UTF-8.

    `words` is a list, or an array of pandas that pyarrow holds.
    """
    yield np.array([len(words)], dtype=PLACE).data
    if not isinstance(words, list):
        lengths, content = _arrow_bytes(words)
    elif (joined := "".join(words)).isascii():
        lengths = np.fromiter(map(len, words), dtype=PLACE, count=len(words))
        content = joined.encode()
    else:
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        lengths = np.fromiter(map(len, encoded), dtype=PLACE, count=len(words))
        content = b"".join(encoded)
    yield lengths.data
    yield content


def _ascend(texts: Any) -> bool:
    return bool(np.asarray(texts[1:] > texts[:-1], dtype=bool).all())


def _ascending_order(texts: Any) -> Any:
    """Positions of distinct texts in order; those of one length are sorted as whole numbers."""
    listed = texts.tolist() if isinstance(texts, np.ndarray) else texts
    _, lengths, content = word_bytes(listed)
    if np.ptp(np.frombuffer(lengths, dtype=PLACE)) == 0:
        cells = np.frombuffer(content, dtype=np.uint8).reshape(len(texts), -1)
        differing = cells[:, (cells != cells[0]).any(axis=0)]
        width = -(-differing.shape[1] // 8) * 8
        keys = np.zeros((len(texts), width), dtype=np.uint8)
        keys[:, : differing.shape[1]] = differing
        return np.lexsort(keys.view(">u8").astype(np.uint64).T[::-1])
    if isinstance(listed, list):
        return np.array(sorted(range(len(listed)), key=listed.__getitem__), dtype=np.intp)
    return texts.argsort()


def _arrow_bytes(words: Any) -> tuple[npt.NDArray[np.int32], Any]:
    """The lengths of texts and their bytes, as pyarrow holds them."""
    arrow = importlib.import_module("pyarrow")
    texts = arrow.array(words).cast(arrow.large_string())
    texts = texts.combine_chunks() if isinstance(texts, arrow.ChunkedArray) else texts
    _, offsets, content = texts.buffers()
    if not len(texts) or content is None:
        return np.zeros(len(texts), dtype=PLACE), b""
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return np.diff(ends).astype(PLACE), memoryview(content)[ends[0] : ends[-1]]
