"""Writing a passage of the report, and giving it back to what follows from the data."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired

from app.auth import acting, requires
from app.extensions import db
from app.judge.factor import seen_version
from app.manage.forms import Form, Words, most
from app.manage.steps import answer, take
from app.report import blueprint
from app.report.here import PERMISSION, Here, here
from exports.document import outline
from exports.report import markup
from exports.report.facts import Fact, statement_key
from exports.report.passages import STATES, Standing
from surveys import difference, report_texts
from surveys.errors import ChangedMeanwhile
from surveys.measurements import SETTLED
from surveys.models import ReportText
from surveys.report_texts import TEXT_LENGTH, Written

Page = str | Response | tuple[str, int]


class TextForm(Form):
    """A passage, as it is written."""

    text = Words(
        "Tekst",
        validators=[
            DataRequired("Schrijf de tekst, of kies hieronder de tekst die uit de gegevens volgt."),
            most(TEXT_LENGTH),
        ],
    )
    versie = HiddenField()


@blueprint.route("/<meting>/tekst/<path:tekst>", methods=["GET", "POST"])
@requires(PERMISSION)
def passage(meting: str, tekst: str) -> Page:
    """Write a passage; when a colleague was first, both texts are shown and the own one is kept."""
    found = here(meting)
    each = found.report.standings.get(tekst)
    if each is None:
        return _unplaced(found, tekst)
    form = TextForm(data=None if request.method == "POST" else _values(each))
    theirs: Written | None = None
    if request.method == "POST" and request.form.get("doen") == "vernieuwen":
        form.text.data = each.renewed(form.text.data or each.text)
        return _draw(found, each, form)
    if form.validate_on_submit():
        # what is checked is what is kept
        form.text.data = markup.straightened(report_texts.clean(form.text.data), found.report.facts)
        form.text.errors = _faults(found, form.text.data)
        if not form.text.errors:
            try:
                if take(form, lambda: _write(found, each, form.text.data)):
                    flash("De tekst is bewaard.", "success")
                    return redirect(url_for("report.passage", meting=meting, tekst=tekst), 303)
            except ChangedMeanwhile as refusal:
                db.session.rollback()
                form.form_errors.append(str(refusal))
                theirs = report_texts.written(db.session(), found.row.id).get(tekst)
                form.versie.data = str(theirs.version if theirs else 0)
    page = _draw(found, each, form, theirs)
    return (page[0], 409) if theirs and isinstance(page, tuple) else page


@blueprint.post("/<meting>/teruggeven/<path:tekst>")
@requires(PERMISSION)
def give_back(meting: str, tekst: str) -> Page:
    """Let a passage follow from the data again; what was written stays in its history."""
    found = here(meting)
    each = found.report.standings.get(tekst)
    if each is None:
        return _put_away(found, tekst)
    form = Form()
    if form.validate_on_submit():
        try:
            if take(form, lambda: _write(found, each, None)):
                flash("De tekst volgt weer uit de gegevens.", "success")
                return redirect(url_for("report.passage", meting=meting, tekst=tekst), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    drawn = TextForm(data=_values(each), formdata=None)
    drawn.form_errors = [*form.form_errors]
    return _draw(found, each, drawn)


def _unplaced(found: Here, key: str, form: Form | None = None) -> Page:
    """A passage that the report no longer has: what was written for it, and what was just typed."""
    kept = next((each for each in found.report.unplaced if each.key == key), None)
    typed = request.form.get("text", "")
    if kept is None and not typed:
        abort(404)
    page = render_template(
        "report/unplaced.html",
        form=form or Form(formdata=None),
        row=found.row,
        kept=kept,
        typed=typed,
        history=report_texts.history(db.session(), found.row, key),
        settled=found.row.state in SETTLED,
    )
    return (page, 409) if request.method == "POST" else page


def _put_away(found: Here, key: str) -> Page:
    """Take a text out of what has no place any more; its history keeps it."""
    form = Form()

    def step() -> ReportText:
        return report_texts.write(
            db.session(), found.row, key, None, by=acting(), seen_version=seen_version()
        )

    if any(each.key == key for each in found.report.unplaced) and form.validate_on_submit():
        try:
            if take(form, step):
                flash("De tekst is opgeruimd.", "success")
                return redirect(url_for("report.report", meting=found.row.code), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            found = here(found.row.code)
    return _unplaced(found, key, form)


def _write(found: Here, each: Standing, text: str | None) -> ReportText:
    return report_texts.write(
        db.session(),
        found.row,
        each.passage.key,
        text,
        told=markup.told(text, found.report.facts) if text else (),
        grounds=each.passage.grounds if text else None,
        by=acting(),
        seen_version=seen_version(),
    )


def _faults(found: Here, text: str) -> list[str]:
    numbers = outline(found.document).numbers
    return markup.faults(text, found.report.facts, (key for key, number in numbers.items() if number))


def _values(each: Standing) -> dict[str, Any]:
    return {"text": each.text, "versie": str(each.version)}


def _draw(found: Here, each: Standing, form: TextForm, theirs: Written | None = None) -> Page:
    key = each.passage.key
    factor = key.split(":")[1] if key.startswith("factor:") else None
    facts = _near(found, factor)
    return answer(
        "report/passage.html",
        form,
        row=found.row,
        each=each,
        theirs=theirs,
        facts=facts,
        told=next((fact for fact in facts if "aantal" in fact.forms), None),
        factor=factor,
        history=report_texts.history(db.session(), found.row, key),
        pieces=[(change, difference.words(change.old, change.new or "")) for change in each.grounds],
        settled=found.row.state in SETTLED,
        states=STATES,
    )


def _near(found: Here, factor: str | None) -> list[Fact]:
    """The counts that a passage is likely to tell: those of its factor, or those of the whole."""
    if factor is None:
        return [fact for fact in found.report.facts.values() if fact.kind in {"count", "judgement", "series"}]
    codes = {
        statement_key(found.whole, picture, each.code)
        for picture in found.whole.pictures
        if factor in picture.instrument.factors
        for each in picture.instrument.factors[factor].statements
    }
    return [
        fact
        for fact in found.report.facts.values()
        if fact.forms and (fact.key in codes or fact.key.startswith(f"{factor}:"))
    ]
