"""Documents in which points stand: the list, one of them, adding, changing and removing; and mentions."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Number, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up import amounts, kinds, mentions, origins, points, schemes
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.origins import OriginDetails, OriginRow, Study
from surveys.follow_up.points import NUMBER_LENGTH

Page = str | Response | tuple[str, int]

REMOVED = (
    "Een collega heeft dit document intussen verwijderd. Wat u invulde, staat hieronder."
    " Met ‘Document bewaren’ komt het als nieuw document in de lijst."
)


class Amount(StringField):
    """An amount of money as people type it (€ 80,79 miljoen); its data are whole euros."""

    data: Any  # as of the other fields: good once the form is

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount. Raises ValueError with what to do."""
        self.data = None
        try:
            self.data = amounts.parse(valuelist[0] if valuelist else None)
        except Refused as refusal:
            raise ValueError(str(refusal)) from refusal

    def _value(self) -> str:
        """What stands in the box: what was typed, else the amount as it is read."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else amounts.shown(self.data)


class SourceForm(Form):
    """A document, and what it is called in Opvolging in Beeld if it is a study."""

    kind = Pick("Soort", validators=[DataRequired("Kies wat voor document dit is.")])
    title = Text(
        "Titel",
        validators=[DataRequired("Vul de titel van het document in."), most(origins.TITLE_LENGTH)],
    )
    sender = Text("Afzender (niet verplicht)", validators=[most(origins.NAME_LENGTH)])
    reference = Text("Kenmerk (niet verplicht)", validators=[most(origins.REFERENCE_LENGTH)])
    dated = Day("Datum (niet verplicht)", validators=[Optional()])
    theme = Pick("SEA-thema")
    study_kind = Text("Type onderzoek", validators=[most(origins.TITLE_LENGTH)])
    finished = Number("Jaar afronding", validators=[Optional()])
    articles = Text("Begrotingsartikel(en)", validators=[most(origins.TITLE_LENGTH)])
    amount = Amount("Budgettaire grondslag")
    amount_year = Number("Jaar van dat bedrag", validators=[Optional()])
    explanation = Words("Toelichting evaluatie", validators=[most(origins.EXPLANATION_LENGTH)])
    fictief = BooleanField("Dit document is verzonnen, als voorbeeld")
    versie = HiddenField()

    def __init__(self, found: OriginRow | None, **values: Any) -> None:
        """`found`: the document as it is, None for a new one. `values` fills in the form."""
        super().__init__(**values)
        report = found is not None and found.info.measurement is not None
        self.kind.choices = [("", "Maak een keuze")] + [
            (code, label) for code, label in kinds.ORIGINS.items() if (code == origins.REPORT) == report
        ]
        known = schemes.schemes(db.session())[origins.THEMES].values
        had = found.study.theme if found else None
        self.theme.choices = [("", "Geen")] + [
            (code, value.title) for code, value in known.items() if not value.retired or code == had
        ]

    @property
    def details(self) -> OriginDetails:
        """What was filled in."""
        return OriginDetails(
            kind=self.kind.data,
            title=self.title.data,
            sender=self.sender.data,
            reference=self.reference.data,
            dated=self.dated.data,
            study=Study(
                kind=self.study_kind.data,
                finished=self.finished.data,
                articles=self.articles.data,
                amount=self.amount.data,
                amount_year=self.amount_year.data,
                explanation=self.explanation.data,
                theme=self.theme.data,
            ),
            fictief=self.fictief.data,
        )


class MentionForm(Form):
    """That a point stands in a document as well."""

    origin = Pick("Document", validators=[DataRequired("Kies een document.")])
    number = Text("Nummer in dat document (niet verplicht)", validators=[most(NUMBER_LENGTH)])
    passage = Text("Vindplaats (niet verplicht)", validators=[most(mentions.PASSAGE_LENGTH)])
    note = Words("Opmerking (niet verplicht)", validators=[most(mentions.NOTE_LENGTH)])

    def __init__(self, rows: list[OriginRow], **values: Any) -> None:
        """`rows`: the documents to choose from. `values` fills in the form."""
        super().__init__(**values)
        self.origin.choices = [("", "Kies een document")] + [
            (str(row.info.id), f"{row.info.title} ({row.info.kind_label.lower()})") for row in rows
        ]

    @property
    def details(self) -> MentionDetails:
        """What was filled in."""
        return MentionDetails(int(self.origin.data), self.number.data, self.passage.data, self.note.data)


@blueprint.get("/bronnen")
@requires(PERMISSION)
def sources() -> str:
    """All documents, the latest first."""
    found = origins.listed(db.session())
    here.mark(more=(row.info.fictief for row in found))
    return render_template("follow_up/sources.html", found=found)


@blueprint.route("/bronnen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_source() -> Page:
    """Add a document."""
    form = SourceForm(None)
    if form.validate_on_submit():
        made = take(form, lambda: origins.add(db.session(), form.details, by=acting()))
        if made is not None:
            flash(f"Het document ‘{made.title}’ is toegevoegd.", "success")
            return redirect(url_for("follow_up.source", bron=made.id), 303)
    return answer("follow_up/source_form.html", form, each=None, theirs=None)


@blueprint.get("/bronnen/<int:bron>")
@requires(PERMISSION)
def source(bron: int) -> str:
    """A document: its facts, and the points that come from it or are mentioned in it."""
    found = _found(bron)
    session = db.session()
    coming = origins.points_from(session, bron)
    told = mentions.in_origin(session, bron)
    about = {point.id: point for point in points.listed(session, [each.point_id for each in told])}
    here.mark(*coming, *about.values(), more=[found.info.fictief])
    return render_template(
        "follow_up/source.html",
        each=found,
        coming=coming,
        mentioned=[(each, about[each.point_id]) for each in told if each.point_id in about],
        theme=_theme(found),
    )


@blueprint.route("/bronnen/<int:bron>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_source(bron: int) -> Page:
    """Change a document; when a colleague was first, both are shown."""
    found = _find(bron)
    if found is None:
        return _removed() if request.method == "POST" else abort(404)
    here.mark(more=[found.info.fictief])
    form, theirs = SourceForm(found, data=None if request.method == "POST" else _values(found)), None
    if form.validate_on_submit():

        def step() -> bool:
            origins.change(db.session(), bron, form.details, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("Het document is gewijzigd.", "success")
                return redirect(url_for("follow_up.source", bron=bron), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _find(bron)
            if theirs is None:
                return _removed()
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    theme = _theme(theirs) if theirs else None
    page = answer("follow_up/source_form.html", form, each=found, theirs=theirs, theme=theme)
    return (page[0], 409) if theirs else page


@blueprint.route("/bronnen/<int:bron>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_source(bron: int) -> Page:
    """Look at a document before it is taken out of the list, and take it out."""
    found, form, changed = _found(bron), Form(), False
    here.mark(more=[found.info.fictief])
    if form.validate_on_submit():

        def step() -> bool:
            origins.remove(db.session(), bron, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("Het document is verwijderd.", "success")
                return redirect(url_for("follow_up.sources"), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft dit document intussen gewijzigd. Hieronder staat hoe het nu is."
                " Wilt u het nog steeds verwijderen?"
            )
        found = _found(bron)
    page = answer("follow_up/source_remove.html", form, each=found)
    return (page[0], 409) if changed else page


@blueprint.route("/punten/<int:nummer>/vermeldingen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_mention(nummer: int) -> Page:
    """Record in which document a point stands as well."""
    point, known = here.find(nummer), origins.listed(db.session())
    form = MentionForm(known)
    if form.validate_on_submit():
        made = take(form, lambda: mentions.add(db.session(), nummer, form.details, by=acting()))
        if made is not None:
            flash("De vermelding is toegevoegd.", "success")
            return redirect(url_for("follow_up.point", nummer=nummer), 303)
    return answer("follow_up/mention.html", form, point=point, known=known)


@blueprint.route("/punten/<int:nummer>/vermeldingen/<int:vermelding>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_mention(nummer: int, vermelding: int) -> Page:
    """Look at a mention before it is taken away, and take it away."""
    point, form = here.find(nummer), Form()
    told = mentions.of_points(db.session(), [nummer])[nummer]
    found = next((each for each in told if each.id == vermelding), None) or abort(404)
    if form.validate_on_submit():

        def step() -> bool:
            mentions.remove(db.session(), nummer, vermelding, by=acting())
            return True

        if take(form, step):
            flash("De vermelding is verwijderd.", "success")
            return redirect(url_for("follow_up.point", nummer=nummer), 303)
    return answer("follow_up/mention_remove.html", form, point=point, each=found)


def _find(number: int) -> OriginRow | None:
    return origins.find(db.session(), number) if number <= LARGEST_ID else None


def _found(number: int) -> OriginRow:
    return _find(number) or abort(404)


def _theme(found: OriginRow) -> str | None:
    """What the SEA theme of a study is called."""
    code = found.study.theme
    return schemes.schemes(db.session())[origins.THEMES].label(code) if code else None


def _removed() -> Page:
    """What was typed for a document that a colleague removed meanwhile, to be kept as a new one."""
    form = SourceForm(None)
    form.form_errors.append(REMOVED)
    return render_template("follow_up/source_form.html", form=form, each=None, theirs=None), 409


def _values(found: OriginRow) -> dict[str, Any]:
    info, study = found.info, found.study
    return {
        "kind": info.kind,
        "title": info.title,
        "sender": info.sender,
        "reference": info.reference,
        "dated": info.dated,
        "theme": study.theme or "",
        "study_kind": study.kind,
        "finished": study.finished,
        "articles": study.articles,
        "amount": study.amount,
        "amount_year": study.amount_year,
        "explanation": study.explanation,
        "fictief": info.fictief,
        "versie": str(found.version),
    }
