"""Strategies, a reference and laws for property-based tests of reviews (extra ``testing``).

Everything here is meant for other people's test suites too: the laws take the functions that
they check, so another implementation can be put in the place of `multidim_poverty.review`.
"""

from multidim_poverty.testing.laws import FOLD_LAWS, check_fold_laws
from multidim_poverty.testing.machine import ReviewMachine
from multidim_poverty.testing.reference import Review, play
from multidim_poverty.testing.strategies import event_tables

__all__ = ["FOLD_LAWS", "Review", "ReviewMachine", "check_fold_laws", "event_tables", "play"]
