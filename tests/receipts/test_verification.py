"""Receipts: one canonical form for one content, and every edit found in its own household."""

import datetime as dt
import hashlib
import json
import math
import struct
import unicodedata

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.receipts import Receipt, Verification, receipt, verify
from multidim_poverty.receipts import verification as receipts

STANDARD = mdp.standard("decree_07_2021")
IDS = list(STANDARD.indicator_ids)
BACKENDS = ["numpy", "nullable", "pyarrow", "object", "zero_one"]
AMOUNTS = [None, 0.0, 699_999.0, 1_500_000.0, 1_500_000.5, 36_000_000.0]


@st.composite
def rows(draw):
    """Id -> (inputs, answers), with None for what is missing."""
    ids = draw(
        st.lists(
            st.one_of(st.text('aếẹ7,"\n', min_size=1, max_size=3), st.integers(-3, 9)),
            min_size=1,
            max_size=5,
            unique_by=lambda own: (
                unicodedata.normalize("NFC", own) if isinstance(own, str) else own
            ),
        )
    )
    home = st.fixed_dictionaries(
        {
            "area": st.sampled_from(["rural", "urban"]),
            "income_per_capita": st.sampled_from(AMOUNTS),
            "income_12m": st.sampled_from(AMOUNTS),
            "household_size": st.sampled_from([None, 1, 2, 5]),
        }
    )
    answers = st.lists(st.sampled_from([True, False, None]), min_size=12, max_size=12)
    return {id: (draw(home), dict(zip(IDS, draw(answers), strict=True))) for id in ids}


def tables(rows, backend="nullable"):
    """The tables of some rows in the dtypes of a backend."""
    index = pd.Index(list(rows), dtype=object, name="household_id")
    homes = pd.DataFrame([home for home, _ in rows.values()], index=index, dtype=object)
    matrix = pd.DataFrame([row for _, row in rows.values()], index=index, dtype=object)
    number, truth, text = {
        "numpy": ("float64", "boolean", pd.CategoricalDtype(["urban", "rural"])),
        "nullable": ("Float64", "boolean", "string"),
        "pyarrow": ("double[pyarrow]", "bool[pyarrow]", "string[pyarrow]"),
        "object": (object, object, object),
        "zero_one": ("float64", "float64", "category"),
    }[backend]
    for name in homes:
        dtype = text if name == "area" else number
        values = pd.to_numeric(homes[name]) if dtype == "float64" else homes[name]
        homes[name] = values.astype(dtype)
    if backend == "nullable":
        homes["household_size"] = homes["household_size"].astype("Int64")
    for name in matrix:
        values = matrix[name].astype("boolean") if truth == "float64" else matrix[name]
        matrix[name] = values.astype(truth)
    if backend == "numpy":  # plain bool where nothing is missing
        matrix = matrix.astype({n: bool for n in IDS if not matrix[n].isna().any()})
    return homes, matrix


def slip_of(homes, matrix, standard=STANDARD, **more):
    result = mdp.classify(homes, matrix, standard=standard)
    return receipt(homes, matrix, result, standard=standard, **more)


HOMES, MATRIX = tables(
    {
        f"HH-{n}": (
            dict(area="rural", income_per_capita=1e6 * n, income_12m=None, household_size=4),
            {name: n > at for at, name in enumerate(IDS)},
        )
        for n in range(5)
    }
)
RESULT = mdp.classify(HOMES, MATRIX, standard=STANDARD)
SLIP = receipt(HOMES, MATRIX, RESULT, standard=STANDARD, on="2023-10-15")


@given(rows(), st.sampled_from(BACKENDS), st.randoms(use_true_random=False))
def test_neither_order_nor_dtype_nor_spelling_matters(rows, backend, random):
    homes, matrix = tables(rows)
    slip = slip_of(homes, matrix)
    order = random.sample(list(rows), len(rows))
    spelt = {
        unicodedata.normalize("NFD", id) if isinstance(id, str) else id: rows[id] for id in order
    }
    assume(len(spelt) == len(rows))
    others, other_matrix = tables(spelt, backend)
    others = others[random.sample(list(others), 4)].assign(village="x")
    other_matrix = other_matrix[random.sample(IDS, 12)].sample(frac=1, random_state=1)
    before = others.copy(), other_matrix.copy()
    again = slip_of(others, other_matrix)
    assert again.model_dump_json() == slip.model_dump_json()
    pd.testing.assert_frame_equal(others, before[0])
    pd.testing.assert_frame_equal(other_matrix, before[1])


@given(rows(), st.data())
def test_one_edited_cell_changes_the_hash_of_exactly_its_household(rows, data):
    slip = slip_of(*tables(rows))
    id = data.draw(st.sampled_from(list(rows)))
    home, answers = (dict(part) for part in rows[id])
    name = data.draw(st.sampled_from([*home, *answers]))
    part = home if name in home else answers
    others = {"area": ["rural", "urban"], "household_size": [None, 1, 2, 5]}
    choices = others.get(name, AMOUNTS if name in home else [True, False, None])
    part[name] = data.draw(st.sampled_from([v for v in choices if v != part[name]]))
    homes, matrix = tables({**rows, id: (home, answers)})
    again = slip_of(homes, matrix)
    same = {other for other in rows if again.row_hashes[other] == slip.row_hashes[other]}
    assert same == set(rows) - {id}
    assert again.inputs_hash != slip.inputs_hash
    found = verify(slip, households=homes, deprivations=matrix, standard=STANDARD)
    assert (found.ok, found.changed, found.missing, found.added) == (False, (id,), (), ())
    for other in rows:
        one = verify(
            slip, households=homes, deprivations=matrix, standard=STANDARD, household_id=other
        )
        assert one.ok == (other != id)


@given(rows())
def test_a_receipt_comes_back_from_json_and_agrees(rows):
    homes, matrix = tables(rows)
    slip = slip_of(homes, matrix, on=dt.date(2023, 10, 15))
    back = Receipt.model_validate_json(slip.model_dump_json())
    assert back == slip
    assert list(back.row_hashes) == list(slip.row_hashes)
    result = mdp.classify(homes, matrix, standard=STANDARD)
    found = verify(back, homes, matrix, result=result, standard=STANDARD)
    assert found.ok
    assert Verification.model_validate_json(found.model_dump_json()) == found


def test_what_stands_on_a_receipt():
    assert (SLIP.format, SLIP.algorithm) == (5, "sha256")
    assert SLIP.library_version == mdp.__version__
    assert (SLIP.standard, SLIP.on, SLIP.households) == (STANDARD.name, dt.date(2023, 10, 15), 5)
    assert list(SLIP.hashes_by_text_id) == [f"HH-{n}" for n in range(5)]
    with pytest.raises(ValueError, match="frozen"):
        SLIP.households = 6


def hash_by_hand(*parts):
    return hashlib.sha256(b"".join(parts)).hexdigest()


def json_by_hand(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def column_by_hand(values):
    """The hash of a column, as `docs/canonical_form.md` has it; None is missing."""
    numbers = [value for value in values if isinstance(value, float | int)]
    if numbers:
        size, missing = 8, math.nan
        if all(value == int(value) and abs(value) < 2**31 for value in numbers):
            size, missing = (1, 255) if min(numbers) >= 0 and max(numbers) < 255 else (4, -(2**31))
        cells = [missing if value is None else value for value in values]
        content = b""
    else:
        words = sorted({value for value in values if value is not None})
        size = 1 if len(words) < 256 else 4
        cells = [len(words) if value is None else words.index(value) for value in values]
        encoded = [word.encode() for word in words]
        content = struct.pack(f"<{len(words) + 1}i", len(words), *map(len, encoded))
        content += b"".join(encoded)
    kind = "numbers" if numbers else "texts"
    cells = map(float if size == 8 else int, cells)
    packed = struct.pack(f"<{len(values)}{ {1: 'B', 4: 'i', 8: 'd'}[size] }", *cells)
    return hash_by_hand(f"{kind} {size}\n".encode(), content, packed)


def test_the_hashes_are_those_that_the_page_of_the_canonical_form_describes():
    """Written again by hand, as in another language: a change here is a new format number."""
    ids = ["a", 'b"', "ế"]
    homes = pd.DataFrame(
        {
            "area": ["rural", "urban", "rural"],
            "income_per_capita": [0.0, None, 3_000_000.5],
            "household_size": [4, 5, 6],
        },
        index=ids,
    )
    matrix = pd.DataFrame({name: n == 3 for n, name in enumerate(IDS)}, index=ids)
    matrix.loc["a", IDS[0]] = True
    matrix[IDS[4]] = pd.array([None, True, False], dtype="boolean")
    matrix[IDS[5]] = pd.array([None, None, None], dtype="boolean")
    result = mdp.classify(homes, matrix, standard=STANDARD)
    slip = receipt(homes, matrix, result, standard=STANDARD, on="2023-10-15")

    def cells(frame):
        columns = frame.astype(object).where(frame.notna(), None)
        return {name: columns[name].tolist() for name in columns}

    went_in = {**cells(homes), "income_12m": [None] * 3, **cells(matrix)}
    counts, classes = ["deprivation_count", "deprivations_unknown"], ["income_band"]
    classes += ["poverty_class", "class_at_worst", "class_at_best"]
    came_out = cells(result[[*counts, *classes]])
    for content, written in ((went_in, slip.inputs_hash), (came_out, slip.result_hash)):
        hashes = [["", column_by_hand(ids)]]
        hashes += [[name, column_by_hand(content[name])] for name in sorted(content)]
        assert written == hash_by_hand(json_by_hand([3, hashes]))
    every = went_in | came_out
    amounts = ["income_per_capita", "income_12m", "household_size"]
    digests = b""
    for n, id in enumerate(ids):
        numbers = [every[name][n] for name in (*amounts, *counts)]
        answers = [every[name][n] for name in sorted(IDS)]
        texts = [every[name][n] for name in ("area", *classes)]
        packed = struct.pack("<5d", *(math.nan if x is None else x for x in numbers))
        packed += bytes(255 if answer is None else int(answer) for answer in answers)
        packed += bytes.fromhex(hash_by_hand(json_by_hand(texts)))
        assert slip.row_hashes[id] == hash_by_hand(packed, json_by_hand(id))
        digests += bytes.fromhex(slip.row_hashes[id])
    fields = json.loads(slip.model_dump_json())
    bound = {n: v for n, v in fields.items() if "_id" not in n and n != "receipt_hash"}
    of_texts = hash_by_hand(bytes.fromhex(column_by_hand(ids)), digests)
    of_numbers = hash_by_hand(bytes.fromhex(column_by_hand([])))
    lines = [json_by_hand(bound), of_texts.encode(), of_numbers.encode()]
    assert slip.receipt_hash == hash_by_hand(b"\n".join(lines))


def test_the_hashes_of_all_rows_are_the_identities_of_those_tables():
    homes = HOMES.join(MATRIX).assign(income_12m=None)
    assert SLIP.inputs_hash == mdp.reports.identity(homes)["result"]
    decided = RESULT.drop(columns=["standard", "standard_hash"])
    assert SLIP.result_hash == mdp.reports.identity(decided)["result"]


def test_text_and_integer_ids_are_two_households():
    homes, matrix = (frame.iloc[:2].set_axis([7, "7"]) for frame in (HOMES, MATRIX))
    slip = slip_of(homes, matrix)
    assert (set(slip.hashes_by_integer_id), set(slip.hashes_by_text_id)) == ({7}, {"7"})
    homes.loc["7", "area"] = "urban"
    found = verify(slip, households=homes, deprivations=matrix, standard=STANDARD)
    assert found.changed == ("7",)


def test_a_column_that_is_absent_is_missing_and_one_that_is_not_read_does_not_count():
    absent = HOMES.drop(columns="income_12m").assign(floor_area=3.0)
    assert slip_of(absent, MATRIX).row_hashes == SLIP.row_hashes


def test_the_whole_result_of_assess_gives_a_receipt_or_sizes_that_are_stated():
    sample = mdp.load_sample()
    homes = sample.households.drop(columns="household_size")
    result = mdp.assess(homes, sample.members, standard=STANDARD)
    matrix = result[IDS]
    classes = result.drop(columns=["income_per_capita", "household_size"])
    with pytest.raises(ValueError, match="pass the whole result of assess"):
        receipt(homes, matrix, classes, standard=STANDARD)
    assert receipt(homes, matrix, result, standard=STANDARD).households == 500
    counted = sample.members["household_id"].value_counts().reindex(homes.index)
    slip = receipt(homes.assign(household_size=counted), matrix, result, standard=STANDARD)
    assert slip.households == 500


def test_an_edited_class_is_found():
    edited = RESULT.copy()
    edited.loc["HH-1", "poverty_class"] = "average"
    with pytest.raises(ValueError, match=r"1 household \('HH-1'\) differ"):
        receipt(HOMES, MATRIX, edited, standard=STANDARD)
    found = verify(SLIP, HOMES, MATRIX, result=edited, standard=STANDARD)
    assert (found.ok, found.changed) == (False, ("HH-1",))
    as_text = RESULT.astype(str).assign(poverty_class="a class, that is none")
    assert len(verify(SLIP, HOMES, MATRIX, result=as_text, standard=STANDARD).changed) == 5


def test_households_that_came_and_went():
    found = verify(
        SLIP,
        households=HOMES.rename(index={"HH-4": "HH-9"}),
        deprivations=MATRIX.rename(index={"HH-4": "HH-9"}),
        standard=STANDARD,
    )
    assert (found.missing, found.added, found.changed) == (("HH-4",), ("HH-9",), ())
    assert str(found).splitlines() == [
        "Receipt DOES NOT AGREE (all households)",
        "- on the receipt, not in the tables: 1 household ('HH-4')",
        "- in the tables, not on the receipt: 1 household ('HH-9')",
    ]


@pytest.mark.parametrize("given_result", [RESULT, None])
def test_one_household_from_its_row_alone_or_from_the_tables(given_result):
    for rows in (HOMES, HOMES.loc[["HH-2"]]):
        found = verify(
            SLIP, rows, MATRIX, result=given_result, standard=STANDARD, household_id="HH-2"
        )
        assert found.ok
        assert found.household_id == "HH-2"


def test_one_household_that_is_on_the_receipt_and_no_longer_in_the_tables():
    found = verify(SLIP, HOMES[:1], MATRIX[:1], standard=STANDARD, household_id="HH-2")
    assert (found.ok, found.missing) == (False, ("HH-2",))
    assert "0 households compared" not in str(found)


def test_an_unknown_household_is_offered_the_nearest():
    with pytest.raises(KeyError, match=r"no household 'HH-7'; the nearest are 'HH-\d'"):
        verify(SLIP, HOMES, MATRIX, result=RESULT, standard=STANDARD, household_id="HH-7")
    numbered = slip_of(*(frame.set_axis(range(5)) for frame in (HOMES, MATRIX)))
    with pytest.raises(KeyError, match=r"no household '3'; the nearest are 3"):
        verify(numbered, HOMES, MATRIX, standard=STANDARD, household_id="3")


def test_a_standard_with_other_content_or_of_another_name():
    other = STANDARD.replace(
        name=STANDARD.name, why="test", lines={"poverty_line": {"rural": 1_500_001}}
    )
    found = verify(SLIP, HOMES, MATRIX, result=RESULT, standard=other)
    assert (found.ok, found.standard_matches, found.changed) == (False, False, ())
    assert "does not have the content" in str(found)
    with pytest.raises(ValueError, match="'decree_07_2021', not of 'decision_59_2015'"):
        verify(SLIP, HOMES, MATRIX, result=RESULT, standard=mdp.standard("decision_59_2015"))


def test_another_version_of_the_library_is_said_and_does_not_spoil(monkeypatch):
    monkeypatch.setattr(receipts, "__version__", "9.9")
    found = verify(SLIP, HOMES, MATRIX, result=RESULT, standard=STANDARD)
    assert (found.ok, found.version_matches) == (True, False)
    assert f"made by version {mdp.__version__}, checked by 9.9" in found.notes


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"format": 2, "new_field": 1}, "format 2 with sha256"),
        ({"algorithm": "md5"}, "format 5 with md5"),
    ],
)
def test_a_receipt_of_another_form(edit, words):
    with pytest.raises(ValueError, match=words):
        Receipt.model_validate({**SLIP.model_dump(), **edit})
    with pytest.raises(ValueError, match=words):
        verify(SLIP.model_copy(update=edit), HOMES, MATRIX, result=RESULT, standard=STANDARD)


def test_a_receipt_that_was_edited():
    dumped = SLIP.model_dump()
    short = dict(list(SLIP.hashes_by_text_id.items())[1:])
    with pytest.raises(ValueError, match="5 households but has the hashes of 4"):
        Receipt.model_validate({**dumped, "hashes_by_text_id": short})
    with pytest.raises(ValueError, match="should match pattern"):
        Receipt.model_validate({**dumped, "inputs_hash": "0"})
    forged = SLIP.model_copy(update={"inputs_hash": "0" * 64})
    found = verify(forged, HOMES, MATRIX, result=RESULT, standard=STANDARD)
    assert (found.ok, found.changed) == (False, ())
    assert "the receipt was edited" in str(found)


@pytest.mark.parametrize(
    "edit",
    [
        {"on": dt.date(2023, 10, 16)},
        {"on": None},
        {"library_version": "9.9"},
        {"standard_altered": True},
        {"inputs_hash": "0" * 64},
        {"receipt_hash": "0" * 64},
    ],
)
def test_every_field_of_a_receipt_is_bound(edit):
    with pytest.raises(ValueError, match="edited"):
        Receipt.model_validate({**SLIP.model_dump(), **edit})
    found = verify(SLIP.model_copy(update=edit), HOMES, MATRIX, result=RESULT, standard=STANDARD)
    assert not found.ok
    assert "the receipt was edited" in str(found)


def test_the_json_of_a_receipt_says_each_thing_once_and_in_its_own_type():
    homes, matrix = (frame.set_axis(range(5)) for frame in (HOMES, MATRIX))
    text = slip_of(homes, matrix, on="2023-10-15").model_dump_json()
    for old, new in (
        ('"households":5', '"households":5,"households":5'),
        ('{"0":', '{"0":"' + "0" * 64 + '","0":'),
        ('"households":5', '"households":5.0'),
        ('"households":5', '"households":"5"'),
        ('"format":5', '"format":true'),
        ('"standard_altered":false', '"standard_altered":0'),
        ('{"0":', '{"00":'),
        ('"2023-10-15"', '"2023-10-15T00:00:00"'),
    ):
        assert old in text
        with pytest.raises(ValueError, match=r"edited|valid|reads format"):
            Receipt.model_validate_json(text.replace(old, new, 1))
    assert Receipt.model_validate_json(text.encode()).households == 5


def test_ids_that_repeat_or_are_no_ids():
    repeated = [["a", "a", "b", "c", "d"], ["d", "a", "d", "b", "c"], [5, 1, 5, 2, 3]]
    for ids in (*repeated, ["\u1ebf", "e\u0302\u0301", "b", "c", "d"]):
        homes, matrix = HOMES.set_axis(ids), MATRIX.set_axis(ids)
        with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
            receipt(homes, matrix, RESULT.set_axis(ids), standard=STANDARD)
    for ids in ([0.5, 1, 2, 3, 4], [True, 1, 2, 3, 4]):
        frames = [frame.set_axis(pd.Index(ids, dtype=object)) for frame in (RESULT, HOMES, MATRIX)]
        with pytest.raises((ValueError, mdp.InvalidDataError)):
            receipt(*frames, standard=STANDARD)
    with pytest.raises(ValueError, match=r"1\.5 is neither a text nor an integer"):
        verify(SLIP, HOMES, MATRIX, result=RESULT, standard=STANDARD, household_id=1.5)


def test_tables_that_do_not_fit_each_other():
    with pytest.raises(ValueError, match="only one of households and deprivations"):
        receipt(HOMES, MATRIX.iloc[1:], RESULT, standard=STANDARD)
    with pytest.raises(ValueError, match=r"same ids: 1 household \('HH-0'\) in only one"):
        receipt(HOMES, MATRIX, RESULT.iloc[1:], standard=STANDARD)
    with pytest.raises(ValueError, match="ids repeat in the result"):
        receipt(HOMES, MATRIX, RESULT.iloc[[0, 0, 1, 2, 3, 4]], standard=STANDARD)
    with pytest.raises(ValueError, match="one column each of class_at_best"):
        receipt(HOMES, MATRIX, RESULT.drop(columns="class_at_best"), standard=STANDARD)
    with pytest.raises(ValueError, match="not the indicators"):
        receipt(HOMES, MATRIX.drop(columns="water"), RESULT, standard=STANDARD)
    with pytest.raises(mdp.InvalidDataError, match="infinite"):
        # `classify` never looks at it, since the income per head is stated.
        receipt(HOMES.assign(income_12m=float("-inf")), MATRIX, RESULT, standard=STANDARD)
    with pytest.raises(TypeError, match="deprivations is None"):
        verify(SLIP, HOMES, None, standard=STANDARD)


def test_no_household_at_all():
    slip = slip_of(HOMES.iloc[:0], MATRIX.iloc[:0])
    assert slip.households == 0
    assert verify(SLIP, HOMES.iloc[:0], MATRIX.iloc[:0], standard=STANDARD).missing == tuple(
        SLIP.row_hashes
    )


def test_a_receipt_is_shown_in_one_line_and_as_a_table():
    sample = mdp.load_sample()
    matrix = mdp.deprivations(sample.households, sample.members, standard=STANDARD)
    result = mdp.classify(sample.households, matrix, standard=STANDARD)
    slip = mdp.receipt(sample.households, matrix, result, standard=STANDARD, on="2023-10-15")
    assert repr(slip) == (
        "Receipt(standard='decree_07_2021', on='2023-10-15', households=500, "
        f"inputs_hash='{slip.inputs_hash[:8]}…', result_hash='{slip.result_hash[:8]}…')"
    )
    html = slip._repr_html_()
    assert html.startswith("<table")
    assert len(html) < 2000
    for text in ("decree_07_2021", "2023-10-15", slip.inputs_hash, slip.result_hash):
        assert text in html


def test_the_income_that_assess_computed_is_on_the_receipt():
    index = pd.Index(["a", "b"], name="household_id")
    homes = pd.DataFrame({"area": ["rural", "urban"], "income_12m": [48e6, 60e6]}, index=index)
    members = pd.DataFrame({"household_id": ["a"] * 4 + ["b"], "member_id": [1, 2, 3, 4, 1]})
    result = mdp.assess(homes, members, standard=STANDARD)
    matrix = result[list(STANDARD.indicator_ids)]
    tables = {"households": homes, "deprivations": matrix}
    slip = mdp.receipt(result=result.iloc[::-1], **tables, standard=STANDARD)
    stated = {
        **tables,
        "households": homes.assign(income_per_capita=[1e6, 5e6], household_size=[4, 1]),
    }
    again = mdp.receipt(result=result, **stated, standard=STANDARD)
    assert slip.row_hashes == again.row_hashes
    assert verify(slip, result=result, **tables, standard=STANDARD).ok
    edited = result.assign(income_per_capita=[1e6, 5e6 + 1])
    found = verify(slip, result=edited, **tables, standard=STANDARD)
    assert found.changed == ("b",)
    with pytest.raises(ValueError, match="pass the whole result of assess"):
        mdp.receipt(result=result.drop(columns="income_per_capita"), **tables, standard=STANDARD)


def test_a_receipt_and_the_answers_of_one_household_cannot_be_changed():
    household = mdp.Household(household_id="a", area="rural")
    one = mdp.assess_one(household, standard="decree_07_2021")
    for mapping in (SLIP.hashes_by_text_id, SLIP.hashes_by_integer_id, one.deprivations):
        before = dict(mapping)
        with pytest.raises(TypeError):
            mapping["HH-0"] = "0" * 64
        with pytest.raises(AttributeError):
            mapping.clear()
        assert mapping == before
    assert isinstance(hash(SLIP), int)
    assert type(one).model_validate_json(one.model_dump_json()) == one
