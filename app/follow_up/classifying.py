"""The classifications of points: their values, adding and changing one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Form, Text, Words, most
from app.manage.steps import answer, take
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import schemes as verbs
from surveys.follow_up.schemes import NOTE_LENGTH, TITLE_LENGTH, Scheme, Value

Page = str | Response | tuple[str, int]


class ValueForm(Form):
    """A value of a classification."""

    title = Text("Naam", validators=[DataRequired("Vul een naam in."), most(TITLE_LENGTH)])
    note = Words("Toelichting (niet verplicht)", validators=[most(NOTE_LENGTH)])
    retired = BooleanField("Deze waarde wordt niet meer gekozen")
    versie = HiddenField()

    def value(self, code: str, version: int) -> Value:
        """What was filled in, under a code."""
        return Value(code, self.title.data, self.note.data, self.retired.data, version)


class NewValueForm(ValueForm):
    """A value that is added, with the code that it keeps."""

    code = Text("Code", validators=[DataRequired("Vul een code in, zoals systeem."), most(32)])


@blueprint.get("/indelingen")
@requires(PERMISSION)
def schemes() -> str:
    """The classifications with their values, and how many points have each."""
    return render_template(
        "follow_up/schemes.html", schemes=verbs.schemes(db.session()), used=verbs.used(db.session())
    )


@blueprint.route("/indelingen/<indeling>/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_scheme_value(indeling: str) -> Page:
    """Add a value to a classification."""
    scheme, form = _scheme(indeling), NewValueForm()
    if form.validate_on_submit():
        value = form.value(form.code.data, 0)
        made = take(form, lambda: verbs.add(db.session(), indeling, value, by=acting()))
        if made is not None:
            flash(f"‘{made.title}’ is toegevoegd.", "success")
            return redirect(url_for("follow_up.schemes", _anchor=indeling), 303)
    return answer("follow_up/scheme_value.html", form, scheme=scheme, value=None, theirs=None)


@blueprint.route("/indelingen/<indeling>/<waarde_code>", methods=["GET", "POST"])
@requires(PERMISSION)
def scheme_value(indeling: str, waarde_code: str) -> Page:
    """Rename a value, explain it, or let it be chosen no more; when a colleague was first, both are shown."""
    scheme = _scheme(indeling)
    value = _value(scheme, waarde_code)
    form = ValueForm(data=None if request.method == "POST" else _filled(value))
    theirs = None
    if form.validate_on_submit():
        changed = form.value(waarde_code, seen_version())
        try:
            if take(form, lambda: verbs.keep(db.session(), indeling, changed, by=acting())):
                flash(f"‘{changed.title}’ is gewijzigd.", "success")
                return redirect(url_for("follow_up.schemes", _anchor=indeling), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _value(_scheme(indeling), waarde_code)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer("follow_up/scheme_value.html", form, scheme=scheme, value=value, theirs=theirs)
    return (page[0], 409) if theirs else page


def _scheme(code: str) -> Scheme:
    return verbs.schemes(db.session()).get(code) or abort(404)


def _value(scheme: Scheme, code: str) -> Value:
    return scheme.values.get(code) or abort(404)


def _filled(value: Value) -> dict[str, object]:
    return {
        "title": value.title,
        "note": value.note,
        "retired": value.retired,
        "versie": str(value.version),
    }
