"""Encrypted backups: only who has the key reads them, and nothing half is ever put back."""

from __future__ import annotations

import io
import random
import stat
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from app.backup import BackupFault, encryption
from surveys.filestore import Folder
from tests.factories import World
from tests.support.backups import contents, everything
from tests.support.cli import Ran

Run = Callable[..., Ran]
OFTEN = 60
"""So many places of a small file are spoilt."""


@pytest.fixture(scope="module")
def own() -> x25519.Identity:
    """The key of these tests."""
    return x25519.Identity.generate()


@pytest.fixture
def key(own: x25519.Identity, tmp_path: Path) -> Path:
    """The same in a file."""
    path = tmp_path / "sleutel.txt"
    path.write_text(f"# ontvanger: {own.to_public()}\n{own}\n")
    return path


def encrypted(content: bytes, *to: x25519.Recipient) -> bytes:
    made = io.BytesIO()
    with encryption.encrypting(made, to) as plain:
        plain.write(content)
    return made.getvalue()


def test_the_key_and_no_other_brings_everything_back(
    run: Run, full: World, files: Folder, database_url: str, place: str, tmp_path: Path,
    own: x25519.Identity, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    rows, kept = everything(database_url), contents(files)
    colleague, stranger = tmp_path / "collega.txt", tmp_path / "ander.txt"
    also = run("backup-key", colleague).out.strip()
    run("backup-key", stranger)
    listed = tmp_path / "ontvangers.txt"
    listed.write_text(f"# de collega\n{also}\n\n")
    copy = tmp_path / "kopie.age"
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    ran = run("backup", copy, "--encrypt-to", own.to_public(), "--recipients-file", listed)
    assert (ran.code, ran.err) == (0, "")
    assert "Versleuteld voor 2 ontvangers." in ran.out
    assert copy.read_bytes().startswith(encryption.MAGIC)
    assert b"PK\x03\x04" not in copy.read_bytes()[:2000]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    monkeypatch.setenv("MEETLAT_DATABASE_URL", place)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "elsewhere"))
    for given, words in (
        ((), "is versleuteld"),
        (("--identity", stranger), "past niet op deze reservekopie"),
    ):
        ran = run("restore", copy, *given)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert len(ran.err.splitlines()) == 1
    assert contents(Folder(tmp_path / "elsewhere" / "files")) == {}
    assert run("restore", copy, "--identity", stranger, "--identity", colleague).code == 0
    assert everything(place) == rows
    assert contents(Folder(tmp_path / "elsewhere" / "files")) == kept


def test_what_was_cut_off_or_changed_is_refused_before_anything_is_put_back(
    run: Run, made: Path, place: str, key: Path, tmp_path: Path, own: x25519.Identity
) -> None:
    whole = encrypted(made.read_bytes(), own.to_public())
    before = everything(place)
    spoilt = tmp_path / "kopie.age"
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:-20] + b"x" + whole[-19:], whole + b"x"):
        spoilt.write_bytes(content)
        ran = run("restore", spoilt, "--identity", key)
        assert (ran.code, ran.out) == (2, "")
        assert "afgekapt, beschadigd of gewijzigd" in ran.err
    assert everything(place) == before
    assert contents(Folder(tmp_path / "elsewhere" / "files")) == {}


def test_no_spoilt_byte_and_no_cut_goes_unseen(own: x25519.Identity, tmp_path: Path) -> None:
    chance, path = random.Random(7), tmp_path / "klein.age"
    whole = encrypted(chance.randbytes(70_000), own.to_public())
    for place in [*range(0, 200, 10), *chance.sample(range(200, len(whole)), OFTEN)]:
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            path.write_bytes(content)
            if content.startswith(encryption.MAGIC):
                with pytest.raises(BackupFault):
                    encryption.opened(path, [own])
            else:  # the beginning is no longer that of an encrypted file: then it must not be a backup either
                with pytest.raises(BackupFault, match="geen"):
                    encryption.read(path, [own])


class CheapLock:
    """A lock with a passphrase, in place of one that takes a second and 256 MB each time."""

    @staticmethod
    def encrypt(content: bytes, secret: str) -> bytes:
        return encryption.MAGIC + secret.encode() + b"\0" + content[::-1]

    @staticmethod
    def decrypt(content: bytes, secret: str) -> bytes:
        kept, _, turned = content.removeprefix(encryption.MAGIC).partition(b"\0")
        if kept != secret.encode():
            raise pyrage.DecryptError("Decryption failed")
        return turned[::-1]


def test_a_key_can_be_locked_with_a_passphrase(
    environment: None, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "passphrase", CheapLock)
    key, good, bad = tmp_path / "sleutel.age", tmp_path / "goed", tmp_path / "fout"
    good.write_text("vier gele fietsen\n")
    bad.write_text("vijf gele fietsen\n")
    to = x25519.Recipient.from_str(run("backup-key", key, "--passphrase-file", good).out.strip())
    assert b"AGE-SECRET-KEY" not in key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    [opened] = encryption.identities([key], good)
    assert str(opened.to_public()) == str(to)
    for given, words in (
        (("--passphrase-file", bad), "past niet op deze sleutel"),
        ((), "--passphrase-file"),
    ):
        ran = run("verify", tmp_path / "kopie.age", "--identity", key, *given)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "geen sleutel"),
        ("geen sleutel\n", "geen sleutel van age"),
        ("#\n", "geen sleutel"),
        (None, "kan niet"),
    ],
)
def test_what_is_no_key_is_told_in_one_line(
    environment: None, run: Run, tmp_path: Path, content: str | None, words: str
) -> None:
    key = tmp_path / "sleutel.txt"
    if content is not None:
        key.write_text(content)
    ran = run("verify", tmp_path / "kopie.zip", "--identity", key)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_recipient_that_is_none_leaves_no_backup(run: Run, full: World, tmp_path: Path) -> None:
    ran = run("backup", tmp_path / "kopie.age", "--encrypt-to", "age1geen")
    assert ran.code == 2
    assert "geen ontvanger van age" in ran.err
    assert not (tmp_path / "kopie.age").exists()


def test_a_key_is_never_replaced(environment: None, run: Run, tmp_path: Path) -> None:
    key = tmp_path / "sleutel.txt"
    assert run("backup-key", key).out.startswith("age1")
    first = key.read_bytes()
    assert "bestaat al" in run("backup-key", key).err
    assert key.read_bytes() == first


class Full(io.BytesIO):
    """A disk that is full after some bytes."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > 100:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("size", [0, 10, 500_000])
def test_a_disk_that_fills_up_is_told(own: x25519.Identity, size: int) -> None:
    with pytest.raises(OSError, match="No space left"):  # noqa: SIM117
        with encryption.encrypting(Full(), [own.to_public()]) as plain:
            plain.write(bytes(size))


def test_other_programs_can_read_it(own: x25519.Identity) -> None:
    assert pyrage.decrypt(encrypted(b"een reservekopie", own.to_public()), [own]) == b"een reservekopie"
