"""The indicators of a point: choosing where the figures come from, keeping them, figures entered by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from app.judge.factor import seen_version
from app.manage.forms import Day, Form, Text, most
from app.manage.steps import LARGEST_ID, answer, take
from surveys.acting import today
from surveys.errors import ChangedMeanwhile
from surveys.follow_up import askable, effect, kinds
from surveys.follow_up import indicators as verbs
from surveys.follow_up.askable import Askable, Questionnaire
from surveys.follow_up.indicators import Details, Effect, IndicatorInfo, ReadingDetails, ReadingInfo, Value
from surveys.follow_up.points import PointInfo
from surveys.follow_up.whole import Sheet

Page = str | Response | tuple[str, int]

FIGURE = re.compile(r"-?[0-9]{1,12}(,[0-9]{1,9})?")
LEVELS: Final = {
    "output": "Output: wat er is gedaan of gemaakt",
    "outcome": "Outcome: wat er is veranderd",
    "impact": "Impact: waar dat goed voor is",
}
BETTER: Final = {"hoger": "Hoger is beter", "lager": "Lager is beter"}
SERIES: Final = Askable("reeks", "", "", "Eigen reeks: u vult de waarden zelf in")
HINTS: Final = {
    effect.COUNTED: "Een aantal, zoals 12.",
    effect.SCORED: "Een score van 0 tot en met 1, zoals 0,75.",
    effect.ENTERED: "Een getal, zoals 12 of 7,5.",
}
"""What a figure looks like, by what it is."""


class Figure(Text):
    """A number as people write it in Dutch: 12 or 0,75."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with what to do."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            if not FIGURE.fullmatch(text):
                raise ValueError("Vul een getal in, zoals 12 of 0,75. Gebruik een komma, geen punt.")
            self.data = float(text.replace(",", "."))

    def put(self, text: str) -> None:
        """Fill it in as if somebody had typed this."""
        self.raw_data = [text]
        self.process_formdata([text])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else _written(self.data)


class IndicatorForm(Form):
    """An indicator whose source was chosen."""

    bron = HiddenField()
    level = RadioField(
        "Waar zegt dit iets over?",
        choices=LEVELS,
        validators=[InputRequired("Kies output, outcome of impact.")],
    )
    title = Text(
        "Waaraan is het te zien?",
        validators=[DataRequired("Vul in waaraan het effect te zien is."), most(verbs.TITLE_LENGTH)],
    )
    counted = Text("Wat telt u? (niet verplicht)", validators=[most(verbs.COUNTED_LENGTH)])
    better = RadioField("Wat is beter?", choices=BETTER, default="hoger")
    baseline = Figure("Nulwaarde")
    baseline_on = Day("Datum van de nulwaarde (niet verplicht)", validators=[Optional()])
    target = Figure("Streefwaarde")
    due_on = Day("Wanneer wordt gemeten? (datum)", validators=[Optional()])
    moment = Text("Of in woorden", validators=[most(verbs.MOMENT_LENGTH)])
    versie = HiddenField()

    def details(self, source: Askable) -> Details:
        """What was filled in."""
        own = source == SERIES
        return Details(
            level=self.level.data,
            title=self.title.data,
            source=source.source,
            instrument=None if own else source.instrument,
            code=None if own else source.code,
            counted=self.counted.data if own else None,
            baseline=self.baseline.data,
            baseline_on=self.baseline_on.data,
            target=self.target.data,
            due_on=self.due_on.data,
            moment=self.moment.data,
            higher_is_better=self.better.data != "lager",
        )

    def take_over(self, value: Value, kind: str) -> None:
        """Fill in a figure of a measurement as the baseline."""
        self.baseline.put(effect.shown(value.value, kind))
        self.baseline_on.raw_data = [value.on.isoformat()]
        self.baseline_on.data = value.on


class ReadingForm(Form):
    """A figure of a series."""

    value = Figure("Waarde", validators=[InputRequired("Vul de waarde in.")])
    on = Day("Van welke dag is deze waarde?", validators=[InputRequired("Vul de dag in.")])
    origin = RadioField(
        "Waar komt de waarde vandaan?",
        choices=kinds.READINGS,
        validators=[InputRequired("Kies waar de waarde vandaan komt.")],
    )
    source = Text(
        "Bron", validators=[DataRequired("Vul in in welke bron de waarde staat."), most(verbs.SOURCE_LENGTH)]
    )


@dataclass(frozen=True)
class Level:
    """Output, outcome or impact: what it is called, what that means, and its indicators."""

    label: str
    meaning: str
    found: tuple[IndicatorInfo, ...]


@dataclass(frozen=True)
class Section:
    """The indicators on the page of a point. `works` is what they say together, a key of effect.WORKS."""

    levels: tuple[Level, ...]
    warning: str | None
    done: str
    works: str
    works_label: str


@blueprint.app_template_global("indicators_of")
def section(sheet: Sheet) -> Section:
    """What a point's page shows of its indicators."""
    reached = [phase for phase in ("begun_on", "done_on") if sheet.point.actual[phase] is not None]
    started = bool(reached) or sheet.standing.status == "onderhanden"
    every = [each for one in (sheet, *sheet.below) for each in one.indicators]
    works = verbs.works(sheet.indicators)
    return Section(
        levels=tuple(
            Level(label, LEVELS[code], tuple(each for each in sheet.indicators if each.level == code))
            for code, label in kinds.LEVELS.items()
        ),
        warning=verbs.BLIND if verbs.blind(started, every) else None,
        done="Uitgevoerd" if "done_on" in reached else "Nog niet uitgevoerd",
        works=works,
        works_label=effect.WORKS[works],
    )


@blueprint.route("/punten/<int:nummer>/indicatoren/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_indicator(nummer: int) -> Page:
    """Add an indicator, in two steps: where the figures come from (`?bron=`), then what is expected."""
    point = here.find(nummer)
    source = _source(point, request.values.get("bron"))
    if source is None:
        return _choose(point, None)
    form = IndicatorForm(data=None if request.method == "POST" else {"bron": _written_source(source)})
    if not _took_over(form, point, source) and form.validate_on_submit():
        made = take(form, lambda: verbs.add(db.session(), nummer, form.details(source), by=acting()))
        if made is not None:
            flash("De indicator is toegevoegd.", "success")
            return redirect(url_for("follow_up.indicator", nummer=nummer, indicator=made.id), 303)
    return _form(form, point, source)


@blueprint.get("/punten/<int:nummer>/indicatoren/<int:indicator>")
@requires(PERMISSION)
def indicator(nummer: int, indicator: int) -> str:
    """An indicator with its figures, and what they say."""
    point, found = here.find(nummer), _found(nummer, indicator)
    return render_template(
        "follow_up/indicator.html",
        point=point,
        each=found,
        caveat=effect.CAVEAT,
        moments=_moments(found.effect),
    )


@blueprint.route("/punten/<int:nummer>/indicatoren/<int:indicator>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_indicator(nummer: int, indicator: int) -> Page:
    """Change an indicator; when a colleague was first, both are shown. `?kies=` chooses another source."""
    point, found = here.find(nummer), _find(nummer, indicator)
    if found is None:
        return _removed(point) if request.method == "POST" else abort(404)
    chosen = _source(point, request.values.get("bron"))
    if "kies" in request.args or (chosen is None and "bron" in request.args):
        return _choose(point, found)
    source = chosen or _own_source(found)
    values = {**_values(found), "bron": _written_source(source)}
    form, theirs = IndicatorForm(data=None if request.method == "POST" else values), None
    if not _took_over(form, point, source) and form.validate_on_submit():

        def step() -> bool:
            verbs.change(
                db.session(),
                nummer,
                indicator,
                form.details(source),
                by=acting(),
                seen_version=seen_version(),
            )
            return True

        try:
            if take(form, step):
                flash("De indicator is gewijzigd.", "success")
                return redirect(url_for("follow_up.indicator", nummer=nummer, indicator=indicator), 303)
        except ChangedMeanwhile as refusal:
            db.session.rollback()
            theirs = _found(nummer, indicator)
            form.form_errors.append(str(refusal))
            form.versie.data = str(theirs.version)
    page = _form(form, point, source, found, theirs)
    return (page[0], 409) if theirs else page


@blueprint.route("/punten/<int:nummer>/indicatoren/<int:indicator>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_indicator(nummer: int, indicator: int) -> Page:
    """Look at an indicator before it is removed, and remove it."""
    point, found = here.find(nummer), _found(nummer, indicator)
    form, changed = Form(), False
    if form.validate_on_submit():

        def step() -> bool:
            verbs.remove(db.session(), nummer, indicator, by=acting(), seen_version=seen_version())
            return True

        try:
            if take(form, step):
                flash("De indicator is verwijderd.", "success")
                return _to_point(nummer)
        except ChangedMeanwhile:
            db.session.rollback()
            changed, found = True, _found(nummer, indicator)
            form.form_errors.append(
                "Een collega heeft deze indicator intussen gewijzigd. Hieronder staat hoe die nu is. Wilt u"
                " hem nog steeds verwijderen?"
            )
    page = answer("follow_up/indicator_remove.html", form, point=point, each=found)
    return (page[0], 409) if changed else page


@blueprint.route("/punten/<int:nummer>/indicatoren/<int:indicator>/waarden/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def read(nummer: int, indicator: int) -> Page:
    """Enter a figure of a series."""
    point, found, form = here.find(nummer), _series(nummer, indicator), ReadingForm()
    if form.validate_on_submit():
        made = take(
            form,
            lambda: verbs.read(
                db.session(),
                nummer,
                indicator,
                ReadingDetails(form.on.data, form.value.data, form.origin.data, form.source.data),
                by=acting(),
            ),
        )
        if made is not None:
            flash("De waarde is toegevoegd.", "success")
            return redirect(url_for("follow_up.indicator", nummer=nummer, indicator=indicator), 303)
    return answer("follow_up/reading.html", form, point=point, each=found)


@blueprint.route(
    "/punten/<int:nummer>/indicatoren/<int:indicator>/waarden/<int:waarde>/intrekken",
    methods=["GET", "POST"],
)
@requires(PERMISSION)
def withdraw_reading(nummer: int, indicator: int, waarde: int) -> Page:
    """Look at a figure before it counts no more, and withdraw it."""
    point, found, form = here.find(nummer), _series(nummer, indicator), Form()
    reading: ReadingInfo = next((one for one in found.readings if one.id == waarde), None) or abort(404)
    if form.validate_on_submit():

        def step() -> bool:
            verbs.withdraw(db.session(), nummer, indicator, waarde, by=acting())
            return True

        if take(form, step):
            flash("De waarde telt niet meer mee.", "success")
            return redirect(url_for("follow_up.indicator", nummer=nummer, indicator=indicator), 303)
    return answer("follow_up/reading_withdraw.html", form, point=point, each=found, reading=reading)


def _moments(found: Effect) -> tuple[tuple[str, Value | None], ...]:
    """What was measured before the point, when it was carried out and after that, each with its heading."""
    if not found.done:
        return (("Voor het begin", found.before), ("Tot nu toe", found.after))
    return (
        ("Voor het begin", found.before),
        ("Bij de uitvoering", found.at_completion),
        ("Na de uitvoering", found.after),
    )


def _to_point(number: int) -> Response:
    return redirect(url_for("follow_up.point", nummer=number), 303)


def _removed(point: PointInfo) -> Page:
    """What was typed for an indicator that a colleague removed meanwhile, to be kept as a new one."""
    form = IndicatorForm()
    source = _source(point, form.bron.data) or abort(404)
    form.form_errors.append(
        "Een collega heeft deze indicator intussen verwijderd. Wat u invulde, staat hieronder. Met ‘Indicator"
        " bewaren’ komt het als nieuwe indicator bij het punt."
    )
    page, _ = _form(form, point, source)
    return page, 409


def _find(number: int, indicator_id: int) -> IndicatorInfo | None:
    if indicator_id > LARGEST_ID:
        return None
    return verbs.find(db.session(), number, indicator_id, today())


def _found(number: int, indicator_id: int) -> IndicatorInfo:
    return _find(number, indicator_id) or abort(404)


def _series(number: int, indicator_id: int) -> IndicatorInfo:
    """An indicator whose figures are entered by hand, or 404."""
    found = _found(number, indicator_id)
    return found if found.source == "reeks" else abort(404)


def _written(number: float) -> str:
    """A number as somebody would type it."""
    text = f"{Decimal(repr(number)):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _written_source(source: Askable) -> str:
    if source == SERIES:
        return source.source
    return f"{source.source}:{source.instrument}:{source.code}"


def _own_source(found: IndicatorInfo) -> Askable:
    """The source that an indicator has, whether or not a questionnaire still offers it."""
    if found.instrument is None or found.code is None:
        return SERIES
    return Askable(found.source, found.instrument, found.code, found.named or found.code)


def _source(point: PointInfo, written: str | None) -> Askable | None:
    """What was chosen; None for nothing, or what is not there to be chosen."""
    if written == SERIES.source:
        return SERIES
    offered = (each for one in _questionnaires(point) for group in one.groups for each in group.offers)
    return next((each for each in offered if _written_source(each) == written), None) if written else None


def _questionnaires(point: PointInfo) -> tuple[Questionnaire, ...]:
    """The questionnaires that can say something of a point: for one of a unit those that it gets."""
    found = askable.questionnaires(db.session())
    return tuple(each for each in found if point.unit is None or each.unit == point.unit.kind)


def _choose(point: PointInfo, found: IndicatorInfo | None) -> Page:
    """The first step: where the figures come from."""
    questionnaires = _questionnaires(point)
    problems = [("", "Kies waar de cijfers vandaan komen.")] if "bron" in request.values else []
    if found is None:
        target = url_for("follow_up.new_indicator", nummer=point.id)
    else:
        target = url_for("follow_up.change_indicator", nummer=point.id, indicator=found.id)
    page = render_template(
        "follow_up/indicator_source.html",
        point=point,
        each=found,
        target=target,
        questionnaires=questionnaires,
        first=askable.about(questionnaires, point.questions),
        written=_written_source,
        problems=problems,
    )
    return (page, 422) if problems else page


def _present(point: PointInfo, source: Askable) -> tuple[Value, ...]:
    if source == SERIES:
        return ()
    return verbs.present(db.session(), point.id, source.source, source.instrument, source.code)


def _took_over(form: IndicatorForm, point: PointInfo, source: Askable) -> bool:
    """Fill in the figure of a measurement as the baseline when that was asked; nothing is kept yet."""
    wanted = request.form.get("overnemen")
    for value in _present(point, source) if wanted else ():
        if value.measurement is not None and value.measurement.code == wanted:
            form.take_over(value, verbs.figure_kind(source.source))
    return wanted is not None


def _form(
    form: IndicatorForm,
    point: PointInfo,
    source: Askable,
    each: IndicatorInfo | None = None,
    theirs: IndicatorInfo | None = None,
) -> Any:
    kind = verbs.figure_kind(source.source)
    return answer(
        "follow_up/indicator_form.html",
        form,
        point=point,
        source=source,
        own=source == SERIES,
        each=each,
        theirs=theirs,
        hint=HINTS[kind],
        values=[(value, effect.amount(value, kind)) for value in _present(point, source)],
    )


def _values(found: IndicatorInfo) -> dict[str, Any]:
    return {
        "level": found.level,
        "title": found.title,
        "counted": found.counted,
        "better": "hoger" if found.higher_is_better else "lager",
        "baseline": found.baseline,
        "baseline_on": found.baseline_on,
        "target": found.target,
        "due_on": found.due_on,
        "moment": found.moment,
        "versie": str(found.version),
    }
