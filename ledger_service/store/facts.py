"""What the ledger tells rules of members, read before a sale is judged and under its wallet's lock alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chassis.runtime.batcher import Batcher
from chassis.runtime.postgres import Connection, Database
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.facts import History
from ledger_service.domain.member_tiers import days_needed, tier_on
from ledger_service.domain.purchases import Purchases
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.domain.standing.window import FOREVER
from ledger_service.store import rows
from ledger_service.store.standings import Homes, read_days, read_standings
from ledger_service.store.statements import SQL

LARGEST_BATCH = 250


async def read_purchases(connection: Connection, homes: Homes) -> dict[MemberKey, Purchases]:
    """How often the members of wallets have bought. One statement."""
    owners = {(key.program, home): key for key, some in sorted(homes.items()) for home in some}
    columns = rows.columns(((rows.bucket(*place), *place) for place in owners), 3)
    orders: dict[MemberKey, int] = dict.fromkeys(homes, 0)
    brands: dict[MemberKey, dict[str, int]] = {key: {} for key in homes}
    for row in await connection.fetch(SQL.read_purchases, *columns):
        key, brand = owners[row["program"], row["home"]], row["brand"]
        if not brand:
            orders[key] -= row["orders"]
            continue
        orders[key] += row["orders"]
        brands[key][brand] = brands[key].get(brand, 0) + row["orders"]
    return {key: Purchases(orders[key], brands[key]) for key in homes}


class _Asked(NamedTuple):
    wallet: MemberKey
    homes: tuple[str, ...]
    ladders: tuple[Ladder, ...]
    day: date


class PostgresHistories:
    """See `use_cases.judging_ports.Histories`. What many sales ask for at once is read together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batcher: Batcher[_Asked, History] = Batcher("histories", self._read, max_size=LARGEST_BATCH)

    async def history(self, wallet: MemberKey, homes: Sequence[str], ladders: Sequence[Ladder], day: date) -> History:
        """What is known now of a member: the tiers of a day, and how often it has bought."""
        return await self._batcher.submit(_Asked(wallet, tuple(homes), tuple(ladders), day))

    async def _read(self, asked: Sequence[_Asked]) -> Sequence[History | Exception]:
        homes = {one.wallet: one.homes for one in asked}
        climbing = {one.wallet: one.homes for one in asked if one.ladders}
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            purchases = await read_purchases(connection, homes)
            standings = await _standings(connection, asked, climbing) if climbing else {}
        return [_history(one, purchases[one.wallet], standings.get(one.wallet)) for one in asked]


async def _standings(
    connection: Connection, asked: Sequence[_Asked], homes: Homes
) -> Mapping[MemberKey, WalletStanding]:
    ladders = {one.wallet.program: one.ladders for one in asked if one.ladders}
    standings = await read_standings(connection, homes, ladders)
    since: dict[MemberKey, date] = {}
    for one in asked:
        if one.ladders:
            needed = days_needed(one.ladders, standings[one.wallet], one.homes, one.day)
            since[one.wallet] = min(needed, since.get(one.wallet, FOREVER))
    missing = {key: day for key, day in since.items() if day < FOREVER}
    return standings | await read_days(connection, standings, homes, missing) if missing else standings


def _history(asked: _Asked, purchases: Purchases, standing: WalletStanding | None) -> History:
    known = standing or WalletStanding()
    tiers = {one.ladder_id: tier_on(one, known, asked.homes, asked.day) for one in asked.ladders}
    return History({ladder: tier for ladder, tier in tiers.items() if tier}, purchases.orders, purchases.brands)
