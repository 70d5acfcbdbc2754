"""Moments of evaluation: the list, planning and holding one, and the templates with their questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import abort, render_template, request, url_for
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.stepping import Page, StepForm, Steps, seen_as, stepped
from app.judge.factor import seen_version
from app.manage.forms import Day, Number, Pick, Text, Words, most
from surveys.acting import today
from surveys.follow_up import evaluating as verbs
from surveys.follow_up import points
from surveys.follow_up.evaluating import MomentDetails, Template

MOMENTS: Final = Steps(verbs.find, lambda number: url_for("follow_up.moment", moment=number), "moment")


class PlanForm(StepForm):
    """When something is evaluated, by which method."""

    template = Pick("Methode", validators=[DataRequired("Kies een methode.")])
    planned_on = Day("Op welke dag?", validators=[InputRequired("Vul een datum in.")])
    point = Pick("Over welk punt? (niet verplicht)")
    about = Text("Of waarover anders? (niet verplicht)", validators=[most(verbs.NAME_LENGTH)])
    fictief = BooleanField("Dit evaluatiemoment is verzonnen, als voorbeeld")

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        found = (each for each in verbs.templates(db.session()).values() if not each.retired)
        self.template.choices = [
            ("", "Kies een methode"),
            *((each.code, f"{each.name}, na {each.days} dagen") for each in found),
        ]
        open_ones = (each for each in points.listed(db.session()) if each.is_open)
        self.point.choices = [("", "Geen"), *((str(each.id), each.called) for each in open_ones)]

    @property
    def details(self) -> MomentDetails:
        """What was filled in."""
        point = int(self.point.data) if self.point.data else None
        return MomentDetails(
            self.template.data, self.planned_on.data, point, self.about.data, self.fictief.data
        )


class MoveForm(StepForm):
    """Another day."""

    planned_on = Day("Op welke dag?", validators=[InputRequired("Vul een datum in.")])


class HoldForm(StepForm):
    """That a moment was held. Its answers are fields `answer_1` and on: see `hold_moment`."""

    held_on = Day("Op welke dag is geëvalueerd?", validators=[InputRequired("Vul een datum in.")])
    held_by = Text(
        "Wie evalueerde?", validators=[DataRequired("Vul in wie evalueerde."), most(verbs.NAME_LENGTH)]
    )

    @property
    def answers(self) -> list[str | None]:
        """What was answered, in the order of the questions."""
        return [field.data for field in self if field.name.startswith("answer_")]


class TemplateForm(StepForm):
    """A method: its questions, and after how many days they are asked."""

    code = Text("Code", validators=[DataRequired("Vul een code in."), most(32)])
    name = Text("Naam", validators=[DataRequired("Vul een naam in."), most(verbs.NAME_LENGTH)])
    days = Number("Na hoeveel dagen?", validators=[InputRequired("Vul een aantal dagen in.")])
    questions = Words("Vragen", validators=[DataRequired("Vul minstens één vraag in."), most(10_000)])
    retired = BooleanField("Deze methode wordt niet meer gebruikt")

    def template(self, code: str) -> Template:
        """What was filled in, under a code."""
        return Template(
            code,
            self.name.data,
            self.days.data or 0,
            tuple(self.questions.data.splitlines()),
            self.retired.data,
        )


@blueprint.get("/evaluatiemomenten")
@requires(here.PERMISSION)
def moments() -> str:
    """All moments of evaluation: what is planned first."""
    found = verbs.listed(db.session())
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/moments.html",
        found=found,
        templates=verbs.templates(db.session()).values(),
        day=today(),
    )


@blueprint.route("/evaluatiemomenten/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_moment() -> Page:
    """Plan a moment. `?punt=` is the point that it is about, `?methode=` the template, which has the day."""
    template = verbs.templates(db.session()).get(request.args.get("methode", ""))
    begun: dict[str, Any] = {"point": request.args.get("punt", "")}
    if template is not None:
        begun |= {"template": template.code, "planned_on": today() + timedelta(days=template.days)}
    form = PlanForm(data=None if request.method == "POST" else begun)
    about = form.point.data or ""
    return stepped(
        form,
        lambda: verbs.plan(db.session(), form.details, by=acting()),
        lambda: None,
        done="Het evaluatiemoment is gepland.",
        to=_place(about),
        about="moments",
        heading="Evaluatiemoment plannen",
        intro="Kies een methode en een dag. De vragen van de methode komen erbij zoals ze nu zijn.",
        button_text="Evaluatiemoment plannen",
        hints={"about": "Bijvoorbeeld: een oefening, een meting of een eenheid."},
    )


@blueprint.get("/evaluatiemomenten/<int:moment>")
@requires(here.PERMISSION)
def moment(moment: int) -> str:
    """A moment with its questions, and the answers once it was held."""
    return render_template("follow_up/moment.html", each=MOMENTS.found(moment), day=today())


@blueprint.route("/evaluatiemomenten/<int:moment>/houden", methods=["GET", "POST"])
@requires(here.PERMISSION)
def hold_moment(moment: int) -> Page:
    """Write down what was answered to each question."""
    found = MOMENTS.found(moment)
    fields = {
        f"answer_{place}": Words(question, validators=[most(verbs.ANSWER_LENGTH)])
        for place, question in enumerate(found.questions, start=1)
    }
    kind: type[HoldForm] = type("HoldForm", (HoldForm,), fields)
    form = kind(data=seen_as(found, held_on=today()))
    return MOMENTS.page(
        form,
        found,
        lambda: verbs.hold(
            db.session(),
            moment,
            form.answers,
            form.held_on.data,
            form.held_by.data,
            by=acting(),
            seen_version=seen_version(),
        ),
        done="De evaluatie is bewaard.",
        heading="Evaluatie vastleggen",
        intro="Beantwoord de vragen die u kunt beantwoorden. Daarna verandert de evaluatie niet meer.",
        button_text="Evaluatie bewaren",
    )


@blueprint.route("/evaluatiemomenten/<int:moment>/verzetten", methods=["GET", "POST"])
@requires(here.PERMISSION)
def move_moment(moment: int) -> Page:
    """Plan a moment on another day."""
    found = MOMENTS.found(moment)
    form = MoveForm(data=seen_as(found, planned_on=found.planned_on))
    return MOMENTS.page(
        form,
        found,
        lambda: verbs.move(
            db.session(), moment, form.planned_on.data, by=acting(), seen_version=seen_version()
        ),
        done="Het evaluatiemoment is verzet.",
        heading="Evaluatiemoment verzetten",
        intro="Kies een andere dag.",
        button_text="Dag bewaren",
    )


@blueprint.route("/evaluatiemomenten/<int:moment>/vervallen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def lapse_moment(moment: int) -> Page:
    """Let a moment go that is not to be held any more."""
    found = MOMENTS.found(moment)
    form = StepForm(data=seen_as(found))
    return MOMENTS.page(
        form,
        found,
        lambda: verbs.lapse(db.session(), moment, by=acting(), seen_version=seen_version()),
        done="Het evaluatiemoment is vervallen.",
        heading="Evaluatiemoment laten vervallen",
        intro="Dit evaluatiemoment wordt niet meer gehouden. Het blijft in de lijst staan.",
        button_text="Laten vervallen",
    )


@blueprint.route("/evaluatiemethoden/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_method() -> Page:
    """Add a template."""
    form = TemplateForm()
    return _method(
        form,
        lambda: verbs.keep_template(
            db.session(), form.template((form.code.data or "").strip()), by=acting(), seen_version=None
        ),
        lambda: None,
        "Methode toevoegen",
        "moments",
    )


@blueprint.route("/evaluatiemethoden/<code>", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_method(code: str) -> Page:
    """Change a template, or let it be used no more; moments that were planned keep their questions."""

    def read() -> Template:
        return verbs.templates(db.session()).get(code) or abort(404)

    found = read()
    values = {**vars(found), "questions": "\n".join(found.questions), "versie": str(found.version)}
    form = TemplateForm(data=None if request.method == "POST" else values)
    form.code.data = code
    return _method(
        form,
        lambda: verbs.keep_template(
            db.session(), form.template(code), by=acting(), seen_version=seen_version()
        ),
        read,
        "Methode wijzigen",
        "method",
    )


def _method(form: TemplateForm, step: Any, read: Any, heading: str, about: str) -> Page:
    return stepped(
        form,
        step,
        read,
        done="De methode is bewaard.",
        to=url_for("follow_up.moments", _anchor="methoden"),
        about=about,
        heading=heading,
        intro="De vragen staan elk op een eigen regel. Wat al gepland is, houdt de vragen die het had.",
        button_text="Methode bewaren",
        hints={"code": "Kleine letters en cijfers, zoals fir. De code van een methode verandert niet."},
    )


def _place(point: str) -> str:
    """Where a moment is seen that was planned: at its point, or else in the list."""
    if point.isascii() and point.isdecimal():
        return url_for("follow_up.point", nummer=int(point), _anchor="gegevens")
    return url_for("follow_up.moments")
