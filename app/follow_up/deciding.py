"""Decisions about a point, its evaluation, closing it and opening it again."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys.acting import today
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import deciding as verbs
from surveys.follow_up import kinds, points
from surveys.follow_up.deciding import Asked, DecisionInfo, Taken
from surveys.follow_up.points import NAME_LENGTH, TEXT_LENGTH, Evaluation, PointInfo

Page = str | Response | tuple[str, int]


class AskForm(Form):
    """What has to be decided, by whom and before when."""

    kind = Pick("Soort besluit", validators=[InputRequired("Kies wat voor besluit dit is.")])
    question = Words(
        "Wat moet er worden besloten?",
        validators=[DataRequired("Vul in wat er besloten moet worden."), most(TEXT_LENGTH)],
    )
    decider = Text(
        "Wie neemt het besluit?",
        validators=[DataRequired("Vul in wie het besluit neemt."), most(NAME_LENGTH)],
    )
    due_on = Day("Voor welke dag? (niet verplicht)", validators=[Optional()])
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [("", "Kies een soort"), *kinds.DECISIONS.items()]

    @property
    def asked(self) -> Asked:
        """What was filled in."""
        return Asked(self.kind.data, self.question.data, self.decider.data, self.due_on.data)


class TakeForm(Form):
    """What was decided, and on which day."""

    outcome = Words(
        "Wat is er besloten?", validators=[DataRequired("Vul in wat er is besloten."), most(TEXT_LENGTH)]
    )
    taken_on = Day(
        "Op welke dag?", validators=[InputRequired("Vul de dag in waarop het besluit is genomen.")]
    )
    versie = HiddenField()


class EvaluationForm(Form):
    """Was the budget enough, did it work, and from what that appears."""

    budget_enough = RadioField(
        "Was het budget genoeg?",
        choices=kinds.BUDGETS,
        validators=[InputRequired("Kies of het budget genoeg was.")],
    )
    worked = RadioField(
        "Werkte het?",
        choices=kinds.WORKED,
        validators=[InputRequired("Kies of het werkte.")],
    )
    words = Words(
        "Waaruit blijkt dat?", validators=[DataRequired("Leg uit waaruit dat blijkt."), most(TEXT_LENGTH)]
    )
    evaluator = Text(
        "Wie heeft geëvalueerd?",
        validators=[DataRequired("Vul in wie heeft geëvalueerd."), most(NAME_LENGTH)],
    )
    evaluated_on = Day("Op welke dag?", validators=[InputRequired("Vul in op welke dag er is geëvalueerd.")])
    versie = HiddenField()

    @property
    def evaluation(self) -> Evaluation:
        """What was filled in."""
        return Evaluation(
            self.budget_enough.data,
            self.worked.data,
            self.words.data,
            self.evaluator.data,
            self.evaluated_on.data,
        )


class CloseForm(Form):
    """How a point is closed, and by which decision when that is not there yet."""

    closed_as = RadioField(
        "Hoe wordt het punt afgesloten?",
        choices=kinds.CLOSINGS,
        validators=[InputRequired("Kies hoe het punt wordt afgesloten.")],
    )
    closed_on = Day("Op welke dag?", validators=[InputRequired("Vul in op welke dag.")])
    successor = Pick("Opvolger (alleen bij doorzetten)")
    outcome = Words(
        "Wat is er besloten? (leeg laten als het besluit er al staat)", validators=[most(TEXT_LENGTH)]
    )
    decider = Text("Wie heeft dat besloten?", validators=[most(NAME_LENGTH)])
    versie = HiddenField()

    def __init__(self, others: list[PointInfo], **values: Any) -> None:
        """`others`: the points in which this one can go on; `values` fills in the form."""
        super().__init__(**values)
        self.successor.choices = [
            ("", "Geen opvolger"),
            *((str(each.id), each.called) for each in others),
        ]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that a decision is whole."""
        good = super().validate(extra_validators)
        outcome, decider = (self.outcome.data or "").strip(), (self.decider.data or "").strip()
        if outcome and not decider:
            self.decider.errors, good = ["Vul in wie dit heeft besloten."], False
        if decider and not outcome:
            self.outcome.errors, good = ["Vul in wat er is besloten."], False
        if self.closed_as.data == "doorgezet" and not self.successor.data:
            self.successor.errors = [*self.successor.errors, "Kies het punt waarin dit punt verdergaat."]
            good = False
        return good

    @property
    def decision(self) -> Taken | None:
        """The decision that was filled in, if any."""
        if not (self.outcome.data or "").strip():
            return None
        return Taken(self.outcome.data, self.decider.data, self.closed_on.data)


class ReopenForm(Form):
    """Why a closed point is opened again, and who decided that."""

    outcome = Words(
        "Waarom moet het punt weer open?",
        validators=[DataRequired("Leg uit waarom het punt weer open moet."), most(TEXT_LENGTH)],
    )
    decider = Text(
        "Wie heeft dat besloten?",
        validators=[DataRequired("Vul in wie dit heeft besloten."), most(NAME_LENGTH)],
    )
    taken_on = Day("Op welke dag?", validators=[InputRequired("Vul in op welke dag dit is besloten.")])
    versie = HiddenField()


@blueprint.route("/punten/<int:nummer>/besluiten/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def ask_decision(nummer: int) -> Page:
    """Ask for a decision about a point. `?soort=` chooses its kind."""
    point = here.find(nummer)
    begin = {"kind": request.args.get("soort", ""), "decider": point.owner or ""}
    form = AskForm(data=None if request.method == "POST" else begin)
    if form.validate_on_submit():
        made = take(form, lambda: verbs.ask(db.session(), nummer, form.asked, by=acting()))
        if made is not None:
            flash("Het besluit is gevraagd.", "success")
            return _to_point(nummer)
    return answer("follow_up/decision_form.html", form, point=point, names=_names(point), lost=None)


@blueprint.route("/punten/<int:nummer>/besluiten/<int:besluit>", methods=["GET", "POST"])
@requires(here.PERMISSION)
def decision(nummer: int, besluit: int) -> Page:
    """Look at a decision; record what was decided, or (`wat=vraag`) change what is asked."""
    point = here.find(nummer)
    found = _find(nummer, besluit)
    if found is None:
        return _removed(point) if request.method == "POST" else abort(404)
    taking = request.form.get("wat") != "vraag"
    sent = request.method == "POST"
    take_form = TakeForm(formdata=request.form if sent and taking else None, data=_taken(found))
    ask_form = AskForm(formdata=request.form if sent and not taking else None, data=_values(found))
    form, theirs = take_form if taking else ask_form, None
    if form.validate_on_submit():

        def step() -> object:
            place, seen = (db.session(), nummer, besluit), seen_version()
            if not taking:
                return verbs.change(*place, ask_form.asked, by=acting(), seen_version=seen)
            on, outcome = take_form.taken_on.data, take_form.outcome.data
            return verbs.take(*place, on, outcome, by=acting(), seen_version=seen)

        try:
            if take(form, step):
                flash("Het besluit is vastgelegd." if taking else "De vraag is gewijzigd.", "success")
                return _to_point(nummer)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _find(nummer, besluit)
            if theirs is None:
                return _removed(point)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer(
        "follow_up/decision.html",
        form,
        point=point,
        each=theirs or found,
        take_form=take_form,
        ask_form=ask_form,
        theirs=theirs,
        names=_names(point),
    )
    return (page[0], 409) if theirs else page


@blueprint.route("/punten/<int:nummer>/besluiten/<int:besluit>/verwijderen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remove_decision(nummer: int, besluit: int) -> Page:
    """Look at a decision before it is removed, and remove it."""
    point = here.find(nummer)
    found, form, changed = _find(nummer, besluit) or abort(404), Form(), False
    if form.validate_on_submit():

        def step() -> bool:
            verbs.remove(db.session(), nummer, besluit, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("Het besluit is verwijderd.", "success")
                return _to_point(nummer)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft dit besluit intussen gewijzigd. Hieronder staat hoe het nu is."
                " Wilt u het nog steeds verwijderen?"
            )
        found = _find(nummer, besluit) or abort(404)
    page = answer("follow_up/decision_remove.html", form, point=point, each=found)
    return (page[0], 409) if changed else page


@blueprint.route("/punten/<int:nummer>/evaluatie", methods=["GET", "POST"])
@requires(here.PERMISSION)
def evaluate(nummer: int) -> Page:
    """Record whether the budget of a point was enough and whether it worked."""
    point = here.find(nummer)
    form = EvaluationForm(data=None if request.method == "POST" else _evaluated(point))

    def step() -> bool:
        verbs.evaluate(db.session(), nummer, form.evaluation, by=acting(), seen_version=seen_version())
        return True

    return _change_point(
        point,
        form,
        step,
        "follow_up/evaluate.html",
        "De evaluatie is vastgelegd.",
        budgets=kinds.BUDGETS,
        worked=kinds.WORKED,
    )


@blueprint.route("/punten/<int:nummer>/afsluiten", methods=["GET", "POST"])
@requires(here.PERMISSION)
def close(nummer: int) -> Page:
    """Close a point, pass it on to a successor or scrap it; says what is still missing for each."""
    point = here.find(nummer)
    others = [each for each in points.listed(db.session()) if each.id != nummer]
    begin = {"closed_on": today(), "decider": "", "versie": str(point.version)}
    form = CloseForm(others, data=None if request.method == "POST" else begin)

    def step() -> bool:
        verbs.close(
            db.session(),
            nummer,
            form.closed_as.data,
            form.closed_on.data,
            decision=form.decision,
            successor_id=int(form.successor.data) if form.successor.data else None,
            by=acting(),
            seen_version=seen_version(),
        )
        return True

    return _change_point(
        point,
        form,
        step,
        "follow_up/close.html",
        "Het punt is afgesloten.",
        closings=kinds.CLOSINGS,
        lacking=verbs.to_close(db.session(), nummer),
        names=_names(point),
    )


@blueprint.route("/punten/<int:nummer>/heropenen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def reopen(nummer: int) -> Page:
    """Open a closed point again, with the reason."""
    point = here.find(nummer)
    begin = {"taken_on": today(), "versie": str(point.version)}
    form = ReopenForm(data=None if request.method == "POST" else begin)

    def step() -> bool:
        taken = Taken(form.outcome.data, form.decider.data, form.taken_on.data)
        verbs.reopen(db.session(), nummer, taken, by=acting(), seen_version=seen_version())
        return True

    return _change_point(
        point, form, step, "follow_up/reopen.html", "Het punt is weer open.", names=_names(point)
    )


def _change_point(point: PointInfo, form: Any, step: Any, template: str, done: str, **values: object) -> Page:
    """Take a step that changes a point itself, or show its page; 409 with how the point is now."""
    theirs = None
    if form.validate_on_submit():
        try:
            if take(form, step):
                flash(done, "success")
                return _to_point(point.id)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = here.find(point.id)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer(
        template,
        form,
        point=theirs or point,
        theirs=theirs,
        **values,
    )
    return (page[0], 409) if theirs else page


def _removed(point: PointInfo) -> Page:
    """What was typed at a decision that a colleague removed meanwhile, to be kept as a new one."""
    form = AskForm()
    form.form_errors.append(
        "Een collega heeft dit besluit intussen verwijderd. Wat u schreef, staat hieronder."
        " Met ‘Besluit vragen’ komt het als nieuw besluit bij het punt."
    )
    return render_template(
        "follow_up/decision_form.html",
        form=form,
        point=point,
        names=_names(point),
        lost=request.form.get("outcome"),
    ), 409


def _to_point(number: int) -> Response:
    return redirect(url_for("follow_up.point", nummer=number), 303)


def _find(number: int, decision_id: int) -> DecisionInfo | None:
    return verbs.find(db.session(), number, decision_id) if decision_id <= LARGEST_ID else None


def _values(found: DecisionInfo) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "question": found.question,
        "decider": found.decider,
        "due_on": found.due_on,
        "versie": str(found.version),
    }


def _taken(found: DecisionInfo) -> dict[str, Any]:
    return {
        "outcome": found.outcome or "",
        "taken_on": found.taken_on or today(),
        "versie": str(found.version),
    }


def _evaluated(point: PointInfo) -> dict[str, Any]:
    begin: dict[str, Any] = {"evaluated_on": today(), "versie": str(point.version)}
    if point.evaluation is not None:
        begin |= {
            "budget_enough": point.evaluation.budget_enough,
            "worked": point.evaluation.worked,
            "words": point.evaluation.words,
            "evaluator": point.evaluation.by,
            "evaluated_on": point.evaluation.on,
        }
    return begin


def _names(point: PointInfo) -> list[str]:
    """Who can be chosen as the one who decides: the names at the point."""
    at_point = (point.owner, point.executor, point.supervisor, point.addressee)
    return list(dict.fromkeys(name for name in at_point if name))
