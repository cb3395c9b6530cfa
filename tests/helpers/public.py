"""The public names: functions and classes of the top level and of its packages, each once."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from pydantic import BaseModel

import multidim_poverty as mdp

__all__ = ["classes", "functions", "records", "things"]


def things() -> dict[str, Any]:
    """Every public function and class, by the first path that gives it (``reports.table_1``)."""
    paths: dict[int, tuple[str, Any]] = {}
    for path, value in _listed():
        if inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value)):
            paths.setdefault(id(value), (path, value))
    return dict(paths.values())


def _listed() -> Iterator[tuple[str, Any]]:
    modules = []
    for name in sorted(mdp.__all__):
        value = getattr(mdp, name)
        if isinstance(value, ModuleType):
            modules.append((name, value))
        else:
            yield name, value
    for place, module in modules:
        for name in sorted(module.__all__):
            yield f"{place}.{name}", getattr(module, name)


def functions() -> dict[str, Any]:
    """Every public function."""
    return {path: value for path, value in things().items() if not inspect.isclass(value)}


def classes() -> dict[str, type]:
    """Every public class."""
    return {path: value for path, value in things().items() if inspect.isclass(value)}


def records() -> dict[str, type[BaseModel]]:
    """Every public model that stands by itself, and is no part of a law file."""
    return {
        path: value
        for path, value in classes().items()
        if issubclass(value, BaseModel) and (not path.startswith(("law.", "reports.")))
    }
