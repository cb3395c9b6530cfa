"""Data and design handed to svy, for models of small areas and regressions (extra ``svy``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError, optional_imports
from multidim_poverty.measures.design import Design, Sample, read_sample
from multidim_poverty.schema.arguments import as_frame

if TYPE_CHECKING:
    import svy

__all__ = ["to_svy"]

WEIGHT, STRATA, PSU, FPC = "design_weight", "design_strata", "design_psu", "design_fpc"
REPLICATE = "design_replicate_"
SINGLETON = {"certainty": "skip", "adjust": "center", "average": "scale"}


def to_svy(data: pd.DataFrame, design: Design) -> svy.Sample:
    """Hand data and the design of a survey to `svy <https://svylab.com/docs/svy>`_.

    For what this library leaves to another: models of small areas, regressions, calibration.

    Parameters
    ----------
    data : pandas.DataFrame
        One row per household: whatever the models need, and the columns that the design names.
        Names of columns are texts.
    design : Design
        Of the sample.

    Returns
    -------
    svy.Sample
        With the columns of `data`, its index as a column, and those of the design:
        ``design_weight`` (float), ``design_strata`` and ``design_psu`` (whole numbers, one for
        each stratum and each unit of the sample), ``design_fpc`` (units that the stratum has in
        all), ``design_replicate_1`` and so on. A unit alone in its stratum is handled as the
        design says: "certainty" is ``skip`` in svy, "adjust" is ``center``, "average" is
        ``scale``.

    Raises
    ------
    ArgumentError
        If ``design`` is no Design, or the names of columns are no texts or are those above.
    InvalidDataError
        As `measures.Design` says of its columns.
    MissingExtraError
        If svy is not installed (extra ``svy``).

    Notes
    -----
    Standard errors of svy are those of `measures.estimate`. With replicate weights, svy takes
    ``method="replication"``, and ``variance_center="estimate"`` for deviations from the estimate.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "poor": [1, 0, 1, 1], "psu": [1, 1, 2, 2], "weight": [10.0, 10.0, 20.0, 20.0]})
    >>> sample = mdp.measures.to_svy(table, mdp.measures.Design(weight="weight", psu="psu"))
    >>> poor = sample.estimation.mean("poor").to_polars()
    >>> round(poor["est"].item(), 4)
    0.8333
    """
    table = as_frame(data, "data")
    if not isinstance(design, Design):
        raise ArgumentError(f"design {design!r} is no measures.Design; pass that of the sample")
    with optional_imports():
        import svy
    with optional_imports("svy"):
        import polars
    sample = read_sample(design, table, "data")
    columns, roles = _columns(sample, design)
    _check_names(table, columns)
    name = str(table.index.name or "household_id")
    ids = {} if name in table.columns else {name: table.index}
    parts = [pd.DataFrame(ids), table.reset_index(drop=True), pd.DataFrame(columns)]
    return svy.Sample(
        polars.from_pandas(pd.concat(parts, axis=1)),
        svy.Design(**roles, **_variance(svy, sample, design)),
    )


def _check_names(table: pd.DataFrame, columns: dict[str, Any]) -> None:
    no_texts = [name for name in table.columns if not isinstance(name, str)]
    taken = [name for name in table.columns if name in columns]
    if no_texts or taken or not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()].tolist()
        raise ArgumentError(
            f"columns of data cannot be handed on: no texts {no_texts}, twice {twice}, names of "
            f"the columns of the design {taken}; rename them"
        )


def _columns(sample: Sample, design: Design) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the design, and what they are to svy."""
    strata = sample.stratum[sample.unit]
    drawn = np.bincount(sample.stratum, minlength=len(sample.correction))
    columns: dict[str, Any] = {WEIGHT: sample.weight, PSU: sample.unit, STRATA: strata}
    roles: dict[str, Any] = {"wgt": WEIGHT, "psu": PSU, "stratum": STRATA}
    if design.fpc is not None:
        columns[FPC], roles["pop_size"] = (drawn / (1 - sample.correction))[strata], FPC
    if sample.replicates is not None:
        for number, replicate in enumerate(sample.replicates.T, start=1):
            columns[f"{REPLICATE}{number}"] = replicate
    return columns, roles


def _variance(svy: Any, sample: Sample, design: Design) -> dict[str, Any]:
    """What the design says of its variance, as arguments of ``svy.Design``."""
    arguments: dict[str, Any] = {}
    if (np.bincount(sample.stratum) == 1).any():  # where "raise" lets it pass, it adds nothing
        arguments["singleton"] = SINGLETON.get(design.lonely, "skip")
    if sample.replicates is None:
        return arguments
    number = sample.replicates.shape[1]
    kinds = {"bootstrap": svy.BootstrapWgts, "jackknife": svy.JackknifeWgts}
    degrees = len(sample.stratum) - len(sample.correction) if sample.with_units else number - 1
    arguments["rep_wgts"] = kinds.get(str(design.replicate_method), svy.BrrWgts)(
        prefix=REPLICATE, n_reps=number, scale=sample.replicate_scales.tolist(), df=float(degrees)
    )
    return arguments
