"""The procedure in which a point is anchored, and at which level what remains of a risk was accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, request, url_for
from wtforms.validators import Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.stepping import Page, StepForm, Steps, seen_as
from app.judge.factor import seen_version
from app.manage.forms import Day, Text, Words, most
from surveys.follow_up import anchoring as verbs
from surveys.follow_up import points
from surveys.follow_up.points import AcceptedRisk, Anchor, PointInfo

CLOSED: Final = "Dit punt is afgesloten. Heropen het als er toch nog iets moet gebeuren."
WHOLE: Final = "Vul alle velden in, of maak ze allemaal leeg."
POINTS: Final = Steps(
    points.find, lambda number: url_for("follow_up.point", nummer=number, _anchor="gegevens"), "point"
)


class AnchorForm(StepForm):
    """A procedure, as a whole or not at all."""

    title = Text("Titel van de procedure", validators=[most(verbs.TITLE_LENGTH)])
    version = Text("Versie of datum", validators=[most(verbs.VERSION_LENGTH)])
    place = Text("Waar is de procedure te vinden?", validators=[most(verbs.PLACE_LENGTH)])

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that all of them are filled in or none."""
        return _whole(self, ("title", "version", "place"), super().validate(extra_validators))

    @property
    def anchor(self) -> Anchor | None:
        """What was filled in; None for nothing."""
        if not (self.title.data or "").strip():
            return None
        return Anchor(self.title.data, self.version.data, self.place.data)


class RiskForm(StepForm):
    """That a risk was accepted, as a whole or not at all."""

    level = Text("Wie aanvaardde het risico, op welk niveau?", validators=[most(verbs.LEVEL_LENGTH)])
    on = Day("Op welke dag?", validators=[Optional()])
    words = Words("Welk risico blijft er, en waarom is dat aanvaard?", validators=[most(verbs.WORDS_LENGTH)])

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that all of them are filled in or none."""
        return _whole(self, ("level", "on", "words"), super().validate(extra_validators))

    @property
    def risk(self) -> AcceptedRisk | None:
        """What was filled in; None for nothing."""
        if not (self.level.data or "").strip():
            return None
        return AcceptedRisk(self.level.data, self.on.data, self.words.data)


def _whole(form: StepForm, names: tuple[str, ...], good: bool) -> bool:
    """Refuse a form of which some fields are filled in and others are not."""
    empty = [form[name] for name in names if not str(form[name].data or "").strip()]
    if len(empty) in (0, len(names)):
        return good
    for field in empty:
        if not field.errors:
            field.errors = [WHOLE]
    return False


@blueprint.route("/punten/<int:nummer>/procedure", methods=["GET", "POST"])
@requires(here.PERMISSION)
def anchor(nummer: int) -> Page:
    """Record in which procedure a point is anchored."""
    found = here.find(nummer)
    form = AnchorForm(data=_held(found, found.anchor))
    return _step(
        form,
        found,
        lambda: verbs.anchor(db.session(), nummer, form.anchor, by=acting(), seen_version=seen_version()),
        done="De procedure is bewaard." if form.anchor else "Bij dit punt staat nu geen procedure.",
        heading="Verankeren in een procedure",
        intro="In welke vaste werkwijze of procedure (SOP) is dit punt opgenomen? Maak alle velden leeg als"
        " dat niet (meer) zo is.",
        button_text="Procedure bewaren",
        hints={"version": "Bijvoorbeeld: versie 3, of 1 maart 2026."},
    )


@blueprint.route("/punten/<int:nummer>/restrisico", methods=["GET", "POST"])
@requires(here.PERMISSION)
def accept_risk(nummer: int) -> Page:
    """Record at which level what remains of a risk was accepted."""
    found = here.find(nummer)
    form = RiskForm(data=_held(found, found.risk))
    return _step(
        form,
        found,
        lambda: verbs.accept_risk(db.session(), nummer, form.risk, by=acting(), seen_version=seen_version()),
        done="Het restrisico is bewaard." if form.risk else "Bij dit punt staat nu geen restrisico.",
        heading="Restrisico vastleggen",
        intro="Blijft er na de maatregelen een risico over? Leg vast op welk niveau dat is aanvaard. Maak"
        " alle velden leeg als dat niet (meer) zo is.",
        button_text="Restrisico bewaren",
        hints={"level": "Bijvoorbeeld: Commandant NLD JFC."},
    )


def _held(found: PointInfo, held: Anchor | AcceptedRisk | None) -> Any:
    """What a form begins with: what the point has already, in the version that it is at."""
    return seen_as(found, **(vars(held) if held else {}))


def _step(form: StepForm, found: PointInfo, step: Callable[[], object], **values: Any) -> Page:
    """The page of a form about a point; the way back to one that can't change."""
    if request.method == "GET" and not found.is_open:
        flash(CLOSED, "info")
        return redirect(POINTS.place(found.id), 303)
    return POINTS.page(form, found, step, **values)
