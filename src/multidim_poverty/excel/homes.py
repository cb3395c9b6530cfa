"""Which household each record of a sheet belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from multidim_poverty.base.files.cells import BrokenCell
from multidim_poverty.excel.cells import Cells
from multidim_poverty.excel.problems import Ints, shown
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import BoolArray

__all__ = ["Homes", "homes_of"]


@dataclass
class Homes:
    """The household of each record, by number; -1 before the first one.

    ``first`` is the record that begins each household, ``repeated`` the records on which the code
    of the household stands again.
    """

    home: Ints
    first: Ints
    repeated: list[int] = field(default_factory=list)


def homes_of(
    codes: Cells | None,
    is_head: BoolArray | None,
    of_home: BoolArray,
    places: list[Any],
) -> Homes:
    """Households of a list of members.

    A code begins a household, unless it stands on the row of a member: then it is that of the
    household that has it already. So does a head, where values of a household stand beside it.

    Parameters
    ----------
    codes : numpy.ndarray or None
        Cells of the column that begins a household.
    is_head : numpy.ndarray of bool or None
        Which records are heads; None where the sheet does not say.
    of_home : numpy.ndarray of bool
        Which records have a value of their household.
    places : list
        Where each record stands (its commune and village): codes begin again in each.
    """
    number = len(of_home)
    home: Ints = np.full(number, -1, dtype=np.int64)
    first: list[int] = []
    repeated: list[int] = []
    known: dict[Any, int] = {}
    current, current_key = -1, None
    for row in range(number):
        code = None if codes is None else codes[row]
        if isinstance(code, BrokenCell) and code.first is not None:  # merged with the one above
            code = None
        head = is_head is not None and bool(is_head[row])
        key = None
        if code is not None:
            key = places[row], code if isinstance(code, BrokenCell) else name_key(shown(code))
        readable = key is not None and not isinstance(code, BrokenCell)
        same = known.get(key) if readable else None
        is_member = not head and (is_head is not None or key == current_key)
        if same is not None and is_member:
            current = same
            repeated.append(row)
        elif code is not None or (head and of_home[row]):
            current = len(first)
            first.append(row)
            if readable:
                known[key] = current
        current_key = current_key if key is None else key
        home[row] = current
    return Homes(home, np.array(first, dtype=np.int64), repeated)
