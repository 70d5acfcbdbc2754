"""Every address, tried by somebody who still has to set up or take the second step: nothing but that."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.auth import OPEN, permission_of
from surveys.acting import now
from tests.factories import World
from tests.security.test_who_may_what import addresses, asker, samples, sent
from tests.support.second_step import Clock, given

__all__ = ["samples"]

ALWAYS = {"security.logout", "session.left", "session.extend"}


@pytest.mark.parametrize(
    ("set_up", "leads_to", "free"),
    [
        (False, "/tweede-stap/instellen", ALWAYS | {"second_factor.set_up", "session.confirm"}),
        (True, "/tweede-stap", ALWAYS),
    ],
)
def test_who_has_yet_to_take_the_second_step_comes_nowhere_else(
    app: Flask,
    plain_refusals: None,
    world: World,
    session: Session,
    samples: dict[str, str],
    set_up: bool,
    leads_to: str,
    free: set[str],
) -> None:
    session.commit()
    browser = asker(app, "inspecteur")  # made up as yet: let in with a password
    person = world.person("inspecteur")
    person.example = False
    if set_up:
        given(session, person, Clock())
        assert person.second_factor_since is not None
        assert person.second_factor_since < now()
    session.commit()
    wrong, tried = [], 0
    for rule, method, path in addresses(app, samples, "VR01"):
        if permission_of(app, rule.endpoint) == OPEN or rule.endpoint in free:
            continue
        tried += 1
        answer = browser.ask(method, path, sent(method, browser))
        onward = answer.headers.get("Location", "").partition("?")[0]
        if (answer.status, onward) != (302, leads_to):
            wrong.append(f"{method} {path}: {answer.status} {onward}")
    assert not wrong, "\n".join(wrong)
    assert tried > 200
