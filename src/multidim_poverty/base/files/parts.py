"""The parts of a packed file (xlsx, ods, a zip of answers), opened within limits."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any
from xml.parsers import expat

from multidim_poverty.base.files.input_file import InputFile
from multidim_poverty.base.files.limits import Limits
from multidim_poverty.errors import UnreadableFileError

__all__ = ["Parts", "parse_xml", "refuse_doctype"]

Handler = Callable[..., Any]


class Parts:
    """The parts of a packed file, by name; capitals and the kind of slash do not count.

    Attributes
    ----------
    file : InputFile
    limits : Limits
    names : list of str
        As they stand in the file.
    """

    def __init__(self, file: InputFile, limits: Limits) -> None:
        self.file, self.limits = file, limits
        try:
            self.zip = zipfile.ZipFile(file.stream())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise file.unreadable(
                f"it is packed and damaged ({error}); copy or export it again"
            ) from error
        infos = self.zip.infolist()
        limits.check("parts", len(infos), file.name)
        limits.check("unpacked_size", sum(info.file_size for info in infos), file.name)
        for info in infos:
            limits.check_part(info.file_size, info.compress_size, file.name, info.filename)
        self.names = [info.filename for info in infos]
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in infos:  # of two with one name the first, but an exact name before any other
            self._infos.setdefault(_plain(info.filename), info)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._infos

    def open(self, name: str) -> IO[bytes]:
        """A part as an open file; it gives no more than the size that was looked at."""
        info = self._infos.get(_plain(name))
        if info is None:
            raise self.file.unreadable(f"its part {name} is missing; export it again")
        try:
            return self.zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise self._damaged(name, error) from error

    def read(self, name: str) -> bytes:
        """The content of a part."""
        try:
            with self.open(name) as part:
                return part.read()
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self._damaged(name, error) from error

    def parse(self, name: str, **handlers: Handler) -> None:
        """Parse a part as XML; ``start``, ``end`` and ``text`` are called as expat calls them."""
        try:
            with self.open(name) as part:
                parse_xml(self.file, name, part, **handlers)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self._damaged(name, error) from error

    def _damaged(self, name: str, error: Exception) -> UnreadableFileError:
        return self.file.unreadable(
            f"its part {name} is damaged ({error}); copy or export it again"
        )


def parse_xml(
    file: InputFile,
    name: str,
    part: IO[bytes],
    *,
    start: Handler | None = None,
    end: Handler | None = None,
    text: Handler | None = None,
) -> None:
    """Parse XML that declares no entities; names come with their prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = refuse_doctype(file, name)
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.ParseFile(part)
    except expat.ExpatError as error:
        raise file.unreadable(f"its part {name} is damaged ({error}); export it again") from error
    except UnreadableFileError:
        raise
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise file.unreadable(
            f"its part {name} is damaged ({type(error).__name__}); export it again"
        ) from error


def refuse_doctype(file: InputFile, name: str) -> Handler:
    """Handler that refuses a DOCTYPE: no workbook has one, and its entities can grow no end."""

    def refuse(*_: Any) -> None:
        raise file.unreadable(
            f"its part {name} has a DOCTYPE, which no workbook has; do not trust it"
        )

    return refuse


def _plain(name: str) -> str:
    """A name of a part without capitals, backslashes, and a slash at its start."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()
