"""Who moves between two standards, from which class to which, and by which clauses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.errors import ArgumentError
from multidim_poverty.explanation.comparison import compare
from multidim_poverty.explanation.reasoning import reasons_of
from multidim_poverty.identity import lasting_mark
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.tidy import Block, read_scope, tidy_table
from multidim_poverty.schema.arguments import (
    TablesLike,
    as_frame,
    as_households,
    distinct_rows,
)

__all__ = ["impact", "impact_counts"]

SIDES = ("from", "to")
MOVES = tuple(f"{name}_{side}" for name in ("class", "rule", "citation") for side in SIDES)
COUNTED = ("class_from", "class_to", "moved", *MOVES[2:])
MEASURED = ("level", "subgroup", "unit", "headcount", "estimate", "se", "lower", "upper", "n", "df")


def impact(
    households: TablesLike,
    deprivations: pd.DataFrame,
    from_standard: StandardLike,
    to_standard: StandardLike,
    *,
    to_deprivations: pd.DataFrame | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Which households another standard moves, from which class to which, by which clauses.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `classify`.
    deprivations : pandas.DataFrame
        As for `classify`: by the indicators of the first standard.
    from_standard, to_standard : Standard or str
        The standards that are compared; the second may be a `variant`, or what `Standard.replace`
        gives.
    to_deprivations : pandas.DataFrame, optional
        The deprivations by the indicators of the second standard. They are those of the first
        where all its indicators have the same rule there. Where a rule differs, or an indicator
        is new, the answers of the households decide again:
        ``mdp.deprivations(households, members, standard=to_standard, on=...)``.
    language : {"en", "vi"}
        Language of the citations.

    Returns
    -------
    pandas.DataFrame
        Index as `households`, one row each. Columns:

        - ``class_from``, ``class_to`` (ordered categories of the two standards; NA where
          undetermined);
        - ``moved`` (boolean), ``cause`` (string), ``answers`` (string): as `compare` gives them:
          of ``income_band``, ``deprivations`` and ``rule``, what made the move, and the
          indicators whose answer changed;
        - ``rule_from``, ``rule_to``, ``citation_from``, ``citation_to`` (category): the clauses
          that decided, as `reasons` gives them, with article and clause.

    Raises
    ------
    ArgumentError
        If the standards differ in the rule of an indicator and `to_deprivations` is not given;
        names the indicators. Or as `classify` and `compare`.
    InvalidDataError
        As `classify`.

    Notes
    -----
    Under Decree 07/2021, article 3, clause 2, the income line and the cut-off of three
    deprivations decide; see `reasons`. `impact_counts` counts the moves.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(
    ...     sample.households, sample.members, standard=standard, on="2023-06-30")
    >>> higher = mdp.scenario.variant(standard, line_factor=1.1)
    >>> moves = mdp.scenario.impact(sample.households, matrix, standard, higher)
    >>> moved = moves[moves["moved"].fillna(False)]
    >>> moved.groupby(["class_from", "class_to"], observed=True).size().to_dict()
    {('average', 'poor'): 9, ('average', 'near_poor'): 26, ('above_average', 'average'): 22}
    """
    check_language(language)
    homes = as_households(households)
    laws = as_standard(from_standard, "from_standard"), as_standard(to_standard, "to_standard")
    before = ClassificationInputs.of(homes, as_frame(deprivations, "deprivations"), laws[0])
    if to_deprivations is None:
        _check_rules(*laws)
        after = replace(before, matrix=before.matrix[list(laws[1].indicator_ids)])
    else:
        again = as_frame(to_deprivations, "to_deprivations")
        after = ClassificationInputs.of(homes, again, laws[1])
        income = np.where(np.isnan(before.income), after.income, before.income)
        before, after = replace(before, income=income), replace(after, income=income)
    results = [
        _explained(inputs, law, language) for inputs, law in zip((before, after), laws, strict=True)
    ]
    compared = compare(*results)
    columns = {"class": "poverty_class", "rule": "rule", "citation": "citation"}
    parts = {
        f"{name}_{side}": result[column]
        for name, column in columns.items()
        for side, result in zip(SIDES, results, strict=True)
    }
    table = pd.DataFrame(
        {
            **{name: parts.pop(name) for name in ("class_from", "class_to")},
            **{name: compared[name] for name in ("moved", "cause", "answers")},
            **parts,
        },
        index=homes.index,
    )
    return table.assign(**lasting_mark(homes))


def impact_counts(
    moves: pd.DataFrame,
    *,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many households make each move of `impact`, and which share of all they are.

    Parameters
    ----------
    moves : pandas.DataFrame
        From `impact`, with the columns that the other arguments name.
    by : str or pandas.Series, optional
        As for `measures.estimate`.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`.
    design : Design or "census", optional
        As for `measures.estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.estimate`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, one row per group and move, those who stay among them, worst classes first, on a
        RangeIndex: ``class_from``, ``class_to``, ``moved``, ``rule_from``, ``rule_to``,
        ``citation_from``, ``citation_to`` as in `impact`; ``level``, ``subgroup``, ``unit`` as in
        `measures.estimate`; ``headcount`` (int64; float64 with the weights of a design);
        ``estimate``, ``se``, ``lower``, ``upper`` (float64): the share of all households of the
        group [fraction]; ``n`` (int64), ``df`` (float64) as in `measures.estimate`.

    Raises
    ------
    ArgumentError
        If a column of `impact` is absent, or as `measures.estimate`.
    InvalidDataError
        If sizes are missing, or as `measures.Design` says.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(
    ...     sample.households, sample.members, standard=standard, on="2023-06-30")
    >>> fewer = mdp.scenario.variant(standard, cutoff=4)
    >>> moves = mdp.scenario.impact(sample.households, matrix, standard, fewer)
    >>> counts = mdp.scenario.impact_counts(moves)
    >>> counts[["rule_from", "rule_to", "headcount"]].values.tolist()[2]
    ['rural.poor', 'rural.near_poor', 25]
    """
    data = as_frame(moves, "moves")
    absent = [name for name in (*MOVES, "moved") if (data.columns == name).sum() != 1]
    if absent:
        raise ArgumentError(f"moves have no column {', '.join(absent)}; take those of impact")
    scope = read_scope(
        data,
        "moves",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    distinct, at = distinct_rows(data[[*MOVES, "moved"]], [*MOVES, "moved"])
    order = distinct.sort_values([*MOVES], kind="stable").index.tolist()
    pieces, counts = [], []
    for level in scope.levels:
        domains = scope.domains(level, None)
        base, blocks, numbers = domains.totals(), [], []
        for move in order or [0]:  # of no rows, nothing is taken below
            total = domains.totals(at == move)
            blocks.append(Block({"move": move}, total.over(base)))
            numbers.append(total.by_domain)
        pieces.append((level, domains, None, blocks))
        counts.append(np.stack(numbers).T.ravel())  # group by group, as the table
    table = tidy_table(pieces, scope, ["move"])
    headcount = np.concatenate(counts)
    whole = scope.sample is None
    measured = table.assign(headcount=headcount.astype(np.int64) if whole else headcount)
    measured = measured if order else measured.head(0)
    columns = distinct.take(measured["move"].to_numpy(dtype=np.intp)).reset_index(drop=True)
    return pd.concat([columns[list(COUNTED)], measured[list(MEASURED)]], axis=1)


def _explained(
    inputs: ClassificationInputs, standard: Standard, language: Language
) -> pd.DataFrame:
    """Class, clause and answers of each household by one standard."""
    result = classify_inputs(inputs, standard)
    why = reasons_of(inputs, result, standard, language)
    names = ["rule", "citation", "standard", "standard_hash"]
    return pd.concat([result, why[names], inputs.matrix.set_axis(inputs.index)], axis=1)


def _check_rules(old: Standard, new: Standard) -> None:
    """Raise if the deprivations by one standard are not those by the other.

    Raises
    ------
    ArgumentError
        Names the indicators whose answers have to be read again.
    """
    rules = {one.id: one.rule.model_dump(exclude={"citations"}) for one in old.indicators}
    changed = [
        one.id
        for one in new.indicators
        if rules.get(one.id) != one.rule.model_dump(exclude={"citations"})
    ]
    if changed:
        raise ArgumentError(
            f"{new.name} has another rule than {old.name} for {', '.join(changed)}: pass "
            f"to_deprivations=mdp.deprivations(households, members, standard=to_standard, on=...), "
            f"made from the answers of the households"
        )
