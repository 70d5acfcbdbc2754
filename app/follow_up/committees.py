"""Committees and their meetings: the lists, adding, changing and removing, settling the minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.report.files import asked as asked_format
from app.report.files import sent
from exports.documents import DOCUMENTS
from exports.follow_up import meeting as layout
from surveys import directory
from surveys.acting import today
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import agendas, schemes
from surveys.follow_up import committees as verbs
from surveys.follow_up.agendas import SHOWN, ItemInfo, Listed
from surveys.follow_up.committees import (
    EVERYTHING,
    CommitteeDetails,
    CommitteeInfo,
    MeetingDetails,
    MeetingInfo,
)

Page = str | Response | tuple[str, int]
UNIT: Final = "eenheid"
"""Before the id of a unit in the field that says what a committee is about; other values name a scheme."""
REMOVED: Final = (
    "Een collega heeft dit overleg intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Overleg bewaren’ komt het als nieuw overleg in de lijst."
)
CANCELLED: Final = (
    "Een collega heeft deze vergadering intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Vergadering bewaren’ komt het als nieuwe vergadering bij het overleg."
)
CONFIRM: Final = "follow_up/meeting_confirm.html"


class CommitteeForm(Form):
    """What a committee is called, who is in it and what it is about."""

    name = Text("Naam", validators=[DataRequired("Vul in hoe het overleg heet."), most(verbs.NAME_LENGTH)])
    about = Pick("Waar gaat het overleg over?")
    members = Words("Leden (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])
    fictief = BooleanField("Dit overleg is verzonnen, als voorbeeld")
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.about.choices = [("", EVERYTHING), *class_choices(), *_units()]

    @property
    def details(self) -> CommitteeDetails:
        """What was filled in."""
        kind, _, value = (self.about.data or "").partition(":")
        unit = int(value) if kind == UNIT else None
        scheme, code = (kind, value) if kind and unit is None else (None, None)
        return CommitteeDetails(self.name.data, self.members.data, scheme, code, unit, self.fictief.data)


class MeetingForm(Form):
    """When and where a meeting is."""

    held_on = Day("Datum", validators=[InputRequired("Vul de datum van de vergadering in.")])
    begins = Text("Begint om (niet verplicht)")
    ends = Text("Eindigt om (niet verplicht)")
    location = Text("Plaats (niet verplicht)", validators=[most(verbs.PLACE_LENGTH)])
    note = Words("Opmerking (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])
    versie = HiddenField()

    @property
    def details(self) -> MeetingDetails:
        """What was filled in."""
        return MeetingDetails(
            self.held_on.data, self.begins.data, self.ends.data, self.location.data, self.note.data
        )


class ReasonForm(Form):
    """Why minutes are opened again."""

    reason = Words(
        "Waarom moet het verslag weer open?",
        validators=[DataRequired("Leg uit waarom het verslag weer open moet."), most(verbs.TEXT_LENGTH)],
    )
    versie = HiddenField()


def class_choices() -> list[tuple[str, str]]:
    """Every value of every classification, as `scheme:code`, to choose from."""
    return [
        (f"{scheme.code}:{code}", f"{scheme.title}: {scheme.label(code)}")
        for scheme in schemes.schemes(db.session()).values()
        for code in scheme.values
    ]


def _units() -> list[tuple[str, str]]:
    day = today()
    return [
        (f"{UNIT}:{row.id}", f"Punten van {row.name_on(day).name}")
        for row in directory.all_units(db.session())
    ]


@blueprint.get("/overleg")
@requires(here.PERMISSION)
def committees() -> str:
    """All committees, each with the meetings that are prepared and the last one that was held."""
    found = verbs.listed(db.session())
    here.mark(more=(each.fictief for each in found))
    return render_template(
        "follow_up/committees.html", found=found, meetings=verbs.meetings(db.session()), today=today()
    )


@blueprint.route("/overleg/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_committee() -> Page:
    """Add a committee."""
    form = CommitteeForm()
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash("Het overleg is toegevoegd.", "success")
            return redirect(url_for("follow_up.committee", overleg=made.id), 303)
    return answer("follow_up/committee_form.html", form, each=None, theirs=None)


@blueprint.get("/overleg/<int:overleg>")
@requires(here.PERMISSION)
def committee(overleg: int) -> str:
    """A committee: who is in it, its meetings, and the decisions that are open."""
    found = committee_of(overleg)
    meetings = verbs.meetings(db.session(), overleg)
    listed = agendas.decisions(db.session(), meetings)
    _mark(found, listed)
    return render_template(
        "follow_up/committee.html",
        found=found,
        meetings=meetings,
        open_ones=[each for each in listed if each.decision.open],
        total=len(listed),
        today=today(),
    )


@blueprint.get("/overleg/<int:overleg>/besluiten")
@requires(here.PERMISSION)
def decision_list(overleg: int) -> str:
    """The decisions of a committee over all its meetings; `?stand=` narrows them."""
    found, state = committee_of(overleg), _state()
    listed = agendas.decisions(db.session(), verbs.meetings(db.session(), overleg), state)
    _mark(found, listed)
    return render_template(
        "follow_up/decision_list.html",
        found=found,
        listed=listed,
        state=state,
        states=SHOWN,
        today=today(),
        files={
            format.label: url_for("follow_up.decision_list_file", overleg=overleg, stand=state, vorm=form)
            for form, format in DOCUMENTS.items()
        },
    )


@blueprint.get("/overleg/<int:overleg>/besluiten/bestand")
@requires(here.PERMISSION)
def decision_list_file(overleg: int) -> Response:
    """The same as a file; `?vorm=` is the format."""
    found, state, form = committee_of(overleg), _state(), asked_format()
    listed = agendas.decisions(db.session(), verbs.meetings(db.session(), overleg), state)
    narrowed = SHOWN.get(state, "Alle besluiten")
    made = layout.decision_list(found, listed, narrowed, today().isoformat())
    return sent(made, form, "besluitenlijst", found.name)


@blueprint.route("/overleg/<int:overleg>/wijzigen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_committee(overleg: int) -> Page:
    """Change a committee; when a colleague was first, both are shown."""
    found = _find(overleg)
    if found is None:
        return _removed() if request.method == "POST" else abort(404)
    form, theirs = CommitteeForm(data=None if request.method == "POST" else _values(found)), None
    if form.validate_on_submit():
        went = attempt(
            form,
            lambda: verbs.change(
                db.session(), overleg, form.details, by=acting(), seen_version=seen_version()
            ),
        )
        if went is True:
            flash("Het overleg is gewijzigd.", "success")
            return redirect(url_for("follow_up.committee", overleg=overleg), 303)
        if went is None:
            theirs = committee_of(overleg)
            form.versie.data = str(theirs.version)
    here.mark(more=[found.fictief])
    page = answer("follow_up/committee_form.html", form, each=found, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/overleg/<int:overleg>/verwijderen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remove_committee(overleg: int) -> Page:
    """Look at a committee before it is taken out of the list, and take it out."""
    found, form = committee_of(overleg), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.remove(db.session(), overleg, by=acting(), seen_version=seen_version())
    ):
        flash("Het overleg is verwijderd.", "success")
        return redirect(url_for("follow_up.committees"), 303)
    here.mark(more=[found.fictief])
    return answer("follow_up/committee_remove.html", form, each=committee_of(overleg))


@blueprint.route("/overleg/<int:overleg>/vergadering", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_meeting(overleg: int) -> Page:
    """Plan a meeting of a committee."""
    found, form = committee_of(overleg), MeetingForm()
    if form.validate_on_submit():
        made = take(form, lambda: verbs.plan(db.session(), overleg, form.details, by=acting()))
        if made is not None:
            flash("De vergadering is toegevoegd.", "success")
            return redirect(url_for("follow_up.meeting", vergadering=made.id), 303)
    here.mark(more=[found.fictief])
    return answer("follow_up/meeting_form.html", form, committee=found, each=None, theirs=None)


@blueprint.route("/vergaderingen/<int:vergadering>/wijzigen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_meeting(vergadering: int) -> Page:
    """Change when and where a meeting is; when a colleague was first, both are shown."""
    found = _find_meeting(vergadering)
    if found is None:
        return _cancelled(vergadering) if request.method == "POST" else abort(404)
    begin = {**vars(found.details), "versie": str(found.version)}
    form, theirs = MeetingForm(data=None if request.method == "POST" else begin), None
    if form.validate_on_submit():
        went = attempt(
            form,
            lambda: verbs.replan(
                db.session(), vergadering, form.details, by=acting(), seen_version=seen_version()
            ),
        )
        if went is True:
            flash("De vergadering is gewijzigd.", "success")
            return to_meeting(vergadering)
        if went is None:
            theirs = _find_meeting(vergadering)
            if theirs is None:
                return _cancelled(vergadering)
            form.versie.data = str(theirs.version)
    here.mark(more=[found.committee.fictief])
    page = answer("follow_up/meeting_form.html", form, committee=found.committee, each=found, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/vergaderingen/<int:vergadering>/verwijderen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remove_meeting(vergadering: int) -> Page:
    """Take away a meeting that does not go on."""
    found, form = meeting_of(vergadering), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.cancel(db.session(), vergadering, by=acting(), seen_version=seen_version())
    ):
        flash("De vergadering is verwijderd.", "success")
        return redirect(url_for("follow_up.committee", overleg=found.committee.id), 303)
    here.mark(more=[found.committee.fictief])
    return answer(
        CONFIRM,
        form,
        each=meeting_of(vergadering),
        heading="Vergadering verwijderen",
        intro="U haalt deze vergadering weg, met haar agenda. Dat kan zolang er geen besluiten in zijn"
        " vastgelegd. Het logboek onthoudt dat u dat deed.",
    )


@blueprint.route("/vergaderingen/<int:vergadering>/vaststellen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def settle_meeting(vergadering: int) -> Page:
    """Settle the minutes of a meeting: its agenda changes no more."""
    found, form = meeting_of(vergadering), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.settle(db.session(), vergadering, by=acting(), seen_version=seen_version())
    ):
        flash("Het verslag is vastgesteld.", "success")
        return to_meeting(vergadering)
    items = agendas.items(db.session(), vergadering)
    mark_meeting(found, items)
    return answer(
        CONFIRM,
        form,
        each=meeting_of(vergadering),
        heading="Verslag vaststellen",
        intro="Daarna verandert de agenda niet meer: wat is gezegd en besloten, staat vast. Klopt er later"
        " iets niet? Dan heropent u het verslag, met de reden.",
        left=[item for item in items if item.outcome == agendas.OPEN],
    )


@blueprint.route("/vergaderingen/<int:vergadering>/heropenen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def reopen_meeting(vergadering: int) -> Page:
    """Open the minutes of a meeting again, with the reason."""
    found, form = meeting_of(vergadering), ReasonForm()
    if form.validate_on_submit() and attempt(
        form,
        lambda: verbs.reopen(
            db.session(), vergadering, form.reason.data, by=acting(), seen_version=seen_version()
        ),
    ):
        flash("Het verslag is weer open.", "success")
        return to_meeting(vergadering)
    here.mark(more=[found.committee.fictief])
    return answer(
        CONFIRM,
        form,
        each=meeting_of(vergadering),
        heading="Verslag heropenen",
        intro="Het verslag is vastgesteld. Leg uit waarom het weer open moet. De reden staat bij de"
        " vergadering, en het logboek onthoudt dat u dit deed.",
    )


@blueprint.get("/vergaderingen/<int:vergadering>/bestand")
@requires(here.PERMISSION)
def meeting_file(vergadering: int) -> Response:
    """The agenda of a meeting, with what came of it, as a file; `?vorm=` is the format."""
    found, form = meeting_of(vergadering), asked_format()
    items = agendas.items(db.session(), vergadering)
    made = layout.agenda(found, items, agendas.decisions(db.session(), [found]))
    kind = "verslag" if found.held else "agenda"
    return sent(made, form, kind, found.committee.name, found.held_on.isoformat())


def attempt(form: Form, step: Callable[[], object]) -> bool | None:
    """Take a step and commit it: whether that went well; None when a colleague changed it meanwhile.

    What is wrong then stands above the form.
    """
    try:
        return take(form, lambda: (step(), True)) is not None
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return None


def committee_of(number: int) -> CommitteeInfo:
    """The committee with this number, or 404."""
    return _find(number) or abort(404)


def meeting_of(number: int) -> MeetingInfo:
    """The meeting with this number, or 404."""
    return _find_meeting(number) or abort(404)


def mark_meeting(found: MeetingInfo, items: list[ItemInfo]) -> None:
    """Let the page say that it shows made-up data when the committee or a point on the agenda is."""
    here.mark(*(item.point for item in items if item.point), more=[found.committee.fictief])


def to_meeting(number: int) -> Response:
    """The way to the page of a meeting."""
    return redirect(url_for("follow_up.meeting", vergadering=number), 303)


def _find(number: int) -> CommitteeInfo | None:
    return verbs.find(db.session(), number) if number <= LARGEST_ID else None


def _find_meeting(number: int) -> MeetingInfo | None:
    return verbs.find_meeting(db.session(), number) if number <= LARGEST_ID else None


def _cancelled(number: int) -> Page:
    """What was typed for a meeting that a colleague removed meanwhile, to be kept as a new one."""
    found = (verbs.whose(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
    form = MeetingForm()
    form.form_errors.append(CANCELLED)
    here.mark(more=[found.fictief])
    page = render_template("follow_up/meeting_form.html", form=form, committee=found, each=None, theirs=None)
    return page, 409


def _removed() -> Page:
    """What was typed for a committee that a colleague removed meanwhile, to be kept as a new one."""
    form = CommitteeForm()
    form.form_errors.append(REMOVED)
    return render_template("follow_up/committee_form.html", form=form, each=None, theirs=None), 409


def _mark(found: CommitteeInfo, listed: list[Listed]) -> None:
    here.mark(*(each.point for each in listed), more=[found.fictief])


def _state() -> str:
    """What a decision list is narrowed to: a key of SHOWN, or nothing."""
    asked = request.args.get("stand", "")
    return asked if asked in SHOWN else ""


def _values(found: CommitteeInfo) -> dict[str, Any]:
    details = found.details
    about = f"{UNIT}:{details.unit_id}" if details.unit_id else ""
    return {
        "name": details.name,
        "members": details.members or "",
        "about": f"{details.scheme}:{details.code}" if details.scheme else about,
        "fictief": details.fictief,
        "versie": str(found.version),
    }
