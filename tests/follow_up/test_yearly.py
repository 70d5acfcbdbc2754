"""Letters of the year: what they tell, what changed since the one before, settling, correcting, the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from exports.document import faults
from exports.follow_up import yearly as layout
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import deciding, origins, planning, points, registering, standing, yearly
from surveys.follow_up.deciding import Asked
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details
from surveys.follow_up.yearly import YearlyDetails, YearlyInfo
from surveys.follow_up.yearly_content import Change, Content, from_plain, to_plain
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support import readback
from tests.support.client import Client

DAY = AT.date()
DETAILS = YearlyDetails("jaarbrief", "Voortgang 2014", DAY, "B1", introduction="Eerste alinea.\nTweede.")


def made(session: Session, by: By, details: YearlyDetails = DETAILS, *, settle: bool = False) -> YearlyInfo:
    row = yearly.add(session, details, by=by)
    if settle:
        yearly.settle(session, row.id, by=by, seen_version=1)
    return again(session, row.id)


def again(session: Session, number: int) -> YearlyInfo:
    found = yearly.find(session, number)
    assert found is not None
    return found


def content(session: Session, letter: YearlyInfo, day: date = DAY) -> Content:
    return yearly.content(session, letter, day)


def titles(found: Content, since: str) -> list[str]:
    return [each.called for each in found.having(since)]


def say(session: Session, number: int, status: str, by: By, party: str = "eigen") -> None:
    standing.say(session, number, party, status, "Zo staat het.", "Defensie", DAY, by=by)


def test_the_next_letter_tells_exactly_what_changed_since_what_was_told(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    changes, same, done, gone = (
        make_point(title).id for title in ("Verandert", "Blijft", "Was klaar", "Verdwijnt")
    )
    say(session, changes, "onderhanden", by)
    say(session, done, "afgerond", by)
    first = made(session, by, settle=True)
    told = content(session, first)
    assert not told.compares
    assert told.counts == {"Nog niet gestart": 2, "Onderhanden": 1, "Afgerond": 1}
    assert [each.called for each in told.finished] == ["Was klaar"]

    say(session, changes, "afgerond", by)
    found = points.find(session, changes)
    assert found is not None
    details = replace(Details.of(found), due_on=date(2014, 12, 1))
    registering.change(session, changes, details, by=by, seen_version=found.version)
    days = {"prepared_on": None, "begun_on": None, "done_on": date(2014, 6, 1)}
    planning.plan(session, changes, days, reason=None, note=None, by=by, seen=0)
    deciding.ask(session, changes, Asked("anders", "Gaan wij door?", "De staf", date(2014, 5, 1)), by=by)
    row = points.find(session, gone)
    assert row is not None
    registering.remove(session, gone, by=by, seen_version=row.version)
    make_point("Is nieuw")

    # what the first one told stands, whatever became of the points
    assert content(session, first) == told
    second = made(session, by, replace(DETAILS, subject="Voortgang 2015", dated=DAY + timedelta(365)))
    now = content(session, second)
    assert now.heading.previous == "Voortgang 2014, 3 maart 2014"
    assert titles(now, "gewijzigd") == ["Verandert"]
    assert now.having("gewijzigd")[0].changes == (
        Change("Stand", "Onderhanden", "Afgerond"),
        Change("Termijn", "–", "1 december 2014"),
        Change("Uitgevoerd: gepland", "–", "1 juni 2014"),
        Change("Besluit", "–", "Gaan wij door? Nog te nemen door De staf, voor 1 mei 2014."),
    )
    assert (titles(now, "nieuw"), titles(now, "gelijk"), now.gone) == (
        ["Is nieuw"],
        ["Blijft"],
        ("Verdwijnt",),
    )
    assert titles(now, "eerder") == ["Was klaar"]
    assert [each.called for each in now.shown] == ["Verandert", "Blijft", "Is nieuw"]
    assert [each.called for each in now.finished] == ["Verandert"]
    assert "1 nieuw, 1 gewijzigd, 1 ongewijzigd. Klaar sinds de vorige brief: 1." in layout.summary(now)
    assert from_plain(to_plain(now)) == now
    alone = made(session, by, replace(second.details, compares=False))
    assert yearly.before(session, alone) is None
    other = made(session, by, replace(second.details, kind="jaarverslag"))
    assert yearly.before(session, other) is None
    assert same in {each.id for each in now.points}


def test_a_letter_is_about_a_document_or_a_class_with_what_stands_under_it(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    origin = origins.add(session, OriginDetails("brief", "Brief van 2014"), by=by).id
    top = make_point("Uit de brief", origin_id=origin)
    make_point("Maatregel", kind="maatregel", parent_id=top.id)
    make_point("Cultuur", classes={"spoor": "cultuur"}, fictief=True)
    out = content(session, made(session, by, replace(DETAILS, origin_id=origin)))
    assert [each.called for each in out.points] == ["Uit de brief", "Maatregel"]
    assert (out.heading.about, out.fictief) == ("Punten uit: Brief van 2014", False)
    culture = content(session, made(session, by, replace(DETAILS, scheme="spoor", code="cultuur")))
    assert ([each.called for each in culture.points], culture.fictief) == (["Cultuur"], True)
    for wrong in (
        replace(DETAILS, kind="brief"),
        replace(DETAILS, subject=" "),
        replace(DETAILS, origin_id=origin + 9),
        replace(DETAILS, scheme="spoor", code="geen"),
        replace(DETAILS, replaces_id=1),
    ):
        with pytest.raises(Refused):
            yearly.add(session, wrong, by=by)
    with pytest.raises(NotAllowed):
        yearly.add(session, DETAILS, by=acting(world, "ovr.vr01"))


def test_a_settled_letter_does_not_change_and_is_corrected_by_another(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    with pytest.raises(Refused, match="geen enkel punt"):
        yearly.settle(session, made(session, by).id, by=by, seen_version=1)
    point = make_point("Oefen samen")
    first = made(session, by, settle=True)
    for change in (
        lambda: yearly.change(session, first.id, replace(DETAILS, subject="Anders"), by=by, seen_version=2),
        lambda: yearly.remove(session, first.id, by=by, seen_version=2),
        lambda: yearly.settle(session, first.id, by=by, seen_version=2),
    ):
        with pytest.raises(Refused, match="Maak een verbeterde brief"):
            change()
    for statement in ("UPDATE settled_letter SET content = '{}'", "DELETE FROM settled_letter"):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))

    say(session, point.id, "onderhanden", by)
    draft = made(session, by, replace(DETAILS, replaces_id=first.id))
    corrected = content(session, draft)
    assert (corrected.heading.replaces, corrected.heading.previous) == ("Voortgang 2014, 3 maart 2014", "")
    with pytest.raises(ChangedMeanwhile):
        yearly.settle(session, draft.id, by=by, seen_version=0)
    yearly.settle(session, draft.id, by=by, seen_version=1)
    assert again(session, first.id).replaced_by_id == draft.id
    # the next one compares with the correction
    after = made(session, by, replace(DETAILS, dated=DAY + timedelta(365)))
    assert yearly.before(session, after) == again(session, draft.id)
    twice = made(session, by, replace(DETAILS, replaces_id=first.id))
    with pytest.raises(Refused, match="al door een andere brief vervangen"):
        yearly.settle(session, twice.id, by=by, seen_version=1)


def test_every_file_of_a_settled_letter_is_made_of_what_was_told(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    point = make_point("Oefen & deel <samen>", fictief=True, due_on=date(2014, 9, 1))
    letter = made(session, by, settle=True)
    before = layout.document(letter, content(session, letter))
    assert faults(before) == []
    say(session, point.id, "afgerond", by)
    assert layout.document(again(session, letter.id), content(session, letter)) == before
    session.commit()

    login("inspecteur")
    page = client.get(f"/opvolging/jaarbrieven/{letter.id}")
    assert page.has("De brief verandert niet meer.")
    assert page.has("Fictieve gegevens")
    assert page.has("nog niet gestart")
    files = {
        form: client.ask("GET", f"{page.url}/bestand?vorm={form}") for form in ("pdf", "docx", "html", "xlsx")
    }
    for form, file in files.items():
        assert f"meetlat-jaarbrief-2014-fictief.{form}" in file.headers["Content-Disposition"]
    [table] = readback.pdf(files["pdf"].data).tables("Stand: Oefen & deel <samen>")
    assert ("Stand", "Nog niet gestart (Nog niets gemeld)") in table.rows
    assert "Oefen &amp; deel &lt;samen&gt;" in files["html"].data.decode()
    sheet = openpyxl.load_workbook(BytesIO(files["xlsx"].data))["Punten"]
    cells = [cell.value for row in sheet for cell in row]
    assert {"Oefen & deel <samen>", "1 september 2014", "Nog niet gestart"} <= set(cells)
    client.get(f"{page.url}/bestand?vorm=exe", status=404)


def test_pages_make_settle_and_replace_a_letter_and_lose_nothing(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    make_point("Oefen samen")
    login("inspecteur")
    client.get("/opvolging/jaarbrieven/nieuw")
    values = {"subject": " ", "dated": "2014-03-03", "due_on": "2014-03-01", "introduction": "Lang verhaal"}
    page = client.submit(values, status=422)
    assert page.has("Vul in waar de brief over gaat.")
    assert page.one("#introduction").text_content.strip() == "Lang verhaal"
    page = client.submit({"subject": "Voortgang"})
    assert page.has("Dit is een concept")
    assert page.has("De brief is gedateerd na de termijn: 1 maart 2014.")
    assert page.has("1 van de 1 punten: geen planning.")
    [draft] = yearly.listed(session)
    form = client.get(f"/opvolging/jaarbrieven/{draft.id}/wijzigen")
    theirs = replace(draft.details, subject="Van een collega")
    yearly.change(session, draft.id, theirs, by=acting(world), seen_version=1)
    session.commit()
    page = client.submit({"subject": "Van mij"}, status=409)
    assert page.has("Van een collega")
    assert form.url == page.url
    assert client.submit().h1 == "Van mij"
    client.click("Brief vaststellen")
    page = client.submit(button="Brief vaststellen")
    assert page.has("Vastgesteld op")
    client.click("Verbeterde brief maken")
    page = client.submit({"introduction": "Verbeterd"})
    assert page.has("Vervangt")
    assert page.has("Van mij, 3 maart 2014")
    client.click("Verwijderen")
    client.submit(button="Concept verwijderen")
    assert [each.details.subject for each in yearly.listed(session)] == ["Van mij"]
    client.get("/opvolging/jaarbrieven/nieuw")
    client.submit({"subject": "Vervalt"})
    draft = next(each for each in yearly.listed(session) if not each.is_settled)
    client.get(f"/opvolging/jaarbrieven/{draft.id}/wijzigen")
    yearly.remove(session, draft.id, by=acting(world), seen_version=1)
    session.commit()
    page = client.submit({"introduction": "Al getypt"}, status=409)
    assert page.has("Een collega heeft deze brief intussen verwijderd.")
    assert client.submit().has("Al getypt")
