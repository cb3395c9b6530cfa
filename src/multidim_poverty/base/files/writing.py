"""Files for others: written aside, then put in their place; texts that every reader can hold."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from multidim_poverty.errors import MissingFileError, UnwritableFileError

__all__ = ["replace_file", "without_controls"]

# Control characters (tab and line feed apart), signs that turn the direction of writing, halves of
# characters, and what is no character: no part of a workbook, a Word file or a picture.
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def without_controls(text: str) -> str:
    r"""A text with a space for each control character; tabs and line feeds stay.

    >>> without_controls("Xã A\x07B")
    'Xã A B'
    """
    return CONTROL.sub(" ", text)


@contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Path of a new file in the same folder, which takes the place of `path` when all is written.

    If writing fails, an older file stays as it was, and no part of the new one is left.

    Parameters
    ----------
    path : path-like
        Where the file goes; behind a link, what it leads to.

    Yields
    ------
    pathlib.Path
        Where to write; it ends as `path` does.

    Raises
    ------
    MissingFileError
        If there is no such folder.
    UnwritableFileError
        If `path` is no file, or one that must not be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "list.txt")
    ...     with replace_file(path) as aside:
    ...         _ = aside.write_text("Hộ 1")
    ...     [(file.name, file.read_text()) for file in Path(folder).iterdir()]
    [('list.txt', 'Hộ 1')]
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise MissingFileError(f"there is no folder {target.parent}: make it first")
    is_there = target.exists()
    if is_there and not target.is_file():
        raise UnwritableFileError(f"{path} is no file: give the path of a file to write")
    if is_there and not os.access(target, os.W_OK):
        raise UnwritableFileError(f"{path} must not be written: give another path")
    aside = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        yield aside
        if is_there:
            shutil.copymode(target, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
