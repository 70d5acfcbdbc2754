"""`meetlat user`: accounts from the command line, for the first ones and for when nobody can log in."""

from __future__ import annotations

from datetime import date, datetime

import click

from app.accounts import password_link
from app.cli.context import Wrong, application, settings
from app.cli.setup import address
from app.extensions import db
from surveys import directory, log, people, second_factor, sessions
from surveys.acting import By, today
from surveys.models import Assignment, Organisation, Person, Unit
from surveys.permissions import ROLES


class Day(click.DateTime):
    """A day, refused in Dutch when it is none."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Give the day as the start of it."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value} is geen datum zoals 2013-05-01 of 01-05-2013", param, ctx)


DAY = Day(["%Y-%m-%d", "%d-%m-%Y"])


@click.group()
def user() -> None:
    """Beheer accounts."""


@user.command()
@click.argument("name", metavar="NAAM")
@click.argument("email", metavar="E-MAIL")
@click.option("--role", required=True, metavar="ROL", help=f"Een van: {', '.join(ROLES)}.")
@click.option("--unit", metavar="CODE", help="De eenheid waarvoor de rol geldt, zoals VR17.")
@click.option("--organisation", metavar="CODE", help="De organisatie waarvoor de rol geldt, zoals INSP.")
@click.option("--from", "first", type=DAY, metavar="DATUM", help="Vanaf deze dag (standaard vandaag).")
@click.option("--until", type=DAY, metavar="DATUM", help="De eerste dag waarop de rol niet meer geldt.")
def invite(
    name: str,
    email: str,
    role: str,
    unit: str | None,
    organisation: str | None,
    first: datetime | None,
    until: datetime | None,
) -> None:
    """Maak een account met een rol, en geef een eenmalige link waarmee de eigenaar een wachtwoord kiest."""
    with application() as app, app.test_request_context(base_url=address(settings()), method="POST"):
        by = By.system()
        person = people.invite(db.session(), name=name, email=email, by=by)
        people.assign(
            db.session(),
            person,
            role,
            unit=_unit(unit),
            organisation=_organisation(organisation),
            valid_from=first.date() if first else today(),
            valid_until=until.date() if until else None,
            by=by,
        )
        _tell_link(person, by)


@user.command(name="list")
def list_() -> None:
    """Toon de accounts: e-mailadres, naam, of iemand kan inloggen, en de rollen van vandaag."""
    with application(reading=True):
        for row in directory.person_rows(db.session(), directory.Search(), today()):
            held = ", ".join(_words(assignment) for assignment in row.current) or "geen rol"
            click.echo(f"{row.person.email}  {row.person.name}  {row.state}  {held}")


@user.command()
@click.argument("email", metavar="E-MAIL")
def disable(email: str) -> None:
    """Zet een account uit: inloggen kan niet meer, wie is ingelogd wordt uitgelogd."""
    with application():
        person = _person(email)
        people.disable(db.session(), person, By.system())
        db.session.commit()
        click.echo(f"{person.email} kan niet meer inloggen.")


@user.command()
@click.argument("email", metavar="E-MAIL")
def logout(email: str) -> None:
    """Log iemand overal uit."""
    with application():
        person = _person(email)
        count = sessions.end_all(db.session(), person.id, sessions.COMMAND, By.system())
        db.session.commit()
        places = "1 plek" if count == 1 else f"{count} plekken"
        click.echo(f"{person.email} was op {places} ingelogd, en nu nergens.")


@user.command(name="reset-factor")
@click.argument("email", metavar="E-MAIL")
def reset_factor(email: str) -> None:
    """Haal de tweede stap van iemand weg die de telefoon en de herstelcodes kwijt is."""
    with application():
        person = _person(email)
        second_factor.reset(db.session(), person, By.system())
        db.session.commit()
        click.echo(f"{person.email} logt in met het wachtwoord, en kan de tweede stap opnieuw instellen.")


@user.command()
@click.argument("email", metavar="E-MAIL")
def link(email: str) -> None:
    """Geef een nieuwe eenmalige link om een wachtwoord te kiezen."""
    with application() as app, app.test_request_context(base_url=address(settings()), method="POST"):
        person = _person(email)
        if not person.active:
            raise Wrong(f"E-MAIL: het account {person.email} is uitgezet.")
        _tell_link(person, By.system())


def _tell_link(person: Person, by: By) -> None:
    log.write(db.session(), "password.link", by, "person", person.id)
    db.session.commit()
    click.echo(f"Met deze link kiest {person.email} een wachtwoord (één keer, 7 dagen):")
    click.echo(password_link(person, address(settings())))


def _person(email: str) -> Person:
    found = people.by_email(db.session(), email)
    if found is None:
        raise Wrong(f"E-MAIL: er is geen account met het e-mailadres {email}.")
    return found


def _unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    found = directory.unit_by_code(db.session(), code)
    if found is None:
        raise Wrong(f"--unit: er is geen eenheid met de code {code}.")
    return found


def _organisation(code: str | None) -> Organisation | None:
    if code is None:
        return None
    known = {row.code: row for row in directory.organisations(db.session())}
    if code not in known:
        raise Wrong(f"--organisation: {code} is onbekend; kies uit: {', '.join(sorted(known)) or '(geen)'}.")
    return known[code]


def _words(assignment: Assignment) -> str:
    place = assignment.unit or assignment.organisation
    return f"{assignment.role} {place.code if place else ''}".strip() + _until(assignment.valid_until)


def _until(day: date | None) -> str:
    return f" (tot {day:%d-%m-%Y})" if day else ""
