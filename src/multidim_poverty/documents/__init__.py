"""Word papers of the review (extra docx)."""

from multidim_poverty.documents.papers import (
    write_certificates,
    write_decision,
    write_minutes,
    write_notice,
)

__all__ = [
    "write_certificates",
    "write_decision",
    "write_minutes",
    "write_notice",
]


def __dir__() -> list[str]:
    return __all__
