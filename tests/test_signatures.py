"""Signatures of public functions: optional arguments by keyword, one order of arguments."""

import inspect

import pytest

from tests.helpers.public import classes, functions

# Optional arguments that may be passed by position, and why.
BY_POSITION = {
    "members": "the second table of a survey, behind its households",
    "programmes.rules": "the name, as `standard` takes it; without it those of the country",
    "reports.identity": "the result is the data that is identified, where there is one",
    "review.open_round": "the list before and the requests are tables beside the households",
    "verify": "the result is a table beside households and deprivations",
    "text(language)": "the only argument of what a law says of itself",
}


def optional_by_position(function):
    return [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        and parameter.default is not parameter.empty
    ]


@pytest.mark.parametrize("path", functions())
def test_optional_arguments_are_passed_by_keyword(path):
    if path not in BY_POSITION:
        assert set(optional_by_position(functions()[path])) <= {"members"}


def test_optional_arguments_of_methods_are_passed_by_keyword():
    methods = {
        f"{path}.{name}": method
        for path, value in classes().items()
        for name, method in inspect.getmembers(value, callable)
        if name in vars(value) and not name.startswith(("_", "model_"))
    }
    assert len(methods) > 20
    optional = {path: optional_by_position(method) for path, method in methods.items()}
    assert {
        path: names for path, names in optional.items() if names not in ([], ["language"])
    } == {}


@pytest.mark.parametrize("by_keyword", [False, True])
def test_arguments_stand_in_one_order(by_keyword):
    first = {}
    for path, function in functions().items():
        names = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if (parameter.kind is parameter.KEYWORD_ONLY) == by_keyword
        ]
        for place, name in enumerate(names):
            for later in names[place + 1 :]:
                first.setdefault((name, later), path)
    both = {pair: path for pair, path in first.items() if pair[::-1] in first}
    assert both == {}
