"""The crosswalk of July 2025 on a data set, against the real lists."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scale, units
from multidim_poverty.errors import ArgumentError, InvalidDataError
from tests.scale.test_dataset import MEMBERS, RESULT, by_person, rules

DAYS = dict(on="2025-06-30", to="2025-07-01")
LAW = "decree_07_2021"
# 24640, 24655 and 24658 became 24640 of province 68; 24652 became 24649; 01 keeps its land.
OLD = ["24640", "24655", "24658", "24652"]
HOMES = mdp.load_sample().households.assign(
    province="67", district=["660", "661", "662", "663"] * 125, commune=OLD * 125
)
SPLIT = "00016"  # between 00004 (default) and 00008, in Hà Nội


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Four communes in four files of each table, with their results, and the year before."""
    path = tmp_path_factory.mktemp("units") / "d"
    scale.write_dataset(path, HOMES.head(40), standard=LAW, year=2023)
    write(path, HOMES, MEMBERS, result=RESULT, households_per_file=125)
    return path


@pytest.fixture(scope="module")
def recoded(data):
    scale.recode_dataset(data, **DAYS, year=2024)
    return data


def write(path, homes, members=None, **more):
    return scale.write_dataset(path, homes, members, **(dict(standard=LAW, year=2024) | more))


def newest(path, year=2024):
    return scale.read_dataset(path, year=year)


def texts(column):
    return column.astype(object).where(column.notna(), None).tolist()


def files_of(path):
    return {file: file.stat().st_mtime_ns for file in path.rglob("*") if file.is_file()}


def test_units_are_those_in_memory_and_nothing_else_changes(recoded):
    stored = newest(recoded)
    homes = stored.households.compute().loc[HOMES.index]
    expected = units.recode(HOMES, **DAYS)
    assert texts(homes["commune"]) == texts(expected["code"])
    assert texts(homes["province"]) == texts(expected["province"])
    assert homes["district"].isna().all()
    own = ["province", "district", "commune"]
    before = scale.read_dataset(recoded, year=2024, version=2)
    then = before.households.compute().loc[HOMES.index]
    pd.testing.assert_frame_equal(homes.drop(columns=own), then.drop(columns=own))
    for table in ("members", "result"):
        read, old = (getattr(of, table).compute() for of in (stored, before))
        if table == "members":
            read, old = by_person(read), by_person(old)
        pd.testing.assert_frame_equal(read.sort_index(), old.sort_index())


def test_communes_of_several_files_are_one_and_stand_in_one_file(recoded):
    files = scale.dataset_files(recoded).query("year == 2024 and table == 'households'")
    assert files[["province", "communes", "rows"]].values.tolist() == [["68", 2, 500]]
    assert scale.verify_dataset(recoded).empty
    stored = newest(recoded)
    parts = zip(stored.households.partitions, stored.members.partitions, strict=True)
    for homes, members in parts:
        assert set(members["household_id"].compute()) <= set(homes.index.compute())


def test_earlier_versions_have_the_old_units_and_other_years_stay(recoded):
    old = scale.read_dataset(recoded, year=2024, version=2).households.compute()
    assert texts(old.loc[HOMES.index, "commune"]) == HOMES["commune"].tolist()
    assert set(old["province"]) == {"67"}
    assert set(newest(recoded, 2023).households.compute()["province"]) == {"67"}
    versions = scale.dataset_versions(recoded)
    assert versions["action"].tolist() == ["write", "write", "recode"]
    assert versions.loc[2, ["added", "superseded", "households"]].tolist() == [3, 12, 540]
    assert len(list((recoded / "_superseded").rglob("*.parquet"))) == 12


def test_a_year_is_recoded_once(recoded):
    before = files_of(recoded)
    with pytest.raises(ArgumentError, match="version 3 has recoded 2024 already"):
        scale.recode_dataset(recoded, **DAYS, year=2024)
    assert files_of(recoded) == before


@pytest.mark.any_version
def test_duckdb_reads_the_new_units(recoded):
    duckdb = pytest.importorskip("duckdb")
    counts = duckdb.sql(
        f"""select province, commune, count(*) from
        read_parquet('{recoded}/households/**/*.parquet', hive_partitioning = true,
        hive_types_autocast = false) where year = '2024' group by all order by commune"""
    ).fetchall()
    assert counts == [("68", "24640", 375), ("68", "24649", 125)]


@pytest.mark.parametrize("limit", [1, 499])
def test_files_have_whole_new_communes_up_to_the_number_of_households(tmp_path, limit):
    write(tmp_path, HOMES, MEMBERS, households_per_file=125)
    files = scale.recode_dataset(tmp_path, **DAYS, year=2024, households_per_file=limit)
    rows = files.query("table == 'households'")["rows"].tolist()
    assert rows == [375, 125]
    assert scale.verify_dataset(tmp_path).empty
    assert len(newest(tmp_path).members) == len(MEMBERS)


# -- what the crosswalk cannot decide ------------------------------------------------------------


def test_split_communes_and_unknown_codes_are_named_as_in_memory_with_their_files(tmp_path):
    homes = HOMES.head(8).assign(
        province=["01", "67"] * 4, commune=[SPLIT, "Xã Nam Dong", "00001", "99999"] * 2
    )
    files = write(tmp_path / "d", homes, households_per_file=2)
    before = files_of(tmp_path)
    with pytest.raises(InvalidDataError) as caught:
        scale.recode_dataset(tmp_path / "d", **DAYS, year=2024)
    assert files_of(tmp_path) == before
    with pytest.raises(InvalidDataError) as in_memory:
        units.recode(homes, **DAYS, split="error")
    faults, expected = caught.value.violations, in_memory.value.violations
    own = expected.columns.tolist()
    in_order = [of[own].sort_values("household_id", ignore_index=True) for of in (faults, expected)]
    pd.testing.assert_frame_equal(*in_order)
    assert rules(caught) == ["unit_in_no_list", "unit_not_a_code", "unit_split"]
    assert set(faults["path"]) <= set(files["path"])
    assert faults["path"].str.contains("province=67").sum() == 4
    assert faults.loc[faults["rule"] == "unit_split", "path"].str.contains("province=01").all()
    assert faults["path"].iloc[0] in str(caught.value)


def test_split_communes_take_the_default_or_none(tmp_path):
    homes = HOMES.head(4).assign(province="01", commune=[SPLIT, SPLIT, "00004", None])
    for split in ("default", "missing"):
        write(tmp_path / split, homes, households_per_file=1)
        scale.recode_dataset(tmp_path / split, **DAYS, year=2024, split=split)
        stored = newest(tmp_path / split).households.compute().loc[homes.index]
        expected = units.recode(homes, **DAYS, split=split)
        assert texts(stored["commune"]) == texts(expected["code"])
        assert set(stored["province"]) == {"01"}
        assert scale.verify_dataset(tmp_path / split).empty


def test_a_household_without_a_commune_goes_with_its_province(tmp_path):
    homes = HOMES.head(4).assign(province=["67", "67", None, "x"], commune=["24640", None] * 2)
    write(tmp_path / "a", homes.head(3))
    scale.recode_dataset(tmp_path / "a", **DAYS, year=2024)
    stored = newest(tmp_path / "a").households.compute().loc[homes.index[:3]]
    assert texts(stored["province"]) == ["68", "68", "68"]
    assert texts(stored["commune"]) == ["24640", None, "24640"]
    write(tmp_path / "b", homes)
    with pytest.raises(InvalidDataError) as caught:
        scale.recode_dataset(tmp_path / "b", **DAYS, year=2024)
    faults = caught.value.violations[["household_id", "column", "value", "rule"]]
    assert faults.values.tolist() == [[homes.index[3], "province", "x", "unit_not_a_code"]]


def test_days_without_a_crosswalk_and_other_arguments_are_refused(data):
    bad = [
        (dict(to="2025-06-30"), "one list of units"),
        (dict(on="2025-07-01", to="2025-06-30"), "no table leads back"),
        (dict(on="2023-10-01"), "no table leads from"),
        (dict(year=2022), "nothing of standard"),
        (dict(split="drop"), "'drop' is not"),
        (dict(households_per_file=0), "pass 1 or more"),
    ]
    for more, words in bad:
        with pytest.raises(mdp.PovertyError, match=words):
            scale.recode_dataset(data, **(dict(DAYS, year=2023) | more))


# -- columns and results -------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["category", "int64", "float64"])
def test_codes_keep_the_kind_of_their_column(tmp_path, dtype):
    homes = HOMES.drop(columns=["province", "district"])
    homes["commune"] = homes["commune"].astype(dtype if dtype == "category" else "int64")
    homes["commune"] = homes["commune"].astype(dtype)
    write(tmp_path, homes, province="67", households_per_file=125)
    write(tmp_path, homes.head(8), province="67", year=2023)
    scale.recode_dataset(tmp_path, **DAYS, year=2024)
    stored = newest(tmp_path).households.compute()
    counts = stored["commune"].value_counts()
    assert {str(code).removesuffix(".0"): n for code, n in counts.items() if n} == {
        "24640": 375,
        "24649": 125,
    }
    assert scale.dataset_files(tmp_path)["province"].tolist() == ["67", "68"]


def test_units_of_members_follow_their_household(tmp_path):
    members = MEMBERS.assign(
        commune=HOMES["commune"].reindex(MEMBERS["household_id"]).to_numpy(), province="67"
    )
    write(tmp_path, HOMES, members, households_per_file=125)
    scale.recode_dataset(tmp_path, **DAYS, year=2024)
    stored = newest(tmp_path)
    homes, persons = stored.households.compute(), stored.members.compute()
    expected = homes["commune"].reindex(persons["household_id"])
    assert persons["commune"].tolist() == expected.tolist()
    assert set(persons["province"]) == {"68"}


def test_results_of_another_standard_go_with_their_households(tmp_path):
    write(tmp_path, HOMES, MEMBERS, households_per_file=125)
    scale.assess_dataset(tmp_path, standard="decision_59_2015", surveyed_under=LAW)
    scale.compact(tmp_path)  # of the households alone
    before = scale.read_dataset(tmp_path, standard="decision_59_2015").result.compute()
    scale.recode_dataset(tmp_path, **DAYS, year=2024)
    stored = scale.read_dataset(tmp_path, standard="decision_59_2015")
    assert set(stored.files["province"]) == {"68"}
    pd.testing.assert_frame_equal(stored.result.compute().sort_index(), before.sort_index())
    assert scale.verify_dataset(tmp_path).empty


def test_a_file_in_which_a_household_has_no_result_has_none(tmp_path):
    first = HOMES["commune"] == "24640"
    apart = HOMES["commune"] == "24652"  # becomes another commune than the others
    assessed = first | apart
    write(tmp_path, HOMES[assessed], result=RESULT[assessed])
    write(tmp_path, HOMES[~assessed])
    files = scale.recode_dataset(tmp_path, **DAYS, year=2024, households_per_file=1)
    assert files[["table", "rows"]].values.tolist() == [
        ["households", 375],
        ["households", 125],
        ["result", 125],
    ]
