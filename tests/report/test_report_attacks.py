"""What may go wrong with a report: texts without a place, odd characters, two at once, another list."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exports import wording
from exports.document import blocks, lines, outline, plain
from exports.report import markup
from exports.report.checks import checks
from exports.report.facts import Fact, facts, told_now
from exports.report.national import report
from exports.report.passages import Change, Passage, standing
from surveys import developments, difference, instruments, recommending, report_texts
from surveys.acting import By
from surveys.answers import Content
from surveys.developments import Details
from surveys.models import LogEntry, Recommendation, ReportText, ReportTextVersion, ReportVersion
from surveys.report_texts import Told, Written
from surveys.reports.whole import revision, whole
from tests import factories, filled
from tests.factories import PASSWORD
from tests.integration.test_small_instrument import TEXT as POOLS
from tests.judge.conftest import Bench, advance
from tests.report.conftest import Login
from tests.report.test_report_pages import BASE, COUNTED, TEXT, change_an_answer, write
from tests.support.client import Client
from tests.support.page import Page

TURNS = 3


@pytest.fixture
def inspector(bench: Bench, login: Login) -> Bench:
    """The bench, with an inspector logged in."""
    login("inspecteur")
    return bench


@pytest.fixture
def inspectors(bench: Bench, app: Flask, session: Session) -> list[Client]:
    """Two inspectors, each logged in."""
    session.commit()  # nothing of ours is in the way of what the application writes
    made = []
    for name in ("inspecteur", "inspecteur.twee"):
        client = Client(app)
        client.login(f"{name}@voorbeeld.nl", PASSWORD)
        made.append(client)
    return made


def at_once(steps: Sequence[Callable[[], Page]]) -> list[int]:
    """Take the steps at the same moment; gives the status of each answer."""
    barrier, answers = threading.Barrier(len(steps)), {}

    def work(place: int, step: Callable[[], Page]) -> None:
        barrier.wait(timeout=60)
        answers[place] = step().status

    threads = [threading.Thread(target=work, args=each, daemon=True) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return [answers[place] for place in range(len(steps))]


def sends(person: Client, path: str, **values: str) -> Callable[[], Page]:
    """A step that sends a form."""
    data = {"csrf_token": [person.token()], **{name: [text] for name, text in values.items()}}
    return lambda: person.ask("POST", path, data)


# --- texts that lost their place


def test_a_text_whose_development_was_removed_is_shown_and_not_lost(
    inspector: Bench, client: Client, session: Session
) -> None:
    row, by = inspector.world.measurement, inspector.by("one")
    made = developments.add(session, row, Details("Krimp", "Er zijn minder mensen.", ""), by=by)
    session.commit()
    at = f"{BASE}/tekst/ontwikkeling:{made.id}"
    write(client, "Mijn tekst over krimp.", at=at)
    developments.remove(session, row, made.id, by=by, seen_version=made.version)
    session.commit()

    page = client.get(BASE)
    assert page.has("Niet meer geplaatst")
    assert client.get(f"{BASE}/nakijken?soort=weg").has("‘Mijn tekst over krimp.’")
    assert not client.get(f"{BASE}/lezen").has("Mijn tekst over krimp.")
    client.get(BASE)
    client.click("Mijn tekst over krimp.")
    assert client.page.has("Het rapport heeft geen plaats meer voor deze tekst")
    page = client.post(at, {"text": "Net getypt.", "versie": "1"}, status=409)
    assert page.has("Net getypt.")
    assert page.has("Mijn tekst over krimp.")
    client.submit(button="Tekst opruimen")
    assert not client.get(BASE).has("Niet meer geplaatst")
    kept = select(ReportTextVersion.text).order_by(ReportTextVersion.id.desc()).limit(2)
    assert session.scalars(kept).all() == [None, "Mijn tekst over krimp."]
    client.get(at, status=404)


def test_what_was_typed_for_a_recommendation_that_is_gone_can_be_kept(
    inspector: Bench, client: Client, session: Session
) -> None:
    details = recommending.Details("de besturen", "Leg het vast.")
    made = recommending.add(session, inspector.world.measurement, details, by=inspector.by("one"))
    recommending.remove(session, inspector.world.measurement, made.id, by=inspector.by("two"), seen_version=1)
    session.commit()

    client.get(f"{BASE}/aanbevelingen")
    typed = {"addressee": "de besturen", "text": "Een lang verhaal.", "factor": "", "versie": "1"}
    page = client.post(f"{BASE}/aanbevelingen/{made.id}", typed, status=409)
    assert page.has("Een collega heeft deze aanbeveling intussen verwijderd.")
    client.submit(button="Aanbeveling bewaren")
    assert client.get(f"{BASE}/aanbevelingen").texts("tbody th") == ["Een lang verhaal."]


@pytest.mark.parametrize("topic", ["a/b?c%d#e&f", 'Één "<x>"', "50% %2F", "a b/é"])
def test_any_topic_makes_an_address(inspector: Bench, client: Client, session: Session, topic: str) -> None:
    key = f"factor:9.9:onderwerp:{topic}"
    row = inspector.world.measurement
    report_texts.write(session, row, key, "Zonder plaats.", by=inspector.by("one"), seen_version=0)
    session.commit()

    client.get(BASE)
    client.click("Zonder plaats.")
    client.submit(button="Tekst opruimen")
    assert client.page.has("De tekst is opgeruimd.")


# --- what is typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("een\x0btwee\x01drie\ufeff", "eentweedrie"),
        ("a\r\nb\rc\x00", "a\nb\nc"),
        ("om\u202egekeerd\u2066", "omgekeerd"),
        ("e\u0301e\u0301n", "één"),
    ],
)
def test_a_text_is_kept_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert report_texts.clean(typed) == kept


def test_a_count_can_not_hide_behind_a_character_that_is_dropped(inspector: Bench, client: Client) -> None:
    write(client, "In [vijf veiligheidsregio's]\ufeff(2.1-S01) gaat het goed.", status=422)

    assert client.page.has("is niet wat 2.1-S01 telt")


@pytest.mark.parametrize(
    "target", ["javascript:alert`1`", "JAVASCRIPT:x", "data:text/html,x", 'https://x" onclick="y', "//x"]
)
def test_only_an_address_of_the_web_becomes_a_link(target: str) -> None:
    text = f"[klik]({target})"
    (fault,) = markup.faults(text, {}, ())
    assert "is geen telling" in fault
    assert all(not getattr(span, "link", None) for span in markup.line(text))
    assert "](" in plain(markup.line("[x](javascript:alert(1))"), {})


def test_a_reference_that_lost_its_target_is_said_in_dutch(
    inspector: Bench, client: Client, session: Session
) -> None:
    by = inspector.by("one")
    row = inspector.world.measurement
    made = developments.add(session, row, Details("Krimp", "Minder mensen.", ""), by=by)
    session.commit()
    write(client, f"Zie [paragraaf](#ontwikkeling:{made.id}).")
    developments.remove(session, row, made.id, by=by, seen_version=made.version)
    session.commit()

    point = f"verwijst naar ‘ontwikkeling:{made.id}’, en dat staat niet in het rapport."
    assert client.get(f"{BASE}/nakijken?soort=opmaak").has(point)
    client.get(f"{BASE}/lezen")


def test_what_has_no_number_can_not_be_referred_to(inspector: Bench, client: Client) -> None:
    write(client, "Zie [het stuk](#factor:1.1:inleiding).", status=422)
    assert client.page.has("Verwijs naar een onderdeel uit de lijst.")


def test_long_texts_of_common_words_are_laid_on_top_of_each_other() -> None:
    old, new = "de het " * 5000, "het een de " * 3000
    found = difference.words(old, new)
    assert "".join(piece.text for piece in found if piece.kind != "new") == old
    assert "".join(piece.text for piece in found if piece.kind != "gone") == new


def test_what_was_typed_stays_when_new_counts_are_put_in(
    inspector: Bench, client: Client, session: Session
) -> None:
    write(client, TEXT)
    change_an_answer(session, inspector)
    client.get(COUNTED)
    client.submit({"text": f"{TEXT} En dit is nieuw."}, button="Nieuwe aantallen in de tekst zetten")
    typed = client.page.text("textarea")
    assert "[alle twee veiligheidsregio's](2.1-S01)" in typed
    assert typed.endswith("En dit is nieuw.")


def test_other_apostrophes_and_line_ends_within_a_count_are_put_right(
    inspector: Bench, client: Client, session: Session
) -> None:
    write(client, "In [één van de\r\ntwee  veiligheidsregio’s](2.1-S01) zijn foto’s.")
    kept = session.scalars(select(ReportText).where(ReportText.key == "factor:2.1:onderwerp:")).one()
    assert kept.text == "In [één van de twee veiligheidsregio's](2.1-S01) zijn foto’s."
    assert kept.facts == [["2.1-S01", "aantal", "één van de twee veiligheidsregio's"]]


def test_a_bracket_that_belongs_to_nothing_is_pointed_out(inspector: Bench, client: Client) -> None:
    write(client, "In [één] (2.1-S01) geval^[Bron: [tabel](#oordelen)], \\[sic\\].")
    page = client.get(f"{BASE}/nakijken?soort=opmaak")
    assert [each.split("‘")[1].split("’")[0] for each in page.texts("tbody th")] == ["[één", "^[Bron:"]


def test_a_measurement_without_dossiers_says_so(inspector: Bench, client: Client, session: Session) -> None:
    row = factories.measurement(session, factories.tiny(), code="leeg", year=2031)
    session.commit()
    page = client.get(f"/rapport/{row.code}", status=422)
    assert page.has("Deze meting heeft nog geen dossiers.")


def test_a_short_name_for_units_counts_as_well() -> None:
    text = "Zeven regio’s, één veiligheidsregio, 12 van de 25 regio's; drie dagen, twee regionale plannen."
    assert markup.loose(text, ["veiligheidsregio", "veiligheidsregio's"]) == [
        "Zeven regio's",
        "één veiligheidsregio",
        "12 van de 25 regio's",
    ]


# --- what changes below a text


NOUN = ("regio", "regio's")


def counted(n: int, of: int) -> dict[str, Fact]:
    """What a statement counts: n of of, of 25 regions in all."""
    return {"S": Fact("S", "Iets.", "statement", wording.forms(n, of, 25, NOUN), n, of)}


@pytest.mark.parametrize(
    ("words", "after", "now"),
    [
        ("Vijf van de negentien regio's die hierop antwoordden", (6, 25), "Zes van de 25 regio's"),
        ("een deel van de regio's die hierop antwoordden (vijf van de negentien)", (0, 0), None),
        ("vijf regio's", (1, 19), "één regio"),
        ("5", (5, 6), "5"),
        ("Vijf", (0, 1), None),
    ],
)
def test_a_count_that_changes_or_goes_is_told_old_and_new(
    words: str, after: tuple[int, int], now: str | None
) -> None:
    known = counted(5, 19)
    if words.startswith("een deel"):
        words = known["S"].forms["telwoord"]
    text = f"In [{words}](S) gaat het goed."
    assert markup.faults(text, known, ()) == []
    kept = Written("k", text, markup.told(text, known), {}, 1, "Iemand", filled.AT)
    found = standing(Passage("k", "Hoofdstuk", "Titel", ""), kept, counted(*after))
    if now == words:
        assert found.state == "geschreven"
    else:
        assert (found.state, found.changes) == ("verouderd", (Change("S", words, now),))
    assert found.text == text
    assert found.renewed(text) == text.replace(words, now or words)


@pytest.mark.parametrize("after", [(24, 25), (1, 25), (0, 25), (24, 24), (0, 0)])
def test_of_two_forms_with_the_same_words_either_is_marked(after: tuple[int, int]) -> None:
    known, later = counted(25, 25), counted(*after)
    words = known["S"].forms["aantal"]
    assert words == known["S"].forms["telwoord"]
    for form in ("aantal", "telwoord"):
        assert told_now(Told("S", form, words), later) != words


def test_another_level_under_the_same_words_makes_a_conclusion_outdated(
    bench: Bench, session: Session
) -> None:
    row = bench.world.measurement
    before = whole(session, row)
    key = "factor:1.1:deelconclusie"
    grounds = report(before).standings[key].passage.grounds
    by = bench.by("one")
    report_texts.write(session, row, key, "Dat is te weinig.", grounds=grounds, by=by, seen_version=0)
    now = whole(session, row)
    assert report(now).standings[key].state == "geschreven"
    other = replace(now.judged["1.1"], level=now.judged["2.1"].level)
    for judged in ({**now.judged, "1.1": other}, {"2.1": now.judged["2.1"]}):
        assert report(replace(now, judged=judged)).standings[key].state == "verouderd"


def test_a_written_text_about_trends_stays_when_the_last_series_goes(bench: Bench, session: Session) -> None:
    row = bench.world.measurement
    report_texts.write(session, row, "kader:trends", "De trend.", by=bench.by("one"), seen_version=0)
    made = whole(session, row)
    assert made.series == ()
    assert "De trend." in words_of(made)


def test_of_three_questionnaires_each_count_has_a_key_of_its_own(bench: Bench, session: Session) -> None:
    made = whole(session, bench.world.measurement)
    main = made.main
    others = [
        replace(main, instrument=replace(main.instrument, unit=unit, code=unit)) for unit in ("brug", "sluis")
    ]
    bare = replace(main, instrument=replace(main.instrument, code="leeg"), statements={})
    found = facts(replace(made, pictures=(bare, *others)))
    assert found["2.1-S01"].questionnaire == "brug"
    assert found["sluis/2.1-S01"].questionnaire == "sluis"


def test_a_change_that_was_numbered_first_and_committed_last_is_seen(bench: Bench, session: Session) -> None:
    at = bench.by("one").at
    newest = session.scalar(select(func.max(LogEntry.id))) or 0
    for number in (newest + 2, newest + 1):
        before = revision(session)
        session.add(LogEntry(id=number, at=at, action="answer.correct", subject="dossier", subject_id=number))
        session.flush()
        assert revision(session) != before


def test_names_are_found_wherever_the_report_has_words(bench: Bench, session: Session) -> None:
    row = bench.world.measurement
    details = recommending.Details("het bestuur van regio 2", "Doe het.")
    recommending.add(session, row, details, by=bench.by("one"))
    made = replace(whole(session, row), sources=("Rampenplan Regio 1",))
    points = [each.text for each in checks(made, report(made)) if each.kind == "naam"]
    assert "Aanbeveling 1: noemt Regio 2." in points
    assert "Bijlage Bronnen en verantwoording: noemt Regio 1." in points


def test_small_counts_in_tables_are_pointed_out(bench: Bench, session: Session) -> None:
    made = whole(session, bench.world.measurement)
    points = [each.text for each in checks(made, report(made)) if each.kind == "klein"]
    assert "Bijlage Tellingen: één tot en met drie bij 2.1-S01." in points
    assert any(text.startswith("Tabellen met aantallen per niveau: één tot en met drie") for text in points)


# --- another questionnaire


def words_of(made: object) -> str:
    document = report(made).document  # type: ignore[arg-type]
    numbers = outline(document).numbers
    return "\n".join(plain(line, numbers) for block in blocks(document) for line in lines(block))


def test_one_swimming_pool_has_a_report_in_its_own_words(session: Session) -> None:
    instrument = instruments.parse(POOLS, "zwembaden.toml")
    row = factories.measurement(session, instrument, code="zwemmen", year=2024)
    pools = []
    for number in (8, 9):
        unit = factories.region(session, number)
        unit.kind = "zwembad"
        pools.append(factories.dossier(session, row, unit))
    by = By.through(factories.assignment(session, "inspecteur"), filled.AT)
    assert "Geen van de twee zwembaden telt al mee: er is nog geen verslag" in words_of(whole(session, row))
    given = {"W1-a": Content(9), "W1-b": Content("nee"), "W2-a": Content("warm"), "T1-a": Content(["dag"])}
    filled.submit(session, pools[0], {**given, "T1-b": Content("2019-01-31")})
    advance(session, pools[0], by)

    made = whole(session, row)
    elsewhere = next(iter(made.main.dossiers.values())).unit
    said = words_of(replace(made, above={"VR01": elsewhere}))
    assert "horen bij" not in said  # others belong somewhere; these do not
    assert "Eén van de twee zwembaden telt mee: het verslag is geverifieerd." in said
    assert "drie kritische succesfactoren in twee thema's" in said
    assert "uitstekend" in said.lower()
    for word in ("veiligheidsregio", "defensie", "rmc"):
        assert word not in said.lower()


# --- two at once


def test_one_passage_written_by_two_at_once_is_written_by_one(
    inspectors: list[Client], session: Session
) -> None:
    for turn in range(TURNS):
        steps = [
            sends(each, COUNTED, text=f"Tekst {turn} van {place}", versie=str(turn))
            for place, each in enumerate(inspectors)
        ]
        assert sorted(at_once(steps)) == [303, 409]
    assert len(session.scalars(select(ReportTextVersion.id).join(ReportText)).all()) == TURNS + 1


def test_recommendations_stay_in_an_order_whatever_two_do_at_once(
    bench: Bench, inspectors: list[Client], session: Session
) -> None:
    by = bench.by("one")
    made = [
        recommending.add(session, bench.world.measurement, recommending.Details("x", f"Punt {n}"), by=by).id
        for n in range(4)
    ]
    session.commit()
    one, two = inspectors
    at = f"{BASE}/aanbevelingen"
    assert at_once([sends(each, f"{at}/{made[1]}/verplaatsen") for each in inspectors]) == [303, 303]
    assert sorted(
        at_once(
            [
                sends(one, f"{at}/{made[2]}/verwijderen", versie="1"),
                sends(two, f"{at}/{made[2]}", addressee="y", text="Anders", factor="", versie="1"),
            ]
        )
    ) in ([303, 409], [303, 422])
    assert set(
        at_once(
            [
                sends(one, f"{at}/{made[3]}/verplaatsen"),
                sends(two, f"{at}/nieuw", addressee="z", text="Nieuw", factor=""),
            ]
        )
    ) == {303}
    session.rollback()
    rows = session.scalars(select(Recommendation).where(Recommendation.removed.is_(False))).all()
    assert len({row.place for row in rows}) == len(rows)
    actions = session.scalars(select(LogEntry.action).where(LogEntry.subject == "recommendation")).all()
    assert sum(row.version - 1 for row in session.scalars(select(Recommendation))) == sum(
        action != "recommendation.add" for action in actions
    )


def test_a_version_that_two_freeze_at_once_is_kept_once(inspectors: list[Client], session: Session) -> None:
    answers = at_once([sends(each, f"{BASE}/versies/nieuw", remark="x") for each in inspectors])
    assert sorted(answers) == [303, 422]
    assert session.scalars(select(ReportVersion.number)).all() == [1]


def test_what_is_confirmed_while_somebody_writes_is_what_stood_there(
    bench: Bench, inspectors: list[Client], session: Session
) -> None:
    """Either the text came first, and nothing is confirmed, or it came after."""
    one, two = inspectors
    assert sends(one, f"{BASE}/versies/nieuw", remark="x")().status == 303
    written, confirmed = at_once(
        [
            sends(one, COUNTED, text=TEXT, versie="0"),
            sends(two, f"{BASE}/versies/1/vaststellen", seen="y"),
        ]
    )
    assert written == 303
    log = select(LogEntry.action).where(LogEntry.action.in_(("report_text.write", "report.confirm")))
    last = session.scalars(log.order_by(LogEntry.id.desc())).first()
    assert confirmed in {303, 422}
    assert confirmed == 422 or last == "report_text.write"


# --- who may


def test_nobody_but_inspectors_sees_the_national_report(bench: Bench, client: Client, login: Login) -> None:
    login("ovr.vr01")
    for path in ("", "/lezen", "/nakijken", "/tellingen", "/telling/2.1-S01", "/tekst/voorwoord"):
        client.get(f"{BASE}{path}", status=403)
    for path in ("/bestand", "/versies/nieuw", "/versies/1", "/aanbevelingen", "/versies/1/gegevens"):
        client.get(f"{BASE}{path}", status=403)
    page = client.ask("POST", COUNTED, {"csrf_token": [client.token()], "text": ["x"], "versie": ["0"]})
    assert page.status == 403
    for number in ("0", "-1", "99999999999999999999"):
        login("inspecteur")
        client.get(f"{BASE}/versies/{number}", status=404)
        client.get(f"{BASE}/aanbevelingen/{number}", status=404)
