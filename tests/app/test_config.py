"""Settings from the environment: what is wrong is refused at the start, in one clear line."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import LOOPBACK, SHORTEST_SECRET, ConfigError, load

KEY = "een lange willekeurige tekst, lang genoeg"
OWN = {"MEETLAT_DATABASE_URL": "postgresql://meetlat:geheim@127.0.0.1/meetlat", "MEETLAT_SECRET_KEY": KEY}


def refusal(environ: dict[str, str], tmp_path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load({"MEETLAT_DATA_DIR": str(tmp_path), **environ})
    return str(caught.value)


def test_without_settings_the_database_is_a_file_in_the_data_directory(tmp_path: Path) -> None:
    found = load({"MEETLAT_DATA_DIR": str(tmp_path / "nieuw")})
    assert found.database_url == f"sqlite:///{tmp_path}/nieuw/meetlat.sqlite"
    assert found.embedded
    assert not found.https
    assert (found.public_url, found.smtp_url, found.demo_password) == (None, None, None)


def test_the_secret_key_is_made_once_and_kept_where_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load({"MEETLAT_DATA_DIR": str(tmp_path)})
    assert len(first.secret_key) > 32
    assert load({"MEETLAT_DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_every_setting_is_read(tmp_path: Path) -> None:
    found = load(
        {
            "MEETLAT_DATA_DIR": str(tmp_path),
            **OWN,
            "MEETLAT_SECRET_KEY_OLD": "de vorige",
            "MEETLAT_PUBLIC_URL": "https://meetlat.voorbeeld.nl/",
            "MEETLAT_DEMO_PASSWORD": "lang genoeg",
            "MEETLAT_SMTP_URL": "smtps://u:p@mail.voorbeeld.nl",
            "MEETLAT_MAIL_FROM": "meetlat@voorbeeld.nl",
        }
    )
    assert found.database_url == "postgresql+psycopg://meetlat:geheim@127.0.0.1/meetlat"
    assert (found.secret_key, found.secret_key_old) == (KEY, "de vorige")
    assert found.public_url == "https://meetlat.voorbeeld.nl"
    assert found.https
    assert not found.embedded
    assert found.smtp_url == "smtps://u:p@mail.voorbeeld.nl"
    assert found.mail_from == "meetlat@voorbeeld.nl"
    assert found.demo_password == "lang genoeg"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEETLAT_DATABASE_URL", ""),
        ("MEETLAT_DATABASE_URL", "een bestand"),
        ("MEETLAT_DATABASE_URL", "mysql://u:p@h/db"),
        ("MEETLAT_DATABASE_URL", "sqlite://"),
        ("MEETLAT_DATABASE_URL", "sqlite:///los.sqlite"),
        ("MEETLAT_DATABASE_URL", "postgresql://u:p@h"),
        ("MEETLAT_DATABASE_URL", "postgresql://u:p@h:poort/db"),
        ("MEETLAT_SECRET_KEY", ""),
        ("MEETLAT_SECRET_KEY", "kort"),
        ("MEETLAT_SECRET_KEY", "a8Gk2Lm9Qw4Zx7Vb1Nc5Rt3Yp6Hd0Fs"),
        ("MEETLAT_SECRET_KEY", "geheim" * 10),
        ("MEETLAT_SECRET_KEY_OLD", " "),
        ("MEETLAT_PUBLIC_URL", ""),
        ("MEETLAT_PUBLIC_URL", "meetlat.voorbeeld.nl"),
        ("MEETLAT_PUBLIC_URL", "ftp://meetlat.voorbeeld.nl"),
        ("MEETLAT_PUBLIC_URL", "https://"),
        ("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl/map"),
        ("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl?x=1"),
        ("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl#x"),
        ("MEETLAT_PUBLIC_URL", "https://u:p@meetlat.voorbeeld.nl"),
        ("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl:poort"),
        ("MEETLAT_PUBLIC_URL", "https://[kapot"),
        ("MEETLAT_PUBLIC_URL", "http://meetlat.voorbeeld.nl"),
        ("MEETLAT_DEMO_PASSWORD", ""),
        ("MEETLAT_DEMO_PASSWORD", "kort"),
        ("MEETLAT_SMTP_URL", ""),
        ("MEETLAT_SMTP_URL", "mail.voorbeeld.nl"),
        ("MEETLAT_SMTP_URL", "http://mail.voorbeeld.nl"),
        ("MEETLAT_SMTP_URL", "smtp://"),
        ("MEETLAT_SMTP_URL", "smtp://mail.voorbeeld.nl:poort"),
        ("MEETLAT_MAIL_FROM", "geen adres"),
        ("MEETLAT_MAIL_FROM", "a@b.nl\nBcc: c@d.nl"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_setting(
    name: str, value: str, tmp_path: Path
) -> None:
    environ = {name: value} if name != "MEETLAT_DATABASE_URL" else {name: value, "MEETLAT_SECRET_KEY": KEY}
    line = refusal(environ, tmp_path)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert line.endswith(".")


def test_a_misspelt_setting_is_no_silent_default(tmp_path: Path) -> None:
    assert refusal({"MEETLAT_DATABSE_URL": "x"}, tmp_path).startswith("MEETLAT_DATABSE_URL: ")


def test_an_own_database_needs_its_own_key(tmp_path: Path) -> None:
    line = refusal({"MEETLAT_DATABASE_URL": OWN["MEETLAT_DATABASE_URL"]}, tmp_path)
    assert line.startswith("MEETLAT_SECRET_KEY: ontbreekt")
    assert not (tmp_path / "secret_key").exists()


def test_a_key_that_was_kept_for_the_embedded_database_is_none_for_an_own_one(tmp_path: Path) -> None:
    load({"MEETLAT_DATA_DIR": str(tmp_path)})
    assert (tmp_path / "secret_key").exists()
    line = refusal({"MEETLAT_DATABASE_URL": OWN["MEETLAT_DATABASE_URL"]}, tmp_path)
    assert line.startswith("MEETLAT_SECRET_KEY: ontbreekt")


def test_the_key_of_before_is_not_that_of_now(tmp_path: Path) -> None:
    line = refusal({**OWN, "MEETLAT_SECRET_KEY_OLD": KEY}, tmp_path)
    assert line.startswith("MEETLAT_SECRET_KEY_OLD: is leeg of gelijk aan")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1/meetlat",
        "localhost:5433/meetlat",
        "[::1]/meetlat",
        "/meetlat",
        "/meetlat?host=/run/postgresql",
        "/meetlat?host=/run/postgresql&host=localhost",
        "db.voorbeeld.nl/meetlat?sslmode=require",
        "db.voorbeeld.nl/meetlat?sslmode=verify-full&sslrootcert=system",
        "db.voorbeeld.nl/meetlat?sslmode=disable",
    ],
)
def test_a_database_on_this_machine_or_behind_encryption_is_used(tmp_path: Path, address: str) -> None:
    url = f"postgresql://meetlat:geheim@{address}"
    found = load({"MEETLAT_DATA_DIR": str(tmp_path), **OWN, "MEETLAT_DATABASE_URL": url})
    assert found.database_url.startswith("postgresql+psycopg://meetlat:geheim@")


@pytest.mark.parametrize(
    "address",
    [
        "db/meetlat",
        "10.0.0.5/meetlat?sslmode=prefer",
        "db.voorbeeld.nl:5432/meetlat?sslmode=allow",
        "/meetlat?host=db.voorbeeld.nl",
        "localhost/meetlat?host=db.voorbeeld.nl",
        "/meetlat?host=localhost&host=db.voorbeeld.nl",
        "localhost.voorbeeld.nl/meetlat",
    ],
)
def test_a_database_elsewhere_is_not_talked_to_in_clear(tmp_path: Path, address: str) -> None:
    url = f"postgresql://meetlat:geheim@{address}"
    line = refusal({**OWN, "MEETLAT_DATABASE_URL": url}, tmp_path)
    assert line.startswith("MEETLAT_DATABASE_URL: de database staat op een andere machine")
    assert "geheim" not in line


def test_a_refusal_shows_no_password_of_the_database(tmp_path: Path) -> None:
    for url in ("mysql://u:geheim@h/db", "postgresql://u:geheim@h", "postgresql://u:geheim@h:poort/db"):
        assert "geheim" not in refusal({"MEETLAT_DATABASE_URL": url, "MEETLAT_SECRET_KEY": KEY}, tmp_path)


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_data_directory_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"^MEETLAT_DATA_DIR: is leeg"):
        load({"MEETLAT_DATA_DIR": value})


def test_a_data_directory_that_can_not_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("x")
    line = refusal({"MEETLAT_DATA_DIR": str(tmp_path / "bestand" / "map")}, tmp_path)
    assert line.startswith("MEETLAT_DATA_DIR: ")


def test_a_data_directory_that_can_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # root, who runs some of our tests, may write anywhere: so the system is not asked
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert refusal({}, tmp_path).startswith("MEETLAT_DATA_DIR: ")


def test_a_kept_key_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("kort\n")
    assert refusal({}, tmp_path).startswith("MEETLAT_SECRET_KEY: ")


def test_a_kept_key_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"\xff\x00" * 40)
    line = refusal({}, tmp_path)
    assert line.startswith("MEETLAT_SECRET_KEY: ")
    assert "\n" not in line


def test_a_kept_key_that_can_not_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    assert refusal({}, tmp_path).startswith("MEETLAT_SECRET_KEY: ")


@pytest.mark.parametrize("host", sorted(LOOPBACK))
def test_without_https_only_this_machine_is_an_address(host: str, tmp_path: Path) -> None:
    shown = f"[{host}]" if ":" in host else host
    found = load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_PUBLIC_URL": f"http://{shown}:8000"})
    assert found.public_url == f"http://{shown}:8000"
    assert not found.https


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


NAMES = (
    "MEETLAT_DATABASE_URL",
    "MEETLAT_SECRET_KEY",
    "MEETLAT_SECRET_KEY_OLD",
    "MEETLAT_PUBLIC_URL",
    "MEETLAT_DEMO_PASSWORD",
    "MEETLAT_SMTP_URL",
    "MEETLAT_MAIL_FROM",
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_whatever_is_set_it_is_used_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "config"
    try:
        found = load({"MEETLAT_DATA_DIR": str(folder), **environ})
    except ConfigError as error:
        line = str(error)
        assert len(line.splitlines()) == 1
        assert line.partition(":")[0] in environ.keys() | {"MEETLAT_SECRET_KEY"}
    else:
        assert found.data_dir == folder
        assert len(found.secret_key) >= SHORTEST_SECRET
