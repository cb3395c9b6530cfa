"""Receipts: which data, under which standard, gave a result, so that anyone can check it later.

What is known and what was decided of a household become lines of text in a canonical form, and
the lines are hashed, by household and all together. Two exports of one survey give the same
hashes, whatever program wrote them; one answer edited in between shows, and in which household.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

import pandas as pd
from pydantic import ConfigDict, Field, StrictInt, StrictStr, model_validator

from multidim_poverty import __version__
from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.identity import nearest_ids
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.receipts.canonical import (
    canonical_id,
    canonical_lines,
    digest,
    many,
    named,
    row_of,
)
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households

__all__ = ["Receipt", "Verification", "receipt", "verify"]

FORMAT = 2  # of the canonical form; a change in it is a new number
ALGORITHM = "sha256"

HouseholdId = StrictStr | StrictInt
KeyOfJson = Annotated[int, Field(strict=False)]  # which is a text there
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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
    hashes_by_text_id, hashes_by_integer_id : FrozenDict
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
    hashes_by_text_id: FrozenDict[str, Digest]
    hashes_by_integer_id: FrozenDict[KeyOfJson, Digest]
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
        if json.loads(json_data, object_pairs_hook=_each_key_once) != receipt.model_dump(
            mode="json"
        ):
            raise ArgumentError("the receipt is not written as receipts are: it has been edited")
        return receipt

    @model_validator(mode="before")
    @classmethod
    def _of_this_form(cls, data: Any) -> Any:
        # Before the fields: a receipt of another form may have other ones, and its form is then
        # the thing to say.
        if isinstance(data, dict):
            form = data.get("format", FORMAT), data.get("algorithm", ALGORITHM)
            _check_form(*form, data.get("library_version"))
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        hashes = len(self.hashes_by_text_id) + len(self.hashes_by_integer_id)
        if hashes != self.households:
            raise ArgumentError(
                f"the receipt is of {self.households} households but has the hashes of {hashes}: "
                f"it has been cut or edited"
            )
        if self.receipt_hash != self._bound_hash():
            raise ArgumentError(
                "the receipt has been edited: its fields are not those that receipt_hash binds"
            )
        return self

    def _bound_hash(self) -> str:
        """Hash of all fields but `receipt_hash`, as they stand."""
        return digest([self.model_dump_json(exclude={"receipt_hash"})])

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
        parts: tuple[Mapping[Any, str], ...] = self.hashes_by_text_id, self.hashes_by_integer_id
        return {id: hash for part in parts for id, hash in part.items()}


class Verification(Model):
    """What `verify` found; ``print`` it for the words.

    Parameters
    ----------
    ok : bool
        Nothing changed: neither a row that was checked, nor the standard, nor any field of the
        receipt.
    household_id : str, int or None
        The household that was checked; None where it was all of them.
    changed, missing, added : tuple of household ids
        With another row; on the receipt only; in the tables only.
    standard_matches : bool
        Whether the standard has the content that it had.
    version_matches : bool
        Whether this version of the library made the receipt; another one does not spoil `ok`.
    notes : tuple of str
        The same in words.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> homes = pd.DataFrame({"area": "rural", "income_per_capita": [1.0e6, 2.0e6]}, ["a", "b"])
    >>> matrix = pd.DataFrame(False, index=homes.index, columns=standard.indicator_ids)
    >>> result = mdp.classify(homes, matrix, standard=standard)
    >>> slip = mdp.receipt(homes, matrix, result, standard=standard)
    >>> matrix.loc["b", "water"] = True
    >>> verification = mdp.verify(slip, homes, matrix, standard=standard)
    >>> verification.ok, verification.changed
    (False, ('b',))
    """

    ok: bool
    household_id: HouseholdId | None = None
    changed: tuple[HouseholdId, ...] = ()
    missing: tuple[HouseholdId, ...] = ()
    added: tuple[HouseholdId, ...] = ()
    standard_matches: bool
    version_matches: bool
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = "all households" if self.household_id is None else f"household {self.household_id!r}"
        head = f"Receipt {'agrees' if self.ok else 'DOES NOT AGREE'} ({what})"
        return "\n".join([head, *(f"- {note}" for note in self.notes)])


def receipt(
    households: TablesLike,
    deprivations: pd.DataFrame,
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> Receipt:
    """A receipt for a result: hashes of what went in, of what came out, and of each household.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``, unique texts or integers. Read are ``area``,
        ``income_per_capita`` [VND/person/month], ``income_12m`` [VND/household/12 months] and
        ``household_size`` [persons].
    deprivations : pandas.DataFrame
        The deprivation matrix, as for `classify`.
    result : pandas.DataFrame
        From `classify` or `assess`; the columns of `classify` are read, and income and size.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    on : str or datetime.date, optional
        Day of the survey; noted on the receipt.

    Returns
    -------
    Receipt
        What the result was computed from, as hashes; write it with ``model_dump_json``.

    Raises
    ------
    InvalidDataError
        If household ids repeat or are missing, or a value that is read breaks the schema.
    ArgumentError
        If the three indexes differ, an id is neither text nor integer, the result names another
        standard (names both), or it is not that of these households under this one; names the
        first households.

    Notes
    -----
    Each household has two lines of JSON values separated by commas. Inputs: id, the four columns
    above, the indicators in alphabetical order. Result: id, the two counts, the four category
    columns of `classify`. A text is in Unicode form NFC, a number is whole (``4``) or the shortest
    decimal that reads back as the same float64 (``0.5``), true is ``1`` and false ``0``, and what
    is missing, or a column that is absent, is ``null``. `inputs_hash` and `result_hash` are of
    all such lines, sorted by id, under a line of column names; the hash of a household is of the
    two lines of names and its own two. `receipt_hash` binds every other field of the receipt.

    `assess` counts members where no ``household_size`` is stated: where `households` gives no
    income, the two lines hold the income and size of its result. Pass the result to `verify` too.

    A receipt is not signed, and a hash is not a secret: who knows most answers of a household
    can try out the rest. Keep a receipt as safe as the data.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> result = mdp.classify(sample.households, matrix, standard=standard)
    >>> slip = mdp.receipt(sample.households, matrix, result, standard=standard, on="2023-10-15")
    >>> slip.households, len(slip.inputs_hash)
    (500, 64)
    >>> edited = sample.households.replace({"income_12m": {136_872_000.0: 13_687_200.0}})
    >>> mdp.verify(slip, edited, matrix, standard=standard).changed
    ('SYN-0001',)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    result = as_frame(result, "result")
    standard = as_standard(standard)
    check_standard(result, standard)
    lines = canonical_lines(result, households, deprivations, standard)
    both = zip(lines.ids, lines.result[1:], lines.computed()[1:], strict=True)
    wrong = [id for id, passed, computed in both if passed != computed]
    if wrong:
        raise ArgumentError(
            f"the result is not that of these households under {standard.name}: {named(wrong)} "
            f"differ; classify again, or pass the whole result of assess"
        )
    hashes = list(zip(lines.ids, lines.hashes(), strict=True))
    unbound = Receipt.model_construct(
        format=FORMAT,
        algorithm=ALGORITHM,
        library_version=__version__,
        standard=standard.name,
        standard_hash=standard.content_hash,
        standard_altered=standard.altered,
        standard_variant_of=None if standard.variant is None else standard.variant.of,
        on=optional_date(on),
        households=len(hashes),
        inputs_hash=digest(lines.inputs),
        result_hash=digest(lines.result),
        hashes_by_text_id=FrozenDict({id: hash for id, hash in hashes if isinstance(id, str)}),
        hashes_by_integer_id=FrozenDict({id: hash for id, hash in hashes if isinstance(id, int)}),
    )
    return unbound.model_copy(update={"receipt_hash": unbound._bound_hash()})


def verify(
    receipt: Receipt,
    households: TablesLike,
    deprivations: pd.DataFrame,
    result: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    household_id: str | int | None = None,
) -> Verification:
    """Whether tables are still those of a receipt, as a whole or for one household.

    Parameters
    ----------
    receipt : Receipt
        The receipt, from `receipt`.
    households, deprivations : pandas.DataFrame
        As for `receipt`.
    result : pandas.DataFrame, optional
        From `classify` or `assess`; classified again if it is not passed.
    standard : Standard or str
        The standard of the receipt.
    household_id : str or int, optional
        Check this household alone; the tables may hold its row alone.

    Returns
    -------
    Verification
        What is the same and what changed; ``ok`` where all of it is the same.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `receipt`. Also if the receipt is of another format or hash algorithm, or of a
        standard of another name; names both.
    UnknownNameError
        If the receipt has no household of that id; offers the nearest ids.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> homes = pd.DataFrame({"area": "rural", "income_per_capita": [1.0e6, 2.0e6]}, ["a", "b"])
    >>> matrix = pd.DataFrame(False, index=homes.index, columns=standard.indicator_ids)
    >>> slip = mdp.receipt(
    ...     homes, matrix, mdp.classify(homes, matrix, standard=standard), standard=standard)
    >>> print(mdp.verify(slip, homes.loc[["b"]], matrix, standard=standard, household_id="b"))
    Receipt agrees (household 'b')
    - 1 household compared, none changed
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    result = None if result is None else as_frame(result, "result")
    standard = as_standard(standard)
    _check_form(receipt.format, receipt.algorithm, receipt.library_version)
    if standard.name != receipt.standard:
        raise ArgumentError(
            f"the receipt is of standard {receipt.standard!r}, not of {standard.name!r}: give the "
            f"standard that it names"
        )
    standard_matches = standard.content_hash == receipt.standard_hash
    if result is not None and standard_matches:
        check_standard(result, standard)
    before = receipt.row_hashes
    if household_id is not None:
        household_id = canonical_id(household_id)
        if household_id not in before:
            near = nearest_ids(pd.Index(list(before), dtype=object), household_id)
            offer = ", ".join(map(repr, near)) or "none"
            raise UnknownNameError(
                f"the receipt has no household {household_id!r}; the nearest are {offer}"
            )
        before = {household_id: before[household_id]}
        households, deprivations = (
            row_of(households, household_id),
            row_of(deprivations, household_id),
        )
        result = None if result is None else row_of(result, household_id)
    lines = canonical_lines(result, households, deprivations, standard)
    now = dict(zip(lines.ids, lines.hashes(), strict=True))

    changed = tuple(id for id, hash in now.items() if before.get(id, hash) != hash)
    missing = tuple(id for id in before if id not in now)
    added = tuple(id for id in now if id not in before)
    version_matches = receipt.library_version == __version__
    same_rows = not (changed or missing or added)
    content = receipt.inputs_hash, receipt.result_hash
    altered = receipt.receipt_hash != receipt._bound_hash()
    if household_id is None and same_rows:
        altered |= content != (digest(lines.inputs), digest(lines.result))

    notes = [f"{many(len(now))} compared, none changed"] if same_rows else []
    notes += [f"changed: {named(changed)}"] if changed else []
    notes += [f"on the receipt, not in the tables: {named(missing)}"] if missing else []
    notes += [f"in the tables, not on the receipt: {named(added)}"] if added else []
    if receipt.standard_altered:
        notes.append(f"the receipt is of a changed copy of {standard.name}, not of that law")
    if not standard_matches:
        notes.append(f"standard {standard.name} does not have the content that it had")
    if altered:
        notes.append("the receipt was edited: a hash on it is not that of what it stands for")
    if not version_matches:
        notes.append(f"made by version {receipt.library_version}, checked by {__version__}")
    return Verification(
        ok=same_rows and standard_matches and not altered,
        household_id=household_id,
        changed=changed,
        missing=missing,
        added=added,
        standard_matches=standard_matches,
        version_matches=version_matches,
        notes=tuple(notes),
    )


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ArgumentError(f"the receipt has the key {twice!r} twice: it has been edited")
    return content


def _check_form(format: Any, algorithm: Any, version: Any) -> None:
    if (format, algorithm) != (FORMAT, ALGORITHM):
        raise ArgumentError(
            f"the receipt is of format {format} with {algorithm}, and this version ({__version__}) "
            f"reads format {FORMAT} with {ALGORITHM}: use the version that made it ({version})"
        )
