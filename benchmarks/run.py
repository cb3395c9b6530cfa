"""Run all benchmarks and print them as ratios against the baselines of the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORT = (
    "import time, pandas; start = time.perf_counter(); import multidim_poverty; "
    "print(time.perf_counter() - start)"
)
FIRST = (
    "import time, pandas, multidim_poverty as mdp; start = time.perf_counter(); "
    "mdp.standard_on('2023-06-30'), mdp.classify, mdp.deprivations; "
    "print(time.perf_counter() - start)"
)


def best(script: str) -> float:
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        for _ in range(7)
    ]
    return min(float(run.stdout) for run in runs)


def main() -> int:
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pytest", str(here), "-q", "-p", "no:cacheprovider"]
        command += ["--benchmark-disable-gc", "--benchmark-columns=min,median,rounds"]
        failed = subprocess.run(
            [*command, f"--benchmark-json={report}"], cwd=here.parent
        ).returncode
        if failed:
            return failed
        runs = {b["name"]: b for b in json.loads(report.read_text("utf-8"))["benchmarks"]}
    seconds = {name: run["stats"]["min"] for name, run in runs.items()}
    extra = {name: run["extra_info"] for name, run in runs.items()}

    def ratio(one: str, other: str) -> str:
        return f"{seconds[one] / seconds[other]:.2f}"

    country = extra["test_twelve_indicators_of_the_country"]
    grid, cell = (
        extra[name]["CPU s"] for name in ("test_grid[all answers]", "test_one_cell_by_classify")
    )
    rows = [
        ("classify / polars, lazy", ratio("test_classify", "test_polars_lazy"), "at most 0.8"),
        (
            "classify / polars, CPU seconds of all cores",
            f"{extra['test_classify']['CPU s'] / extra['test_polars_lazy']['CPU s']:.2f}",
            "at most 1",
        ),
        ("classify / DuckDB", ratio("test_classify", "test_duckdb"), "at most 1"),
        ("naive pandas / classify", ratio("test_naive_pandas", "test_classify"), "5 or more"),
        (
            "classify / copy of its input",
            ratio("test_classify", "test_copy_of_the_input"),
            "3 is the aim",
        ),
        (
            "classify nullable / classify",
            ratio("test_classify_nullable", "test_classify"),
            "at most 2",
        ),
        ("classify, added MB", extra["test_classify"]["added MB"], "at most 60"),
        ("classify nullable, added MB", extra["test_classify_nullable"]["added MB"], ""),
        (
            "groupby / deprivations, shuffled",
            ratio("test_members_in_no_order_by_groupby", "test_members_in_no_order"),
            "5 or more",
        ),
        (
            "the same with text ids",
            ratio("test_text_ids_by_groupby", "test_text_ids"),
            "5 or more",
        ),
        (
            "deprivations of the country, s",
            f"{seconds['test_twelve_indicators_of_the_country']:.2f}",
            "at most 3",
        ),
        ("deprivations of the country, added MB", country["added MB"], "at most 800"),
        ("deprivations of the country, input MB", country["input MB"], ""),
        *(
            (f"assess / {what}, {ids}", ratio(f"test_assess[{ids}]", f"{name}[{ids}]"), bound)
            for ids in ("whole numbers", "str", "string[pyarrow]")
            for what, name, bound in (
                ("its steps", "test_deprivations_and_classify_alone", "at most 3"),
                ("polars", "test_the_same_in_polars", "at most 1.5"),
            )
        ),
        *(
            (
                f"validate / the steps of assess, {ids}",
                ratio(f"test_validate[{ids}]", f"test_deprivations_and_classify_alone[{ids}]"),
                "at most 2",
            )
            for ids in ("whole numbers", "str", "string[pyarrow]")
        ),
        *(
            (
                f"{name}, added MB / MB of input, {ids}",
                f"{extra[f'test_added_memory[{ids}]'][name]:.2f}",
                "at most 2",
            )
            for ids in ("whole numbers", "str", "string[pyarrow]")
            for name in ("assess", "validate", "deprivations")
        ),
        *(
            (
                f"violations with soft checks / errors alone, {ids}",
                ratio(f"test_violations_with_soft_checks[{ids}]", f"test_errors_alone[{ids}]"),
                bound,
            )
            for ids, bound in (("no citizen ids", "at most 4"), ("citizen ids", ""))
        ),
        ("a million faults, s", f"{seconds['test_a_million_faults']:.2f}", "at most 2"),
        (
            "60,000 faults one by one, s",
            f"{seconds['test_sixty_thousand_faults_of_single_rows']:.2f}",
            "at most 1",
        ),
        (
            "first call of assess beside the second, s",
            f"{extra['test_the_first_call']['seconds more']:.2f}",
            "at most 0.3",
        ),
        ("reasons / classify, 1 million", ratio("test_reasons", "test_classify_a_million"), ""),
        ("reasons, 1 million, s", f"{seconds['test_reasons']:.2f}", "at most 0.3"),
        (
            "nearest_changes / classify, 1 million",
            ratio("test_nearest_changes", "test_classify_a_million"),
            "",
        ),
        ("nearest_changes, 1 million, s", f"{seconds['test_nearest_changes']:.2f}", "at most 0.5"),
        *(
            (f"scenario.grid of 600 cells, 1 million, {answers}, {what}", extra[name][key], bound)
            for answers in ("all answers", "with missing answers")
            for name in [f"test_grid[{answers}]"]
            for what, key, bound in (
                ("CPU s", "CPU s", "at most 1"),
                ("added memory / input", "added / input", "at most 3"),
            )
        ),
        (
            "scenario.grid of 600 cells / one cell by classify, CPU seconds",
            f"{grid / cell:.1f}",
            "",
        ),
        ("scenario.impact, 1 million, s", f"{seconds['test_impact']:.2f}", ""),
        ("headcount by area, 1 million, s", f"{seconds['test_headcount']:.3f}", ""),
        ("explain, ms", f"{1000 * seconds['test_explain_one_of_a_million']:.1f}", "at most 10"),
        ("assess_one, ms", f"{1000 * seconds['test_assess_one']:.1f}", "at most 10"),
        (
            "assess_many of one record (the class alone), ms",
            f"{1000 * seconds['test_assess_many[1]']:.1f}",
            "at most 5",
        ),
        (
            "assess_many of 10,000 records, ms per record",
            f"{seconds['test_assess_many[10000]'] / 10:.3f}",
            "",
        ),
        (
            "plain Python / fold, 10,000 households",
            ratio("test_fold_one_event_after_the_other", "test_fold[10000]"),
            "",
        ),
        ("fold, 10,000 households, s", f"{seconds['test_fold[10000]']:.2f}", "at most 1"),
        ("fold, 170,000 households, s", f"{seconds['test_fold[170000]']:.2f}", "at most 10"),
        *(
            (
                f"fold, {homes:,} households, us per event",
                f"{1e6 * seconds[name] / extra[name]['events']:.2f}",
                "",
            )
            for homes in (10_000, 100_000, 1_000_000)
            for name in [f"test_fold[{homes}]"]
        ),
        *(
            (
                f"{step} of 1 million / hashes of as many rows of bytes, {ids}",
                ratio(f"test_{step}[{ids}]", "test_hash_of_each_row_of_bytes"),
                "2.2 is the aim",
            )
            for ids in ("whole numbers", "str", "string[pyarrow]")
            for step in ("receipt", "verify")
        ),
        (
            "receipt, added memory / input",
            extra["test_receipt[str]"]["added / input"],
            "at most 2",
        ),
        *(
            (
                f"{step} of the review / a sort of its events",
                ratio(name, "test_sort_of_the_events"),
                bound,
            )
            for step, name, bound in (
                ("fold", "test_fold[170000]", ""),
                ("10,000 corrections", "test_ten_thousand_corrections", ""),
                ("60,000 faults", "test_faults", ""),
            )
        ),
        *(
            (f"{step} of a round of {homes:,} households, {figure}", of[figure], bound)
            for homes in (200_000, 1_000_000)
            for step, of in extra[f"test_steps_of_a_round[{homes}]"].items()
            for figure, bound in (
                ("CPU s", "at most 3" if homes == 1_000_000 else ""),
                ("/ fold", ""),
                ("added / input", f"at most 2, or the result, {of['result / input']}"),
            )
        ),
        (
            "a million faults of a review, CPU s",
            f"{extra['test_a_million_faults_of_a_review']['CPU s']:.2f}",
            "at most 2",
        ),
        *(
            (f"programmes.eligible, rules of {what}, s", f"{seconds[name]:.2f}", bound)
            for what, name, bound in (
                ("1 million households", "test_rules_of_households", "at most 5"),
                ("their members too", "test_rules_of_households_and_members", "at most 20"),
            )
        ),
        *(
            (f"50,000 rows of a workbook, {kind}, s", f"{seconds[name]:.2f}", "at most 6")
            for kind in ("export", "export, a blank in XFD20000", "lists")
            for name in [f"test_reading_of_a_workbook[{kind}]"]
        ),
        (
            "identity of 1 million households, s",
            f"{seconds['test_identity_of_a_million']:.2f}",
            "at most 1",
        ),
        *(
            (
                f"table {number} of 1 million by commune, s",
                f"{seconds[f'test_table_by_commune[{number}]']:.2f}",
                "at most 0.5",
            )
            for number in (1, 4, 8, 12)
        ),
        *(
            (
                f"table {number} / polars, {ids}",
                ratio(
                    f"test_one_table[{ids}-{number}]", f"test_one_table_in_polars[{ids}-{number}]"
                ),
                "at most 1",
            )
            for ids in ("whole numbers", "str", "string[pyarrow]")
            for number in (1, 4, 8)
        ),
        *(
            row
            for ids in ("whole numbers", "str", "string[pyarrow]")
            for what in ("counts alone", "with their identity")
            for name in [f"test_thirteen_tables[{ids}-{what}]"]
            for row in (
                (f"13 tables of a province, {what}, {ids}, s", f"{seconds[name]:.2f}", "at most 2"),
                (
                    f"13 tables, {what}, {ids}, added MB / input MB",
                    f"{extra[name]['added MB'] / extra[name]['input MB']:.2f}",
                    "at most 2",
                ),
            )
        ),
        (
            "check of 12 tables, 10,000 communes, s",
            f"{seconds['test_check_of_all_communes']:.2f}",
            "at most 3",
        ),
        (
            "check of seven households, s",
            f"{seconds['test_check_of_seven_households']:.3f}",
            "at most 0.05",
        ),
        ("import beside import pandas, s", f"{best(IMPORT):.4f}", "at most 0.15"),
        ("first use after import, s", f"{best(FIRST):.2f}", ""),
    ]
    print(f"\n{'measure':40} {'value':>9}  bound")
    for name, value, bound in rows:
        print(f"{name:40} {value!s:>9}  {bound}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
