"""Form A: which households the quick identification finds surely not poor."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multidim_poverty.assessment.points.checks import ColumnCheck, column_named, refuse
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.kleene import Truth
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.schema.value_rules import not_boolean

__all__ = ["quick_identification"]


def quick_identification(
    answers: pd.DataFrame, *, form: QuickForm, allow_partial: bool = False
) -> pd.DataFrame:
    """Which households are surely not poor by the quick identification (Form A).

    Parameters
    ----------
    answers : pandas.DataFrame
        One boolean column per item of the form, named by its id; missing where unknown. The
        column of an item whose content is not known may be absent. Others are ignored.
    form : QuickForm
        The form whose points are counted.
    allow_partial : bool
        Whether to use a form of which the content of an item is not known; its answer is then
        unknown where it is not given.

    Returns
    -------
    pandas.DataFrame
        Index as `answers`; ``yes`` and ``unknown`` (int64) [answers], and ``surely_not_poor``
        (nullable boolean): NA where the unknown answers could decide. False does not mean poor:
        the household is to be surveyed.

    Raises
    ------
    InvalidDataError
        If a column is absent, or an answer is neither yes nor no.
    NotCoveredError
        If the form is partial and `allow_partial` is not set.
    ArgumentError
        If a table is no DataFrame.

    Notes
    -----
    The form of 2021 (Circular 07/2021/TT-BLDTBXH, annex II) is for households that file a
    request; its items were not found. The form of 2015 is kept for old data.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import points
    >>> from multidim_poverty.law.quick_form import quick_form
    >>> form = quick_form("quick_form_2015")
    >>> answers = pd.DataFrame(
    ...     False, index=["a", "b"], columns=[item.id for item in form.items if item.content_known])
    >>> answers.loc["a", ["vehicle", "washing_machine", "electricity"]] = True
    >>> points.quick_identification(answers, form=form, allow_partial=True)
       yes  unknown  surely_not_poor
    a    3        1             True
    b    0        1            False
    """
    answers = as_frame(answers, "answers")
    if form.partial and not allow_partial:
        raise NotCoveredError(
            f"{form.name} is partial: the content of an item is not known. Read a whole form with "
            f"QuickForm.read(path), or set allow_partial=True to count what there is"
        )
    refuse(
        "answers",
        answers,
        [
            ColumnCheck(
                column_named(item.id, item.label),
                {"not_boolean": not_boolean},
                needed=item.content_known,
            )
            for item in form.items
        ],
    )
    yes, unknown = (np.zeros(len(answers), dtype=np.int64) for _ in range(2))
    for item in form.items:
        if item.id in answers.columns:
            truth = truth_of(answers[item.id])(slice(None))
        else:
            truth = Truth.unknown(len(answers))
        yes += truth.certain
        unknown += truth.possible & ~truth.certain
    enough = form.decision.yes_at_least
    return pd.DataFrame(
        {
            "yes": yes,
            "unknown": unknown,
            "surely_not_poor": pd.arrays.BooleanArray(
                yes >= enough, (yes < enough) & (yes + unknown >= enough)
            ),
        },
        index=answers.index,
    )
