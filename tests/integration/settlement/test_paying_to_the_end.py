"""Whatever is owed over three periods, disputed, failed and given up on the way: in the end each line was paid once,
every account between entities is at zero, and everybody has the cash that was due."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from loyalty.settlement.v1 import netting_pb2 as pb
from loyalty.settlement.v1 import netting_service_pb2 as messages

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from settlement_service.domain.program_facts import ExchangeRate, SettlementTerms
from tests.integration.settlement.house import sql
from tests.integration.settlement.office import FACTS, Office, Owed

ENTITIES, BRANDS, PERIODS = "ABCDE", "NM", 3
RATE = ExchangeRate("cad", "CAD", "USD", Ratio(7, 10), date(2020, 1, 1), None)
TERMS = (
    SettlementTerms(),
    SettlementTerms(multilateral=False),
    SettlementTerms(settlement_currency="USD"),
)


def obligations(dice: random.Random) -> Iterator[Owed]:
    for sequence in range(1, PERIODS + 1):
        for _ in range(dice.randint(0, 12)):
            debtor, creditor = dice.sample(ENTITIES, 2)
            currency = dice.choice(["USD", "USD", "CAD"])
            yield Owed(debtor, creditor, dice.randint(-60, 200), currency, dice.choice(BRANDS), sequence)


@pytest.mark.parametrize("seed", range(6))
async def test_everything_is_paid_exactly_once(office: Office, seed: int) -> None:
    dice = random.Random(seed)
    office.settle_by(TERMS[seed % len(TERMS)], replace(FACTS, exchange_rates=(RATE,)))
    owed = list(obligations(dice))
    await office.owe(owed)
    for movement, each in enumerate(owed):
        if each.minor_units and dice.random() < 0.3:
            await office.move(movement + 1, each)
    open_disputes: list[str] = []
    for sequence in range(1, PERIODS + 1):
        await office.close(sequence)
        open_disputes += await disputed(office, dice, sequence)
        for dispute_id in [each for each in open_disputes if dice.random() < 0.4]:
            await office.agree(dispute_id)
            open_disputes.remove(dispute_id)
        await paid(office, dice, sequence, calm=False)
    for dispute_id in open_disputes:
        await office.agree(dispute_id)
    while any(line.amount.minor_units for line in await office.lines(PERIODS)):
        await paid(office, dice, PERIODS, calm=True)
    await require_settled(office, owed)


async def disputed(office: Office, dice: random.Random, sequence: int) -> list[str]:
    """Some lines, and some movements, are not agreed on."""
    opened: list[str] = []
    for line in await office.lines(sequence):
        if not line.disputed and dice.random() < 0.25:
            opened.append((await office.dispute(line.line_id)).dispute_id)
        elif line.brand_id and not line.home_member_id and dice.random() < 0.5:
            opened += await split(office, line, dice)
    return opened


async def split(office: Office, line: pb.ObligationLine, dice: random.Random) -> list[str]:
    async with sql(office.database) as connection:
        found = await connection.fetch(
            "SELECT sequence FROM booked_movement WHERE program = $1 ORDER BY sequence", office.program
        )
    for row in dice.sample(found, min(2, len(found))):
        try:
            return [(await office.dispute(line.line_id, "mem_7", row["sequence"])).dispute_id]
        except Refusal as refusal:
            if refusal.reason != "LINE_NOT_FOUND":
                raise
    return []


async def paid(office: Office, dice: random.Random, sequence: int, calm: bool) -> None:
    """A netting, whose payments go well or not."""
    try:
        payments = [each.payment_id for each in (await office.propose(sequence)).payments]
    except Refusal as refusal:
        if refusal.reason not in ("NOTHING_TO_NET", "NETTING_EXISTS"):
            raise
        return
    for payment_id in payments:
        if not calm and dice.random() < 0.15:
            await office.withdraw(payment_id)
            continue
        await office.approve([payment_id])
        await office.send([payment_id])
        if calm or dice.random() < 0.7:
            await office.confirm(payment_id)
            continue
        await office.fail(payment_id)
        if dice.random() < 0.5:
            await office.withdraw(payment_id)
        else:
            await resent(office, payment_id)


async def resent(office: Office, payment_id: str) -> None:
    async with office.stub() as stub:
        request = messages.ResendPaymentRequest(
            program_id=office.program, payment_id=payment_id, request_id=office.request_id(), signed_name="Ann"
        )
        await stub.ResendPayment(request)
    await office.send([payment_id])
    await office.confirm(payment_id)


async def require_settled(office: Office, owed: list[Owed]) -> None:
    books = await office.balances()
    left = {name for name in books if name.split()[1] not in ("cash_clearing", "fx_clearing")}
    assert left == set()
    async with sql(office.database) as connection:
        lines = await connection.fetch("SELECT * FROM netting_line WHERE program = $1 AND NOT disputed", office.program)
        entries = await connection.fetch(
            "SELECT amounts FROM journal_entry WHERE program = $1 AND voucher_id <> ''", office.program
        )
    assert all(sum(entry["amounts"]) == 0 for entry in entries)
    netted: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        if not line["line_id"].startswith("payment#"):
            netted[line["debtor"], line["creditor"], line["currency_code"]] += line["minor_units"]
    due: Counter[tuple[str, str, str]] = Counter()
    for each in owed:
        due[each.debtor, each.creditor, each.currency] += each.minor_units
    assert {pair: amount for pair, amount in netted.items() if amount} == {
        pair: amount for pair, amount in due.items() if amount
    }
    if not any("fx_clearing" in name for name in books):
        assert cash(books) == nets(owed)
    else:
        assert sum(amount for name, amount in books.items() if name.endswith("fx_clearing CAD")) == 0
        assert sum(amount for name, amount in books.items() if name.endswith("fx_clearing USD")) == 0
    assert sum(cash(books).values()) == 0


def cash(books: dict[str, int]) -> dict[tuple[str, str], int]:
    found = ((name.split(), amount) for name, amount in books.items())
    return {(parts[0], parts[-1]): amount for parts, amount in found if parts[1] == "cash_clearing"}


def nets(owed: list[Owed]) -> dict[tuple[str, str], int]:
    sums: Counter[tuple[str, str]] = Counter()
    for each in owed:
        sums[each.creditor, each.currency] += each.minor_units
        sums[each.debtor, each.currency] -= each.minor_units
    return {key: amount for key, amount in sums.items() if amount}
