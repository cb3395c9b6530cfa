"""What the pictures of deprived households show: of a result, or of a table of estimates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language, number_text
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.deprivations import BaseOf, deprivation_rates
from multidim_poverty.measures.specifications import CutOff
from multidim_poverty.plotting.composition import groups_drawn
from multidim_poverty.plotting.estimate_tables import EstimateTable, estimate_table, is_estimates
from multidim_poverty.plotting.style import Style
from multidim_poverty.plotting.words import label_of, word
from multidim_poverty.schema.arguments import By, as_frame

__all__ = [
    "Bars",
    "Contributions",
    "Headcounts",
    "contributions_of",
    "headcounts_of",
    "indicator_styles",
]

Floats = npt.NDArray[np.float64]

# Light, middle and dark, of two kinds that take turns and have hatches of their own, so that
# those of one hatching differ in grey.
COLOURS = ("#d95f0e", "#c6dbef", "#fec44f", "#6baed6", "#8c2d04", "#08519c")
HATCHES = (
    ("", "////", "++++", "oo", "\\\\\\\\", "OO"),
    ("....", "xxxx", "----", "||||", "**", "//..") ,
)  # fmt: skip


class Bars(NamedTuple):
    """Shares of the indicators [%]: known, not known, and the ends of intervals."""

    known: Floats
    unknown: Floats
    lower: Floats
    upper: Floats


class Headcounts(NamedTuple):
    """Headcount ratios of indicators, by ``uncensored`` and ``censored``."""

    indicators: list[Label]
    bars: dict[str, Bars]
    base: int
    axis: str
    notes: list[str]


class Contributions(NamedTuple):
    """Shares of indicators (rows) in the deprivations of the poor of groups (columns) [%]."""

    indicators: list[Label]
    styles: dict[str, Style]
    shares: Floats
    groups: list[str]
    without_poor: list[bool]
    axis: str
    notes: list[str]


def headcounts_of(
    result: pd.DataFrame,
    standard: StandardLike | None,
    of: BaseOf,
    k: CutOff | None,
    weighting: str | None,
    language: Language,
) -> Headcounts:
    """Headcount ratios of a result, or of a table of estimates."""
    result = as_frame(result, "result")
    if is_estimates(result):
        if of != "all":
            raise ArgumentError("a table of estimates has shares of all; pass of='all'")
        return _headcounts_of_estimates(result, standard, k, weighting, language)
    law = _law_of_result(standard, k, weighting)
    rates = deprivation_rates(result, standard=law, of=of)
    base = int(rates["base"].iloc[0])
    none = np.full(len(rates), np.nan)
    bars = {}
    for which in ("uncensored", "censored") if of == "all" else ("censored",):
        known, unknown = (
            100 * rates[f"{which}_{column}"].to_numpy(dtype=float) / max(base, 1)
            for column in ("headcount", "unknown")
        )
        bars[which] = Bars(known, unknown, none, none)
    axis = word(f"percent_of_{of}_n", language, n=number_text(base, ",", language))
    notes = _without_class(rates, of, language)
    return Headcounts([one.label for one in law.indicators], bars, base, axis, notes)


def _headcounts_of_estimates(
    estimates: pd.DataFrame,
    standard: StandardLike | None,
    k: CutOff | None,
    weighting: str | None,
    language: Language,
) -> Headcounts:
    measures = {"uncensored": "hd", "censored": "hdk"}
    table = estimate_table(
        estimates, "result", language, column="measure", wanted=measures.values(),
        once=["indicator"], k=k, weighting=weighting,
    )  # fmt: skip
    group = table.everybody if len(table.names) > 1 else 0
    if group is None:
        raise ArgumentError(
            f"result has estimates of {', '.join(table.names)} and not of all together; keep the "
            f"rows of one group"
        )
    labels = _labels(table, standard)
    rows = table.rows[table.rows["group"] == group]
    bars = {}
    for which, measure in measures.items():
        of_indicators = (
            rows[rows["measure"] == measure].set_index("indicator").reindex(list(labels))
        )
        known, lower, upper = (
            of_indicators[name].to_numpy(dtype=float, na_value=np.nan)
            for name in ("estimate", "lower", "upper")
        )
        bars[which] = Bars(np.nan_to_num(known), np.zeros(len(labels)), lower, upper)
    base, notes = _sample_notes(rows, language)
    axis = word(f"percent_of_{table.unit}", language)
    return Headcounts(list(labels.values()), bars, base, axis, notes)


def contributions_of(
    result: pd.DataFrame,
    standard: StandardLike | None,
    by: By | None,
    k: CutOff | None,
    weighting: str | None,
    language: Language,
) -> Contributions:
    """Contributions of a result, or of a table of estimates."""
    result = as_frame(result, "result")
    if is_estimates(result):
        if by is not None:
            raise ArgumentError("a table of estimates has its groups; leave by out")
        return _contributions_of_estimates(result, standard, k, weighting, language)
    groups = None if by is None else groups_drawn(by, result, language)
    law = _law_of_result(standard, k, weighting)
    everybody = deprivation_rates(result, standard=law, of="poor")
    tables, names = [everybody], [word("all", language)]
    if groups is not None:
        group_of_row, group_names = groups
        in_groups = pd.Series(group_of_row, result.index, name="group")
        if len(result):
            tables = [deprivation_rates(result, standard=law, by=in_groups, of="poor"), everybody]
        names = [*group_names, *names]
    rates = pd.concat(tables, ignore_index=True)
    number = len(law.indicators)
    bases = rates["base"].to_numpy()[::number].tolist()
    return Contributions(
        indicators=[one.label for one in law.indicators],
        styles=indicator_styles(law),
        shares=rates["contribution"].to_numpy().reshape(-1, number).T,
        groups=_sized(names, bases, language),
        without_poor=[not base for base in bases],
        axis=word("percent_of_deprivations", language),
        notes=_not_counted(everybody, law, language),
    )


def _contributions_of_estimates(
    estimates: pd.DataFrame,
    standard: StandardLike | None,
    k: CutOff | None,
    weighting: str | None,
    language: Language,
) -> Contributions:
    table = estimate_table(
        estimates, "result", language, column="measure", wanted=["pctb"], once=["indicator"],
        k=k, weighting=weighting,
    )  # fmt: skip
    labels = _labels(table, standard)
    dimension_of = dict(zip(table.rows["indicator"], table.rows["dimension"], strict=True))
    shares = table.values("estimate", list(labels), "indicator").T
    everybody = table.rows[table.rows["group"] == (table.everybody or 0)]
    names = table.names
    if (estimates["measure"] == "poor").any():
        poor = estimate_table(
            estimates, "result", language, column="measure", wanted=["poor"], k=k,
            weighting=weighting,
        )  # fmt: skip
        numbers = poor.values("estimate", ["poor"], "measure")[:, 0] / 100  # no share, so no %
        names = _sized(names, np.nan_to_num(numbers).round().astype(int).tolist(), language)
    return Contributions(
        indicators=list(labels.values()),
        styles=_styles({id: str(dimension_of[id]) for id in labels}),
        shares=shares,
        groups=names,
        without_poor=[bool(np.isnan(group).all()) for group in shares.T],
        axis=word("contribution_to_M0", language),
        notes=_sample_notes(everybody, language)[1],
    )


def _law_of_result(
    standard: StandardLike | None, k: CutOff | None, weighting: str | None
) -> Standard:
    if k is not None or weighting is not None:
        raise ArgumentError("k and weighting choose among estimates; households have neither")
    if standard is None:
        raise ArgumentError(
            "result has households, whose indicators are those of a standard: pass standard, or "
            "a table of measures.estimate"
        )
    return as_standard(standard)


def _labels(table: EstimateTable, standard: StandardLike | None) -> dict[str, Label]:
    """Labels of the indicators of a table by id: of the standard, in its order; else the ids."""
    ids = list(dict.fromkeys(table.rows["indicator"]))
    known = (
        {} if standard is None else {one.id: one.label for one in as_standard(standard).indicators}
    )
    ordered = [*(id for id in known if id in ids), *(id for id in ids if id not in known)]
    return {id: known.get(id, Label(vi=id, en=id)) for id in ordered}


def _sample_notes(rows: pd.DataFrame, language: Language) -> tuple[int, list[str]]:
    """The households in an estimate, and notes on them and on those that are left out."""
    numbers = {
        name: int(rows[name].max()) if name in rows.columns and len(rows) else 0
        for name in ("n", "n_missing")
    }
    notes = [word(f"sample_{name}", language, n=n) for name, n in numbers.items() if n]
    return numbers["n"], notes


def _sized(names: list[str], sizes: list[int], language: Language) -> list[str]:
    return [
        word("group_size", language, group=name, n=size)
        for name, size in zip(names, sizes, strict=True)
    ]


def _without_class(rates: pd.DataFrame, of: BaseOf, language: Language) -> list[str]:
    """How many households have no class, if any."""
    undetermined = int(rates["undetermined"].iloc[0]) if len(rates) else 0
    where = "class_not_known_in_base" if of == "all" else "class_not_known"
    return [word(where, language, n=undetermined)] if undetermined else []


def _not_counted(rates: pd.DataFrame, standard: Standard, language: Language) -> list[str]:
    """Indicators that nobody answered, unknown answers of the poor, and households of no class."""
    silent = (rates["censored_unknown"] == rates["base"]).to_numpy() & (rates["base"] > 0)
    labels = {one.id: label_of(one.label, language) for one in standard.indicators}
    notes = []
    if silent.any():
        names = ", ".join(labels[id] for id in rates["indicator"][silent])
        notes.append(word("no_data_on", language, names=names))
    if unknown := int(rates["censored_unknown"][~silent].sum()):
        notes.append(word("answers_not_counted", language, n=unknown))
    return notes + _without_class(rates, "poor", language)


def indicator_styles(standard: Standard) -> dict[str, Style]:
    """A style for each indicator: the colour of its dimension, hatches within it."""
    places = {dimension.id: n for n, dimension in enumerate(standard.dimensions)}
    ordered = sorted(standard.indicators, key=lambda one: places[one.dimension])
    styles = _styles({one.id: one.dimension for one in ordered})
    return {id: styles[id] for id in standard.indicator_ids}


def _styles(dimension_of: Mapping[str, str]) -> dict[str, Style]:
    members: dict[str, list[str]] = {}
    for id, dimension in dimension_of.items():
        members.setdefault(dimension, []).append(id)
    styles = {}
    for n, inside in enumerate(members.values()):
        hatches = HATCHES[n % 2]
        first = len(COLOURS) // 2 * (n // len(COLOURS))  # another hatching where colours repeat
        for place, id in enumerate(inside):
            hatch = hatches[(first + place) % len(hatches)]
            styles[id] = Style(COLOURS[n % len(COLOURS)], hatch)
    return {id: styles[id] for id in dimension_of}
