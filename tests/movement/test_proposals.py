"""Candidates for links: whom they name, what each key says, and that a person decides."""

import builtins
import io
import itertools

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement
from multidim_poverty.schema.tables import Tables


def homes(prefix, *heads, **more):
    """Households with one head each: (name, sex, birth, citizen id)."""
    columns = ["head_name", "head_sex", "head_birth_date", "head_citizen_id"]
    frame = pd.DataFrame(heads, columns=columns[: max(map(len, heads))], dtype=object)
    frame.index = pd.Index([f"{prefix}/{n}" for n in range(1, len(heads) + 1)], name="household_id")
    return frame.assign(poverty_class="poor", household_size=4, **more)


def pairs(proposed):
    return list(proposed[["start_id", "end_id"]].itertuples(index=False, name=None))


AN = ("Nguyễn Văn An", "male", "1980-05-01", "012345678901")
HOA = ("Trần Thị Hoà", "female", "1975-02-03", "012345678902")


def test_every_key_is_evidence_and_has_its_weight():
    start = homes("22", AN)
    agreed = {"citizen_id": True, "head": True, "birth": "date", "sex": True, "name": 1.0}
    changes = {
        (0, "Nguyễn Văn Ân"): ({"name": None}, None),  # another letter
        (0, "Nguyễn Văn Àn"): ({"name": 0.9}, (5 + 2.7 + 2 + 1 + 1) / 12),
        (0, "NGUYỄN  VĂN AN"): ({}, 1.0),
        (0, None): ({"name": pd.NA}, (5 + 1.5 + 2 + 1 + 1) / 12),
        (1, "female"): ({"sex": False}, (5 + 3 + 2 + 0 + 1) / 12),
        (1, None): ({"sex": pd.NA}, (5 + 3 + 2 + 0.5 + 1) / 12),
        (2, "1980-05-02"): ({"birth": "differs"}, (5 + 3 + 0 + 1 + 1) / 12),
        (2, None): ({"birth": pd.NA}, (5 + 3 + 1 + 1 + 1) / 12),
        (3, "098765432109"): ({"citizen_id": False}, (0 + 3 + 2 + 1 + 1) / 12),
        (3, 12345678901): ({}, 1.0),  # read as a number, its zero lost
        (3, None): ({"citizen_id": pd.NA}, (2.5 + 3 + 2 + 1 + 1) / 12),
    }
    for (at, value), (evidence, score) in changes.items():
        head = [*AN]
        head[at] = value
        (row,) = movement.propose_links(start, homes("23", head)).to_dict("records")
        expected = agreed | evidence
        if score is None:
            expected["name"], score = 0.0, (5 + 0 + 2 + 1 + 1) / 12
        for key, answer in expected.items():
            found = pd.isna(row[key]) if answer is pd.NA else row[key] == answer
            assert found, (value, key)
        assert row["score"] == round(score, 3), value
        assert (row["kind"], row["start_id"], row["end_id"]) == ("same", "22/1", "23/1")
        assert (row["people"], row["rivals"], row["accepted"]) == (1, 0, False)


def test_a_year_of_birth_alone_is_evidence_and_less_than_the_day():
    start = homes("22", AN[:3])
    end = homes("23", AN[:2]).assign(head_birth_year=[1980])
    (row,) = movement.propose_links(start, end).to_dict("records")
    assert (row["birth"], row["score"]) == ("year", round((3 + 1.5 + 1 + 1) / 7, 3))
    assert movement.propose_links(start, end.assign(head_birth_year=1981)).empty


def test_columns_and_dtypes_do_not_depend_on_what_is_found():
    nobody = movement.propose_links(homes("22", AN), homes("23", HOA))
    one = movement.propose_links(homes("22", AN), homes("23", AN))
    assert nobody.empty
    assert len(one) == 1
    assert nobody.dtypes.to_dict() == one.dtypes.to_dict()
    assert one["accepted"].dtype == bool


def test_nothing_is_linked_by_itself_and_what_is_accepted_goes_into_flows():
    start, end = homes("22", AN, HOA), homes("23", HOA, AN)
    proposed = movement.propose_links(start, end)
    assert pairs(proposed) == [("22/1", "23/2"), ("22/2", "23/1")]
    assert not proposed["accepted"].any()
    with pytest.raises(mdp.InvalidDataError, match="link_not_accepted"):
        movement.flows(start, end, links=proposed)
    no_links = proposed[proposed["accepted"]]
    assert movement.flows(start, end, links=no_links)["poor_flow"].eq("stayed").sum() == 0
    # Through a file, in which a person writes what is accepted.
    text = proposed.assign(accepted=[True, False]).to_csv(index=False)
    decided = pd.read_csv(io.StringIO(text))
    moved = movement.flows(start, end, links=decided[decided["accepted"]])
    assert moved["poor_flow"].value_counts()["stayed"] == 1
    proposed["accepted"] = True
    moved = movement.flows(start, end, links=proposed)
    assert moved["poor_flow"].eq("stayed").all()
    assert (movement.balance(moved)["residual"] == 0).all()


def test_households_with_one_id_are_no_candidates():
    start, end = homes("22", AN, HOA), homes("23", AN, HOA)
    end.index = ["22/1", "23/2"]
    assert pairs(movement.propose_links(start, end)) == [("22/2", "23/2")]


def test_rivals_are_said_and_the_best_come_first():
    start = homes("22", ("Y Bun", "male"), ("Y Bun", "male"), ("Y Bun", "female"))
    end = homes("23", ("Y Bun", "male"), ("Y BUN", "male"))
    proposed = movement.propose_links(start, end)
    assert pairs(proposed) == list(itertools.product(start.index, end.index))
    assert proposed["score"].tolist() == [1, 1, 1, 1, 0.8, 0.8]
    assert proposed["rivals"].tolist() == [2, 2, 2, 2, 3, 3]
    few = movement.propose_links(start, end, most=1, at_least=0.9)
    assert pairs(few) == [("22/1", "23/1"), ("22/2", "23/1")]
    assert few["rivals"].tolist() == [2, 2]


def test_units_narrow_the_search_in_any_spelling():
    start = homes("22", AN, AN, commune=["Hoà An", "Đăk"])
    end = homes("23", AN, commune="hòa  an")
    with pytest.warns(UserWarning, match="several spellings"):
        proposed = movement.propose_links(start, end, by="commune")
    assert pairs(proposed) == [("22/1", "23/1")]
    assert len(movement.propose_links(start, end)) == 2


def test_a_citizen_id_that_many_have_is_nobodys():
    same = [(f"Tên {letter}", "male", None, "000000000001") for letter in "ABCDEF"]
    start, end = homes("22", *same), homes("23", *[(*row[:3], row[3]) for row in same[::-1]])
    proposed = movement.propose_links(start, end)
    assert len(proposed) == 6
    assert proposed["start_name"].tolist() == proposed["end_name"].tolist()


def members(prefix, *people):
    columns = ["household_id", "name", "sex", "birth_year", "relation"]
    frame = pd.DataFrame(people, columns=columns, dtype=object)
    ids = frame["household_id"].unique()
    frame["household_id"] = [f"{prefix}/{n}" for n in frame["household_id"]]
    listed = pd.DataFrame(index=pd.Index([f"{prefix}/{n}" for n in ids], name="household_id"))
    return Tables(listed, frame.assign(member_id=range(len(frame))))


def test_a_household_is_known_by_its_members_where_the_head_changed():
    start = members(
        "22",
        (1, "Y Bun", "male", 1950, "head"),
        (1, "H' Mai", "female", 1955, "spouse"),
        (1, "Y Khoa", "male", 1990, "child"),
        (2, "H' Lan", "female", 1960, "head"),
    )
    end = members(
        "23",
        (7, "H’ Mai", "female", 1955, "head"),
        (7, "Y Khoa", "male", 1990, "child"),
        (8, "H' Lan", "female", 1961, "head"),
    )
    (row,) = movement.propose_links(start, end).to_dict("records")
    assert (row["start_id"], row["end_id"], row["people"]) == ("22/1", "23/7", 2)
    assert (row["start_name"], row["end_name"]) == ("H' Mai", "H’ Mai")
    assert not row["head"]
    with pytest.raises(mdp.InvalidDataError, match="unknown_household"):
        movement.propose_links(Tables(start.households[1:], start.members), end)


SLIPS = [
    ("Nguyễn Văn Hùng", "Nguyễn Văn Hùngg"),
    ("Nguyễn Văn Hùng", "Ngyễn Văn Hùng"),
    ("Nguyễn Thị Minh Khai", "Nguyễn Thị Minh Khia"),
]


@pytest.mark.parametrize(("name", "slip"), SLIPS)
@pytest.mark.parametrize("birth", ["1980-05-01", None])
def test_names_with_slips_are_near_where_it_is_asked_for(name, slip, birth):
    pytest.importorskip("rapidfuzz")
    start, end = homes("22", (name, "male", birth)), homes("23", (slip, "male", birth))
    assert movement.propose_links(start, end).empty
    (row,) = movement.propose_links(start, end, fuzzy=True).to_dict("records")
    assert 0.85 <= row["name"] < 1
    assert movement.propose_links(start, end, fuzzy=True, near=0.99).empty
    other = end.assign(head_name="Lê Thị Bé")
    assert movement.propose_links(start, other, fuzzy=True).empty


def test_the_extra_is_named_only_where_fuzzy_is_asked_for(monkeypatch):
    imported = builtins.__import__

    def without(name, *args, **options):
        if name.startswith("rapidfuzz"):
            raise ModuleNotFoundError(name, name="rapidfuzz")
        return imported(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    start, end = homes("22", AN), homes("23", AN)
    assert len(movement.propose_links(start, end)) == 1
    with pytest.raises(mdp.errors.MissingExtraError, match=r"multidim-poverty\[links\]"):
        movement.propose_links(start, end, fuzzy=True)


def test_keys_are_chosen_and_those_without_columns_are_named():
    start, end = homes("22", AN), homes("23", AN)
    (row,) = movement.propose_links(start, end, keys=["name", "sex"]).to_dict("records")
    assert row["score"] == 1
    assert all(pd.isna(row[key]) for key in ("citizen_id", "head", "birth"))
    for keys, words in (
        (["name", "age"], "'age'"),
        ("name", "pass a sequence"),
        (["birth", "sex"], "known by name or citizen id"),
    ):
        with pytest.raises(mdp.ArgumentError, match=words):
            movement.propose_links(start, end, keys=keys)
    bare = end.drop(columns=["head_citizen_id", "head_birth_date"])
    with pytest.raises(mdp.ArgumentError, match="end has no columns of citizen_id, birth"):
        movement.propose_links(start, bare, keys=["citizen_id", "birth", "name"])
    with pytest.raises(mdp.ArgumentError, match="known by name or citizen id"):
        movement.propose_links(start[["household_size"]], end)


def test_bad_rows_and_ids_of_rows_are_refused():
    start, end = homes("22", AN, HOA), homes("23", AN)
    with pytest.raises(mdp.InvalidDataError, match="not_a_date"):
        movement.propose_links(start.assign(head_birth_date=["1/5/1980", None]), end)
    with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
        movement.propose_links(start.set_axis(["a", "a"]), end)
    with pytest.raises(mdp.ArgumentError, match="order of rows"):
        movement.propose_links(start.assign(id_from_row=[True, False]), end)


def by_hand(start, end):
    """Pairs of heads with one citizen id, or one name and year; every pair looked at."""
    found = set()
    for one, other in itertools.product(start.itertuples(), end.itertuples()):
        years = [str(row.head_birth_date)[:4] for row in (one, other)]
        ids = one.head_citizen_id == other.head_citizen_id
        name = mdp.identity.name_key(one.head_name) == mdp.identity.name_key(other.head_name)
        if ids or (name and years[0] == years[1]):
            found.add((one.Index, other.Index))
    return found


def test_blocks_find_what_every_pair_would():
    rng = np.random.default_rng(3)

    def drawn(prefix):
        return homes(
            prefix,
            *zip(
                rng.choice(["Y Bun", "H' Mai", "Trần Hoà", "TRẦN HÒA", "H’ Mai"], 60),
                rng.choice(["male", "female"], 60),
                rng.choice(["1980-05-01", "1980-06-01", "1990-01-01"], 60),
                rng.integers(1, 60, 60).astype(str),
                strict=True,
            ),
        )

    start, end = drawn("22"), drawn("23")
    proposed = movement.propose_links(start, end, at_least=0.0, most=1000)
    assert set(pairs(proposed)) == by_hand(start, end)
    assert len(proposed) == len(set(pairs(proposed)))


@pytest.mark.slow
def test_a_province_takes_seconds():
    n = 20_000
    rng = np.random.default_rng(1)
    words = [f"{a}{b}" for a in "BCDGHKLMNPQRSTVX" for b in ("an", "inh", "ung", "oa", "ai")]
    names = [" ".join(row) for row in rng.choice(words, (n, 3))]
    days = np.datetime64("1940-01-01") + rng.integers(0, 20_000, n).astype("timedelta64[D]")
    start = pd.DataFrame(
        {"head_name": names, "head_sex": rng.choice(["male", "female"], n), "head_birth_date": days}
    ).set_axis([f"22/{k}" for k in range(n)])
    end = start.set_axis([f"23/{k}" for k in range(n)]).sample(frac=1, random_state=0)
    proposed = movement.propose_links(start, end)
    best = proposed.drop_duplicates("start_id")
    assert len(best) == n
    assert (best["start_id"].str[3:] == best["end_id"].str[3:]).mean() > 0.999
