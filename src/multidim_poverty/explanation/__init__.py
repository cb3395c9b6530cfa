"""Why a household has its class: reasons, sentences, nearest changes, comparison."""

from multidim_poverty.explanation.comparison import compare
from multidim_poverty.explanation.masks import unpack_indicators
from multidim_poverty.explanation.nearest import nearest_changes
from multidim_poverty.explanation.one_household import OneResult, assess_one
from multidim_poverty.explanation.reasoning import reasons
from multidim_poverty.explanation.sentences import Explanation, Sentence, explain

__all__ = [
    "Explanation",
    "OneResult",
    "Sentence",
    "assess_one",
    "compare",
    "explain",
    "nearest_changes",
    "reasons",
    "unpack_indicators",
]


def __dir__() -> list[str]:
    return __all__
