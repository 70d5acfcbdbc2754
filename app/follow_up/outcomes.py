"""Deelvraag 2: what became of the recommendations of earlier measurements, and writing that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Form, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.measure.here import find
from exports.report import followed
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import kinds
from surveys.follow_up import outcomes as verbs
from surveys.follow_up.outcomes import Asked, Proof
from surveys.measurements import SETTLED
from surveys.models import Measurement

Page = str | Response | tuple[str, int]


class OutcomeForm(Form):
    """What became of a point, and what shows that."""

    verdict = RadioField(
        "Wat is ervan geworden?",
        validators=[InputRequired("Kies wat er van het punt is geworden.")],
    )
    words = Words(
        "Waaruit blijkt dat?",
        validators=[DataRequired("Schrijf op waaruit dat blijkt."), most(verbs.WORDS_LENGTH)],
    )
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.verdict.choices = list(kinds.OUTCOMES.items())


@dataclass(frozen=True)
class Shown:
    """A question that shows what became of a point: where its page is, and what it says in sentences."""

    proof: Proof
    url: str
    lines: tuple[str, ...]


@blueprint.get("/meting/<meting>")
@requires(PERMISSION)
def outcomes(meting: str) -> str:
    """What a measurement looks back at: each point with what shows what became of it."""
    row = find(meting)
    found = verbs.asked(db.session(), row)
    here.mark(*(each.point for each in found))
    return render_template(
        "follow_up/outcomes.html",
        row=row,
        found=found,
        shown={each.point.id: _shown(row, each) for each in found},
        still_open=sum(each.open for each in found),
        unregistered=verbs.unregistered(db.session(), row),
        settled=row.state in SETTLED,
    )


@blueprint.route("/meting/<meting>/<int:nummer>", methods=["GET", "POST"])
@requires(PERMISSION)
def outcome(meting: str, nummer: int) -> Page:
    """Write what became of a point, with what shows it beside; when a colleague was first, both are shown."""
    row = find(meting)
    found = _find(row, nummer)
    form = OutcomeForm(data=None if request.method == "POST" else _values(found))
    theirs = None
    if form.validate_on_submit():

        def step() -> bool:
            verbs.write(
                db.session(),
                row,
                nummer,
                form.verdict.data,
                form.words.data,
                by=acting(),
                seen_version=seen_version(),
            )
            return True

        try:
            if take(form, step):
                flash(f"De uitkomst van ‘{found.point.called}’ is bewaard.", "success")
                return redirect(url_for("follow_up.outcomes", meting=meting, _anchor=f"punt-{nummer}"), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            found = _find(row, nummer)
            theirs = found.outcome
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version if theirs else 0)
    page = answer(
        "follow_up/outcome.html",
        form,
        row=row,
        each=found,
        theirs=theirs,
        shown=_shown(row, found),
        settled=row.state in SETTLED,
    )
    return (page[0], 409) if theirs else page


def _find(row: Measurement, number: int) -> Asked:
    found = (verbs.find(db.session(), row, number) if number <= LARGEST_ID else None) or abort(404)
    here.mark(found.point)
    return found


def _values(found: Asked) -> Mapping[str, Any]:
    written = found.outcome
    if written is None:
        return {"versie": "0"}
    return {"verdict": written.verdict, "words": written.words, "versie": str(written.version)}


def _shown(row: Measurement, each: Asked) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            proof,
            url_for(
                "picture.question",
                meting=row.code,
                code=proof.question.code,
                eenheden=proof.instrument.unit,
            ),
            followed.lines(proof),
        )
        for proof in each.proofs
    )
