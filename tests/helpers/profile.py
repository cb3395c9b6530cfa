"""How many examples a test draws: those of the profile, or fewer where each one is dear."""

from hypothesis import settings


def at_most(examples: int) -> settings:
    """Settings of the loaded profile, with no more than so many examples."""
    return settings(max_examples=min(examples, settings().max_examples))
