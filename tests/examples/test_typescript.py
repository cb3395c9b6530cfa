"""An implementation in TypeScript passes the vectors, and fails them where its law is wrong."""

import json
import shutil
from pathlib import Path

import pytest

import multidim_poverty as mdp
from multidim_poverty.testing import vectors

ROOT = Path(__file__).parents[2]
NODE = ROOT / ".venv" / "browser" / "bin" / "node"
MAIN = ROOT / "examples" / "typescript" / "src" / "main.ts"
IMPLEMENTED = {*vectors.KINDS} - {"review"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not NODE.exists(), reason="no Node here: `make .venv/browser/ready` installs it"
    ),
]


def asked(cases):
    return vectors.run([str(NODE), str(MAIN)], cases)


@pytest.fixture(scope="module")
def cases():
    return vectors.read(ROOT / "vectors")


def test_it_passes_every_kind_that_it_implements(cases):
    results = asked(cases)
    assert results["difference"].dropna().tolist() == []
    by_kind = results.groupby("kind")["outcome"].agg(set).to_dict()
    assert by_kind == {
        kind: {"passed" if kind in IMPLEMENTED else "skipped"} for kind in vectors.KINDS
    }


def test_it_has_no_packages_and_no_law_of_its_own():
    package = json.loads((MAIN.parents[1] / "package.json").read_text("utf-8"))
    assert not {"dependencies", "devDependencies"} & set(package)
    sources = "".join(path.read_text("utf-8") for path in MAIN.parent.glob("*.ts"))
    for value in ("1_500_000", "1500000", "2000000", "wage_without_contract", "decree_07_2021"):
        assert value not in sources


NATIONAL = {rule.id: at for at, rule in enumerate(mdp.programmes.rules("national_2021_2026").rules)}
# A number of the law -> the kinds that must notice it changed by one.
CHANGES = {
    "decree_07_2021": {
        ("lines", 0, "rural"): "class",
        ("lines", 1, "urban"): "class",
        ("class_rules", 0, "deprivations_at_least"): "class",
        ("indicators", 0, "rule", "working_age_from"): "indicators",
        ("indicators", 0, "rule", "working_age_until", 1, "female_months"): "indicators",
        ("indicators", 0, "rule", "working_age_until", 5, "male_months"): "indicators",
        ("indicators", 1, "rule", "more_than_percent"): "indicators",
        ("indicators", 1, "rule", "child_below"): "indicators",
        ("indicators", 1, "rule", "elderly_from"): "indicators",
        ("indicators", 2, "rule", "child_below"): "indicators",
        ("indicators", 3, "rule", "from_age"): "indicators",
        ("indicators", 4, "rule", "brackets", 0, "from_age"): "indicators",
        ("indicators", 4, "rule", "brackets", 1, "from_age"): "indicators",
        ("indicators", 4, "rule", "brackets", 1, "below_age"): "indicators",
        ("indicators", 5, "rule", "brackets", 0, "from_age"): "indicators",
        ("indicators", 5, "rule", "brackets", 2, "below_age"): "indicators",
        ("indicators", 6, "rule", "not_durable_at_least"): "indicators",
        ("indicators", 7, "rule", "below_m2_per_head"): "indicators",
    },
    "circular_07_2021": {
        ("lines", 0, "rural", "points"): "points",
        ("class_rules", 0, "b2_at_least"): "points",
    },
    "national_2021_2026": {
        (
            "rules",
            NATIONAL["elderly_without_pension"],
            "when",
            "all",
            0,
            "age",
            "at_least",
        ): "eligibility",
        (
            "rules",
            NATIONAL["elderly_in_special_hardship"],
            "when",
            "all",
            0,
            "age",
            "below",
        ): "eligibility",
        (
            "rules",
            NATIONAL["electricity_social_policy"],
            "when",
            "all",
            2,
            "number_in",
            "at_most",
        ): "eligibility",
        ("rules", NATIONAL["loan_newly_escaped"], "when", "newly_escaped", "months"): "eligibility",
    },
    "decision_24_2021": {("clocks", 0, "days"): "deadlines", ("working_week", 4): "deadlines"},
}


@pytest.mark.parametrize(
    ("law", "path"),
    [(law, path) for law, paths in CHANGES.items() for path in paths],
    ids=lambda part: part if isinstance(part, str) else ".".join(map(str, part)),
)
def test_it_fails_where_a_number_of_the_law_is_one_more(law, path, cases, tmp_path, monkeypatch):
    folder = tmp_path / "law"
    shutil.copytree(ROOT / "vectors" / "law", folder)
    data = json.loads((folder / f"{law}.json").read_text("utf-8"))
    part = data
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] += 1
    (folder / f"{law}.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setenv("LAW_FOLDER", str(folder))
    kind = CHANGES[law][path]
    results = asked([case for case in cases if (case.kind, case.law) == (kind, law)])
    assert (results["outcome"] == "failed").any()
