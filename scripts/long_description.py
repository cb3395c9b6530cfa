"""The README as the long description: without links that only the source resolves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK_IN_SOURCE = re.compile(r"!?\[([^\[\]]+)\]\((?![a-z]+:|#)([^)\s]+)\)")


def long_description(readme: str, source: str | None = None) -> str:
    """The text of the README whose relative links are absolute, or are paths where none is known.

    ``source`` is the address of the files on the web, ``Source`` of ``project.urls``.
    """

    def absolute(link: re.Match[str]) -> str:
        words, path = link.groups()
        if source:
            return link[0].replace(f"({path})", f"({source.rstrip('/')}/{path})")
        return words if words == path else f"{words} (`{path}`)"

    return LINK_IN_SOURCE.sub(absolute, readme)


class LongDescription(MetadataHookInterface):
    """Gives hatchling the long description."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the field ``readme``."""
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        source = metadata.get("urls", {}).get("Source")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": long_description(readme, source),
        }
