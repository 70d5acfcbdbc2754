"""Terms of points, in order of day, and reminding the units that they are for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import mail
from app.auth import acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.manage.forms import Form
from app.manage.steps import answer, take
from surveys.acting import today
from surveys.follow_up import terms as verbs
from surveys.follow_up.points import PointInfo
from surveys.follow_up.terms import GROUPS, Due
from surveys.models import Person

SUBJECT = "Herinnering: termijn in Meetlat"
"""What the mail is called. It says nothing of the point: mail is read by others as well."""

Letter = tuple[str, str, str]


@blueprint.get("/termijnen")
@requires(here.PERMISSION)
def terms() -> str:
    """All terms: passed, soon, later and in words only, each in order of day."""
    found = verbs.terms(db.session(), today())
    here.mark(*(term.point for term in found))
    return render_template(
        "follow_up/terms.html",
        found={group: [term for term in found if term.group == group] for group in GROUPS},
        groups=GROUPS,
        sent=verbs.sent(db.session(), {term.point.id for term in found}),
    )


@blueprint.route("/punten/<int:nummer>/herinneren", methods=["GET", "POST"])
@requires(here.PERMISSION)
def remind(nummer: int) -> str | Response | tuple[str, int]:
    """Remind those who report for the unit of a point of its term, where Meetlat can send mail."""
    point, form = here.find(nummer), Form()
    people = verbs.people(db.session(), point, today())
    refusal = _refusal(point, people)
    if form.validate_on_submit():
        if refusal is not None:
            form.form_errors.append(refusal)
        elif _send(point, people, form):
            return redirect(url_for("follow_up.terms"), 303)
    return answer(
        "follow_up/remind.html",
        form,
        point=point,
        people=people,
        link=link_to(point, _base()) if point.unit else None,
        refusal=refusal,
        sent=verbs.sent(db.session(), [nummer]).get(nummer),
    )


def _refusal(point: PointInfo, people: Sequence[Person]) -> str | None:
    """Why no mail can go out about a point; None when it can."""
    if not point.is_open:
        return "Dit punt is afgesloten. Er is niets meer om aan te herinneren."
    if not mail.configured():
        return "Meetlat kan hier geen e-mail versturen. Geef de link zelf door."
    return verbs.refusal(point.due_on, len(people))


def _send(point: PointInfo, people: Sequence[Person], form: Form) -> bool:
    """Send the mail, and keep how many got it; whether all went well. What did not is said on the form."""
    letters = letters_for(point, people, _base())
    told = len(letters) - len(mail.send_all(letters))
    if told < len(letters):
        form.form_errors.append(
            f"De mailserver werkt niet mee: {told} van de {len(letters)} e-mails zijn verstuurd."
            " Geef de link hieronder zelf door."
        )
    if told == 0:
        return False
    if take(form, lambda: verbs.remind(db.session(), point.id, told, by=acting())) is not None:
        people_told = "1 persoon" if told == 1 else f"{told} personen"
        flash(f"De herinnering is verstuurd naar {people_told}.", "success")
    return not form.form_errors


def letters_of(due: Due, base: str) -> list[Letter]:
    """The letters about a term that is due."""
    return letters_for(due.point, due.people, base)


def letters_for(point: PointInfo, people: Sequence[Person], base: str) -> list[Letter]:
    """A letter (recipient, subject, text) to each: a link to the point and nothing of what it says."""
    return [
        (
            person.email,
            SUBJECT,
            render_template(
                "follow_up/mail/reminder.txt", name=person.name, point=point, link=link_to(point, base)
            ),
        )
        for person in people
    ]


def link_to(point: PointInfo, base: str) -> str:
    """Where a unit finds its point. `base`: the address of Meetlat, without a slash at the end."""
    assert point.unit is not None  # only what a unit has is reminded of
    return base + url_for("follow_up.unit_point", eenheid=point.unit.code, nummer=point.id)


def _base() -> str:
    public: str | None = current_app.config["SETTINGS"].public_url
    return public or request.host_url.rstrip("/")
