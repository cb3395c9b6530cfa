"""The files around the code agree with each other: versions, pins, floors, targets."""

import re
import tomllib
from pathlib import Path
from types import ModuleType

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


def test_the_versions_of_python_are_the_same_everywhere():
    versions = re.search(r"^PYTHONS := (.*)$", text("Makefile"), re.MULTILINE)[1].split()
    matrix = re.search(r"^ +python: \[(.*)\]$", text(".github/workflows/tests.yml"), re.MULTILINE)
    assert [version.strip('" ') for version in matrix[1].split(",")] == versions
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
    extras -= {"examples", "docs", "bench", "test", "dev", "mutants"}
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
