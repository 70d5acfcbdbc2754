"""Lessons: the register, one of them with its page to hand on, and sharing it; what units see of them."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectMultipleField, widgets
from wtforms.validators import DataRequired, InputRequired, Optional

from app import downloads
from app.auth import acting, may, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.point_forms import units_of_today
from app.follow_up.stepping import Page, StepForm, stepped
from app.follow_up.units import FOLLOW
from app.judge.factor import seen_version
from app.manage.forms import Day, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.report.files import asked, sent
from exports.documents import DOCUMENTS
from exports.follow_up import lessons as file
from exports.formats import FORMATS
from surveys.acting import now, today
from surveys.follow_up import lessons as verbs
from surveys.follow_up import origins, points
from surveys.follow_up.lessons import LessonDetails, LessonInfo

FILES: Final = ("pdf", "docx", "odt")
"""The formats of one lesson."""
FORM: Final = "follow_up/lesson_form.html"
REMOVED: Final = (
    "Een collega heeft deze les intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Les bewaren’ komt het als nieuwe les in de lijst."
)


class LessonForm(StepForm):
    """What was learnt, and where it comes from."""

    title = Text("Titel", validators=[DataRequired("Vul een titel in."), most(verbs.TITLE_LENGTH)])
    summary = Words(
        "Wat is er geleerd?",
        validators=[DataRequired("Vat samen wat er is geleerd."), most(verbs.TEXT_LENGTH)],
    )
    advice = Words(
        "Wat kunnen anderen ermee?",
        validators=[DataRequired("Schrijf op wat anderen ermee kunnen doen."), most(verbs.TEXT_LENGTH)],
    )
    source = Text(
        "Waar komt de les vandaan?",
        validators=[DataRequired("Vul in waar de les vandaan komt."), most(verbs.LINE_LENGTH)],
    )
    happened_on = Day("Op welke dag gebeurde het? (niet verplicht)", validators=[Optional()])
    origin = Pick("Document waar het in staat (niet verplicht)")
    point = Pick("Punt waar het bij hoort (niet verplicht)")
    fictief = BooleanField("Deze les is verzonnen, als voorbeeld")

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        session = db.session()
        self.origin.choices = [
            ("", "Geen"),
            *((str(each.info.id), each.info.title) for each in origins.listed(session)),
        ]
        self.point.choices = [("", "Geen"), *((str(each.id), each.called) for each in points.listed(session))]

    @property
    def details(self) -> LessonDetails:
        """What was filled in."""
        return LessonDetails(
            self.title.data,
            self.summary.data,
            self.advice.data,
            self.source.data,
            int(self.origin.data) if self.origin.data else None,
            int(self.point.data) if self.point.data else None,
            self.happened_on.data,
            self.fictief.data,
        )


class ShareForm(StepForm):
    """With whom a lesson is shared, when and how."""

    units: Any = SelectMultipleField(
        "Met welke eenheden in Meetlat?",
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    organisation = Text("Andere organisatie (niet verplicht)", validators=[most(verbs.LINE_LENGTH)])
    shared_on = Day("Op welke dag?", validators=[InputRequired("Vul een datum in.")])
    how = Text(
        "Hoe deelt u de les?",
        validators=[DataRequired("Vul in hoe u de les deelt."), most(verbs.LINE_LENGTH)],
    )

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.units.choices = units_of_today(db.session())


@blueprint.get("/lessen")
@requires(here.PERMISSION)
def lessons() -> str:
    """All lessons, the latest first; `?zoek=` narrows them to those with these words."""
    words = request.args.get("zoek", "")
    found = verbs.listed(db.session(), words)
    here.mark(more=(each.fictief for each in found))
    ways = {
        format.label: url_for("follow_up.lessons_file", vorm=form, zoek=words or None)
        for form, format in FORMATS.items()
    }
    return render_template("follow_up/lessons.html", found=found, words=words, files=ways)


@blueprint.get("/lessen/bestand")
@requires(here.PERMISSION)
def lessons_file() -> Response:
    """The list as it is shown; `?vorm=` is the format."""
    form, found = downloads.asked(), verbs.listed(db.session(), request.args.get("zoek", ""))
    book = file.lessons_book(found, now())
    return downloads.send(book, form, file.lessons_filename(book.fictief, form))


@blueprint.route("/lessen/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_lesson() -> Page:
    """Write a lesson down. `?punt=` and `?bron=` fill in where it comes from."""
    begun = {"point": request.args.get("punt", ""), "origin": request.args.get("bron", "")}
    form = LessonForm(data=None if request.method == "POST" else begun)
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash("De les is bewaard. Anderen zien haar pas als u haar deelt.", "success")
            return redirect(url_for("follow_up.lesson", les=made.id), 303)
    return answer(FORM, form, each=None)


@blueprint.get("/lessen/<int:les>")
@requires(here.PERMISSION)
def lesson(les: int) -> str:
    """A lesson, with whom it was shared, and its files."""
    ways = {DOCUMENTS[form].label: url_for("follow_up.lesson_file", les=les, vorm=form) for form in FILES}
    return render_template("follow_up/lesson.html", each=_found(les), files=ways)


@blueprint.get("/lessen/<int:les>/bestand")
@requires(here.PERMISSION)
def lesson_file(les: int) -> Response:
    """A lesson as a summary to hand on; `?vorm=` is the format."""
    form, found = asked(), _found(les)
    return sent(file.document(found), form, *file.parts(found))


@blueprint.route("/lessen/<int:les>/wijzigen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_lesson(les: int) -> Page:
    """Change a lesson; when a colleague was first, theirs is shown as well."""
    found = _find(les)
    if found is None:
        return _removed() if request.method == "POST" else abort(404)
    here.mark(more=[found.fictief])
    values = {
        **vars(found),
        "origin": str(found.origin_id or ""),
        "point": str(found.point_id or ""),
        "versie": str(found.version),
    }
    form = LessonForm(data=None if request.method == "POST" else values)
    return stepped(
        form,
        lambda: verbs.change(db.session(), les, form.details, by=acting(), seen_version=seen_version()),
        lambda: _found(les),
        done="De les is gewijzigd.",
        to=url_for("follow_up.lesson", les=les),
        template=FORM,
    )


@blueprint.route("/lessen/<int:les>/delen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def share_lesson(les: int) -> Page:
    """Keep with whom a lesson is shared; units see it from then on."""
    found = _found(les)
    form = ShareForm(data=None if request.method == "POST" else {"shared_on": today(), "units": []})
    return stepped(
        form,
        lambda: verbs.share(
            db.session(),
            les,
            [int(each) for each in form.units.data],
            form.organisation.data,
            form.shared_on.data,
            form.how.data,
            by=acting(),
        ),
        lambda: _found(les),
        done="De les is gedeeld.",
        to=url_for("follow_up.lesson", les=found.id),
        about="lesson",
        heading="Les delen",
        intro="De eenheden die u kiest, zien de les bij hun opvolging. Zij zien niet met wie u haar nog meer"
        " deelt. Wat is gedeeld, blijft gedeeld.",
        button_text="Les delen",
        hints={"how": "Bijvoorbeeld: in Meetlat, per brief, bij een symposium."},
    )


@blueprint.route("/lessen/<int:les>/verwijderen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remove_lesson(les: int) -> Page:
    """Look at a lesson before it is taken out of the register, and take it out."""
    found = _found(les)
    form = StepForm(data=None if request.method == "POST" else {"versie": str(found.version)})
    return stepped(
        form,
        lambda: verbs.remove(db.session(), les, by=acting(), seen_version=seen_version()),
        lambda: _found(les),
        done="De les is verwijderd.",
        to=url_for("follow_up.lessons"),
        about="lesson",
        heading="Les verwijderen",
        intro="Eenheden met wie de les is gedeeld, zien haar dan niet meer. Het logboek onthoudt dat u haar"
        " verwijderde.",
        button_text="Les verwijderen",
    )


@blueprint.get("/eenheid/<eenheid>/lessen")
@requires(FOLLOW)
def unit_lessons(eenheid: str) -> str:
    """The lessons that were shared with a unit."""
    found = verbs.of_unit(db.session(), g.unit.id)
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/unit_lessons.html", unit=g.unit, found=found, manage=may(here.PERMISSION)
    )


def _removed() -> Page:
    """What was typed for a lesson that a colleague removed meanwhile, to be kept as a new one."""
    form = LessonForm()
    form.form_errors.append(REMOVED)
    return render_template(FORM, form=form, each=None), 409


def _find(number: int) -> LessonInfo | None:
    return verbs.find(db.session(), number) if number <= LARGEST_ID else None


def _found(number: int) -> LessonInfo:
    """The lesson with this number, or 404. The page then says whether it is made up."""
    found = _find(number) or abort(404)
    here.mark(more=[found.fictief])
    return found
