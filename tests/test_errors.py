"""Errors: what is optional names its extra, and errors reach another process whole."""

import datetime as dt
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
    errors.InvalidDataError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
    errors.ReviewError(mdp.violations(pd.DataFrame({"area": ["city"]}, index=["a"]))),
]
CODES = {
    "PovertyError": "error",
    "ArgumentError": "argument",
    "UnknownNameError": "unknown_name",
    "LawFileError": "law_file",
    "UnreadableFileError": "unreadable_file",
    "NotCoveredError": "not_covered",
    "MissingExtraError": "missing_extra",
    "InvalidDataError": "invalid_data",
    "ReviewError": "review",
}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_a_stable_code_and_reaches_another_process_whole(error):
    assert {type(one).__name__: one.code for one in EXAMPLES} == CODES
    named = {n for n in errors.__all__ if n.endswith("Error")}
    assert named == set(CODES)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.args) == (type(error), str(error), error.args)
    for name, value in vars(error).items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(getattr(again, name), value)
        else:
            assert getattr(again, name) == value


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
