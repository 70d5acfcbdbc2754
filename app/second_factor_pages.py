"""The pages of the second step of logging in: taking it, setting it up, recovery codes, turning it off."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_security import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app import passkeys, second_factor
from app.auth import OPEN, SIGNED_IN, local, requires
from app.extensions import db
from app.limits import limited
from app.manage.forms import Empty
from app.manage.steps import answer, take
from app.second_factor import AUTHENTICATOR, RECOVERY, Waiting
from app.second_factor_forms import Code, RecoveryCode
from surveys import one_time_codes
from surveys import second_factor as verbs
from surveys.acting import today
from surveys.errors import Refused
from surveys.one_time_codes import Unreadable

blueprint = Blueprint("second_factor", __name__)

Page = str | Response | tuple[str, int]

TOO_LATE = "U kunt niet meer verder met deze stap. Log opnieuw in."
NEW_SECRET = "new_authenticator"
NEW_CODES = "recovery_codes"
"""What the cookie calls what somebody is setting up; locked, so that it says nothing to who reads it."""


def onward() -> str:
    """Where somebody wanted to be, as a path of ours."""
    return local(request.values.get("next") or "/")


def let_in(who: Waiting, used: str) -> Response:
    """Let somebody in who took the step, and lead on to where they wanted to be."""
    target = onward()
    second_factor.taken(who, used)
    return redirect(target, 303)


def nobody_waits() -> Response:
    """Lead whoever need not take the step, or took too long, to where it begins."""
    if current_user.is_authenticated:
        return redirect(onward(), 303)
    flash(TOO_LATE, "error")
    return redirect(url_for("security.login", next=request.values.get("next") and onward()), 303)


@blueprint.route("/tweede-stap", methods=["GET", "POST"])
@requires(OPEN)
@limited("30 per minute")
def code() -> Page:
    """Take the step with a code of the app."""
    who, form = second_factor.waiting(), Code()
    if who is None:
        return nobody_waits()
    if form.validate_on_submit() and form.code.require("Typ de 6 cijfers die de app nu laat zien."):
        problem = second_factor.locked(who.person) or _try_code(who, form.code.data)
        if problem is None:
            return let_in(who, AUTHENTICATOR)
        form.code.errors = [problem]
    return _step("account/second_factor_code.html", form, who)


def _try_code(who: Waiting, typed: str) -> str | None:
    try:
        right = verbs.take_code(
            db.session(), who.person, typed, second_factor.safe(), second_factor.by(who.person)
        )
    except Refused as refusal:
        return str(refusal)
    if right:
        return None
    second_factor.failed(who.person, AUTHENTICATOR)
    return "Deze code klopt niet, of is al gebruikt. Typ de code die de app nu laat zien."


@blueprint.route("/tweede-stap/herstelcode", methods=["GET", "POST"])
@requires(OPEN)
@limited("30 per minute")
def recovery() -> Page:
    """Take the step with a recovery code, for who is without the app."""
    who, form = second_factor.waiting(), RecoveryCode()
    if who is None:
        return nobody_waits()
    if form.validate_on_submit() and form.code.require("Typ een van uw herstelcodes."):
        problem = second_factor.locked(who.person)
        by = second_factor.by(who.person)
        if problem is None and verbs.take_recovery_code(db.session(), who.person, form.code.data, by):
            left = verbs.codes_left(db.session(), who.person)
            flash(f"U hebt een herstelcode gebruikt. {_left_in_words(left)}", "info")
            return let_in(who, RECOVERY)
        if problem is None:
            second_factor.failed(who.person, RECOVERY)
            problem = "Deze herstelcode klopt niet, of is al gebruikt. Probeer een andere."
        form.code.errors = [problem]
    return _step("account/second_factor_recovery.html", form, who)


def _left_in_words(left: int) -> str:
    if left == 0:
        return "Er zijn er geen meer over. Maak nieuwe op de pagina Inloggen beveiligen."
    return f"Er {'is' if left == 1 else 'zijn'} er nog {left} over."


def _step(template: str, form: Code | RecoveryCode, who: Waiting) -> Page:
    has_passkey = passkeys.available() and bool(verbs.passkeys(db.session(), who.person))
    return answer(template, form, onward=onward(), has_passkey=has_passkey)


@blueprint.route("/tweede-stap/instellen", methods=["GET", "POST"])
@requires(SIGNED_IN, fresh=True)
@second_factor.sets_up
def set_up() -> Page:
    """Take an app into use: show its secret, and ask for a code that it makes of it."""
    form, person, secret = Code(), second_factor.me(), _opened(NEW_SECRET)
    if secret is None:
        secret = one_time_codes.new_secret()
        session[NEW_SECRET] = second_factor.safe().lock(person.id, secret)
        if request.method == "POST":
            form.code.errors = ["Deze pagina was te oud. Scan de afbeelding die er nu staat."]
    elif form.validate_on_submit() and form.code.require("Typ de 6 cijfers die de app nu laat zien."):
        by, safe, typed, kept = second_factor.by(person), second_factor.safe(), form.code.data, secret
        codes = take(form, lambda: verbs.set_up(db.session(), person, kept, typed, safe, by), form.code)
        if codes is not None:
            session.pop(NEW_SECRET)
            _keep(codes)
            second_factor.taken_in_setting_up()
            return redirect(url_for("second_factor.codes", next=onward()), 303)
    return answer(
        "account/second_factor_set_up.html",
        form,
        onward=onward(),
        again=person.second_factor_since is not None,
        mandatory=verbs.is_mandatory(person, today()),
        picture=_picture(one_time_codes.address(secret, person.email)),
        typed_out=one_time_codes.typed_out(secret),
    )


def _picture(address: str) -> Markup:
    """A QR code, drawn in the page: nothing in it but shapes, beside a text that says the same."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn.replace("<svg", '<svg role="img" aria-labelledby="sleutel"', 1))


@blueprint.get("/tweede-stap/herstelcodes")
@requires(SIGNED_IN)
def codes() -> Page:
    """New recovery codes, for as long as their owner did not say that they are kept."""
    shown = _opened(NEW_CODES)
    if shown is None:
        return redirect(url_for("second_factor.overview"), 303)
    return render_template(
        "account/second_factor_codes.html", codes=shown.decode().splitlines(), onward=onward()
    )


@blueprint.get("/tweede-stap/herstelcodes.txt")
@requires(SIGNED_IN)
def codes_text() -> Page:
    """The same as a file."""
    shown = _opened(NEW_CODES)
    if shown is None:
        return redirect(url_for("second_factor.overview"), 303)
    text = render_template("account/second_factor_codes.txt", codes=shown.decode().splitlines())
    made = make_response(text)
    made.headers["Content-Type"] = "text/plain; charset=utf-8"
    made.headers["Content-Disposition"] = 'attachment; filename="meetlat-herstelcodes.txt"'
    return made


@blueprint.post("/tweede-stap/herstelcodes")
@requires(SIGNED_IN)
def codes_kept() -> Response:
    """Show the codes no more: their owner keeps them."""
    session.pop(NEW_CODES, None)
    return redirect(onward(), 303)


@blueprint.get("/inloggen-beveiligen")
@requires(SIGNED_IN)
def overview() -> Page:
    """How logging in is protected, and all that can be done about it."""
    return overview_page(Empty())


def overview_page(form: Empty) -> Page:
    """The same, with what was refused above it."""
    person = second_factor.me()
    left = verbs.codes_left(db.session(), person)
    return answer(
        "account/second_factor_overview.html",
        form,
        mandatory=verbs.is_mandatory(person, today()),
        left=left,
        few=left <= verbs.FEW_CODES,
        passkeys=verbs.passkeys(db.session(), person),
        available=passkeys.available(),
        elsewhere=passkeys.elsewhere(),
    )


@blueprint.post("/inloggen-beveiligen/herstelcodes")
@requires(SIGNED_IN, fresh=True)
def renew_codes() -> Page:
    """Make new recovery codes, in place of the earlier ones."""
    form, person = Empty(), second_factor.me()
    made = take(form, lambda: verbs.renew_codes(db.session(), person, second_factor.by(person)))
    if made is None:
        return overview_page(form)
    _keep(made)
    return redirect(url_for("second_factor.codes", next=url_for("second_factor.overview")), 303)


@blueprint.route("/inloggen-beveiligen/uitzetten", methods=["GET", "POST"])
@requires(SIGNED_IN, fresh=True)
def turn_off() -> Page:
    """Log in with the password alone from now on."""
    form, person = Empty(), second_factor.me()
    if form.validate_on_submit():

        def step() -> bool:
            verbs.turn_off(db.session(), person, second_factor.by(person))
            return True

        if take(form, step):
            session.pop(NEW_CODES, None)
            flash("De tweede stap is uitgezet. U logt nu in met alleen uw wachtwoord.", "success")
            return redirect(url_for("second_factor.overview"), 303)
    return answer("account/second_factor_off.html", form)


def _keep(codes: list[str]) -> None:
    session[NEW_CODES] = second_factor.safe().lock(current_user.id, "\n".join(codes).encode())


def _opened(name: str) -> bytes | None:
    """What the cookie keeps for whoever asks; None when it keeps nothing, or something of somebody else."""
    try:
        return second_factor.safe().open(current_user.id, session[name]) if name in session else None
    except Unreadable:
        return None
