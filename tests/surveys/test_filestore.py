"""Files are kept by what is in them: once each, durably, and never given back otherwise than they came."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from surveys.filestore import FileDamaged, Folder

CONTENT = b"een bewijsstuk"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "bestanden")


def test_what_was_put_comes_back(folder: Folder) -> None:
    assert folder.read(folder.put(CONTENT)) == CONTENT


def test_the_same_content_is_kept_once(folder: Folder) -> None:
    assert folder.put(CONTENT) == folder.put(CONTENT)
    assert len(list(folder.names())) == 1
    assert len([path for path in folder.path.rglob("*") if path.is_file()]) == 1


def test_a_damaged_file_is_not_given_back(folder: Folder) -> None:
    sha256 = folder.put(CONTENT)
    (folder.path / sha256[:2] / sha256).write_bytes(b"iets anders")
    with pytest.raises(FileDamaged, match=sha256):
        folder.read(sha256)


def test_a_file_that_is_gone_is_told(folder: Folder) -> None:
    sha256 = folder.put(CONTENT)
    folder.remove(sha256)
    folder.remove(sha256)
    with pytest.raises(FileDamaged):
        folder.read(sha256)
    assert list(folder.names()) == []


def test_putting_it_again_heals_a_damaged_file(folder: Folder) -> None:
    sha256 = folder.put(CONTENT)
    (folder.path / sha256[:2] / sha256).write_bytes(b"")
    folder.put(CONTENT)
    assert folder.read(sha256) == CONTENT


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "/" + "a" * 63])
def test_only_a_hash_is_a_name(folder: Folder, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        folder.read(name)


def test_nobody_else_can_look_into_the_folder(folder: Folder) -> None:
    sha256 = folder.put(CONTENT)
    place = folder.path / sha256[:2] / sha256
    assert place.stat().st_mode & 0o077 == 0
    assert place.parent.stat().st_mode & 0o077 == 0


def test_many_at_once_leave_one_whole_file(folder: Folder) -> None:
    content = CONTENT * 100_000
    threads = [threading.Thread(target=folder.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [folder.read(name) for name in folder.names()] == [content]
    assert len([path for path in folder.path.rglob("*") if path.is_file()]) == 1
