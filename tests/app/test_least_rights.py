"""On PostgreSQL, Meetlat serves with an account that owns nothing, as docs/operations.md sets it up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.extensions import db
from app.tasks.sealer import batches
from surveys.models import LogEntry
from tests.factories import PASSWORD, World
from tests.support.client import Client
from tests.support.databases import ROOT

MANUAL = ROOT / "docs" / "operations.md"
ANSWER = "/dossier/proefmeting/VR01/vraag/1.1-01"
OWNERS_ALONE = (
    "ALTER TABLE log_entry DISABLE TRIGGER USER",
    "DROP TRIGGER log_entry_append_only ON log_entry",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "TRUNCATE log_seal",
    "DROP TABLE answer_version",
    "CREATE TABLE mine (id int)",
)
"""What would let somebody rewrite history."""


@pytest.fixture
def serving(session: Session, settings: Settings) -> Settings:
    """The settings with the account that serves."""
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite knows no accounts")
    url = sa.make_url(settings.database_url)
    name = f"serves_{url.database}".replace("-", "_")
    session.execute(sa.text(f"CREATE ROLE {name} LOGIN"))
    for statement in re.findall(r"^(?:GRANT|ALTER DEFAULT)[^;]+;", MANUAL.read_text("utf-8"), re.M):
        ours = statement.replace("meetlat_owner", "postgres").replace("TO meetlat;", f"TO {name};")
        session.execute(sa.text(ours))
    session.execute(sa.text("CREATE TABLE made_by_a_later_version (id serial PRIMARY KEY)"))
    session.commit()
    theirs = url.set(username=name)
    return replace(settings, database_url=theirs.render_as_string(hide_password=False))


def test_an_account_that_owns_nothing_serves_and_cannot_rewrite_history(
    serving: Settings, world: World, session: Session
) -> None:
    app = create_app(serving)
    client = Client(app)
    client.login("ovr.vr01@voorbeeld.nl", PASSWORD)
    client.post(ANSWER, {"vraag-1-1-01-answer": "ja", "vraag-1-1-01-version": "0"})
    client.logout()
    with app.app_context():
        assert sum(batches(db.engine)) > 0
        for statement in OWNERS_ALONE:
            with (
                pytest.raises(DBAPIError, match=r"must be owner|permission denied"),
                db.engine.begin() as link,
            ):
                link.exec_driver_sql(statement)
        with db.engine.begin() as link:
            link.exec_driver_sql("INSERT INTO made_by_a_later_version DEFAULT VALUES")
        db.session.remove()
        db.engine.dispose()
    told = session.scalars(sa.select(LogEntry.action).order_by(LogEntry.id)).all()
    assert {"login.success", "answer.save", "logout"} <= set(told)
