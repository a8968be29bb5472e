"""Orders judged by what was live at a past time: the same for ever, whatever changes meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb

from deploy.local.stack import LocalStack
from tests.integration.rules.house import House, Stub, apply_request, open_house, small_program
from tests.integration.rules.test_past_revisions import SALE, earned


async def published(stub: Stub, program_id: str, points: int) -> tuple[str, datetime]:
    """A revision that gives so many points a dollar, and since when it is known."""
    revision = (await stub.ApplyProgram(apply_request(program_id, small_program(program_id, points)))).revision
    return revision.revision, revision.record_time.ToDatetime(tzinfo=UTC)


def asked(program_id: str, *times: datetime) -> pb.EvaluateOrdersRequest:
    """The sale as it would have been judged at these times."""
    return pb.EvaluateOrdersRequest(
        orders=[pb.EvaluateOrder(program_id=program_id, order=SALE, record_time=stamp(time)) for time in times]
    )


def stamp(time: datetime) -> Timestamp:
    """The instant as a message."""
    found = Timestamp()
    found.FromDatetime(time)
    return found


async def test_an_order_is_judged_by_what_was_live_then(rules: Stub) -> None:
    first, since = await published(rules, "then", 1)
    second, later = await published(rules, "then", 2)
    assert later > since
    between, long_after = since + (later - since) / 2, later + timedelta(days=9)
    answer = await rules.EvaluateOrders(asked("then", since, between, later, long_after, since))
    judged = [earned(result) for result in answer.results]
    one, other = (first, [5, 5]), (second, [10, 10])
    assert judged == [one, one, other, other, one]


async def test_before_the_first_publication_there_is_nothing_to_judge_by(rules: Stub) -> None:
    _, since = await published(rules, "young", 1)
    before = since - timedelta(microseconds=1)
    (result,) = (await rules.EvaluateOrders(asked("young", before))).results
    assert result.refusal.reason == "REVISION_NOT_FOUND"
    assert dict(result.refusal.metadata) == {"program_id": "young", "record_time": before.isoformat()}


async def test_a_revision_that_was_live_twice_is_found_at_both_times(rules: Stub) -> None:
    first, since = await published(rules, "twice", 1)
    second, later = await published(rules, "twice", 2)
    again, back = await published(rules, "twice", 1)
    assert again == first
    answer = await rules.EvaluateOrders(asked("twice", since, later, back))
    assert [result.evaluation.revision for result in answer.results] == [first, second, first]


async def test_what_was_earned_then_stays_while_rules_change(house: House, rules: Stub, servers: LocalStack) -> None:
    _, since = await published(rules, "steady", 1)
    _, later = await published(rules, "steady", 2)
    question = asked("steady", since, later)
    first = await rules.EvaluateOrders(question)

    async def change() -> None:
        for points in range(3, 9):
            await published(rules, "steady", points)

    async def ask_again(stub: Stub) -> None:
        for _ in range(12):
            assert await stub.EvaluateOrders(question) == first

    async with open_house(servers, house.database) as other, other.stub() as stub:
        await asyncio.gather(change(), ask_again(rules), ask_again(stub))
    assert [earned(result)[1] for result in first.results] == [[5, 5], [10, 10]]


async def test_an_instance_asks_the_store_even_if_it_has_not_heard_of_a_change(
    house: House, rules: Stub, servers: LocalStack
) -> None:
    await published(rules, "unheard", 1)
    async with open_house(servers, house.database) as other, other.stub() as stub:
        revision, later = await published(rules, "unheard", 2)
        (result,) = (await stub.EvaluateOrders(asked("unheard", later))).results
    assert result.evaluation.revision == revision


@pytest.mark.parametrize("seconds", [-1, 2**36])
async def test_a_record_time_is_a_time(rules: Stub, seconds: int) -> None:
    item = pb.EvaluateOrder(program_id="then", order=SALE, record_time=Timestamp(seconds=seconds))
    (result,) = (await rules.EvaluateOrders(pb.EvaluateOrdersRequest(orders=[item]))).results
    assert [violation.field for violation in result.refusal.violations] == ["record_time"]


async def test_a_revision_and_a_record_time_are_not_named_together(rules: Stub) -> None:
    item = pb.EvaluateOrder(program_id="then", order=SALE, revision="rev_x", record_time=Timestamp(seconds=1))
    (result,) = (await rules.EvaluateOrders(pb.EvaluateOrdersRequest(orders=[item]))).results
    assert (result.refusal.reason, [violation.field for violation in result.refusal.violations]) == (
        "MALFORMED",
        ["revision"],
    )
