"""Who is poor by income, who is deprived, and who is both, with the legal classes in each cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.cut_offs import checked_cut_off, own_cut_off
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.law.tables import chosen_line
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.incidence import class_bounds
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.tidy import Block, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["income_and_deprivations"]

COUNTS = ("deprivation_count", "deprivations_unknown")
# Of each cell and margin: which households it holds, as (income-poor, deprived).
CELLS: dict[str, set[tuple[bool, bool]]] = {
    "both": {(True, True)},
    "income_only": {(True, False)},
    "deprivations_only": {(False, True)},
    "neither": {(False, False)},
    "income_poor": {(True, True), (True, False)},
    "deprived": {(True, True), (False, True)},
}
Completion = tuple[int, int, str]  # income band, deprivations, class


def income_and_deprivations(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    line: str | None = None,
    cutoff: int | None = None,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Shares of the income-poor and the deprived in a 2 x 2 table, and of each class in its cells.

    As CONEVAL of Mexico reports poverty: the poor in both senses, those vulnerable by income
    alone, those vulnerable by deprivations alone, and the others.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household, from `assess` or `classify` by the standard: ``income_band``,
        ``deprivation_count``, ``deprivations_unknown``, ``poverty_class``, ``class_at_worst``,
        ``class_at_best``; and the columns that the other arguments name.
    standard : Standard or str
        The one that made the result: it gives the line and the cut-off.
    line : str, optional
        Id of the line up to which a household is income-poor; the lowest by default.
    cutoff : int, optional
        Deprivations from which on a household is deprived; by default the one that the clauses of
        the standard ask for (3 of 12 in Decree 07/2021/ND-CP, article 3, clause 2). CONEVAL
        takes 1.
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
        Tidy, on a RangeIndex. Columns:

        - ``cell`` (category): ``both``, ``income_only``, ``deprivations_only`` and ``neither``, the
          four cells; ``income_poor`` and ``deprived``, the two margins;
        - ``poverty_class`` (ordered category): the share that has this class and stands in the
          cell; NA for all of the cell;
        - the columns from ``level`` to ``n_missing`` as `measures.estimate` has them. All shares
          are of all households [fraction], as in `measures.class_shares`. ``n_missing`` counts the
          households that are known neither to stand in it nor not to; with them the share can be
          anything from ``bound_lower`` to ``bound_upper``. ``estimate`` is NaN where it is known
          of nobody.

    Raises
    ------
    ArgumentError
        If another standard made the result, a column is absent, `cutoff` is no whole number from 1
        to the number of indicators, or the standard has several cut-offs and none is chosen.
    UnknownNameError
        If the standard has no such line.
    InvalidDataError
        If sizes are missing, or as `measures.Design` says.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> table = mdp.measures.income_and_deprivations(result, standard=standard)
    >>> cells = table[table["poverty_class"].isna()].set_index("cell")["estimate"]
    >>> cells.round(3).head(4).to_dict()
    {'both': 0.192, 'income_only': 0.152, 'deprivations_only': 0.118, 'neither': 0.51}
    """
    data, law = as_frame(result, "result"), as_standard(standard)
    check_standard(data, law)
    absent = [name for name in ("income_band", *COUNTS) if (data.columns == name).sum() != 1]
    if absent:
        raise ArgumentError(
            f"the result has no column {', '.join(absent)}; take a result of assess or classify"
        )
    top = law.band_ids.index(f"up_to_{chosen_line(law.lines, line, law.name).id}")
    least = own_cut_off(law) if cutoff is None else checked_cut_off(cutoff, law)
    scope = read_scope(
        data,
        "result",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    situation_of, situations = _situations(data, law)
    classes = [str(each) for each in law.classes]
    shares = []
    for name, held in CELLS.items():
        for code in (None, *classes):
            inside = [
                [
                    (band <= top, count >= least) in held and code in (None, c)
                    for band, count, c in one
                ]
                for one in situations
            ]
            certain = np.array([all(each) for each in inside], dtype=bool)[situation_of]
            possible = np.array([any(each) for each in inside], dtype=bool)[situation_of]
            shares.append(({"cell": name, "poverty_class": code}, certain, possible))
    pieces, missing = [], []
    for level in scope.levels:
        domains = scope.domains(level, None)
        base, blocks, unknown = domains.totals(), [], []
        for labels, certain, possible in shares:
            bounds, known = scope.bounds(level, certain, possible), certain == possible
            ratio = domains.totals(certain).over(base)
            ratio = ratio.where(domains.totals(known).by_domain > 0)
            blocks.append(Block(labels, ratio, bounds=bounds))
            unknown.append(scope.row_counts(level, ~known))
        pieces.append((level, domains, None, blocks))
        missing.append(np.stack(unknown).T.ravel())  # group by group, as the table
    table = tidy_table(pieces, scope, ("cell", "poverty_class"))
    return table.assign(
        cell=pd.Categorical(table["cell"], categories=list(CELLS)),
        poverty_class=pd.Categorical(table["poverty_class"], categories=classes, ordered=True),
        n_missing=np.concatenate(missing),
    )


def _situations(
    data: pd.DataFrame, standard: Standard
) -> tuple[npt.NDArray[np.intp], list[list[Completion]]]:
    """What is known of each household, and all that each such situation may turn out to be.

    Raises
    ------
    ArgumentError
        If the class of a household is none that its band and its deprivations can have.
    """
    bands = category_codes(data["income_band"], standard.band_ids).astype(np.int64)
    known, unknown = (_counts(data, name, len(standard.indicators)) for name in COUNTS)
    _, worst, best = class_bounds(data)
    codes, counts = PovertyClass.codes(), len(standard.indicators) + 1
    key = ((bands + 1) * counts + known) * counts + unknown
    key = (key * len(codes) + worst) * len(codes) + best
    situation_of, first = pd.factorize(key)[0], np.unique(key, return_index=True)[1]
    rows = first[np.argsort(situation_of[first])]
    exact = [
        [str(standard.rule_for(band, count).poverty_class) for count in range(counts)]
        for band in range(len(standard.band_ids))
    ]
    situations = []
    for row in rows:
        possible_bands = range(len(exact)) if bands[row] < 0 else [bands[row]]
        possible_counts = range(known[row], min(known[row] + unknown[row], counts - 1) + 1)
        classes = codes[worst[row] : best[row] + 1]
        situations.append(
            [
                (band, count, exact[band][count])
                for band in possible_bands
                for count in possible_counts
                if exact[band][count] in classes
            ]
        )
    impossible = np.array([not one for one in situations], dtype=bool)[situation_of]
    if impossible.any():
        raise ArgumentError(
            f"the class of {int(impossible.sum())} household(s) is none that {standard.name} gives "
            f"to their income band and deprivations, such as "
            f"{data.index[impossible][:5].tolist()}; take a result as assess gave it"
        )
    return situation_of, situations


def _counts(data: pd.DataFrame, name: str, most: int) -> npt.NDArray[np.int64]:
    """A column of numbers of deprivations."""
    values = numbers_of(data[name])
    strange = ~((values >= 0) & (values <= most) & (values == np.floor(values)))
    if strange.any():
        raise ArgumentError(
            f"{name} of {int(strange.sum())} household(s) is no whole number from 0 to {most}, "
            f"such as {data.index[strange][:5].tolist()}; take a result of assess or classify"
        )
    return values.astype(np.int64)
