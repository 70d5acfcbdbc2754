"""Measurements that are filled in, for the tests of what leaves Meetlat."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import reports, views
from surveys.acting import By
from surveys.answers import Content
from surveys.models import Dossier, Measurement
from surveys.reports import NationalReport
from tests import factories, filled
from tests.support import stages

NASTY = '=HYPERLINK("http://voorbeeld.invalid","klik")'
BULLETS = '- eerst dit\r\n- dan dat; "zo" _x0041_\x07'


@dataclass(frozen=True)
class Rounds:
    """Two made-up measurements, three regions and a commander; VR03 has not handed in the later one."""

    earlier: Measurement
    later: Measurement
    dossiers: dict[str, Dossier]


def _make_rounds(session: Session) -> None:
    regions = [factories.region(session, number) for number in (1, 2, 3)]
    noord = factories.command(session)
    earlier = factories.measurement(session, factories.tiny(version="1.0"), code="tussen-2009", year=2009)
    for unit, given in zip(regions, (filled.WEAK, filled.STRONG, filled.UNSURE), strict=True):
        filled.submit(session, factories.dossier(session, earlier, unit), given)
    later = factories.measurement(
        session, factories.tiny(), factories.tiny("rmc"), code="eind-2013", year=2013
    )
    dossiers = {unit.code: factories.dossier(session, later, unit) for unit in [*regions, noord]}
    strong = {
        **filled.STRONG,
        "1.1-02": Content(2.5, note=BULLETS),
        "1.1-99": Content(NASTY, note="@daar"),
    }
    filled.submit(session, dossiers["VR01"], strong)
    # what is no longer asked is kept, and counts for nothing
    filled.submit(session, dossiers["VR02"], {**filled.WEAK, "1.1-02": Content(4, note="Was ooit zo.")})
    filled.fill(session, dossiers["VR03"], {"1.1-01": Content("ja")})
    filled.submit(session, dossiers["RMC-NOORD"], filled.UNSURE)


with_rounds = stages.declare("rounds", _make_rounds, on="empty")


@pytest.fixture
def rounds(with_rounds: None, session: Session) -> Rounds:
    """They are made once for a run."""
    codes = ("tussen-2009", "eind-2013")
    earlier, later = (
        session.scalars(select(Measurement).where(Measurement.code == code)).one() for code in codes
    )
    held = session.scalars(select(Dossier).where(Dossier.measurement_id == later.id).order_by(Dossier.id))
    dossiers = {dossier.unit.code: dossier for dossier in held}
    session.commit()
    return Rounds(earlier, later, dossiers)


@pytest.fixture(scope="session")
def files(database_kind: str) -> dict[str, bytes]:
    """Files about `rounds` as they begin on this kind of database, once they were made."""
    return {}


@pytest.fixture
def pictures(session: Session, rounds: Rounds) -> list[NationalReport]:
    """The national pictures of the later measurement: regions, commanders."""
    return [reports.national(session, rounds.later, pin.instrument) for pin in rounds.later.pins]


def differ(session: Session, dossier: Dossier, role: str, code: str, content: Content) -> None:
    """Record a divergent view, as if it had been there when the dossier was handed in."""
    held = {each.role: each for each in filled.signers(session, dossier)}
    state, dossier.state = dossier.state, "in_invulling"
    session.flush()
    views.differ(session, dossier, code, content, by=By.through(held[role], filled.AT), seen_version=0)
    dossier.state = state
    session.commit()
