"""Errors: all are of the library, what is optional names its extra, other processes get them."""

import ast
import datetime as dt
import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import errors
from multidim_poverty.errors import EXTRAS, UnavailableModule, deprecated, optional_imports
from multidim_poverty.testing import vectors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "multidim_poverty"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DISTRIBUTIONS = {"docx": "python-docx", "python_calamine": "python-calamine"}


@pytest.mark.parametrize("package", EXTRAS)
def test_an_extra_installs_the_package_that_names_it(package):
    requirements = PROJECT["optional-dependencies"][EXTRAS[package]]
    names = {re.split(r"[ \[<>=]", requirement)[0] for requirement in requirements}
    assert DISTRIBUTIONS.get(package, package) in names
    with pytest.raises(mdp.MissingExtraError) as caught, optional_imports():
        raise ModuleNotFoundError(f"No module named '{package}.part'", name=f"{package}.part")
    assert str(caught.value) == (
        f'{package} is not installed: pip install "multidim-poverty[{EXTRAS[package]}]"'
    )
    assert isinstance(caught.value, ModuleNotFoundError)
    assert isinstance(caught.value, mdp.PovertyError)
    assert caught.value.name == package
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


EXAMPLES = [
    errors.PovertyError("a message"),
    errors.ArgumentError("a message"),
    errors.UnknownNameError("a message"),
    errors.LawFileError("a.toml", ["one problem", "another"]),
    errors.UnreadableFileError("a message", limit="cells"),
    errors.NotCoveredError(
        "a message", day=dt.date(1999, 1, 1), first=dt.date(2016, 1, 1), last=dt.date(2030, 12, 31)
    ),
    errors.MissingExtraError("matplotlib"),
    errors.MissingFileError("a message"),
    errors.UnwritableFileError("a message"),
    errors.InvalidDataError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    errors.ReviewError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    errors.DatasetError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    errors.ConcurrentWriteError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    errors.DiskFullError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    vectors.CommandError("a message"),
]
CODES = {
    "PovertyError": "error",
    "ArgumentError": "argument",
    "UnknownNameError": "unknown_name",
    "LawFileError": "law_file",
    "UnreadableFileError": "unreadable_file",
    "NotCoveredError": "not_covered",
    "MissingExtraError": "missing_extra",
    "MissingFileError": "missing_file",
    "UnwritableFileError": "unwritable_file",
    "InvalidDataError": "invalid_data",
    "ReviewError": "review",
    "DatasetError": "dataset",
    "ConcurrentWriteError": "concurrent_write",
    "DiskFullError": "disk_full",
    "CommandError": "vectors_command",
}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_a_stable_code_and_reaches_another_process_whole(error):
    assert {type(one).__name__: one.code for one in EXAMPLES} == CODES
    named = {n for n in errors.__all__ if n.endswith("Error")}
    assert named | {"CommandError"} == set(CODES)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.args) == (type(error), str(error), error.args)
    for name, value in vars(error).items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(getattr(again, name), value)
        else:
            assert getattr(again, name) == value


# -- every raise of the package ------------------------------------------------------------------

MODULES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def raises_of(tree, around=()):
    """Every `raise` that makes an error, with the functions and classes around it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield node.exc.func if isinstance(node.exc, ast.Call) else node.exc, around
        inside = isinstance(node, Function | ast.ClassDef | ast.Lambda)
        yield from raises_of(node, (*around, node) if inside else around)


MAKERS = {
    (path, node.name): ast.unparse(node.returns)
    for path, tree in MODULES.items()
    for node in ast.walk(tree)
    if isinstance(node, Function) and node.returns is not None
}


def is_made_by(path, name):
    """Whether the functions of a name, of the module first, return errors of the library."""
    makers = {place: made for (place, maker), made in MAKERS.items() if maker == name}
    makers = {path: makers[path]} if path in makers else makers
    return bool(makers) and all(is_error(place, made) for place, made in makers.items())


def is_allowed(path, error, around):
    """Whether a `raise` is of an error of the library, or of one that the language asks for."""
    name = error.attr if isinstance(error, ast.Attribute) else error.id
    if name.lstrip("_")[0].islower():
        return is_made_by(path, name)
    functions = [node for node in around if isinstance(node, Function)]
    if name == "ValueError":  # pydantic makes a report of it, and of no other error
        return any("validator" in ast.unparse(d) for f in functions for d in f.decorator_list)
    if name == "AttributeError":
        return functions[-1].name in ("__getattr__", "__setattr__", "__delattr__")
    if name == "NotImplementedError":  # a kind of condition that nothing reads yet
        return path.is_relative_to(SOURCE / "programmes")
    if name.startswith("_"):  # what its own module catches
        caught = [n.type for n in ast.walk(MODULES[path]) if isinstance(n, ast.ExceptHandler)]
        return any(name in ast.unparse(kind) for kind in caught if kind)
    return is_error(path, name)


def is_error(path, name):
    if name == "AssertionError":  # a law of the test kit that does not hold
        return path.is_relative_to(SOURCE / "testing")
    place = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    kind = getattr(importlib.import_module(place.removesuffix(".__init__")), name, None)
    kind = kind or getattr(errors, name, None)
    return inspect.isclass(kind) and issubclass(kind, mdp.PovertyError)


@pytest.mark.any_version
def test_what_is_raised_on_purpose_is_an_error_of_the_library():
    raised = [(path, *found) for path, tree in MODULES.items() for found in raises_of(tree)]
    assert len(raised) > 300
    others = [
        f"{path.relative_to(SOURCE)}:{error.lineno}: {ast.unparse(error)}"
        for path, error, around in raised
        if not is_allowed(path, error, around)
    ]
    assert others == []


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("raise ArgumentError('a')", True),
        ("raise ValueError('a')", False),
        ("raise KeyError", False),
        ("def f():\n    raise AttributeError('a')", False),
        ("def __getattr__(self):\n    raise AttributeError('a')", True),
        ("def f():\n    raise NotImplementedError", False),
        ("@model_validator(mode='after')\ndef f(self):\n    raise ValueError('a')", True),
        ("raise _FoundError", False),
        ("raise AssertionError('a')", False),
        ("raise file.unreadable('a')", True),
        ("raise something('a')", False),
    ],
)
def test_the_search_of_raises_knows_what_is_of_the_library(code, allowed):
    ((error, around),) = raises_of(ast.parse(code))
    assert is_allowed(SOURCE / "errors.py", error, around) == allowed


def test_a_day_that_no_law_covers_is_on_the_error_with_the_days_that_are():
    for ask in (lambda day: mdp.standard_on(day, purpose="review"), mdp.procedure_on):
        for day in ("1999-01-01", "2099-01-01"):
            with pytest.raises(mdp.NotCoveredError) as caught:
                ask(day)
            error = caught.value
            assert error.day == dt.date.fromisoformat(day)
            assert error.first < error.last
            assert not error.first <= error.day <= error.last


def test_the_import_of_any_other_package_fails_as_ever():
    with pytest.raises(ModuleNotFoundError, match="no_such_package") as caught, optional_imports():
        import no_such_package  # noqa: F401
    assert not isinstance(caught.value, mdp.MissingExtraError)


def test_a_module_without_its_extra_says_so_for_each_of_its_names():
    module = UnavailableModule("multidim_poverty.excel", "xlsxwriter")
    with pytest.raises(mdp.MissingExtraError, match=re.escape("multidim-poverty[excel]")):
        module.write_tables  # noqa: B018
    assert not hasattr(module, "__wrapped__")
    assert dir(module) == []
    assert "multidim-poverty[excel]" in repr(module)


def test_the_core_works_where_no_extra_is_installed():
    subprocess.run([sys.executable, ROOT / "scripts" / "check_core.py", "--hide"], check=True)


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in mdp.__all__ if isinstance(getattr(mdp, name), ModuleType)),
        *("assessment", "explanation", "programmes.targets", "receipts"),
    ],
)
def test_dir_shows_the_public_names_alone(name):
    module = pkgutil.resolve_name(f"multidim_poverty.{name}")
    assert dir(module) == sorted(module.__all__)
    for public in dir(module):
        assert getattr(module, public) is not None


def test_the_version_has_one_source():
    script = (  # the metadata of an installed package are out of reach
        "import importlib.metadata as metadata, multidim_poverty as mdp;"
        "metadata.version = metadata.distribution = None;"
        "print(mdp.receipt.__globals__['__version__'])"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == mdp.__version__


def test_a_deprecated_function_works_and_says_what_to_use():
    @deprecated(since="0.2", removal="0.3", instead="mdp.assess(...)")
    def judge(one, *, other=2):
        """The documentation."""
        return one, other

    with pytest.warns(FutureWarning) as caught:
        assert judge(1, other=3) == (1, 3)
    assert [warning.filename for warning in caught] == [__file__]
    text = str(caught[0].message)
    assert "judge is deprecated since 0.2 and will be removed in 0.3: use mdp.assess(...)" in text
    assert (judge.__name__, judge.__doc__) == ("judge", "The documentation.")
    assert str(inspect.signature(judge)) == "(one, *, other=2)"


def test_the_text_of_a_review_error_has_no_empty_slots():
    households = mdp.load_sample().households.head(2)
    events = mdp.review.open_round(households, requests=list(households.index), on="2023-09-05")
    second = events["household_id"].iloc[1]
    events = events.astype({"process": object, "household_id": object})
    events.loc[0, ["household_id", "process"]] = None
    events.loc[1, "form"] = "99"
    with pytest.raises(mdp.ReviewError) as caught:
        mdp.review.fold(events)
    heading, *lines = str(caught.value).splitlines()
    assert heading == "3 fault(s) in the review"
    assert lines[:2] == [
        f"  - events, row 0, event requested, on 2023-09-05, column {column} [missing_value]: "
        f"{column} ({label}) is missing; give it: the column is required"
        for column, label in (("household_id", "Household"), ("process", "Process"))
    ]
    assert lines[2].startswith(
        f"  - events, row 1, household {second}, process periodic, event requested, on 2023-09-05, "
        f"column form [unknown_form]: "
    )
    assert lines[2].endswith(" (Decision 24/2021/QD-TTg, article 4, clause 1, point b)")
