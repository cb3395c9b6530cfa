"""Classes and deprivations as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures import headcount
from multidim_poverty.plotting.review import PLATE, axes_of
from multidim_poverty.schema.arguments import By, as_frame, group_keys, groups_of
from multidim_poverty.vocabulary import Area, PovertyClass, Term

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["class_composition", "deprivation_profile"]

STYLE = {
    "poor": ("#8c2d04", ""),
    "near_poor": ("#d95f0e", "////"),
    "average": ("#fec44f", "...."),
    "above_average": ("#e7f0e4", ""),
    "not_poor": ("#e7f0e4", ""),
    "undetermined": ("#ffffff", "xxxx"),
}
# Groups side by side: neighbours differ in brightness and in hatching.
GROUP_STYLES = (
    ("#d95f0e", ""),
    ("#c6dbef", "////"),
    ("#525252", ""),
    ("#fec44f", "...."),
    ("#238b45", ""),
    ("#e5f5e0", "++++"),
)
GLOSSARY: dict[str, Term] = {str(term): term for term in (*Area, *PovertyClass)}
WORDS = {
    "undetermined": {"vi": "Chưa xác định", "en": "Undetermined"},
    "all": {"vi": "Tất cả", "en": "All"},
    "households": {"vi": "% số hộ", "en": "% of households"},
    "deprived": {"vi": "thiếu hụt", "en": "deprived"},
    "unknown": {"vi": "chưa rõ", "en": "not known"},
}


def class_composition(
    result: pd.DataFrame,
    *,
    by: By | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Share of households in each class, as one stacked bar per group.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `classify`.
    by : str, sequence of str or pandas.Series, optional
        Columns of `result`, or the group of each household on the same index, such as
        ``households["area"]``. Households of which the group is not known have a bar of their own.
    language : {"en", "vi"}
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> ax = mdp.plotting.class_composition(result, by=sample.households["area"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Rural (356)', 'Urban (144)', 'All (500)']
    """
    result = as_frame(result, "result")
    check_language(language)
    ax = axes_of(ax)
    shares = _class_shares(result, None, language)
    if by is not None:
        shares = pd.concat(
            [_class_shares(result, _labels(groups_of(by, result), language), language), shares]
        )
    names = [f"{name} ({base})" for name, base in shares.index]
    left = np.zeros(len(shares))
    for name in shares.columns:
        width = shares[name].to_numpy()
        if not width.any():
            continue
        colour, hatch = STYLE[name]
        ax.barh(
            names,
            width,
            left=left,
            label=_label(name, language),
            color=colour,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.6,
            height=0.62,
            clip_on=False,  # else the frame of the last bar is cut in half at 100
        )
        for row, (start, share) in enumerate(zip(left, width, strict=True)):
            if share >= 4:
                ax.text(
                    start + share / 2,
                    row,
                    f"{share:.0f}",
                    ha="center",
                    va="center",
                    fontsize="small",
                    bbox=PLATE,
                )
        left = left + width
    ax.set_xlim(0, 100)
    ax.set_xlabel(WORDS["households"][language])
    ax.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize="small"
    )
    ax.spines[["top", "right"]].set_visible(False)
    ax.invert_yaxis()
    return ax


def _class_shares(
    result: pd.DataFrame, labels: pd.Series[Any] | None, language: Language
) -> pd.DataFrame:
    """Households in each class [% of the base], by group and base."""
    names = result["poverty_class"].cat.categories
    tables = {name: headcount(result, by=labels, of=name) for name in names}
    counts = pd.DataFrame({name: table["headcount"] for name, table in tables.items()})
    first = tables[names[0]]
    counts["undetermined"] = first["undetermined"]
    shares = 100 * counts.div(first["base"], axis=0)
    groups = [WORDS["all"][language]] if labels is None else first["group"].tolist()
    return shares.set_axis(pd.MultiIndex.from_arrays([groups, first["base"]]))


def deprivation_profile(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    by: By | None = None,
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Share of households deprived in each indicator, and the share of which it is not known.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `deprivations`.
    standard : Standard
        Gives the indicators, their order and their labels.
    by : str, sequence of str or pandas.Series, optional
        Columns of `result`, or the group of each household on the same index, such as
        ``households["area"]``: one bar per group, at most six. Households of which the group is
        not known are one.
    language : {"en", "vi"}
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        Each bar is the share of the households of its group.

    Raises
    ------
    ValueError
        If there are more than six groups.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> standard, sample = mdp.standard("decree_07_2021"), mdp.load_sample()
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.deprivation_profile(matrix, standard=standard)
    >>> len(ax.get_yticklabels())
    12
    >>> ax = mdp.plotting.deprivation_profile(
    ...     matrix, standard=standard, by=sample.households["area"])
    >>> [container.get_label() for container in ax.containers]
    ['Rural (356)', 'not known', 'Urban (144)', '_nolegend_']
    """
    result = as_frame(result, "result")
    standard = as_standard(standard)
    check_language(language)
    matrix = result[list(standard.indicator_ids)]
    labels = [i.label.vi if language == "vi" else i.label.en for i in standard.indicators]
    groups = {WORDS["deprived"][language]: matrix}
    if by is not None:
        parts = matrix.groupby(_labels(groups_of(by, result), language), observed=True)
        groups = {f"{name} ({len(part)})": part for name, part in parts}
    if len(groups) > len(GROUP_STYLES):
        raise ValueError(f"{len(groups)} groups are too many to tell apart: {', '.join(groups)}")
    ax = axes_of(ax, None if by is None else (7, 6.5))
    height = 0.62 if by is None else 0.84 / max(len(groups), 1)
    any_unknown, longest = bool(matrix.isna().to_numpy().any()), 0.0
    said, unknown_label = False, WORDS["unknown"][language]
    for n, (name, part) in enumerate(groups.items()):
        rows = np.arange(len(labels)) + (n - (len(groups) - 1) / 2) * height
        deprived = np.array([100 * float((part[i] == True).fillna(False).mean()) for i in part])  # noqa: E712
        unknown = 100 * part.isna().mean().to_numpy()
        colour, hatch = GROUP_STYLES[n]
        frame: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6, "height": height}
        ax.barh(rows, deprived, color=colour, hatch=hatch, label=name, **frame)
        if unknown.any():
            label = "_nolegend_" if said else unknown_label
            ax.barh(rows, unknown, left=deprived, color="white", hatch="xxxx", label=label, **frame)
            said = True
        for row, share, more in zip(rows, deprived, unknown, strict=True):
            if share or not more:  # "0" beside an indicator of which nothing is known would mislead
                size = "small" if by is None else "x-small"
                ax.text(share + 0.6, row, f"{share:.0f}", va="center", fontsize=size, bbox=PLATE)
        longest = max(longest, float((deprived + unknown).max()))
    if by is not None or any_unknown:
        # What is not known comes last, whichever group it was first drawn for.
        handles, names = ax.get_legend_handles_labels()
        shown = sorted(zip(names, handles, strict=True), key=lambda one: one[0] == unknown_label)
        ax.legend(
            [handle for _, handle in shown],
            [name for name, _ in shown],
            loc="lower right",
            bbox_to_anchor=(1, 1),
            ncols=3,
            frameon=False,
            fontsize="small",
        )
    ax.set_yticks(np.arange(len(labels)), labels)
    ax.set_xlim(0, max(10, longest * 1.08))
    explained = by is None and any_unknown
    ax.set_xlabel(
        WORDS["households"][language] + ("" if explained else f", {WORDS['deprived'][language]}")
    )
    ax.spines[["top", "right"]].set_visible(False)
    ax.invert_yaxis()
    return ax


def _labels(groups: pd.DataFrame, language: Language) -> pd.Series[Any]:
    """The group of each row in words, a category in the order of the groups that have rows."""
    at, keys = group_keys(groups)
    words = [[_label("unknown" if v is None else str(v), language) for v in key] for key in keys]
    dtype: pd.CategoricalDtype = pd.CategoricalDtype([" / ".join(key) for key in words])
    labels = pd.Categorical.from_codes(at, dtype=dtype)
    return pd.Series(labels, index=groups.index, name="group")


def _label(code: str, language: Language) -> str:
    if code in WORDS:
        return WORDS[code][language]
    term = GLOSSARY.get(code)
    if term is None:
        return code
    return term.vi if language == "vi" else term.en
