"""One case: a question of a kind under a law, what the answer is, and where that stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from multidim_poverty.law.citation import Citation, Confidence

__all__ = ["CaseDraft", "VectorCase", "pick", "sources_of"]

WORST_LAST = (Confidence.TEXT, Confidence.SECONDARY, Confidence.UNCONFIRMED)
T = TypeVar("T")


@dataclass(frozen=True)
class CaseDraft:
    """A case before it has its id.

    Attributes
    ----------
    kind, law : str
        The kind of question, and the name of the law that answers it.
    input, expected : dict
        In the types of JSON.
    sources : tuple of Citation
        The values that the answer stands on.
    note : str
        For an answer that no law gives: what it stands on.
    """

    kind: str
    law: str
    input: dict[str, Any]
    expected: dict[str, Any]
    sources: tuple[Citation, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class VectorCase:
    """A question, the answer to it, and how sure the law behind it is.

    Attributes
    ----------
    id : str
        Kind, law and number.
    kind, law : str
    confidence : str
        The least of those of its sources: ``text``, ``secondary`` or ``unconfirmed``.
    input, expected : dict
        In the types of JSON.
    sources : tuple of str
        The articles, in English; unconfirmed ones say so.
    """

    id: str
    kind: str
    law: str
    confidence: str
    input: dict[str, Any]
    expected: dict[str, Any]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, draft: CaseDraft, number: int) -> VectorCase:
        """The case of a draft, with its number among those of its kind and law."""
        levels = [citation.confidence for citation in draft.sources]
        if draft.note:
            levels.append(Confidence.UNCONFIRMED)
        texts = [citation.text() for citation in draft.sources] + [draft.note] * bool(draft.note)
        return cls(
            f"{draft.kind}/{draft.law}/{number:04d}",
            draft.kind,
            draft.law,
            str(max(levels, key=WORST_LAST.index)),
            draft.input,
            draft.expected,
            tuple(dict.fromkeys(texts)),
        )

    def line(self) -> dict[str, Any]:
        """The case as a line of its file, which names kind and law once for all."""
        return {
            "id": self.id,
            "confidence": self.confidence,
            "input": self.input,
            "expected": self.expected,
            "sources": list(self.sources),
        }

    def question(self) -> dict[str, Any]:
        """What an implementation is asked."""
        return {"id": self.id, "kind": self.kind, "law": self.law, "input": self.input}


def sources_of(citations: Iterable[Citation | None]) -> tuple[Citation, ...]:
    """The citations that there are, each once."""
    sources: list[Citation] = []
    for citation in citations:
        if citation is not None and citation not in sources:
            sources.append(citation)
    return tuple(sources)


def pick(random: Random, options: Sequence[T]) -> T:
    """One of some options; the same one under every version of Python."""
    return options[int(random.random() * len(options))]
