"""Looking for malware, by a named stand-in for clamd; what it finds, or does not answer to, is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app import scanner
from app.config import ConfigError, Settings, load
from surveys.errors import FileRefused
from tests.support import files


def settings(clamd: str | None) -> Settings:
    return Settings(database_url="", data_dir=Path(), secret_key="", clamd=clamd)


def test_without_a_scanner_nobody_looks() -> None:
    assert scanner.scan(settings(None), files.EICAR) is None


def test_a_clean_file_is_taken_and_the_scanner_named() -> None:
    content = files.pdf() * 3000  # larger than one piece
    with files.stand_in() as stand_in:
        found = scanner.scan(settings(stand_in.address), content)
    assert found is not None
    assert found.scanned_by == "Stand-in for ClamAV 1.4.0"
    assert stand_in.seen == [content]


def test_malware_is_refused() -> None:
    with files.stand_in() as stand_in, pytest.raises(FileRefused, match="virusscanner vond iets"):
        scanner.scan(settings(stand_in.address), files.EICAR)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"onzin"])
def test_an_answer_that_is_no_verdict_is_no_permission(answer: bytes) -> None:
    with files.stand_in(answer) as stand_in, pytest.raises(FileRefused, match="kan nu niet op virussen"):
        scanner.scan(settings(stand_in.address), files.pdf())


def test_a_scanner_that_is_not_there_lets_nothing_through(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    for address in (closed, f"unix://{tmp_path}/geen"):
        with pytest.raises(FileRefused, match="kan nu niet op virussen"):
            scanner.scan(settings(address), files.pdf())


@pytest.mark.parametrize(
    "value", ["", "clamd", "tcp://", "tcp://server", "http://server:3310", "unix://", "unix:///"]
)
def test_an_address_that_is_none_is_refused_at_the_start(value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MEETLAT_CLAMD"):
        load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_CLAMD": value})


@pytest.mark.parametrize("value", ["tcp://server:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_is_taken(value: str, tmp_path: Path) -> None:
    assert load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_CLAMD": value}).clamd == value


@pytest.mark.parametrize("value", ["", "0", "201", "-1", "1.5", "veel", "9" * 5000])
def test_a_size_that_cannot_be_is_refused_at_the_start(value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MEETLAT_UPLOAD_MB"):
        load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_UPLOAD_MB": value})
