"""Judging a dossier: its factors with how far they are, and one factor with its evidence and the form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.confirming import JUDGING
from app.errors import STATUS
from app.extensions import db
from app.holding import holds_posts
from app.judge import blueprint
from app.judge.here import viewer
from exports import wording
from surveys import judge_sheet, judging
from surveys.acting import By
from surveys.errors import InvalidJudgement, MeetlatError, NotNow
from surveys.judging import About, Draft
from surveys.reports.levels import high_to_low, marks
from surveys.reports.source import UnitInfo

Page = str | Response | tuple[str, int]

FIELDS = {"niveau": "level", "motivering": "motivation", "bevinding": "finding"}
"""The fields of the form and the parts of a judgement that they are."""
ANCHORS = {
    "level": "niveau",
    "motivation": "motivering",
    "finding": "bevinding",
    "remark": "opmerking",
    "reason": "reden",
    "looked": "gezien",
}
"""The field that a refusal about a part of a judgement is about."""
DONE = {
    "opslaan": "Het oordeel is opgeslagen als concept.",
    "overnemen": "Het voorstel is overgenomen en opgeslagen als concept.",
    "voorleggen": "Het oordeel is opgeslagen en voorgelegd aan een andere inspecteur.",
    "bevestigen": "Het oordeel is vastgesteld.",
    "teruggeven": "Het oordeel is teruggegeven met uw opmerking.",
    "heropenen": "Het oordeel is heropend en weer een concept.",
}
"""What each button did, in words."""


@dataclass(frozen=True)
class Typed:
    """What somebody sent, to show it again when it was refused; the fields are empty otherwise."""

    draft: Draft
    remark: str = ""
    reason: str = ""
    looked: bool = False


@blueprint.get("/<meting>/<eenheid>")
@requires("dossier.judge")
def dossier(meting: str, eenheid: str) -> str:
    """The factors of a dossier: proposal, judgement, state, and what is in the way."""
    return _dossier()


@blueprint.post("/<meting>/<eenheid>")
@requires("dossier.judge", fresh=JUDGING)
def finish(meting: str, eenheid: str) -> Page:
    """Bring the dossier to `beoordeeld`."""
    try:
        judging.finish(db.session(), g.dossier, by=acting())
    except NotNow as refusal:
        db.session.rollback()
        return _dossier(str(refusal)), status_of(refusal)
    db.session.commit()
    flash("Het dossier is beoordeeld.", "success")
    return redirect(url_for("judge.dossier", meting=meting, eenheid=eenheid), 303)


def _dossier(error: str | None = None) -> str:
    states = judge_sheet.overview(db.session(), g.dossier, viewer())
    return render_template(
        "judge/dossier.html",
        dossier=g.dossier,
        unit=_unit(),
        states=states,
        lacking=[each for each in states if each.lacks],
        error=error,
    )


@blueprint.get("/<meting>/<eenheid>/factor/<factor>")
@requires("dossier.judge")
def factor(meting: str, eenheid: str, factor: str) -> str:
    """One factor with everything that a judgement rests on, and the judgement itself."""
    return _draw(About.of(g.dossier, factor))


@blueprint.post("/<meting>/<eenheid>/factor/<factor>")
@requires("dossier.judge", fresh=JUDGING)
@holds_posts
def judge(meting: str, eenheid: str, factor: str) -> Page:
    """Take a step with a judgement: `doen` says which. What is refused is shown again with what was typed."""
    about = About.of(g.dossier, factor)
    _ = about.pins  # a factor that is nowhere is not found
    typed = Typed(
        _draft(about),
        request.form.get("opmerking", ""),
        request.form.get("reden", ""),
        "gezien" in request.form,
    )
    step = request.form.get("doen", "opslaan")
    try:
        _take(about, step if step in DONE else "opslaan", typed, acting())
        db.session.commit()
    except (InvalidJudgement, NotNow) as refusal:
        db.session.rollback()
        return _draw(about, typed, refusal), status_of(refusal)
    flash(DONE.get(step, DONE["opslaan"]), "success")
    return redirect(
        url_for("judge.factor", meting=meting, eenheid=eenheid, factor=factor, _anchor="oordeel"), 303
    )


def _take(about: About, step: str, typed: Typed, by: By) -> None:
    session, seen, basis = db.session(), seen_version(), request.form.get("basis", "")
    if step == "bevestigen":
        judging.confirm(session, about, by=by, seen_version=seen, seen_basis=basis, looked=typed.looked)
    elif step == "teruggeven":
        judging.give_back(session, about, typed.remark, by=by, seen_version=seen)
    elif step == "heropenen":
        judging.reopen(session, about, typed.reason, by=by, seen_version=seen)
    elif step == "overnemen":
        judging.take_over(session, about, typed.draft, by=by, seen_version=seen, seen_basis=basis)
    else:
        row = judging.save(session, about, typed.draft, by=by, seen_version=seen, seen_basis=basis)
        if step == "voorleggen":
            judging.offer(session, about, by=by, seen_version=row.version)


def _draft(about: About) -> Draft:
    """What was typed; what is kept where the form had no text, as that of who confirms."""
    if not FIELDS.keys() & request.form.keys():
        return Draft.of(judging.current(db.session(), about))
    return Draft(**{part: request.form.get(name) or None for name, part in FIELDS.items()})


def seen_version() -> int:
    """The version that the page was made of; one that never is, where it does not say."""
    sent = request.form.get("versie", "")
    return int(sent[:9]) if sent.isascii() and sent.isdecimal() else -1


def status_of(refusal: MeetlatError) -> int:
    """The status of the page that shows a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)


def _unit() -> UnitInfo:
    return UnitInfo.of(g.dossier.unit, g.dossier.measurement.period_until)


def _draw(about: About, typed: Typed | None = None, refusal: MeetlatError | None = None) -> str:
    found = judge_sheet.sheet(db.session(), about, viewer())
    part = refusal.part if isinstance(refusal, InvalidJudgement) else None
    return render_template(
        "judge/factor.html",
        sheet=found,
        dossier=g.dossier,
        unit=_unit(),
        marks=marks(about.instrument),
        levels=[mark for mark in high_to_low(marks(about.instrument)) if mark.rank != "none"],
        rule=wording.level_rule(about.instrument, found.row.why),
        typed=typed or Typed(found.draft),
        kept=found.draft,
        refusal=str(refusal) if refusal else None,
        wrong=ANCHORS.get(part or ""),
        may_write=g.dossier.state in judging.DRAFTING,
        may_offer=g.dossier.state == judging.JUDGED,
        may_reopen=g.dossier.state in {judging.JUDGED, "beoordeeld"},
    )
