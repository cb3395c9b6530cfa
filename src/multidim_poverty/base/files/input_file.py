"""A file that was given as a path or as its bytes, and what kind of file it is."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from multidim_poverty.base.files.limits import Limits
from multidim_poverty.errors import ArgumentError, MissingFileError, UnreadableFileError

__all__ = ["FileKind", "InputFile", "PathOrFile"]

PathOrFile = str | os.PathLike[str] | IO[bytes]
FileKind = Literal["zip", "compound", "html", "xml", "text"]

COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")  # xls, and any workbook under a password
PASSWORD = "EncryptedPackage".encode("utf-16-le")
HTML = (b"<html", b"<table", b"<!doctype html", b"<head", b"<meta", b"<body", b"<div", b"<style")


@dataclass(frozen=True)
class InputFile:
    """The bytes of a file, and the name that messages give it.

    Attributes
    ----------
    name : str
    content : bytes
    """

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"InputFile({self.name!r}, {len(self.content)} bytes)"

    @classmethod
    def of(cls, file: PathOrFile, limits: Limits, argument: str = "path") -> InputFile:
        """The file at a path, or that an open binary file (such as `io.BytesIO`) holds.

        Raises
        ------
        MissingFileError
            If there is no file at the path.
        ArgumentError
            If it is neither a path nor an open binary file.
        UnreadableFileError
            If it is larger than the limit.
        """
        if isinstance(file, str | os.PathLike):
            path = Path(file)
            if not path.is_file():
                raise MissingFileError(f"there is no file {path}")
            limits.check("file_size", path.stat().st_size, str(path))
            return cls(str(path), path.read_bytes())
        return cls("the file", _bytes_of(file, limits, argument))

    @property
    def kind(self) -> FileKind:
        """What the first bytes say, whatever the name ends in."""
        if self.content.startswith(b"PK"):
            return "zip"
        if self.content.startswith(COMPOUND):
            return "compound"
        start = self.content[:4096]
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            if start.startswith(mark):
                start = start.decode(encoding, "ignore").encode()
        start = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if any(sign in start for sign in HTML) and start.startswith(b"<"):
            return "html"
        return "xml" if start.startswith(b"<?xml") else "text"

    @property
    def has_password(self) -> bool:
        """Whether the content is a workbook under a password."""
        return self.kind == "compound" and PASSWORD in self.content

    def stream(self) -> IO[bytes]:
        """The content as an open file."""
        return io.BytesIO(self.content)

    def unreadable(self, why: str) -> UnreadableFileError:
        """The error that the file cannot be read, with the reason and what to do."""
        return UnreadableFileError(f"{self.name} is not a workbook that can be read: {why}")


def _bytes_of(file: Any, limits: Limits, argument: str) -> bytes:
    read = getattr(file, "read", None)
    if read is None:
        raise ArgumentError(
            f"{argument} is a path or an open binary file such as io.BytesIO, not a "
            f"{type(file).__name__}"
        )
    if hasattr(file, "seek"):
        file.seek(0)
    content = read(limits.file_size + 1)
    if not isinstance(content, bytes | bytearray):
        raise ArgumentError(f"{argument} is open as text: open it as binary (mode 'rb')")
    limits.check("file_size", len(content), "the file")
    return bytes(content)
