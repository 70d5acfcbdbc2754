"""Letters Opvolging in Beeld: the list, one of them with its table and files, adding, changing, removing."""

from __future__ import annotations

import io
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, most
from app.manage.steps import LARGEST_ID, answer, take
from app.report.files import sent
from exports.follow_up import in_beeld as layout
from exports.follow_up import in_beeld_sheet as workbook
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import in_beeld as report
from surveys.follow_up import letters as verbs
from surveys.follow_up import origins
from surveys.follow_up.in_beeld import InBeeld
from surveys.follow_up.letters import MOST_STUDIES, LetterDetails, LetterInfo

Page = str | Response | tuple[str, int]

FILES: Final = {"docx": "Word", "odt": "ODT (LibreOffice, Word)", "pdf": "PDF", "xlsx": "Excel"}
"""The formats of a letter, as people call them."""
FEWEST, SPARE = 3, 2
"""So many studies can be chosen at least, and more than there are."""
REMOVED: Final = (
    "Een collega heeft deze brief intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Brief bewaren’ komt het als nieuwe brief in de lijst."
)


class LetterForm(Form):
    """The heading of a letter. Its studies are fields `study_1` and on: see `_form`."""

    dated = Day("Datum", validators=[InputRequired("Vul de datum van de brief in.")])
    subject = Text(
        "Betreft",
        validators=[DataRequired("Vul in waar de brief over gaat."), most(verbs.SUBJECT_LENGTH)],
    )
    reference = Text(
        "Onze referentie",
        validators=[DataRequired("Vul de referentie van de brief in."), most(verbs.REFERENCE_LENGTH)],
    )
    fictief = BooleanField("Deze brief is verzonnen, als voorbeeld")
    versie = HiddenField()

    @property
    def studies(self) -> list[Pick]:
        """The fields of the studies, in order."""
        return [field for field in self if field.name.startswith("study_")]

    @property
    def details(self) -> LetterDetails:
        """What was filled in."""
        chosen = tuple(int(field.data) for field in self.studies if field.data)
        return LetterDetails(
            self.dated.data, self.subject.data, self.reference.data, chosen, self.fictief.data
        )


@blueprint.get("/brieven")
@requires(PERMISSION)
def letters() -> str:
    """All letters, the latest first."""
    found = verbs.listed(db.session())
    here.mark(more=(each.fictief for each in found))
    return render_template("follow_up/letters.html", found=found)


@blueprint.route("/brieven/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_letter() -> Page:
    """Add a letter."""
    form = _form()
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash("De brief is toegevoegd.", "success")
            return redirect(url_for("follow_up.letter", brief=made.id), 303)
    return answer("follow_up/letter_form.html", form, each=None, theirs=None)


@blueprint.get("/brieven/<int:brief>")
@requires(PERMISSION)
def letter(brief: int) -> str:
    """A letter: its table as it will be, what is missing, what is left out, and its files."""
    found = _whole(brief)
    here.mark(more=[found.fictief])
    return render_template(
        "follow_up/letter.html",
        found=found,
        heading=layout.heading(found.letter),
        heads=layout,
        about={study.origin.info.id: layout.about(study) for study in found.studies},
        files={form: url_for("follow_up.letter_file", brief=brief, vorm=form) for form in FILES},
        labels=FILES,
    )


@blueprint.get("/brieven/<int:brief>/bestand")
@requires(PERMISSION)
def letter_file(brief: int) -> Response:
    """The letter as a file; `?vorm=` is the format, Word when the address names none."""
    form, found = request.args.get("vorm", "docx"), _whole(brief)
    if form not in FILES:
        abort(404)
    if form != "xlsx":
        return sent(layout.document(found), form, *layout.parts(found.letter))
    return send_file(
        io.BytesIO(workbook.write(found)),
        mimetype=workbook.MEDIA_TYPE,
        as_attachment=True,
        download_name=layout.sheet_name(found.letter, found.fictief),
    )


@blueprint.route("/brieven/<int:brief>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_letter(brief: int) -> Page:
    """Change a letter; when a colleague was first, both are shown."""
    found = _find(brief)
    if found is None:
        return _removed() if request.method == "POST" else abort(404)
    here.mark(more=[found.fictief])
    form, theirs = _form(found), None
    if form.validate_on_submit():

        def step() -> bool:
            verbs.change(db.session(), brief, form.details, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De brief is gewijzigd.", "success")
                return redirect(url_for("follow_up.letter", brief=brief), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _find(brief)
            if theirs is None:
                return _removed()
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer("follow_up/letter_form.html", form, each=found, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/brieven/<int:brief>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_letter(brief: int) -> Page:
    """Look at a letter before it is taken out of the list, and take it out."""
    found, form, changed = _found(brief), Form(), False
    here.mark(more=[found.fictief])
    if form.validate_on_submit():

        def step() -> bool:
            verbs.remove(db.session(), brief, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De brief is verwijderd.", "success")
                return redirect(url_for("follow_up.letters"), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft deze brief intussen gewijzigd. Hieronder staat hoe zij nu is."
                " Wilt u haar nog steeds verwijderen?"
            )
        found = _found(brief)
    page = answer("follow_up/letter_remove.html", form, each=found)
    return (page[0], 409) if changed else page


def _form(found: LetterInfo | None = None) -> LetterForm:
    """The form of a letter, with as many studies to choose as were sent, or with room for some more."""
    if request.method == "POST":
        places = sum(name.startswith("study_") for name in request.form)
    else:
        places = len(found.origin_ids) + SPARE if found else FEWEST
    places = min(max(places, FEWEST), MOST_STUDIES)
    picks = {f"study_{place}": Pick(f"Onderzoek {place}") for place in range(1, places + 1)}
    form: LetterForm = type("LetterForm", (LetterForm,), picks)(
        data=_values(found) if found and request.method != "POST" else None
    )
    choices = [("", "Geen")] + [
        (str(row.info.id), f"{row.info.title} ({row.info.kind_label.lower()})")
        for row in origins.listed(db.session())
    ]
    for field in form.studies:
        field.choices = choices
    return form


def _values(found: LetterInfo) -> dict[str, Any]:
    return {
        "dated": found.dated,
        "subject": found.subject,
        "reference": found.reference,
        "fictief": found.fictief,
        "versie": str(found.version),
        **{f"study_{place}": str(number) for place, number in enumerate(found.origin_ids, start=1)},
    }


def _find(number: int) -> LetterInfo | None:
    return verbs.find(db.session(), number) if number <= LARGEST_ID else None


def _found(number: int) -> LetterInfo:
    return _find(number) or abort(404)


def _whole(number: int) -> InBeeld:
    return (report.in_beeld(db.session(), number) if number <= LARGEST_ID else None) or abort(404)


def _removed() -> Page:
    """What was typed for a letter that a colleague removed meanwhile, to be kept as a new one."""
    form = _form()
    form.form_errors.append(REMOVED)
    return render_template("follow_up/letter_form.html", form=form, each=None, theirs=None), 409
