"""Three-valued truth over arrays: strong-Kleene logic as a pair of bounds.

A statement about many rows is held as two boolean arrays: ``certain`` (proved true) and
``possible`` (not proved false). Unknown is possible but not certain. Where nothing is
missing the two are one and the same array, and each operation then costs one pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "Truth"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Truth:
    """Three-valued truth of a statement for each row.

    Examples
    --------
    >>> import numpy as np
    >>> uninsured = Truth(np.array([True, False, False]), np.array([True, False, True]))
    >>> adult = Truth.known(np.array([True, True, False]))
    >>> (uninsured & adult).possible
    array([ True, False, False])
    """

    certain: BoolArray
    possible: BoolArray

    @classmethod
    def known(cls, values: BoolArray) -> Truth:
        """A statement whose truth is known in every row."""
        return cls(values, values)

    @classmethod
    def unknown(cls, n: int) -> Truth:
        """A statement about which nothing is known in any of `n` rows."""
        return cls(np.zeros(n, dtype=bool), np.ones(n, dtype=bool))

    @property
    def complete(self) -> bool:
        """Whether both bounds are the same array, so that nothing is missing."""
        return self.certain is self.possible

    def __and__(self, other: Truth) -> Truth:
        certain = self.certain & other.certain
        if self.complete and other.complete:
            return Truth.known(certain)
        return Truth(certain, self.possible & other.possible)

    def __or__(self, other: Truth) -> Truth:
        certain = self.certain | other.certain
        if self.complete and other.complete:
            return Truth.known(certain)
        return Truth(certain, self.possible | other.possible)

    def either(self, other: Truth) -> Truth:
        """The truth of one of two statements of which it is not known which holds."""
        return Truth(self.certain & other.certain, self.possible | other.possible)

    def __invert__(self) -> Truth:
        if self.complete:
            return Truth.known(~self.certain)
        return Truth(~self.possible, ~self.certain)
