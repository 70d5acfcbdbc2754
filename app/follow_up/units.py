"""What units see of their own points, and where they report how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import FileField, RadioField
from wtforms.fields import Field
from wtforms.validators import InputRequired

from app.auth import acting, may, requires
from app.config import Settings
from app.extensions import db
from app.fill_in.evidence import FILES_AT_ONCE, looked_at, shown_name, store
from app.follow_up import blueprint, here
from app.follow_up.standing import send_evidence
from app.manage.forms import Day, Form, Text, Words, most
from app.manage.steps import answer, take
from surveys import inspecting
from surveys.acting import today
from surveys.errors import FileRefused
from surveys.follow_up import findings, whole
from surveys.follow_up import standing as verbs
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Evidence, Said, Standing

FOLLOW, REPORT = "unit.follow", "unit.report"
Page = str | Response | tuple[str, int]


class ReportForm(Form):
    """How a point stands since when, what was done, and files that show it (added below)."""

    status = RadioField("Stand", choices=verbs.REPORTED, validators=[InputRequired("Kies een stand.")])
    since = Day("Sinds wanneer?", validators=[InputRequired("Vul een datum in.")])
    words = Words(
        "Wat is er gedaan?",
        validators=[InputRequired("Schrijf op wat er is gedaan."), most(verbs.WORDS_LENGTH)],
    )

    @property
    def slots(self) -> list[tuple[Field, Field]]:
        """The places for files: the field of each file and that of its title."""
        return [(self[f"file_{n}"], self[f"title_{n}"]) for n in range(1, verbs.MOST_FILES + 1)]


for _number in range(1, verbs.MOST_FILES + 1):
    setattr(ReportForm, f"file_{_number}", FileField(f"Bestand {_number} (niet verplicht)"))
    setattr(
        ReportForm,
        f"title_{_number}",
        Text(f"Titel van bestand {_number} (niet verplicht)", validators=[most(verbs.TITLE_LENGTH)]),
    )


@dataclass(frozen=True)
class Row:
    """A point in the list of a unit: how it stands, its term, what inspectors said of the last report.

    `above` is what it stands under, if that is the unit's as well.
    """

    point: PointInfo
    standing: Standing
    above: PointInfo | None

    @property
    def last(self) -> Said | None:
        """What the unit reported last."""
        return next(iter(self.standing.reports), None)


@blueprint.get("/eenheid/<eenheid>")
@requires(FOLLOW)
def unit(eenheid: str) -> str:
    """The points of a unit: those that are open first."""
    found = verbs.of_unit(db.session(), g.unit.id)
    here.mark(*found)
    standings = {
        number: each.seen_by(g.unit.code)
        for number, each in verbs.of_points(db.session(), [each.id for each in found]).items()
    }
    by_id = {each.id: each for each in found}
    rows = [Row(each, standings[each.id], by_id.get(each.parent_id or 0)) for each in found]
    return render_template(
        "follow_up/unit.html",
        unit=g.unit,
        open_rows=[row for row in rows if row.point.is_open],
        closed_rows=[row for row in rows if not row.point.is_open],
        waiting=findings.waiting(db.session(), [g.unit.id])[g.unit.id],
        manage=may(here.PERMISSION),
    )


@blueprint.get("/eenheid/<eenheid>/<int:nummer>")
@requires(FOLLOW)
def unit_point(eenheid: str, nummer: int) -> str:
    """One point of a unit: its text, measures, planning, indicators, and what was reported."""
    sheet = _sheet(nummer)
    return render_template(
        "follow_up/unit_point.html",
        unit=g.unit,
        sheet=sheet,
        said=[each for each in sheet.standing.history if each.party == verbs.OWN],
        may_report=may(REPORT, g.unit.id) and sheet.point.is_open,
        manage=may(here.PERMISSION),
    )


@blueprint.get("/eenheid/<eenheid>/<int:nummer>/bestanden/<int:bestand>")
@requires(FOLLOW)
def unit_file(eenheid: str, nummer: int, bestand: int) -> Response | tuple[str, int]:
    """Send a file that came with a report on a point of this unit."""
    seen = verbs.of_points(db.session(), [_point(nummer).id])[nummer].seen_by(g.unit.code)
    if bestand not in {file.id for said in seen.history for file in said.files}:
        abort(404)  # also for what another unit sent, which had the point before
    return send_evidence(nummer, bestand)


@blueprint.route("/eenheid/<eenheid>/<int:nummer>/melden", methods=["GET", "POST"])
@requires(REPORT)
def report_progress(eenheid: str, nummer: int) -> Page:
    """Report how far a point is, with files that show it."""
    point = _point(nummer)
    form = ReportForm(data=None if request.method == "POST" else {"since": today()})
    if request.method == "POST":
        form.validate()
        uploads = _uploads(form)  # also when a text is wrong: all that is wrong is said at once
        if not form.problems and _report(point, form, uploads):
            flash("Uw melding is bewaard. De inspectie bekijkt haar nog.", "success")
            return redirect(
                url_for("follow_up.unit_point", eenheid=eenheid, nummer=nummer, _anchor="voortgang"), 303
            )
        _ask_again(form)
    return answer(
        "follow_up/report_progress.html",
        form,
        unit=g.unit,
        point=point,
        more_open=any(file.errors or title.data for file, title in form.slots[1:]),
        **about_files(),
    )


def _report(point: PointInfo, form: ReportForm, uploads: list[Evidence]) -> bool:
    """Keep a report; what is refused stands at the form."""
    try:
        made = take(
            form,
            lambda: verbs.report(
                db.session(),
                g.unit,
                point.id,
                form.status.data,
                form.words.data,
                uploads,
                store=store(),
                since=form.since.data,
                by=acting(),
            ),
        )
    except FileRefused as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return False
    return made is not None


def _uploads(form: ReportForm) -> list[Evidence]:
    """The files that were sent, looked at; what is wrong with one stands at its field."""
    found = []
    for file, title in form.slots:
        sent = request.files.get(file.name)
        if sent is None or not sent.filename:
            if (title.data or "").strip():
                file.errors = ["Kies het bestand bij deze titel, of maak de titel leeg."]
            continue
        try:
            found.append(Evidence(title.data or "", looked_at(sent)))
        except FileRefused as refusal:
            file.errors = [f"{shown_name(sent)}: {refusal}"]
    return found


def _ask_again(form: ReportForm) -> None:
    """Say at each file that was sent that it must be chosen again: a page can't fill in a file."""
    for file, _ in form.slots:
        sent = request.files.get(file.name)
        if sent is not None and sent.filename and not file.errors:
            file.errors = [f"Kies {shown_name(sent)} opnieuw: uw browser onthoudt het bestand niet."]


def _point(number: int) -> PointInfo:
    """The point of this unit with this number, or 404: also for a point of others."""
    found = next((each for each in verbs.of_unit(db.session(), g.unit.id) if each.id == number), None)
    if found is None:
        abort(404)
    here.mark(found)
    return found


def _sheet(number: int) -> whole.Sheet:
    """All about a point of this unit that this unit may see, or 404."""
    found = whole.sheet_for(db.session(), today(), number, g.unit)
    if found is None:
        abort(404)
    here.mark(found.point)
    return found


def about_files() -> dict[str, Any]:
    """What the page of a form with files says of them."""
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "allowed": inspecting.ALLOWED,
        "upload_mb": settings.upload_mb,
        "together_mb": settings.upload_mb * FILES_AT_ONCE,
        "scans": settings.clamd is not None,
    }
