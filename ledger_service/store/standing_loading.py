"""Reading where the members of a batch stand, under its locks; for all its wallets at once."""

from collections.abc import Mapping, Sequence
from datetime import date

from chassis.runtime.postgres import Connection
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply.standing import since_for
from ledger_service.domain.commands import (
    BaseCommand,
    CancelOrder,
    CancelPending,
    ClaimOrder,
    CorrectOrder,
    EndTier,
    ExchangeOrder,
    FollowStanding,
    LinkHomes,
    PostOrder,
    PostReturn,
    ResolveParkedReturn,
    SetTier,
)
from ledger_service.domain.order import is_anonymous
from ledger_service.domain.slice import Slice
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.domain.standing.window import FOREVER
from ledger_service.store.standings import read_days, read_standings

_COUNTING = (PostOrder, ClaimOrder, ExchangeOrder, CorrectOrder, PostReturn, ResolveParkedReturn, CancelOrder)
"""Commands that change what sales they name count for."""

_BY_DAY = (SetTier, EndTier, FollowStanding, LinkHomes)


class StandingLoading:
    """Fills a slice on one connection, whose transaction holds the locks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def foresee(self, state: Slice, commands: Sequence[BaseCommand]) -> None:
        """Reads what the commands are likely to need; where it is not enough `apply` asks for more."""
        days: dict[MemberKey, date | None] = {}
        for command in commands:
            key = command.origin.wallet
            if key.program in state.ladders and isinstance(command, (*_COUNTING, *_BY_DAY, CancelPending)):
                known = [day for day in (days.get(key), *_days(state, command)) if day is not None]
                days[key] = min(known, default=None)
        wallets = {key: day for key, day in days.items() if not is_anonymous(key.member)}
        if not wallets:
            return
        await self._open(state, wallets)
        since = {
            key: since_for(state.ladders[key.program], state.standings[key], state.homes[key], day, None, date.min)
            for key, day in wallets.items()
        }
        # What a new wallet did lies in this batch alone.
        await self._read_days(state, {key: day for key, day in since.items() if _has_row(state, key)})

    async def read(self, state: Slice, since: Mapping[MemberKey, date]) -> None:
        """Reads on: standings of wallets, with their activity from a day of each on."""
        await self._open(state, since)
        await self._read_days(state, {key: day for key, day in since.items() if day < FOREVER})

    async def _open(self, state: Slice, wallets: Mapping[MemberKey, object]) -> None:
        """Reads tracks and tiers set by hand, where they are not at hand. Of a new wallet there is nothing to read,
        unless it has the homes of others."""
        closed = {key: state.homes[key] for key in wallets if key not in state.standings}
        new = {key for key, homes in closed.items() if key not in state.wallets and len(homes) == 1}
        state.standings.update({key: WalletStanding(since=date.min) for key in new})
        if stored := {key: homes for key, homes in closed.items() if key not in new}:
            state.standings.update(await read_standings(self._connection, stored, state.ladders))

    async def _read_days(self, state: Slice, since: Mapping[MemberKey, date]) -> None:
        missing = {key: day for key, day in since.items() if day < state.standings[key].since}
        if missing:
            state.standings.update(await read_days(self._connection, state.standings, state.homes, missing))


def _has_row(state: Slice, key: MemberKey) -> bool:
    return any(MemberKey(key.program, home) in state.wallets for home in state.homes[key])


def _days(state: Slice, command: BaseCommand) -> list[date]:
    """The local days of the sales that a command is known to count."""
    program = command.origin.program
    sales = [state.orders.get((program, order_id)) for order_id, _ in command.touches.sales]
    days = [sale.local_day for sale in sales if sale is not None]
    if isinstance(command, PostOrder | ClaimOrder | ExchangeOrder):
        days.append(command.order.local_day)
    return [day for day in days if day > date.min]
