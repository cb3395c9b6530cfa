"""Households and flows built so that the tables of Cu Jut district, 2024, come out of them.

The figures are those of ``dak-nong-2024-cu-jut``: real exports of a partial data entry. What the
exports do not give (how table 3 splits over three of the communes, who is how many persons, that
the newly arising stood above near-poor at the start) is made up here, and nothing is tested on it.
"""

from __future__ import annotations

import pandas as pd

import multidim_poverty as mdp

STANDARD = mdp.standard("decree_07_2021")
DISTRICT = "Cư Jút"
COMMUNES = ["TT Ea TLing", "Đắk DRông", "Ea Pô", "Tâm Thắng", "Cư Knia", "Đắk Wil", "Nam Dong"]
COMMUNES += ["Trúc Sơn"]
UNITS = pd.DataFrame({"district": DISTRICT, "commune": COMMUNES})

# Table 4: poor households, incidents, indicators 1 to 12.
TABLE_4 = {
    DISTRICT: [204, 716, 93, 94, 37, 52, 62, 13, 51, 107, 4, 128, 53, 22],
    "TT Ea TLing": [5, 19, 4, 2, 1, 1, 0, 0, 0, 2, 2, 3, 3, 1],
    "Đắk DRông": [74, 261, 18, 36, 9, 3, 37, 3, 38, 40, 2, 57, 11, 7],
    "Ea Pô": [67, 233, 29, 25, 27, 7, 19, 8, 7, 34, 0, 41, 25, 11],
    "Tâm Thắng": [58, 203, 42, 31, 0, 41, 6, 2, 6, 31, 0, 27, 14, 3],
} | {name: [0] * 14 for name in COMMUNES[4:]}

TABLE_5 = {
    DISTRICT: [
        "45.59",
        "46.08",
        "18.14",
        "25.49",
        "30.39",
        "6.37",
        "25",
        "52.45",
        "1.96",
        "62.75",
        "25.98",
        "10.78",
    ],
    "TT Ea TLing": ["80", "40", "20", "20", "0", "0", "0", "40", "40", "60", "60", "20"],
}

# Tables 2 and 3: columns 1, 2, 3, 5, 6, 7 and the closing stock; households, then persons.
TABLE_2 = {
    DISTRICT: ([294, 64, 45, 5, 0, 14, 204], [1313, 303, 243, 26, 0, 59, 852]),
    "Đắk DRông": ([119, 10, 45, 3, 0, 7, 74], [570, 46, 243, 13, 0, 30, 324]),
    "Ea Pô": ([85, 23, 0, 0, 0, 5, 67], [323, 97, 0, 0, 0, 18, 244]),
    "Tâm Thắng": ([80, 26, 0, 2, 0, 2, 58], [377, 134, 0, 13, 0, 11, 267]),
    "TT Ea TLing": ([10, 5, 0, 0, 0, 0, 5], None),
}
TABLE_3 = {
    DISTRICT: ([276, 45, 5, 63, 0, 18, 305], [1253, 194, 26, 301, 0, 62, 1389]),
    "Tâm Thắng": ([116, 0, 2, 25, 0, 4, 141], None),
}

POOR, NEAR, OUT = "poor", "near_poor", "average"
# (commune, start class, end class, households, persons): one line per flow of the tables.
FLOWS = [
    ("TT Ea TLing", POOR, POOR, 5, 17),
    ("TT Ea TLing", POOR, NEAR, 5, 26),
    ("Đắk DRông", POOR, POOR, 64, 281),
    ("Đắk DRông", POOR, NEAR, 10, 46),
    ("Đắk DRông", POOR, OUT, 45, 243),
    ("Đắk DRông", NEAR, POOR, 3, 13),
    ("Đắk DRông", OUT, POOR, 7, 30),
    ("Ea Pô", POOR, POOR, 62, 226),
    ("Ea Pô", POOR, NEAR, 23, 97),
    ("Ea Pô", OUT, POOR, 5, 18),
    ("Tâm Thắng", POOR, POOR, 54, 243),
    ("Tâm Thắng", POOR, NEAR, 25, 132),
    ("Tâm Thắng", POOR, "edited", 1, 2),
    ("Tâm Thắng", NEAR, POOR, 2, 13),
    ("Tâm Thắng", OUT, POOR, 2, 11),
    # Near-poor; over communes other than Tâm Thắng only the sum is known.
    ("Ea Pô", NEAR, NEAR, 112, 511),
    ("Ea Pô", NEAR, OUT, 45, 194),
    ("Ea Pô", OUT, NEAR, 14, 48),
    ("Tâm Thắng", NEAR, NEAR, 112, 515),
    ("Tâm Thắng", OUT, NEAR, 4, 14),
    ("Tâm Thắng", NEAR, None, 2, 7),  # of these two nothing is known at the end
]


def spread(total, n):
    """Whole numbers, as even as can be."""
    return [total // n + (k < total % n) for k in range(n)]


def flows(*, edited=False):
    """Flows of the district; `edited` is the later export, with one record changed."""
    rows = []
    for commune, start, end, n, persons in FLOWS:
        if end == "edited":
            end = OUT if edited else NEAR
        rows += [(commune, start, end, size) for size in spread(persons, n)]
    columns = ["commune", "start", "end", "household_size"]
    homes = pd.DataFrame(rows, columns=columns, index=[f"H{n:04}" for n in range(len(rows))])
    years = {
        year: homes[homes[year].notna()]
        .assign(poverty_class=homes[year], district=DISTRICT)
        .drop(columns=["start", "end"])
        for year in ("start", "end")
    }
    return mdp.movement.flows(years["start"], years["end"], by=["district", "commune"])


def result(moved):
    """The households at the end, classified by the decree from their income and deprivations."""
    there = moved[moved["end_id"].notna()]
    households = pd.DataFrame(
        {
            "area": "rural",
            "district": DISTRICT,
            "commune": there["commune"].to_numpy(),
            "household_size": there["end_persons"].to_numpy(),
            "income_per_capita": [
                2.0e6 if end == OUT else 1.2e6 for end in there["end_class"].tolist()
            ],
        },
        index=pd.Index(there["end_id"].to_numpy(), name="household_id"),
    )
    matrix = pd.DataFrame(False, index=households.index, columns=list(STANDARD.indicator_ids))
    for commune, (n, _, *counts) in TABLE_4.items():
        poor = (there["end_class"] == POOR).to_numpy() & (there["commune"] == commune).to_numpy()
        ids = households.index[poor]
        if commune == DISTRICT or not len(ids):
            continue
        assert len(ids) == n
        at = 0  # dealt round the table, so that everyone gets as many, and none twice the same
        for indicator, count in zip(STANDARD.indicator_ids, counts, strict=True):
            dealt = [ids[(at + k) % n] for k in range(count)]
            matrix.loc[dealt, indicator] = True
            at += count
    classes = mdp.classify(households, matrix, standard=STANDARD)
    return households.join(matrix).join(classes)
