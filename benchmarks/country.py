"""A whole country out of core: from Parquet to the official tables, on one machine.

``python -m benchmarks.country 1 3 9 27`` (millions of households; ``make scale``) draws synthetic
households by partition, writes them as a data set of two years, assesses both, and makes tables
1 to 13, the flows between the years, and who is entitled to what. It prints time, tasks, peak
memory and bytes of each step at each size. Every province has about 430,000 households and each
file some 86,000: a smaller size has fewer provinces, so that its partitions are like those of the
country.
"""

from __future__ import annotations

import argparse
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import dask
import dask.dataframe as dd
import distributed
import numpy as np
import pandas as pd
import psutil

import multidim_poverty as mdp
from multidim_poverty import population, reports, scale

STANDARD, YEARS = "decree_07_2021", (2023, 2024)
DAYS = {2023: "2023-10-01", 2024: "2024-10-01"}
PROVINCES, COUNTRY = 63, 27_000_000
PER_PROVINCE, PER_FILE, PER_COMMUNE = -(-COUNTRY // PROVINCES), 86_000, 2_700
BY = ["province", "commune"]
REASONS = [f"reason_{item.id}" for item in reports.items_of("reasons")]
MILLION, GIB = 1_000_000, 2**30


# -- the households ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """So many households of one province, to be drawn from a seed of their own."""

    province: int
    number: int
    households: int


def drafts(
    households: int, per_province: int = PER_PROVINCE, per_file: int = PER_FILE
) -> list[Draft]:
    """The parts of a population of this size."""
    parts = []
    for province, start in enumerate(range(0, households, per_province)):
        here = min(per_province, households - start)
        files = -(-here // per_file)
        sizes = [here // files + (n < here % files) for n in range(files)]
        parts += [Draft(province + 1, n, size) for n, size in enumerate(sizes)]
    return parts


def drawn(draft: Draft, seed: int = 1) -> mdp.schema.Tables:
    """The first year: one household in twelve poor or near-poor, one in seven of a minority."""
    n = draft.households
    code = f"{draft.province:02d}"
    communes = max(1, round(n / PER_COMMUNE))
    units = pd.DataFrame(
        {
            "area": ["urban" if c % 4 == 0 else "rural" for c in range(communes)],
            "province": code,
            "commune": [f"{code}{draft.number:02d}{c:03d}" for c in range(communes)],
        }
    )
    totals = population.Totals(
        households=n, poor=n // 24, near_poor=n // 24, minority=n // 7, minority_poor=n // 42
    )
    own = 10_000 * seed + 100 * draft.province + draft.number
    tables = population.draw(units, totals, standard=STANDARD, on=DAYS[2023], seed=own)
    first = (draft.province * 100 + draft.number) * 1_000_000
    homes = tables.households.drop(columns="unit")
    ids = pd.Index(first + np.arange(n), name="household_id")
    at = homes.index.get_indexer(tables.members["household_id"])
    homes = homes.set_axis(ids, axis=0)
    rng = np.random.default_rng([seed, draft.province, draft.number])
    homes[REASONS] = rng.random((n, len(REASONS))) < 0.2
    members = tables.members.assign(household_id=ids.to_numpy()[at])
    homes.attrs = members.attrs = {}
    return mdp.schema.Tables(homes, members)


def a_year_later(homes: pd.DataFrame, members: pd.DataFrame) -> mdp.schema.Tables:
    """The next year: incomes and answers moved, one household in a hundred gone, as many come."""
    first = int(homes.index[0])
    rng = np.random.default_rng(first)
    n = len(homes)
    gone = rng.random(n) < 0.01
    change = np.exp(rng.normal(0.05, 0.2, n))
    later = homes.assign(income_12m=(homes["income_12m"] * change).round(-3))
    for name in ("has_smartphone", "wall_durable", "roof_durable", "has_television"):
        later[name] = later[name] | (rng.random(n) < 0.05)
    ids = later.index.to_numpy().copy()
    ids[gone] += 500_000  # a new household lives in the house
    at = homes.index.get_indexer(members["household_id"])
    adult = members["age"] + 1 >= 16
    members = members.assign(
        household_id=ids[at],
        age=members["age"] + 1,
        stunted=members["stunted"] & ~adult,
        underweight=members["underweight"] & ~adult,
        has_health_insurance=members["has_health_insurance"] | (rng.random(len(members)) < 0.05),
    )
    return mdp.schema.Tables(later.set_axis(pd.Index(ids, name="household_id"), axis=0), members)


def dask_tables(pairs: Sequence[Any]) -> tuple[dd.DataFrame, dd.DataFrame]:
    """Delayed `Tables` as two Dask tables, partition by partition."""
    sample = drawn(Draft(1, 0, 300))
    with dask.config.set({"dataframe.convert-string": False}):
        return tuple(
            dd.from_delayed(
                [getattr(pair, name) for pair in pairs],
                meta=getattr(sample, name).iloc[:0],
                verify_meta=False,
            )
            for name in ("households", "members")
        )


def write(folder: Path, parts: Sequence[Draft], *, progress: bool = False) -> None:
    """Both years as one data set."""
    pairs = [dask.delayed(drawn)(part) for part in parts]
    options = dict(standard=STANDARD, households_per_file=10**9, progress=progress)
    scale.write_dataset(folder, *dask_tables(pairs), year=YEARS[0], **options)
    before = scale.read_dataset(folder, year=YEARS[0])
    halves = zip(before.households.to_delayed(), before.members.to_delayed(), strict=True)
    pairs = [dask.delayed(a_year_later)(*half) for half in halves]
    scale.write_dataset(folder, *dask_tables(pairs), year=YEARS[1], **options)


# -- what it takes -----------------------------------------------------------------------------


def _use(dask_worker: Any = None) -> dict[str, float]:
    """What a process took so far, and its peak since the last call; Dask hands a worker itself."""
    counters, times = psutil.Process().io_counters(), psutil.Process().cpu_times()
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024
    Path("/proc/self/clear_refs").write_text("5")  # the next peak is that of the next step
    return {
        "cpu": times.user + times.system,
        "peak": peak,
        "read": counters.read_chars,
        "written": counters.write_chars,
        "tasks": 0 if dask_worker is None else dask_worker.state.executed_count,
    }


class Meter:
    """What each step takes, of the workers and of the process that asks them."""

    def __init__(self, client: distributed.Client, *, progress: bool) -> None:
        self.client, self.progress, self.steps = client, progress, []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if self.progress:
            print(name, flush=True)
        before, start = self._uses(), time.perf_counter()
        yield
        seconds, after = time.perf_counter() - start, self._uses()
        cpu = [now["cpu"] - then["cpu"] for now, then in zip(after, before, strict=True)]
        row = {"step": name, "seconds": round(seconds, 1), "CPU seconds": round(sum(cpu), 1)}
        row["of them not on workers"] = round(cpu[0], 1)
        row["tasks"] = sum(use["tasks"] for use in after) - sum(use["tasks"] for use in before)
        row["peak of a worker, GiB"] = round(max(use["peak"] for use in after[1:]) / GIB, 2)
        row["peak of all, GiB"] = round(sum(use["peak"] for use in after) / GIB, 2)
        for what in ("read", "written"):
            moved = sum(use[what] for use in after) - sum(use[what] for use in before)
            row[f"{what}, GB"] = round(moved / 1e9, 2)
        self.steps.append(row)

    def _uses(self) -> list[dict[str, float]]:
        """Of this process, then of each worker."""
        return [_use(), *self.client.run(_use).values()]

    def table(self) -> pd.DataFrame:
        steps = pd.DataFrame(self.steps)
        total = steps.agg(
            {name: "max" if "peak" in name else "sum" for name in steps.columns if name != "step"}
        )
        return pd.concat([steps, total.to_frame().T.assign(step="all")], ignore_index=True)


# -- all of it ---------------------------------------------------------------------------------


def granted(entitled: pd.DataFrame) -> pd.DataFrame:
    """How many households and members are granted each benefit, or may be."""
    of = entitled["granted"]
    counts = {"granted": of.fillna(False).astype("int64"), "open": of.isna().astype("int64")}
    return pd.DataFrame(counts).groupby(entitled["benefit"].astype(str)).sum()


def run(folder: Path, parts: Sequence[Draft], meter: Meter, *, progress: bool) -> dict[Any, Any]:
    """All steps; gives the tables."""
    with meter.step("write two years"):
        write(folder, parts, progress=progress)
    with meter.step("assess two years"):
        for year in YEARS:
            scale.assess_dataset(
                folder, standard=STANDARD, on=DAYS[year], year=year, progress=progress
            )
    before, now = (scale.read_dataset(folder, year=year) for year in YEARS)
    with_result = [scale.wide(each.households, each.result) for each in (before, now)]
    with meter.step("flows of two years"):
        flows = scale.flows(*with_result, by=BY, progress=progress)
        stayed = flows["poor_flow"].value_counts().compute()
    with meter.step("tables 1 to 13"):
        tables = scale.tables(
            with_result[1],
            members=now.members,
            flows=flows,
            standard=STANDARD,
            on=DAYS[YEARS[1]],
            by=BY,
            population="counted",
            numbers=range(1, 14),
            identity={"manifest": str(now.files.attrs["version"])},
            progress=progress,
        )
    with meter.step("eligibility"):
        entitled = scale.eligible(with_result[1], now.members, on=DAYS[YEARS[1]], progress=progress)
        meta = granted(entitled._meta)
        counts = entitled.map_partitions(granted, meta=meta).compute()
    return {**tables, "entitled": counts.groupby(level=0).sum(), "flows": stayed}


def measured(
    client: distributed.Client, households: int, folder: Path, *, progress: bool, **sizes: int
) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """The steps at one size, and the tables."""
    meter = Meter(client, progress=progress)
    tables = run(folder, drafts(households, **sizes), meter, progress=progress)
    steps = meter.table()
    on_disk = scale.dataset_files(folder)
    steps.insert(0, "households", int(on_disk.query("table == 'households'")["rows"].sum() // 2))
    steps["data set, GB"] = round(on_disk["bytes"].sum() / 1e9, 2)
    return steps, tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("millions", type=float, nargs="+", help="households, in millions")
    parser.add_argument("--folder", type=Path, help="where to write; a temporary one by default")
    parser.add_argument("--keep", action="store_true", help="leave the data sets there")
    parser.add_argument("--no-progress", action="store_true")
    options = parser.parse_args()
    rows = []
    # the profile of its tasks that a worker keeps grows with the length of a run
    dask.config.set({"distributed.worker.profile.enabled": False})
    for size in options.millions:
        folder = Path(mkdtemp(prefix="country-", dir=options.folder))
        try:
            cluster = distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, memory_limit="3GiB", dashboard_address=":0"
            )  # new workers, so that their peaks are those of this size
            with cluster, distributed.Client(cluster) as client:
                steps, tables = measured(
                    client,
                    int(size * MILLION),
                    folder / "data",
                    progress=not options.no_progress,
                )
        finally:
            if not options.keep:
                shutil.rmtree(folder, ignore_errors=True)
        total = tables[1].query("level == 'total'").iloc[0]
        print(steps.to_string(index=False))
        print(f"households {total['households']:,}, poor {total['poor_households']:,}", flush=True)
        rows.append(steps.iloc[[-1]])
    summary = pd.concat(rows, ignore_index=True).drop(columns="step")
    for name in ("seconds", "CPU seconds"):
        per_million = summary[name].astype(float) / summary["households"] * MILLION
        summary[f"{name} per million"] = per_million.round(1)
    print(summary.to_string(index=False))


if __name__ == "__main__":
    main()
