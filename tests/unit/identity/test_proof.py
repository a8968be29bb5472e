"""How often a member may try, and what a PIN may not be."""

from datetime import UTC, datetime, timedelta

import pytest

from identity_service.domain import proof_secrets as secrets
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import (
    LONGEST_WAIT,
    PATIENCE,
    Attempts,
    GivenProof,
    ProofMethod,
    ProofUse,
    Purpose,
    is_simple,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = b"k" * 32
ANN, BEN = MemberKey.of("grove", "mem_ann"), MemberKey.of("grove", "mem_ben")


def test_waits_double_and_end_for_good_with_a_pin() -> None:
    attempts, now, waits = Attempts(0, NOON), NOON, []
    while (after := attempts.one_more(PATIENCE[ProofMethod.PIN], now)) is not None:
        assert after.failures == attempts.failures + 1
        waits.append((after.next_time - now).total_seconds())
        attempts, now = after, max(now, after.next_time)
    assert waits == [0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_840]


def test_no_wait_is_longer_than_a_day() -> None:
    after = Attempts(10_000, NOON).one_more(PATIENCE[ProofMethod.ONE_TIME_CODE], NOON)
    assert after is not None
    assert after.next_time == NOON + LONGEST_WAIT


def test_nobody_tries_before_it_is_time() -> None:
    patience = PATIENCE[ProofMethod.PIN]
    assert Attempts(3, NOON).one_more(patience, NOON - timedelta(microseconds=1)) is None
    assert Attempts(3, NOON).one_more(patience, NOON) is not None


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "456789", "99999999"])
def test_what_everybody_guesses_first_is_simple(pin: str) -> None:
    assert is_simple(pin)


@pytest.mark.parametrize("pin", ["1235", "1212", "0001", "9081"])
def test_the_rest_is_not(pin: str) -> None:
    assert not is_simple(pin)


def test_a_pin_is_checked_by_what_only_its_member_and_key_give() -> None:
    salt = bytes(range(16))
    verifier = secrets.pin_verifier(KEY, ANN, "2468", salt)
    others = [
        secrets.pin_verifier(b"x" * 32, ANN, "2468", salt),
        secrets.pin_verifier(KEY, BEN, "2468", salt),
        secrets.pin_verifier(KEY, ANN, "2469", salt),
        secrets.pin_verifier(KEY, ANN, "2468", bytes(16)),
    ]
    assert verifier not in others
    assert len(verifier) == 32


def test_a_code_is_of_its_member_purpose_and_salt() -> None:
    codes = {
        secrets.code_of(KEY, member, purpose, salt)
        for member in (ANN, BEN)
        for purpose in Purpose
        for salt in (bytes(16), b"s" * 16)
    }
    assert len(codes) == 4 * len(Purpose)
    assert {len(code) for code in codes} == {8}


def test_a_proof_is_not_shown() -> None:
    assert "2468" not in repr(GivenProof(ProofMethod.PIN, "2468"))


def test_uses_of_different_rpcs_are_different() -> None:
    use = ProofUse("grove", "till", "1")
    assert use.key_hash("verify") != use.key_hash("set_pin")
