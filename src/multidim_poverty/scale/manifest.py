"""The manifest of a data set: which files it is made of, now and at each earlier version.

Each version is a file of its own, ``_manifest/00000001.json``, which is written aside and linked
into its place: of two writers who make the same version, one is refused. The newest one is what
the data set is.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.errors import ArgumentError
from multidim_poverty.scale.dataset_faults import (
    dataset_fault,
    naming_a_full_disk,
    raise_conflict,
    raise_faults,
)
from multidim_poverty.scale.stored_columns import StoredColumn

__all__ = [
    "ASIDE",
    "SCHEMA_VERSION",
    "SUPERSEDED",
    "TABLES",
    "Manifest",
    "Partition",
    "StoredFile",
    "commit",
    "manifest_path",
    "parsed_manifest",
    "place_of",
    "read_manifest",
    "versions_of",
    "write_bytes",
]

SCHEMA_VERSION = 1  # of the files: a change of their columns' types or meaning is a new number
TABLES = ("households", "members", "result")
NOT_KNOWN = "__HIVE_DEFAULT_PARTITION__"  # what readers of such folders take for a missing value
FOLDER, ASIDE, SUPERSEDED = "_manifest", "_aside-", "_superseded"


class StoredFile(Model):
    """One Parquet file.

    Attributes
    ----------
    path : str
        Below the folder of the data set, with ``/``.
    rows, bytes : int
    sha256 : str
        Of the file.
    schema_version : int
    identity : str
        Hash of the table that it holds, whatever the order of rows and columns and the dtypes:
        see `multidim_poverty.reports.identity`.
    inputs : str
        Hash of what a result was computed from: files, standard and day; empty else.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    schema_version: int
    identity: str
    inputs: str = ""


class Partition(Model):
    """Some communes of a province and year: one file for each table.

    Attributes
    ----------
    standard, year, province : str, int, str
        The keys of the folders; the province is empty where it is not known.
    units : tuple of tuple of str
        The communes, each as the path of its units below the province.
    first_id, last_id : str, int or None
        Smallest and largest household id.
    files : FrozenDict
        Name of the table -> `StoredFile`.
    """

    standard: str
    year: int
    province: str
    units: tuple[tuple[str, ...], ...]
    first_id: str | int | None = None
    last_id: str | int | None = None
    files: FrozenDict[str, StoredFile]

    @property
    def key(self) -> tuple[str, int, str, tuple[tuple[str, ...], ...]]:
        """What tells it from all other ones."""
        return self.standard, self.year, self.province, self.units

    def folder(self, table: str) -> str:
        """The folder of one of its tables."""
        province = quote(self.province, safe="") or NOT_KNOWN
        return f"{table}/standard={self.standard}/year={self.year}/province={province}"


class Manifest(Model):
    """One version of a data set.

    Attributes
    ----------
    version : int
        From 1 on.
    action : str
        What made it: ``write``, ``replace``, ``compact``, ``assess`` or ``recode``.
    previous : str
        Hash of the version before; empty for the first.
    columns : FrozenDict
        ``standard/table`` -> columns of that table.
    partitions : tuple of Partition
    """

    version: int
    action: str
    previous: str
    columns: FrozenDict[str, tuple[StoredColumn, ...]]
    partitions: tuple[Partition, ...]

    def paths(self) -> set[str]:
        """Every file that it names."""
        return {file.path for part in self.partitions for file in part.files.values()}

    def content_hash(self) -> str:
        """Hash of all that it says."""
        return _hash(self.model_dump_json())

    def text(self) -> str:
        """The file: the manifest, and its hash."""
        content = self.model_dump_json()
        return f'{{"sha256":"{_hash(content)}","manifest":{content}}}\n'


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# -- reading -----------------------------------------------------------------------------------


def versions_of(root: Path) -> list[int]:
    """The versions that there are, in their order."""
    names = [path.stem for path in (root / FOLDER).glob("*.json")]
    return sorted(int(name) for name in names if name.isdecimal())


def manifest_path(version: int) -> str:
    """Where the manifest of a version is, below the folder of the data set."""
    return f"{FOLDER}/{version:08d}.json"


def read_manifest(root: Path, version: int | None = None) -> Manifest:
    """A version of the data set, the newest if none is named."""
    versions = versions_of(root)
    if not versions:
        raise_faults([dataset_fault("no_manifest", str(root))])
    if version is None:
        version = versions[-1]
    if isinstance(version, bool) or not isinstance(version, int):
        raise ArgumentError(f"version {version!r} is no whole number: see dataset_versions")
    path = manifest_path(version)
    if version not in versions:
        raise_faults([dataset_fault("no_version", path, value=version, newest=versions[-1])])
    manifest = parsed_manifest(root, version)
    if manifest is None:
        raise_faults([dataset_fault("torn_manifest", path)])
    assert manifest is not None
    return manifest


def parsed_manifest(root: Path, version: int) -> Manifest | None:
    """A version that is there; None if its file is not what was written."""
    text = (root / manifest_path(version)).read_text("utf-8", errors="replace")
    try:
        manifest = Manifest.model_validate(json.loads(text)["manifest"])
    except (ValueError, KeyError, TypeError):  # of pydantic too
        return None
    return manifest if manifest.text() == text else None


def place_of(root: Path, path: str) -> Path:
    """Where a file is: in the tree, or with those that a later version superseded."""
    current = root / path
    return current if current.exists() else root / SUPERSEDED / path


# -- writing -----------------------------------------------------------------------------------


def write_bytes(path: Path, content: Any) -> None:
    """Write a file to its end, down to the disk; leaves no part of it where that fails."""
    with naming_a_full_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def commit(
    root: Path,
    base: Manifest | None,
    action: str,
    *,
    columns: Mapping[str, Sequence[StoredColumn]],
    partitions: Iterable[Partition],
    staged: dict[str, Path],
) -> Manifest:
    """Put staged files in their places, and the manifest that names them after all of them.

    Raises `ConcurrentWriteError` if another writer has made a version since `base`; then the
    files are where they were.
    """
    version = 1 if base is None else base.version + 1
    new = Manifest(
        version=version,
        action=action,
        previous="" if base is None else base.content_hash(),
        columns=FrozenDict({name: tuple(of) for name, of in columns.items()}),
        partitions=tuple(sorted(partitions, key=lambda part: part.key)),
    )
    target = root / manifest_path(version)
    if (versions := versions_of(root)) and versions[-1] >= version:
        raise_conflict(root, versions[-1])
    moved: list[tuple[Path, Path]] = []
    try:
        with naming_a_full_disk(root):
            for path, aside in staged.items():
                place = root / path
                if aside != place:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    aside.replace(place)
                    moved.append((aside, place))
            _sync_folders({place.parent for _, place in moved})
        _link(root, target, new)
    except BaseException:
        for aside, place in moved:
            aside.parent.mkdir(parents=True, exist_ok=True)
            place.replace(aside)
        raise
    _sync_folders({target.parent})
    if base is not None:
        _retire(root, base.paths() - new.paths())
    return new


def _link(root: Path, target: Path, manifest: Manifest) -> None:
    """Make the file of a version, unless there is one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{secrets.token_hex(8)}")
    write_bytes(aside, manifest.text().encode())
    try:
        with naming_a_full_disk(target):
            if os.name == "nt":
                aside.rename(target)  # refuses a name that is there
            else:
                os.link(aside, target)
    except FileExistsError:
        raise_conflict(root, manifest.version)
    finally:
        aside.unlink(missing_ok=True)


def _retire(root: Path, paths: set[str]) -> None:
    """Move superseded files out of the tree, so that who reads all of it reads this version."""
    for path in sorted(paths):
        place = root / SUPERSEDED / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if (root / path).exists():
            (root / path).replace(place)


def _sync_folders(folders: Iterable[Path]) -> None:
    if os.name == "nt":
        return
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
