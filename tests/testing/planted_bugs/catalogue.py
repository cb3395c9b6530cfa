"""The catalogue of planted bugs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import multidim_poverty as mdp

D07 = mdp.standard("decree_07_2021")
KINDS = ("classes", "indicators", "assess", "points", "movement")


@dataclass(frozen=True)
class Bug:
    """A wrong implementation.

    ``make`` gives a fresh one, for bugs that remember something between calls.
    """

    name: str
    kind: str
    group: str
    make: Callable[[], Callable[..., Any]]

    @property
    def what(self) -> str:
        """What is wrong, in words."""
        return self.make.__doc__.splitlines()[0]


BUGS: dict[str, Bug] = {}


def bug(kind, group, *, remembers=False):
    """Put a wrong implementation into the catalogue."""
    assert kind in KINDS

    def put(f):
        def make():
            return f() if remembers else f

        make.__doc__ = f.__doc__
        assert f.__name__ not in BUGS
        BUGS[f.__name__] = Bug(f.__name__, kind, group, make)
        return f

    return put


def variant(**changes):
    """The standard with a wrong value."""
    return D07.replace(name="planted", why="a planted bug", **changes)


def classify(households, deprivations, standard=D07):
    """The right classes, as an implementation gives them."""
    table = mdp.classify(households, deprivations, standard=standard)
    return table["poverty_class"].astype(object)


def right(kind):
    """The right implementation of a kind."""
    return {
        "classes": lambda h, d: mdp.classify(h, d, standard=D07),
        "indicators": lambda h, m, on: mdp.deprivations(h, m, standard=D07, on=on),
        "assess": lambda h, m, on: mdp.assess(h, m, standard=D07, on=on),
        "points": lambda p: mdp.classify_points(p, standard=D07),
        "movement": lambda s, e, h, k: mdp.movement.flows(s, e, history=h, links=k),
    }[kind]
