"""`meetlat answers`: the answers of a dossier to a file, and from a file that was filled in."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from app.cli.context import Wrong, application
from app.cli.reports import find_measurement
from app.cli.score import WrongInput
from app.extensions import db
from exports import answerdocument, answersheet
from exports.book import FICTIEF
from exports.errors import TooLarge
from surveys import overview, people, uploading
from surveys.acting import By, now, today
from surveys.errors import ChoicesMissing, Faults
from surveys.models import Dossier
from surveys.offline import source
from surveys.offline.offered import Offered
from surveys.offline.package import MAX_FILE
from surveys.permissions import holders
from surveys.uploading import Choice, Preview, PreviewRow

ENDINGS = (".xlsx", ".json")


@click.group()
def answers() -> None:
    """Zet de antwoorden van een dossier in een bestand, of neem ze over uit een ingevuld bestand."""


@answers.command(name="export")
@click.argument("measurement", metavar="METING")
@click.argument("unit", metavar="EENHEID")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def export_(measurement: str, unit: str, file: Path) -> None:
    """Schrijf de vragenlijst van één eenheid, om in te vullen: een werkboek (.xlsx) of JSON (.json)."""
    ending = _ending(file)
    with application(reading=True):
        found = source.of(db.session(), _dossier(measurement, unit), now())
    try:
        content = answersheet.workbook(found) if ending == ".xlsx" else answerdocument.write(found)
    except TooLarge as error:
        raise Wrong(f"BESTAND: {error}. Kies .json.") from error
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Wrong(f"BESTAND: {file} kan niet worden geschreven ({error.strerror}).") from error
    mark = f" ({FICTIEF.lower()})" if found.fictief else ""
    click.echo(f"{file}: {found.unit_name}, {found.measurement_name}{mark}")


@answers.command(name="import")
@click.argument("measurement", metavar="METING")
@click.argument("unit", metavar="EENHEID")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
@click.option("--as", "email", required=True, metavar="E-MAIL", help="Wie de antwoorden geeft.")
@click.option("--apply", is_flag=True, help="Neem de antwoorden over. Zonder dit verandert er niets.")
@click.option(
    "--keep",
    type=click.Choice(["mijn", "hun"]),
    help="Wat er bij een conflict blijft staan: het bestand (mijn) of Meetlat (hun).",
)
def import_(measurement: str, unit: str, file: Path, email: str, apply: bool, keep: str | None) -> None:
    """Laat zien wat een ingevuld bestand verandert, en neem het met --apply over: alles of niets."""
    ending, content = _ending(file), _content(file)
    with application(reading=not apply):
        dossier = _dossier(measurement, unit)
        by = _by(email, dossier)
        offered = _read(ending, content, dossier, file)
        shown = uploading.preview(db.session(), dossier, offered)
        for line in _lines(shown):
            click.echo(line)
        if shown.faults:
            raise WrongInput([f"{file}: {text}" for text in shown.faults])
        if not apply:
            if shown.rows:
                click.echo("Er is niets gewijzigd. Neem dit over met --apply.")
            return
        choices = {row.code: cast(Choice, keep) for row in shown.conflicts} if keep else {}
        try:
            changed = uploading.apply(db.session(), dossier, offered, choices, by=by, seen=shown.fingerprint)
        except ChoicesMissing as error:
            raise Wrong(f"{error} Gebruik --keep mijn of --keep hun.") from error
        db.session.commit()
        click.echo(
            "Er is 1 antwoord overgenomen." if changed == 1 else f"Er zijn {changed} antwoorden overgenomen."
        )


def _ending(file: Path) -> str:
    if file.suffix.lower() not in ENDINGS:
        raise Wrong(f"BESTAND: {file} eindigt niet op {' of '.join(ENDINGS)}.")
    return file.suffix.lower()


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE + 1)
    except OSError as error:
        raise Wrong(f"BESTAND: {file} kan niet worden gelezen ({error.strerror}).") from error


def _dossier(measurement: str, unit: str) -> Dossier:
    found = find_measurement(measurement)
    dossier = overview.dossier_by_codes(db.session(), measurement, unit)
    if dossier is None:
        raise Wrong(f"EENHEID: de meting {found.name} heeft geen dossier van {unit}.")
    return dossier


def _by(email: str, dossier: Dossier) -> By:
    person = people.by_email(db.session(), email)
    if person is None:
        raise Wrong(f"--as: er is geen account met het e-mailadres {email}.")
    if not person.active:
        raise Wrong(f"--as: het account {email} is geblokkeerd en mag deze vragenlijst niet invullen.")
    held = holders(person.assignments, "dossier.answer", dossier.unit_id, today())
    if not held:
        raise Wrong(f"--as: {email} mag deze vragenlijst niet invullen.")
    return By.through(held[0])


def _read(ending: str, content: bytes, dossier: Dossier, file: Path) -> Offered:
    read = uploading.read_workbook if ending == ".xlsx" else uploading.read_document
    try:
        return read(db.session(), dossier, content)
    except Faults as error:
        raise WrongInput([f"{file}: {text}" for text in error.faults]) from error


def _lines(shown: Preview) -> list[str]:
    lines = [_line(row) for row in shown.rows]
    lines.append(f"{len(shown.rows)} gewijzigd, {shown.same} gelijk, {len(shown.conflicts)} in conflict.")
    if shown.signed:
        lines.append(f"Na overnemen vervalt het akkoord van {' en '.join(shown.signed)}.")
    return lines


def _line(row: PreviewRow) -> str:
    parts = [f"{row.old_shown or '(leeg)'} -> {row.new_shown or '(leeg)'}"]
    if row.old.note != row.new.note:
        parts.append("toelichting")
    if row.old.documents != row.new.documents:
        parts.append("bewijsstukken")
    word = "conflict" if row.status == "conflict" else "nieuw"
    return " ".join(f"{row.code}: {word}: {', '.join(parts)}".split())
