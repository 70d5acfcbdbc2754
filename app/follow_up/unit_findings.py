"""Interim findings for the unit that they were shared with, and what it answers."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import FileField
from wtforms.validators import InputRequired

from app.auth import acting, may, requires
from app.extensions import db
from app.fill_in.evidence import looked_at, shown_name, store
from app.follow_up import blueprint, here
from app.follow_up.findings import send_file_of
from app.follow_up.stepping import Page
from app.follow_up.units import FOLLOW, REPORT, about_files
from app.manage.forms import Day, Form, Words, most
from app.manage.steps import answer, take
from surveys.acting import today
from surveys.errors import FileRefused
from surveys.evidence import Upload
from surveys.follow_up import findings as verbs
from surveys.follow_up.findings import FindingInfo


class ReplyForm(Form):
    """What was improved, since when, and a file that shows it."""

    words = Words(
        "Wat hebt u verbeterd?",
        validators=[InputRequired("Schrijf op wat u hebt verbeterd."), most(verbs.WORDS_LENGTH)],
    )
    improved_on = Day("Op welke dag?", validators=[InputRequired("Vul een datum in.")])
    file = FileField("Bestand dat dit laat zien (niet verplicht)")


@blueprint.get("/eenheid/<eenheid>/bevindingen")
@requires(FOLLOW)
def unit_findings(eenheid: str) -> str:
    """The findings that were shared with a unit, with what was answered and done."""
    found = verbs.of_unit(db.session(), g.unit.id)
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/unit_findings.html",
        unit=g.unit,
        found=found,
        may_report=may(REPORT, g.unit.id),
        manage=may(here.PERMISSION),
    )


@blueprint.route("/eenheid/<eenheid>/bevindingen/<int:bevinding>/antwoord", methods=["GET", "POST"])
@requires(REPORT)
def reply_finding(eenheid: str, bevinding: int) -> Page:
    """Say what was improved after a finding, with a file that shows it."""
    found = _of_this_unit(bevinding)
    form = ReplyForm(data=None if request.method == "POST" else {"improved_on": today()})
    if request.method == "POST":
        form.validate()
        upload = _upload(form)  # also when a text is wrong: all that is wrong is said at once
        if not form.problems and _reply(found, form, upload):
            flash("Uw antwoord is bewaard. De inspectie bekijkt het.", "success")
            return redirect(url_for("follow_up.unit_findings", eenheid=eenheid), 303)
        sent = request.files.get(form.file.name)
        if upload is not None and sent is not None:
            form.file.errors = [f"Kies {shown_name(sent)} opnieuw: uw browser onthoudt het bestand niet."]
    return answer("follow_up/reply_finding.html", form, unit=g.unit, each=found, **about_files())


@blueprint.get("/eenheid/<eenheid>/bevindingen/<int:bevinding>/bestanden/<int:bestand>")
@requires(FOLLOW)
def unit_finding_file(eenheid: str, bevinding: int, bestand: int) -> Response | tuple[str, int]:
    """Send the file of an answer of this unit."""
    return send_file_of(_of_this_unit(bevinding).id, bestand)


def _reply(found: FindingInfo, form: ReplyForm, upload: Upload | None) -> bool:
    """Keep an answer; what is refused stands at the form."""
    try:
        made = take(
            form,
            lambda: verbs.reply(
                db.session(),
                g.unit,
                found.id,
                form.words.data,
                form.improved_on.data,
                upload,
                store=store(),
                by=acting(),
            ),
        )
    except FileRefused as refusal:
        db.session.rollback()
        form.file.errors = [str(refusal)]
        return False
    return made is not None


def _upload(form: ReplyForm) -> Upload | None:
    """The file that was sent, looked at; what is wrong with it stands at its field."""
    sent = request.files.get(form.file.name)
    if sent is None or not sent.filename:
        return None
    try:
        return looked_at(sent)
    except FileRefused as refusal:
        form.file.errors = [f"{shown_name(sent)}: {refusal}"]
        return None


def _of_this_unit(number: int) -> FindingInfo:
    """The finding of this unit with this number, or 404: also for one of others, or that was not shared."""
    found = next((each for each in verbs.of_unit(db.session(), g.unit.id) if each.id == number), None)
    if found is None:
        abort(404)
    here.mark(more=[found.fictief])
    return found
