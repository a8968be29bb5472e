"""A line in dispute stays out of netting until the dispute is over, and is netted then, once."""

import asyncio

import pytest
from loyalty.settlement.v1 import netting_pb2
from loyalty.settlement.v1 import netting_service_pb2 as messages

from chassis.values.refusal import Refusal
from tests.integration.settlement.office import Office, Owed

LINE = "2026-10/A/B/USD/N"


async def two_lines(office: Office) -> None:
    await office.owe([Owed("A", "B", 100), Owed("A", "C", 40)])
    await office.close(1)


def amounts(answer: messages.ProposeNettingResponse) -> list[tuple[str, int]]:
    return [(each.creditor_entity_id, each.amount.minor_units) for each in answer.payments]


async def test_a_line_in_dispute_is_named_and_not_paid(office: Office) -> None:
    await two_lines(office)
    dispute = await office.dispute(LINE)
    assert (dispute.dispute_id, dispute.line.amount.minor_units, dispute.line.disputed) == ("DSP-000001", 100, True)
    answer = await office.propose()
    assert amounts(answer) == [("C", 40)]
    assert [line.line_id for line in answer.document.lines if line.disputed] == [LINE]
    assert (await office.balances())["A due_to B USD"] == -100


async def test_a_line_whose_dispute_is_over_is_netted_with_the_next_period(office: Office) -> None:
    await two_lines(office)
    dispute = await office.dispute(LINE)
    await office.propose()
    assert (await office.agree(dispute.dispute_id)).resolution == "it stands"
    await office.owe([Owed("A", "B", 7, sequence=2)])
    await office.close(2)
    answer = await office.propose(2)
    assert [line.line_id for line in answer.document.lines] == [LINE, "2026-11/A/B/USD/N"]
    assert amounts(answer) == [("B", 107)]
    assert not any("due_to" in name for name in await office.balances())


async def test_a_line_whose_dispute_is_over_may_be_netted_for_the_same_period(office: Office) -> None:
    await two_lines(office)
    dispute = await office.dispute(LINE)
    await office.propose()
    with pytest.raises(Refusal, match="NETTING_EXISTS"):
        await office.propose()
    await office.agree(dispute.dispute_id)
    assert amounts(await office.propose()) == [("B", 100)]


async def test_if_all_is_in_dispute_there_is_nothing_to_net(office: Office) -> None:
    await office.owe([Owed("A", "B", 100)])
    await office.close(1)
    await office.dispute(LINE)
    with pytest.raises(Refusal, match="NOTHING_TO_NET") as told:
        await office.propose()
    assert told.value.metadata["disputed"] == LINE


async def test_one_movement_is_split_out_of_its_line(office: Office) -> None:
    await office.move(12, Owed("A", "B", 30))
    await two_lines(office)
    dispute = await office.dispute(LINE, "mem_7", 12)
    assert (dispute.line.line_id, dispute.line.amount.minor_units) == (f"{LINE}/mem_7#12", 30)
    answer = await office.propose()
    assert {line.line_id: line.amount.minor_units for line in answer.document.lines} == {
        LINE: 70,
        f"{LINE}/mem_7#12": 30,
        "2026-10/A/C/USD/N": 40,
    }
    await office.agree(dispute.dispute_id)
    assert amounts(await office.propose()) == [("B", 30)]
    assert not any("due_to" in name for name in await office.balances())


async def test_a_movement_may_be_disputed_again_and_is_split_out_once(office: Office) -> None:
    await office.move(12, Owed("A", "B", 30))
    await two_lines(office)
    await office.agree((await office.dispute(LINE, "mem_7", 12)).dispute_id)
    again = await office.dispute(f"{LINE}/mem_7#12")
    with pytest.raises(Refusal, match="DISPUTE_EXISTS"):
        await office.dispute(LINE, "mem_7", 12)
    assert {line.line_id: line.disputed for line in await office.lines()} == {
        LINE: False,
        f"{LINE}/mem_7#12": True,
        "2026-10/A/C/USD/N": False,
    }
    await office.agree(again.dispute_id)
    assert amounts(await office.propose()) == [("B", 100), ("C", 40)]


async def test_the_rest_of_a_line_may_be_in_dispute_beside_its_movement(office: Office) -> None:
    await office.move(12, Owed("A", "B", 30))
    await two_lines(office)
    whole = await office.dispute(LINE)
    await office.dispute(LINE, "mem_7", 12)
    assert amounts(await office.propose()) == [("C", 40)]
    await office.agree(whole.dispute_id)
    assert amounts(await office.propose()) == [("B", 70)]


async def test_a_line_of_nothing_may_hold_a_movement_in_dispute(office: Office) -> None:
    await office.move(12, Owed("A", "B", 30))
    await office.owe([Owed("A", "B", 30), Owed("A", "B", -30)])
    await office.close(1)
    await office.dispute(LINE, "mem_7", 12)
    [payment] = (await office.propose()).payments
    assert (payment.debtor_entity_id, payment.amount.minor_units) == ("B", 30)


@pytest.mark.parametrize(
    ("line_id", "home", "movement"),
    [
        ("2026-10/A/D/USD/N", "", 0),
        (LINE, "mem_7", 13),
        (LINE, "mem_8", 12),
        ("2026-10/A/C/USD/N", "mem_7", 12),
        (f"{LINE}/mem_7#12", "", 0),
    ],
)
async def test_a_line_that_is_not_there_cannot_be_disputed(
    office: Office, line_id: str, home: str, movement: int
) -> None:
    await office.move(12, Owed("A", "B", 30))
    await two_lines(office)
    with pytest.raises(Refusal, match="LINE_NOT_FOUND"):
        await office.dispute(line_id, home, movement)


async def test_a_line_of_an_open_period_cannot_be_disputed_yet(office: Office) -> None:
    await office.owe([Owed("A", "B", 100)])
    with pytest.raises(Refusal, match="LINE_NOT_FOUND"):
        await office.dispute(LINE)


async def test_a_netted_line_cannot_be_disputed_nor_can_its_movements(office: Office) -> None:
    await office.move(12, Owed("A", "B", 30))
    await two_lines(office)
    await office.propose()
    for home, movement in (("", 0), ("mem_7", 12)):
        with pytest.raises(Refusal, match="LINE_ALREADY_NETTED") as told:
            await office.dispute(LINE, home, movement)
        assert told.value.metadata["netting_id"] == "NET-000001"


async def test_a_dispute_and_a_netting_that_race_leave_the_line_in_one_of_the_two(office: Office) -> None:
    await two_lines(office)
    disputed, netted = await asyncio.gather(office.dispute(LINE), office.propose(), return_exceptions=True)
    assert isinstance(netted, messages.ProposeNettingResponse)
    paid = ("B", 100) in amounts(netted)
    assert paid == isinstance(disputed, Refusal)


async def test_disputes_that_race_open_one(office: Office) -> None:
    await two_lines(office)
    outcomes = await asyncio.gather(*(office.dispute(LINE) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, netting_pb2.Dispute) for each in outcomes) == 1


async def test_a_dispute_is_closed_once_and_listed_until_then(office: Office) -> None:
    await two_lines(office)
    dispute = await office.dispute(LINE)
    async with office.stub() as stub:
        wanted = messages.ListDisputesRequest(program_id=office.program, open_only=True)
        assert list((await stub.ListDisputes(wanted)).disputes) == [dispute]
        await office.agree(dispute.dispute_id)
        assert list((await stub.ListDisputes(wanted)).disputes) == []
        wanted.open_only = False
        assert [each.closed_name for each in (await stub.ListDisputes(wanted)).disputes] == ["Ann"]
    with pytest.raises(Refusal, match="DISPUTE_CLOSED"):
        await office.agree(dispute.dispute_id)
    with pytest.raises(Refusal, match="DISPUTE_NOT_FOUND"):
        await office.agree("DSP-9")
