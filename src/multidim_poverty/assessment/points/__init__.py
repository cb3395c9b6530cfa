"""Forms A and B: quick identification, points for income (B1) and for deprivations (B2), classes.

`points` adds up B1 from the answers and a score sheet, `b2` counts deprivations, and
`classify_points` gives the class. The tables fit together:

>>> import pandas as pd
>>> import multidim_poverty as mdp
>>> from multidim_poverty import points
>>> standard = mdp.standard("decree_07_2021")
>>> matrix = pd.DataFrame(False, index=["a", "b"], columns=standard.indicator_ids)
>>> matrix.loc["a", ["employment", "water", "toilet"]] = True
>>> table = points.b2(matrix, standard=standard).assign(area="rural", b1=[140, 141])
>>> points.classify_points(table, standard=standard).poverty_class.tolist()
['poor', 'not_poor']
"""

from multidim_poverty.assessment.points.classes import classify_points
from multidim_poverty.assessment.points.deprivation import b2
from multidim_poverty.assessment.points.income import points
from multidim_poverty.assessment.points.quick_form import quick_identification

__all__ = [
    "b2",
    "classify_points",
    "points",
    "quick_identification",
]


def __dir__() -> list[str]:
    return __all__
