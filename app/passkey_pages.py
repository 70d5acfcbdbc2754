"""The pages of passkeys: making one, removing one, logging in with one, alone or after the password."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import passkeys, second_factor
from app.auth import OPEN, SIGNED_IN, requires
from app.extensions import db
from app.limits import limited
from app.manage.forms import Empty
from app.manage.steps import LARGEST_ID, answer, take
from app.passkeys import NotVerified
from app.second_factor import PASSKEY, Waiting
from app.second_factor_forms import NewPasskey, UsePasskey
from app.second_factor_pages import let_in, nobody_waits, onward, overview_page
from surveys import second_factor as verbs
from surveys.models import Passkey, Person

blueprint = Blueprint("passkeys", __name__)

Page = str | Response | tuple[str, int]

NOT_USED = (
    "Inloggen met deze passkey lukte niet. Probeer het opnieuw. Lukt het weer niet?"
    " Log dan in met uw wachtwoord."
)
NOT_TAKEN = "Deze passkey werkte niet. Probeer het opnieuw, of gebruik een code."
NOT_MADE = "De passkey is niet gemaakt. Probeer het opnieuw."


@blueprint.route("/inloggen/passkey", methods=["GET", "POST"])
@requires(OPEN)
@limited("30 per minute")
def log_in() -> Page:
    """Log in with a passkey and nothing else: it has verified who its owner is."""
    if current_user.is_authenticated:
        return redirect(onward(), 303)
    form = UsePasskey()
    if form.validate_on_submit():
        person = _person_of(form)
        if person is not None and person.active:
            return let_in(Waiting(person, ()), PASSKEY)
        second_factor.failed(person, PASSKEY)
        form.form_errors.append(NOT_USED)
    return answer(
        "account/passkey_log_in.html",
        form,
        onward=onward(),
        elsewhere=passkeys.elsewhere(),
        options=passkeys.options_to_use() if passkeys.available() else None,
    )


@blueprint.route("/tweede-stap/passkey", methods=["GET", "POST"])
@requires(OPEN)
@limited("30 per minute")
def step() -> Page:
    """Take the second step with a passkey."""
    who, form = second_factor.waiting(), UsePasskey()
    if who is None:
        return nobody_waits()
    if form.validate_on_submit():
        if _person_of(form, who.person) is who.person:
            return let_in(who, PASSKEY)
        second_factor.failed(who.person, PASSKEY)
        form.form_errors.append(NOT_TAKEN)
    known = verbs.passkeys(db.session(), who.person)
    if not known or not passkeys.available():
        return redirect(url_for("second_factor.code", next=onward()), 303)
    return answer("account/passkey_step.html", form, onward=onward(), options=passkeys.options_to_use(known))


def _person_of(form: UsePasskey, expected: Person | None = None) -> Person | None:
    """Whose passkey was used; None when none was, or one of somebody else than is expected."""

    def find(credential_id: str) -> Passkey | None:
        found = verbs.find_passkey(db.session(), credential_id)
        return found if found is None or expected is None or found.person_id == expected.id else None

    try:
        passkey, sign_count = passkeys.used(form.credential.data or "", find)
    except NotVerified:
        return None
    person = db.session().get_one(Person, passkey.person_id)
    verbs.use_passkey(db.session(), passkey, sign_count, second_factor.by(person))
    return person


@blueprint.route("/inloggen-beveiligen/passkey", methods=["GET", "POST"])
@requires(SIGNED_IN, fresh=True)
def add() -> Page:
    """Make a passkey on this device, and keep it under a name."""
    form, person = NewPasskey(), second_factor.me()
    if person.second_factor_since is None:
        return redirect(url_for("second_factor.overview"), 303)
    by, known = second_factor.by(person), verbs.passkeys(db.session(), person)
    if form.validate_on_submit() and form.name.require("Geef de passkey een naam, zoals Werktelefoon."):
        try:
            key = passkeys.made(form.credential.data or "")
        except NotVerified:
            form.form_errors.append(NOT_MADE)
        else:
            name = form.name.data
            if take(form, lambda: verbs.add_passkey(db.session(), person, name, key, by), form.name):
                flash(f"De passkey {name} is toegevoegd. U kunt er voortaan mee inloggen.", "success")
                return redirect(url_for("second_factor.overview"), 303)
    return answer(
        "account/passkey_add.html",
        form,
        elsewhere=passkeys.elsewhere(),
        options=passkeys.options_to_make(person, known) if passkeys.available() else None,
    )


@blueprint.post("/inloggen-beveiligen/passkey/<int:passkey_id>/verwijderen")
@requires(SIGNED_IN, fresh=True)
def remove(passkey_id: int) -> Page:
    """Let one of the own passkeys no longer work."""
    found = db.session().get(Passkey, passkey_id) if passkey_id <= LARGEST_ID else None
    if found is None or found.person_id != current_user.id:
        abort(404)
    form, name, by = Empty(), found.name, second_factor.by(second_factor.me())

    def step() -> bool:
        verbs.remove_passkey(db.session(), found, by)
        return True

    if take(form, step) is None:
        return overview_page(form)
    flash(f"De passkey {name} werkt niet meer.", "success")
    return redirect(url_for("second_factor.overview"), 303)
