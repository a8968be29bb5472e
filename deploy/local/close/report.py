"""The month as an accountant reads it: what was signed, points rolled forward, trial balances."""

from collections.abc import Callable, Sequence
from pathlib import Path

from loyalty.settlement.v1 import books_pb2, period_pb2, reconciliation_pb2

from deploy.local.close.steps import Closed
from deploy.local.demo.screen import Screen, signed, table
from deploy.local.demo.words import amount, day

Names = dict[str, str]
"""Entities' names by id."""

_POINTS: Sequence[tuple[str, Callable[[books_pb2.BrandBooks], int]]] = (
    ("earned", lambda books: books.earned_points),
    ("redeemed at the brand itself", lambda books: -books.redeemed_own_points),
    ("redeemed at other brands", lambda books: -books.redeemed_cross_points),
    ("used to repay debts", lambda books: -books.redeemed_repayment_points),
    ("restored", lambda books: books.restored_points),
    ("reversed by returns", lambda books: -books.reversed_points),
    ("debts repaid", lambda books: books.repaid_points),
    ("expired", lambda books: -books.expired_points),
    ("adjusted", lambda books: books.adjusted_points),
)
CHECKLIST = {
    period_pb2.CHECKLIST_KIND_BARRIERS_BOOKED: "partitions of the ledger not booked to the end",
    period_pb2.CHECKLIST_KIND_EARLIER_PERIODS_CLOSED: "earlier months not closed",
    period_pb2.CHECKLIST_KIND_NOTHING_PARKED: "events that could not be booked",
    period_pb2.CHECKLIST_KIND_BOOKS_IN_BALANCE: "entities out of balance",
    period_pb2.CHECKLIST_KIND_TOTALS_AGREE: "running totals that differ from the closing figures",
    period_pb2.CHECKLIST_KIND_CLEARING_AT_ZERO: "clearing accounts not at zero",
    period_pb2.CHECKLIST_KIND_RECONCILED: "figures compared with the ledger",
    period_pb2.CHECKLIST_KIND_DIFFERENCES_ACCEPTED: "differences nobody answers for",
    period_pb2.CHECKLIST_KIND_MONTH_END_VOUCHER: "entries of the month-end voucher",
    period_pb2.CHECKLIST_KIND_CUT_OFF: "events that happened in another month",
    period_pb2.CHECKLIST_KIND_TERMS_COMPLETE: "trading pairs without an agreement",
    period_pb2.CHECKLIST_KIND_DIFFERENCES_CLEARED: "accepted differences without an explanation",
    period_pb2.CHECKLIST_KIND_PARKED_RETURNS: "returns that wait for their sales",
    period_pb2.CHECKLIST_KIND_ANNOUNCED_RETURNS: "announced returns that have not come",
    period_pb2.CHECKLIST_KIND_OPEN_HOLDS: "points set aside for open sales",
    period_pb2.CHECKLIST_KIND_OPEN_DEBTS: "members who owe points",
    period_pb2.CHECKLIST_KIND_PENDING_POINTS: "points not spendable yet",
    period_pb2.CHECKLIST_KIND_PROPOSED_ADJUSTMENTS: "adjustments that wait for a second person",
    period_pb2.CHECKLIST_KIND_TRANSFERS_UNDER_WAY: "transfers under way",
}
"""What each item of a checklist counts, in words."""


def tell_sign_off(screen: Screen, closed: Sequence[Closed]) -> None:
    """What was looked at in the last month, who signed each, and what it was held against."""
    last = closed[-1].period
    screen.chapter(
        f"{last.period} is closed",
        "What was looked at before it was signed; what must be in order stops the close if it is not. Nothing is ever "
        "added to a closed month: what is found later is an adjustment in the open one.",
    )
    rows = table("checklist", "count", "", "remark", wrap=(2, 3))
    for item in last.checklist:
        name = CHECKLIST[item.kind]
        state = ("in order" if item.blocking else "nothing to do") if item.ok else "to be looked at"
        rows.add_row(name, f"{item.count:,}", state, item.detail)
    screen.show(rows)
    for one in closed:
        _tell_signature(screen, one)


def _tell_signature(screen: Screen, closed: Closed) -> None:
    period = closed.period
    for run, against in ((closed.ledger, "the ledger's own sums"), (closed.prices, "the agreements, priced again")):
        kind = "movements" if run.kind == reconciliation_pb2.RECONCILIATION_KIND_PRICES else "figures"
        words = f"{period.period}: {run.compared:,} {kind} against {against}, {run.differing} differ"
        screen.figure(run.differing == run.accepted, words)
    blocked = [item for item in period.checklist if item.blocking and not item.ok]
    screen.figure(
        not blocked and bool(period.signed_name),
        f"{period.period}: signed by {period.signed_name} on {day(period.close_time)}, "
        f"figures sealed as {period.figures_hash.hex()[:16]}…",
    )


def tell_points(screen: Screen, brands: Sequence[books_pb2.BrandBooks]) -> None:
    """Each brand's points from the opening to the closing."""
    screen.chapter("Points, rolled forward", "What each brand's points came to over the month.")
    rows = table("points", *(one.brand_id.capitalize() for one in brands), "group")
    _plain(rows.add_row, "opening", [one.opening_points for one in brands], style="bold")
    for name, of in _POINTS:
        figures = [of(one) for one in brands]
        if any(figures):
            rows.add_row(f"  {name}", *(signed(figure) for figure in (*figures, sum(figures))))
    _plain(rows.add_row, "closing", [one.closing_points for one in brands], style="bold")
    _plain(rows.add_row, "  of it owed by members", [-one.receivable_points for one in brands])
    _plain(rows.add_row, "  outstanding", [one.closing_points + one.receivable_points for one in brands])
    _plain(rows.add_row, "other brands' points redeemed here", [one.redeemed_cross_in_points for one in brands])
    screen.show(rows)
    forward = all(one.opening_points + sum(of(one) for _, of in _POINTS) == one.closing_points for one in brands)
    screen.figure(forward, "every brand rolls forward from its opening to its closing")
    crossed = sum(one.redeemed_cross_points - one.redeemed_cross_in_points for one in brands)
    screen.figure(crossed == 0, "what crossed out of brands crossed into brands")


def _plain(add_row: Callable[..., None], name: str, figures: Sequence[int], **style: str) -> None:
    add_row(name, *(_cell(figure, "") for figure in (*figures, sum(figures))), **style)


def tell_trial_balances(screen: Screen, entities: Sequence[books_pb2.EntityBooks], names: Names) -> None:
    """Every entity's accounts, in points and in each currency."""
    screen.chapter(
        "Trial balances",
        "Every company keeps books of its own, in points and in money. A balance is a debit, with a minus a credit: "
        "opening plus debits less credits is closing.",
    )
    for entity in entities:
        for books in entity.currencies:
            _tell_accounts(screen, names[entity.entity_id], books)
    for currency in sorted({books.currency_code for entity in entities for books in entity.currencies} - {""}):
        held = sum(one.due_from for one in _positions(entities, currency))
        owed = sum(one.due_to for one in _positions(entities, currency))
        if held or owed:
            words = f"companies are owed {amount(held, currency)} {currency} by each other, and owe as much"
            screen.figure(held == owed, words)


def _positions(entities: Sequence[books_pb2.EntityBooks], currency: str) -> Sequence[books_pb2.CounterpartyPosition]:
    return [one for entity in entities for one in entity.positions if one.currency_code == currency]


def _tell_accounts(screen: Screen, name: str, books: books_pb2.CurrencyBooks) -> None:
    code, unit = books.currency_code, books.currency_code or "points"
    rows = table("", f"{name}, {unit}", "opening", "debits", "credits", "closing", left=2)
    for line in books.accounts:
        figures = (line.opening, line.debits, line.credits, line.closing)
        number = line.code if line.code != line.account else ""
        rows.add_row(number, line.name, *(_cell(figure, code) for figure in figures))
    sums = accounts_sum(books)
    rows.add_row("", "sum", *(_cell(figure, code) for figure in sums), style="bold")
    screen.show(rows)
    opening, debits, credits_, closing = sums
    screen.figure((opening, debits - credits_, closing) == (0, 0, 0), f"{name}: debits equal credits in {unit}")


def accounts_sum(books: books_pb2.CurrencyBooks) -> tuple[int, int, int, int]:
    """Sums over an entity's accounts: opening, debits, credits, closing. In order: 0, the same twice, 0."""
    lines = books.accounts
    return (
        sum(line.opening for line in lines),
        sum(line.debits for line in lines),
        sum(line.credits for line in lines),
        sum(line.closing for line in lines),
    )


def _cell(figure: int, currency: str) -> str:
    if not figure:
        return "–"
    return amount(figure, currency) if currency else f"{figure:,}".replace("-", "−")


def carried(entities: Sequence[books_pb2.EntityBooks]) -> dict[str, int]:
    """What points stand for in all companies' accounts at the closing, by currency, minor units."""
    sums: dict[str, int] = {}
    for entity in entities:
        for books in entity.currencies:
            if books.currency_code:
                sums[books.currency_code] = sums.get(books.currency_code, 0) + books.liability
    return sums


def tell_files(screen: Screen, paths: Sequence[Path]) -> None:
    """What was written."""
    screen.chapter("To take away", "A statement for each company, the journal of the month, and what the bank gets.")
    for path in paths:
        screen.show(str(path))
