"""Excel workbooks of the review: read what the field software exports, write what offices send.

Needs the extra ``excel``.
"""

from multidim_poverty.errors import optional_imports

with optional_imports():
    from multidim_poverty.excel.layout import Layout, layouts
    from multidim_poverty.excel.reading import Reading, read_households
    from multidim_poverty.excel.writing import write_tables

__all__ = ["Layout", "Reading", "layouts", "read_households", "write_tables"]


def __dir__() -> list[str]:
    return __all__
