"""Labels on explanations: the question's list, putting them on, counting them, and what changed since."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, labels, returning, signing
from surveys.acting import By
from surveys.answers import Content, Save
from surveys.models import Answer, AnswerLabel, Label, LogEntry, WorkingList
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client

PATH = "/lijsten/proefmeting/labels/1.1-01"


def by_inspector(world: World) -> By:
    return By.through(world.assignments["inspecteur"])


def label(session: Session, world: World, name: str = "Vacature") -> Label:
    row = labels.add(session, "klein-veiligheidsregio", "1.1-01", name, by=by_inspector(world))
    session.commit()
    return row


def answer_id(session: Session, world: World, unit: str = "VR02") -> int:
    number = session.scalar(
        select(Answer.id).where(
            Answer.dossier_id == world.dossiers[unit].id, Answer.question == "1.1-01", Answer.party == ""
        )
    )
    session.rollback()
    assert number is not None
    return number


def again(session: Session, world: World, content: Content) -> None:
    """VR02 gets its questionnaire back, says something else, and hands in again."""
    dossier = world.dossiers["VR02"]
    returning.give_back(session, dossier, reason="Leg uit.", questions=["1.1-01"], by=by_inspector(world))
    hands = [By.through(row) for row in filled.signers(session, dossier)]
    kept = answers.joint(session, dossier)["1.1-01"]
    answers.save_all(session, dossier, {"1.1-01": Save(content, kept.version)}, by=hands[0])
    for by in hands:
        signing.sign(session, dossier, by=by)
    signing.submit(session, dossier, by=hands[0])
    session.commit()


def rows(data: bytes) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_a_label_is_made_put_on_and_counted_like_an_option(
    inspector: World, client: Client, session: Session
) -> None:
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({"naam": "Vacature"}, button="Toevoegen")
    session.rollback()
    made = session.scalars(select(Label)).one()
    identifier = str(made.id)
    session.rollback()
    page = client.submit({f"label-{number}": [identifier]}, button="Labels opslaan")
    assert page.has("De labels van 1 toelichting zijn opgeslagen")
    picture = client.get("/landelijk/proefmeting/vraag/1.1-01")
    assert picture.has("Vacature: 1 van de 2")
    session.rollback()
    row = session.scalars(select(AnswerLabel)).one()
    assert (row.answer_id, row.answer_version) == (number, 1)
    logged = session.scalars(select(LogEntry).where(LogEntry.action == "label.put")).one()
    assert logged.detail == {"question": "1.1-01", "on": 1, "off": 0}


def test_a_name_is_used_once_for_a_question(inspector: World, client: Client, session: Session) -> None:
    label(session, inspector)
    client.get(PATH)
    page = client.submit({"naam": "vacature"}, button="Toevoegen", status=422)
    assert page.has("Het label ‘vacature’ bestaat al bij deze vraag")
    assert 'value="vacature"' in page.html


def test_two_who_label_at_once_do_not_undo_each_other(
    inspector: World, client: Client, session: Session
) -> None:
    one, two = label(session, inspector, "Een").id, label(session, inspector, "Twee").id
    number = answer_id(session, inspector)
    client.get(PATH)
    form = client.page  # somebody else labels while this page is open
    client.post(PATH, {f"gezien-{number}": "1:", f"label-{number}": [str(one)]})
    client._page = form
    client.submit({f"label-{number}": [str(two)]}, button="Labels opslaan")
    session.rollback()
    assert set(session.scalars(select(AnswerLabel.label_id))) == {one, two}


def test_an_explanation_that_changed_while_it_was_read_is_not_labelled_unseen(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    other = answer_id(session, inspector, "VR01")
    client.get(PATH)
    again(session, inspector, Content("nee", note="Iets heel anders."))
    page = client.submit(
        {f"label-{number}": [str(one)], f"label-{other}": [str(one)]}, button="Labels opslaan", status=409
    )
    assert page.has("De toelichting is intussen gewijzigd")
    assert page.has("De andere 1 wel")
    assert (
        f'id="label-{number}-{one}" name="label-{number}" type="checkbox" value="{one}" checked' in page.html
    )
    session.rollback()
    assert list(session.scalars(select(AnswerLabel.answer_id))) == [other]


def test_a_label_on_an_explanation_that_changed_afterwards_is_marked_until_it_is_read(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({f"label-{number}": [str(one)]}, button="Labels opslaan")
    again(session, inspector, Content("nee", note="Iets heel anders."))
    page = client.get(f"{PATH}?toon=gewijzigd")
    assert page.has("1 gewijzigd na het labelen")
    assert page.texts("h3") == ["VR02 Regio 2"]
    page = client.submit({f"gelezen-{number}": ["ja"]}, button="Labels opslaan")
    assert page.has("0 gewijzigd na het labelen")


def test_another_answer_with_the_same_explanation_leaves_the_label_as_it_was(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({f"label-{number}": [str(one)]}, button="Labels opslaan")
    again(
        session,
        inspector,
        Content(special="onbekend", note="Er is een vacature; de coördinator is weg."),
    )
    assert client.get(PATH).has("0 gewijzigd na het labelen")


def test_labels_are_renamed_and_merged_and_lists_follow(
    inspector: World, client: Client, session: Session
) -> None:
    one, two = label(session, inspector, "Vacature").id, label(session, inspector, "Geen mensen").id
    number, other = answer_id(session, inspector), answer_id(session, inspector, "VR01")
    client.get(PATH)
    client.submit(
        {f"label-{number}": [str(one), str(two)], f"label-{other}": [str(one)]}, button="Labels opslaan"
    )
    session.add(
        WorkingList(
            measurement_id=inspector.measurement.id,
            name="Met label",
            definition={
                "unit": "veiligheidsregio",
                "join": "alle",
                "rows": [{"kind": "label", "about": "1.1-01", "operator": "any_of", "values": [str(one)]}],
                "columns": ["1.1-01"],
            },
            person_id=inspector.person("inspecteur").id,
            at=factories.OPENED,
        )
    )
    session.commit()
    client.get(f"{PATH}/label/{two}")
    assert client.submit({"naam": "Onderbezet"}, button="Naam opslaan").has("heet nu ‘Onderbezet’")
    page = client.get(f"{PATH}/label/{one}")
    assert page.has("Dit label staat bij 2 toelichtingen")
    page = client.submit({"samen": str(two)}, button="Samenvoegen")
    assert page.has("‘Vacature’ is opgegaan in ‘Onderbezet’. Het stond bij 2.")
    session.rollback()
    assert list(session.scalars(select(AnswerLabel.label_id))) == [two, two]
    row = session.scalars(select(WorkingList)).one()
    assert row.definition["rows"][0]["values"] == [str(two)]
    found = client.get(f"/lijsten/proefmeting/lijst?nummer={row.id}")
    assert [text.split()[0] for text in found.texts("tbody th")] == ["VR01", "VR02"]


def test_a_label_is_removed_knowing_where_it_stood(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({f"label-{number}": [str(one)]}, button="Labels opslaan")
    client.get(f"{PATH}/label/{one}")
    page = client.submit(button="Label weghalen")
    assert page.has("Het label ‘Vacature’ is weg. Het stond bij 1.")
    session.rollback()
    assert session.scalars(select(AnswerLabel)).all() == []


def test_a_label_of_another_question_is_not_there(inspector: World, client: Client, session: Session) -> None:
    one = label(session, inspector).id
    client.get(f"/lijsten/proefmeting/labels/1.1-03/label/{one}", status=404)
    number = answer_id(session, inspector)
    client.get(PATH)
    page = client.post(PATH, {f"gezien-{number}": "1:", f"label-{number}": ["777"]}, status=409)
    assert page.has("Een gekozen label bestaat niet meer")


def test_the_labels_of_a_question_are_those_of_every_measurement(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({f"label-{number}": [str(one)]}, button="Labels opslaan")
    later = factories.measurement(session, factories.tiny(version="2.0"), code="later", year=2014)
    dossier = factories.dossier(session, later, inspector.units["VR01"])
    filled.submit(session, dossier, filled.WEAK)
    page = client.get("/lijsten/later/labels/1.1-01")
    assert page.has("Proefmeting: 1")
    assert page.texts("h3") == ["VR01 Regio 1"]


def test_the_explanations_are_saved_with_their_labels(
    inspector: World, client: Client, session: Session
) -> None:
    one = label(session, inspector).id
    number = answer_id(session, inspector)
    client.get(PATH)
    client.submit({f"label-{number}": [str(one)]}, button="Labels opslaan")
    found = rows(client.get(client.page.link("Deze toelichtingen als CSV")).data)
    assert [(row["Code"], row["Labels"]) for row in found] == [("VR01", ""), ("VR02", "Vacature")]
    assert found[0]["fictief"] == "ja"
    client.get(f"{PATH}?toon=zonder")
    found = rows(client.get(client.page.link("Deze toelichtingen als CSV")).data)
    assert [row["Code"] for row in found] == ["VR01"]
