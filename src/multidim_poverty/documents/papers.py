"""Papers of a review as Word files in Vietnamese: minutes, notice, decision, certificates.

Needs the extra ``docx``. What the tables do not hold (names, identity numbers, signatures) is
left as a blank to fill in by hand; nothing is made up. Places are printed as they stand in the
tables, so name them in full there ("Xã Ea Kao", "Thôn Đông"). The foot of each page names the
law that the paper rests on, and says what is unconfirmed.

The same table gives the same file, byte for byte: the author in its properties is the name of
this package, and its date is the last day in the table, not the day of writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.errors import optional_imports
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.law.procedure import Clock
from multidim_poverty.review.results import RecognitionList
from multidim_poverty.vocabulary import (
    Actor,
    PovertyClass,
    Relation,
    ReviewEvent,
    ReviewProcess,
    ReviewState,
    Term,
)

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["write_certificates", "write_decision", "write_minutes", "write_notice"]

BLANK = "\t"  # dots up to the right margin
DOTS = "……………"
# Widths of columns in mm, beside 12 mm for the number of the row.
VOTES = {"Mã hộ": 23, "Chủ hộ": 27, "Kết quả trước": 28, "Kết quả rà soát": 28}
VOTES |= {"Đồng ý": 20, "Kết luận": 22}
RESULTS = {"Hộ": 78, "Kết quả rà soát": 70}
LISTS = {"Danh sách": 123, "Số hộ": 25}
LISTED = {"Mã hộ": 26, "Chủ hộ": 40, "Thôn": 26, "Kết quả trước": 28, "Kết quả công nhận": 28}
YEARS = {"Năm": 18, "Công nhận": 35, "Quyết định": 45}
YEARS |= {f"{Actor.COMMUNE_CHAIR.vi} (ký tên, đóng dấu)": 50}
# A column of Form 03, in its own words: its width, and the column of the members that fills it.
MEMBERS = {
    "họ tên": (48, "name"),
    "dân tộc": (24, "ethnic_group"),
    "quan hệ với chủ hộ": (28, "relation"),
    "năm sinh": (22, "birth_date"),
    "ghi chú": (26, ""),
}
EMPTY_ROWS = 6  # where the members are not known


def write_minutes(
    minutes: pd.DataFrame,
    path: str | Path,
    *,
    procedure: Procedure,
    names: pd.Series[Any] | None = None,
) -> Path:
    """Write the minutes of the residents' meetings, a sheet for each meeting.

    Parameters
    ----------
    minutes : pandas.DataFrame
        From `multidim_poverty.review.minutes`.
    path : str or pathlib.Path
        The .docx file; an older one is written over.
    procedure : Procedure
        Says who chairs, signs and keeps the minutes.
    names : pandas.Series, optional
        Name of the head, by ``household_id``; dots where it is not given.

    Returns
    -------
    pathlib.Path
        The file: place, day, who was present, persons attending; for each household the class
        on the list and the class put to the vote, the persons agreeing and their share in % of
        those attending (rounded down, so that a vote below the quorum never looks as if it
        reached it), and whether that was enough.

    Raises
    ------
    ValueError
        If the table has no rows or lacks a column, or a household has two names.
    MissingExtraError
        Without python-docx.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 3. No form of the minutes was seen: the layout is
    ours. One document is written; it states in how many copies the minutes were made.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2023-09-01")
    >>> homes = pd.DataFrame({"commune": "Xã X", "village": "Thôn A"}, index=["h1"])
    >>> held = pd.DataFrame(
    ...     {"village": ["Thôn A"], "attending": 40, "agreeing": 30, "minutes_copies": 2})
    >>> events = (
    ...     mdp.review.open_round(homes, requests=["h1"], on="2023-09-05")
    ...     .pipe(mdp.review.record_survey, pd.Series({"h1": "poor"}), on="2023-09-20")
    ...     .pipe(mdp.review.hold_meetings, held, on="2023-09-25"))
    >>> table = mdp.review.minutes(events, procedure=procedure)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mdp.documents.write_minutes(table, f"{folder}/minutes.docx", procedure=procedure).name
    'minutes.docx'
    """
    held = ["process", "commune", "village", "on", "attending", "present", "copies"]
    votes = ["household_id", "previous_class", "assessed_class", "agreeing", "passed"]
    rows, law = _checked(minutes, "minutes", [*held, *votes], names), procedure.meeting
    paper = _begin("Biên bản họp dân", rows["on"].max(), [law.citation], layout="biên bản")
    for (process, commune, village, on, attending, present, copies), cases in _groups(rows, held):
        codes = [] if pd.isna(present) else [code.strip() for code in str(present).split(",")]
        paper.sheet(_text(commune, DOTS), _text(village, DOTS))
        paper.title("Biên bản họp dân", _vi(ReviewProcess, process))
        paper.text(f"Thời gian: {_day(on)}")
        paper.text(f"Địa điểm: {BLANK}")
        paper.text(f"Chủ trì ({law.chair.vi}): {BLANK}")
        paper.text(f"{Actor.MEETING_SECRETARY.vi}: {BLANK}")
        paper.text(f"Thành phần dự họp: {'; '.join(_vi(Actor, c) for c in codes) or BLANK}")
        paper.text(f"Số người dự họp: {_text(attending, DOTS)}")
        quorum = f"ít nhất {law.agreeing_percent_at_least}% số người dự họp đồng ý"
        paper.text(f"Kết quả được thống nhất khi có {quorum}:")
        cells = _cells(cases, ["household_id", "head", "previous_class", "assessed_class"])
        verdicts = ["Thống nhất" if passed else "Chưa thống nhất" for passed in cases["passed"]]
        paper.grid(VOTES, [*cells, [_share(n, attending) for n in cases["agreeing"]], verdicts])
        made = law.minutes_copies if pd.isna(copies) else copies
        kept = "; ".join(who.vi for who in law.kept_by)
        paper.text(f"Biên bản được lập thành {made} bản; nơi giữ: {kept}.")
        paper.sign([f"{w.vi} (chủ trì)" if w is law.chair else w.vi for w in law.signed_by], DOTS)
    return paper.save(path)


def write_notice(
    notice: pd.DataFrame,
    path: str | Path,
    *,
    procedure: Procedure,
    names: pd.Series[Any] | None = None,
) -> Path:
    """Write the notice of results that is posted, a sheet for each village and posting.

    Parameters
    ----------
    notice : pandas.DataFrame
        From `multidim_poverty.review.notice`.
    path, procedure
        As for `write_minutes`; the procedure says for how long a notice is posted.
    names : pandas.Series, optional
        Name of the head, by ``household_id``, printed in place of the household's code; beside
        it where two households on a sheet have the same name.

    Returns
    -------
    pathlib.Path
        The file: code or name and result of each household, first and last day of the posting
        (until when a complaint can be made). Nothing else about a household is printed,
        whatever other columns the table has.

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4, and article 6 for farm households (both
    unconfirmed: the words were not seen). No form of the notice was seen: the layout is ours.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> first, last = pd.Timestamp("2023-09-28"), pd.Timestamp("2023-10-03")
    >>> table = pd.DataFrame({
    ...     "household_id": ["h1"], "commune": "Xã X", "village": "Thôn A", "process": "periodic",
    ...     "assessed_class": "poor", "posted_on": first, "posted_until": last, "again": False})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/notice.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_notice(table, path, procedure=procedure).name
    'notice.docx'
    """
    posting = ["process", "commune", "village", "posted_on", "posted_until", "again"]
    rows = _checked(notice, "notice", [*posting, "household_id", "assessed_class"], names)
    kinds = rows[["process", "again"]].drop_duplicates().itertuples(index=False)
    clocks = {(process, again): _clock(procedure, process, again) for process, again in kinds}
    sources, committee = [clock.citation for clock in clocks.values()], Actor.STEERING_COMMITTEE.vi
    paper = _begin("Thông báo niêm yết", rows["posted_on"].max(), sources, layout="thông báo")
    for (process, commune, village, first, last, again), cases in _groups(rows, posting):
        event, clock = ReviewEvent.REPOSTED if again else ReviewEvent.POSTED, clocks[process, again]
        unit = "ngày làm việc" if clock.unit == "working" else "ngày"
        paper.sheet("Ủy ban nhân dân", _text(commune, DOTS), number=DOTS, day=_day(first))
        paper.title("Thông báo", event.vi, _vi(ReviewProcess, process))
        paper.text(f"Địa bàn: {_text(village, BLANK)}")
        paper.text("Nơi niêm yết: nhà văn hóa thôn và trụ sở Ủy ban nhân dân cấp xã")
        paper.text(
            f"Thời gian niêm yết: từ {_day(first)} đến hết {_day(last)} "
            f"({clock.days} {unit}, kể từ ngày tiếp theo ngày niêm yết)"
        )
        alike = cases["head"].duplicated(keep=False)
        codes, heads, results = _cells(cases, ["household_id", "head", "assessed_class"])
        who = [
            code if head == DOTS else f"{head} ({code})" if twice else head
            for code, head, twice in zip(codes, heads, alike, strict=True)
        ]
        paper.grid(RESULTS, [who, results])
        paper.text(f"Khiếu nại, phản ánh về kết quả gửi {committee} đến hết {_day(last)}.")
        paper.sign(["", committee], DOTS)
    return paper.save(path)


def write_decision(
    lists: pd.DataFrame,
    path: str | Path,
    *,
    procedure: Procedure,
    names: pd.Series[Any] | None = None,
) -> Path:
    """Write the decision that recognises the lists (Form 02), with the lists as its annexes.

    Parameters
    ----------
    lists : pandas.DataFrame
        From `multidim_poverty.review.recognition_lists`.
    path, procedure, names
        As for `write_minutes`.

    Returns
    -------
    pathlib.Path
        The file: one decision per commune, number and day, with an annex for each list that has
        households. Article 1 of the decision names the lists; the words of the further articles
        are left to the office.

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, articles 5 and 6, and Form 02, of which the
    title alone was seen (``procedure.form("02").citation``): the layout is ours. Whether farm
    households are recognised by the same form was not found.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "list": ["poor"], "household_id": "h1", "commune": "Xã X", "village": "Thôn A",
    ...     "process": "periodic", "previous_class": None, "final_class": "poor",
    ...     "recognised_on": pd.Timestamp("2023-10-20"), "decision_number": "12/QĐ-UBND"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/decision.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_decision(table, path, procedure=procedure).name
    'decision.docx'
    """
    decided = ["commune", "decision_number", "recognised_on"]
    cells = ["household_id", "village", "previous_class", "final_class"]
    rows = _checked(lists, "lists", ["list", "process", *decided, *cells], names)
    unknown = sorted(set(rows["list"].astype(str)) - set(RecognitionList.codes()))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a list: {', '.join(RecognitionList.codes())}")
    form, chair = procedure.form("02"), Actor.COMMUNE_CHAIR.vi
    sources = [form.citation, *_recognised(procedure, rows["process"])]
    paper = _begin(form.title.vi, rows["recognised_on"].max(), sources, layout="Mẫu số 02")
    for (commune, number, on), group in _groups(rows, decided):
        annexes = {kind: group.loc[group["list"] == kind] for kind in RecognitionList}
        annexes = {kind: cases for kind, cases in annexes.items() if len(cases)}
        about = [form.title.vi] if set(annexes) != {RecognitionList.FARM} else []
        if RecognitionList.FARM in annexes:
            about.append(f"Quyết định công nhận d{RecognitionList.FARM.vi[1:]}")
        number_or_dots = _text(number, DOTS)
        paper.sheet("Ủy ban nhân dân", _text(commune, DOTS), number=number_or_dots, day=_day(on))
        paper.title("Quyết định", *(_capital(a.removeprefix("Quyết định ")) for a in about))
        paper.title(chair.replace("cấp xã", _text(commune, "cấp xã")))
        paper.text(f"Căn cứ {form.citation.document.title.vi};")
        paper.text(f"Căn cứ {BLANK}")
        paper.title("Quyết định:")
        paper.text("Điều 1. Công nhận các danh sách kèm theo Quyết định này:")
        sizes = [len(cases) for cases in annexes.values()]
        paper.grid(LISTS, [[kind.vi for kind in annexes], sizes], count="Phụ lục")
        for line in ("Điều 2. ", "Điều 3. ", "Nơi nhận: "):
            paper.text(line + BLANK)
        paper.sign(["", chair], DOTS)
        for n, (kind, cases) in enumerate(annexes.items(), start=1):
            paper.title(f"Phụ lục {n}", kind.vi, new_page=True)
            paper.text(f"(Kèm theo Quyết định số {number_or_dots} {_day(on)})", centred=True)
            paper.grid(LISTED, _cells(cases, ["household_id", "head", *cells[1:]]))
    return paper.save(path)


def write_certificates(
    certificates: pd.DataFrame,
    path: str | Path,
    *,
    procedure: Procedure,
    households: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    names: pd.Series[Any] | None = None,
) -> Path:
    """Write the certificates of poor and near-poor households (Form 03), a sheet for each.

    Parameters
    ----------
    certificates : pandas.DataFrame
        From `multidim_poverty.review.certificates`; a household of several years gets one sheet.
    path, procedure, names
        As for `write_minutes`; the procedure gives the fields of the form.
    households : pandas.DataFrame, optional
        Index ``household_id``; ``ethnic_group`` is printed, if it is there.
    members : pandas.DataFrame, optional
        ``household_id`` and, as far as they are there, ``name``, ``ethnic_group``, ``relation``
        and ``birth_date`` (its year is printed); the rest is passed over. Rows for the members
        of a household that it does not have are empty.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, article 5 and Form 03, whose fields were read in
    a report of it (``procedure.form("03").citation``) and whose layout was not seen. The
    permanent residence may be another place than the commune of the review: it stays blank.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "household_id": ["h1"], "valid_for": 2024, "poverty_class": "poor", "commune": "Xã X",
    ...     "village": "Thôn A", "process": "periodic", "decision_number": "12/QĐ-UBND",
    ...     "recognised_on": pd.Timestamp("2023-10-20")})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/certificates.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_certificates(table, path, procedure=procedure).name
    'certificates.docx'
    """
    columns = ["household_id", "valid_for", "poverty_class", "commune", "village", "process"]
    rows = _checked(
        certificates, "certificates", [*columns, "recognised_on", "decision_number"], names
    )
    people = pd.DataFrame({"household_id": []}) if members is None else members
    if "household_id" not in people.columns:
        raise ValueError("members has no column household_id")
    of_home = people.groupby("household_id", observed=True).indices
    heads = rows.set_index("household_id")["head"].replace(DOTS, BLANK)
    known = {"Household of Mr or Mrs": heads.to_dict()}  # field of the form -> by household
    if households is not None and "ethnic_group" in households.columns:
        known["Ethnicity"] = households["ethnic_group"].dropna().to_dict()
    form = procedure.form("03")
    sources = [form.citation, *_recognised(procedure, rows["process"])]
    paper = _begin(form.title.vi, rows["recognised_on"].max(), sources, layout="Mẫu số 03")
    for (id,), years in _groups(rows, ["household_id"]):
        paper.sheet("Ủy ban nhân dân", _text(years["commune"].iloc[-1], DOTS))
        paper.title(form.title.vi)
        paper.text(f"Mã hộ: {id}. {_text(years['village'].iloc[-1])}", centred=True)
        for field in form.fields:
            what, _, parts = field.vi.partition(": ")
            if parts:
                paper.text(f"{what}:")
                widths, cells = _members(people.iloc[of_home.get(id, [])], parts.split(", "))
                paper.grid(widths, cells, height=8)
            elif field.en == "Recognition by year":
                cells = _cells(years, ["valid_for", "poverty_class"])
                by = zip(years["decision_number"], years["recognised_on"], strict=True)
                decisions = [f"Số {_text(number, DOTS)} {_day(day)}" for number, day in by]
                paper.text(f"{what}:")
                paper.grid(YEARS, [*cells, decisions, [""] * len(years)], height=28)
            else:
                paper.text(f"{what}: {known.get(field.en, {}).get(id, BLANK)}")
    return paper.save(path)


# -- what the tables say, in words -----------------------------------------------------------


def _checked(
    table: pd.DataFrame, name: str, columns: list[str], names: pd.Series[Any] | None
) -> pd.DataFrame:
    """The columns that are printed, with ``head``, the name of the head or its blank."""
    if "household_id" not in table.columns and table.index.name == "household_id":
        table = table.reset_index()
    missing = [column for column in columns if column not in table.columns]
    if missing:
        source = "recognition_lists" if name == "lists" else name
        raise ValueError(
            f"{name} has no column {', '.join(missing)}: "
            f"give the table of multidim_poverty.review.{source}"
        )
    if not len(table):
        raise ValueError(f"{name} has no rows: there is nothing to write")
    known = pd.Series(dtype=object) if names is None else names.dropna()
    twice = known.index[known.index.duplicated()]
    if len(twice):
        raise ValueError(f"names has more than one name for household {twice[0]}")
    heads = known.to_dict()
    return table[columns].assign(head=[heads.get(id, DOTS) for id in table["household_id"]])


def _groups(rows: pd.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
    """The rows of each sheet, in the order of the table; a place that is missing is one too."""
    plain = rows.astype(dict.fromkeys(keys, object))
    for key, group in plain.groupby(keys, sort=False, dropna=False):
        yield tuple(key), group


def _clock(procedure: Procedure, process: str, again: bool) -> Clock:
    """The clock of a posting."""
    state = ReviewState.REPOSTED if again else ReviewState.POSTED
    return procedure.clock(procedure.process(process).clocks[state])


def _recognised(procedure: Procedure, processes: pd.Series[Any]) -> list[Citation]:
    """Where the law says that the result of these processes is recognised."""
    steps = [procedure.process(p).step(ReviewEvent.RECOGNISED) for p in processes.unique()]
    return [step.citation for step in steps if step is not None]


def _members(people: pd.DataFrame, headings: list[str]) -> tuple[dict[str, int], list[list[str]]]:
    """Widths and columns of the table of members; what is not known stays empty."""
    widths, columns = {}, []
    for heading in headings:
        width, name = MEMBERS.get(heading, (20, ""))
        widths[_capital(heading)] = width
        values = list(people[name]) if name in people else [None] * (len(people) or EMPTY_ROWS)
        if name == "birth_date":
            values = [None if pd.isna(day) else pd.Timestamp(day).year for day in values]
        terms = Relation if name == "relation" else ()
        columns.append(["" if pd.isna(value) else _vi(terms, value) for value in values])
    return widths, columns


def _cells(rows: pd.DataFrame, names: list[str]) -> list[list[str]]:
    """Columns of a table as they are printed."""
    return [
        [_vi(PovertyClass, v) if name.endswith("class") else _text(v) for v in rows[name]]
        for name in names
    ]


def _vi(terms: Iterable[Term], code: Any) -> str:
    """The label of a code; the code itself where it is not one of ours."""
    return "–" if pd.isna(code) else next((t.vi for t in terms if t == code), str(code))


def _text(value: Any, blank: str = "") -> str:
    return blank if pd.isna(value) else str(value)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _day(day: Any) -> str:
    if pd.isna(day):
        return "ngày …… tháng …… năm ………"
    return f"{pd.Timestamp(day):ngày %d tháng %m năm %Y}"


def _share(part: Any, whole: Any) -> str:
    if pd.isna(part) or pd.isna(whole) or whole < 1:
        return _text(part, DOTS)
    percent = f"{int(part) * 10_000 // int(whole) / 100:.2f}".rstrip("0").rstrip(".")
    return f"{part}/{whole} ({percent.replace('.', ',')}%)"


def _begin(title: str, day: Any, sources: Sequence[Citation], *, layout: str) -> Paper:
    with optional_imports():
        from multidim_poverty.documents.paper import Paper
    return Paper(title, day, sources, layout=layout)
