"""Letters Opvolging in Beeld: the list, one of them, its files, adding, changing and removing."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.example import in_beeld as example
from surveys.follow_up import letters, origins, registering, standing
from surveys.follow_up.in_beeld import in_beeld
from surveys.follow_up.letters import LetterDetails
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details
from tests.factories import World
from tests.follow_up.conftest import Login, acting
from tests.support import readback
from tests.support.client import Client

AT = datetime.fromisoformat("2026-04-24T10:00:00+00:00")
DAY = date(2026, 4, 23)


def study(session: Session, world: World, title: str) -> int:
    """Add a study with nothing but its title."""
    return origins.add(session, OriginDetails("evaluatie", title), by=acting(world)).id


def test_a_letter_is_about_studies_in_order(session: Session, world: World) -> None:
    by, one, two = acting(world), study(session, world, "Een"), study(session, world, "Twee")
    row = letters.add(session, LetterDetails(DAY, " Beeld ", "M1", (two, one)), by=by)

    found = letters.find(session, row.id)
    assert found is not None
    assert (found.subject, found.titles, found.version) == ("Beeld", ("Twee", "Een"), 1)
    again = LetterDetails(DAY, "Beeld", "M1", (two, one))
    letters.change(session, row.id, again, by=by, seen_version=1)
    assert row.version == 1
    letters.change(session, row.id, LetterDetails(DAY, "Beeld", "M1", (one, two)), by=by, seen_version=1)
    assert [each.titles for each in letters.listed(session)] == [("Een", "Twee")]
    with pytest.raises(ChangedMeanwhile):
        letters.change(session, row.id, again, by=by, seen_version=1)
    letters.change(session, row.id, LetterDetails(DAY, "Beeld", "M1", (two,)), by=by, seen_version=2)
    letters.remove(session, row.id, by=by, seen_version=3)
    assert letters.find(session, row.id) is None
    assert in_beeld(session, row.id) is None


@pytest.mark.parametrize(
    ("subject", "reference", "count", "why"),
    [
        (" ", "M1", 1, "Betreft"),
        ("Beeld", "", 1, "referentie"),
        ("x" * 301, "M1", 1, "300 tekens"),
        ("Beeld", "M1", 0, "minstens één onderzoek"),
        ("Beeld", "M1", 2, "elk onderzoek één keer"),
    ],
)
def test_a_letter_that_can_not_be_is_refused(
    session: Session, world: World, subject: str, reference: str, count: int, why: str
) -> None:
    known = study(session, world, "Een")
    with pytest.raises(Refused, match=why):
        letters.add(session, LetterDetails(DAY, subject, reference, (known,) * count), by=acting(world))
    with pytest.raises(Refused, match="uit de lijst"):
        letters.add(session, LetterDetails(DAY, "Beeld", "M1", (known + 1,)), by=acting(world))
    with pytest.raises(NotAllowed):
        letters.add(session, LetterDetails(DAY, "Beeld", "M1", (known,)), by=acting(world, "ovr.vr01"))


def test_the_page_shows_the_table_what_is_left_out_and_gives_the_files(
    client: Client, login: Login, session: Session, world: World
) -> None:
    letter = example.fill(session, By.system(AT))
    session.commit()
    login("inspecteur")
    client.get("/opvolging/brieven")
    page = client.click(letter.subject)

    assert page.h1 == letter.subject
    assert page.has("23 april 2026")
    assert page.has("MINDEF20260026592")
    assert page.has("Budgettaire grondslag (2025)")
    assert page.has("1. Werk de beleidstheorie van het veiligheidsbeleid uit")
    assert page.has("Onderhanden: voor een onderwerp als veiligheid")
    assert page.html.count("Richtinggevend, nog niet overgenomen") == 6
    assert page.has("Fictieve gegevens")
    assert not page.has("Dit ontbreekt nog")

    pdf = client.click("Opvolging in Beeld als PDF")
    assert "fictief.pdf" in pdf.headers["Content-Disposition"]
    [table] = readback.pdf(pdf.data).tables("Briefkop")
    assert table.rows[0] == ("Datum", "23 april 2026")
    xlsx = client.get(f"{page.url}/bestand?vorm=xlsx")
    assert "mindef20260026592-fictief.xlsx" in xlsx.headers["Content-Disposition"]
    assert openpyxl.load_workbook(BytesIO(xlsx.data)).sheetnames == ["Onderzoek 1"]
    client.get(f"{page.url}/bestand?vorm=html", status=404)


def test_pages_add_a_letter_and_say_what_is_missing(
    client: Client, login: Login, session: Session, world: World
) -> None:
    one, two = study(session, world, "Eerste onderzoek"), study(session, world, "Tweede onderzoek")
    session.commit()
    login("inspecteur")
    client.get("/opvolging/brieven/nieuw")
    values = {"dated": "2026-04-23", "subject": "Beeld", "reference": "M1"}
    page = client.submit(values, status=422)
    assert page.has("Kies minstens één onderzoek.")
    assert page.one("#subject")["value"] == "Beeld"
    page = client.submit({"study_1": str(two), "study_3": str(one)})
    assert page.h1 == "Beeld"
    assert [each.text_content for each in page.all("h2")][-2:] == ["Tweede onderzoek", "Eerste onderzoek"]
    assert page.has("Dit ontbreekt nog")
    assert page.has("Het jaar van afronding is niet ingevuld.")
    assert len(client.click("Brief wijzigen").all("select")) == 4


def test_pages_show_both_letters_when_a_colleague_was_first(
    client: Client, login: Login, session: Session, world: World
) -> None:
    by, studies = acting(world), (study(session, world, "Onderzoek"),)
    theirs = [LetterDetails(DAY, f"Van een collega {number}", "M1", studies) for number in (1, 2, 3)]
    row = letters.add(session, theirs[0], by=by)
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/brieven/{row.id}/wijzigen")
    letters.change(session, row.id, theirs[1], by=by, seen_version=1)
    session.commit()
    page = client.submit({"subject": "Van mij"}, status=409)
    assert page.has("Van een collega 2")
    assert page.one("#subject")["value"] == "Van mij"
    assert client.submit().h1 == "Van mij"

    client.click("Verwijderen")
    letters.change(session, row.id, theirs[2], by=by, seen_version=3)
    session.commit()
    assert client.submit(status=409).has("Van een collega 3")
    form = client.get(f"/opvolging/brieven/{row.id}/wijzigen").form("Brief bewaren")
    sent = form.filled({"subject": "Te laat"}, "Brief bewaren")
    client.get(f"/opvolging/brieven/{row.id}/verwijderen")
    assert client.submit().has("De brief is verwijderd.")
    page = client.post(f"/opvolging/brieven/{row.id}/wijzigen", sent, status=409)
    assert page.has("Een collega heeft deze brief intussen verwijderd.")
    assert client.submit().h1 == "Te laat"


def test_a_letter_takes_as_many_queries_however_much_it_tells(session: Session, world: World) -> None:
    letter = example.fill(session, By.system(AT))
    number, [study_id] = letter.id, [each.origin_id for each in letter.studies]
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))

    def count() -> int:
        session.flush()
        session.expire_all()
        asked.clear()
        assert in_beeld(session, number) is not None
        return len(asked)

    before = count()
    for place in range(5):
        advice = Details("aanbeveling", f"Nog {place}", "Doe het.", "Defensie", origin_id=study_id)
        made = registering.add(session, advice, by=By.system(AT))
        standing.say(session, made.id, "eigen", "afgerond", "Klaar.", "Defensie", DAY, by=By.system(AT))
    assert count() == before
