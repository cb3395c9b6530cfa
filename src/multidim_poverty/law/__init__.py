"""The law as data: standards and procedures read from TOML into frozen, typed models."""

from multidim_poverty.language import Label
from multidim_poverty.law.catalog import (
    procedure_on,
    shipped_procedures,
    standard,
    standard_on,
    standards,
)
from multidim_poverty.law.citation import Citation, Confidence, Document, Place
from multidim_poverty.law.poverty_standard import Standard
from multidim_poverty.law.procedure import Procedure
from multidim_poverty.law.standard_parts import ClassRule, Dimension, Indicator, Line, Period

__all__ = [
    "Citation",
    "ClassRule",
    "Confidence",
    "Dimension",
    "Document",
    "Indicator",
    "Label",
    "Line",
    "Period",
    "Place",
    "Procedure",
    "Standard",
    "procedure_on",
    "shipped_procedures",
    "standard",
    "standard_on",
    "standards",
]


def __dir__() -> list[str]:
    return __all__
