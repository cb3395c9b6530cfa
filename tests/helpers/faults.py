"""Faults of tables without the warnings, for tests of the errors alone."""

import multidim_poverty as mdp

__all__ = ["errors_of"]


def errors_of(households, members=None, **more):
    """The errors that `violations` lists; warnings have tests of their own."""
    found = mdp.violations(households, members, **more)
    return found[found["severity"] == "error"].reset_index(drop=True)
