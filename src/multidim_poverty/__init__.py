"""Who is poor in Viet Nam, by law: from household data to the class of each household."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multidim_poverty import documents as documents
    from multidim_poverty import excel as excel
    from multidim_poverty import law as law
    from multidim_poverty import movement as movement
    from multidim_poverty import plotting as plotting
    from multidim_poverty import points as points
    from multidim_poverty import population as population
    from multidim_poverty import programmes as programmes
    from multidim_poverty import reports as reports
    from multidim_poverty import review as review
    from multidim_poverty import schema as schema
    from multidim_poverty import testing as testing
    from multidim_poverty import units as units
    from multidim_poverty import vocabulary as vocabulary
    from multidim_poverty.assessment import assess
    from multidim_poverty.classification import classify
    from multidim_poverty.comparison import compare
    from multidim_poverty.errors import (
        InvalidDataError,
        LawFileError,
        NotCoveredError,
        PovertyError,
        ReviewError,
        ReviewWarning,
    )
    from multidim_poverty.explanation import explain
    from multidim_poverty.farm import average_living_standard, farm_income
    from multidim_poverty.income import per_capita_income
    from multidim_poverty.indicators import deprivations
    from multidim_poverty.law import (
        Procedure,
        Standard,
        procedure_on,
        standard,
        standard_on,
        standards,
    )
    from multidim_poverty.low_income import low_income_workers
    from multidim_poverty.points import classify_points
    from multidim_poverty.reasoning import nearest_changes, reasons, unpack_indicators
    from multidim_poverty.receipts import Receipt, Verification, receipt, verify
    from multidim_poverty.records import Household, Member, OneResult, assess_one, to_frames
    from multidim_poverty.sample import load_sample
    from multidim_poverty.schema import split_valid, validate, violations

__version__ = "0.1.0"

# Public name -> where it lives. Loaded on first use, so that importing the package costs
# next to nothing beside importing pandas.
_HOME = {
    "Household": "records",
    "InvalidDataError": "errors",
    "LawFileError": "errors",
    "Member": "records",
    "NotCoveredError": "errors",
    "OneResult": "records",
    "PovertyError": "errors",
    "Procedure": "law",
    "Receipt": "receipts",
    "ReviewError": "errors",
    "ReviewWarning": "errors",
    "Standard": "law",
    "Verification": "receipts",
    "assess": "assessment",
    "assess_one": "records",
    "average_living_standard": "farm",
    "classify": "classification",
    "classify_points": "points",
    "compare": "comparison",
    "deprivations": "indicators",
    "explain": "explanation",
    "farm_income": "farm",
    "load_sample": "sample",
    "low_income_workers": "low_income",
    "nearest_changes": "reasoning",
    "per_capita_income": "income",
    "procedure_on": "law",
    "reasons": "reasoning",
    "receipt": "receipts",
    "split_valid": "schema",
    "standard": "law",
    "standard_on": "law",
    "standards": "law",
    "to_frames": "records",
    "unpack_indicators": "reasoning",
    "validate": "schema",
    "verify": "receipts",
    "violations": "schema",
}
_MODULES = (
    "documents",
    "excel",
    "law",
    "movement",
    "plotting",
    "points",
    "population",
    "programmes",
    "reports",
    "review",
    "schema",
    "testing",
    "units",
    "vocabulary",
)

__all__ = [
    "Household",
    "InvalidDataError",
    "LawFileError",
    "Member",
    "NotCoveredError",
    "OneResult",
    "PovertyError",
    "Procedure",
    "Receipt",
    "ReviewError",
    "ReviewWarning",
    "Standard",
    "Verification",
    "assess",
    "assess_one",
    "average_living_standard",
    "classify",
    "classify_points",
    "compare",
    "deprivations",
    "documents",
    "excel",
    "explain",
    "farm_income",
    "law",
    "load_sample",
    "low_income_workers",
    "movement",
    "nearest_changes",
    "per_capita_income",
    "plotting",
    "points",
    "population",
    "procedure_on",
    "programmes",
    "reasons",
    "receipt",
    "reports",
    "review",
    "schema",
    "split_valid",
    "standard",
    "standard_on",
    "standards",
    "testing",
    "to_frames",
    "units",
    "unpack_indicators",
    "validate",
    "verify",
    "violations",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
