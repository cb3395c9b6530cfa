"""Errors of the library that a function may raise, followed through the functions that it calls.

Calls are read from the source: names of modules, of classes, and methods of `self`. Methods of
other objects are not followed, nor what a function does with one that it is given and calls.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import multidim_poverty
from multidim_poverty import errors

__all__ = ["Place", "bases_of", "place_of", "reached"]

SOURCE = Path(multidim_poverty.__file__).parent
# What makes an error that another function raises.
MAKERS = {"unreadable": "UnreadableFileError", "_other": "UnknownNameError"}


class Place(NamedTuple):
    """Where a function stands."""

    module: str
    name: str


class Calls(NamedTuple):
    """What a function raises itself, and what it calls within which handlers."""

    raised: frozenset[str]
    called: tuple[tuple[Place, frozenset[str]], ...]


def bases_of(name: str) -> set[str]:
    """An error of the library by its own name and those of its bases."""
    return {base.__name__ for base in getattr(errors, name).__mro__} - {"object", "BaseException"}


@cache
def nodes() -> dict[Place, ast.FunctionDef]:
    """Every function and method of the package."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        module = module.removesuffix(".__init__")
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[Place(module, node.name)] = node
            elif isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                found |= {Place(module, f"{node.name}.{part.name}"): part for part in methods}
    return found


def place_of(value: Any) -> list[Place]:
    """Where a function stands, or what makes the objects of a class."""
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    if inspect.isclass(value):
        makers = [f"{value.__qualname__}.{name}" for name in ("__init__", "__post_init__")]
        return [place for name in makers if (place := Place(value.__module__, name)) in nodes()]
    if not inspect.isfunction(value):
        return place_of(value.__wrapped__) if hasattr(value, "__wrapped__") else []
    value = inspect.unwrap(value)
    place = Place(value.__module__, value.__qualname__)
    return [place] if place in nodes() else []


def named_by(expression: ast.expr, place: Place) -> list[Place]:
    """The function of the package that a name or a dotted name stands for."""
    if not isinstance(expression, ast.Name | ast.Attribute):
        return []
    first, *others = ast.unparse(expression).split(".")
    module = importlib.import_module(place.module)
    owner = place.name.rpartition(".")[0]
    value = getattr(module, owner if first in ("self", "cls") and owner else first, None)
    for name in others:
        if inspect.isclass(value):
            value = inspect.getattr_static(value, name, None)
        else:
            value = getattr(value, name, None) if inspect.ismodule(value) else None
    return place_of(value)


def within(node: ast.AST, handled: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Every part of a function, with the names of the errors that are caught around it."""
    yield node, handled
    for name, value in ast.iter_fields(node):
        inner = handled
        if isinstance(node, ast.Try) and name == "body":
            kinds = [handler.type for handler in node.handlers if handler.type]
            inner |= {n.id for kind in kinds for n in ast.walk(kind) if isinstance(n, ast.Name)}
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from within(part, inner)


@cache
def calls_of(place: Place) -> Calls:
    """What a function raises and calls."""
    raised, called = set(), []
    for node, handled in within(nodes()[place], frozenset()):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(error).rpartition(".")[2]
            name = MAKERS.get(name, name)
            if name in errors.__all__ and not handled & bases_of(name):
                raised.add(name)
        if isinstance(node, ast.Call):
            handed_on = [part for part in node.args if isinstance(part, ast.Name)]
            for function in (node.func, *handed_on):
                called += [(target, handled) for target in named_by(function, place)]
    return Calls(frozenset(raised), tuple(called))


def reached(function: Callable[..., Any]) -> dict[str, tuple[str, ...]]:
    """The errors that a function may raise, each with the calls that lead to it."""
    ways: dict[str, tuple[str, ...]] = {}
    start = place_of(function)
    waiting = [(place, (place.name,), frozenset[str]()) for place in start]
    seen = set(start)
    for place, way, handled in waiting:
        raised, called = calls_of(place)
        for name in sorted(raised):
            if not handled & bases_of(name):
                ways.setdefault(name, way)
        for target, around in called:
            if target not in seen:
                seen.add(target)
                waiting.append((target, (*way, target.name), handled | around))
    return ways
