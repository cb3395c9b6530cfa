"""The layout of the package: no import circles, no hidden modules, few names at the top."""

import ast
import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

import multidim_poverty

ROOT = Path(multidim_poverty.__file__).parent
PACKAGE = multidim_poverty.__name__


@cache
def sources() -> dict[str, Path]:
    """Every module and package by its dotted name."""
    modules = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def imports_of(name: str, source: str, modules: set[str]) -> set[str]:
    """Modules that a module imports anywhere: at its top, under TYPE_CHECKING, in a function."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively: write the full name"
            # What is imported may be a module itself; then the package is only passed through.
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            targets = [each if each in modules else str(node.module) for each in full]
        else:
            continue
        found.update(target for target in targets if target in modules)
    return found - {name}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each one imports, at last, each other one (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                groups.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return groups


def test_no_modules_import_each_other_in_a_circle():
    modules = sources()
    graph = {
        name: imports_of(name, path.read_text(encoding="utf-8"), set(modules))
        for name, path in modules.items()
        if name != PACKAGE  # gives names of all floors, on first use
    }
    assert circles(graph) == []


def test_the_search_finds_circles_under_type_checking_and_in_functions():
    modules = {"p.a", "p.b", "p.c"}
    hidden = {
        "p.a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import B\n",
        "p.b": "def late():\n    from p import c\n",
        "p.c": "import p.a\n",
    }
    graph = {name: imports_of(name, source, modules) for name, source in hidden.items()}
    assert circles(graph) == [["p.a", "p.b", "p.c"]]
    assert circles({**graph, "p.c": set()}) == []


def test_nothing_in_a_package_hides_a_module_of_the_same_name():
    hidden = []
    for info in pkgutil.walk_packages([str(ROOT)], f"{PACKAGE}."):
        importlib.import_module(info.name)
        parent, _, name = info.name.rpartition(".")
        attribute = getattr(importlib.import_module(parent), name)
        if not isinstance(attribute, ModuleType):
            hidden.append(info.name)
    assert hidden == []


def test_at_most_26_modules_and_packages_stand_at_the_top():
    top = {info.name for info in pkgutil.iter_modules([str(ROOT)])}
    assert len(top) <= 26, sorted(top)
    assert {"law", "review", "schema", "dates"} <= top


def test_every_class_name_is_used_once():
    places: dict[str, list[str]] = {}
    for module, path in sources().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}
