"""`classify` on 10 million households beside pandas, polars, DuckDB and a plain copy."""

import duckdb
import numpy as np
import polars as pl
import pytest

import multidim_poverty as mdp
from benchmarks.conftest import STANDARD, AddedMemory, cpu_seconds, warm

pytestmark = pytest.mark.benchmark(group="classify")
LINES = {"rural": (1_500_000.0, 2_250_000.0), "urban": (2_000_000.0, 3_000_000.0)}


def naive(households, matrix):
    """What one writes first: a row sum and np.select."""
    count = matrix.sum(axis=1)
    urban = households["area"] == "urban"
    line = np.where(urban, LINES["urban"][0], LINES["rural"][0])
    ceiling = np.where(urban, LINES["urban"][1], LINES["rural"][1])
    income = households["income_per_capita"]
    return np.select(
        [(income <= line) & (count >= 3), income <= line, income <= ceiling], [0, 1, 2], 3
    )


def test_classify(benchmark, classified):
    households, matrix, _ = classified

    def classify():
        return mdp.classify(households, matrix, standard=STANDARD)

    result = warm(benchmark, classify)
    codes = result["poverty_class"].cat.codes
    assert (codes == naive(households, matrix)).all()
    del result, codes
    benchmark.extra_info["CPU s"] = cpu_seconds(classify)
    with AddedMemory() as added:
        classify()
    benchmark.extra_info["added MB"] = round(added.megabytes, 1)


def test_classify_nullable(benchmark, classified):
    households, _, nullable = classified
    warm(benchmark, lambda: mdp.classify(households, nullable, standard=STANDARD))
    with AddedMemory() as added:
        mdp.classify(households, nullable, standard=STANDARD)
    benchmark.extra_info["added MB"] = round(added.megabytes, 1)


def test_copy_of_the_input(benchmark, classified):
    households, matrix, _ = classified
    arrays = [matrix[name].to_numpy() for name in matrix]
    arrays += [households["income_per_capita"].to_numpy(), households["area"].array.codes]
    warm(benchmark, lambda: [array.copy() for array in arrays])


def test_naive_pandas(benchmark, classified):
    households, matrix, _ = classified
    warm(benchmark, lambda: naive(households, matrix), rounds=3)


def polars_query(households, matrix):
    """The class of each household, from a table that polars holds already."""
    frame = pl.DataFrame(
        {name: matrix[name].to_numpy() for name in matrix}
        | {
            "income": households["income_per_capita"].to_numpy(),
            "urban": households["area"].array.codes == 1,
        }
    )
    count = pl.sum_horizontal(pl.col(name).cast(pl.UInt8) for name in matrix)
    rural_line, rural_ceiling = LINES["rural"]
    urban_line, urban_ceiling = LINES["urban"]
    line = rural_line + (urban_line - rural_line) * pl.col("urban").cast(pl.Float64)
    ceiling = rural_ceiling + (urban_ceiling - rural_ceiling) * pl.col("urban").cast(pl.Float64)
    # Sums of comparisons, which polars runs faster than when/then.
    under = (pl.col("income") <= line).cast(pl.UInt8)
    many = (pl.col("count") >= 3).cast(pl.UInt8)
    worse = (pl.col("income") <= ceiling).cast(pl.UInt8) + under + under * many
    return frame.lazy().with_columns(count=count).select("count", code=3 - worse)


def test_polars_lazy(benchmark, classified):
    households, matrix, _ = classified
    query = polars_query(households, matrix)
    result = warm(benchmark, query.collect)
    benchmark.extra_info["CPU s"] = cpu_seconds(query.collect)
    assert (result["code"].to_numpy() == naive(households, matrix)).all()


def test_duckdb(benchmark, classified):
    households, matrix, _ = classified
    frame = matrix.assign(
        income=households["income_per_capita"], urban=households["area"].array.codes == 1
    )
    connection = duckdb.connect()
    connection.register("frame", frame)
    connection.execute("create table homes as select * from frame")
    count = " + ".join(f"{name}::utinyint" for name in matrix)
    query = f"""
        select count, case
            when income <= if(urban, 2000000, 1500000) then if(count >= 3, 0, 1)
            when income <= if(urban, 3000000, 2250000) then 2 else 3 end::utinyint as code
        from (select income, urban, ({count})::utinyint as count from homes)
    """
    result = warm(benchmark, lambda: connection.execute(query).fetchnumpy())
    assert (result["code"] == naive(households, matrix)).all()
