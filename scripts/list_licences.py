"""Write ``docs/licences.md`` from the metadata of the installed packages: ``make licences``.

Needs the packages of the extra ``dev``. The extras and what they ask for are those of
``pyproject.toml``; what their packages ask for in turn, and all licences, are as installed.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ITSELF = canonicalize_name(PROJECT["name"])
CORE = "(none)"  # the package without its extras
# For work on the package itself.
NOT_LISTED = {
    "docs",
    "bench",
    "test",
    "dev",
    "mutants",
    "release",
}
START, END = "<!-- from `make licences` -->\n", "<!-- until here -->\n"


def extras() -> list[str]:
    """The extras that are listed, and the package alone."""
    return [CORE, *(name for name in PROJECT["optional-dependencies"] if name not in NOT_LISTED)]


def asked_for(extra: str) -> list[Requirement]:
    """What ``pyproject.toml`` asks for by name, with the extras that an extra includes."""
    lines = PROJECT["dependencies"] if extra == CORE else PROJECT["optional-dependencies"][extra]
    requirements = []
    for requirement in map(Requirement, lines):
        if canonicalize_name(requirement.name) == ITSELF:
            for included in sorted(requirement.extras):
                requirements += asked_for(included)
        else:
            requirements.append(requirement)
    return requirements


def packages(extra: str) -> dict[str, Distribution]:
    """The packages that an extra installs on this machine, by name: those asked for, and theirs."""
    installed: dict[str, Distribution] = {}
    waiting = [(requirement, "") for requirement in asked_for(extra)]
    seen = set()
    while waiting:
        requirement, wanted_by = waiting.pop()
        marker = requirement.marker
        if marker and not marker.evaluate({"extra": wanted_by}):
            continue
        try:
            package = distribution(requirement.name)
        except PackageNotFoundError as error:
            error.add_note(f"{extra} needs {requirement}: run `make licences`")
            raise
        name = canonicalize_name(requirement.name)
        installed[name] = package
        for chosen in {"", *requirement.extras}:
            if (name, chosen) not in seen:
                seen.add((name, chosen))
                waiting += [(Requirement(line), chosen) for line in package.requires or []]
    return dict(sorted(installed.items()))


def licences(package: Distribution) -> list[str]:
    """The licences that the metadata of a package names: one expression, or one per classifier."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return [expression]
    classified = [
        line.split(" :: ")[-1]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    words = (metadata.get("License") or "").strip().partition("\n")[0]
    return classified or [words or "not said"]


def is_gpl(package: Distribution) -> bool:
    """Whether each licence that the package may be taken under is a GPL (the LGPL is none)."""
    choices = [choice for line in licences(package) for choice in line.split(" OR ")]
    return all(
        re.search(r"(?<!Lesser )General Public|(?<!L)GPL", choice) is not None for choice in choices
    )


def gpl_packages() -> dict[str, list[str]]:
    """The packages under the GPL, by extra; an extra without any is left out."""
    by_extra = {
        extra: [name for name, package in packages(extra).items() if is_gpl(package)]
        for extra in extras()
    }
    return {extra: names for extra, names in by_extra.items() if names}


def tables() -> str:
    """The two tables of the page: the packages of each extra, the licence of each package."""
    known: dict[str, Distribution] = {}
    by_extra = ["| extra | packages asked for | and what these need |", "| --- | --- | --- |"]
    core = packages(CORE)
    for extra in extras():
        installed = packages(extra)
        known |= installed
        direct = dict.fromkeys(canonicalize_name(item.name) for item in asked_for(extra))
        others = [
            name for name in installed if name not in direct and (extra == CORE or name not in core)
        ]
        label = extra if extra == CORE else f"`{extra}`"
        by_extra.append(f"| {label} | {', '.join(direct)} | {', '.join(others)} |")
    by_package = ["| package | licence |", "| --- | --- |"]
    by_package += [
        f"| {name} | {'; '.join(licences(package))} |" for name, package in sorted(known.items())
    ]
    return "\n".join([*by_extra, "", *by_package, ""])


def main() -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{START}\n{tables()}\n{END}{after}", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
