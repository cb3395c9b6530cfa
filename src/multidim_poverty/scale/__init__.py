"""A whole country: the same functions on Dask tables, out of core or on a cluster.

Needs the extra ``scale``.
"""

from multidim_poverty.errors import optional_imports

with optional_imports("scale"):
    import dask.dataframe  # noqa: F401
    import distributed  # noqa: F401
    import pyarrow  # noqa: F401

__all__: list[str] = []


def __dir__() -> list[str]:
    return __all__
