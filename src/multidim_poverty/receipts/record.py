"""What stands on a receipt, and how one is written and read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Annotated, Any, Self

import pandas as pd
from pydantic import ConfigDict, Field, model_validator

from multidim_poverty import __version__
from multidim_poverty.base import Model
from multidim_poverty.errors import ArgumentError
from multidim_poverty.receipts.row_hashes import Digest, RowHashes
from multidim_poverty.receipts.values import digest

__all__ = ["ALGORITHM", "FORMAT", "Receipt", "bound_hash", "check_form"]

FORMAT = 5  # of the canonical form; a change in it is a new number
ALGORITHM = "sha256"

KeyOfJson = Annotated[int, Field(strict=False)]  # which is a text there


class Receipt(Model):
    """What was classified, under which standard, with which result, as hashes.

    `receipt` makes one and `verify` checks one. ``model_dump_json()`` writes it, and
    ``Receipt.model_validate_json(text)`` reads it again: a key that stands twice, a number
    where a text is meant, and any field changed since are refused.

    Parameters
    ----------
    format : int
        Number of the canonical form.
    algorithm : str
        Name of the hash algorithm.
    library_version : str
        Version that made the receipt.
    standard, standard_hash : str
        Name, and hash of the whole content.
    standard_altered : bool
        The standard bore the name of a shipped law without having its content.
    standard_variant_of : str or None
        Name of the standard that it was a variant of.
    on : datetime.date or None
        Day of the survey, as given.
    households : int
        How many.
    inputs_hash, result_hash : str
        Of all rows together.
    hashes_by_text_id, hashes_by_integer_id : mapping
        Household id -> hash of its own row, inputs and result together. The ids ``"7"`` and
        ``7`` are two households.
    receipt_hash : str
        Binds all other fields, the day `on` and the version too: of their JSON, in this order.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> standard = mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> result = mdp.classify(sample.households, matrix, standard=standard)
    >>> slip = mdp.receipt(sample.households, matrix, result, standard=standard)
    >>> mdp.Receipt.model_validate_json(slip.model_dump_json()) == slip, slip.households
    (True, 500)
    """

    model_config = ConfigDict(strict=True)

    format: int
    algorithm: str
    library_version: str
    standard: str
    standard_hash: Digest
    standard_altered: bool = False
    standard_variant_of: str | None = None
    on: dt.date | None = Field(default=None, strict=False)  # JSON has no day
    households: int
    inputs_hash: Digest
    result_hash: Digest
    hashes_by_text_id: RowHashes[str]
    hashes_by_integer_id: RowHashes[KeyOfJson]
    receipt_hash: Digest

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """The receipt of a JSON text that says each thing once, in the form in which it is written.

        Raises
        ------
        ArgumentError
            If the text is no receipt, or is one that was edited.
        """
        receipt = super().model_validate_json(json_data, **options)
        text = json_data if isinstance(json_data, str) else bytes(json_data).decode()
        if text != receipt.model_dump_json():  # then the blanks alone may differ
            written = json.loads(text, object_pairs_hook=_each_key_once)
            if written != receipt.model_dump(mode="json"):
                raise ArgumentError(
                    "the receipt is not written as receipts are: it has been edited"
                )
        return receipt

    @model_validator(mode="before")
    @classmethod
    def _of_this_form(cls, data: Any) -> Any:
        # Before the fields: a receipt of another form may have other ones, and its form is then
        # the thing to say.
        if isinstance(data, dict):
            form = data.get("format", FORMAT), data.get("algorithm", ALGORITHM)
            check_form(*form, data.get("library_version"))
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        hashes = len(self.hashes_by_text_id) + len(self.hashes_by_integer_id)
        if hashes != self.households:
            raise ArgumentError(
                f"the receipt is of {self.households} households but has the hashes of {hashes}: "
                f"it has been cut or edited"
            )
        if self.receipt_hash != bound_hash(self):
            raise ArgumentError(
                "the receipt has been edited: its fields are not those that receipt_hash binds"
            )
        return self

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """What tells one receipt from another at a glance; the hashes of rows are too many."""
        yield "standard", self.standard
        if self.standard_altered:
            yield "standard_altered", True
        if self.standard_variant_of is not None:
            yield "standard_variant_of", self.standard_variant_of
        yield "on", None if self.on is None else self.on.isoformat()
        yield "households", self.households
        yield "inputs_hash", f"{self.inputs_hash[:8]}…"
        yield "result_hash", f"{self.result_hash[:8]}…"

    def _repr_html_(self) -> str:
        rows = self.model_dump(exclude={"hashes_by_text_id", "hashes_by_integer_id"})
        html: str = pd.Series(rows, dtype=object).to_frame().to_html(header=False, border=0)
        return html

    @property
    def row_hashes(self) -> dict[str | int, str]:
        """Hash of each household's own row, by household id."""
        parts: tuple[RowHashes[Any], ...] = self.hashes_by_text_id, self.hashes_by_integer_id
        return {id: hash for part in parts for id, hash in part.as_dict().items()}


def bound_hash(receipt: Receipt) -> str:
    """Hash of all fields but `receipt_hash`, those of the rows by their own hashes."""
    by_id = receipt.hashes_by_text_id, receipt.hashes_by_integer_id
    apart = {"hashes_by_text_id", "hashes_by_integer_id", "receipt_hash"}
    fields = receipt.model_dump_json(exclude=apart)
    return digest((fields, *(hashes.content_hash for hashes in by_id)))


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ArgumentError(f"the receipt has the key {twice!r} twice: it has been edited")
    return content


def check_form(format: Any, algorithm: Any, version: Any) -> None:
    """Raise `ArgumentError` if a receipt is of another form than this version reads."""
    if (format, algorithm) != (FORMAT, ALGORITHM):
        raise ArgumentError(
            f"the receipt is of format {format} with {algorithm}, and this version ({__version__}) "
            f"reads format {FORMAT} with {ALGORITHM}: use the version that made it ({version})"
        )
