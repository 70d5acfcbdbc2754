"""The multi-year agenda with annual objectives: the page, its files, and the objectives themselves."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired

from app import downloads
from app.auth import requires
from app.extensions import db
from app.follow_up import blueprint, desk
from app.follow_up.desk import Desk, Facts, Page, RowForm
from app.follow_up.here import PERMISSION
from app.manage.forms import SMALL_NUMBER, Number, Pick, Text, Words, most
from app.report.files import sent
from exports.follow_up import years as file
from surveys.acting import now, today
from surveys.follow_up import kinds, objectives, years
from surveys.follow_up.keeping import YEARS
from surveys.follow_up.objectives import ObjectiveDetails, ObjectiveInfo
from surveys.follow_up.years import GROUPS, YearAgenda

DOCUMENTS: Final = {"pdf": "PDF", "docx": "Word", "odt": "ODT (LibreOffice, Word)"}
FILES: Final = {**DOCUMENTS, "xlsx": "Excel"}
"""The formats of an agenda, as people call them."""


class ObjectiveForm(RowForm):
    """An objective of a year. Its points are fields of their own: see `desk.with_points`."""

    hints: ClassVar = {
        "part": "Zoals een defensieonderdeel, staf of regio.",
        "words": "Nodig als de doelstelling wel, deels of niet is behaald: waar blijkt dat uit?",
    }
    points_legend = "Welke punten dragen hieraan bij?"
    year = Number("Jaar", validators=[InputRequired("Vul een jaar in, zoals 2027.")])
    part = Text(
        "Onderdeel",
        validators=[
            DataRequired("Vul in van welk onderdeel de doelstelling is."),
            most(objectives.PART_LENGTH),
        ],
    )
    text = Words(
        "Doelstelling", validators=[DataRequired("Vul de doelstelling in."), most(objectives.TEXT_LENGTH)]
    )
    priority = Pick("Prioriteit")
    state = Pick("Hoe staat het ermee?")
    words = Words("Toelichting", validators=[most(objectives.TEXT_LENGTH)])
    fictief = BooleanField("Deze doelstelling is verzonnen, als voorbeeld")

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.priority.choices = [("", "Geen prioriteit"), *kinds.PRIORITIES.items()]
        self.state.choices = [*kinds.OBJECTIVES.items()]

    @property
    def details(self) -> ObjectiveDetails:
        """What was filled in."""
        return ObjectiveDetails(
            self.year.data,
            self.part.data,
            self.text.data,
            self.priority.data or None,
            self.state.data,
            self.words.data,
            self.point_ids,
            self.fictief.data,
        )


@blueprint.get("/jaaragenda")
@requires(PERMISSION)
def year_agenda() -> str:
    """The agenda, by track or by part, from the year that the address asks for on."""
    found = _found()
    desk.mark(found.fictief, *(each.fictief for each in found.objectives))
    return render_template(
        "follow_up/years.html",
        found=found,
        groups=GROUPS,
        files={label: _address(found, "year_agenda_file", vorm=form) for form, label in FILES.items()},
        earlier=_address(found, "year_agenda", vanaf=found.earlier) if found.earlier else None,
        later=_address(found, "year_agenda", vanaf=found.later) if found.later else None,
    )


@blueprint.get("/jaaragenda/bestand")
@requires(PERMISSION)
def year_agenda_file() -> Response:
    """The same as a file; `?vorm=` is the format."""
    form, found = request.args.get("vorm", "pdf"), _found()
    if form in DOCUMENTS:
        return sent(file.agenda_document(found, today()), form, "meerjarenagenda")
    form = downloads.asked()
    return downloads.send(file.agenda_book(found, now()), form, file.agenda_filename(found, form))


@blueprint.route("/jaaragenda/doelstellingen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_objective() -> Page:
    """Add an objective; `?punt=` is a point that serves it."""
    return _desk().add()


@blueprint.route("/jaaragenda/doelstellingen/<int:doelstelling>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_objective(doelstelling: int) -> Page:
    """Change an objective, or say what became of it."""
    return _desk().change(doelstelling)


@blueprint.route("/jaaragenda/doelstellingen/<int:doelstelling>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_objective(doelstelling: int) -> Page:
    """Take an objective out of the agenda."""
    return _desk().remove(doelstelling)


def _desk() -> Desk:
    return Desk(
        objectives.OBJECTIVES,
        lambda number: objectives.find(db.session(), number),
        _form,
        _facts,
        "doelstelling",
        (("Meerjarenagenda", url_for("follow_up.year_agenda")),),
        url_for("follow_up.new_objective"),
    )


def _form(found: ObjectiveInfo | None) -> RowForm:
    if found:
        desk.mark(found.fictief)
    held = found.details.point_ids if found else desk.asked_point()
    form = desk.with_points(ObjectiveForm, held, _values(found))
    form.choices_of = {"part": sorted({each.details.part for each in objectives.listed(db.session())})}
    return form


def _values(found: ObjectiveInfo | None) -> dict[str, Any]:
    if found is None:
        return {"state": objectives.RUNNING}
    details = found.details
    return {
        "year": found.year,
        "part": details.part,
        "text": details.text,
        "priority": details.priority or "",
        "state": details.state,
        "words": details.words,
        "fictief": details.fictief,
        "versie": str(found.version),
    }


def _facts(found: ObjectiveInfo) -> Facts:
    return (
        ("Jaar", str(found.year)),
        ("Onderdeel", found.details.part),
        ("Doelstelling", found.details.text),
        ("Prioriteit", found.priority_label or "Geen prioriteit"),
        ("Stand", found.state_label),
        ("Toelichting", found.details.words or "–"),
        ("Punten", "; ".join(name for _, name in found.points) or "–"),
        ("Bijgewerkt door", found.name or "Meetlat"),
    )


def _found() -> YearAgenda:
    by, first = request.args.get("per", ""), request.args.get("vanaf", "").strip()
    year = int(first) if SMALL_NUMBER.fullmatch(first) else None
    return years.agenda(
        db.session(),
        today(),
        by if by in GROUPS else next(iter(GROUPS)),
        year if year in YEARS else None,
    )


def _address(found: YearAgenda, view: str, **changed: Any) -> str:
    """Where the agenda is as it is shown, with something changed."""
    values: dict[str, Any] = {"per": found.by, "vanaf": found.years[0], **changed}
    return url_for(f"follow_up.{view}", **values)
