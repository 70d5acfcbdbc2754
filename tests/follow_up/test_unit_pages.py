"""What units see and report of their own points, and how inspectors confirm it; nobody gets at another's."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import select

from surveys.acting import today
from surveys.evidence import look_at
from surveys.filestore import Folder
from surveys.follow_up import planning, standing
from surveys.follow_up.standing import Evidence
from surveys.models import PointStatus, PointStatusFile
from tests.follow_up.conftest import acting
from tests.support import files
from tests.support.counting import selected

VR01, VR02 = "/opvolging/eenheid/VR01", "/opvolging/eenheid/VR02"
TODAY = today()
LARGE = files.pdf(extra=b"/Big (" + b"x" * 3 * 1024**2 + b")")
"""A file that is larger than what other pages take."""


@pytest.fixture
def point(make_point, world):
    """A point of the first region, with a term."""
    return make_point(
        "Oefen met Defensie", number="3", unit_id=world.units["VR01"].id, due_on=date(2014, 5, 1)
    )


@pytest.fixture
def theirs(make_point, world):
    """A point of the second region."""
    return make_point("Geheim van een ander", unit_id=world.units["VR02"].id)


@pytest.fixture
def file_of(session, world, app):
    """Report on a point with a file, by the verbs; gives the ids of the report and of the file."""

    def report(point, unit="VR01"):
        row = standing.report(
            session,
            world.units[unit],
            point.id,
            "onderhanden",
            "Er is geoefend.",
            [Evidence("Verslag", look_at("verslag.pdf", files.pdf(unit), largest=10**6))],
            store=Folder(app.config["SETTINGS"].files),
            by=acting(world, f"ovr.{unit.lower()}"),
        )
        session.commit()
        return row.id, session.scalars(
            select(PointStatusFile.id).where(PointStatusFile.status_id == row.id)
        ).one()

    return report


def sent(status="afgerond", since=TODAY, words="Alles is geoefend.", **more):
    return {"status": status, "since": str(since), "words": words, **more}


def a_file(content, name="verslag.pdf"):
    return [(io.BytesIO(content), name)]


def test_a_report_goes_to_inspectors_and_their_verdict_comes_back(client, login, point, world) -> None:
    login("ovr.vr01")
    page = client.get("/")
    assert page.has("Opvolging: 1 punt")
    assert page.has("Termijn: 1 mei 2014; deze is voorbij")
    client.click("3 Oefen met Defensie")
    client.click("Voortgang melden")
    page = client.submit(
        {
            **sent(),
            "title_1": "Ons verslag",
            "file_1": a_file(LARGE),
            "file_5": a_file(files.image(), "foto.png"),
        }
    )
    assert page.has("Uw melding is bewaard")
    assert page.has("Wacht op oordeel")
    assert page.has("Ons verslag")
    assert page.has("foto")

    login("inspecteur")
    client.get("/")
    client.click("1 melding te beoordelen")
    page = client.page
    assert page.texts("caption") == ["1 melding te beoordelen"]
    client.get(page.all("main tbody a")[0].get("href"))
    given = client.get(client.page.link("Ons verslag"))
    assert given.data == LARGE
    assert given.headers["Content-Disposition"] == "attachment; filename=verslag.pdf"
    client.get("/opvolging/voortgang")
    client.get(client.page.all("main tbody a")[0].get("href"))
    assert client.submit(button="Oordeel bewaren", status=422).has("Kies of u de melding bevestigt.")
    page = client.submit({"verdict": "niet_bevestigd"}, button="Oordeel bewaren", status=422)
    assert page.has("Schrijf op waarom u de melding niet bevestigt")
    page = client.submit(
        {"verdict": "niet_bevestigd", "words": "Wij zagen nog geen rooster."}, button="Oordeel bewaren"
    )
    assert page.has("Er zijn nu geen meldingen te beoordelen")

    assert not client.get("/").has("te beoordelen")

    login("contactpersoon.vr01")
    assert client.get("/").has("Afgerond; niet bevestigd")
    assert client.get(VR01).has("Niet bevestigd")
    page = client.get(f"{VR01}/{point.id}")
    assert "meld daarna opnieuw. Wij zagen nog geen rooster." in page.text(".utrecht-alert--warning")
    assert page.has("Wij zagen nog geen rooster.")
    client.click("Voortgang melden")
    client.submit(sent(words="Nu met rooster."))
    assert client.page.has("Wacht op oordeel")
    assert client.page.has("Nu met rooster.")


def test_nothing_typed_is_lost_when_a_file_is_refused(client, login, session, point) -> None:
    login("ovr.vr01")
    client.get(f"{VR01}/{point.id}/melden")
    assert client.submit({"words": "Kort."}, status=422).has("Kies een stand.")
    page = client.submit(
        sent(
            words="Een lang verhaal.",
            file_1=a_file(files.pdf()),
            title_1="Goed bestand",
            file_2=a_file(b"MZ niets", "virus.exe"),
            title_2="Fout bestand",
            title_3="Zonder bestand",
        ),
        status=422,
    )
    assert page.has("virus.exe: Dit soort bestand kan niet.")
    assert page.has("Kies verslag.pdf opnieuw")
    assert page.has("Kies het bestand bij deze titel")
    values = page.form(button="Voortgang melden").values
    assert [values[name] for name in ("status", "words", "title_1", "title_2", "title_3")] == [
        ["afgerond"],
        ["Een lang verhaal."],
        ["Goed bestand"],
        ["Fout bestand"],
        ["Zonder bestand"],
    ]
    assert session.scalars(select(PointStatus)).all() == []
    page = client.submit(
        {"since": "morgen", "words": "", "title_1": "", "title_2": "", "title_3": ""}, status=422
    )
    assert page.has("Vul een datum in zoals 21-11-2026.")
    assert page.has("Schrijf op wat er is gedaan.")
    assert "morgen" in page.html


@pytest.mark.parametrize(
    ("who", "looks", "reports", "judges"),
    [
        ("ovr.vr01", 200, 200, 403),
        ("contactpersoon.vr01", 200, 200, 403),
        ("waarnemer.vr01", 200, 403, 403),
        ("ovr.vr02", 403, 403, 403),
        ("rmc.noord", 403, 403, 403),
        ("beheerder", 403, 403, 403),
        ("inspecteur", 200, 403, 200),
    ],
)
def test_each_role_gets_where_it_may(client, login, point, file_of, who, looks, reports, judges) -> None:
    report, file = file_of(point)
    login(who)
    for path, status in (
        (VR01, looks),
        (f"{VR01}/{point.id}", looks),
        (f"{VR01}/{point.id}/bestanden/{file}", looks),
        (f"{VR01}/{point.id}/melden", reports),
        ("/opvolging/voortgang", judges),
        (f"/opvolging/voortgang/{report}", judges),
        (f"/opvolging/voortgang/{report}/bestanden/{file}", judges),
        (f"/opvolging/punten/{point.id}/stand", judges),
    ):
        client.get(path, status=status)
    assert ("Voortgang melden" in client.get(f"{VR01}/{point.id}", status=looks).html) == (reports == 200)


def test_ids_that_are_guessed_lead_nowhere(
    client, login, session, point, theirs, make_point, file_of, world
) -> None:
    """The own unit in the address, with a point or a file of another."""
    country = make_point("Voor het land")
    hidden = make_point("Onder het onze", kind="maatregel", parent_id=point.id, unit_id=theirs.unit_id)
    planning.depend(session, point.id, theirs.id, "eerst", "Geheim verband", by=acting(world))
    report, file = file_of(theirs, "VR02")
    _, own = file_of(point)
    login("ovr.vr01")
    for path in (
        *(f"{VR01}/{each.id}" for each in (theirs, country, hidden)),
        *(f"{VR01}/{each.id}/melden" for each in (theirs, country, hidden)),
        f"{VR01}/{theirs.id}/bestanden/{file}",
        f"{VR01}/{point.id}/bestanden/{file}",
        f"{VR01}/{point.id}/bestanden/{2**40}",
        f"{VR01}/{2**40}",
    ):
        client.get(path, status=404)
    client.get(f"{VR02}/{theirs.id}/bestanden/{file}", status=403)
    before = len(session.scalars(select(PointStatus)).all())
    client.post(f"{VR01}/{theirs.id}/melden", sent(), status=404)
    client.post(f"{VR02}/{theirs.id}/melden", sent(), status=403)
    assert len(session.scalars(select(PointStatus)).all()) == before
    for path in (VR01, f"{VR01}/{point.id}", "/"):
        assert "Geheim" not in client.get(path).html
        assert "Onder het onze" not in client.page.html
    login("inspecteur")
    client.get(f"/opvolging/voortgang/{report}/bestanden/{own}", status=404)
    client.get(f"/opvolging/voortgang/{2**40}", status=404)


def test_a_unit_sees_its_measures_and_its_own_side_but_not_what_inspectors_keep(
    client, login, session, point, make_point, world
) -> None:
    measure = make_point("Maak een rooster", kind="maatregel", parent_id=point.id)
    standing.say(
        session, point.id, "eigen", "onderhanden", None, "Regio 1", date(2014, 1, 1), by=acting(world)
    )
    standing.say(
        session, point.id, "toezicht", "afgerond", "Intern", "de IVD", date(2014, 1, 1), by=acting(world)
    )
    session.commit()
    login("waarnemer.vr01")
    page = client.get(f"{VR01}/{point.id}")
    assert page.has("Onderhanden, op 1 januari 2014")
    assert "Intern" not in page.html
    assert "de IVD" not in page.html
    assert client.click("Maak een rooster").h1 == "Maak een rooster"
    assert [row.get("href") for row in client.get(VR01).all("main tbody a")] == [
        f"{VR01}/{point.id}",
        f"{VR01}/{measure.id}",
    ]


def test_closed_points_stand_below_and_take_no_reports(
    client, login, session, point, make_point, world
) -> None:
    make_point("Nog open", unit_id=world.units["VR01"].id)
    point.closed_on, point.closed_as = date(2014, 6, 1), "afgesloten"
    session.commit()
    login("ovr.vr01")
    assert client.get("/").has("Opvolging: 1 punt")
    page = client.get(VR01)
    assert [each.text_content for each in page.all("main caption")] == ["1 open punt", "1 afgesloten punt"]
    assert "Voortgang melden" not in client.get(f"{VR01}/{point.id}").html
    assert client.post(f"{VR01}/{point.id}/melden", sent(), status=422).has("Dit punt is afgesloten.")


def test_respondents_with_points_have_them_in_the_navigation(client, login, point) -> None:
    def labels() -> dict[str, str | None]:
        return {each.text_content: each.get("aria-current") for each in client.page.all("nav.nav a")}

    login("ovr.vr01")
    client.get("/")
    assert labels() == {"Start": "page", "Opvolging": None, "Zo werkt het": None}
    client.click("Opvolging")
    assert labels()["Opvolging"] == "page"
    client.get(f"{VR01}/{point.id}")
    assert labels()["Opvolging"] == "true"
    login("ovr.vr02")
    assert "Opvolging" not in client.get("/").html
    login("inspecteur")
    assert "Alle punten en maatregelen" not in client.get("/").html


def test_a_colleague_who_was_first_is_shown_beside_what_i_wrote(
    client, login, session, point, file_of, world
) -> None:
    report, _ = file_of(point)
    login("inspecteur")
    client.get(f"/opvolging/voortgang/{report}")
    standing.judge(session, report, "bevestigd", "Gezien in Utrecht.", by=acting(world))
    session.commit()
    page = client.submit(
        {"verdict": "niet_bevestigd", "words": "Mijn twijfel."}, button="Oordeel bewaren", status=409
    )
    for words in (
        "Een collega heeft deze melding intussen beoordeeld",
        "Gezien in Utrecht.",
        "Mijn twijfel.",
    ):
        assert page.has(words)
    assert "Oordeel bewaren" not in page.html


def test_inspectors_narrow_what_waits_to_a_unit(client, login, point, theirs, file_of) -> None:
    file_of(point)
    file_of(theirs, "VR02")
    login("inspecteur")
    assert client.get("/opvolging/voortgang").has("2 meldingen te beoordelen")
    page = client.submit({"eenheid": "VR02"}, button="Tonen")
    assert page.has("Geheim van een ander")
    assert "Oefen met Defensie" not in page.html


def test_inspectors_write_down_what_each_side_says(client, login, session, point) -> None:
    login("inspecteur")
    client.get(f"/opvolging/punten/{point.id}/stand?partij=toezicht")
    values = {"said_by": "de IVD", "status": "niet_vast_te_stellen"}
    page = client.submit({**values, "party": "eigen"}, button="Stand bewaren", status=422)
    assert page.has("Alleen een toezichthouder kan dit zeggen.")
    assert page.form(button="Stand bewaren").values["said_by"] == ["de IVD"]
    client.submit({**values, "party": "toezicht"}, button="Stand bewaren")
    found = standing.of_points(session, [point.id])[point.id]
    assert (found.supervisor.said_by, found.supervisor.status) == ("de IVD", "niet_vast_te_stellen")
    page = client.get(f"/opvolging/punten/{point.id}/stand")
    assert page.has("Er is nog niets gemeld. Volgens de IVD: niet vast te stellen.")


def test_more_points_take_no_more_queries(app, client, login, make_point, point, file_of, world) -> None:
    file_of(point)
    paths = {"ovr.vr01": (VR01, "/"), "inspecteur": ("/opvolging/voortgang",)}

    def asked() -> list[int]:
        found = []
        for who, each in paths.items():
            login(who)
            for path in each:
                with selected(app) as statements:
                    client.get(path)
                found.append(len(statements))
        return found

    few = asked()
    for n in range(3):
        file_of(make_point(f"Punt {n}", unit_id=world.units["VR01"].id))
    assert asked() == few
