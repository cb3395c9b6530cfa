"""A plug-in of pytest: ``pytest -p multidim_poverty.testing.vectors.plugin --mdp-vectors CMD``.

Asked with the ``index.json`` of a folder of vectors, it has one test for each file of cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from multidim_poverty.testing.vectors.published import read
from multidim_poverty.testing.vectors.runner import run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--mdp-vectors``."""
    group = parser.getgroup("multidim_poverty")
    group.addoption("--mdp-vectors", metavar="CMD", help="command that answers the vectors")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> VectorFolder | None:
    """Take the index of a folder of vectors as a file of tests."""
    if file_path.name != "index.json" or parent.config.getoption("--mdp-vectors") is None:
        return None
    return VectorFolder.from_parent(parent, path=file_path)


class VectorFolder(pytest.File):
    """A folder of vectors."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each file of cases."""
        index = json.loads(self.path.read_text("utf-8"))
        for entry in index["files"]:
            name = f"{entry['kind']}[{entry['law']}]"
            yield VectorFile.from_parent(self, name=name, kind=entry["kind"], law=entry["law"])


class VectorFile(pytest.Item):
    """The cases of one kind and law."""

    def __init__(self, *, kind: str, law: str, **more: Any) -> None:
        super().__init__(**more)
        self.kind, self.law = kind, law

    def runtest(self) -> None:
        """Fail with the first differences; skip what the command does not implement."""
        of_file = [
            case
            for case in read(self.path.parent)
            if (case.kind, case.law) == (self.kind, self.law)
        ]
        results = run(self.config.getoption("--mdp-vectors"), of_file)
        failed = results[results["outcome"] == "failed"]
        if len(failed):
            first = "\n".join(failed["id"].head(5) + ": " + failed["difference"].head(5))
            pytest.fail(f"{len(failed)} of {len(results)} cases:\n{first}", pytrace=False)
        if (results["outcome"] == "skipped").all():
            pytest.skip(f"the command skips {self.kind}")
