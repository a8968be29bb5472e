"""One body of tests on both stores: PostgreSQL, and the one in memory that the simulation runs on."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import TypeVar

import pytest

from ledger_service.domain import refusals
from ledger_service.domain.commands import (
    AwaitedSale,
    BaseCommand,
    Command,
    CorrectOrder,
    PostOrder,
    PostReturn,
    RedeemPoints,
    VoidRedemption,
)
from ledger_service.domain.fingerprints import Fingerprints, authorization_key, order_key, redemption_key, return_key
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    order_id_of,
)
from ledger_service.use_cases.commit_ports import HeadMoved
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import LINDEN
from tests.integration.ledger.vehicles import ME, OTHER, Vehicle
from tests.support.pure_ledger import NOON, PureLedger, award, sold
from tests.support.pure_limits import budget, cap

C = TypeVar("C", bound=BaseCommand)
KEYS = Fingerprints(b"conformance")
LEASE = 0.3


class Desk:
    """Commands with requests and documents of their own."""

    def __init__(self) -> None:
        self._pure = PureLedger()
        self._numbers = count()

    def sale(self, member: str, document: str, points: int, request_id: str = "") -> PostOrder:
        command = self._pure.order_command(
            member, document, [sold(1, 100 * points, "north")], [award(1, points, "north")]
        )
        order = replace(command.order, document_key=order_key("prg", command.order.document.ref))
        return _named(
            replace(command, order=order), request_id or f"{document}-{next(self._numbers)}", document, points
        )

    def redemption(self, member: str, points: int, request_id: str) -> RedeemPoints:
        key = redemption_key("prg", request_id)
        return _named(
            RedeemPoints(self._pure.origin(member), key, request_id, points, LINDEN, None), request_id, points
        )

    def back(self, member: str, document: str, *shares: ReturnedShare, awaited: bool = False) -> PostReturn:
        ref = DocumentRef("till", document)
        returned = ReturnDocument(ref, "shop", "store", NOON, (ReturnLine(1, shares),))
        sales = [share.sale for share in shares]
        homes = {} if awaited else dict.fromkeys(sales, member)
        part = replace(self._pure.return_part(returned, homes), document_key=return_key("prg", ref))
        waits = tuple(AwaitedSale(order_key("prg", sale), sale, part.return_id) for sale in sales if awaited)
        return _named(PostReturn(self._pure.origin(member), part, waits), document, document)

    def correction(self, sale: PostOrder, number: int, net: int) -> CorrectOrder:
        """The sale's line at another price, which earns nothing."""
        document = sale.order.document
        command = CorrectOrder(
            self._pure.origin(sale.origin.home),
            f"cor-{number}",
            order_id_of("prg", document.ref),
            document.ref,
            sale.origin.home,
            (),
            "rev",
            replace(document, total=net, lines=(replace(document.lines[0], net=net),)),
            "wrong price",
            "op",
            tuple(f"cor-{before}" for before in range(number)),
        )
        return _named(command, f"cor-{number}", number, net)

    def void(self, member: str, authorization: str) -> VoidRedemption:
        key = authorization_key("prg", authorization)
        return _named(VoidRedemption(self._pure.origin(member), authorization, key), f"void-{authorization}", "void")


def _named(command: C, request_id: str, *intent: object) -> C:
    key = KEYS.request("prg", "till", request_id, [str(part) for part in intent])
    return replace(command, origin=replace(command.origin, request_id=request_id, request=key))


# --- what is committed and what is not


async def test_what_was_applied_is_found_under_its_request_and_its_document(store: Vehicle) -> None:
    sale = Desk().sale("ana", "a1", 10)
    decided = await store.commit(await store.head(), sale)
    [application] = decided.applied
    assert await store.heard(sale) == Outcome(application.applied.answer, replayed=True)
    posted = await store.outcomes.of_document(sale.order.document_key)
    assert posted is not None
    assert (posted.home, posted.answer, posted.voided) == ("ana", application.applied.answer, False)


async def test_a_transaction_that_fails_leaves_nothing(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    sale = desk.sale("ana", "a1", 10)
    with suppress(ZeroDivisionError):
        async with store.batches.begin() as batch:
            await batch.claim([sale])
            await batch.load([sale])
            raise ZeroDivisionError
    assert await store.heard(sale) is None
    assert len((await store.commit(head, sale)).applied) == 1


async def test_a_kept_refusal_is_given_again_and_its_directory_entry_is_free(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    greedy = desk.redemption("ana", 10, "r1")
    decided = await store.commit(head, greedy)
    assert [refused.refusal.reason for refused in decided.refused] == ["INSUFFICIENT_POINTS"]
    assert await store.heard(greedy) == "INSUFFICIENT_POINTS"
    assert await store.outcomes.of_document(greedy.directory_key) is None


async def test_the_same_request_for_something_else_is_told(store: Vehicle) -> None:
    desk = Desk()
    await store.commit(await store.head(), desk.sale("ana", "a1", 10, "same"))
    assert await store.heard(desk.sale("ana", "a2", 11, "same")) == "REQUEST_ID_REUSED"


async def test_commands_of_one_batch_see_each_other(store: Vehicle) -> None:
    desk = Desk()
    decided = await store.commit(await store.head(), desk.sale("ana", "a1", 30), desk.redemption("ana", 30, "r1"))
    assert len(decided.applied) == 2
    assert decided.applied[1].applied.changes.wallet.balance == 0


async def test_the_next_batch_sees_the_last(store: Vehicle) -> None:
    desk = Desk()
    decided = await store.commit(await store.head(), desk.sale("ana", "a1", 30), desk.sale("ana", "a2", 5))
    decided = await store.commit(decided.head, desk.redemption("ana", 33, "r1"))
    decided = await store.commit(decided.head, desk.back("ana", "b1", _whole("a1")))
    wallet = decided.applied[0].applied.changes.wallet
    assert (wallet.balance, wallet.debt, wallet.version) == (-28, 28, 4)


async def test_a_lane_that_went_away_writes_nothing(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    await store.commit(head, desk.sale("ana", "a1", 10))
    late = desk.sale("ana", "a2", 10)
    with pytest.raises(HeadMoved):
        await store.commit(head, late)
    assert await store.heard(late) is None


# --- keys


async def test_who_comes_second_with_a_request_or_a_document_loses(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    first = desk.sale("ana", "a1", 10)
    decided = await store.commit(head, first)
    again, other = first, desk.sale("ana", "a1", 10)
    decided = await store.commit(decided.head, again, other, desk.sale("bo", "b1", 1))
    assert decided.lost == [again, other]
    assert len(decided.applied) == 1
    assert await store.heard(other) is None


async def test_two_who_claim_a_document_at_once_are_served_one_after_the_other(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    one, other = desk.sale("ana", "a1", 10), desk.sale("ana", "a1", 10)
    claimed = asyncio.Event()

    async def first() -> None:
        with suppress(ZeroDivisionError):
            async with store.batches.begin() as batch:
                assert (await batch.claim([one])).mine == [one]
                claimed.set()
                await asyncio.sleep(0.1)
                raise ZeroDivisionError

    async def second() -> list[Command]:
        await claimed.wait()
        async with store.batches.begin() as batch:
            return list((await batch.claim([other])).mine)

    _, mine = await asyncio.gather(first(), second())
    assert mine == [other]
    assert len((await store.commit(head, other)).lost) == 1


async def test_a_tombstone_keeps_what_it_names_from_arriving(store: Vehicle) -> None:
    async with store.batches.begin() as batch:
        void = Desk().void("ana", "aut_1")
        assert (await batch.claim([void])).mine == [void]
    posted = await store.outcomes.of_document(void.tombstone)
    assert posted is not None
    assert (posted.voided, posted.answer) == (True, None)


async def test_a_sale_takes_over_what_waited_for_it(store: Vehicle) -> None:
    desk = Desk()
    waiting = desk.back("ana", "b1", _whole("a1"), awaited=True)
    async with store.batches.begin() as batch:
        assert (await batch.claim([waiting])).mine == [waiting]
    sale = desk.sale("ana", "a1", 10)
    assert await store.outcomes.of_document(sale.order.document_key) is None
    async with store.batches.begin() as batch:
        assert (await batch.claim([sale])).mine == [sale]
    assert await store.outcomes.of_document(sale.order.document_key) is not None


async def test_who_waits_for_a_sale_that_has_come_is_overtaken(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    decided = await store.commit(head, desk.sale("ana", "a1", 10))
    waiting = desk.back("ana", "b1", _whole("a1"), awaited=True)
    decided = await store.commit(decided.head, waiting)
    assert [(one.refusal.reason, one.kept) for one in decided.refused] == [(refusals.OVERTAKEN.name, False)]
    assert await store.heard(waiting) is None
    returned = await store.commit(decided.head, replace(desk.back("ana", "b1", _whole("a1")), origin=waiting.origin))
    assert len(returned.applied) == 1


async def test_a_return_that_was_not_parked_after_all_waits_for_nothing(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    decided = await store.commit(head, desk.sale("ana", "a1", 10))
    both = (_whole("a1"), _whole("a9"))
    overtaken = desk.back("ana", "b1", *both, awaited=True)
    decided = await store.commit(decided.head, overtaken)
    assert [one.refusal.reason for one in decided.refused] == [refusals.OVERTAKEN.name]
    decided = await store.commit(decided.head, desk.sale("ana", "a9", 10))
    assert decided.applied[0].applied.changes.wallet.balance == 20


async def test_what_came_back_is_counted_against_a_line_as_corrected(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    sale = desk.sale("ana", "a1", 10)
    decided = await store.commit(head, sale)
    decided = await store.commit(decided.head, desk.back("ana", "b1", _worth("a1", 30)))
    for number, net in enumerate((30, 20_000)):
        decided = await store.commit(decided.head, desk.correction(sale, number, net))
        assert decided.refused == []
    decided = await store.commit(decided.head, desk.back("ana", "b2", _worth("a1", 19_970)))
    assert decided.refused == []
    [line] = decided.applied[0].applied.changes.returned.values()
    assert (line.returned, line.sold) == (20_000, 20_000)


async def test_what_is_parked_again_is_settled_once(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    waiting = desk.back("ana", "b1", _whole("a1"), _whole("a2"), awaited=True)
    decided = await store.commit(head, waiting)
    decided = await store.commit(decided.head, desk.sale("ana", "a1", 10))
    decided = await store.commit(decided.head, desk.sale("ana", "a2", 5))
    [application] = decided.applied
    assert application.applied.changes.wallet.balance == 0
    assert [one.points for one in application.applied.changes.movements] == [5, 10, 5]


# --- lanes


async def test_a_lane_has_one_owner_until_its_lease_runs_out(store: Vehicle) -> None:
    await store.ownership.keep(ME, LEASE)
    [mine] = await store.ownership.take(ME.name, LEASE, 1)
    assert await store.ownership.take(OTHER.name, LEASE, 1) == []
    await asyncio.sleep(LEASE + 0.1)
    [theirs] = await store.ownership.take(OTHER.name, LEASE, 1)
    assert theirs.epoch == mine.epoch + 1
    assert await store.ownership.read(0, mine.epoch) is None


async def test_a_lane_is_given_only_to_a_process_that_lives(store: Vehicle) -> None:
    head = await store.head()
    assert await store.ownership.hand_over(0, head.epoch, ME.name, OTHER.name, 60) is None
    await store.ownership.keep(OTHER, 60)
    assert await store.ownership.hand_over(0, head.epoch, ME.name, OTHER.name, 60) == head.epoch + 1
    survey = await store.ownership.survey()
    assert (survey.held_by("me"), survey.held_by("other")) == (0, 1)
    assert survey.processes == (ME, OTHER)


async def test_a_lane_that_is_given_up_is_free_at_once(store: Vehicle) -> None:
    head = await store.head()
    await store.ownership.release(ME.name)
    [taken] = await store.ownership.take(OTHER.name, 60, 5)
    assert (taken.epoch, taken.position) == (head.epoch + 1, head.position)


async def test_caps_and_budgets_are_counted_over_batches(store: Vehicle) -> None:
    desk, head = Desk(), await store.head()
    limits = (cap("daily", 100), budget("pot", 150))
    told = []
    for number, (member, points) in enumerate((("ana", 80), ("ana", 80), ("ben", 80))):
        sale = desk.sale(member, f"S{number}", points)
        awards = tuple(replace(award, limits=limits) for award in sale.order.awards)
        decided = await store.commit(head, replace(sale, order=replace(sale.order, awards=awards)))
        head = decided.head
        [earned] = decided.applied[0].applied.changes.orders.values()
        told.append((earned.trimmed, sum(one.granted for one in decided.applied[0].applied.changes.accruals.values())))
    back = await store.commit(head, desk.back("ana", "R", _whole("S0")))
    assert [refused.refusal for refused in back.refused] == []

    last = desk.sale("ben", "S9", 80)
    awards = tuple(replace(award, limits=limits) for award in last.order.awards)
    decided = await store.commit(back.head, replace(last, order=replace(last.order, awards=awards)))

    assert [points for _, points in told] == [80, 20, 50]
    assert [[taken.granted for taken in trimmed] for trimmed, _ in told] == [[], [20], [50]]
    [order] = decided.applied[0].applied.changes.orders.values()
    assert [taken.granted for taken in order.trimmed] == [50]


def _worth(sale: str, amount: int) -> ReturnedShare:
    return ReturnedShare(DocumentRef("till", sale), 1, ReturnBasis.AMOUNT, amount)


def _whole(sale: str) -> ReturnedShare:
    return ReturnedShare(DocumentRef("till", sale), 1, ReturnBasis.WHOLE, None)
