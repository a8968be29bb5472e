"""Chapters for finance: four brands' books that tie out to one balance, and who owes whom."""

import asyncio
from collections.abc import Callable, Sequence

from loyalty.settlement.v1 import books_pb2
from loyalty.type.v1 import money_pb2

from deploy.local.demo.office import Office
from deploy.local.demo.screen import Screen, signed, table
from deploy.local.demo.till import Till, Who
from deploy.local.demo.words import CURRENCY, amount

_AT_ONCE = 16

_ROLL_FORWARD: Sequence[tuple[str, Callable[[books_pb2.BrandBooks], int]]] = (
    ("opening", lambda books: books.opening_points),
    ("earned", lambda books: books.earned_points),
    ("spent at the brand itself", lambda books: -books.redeemed_own_points),
    ("spent at other brands", lambda books: -books.redeemed_cross_points),
    ("used to repay debts", lambda books: -books.redeemed_repayment_points),
    ("given back", lambda books: books.restored_points),
    ("taken back with goods", lambda books: -books.reversed_points),
    ("debts repaid", lambda books: books.repaid_points),
    ("lapsed", lambda books: -books.expired_points),
    ("corrected", lambda books: books.adjusted_points),
)


async def tell_books(screen: Screen, till: Till, office: Office, members: Sequence[Who]) -> None:
    """The roll-forward, and three sums that have to be one."""
    books = await office.brand_books(till.cursor())
    screen.chapter(
        "Four brands' books, one balance",
        """A roll-forward: what was there, what came, what went, what is left. Settlement keeps it from the ledger's
        events. What is left, the closing, is what members hold; the brand's liability is what that stands for in its
        funders' books, and a receivable is what members owe who spent points and then brought the goods back.""",
    )
    rows = table("points", *(one.brand_id.capitalize() for one in books), "group")
    for name, of in _ROLL_FORWARD:
        figures = [of(one) for one in books]
        if any(figures):
            rows.add_row(name, *(signed(figure) for figure in (*figures, sum(figures))))
    closings = [one.closing_points for one in books]
    rows.add_row("closing", *(f"{figure:,}" for figure in (*closings, sum(closings))), style="bold")
    owed = [one.receivable_points for one in books]
    rows.add_row("  of it owed by members", *(signed(-figure) for figure in (*owed, sum(owed))))
    liability = [_usd(one.liability) for one in books]
    rows.add_row("liability, USD", *(amount(figure) for figure in (*liability, sum(liability))))
    receivable = [_usd(one.receivable) for one in books]
    rows.add_row("receivable, USD", *(amount(figure) for figure in (*receivable, sum(receivable))))
    screen.show(rows)
    for one in books:
        left = sum(of(one) for _, of in _ROLL_FORWARD)
        screen.figure(left == one.closing_points, f"{one.brand_id.capitalize()} rolls forward to its closing")
    await _tell_sums(screen, till, office, members, sum(closings))


async def _tell_sums(screen: Screen, till: Till, office: Office, members: Sequence[Who], closing: int) -> None:
    wallets = await _sum_of_wallets(till, members)
    ledger = sum(totals.closing_points for totals in await office.ledger_totals())
    screen.figure(
        closing == wallets == ledger,
        f"books {closing:,} = {len(members):,} members' wallets {wallets:,} = ledger's movements {ledger:,}",
    )


async def _sum_of_wallets(till: Till, members: Sequence[Who]) -> int:
    free = asyncio.Semaphore(_AT_ONCE)

    async def balance(member: Who) -> int:
        async with free:
            return (await till.wallet(member)).wallet.balance

    return sum(await asyncio.gather(*(balance(member) for member in members)))


async def tell_positions(screen: Screen, till: Till, office: Office) -> None:
    """Who owes whom, and each entity's net."""
    positions = await office.positions(till.cursor())
    names = {entity.entity_id: entity.name for entity in (await office.configuration()).entities}
    screen.chapter(
        "Who owes whom",
        """When points are spent at another company than the one that gave them, the giver pays the taker what they
        were worth there; Fuel pays Pantry 90% of it, as their agreement says. The holding pays its 40% of the summer
        campaign. In US dollars, rows pay columns; net is what a company is owed less what it owes.""",
    )
    owed = {(flow.debtor_entity_id, flow.creditor_entity_id): flow.minor_units for flow in positions.bilateral}
    net = {one.entity_id: one.minor_units for one in positions.net}
    creditors = [entity for entity in names if any(creditor == entity for _, creditor in owed)]
    rows = table("pays", *(_short(names[entity]) for entity in creditors), "net")
    for entity, name in names.items():
        flows = [owed.get((entity, creditor), 0) for creditor in creditors]
        rows.add_row(name, *(amount(flow) if flow else "–" for flow in flows), amount(net.get(entity, 0)))
    screen.show(rows)
    screen.figure(sum(net.values()) == 0, "what all companies are owed and owe sums to exactly 0.00")
    screen.figure(
        all(
            net.get(entity, 0)
            == sum(flow for (_, creditor), flow in owed.items() if creditor == entity)
            - sum(flow for (debtor, _), flow in owed.items() if debtor == entity)
            for entity in names
        ),
        "every net position is the sum of its flows",
    )


def _short(name: str) -> str:
    return name.split()[0]


def _usd(amounts: Sequence[money_pb2.Money]) -> int:
    return sum(one.minor_units for one in amounts if one.currency_code == CURRENCY)
