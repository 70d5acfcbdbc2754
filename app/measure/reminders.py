"""Reminding respondents: choosing dossiers, the text for each, sending or copying, and what was given."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for

from app import mail
from app.auth import acting, requires
from app.extensions import db
from app.manage.steps import answer, take
from app.measure import blueprint, forms
from app.measure.here import find
from app.measure.views import Page
from surveys import measurements, reminding, running
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.models import Dossier, Measurement, Person
from surveys.permissions import ROLES
from surveys.reminding import OpenWork


@dataclass(frozen=True)
class Letter:
    """A reminder to one person, ready to send when the database is let go."""

    unit_code: str
    dossier_id: int
    person_id: int
    address: str
    subject: str
    text: str


@blueprint.route("/<meting>/herinneren", methods=["GET", "POST"])
@requires(running.PERMISSION)
def remind(meting: str) -> Page:
    """Choose who is reminded, and in which words. `?rol=` narrows to dossiers in which that role must act."""
    row = find(meting)
    works = reminding.open_work(db.session(), row, today())
    roles = {role: ROLES[role].label for work in works for role in work.acting}
    role = request.args.get("rol", "")
    shown = [work for work in works if role not in roles or role in work.acting]
    reachable = [work for work in shown if work.people]
    form = forms.reminder_form(
        {work.dossier.id: (work.dossier.unit.code, _draft(work, role)) for work in reachable}
    )
    form.units.choices = [(work.dossier.unit.code, work.dossier.unit.name) for work in reachable]
    last = reminding.last_id(db.session(), row)
    if request.method == "GET":
        form.units.data = [work.dossier.unit.code for work in reachable]
    if form.validate_on_submit():
        by = acting()

        def step() -> list[Letter]:
            return _keep(row, form, reachable, role, by)

        made = take(form, step)
        if made is not None:
            _deliver(row, made, by)
            return redirect(url_for("measure.reminders", meting=meting), 303)
        last = reminding.last_id(db.session(), row)
    form.seen.data = str(last)
    return answer(
        "measure/remind.html",
        form,
        row=row,
        works=shown,
        fields={work.dossier.unit.code: form[f"{forms.TEXT}{work.dossier.id}"] for work in reachable},
        people={work.dossier.unit.code: _people(work, role) for work in shown},
        roles=roles,
        role=role if role in roles else "",
        given=reminding.given(db.session(), row),
        by_mail=mail.configured(),
    )


@blueprint.get("/<meting>/herinneringen")
@requires(running.PERMISSION)
def reminders(meting: str) -> str:
    """Every reminder that was given, with its text to copy."""
    row = find(meting)
    return render_template(
        "measure/reminders.html",
        row=row,
        found=reminding.history(db.session(), row),
        channels=reminding.CHANNELS,
    )


def _people(work: OpenWork, role: str) -> list[Person]:
    """Who is reminded: those who must act, or of them who does so in the role that was chosen."""
    if role not in work.acting:
        return list(work.people)
    return [
        person
        for person in work.people
        if any(
            each.role == role and each.unit_id == work.dossier.unit_id and each.holds_on(today())
            for each in person.assignments
        )
    ]


def _draft(work: OpenWork, role: str) -> str:
    names = [person.name for person in _people(work, role)]
    link = url_for("fill_in.overview", meting=work.dossier.measurement.code, eenheid=work.dossier.unit.code)
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return render_template(
        "measure/mail/reminder.txt",
        work=work,
        names=" en ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])),
        link=base + link,
    ).strip()


def _keep(row: Measurement, form: forms.Reminding, works: list[OpenWork], role: str, by: By) -> list[Letter]:
    """Keep what is given to whom. Raises Refused also when somebody else reminded since the page was read."""
    session = db.session()
    measurements.lock(session, row)
    if form.seen.data != str(reminding.last_id(session, row)):
        raise Refused(
            "Er zijn intussen herinneringen gemaakt, door u of door een collega."
            " Kijk hieronder wie er al een kreeg, en verstuur dan opnieuw."
        )
    channel = "mail" if mail.configured() else "kopie"
    letters = []
    for work in works:
        unit = work.dossier.unit
        if unit.code not in form.units.data:
            continue
        text = (form[f"{forms.TEXT}{work.dossier.id}"].data or "").replace("\r\n", "\n")
        people = _people(work, role)
        reminding.remind(session, work.dossier, people, text, channel, by=by)
        letters += [
            Letter(
                unit.code,
                work.dossier.id,
                person.id,
                person.email,
                f"Herinnering: vragenlijst {unit.name}",
                text.strip(),
            )
            for person in people
        ]
    return letters


def _deliver(row: Measurement, letters: list[Letter], by: By) -> None:
    """Send what was kept, where there is mail; what can't be sent is kept again, to copy."""
    if not mail.configured():
        flash(
            f"{_count(letters)} gemaakt. Kopieer de teksten hieronder en verstuur ze zelf.",
            "success",
        )
        return
    failed = mail.send_all([(each.address, each.subject, each.text) for each in letters])
    sent = len(letters) - len(failed)
    if sent:
        flash(f"{_count(letters[:sent])} per e-mail verstuurd.", "success")
    if not failed:
        return
    session = db.session()
    for place in failed:
        letter = letters[place]
        dossier = session.get_one(Dossier, letter.dossier_id)
        person = session.get_one(Person, letter.person_id)
        try:
            reminding.remind(session, dossier, [person], letter.text, "kopie", by=by)
        except Refused:  # it was handed in meanwhile: nothing is left to remind of
            continue
    session.commit()
    flash(
        f"{_count([letters[place] for place in failed])} niet verstuurd: de mailserver werkt niet mee."
        " Kopieer de tekst hieronder en verstuur hem zelf.",
        "error",
    )


def _count(letters: list[Letter]) -> str:
    return "1 herinnering is" if len(letters) == 1 else f"{len(letters)} herinneringen zijn"
