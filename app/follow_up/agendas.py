"""The agenda of a meeting: what is proposed, what is on it in which order, what was said, and decisions."""

from __future__ import annotations

from typing import Any, Literal

from flask import abort, flash, render_template, request, url_for
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.committees import Page, attempt, mark_meeting, meeting_of, to_meeting
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from exports.documents import DOCUMENTS
from surveys.acting import today
from surveys.follow_up import agendas as verbs
from surveys.follow_up import committees, deciding, kinds, points
from surveys.follow_up.agendas import OUTCOMES, ItemInfo, Recorded
from surveys.follow_up.committees import MeetingInfo
from surveys.follow_up.deciding import Asked, DecisionInfo, Taken

NEW = "nieuw"
"""The choice for a decision that nobody asked for before."""
GONE = (
    "Een collega heeft dit onderwerp intussen van de agenda gehaald. Wat u schreef, staat hieronder."
    " Vul het onderwerp in, of kies het punt, om het er weer op te zetten."
)
DIGITS = 9
"""No number that a page sends has more."""


class OwnForm(Form):
    """A subject of the committee's own, or a point of the register."""

    subject = Text("Eigen onderwerp", validators=[most(verbs.SUBJECT_LENGTH)])
    point = Pick("Of een punt uit het register")
    note = Words("Toelichting (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])

    def __init__(self, there: set[int], **values: Any) -> None:
        """`there`: the points that are on the agenda already; `values` fills in the form."""
        super().__init__(**values)
        self.point.choices = [
            ("", "Geen punt"),
            *(
                (str(each.id), each.called)
                for each in points.listed(db.session())
                if each.is_open and each.id not in there
            ),
        ]


class RecordForm(Form):
    """What was said of something on the agenda, and what became of it."""

    outcome = RadioField(
        "Wat is ermee gebeurd?", choices=OUTCOMES, validators=[InputRequired("Kies wat ermee is gebeurd.")]
    )
    said = Words("Wat is er gezegd? (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])
    note = Words("Toelichting bij de agenda (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])
    versie = HiddenField()

    @property
    def recorded(self) -> Recorded:
        """What was filled in."""
        return Recorded(self.outcome.data, self.said.data, self.note.data)


class DecisionForm(Form):
    """A decision about the point: on a question that is open, or a new one; taken, or still to be taken."""

    which = RadioField("Over welke vraag?", validators=[InputRequired("Kies over welke vraag het gaat.")])
    kind = Pick("Soort besluit")
    question = Words("Wat moet er worden besloten?", validators=[most(points.TEXT_LENGTH)])
    decider = Text("Wie neemt het besluit, of doet het?", validators=[most(points.NAME_LENGTH)])
    due_on = Day("Voor welke dag? (niet verplicht)", validators=[Optional()])
    decided = Words(
        "Wat is er besloten? (leeg laten als het besluit nog moet komen)",
        validators=[most(points.TEXT_LENGTH)],
    )
    taken_on = Day("Op welke dag is het besloten?", validators=[Optional()])

    def __init__(self, waiting: list[DecisionInfo], **values: Any) -> None:
        """`waiting`: the decisions about the point that are open; `values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [("", "Kies een soort"), *kinds.DECISIONS.items()]
        self.which.choices = [
            *((str(each.id), f"{each.label}: {each.question}") for each in waiting),
            (NEW, "Een nieuwe vraag"),
        ]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that what was decided has its day, and an open question its words."""
        good = super().validate(extra_validators)
        if self.taken is not None and not self.taken_on.data and not self.taken_on.errors:
            self.taken_on.errors, good = ["Vul de dag in waarop het besluit is genomen."], False
        if self.which.data not in (NEW, None) and self.taken is None:
            self.decided.errors, good = ["Vul in wat er is besloten."], False
        return good

    @property
    def asked(self) -> Asked:
        """The new question that was filled in."""
        return Asked(self.kind.data, self.question.data, self.decider.data, self.due_on.data)

    @property
    def taken(self) -> Taken | None:
        """What was decided, if anything."""
        if not (self.decided.data or "").strip():
            return None
        return Taken(self.decided.data, self.decider.data, self.taken_on.data)


@blueprint.get("/vergaderingen/<int:vergadering>")
@requires(here.PERMISSION)
def meeting(vergadering: int) -> Page:
    """A meeting: its agenda, what is proposed for it, and its decisions."""
    return _page(meeting_of(vergadering), Form())


@blueprint.post("/vergaderingen/<int:vergadering>/voorstel")
@requires(here.PERMISSION)
def take_over(vergadering: int) -> Page:
    """Put the proposed points that were chosen (`punt`) on the agenda."""
    found, form = meeting_of(vergadering), Form()
    wanted = set(map(_number, request.form.getlist("punt")))
    if form.validate_on_submit():
        count = take(form, lambda: verbs.take_over(db.session(), vergadering, wanted, by=acting()))
        if count is not None:
            flash(f"{'1 punt staat' if count == 1 else f'{count} punten staan'} op de agenda.", "success")
            return to_meeting(vergadering)
    return _page(found, form, wanted)


@blueprint.post("/vergaderingen/<int:vergadering>/doorschuiven")
@requires(here.PERMISSION)
def pass_on(vergadering: int) -> Page:
    """Put what was not dealt with on the agenda of the next meeting."""
    found, form = meeting_of(vergadering), Form()
    if form.validate_on_submit():
        passed = take(form, lambda: verbs.pass_on(db.session(), vergadering, by=acting()))
        if passed is not None:
            after, count = passed
            subjects = "1 onderwerp staat" if count == 1 else f"{count} onderwerpen staan"
            flash(f"{subjects} nu op deze agenda.", "success")
            return to_meeting(after.id)
    return _page(found, form)


@blueprint.route("/vergaderingen/<int:vergadering>/onderwerpen/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_item(vergadering: int) -> Page:
    """Put an own subject on the agenda, or a point that was not proposed."""
    found = meeting_of(vergadering)
    items = verbs.items(db.session(), vergadering)
    form = OwnForm({item.point.id for item in items if item.point})
    if form.validate_on_submit():
        point_id = int(form.point.data) if form.point.data else None
        made = take(
            form,
            lambda: verbs.add_own(
                db.session(), vergadering, form.subject.data, form.note.data, point_id, by=acting()
            ),
        )
        if made is not None:
            flash("Het onderwerp staat op de agenda.", "success")
            return to_meeting(vergadering)
    mark_meeting(found, items)
    return answer("follow_up/agenda_add.html", form, meeting=found)


@blueprint.route("/vergaderingen/<int:vergadering>/onderwerpen/<int:onderwerp>", methods=["GET", "POST"])
@requires(here.PERMISSION)
def agenda_item(vergadering: int, onderwerp: int) -> Page:
    """Something on the agenda: record what was said, and (`wat=besluit`) what was decided about its point."""
    found, item = meeting_of(vergadering), _find(vergadering, onderwerp)
    if item is None:
        return _gone(found) if request.method == "POST" else abort(404)
    waiting = _waiting(item)
    sent, deciding_now = request.method == "POST", request.form.get("wat") == "besluit"
    record = RecordForm(
        formdata=request.form if sent and not deciding_now else None,
        data={"outcome": item.outcome, "said": item.said, "note": item.note, "versie": str(item.version)},
    )
    decide = DecisionForm(
        waiting,
        formdata=request.form if sent and deciding_now else None,
        data={
            "which": str(waiting[0].id) if waiting else NEW,
            "decider": found.committee.name,
            "taken_on": min(found.held_on, today()),
        },
    )
    form: Any = decide if deciding_now else record
    theirs = None
    if form.validate_on_submit():
        step = _decided if deciding_now else _recorded
        went = attempt(form, lambda: step(vergadering, item, form))
        if went is True:
            flash("Het besluit is vastgelegd." if deciding_now else "Het onderwerp is bewaard.", "success")
            return to_meeting(vergadering)
        if went is None:
            theirs = _find(vergadering, onderwerp)
            if theirs is None:
                return _gone(found)
            record.versie.data = str(theirs.version)
    mark_meeting(found, [item])
    page = answer(
        "follow_up/agenda_item.html",
        form,
        meeting=found,
        item=theirs or item,
        theirs=theirs,
        record=record,
        decide=decide,
        versions={str(each.id): each.version for each in waiting},
    )
    return (page[0], 409) if theirs else page


@blueprint.post("/vergaderingen/<int:vergadering>/onderwerpen/<int:onderwerp>/plaats")
@requires(here.PERMISSION)
def move_item(vergadering: int, onderwerp: int) -> Page:
    """Put something one place higher (`naar=omhoog`) or lower on the agenda."""
    found, form = meeting_of(vergadering), Form()
    way: Literal["up", "down"] = "up" if request.form.get("naar") == "omhoog" else "down"
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.move(db.session(), vergadering, onderwerp, way, by=acting())
    ):
        return to_meeting(vergadering)
    return _page(found, form)


@blueprint.post("/vergaderingen/<int:vergadering>/onderwerpen/<int:onderwerp>/weghalen")
@requires(here.PERMISSION)
def remove_item(vergadering: int, onderwerp: int) -> Page:
    """Take something off the agenda."""
    found, form = meeting_of(vergadering), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.remove(db.session(), vergadering, onderwerp, by=acting())
    ):
        flash("Het onderwerp is van de agenda gehaald.", "success")
        return to_meeting(vergadering)
    return _page(found, form)


def _page(found: MeetingInfo, form: Form, wanted: set[int] | None = None) -> Page:
    """The page of a meeting; `wanted`: the proposed points that were chosen (None: all)."""
    items = verbs.items(db.session(), found.id)
    proposed = [] if found.held else verbs.proposals(db.session(), found, today())
    after = committees.following(db.session(), found)
    mark_meeting(found, items)
    here.mark(*(each.point for each in proposed))
    return answer(
        "follow_up/meeting.html",
        form,
        meeting=found,
        items=items,
        proposed=proposed,
        wanted={each.point.id for each in proposed} if wanted is None else wanted,
        decided=verbs.decisions(db.session(), [found]),
        following=after,
        left=verbs.left(db.session(), found, after),
        today=today(),
        files={
            format.label: url_for("follow_up.meeting_file", vergadering=found.id, vorm=name)
            for name, format in DOCUMENTS.items()
        },
    )


def _find(number: int, item_id: int) -> ItemInfo | None:
    return verbs.find(db.session(), number, item_id) if item_id <= LARGEST_ID else None


def _gone(found: MeetingInfo) -> Page:
    """What was written about something that a colleague took off the agenda meanwhile, to be put back."""
    items = verbs.items(db.session(), found.id)
    written = (request.form.get(name, "").strip() for name in ("question", "decided", "said", "note"))
    form = OwnForm(
        {item.point.id for item in items if item.point},
        formdata=None,
        data={"note": "\n\n".join(filter(None, written))},
    )
    form.form_errors.append(GONE)
    mark_meeting(found, items)
    return render_template("follow_up/agenda_add.html", form=form, meeting=found), 409


def _waiting(item: ItemInfo) -> list[DecisionInfo]:
    """The open decisions about the point of an item, if it has one."""
    if item.point is None:
        return []
    return [each for each in deciding.of_points(db.session(), [item.point.id])[item.point.id] if each.open]


def _recorded(number: int, item: ItemInfo, form: RecordForm) -> None:
    """Record what was said of something on the agenda."""
    verbs.record(db.session(), number, item.id, form.recorded, by=acting(), seen_version=seen_version())


def _decided(number: int, item: ItemInfo, form: DecisionForm) -> None:
    """Record what was filled in about a decision."""
    place = (db.session(), number, item.id)
    if form.which.data == NEW:
        verbs.ask(*place, form.asked, form.taken, by=acting())
    elif form.taken is not None:
        version = _number(request.form.get(f"versie-{form.which.data}", ""))
        verbs.take(*place, int(form.which.data), form.taken, by=acting(), seen_version=version)


def _number(sent: str) -> int:
    """A number that a page sent, -1 for anything else."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= DIGITS else -1
