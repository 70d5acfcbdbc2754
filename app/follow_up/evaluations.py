"""The evaluation agenda (SEA): the page, its files, and the planned evaluations themselves."""

from __future__ import annotations

from typing import Any, ClassVar

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
from app.follow_up.years import DOCUMENTS, FILES
from app.manage.forms import Number, Pick, Text, Words, most
from app.report.files import sent
from exports.follow_up import evaluations as file
from surveys.acting import now, today
from surveys.follow_up import evaluations, kinds, origins, schemes
from surveys.follow_up.evaluations import EvaluationAgenda, EvaluationDetails, EvaluationInfo


class EvaluationForm(RowForm):
    """A planned evaluation. Its points are fields of their own: see `desk.with_points`."""

    hints: ClassVar = {
        "kind": "Zoals Periodieke Rapportage, syntheseonderzoek of beleidsdoorlichting.",
        "reason": "Nodig als de evaluatie is vervallen.",
        "study": "Kies het onderzoek als de evaluatie klaar is. Staat het niet in de lijst? Voeg het toe bij"
        " Bronnen.",
    }
    points_legend = "Over welke punten gaat de evaluatie?"
    title = Text(
        "Titel",
        validators=[DataRequired("Vul de titel van de evaluatie in."), most(evaluations.TITLE_LENGTH)],
    )
    kind = Text(
        "Type onderzoek",
        validators=[DataRequired("Vul het type onderzoek in."), most(evaluations.TITLE_LENGTH)],
    )
    theme = Pick("SEA-thema", validators=[DataRequired("Kies een SEA-thema.")])
    year = Number("Jaar van afronding", validators=[InputRequired("Vul een jaar in, zoals 2027.")])
    state = Pick("Hoe ver is de evaluatie?")
    reason = Words("Reden", validators=[most(evaluations.REASON_LENGTH)])
    study = Pick("Onderzoek")
    fictief = BooleanField("Deze evaluatie is verzonnen, als voorbeeld")

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.state.choices = [*kinds.EVALUATIONS.items()]
        self.study.choices = [("", "Nog geen onderzoek")] + [
            (str(row.info.id), f"{row.info.title} ({row.info.kind_label.lower()})")
            for row in origins.listed(db.session())
        ]

    @property
    def details(self) -> EvaluationDetails:
        """What was filled in."""
        return EvaluationDetails(
            self.title.data,
            self.kind.data,
            self.theme.data,
            self.year.data,
            self.state.data,
            self.reason.data,
            int(self.study.data) if self.study.data else None,
            self.point_ids,
            self.fictief.data,
        )


@blueprint.get("/evaluatieagenda")
@requires(PERMISSION)
def evaluation_agenda() -> str:
    """All planned evaluations, by theme and year; what is overdue first."""
    found = _found()
    desk.mark(found.fictief)
    return render_template(
        "follow_up/evaluations.html",
        found=found,
        files={
            label: url_for("follow_up.evaluation_agenda_file", vorm=form) for form, label in FILES.items()
        },
    )


@blueprint.get("/evaluatieagenda/bestand")
@requires(PERMISSION)
def evaluation_agenda_file() -> Response:
    """The same as a file; `?vorm=` is the format."""
    form, found = request.args.get("vorm", "pdf"), _found()
    if form in DOCUMENTS:
        return sent(file.agenda_document(found), form, "evaluatieagenda")
    form = downloads.asked()
    return downloads.send(file.agenda_book(found, now()), form, file.agenda_filename(found, form))


@blueprint.route("/evaluatieagenda/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_evaluation() -> Page:
    """Plan an evaluation; `?punt=` is a point that it looks at."""
    return _desk().add()


@blueprint.route("/evaluatieagenda/<int:evaluatie>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_evaluation(evaluatie: int) -> Page:
    """Change a planned evaluation, or say how far it is."""
    return _desk().change(evaluatie)


@blueprint.route("/evaluatieagenda/<int:evaluatie>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_evaluation(evaluatie: int) -> Page:
    """Take a planned evaluation out of the agenda."""
    return _desk().remove(evaluatie)


def _desk() -> Desk:
    return Desk(
        evaluations.EVALUATIONS,
        lambda number: evaluations.find(db.session(), number),
        _form,
        _facts,
        "evaluatie",
        (("Evaluatieagenda", url_for("follow_up.evaluation_agenda")),),
        url_for("follow_up.new_evaluation"),
    )


def _form(found: EvaluationInfo | None) -> RowForm:
    if found:
        desk.mark(found.fictief)
    held = found.details.point_ids if found else desk.asked_point()
    form = desk.with_points(EvaluationForm, held, _values(found))
    known = schemes.schemes(db.session())[origins.THEMES].values
    had = found.details.theme if found else None
    form.theme.choices = [("", "Maak een keuze")] + [
        (code, value.title) for code, value in known.items() if not value.retired or code == had
    ]
    return form


def _values(found: EvaluationInfo | None) -> dict[str, Any]:
    if found is None:
        return {"state": "gepland"}
    details = found.details
    return {
        "title": details.title,
        "kind": details.kind,
        "theme": details.theme,
        "year": found.year,
        "state": details.state,
        "reason": details.reason,
        "study": str(details.origin_id or ""),
        "fictief": details.fictief,
        "versie": str(found.version),
    }


def _facts(found: EvaluationInfo) -> Facts:
    return (
        ("Titel", found.title),
        ("Type onderzoek", found.details.kind),
        ("Jaar", str(found.year)),
        ("Stand", found.state_label),
        ("Reden", found.details.reason or "–"),
        ("Onderzoek", found.study or "–"),
        ("Punten", "; ".join(name for _, name in found.points) or "–"),
        ("Bijgewerkt door", found.name or "Meetlat"),
    )


def _found() -> EvaluationAgenda:
    return evaluations.agenda(db.session(), today())
