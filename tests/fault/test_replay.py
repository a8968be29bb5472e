"""The replay finds what the histories are there to find."""

from collections import deque

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.redemption_pb2 import Redemption
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.values.canonical import GENESIS
from ledger_service.domain.commands import Command, RedeemPoints
from ledger_service.lanes.commit import commit_batch
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.use_cases.commit_ports import Head
from tests.fault.histories import Call, out_of_order, windows
from tests.fault.replay import History, Logged, Replay, Window
from tests.load.acks import Answer
from tests.load.calls import Intent
from tests.simulation.database import MemoryDatabase
from tests.simulation.store import MemoryBatches
from tests.support.mesh import member
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

ANA = "mem-ana"
PROGRAM = "prg"


def the_commands() -> list[Command]:
    """A sale of 100 points, 60 spent, 60 more that are not there, another sale."""
    pure = PureLedger(PROGRAM)
    at_linden = terms("linden", "0.8", {"north": "1"})

    def sale(number: int) -> Command:
        return pure.order_command(ANA, f"D{number}", [sold(1, 10_000, "north")], [award(1, 100, "north")])

    def spend(number: int) -> Command:
        redemption_id = f"red-{number}"
        return RedeemPoints(pure.origin(ANA), redemption_id.encode(), redemption_id, 60, at_linden, None)

    return [sale(1), spend(1), spend(2), sale(2)]


async def committed(commands: list[Command]) -> tuple[History, dict[tuple[str, str, str], list[tuple[float, Command]]]]:
    """What a ledger makes of them."""
    database = MemoryDatabase(1)
    head = Head(0, 0, 0, GENESIS)
    for command in commands:
        fences = {command.origin.wallet: UNGUARDED}
        head = (await commit_batch(MemoryBatches(database), head, [command], fences, NOON)).head
    requests = {(PROGRAM, one.origin.caller, one.origin.request_id): [(0.0, one)] for one in commands}
    keys = {one.origin.request.key: request for request, [(_, one)] in requests.items()}
    history = History(PROGRAM)
    history.log[0] = deque(Logged(row.event, row.payload, row.answer) for row in database.log.values())
    history.refusals = {keys[key]: row.refusal for key, row in database.requests.items() if row.refusal is not None}
    history.wallets = {
        key.member: (one.version, one.balance, one.held, one.debt) for key, one in database.rows.wallets.items()
    }
    history.entries = {key: (row.state, row.home) for key, row in database.entries.items()}
    return history, requests


async def test_what_happened_one_by_one_replays() -> None:
    history, commands = await committed(the_commands())
    replay = Replay(history, commands)
    await replay.run()
    assert (replay.replayed, replay.refused) == (3, 1)


async def test_events_in_another_order_are_found() -> None:
    history, commands = await committed(the_commands())
    history.log[0].rotate(1)
    with pytest.raises(AssertionError, match="none of these comes out"):
        await Replay(history, commands).run()


async def test_an_event_that_is_gone_is_found() -> None:
    history, commands = await committed(the_commands())
    history.log[0].pop()
    with pytest.raises(AssertionError):
        await Replay(history, commands).run()


async def test_another_answer_is_found() -> None:
    history, commands = await committed(the_commands())
    history.log[0][0] = replace_answer(history.log[0][0])
    with pytest.raises(AssertionError, match="another answer"):
        await Replay(history, commands).run()


def replace_answer(logged: Logged) -> Logged:
    """The same event, answered otherwise."""
    return logged._replace(answer=logged.answer.replace(b"100", b"101"))


async def test_a_refusal_when_there_was_enough_is_found() -> None:
    history, commands = await committed(the_commands())
    [refused] = history.refusals
    with pytest.raises(AssertionError, match="at no time rightly so"):
        await Replay(history, commands, {refused: Window(3, 3)}).run()


def call(request_id: str, asked: float, told: float, version: int) -> Call:
    """A redemption that made a version of the wallet; refused for version 0."""
    request = ledger.RedeemPointsRequest(request_id=request_id, member=member(ANA), points=1)
    wallet = Wallet(root_member_id=ANA, version=version)
    place = LogPosition(partition=1, position=version)
    answer = ledger.RedeemPointsResponse(redemption=Redemption(points=1), wallet=wallet, position=place)
    heard = Answer(answer.SerializeToString()) if version else Answer(refusal={"reason": "INSUFFICIENT_POINTS"})
    return Call(Intent("RedeemPoints", request), asked, told, heard)


def test_a_call_that_comes_before_what_was_told_before_it_is_found() -> None:
    assert out_of_order([call("a", 0, 2, 2), call("b", 1, 3, 1)]) == []
    assert len(out_of_order([call("a", 0, 1, 2), call("b", 2, 3, 1)])) == 1


def test_a_refusal_lies_between_what_was_told_before_and_asked_after_it() -> None:
    calls = [call("a", 0, 1, 1), call("b", 0, 4, 2), call("refused", 2, 3, 0), call("c", 4, 5, 3)]
    assert windows(calls, PROGRAM, "till") == {(PROGRAM, "till", "refused"): Window(1, 2)}
