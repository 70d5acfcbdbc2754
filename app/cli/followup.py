"""`meetlat followup`: what a timer does for follow-up."""

from __future__ import annotations

from datetime import date, datetime

import click

from app import mail
from app.cli.context import Wrong, application, settings
from app.cli.setup import address
from app.cli.user import DAY
from app.extensions import db
from app.follow_up.terms import letters_of, link_to
from surveys.acting import AMSTERDAM, By, today
from surveys.follow_up import terms
from surveys.follow_up.terms import Due
from surveys.questions import day as in_words

MORNING = 6
"""The hour at which reminders of another day than today are dated."""


@click.group()
def followup() -> None:
    """Opvolging: wat een tijdklok (cron) elke dag kan doen."""


@followup.command()
@click.option("--dag", type=DAY, metavar="JJJJ-MM-DD", help="Doe wat op deze dag moet (standaard vandaag).")
def remind(dag: datetime | None) -> None:
    """Herinner eenheden per e-mail aan hun termijnen: één keer vooraf, en één keer als ze voorbij zijn.

    Draai dit elke dag, bijvoorbeeld met cron. Nooit gaat er twee keer hetzelfde uit.
    """
    base = address(settings())
    with application() as app, app.test_request_context(base_url=base, method="POST"):
        found = terms.due(db.session(), dag.date() if dag else today())
        if found and not mail.configured():
            _tell_links(found, base)
            raise Wrong("Er is niets verstuurd: e-mail is niet ingesteld (MEETLAT_SMTP_URL).")
        sent = sum(_remind(each, base, _by(dag.date() if dag else None)) for each in found)
        click.echo(f"{sent} van de {len(found)} herinneringen verstuurd.")


def _remind(due: Due, base: str, by: By) -> bool:
    """Remind the people of one unit, and keep that at once: what is sent is never sent again."""
    letters = letters_of(due, base)
    told = len(letters) - len(mail.send_all(letters))
    if told:
        terms.remind(db.session(), due.point.id, told, by=by)
        db.session.commit()
        click.echo(f"{_called(due)}: verstuurd naar {told} {'persoon' if told == 1 else 'personen'}.")
    else:
        why = "de mailserver werkt niet mee" if letters else "voor deze eenheid is nog niemand uitgenodigd"
        click.echo(f"{_called(due)}: niet verstuurd, {why}.")
    return bool(told)


def _tell_links(found: list[Due], base: str) -> None:
    click.echo("Geef deze links zelf door:")
    for due in found:
        click.echo(f"{_called(due)}: {link_to(due.point, base)}")


def _called(due: Due) -> str:
    unit = due.point.unit.code if due.point.unit else ""
    return f"Punt {due.point.id} ({unit}), termijn {in_words(due.day)}"


def _by(day: date | None) -> By:
    """The system, at the present moment or on the morning of another day."""
    if day is None or day == today():
        return By.system()
    return By.system(datetime(day.year, day.month, day.day, MORNING, tzinfo=AMSTERDAM))
