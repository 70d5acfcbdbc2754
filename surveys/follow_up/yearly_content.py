"""What a letter of the year tells: the state of each point, and what changed since the letter before.

Everything is in words as they are read, so that a letter that was settled says for ever what it said then,
and the next one compares with what was really told (000 r. 62-64; 001 r. 33; 003 r. 99).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from surveys.follow_up import effect, indicators, kinds
from surveys.follow_up.indicators import IndicatorInfo
from surveys.follow_up.planning import Planning
from surveys.follow_up.standing import Said
from surveys.follow_up.whole import Sheet
from surveys.questions import day as in_words

FORM: Final = 1
"""The version of this form, kept with what was settled."""
NOTHING: Final = "–"

NEW, CHANGED, SAME, EARLIER = "nieuw", "gewijzigd", "gelijk", "eerder"
SINCE: Final[dict[str, str]] = {
    NEW: "Nieuw",
    CHANGED: "Gewijzigd",
    SAME: "Ongewijzigd",
    EARLIER: "Eerder al klaar gemeld",
}
"""What became of a point since the letter before."""


@dataclass(frozen=True)
class Change:
    """That something of a point is not as the letter before told it: what, and how it was and is."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Phase:
    """A phase of a point: when it is planned now, and when it was reached; NOTHING for neither."""

    label: str
    planned: str
    actual: str


@dataclass(frozen=True)
class Figure:
    """An indicator: what it is called, its last figure, and what it says of before and after."""

    title: str
    latest: str
    says: str


@dataclass(frozen=True)
class Told:
    """A point as a letter tells it, all in words. `since` is a key of SINCE, `slips` why it slips."""

    id: int
    called: str
    kind: str
    whom: str
    origin: str
    state: str
    state_said: str
    state_words: str
    supervisor: str
    supervisor_words: str
    term: str
    phases: tuple[Phase, ...]
    figures: tuple[Figure, ...]
    effect: str
    decisions: tuple[str, ...]
    slips: str
    finished: bool
    fictief: bool
    since: str = NEW
    finished_now: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def since_label(self) -> str:
        """What became of it since the letter before, in Dutch."""
        return SINCE[self.since]


@dataclass(frozen=True)
class Heading:
    """The heading of a letter, in words. `previous`, `replaces`: what those letters are called, if any."""

    kind: str
    subject: str
    dated: str
    reference: str
    due: str
    about: str
    introduction: str
    previous: str
    replaces: str


@dataclass(frozen=True)
class Content:
    """All that a letter tells. `gone`: what the one before told of and is not among the points any more."""

    heading: Heading
    points: tuple[Told, ...]
    gone: tuple[str, ...] = ()
    fictief: bool = False

    @property
    def shown(self) -> tuple[Told, ...]:
        """The points that the letter tells of: not those that were done in the one before, and stayed so."""
        return tuple(each for each in self.points if each.since != EARLIER)

    @property
    def compares(self) -> bool:
        """Whether there was a letter before."""
        return bool(self.heading.previous)

    @property
    def counts(self) -> dict[str, int]:
        """How many points the letter tells of in each state, in the order of the states."""
        found = [each.state for each in self.shown]
        return {label: found.count(label) for label in kinds.STATUSES.values() if label in found}

    def having(self, since: str) -> tuple[Told, ...]:
        """The points of which this became."""
        return tuple(each for each in self.points if each.since == since)

    @property
    def finished(self) -> tuple[Told, ...]:
        """The points that are done since the letter before."""
        return tuple(each for each in self.shown if each.finished_now)

    @property
    def slipping(self) -> tuple[Told, ...]:
        """The points that slip."""
        return tuple(each for each in self.shown if each.slips)


def told(sheet: Sheet) -> Told:
    """A point as a letter tells it, when nothing is known of a letter before."""
    point, standing = sheet.point, sheet.standing
    return Told(
        id=point.id,
        called=point.called,
        kind=point.kind_label,
        whom=point.unit.name if point.unit else point.addressee,
        origin=point.origin.title if point.origin else NOTHING,
        state=standing.label,
        state_said=_said(standing.own),
        state_words=(standing.own.words or "") if standing.own else "",
        supervisor=standing.supervisor.label if standing.supervisor else NOTHING,
        supervisor_words=(standing.supervisor.words or "") if standing.supervisor else "",
        term=_term(sheet),
        phases=tuple(_phases(sheet.planning)),
        figures=tuple(map(_figure, sheet.indicators)),
        effect=effect.WORKS[indicators.works(sheet.indicators)],
        decisions=tuple(_decisions(sheet)),
        slips="" if sheet.ended else ", ".join(sheet.planning.signals),
        finished=sheet.ended or not point.is_open,
        fictief=point.fictief,
        finished_now=sheet.ended or not point.is_open,
    )


def _said(said: Said | None) -> str:
    return f"{said.said_by}, {in_words(said.said_on)}" if said else "Nog niets gemeld"


def _term(sheet: Sheet) -> str:
    point = sheet.point
    day = in_words(point.due_on) if point.due_on else ""
    if day and point.due_words:
        return f"{day} ({point.due_words})"
    return day or point.due_words or NOTHING


def _phases(planning: Planning) -> Iterator[Phase]:
    for each in planning.phases:
        planned = in_words(each.now) if each.now else NOTHING
        yield Phase(each.label, planned, in_words(each.actual) if each.actual else NOTHING)


def _figure(each: IndicatorInfo) -> Figure:
    latest = (
        f"{effect.amount(each.latest, each.kind)} ({each.latest.label})" if each.latest else "Niet gemeten"
    )
    return Figure(
        f"{each.title} ({each.level_label.lower()})", latest, effect.sentence(each.effect, each.kind)
    )


def _decisions(sheet: Sheet) -> Iterator[str]:
    for each in sheet.decisions:
        if each.taken_on is not None:
            yield f"{each.question} Besluit van {each.decider}, {in_words(each.taken_on)}: {each.outcome}"
        else:
            term = f", voor {in_words(each.due_on)}" if each.due_on else ""
            yield f"{each.question} Nog te nemen door {each.decider}{term}."
    if sheet.closed_label and sheet.point.closed_on:
        yield f"{sheet.closed_label} op {in_words(sheet.point.closed_on)}."


def compose(heading: Heading, sheets: Iterable[Sheet], before: Content | None, fictief: bool) -> Content:
    """What a letter tells of these points, and what changed since the one before (None: there is none)."""
    known = {each.id: each for each in before.points} if before else {}
    points = tuple(_since(told(each), known.get(each.point.id), before is not None) for each in sheets)
    there = {each.id for each in points}
    gone = tuple(each.called for each in known.values() if each.id not in there and each.since != EARLIER)
    return Content(heading, points, gone, fictief or any(each.fictief for each in points))


def _since(now: Told, before: Told | None, compares: bool) -> Told:
    if before is None:
        return replace(now, since=NEW if compares else SAME, finished_now=now.finished)
    changes = tuple(_changes(before, now))
    was_finished = before.finished
    still_done = was_finished and now.finished
    since = CHANGED if changes else EARLIER if still_done else SAME
    return replace(now, since=since, finished_now=now.finished and not was_finished, changes=changes)


def _changes(before: Told, now: Told) -> Iterator[Change]:
    """What is not as it was told: state, supervisor, term, planning, effect, decisions."""
    compared = (
        ("Stand", before.state, now.state),
        ("Toezichthouder", before.supervisor, now.supervisor),
        ("Termijn", before.term, now.term),
        *(
            (f"{phase.label}: {what}", getattr(was, name) if was else NOTHING, getattr(phase, name))
            for phase in now.phases
            for was in [next((each for each in before.phases if each.label == phase.label), None)]
            for what, name in (("gepland", "planned"), ("werkelijk", "actual"))
        ),
        ("Effect", before.effect, now.effect),
    )
    for what, old, new in compared:
        if old != new:
            yield Change(what, old, new)
    for each in now.decisions:
        if each not in before.decisions:
            yield Change("Besluit", NOTHING, each)


def missing(content: Content, late: bool) -> Iterator[str]:
    """What one might want to fill in before a letter is settled, in Dutch. `late`: dated after its term."""
    heading = content.heading
    if not heading.reference:
        yield "De referentie van de brief is niet ingevuld."
    if not heading.introduction:
        yield "De brief heeft geen inleiding."
    if late:
        yield f"De brief is gedateerd na de termijn: {heading.due}."
    if not content.shown:
        yield "De brief gaat over geen enkel punt."
    for words, lacking in (
        ("nog niets gemeld over de stand", [each for each in content.shown if not each.state_words]),
        (
            "geen planning",
            [each for each in content.shown if all(phase.planned == NOTHING for phase in each.phases)],
        ),
        ("geen indicator", [each for each in content.shown if not each.figures]),
    ):
        if lacking:
            yield f"{len(lacking)} van de {len(content.shown)} punten: {words}."


def to_plain(content: Content) -> dict[str, Any]:
    """The content as JSON, to be kept."""
    kept: dict[str, Any] = json.loads(json.dumps({"form": FORM, **asdict(content)}))
    return kept


def from_plain(kept: Mapping[str, Any]) -> Content:
    """The content that `to_plain` gave. Raises ValueError for another."""
    if kept.get("form") != FORM:
        raise ValueError(f"a letter of form {kept.get('form')}, and this is {FORM}")
    return Content(
        Heading(**kept["heading"]),
        tuple(map(_told, kept["points"])),
        tuple(kept["gone"]),
        kept["fictief"],
    )


def _told(kept: Mapping[str, Any]) -> Told:
    made = {
        "phases": tuple(Phase(**each) for each in kept["phases"]),
        "figures": tuple(Figure(**each) for each in kept["figures"]),
        "changes": tuple(Change(**each) for each in kept["changes"]),
        "decisions": tuple(kept["decisions"]),
    }
    return Told(**{**kept, **made})


def fingerprint(kept: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of what is kept."""
    canonical = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
