"""Two measurements of other kinds of units with other roles go through every room, with data alone.

Their questionnaires, units and answers are those of the example data; no Python knows them, which
tests/structure/test_other_kinds.py holds.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl
import pytest
from sqlalchemy.orm import Session

from exports import html, wording
from exports.report import facts
from exports.report import national as report
from surveys import answers
from surveys.acting import By
from surveys.answers import Content
from surveys.instruments import Question
from surveys.permissions import ROLES
from surveys.questionnaire import anchors
from surveys.reports import whole
from tests import factories, filled, other_kinds
from tests.judge.conftest import advance
from tests.other_kinds import Kind
from tests.support import stages
from tests.support.client import Client

Login = Callable[[str], None]
FOREIGN = ("regio", "Regio", "RMC", "OVR", "rigade of")
"""Words of the regions and their commanders, which have no place with other units."""


def make(session: Session) -> None:
    """Every unit of both handed in and was visited."""
    inspector = factories.assignment(session, "inspecteur")
    for code in other_kinds.CODES:
        kind = Kind(code)
        for unit, dossier in other_kinds.make(session, kind).items():
            filled.submit(session, dossier, kind.contents(unit))
            advance(session, dossier, By.through(inspector))


with_other_kinds = stages.declare("other_kinds", make, on="empty")


@pytest.fixture(params=other_kinds.CODES)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each of the two."""
    return Kind(request.param)


def fields(question: Question, at: str, content: Content) -> Iterator[tuple[str, str | list[str]]]:
    """What somebody types and chooses to answer a question so."""
    value = content.value
    if question.type == "date":
        value = date.fromisoformat(str(value)).strftime("%d-%m-%Y")
    yield f"{at}-answer", value if isinstance(value, list) else str(value)
    if content.note:
        yield f"{at}-note", content.note
    for place, document in enumerate(content.documents):
        yield f"{at}-documents-{place}-title", document.title
        yield f"{at}-documents-{place}-page", document.page


def agree(client: Client) -> None:
    client.submit({"gelezen": client.page.one("#gelezen")["value"]}, button="Akkoord geven")


def test_its_respondents_fill_in_sign_and_hand_in(
    kind: Kind, session: Session, client: Client, login: Login
) -> None:
    dossier = other_kinds.make(session, kind)[kind.first]
    session.commit()
    given, at = kind.contents(kind.first), anchors(kind.instrument)
    first, second = kind.instrument.roles
    home = f"/dossier/{kind.code}/{kind.first}"

    login(kind.key(first, kind.first))
    assert client.page.has(ROLES[first].label)
    assert len(client.get(f"{home}/").all(".tasks__item")) == len(kind.instrument.factors)
    for factor in kind.instrument.factors.values():
        follows = any(question.when for question in factor.questions)
        for _ in range(2 if follows else 1):  # the second time for what is asked because of the first answers
            page = client.get(f"{home}/factor/{factor.code}")
            values = {
                name: value
                for question in factor.questions
                if question.code in given
                for name, value in fields(question, at[question.code], given[question.code])
                if page.all(f'[name="{name}"]')
            }
            client.submit(values, button="Opslaan en verder")
    client.get(f"{home}/controle")
    agree(client)
    client.logout()
    login(kind.key(second, kind.first))
    client.get(f"{home}/controle")
    agree(client)
    client.submit(button="Vragenlijst inleveren")

    assert client.page.has("De vragenlijst is ingeleverd.")
    session.expire_all()
    kept = {code: answers.content_of(row) for code, row in answers.joint(session, dossier).items()}
    assert {code: (row.value, row.note) for code, row in kept.items() if row.value is not None} == {
        code: (content.value, content.note) for code, content in given.items()
    }


def test_its_picture_shows_every_unit_and_no_map(
    with_other_kinds: None, kind: Kind, client: Client, login: Login
) -> None:
    login("inspecteur.inspectie")
    names = {row.name for row in kind.units}
    singular, plural = kind.instrument.unit_noun
    here, compared = f"/landelijk/{kind.code}", f"/vergelijken/{kind.code}"
    factor = next(iter(kind.instrument.factors))
    question = next(iter(kind.instrument.questions))

    heatmap = client.get(f"{here}/")
    assert len(heatmap.all(".heatmap tbody tr")) == len(names)
    assert heatmap.has(f"Per {singular} en per factor ziet u het berekende niveau.")
    pages = {
        path: client.get(path)
        for path in (
            f"{here}/factor/{factor}",
            f"{here}/kaart",
            f"{here}/vraag/{question}",
            f"{here}/eenheid/{kind.first}",
            f"{compared}/",
            f"{compared}/factor/{factor}",
            f"{compared}/eenheid/{kind.first}",
            f"/metingen/{kind.code}/respons",
            f"/metingen/{kind.code}/uitnodigen",
            f"/bezoek/{kind.code}/{kind.first}/gesprekspunten",
            f"/bezoek/{kind.code}/{kind.first}/verslagen/nieuw",
            f"/oordeel/{kind.code}/{kind.first}/factor/{factor}",
            f"/oordeel/{kind.code}/landelijk/factor/{factor}",
            f"/rapport/{kind.code}",
            f"/rapport/{kind.code}/tekst/kader:wereld",
        )
    }
    assert pages[f"{here}/factor/{factor}"].has(
        f"van de {len(names)} {plural} hebben de vragenlijst ingeleverd"
    )
    assert not pages[f"{here}/kaart"].all("figure.tiles")
    assert len(pages[f"{here}/kaart"].texts("table tbody tr")) == len(names)
    assert len(pages[f"{here}/eenheid/{kind.first}"].all("section.unit-factor")) == len(
        kind.instrument.factors
    )
    words = {
        path: [word for word in FOREIGN if word in page.one("main").text_content]
        for path, page in pages.items()
    }
    assert not {path: found for path, found in words.items() if found}


def test_a_conversation_has_the_sides_of_its_roles(
    with_other_kinds: None, kind: Kind, client: Client, login: Login
) -> None:
    login("inspecteur.inspectie")
    page = client.get(f"/bezoek/{kind.code}/{kind.first}/verslagen/nieuw")

    offered = {option["value"] for option in page.all("select[name$=side] option, select[name*=kant] option")}
    assert offered - {""} == {ROLES[role].side for role in kind.instrument.roles} | {"inspectie", "anders"}
    for role in kind.instrument.roles:
        assert page.all(f'input[value="{ROLES[role].label}"]'), "who fills in is suggested"


def test_its_files_hold_all_of_it(
    with_other_kinds: None, kind: Kind, session: Session, client: Client, login: Login
) -> None:
    login("inspecteur.inspectie")
    country = workbook(client, f"/landelijk/{kind.code}/excel")
    unit = workbook(client, f"/dossier/{kind.code}/{kind.first}/excel")
    judged = workbook(client, f"/oordeel/{kind.code}/bestand?als=xlsx")
    dossier = other_kinds.dossiers(session, kind)[kind.first]

    rows = list(country["Data"].iter_rows(values_only=True))
    assert len([row for row in rows if row[0] == kind.code]) == len(kind.units) * len(
        kind.instrument.questions
    )
    assert set(kind.instrument.questions) <= set(texts(unit))
    assert {row.name for row in kind.units} <= set(texts(judged))
    for word in FOREIGN:
        assert not [text for text in texts(country, unit, judged, without="Begrippen") if word in text]

    found = whole.whole(session, dossier.measurement)
    made = html.write(report.report(found).document).decode()
    assert f"De meting gaat over {len(kind.units)} {kind.instrument.unit_noun[1]}." in made
    assert "Wie samenwerken" not in made
    told = facts.facts(found)[next(iter(kind.instrument.statements))].forms["aantal"]
    assert kind.instrument.unit_noun[1] in told
    assert wording.capital(told) in made or told in made
    assert not [word for word in FOREIGN if word in made]


def workbook(client: Client, path: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.get(path).data), data_only=True)


def texts(*books: openpyxl.Workbook, without: str = "") -> list[str]:
    """Every text in some workbooks, but not those of one sheet."""
    return [
        cell
        for book in books
        for sheet in book
        if sheet.title != without
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]
