"""Docstrings of public names: sections, arguments, returns, errors, examples, by numpydoc."""

import ast
import inspect
import re
import textwrap
from enum import Enum

import pytest
from pydantic import BaseModel

import multidim_poverty as mdp
from multidim_poverty import errors
from multidim_poverty.law.reading import text_of
from tests.helpers.public import classes, functions, things
from tests.helpers.reached_errors import bases_of, reached

pytestmark = pytest.mark.any_version

validation = pytest.importorskip("numpydoc.validate", reason="the extra `dev` has it")

# Codes of numpydoc that are not asked for, and why.
LEFT_OUT = {
    "ES01": "a summary that says all needs no extended one",
    "SA01": "names in the text are links; a section would say them again",
    "SA03": "a link says what it leads to",
    "SA04": "a link says what it leads to",
    "SS05": "a summary that begins with a plural noun is taken for a verb",
}
LEFT_OUT_OF_ENUMERATIONS = {"PR01": "nobody makes one: its codes are listed"}
RAISED = {name for name in errors.__all__ if name.endswith("Error")}


def faults(thing, left_out):
    path = f"{thing.__module__}.{thing.__qualname__}"
    return [fault for fault in validation.validate(path)["errors"] if fault[0] not in left_out]


@pytest.mark.parametrize("path", functions())
def test_a_function_is_documented(path):
    assert faults(functions()[path], LEFT_OUT) == []


@pytest.mark.parametrize("path", classes())
def test_a_class_is_documented(path):
    value = classes()[path]
    is_enumeration = issubclass(value, Enum)
    assert faults(value, LEFT_OUT | (LEFT_OUT_OF_ENUMERATIONS if is_enumeration else {})) == []


def raised_by(function):
    """Names of the errors of the library that the body of a function raises itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in RAISED
    }


def documented_errors(function):
    text = inspect.getdoc(inspect.unwrap(function)) or ""
    found = re.search(r"^Raises\n-+\n(.*?)(?=^\S[^\n]*\n-{4,}|\Z)", text, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"\w+Error", found[1])) if found else set()


@pytest.mark.parametrize("path", functions())
def test_what_a_function_raises_is_documented(path):
    function = functions()[path]
    named = documented_errors(function)
    assert [name for name in raised_by(function) if not named & bases_of(name)] == []


# A law that was changed by hand so that it is not sound is refused by all that take a law.
OF_EVERY_LAW = {"LawFileError"}
# Errors that the calls lead to and that no argument brings about, and why.
UNREACHED = {
    "plotting.cut_off_surface": "bands of one width ask for no package",
    "plotting.deprivation_profile": "bands of one width ask for no package",
    "plotting.dumbbell": "headcounts without a design ask for no interval",
    "plotting.ranked_rates": "headcounts without a design ask for no interval",
    "plotting.rates": "headcounts without a design ask for no interval",
    "plotting.rates_over_years": "headcounts without a design ask for no interval",
    "plotting.tile_map": "bands of one width ask for no package",
    "population.check": "headcounts without a design ask for no interval",
    "programmes.cells": "the name is that of a shipped plan",
    "programmes.measure": "headcounts without a design ask for no interval",
    "review.empty_events": "a table without rows has no faults",
    "testing.event_streams": "the table is made of events that are sound",
    "testing.invalid_households": "the dtypes are those of numpy",
}


@pytest.mark.slow
@pytest.mark.parametrize("path", functions())
def test_what_the_called_functions_raise_is_documented(path):
    function = functions()[path]
    named = documented_errors(function)
    lacking = {
        name: " > ".join(way)
        for name, way in reached(function).items()
        if name not in OF_EVERY_LAW and not named & bases_of(name)
    }
    assert bool(lacking) == (path in UNREACHED), lacking


def test_errors_are_followed_through_calls_up_to_where_they_are_caught():
    ways = reached(mdp.deprivations)
    assert {"ArgumentError", "InvalidDataError", "UnknownNameError"} <= ways.keys()
    assert ways["UnknownNameError"][-1] in ("as_standard", "_other")
    assert "UnreadableFileError" in reached(mdp.excel.read_households)
    assert "LawFileError" in reached(text_of)  # in place of the error that it catches
    assert "UnreadableFileError" not in reached(text_of)
    assert reached(len) == {}


def test_the_search_finds_what_a_function_raises():
    def refuses(value):
        """Refuse.

        Raises
        ------
        KeyError
            Always.
        """
        raise errors.UnknownNameError(value)

    def other(value):
        raise ArgumentError(value)  # noqa: F821

    assert documented_errors(refuses) == {"KeyError"} <= bases_of("UnknownNameError")
    assert raised_by(other) == {"ArgumentError"}


def test_every_code_that_is_left_out_is_one_of_numpydoc():
    assert set(LEFT_OUT | LEFT_OUT_OF_ENUMERATIONS) <= set(validation.ERROR_MSGS)


@pytest.mark.parametrize(
    "path", [path for path, value in classes().items() if issubclass(value, BaseModel)]
)
def test_a_model_says_what_it_is(path):
    value = classes()[path]
    assert value.__doc__
    assert value.__doc__ != BaseModel.__doc__


@pytest.mark.parametrize("path", things())
def test_an_example_can_be_run(path):
    text = inspect.getdoc(inspect.unwrap(things()[path]))
    assert ">>> " in text.partition("Examples\n--------\n")[2]
