"""Excel workbooks of the review: read what the field software exports, write what offices send.

Needs the extra ``excel``.
"""

from multidim_poverty.base.files import Limits
from multidim_poverty.errors import UnreadableFileError, optional_imports

with optional_imports():
    from multidim_poverty.excel.layout import WorkbookLayout, layouts
    from multidim_poverty.excel.reading import WorkbookContent, read_households
    from multidim_poverty.excel.signers import Signers
    from multidim_poverty.excel.table_reading import read_tables
    from multidim_poverty.excel.writing import write_tables

__all__ = [
    "Limits",
    "Signers",
    "UnreadableFileError",
    "WorkbookContent",
    "WorkbookLayout",
    "layouts",
    "read_households",
    "read_tables",
    "write_tables",
]


def __dir__() -> list[str]:
    return __all__
