"""Two regions that each have everything, and a word that stands in all that is the other one's."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys import answers, discussions, holding, views
from surveys.acting import By, now
from surveys.answers import Content, Reference, Save
from surveys.filestore import Folder
from surveys.models import (
    AnswerUpload,
    Base,
    CalendarAddress,
    Citation,
    Document,
    DocumentFile,
    DossierTransition,
    InterimFinding,
    InterimReply,
    Interview,
    Lesson,
    LessonShare,
    Offer,
    OfferedText,
    Passage,
    Point,
    PointStatus,
    PointStatusFile,
    ReturnedQuestion,
    Signal,
    Source,
    UnansweredNote,
    VisitPoint,
)
from surveys.offline import offered
from tests.backup import workbench
from tests.factories import World
from tests.support.backups import stored

CANARY = "Kanarie7f3a"
"""Stands in every text and name of the other region, and nowhere else."""
OWN, OTHER = "VR01", "VR02"
PUBLIC = "Openbaar"
"""Stands in what everybody who is logged in may read, whoever wrote it: what a word means."""
BESIDE = frozenset({"log_entry", "login_session", "presence", "rate_window"})
"""Tables of which every request may add or change a row, and that hold no data of a region."""


def fill(session: Session, world: World, folder: Path) -> str:
    """Give both regions what respondents work with, and the other one what inspectors keep of it as well.

    The own region comes first, so that no id of the other one is the first of its table. Committed. Gives
    the key of the post that waits for somebody of the other region.
    """
    store = Folder(folder / "files")
    _respondents(session, world, OWN, "Eigen", store)
    key = _respondents(session, world, OTHER, CANARY, store)
    dossier, held = world.dossiers[OTHER], world.assignments[f"ovr.{OTHER.lower()}"]
    who = _stamp(held)
    workbench.fill(session, dossier, who, CANARY, PUBLIC)
    transition = DossierTransition(
        dossier_id=dossier.id, from_state="uitgezet", to_state="in_invulling", reason=CANARY, at=who["at"]
    )
    source = Source(
        measurement_id=dossier.measurement_id, kind="extern", title=CANARY, dated=who["at"].date(),
        version=1, **who,
    )  # fmt: skip
    session.add_all([transition, source])
    session.flush()
    session.add_all(
        [
            ReturnedQuestion(transition_id=transition.id, question="1.1-01"),
            Citation(source_id=source.id, dossier_id=dossier.id, factor="1.1", note=CANARY, **who),
            VisitPoint(dossier_id=dossier.id, key="own:1", text=CANARY, version=1, **who),
            UnansweredNote(dossier_id=dossier.id, question="1.1-02", reason=CANARY, **who),
        ]
    )
    session.commit()
    return key


def _stamp(held: Any) -> dict[str, Any]:
    return {"person_id": held.person_id, "assignment_id": held.id, "at": now()}


def _respondents(session: Session, world: World, code: str, word: str, store: Folder) -> str:
    """Answers, a view, a thread, documents, a file, an upload, a post that waits, an offer, a point."""
    dossier, unit = world.dossiers[code], world.units[code]
    held = world.assignments[f"ovr.{code.lower()}"]
    by, who = By.through(held, now()), _stamp(held)
    given = {
        "1.1-01": Content("nee", note=word),
        "1.1-03": Content("vast", documents=(Reference(word, word),)),
        "1.1-99": Content(word),
    }
    answers.save_all(session, dossier, {each: Save(content, 0) for each, content in given.items()}, by=by)
    views.differ(session, dossier, "1.1-01", Content("ja", note=word), by=by, seen_version=0)
    discussions.say(session, dossier, "1.1-01", word, by=by, asks="contactpersoon")
    key = holding.hold(
        session, dossier, held.person, endpoint="fill_in.save_answer",
        arguments={"meting": world.measurement.code, "eenheid": code, "code": "1.1-99"},
        fields=[("vraag-1-1-99-answer", word)], files=0, by=By.system(now()),
    )  # fmt: skip
    file = stored(f"%PDF-1.7 {word}".encode(), store)
    document = Document(dossier_id=dossier.id, title=f"{word} plan", added_by_id=by.person_id, added_at=by.at)
    upload = offered.Offered({"1.1-99": offered.Offer(Content(f"{word} anders"), 1)})
    interview = Interview(
        measurement_id=dossier.measurement_id, dossier_id=dossier.id, kind="bezoek", held_on=by.at.date(),
        place=word, state="ter_verificatie", version=1, **who,
    )  # fmt: skip
    passage = Passage(interview=interview, factor="1.1", position=1, text=word, version=1)
    point = Point(
        kind="aanbeveling", title=word, text=word, addressee=word, unit_id=unit.id, place=1, version=1, **who
    )
    session.add_all([file, document, passage, point])
    session.flush()
    status = PointStatus(
        point_id=point.id, party="eigen", status="onderhanden", words=word, said_by=word,
        said_on=by.at.date(), unit_id=unit.id, **who,
    )  # fmt: skip
    offer = Offer(
        measurement_id=dossier.measurement_id, kind="verificatie", dossier_id=dossier.id,
        interview_id=interview.id, due_on=by.at.date() + timedelta(days=9), message=word, **who,
    )  # fmt: skip
    session.add_all(
        [
            DocumentFile(document_id=document.id, file_id=file.id, filename=f"{word}.pdf", **who),
            AnswerUpload(dossier_id=dossier.id, filename=f"{word}.xlsx", answers=upload.as_json(), **who),
            OfferedText(offer=offer, position=1, factor="1.1", text=word, passage_id=passage.id, version=1),
            status,
        ]
    )
    session.flush()
    session.add(PointStatusFile(status_id=status.id, file_id=file.id, title=word, filename=f"{word}.pdf"))
    finding = InterimFinding(
        measurement_id=dossier.measurement_id, unit_id=unit.id, text=word, state="gedeeld", version=1, **who
    )
    signal = Signal(
        kind="melding", received_on=by.at.date(), sender=word, unit_id=unit.id, by_unit=True, text=word,
        urgency="hoog", state="open", version=1, **who,
    )  # fmt: skip
    lesson = Lesson(title=word, summary=word, advice=word, source=word, version=1, **who)
    session.add_all([finding, signal, lesson])
    session.flush()
    session.add(LessonShare(lesson_id=lesson.id, unit_id=unit.id, shared_on=by.at.date(), how=word, **who))
    session.add(
        InterimReply(
            finding_id=finding.id,
            words=word,
            improved_on=by.at.date(),
            file_id=file.id,
            filename=f"{word}.pdf",
            **who,
        )
    )
    session.add(
        CalendarAddress(
            sha256=hashlib.sha256(code.encode()).hexdigest(), made_at=by.at,
            expires_at=by.at + timedelta(days=1), person_id=by.person_id, assignment_id=by.assignment_id,
        )
    )  # fmt: skip
    session.flush()
    return key


Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


def rows_of(session: Session, world: World, unit: str) -> Rows:
    """Every row of a unit, by table and key: what refers to it or its people, and to that, and so on."""
    found: Rows = defaultdict(dict)
    people = [each.person_id for key, each in world.assignments.items() if key.endswith(unit.lower())]
    kept = {("unit", "id", world.units[unit].id), *(("person", "id", each) for each in people)}
    session.rollback()
    whole = {
        table: session.execute(sa.select(table)).mappings().all()
        for table in Base.metadata.sorted_tables
        if table.name not in BESIDE
    }
    while True:
        before = len(kept)
        for table, rows in whole.items():
            links = [(each.parent, each.column) for each in table.foreign_keys]
            for row in rows:
                if any((far.table.name, far.name, row[near]) in kept for near, far in links):
                    found[table.name][tuple(row[each] for each in table.primary_key)] = tuple(row.values())
                    kept |= {(table.name, each.name, row[each]) for each in table.primary_key}
        if len(kept) == before:
            session.rollback()  # nothing of ours is in the way of what the application writes
            return found
