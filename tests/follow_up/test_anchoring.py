"""The procedure in which a point is anchored, and the level at which a risk was accepted."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import anchoring, history, points
from surveys.follow_up.points import AcceptedRisk, Anchor
from surveys.models import Point
from tests.follow_up.conftest import acting

SOP = Anchor("SOP Missieveiligheid", "versie 3", "Intranet, map Veiligheid")
RISK = AcceptedRisk("Commandant NLD JFC", date(2014, 3, 1), "Er blijft kans op vertraging.")


def info(session, number):
    found = points.find(session, number)
    assert found is not None
    return found


def test_both_are_kept_with_their_history_and_can_be_taken_away(session, world, make_point) -> None:
    point, by = make_point(), acting(world)
    anchoring.anchor(session, point.id, SOP, by=by, seen_version=1)
    anchoring.accept_risk(session, point.id, RISK, by=by, seen_version=2)
    assert (info(session, point.id).anchor, info(session, point.id).risk) == (SOP, RISK)
    told = dict(history.latest(session, point.id))
    assert told["Verankerd in procedure"] == "SOP Missieveiligheid"
    assert told["Restrisico aanvaard op"] == "1 maart 2014"
    with pytest.raises(ChangedMeanwhile):
        anchoring.anchor(session, point.id, None, by=by, seen_version=2)
    anchoring.anchor(session, point.id, None, by=by, seen_version=3)
    anchoring.accept_risk(session, point.id, None, by=by, seen_version=4)
    assert (info(session, point.id).anchor, info(session, point.id).risk) == (None, None)
    assert ("Verankerd in procedure", "SOP Missieveiligheid", "") in [
        (each.label, each.was, each.now) for step in history.steps(session, point.id) for each in step.changes
    ]


def test_half_of_it_is_refused_by_the_verbs_and_by_the_database(session, world, make_point) -> None:
    point, by = make_point(), acting(world)
    with pytest.raises(Refused, match="vindplaats"):
        anchoring.anchor(session, point.id, Anchor("SOP", "3", " "), by=by, seen_version=1)
    with pytest.raises(Refused, match="wie het risico aanvaardde"):
        anchoring.accept_risk(
            session, point.id, AcceptedRisk("", date(2014, 3, 1), "x"), by=by, seen_version=1
        )
    with pytest.raises(Refused, match="toekomst"):
        anchoring.accept_risk(
            session, point.id, AcceptedRisk("x", date(2100, 1, 1), "x"), by=by, seen_version=1
        )
    with pytest.raises(NotAllowed):
        anchoring.anchor(session, point.id, SOP, by=acting(world, "ovr.vr01"), seen_version=1)
    for column in ("anchor_title", "risk_level"):
        half = update(Point).where(Point.id == point.id).values({column: "Half"})
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(half)


def test_pages_keep_them_and_the_register_brings_them_along(
    client, login, session, world, make_point
) -> None:
    point = make_point(unit_id=world.units["VR01"].id)
    login("inspecteur")
    client.get(f"/opvolging/punten/{point.id}")
    client.click("Procedure vastleggen")
    page = client.submit({"title": SOP.title, "version": SOP.version}, status=422)
    assert page.has("Vul alle velden in, of maak ze allemaal leeg.")
    assert page.one("#title")["value"] == SOP.title
    anchoring.accept_risk(session, point.id, RISK, by=acting(world), seen_version=1)
    session.commit()
    page = client.submit({"place": SOP.place}, status=409)
    assert page.one("#place")["value"] == SOP.place
    assert client.submit().has("SOP Missieveiligheid, versie 3")
    client.click("Restrisico wijzigen")
    client.submit({"level": "CDS"})
    assert client.page.has("CDS, 1 maart 2014")
    text = client.get("/opvolging/bestand?vorm=csv").data.decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (line["Verankerd in procedure"], line["Restrisico aanvaard door"]) == (SOP.title, "CDS")
    login("ovr.vr01")
    page = client.get(f"/opvolging/eenheid/VR01/{point.id}")
    assert page.has(SOP.title)
    assert not page.has("CDS"), "who accepted a risk is not for the unit"
