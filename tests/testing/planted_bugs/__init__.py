"""Wrong implementations, each with one bug that people make: what the laws of the kit must catch.

A bug is a function that stands in the place of one of the library's, under Decree 07/2021 and the
shipped rules of benefits. Its docstring says in one line what is wrong; its group is what kind of
mistake it is.
"""

import importlib

from tests.testing.planted_bugs.catalogue import BUGS, Bug, right

for _module in (
    "class_bugs", "representation_bugs", "survey_bugs", "points_bugs", "movement_bugs",
    "eligibility_bugs", "measure_bugs",
):  # fmt: skip
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["BUGS", "Bug", "right"]
