"""Publishing a report asks who is there; what was typed goes along."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import ReportStep
from tests.judge.conftest import Bench
from tests.report.conftest import Login
from tests.report.test_report_pages import BASE
from tests.support import stale
from tests.support.client import Client


def test_a_version_is_confirmed_after_the_password_with_what_was_typed(
    bench: Bench, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    client.get(f"{BASE}/versies/nieuw")
    client.submit({"remark": ""}, button="Versie vastleggen")
    login("inspecteur.twee")
    client.get(f"{BASE}/versies/1")
    stale.make(session)
    client.submit({"seen": "y", "remark": "Gezien & goed."}, button="Versie vaststellen", status=422)
    assert stale.confirm(client).has("Versie 1 is vastgesteld.")
    remarks = session.scalars(select(ReportStep.remark).order_by(ReportStep.id)).all()
    assert remarks[-1] == "Gezien & goed."
