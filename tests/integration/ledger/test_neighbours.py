"""What shares a batch does not disturb each other: refused, repeated, conflicting and impossible commands."""

from dataclasses import replace

from chassis.values.refusal import Code, Refusal
from ledger_service.domain.commands import PostOrder, RequestKey
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import Heard, House, Shop


def heard_as(heard: list[Heard]) -> list[str]:
    """In a word each."""
    return [
        one.reason if isinstance(one, Refusal) else ("replayed" if one.replayed else "applied")
        for one in heard
        if isinstance(one, Outcome | Refusal)
    ]


def under(command: PostOrder, request: str, fingerprint: bytes = b"") -> PostOrder:
    """The same document under another request id."""
    key = RequestKey(request.encode(), fingerprint)
    return replace(command, origin=replace(command.origin, request_id=request, request=key))


async def test_refused_commands_leave_their_neighbours_alone(house: House) -> None:
    shop = Shop()
    heard = await house.say(
        shop.sale("ana", "a1", 10),
        shop.spend("ana", 11),
        shop.spend("bo", 5),
        shop.sale("bo", "b1", 20),
        shop.back("ana", "r1", "a1", lines=[1, 9]),
        shop.spend("bo", 20),
    )
    refused = ["INSUFFICIENT_POINTS", "INSUFFICIENT_POINTS", "applied", "SALE_NOT_FOUND", "applied"]
    assert heard_as(heard) == ["applied", *refused]
    assert await house.rows("SELECT member, balance FROM wallet ORDER BY member") == [("ana", 10), ("bo", 0)]
    assert await house.broken() == []


async def test_refused_commands_take_no_position(house: House) -> None:
    shop = Shop()
    await house.say(shop.spend("ana", 1), shop.sale("ana", "a1", 10), shop.spend("ana", 99), shop.sale("ana", "a2", 1))
    assert await house.rows("SELECT position FROM event ORDER BY position") == [(1,), (2,)]


async def test_a_batch_of_refusals_alone_is_kept(house: House) -> None:
    shop = Shop()
    tries = [shop.spend("ana", 5), shop.spend("bo", 5)]
    await house.say(*tries)
    await house.done(shop.sale("ana", "a1", 10))
    assert heard_as(await house.say(*tries)) == ["INSUFFICIENT_POINTS", "INSUFFICIENT_POINTS"]


async def test_a_request_twice_in_a_batch_is_applied_once(house: House) -> None:
    shop = Shop()
    sale = shop.sale("ana", "a1", 10)
    assert heard_as(await house.say(sale, shop.sale("bo", "b1", 1), sale)) == ["applied", "applied", "replayed"]
    assert await house.broken() == []


async def test_a_refused_request_twice_in_a_batch_is_refused_twice(house: House) -> None:
    shop = Shop()
    spend = shop.spend("ana", 10)
    assert heard_as(await house.say(spend, spend)) == ["INSUFFICIENT_POINTS", "INSUFFICIENT_POINTS"]


async def test_a_document_twice_in_a_batch_is_posted_once(house: House) -> None:
    shop = Shop()
    sale = shop.sale("ana", "a1", 10)
    heard = await house.say(sale, under(sale, "another"), under(sale, "third"))
    assert heard_as(heard) == ["applied", "replayed", "replayed"]
    assert await house.broken() == []


async def test_another_content_of_a_document_in_a_batch_conflicts(house: House) -> None:
    shop = Shop()
    sale = shop.sale("ana", "a1", 10)
    heard = await house.say(sale, under(shop.sale("ana", "a1", 11), "another", b"other content"))
    assert heard_as(heard) == ["applied", "ORDER_CONFLICT"]
    assert await house.broken() == []


async def test_a_document_is_free_again_when_its_command_was_refused(house: House) -> None:
    shop = Shop()
    refused = shop.back("ana", "r1", "nothing")
    assert heard_as(await house.say(refused)) == ["SALE_NOT_FOUND"]
    assert await house.rows("SELECT key FROM document_key") == []


async def test_a_command_that_the_database_cannot_take_fails_alone(house: House) -> None:
    shop = Shop()
    impossible = shop.sale("bo", "b1", 0)
    heard = await house.say(shop.sale("ana", "a1", 10), impossible, shop.sale("cy", "c1", 5))
    assert [isinstance(one, Outcome) for one in heard] == [True, False, True]
    assert await house.rows("SELECT member, balance FROM wallet ORDER BY member") == [("ana", 10), ("cy", 5)]
    assert await house.broken() == []


async def test_the_fault_of_a_command_is_not_kept_under_its_request(house: House) -> None:
    shop = Shop()
    impossible = shop.sale("bo", "b1", 0)
    await house.say(impossible)
    [again] = await house.say(replace(impossible, order=replace(impossible.order, awards=())))
    assert isinstance(again, Outcome)


async def test_points_beyond_64_bits_are_refused_alone(house: House) -> None:
    shop = Shop()
    heard = await house.say(shop.sale("ana", "a1", 2**63 - 1), shop.sale("ana", "a2", 1), shop.sale("bo", "b1", 1))
    assert heard_as(heard) == ["applied", "AMOUNT_OUT_OF_RANGE", "applied"]
    assert isinstance(heard[1], Refusal)
    assert heard[1].code is Code.OUT_OF_RANGE


async def test_two_programs_share_a_lane_and_nothing_else(house: House) -> None:
    shop, other = Shop(), Shop()
    other.pure.program, other.pure.requests = "other", 1_000
    await house.done(shop.sale("ana", "a1", 10), other.sale("ana", "o1", 20))
    balances = await house.rows("SELECT program, balance FROM wallet ORDER BY program")
    assert balances == [("other", 20), ("prg", 10)]
