"""Try what ``make release`` has built, in clean environments of each Python on the machine.

    python scripts/check_release.py 3.11 3.12

The long description renders and links to nothing that only the source resolves; the sdist holds
every file of the repository; the wheel works with none of its extras (``check_core.py``); tests of
each floor pass from the unpacked sdist, with the versions of ``.ci/lock/test.txt``.
"""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from find_python import interpreter
from readme_renderer import markdown

ROOT = Path(__file__).parents[1]
UV = (sys.executable, "-m", "uv")  # makes in seconds what takes pip minutes
TESTS = (
    "tests/test_project.py",
    "tests/test_layout.py",
    "tests/test_dates.py",
    "tests/test_snapshot.py",
    "tests/law/test_poverty_standard.py",
    "tests/assessment/test_classification.py",
    "tests/measures",
    "tests/explanation",
    "tests/excel/test_texts.py",
)


def main(versions: list[str]) -> int:
    (wheel,) = (ROOT / "dist").glob("*.whl")
    (sdist,) = (ROOT / "dist").glob("*.tar.gz")
    faults = [*faults_of_description(wheel), *faults_of_sdist(sdist)]
    for fault in faults:
        print(fault)
    for version in versions:
        python = interpreter(version)
        if python is None:
            print(f"== Python {version}: not on this machine", flush=True)
            continue
        print(f"== Python {version}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            try_wheel(python, wheel, Path(folder))
            try_sdist(python, sdist, Path(folder))
    return bool(faults)


def faults_of_description(wheel: Path) -> Iterator[str]:
    """Where the description does not render, or leads to a place that is not an address."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    payload = metadata.get_payload(decode=True)
    page = markdown.render(payload.decode("utf-8")) if isinstance(payload, bytes) else None
    if not page:
        yield "the long description does not render"
    for address in re.findall(r'(?:href|src)="([^"]*)"', page or ""):
        if not re.match("#|https://", address):
            yield f"the long description links to {address}, which no page of packages resolves"


def faults_of_sdist(sdist: Path) -> Iterator[str]:
    """The files of the repository that the sdist lacks."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    for path in sorted({*tracked} - packed - {""}):
        yield f"the sdist lacks {path}"


def environment(python: str, folder: Path) -> str:
    """The Python of a new virtual environment in the folder."""
    run(*UV, "venv", "--quiet", "--python", python, folder)
    return str(next(path for path in folder.glob("*/python*") if path.stem == "python"))


def install(python: str, *what: str | Path) -> None:
    """Install into the environment of this Python."""
    run(*UV, "pip", "install", "--quiet", "--python", python, *what)


def try_wheel(python: str, wheel: Path, folder: Path) -> None:
    """Install the wheel alone, and use the package without its extras."""
    python = environment(python, folder / "wheel")
    install(python, wheel)
    run(python, ROOT / "scripts" / "check_core.py", cwd=folder, show=True)


def try_sdist(python: str, sdist: Path, folder: Path) -> None:
    """Install the sdist beside the locked tools, and run tests from it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    python = environment(python, folder / "sdist")
    install(python, "--require-hashes", "-r", source / ".ci" / "lock" / "test.txt")
    install(python, "--no-deps", "--no-build-isolation", sdist)
    run(python, "-m", "pytest", "-q", "-m", "not slow", *TESTS, cwd=source, show=True)


def run(*command: str | Path, cwd: Path | None = None, show: bool = False) -> None:
    """Run the command, and fail where it fails."""
    subprocess.run(command, cwd=cwd, check=True, capture_output=not show)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
