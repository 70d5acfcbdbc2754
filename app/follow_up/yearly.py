"""Letters of the year and parts of the annual report: the list, one of them, its files, and settling it."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired, Optional

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.committees import Page, attempt, class_choices
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from app.report.files import sent
from exports.documents import DOCUMENTS
from exports.follow_up import yearly as layout
from surveys.acting import now, today
from surveys.follow_up import origins
from surveys.follow_up import yearly as verbs
from surveys.follow_up.yearly import EVERYTHING, KINDS, YearlyDetails, YearlyInfo
from surveys.follow_up.yearly_content import Content

SOURCE: Final = "bron"
"""Before the id of a document in the field that says which points; other values name a scheme."""
SHEET: Final = "xlsx"
FILES: Final = {**{name: each.label for name, each in DOCUMENTS.items()}, SHEET: "Excel"}
"""The formats of a letter, as people call them."""
REMOVED: Final = (
    "Een collega heeft deze brief intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Brief bewaren’ komt het als nieuwe brief in de lijst."
)
CONFIRM: Final = "follow_up/yearly_confirm.html"


class YearlyForm(Form):
    """The heading of a letter, which points it is about, and its introduction."""

    kind = Pick("Soort")
    subject = Text(
        "Betreft", validators=[DataRequired("Vul in waar de brief over gaat."), most(verbs.SUBJECT_LENGTH)]
    )
    dated = Day("Datum", validators=[InputRequired("Vul de datum van de brief in.")])
    reference = Text("Onze referentie (niet verplicht)", validators=[most(verbs.REFERENCE_LENGTH)])
    due_on = Day("Moet weg vóór (niet verplicht)", validators=[Optional()])
    about = Pick("Over welke punten?")
    compares = BooleanField("Vergelijk met de vorige vastgestelde brief over dezelfde punten")
    introduction = Words("Inleiding (niet verplicht)", validators=[most(verbs.TEXT_LENGTH)])
    fictief = BooleanField("Deze brief is verzonnen, als voorbeeld")
    vervangt = HiddenField()
    versie = HiddenField()

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [*KINDS.items()]
        self.about.choices = [
            ("", EVERYTHING),
            *(
                (f"{SOURCE}:{row.info.id}", f"Punten uit: {row.info.title}")
                for row in origins.listed(db.session())
            ),
            *class_choices(),
        ]

    @property
    def details(self) -> YearlyDetails:
        """What was filled in."""
        kind, _, value = (self.about.data or "").partition(":")
        origin = int(value) if kind == SOURCE else None
        replaced = self.vervangt.data or ""
        return YearlyDetails(
            kind=self.kind.data,
            subject=self.subject.data,
            dated=self.dated.data,
            reference=self.reference.data,
            due_on=self.due_on.data,
            introduction=self.introduction.data,
            origin_id=origin,
            scheme=kind if kind and origin is None else None,
            code=value if kind and origin is None else None,
            compares=self.compares.data,
            replaces_id=int(replaced[:9]) if replaced.isascii() and replaced.isdecimal() else None,
            fictief=self.fictief.data,
        )


@blueprint.get("/jaarbrieven")
@requires(here.PERMISSION)
def yearly_letters() -> str:
    """All letters of the year, the latest first."""
    found = verbs.listed(db.session())
    here.mark(more=(each.details.fictief for each in found))
    return render_template("follow_up/yearly_letters.html", found=found)


@blueprint.route("/jaarbrieven/nieuw", methods=["GET", "POST"])
@requires(here.PERMISSION)
def new_yearly() -> Page:
    """Add a letter; `?vervangt=` is the settled one that it corrects."""
    replaced = _find(_asked_number())
    begin: dict[str, Any] = {"compares": True, "dated": today()}
    if replaced is not None and replaced.is_settled:
        begin = {**_values(replaced), "vervangt": str(replaced.id), "versie": ""}
    form = YearlyForm(data=None if request.method == "POST" else begin)
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash("De brief is toegevoegd als concept.", "success")
            return _to(made.id)
    return answer("follow_up/yearly_form.html", form, each=None, theirs=None)


@blueprint.get("/jaarbrieven/<int:brief>")
@requires(here.PERMISSION)
def yearly_letter(brief: int) -> str:
    """A letter: what it tells, what changed since the one before, what may be missing, and its files."""
    found = _found(brief)
    content = verbs.content(db.session(), found, today())
    here.mark(more=[content.fictief])
    return render_template(
        "follow_up/yearly_letter.html",
        letter=found,
        content=content,
        heading=layout.heading(content.heading),
        summary=layout.summary(content),
        facts=layout.facts,
        missing=() if found.is_settled else verbs.lacking(found, content),
        files={form: url_for("follow_up.yearly_file", brief=brief, vorm=form) for form in FILES},
        labels=FILES,
    )


@blueprint.get("/jaarbrieven/<int:brief>/bestand")
@requires(here.PERMISSION)
def yearly_file(brief: int) -> Response:
    """The letter as a file; `?vorm=` is the format, PDF when the address names none."""
    form, found = request.args.get("vorm", "pdf"), _found(brief)
    if form not in FILES:
        abort(404)
    content = verbs.content(db.session(), found, today())
    if form != SHEET:
        return sent(layout.document(found, content), form, *layout.parts(found))
    book = layout.book(found, content, found.at if found.is_settled else now())
    return downloads.send(book, SHEET, layout.sheet_name(found, content))


@blueprint.route("/jaarbrieven/<int:brief>/wijzigen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_yearly(brief: int) -> Page:
    """Change a draft; when a colleague was first, both are shown."""
    found = _find(brief)
    if found is None:
        return _removed() if request.method == "POST" else abort(404)
    form, theirs = YearlyForm(data=None if request.method == "POST" else _values(found)), None
    if form.validate_on_submit():
        went = attempt(
            form,
            lambda: verbs.change(db.session(), brief, form.details, by=acting(), seen_version=seen_version()),
        )
        if went is True:
            flash("De brief is gewijzigd.", "success")
            return _to(brief)
        if went is None:
            theirs = _found(brief)
            form.versie.data = str(theirs.version)
    here.mark(more=[found.details.fictief])
    page = answer("follow_up/yearly_form.html", form, each=found, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/jaarbrieven/<int:brief>/verwijderen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remove_yearly(brief: int) -> Page:
    """Look at a draft before it is taken out of the list, and take it out."""
    found, form = _found(brief), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.remove(db.session(), brief, by=acting(), seen_version=seen_version())
    ):
        flash("De brief is verwijderd.", "success")
        return redirect(url_for("follow_up.yearly_letters"), 303)
    here.mark(more=[found.details.fictief])
    return answer(
        CONFIRM,
        form,
        each=_found(brief),
        heading="Concept verwijderen",
        intro="U haalt dit concept uit de lijst. De punten blijven staan. Het logboek onthoudt dat u dat"
        " deed.",
    )


@blueprint.route("/jaarbrieven/<int:brief>/vaststellen", methods=["GET", "POST"])
@requires(here.PERMISSION, fresh=True)
def settle_yearly(brief: int) -> Page:
    """Settle a letter: what it tells stands for good."""
    found, form = _found(brief), Form()
    if form.validate_on_submit() and attempt(
        form, lambda: verbs.settle(db.session(), brief, by=acting(), seen_version=seen_version())
    ):
        flash("De brief is vastgesteld.", "success")
        return _to(brief)
    found = _found(brief)
    content: Content = verbs.content(db.session(), found, today())
    here.mark(more=[content.fictief])
    return answer(
        CONFIRM,
        form,
        each=found,
        heading="Brief vaststellen",
        intro="Daarna verandert de brief niet meer, ook niet als de punten veranderen. De volgende brief"
        " vergelijkt met wat hier staat. Klopt er later iets niet? Dan maakt u een verbeterde brief"
        " die deze vervangt.",
        summary=layout.summary(content),
        missing=() if found.is_settled else verbs.lacking(found, content),
    )


def _to(number: int) -> Response:
    return redirect(url_for("follow_up.yearly_letter", brief=number), 303)


def _asked_number() -> int:
    """The letter that the address wants to be replaced, 0 for none."""
    sent = request.args.get("vervangt", "")
    return int(sent[:9]) if sent.isascii() and sent.isdecimal() else 0


def _find(number: int) -> YearlyInfo | None:
    return verbs.find(db.session(), number) if number <= LARGEST_ID else None


def _found(number: int) -> YearlyInfo:
    return _find(number) or abort(404)


def _removed() -> Page:
    """What was typed for a draft that a colleague removed meanwhile, to be kept as a new one."""
    form = YearlyForm()
    form.form_errors.append(REMOVED)
    return render_template("follow_up/yearly_form.html", form=form, each=None, theirs=None), 409


def _values(found: YearlyInfo) -> dict[str, Any]:
    details = found.details
    about = f"{details.scheme}:{details.code}" if details.scheme else ""
    return {
        **{name: value for name, value in vars(details).items() if value is not None},
        "about": f"{SOURCE}:{details.origin_id}" if details.origin_id else about,
        "vervangt": str(details.replaces_id or ""),
        "versie": str(found.version),
    }
