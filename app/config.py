"""Settings: read from the environment once, checked at the start, handed on as one frozen thing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from surveys.people import EMAIL

LOOPBACK = frozenset({"localhost", "127.0.0.1"})
"""This machine, by the names that it is served under."""
SHORTEST_SECRET = 32
"""Characters of the secret key. What the installation manual tells to make has 64, of 384 random bits."""
FEWEST_IN_SECRET = 10
"""So many different ones among them: what was drawn by chance has more, one word again and again less."""
SHORTEST_PASSWORD = 8
DEFAULT_UPLOAD, LARGEST_UPLOAD = 20, 200
"""Megabytes of one file, unless set otherwise; and what that can be set to."""
HIGHEST_PORT = 65535
VARIABLES = frozenset(
    {
        "MEETLAT_DATABASE_URL",
        "MEETLAT_DATA_DIR",
        "MEETLAT_FILES_DIR",
        "MEETLAT_UPLOAD_MB",
        "MEETLAT_CLAMD",
        "MEETLAT_SECRET_KEY",
        "MEETLAT_SECRET_KEY_OLD",
        "MEETLAT_PUBLIC_URL",
        "MEETLAT_DEMO_PASSWORD",
        "MEETLAT_SMTP_URL",
        "MEETLAT_MAIL_FROM",
        "MEETLAT_METRICS_PORT",
        "MEETLAT_OIDC_ISSUER",
        "MEETLAT_OIDC_CLIENT_ID",
        "MEETLAT_OIDC_CLIENT_SECRET",
        "MEETLAT_OIDC_NAME",
    }
)


SINGLE_SIGN_ON = (
    *("MEETLAT_OIDC_ISSUER", "MEETLAT_OIDC_CLIENT_ID"),
    *("MEETLAT_OIDC_CLIENT_SECRET", "MEETLAT_OIDC_NAME"),
)
"""The settings of logging in at an organisation: all of them or none."""
LONGEST_ISSUER, LONGEST_LABEL = 255, 60


class ConfigError(Exception):
    """A setting that can't be used. Its text names the setting, what is wrong and what to do, in one line."""


@dataclass(frozen=True)
class SingleSignOn:
    """Where else people can log in: an OpenID Connect provider, and who we are there.

    `name` is what the button calls it.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True)
class Settings:
    """What this Meetlat runs with.

    `embedded` says that nobody named a database: the SQLite file under the data directory is used, and only
    then are example data loaded without being asked for.
    """

    database_url: str
    data_dir: Path
    secret_key: str
    public_url: str | None = None
    demo_password: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    embedded: bool = False
    testing: bool = False
    files_dir: Path | None = None
    upload_mb: int = DEFAULT_UPLOAD
    clamd: str | None = None
    metrics_port: int | None = None
    single_sign_on: SingleSignOn | None = None
    secret_key_old: str | None = None

    @property
    def files(self) -> Path:
        """The folder of uploaded files, which several servers may share."""
        return self.files_dir or self.data_dir / "files"

    @property
    def cache(self) -> Path:
        """The folder of files that can be made again: shared as soon as the uploaded ones are."""
        return (self.files_dir or self.data_dir) / "cache"

    @property
    def https(self) -> bool:
        """Whether people reach it over https; if not, only this machine is served."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Makes the data directory, and on the first start of the embedded default a secret key in it.
    Raises ConfigError for the first setting that can't be used.
    """
    unknown = sorted(name for name in environ if name.startswith("MEETLAT_") and name not in VARIABLES)
    if unknown:
        raise ConfigError(f"{unknown[0]}: deze instelling bestaat niet. Controleer de naam.")
    data_dir = _data_dir(environ.get("MEETLAT_DATA_DIR"))
    url = environ.get("MEETLAT_DATABASE_URL")
    embedded = url is None
    return Settings(
        database_url=f"sqlite:///{data_dir / 'meetlat.sqlite'}" if url is None else _database_url(url),
        data_dir=data_dir,
        secret_key=_secret_key(environ.get("MEETLAT_SECRET_KEY"), data_dir, embedded),
        public_url=_public_url(environ.get("MEETLAT_PUBLIC_URL")),
        demo_password=_demo_password(environ.get("MEETLAT_DEMO_PASSWORD")),
        smtp_url=_smtp_url(environ.get("MEETLAT_SMTP_URL")),
        mail_from=_mail_from(environ.get("MEETLAT_MAIL_FROM")),
        embedded=embedded,
        files_dir=_files_dir(environ.get("MEETLAT_FILES_DIR")),
        upload_mb=_upload_mb(environ.get("MEETLAT_UPLOAD_MB")),
        clamd=_clamd(environ.get("MEETLAT_CLAMD")),
        metrics_port=_metrics_port(environ.get("MEETLAT_METRICS_PORT")),
        single_sign_on=_single_sign_on(environ),
        secret_key_old=_secret_key_old(environ.get("MEETLAT_SECRET_KEY_OLD"), environ),
    )


def _data_dir(value: str | None) -> Path:
    return _folder("MEETLAT_DATA_DIR", "instance" if value is None else value)


def _files_dir(value: str | None) -> Path | None:
    return None if value is None else _folder("MEETLAT_FILES_DIR", value)


def _folder(name: str, value: str) -> Path:
    path = Path(value).absolute()
    if not value.strip():
        raise ConfigError(f"{name}: is leeg. Noem een map, of laat de instelling weg.")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{name}: de map {path} kan niet worden gemaakt ({error.strerror}). Kies een andere map."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ConfigError(f"{name}: in de map {path} mag Meetlat niet schrijven. Kies een andere map.")
    return path


def _upload_mb(value: str | None) -> int:
    if value is None:
        return DEFAULT_UPLOAD
    if not value.isascii() or not value.isdigit() or not 0 < int(value[:9]) <= LARGEST_UPLOAD:
        raise ConfigError(
            f"MEETLAT_UPLOAD_MB: {value} kan niet. Kies een heel getal van 1 tot en met {LARGEST_UPLOAD}."
        )
    return int(value)


def _metrics_port(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or not 0 < int(value[:6]) <= HIGHEST_PORT:
        raise ConfigError(
            f"MEETLAT_METRICS_PORT: {value} is geen poort. Kies een getal van 1 tot en met {HIGHEST_PORT}."
        )
    return int(value)


def _single_sign_on(environ: Mapping[str, str]) -> SingleSignOn | None:
    given = [name for name in SINGLE_SIGN_ON if name in environ]
    if not given:
        return None
    missing = next((name for name in SINGLE_SIGN_ON if name not in environ), None)
    if missing is not None:
        raise ConfigError(
            f"{missing}: ontbreekt. Bij {given[0]} hoort ook deze instelling; geef ze alle vier."
        )
    issuer, client_id, client_secret, name = (environ[each] for each in SINGLE_SIGN_ON)
    parts = _address(issuer, {"http", "https"})
    if parts is None or "@" in parts.netloc or parts.query or parts.fragment or len(issuer) > LONGEST_ISSUER:
        raise ConfigError(
            "MEETLAT_OIDC_ISSUER: dit is geen adres zoals https://inloggen.voorbeeld.nl. Verbeter het adres."
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigError(
            "MEETLAT_OIDC_ISSUER: zonder https kan onderweg iemand meelezen. Gebruik een adres met https://."
        )
    for setting, value in zip(SINGLE_SIGN_ON[1:3], (client_id, client_secret), strict=True):
        if not value.isascii() or not value.isprintable() or not value.strip():
            raise ConfigError(
                f"{setting}: is leeg of heeft vreemde tekens. Neem hem over van de organisatie."
            )
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_LABEL:
        raise ConfigError(
            f"MEETLAT_OIDC_NAME: is leeg of langer dan {LONGEST_LABEL} tekens."
            " Kies de naam die op de knop staat, zoals SSO-Rijk."
        )
    return SingleSignOn(issuer, client_id, client_secret, name.strip())


def _clamd(value: str | None) -> str | None:
    if value is None:
        return None
    usable = value.startswith("unix:///") and len(value) > len("unix:///")
    parts = _address(value, {"tcp"})
    if not usable and (parts is None or parts.port is None or parts.path not in {"", "/"}):
        raise ConfigError(
            "MEETLAT_CLAMD: dit is geen adres zoals tcp://server:3310 of unix:///run/clamav/clamd.ctl."
            " Verbeter het adres."
        )
    return value


def _database_url(value: str) -> str:
    hint = "Gebruik sqlite:////pad/naar/bestand of postgresql://gebruiker:wachtwoord@server/database."
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # its own text may hold the password
        raise ConfigError(f"MEETLAT_DATABASE_URL: dit is geen adres van een database. {hint}") from None
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        url = url.set(drivername="postgresql+psycopg")
    elif url.drivername != "sqlite":
        raise ConfigError(f"MEETLAT_DATABASE_URL: {url.drivername} wordt niet ondersteund. {hint}")
    if url.drivername == "sqlite" and not (url.database and Path(url.database).is_absolute()):
        raise ConfigError(f"MEETLAT_DATABASE_URL: noem het hele pad van het SQLite-bestand. {hint}")
    if url.drivername != "sqlite":
        if not url.database:
            raise ConfigError(f"MEETLAT_DATABASE_URL: de naam van de database ontbreekt. {hint}")
        _check_on_the_way(url)
    return url.render_as_string(hide_password=False)


ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
"""What `sslmode` says of a connection with PostgreSQL that is never in clear."""


def _check_on_the_way(url: URL) -> None:
    """Refuse a PostgreSQL elsewhere that would be talked to in clear when it asks for that."""
    mode = url.query.get("sslmode")
    if not _elsewhere(url) or mode in ENCRYPTED or mode == "disable":
        return
    raise ConfigError(
        "MEETLAT_DATABASE_URL: de database staat op een andere machine, en onderweg kan iemand meelezen."
        " Zet ?sslmode=verify-full&sslrootcert=system achter het adres; of ?sslmode=disable als het netwerk"
        " zelf al versleutelt."
    )


def _elsewhere(url: URL) -> bool:
    """Whether a database is on another machine: neither a socket nor the loopback."""
    named = url.query.get("host", ())
    hosts = [*(url.host or "").split(","), *((named,) if isinstance(named, str) else named)]
    return any(
        not each.startswith("/") and each not in {*LOOPBACK, "::1"}
        for host in hosts
        for each in host.split(",")
        if each
    )


def _secret_key_old(value: str | None, environ: Mapping[str, str]) -> str | None:
    if value is not None and (not value.strip() or value == environ.get("MEETLAT_SECRET_KEY")):
        raise ConfigError(
            "MEETLAT_SECRET_KEY_OLD: is leeg of gelijk aan MEETLAT_SECRET_KEY. Neem de vorige sleutel, of"
            " laat de instelling weg."
        )
    return value


def _secret_key(value: str | None, data_dir: Path, embedded: bool) -> str:
    if value is not None:
        if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_IN_SECRET:
            raise ConfigError(
                f"MEETLAT_SECRET_KEY: is korter dan {SHORTEST_SECRET} tekens, of heeft er minder dan"
                f" {FEWEST_IN_SECRET} verschillende. Neem een lange, willekeurige tekst."
            )
        return value
    if not embedded:
        raise ConfigError(
            "MEETLAT_SECRET_KEY: ontbreekt. Met een eigen database is deze instelling verplicht;"
            " neem een lange, willekeurige tekst."
        )
    kept = data_dir / "secret_key"
    if kept.exists():
        try:
            text = kept.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(
                f"MEETLAT_SECRET_KEY: het bestand {kept} is niet als tekst te lezen."
                " Verwijder het, of geef een sleutel op."
            ) from None
        if len(text) >= SHORTEST_SECRET:
            return text
        raise ConfigError(
            f"MEETLAT_SECRET_KEY: het bestand {kept} is te kort. Verwijder het, of geef een sleutel op."
        )
    text = secrets.token_urlsafe(48)
    write_private(kept, text)
    return text


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")


def _public_url(value: str | None) -> str | None:
    if value is None:
        return None
    parts = _address(value, {"http", "https"})
    if parts is None or parts.path not in {"", "/"} or "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError(
            "MEETLAT_PUBLIC_URL: dit is geen adres zoals https://meetlat.voorbeeld.nl. Verbeter het adres."
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigError(
            "MEETLAT_PUBLIC_URL: zonder https is Meetlat alleen op deze machine te bereiken."
            " Gebruik een adres met https://."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _address(value: str, schemes: set[str]) -> SplitResult | None:
    """The parts of an address on the network; None when it is none, or not of these schemes."""
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        )  # asking the port reads it
    except ValueError:
        return None
    return parts if usable and value.isascii() and not any(char.isspace() for char in value) else None


def _demo_password(value: str | None) -> str | None:
    if value is not None and len(value) < SHORTEST_PASSWORD:
        raise ConfigError(
            f"MEETLAT_DEMO_PASSWORD: is korter dan {SHORTEST_PASSWORD} tekens. Kies een langer wachtwoord."
        )
    return value


def _smtp_url(value: str | None) -> str | None:
    if value is not None and _address(value, {"smtp", "smtps"}) is None:
        raise ConfigError(
            "MEETLAT_SMTP_URL: dit is geen adres zoals smtp://gebruiker:wachtwoord@server:587."
            " Verbeter het adres."
        )
    return value


def _mail_from(value: str | None) -> str | None:
    if value is not None and not EMAIL.fullmatch(value):
        raise ConfigError(
            "MEETLAT_MAIL_FROM: dit is geen e-mailadres zoals meetlat@voorbeeld.nl. Verbeter het adres."
        )
    return value
