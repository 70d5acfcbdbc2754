"""Letting somebody in as the form to log in does, without going through it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_security.utils import login_user, verify_password

from app.extensions import db
from surveys import people


def cookies(app: Flask, email: str, password: str, here: Mapping[str, str]) -> dict[str, str] | None:
    """The cookies of somebody who just logged in; None for whom the form would say or ask more.

    Thousands of tests begin so; those about logging in fill in the form. `here`: what the server knows of a
    browser, `REMOTE_ADDR` and `HTTP_USER_AGENT`.
    """
    with app.test_request_context("/inloggen", method="POST", environ_base=dict(here)):
        person = people.by_email(db.session(), email)
        asked = person is None or not person.active or person.second_factor_since is not None
        if asked or not verify_password(password, person.password):
            return None
        login_user(person, authn_via=["password"])
        answer = app.process_response(app.make_response(""))
    found = [each.partition(";")[0].partition("=") for each in answer.headers.getlist("Set-Cookie")]
    return {name: value for name, _, value in found}
