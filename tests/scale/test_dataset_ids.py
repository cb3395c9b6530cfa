"""A household stands once in a year of a data set, and so does a commune, however it is spelt."""

import unicodedata

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scale
from multidim_poverty.errors import ArgumentError, InvalidDataError, UnwritableFileError
from multidim_poverty.scale import dataset_writing

HOMES = (
    mdp.load_sample()
    .households.head(40)[["area", "household_size"]]
    .assign(province="67", commune=["Đắk Mil", "Krông"] * 20)
)
MIL = HOMES[HOMES["commune"] == "Đắk Mil"]


def write(path, homes=HOMES, **more):
    return scale.write_dataset(path, homes, **{"standard": "decree_07_2021", "year": 2024, **more})


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "data set", households_per_file=20)
    return tmp_path / "data set"


def stored(path):
    return scale.read_dataset(path).households.compute()


@pytest.mark.parametrize("name", [unicodedata.normalize("NFD", "Đắk Mil"), "ĐẮK  MIL "])
def test_a_commune_is_the_same_however_it_is_spelt(folder, name):
    again = MIL.assign(commune=name, household_size=9)
    with pytest.raises(scale.DatasetError) as caught:
        write(folder, again)
    assert caught.value.violations["rule"].tolist() == ["commune_there"]
    write(folder, again, replace=True)
    assert stored(folder).index.sort_values().equals(HOMES.index)
    assert (stored(folder).loc[MIL.index, "household_size"] == 9).all()


def test_replacing_some_communes_of_a_file_takes_out_all_their_spellings(tmp_path):
    spelt = HOMES.assign(commune=["Đắk Mil", "Krông", "đắk mil", "Krông"] * 10)
    write(tmp_path, spelt)  # one file
    assert scale.dataset_files(tmp_path)["communes"].tolist() == [2]
    write(tmp_path, MIL.assign(household_size=9), replace=True)
    homes = stored(tmp_path)
    assert homes.index.sort_values().equals(HOMES.index)
    assert (homes["household_size"] == 9).sum() >= len(MIL)


def test_spellings_of_a_commune_are_in_one_file(tmp_path):
    spelt = HOMES.assign(commune=["đắk mil", "Krông", "Đắk Mil", "Krông"] * 10)
    write(tmp_path, spelt, households_per_file=20)
    assert scale.dataset_files(tmp_path)["rows"].tolist() == [20, 20]


@pytest.mark.parametrize(
    "moved",
    [{"commune": "Mới"}, {"province": "68"}, {"commune": "Mới", "province": "Đắk Nông"}],
)
@pytest.mark.parametrize("replace", [False, True])
def test_a_household_that_is_there_in_another_commune_is_named(folder, moved, replace):
    with pytest.raises(scale.DatasetError) as caught:
        write(folder, MIL.assign(**moved), replace=replace)
    faults = caught.value.violations
    assert set(faults["rule"]) == {"household_twice"}
    assert faults["path"].nunique() == 2
    assert sorted(faults["value"]) == sorted([*MIL.index, *MIL.index])
    assert stored(folder).index.sort_values().equals(HOMES.index)


def test_a_household_moves_where_both_communes_are_replaced(folder):
    moved = HOMES.assign(commune=HOMES["commune"].mask(HOMES.index == MIL.index[0], "Krông"))
    write(folder, moved, replace=True)
    assert stored(folder)["commune"].eq("Krông").sum() == 21


def test_the_same_household_may_be_there_in_another_year(folder):
    write(folder, HOMES, year=np.int64(2025))
    assert scale.verify_dataset(folder).empty


def test_a_household_in_two_partitions_of_dask_is_named(tmp_path):
    parts = [HOMES.head(21).assign(commune="A"), HOMES.tail(20).assign(commune="B")]
    with pytest.raises(scale.DatasetError) as caught:
        write(tmp_path, dd.from_map(lambda part: part, parts, meta=parts[0].head(0)))
    faults = caught.value.violations
    assert (
        faults[["rule", "value"]].values.tolist()
        == [
            ["household_twice", HOMES.index[20]],
        ]
        * 2
    )
    assert not (tmp_path / "_manifest").exists()


def test_a_household_that_stands_twice_on_the_disk_is_found(folder, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(dataset_writing, "repeated_ids", lambda *_: [])
        write(folder, MIL.head(2).assign(commune="Mới"))
    faults = scale.verify_dataset(folder)
    assert set(faults["rule"]) == {"household_twice"}
    assert sorted(faults["value"]) == sorted([*MIL.index[:2], *MIL.index[:2]])


def test_a_version_that_is_gone_is_found(folder):
    write(folder, HOMES, year=2025)
    (folder / "_manifest" / "00000001.json").unlink()
    faults = scale.verify_dataset(folder)
    assert faults[["rule", "path"]].values.tolist() == [["file_missing", "_manifest/00000001.json"]]


@pytest.mark.parametrize("province", [67, 67.0, True])
def test_a_province_is_a_text(tmp_path, province):
    with pytest.raises(InvalidDataError, match=r"province.*not_text"):
        write(tmp_path, HOMES.assign(province=province))
    with pytest.raises(ArgumentError, match=r"province .* is no text"):
        write(tmp_path, HOMES.drop(columns="province"), province=province)


@pytest.mark.parametrize(
    "ids",
    [
        np.arange(40) + 0.5,
        pd.Index([5, *HOMES.index[1:]], dtype=object),
        np.arange(40, dtype="uint64") + np.uint64(2**63),
        pd.date_range("2024-01-01", periods=40),
    ],
)
def test_ids_are_texts_or_whole_numbers(tmp_path, ids):
    with pytest.raises(ArgumentError, match="write all of them as text"):
        write(tmp_path, HOMES.set_axis(pd.Index(ids, name="household_id")))


def test_ids_in_categories_are_texts(tmp_path):
    write(tmp_path, HOMES.set_axis(pd.CategoricalIndex(HOMES.index, name="household_id")))
    assert sorted(stored(tmp_path).index) == sorted(HOMES.index)


def test_tables_of_another_form_are_named(tmp_path):
    with pytest.raises(InvalidDataError, match="duplicate_column"):
        write(tmp_path, pd.concat([HOMES, HOMES[["area"]]], axis=1))
    with pytest.raises(ArgumentError, match="names are no texts: 5"):
        write(tmp_path, HOMES.assign(note=1).rename(columns={"note": 5}))
    for size in (0, 1.5, "5", None, True):
        with pytest.raises(ArgumentError, match="households_per_file"):
            write(tmp_path, households_per_file=size)
    with pytest.raises(ArgumentError, match="version '1'"):
        scale.read_dataset(tmp_path, version="1") if write(tmp_path).size else None


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableFileError, match="cannot be written"):
        write(tmp_path / "file")
    with pytest.raises(UnwritableFileError, match="shorter names"):
        write(tmp_path / "long", HOMES.assign(province="Đ" * 90))
    assert not list(tmp_path.glob("long/*"))
