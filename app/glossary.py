"""The room *Begrippen*: the list, a term with its history, adding and changing, choosing among meanings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.auth import SIGNED_IN, acting, may, requires
from app.extensions import db
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import answer, take
from surveys import definitions as verbs
from surveys.definitions import DefinitionInfo, Details, Term
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import origins
from surveys.glossary import ABBREVIATION, KINDS, WORD
from surveys.searching import fold

Page = str | Response | tuple[str, int]

blueprint = Blueprint("glossary", __name__, url_prefix="/begrippen")

PERMISSION: Final = "followup.manage"
OTHER: Final = "0-9"
"""Where terms stand that begin with no letter."""
BOTH: Final = "beide"
"""The choice that all meanings hold."""

SHOWN: Final[dict[str, tuple[str, Callable[[Term], bool]]]] = {
    "": ("Alle begrippen", lambda term: bool(term.active)),
    "woorden": ("Woorden", lambda term: _of_kind(term, WORD)),
    "afkortingen": ("Afkortingen", lambda term: _of_kind(term, ABBREVIATION)),
    "kiezen": ("Meer betekenissen, nog te kiezen", lambda term: term.clashes),
    "vervallen": ("Vervallen begrippen", lambda term: len(term.active) < len(term.definitions)),
}
"""What can be shown, by what the address calls it."""


class DefinitionForm(Form):
    """A definition as it is changed."""

    term = Text("Begrip", validators=[DataRequired("Vul het begrip in."), most(verbs.TERM_LENGTH)])
    meaning = Words(
        "Betekenis", validators=[DataRequired("Vul de betekenis in."), most(verbs.MEANING_LENGTH)]
    )
    origin = Pick("Document (niet verplicht)")
    source = Text("Andere bron (niet verplicht)", validators=[most(verbs.SOURCE_LENGTH)])
    used_since = Day("In gebruik sinds (niet verplicht)", validators=[Optional()])
    note = Words("Toelichting (niet verplicht)", validators=[most(verbs.NOTE_LENGTH)])
    retired = BooleanField("Dit begrip is vervallen: het wordt niet meer uitgelegd")
    fictief = BooleanField("Dit begrip is verzonnen, als voorbeeld")
    versie = HiddenField()

    def details(self, kind: str) -> Details:
        """What was filled in."""
        return Details(
            kind=kind,
            term=self.term.data,
            meaning=self.meaning.data,
            origin_id=int(self.origin.data) if self.origin.data else None,
            source=self.source.data,
            used_since=self.used_since.data,
            note=self.note.data,
            retired=self.retired.data,
            fictief=self.fictief.data,
        )


class NewForm(DefinitionForm):
    """A definition that is added, with the kind that it keeps."""

    kind = RadioField("Wat is het?", validators=[InputRequired("Kies een van beide.")])

    def __init__(self, **values: Any) -> None:
        """`values` fills in the form."""
        super().__init__(**values)
        self.kind.choices = [*KINDS.items()]


class ChoiceForm(Form):
    """Which meaning holds."""

    holds = RadioField("Welke betekenis geldt?", validators=[InputRequired("Kies een betekenis.")])
    reason = Words("Reden", validators=[most(verbs.NOTE_LENGTH)])
    gezien = HiddenField()


def listed() -> str:
    """The list as the address asks for it: `?zoek=` a part of a term or meaning, `?toon=` a key of SHOWN.

    Who is not logged in sees what comes with Meetlat.
    """
    found = verbs.terms(db.session()) if current_user.is_authenticated else verbs.shipped()
    sought, shown = request.args.get("zoek", "").strip(), request.args.get("toon", "")
    _, fits = SHOWN.get(shown, SHOWN[""])
    kept = [term for term in found.values() if fits(term) and _says(term, sought)]
    _mark(kept)
    return render_template(
        "glossary/list.html",
        letters={letter: list(terms) for letter, terms in groupby(sorted(kept, key=_order), key=_letter)},
        count=len(kept),
        clashing=sum(term.clashes for term in found.values()),
        sought=sought,
        shown=shown,
        choices={code: label for code, (label, _) in SHOWN.items()},
        may_change=may(PERMISSION),
    )


@blueprint.get("/term/<woord>")
@requires(SIGNED_IN)
def term(woord: str) -> str:
    """A term: what it means by which source, whether that clashes, and who changed what."""
    found = _term(woord)
    return render_template(
        "glossary/term.html",
        term=found,
        history=verbs.history(db.session(), found),
        chosen={each.digest: each.details.meaning for each in found.definitions},
        may_change=may(PERMISSION),
    )


@blueprint.route("/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def add() -> Page:
    """Add a definition."""
    form = NewForm(data=None if request.method == "POST" else {"term": request.args.get("begrip", "")})
    _offer_documents(form)
    if form.validate_on_submit():
        details = form.details(form.kind.data)
        made = take(form, lambda: verbs.add(db.session(), details, by=acting()))
        if made is not None:
            flash(f"‘{made.details.term}’ is toegevoegd.", "success")
            return redirect(url_for("glossary.term", woord=made.key), 303)
    return answer("glossary/form.html", form, found=None, theirs=None)


@blueprint.route("/wijzigen/<begrip>", methods=["GET", "POST"])
@requires(PERMISSION)
def change(begrip: str) -> Page:
    """Change a definition, or retire it; when a colleague was first, both are shown."""
    found = _definition(begrip)
    form = DefinitionForm(data=None if request.method == "POST" else _filled(found))
    _offer_documents(form, found)
    theirs = None
    if form.validate_on_submit():
        details = form.details(found.details.kind)

        def step() -> DefinitionInfo:
            return verbs.change(db.session(), begrip, details, by=acting(), seen_version=seen_version())

        try:
            made = take(form, step)
            if made is not None:
                flash(f"‘{made.details.term}’ is gewijzigd.", "success")
                return redirect(url_for("glossary.term", woord=made.key), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _definition(begrip)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = answer("glossary/form.html", form, found=found, theirs=theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/term/<woord>/kiezen", methods=["GET", "POST"])
@requires(PERMISSION)
def settle(woord: str) -> Page:
    """Choose which meaning of a term holds, or say why all of them do."""
    found = _term(woord)
    form, changed = ChoiceForm(data=None if request.method == "POST" else {"gezien": found.meanings}), False
    form.holds.choices = [
        *((each.ref, f"{each.details.meaning} (bron: {each.source})") for each in found.active),
        (BOTH, "Alle betekenissen gelden naast elkaar"),
    ]
    if form.validate_on_submit():
        holds = None if form.holds.data == BOTH else form.holds.data

        def step() -> bool:
            verbs.settle(
                db.session(),
                woord,
                holds,
                form.reason.data,
                by=acting(),
                seen_meanings=form.gezien.data or "",
            )
            return True

        try:
            if take(form, step):
                flash("De keuze is bewaard.", "success")
                return redirect(url_for("glossary.term", woord=woord), 303)
        except ChangedMeanwhile:
            db.session.rollback()
            changed = True
            form.form_errors.append(
                "Een collega heeft een betekenis intussen gewijzigd. Hieronder staan de betekenissen zoals ze"
                " nu zijn. Kies opnieuw."
            )
            form.gezien.data = found.meanings
    page = answer("glossary/choice.html", form, term=found)
    return (page[0], 409) if changed else page


def _term(key: str) -> Term:
    found = verbs.terms(db.session()).get(key) or abort(404)
    _mark([found])
    return found


def _definition(ref: str) -> DefinitionInfo:
    found = verbs.find(verbs.terms(db.session()), ref) or abort(404)
    if found.details.fictief:
        g.fictief = True
    return found


def _mark(shown: Iterable[Term]) -> None:
    """Let the page say that it shows made-up data when one of these terms has a made-up meaning."""
    if any(each.details.fictief for term in shown for each in term.definitions):
        g.fictief = True


def _of_kind(term: Term, kind: str) -> bool:
    return any(each.details.kind == kind for each in term.active)


def _says(term: Term, sought: str) -> bool:
    """Whether a term or one of its meanings has what is looked for in it."""
    texts: Iterable[str] = (
        text for each in term.definitions for text in (each.details.term, each.details.meaning)
    )
    return any(fold(sought) in fold(text) for text in texts)


def _letter(term: Term) -> str:
    first = term.key[0].upper()
    return first if "A" <= first <= "Z" else OTHER


def _order(term: Term) -> tuple[str, str]:
    return _letter(term), term.title.casefold()


def _offer_documents(form: DefinitionForm, found: DefinitionInfo | None = None) -> None:
    """Let a document be chosen; the present one also when it was removed."""
    known = {str(row.info.id): row.info.title for row in origins.listed(db.session())}
    if found and found.details.origin_id:
        known.setdefault(str(found.details.origin_id), found.source)
    form.origin.choices = [("", "Geen document uit de lijst"), *known.items()]


def _filled(found: DefinitionInfo) -> dict[str, Any]:
    return {
        **vars(found.details),
        "origin": str(found.details.origin_id or ""),
        "versie": str(found.version),
    }
