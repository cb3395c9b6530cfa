"""Programmes for poor households: what a plan sets out to do, and how far it got."""

from multidim_poverty.programmes import targets as targets

__all__ = ["targets"]
