"""The catalogue of planted bugs: every one is caught, and by which law is on a page."""

from functools import cache

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.testing.planted_bugs import BUGS, right
from tests.testing.planted_bugs.catalogue import KINDS
from tests.testing.planted_bugs.measuring import PAGE, check, check_shared, inputs, measure, page_of

pytestmark = pytest.mark.any_version

# The default number of examples; the same ones in every run, and no search for smaller ones.
HUNDRED = settings(
    max_examples=100,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[*HealthCheck],
)


def test_the_catalogue_has_bugs_of_every_kind_and_group():
    assert len(BUGS) >= 60
    assert {bug.kind for bug in BUGS.values()} == set(KINDS)
    groups = {bug.group for bug in BUGS.values()}
    assert {"lines", "cut-offs", "ages", "shares", "lists", "rounding", "float32", "size"} < groups
    assert {"NA as an answer", "swaps", "order", "aliasing", "metadata"} < groups


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BUGS)
def test_each_bug_is_caught_within_a_hundred_examples(name):
    bug = BUGS[name]
    f = bug.make()

    def try_it():
        for drawn, shared in first_examples(bug.kind):
            check_shared(bug.kind, f, drawn, shared)
        all_examples(bug.kind, lambda drawn: check(bug.kind, f, drawn), HUNDRED)

    with pytest.raises(AssertionError):
        try_it()


@cache
def first_examples(kind):
    """The first of the hundred, drawn once for all bugs, and what the oracle says of each."""
    examples = []
    all_examples(
        kind, lambda drawn: examples.append((drawn, {})), settings(HUNDRED, max_examples=4)
    )
    return examples


def all_examples(kind, look_at, how):
    @how
    @given(inputs(kind))
    def try_it(drawn):
        look_at(drawn)

    try_it()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_right_implementation_keeps_every_law(kind):
    few = settings(HUNDRED, max_examples=4 if kind in ("eligibility", "measures") else 15)
    all_examples(kind, lambda drawn: check(kind, right(kind), drawn), few)


@pytest.mark.skipif(
    pd.__version__.startswith("2"), reason="the page says what is caught with pandas 3"
)
@pytest.mark.slow
def test_the_page_says_which_law_catches_which_bug():
    measured = measure()
    assert [name for name, laws in measured.items() if not laws] == []
    written = PAGE.read_text(encoding="utf-8")
    advice = "write it again: python -m tests.testing.planted_bugs.measuring"
    assert written == page_of(measured), advice
