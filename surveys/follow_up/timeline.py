"""How the plannings of points fit each other: pure facts about days, before any page or table.

A point *begins* and *ends* on the day on which it really did, or else on the day now planned. A point that
waits for another (`eerst`) begins no sooner than the other ends; points that run beside each other (`gelijk`)
end at most `APART` days from each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Final

from surveys.follow_up import kinds
from surveys.questions import day as spoken

Days = Mapping[str, date | None]
"""A day for each phase of `kinds.PHASES`, None where there is none."""

AFTER: Final = "eerst"
BESIDE: Final = "gelijk"
APART: Final = 31
"""Points that run beside each other end no more days apart than this."""

SIGNALS: Final[dict[str, str]] = {"slip": "loopt uit", "late": "te laat", "clash": "botst"}
"""What can be noticed of a planning, in words."""

NO_DAYS: Final[Days] = dict.fromkeys(kinds.PHASES)


@dataclass(frozen=True)
class Plan:
    """A version of a planning. The first has no `reason`; `name` is None for nobody with an account."""

    number: int
    days: Days
    reason: str | None
    note: str | None
    name: str | None
    at: datetime

    @property
    def reason_label(self) -> str:
        """Why it changed, in Dutch."""
        return kinds.REASONS[self.reason] if self.reason else "Eerste planning"


@dataclass(frozen=True)
class Wait:
    """That a point depends on another, which is `called` so. `words` say how the two fit, or clash."""

    id: int
    on_id: int
    called: str
    kind: str
    note: str | None
    clash: bool
    words: str

    @property
    def kind_label(self) -> str:
        """In Dutch: wacht op."""
        return kinds.DEPENDENCIES[self.kind]


@dataclass(frozen=True)
class PhaseDays:
    """One phase of a planning: its first and present planned day, its real one, and how far they differ.

    `shift` says in words how much later the phase is, planned now or real, than first planned.
    """

    code: str
    label: str
    first: date | None
    now: date | None
    actual: date | None
    shift: str | None
    late: bool


@dataclass(frozen=True)
class Compared:
    """A version of a planning beside the first: the day of each phase with its shift in words."""

    plan: Plan
    days: tuple[tuple[str, date | None, str | None], ...]


@dataclass(frozen=True)
class Planning:
    """The versions of a planning, what really happened, and what a point depends on, as seen on a day."""

    versions: tuple[Plan, ...]
    actual: Days
    waits: tuple[Wait, ...]
    day: date

    @property
    def first(self) -> Plan | None:
        """The first planning."""
        return self.versions[0] if self.versions else None

    @property
    def current(self) -> Plan | None:
        """The planning as it is now."""
        return self.versions[-1] if self.versions else None

    @property
    def number(self) -> int:
        """The number of the present version, 0 where there is no planning."""
        return self.current.number if self.current else 0

    @property
    def days(self) -> Days:
        """What is planned now."""
        return self.current.days if self.current else NO_DAYS

    @property
    def slip(self) -> int | None:
        """How many days the end, real or planned now, is later than first planned; None if one is unknown."""
        return self._shift("done_on")

    @property
    def slip_words(self) -> str | None:
        """The same in words: +61 dagen."""
        return shift_words(self.slip)

    @property
    def slip_sentence(self) -> str | None:
        """The same as a sentence."""
        if self.slip is None:
            return None
        if self.slip == 0:
            return "Het einde ligt op de dag die eerst was gepland."
        when = "later" if self.slip > 0 else "eerder"
        return f"Het einde ligt {_days(abs(self.slip))} {when} dan eerst was gepland."

    @property
    def late(self) -> tuple[str, ...]:
        """The phases whose planned day passed while they were not reached."""
        ahead = unreached(self.actual)
        return tuple(phase for phase in ahead if (planned := self.days[phase]) and planned < self.day)

    @property
    def clashes(self) -> tuple[Wait, ...]:
        """What it depends on and does not fit with."""
        return tuple(wait for wait in self.waits if wait.clash)

    @property
    def signals(self) -> tuple[str, ...]:
        """What is to be noticed, in words: each of SIGNALS that holds."""
        holds = {"slip": (self.slip or 0) > 0, "late": bool(self.late), "clash": bool(self.clashes)}
        return tuple(words for code, words in SIGNALS.items() if holds[code])

    @property
    def slips(self) -> bool:
        """Whether it ends later than first planned, missed a planned day, or clashes."""
        return bool(self.signals)

    @property
    def reached(self) -> str | None:
        """The furthest phase that was reached."""
        return next((phase for phase in reversed(kinds.PHASES) if self.actual[phase]), None)

    @property
    def phases(self) -> tuple[PhaseDays, ...]:
        """Each phase with its days."""
        return tuple(
            PhaseDays(
                code=phase,
                label=label,
                first=self.first.days[phase] if self.first else None,
                now=self.days[phase],
                actual=self.actual[phase],
                shift=shift_words(self._shift(phase)),
                late=phase in self.late,
            )
            for phase, label in kinds.PHASES.items()
        )

    @property
    def compared(self) -> tuple[Compared, ...]:
        """Each version beside the first, oldest first."""
        return tuple(Compared(plan, self._beside_first(plan)) for plan in self.versions)

    def _beside_first(self, plan: Plan) -> tuple[tuple[str, date | None, str | None], ...]:
        first = self.versions[0]
        return tuple(
            (
                label,
                plan.days[phase],
                None if plan is first else shift_words(_apart(first.days[phase], plan.days[phase])),
            )
            for phase, label in kinds.PHASES.items()
        )

    def _shift(self, phase: str) -> int | None:
        first = self.first.days[phase] if self.first else None
        return _apart(first, self.actual[phase] or self.days[phase])


@dataclass(frozen=True)
class Course:
    """How a point runs: what is planned now, and what really happened."""

    id: int
    called: str
    is_open: bool
    planned: Days
    actual: Days

    @property
    def begin(self) -> date | None:
        """When it begins; for one of which only the end is known, that is as late as it can be."""
        return self._expected("begun_on") or self.end

    @property
    def end(self) -> date | None:
        """When it is done."""
        return self._expected("done_on")

    @property
    def begun(self) -> bool:
        """Whether it really began."""
        return bool(self.actual["begun_on"] or self.done)

    @property
    def done(self) -> bool:
        """Whether it was really done."""
        return self.actual["done_on"] is not None

    @property
    def can_move(self) -> bool:
        """Whether anything of its planning can still change."""
        return self.is_open and not self.done

    def later(self, days: int) -> Course:
        """The same with the planned days of the phases that were not reached some days later."""
        ahead = unreached(self.actual)
        shifted = {
            phase: planned + timedelta(days) if planned and phase in ahead else planned
            for phase, planned in self.planned.items()
        }
        return replace(self, planned=shifted)

    def _expected(self, phase: str) -> date | None:
        return self.actual[phase] or self.planned[phase]


@dataclass(frozen=True)
class Link:
    """That a point depends on another: `point_id` on `on_id`."""

    point_id: int
    on_id: int
    kind: str


def unreached(actual: Days) -> tuple[str, ...]:
    """The phases that were not reached: those after the furthest that was."""
    phases = tuple(kinds.PHASES)
    furthest = max((place for place, phase in enumerate(phases) if actual[phase]), default=-1)
    return phases[furthest + 1 :]


def shift_words(days: int | None) -> str | None:
    """How many days later something is, in words: +61 dagen; None for what is unknown."""
    if days is None:
        return None
    if days == 0:
        return "0 dagen"
    return f"{'+' if days > 0 else '−'}{_days(abs(days))}"


def clash(kind: str, mine: Course, other: Course) -> bool:
    """Whether a point does not fit with the other that it waits for, or runs beside."""
    if kind == BESIDE:
        apart = _apart(other.end, mine.end)
        return apart is not None and abs(apart) > APART
    if mine.begun and not other.done:
        return True
    if mine.begin is None:
        return False
    return other.end is None or other.end > mine.begin


def words(kind: str, mine: Course, other: Course, today: date) -> str:
    """One sentence that says how a point fits with the other that it depends on, or how they clash."""
    return _beside_words(mine, other) if kind == BESIDE else _after_words(mine, other, today)


def follow(
    courses: Mapping[int, Course], links: Collection[Link], changed: int, may: Collection[int] | None = None
) -> dict[int, Days]:
    """What is to be planned of the points that clash since one changed, when all of them move along.

    Each moves later, as little as needed, and what depends on it moves in its turn. `may`: only these move
    (None: all that can). The point that changed stays as it is.

    Raises OverflowError when one would have to move past the last day that there is.
    """
    now, touched = dict(courses), {changed}
    free = {each.id for each in courses.values() if each.can_move and (may is None or each.id in may)}
    free.discard(changed)
    followers, leaders = _followers(links), {changed}
    for _ in courses:  # no chain is longer than there are points
        moved = set()
        for leader in leaders:
            for follower, kind in followers[leader]:
                if follower in free and (days := _needed(kind, now[follower], now[leader])) > 0:
                    now[follower] = now[follower].later(days)
                    moved.add(follower)
        touched |= moved
        leaders = moved  # only what follows one that moved can have to move in its turn
    return {each: now[each].planned for each in courses if each in touched and each != changed}


def circular(links: Collection[Link]) -> bool:
    """Whether a point waits for itself, through others; points that run beside each other wait as one."""
    one = _as_one(links)
    waiting: TopologicalSorter[int] = TopologicalSorter()
    for link in links:
        if link.kind == AFTER:
            waiting.add(one(link.point_id), one(link.on_id))
    try:
        waiting.prepare()
    except CycleError:
        return True
    return False


def component(links: Iterable[Link], number: int) -> set[int]:
    """The points that a change to one can touch: all that depend on it, through others too."""
    followers, found, ahead = _followers(links), {number}, [number]
    while ahead:
        more = {follower for follower, _ in followers[ahead.pop()]} - found
        found |= more
        ahead += more
    return found


def _followers(links: Iterable[Link]) -> defaultdict[int, list[tuple[int, str]]]:
    """By point those that follow it right away, and how."""
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for leader, follower, kind in _leads(links):
        found[leader].append((follower, kind))
    return found


def _as_one(links: Iterable[Link]) -> Callable[[int], int]:
    """Gives for each point the same point as for all that run beside it, through others too."""
    heads: dict[int, int] = {}

    def head(number: int) -> int:
        while number in heads:
            # each look shortens the way for the next one
            heads[number] = heads.get(heads[number], heads[number])
            number = heads[number]
        return number

    for link in links:
        if link.kind == BESIDE and head(link.point_id) != head(link.on_id):
            heads[head(link.point_id)] = head(link.on_id)
    return head


def _leads(links: Iterable[Link]) -> Iterator[tuple[int, int, str]]:
    """Leader and follower of each link; of points beside each other each follows the other."""
    for link in links:
        yield link.on_id, link.point_id, link.kind
        if link.kind == BESIDE:
            yield link.point_id, link.on_id, link.kind


def _needed(kind: str, follower: Course, leader: Course) -> int:
    """How many days later a point has to be to fit with its leader; 0 where that is none or no help."""
    if leader.end is None:
        return 0
    if kind == BESIDE:
        return max(0, (_apart(follower.end, leader.end) or 0) - APART)
    return 0 if follower.begun else max(0, _apart(follower.begin, leader.end) or 0)


def _after_words(mine: Course, other: Course, today: date) -> str:
    name = f"‘{other.called}’"
    if mine.begun and not other.done:
        return (
            f"Dit punt is al begonnen{_on(mine.actual['begun_on'])}, terwijl {name} nog niet is uitgevoerd."
        )
    if other.end is None:
        return f"Dit punt wacht op {name}, maar daarvan is nog geen einde gepland."
    ready = _ready(spoken(other.end), other.done, late=other.end < today)
    if mine.begin is None:
        return f"{name} {ready}; voor dit punt is nog geen begin gepland."
    begins = f"begon {spoken(mine.begin)}" if mine.begun else f"begint {spoken(mine.begin)}"
    if other.end > mine.begin:
        return f"Dit punt {begins}, maar {name} {_ready(f'pas {spoken(other.end)}', other.done)}."
    return f"{name} {ready}; dit punt {begins}."


def _ready(when: str, done: bool, *, late: bool = False) -> str:
    """When a point was or is to be done; `late`: the day passed on which it was to be."""
    if done:
        return f"is {when} uitgevoerd"
    return (
        f"had volgens de planning {when} klaar moeten zijn"
        if late
        else f"is volgens de planning {when} klaar"
    )


def _beside_words(mine: Course, other: Course) -> str:
    name, apart = f"‘{other.called}’", _apart(other.end, mine.end)
    if apart is None:
        return f"Van dit punt of van {name} is nog geen einde gepland."
    if apart == 0:
        return f"Dit punt en {name} zijn op dezelfde dag klaar."
    when = f"{_days(abs(apart))} {'later' if apart > 0 else 'eerder'} klaar"
    if abs(apart) > APART:
        return f"Dit punt loopt gelijk op met {name}, maar is {when}: meer dan {APART} dagen verschil."
    return f"Dit punt loopt gelijk op met {name}, en is {when}."


def _on(day: date | None) -> str:
    return f" op {spoken(day)}" if day else ""


def _days(count: int) -> str:
    return "1 dag" if count == 1 else f"{count} dagen"


def _apart(first: date | None, second: date | None) -> int | None:
    return (second - first).days if first and second else None
