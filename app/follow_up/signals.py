"""Signals and risk inventories: the register, one of them, and what is made of it."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.point_forms import units_of_today
from app.follow_up.stepping import BORN_HINTS, BornForm, Page, StepForm, Steps, seen_as
from app.judge.factor import seen_version
from app.manage.forms import Day, Pick, Text, Words, most
from app.manage.steps import answer, take
from surveys.acting import today
from surveys.follow_up import points
from surveys.follow_up import signals as verbs
from surveys.follow_up.signals import Asked, Handling, SignalDetails

MORE: Final = "Er komt nog meer van deze melding: laat haar open"
FILTERS: Final = ("soort", "stand", "zoek")
"""What the list can be narrowed by, as the address calls it."""
SIGNALS: Final = Steps(verbs.find, lambda number: url_for("follow_up.signal", signaal=number), "signal")


class HandlingForm(StepForm):
    """What a signal is, how urgent, and who handles it before when."""

    kind = Pick("Wat voor melding is dit?", validators=[DataRequired("Kies wat voor melding dit is.")])
    urgency = Pick("Hoe dringend is het?", validators=[DataRequired("Kies hoe dringend het is.")])
    handler = Text("Wie handelt het af? (niet verplicht)", validators=[most(verbs.NAME_LENGTH)])
    due_on = Day("Vóór welke dag? (niet verplicht)", validators=[Optional()])

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [("", "Kies een soort"), *verbs.KINDS.items()]
        self.urgency.choices = [("", "Maak een keuze"), *verbs.URGENCIES.items()]

    @property
    def handling(self) -> Handling:
        """What was filled in."""
        return Handling(self.kind.data, self.urgency.data, self.handler.data, self.due_on.data)


class SignalForm(HandlingForm):
    """A signal that came in."""

    text = Words(
        "Wat is er gemeld?",
        validators=[DataRequired("Schrijf op wat er is gemeld."), most(verbs.TEXT_LENGTH)],
    )
    sender = Text(
        "Van wie komt het?",
        validators=[DataRequired("Vul in van wie de melding komt."), most(verbs.NAME_LENGTH)],
    )
    received_on = Day("Op welke dag kwam het binnen?", validators=[InputRequired("Vul een datum in.")])
    unit = Pick("Over welke eenheid gaat het? (niet verplicht)")
    fictief = BooleanField("Deze melding is verzonnen, als voorbeeld")

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.unit.choices = [("", "Geen"), *units_of_today(db.session())]

    @property
    def details(self) -> SignalDetails:
        """What was filled in."""
        return SignalDetails(
            self.text.data,
            self.sender.data,
            self.received_on.data,
            self.handling,
            int(self.unit.data) if self.unit.data else None,
            self.fictief.data,
        )


class MadeForm(BornForm):
    """The point that is made of a signal, and whether that was all."""

    more = BooleanField(MORE)


class JoinForm(StepForm):
    """The point that a signal is added to, and whether that was all."""

    point = Pick("Bij welk punt hoort het?", validators=[DataRequired("Kies een punt.")])
    more = BooleanField(MORE)


class WordsForm(StepForm):
    """Why a signal is settled or opened again."""

    words = Words("Toelichting", validators=[most(verbs.WORDS_LENGTH)])


@blueprint.get("/meldingen")
@requires(here.PERMISSION)
def signals() -> str:
    """All signals: what is past its term first; narrowed by the address."""
    day, asked = today(), {name: request.args.get(name, "") for name in FILTERS}
    every = verbs.listed(db.session(), day)
    wanted = Asked(asked["soort"], asked["stand"], asked["zoek"])
    found = [each for each in every if wanted.fits(each)]
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/signals.html",
        found=found,
        total=len(every),
        asked=asked,
        choices=(("soort", "Soort", verbs.KINDS), ("stand", "Stand", verbs.STATES)),
        day=day,
    )


@blueprint.route("/meldingen/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_signal() -> Page:
    """Write down a signal that came in."""
    form = SignalForm(data=None if request.method == "POST" else {"received_on": today()})
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash("De melding is toegevoegd.", "success")
            return redirect(url_for("follow_up.signal", signaal=made.id), 303)
    return answer("follow_up/signal_form.html", form)


@blueprint.get("/meldingen/<int:signaal>")
@requires(here.PERMISSION)
def signal(signaal: int) -> str:
    """A signal, what came of it, and its history."""
    return render_template("follow_up/signal.html", each=SIGNALS.found(signaal), day=today())


@blueprint.route("/meldingen/<int:signaal>/behandeling", methods=["GET", "POST"])
@requires(here.PERMISSION)
def handle_signal(signaal: int) -> Page:
    """Say what an open signal is, how urgent, and who handles it before when."""
    found = SIGNALS.found(signaal)
    form = HandlingForm(data=seen_as(found, **vars(found.handling)))
    return SIGNALS.page(
        form,
        found,
        lambda: verbs.handle(db.session(), signaal, form.handling, by=acting(), seen_version=seen_version()),
        done="De behandeling is bewaard.",
        heading="Behandeling wijzigen",
        intro="Wie handelt deze melding af, en vóór welke dag?",
        button_text="Behandeling bewaren",
    )


@blueprint.route("/meldingen/<int:signaal>/punt", methods=["GET", "POST"])
@requires(here.PERMISSION)
def signal_point(signaal: int) -> Page:
    """Make a point of a signal, for the unit that it is about."""
    found = SIGNALS.found(signaal)
    whom = found.unit.name if found.unit else ""
    form = MadeForm(data=seen_as(found, text=found.text, addressee=whom))
    return SIGNALS.page(
        form,
        found,
        lambda: verbs.make_point(
            db.session(),
            signaal,
            form.details(found.unit_id, found.fictief),
            more=form.more.data,
            by=acting(),
            seen_version=seen_version(),
        ),
        done="Van de melding is een punt gemaakt.",
        heading="Punt maken van een melding",
        intro="De melding is daarmee afgehandeld, tenzij er nog meer van komt. Uit een RI&E kunnen meer"
        " punten komen. Gaat de melding over een eenheid, dan ziet zij het punt bij haar opvolging.",
        button_text="Punt maken",
        hints=BORN_HINTS,
    )


@blueprint.route("/meldingen/<int:signaal>/toevoegen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def join_signal(signaal: int) -> Page:
    """Add a signal to a point that is open."""
    found = SIGNALS.found(signaal)
    form = JoinForm(data=seen_as(found))
    had = {each.point_id for each in found.links}
    form.point.choices = [("", "Kies een punt")] + [
        (str(each.id), f"{each.kind_label}: {each.called}")
        for each in points.listed(db.session())
        if each.is_open and each.id not in had and each.fictief == found.fictief
    ]
    return SIGNALS.page(
        form,
        found,
        lambda: verbs.join(
            db.session(),
            signaal,
            int(form.point.data),
            more=form.more.data,
            by=acting(),
            seen_version=seen_version(),
        ),
        done="De melding is aan het punt toegevoegd.",
        heading="Melding aan een punt toevoegen",
        intro="Is er al een punt dat hierover gaat? Dan is de melding daarmee afgehandeld, tenzij er nog meer"
        " van komt.",
        button_text="Melding toevoegen",
    )


@blueprint.route("/meldingen/<int:signaal>/afhandelen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def settle_signal(signaal: int) -> Page:
    """Settle a signal: with the points that it has, or without one and then with a reason."""
    found = SIGNALS.found(signaal)
    form = WordsForm(data=seen_as(found))
    led = any(not each.removed for each in found.links)
    reads = " De eenheid die het meldde, leest dit." if found.by_unit else ""
    return SIGNALS.page(
        form,
        found,
        lambda: verbs.settle(
            db.session(), signaal, form.words.data, by=acting(), seen_version=seen_version()
        ),
        done="De melding is afgehandeld.",
        heading="Melding afhandelen",
        intro=(
            f"Van deze melding kwamen al punten. Een toelichting mag.{reads}"
            if led
            else f"Er komt geen punt van deze melding. Schrijf op waarom.{reads}"
        ),
        button_text="Melding afhandelen",
    )


@blueprint.route("/meldingen/<int:signaal>/heropenen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def reopen_signal(signaal: int) -> Page:
    """Open a settled signal again."""
    found = SIGNALS.found(signaal)
    form = WordsForm(data=seen_as(found))
    return SIGNALS.page(
        form,
        found,
        lambda: verbs.reopen(
            db.session(), signaal, form.words.data, by=acting(), seen_version=seen_version()
        ),
        done="De melding is weer open.",
        heading="Melding heropenen",
        intro="Moet er toch nog iets gebeuren? Schrijf op waarom. Punten die er al van kwamen, blijven.",
        button_text="Melding heropenen",
    )
