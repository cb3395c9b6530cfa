"""Why a household has its class, and by how much: reasons as columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.assessment.masks import indicator_masks
from multidim_poverty.explanation.cells import decision_cells
from multidim_poverty.identity import lasting_mark
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import standard_columns
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households

__all__ = ["reasons", "reasons_of"]


def reasons(
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
    language: Language = "en",
) -> pd.DataFrame:
    """What decided the class of each household, and by how much.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `classify`.
    deprivations : pandas.DataFrame
        As for `classify`.
    standard : Standard or str
        As for `classify`.
    language : {"en", "vi"}
        Language of the citations.

    Returns
    -------
    pandas.DataFrame
        Index as `households`. Columns:

        - ``poverty_class`` (ordered category; NA where undetermined);
        - ``rule`` (category): the row of `Standard.decision_table` that decided; several of
          one class, where unknown answers leave it open which, joined by " or ";
        - ``citation`` (category): document, article, clause and point of that rule;
        - ``deprived_indicators`` (int64): bit i is set where indicator i, in legal order, is
          known to be deprived; see `unpack_indicators`;
        - ``income_margin`` (float64, VND/person/month): income less the line that decided, the
          nearer one where the rule has two; at most 0 at or under a line, above 0 over it; NaN
          where income or the area is unknown or the class undetermined;
        - ``deprivation_margin`` (Int16): deprivations less the cut-off of the rule: 0 or more
          where it is reached, below 0 where it is not, counted so that unknown answers cannot
          make it smaller; NA where deprivations play no part or the class is undetermined;
        - ``open_questions`` (int64): bits of the unknown indicators, of income (the bit after
          the last indicator) and of the area (the next one), whose answers can still change the
          class; 0 where it is determined;
        - ``standard``, ``standard_hash`` (category): see `classify`.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `classify`; ValueError too for a standard of more than 61 indicators.

    Notes
    -----
    Where `deprivations` is the result of `assess`, its ``income_per_capita`` is read: of a
    household whose size was counted from its members, `households` does not give it.

    An unknown answer is open where two completions of the answers that differ in it alone give
    two classes. All unknown indicators of a household are open, or none is: the rules count
    deprivations and do not weigh them.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": "rural", "income_per_capita": [1.4e6, 1.6e6]})
    >>> matrix = pd.DataFrame(False, index=households.index, columns=standard.indicator_ids)
    >>> why = mdp.reasons(households, matrix, standard=standard)
    >>> why[["rule", "income_margin", "deprivation_margin"]].values.tolist()
    [['rural.near_poor', -100000.0, -3], ['rural.average', 100000.0, <NA>]]
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    check_language(language)
    inputs = ClassificationInputs.of(households, deprivations, standard)
    table = reasons_of(inputs, classify_inputs(inputs, standard), standard, language)
    return table.assign(**lasting_mark(households))


def reasons_of(
    inputs: ClassificationInputs, result: pd.DataFrame, standard: Standard, language: Language
) -> pd.DataFrame:
    """The table of `reasons`, from checked inputs and what `classify_inputs` gave for them."""
    deprived, unknown_answers = indicator_masks(inputs.matrix, standard)
    cells = decision_cells(standard, language)
    count = result["deprivation_count"].to_numpy()
    unknown = result["deprivations_unknown"].to_numpy()
    cell = cells.positions(inputs, result)
    questions = np.where(cells.asks_deprivations[cell], unknown_answers, 0)
    for bit, asks in enumerate((cells.asks_income, cells.asks_area), len(standard.indicators)):
        questions |= np.where(asks[cell], np.int64(1) << bit, 0)
    above, below = inputs.income - cells.lower[cell], inputs.income - cells.upper[cell]
    nearer = np.where(np.isnan(below) | (np.abs(above) < np.abs(below)), above, below)
    rule = cells.rule[cell]
    return pd.DataFrame(
        {
            "poverty_class": result["poverty_class"],
            "rule": _category(rule, cells.rules),
            "citation": _category(cells.citation_of[rule], cells.citations),
            "deprived_indicators": deprived,
            "income_margin": nearer,
            "deprivation_margin": pd.arrays.IntegerArray(
                cells.margin(cell, count, unknown), cells.no_cut[cell]
            ),
            "open_questions": questions,
        }
        | standard_columns(standard, len(inputs.index)),
        index=inputs.index,
    )


def _category(codes: npt.NDArray[np.int16], categories: tuple[str, ...]) -> pd.Categorical:
    dtype: pd.CategoricalDtype = pd.CategoricalDtype(list(categories))
    return pd.Categorical.from_codes(codes, dtype=dtype)
