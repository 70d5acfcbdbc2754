"""Visits and interviews: the list of a measurement, those of a dossier, one with its report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.manage.steps import LARGEST_ID
from app.measure.here import find
from app.visit import blueprint
from app.visit.interview_forms import Passage, Visit, lines, sent_attendees
from exports import visits as file
from surveys import interviews as verbs
from surveys import running
from surveys.acting import now, today
from surveys.agenda import STATES, Agenda
from surveys.agenda import agenda as read_agenda
from surveys.errors import ChangedMeanwhile, MeetlatError, NotNow, Refused, StaleText, UnknownFactor
from surveys.interviews import Attending
from surveys.measurements import instrument_of
from surveys.models import Assignment, Dossier, Interview, Measurement, Person
from surveys.models import Passage as PassageRow
from surveys.permissions import ROLES
from surveys.reports import MeasurementInfo
from surveys.reports.source import UnitInfo
from surveys.roles import SIDES

Page = str | Response | tuple[str, int]
SMALL = re.compile(r"[0-9]{1,9}")


@blueprint.get("/<meting>/bezoeken")
@requires(running.PERMISSION)
def agenda(meting: str) -> str:
    """All visits and interviews, and the units that have none."""
    row, asked = find(meting), _asked()
    found = _agenda(row)
    parts: dict[str, Any] = {**asked, "meting": meting}

    def sorted_by(column: str) -> str:
        again = found.sort == column and not found.down
        return url_for("visit.agenda", **{**parts, "sorteer": column, "omlaag": "ja" if again else None})

    return render_template(
        "visit/agenda.html",
        row=row,
        found=found,
        states=STATES,
        asked=asked,
        sorted_by=sorted_by,
        files={form: url_for("visit.agenda_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/bezoeken/bestand")
@requires(running.PERMISSION)
def agenda_file(meting: str) -> Response:
    """The list as it is shown: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    return downloads.send(file.book(info, _agenda(row).rows, now()), form, file.filename(info, form))


def _asked() -> dict[str, str]:
    names = ("stand", "brigade", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _agenda(row: Measurement) -> Agenda:
    asked = _asked()
    return read_agenda(
        db.session(),
        row,
        state=asked.get("stand"),
        brigade=asked.get("brigade"),
        sort=asked.get("sorteer", "datum"),
        down="omlaag" in asked,
    )


@blueprint.get("/<meting>/<eenheid>/verslagen")
@requires(verbs.PERMISSION)
def interviews(meting: str, eenheid: str) -> str:
    """The visits and interviews of a dossier."""
    return render_template(
        "visit/interviews.html",
        dossier=g.dossier,
        unit=_unit(g.dossier),
        found=verbs.of_dossier(db.session(), g.dossier),
        words=verbs,
    )


@blueprint.route("/<meting>/<eenheid>/verslagen/nieuw", methods=["GET", "POST"])
@requires(verbs.PERMISSION)
def new_visit(meting: str, eenheid: str) -> Page:
    """Plan a visit to a unit."""
    return _plan(g.dossier.measurement, g.dossier)


@blueprint.route("/<meting>/bezoeken/nieuw", methods=["GET", "POST"])
@requires(running.PERMISSION)
def new_interview(meting: str) -> Page:
    """Plan a conversation about no dossier."""
    return _plan(find(meting), None)


def _plan(row: Measurement, dossier: Dossier | None) -> Page:
    form = Visit(about_unit=dossier is not None)
    if form.validate_on_submit():
        try:
            made = verbs.plan(db.session(), row, dossier, form.details(), by=acting())
            db.session.commit()
        except (Refused, NotNow) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            flash("Het gesprek is gepland.", "success")
            return redirect(url_for("visit.report", meting=row.code, gesprek=made.id), 303)
    attending = sent_attendees() if request.method == "POST" else _suggested(dossier)
    return _form("visit/interview_new.html", form, row, dossier, attending)


@blueprint.get("/<meting>/verslag/<int:gesprek>")
@requires(running.PERMISSION)
def report(meting: str, gesprek: int) -> Page:
    """One visit or interview: who was there, and what the report says."""
    row = find(meting)
    return _draw(row, _interview(row, gesprek))


@blueprint.route("/<meting>/verslag/<int:gesprek>/wijzigen", methods=["GET", "POST"])
@requires(running.PERMISSION)
def change_interview(meting: str, gesprek: int) -> Page:
    """Change the date, the place, or who was there."""
    row = find(meting)
    found = _interview(row, gesprek)
    sent = request.method == "POST"
    form = Visit(about_unit=found.dossier is not None, data=None if sent else _values(found))
    changed = False
    if form.validate_on_submit():
        try:
            seen = _number(form.version.data)
            verbs.change(db.session(), found, form.details(), seen_version=seen, by=acting())
            db.session.commit()
        except (Refused, NotNow) as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            found, changed = _interview(row, gesprek), isinstance(refusal, ChangedMeanwhile)
            if changed:
                form.version.data = str(found.version)
        else:
            flash("De gegevens zijn gewijzigd.", "success")
            return redirect(url_for("visit.report", meting=meting, gesprek=gesprek), 303)
    attending = sent_attendees() if sent else _attending(found)
    theirs = found if changed else None
    page = _form("visit/interview_change.html", form, row, found.dossier, attending, found, theirs)
    return (page[0], 409) if changed else page


@blueprint.post("/<meting>/verslag/<int:gesprek>/gehouden")
@requires(running.PERMISSION)
def hold_interview(meting: str, gesprek: int) -> Page:
    """Record that it took place."""
    row = find(meting)
    found = _interview(row, gesprek)
    try:
        verbs.hold(db.session(), found, today=today(), by=acting())
        db.session.commit()
    except MeetlatError as refusal:
        return _refused(row, gesprek, refusal)
    flash("Vastgelegd dat het gesprek is gehouden. U kunt nu het verslag schrijven.", "success")
    return redirect(url_for("visit.report", meting=meting, gesprek=gesprek), 303)


@blueprint.post("/<meting>/verslag/<int:gesprek>/vervalt")
@requires(running.PERMISSION)
def cancel_interview(meting: str, gesprek: int) -> Page:
    """Take back what was planned."""
    row = find(meting)
    found, reason = _interview(row, gesprek), request.form.get("reden", "")
    try:
        verbs.cancel(db.session(), found, reason, by=acting())
        db.session.commit()
    except MeetlatError as refusal:
        return _refused(row, gesprek, refusal, reason=reason)
    flash("Het gesprek is vervallen.", "success")
    return redirect(url_for("visit.report", meting=meting, gesprek=gesprek), 303)


@dataclass(frozen=True)
class Typed:
    """A passage that was sent and refused: None for a new one. `theirs`: what a colleague wrote."""

    passage: int | None
    text: str
    factor: str
    refusal: str
    theirs: str | None = None


@blueprint.post("/<meting>/verslag/<int:gesprek>/passage")
@requires(running.PERMISSION)
def add_passage(meting: str, gesprek: int) -> Page:
    """Add a passage to the report."""
    row = find(meting)
    found = _interview(row, gesprek)
    form = Passage(verbs.factors(found))
    text, factor = form.text.data or "", form.factor.data or ""
    try:
        made = verbs.add_passage(db.session(), found, text=text, factor=factor or None, by=acting())
        db.session.commit()
    except (Refused, NotNow, UnknownFactor) as refusal:
        return _refused(row, gesprek, refusal, Typed(None, text, factor, str(refusal)))
    flash("De passage is toegevoegd.", "success")
    place = f"passage-{made.id}"
    return redirect(url_for("visit.report", meting=meting, gesprek=gesprek, _anchor=place), 303)


MOVES = {"omhoog": -1, "omlaag": 1}


@blueprint.post("/<meting>/verslag/<int:gesprek>/passage/<int:passage>")
@requires(running.PERMISSION)
def write_passage(meting: str, gesprek: int, passage: int) -> Page:
    """Write a passage anew, move it, or take it out, by the button that was used."""
    row = find(meting)
    found = _interview(row, gesprek)
    each = next((each for each in verbs.standing(found) if each.id == passage), None) or abort(404)
    form = Passage(verbs.factors(found))
    text, factor, seen = form.text.data or "", form.factor.data or "", _number(form.version.data)
    step, session, by = request.form.get("stap", ""), db.session(), acting()
    try:
        if step in MOVES:
            verbs.move_passage(session, each, MOVES[step], by=by)
        elif step == "weg":
            verbs.remove_passage(session, each, seen_version=seen, by=by)
        else:
            verbs.write_passage(session, each, text=text, factor=factor or None, by=by, seen_version=seen)
        db.session.commit()
    except StaleText as refusal:
        return _refused(row, gesprek, refusal, Typed(passage, text, factor, str(refusal), refusal.theirs))
    except (Refused, NotNow, UnknownFactor) as refusal:
        return _refused(row, gesprek, refusal, Typed(passage, text, factor, str(refusal)))
    flash("De passage is weggehaald." if step == "weg" else "Het verslag is opgeslagen.", "success")
    place = None if step == "weg" else f"passage-{passage}"
    return redirect(url_for("visit.report", meting=meting, gesprek=gesprek, _anchor=place), 303)


@blueprint.get("/<meting>/verslag/<int:gesprek>/versies")
@requires(running.PERMISSION)
def report_versions(meting: str, gesprek: int) -> str:
    """Every version of every passage of a report."""
    row = find(meting)
    found = _interview(row, gesprek)
    return render_template(
        "visit/report_versions.html",
        row=row,
        interview=found,
        name=_name(found),
        factors=verbs.factors(found),
        versions=verbs.versions(db.session(), found),
    )


def _refused(
    row: Measurement, number: int, refusal: MeetlatError, typed: Typed | None = None, reason: str = ""
) -> tuple[str, int]:
    """The page again, with what was typed and why nothing was saved."""
    db.session.rollback()
    page = _draw(row, _interview(row, number), typed=typed, reason=reason, refusal=str(refusal))
    return page, 409 if isinstance(refusal, NotNow) else 422


def _draw(
    row: Measurement,
    found: Interview,
    *,
    typed: Typed | None = None,
    reason: str = "",
    refusal: str | None = None,
) -> str:
    by_factor: dict[str | None, list[PassageRow]] = {}
    for each in verbs.standing(found):
        by_factor.setdefault(each.factor, []).append(each)
    factors = verbs.factors(found)
    if found.dossier is not None:
        g.dossier = found.dossier
    return render_template(
        "visit/report.html",
        row=row,
        interview=found,
        name=_name(found),
        unit=_unit(found.dossier) if found.dossier else None,
        words=verbs,
        factors=factors,
        groups=[(code, by_factor[code]) for code in (None, *factors) if code in by_factor],
        typed=typed,
        reason=reason,
        refusal=refusal,
        writable=found.state == "concept",
        offering=_offering(row, found),
        today=today(),
    )


def _offering(row: Measurement, found: Interview) -> str | None:
    """Where the report is offered for verification; None before there is one."""
    if found.state in {"gepland", "vervallen"} or "visit.offer_report" not in current_app.view_functions:
        return None
    return url_for("visit.offer_report", meting=row.code, gesprek=found.id)


def _form(
    template: str,
    form: Visit,
    row: Measurement,
    dossier: Dossier | None,
    attending: tuple[Attending, ...],
    interview: Interview | None = None,
    theirs: Interview | None = None,
) -> tuple[str, int]:
    page = render_template(
        template,
        form=form,
        row=row,
        dossier=dossier,
        unit=_unit(dossier) if dossier else None,
        name=_name(interview) if interview else None,
        interview=interview,
        theirs=theirs,
        lines=lines(attending),
        sides=_sides(row, attending),
    )
    return page, 422 if form.problems else 200


def _sides(row: Measurement, attending: Sequence[Attending]) -> dict[str, str]:
    """The sides to choose from: those of the roles in this measurement, of who was there, and of no role."""
    possible = {ROLES[role].side for pin in row.pins for role in instrument_of(pin.instrument).roles}
    possible |= {each.side for each in attending}
    return {code: label for code, label in verbs.SIDES.items() if code in possible or code not in SIDES}


def _interview(row: Measurement, number: int) -> Interview:
    found = verbs.by_id(db.session(), row, number) if number <= LARGEST_ID else None
    return found or abort(404)


def _name(found: Interview) -> str:
    with_whom = _unit(found.dossier).name if found.dossier else found.subject
    return f"{verbs.KINDS[found.kind]} {with_whom}"


def _unit(dossier: Dossier) -> UnitInfo:
    return UnitInfo.of(dossier.unit, dossier.measurement.period_until)


def _attending(found: Interview) -> tuple[Attending, ...]:
    return tuple(Attending(each.side, each.name, each.position or "") for each in found.attendees)


def _values(found: Interview) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "kind": found.kind,
        "held_on": found.held_on,
        "place": found.place,
        "version": str(found.version),
    }


def _suggested(dossier: Dossier | None) -> tuple[Attending, ...]:
    """Who will probably be there: the unit's respondents, and the inspector who plans it."""
    own = Attending("inspectie", current_user.name, "inspecteur")
    if dossier is None:
        return (own,)
    rows = db.session.execute(
        select(Assignment, Person.name)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.unit_id == dossier.unit_id,
            Assignment.role.in_(instrument_of(dossier.pinned).roles),
        )
        .order_by(Assignment.id)
    )
    day = today()
    found = [
        Attending(ROLES[each.role].side or "anders", name, ROLES[each.role].label)
        for each, name in rows
        if each.holds_on(day)
    ]
    return (*found, own)


def _number(text: Any) -> int:
    return int(text) if SMALL.fullmatch(str(text)) else 0
