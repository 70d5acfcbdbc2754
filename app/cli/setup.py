"""`meetlat init` and `meetlat demo`: an empty Meetlat, and one with example data."""

from __future__ import annotations

import os
import secrets
import time

import click
from flask_security import verify_password
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import accounts, database
from app.cli.context import Wrong, application, settings, unusable
from app.config import Settings, write_private
from app.extensions import db
from exports.report import making
from surveys import example, packed, people, units
from surveys.acting import By, today
from surveys.example.fill import Filler
from surveys.models import Person

ORGANISATIONS = (("INSP", "Inspectie"), ("AFD", "Audit Functie Defensie"))
"""Who inspects together; the first administers."""

FIRST_EMAIL = "beheerder@meetlat.invalid"


@click.command()
@click.argument("email", required=False, default=FIRST_EMAIL)
@click.option("--naam", "name", default="Eerste beheerder", help="Naam van de eerste beheerder.")
@click.option(
    "--met-eenheden", is_flag=True, help="Ook de eenheden die bij Meetlat horen en hun koppelingen invoeren."
)
def init(email: str, name: str, met_eenheden: bool) -> None:
    """Richt een lege Meetlat in en geef een eenmalige link voor de eerste beheerder (EMAIL)."""
    found = settings()
    migrate(found)
    with application(found) as app, app.test_request_context(base_url=address(found), method="POST"):
        by = By.system()
        if not people.nobody_yet(db.session):
            click.echo("Meetlat is al ingericht; de database is bijgewerkt. Er is niets anders gewijzigd.")
            return
        person = people.invite(db.session, name=name, email=email, by=by)
        first, *_ = [people.add_organisation(db.session, *names, by) for names in ORGANISATIONS]
        people.assign(db.session, person, "beheerder", organisation=first, valid_from=today(), by=by)
        if met_eenheden:
            Filler(db.session).units()
        db.session.commit()
        click.echo("Meetlat is ingericht. Met deze link kiest de eerste beheerder een wachtwoord, één keer:")
        click.echo(accounts.password_link(person, address(found)))
        click.echo(f"Daarna inloggen met {person.email}.")


@click.command()
def demo() -> None:
    """Vul de ingestelde database met fictieve voorbeeldgegevens."""
    found = settings()
    migrate(found)
    with application(found):
        if not people.nobody_yet(db.session) or units.any_yet(db.session):
            raise Wrong(
                "Deze database bevat al gegevens. Voorbeeldgegevens komen alleen in een lege database;"
                " kies een andere met MEETLAT_DATABASE_URL."
            )
        fill(found)
        for line in account_lines(found):
            click.echo(line)


def migrate(found: Settings) -> None:
    """Bring schema and packed answers up to date. Wrong when the database can't be reached, or is none."""
    try:
        database.upgrade(found.database_url)
        engine = database.standalone_engine(found.database_url)
        with Session(engine) as session:
            packed.fill_up(session)
        engine.dispose()
    except DBAPIError as error:
        raise Wrong(unusable(error)) from error


def fill(found: Settings) -> None:
    """Put the example data in, all or nothing, telling what happens. Needs the application's context."""
    began = time.monotonic()
    password = demo_password(found)
    hashed: list[str | None] = []

    def give_password(person: Person) -> None:
        # one hash for all example accounts: making sixty is a matter of seconds, and they share it anyway
        if not hashed:
            accounts.set_password(person, password)
            hashed.append(person.password)
        person.password = hashed[0]

    click.echo("Fictieve voorbeeldgegevens worden geladen; dit gebeurt één keer.")
    Filler(
        db.session, give_password, tell=lambda line: click.echo(f"  {line}"), reporting=making.REPORTING
    ).everything()
    db.session.commit()
    click.echo(f"  klaar in {time.monotonic() - began:.0f} seconden")


def demo_password(found: Settings) -> str:
    """The password of the example accounts: as set, else made once and kept in the data directory."""
    if found.demo_password:
        return found.demo_password
    kept = found.data_dir / "demo_password"
    try:
        if not kept.exists():
            write_private(kept, secrets.token_urlsafe(9))
        return kept.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(
            f"MEETLAT_DEMO_PASSWORD: het bestand {kept} is niet als tekst te lezen."
            " Verwijder het, of geef een wachtwoord op."
        ) from error


def account_lines(found: Settings) -> list[str]:
    """What to tell about the example accounts, if there are any. Needs the application's context."""
    shown = example.shown_accounts()
    person = db.session.scalar(select(Person).where(Person.email == shown[0][0]))
    if person is None:
        return []
    password = demo_password(found)
    fits = person.password is not None and verify_password(password, person.password)
    lines = ["Voorbeeldaccounts (fictief):"]
    lines += [f"  {email:31} {what}" for email, what in shown]
    if fits:
        lines.append(f"  wachtwoord van allemaal: {password}")
    else:
        lines.append(
            "  wachtwoord: dat waarmee de voorbeeldgegevens zijn geladen (MEETLAT_DEMO_PASSWORD is nu anders)"
        )
    return lines


def address(found: Settings) -> str:
    """The address at which people reach this Meetlat."""
    return found.public_url or f"http://127.0.0.1:{os.environ.get('PORT', '5000')}"
