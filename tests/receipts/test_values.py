"""The canonical form of values: one form for one value, and two for two."""

import datetime as dt
import io
import random
import unicodedata
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.receipts.values import CanonicalColumn, _joined_keys, order_of, value_word

STANDARD = mdp.standard("decree_07_2021")
DAY = dt.date(1990, 5, 1)
PANDAS = int(pd.__version__.split(".")[0])
ONE_VALUE = [
    [1, 1.0, np.int8(1), np.float32(1), True, np.True_, Decimal(1), Decimal("1.00"), Fraction(1)],
    [0, 0.0, -0.0, False, Decimal("-0")],
    [0.1, np.float64(0.1), Decimal("0.1"), Decimal("0.10")],
    [0.5, np.float32(0.5), Fraction(1, 2), Decimal("0.5")],
    [10**17, np.int64(10**17), 1e17, Decimal(10**17)],
    [10**17 + 1, np.int64(10**17 + 1), Decimal(10**17 + 1)],
    [2**64 - 1, np.uint64(2**64 - 1)],
    *([[10**5000]] if PANDAS >= 3 else []),  # which pandas 2 cannot hold
    [Decimal("0.1000000000000000000000000000000000001")],
    [Decimal("1E+9999")],
    [float("inf"), np.float32("inf"), Decimal("Infinity")],
    [Fraction(1, 3)],
    [DAY, dt.datetime(1990, 5, 1), pd.Timestamp(DAY), np.datetime64("1990-05-01"), "1990-05-01"],
    [dt.datetime(1990, 5, 1, 8), pd.Timestamp("1990-05-01 08:00")],
    [unicodedata.normalize(form, "Hộ nghèo") for form in ("NFC", "NFD", "NFKC", "NFKD")],
    ["1"],
    ["true"],
    [""],
]


def column_hash(values, dtype=object):
    frame = pd.DataFrame({"a": pd.Series(values, dtype=dtype)})
    return reports.identity(members=frame)["members"]


@pytest.mark.parametrize("values", ONE_VALUE, ids=range(len(ONE_VALUE)))
def test_one_value_has_one_form_whatever_its_type(values):
    assert len({value_word(value) for value in values}) == 1
    assert len({column_hash([value]) for value in values}) == 1
    assert len({column_hash([value, None, "x"]) for value in values}) == 1


def test_two_values_have_two_forms():
    assert len({value_word(values[0]) for values in ONE_VALUE}) == len(ONE_VALUE)
    assert len({column_hash([values[0]]) for values in ONE_VALUE}) == len(ONE_VALUE)
    assert len({column_hash([values[0], None, "x"]) for values in ONE_VALUE}) == len(ONE_VALUE)


MIXED = st.sampled_from([value for values in ONE_VALUE for value in values] + [None, np.nan])


@given(st.lists(MIXED, max_size=8), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_type_of_a_value_matters(values, order):
    same = {id(values[0]): values for values in ONE_VALUE}
    others = [
        order.choice(next((v for v in same.values() if any(value is one for one in v)), [value]))
        for value in values
    ]
    order.shuffle(others)
    assert column_hash(others) == column_hash(values)


DTYPES = {
    "area": ["string", "category", object, "string[pyarrow]"],
    "household_size": ["int64", "float64", "Int64", object, "int8", "uint8", "int64[pyarrow]"],
    "income_per_capita": ["float64", "Float64", object, "double[pyarrow]"],
    "water": [bool, "boolean", object, "float64", "int8", "bool[pyarrow]"],
    "birth_date": ["datetime64[ns]", "datetime64[s]", object, "string", "date32[day][pyarrow]"],
}
HOMES = pd.DataFrame(
    {
        "area": ["rural", "urban", "rural"],
        "household_size": [4, 1, 12],
        "income_per_capita": [1_500_000.5, 0.0, 36_000_000.0],
        "water": [True, False, True],
        "birth_date": [DAY, dt.date(1960, 2, 29), DAY],
    },
    index=pd.Index(["h1", "h2", "hộ 3"], name="household_id"),
)


@pytest.mark.parametrize(
    ("column", "dtype"),
    [(column, dtype) for column, dtypes in DTYPES.items() for dtype in dtypes],
    ids=str,
)
def test_the_dtype_of_a_column_does_not_matter(column, dtype):
    values = HOMES[column]
    if column == "birth_date" and dtype != "date32[day][pyarrow]" and dtype is not object:
        values = pd.to_datetime(values)
    if dtype == "string" and column == "birth_date":
        values = values.dt.strftime("%Y-%m-%d")
    same = HOMES.assign(**{column: values.astype(dtype)})
    assert reports.identity(same) == reports.identity(HOMES)


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["h1", "h2", unicodedata.normalize("NFD", "hộ 3")]),
        pd.Index(["h1", "h2", "hộ 3"], dtype="string"),
        pd.Index(["h1", "h2", "hộ 3"], dtype="string[pyarrow]"),
        pd.CategoricalIndex(["h1", "h2", "hộ 3"], name="id"),
    ],
    ids=str,
)
def test_the_kind_of_an_index_does_not_matter(index):
    assert reports.identity(HOMES.set_axis(index)) == reports.identity(HOMES)


@pytest.mark.parametrize("ids", [[7, 8, 9], [10**17, 10**17 + 1, 10**17 + 2]])
def test_whole_numbers_are_one_identity_in_every_width_and_two_where_they_differ(ids):
    homes = HOMES.set_axis(ids)
    assert reports.identity(homes) == reports.identity(homes.set_axis(pd.Index(ids, dtype=object)))
    assert reports.identity(homes) == reports.identity(homes.set_axis(pd.Index(ids, dtype="Int64")))
    others = HOMES.set_axis([ids[0] + 5, *ids[1:]])
    assert reports.identity(homes) != reports.identity(others)


def test_a_table_that_went_through_csv_is_the_same():
    buffer = io.StringIO(HOMES.to_csv())
    back = pd.read_csv(buffer, index_col="household_id")
    assert reports.identity(back) == reports.identity(HOMES)


def test_ids_that_differ_in_unicode_form_alone_leave_no_order_behind():
    twice = ["ế", unicodedata.normalize("NFD", "ế"), "b"]
    homes = HOMES.set_axis(twice)
    orders = [homes, homes.iloc[::-1], homes.iloc[[1, 0, 2]], homes.iloc[[2, 1, 0]]]
    assert len({reports.identity(one)["result"] for one in orders}) == 1


def test_receipt_and_identity_agree_on_what_is_the_same():
    matrix = pd.DataFrame(False, index=HOMES.index, columns=list(STANDARD.indicator_ids))

    def both(homes, matrix):
        result = mdp.classify(homes, matrix, standard=STANDARD)
        slip = mdp.receipt(homes, matrix, result, standard=STANDARD)
        return slip.inputs_hash, reports.identity(homes.join(matrix.add_prefix("lacks_")))["result"]

    expected = both(HOMES, matrix)
    order = random.Random(1).sample(range(3), 3)
    for homes, answers in (
        (HOMES.iloc[order], matrix.iloc[order]),
        (HOMES.astype({"household_size": "float64"}), matrix.astype("float64")),
        (HOMES.astype(object), matrix.astype(object)),
        (HOMES.astype({"area": "category"}), matrix.astype("boolean")),
    ):
        assert both(homes, answers) == expected
    for homes in (HOMES.assign(household_size=[4, 1, 11]), HOMES.assign(area="rural")):
        assert all(a != b for a, b in zip(both(homes, matrix), expected, strict=True))


def test_joined_keys_put_rows_in_the_order_of_all_keys():
    rng = np.random.default_rng(0)
    keys = [
        rng.random(400) < 0.5,
        rng.integers(-3, 3, 400),
        np.where(rng.random(400) < 0.3, np.nan, rng.integers(0, 3, 400)),
        rng.integers(0, 3, 400, dtype=np.uint8),
        rng.integers(0, 2, 400, dtype=np.int32),
        rng.integers(-(2**53), 2**53, 400),
        rng.integers(-(2**53), 2**53, 400),
    ]
    joined = _joined_keys(keys)
    assert len(joined) == 4  # two, the floats, three, and the last, which is too wide for them
    assert np.lexsort(joined[::-1]).tolist() == np.lexsort(keys[::-1]).tolist()
    assert [len(key) for key in _joined_keys([keys[0][:0], keys[1][:0]])] == [0, 0]


PARTS = pd.DataFrame(  # with repeated ids, so that all the columns put the rows in order
    {
        "household_id": ["b", "b", "a", "c", "c", None],
        "member_id": [1, 1, 2, 1, 1, 1],
        "byte": [0, 254, 7, 7, 254, 0],
        "whole": [-1, 255, 2**31 - 1, -(2**31) + 1, 0, 0],
        "wide": [2**31, -(2**31), 0, 0, 1, 2**53],
        "amount": [0.5, -0.25, np.nan, np.inf, 1e300, 0.0],
        "answer": pd.array([True, False, None, True, None, False], dtype="boolean"),
        "area": pd.Categorical(["rural", "urban", None, "rural", "urban", "rural"]),
        "name": ["ab", "c", "a", "bc", "", "ế"],
        "mixed": [1, "1", None, 2, "2", 10**17 + 1],
    }
)
OTHERS = {"name": "abc", "area": "urban", "answer": True, "household_id": "a", "mixed": 3}


def changed(frame, row, name, value):
    cells = frame[name].astype(object).tolist()
    cells[row] = value
    return frame.assign(**{name: pd.Series(cells, frame.index, dtype=object)})


@pytest.mark.parametrize("source", ["members", "result"])
def test_any_cell_that_changes_is_another_identity_and_no_two_changes_are_one(source):
    made = {reports.identity(**{source: PARTS})[source]}
    changes = 1
    for name in PARTS:
        own = [None if pd.isna(cell) else cell for cell in PARTS[name].tolist()]
        for row, cell in enumerate(own):
            for value in (OTHERS.get(name, 3), None):
                if cell != value:
                    edited = changed(PARTS, row, name, value)
                    made.add(reports.identity(**{source: edited})[source])
                    changes += 1
    assert changes > 90
    # Rows 0 and 1 or 3 and 4 differ in more than one column, so that no two edits make one table.
    assert len(made) == changes


def test_the_order_of_rows_and_columns_and_the_dtypes_leave_the_identity():
    expected = reports.identity(members=PARTS)
    indexed = PARTS.set_index("household_id")
    order = random.Random(3)
    for _ in range(10):
        rows, columns = (order.sample(range(n), n) for n in PARTS.shape)
        same = PARTS.iloc[rows, columns]
        same = same.astype(dict.fromkeys(order.sample(list(PARTS), 4), object))
        assert reports.identity(members=same) == expected
        assert reports.identity(indexed.iloc[rows]) == reports.identity(indexed)
    assert reports.identity(members=PARTS.iloc[:5]) != expected
    assert reports.identity(members=pd.concat([PARTS, PARTS.iloc[:1]])) != expected


@pytest.mark.parametrize("distinct", [254, 255, 256, 257])
@pytest.mark.parametrize("missing", [False, True])
def test_places_and_numbers_are_told_apart_where_they_outgrow_a_byte(distinct, missing):
    numbers = [*range(distinct), *[None] * missing]
    columns = [[None if n is None else f"{n:03}" for n in numbers], numbers]
    hashes = set()
    for values in columns:
        for at in (0, distinct - 1):
            for value in (values[at], values[1], None):
                edited = [*values[:at], value, *values[at + 1 :]]
                hashes.add(column_hash(edited))
                backwards = edited[::-1]
                assert column_hash(backwards) == column_hash(edited)
    assert len(hashes) == 2 * 5


TEXT_DTYPES = [object, "string[python]", "string[pyarrow]", "str"]


@pytest.mark.slow
@given(st.lists(st.sampled_from(["a", "b", "B", "ế", "𝔞", "￿", "", None]), min_size=1))
def test_texts_have_one_form_however_they_are_held(values):
    assert len({column_hash(values, dtype) for dtype in TEXT_DTYPES}) == 1
    repeated = [value for value in values for _ in range(2)]
    assert len({column_hash(repeated, dtype) for dtype in TEXT_DTYPES}) == 1


@pytest.mark.parametrize("dtype", [object, "string[python]", "string[pyarrow]"])
@pytest.mark.parametrize(
    "name", ["HH-{:03}", "xã {:03}", "{0:02}-of-many-{0:07}", "{}", "{:01000}"]
)
def test_texts_that_all_differ_are_put_in_order_whatever_their_length(dtype, name):
    texts = [name.format(n * 7919 % 997) for n in range(300)]
    column = CanonicalColumn.of(pd.Series(texts, dtype=dtype))
    ordered = sorted(texts)
    assert list(column.words) == ordered
    assert column.cells.tolist() == [ordered.index(text) for text in texts]
    order, apart = order_of([column])
    assert ([texts[at] for at in order], apart) == (ordered, True)


@pytest.mark.parametrize("dtype", [object, "string[pyarrow]"])
def test_texts_of_which_the_last_alone_repeats_are_put_in_order_too(dtype):
    texts = [f"HH-{n * 7919 % 997:03}" for n in range(300)]
    texts.append(texts[1])
    column = CanonicalColumn.of(pd.Series(texts, dtype=dtype))
    ordered = sorted({*texts})
    assert list(column.words) == ordered
    assert column.cells.tolist() == [ordered.index(text) for text in texts]
    assert not order_of([column])[1]
