"""The pages about lists ask the database as much for seven regions as for three."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import labels, units
from surveys.acting import By
from surveys.models import Answer, AnswerLabel, Label
from surveys.working_lists import Definition, Row
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client
from tests.support.counting import asked, counts

LIST = json.dumps(
    Definition(
        "veiligheidsregio", "alle", (Row("note", "1.1-01", "with"),), ("1.1-01", "1.1-02", "1.1-03")
    ).as_json()
)
MOST = {
    f"/lijsten/proefmeting/lijst?definitie={LIST}": 14,
    "/lijsten/proefmeting/labels/1.1-01": 12,
    "/lijsten/proefmeting/zoeken?vraag=vacature": 13,
    "/lijsten/proefmeting/": 8,
    "/landelijk/proefmeting/vraag/1.1-01": 17,
    "/landelijk/proefmeting/factor/1.1": 13,
    "/landelijk/proefmeting/ontwikkeling": 11,
    "/landelijk/proefmeting/eenheid/VR01/vraag/1.1-01": 7,
}
"""What a page takes, logging in and furniture included, for however many units."""
FEW, MANY = 3, 7


def regions(session: Session, world: World, numbers: range, label: int) -> None:
    """Regions of the same command that explained their first answer, which bears a label."""
    hand = world.assignments["inspecteur"]
    for number in numbers:
        unit = world.units.get(f"VR{number:02}") or factories.region(session, number)
        units.link(
            session,
            unit,
            world.units["RMC-NOORD"],
            valid_from=factories.LONG_AGO,
            by=By.system(factories.OPENED),
        )
        dossier = world.dossiers.get(unit.code) or factories.dossier(session, world.measurement, unit)
        filled.submit(session, dossier, filled.WEAK)
        answer = session.scalars(
            select(Answer).where(Answer.dossier_id == dossier.id, Answer.question == "1.1-01")
        ).one()
        session.add(
            AnswerLabel(
                answer_id=answer.id,
                label_id=label,
                answer_version=1,
                person_id=hand.person_id,
                assignment_id=hand.id,
                at=filled.AT,
            )
        )
    session.commit()


def test_more_units_take_no_more_queries(
    session: Session, world: World, app: Flask, client: Client, login: Callable[[str], None]
) -> None:
    by = By.through(world.assignments["inspecteur"])
    made: Label = labels.add(session, "klein-veiligheidsregio", "1.1-01", "Vacature", by=by)
    regions(session, world, range(1, FEW + 1), made.id)
    login("inspecteur")
    asked(app, client, MOST)  # the instruments are read once in a process

    few = asked(app, client, MOST)
    regions(session, world, range(FEW + 1, MANY + 1), made.id)
    many = asked(app, client, MOST)

    assert counts(few) == counts(many)
    for address, most in MOST.items():
        assert len(many[address]) == most, "\n".join(many[address])
