"""Interim findings for inspectors: writing them down, sharing them, and settling what the unit answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import DataRequired, InputRequired

from app import downloads, mail
from app.auth import acting, requires
from app.extensions import db
from app.fill_in.evidence import store
from app.follow_up import blueprint, here
from app.follow_up.stepping import BORN_HINTS, BornForm, Page, StepForm, stepped
from app.judge.factor import seen_version
from app.manage.forms import Pick, Text, Words, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys import reminding
from surveys.acting import today
from surveys.filestore import FileDamaged
from surveys.follow_up import findings as verbs
from surveys.follow_up.findings import FindingDetails, FindingInfo
from surveys.follow_up.standing import REPORT
from surveys.instruments import Instrument
from surveys.measurements import SETTLED, instrument_of
from surveys.models import Dossier, Person
from surveys.permissions import ROLES
from surveys.reports.source import UnitInfo

INSPECT: Final = "dossier.inspect"
SUBJECT: Final = "Een tussentijdse bevinding in Meetlat"
"""What the mail is called. It says nothing of the finding: mail is read by others as well."""


class FindingForm(StepForm):
    """A finding, and what of the questionnaire it is about."""

    text = Words(
        "Wat vond u?", validators=[DataRequired("Schrijf de bevinding op."), most(verbs.TEXT_LENGTH)]
    )
    factor = Pick("Factor (niet verplicht)")
    question = Text("Code van de vraag (niet verplicht)", validators=[most(32)])

    def __init__(self, instrument: Instrument, **values: Any) -> None:
        """`instrument`: the questionnaire of the unit; `values` fills in the form."""
        super().__init__(**values)
        factors = ((code, f"{code} {each.title}") for code, each in instrument.factors.items())
        self.factor.choices = [("", "Geen"), *factors]

    @property
    def details(self) -> FindingDetails:
        """What was filled in."""
        question = (self.question.data or "").strip()
        return FindingDetails(self.text.data, self.factor.data or None, question or None)


class WordsForm(StepForm):
    """Why something is done with a finding."""

    words = Words("Toelichting voor de eenheid", validators=[most(verbs.WORDS_LENGTH)])


class LookForm(WordsForm):
    """Whether inspectors saw what was improved."""

    improved = RadioField(
        "Zag u de verbetering?",
        choices={"ja": "Ja, dit is verbeterd", "nee": "Nee, dit zag ik nog niet"},
        validators=[InputRequired("Kies of u de verbetering zag.")],
    )


@dataclass(frozen=True)
class Way:
    """A step with a finding: the heading of its page, what it does, its button, and what is said after it."""

    heading: str
    intro: str
    button: str
    done: str
    form: type[StepForm]


WAYS: Final[dict[str, Way]] = {
    "delen": Way(
        "Bevinding delen",
        "De mensen van de eenheid zien deze bevinding daarna meteen, nog vóór het rapport. Andere eenheden"
        " zien haar niet. Wat is gedeeld, kunt u niet meer wijzigen; intrekken kan wel.",
        "Bevinding delen",
        "De bevinding is gedeeld.",
        StepForm,
    ),
    "intrekken": Way(
        "Bevinding intrekken",
        "De eenheid blijft de bevinding zien, met uw reden erbij. Zij kan er niet meer op antwoorden.",
        "Bevinding intrekken",
        "De bevinding is ingetrokken.",
        WordsForm,
    ),
    "beoordelen": Way(
        "Verbetering beoordelen",
        "Zag u wat de eenheid schrijft? De eenheid leest uw antwoord. Daarna handelt u de bevinding af.",
        "Oordeel bewaren",
        "Uw oordeel is bewaard.",
        LookForm,
    ),
    "afsluiten": Way(
        "Bevinding afsluiten",
        "Er komt geen opvolgpunt van. De eenheid leest waarom.",
        "Bevinding afsluiten",
        "De bevinding is afgesloten.",
        WordsForm,
    ),
}
"""What can be done with a finding beside changing it and making a point of it, by its word in the address."""


@blueprint.get("/bevindingen")
@requires(here.PERMISSION)
def findings() -> str:
    """All interim findings, the latest first."""
    found = verbs.listed(db.session())
    here.mark(more=(each.fictief for each in found))
    return render_template("follow_up/findings.html", found=found)


@blueprint.get("/bevindingen/<meting>/<eenheid>")
@requires(INSPECT)
def dossier_findings(meting: str, eenheid: str) -> str:
    """The findings about one unit in a measurement."""
    dossier: Dossier = g.dossier
    return render_template(
        "follow_up/dossier_findings.html",
        dossier=dossier,
        unit=_unit(dossier),
        found=verbs.listed(db.session(), dossier),
        settled=dossier.measurement.state in SETTLED,
    )


@blueprint.route("/bevindingen/<meting>/<eenheid>/nieuw", methods=["GET", "POST"])
@requires(INSPECT)
def new_finding(meting: str, eenheid: str) -> Page:
    """Write a finding down about a unit; it is not shared yet. `?factor=` fills in the factor."""
    dossier: Dossier = g.dossier
    begun = {"factor": request.args.get("factor", "")}
    form = FindingForm(instrument_of(dossier.pinned), data=None if request.method == "POST" else begun)
    if form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), dossier, form.details, by=acting()))
        if made is not None:
            flash("De bevinding is bewaard. De eenheid ziet haar pas als u haar deelt.", "success")
            return redirect(url_for("follow_up.finding", bevinding=made.id), 303)
    return answer("follow_up/finding_form.html", form, each=None, unit=_unit(dossier), dossier=dossier)


@blueprint.get("/bevinding/<int:bevinding>")
@requires(here.PERMISSION)
def finding(bevinding: int) -> str:
    """A finding with all that was done with it and what the unit answered."""
    return render_template("follow_up/finding.html", each=_found(bevinding))


@blueprint.route("/bevinding/<int:bevinding>/wijzigen", methods=["GET", "POST"])
@requires(here.PERMISSION)
def change_finding(bevinding: int) -> Page:
    """Change a finding that was not shared yet; when a colleague was first, theirs is shown as well."""
    found = _found(bevinding)
    values = {
        "text": found.text,
        "factor": found.factor or "",
        "question": found.question,
        "versie": str(found.version),
    }
    instrument = instrument_of(_dossier(found).pinned)
    form = FindingForm(instrument, data=None if request.method == "POST" else values)

    def step() -> object:
        return verbs.change(db.session(), bevinding, form.details, by=acting(), seen_version=seen_version())

    return stepped(
        form,
        step,
        lambda: _found(bevinding),
        done="De bevinding is gewijzigd.",
        to=url_for("follow_up.finding", bevinding=bevinding),
        template="follow_up/finding_form.html",
        unit=found.unit,
    )


@blueprint.route("/bevinding/<int:bevinding>/<stap>", methods=["GET", "POST"])
@requires(here.PERMISSION)
def finding_step(bevinding: int, stap: str) -> Page:
    """Share a finding, withdraw it, say whether an improvement was seen, or close it."""
    way = WAYS.get(stap) or abort(404)
    found = _found(bevinding)
    form = way.form(data=None if request.method == "POST" else {"versie": str(found.version)})
    page = stepped(
        form,
        lambda: _step(stap, bevinding, form),
        lambda: _found(bevinding),
        done=way.done,
        to=url_for("follow_up.finding", bevinding=bevinding),
        about="finding",
        heading=way.heading,
        intro=way.intro,
        button_text=way.button,
    )
    if stap == "delen" and isinstance(page, Response):
        _tell(found)
    return page


def _step(stap: str, number: int, form: Any) -> None:
    session, by, version = db.session(), acting(), seen_version()
    steps: dict[str, Callable[[], None]] = {
        "delen": lambda: verbs.share(session, number, by=by, seen_version=version),
        "intrekken": lambda: verbs.withdraw(session, number, form.words.data, by=by, seen_version=version),
        "beoordelen": lambda: verbs.look(
            session, number, form.improved.data == "ja", form.words.data, by=by, seen_version=version
        ),
        "afsluiten": lambda: verbs.close(session, number, form.words.data, by=by, seen_version=version),
    }
    steps[stap]()


@blueprint.route("/bevinding/<int:bevinding>/punt", methods=["GET", "POST"])
@requires(here.PERMISSION)
def finding_point(bevinding: int) -> Page:
    """Settle a finding by making a point of it for its unit."""
    found = _found(bevinding)
    values = {
        "kind": "bevinding",
        "text": found.text,
        "addressee": found.unit.name,
        "versie": str(found.version),
    }
    form = BornForm(data=None if request.method == "POST" else values)
    return stepped(
        form,
        lambda: verbs.make_point(
            db.session(),
            bevinding,
            form.details(found.unit_id, found.fictief),
            by=acting(),
            seen_version=seen_version(),
        ),
        lambda: _found(bevinding),
        done="Van de bevinding is een opvolgpunt gemaakt.",
        to=url_for("follow_up.finding", bevinding=bevinding),
        about="finding",
        heading="Opvolgpunt maken",
        intro="De bevinding is daarmee afgehandeld. De eenheid ziet het punt bij haar opvolging, en meldt"
        " daar de voortgang.",
        button_text="Opvolgpunt maken",
        hints=BORN_HINTS,
    )


@blueprint.get("/bevinding/<int:bevinding>/bestanden/<int:bestand>")
@requires(here.PERMISSION)
def finding_file(bevinding: int, bestand: int) -> Response | tuple[str, int]:
    """Send the file of an answer to a finding."""
    return send_file_of(_found(bevinding).id, bestand)


def send_file_of(finding_id: int, reply_id: int) -> Response | tuple[str, int]:
    """The file of an answer, to be saved and not to be shown; 404 when the finding has no such answer."""
    if reply_id > LARGEST_ID:
        abort(404)
    try:
        found, kind, content = verbs.download(db.session(), store(), finding_id, reply_id)
    except KeyError:
        abort(404)
    except FileDamaged as damage:
        title = "Dit bestand kan niet worden gelezen"
        text = downloads.lost(damage)
        return render_template("error.html", status=500, title=title, text=text), 500
    return downloads.stored(content, kind, found.filename or "bestand")


def _tell(found: FindingInfo) -> None:
    """Mail a link to who may answer for the unit, where Meetlat can send mail; say to whom it did not go."""
    people = _people(found.unit_id)
    if not mail.configured() or not people:
        flash("Meetlat kon niemand een e-mail sturen. Geef zelf door dat er een bevinding is.", "info")
        return
    failed = mail.send_all(letters_for(found, people))
    told = len(people) - len(failed)
    flash(f"{told} van de {len(people)} mensen van de eenheid kregen een e-mail met een link.", "info")


def letters_for(found: FindingInfo, people: Sequence[Person]) -> list[tuple[str, str, str]]:
    """A letter (recipient, subject, text) to each: a link, and nothing of what was found."""
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    link = base + url_for("follow_up.unit_findings", eenheid=found.unit.code)
    return [
        (
            person.email,
            SUBJECT,
            render_template("follow_up/mail/finding.txt", name=person.name, each=found, link=link),
        )
        for person in people
    ]


def _people(unit_id: int) -> tuple[Person, ...]:
    """Who may answer for a unit today, each once."""
    held = reminding.holders(db.session(), {unit_id}, today())
    roles = [role.code for role in ROLES.values() if REPORT in role.may]
    return tuple(dict.fromkeys(person for role in roles for person in held.get((unit_id, role), ())))


def _found(number: int) -> FindingInfo:
    """The finding with this number, or 404. The page then says whether it is made up."""
    found = (verbs.find(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
    here.mark(more=[found.fictief])
    return found


def _dossier(found: FindingInfo) -> Dossier:
    return verbs.dossier_of(db.session(), found.id)


def _unit(dossier: Dossier) -> UnitInfo:
    return UnitInfo.of(dossier.unit, dossier.measurement.period_until)
