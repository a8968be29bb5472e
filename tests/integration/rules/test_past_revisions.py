"""Orders judged by a revision that is named: live, past, unknown; on any instance, in any order."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.type.v1 import order_pb2

from chassis.runtime.channel import connect
from chassis.runtime.fields import FieldReader
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.rules import RulesPeer
from ledger_service.wire.orders import order_document
from rules_service.use_cases.past_revisions import MOST_READY
from tests.integration.rules.house import RULES, House, Stub, apply_request, open_house, small_program

NOON = Timestamp()
NOON.FromDatetime(datetime(2024, 7, 6, 16, tzinfo=UTC))

SALE = order_pb2.Order(
    source="till-1",
    document_id="1",
    location_id="mall",
    occur_time=NOON,
    currency_code="USD",
    total_minor_units=1000,
    lines=[
        order_pb2.OrderLine(line_number=number, brand_id="NORTH", quantity=1, net_minor_units=500) for number in (1, 2)
    ],
)


async def revisions(stub: Stub, program_id: str, points: Sequence[int]) -> list[str]:
    """Revisions of a program that give so many points a dollar, applied in turn; the last is live."""
    applied = [await stub.ApplyProgram(apply_request(program_id, small_program(program_id, many))) for many in points]
    return [change.revision.revision for change in applied]


async def results(stub: Stub, program_id: str, *named: str) -> list[pb.EvaluateOrderResult]:
    """The sale judged by each of the revisions, in one call."""
    asked = [pb.EvaluateOrder(program_id=program_id, order=SALE, revision=revision) for revision in named]
    return list((await stub.EvaluateOrders(pb.EvaluateOrdersRequest(orders=asked))).results)


def earned(result: pb.EvaluateOrderResult) -> tuple[str, list[int]]:
    """The revision that judged, and the points of each line."""
    lines = result.evaluation.lines
    return result.evaluation.revision, [sum(award.points for award in line.awards) for line in lines]


async def test_an_order_is_judged_by_the_revision_it_names(rules: Stub) -> None:
    first, second = await revisions(rules, "named", [1, 2])
    judged = [earned(result) for result in await results(rules, "named", first, "", second, first)]
    assert judged == [(first, [5, 5]), (second, [10, 10]), (second, [10, 10]), (first, [5, 5])]


async def test_the_policies_of_that_revision_count(rules: Stub) -> None:
    said = small_program("terms").replace("base: {", "base: {available: on_event, expiry: {rolling_days: 9}, ")
    first = (await rules.ApplyProgram(apply_request("terms", said))).revision.revision
    await revisions(rules, "terms", [1])
    then, now = [result.evaluation.lines[0].awards[0] for result in await results(rules, "terms", first, "")]
    assert (then.available_on_event, then.rolling_days, then.HasField("expire_time")) == (True, 9, True)
    assert (now.available_on_event, now.rolling_days, now.HasField("expire_time")) == (False, 0, False)


async def test_a_revision_the_program_never_had_is_refused_for_that_order_alone(rules: Stub) -> None:
    (live,) = await revisions(rules, "mine", [1])
    (other,) = await revisions(rules, "other", [1])
    unknown, odd, known = await results(rules, "mine", other, "a b", live)
    assert unknown.refusal.reason == "REVISION_NOT_FOUND"
    assert dict(unknown.refusal.metadata)["revision"] == other
    assert [violation.field for violation in odd.refusal.violations] == ["revision"]
    assert earned(known) == (live, [5, 5])


async def test_more_revisions_than_are_kept_ready_are_all_judged_right(rules: Stub) -> None:
    points = list(range(1, MOST_READY + 5))
    named = await revisions(rules, "many", points)
    for _ in range(2):
        judged = [earned(result) for result in await results(rules, "many", *named)]
        assert judged == [(name, [5 * many, 5 * many]) for name, many in zip(named, points, strict=True)]


async def test_an_instance_that_began_later_knows_them(house: House, rules: Stub, servers: LocalStack) -> None:
    first, _ = await revisions(rules, "later", [1, 2])
    async with open_house(servers, house.database) as later, later.stub() as stub:
        (result,) = await results(stub, "later", first)
    assert earned(result) == (first, [5, 5])


async def test_permission_comes_before_revisions(house: House, rules: Stub) -> None:
    await revisions(rules, "closed", [1])
    async with house.stub(programs=["elsewhere"]) as stub:
        (result,) = await results(stub, "closed", "rev_unknown")
    assert result.refusal.reason == "PROGRAM_NOT_ALLOWED"


async def test_the_ledger_asks_for_a_revision_by_name(house: House, rules: Stub) -> None:
    first, second = await revisions(rules, "asked", [1, 2])
    token = house.servers.secrets.mint_token("ledger", programs=["*"], roles=["SERVICE"])
    async with connect(PLAIN.peer(house.address), RULES, lambda: token) as channel:
        peer = RulesPeer(channel, ProgramDirectory(channel))
        document = order_document(FieldReader(), "order", SALE)
        judged = [await peer.evaluate("asked", document, revision) for revision in (first, None)]
        with pytest.raises(Refusal, match="REVISION_NOT_FOUND"):
            await peer.evaluate("asked", document, "rev_unknown")
    assert [evaluation.revision for evaluation in judged] == [first, second]
