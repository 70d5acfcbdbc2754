"""Codes that work once: as the standard has them, once, and by nobody else's secret."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from itertools import product

import pytest

from surveys import one_time_codes
from surveys.one_time_codes import STEP, Safe, Unreadable

STANDARD = b"12345678901234567890"
"""The secret of the examples in RFC 6238."""
FIRST, SECOND = b"1" * 32, b"2" * 32
SAFE = Safe([FIRST])


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert one_time_codes.code_at(STANDARD, at) == code
    assert one_time_codes.step_of(STANDARD, f" {code[:3]} {code[3:]} ", at) == second // STEP


def test_a_code_is_taken_one_step_around_now_and_after_the_last_one_taken() -> None:
    present = 60_000_000
    at = datetime.fromtimestamp(present * STEP + 7, UTC)
    for shown, after in product(range(-3, 4), repeat=2):
        code = one_time_codes.code_at(STANDARD, datetime.fromtimestamp((present + shown) * STEP, UTC))
        found = one_time_codes.step_of(STANDARD, code, at, after=present + after)
        assert found == (present + shown if abs(shown) <= 1 and shown > after else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0", "9" * 5000])
def test_what_is_no_code_is_the_code_of_no_step(code: str) -> None:
    assert one_time_codes.step_of(STANDARD, code, datetime.fromtimestamp(59, UTC)) is None


def test_a_secret_is_typed_over_in_groups_of_four() -> None:
    groups = one_time_codes.typed_out(STANDARD).split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert base64.b32decode("".join(groups)) == STANDARD


def test_an_app_reads_whose_the_secret_is_from_the_picture() -> None:
    address = one_time_codes.address(STANDARD, "anna@voorbeeld.nl")
    assert address.startswith("otpauth://totp/Meetlat:anna%40voorbeeld.nl?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert "issuer=Meetlat" in address


def test_the_safe_gives_back_what_was_locked_away_and_shows_nothing_of_it() -> None:
    kept = [SAFE.lock(7, STANDARD) for _ in range(2)]
    assert [SAFE.open(7, each) for each in kept] == [STANDARD] * 2
    assert kept[0] != kept[1]
    assert STANDARD not in base64.b64decode(kept[0])


def test_the_safe_opens_for_nobody_else_and_not_with_another_key() -> None:
    kept = SAFE.lock(7, STANDARD)
    raw = base64.b64decode(kept)
    spoilt = base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
    for safe, person, text in (
        (SAFE, 8, kept),
        (Safe([SECOND]), 7, kept),
        (SAFE, 7, spoilt),
        (SAFE, 7, ""),
        (SAFE, 7, "geen base64!"),
    ):
        with pytest.raises(Unreadable):
            safe.open(person, text)


def test_what_an_earlier_key_locked_away_opens_as_long_as_that_key_is_there() -> None:
    both = Safe([FIRST, SECOND])
    assert both.open(7, SAFE.lock(7, STANDARD)) == STANDARD
    assert Safe([SECOND]).open(7, both.lock(7, STANDARD)) == STANDARD


def test_recovery_codes_are_ten_and_all_different_however_they_are_typed() -> None:
    codes = one_time_codes.new_recovery_codes()
    assert len({one_time_codes.digest(code) for code in codes}) == 10
    for code in codes:
        assert one_time_codes.digest(code) == one_time_codes.digest(f" {code.upper().replace('-', ' ')} ")
        assert code not in one_time_codes.digest(code)
