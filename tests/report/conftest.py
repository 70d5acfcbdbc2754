"""A measurement at its report: two verified dossiers, national judgements, two organisations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from surveys import measurements, report_texts
from surveys.judging import About, Draft
from tests import factories
from tests.factories import PASSWORD, World
from tests.judge.conftest import Bench, bench_of, confirm
from tests.support import stages
from tests.support.client import Client

Login = Callable[[str], None]


def judge(session: Session, bench: Bench) -> None:
    """Confirm a national judgement of both factors."""
    for factor, level, finding in (
        ("1.1", "voldoet_deels", "Het contact is er, maar niet overal."),
        ("2.1", "voldoet", "Plannen worden samen gemaakt."),
    ):
        about = About(bench.world.measurement, None, factor)
        draft = Draft(level, "Gezien alle antwoorden.", finding)
        confirm(session, about, bench.by("one"), bench.by("two", 1), draft)


def reported_in(session: Session) -> Bench:
    """Make it: flushed, not committed."""
    world = factories.World(session)
    made = bench_of(world)
    world.measurement.question = "Is het contact goed?"
    world.measurement.scope = "Alleen het contact."
    measurements.go_to(session, world.measurement, "landelijk_beeld", made.by("one"))
    judge(session, made)
    measurements.go_to(session, world.measurement, "rapport_concept", made.by("one"))
    # the tiny questionnaire counts nothing for this topic, so nothing writes itself
    topic, text = "factor:1.1:onderwerp:Contact", "Men kent elkaar."
    report_texts.write(session, world.measurement, topic, text, by=made.by("one"), seen_version=0)
    return made


with_reported = stages.declare("reported", reported_in, on="bench")


@pytest.fixture
def bench(with_reported: None, world: World) -> Bench:
    """The bench at the report in concept, both factors judged, committed."""
    return bench_of(world)


@pytest.fixture
def login(client: Client) -> Login:
    """Log in by the first part of an address."""

    def to(who: str) -> None:
        client.forget()
        client.admit(f"{who}@voorbeeld.nl", PASSWORD)

    return to
