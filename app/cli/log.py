"""`meetlat log`: seal the log, verify that nobody changed it, and give a head to keep elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from app import keys
from app.cli.context import application, settings
from app.extensions import db
from app.furniture import moment
from app.tasks.sealer import batches
from surveys import sealing
from surveys.acting import By, now
from surveys.sealing import Broken, Head, Verdict

BROKEN: Final = 1
"""The exit code of a log that does not hold."""
WORDS: Final = {
    "changed": "regel {line} is gewijzigd",
    "missing": "regel {line} ontbreekt",
    "added": "regel {line} is later toegevoegd",
    "seal_changed": "dit zegel zelf is gewijzigd",
    "seal_missing": "dit zegel ontbreekt",
    "rewritten": "dit zegel is niet dat van de bewaarde kop: het logboek is herschreven",
}
"""What can be wrong, in the words of who reads it."""


@click.group(name="log")
def log_() -> None:
    """Verzegel en controleer het logboek."""


@log_.command()
def seal() -> None:
    """Verzegel de regels die dat nog niet zijn. De server doet dit ook zelf, elke minuut."""
    with application():
        made = list(batches(db.engine))
    click.echo(f"{_lines(sum(made))} verzegeld, in {len(made)} {'zegel' if len(made) == 1 else 'zegels'}.")


@log_.command()
def head() -> None:
    """Toon de kop: het nieuwste zegel, ondertekend, als één regel JSON. Bewaar haar buiten Meetlat."""
    key = keys.of(settings(), keys.HEADS)[-1]
    with application(reading=True):
        click.echo(sealing.head(db.session(), key, now()).as_json())


@log_.command()
@click.option(
    "--head",
    "kept",
    type=click.Path(path_type=Path),
    metavar="BESTAND",
    help="Houd het logboek tegen een kop die eerder is bewaard.",
)
def verify(kept: Path | None) -> int:
    """Controleer het hele logboek. Exitcode 1 als er iets niet klopt; de eerste plek wordt genoemd."""
    with application(reading=True):
        verdict = sealing.verify(db.session(), _kept(kept) if kept else None)
    with application():
        sealing.record(db.session(), verdict, By.system())
        db.session.commit()
    for line in told(verdict):
        click.echo(line)
    return BROKEN if verdict.broken else 0


def told(verdict: Verdict) -> list[str]:
    """What came of a verification, line by line."""
    lines = []
    if verdict.broken is not None:
        lines.append(f"NIET IN ORDE: zegel {verdict.broken.seal}: {_wrong(verdict.broken)}.")
    if verdict.sealed_at is not None:
        until = f"zegel {verdict.seals} van {moment(verdict.sealed_at)}"
        lines.append(f"In orde tot en met {until}: {_lines(verdict.lines)}.")
    elif verdict.broken is None:
        lines.append("Er is nog niets verzegeld.")
    since = f", de oudste van {moment(verdict.open_since)}" if verdict.open_since else ""
    lines.append(f"Nog niet verzegeld: {_lines(verdict.open_lines)}{since}.")
    return lines


def _wrong(broken: Broken) -> str:
    return WORDS[broken.what].format(line=broken.line)


def _kept(file: Path) -> Head:
    """A head from a file. Raises HeadRefused, and OSError for a file that can't be read."""
    content = file.read_text(encoding="utf-8", errors="replace")
    found = settings()
    whole = (found.secret_key, found.secret_key_old)  # they signed heads before there was a key for those
    return sealing.read_head(content, *keys.of(found, keys.HEADS), *(key for key in whole if key))


def _lines(count: int) -> str:
    return "1 regel" if count == 1 else f"{count} regels"
