"""Rates of movement of a panel: who moved, of those who could, with standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import match_same
from multidim_poverty.measures.design import DesignLike, FloatArray, Sample
from multidim_poverty.measures.groups import Groups
from multidim_poverty.measures.incidence import COUNT_OF, class_codes, household_sizes
from multidim_poverty.measures.inference import Interval, sample_of
from multidim_poverty.measures.sampled_rates import SAMPLED, RateRows, sampled_rates
from multidim_poverty.movement.balances import OTHER_LIST, check_flow_columns
from multidim_poverty.movement.flow_lists import CODES, FLOWS
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.reading import category_codes

__all__ = ["Wave", "flow_rates", "transitions"]

Wave = Literal["start", "end"]
BoolArray = npt.NDArray[np.bool_]
GONE = "gone"
STATELESS = -2  # the state of a class that is in none
ABOVE = "above"
COUNTED = ("headcount", "base", "undetermined", "rate")
LEFT = ("other_decrease", "unlinked_decrease")
ARRIVED = ("other_increase", "unlinked_increase")  # of which nobody was there at the start


def flow_rates(
    flows: pd.DataFrame,
    *,
    households: pd.DataFrame | None = None,
    wave: Wave = "start",
    by: By = (),
    persons: bool = False,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Rate of each flow among those who could take it, with standard errors.

    Parameters
    ----------
    flows : pandas.DataFrame
        As `flows` gives it.
    households : pandas.DataFrame, optional
        The households of the ``wave``, index ``household_id``: the table whose columns the `design`
        names. By default the design names columns of `flows`.
    wave : {"start", "end"}
        Whose weights, strata, sampling units and persons count. With "start", the default, the
        rates are of the households of the start, and who is there no more is part of them. With
        "end" they are of the households that are there at the end, whose weights make up for those
        that the survey lost.
    by : str, sequence of str or pandas.Series
        As for `balance`.
    persons : bool
        Whether to count persons too, those of the ``wave``.
    design : Design or "census", optional
        How the households of the wave were drawn.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.headcount`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per unit of count, group, list and flow, on a RangeIndex. Columns:

        - the groups of `by`, and ``count_of`` (category), as in `measures.headcount`;
        - ``list`` (category ``poor``, ``near_poor``), ``flow`` (string): as in `flows`; with the
          wave "end" without those that are there no more. Households that came are in no rate,
          since nobody knows of how many;
        - ``among`` (category ``poor``, ``near_poor``, ``above``): who could take the flow, by the
          class at the start: those on the list for what leaves it or stays, those on the other
          list for what comes from it, and those above both for who is new or relapsed;
        - ``headcount``: those who took it; ``base``: those who could; ``undetermined``: those of
          the base without a class at the end (int64; float64 with the weights of a design);
        - ``rate`` (float64) [% of the base]: NaN where the end of nobody in the base is known;
        - ``se``, ``lower``, ``upper``, ``bound_lower``, ``bound_upper``, ``n``, ``df``,
          ``n_missing``: as in `measures.headcount`, of the base.

    Raises
    ------
    ArgumentError
        If `flows` lacks a column, or two rows of it are of one household; if `households` are not
        those of the wave, or an option is unknown; or as `measures.headcount`.
    InvalidDataError
        As `measures.Design` says; or if persons are counted and a household has none.
    MissingExtraError
        If there is a sample and scipy is not installed (extra ``measures``).

    Notes
    -----
    A rate is a ratio of two totals of one sample, linearised as in `measures.headcount`: the
    households outside the base stay in the design with weight 0. Households without a class at
    the start are in no base.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "poor", "average"] * 20, "household_size": 4,
    ...      "psu": [n // 6 for n in range(60)]})
    >>> end = start.assign(poverty_class=["average", "poor", "poor", *["poor"] * 57])
    >>> rates = movement.flow_rates(
    ...     movement.flows(start, end), households=start, design=mdp.measures.Design(psu="psu"))
    >>> rates[rates["flow"] == "escaped"][["list", "headcount", "base", "rate", "se"]].round(2)
            list  headcount  base  rate   se
    2       poor        1.0  40.0   2.5  2.5
    9  near_poor        0.0   0.0   NaN  NaN
    """
    panel = _read(flows, households, wave, by, persons, design, interval, confidence)
    states = {
        **{listed: panel.first == CODES.index(listed) for listed in FLOWS},
        ABOVE: panel.first > max(CODES.index(listed) for listed in FLOWS),
    }
    without = ARRIVED if wave == "start" else (*LEFT, *ARRIVED)
    kinds = []
    for listed, names in FLOWS.items():
        codes = category_codes(panel.flows[f"{listed}_flow"], names)
        other = next(name for name in FLOWS if name != listed)
        among = {OTHER_LIST[listed][1]: other, "relapsed": ABOVE, "new": ABOVE}
        for place, flow in enumerate(names):
            if flow not in without:
                base = among.get(flow, listed)
                labels = {"list": listed, "flow": flow, "among": base}
                kinds.append(_Kind(labels, states[base], codes == place))
    table = _rates(panel, kinds)
    return table.assign(
        list=pd.Categorical(table["list"], categories=list(FLOWS)),
        flow=table["flow"].astype("string"),
        among=pd.Categorical(table["among"], categories=list(states)),
    )


def transitions(
    flows: pd.DataFrame,
    *,
    states: Mapping[str, str | Sequence[str]] | None = None,
    households: pd.DataFrame | None = None,
    wave: Wave = "start",
    by: By = (),
    persons: bool = False,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Where the households of each class at the start are at the end, with standard errors.

    Parameters
    ----------
    flows : pandas.DataFrame
        As `flows` gives it; the two columns of flows are not read.
    states : mapping of str to str or sequence of str, optional
        Name of a state -> its class or classes, each class that there is in one state: ``{"poor":
        "poor", "not poor": ["near_poor", "average", "above_average"]}`` for who fell into poverty.
        Each class is a state by default.
    households : pandas.DataFrame, optional
        As for `flow_rates`.
    wave : {"start", "end"}
        As for `flow_rates`.
    by : str, sequence of str or pandas.Series
        As for `balance`.
    persons : bool
        As for `flow_rates`.
    design : Design or "census", optional
        As for `flow_rates`.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.headcount`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        The transition matrix as rows, one per unit of count, group, state at the start and state
        at the end, on a RangeIndex: the groups of `by`, ``count_of``; ``start_state``,
        ``end_state`` (categories of the states; with the wave "start" also the end ``gone``, of
        households that are there no more); and from ``headcount`` to ``n_missing`` the columns of
        `flow_rates`, of the households in the state at the start. Rates of one state at the start
        and those without a class at the end add up to 100.

    Raises
    ------
    ArgumentError
        If a class that there is stands in no state, a state has no class or one of another state,
        or what it has is no class; or as `flow_rates`.
    InvalidDataError, MissingExtraError
        As `flow_rates`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import movement
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "average"] * 30, "household_size": 4})
    >>> end = start.assign(poverty_class=["average", *["poor"] * 59])
    >>> two = {"poor": "poor", "not poor": ["near_poor", "average", "above_average"]}
    >>> moved = movement.transitions(
    ...     movement.flows(start, end), states=two, households=start,
    ...     design=mdp.measures.Design())
    >>> moved[["start_state", "end_state", "headcount", "rate", "se"]].round(1)
      start_state end_state  headcount   rate   se
    0        poor      poor       29.0   96.7  3.3
    1        poor  not poor        1.0    3.3  3.3
    2        poor      gone        0.0    0.0  0.0
    3    not poor      poor       30.0  100.0  0.0
    4    not poor  not poor        0.0    0.0  0.0
    5    not poor      gone        0.0    0.0  0.0
    """
    state_of_class, names = _states(states)
    panel = _read(flows, households, wave, by, persons, design, interval, confidence)
    first, last = state_of_class[panel.first], state_of_class[panel.last]
    if (
        stateless := np.union1d(panel.first[first == STATELESS], panel.last[last == STATELESS])
    ).size:
        without = ", ".join(CODES[code] for code in stateless)
        raise ArgumentError(f"flows hold the class {without}, which is in none of the states")
    ends = {name: (last == place) & ~panel.gone for place, name in enumerate(names)}
    if wave == "start":
        ends[GONE] = panel.gone
    kinds = [
        _Kind({"start_state": start, "end_state": end}, first == place, ended)
        for place, start in enumerate(names)
        for end, ended in ends.items()
    ]
    table = _rates(panel, kinds)
    return table.assign(
        start_state=pd.Categorical(table["start_state"], categories=names),
        end_state=pd.Categorical(table["end_state"], categories=list(ends)),
    )


# -- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Panel:
    """The rows of the flows that are households of the wave."""

    flows: pd.DataFrame
    first: npt.NDArray[np.int8]
    last: npt.NDArray[np.int8]
    gone: BoolArray
    sizes: dict[str, FloatArray | None]
    groups: pd.DataFrame
    at: npt.NDArray[np.int64]
    sample: Sample | None
    interval: Interval
    confidence: float


def _read(
    flows: pd.DataFrame,
    households: pd.DataFrame | None,
    wave: Wave,
    by: By,
    persons: bool,
    design: DesignLike | None,
    interval: Interval | None,
    confidence: float,
) -> _Panel:
    flows = as_frame(flows, "flows")
    households = None if households is None else as_frame(households, "households")
    check_flow_columns(flows)
    if wave not in get_args(Wave):
        raise ArgumentError(f"wave {wave!r} is not 'start' or 'end'")
    for listed, names in FLOWS.items():
        given = flows[f"{listed}_flow"]
        strange = given[given.notna() & (category_codes(given, names) < 0)]
        if len(strange):
            raise ArgumentError(
                f"{listed}_flow holds {', '.join(map(repr, strange.unique()))}; take what flows "
                f"gives: {', '.join(names)}"
            )
    groups, at = Groups.of(
        flows,
        by,
        ("count_of", "list", "flow", "among", "start_state", "end_state", *COUNTED, *SAMPLED),
        "flows",
    ).table_rows()
    in_wave = flows[f"{wave}_id"].notna().to_numpy(dtype=bool)
    ids = pd.Index(flows[f"{wave}_id"][in_wave], name="household_id")
    if not ids.is_unique:
        twice = ids[ids.duplicated()].unique()
        raise ArgumentError(
            f"flows have more than one row of a household of the {wave}, such as "
            f"{twice[:5].tolist()}"
        )
    rows = flows[in_wave]
    if households is None:
        sample = sample_of(design, rows, "flows", interval, confidence)
    else:
        if not households.index.is_unique:
            raise ArgumentError("households repeat an id; give those of the wave, each once")
        homes = households.take(match_same(ids, households.index, ("flows", "households")))
        sample = sample_of(design, homes, "households", interval, confidence)
    sizes: dict[str, FloatArray | None] = {"households": None}
    if persons:
        counted = pd.DataFrame({"household_size": rows[f"{wave}_persons"].array}, index=ids)
        sizes["persons"] = household_sizes(counted).astype(np.float64)
    return _Panel(
        flows=rows,
        first=class_codes(rows, "start_class", "flows"),
        last=class_codes(rows, "end_class", "flows"),
        gone=rows["end_id"].isna().to_numpy(dtype=bool),
        sizes=sizes,
        groups=groups,
        at=at[in_wave],
        sample=sample,
        interval=interval or "logit",
        confidence=confidence,
    )


def _states(
    states: Mapping[str, str | Sequence[str]] | None,
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The state of each class, then -1 for no class, and the names of the states."""
    chosen: Any = dict.fromkeys(CODES) if states is None else states
    if not isinstance(chosen, Mapping):
        raise ArgumentError("states is no mapping; pass the name of each state and its classes")
    parts = {
        str(name): [name] if states is None else [held] if isinstance(held, str) else list(held)
        for name, held in chosen.items()
    }
    held = [code for part in parts.values() for code in part]
    if len(set(held)) < len(held) or not {*held} <= {*CODES} or not held or not all(parts.values()):
        raise ArgumentError(
            f"states hold {', '.join(map(repr, held)) or 'no class'}; each has classes of its own, "
            f"of {', '.join(CODES)}"
        )
    if GONE in parts:
        raise ArgumentError(f"a state is named {GONE!r}, as who is there no more; rename it")
    names = list(parts)
    place = {code: names.index(name) for name, part in parts.items() for code in part}
    return np.array([*(place.get(code, STATELESS) for code in CODES), -1]), names


# -- rates -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """One rate: what it is called, and which rows are its base and take the flow."""

    labels: dict[str, str]
    base: BoolArray
    taken: BoolArray


def _rates(panel: _Panel, kinds: Sequence[_Kind]) -> pd.DataFrame:
    """The rates of all kinds in each group: their labels, `COUNTED` and `SAMPLED`."""
    number = len(panel.groups)
    open_end = ~panel.gone & (panel.last < 0)
    measured: list[dict[str, npt.NDArray[Any]]] = []
    for sizes in panel.sizes.values():
        for kind in kinds:
            counted, open_rows = kind.base & kind.taken, kind.base & open_end
            rows = RateRows(
                counted=counted,
                base=kind.base,
                decided=kind.base & ~open_end,
                undetermined=open_rows,
                least=counted,
                most=counted | open_rows,
            )
            columns = sampled_rates(
                rows,
                np.where(kind.base, panel.at, -1),
                number,
                sizes=sizes,
                sample=panel.sample,
                interval=panel.interval,
                confidence=panel.confidence,
            )
            columns["rate"] = columns.pop("headcount_ratio")
            measured.append(columns)
    shape = len(panel.sizes), len(kinds), number
    of, kind_of, group = (each.transpose(0, 2, 1).ravel() for each in np.indices(shape))
    table = panel.groups.take(group).reset_index(drop=True)
    table["count_of"] = pd.Categorical(np.array([*panel.sizes])[of], dtype=COUNT_OF)
    for name in kinds[0].labels:
        table[name] = np.array([kind.labels[name] for kind in kinds], dtype=object)[kind_of]
    for name in (*COUNTED, *SAMPLED):
        values = np.stack([columns[name] for columns in measured]).reshape(shape)
        table[name] = values.transpose(0, 2, 1).ravel()
    return table
