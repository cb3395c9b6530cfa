"""The errors of the library: one root, one class for each thing a caller can mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "InvalidDataError",
    "LawFileError",
    "NotCoveredError",
    "PovertyError",
    "ReviewError",
    "ReviewWarning",
]


class PovertyError(Exception):
    """Root of every error that the library raises on purpose."""


class LawFileError(PovertyError):
    """A law file, or a variant of a standard, that is not sound.

    Attributes
    ----------
    problems : tuple of str
        Every problem found, each with the place in the file where it stands.
    """

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        listing = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"{name} is not sound: {len(self.problems)} problem(s)\n{listing}")


class NotCoveredError(PovertyError, LookupError):
    """A date for which the library holds no law; names the dates that it covers."""


class InvalidDataError(PovertyError, ValueError):
    """Data that break the schema.

    Attributes
    ----------
    violations : pandas.DataFrame
        One row per fault: ``table``, ``household_id``, ``member_id``, ``column``,
        ``value``, ``rule``, ``message``. The error text shows the first few; this table
        has them all.
    """

    SHOWN = 10

    def __init__(self, violations: pd.DataFrame) -> None:
        self.violations = violations
        lines = []
        for fault in violations.head(self.SHOWN).to_dict("records"):
            where = str(fault["table"])
            for id in ("household_id", "member_id"):
                if fault[id] is not None:
                    where += f", {id.removesuffix('_id')} {fault[id]}"
            lines.append(
                f"  - {where}, column {fault['column']} [{fault['rule']}]: {fault['message']}"
            )
        rest = len(violations) - len(lines)
        if rest > 0:
            lines.append(f"  ... and {rest} more in the .violations table of this error")
        super().__init__(f"{len(violations)} fault(s) in the data\n" + "\n".join(lines))

    def __reduce__(self) -> tuple[type[InvalidDataError], tuple[pd.DataFrame]]:
        # An exception pickles its args by default, which here is the text and not the table;
        # process pools (pytest-xdist, joblib, Dask) must hand the table on.
        return type(self), (self.violations,)


class ReviewWarning(UserWarning):
    """A step of a review that found no case ready for it, and so added nothing."""


class ReviewError(PovertyError, ValueError):
    """Events that the review procedure does not allow.

    Attributes
    ----------
    violations : pandas.DataFrame
        One row per fault, as `multidim_poverty.review.violations` gives it. The error text
        shows the first few; this table has them all.
    """

    SHOWN = 10

    def __init__(self, violations: pd.DataFrame) -> None:
        self.violations = violations
        lines = [
            f"  - household {fault['household_id']}, {fault['process']} review, {fault['event']} "
            f"[{fault['rule']}]: {fault['message']} ({fault['citation']})"
            for fault in violations.head(self.SHOWN).to_dict("records")
        ]
        rest = len(violations) - len(lines)
        if rest > 0:
            lines.append(f"  ... and {rest} more in the .violations table of this error")
        super().__init__(f"{len(violations)} fault(s) in the review\n" + "\n".join(lines))

    def __reduce__(self) -> tuple[type[ReviewError], tuple[pd.DataFrame]]:
        # As for InvalidDataError: a process pool must hand the table on, not the text.
        return type(self), (self.violations,)
