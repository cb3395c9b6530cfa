"""Who is poor in Viet Nam, by law: from household data to the class of each household."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multidim_poverty import documents as documents
    from multidim_poverty import excel as excel
    from multidim_poverty import forms as forms
    from multidim_poverty import law as law
    from multidim_poverty import measures as measures
    from multidim_poverty import movement as movement
    from multidim_poverty import plotting as plotting
    from multidim_poverty import population as population
    from multidim_poverty import programmes as programmes
    from multidim_poverty import reports as reports
    from multidim_poverty import review as review
    from multidim_poverty import scale as scale
    from multidim_poverty import scenario as scenario
    from multidim_poverty import schema as schema
    from multidim_poverty import testing as testing
    from multidim_poverty import units as units
    from multidim_poverty import vocabulary as vocabulary
    from multidim_poverty.assessment import points as points
    from multidim_poverty.assessment.classification import classify
    from multidim_poverty.assessment.farm import average_living_standard, farm_income
    from multidim_poverty.assessment.income import per_capita_income
    from multidim_poverty.assessment.indicators import deprivations
    from multidim_poverty.assessment.low_income import low_income_workers
    from multidim_poverty.assessment.pipeline import assess, assess_many
    from multidim_poverty.assessment.points.classes import classify_points
    from multidim_poverty.assessment.resolution import resolve
    from multidim_poverty.errors import (
        ArgumentError,
        DataWarning,
        InvalidDataError,
        LawFileError,
        LawWarning,
        MissingExtraError,
        NotCoveredError,
        PovertyError,
        ReviewError,
        ReviewWarning,
        UnknownNameError,
    )
    from multidim_poverty.explanation.comparison import compare
    from multidim_poverty.explanation.masks import unpack_indicators
    from multidim_poverty.explanation.nearest import nearest_changes
    from multidim_poverty.explanation.one_household import OneResult, assess_one
    from multidim_poverty.explanation.reasoning import reasons
    from multidim_poverty.explanation.sentences import explain
    from multidim_poverty.law import (
        Procedure,
        Standard,
        procedure_on,
        standard,
        standard_on,
        standards,
    )
    from multidim_poverty.population.sample import load_sample
    from multidim_poverty.receipts.record import Receipt
    from multidim_poverty.receipts.verification import Verification, receipt, verify
    from multidim_poverty.schema.checks import split_valid, validate, violations
    from multidim_poverty.schema.records import Household, Member, to_frames

__version__ = "0.1.0"

# Public name -> where it lives. Loaded on first use, so that importing the package costs
# next to nothing beside importing pandas.
_HOME = {
    "ArgumentError": "errors",
    "DataWarning": "errors",
    "Household": "schema",
    "InvalidDataError": "errors",
    "LawFileError": "errors",
    "LawWarning": "errors",
    "Member": "schema",
    "MissingExtraError": "errors",
    "NotCoveredError": "errors",
    "OneResult": "explanation",
    "PovertyError": "errors",
    "Procedure": "law",
    "Receipt": "receipts",
    "ReviewError": "errors",
    "ReviewWarning": "errors",
    "Standard": "law",
    "UnknownNameError": "errors",
    "Verification": "receipts",
    "assess": "assessment",
    "assess_many": "assessment",
    "assess_one": "explanation",
    "average_living_standard": "assessment",
    "classify": "assessment",
    "classify_points": "assessment.points",
    "compare": "explanation",
    "deprivations": "assessment",
    "explain": "explanation",
    "farm_income": "assessment",
    "load_sample": "population",
    "low_income_workers": "assessment",
    "nearest_changes": "explanation",
    "per_capita_income": "assessment",
    "procedure_on": "law",
    "reasons": "explanation",
    "receipt": "receipts",
    "resolve": "assessment",
    "split_valid": "schema",
    "standard": "law",
    "standard_on": "law",
    "standards": "law",
    "to_frames": "schema",
    "unpack_indicators": "explanation",
    "validate": "schema",
    "verify": "receipts",
    "violations": "schema",
}
_MODULES = {
    "documents": "documents",
    "excel": "excel",
    "forms": "forms",
    "law": "law",
    "measures": "measures",
    "movement": "movement",
    "plotting": "plotting",
    "points": "assessment.points",
    "population": "population",
    "programmes": "programmes",
    "reports": "reports",
    "review": "review",
    "scale": "scale",
    "scenario": "scenario",
    "schema": "schema",
    "testing": "testing",
    "units": "units",
    "vocabulary": "vocabulary",
}

__all__ = [
    "ArgumentError",
    "DataWarning",
    "Household",
    "InvalidDataError",
    "LawFileError",
    "LawWarning",
    "Member",
    "MissingExtraError",
    "NotCoveredError",
    "OneResult",
    "PovertyError",
    "Procedure",
    "Receipt",
    "ReviewError",
    "ReviewWarning",
    "Standard",
    "UnknownNameError",
    "Verification",
    "assess",
    "assess_many",
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
    "forms",
    "law",
    "load_sample",
    "low_income_workers",
    "measures",
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
    "resolve",
    "review",
    "scale",
    "scenario",
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


def _module(name: str) -> Any:
    """The module, or what stands for it where its extra is not installed."""
    errors = import_module(f"{__name__}.errors")
    try:
        return import_module(name)
    except errors.MissingExtraError as error:
        return errors.UnavailableModule(name, error.name, error.extra)


if not TYPE_CHECKING:  # a type checker would take any name

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return _module(f"{__name__}.{_MODULES[name]}")
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
