"""Files that can be made again: kept by what they were made from, checked, made once, and not too many."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.cache import DIGEST, Cache
from app.config import Settings


def key(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*"))


def test_it_lies_beside_the_files_as_soon_as_several_servers_can_share_those(tmp_path: Path) -> None:
    alone = Settings(database_url="", data_dir=tmp_path / "own", secret_key="")
    assert alone.cache == tmp_path / "own" / "cache"
    assert replace(alone, files_dir=tmp_path / "shared").cache == tmp_path / "shared" / "cache"


def test_what_is_put_is_given_back_to_every_server_that_shares_the_folder(folder: Path) -> None:
    cache = Cache(folder)
    assert cache.get(key("a")) is None
    cache.put(key("a"), b"een")
    cache.put(key("a"), b"twee")
    assert Cache(folder).get(key("a")) == b"twee"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in kept(folder)] == [key("a")]


@pytest.mark.parametrize("damage", [b"", b"x" * 10, None], ids=["empty", "short", "a bit turned"])
def test_a_damaged_file_is_a_miss_and_is_made_again(folder: Path, damage: bytes | None) -> None:
    cache = Cache(folder)
    cache.put(key("a"), b"de inhoud")
    [path] = kept(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert cache.get(key("a")) is None
    assert kept(folder) == []
    assert cache.made(key("a"), lambda: b"opnieuw") == b"opnieuw"
    assert cache.get(key("a")) == b"opnieuw"


def test_what_was_not_used_for_longest_goes_first(folder: Path) -> None:
    cache = Cache(folder, bound=3 * (100 + DIGEST))
    for place, word in enumerate("abc"):
        cache.put(key(word), b"x" * 100)
        path = folder / key(word)[:2] / key(word)
        os.utime(path, (1000 + place, 1000 + place))
    assert cache.get(key("a"))
    cache.put(key("d"), b"x" * 100)
    assert [word for word in "abcd" if cache.get(key(word))] == ["a", "c", "d"]
    cache.put(key("e"), b"x" * 1000)
    assert [word for word in "abcde" if cache.get(key(word))] == ["e"]


def test_at_the_same_moment_it_is_made_once(folder: Path) -> None:
    cache = Cache(folder)
    barrier, making, wait = threading.Barrier(4), [], threading.Event()
    got: list[bytes] = []

    def make() -> bytes:
        making.append(1)
        wait.wait(timeout=60)
        return b"gemaakt"

    def work() -> None:
        barrier.wait(timeout=60)
        got.append(cache.made(key("a"), make))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    barrier.wait(timeout=60)
    assert cache.made(key("b"), lambda: b"een ander") == b"een ander"
    wait.set()
    for thread in threads:
        thread.join(timeout=60)
    assert got == [b"gemaakt"] * 3
    assert making == [1]


def test_a_maker_that_fails_leaves_nothing_and_keeps_nobody_out(folder: Path) -> None:
    cache = Cache(folder)
    with pytest.raises(ZeroDivisionError):
        cache.made(key("a"), lambda: b"x" * (1 // 0))
    assert cache.made(key("a"), lambda: b"nu wel") == b"nu wel"


def test_what_can_not_be_kept_is_given_all_the_same(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    cache = Cache(folder)
    assert cache.made(key("a"), lambda: b"gemaakt") == b"gemaakt"
    with pytest.raises(OSError, match=r"."):
        cache.put(key("a"), b"gemaakt")


def test_a_folder_that_can_only_be_read_gives_what_it_has_and_no_damaged_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    cache = Cache(folder)
    cache.put(key("a"), b"gemaakt")
    cache.put(key("b"), b"beschadigd")
    (folder / key("b")[:2] / key("b")).write_bytes(b"x" * 40)
    for where, name in ((os, "utime"), (Path, "unlink"), (Path, "replace")):
        monkeypatch.setattr(where, name, refuse)
    assert cache.get(key("a")) == b"gemaakt"
    assert cache.get(key("b")) is None


def test_a_folder_that_goes_while_the_server_runs_is_made_again(folder: Path) -> None:
    cache = Cache(folder)
    cache.put(key("a"), b"gemaakt")
    shutil.rmtree(folder)
    assert cache.get(key("a")) is None
    assert cache.made(key("a"), lambda: b"opnieuw") == b"opnieuw"
    assert cache.get(key("a")) == b"opnieuw"


def test_a_key_is_no_path(folder: Path) -> None:
    for wrong in ("../secret_key", "", key("a").upper()):
        with pytest.raises(ValueError, match="SHA-256"):
            Cache(folder).get(wrong)
