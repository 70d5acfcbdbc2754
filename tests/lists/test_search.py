"""Searching: whatever the accents and capitals, all words or a phrase, with a link to the place."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from surveys import views
from surveys.acting import By
from surveys.answers import Content
from surveys.models import Interview, Judgement, Measurement, Passage, Source
from surveys.searching import fold, folded, query
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client

PATH = "/lijsten/proefmeting/zoeken"
LETTERS = st.text(st.characters(codec="utf-8", max_codepoint=0x24F), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coördinatie", "COORDINATIE"),
        ("één", "een"),
        ("Ĳssel", "ijssel"),
        ("‘piket’", "'piket'"),
        ("Straße", "strasse"),
    ],
)
def test_accents_capitals_and_curly_quotes_make_no_difference(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@settings(deadline=None)
@given(LETTERS, LETTERS)
def test_folding_goes_part_by_part_and_only_once(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(fold(one)) == fold(one)
    assert fold(unicodedata.normalize("NFD", one)) == fold(unicodedata.normalize("NFC", one)) == fold(one)
    assert not any(unicodedata.combining(each) for each in fold(one))


@settings(deadline=None)
@given(LETTERS)
def test_every_place_in_a_folded_text_is_a_place_in_the_text(text: str) -> None:
    plain, places = folded(text)
    assert plain == fold(text)
    assert len(places) == len(plain)
    assert places == sorted(places)
    assert all(plain[at] in fold(text[place]) for at, place in enumerate(places))


@settings(deadline=None)
@given(LETTERS, LETTERS.filter(lambda text: fold(text).strip(' "')), LETTERS)
def test_what_stands_in_a_text_is_found_in_it_and_marked(before: str, word: str, after: str) -> None:
    asked = query(word)
    text = f"{before} {word} {after}"
    if not asked.terms:
        return
    assert asked.meets(text)
    parts = asked.excerpt(text)
    assert any(is_hit and part for part, is_hit in parts)
    assert "".join(part for part, _ in parts) == text


def test_all_words_must_be_there_and_a_phrase_in_its_order() -> None:
    text = "De liaison overlegt elke\nweek met de coördinator."
    assert query("coordinator LIAISON").meets(text)
    assert not query("liaison burgemeester").meets(text)
    assert query('"elke week"').meets(text)
    assert query("“elke week”").meets(text)
    assert not query('"week elke"').meets(text)
    assert query("week elke").meets(text)
    assert not query("").meets(text)
    assert query("a.b").terms == ("a.b",)
    assert not query("l.aison").meets(text)


def test_the_excerpt_keeps_the_text_as_it_was_written() -> None:
    text = "x" * 300 + " Coördinatie en nogmaals COÖRDINATIE " + "y" * 400
    parts = query("coordinatie").excerpt(text)
    assert [part for part, is_hit in parts if is_hit] == ["Coördinatie", "COÖRDINATIE"]
    assert parts[0] == ("… ", False)
    assert parts[-1] == (" …", False)
    assert "".join(part for part, _ in parts[1:-1]) in text


@pytest.fixture
def texts(inspector: World, session: Session) -> World:
    """A report, judgements and a source beside the answers, and a view that differs."""
    hand = inspector.assignments["inspecteur"]
    shared = {
        "measurement_id": inspector.measurement.id,
        "version": 1,
        "person_id": hand.person_id,
        "assignment_id": hand.id,
        "at": filled.AT,
    }
    held = Interview(
        dossier_id=inspector.dossiers["VR02"].id,
        kind="bezoek",
        held_on=filled.AT.date(),
        state="concept",
        **shared,
    )
    alone = Interview(
        subject="Beleidsdirectie", kind="gesprek", held_on=filled.AT.date(), state="concept", **shared
    )
    session.add_all([held, alone])
    session.flush()
    for interview, factor, text, removed in (
        (held, "1.1", "De coördinator wordt gemist.", False),
        (held, "2.1", "Over de coordinator is niets gezegd.", True),
        (alone, None, "COÖRDINATOREN zijn er genoeg.", False),
    ):
        session.add(
            Passage(
                interview_id=interview.id, factor=factor, position=1, text=text, removed=removed, version=1
            )
        )
    for dossier, finding in (
        (inspector.dossiers["VR01"].id, "Zonder coordinator gaat het goed."),
        (None, "Coördinatie is nodig."),
    ):
        session.add(
            Judgement(
                measurement_id=inspector.measurement.id,
                dossier_id=dossier,
                factor="1.1",
                state="concept",
                finding=finding,
                basis="0" * 64,
                version=1,
                drafted_by_id=hand.person_id,
                drafted_as_id=hand.id,
                drafted_at=filled.AT,
            )
        )
    session.add(Source(kind="extern", title="Handboek coördinatie", **shared))
    session.commit()
    return inspector


def test_everything_is_found_and_grouped_by_what_it_is(texts: World, client: Client) -> None:
    page = client.get(f"{PATH}?vraag=COORDINAT")
    assert page.has("6 gevonden.")
    assert page.texts("h2") == [
        "Toelichtingen (1)",
        "Gespreksverslagen (2)",
        "Bevindingen en oordelen (2)",
        "Bronnen (1)",
    ]
    assert page.texts("mark") == [
        "coördinat",
        "coördinat",
        "COÖRDINAT",
        "coordinat",
        "Coördinat",
        "coördinat",
    ]


def test_a_hit_leads_to_its_place(texts: World, client: Client) -> None:
    client.get(f"{PATH}?vraag=vacature")
    path, _, anchor = client.page.link("VR02 Regio 2, Vraag 1.1-01").partition("#")
    assert client.get(path).all(f'[id="{anchor}"]')


def test_a_hit_in_a_report_or_source_leads_to_the_very_passage(texts: World, client: Client) -> None:
    page = client.get(f"{PATH}?vraag=coordinat")
    hrefs = [found["href"] for found in page.all("main p.small a")]
    reports = [href for href in hrefs if "/verslag/" in href]
    assert len(reports) == 2
    for href, words in zip(reports, ("De coördinator wordt gemist.", "COÖRDINATOREN zijn er"), strict=True):
        path, _, anchor = href.partition("#")
        assert words in client.get(path).text(f'[id="{anchor}"]')
    (source,) = [href for href in hrefs if "/bronnen/" in href]
    assert client.get(source).has("Handboek coördinatie")
    assert sum("/oordeel/" in href for href in hrefs) == 2


def test_what_is_found_is_narrowed_and_saved_as_shown(texts: World, client: Client) -> None:
    client.get(f"{PATH}?vraag=coordinat")
    page = client.submit({"brigade": "RMC-NOORD"}, button="Zoeken")
    assert page.has("1 gevonden.")
    rows = list(
        csv.DictReader(
            io.StringIO(client.click("Alles wat is gevonden als CSV").data.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert [(row["Code"], row["Tekst"], row["fictief"]) for row in rows] == [
        ("VR01", "Zonder coordinator gaat het goed.", "ja")
    ]
    assert client.get(f"{PATH}?vraag=coordinat&factor=2.1").has("0 gevonden.")


def test_answers_in_words_and_views_are_found_too(
    world: World, client: Client, session: Session, login: object
) -> None:
    filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    views.differ(
        session,
        world.dossiers["VR01"],
        "1.1-03",
        Content("geen", note="Dat bureau is opgeheven."),
        by=By.through(world.assignments["ovr.vr01"], filled.AT),
        seen_version=0,
    )
    session.commit()
    login("inspecteur")  # type: ignore[operator]
    assert client.get(f"{PATH}?vraag=brandweer").texts("h2") == ["Antwoorden (1)"]
    assert client.get(f"{PATH}?vraag=opgeheven").texts("h2") == ["Afwijkende standpunten (1)"]


def test_too_little_is_not_searched_and_nothing_typed_is_lost(texts: World, client: Client) -> None:
    page = client.get(f"{PATH}?vraag=a")
    assert page.has("Vul ten minste twee letters in.")
    assert client.get(f"{PATH}?vraag=%22%22").has("Vul ten minste twee letters in.")
    assert client.get(f"{PATH}?vraag=<b>%26zoiets").has("0 gevonden.")
    assert not client.get(PATH).has("gevonden.")
    client.get(f"{PATH}/bestand?vraag=a", status=404)


def test_another_measurement_s_texts_are_not_found(texts: World, client: Client, session: Session) -> None:
    other = factories.measurement(session, factories.tiny(version="1.0"), code="andere", year=2014)
    assert session.get(Measurement, other.id)
    assert client.get("/lijsten/andere/zoeken?vraag=coordinat").has("0 gevonden.")
