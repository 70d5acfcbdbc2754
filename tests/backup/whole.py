"""A world with rows in every table: what backups and archives are made of."""

from __future__ import annotations

import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.answers import Content
from surveys.filestore import Folder
from surveys.models import (
    AnswerUpload,
    Citation,
    Discussion,
    DiscussionMessage,
    Document,
    DocumentFile,
    DossierTransition,
    HeldPost,
    LogEntry,
    LoginThrottle,
    MeasurementTransition,
    Presence,
    ReturnedQuestion,
    Source,
    StoredFile,
    UnansweredNote,
    UnitLink,
    VisitPoint,
)
from tests import factories, filled
from tests.backup import workbench
from tests.factories import World
from tests.support import stages
from tests.support.backups import AT, EVIDENCE, stored


def _make_full(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _fill(session, factories.World(session), Folder(Path(folder)))


with_full = stages.declare("full", _make_full)


def _fill(session: Session, world: World, files: Folder) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    filled.submit(session, world.dossiers["RMC-NOORD"], filled.UNSURE)
    dossier, by = world.dossiers["VR02"], world.assignments["ovr.vr02"]
    who = {"person_id": by.person_id, "assignment_id": by.id, "at": AT}
    awkward = 'Één "regel"\nen nog een; \u2028 ’s-Hertogenbosch 🚒 \\u0041 null'
    saved = answers.save(
        session, dossier, "1.1-01", Content("nee", note=awkward), by=By.through(by, AT), seen_version=0
    )
    answers.save(session, dossier, "1.1-02", Content(2.5), by=By.through(by, AT), seen_version=0)
    answers.save(session, dossier, "1.1-01", Content("ja"), by=By.through(by, AT), seen_version=1)
    assert saved is not None
    transition = DossierTransition(
        dossier_id=dossier.id, from_state="uitgezet", to_state="in_invulling", reason=awkward, at=AT
    )
    thread = Discussion(dossier_id=dossier.id, question="1.1-01", waits_for="contactpersoon")
    session.add_all([transition, thread])
    session.flush()
    session.add_all(
        [
            ReturnedQuestion(transition_id=transition.id, question="1.1-01"),
            DiscussionMessage(discussion_id=thread.id, text=awkward, settles=False, **who),
            DiscussionMessage(discussion_id=thread.id, text="", settles=True, **who),
            MeasurementTransition(
                measurement_id=dossier.measurement_id,
                from_state="voorbereiding",
                to_state="vragenlijst_vast",
                reason=awkward,
                **who,
            ),
            HeldPost(
                key="k" * 64, person_id=by.person_id, dossier_id=dossier.id, endpoint="x", at=AT,
                arguments={}, fields=[["a", "1"], ["a", "\ud800 \u0001"]],
            ),
            AnswerUpload(dossier_id=dossier.id, filename="é.xlsx", answers={"1.1": {"value": None}}, **who),
            LoginThrottle(key="f" * 64, failures=3, last_failure_at=AT, locked_until=None),
            LogEntry(at=AT, action="x", subject="x", detail={"diep": [1, 2.5, 1e-9, None, True, {}]}),
            Presence(tab="t", dossier_id=1, person_id=1, assignment_id=1, seen_at=AT),
            UnitLink(
                unit_id=world.units["VR01"].id, parent_id=world.units["RMC-NOORD"].id,
                valid_from=factories.LONG_AGO,
            ),
        ]
    )  # fmt: skip
    kept = None
    for number, content in enumerate(EVIDENCE):
        document = Document(dossier_id=dossier.id, title=f"D{number}", added_by_id=by.person_id, added_at=AT)
        session.add_all([document, stored(content, files)])
        session.flush()
        kept = session.scalars(sa.select(StoredFile).order_by(StoredFile.id.desc())).first()
        assert kept is not None
        session.add(DocumentFile(document_id=document.id, file_id=kept.id, filename="een bestand.pdf", **who))
    assert kept is not None
    source = Source(
        measurement_id=dossier.measurement_id, kind="extern", title=awkward, dated=AT.date(), file_id=kept.id,
        filename="é.pdf", version=1, **who,
    )  # fmt: skip
    session.add(source)
    session.flush()
    session.add_all(
        [
            Citation(source_id=source.id, dossier_id=dossier.id, factor="1.1", note=awkward, **who),
            Citation(source_id=source.id, factor="1.1", **who),
            VisitPoint(dossier_id=dossier.id, key="own:1", text=awkward, version=1, **who),
            UnansweredNote(dossier_id=dossier.id, question="1.1-02", reason=awkward, **who),
        ]
    )
    workbench.fill(session, dossier, who, awkward)
