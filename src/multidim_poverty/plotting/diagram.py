"""A procedure as a diagram of boxes and arrows, drawn from its data.

Needs the extra ``plot``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multidim_poverty.language import Language
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.citation import Confidence
from multidim_poverty.law.procedure_parts import CLOSED, NEW, After, Process, Step
from multidim_poverty.plotting.alternative import Clause
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import DIAGRAM_STYLES, Palette, Style, coloured
from multidim_poverty.plotting.words import label_of, word
from multidim_poverty.vocabulary import ReviewEvent, ReviewState

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["procedure_diagram"]


def procedure_diagram(
    procedure: ProcedureLike,
    *,
    process: str = "periodic",
    language: Language = "en",
    legend: LegendPlace = "none",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A process as boxes and arrows, drawn from the data of the procedure.

    The line of steps that every case takes runs down the left. What may happen beside it stands
    to the right: a meeting that did not agree, a complaint, a refusal. Beside each state stand
    the event that leads to it and who acts. A state with a clock is shaded and says how long it
    runs. An unconfirmed step or clock has the mark †. Dotted lines lead to an end that is open
    to many states.

    Parameters
    ----------
    procedure : Procedure or str
        The procedure, whose steps and terms are read.
    process : {"periodic", "regular", "farm"}
        The process of the review.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where a legend of the boxes stands, outside the frame; none by default.
    palette : sequence, mapping or str, optional
        Colours of the boxes: ending, timed, step. By default green, yellow and white.
    title, subtitle : str, optional
        Above the picture, the subtitle for its source and day.
    size : (float, float), optional
        Width and height of a new figure [inches]; a picture with too little room for its words
        is made larger.
    ax : matplotlib Axes, optional
        Drawn on; a new one by default. The figure becomes so large that no text overlaps.

    Returns
    -------
    matplotlib.axes.Axes
        Each arrow has the gid ``"<state> <event> <state>"``, with ``new`` for the start.

    Raises
    ------
    ArgumentError
        If there is no such procedure or process, or a setting of the picture is none.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> ax = mdp.plotting.procedure_diagram(
    ...     mdp.procedure_on("2023-09-05"), process="regular")
    >>> sorted(line.get_gid() for line in ax.lines if "refused" in str(line.get_gid()))
    ['summed_up refused refused']
    """
    procedure = as_procedure(procedure)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    styles = coloured(DIAGRAM_STYLES, palette)
    law = procedure.process(process)
    plan = _plan(procedure, law)
    height = len(plan.row) * PITCH + 0.95
    with picture.sized(WIDTH, height) as ax:
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(-height + 0.75, 0.75)
        ax.set_aspect("equal")
        ax.axis("off")
        ax.text(0.05, 0.5, label_of(law.id, language), fontsize=11, fontweight="bold", va="center")
        for state in plan.row:
            _draw_box(ax, procedure, law, plan, state, styles, language)
            _draw_label(ax, procedure, law, plan, state, language)
        for source, step, target in plan.arrows:
            bus, corners = target == plan.bus, _path(plan, source, target)
            ax.plot(
                *zip(*corners, strict=True),
                color="#7f7f7f" if bus else "black",
                linestyle=":" if bus else "-",
                linewidth=1.0 if bus else 1.2,
                solid_joinstyle="round",
                zorder=1 if bus else 2,
                gid=f"{source} {step.event} {target}",
            )
            (x0, y0), (x1, y1) = corners[-2:]
            if bus and abs(y1 - plan.y(target)) > BOX_HEIGHT / 2:
                continue  # it joins another line, which has the head
            back = 0.12 / max(abs(x1 - x0), abs(y1 - y0))
            ax.annotate(
                "",
                xy=(x1, y1),
                xytext=(x1 - (x1 - x0) * back, y1 - (y1 - y0) * back),
                arrowprops={
                    "arrowstyle": "-|>",
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "color": "#7f7f7f" if bus else "black",
                    "linewidth": 1,
                    "mutation_scale": 9,
                },
                zorder=3,
            )
        if plan.unconfirmed:
            y = -len(plan.row) * PITCH + 0.15
            ax.text(
                0.05, y, word("unconfirmed", language), fontsize=SIZE, style="italic", va="center"
            )
        picture.legend(3, WIDTH, _boxes(styles, language))
        picture.room(WIDTH, height)
        picture.describe(*_diagram_clauses(procedure, law, plan))
    return ax


def _diagram_clauses(procedure: Procedure, law: Process, plan: _Plan) -> Iterator[Clause]:
    """The states with a time limit, and those in which a case ends."""
    states = [state for state in plan.row if state != NEW]
    yield Clause("alt_diagram", {"name": law.id, "n": len(states), "steps": len(plan.arrows)})
    limits = {state: law.clocks.get(ReviewState.of(state)) for state in states}
    clocks = {state: procedure.clock(id) for state, id in limits.items() if id is not None}
    if clocks:
        values = [
            Clause(
                "alt_value",
                {"name": ReviewState.of(state), "value": Clause(clock.unit, {"days": clock.days})},
            )
            for state, clock in clocks.items()
        ]
        yield Clause("alt_limits", {"values": values})
    yield Clause("alt_ends", {"values": [ReviewState.of(s) for s in states if s in CLOSED]})


def _boxes(styles: dict[str, Style], language: Language) -> list[Any]:
    """What the shades of the boxes mean, for the legend."""
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=style.colour, edgecolor="black", label=word(id, language))
        for id, style in styles.items()
    ]


# Inches; a diagram is drawn to scale.
WIDTH, PITCH, BOX_HEIGHT, BOX_WIDTH, SIZE = 9.2, 0.7, 0.42, 1.75, 8
SPINE, SIDE = 3.3, 5.85  # middle of each column of boxes
SPINE_LEFT, SPINE_RIGHT = SPINE - BOX_WIDTH / 2, SPINE + BOX_WIDTH / 2
SIDE_LEFT, SIDE_RIGHT = SIDE - BOX_WIDTH / 2, SIDE + BOX_WIDTH / 2
BUS_LEFT, BUS_RIGHT, BACK = SPINE_LEFT - 0.17, SIDE_RIGHT + 0.32, SIDE_RIGHT + 0.16
LABEL_LEFT, LABEL_RIGHT, LANE = BUS_LEFT - 0.1, BUS_RIGHT + 0.1, SPINE_RIGHT + 0.15
MANY = 3  # an end that so many states lead to is reached by a line of its own

Point = tuple[float, float]


@dataclass
class _Plan:
    """Where each state stands: the spine of steps that every case takes, and what is beside it."""

    spine: list[str]
    row: dict[str, int] = field(default_factory=dict)  # in the order of the rows
    arrows: list[tuple[str, Step, str]] = field(default_factory=list)
    bus: str | None = None
    unconfirmed: bool = False

    def y(self, state: str) -> float:
        return -self.row[state] * PITCH

    def free(self, first: str, second: str) -> bool:
        """Whether no box beside the spine stands between two rows."""
        low, high = sorted((self.row[first], self.row[second]))
        return not any(low < n < high for s, n in self.row.items() if s not in self.spine)


def _plan(procedure: Procedure, law: Process) -> _Plan:
    spine, step = [NEW], _first_step(procedure, law)
    while step is not None and str(step.state) not in spine:
        spine.append(str(step.state))
        step = None if step.state in CLOSED else procedure.next_step(law, step.state)
    plan = _Plan(spine)
    for step in law.steps:
        for after in _drawn(procedure, step):
            plan.arrows.append((str(after.state), step, str(step.state)))
            if step.otherwise is not None:
                plan.arrows.append((str(after.state), step, str(step.otherwise)))
    reached = {NEW}
    while more := {t for s, _, t in plan.arrows if s in reached} - reached:
        reached |= more  # without a superior, nothing leads to an answer
    plan.arrows = [arrow for arrow in plan.arrows if arrow[0] in reached]
    targets = [target for _, _, target in plan.arrows]
    ends = [s for s in CLOSED if s not in spine and targets.count(s) >= MANY]
    plan.bus = str(ends[-1]) if ends else None
    beside = dict.fromkeys(t for t in targets if t not in spine and t != plan.bus)
    for state in spine:
        if plan.row and state in CLOSED:  # the end of the spine comes after all that is beside it
            _place(plan, [s for s in beside if s not in plan.row])
        plan.row[state] = len(plan.row)
        _place(plan, _led_to(plan, state, beside))
    _place(plan, [plan.bus] if plan.bus else [])
    marks = [step.citation for step in law.steps if _drawn(procedure, step)]
    marks += [procedure.clock(id).citation for id in law.clocks.values()]
    plan.unconfirmed = any(citation.confidence is Confidence.UNCONFIRMED for citation in marks)
    return plan


def _drawn(procedure: Procedure, step: Step) -> list[After]:
    """The states that a step follows by the law; what an office does of its own is not drawn."""
    if step.event == ReviewEvent.CLOSED:
        return []
    return [after for after in procedure.afters(step) if not after.own_accord]


def _first_step(procedure: Procedure, law: Process) -> Step | None:
    begin = [s for s in law.steps if any(a.state == NEW for a in procedure.afters(s))]
    begin = [s for s in begin if not s.optional] or begin
    return begin[-1] if begin else None  # the last one is the shortest way in


def _place(plan: _Plan, states: Iterable[str]) -> None:
    for state in states:
        plan.row[state] = len(plan.row)


def _led_to(plan: _Plan, state: str, beside: Iterable[str]) -> Iterator[str]:
    """The states beside the spine that a state leads to, and those that these lead to."""
    seen, queue = set(plan.row), [state]
    while queue:
        current = queue.pop(0)
        for source, _, target in plan.arrows:
            if source == current and target in beside and target not in seen:
                seen.add(target)
                queue.append(target)
                yield target


def _path(plan: _Plan, source: str, target: str) -> list[Point]:
    """Corners of the line from one box to another."""
    half, up = BOX_HEIGHT / 2, BOX_HEIGHT / 4
    y0, y1 = plan.y(source), plan.y(target)
    on_spine, to_spine = source in plan.spine, target in plan.spine
    if target == plan.bus:
        # Down to where the next one joins; dots drawn over dots would look like a full line.
        below = [
            plan.y(s)
            for s, _, t in plan.arrows
            if t == target and (s in plan.spine) == on_spine and plan.y(s) < y0
        ]
        begin, x, end = (
            (SPINE_LEFT, BUS_LEFT, SIDE_LEFT) if on_spine else (SIDE_RIGHT, BUS_RIGHT, SIDE_RIGHT)
        )
        if below:
            return [(begin, y0), (x, y0), (x, max(below))]
        return [(begin, y0), (x, y0), (x, y1), (end, y1)]
    if source == target:
        x, top = (SPINE_RIGHT, half) if on_spine else (SIDE_RIGHT, half)
        turn = [(x, y0 + up / 2), (x + 0.12, y0 + up / 2), (x + 0.12, y0 + top + 0.1)]
        return [*turn, (x - 0.15, y0 + top + 0.1), (x - 0.15, y0 + top)]
    if on_spine and to_spine:
        if plan.spine.index(target) == plan.spine.index(source) + 1:
            return [(SPINE, y0 - half if source != NEW else y0 - 0.12), (SPINE, y1 + half)]
        begin, low = (SPINE, 0.0) if source == NEW else (SPINE_RIGHT, up)
        return [(begin, y0 - low), (LANE, y0 - low), (LANE, y1 + up), (SPINE_RIGHT, y1 + up)]
    if on_spine and y1 < y0:  # off the line that runs down the spine
        begin = y0 - half if source != NEW else y0 - 0.12
        return [(SPINE, begin), (SPINE, y1), (SIDE_LEFT, y1)]
    if to_spine and plan.free(source, target):
        edge = y0 - half if y1 < y0 else y0 + half
        return [(SIDE, edge), (SIDE, y1), (SPINE_RIGHT, y1)]
    if to_spine or on_spine:
        begin, end = (SIDE_LEFT, SPINE_RIGHT) if to_spine else (SPINE_RIGHT, SIDE_LEFT)
        return [(begin, y0 - up), (LANE, y0 - up), (LANE, y1 + up), (end, y1 + up)]
    if plan.row[target] == plan.row[source] + 1:
        return [(SIDE, y0 - half), (SIDE, y1 + half)]
    return [(SIDE_RIGHT, y0 + up), (BACK, y0 + up), (BACK, y1 - up), (SIDE_RIGHT, y1 - up)]


def _draw_box(
    ax: Axes,
    procedure: Procedure,
    law: Process,
    plan: _Plan,
    state: str,
    styles: dict[str, Style],
    language: Language,
) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch

    x, y = SPINE if state in plan.spine else SIDE, plan.y(state)
    if state == NEW:
        ax.add_patch(Circle((x, y), 0.12, facecolor="black", zorder=4))
        return
    clock = law.clocks.get(ReviewState.of(state))
    ends = state in CLOSED
    ax.add_patch(
        FancyBboxPatch(
            (x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2),
            BOX_WIDTH,
            BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=styles["ending" if ends else "timed" if clock else "step"].colour,
            edgecolor="black",
            linewidth=2 if ends else 1,
            zorder=4,
            gid=state,
        )
    )
    text = label_of(ReviewState.of(state), language)
    if clock is not None:
        runs = procedure.clock(clock)
        text += "\n" + word(runs.unit, language, days=runs.days) + _mark(runs.citation)
    ax.text(x, y, text, ha="center", va="center", fontsize=SIZE, linespacing=1.15, zorder=5)


def _draw_label(
    ax: Axes, procedure: Procedure, law: Process, plan: _Plan, state: str, language: Language
) -> None:
    lines = list(_lines(procedure, law, state, language))
    left = state in plan.spine
    for n, (text, bold) in enumerate(lines):
        ax.text(
            LABEL_LEFT if left else LABEL_RIGHT,
            plan.y(state) + (len(lines) - 1 - 2 * n) * 0.065,
            text,
            ha="right" if left else "left",
            va="center",
            fontsize=SIZE - 0.5,
            fontweight="bold" if bold else "normal",
            zorder=5,
        )


def _lines(
    procedure: Procedure, law: Process, state: str, language: Language
) -> Iterator[tuple[str, bool]]:
    """Lines beside a box: the events that lead to it, who acts, and on what condition."""
    if state == NEW:
        yield word("start", language), True
    percent = procedure.meeting.agreeing_percent_at_least
    for step in law.steps:
        afters = _drawn(procedure, step)
        if not afters or state not in (step.state, step.otherwise):
            continue
        event = label_of(ReviewEvent.of(step.event), language) + _mark(step.citation)
        yield from ((line, True) for line in wrap(event, 29))
        yield from ((s, False) for s in wrap(label_of(procedure.actor(step.actor), language), 34))
        if step.otherwise is not None and step.event == ReviewEvent.MET:
            vote = "disagree" if state == step.otherwise else "agree"
            yield word(vote, language, percent=percent), False
        for when in ("over", "during", "within"):
            bound = [a.state for a in afters if a.when == when]
            others = [a.state for a in afters if a.when != when and a.state != step.state]
            words = word(when, language)
            if bound and others:
                names = ", ".join(label_of(ReviewState.of(s), language) for s in bound)
                words = f"{names}: {words}"
            if bound:
                yield from ((line, False) for line in wrap(words, 36))


def _mark(citation: Citation) -> str:
    return " †" if citation.confidence is Confidence.UNCONFIRMED else ""
