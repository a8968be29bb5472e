"""What must hold of every file that was closed month by month."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from loyalty.settlement.v1 import books_pb2, statement_pb2

from tests.support import auditor
from tests.trial.closing import payments_clear
from tests.trial.months import Months

Nets = Mapping[str, Mapping[str, int]]
"""By currency and entity, minor units."""


def every_month_is_closed_by_name(months: Months) -> None:
    """Each is signed, sealed, and has nothing in its way."""
    for sequence, (month, closed) in enumerate(months.closed.items(), start=1):
        period = closed.period
        assert (period.sequence, period.period, period.stage) == (sequence, month, statement_pb2.PERIOD_STAGE_CLOSED)
        assert (period.signed_name, period.caller, len(period.figures_hash)) == ("Ada Ledger", "accountant", 32)
        assert [item for item in period.checklist if item.blocking and not item.ok] == []


def nothing_differs(months: Months) -> None:
    """Books and ledger agree at each cut, and each price with the agreements."""
    for closed in months.closed.values():
        assert (closed.ledger.differing, list(closed.ledger.differences)) == (0, [])
        assert (closed.prices.differing, list(closed.prices.differences)) == (0, [])
        assert (closed.ledger.period, closed.prices.period) == (closed.period.period, closed.period.period)
        assert closed.ledger.compared > 0
        assert list(closed.ledger.up_to) == list(closed.barriers) == list(closed.period.barriers)
    assert sum(closed.prices.compared for closed in months.closed.values()) > 1_000


def payments_clear_every_net(months: Months) -> None:
    """All that was owed up to a month's end is paid; nothing is left between entities until the next month begins."""
    for closed in months.closed.values():
        assert closed.netting is not None
        assert payments_clear(closed.netting)
        assert closed.open_after == {entity: {} for entity in closed.balances}
        for currency in closed.netting.document.currencies:
            assert len(currency.payments) <= max(len([net for net in currency.nets if net.net_minor_units]) - 1, 0)


def trial_balances_balance(months: Months) -> None:
    """In every entity and currency, at every cut; what one owes is owed to another."""
    for closed in months.closed.values():
        between: Counter[str] = Counter()
        for balances in closed.balances.values():
            for balance in balances:
                assert balance.debits == balance.credits
                assert balance.debits == sum(line.debit for line in balance.lines)
                assert balance.credits == sum(line.credit for line in balance.lines)
                for line in balance.lines:
                    if line.account in ("due_to", "due_from"):
                        between[balance.currency_code] += line.debit - line.credit
        assert not any(between.values())


def roll_forwards_chain(months: Months) -> None:
    """Each month's roll-forward adds up, and begins where the one before ended, in points and money."""
    for closed in months.closed.values():
        for books in closed.brands:
            assert _closing(books) == books.closing_points
    for before, after in pairwise(months.closed.values()):
        for one, next_one in zip(before.brands, after.brands, strict=True):
            assert one.brand_id == next_one.brand_id
            assert one.closing_points == next_one.opening_points
            assert one.receivable_points == next_one.opening_receivable_points
            assert list(one.liability) == list(next_one.opening_liability)
            assert list(one.receivable) == list(next_one.opening_receivable)


def _closing(books: books_pb2.BrandBooks) -> int:
    came = books.earned_points + books.restored_points + books.repaid_points + books.adjusted_points
    redeemed = books.redeemed_own_points + books.redeemed_cross_points + books.redeemed_repayment_points
    return books.opening_points + came - redeemed - books.reversed_points - books.expired_points


def books_say_what_the_tills_recorded(months: Months) -> None:
    """Month by month: what brands gave, took back and corrected, what was spent at each, what was given back, and what
    members hold."""
    for month, closed in months.closed.items():
        record, brands = months.records[month], closed.brands
        assert {one.brand_id: one.earned_points for one in brands if one.earned_points} == +record.earned
        assert {one.brand_id: one.reversed_points for one in brands if one.reversed_points} == +record.reversed
        adjusted = {one.brand_id: one.adjusted_points for one in brands if one.adjusted_points}
        assert adjusted == {brand: points for brand, points in record.adjusted.items() if points}
        spent_at = {one.brand_id: one.redeemed_own_points + one.redeemed_cross_in_points for one in brands}
        assert {brand: points for brand, points in spent_at.items() if points} == +record.spent_at
        assert sum(one.redeemed_cross_points - one.redeemed_cross_in_points for one in brands) == 0
        # A payment of debt that is unwound is one less of the debts repaid, and gives the payer's points back.
        unwound = sum(one.redeemed_repayment_points - one.repaid_points for one in brands)
        assert sum(one.restored_points for one in brands) == record.restored + unwound
        assert sum(one.expired_points for one in brands) == 0
        assert sum(one.closing_points for one in brands) == record.balance


def members_spent_across_brands(months: Months) -> None:
    """Most of what is spent is spent at another brand than the one that gave it, in every month."""
    for closed in months.closed.values():
        crossed = sum(one.redeemed_cross_points for one in closed.brands)
        assert crossed > sum(one.redeemed_own_points for one in closed.brands) > 0


def closing_does_not_grow(months: Months) -> None:
    """The last close takes no longer than the slowest of the first three, but for what a busy machine adds."""
    taken = [closed.seconds["close"] for closed in months.closed.values()]
    assert taken[-1] < 2 * max(taken[:3]) + 1


async def an_auditor_finds_nothing(months: Months) -> int:
    """From the exported journal and the exported payments alone; the number of entries. A month's payments settle what
    arose in it, since those before were settled."""
    entries = auditor.journal_of(await months.desk.journal())
    assert auditor.audit_journal(months.desk.program, entries) == []
    before: Nets = {}
    for sequence, closed in enumerate(months.closed.values(), start=1):
        nets = auditor.positions_of(entries, sequence)
        arisen = _less(nets, before)
        assert auditor.audit_payments(arisen, auditor.payments_of(closed.payments_file)) == []
        before = nets
    assert auditor.audit_clearing(before, entries) == []
    assert auditor.positions_of(entries) == {}
    return len(entries)


def _less(nets: Nets, others: Nets) -> Nets:
    left = {
        currency: {
            entity: nets.get(currency, {}).get(entity, 0) - others.get(currency, {}).get(entity, 0)
            for entity in nets.get(currency, {}).keys() | others.get(currency, {}).keys()
        }
        for currency in nets.keys() | others.keys()
    }
    return {currency: kept for currency, of in left.items() if (kept := {key: net for key, net in of.items() if net})}
