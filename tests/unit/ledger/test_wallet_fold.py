"""A wallet is the fold of its homes' rows, and a home is in one wallet only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import LinkHomes, RootHomes
from ledger_service.domain.link_refusals import homes_needed, wallets_needed
from ledger_service.domain.refusals import member_moved
from ledger_service.domain.wallet import Wallet, folded, shared
from tests.support.pure_ledger import NOON, PureLedger, award, sold

DAY = timedelta(days=1)
ANA, BEA = MemberKey("prg", "ana"), MemberKey("prg", "bea")


def test_a_wallet_of_one_home_is_its_row() -> None:
    row = Wallet(ANA, version=3, balance=7)
    assert folded(ANA, [row]) is row


def test_totals_are_summed_and_bounds_are_the_outermost() -> None:
    one = Wallet(ANA, 3, 10, 8, 2, 0, NOON, NOON, NOON + DAY, None, 4, 1, NOON + 3 * DAY)
    other = Wallet(BEA, 5, -3, 0, 0, 3, NOON + DAY, None, None, NOON + 2 * DAY, 9, 2, None)
    assert folded(ANA, [one, other]) == Wallet(
        ANA, 5, 7, 8, 2, 3, NOON + DAY, NOON, NOON + DAY, NOON + 2 * DAY, 9, 2, NOON + 3 * DAY
    )


def test_what_homes_share_is_written_alike_and_nothing_else() -> None:
    whole = Wallet(ANA, 6, 100, 100, 0, 0, NOON + DAY, NOON + DAY, None, None, 9, 2)
    assert shared(Wallet(BEA, 5, -3, 0, 0, 3), whole) == Wallet(
        BEA, 6, -3, 0, 0, 3, NOON + DAY, NOON + DAY, fence=9, merge_seq=2
    )


def test_sums_beyond_64_bits_are_refused() -> None:
    with pytest.raises(Refusal, match="balance"):
        folded(ANA, [Wallet(ANA, balance=2**62), Wallet(BEA, balance=2**62)])


def test_a_home_of_two_wallets_has_moved() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "a", [sold(1, 100, "north")], [award(1, 10, "north")])
    origin = replace(ledger.origin("ana"), others=(RootHomes(BEA, ("bea", "ana"), 1),))
    with pytest.raises(Refusal) as caught:
        ledger.run(LinkHomes(origin, True, "ana", "bea", date(2026, 3, 2)))
    assert caught.value.reason == "MEMBER_MOVED"


def test_the_homes_that_a_command_needs_are_told_by_its_refusal_alone() -> None:
    assert homes_needed(wallets_needed("ana", ["bea", "cy"])) == ("bea", "cy")
    assert homes_needed(member_moved("ana")) == ()
