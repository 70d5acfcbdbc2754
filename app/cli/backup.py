"""`meetlat backup`, `restore` and `verify`: everything in one file, put back, and looked over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from app import backup as backups
from app import database
from app.backup import BackupFault, Contents
from app.cli.context import Wrong, settings, unusable
from app.cli.setup import migrate
from surveys.filestore import Folder

_FILE = click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))


_PATH = click.Path(path_type=Path)
_IDENTITY = click.option(
    "--identity",
    "identities",
    type=_PATH,
    multiple=True,
    metavar="SLEUTEL",
    help="Het bestand met de sleutel van een versleutelde reservekopie; kan vaker.",
)
_PASSPHRASE = click.option(
    "--passphrase-file",
    "secret",
    type=_PATH,
    metavar="WACHTZIN",
    help="Het bestand met de wachtzin waarmee de sleutel zelf is versleuteld.",
)


@click.command()
@_FILE
@click.option("--overschrijven", "overwrite", is_flag=True, help="Vervang het bestand als het al bestaat.")
@click.option(
    "--encrypt-to", "keys", multiple=True, metavar="ONTVANGER", help="Versleutel (age1…); kan vaker."
)
@click.option(
    "--recipients-file",
    "lists",
    type=_PATH,
    multiple=True,
    metavar="ONTVANGERS",
    help="Een bestand met op elke regel een ontvanger; kan vaker.",
)
def backup(file: Path, overwrite: bool, keys: tuple[str, ...], lists: tuple[Path, ...]) -> None:
    """Maak een reservekopie van alles, terwijl Meetlat in gebruik is.

    De reservekopie bevat persoonsgegevens en alle antwoorden. Bewaar haar zo veilig als Meetlat zelf.
    """
    found = settings()
    url = make_url(found.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        raise Wrong("De database is nog niet ingericht: er is niets om een reservekopie van te maken.")
    with _told(file):
        to = backups.recipients(keys, lists)
        engine = database.standalone_engine(found.database_url)
        try:
            made = backups.make(engine, Folder(found.files), file, overwrite=overwrite, to=to)
        finally:
            engine.dispose()
    click.echo(f"{file}: reservekopie gemaakt ({_counts(made)}; {_size(file.stat().st_size)})")
    if to:
        click.echo(f"Versleuteld voor {'1 ontvanger' if len(to) == 1 else f'{len(to)} ontvangers'}.")
    click.echo(f"Kenmerk: {made.seal}")


@click.command(name="backup-key")
@_FILE
@_PASSPHRASE
def key(file: Path, secret: Path | None) -> None:
    """Maak een sleutel voor versleutelde reservekopieën, in een nieuw bestand, en toon de ontvanger.

    De ontvanger (age1…) mag iedereen weten. De sleutel bewaart u buiten Meetlat, en op twee plaatsen: wie
    haar kwijt is, kan geen reservekopie meer lezen.
    """
    with _told(file):
        click.echo(backups.make_key(file, secret))


@click.command()
@_FILE
@_IDENTITY
@_PASSPHRASE
def restore(file: Path, identities: tuple[Path, ...], secret: Path | None) -> None:
    """Zet een reservekopie terug op een lege plek (MEETLAT_DATABASE_URL, MEETLAT_FILES_DIR)."""
    found = settings()
    with _told(file):
        keys = backups.identities(identities, secret)
        put = backups.restore(file, found.database_url, Folder(found.files), keys=keys)
    migrate(found)
    click.echo(f"{file}: teruggezet ({_counts(put)})")
    click.echo(
        "De geheime sleutel zit niet in een reservekopie. Is die nu een andere, dan logt iedereen opnieuw in"
        " en werken eenmalige links van eerder niet meer. Wachtwoorden blijven gelijk."
    )


@click.command()
@_FILE
@_IDENTITY
@_PASSPHRASE
def verify(file: Path, identities: tuple[Path, ...], secret: Path | None) -> None:
    """Controleer een reservekopie helemaal, en toon wat erin zit."""
    with _told(file):
        found = backups.check(file, keys=backups.identities(identities, secret))
    made_at = found.made_at.astimezone(ZoneInfo("Europe/Amsterdam"))
    click.echo(f"gemaakt op {made_at:%d-%m-%Y om %H:%M:%S}")
    click.echo(f"versie van de database: {found.revision}")
    for name in sorted(found.tables):
        click.echo(f"  {name:24} {found.tables[name].rows}")
    click.echo(f"bestanden: {len(found.files)} ({_size(sum(found.files.values()))})")
    click.echo(f"kenmerk: {found.seal}")
    click.echo(f"{file}: in orde ({_counts(found)})")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Tell what went wrong, a line each, on standard error; exit code 2."""
    try:
        yield
    except BackupFault as fault:
        raise Wrong(str(fault)) from fault
    except DBAPIError as error:
        raise Wrong(unusable(error)) from error
    except OSError as error:
        raise Wrong(f"{error.filename or file}: kan niet worden gebruikt ({error.strerror}).") from error


def _counts(found: Contents) -> str:
    """How much is in it, in words."""
    files = "1 bestand" if len(found.files) == 1 else f"{len(found.files)} bestanden"
    return f"{found.rows} rijen in {len(found.tables)} tabellen, {files}"


def _size(number: int) -> str:
    """Bytes as people say them: 1,2 MB."""
    for unit, of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= of:
            return f"{number / of:.1f} {unit}".replace(".", ",")
    return f"{number} bytes"
