"""Backups that only whoever has the key can read: age (age-encryption.org), so that other programs can too.

A backup is encrypted for one or more recipients (public keys, `age1…`) while it is made: nothing goes to the
disk unencrypted. To read one it is decrypted into a file without a name, which the system takes away when the
process ends, however it ends. Memory stays bounded either way.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

import pyrage
from pyrage import passphrase
from pyrage.x25519 import Identity, Recipient

from app.backup.archive import BackupFault, Reader

__all__ = [
    "Identity",
    "Recipient",
    "encrypting",
    "identities",
    "make_key",
    "opened",
    "read",
    "recipients",
]

MAGIC: Final = b"age-encryption.org/"
"""What every file begins with that age encrypted."""
LONGEST_KEYS: Final = 1_000_000
"""Bytes that a file with keys may have."""
_NO_KEY: Final = "No matching keys found"


class _Sink:
    """A file to write to that remembers what went wrong: age does not always pass it on."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write; raises what the file raises."""
        try:
            return self._file.write(data)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        """Nothing: whoever opened the file flushes it."""


def recipients(keys: Iterable[str], files: Iterable[Path] = ()) -> list[Recipient]:
    """The recipients that keys (`age1…`) and files with one on each line name. Raises BackupFault."""
    named = [(key, "--encrypt-to") for key in keys]
    named += [(line, str(file)) for file in files for line in _lines(file, _content(file))]
    return [_recipient(key, where) for key, where in named]


def _recipient(key: str, where: str) -> Recipient:
    try:
        return Recipient.from_str(key.strip())
    except pyrage.RecipientError as error:
        raise BackupFault(
            f"{where}: dit is geen ontvanger van age, zoals `meetlat backup-key` die geeft (age1…)."
        ) from error


def identities(files: Iterable[Path], secret: Path | None = None) -> list[Identity]:
    """The keys in files, each locked with the passphrase in `secret` or not. Raises BackupFault."""
    return [found for file in files for found in _identities(file, secret)]


def _identities(file: Path, secret: Path | None) -> Iterator[Identity]:
    content = _content(file)
    if content.startswith(MAGIC):
        if secret is None:
            raise BackupFault(
                f"{file}: deze sleutel is met een wachtzin versleuteld. Geef --passphrase-file."
            )
        try:
            content = passphrase.decrypt(content, _passphrase(secret))
        except pyrage.DecryptError as error:
            raise BackupFault(f"{file}: de wachtzin in {secret} past niet op deze sleutel.") from error
    for line in _lines(file, content):
        try:
            yield Identity.from_str(line)
        except pyrage.IdentityError as error:
            raise BackupFault(f"{file}: dit is geen sleutel van age (AGE-SECRET-KEY-1…).") from error


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(LONGEST_KEYS + 1)
    if len(content) > LONGEST_KEYS:
        raise BackupFault(f"{file}: dit bestand is te groot voor een sleutel.")
    return content


def _lines(file: Path, content: bytes) -> list[str]:
    """The lines that say something."""
    lines = [line.strip() for line in content.decode("utf-8", errors="replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise BackupFault(f"{file}: hier staat geen sleutel in.")
    return found


def _passphrase(file: Path) -> str:
    return _lines(file, _content(file))[0]


def make_key(file: Path, secret: Path | None = None) -> str:
    """Write a new key to a new file, locked with the passphrase in `secret` or not; gives its recipient.

    Raises BackupFault when the file is there already, and OSError when it can't be written.
    """
    made = Identity.generate()
    content = f"# ontvanger: {made.to_public()}\n{made}\n".encode()
    if secret is not None:
        content = passphrase.encrypt(content, _passphrase(secret))
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BackupFault(f"{file}: bestaat al. Een sleutel wordt nooit vervangen.") from error
    with open(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    return str(made.to_public())


@contextmanager
def encrypting(file: IO[bytes], to: Sequence[Recipient]) -> Iterator[IO[bytes]]:
    """Give what to write to, of which `file` gets what age makes of it; without recipients, `file` itself.

    Raises what `file` raises.
    """
    if not to:
        yield file
        return
    reading, writing = os.pipe()
    sink, failed = _Sink(file), []

    def encrypt() -> None:
        # closing this end tells who still writes that nobody reads any more
        with open(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, sink, to)
            except (OSError, pyrage.EncryptError) as error:
                failed.append(error)

    beside = threading.Thread(target=encrypt, daemon=True, name="meetlat-encrypt")
    beside.start()
    try:
        with open(writing, "wb") as plain:
            yield plain
    except BrokenPipeError:
        if sink.failed is None and not failed:
            raise
    finally:
        beside.join()
    if sink.failed is not None:
        raise sink.failed
    if failed:
        raise failed[0]


def opened(path: Path, keys: Sequence[Identity]) -> IO[bytes]:
    """A backup to read: the file itself, or what age finds in it, wholly checked.

    Raises BackupFault for one that none of the keys opens, or that was cut off or changed; and OSError.
    """
    file = path.open("rb")
    if file.read(len(MAGIC)) != MAGIC:
        file.seek(0)
        return file
    with file:
        file.seek(0)
        if not keys:
            raise BackupFault(f"{path}: deze reservekopie is versleuteld. Geef de sleutel met --identity.")
        return _decrypted(path, file, keys)


def read(path: Path, keys: Sequence[Identity] = ()) -> Reader:
    """Begin to read a backup, encrypted or not. Raises BackupFault for one that can't be read."""
    try:
        return Reader(path, opened(path, keys))
    except OSError as error:
        raise BackupFault(f"{path}: kan niet worden gelezen ({error.strerror or error}).") from error


def _decrypted(path: Path, file: IO[bytes], keys: Sequence[Identity]) -> IO[bytes]:
    size, free = path.stat().st_size, shutil.disk_usage(tempfile.gettempdir()).free
    if size > free:
        raise BackupFault(
            f"{path}: om dit te lezen is {size // 10**6} MB nodig, en de tijdelijke map heeft"
            f" {free // 10**6} MB vrij. Maak ruimte, of kies met TMPDIR een andere map."
        )
    with ExitStack() as kept:
        plain = kept.enter_context(tempfile.TemporaryFile(prefix="meetlat-"))
        sink = _Sink(plain)
        try:
            pyrage.decrypt_io(file, sink, keys)
        except pyrage.DecryptError as error:
            if str(error) == _NO_KEY:
                raise BackupFault(f"{path}: deze sleutel past niet op deze reservekopie.") from error
            raise _spoilt(path) from error
        except OSError as error:  # age says so too when something was changed or cut off
            raise sink.failed or _spoilt(path) from error
        plain.seek(0)
        kept.pop_all()
    return plain


def _spoilt(path: Path) -> BackupFault:
    return BackupFault(f"{path}: deze versleutelde reservekopie is afgekapt, beschadigd of gewijzigd.")
