"""One text of a rate in tables, plans, bars and maps; one poor rate from every function."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.language import rounded_text
from multidim_poverty.plotting import Scale, progress
from multidim_poverty.plotting.bands import Bands
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.unit_rates import UnitRates
from multidim_poverty.programmes.printed_numbers import as_printed
from multidim_poverty.programmes.targets import measure, measure_tables

TIES = [19.165, 0.005, 0.125, 0.375, 2.675, 45.585, 99.995, 1.005]


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("rate", [*TIES, 0.0, 19.2, 33.333333, 0.004999, 100.0])
def test_tables_bars_maps_and_plans_print_one_text_of_a_rate(rate):
    exact = Fraction(str(rate))
    fixed = Decimal(str(rate)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{fixed:f}".rstrip("0").rstrip(".").replace(".", ",")
    assert rounded_text(rate, "vi") == text

    counts = pd.Series([exact.numerator], dtype="Int64")
    bases = pd.Series([100 * exact.denominator], dtype="Int64")
    rates = reports.rates(counts, bases, zero_base="zero")
    for value in (rates.item(), rate):
        table = pd.DataFrame(
            {column.id: [value if column.kind == "rate" else 1] for column in
             reports.layout(1).printed if column.id != "unit"}
        ).assign(unit="A", level="total", number="")  # fmt: skip
        table.attrs = {"table": 1}
        assert reports.printed(table, decimal=",")["poor_households_rate"].item() == text

    drawn = UnitRates(pd.Series({"01": rate}), "", "no_data", [])
    assert Bands(drawn, ["01"], Scale((0, 100)), Picture(language="vi")).text("01") == text
    one = {"indicator": ["poor rate"], "period": 2022, "value": rate, "target": rate}
    assert progress(pd.DataFrame(one), language="vi").texts[0].get_text() == f"{text} / {text}"
    assert as_printed(exact, 2) == f"{fixed:f}".replace(".", ",")


SAMPLE = mdp.load_sample()
STANDARD = mdp.standard("decree_07_2021")
RESULT = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
WIDE = reports.wide(SAMPLE.households, RESULT).assign(province="67")
TABLES = {1: reports.table_1(WIDE, population="counted")}


def measured(table):
    return table.set_index("indicator").loc["poor_rate"]


RATES = {
    "measures.headcount": lambda: mdp.measures.headcount(RESULT)["headcount_ratio"].item(),
    "measures.headcount of one group": lambda: mdp.measures.headcount(WIDE, by="province")[
        "headcount_ratio"
    ].item(),
    "reports.table_1": lambda: TABLES[1]["poor_households_rate"].item(),
    "reports.table_12": lambda: reports.table_12(WIDE, population="counted")[
        "poor_households_rate"
    ].item(),
    "plotting.rates": lambda: mdp.plotting.rates(WIDE, "province")["rate"].item(),
    "programmes.targets.measure": lambda: measured(measure(WIDE, standard=STANDARD, period="2023"))[
        "value"
    ],
    "programmes.targets.measure_tables": lambda: measured(
        measure_tables(TABLES, standard=STANDARD, period="2023")
    )["value"],
    "plotting.class_composition": lambda: drawn_share("poor"),
    "population.check": lambda: 100 * checked()["poor"] / checked()["households"],
}
TOTALS = mdp.population.Totals(
    households=500, poor=96, near_poor=76, minority=147, minority_poor=41
)


def checked():
    table = mdp.population.check(SAMPLE, TOTALS, standard=STANDARD)
    return table.set_index("total")["counted"]


def drawn_share(poverty_class):
    """Width of the bar of a class in the picture of all households."""
    ax = mdp.plotting.class_composition(RESULT)
    place = RESULT["poverty_class"].cat.categories.get_loc(poverty_class)
    (bar,) = ax.containers[place]
    return bar.get_width()


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_every_function_gives_one_poor_rate_of_the_sample(rate):
    assert rate() == pytest.approx(19.2, abs=1e-12)


def test_households_without_a_class_are_handed_on_by_every_function():
    undetermined = [
        mdp.measures.headcount(RESULT)["undetermined"].item(),
        TABLES[1]["undetermined"].item(),
        mdp.plotting.rates(WIDE, "province")["undetermined"].item(),
        measured(measure(WIDE, standard=STANDARD, period="2023"))["undetermined"],
        measured(measure_tables(TABLES, standard=STANDARD, period="2023"))["undetermined"],
    ]
    assert undetermined == [10] * 5


def test_bars_of_classes_have_the_weighted_shares_of_the_headcounts():
    weight = pd.Series(1.0 + np.arange(len(RESULT)) % 7, index=RESULT.index)
    design = mdp.measures.Design(weight=weight)
    area = mdp.load_sample().households["area"]
    ax = mdp.plotting.class_composition(RESULT, by=area, design=design)
    poor = ax.containers[0]
    rates = mdp.measures.headcount(RESULT, by=area, design=design)
    whole = mdp.measures.headcount(RESULT, design=design)
    drawn = sorted(bar.get_width() for bar in poor)
    expected = [*rates["headcount_ratio"], *whole["headcount_ratio"]]
    assert drawn == pytest.approx(sorted(expected), rel=1e-12)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["Rural (356)", "Urban (144)", "All (500)"]
    with pytest.raises(mdp.ArgumentError, match="neither a measures"):
        mdp.plotting.class_composition(RESULT, design="sample")
