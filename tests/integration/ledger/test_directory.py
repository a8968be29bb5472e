"""The directory of documents: sales that returns wait for, and sales that must not be claimed meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import OrderAnswer, ReturnAnswer
from ledger_service.domain.commands import ClaimOrder, Command, CorrectOrder, OpenReturn, SaleLock
from ledger_service.domain.order import ReturnState, anonymous_home, order_id_of
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.counter import Counter, key_of
from tests.integration.ledger.house import House, crowd
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, award, sold
from tests.support.pure_returns import ref
from tests.support.servers import Databases


async def entries(house: House) -> dict[str, list[str]]:
    """Awaited sales: by the first letters of the key, the homes of what waits."""
    found = await house.rows("SELECT encode(key, 'hex'), awaiting FROM document_key WHERE state = 'AWAITED'")
    return {str(key): [text.partition("/")[0] for text in awaiting] for key, awaiting in found}  # type: ignore[attr-defined]


def resolved(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome.answer, OrderAnswer)
    return outcome.answer.resolved_returns


async def states(house: House) -> list[str]:
    return [str(state) for (state,) in await house.rows("SELECT state FROM posted_return ORDER BY state")]


async def test_a_parked_return_leaves_its_sale_as_awaited(house: House) -> None:
    shop = Counter()
    [outcome] = await house.done(shop.early("ana", "back", "sale"))
    assert isinstance(outcome.answer, ReturnAnswer)
    assert outcome.answer.state is ReturnState.PARKED
    assert await entries(house) == {key_of("sale").hex(): ["ana"]}
    assert (await states(house), await house.broken()) == (["parked"], [])


async def test_a_sale_takes_an_awaited_entry_over(house: House) -> None:
    shop = Counter()
    early = shop.early("ana", "back", "sale")
    await house.done(early)
    [outcome] = await house.done(shop.sale("ana", "sale", 10))
    assert resolved(outcome) == (early.returned.return_id,)
    assert (await entries(house), await states(house), await house.broken()) == ({}, ["posted"], [])
    assert (await house.engine.wallet("prg", "ana")).balance == 0


async def test_only_a_posted_entry_means_duplicate(house: House) -> None:
    shop = Counter()
    await house.done(shop.early("ana", "back", "sale"))
    sale = shop.sale("ana", "sale", 10)
    again = replace(sale, origin=shop.pure.origin("ana"))
    first, second = await house.done(sale, again)
    assert (first.replayed, second.replayed, second.answer) == (False, True, first.answer)


async def test_two_returns_wait_for_one_sale(house: House) -> None:
    shop = Counter()
    await house.done(shop.early("ana", "one", "sale"), shop.early("bea", "two", "sale"))
    assert await entries(house) == {key_of("sale").hex(): ["ana", "bea"]}
    [outcome] = await house.done(shop.sale("ana", "sale", 10))
    assert len(resolved(outcome)) == 2
    assert (await states(house), await house.broken()) == (["posted", "refused"], [])


async def test_a_return_waits_until_its_last_sale_has_come(house: House) -> None:
    shop = Counter()
    early = shop.early("ana", "back", "one", "two")
    await house.done(early)
    [first] = await house.done(shop.sale("ana", "one", 10))
    assert (resolved(first), await states(house)) == ((), ["parked"])
    [second] = await house.done(shop.sale("ana", "two", 5))
    assert (resolved(second), await states(house)) == ((early.returned.return_id,), ["posted"])
    assert ((await house.engine.wallet("prg", "ana")).balance, await house.broken()) == (0, [])


async def test_both_sales_of_a_return_may_come_in_one_batch(house: House) -> None:
    shop = Counter()
    early = shop.early("ana", "back", "one", "two")
    await house.done(early)
    first, second = await house.done(shop.sale("ana", "one", 10), shop.sale("ana", "two", 5))
    assert (resolved(first), resolved(second)) == ((), (early.returned.return_id,))
    assert (await house.engine.wallet("prg", "ana")).balance == 0


async def test_a_return_of_two_members_sales_in_one_batch_is_refused(house: House) -> None:
    shop = Counter()
    await house.done(shop.early("ana", "anas", "one", "two"), shop.early("bea", "beas", "one", "two"))
    await house.done(shop.sale("ana", "one", 10), shop.sale("bea", "two", 5))
    assert await states(house) == ["refused", "refused"]
    assert [(await house.engine.wallet("prg", one)).balance for one in ("ana", "bea")] == [10, 5]


async def test_a_sale_that_came_meanwhile_overtakes_the_return(house: House) -> None:
    shop = Counter()
    await house.done(shop.sale("ana", "sale", 10))
    [heard] = await house.say(shop.early("ana", "back", "sale"))
    assert isinstance(heard, Refusal)
    assert (heard.reason, heard.transient) == ("OVERTAKEN", True)
    assert (await entries(house), await states(house), await house.broken()) == ({}, [], [])


async def test_an_overtaken_return_waits_for_nothing(house: House) -> None:
    """It was left with the one sale before the other was found posted."""
    shop = Counter()
    await house.done(shop.sale("ana", "one", 10), shop.early("bea", "beas", "two"))
    [heard] = await house.say(shop.early("ana", "back", "one", "two", "three"))
    assert isinstance(heard, Refusal)
    assert await entries(house) == {key_of("two").hex(): ["bea"]}


async def test_an_overtaken_return_may_be_parked_again(house: House) -> None:
    shop = Counter()
    await house.done(shop.sale("ana", "one", 10))
    command = shop.early("ana", "back", "one", "two")
    await house.say(command)
    again = shop.early("ana", "back", "two", known="one")
    await house.done(replace(again, origin=command.origin))
    [outcome] = await house.done(shop.sale("ana", "two", 5))
    assert (resolved(outcome), (await house.engine.wallet("prg", "ana")).balance) == ((again.returned.return_id,), 0)


async def test_a_refused_return_waits_for_nothing(house: House) -> None:
    """Its member was merged since it was made: that is told for the moment, and leaves no trace."""
    shop = Counter()
    await house.done(shop.sale("ana", "one", 10))
    await house.owner("UPDATE wallet SET merge_seq = 7")
    [heard] = await house.say(shop.early("ana", "back", "two"))
    assert isinstance(heard, Refusal)
    assert (heard.reason, await entries(house)) == ("MEMBER_MOVED", {})


async def test_a_refused_sale_is_awaited_as_before(house: House) -> None:
    shop = Counter()
    early = shop.early("ana", "back", "two")
    await house.done(shop.sale("ana", "one", 10), early)
    await house.owner("UPDATE wallet SET merge_seq = 7")
    [heard] = await house.say(shop.sale("ana", "two", 5))
    assert isinstance(heard, Refusal)
    assert await entries(house) == {key_of("two").hex(): ["ana"]}
    await house.owner("UPDATE wallet SET merge_seq = 0")
    [outcome] = await house.done(shop.sale("ana", "two", 5))
    assert resolved(outcome) == (early.returned.return_id,)


async def test_a_sale_that_was_claimed_meanwhile_overtakes_its_return(house: House) -> None:
    shop = Counter()
    nobody = anonymous_home("prg", ref("sale"))
    await house.done(shop.sale(nobody, "sale"))
    await house.owner("UPDATE document_key SET home = 'ana'")
    command = shop.back(nobody, "back", "sale")
    [heard] = await house.say(replace(command, sale_locks=(SaleLock(key_of("sale"), nobody),)))
    assert isinstance(heard, Refusal)
    assert (heard.reason, await states(house)) == (refusals.OVERTAKEN.name, [])


async def test_a_sale_that_was_claimed_meanwhile_overtakes_its_announcement(house: House) -> None:
    shop = Counter()
    nobody = anonymous_home("prg", ref("sale"))
    await house.done(shop.sale(nobody, "sale"))
    await house.owner("UPDATE document_key SET home = 'ana'")
    back = shop.back(nobody, "back", "sale")
    [heard] = await house.say(OpenReturn(back.origin, b"ann", back.returned, (SaleLock(key_of("sale"), nobody),)))
    assert isinstance(heard, Refusal)
    assert heard.reason == refusals.OVERTAKEN.name


async def claimed(house: House, shop: Counter) -> str:
    """A sale of nobody's, claimed by Ana; the home that it had before."""
    nobody, lines = anonymous_home("prg", ref("sale")), [sold(1, 1_000, "north")]
    sale = shop.pure.order_command(nobody, "sale", lines, [])
    await house.done(replace(sale, order=replace(sale.order, document_key=key_of("sale"))))
    earning = replace(sale.order, awards=(award(1, 10, "north"),))
    await house.done(ClaimOrder(shop.pure.origin("ana"), key_of("sale"), earning, 90))
    return nobody


def late_return(shop: Counter, nobody: str) -> Command:
    return replace(shop.back(nobody, "one", "sale"), sale_locks=(SaleLock(key_of("sale"), nobody),))


def late_correction(shop: Counter, nobody: str) -> Command:
    return CorrectOrder(
        origin=shop.pure.origin(nobody),
        correction_id="cor",
        order_id=order_id_of("prg", ref("sale")),
        sale=ref("sale"),
        sale_home=nobody,
        awards=(),
        revision="rev_test",
        document=None,
        reason="wrong price",
        operator_id="kim",
        unfit="it is CLAIMABLE",
        sale_locks=(SaleLock(key_of("sale"), nobody),),
    )


@pytest.mark.parametrize("late", [late_return, late_correction])
@pytest.mark.parametrize("late_first", [True, False])
async def test_commands_of_one_batch_that_know_a_sale_under_two_homes(
    house: House, late_first: bool, late: Callable[[Counter, str], Command]
) -> None:
    """One was made before the claim, the other after it: the first starts anew, the second is not disturbed."""
    shop = Counter()
    wrong, right = late(shop, await claimed(house, shop)), shop.back("ana", "two", "sale")
    heard = await house.say(*((wrong, right) if late_first else (right, wrong)))
    assert {one.reason if isinstance(one, Refusal) else type(one) for one in heard} == {"OVERTAKEN", Outcome}
    assert ((await house.engine.wallet("prg", "ana")).balance, await house.broken()) == (0, [])


async def test_a_parked_return_sent_again_under_another_request_waits_on(house: House) -> None:
    """The second finds its document taken; what it would have waited for is still waited for by the first."""
    shop = Counter()
    early = shop.early("ana", "back", "sale")
    first, again = await house.done(early), await house.done(replace(early, origin=shop.pure.origin("ana")))
    assert again == [replace(first[0], replayed=True)]
    [outcome] = await house.done(shop.sale("ana", "sale", 10))
    assert (resolved(outcome), await house.broken()) == ((early.returned.return_id,), [])


async def test_a_return_whose_document_was_taken_waits_for_nothing(house: House) -> None:
    shop = Counter()
    await house.done(shop.early("ana", "back", "one"))
    [heard] = await house.say(shop.early("ana", "back", "two"))
    assert isinstance(heard, Outcome)
    assert await entries(house) == {key_of("one").hex(): ["ana"]}


@pytest.mark.parametrize("batch_size", [1, 7, 250])
async def test_parked_returns_end_alike_in_any_batches(databases: Databases, redis_url: str, batch_size: int) -> None:
    """Returns and sales of many members at once, over all lanes: what comes first is chance, the end is not."""
    async with (
        databases.fresh("ledger") as database,
        open_engine(database.url, redis_url, clock=ManualClock(NOON), batch_size=batch_size) as engine,
    ):
        shop = Counter()
        members = [f"member-{number}" for number in range(24)]
        early = [shop.early(one, f"back-{one}", f"sale-{one}") for one in members]
        await crowd(engine, early)
        sales = [shop.sale(one, f"sale-{one}", 10, 5) for one in members]
        outcomes = await asyncio.gather(*map(engine.keeper.submit, sales))
        assert [resolved(outcome) for outcome in outcomes] == [(one.returned.return_id,) for one in early]
        balances = [(await engine.reader.wallet(MemberKey("prg", one), (one,), NOON, False)).balance for one in members]
        assert (set(balances), await engine.broken("prg")) == ({5}, [])
