"""The catalogue of planted bugs: every one is caught, and by which law is on a page."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.testing.planted_bugs import BUGS, right
from tests.testing.planted_bugs.catalogue import KINDS
from tests.testing.planted_bugs.measuring import PAGE, check, inputs, measure, page_of

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

    @HUNDRED
    @given(inputs(bug.kind))
    def try_it(arguments):
        check(bug.kind, f, arguments)

    with pytest.raises(AssertionError):
        try_it()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_right_implementation_keeps_every_law(kind):
    @settings(HUNDRED, max_examples=15)
    @given(inputs(kind))
    def try_it(arguments):
        check(kind, right(kind), arguments)

    try_it()


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
