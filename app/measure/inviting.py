"""Inviting respondents: who is there and who is missing per unit, adding somebody, and links to log in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, render_template, request
from flask_security import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import downloads, keys, mail
from app.accounts import LINK_LIVES, password_link
from app.auth import acting, find_dossier, requires
from app.extensions import db
from app.manage.steps import LARGEST_ID, answer, take
from app.measure import blueprint, forms
from app.measure.here import find
from app.measure.views import Page
from exports import invitations as file
from surveys import inviting, running
from surveys.acting import now, today
from surveys.inviting import Invited
from surveys.models import Measurement, Person
from surveys.permissions import ROLES
from surveys.reports import MeasurementInfo

SUBJECT = "Kies een wachtwoord voor Meetlat"


@dataclass(frozen=True)
class Shown:
    """A link that is shown once: for whom, until when it works, and whether it was sent as well."""

    person: Person
    places: str
    url: str
    until: datetime
    mailed: bool


@blueprint.get("/<meting>/uitnodigen")
@requires(running.PERMISSION)
def invite(meting: str) -> str:
    """Per unit who holds its roles, who is missing, who logged in and whose link still works."""
    return _page(find(meting), forms.Empty())


@blueprint.route("/<meting>/uitnodigen/<eenheid>", methods=["GET", "POST"])
@requires(running.PERMISSION, fresh=True)
def invite_person(meting: str, eenheid: str) -> Page:
    """Give somebody a role for a unit from today on, and a link where there is no password yet."""
    row = find(meting)
    dossier = find_dossier(meting, eenheid)
    form = forms.Invitation()
    form.role.choices = [("", "Maak een keuze"), *_labels(inviting.roles_for(dossier))]
    if request.method == "GET" and request.args.get("rol") in inviting.roles_for(dossier):
        form.role.data = request.args["rol"]
    if form.validate_on_submit():
        day, by = today(), acting()

        def step() -> Person:
            person = inviting.invite(
                db.session(),
                dossier,
                form.role.data,
                name=form.name.data,
                email=form.email.data,
                day=day,
                by=by,
            )
            if inviting.may_have_link(person, day):
                inviting.record_link(db.session(), person, day=day, by=by)
            return person

        person = take(form, step, form.email)
        if person is not None:
            flash(f"{person.name} is nu {ROLES[form.role.data].label} van {dossier.unit.name}.", "success")
            if inviting.may_have_link(person, day):
                return _show(row, [person])
            return _page(row, forms.Empty())
    return answer("measure/invite_person.html", form, row=row, unit=dossier.unit)


@blueprint.post("/<meting>/link/<int:person_id>")
@requires(running.PERMISSION, fresh=True)
def new_link(meting: str, person_id: int) -> Page:
    """Make a link for one respondent who has no password, and show it once."""
    row, day = find(meting), today()
    if person_id > LARGEST_ID:
        abort(404)
    person = inviting.respondent(db.session(), row, person_id, day) or abort(404)
    form = forms.Empty()

    def step() -> bool:
        inviting.record_link(db.session(), person, day=day, by=acting())
        return True

    return _show(row, [person]) if take(form, step) else (_page(row, form), 422)


@blueprint.post("/<meting>/links")
@requires(running.PERMISSION, fresh=True)
def new_links(meting: str) -> Page:
    """Make a link for everybody who needs one and has none that works, and show them once."""
    row, day = find(meting), today()
    form = forms.Empty()
    found = _without_link(_read(row))

    def step() -> bool:
        by = acting()
        for person in found:
            inviting.record_link(db.session(), person, day=day, by=by)
        return True

    if not found:
        form.form_errors.append(
            "Er ontbreken geen links: iedereen heeft een wachtwoord of een link die werkt."
        )
        return _page(row, form), 422
    return _show(row, found) if take(form, step) else (_page(row, form), 422)


@blueprint.post("/<meting>/links/bestand")
@requires(running.PERMISSION, fresh=True)
def links_file(meting: str) -> Response:
    """The links of the page that sends this, as CSV: they are kept nowhere, so the page hands them over."""
    row = find(meting)
    try:
        rows: Any = _serializer().loads(request.form.get("rijen", ""))
    except BadData:
        abort(400)
    info = MeasurementInfo.of(row)
    cells = [
        (places, name, address, url, datetime.fromisoformat(until))
        for places, name, address, url, until in rows
    ]
    return downloads.send(file.book(info, cells, now()), "csv", file.filename(info, "csv"))


def _labels(roles: Sequence[str]) -> list[tuple[str, str]]:
    return [(role, ROLES[role].label) for role in roles]


def _read(row: Measurement) -> list[Invited]:
    return inviting.invited(db.session(), row, today(), LINK_LIVES)


def _without_link(found: Sequence[Invited]) -> list[Person]:
    at = now()
    return list(
        dict.fromkeys(
            account.person
            for unit in found
            for seat in unit.seats
            for account in seat.accounts
            if account.can_have_link and not account.running(at)
        )
    )


def _page(row: Measurement, form: forms.Empty) -> str:
    found = _read(row)
    return render_template(
        "measure/invite.html",
        row=row,
        form=form,
        found=found,
        at=now(),
        missing=[(each.unit, seat) for each in found for seat in each.seats if seat.missing],
        without=_without_link(found),
        by_mail=mail.configured(),
    )


def _show(row: Measurement, who: Sequence[Person]) -> str:
    """Make the links, mail them where that is possible, and show them on this page and never again."""
    settings = current_app.config["SETTINGS"]
    base = settings.public_url or request.host_url.rstrip("/")
    made = [(person, password_link(person, base)) for person in who]
    places = _places(_read(row))
    letters = [
        (person.email, SUBJECT, render_template("account/mail/link.txt", person=person, link=url))
        for person, url in made
    ]
    until = now() + LINK_LIVES
    db.session.commit()  # sending must not hold the database
    failed = mail.send_all(letters) if mail.configured() else list(range(len(letters)))
    if mail.configured() and failed:
        flash("Niet elke e-mail kon worden verstuurd. Geef de links zelf door waar ‘niet’ staat.", "error")
    shown = [
        Shown(person, places.get(person.id, ""), url, until, place not in failed)
        for place, (person, url) in enumerate(made)
    ]
    payload = _serializer().dumps(
        [[e.places, e.person.name, e.person.email, e.url, e.until.isoformat()] for e in shown]
    )
    return render_template("measure/links.html", row=row, shown=shown, until=until, payload=payload)


def _places(found: Sequence[Invited]) -> dict[int, str]:
    """What everybody is, and for which units."""
    places: dict[int, list[str]] = {}
    for unit in found:
        for seat in unit.seats:
            for account in seat.accounts:
                places.setdefault(account.person.id, []).append(f"{seat.label}, {unit.unit.name}")
    return {key: "; ".join(texts) for key, texts in places.items()}


def _serializer() -> URLSafeTimedSerializer:
    """What signs the links that a page hands over, for nobody but the person whose page it is."""
    return keys.signer(current_app.config["SETTINGS"], keys.SHEETS, salt=str(current_user.id))
