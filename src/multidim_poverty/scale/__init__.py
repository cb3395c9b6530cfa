"""A whole country: the same functions on Dask tables, out of core or on a cluster.

Needs the extra ``scale``.
"""

from multidim_poverty.errors import (
    ConcurrentWriteError,
    DatasetError,
    DiskFullError,
    optional_imports,
)

with optional_imports("scale"):
    from multidim_poverty.scale.benefits import eligible
    from multidim_poverty.scale.colocation import CoLocated, co_locate
    from multidim_poverty.scale.counts import (
        deprivation_combinations,
        deprivation_rates,
        headcount,
    )
    from multidim_poverty.scale.dataset_care import compact, verify_dataset
    from multidim_poverty.scale.dataset_reading import (
        Dataset,
        dataset_files,
        dataset_versions,
        read_dataset,
    )
    from multidim_poverty.scale.dataset_runs import assess_dataset
    from multidim_poverty.scale.dataset_units import recode_dataset
    from multidim_poverty.scale.dataset_writing import write_dataset
    from multidim_poverty.scale.estimates import class_shares, estimate
    from multidim_poverty.scale.incomes import fgt, gini, sen, watts
    from multidim_poverty.scale.official import tables, wide
    from multidim_poverty.scale.reviews import fold
    from multidim_poverty.scale.survey import assess, classify, deprivations, violations
    from multidim_poverty.scale.years import flows

__all__ = [
    "CoLocated",
    "ConcurrentWriteError",
    "Dataset",
    "DatasetError",
    "DiskFullError",
    "assess",
    "assess_dataset",
    "class_shares",
    "classify",
    "co_locate",
    "compact",
    "dataset_files",
    "dataset_versions",
    "deprivation_combinations",
    "deprivation_rates",
    "deprivations",
    "eligible",
    "estimate",
    "fgt",
    "flows",
    "fold",
    "gini",
    "headcount",
    "read_dataset",
    "recode_dataset",
    "sen",
    "tables",
    "verify_dataset",
    "violations",
    "watts",
    "wide",
    "write_dataset",
]


def __dir__() -> list[str]:
    return __all__
