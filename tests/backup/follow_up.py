"""Rows in every table of follow-up, awkward values among them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    AgendaDecision,
    AgendaItem,
    CalendarAddress,
    Committee,
    Decision,
    Definition,
    DefinitionRuling,
    DefinitionVersion,
    Dependency,
    Dossier,
    EvaluationMoment,
    EvaluationTemplate,
    Indicator,
    InterimFinding,
    InterimReply,
    InterimStep,
    Lesson,
    LessonShare,
    Letter,
    LetterOrigin,
    Meeting,
    Mention,
    Origin,
    Outcome,
    PlanVersion,
    Point,
    PointClass,
    PointQuestion,
    PointReminder,
    PointStatus,
    PointStatusFile,
    PointVerdict,
    PointVersion,
    Reading,
    SchemeValue,
    SettledLetter,
    Signal,
    SignalPoint,
    SignalStep,
    StoredFile,
    YearlyLetter,
)
from tests.backup.money import fill as fill_money
from tests.support.backups import AT


def fill(
    session: Session, dossier: Dossier, who: dict[str, Any], awkward: str, public: str | None = None
) -> None:
    """Add them: a point and a measure under it, that goes on in a point of another document. Flushed.

    `public` is what stands, instead of `awkward`, in what everybody may read: the meaning of a word.
    """
    day, said = AT.date(), public or awkward
    study = Origin(
        kind="evaluatie", title=awkward, basis_amount=80_790_000_000, basis_year=2025, version=1, **who
    )
    successor = _point(awkward, who, place=2, origin=study)
    session.add_all(
        [successor, SchemeValue(scheme="sea", code="x", title=awkward, place=1, version=1, **who)]
    )
    session.flush()
    point = _point(
        awkward,
        who,
        place=1,
        origin=study,
        unit_id=dossier.unit_id,
        closed_on=day,
        closed_as="doorgezet",
        successor_id=successor.id,
        classes=[PointClass(scheme="spoor", code="cultuur")],
        questions=[PointQuestion(instrument="klein", question="1.1-01")],
    )
    session.add(point)
    session.flush()
    measure = _point(awkward, who, place=3, kind="maatregel", parent_id=point.id)
    status = PointStatus(
        point_id=point.id,
        party="eigen",
        status="onderhanden",
        words=awkward,
        said_by=awkward,
        said_on=day,
        unit_id=dossier.unit_id,
        **who,
    )
    indicator = Indicator(
        point_id=point.id, level="impact", title=awkward, source="reeks", baseline=0.1, version=1, **who
    )
    letter = Letter(dated=day, subject=awkward, reference="+", version=1, **who)
    source = Origin(kind="brief", title=said, version=1, **who)
    session.add(source)
    session.flush()
    meaning = {"kind": "woord", "term": said[:200], "meaning": said, "origin_id": source.id, "note": said}
    definition = Definition(**meaning, ships_as=said[:200], used_since=day, version=1, **who)
    content = meaning | {"source": None, "used_since": day.isoformat(), "retired": False, "fictief": False}
    session.add_all([measure, status, indicator, letter, definition])
    session.flush()
    session.add_all(
        [
            PointVersion(point_id=point.id, version=1, content={"title": awkward}, **who),
            Mention(point_id=point.id, origin_id=study.id, number="1", passage=awkward, **who),
            PlanVersion(point_id=point.id, number=1, begun_on=day, **who),
            PlanVersion(point_id=point.id, number=2, done_on=day, reason="realiteit", note=awkward, **who),
            Dependency(point_id=point.id, on_id=measure.id, kind="gelijk", note=awkward, **who),
            Reading(
                indicator_id=indicator.id,
                read_on=day,
                value=-1.5,
                origin="voorvallen",
                source=awkward,
                **who,
            ),
            *(
                PointStatusFile(status_id=status.id, file_id=file.id, title=awkward, filename="x.pdf")
                for file in session.scalars(select(StoredFile))
            ),
            PointVerdict(status_id=status.id, verdict="niet_bevestigd", words=awkward, **who),
            Decision(point_id=point.id, kind="bijsturen", question=awkward, decider="x", version=1, **who),
            PointReminder(point_id=point.id, due_on=day, told=2, **who),
            Outcome(
                measurement_id=dossier.measurement_id,
                point_id=point.id,
                verdict="deels",
                words=awkward,
                version=1,
                **who,
            ),
            LetterOrigin(letter_id=letter.id, origin_id=study.id, place=1),
            DefinitionVersion(definition_id=definition.id, version=1, content=content, **who),
            DefinitionRuling(term_key="x", meanings="0" * 64, reason=said, **who),
        ]
    )
    session.flush()
    fill_signals(session, dossier, who, awkward, point)
    fill_committees(session, who, awkward, point)
    fill_money(session, point.id, study.id, dossier.unit_id, who, awkward)


def fill_signals(session: Session, dossier: Dossier, who: dict[str, Any], awkward: str, point: Point) -> None:
    """Add a finding with an answer, a signal, a lesson and a moment, all of one point. Flushed."""
    finding = InterimFinding(
        measurement_id=dossier.measurement_id,
        unit_id=dossier.unit_id,
        factor="1.1",
        text=awkward,
        state="afgehandeld",
        point_id=point.id,
        version=1,
        **who,
    )
    signal = Signal(
        kind="rie",
        received_on=AT.date(),
        sender=awkward,
        unit_id=dossier.unit_id,
        by_unit=True,
        text=awkward,
        urgency="hoog",
        state="met_punt",
        version=1,
        **who,
    )
    lesson = Lesson(
        title=awkward[:300], summary=awkward, advice=awkward, source="x", point_id=point.id, version=1, **who
    )
    template = EvaluationTemplate(code="x", name=awkward[:300], days=1, questions=[awkward], version=1, **who)
    moment = EvaluationMoment(
        point_id=point.id,
        template="x",
        name="x",
        questions=[awkward],
        planned_on=AT.date(),
        held_on=AT.date(),
        held_by="x",
        answers=[awkward],
        state="gehouden",
        version=1,
        **who,
    )
    session.add_all([finding, signal, lesson, template, moment])
    session.flush()
    file = session.scalars(select(StoredFile)).first()
    session.add_all(
        [
            InterimStep(finding_id=finding.id, kind="punt", words=awkward, **who),
            InterimReply(
                finding_id=finding.id,
                words=awkward,
                improved_on=AT.date(),
                file_id=file.id if file else None,
                filename="x.pdf" if file else None,
                **who,
            ),
            SignalStep(signal_id=signal.id, state="met_punt", words=awkward, **who),
            SignalPoint(signal_id=signal.id, point_id=point.id, how="gemaakt", **who),
            LessonShare(
                lesson_id=lesson.id, unit_id=dossier.unit_id, shared_on=AT.date(), how=awkward, **who
            ),
            LessonShare(lesson_id=lesson.id, organisation=awkward, shared_on=AT.date(), how="x", **who),
        ]
    )
    session.flush()


def fill_committees(session: Session, who: dict[str, Any], awkward: str, point: Point) -> None:
    """Add a committee with a meeting that dealt with the point, a settled letter, a calendar. Flushed."""
    day = AT.date()
    committee = Committee(
        name=awkward[:300], scheme="spoor", code="cultuur", members=awkward, version=1, **who
    )
    letter = YearlyLetter(
        kind="jaarbrief", subject=awkward[:300], dated=day, introduction=awkward, version=1, **who
    )
    session.add_all([committee, letter])
    session.flush()
    meeting = Meeting(
        committee_id=committee.id,
        held_on=day,
        begins="09:30",
        location=awkward[:300],
        state="gehouden",
        reopened=awkward,
        version=1,
        **who,
    )
    decision = Decision(point_id=point.id, kind="anders", question=awkward, decider="x", version=1, **who)
    correction = YearlyLetter(
        kind="jaarbrief",
        subject="x",
        dated=day,
        previous_id=letter.id,
        replaces_id=letter.id,
        version=1,
        **who,
    )
    session.add_all([meeting, decision, correction])
    session.flush()
    item = AgendaItem(
        meeting_id=meeting.id,
        place=1,
        point_id=point.id,
        reason="schuift",
        why=awkward,
        said=awkward,
        outcome="besluit",
        version=1,
        decided=[AgendaDecision(decision_id=decision.id)],
        **who,
    )
    session.add_all(
        [item, SettledLetter(letter_id=letter.id, content={"points": [awkward]}, sha256="0" * 64, **who)]
    )
    session.add(
        CalendarAddress(
            person_id=who["person_id"],
            assignment_id=who["assignment_id"],
            sha256="1" * 64,
            made_at=AT,
            expires_at=AT,
        )
    )
    session.flush()


def _point(awkward: str, who: dict[str, Any], **values: Any) -> Point:
    given: dict[str, Any] = {"kind": "aanbeveling", "title": awkward[:300], "text": awkward, "version": 1}
    return Point(**{**given, "addressee": "x", **values, **who})
