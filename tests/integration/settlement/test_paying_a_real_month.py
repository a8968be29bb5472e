"""From the ledger's log to the last confirmed payment: intake, close, dispute, netting, approval, file, checks."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.settlement.v1 import netting_service_pb2 as messages
from loyalty.type.v1.money_pb2 import Ratio

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.programs import ProgramDirectory
from tests.integration.settlement.closing import FEBRUARY, Desk, month, program
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.office import NOON, PROGRAM, Office


@pytest_asyncio.fixture
async def house(servers: LocalStack, books: Database) -> AsyncIterator[House]:
    """Four brands; North and Linden told their bank accounts, Harbor and Peak did not. Half of what redeemers bear
    under NONE is shared at the month's end."""
    content = program(Ratio(numerator=1, denominator=2))
    accounts = {"north": "GB29NWBK60161331926819", "linden": "FR1420041010050500013M02606"}
    for entity in content.entities:
        entity.details.CopyFrom(pb.EntityDetails(iban=accounts.get(entity.entity_id, "")))
    async with open_house(servers, books, program=content) as house:
        yield house


def office_in(house: House) -> Office:
    return Office(
        PROGRAM, house.address, house.database, house.servers, ProgramDirectory(), ManualClock(NOON), date(2026, 1, 1)
    )


async def closed(desk: Desk, period: str = "2026-01", sequence: int = 1) -> None:
    await desk.begin(period)
    await desk.reconciled(sequence)
    await desk.close(period, request=f"close-{sequence}")


async def exported(office: Office, payment_ids: list[str], kind: messages.PaymentFileFormat.ValueType) -> bytes:
    async with office.stub() as stub:
        request = messages.ExportPaymentsRequest(program_id=PROGRAM, payment_ids=payment_ids, format=kind)
        return b"".join([part.data async for part in stub.ExportPayments(request)])


async def test_a_month_is_closed_disputed_netted_and_paid(house: House) -> None:
    desk, office = Desk(house), office_in(house)
    world = month()
    await desk.post(world)
    await closed(desk)
    lines = {line.line_id: line.amount.minor_units for line in await office.lines()}
    assert lines == {
        "2026-01/north/linden/USD/north": 32,
        "2026-01/harbor/linden/USD/harbor": 48,
        "2026-01/peak/linden/USD/voucher#MONTH_END-000001": 21,
    }
    [spent] = [
        each for event in world.events for each in event.movements if each.obligations and each.accrual.brand == "north"
    ]
    dispute = await office.dispute("2026-01/north/linden/USD/north", spent.home, spent.sequence)
    first = [each.payment_id for each in (await office.propose()).payments]
    assert len(first) == 2
    await office.agree(dispute.dispute_id)
    second = [each.payment_id for each in (await office.propose()).payments]
    assert await desk.violations() == {}
    await office.approve([*first, *second])
    await office.send([*first, *second])
    for payment_id in (*first, *second):
        await office.confirm(payment_id)
    books = await office.balances()
    assert {name: amount for name, amount in books.items() if "cash_clearing" in name} == {
        "harbor cash_clearing USD": -48,
        "linden cash_clearing USD": 101,
        "north cash_clearing USD": -32,
        "peak cash_clearing USD": -21,
    }
    assert not any(word in name for name in books for word in ("due_to", "due_from", "netting_clearing"))
    assert await desk.violations() == {}
    await closed(desk, FEBRUARY, 2)
    with pytest.raises(Refusal, match="NOTHING_TO_NET"):
        await office.propose(2)
    assert await desk.violations() == {}


async def test_files_name_who_has_no_account_and_hold_what_is_approved(house: House) -> None:
    desk, office = Desk(house), office_in(house)
    await desk.post(month())
    await closed(desk)
    payments = (await office.propose()).payments
    ids = [each.payment_id for each in payments]
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        await exported(office, ids, messages.PAYMENT_FILE_FORMAT_CSV)
    await office.approve(ids)
    with pytest.raises(Refusal, match="ENTITY_HAS_NO_ACCOUNT") as told:
        await exported(office, ids, messages.PAYMENT_FILE_FORMAT_PAIN_001)
    assert told.value.metadata["entities"] == "harbor, peak"
    assert len((await exported(office, ids, messages.PAYMENT_FILE_FORMAT_CSV)).splitlines()) == 4
    norths = [each.payment_id for each in payments if each.debtor_entity_id == "north"]
    file = await exported(office, norths, messages.PAYMENT_FILE_FORMAT_PAIN_001)
    assert b"<EndToEndId>" + norths[0].encode() in file
    await office.send(norths)
    assert await exported(office, norths, messages.PAYMENT_FILE_FORMAT_PAIN_001) == file


async def test_a_nettings_file_holds_its_approved_payments_and_none_that_were_sent(house: House) -> None:
    desk, office = Desk(house), office_in(house)
    await desk.post(month())
    await closed(desk)
    answer = await office.propose()
    first, *others = [each.payment_id for each in answer.payments]
    request = messages.ExportPaymentsRequest(
        program_id=PROGRAM, netting_id=answer.netting.netting_id, format=messages.PAYMENT_FILE_FORMAT_CSV
    )
    async with office.stub() as stub:
        with pytest.raises(Refusal, match="PAYMENT_STATE"):
            _ = [part async for part in stub.ExportPayments(request)]
        await office.approve([first, *others])
        await office.send([first])
        [part] = [part async for part in stub.ExportPayments(request)]
        request.payment_ids.append(first)
        with pytest.raises(Refusal, match="MALFORMED"):
            _ = [part async for part in stub.ExportPayments(request)]
    assert (part.media_type, part.file_name.endswith(".csv")) == ("text/csv; charset=utf-8", True)
    assert [line.split(b",")[0].decode() for line in part.data.splitlines()[1:]] == others
