"""Receipts: what a result was computed from, in a form that anyone can verify."""

from multidim_poverty.receipts.record import Receipt
from multidim_poverty.receipts.verification import Verification, receipt, verify

__all__ = [
    "Receipt",
    "Verification",
    "receipt",
    "verify",
]


def __dir__() -> list[str]:
    return __all__
