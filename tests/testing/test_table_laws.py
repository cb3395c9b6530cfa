"""The laws of surveys, points and movements, and implementations behind JSON."""

import json
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pandas as pd
import pytest
from hypothesis import Phase, find, given, settings

import multidim_poverty as mdp
from multidim_poverty import testing
from tests.helpers.profile import at_most

D07 = mdp.standard("decree_07_2021")
GENERATE = settings(max_examples=200, database=None, phases=[Phase.generate], deadline=None)


def one(strategy, wanted=lambda _: True):
    return find(strategy, wanted, settings=GENERATE)


def indicators(households, members, on):
    return mdp.deprivations(households, members, standard=D07, on=on)


def assess(households, members, on):
    return mdp.assess(households, members, standard=D07, on=on)


def few_surveys(**how):
    return testing.boundary_rosters(standard=D07, whole=False, **how)


# -- counterexamples ---------------------------------------------------------------------------


def test_a_counterexample_shows_the_household_and_its_members():
    homes = pd.DataFrame({"area": "rural", "floor_area": 8.0}, index=["a"])
    people = pd.DataFrame({"household_id": ["a"], "member_id": 1, "age": 6})
    people["has_health_insurance"] = False

    def from_seven(households, members, on):
        right = indicators(households, members, on)
        return right.assign(health_insurance=False)

    with pytest.raises(AssertionError) as error:
        testing.check_indicator_laws(from_seven, homes, people, standard=D07)
    assert str(error.value).splitlines() == [
        "answers_are_those_of_the_law: 'a'",
        "health_insurance: answered False, by the law True",
        "household: area rural, floor_area 8.0",
        "member: member_id 1, age 6, has_health_insurance False",
    ]


def test_an_answer_of_the_whole_needs_the_class_alone():
    survey = one(few_surveys())
    tables = survey.households, survey.members

    def class_alone(households, members, on):
        return [
            {"poverty_class": None if pd.isna(cls) else cls}
            for cls in assess(households, members, on)["poverty_class"]
        ]

    testing.check_assess_laws(class_alone, *tables, standard=D07, on=survey.on)
    with pytest.raises(AssertionError, match="no column poverty_class"):
        testing.check_assess_laws(indicators, *tables, standard=D07, on=survey.on)
    with pytest.raises(AssertionError, match="no column employment"):
        testing.check_indicator_laws(class_alone, *tables, standard=D07, on=survey.on)
    with pytest.raises(AssertionError, match="0 came back"):
        testing.check_assess_laws(lambda *_: [], *tables, standard=D07, on=survey.on)


def test_what_the_other_households_became_is_shown():
    index = pd.Index(["a", "b", "c"], name="household_id")
    homes = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 9e6, 9e6]}, index=index)
    matrix = pd.DataFrame(False, index=index, columns=D07.indicator_ids)

    def table_has_poor(households, deprivations):
        some = len(households) > 1 and (households["income_per_capita"] == 0).any()
        return ["near_poor" if some else "average"] * len(households)

    with pytest.raises(AssertionError) as error:
        testing.households_stand_alone(table_has_poor, homes, matrix, standard=D07)
    words = str(error.value)
    assert "where the others became poor in everything" in words
    lines = {line.split()[0]: line.split()[1:] for line in words.splitlines()[1:] if line.strip()}
    assert lines["household"] == ["b", "b", "a", "a"] or lines["household"] == ["a", "a", "b", "b"]
    assert lines["income_per_capita"][3] == "0.0"
    assert "another, after" in words


# -- points and movement -----------------------------------------------------------------------


@at_most(10)
@given(points=testing.boundary_points(standard="decision_59_2015", missing=True))
def test_points_of_the_rule_before_keep_every_law(points):
    standard = mdp.standard("decision_59_2015")
    testing.check_points_laws(
        lambda table: mdp.classify_points(table, standard=standard), points, standard=standard
    )


def test_a_variant_has_no_points():
    variant = D07.replace(
        name="variant", why="a test", lines={"poverty_line": {"rural": 1_600_000}}
    )
    with pytest.raises(mdp.NotCoveredError):
        testing.boundary_points(standard=variant)


@at_most(10)
@given(years=testing.movement_inputs(whole=False))
def test_flows_equal_the_oracle(years):
    tables = years.start, years.end, years.history, years.links
    for relapse in ("same_list", "any_list"):
        fast = mdp.movement.flows(*tables[:2], history=tables[2], links=tables[3], relapse=relapse)
        slow = testing.oracle_flows(
            *tables[:2], history=tables[2], links=tables[3], relapse=relapse
        )
        for name in slow.columns:
            one = [None if pd.isna(value) else value for value in fast[name]]
            assert one == [None if pd.isna(value) else value for value in slow[name]], name


def test_movement_without_links_or_history():
    start = pd.DataFrame({"poverty_class": ["poor", None], "household_size": [2, 3]})
    end = start.iloc[::-1]

    def flows(start, end, history, links):
        return mdp.movement.flows(start, end, history=history, links=links)

    testing.check_movement_laws(flows, start, end)
    with pytest.raises(AssertionError, match="no answer for"):
        testing.check_movement_laws(lambda *years: flows(*years).iloc[1:], start, end)
    more = [{"start_id": 9, "end_id": 9, "poor_flow": None, "near_poor_flow": None}]
    with pytest.raises(AssertionError, match="who was not asked about"):
        testing.check_movement_laws(
            lambda *years: [*flows(*years).to_dict("records"), *more], start, end
        )
    with pytest.raises(AssertionError, match="two rows for"):
        testing.check_movement_laws(lambda *years: pd.concat([flows(*years)] * 2), start, end)


# -- behind JSON -------------------------------------------------------------------------------


def answer(text):
    """A service that answers any of the questions with the functions of the package."""
    asked = json.loads(text)
    if "start" in asked:
        years = [pd.DataFrame(asked[name]).set_index("household_id") for name in ("start", "end")]
        more = [
            pd.DataFrame(asked[name], columns=columns)
            for name, columns in (
                ("history", ["household_id", "poverty_class"]),
                ("links", ["kind", "start_id", "end_id"]),
            )
        ]
        table = mdp.movement.flows(*years, history=more[0], links=more[1])
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        return json.dumps({"flows": rows})
    homes = asked["households"]
    if "b1" in homes[0]:
        table = pd.DataFrame(homes).set_index("household_id")
        table = table.astype({name: "Int64" for name in table.columns if name[0] == "b"})
        found = mdp.classify_points(table, standard=D07)
    elif "deprivations" in homes[0]:
        matrix = pd.DataFrame(
            [home.pop("deprivations") for home in homes], dtype="boolean"
        ).set_axis([home["household_id"] for home in homes], axis=0)
        table = pd.DataFrame(homes).set_index("household_id")
        numbers = [name for name in table.columns if name != "area"]
        table = table.astype(dict.fromkeys(numbers, "Float64"))
        found = mdp.classify(table, matrix, standard=D07)
    else:
        tables = mdp.to_frames([mdp.Household.model_validate_json(json.dumps(h)) for h in homes])
        found = mdp.assess(tables.households, tables.members, standard=D07, on=asked["on"])
    found = found.astype(object).where(found.notna(), None)
    rows = found.reset_index().to_dict("records")[::-1]  # in any order
    return json.dumps({"households": rows}, default=lambda value: value.item())


@pytest.mark.slow
def test_every_kind_of_implementation_may_be_behind_json():
    classes = one(testing.boundary_households(standard=D07, whole=False, income="either"))
    testing.check_class_laws(
        testing.over_json(answer, "classes", batch=5),
        classes.households,
        classes.deprivations,
        standard=D07,
    )
    survey = one(few_surveys(missing=True, backend="nullable"))
    tables = survey.households, survey.members
    f = testing.over_json(answer, "indicators", batch=3)
    testing.check_indicator_laws(f, *tables, standard=D07, on=survey.on)
    f = testing.over_json(answer, "assess")
    testing.check_assess_laws(f, *tables, standard=D07, on=survey.on)
    points = one(testing.boundary_points(standard=D07, missing=True))
    testing.check_points_laws(testing.over_json(answer, "points"), points, standard=D07)
    years = one(testing.movement_inputs(whole=False))
    testing.check_movement_laws(
        testing.over_json(answer, "movement"),
        years.start,
        years.end,
        history=years.history,
        links=years.links,
    )


PROGRAM = """
import json, sys
homes = json.load(sys.stdin)["households"]
lines = {"rural": 1500000, "urban": 2000000}
def classify(home):
    poor = home["income_per_capita"] < lines[home["area"]]  # at the line is not above it
    deprived = sum(home["deprivations"].values())
    above = "average" if home["income_per_capita"] <= lines[home["area"]] * 1.5 else "above_average"
    return ("poor" if deprived >= 3 else "near_poor") if poor else above
print(json.dumps({"households": [
    {"household_id": home["household_id"], "poverty_class": classify(home)} for home in homes]}))
"""


def test_a_program_is_tried_over_its_command_line():
    def call(text):
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        return done.stdout

    inputs = one(testing.boundary_households(standard=D07))
    with pytest.raises(AssertionError, match=r"is average, and by the standard \w*poor") as error:
        testing.classes_are_those_of_the_standard(
            testing.over_json(call, "classes"),
            inputs.households,
            inputs.deprivations,
            standard=D07,
        )
    assert "1500000.0" in str(error.value) or "2000000.0" in str(error.value)


def test_a_service_is_tried_over_http():
    sizes = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
            sizes.append(len(json.loads(text)["households"]))
            body = answer(text).encode("utf-8")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:

        def call(text):
            url = f"http://127.0.0.1:{server.server_port}/"
            request = urllib.request.Request(url, data=text.encode("utf-8"))
            with urllib.request.urlopen(request) as response:
                return response.read().decode("utf-8")

        inputs = one(testing.class_inputs(standard=D07, min_size=7, max_size=7))
        testing.classes_are_those_of_the_standard(
            testing.over_json(call, "classes", batch=3),
            inputs.households,
            inputs.deprivations,
            standard=D07,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert sizes == [3, 3, 1]


@pytest.mark.parametrize(
    ("back", "error", "words"),
    [
        ("<html>", AssertionError, "no JSON"),
        ("[]", AssertionError, "no list of objects 'households'"),
        ('{"households": [1]}', AssertionError, "no list of objects"),
        ('{"households": []}', AssertionError, "asked about 2 households"),
        (
            '{"households": [{"household_id": "a"}, {"household_id": "a"}]}',
            AssertionError,
            "asked about 2 households",
        ),
    ],
)
def test_what_comes_back_over_json_is_checked(back, error, words):
    f = testing.over_json(lambda _: back, "points")
    table = pd.DataFrame({"area": "rural", "b1": [1, 2], "b2": 0}, index=["a", "b"])
    with pytest.raises(error, match=words):
        f(table)


def test_days_and_unknown_answers_in_json():
    sent = []

    def call(text):
        sent.append(json.loads(text))
        return json.dumps({"households": [{"household_id": 7, "poverty_class": None}]})

    homes = pd.DataFrame({"area": ["rural"], "floor_area": [None]}, index=[7])
    people = pd.DataFrame({"household_id": [7], "birth_date": pd.to_datetime(["2020-02-29"])})
    f = testing.over_json(call, "assess")
    assert f(homes, people, pd.Timestamp("2023-06-30").date())["poverty_class"].tolist() == [None]
    assert sent == [
        {
            "on": "2023-06-30",
            "households": [
                {
                    "household_id": 7,
                    "area": "rural",
                    "floor_area": None,
                    "members": [{"birth_date": "2020-02-29"}],
                }
            ],
        }
    ]
    assert f(homes, None, None)["poverty_class"].tolist() == [None]
    assert "members" not in sent[1]["households"][0]
    for options, words in (({"kind": "x"}, "kind 'x'"), ({"batch": 0}, "batch 0")):
        with pytest.raises(ValueError, match=words):
            testing.over_json(call, **({"kind": "points"} | options))


# -- metadata ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda h, d: h.attrs.clear(), "the attrs of households were"),
        (lambda h, d: h.attrs["multidim_poverty.testing"].append(1), "the attrs of households"),
        (lambda h, d: setattr(d.index, "name", "id"), "the names of the index of deprivations"),
        (lambda h, d: setattr(d.columns, "name", "id"), "the names of the columns of deprivations"),
        (lambda h, d: h.flags.__setattr__("allows_duplicate_labels", False), "flags of households"),
        (
            lambda h, d: h.isetitem(0, h["area"].cat.reorder_categories(["urban", "rural"])),
            "'area' of households was dtype category of",
        ),
        (lambda h, d: h, "after the answer was written over"),
    ],
)
def test_every_change_of_metadata_is_seen(change, words):
    inputs = one(testing.class_inputs(standard=D07, min_size=3))
    with pytest.raises(AssertionError, match=words):
        testing.inputs_are_not_changed(change, inputs.households, inputs.deprivations, standard=D07)
