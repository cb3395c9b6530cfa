"""Receipts: what a result was computed from, in a form that anyone can verify."""

from multidim_poverty.receipts.verification import Receipt, Verification, receipt, verify

__all__ = [
    "Receipt",
    "Verification",
    "receipt",
    "verify",
]


def __dir__() -> list[str]:
    return __all__
