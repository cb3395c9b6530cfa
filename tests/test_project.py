"""The files around the code agree with each other: versions, pins, floors, targets."""

import re
import runpy
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import multidim_poverty as mdp

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def text(path):
    return (ROOT / path).read_text("utf-8")


def test_development_tools_are_pinned_once():
    pins = dict(
        line.split("==") for line in text(".ci/constraints.txt").splitlines() if "==" in line
    )
    extras = PYPROJECT["project"]["optional-dependencies"]
    tools = {re.split(r"[ \[<>=]", requirement)[0] for requirement in extras["dev"]}
    assert tools - {"multidim-poverty"} <= set(pins)
    assert f"rev: v{pins['ruff']}\n" in text(".pre-commit-config.yaml")
    for requirement in PYPROJECT["project"]["dependencies"]:
        assert re.split(r"[ \[<>=]", requirement)[0] not in pins


def test_the_oldest_versions_tried_are_those_that_are_declared():
    line = re.search(r"^PINS_oldest := (.*)$", text("Makefile"), re.MULTILINE)[1]
    tried = dict(pin.split("==") for pin in line.split())
    for requirement in PYPROJECT["project"]["dependencies"]:
        name, oldest = requirement.split(" >= ")
        assert (tried[name] + ".0").startswith(oldest), requirement


# Environment -> the extras that the Makefile gives it.
LOCKED = {"core": [], "test": ["dev"], "oldest": ["test"], "docs": ["docs"], "release": ["release"]}


def locked_pins(environment):
    """Name -> the locked versions, each with its marker, of `.ci/lock`."""
    pins = {}
    for entry in re.split(r"\n(?=\S)", text(f".ci/lock/{environment}.txt")):
        if not entry.startswith("#"):
            requirement = Requirement(entry.partition("\\")[0])
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
            pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


def asked_for(extra):
    """What pyproject.toml asks for by name, with the extras that an extra includes."""
    extras = PYPROJECT["project"]["optional-dependencies"]
    for requirement in map(Requirement, extras[extra]):
        if requirement.name == PYPROJECT["project"]["name"]:
            for included in requirement.extras:
                yield from asked_for(included)
        else:
            yield requirement


@pytest.mark.parametrize("environment", LOCKED)
def test_what_is_locked_for_ci_is_what_the_project_asks_for(environment):
    makefile = text("Makefile")
    assert re.search(r"^LOCKED := (.*)$", makefile, re.MULTILINE)[1].split() == list(LOCKED)
    extras = re.findall(rf"^EXTRA_{environment} := \[(.*)\]$", makefile, re.MULTILINE)
    assert extras == LOCKED[environment]
    requirements = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
    for extra in extras:
        requirements += asked_for(extra)
    requirements += map(Requirement, [*PYPROJECT["build-system"]["requires"], "editables"])
    pins = locked_pins(environment)
    for requirement in requirements:
        versions = pins.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement} is not locked for {environment}: run `make lock`"
        for pin in versions:
            (specifier,) = pin.specifier
            assert specifier.operator == "=="
            assert requirement.specifier.contains(specifier.version), (requirement, pin)
    for line in text(".ci/constraints.txt").splitlines():
        if line and not line.startswith("#"):
            tool = Requirement(line)
            for pin in pins.get(canonicalize_name(tool.name), []):
                assert pin.specifier == tool.specifier, "run `make lock`"


def test_the_oldest_versions_are_locked():
    line = re.search(r"^PINS_oldest := (.*)$", text("Makefile"), re.MULTILINE)[1]
    pins = locked_pins("oldest")
    for oldest in map(Requirement, line.split()):
        assert [pin.specifier for pin in pins[canonicalize_name(oldest.name)]] == [oldest.specifier]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_one_version_of_each_package_is_locked_for_each_machine(version, system):
    machine = default_environment() | {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system,
        "platform_python_implementation": "CPython",
    }
    for environment in LOCKED:
        for name, pins in locked_pins(environment).items():
            chosen = [pin for pin in pins if not pin.marker or pin.marker.evaluate(machine)]
            assert len(chosen) <= 1, (environment, name)


def test_the_long_description_has_no_link_that_only_the_source_resolves():
    long_description = runpy.run_path(str(ROOT / "scripts" / "long_description.py"))[
        "long_description"
    ]
    readme = text("README.md")
    targets = re.findall(r"\]\(([^)\s]+)\)", readme)
    in_source = [target for target in targets if "://" not in target]
    assert in_source
    for target in in_source:
        assert (ROOT / target).exists(), target
    alone = long_description(readme)
    assert [t for t in re.findall(r"\]\(([^)\s]+)\)", alone) if "://" not in t] == []
    assert all(f"`{target}`" in alone or target in alone for target in in_source)
    published = long_description(readme, "https://example.org/source/")
    assert f"(https://example.org/source/{in_source[0]})" in published
    kept = "[law](https://example.org) [top](#top) ![picture](a.png)"
    assert long_description(kept) == "[law](https://example.org) [top](#top) picture (`a.png`)"
    assert long_description("[a.md](a.md) [words\nmore](b.md)") == "a.md words\nmore (`b.md`)"


def test_the_versions_of_python_are_the_same_everywhere():
    versions = re.search(r"^PYTHONS := (.*)$", text("Makefile"), re.MULTILINE)[1].split()
    workflow = text(".github/workflows/tests.yml")
    matrices = re.findall(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    assert len(matrices) == 2
    for matrix in matrices:
        assert [version.strip('" ') for version in matrix.split(",")] == versions
    assert PYPROJECT["project"]["requires-python"] == f">={versions[0]}"


def test_the_citation_is_of_this_version():
    assert f"\nversion: {mdp.__version__}\n" in text("CITATION.cff")
    assert f"## {mdp.__version__} (" in text("CHANGELOG.md") or "## Unreleased" in text(
        "CHANGELOG.md"
    )


def test_the_readme_names_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for path in ("README.md", "README.vi.md", "CONTRIBUTING.md", ".ci/run"):
        named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", text(path), re.MULTILINE))
        assert {one or other for one, other in named} <= targets, path


def test_the_readmes_and_the_install_pages_name_every_extra_of_users():
    extras = set(PYPROJECT["project"]["optional-dependencies"])
    extras -= {"examples", "docs", "bench", "test", "dev", "mutants", "release"}
    for path in ("README.md", "README.vi.md", "docs/install.md", "docs/vi/install.md"):
        assert extras <= set(re.findall(r"`([a-z]+)`", text(path))), path


def test_contributing_lists_the_floors_of_the_import_contract():
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    floors = [floor.split(" | ") for floor in contract["layers"]]
    section = text("CONTRIBUTING.md").split("## How the house is built")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert [re.findall(r"`([a-z_]+)`", row.split("|")[1]) for row in rows] == floors


def test_every_module_has_its_floor():
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    floors = {name for floor in contract["layers"] for name in floor.split(" | ")}
    package = ROOT / "src" / "multidim_poverty"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    modules |= {path.parent.name for path in package.glob("*/__init__.py")}
    assert modules == floors
    assert len(modules) <= 26


def test_nothing_outlives_its_deprecation():
    def version(number):
        return tuple(int(part) for part in number.split("."))

    for path in (ROOT / "src").rglob("*.py"):
        for removal in re.findall(
            r"^@.*removal=\"([0-9.]+)\"", path.read_text("utf-8"), re.MULTILINE
        ):
            assert version(removal) > version(mdp.__version__), path


def test_the_reference_has_every_public_name():
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "docs" / "api").glob("*.md"))
    described = set(re.findall(r"^   ([A-Za-z]\w*)$", pages, re.MULTILINE))
    places = {"mdp": mdp} | {
        f"mdp.{name}": getattr(mdp, name)
        for name in mdp.__all__
        if isinstance(getattr(mdp, name), ModuleType)
    }
    lacking = [
        f"{place}.{name}"
        for place, module in places.items()
        for name in module.__all__
        if callable(getattr(module, name)) and name not in described
    ]
    assert not lacking
