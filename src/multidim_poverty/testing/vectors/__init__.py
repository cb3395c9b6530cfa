"""Test vectors: cases for implementations in any language, made from the oracles.

`cases` makes them, `write` and `read` keep them in a folder, and `run` asks an implementation.
On a command line, ``python -m multidim_poverty.testing.vectors run CMD``.
"""

from multidim_poverty.testing.vectors.case import VectorCase
from multidim_poverty.testing.vectors.collection import KINDS, cases
from multidim_poverty.testing.vectors.library import answers
from multidim_poverty.testing.vectors.published import read, write
from multidim_poverty.testing.vectors.runner import CommandError, run

__all__ = ["KINDS", "CommandError", "VectorCase", "answers", "cases", "read", "run", "write"]


def __dir__() -> list[str]:
    return __all__
