"""Rows in every table of the inspectors' workbench, reports and figures, awkward values among them."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.document import to_json
from surveys.models import (
    Answer,
    AnswerLabel,
    Attendee,
    Authenticator,
    Development,
    DevelopmentFactor,
    Dossier,
    Figure,
    FigureKind,
    FigureSeries,
    Identity,
    Interview,
    Judgement,
    JudgementVersion,
    Label,
    LogSeal,
    Offer,
    OfferedText,
    Passage,
    PassageVersion,
    Passkey,
    Reaction,
    Recommendation,
    RecoveryCode,
    Reminder,
    ReportSignature,
    ReportStep,
    ReportText,
    ReportTextVersion,
    ReportVersion,
    Settlement,
    Task,
    TermChange,
    WorkingList,
)
from tests.backup import follow_up, retained
from tests.exports.sample_document import SAMPLE
from tests.support.backups import AT

CONTENT: dict[str, Any] = dict.fromkeys(("level", "proposal", "motivation", "finding", "attention"))
CONTENT |= {"basis": "b" * 64, "answers": {}}


def fill(
    session: Session, dossier: Dossier, who: dict[str, Any], awkward: str, public: str | None = None
) -> None:
    """Add them for a dossier; `who` stamps them (person, assignment, moment). Flushed.

    `public` is what stands, instead of `awkward`, in what is for everybody who is logged in.
    """
    stamp = {"person_id": who["person_id"], "at": who["at"]}
    interview = Interview(
        measurement_id=dossier.measurement_id,
        dossier_id=dossier.id,
        kind="bezoek",
        held_on=AT.date(),
        place=awkward,
        state="ter_verificatie",
        version=1,
        attendees=[Attendee(side="regio", name=awkward)],
        **who,
    )
    passage = Passage(interview=interview, factor="1.1", position=1, text=awkward, version=1)
    judgement = Judgement(
        measurement_id=dossier.measurement_id,
        dossier_id=dossier.id,
        factor="1.1",
        state="concept",
        finding=awkward,
        basis="b" * 64,
        version=1,
        drafted_by_id=who["person_id"],
        drafted_as_id=who["assignment_id"],
        drafted_at=AT,
    )
    development = Development(
        measurement_id=dossier.measurement_id,
        title="Iets nieuws",
        text=awkward,
        version=1,
        factors=[DevelopmentFactor(factor="1.1")],
        **who,
    )
    label = Label(instrument="klein", question="1.1-01", name="Wake Up", **stamp)
    session.add_all([passage, judgement, development, label])
    session.flush()
    offered = Offer(
        measurement_id=dossier.measurement_id,
        kind="verificatie",
        dossier_id=dossier.id,
        interview_id=interview.id,
        due_on=AT.date(),
        **who,
    )
    text = OfferedText(
        offer=offered, position=1, factor="1.1", text=awkward, passage_id=passage.id, version=1
    )
    reaction = Reaction(offered=text, role="ovr", verdict="wijziging", proposal=awkward, **who)
    settlement = Settlement(reaction=reaction, outcome="niet", reason=awkward, **who)
    session.add(settlement)
    session.flush()
    answer = session.scalars(
        select(Answer).where(Answer.dossier_id == dossier.id).order_by(Answer.id)
    ).first()
    assert answer is not None
    session.add_all(
        [
            PassageVersion(
                passage_id=passage.id,
                version=1,
                factor="1.1",
                text=awkward,
                removed=False,
                settlement_id=settlement.id,
                **who,
            ),
            JudgementVersion(
                judgement_id=judgement.id,
                version=1,
                step="save",
                state="concept",
                content=CONTENT | {"finding": awkward, "score": 1.5},
                **who,
            ),
            AnswerLabel(answer_id=answer.id, label_id=label.id, answer_version=1, **who),
            WorkingList(
                measurement_id=dossier.measurement_id,
                name=awkward[:80],
                definition={"rows": [{"kind": "label", "values": [str(label.id), "4711", "~value"]}]},
                **stamp,
            ),
            TermChange(dossier_id=dossier.id, new=AT.date(), reason=awkward, **who),
            Reminder(dossier_id=dossier.id, to_id=who["person_id"], text=awkward, channel="kopie", **who),
        ]
    )
    session.flush()
    _report(session, dossier, who, awkward)
    _figures(session, who, awkward)
    session.flush()
    retained.fill(session, who, awkward)
    follow_up.fill(session, dossier, who, awkward, public)


def _report(session: Session, dossier: Dossier, who: dict[str, Any], awkward: str) -> None:
    said = {"text": awkward, "facts": [["1.1-S01", "aantal", awkward]], "grounds": {"judgement:1.1": "g"}}
    text = ReportText(
        measurement_id=dossier.measurement_id, key="factor:1.1:conclusie", version=2, **said, **who
    )
    version = ReportVersion(
        measurement_id=dossier.measurement_id,
        number=1,
        state="concept",
        content=(content := to_json(SAMPLE)),
        basis="{}",
        sha256=hashlib.sha256(f"{content}\n{{}}".encode()).hexdigest(),
        made_by_id=who["person_id"],
        made_as_id=who["assignment_id"],
        made_at=AT,
    )
    session.add_all([text, version])
    session.flush()
    named = {"name": awkward, "function": "hoofd", "organisation": "Inspectie"}
    session.add_all(
        [
            ReportTextVersion(report_text_id=text.id, version=1, **(said | {"text": None}), **who),
            ReportTextVersion(report_text_id=text.id, version=2, **said, **who),
            Recommendation(
                measurement_id=dossier.measurement_id,
                addressee="de minister",
                text=awkward,
                place=1,
                version=1,
                **who,
            ),
            ReportSignature(report_version_id=version.id, signed_on=AT.date(), **named, **who),
            ReportStep(report_version_id=version.id, step="make", remark=awkward, **who),
            Task(
                kind="report",
                key="k" * 64,
                arguments={"number": 1},
                state="waiting",
                person_id=who["person_id"],
                assignment_id=who["assignment_id"],
                asked_at=AT,
            ),
            Identity(
                person_id=who["person_id"],
                issuer="https://inloggen.voorbeeld.nl",
                subject=awkward,
                linked_at=AT,
            ),
            Authenticator(person_id=who["person_id"], secret="c" * 64, last_step=50_000_000, added_at=AT),
            RecoveryCode(digest="d" * 64, person_id=who["person_id"], added_at=AT),
            Passkey(
                person_id=who["person_id"],
                name=awkward[:60],
                credential_id="AbC-_9",
                public_key="p" * 100,
                sign_count=2**32 - 1,
                handle="h" * 86,
                transports=["internal", "hybrid"],
                added_at=AT,
                used_at=None,
            ),
            LogSeal(
                number=1,
                first_id=1,
                last_id=1,
                count=1,
                digest="d" * 64,
                marks=[[1, "e" * 16]],
                previous="0" * 64,
                hash="f" * 64,
                sealed_at=AT,
            ),
        ]
    )


def _figures(session: Session, who: dict[str, Any], awkward: str) -> None:
    kinds = [
        FigureKind(
            label=awkward, place=1, figures=[Figure(year=2012, value=0), Figure(year=2013, words="+")]
        ),
        FigureKind(label="Totaal", place=2, total=True),
    ]
    session.add(
        FigureSeries(
            code="bijstand",
            title="Bijstand",
            unit="aanvragen",
            source=awkward,
            first_year=2012,
            last_year=2013,
            fictief=True,
            version=1,
            kinds=kinds,
            **who,
        )
    )
