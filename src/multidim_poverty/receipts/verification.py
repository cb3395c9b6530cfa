"""Receipts: which data, under which standard, gave a result, so that anyone can check it later.

What is known and what was decided of a household is brought into a canonical form and hashed, by
household and all together. Two exports of one survey give the same hashes, whatever program
wrote them; one answer edited in between shows, and in which household.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import StrictInt, StrictStr

from multidim_poverty import __version__
from multidim_poverty.base import Model
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.identity import nearest_ids
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.receipts.canonical import CanonicalTables, canonical_tables
from multidim_poverty.receipts.ids import are_texts, canonical_id, many, named, row_of
from multidim_poverty.receipts.record import ALGORITHM, FORMAT, Receipt, bound_hash, check_form
from multidim_poverty.receipts.row_hashes import RowHashes
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households

__all__ = ["Verification", "receipt", "verify"]

HouseholdId = StrictStr | StrictInt


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
    `inputs_hash` is of the ids, the four columns above and the indicators; `result_hash` of the
    ids, the two counts and the four category columns of `classify`; each is the hash that
    `multidim_poverty.reports.identity` gives such a table. The hash of a household is of its own
    id and values. A number is the float64 that it is, true is 1 and false 0, a text is in Unicode
    form NFC, and what is missing, or a column that is absent, has one form. `receipt_hash` binds
    every other field of the receipt. The page on the canonical form says each byte.

    `assess` counts members where no ``household_size`` is stated: where `households` gives no
    income, the receipt is of the income and size of its result. Pass the result to `verify` too.

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
    tables = canonical_tables(result, households, deprivations, standard)
    wrong = tables.wrong_ids()
    if wrong:
        raise ArgumentError(
            f"the result is not that of these households under {standard.name}: {named(wrong)} "
            f"differ; classify again, or pass the whole result of assess"
        )
    texts, numbers = _row_hashes(tables)
    unbound = Receipt.model_construct(
        format=FORMAT,
        algorithm=ALGORITHM,
        library_version=__version__,
        standard=standard.name,
        standard_hash=standard.content_hash,
        standard_altered=standard.altered,
        standard_variant_of=None if standard.variant is None else standard.variant.of,
        on=optional_date(on),
        households=len(tables.ids),
        inputs_hash=tables.inputs_hash,
        result_hash=tables.result_hash,
        hashes_by_text_id=texts,
        hashes_by_integer_id=numbers,
    )
    return unbound.model_copy(update={"receipt_hash": bound_hash(unbound)})


def _row_hashes(tables: CanonicalTables) -> tuple[RowHashes[str], RowHashes[int]]:
    """The hashes of households whose id is a text, and of those whose id is a whole number."""
    of_text = are_texts(tables.ids)
    parts: list[RowHashes[Any]] = []
    for chosen in (of_text, ~of_text):
        if chosen.all():
            parts.append(RowHashes(tables.ids, tables.digests, ids_hash=tables.ids_hash))
        else:
            ids = tables.ids[chosen].infer_objects()
            parts.append(RowHashes(ids, tables.digests[chosen]))
    return parts[0], parts[1]


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
    check_form(receipt.format, receipt.algorithm, receipt.library_version)
    if standard.name != receipt.standard:
        raise ArgumentError(
            f"the receipt is of standard {receipt.standard!r}, not of {standard.name!r}: give the "
            f"standard that it names"
        )
    standard_matches = standard.content_hash == receipt.standard_hash
    if result is not None and standard_matches:
        check_standard(result, standard)
    before = receipt.hashes_by_text_id, receipt.hashes_by_integer_id
    if household_id is not None:
        household_id = canonical_id(household_id)
        before = before[0].only(household_id), before[1].only(household_id)
        if not any(len(hashes) for hashes in before):
            ids = [*receipt.hashes_by_text_id, *receipt.hashes_by_integer_id]
            near = nearest_ids(pd.Index(ids, dtype=object), household_id)
            offer = ", ".join(map(repr, near)) or "none"
            raise UnknownNameError(
                f"the receipt has no household {household_id!r}; the nearest are {offer}"
            )
        households, deprivations = (
            row_of(households, household_id),
            row_of(deprivations, household_id),
        )
        result = None if result is None else row_of(result, household_id)
    tables = canonical_tables(result, households, deprivations, standard)
    changed, missing, added = _changes(before, _row_hashes(tables))
    version_matches = receipt.library_version == __version__
    same_rows = not (changed or missing or added)
    altered = receipt.receipt_hash != bound_hash(receipt)
    if household_id is None and same_rows:
        content = receipt.inputs_hash, receipt.result_hash
        altered |= content != (tables.inputs_hash, tables.result_hash)

    notes = [f"{many(len(tables.ids))} compared, none changed"] if same_rows else []
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


def _changes(
    before: tuple[RowHashes[Any], ...], now: tuple[RowHashes[Any], ...]
) -> tuple[tuple[str | int, ...], ...]:
    """The ids that have another hash, those that are no more, and those that were not there."""
    by_kind = [old.changes(new) for old, new in zip(before, now, strict=True)]
    return tuple(
        tuple(id for ids in part for id in ids.tolist()) for part in zip(*by_kind, strict=True)
    )
