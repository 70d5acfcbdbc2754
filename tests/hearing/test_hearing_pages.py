"""Wederhoor on the pages: the board, a dossier, and the log as an annex."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from surveys import hearing, offering
from surveys.acting import today
from surveys.errors import MeetlatError
from surveys.models import Offer, OfferedText, Reaction
from tests.offered import FINDINGS, Offered
from tests.support.client import Client

OVR, CONTACT, ONE = "ovr.vr01", "contactpersoon.vr01", "inspecteur"
BETTER = "De regio heeft twee vaste contactpersonen."
BOARD, LOG = "/wederhoor/proefmeting/", "/wederhoor/proefmeting/logboek"
DOSSIER = "/wederhoor/proefmeting/VR01"
QUERIES_BOARD, QUERIES_LOG = 6, 6
Login = Callable[[str], object]


def test_findings_are_offered_settled_and_closed(bench: Offered, client: Client, login: Login) -> None:
    bench.judged()
    login(ONE)
    client.get(DOSSIER)
    assert client.page.has(FINDINGS["1.1"])
    client.submit({"due_on": bench.due.isoformat()}, button="Aanbieden voor wederhoor")
    offer = bench.session.scalars(select(Offer)).one()
    assert offer.texts[0].text == FINDINGS["1.1"]
    bench.says(offer, 0, OVR, BETTER)
    for who in (OVR, CONTACT):
        offering.agree_with_rest(bench.session, offer, by=bench.by(who))
    client.get(DOSSIER)
    client.submit({"outcome": "overgenomen"}, button="Afhandelen")
    assert client.page.has("Staat er nu: " + BETTER)
    client.submit(button="Sluiten")
    assert client.page.has("Gesloten met reacties")
    client.get(BOARD)
    assert client.page.has("Gesloten met reacties: 1.")


def test_respondents_see_a_finding_once_it_is_offered_and_never_the_level(
    bench: Offered, client: Client, login: Login
) -> None:
    bench.judged()
    login(OVR)
    assert not client.get("/").has("Bevindingen voor wederhoor")
    offer = offering.offer_findings(bench.session, bench.dossier, bench.due, "", by=bench.by(ONE))
    client.get("/")
    client.click("Bevindingen voor wederhoor: Regio 1, Proefmeting")
    assert client.page.has(FINDINGS["1.1"])
    assert not client.page.has("Voldoet")
    client.forget()
    login("ovr.vr02")
    client.get(f"/reactie/proefmeting/VR01/{offer.id}", status=403)
    client.get(f"/reactie/proefmeting/VR02/{offer.id}", status=404)


@pytest.mark.parametrize("who", [OVR, "waarnemer.vr01", "rmc.noord", "beheerder"])
def test_only_inspectors_come_here(bench: Offered, client: Client, login: Login, who: str) -> None:
    bench.hearing()
    login(who)
    for path in (BOARD, LOG, DOSSIER, BOARD + "bestand", LOG + "/bestand"):
        client.get(path, status=403)
    client.post(DOSSIER, {"doen": "intrekken", "reason": "Zomaar."}, status=403)


def test_the_board_counts_sorts_and_narrows(bench: Offered, client: Client, login: Login) -> None:
    offer = bench.hearing()
    bench.hearing("VR02")
    bench.says(offer, 0, OVR, BETTER)
    found = hearing.board(bench.session, bench.world.measurement, today(), sort="open", down=True)
    assert [(row.unit.code, row.state, row.reactions, row.unsettled) for row in found.rows][:2] == [
        ("VR01", "loopt", 1, 1),
        ("VR02", "loopt", 0, 0),
    ]
    assert (found.counts["loopt"], found.counts["niet"], found.unsettled) == (2, 1, 1)
    login(ONE)
    client.get(BOARD + "?stand=niet")
    assert client.page.has("1 van de 3 dossiers")
    client.click("Sorteer op Termijn")
    assert client.page.has("1 van de 3 dossiers")
    data = client.get(BOARD + "bestand?vorm=csv&stand=loopt").data.decode("utf-8-sig")
    assert "Regio 1" in data
    assert "RMC Noord" not in data
    assert client.get(BOARD + "bestand").data[:2] == b"PK"


def test_the_log_tells_each_reaction_in_order(bench: Offered, client: Client, login: Login) -> None:
    second, first = bench.hearing("VR02"), bench.hearing("VR01")
    offering.react(bench.session, second.texts[0], "klopt", remark="Eens.", by=bench.by("ovr.vr02"))
    bench.says(first, 1, OVR, "Ook de ggd praat mee.")
    reaction = bench.says(first, 0, OVR, BETTER)
    bench.says(first, 0, CONTACT, "Weg.")
    bench.says(first, 0, CONTACT)
    offering.settle(
        bench.session,
        reaction,
        "niet",
        "Er is er een.",
        seen_version=bench.version(reaction),
        by=bench.by(ONE),
    )
    login(ONE)
    client.get(LOG)
    assert client.page.has("5 reacties")
    data = client.get(LOG + "/bestand?vorm=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data), delimiter=";"))
    assert [(row["Code"], row["KSF"], row["Wat ermee is gedaan"], row["Waarom"]) for row in rows] == [
        ("VR01", "1.1", "Niet overgenomen", "Er is er een."),
        ("VR01", "1.1", "Vervangen door een latere reactie", ""),
        ("VR01", "1.1", "Geen wijziging gevraagd", ""),
        ("VR01", "2.1", "Nog af te handelen", ""),
        ("VR02", "1.1", "Geen wijziging gevraagd", ""),
    ]
    assert rows[0]["Door"] == "Inspecteur"
    assert client.get(LOG + "/bestand").data[:2] == b"PK"


def test_the_board_and_the_log_ask_the_database_as_often_for_more_units(bench: Offered) -> None:
    session, measurement = bench.session, bench.world.measurement

    def counted(read: Callable[[], object]) -> int:
        session.expunge_all()
        statements: list[str] = []

        def count(*sent: object) -> None:
            statements.append(str(sent[2]))

        event.listen(session.get_bind(), "before_cursor_execute", count)
        read()
        event.remove(session.get_bind(), "before_cursor_execute", count)
        return len(statements)

    def both() -> tuple[int, int]:
        session.flush()
        return (
            counted(lambda: hearing.board(session, measurement, today())),
            counted(lambda: hearing.lines(session, measurement)),
        )

    offers = [bench.hearing("VR01"), bench.hearing("VR02")]
    bench.says(offers[0], 0, OVR, BETTER)
    other = bench.by("ovr.vr02")
    assert both() == (QUERIES_BOARD, QUERIES_LOG)
    again = session.get(Offer, offers[1].id)
    assert again is not None
    offering.react(session, again.texts[0], "wijziging", BETTER, by=other)
    assert both() == (QUERIES_BOARD, QUERIES_LOG)
    assert len(hearing.lines(session, measurement)) == len(offers)


@pytest.fixture
def offer(bench: Offered) -> Offer:
    """The findings of VR01, offered."""
    return bench.hearing()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(
                st.just("says"),
                st.integers(0, 1),
                st.sampled_from([OVR, CONTACT]),
                st.sampled_from([None, "Zo.", "Of zo."]),
            ),
            st.tuples(
                st.just("settle"),
                st.integers(0, 4),
                st.sampled_from(["overgenomen", "deels", "niet"]),
                st.just(""),
            ),
            st.tuples(st.just("withdraw"), st.just(0), st.just(""), st.just("")),
        ),
        min_size=3,
        max_size=12,
    )
)
def test_every_reaction_stands_in_the_log_once_whatever_is_done(
    bench: Offered, offer: Offer, steps: list[tuple[str, int, str, str | None]]
) -> None:
    session = bench.session
    with session.begin_nested() as all_of_it:
        for kind, place, what, text in steps:
            try:
                with session.begin_nested():
                    if kind == "says":
                        bench.says(offer, place, what, text)
                    elif kind == "withdraw":
                        offering.withdraw(session, offer, "Terug.", by=bench.by(ONE))
                    else:
                        found = session.scalars(select(Reaction).order_by(Reaction.id)).all()
                        if place < len(found):
                            seen = bench.version(found[place])
                            offering.settle(
                                session, found[place], what, "Daarom.", f"T {place}.",
                                seen_version=seen, by=bench.by(ONE),
                            )  # fmt: skip
            except MeetlatError:
                pass
            session.expire_all()
        kept = session.scalars(
            select(Reaction.id).join(OfferedText, OfferedText.id == Reaction.offered_id)
        ).all()
        told = [line.reaction.id for line in hearing.lines(session, bench.world.measurement)]
        assert sorted(told) == sorted(kept)
        assert len(told) == len(set(told))
        all_of_it.rollback()
    session.expire_all()
