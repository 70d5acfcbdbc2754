"""Documents in which points stand, and mentions: by verbs and by pages."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import amounts, letters, mentions, origins, registering
from surveys.follow_up.letters import LetterDetails
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.origins import OriginDetails, Study
from surveys.models import LogEntry
from tests.factories import World
from tests.follow_up.conftest import Login, MakePoint, acting
from tests.support.client import Client

LETTER = OriginDetails("brief", "Opvolging in Beeld", "Defensie", "MINDEF1", date(2014, 3, 1))
STUDY = OriginDetails(
    "evaluatie",
    "Periodieke Rapportage Mensen",
    study=Study("Syntheseonderzoek", 2025, "Alle artikelen", 80_790_000, 2025, "Over veiligheid.", "mensen"),
)


@pytest.mark.parametrize(
    ("typed", "amount", "shown"),
    [
        ("€ 80,79 miljoen", 80_790_000, "€ 80,79 miljoen"),
        ("80790000", 80_790_000, "€ 80,79 miljoen"),
        ("80.790.000", 80_790_000, "€ 80,79 miljoen"),
        ("€25 mln.", 25_000_000, "€ 25 miljoen"),
        ("1,25 miljard euro", 1_250_000_000, "€ 1.250 miljoen"),
        ("EUR 64.000", 64_000, "€ 64.000"),
        ("€ 1,000001 miljoen", 1_000_001, "€ 1,000001 miljoen"),
        ("0", 0, "€ 0"),
    ],
)
def test_an_amount_is_read_as_people_type_it_and_shown_as_they_read_it(
    typed: str, amount: int, shown: str
) -> None:
    assert amounts.parse(typed) == amount
    assert amounts.shown(amount) == shown
    assert amounts.parse(shown) == amount


@pytest.mark.parametrize("typed", ["veel", "-5", "80.79 miljoen", "1,5", "€ 1 biljoen", "9" * 30, "1e9"])
def test_what_is_no_amount_in_whole_euros_is_refused(typed: str) -> None:
    assert amounts.parse(" ") is None
    with pytest.raises(Refused, match="bedrag"):
        amounts.parse(typed)


def test_a_document_is_kept_changed_and_logged(session: Session, world: World) -> None:
    by = acting(world)
    row = origins.add(session, STUDY, by=by)
    older = origins.add(session, LETTER, by=by)

    assert [each.info.id for each in origins.listed(session)] == [older.id, row.id]
    found = origins.find(session, row.id)
    assert found is not None
    assert found.details == STUDY
    assert found.study.amount_shown == "€ 80,79 miljoen"
    assert (found.version, found.name) == (1, world.person("inspecteur").name)

    origins.change(session, row.id, STUDY, by=by, seen_version=1)
    assert row.version == 1
    origins.change(session, row.id, LETTER, by=by, seen_version=1)
    assert row.version == 2
    with pytest.raises(ChangedMeanwhile):
        origins.change(session, row.id, STUDY, by=by, seen_version=1)
    origins.remove(session, row.id, by=by, seen_version=2)
    assert origins.find(session, row.id) is None
    with pytest.raises(Refused, match="intussen verwijderd"):
        origins.change(session, row.id, STUDY, by=by, seen_version=3)
    told = select(LogEntry.action).where(LogEntry.subject == "origin", LogEntry.subject_id == row.id)
    assert list(session.scalars(told.order_by(LogEntry.id))) == [
        "origin.add",
        "origin.change",
        "origin.remove",
    ]


@pytest.mark.parametrize(
    ("details", "why"),
    [
        (OriginDetails("", "Titel"), "Kies wat voor document"),
        (OriginDetails("boek", "Titel"), "uit de lijst"),
        (OriginDetails("meting", "Titel"), "Meetlat voegt het rapport van een meting zelf toe"),
        (OriginDetails("brief", " \n"), "Vul de titel"),
        (OriginDetails("brief", "x" * 301), "300 tekens"),
        (OriginDetails("evaluatie", "Titel", study=Study(amount=1)), "een bedrag en een jaar"),
        (OriginDetails("evaluatie", "Titel", study=Study(amount=-1, amount_year=2025)), "bedrag in"),
        (OriginDetails("evaluatie", "Titel", study=Study(finished=25)), "een jaar in zoals 2025"),
        (OriginDetails("evaluatie", "Titel", study=Study(theme="geen")), "Kies een SEA-thema"),
    ],
)
def test_a_document_that_can_not_be_is_refused(
    session: Session, world: World, details: OriginDetails, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        origins.add(session, details, by=acting(world))
    with pytest.raises(NotAllowed):
        origins.add(session, LETTER, by=acting(world, "ovr.vr01"))


def test_a_document_stays_while_something_needs_it(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    study, letter = origins.add(session, STUDY, by=by), origins.add(session, LETTER, by=by)
    point = make_point(origin_id=study.id)
    mention = mentions.add(session, point.id, MentionDetails(letter.id, "4"), by=by)
    beeld = letters.add(session, LetterDetails(date(2014, 3, 1), "Beeld", "M1", (study.id,)), by=by)

    counts = {each.info.id: (each.points, each.mentions) for each in origins.listed(session)}
    assert counts == {study.id: (1, 0), letter.id: (0, 1)}
    assert [each.id for each in origins.points_from(session, study.id)] == [point.id]

    with pytest.raises(Refused, match="komen nog punten"):
        origins.remove(session, study.id, by=by, seen_version=1)
    with pytest.raises(Refused, match="nog punten in dit document vermeld"):
        origins.remove(session, letter.id, by=by, seen_version=1)
    registering.remove(session, point.id, by=by, seen_version=1)
    with pytest.raises(Refused, match="brief Opvolging in Beeld"):
        origins.remove(session, study.id, by=by, seen_version=1)
    letters.remove(session, beeld.id, by=by, seen_version=1)
    origins.remove(session, study.id, by=by, seen_version=1)
    origins.remove(session, letter.id, by=by, seen_version=1)
    assert origins.listed(session) == []
    assert mention.origin_id == letter.id

    report = registering.origin_of(session, world.measurement, by=by)
    with pytest.raises(Refused, match="rapport van een meting"):
        origins.remove(session, report.id, by=by, seen_version=1)
    with pytest.raises(Refused, match="De soort kan niet wijzigen"):
        origins.change(session, report.id, LETTER, by=by, seen_version=1)


def test_a_point_is_mentioned_in_many_documents(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by, one, other = acting(world), make_point("Een"), make_point("Ander")
    letter, study = origins.add(session, LETTER, by=by), origins.add(session, STUDY, by=by)
    late = mentions.add(session, one.id, MentionDetails(study.id, None, "blz. 3", "Als bevinding."), by=by)
    early = mentions.add(session, one.id, MentionDetails(letter.id, "4"), by=by)

    found = mentions.of_points(session, [one.id, other.id])
    assert [each.id for each in found[one.id]] == [early.id, late.id]
    assert found[one.id][1].note == "Als bevinding."
    assert found[other.id] == ()
    assert [each.point_id for each in mentions.in_origin(session, letter.id)] == [one.id]
    with pytest.raises(Refused, match="staat er al"):
        mentions.add(session, one.id, MentionDetails(letter.id, " 4 "), by=by)
    with pytest.raises(Refused, match="Kies een document"):
        mentions.add(session, one.id, MentionDetails(0), by=by)
    with pytest.raises(NotAllowed):
        mentions.add(session, one.id, MentionDetails(letter.id), by=acting(world, "ovr.vr01"))

    mentions.remove(session, other.id, early.id, by=by)
    assert len(mentions.of_points(session, [one.id])[one.id]) == 2
    mentions.remove(session, one.id, early.id, by=by)
    mentions.remove(session, one.id, early.id, by=by)
    assert [each.id for each in mentions.of_points(session, [one.id])[one.id]] == [late.id]


def test_pages_add_a_document_and_keep_what_was_typed(client: Client, login: Login, world: World) -> None:
    login("inspecteur")
    client.get("/opvolging/bronnen")
    client.click("Document toevoegen")
    values = {"kind": "evaluatie", "title": "Periodieke Rapportage", "theme": "mensen", "finished": "2025"}
    page = client.submit(values | {"amount": "tachtig", "amount_year": "2025"}, status=422)
    assert page.has("Vul een bedrag in zoals € 80,79 miljoen")
    assert page.one("#amount")["value"] == "tachtig"

    page = client.submit({"amount": "80790000"})
    assert page.h1 == "Periodieke Rapportage"
    assert page.has("€ 80,79 miljoen (2025)")
    assert page.has("Er komen geen punten uit dit document.")


def test_pages_show_both_when_a_colleague_was_first(
    client: Client, login: Login, session: Session, world: World
) -> None:
    by, row = acting(world), origins.add(session, STUDY, by=acting(world))
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/bronnen/{row.id}")
    page = client.click("Document wijzigen")
    assert page.one("#amount")["value"] == "€ 80,79 miljoen"
    origins.change(session, row.id, LETTER, by=by, seen_version=1)
    session.commit()

    page = client.submit({"title": "Van mij"}, status=409)
    assert page.has("Zo heeft uw collega het bewaard")
    assert page.has(LETTER.title)
    assert page.one("#title")["value"] == "Van mij"
    assert client.submit().h1 == "Van mij"

    client.click("Verwijderen")
    origins.change(session, row.id, LETTER, by=by, seen_version=3)
    session.commit()
    assert client.submit(status=409).has("Hieronder staat hoe het nu is")
    page = client.submit()
    assert page.has("Het document is verwijderd.")
    assert origins.find(session, row.id) is None


def test_what_was_typed_for_a_document_that_is_gone_becomes_a_new_one(
    client: Client, login: Login, session: Session, world: World
) -> None:
    row = origins.add(session, STUDY, by=acting(world))
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/bronnen/{row.id}/wijzigen")
    origins.remove(session, row.id, by=acting(world), seen_version=1)
    session.commit()

    page = client.submit({"title": "Te laat"}, status=409)
    assert page.has("Een collega heeft dit document intussen verwijderd.")
    assert client.submit().h1 == "Te laat"
    client.get(f"/opvolging/bronnen/{row.id}/wijzigen", status=404)


def test_pages_mention_a_point_and_show_where_it_stands(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    letter, point = origins.add(session, LETTER, by=acting(world)), make_point(fictief=True)
    login("inspecteur")
    client.get(f"/opvolging/punten/{point.id}")
    client.click("Vermelding toevoegen")
    assert client.submit({"number": "4"}, status=422).has("Kies een document.")
    page = client.submit({"origin": str(letter.id), "passage": "tabel"})
    assert page.url == f"/opvolging/punten/{point.id}"
    assert page.has(LETTER.title)

    page = client.get(f"/opvolging/bronnen/{letter.id}")
    assert page.has(point.title)
    assert page.has("tabel")
    assert page.has("Fictieve gegevens")
    [mention] = mentions.of_points(session, [point.id])[point.id]
    page = client.get(f"/opvolging/punten/{point.id}/vermeldingen/{mention.id}/verwijderen")
    assert client.submit().has("De vermelding is verwijderd.")
    client.get(page.url, status=404)
    client.get("/opvolging/bronnen/999999999999", status=404)
