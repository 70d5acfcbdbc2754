"""The agenda of a meeting with what came of it, and a decision list, as documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from exports.document import Block, Cell, Column, Document, Grid, Paragraph, Part, Section, Table, Text
from exports.wording import day
from surveys.follow_up.agendas import ItemInfo, Listed
from surveys.follow_up.committees import CommitteeInfo, MeetingInfo
from surveys.follow_up.points import PointInfo

NONE: Final = "–"
_AGENDA: Final = (Column("Nr.", 1), Column("Onderwerp", 5), Column("Waarom op de agenda", 6))
_MINUTES: Final = (
    Column("Nr.", 1),
    Column("Onderwerp", 5),
    Column("Wat is gezegd", 7),
    Column("Uitkomst", 3),
)
_DECISIONS: Final = (
    Column("Punt", 4),
    Column("Wat", 5),
    Column("Wie", 4.5),
    Column("Voor welke dag", 3),
    Column("Stand", 5),
)


def agenda(meeting: MeetingInfo, items: Sequence[ItemInfo], decided: Sequence[Listed]) -> Document:
    """The agenda of a meeting; once something was dealt with its minutes too, with the decisions."""
    begun = meeting.held or any(each.outcome != "open" for each in items)
    kind = "Verslag" if meeting.held else "Agenda"
    sections = [Section("onderwerpen", "Agenda", tuple(_agenda(items)), counting="none")]
    if begun:
        sections.append(Section("verslag", "Verslag", (_minutes(items),), counting="none"))
    if decided:
        sections.append(Section("besluiten", "Besluitenlijst", (_table(decided),), counting="none"))
    made_up = any(each.point is not None and each.point.fictief for each in items)
    return Document(
        title=f"{kind} {meeting.committee.name}",
        subtitle=day(meeting.held_on),
        subject=f"{kind} van het overleg over opvolging",
        publishers=(),
        state=meeting.state_label,
        dated=meeting.held_on.isoformat(),
        fictief=meeting.committee.fictief or made_up,
        opening=False,
        sections=(
            Section(
                "agenda",
                f"{kind}: {meeting.committee.name}",
                (_heading(meeting),),
                tuple(sections),
                counting="none",
            ),
        ),
    )


def decision_list(committee: CommitteeInfo, found: Sequence[Listed], narrowed: str, dated: str) -> Document:
    """The decisions of a committee over all its meetings. `narrowed`: which, in Dutch; `dated` in ISO."""
    blocks: tuple[Block, ...] = (Paragraph((Text(f"{narrowed}: {len(found)}. {committee.about}."),)),)
    if found:
        blocks = (*blocks, _table(found))
    return Document(
        title=f"Besluitenlijst {committee.name}",
        subtitle=committee.about,
        subject="Besluiten over opvolging, met wie wat voor wanneer doet",
        publishers=(),
        state="",
        dated=dated,
        fictief=committee.fictief or any(each.point.fictief for each in found),
        opening=False,
        sections=(Section("besluiten", f"Besluitenlijst: {committee.name}", blocks, counting="none"),),
    )


def _heading(meeting: MeetingInfo) -> Grid:
    details = meeting.details
    told = (
        ("Datum", day(meeting.held_on)),
        ("Tijd", meeting.times or NONE),
        ("Plaats", details.location or NONE),
        ("Gaat over", meeting.committee.about),
        ("Leden", meeting.committee.details.members or NONE),
        *((("Opmerking", details.note),) if details.note else ()),
        ("Stand", meeting.state_label),
    )
    return Grid(
        "kop", "Vergadering", (1, 3), tuple((Part(head=name), Part(text=text)) for name, text in told)
    )


def _agenda(items: Iterable[ItemInfo]) -> Iterable[Block]:
    rows = tuple((Cell(str(each.place)), Cell(_called(each)), Cell(_why(each))) for each in items)
    if rows:
        yield Table("agendapunten", "Onderwerpen op de agenda", _AGENDA, rows, heads=2)
    else:
        yield Paragraph((Text("Er staat nog niets op de agenda."),))


def _called(each: ItemInfo) -> str:
    return _of(each.point) if each.point else each.called


def _of(point: PointInfo) -> str:
    """What a point is called, and of which unit it is: units can have points of the same name."""
    return f"{point.called} – {point.unit.name}" if point.unit else point.called


def _why(each: ItemInfo) -> str:
    return "\n".join(filter(None, (f"{each.reason_label}. {each.why or ''}".strip(), each.note)))


def _minutes(items: Iterable[ItemInfo]) -> Table:
    rows = tuple(
        (Cell(str(each.place)), Cell(_called(each)), Cell(each.said or NONE), Cell(each.outcome_label))
        for each in items
    )
    return Table("uitkomsten", "Wat er is gezegd en wat ermee is gebeurd", _MINUTES, rows, heads=2)


def _table(found: Iterable[Listed]) -> Table:
    rows = tuple(
        (
            Cell(_of(each.point)),
            Cell(each.decision.question),
            Cell(each.decision.decider),
            Cell(day(each.decision.due_on) if each.decision.due_on else "Geen datum"),
            Cell(_state(each)),
        )
        for each in found
    )
    return Table("besluitenlijst", "Wie wat voor welke dag doet", _DECISIONS, rows)


def _state(each: Listed) -> str:
    if each.decision.taken_on is None:
        return "Nog te nemen"
    return f"Genomen op {day(each.decision.taken_on)}: {each.decision.outcome}"
