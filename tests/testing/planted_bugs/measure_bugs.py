"""Bugs of the measures of Alkire and Foster."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from tests.testing.planted_bugs.catalogue import bug


@dataclass
class Parts:
    """What the measures are made of; a bug makes one of them in another way."""

    x: Any
    z: Any
    w: Any
    k: Fraction
    house: Any
    deprived: Any
    poor: Any
    score: Any


def exact_score(deprived, weights):
    return np.array(
        [
            sum((w for w, lacks in zip(weights, row, strict=True) if lacks), Fraction(0))
            for row in deprived
        ],
        dtype=object,
    )


def measure(
    achievements,
    lines,
    weights,
    k,
    household_weights,
    *,
    below=np.less,
    order=None,
    scoring=exact_score,
    is_poor=lambda score, k, parts: np.array([each >= k for each in score], dtype=bool),
    change=lambda measures, parts: measures,
    gap=lambda x, z, deprived: np.where(deprived, 1 - x / z, 0.0),
):
    """The measures, plainly; each argument after the star is what a bug may replace."""
    names = list(weights)
    x = achievements[names if order is None else order(achievements)].to_numpy(dtype=float)
    z = np.array([lines[name] for name in names], dtype=float)
    w = np.array([float(each) for each in weights.values()])
    house = household_weights.to_numpy(dtype=float)
    deprived = below(x, z)
    score = scoring(deprived, list(weights.values()))
    parts = Parts(x, z, w, k, house, deprived, None, score.astype(float))
    parts.poor = is_poor(score, k, parts)
    share = house / house.sum()
    censored = deprived & parts.poor[:, None]
    depth = gap(x, z, deprived) * parts.poor[:, None]
    h, m0 = share @ parts.poor, share @ (censored @ w)
    hdk = share @ censored
    values = {
        "H": h,
        "A": m0 / h if h else None,
        "M0": m0,
        "M1": share @ (depth @ w),
        "M2": share @ (depth**2 @ w),
        "hd": share @ deprived,
        "hdk": hdk,
        "actb": hdk * w,
        "pctb": hdk * w / m0 if m0 else np.full(len(w), np.nan),
    }
    values = change(values, parts)
    return {
        name: dict(zip(names, value, strict=True)) if np.ndim(value) else value
        for name, value in values.items()
    }


def planted(group: str, name: str, what: str, **changes: Callable[..., Any]):
    """Put the measures with a part replaced into the catalogue."""
    f = partial(measure, **changes)

    def wrong(achievements, lines, weights, k, household_weights):
        return f(achievements, lines, weights, k, household_weights)

    wrong.__name__, wrong.__doc__ = name, what
    bug("measures", group)(wrong)


def with_values(**formulas):
    """Measures of which some come from a formula of the parts."""

    def change(values, parts):
        return {**values, **{name: f(values, parts) for name, f in formulas.items()}}

    return change


def share_of(parts):
    return parts.house / parts.house.sum()


# -- identification ----------------------------------------------------------------------------

planted("lines", "at_the_line_is_deprived", "Who is at the line is deprived.", below=np.less_equal)
planted(
    "lines", "below_the_mean",
    "Deprived is who is below the line and no better off than the mean of the table.",
    below=lambda x, z: (x < z) & (x <= np.maximum(x.mean(axis=0), 1)),
)  # fmt: skip
planted(
    "cut-offs", "above_k_alone", "Who is at the cut-off is not poor.",
    is_poor=lambda score, k, parts: np.array([each > k for each in score], dtype=bool),
)  # fmt: skip
planted(
    "cut-offs", "float_scores", "Scores are sums of floating-point weights.",
    scoring=lambda deprived, weights: np.array(
        [sum(float(w) for w, lacks in zip(weights, row, strict=True) if lacks) for row in deprived]
    ),
    is_poor=lambda score, k, parts: np.array([each >= float(k) for each in score], dtype=bool),
)  # fmt: skip
planted(
    "cut-offs", "union", "Whoever lacks anything is poor, whatever the cut-off.",
    is_poor=lambda score, k, parts: np.array([each > 0 for each in score], dtype=bool),
)  # fmt: skip
planted(
    "cut-offs", "counts_for_shares", "The number of indicators is compared, not their weight.",
    is_poor=lambda score, k, parts: parts.deprived.mean(axis=1) >= float(k),
)  # fmt: skip
planted(
    "cut-offs", "whole_percent", "The cut-off is rounded to whole percent.",
    is_poor=lambda score, k, parts: score >= Fraction(round(k * 100), 100),
)  # fmt: skip
planted(
    "cut-offs", "below_k", "The poor are those below the cut-off.",
    is_poor=lambda score, k, parts: np.array([0 < each < k for each in score], dtype=bool),
)  # fmt: skip

# -- censoring ---------------------------------------------------------------------------------

planted(
    "censoring", "scores_not_censored", "M0 is the mean of the scores of all.",
    change=with_values(M0=lambda values, parts: share_of(parts) @ parts.score),
)  # fmt: skip
planted(
    "censoring", "raw_for_censored", "Headcount ratios of indicators are not censored.",
    change=with_values(hdk=lambda values, parts: values["hd"]),
)  # fmt: skip
planted(
    "censoring", "contributions_of_all", "Contributions are those of all, not of the poor.",
    change=with_values(actb=lambda values, parts: values["hd"] * parts.w),
)  # fmt: skip
planted(
    "censoring", "intensity_of_all", "A is the mean of the scores of all.",
    change=with_values(A=lambda values, parts: share_of(parts) @ parts.score),
)  # fmt: skip
planted(
    "censoring", "gaps_of_all", "Gaps of who is not poor count.",
    change=with_values(
        M1=lambda values, parts: share_of(parts)
        @ (np.where(parts.deprived, 1 - parts.x / parts.z, 0) @ parts.w)
    ),
)  # fmt: skip

# -- gaps --------------------------------------------------------------------------------------

planted(
    "gaps", "surplus_is_counted", "What is above a line makes up for what is below another.",
    gap=lambda x, z, deprived: np.maximum(1 - x / z, -1.0),
)  # fmt: skip
planted(
    "gaps", "gaps_in_units", "Gaps are not divided by the line.",
    gap=lambda x, z, deprived: np.where(deprived, z - x, 0.0),
)  # fmt: skip
planted(
    "gaps", "gaps_of_what_is_there", "Gaps are what is there over the line, not what is lacking.",
    gap=lambda x, z, deprived: np.where(deprived, x / z, 0.0),
)  # fmt: skip
planted(
    "gaps", "square_of_the_mean", "M2 is the square of M1.",
    change=with_values(M2=lambda values, parts: values["M1"] ** 2),
)  # fmt: skip

# -- weights -----------------------------------------------------------------------------------

planted(
    "weights", "intensity_without_weights", "A is the plain mean of rows, whatever they stand for.",
    change=with_values(
        A=lambda values, parts: parts.score[parts.poor].mean() if parts.poor.any() else None
    ),
)  # fmt: skip
planted(
    "weights", "rows_are_counted", "H counts rows, whatever they stand for.",
    change=with_values(H=lambda values, parts: parts.poor.mean()),
)  # fmt: skip
planted(
    "weights", "indicators_alike", "All indicators weigh the same.",
    change=with_values(M0=lambda values, parts: values["hdk"].mean()),
)  # fmt: skip
planted(
    "weights", "by_place", "Lines and weights are read by the places of the columns.",
    order=lambda achievements: list(achievements.columns),
)  # fmt: skip
planted(
    "weights", "share_of_the_poor", "Headcount ratios of indicators are shares of the poor.",
    change=with_values(
        hdk=lambda values, parts: values["hdk"] / values["H"] if values["H"] else values["hdk"]
    ),
)  # fmt: skip

# -- what is not defined, and units --------------------------------------------------------------

planted(
    "NA as an answer", "nobody_poor_is_zero", "Where nobody is poor, A is 0.",
    change=with_values(A=lambda values, parts: values["A"] or 0.0),
)  # fmt: skip
planted(
    "NA as an answer", "no_contribution_is_zero", "Where nobody is poor, contributions are 0.",
    change=with_values(pctb=lambda values, parts: np.nan_to_num(values["pctb"])),
)  # fmt: skip
planted(
    "rounding", "three_digits", "M0 is rounded to three digits.",
    change=with_values(M0=lambda values, parts: round(values["M0"], 3)),
)  # fmt: skip
planted(
    "size", "percent", "Contributions are in percent.",
    change=with_values(pctb=lambda values, parts: values["pctb"] * 100),
)  # fmt: skip
planted(
    "size", "one_less", "H divides by the households less one, as a variance does.",
    change=with_values(
        H=lambda values, parts: values["H"] * parts.house.sum() / max(parts.house.sum() - 1, 1)
    ),
)  # fmt: skip


# -- rows --------------------------------------------------------------------------------------


@bug("measures", "order")
def equal_rows_are_one(achievements, lines, weights, k, household_weights):
    """Of households that have the same, the first alone is counted."""
    kept = ~achievements.duplicated().to_numpy()
    return measure(achievements[kept], lines, weights, k, household_weights[kept])


@bug("measures", "order")
def last_row_forgotten(achievements, lines, weights, k, household_weights):
    """The last household of a table is not counted."""
    rows = max(len(achievements) - 1, 1)
    return measure(achievements[:rows], lines, weights, k, household_weights[:rows])


@bug("measures", "aliasing")
def answers_put_into_the_table(achievements, lines, weights, k, household_weights):
    """Achievements above the line are cut off in the table of the caller."""
    answer = measure(achievements, lines, weights, k, household_weights)
    for name, line in lines.items():
        achievements[name] = achievements[name].clip(upper=line)
    return answer


@bug("measures", "aliasing")
def lines_of_the_caller_raised(achievements, lines, weights, k, household_weights):
    """The lines of the caller are raised by a half, for the next call."""
    answer = measure(achievements, lines, weights, k, household_weights)
    for name in lines:
        lines[name] += 0.5
    return answer
