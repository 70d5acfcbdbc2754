"""The pages about terms: all measurements, one with its term and archive, and destroying it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms.validators import Optional

from app.auth import acting, requires
from app.extensions import db
from app.manage.forms import Day, Empty, Form, Number, Text, Words, most
from app.manage.steps import answer, take
from app.retention import archiving, blueprint
from app.retention.words import NOUNS
from app.tasks.ordering import file_of
from app.tasks.registry import KINDS
from app.tasks.views import Shown
from surveys import retention
from surveys.acting import today
from surveys.errors import Refused
from surveys.models import Measurement
from surveys.retention import PERMISSION

Page = str | Response | tuple[str, int]
EXPLAINED: Final = {
    "geen": "todo",
    "loopt": "plain",
    "verstreken": "warn",
    "gearchiveerd": "busy",
    "vernietigd": "plain",
}
"""The kind of badge of each state."""


class Term(Form):
    """Until when, and on what ground."""

    keep_until = Day("Bewaren tot", [Optional()])
    years = Number("Of: jaren na de publicatie", [Optional()])
    ground = Words("Grond", [most(retention.GROUND_LENGTH)])


class Stored(Form):
    """Where the archive is, and what was read there."""

    place = Text("Waar wordt het archief bewaard?", [most(retention.PLACE_LENGTH)])
    sha256 = Text("Kenmerk (SHA-256) dat de controle op die plek gaf")


class Destroy(Form):
    """The code of the measurement, typed over."""

    code = Text("Code van de meting")


@blueprint.get("", endpoint="terms")
@requires(PERMISSION)
def every() -> str:
    """All measurements with their terms."""
    rows = retention.every(db.session(), today())
    return render_template("manage/terms.html", rows=rows, states=retention.STATES, badges=EXPLAINED)


@blueprint.get("/<meting>")
@requires(PERMISSION)
def one(meting: str) -> str:
    """One measurement: its term, its archive, what was destroyed."""
    return _page(_find(meting))


@blueprint.post("/<meting>/termijn", endpoint="set")
@requires(PERMISSION)
def set_term(meting: str) -> Page:
    """Set the term."""
    row, form = _find(meting), Term()
    if form.validate_on_submit():

        def step() -> bool:
            retention.set_term(
                db.session(),
                row,
                keep_until=form.keep_until.data,
                years=form.years.data,
                ground=form.ground.data or "",
                by=acting(),
            )
            return True

        if take(form, step, form.ground if not (form.ground.data or "").strip() else form.keep_until):
            return _back(row, "De bewaartermijn is opgeslagen.")
    return _page(row, term=form), 422


@blueprint.post("/<meting>/archief")
@requires(PERMISSION, fresh=True)
def archive(meting: str) -> Page:
    """Ask for the archive; it is made in the background."""
    row = _find(meting)
    kept = retention.of(db.session(), row, today())
    if kept.destruction is not None:
        raise Refused(f"De meting {row.name} is vernietigd: er is niets meer om te archiveren.")
    made = archiving.ask(row, acting())
    return redirect(url_for("tasks.state", nummer=made.id), 303)


@blueprint.post("/<meting>/bewaard")
@requires(PERMISSION)
def stored(meting: str) -> Page:
    """Note where the archive is kept, with the sum that reading it there gave."""
    row, form = _find(meting), Stored()
    if form.validate_on_submit():
        content = _made(row)
        if content is None:
            form.form_errors.append("Er staat geen archief klaar. Maak het eerst.")
        elif (form.sha256.data or "").strip().lower() != hashlib.sha256(content).hexdigest():
            form.sha256.errors = [
                "Dit is niet het kenmerk van het archief dat hier klaarstaat. Controleer het bestand opnieuw."
            ]
        elif take(form, lambda: _keep(row, content, form.place.data or ""), form.place):
            return _back(row, "Vastgelegd: het archief is veilig. De meting kan nu worden vernietigd.")
    return _page(row, stored=form), 422


def _keep(row: Measurement, content: bytes, place: str) -> bool:
    task = archiving.last_asked(row)
    assert task is not None
    retention.keep_archive(
        db.session(),
        row,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        contents=task.arguments["contents"],
        place=place,
        by=acting(),
    )
    return True


@blueprint.route("/<meting>/vernietigen", methods=["GET", "POST"])
@requires(PERMISSION, fresh=True)
def destroy(meting: str) -> Page:
    """Destroy a measurement, after its code was typed over."""
    row, form = _find(meting), Destroy()
    if form.validate_on_submit():

        def step() -> bool:
            retention.destroy(db.session(), row, code=form.code.data or "", by=acting())
            return True

        if take(form, step, form.code):
            archiving.clear_away()
            return _back(_find(meting), f"De meting {row.name} is vernietigd.")
    reason = retention.outstanding(db.session(), row, acting()) if request.method == "GET" else None
    kept = retention.of(db.session(), row, today())
    return answer("manage/destroy.html", form, kept=kept, row=row, reason=reason)


def _find(code: str) -> Measurement:
    """The measurement with this code, destroyed or not; 404 when there is none."""
    return db.session.scalar(select(Measurement).where(Measurement.code == code)) or abort(404)


def _made(row: Measurement) -> bytes | None:
    task = archiving.last_asked(row)
    return file_of(task) if task else None


def _page(row: Measurement, term: Term | None = None, stored: Stored | None = None) -> str:
    kept = retention.of(db.session(), row, today())
    task = archiving.last_asked(row)
    content = _made(row)
    return render_template(
        "manage/term.html",
        kept=kept,
        row=row,
        states=retention.STATES,
        badges=EXPLAINED,
        term=term or Term(formdata=None, obj=kept.term),
        stored=stored or Stored(formdata=None),
        empty=Empty(formdata=None),
        task=Shown(task, KINDS[archiving.KIND]) if task else None,
        ready=content and {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()},
        gone=_told(kept.destruction.gone) if kept.destruction else [],
        problems=[*(term.problems if term else []), *(stored.problems if stored else [])],
    )


def _told(gone: dict[str, Any]) -> list[tuple[str, int]]:
    """What was destroyed, in Dutch: how many of what."""
    return [(noun, gone[table]["count"]) for table, noun in NOUNS.items() if table in gone]


def _back(row: Measurement, done: str) -> Response:
    flash(done, "success")
    return redirect(url_for("retention.one", meting=row.code), 303)
