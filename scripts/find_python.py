"""The command of a Python of one version: on the path, or one of pyenv.

    python scripts/find_python.py 3.12

Prints the command; fails where the machine has none.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def interpreter(version: str) -> str | None:
    """A Python of this version that starts, or None."""
    builds = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for command in (f"python{version}", *map(str, builds)):
        try:
            subprocess.run((command, "--version"), check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    return None


if __name__ == "__main__":
    if (command := interpreter(sys.argv[1])) is None:
        sys.exit(1)
    print(command)
