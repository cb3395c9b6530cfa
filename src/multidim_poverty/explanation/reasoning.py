"""Why a household has its class, by how much, and what would change it: reasons as columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify
from multidim_poverty.assessment.income import income_known
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.schema.definitions import codes_of, truth_of
from multidim_poverty.vocabulary import Area

__all__ = ["INCOME", "nearest_changes", "reasons", "unpack_indicators"]

INCOME = "income"  # the question beside those of the indicators
MOST_INDICATORS = 62  # bits of an int64, less the sign and the question of income
Codes = npt.NDArray[np.int16]


def reasons(
    households: pd.DataFrame,
    deprivations: pd.DataFrame,
    *,
    standard: Standard,
    language: Language = "en",
) -> pd.DataFrame:
    """What decided the class of each household, and by how much.

    Parameters
    ----------
    households, deprivations, standard
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
          where income is unknown or the class undetermined;
        - ``deprivation_margin`` (Int16): deprivations less the cut-off of the rule: 0 or more
          where it is reached, below 0 where it is not, counted so that unknown answers cannot
          make it smaller; NA where deprivations play no part or the class is undetermined;
        - ``open_questions`` (int64): bits of the unknown indicators, and of income (the bit
          after the last indicator), whose answers can still change the class; 0 where it is
          determined.

    Raises
    ------
    InvalidDataError, ValueError
        As for `classify`; ValueError too for a standard of more than 62 indicators.

    Notes
    -----
    Only what `households` holds is read. Where `assess` counted the size of a household from its
    members, and took income per head from that, give it ``household_size`` first.

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
    check_language(language)
    n = len(standard.indicators)
    if n > MOST_INDICATORS:
        raise ValueError(
            f"{standard.name} has {n} indicators; a mask holds at most {MOST_INDICATORS}"
        )
    result = classify(households, deprivations, standard=standard)
    known = _Cells.of(standard, language)
    area = codes_of(households["area"], Area.codes())(slice(None))
    band = result["income_band"].cat.codes.to_numpy()
    count = result["deprivation_count"].to_numpy()
    unknown = result["deprivations_unknown"].to_numpy()
    cell = known.cell(area, band, count, unknown)

    matrix = deprivations
    if not households.index.equals(deprivations.index):
        matrix = deprivations.reindex(households.index)
    deprived, unclear = _masks(matrix, standard, bool(unknown.any()))
    questions = np.where(known.asks_deprivations[cell], unclear, 0)
    questions |= np.where(known.asks_income[cell], np.int64(1) << n, 0)

    income = income_known(households)
    above, below = income - known.lower[cell], income - known.upper[cell]
    nearer = np.where(np.isnan(below) | (np.abs(above) < np.abs(below)), above, below)
    rule = known.rule[cell]
    return pd.DataFrame(
        {
            "poverty_class": result["poverty_class"],
            "rule": _category(rule, known.rules),
            "citation": _category(known.citation_of[rule], known.citations),
            "deprived_indicators": deprived,
            "income_margin": nearer,
            "deprivation_margin": pd.arrays.IntegerArray(
                known.margin(cell, count, unknown), known.no_cut[cell]
            ),
            "open_questions": questions,
        },
        index=households.index,
    )


def unpack_indicators(
    masks: pd.Series[Any], *, standard: Standard, to: Literal["columns", "lists"] = "columns"
) -> Any:
    """The indicators of a bit mask, by name.

    Parameters
    ----------
    masks : pandas.Series
        ``deprived_indicators`` or ``open_questions`` of `reasons`, or ``indicators`` of
        `nearest_changes`.
    standard : Standard
        The one that the masks were made with: a mask itself does not say it.
    to : {"columns", "lists"}

    Returns
    -------
    pandas.DataFrame or pandas.Series
        On the same index: one bool column per indicator in legal order and ``income``, or one
        list of names for each household.

    Raises
    ------
    ValueError
        If a mask is missing or no whole number, or has a bit that the standard has no question
        for.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> masks = pd.Series([0b11, 1 << 12], index=["a", "b"])
    >>> mdp.unpack_indicators(
    ...     masks, standard=mdp.standard("decree_07_2021"), to="lists").to_dict()
    {'a': ['employment', 'dependents'], 'b': ['income']}
    """
    names = [*standard.indicator_ids, INCOME]
    if masks.isna().any() or not pd.api.types.is_integer_dtype(masks.dtype):
        raise ValueError(f"masks of dtype {masks.dtype} are not whole numbers, all known")
    values = masks.to_numpy(np.int64)
    if ((values < 0) | (values >= 1 << len(names))).any():
        raise ValueError(f"a mask has a bit beyond the {len(names)} questions of {standard.name}")
    if to == "lists":
        distinct, at = np.unique(values, return_inverse=True)
        lists = [[name for bit, name in enumerate(names) if mask >> bit & 1] for mask in distinct]
        return pd.Series([list(lists[n]) for n in at], index=masks.index, dtype=object)
    if to != "columns":
        raise ValueError(f"to {to!r} is not 'columns' or 'lists'")
    return pd.DataFrame(
        {name: (values >> bit & 1).astype(bool) for bit, name in enumerate(names)},
        index=masks.index,
    )


def nearest_changes(
    households: pd.DataFrame, deprivations: pd.DataFrame, *, standard: Standard
) -> pd.DataFrame:
    """The smallest change that would give each household another class.

    Parameters
    ----------
    households, deprivations, standard
        As for `classify`.

    Returns
    -------
    pandas.DataFrame
        One row per household, other class and way, in the order of the households; index
        ``household_id`` (repeated). Columns:

        - ``poverty_class`` and ``to_class`` (ordered category);
        - ``way`` (category): ``income`` alone, ``deprivations`` alone, or ``both``, where
          neither does it alone;
        - ``income_change`` (float64, VND/person/month; NaN where income stays): down to the
          line, or up to one VND above it;
        - ``deprivation_change`` (Int16; NA where they stay): fewer (below 0) or more;
        - ``indicators`` (int64): bits of the indicators that could be the ones: those deprived
          now, or those known not to be; 0 where deprivations stay.

        A household whose class is undetermined, or whose income is unknown, has no row. After
        the change the new class holds whatever the unknown answers are.

    Raises
    ------
    InvalidDataError, ValueError
        As for `classify`.

    Notes
    -----
    The households one answer from another class are
    ``changes[changes["way"].eq("deprivations") & changes["deprivation_change"].abs().eq(1)]``.

    Under the rules of the law, the nearest line is the least money. Under a standard in which more
    income can make a class worse, a farther amount over fewer lines may be named.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": ["rural"], "income_per_capita": [1.4e6]}, index=["a"])
    >>> matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    >>> matrix[["employment", "water"]] = True
    >>> changes = mdp.nearest_changes(households, matrix, standard=standard)
    >>> changes[["to_class", "way", "income_change", "deprivation_change"]].values.tolist()[:2]
    [['poor', 'deprivations', nan, 1], ['average', 'income', 100001.0, <NA>]]
    """
    result = classify(households, deprivations, standard=standard)
    matrix = deprivations
    if not households.index.equals(deprivations.index):
        matrix = deprivations.reindex(households.index)
    n, lines = len(standard.indicators), standard.lines
    unknown = result["deprivations_unknown"].to_numpy()
    deprived, unclear = _masks(matrix, standard, bool(unknown.any()))
    all_bits = (np.int64(1) << n) - 1
    free = all_bits & ~deprived & ~unclear
    band = result["income_band"].cat.codes.to_numpy().astype(np.intp)
    count = result["deprivation_count"].to_numpy().astype(np.intp)
    code = result["poverty_class"].cat.codes.to_numpy()
    income = income_known(households)
    area = codes_of(households["area"], Area.codes())(slice(None))
    amounts = np.array([[line.rural for line in lines], [line.urban for line in lines]])
    urban = (area == Area.codes().index(Area.URBAN)).astype(np.intp)

    settled = (code >= 0) & (band >= 0)
    table = _Table.of(standard)
    parts = []
    for target in range(len(standard.classes)):
        here = np.flatnonzero(settled & (code != target))
        u, b, c = unknown[here].astype(np.intp), band[here], count[here]
        to_band, change = table.by_income[target, u, b, c], table.by_count[target, u, b, c]
        both_band, both = table.both_band[target, u, b, c], table.both_count[target, u, b, c]
        alone = (to_band >= 0) | (change != 0)
        for way, some, bands, changes in (
            ("income", to_band >= 0, to_band, np.zeros_like(change)),
            ("deprivations", change != 0, np.full_like(to_band, -1), change),
            ("both", ~alone & (both_band >= 0), both_band, both),
        ):
            rows, bands, changes = here[some], bands[some], changes[some]
            lower = bands < band[rows]
            line = np.where(lower, bands, bands - 1)
            to = amounts[urban[rows], np.clip(line, 0, len(lines) - 1)] + np.where(lower, 0, 1)
            parts.append(
                pd.DataFrame(
                    {
                        "row": rows,
                        "target": target,
                        "way": way,
                        "income_change": np.where(bands < 0, np.nan, to - income[rows]),
                        "deprivation_change": changes,
                        "indicators": np.where(
                            changes == 0, 0, np.where(changes < 0, deprived[rows], free[rows])
                        ),
                    }
                )
            )
    table_of_changes = pd.concat(parts).sort_values(["row", "target"], kind="stable")
    rows = table_of_changes["row"].to_numpy()
    dtype = result["poverty_class"].dtype
    changes = table_of_changes["deprivation_change"].to_numpy()
    return pd.DataFrame(
        {
            "poverty_class": result["poverty_class"].to_numpy()[rows],
            "to_class": _category(table_of_changes["target"], dtype=dtype),
            "way": pd.Categorical(
                table_of_changes["way"], categories=["income", "deprivations", "both"]
            ),
            "income_change": table_of_changes["income_change"].to_numpy(np.float64),
            "deprivation_change": pd.arrays.IntegerArray(changes.astype(np.int16), changes == 0),
            "indicators": table_of_changes["indicators"].to_numpy(np.int64),
        },
        index=households.index[rows].rename("household_id"),
    ).astype({"poverty_class": dtype})


def _category(codes: Any, categories: Any = None, dtype: Any = None) -> Any:
    return pd.Categorical.from_codes(codes, categories=categories, dtype=dtype)


# -- what is the same for all households of a cell -------------------------------------------


def _masks(
    matrix: pd.DataFrame, standard: Standard, some_unknown: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Bits of the indicators that are known to be deprived, and of those that are unknown."""
    deprived = np.zeros(len(matrix), dtype=np.int64)
    unclear = np.zeros(len(matrix), dtype=np.int64)
    for bit, name in enumerate(standard.indicator_ids):
        truth = truth_of(matrix[name])(slice(None))
        deprived |= truth.certain.astype(np.int64) << bit
        if some_unknown:
            unclear |= (truth.possible & ~truth.certain).astype(np.int64) << bit
    return deprived, unclear


@dataclass(frozen=True)
class _Cells:
    """Look-up arrays by area, income band (the last is unknown), unknown and known count."""

    shape: tuple[int, int, int, int]
    rules: list[str]
    citations: list[str]
    rule: Codes
    citation_of: Codes  # by rule; the last serves -1
    lower: npt.NDArray[np.float64]  # bounds of income [VND/person/month]
    upper: npt.NDArray[np.float64]
    at_least: Codes  # cut-offs; 0 and one above the indicators where there is none
    at_most: Codes
    no_cut: npt.NDArray[np.bool_]
    asks_deprivations: npt.NDArray[np.bool_]
    asks_income: npt.NDArray[np.bool_]

    def cell(self, area: Any, band: Any, count: Any, unknown: Any) -> npt.NDArray[np.intp]:
        """Place of each household; those of no area go with the first, and are refused before."""
        _, bands, counts, _ = self.shape
        at = np.maximum(area, 0).astype(np.intp) * bands
        at += np.where(band < 0, bands - 1, band)
        return np.asarray((at * counts + unknown) * counts + count)

    def margin(self, cell: Any, count: Any, unknown: Any) -> Codes:
        """Deprivations less the nearer cut-off, as unknown answers could make it."""
        far = np.int16(self.shape[-1])
        at_least, at_most = self.at_least[cell], self.at_most[cell]
        reached = np.where(at_least > 0, count - at_least, far)
        short = np.where(at_most < far - 1, count + unknown - (at_most + 1), -far)
        return np.where(-short < reached, short, reached).astype(np.int16)

    @classmethod
    def of(cls, standard: Standard, language: Language) -> _Cells:
        """All cells of a standard."""
        n, bands = len(standard.indicators), len(standard.band_ids)
        amounts = {line.id: line for line in standard.lines}
        shape = (len(Area), bands + 1, n + 1, n + 1)
        rules: dict[str, str] = {}
        rule = np.full(shape, -1, dtype=np.int16)
        lower, upper = np.full(shape, np.nan), np.full(shape, np.nan)
        at_least, at_most = np.zeros(shape, dtype=np.int16), np.full(shape, n, dtype=np.int16)
        asks_count, asks_income = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        exact = [[standard.rule_for(b, c) for c in range(n + 1)] for b in range(bands)]
        for band, unknown, count in np.ndindex(shape[1:]):
            in_bands = range(bands) if band == bands else [band]
            counts = range(count, min(count + unknown, n) + 1)
            possible = list(
                {exact[b][c].id: exact[b][c] for b in in_bands for c in counts}.values()
            )
            classes = {r.poverty_class for r in possible}
            if len(classes) > 1:
                cells = [[exact[b][c].poverty_class for c in counts] for b in in_bands]
                asks_count[:, band, unknown, count] = any(len(set(row)) > 1 for row in cells)
                asks_income[:, band, unknown, count] = any(
                    len(set(column)) > 1 for column in zip(*cells, strict=True)
                )
                continue
            for a, area in enumerate(Area):
                place = a, band, unknown, count
                names = " or ".join(f"{area}.{r.id}" for r in possible)
                cited = "; ".join(dict.fromkeys(r.citation.text(language) for r in possible))
                rules.setdefault(names, cited)
                rule[place] = list(rules).index(names)
                if len(possible) > 1:
                    continue
                one = possible[0]
                at_least[place] = one.deprivations_at_least
                at_most[place] = standard.most_deprivations(one)
                if band < bands:
                    if one.income_above:
                        lower[place] = amounts[one.income_above].amount(area)
                    if one.income_at_most:
                        upper[place] = amounts[one.income_at_most].amount(area)
        citations = list(dict.fromkeys(rules.values()))
        return cls(
            shape=shape,
            rules=list(rules),
            citations=citations,
            rule=rule.ravel(),
            citation_of=np.array(
                [*(citations.index(text) for text in rules.values()), -1], dtype=np.int16
            ),
            lower=lower.ravel(),
            upper=upper.ravel(),
            at_least=at_least.ravel(),
            at_most=at_most.ravel(),
            no_cut=((at_least == 0) & (at_most == n)).ravel(),
            asks_deprivations=asks_count.ravel(),
            asks_income=asks_income.ravel(),
        )


def _outward(steps: range) -> list[int]:
    return sorted(steps, key=abs)


@dataclass(frozen=True)
class _Table:
    """The nearest cell of each class, by class, unknown count, income band and known count."""

    by_income: Codes  # band to move to, -1 where none does it
    by_count: Codes  # deprivations fewer or more, 0 where none does it
    both_band: Codes
    both_count: Codes

    @classmethod
    def of(cls, standard: Standard) -> _Table:
        """All cells of a standard."""
        n, bands = len(standard.indicators), len(standard.band_ids)
        order = {c: code for code, c in enumerate(standard.classes)}
        exact = np.array(
            [
                [order[standard.rule_for(b, c).poverty_class] for c in range(n + 1)]
                for b in range(bands)
            ]
        )
        shape = (len(order), n + 1, bands, n + 1)
        by_income, both_band = (np.full(shape, -1, dtype=np.int16) for _ in range(2))
        by_count, both_count = (np.zeros(shape, dtype=np.int16) for _ in range(2))
        for target, unknown, band, count in np.ndindex(shape):
            if count + unknown > n:
                continue

            def holds(b: int, c: int, target: int = target, unknown: int = unknown) -> bool:
                return bool((exact[b, c : c + unknown + 1] == target).all())

            place = target, unknown, band, count
            nearer = _outward(range(-band, bands - band))
            moves = _outward(range(-count, n - count - unknown + 1))
            for step in nearer:
                if step and by_income[place] < 0 and holds(band + step, count):
                    by_income[place] = band + step
            for d in moves:
                if d and not by_count[place] and holds(band, count + d):
                    by_count[place] = d
            for d, step in product(moves, nearer):
                if d and step and both_band[place] < 0 and holds(band + step, count + d):
                    both_band[place], both_count[place] = band + step, d
        return cls(by_income, by_count, both_band, both_count)
