"""The law as data: standards read from TOML into frozen, typed models."""

from multidim_poverty.law.catalog import standard, standard_on, standards
from multidim_poverty.law.citation import Citation, Confidence, Document, Label
from multidim_poverty.law.standard import (
    ClassRule,
    Dimension,
    Indicator,
    Line,
    Period,
    Standard,
)

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
    "Standard",
    "standard",
    "standard_on",
    "standards",
]
