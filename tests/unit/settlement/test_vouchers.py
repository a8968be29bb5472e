"""Vouchers: balanced and mirrored, or refused; the month-end voucher by its formula."""

import json
from datetime import UTC, datetime

import pytest

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from settlement_service.domain.accounts import Account
from settlement_service.domain.checklist import Situation
from settlement_service.domain.command import command_of
from settlement_service.domain.month_end import month_end_entries, month_end_voucher
from settlement_service.domain.periods import end_of_books
from settlement_service.domain.program_facts import ProgramFacts, SettlementTerms
from settlement_service.domain.voucher import VoucherEntry, VoucherKind, entry_of, number_of, require_whole

CUT = datetime(2026, 11, 1, 4, 5, tzinfo=UTC)
END = datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def entry(entity: str, *postings: tuple[Account, str, int]) -> VoucherEntry:
    made = entry_of(entity, "USD", postings)
    assert made is not None
    return made


def situation(*bearing: tuple[str, str, str, int], booked: int = 0) -> Situation:
    return Situation(1, "2026-10", CUT, 0, (), (), (), (), None, booked, bearing, 0, 0, ())


def postings_of(entries: tuple[VoucherEntry, ...]) -> dict[tuple[str, str, str, str], int]:
    return {
        (each.entity, each.currency, posting.account.value, posting.counterparty): posting.amount
        for each in entries
        for posting in each.postings
    }


def test_a_voucher_that_balances_and_is_mirrored_is_whole() -> None:
    require_whole([
        entry("north", (Account.SETTLEMENT_GAIN_LOSS, "", 7), (Account.DUE_TO, "linden", -7)),
        entry("linden", (Account.DUE_FROM, "north", 7), (Account.REDEMPTION_CLEARING, "", -7)),
    ])  # fmt: skip


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry("north", (Account.CASH_CLEARING, "", 7), (Account.FX_CLEARING, "", -6))],
        [entry("north", (Account.CASH_CLEARING, "", 7))],
        [entry("north", (Account.CASH_CLEARING, "", 7), (Account.DUE_TO, "linden", -7))],
        [
            entry("north", (Account.CASH_CLEARING, "", 7), (Account.DUE_TO, "linden", -7)),
            entry("linden", (Account.DUE_FROM, "harbor", 7), (Account.CASH_CLEARING, "", -7)),
        ],
    ],
)
def test_any_other_is_refused(entries: list[VoucherEntry]) -> None:
    with pytest.raises(Refusal) as refused:
        require_whole(entries)
    assert refused.value.reason == "VOUCHER_NOT_BALANCED"


def test_postings_on_one_account_are_netted_and_nothing_makes_no_entry() -> None:
    both = entry_of("north", "USD", [(Account.CASH_CLEARING, "", 5), (Account.FX_CLEARING, "", -3),
                                     (Account.CASH_CLEARING, "", -2)])  # fmt: skip
    assert both is not None
    assert [(posting.account, posting.amount) for posting in both.postings] == [
        (Account.CASH_CLEARING, 3),
        (Account.FX_CLEARING, -3),
    ]
    assert entry_of("north", "USD", [(Account.CASH_CLEARING, "", 5), (Account.CASH_CLEARING, "", -5)]) is None


def test_numbers_tell_the_kind() -> None:
    assert number_of(VoucherKind.MONTH_END, 12) == "MONTH_END-000012"


def test_a_commands_id_is_a_function_of_its_key_alone() -> None:
    one, other = (command_of("p", "office", "r-1", "BookAdjustment", [reason]) for reason in ("a", "b"))
    assert one.id_of("vch") == other.id_of("vch")
    assert one.fingerprint != other.fingerprint


def test_the_month_end_voucher_shares_what_redeemers_bore() -> None:
    found = situation(("linden", "north", "USD", 101), ("linden", "linden", "USD", 55), ("peak", "north", "USD", -9))
    entries = month_end_entries(found, Ratio(1, 2))
    assert postings_of(entries) == {
        ("linden", "USD", "due_from", "north"): 51,
        ("linden", "USD", "redemption_expense", "north"): -51,
        ("north", "USD", "due_to", "linden"): -51,
        ("north", "USD", "settlement_gain_loss", ""): 46,
        ("north", "USD", "due_to", "peak"): 5,
        ("peak", "USD", "due_from", "north"): -5,
        ("peak", "USD", "redemption_expense", "north"): 5,
    }
    require_whole(entries)


def test_nothing_is_shared_without_a_share_or_for_the_second_time() -> None:
    bearing = ("linden", "north", "USD", 101)
    assert month_end_entries(situation(bearing), None) == ()
    assert month_end_entries(situation(bearing, booked=2), Ratio(1, 2)) == ()


def test_the_month_end_voucher_counts_on_the_last_day_of_its_month_and_says_how_it_was_made() -> None:
    facts = ProgramFacts("harborside", "rev_7", settlement=SettlementTerms(voucher_share_of_face=Ratio(1, 2)))
    found = situation(("linden", "north", "USD", 101))
    voucher = month_end_voucher(found, facts, month_end_entries(found, Ratio(1, 2)), "office", "A. Auditor")
    assert (voucher.post_time, voucher.period_sequence, voucher.subject_id) == (END, 1, "2026-10")
    assert json.loads(voucher.document) == {
        "borne": [["linden", "north", "USD", "101"]],
        "revision": "rev_7",
        "share": "1/2",
        "shares": [["linden", "north", "USD", "51"]],
    }


def test_a_cut_before_the_months_end_is_when_the_books_end() -> None:
    early = datetime(2026, 10, 20, tzinfo=UTC)
    assert end_of_books("2026-10", early) == early
