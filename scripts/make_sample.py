"""Draw the synthetic sample that `multidim_poverty.load_sample` reads.

Run from the top of the repository: ``python scripts/make_sample.py``. The seed is fixed, so
the files come out the same. No number in here describes a real place: hardship is one hidden
score per household that makes deprivations go together, as they do in any survey.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from multidim_poverty import validate
from multidim_poverty.schema.definitions import COLUMNS

SEED = 2021
HOUSEHOLDS = 500
SHARE_MISSING = 0.006
TARGET = Path(__file__).parent.parent / "src" / "multidim_poverty" / "data"
COMMUNES = {
    "Synthetic commune A": "rural",
    "Synthetic commune B": "rural",
    "Synthetic ward C": "urban",
}


def main() -> None:
    rng = np.random.default_rng(SEED)
    homes, people = [], []
    for number in range(1, HOUSEHOLDS + 1):
        home, members = household(rng, f"SYN-{number:04d}")
        homes.append(home)
        people += members
    households = pd.DataFrame(homes).set_index("household_id")
    members = pd.DataFrame(people)
    blank(rng, households, "households")
    blank(rng, members, "members")
    validate(households, members)
    households.to_csv(TARGET / "synthetic_households.csv")
    members.to_csv(TARGET / "synthetic_members.csv", index=False)
    print(f"{len(households)} households, {len(members)} members written to {TARGET}")


def household(
    rng: np.random.Generator, id: str
) -> tuple[dict[str, object], list[dict[str, object]]]:
    hardship = rng.beta(1.4, 3.0)
    commune = rng.choice(list(COMMUNES), p=[0.4, 0.3, 0.3])
    area = COMMUNES[commune]
    members = people(rng, id, hardship)
    minority = rng.random() < 0.15 + 0.5 * hardship
    centre = 3_300_000 if area == "rural" else 4_400_000
    income = round(centre * float(np.exp(rng.normal(0, 0.35) - 1.9 * hardship)), -3)

    def has(share: float, effect: float) -> bool:
        return bool(rng.random() < share - effect * hardship)

    def one_of(good: list[str], bad: list[str], share: float, effect: float) -> str:
        return str(rng.choice(good if has(share, effect) else bad))

    size = len(members)
    return {
        "household_id": id,
        "area": area,
        "province": "Synthetic province",
        "commune": commune,
        "village": f"Synthetic village {rng.integers(1, 5)}",
        "ethnic_group": str(rng.choice(["M'Nông", "Ê Đê", "Tày", "Nùng"])) if minority else "Kinh",
        "ethnic_minority": minority,
        "local_minority": False,
        "income_12m": float(income * 12 * size),
        "household_size": size,
        "wall_durable": has(1.0, 0.9),
        "frame_durable": has(1.0, 0.8),
        "roof_durable": has(1.05, 0.5),
        "floor_area": float(np.round(size * max(3.0, rng.normal(19 - 16 * hardship, 4)), 1)),
        "water_source": one_of(
            ["piped", "drilled_well", "protected_dug_well", "rainwater"], ["other"], 1.05, 0.6
        ),
        "toilet": one_of(
            ["septic", "pour_flush", "ventilated_pit", "double_vault"], ["other", "none"], 1.1, 1.1
        ),
        "has_television": has(1.0, 0.7),
        "has_radio": has(0.2, 0.1),
        "has_desktop": has(0.25, 0.4),
        "has_telephone": has(0.15, 0.2),
        "has_laptop": has(0.3, 0.5),
        "has_tablet": has(0.2, 0.3),
        "has_smartphone": has(1.1, 0.9),
        "no_labour_capacity": bool(all(m["age"] >= 60 for m in members)),
        "member_of_merit": has(0.06, 0.0),
        "female_head": members[0]["sex"] == "female",
    }, members


def people(rng: np.random.Generator, id: str, hardship: float) -> list[dict[str, object]]:
    head = int(rng.integers(22, 82))
    found = [("head", head, rng.choice(["male", "female"], p=[0.75, 0.25]))]
    if rng.random() < 0.8:
        spouse = int(np.clip(head + rng.integers(-6, 4), 18, 100))
        found.append(("spouse", spouse, "female" if found[0][2] == "male" else "male"))
    found += [
        ("child", int(max(0, head - rng.integers(20, 38))), rng.choice(["male", "female"]))
        for _ in range(int(rng.poisson(1.4 + 1.5 * hardship)))
    ]
    if head < 60 and rng.random() < 0.2:
        found.append(("parent", int(min(100, head + rng.integers(20, 30))), "female"))
    return [person(rng, id, n, *who, hardship) for n, who in enumerate(found, start=1)]


def person(
    rng: np.random.Generator,
    id: str,
    number: int,
    relation: str,
    age: int,
    sex: str,
    hardship: float,
) -> dict[str, object]:
    behind = rng.random() < 0.05 + 0.4 * hardship
    attending = "none"
    for below, level, left in (
        (3, "none", 0),
        (6, "preschool", 0.4),
        (11, "primary", 0.15),
        (15, "lower_secondary", 0.2),
        (18, "upper_secondary", 0.7),
        (22, "higher", 1.2),
    ):
        if age < below:
            attending = "none" if rng.random() < left * hardship else level
            break
    qualification = "none"
    if age >= 11:
        qualification = "primary"
    if age >= 15 and not behind:
        qualification = "lower_secondary"
    if age >= 18 and not behind:
        levels = ["lower_secondary", "upper_secondary", "vocational", "higher"]
        qualification = str(rng.choice(levels, p=[0.3, 0.35, 0.2, 0.15]))
    elderly_or_disabled = bool(age >= 70 or rng.random() < 0.03)
    if age < 15 or attending != "none" or age >= 65:
        status = "inactive"
    else:
        share = np.array(
            [0.45 - 0.4 * hardship, 0.12 + 0.25 * hardship, 0.35, 0.02 + 0.05 * hardship]
        )
        kinds = ["wage_with_contract", "wage_without_contract", "own_account", "unemployed"]
        status = str(rng.choice(kinds, p=share / share.sum()))
    return {
        "household_id": id,
        "member_id": number,
        "age": age,
        "sex": sex,
        "relation": relation,
        "employment_status": status,
        "has_disability": bool(elderly_or_disabled and age < 70),
        "receives_social_allowance": bool(
            age >= 80 or (elderly_or_disabled and rng.random() < 0.5)
        ),
        "stunted": bool(age < 16 and rng.random() < 0.02 + 0.2 * hardship),
        "underweight": bool(age < 16 and rng.random() < 0.02 + 0.15 * hardship),
        "has_health_insurance": bool(rng.random() < 1.02 - 0.3 * hardship),
        "attending": attending,
        "qualification": qualification,
        "enterprise_trained": bool(16 <= age <= 30 and rng.random() < 0.04),
        "uses_internet": bool(8 <= age < 75 and rng.random() < 0.95 - 0.7 * hardship),
    }


def blank(rng: np.random.Generator, frame: pd.DataFrame, table: str) -> None:
    """Leave some answers out, as any survey does; never an id, an area or a size."""
    kept = {"area", "household_size", "household_id", "member_id", "age", "relation"}
    for column in COLUMNS:
        if column.table == table and column.name in frame.columns and column.name not in kept:
            gaps = rng.random(len(frame)) < SHARE_MISSING
            frame[column.name] = frame[column.name].astype(object).mask(gaps)


if __name__ == "__main__":
    main()
