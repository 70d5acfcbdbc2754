"""Files beside answers: kept although the answer is refused, given to who may see them, to nobody else."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.extensions import db
from surveys import dossiers, evidence
from surveys.acting import By, now
from surveys.answers import Content, Reference
from surveys.filestore import Folder
from surveys.models import Assignment, Document, DocumentFile, LogEntry, StoredFile
from tests import filled
from tests.fill_in.conftest import HOME
from tests.support import files

PAPERS = f"{HOME}/documenten"
FACTOR = f"{HOME}/factor/1.1"
ROW = "vraag-1-1-03-documents-0"


@pytest.fixture
def ovr(login, client, world):
    login("ovr.vr01")
    return client


@pytest.fixture
def inspector(someone):
    return someone("inspecteur")


@pytest.fixture
def folder(app):
    """Where this Meetlat keeps files."""
    return Folder(app.config["SETTINGS"].files)


def send(person, path, content, *, name="plattegrond.pdf", status=200, field="bestand", **values):
    """Send a form with a file."""
    sent = dict(values)
    if content is not None:
        sent[field] = [(io.BytesIO(content), name)]
    return person.post(path, sent, status=status)


def beside(person, content, *, name="plattegrond.pdf", status=200, **changes):
    """Send the page of a factor with a file beside question 1.1-03."""
    person.get(FACTOR)
    sent = dict(person.page.form(action=FACTOR).values)
    sent |= {name.replace("__", "-"): [value] for name, value in changes.items()}
    return person.post(FACTOR, {**sent, f"{ROW}-file": [(io.BytesIO(content), name)]}, status=status)


def rows(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(model)).all()


def test_a_file_beside_a_question_becomes_its_document(ovr, session, kept, folder):
    page = beside(ovr, files.pdf(), name="Mijn plattegrond.pdf")
    assert page.has("Uw antwoorden zijn opgeslagen.")
    assert kept("1.1-03") == Content(documents=(Reference("Mijn plattegrond"),))
    page = ovr.get(FACTOR)
    link = page.link("Mijn plattegrond.pdf")
    answer = ovr.get(link)
    assert answer.data == files.pdf()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Mijn plattegrond.pdf"'
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert [row.sha256 for row in rows(session, StoredFile)] == list(folder.names())
    entry = session.scalars(sa.select(LogEntry).where(LogEntry.action == "document.add_file")).one()
    assert "plattegrond" not in str(entry.detail)


def test_a_title_of_ones_own_names_the_document(ovr, kept):
    beside(ovr, files.docx(), name="x.docx", **{f"{ROW}-title": "Plattegrond 2013", f"{ROW}-page": "blz. 2"})
    assert kept("1.1-03").documents == (Reference("Plattegrond 2013", "blz. 2"),)
    assert ovr.get(PAPERS).link("x.docx")


def test_a_good_file_survives_an_answer_that_is_refused(ovr, kept, session):
    page = beside(ovr, files.pdf(), status=422, **{"vraag-1-1-02-answer": "veel"})
    assert page.title.startswith("Fout: ")
    assert kept("1.1-03").documents == (Reference("plattegrond"),)
    page = beside(ovr, files.pdf(), status=422, **{"vraag-1-1-03-note": "x" * 5000})
    assert page.form(action=FACTOR).values[f"{ROW}-title"] == ["plattegrond"]
    assert len(rows(session, DocumentFile)) == 1


def test_a_refused_file_is_told_at_its_question_and_the_answer_is_kept(ovr, kept, session, folder):
    page = beside(
        ovr, files.docx(**{"word/vbaProject.bin": b"x"}), status=422, **{"vraag-1-1-03-answer": "vast"}
    )
    assert page.one(".errors a")["href"] == f"#{ROW}-title"
    assert "plattegrond.pdf: In dit bestand zitten macro’s" in page.text(".errors")
    assert kept("1.1-03") == Content("vast")
    assert rows(session, StoredFile) == []
    assert list(folder.names()) == []


def test_a_conflict_does_not_cost_the_file(ovr, fill, session, kept):
    ovr.get(FACTOR)
    sent = dict(ovr.page.form(action=FACTOR).values) | {"vraag-1-1-03-answer": ["wissel"]}
    fill("contactpersoon.vr01", {"1.1-03": Content("geen")})
    file = [(io.BytesIO(files.pdf()), "plan.pdf")]
    page = ovr.post(FACTOR, {**sent, f"{ROW}-file": file}, status=409)
    assert page.form(action=FACTOR).values[f"{ROW}-title"] == ["plan"]
    assert kept("1.1-03") == Content("geen")
    assert [row.filename for row in rows(session, DocumentFile)] == ["plan.pdf"]


def test_the_script_gets_the_documents_anew(ovr):
    ovr.get(FACTOR)
    sent = {f"{ROW}-title": "", f"{ROW}-page": "", "vraag-1-1-03-version": "0"}
    file = {f"{ROW}-file": [(io.BytesIO(files.pdf()), "plan.pdf")]}
    page = ovr.htmx(f"{HOME}/vraag/1.1-03", sent | file)
    assert page.one("#vraag-1-1-03-bewijs")["hx-swap-oob"] == "true"
    assert page.link("plan.pdf").startswith(PAPERS)
    bad = {f"{ROW}-file": [(io.BytesIO(b"tekst"), "plan.txt")]}
    page = ovr.htmx(f"{HOME}/vraag/1.1-03", sent | {"vraag-1-1-03-version": "1"} | bad, status=422)
    assert "plan.txt: Dit soort bestand kan niet." in page.text("#vraag-1-1-03-bewijs")


def test_one_document_serves_several_questions_with_a_page_each(ovr, kept, session):
    send(ovr, PAPERS, files.pdf(), titel="Beleidsplan")
    ovr.get(FACTOR)
    ovr.submit(
        {
            "vraag-1-1-03-documents-0-title": "Beleidsplan",
            "vraag-1-1-03-documents-0-page": "blz. 3",
        },
        button="Opslaan en verder",
    )
    page = ovr.get(PAPERS)
    assert page.has("Genoemd bij vraag 1.1-03")
    assert len(rows(session, Document)) == 1
    assert ovr.get(f"{HOME}/controle").link("plattegrond.pdf").startswith(PAPERS)


def test_the_same_content_is_kept_once(ovr, session, folder):
    send(ovr, PAPERS, files.pdf(), titel="Een")
    send(ovr, PAPERS, files.pdf(), titel="Twee")
    assert len(rows(session, DocumentFile)) == 2
    assert len(rows(session, StoredFile)) == len(list(folder.names())) == 1


def test_another_file_never_replaces_one_by_its_name(ovr, session):
    send(ovr, PAPERS, files.pdf("eerste"))
    send(ovr, PAPERS, files.pdf("tweede"))
    titles = sorted(row.title for row in rows(session, Document))
    assert titles == ["plattegrond", "plattegrond (2)"]
    page = send(ovr, PAPERS, files.pdf("derde"), titel="plattegrond", status=422)
    assert page.has("is al een ander bestand")
    assert page.one("#titel")["value"] == "plattegrond"


def test_a_file_is_replaced_where_one_says_so(ovr, session, folder):
    send(ovr, PAPERS, files.pdf("eerste"))
    document = rows(session, Document)[0].id
    page = send(ovr, f"{PAPERS}/{document}/bestand", files.image(), name="kaart.png")
    assert page.has("Het bestand is bewaard.")
    assert ovr.get(page.link("kaart.png")).data == files.image()
    assert [row.sha256 for row in rows(session, StoredFile)] == list(folder.names())
    assert len(list(folder.names())) == 1


def test_a_removed_file_is_gone_and_its_title_stays(ovr, kept, session, folder):
    beside(ovr, files.pdf())
    document = rows(session, Document)[0].id
    page = ovr.post(f"{PAPERS}/{document}/verwijderen", {})
    assert page.has("Het bestand is verwijderd.")
    assert page.has("Alleen genoemd: er is geen bestand bij.")
    ovr.get(f"{PAPERS}/{document}/bestand", status=404)
    assert kept("1.1-03").documents == (Reference("plattegrond"),)
    assert list(folder.names()) == []
    assert ovr.post(f"{PAPERS}/{document}/verwijderen", {}, status=422).has("geen bestand (meer)")


def test_a_file_that_another_document_has_stays(ovr, session, folder):
    send(ovr, PAPERS, files.pdf(), titel="Een")
    send(ovr, PAPERS, files.pdf(), titel="Twee")
    first = min(row.id for row in rows(session, Document))
    ovr.post(f"{PAPERS}/{first}/verwijderen", {})
    assert len(list(folder.names())) == 1
    assert ovr.get(ovr.get(PAPERS).link("plattegrond.pdf")).data == files.pdf()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "Kies eerst een bestand."),
        (b"", "Dit bestand is leeg."),
        (b"tekst", "Dit soort bestand kan niet."),
        (files.odf(manifest="<encryption-data/>"), "beveiligd met een wachtwoord"),
        (files.bomb(), "veel te groot"),
        (files.pdf() + b" " * (21 * 1024 * 1024) + b"%%EOF", "groter dan 20 MB"),
    ],
    ids=["none", "empty", "text", "password", "bomb", "large"],
)
def test_each_refusal_says_why_and_keeps_the_title(ovr, session, content, reason):
    page = send(ovr, PAPERS, content, titel="Mijn titel", status=422)
    assert reason in page.text("#bestand-error")
    assert page.one("#titel")["value"] == "Mijn titel"
    assert rows(session, StoredFile) == []


def test_what_is_far_too_large_gets_a_page(ovr):
    page = send(ovr, PAPERS, b"x" * (70 * 1024 * 1024), status=413)
    assert page.has("stuur een kleiner bestand")


def test_a_long_text_is_not_let_through_as_a_file(ovr):
    page = send(ovr, PAPERS, files.pdf(), titel="x" * (3 * 1024 * 1024), status=413)
    assert page.h1 == "Wat u stuurt is te groot"


def test_the_page_says_whether_anybody_looks_for_malware(ovr, app):
    assert ovr.get(PAPERS).has("Bestanden worden hier niet op virussen gecontroleerd.")
    send(ovr, PAPERS, files.pdf(), titel="Een")
    assert ovr.get(PAPERS).has("Niet op virussen gecontroleerd.")
    with files.stand_in() as scanner:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], clamd=scanner.address)
        page = send(ovr, PAPERS, files.image(), name="kaart.png", titel="Twee")
    assert page.has(f"Op virussen gecontroleerd ({files.StandIn.NAME}).")


def test_malware_is_not_kept(ovr, app, session, folder):
    with files.stand_in() as scanner:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], clamd=scanner.address)
        page = send(ovr, PAPERS, files.pdf(extra=b"/X (" + files.EICAR + b")"), status=422)
    assert page.has("De virusscanner vond iets in dit bestand.")
    assert rows(session, StoredFile) == []
    assert list(folder.names()) == []


def test_nothing_goes_unseen_past_a_scanner_that_is_silent(ovr, app, session):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], clamd="tcp://127.0.0.1:1")
    page = send(ovr, PAPERS, files.pdf(), status=422)
    assert page.has("kan nu niet op virussen worden gecontroleerd")
    assert rows(session, StoredFile) == []


@pytest.mark.parametrize("who", ["ovr.vr02", "contactpersoon.vr02", "rmc.noord", "beheerder"])
def test_nobody_of_elsewhere_sees_or_changes_a_file(ovr, someone, session, who):
    send(ovr, PAPERS, files.pdf())
    document = rows(session, Document)[0].id
    other = someone(who)
    for path in (PAPERS, f"{PAPERS}/{document}/bestand"):
        other.get(path, status=403)
    for path in (PAPERS, f"{PAPERS}/{document}/bestand", f"{PAPERS}/{document}/verwijderen"):
        send(other, path, files.image(), status=403)
    assert len(rows(session, DocumentFile)) == 1


def test_the_number_of_a_file_elsewhere_is_not_found_through_ones_own_dossier(ovr, someone, session):
    send(ovr, PAPERS, files.pdf())
    document = rows(session, Document)[0].id
    other, own = someone("ovr.vr02"), "/dossier/proefmeting/VR02/documenten"
    other.get(f"{own}/{document}/bestand", status=404)
    send(other, f"{own}/{document}/bestand", files.image(), status=404)
    other.post(f"{own}/{document}/verwijderen", {}, status=404)
    assert ovr.get(f"{PAPERS}/{document}/bestand").data == files.pdf()


def test_an_inspector_looks_and_changes_nothing(ovr, inspector, session):
    send(ovr, PAPERS, files.pdf())
    page = inspector.get(PAPERS)
    assert page.all("main form") == []
    assert inspector.get(page.link("plattegrond.pdf")).data == files.pdf()
    send(inspector, PAPERS, files.pdf(), status=403)


def test_what_was_handed_in_keeps_its_files(ovr, session, world):
    send(ovr, PAPERS, files.pdf())
    document = rows(session, Document)[0].id
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    for path in (f"{PAPERS}/{document}/verwijderen", f"{PAPERS}/{document}/bestand", PAPERS):
        send(ovr, path, files.image(), status=409)
    assert ovr.get(f"{PAPERS}/{document}/bestand").data == files.pdf()
    assert ovr.get(PAPERS).all("main form") == []


def test_a_damaged_file_is_told_and_not_given(ovr, session, folder):
    send(ovr, PAPERS, files.pdf())
    document, name = rows(session, Document)[0].id, next(folder.names())
    (folder.path / name[:2] / name).write_bytes(b"iets anders")
    page = ovr.get(f"{PAPERS}/{document}/bestand", status=500)
    assert page.has("Dit bestand is beschadigd of niet meer te vinden.")


def test_the_name_of_a_file_may_have_any_letters(ovr, session):
    send(ovr, PAPERS, files.pdf(), name="überzicht – één.pdf", titel="Document")
    document = rows(session, Document)[0].id
    header = ovr.get(f"{PAPERS}/{document}/bestand").headers["Content-Disposition"]
    assert header.startswith("attachment; filename=")
    assert "filename*=UTF-8''%C3%BCberzicht%20%E2%80%93%20%C3%A9%C3%A9n.pdf" in header


def test_a_returned_questionnaire_takes_files_again(ovr, session, world):
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    by = By.through(world.assignments["inspecteur"])
    dossiers.move(session, world.dossiers["VR01"], "in_invulling", by, "Vul aan.")
    session.commit()
    assert send(ovr, PAPERS, files.pdf(), titel="Aanvulling").has("Het bestand is bewaard")


def test_another_title_shows_that_the_file_does_not_belong_to_it(ovr):
    beside(ovr, files.pdf())
    sent = {f"{ROW}-title": "Iets anders", f"{ROW}-page": "", "vraag-1-1-03-version": "1"}
    page = ovr.htmx(f"{HOME}/vraag/1.1-03", sent)
    assert page.one(f"#{ROW}-bestand input")["type"] == "file"
    sent |= {f"{ROW}-title": "plattegrond", "vraag-1-1-03-version": "2"}
    page = ovr.htmx(f"{HOME}/vraag/1.1-03", sent)
    assert "plattegrond.pdf" in page.text(f"#{ROW}-bestand")


def full(*_):
    raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_costs_the_file_and_not_the_answer(ovr, kept, session, monkeypatch):
    monkeypatch.setattr(Folder, "put_pieces", full)
    page = beside(ovr, files.pdf(), status=422, **{"vraag-1-1-03-answer": "vast"})
    assert "plattegrond.pdf: Meetlat kan nu geen bestanden bewaren." in page.text(".errors")
    assert kept("1.1-03") == Content("vast")
    page = send(ovr, PAPERS, files.pdf(), titel="Mijn titel", status=422)
    assert "Meetlat kan nu geen bestanden bewaren." in page.text("#bestand-error")
    assert page.one("#titel")["value"] == "Mijn titel"
    assert rows(session, StoredFile) == []
    assert [row.title for row in rows(session, Document)] == []


def test_who_has_a_file_refused_reads_that_the_rest_is_saved(ovr):
    said = "Uw antwoorden zijn opgeslagen. Alleen een bestand is niet bewaard"
    assert beside(ovr, b"tekst", status=422, **{"vraag-1-1-03-answer": "vast"}).has(said)
    page = beside(ovr, b"tekst", status=422, **{"vraag-1-1-02-answer": "veel"})
    assert not page.has(said)


def test_a_removal_that_fails_keeps_the_bytes(ovr, session, folder, monkeypatch):
    send(ovr, PAPERS, files.pdf())
    document = rows(session, Document)[0].id
    session.rollback()

    def fail(*_):
        raise sa.exc.OperationalError("COMMIT", {}, Exception("gone"))

    with monkeypatch.context() as broken:
        broken.setattr(db.session, "commit", fail)
        ovr.post(f"{PAPERS}/{document}/verwijderen", {}, status=503)
    assert len(rows(session, DocumentFile)) == 1
    session.rollback()
    assert ovr.get(f"{PAPERS}/{document}/bestand").data == files.pdf()


def test_bytes_that_come_into_use_while_sweeping_undo_nothing_else(ovr, session, world, folder, monkeypatch):
    send(ovr, PAPERS, files.pdf())
    dossier, moment = world.dossiers["VR01"], now()
    dossier.last_activity_at = moment
    # as on PostgreSQL, where a document of this very moment is not in what the sweep looked at
    everything = sa.select(StoredFile)
    monkeypatch.setattr(evidence, "select", lambda *what: Anything(everything, *what))
    assert evidence.sweep(session, folder) == 0
    session.commit()
    assert rows(session, StoredFile)
    session.refresh(dossier)
    assert dossier.last_activity_at == moment
    assert len(list(folder.names())) == 1


class Anything:
    """A query for files of which any condition is ignored; of other things, an ordinary one."""

    def __new__(cls, everything, *what):
        if what[0] is not StoredFile:
            return sa.select(*what)
        made = super().__new__(cls)
        made.everything = everything
        return made

    def where(self, *_):
        return self.everything


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_a_number_that_no_document_can_have_is_not_found(ovr, number):
    ovr.get(f"{PAPERS}/{number}/bestand", status=404)
    ovr.post(f"{PAPERS}/{number}/verwijderen", {}, status=404)
    send(ovr, f"{PAPERS}/{number}/bestand", files.pdf(), status=404)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "..\\..\\x.pdf",
        "gnp\u202efdp.exe.pdf",
        'a";\r\nX: y.pdf',
        "é" * 5000 + ".pdf",
        ".pdf",
    ],
    ids=["path", "backslashes", "right-to-left", "newline", "long", "no-name"],
)
def test_a_hostile_name_becomes_a_harmless_one(ovr, session, name):
    send(ovr, PAPERS, files.pdf(), name=name, titel="Document")
    [row] = rows(session, DocumentFile)
    assert len(row.filename) <= 255
    assert row.filename.endswith(".pdf")
    assert row.filename.isprintable()
    assert not set(row.filename) & set('/\\"<>:|?*%')
    answer = ovr.get(f"{PAPERS}/{row.document_id}/bestand")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "X" not in answer.headers


def test_who_handed_over_his_role_gets_no_file_any_more(ovr, session, world):
    send(ovr, PAPERS, files.pdf())
    document = rows(session, Document)[0].id
    row = session.get(Assignment, world.assignments["ovr.vr01"].id)
    row.valid_until = now().date()
    session.commit()
    ovr.get(f"{PAPERS}/{document}/bestand", status=403)
    send(ovr, PAPERS, files.pdf(), status=403)
