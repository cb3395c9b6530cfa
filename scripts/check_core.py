"""Use the package without its extras: all that is public must be there, or name its extra.

``make test-core`` runs this where nothing but the core is installed. With ``--hide`` the optional
packages are hidden from imports instead, and the doctests are left out.
"""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import multidim_poverty as mdp
from multidim_poverty.errors import EXTRAS, MissingExtraError, UnavailableModule

# Public module -> the extra without which none of its names work.
NEED_AN_EXTRA = {
    "excel": "excel",
    "forms": "forms",
    "plotting": "plot",
    "scale": "scale",
    "testing": "testing",
}
FILES = {
    *(f"multidim_poverty.documents.{name}" for name in ("filling", "paper", "template_paper")),
    "multidim_poverty.base.files.xlsx_writing",
}  # that write Word files and workbooks, and are imported when one is asked for


class Hidden:
    """Finder that says of every optional package that it is not installed."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] in EXTRAS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def error_of(ask: Callable[[], object]) -> str:
    """What the error says that the call ends in; '' where it ends well."""
    try:
        ask()
    except MissingExtraError as error:
        return str(error)
    return ""


def check_names() -> None:
    """Every public name works or names its extra, whichever way it is asked for."""
    star: dict[str, object] = {}
    exec("from multidim_poverty import *", star)
    members = dict(inspect.getmembers(mdp))
    for name in mdp.__all__:
        assert star[name] is getattr(mdp, name) or name in NEED_AN_EXTRA, name
        assert name in members, name
    for name, extra in NEED_AN_EXTRA.items():
        module = getattr(mdp, name)
        assert isinstance(module, UnavailableModule), f"{name} loads without its extra"
        for ask in (lambda m=module: m.name, lambda n=name: import_module(f"multidim_poverty.{n}")):
            assert f'pip install "multidim-poverty[{extra}]"' in error_of(ask), name


def check_modules() -> list[str]:
    """Import every module that needs no extra; their names."""
    names = []
    for module in pkgutil.walk_packages(mdp.__path__, f"{mdp.__name__}.", onerror=str):
        if module.name.split(".")[1] in NEED_AN_EXTRA or module.name in FILES:
            continue
        import_module(module.name)
        names.append(module.name)
    return names


def run_doctests(names: list[str]) -> int:
    """Run the doctests of the modules; how many fail for another reason than a missing extra."""
    runner, needed, failed = doctest.DebugRunner(verbose=False), {}, 0
    tests = [test for name in names for test in doctest.DocTestFinder().find(import_module(name))]
    for test in tests:
        try:
            runner.run(test)
        except doctest.UnexpectedException as stop:
            error = stop.exc_info[1]
            if isinstance(error, MissingExtraError):
                needed[test.name] = error.extra
            else:
                failed += 1
                print(f"FAILED {test.name}: {type(error).__name__}: {error}")
        except doctest.DocTestFailure as failure:
            failed += 1
            print(f"FAILED {test.name}: {failure.example.source}gives\n{failure.got}")
    for name, extra in needed.items():
        print(f"{name} names the extra {extra}")
    print(f"{len(tests)} docstrings tried, {failed} failed")
    return failed


def main() -> int:
    hide = "--hide" in sys.argv[1:]
    if hide:
        sys.meta_path.insert(0, Hidden())
    else:
        installed = [package for package in EXTRAS if find_spec(package) is not None]
        assert not installed, f"not the core alone: {installed} are installed"
    check_names()
    names = check_modules()
    return 0 if hide else bool(run_doctests(names))


if __name__ == "__main__":
    sys.exit(main())
