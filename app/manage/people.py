"""The people pages: who has an account, in which roles, and everything that changes about it."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields import Field

from app import mail
from app.accounts import password_link
from app.auth import acting, requires
from app.extensions import db
from app.manage import blueprint, forms, letters
from app.manage.steps import answer, find, take
from surveys import admissions, directory, identities, log, people, second_factor, sessions
from surveys.acting import now, today
from surveys.models import Assignment, Identity, Organisation, Person, Unit
from surveys.permissions import ROLES

Page = str | Response | tuple[str, int]
PERMISSION = "people.manage"
FIRST = ("", "Maak een keuze")


@blueprint.get("/mensen", endpoint="people")
@requires(PERMISSION)
def people_list() -> str:
    """Everybody with an account, narrowed by name, role, unit and state."""
    form = forms.Find(request.args)
    form.rol.choices = [("", "Alle rollen"), *_roles()]
    form.stand.choices = [("", "Alle accounts"), *directory.STATES.items()]
    form.eenheid.choices = [
        ("", "Alle eenheden"),
        *((unit.code, unit.name) for unit in directory.all_units(db.session)),
    ]
    form.validate()  # what is not in a list has an error, and narrows nothing
    unit = directory.unit_by_code(db.session, form.eenheid.data or "") if not form.eenheid.errors else None
    search = directory.Search(
        text=form.zoek.data or "",
        role="" if form.rol.errors else form.rol.data or "",
        state="" if form.stand.errors else form.stand.data or "",
        unit_id=unit.id if unit else None,
    )
    return render_template(
        "manage/people.html",
        form=form,
        rows=directory.person_rows(db.session, search, today()),
        narrowed=search != directory.Search(),
        states=directory.STATES,
    )


@blueprint.route("/mensen/uitnodigen", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def invite() -> Page:
    """Make an account with its first role, and give its link."""
    form = forms.Invitation()
    _offer_roles(form)
    if request.method == "GET":
        form.valid_from.data = today()
    if form.validate_on_submit():

        def step() -> Person:
            made = people.invite(db.session, name=form.name.data, email=form.email.data, by=acting())
            _assign(made, form)
            return made

        person = take(form, step, form.email)
        if person is not None:
            return _give_link(person, f"{person.name} heeft nu een account.")
    return answer("manage/invite.html", form)


@blueprint.get("/mensen/<int:person_id>")
@requires(PERMISSION)
def person(person_id: int) -> str:
    """One person: account, roles now and before, and what can be done."""
    return _person_page(_person(person_id), forms.Empty())


@blueprint.route("/mensen/<int:person_id>/gegevens", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def change_person(person_id: int) -> Page:
    """Change a name or address."""
    person = _person(person_id)
    form = forms.Details(obj=person)
    if form.validate_on_submit():
        old = person.email

        def step() -> bool:
            people.change(db.session, person, name=form.name.data, email=form.email.data, by=acting())
            return True

        if take(form, step, form.email):
            letters.address_changed(person, old)
            return _back(person, "De gegevens zijn gewijzigd.")
    return answer("manage/change_person.html", form, person=person)


@blueprint.route("/mensen/<int:person_id>/rol", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def assign(person_id: int) -> Page:
    """Give somebody another role."""
    person = _person(person_id)
    form = forms.NewRole()
    _offer_roles(form)
    if request.method == "GET":
        form.valid_from.data = today()
    given = take(form, lambda: _assign(person, form), form.role) if form.validate_on_submit() else None
    if given is not None:
        letters.role_given(given)
        return _back(person, "De rol is toegevoegd.")
    return answer("manage/assign.html", form, person=person)


@blueprint.route("/rollen/<int:assignment_id>/beeindigen", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def end(assignment_id: int) -> Page:
    """Let a role end on a day."""
    assignment = _assignment(assignment_id)
    form = forms.End()
    if request.method == "GET":
        form.day.data = today()
    if form.validate_on_submit():

        def step() -> bool:
            people.end(db.session, assignment, form.day.data, acting())
            return True

        if take(form, step, form.day):
            return _back(assignment.person, "De einddatum van de rol is opgeslagen.")
    return answer("manage/end.html", form, assignment=assignment)


@blueprint.route("/rollen/<int:assignment_id>/overdragen", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def hand_over(assignment_id: int) -> Page:
    """Let another person take over a role: somebody who has an account, or a new one."""
    assignment = _assignment(assignment_id)
    form = forms.HandOver()
    others = [row for row in directory.active_people(db.session) if row is not assignment.person]
    form.to.choices = [
        ("", "Iemand die nog geen account heeft"),
        *((str(p.id), f"{p.name} ({p.email})") for p in others),
    ]
    if request.method == "GET":
        form.day.data = today()
    if form.validate_on_submit():
        new = not form.to.data

        def step() -> Assignment:
            by = acting()
            if new:
                to = people.invite(db.session, name=form.name.data, email=form.email.data, by=by)
            else:
                to = _person(int(form.to.data))
            return people.hand_over(db.session, assignment, to, form.day.data, by)

        given = take(form, step, _field_of(form, assignment))
        if given is not None:
            to, done = given.person, f"De rol is overgedragen aan {given.person.name}."
            if new:
                return _give_link(to, done)
            letters.role_given(given)
            return _back(to, done)
    return answer("manage/hand_over.html", form, assignment=assignment)


@blueprint.route("/mensen/<int:person_id>/link", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def link(person_id: int) -> Page:
    """Make a one-time link to choose a password, and show it once."""
    person = _person(person_id)
    form = forms.Empty()
    if request.method == "POST":
        if person.active:
            return _give_link(person)
        form.form_errors.append("Dit account is uitgezet. Zet het eerst weer aan.")
    return answer("manage/link.html", form, person=person)


@blueprint.post("/mensen/<int:person_id>/uitzetten")
@requires(PERMISSION, fresh=True)
def disable(person_id: int) -> Page:
    """Let somebody no longer log in."""
    person, form = _person(person_id), forms.Empty()

    def step() -> bool:
        people.disable(db.session, person, acting())
        return True

    if take(form, step):
        return _back(person, f"{person.name} kan niet meer inloggen.")
    return _person_page(person, form), 422


@blueprint.post("/mensen/<int:person_id>/aanzetten")
@requires(PERMISSION, fresh=True)
def enable(person_id: int) -> Page:
    """Let somebody log in again."""
    person = _person(person_id)
    people.enable(db.session, person, acting())
    db.session.commit()
    return _back(person, f"{person.name} kan weer inloggen.")


@blueprint.post("/mensen/<int:person_id>/deblokkeren")
@requires(PERMISSION, fresh=True)
def unlock(person_id: int) -> Page:
    """Let somebody who typed too many wrong passwords try again at once."""
    person = _person(person_id)
    people.unlock(db.session, person, acting())
    db.session.commit()
    return _back(person, f"{person.name} kan weer proberen in te loggen.")


@blueprint.post("/mensen/<int:person_id>/tweede-stap/weghalen")
@requires(PERMISSION, fresh=True)
def reset_second_factor(person_id: int) -> Page:
    """Take away the second step of somebody who lost it."""
    person, form = _person(person_id), forms.Empty()

    def step() -> bool:
        second_factor.reset(db.session(), person, acting())
        return True

    if take(form, step):
        letters.second_factor_reset(person)
        return _back(person, f"De tweede stap van {person.name} is weggehaald.")
    return _person_page(person, form), 422


@blueprint.post("/mensen/<int:person_id>/organisatie-account/<int:identity_id>/verwijderen")
@requires(PERMISSION, fresh=True)
def remove_identity(person_id: int, identity_id: int) -> Page:
    """Let nobody log in any more with an account of an organisation."""
    person, identity, form = _person(person_id), find(Identity, identity_id), forms.Empty()
    if identity.person_id != person.id:
        abort(404)

    def step() -> bool:
        identities.remove(db.session(), identity, acting())
        return True

    if take(form, step):
        return _back(person, "Het account van de organisatie is ontkoppeld.")
    return _person_page(person, form), 422


def _field_of(form: forms.HandOver, assignment: Assignment) -> Field:
    """The field at which a refusal to hand over belongs."""
    day, ends = form.day.data, assignment.valid_until
    if day < assignment.valid_from or (ends is not None and day >= ends):
        return form.day
    return form.to if form.to.data else form.email


def _person(person_id: int) -> Person:
    return find(Person, person_id)


def _assignment(assignment_id: int) -> Assignment:
    return find(Assignment, assignment_id)


def _person_page(person: Person, form: forms.Empty) -> str:
    row = directory.person_row(db.session, person, now(), today())
    logged_in = len(sessions.open_of(db.session(), person.id, now()))
    return render_template(
        "manage/person.html",
        row=row,
        person=person,
        form=form,
        states=directory.STATES,
        logged_in=logged_in,
        forgotten=people.forgotten,
        second_step_mandatory=second_factor.is_mandatory(person, today()),
        identities=person.identities,
    )


def _back(person: Person, done: str) -> Response:
    flash(done, "success")
    return redirect(url_for("manage.person", person_id=person.id), 303)


def _roles() -> list[tuple[str, str]]:
    return [(code, role.label) for code, role in ROLES.items()]


def _offer_roles(form: forms.NewRole) -> None:
    form.role.choices = [FIRST, *_roles()]
    form.scope.choices = [
        FIRST,
        *((f"organisation-{row.id}", row.name) for row in directory.organisations(db.session)),
        *((f"unit-{row.id}", f"{row.name} ({row.code})") for row in directory.all_units(db.session)),
    ]


def _assign(person: Person, form: forms.NewRole) -> Assignment:
    kind, _, number = form.scope.data.partition("-")
    return people.assign(
        db.session,
        person,
        form.role.data,
        unit=db.session.get(Unit, int(number)) if kind == "unit" else None,
        organisation=db.session.get(Organisation, int(number)) if kind == "organisation" else None,
        valid_from=form.valid_from.data,
        valid_until=form.valid_until.data,
        by=acting(),
    )


def _give_link(person: Person, done: str | None = None) -> str:
    """Make a link, mail it where that is possible, and show it on this very page and never again.

    That of an inspector is not shown when it went by mail: no beheerder can then use it.
    """
    settings = current_app.config["SETTINGS"]
    url = password_link(person, settings.public_url or request.host_url.rstrip("/"))
    log.write(db.session, "password.link", acting(), "person", person.id)
    db.session.commit()
    if done:
        flash(done, "success")
    mailed = letters.link_made(person, url)
    hidden = mailed and admissions.is_inspector(person, now())
    if mailed and not hidden:
        flash(f"De link is ook per e-mail verstuurd naar {person.email}.", "success")
    elif mail.configured() and not mailed:
        flash("De e-mail met de link kon niet worden verstuurd. Geef de link zelf door.", "error")
    return render_template(
        "manage/link.html", form=forms.Empty(), person=person, link=None if hidden else url, hidden=hidden
    )
