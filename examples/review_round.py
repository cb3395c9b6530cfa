"""Three reviews of one synthetic commune, played from the first list to the last certificate.

The yearly review of 2023, a review in the year 2024 on the request of two households, and the
identification of farm households with an average living standard. Then a copy of the yearly
review with ten faults planted in it.

Run with ``python examples/review_round.py FOLDER`` where the package is installed with the
extras ``plot`` and ``docx``: it prints the round and writes a picture and the papers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import multidim_poverty as mdp
from multidim_poverty import review
from multidim_poverty.schema import Tables

COMMUNE = "Synthetic commune A"
DISAGREEING = "Synthetic village 2"
YEARLY = mdp.procedure_on("2023-09-05")


# -- the households ----------------------------------------------------------------------------


def commune() -> Tables:
    """The commune of the sample; two households whose village is not known are left out."""
    sample = mdp.load_sample()
    here = sample.households["commune"].eq(COMMUNE) & sample.households["village"].notna()
    homes = sample.households[here.fillna(False).astype(bool)]
    return Tables(homes, _people(sample.members, homes))


def _people(members: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    return members[members["household_id"].isin(homes.index)]


def classes(tables: Tables, on: str) -> pd.Series:
    """The class of each household under the standard of a day."""
    standard = mdp.standard_on(on, purpose="policy")
    people = _people(tables.members, tables.households)
    return mdp.assess(tables.households, people, standard=standard)["poverty_class"]


def current_list(tables: Tables) -> pd.Series:
    """A made-up list of the year before.

    The sample holds one survey, so the list is invented: the class that each household would have
    had with an income a fifth lower (id with an even number) or a quarter higher (odd number).
    """
    homes = tables.households
    even = homes.index.str[-1].astype(int) % 2 == 0
    before = homes["income_12m"] * pd.Series(even, index=homes.index).map({True: 0.8, False: 1.25})
    return classes(Tables(homes.assign(income_12m=before), tables.members), "2022-10-01")


def newcomers(tables: Tables, previous: pd.Series) -> list[str]:
    """Households outside the list whose income is under the poverty line, or is not known."""
    homes = tables.households
    line = mdp.standard_on("2023-10-01", purpose="policy").lines[0].rural
    low = ~(mdp.per_capita_income(homes) > line)
    outside = ~previous.isin(["poor", "near_poor"])
    return homes.index[low & outside].tolist()


def completed(tables: Tables) -> Tables:
    """The same households, with the answers that were missing given on a second visit."""
    homes, people = tables.households.copy(), tables.members.copy()
    homes["income_12m"] = homes["income_12m"].fillna(homes["household_size"] * 12 * 1_400_000)
    for column in ("has_television", "has_radio", "has_desktop", "has_telephone", "has_laptop"):
        homes[column] = homes[column].fillna(False)
    for column in ("has_tablet", "has_smartphone"):
        homes[column] = homes[column].fillna(True)
    for column in ("stunted", "underweight"):
        people[column] = people[column].mask(people["age"].lt(16) & people[column].isna(), False)
    return Tables(homes, people)


# -- the yearly review -------------------------------------------------------------------------


def meetings(villages: list[str], attending: int, agreeing: dict[str, int]) -> pd.DataFrame:
    """One residents' meeting per village, with everybody present who must be."""
    return pd.DataFrame(
        {
            "village": villages,
            "attending": attending,
            "agreeing": [agreeing.get(village, attending - 3) for village in villages],
            "minutes_copies": YEARLY.meeting.minutes_copies,
            "present": ", ".join(YEARLY.meeting.present),
        }
    )


def waiting(events: pd.DataFrame, state: str) -> pd.DataFrame:
    """The cases in a state."""
    cases = review.fold(events, procedure=YEARLY)
    return cases[cases["state"] == state]


def villages_in(events: pd.DataFrame, state: str) -> list[str]:
    return sorted(waiting(events, state)["village"].unique())


def open_list(tables: Tables) -> pd.DataFrame:
    """The list of 5 September: the current list, requests, and households that were spotted."""
    previous = current_list(tables)
    new = newcomers(tables, previous)
    requests = pd.DataFrame({"on": "2023-08-28", "form": "01", "form_a_items": 2}, index=new[:-3])
    return review.open_round(
        tables.households, previous=previous, requests=requests, spotted=new[-3:], on="2023-09-05"
    )


def first_visit(events: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Survey and meetings; a household with missing answers waits, one village does not agree."""
    events = review.record_survey(
        events, classes(tables, "2023-09-20").to_frame(), on="2023-09-20", undetermined="leave"
    )
    held = meetings(villages_in(events, "surveyed"), 42, {DISAGREEING: 20})
    return events.pipe(review.hold_meetings, held, on="2023-09-26").pipe(
        review.post, on="2023-09-27"
    )


def complainant(events: pd.DataFrame) -> str:
    """The first household posted as poor in another village: a neighbour complains about it."""
    posted = waiting(events, "posted")
    return str(posted.index[posted["assessed_class"] == "poor"][0])


def second_visit(events: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Survey again where the meeting did not agree, and where answers had been missing."""
    found = classes(completed(tables), "2023-10-02").to_frame()
    events = review.record_survey(events, found, on="2023-10-02")
    held = meetings(villages_in(events, "surveyed"), 40, {DISAGREEING: 20})  # exactly 50 %
    return events.pipe(review.hold_meetings, held, on="2023-10-05").pipe(
        review.post, on="2023-10-06"
    )


def verified(tables: Tables, household: str) -> pd.Series:
    """The class with the facts of the new verification: an income that the survey had missed."""
    homes = tables.households.loc[[household]].copy()
    homes["income_12m"] = homes["household_size"] * 12 * 1_650_000
    return classes(Tables(homes, tables.members), "2023-10-02")


def complaint(events: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """A complaint, a new verification that changes the class, and a new posting."""
    household = complainant(events)
    return (
        events.pipe(review.complain, {household: "Hộ có thu nhập khác"}, on="2023-09-29")
        .pipe(
            review.reverify,
            verified(tables, household),
            on="2023-10-02",
            law_on="2023-10-02",
            facts_on="2023-09-20",
        )
        .pipe(review.post, on="2023-10-03")
    )


def decide(events: pd.DataFrame) -> pd.DataFrame:
    """Summing up, the opinion of the district, and the decision of the commune."""
    return (
        events.pipe(review.sum_up, on="2023-10-12")
        .pipe(review.report, on="2023-10-12")
        .pipe(review.answer, on="2023-10-18", opinion="Nhất trí")
        .pipe(review.recognise, on="2023-10-20", decision_number="112/QĐ-UBND")
    )


def yearly_round(tables: Tables) -> pd.DataFrame:
    """All events of the yearly review of 2023."""
    events = open_list(tables).pipe(first_visit, tables).pipe(complaint, tables)
    return events.pipe(second_visit, tables).pipe(decide)


# -- reviews in the year -----------------------------------------------------------------------


def applicants(tables: Tables, events: pd.DataFrame) -> dict[str, str]:
    """Household -> form: one on no list asks by Form 01, one on the near-poor list by Form 04."""
    final = review.fold(events, procedure=YEARLY)["final_class"]
    homes = tables.households
    on_no_list = homes.index[~homes.index.isin(final.index) & homes["income_12m"].notna()]
    return {str(on_no_list[0]): "01", str(final.index[final == "near_poor"][0]): "04"}


def changed(tables: Tables, forms: dict[str, str]) -> Tables:
    """Their facts of 2024: one lost most of its income, the other earns more than the line."""
    homes = tables.households.loc[list(forms)].copy()
    monthly = [1_200_000 if form == "01" else 2_000_000 for form in forms.values()]
    homes["income_12m"] = homes["household_size"] * 12 * pd.Series(monthly, index=homes.index)
    return Tables(homes, _people(tables.members, homes))


def regular_review(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """The events of the review of March 2024 alone."""
    forms = applicants(tables, events)
    final = review.fold(events, procedure=YEARLY)["final_class"]
    facts = changed(tables, forms)
    requests = pd.DataFrame({"form": pd.Series(forms), "on": "2024-03-06", "form_a_items": 2})
    mine = {"process": "regular"}
    opened = review.open_round(
        tables.households, previous=final, requests=requests, on="2024-03-06", **mine
    )
    surveyed = review.record_survey(opened, classes(facts, "2024-03-18"), on="2024-03-18")
    held = meetings(sorted(facts.households["village"].unique()), 38, {})
    return (
        surveyed.pipe(review.hold_meetings, held, on="2024-03-20", **mine)
        .pipe(review.post, on="2024-03-21", **mine)
        .pipe(review.sum_up, on="2024-03-27", **mine)
        .pipe(review.recognise, on="2024-03-28", decision_number="31/QĐ-UBND", **mine)
    )


def accounts(homes: pd.DataFrame) -> pd.DataFrame:
    """Made-up farm accounts of 12 months: the first household is in the average band."""
    first, second = homes.index
    size = homes["household_size"] * 12
    rows = [
        (first, "crops", 1_700_000 * size[first], 400_000 * size[first]),
        (first, "livestock", 700_000 * size[first], 200_000 * size[first]),
        (first, "social_allowance", 500_000 * 12, 0),
        (second, "fishery", 3_200_000 * size[second], 600_000 * size[second]),
    ]
    return pd.DataFrame(rows, columns=["household_id", "source", "receipts", "costs"])


def farmers(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """Two households that are on no list and have asked for nothing so far."""
    known = set(review.fold(events, procedure=YEARLY).index) | set(applicants(tables, events))
    return tables.households.loc[[id for id in tables.households.index if id not in known][:2]]


def farm_table(homes: pd.DataFrame) -> pd.DataFrame:
    """Income by source, and whether it is that of the average living standard."""
    income = mdp.farm_income(homes, accounts(homes))
    standard = mdp.standard_on("2024-04-15", purpose="policy")
    average = mdp.average_living_standard(income.assign(area=homes["area"]), standard=standard)
    shown = ["income_per_capita", "crops", "livestock", "fishery", "left_out"]
    return income[shown].assign(average_living_standard=average)


def farm_review(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """The events of the farm review of April 2024 alone."""
    homes = farmers(tables, events)
    income = mdp.farm_income(homes, accounts(homes))["income_12m"]
    facts = Tables(homes.assign(income_12m=income), _people(tables.members, homes))
    return (
        review.open_round(homes, requests=homes.index, on="2024-04-08", process="farm")
        .pipe(review.record_survey, classes(facts, "2024-04-16"), on="2024-04-16")
        .pipe(review.post, on="2024-04-17")
        .pipe(review.sum_up, on="2024-04-26")  # 18 April was a public holiday
        .pipe(review.recognise, on="2024-04-26", decision_number="44/QĐ-UBND")
    )


def play() -> pd.DataFrame:
    """The events of all three reviews, in one table."""
    tables = commune()
    events = yearly_round(tables)
    in_the_year = [regular_review(tables, events), farm_review(tables, events)]
    return pd.concat([events, *in_the_year], ignore_index=True)


# -- ten faults --------------------------------------------------------------------------------


def plant(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The yearly round with ten faults, and what was planted: household, fault, rule to find it.

    The faulty rows stand before the lawful ones, so that the round could go on without them.
    """
    cases = review.fold(events, procedure=YEARLY)
    posted = events.loc[events["event"].eq("posted") & events["on"].eq("2023-09-27")]
    plain = cases.index.isin(posted["household_id"]) & cases["complaints"].eq(0)
    homes = iter(cases.index[plain])
    poor = iter(cases.index[plain & cases["final_class"].eq("poor")][::-1])  # from the other end
    planted: list[tuple[str, str, str]] = []

    def put(before: str, what: str, rule: str, *rows: dict[str, object], id: str = "") -> None:
        nonlocal events
        id = id or next(homes)
        case = {"household_id": id, "process": "periodic", "commune": COMMUNE}
        new = pd.DataFrame([case | row for row in rows]).assign(
            on=lambda t: pd.to_datetime(t["on"])
        )
        here = (events["household_id"] == id) & (events["event"] == before)
        at = int(here.to_numpy().argmax()) if here.any() else len(events)
        columns = {n: t for n, t in events.dtypes.items() if n != "household_id" and n in new}
        parts = [events.iloc[:at], new.astype(columns), events.iloc[at:]]
        events = pd.concat(parts, ignore_index=True)
        planted.append((id, what, rule))

    vote = {"event": "met", "on": "2023-09-26", "attending": 42, "minutes_copies": 2}
    put("met", "43 of 42 agree", "impossible_vote", vote | {"agreeing": 43})
    put(
        "met",
        "a meeting without minutes",
        "incomplete",
        vote | {"agreeing": 40, "minutes_copies": None},
    )
    put(
        "surveyed",
        "surveyed before the list was made",
        "before_predecessor",
        {"event": "surveyed", "on": "2023-09-04", "assessed_class": "poor"},
    )
    put("listed", "listed in August", "before_the_review", {"event": "listed", "on": "2023-08-30"})
    put(
        "",
        "a household that nobody listed",
        "unknown_household",
        {"event": "surveyed", "on": "2023-09-20", "assessed_class": "poor"},
        id="SYN-9999",
    )
    decision = {"event": "recognised", "on": "2023-10-20", "decision_number": "112/QĐ-UBND"}
    put(
        "recognised",
        "recognised in a class that no survey gave",
        "class_not_assessed",
        decision | {"assessed_class": "above_average"},
    )
    put("", "recognised twice", "already_closed", decision | {"on": "2023-10-25"}, id=next(homes))
    summed = {"event": "summed_up", "on": "2023-10-02"}
    put("summed_up", "summed up while still posted", "clock_still_runs", summed)
    grievance = {"event": "complained", "on": "2023-09-28", "complaint": "Có phản ánh"}
    again = {"event": "reverified", "assessed_class": "poor"}
    again |= {"law_on": pd.Timestamp("2023-10-02"), "facts_on": pd.Timestamp("2023-09-20")}
    put(
        "summed_up",
        "summed up while a complaint is pending",
        "complaint_pending",
        grievance,
        summed,
        again | {"on": "2023-10-03"},
        {"event": "reposted", "on": "2023-10-03"},
        id=next(poor),
    )
    put(
        "summed_up",
        "verified again a day late",
        "late",
        grievance | {"on": "2023-09-27"},
        again | {"on": "2023-10-07"},  # a Saturday: the seven working days ended on Friday
        {"event": "reposted", "on": "2023-10-07"},
        id=next(poor),
    )
    return events, pd.DataFrame(planted, columns=["household_id", "planted", "rule"])


# -- what comes out ----------------------------------------------------------------------------


def draw(events: pd.DataFrame, path: Path) -> None:
    """The yearly round by day, and where it stood on 29 September by village."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(9, 8), layout="constrained")
    yearly = events[events["process"] == "periodic"]
    mdp.plotting.review_by_day(yearly, procedure=YEARLY, ax=top)
    stood = review.fold(yearly[yearly["on"] <= "2023-09-29"], procedure=YEARLY)
    mdp.plotting.review_states(stood, by="village", ax=bottom)
    top.set_title("Yearly review of 2023, by day")
    bottom.set_title("Where it stood on 29 September 2023")
    figure.suptitle(f"{COMMUNE} (nobody in it exists)")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def write_papers(events: pd.DataFrame, folder: Path) -> list[Path]:
    """The minutes, the notice, the decision and the certificates, as DOCX."""
    from multidim_poverty import documents

    tables = commune()
    yearly = events[events["process"] == "periodic"]
    papers = [folder / f"{n}.docx" for n in ("minutes", "notice", "decision", "certificates")]
    documents.write_minutes(review.minutes(yearly, procedure=YEARLY), papers[0], procedure=YEARLY)
    documents.write_notice(
        review.notice(yearly, on="2023-10-06", procedure=YEARLY), papers[1], procedure=YEARLY
    )
    documents.write_decision(
        review.recognition_lists(yearly, procedure=YEARLY), papers[2], procedure=YEARLY
    )
    documents.write_certificates(
        review.certificates(yearly, procedure=YEARLY),
        papers[3],
        procedure=YEARLY,
        households=tables.households,
        members=tables.members,
    )
    return papers


def say(title: str, table: pd.DataFrame | None = None) -> None:
    print(f"\n{title}")
    if table is not None:
        print(table.to_string(index=not isinstance(table.index, pd.RangeIndex)))


def show_round(events: pd.DataFrame) -> None:
    """Print the round as an office would look at it."""
    faults = review.violations(events, procedure=YEARLY)
    say(f"{COMMUNE}: {len(events)} events, {len(faults)} violations")

    columns = ["village", "process", "step", "actor", "not_before", "due_on", "households"]
    steps = review.next_steps(events, on="2023-09-29", procedure=YEARLY)
    say("Who must do what by when, as asked on 29 September 2023", steps[columns])

    stopped = events[events["on"] <= "2023-09-29"]
    late = review.overdue(stopped, on="2023-10-06", procedure=YEARLY)
    columns = ["village", "step", "actor", "due_on", "days_late", "citation"]
    say("What would be overdue on 6 October had the office stopped there", late[columns])

    votes = review.minutes(events, procedure=YEARLY)
    keys = ["process", "village", "on", "attending", "agreeing", "passed"]
    held = votes.groupby(keys, observed=True).size().rename("households").reset_index()
    say("The meetings", held)

    lists = review.recognition_lists(events, procedure=YEARLY)
    counts = lists.groupby(["process", "list"], observed=True).size().rename("households")
    say("The lists", counts.reset_index())
    say("Their first rows", lists.groupby(["process", "list"], observed=True).head(1))
    closed = review.fold(events, procedure=YEARLY)
    columns = ["process", "village", "state", "previous_class", "assessed_class", "final_class"]
    say("Reviews in the year", closed.loc[closed["process"] != "periodic", columns])
    say("Certificates", review.certificates(events, procedure=YEARLY).head(3))


def show_faults(events: pd.DataFrame) -> None:
    """Print the planted faults, what names them, and what became of the round."""
    bad, planted = plant(events)
    say("Ten faults planted in a copy of the yearly round", planted)
    found = review.violations(bad, procedure=YEARLY)
    say("What is found", found[["household_id", "event", "on", "rule", "counts", "message"]])
    cases = review.fold(bad, procedure=YEARLY, on_violation="keep")
    states = cases["state"].value_counts()
    say(f"The rest goes on: {states[states > 0].to_dict()}")
    flagged = cases.loc[cases["violations"] > 0, ["state", "final_class", "violations"]]
    say("Flagged cases", flagged)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pd.set_option("display.width", 160, "display.max_columns", 20)
    tables = commune()
    print(f"The list of the year before is made up. {len(tables.households)} households.")
    events = play()
    show_round(events)
    say("Farm income [VND/person/month]", farm_table(farmers(tables, yearly_round(tables))))
    show_faults(events[events["process"] == "periodic"].reset_index(drop=True))
    draw(events, folder / "review_round.png")
    for path in [folder / "review_round.png", *write_papers(events, folder)]:
        print(f"Written: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "review_round"))
