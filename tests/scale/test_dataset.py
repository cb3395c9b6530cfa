"""A data set on disk: what is written is read again, by us and by others; nothing else is."""

import errno
import json
import os
import resource
import threading
import warnings
from itertools import pairwise
from pathlib import Path

import dask.dataframe as dd
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports, scale
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.scale import dataset_writing, manifest, stored_files

LAW = mdp.standard("decree_07_2021")
SAMPLE = mdp.load_sample()
HOMES = SAMPLE.households.assign(
    province=["Đắk Nông", "67", None, "TP. Hồ/Chí=%"] * 125,
    district=["660", "661"] * 250,
    note=pd.array([1, None] * 250, dtype="Int8"),
    independent_since=pd.Timestamp("2020-02-29"),
)
MEMBERS = SAMPLE.members
with warnings.catch_warnings():
    warnings.simplefilter("ignore", mdp.DataWarning)
    RESULT = mdp.assess(HOMES, MEMBERS, standard=LAW)
OPTIONS = dict(standard=LAW, year=2023)


def write(path, homes=HOMES, members=MEMBERS, **more):
    return scale.write_dataset(path, homes, members, **(OPTIONS | more))


def by_person(members):
    return members.sort_values(["household_id", "member_id"]).reset_index(drop=True)


def of(homes):
    return MEMBERS[MEMBERS["household_id"].isin(homes.index)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole")
    write(path, result=RESULT, households_per_file=60)
    return path


@pytest.fixture
def small(tmp_path):
    """A data set of two communes."""
    homes = HOMES.head(40).assign(province="67", commune=["A", "B"] * 20)
    write(tmp_path / "small", homes, of(homes), households_per_file=20)
    return tmp_path / "small", homes


def rules(caught):
    return sorted(set(caught.value.violations["rule"]))


# -- what is written is read ---------------------------------------------------------------------


def assert_same(read, written):
    """Equal in all; pandas 2 has two ways to miss a text, of which Parquet keeps one."""
    pd.testing.assert_frame_equal(*(with_none(table) for table in (read, written)))


def with_none(table):
    texts = [name for name in table if table[name].dtype == object]
    return table.assign(**{name: table[name].where(table[name].notna(), None) for name in texts})


def test_what_was_written_is_read_with_its_dtypes_categories_and_missing_values(whole):
    stored = scale.read_dataset(whole)
    assert stored.households.npartitions > 4
    tables = stored.households.compute(), stored.result.compute()
    for read, written in zip(tables, (HOMES, RESULT), strict=True):
        assert_same(read.sort_index(), written.sort_index())
    assert_same(by_person(stored.members.compute()), by_person(MEMBERS))
    for frame, read in ((stored.households, tables[0]), (stored.result, tables[1])):
        pd.testing.assert_series_equal(frame._meta.dtypes, read.dtypes)


def test_members_are_in_the_partition_of_their_household_and_communes_are_whole(whole):
    stored = scale.read_dataset(whole)
    parts = zip(stored.households.partitions, stored.members.partitions, strict=True)
    communes = []
    for homes, members in parts:
        homes, members = homes.compute(), members.compute()
        assert set(members["household_id"]) == set(of(homes)["household_id"])
        keys = homes[["province", "district", "commune"]].fillna("").drop_duplicates()
        communes += list(keys.itertuples(index=False, name=None))
    assert len(communes) == len(set(communes))


def test_dask_reads_the_columns_it_needs(whole):
    stored = scale.read_dataset(whole, province="67")
    assert set(stored.households["province"].compute()) == {"67"}
    area = stored.households[["area"]].compute()
    assert_same(area, HOMES.loc[area.index, ["area"]])


def test_each_file_says_its_version_and_what_data_it_holds(whole):
    for row in scale.dataset_files(whole).itertuples():
        file = pq.ParquetFile(whole / row.path)
        stated = json.loads(file.metadata.metadata[b"multidim_poverty"])
        assert (stated["schema_version"], stated["table"]) == (1, row.table)
        assert (stated["rows"], stated["identity"]) == (row.rows, row.identity)
        assert (stated["standard"], stated["year"]) == (LAW.name, 2023)
        assert stated["province"] == (None if pd.isna(row.province) else row.province)
    stored = scale.read_dataset(whole, province="67")
    homes = stored.households.partitions[0].compute()
    assert reports.identity(homes)["result"] == stored.files["identity"].iloc[0]
    column = file.metadata.row_group(0).column(0)
    assert column.statistics.has_min_max
    assert column.compression == "ZSTD"


def test_files_are_sorted_so_that_readers_can_skip(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_files, "ROW_GROUP", 50)
    homes = HOMES.sample(frac=1, random_state=1).assign(province="67", district="660")
    write(tmp_path / "d", homes)
    path = scale.dataset_files(tmp_path / "d")["path"][0]
    groups = pq.ParquetFile(tmp_path / "d" / path).metadata
    names = [groups.schema.column(n).name for n in range(groups.num_columns)]
    at = names.index("commune")
    bounds = [groups.row_group(n).column(at).statistics for n in range(groups.num_row_groups)]
    bounds = [(each.min, each.max) for each in bounds if each.has_min_max]
    assert len(bounds) > 5
    assert all(high <= low for (_, high), (low, _) in pairwise(bounds))


@pytest.mark.any_version
def test_duckdb_reads_the_folders_as_they_are(whole):
    duckdb = pytest.importorskip("duckdb")
    counts = duckdb.sql(
        f"""select province, year, count(*) from
        read_parquet('{whole}/result/**/*.parquet', hive_partitioning = true)
        where poverty_class = 'poor' group by all"""
    ).fetchall()
    poor = HOMES.loc[RESULT["poverty_class"] == "poor", "province"].fillna("?").value_counts()
    assert {(name or "?", year): n for name, year, n in counts} == {
        (name, 2023): n for name, n in poor.items()
    }
    joined = duckdb.sql(
        f"""select count(*) from read_parquet('{whole}/households/**/*.parquet') h
        join read_parquet('{whole}/members/**/*.parquet') m using (household_id)"""
    ).fetchall()
    assert joined == [(len(MEMBERS),)]


@pytest.mark.any_version
@pytest.mark.parametrize("codes", [["01", "02"], ["67", "68"]])
def test_codes_of_provinces_stay_text_where_programs_are_told_not_to_guess(tmp_path, codes):
    duckdb = pytest.importorskip("duckdb")
    homes = HOMES.head(20).assign(province=codes * 10, commune="24640")
    write(tmp_path, homes, of(homes))
    pattern = f"{tmp_path}/households/**/*.parquet"
    rows = duckdb.sql(
        f"""select distinct province, year from read_parquet('{pattern}',
        hive_partitioning = true, hive_types_autocast = false) order by province"""
    ).fetchall()
    assert rows == [(code, "2023") for code in codes]
    folders = {"standard": pl.String, "year": pl.Int64, "province": pl.String}
    read = pl.scan_parquet(pattern, hive_partitioning=True, hive_schema=folders)
    frame = read.select("province", "year").unique().sort("province").collect()
    assert frame.rows() == [(code, 2023) for code in codes]


@pytest.mark.any_version
def test_duckdb_reads_a_version_by_the_list_of_its_manifest(small):
    duckdb = pytest.importorskip("duckdb")
    path, _homes = small
    files = [
        str(path / file)
        for file in scale.dataset_files(path).query("table == 'households'")["path"]
    ]
    assert duckdb.read_parquet(files, hive_partitioning=True).count("*").fetchall() == [(40,)]


@pytest.mark.any_version
def test_polars_reads_the_folders_as_they_are(whole):
    read = pl.scan_parquet(whole / "households" / "**" / "*.parquet", hive_partitioning=True)
    frame = read.select("household_id", "province", "year", "toilet").collect()
    assert len(frame) == len(HOMES)
    expected = HOMES["province"].value_counts(dropna=False)
    counts = dict(frame["province"].value_counts().iter_rows())
    assert counts == {None if pd.isna(name) else name: n for name, n in expected.items()}


def test_divisions_are_known_where_ids_follow_the_files(tmp_path):
    homes = HOMES.sort_index().assign(province="67", district="660")
    homes["commune"] = np.repeat(["A", "B", "C", "D", "E"], 100)
    write(tmp_path / "d", homes, households_per_file=100)
    stored = scale.read_dataset(tmp_path / "d")
    assert stored.households.known_divisions
    id = homes.index[250]
    assert len(stored.households.loc[id].compute()) == 1
    assert stored.households.get_partition(2).index.compute().tolist() == list(homes.index[200:300])


def test_whole_number_ids_of_dask_tables_are_written_by_partition(tmp_path):
    homes = HOMES.reset_index(drop=True).rename_axis("household_id")
    homes["province"], homes["commune"] = "67", np.repeat(["A", "B"], 250)
    at = HOMES.index.get_indexer(MEMBERS["household_id"])
    members = MEMBERS.assign(household_id=at).sort_values("household_id", ignore_index=True)
    cut = int((members["household_id"] < 250).sum())
    tables = [
        dd.from_map(lambda part: part, [frame.iloc[:at], frame.iloc[at:]], meta=frame.iloc[:0])
        for frame, at in ((homes, 250), (members, cut))
    ]
    written = write(tmp_path / "d", *tables)
    assert written["rows"].tolist() == [250, cut, 250, len(members) - cut]
    read = scale.read_dataset(tmp_path / "d").households.compute()
    assert read.index.dtype == "int64"
    pd.testing.assert_series_equal(read["floor_area"].sort_index(), homes["floor_area"])


def test_a_category_and_a_missing_value_that_one_file_lacks_are_those_of_all(tmp_path):
    homes = HOMES.head(4).assign(province="67", commune=["A", "A", "B", "B"], flag=[True] * 4)
    homes["kind"] = pd.Categorical(["x", "x", "y", "y"])
    for commune, categories in (("A", ["x"]), ("B", ["y", "z"])):
        part = homes[homes["commune"] == commune].copy()
        part["kind"] = part["kind"].cat.set_categories(categories)
        if commune == "B":
            part["flag"] = pd.array([True, None], dtype="boolean")
        write(tmp_path / "d", part, None)
    frames = [part.compute() for part in scale.read_dataset(tmp_path / "d").households.partitions]
    assert [frame["kind"].cat.categories.tolist() for frame in frames] == [["x", "y", "z"]] * 2
    assert [str(frame["flag"].dtype) for frame in frames] == ["boolean"] * 2


# -- versions -----------------------------------------------------------------------------------


def test_late_data_and_corrections_are_new_files_and_the_manifest_says_which_hold(small):
    path, homes = small
    first = {file.relative_to(path): file.read_bytes() for file in path.rglob("*.parquet")}
    late = HOMES.iloc[40:50].assign(province="67", commune="C")
    write(path, late, of(late))
    mended = homes[homes["commune"] == "B"].assign(floor_area=77.0)
    write(path, mended, of(mended), replace=True)
    now = scale.read_dataset(path).households.compute()
    assert_same(
        now.sort_index(),
        pd.concat([homes[homes["commune"] == "A"], mended, late]).sort_index(),
    )
    before = scale.read_dataset(path, version=1)
    assert_same(before.households.compute().sort_index(), homes.sort_index())
    assert len(before.members) == len(of(homes))
    versions = scale.dataset_versions(path)
    assert versions["action"].tolist() == ["write", "write", "replace"]
    assert versions["superseded"].tolist() == [0, 0, 2]
    for name, content in first.items():
        assert manifest.place_of(path, name.as_posix()).read_bytes() == content
    in_tree = [
        file.relative_to(path).as_posix() for file in (path / "households").rglob("*.parquet")
    ]
    assert set(in_tree) == set(scale.dataset_files(path).query("table == 'households'")["path"])
    assert scale.verify_dataset(path).empty


def test_a_correction_of_one_commune_leaves_the_other_ones_of_its_file(tmp_path):
    path = tmp_path / "d"
    homes = HOMES.head(60).assign(province="67", district="660", commune=["A", "B", "C"] * 20)
    write(path, homes, of(homes))
    mended = homes[homes["commune"] == "B"].assign(rooms=9).drop(columns="rooms")
    write(path, mended.assign(floor_area=1.5), of(mended), replace=True)
    now = scale.read_dataset(path)
    expected = homes.assign(floor_area=homes["floor_area"].where(homes["commune"] != "B", 1.5))
    assert_same(now.households.compute().sort_index(), expected.sort_index())
    assert_same(by_person(now.members.compute()), by_person(of(homes)))


def test_a_commune_that_is_there_is_not_written_twice(small):
    path, homes = small
    with pytest.raises(scale.DatasetError, match="already; pass replace=True") as caught:
        write(path, homes, of(homes))
    assert rules(caught) == ["commune_there"]
    assert len(caught.value.violations) == 2
    assert scale.dataset_versions(path)["version"].tolist() == [1]


def test_small_files_are_put_together_and_the_rows_stay(whole, tmp_path):
    path = tmp_path / "d"
    write(path, result=RESULT, households_per_file=25)
    small = scale.dataset_files(path)
    large = scale.compact(path, households_per_file=300)
    assert len(large) < len(small) / 2
    stored = scale.read_dataset(path)
    assert_same(stored.households.compute().sort_index(), HOMES.sort_index())
    assert_same(stored.result.compute().sort_index(), RESULT.sort_index())
    assert_same(by_person(stored.members.compute()), by_person(MEMBERS))
    assert len(scale.read_dataset(path, version=1).files) == len(small)
    assert large.attrs == {"version": 2}
    again = scale.compact(path, households_per_file=300)
    assert again.attrs == {"version": 2}  # nothing is left to be put together
    assert scale.verify_dataset(path).empty


# -- faults of the machine -------------------------------------------------------------------------


def torn(path):
    path.write_bytes(path.read_bytes()[:-100])


def edited(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "rule"),
    [(Path.unlink, "file_missing"), (torn, "file_torn"), (edited, "file_hash")],
)
def test_a_file_that_is_not_the_one_that_was_written_is_named(small, harm, rule):
    path, _ = small
    name = scale.dataset_files(path)["path"][1]
    harm(path / name)
    faults = scale.verify_dataset(path)
    assert faults[["rule", "table", "path"]].values.tolist() == [[rule, "members", name]]
    with pytest.raises(scale.DatasetError) as caught:
        scale.read_dataset(path).members.compute(scheduler="sync")
    assert rules(caught) == [rule]
    assert name in str(caught.value)


def test_a_file_of_another_schema_version_is_named(small, monkeypatch):
    path, _ = small
    later = HOMES.iloc[40:50].assign(province="67", commune="C")
    monkeypatch.setattr(stored_files, "SCHEMA_VERSION", 2)
    write(path, later, of(later))
    monkeypatch.undo()
    faults = scale.verify_dataset(path)
    assert faults["rule"].tolist() == ["schema_version"] * 2
    assert faults["value"].tolist() == [2, 2]
    with pytest.raises(scale.DatasetError, match="schema version 2; this release reads 1"):
        scale.read_dataset(path).households.compute(scheduler="sync")


def test_verify_names_strays_unfinished_writing_and_broken_manifests(small):
    path, _homes = small
    late = HOMES.iloc[40:50].assign(province="67", commune="C")
    write(path, late, of(late))
    file = path / scale.dataset_files(path)["path"][0]
    stray = file.with_name("other.parquet")
    stray.write_bytes(file.read_bytes())
    (path / "_aside-abcd").mkdir()
    first = path / "_manifest" / "00000001.json"
    first.write_text(first.read_text("utf-8").replace('"write"', '"compact"'), "utf-8")
    faults = scale.verify_dataset(path, language="vi")
    assert dict(zip(faults["rule"], faults["severity"], strict=True)) == {
        "torn_manifest": "error",
        "not_in_manifest": "warning",
        "unfinished": "warning",
    }
    assert len(scale.read_dataset(path).households) == 50  # the stray is not read


def test_a_version_that_was_exchanged_is_seen_by_the_next_one(small, tmp_path):
    path, homes = small
    late = HOMES.iloc[40:50].assign(province="67", commune="C")
    write(path, late, of(late))
    write(tmp_path / "other", homes, of(homes))
    exchanged = (tmp_path / "other" / "_manifest" / "00000001.json").read_text("utf-8")
    (path / "_manifest" / "00000001.json").write_text(exchanged, "utf-8")
    assert "other_previous" in scale.verify_dataset(path)["rule"].tolist()


def test_without_its_manifest_a_folder_is_no_data_set(small):
    path, _ = small
    newest = path / "_manifest" / "00000001.json"
    newest.write_text(newest.read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(scale.DatasetError, match="torn or was edited"):
        scale.read_dataset(path)
    newest.unlink()
    for read in (scale.read_dataset, scale.dataset_files, scale.dataset_versions, scale.compact):
        with pytest.raises(scale.DatasetError, match="there is no manifest"):
            read(path)


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_full_disk_is_named_and_leaves_the_data_set_as_it_was(small):
    path, _homes = small
    before = sorted(path.rglob("*"))
    late = HOMES.iloc[40:].assign(province="67", commune="C")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        with pytest.raises(scale.DiskFullError, match="no room to write") as caught:
            write(path, late, of(late))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "disk_full"
    assert caught.value.__cause__.errno == errno.EFBIG
    assert sorted(path.rglob("*")) == before
    assert scale.verify_dataset(path).empty


@pytest.mark.parametrize("step", ["replace", "link"])
def test_a_writing_that_fails_late_leaves_no_part_of_it(small, monkeypatch, step):
    path, _homes = small
    before = {file for file in path.rglob("*") if file.is_file()}
    late = HOMES.iloc[40:50].assign(province="67", commune="C")
    full = OSError(errno.ENOSPC, "No space left on device")
    done = []

    def fail(self, *args):
        done.append(self)
        if len(done) == 2 or step == "link":
            raise full
        return os.replace(self, *args)

    if step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, "link", fail)
    with pytest.raises(scale.DiskFullError):
        write(path, late, of(late))
    monkeypatch.undo()
    assert {file for file in path.rglob("*") if file.is_file()} == before
    assert scale.verify_dataset(path).empty


def test_of_two_writers_at_once_one_is_refused(small, monkeypatch):
    path, _homes = small
    late = HOMES.iloc[40:60].assign(province="67")
    both = threading.Barrier(2)
    commit = dataset_writing.commit

    def together(*args, **more):
        both.wait(timeout=30)
        return commit(*args, **more)

    monkeypatch.setattr(dataset_writing, "commit", together)
    errors = []

    def writer(commune, part):
        try:
            write(path, part.assign(commune=commune), of(part))
        except scale.ConcurrentWriteError as error:
            errors.append(error)

    parts = {"C": late.head(10), "D": late.tail(10)}
    writers = [threading.Thread(target=writer, args=item) for item in parts.items()]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert [error.code for error in errors] == ["concurrent_write"]
    assert "version 2" in str(errors[0])
    assert len(scale.read_dataset(path).households) == 50
    assert scale.verify_dataset(path).empty


# -- bad input ------------------------------------------------------------------------------------


def test_a_province_of_two_names_and_a_commune_in_two_partitions_are_named(tmp_path):
    homes = HOMES.head(4).assign(province=["Đắk Nông", "ĐẮK NÔNG"] * 2, commune=list("ABCD"))
    with pytest.raises(scale.DatasetError, match=r"several names: 'ĐẮK NÔNG', 'Đắk Nông'"):
        write(tmp_path / "d", homes, None)
    same = HOMES.head(4).assign(province="67", district="660", commune="A")
    parts = dd.from_map(lambda n: same.iloc[n : n + 2], [0, 2], meta=same.iloc[:0])
    with pytest.raises(scale.DatasetError, match="province=67/660/A") as caught:
        write(tmp_path / "d", parts, None)
    assert rules(caught) == ["commune_twice"]
    assert not list((tmp_path / "d").rglob("*.*"))


def test_members_in_the_partition_of_another_household_are_named_with_it(tmp_path):
    homes = HOMES.head(4).assign(province="67", commune=["A", "A", "B", "B"])
    members = of(homes)
    first = members["household_id"].isin(homes.index[:2])
    frames = [[homes.iloc[:2], homes.iloc[2:]], [members[~first], members[first]]]
    tables = [dd.from_map(lambda part: part, pair, meta=pair[0].iloc[:0]) for pair in frames]
    with pytest.raises(scale.DatasetError, match="not in partition 0; put members") as caught:
        write(tmp_path / "d", *tables)
    faults = caught.value.violations
    assert set(faults["rule"]) == {"member_elsewhere"}
    expected = [*members[~first]["household_id"], *members[first]["household_id"]]
    assert sorted(faults["value"]) == sorted(expected)
    assert set(faults["path"]) == {"partition 0", "partition 1"}


def test_columns_of_another_kind_or_name_are_named_with_their_file(small):
    path, _homes = small
    late = HOMES.iloc[40:44].assign(province="67", commune="C")
    for change, rule in (
        (late.assign(note="x"), "column_kind"),
        (late.drop(columns="note"), "column_lacking"),
        (late.assign(more=1), "column_added"),
        (late.assign(note=pd.Series([1, "a", 2, "b"], late.index, dtype=object)), "mixed_column"),
        (late.assign(year=[2023, 2023, 2022, 2023]), "other_key"),
    ):
        with pytest.raises(scale.DatasetError) as caught:
            write(path, change, of(late))
        assert rules(caught) == [rule]
        assert "province=67" in caught.value.violations["path"].iloc[0]
    numbered = late.set_axis(pd.Index(range(4), name="household_id"), axis=0)
    with pytest.raises(scale.DatasetError, match=r"household_id.*integer here and text in the"):
        write(path, numbered, None)
    assert scale.dataset_versions(path)["version"].tolist() == [1]


def test_partitions_without_rows_write_nothing(tmp_path):
    homes = HOMES.head(4).assign(province="67", commune="A")
    parts = dd.from_map(lambda n: homes.iloc[:n], [0, 4, 0], meta=homes.iloc[:0])
    assert write(tmp_path / "d", parts, None)["rows"].tolist() == [4]
    with pytest.raises(ArgumentError, match="no households to write"):
        write(tmp_path / "e", homes.iloc[:0], None)


def test_arguments_that_do_not_fit_are_refused(small):
    path, homes = small
    for call, words in (
        (lambda: write(path, homes, dd.from_pandas(MEMBERS, npartitions=1)), "all as Dask tables"),
        (lambda: write(path, [1], None), "pass a pandas.DataFrame or a"),
        (lambda: write(path, homes, None, year="2023"), "year '2023' is no whole number"),
        (lambda: write(path, homes, None, households_per_file=0), "pass 1 or more"),
        (lambda: write(path, homes, None, province="66"), "leave the argument out"),
        (lambda: write(path, homes.drop(columns="province"), None), "pass province="),
        (lambda: scale.read_dataset(path, year=1999), "nothing of standard"),
        (lambda: scale.read_dataset(path, province="99"), "no province '99'"),
        (lambda: scale.compact(path, households_per_file=0), "pass 1 or more"),
    ):
        with pytest.raises(ArgumentError, match=words):
            call()
    twice = pd.concat([homes.head(1), homes.head(1)])
    with pytest.raises(InvalidDataError, match="duplicate_id"):
        write(path, twice, None)
    with pytest.raises(scale.DatasetError, match="no version 7; the newest is 1"):
        scale.read_dataset(path, version=7)
    late = homes.head(4).assign(commune="Z")
    write(path, late, None, year=2024)
    with pytest.raises(ArgumentError, match=r"several of year, \[2023, 2024\]: pass year="):
        scale.read_dataset(path)


def test_the_query_of_the_page_runs_as_it_is_printed(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text("utf-8")
    query = page.split("```sql\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    homes = HOMES.head(40).assign(province="67", commune=["A", "B"] * 20)
    write("country", homes, of(homes), result=RESULT.loc[homes.index], year=2024)
    scale.assess_dataset("country", standard="decision_59_2015")
    found = {commune: poor for _, commune, poor in duckdb.sql(query).fetchall()}
    poor = homes["commune"][RESULT.loc[homes.index, "poverty_class"] == "poor"].value_counts()
    assert {commune: n for commune, n in found.items() if n} == poor.to_dict()
    assert sum(found.values()) > 0
