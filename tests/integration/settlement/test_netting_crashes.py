"""The process dies at every statement of a command, and the command is sent again: it was carried out once or not at
all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pydantic import SecretStr

from chassis.runtime.clock import ManualClock
from chassis.runtime.postgres import Connection, Isolation, open_database
from chassis.runtime.postgres import Database as Pool
from settlement_service.domain.netting.payment_states import Actor, Move
from settlement_service.store.netting_desk import NettingDesks
from settlement_service.use_cases.move_payments import MovePayments
from settlement_service.use_cases.netting_ports import CarriedOut
from settlement_service.use_cases.propose_netting import ProposeNetting
from settlement_service.use_cases.settle_disputes import OpenDispute, Subject
from settlement_service.use_cases.wish import Wish
from tests.integration.settlement.office import NOON, Office, the_twelve
from tests.support.mortal import Died, Mortal

TABLES = ("netting", "netting_line", "payment", "payment_step", "invoice", "voucher", "journal_entry", "request_key")
MANY = 10_000


class AlwaysMortal(Pool):
    """A pool whose transactions die at one statement, at the latest when they are committed."""

    def __init__(self, pool: Pool, step: int) -> None:
        super().__init__(pool._pool)
        self.step = step

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        async with super().transaction(isolation=isolation, readonly=readonly) as connection:
            yield Mortal(connection._raw, self.step)
        raise Died


Command = Callable[[NettingDesks], Awaitable[CarriedOut]]


async def dies_at_every_step(office: Office, command: Command) -> int:
    """How many statements the command has: at each of them it dies once and leaves nothing."""
    before = await office.counts(*TABLES)
    async with open_database(SecretStr(office.database.url), application_name="test", pool_size=2) as pool:
        for step in range(MANY):
            try:
                await command(NettingDesks(AlwaysMortal(pool, step)))
            except Died:
                if await office.counts(*TABLES) != before:
                    break
        assert (await command(NettingDesks(pool))).replayed
    return step


async def test_a_netting_is_made_once_wherever_the_process_dies(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)
    wish = _wish(office)

    async def command(desks: NettingDesks) -> CarriedOut:
        return await ProposeNetting(office.programs, desks, ManualClock(NOON))(wish, "2026-10")

    assert await dies_at_every_step(office, command) > 20
    assert await office.counts("netting", "payment", "invoice", "voucher") == [1, 3, 12, 1]


async def test_a_payment_is_booked_once_wherever_the_process_dies(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)
    ids = [payment.payment_id for payment in (await office.propose()).payments]
    await office.approve(ids)
    await office.send(ids)

    async def command(desks: NettingDesks) -> CarriedOut:
        return await MovePayments(office.programs, desks, ManualClock(NOON))(_wish(office), Move.CONFIRM, ids)

    assert await dies_at_every_step(office, command) > 10
    assert (await office.balances())["C cash_clearing USD"] == -400


async def test_a_dispute_is_opened_once_wherever_the_process_dies(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)

    async def command(desks: NettingDesks) -> CarriedOut:
        subject = Subject("2026-10/A/B/USD/N")
        return await OpenDispute(office.programs, desks, ManualClock(NOON))(_wish(office), subject, "not ours")

    assert await dies_at_every_step(office, command) > 5
    assert await office.counts("dispute") == [1]


def _wish(office: Office) -> Wish:
    return Wish(office.program, Actor("treasury", "Ann"), "once")
