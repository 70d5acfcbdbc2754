"""How a point stands according to each side, and judging what units report about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.fill_in.evidence import store
from app.follow_up import blueprint, here
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys.acting import today
from surveys.filestore import FileDamaged
from surveys.follow_up import kinds, points
from surveys.follow_up import standing as verbs
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import AlreadyJudged, Said
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]
SUPERVISORS = ("Inspectie Veiligheid Defensie", "Visitatiecommissie", "Auditdienst Rijk")
"""Who can be chosen at once as the one who says so, beside the names at the point itself."""


class SayForm(Form):
    """How a point stands, according to whom, since when they say so."""

    party = RadioField(
        "Wie zegt dit?", choices=verbs.PARTIES, validators=[InputRequired("Kies wie dit zegt.")]
    )
    said_by = Text(
        "Naam of organisatie",
        validators=[InputRequired("Vul in wie dit zegt."), most(verbs.NAME_LENGTH)],
    )
    status = Pick("Stand", validators=[InputRequired("Kies een stand.")])
    said_on = Day("Op welke dag is dit gezegd?", validators=[InputRequired("Vul een datum in.")])
    words = Words("Toelichting (niet verplicht)", validators=[most(verbs.WORDS_LENGTH)])

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.status.choices = [("", "Kies een stand"), *kinds.SUPERVISED.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that the state is one that this party can give."""
        good = super().validate(extra_validators)
        if self.party.data == verbs.OWN and self.status.data == kinds.UNCLEAR:
            self.status.errors = ["Alleen een toezichthouder kan dit zeggen. Kies een andere stand."]
            return False
        return good


class VerdictForm(Form):
    """Whether a report is confirmed, and what its unit reads about it."""

    verdict = RadioField(
        "Bevestigt u deze melding?",
        choices={
            verbs.CONFIRMED: "Ja, dit klopt",
            verbs.NOT_CONFIRMED: "Nee, dit is nog niet gebleken",
        },
        validators=[InputRequired("Kies of u de melding bevestigt.")],
    )
    words = Words("Toelichting voor de eenheid", validators=[most(verbs.WORDS_LENGTH)])

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that a refusal has its words."""
        good = super().validate(extra_validators)
        if self.verdict.data == verbs.NOT_CONFIRMED and not (self.words.data or "").strip():
            self.words.errors = [
                *self.words.errors,
                "Schrijf op waarom u de melding niet bevestigt. De eenheid leest dit.",
            ]
            return False
        return good


@dataclass(frozen=True)
class Waiting:
    """A report that waits for a verdict, and the point that it is about."""

    said: Said
    point: PointInfo


@blueprint.route("/punten/<int:nummer>/stand", methods=["GET", "POST"])
@requires(here.PERMISSION)
def say(nummer: int) -> Page:
    """Write down how a point stands. `?partij=toezicht`: begin with what the supervisor says."""
    point = here.find(nummer)
    form = SayForm(data=None if request.method == "POST" else _begin(point))
    if form.validate_on_submit():
        made = take(
            form,
            lambda: verbs.say(
                db.session(),
                nummer,
                form.party.data,
                form.status.data,
                form.words.data,
                form.said_by.data,
                form.said_on.data,
                by=acting(),
            ),
        )
        if made is not None:
            flash("De stand is vastgelegd.", "success")
            return redirect(url_for("follow_up.point", nummer=nummer), 303)
    return answer(
        "follow_up/say.html",
        form,
        point=point,
        standing=verbs.of_points(db.session(), [nummer])[nummer],
        names=_names(point),
    )


@blueprint.get("/voortgang")
@requires(here.PERMISSION)
def progress() -> str:
    """What units reported and nobody judged yet, the oldest first, narrowed to a unit."""
    waiting = _waiting()
    units = {each.said.unit.code: each.said.unit for each in waiting if each.said.unit}
    asked = request.args.get("eenheid", "")
    found = [each for each in waiting if asked not in units or _unit(each.said).code == asked]
    here.mark(*(each.point for each in found))
    return render_template(
        "follow_up/progress.html",
        found=found,
        asked=asked,
        units=sorted(units.values(), key=lambda unit: unit.code),
    )


@blueprint.route("/voortgang/<int:melding>", methods=["GET", "POST"])
@requires(here.PERMISSION)
def verdict(melding: int) -> Page:
    """Look at a report with its files, and say once whether it is confirmed."""
    said, point = _report(melding)
    form, late = VerdictForm(), False
    if form.validate_on_submit():
        try:
            if take(form, lambda: _judge(melding, form)):
                flash("Uw oordeel is bewaard. De eenheid ziet het bij het punt.", "success")
                return redirect(url_for("follow_up.progress"), 303)
        except AlreadyJudged as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            late = True
        said, point = _report(melding)
    mine = kinds.VERDICTS[form.verdict.data] if late else None
    page = answer("follow_up/verdict.html", form, said=said, point=point, mine=mine)
    return (page[0], 409) if late else page


@blueprint.get("/voortgang/<int:melding>/bestanden/<int:bestand>")
@requires(here.PERMISSION)
def verdict_file(melding: int, bestand: int) -> Response | tuple[str, int]:
    """Send a file that came with a report."""
    said, point = _report(melding)
    if bestand not in {each.id for each in said.files}:
        abort(404)
    return send_evidence(point.id, bestand)


def send_evidence(point_id: int, file_id: int) -> Response | tuple[str, int]:
    """A file of a report on a point, to be saved and not to be shown; 404 when the point has no such file."""
    if file_id > LARGEST_ID:
        abort(404)
    try:
        found, kind, content = verbs.download(db.session(), store(), point_id, file_id)
    except KeyError:
        abort(404)
    except FileDamaged as damage:
        title = "Dit bestand kan niet worden gelezen"
        text = downloads.lost(damage)
        return render_template("error.html", status=500, title=title, text=text), 500
    return downloads.stored(content, kind, found.filename)


def _judge(melding: int, form: VerdictForm) -> bool:
    verbs.judge(db.session(), melding, form.verdict.data, form.words.data, by=acting())
    return True


def _report(melding: int) -> tuple[Said, PointInfo]:
    said = verbs.reported(db.session(), melding) if melding <= LARGEST_ID else None
    if said is None:
        abort(404)
    return said, here.find(said.point_id)


def _waiting() -> list[Waiting]:
    found = verbs.unjudged(db.session())
    by_id = {each.id: each for each in points.listed(db.session(), {said.point_id for said in found})}
    return [Waiting(said, by_id[said.point_id]) for said in found]


def _unit(said: Said) -> UnitInfo:
    assert said.unit is not None  # a report has one
    return said.unit


def _begin(point: PointInfo) -> dict[str, str | date | None]:
    party = verbs.SUPERVISOR if request.args.get("partij") == verbs.SUPERVISOR else verbs.OWN
    name = point.supervisor if party == verbs.SUPERVISOR else point.owner
    return {"party": party, "said_by": name or "", "said_on": today()}


def _names(point: PointInfo) -> list[str]:
    """Names to choose from: those at the point, and who supervises anyway."""
    at_point: Iterable[str | None] = (point.owner, point.executor, point.addressee, point.supervisor)
    return list(dict.fromkeys([*(name for name in at_point if name), *SUPERVISORS]))
