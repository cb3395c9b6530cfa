"""The synthetic sample, the main job on it, and its pictures."""

import re
import runpy
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.schema.definitions import COLUMNS
from tests.helpers import oracle

ROOT = Path(__file__).parents[2]
SAMPLE = mdp.load_sample()


def test_the_sample_is_sound_and_says_that_it_is_synthetic():
    mdp.validate(SAMPLE.households, SAMPLE.members)
    assert len(SAMPLE.households) == 500
    assert SAMPLE.households.index.str.startswith("SYN-").all()
    for place in ("province", "commune", "village"):
        assert SAMPLE.households[place].dropna().str.startswith("Synthetic").all()
    known = {c.name for c in COLUMNS}
    assert set(SAMPLE.households.columns) | set(SAMPLE.members.columns) <= known


def test_the_script_draws_the_same_sample_again(tmp_path, capsys):
    script = runpy.run_path(str(ROOT / "scripts" / "make_sample.py"))
    script["main"].__globals__["TARGET"] = tmp_path
    script["main"]()
    shipped = ROOT / "src" / "multidim_poverty" / "data"
    for name in ("synthetic_households.csv", "synthetic_members.csv"):
        assert (tmp_path / name).read_text("utf-8") == (shipped / name).read_text("utf-8")
    assert "500 households" in capsys.readouterr().out


def plain(value):
    return None if pd.isna(value) else value


@pytest.mark.slow
@pytest.mark.parametrize("name", ["decision_59_2015", "decree_07_2021"])
def test_the_main_job_household_by_household(name):
    """The whole path against the oracle, on every household of the sample."""
    standard = mdp.standard(name)
    result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=standard)
    pd.testing.assert_index_equal(result.index, SAMPLE.households.index)
    people = {
        id: [{k: plain(v) for k, v in m.items()} for m in group.to_dict("records")]
        for id, group in SAMPLE.members.groupby("household_id")
    }
    for id, row in SAMPLE.households.iterrows():
        home = {k: plain(v) for k, v in row.to_dict().items()}
        answers = [oracle.deprived(name, i, home, people[id]) for i in oracle.INDICATORS[name]]
        assert [plain(result.at[id, i]) for i in oracle.INDICATORS[name]] == answers
        low = answers.count(True)
        counts = range(low, low + answers.count(None) + 1)
        incomes = [home["income_12m"] / home["household_size"] / 12] if home["income_12m"] else [
            0, 699_999, 700_001, 950_000, 1_100_000, 1_400_000, 1_600_000, 2_100_000, 2_600_000, 9e9
        ]  # fmt: skip
        classes = {oracle.class_of(name, home["area"], i, c) for i in incomes for c in counts}
        decided = result.at[id, "poverty_class"]
        assert (plain(decided) or "undetermined") == (
            classes.pop() if len(classes) == 1 else "undetermined"
        )


def test_every_class_and_some_undetermined_households_are_in_the_sample():
    result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=mdp.standard("decree_07_2021"))
    assert result["poverty_class"].value_counts(dropna=False).gt(0).all()
    assert 0 < result["poverty_class"].isna().sum() < 25


@pytest.mark.slow
def test_the_demo_prints_its_table_and_writes_its_picture(tmp_path, capsys):
    demo = runpy.run_path(str(ROOT / "examples" / "demo.py"))
    demo["main"](tmp_path / "demo.png")
    assert (tmp_path / "demo.png").read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "Synthetic sample: 500 households" in printed
    assert "above_average" in printed


def test_the_demo_speaks_vietnamese_on_request(tmp_path, capsys):
    demo = runpy.run_path(str(ROOT / "examples" / "demo.py"))
    demo["main"](tmp_path / "demo.png", "vi")
    printed = capsys.readouterr().out
    assert "Dữ liệu giả lập: 500 hộ" in printed
    assert "Hộ cận nghèo" in printed
    assert not re.search("poor|above|income|deprivation|class", printed)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_pictures_show_the_shares_of_the_result(language):
    import matplotlib.pyplot as plt

    standard = mdp.standard("decree_07_2021")
    result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=standard)
    _, axes = plt.subplots(1, 2)
    ax = mdp.plotting.class_composition(
        result, by=SAMPLE.households["area"], language=language, ax=axes[0]
    )
    assert ax is axes[0]
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    assert [round(sum(group), 9) for group in zip(*widths, strict=True)] == [100, 100, 100]
    poor = (
        result["poverty_class"].eq("poor").groupby(SAMPLE.households["area"], observed=True).mean()
    )
    assert widths[0][:2] == pytest.approx([100 * poor["rural"], 100 * poor["urban"]])
    shown = mdp.plotting.deprivation_profile(
        result, standard=standard, language=language, ax=axes[1]
    )
    shares = [bar.get_width() for bar in shown.containers[0]]
    assert shares == pytest.approx(
        [
            100 * sum(v is True for v in result[i].astype(object)) / 500
            for i in standard.indicator_ids
        ]
    )
    labels = [label.get_text() for label in shown.get_yticklabels()]
    assert labels == [getattr(i.label, language) for i in standard.indicators]
    plt.close("all")
