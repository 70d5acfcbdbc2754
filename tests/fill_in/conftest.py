"""Filling in as somebody without JavaScript, and two people at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers
from surveys.answers import Content
from surveys.models import Answer, Dossier
from tests import factories
from tests.factories import World
from tests.support.client import Client

HOME = "/dossier/proefmeting/VR01"
COMPLETE = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(3),
    "1.1-03": Content("wissel"),
    "2.1-01": Content(["brandweer"]),
    "2.1-02": Content("2013-05-01"),
}
"""Answers that leave nothing open."""


@pytest.fixture
def someone(app: Flask, session: Session, world: World) -> Callable[[str], Client]:
    """Somebody else at a browser: `someone("contactpersoon.vr01")`."""

    def enter(name: str) -> Client:
        made = Client(app, before=session.commit)
        made.login(f"{name}@voorbeeld.nl", factories.PASSWORD)
        return made

    return enter


@pytest.fixture
def kept(session: Session, world: World) -> Callable[[str], Content]:
    """What is kept as the answer to a question of VR01."""

    def find(code: str) -> Content:
        session.rollback()
        session.expire_all()
        row = session.scalar(
            select(Answer).where(Answer.dossier_id == world.dossiers["VR01"].id, Answer.question == code)
        )
        return answers.content_of(row)

    return find


@pytest.fixture
def fill(session: Session, world: World) -> Callable[..., Dossier]:
    """Give answers in VR01 by the verbs: `fill("ovr.vr01", {"1.1-01": Content("ja")})`."""

    def save(key: str, contents: dict[str, Content], dossier: Dossier | None = None) -> Dossier:
        into = dossier or world.dossiers["VR01"]
        session.expire_all()
        rows = answers.joint(session, into)
        saves = {
            code: answers.Save(content, rows[code].version if code in rows else 0)
            for code, content in contents.items()
        }
        answers.save_all(session, into, saves, by=factories_by(world, key))
        session.commit()
        return into

    return save


def factories_by(world: World, key: str) -> answers.By:
    """Somebody of the world, acting now."""
    return answers.By.through(world.assignments[key])
